//! Where an oracle's seeds and words come from: the corpus and the documents' tables. Nothing is
//! written down a second time here.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use faultbook_corpus::{Case, regressions};

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

    /// A case's id as a file name.
    fn of(case: &Case, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(case.id.replace('/', "-"), bytes)
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

/// The values of every field of this name in the corpus.
pub(crate) fn fields(name: &str) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for case in faultbook_corpus::all() {
        let values =
            case.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name.as_bytes()));
        for (index, header) in values.enumerate() {
            let mut seed = Seed::of(case, &*header.value);
            if index > 0 {
                seed.name += &format!("-{}", index + 1);
            }
            seeds.push(seed);
        }
    }
    seeds
}

/// What HTTP dates are made of (RFC 9110 section 5.6.7).
pub(crate) fn date_words() -> Vec<Vec<u8>> {
    let words = "Mon Tue Wed Thu Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday \
                 Sunday Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec GMT 0 00 1 29 30 31 59 60 \
                 99 120 1601 1900 1969 1970 1994 2000 2024 9999 18446744073709551615 \
                 18446744073709551616";
    words.split_whitespace().map(|word| word.as_bytes().to_vec()).collect()
}
