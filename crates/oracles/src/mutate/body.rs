//! A body that is JSON or XML.

use super::pool::Pool;
use super::{Rng, Stock, json, words, xml};

/// Changes a body as JSON or as XML, whichever it begins like; else as words.
pub fn body(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    body_of(input, Pool::new(stock), rng)
}

pub(super) fn body_of(input: &[u8], pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    if rng.u8(..64) == 0 {
        // Another body.
        return pool.input(rng, |_| true).map(<[u8]>::to_vec).filter(|other| other != input);
    }
    if xml::is_tree(input) || input.starts_with(b"\xFE\xFF") || input.starts_with(b"\xFF\xFE") {
        xml::xml_of(input, pool, rng)
    } else if json::is_tree(input) {
        json::json_of(input, pool, rng)
    } else {
        words::words_of(input, pool, rng)
    }
}
