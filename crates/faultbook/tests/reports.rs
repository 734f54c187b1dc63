//! The reports of one run: each holds the same findings, in the form that its readers expect.
// The names of the inputs are such as Unix has them.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

fn command(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_faultbook"));
    command.args(args).current_dir(folder).env_remove("NO_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs `faultbook` in a folder with this standard input.
fn run_in(folder: &Path, args: &[&str], stdin: &[u8]) -> Output {
    let mut child = command(args, folder).spawn().unwrap();
    // The command may end before it has read everything; that is no failure of the test.
    drop(child.stdin.take().unwrap().write_all(stdin));
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no array: {value}"))
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no string: {value}")).to_owned()
}

/// A finding as every report has it: the input, the record's index, the severity, the rule, and the
/// place in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    input: String,
    index: u64,
    severity: String,
    rule: String,
    place: String,
}

/// What a report says: the findings, sorted, and the inputs that could not be read.
#[derive(Debug, PartialEq, Eq, Default)]
struct Said {
    findings: Vec<Found>,
    unreadable: BTreeSet<String>,
}

type Read = fn(&[u8]) -> Said;

/// The reports that hold every finding with its place, and how to read each. A further format is a
/// further row.
const FORMATS: [(&str, Read); 6] = [
    ("json", said_by_json),
    ("ndjson", said_by_ndjson),
    ("sarif", said_by_sarif),
    ("junit", said_by_junit),
    ("github", said_by_github),
    ("html", said_by_html),
];

fn said_by_json(report: &[u8]) -> Said {
    let report = parsed(report);
    let mut said = Said::default();
    for response in array(&report["responses"]).iter().chain(array(&report["unjudged"])) {
        said.findings.extend(array(&response["findings"]).iter().map(|f| found(response, f)));
    }
    said.findings.extend(array(&report["remarks"]).iter().map(remarked));
    said.unreadable = array(&report["unreadable"]).iter().map(|u| string(&u["input"])).collect();
    said.findings.sort();
    said
}

fn said_by_ndjson(report: &[u8]) -> Said {
    let mut said = Said::default();
    for line in text(report).lines().map(|line| parsed(line.as_bytes())) {
        match line["kind"].as_str().unwrap() {
            "response" | "unjudged" => {
                said.findings.extend(array(&line["findings"]).iter().map(|f| found(&line, f)));
            }
            "unreadable" => _ = said.unreadable.insert(string(&line["input"])),
            "remark" => said.findings.push(remarked(&line)),
            _ => {}
        }
    }
    said.findings.sort();
    said
}

fn said_by_html(page: &[u8]) -> Said {
    let (_, rest) =
        text(page).split_once("<script id=\"report\" type=\"application/json\">").unwrap();
    let data = parsed(rest.split_once("</script>").unwrap().0.as_bytes());
    let mut said = Said::default();
    for entry in array(&data["entries"]) {
        if entry["kind"] == "unreadable" {
            said.unreadable.insert(string(&entry["input"]));
            continue;
        }
        let mut entry = entry.clone();
        // A remark is about a file, which has no records.
        entry["index"] = entry["index"].as_u64().unwrap_or(0).into();
        for finding in array(&entry["findings"]) {
            let mut finding = finding.clone();
            // What is the same for every finding of a rule stands there once.
            finding["severity"] = data["rules"][string(&finding["rule"])]["severity"].clone();
            said.findings.push(found(&entry, &finding));
        }
    }
    said.findings.sort();
    said
}

fn found(response: &Value, finding: &Value) -> Found {
    Found {
        input: string(&response["input"]),
        index: response["index"].as_u64().unwrap(),
        severity: string(&finding["severity"]),
        rule: string(&finding["rule"]),
        place: words(&finding["place"]),
    }
}

fn remarked(remark: &Value) -> Found {
    found(&json!({"input": remark["file"], "index": 0}), &remark["finding"])
}

/// A place of the JSON report in the words of the others.
fn words(place: &Value) -> String {
    let bytes = || format!("bytes {}..{}", place["start"], place["end"]);
    match place["part"].as_str().unwrap() {
        "input" => format!("byte {} of the input", place["offset"]),
        "status" => "the status".to_owned(),
        "header" => {
            let number = place["index"].as_u64().unwrap() + 1;
            format!("header field {number} {}, {}", string(&place["name"]), bytes())
        }
        _ => {
            let pointer = place["pointer"].as_str().filter(|pointer| !pointer.is_empty());
            let value = pointer.unwrap_or("the body");
            format!("{value}, {}, line {}, column {}", bytes(), place["line"], place["column"])
        }
    }
}

/// A SARIF location's input: `file:` URIs are absolute paths, the others relative ones.
fn input_of(location: &Value) -> String {
    let uri = string(&location["physicalLocation"]["artifactLocation"]["uri"]);
    let path = uri.strip_prefix("file://").unwrap_or(&uri);
    let mut pieces = path.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend(piece[2..].bytes());
    }
    String::from_utf8(bytes).unwrap()
}

