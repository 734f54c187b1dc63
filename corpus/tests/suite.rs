//! The suite holds together: manifests, files, ids and pairs agree with each other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use faultbook_corpus::{Case, Header, Kind, Read, Source, Verdict};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

fn manifest(service: &str) -> Value {
    let path = format!("manifests/{service}.json");
    serde_json::from_str(&text(&path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// The files below a folder of the package, relative to the package.
fn files(folder: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root().join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let path = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(path);
            } else {
                found.insert(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found
}

/// Fails with every fault at once: who adds ten cases wants to hear of all ten.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_manifest_satisfies_the_schema() {
    let schema: Value = serde_json::from_str(&text("manifest.schema.json")).unwrap();
    jsonschema::meta::validate(&schema).expect("the schema itself is valid");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut faults = Vec::new();
    for service in faultbook_corpus::services() {
        let manifest = manifest(service);
        for error in validator.iter_errors(&manifest) {
            let place = error.instance_path().to_string();
            // `/cases/12/expect/…`: the id says more than the number.
            let case = place
                .strip_prefix("/cases/")
                .and_then(|rest| rest.split('/').next()?.parse::<usize>().ok())
                .and_then(|index| manifest["cases"][index]["id"].as_str());
            let case = case.unwrap_or_default();
            faults.push(format!("{service}.json {place} {case}: {error}"));
        }
    }
    none(&faults);
}

/// The schema refuses what it should: each change makes a good manifest a bad one.
#[test]
fn the_schema_refuses_mistakes() {
    let schema: Value = serde_json::from_str(&text("manifest.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good = serde_json::json!({
        "schema": "faultbook-corpus/1", "service": "lineworks", "edition": "lineworks@2",
        "cases": [{
            "id": "lineworks/a-case", "kind": "violating", "title": "A case",
            "edition": "lineworks@3",
            "body": "cases/lineworks/violating/a.json", "status": 401,
            "headers": [["WWW-Authenticate", "Bearer realm=\"\u{e9}\""]],
            "source": {"document": "LINE WORKS errors", "section": "a table"},
            "expect": {
                "read": "accept", "verdict": "error",
                "errors": [{"pointer": "", "codes": ["A"], "members": {"code": "A"}}],
                "rules": ["lineworks/unknown-code"],
                "challenges": [
                    {"scheme": "Bearer", "token68": null, "params": [["realm", "\u{e9}"]]}
                ],
                "retry_after": {"delay_seconds": u64::MAX},
            },
            "near_miss": ["lineworks/missing-code"],
            "pair": "lineworks/another", "erratum": {"of": "a", "says": "b"},
        }],
    });
    assert!(validator.is_valid(&good));

    let changes = [
        ("/schema", serde_json::json!("faultbook-corpus/2")),
        ("/service", serde_json::json!("other")),
        ("/edition", serde_json::json!(null)),
        ("/edition", serde_json::json!("lineworks 2")),
        ("/cases/0/id", serde_json::json!("lineworks/A")),
        ("/cases/0/id", serde_json::json!("lineworks/a--b")),
        ("/cases/0/id", serde_json::json!("a-case")),
        ("/cases/0/kind", serde_json::json!("wrong")),
        ("/cases/0/title", serde_json::json!("A case.")),
        ("/cases/0/title", serde_json::json!("two\nlines")),
        ("/cases/0/edition", serde_json::json!("3")),
        ("/cases/0/edition", serde_json::json!(null)),
        ("/cases/0/body", serde_json::json!("../a.json")),
        ("/cases/0/body", serde_json::json!("cases/lineworks/violating/A b.json")),
        ("/cases/0/body", serde_json::json!(null)),
        ("/cases/0/status", serde_json::json!(42)),
        ("/cases/0/status", serde_json::json!("401")),
        ("/cases/0/headers/0", serde_json::json!(["Name"])),
        ("/cases/0/headers/0", serde_json::json!(["Name", "a", "b"])),
        ("/cases/0/headers/0/1", serde_json::json!("\u{100}")),
        ("/cases/0/source", serde_json::json!({"document": "a"})),
        ("/cases/0/source", serde_json::json!({"document": "a", "section": "b", "field": "c"})),
        ("/cases/0/source", serde_json::json!({"field": ""})),
        ("/cases/0/expect/read", serde_json::json!("maybe")),
        ("/cases/0/expect/verdict", serde_json::json!(null)),
        ("/cases/0/expect/errors/0/pointer", serde_json::json!("error")),
        ("/cases/0/expect/errors/0/codes", serde_json::json!([])),
        ("/cases/0/expect/errors/0/codes", serde_json::json!([4700])),
        ("/cases/0/expect/errors/0/members", serde_json::json!([])),
        ("/cases/0/expect/rules/0", serde_json::json!("unknown-code")),
        ("/cases/0/expect/challenges/0", serde_json::json!({"scheme": "a", "params": []})),
        ("/cases/0/expect/retry_after", serde_json::json!(120)),
        ("/cases/0/expect/retry_after", serde_json::json!({"delay_seconds": -1})),
        ("/cases/0/expect/retry_after", serde_json::json!({"delay_seconds": 1, "date": 1})),
        ("/cases/0/near_miss/0", serde_json::json!("missing code")),
        ("/cases/0/pair", serde_json::json!("another")),
        ("/cases/0/erratum", serde_json::json!({"of": "a"})),
    ];
    for (place, value) in changes {
        let mut bad = good.clone();
        let change = format!("{place} = {value}");
        *bad.pointer_mut(place).expect(place) = value;
        assert!(!validator.is_valid(&bad), "accepted: {change}");
    }
    for place in ["", "/cases/0", "/cases/0/expect", "/cases/0/expect/errors/0"] {
        let mut bad = good.clone();
        bad.pointer_mut(place).unwrap()["notes"] = Value::Null;
        assert!(!validator.is_valid(&bad), "accepted: a member that is not known in {place}");
    }
    for member in ["id", "kind", "title", "body", "status", "source", "expect"] {
        let mut bad = good.clone();
        bad["cases"][0].as_object_mut().unwrap().remove(member);
        assert!(!validator.is_valid(&bad), "accepted: a case without {member}");
    }

    // Header fields on their own have no body and no edition, and say what they mean.
    let mut headers = good.clone();
    headers["service"] = "headers".into();
    headers["edition"] = Value::Null;
    headers["cases"][0].as_object_mut().unwrap().remove("edition");
    headers["cases"][0]["body"] = Value::Null;
    headers["cases"][0]["expect"]["verdict"] = Value::Null;
    headers["cases"][0]["expect"]["errors"] = serde_json::json!([]);
    assert!(validator.is_valid(&headers));
    for (place, value) in [
        ("/edition", serde_json::json!("headers@1")),
        ("/cases/0/body", serde_json::json!("cases/headers/violating/a.json")),
        ("/cases/0/headers", serde_json::json!([])),
        ("/cases/0/expect/verdict", serde_json::json!("error")),
    ] {
        let mut bad = headers.clone();
        *bad.pointer_mut(place).unwrap() = value;
        assert!(!validator.is_valid(&bad), "accepted: {place} in headers");
    }
    let expect = headers["cases"][0]["expect"].as_object_mut().unwrap();
    expect.remove("challenges");
    expect.remove("retry_after");
    assert!(!validator.is_valid(&headers), "accepted: header fields that say nothing");
}

#[test]
fn the_loader_gives_what_the_manifests_say() {
    let on_disk: BTreeSet<String> =
        faultbook_corpus::services().map(|name| format!("manifests/{name}.json")).collect();
    assert_eq!(files("manifests"), on_disk);
    for service in faultbook_corpus::services() {
        let manifest = manifest(service);
        assert_eq!(
            faultbook_corpus::manifest_text(service).unwrap(),
            text(&format!("manifests/{service}.json"))
        );
        assert_eq!(manifest["edition"].as_str(), faultbook_corpus::edition(service));
        let rows = manifest["cases"].as_array().unwrap();
        let cases = faultbook_corpus::cases(service);
        assert_eq!(rows.len(), cases.len(), "{service}");
        for (row, case) in rows.iter().zip(cases) {
            assert_eq!(row["id"], case.id);
            assert_eq!(row["kind"], case.kind.as_str(), "{}", case.id);
            assert_eq!(row["title"], case.title, "{}", case.id);
            let edition = row.get("edition").unwrap_or(&manifest["edition"]);
            assert_eq!(edition.as_str(), case.edition.as_deref(), "{}", case.id);
            assert_eq!(row["status"].as_u64(), case.status.map(u64::from), "{}", case.id);
            assert_eq!(row["body"].as_str(), case.path.as_deref(), "{}", case.id);
            assert_eq!(
                row["expect"]["verdict"].as_str(),
                case.expect.verdict.map(Verdict::as_str),
                "{}",
                case.id
            );
            assert_eq!(
                row["expect"]["errors"].as_array().unwrap().len(),
                case.expect.errors.len(),
                "{}",
                case.id
            );
            assert_eq!(row["expect"]["rules"], serde_json::json!(case.expect.rules), "{}", case.id);
            assert_eq!(row["pair"].as_str(), case.pair.as_deref(), "{}", case.id);
            let near = row.get("near_miss").cloned().unwrap_or_else(|| serde_json::json!([]));
            assert_eq!(near, serde_json::json!(case.near_miss), "{}", case.id);
            let fields = row.get("headers").and_then(Value::as_array).map_or(0, Vec::len);
            assert_eq!(fields, case.headers.len(), "{}", case.id);
            assert_eq!(case.service(), service);
            assert_eq!(format!("{service}/{}", case.name()), case.id);
            assert_eq!(faultbook_corpus::case(&case.id), Some(case));
        }
    }
    assert_eq!(faultbook_corpus::case("ampache/no-such-case"), None);
    assert_eq!(faultbook_corpus::case("ampache"), None);
    assert!(faultbook_corpus::cases("other").is_empty());
    assert_eq!(faultbook_corpus::edition("other"), None);
    assert_eq!(faultbook_corpus::edition("headers"), None);
    assert_eq!(faultbook_corpus::manifest_text("other"), None);
}

#[test]
fn manifests_are_plain_text() {
    for path in files("manifests") {
        let text = text(&path);
        assert!(text.is_ascii(), "{path}: write other characters as \\u escapes");
        assert!(text.ends_with("}\n") && !text.contains(['\r', '\t']), "{path}");
    }
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    let twice: Vec<_> = faultbook_corpus::all()
        .filter(|case| !seen.insert(&case.id))
        .map(|case| case.id.clone())
        .collect();
    none(&twice);
}

const ADD_IDS: &str =
    "jq -r '.cases[].id' manifests/*.json | cat - ids.txt | LC_ALL=C sort -u -o ids.txt";

#[test]
fn ids_are_for_ever() {
    let list = text("ids.txt");
    let listed: Vec<&str> = list.lines().collect();
    assert!(listed.is_sorted_by(|a, b| a < b), "ids.txt is not sorted, or names an id twice");
    let listed: BTreeSet<&str> = listed.into_iter().collect();
    let present: BTreeSet<&str> = faultbook_corpus::all().map(|case| case.id.as_str()).collect();
    let gone = listed.difference(&present).map(|id| {
        format!("{id}: stands in ids.txt and in no manifest. Ids stay: others refer to them")
    });
    let new = present.difference(&listed).map(|id| format!("{id}: does not stand in ids.txt"));
    let mut faults: Vec<String> = gone.chain(new).collect();
    if !faults.is_empty() {
        faults.push(format!("To add new ids, in corpus/: {ADD_IDS}"));
    }
    none(&faults);
}

#[test]
fn every_file_belongs_to_one_case() {
    let mut faults = Vec::new();
    let mut owner: BTreeMap<&str, &str> = BTreeMap::new();
    for case in faultbook_corpus::all() {
        let Some(path) = case.path.as_deref() else { continue };
        if let Some(other) = owner.insert(path, &case.id) {
            faults.push(format!("{path}: belongs to {other} and to {}", case.id));
        }
        let folder = format!("cases/{}/{}/", case.service(), case.kind.as_str());
        if !path.starts_with(&folder) {
            faults.push(format!("{}: its file belongs in {folder}", case.id));
        }
        let bytes = fs::read(root().join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"));
        assert_eq!(case.body, Some(bytes.as_slice()), "{path}: other bytes are embedded");
    }
    for path in files("cases") {
        if !owner.contains_key(path.as_str()) {
            faults.push(format!("{path}: belongs to no case of any manifest"));
        }
    }
    none(&faults);
}

#[test]
fn kinds_keep_their_word() {
    let mut faults = Vec::new();
    for case in faultbook_corpus::all() {
        let expect = &case.expect;
        let mut wrong = |what: &str| faults.push(format!("{}: {what}", case.id));
        let broken =
            |group: &[&str]| expect.rules.iter().any(|rule| group.contains(&rule.as_str()));
        // Beside a body, a broken header field does not make the case.
        let syntax: &[&str] = if case.body.is_some() { &BODY_SYNTAX } else { &FIELD_SYNTAX };
        match case.kind {
            Kind::Conforming if !expect.rules.is_empty() => {
                wrong("conforming, and rules are broken");
            }
            Kind::Violating if expect.rules.is_empty() && expect.pair_rules.is_empty() => {
                wrong("violating, and no rule is broken");
            }
            Kind::Violating if broken(syntax) => {
                wrong("violating, and the syntax is broken: that is malformed");
            }
            Kind::Malformed
                if !broken(syntax) && !broken(&FIELD_SYNTAX) && !broken(&NOTHING_TO_READ) =>
            {
                wrong("malformed, and no rule of syntax is broken");
            }
            _ => {}
        }
        if case.body.is_some() {
            let is_error = expect.verdict == Some(Verdict::Error);
            if is_error == expect.errors.is_empty() {
                wrong("the verdict is `error` exactly where there are errors");
            }
            match expect.read {
                Read::Accept if !is_error => wrong("read is `accept`, and the verdict is another"),
                Read::Reject if is_error => wrong("read is `reject`, and the verdict is `error`"),
                _ => {}
            }
        } else if case.headers.is_empty() {
            wrong("neither a body nor a header field");
        }
        if let Some(rule) = case.near_miss.iter().find(|rule| expect.rules.contains(rule)) {
            wrong(&format!("a near miss of {rule}, which it breaks"));
        }
        for rule in expect.rules.iter().chain(&case.near_miss).chain(&expect.pair_rules) {
            let (group, _) = rule.split_once('/').unwrap();
            if ![case.service(), "common", "header"].contains(&group) {
                wrong(&format!("{rule} is a rule of another service"));
            }
        }
        for error in &expect.errors {
            if case.service() != "onedrive" && error.codes.len() != 1 {
                wrong("only OneDrive's errors have several codes");
            }
        }
    }
    none(&faults);
}

/// Rules that say that a body is not what its syntax allows.
const BODY_SYNTAX: [&str; 4] =
    ["common/malformed-json", "common/malformed-xml", "common/not-utf8", "common/trailing-content"];

/// Rules that say that a header field is not what its grammar allows.
const FIELD_SYNTAX: [&str; 2] = ["header/challenge-syntax", "header/retry-after-syntax"];

/// Rules that say that there is nothing to read: a case of these is malformed or violating, as
/// its author sees it.
const NOTHING_TO_READ: [&str; 3] =
    ["common/empty-body", "common/not-an-error-body", "common/limit"];

#[test]
fn pairs_point_at_each_other() {
    let mut faults = Vec::new();
    for case in faultbook_corpus::all() {
        let Some(pair) = &case.pair else {
            if !case.expect.pair_rules.is_empty() {
                faults.push(format!("{}: pair_rules, and no pair", case.id));
            }
            continue;
        };
        let Some(other) = faultbook_corpus::case(pair) else {
            faults.push(format!("{}: its pair {pair} is no case", case.id));
            continue;
        };
        if other.pair.as_ref() != Some(&case.id) || other.id == case.id {
            faults.push(format!("{}: its pair {pair} does not point back", case.id));
        }
        if other.expect.pair_rules != case.expect.pair_rules {
            faults.push(format!("{}: its pair {pair} has other pair_rules", case.id));
        }
        let same = parts(case) == parts(other);
        if same != case.expect.pair_rules.is_empty() {
            faults.push(format!(
                "{}: pair_rules are empty exactly where {pair} says the same",
                case.id
            ));
        }
    }
    none(&faults);
}

/// The members of a case's errors, for comparison with the other encoding: an empty XML element
/// and a null are both nothing said.
fn parts(case: &Case) -> Vec<BTreeMap<&str, &Value>> {
    let is_said = |value: &Value| !value.is_null() && value != "";
    case.expect
        .errors
        .iter()
        .map(|error| {
            let members = error.members.iter().filter(|(_, value)| is_said(value));
            members.map(|(name, value)| (name.as_str(), value)).collect()
        })
        .collect()
}

/// Sources can be followed: each names a document by the one name it has here.
#[test]
fn sources_name_the_documents() {
    const DOCUMENTS: [&str; 9] = [
        "Ampache errors",
        "Ampache errors, version 4",
        "Ampache errors, version 6",
        "Ampache errors, version 8",
        "Groove error object",
        "Groove status codes",
        "LINE WORKS errors",
        "OneDrive errors",
        "XML 1.0",
    ];
    let is_rfc =
        |name: &str| name.strip_prefix("RFC ").is_some_and(|number| number.parse::<u16>().is_ok());
    let mut faults = Vec::new();
    for case in faultbook_corpus::all() {
        match &case.source {
            Source::Document { document, .. }
                if !DOCUMENTS.contains(&document.as_str()) && !is_rfc(document) =>
            {
                faults.push(format!("{}: no document is called {document}", case.id));
            }
            Source::Field { .. } if case.kind == Kind::Documented => {
                faults.push(format!("{}: documented, and from no document", case.id));
            }
            _ => {}
        }
    }
    none(&faults);
}

/// Every member that the schema knows is explained in the README.
#[test]
fn the_readme_explains_every_member() {
    fn names<'a>(schema: &'a Value, found: &mut BTreeSet<&'a str>) {
        match schema {
            Value::Object(members) => {
                for (name, value) in members {
                    if let ("properties", Some(properties)) = (name.as_str(), value.as_object()) {
                        found.extend(properties.keys().map(String::as_str));
                    }
                    names(value, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(&text("manifest.schema.json")).unwrap();
    let readme = text("README.md");
    let (_, explained) = readme.split_once("## What a manifest says").unwrap();
    let (explained, _) = explained.split_once("## Adding a case").unwrap();
    let mut found = BTreeSet::new();
    names(&schema, &mut found);
    assert!(found.len() > 25, "{found:?}");
    let missing: Vec<_> = found
        .into_iter()
        .filter(|name| {
            ![format!("`{name}`"), format!("\"{name}\"")]
                .iter()
                .any(|name| explained.contains(name))
        })
        .map(|name| format!("README.md does not explain `{name}`"))
        .collect();
    none(&missing);
    assert!(readme.contains(ADD_IDS));
}

/// The Python example runs as printed, where there is a Python to run it.
#[test]
fn the_python_example_runs() {
    let readme = text("README.md");
    let (_, rest) = readme.split_once("```python\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let Ok(output) = Command::new("python3").args(["-c", example]).current_dir(root()).output()
    else {
        return;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).unwrap();
    let cases = manifest("onedrive")["cases"].as_array().unwrap().len();
    assert!(said.starts_with(&format!("{cases} cases, ")), "{said}");
}

#[test]
fn regressions_are_all_loaded() {
    let loaded: BTreeSet<String> = faultbook_corpus::regressions()
        .map(|input| {
            let path = format!("regressions/{}/{}", input.oracle, input.name);
            assert_eq!(fs::read(root().join(&path)).unwrap(), input.bytes, "{path}");
            path
        })
        .collect();
    let mut on_disk = files("regressions");
    assert!(on_disk.remove("regressions/README.md"));
    assert_eq!(loaded, on_disk, "an input is a file in a folder that is named for its oracle");
}

/// Header fields keep their bytes on the way through JSON.
#[test]
fn header_fields_are_bytes() {
    let case = faultbook_corpus::case("lineworks/documented-challenge-403").unwrap();
    assert_eq!(
        case.headers,
        [Header {
            name: b"www-authenticate".to_vec(),
            value: br#"Bearer error="insufficient_scope", scope="{scope list}""#.to_vec(),
        }]
    );
}
