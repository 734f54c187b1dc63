//! Baselines as people use them: written, read, gone stale, expired, and wrong.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

const WITHOUT_TYPE: &str =
    r#"{"error": {"errorCode": "4704", "errorAction": "scrobble", "errorMessage": "Not Found"}}"#;
const WITHOUT_ACTION: &str =
    r#"{"error": {"errorCode": "4704", "errorType": "song", "errorMessage": "Not Found"}}"#;

/// Runs `faultbook check` in a folder.
fn check(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.current_dir(folder).arg("check").args(args).env_remove("NO_COLOR");
    command.output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON report of `bodies` with a baseline, and the exit code.
fn report(folder: &Path, args: &[&str]) -> (Value, i32) {
    let output = check(folder, &[&["--format", "json", "bodies"], args].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)));
    (report, code(&output))
}

fn rules(list: &Value) -> Vec<&str> {
    let rule = |item: &Value| item.get("finding").unwrap_or(item)["rule"].as_str().map(str::len);
    assert!(list.as_array().unwrap().iter().all(|item| rule(item).is_some()));
    let items = list.as_array().unwrap().iter();
    items.map(|item| item.get("finding").unwrap_or(item)["rule"].as_str().unwrap()).collect()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("bodies")).unwrap();
    fs::write(folder.path().join("bodies/a.json"), WITHOUT_TYPE).unwrap();
    // The same fault again is one entry.
    fs::write(folder.path().join("bodies/b.json"), WITHOUT_TYPE).unwrap();
    folder
}

#[test]
fn what_is_written_is_known_afterwards() {
    let folder = folder();
    let path = folder.path();
    assert_eq!(report(path, &[]).1, 1);

    let (written, exit) = report(path, &["--write-baseline", "known.toml"]);
    assert_eq!(exit, 0);
    assert_eq!(written["summary"]["suppressed"], 2);
    let text = fs::read_to_string(path.join("known.toml")).unwrap();
    assert_eq!(text.matches("[[finding]]").count(), 1, "{text}");
    assert!(text.contains("rule = \"ampache/missing-type\""), "{text}");
    assert!(text.contains("reason = \"recorded by --write-baseline\""), "{text}");

    let (known, exit) = report(path, &["--baseline", "known.toml"]);
    assert_eq!(exit, 0);
    assert_eq!(known["responses"][0]["findings"], json!([]));
    assert_eq!(rules(&known["responses"][0]["suppressed"]), ["ampache/missing-type"]);
    assert_eq!(known["responses"][0]["suppressed"][0]["reason"], "recorded by --write-baseline");
    assert_eq!(known["summary"]["findings"], json!({"error": 0, "warning": 0, "note": 0}));
    assert_eq!(known["remarks"], json!([]));

    // Another fault counts.
    fs::write(path.join("bodies/c.json"), WITHOUT_ACTION).unwrap();
    let (other, exit) = report(path, &["--baseline", "known.toml"]);
    assert_eq!(exit, 1);
    assert_eq!(rules(&other["responses"][2]["findings"]), ["ampache/missing-action"]);
    assert_eq!(other["summary"]["suppressed"], 2);
}

#[test]
fn reasons_and_dates_are_kept_and_what_is_gone_is_left_out() {
    let folder = folder();
    let path = folder.path();
    let baseline = path.join("known.toml");
    fs::write(path.join("bodies/c.json"), WITHOUT_ACTION).unwrap();
    report(path, &["--write-baseline", "known.toml"]);
    let text = fs::read_to_string(&baseline).unwrap();
    assert_eq!(text.matches("[[finding]]").count(), 2);
    // Sorted by rule: the action comes first.
    let (action, kind) = (text.find("missing-action").unwrap(), text.find("missing-type").unwrap());
    assert!(action < kind, "{text}");
    let (before, after) = text.split_at(kind);
    let edited = after.replace("recorded by --write-baseline\"", "of 2019\"\nexpires = 2999-12-31");
    fs::write(&baseline, format!("{before}{edited}")).unwrap();

    fs::remove_file(path.join("bodies/c.json")).unwrap();
    let (_, exit) = report(path, &["--write-baseline", "known.toml"]);
    assert_eq!(exit, 0);
    let again = fs::read_to_string(&baseline).unwrap();
    assert_eq!(again.matches("[[finding]]").count(), 1, "{again}");
    assert!(again.contains("reason = \"of 2019\"\nexpires = 2999-12-31\n"), "{again}");
    let names: Vec<_> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing is left beside it: {names:?}");

    // An entry of a rule that is not looked at says nothing about it.
    let (_, exit) =
        report(path, &["--write-baseline", "known.toml", "--ignore", "ampache/missing-type"]);
    assert_eq!(exit, 0);
    assert_eq!(fs::read_to_string(&baseline).unwrap(), again);
}

