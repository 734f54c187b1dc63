//! The character classes of XML 1.0 (fifth edition).
//!
//! ```text
//! [2]  Char          ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]
//! [3]  S             ::= (#x20 | #x9 | #xD | #xA)+
//! [4]  NameStartChar ::= ":" | [A-Z] | "_" | [a-z] | [#xC0-#xD6] | [#xD8-#xF6] | [#xF8-#x2FF]
//!                      | [#x370-#x37D] | [#x37F-#x1FFF] | [#x200C-#x200D] | [#x2070-#x218F]
//!                      | [#x2C00-#x2FEF] | [#x3001-#xD7FF] | [#xF900-#xFDCF] | [#xFDF0-#xFFFD]
//!                      | [#x10000-#xEFFFF]
//! [4a] NameChar      ::= NameStartChar | "-" | "." | [0-9] | #xB7 | [#x0300-#x036F]
//!                      | [#x203F-#x2040]
//! [5]  Name          ::= NameStartChar (NameChar)*
//! ```

use std::ops::Range;

/// Whether XML 1.0 can carry this character at all (`Char`, section 2.2).
pub const fn is_char(c: char) -> bool {
    // A `char` is never a surrogate.
    !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

/// White space (`S`, section 2.3).
pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// The first character of a name (`NameStartChar`, section 2.3).
const fn is_name_start(c: char) -> bool {
    matches!(c,
        ':' | 'A'..='Z' | '_' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}'
        | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}'
        | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

/// A further character of a name (`NameChar`, section 2.3).
pub(super) const fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// Whether this is a name (`Name`, section 2.3).
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && name_length(text) == text.len()
}

/// What an ASCII character may be, as bits of [`CLASSES`].
const NAME_START: u8 = 1;
const NAME: u8 = 2;
const SPACE: u8 = 4;

/// The classes of every byte: of ASCII characters alone.
#[expect(clippy::indexing_slicing, reason = "a table of 256 has an entry for each byte")]
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 0x80_u8 {
        let c = byte as char;
        let start = if is_name_start(c) { NAME_START } else { 0 };
        let name = if is_name_char(c) { NAME } else { 0 };
        let space = if is_space(c) { SPACE } else { 0 };
        classes[byte as usize] = start | name | space;
        byte += 1;
    }
    classes
};

#[inline]
fn is_in(byte: u8, class: u8) -> bool {
    // A table of 256 has an entry for each byte.
    CLASSES.get(usize::from(byte)).is_some_and(|classes| classes & class > 0)
}

/// How many bytes at the beginning of `text` are a name; 0 where there is none.
#[inline]
pub(super) fn name_length(text: &str) -> usize {
    name_end(text, 0)
}

/// Where the name ends that begins at `start`; `start` itself where there is none.
#[inline]
pub(super) fn name_end(text: &str, start: usize) -> usize {
    // Nearly every name is in ASCII.
    let bytes = text.as_bytes();
    match bytes.get(start) {
        Some(&byte) if is_in(byte, NAME_START) => {}
        Some(byte) if !byte.is_ascii() => return long_name_end(text, start),
        _ => return start,
    }
    let mut end = start + 1;
    while let Some(&byte) = bytes.get(end) {
        if !is_in(byte, NAME) {
            if !byte.is_ascii() {
                return long_name_end(text, start);
            }
            break;
        }
        end += 1;
    }
    end
}

/// [`name_end`] of a name with characters outside ASCII.
#[cold]
fn long_name_end(text: &str, start: usize) -> usize {
    let mut characters = text.get(start..).unwrap_or_default().char_indices();
    match characters.next() {
        Some((_, first)) if is_name_start(first) => {}
        _ => return start,
    }
    characters.find(|&(_, c)| !is_name_char(c)).map_or(text.len(), |(at, _)| start + at)
}

/// How many bytes at the beginning of `text` are white space.
#[inline]
pub(super) fn space_length(text: &str) -> usize {
    space_end(text.as_bytes(), 0)
}

/// Where the white space ends that begins at `at`; `at` itself where there is none.
#[inline]
pub(super) fn space_end(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_in(byte, SPACE)) {
        at += 1;
    }
    at
}

