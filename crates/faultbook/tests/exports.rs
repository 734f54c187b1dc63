//! The schemas that `faultbook catalog` writes: they judge bodies as the rules do, and hold together.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use faultbook::core::common::Syntax;
use faultbook::core::{Edition, Field, Limits, Place, Response, Severity, Verdict};
use faultbook::export::{DIFFERENCES, Difference, Format, Side, write};
use faultbook::{Options, Outcome, SERVICES, Service, edition, judge, service};
use faultbook_corpus::Case;
use jsonschema::Validator;
use serde_json::{Value, json};

/// Every edition there is, with its service.
fn editions() -> impl Iterator<Item = (&'static Service, &'static Edition)> {
    SERVICES.into_iter().flat_map(|service| service.editions.iter().map(move |e| (service, *e)))
}

fn export(format: Format, edition: &'static Edition) -> String {
    write(format, &[(service(edition.service).unwrap(), edition)]).unwrap()
}

fn json_export(format: Format, edition: &'static Edition) -> Value {
    serde_json::from_str(&export(format, edition)).unwrap()
}

/// A validator of one definition of a JSON Schema.
fn validator(schema: &Value, definition: &str) -> Validator {
    let mut schema = schema.clone();
    schema["$ref"] = format!("#/$defs/{definition}").into();
    jsonschema::validator_for(&schema).unwrap()
}

/// The schemas of an edition: of a body whatever the status, and of one under each status.
struct Schemas {
    body: Validator,
    any_body: Option<Validator>,
    under: BTreeMap<u16, Validator>,
}

impl Schemas {
    fn new(edition: &'static Edition) -> Self {
        let schema = json_export(Format::JsonSchema, edition);
        let definitions = schema["$defs"].as_object().unwrap();
        let under = |name: &String| {
            let status = name.strip_prefix("ErrorUnder")?.parse().unwrap();
            Some((status, validator(&schema, name)))
        };
        Self {
            body: jsonschema::validator_for(&schema).unwrap(),
            any_body: definitions.contains_key("Response").then(|| validator(&schema, "Response")),
            under: definitions.keys().filter_map(under).collect(),
        }
    }
}

/// What a comparison of schema and rules has shown so far.
#[derive(Default)]
struct Shown {
    compared: usize,
    refused: usize,
    /// The differences that there really are.
    differences: BTreeSet<(&'static str, &'static str, Side)>,
    faults: Vec<String>,
}

impl Shown {
    /// A difference was shown: each row that says so is needed.
    fn insert(&mut self, edition: &Edition, rule: &'static str, side: Side) {
        let rows = DIFFERENCES.iter().filter(|row| (row.rule, row.side) == (rule, side));
        for row in rows.filter(|row| row.is_of(Format::JsonSchema, edition)) {
            let of =
                row.of.iter().filter(|of| **of == edition.service || **of == edition.to_string());
            self.differences.extend(of.map(|of| (*of, rule, side)));
        }
    }

