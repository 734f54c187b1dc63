//! Text that is a row of words and signs: dates, codes, plain text.

use super::pool::{
    Pool, change, characters, inserted, one, rarely, recased, renumbered, replaced, rounds, swapped,
};
use super::{Rng, Stock, json};
use std::ops::Range;

/// Characters that readers and writers of text stumble over: control characters, the edges of
/// UTF-8, UTF-16 and XML, white space of all kinds; bytes that are no UTF-8.
pub(super) const CHARACTERS: [&[u8]; 22] = [
    b"\0",
    b"\x01",
    b"\x08",
    b"\t",
    b"\n",
    b"\r\n",
    b"\x1F",
    b" ",
    b"\"",
    b"\\",
    b"/",
    b"\x7F",
    "\u{80}".as_bytes(),
    "é".as_bytes(),
    "\u{7ff}\u{800}".as_bytes(),
    "\u{2028}".as_bytes(),
    "\u{d7ff}\u{e000}".as_bytes(),
    "\u{feff}".as_bytes(),
    "\u{fffe}".as_bytes(),
    "𝄞".as_bytes(),
    "\u{10ffff}".as_bytes(),
    b"\xED\xA0\x80",
];

/// A text in words: a word is a run of letters or a run of digits, any other byte a sign.
struct Row<'t> {
    text: &'t [u8],
    pieces: Vec<Range<usize>>,
}

impl<'t> Row<'t> {
    fn read(text: &'t [u8]) -> Self {
        let mut at = 0;
        let together = |a: &u8, b: &u8| {
            a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
                || a.is_ascii_digit() && b.is_ascii_digit()
        };
        let pieces = text.chunk_by(together).map(|piece| {
            at += piece.len();
            at - piece.len()..at
        });
        let pieces = pieces.collect();
        Self { text, pieces }
    }

    /// A piece, most often a word rather than a sign.
    fn piece(&self, rng: &mut Rng) -> Option<Range<usize>> {
        let mut piece = one(&self.pieces, rng)?;
        for _ in 0..2 {
            if self.text[piece.start].is_ascii_alphanumeric() {
                break;
            }
            piece = one(&self.pieces, rng)?;
        }
        Some(piece.clone())
    }

    /// Where a piece begins or the text ends.
    fn border(&self, rng: &mut Rng) -> usize {
        let at = rng.usize(..=self.pieces.len());
        self.pieces.get(at).map_or(self.text.len(), |piece| piece.start)
    }
}

/// A way to change the text, and its weight: how often it is taken.
type Change = (u32, fn(&Row<'_>, Pool<'_>, &mut Rng) -> Option<Vec<u8>>);

const CHANGES: &[Change] = &[
    // A piece is dropped.
    (3, |row, _, rng| Some(replaced(row.text, row.piece(rng)?, b""))),
    // It stands twice.
    (3, |row, _, rng| {
        let piece = row.piece(rng)?;
        Some(inserted(row.text, piece.end, &row.text[piece]))
    }),
    // Two stand in each other's place.
    (3, |row, _, rng| swapped(row.text, row.piece(rng)?, row.piece(rng)?)),
    // A word in the place of a piece.
    (6, |row, pool, rng| Some(replaced(row.text, row.piece(rng)?, pool.word(rng)?))),
    // A word between pieces.
    (3, |row, pool, rng| Some(inserted(row.text, row.border(rng), pool.word(rng)?))),
    // The other case.
    (3, |row, _, rng| {
        let piece = row.piece(rng)?;
        Some(replaced(row.text, piece.clone(), &recased(&row.text[piece], rng)?))
    }),
    (1, |row, _, rng| recased(row.text, rng)),
    // A number near this one.
    (4, |row, _, rng| {
        let numbers: Vec<_> =
            row.pieces.iter().filter(|piece| row.text[piece.start].is_ascii_digit()).collect();
        let &number = one(&numbers, rng)?;
        Some(replaced(row.text, number.clone(), &renumbered(&row.text[number.clone()], rng)?))
    }),
    // A character more.
    (3, |row, _, rng| {
        let at = if rng.bool() {
            row.border(rng)
        } else {
            one(&characters(row.text), rng).map_or(0, |character| character.start)
        };
        Some(inserted(row.text, at, one(&CHARACTERS, rng)?))
    }),
    // A character less.
    (2, |row, _, rng| Some(replaced(row.text, one(&characters(row.text), rng)?.clone(), b""))),
    // Cut.
    (1, |row, _, rng| Some(row.text[..row.border(rng)].to_vec())),
    (1, |row, _, rng| Some(row.text[row.border(rng)..].to_vec())),
    // The beginning of this, the end of another.
    (3, |row, pool, rng| {
        let other = Row::read(pool.input(rng, |other| other.len() < 1024)?);
        Some([&row.text[..row.border(rng)], &other.text[other.border(rng)..]].concat())
    }),
];

/// Text that may be JSON: as JSON where there is something of it, or else word by word.
pub fn text(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    json(input, stock, rng).or_else(|| words(input, stock, rng))
}

/// Replaces, drops, doubles, swaps, recases and renumbers words, puts characters in that are hard
/// to read or to write, and takes the end of another input.
pub fn words(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    words_of(input, Pool::new(stock), rng)
}

pub(super) fn words_of(input: &[u8], pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    rounds(input, pool, rng, |input, pool, rng| {
        if input.is_empty() {
            return if rarely(2, rng) { pool.word(rng) } else { pool.input(rng, |_| true) }
                .map(<[u8]>::to_vec);
        }
        change(&Row::read(input), CHANGES, pool, rng)
    })
}
