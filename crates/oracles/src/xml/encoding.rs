//! The decoding of XML held against encoding_rs.

use std::borrow::Cow;
use std::ops::Range;

use ampache_error::xml::{Decoded, FAULTS_KEPT, decode};
use encoding_rs::{BIG5, DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use faultbook_core::{Fault, FaultKind, Found};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn encoding(&self, decoded: &Decoded<'_>) -> &'static str {
        decoded.encoding()
    }

    fn text<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, str> {
        Cow::Borrowed(decoded.text())
    }

    fn is_borrowed(&self, decoded: &Decoded<'_>) -> bool {
        decoded.borrowed().is_some()
    }

    fn position(&self, decoded: &Decoded<'_>, at: usize) -> usize {
        decoded.position(at)
    }

    fn span(&self, decoded: &Decoded<'_>, span: Range<usize>) -> Range<usize> {
        decoded.span(span)
    }

    fn faults<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, [Fault]> {
        Cow::Borrowed(decoded.faults())
    }
}

struct Real;

impl Subject for Real {}

/// Any bytes: the encoding is the one that a byte order mark, the first bytes or an ordinary
/// declaration name; the text and the places of broken bytes are those of encoding_rs; the text is
/// a part of the body exactly where it can be; every character lies where bytes stand that decode
/// to it, one after the other from the mark to the end. Decoding again gives the same.
///
/// # Panics
///
/// Where that does not hold.
pub fn xml_encoding(body: &[u8]) {
    holds(&Real, body);
}

/// What nobody reads: UTF-32 and EBCDIC.
const UNREAD: [&[u8]; 5] =
    [b"\0\0\xFE\xFF", b"\xFF\xFE\0\0", b"\0\0\0<", b"<\0\0\0", b"\x4C\x6F\xA7\x94"];

fn holds(subject: &impl Subject, body: &[u8]) {
    let decoded = decode(body);
    let faults = subject.faults(&decoded);
    check_faults(body, &decoded, &faults);
    if UNREAD.into_iter().any(|first| body.starts_with(first)) {
        assert!(subject.text(&decoded).is_empty() && faults.len() == 1, "{faults:?}");
        assert_eq!(subject.position(&decoded, 0), body.len());
        return;
    }

    let name = subject.encoding(&decoded);
    let encoding = Encoding::for_label(name.as_bytes()).expect("it is named as in the standard");
    let (mark, named) = named(body, encoding);
    assert_eq!(decoded.has_byte_order_mark(), mark > 0);
    let ascii = match named {
        Named::As(named) => {
            assert_eq!(named.name(), name, "{}", body.escape_ascii());
            false
        }
        Named::Ascii => true,
        Named::Unclear => faults.iter().any(|fault| fault.expected() == "ASCII, as declared"),
    };

    let bytes = &body[mark..];
    let text = subject.text(&decoded);
    let (expected, mut broken) = decode_whole(encoding, bytes);
    assert_eq!(text, expected, "{name}: {}", body.escape_ascii());
    if ascii {
        let high = bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii());
        broken = high.map(|(at, _)| at..at + 1).collect();
    }
    let ours: Vec<_> = faults.iter().filter(|fault| is_broken(fault)).map(Fault::span).collect();
    let theirs = broken.iter().map(|span| span.start + mark..span.end + mark);
    assert!(theirs.take(ours.len()).eq(ours.iter().cloned()), "{name}: {ours:?}, not {broken:?}");
    // A mark that is missing and a label that does not fit are the others.
    let others = faults.len() + decoded.more_faults() - broken.len().min(faults.len());
    if decoded.more_faults() == 0 {
        assert_eq!(ours.len(), broken.len(), "{name}: {ours:?}, not {broken:?}");
        assert!(others <= 2, "{faults:?}");
    } else {
        assert!(broken.len() + 2 >= FAULTS_KEPT + decoded.more_faults(), "{name}: {broken:?}");
    }

    let same = std::str::from_utf8(bytes).is_ok_and(|bytes| *bytes == *text);
    let single =
        encoding != ISO_2022_JP || Encoding::iso_2022_jp_ascii_valid_up_to(bytes) == bytes.len();
    // Of no text there is nothing to borrow.
    if !text.is_empty() {
        let is_borrowed = subject.is_borrowed(&decoded);
        assert_eq!(is_borrowed, same && single, "{name}: {}", body.escape_ascii());
    }
    if let Some(part) = decoded.borrowed() {
        let own = part.as_bytes().as_ptr_range() == bytes.as_ptr_range();
        assert!(own || part.is_empty(), "{name}: not borrowed from {}", body.escape_ascii());
    }
    check_map(subject, body, &decoded, &text, (encoding, mark));

    if body.len() <= 4_096 {
        let again = decode(body);
        assert_eq!((again.text(), again.encoding()), (decoded.text(), decoded.encoding()));
        assert_eq!(again.faults(), decoded.faults());
    }
}