    /// Compares what the schemas and the rules say about a body.
    fn compare(
        &mut self,
        name: &str,
        body: &Value,
        status: Option<u16>,
        outcome: &Outcome,
        schemas: &Schemas,
    ) {
        let of_status = status.and_then(|status| schemas.under.get(&status));
        for (schema, knows_status) in
            [(Some(&schemas.body), false), (of_status, true), (schemas.any_body.as_ref(), false)]
        {
            let Some(schema) = schema else { continue };
            let is_any = schemas.any_body.as_ref().is_some_and(|any| std::ptr::eq(any, schema));
            self.compared += 1;
            let rows: Vec<&Difference> = DIFFERENCES
                .iter()
                .filter(|row| row.is_of(Format::JsonSchema, outcome.edition))
                .filter(|row| !(knows_status && row.rule == "lineworks/status-mismatch"))
                .collect();
            let has =
                |side, rule: &str| rows.iter().any(|row| (row.side, row.rule) == (side, rule));
            let errors: BTreeSet<&'static str> = outcome
                .findings
                .iter()
                .filter(|finding| finding.rule.severity == Severity::Error)
                .map(|finding| finding.rule.id)
                // Of any body the schema lets those through that have no error.
                .filter(|id| !(is_any && *id == "common/not-an-error-body"))
                .collect();
            let (passed_over, binding): (Vec<&str>, Vec<&str>) =
                errors.iter().partition(|id| has(Side::Accepts, id));
            let accepts = schema.is_valid(body);
            self.refused += usize::from(!accepts);
            if accepts && !binding.is_empty() {
                self.faults.push(format!("{name}: accepted, and the rules find {binding:?}"));
            }
            if accepts && binding.is_empty() {
                for id in passed_over {
                    self.insert(outcome.edition, id, Side::Accepts);
                }
            }
            // A rule about the body that the schema follows in part.
            let in_part = outcome.findings.iter().any(|finding| {
                finding.rule.severity == Severity::Error
                    && matches!(finding.place, Place::Body { .. })
                    && errors.contains(finding.rule.id)
            });
            if !accepts && binding.is_empty() && !in_part {
                let without_error = (outcome.verdict == Verdict::None && !is_any)
                    .then_some("common/not-an-error-body");
                let found = outcome.findings.iter().map(|finding| finding.rule.id);
                let without_error = found.chain(without_error);
                let in_two_cases =
                    is_named_in_two_cases(&body["error"]).then_some("ampache/unexpected-content");
                let reason = without_error.chain(in_two_cases).find(|id| has(Side::Refuses, id));
                if let Some(id) = reason {
                    self.insert(outcome.edition, id, Side::Refuses);
                } else {
                    let error = schema.iter_errors(body).next().map(|error| error.to_string());
                    self.faults.push(format!("{name}: refused, and no rule is broken: {error:?}"));
                }
            }
        }
    }
}

/// Whether two names of an object differ in case only.
fn is_named_in_two_cases(object: &Value) -> bool {
    let names = object.as_object().into_iter().flat_map(|members| members.keys());
    let lower: Vec<String> = names.map(|name| name.to_lowercase()).collect();
    lower.iter().collect::<BTreeSet<_>>().len() < lower.len()
}

/// Judges bytes as a response of a case.
fn judged(case: &Case, edition: &'static Edition, body: &[u8]) -> Outcome {
    let field = |header: &faultbook_corpus::Header| (header.name.clone(), header.value.clone());
    let fields: Vec<_> = case.headers.iter().map(field).collect();
    let fields: Vec<Field<'_>> = fields.iter().map(|(name, value)| Field { name, value }).collect();
    let response = Response { status: case.status, fields: &fields, body };
    let options = Options {
        service: service(case.service()),
        edition: Some(edition),
        limits: Limits::default(),
    };
    judge(&response, &options).unwrap()
}

/// A body as JSON, if it is some: a byte order mark is a warning, and readers of JSON refuse it.
fn parsed(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()
}

/// The cases of a service that are JSON.
fn json_cases(service: &str) -> impl Iterator<Item = (&'static Case, &'static [u8], Value)> {
    faultbook_corpus::cases(service).iter().filter_map(|case| {
        let body = case.body?;
        Some((case, body, parsed(body)?))
    })
}

/// The difference that no case shows.
const NEAR: (&str, Side) = ("ampache/unexpected-content", Side::Refuses);

#[test]
fn a_schema_refuses_what_the_rules_refuse() {
    let mut shown = Shown::default();
    for (service, edition) in editions() {
        let schemas = Schemas::new(edition);
        for (case, body, value) in json_cases(service.name) {
            let outcome = judged(case, edition, body);
            let name = format!("{edition}: {}", case.id);
            shown.compare(&name, &value, case.status, &outcome, &schemas);
        }
    }
    assert!(shown.faults.is_empty(), "{:#?}", shown.faults);
    assert!(shown.compared > 250 && shown.refused > 100, "{} {}", shown.compared, shown.refused);
    // Each difference that is listed is there.
    let listed: BTreeSet<_> = DIFFERENCES
        .iter()
        .filter(|row| row.formats.contains(&Format::JsonSchema))
        .flat_map(|row| row.of.iter().map(|of| (*of, row.rule, row.side)))
        // Another edition may not be there yet.
        .filter(|(of, ..)| !of.contains('@') || edition(of).is_some())
        .collect();
    let unneeded: Vec<_> = listed
        .difference(&shown.differences)
        // No case shows this one; bodies near them do.
        .filter(|(_, rule, side)| (*rule, *side) != NEAR)
        .collect();
    assert!(unneeded.is_empty(), "no case shows {unneeded:?}");
}

