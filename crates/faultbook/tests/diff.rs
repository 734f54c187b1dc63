//! `faultbook diff`: what changed between two editions, and what that means for a client.

use std::process::{Command, Output};

use faultbook::SERVICES;
use serde_json::Value;

fn diff(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.arg("diff").args(args).output().unwrap()
}

fn json(from: &str, to: &str) -> Value {
    let output = diff(&[from, to, "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../changes.schema.json")).unwrap();
    assert!(jsonschema::is_valid(&schema, &report), "{report:#}");
    report
}

fn lines(report: &Value) -> Vec<String> {
    let changes = report["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            let word = |name: &str| change[name].as_str().unwrap_or("-");
            format!(
                "{} {}: {} -> {}",
                word("class"),
                word("subject"),
                word("before"),
                word("after")
            )
        })
        .collect()
}

#[test]
fn the_next_version_of_ampache() {
    let report = json("ampache@5", "ampache@8");
    let lines = lines(&report);
    for expected in [
        "breaking errors under 2xx: an error comes under 200: the status does not tell -> an error comes under a failing status, never under 2xx",
        "compatible 4702: - -> 4702 Generic Error under 500",
        "compatible 4704: none -> 404",
        "compatible 4742: none -> 403",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:#?}");
    }
    assert_eq!(report["summary"]["complete"], true);
    assert!(report["summary"]["breaking"].as_u64().unwrap() >= 1);
}

#[test]
fn the_version_before_has_another_shape_and_other_codes() {
    let lines = lines(&json("ampache@4", "ampache@5"));
    assert!(lines.contains(&"breaking 404: 404 -> 4704".to_owned()), "{lines:#?}");
    assert!(lines.iter().any(|line| line.starts_with("breaking the parts of an error: ")));
}

#[test]
fn graph_has_four_more_statuses() {
    let report = json("onedrive@1", "onedrive@graph");
    let statuses: Vec<&str> = report["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["kind"] == "status-added")
        .map(|change| change["subject"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["402", "423", "502", "504"]);
}

#[test]
fn exit_codes() {
    for service in SERVICES {
        for edition in service.editions {
            let name = edition.to_string();
            let output = diff(&[&name, &name]);
            assert_eq!(output.status.code(), Some(0), "{name}");
            assert!(output.stdout.is_empty(), "{name}");
        }
    }
    assert_eq!(diff(&["ampache@5", "ampache@8"]).status.code(), Some(1));
    assert_eq!(diff(&["ampache@5", "onedrive@1"]).status.code(), Some(2));
    assert_eq!(diff(&["ampache@5", "ampache@99"]).status.code(), Some(2));
}

#[test]
fn both_directions_and_all_formats() {
    for format in ["human", "json", "sarif", "markdown"] {
        let output = diff(&["onedrive@graph", "onedrive@1", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("423") && text.contains("removed"), "{format}: {text}");
    }
}
