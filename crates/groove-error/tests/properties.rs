//! What holds for every error, every response as documented, every single deviation, and any bytes.

use faultbook_core::{Finding, Judgement, Limits, Place, Response, Sample, Verdict, common};
use groove_error::{ApiError, CODES, EDITION, Errors, check, errors, likeness, rules, strategies};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::FileFailurePersistence;

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

/// The bytes a finding points at, as JSON where they are.
fn pointed_at<'b>(finding: &Finding, body: &'b [u8]) -> (&'b [u8], Option<serde_json::Value>) {
    match &finding.place {
        Place::Body { span, .. } => {
            let bytes = &body[span.clone()];
            (bytes, serde_json::from_slice(bytes).ok())
        }
        _ => (b"", None),
    }
}

/// Whether the finding of one deviation points where that deviation is.
fn check_place(sample: &Sample, finding: &Finding) -> Result<(), TestCaseError> {
    const NAMES: [&str; 3] = ["ErrorCode", "Description", "Message"];
    let body = &sample.body;
    let (bytes, value) = pointed_at(finding, body);
    let text = value.as_ref().and_then(serde_json::Value::as_str);
    let id = finding.rule.id;
    match id {
        "groove/status-differs" | "groove/undocumented-status" => {
            prop_assert_eq!(&finding.place, &Place::Status);
        }
        // The brace of the object, the empty text, or the misspelt name.
        "groove/missing-error-code" | "groove/missing-description" => prop_assert!(
            bytes == b"{"
                || text == Some("")
                || text.is_some_and(|name| NAMES.iter().any(|n| n.eq_ignore_ascii_case(name))),
            "{:?}",
            finding
        ),
        "groove/wrong-type" => {
            let Place::Body { pointer: Some(pointer), .. } = &finding.place else {
                return Err(TestCaseError::fail("no pointer"));
            };
            // The whole value; serde_json cannot hold every number.
            prop_assert!(value.is_some() || bytes.windows(5).any(|part| part == b"1e400"));
            let instead_of = if pointer.ends_with("/Error") { b'{' } else { b'"' };
            prop_assert!(bytes[0] != instead_of, "{:?}", finding);
        }
        "groove/unknown-code" => {
            prop_assert!(text.is_some() && !CODES.iter().any(|row| Some(row.code) == text));
        }
        "groove/unknown-member" => prop_assert!(text.is_some_and(|name| !NAMES.contains(&name))),
        "groove/error-casing" => {
            prop_assert!(text.is_some_and(|n| n != "Error" && n.eq_ignore_ascii_case("Error")));
        }
        "common/duplicate-member" => prop_assert!(text.is_some_and(|name| NAMES.contains(&name))),
        "common/byte-order-mark" => prop_assert_eq!(bytes, b"\xEF\xBB\xBF"),
        "common/trailing-content" => prop_assert!(body.ends_with(bytes) && !bytes.is_empty()),
        "common/not-utf8" => prop_assert!(bytes.iter().any(|byte| *byte >= 0x80), "{:?}", bytes),
        "common/malformed-json" => prop_assert!(bytes.len() <= 12),
        "common/not-an-error-body" | "common/empty-body" => {}
        "common/content-type" | "common/limit" => {
            let in_field = matches!(finding.place, Place::Field { .. });
            prop_assert!(in_field);
        }
        other => return Err(TestCaseError::fail(format!("no place is known for {other}"))),
    }
    Ok(())
}

/// The response's own error, or else the first one: what tolerant reading promises.
fn own_or_first<'j, 'a>(judgement: &'j Judgement<ApiError<'a>>) -> Option<&'j ApiError<'a>> {
    let at = |wanted: &str| {
        judgement.errors.iter().find(|located| {
            located.pointer.as_deref().is_some_and(|pointer| pointer.eq_ignore_ascii_case(wanted))
        })
    };
    at("").or_else(|| at("/Error")).or(judgement.errors.first()).map(|located| &located.error)
}

/// What holds of any judgement: of places, of verdicts, and of what tolerant reading gives.
fn check_any(response: &Response<'_>) -> Result<(), TestCaseError> {
    let body = response.body;
    let judgement = judge(response);
    prop_assert_eq!(&judgement, &judge(response));
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
    let read = ApiError::from_json(body);
    if let Err(error) = &read {
        prop_assert!(error.span().end <= body.len(), "{error}");
    }
    prop_assert_eq!(own_or_first(&judgement), read.as_ref().ok());
    prop_assert_eq!(judgement.verdict == Verdict::Error, read.is_ok());
    let Errors { errors, .. } = errors(body);
    prop_assert_eq!(&errors, &judgement.errors);
    if judgement.verdict == Verdict::Malformed {
        prop_assert!(!judgement.findings.is_empty());
    }
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(body) {
        for located in errors {
            // Of a name that stands twice serde_json keeps the last value.
            let pointer = located.pointer.unwrap();
            let object: Option<serde_json::Value> =
                serde_json::from_slice(&body[located.span]).ok();
            prop_assert!(object.is_some());
            let twice = ids(&judgement.findings).contains(&"common/duplicate-member");
            prop_assert!(twice || value.pointer(&pointer) == object.as_ref(), "{pointer}");
        }
    }
    likeness(body);
    Ok(())
}