/// Nested deeper than serde_json reads.
const DEEP: [&str; 1] = ["lineworks/third-member-deep"];

/// Cases whose JSON serde_json does not read are malformed to the rules as well.
#[test]
fn what_is_no_json_here_is_none_to_the_rules() {
    for service in SERVICES {
        for case in faultbook_corpus::cases(service.name) {
            let Some(body) = case.body else { continue };
            if parsed(body).is_some() || Syntax::of(body) != Syntax::Json {
                continue;
            }
            if DEEP.contains(&case.id.as_str()) {
                continue;
            }
            let known = ["common/malformed-json", "common/not-utf8", "common/trailing-content"];
            assert!(
                case.expect.rules.iter().any(|rule| known.contains(&rule.as_str())),
                "{}: not read, and well-formed",
                case.id
            );
        }
    }
}

/// What is put in the place of each value.
fn replacements() -> [Value; 11] {
    [
        json!(null),
        json!(""),
        json!(" "),
        json!("4704"),
        json!("x"),
        json!(0),
        json!(-1),
        json!(4.5),
        json!(true),
        json!([]),
        json!({}),
    ]
}

/// Every body that differs from this one in one value or one name.
fn changed(value: &Value) -> Vec<Value> {
    let mut found = replacements().to_vec();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                for other in changed(member) {
                    let mut copy = members.clone();
                    copy.insert(name.clone(), other);
                    found.push(copy.into());
                }
                let mut without = members.clone();
                without.shift_remove(name);
                found.push(without.clone().into());
                for other in [
                    name.to_uppercase(),
                    name.to_lowercase(),
                    format!("{name}s"),
                    "error".into(),
                    "Error".into(),
                    "code".into(),
                ] {
                    if !members.contains_key(&other) {
                        let mut copy = without.clone();
                        copy.insert(other, member.clone());
                        found.push(copy.into());
                    }
                }
            }
            for (name, member) in [
                ("other", json!(1)),
                ("others", json!([[], {"others": {"Error": {"ErrorCode": "x"}}}])),
                (
                    "others",
                    json!([[], {"others": {"Error": {"ErrorCode": "x", "Description": "y"}}}]),
                ),
                ("others", json!([[], {"others": {"eRror": {"errorcode": "x"}}}])),
                ("code", json!("401")),
                ("code", json!("")),
                ("message", json!("text")),
                ("innererror", json!({"code": null, "innererror": {"code": 1}})),
                ("innerError", json!({"code": "x", "innerError": {"innererror": {}}})),
                ("Error", json!({"ErrorCode": "x", "Description": "y"})),
                ("Error", json!({"ErrorCode": "x"})),
                ("ERROR", json!({"ErrorCode": "x", "Description": "y"})),
                ("ERROR", json!({"Description": "y"})),
                ("ErrorCode", json!("x")),
            ] {
                if !members.contains_key(name) {
                    let mut copy = members.clone();
                    copy.insert(name.to_owned(), member);
                    found.push(copy.into());
                }
            }
            found.push(json!([value]));
            found.push(json!({"error": value}));
            found.push(json!({"Error": value}));
            found.push(json!({"Items": [{"Id": 1}, {"Error": value}]}));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().take(3) {
                for other in changed(item) {
                    let mut copy = items.clone();
                    copy[index] = other;
                    found.push(copy.into());
                }
            }
        }
        _ => {}
    }
    found
}