fn said_by_sarif(report: &[u8]) -> Said {
    let run = parsed(report)["runs"][0].clone();
    let mut said = Said::default();
    let counted = |result: &&Value| array(&result["suppressions"]).is_empty();
    for result in array(&run["results"]).iter().filter(counted) {
        let location = &result["locations"][0];
        let properties = &result["properties"];
        let mut place = properties["place"].clone();
        let region = &location["physicalLocation"]["region"];
        match (place["part"].as_str().unwrap(), properties["offset"].as_u64()) {
            ("input", _) => place["offset"] = region["byteOffset"].clone(),
            // Of a record the file's region is where it begins.
            (_, Some(offset)) => assert_eq!(region, &json!({"byteOffset": offset})),
            ("body", None) => {
                let start = region["byteOffset"].as_u64().unwrap();
                place["start"] = start.into();
                place["end"] = (start + region["byteLength"].as_u64().unwrap()).into();
                place["line"] = region["startLine"].clone();
                place["column"] = region["startColumn"].clone();
            }
            (_, None) => assert_eq!(region, &Value::Null),
        }
        let logical = &location["logicalLocations"][0];
        match logical["kind"].as_str() {
            Some("member") => place["pointer"] = logical["fullyQualifiedName"].clone(),
            Some("header") => place["name"] = logical["fullyQualifiedName"].clone(),
            kind => assert_eq!(kind == Some("status"), place["part"] == "status"),
        }
        let rule = result["ruleIndex"].as_u64().unwrap();
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(rule).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert_eq!(rule["defaultConfiguration"]["level"], result["level"]);
        said.findings.push(Found {
            input: input_of(location),
            index: properties["index"].as_u64().unwrap(),
            severity: string(&result["level"]),
            rule: string(&result["ruleId"]),
            place: words(&place),
        });
    }
    let invocation = &run["invocations"][0];
    for notification in array(&invocation["toolExecutionNotifications"]) {
        if let Some(location) = notification["locations"].get(0) {
            assert_eq!(invocation["executionSuccessful"], false);
            said.unreadable.insert(input_of(location));
        }
    }
    said.findings.sort();
    said
}

/// Findings as JUnit and the text of an annotation have them: `error[rule]: title`, and `at: …` in a
/// line of its own.
fn said_by_junit(report: &[u8]) -> Said {
    let document = roxmltree::Document::parse(text(report)).unwrap();
    let mut said = Said::default();
    for case in document.descendants().filter(|node| node.has_tag_name("testcase")) {
        let suite = case.parent().unwrap().attribute("name").unwrap();
        // What is said of a file that is no capture has no number.
        let number = case.attribute("name").unwrap().split(' ').next().unwrap();
        let index = number.parse::<u64>().map_or(0, |number| number - 1);
        for node in case.children().filter(roxmltree::Node::is_element) {
            let kind = node.attribute("type").unwrap_or_default();
            if kind == "unreadable" {
                said.unreadable.insert(suite.to_owned());
                continue;
            }
            let mut lines = node.text().unwrap_or_default().lines();
            while let Some(head) = lines.next() {
                if head.starts_with("known, and not counted: ") {
                    for _ in 0..4 {
                        lines.next();
                    }
                    lines.next_if_help();
                    continue;
                }
                let (severity, rest) = head.split_once('[').unwrap();
                let (rule, title) = rest.split_once("]: ").unwrap();
                if node.has_tag_name("system-out") {
                    assert_eq!(severity, "note");
                } else {
                    assert_ne!(severity, "note", "a note is no failure");
                    assert_eq!([kind, node.attribute("message").unwrap()], [rule, title]);
                }
                said.findings.push(Found {
                    input: suite.to_owned(),
                    index,
                    severity: severity.to_owned(),
                    rule: rule.to_owned(),
                    place: lines.next().unwrap().trim().strip_prefix("at: ").unwrap().to_owned(),
                });
                for name in ["received: ", "documented: "] {
                    assert!(lines.next().unwrap().trim().starts_with(name), "{head}");
                }
                lines.next_if_help();
            }
        }
    }
    said.findings.sort();
    said
}

/// Passes over the line of help, which not every finding has.
trait NextIfHelp {
    fn next_if_help(&mut self);
}

impl NextIfHelp for std::str::Lines<'_> {
    fn next_if_help(&mut self) {
        if self.clone().next().is_some_and(|line| line.trim().starts_with("help: ")) {
            self.next();
        }
    }
}

