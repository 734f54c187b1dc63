//! The names of every open object, to find those that stand twice.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Text;
use super::stack::Stack;
use super::text::Chars;

/// From this many names on, those of one object stand in a hash map.
const LARGE: usize = 16;

/// How many names of all open objects need no allocation.
const INLINE: usize = 32;

/// One name of an open object with fewer than [`LARGE`] of them, in eight bytes: a body can open an
/// object every five bytes.
///
/// ```text
/// bit  63     62       61 - 46      45 - 0
///      first  escaped  fingerprint  where the opening quote stands: a body has less than 64 TiB
/// ```
#[derive(Debug, Clone, Copy)]
struct Entry(u64);

impl Entry {
    const START_BITS: u32 = 46;
    const START: u64 = (1 << Self::START_BITS) - 1;
    const FINGERPRINT: u64 = 0xFFFF << Self::START_BITS;
    const ESCAPED: u64 = 1 << 62;
    const FIRST: u64 = 1 << 63;

    #[inline]
    fn new(name: Text<'_>, start: usize, first: bool) -> Self {
        let flags = u64::from(first) << 63 | u64::from(name.is_escaped()) << 62;
        let fingerprint = u64::from(fingerprint(name)) << Self::START_BITS;
        Self(flags | fingerprint | (start as u64 & Self::START))
    }

    /// Where its opening quote stands.
    #[inline]
    const fn start(self) -> usize {
        (self.0 & Self::START) as usize
    }

    /// Whether it is the first one of its object: the bottom of that object's entries.
    #[inline]
    const fn is_first(self) -> bool {
        self.0 & Self::FIRST != 0
    }

    /// Whether both may be the same name.
    #[inline]
    const fn may_equal(self, other: Self) -> bool {
        (self.0 ^ other.0) & Self::FINGERPRINT == 0
    }

    /// Whether this is `name`, as decoded. It stops at the first difference.
    fn is(self, name: Text<'_>, body: &str) -> bool {
        if self.0 & Self::ESCAPED != 0 || name.is_escaped() {
            return Chars::again(body, self.start()).eq(name.chars());
        }
        body.as_bytes()
            .get(self.start() + 1..)
            .and_then(|bytes| bytes.strip_prefix(name.raw().as_bytes()))
            .is_some_and(|rest| rest.first() == Some(&b'"'))
    }
}

/// The names of an open object with many of them: decoded, and where each stood first.
#[derive(Debug, Clone)]
struct Large<'a> {
    depth: usize,
    /// Its hash is keyed at random, so that nobody can choose names that collide.
    names: HashMap<Cow<'a, str>, usize>,
}

/// The distinct names of every open object.
///
/// An object that has an open container inside has at least one name, so its first entry alone
/// marks where its names begin. That keeps what a nested object costs to one entry.
#[derive(Debug, Clone)]
pub(super) struct Names<'a> {
    entries: Stack<Entry, INLINE>,
    large: Vec<Large<'a>>,
}

impl<'a> Names<'a> {
    pub(super) const fn new() -> Self {
        Self { entries: Stack::new(Entry(0)), large: Vec::new() }
    }

    /// Takes in a name of the innermost object, which is the `depth`-th container. Where it stood
    /// there before, that is where its opening quote was. `first`: it is the object's first name.
    #[inline]
    pub(super) fn insert(
        &mut self,
        body: &'a str,
        name: Text<'a>,
        start: usize,
        depth: usize,
        first: bool,
    ) -> Option<usize> {
        let new = Entry::new(name, start, first);
        if first {
            self.entries.push(new);
            return None;
        }
        if self.large.last().is_some_and(|large| large.depth == depth) {
            return self.insert_large(name, start);
        }
        let mut count = 0;
        for entry in self.entries.iter_from_top() {
            if entry.may_equal(new) && entry.is(name, body) {
                return Some(entry.start());
            }
            count += 1;
            if entry.is_first() {
                break;
            }
        }
        if count < LARGE {
            self.entries.push(new);
            return None;
        }
        self.enlarge(body, depth);
        self.insert_large(name, start)
    }

    /// Moves the innermost object's names into a map.
    #[cold]
    fn enlarge(&mut self, body: &'a str, depth: usize) {
        let mut names = HashMap::with_capacity(2 * LARGE);
        while let Some(entry) = self.entries.pop() {
            names.insert(Text::again(body, entry.start()).decode(), entry.start());
            if entry.is_first() {
                break;
            }
        }
        self.large.push(Large { depth, names });
    }

    fn insert_large(&mut self, name: Text<'a>, start: usize) -> Option<usize> {
        let large = self.large.last_mut()?;
        let place = large.names.entry(name.decode());
        let known = *place.or_insert(start);
        (known != start).then_some(known)
    }

    /// The innermost object, the `depth`-th container, which had at least one name, was closed.
    #[inline]
    pub(super) fn close(&mut self, depth: usize) {
        if self.large.last().is_some_and(|large| large.depth == depth) {
            self.large.pop();
            return;
        }
        while let Some(entry) = self.entries.pop() {
            if entry.is_first() {
                break;
            }
        }
    }
}

/// Sixteen bits that are the same for equal names and mostly differ for others: made of the decoded
/// text's length and of its first, middle and last byte.
///
/// Names can be chosen to have the same one. That costs [`LARGE`] comparisons a name at most.
#[inline]
fn fingerprint(name: Text<'_>) -> u16 {
    if name.is_escaped() {
        let bytes = || name.chars().flat_map(utf8_bytes);
        return fingerprint_of(bytes().count(), |at| bytes().nth(at));
    }
    let bytes = name.raw().as_bytes();
    fingerprint_of(bytes.len(), |at| bytes.get(at).copied())
}

#[inline]
fn fingerprint_of(length: usize, byte: impl Fn(usize) -> Option<u8>) -> u16 {
    let byte = |at: usize| byte(at).unwrap_or(0);
    #[expect(clippy::cast_possible_truncation, reason = "the low byte of a length will do")]
    let four = [byte(0), byte(length / 2), byte(length.saturating_sub(1)), length as u8];
    // Multiplying by an odd number spreads the four bytes into the upper half (Fibonacci hashing).
    (u32::from_le_bytes(four).wrapping_mul(0x9E37_79B1) >> 16) as u16
}

fn utf8_bytes(c: char) -> impl Iterator<Item = u8> {
    let mut bytes = [0; 4];
    let length = c.encode_utf8(&mut bytes).len();
    bytes.into_iter().take(length)
}