#[test]
fn a_schema_and_the_rules_agree_on_bodies_near_the_cases() {
    let mut shown = Shown::default();
    for (service, edition) in editions() {
        let schemas = Schemas::new(edition);
        for (case, bytes, value) in json_cases(service.name) {
            if bytes.len() > 600 {
                continue;
            }
            for other in changed(&value) {
                let body = serde_json::to_vec(&other).unwrap();
                // Of two spellings of an inner error reading takes one, whatever the edition.
                let text = String::from_utf8_lossy(&body);
                if edition.version == "graph"
                    && text.contains("\"innererror\"")
                    && text.contains("\"innerError\"")
                {
                    continue;
                }
                let outcome = judged(case, edition, &body);
                let name = format!("{edition}: {} as {other}", case.id);
                shown.compare(&name, &other, case.status, &outcome, &schemas);
            }
        }
    }
    let count = shown.faults.len();
    shown.faults.sort_by_key(String::len);
    shown.faults.truncate(30);
    let near = shown.differences.iter().any(|(_, rule, side)| (*rule, *side) == NEAR);
    assert!(near, "{:?}", shown.differences);
    assert!(shown.faults.is_empty(), "{count} of {}: {:#?}", shown.compared, shown.faults);
    assert!(
        shown.compared > 20_000 && shown.refused > 5_000,
        "{} {}",
        shown.compared,
        shown.refused
    );
}

/// Every `$ref` of a document, with where it stands.
fn references<'v>(value: &'v Value, at: &str, found: &mut Vec<(String, &'v str)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(target) if name == "$ref" => found.push((at.to_owned(), target)),
                    _ => references(member, &format!("{at}/{name}"), found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, at, found)),
        _ => {}
    }
}

fn assert_resolved(document: &Value, edition: &Edition) {
    let mut found = Vec::new();
    references(document, "", &mut found);
    assert!(found.len() > 3, "{edition}");
    for (at, target) in found {
        let pointer = target.strip_prefix('#');
        let resolved = pointer.and_then(|pointer| document.pointer(pointer));
        assert!(resolved.is_some(), "{edition}: {at} refers to {target}");
    }
}

/// Every code of an edition stands in a definition: written out, or as the pattern of a template.
fn assert_codes(codes: &[&Value], edition: &Edition, filter: impl Fn(&str) -> bool) {
    let texts: Vec<String> = codes.iter().map(ToString::to_string).collect();
    for row in edition.codes.iter().filter(|row| filter(row.code)) {
        let name = row.code.replace("{RESOURCE}", ".+");
        let written = format!("\"{name}\"");
        let pattern = format!("\"^{name}$\"");
        let text = if row.is_template() { pattern } else { written };
        assert!(texts.iter().any(|codes| codes.contains(&text)), "{edition}: no {}", row.code);
    }
}

#[test]
fn a_json_schema_is_one_and_says_what_it_is() {
    for (_, edition) in editions() {
        let schema = json_export(Format::JsonSchema, edition);
        assert!(jsonschema::meta::is_valid(&schema), "{edition}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:faultbook:{edition}:error"));
        let comment = schema["$comment"].as_str().unwrap();
        let origin =
            format!("Edition {edition}, written by faultbook {}.", env!("CARGO_PKG_VERSION"));
        assert!(comment.starts_with(&origin), "{comment}");
        for row in DIFFERENCES.iter().filter(|row| row.is_of(Format::JsonSchema, edition)) {
            assert!(comment.contains(row.rule) && comment.contains(row.reason), "{}", row.rule);
        }
        assert_resolved(&schema, edition);
        assert_codes(&[&schema["$defs"]["DocumentedCode"]], edition, |_| true);
    }
}