fn unescaped(text: &str) -> String {
    let pairs = [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")];
    pairs.into_iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn said_by_github(report: &[u8]) -> Said {
    let mut said = Said::default();
    for line in text(report).lines() {
        let (command, rest) = line.strip_prefix("::").unwrap().split_once(' ').unwrap();
        let (properties, message) = rest.split_once("::").unwrap();
        let properties: BTreeMap<&str, String> = properties
            .split(',')
            .map(|property| property.split_once('=').unwrap())
            .map(|(name, value)| (name, unescaped(value)))
            .collect();
        let message = unescaped(message);
        let (title, input) = (&properties["title"], properties.get("file"));
        match title.as_str() {
            "faultbook" => continue,
            "unreadable input" => {
                said.unreadable.insert(input.unwrap().clone());
                continue;
            }
            _ => {}
        }
        let after = |name: &str| {
            let line = message.lines().find_map(|line| line.strip_prefix(name));
            line.map(str::to_owned)
        };
        let place = after("at: ").unwrap();
        let record = after("record: ");
        if let Some(line) = properties.get("line") {
            assert!(place.ends_with(&format!("line {line}, column {}", properties["col"])));
            assert_eq!(record, None);
        }
        let number = record.as_deref().map_or("1", |record| record.split(' ').next().unwrap());
        said.findings.push(Found {
            input: input.map_or("<stdin>", String::as_str).to_owned(),
            index: number.parse::<u64>().unwrap() - 1,
            severity: if command == "notice" { "note" } else { command }.to_owned(),
            rule: title.clone(),
            place,
        });
    }
    said.findings.sort();
    said
}

/// Writes one of everything into a folder, and gives the paths to check.
fn everything(folder: &Path) -> Vec<&'static str> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/samples");
    fs::create_dir(folder.join("in")).unwrap();
    let mut count = 0;
    for entry in fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join("in").join(path.file_name().unwrap())).unwrap();
        count += 1;
    }
    assert!(count >= 10, "{count} samples");
    // A name that each format has to escape in its own way, and a body of more than ASCII.
    fs::write(
        folder.join("in/a, b: 100% [é] <&\">.json"),
        "{\"Error\": {\"Näme]]>\": \"é\",\n  \"ErrorCode\": \"CATALOG-NO-RESULT](x)\"}}",
    )
    .unwrap();
    let challenge = r#"Bearer error="invalid_token", error="x"#;
    let records = [
        json!({"status": 403, "headers": {"WWW-Authenticate": challenge, "Retry-After": "soon"},
               "body": r#"{"code": "UNAUTHORIZED", "description": 1}"#, "service": "lineworks",
               "url": "https://www.worksapis.com/v1.0/a?b=%2C,c::d&e=<f>\"\u{1B}\n::error::x"}),
        json!({"status": "what"}),
        json!({"status": 204, "url": "https://graph.microsoft.com/v1.0/x"}),
        json!({"status": 200, "body": {"ok": true}}),
        json!({"status": 200, "body": {"error": {"code": "999", "message": "no"}}}),
        json!({"status": 503, "service": "onedrive", "body": "<html>\u{1}]]></html>"}),
        json!({"status": 404, "body": {"error": {"code": "itemNotFound", "message": "",
               "innerError": {"code": "new\ncode"}}}}),
    ];
    let mut lines: Vec<String> = records.iter().map(Value::to_string).collect();
    lines.push(r#"{"status": 404, "bo"#.to_owned());
    fs::write(folder.join("in/lines.ndjson"), lines.join("\n")).unwrap();
    let entry = |status: u16, url: &str, text: &str| {
        json!({"startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
               "request": {"method": "GET", "url": url, "headers": []},
               "response": {"status": status, "statusText": "", "headers": [],
                            "content": {"size": text.len(), "mimeType": "application/json", "text": text}}})
    };
    let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [
        entry(200, "https://ampache.example.org/server/json.server.php?auth=x",
              r#"{"error": {"errorCode": 4704, "errorAction": "a", "errorMessage": "m"}}"#),
        {"startedDateTime": "2026-01-01T00:00:00Z"},
        entry(404, "https://graph.microsoft.com/v1.0/me", r#"{"error": {"code": "404", "message": ""}}"#),
    ]}});
    fs::write(folder.join("in/b.har"), format!("{har:#}")).unwrap();
    vec!["in", "in/missing, 100%.json", "/nowhere/at all.json"]
}

/// Runs `check` over [`everything`] with every kind of report.
fn run_everything(folder: &Path) -> (Output, BTreeMap<&'static str, Vec<u8>>) {
    let mut args = vec!["check", "--all", "--status", "418"];
    args.extend(["--header", "WWW-Authenticate: Basic realm = x,, é"]);
    args.extend(everything(folder));
    let reports: Vec<String> = FORMATS.iter().map(|(name, _)| format!("{name}=r.{name}")).collect();
    for report in &reports {
        args.extend(["--report", report]);
    }
    let output = run_in(folder, &args, b"");
    let read = |name: &str| fs::read(folder.join(format!("r.{name}"))).unwrap();
    let written = FORMATS.iter().map(|(name, _)| (*name, read(name))).collect();
    (output, written)
}

