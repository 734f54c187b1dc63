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

#![expect(clippy::inline_always, reason = "so that what is constant at the call is so here")]

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

/// Where the run of `BEARER_TEXT` that begins at `from` ends: many bytes at a time, since values
/// are most of a field, and hold little else.
#[inline(always)]
pub(crate) fn plain_run(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    for _ in 0..2 {
        let Some(word) = word(bytes, at) else { return plain_run_to_end(bytes, at) };
        match special(word) {
            0 => at += 8,
            special => return at + (special.trailing_zeros() / 8) as usize,
        }
    }
    long_plain_run(bytes, at)
}

/// The same where it is long.
#[inline(never)]
fn long_plain_run(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<32>)
        && all_plain(block)
    {
        at += 32;
    }
    while let Some(word) = word(bytes, at) {
        match special(word) {
            0 => at += 8,
            special => return at + (special.trailing_zeros() / 8) as usize,
        }
    }
    plain_run_to_end(bytes, at)
}

#[inline]
#[expect(
    clippy::needless_bitwise_bool,
    reason = "no early way out: the compiler makes vectors of it"
)]
fn all_plain(block: &[u8; 32]) -> bool {
    !block.iter().fold(false, |any, byte| {
        any | !(0x20..=0x7E).contains(byte) | (*byte == b'"') | (*byte == b'\\')
    })
}

/// The same where less than eight bytes follow: they are seen as the end of the last eight.
#[inline(never)]
fn plain_run_to_end(bytes: &[u8], from: usize) -> usize {
    let Some(last) = bytes.last_chunk::<8>().filter(|_| from < bytes.len()) else {
        return run(bytes, from, BEARER_TEXT);
    };
    let passed = from + 8 - bytes.len();
    // The zeros that are shifted in are special: the run ends there at the latest.
    let rest = special(u64::from_le_bytes(*last) >> (8 * passed));
    from + (rest.trailing_zeros() / 8) as usize
}

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGH: u64 = u64::from_le_bytes([0x80; 8]);

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk::<8>().map(|chunk| u64::from_le_bytes(*chunk))
}

/// The bytes of the word that are no `BEARER_TEXT`, a bit for each; those above the first need not
/// be right.
#[inline]
const fn special(word: u64) -> u64 {
    // In a byte below 0x80 no sum carries over; another one is found by itself.
    let no_control = word.wrapping_add(ONES * 0x60);
    let no_quote = (word ^ (ONES * 0x22)).wrapping_add(ONES * 0x7F);
    let no_backslash = (word ^ (ONES * 0x5C)).wrapping_add(ONES * 0x7F);
    let delete_or_more = word.wrapping_add(ONES) | word;
    (!(no_control & no_quote & no_backslash) | delete_or_more) & HIGH
}

/// Whether the bytes are this word, which is in lower case; case does not matter.
#[inline(always)]
pub(crate) fn is_word<const N: usize>(bytes: &[u8], word: &[u8; N]) -> bool {
    let same = |(&byte, &lower): (&u8, &u8)| {
        let case = if lower.is_ascii_lowercase() { 0x20 } else { 0 };
        (byte | case) == lower
    };
    // No early way out: so the compiler compares many bytes at once.
    <&[u8; N]>::try_from(bytes)
        .is_ok_and(|bytes| bytes.iter().zip(word).map(same).fold(true, |all, same| all & same))
}

/// Whether a space separates no two words: the first byte, the last one, or one beside another.
#[inline]
#[expect(
    clippy::needless_bitwise_bool,
    reason = "no early way out: the compiler makes vectors of it"
)]
pub(crate) fn has_misplaced_space(text: &[u8]) -> bool {
    let (Some(b'!'..), Some(b'!'..)) = (text.first(), text.last()) else { return true };
    let pairs = text.iter().zip(text.get(1..).unwrap_or_default());
    pairs.fold(false, |any, (&one, &next)| any | ((one == b' ') & (next == b' ')))
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
    fn many_bytes_at_a_time_find_what_one_at_a_time_does() {
        for byte in 0..=255_u8 {
            for length in [0, 1, 15, 16, 17, 31, 32, 33, 50] {
                for place in 0..length {
                    let mut bytes = vec![b'a'; length];
                    bytes[place] = byte;
                    for from in 0..=bytes.len() + 1 {
                        assert_eq!(
                            plain_run(&bytes, from),
                            run(&bytes, from, BEARER_TEXT),
                            "{byte:#x} {place} {from}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn spaces_that_separate_nothing_are_seen() {
        for length in 0..40 {
            for first in 0..=length {
                for second in 0..=length {
                    let mut text = vec![b'a'; length];
                    for at in [first, second] {
                        text.get_mut(at..=at).into_iter().for_each(|byte| byte.fill(b' '));
                    }
                    let expected = text.split(|&byte| byte == b' ').any(<[u8]>::is_empty);
                    assert_eq!(has_misplaced_space(&text), expected, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn a_word_is_the_same_in_either_case() {
        assert!(is_word(b"Error_URI", b"error_uri"));
        for place in 0..9 {
            for byte in 0..=255_u8 {
                let mut bytes = *b"error_uri";
                bytes[place] = byte;
                let expected = bytes.eq_ignore_ascii_case(b"error_uri");
                assert_eq!(is_word(&bytes, b"error_uri"), expected, "{byte:#x} {place}");
            }
        }
        assert!(!is_word(b"error_ur", b"error_uri") && !is_word(b"error_uris", b"error_uri"));
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