/// What makes a schema stricter: the closed list in the place of `Code`.
#[test]
fn a_closed_list_of_codes_refuses_what_a_warning_lets_through() {
    for (edition, code, body) in [
        ("groove@1", "Code", json!({"Items": [{"Error": {"ErrorCode": "X", "Description": "d"}}]})),
        ("lineworks@2", "Code", json!({"code": "X", "description": "d"})),
        (
            "onedrive@1",
            "InnerCode",
            json!({"error": {"code": "itemNotFound", "message": "m", "innererror": {"code": "X"}}}),
        ),
        (
            "ampache@5",
            "Code",
            json!({"error": {"errorCode": "4799", "errorAction": "a", "errorType": "t",
                             "errorMessage": "m"}}),
        ),
    ] {
        let (_, edition) = faultbook::edition(edition).unwrap();
        let mut schema = json_export(Format::JsonSchema, edition);
        assert!(jsonschema::is_valid(&schema, &body), "{edition}");
        schema["$defs"][code] = json!({"$ref": "#/$defs/DocumentedCode"});
        assert!(!jsonschema::is_valid(&schema, &body), "{edition}");
    }
}

#[test]
fn an_openapi_document_has_a_response_for_each_status() {
    for (_, edition) in editions() {
        let document = json_export(Format::Openapi, edition);
        assert_eq!(document["openapi"], "3.1.0");
        assert_eq!(document["info"]["version"], edition.version);
        assert_eq!(document["info"]["x-faultbook"]["edition"], edition.to_string());
        assert_eq!(document["info"]["x-faultbook"]["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(document["paths"], json!({}));
        assert_resolved(&document, edition);

        let components = &document["components"];
        for (_, list) in components.as_object().unwrap() {
            for name in list.as_object().unwrap().keys() {
                let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
                assert!(name.chars().all(plain), "{edition}: {name}");
            }
        }
        let responses = components["responses"].as_object().unwrap();
        let names: BTreeSet<String> = responses.keys().cloned().collect();
        let statuses = edition.statuses.iter().map(|row| row.status.to_string());
        assert_eq!(names, statuses.chain(["default".to_owned()]).collect(), "{edition}");
        for (name, response) in responses {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()));
            assert!(response["content"]["application/json"]["schema"]["$ref"].is_string());
            let xml = response["content"].get("application/xml").is_some();
            assert_eq!(xml, edition.service == "ampache", "{edition}: {name}");
            let field = |name: &str| response["headers"].get(name).is_some();
            let asks = edition.service == "onedrive" && ["429", "503", "509"].contains(&&**name);
            assert_eq!(field("Retry-After"), asks, "{edition}: {name}");
            let bearer = edition.service == "lineworks" && ["400", "401", "403"].contains(&&**name);
            assert_eq!(field("WWW-Authenticate"), bearer, "{edition}: {name}");
            // The codes of a status stand where the status is described.
            let Ok(status) = name.parse::<u16>() else { continue };
            let description = response["description"].as_str().unwrap();
            for row in edition.codes.iter().filter(|row| row.statuses.contains(&status)) {
                assert!(
                    description.contains(&format!("`{}`", row.code)),
                    "{edition}: {}",
                    row.code
                );
            }
        }
        let schemas = &components["schemas"];
        assert_codes(&[&schemas["DocumentedCode"]], edition, |_| true);
        // Each schema is one of JSON Schema 2020-12, whose dialect OpenAPI 3.1 extends.
        for (name, schema) in schemas.as_object().unwrap() {
            assert!(jsonschema::meta::is_valid(schema), "{edition}: {name}");
        }
    }
}

/// The two exports for JSON judge alike, and an example is what it is an example of.
#[test]
fn openapi_and_json_schema_are_of_the_same_bodies() {
    for (service, edition) in editions() {
        let schema = json_export(Format::JsonSchema, edition);
        let document = json_export(Format::Openapi, edition);
        let mut combined = document.clone();
        combined["$ref"] = "#/components/schemas/ErrorResponse".into();
        let of_openapi = jsonschema::validator_for(&combined).unwrap();
        let of_schema = jsonschema::validator_for(&schema).unwrap();
        let mut verdicts = BTreeSet::new();
        for (case, _, value) in json_cases(service.name) {
            let verdict = of_schema.is_valid(&value);
            assert_eq!(verdict, of_openapi.is_valid(&value), "{edition}: {}", case.id);
            verdicts.insert(verdict);
        }
        assert_eq!(verdicts.len(), 2, "{edition}");
        let options =
            Options { service: Some(service), edition: Some(edition), ..Options::default() };
        for (name, example) in document["components"]["examples"].as_object().unwrap() {
            assert!(of_schema.is_valid(&example["value"]), "{edition}: {name}");
            let body = example["value"].to_string();
            let outcome = judge(&Response::new(body.as_bytes()), &options).unwrap();
            assert!(outcome.findings.is_empty(), "{edition}: {name}: {:?}", outcome.findings);
            assert_eq!(outcome.errors[0].code(), *name, "{edition}");
        }
    }
}