#[test]
fn every_report_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (output, reports) = run_everything(folder.path());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let expected = said_by_json(&reports["json"]);
    for (name, read) in FORMATS {
        assert_eq!(read(&reports[name]), expected, "{name}");
    }

    // That there was something to compare.
    let parts = ["byte ", "the status", "header field ", "/", "the body"];
    for part in parts {
        assert!(expected.findings.iter().any(|found| found.place.starts_with(part)), "{part}");
    }
    for severity in ["error", "warning", "note"] {
        assert!(expected.findings.iter().any(|found| found.severity == severity), "{severity}");
    }
    let inputs: BTreeSet<&str> = expected.findings.iter().map(|f| f.input.as_str()).collect();
    for input in ["in/a, b: 100% [é] <&\">.json", "in/b.har", "in/lines.ndjson"] {
        assert!(inputs.contains(input), "{input}");
    }
    for rule in ["capture/malformed-record", "capture/body-missing", "capture/truncated"] {
        assert!(expected.findings.iter().any(|found| found.rule == rule), "{rule}");
    }
    let unreadable = ["/nowhere/at all.json", "in/missing, 100%.json"];
    assert_eq!(expected.unreadable, unreadable.map(str::to_owned).into());

    // What people read has the same findings, in the same order as what programs read.
    let shown: Vec<(String, String)> = text(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once("]: ")?.0.split_once('['))
        .filter(|(severity, _)| ["error", "warning", "note"].contains(severity))
        .map(|(severity, rule)| (severity.to_owned(), rule.to_owned()))
        .collect();
    let lines = text(&reports["ndjson"]).lines().map(|line| parsed(line.as_bytes()));
    let written: Vec<(String, String)> = lines
        .flat_map(|line| line["findings"].as_array().cloned().unwrap_or_default())
        .map(|finding| (string(&finding["severity"]), string(&finding["rule"])))
        .collect();
    assert_eq!(shown, written);
    assert!(text(&output.stderr).contains("missing, 100%.json"), "{}", text(&output.stderr));
}

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    parsed(&fs::read(path).unwrap())
}

#[track_caller]
fn assert_valid(schema: &Value, instance: &Value) {
    let errors: Vec<String> = jsonschema::validator_for(schema)
        .unwrap()
        .iter_errors(instance)
        .map(|error| format!("{error} at {}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The same schema without leave for members that it does not name.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Array(list) => list.iter().map(closed).collect(),
        Value::Object(object) => {
            let mut object: serde_json::Map<String, Value> =
                object.iter().map(|(name, value)| (name.clone(), closed(value))).collect();
            if object.contains_key("properties") && object.get("type") == Some(&json!("object")) {
                object.entry("additionalProperties").or_insert(false.into());
            }
            object.into()
        }
        other => other.clone(),
    }
}

#[test]
fn json_is_as_its_schema_says_and_every_member_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let (_, reports) = run_everything(folder.path());
    let (report, schema) = (parsed(&reports["json"]), schema("report.schema.json"));
    assert_valid(&schema, &report);
    assert_valid(&closed(&schema), &report);
    for list in ["responses", "unjudged", "unreadable"] {
        assert_ne!(report[list], json!([]), "{list}");
    }
    let summary = &report["summary"];
    // Two lines of the NDJSON and an entry of the HAR have no response, and the last line was cut off.
    assert_eq!(summary["broken"], 4);
    assert_eq!(summary["incomplete"], 1);
    assert_eq!(summary["interrupted"], false);
    let listed = array(&report["responses"]).len() as u64;
    assert_eq!(summary["responses"].as_u64(), Some(listed));
    assert_eq!(summary["unjudged"].as_u64(), Some(array(&report["unjudged"]).len() as u64));
    let counted: u64 = ["error", "warning", "note"]
        .map(|name| summary["findings"][name].as_u64().unwrap())
        .iter()
        .sum();
    assert_eq!(counted, said_by_json(&reports["json"]).findings.len() as u64);
}

#[test]
fn lines_are_as_their_schema_says_and_hold_what_the_json_report_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (_, reports) = run_everything(folder.path());
    let schema = schema("report-lines.schema.json");
    let json = parsed(&reports["json"]);
    let mut lists: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let lines: Vec<Value> =
        text(&reports["ndjson"]).lines().map(|line| parsed(line.as_bytes())).collect();
    for line in &lines {
        assert_valid(&schema, line);
        let mut line = line.clone();
        let kind = string(&line.as_object_mut().unwrap().remove("kind").unwrap());
        lists.entry(kind).or_default().push(line);
    }
    assert_eq!(lines[0]["kind"], "header");
    assert_eq!(lines[0]["schema"], "faultbook-ndjson/1");
    assert_eq!(lines.last().unwrap()["kind"], "footer");
    assert_eq!(lists["header"], [json!({"schema": "faultbook-ndjson/1", "tool": json["tool"]})]);
    assert_eq!(lists["footer"], [json!({"summary": json["summary"]})]);
    for (kind, list) in
        [("response", "responses"), ("unjudged", "unjudged"), ("unreadable", "unreadable")]
    {
        assert_eq!(Value::Array(lists[kind].clone()), json[list], "{kind}");
    }
    // A line without its kind, or of a kind that it is not, does not pass.
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&json["responses"][0]));
    let mut footer = lines.last().unwrap().clone();
    footer["kind"] = "response".into();
    assert!(!validator.is_valid(&footer));
}

