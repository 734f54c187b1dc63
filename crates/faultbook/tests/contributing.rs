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
        !span.contains(' ')
            && ["crates", "corpus", "fuzz", "snapshots", "ci", "src"].contains(&first)
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
    let contributing = read("CONTRIBUTING.md");
    let files = |folder: &str, end: &str| -> BTreeSet<String> {
        fs::read_dir(root().join(folder))
            .unwrap()
            .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap()))
            .filter(|path| path.ends_with(end))
            .collect()
    };
    let scripts = files("ci", ".sh");
    let workflows = files(".github/workflows", ".yml");
    assert!(scripts.contains("ci/test.sh") && workflows.len() > 1, "{scripts:?} {workflows:?}");
    // A script may also be called by another one.
    let callers: Vec<(&str, String)> = scripts
        .iter()
        .chain(&workflows)
        .map(String::as_str)
        .chain([".ci/run", ".clusterfuzzlite/build.sh"])
        .map(|path| (path, read(path)))
        .collect();
    for script in &scripts {
        assert!(
            contributing.contains(&format!("{script} ")),
            "CONTRIBUTING.md does not list {script}"
        );
        let is_called = callers.iter().filter(|(path, _)| path != script).any(|(_, text)| {
            text.lines().any(|line| !line.trim().starts_with('#') && line.contains(&**script))
        });
        assert!(is_called, "nothing calls {script}");
    }
    let workflow = read(".github/workflows/ci.yml");
    assert!(workflow.contains("- run: .ci/run"), "the workflow does not call .ci/run");
}
