//! Every case of the corpus, judged as a user's response is; and every rule has its cases.

use std::collections::{BTreeMap, BTreeSet};

use faultbook::core::{Field, Limits, Response, common};
use faultbook::{ChallengeEntry, Options, Outcome, edition, judge, judge_headers, rules, service};
use faultbook_corpus::{Case, ExpectedChallenge, Header};

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
    let edition = case.edition.as_deref().and_then(edition).map(|(_, edition)| edition);
    assert!(edition.is_some(), "{}: no such edition", case.id);
    let options = Options { service, edition, ..Options::default() };
    judge(response, &options).expect("a service was named")
}

/// The challenges as the corpus has them: bytes, which reports show as text.
fn challenges(found: &[ChallengeEntry], case: &Case) -> Vec<ExpectedChallenge> {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let expected = case.expect.challenges.iter().flatten().flat_map(|challenge| {
        let params = challenge.params.iter().flat_map(|(name, value)| [name, value]);
        params.chain(&challenge.token68).chain([&challenge.scheme])
    });
    // A report shows bytes that are no text as U+FFFD: here they stand for those expected.
    let expected: Vec<&Vec<u8>> = expected.collect();
    let bytes = |text: &str| {
        let meant = expected.iter().find(|bytes| shown(bytes) == text);
        meant.map_or_else(|| text.as_bytes().to_vec(), |bytes| (*bytes).clone())
    };
    found
        .iter()
        .map(|entry| {
            let params = entry.params.iter().map(|(name, value)| (bytes(name), bytes(value)));
            let token68 = entry.token68.as_deref().map(bytes);
            ExpectedChallenge::new(bytes(&entry.scheme), token68, params.collect())
        })
        .collect()
}

#[test]
fn every_case_of_a_service_is_judged_as_it_expects() {
    let mut failures = Vec::new();
    for case in faultbook_corpus::all().filter(|case| case.service() != "headers") {
        let found = with(case, |response| outcome(case, response));
        // A case without a body is about its header fields.
        let is_expected = |id: &&str| case.body.is_some() || *id != common::EMPTY_BODY.id;
        let errors = found.errors.iter().map(|error| {
            let members = error.members.value().as_object().cloned().unwrap_or_default();
            let codes = error.codes.iter().map(ToString::to_string).collect();
            (error.pointer.as_deref().unwrap().to_owned(), codes, members)
        });
        let outcome = faultbook_corpus::Outcome {
            verdict: Some(found.verdict.as_str()),
            errors: Some(errors.collect()),
            rules: Some(
                found.findings.iter().map(|finding| finding.rule.id).filter(is_expected).collect(),
            ),
            challenges: Some(challenges(&found.challenges, case)),
            read: None,
        };
        failures.extend(case.differences(&outcome, |_| true));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_header_case_is_judged_as_it_expects() {
    let mut failures = Vec::new();
    let cases = faultbook_corpus::cases("headers");
    assert!(cases.len() >= 40, "{} cases", cases.len());
    for case in cases {
        let judged = with(case, |response| judge_headers(response, &Limits::default()));
        let outcome = faultbook_corpus::Outcome {
            rules: Some(judged.findings.iter().map(|finding| finding.rule.id).collect()),
            challenges: Some(challenges(&judged.challenges, case)),
            ..faultbook_corpus::Outcome::default()
        };
        failures.extend(case.differences(&outcome, |_| true));
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
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

/// Rules that cannot be broken without another one, and why.
const NEVER_ALONE: &[(&str, &str)] = &[(
    "lineworks/undocumented-status",
    "a code that is documented has another status, and one that is not breaks a rule of its own",
)];

#[test]
fn every_rule_has_a_case_that_breaks_it_and_a_near_miss() {
    let mut breaking: BTreeMap<&str, usize> = BTreeMap::new();
    let mut alone: BTreeMap<&str, usize> = BTreeMap::new();
    let mut near: BTreeMap<&str, usize> = BTreeMap::new();
    for case in faultbook_corpus::all() {
        for id in &case.expect.rules {
            *breaking.entry(id).or_default() += 1;
        }
        if case.expect.rules.iter().collect::<BTreeSet<_>>().len() == 1 {
            *alone.entry(&case.expect.rules[0]).or_default() += 1;
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
    // The corpus has responses: what is said of captures, of baselines and of documents is not about
    // one. Their rules are broken, and nearly broken, in `captures.rs`, `captures_http.rs`,
    // `baseline.rs`, `drift.rs` and `lint_doc.rs`.
    let others = ["capture/", "baseline/", "drift/", "document/"];
    let is_of_responses = |id: &&str| !others.iter().any(|group| id.starts_with(group));
    for id in known.into_iter().filter(is_of_responses) {
        if WITHOUT_CASES.iter().any(|(rule, _)| *rule == id) {
            assert!(!breaking.contains_key(id), "{id} has a case after all");
            continue;
        }
        let breaking = if NEVER_ALONE.iter().any(|(rule, _)| *rule == id) {
            assert!(!alone.contains_key(id), "{id} is broken alone after all");
            &breaking
        } else {
            &alone
        };
        for (what, counts) in [("case that breaks it", breaking), ("near miss", &near)] {
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
