//! Mutators that know a grammar: another input from one, most often well-formed.
//!
//! libFuzzer's own mutations change bytes, and most of those break the syntax at once. These
//! change the tree: they drop, duplicate, retype, nest and rename its parts and splice in words of
//! the documents. They work on the spans of the text, so that whatever they leave alone keeps its
//! spelling.

mod body;
mod capture;
mod challenges;
mod json;
mod message;
mod pair;
mod pool;
mod words;
mod xml;

pub use body::body;
pub use capture::capture;
pub use challenges::challenges;
pub use fastrand::Rng;
pub use json::json;
pub use message::message;
pub use pair::pair;
pub use words::{text, words};
pub use xml::xml;

/// What a mutator may put in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stock {
    /// Words of the grammar and of the documents: codes, member names, statuses.
    pub words: Vec<Vec<u8>>,
    /// Whole inputs.
    pub inputs: Vec<Vec<u8>>,
}

/// Makes another input from one. `None` where it finds nothing in it to change.
pub type Mutator = fn(&[u8], &Stock, &mut Rng) -> Option<Vec<u8>>;

/// Changes the first `size` bytes of `data`, of which at most `max_size` may be used then, and
/// gives their new number; `seed` decides how.
///
/// One of four mutations is that of `bytes`, which knows no grammar, and so is every one for which
/// the mutator finds nothing to do, or whose result is too long three times.
pub fn mutate(
    mutator: Mutator,
    stock: &Stock,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
    bytes: impl FnOnce(&mut [u8], usize, usize) -> usize,
) -> usize {
    let mut rng = Rng::with_seed(seed.into());
    let attempts = if rng.u8(..4) == 0 { 0 } else { 3 };
    let fits = |changed: &Vec<u8>| changed.len() <= max_size;
    let mut attempts =
        (0..attempts).map_while(|_| mutator(&data[..size], stock, &mut rng)).filter(fits);
    match attempts.next() {
        Some(changed) => {
            data[..changed.len()].copy_from_slice(&changed);
            changed.len()
        }
        None => bytes(data, size, max_size),
    }
}
