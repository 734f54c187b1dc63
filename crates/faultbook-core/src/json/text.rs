//! The text of a string, decoded when asked for.

use std::borrow::Cow;
use std::fmt;

use super::reader::{backslashes, plain_end};

/// The text between a string's quotes, as written. Its escapes are known to be sound.
///
/// Comparing it to a `str` or to another text compares what is decoded, without allocating.
///
/// ```
/// use faultbook_core::json::{Kind, Reader};
///
/// let token = Reader::new(br#""caf\u00e9""#).next()?.unwrap();
/// let Kind::String(text) = token.kind else { panic!() };
/// assert_eq!(text, "café");
/// assert_eq!(text.raw(), r"caf\u00e9");
/// # Ok::<(), faultbook_core::Fault>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
}

impl<'a> Text<'a> {
    /// `raw` follows the grammar of a string's inside, and `escaped` says whether it has a `\`.
    #[inline]
    pub(super) const fn new(raw: &'a str, escaped: bool) -> Self {
        Self { raw, escaped }
    }

    /// A text that is written as it is.
    #[inline]
    pub(crate) const fn plain(text: &'a str) -> Self {
        Self { raw: text, escaped: false }
    }

    /// The text of a string that was read before and whose opening quote is at `start`.
    pub(super) fn again(body: &'a str, start: usize) -> Self {
        let rest = body.get(start + 1..).unwrap_or_default();
        let mut escaped = false;
        let mut at = 0;
        loop {
            match rest.as_bytes().get(at) {
                Some(b'\\') => {
                    escaped = true;
                    at += 2;
                }
                Some(b'"') | None => break,
                Some(_) => at += 1,
            }
        }
        Self { raw: rest.get(..at).unwrap_or(rest), escaped }
    }

    /// The text as written, with its escapes.
    #[inline]
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// Whether any character is written as an escape.
    #[inline]
    pub const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The decoded text; borrowed where nothing is escaped.
    #[inline]
    pub fn decode(&self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(self.decoded()) } else { Cow::Borrowed(self.raw) }
    }

    fn decoded(&self) -> String {
        let mut decoded = Vec::new();
        self.decode_escaped(&mut decoded);
        // Never the default: these are parts of a `str`, cut beside characters of ASCII, and characters.
        String::from_utf8(decoded).unwrap_or_default()
    }

    /// Appends the decoded text, in UTF-8.
    ///
    /// ```
    /// use faultbook_core::json::Reader;
    ///
    /// let mut json = Reader::new(br#"["one\u0020", "two"]"#);
    /// let mut decoded = Vec::new();
    /// json.advance();
    /// for _ in 0..2 {
    ///     json.advance();
    ///     json.text().decode_into(&mut decoded);
    /// }
    /// assert_eq!(decoded, b"one two");
    /// ```
    #[inline]
    pub fn decode_into(&self, decoded: &mut Vec<u8>) {
        if self.escaped {
            self.decode_escaped(decoded);
        } else {
            decoded.extend_from_slice(self.raw.as_bytes());
        }
    }

    /// Whole words are copied, and what of them does not belong there is written over.
    #[inline(never)]
    fn decode_escaped(&self, decoded: &mut Vec<u8>) {
        let mut rest = self.raw.as_bytes();
        let begin = decoded.len();
        // Every escape is longer than what it stands for.
        decoded.resize(begin + rest.len() + size_of::<u64>(), 0);
        let mut room = decoded.get_mut(begin..).unwrap_or_default();
        while let Some((word, behind)) = rest.split_first_chunk()
            && let Some(place) = room.first_chunk_mut()
        {
            *place = *word;
            // The lowest bit that is set is that of the first `\`.
            let found = backslashes(u64::from_le_bytes(*word));
            let plain = (found.trailing_zeros() / 8) as usize;
            room = room.get_mut(plain..).unwrap_or_default();
            if found == 0 {
                rest = behind;
                continue;
            }
            rest = rest.get(plain..).unwrap_or_default();
            // Nearly every escape.
            if let [_, letter, behind @ ..] = rest
                && let Some(byte) = stands_for(*letter)
            {
                if let Some((place, left)) = std::mem::take(&mut room).split_first_mut() {
                    *place = byte;
                    room = left;
                }
                rest = behind;
            } else {
                (rest, room) = decode_one(rest, room);
            }
        }
        while !rest.is_empty() {
            (rest, room) = decode_one(rest, room);
        }
        let left = room.len();
        decoded.truncate(decoded.len() - left);
    }

    /// Whether `other` is the decoded text, in UTF-8. It stops at the first difference.
    fn is(&self, mut other: &[u8]) -> bool {
        // An escape is longer than what it stands for, and mostly not the first character.
        if self.raw.len() <= other.len()
            || !self.raw.starts_with('\\') && self.raw.as_bytes().first() != other.first()
        {
            return false;
        }
        self.pieces().all(|piece| {
            let rest = match piece {
                Piece::Plain(plain) => other.strip_prefix(plain),
                Piece::Char(c) => other.strip_prefix(c.encode_utf8(&mut [0; 4]).as_bytes()),
            };
            rest.map(|rest| other = rest).is_some()
        }) && other.is_empty()
    }

    /// The decoded text piece by piece.
    pub(super) const fn pieces(&self) -> Pieces<'a> {
        Pieces { rest: self.raw.as_bytes() }
    }

    /// The decoded characters.
    #[inline]
    pub const fn chars(&self) -> Chars<'a> {
        Chars { rest: self.raw }
    }

    /// Whether the decoded text is `other` but for the case of ASCII letters.
    pub fn eq_ignore_ascii_case(&self, other: &str) -> bool {
        if self.escaped {
            let mut others = other.chars();
            self.chars().all(|a| others.next().is_some_and(|b| a.eq_ignore_ascii_case(&b)))
                && others.next().is_none()
        } else {
            self.raw.eq_ignore_ascii_case(other)
        }
    }
}

