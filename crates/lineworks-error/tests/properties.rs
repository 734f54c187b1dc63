//! What holds for every error, every response as documented, every single deviation, and any bytes.

use std::collections::BTreeSet;

use faultbook_core::{
    Field, Finding, Judgement, Likeness, Limits, Place, Response, Sample, Verdict, common,
};
use lineworks_error::{
    ApiError, EDITION, ReadError, challenges, check, check_challenges, likeness, lookup, rules,
    strategies,
};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

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

const NAMES: [&str; 2] = ["code", "description"];

/// Whether the finding of one deviation points where that deviation is.
fn check_place(sample: &Sample, finding: &Finding) -> Result<(), TestCaseError> {
    let body = &sample.body;
    let (bytes, pointer): (&[u8], _) = match &finding.place {
        Place::Input { .. } | Place::Status => (b"", None),
        Place::Field { index, span, .. } => (&sample.fields[*index].1[span.clone()], None),
        Place::Body { span, pointer } => (&body[span.clone()], pointer.as_deref()),
    };
    let value: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
    let text = value.as_ref().and_then(serde_json::Value::as_str);
    let contains = |part: &str| bytes.windows(part.len()).any(|bytes| bytes == part.as_bytes());
    match finding.rule.id {
        "lineworks/status-mismatch" | "lineworks/success-status" => {
            prop_assert_eq!(&finding.place, &Place::Status);
        }
        // The brace of the object, the empty text, or the misspelt name.
        id @ ("lineworks/missing-code" | "lineworks/missing-description") => {
            let name = id.trim_start_matches("lineworks/missing-");
            let misspelt = text.is_some_and(|t| t != name && t.eq_ignore_ascii_case(name));
            match pointer {
                Some("") => prop_assert_eq!(bytes, b"{"),
                Some("/message") => prop_assert_eq!((name, text), ("description", Some("message"))),
                Some(pointer) if misspelt => prop_assert_eq!(&pointer[1..], text.unwrap()),
                pointer => {
                    prop_assert_eq!(text, Some(""));
                    prop_assert_eq!(pointer, Some(&*format!("/{name}")));
                }
            }
        }
        "lineworks/wrong-type" => {
            prop_assert!(pointer.is_some_and(|pointer| NAMES.contains(&&pointer[1..])));
            // The whole value; serde_json cannot hold every number.
            prop_assert!(value.is_some() || contains("1e400"), "{:?}", finding);
            prop_assert!(text.is_none(), "{:?}", finding);
        }
        "lineworks/unknown-code" => {
            prop_assert_eq!(pointer, Some("/code"));
            let code = text.unwrap();
            prop_assert!((400..600).all(|status| lookup(status, code).is_none()));
        }
        "lineworks/unknown-member" => {
            prop_assert!(text.is_some_and(|name| !NAMES.contains(&name)));
        }
        "lineworks/challenge-status" => prop_assert!(matches!(
            bytes,
            b"invalid_request" | b"invalid_token" | b"insufficient_scope"
        )),
        "lineworks/challenge-without-scope" => {
            prop_assert!(contains("insufficient_scope") || bytes.starts_with(b"scope="));
        }
        "lineworks/challenge-unexpected" => prop_assert!(bytes.starts_with(b"Bearer ")),
        "lineworks/challenge-error-unknown" => {
            // What stands between the quotes, or the parameter where nothing does.
            let Place::Field { index, .. } = finding.place else { unreachable!() };
            let whole = [b"Bearer error=\"", bytes, b"\""].concat();
            prop_assert!(sample.fields[index].1 == whole || bytes == br#"error="""#);
        }
        "lineworks/challenge-scheme" => {
            prop_assert!(matches!(bytes, b"Basic" | b"Digest" | b"Negotiate" | b"Bearers"));
        }
        "common/duplicate-member" => prop_assert!(text.is_some_and(|name| NAMES.contains(&name))),
        "common/byte-order-mark" => prop_assert_eq!(bytes, b"\xEF\xBB\xBF"),
        "common/trailing-content" => prop_assert!(body.ends_with(bytes) && !bytes.is_empty()),
        "common/not-utf8" => prop_assert!(bytes.iter().any(|byte| *byte >= 0x80), "{:?}", bytes),
        "common/malformed-json" => prop_assert!(bytes.len() <= 12),
        "common/not-an-error-body" | "common/empty-body" => {}
        "common/content-type" | "common/limit" => {
            let in_field = matches!(finding.place, Place::Field { .. });
            prop_assert!(in_field, "{:?}", finding);
        }
        other => return Err(TestCaseError::fail(format!("no place is known for {other}"))),
    }
    Ok(())
}

/// Whether a body has more members than the documented ones, read by another reader, as far as that
/// can read it.
fn has_other_member(body: &[u8]) -> bool {
    let document: Result<serde_json::Map<String, serde_json::Value>, _> =
        serde_json::from_slice(body);
    document.map_or(true, |members| {
        let known = |name: &str| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
        members.keys().any(|name| !known(name))
    })
}

/// What holds of any judgement: of places, of verdicts, and of what tolerant reading gives.
fn check_any(response: &Response<'_>) -> Result<(), TestCaseError> {
    let body = response.body;
    let judgement = judge(response);
    prop_assert_eq!(&judgement, &judge(response));
    for finding in &judgement.findings {
        match &finding.place {
            Place::Input { .. } => prop_assert!(false, "{:?}", finding),
            Place::Status => prop_assert!(response.status.is_some(), "{:?}", finding),
            Place::Field { index, name, span } => {
                let field = &response.fields[*index];
                prop_assert!(span.start <= span.end && span.end <= field.value.len());
                prop_assert_eq!(name.as_bytes(), field.name);
            }
            Place::Body { span, .. } => {
                prop_assert!(span.start <= span.end && span.end <= body.len(), "{:?}", finding);
            }
        }
        prop_assert!(!finding.received.is_empty() && !finding.documented.is_empty());
    }
    for pair in judgement.findings.windows(2) {
        prop_assert!(pair[0].place.cmp_position(&pair[1].place).is_le(), "{:?}", pair);
    }
    // Of the challenges nothing else is found beside a body than without one.
    let alone = check_challenges(response, &Limits::default());
    prop_assert!(alone.iter().all(|finding| judgement.findings.contains(finding)));

    match judgement.verdict {
        Verdict::Error => prop_assert_eq!(judgement.errors.len(), 1),
        Verdict::Malformed => {
            prop_assert!(judgement.errors.is_empty());
            prop_assert!(!judgement.findings.is_empty());
        }
        Verdict::None => {
            prop_assert!(judgement.errors.is_empty());
            prop_assert_ne!(response.is_failing(), Some(true));
        }
    }
    let read = ApiError::from_json(body);
    if let Some(located) = judgement.errors.first() {
        prop_assert_eq!(&read, &Ok(located.error.clone()));
        prop_assert_eq!(located.pointer.as_deref(), Some(""));
        prop_assert_eq!(body.get(located.span.start), Some(&b'{'));
        prop_assert!(located.span.end <= body.len());
        // Beside other members only a documented code makes it likely.
        let is_other = !located.error.code.is_documented();
        let unlikely = is_other && has_other_member(body);
        prop_assert!(likeness(body) != Likeness::No || response.status.is_some() || unlikely);
    }
    // A failing response whose body begins as JSON is read wherever reading alone finds a code.
    if response.is_failing() == Some(true) {
        prop_assert_eq!(read.is_ok(), judgement.verdict == Verdict::Error);
    }
    if let Err(error) = read {
        let span = error.span();
        prop_assert!(span.start <= span.end && span.end <= body.len());
        prop_assert!(!error.expected().is_empty());
        if matches!(error, ReadError::Absent { .. }) && !body.starts_with(b"\xEF\xBB\xBF") {
            let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
            prop_assert!(is_json, "{}", error);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read(error in strategies::error()) {
        let json = error.to_json();
        prop_assert_eq!(ApiError::from_json(json.as_bytes()), Ok(error.clone()));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(value["code"].as_str(), Some(error.code.as_str()));
        prop_assert_eq!(value["description"].as_str(), error.description.as_deref());
        prop_assert_eq!(error.clone().into_owned(), error);
    }

    #[cfg(feature = "serde")]
    #[test]
    fn serde_writes_and_reads_the_same(error in strategies::error()) {
        let json = serde_json::to_string(&error).unwrap();
        prop_assert_eq!(&json, &error.to_json());
        prop_assert_eq!(serde_json::from_str::<ApiError<'_>>(&json).unwrap(), error);
    }

    #[test]
    fn conforming_has_no_finding(sample in strategies::conforming()) {
        let value: serde_json::Value = serde_json::from_slice(&sample.body).unwrap();
        sample.with(|response| {
            let judgement = judge(response);
            prop_assert_eq!(ids(&judgement.findings), Vec::<&str>::new());
            prop_assert_eq!(judgement.verdict, Verdict::Error);
            let located = &judgement.errors[0];
            prop_assert_eq!(value["code"].as_str(), Some(located.error.code.as_str()));
            prop_assert_eq!(value["description"].as_str(), located.error.description.as_deref());
            prop_assert!(located.error.code.is_documented());
            prop_assert_eq!(&response.body[located.span.clone()], response.body.trim_ascii());
            if let Some(status) = response.status {
                prop_assert!(lookup(status, located.error.code.as_str()).is_some());
            }
            check_any(response)
        })?;
        prop_assert_eq!(likeness(&sample.body), Likeness::Sure);
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
                    Some(&common::EMPTY_BODY)
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
    fn any_bytes(
        body in proptest::collection::vec(any::<u8>(), 0..64),
        field in proptest::collection::vec(any::<u8>(), 0..64),
        status in proptest::option::of(100..600_u16),
    ) {
        let fields = [Field { name: b"WWW-authenticate", value: &field }];
        check_any(&Response { status, fields: &fields, body: &body })?;
    }

    #[test]
    fn any_pieces(body in strategies::pieces(), status in proptest::option::of(100..600_u16)) {
        check_any(&Response { status, fields: &[], body: &body })?;
    }

    /// One byte of a response as documented becomes another.
    #[test]
    fn any_byte_changed(sample in strategies::conforming(), at in any::<Index>(), byte in any::<u8>()) {
        let mut sample = sample;
        let at = at.index(sample.body.len());
        sample.body[at] = byte;
        sample.with(check_any)?;
    }

    /// One byte of a challenge becomes another.
    #[test]
    fn any_byte_of_a_field_changed(
        (sample, _) in strategies::broken(),
        at in any::<Index>(),
        byte in any::<u8>(),
    ) {
        let mut sample = sample;
        for (_, value) in &mut sample.fields {
            if !value.is_empty() {
                let at = at.index(value.len());
                value[at] = byte;
            }
        }
        sample.with(|response| {
            for found in challenges(response) {
                let value = response.fields[found.index].value;
                prop_assert!(value.get(found.challenge.span()).is_some());
                prop_assert!(!found.challenge.scheme().is_empty());
            }
            check_any(response)
        })?;
    }
}

/// The strategies reach every rule of this crate, and those common rules that a JSON body can break.
#[test]
fn every_rule_is_broken_by_some_sample() {
    let mut runner = TestRunner::deterministic();
    let strategy = strategies::broken();
    let mut seen = BTreeSet::new();
    for _ in 0..2_000 {
        let (_, rule) = strategy.new_tree(&mut runner).unwrap().current();
        seen.insert(rule.id);
    }
    let elsewhere = [
        "common/malformed-xml",
        "common/document-type",
        // Never alone: see `strategies::broken`.
        "lineworks/undocumented-status",
    ];
    let all = rules::RULES.iter().chain(common::RULES).map(|rule| rule.id);
    let missing: Vec<_> = all.filter(|id| !seen.contains(id) && !elsewhere.contains(id)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}
