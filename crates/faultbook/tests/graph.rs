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
    (
        "oracles",
        &[
            "faultbook-core",
            "error-headers",
            "groove-error",
            "lineworks-error",
            "ampache-error",
            "onedrive-error",
            "faultbook",
            "faultbook-corpus",
        ],
    ),
    ("faultbook-snapshots", &["faultbook", "faultbook-corpus"]),
    (
        "bench",
        &[
            "faultbook-core",
            "error-headers",
            "groove-error",
            "lineworks-error",
            "ampache-error",
            "onedrive-error",
            "faultbook-corpus",
        ],
    ),
];

/// What the tests of any package may depend on besides: the corpus.
const TESTS_MAY_USE: &[&str] = &["faultbook-corpus"];

/// What a client crate may depend on besides: nothing for reports, terminals or files.
const CLIENT_CRATES: &[(&str, &[&str])] = &[
    ("faultbook-core", &[]),
    ("error-headers", &["httpdate"]),
    ("groove-error", &[]),
    ("lineworks-error", &[]),
    ("onedrive-error", &[]),
    ("ampache-error", &["encoding_rs", "memchr", "quick-xml"]),
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
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let members: BTreeSet<&str> =
        metadata.packages.iter().map(|package| package.name.as_str()).collect();
    for (name, allowed) in CLIENT_CRATES {
        let package = metadata.packages.iter().find(|package| package.name == *name).unwrap();
        // What a feature brings in is the choice of who turns it on.
        let used: BTreeSet<&str> = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.kind == DependencyKind::Normal && !dependency.optional)
            .map(|dependency| dependency.name.as_str())
            .filter(|other| !members.contains(other))
            .collect();
        assert_eq!(used, allowed.iter().copied().collect(), "{name}");
    }
}
