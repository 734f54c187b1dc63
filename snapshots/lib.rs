//! What a reviewer reads when a document changes: texts for people, compared by the tests of this
//! package. One folder a service.

use std::fmt::Write as _;

use faultbook::core::{Field, Finding, Limits, Response};
use faultbook::report::{Human, Judged, Origin, Report as _};
use faultbook::{Options, Outcome, edition, judge, judge_headers, service};
use faultbook_corpus::Case;

/// Compares a text with the snapshot `folder/name.snap` of this package.
///
/// # Panics
///
/// Where the two differ.
pub fn compare(folder: &str, name: &str, description: &str, text: &str) {
    let mut settings = insta::Settings::new();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    settings.set_snapshot_path(root.join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description(description);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Lends a case as a response.
pub fn with_response<R>(case: &Case, f: impl FnOnce(&Response<'_>) -> R) -> R {
    let fields: Vec<Field<'_>> = case
        .headers
        .iter()
        .map(|header| Field { name: &header.name, value: &header.value })
        .collect();
    f(&Response { status: case.status, fields: &fields, body: case.body.unwrap_or_default() })
}

/// Judges a case as one of its service; a case of header fields alone by those.
pub fn judge_case(case: &Case, response: &Response<'_>) -> Outcome {
    let named = service(case.service()).unwrap_or(faultbook::SERVICES[0]);
    let edition = case.edition.as_deref().and_then(edition).map(|(_, edition)| edition);
    let options = Options { service: Some(named), edition, ..Options::default() };
    let Ok(mut outcome) = judge(response, &options) else { unreachable!("a service is named") };
    if case.body.is_none() {
        if case.service() == "headers" {
            outcome.findings = judge_headers(response, &Limits::default()).findings;
        } else {
            // The case is about its header fields; that it shows no body is no finding.
            outcome.findings.retain(|finding| finding.rule.id != "common/empty-body");
        }
    }
    outcome
}

/// Renders findings as `faultbook check` prints them.
///
/// # Panics
///
/// Never: memory can be written to.
pub fn render(
    name: &str,
    response: &Response<'_>,
    outcome: &Outcome,
    findings: &[Finding],
) -> String {
    let shown = Outcome {
        service: outcome.service,
        edition: outcome.edition,
        verdict: outcome.verdict,
        errors: Vec::new(),
        challenges: Vec::new(),
        findings: findings.to_vec(),
    };
    let mut out = Vec::new();
    let options = Human { color: false, all: false, quiet: true };
    let origin = Origin { input: name, index: 0, offset: None, url: None };
    let judged = Judged { origin, response, outcome: &shown, suppressed: &[], fingerprints: &[] };
    let written = options.report(&mut out).judged(&judged);
    assert!(written.is_ok(), "memory can be written to");
    String::from_utf8_lossy(&out).trim_end().to_owned()
}

/// Text between two lines, as it stands; what is no UTF-8 as U+FFFD.
pub fn block(bytes: &[u8]) -> String {
    const LINE: &str = "------------------------------------------------------------";
    format!("{LINE}\n{}\n{LINE}\n", String::from_utf8_lossy(bytes))
}

/// What was read from a response, for a reader who knows the document and no Rust.
pub fn reading(outcome: &Outcome) -> String {
    let mut text = String::new();
    for error in &outcome.errors {
        let place = match error.pointer.as_deref() {
            Some("") => "the body itself".to_owned(),
            Some(pointer) => pointer.to_owned(),
            None => "a place too deep to name".to_owned(),
        };
        let _ = writeln!(text, "error: {place}");
        for code in &error.codes {
            let row = outcome.edition.rows(code).next();
            let meaning = row.map_or("not documented", |row| row.summary);
            let _ = writeln!(text, "    code {code}: {meaning}");
        }
        if let Some(members) = error.members.value().as_object() {
            for (name, value) in members {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let _ = writeln!(text, "    {name} = {value}");
            }
        }
    }
    for challenge in &outcome.challenges {
        let _ = writeln!(text, "challenge: {}", challenge.scheme);
        if let Some(token68) = &challenge.token68 {
            let _ = writeln!(text, "    token68 {token68}");
        }
        for (name, value) in &challenge.params {
            let _ = writeln!(text, "    {name} = {value}");
        }
    }
    text
}
