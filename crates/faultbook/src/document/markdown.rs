//! Markdown: the blocks are pulldown-cmark's, the tables are not.
//!
//! A GFM table takes every line that follows it without a blank line for a row, and drops the cells
//! that its header has no column for: prose and a second table would be lost in the first one.
//! Here a table is found by its delimiter row, ends with a line that has no cells, and loses none.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Code, Text};
use super::html;
use super::pipes::{self, Line, columns};

/// Reads `text`, which begins at byte `base` of the document.
pub(super) fn blocks(text: &str, base: usize) -> Vec<Block> {
    let mut reader = Reader { source: text, base, ..Reader::default() };
    for (event, span) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
        if span.start >= reader.resume {
            reader.event(event, span);
        }
    }
    reader.flush(text.len());
    reader.blocks
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    base: usize,
    blocks: Vec<Block>,
    /// The text of the block that is being read, and where that begins.
    text: Text,
    start: Option<usize>,
    /// For each open item whether its first text was read.
    items: Vec<bool>,
    lists: usize,
    code: Option<Code>,
    in_heading: bool,
    /// What stands before this byte was read as HTML.
    resume: usize,
    /// Whether there is a table of HTML that nothing ends.
    is_open: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(end) => self.end(end, &span),
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak => {
                self.start.get_or_insert(span.start);
                let text = match &mut self.code {
                    Some(code) => &mut code.text,
                    None => &mut self.text,
                };
                push_inline(text, &event, self.source, span, self.base);
            }
            Event::InlineHtml(_) => {
                self.start.get_or_insert(span.start);
                push_inline(&mut self.text, &event, self.source, span, self.base);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                self.flush(span.start);
                self.start = Some(span.start);
            }
            Tag::Heading { .. } => {
                self.flush(span.start);
                self.in_heading = true;
            }
            Tag::CodeBlock(kind) => {
                self.flush(span.start);
                let language = match kind {
                    CodeBlockKind::Fenced(info) => {
                        info.split([' ', ',', '{']).next().map(str::to_owned)
                    }
                    CodeBlockKind::Indented => None,
                };
                let language = language.filter(|language| !language.is_empty());
                self.code = Some(Code { language, text: Text::default() });
            }
            Tag::HtmlBlock => {
                self.flush(span.start);
                self.html(span);
            }
            Tag::List(_) => {
                self.flush(span.start);
                if self.lists == 0 {
                    self.blocks.push(Block::ListStart);
                }
                self.lists += 1;
            }
            Tag::Item => {
                self.flush(span.start);
                self.items.push(false);
            }
            Tag::BlockQuote(_) => self.flush(span.start),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd, span: &Range<usize>) {
        match end {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::BlockQuote(_) => self.flush(span.end),
            TagEnd::Item => {
                self.flush(span.end);
                self.items.pop();
            }
            TagEnd::List(_) => {
                self.flush(span.end);
                self.lists = self.lists.saturating_sub(1);
            }
            TagEnd::CodeBlock => {
                if let Some(mut code) = self.code.take() {
                    code.text = without_last_break(&code.text);
                    self.blocks.push(Block::Code(code));
                }
                self.start = None;
            }
            _ => {}
        }
    }

    /// A block of HTML. CommonMark ends it at a blank line, which ends no table.
    fn html(&mut self, span: Range<usize>) {
        let mut end = span.end;
        let inside = self.source.get(span.clone()).unwrap_or_default().to_ascii_lowercase();
        let opened = inside.matches("<table").count();
        if opened > inside.matches("</table").count() && !self.is_open {
            let rest = self.source.get(end..).unwrap_or_default();
            match find_ignoring_case(rest, "</table>") {
                Some(at) => end += at + "</table>".len(),
                None => self.is_open = true,
            }
        }
        let text = self.source.get(span.start..end).unwrap_or_default();
        self.blocks.extend(html::blocks(text, self.base + span.start));
        self.resume = end;
        self.start = None;
    }

    /// What was read since the last block is one, ending at `end`.
    fn flush(&mut self, end: usize) {
        let text = std::mem::take(&mut self.text);
        let start = self.start.take().unwrap_or(end);
        if std::mem::take(&mut self.in_heading) {
            if !text.is_blank() {
                self.blocks.push(Block::Heading(text.part(0..text.as_str().len())));
            }
            return;
        }
        if text.is_blank() {
            return;
        }
        let source = self.source.get(start..end).unwrap_or_default();
        let depth = self.items.len();
        let has_table = source.lines().any(|line| columns(bare(line)).is_some())
            || pipes::goes_on(self.blocks.last(), source.lines().map(bare));
        if let Some(read) = self.items.last_mut()
            && !has_table
        {
            let depth = if std::mem::replace(read, true) { depth } else { depth - 1 };
            self.blocks.push(Block::Item { depth, text: text.part(0..text.as_str().len()) });
        } else if has_table {
            self.with_tables(start..end);
        } else {
            self.blocks.push(Block::Paragraph(text.lines()));
        }
    }

    /// Lines among which there are delimiter rows, or which are rows of the table before them.
    fn with_tables(&mut self, span: Range<usize>) {
        let mut lines = Vec::new();
        let mut start = span.start;
        for line in self.source.get(span).unwrap_or_default().split_inclusive('\n') {
            let text = bare(line);
            // What is cut off before the line is what is left without it.
            let at = start + (line.len() - line.trim_start_matches(['>', ' ', '\t']).len());
            if !text.is_empty() {
                lines.push(Line { text, at: self.base + at });
            }
            start += line.len();
        }
        let mut blocks = std::mem::take(&mut self.blocks);
        let read = |line: &Line<'_>, cell: Range<usize>| {
            let start = line.at - self.base;
            self.inline(start + cell.start..start + cell.end)
        };
        let span = |line: &Line<'_>, part: Range<usize>| line.at + part.start..line.at + part.end;
        pipes::blocks(&lines, &read, &span, &mut blocks);
        self.blocks = blocks;
    }

    /// Reads bytes of one line as inline text.
    fn inline(&self, span: Range<usize>) -> Text {
        // Behind a word a line begins no block, whatever it begins with.
        const WORD: &str = "x ";
        let slice = self.source.get(span.clone()).unwrap_or_default();
        let line = format!("{WORD}{slice}");
        let mut text = Text::default();
        for (event, at) in Parser::new_ext(&line, Options::empty()).into_offset_iter() {
            if at.end <= WORD.len() {
                continue;
            }
            let at = at.start.saturating_sub(WORD.len())..at.end - WORD.len();
            // The first text begins with the word.
            if let Event::Text(found) = &event
                && at.start == 0
                && let Some(rest) = found.strip_prefix(WORD)
            {
                let start = self.base + span.start;
                text.push(rest, start..start + at.end, true);
                continue;
            }
            push_inline(&mut text, &event, slice, at, self.base + span.start);
        }
        text.part(0..text.as_str().len())
    }
}