/// Whether a fault is of bytes that are no character.
fn is_broken(fault: &Fault) -> bool {
    matches!(fault.expected(), "UTF-8" | "the declared encoding" | "ASCII, as declared")
}

fn check_faults(body: &[u8], decoded: &Decoded<'_>, faults: &[Fault]) {
    assert!(!decoded.encoding().is_empty());
    assert!(faults.len() <= FAULTS_KEPT);
    assert!(decoded.more_faults() == 0 || faults.len() == FAULTS_KEPT);
    assert!(faults.is_sorted_by_key(|fault| fault.span().start), "{faults:?}");
    for fault in faults {
        let found = body.get(fault.span()).unwrap_or_else(|| panic!("{fault:?} is no part"));
        let fits = match fault.found() {
            Found::Byte(byte) => found.first() == Some(&byte),
            Found::Phrase(phrase) => !phrase.is_empty(),
            Found::End => found.is_empty(),
            Found::Char(_) => false,
        };
        assert!(fits && fault.kind() == FaultKind::Encoding, "{fault:?}");
        assert!(!fault.expected().is_empty());
    }
    if let Some(fault) = faults.first() {
        assert!(!fault.to_string().is_empty());
    }
}

/// Which encoding a body names.
enum Named {
    As(&'static Encoding),
    /// ASCII, which the Encoding Standard reads as windows-1252: no byte above 0x7F is right.
    Ascii,
    /// Not in a way that everyone reads alike.
    Unclear,
}

/// The length of the byte order mark, and the encoding that is named. In UTF-16 what the
/// declaration says does not matter.
fn named(body: &[u8], read_as: &'static Encoding) -> (usize, Named) {
    if let Some((encoding, mark)) = Encoding::for_bom(body)
        && encoding != UTF_8
    {
        return (mark, Named::As(encoding));
    }
    if body.starts_with(b"\0<") {
        return (0, Named::As(UTF_16BE));
    }
    if body.starts_with(b"<\0") {
        return (0, Named::As(UTF_16LE));
    }
    let mark = if body.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let named = match declared(&body[mark..]) {
        Declared::Nothing => Named::As(UTF_8),
        Declared::Unclear => Named::Unclear,
        Declared::Label(label) => match Encoding::for_label_no_replacement(label) {
            // After the mark of UTF-8 nothing else can be.
            Some(encoding)
                if mark == 0 && (encoding.is_ascii_compatible() || encoding == ISO_2022_JP) =>
            {
                const ASCII: [&[u8]; 3] = [b"ascii", b"us-ascii", b"ansi_x3.4-1968"];
                if ASCII.iter().any(|ascii| ascii.eq_ignore_ascii_case(label)) {
                    assert_eq!(encoding, read_as);
                    Named::Ascii
                } else {
                    Named::As(encoding)
                }
            }
            _ => Named::As(UTF_8),
        },
    };
    (mark, named)
}

enum Declared<'b> {
    Label(&'b [u8]),
    Nothing,
    Unclear,
}

/// The label in a declaration: such as most documents have, or none at all.
fn declared(bytes: &[u8]) -> Declared<'_> {
    let is_space = |byte: &u8| b" \t\r\n".contains(byte);
    let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
    let Some(rest) = bytes[start..].strip_prefix(b"<?xml") else { return Declared::Nothing };
    if !rest.first().is_some_and(is_space) {
        // An instruction of another name, such as `xml-stylesheet`.
        return Declared::Nothing;
    }
    let end = rest.windows(2).position(|bytes| bytes == b"?>");
    let declaration = end.map_or(rest, |end| &rest[..end]);
    if !declaration.windows(8).any(|bytes| bytes == b"encoding") {
        return Declared::Nothing;
    }
    let label = |quote: u8| {
        let before = if quote == b'"' {
            &b" version=\"1.0\" encoding=\""[..]
        } else {
            b" version='1.0' encoding='"
        };
        let rest = declaration.strip_prefix(before)?;
        let length = rest.iter().position(|&byte| byte == quote)?;
        let (label, after) = (&rest[..length], rest[length + 1..].trim_ascii());
        let plain = label.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte));
        (plain && after.is_empty()).then_some(label)
    };
    let found = end.and_then(|_| label(b'"').or_else(|| label(b'\'')));
    found.map_or(Declared::Unclear, Declared::Label)
}