#[test]
fn xml_schemas_are_well_formed_and_list_every_code() {
    for (_, edition) in editions() {
        for format in [Format::Xsd, Format::RelaxNg] {
            let service = service(edition.service).unwrap();
            if edition.service != "ampache" {
                let fault = write(format, &[(service, edition)]).unwrap_err();
                assert!(fault.contains(&edition.to_string()) && fault.contains("XML"), "{fault}");
                continue;
            }
            let text = export(format, edition);
            let document = roxmltree::Document::parse(&text).unwrap();
            let named = |name: &'static str| {
                document.descendants().filter(move |node| node.tag_name().name() == name)
            };
            let codes: Vec<&str> = if format == Format::Xsd {
                named("enumeration").map(|node| node.attribute("value").unwrap()).collect()
            } else {
                named("value").map(|node| node.text().unwrap()).collect()
            };
            let rows: Vec<&str> = edition.codes.iter().map(|row| row.code).collect();
            assert_eq!(codes, rows, "{edition}");
            let differences: Vec<_> = named("difference")
                .map(|node| (node.attribute("rule").unwrap(), node.attribute("schema").unwrap()))
                .collect();
            let listed: Vec<_> = DIFFERENCES
                .iter()
                .filter(|row| row.is_of(format, edition))
                .map(|row| (row.rule, row.side.as_str()))
                .collect();
            assert_eq!(differences, listed, "{edition}");
            assert!(!listed.is_empty(), "{edition}");
            for piece in
                [format!("urn:faultbook:{edition}:error"), env!("CARGO_PKG_VERSION").into()]
            {
                assert!(text.contains(&piece), "{edition}: no {piece}");
            }
        }
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_faultbook")).arg("catalog").args(arguments).output().unwrap()
}

#[test]
fn an_export_is_the_same_each_time_and_ends_a_line() {
    let folder = tempfile::tempdir().unwrap();
    for (service, edition) in editions() {
        for (format, name) in
            Format::ALL.into_iter().zip(["json-schema", "openapi", "xsd", "relax-ng"])
        {
            if format.is_xml() && service.name != "ampache" {
                continue;
            }
            let output = run(&["--edition", &edition.to_string(), "--format", name]);
            assert_eq!(output.status.code(), Some(0), "{edition} {name}");
            assert_eq!(String::from_utf8_lossy(&output.stdout), export(format, edition));
            assert!(output.stdout.ends_with(b"\n") && !output.stdout.ends_with(b"\n\n"));
            let file = folder.path().join("export");
            let path = file.to_str().unwrap();
            let output =
                run(&["--edition", &edition.to_string(), "--format", name, "--output", path]);
            assert!(output.status.success() && output.stdout.is_empty());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), export(format, edition));
        }
    }
}

#[test]
fn a_schema_of_several_services_asks_for_one() {
    for format in ["json-schema", "openapi"] {
        let output = run(&["--format", format]);
        assert_eq!(output.status.code(), Some(2), "{format}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("SERVICE") && said.contains("ampache, groove"), "{said}");
        assert!(output.stdout.is_empty());
    }
    // Only one service has errors in XML: there is nothing to choose.
    for format in ["xsd", "relax-ng"] {
        let output = run(&["--format", format]);
        assert_eq!(output.stdout, run(&["ampache", "--format", format]).stdout);
        assert!(output.status.success() && !output.stdout.is_empty(), "{format}");
        let output = run(&["groove", "--format", format]);
        assert_eq!(output.status.code(), Some(2), "{format}");
    }
}
