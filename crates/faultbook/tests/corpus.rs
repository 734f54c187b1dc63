//! Every case of the corpus, judged as a user's response is; and every rule has its cases.

use std::collections::BTreeMap;

use faultbook::core::{Field, Limits, Response, common};
use faultbook::{Options, Outcome, judge, judge_headers, rules, service};
use faultbook_corpus::{Case, Header, Verdict};

/// Lends a case as a response.
fn with<R>(case: &Case, f: impl FnOnce(&Response<'_>) -> R) -> R {
    let field = |header: &'_ Header| Field { name: leak(&header.name), value: leak(&header.value) };
    let fields: Vec<Field<'static>> = case.headers.iter().map(field).collect();
    f(&Response { status: case.status, fields: &fields, body: case.body.unwrap_or_default() })
}

/// Tests end soon, and cases live as long as they do.
fn leak(bytes: &[u8]) -> &'static [u8] {
    Box::leak(bytes.to_vec().into_boxed_slice())
}

fn outcome(case: &Case, response: &Response<'_>) -> Outcome {
    let service = service(case.service());
    assert!(service.is_some(), "{}: no such service", case.id);
    let options = Options { service, ..Options::default() };
    judge(response, &options).expect("a service was named")
}

#[test]
fn every_case_of_a_service_is_judged_as_it_expects() {
    let mut failures = Vec::new();
    for case in faultbook_corpus::all().filter(|case| case.service() != "headers") {
        let found = with(case, |response| outcome(case, response));
        // A case without a body is about its header fields.
        let is_expected = |id: &&str| case.body.is_some() || *id != common::EMPTY_BODY.id;
        let ids: Vec<&str> =
            found.findings.iter().map(|finding| finding.rule.id).filter(is_expected).collect();
        if ids != case.expect.rules {
            failures.push(format!("{}: found {ids:?}, expected {:?}", case.id, case.expect.rules));
        }
        let verdict = match case.expect.verdict {
            Some(Verdict::Error) => faultbook::core::Verdict::Error,
            Some(Verdict::None) => faultbook::core::Verdict::None,
            Some(Verdict::Malformed) => faultbook::core::Verdict::Malformed,
            None => found.verdict,
        };
        if verdict != found.verdict {
            failures.push(format!("{}: {}, expected {verdict}", case.id, found.verdict));
        }
        let errors: Vec<_> = found
            .errors
            .iter()
            .map(|error| (error.pointer.clone().unwrap(), error.codes.clone(), &error.members))
            .collect();
        let expected: Vec<_> = case
            .expect
            .errors
            .iter()
            .map(|error| (error.pointer.clone(), error.codes.clone(), error.members.clone()))
            .collect();
        let same = errors.len() == expected.len()
            && errors.iter().zip(&expected).all(|(found, expected)| {
                found.0 == expected.0
                    && found.1 == expected.1
                    && found.2.as_object() == Some(&expected.2)
            });
        if !same {
            failures.push(format!("{}: read {errors:?}, expected {expected:?}", case.id));
        }
        check_challenges(case, &found.challenges, &mut failures);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_header_case_is_judged_as_it_expects() {
    let mut failures = Vec::new();
    let cases = faultbook_corpus::cases("headers");
    assert!(!cases.is_empty());
    for case in cases {
        let judged = with(case, |response| judge_headers(response, &Limits::default()));
        let ids: Vec<&str> = judged.findings.iter().map(|finding| finding.rule.id).collect();
        if ids != case.expect.rules {
            failures.push(format!("{}: found {ids:?}, expected {:?}", case.id, case.expect.rules));
        }
        check_challenges(case, &judged.challenges, &mut failures);
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn check_challenges(case: &Case, found: &[faultbook::ChallengeEntry], failures: &mut Vec<String>) {
    let Some(expected) = &case.expect.challenges else { return };
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let expected: Vec<_> = expected
        .iter()
        .map(|challenge| {
            let params: Vec<_> =
                challenge.params.iter().map(|(name, value)| (text(name), text(value))).collect();
            (text(&challenge.scheme), challenge.token68.as_ref().map(text), params)
        })
        .collect();
    let found: Vec<_> = found
        .iter()
        .map(|entry| (entry.scheme.clone(), entry.token68.clone(), entry.params.clone()))
        .collect();
    if found != expected {
        failures.push(format!("{}: challenges {found:?}, expected {expected:?}", case.id));
    }
}

#[test]
fn pairs_are_the_same_error_but_for_what_they_expect() {
    let mut pairs = 0;
    for case in faultbook_corpus::all() {
        let Some(other) = &case.pair else { continue };
        let other = faultbook_corpus::case(other).expect("a pair has a case");
        let (a, b) = (case.body.unwrap(), other.body.unwrap());
        let comparison =
            faultbook::compare(a, b, service(case.service()), &Limits::default()).unwrap();
        let ids: Vec<&str> = comparison.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, case.expect.pair_rules, "{} and {}", case.id, other.id);
        pairs += 1;
    }
    assert!(pairs >= 16, "the documented Ampache examples alone are 16, found {pairs}");
}

/// Rules that no single case can break, and why.
const WITHOUT_CASES: &[(&str, &str)] =
    &[("ampache/encodings-disagree", "it is broken by a pair: pair_rules of the 4742 example")];

#[test]
fn every_rule_has_a_case_that_breaks_it_and_a_near_miss() {
    let mut breaking: BTreeMap<&str, usize> = BTreeMap::new();
    let mut near: BTreeMap<&str, usize> = BTreeMap::new();
    for case in faultbook_corpus::all() {
        for id in &case.expect.rules {
            *breaking.entry(id).or_default() += 1;
        }
        for id in &case.near_miss {
            assert!(!case.expect.rules.contains(id), "{} breaks {id}: no near miss", case.id);
            *near.entry(id).or_default() += 1;
        }
    }
    let known: Vec<&str> = rules().map(|rule| rule.id).collect();
    for id in breaking.keys().chain(near.keys()) {
        assert!(known.contains(id), "{id} is no rule");
    }
    let mut lacking = Vec::new();
    for id in known {
        if WITHOUT_CASES.iter().any(|(rule, _)| *rule == id) {
            assert!(!breaking.contains_key(id), "{id} has a case after all");
            continue;
        }
        for (what, counts) in [("case that breaks it", &breaking), ("near miss", &near)] {
            if !counts.contains_key(id) {
                lacking.push(format!("{id} has no {what}"));
            }
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn each_service_has_sixty_cases() {
    for service in faultbook::SERVICES {
        let count = faultbook_corpus::cases(service.name).len();
        assert!(count >= 60, "{} has {count} cases", service.name);
    }
}

#[test]
fn the_service_of_a_documented_body_is_recognised() {
    for case in faultbook_corpus::documented() {
        let Some(body) = case.body else { continue };
        let outcome = judge(&Response::new(body), &Options::default());
        let outcome = outcome.unwrap_or_else(|why| panic!("{}: {}", case.id, why.reason));
        assert_eq!(outcome.service.name, case.service(), "{}", case.id);
    }
}
