//! Every Groove case of the corpus is read and judged as it expects.

use faultbook_core::{Field, Limits, Response};
use faultbook_corpus::{Case, Outcome};
use groove_error::{ApiError, EDITION, check};

fn outcome(case: &Case) -> Outcome {
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    let body = case.body.expect("every Groove case has a body");
    let response = Response { status: case.status, fields: &fields, body };
    let judgement = check(&response, &EDITION, &Limits::default());
    let errors = judgement.errors.iter().map(|located| {
        let members = serde_json::to_value(&located.error).unwrap();
        let codes = vec![located.error.code.to_string()];
        (
            located.pointer.as_deref().unwrap().to_owned(),
            codes,
            members.as_object().unwrap().clone(),
        )
    });
    Outcome {
        verdict: Some(judgement.verdict.as_str()),
        read: Some(ApiError::from_json(body).is_ok()),
        errors: Some(errors.collect()),
        rules: Some(judgement.findings.iter().map(|finding| finding.rule.id).collect()),
        challenges: None,
    }
}

#[test]
fn every_case_is_read_and_judged_as_expected() {
    let cases = faultbook_corpus::cases("groove");
    assert!(cases.len() >= 60, "{} cases", cases.len());
    // The rules of header fields belong to another layer.
    let differences = cases
        .iter()
        .flat_map(|case| case.differences(&outcome(case), |id| !id.starts_with("header/")));
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
