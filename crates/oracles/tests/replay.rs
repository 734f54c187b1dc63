//! Every oracle holds for its seeds: the corpus, the files beside it, and all that was once found.

use oracles::ORACLES;

#[test]
fn seeds_and_regressions() {
    for oracle in ORACLES {
        let seeds = oracle.seeds();
        assert!(!seeds.is_empty(), "{} has no seeds", oracle.name);
        for seed in seeds {
            eprintln!("{}: {}", oracle.name, seed.name);
            (oracle.check)(&seed.bytes);
        }
    }
}
