//! The names of an open object, to find those that stand twice.
#![expect(
    clippy::inline_always,
    reason = "measured: calls of these few instructions cost as much as they do"
)]

use std::borrow::Cow;
use std::collections::HashMap;

use super::Text;
use super::text::{Chars, Piece};

/// From this many names on, those of one object stand in a hash map, once two of them have the same
/// bit of 32: at 48 names for certain.
pub(super) const LARGE: usize = 16;

/// One name of an open object that has few of them, in eight bytes: a body can open an object every
/// five bytes.
///
/// ```text
/// bit  63 - 48      47       46     45 - 0
///      fingerprint  escaped  first  where the opening quote stands: a body has less than 64 TiB
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry(u64);

impl Entry {
    const FINGERPRINT: u64 = 0xFFFF << 48;
    const ESCAPED_BIT: u32 = 47;
    const FIRST_BIT: u32 = 46;
    const START: u64 = (1 << Self::FIRST_BIT) - 1;
    /// What unused places hold.
    pub(super) const NONE: Self = Self(0);

    /// A name with this hash.
    #[inline(always)]
    pub(super) const fn new(start: usize, escaped: bool, hash: u64) -> Self {
        Self(hash & Self::FINGERPRINT | (escaped as u64) << Self::ESCAPED_BIT | start as u64)
    }

    /// The same as the first one of its object.
    #[cold]
    pub(super) const fn as_first(self) -> Self {
        Self(self.0 | 1 << Self::FIRST_BIT)
    }

    /// Where its opening quote stands.
    #[inline]
    pub(super) const fn start(self) -> usize {
        (self.0 & Self::START) as usize
    }

    /// Whether it is known as the first one of its object: the bottom of that object's entries.
    #[inline]
    pub(super) const fn is_first(self) -> bool {
        self.0 >> Self::FIRST_BIT & 1 == 1
    }

    /// Whether both may be the same name.
    #[inline]
    pub(super) const fn may_equal(self, other: Self) -> bool {
        (self.0 ^ other.0) & Self::FINGERPRINT == 0
    }

    /// Whether this is `name`, as decoded. It stops at the first difference.
    #[inline(never)]
    pub(super) fn is(self, name: &Name<'_>) -> bool {
        if self.0 >> Self::ESCAPED_BIT & 1 == 1 || name.escaped {
            return Chars::again(name.body_text, self.start()).eq(name.text().chars());
        }
        name.body
            .get(self.start() + 1..)
            .and_then(|bytes| bytes.strip_prefix(name.raw()))
            .is_some_and(|rest| rest.first() == Some(&b'"'))
    }
}

/// A name as it stands in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Name<'a> {
    body_text: &'a str,
    body: &'a [u8],
    /// Where its opening quote stands.
    start: usize,
    /// How many bytes stand between its quotes.
    len: usize,
    escaped: bool,
}

impl<'a> Name<'a> {
    /// The name whose opening quote is at `start` and that has `len` bytes between its quotes.
    #[inline]
    pub(super) const fn new(body: &'a str, start: usize, len: usize, escaped: bool) -> Self {
        Self { body_text: body, body: body.as_bytes(), start, len, escaped }
    }

    /// Whether it has an escape.
    pub(super) const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// Where its opening quote stands.
    #[inline]
    pub(super) const fn start(&self) -> usize {
        self.start
    }

    /// The body that it stands in.
    pub(super) const fn body(&self) -> &'a str {
        self.body_text
    }

    fn raw(&self) -> &'a [u8] {
        self.body.get(self.start + 1..self.start + 1 + self.len).unwrap_or_default()
    }

    fn text(&self) -> Text<'a> {
        let raw = self.body_text.get(self.start + 1..self.start + 1 + self.len);
        Text::new(raw.unwrap_or_default(), self.escaped)
    }
}

/// The names of an open object with many of them: decoded, and where each stood first.
#[derive(Debug, Clone)]
pub(super) struct Large<'a> {
    /// The object is the `depth`-th open container.
    pub(super) depth: usize,
    /// Its hash is keyed at random, so that nobody can choose names that collide.
    names: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Large<'a> {
    pub(super) fn new(depth: usize) -> Self {
        Self { depth, names: HashMap::with_capacity(2 * LARGE) }
    }

    /// Takes in a name that was read before and whose opening quote is at `start`.
    pub(super) fn put(&mut self, body: &'a str, start: usize) {
        self.names.insert(Text::again(body, start).decode(), start);
    }

    /// Takes in a name. Where it stood before, that is where its opening quote was.
    pub(super) fn insert(&mut self, name: &Name<'a>) -> Option<usize> {
        let known = *self.names.entry(name.text().decode()).or_insert(name.start);
        (known != name.start).then_some(known)
    }
}

/// What stands for a name: the same for equal names, and mostly another one for others. Made of the
/// decoded text's length and of its first eight bytes.
///
/// Names can be chosen to have the same one. That costs 48 comparisons a name at most.
#[inline(always)]
pub(super) fn hash(body: &str, start: usize, len: usize, escaped: bool) -> u64 {
    match body.as_bytes().get(start + 1..).and_then(<[u8]>::first_chunk) {
        Some(word) if !escaped => mix(u64::from_le_bytes(*word), len),
        _ => hash_of_rare(&Name::new(body, start, len, escaped)),
    }
}

/// The same of a name that is known when this is compiled: then this is, too.
#[inline(always)]
pub(super) const fn hash_of_known(name: &str) -> u64 {
    let mut first = 0;
    let (mut rest, mut shift) = (name.as_bytes(), 0);
    while let [byte, behind @ ..] = rest {
        if shift == u64::BITS {
            break;
        }
        first |= (*byte as u64) << shift;
        shift += u8::BITS;
        rest = behind;
    }
    mix(first, name.len())
}

/// Of a name that has an escape, or stands at the body's end.
#[cold]
fn hash_of_rare(name: &Name<'_>) -> u64 {
    let mut first = [0; 8];
    let mut len = 0;
    let mut put = |bytes: &[u8]| {
        let room = first.get_mut(len..).unwrap_or_default();
        room.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        len += bytes.len();
    };
    for piece in name.text().pieces() {
        match piece {
            Piece::Plain(plain) => put(plain),
            Piece::Char(c) => put(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    mix(u64::from_le_bytes(first), len)
}

/// Of the first bytes of a text of `len` bytes. Multiplying by an odd number spreads all bits into
/// the upper half (Fibonacci hashing).
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "it is less than 8")]
const fn mix(first: u64, len: usize) -> u64 {
    // What stands behind a name of fewer than eight bytes is shifted out.
    let first = if len < 8 { first.unbounded_shl((8 - len as u32) * 8) } else { first };
    (first ^ (len as u64) << 3).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
