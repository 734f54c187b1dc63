//! Where an oracle's seeds and words come from: the corpus and the documents' tables. Nothing is
//! written down a second time here.

mod corpus;
mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use faultbook_corpus::regressions;

pub(crate) use corpus::{
    ampache_pairs, bodies, codes, fields, is_xml, messages, service_bodies, strings,
};
pub(crate) use words::{
    challenge_words, code_words, date_words, json_words, message_words, pair_words, service_words,
    xml_words,
};

/// An input from which fuzzing starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed {
    /// What it shows; the name of its file.
    pub name: String,
    /// The input.
    pub bytes: Vec<u8>,
}

impl Seed {
    pub(crate) fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }
}

/// The seeds from the corpus, those that are files of their own, and the regressions.
pub(crate) fn all(oracle: &str, mut seeds: Vec<Seed>) -> Vec<Seed> {
    seeds.extend(files(oracle));
    seeds.extend(
        regressions()
            .filter(|regression| regression.oracle == oracle)
            .map(|found| Seed::new(format!("regression-{}", found.name), found.bytes)),
    );
    seeds.sort_unstable();
    let mut seen = BTreeSet::new();
    seeds.retain(|seed| seen.insert(seed.bytes.clone()));
    seeds
}

/// The files in `fuzz/seeds/<oracle>`: what the corpus has no case for.
fn files(oracle: &str) -> Vec<Seed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(oracle);
    let read = |entry: io::Result<fs::DirEntry>| {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        fs::read(&path).map(|bytes| Seed::new(name, bytes))
    };
    match fs::read_dir(&folder) {
        Ok(entries) => entries
            .map(read)
            .collect::<io::Result<_>>()
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display())),
        // Most oracles live on the corpus alone.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => panic!("{}: {error}", folder.display()),
    }
}
