//! A capture: JSON, messages, or lines of JSON.

use super::pool::Pool;
use super::{Rng, Stock, json, message, words};

/// Changes a capture as what it begins like: as a message, or as JSON (of several lines one), or
/// else as words; and cuts, repeats and joins pieces of captures.
pub fn capture(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    match rng.u8(..16) {
        0 => {
            // Two captures, one behind the other.
            let other = Pool::new(stock).input(rng, |_| true)?;
            return Some([input, other].concat());
        }
        1 if !input.is_empty() => return Some(input[..rng.usize(..input.len())].to_vec()),
        2..=4 => return words::words_of(input, Pool::new(stock), rng),
        _ => {}
    }
    if input.starts_with(b"HTTP/") {
        return message(input, stock, rng);
    }
    if !json::is_tree(input) {
        return words::words_of(input, Pool::new(stock), rng);
    }
    let lines: Vec<&[u8]> = input.split_inclusive(|&byte| byte == b'\n').collect();
    let index = rng.usize(..lines.len());
    let line = lines[index].strip_suffix(b"\n").unwrap_or(lines[index]);
    // Pretty-printed JSON is one tree over many lines.
    if lines.len() == 1 || !json::is_tree(line) || line.len() < 2 {
        return json::json(input, stock, rng);
    }
    let changed = json::json(line, stock, rng)?;
    let before = lines[..index].concat();
    let after = lines[index + 1..].concat();
    Some([before, changed, b"\n".to_vec(), after].concat())
}
