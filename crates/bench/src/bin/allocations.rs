//! Prints how often reading the documented examples once each allocates.
//!
//! A program of its own: counting is done by an allocator that takes longer than the one of a program
//! that counts nothing, and who allocates would be slower beside who does not.

use bench::inputs::{self, Input};
use bench::readers::{XML, json_readers};

#[expect(clippy::print_stdout, reason = "this is a command")]
fn main() {
    let json = inputs::documented_json();
    let json = json.iter().map(|input| count(json_readers(input.service)[0].read, input));
    let xml = inputs::documented_xml();
    let xml = xml.iter().map(|input| count(XML[0].read, input));
    println!("{}", json.chain(xml).sum::<u64>());
}

/// How often reading this once allocates.
fn count(read: fn(&[u8]) -> usize, input: &Input) -> u64 {
    allocation_counter::measure(|| _ = read(&input.bytes)).count_total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_with_escapes_are_counted() {
        let inputs = inputs::rewritten_json();
        let (escaped, other): (Vec<&Input>, _) =
            inputs.iter().partition(|input| input.bytes.contains(&b'\\'));
        let allocates = |input: &&Input| count(json_readers(input.service)[0].read, input) > 0;
        assert!(!escaped.is_empty() && escaped.iter().all(allocates));
        assert!(!other.is_empty() && !other.iter().any(allocates));
    }
}
