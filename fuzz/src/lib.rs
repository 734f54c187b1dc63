//! What every fuzz target has: its oracle, and the mutator that the table of oracles gives it.

use std::env;
use std::sync::LazyLock;

use oracles::mutate::{Stock, mutate};

/// A target: calls the oracle of this name.
#[macro_export]
macro_rules! target {
    ($name:ident) => {
        libfuzzer_sys::fuzz_target!(init: oracles::sample(), |input: &[u8]| {
            oracles::$name(input)
        });
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::change(stringify!($name), data, size, max_size, seed)
        });
    };
}

/// The mutation of the target `name`.
///
/// With `FAULTBOOK_FUZZ_BYTES` set, bytes alone are changed: what the mutators are measured
/// against.
pub fn change(
    name: &'static str,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    static BYTES_ALONE: LazyLock<bool> =
        LazyLock::new(|| env::var_os("FAULTBOOK_FUZZ_BYTES").is_some());
    static STOCK: std::sync::OnceLock<(oracles::Oracle, Stock)> = std::sync::OnceLock::new();
    if *BYTES_ALONE {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let (oracle, stock) = STOCK.get_or_init(|| {
        let oracle = oracles::oracle(name).expect("every target is an oracle's");
        (*oracle, oracle.stock())
    });
    mutate(oracle.mutate, stock, data, size, max_size, seed, libfuzzer_sys::fuzzer_mutate)
}