impl PartialEq<str> for Text<'_> {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        if self.escaped { self.is(other.as_bytes()) } else { self.raw == other }
    }
}

impl PartialEq<&str> for Text<'_> {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl PartialEq for Text<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        if other.escaped { self.chars().eq(other.chars()) } else { *self == *other.raw }
    }
}

impl Eq for Text<'_> {}

/// The decoded text.
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.decode())
    }
}

/// The decoded characters of a [`Text`]: made by [`Text::chars`].
///
/// It also stops at an unescaped `"`, so that a string can be read again from its start alone.
#[derive(Debug, Clone)]
pub struct Chars<'a> {
    rest: &'a str,
}

impl<'a> Chars<'a> {
    /// The characters of a string that was read before and whose opening quote is at `start`.
    pub(super) fn again(body: &'a str, start: usize) -> Self {
        Self { rest: body.get(start + 1..).unwrap_or_default() }
    }
}

impl Iterator for Chars<'_> {
    type Item = char;

    #[inline]
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        if c == '"' {
            return None;
        }
        if c != '\\' {
            self.rest = chars.as_str();
            return Some(c);
        }
        let (c, behind) = escape(chars.as_str().as_bytes())?;
        self.rest = self.rest.get(self.rest.len() - behind.len()..).unwrap_or_default();
        Some(c)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // A character is written as at most 12 bytes, a surrogate pair.
        (0, Some(self.rest.len()))
    }
}

impl std::iter::FusedIterator for Chars<'_> {}

/// A piece of a decoded text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    /// Characters that stand for themselves.
    Plain(&'a [u8]),
    /// What an escape stands for.
    Char(char),
}