/// Adds an inline event to a text. `span` is of `source`, which begins at `base` of the document.
fn push_inline(text: &mut Text, event: &Event<'_>, source: &str, span: Range<usize>, base: usize) {
    let slice = source.get(span.clone()).unwrap_or_default();
    let start = base + span.start;
    let whole = start..base + span.end;
    match event {
        Event::Text(found) => text.push(found, whole, &**found == slice),
        Event::Code(found) => {
            // A table's pipe is escaped inside of code as well.
            let unescaped = found.replace("\\|", "|");
            match slice.find(&**found).filter(|_| unescaped.len() == found.len()) {
                Some(at) => text.push(found, start + at..start + at + found.len(), true),
                None => text.push(&unescaped, whole, false),
            }
        }
        Event::SoftBreak | Event::HardBreak => text.push("\n", whole, false),
        Event::InlineHtml(tag)
            if tag.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("<br")) =>
        {
            text.push("\n", whole, false);
        }
        _ => {}
    }
}

/// A line without the marks of a quotation and the white space around it.
fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// A listing without the line break at its end.
fn without_last_break(text: &Text) -> Text {
    let kept = text.as_str();
    let kept = kept.strip_suffix('\n').unwrap_or(kept);
    let kept = kept.strip_suffix('\r').unwrap_or(kept);
    text.exact(0..kept.len())
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    text.as_bytes()
        .windows(what.len())
        .position(|window| window.eq_ignore_ascii_case(what.as_bytes()))
}
