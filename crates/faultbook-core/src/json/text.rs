//! The text of a string, decoded when asked for.

use std::borrow::Cow;
use std::fmt;

use super::reader::plain_end;

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

    #[inline(never)]
    fn decoded(&self) -> String {
        // Every escape is longer than what it stands for.
        let mut decoded = String::with_capacity(self.raw.len());
        let mut rest = self.raw;
        // Only an escape ends what stands for itself here.
        while let Some((plain, escaped)) = rest.split_at_checked(plain_end(rest.as_bytes(), 0)) {
            decoded.push_str(plain);
            let mut chars = Chars { rest: escaped };
            let Some(c) = chars.next() else { break };
            decoded.push(c);
            rest = chars.rest;
        }
        decoded
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
        if self.escaped { self.chars().eq(other.chars()) } else { self.raw == other }
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

    /// Takes four hexadecimal digits.
    fn take_unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        u32::from_str_radix(digits, 16).ok()
    }

    /// Takes what follows `\u`: one unit, or the two of a surrogate pair (RFC 8259 section 7).
    fn take_unicode(&mut self) -> Option<char> {
        let unit = self.take_unit()?;
        if !(0xD800..0xDC00).contains(&unit) {
            return char::from_u32(unit);
        }
        self.rest = self.rest.strip_prefix("\\u")?;
        let low = self.take_unit()?;
        char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + low.checked_sub(0xDC00)?)
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
        self.rest = chars.as_str();
        if c != '\\' {
            return Some(c);
        }
        let escape = chars.next()?;
        self.rest = chars.as_str();
        Some(match escape {
            'b' => '\u{8}',
            'f' => '\u{C}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            // The reader lets no other through, so there is nothing to replace.
            'u' => self.take_unicode().unwrap_or(char::REPLACEMENT_CHARACTER),
            // `"`, `\` and `/` stand for themselves.
            other => other,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        // A character is written as at most 12 bytes, a surrogate pair.
        (0, Some(self.rest.len()))
    }
}

impl std::iter::FusedIterator for Chars<'_> {}
