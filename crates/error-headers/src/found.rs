//! What stood where something else should have.

use std::fmt;

use crate::bytes::char_length;

/// What stood at a place, borrowed from the field value. Its `Display` is a phrase for a message:
/// short, in backticks, with control characters escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found<'a> {
    /// The field value ended.
    End,
    /// These bytes: a character, a word, a value.
    Text(&'a [u8]),
    /// These bytes, which stood before already.
    Again(&'a [u8]),
    /// So many empty list elements.
    EmptyElements(usize),
    /// Something in words.
    Phrase(&'static str),
}

/// At most so many characters of a field value go into a message.
const MOST: usize = 60;

impl fmt::Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::End => f.write_str("the end"),
            Self::Text([]) => f.write_str("nothing"),
            Self::Text(bytes) if char_length(bytes, 0) == bytes.len() => character(f, bytes),
            Self::Text(bytes) => quoted(f, bytes),
            Self::Again(bytes) => {
                quoted(f, bytes)?;
                f.write_str(" a second time")
            }
            Self::EmptyElements(1) => f.write_str("an empty list element"),
            Self::EmptyElements(count) => write!(f, "{count} empty list elements"),
            Self::Phrase(phrase) => f.write_str(phrase),
        }
    }
}

/// One character, or one byte that is none.
fn character(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    match (std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()), bytes) {
        (Some(' '), _) => f.write_str("a space"),
        (Some('\t'), _) => f.write_str("a tab"),
        (Some('`'), _) => f.write_str("a backtick"),
        (Some(c), _) if c.is_control() || c.is_whitespace() => {
            write!(f, "the character U+{:04X}", u32::from(c))
        }
        (Some(c), _) => write!(f, "`{c}`"),
        (None, [byte, ..]) => write!(f, "the byte 0x{byte:02X}"),
        (None, []) => f.write_str("nothing"),
    }
}

/// The beginning of a text in backticks; bytes that are no UTF-8 as `\xHH`.
fn quoted(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("`")?;
    let mut count = 0;
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if count == MOST {
                return f.write_str("…`");
            }
            count += 1;
            if c.is_control() { write!(f, "{}", c.escape_default())? } else { write!(f, "{c}")? }
        }
        for byte in chunk.invalid() {
            if count == MOST {
                return f.write_str("…`");
            }
            count += 1;
            write!(f, "\\x{byte:02X}")?;
        }
    }
    f.write_str("`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_is_said_in_a_phrase() {
        for (found, phrase) in [
            (Found::End, "the end"),
            (Found::Text(b""), "nothing"),
            (Found::Text(b"x"), "`x`"),
            (Found::Text(b" "), "a space"),
            (Found::Text(b"\t"), "a tab"),
            (Found::Text(b"\0"), "the character U+0000"),
            (Found::Text(b"`"), "a backtick"),
            (Found::Text("é".as_bytes()), "`é`"),
            (Found::Text(b"\xE9"), "the byte 0xE9"),
            (Found::Text(b"\\\""), "`\\\"`"),
            (Found::Text(b"a\r\xFFb"), "`a\\r\\xFFb`"),
            (Found::Again(b"realm"), "`realm` a second time"),
            (Found::EmptyElements(1), "an empty list element"),
            (Found::EmptyElements(2), "2 empty list elements"),
            (Found::Phrase("a line fold"), "a line fold"),
        ] {
            assert_eq!(found.to_string(), phrase);
        }
    }

    #[test]
    fn a_long_text_is_shortened() {
        let exact = "x".repeat(MOST);
        assert_eq!(Found::Text(exact.as_bytes()).to_string(), format!("`{exact}`"));
        let longer = "x".repeat(MOST + 1);
        assert_eq!(Found::Text(longer.as_bytes()).to_string(), format!("`{exact}…`"));
        let no_text = [0xFF; 61];
        assert_eq!(Found::Text(&no_text).to_string(), format!("`{}…`", "\\xFF".repeat(MOST)));
    }
}
