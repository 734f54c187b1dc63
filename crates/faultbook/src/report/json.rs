//! The JSON report, `faultbook-report/1`: for programs, and kept stable. Its JSON Schema is
//! `report.schema.json` of this crate.

use std::io::{self, Write};

use faultbook_core::{Finding, Place, Severity, Verdict};
use serde_json::{Value, json};

use super::excerpt::Positions;
use super::{Judged, Report, Summary};
use crate::judge::Unjudged;

/// What the JSON report holds besides errors and findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json {
    /// Also responses that carry no error and break no rule.
    pub all: bool,
}

/// Writes [`Json`] reports, a response a line.
#[derive(Debug)]
pub struct JsonReport<W> {
    out: W,
    options: Json,
    is_first: bool,
    unjudged: Vec<Value>,
}

impl Json {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> JsonReport<W> {
        JsonReport { out, options: self, is_first: true, unjudged: Vec::new() }
    }
}

impl<W: Write> Report for JsonReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        let tool = json!({"name": "faultbook", "version": env!("CARGO_PKG_VERSION")});
        write!(
            self.out,
            "{{\"schema\": \"faultbook-report/1\",\n \"tool\": {tool},\n \"responses\": ["
        )
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let outcome = judged.outcome;
        if outcome.verdict == Verdict::None && outcome.findings.is_empty() && !self.options.all {
            return Ok(());
        }
        let errors: Vec<Value> = outcome
            .errors
            .iter()
            .map(|error| {
                json!({
                    "pointer": error.pointer,
                    "code": error.code,
                    "codes": error.codes,
                    "known": error.known,
                    "members": error.members,
                })
            })
            .collect();
        let findings = findings_json(&outcome.findings, judged.response.body);
        let response = json!({
            "input": judged.input,
            "index": judged.index,
            "service": outcome.service.name,
            "edition": outcome.edition.to_string(),
            "status": judged.response.status,
            "verdict": outcome.verdict.as_str(),
            "errors": errors,
            "challenges": outcome.challenges,
            "findings": findings,
        });
        let before = if self.is_first { "\n  " } else { ",\n  " };
        self.is_first = false;
        write!(self.out, "{before}{response}")
    }

    fn unjudged(&mut self, input: &str, index: usize, why: &Unjudged) -> io::Result<()> {
        self.unjudged.push(json!({
            "input": input,
            "index": index,
            "reason": why.reason,
            "candidates": why.candidates,
        }));
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let coverage: serde_json::Map<String, Value> = summary
            .coverage
            .iter()
            .map(|(edition, (seen, documented))| {
                (edition.clone(), json!({"seen": seen.len(), "documented": documented}))
            })
            .collect();
        let summary = json!({
            "inputs": summary.inputs,
            "unreadable": summary.unreadable,
            "responses": summary.judged(),
            "error": summary.with_verdict(Verdict::Error),
            "none": summary.with_verdict(Verdict::None),
            "malformed": summary.with_verdict(Verdict::Malformed),
            "unjudged": summary.unjudged,
            "findings": {
                "error": summary.with_severity(Severity::Error),
                "warning": summary.with_severity(Severity::Warning),
                "note": summary.with_severity(Severity::Note),
            },
            "coverage": coverage,
        });
        let unjudged = Value::Array(std::mem::take(&mut self.unjudged));
        let close = if self.is_first { "" } else { "\n " };
        writeln!(self.out, "{close}],\n \"unjudged\": {unjudged},\n \"summary\": {summary}}}")?;
        self.out.flush()
    }
}

/// The findings of one body as reports have them.
pub(crate) fn findings_json(findings: &[Finding], body: &[u8]) -> Vec<Value> {
    let mut positions = Positions::new(body);
    findings.iter().map(|finding| finding_json(finding, &mut positions)).collect()
}

fn finding_json(finding: &Finding, positions: &mut Positions<'_>) -> Value {
    let place = match &finding.place {
        Place::Status => json!({"part": "status"}),
        Place::Field { index, name, span } => {
            json!({"part": "header", "index": index, "name": name, "start": span.start, "end": span.end})
        }
        Place::Body { span, pointer } => {
            let position = positions.of(span.start);
            json!({
                "part": "body",
                "pointer": pointer,
                "start": span.start,
                "end": span.end,
                "line": position.line,
                "column": position.column,
            })
        }
    };
    json!({
        "rule": finding.rule.id,
        "severity": finding.rule.severity.as_str(),
        "message": finding.rule.title,
        "place": place,
        "received": finding.received,
        "documented": finding.documented,
        "source": finding.source,
        "help": finding.help,
    })
}
