//! `faultbook drift` on documents in our own words and the layouts of the given ones: change the
//! document, and drift says what changed, of what class, where, and which row follows from it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use faultbook::core::Severity;
use serde_json::Value;

/// The documents, with the service and the words by which their text is told: the catalog knows other
/// words, so that without a change of a fact there is only wording.
const DOCUMENTS: [(&str, &str, &str); 5] = [
    ("ampache", "ampache.md", include_str!("drift/ampache.md")),
    ("groove", "groove.md", include_str!("drift/groove.md")),
    ("groove", "groove-statuses.md", include_str!("drift/groove-statuses.md")),
    ("lineworks", "lineworks.md", include_str!("drift/lineworks.md")),
    ("onedrive", "onedrive.txt", include_str!("drift/onedrive.txt")),
];

fn faultbook(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(args)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Who refuses a document need not read it all.
    _ = stdin.write_all(input);
    drop(stdin);
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn document(name: &str) -> (&'static str, &'static str) {
    let (service, _, text) = DOCUMENTS.iter().find(|(_, known, _)| *known == name).unwrap();
    (service, text)
}

/// What `drift` says of a document, as JSON that keeps to the published schema; and its exit code.
fn changes(service: &str, document: &str, more: &[&str]) -> (Value, i32) {
    let args = [&["drift", service, "-", "--format", "json"], more].concat();
    let output = faultbook(&args, document.as_bytes());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    let schema: Value = serde_json::from_str(include_str!("../changes.schema.json")).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    (report, output.status.code().unwrap())
}

/// Each change in a line: class, kind, subject, before and after.
fn lines(report: &Value) -> Vec<String> {
    let word = |change: &Value, name: &str| change[name].as_str().unwrap_or("-").to_owned();
    let changes = report["changes"].as_array().unwrap().iter();
    changes
        .map(|change| {
            ["class", "kind", "subject", "before", "after"]
                .map(|name| word(change, name))
                .join(" | ")
        })
        .collect()
}

#[test]
fn other_words_are_no_drift() {
    for (service, name, document) in DOCUMENTS {
        let (report, exit) = changes(service, document, &[]);
        assert_eq!(lines(&report), Vec::<String>::new(), "{name}");
        assert_eq!(exit, 0, "{name}");
        assert!(report["summary"]["hidden"].as_u64().unwrap() > 0, "{name}");
        let (report, exit) = changes(service, document, &["--all"]);
        assert_eq!(exit, 0, "{name}");
        assert_eq!(report["summary"]["hidden"], 0, "{name}");
        let all = report["changes"].as_array().unwrap();
        assert!(!all.is_empty(), "{name}");
        assert!(all.iter().all(|change| change["wording"] == true), "{name}: {report:#}");
        // Silence is silence.
        let output = faultbook(&["drift", service, "-"], document.as_bytes());
        assert_eq!(text(&output.stdout), "", "{name}");
    }
}

/// One edit: what is replaced by what, and the one change that it is.
struct Edit {
    document: &'static str,
    from: &'static str,
    to: &'static str,
    expected: &'static str,
}

const EDITS: &[Edit] = &[
    Edit {
        document: "lineworks.md",
        from: "| 410 | DELETED |",
        to: "| 404 | DELETED |",
        expected: "breaking | code-status-changed | DELETED | 410 | 404",
    },
    Edit {
        document: "lineworks.md",
        from: "| 409 | CONFLICT |",
        to: "| 409 | COLLISION |",
        expected: "breaking | code-renamed | CONFLICT | CONFLICT | COLLISION",
    },
    Edit {
        document: "lineworks.md",
        from: "{RESOURCE}_NOT_EXIST",
        to: "{NAME}_NOT_EXIST",
        expected: "editorial | placeholder-changed | {RESOURCE}_NOT_EXIST | {RESOURCE}_NOT_EXIST | {NAME}_NOT_EXIST",
    },
    Edit {
        document: "lineworks.md",
        from: "{RESOURCE}_NOT_EXIST",
        to: "NO_{RESOURCE}",
        expected: "breaking | template-changed | {RESOURCE}_NOT_EXIST | {RESOURCE}_NOT_EXIST | NO_{RESOURCE}",
    },
    Edit {
        document: "lineworks.md",
        from: "| 404 | NOT_FOUND |",
        to: "| 429 | TOO_MANY_REQUESTS | Come again later. |\n| 404 | NOT_FOUND |",
        expected: "compatible | code-added | TOO_MANY_REQUESTS | - | TOO_MANY_REQUESTS under 429",
    },
    Edit {
        document: "lineworks.md",
        from: "Bearer error=\"invalid_token\"",
        to: "Bearer error=\"bad_token\"",
        expected: "breaking | field-changed | www-authenticate under 401 | www-authenticate: Bearer error=\"invalid_token\" under 401 | www-authenticate: Bearer error=\"bad_token\" under 401",
    },
    Edit {
        document: "lineworks.md",
        from: "www-authenticate {auth-scheme}",
        to: "www-authenticate: {auth-scheme}",
        expected: "editorial | field-spelling | www-authenticate | www-authenticate {auth-scheme} {auth-param}, {auth-param}... | www-authenticate: {auth-scheme} {auth-param}, {auth-param}...",
    },
    Edit {
        document: "groove.md",
        from: "| Catalog errors | CATALOG\\_NO\\_RESULT |",
        to: "| Discovery errors | CATALOG\\_NO\\_RESULT |",
        expected: "editorial | code-group-changed | CATALOG_NO_RESULT | Catalog errors | Discovery errors",
    },
    Edit {
        document: "groove.md",
        from: "COLLECTION\\_FULL | 400 BadRequest",
        to: "COLLECTION\\_FULL | 400 Bad Request",
        expected: "editorial | code-reason-changed | COLLECTION_FULL | BadRequest | Bad Request",
    },
    Edit {
        document: "groove.md",
        from: "\"ErrorCode\": \"CATALOG_NO_RESULT\"",
        to: "\"ErrorCode\": \"CATALOG_UNAVAILABLE\"",
        expected: "breaking | example-code-changed | CATALOG_NO_RESULT JSON | CATALOG_NO_RESULT | CATALOG_UNAVAILABLE",
    },
    Edit {
        document: "groove.md",
        from: "   \"Description\": \"Item does not exist\"",
        to: "   \"Message\": \"Item does not exist\"",
        expected: "breaking | example-shape-changed | CATALOG_NO_RESULT JSON | Description | Message",
    },
    Edit {
        document: "groove.md",
        from: "| Message | String |",
        to: "| Message | Number |",
        expected: "breaking | member-type-changed | Message | String | Number",
    },
    Edit {
        document: "groove-statuses.md",
        from: "| 503 | Service Unavailable | Said under 503. |\n",
        to: "",
        expected: "breaking | status-removed | 503 | 503 Service Unavailable | -",
    },
    Edit {
        document: "groove-statuses.md",
        from: "Bad Gateway",
        to: "Gateway Trouble",
        expected: "editorial | reason-changed | 502 | Bad Gateway | Gateway Trouble",
    },
    Edit {
        document: "onedrive.txt",
        from: "unauthenticated ",
        to: "extensionError An extension failed.\nunauthenticated ",
        expected: "breaking | closed-code-added | extensionError | - | extensionError (basic)",
    },
    Edit {
        document: "onedrive.txt",
        from: "throttledRequest ",
        to: "throttledCaller ",
        expected: "compatible | code-added | throttledCaller | - | throttledCaller (detailed)",
    },
    Edit {
        document: "onedrive.txt",
        from: "      \"code\": \"fragmentOverlap\"",
        to: "      \"code\": \"fragmentOutOfOrder\"",
        expected: "breaking | example-code-changed | invalidRange JSON | invalidRange, fragmentOverlap | invalidRange, fragmentOutOfOrder",
    },
    Edit {
        document: "ampache.md",
        from: "* **4704** Not Found",
        to: "* **4704** Not There",
        expected: "editorial | code-name-changed | 4704 | Not Found | Not There",
    },
    Edit {
        document: "ampache.md",
        from: "* **4742** Failed Access Check",
        to: "* **4743** Failed Access Check",
        expected: "breaking | code-renamed | 4742 | 4742 | 4743",
    },
    Edit {
        document: "ampache.md",
        from: "        \"errorCode\": \"4704\",",
        to: "        \"errorCode\": 4704",
        expected: "breaking | example-unreadable | 4704 JSON | 4704 | no error",
    },
    Edit {
        document: "ampache.md",
        from: "Error 4703: Missing Feature",
        to: "Error 4703: Access Denied",
        // Both examples stand under it.
        expected: "editorial | example-heading-changed | 4703 XML | 4703 Missing Feature | 4703 Access Denied",
    },
];

#[test]
fn an_edit_is_one_change() {
    for edit in EDITS {
        let (service, document) = document(edit.document);
        assert_eq!(document.matches(edit.from).count(), 1, "{}: {}", edit.document, edit.from);
        let edited = document.replace(edit.from, edit.to);
        let (report, exit) = changes(service, &edited, &[]);
        let mut lines = lines(&report);
        // The catalog knows its document's words by their digests, and these are others: in a list
        // without statuses a new name in the place of an old one is then one code less and one more.
        if edit.to == "throttledCaller " {
            assert_eq!(
                lines.remove(0),
                "compatible | optional-code-removed | throttledRequest | throttledRequest (detailed) | -"
            );
        }
        if edit.expected.contains("example-heading-changed") {
            assert_eq!(lines.pop().unwrap(), edit.expected.replace("XML", "JSON"));
        }
        assert_eq!(lines, [edit.expected], "{}: {} -> {}", edit.document, edit.from, edit.to);
        assert_eq!(exit, 1);
    }
}

#[test]
fn two_examples_that_swapped_their_codes_are_one_change() {
    let (service, document) = document("ampache.md");
    let swapped = document
        .replace("<error errorCode=\"4701\">", "<error errorCode=\"?\">")
        .replace("<error errorCode=\"4704\">", "<error errorCode=\"4701\">")
        .replace("<error errorCode=\"?\">", "<error errorCode=\"4704\">");
    let (report, exit) = changes(service, &swapped, &[]);
    let expected = "breaking | examples-swapped | 4701 XML | 4701 and 4704 | 4704 and 4701";
    assert_eq!(lines(&report), [expected]);
    assert_eq!(exit, 1);
}

#[test]
fn a_row_that_moved_is_one_change() {
    let (service, document) = document("lineworks.md");
    let mut rows: Vec<&str> = document.lines().collect();
    let at = rows.iter().position(|row| row.contains("| DELETED |")).unwrap();
    let row = rows.remove(at);
    rows.insert(at - 4, row);
    let (report, _) = changes(service, &(rows.join("\n") + "\n"), &[]);
    assert_eq!(
        lines(&report),
        ["editorial | code-moved | DELETED | after {RESOURCE}_ALREADY_EXIST | after NOT_FOUND"]
    );
}

#[test]
fn a_code_that_went_to_the_other_list_is_one_change() {
    let (service, document) = document("onedrive.txt");
    let row = document.lines().find(|line| line.starts_with("nameAlreadyExists ")).unwrap();
    let moved = document
        .replace(&format!("{row}\n"), "")
        .replace("maxItemCountExceeded ", &format!("{row}\nmaxItemCountExceeded "));
    let (report, _) = changes(service, &moved, &[]);
    assert_eq!(
        lines(&report),
        ["breaking | code-level-changed | nameAlreadyExists | basic | detailed"]
    );
}

#[test]
fn a_table_without_its_groups_is_one_change() {
    let (service, document) = document("groove.md");
    let cut = |line: &str| match line.strip_prefix("| ") {
        Some(rest) if line.matches('|').count() == 5 => {
            format!("| {}", rest.split_once("| ").unwrap().1)
        }
        _ => line
            .strip_prefix("|---|---|---|---|")
            .map_or(line.to_owned(), |_| "|---|---|---|".to_owned()),
    };
    let edited: Vec<String> = document.lines().map(cut).collect();
    let (report, exit) = changes(service, &edited.join("\n"), &[]);
    assert_eq!(lines(&report), ["editorial | groups-changed | groups | groups beside 44 rows | -"]);
    assert_eq!(exit, 1);
}

#[test]
fn a_part_that_is_gone_is_said_once() {
    let (service, document) = document("ampache.md");
    let (before, _) = document.split_once("## Example Error messages").unwrap();
    let (report, _) = changes(service, before, &[]);
    assert_eq!(lines(&report), ["breaking | part-removed | examples | 16 examples | -"]);
}

#[test]
fn the_report_points_at_the_line_and_at_the_row() {
    let (service, document) = document("lineworks.md");
    let edited = document.replace("| 410 | DELETED |", "| 404 | DELETED |");
    let output = faultbook(&["drift", service, "-"], edited.as_bytes());
    snapbox::assert_data_eq!(
        text(&output.stdout),
        snapbox::str![[r"
error[drift/code-status-changed]: a code comes under another status
  --> <stdin>:22:3
   |
22 | | 404 | DELETED | The resource was deleted before and is gone. |
   |   ^^^ DELETED: now 404
   |
   = catalog: 410 (lineworks@2 codes, DELETED)
   = breaking: A client that looks at the status first, or tells two meanings of the code by it, goes wrong.
   = help: `faultbook explain drift/code-status-changed`

lineworks@2 to <stdin>: 1 breaking

"]]
    );
}

#[test]
fn a_proposal_has_the_row_the_case_and_the_record() {
    let (service, document) = document("ampache.md");
    let edited = document
        .replace(
            "* **4703** Access Denied",
            "* **4702** Generic Error\n  * Something went wrong.\n* **4703** Access Denied",
        )
        .replace("\"errorMessage\": \"Session Expired\"", "\"errorMessage\": \"Session Over\"");
    let output = faultbook(&["drift", service, "-", "--propose"], edited.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    let proposal = text(&output.stdout);
    let files: BTreeMap<&str, &str> =
        proposal.split("=== ").skip(1).filter_map(|file| file.split_once('\n')).collect();
    let codes = files["crates/ampache-error/src/codes.rs"];
    assert!(
        codes.contains(
            "        GenericError = \"4702\", \"Generic Error\" []\n            \"(in our own words)\";"
        ),
        "{codes}"
    );
    assert!(!codes.contains("4703"), "{codes}");
    let case: Value = serde_json::from_str(files["corpus/manifests/ampache.json"]).unwrap();
    assert_eq!(case["id"], "ampache/documented-4701-json");
    assert_eq!(case["expect"]["errors"][0]["members"]["errorMessage"], "Session Over");
    let schema: Value =
        serde_json::from_str(include_str!("../../../corpus/manifest.schema.json")).unwrap();
    let manifest = serde_json::json!({
        "schema": "faultbook-corpus/1", "service": "ampache", "edition": "ampache@5",
        "cases": [case],
    });
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&manifest).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let body = files["corpus/cases/ampache/documented/4701.json"];
    assert!(body.contains("Session Over"), "{body}");
    let record: Value =
        serde_json::from_str(files["crates/faultbook/src/catalog/records/ampache-5.json"]).unwrap();
    assert_eq!(record["documents"][0]["name"], "Ampache errors");
    let codes = record["documents"][0]["codes"].as_array().unwrap();
    assert!(codes.iter().any(|line| line["code"] == "4702"));
    assert!(!record["documents"][0]["errata"].as_array().unwrap().is_empty());
}

#[test]
fn markdown_and_sarif_say_the_same() {
    let (service, document) = document("groove-statuses.md");
    let edited = document.replace("| 429 |", "| 420 |");
    let output = faultbook(&["drift", service, "-", "--format", "markdown"], edited.as_bytes());
    let markdown = text(&output.stdout);
    assert!(markdown.contains("## Breaking"), "{markdown}");
    assert!(
        markdown.contains("| a status has another number | 429 | 429 | 420 | 13 |"),
        "{markdown}"
    );
    assert!(markdown.contains("```rust"), "{markdown}");
    let output = faultbook(&["drift", service, "-", "--format", "sarif"], edited.as_bytes());
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!(results[0]["ruleId"], "drift/status-changed");
    assert_eq!(results[0]["level"], "error");
    let region = &results[0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region["startLine"], 13, "{region}");
}

#[test]
fn what_is_no_document_of_the_service_is_refused() {
    let huge = "# Errors\n\n".repeat(10_000_000);
    let other = document("onedrive.txt").1.as_bytes();
    let cases: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("white space", b" \n\n"),
        ("binary", b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0"),
        ("another text", b"Once upon a time there was a server.\n"),
        ("another service", other),
        ("a hundred megabytes", huge.as_bytes()),
    ];
    for (name, bytes) in cases {
        let output = faultbook(&["drift", "ampache", "-"], bytes);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(text(&output.stdout), "", "{name}");
        let remark = text(&output.stderr);
        assert!(
            remark.starts_with("faultbook: <stdin>: ") && remark.len() < 600,
            "{name}: {remark}"
        );
    }
}

#[test]
fn what_was_not_understood_makes_it_incomplete() {
    let (service, document) = document("lineworks.md");
    let edited = document.replace("| 410 | DELETED |", "| 4xx | DELETED |");
    let (report, exit) = changes(service, &edited, &[]);
    assert_eq!(exit, 2, "{report:#}");
    assert_eq!(report["summary"]["complete"], false);
    let unread = report["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 1, "{report:#}");
    assert_eq!(unread[0]["place"]["line"], 22);
}

#[test]
fn a_document_is_held_against_the_edition_asked_for() {
    let (service, document) = document("ampache.md");
    let (report, exit) = changes(service, document, &["--against", "ampache@8"]);
    assert_eq!(exit, 1);
    let lines = lines(&report);
    assert!(
        lines.contains(
            &"breaking | code-removed | 4702 | 4702 Generic Error under 500 | -".to_owned()
        ),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"breaking | code-status-removed | 4704 | 404 | none".to_owned()),
        "{lines:?}"
    );
    let output = faultbook(&["drift", "groove", "-", "--against", "ampache@5"], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn every_kind_of_change_is_a_rule_with_a_reason() {
    let rules: Vec<_> = faultbook::rules().filter(|rule| rule.service() == "drift").collect();
    assert!(rules.len() > 50, "{}", rules.len());
    for severity in Severity::ALL {
        assert!(rules.iter().any(|rule| rule.severity == severity));
    }
    let schema: Value = serde_json::from_str(include_str!("../changes.schema.json")).unwrap();
    let classes = &schema["$defs"]["change"]["properties"]["class"]["enum"];
    assert_eq!(*classes, serde_json::json!(["breaking", "compatible", "editorial"]));
    let output = faultbook(&["explain", "drift/code-added"], b"");
    assert!(text(&output.stdout).contains("The list is open"), "{}", text(&output.stdout));
}

#[test]
fn a_report_can_be_written_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (document, report) = (folder.path().join("doc.md"), folder.path().join("report.json"));
    let (service, text_of) = self::document("groove.md");
    fs::write(&document, text_of.replace("| 401 Unauthorized |", "| 402 Payment Required |"))
        .unwrap();
    let paths = [document.to_str().unwrap(), report.to_str().unwrap()];
    let output = faultbook(&["drift", service, paths[0], "--format", "json", "-o", paths[1]], b"");
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    assert_eq!(report["to"], paths[0]);
    // Six codes come under 401.
    let changed = lines(&report);
    assert!(changed.iter().all(|line| line.contains("| code-status-changed |")), "{changed:?}");
    assert_eq!(changed.len(), document_count(text_of, "| 401 Unauthorized |"));
}

fn document_count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}
