//! What holds for every error, every response as documented, every single deviation, and any bytes.

use ampache_error::{
    ApiError, CODES, EDITION, EDITION_4, EDITION_6, EDITION_8, EDITIONS, check, compare, likeness,
    rules, strategies, xml,
};
use faultbook_core::{
    Finding, Judgement, Likeness, Limits, Place, Response, Sample, Verdict, common, common::Syntax,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::FileFailurePersistence;

const NAMES: [&str; 4] = ["errorCode", "errorAction", "errorType", "errorMessage"];

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/properties.proptest-regressions",
        ))),
        ..ProptestConfig::default()
    }
}

fn judge<'a>(response: &Response<'a>) -> Judgement<ApiError<'a>> {
    check(response, &EDITION, &Limits::default())
}

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

/// The bytes a finding points at, without the quotes of JSON.
fn pointed_at(finding: &Finding, body: &[u8]) -> String {
    match &finding.place {
        Place::Body { span, .. } => {
            let text = String::from_utf8_lossy(&body[span.clone()]).into_owned();
            let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
            inner.map(str::to_owned).unwrap_or(text)
        }
        _ => String::new(),
    }
}

/// Whether the finding of one deviation points where that deviation is.
fn check_place(sample: &Sample, finding: &Finding) -> Result<(), TestCaseError> {
    let body = &sample.body;
    let text = pointed_at(finding, body);
    let id = finding.rule.id;
    let is_name = |text: &str| NAMES.iter().any(|name| name.eq_ignore_ascii_case(text));
    let ok = match id {
        "ampache/missing-code"
        | "ampache/missing-action"
        | "ampache/missing-type"
        | "ampache/missing-message" => {
            let misspelt = is_name(&text) && !NAMES.contains(&text.as_str());
            // The head of the error, an empty value, `null`, or the misspelt name.
            ["{", "error", "", "<![CDATA[]]>", "null"].contains(&text.as_str()) || misspelt
        }
        "ampache/wrong-type" => ["0", "false", "[\"x\"]", "{}", "down"].contains(&text.as_str()),
        "ampache/not-in-error-object" => ["Error", "errors"].contains(&text.as_str()),
        "ampache/root-name" => text == "error",
        "ampache/code-not-numeric" => {
            ["4704 ", "-4704", "47e2", "true", "[]", "{\"a\":1}"].contains(&text.as_str())
        }
        "ampache/code-prefix" => ["5000", "47040"].contains(&text.as_str()),
        "ampache/unknown-code" => ["4702", "4799"].contains(&text.as_str()),
        "ampache/code-json-number" => text == "4704",
        "ampache/error-with-data" => text == "song",
        "ampache/unexpected-content" => ["extra", "text", "b"].contains(&text.as_str()),
        "ampache/legacy-shape" => text == "code",
        "ampache/other-api" => text == "subsonic-response",
        "common/duplicate-member" => is_name(&text),
        "common/byte-order-mark" => text == "\u{feff}",
        "common/trailing-content" => ["?", "<", "root"].contains(&text.as_str()),
        "common/document-type" => text == "<!DOCTYPE root>",
        "common/not-utf8" => text.contains('\u{fffd}'),
        "common/malformed-xml" => match &finding.place {
            Place::Body { span, .. } => {
                span.is_empty() || ["--", "&", "&nbsp;", "\u{1}", "]]>"].contains(&text.as_str())
            }
            _ => false,
        },
        "common/malformed-json" => text.len() <= 12,
        "common/not-an-error-body" | "common/empty-body" => true,
        "common/content-type" => matches!(finding.place, Place::Field { .. }),
        other => return Err(TestCaseError::fail(format!("no place is known for {other}"))),
    };
    prop_assert!(ok, "{} points at {:?}", id, text);
    Ok(())
}

/// What holds of any judgement: of places, of verdicts, and of what tolerant reading gives.
fn check_any(response: &Response<'_>) -> Result<(), TestCaseError> {
    let body = response.body;
    let judgement = judge(response);
    prop_assert_eq!(&judgement, &judge(response));
    for edition in EDITIONS {
        // What is read is the same by every edition.
        let other = check(response, edition, &Limits::default());
        prop_assert_eq!(&other.errors, &judgement.errors, "{}", edition);
        prop_assert!(other.verdict != Verdict::Malformed || !other.findings.is_empty());
        for finding in &other.findings {
            if let Place::Body { span, .. } = &finding.place {
                prop_assert!(span.start <= span.end && span.end <= body.len(), "{:?}", finding);
            }
        }
    }
    for finding in &judgement.findings {
        match &finding.place {
            Place::Body { span, .. } => {
                prop_assert!(span.start <= span.end && span.end <= body.len(), "{:?}", finding);
            }
            Place::Field { index, span, .. } => {
                prop_assert!(span.end <= response.fields[*index].value.len());
            }
            Place::Input { .. } => prop_assert!(false, "{:?}", finding),
            Place::Status => prop_assert!(response.status.is_some()),
        }
        prop_assert!(!finding.received.is_empty() && !finding.documented.is_empty());
    }
    let read = ApiError::from_bytes(body);
    if let Err(error) = &read {
        prop_assert!(error.span().end <= body.len(), "{error}");
    }
    if matches!(Syntax::of(body), Syntax::Html | Syntax::Text) {
        // A page, plain text or a picture is not judged further.
        prop_assert_eq!(judgement.errors.len(), 0);
    } else {
        let judged = judgement.errors.first().map(|located| &located.error);
        prop_assert_eq!(judged, read.as_ref().ok());
        prop_assert_eq!(judgement.verdict == Verdict::Error, read.is_ok());
    }
    if judgement.verdict == Verdict::Malformed {
        prop_assert!(!judgement.findings.is_empty());
    }
    for located in &judgement.errors {
        prop_assert!(located.span.end <= body.len());
        prop_assert!(located.pointer.is_some());
    }
    if let Ok(error) = &read {
        prop_assert_eq!(compare(body, error.to_json().as_bytes()), Ok(Vec::new()));
    }
    likeness(body);
    Ok(())
}