/// Where at or after `at`, in a value that `quote` ends, the first character stands that means
/// something: `quote` itself, `<` or `&`.
#[inline]
pub(super) fn find_in_value(bytes: &[u8], at: usize, quote: u8) -> Option<usize> {
    /// Most values are shorter, and a search takes longer to set up than these to look at.
    const SHORT: usize = 16;
    let rest = bytes.get(at..)?;
    let means = |&byte: &u8| byte == quote || byte == b'<' || byte == b'&';
    let found = rest.iter().take(SHORT).position(means);
    found.map(|found| at + found).or_else(|| {
        let rest = rest.get(SHORT..)?;
        memchr::memchr3(quote, b'<', b'&', rest).map(|found| at + SHORT + found)
    })
}

/// Where the first `]]>` stands. Looking for its last character is what finds it soonest: `]` and
/// `>` are rare in text, and setting up a search for three costs more than a short text takes.
pub(super) fn find_section_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += memchr::memchr(b'>', bytes.get(at..)?)? + 1;
        if bytes.get(..at).is_some_and(|section| section.ends_with(b"]]>")) {
            return Some(at - "]]>".len());
        }
    }
}

/// Where, at or after `from`, the first `?>` stands.
pub(super) fn find_instruction_end(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.as_bytes().get(at..)?;
        let mark = memchr::memchr(b'?', rest)?;
        if rest.get(mark + 1) == Some(&b'>') {
            return Some(at + mark);
        }
        at += mark + 1;
    }
}

/// Where, at or after `from`, the first character stands that is no [`is_char`].
pub(super) fn find_forbidden(text: &str, from: usize) -> Option<usize> {
    /// Compared in blocks of this many bytes, without a branch inside.
    const BLOCK: usize = 32;
    // 1 where a forbidden character may begin with this byte, else 0.
    let suspicious = |byte: u8| control(byte) | u8::from(byte == NONCHARACTER[0]);
    let is_clean =
        |block: &[u8; BLOCK]| block.iter().fold(0, |any, &byte| any | suspicious(byte)) == 0;
    let bytes = text.as_bytes();
    let mut at = from;
    let mut rest = bytes.get(from..)?;
    while let Some((block, after)) = rest.split_first_chunk::<BLOCK>() {
        if !is_clean(block)
            && let Some(found) = find_forbidden_in(bytes, at..at + BLOCK)
        {
            return Some(found);
        }
        (at, rest) = (at + BLOCK, after);
    }
    // What is left over is compared as a block too, with a part of the one before it.
    let is_over = at - from >= BLOCK && bytes.last_chunk::<BLOCK>().is_some_and(is_clean);
    if is_over { None } else { find_forbidden_in(bytes, at..bytes.len()) }
}

/// The bytes that U+FFFE and U+FFFF begin with; many characters that are allowed have the first.
const NONCHARACTER: [u8; 2] = [0xEF, 0xBF];

/// 1 where this byte is a control character that is not allowed, else 0.
#[inline]
fn control(byte: u8) -> u8 {
    u8::from(byte < b' ')
        & u8::from(byte != b'\t')
        & u8::from(byte != b'\n')
        & u8::from(byte != b'\r')
}

