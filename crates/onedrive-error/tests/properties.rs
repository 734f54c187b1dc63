//! What holds for every error, for every conforming response, and for any bytes at all.
#![cfg(feature = "proptest")]

use faultbook_core::common::{EMPTY_BODY, MALFORMED_JSON, NOT_UTF8};
use faultbook_core::{
    Finding, Judgement, Likeness, Limits, Located, Place, Response, Sample, Verdict,
};
use onedrive_error::{
    ApiError, CODES, Code, EDITION, EDITION_GRAPH, RULES, check, errors, likeness, strategies,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

fn config() -> ProptestConfig {
    let file = FileFailurePersistence::Direct("tests/properties.proptest-regressions");
    ProptestConfig { failure_persistence: Some(Box::new(file)), ..ProptestConfig::default() }
}

fn judge<'a>(response: &Response<'a>) -> Judgement<ApiError<'a>> {
    check(response, &EDITION, &Limits::default())
}

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

/// The codes of a body as the document's loop finds them, read by another reader.
fn codes(body: &[u8]) -> Vec<String> {
    let document: Value = serde_json::from_slice(body).unwrap();
    let mut codes = Vec::new();
    let mut error = document.get("error");
    while let Some(object) = error {
        codes.extend(object.get("code").and_then(Value::as_str).map(ToOwned::to_owned));
        error = object.get("innererror");
    }
    codes
}

/// Each finding points at a brace, at a value or at a name, as its pointer says.
fn points_at_its_pointer(finding: &Finding, body: &[u8], document: &Value) {
    let Place::Body { span, pointer: Some(pointer) } = &finding.place else { return };
    let text = &body[span.clone()];
    let value = document.pointer(pointer);
    if text == b"{" {
        assert!(value.is_some_and(Value::is_object), "{finding:?}");
        return;
    }
    let read: Value = serde_json::from_slice(text).unwrap_or_else(|_| panic!("{finding:?}"));
    let name = pointer.rsplit('/').next().unwrap().replace("~1", "/").replace("~0", "~");
    assert!(value == Some(&read) || read == name, "{finding:?}");
}

/// JSON with the names that the reader knows, in any place, nested anyhow.
fn document() -> impl Strategy<Value = String> {
    const NAMES: [&str; 14] = [
        "error",
        "Error",
        "odata.error",
        "code",
        "Code",
        "message",
        "innererror",
        "innerError",
        "value",
        "responses",
        "body",
        "error_description",
        "\\u0065rror",
        "x",
    ];
    const SCALARS: [&str; 7] =
        ["null", "true", "7", "\"\"", "\"itemNotFound\"", "\"fragmentOverlap\"", "\"\\u0041\""];
    // Most bodies are to begin like one with an error.
    const STARTS: [&str; 4] =
        ["", "{\"error\":", "{\"value\":[{\"error\":", "{\"code\":\"x\",\"innererror\":"];
    let scalar = proptest::sample::select(&SCALARS[..]).prop_map(ToOwned::to_owned);
    let value = scalar.prop_recursive(6, 48, 6, |value| {
        let member = (proptest::sample::select(&NAMES[..]), value.clone())
            .prop_map(|(name, value)| format!("\"{name}\":{value}"));
        prop_oneof![
            4 => proptest::collection::vec(member, 0..6)
                .prop_map(|members| format!("{{{}}}", members.join(","))),
            1 => proptest::collection::vec(value, 0..4)
                .prop_map(|values| format!("[{}]", values.join(","))),
        ]
    });
    (proptest::sample::select(&STARTS[..]), value).prop_map(|(start, value)| {
        let end: String = start
            .chars()
            .rev()
            .filter_map(|c| match c {
                '{' => Some('}'),
                '[' => Some(']'),
                _ => None,
            })
            .collect();
        format!("{start}{value}{end}")
    })
}

/// The same with a byte replaced, put in, or everything after it cut off.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    (document(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8).prop_map(
        |(text, index, byte, how)| {
            let mut body = text.into_bytes();
            let at = index.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                2 => body.truncate(at),
                _ => {}
            }
            body
        },
    )
}

