//! Every oracle is a fuzz target of its name, and every target is an oracle's.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use oracles::ORACLES;

fn fuzz(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz").join(path)
}

/// The target that has no oracle: what speed is compared with.
const BASELINE: &str = "compare_serde_json";

#[test]
fn one_target_an_oracle() {
    let oracles: BTreeSet<&str> = ORACLES.iter().map(|oracle| oracle.name).collect();
    let metadata = MetadataCommand::new()
        .manifest_path(fuzz("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("fuzz/Cargo.toml is read");
    let targets: BTreeSet<&str> = metadata.packages[0]
        .targets
        .iter()
        .filter(|target| target.is_bin() && target.name != BASELINE)
        .map(|target| target.name.as_str())
        .collect();
    assert_eq!(targets, oracles);

    let files: BTreeSet<String> = fs::read_dir(fuzz("fuzz_targets"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != BASELINE)
        .collect();
    assert_eq!(files.iter().map(String::as_str).collect::<BTreeSet<_>>(), oracles);

    for name in oracles {
        let text = fs::read_to_string(fuzz(&format!("fuzz_targets/{name}.rs"))).unwrap();
        assert_eq!(text, format!("#![no_main]\nfaultbook_fuzz::target!({name});\n"));
    }
}

#[test]
fn the_table_is_sorted_and_seeds_have_names() {
    assert!(ORACLES.is_sorted_by_key(|oracle| oracle.name));
    assert!(ORACLES.len() >= 12);
    for folder in [fuzz("seeds"), fuzz("../corpus/regressions")] {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                continue;
            }
            let oracle = path.file_name().unwrap().to_str().unwrap();
            assert!(oracles::oracle(oracle).is_some(), "{} is of no oracle", path.display());
        }
    }
    for oracle in ORACLES {
        let seeds = oracle.seeds();
        let names: BTreeSet<&str> = seeds.iter().map(|seed| &*seed.name).collect();
        assert_eq!(names.len(), seeds.len(), "{}: a name stands twice", oracle.name);
        for name in names {
            let is_hash = name.len() >= 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(!is_hash && !name.contains('/'), "{}/{name}", oracle.name);
        }
    }
}