/// The text with U+FFFD for each broken sequence, and where these stand: encoding_rs, in one go.
fn decode_whole<'b>(
    encoding: &'static Encoding,
    bytes: &'b [u8],
) -> (Cow<'b, str>, Vec<Range<usize>>) {
    if encoding == UTF_8
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return (Cow::Borrowed(text), Vec::new());
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len());
    let mut room = [0; 1_024];
    let mut broken = Vec::new();
    let mut at = 0;
    loop {
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut room, true);
        text.push_str(std::str::from_utf8(&room[..written]).expect("it decodes to UTF-8"));
        at += read;
        match result {
            DecoderResult::InputEmpty => return (Cow::Owned(text), broken),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                let end = at - usize::from(after);
                broken.push(end - usize::from(length)..end);
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
}

/// Every character against the bytes at its place; past the first ones, those beside the places
/// from which positions are counted, and not too many.
fn check_map(
    subject: &impl Subject,
    body: &[u8],
    decoded: &Decoded<'_>,
    text: &str,
    (encoding, mark): (&'static Encoding, usize),
) {
    /// The first ones.
    const ALL: usize = 128;
    /// Where positions are counted from lies a multiple of this many characters.
    const EVERY: usize = 1_024;
    /// The last one.
    const MOST: usize = 64 * EVERY;
    let end = text.len();
    assert_eq!(subject.position(decoded, end), body.len());
    assert_eq!(subject.span(decoded, end..end), body.len()..body.len());
    let first = if text.is_empty() { body.len() } else { mark };
    assert_eq!(subject.position(decoded, 0), first, "{}", body.escape_ascii());
    let mut last = mark;
    for (index, (at, c)) in text.char_indices().enumerate() {
        if index == MOST {
            break;
        }
        if index >= ALL && !matches!(index % EVERY, 0 | 1 | 1_023) {
            continue;
        }
        let span = subject.span(decoded, at..at + c.len_utf8());
        let start = subject.position(decoded, at);
        assert_eq!(span.start, start, "{c:?} at {at}");
        assert!(last <= start && (index >= ALL || last == start), "{c:?}: {start} after {last}");
        let bytes = body.get(span.clone()).unwrap_or_else(|| panic!("{c:?} lies at {span:?}"));
        // The state in which these bytes are read is not here.
        if encoding != ISO_2022_JP {
            let alone = encoding.decode_without_bom_handling(bytes).0;
            let is_it = alone.chars().eq([c]) || encoding == BIG5 && is_pair(&alone, c);
            assert!(is_it, "{c:?}: {bytes:?} at {span:?} is {alone:?}");
        }
        last = span.end;
    }
}

/// Big5 has four pairs of bytes that are a letter and a combining mark; to the mark belong none.
fn is_pair(alone: &str, c: char) -> bool {
    match c {
        '\u{304}' | '\u{30c}' => alone.is_empty(),
        _ => {
            let mut characters = alone.chars();
            characters.next() == Some(c)
                && matches!(c, 'Ê' | 'ê')
                && matches!(characters.as_str(), "\u{304}" | "\u{30c}")
        }
    }
}

#[cfg(test)]
pub(crate) const XML_ENCODING_LIES: &[crate::testing::Lie] = {
    struct PositionsOfTheText;
    impl Subject for PositionsOfTheText {
        fn position(&self, decoded: &Decoded<'_>, at: usize) -> usize {
            let mark = if decoded.has_byte_order_mark() { decoded.position(0) } else { 0 };
            if at >= decoded.text().len() { decoded.position(at) } else { mark + at }
        }

        fn span(&self, decoded: &Decoded<'_>, span: Range<usize>) -> Range<usize> {
            self.position(decoded, span.start)..self.position(decoded, span.end)
        }
    }

    struct MarkIsForgotten;
    impl Subject for MarkIsForgotten {
        fn position(&self, decoded: &Decoded<'_>, at: usize) -> usize {
            let mark = if decoded.has_byte_order_mark() { decoded.position(0) } else { 0 };
            let position = decoded.position(at);
            if at < decoded.text().len() { position - mark } else { position }
        }
    }

    struct MarkIsText;
    impl Subject for MarkIsText {
        fn text<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, str> {
            let mark = if decoded.has_byte_order_mark() { "\u{feff}" } else { "" };
            Cow::Owned(format!("{mark}{}", decoded.text()))
        }
    }

    struct SpansEndWithTheirLastCharactersFirstByte;
    impl Subject for SpansEndWithTheirLastCharactersFirstByte {
        fn span(&self, decoded: &Decoded<'_>, span: Range<usize>) -> Range<usize> {
            let start = decoded.position(span.start);
            start..if span.is_empty() { start } else { decoded.position(span.end - 1) + 1 }
        }
    }

    struct LabelIsIgnored;
    impl Subject for LabelIsIgnored {
        fn encoding(&self, _: &Decoded<'_>) -> &'static str {
            "UTF-8"
        }
    }

    /// Latin-1 as what it is called, and not as what it is read as.
    struct ControlsOfLatin1;
    impl Subject for ControlsOfLatin1 {
        fn text<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, str> {
            if decoded.encoding() == "windows-1252" {
                Cow::Owned(decoded.text().replace('€', "\u{80}"))
            } else {
                Cow::Borrowed(decoded.text())
            }
        }
    }

    struct BrokenBytesAreReplacedInSilence;
    impl Subject for BrokenBytesAreReplacedInSilence {
        fn faults<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, [Fault]> {
            decoded.faults().iter().filter(|fault| !is_broken(fault)).cloned().collect()
        }
    }

    struct BrokenBytesAreOneByte;
    impl Subject for BrokenBytesAreOneByte {
        fn faults<'d>(&self, decoded: &'d Decoded<'_>) -> Cow<'d, [Fault]> {
            let one = |fault: &Fault| {
                let start = fault.span().start;
                if is_broken(fault) {
                    fault.clone().with_span(start..start + 1)
                } else {
                    fault.clone()
                }
            };
            decoded.faults().iter().map(one).collect()
        }
    }

    struct EverythingIsOwned;
    impl Subject for EverythingIsOwned {
        fn is_borrowed(&self, _: &Decoded<'_>) -> bool {
            false
        }
    }

    crate::testing::lies!["xml_encoding", holds;
        "positions are those of the text": PositionsOfTheText,
        "positions do not count the mark": MarkIsForgotten,
        "the mark is a character of the text": MarkIsText,
        "a span ends one byte into its last character": SpansEndWithTheirLastCharactersFirstByte,
        "the declared encoding is ignored": LabelIsIgnored,
        "0x80 is a control character in Latin-1": ControlsOfLatin1,
        "broken bytes are replaced without a word": BrokenBytesAreReplacedInSilence,
        "every broken sequence is one byte long": BrokenBytesAreOneByte,
        "nothing is ever borrowed": EverythingIsOwned,
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_declaration_names() {
        for (body, name) in [
            (&b"<a/>"[..], Some("UTF-8")),
            (b"<?xml version=\"1.0\"?>", Some("UTF-8")),
            (b"<?xml version='1.0' encoding='latin1' ?>", Some("windows-1252")),
            (b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>", Some("UTF-8")),
            (b"<?xml version=\"1.0\" encoding=\"nonsense\"?>", Some("UTF-8")),
            (b"\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"Big5\"?>", Some("UTF-8")),
            (b"<\0", Some("UTF-16LE")),
            (b"\xFE\xFF", Some("UTF-16BE")),
            (b"<?xml encoding='latin1' version='1.0'?>", None),
        ] {
            let found = match named(body, UTF_8).1 {
                Named::As(encoding) => Some(encoding.name()),
                Named::Ascii | Named::Unclear => None,
            };
            assert_eq!(found, name, "{}", body.escape_ascii());
        }
    }

    #[test]
    fn a_pair_of_bytes_that_is_two_characters() {
        let body = b"<?xml version=\"1.0\" encoding=\"Big5\"?><a>\x88\x62\x88\xa5</a>";
        assert!(decode(body).text().contains("Ê\u{304}ê\u{30c}"));
        xml_encoding(body);
    }
}
