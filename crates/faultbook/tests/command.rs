//! The command as people run it: what it prints, and the exit codes.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use faultbook_corpus::{Kind, case};
use serde_json::{Value, json};

/// Runs `faultbook` with these arguments and this standard input.
fn run(args: &[&str], stdin: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(args).env_remove("NO_COLOR");
    feed(command, stdin)
}

fn feed(mut command: Command, stdin: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // The command may end before it has read everything; that is no failure of the test.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn report(output: &Output) -> Value {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../report.schema.json")).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

fn body(id: &str) -> &'static [u8] {
    case(id).unwrap_or_else(|| panic!("no case {id}")).body.unwrap()
}

#[test]
fn each_documented_body_gives_its_error_as_json() {
    let mut bodies = 0;
    for case in faultbook_corpus::all().filter(|case| case.kind == Kind::Documented) {
        let Some(body) = case.body else { continue };
        bodies += 1;
        let output = run(&["check", "--service", case.service(), "--format", "json", "-"], body);
        let report = report(&output);
        let responses = report["responses"].as_array().unwrap();
        assert_eq!(responses.len(), 1, "{}", case.id);
        assert_eq!(responses[0]["verdict"], "error", "{}", case.id);
        let errors = responses[0]["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{}", case.id);
        let expected = &case.expect.errors[0];
        assert_eq!(errors[0]["codes"], json!(expected.codes), "{}", case.id);
        assert_eq!(errors[0]["members"], Value::Object(expected.members.clone()), "{}", case.id);
        assert_eq!(code(&output), 0, "{}: no documented example has an error", case.id);
    }
    assert_eq!(bodies, 19);
}

#[test]
fn the_chain_of_the_onedrive_example() {
    let output = run(&["check", "--format", "json", "-"], body("onedrive/documented-example"));
    let error = &report(&output)["responses"][0]["errors"][0];
    assert_eq!(error["codes"], json!(["invalidRange", "fragmentOverlap"]));
    assert_eq!(error["code"], "invalidRange");
    assert_eq!(error["known"], true);
}

#[test]
fn documented_challenges_fit_their_status_and_no_other() {
    let body = br#"{"code": "UNAUTHORIZED", "description": "no"}"#;
    let challenge = r#"www-authenticate: Bearer error="invalid_token""#;
    let args = ["check", "--service", "lineworks", "--format", "json", "--header", challenge, "-"];
    let output = run(&[&args[..], &["--status", "401"]].concat(), body);
    let response = report(&output)["responses"][0].clone();
    assert_eq!(response["findings"], json!([]));
    assert_eq!(response["challenges"][0]["params"], json!([["error", "invalid_token"]]));
    assert_eq!(code(&output), 0);

    let body = br#"{"code": "FORBIDDEN", "description": "no"}"#;
    let output = run(&[&args[..], &["--status", "403"]].concat(), body);
    let report = report(&output);
    let finding = &report["responses"][0]["findings"][0];
    assert_eq!(finding["rule"], "lineworks/challenge-status");
    assert_eq!(finding["place"]["part"], "header");
    assert_eq!(code(&output), 1);
}

