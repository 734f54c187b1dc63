//! CONTRIBUTING.md tells the truth: what it names is there, and what is there is named.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use faultbook::SERVICES;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The pieces of a Markdown text that stand in backticks.
fn code_spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_path_is_there() {
    let text = read("CONTRIBUTING.md");
    let is_path = |span: &&str| {
        let first = span.split('/').next().unwrap_or_default();
        !span.contains(' ') && ["crates", "corpus", "snapshots", "ci", "src"].contains(&first)
    };
    let mut paths = 0;
    for span in code_spans(&text).filter(is_path) {
        let crates = SERVICES.map(|service| format!("crates/{}-error", service.name));
        let services = SERVICES.map(|service| service.name);
        // A path with a gap in it holds for every service; one below `src` for every format crate.
        let candidates: Vec<String> = match span {
            span if span.starts_with("src/") => {
                crates.iter().map(|folder| format!("{folder}/{span}")).collect()
            }
            span if span.contains("<service>") => {
                services.iter().map(|name| span.replace("<service>", name)).collect()
            }
            "crates/*-error" => crates.to_vec(),
            span => vec![span.to_owned()],
        };
        for path in candidates {
            assert!(
                root().join(&path).exists(),
                "CONTRIBUTING.md names {path}, which is not there"
            );
            paths += 1;
        }
    }
    assert!(paths >= 20, "found only {paths} paths");
}

#[test]
fn every_script_is_listed_and_called() {
    let text = read("CONTRIBUTING.md");
    let run = read(".ci/run");
    let workflow = read(".github/workflows/ci.yml");
    let scripts: BTreeSet<String> = fs::read_dir(root().join("ci"))
        .unwrap()
        .map(|entry| format!("ci/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    assert!(scripts.contains("ci/test.sh"), "{scripts:?}");
    for script in scripts {
        assert!(text.contains(&format!("{script} ")), "CONTRIBUTING.md does not list {script}");
        let is_called = [&run, &workflow].iter().any(|text| {
            text.lines().any(|line| line.trim().trim_start_matches("- run: ") == script)
        });
        assert!(is_called, "neither .ci/run nor the workflow calls {script}");
    }
    assert!(workflow.contains("- run: .ci/run"), "the workflow does not call .ci/run");
}