/// Pieces that Ampache responses and their faults are made of, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"<root>",
        b"</root>",
        b"<error errorCode='4704'>",
        b"<error code=\"401\">",
        b"<error",
        b"</error>",
        b"<errorAction>",
        b"</errorAction>",
        b"<errorCode>",
        b"</errorCode>",
        b"<errorMessage/>",
        b"<song>",
        b"</song>",
        b" errorCode=",
        b"<Error errorcode='1'>",
        b"</Error>",
        b"<![CDATA[",
        b"]]>",
        b"a",
        b"&amp;",
        b"&",
        b"\xE9",
        b"<subsonic-response>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?>",
        b"<!DOCTYPE root>",
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\"error\":",
        b"\"errors\":",
        b"\"errorCode\":",
        b"\"errorAction\":",
        b"\"errorcode\":",
        b"\"code\":",
        b"\"message\":",
        b"\"text\":",
        b"\"value\":",
        b"\"status\":",
        b"\"failed\"",
        b"<br />\n<b>Warning</b>: ",
        b"Deprecated: ",
        b"\"4704\"",
        b"null",
        b"4704",
        b"\"x\"",
        b"\"subsonic-response\":",
        b"\xEF\xBB\xBF",
        b"\0",
        b"\xFF\xFE",
        b" ",
    ];
    proptest::collection::vec(proptest::sample::select(pieces), 0..20)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn json_that_is_written_is_read(error in strategies::error()) {
        let json = error.to_json();
        prop_assert_eq!(ApiError::from_json(json.as_bytes()), Ok(error.clone()));
        let compact = error.to_json_compact();
        prop_assert_eq!(ApiError::from_json(compact.as_bytes()), Ok(error.clone()));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(value["error"]["errorCode"].as_str(), Some(error.code.as_str()));
        prop_assert_eq!(value["error"]["errorAction"].as_str(), error.action.as_deref());
        prop_assert_eq!(value["error"]["errorType"].as_str(), error.error_type.as_deref());
        prop_assert_eq!(value["error"]["errorMessage"].as_str(), error.message.as_deref());
        match error.to_xml() {
            Ok(xml) => prop_assert_eq!(ApiError::from_xml(xml.as_bytes()).unwrap(), error),
            Err(refused) => prop_assert!(!xml::is_char(refused.character)),
        }
    }

    #[test]
    fn xml_that_is_written_is_read(error in strategies::error_for_xml()) {
        let xml = error.to_xml().unwrap();
        let read = ApiError::from_xml(xml.as_bytes()).unwrap();
        prop_assert_eq!(&read, &error);
        let json = read.to_json();
        prop_assert_eq!(ApiError::from_json(json.as_bytes()), Ok(error.clone()));
        prop_assert_eq!(compare(xml.as_bytes(), json.as_bytes()), Ok(Vec::new()));
        // In UTF-16 it says the same.
        let utf16: Vec<u8> = xml.replace("UTF-8", "UTF-16").encode_utf16()
            .fold(vec![0xFF, 0xFE], |mut bytes, unit| { bytes.extend(unit.to_le_bytes()); bytes });
        prop_assert_eq!(ApiError::from_xml(&utf16), Ok(error));
    }

    #[test]
    fn comparing_finds_the_parts_that_differ(a in strategies::error_for_xml(), b in strategies::error_for_xml()) {
        let (xml, json) = (a.to_xml().unwrap(), b.to_json());
        let findings = compare(xml.as_bytes(), json.as_bytes()).unwrap();
        prop_assert_eq!(findings.is_empty(), a.agrees_with(&b));
        let parts = |error: &ApiError<'_>| [
            error.code.as_str().to_owned(),
            error.action.clone().unwrap_or_default().into_owned(),
            error.error_type.clone().unwrap_or_default().into_owned(),
            error.message.clone().unwrap_or_default().into_owned(),
        ];
        let differ = parts(&a).iter().zip(parts(&b)).filter(|(a, b)| **a != *b).count();
        prop_assert_eq!(findings.len(), differ);
        for finding in &findings {
            prop_assert_eq!(finding.rule.id, "ampache/encodings-disagree");
            let Place::Body { span, pointer: Some(pointer) } = &finding.place else { panic!("{finding:?}") };
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            if let Some(value) = value.pointer(pointer).filter(|value| value.is_string()) {
                let at: serde_json::Value = serde_json::from_str(&json[span.clone()]).unwrap();
                prop_assert_eq!(value, &at);
            } else {
                prop_assert_eq!(&json[span.clone()], "{");
            }
        }
    }

    #[test]
    fn conforming_has_no_finding(sample in strategies::conforming()) {
        sample.with(|response| {
            let judgement = judge(response);
            prop_assert_eq!(ids(&judgement.findings), Vec::<&str>::new(), "{:#?}", judgement.findings);
            prop_assert_eq!(judgement.verdict, Verdict::Error);
            prop_assert_eq!(judgement.errors.len(), 1);
            prop_assert!(judgement.errors[0].error.code.is_documented());
            check_any(response)
        })?;
        prop_assert_eq!(likeness(&sample.body), Likeness::Sure);
    }

    #[test]
    fn broken_breaks_exactly_one_rule((sample, rule) in strategies::broken()) {
        sample.with(|response| {
            let judgement = judge(response);
            prop_assert_eq!(
                ids(&judgement.findings), vec![rule.id],
                "{} {:#?}", String::from_utf8_lossy(&sample.body), judgement.findings
            );
            check_place(&sample, &judgement.findings[0])?;
            check_any(response)
        })?;
    }

    #[test]
    fn any_cut_is_one_finding(sample in strategies::conforming()) {
        for cut in 0..sample.body.len() {
            let mut sample = sample.clone();
            sample.body.truncate(cut);
            sample.with(|response| {
                let findings = ids(&judge(response).findings);
                let xml = sample.body.starts_with(b"<");
                let expected = if cut == 0 {
                    // Under 200 too: that is where errors come.
                    &common::EMPTY_BODY
                } else if xml {
                    &common::MALFORMED_XML
                } else if std::str::from_utf8(&sample.body).is_err() {
                    // The cut goes through a character.
                    &common::NOT_UTF8
                } else {
                    &common::MALFORMED_JSON
                };
                prop_assert_eq!(findings, vec![expected.id], "cut at {}", cut);
                check_any(response)
            })?;
        }
    }

    /// A response as version 5 documents it, by the other versions: each finds what it says otherwise,
    /// and nothing else.
    #[test]
    fn other_editions_differ_in_what_they_say(sample in strategies::conforming(), status in 200..600_u16) {
        let response = Response::new(&sample.body).with_status(status);
        let judged = |edition| check(&response, edition, &Limits::default());
        let code = judged(&EDITION).errors[0].error.code.to_string();
        prop_assert_eq!(ids(&judged(&EDITION_6).findings), ids(&judged(&EDITION).findings));
        let row = EDITION_8.rows(&code).next().expect("version 8 has every code of version 5");
        let expected: &[&str] = match status {
            200..300 => &["ampache/success-status"],
            _ if row.statuses.contains(&status) => &[],
            _ => &["ampache/status-differs"],
        };
        prop_assert_eq!(ids(&judged(&EDITION_8).findings), expected);
        let older = judged(&EDITION_4);
        prop_assert_eq!(ids(&older.findings), ["ampache/newer-shape", "ampache/unknown-code"]);
        for finding in &older.findings {
            let help = "documented in ampache@5, ampache@6, ampache@8: --edition ampache@5";
            prop_assert_eq!(finding.help.as_deref(), Some(help));
        }
    }

    #[test]
    fn any_bytes(body in proptest::collection::vec(any::<u8>(), 0..64), status in proptest::option::of(100..600_u16)) {
        check_any(&Response { status, fields: &[], body: &body })?;
    }

    #[test]
    fn any_pieces(body in pieces(), status in proptest::option::of(100..600_u16)) {
        check_any(&Response { status, fields: &[], body: &body })?;
    }

    /// One byte of a response as documented becomes another.
    #[test]
    fn any_byte_changed(sample in strategies::conforming(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut sample = sample;
        let at = at.index(sample.body.len());
        sample.body[at] = byte;
        sample.with(check_any)?;
    }
}

/// The strategies reach every rule of this crate, and every common one but the limits.
#[test]
fn every_rule_is_broken_by_some_sample() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = strategies::broken();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..3_000 {
        let (_, rule) = strategy.new_tree(&mut runner).unwrap().current();
        seen.insert(rule.id);
    }
    // The limits take large bodies, and disagreement two. The last three are of other editions: see
    // `other_editions_differ_in_what_they_say`.
    let others = [
        "common/limit",
        "ampache/encodings-disagree",
        "ampache/newer-shape",
        "ampache/status-differs",
        "ampache/success-status",
    ];
    let all = rules::RULES.iter().chain(common::RULES).map(|rule| rule.id);
    let missing: Vec<_> = all.filter(|id| !seen.contains(id) && !others.contains(id)).collect();
    assert_eq!(missing, Vec::<&str>::new());
    assert_eq!(CODES.len(), 8);
}
