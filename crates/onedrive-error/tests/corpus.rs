//! Every OneDrive case of the corpus: verdict, errors and findings are the expected ones.

use faultbook_core::{Field, Limits, Response, Rule, common};
use faultbook_corpus::{Case, Read, Verdict};
use onedrive_error::{ApiError, Code, EDITION, RULES, check};
use serde_json::{Map, Value};

/// The error with the document's member names, inner errors inside each other.
fn members(error: &ApiError<'_>) -> Map<String, Value> {
    let object = |code: Option<&str>, message: Option<&str>, inner: Option<Map<String, Value>>| {
        let texts = [("code", code), ("message", message)];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name, text?.into())));
        let inner = inner.map(|inner| ("innererror", Value::Object(inner)));
        texts.chain(inner).map(|(name, value)| (name.to_owned(), value)).collect()
    };
    let inner = error.inner.iter().rev().fold(None, |inside, inner| {
        Some(object(inner.code.as_ref().map(Code::as_str), None, inside))
    });
    object(Some(error.code.as_str()), error.message.as_deref(), inner)
}

/// What differs from what is expected, as text.
fn differences(case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differ = |what: &str, got: String, expected: String| {
        if got != expected {
            faults.push(format!("{}: {what}\n     got {got}\nexpected {expected}", case.id));
        }
    };
    let body = case.body.expect("every OneDrive case has a body");
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    let response = Response { status: case.status, fields: &fields, body };
    let judgement = check(&response, &EDITION, &Limits::default());

    let verdict = case.expect.verdict.map(Verdict::as_str);
    differ("verdict", format!("{:?}", Some(judgement.verdict.as_str())), format!("{verdict:?}"));

    let got: Vec<_> = judgement
        .errors
        .iter()
        .map(|located| {
            let codes: Vec<String> = located.error.codes().map(ToString::to_string).collect();
            (located.pointer.clone().unwrap(), codes, members(&located.error))
        })
        .collect();
    let expected = case.expect.errors.iter();
    let expected: Vec<_> = expected
        .map(|error| (error.pointer.clone(), error.codes.clone(), error.members.clone()))
        .collect();
    differ("errors", format!("{got:#?}"), format!("{expected:#?}"));

    // Header fields have rules of their own, which are not judged here.
    let got: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    let expected = case.expect.rules.iter().map(String::as_str);
    let expected: Vec<&str> = expected.filter(|id| !id.starts_with("header/")).collect();
    differ("rules", format!("{got:?}"), format!("{expected:?}"));

    let read = ApiError::from_json(body);
    match case.expect.read {
        Read::Accept => differ("read", read.is_ok().to_string(), "true".to_owned()),
        Read::Reject => differ("read", read.is_ok().to_string(), "false".to_owned()),
        Read::Either => {}
    }
    faults
}

#[test]
fn every_case_is_read_and_judged_as_expected() {
    let cases = faultbook_corpus::cases("onedrive");
    assert!(cases.len() >= 100, "{} cases", cases.len());
    let faults: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Each rule has a case that breaks it, alone where that can be, and one that comes close.
#[test]
fn every_rule_has_a_case_and_a_near_miss() {
    let cases = faultbook_corpus::cases("onedrive");
    // There is no XML here.
    let json = |rule: &&&Rule| !matches!(rule.id, "common/malformed-xml" | "common/document-type");
    for rule in RULES.iter().chain(common::RULES.iter().filter(json)) {
        let broken = cases.iter().any(|case| {
            // What goes past the limit of findings is more than one finding.
            let others = &case.expect.rules;
            others == &[rule.id]
                || (rule.id == common::LIMIT.id && others.contains(&rule.id.into()))
        });
        assert!(broken, "no case breaks {} alone", rule.id);
        let near = cases.iter().any(|case| case.near_miss.iter().any(|id| id == rule.id));
        assert!(near, "no case comes close to {}", rule.id);
    }
}

/// The rules that cases name are rules that there are.
#[test]
fn no_case_names_a_rule_that_is_not() {
    let known: Vec<&str> = RULES.iter().chain(common::RULES).map(|rule| rule.id).collect();
    for case in faultbook_corpus::cases("onedrive") {
        for id in case.expect.rules.iter().chain(&case.near_miss) {
            let header = id.starts_with("header/");
            assert!(header || known.contains(&id.as_str()), "{}: {id}", case.id);
        }
    }
}
