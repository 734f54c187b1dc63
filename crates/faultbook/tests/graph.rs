//! The dependency graph of the workspace has the arrows that the design draws and no others.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// Who may use whom: the package, and what its code (not its tests) may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("faultbook-core", &[]),
    ("error-headers", &[]),
    ("faultbook-corpus", &[]),
    ("groove-error", &["faultbook-core"]),
    ("lineworks-error", &["faultbook-core", "error-headers"]),
    ("ampache-error", &["faultbook-core"]),
    ("onedrive-error", &["faultbook-core", "error-headers"]),
    (
        "faultbook",
        &[
            "faultbook-core",
            "error-headers",
            "groove-error",
            "lineworks-error",
            "ampache-error",
            "onedrive-error",
        ],
    ),
    ("faultbook-snapshots", &["faultbook", "faultbook-corpus"]),
];

/// What the tests of any package may depend on besides: the corpus.
const TESTS_MAY_USE: &[&str] = &["faultbook-corpus"];

/// What a client gets with a format crate: nothing for reports, terminals or files.
const CLIENT_CRATES: &[(&str, &[&str])] = &[
    ("groove-error", &[]),
    ("lineworks-error", &["httpdate"]),
    ("onedrive-error", &["httpdate"]),
    ("ampache-error", &["encoding_rs", "cfg-if", "quick-xml", "memchr"]),
];

#[test]
fn only_the_drawn_arrows() {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let members: BTreeSet<&str> =
        metadata.packages.iter().map(|package| package.name.as_str()).collect();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    assert_eq!(members, arrows.keys().copied().collect(), "a package without a row in ARROWS");

    for package in &metadata.packages {
        let name = package.name.as_str();
        let allowed = arrows[name];
        let mut used = BTreeSet::new();
        for dependency in &package.dependencies {
            let other = dependency.name.as_str();
            // A package's tests turn its own features on by depending on itself.
            if !members.contains(other) || other == name {
                continue;
            }
            let is_test = dependency.kind == DependencyKind::Development;
            assert!(
                allowed.contains(&other) || is_test && TESTS_MAY_USE.contains(&other),
                "{name} depends on {other}, and no arrow leads there"
            );
            if !is_test {
                used.insert(other);
            }
        }
        let drawn: BTreeSet<&str> = allowed.iter().copied().collect();
        assert_eq!(used, drawn, "{name} does not use an arrow that is drawn");
    }
}

#[test]
fn client_crates_bring_few_dependencies() {
    let metadata = MetadataCommand::new().exec().unwrap();
    let resolve = metadata.resolve.as_ref().unwrap();
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    for (name, others) in CLIENT_CRATES {
        let mut reached = BTreeSet::new();
        let root = metadata.packages.iter().find(|package| package.name == *name).unwrap();
        let mut open = vec![root.id.clone()];
        while let Some(id) = open.pop() {
            let package = &metadata[&id];
            // What a feature brings in is the choice of who turns it on.
            let required: BTreeSet<&str> = package
                .dependencies
                .iter()
                .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
                .map(|dependency| dependency.name.as_str())
                .collect();
            let node = resolve.nodes.iter().find(|node| node.id == id).unwrap();
            for dependency in &node.deps {
                let other = metadata[&dependency.pkg].name.as_str();
                if required.contains(other) && reached.insert(other.to_owned()) {
                    open.push(dependency.pkg.clone());
                }
            }
        }
        let allowed: BTreeSet<String> =
            arrows[name].iter().chain(*others).map(|other| (*other).to_owned()).collect();
        assert_eq!(reached, allowed, "{name}");
    }
}