#[test]
fn entries_that_fit_nothing_are_warned_of_and_expired_ones_count() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("bodies/c.json"), WITHOUT_ACTION).unwrap();
    report(path, &["--write-baseline", "known.toml"]);
    fs::remove_file(path.join("bodies/c.json")).unwrap();
    let args = ["--baseline", "known.toml"];
    let (stale, exit) = report(path, &args);
    assert_eq!(exit, 0, "a warning");
    assert_eq!(rules(&stale["remarks"]), ["baseline/stale"]);
    assert_eq!(stale["remarks"][0]["file"], "known.toml");
    let text = fs::read_to_string(path.join("known.toml")).unwrap();
    let offset = text.find("[[finding]]").unwrap();
    assert_eq!(stale["remarks"][0]["finding"]["place"], json!({"part": "input", "offset": offset}));
    assert_eq!(report(path, &[&args[..], &["--fail-on", "warning"]].concat()).1, 1);
    let (ignored, _) = report(path, &[&args[..], &["--ignore", "baseline/"]].concat());
    assert_eq!(ignored["remarks"], json!([]));

    fs::write(
        path.join("known.toml"),
        text.replace("baseline\"\n", "baseline\"\nexpires = 2020-02-29\n"),
    )
    .unwrap();
    let (expired, exit) = report(path, &args);
    assert_eq!(exit, 1);
    assert_eq!(rules(&expired["remarks"]), ["baseline/expired", "baseline/expired"]);
    assert_eq!(rules(&expired["responses"][0]["findings"]), ["ampache/missing-type"]);
    assert_eq!(expired["summary"]["suppressed"], 0);
}

#[test]
fn what_was_not_read_makes_no_entry_stale_and_no_baseline_shorter() {
    let folder = folder();
    let path = folder.path();
    report(path, &["--write-baseline", "known.toml"]);
    let before = fs::read(path.join("known.toml")).unwrap();
    fs::remove_file(path.join("bodies/a.json")).unwrap();
    fs::remove_file(path.join("bodies/b.json")).unwrap();
    fs::write(path.join("bodies/c.json"), WITHOUT_ACTION).unwrap();
    let (report_, exit) = report(path, &["missing.json", "--baseline", "known.toml"]);
    assert_eq!((&report_["remarks"], exit), (&json!([]), 2));
    let output = check(path, &["bodies", "missing.json", "--write-baseline", "known.toml"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("known.toml: not written"), "{}", stderr(&output));
    assert_eq!(fs::read(path.join("known.toml")).unwrap(), before);
}

#[test]
fn a_baseline_that_cannot_be_used_is_wrong_usage() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("bad.toml"), "[[finding]]\nrule = \"ampache/mising-type\"\n").unwrap();
    fs::write(path.join("bytes.toml"), b"# \xFF").unwrap();
    for (args, said) in [
        (&["--baseline", "none.toml"][..], "none.toml: no such file"),
        (
            &["--baseline", "bad.toml"],
            "bad.toml:2:8: `ampache/mising-type` is no rule: did you mean",
        ),
        (&["--write-baseline", "bad.toml"], "bad.toml:2:8: `ampache/mising-type` is no rule"),
        (&["--baseline", "bytes.toml"], "bytes.toml: not UTF-8 from byte 2 on"),
        (
            &["--baseline", "a", "--write-baseline", "b"],
            "--baseline and --write-baseline: expected one",
        ),
        (&["--write-baseline", "no/such/folder.toml"], "no/such/folder.toml: "),
    ] {
        let output = check(path, &[&["bodies"], args].concat());
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains(said), "{args:?}: {}", stderr(&output));
    }
    // Nothing was written over what could not be read.
    let bad = fs::read_to_string(path.join("bad.toml")).unwrap();
    assert!(bad.contains("mising-type"));
}

#[test]
fn a_baseline_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("bodies")).unwrap();
    let body = r#"{"error": {"code": "hunter2222", "message": "x", "https://u:hunter2222@x": 1}}"#;
    let line = json!({"status": 404, "service": "onedrive", "headers": {"Cookie": "a=hunter2222"}, "body": body});
    fs::write(path.join("bodies/a.ndjson"), line.to_string() + "\n").unwrap();
    let (_, exit) = report(path, &["--write-baseline", "known.toml"]);
    assert_eq!(exit, 0);
    let text = fs::read_to_string(path.join("known.toml")).unwrap();
    assert!(text.contains("onedrive/unknown-code") && !text.contains("hunter"), "{text}");
    // The secret is in the fingerprint all the same: another one is another finding.
    fs::write(path.join("bodies/a.ndjson"), line.to_string().replace("2222", "3333") + "\n")
        .unwrap();
    assert_eq!(report(path, &["--baseline", "known.toml"]).1, 1);
}

#[test]
fn rules_of_captures_and_baselines_are_listed_and_explained() {
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_faultbook")).args(args).output().unwrap();
        assert_eq!(code(&output), 0, "{args:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(run(&["rules", "baseline"]).lines().count(), 2);
    assert_eq!(run(&["rules", "capture"]).lines().count(), faultbook::capture::RULES.len());
    assert!(run(&["explain", "baseline/expired"]).contains("(UTC)"));
    assert!(run(&["explain", "capture/truncated"]).starts_with("capture/truncated (error)"));
}
