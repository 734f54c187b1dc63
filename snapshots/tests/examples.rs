//! One snapshot a documented example: its bytes, what is read from them, what is found.

use std::fmt::Write as _;

use faultbook::core::Limits;
use faultbook::service;
use faultbook_corpus::{Case, Source, case, documented};
use faultbook_snapshots::{block, compare, judge_case, reading, render, with_response};

#[test]
fn every_documented_example() {
    let mut bodies = 0;
    let mut fields = 0;
    for case in documented() {
        bodies += usize::from(case.body.is_some());
        fields += case.headers.len();
        compare(
            &format!("{}/examples", case.service()),
            case.name().trim_start_matches("documented-"),
            &case.title,
            &describe(case),
        );
    }
    assert_eq!((bodies, fields), (19, 4), "19 bodies, 3 challenges and the field's general form");
}

fn describe(case: &Case) -> String {
    let mut text = String::new();
    match &case.source {
        Source::Document { document, section } => {
            let _ = writeln!(text, "document: {document}, {section}");
        }
        Source::Field { field } => {
            let _ = writeln!(text, "seen in practice: {field}");
        }
    }
    if let Some(erratum) = &case.erratum {
        let _ = writeln!(text, "known erratum of {}: {}", erratum.of, erratum.says);
    }
    with_response(case, |response| {
        match response.status {
            Some(status) => _ = writeln!(text, "status: {status}"),
            None => _ = writeln!(text, "status: not given"),
        }
        for header in &case.headers {
            let _ = write!(
                text,
                "field {}:\n{}",
                String::from_utf8_lossy(&header.name),
                block(&header.value)
            );
        }
        if let Some(body) = case.body {
            let _ = write!(text, "body, {} bytes:\n{}", body.len(), block(body));
        }
        let outcome = judge_case(case, response);
        if case.body.is_some() {
            let _ = writeln!(text, "verdict: {}", outcome.verdict);
        }
        text.push_str(&reading(&outcome));
        if outcome.findings.is_empty() {
            text.push_str("findings: none\n");
        } else {
            let name = case.path.as_deref().unwrap_or("example");
            let _ = write!(
                text,
                "findings:\n\n{}\n",
                render(name, response, &outcome, &outcome.findings)
            );
        }
        if let (Some(other), Some(body)) = (&case.pair, case.body) {
            text.push_str(&compared(case, body, other));
        }
    });
    text
}

/// How the other encoding of the same error differs.
fn compared(this: &Case, body: &[u8], other: &str) -> String {
    let Some((other, pair)) = case(other).and_then(|case| Some((case, case.body?))) else {
        return format!("compared with {other}: no such case\n");
    };
    let comparison = faultbook::compare(body, pair, service(this.service()), &Limits::default());
    match comparison {
        Err(why) => format!("compared with {}: {}\n", other.id, why.reason),
        Ok(comparison) if comparison.findings.is_empty() => {
            format!("compared with {}: the same error\n", other.id)
        }
        Ok(comparison) => {
            let mut text = format!("compared with {}:\n", other.id);
            for finding in comparison.findings {
                let _ = writeln!(
                    text,
                    "    {}: received {}; documented: {}",
                    finding.rule.id, finding.received, finding.documented
                );
            }
            text
        }
    }
}
