//! A short piece of a body around a span: whole where its line is short, cut where it is long.

use std::ops::Range;

/// A line longer than this, in bytes, is cut around the span.
pub(crate) const LONG: usize = 160;
/// What of a long line is shown on each side of the span, in bytes.
const MARGIN: usize = 60;

/// Where a byte of a body stands, as people count: lines and characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// Finds lines and columns. Asked for places in ascending order, it reads the body once.
#[derive(Debug)]
pub(crate) struct Positions<'a> {
    body: &'a [u8],
    /// How far was read, and which line that is in and where that line begins.
    read: usize,
    line: usize,
    line_start: usize,
    /// How many characters stand between `line_start` and `read`.
    characters: usize,
}

impl<'a> Positions<'a> {
    pub(crate) fn new(body: &'a [u8]) -> Self {
        Self { body, read: 0, line: 1, line_start: 0, characters: 0 }
    }

    /// The position of a byte; past the end, that of the end.
    pub(crate) fn of(&mut self, byte: usize) -> Position {
        let byte = byte.min(self.body.len());
        if byte < self.read {
            *self = Self::new(self.body);
        }
        let mut rest = self.body.get(self.read..byte).unwrap_or_default();
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            self.line += 1;
            self.read += end + 1;
            self.line_start = self.read;
            self.characters = 0;
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        // Every byte begins a character but those that go on with one of UTF-8.
        self.characters += rest.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        self.read = byte;
        Position { line: self.line, column: self.characters + 1 }
    }

    /// Where the line of the last position begins.
    fn line_start(&self) -> usize {
        self.line_start
    }
}

/// What is shown of a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text: one line, or a part of it. Bytes that are no text stand as U+FFFD.
    pub(crate) text: String,
    /// The span in `text`, in bytes.
    pub(crate) span: Range<usize>,
    /// Whether the line was cut.
    pub(crate) is_cut: bool,
}

/// The line in which `span` begins, or what stands around it there. A span over several lines is
/// shown to the end of its first.
pub(crate) fn excerpt(body: &[u8], span: &Range<usize>, positions: &mut Positions<'_>) -> Excerpt {
    let start = span.start.min(body.len());
    positions.of(start);
    let line_start = positions.line_start();
    let rest = body.get(start..).unwrap_or_default();
    // No more of the rest is looked at than can be shown.
    let seen = rest.get(..rest.len().min(LONG + 1)).unwrap_or_default();
    let line_end = seen.iter().position(|&byte| byte == b'\n').map(|length| start + length);
    let end = span.end.clamp(start, line_end.unwrap_or(start + seen.len()));
    let is_long = line_end.unwrap_or(body.len()) - line_start > LONG;
    let (from, to) = if is_long {
        let to = end.min(start + MARGIN) + MARGIN;
        (start.saturating_sub(MARGIN).max(line_start), to.min(line_end.unwrap_or(body.len())))
    } else {
        (line_start, line_end.unwrap_or(body.len()))
    };
    let from = boundary(body, from, line_start);
    let end = end.min(to);
    let part = |range: Range<usize>| text(body.get(range).unwrap_or_default());
    let before = if from > line_start { "…" } else { "" };
    let mut shown = format!("{before}{}", part(from..start));
    let marked = shown.len();
    shown.push_str(&part(start..end));
    let span = marked..shown.len();
    let rest = part(end..to);
    shown.push_str(rest.trim_end_matches('\r'));
    let is_cut =
        from > line_start || line_end.is_none_or(|line_end| to < line_end) && to < body.len();
    if is_cut && to < body.len() && line_end != Some(to) {
        shown.push('…');
    }
    Excerpt { text: shown, span, is_cut }
}

/// Moves a cut back to where a character begins, so that none is shown broken.
fn boundary(body: &[u8], mut at: usize, least: usize) -> usize {
    for _ in 0..3 {
        if at > least && body.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
            at -= 1;
        }
    }
    at
}

/// Text that is safe to show: what is no UTF-8 and what would move the cursor or turn the
/// direction of writing stands as U+FFFD.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .map(|c| match c {
            '\t' | '\r' => c,
            c if c.is_control() => '\u{FFFD}',
            '\u{FEFF}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2066}'..='\u{2069}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(body: &[u8], span: Range<usize>) -> (String, String, Position) {
        let mut positions = Positions::new(body);
        let excerpt = excerpt(body, &span, &mut positions);
        let marked = excerpt.text[excerpt.span.clone()].to_owned();
        (excerpt.text, marked, positions.of(span.start))
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let (text, marked, position) = show(b"{\n  \"a\": 1,\r\n  \"b\": 2\n}", 4..7);
        assert_eq!((text.as_str(), marked.as_str()), ("  \"a\": 1,", "\"a\""));
        assert_eq!(position, Position { line: 2, column: 3 });
    }

    #[test]
    fn the_end_can_be_pointed_at() {
        let (text, marked, position) = show(b"{\"a\":\n1", 7..7);
        assert_eq!((text.as_str(), marked.as_str()), ("1", ""));
        assert_eq!(position, Position { line: 2, column: 2 });
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides_and_between_characters() {
        let body = format!("{}\"here\"{}", "é".repeat(500_000), "é".repeat(500_000));
        let (text, marked, position) = show(body.as_bytes(), 1_000_000..1_000_006);
        assert_eq!(marked, "\"here\"");
        assert!(text.starts_with("…é") && text.ends_with('…'), "{text}");
        assert!(!text.contains('\u{FFFD}'), "{text}");
        assert!(text.len() < 300, "{}", text.len());
        assert_eq!(position, Position { line: 1, column: 500_001 });
    }

    #[test]
    fn a_long_span_is_shown_from_its_beginning() {
        let body = [b"x".repeat(10), b"y".repeat(100_000)].concat();
        let (text, marked, _) = show(&body, 10..100_010);
        assert!(text.starts_with("xxxxxxxxxxyyyy"), "{text}");
        assert!(marked.len() > 50 && text.len() < 300, "{}", text.len());
    }

    #[test]
    fn a_span_of_several_lines_ends_with_its_first() {
        let (text, marked, _) = show(b"a {\n b\n}", 2..8);
        assert_eq!((text.as_str(), marked.as_str()), ("a {", "{"));
    }

    #[test]
    fn bytes_that_are_no_text_and_controls_are_replaced() {
        let (text, marked, position) = show(b"ok \xFF\xFE \x1B[31m \xE2\x80\xAEx", 3..5);
        assert_eq!(text, "ok \u{FFFD}\u{FFFD} \u{FFFD}[31m \u{FFFD}x");
        assert_eq!(marked, "\u{FFFD}\u{FFFD}");
        assert_eq!(position.column, 4);
    }

    #[test]
    fn positions_in_any_order() {
        let body = "a\nbé\nc".as_bytes();
        let mut positions = Positions::new(body);
        for (byte, line, column) in [(6, 3, 1), (0, 1, 1), (5, 2, 3), (99, 3, 2), (2, 2, 1)] {
            assert_eq!(positions.of(byte), Position { line, column }, "byte {byte}");
        }
    }
}
