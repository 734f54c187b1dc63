//! Every Ampache case of the corpus: verdict, errors and findings are the expected ones.

use ampache_error::{ApiError, EDITION, RULES, check, compare};
use faultbook_core::{Field, Limits, Response};
use faultbook_corpus::{Case, Kind, Read};
use serde_json::{Map, Value};

fn members(error: &ApiError<'_>) -> Map<String, Value> {
    let texts = [
        ("errorCode", Some(error.code.as_str())),
        ("errorAction", error.action.as_deref()),
        ("errorType", error.error_type.as_deref()),
        ("errorMessage", error.message.as_deref()),
    ];
    texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect()
}

/// What differs from what is expected, as text.
fn differences(case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differ = |what: &str, got: String, expected: String| {
        if got != expected {
            faults.push(format!("{}: {what}\n     got {got}\nexpected {expected}", case.id));
        }
    };
    let body = case.body.expect("every Ampache case has a body");
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    let response = Response { status: case.status, fields: &fields, body };
    let judgement = check(&response, &EDITION, &Limits::default());

    let verdict = case.expect.verdict.map(faultbook_corpus::Verdict::as_str);
    differ("verdict", format!("{:?}", Some(judgement.verdict.as_str())), format!("{verdict:?}"));

    let got: Vec<_> = judgement
        .errors
        .iter()
        .map(|located| {
            let code = located.error.code.as_str().to_owned();
            (located.pointer.clone().unwrap(), vec![code], members(&located.error))
        })
        .collect();
    let expected = case.expect.errors.iter();
    let expected: Vec<_> = expected
        .map(|error| (error.pointer.clone(), error.codes.clone(), error.members.clone()))
        .collect();
    differ("errors", format!("{got:#?}"), format!("{expected:#?}"));

    // Header fields have rules of their own, which are not judged here.
    let got: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    let expected: Vec<&str> = case
        .expect
        .rules
        .iter()
        .map(String::as_str)
        .filter(|id| !id.starts_with("header/"))
        .collect();
    differ("rules", format!("{got:?}"), format!("{expected:?}"));

    let read = ApiError::from_bytes(body);
    match case.expect.read {
        Read::Accept => differ("read", read.is_ok().to_string(), "true".to_owned()),
        Read::Reject => differ("read", read.is_ok().to_string(), "false".to_owned()),
        Read::Either => {}
    }

    if let Some(pair) = &case.pair {
        let other = faultbook_corpus::case(pair).expect(pair).body.expect(pair);
        let findings = compare(other, body).expect(pair);
        let got: Vec<&str> = findings.iter().map(|finding| finding.rule.id).collect();
        differ("pair", format!("{got:?}"), format!("{:?}", case.expect.pair_rules));
    }
    faults
}

#[test]
fn every_case_is_read_and_judged_as_expected() {
    let cases: Vec<&Case> = faultbook_corpus::cases("ampache").iter().collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let faults: Vec<String> = cases.iter().flat_map(|case| differences(case)).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Each rule has a case that breaks it and nothing else, and one that comes close and does not.
#[test]
fn every_rule_has_a_case_and_a_near_miss() {
    let cases = faultbook_corpus::cases("ampache");
    for rule in RULES.iter().chain(faultbook_core::common::RULES) {
        let broken = cases
            .iter()
            .any(|case| case.expect.rules == [rule.id] || case.expect.pair_rules == [rule.id]);
        assert!(broken, "no case breaks {} alone", rule.id);
        let near = |case: &&Case| case.near_miss.iter().any(|id| id == rule.id);
        let mut near = cases.iter().filter(near).peekable();
        assert!(near.peek().is_some(), "no case comes close to {}", rule.id);
        for case in near {
            let broken = case.expect.rules.iter().chain(&case.expect.pair_rules);
            assert!(!broken.into_iter().any(|id| id == rule.id), "{} breaks it", case.id);
        }
    }
}

#[test]
fn a_case_is_of_the_kind_it_says() {
    for case in faultbook_corpus::cases("ampache") {
        let findings = !case.expect.rules.is_empty();
        match case.kind {
            Kind::Documented | Kind::Conforming => assert!(!findings, "{}", case.id),
            Kind::Violating | Kind::Malformed => assert!(findings, "{}", case.id),
        }
    }
}
