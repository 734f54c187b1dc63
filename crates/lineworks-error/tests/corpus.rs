//! Every LINE WORKS case of the corpus: verdict, error, challenges and findings are the expected
//! ones.

use faultbook_core::{Field, Limits, Response};
use faultbook_corpus::{Case, Kind, Read};
use lineworks_error::{ApiError, EDITION, ROWS, RULES, challenges, check, check_challenges};
use serde_json::{Map, Value};

fn members(error: &ApiError<'_>) -> Map<String, Value> {
    let texts =
        [("code", Some(error.code.as_str())), ("description", error.description.as_deref())];
    texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))).collect()
}

/// An error that conforms under this status: what stands in where a case gives no body.
fn stand_in(status: Option<u16>) -> Vec<u8> {
    let row = ROWS.iter().find(|row| status.is_none_or(|status| row.status == status));
    let row = row.expect("a documented status");
    ApiError::new(row.code).with_description("stands in").to_json().into_bytes()
}

/// What differs from what is expected, as text.
fn differences(case: &Case) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differ = |what: &str, got: String, expected: String| {
        if got != expected {
            faults.push(format!("{}: {what}\n     got {got}\nexpected {expected}", case.id));
        }
    };
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    let stand_in = stand_in(case.status.filter(|_| case.body.is_none()));
    let body = case.body.unwrap_or(&stand_in);
    let response = Response { status: case.status, fields: &fields, body };
    let judgement = check(&response, &EDITION, &Limits::default());

    // The grammar of header fields has rules of its own, which are not judged here.
    let expected: Vec<&str> = case
        .expect
        .rules
        .iter()
        .map(String::as_str)
        .filter(|id| !id.starts_with("header/"))
        .collect();
    let got: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
    differ("rules", format!("{got:?}"), format!("{expected:?}"));

    if let Some(expected) = &case.expect.challenges {
        let got: Vec<_> = challenges(&response)
            .map(|found| {
                let challenge = found.challenge;
                let token68 = challenge.token68().map(|text| text.as_bytes().to_vec());
                let params = challenge.params().iter();
                let params: Vec<_> = params
                    .map(|param| (param.name().as_bytes().to_vec(), param.bytes().to_vec()))
                    .collect();
                (challenge.scheme().as_bytes().to_vec(), token68, params)
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            // Parameters without a scheme are no challenge.
            .filter(|challenge| !challenge.scheme.is_empty())
            .map(|c| (c.scheme.clone(), c.token68.clone(), c.params.clone()))
            .collect();
        differ("challenges", format!("{got:?}"), format!("{expected:?}"));
    }

    if case.body.is_none() {
        let alone = check_challenges(&response, &Limits::default());
        differ(
            "rules of the fields alone",
            format!("{alone:?}"),
            format!("{:?}", judgement.findings),
        );
        return faults;
    }
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
    let cases = faultbook_corpus::cases("lineworks");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let faults: Vec<String> = cases.iter().flat_map(differences).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Each rule has a case that breaks it and nothing else, and one that comes close and does not.
#[test]
fn every_rule_has_a_case_and_a_near_miss() {
    let cases = faultbook_corpus::cases("lineworks");
    for rule in RULES.iter().chain(faultbook_core::common::RULES) {
        let alone = match rule.id {
            // LINE WORKS has no XML.
            "common/malformed-xml" | "common/document-type" => continue,
            // A limit is reached by what breaks other rules; under a status that is not documented
            // the code is not either, or it breaks a rule of its own.
            "common/limit" | "lineworks/undocumented-status" => false,
            _ => true,
        };
        let broken = cases.iter().any(|case| {
            let rules = &case.expect.rules;
            if alone { *rules == [rule.id] } else { rules.iter().any(|id| id == rule.id) }
        });
        assert!(broken, "no case breaks {}", rule.id);
        let near = |case: &&Case| case.near_miss.iter().any(|id| id == rule.id);
        let mut near = cases.iter().filter(near).peekable();
        assert!(near.peek().is_some(), "no case comes close to {}", rule.id);
        for case in near {
            assert!(!case.expect.rules.iter().any(|id| id == rule.id), "{} breaks it", case.id);
        }
    }
}

/// Every row of the document's table is a case that conforms, under its status.
#[test]
fn every_row_has_a_case() {
    for row in ROWS {
        let found = faultbook_corpus::cases("lineworks").iter().any(|case| {
            let code = case.expect.errors.first().map(|error| error.codes[0].as_str());
            case.kind == Kind::Conforming
                && case.status == Some(row.status)
                && code.is_some_and(|code| row.code_row().unwrap().matches(code))
        });
        assert!(found, "{} under {}", row.code, row.status);
    }
}

#[test]
fn a_case_is_of_the_kind_it_says() {
    for case in faultbook_corpus::cases("lineworks") {
        let findings = !case.expect.rules.is_empty();
        match case.kind {
            // The document's examples have placeholders in them.
            Kind::Documented => {}
            Kind::Conforming => assert!(!findings, "{}", case.id),
            Kind::Violating | Kind::Malformed => assert!(findings, "{}", case.id),
        }
    }
}
