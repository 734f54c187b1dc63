//! What every markup is read into: blocks of text, each piece of which knows its bytes.

use std::ops::Range;

/// A text as it reads, without markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    text: String,
    /// In the order of the text, without gaps in it.
    pieces: Vec<Piece>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the text.
    at: usize,
    /// The bytes of the document that it was read from.
    source: Range<usize>,
    /// Whether these bytes are the text itself, so that a part of it is a part of them.
    is_literal: bool,
}

impl Text {
    /// A text that stands in the document as it reads.
    pub(super) fn literal(text: &str, start: usize) -> Self {
        let mut whole = Self::default();
        whole.push(text, start..start + text.len(), true);
        whole
    }

    /// Adds a piece. One that is empty leaves nothing.
    pub(super) fn push(&mut self, text: &str, source: Range<usize>, is_literal: bool) {
        if text.is_empty() {
            return;
        }
        let is_literal = is_literal && source.len() == text.len();
        // What goes on where the last piece ended is one piece with it.
        if let Some(last) = self.pieces.last_mut()
            && last.is_literal
            && is_literal
            && last.source.end == source.start
        {
            last.source.end = source.end;
        } else {
            self.pieces.push(Piece { at: self.text.len(), source, is_literal });
        }
        self.text.push_str(text);
    }

    /// Adds another text.
    pub(super) fn append(&mut self, other: &Self) {
        for (index, piece) in other.pieces.iter().enumerate() {
            let end = other.pieces.get(index + 1).map_or(other.text.len(), |next| next.at);
            let text = other.text.get(piece.at..end).unwrap_or_default();
            self.push(text, piece.source.clone(), piece.is_literal);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The bytes that a part of the text was read from; of an empty part, where it stands.
    pub(super) fn source(&self, part: Range<usize>) -> Range<usize> {
        if part.is_empty() {
            let at = self.start_of(part.start);
            return at..at;
        }
        let (start, end) = (self.start_of(part.start), self.end_of(part.end));
        // Pieces of broken HTML may stand in another order than their text.
        start.min(end)..end.max(start)
    }

    /// The bytes of the whole text.
    pub(super) fn whole(&self) -> Range<usize> {
        self.source(0..self.text.len())
    }

    fn start_of(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.at <= at);
        match self.pieces.get(index.saturating_sub(1)) {
            Some(piece) if piece.is_literal => {
                (piece.source.start + at.saturating_sub(piece.at)).min(piece.source.end)
            }
            Some(piece) => piece.source.start,
            None => 0,
        }
    }

    fn end_of(&self, at: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.at < at);
        match self.pieces.get(index.saturating_sub(1)) {
            Some(piece) if piece.is_literal => {
                (piece.source.start + at.saturating_sub(piece.at)).min(piece.source.end)
            }
            Some(piece) => piece.source.end,
            None => 0,
        }
    }

    /// A part of the text as a text of its own, without the white space at its ends.
    pub(super) fn part(&self, part: Range<usize>) -> Self {
        let slice = self.text.get(part.clone()).unwrap_or_default();
        let start = part.start + (slice.len() - slice.trim_start().len());
        self.exact(start..start + slice.trim().len())
    }

    /// A part of the text as a text of its own.
    pub(super) fn exact(&self, part: Range<usize>) -> Self {
        let Range { start, end } = part;
        let mut result = Self::default();
        let first = self.pieces.partition_point(|piece| piece.at <= start).saturating_sub(1);
        for (index, piece) in self.pieces.iter().enumerate().skip(first) {
            if piece.at >= end {
                break;
            }
            let piece_end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
            let (from, to) = (piece.at.max(start), piece_end.min(end));
            let text = self.text.get(from..to).unwrap_or_default();
            let source =
                if piece.is_literal { self.source(from..to) } else { piece.source.clone() };
            result.push(text, source, piece.is_literal);
        }
        result
    }

    /// The lines, without the white space at their ends; blank ones are left out.
    pub(super) fn lines(&self) -> Vec<Self> {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in self.text.split_inclusive('\n') {
            let part = self.part(start..start + line.len());
            start += line.len();
            if !part.is_blank() {
                lines.push(part);
            }
        }
        lines
    }
}

/// A block of a document. There is no tree of them: of a list in a list each item says how deep it
/// stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading.
    Heading(Text),
    /// Lines of text that stand together.
    Paragraph(Vec<Text>),
    /// An item of a list: its depth, outermost 0, and its text. What follows its first paragraph
    /// is an item one deeper.
    Item { depth: usize, text: Text },
    /// The beginning of a list that stands in no other.
    ListStart,
    /// A table.
    Table(Table),
    /// An example or listing.
    Code(Code),
    /// A line of what stands before the document: `title: Errors`.
    Front(Text),
    /// Where something is that was not understood, and why.
    Unread { why: String, span: Range<usize> },
}

/// A table of rows of cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// The row that is marked as the header; else the first one.
    pub(super) header: Vec<Text>,
    pub(super) rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) cells: Vec<Text>,
    /// The whole row in the document.
    pub(super) span: Range<usize>,
}

/// An example or listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// What the document says it is written in.
    pub(super) language: Option<String>,
    /// Its text, without the line break at its end.
    pub(super) text: Text,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_know_their_bytes() {
        // `A\_B &amp; C` as it reads.
        let mut text = Text::default();
        text.push("A", 10..11, true);
        text.push("_B ", 12..15, true);
        text.push("&", 15..20, false);
        text.push(" C", 20..22, true);
        assert_eq!(text.as_str(), "A_B & C");
        assert_eq!(text.source(0..3), 10..14);
        assert_eq!(text.source(4..5), 15..20);
        assert_eq!(text.source(2..4), 13..15);
        assert_eq!(text.source(6..7), 21..22);
        let part = text.part(1..5);
        assert_eq!((part.as_str(), part.whole()), ("_B &", 12..20));
        assert_eq!(part.source(3..4), 15..20);
    }

    #[test]
    fn lines_are_texts_of_their_own() {
        let text = Text::literal("a b \n\n  c\n", 5);
        let lines: Vec<_> =
            text.lines().iter().map(|l| (l.as_str().to_owned(), l.whole())).collect();
        assert_eq!(lines, [("a b".to_owned(), 5..8), ("c".to_owned(), 13..14)]);
    }
}