#[test]
fn a_diagnostic_as_people_read_it() {
    let body = b"{\n    \"error\": {\n        \"errorCode\": \"4710\",\n        \"errorAction\": \"playlist_edit\",\n        \"errorMessage\": \"Bad Request: filter\"\n    }\n}\n";
    let output = run(&["check", "-"], body);
    snapbox::assert_data_eq!(
        stdout(&output),
        snapbox::str![[r#"
error[ampache/missing-type]: this error has no errorType
 --> <stdin>:2:14
  |
2 |     "error": {
  |              ^ received `errorCode`, `errorAction` and `errorMessage`
  |
  = documented: [..]
  = help: `faultbook explain ampache/missing-type`

<stdin>: ampache@5, `4710` at /error: [..]

1 response: 1 with an error
findings: 1 error

"#]]
    );
    assert_eq!(code(&output), 1);
    assert_eq!(stderr(&output), "");
}

#[test]
fn exit_codes_follow_fail_on() {
    // A warning and nothing worse.
    let body = br#"{"Error": {"ErrorCode": "NEW_CODE", "Description": "new"}}"#;
    for (fail_on, expected) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        let output = run(&["check", "--fail-on", fail_on, "-"], body);
        assert_eq!(code(&output), expected, "{fail_on}");
        assert!(stdout(&output).contains("warning[groove/unknown-code]"), "{fail_on}");
    }
    let output = run(&["check", "--fail-on", "never", "-"], br#"{"ErrorCode": 1}"#);
    assert_eq!(code(&output), 0);
}

#[test]
fn what_is_no_error_of_any_service_is_said_and_ends_with_2() {
    let noise: Vec<u8> =
        (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (body, reason) in [
        (&noise[..], "in which no service's error was recognised"),
        (b"", "the body is empty"),
        (b"<html><body>502 Bad Gateway</body></html>", "an HTML page in which"),
        (br#"{"ok": true}"#, "JSON in which"),
        (br#"{"error": {"code": "999", "message": "no"}}"#, "of ampache and of onedrive"),
    ] {
        let output = run(&["check", "-"], body);
        assert_eq!(code(&output), 2);
        assert!(stderr(&output).contains(reason), "{reason}: {}", stderr(&output));
        let output = run(&["check", "--allow-empty", "-"], body);
        assert_eq!(code(&output), 0, "{reason}");
    }
    let output =
        run(&["check", "--format", "json", "-"], br#"{"error": {"code": "999", "message": "no"}}"#);
    assert_eq!(report(&output)["unjudged"][0]["candidates"], json!(["ampache", "onedrive"]));
}

#[test]
fn an_error_that_could_be_of_several_services_never_passes_for_a_clean_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let ambiguous = br#"{"error": {"code": "999", "message": "no"}}"#;
    fs::write(folder.path().join("a.json"), body("ampache/documented-4704-json")).unwrap();
    fs::write(folder.path().join("b.json"), br#"{"song": []}"#).unwrap();
    assert_eq!(code(&run(&["check", path], b"")), 0, "data beside an error is no error");
    fs::write(folder.path().join("c.json"), ambiguous).unwrap();
    let output = run(&["check", path], b"");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("1 response could be of several"), "{}", stderr(&output));
    assert_eq!(code(&run(&["check", "--allow-empty", path], b"")), 0);

    // The status can tell them apart: one of the two answers 200 whatever happened.
    for (status, service) in [("200", "ampache"), ("404", "onedrive")] {
        let output = run(&["check", "--status", status, "--format", "json", "-"], ambiguous);
        assert_eq!(report(&output)["responses"][0]["service"], service);
    }
}

#[test]
fn what_stands_at_the_ends_of_a_field_value_is_judged() {
    let body = br#"{"Error": {"ErrorCode": "ACCESS_TOKEN_INVALID", "Description": "no"}}"#;
    for (field, expected) in [
        ("WWW-Authenticate: \t Basic realm=\"x\" \t", 0),
        ("WWW-Authenticate: Basic realm=\"x\"\n", 1),
        ("WWW-Authenticate: \rBasic realm=\"x\"", 1),
        ("WWW-Authenticate: Basic realm=\"x\"\r\n ", 0),
        ("Retry-After: 120 ", 0),
        ("Retry-After: 120\u{c}", 1),
    ] {
        let output = run(&["check", "--status", "401", "--header", field, "-"], body);
        assert_eq!(code(&output), expected, "{field:?}: {}", stdout(&output));
    }
    // A fold makes a second line, and the place counts it.
    let field = "WWW-Authenticate: Bearer realm=\"x\",\r\n error=\"a b";
    let output = run(&["check", "--status", "401", "--header", field, "-"], body);
    assert!(stdout(&output).contains("header field WWW-Authenticate:2:"), "{}", stdout(&output));
}

#[test]
fn bytes_that_are_no_text_are_a_finding_where_a_service_is_named() {
    let noise: Vec<u8> =
        (0..100_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for service in faultbook::SERVICES {
        let output = run(&["check", "--service", service.name, "-"], &noise);
        assert_eq!(code(&output), 1, "{}", service.name);
        assert!(stdout(&output).len() < 3000, "{}", stdout(&output).len());
    }
}

#[test]
fn an_empty_body_is_a_finding_where_a_service_is_named() {
    let output = run(&["check", "--service", "groove", "-"], b"");
    assert!(stdout(&output).contains("error[common/empty-body]"));
    assert_eq!(code(&output), 1);
    let output = run(&["check", "--service", "groove", "--status", "200", "-"], b"");
    assert_eq!(code(&output), 0);
}

#[test]
fn a_body_over_the_limit_is_a_finding() {
    let mut body = br#"{"ErrorCode": "TOO_MANY_REQUESTS", "Description": ""#.to_vec();
    body.resize(17 * 1024 * 1024, b'x');
    let output = run(&["check", "--format", "json", "-"], &body);
    let report = report(&output);
    assert_eq!(report["responses"][0]["findings"][0]["rule"], "common/limit");
    assert_eq!(report["responses"][0]["verdict"], "malformed");
    assert_eq!(code(&output), 1);

    let body = br#"{"ErrorCode": "TOO_MANY_REQUESTS"}"#;
    let output = run(&["check", "--max-body", "20", "--service", "groove", "-"], body);
    assert!(stdout(&output).contains("error[common/limit]"), "{}", stdout(&output));
    let output = run(&["check", "--max-body", "3", "-"], b"    ");
    assert!(stderr(&output).contains("white space of more than 3 bytes"), "{}", stderr(&output));
    let output = run(&["check", "--max-body", "20", "-"], body);
    assert!(stderr(&output).contains("JSON of more than 20 bytes"), "{}", stderr(&output));
    assert_eq!(code(&output), 2);
}

#[test]
fn a_long_line_and_bytes_that_are_no_text_give_a_short_excerpt() {
    let filler = "x".repeat(1_000_000);
    let body = format!(r#"{{"code": "itemNotFound", "filler": "{filler}", "error": [}}"#);
    let output = run(&["check", "--service", "onedrive", "-"], body.as_bytes());
    assert!(stdout(&output).contains(":1:1000050"), "{}", stdout(&output));
    assert!(output.stdout.len() < 3000, "{}", output.stdout.len());

    let body = b"{\"error\": {\"code\": \"itemNotFound\", \"message\": \"caf\xE9\"}}";
    let output = run(&["check", "-"], body);
    assert!(stdout(&output).contains("error[common/not-utf8]"), "{}", stdout(&output));
    assert!(stdout(&output).contains("received the byte 0xE9"), "{}", stdout(&output));
    assert_eq!(code(&output), 1);
}

#[test]
fn unreadable_inputs_are_said_and_the_others_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.json");
    fs::write(&good, br#"{"code": "NOT_FOUND", "description": "gone"}"#).unwrap();
    let missing = folder.path().join("missing.json");
    let output = run(&["check", missing.to_str().unwrap(), good.to_str().unwrap()], b"");
    assert!(stderr(&output).contains("no such file or folder"));
    assert!(stdout(&output).contains("1 response: 1 with an error"), "{}", stdout(&output));
    assert_eq!(code(&output), 2);
}

#[test]
fn folders_are_read_at_any_depth_in_the_order_of_names() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("b/c");
    fs::create_dir_all(&deep).unwrap();
    for (path, code) in [("z.json", "CONFLICT"), ("a.json", "NOT_FOUND"), ("b/c/d", "DELETED")] {
        let body = format!(r#"{{"code": "{code}", "description": "x"}}"#);
        fs::write(folder.path().join(path), body).unwrap();
    }
    fs::write(folder.path().join(".hidden"), b"{}").unwrap();
    let output = run(&["check", "--format", "json", folder.path().to_str().unwrap()], b"");
    let report = report(&output);
    let codes: Vec<&str> = report["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|response| response["errors"][0]["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["NOT_FOUND", "DELETED", "CONFLICT"]);
    assert_eq!(report["summary"]["coverage"]["lineworks@2"], json!({"seen": 3, "documented": 17}));
}

#[cfg(unix)]
#[test]
fn a_folder_without_rights_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything is not stopped by rights; there is nothing to see then.
    let is_stopped = fs::read_dir(&locked).is_err();
    let output = run(&["check", folder.path().to_str().unwrap()], b"");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(code(&output), 2);
    if is_stopped {
        assert!(stderr(&output).contains("no right to read it"), "{}", stderr(&output));
    } else {
        assert!(stderr(&output).contains("no response of a known service"), "{}", stderr(&output));
    }
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_when_somebody_writes_and_is_passed_over_in_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());

    let output = run(&["check", folder.path().to_str().unwrap()], b"");
    assert!(stderr(&output).contains("neither a file nor a folder"), "{}", stderr(&output));
    assert_eq!(code(&output), 2);

    let path = pipe.clone();
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        fs::write(path, br#"{"code": "NOT_FOUND", "description": "gone"}"#).unwrap();
    });
    let output = run(&["check", pipe.to_str().unwrap()], b"");
    writer.join().unwrap();
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_was_expected() {
    for (args, expected) in [
        (&["check"][..], "<PATH>"),
        (&["check", "--status", "99", "-"], "99 is not in 100..=999"),
        (&["check", "--service", "dropbox", "-"], "possible values: auto, ampache"),
        (&["check", "--edition", "ampache@9", "-"], "expected one of ampache@5"),
        (&["check", "--service", "groove", "--edition", "ampache@5", "-"], "no edition of groove"),
        (&["check", "--header", "no colon", "-"], "`Name: value`"),
        (&["check", "--header", "a b: c", "-"], "`Name: value`"),
        (&["explain", "ampache/mising-type"], "did you mean `ampache/missing-type`?"),
        (&["explain", "onedrive/itemnotfound"], "did you mean `onedrive/itemNotFound`?"),
        (&["explain", "itemNotFond"], "did you mean `onedrive/itemNotFound`?"),
        (
            &["explain", "INTERNAL_SERVER_ERROR"],
            "did you mean `groove/INTERNAL_SERVER_ERROR` or `lineworks/INTERNAL_SERVER_ERROR`?",
        ),
        (&["compare", "-", "no-such-file"], "no such file"),
    ] {
        let output = run(args, b"{}");
        assert_eq!(code(&output), 2, "{args:?}");
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
        assert_eq!(stdout(&output), "", "{args:?}");
    }
}

#[test]
fn colours_only_when_asked_for() {
    let body = br#"{"ErrorCode": 1}"#;
    let is_colored = |output: &Output| output.stdout.contains(&0x1B);
    assert!(!is_colored(&run(&["check", "-"], body)), "no terminal");
    assert!(is_colored(&run(&["check", "--color", "always", "-"], body)));
    assert!(is_colored(&run(&["--color", "always", "check", "-"], body)));
    assert!(!is_colored(&run(&["check", "--color", "never", "-"], body)));
}

#[test]
fn control_characters_of_a_body_never_reach_the_terminal() {
    let body = b"{\"code\": \"\x1B[2J\\u001b[31m\", \"description\": \"\xE2\x80\xAE\"}";
    let output = run(&["check", "--all", "--service", "lineworks", "-"], body);
    let text = stdout(&output);
    assert!(!text.contains('\u{1B}') && !text.contains('\u{202E}'), "{text:?}");
    let output = run(&["check", "--all", "-"], br#"{"code": "\u001b[31m", "description": "x"}"#);
    assert!(!stdout(&output).contains('\u{1B}'), "{:?}", stdout(&output));
}

#[test]
fn a_report_can_go_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.json");
    let args = ["check", "--format", "json", "-o", file.to_str().unwrap(), "-"];
    let output = run(&args, body("groove/documented-sample"));
    assert_eq!(stdout(&output), "");
    let report: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(report["responses"][0]["errors"][0]["code"], "CATALOG_NO_RESULT");

    let nowhere = folder.path().join("none/report.json");
    let output = run(&["check", "-o", nowhere.to_str().unwrap(), "-"], b"{}");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("report.json"), "{}", stderr(&output));
}

#[test]
fn responses_without_an_error_are_listed_with_all_only() {
    let body = br#"{"value": []}"#;
    let args = ["check", "--service", "onedrive", "--status", "200", "--format", "json", "-"];
    let output = run(&args, body);
    let summary = report(&output);
    assert_eq!(summary["responses"], json!([]));
    assert_eq!(summary["summary"]["none"], 1);
    let output = run(&[&args[..], &["--all"]].concat(), body);
    assert_eq!(report(&output)["responses"][0]["verdict"], "none");
    assert_eq!(code(&output), 0);
}

#[test]
fn the_two_forms_of_an_error_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| -> String {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let path = |id: &str| write(Path::new(id).file_name().unwrap().to_str().unwrap(), body(id));
    let (xml, json) = (path("ampache/documented-4704-xml"), path("ampache/documented-4704-json"));
    let output = run(&["compare", &xml, &json], b"");
    assert_eq!((code(&output), stdout(&output)), (0, "the same: Ampache 4704\n"));

    let (xml, json) = (path("ampache/documented-4742-xml"), path("ampache/documented-4742-json"));
    let output = run(&["compare", &xml, &json], b"");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("error[ampache/encodings-disagree]"), "{}", stdout(&output));
    assert!(stdout(&output).contains("4710") && stdout(&output).contains("4742"));
    let output = run(&["compare", "--format", "json", &xml, &json], b"");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["same"], false);
    assert_eq!(report["a"]["members"]["errorCode"], "4710");
    assert_eq!(report["b"]["members"]["errorCode"], "4742");

    let groove = path("groove/documented-sample");
    let output = run(&["compare", &xml, &groove], b"");
    assert_eq!(code(&output), 2);
    let output = run(&["compare", &groove, &groove], b"");
    assert!(stderr(&output).contains("one encoding only"), "{}", stderr(&output));
    assert_eq!(code(&output), 2);
}

#[test]
fn rules_and_codes_are_explained_from_the_same_data() {
    let output = run(&["rules", "--format", "json"], b"");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rules = report["rules"].as_array().unwrap();
    assert_eq!(rules.len(), faultbook::rules().count());
    for rule in rules {
        let output = run(&["explain", rule["id"].as_str().unwrap()], b"");
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains(rule["promise"].as_str().unwrap()), "{rule}");
        assert!(stdout(&output).contains(rule["why"].as_str().unwrap()), "{rule}");
    }
    for (topic, expected) in [
        ("groove/CATALOG_NO_RESULT", "status: 404 Not Found"),
        ("lineworks/USER_NOT_EXIST", "template: {RESOURCE}_NOT_EXIST"),
        ("lineworks/INVALID_PARAMETER", "status: 400"),
        ("ampache@5/4742", "4742 (ampache@5)"),
        ("onedrive/fragmentOverlap", "level: detailed"),
        ("onedrive/resyncRequired", "level: basic"),
    ] {
        let output = run(&["explain", topic], b"");
        assert!(stdout(&output).contains(expected), "{topic}: {}", stdout(&output));
    }
    let output = run(&["explain", "onedrive/unknown-code"], b"");
    assert!(stdout(&output).contains("\n    itemNotFound: "), "{}", stdout(&output));
    let output = run(&["rules", "header"], b"");
    assert_eq!(stdout(&output).lines().count(), faultbook::HEADER_RULES.len());
}

#[test]
fn a_deep_body_is_read_in_constant_stack() {
    let depth = 1_000_000;
    let body = format!(
        r#"{{"error": {}{}}}"#,
        r#"{"code": "invalidRequest", "message": "m", "innererror": "#.repeat(100_000),
        "}".repeat(100_000)
    );
    for body in ["[".repeat(depth), r#"{"error":"#.repeat(depth), body] {
        for service in faultbook::SERVICES {
            let output = run(
                &["check", "--service", service.name, "--format", "json", "-"],
                body.as_bytes(),
            );
            assert_eq!(code(&output), 1, "{}: {}", service.name, stderr(&output));
        }
    }
}
