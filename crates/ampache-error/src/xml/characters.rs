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

/// How many bytes at the beginning of `text` are a name; 0 where there is none.
pub(super) fn name_length(text: &str) -> usize {
    // Nearly every name is in ASCII.
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'A'..=b'Z' | b'a'..=b'z' | b'_' | b':') => {}
        Some(byte) if !byte.is_ascii() => return long_name_length(text),
        _ => return 0,
    }
    let in_name =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-' | b'.');
    let length = bytes.iter().position(|&byte| !in_name(byte)).unwrap_or(bytes.len());
    if bytes.get(length).is_none_or(u8::is_ascii) { length } else { long_name_length(text) }
}

/// [`name_length`] of a name with characters outside ASCII.
#[cold]
fn long_name_length(text: &str) -> usize {
    let mut characters = text.char_indices();
    match characters.next() {
        Some((_, first)) if is_name_start(first) => {}
        _ => return 0,
    }
    characters.find(|&(_, c)| !is_name_char(c)).map_or(text.len(), |(at, _)| at)
}

/// How many bytes at the beginning of `text` are white space.
pub(super) fn space_length(text: &str) -> usize {
    text.bytes()
        .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .unwrap_or(text.len())
}

/// Where the first `]]>` stands. Looking for its last character is what finds it soonest: `]` and
/// `>` are rare in text, and setting up a search for three costs more than a short text takes.
pub(super) fn find_section_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'>', bytes)
        .filter_map(|at| at.checked_sub(2))
        .find(|&at| bytes.get(at..).is_some_and(|rest| rest.starts_with(b"]]>")))
}

/// Where, at or after `from`, the first character stands that is no [`is_char`].
pub(super) fn find_forbidden(text: &str, from: usize) -> Option<usize> {
    /// Compared in blocks of this many bytes, without a branch inside.
    const BLOCK: usize = 32;
    /// The first byte of U+FFFE and U+FFFF, and of many characters that are allowed.
    const SUSPECT: u8 = 0xEF;
    // 1 where a forbidden character may begin with this byte, else 0.
    let suspicious = |byte: u8| {
        let control = u8::from(byte < b' ')
            & u8::from(byte != b'\t')
            & u8::from(byte != b'\n')
            & u8::from(byte != b'\r');
        control | u8::from(byte == SUSPECT)
    };
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(rest) = bytes.get(at..) {
        let mut blocks = rest.chunks_exact(BLOCK);
        let clean = blocks
            .by_ref()
            .position(|block| block.iter().fold(0, |any, &byte| any | suspicious(byte)) > 0);
        let skipped = clean.map_or(rest.len() - rest.len() % BLOCK, |block| block * BLOCK);
        let found = rest.iter().skip(skipped).position(|&byte| suspicious(byte) > 0)?;
        at += skipped + found;
        match bytes.get(at..) {
            Some([SUSPECT, 0xBF, 0xBE | 0xBF, ..]) => return Some(at),
            Some([SUSPECT, ..]) => at += 3,
            _ => return Some(at),
        }
    }
    None
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
        }
    }
}
