//! What the mutators share: choosing, putting text in the place of text, trying changes in a row.

use std::ops::Range;

use super::{Rng, Stock};

/// The longest input that is taken apart: changing one is to take no longer than judging it.
const LONGEST: usize = 64 * 1024;
/// The longest input of the stock that is taken apart to be spliced in.
const LONGEST_OTHER: usize = 2 * 1024;

/// The part of an input that a mutator deals with: its body, a field, one of two sides.
type Part = for<'a> fn(&'a [u8], &mut Rng) -> &'a [u8];

/// The stock, as one mutator sees it.
#[derive(Clone, Copy)]
pub(super) struct Pool<'s> {
    stock: &'s Stock,
    part: Part,
}

impl<'s> Pool<'s> {
    pub(super) fn new(stock: &'s Stock) -> Self {
        Self { stock, part: |input, _| input }
    }

    /// The same stock for a mutator of parts.
    pub(super) fn of(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Any word.
    pub(super) fn word(self, rng: &mut Rng) -> Option<&'s [u8]> {
        one(&self.stock.words, rng).map(Vec::as_slice)
    }

    /// A word for which `wanted` holds: one of a few that are looked at.
    pub(super) fn word_where(
        self,
        rng: &mut Rng,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Option<&'s [u8]> {
        (0..8).find_map(|_| self.word(rng).filter(|word| wanted(word)))
    }

    /// A word that is a name or a code: letters, digits and signs that no grammar here knows.
    pub(super) fn name(self, rng: &mut Rng) -> Option<&'s [u8]> {
        self.word_where(rng, |word| {
            let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.@$: ".contains(byte);
            word.first().is_some_and(u8::is_ascii_alphanumeric) && word.iter().all(is_plain)
        })
    }

    /// An input for which `wanted` holds: one of a few that are looked at.
    pub(super) fn input(self, rng: &mut Rng, wanted: impl Fn(&[u8]) -> bool) -> Option<&'s [u8]> {
        (0..4).find_map(|_| {
            let input = (self.part)(one(&self.stock.inputs, rng)?, rng);
            (input.len() <= LONGEST_OTHER && wanted(input)).then_some(input)
        })
    }
}

/// Tries changes, by their weights, until one of them finds something to do.
pub(super) fn change<T>(
    subject: &T,
    changes: &[(u32, impl Fn(&T, Pool<'_>, &mut Rng) -> Option<Vec<u8>>)],
    pool: Pool<'_>,
    rng: &mut Rng,
) -> Option<Vec<u8>> {
    let total: u32 = changes.iter().map(|(weight, _)| weight).sum();
    (0..8).find_map(|_| {
        let mut at = rng.u32(..total);
        let (_, change) = changes.iter().find(|(weight, _)| match at.checked_sub(*weight) {
            Some(rest) => {
                at = rest;
                false
            }
            None => true,
        })?;
        change(subject, pool, rng)
    })
}

/// One change most often, up to four in a row sometimes. `None` where the first finds nothing to
/// do, or what comes out is what went in.
pub(super) fn rounds(
    input: &[u8],
    pool: Pool<'_>,
    rng: &mut Rng,
    round: impl Fn(&[u8], Pool<'_>, &mut Rng) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    if input.len() > LONGEST {
        return None;
    }
    let more = match rng.u8(..10) {
        0..=5 => 0,
        6..=7 => 1,
        8 => 2,
        _ => 3,
    };
    let mut changed = round(input, pool, rng)?;
    for _ in 0..more {
        if changed.len() > LONGEST {
            break;
        }
        if let Some(again) = round(&changed, pool, rng) {
            changed = again;
        }
    }
    (changed != input).then_some(changed)
}

/// One of them, if there is any.
pub(super) fn one<'t, T>(of: &'t [T], rng: &mut Rng) -> Option<&'t T> {
    if of.is_empty() { None } else { Some(&of[rng.usize(..of.len())]) }
}

/// One time in `n`.
pub(super) fn rarely(n: u32, rng: &mut Rng) -> bool {
    rng.u32(..n) == 0
}

/// `text` with `new` in the place of `range`.
pub(super) fn replaced(text: &[u8], range: Range<usize>, new: &[u8]) -> Vec<u8> {
    [&text[..range.start], new, &text[range.end..]].concat()
}

/// `text` with `new` put in.
pub(super) fn inserted(text: &[u8], at: usize, new: &[u8]) -> Vec<u8> {
    replaced(text, at..at, new)
}

/// Two parts of `text` in each other's place. `None` where they overlap or say the same.
pub(super) fn swapped(text: &[u8], a: Range<usize>, b: Range<usize>) -> Option<Vec<u8>> {
    let (a, b) = if a.start <= b.start { (a, b) } else { (b, a) };
    if a.end > b.start || text[a.clone()] == text[b.clone()] {
        return None;
    }
    let parts =
        [&text[..a.start], &text[b.clone()], &text[a.end..b.start], &text[a], &text[b.end..]];
    Some(parts.concat())
}

/// The other case: of the first letter, of one letter, or of all.
pub(super) fn recased(text: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let letters: Vec<usize> =
        (0..text.len()).filter(|&at| text[at].is_ascii_alphabetic()).collect();
    let &first = letters.first()?;
    let mut text = text.to_vec();
    match rng.u8(..4) {
        0 => text.make_ascii_uppercase(),
        1 => text.make_ascii_lowercase(),
        2 => text[first] ^= 0x20,
        _ => text[*one(&letters, rng)?] ^= 0x20,
    }
    Some(text)
}

/// A number one higher or lower, or with one digit more or less.
pub(super) fn renumbered(digits: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    let width = digits.len();
    Some(match rng.u8(..5) {
        0 => format!("{:0width$}", number.wrapping_add(1)).into_bytes(),
        1 => format!("{:0width$}", number.wrapping_sub(1)).into_bytes(),
        2 => [digits, &[rng.u8(b'0'..=b'9')]].concat(),
        3 => [b"0", digits].concat(),
        _ => {
            let at = rng.usize(..width);
            replaced(digits, at..at + 1, &[rng.u8(b'0'..=b'9')])
        }
    })
}

/// Where the characters of `text` stand; bytes that are no UTF-8 stand for themselves or go with
/// the one before them.
pub(super) fn characters(text: &[u8]) -> Vec<Range<usize>> {
    let mut at = 0;
    let characters = text.chunk_by(|_, next| next & 0xC0 == 0x80).map(|character| {
        at += character.len();
        at - character.len()..at
    });
    characters.collect()
}
