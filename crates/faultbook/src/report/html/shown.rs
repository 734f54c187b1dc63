//! Bytes as the page shows them: text cut at the ends of spans, so that a script can mark them
//! without counting bytes.

use std::fmt::Write as _;
use std::ops::Range;

use serde::Serialize;

use crate::report::excerpt::Positions;

/// What of a body or a field value is shown: all of it, or pieces round its spans.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Shown {
    /// How many bytes there are.
    pub(super) length: usize,
    /// Whether characters that cannot be seen stand as escapes.
    pub(super) escaped: bool,
    /// Whether bytes that are no UTF-8 stand as U+FFFD.
    pub(super) lossy: bool,
    pub(super) parts: Vec<Part>,
}

impl Shown {
    /// How many bytes are shown.
    pub(super) fn size(&self) -> usize {
        self.parts.iter().map(|part| part.end - part.start).sum()
    }
}

/// Bytes that stand together.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where its first character stands, from 1.
    pub(super) line: usize,
    pub(super) column: usize,
    /// Its text, cut where a span begins or ends.
    pub(super) pieces: Vec<String>,
    /// Which spans lie in it: number, first piece, piece after the last. The two pieces are the
    /// same where a span is empty.
    pub(super) marks: Vec<[usize; 3]>,
}

/// Shows at most about `most` bytes: everything, or else the beginning and what stands round both
/// ends of each span. A span's number is what stands beside it.
pub(super) fn shown(bytes: &[u8], spans: &[(usize, Range<usize>)], most: usize) -> Shown {
    let clamp = |at: usize| at.min(bytes.len());
    let spans: Vec<(usize, Range<usize>)> = spans
        .iter()
        .map(|(number, span)| (*number, clamp(span.start)..clamp(span.end.max(span.start))))
        .collect();
    let mut out = Shown { length: bytes.len(), escaped: false, lossy: false, parts: Vec::new() };
    let mut positions = Positions::new(bytes);
    // An empty span where two parts meet is shown once.
    let mut last_end = None;
    for window in windows(bytes, &spans, most) {
        let position = positions.of(window.start);
        let text = bytes.get(window.clone()).unwrap_or_default();
        let inside: Vec<(usize, Range<usize>)> = spans
            .iter()
            .filter(|(_, span)| {
                let is_point = span.is_empty()
                    && (window.start..=window.end).contains(&span.start)
                    && last_end != Some(span.start);
                is_point || (span.start < window.end && span.end > window.start)
            })
            .map(|(number, span)| {
                let local = |at: usize| at.clamp(window.start, window.end) - window.start;
                (*number, local(span.start)..local(span.end))
            })
            .collect();
        let (pieces, marks) = cut(text, &inside, &mut out.escaped, &mut out.lossy);
        last_end = Some(window.end);
        out.parts.push(Part {
            start: window.start,
            end: window.end,
            line: position.line,
            column: position.column,
            pieces,
            marks,
        });
    }
    out
}

/// What is shown, in ascending order and apart from each other.
fn windows(bytes: &[u8], spans: &[(usize, Range<usize>)], most: usize) -> Vec<Range<usize>> {
    /// Less than this between two windows is shown as well.
    const GAP: usize = 32;
    /// The least that is shown on each side of a span's end.
    const LEAST: usize = 64;
    if bytes.len() <= most {
        return vec![0..bytes.len(); 1];
    }
    let mut points = vec![0];
    points.extend(spans.iter().flat_map(|(_, span)| [span.start, span.end]));
    points.sort_unstable();
    points.dedup();
    let margin = (most / (2 * points.len())).max(LEAST);
    points.truncate(most / (2 * margin));
    let mut windows: Vec<Range<usize>> = Vec::new();
    for point in points {
        let window = point.saturating_sub(margin)..(point + margin).min(bytes.len());
        match windows.last_mut() {
            Some(last) if window.start <= last.end + GAP => last.end = window.end,
            _ => windows.push(window),
        }
    }
    for window in &mut windows {
        window.start = boundary(bytes, window.start);
        window.end = boundary(bytes, window.end);
    }
    windows
}

/// The same place, or the beginning of the character that it stands in.
fn boundary(bytes: &[u8], at: usize) -> usize {
    let goes_on = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    // Of four bytes that go on with a character none begins one: there is no character then.
    (at.saturating_sub(3)..=at).rev().find(|&at| !goes_on(at)).unwrap_or(at)
}

