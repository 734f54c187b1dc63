//! Every LINE WORKS case of the corpus: verdict, error, challenges and findings are the expected
//! ones.

use error_headers::AuthParam;
use faultbook_core::{Field, Limits, Response};
use faultbook_corpus::{Case, ExpectedChallenge, Kind, Outcome};
use lineworks_error::{ApiError, EDITION, ROWS, challenges, check, check_challenges};

/// An error that conforms under this status: what stands in where a case gives no body.
fn stand_in(status: Option<u16>) -> Vec<u8> {
    let row = ROWS.iter().find(|row| status.is_none_or(|status| row.status == status));
    let row = row.expect("a documented status");
    ApiError::new(row.code).with_description("stands in").to_json().into_bytes()
}

fn outcome(case: &Case) -> Outcome {
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    let stand_in = stand_in(case.status.filter(|_| case.body.is_none()));
    let body = case.body.unwrap_or(&stand_in);
    let response = Response { status: case.status, fields: &fields, body };
    let judgement = check(&response, &EDITION, &Limits::default());
    if case.body.is_none() {
        let alone = check_challenges(&response, &Limits::default());
        assert_eq!(alone, judgement.findings, "{}: the fields alone", case.id);
    }
    let errors = judgement.errors.iter().map(|located| {
        let members = serde_json::to_value(&located.error).unwrap();
        let codes = vec![located.error.code.to_string()];
        (
            located.pointer.as_deref().unwrap().to_owned(),
            codes,
            members.as_object().unwrap().clone(),
        )
    });
    let challenges = challenges(&response).map(|found| {
        let challenge = found.challenge;
        let token68 = challenge.token68().map(|text| text.as_bytes().to_vec());
        let param =
            |param: &AuthParam<'_>| (param.name().as_bytes().to_vec(), param.bytes().to_vec());
        let params = challenge.params().iter().map(param).collect();
        ExpectedChallenge::new(challenge.scheme().as_bytes().to_vec(), token68, params)
    });
    // Parameters without a scheme are no challenge here.
    let is_listed = case.expect.challenges.iter().flatten().all(|one| !one.scheme.is_empty());
    Outcome {
        verdict: Some(judgement.verdict.as_str()),
        read: Some(ApiError::from_json(body).is_ok()),
        errors: Some(errors.collect()),
        rules: Some(judgement.findings.iter().map(|finding| finding.rule.id).collect()),
        challenges: is_listed.then(|| challenges.collect()),
    }
}

#[test]
fn every_case_is_read_and_judged_as_expected() {
    let cases = faultbook_corpus::cases("lineworks");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    // The grammar of header fields belongs to another layer.
    let differences = cases
        .iter()
        .flat_map(|case| case.differences(&outcome(case), |id| !id.starts_with("header/")));
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
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
