//! Text that is a row of words and signs: dates, codes.

use super::{Rng, Stock};

/// Replaces, drops, doubles or swaps words; a word is a run of letters and digits.
pub fn words(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    let mut pieces: Vec<&[u8]> =
        input.chunk_by(|a, b| a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric()).collect();
    let word =
        if stock.words.is_empty() { &[][..] } else { &stock.words[rng.usize(..stock.words.len())] };
    if pieces.is_empty() {
        return Some(word.to_vec());
    }
    let at = rng.usize(..pieces.len());
    match rng.u8(..5) {
        0 => drop(pieces.remove(at)),
        1 => pieces.insert(at, pieces[at]),
        2 => {
            let other = rng.usize(..pieces.len());
            pieces.swap(at, other);
        }
        3 => pieces.insert(at, word),
        _ => pieces[at] = word,
    }
    Some(pieces.concat())
}
