//! The character classes of RFC 9110 and RFC 6750, one table for all of them.
//!
//! ```text
//! tchar       = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "."
//!             / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA       RFC 9110 5.6.2
//! token68     = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
//!                                                                 RFC 9110 11.2
//! qdtext      = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text   RFC 9110 5.6.4
//! quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )              RFC 9110 5.6.4
//! obs-text    = %x80-FF                                           RFC 9110 5.5
//! error, error_description: %x20-21 / %x23-5B / %x5D-7E           RFC 6750 3
//! error_uri, a scope token: %x21 / %x23-5B / %x5D-7E              RFC 6750 3
//! ```

/// `tchar`.
pub(crate) const TCHAR: u8 = 1;
/// What `token68` holds before its `=`.
pub(crate) const TOKEN68: u8 = 2;
/// `qdtext`.
pub(crate) const QDTEXT: u8 = 4;
/// What may follow the backslash of a `quoted-pair`, which is also all that a quoted string can
/// carry.
pub(crate) const QUOTABLE: u8 = 8;
/// Where a word ends: white space, line ends, `,`, `=` and `"`.
pub(crate) const WORD_END: u8 = 16;
/// Where an unquoted value ends: white space, line ends and `,`.
pub(crate) const VALUE_END: u8 = 32;
/// Bearer's `error` and `error_description`.
pub(crate) const BEARER_TEXT: u8 = 64;
/// Bearer's `error_uri`, and the tokens of its `scope`.
pub(crate) const BEARER_WORD: u8 = 128;

const fn classes(byte: u8) -> u8 {
    let mut classes = 0;
    if matches!(byte,
        b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`'
        | b'|' | b'~' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')
    {
        classes |= TCHAR;
    }
    if matches!(byte,
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    {
        classes |= TOKEN68;
    }
    if matches!(byte, b'\t' | b' ' | b'!' | 0x23..=0x5B | 0x5D..=0x7E | 0x80..=0xFF) {
        classes |= QDTEXT;
    }
    if matches!(byte, b'\t' | 0x20..=0x7E | 0x80..=0xFF) {
        classes |= QUOTABLE;
    }
    if matches!(byte, b'\t' | b' ' | b'\r' | b'\n' | b',' | b'=' | b'"') {
        classes |= WORD_END;
    }
    if matches!(byte, b'\t' | b' ' | b'\r' | b'\n' | b',') {
        classes |= VALUE_END;
    }
    if matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
        classes |= BEARER_TEXT;
    }
    if matches!(byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
        classes |= BEARER_WORD;
    }
    classes
}

#[expect(clippy::indexing_slicing, reason = "the table has a row for every byte")]
static TABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = classes(byte);
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// Whether the byte belongs to any of these classes.
#[inline]
#[expect(clippy::indexing_slicing, reason = "the table has a row for every byte")]
pub(crate) fn is(byte: u8, class: u8) -> bool {
    TABLE[usize::from(byte)] & class != 0
}

/// Where the run of bytes of this class that begins at `from` ends.
#[inline]
pub(crate) fn run(bytes: &[u8], from: usize, class: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|&byte| !is(byte, class)).unwrap_or(rest.len())
}

/// Where the run of `qdtext` that begins at `from` ends: eight bytes at a time, since values are
/// most of a field.
#[inline]
pub(crate) fn qdtext_run(bytes: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    /// Whether a byte of the word is zero.
    const fn has_zero(word: u64) -> bool {
        word.wrapping_sub(ONES) & !word & HIGH != 0
    }
    let mut at = from;
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH != 0;
        let special = has_zero(word ^ (ONES * 0x22))
            | has_zero(word ^ (ONES * 0x5C))
            | has_zero(word ^ (ONES * 0x7F));
        // A tab is qdtext, but not worth a test of its own.
        if control | special {
            break;
        }
        at += 8;
    }
    run(bytes, at, QDTEXT)
}

/// Where the run of bytes of none of these classes that begins at `from` ends.
#[inline]
pub(crate) fn run_until(bytes: &[u8], from: usize, class: u8) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().position(|&byte| is(byte, class)).unwrap_or(rest.len())
}

/// The length of the character that begins at `at`: 1 to 4 where the bytes are UTF-8, 1 where
/// they are not, 0 at the end.
pub(crate) fn char_length(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let head = rest.get(..rest.len().min(4)).unwrap_or_default();
    // The four bytes may end inside the next character; what stands before it is valid.
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => head
            .get(..error.valid_up_to())
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default(),
    };
    valid.chars().next().map_or(head.len().min(1), char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes of a class, written out as the RFC writes them.
    fn members(class: u8) -> String {
        (0..=255_u8).filter(|&byte| is(byte, class)).map(char::from).collect()
    }

    #[test]
    fn the_classes_hold_what_the_grammar_says() {
        let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let sorted = |text: &str| {
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters.into_iter().collect::<String>()
        };
        assert_eq!(members(TCHAR), sorted(&format!("!#$%&'*+-.^_`|~{alphanumeric}")));
        assert_eq!(members(TOKEN68), sorted(&format!("-._~+/{alphanumeric}")));
        for byte in 0..=255_u8 {
            let quotable = byte == b'\t' || byte == b' ' || byte.is_ascii_graphic() || byte >= 0x80;
            assert_eq!(is(byte, QUOTABLE), quotable, "{byte:#x}");
            assert_eq!(is(byte, QDTEXT), quotable && byte != b'"' && byte != b'\\', "{byte:#x}");
            let text = (byte == b' ' || byte.is_ascii_graphic()) && byte != b'"' && byte != b'\\';
            assert_eq!(is(byte, BEARER_TEXT), text, "{byte:#x}");
            assert_eq!(is(byte, BEARER_WORD), text && byte != b' ', "{byte:#x}");
            // A word never swallows what ends it.
            assert!(!is(byte, WORD_END) || !is(byte, TCHAR | TOKEN68), "{byte:#x}");
        }
    }

    #[test]
    fn eight_bytes_at_a_time_find_what_one_at_a_time_does() {
        for byte in 0..=255_u8 {
            for place in 0..20 {
                let mut bytes = *b"aaaa aaa~aaaa\xFFaaaaaa";
                bytes[place] = byte;
                for from in 0..=bytes.len() {
                    assert_eq!(
                        qdtext_run(&bytes, from),
                        run(&bytes, from, QDTEXT),
                        "{byte:#x} {place}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_character_is_one_to_four_bytes_and_a_stray_byte_is_one() {
        for (bytes, length) in [
            (&b""[..], 0),
            (b"a", 1),
            ("é".as_bytes(), 2),
            ("é漢".as_bytes(), 2),
            ("漢字".as_bytes(), 3),
            ("😀".as_bytes(), 4),
            (b"\xE9a", 1),
            (b"\xE6\xBC", 1),
            (b"\xFF", 1),
        ] {
            assert_eq!(char_length(bytes, 0), length, "{bytes:x?}");
        }
        assert_eq!(char_length(b"a", 7), 0);
    }
}