/// Where in `range` the first forbidden character begins.
fn find_forbidden_in(bytes: &[u8], range: Range<usize>) -> Option<usize> {
    let block = bytes.get(range.clone())?;
    let next = bytes.get(range.start + 1..).unwrap_or_default();
    // Fullwidth punctuation begins as a noncharacter does, and the second byte tells them apart.
    let pairs = block.iter().zip(next).fold(0, |any, (&byte, &next)| {
        any | control(byte) | u8::from(byte == NONCHARACTER[0]) & u8::from(next == NONCHARACTER[1])
    });
    if pairs == 0 && next.len() >= block.len() {
        return None;
    }
    range.into_iter().find(|&at| match bytes.get(at..) {
        Some([first, second, 0xBE | 0xBF, ..]) if [*first, *second] == NONCHARACTER => true,
        Some([first, ..]) => control(*first) > 0,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_characters_xml_cannot_carry() {
        let forbidden: Vec<u32> =
            ('\0'..=char::MAX).filter(|&c| !is_char(c)).map(u32::from).collect();
        let mut expected: Vec<u32> = (0..0x20).filter(|c| ![9, 10, 13].contains(c)).collect();
        expected.extend([0xFFFE, 0xFFFF]);
        assert_eq!(forbidden, expected);
    }

    #[test]
    fn the_block_search_agrees_with_the_table() {
        for c in ('\0'..=char::MAX).step_by(7).chain('\0'..'\u{100}').chain('\u{fff0}'..='\u{ffff}')
        {
            for before in [0, 1, 30, 31, 32, 33, 64] {
                let text = format!("{}{c}{}", "x".repeat(before), "\u{feff}y".repeat(20));
                let expected = (!is_char(c)).then_some(before);
                assert_eq!(find_forbidden(&text, 0), expected, "{before} {c:?}");
                assert_eq!(find_forbidden(&text, before), expected, "{before} {c:?}");
            }
        }
        assert_eq!(find_forbidden("\0a\u{1}", 1), Some(2));
    }

    /// The last bytes are compared as a block of their own, and together with those before them.
    #[test]
    fn the_last_block_is_searched_too() {
        for length in 0..100 {
            for c in ['x', '\u{1f}', '\u{fffe}', '\u{ffff}', '\u{fffd}', '！'] {
                for start in ["", "！", "\u{ffee}"] {
                    let text = format!("{start}{}{c}", "x".repeat(length));
                    let expected = (!is_char(c)).then_some(start.len() + length);
                    assert_eq!(find_forbidden(&text, 0), expected, "{text:?}");
                    assert_eq!(find_forbidden(&text, text.len()), None, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn the_end_of_a_value() {
        for length in 0..40 {
            for (c, found) in [('"', true), ('<', true), ('&', true), ('\'', false), ('>', false)] {
                let text = format!("=\"{}{c}{}", "v".repeat(length), "w".repeat(20));
                let expected = found.then_some(2 + length);
                assert_eq!(find_in_value(text.as_bytes(), 2, b'"'), expected, "{text}");
            }
        }
        assert_eq!(find_in_value(b"'", 1, b'\''), None);
        assert_eq!(find_in_value(b"'", 2, b'\''), None);
    }

    #[test]
    fn the_end_of_an_instruction() {
        for (text, expected) in
            [("", None), ("?", None), (">", None), ("a?b?>?>", Some(3)), ("??>", Some(1))]
        {
            assert_eq!(find_instruction_end(text, 0), expected, "{text}");
        }
        assert_eq!(find_instruction_end("?>", 1), None);
    }

    #[test]
    fn the_end_of_a_section() {
        for (text, expected) in [
            ("", None),
            (">", None),
            ("]>", None),
            ("]]>", Some(0)),
            ("]]]>", Some(1)),
            ("a>]]", None),
            ("a>b]>c]]>]]>", Some(6)),
        ] {
            assert_eq!(find_section_end(text), expected, "{text}");
        }
    }

    #[test]
    fn names() {
        for name in ["a", "_", ":", "a1", "a-b.c", "é", "aé", "a\u{b7}", "日本", "a\u{300}", "𐀀"]
        {
            assert!(is_name(name), "{name}");
        }
        for text in ["", "1a", "-x", ".x", "\u{b7}a", "\u{300}", "a b", "a\u{d7}", "×", "a\u{37e}"]
        {
            assert!(!is_name(text), "{text}");
        }
        assert_eq!(name_length("ab cd"), 2);
        assert_eq!(name_length("aé×"), 3);
        assert_eq!(name_length("ab×"), 2);
    }

    #[test]
    fn ascii_names_and_the_table_agree() {
        for c in '\0'..'\u{80}' {
            assert_eq!(name_length(&c.to_string()) == 1, is_name_start(c), "{c:?}");
            assert_eq!(name_length(&format!("a{c}")) == 2, is_name_char(c), "{c:?}");
            assert_eq!(space_length(&c.to_string()) == 1, is_space(c), "{c:?}");
        }
    }
}