/// Pieces that Groove responses and their faults are made of, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b" ",
        b"\"",
        b"\\",
        b"\\u0045",
        b"\"Error\":",
        b"\"error\":",
        b"\"ErrorCode\":",
        b"\"errorcode\":",
        b"\"Description\":",
        b"\"Message\":",
        b"\"\\u0045rror\":",
        b"\"CATALOG_NO_RESULT\"",
        b"\"TOO_MANY_REQUESTS\",",
        b"\"x\"",
        b"\"\"",
        b"null",
        b"17",
        b"true",
        b"{\"ErrorCode\":\"A\"}",
        b"{\"Error\":{\"ErrorCode\":\"B\"}},",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b"\0",
    ];
    proptest::collection::vec(proptest::sample::select(pieces), 0..24)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read(error in strategies::error()) {
        let bare = error.to_json();
        prop_assert_eq!(ApiError::from_json(bare.as_bytes()), Ok(error.clone()));
        let embedded = error.to_json_embedded();
        prop_assert_eq!(ApiError::from_json(embedded.as_bytes()), Ok(error.clone()));
        let value: serde_json::Value = serde_json::from_str(&embedded).unwrap();
        prop_assert_eq!(value["Error"]["ErrorCode"].as_str(), Some(error.code.as_str()));
        prop_assert_eq!(value["Error"]["Description"].as_str(), error.description.as_deref());
        prop_assert_eq!(value["Error"]["Message"].as_str(), error.message.as_deref());
    }

    #[test]
    fn conforming_has_no_finding(sample in strategies::conforming()) {
        let value: serde_json::Value = match serde_json::from_slice(&sample.body) {
            Ok(value) => value,
            // A number beyond what serde_json holds.
            Err(_) => return Ok(()),
        };
        sample.with(|response| {
            let judgement = judge(response);
            prop_assert_eq!(ids(&judgement.findings), Vec::<&str>::new());
            prop_assert_eq!(judgement.verdict, Verdict::Error);
            prop_assert!(!judgement.errors.is_empty());
            for located in &judgement.errors {
                let object = value.pointer(located.pointer.as_ref().unwrap()).unwrap();
                prop_assert_eq!(object["ErrorCode"].as_str(), Some(located.error.code.as_str()));
                prop_assert!(located.error.code.is_documented());
                prop_assert_eq!(object["Description"].as_str(), located.error.description.as_deref());
                prop_assert_eq!(object.get("Message").and_then(|m| m.as_str()), located.error.message.as_deref());
            }
            check_any(response)
        })?;
        prop_assert_eq!(likeness(&sample.body), faultbook_core::Likeness::Sure);
    }

    #[test]
    fn broken_breaks_exactly_one_rule((sample, rule) in strategies::broken()) {
        sample.with(|response| {
            let judgement = judge(response);
            prop_assert_eq!(ids(&judgement.findings), vec![rule.id], "{:#?}", judgement.findings);
            check_place(&sample, &judgement.findings[0])?;
            check_any(response)
        })?;
    }

    #[test]
    fn any_cut_is_one_finding(sample in strategies::conforming()) {
        let whole = sample.body.trim_ascii_end().len();
        for cut in 0..sample.body.len() {
            let mut sample = sample.clone();
            sample.body.truncate(cut);
            sample.with(|response| {
                let judgement = judge(response);
                let expected = if cut >= whole {
                    None
                } else if sample.body.trim_ascii().is_empty() {
                    // A response that succeeded may have no body.
                    (sample.status != Some(200)).then_some(&common::EMPTY_BODY)
                } else if std::str::from_utf8(&sample.body).is_err() {
                    // The cut goes through a character.
                    Some(&common::NOT_UTF8)
                } else {
                    Some(&common::MALFORMED_JSON)
                };
                let expected: Vec<&str> = expected.iter().map(|rule| rule.id).collect();
                prop_assert_eq!(ids(&judgement.findings), expected, "cut at {}", cut);
                check_any(response)
            })?;
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

/// The strategies reach every rule of this crate, and those common rules that a JSON body can break.
#[test]
fn every_rule_is_broken_by_some_sample() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = strategies::broken();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2_000 {
        let (_, rule) = strategy.new_tree(&mut runner).unwrap().current();
        seen.insert(rule.id);
    }
    let xml_only = ["common/malformed-xml", "common/document-type"];
    let all = rules::RULES.iter().chain(common::RULES).map(|rule| rule.id);
    let missing: Vec<_> = all.filter(|id| !seen.contains(id) && !xml_only.contains(id)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
