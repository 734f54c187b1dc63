//! The table of oracles: one row each. Adding one is a function, a row and a fuzz target.

use crate::mutate::{Mutator, Stock};
use crate::seeds::{self, Seed};
use crate::{headers, mutate};

/// A property that must hold for any bytes.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Oracle {
    /// The name of the function, the fuzz target, and the folders of its seeds and regressions.
    pub name: &'static str,
    /// What its input is read as.
    pub reads: &'static str,
    /// Panics where the property does not hold.
    pub check: fn(&[u8]),
    /// Makes another input from one, along its grammar.
    pub mutate: Mutator,
    /// The inputs that the corpus has for it.
    from_corpus: fn() -> Vec<Seed>,
    /// What its grammar and the documents have for words.
    pub words: fn() -> Vec<Vec<u8>>,
}

impl Oracle {
    /// What fuzzing starts from: the cases of the corpus, the files in `fuzz/seeds/<name>`, and
    /// what was once found (`corpus/regressions/<name>`). Sorted by name, no input twice.
    pub fn seeds(&self) -> Vec<Seed> {
        seeds::all(self.name, (self.from_corpus)())
    }

    /// What its mutator may put in: its words, and its seeds as whole inputs.
    pub fn stock(&self) -> Stock {
        let inputs = self.seeds().into_iter().map(|seed| seed.bytes).collect();
        Stock { words: (self.words)(), inputs }
    }
}

/// The oracle of this name.
pub fn oracle(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// Every oracle, sorted by name.
pub static ORACLES: &[Oracle] = &[Oracle {
    name: "retry_after",
    reads: "a Retry-After field",
    check: headers::retry_after,
    mutate: mutate::words,
    from_corpus: || seeds::fields("retry-after"),
    words: seeds::date_words,
}];
