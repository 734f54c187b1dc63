//! `faultbook catalog`, the facts behind it, `explain` of codes, and what is judged by which edition.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use faultbook::facts::{Facts, Origin, Part};
use faultbook::{SERVICES, edition};
use serde_json::Value;

/// Runs `faultbook` with these arguments and this standard input.
fn run(args: &[&str], stdin: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.args(args).spawn().unwrap();
    // A command that does not read it may be gone already.
    drop(child.stdin.take().unwrap().write_all(stdin));
    child.wait_with_output().unwrap()
}

/// What it prints when all is well.
fn printed(args: &[&str]) -> String {
    let output = run(args, b"");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn catalog(args: &[&str]) -> String {
    printed(&[&["catalog"], args].concat())
}

/// Edition, codes, rows as printed, statuses, templates.
const LENGTHS: [(&str, usize, usize, usize, usize); 8] = [
    ("ampache@5", 8, 8, 0, 0),
    ("ampache@4", 7, 7, 0, 0),
    ("ampache@6", 8, 8, 0, 0),
    ("ampache@8", 9, 9, 6, 0),
    ("groove@1", 44, 44, 10, 0),
    ("lineworks@2", 17, 19, 8, 3),
    ("onedrive@1", 56, 58, 20, 0),
    ("onedrive@graph", 56, 58, 24, 0),
];

fn facts(name: &str) -> Facts {
    faultbook::catalog::facts(edition(name).expect(name).1)
}

fn json(args: &[&str]) -> Value {
    let catalog: Value = serde_json::from_str(&catalog(args)).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../catalog.schema.json")).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema)
        .unwrap()
        .iter_errors(&catalog)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    catalog
}

/// Codes and statuses are looked up by where they stand in their table; going through all of it finds
/// the same.
#[test]
fn looking_up_finds_what_going_through_finds() {
    let editions = || SERVICES.iter().flat_map(|service| service.editions.iter().copied());
    let mut codes = BTreeSet::from([String::new(), "{".to_owned(), "\u{fc}".to_owned()]);
    for row in editions().flat_map(|edition| edition.codes) {
        let code = row.code;
        let filled = code.replace("{RESOURCE}", "USER");
        let cut = code[1..].to_owned();
        codes.extend([code.to_owned(), filled, cut, code.to_uppercase(), format!("{code}S")]);
    }
    for edition in editions() {
        for code in &codes {
            let literal = edition.codes.iter().filter(|row| row.code == *code);
            let mut expected: Vec<_> = literal.collect();
            if expected.is_empty() {
                let templates = edition.codes.iter().filter(|row| row.is_template());
                expected = templates.filter(|row| row.matches(code)).collect();
            }
            let found: Vec<_> = edition.rows(code).collect();
            assert_eq!(found, expected, "{edition}: {code}");
            assert_eq!(edition.has_code(code), !expected.is_empty(), "{edition}: {code}");
        }
        for status in 0..1000 {
            let listed = edition.statuses.iter().any(|row| row.status == status);
            assert_eq!(edition.has_status(status), listed, "{edition}: {status}");
        }
        // A documented code of Ampache is not asked whether it is a number.
        let is_decimal = |code: &str| code.bytes().all(|byte| byte.is_ascii_digit());
        assert!(
            edition.service != "ampache" || edition.codes.iter().all(|row| is_decimal(row.code))
        );
    }
}

#[test]
fn every_edition_is_complete_in_every_format() {
    let named: Vec<String> = SERVICES
        .into_iter()
        .flat_map(|service| service.editions)
        .map(ToString::to_string)
        .collect();
    assert_eq!(named, LENGTHS.map(|(name, ..)| name));
    for (name, codes, rows, statuses, templates) in LENGTHS {
        let facts = facts(name);
        let distinct: BTreeSet<&str> = facts.codes.iter().map(|row| &*row.code).collect();
        let with_braces = distinct.iter().filter(|code| code.contains('{')).count();
        assert_eq!(
            (distinct.len(), facts.codes.len(), facts.statuses.len(), with_braces),
            (codes, rows, statuses, templates),
            "{name}"
        );
        let all = json(&["--edition", name, "--format", "json"]);
        let entries = all["services"][0]["codes"].as_array().unwrap();
        let of_json: BTreeSet<&str> =
            entries.iter().map(|entry| entry["code"].as_str().unwrap()).collect();
        assert_eq!(of_json, distinct, "{name}");
        assert_eq!(all["services"][0]["statuses"].as_array().unwrap().len(), statuses, "{name}");

        let csv = records(&catalog(&["--edition", name, "--format", "csv"]));
        let of_csv: BTreeSet<&str> = csv[1..].iter().map(|record| &*record[2]).collect();
        assert_eq!(of_csv, distinct, "{name}");
        assert_eq!(csv.len() - 1, entries.len(), "{name}");

        // A row of the document is a line of the table, and one of the Markdown.
        let table = catalog(&["--edition", name]);
        let markdown = catalog(&["--edition", name, "--format", "markdown"]);
        for row in &facts.codes {
            let beginning = format!("  {} ", row.code);
            let lines = table.lines().filter(|line| line.starts_with(&beginning)).count();
            let same = facts.codes.iter().filter(|other| other.code == row.code).count();
            // Codes of Ampache's version 4 are spelt like statuses, of which it has none.
            assert_eq!(lines, same, "{name} {}:\n{table}", row.code);
            let cell = format!("| `{}` |", row.code);
            assert_eq!(markdown.matches(&cell).count(), same, "{name} {}:\n{markdown}", row.code);
        }
        for row in &facts.statuses {
            let beginning = format!("  {}  ", row.status);
            assert!(table.lines().any(|line| line.starts_with(&beginning)), "{name} {table}");
            let beginning = format!("| {} |", row.status);
            assert!(markdown.lines().any(|line| line.starts_with(&beginning)), "{name}");
        }
    }
}

#[test]
fn what_is_asked_for_is_printed() {
    let editions = |args: &[&str]| {
        let all = json(args);
        let services = all["services"].as_array().unwrap().iter();
        services.map(|service| service["edition"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let format = ["--format", "json"];
    let all = ["ampache@5", "groove@1", "lineworks@2", "onedrive@1"];
    assert_eq!(editions(&format), all);
    assert_eq!(editions(&[&["groove"], &format[..]].concat()), ["groove@1"]);
    assert_eq!(editions(&[&["--edition", "ampache@8"], &format[..]].concat()), ["ampache@8"]);
    let both = ["onedrive", "--edition", "onedrive@graph"];
    assert_eq!(editions(&[&both[..], &format].concat()), ["onedrive@graph"]);
    for args in [
        &["catalog", "groove", "--edition", "ampache@5"][..],
        &["catalog", "--edition", "ampache@9"],
        &["catalog", "dropbox"],
        &["catalog", "--format", "yaml"],
        &["catalog", "-o", "no/such/folder/file"],
    ] {
        let output = run(args, b"");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
        assert!(!output.stderr.is_empty(), "{args:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("catalog.csv");
    assert_eq!(catalog(&["groove", "--format", "csv", "-o", file.to_str().unwrap()]), "");
    let written = fs::read_to_string(file).unwrap();
    assert_eq!(written, catalog(&["groove", "--format", "csv"]));
}

#[test]
fn the_json_is_the_tables() {
    let all = json(&["--format", "json"]);
    let entry = |service: usize, code: &str, level: Value| {
        let entries = all["services"][service]["codes"].as_array().unwrap().iter();
        let mut found = entries.filter(|entry| entry["code"] == code && entry["level"] == level);
        let (first, second) = (found.next(), found.next());
        assert!(second.is_none(), "{code} stands twice");
        first.unwrap_or_else(|| panic!("{code} is not there")).clone()
    };
    for (service, code, statuses, group, level) in [
        (0, "4742", &[][..], None, None),
        (1, "CATALOG_UNAVAILABLE", &[502], Some("Catalog errors"), None),
        (1, "UNAUTHORIZED_INPUT_PARAMETER", &[200], Some("Input validation"), None),
        (1, "INTERNAL_SERVER_ERROR", &[500], Some("Server errors"), None),
        (2, "LIMIT_EXCEEDED", &[400, 403], None, None),
        (2, "{RESOURCE}_ALREADY_EXIST", &[409], None, None),
        (3, "resyncRequired", &[], None, Some("basic")),
        (3, "resyncRequired", &[], None, Some("detailed")),
        (3, "zeroOrFewerResultsRequested", &[], None, Some("detailed")),
    ] {
        let found = entry(service, code, level.map_or(Value::Null, Value::from));
        assert_eq!(found["statuses"], serde_json::json!(statuses), "{code}");
        assert_eq!(found["group"], serde_json::json!(group), "{code}");
        assert!(found["summary"].as_str().unwrap().len() > 5, "{code}");
    }
    let status = |service: usize, index: usize| {
        let row = &all["services"][service]["statuses"][index];
        (row["status"].as_u64().unwrap(), row["reason"].as_str().map(str::to_owned))
    };
    assert_eq!(status(1, 0), (200, Some("OK".to_owned())));
    assert_eq!(status(2, 7), (503, None));
    assert_eq!(status(3, 12), (416, Some("Requested Range Not Satisfiable".to_owned())));
}

/// A reader of RFC 4180 that knows nothing of the writer.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let record = records.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                record.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                records.push(vec![String::new()]);
            }
            other => record.last_mut().unwrap().push(other),
        }
    }
    assert!(!quoted);
    assert_eq!(records.pop().unwrap(), [""], "the last line is ended");
    records
}

#[test]
fn csv_holds_what_the_json_holds() {
    let csv = records(&catalog(&["--format", "csv"]));
    let header = ["service", "edition", "code", "name", "statuses", "group", "level", "summary"];
    assert_eq!(csv[0], header);
    let all = json(&["--format", "json"]);
    let mut lines = csv[1..].iter();
    for service in all["services"].as_array().unwrap() {
        for code in service["codes"].as_array().unwrap() {
            let record = lines.next().unwrap();
            let statuses: Vec<String> =
                code["statuses"].as_array().unwrap().iter().map(ToString::to_string).collect();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let expected = [
                text(&service["service"]),
                text(&service["edition"]),
                text(&code["code"]),
                record[3].clone(),
                statuses.join(" "),
                text(&code["group"]),
                text(&code["level"]),
                text(&code["summary"]),
            ];
            assert_eq!(*record, expected);
        }
    }
    assert_eq!(lines.next(), None);
    let names: BTreeMap<&str, &str> =
        csv[1..9].iter().map(|record| (&*record[2], &*record[3])).collect();
    assert_eq!(names["4703"], "Access Denied");
    assert_eq!(names["4706"], "Depreciated");
}

#[test]
fn markdown_is_tables_of_equal_width() {
    let text = catalog(&["--format", "markdown"]);
    let mut width = None;
    let mut tables = 0;
    for line in text.lines() {
        if !line.starts_with('|') {
            assert!(!line.contains(" | "), "{line}");
            width = None;
            continue;
        }
        let cells = line.replace("\\|", "").matches('|').count();
        if width.is_none() {
            tables += 1;
        }
        assert_eq!(*width.get_or_insert(cells), cells, "{line}");
    }
    // A table of codes for each service, and three of statuses: Ampache has none.
    assert_eq!(tables, 7);
    assert!(text.contains("## LINE WORKS API 2.0 (`lineworks@2`)\n"));
    assert!(text.contains("\n| `INVALID_{RESOURCE}` | 400 | "));
    assert!(text.contains("\n| Input validation | `INVALID_COUNTRY` | 400 | "));
    assert!(text.contains("\n| basic | `accessDenied` | "));
}

#[test]
fn facts_are_one_row_a_printed_row() {
    let lineworks = facts("lineworks@2");
    assert_eq!(lineworks.name, "lineworks@2");
    let of = |facts: &Facts, code: &str| {
        let rows = facts.codes.iter().filter(|row| row.code == code);
        let statuses = rows.map(|row| row.statuses.iter().map(|one| one.status).collect());
        statuses.collect::<Vec<Vec<u16>>>()
    };
    assert_eq!(of(&lineworks, "OUT_OF_RANGE"), [[400], [403]]);
    assert_eq!(of(&lineworks, "{RESOURCE}_NOT_EXIST"), [[404]]);
    // Its document has no table of statuses.
    assert_eq!(lineworks.covers, [Part::Codes]);
    assert_eq!(facts("ampache@8").covers, [Part::Codes]);

    let groove = facts("groove@1");
    assert_eq!(groove.covers, [Part::Statuses, Part::Codes]);
    let row = groove.codes.iter().find(|row| row.code == "COLLECTION_FULL").unwrap();
    assert_eq!(row.group.as_deref(), Some("Collection errors"));
    assert_eq!(row.statuses[0].reason.as_deref(), Some("Bad Request"));
    assert_eq!(row.origin, Origin::Catalog("groove@1 codes, COLLECTION_FULL".to_owned()));
    let status = groove.statuses.iter().find(|row| row.status == 404).unwrap();
    assert_eq!(status.origin, Origin::Catalog("groove@1 statuses, 404".to_owned()));

    let ampache = facts("ampache@5");
    let names: Vec<_> = ampache.codes.iter().map(|row| row.name.as_deref().unwrap()).collect();
    assert_eq!(names[0], "Access Control not Enabled");
    assert_eq!(of(&facts("ampache@8"), "4706"), [[410]]);
    assert_eq!(of(&ampache, "4706"), [Vec::<u16>::new()]);

    let onedrive = facts("onedrive@1");
    let levels = onedrive.codes.iter().filter(|row| row.code == "serviceNotAvailable");
    let levels: Vec<_> = levels.map(|row| row.level.unwrap().as_str()).collect();
    assert_eq!(levels, ["basic", "detailed"]);
}

#[test]
fn a_code_is_explained_to_the_author_of_a_client() {
    for (topic, expected) in [
        (
            "ampache/4701",
            "4701 (ampache@5): Received Invalid Handshake\n\n\
             no valid session was sent, or the handshake failed\n\
             status: none of its own; an error comes under 200: the status does not tell\n\n\
             what to do: the error is temporary: make a new handshake, then repeat the request\n\n\
             editions:\n  \
             ampache@5: documented; an error comes under 200: the status does not tell\n  \
             ampache@4: written 401; an error comes under 200: the status does not tell\n  \
             ampache@6: documented; an error comes under 200: the status does not tell\n  \
             ampache@8: documented under 401\n",
        ),
        (
            "lineworks/LIMIT_EXCEEDED",
            "LIMIT_EXCEEDED (lineworks@2)\n\n\
             a parameter or a resource's property is over its limit\nstatus: 400\n\n\
             the resource asked for is over its limit\nstatus: 403\n\n\
             what to do: the document does not say\n",
        ),
        (
            "groove/TOO_MANY_REQUESTS",
            "TOO_MANY_REQUESTS (groove@1)\n\nthe caller sends more than it may\n\
             group: Server errors\nstatus: 429 Too Many Requests\n\n\
             what to do: wait before the next request\n",
        ),
    ] {
        assert_eq!(printed(&["explain", topic]), expected, "{topic}");
    }
    for (topic, expected) in [
        // Without a service, where only one has it.
        ("4704", "4704 (ampache@5): Not Found\n"),
        ("USER_NOT_EXIST", "USER_NOT_EXIST (lineworks@2)\n"),
        // A row that names it beats a template of another service.
        ("INVALID_COUNTRY", "INVALID_COUNTRY (groove@1)\n"),
        // Only another edition has it.
        ("4702", "4702 (ampache@8): Generic Error\n"),
        ("ampache/4702", "\nampache@5: not documented\n"),
        ("ampache@8/4702", "\nstatus: 500\n"),
        ("ampache@4/405", "\nwhat to do: do not repeat the request"),
        ("ampache@4/405", "\nampache@8: written 4705 under 400\n"),
        ("onedrive@graph/itemNotFound", "itemNotFound (onedrive@graph)\n"),
        ("onedrive/serviceNotAvailable", "level: basic, every client"),
        ("onedrive/serviceNotAvailable", "level: detailed, a client"),
        ("onedrive/serviceNotAvailable", "what to do: repeat the request after some time"),
        ("lineworks/USER_NOT_EXIST", "template: {RESOURCE}_NOT_EXIST\nstatus: 404"),
    ] {
        let text = printed(&["explain", topic]).replace("\n  ", "\n");
        assert!(text.contains(expected), "{topic}: {text}");
    }
    for (topic, expected) in [
        ("ampache/4714", "did you mean `ampache/4704`?"),
        ("ampache@5/4702", "did you mean `ampache@5/4700`?"),
        ("lineworks/user-not-exists", "did you mean `lineworks/USER_NOT_EXIST`?"),
        ("onedrive/ItemNotFund", "did you mean `onedrive/itemNotFound`?"),
        ("itemNotFund", "did you mean `onedrive/itemNotFound`?"),
        (
            "INTERNAL_SERVER_ERROR",
            "did you mean `groove/INTERNAL_SERVER_ERROR` or `lineworks/INTERNAL_SERVER_ERROR`?",
        ),
        ("nothing-like-it", "`faultbook catalog` the codes"),
    ] {
        let output = run(&["explain", topic], b"");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(expected), "{topic}: {said}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{topic}");
    }
}

#[test]
fn check_judges_by_the_edition_that_is_asked_for() {
    let body =
        br#"{"error":{"errorCode":"4702","errorAction":"a","errorType":"b","errorMessage":"c"}}"#;
    for (args, rules, known, coverage) in [
        (&[][..], &["ampache/unknown-code"][..], false, ("ampache@5", 0, 8)),
        (&["--edition", "ampache@8"], &[], true, ("ampache@8", 1, 9)),
        (
            &["--edition", "ampache@8", "--status", "404"],
            &["ampache/status-differs"],
            true,
            ("ampache@8", 1, 9),
        ),
        (
            &["--edition", "ampache@8", "--status", "200"],
            &["ampache/success-status"],
            true,
            ("ampache@8", 1, 9),
        ),
        (
            &["--edition", "ampache@4"],
            &["ampache/newer-shape", "ampache/unknown-code"],
            false,
            ("ampache@4", 0, 7),
        ),
    ] {
        let output = run(&[&["check", "--format", "json"], args, &["-"]].concat(), body);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let response = &report["responses"][0];
        let found = response["findings"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|one| one["rule"].as_str().unwrap()).collect();
        assert_eq!(found, rules, "{args:?}");
        assert_eq!(response["errors"][0]["known"], known, "{args:?}");
        let (edition, seen, documented) = coverage;
        let expected = serde_json::json!({edition: {"seen": seen, "documented": documented}});
        assert_eq!(report["summary"]["coverage"], expected, "{args:?}");
    }
    let output = run(&["check", "-"], body);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("= help: documented in ampache@8: --edition ampache@8"), "{text}");
}