#[test]
fn both_schemas_share_their_definitions() {
    assert_eq!(schema("report.schema.json")["$defs"], schema("report-lines.schema.json")["$defs"]);
}

#[test]
fn sarif_has_what_its_specification_demands() {
    let folder = tempfile::tempdir().unwrap();
    let (_, reports) = run_everything(folder.path());
    let sarif = parsed(&reports["sarif"]);
    assert_valid(&schema("tests/schemas/sarif-used.schema.json"), &sarif);
    let run = &sarif["runs"][0];
    for result in array(&run["results"]) {
        let text = string(&result["message"]["text"]);
        assert!(!text.contains("]("), "a link: {text}");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        if let (Some(start), Some(end)) = (region["startLine"].as_u64(), region["endLine"].as_u64())
        {
            let column = |name: &str| region[name].as_u64().unwrap();
            let is_in_order = (start, column("startColumn")) <= (end, column("endColumn"));
            assert!(is_in_order, "{region}");
        }
    }
    let texts = |notifications: &Value| -> Vec<String> {
        array(notifications).iter().map(|note| string(&note["message"]["text"])).collect()
    };
    assert_eq!(
        texts(&run["invocations"][0]["toolExecutionNotifications"]),
        [
            "not readable: no such file or folder",
            "not readable: no such file or folder",
            "not read to the end: 1 input",
            "not judged: 5 responses",
        ]
    );
}

#[test]
fn a_fingerprint_follows_the_fault_and_not_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let body = r#"{"Error": {"ErrorCode": "NEW_CODE"}}"#;
    let other = body.replace("NEW_CODE", "NEWER_CODE");
    let line = json!({"status": 400, "body": body, "service": "groove"});
    fs::write(folder.path().join("a.json"), body).unwrap();
    fs::write(folder.path().join("b.ndjson"), format!("{line}\n")).unwrap();
    fs::write(folder.path().join("c.json"), other).unwrap();
    let args = ["check", "--status", "400", "--format", "sarif", "a.json", "b.ndjson", "c.json"];
    let sarif = parsed(&run_in(folder.path(), &args, b"").stdout);
    let mut fingerprints: BTreeMap<(String, String), String> = BTreeMap::new();
    for result in array(&sarif["runs"][0]["results"]) {
        let key = (input_of(&result["locations"][0]), string(&result["ruleId"]));
        fingerprints.insert(key, string(&result["partialFingerprints"]["faultbook/1"]));
    }
    let of = |input: &str, rule: &str| &fingerprints[&(input.to_owned(), rule.to_owned())];
    for rule in ["groove/unknown-code", "groove/missing-description"] {
        assert_eq!(of("a.json", rule), of("b.ndjson", rule), "{rule}");
    }
    assert_ne!(of("a.json", "groove/unknown-code"), of("c.json", "groove/unknown-code"));
    assert_ne!(of("a.json", "groove/unknown-code"), of("a.json", "groove/missing-description"));
}

/// Writes a report into memory, in the way of a run.
fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