fn any_bytes_hold(status: Option<u16>, body: &[u8]) {
    let response = Response { status, ..Response::new(body) };
    let judgement = judge(&response);
    assert_eq!(judgement, judge(&response), "judged twice");

    let read = ApiError::from_json(body);
    let mut found = errors(body).errors;
    assert_eq!(
        read.as_ref().ok(),
        found.first().map(|located| &located.error),
        "the first error is the one that is read",
    );
    // In a response that succeeded, what is like a bare error may be what was asked for.
    let is_resource = |located: &Located<ApiError<'_>>| {
        located.pointer.as_deref() == Some("") && !located.error.code.is_documented()
    };
    if response.is_success() == Some(true) && found.first().is_some_and(is_resource) {
        found.remove(0);
    }
    assert_eq!(found, judgement.errors, "reading and judging see the same errors");
    assert_eq!(judgement.verdict == Verdict::Error, !found.is_empty());
    if let Err(fault) = &read {
        assert!(fault.span().start <= fault.span().end && fault.span().end <= body.len());
    }
    for located in &judgement.errors {
        assert!(located.span.end <= body.len());
        let text = &body[located.span.clone()];
        assert!(text.starts_with(b"{") || text.starts_with(b"\""), "{located:?}");
    }
    for finding in &judgement.findings {
        if let Place::Body { span, .. } = &finding.place {
            assert!(span.start <= span.end && span.end <= body.len(), "{finding:?}");
        }
    }
    // What is read is the same through Microsoft Graph.
    let graph = check(&response, &EDITION_GRAPH, &Limits::default());
    assert_eq!((&graph.errors, graph.verdict), (&judgement.errors, judgement.verdict));
    if let (Ok(document), true) = (
        serde_json::from_slice::<Value>(body),
        errors(body).fault.is_none()
            && !judgement.findings.iter().any(|f| f.rule.id == "common/duplicate-member"),
    ) {
        for finding in judgement.findings.into_iter().chain(graph.findings) {
            points_at_its_pointer(&finding, body, &document);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_again(error in strategies::error()) {
        let json = error.to_json();
        let read = ApiError::from_json(json.as_bytes());
        prop_assert_eq!(read.as_ref(), Ok(&error));
        prop_assert_eq!(
            codes(json.as_bytes()),
            error.codes().map(ToString::to_string).collect::<Vec<_>>()
        );
        prop_assert_eq!(error.clone().into_owned(), error);
    }

    #[test]
    fn a_conforming_response_is_read_and_nothing_is_found(sample in strategies::conforming()) {
        sample.with(|response| {
            let judgement = judge(response);
            assert_eq!(ids(&judgement.findings), [""; 0]);
            assert_eq!(judgement.verdict, Verdict::Error);
            let [located] = &judgement.errors[..] else { panic!("{judgement:?}") };
            assert_eq!(located.pointer.as_deref(), Some("/error"));
            let own: Vec<String> = located.error.codes().map(ToString::to_string).collect();
            assert_eq!(own, codes(response.body));
            let document: Value = serde_json::from_slice(response.body).unwrap();
            assert_eq!(
                document["error"]["message"].as_str(),
                located.error.message.as_deref()
            );
            assert!(located.error.code.is_basic());
            assert_eq!(likeness(response.body), Likeness::Sure);
        });
    }

    #[test]
    fn a_single_change_breaks_one_rule((sample, rule) in strategies::broken()) {
        sample.with(|response| {
            let judgement = judge(response);
            assert_eq!(ids(&judgement.findings), [rule.id]);
            let found = &judgement.findings[0];
            assert!(!found.received.is_empty() && !found.documented.is_empty());
            if let Ok(document) = serde_json::from_slice(response.body)
                && rule.id != "common/duplicate-member"
            {
                points_at_its_pointer(found, response.body, &document);
            }
        });
    }

    #[test]
    fn a_body_cut_anywhere_is_malformed_and_nothing_else(sample in strategies::conforming()) {
        let end = sample.body.trim_ascii_end().len();
        for at in 0..sample.body.len() {
            let cut = Sample { body: sample.body[..at].to_vec(), ..sample.clone() };
            cut.with(|response| {
                let judgement = judge(response);
                let expected = if at >= end {
                    vec![]
                } else if response.body.trim_ascii().is_empty() {
                    vec![EMPTY_BODY.id]
                } else if std::str::from_utf8(response.body).is_err() {
                    // Cut inside a character.
                    vec![NOT_UTF8.id]
                } else {
                    vec![MALFORMED_JSON.id]
                };
                assert_eq!(ids(&judgement.findings), expected, "cut at {at}");
                assert_eq!(
                    judgement.verdict == Verdict::Error,
                    ApiError::from_json(response.body).is_ok()
                );
            });
        }
    }

    /// Through Microsoft Graph, a response as documented has inner errors under another name, and
    /// with that name nothing else is wrong.
    #[test]
    fn microsoft_graph_spells_inner_errors_otherwise(sample in strategies::conforming()) {
        let by_graph = |response: &Response<'_>| {
            ids(&check(response, &EDITION_GRAPH, &Limits::default()).findings)
        };
        let inner = sample.with(|response| judge(response).errors[0].error.inner.len());
        prop_assert_eq!(sample.with(by_graph), vec!["onedrive/inner-casing"; inner.min(100)]);
        let text = String::from_utf8(sample.body.clone()).unwrap();
        if text.matches("innererror").count() == inner {
            let body = text.replace("innererror", "innerError").into_bytes();
            let respelt = Sample { body, ..sample };
            prop_assert_eq!(respelt.with(by_graph), Vec::<&str>::new());
        }
    }

    #[test]
    fn any_bytes_are_survived(
        body in proptest::collection::vec(any::<u8>(), 0..64),
        status in proptest::option::of(100..600_u16),
    ) {
        any_bytes_hold(status, &body);
    }

    #[test]
    fn any_document_is_judged_as_it_is_read(
        body in damaged(),
        status in proptest::option::of(proptest::sample::select(&[200, 207, 302, 404, 402, 503][..])),
    ) {
        any_bytes_hold(status, &body);
    }

    #[test]
    fn the_most_detailed_code_is_the_last_that_is_understood(error in strategies::error()) {
        let codes: Vec<&Code<'_>> = error.codes().collect();
        let expected = codes.iter().rev().find(|code| code.is_documented()).copied();
        prop_assert_eq!(error.most_detailed(Code::is_documented), expected);
        prop_assert!(codes.iter().all(|code| error.is(code.as_str())));
        for row in CODES {
            let there = codes.iter().any(|code| code.as_str() == row.code);
            prop_assert_eq!(error.is(row.code), there);
        }
    }
}

/// A rule that no generated change breaks would be one that nothing tests.
#[test]
fn every_rule_of_this_crate_is_broken_by_some_change() {
    let broken: Vec<&str> = strategies::breakable().iter().map(|rule| rule.id).collect();
    for rule in RULES {
        assert!(broken.contains(&rule.id), "{}", rule.id);
    }
}
