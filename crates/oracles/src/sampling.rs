//! Fewer questions an input, for those who have millions of inputs.

use std::sync::atomic::{AtomicBool, Ordering};

static SAMPLING: AtomicBool = AtomicBool::new(false);

/// From now on oracles ask of most inputs only what is quickly answered, and the input's bytes
/// decide of which they ask more: for fuzz targets. What fails so, fails without this too.
pub fn sample() {
    SAMPLING.store(true, Ordering::Relaxed);
}

/// Whether to ask what only one input in `of`, 256 at most, is asked where oracles sample.
pub(crate) fn asks(input: &[u8], of: u8) -> bool {
    !is_sampling() || lot(input).is_multiple_of(of)
}

/// A number that any change to the input is likely to change.
pub(crate) fn lot(input: &[u8]) -> u8 {
    let (eights, rest) = input.as_chunks::<8>();
    let sum = eights.iter().fold(input.len() as u64, |sum, eight| {
        sum.wrapping_add(u64::from_le_bytes(*eight)).rotate_left(5)
    });
    let sum = rest.iter().fold(sum, |sum, byte| sum.wrapping_add(u64::from(*byte)).rotate_left(5));
    // Multiplying by an odd number spreads all bits into the highest (Fibonacci hashing).
    sum.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes()[0]
}

pub(crate) fn is_sampling() -> bool {
    SAMPLING.load(Ordering::Relaxed)
}