/// The pieces of a [`Text`]: made by [`Text::pieces`].
pub(super) struct Pieces<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    #[inline]
    fn next(&mut self) -> Option<Piece<'a>> {
        let (plain, behind) = self.rest.split_at_checked(plain_end(self.rest, 0))?;
        if !plain.is_empty() {
            self.rest = behind;
            return Some(Piece::Plain(plain));
        }
        let (c, behind) = escape(self.rest.strip_prefix(b"\\")?)?;
        self.rest = behind;
        Some(Piece::Char(c))
    }
}

/// Decodes what stands first, an escape or else a byte, and gives what is left of both.
#[inline]
fn decode_one<'r, 'o>(rest: &'r [u8], room: &'o mut [u8]) -> (&'r [u8], &'o mut [u8]) {
    let Some((&first, behind)) = rest.split_first() else { return (rest, room) };
    let escaped = if first == b'\\' { escape(behind) } else { None };
    let (utf8, length, behind) = match escaped {
        Some((c, behind)) => {
            let mut utf8 = [0; 4];
            let length = c.encode_utf8(&mut utf8).len();
            (utf8, length, behind)
        }
        None => ([first, 0, 0, 0], 1, behind),
    };
    if let Some(place) = room.first_chunk_mut() {
        *place = utf8;
    }
    (behind, room.get_mut(length..).unwrap_or_default())
}

/// What the escape stands for whose `\` is before this, and what stands behind it (RFC 8259 section 7).
/// The reader lets no others through.
#[inline]
fn escape(text: &[u8]) -> Option<(char, &[u8])> {
    let (&letter, rest) = text.split_first()?;
    match stands_for(letter) {
        Some(byte) => Some((char::from(byte), rest)),
        None => unicode(rest),
    }
}

/// What `\` and this letter stand for; `None` where they are no escape of two characters (RFC 8259
/// section 7).
#[inline]
pub(super) fn stands_for(letter: u8) -> Option<u8> {
    // A table, since the same as a `match` becomes a jump to where a table says. No escape of two
    // characters stands for U+0000.
    const LETTERS: [u8; 256] = {
        let mut letters = [0; 256];
        let mut rest: &[(u8, u8)] = &[
            (b'"', b'"'),
            (b'\\', b'\\'),
            (b'/', b'/'),
            (b'b', 0x8),
            (b'f', 0xC),
            (b'n', b'\n'),
            (b'r', b'\r'),
            (b't', b'\t'),
        ];
        while let [(letter, byte), behind @ ..] = rest {
            #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
            let place = &mut letters[*letter as usize];
            *place = *byte;
            rest = behind;
        }
        letters
    };
    LETTERS.get(usize::from(letter)).copied().filter(|byte| *byte != 0)
}

/// What follows `\u`: one unit, or the two of a surrogate pair.
#[inline]
fn unicode(text: &[u8]) -> Option<(char, &[u8])> {
    let (digits, rest) = text.split_first_chunk()?;
    let high = unit(*digits)?;
    if !(0xD800..0xDC00).contains(&high) {
        return Some((char::from_u32(high)?, rest));
    }
    let (digits, rest) = rest.strip_prefix(b"\\u")?.split_first_chunk()?;
    let low = unit(*digits)?.checked_sub(0xDC00)?;
    Some((char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + low)?, rest))
}

/// The unit that four hexadecimal digits stand for.
#[inline]
pub(super) fn unit(digits: [u8; 4]) -> Option<u32> {
    const NONE: u8 = 0xFF;
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    const DIGITS: [u8; 256] = {
        let mut values = [NONE; 256];
        let (digits, mut value) = (b"0123456789abcdef", 0);
        while value < 16 {
            let digit = digits[value as usize];
            values[digit as usize] = value;
            values[digit.to_ascii_uppercase() as usize] = value;
            value += 1;
        }
        values
    };
    let digit = |digit| DIGITS.get(usize::from(digit)).copied().unwrap_or(NONE);
    let [a, b, c, d] = digits.map(digit);
    let is_unit = (a | b | c | d) < 16;
    is_unit.then(|| u32::from_be_bytes([0, 0, a << 4 | b, c << 4 | d]))
}
