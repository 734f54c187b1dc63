//! `faultbook lint-doc`: what contradicts itself in a document, planted one by one; and what is known.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

const AMPACHE: &str = include_str!("drift/ampache.md");
const GROOVE: &str = include_str!("drift/groove.md");
const STATUSES: &str = include_str!("drift/groove-statuses.md");
const LINEWORKS: &str = include_str!("drift/lineworks.md");
const ONEDRIVE: &str = include_str!("drift/onedrive.txt");

fn run(service: &str, documents: &[&str], more: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.arg("lint-doc").arg(service).args(more).current_dir(&folder);
    for (index, text) in documents.iter().enumerate() {
        let name = format!("doc{index}.md");
        fs::write(folder.path().join(&name), text).unwrap();
        command.arg(name);
    }
    command.output().unwrap()
}

/// Each contradiction in a line: rule, key and line; what is known is left out.
fn found(service: &str, documents: &[&str]) -> Vec<String> {
    let output = run(service, documents, &["--known", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["schema"], "faultbook-lint/1");
    report["contradictions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|found| {
            let rule = found["finding"]["rule"].as_str().unwrap();
            let line = &found["finding"]["place"]["line"];
            format!("{rule} {} {line}", found["key"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn what_is_known_of_the_documents_is_found_and_can_be_left_out() {
    let cases: [(&str, &[&str], usize); 4] = [
        ("ampache", &[AMPACHE], 5),
        ("groove", &[GROOVE, STATUSES], 6),
        ("lineworks", &[LINEWORKS], 1),
        ("onedrive", &[ONEDRIVE], 2),
    ];
    for (service, documents, known) in cases {
        assert_eq!(found(service, documents), Vec::<String>::new(), "{service}");
        let output = run(service, documents, &["--known"]);
        assert_eq!(output.status.code(), Some(0), "{service}");
        assert!(output.stdout.is_empty(), "{service}");
        let output = run(service, documents, &["--format", "json"]);
        assert_eq!(output.status.code(), Some(1), "{service}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["summary"]["found"], known, "{service}: {report:#}");
        assert_eq!(report["summary"]["known"], known, "{service}: {report:#}");
        let text = String::from_utf8(run(service, documents, &[]).stdout).unwrap();
        assert_eq!(text.matches("known erratum: ").count(), known, "{text}");
    }
}

/// A document with one thing changed, and what is found then.
struct Planted {
    service: &'static str,
    document: &'static str,
    from: &'static str,
    to: &'static str,
    rule: &'static str,
    key: &'static str,
}

const PLANTED: &[Planted] = &[
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "        \"errorCode\": \"4700\",",
        to: "        \"errorCode\": \"4701\",",
        rule: "document/heading-differs",
        key: "/examples/4700/json",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "\"errorMessage\": \"Session Expired\"",
        to: "\"errorMessage\": \"Session Over\"",
        rule: "document/encodings-differ",
        key: "/examples/4701/encodings",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "* **4704** Not Found",
        to: "* **4704** Nowhere",
        rule: "document/name-differs",
        key: "/codes/4704/name",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "        \"errorCode\": \"4704\",",
        to: "        \"errorCode\": \"4704\"",
        rule: "document/example-breaks-rule",
        key: "/examples/4704/json/common-malformed-json",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "        \"errorCode\": \"4704\",",
        to: "        \"errorNumber\": \"4704\",",
        rule: "document/example-unreadable",
        key: "/examples/4704/json",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "* **4742** Failed Access Check",
        to: "* **4743** Failed Access Check",
        rule: "document/example-code-unlisted",
        key: "/examples/4742/json/heading",
    },
    Planted {
        service: "ampache",
        document: AMPACHE,
        from: "* **4742** Failed Access Check",
        to: "* **4744** Something New\n  * Nobody knows what.\n* **4742** Failed Access Check",
        rule: "document/code-without-example",
        key: "/codes/4744/example",
    },
    Planted {
        service: "groove",
        document: GROOVE,
        from: "DISCOVERY\\_NO\\_RESULT | 404 NotFound",
        to: "DISCOVERY\\_NO\\_RESULT | 404 Not There",
        rule: "document/reason-differs",
        key: "/statuses/404/Not There",
    },
    Planted {
        service: "groove",
        document: GROOVE,
        from: "COLLECTION\\_CONCURRENT\\_UPDATE | 409 Conflict",
        to: "COLLECTION\\_CONCURRENT\\_UPDATE | 423 Locked",
        rule: "document/code-status-unlisted",
        key: "/codes/COLLECTION_CONCURRENT_UPDATE/statuses/423",
    },
    Planted {
        service: "groove",
        document: GROOVE,
        from: "\"ErrorCode\": \"CATALOG_NO_RESULT\"",
        to: "\"ErrorCode\": \"CATALOG_GONE\"",
        rule: "document/example-code-unlisted",
        key: "/examples/CATALOG_GONE/json/CATALOG_GONE",
    },
    Planted {
        service: "groove",
        document: GROOVE,
        from: "| Discovery errors | DISCOVERY\\_NO\\_RESULT |",
        to: "| Discovery errors | CATALOG\\_NO\\_RESULT |",
        rule: "document/described-twice",
        key: "/codes/CATALOG_NO_RESULT/description",
    },
    Planted {
        service: "lineworks",
        document: LINEWORKS,
        from: "www-authenticate: Bearer error=\"invalid_token\"",
        to: "www-authenticate Bearer error=\"invalid_token\"",
        rule: "document/field-without-colon",
        key: "/fields/www-authenticate/401/colon",
    },
    Planted {
        service: "lineworks",
        document: LINEWORKS,
        from: "| 410 | DELETED | The resource was deleted before and is gone. |",
        to: "| 410 | NOT_FOUND2 | There is no such resource. |",
        rule: "document/description-shared",
        key: "/codes/NOT_FOUND2/description",
    },
    Planted {
        service: "lineworks",
        document: LINEWORKS,
        from: "| 403 | www-authenticate:",
        to: "| 407 | www-authenticate:",
        rule: "document/field-status-unlisted",
        key: "/fields/www-authenticate/407/status",
    },
    Planted {
        service: "onedrive",
        document: ONEDRIVE,
        from: "one of 15 possible values",
        to: "one of 16 possible values",
        rule: "document/count-differs",
        key: "/codes",
    },
    Planted {
        service: "onedrive",
        document: ONEDRIVE,
        from: "410 Gone ",
        to: "404 Gone ",
        rule: "document/status-twice",
        key: "/statuses/404",
    },
    Planted {
        service: "onedrive",
        document: ONEDRIVE,
        from: "throttledRequest ",
        to: "invalidpath ",
        rule: "document/codes-alike",
        key: "/codes/invalidpath",
    },
    Planted {
        service: "onedrive",
        document: ONEDRIVE,
        from: "\"message\": \"Uploaded fragment overlaps with existing data.\",\n",
        to: "",
        rule: "document/example-breaks-rule",
        key: "/examples/invalidRange/json/onedrive-missing-message",
    },
];

#[test]
fn each_rule_finds_what_is_planted() {
    for planted in PLANTED {
        let count = planted.document.matches(planted.from).count();
        assert_eq!(count, 1, "{}: {}", planted.rule, planted.from);
        let document = planted.document.replace(planted.from, planted.to);
        let found = found(planted.service, &[&document]);
        let expected = format!("{} {} ", planted.rule, planted.key);
        assert!(found.iter().any(|line| line.starts_with(&expected)), "{expected}: {found:#?}");
    }
}

#[test]
fn every_rule_is_planted_or_known() {
    let known = ["document/example-text-differs", "document/status-without-code"];
    // Tested where they are said: the first in tests/drift.rs, the others below.
    let elsewhere =
        ["document/unread", "document/listed-twice", "document/example-member-unlisted"];
    for rule in faultbook::rules().filter(|rule| rule.service() == "document") {
        let is_planted = PLANTED.iter().any(|planted| planted.rule == rule.id);
        let is_told = known.contains(&rule.id) || elsewhere.contains(&rule.id);
        assert!(is_planted || is_told, "{}", rule.id);
    }
}

#[test]
fn rows_that_stand_twice_and_members_that_are_not_listed() {
    let row = "| 410 | DELETED | The resource was deleted before and is gone. |\n";
    let twice = LINEWORKS.replace(row, &format!("{row}{row}"));
    let lines = found("lineworks", &[&twice]);
    assert_eq!(lines, ["document/listed-twice /codes/DELETED 23"]);
    let member = GROOVE.replace("| Description | String | What it means. |\n", "");
    let lines = found("groove", &[&member]);
    assert!(
        lines.iter().any(|line| line.starts_with(
            "document/example-member-unlisted /examples/CATALOG_NO_RESULT/json/Description "
        )),
        "{lines:#?}"
    );
}

#[test]
fn statuses_without_codes_are_found_across_documents() {
    let more = STATUSES.replace("| 503 |", "| 501 | Not Implemented | Said under 501. |\n| 503 |");
    assert_eq!(
        found("groove", &[GROOVE, &more]),
        ["document/status-without-code /statuses/501/codes 16"]
    );
    // Alone, it is held against the codes of the catalog.
    assert_eq!(found("groove", &[&more]).len(), 1);
}

#[test]
fn sarif_suppresses_what_is_known() {
    let output = run("ampache", &[AMPACHE], &["--format", "sarif"]);
    let sarif: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    assert!(results.iter().all(|result| result["suppressions"].as_array().unwrap().len() == 1));
    let output = run("ampache", &[AMPACHE], &["--format", "markdown"]);
    let markdown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| doc0.md |")).count(), 5);
}

#[test]
fn what_cannot_be_read_is_refused() {
    for document in ["", "Nothing of the kind.\n", "\u{0}\u{1}"] {
        let output = run("onedrive", &[document], &[]);
        assert_eq!(output.status.code(), Some(2), "{document:?}");
        assert!(output.stdout.is_empty());
    }
}