/// The text of some bytes, cut where spans begin and end, and the pieces that each span takes. A
/// span that begins or ends inside a character takes all of it.
fn cut(
    bytes: &[u8],
    spans: &[(usize, Range<usize>)],
    escaped: &mut bool,
    lossy: &mut bool,
) -> (Vec<String>, Vec<[usize; 3]>) {
    let mut ends: Vec<usize> = spans.iter().flat_map(|(_, span)| [span.start, span.end]).collect();
    ends.sort_unstable();
    ends.dedup();
    // For each of `ends`: before which piece the character begins that it stands in, and before
    // which piece the next one does.
    let mut before: Vec<[usize; 2]> = Vec::with_capacity(ends.len());
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut next = ends.iter().copied().peekable();
    for (start, end, c) in characters(bytes) {
        if next.peek() == Some(&start) {
            next.next();
            if !text.is_empty() {
                pieces.push(std::mem::take(&mut text));
            }
            before.push([pieces.len(); 2]);
        }
        let inside = next.peek().is_some_and(|&at| at < end);
        if inside {
            if !text.is_empty() {
                pieces.push(std::mem::take(&mut text));
            }
            while next.next_if(|&at| at < end).is_some() {
                before.push([pieces.len(), pieces.len() + 1]);
            }
        }
        match c {
            None => {
                *lossy = true;
                text.push('\u{FFFD}');
            }
            Some(c) => *escaped |= push_visible(&mut text, c),
        }
        if inside {
            pieces.push(std::mem::take(&mut text));
        }
    }
    if !text.is_empty() {
        pieces.push(text);
    }
    before.extend(next.map(|_| [pieces.len(); 2]));
    let piece = |at: usize| ends.binary_search(&at).ok().and_then(|index| before.get(index));
    let marks = spans.iter().filter_map(|(number, span)| {
        let ([first, _], [begin, end]) = (piece(span.start)?, piece(span.end)?);
        // What is empty stays so, also inside a character.
        Some([*number, *first, if span.is_empty() { *begin } else { *end }])
    });
    let marks = marks.collect();
    (pieces, marks)
}

/// Each character with the bytes that it takes; `None` for bytes that are no UTF-8, as many at a
/// time as stand for one U+FFFD (`str::from_utf8_lossy`).
fn characters(bytes: &[u8]) -> impl Iterator<Item = (usize, usize, Option<char>)> {
    let chunks = bytes.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().len();
        let valid = chunk.valid().chars().map(|c| (c.len_utf8(), Some(c)));
        valid.chain((invalid > 0).then_some((invalid, None)))
    });
    chunks.scan(0, |at, (length, c)| {
        let start = *at;
        *at += length;
        Some((start, *at, c))
    })
}

/// The names of the control characters of ASCII, U+0000 to U+001F (RFC 20 section 5.2).
const CONTROLS: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
    "FS", "GS", "RS", "US",
];

/// Adds a character as it can be seen; whether that is another than it is.
///
/// Escaped are control characters (but line ends and tabs), and what has no width, breaks lines
/// unseen or turns the direction of writing (Unicode Standard Annex 9, section 2).
fn push_visible(text: &mut String, c: char) -> bool {
    if matches!(c, '\n' | '\t') || !is_unseen(c) {
        text.push(c);
        return false;
    }
    let number = u32::from(c);
    let name = usize::try_from(number).ok().and_then(|index| CONTROLS.get(index));
    _ = match name {
        Some(name) => write!(text, "‹{name}›"),
        None => write!(text, "‹U+{number:04X}›"),
    };
    true
}

fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1F}'
            | '\u{7F}'..='\u{9F}'
            | '\u{AD}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// A text as it can be seen, at most about `most` bytes of it.
