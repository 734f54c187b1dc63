//! Two bodies with a NUL between them.

use super::body::body_of;
use super::pool::{Pool, rarely};
use super::{Rng, Stock};

/// The two sides; without a NUL the second is empty.
fn sides(input: &[u8]) -> (&[u8], &[u8]) {
    match input.iter().position(|&byte| byte == 0) {
        Some(nul) => (&input[..nul], &input[nul + 1..]),
        None => (input, b""),
    }
}

fn joined(first: &[u8], second: &[u8]) -> Vec<u8> {
    [first, b"\0", second].concat()
}

/// Changes one side as JSON or as XML, or both, puts them in each other's place, or one over the
/// other.
pub fn pair(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    let pool = Pool::new(stock).of(|input, rng| {
        let (first, second) = sides(input);
        if rng.bool() { first } else { second }
    });
    let (first, second) = sides(input);
    let side = |side: &[u8], rng: &mut Rng| {
        if side.is_empty() {
            return pool.input(rng, |_| true).map(<[u8]>::to_vec);
        }
        body_of(side, pool, rng)
    };
    let pair = match rng.u8(..16) {
        0 => joined(second, first),
        1 => joined(first, first),
        2 => joined(second, second),
        // Almost the same twice.
        3 => joined(first, &side(first, rng)?),
        4 => joined(&side(second, rng)?, second),
        5 | 6 => joined(&side(first, rng)?, &side(second, rng)?),
        7..=10 => joined(&side(first, rng)?, second),
        _ => joined(first, &side(second, rng)?),
    };
    // One side alone is no pair.
    let pair = if rarely(64, rng) { sides(&pair).0.to_vec() } else { pair };
    (pair != input).then_some(pair)
}
