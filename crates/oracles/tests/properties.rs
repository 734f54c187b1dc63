//! Every oracle holds for bytes that nobody chose, and for seeds that the mutators have changed:
//! what fuzzing does, for a moment, on any compiler.

use std::sync::LazyLock;

use oracles::ORACLES;
use oracles::mutate::{Rng, Stock};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

static STOCKS: LazyLock<Vec<Stock>> =
    LazyLock::new(|| ORACLES.iter().map(oracles::Oracle::stock).collect());

/// An input of the oracle at `index` after some changes.
fn changed(index: usize, seed: u64, rounds: usize) -> Vec<u8> {
    let (oracle, stock) = (&ORACLES[index], &STOCKS[index]);
    let mut rng = Rng::with_seed(seed);
    let mut input = stock.inputs[rng.usize(..stock.inputs.len())].clone();
    for _ in 0..rounds {
        if let Some(changed) = (oracle.mutate)(&input, stock, &mut rng) {
            input = changed;
        }
        if !input.is_empty() && rng.u8(..8) == 0 {
            let at = rng.usize(..input.len());
            input[at] = rng.u8(..);
        }
    }
    input
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/proptest-regressions/properties.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        for oracle in ORACLES {
            (oracle.check)(&bytes);
        }
    }

    #[test]
    fn any_text(text in "[ -~\\t\\r\\n\u{e9}\u{1d11e}\\\\\"{}\\[\\]<>&;:,=]{0,80}") {
        for oracle in ORACLES {
            (oracle.check)(text.as_bytes());
        }
    }

    #[test]
    fn changed_seeds(seed in any::<u64>(), rounds in 1..6_usize) {
        for (index, oracle) in ORACLES.iter().enumerate() {
            (oracle.check)(&changed(index, seed, rounds));
        }
    }
}

/// The changes do change something, for every oracle.
#[test]
fn seeds_are_changed() {
    for (index, oracle) in ORACLES.iter().enumerate() {
        let stock = &STOCKS[index];
        let new = (0..200).filter(|&seed| !stock.inputs.contains(&changed(index, seed, 2))).count();
        assert!(new > 150, "{}: {new} of 200", oracle.name);
    }
}