#[test]
fn remarks_and_known_findings_are_in_every_report() {
    use faultbook::core::{Finding, Place, Response};
    use faultbook::report::{
        Github, Html, Json, Judged, Junit, Ndjson, Origin, Report, Sarif, Summary, Suppressed,
    };
    let response = Response::new(br#"{"Error": {"ErrorCode": "NEW_CODE"}}"#).with_status(404);
    let mut outcome = faultbook::judge(&response, &faultbook::Options::default()).unwrap();
    assert!(outcome.findings.len() > 1);
    let finding = outcome.findings.remove(0);
    let suppressed = [Suppressed { finding, reason: "agreed upon".to_owned() }];
    let origin = Origin { input: "a.har", index: 3, offset: Some(7), url: None };
    let judged = Judged {
        origin,
        response: &response,
        outcome: &outcome,
        suppressed: &suppressed,
        fingerprints: &[],
    };
    let rule = faultbook::capture::RULES[0];
    let remark = Finding::new(rule, Place::Input { offset: 9 }, "an entry");
    let mut summary = Summary::default();
    summary.count(&outcome);
    let run = |report: &mut dyn Report| {
        report.begin().unwrap();
        report.judged(&judged).unwrap();
        report.remark("known.toml", &remark).unwrap();
        report.end(&summary).unwrap();
    };
    let reports: BTreeMap<&str, Vec<u8>> = [
        ("json", written(|out| run(&mut Json { all: false }.report(out)))),
        ("ndjson", written(|out| run(&mut Ndjson { all: false }.report(out)))),
        ("sarif", written(|out| run(&mut Sarif::default().report(out)))),
        ("junit", written(|out| run(&mut Junit::default().report(out)))),
        ("github", written(|out| run(&mut Github { quiet: false }.report(out)))),
        ("html", written(|out| run(&mut Html { all: false }.report(out)))),
    ]
    .into();
    let expected = said_by_json(&reports["json"]);
    assert_eq!(expected.findings.len(), outcome.findings.len() + 1);
    assert!(expected.findings.iter().any(|found| found.input == "known.toml"));
    for (name, read) in FORMATS {
        assert_eq!(read(&reports[name]), expected, "{name}");
    }
    let known = suppressed[0].finding.rule.id;
    let json = parsed(&reports["json"]);
    assert_valid(&closed(&schema("report.schema.json")), &json);
    assert_eq!(json["responses"][0]["suppressed"][0]["reason"], "agreed upon");
    assert_eq!(json["responses"][0]["suppressed"][0]["finding"]["rule"], known);
    for line in text(&reports["ndjson"]).lines() {
        assert_valid(&schema("report-lines.schema.json"), &parsed(line.as_bytes()));
    }
    let sarif = parsed(&reports["sarif"]);
    assert_valid(&schema("tests/schemas/sarif-used.schema.json"), &sarif);
    let results = array(&sarif["runs"][0]["results"]);
    let result = results.iter().find(|result| result["ruleId"] == known).unwrap();
    assert_eq!(
        result["suppressions"],
        json!([{"kind": "external", "justification": "agreed upon"}])
    );
    let junit = text(&reports["junit"]);
    assert!(junit.contains("known, and not counted: agreed upon\n"), "{junit}");

    // Of a response that carries no error it is listed too.
    let response = Response::new(b"{}").with_status(200);
    let service = faultbook::service("onedrive");
    let options = faultbook::Options { service, ..faultbook::Options::default() };
    let outcome = faultbook::judge(&response, &options).unwrap();
    assert_eq!(outcome.findings, []);
    let listed = |suppressed: &[Suppressed]| {
        let judged = Judged {
            origin,
            response: &response,
            outcome: &outcome,
            suppressed,
            fingerprints: &[],
        };
        let report = written(|out| {
            let mut report = Json { all: false }.report(out);
            report.begin().unwrap();
            report.judged(&judged).unwrap();
            report.end(&summary).unwrap();
        });
        array(&parsed(&report)["responses"]).len()
    };
    assert_eq!([listed(&[]), listed(&suppressed)], [0, 1]);
}

/// What each element may hold, and the attributes that it must have: what Jenkins' schema and others
/// have in common.
const JUNIT: [(&str, &[&str], &[&str]); 7] = [
    ("testsuites", &["testsuite"], &["name"]),
    ("testsuite", &["testcase"], &["name", "tests", "failures", "errors", "skipped"]),
    ("testcase", &["failure", "error", "skipped", "system-out"], &["classname", "name"]),
    ("failure", &[], &["type", "message"]),
    ("error", &[], &["type", "message"]),
    ("skipped", &[], &["message"]),
    ("system-out", &[], &[]),
];

#[test]
fn junit_has_the_shape_and_the_counts_that_readers_expect() {
    let folder = tempfile::tempdir().unwrap();
    let (_, reports) = run_everything(folder.path());
    let document = roxmltree::Document::parse(text(&reports["junit"])).unwrap();
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        let row = JUNIT.iter().find(|(element, ..)| *element == name);
        let (_, children, attributes) = row.unwrap_or_else(|| panic!("an element {name}"));
        for child in node.children().filter(roxmltree::Node::is_element) {
            assert!(children.contains(&child.tag_name().name()), "{child:?} in {name}");
        }
        let names: Vec<&str> = node.attributes().map(|attribute| attribute.name()).collect();
        assert_eq!(BTreeSet::from_iter(names), attributes.iter().copied().collect(), "{name}");
    }
    let mut cases = 0;
    for suite in document.root_element().children().filter(roxmltree::Node::is_element) {
        let with = |element: Option<&str>| {
            let cases = suite.children().filter(roxmltree::Node::is_element);
            let has = |case: &roxmltree::Node<'_, '_>| {
                element.is_none_or(|element| case.children().any(|node| node.has_tag_name(element)))
            };
            cases.filter(has).count().to_string()
        };
        for (count, element) in [
            ("tests", None),
            ("failures", Some("failure")),
            ("errors", Some("error")),
            ("skipped", Some("skipped")),
        ] {
            let name = suite.attribute("name");
            assert_eq!(suite.attribute(count), Some(with(element).as_str()), "{count} of {name:?}");
        }
        cases += with(None).parse::<u64>().unwrap();
    }
    let summary = &parsed(&reports["json"])["summary"];
    let all = ["responses", "unjudged", "unreadable"].map(|name| summary[name].as_u64().unwrap());
    assert_eq!(cases, all.iter().sum::<u64>(), "a case a response, and one an unreadable input");
    let names: BTreeSet<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .map(|case| (case.parent().unwrap().attribute("name"), case.attribute("name")))
        .collect();
    assert_eq!(names.len() as u64, cases, "no two cases have the same name");
}