pub(super) fn visible(text: &str, most: usize) -> String {
    if text.len() <= most && text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(most));
    for c in text.chars() {
        if out.len() >= most {
            out.push('…');
            break;
        }
        push_visible(&mut out, c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text of each mark in each part, and all text.
    fn show(bytes: &[u8], spans: &[Range<usize>], most: usize) -> (Vec<(usize, String)>, String) {
        let spans: Vec<_> = spans.iter().cloned().enumerate().collect();
        let shown = shown(bytes, &spans, most);
        let marks = shown.parts.iter().flat_map(|part| {
            let text = |mark: &[usize; 3]| (mark[0], part.pieces[mark[1]..mark[2]].concat());
            part.marks.iter().map(text)
        });
        let text: Vec<String> = shown.parts.iter().map(|part| part.pieces.concat()).collect();
        (marks.collect(), text.join("|"))
    }

    fn owned(marks: &[(usize, &str)]) -> Vec<(usize, String)> {
        marks.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
    }

    #[test]
    fn spans_that_lie_in_each_other_overlap_or_are_empty() {
        let (marks, text) = show(b"abcdefgh", &[0..8, 2..4, 3..6, 4..4, 8..8, 0..0], 99);
        let expected = [(0, "abcdefgh"), (1, "cd"), (2, "def"), (3, ""), (4, ""), (5, "")];
        assert_eq!((marks, text.as_str()), (owned(&expected), "abcdefgh"));
        let shown = shown(b"abcdefgh", &[(7, 4..4)], 99);
        assert_eq!(shown.parts[0].marks, [[7, 1, 1]]);
        assert_eq!(shown.parts[0].pieces, ["abcd", "efgh"]);
    }

    #[test]
    fn spans_are_bytes_whatever_stands_there() {
        // é takes two bytes and 😀 four; FF and FE are no UTF-8; the last three are a cut 😀.
        let body = b"\xC3\xA9\xF0\x9F\x98\x80\xFF\xFEx\xF0\x9F\x98";
        let (marks, text) = show(body, &[0..2, 2..6, 6..7, 7..8, 8..9, 9..12, 6..9], 99);
        let fffd = "\u{FFFD}";
        let expected = [
            (0, "é"),
            (1, "😀"),
            (2, fffd),
            (3, fffd),
            (4, "x"),
            (5, fffd),
            (6, "\u{FFFD}\u{FFFD}x"),
        ];
        assert_eq!(text, String::from_utf8_lossy(body));
        assert_eq!(marks, owned(&expected));
        // A span inside a character takes it; an empty one takes nothing.
        let (marks, _) = show(body, &[1..2, 3..5, 1..3, 4..4], 99);
        assert_eq!(marks, owned(&[(0, "é"), (1, "😀"), (2, "é😀"), (3, "")]));
    }

    #[test]
    fn what_cannot_be_seen_is_escaped_and_spans_still_fit() {
        let body = "a\0\u{202E}b\r\n\u{2028}\u{7F}\u{FEFF}";
        let (marks, text) = show(body.as_bytes(), &[1..2, 2..5, 5..6], 99);
        assert_eq!(text, "a‹NUL›‹U+202E›b‹CR›\n‹U+2028›‹U+007F›‹U+FEFF›");
        assert_eq!(marks, owned(&[(0, "‹NUL›"), (1, "‹U+202E›"), (2, "b")]));
        assert!(shown(body.as_bytes(), &[], 99).escaped);
        assert!(!shown("é\t\n".as_bytes(), &[], 99).escaped);
        assert_eq!(visible("abc\0def", 4), "abc‹NUL›…");
    }

    #[test]
    fn of_a_long_body_the_beginning_and_both_ends_of_a_span_are_shown() {
        let body = "é".repeat(500_000);
        let shown = shown(body.as_bytes(), &[(0, 400_000..800_001)], 6000);
        assert_eq!(shown.parts.len(), 3);
        assert!(shown.size() <= 6000 && shown.size() > 4000, "{}", shown.size());
        assert!(!shown.lossy, "windows begin and end with characters");
        let [beginning, start, end] = &shown.parts[..] else { panic!("{:?}", shown.parts) };
        assert_eq!((beginning.start, beginning.marks.len()), (0, 0));
        assert_eq!((start.line, start.column), (1, start.start / 2 + 1));
        let text = |part: &Part| {
            let [_, first, last] = part.marks[0];
            part.pieces[first..last].concat().len()
        };
        assert_eq!(text(start), start.end - 400_000);
        assert_eq!(text(end), 800_002 - end.start);
    }

    #[test]
    fn many_spans_stay_within_the_bound() {
        let body = vec![b'x'; 1_000_000];
        let spans: Vec<_> = (0..10_000).map(|n| (n, n * 100..n * 100 + 1)).collect();
        let shown = shown(&body, &spans, 64 << 10);
        assert!(shown.size() <= 64 << 10, "{}", shown.size());
        let marks: usize = shown.parts.iter().map(|part| part.marks.len()).sum();
        assert!(marks > 100, "{marks}");
    }

    #[test]
    fn lines_are_counted_in_what_is_left_out() {
        let body = "line\n".repeat(10_000);
        let shown = shown(body.as_bytes(), &[(0, 25_000..25_004)], 400);
        let part = &shown.parts[1];
        assert_eq!(part.line, part.start / 5 + 1);
        assert_eq!(part.column, part.start % 5 + 1);
    }

    /// Any spans of any bytes: the text is that of the bytes, and each mark covers the text of its
    /// span, widened to characters.
    #[test]
    fn every_span_of_every_small_body_is_marked() {
        let alphabet: [&[u8]; 6] =
            [b"a", b"\xC3\xA9", b"\xF0\x9F\x98\x80", b"\xFF", b"\xE2\x82", b"\n"];
        for n in 0..216 {
            let body = [alphabet[n % 6], alphabet[n / 6 % 6], alphabet[n / 36]].concat();
            let all: Vec<(usize, usize, Option<char>)> = characters(&body).collect();
            let spans: Vec<Range<usize>> = (0..=body.len())
                .flat_map(|start| (start..=body.len()).map(move |end| start..end))
                .collect();
            let (marks, text) = show(&body, &spans, 99);
            assert_eq!(text, String::from_utf8_lossy(&body), "{body:?}");
            assert_eq!(marks.len(), spans.len());
            for (span, (number, marked)) in spans.iter().zip(&marks) {
                assert_eq!(&spans[*number], span);
                let expected: String = all
                    .iter()
                    .filter(|(start, end, _)| *start < span.end && *end > span.start)
                    .filter(|_| !span.is_empty())
                    .map(|(_, _, c)| c.unwrap_or('\u{FFFD}'))
                    .collect();
                assert_eq!(marked, &expected, "{span:?} of {body:?}");
            }
        }
    }
}