#[test]
fn annotations_are_commands_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (_, reports) = run_everything(folder.path());
    let lines: Vec<&str> = text(&reports["github"]).lines().collect();
    for line in &lines {
        let name = line.strip_prefix("::").and_then(|line| line.split(' ').next()).unwrap();
        assert!(["error", "warning", "notice"].contains(&name), "{line}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
    }
    let summary = lines.last().unwrap();
    assert!(summary.starts_with("::notice title=faultbook::"), "{summary}");
    let args = ["check", "--quiet", "--format", "github", "in"];
    let output = run_in(folder.path(), &args, b"");
    assert!(!text(&output.stdout).contains("title=faultbook"));
}

/// A body with one finding of each kind of report's interest: a line, a pointer and help.
const SMALL: &[u8] =
    b"{\"Error\": {\n  \"ErrorCode\": \"CATALOG-NO-RESULT\",\n  \"Description\": \"100%, no\"}}\n";

fn small(format: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), &["check", "--format", format, "-"], SMALL);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn a_small_report_of_lines() {
    snapbox::assert_data_eq!(
        small("ndjson"),
        snapbox::str![[r#"
{"kind":"header","schema":"faultbook-ndjson/1","tool":{"name":"faultbook","version":"[..]"}}
{"kind":"response","input":"<stdin>","index":0,"offset":null,"url":null,"service":"groove","edition":"groove@1","status":null,"verdict":"error","errors":[{"pointer":"/Error","code":"CATALOG-NO-RESULT","codes":["CATALOG-NO-RESULT"],"known":false,"members":{"ErrorCode":"CATALOG-NO-RESULT","Description":"100%, no"}}],"challenges":[],"findings":[{"rule":"groove/unknown-code","severity":"warning","message":"this code is not documented","place":{"part":"body","pointer":"/Error/ErrorCode","start":27,"end":46,"line":2,"column":16},"received":"`CATALOG-NO-RESULT`","documented":"`ErrorCode` is one of the 44 documented codes","source":"Groove error object, Error codes","help":"did you mean `CATALOG_NO_RESULT`?"}],"suppressed":[]}
{"kind":"footer","summary":{"inputs":1,"unreadable":0,"responses":1,"error":1,"none":0,"malformed":0,"unjudged":0,"broken":0,"incomplete":0,"interrupted":false,"suppressed":0,"findings":{"error":0,"warning":1,"note":0},"coverage":{"groove@1":{"seen":0,"documented":44}}}}

"#]]
    );
}

#[test]
fn a_small_sarif_report() {
    snapbox::assert_data_eq!(
        small("sarif"),
        snapbox::str![[r#"
{"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
 "version": "2.1.0",
 "runs": [{"tool": {"driver":{"name":"faultbook","version":"[..]","semanticVersion":"[..]","rules":[..]}},
 "columnKind": "unicodeCodePoints",
 "results": [
  {"ruleId":"groove/unknown-code","ruleIndex":[..],"level":"warning","message":{"text":"this code is not documented: received `CATALOG-NO-RESULT`; documented: `ErrorCode` is one of the 44 documented codes"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"%3Cstdin%3E"},"region":{"startLine":2,"startColumn":16,"endLine":2,"endColumn":35,"byteOffset":27,"byteLength":19}},"logicalLocations":[{"fullyQualifiedName":"/Error/ErrorCode","kind":"member"}]}],"partialFingerprints":{"faultbook/1":"1cf391f519e74ee7ef84d3e61cd76e7e"},"suppressions":[],"properties":{"input":"<stdin>","index":0,"offset":null,"url":null,"place":{"part":"body","pointer":"/Error/ErrorCode","start":27,"end":46,"line":2,"column":16},"received":"`CATALOG-NO-RESULT`","documented":"`ErrorCode` is one of the 44 documented codes","source":"Groove error object, Error codes","help":"did you mean `CATALOG_NO_RESULT`?","service":"groove","edition":"groove@1","status":null}}
 ],
 "invocations": [{"executionSuccessful":true,"toolExecutionNotifications":[]}]}]}

"#]]
    );
}

#[test]
fn a_small_junit_report() {
    snapbox::assert_data_eq!(
        small("junit"),
        snapbox::str![[r#"
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="faultbook">
  <testsuite name="&lt;stdin&gt;" tests="1" failures="1" errors="0" skipped="0">
    <testcase classname="groove" name="1 CATALOG-NO-RESULT">
      <failure type="groove/unknown-code" message="this code is not documented">warning[groove/unknown-code]: this code is not documented
  at: /Error/ErrorCode, bytes 27..46, line 2, column 16
  received: `CATALOG-NO-RESULT`
  documented: `ErrorCode` is one of the 44 documented codes (Groove error object, Error codes)
  help: did you mean `CATALOG_NO_RESULT`?
</failure>
    </testcase>
  </testsuite>
</testsuites>

"#]]
    );
}

#[test]
fn a_small_report_of_annotations() {
    snapbox::assert_data_eq!(
        small("github"),
        snapbox::str![[r"
::warning line=2,col=16,title=groove/unknown-code::this code is not documented%0Aat: /Error/ErrorCode, bytes 27..46, line 2, column 16%0Areceived: `CATALOG-NO-RESULT`%0Adocumented: `ErrorCode` is one of the 44 documented codes (Groove error object, Error codes)%0Ahelp: did you mean `CATALOG_NO_RESULT`?
::notice title=faultbook::1 response: 1 with an error%0Afindings: 1 warning

"]]
    );
}

#[test]
fn what_is_wrong_with_the_reports_asked_for_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.json"), SMALL).unwrap();
    fs::write(folder.path().join("old.json"), "old").unwrap();
    fs::create_dir(folder.path().join("sub")).unwrap();
    for (args, expected) in [
        (&["--report", "sarif"][..], "kinds are human, json, ndjson, sarif, junit, github"),
        (&["--report", "sarf=x"], "\"sarf\" is no kind of report"),
        (&["--report", "SARIF=x"], "\"SARIF\" is no kind of report"),
        (&["--report", "json="], "expected a file"),
        (&["--report", "json=-"], "two reports to standard output"),
        (&["-o", "a", "--report", "json=-", "--report", "junit=-"], "two reports to standard"),
        (&["--report", "json=a", "--report", "junit=a"], "a: two reports into one file"),
        (&["--report", "json=a", "--report", "junit=sub/../a"], "a: two reports into one file"),
        (&["-o", "old.json", "--report", "json=./old.json"], "two reports into one file"),
        (&["-o", "old.json", "--select", "nonsense"], "names no rule"),
        (&["--report", "json=none/a"], "none/a: "),
        (&["-o", "sub/../in.json"], "a report into an input"),
        (&["--report", "sarif=in.json"], "in.json: a report into an input"),
    ] {
        let args = [&["check", "in.json"][..], args].concat();
        let output = run_in(folder.path(), &args, b"");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(expected), "{args:?}: {}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "{args:?}");
        assert_eq!(fs::read(folder.path().join("old.json")).unwrap(), b"old", "{args:?}");
        assert_eq!(fs::read(folder.path().join("in.json")).unwrap(), SMALL, "{args:?}");
        assert!(!folder.path().join("a").exists(), "{args:?}");
    }
}

#[test]
fn a_report_can_go_to_standard_output_beside_one_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["check", "-o", "a=b.txt", "--report", "json=-", "--report", "junit=c=d.xml", "-"];
    let output = run_in(folder.path(), &args, SMALL);
    assert_eq!(parsed(&output.stdout)["summary"]["responses"], 1);
    let human = fs::read(folder.path().join("a=b.txt")).unwrap();
    assert!(text(&human).starts_with("warning[groove/unknown-code]"), "{}", text(&human));
    let junit = fs::read(folder.path().join("c=d.xml")).unwrap();
    assert!(text(&junit).ends_with("</testsuites>\n"));
}

#[test]
fn a_report_in_a_file_is_whole_though_nobody_reads_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let args = ["check", "--report", "json=a.json", "--report", "sarif=b.sarif", "-"];
    let mut child = command(&args, folder.path()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(SMALL).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "", "who closed the pipe wants no message about it");
    let read = |name: &str| parsed(&fs::read(folder.path().join(name)).unwrap());
    assert_eq!(read("a.json")["summary"]["responses"], 1);
    assert_eq!(read("b.sarif")["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

/// Ends a process that a test leaves early.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn lines_are_handed_on_while_the_input_is_still_coming() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Running(
        command(&["check", "--input-format", "ndjson", "--format", "ndjson", "-"], folder.path())
            .spawn()
            .unwrap(),
    );
    let mut stdin = child.0.stdin.take().unwrap();
    let stdout = child.0.stdout.take().unwrap();
    let (sender, lines) = mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            sender.send(line.unwrap()).unwrap();
        }
    });
    let next = || -> Value {
        let line = lines.recv_timeout(Duration::from_secs(60)).expect("a line within a minute");
        parsed(line.as_bytes())
    };
    let record = json!({"status": 404, "service": "groove", "body": text(SMALL)});
    writeln!(stdin, "{record}").unwrap();
    writeln!(stdin, "{record}").unwrap();
    assert_eq!(next()["kind"], "header");
    let kinds = [next(), next()].map(|line| line["index"].clone());
    assert_eq!(kinds, [json!(0), json!(1)]);
    drop(stdin);
    assert_eq!(next()["summary"]["responses"], 2);
    reader.join().unwrap();
}

/// Writes the reports of [`everything`] where they can be held against the schemas of others:
/// `FAULTBOOK_REPORTS=folder cargo test -p faultbook --test reports -- --ignored`.
#[test]
#[ignore = "writes files; for validation by other tools"]
fn reports_for_other_validators() {
    let Some(to) = std::env::var_os("FAULTBOOK_REPORTS").map(PathBuf::from) else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, report) in run_everything(folder.path()).1 {
        fs::write(to.join(format!("report.{name}")), report).unwrap();
    }
}
