//! The JSON report, `faultbook-report/1`: for programs, and kept stable. Its JSON Schema is
//! `report.schema.json` of this crate.

use std::io::{self, Write};

use faultbook_core::{Finding, Place, Severity, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::excerpt::Positions;
use super::{Coverage, Judged, Passed, Report, Summary, Suppressed};
use crate::input::InputError;

/// How many records are listed that were not judged: they stand behind the responses, and are kept
/// until then. The rest is counted.
const LISTED: usize = 1_000;
const LISTED_WITH_FINDINGS: usize = 100_000;

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
    /// The response that is being written.
    line: Vec<u8>,
    unjudged: Vec<Value>,
    /// How many others were not judged.
    unlisted: usize,
    unreadable: Vec<Value>,
    remarks: Vec<Value>,
}

impl Json {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> JsonReport<W> {
        JsonReport {
            out,
            options: self,
            is_first: true,
            line: Vec::new(),
            unjudged: Vec::new(),
            unlisted: 0,
            unreadable: Vec::new(),
            remarks: Vec::new(),
        }
    }
}

impl<W: Write> Report for JsonReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        let tool = tool_json();
        write!(
            self.out,
            "{{\"schema\": \"faultbook-report/1\",\n \"tool\": {tool},\n \"responses\": ["
        )
    }

    fn lists(&self, verdict: Verdict) -> bool {
        self.options.all || verdict != Verdict::None
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        if !is_listed(judged, self.options.all) {
            return Ok(());
        }
        self.line.clear();
        self.line.extend(if self.is_first { &b"\n  "[..] } else { b",\n  " });
        self.is_first = false;
        let mut object = Object::begin(&mut self.line);
        response_members(&mut object, judged)?;
        object.end();
        self.out.write_all(&self.line)
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        let most = if passed.findings.is_empty() { LISTED } else { LISTED_WITH_FINDINGS };
        if self.unjudged.len() < most {
            self.unjudged.push(unjudged_json(passed));
        } else {
            self.unlisted += 1;
        }
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        self.unreadable.push(unreadable_json(error));
        Ok(())
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        self.remarks.push(remark_json(file, finding));
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let lists = [
            ("unjudged", &mut self.unjudged),
            ("unreadable", &mut self.unreadable),
            ("remarks", &mut self.remarks),
        ];
        let lists =
            lists.map(|(name, list)| format!("\"{name}\": {}", Value::Array(std::mem::take(list))));
        let lists = lists.join(",\n ");
        let summary = summary_json(summary);
        let unlisted = self.unlisted;
        let close = if self.is_first { "" } else { "\n " };
        writeln!(
            self.out,
            "{close}],\n {lists},\n \"unlisted\": {unlisted},\n \"summary\": {summary}}}"
        )?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Whether a response is listed: one that carries no error, and of which nothing is to be said, is
/// only where `all` are asked for.
pub(super) fn is_listed(judged: &Judged<'_>, all: bool) -> bool {
    let outcome = judged.outcome;
    let is_quiet = outcome.findings.is_empty() && judged.suppressed.is_empty();
    all || outcome.verdict != Verdict::None || !is_quiet
}

/// What wrote the report.
pub(crate) fn tool_json() -> Value {
    json!({"name": "faultbook", "version": env!("CARGO_PKG_VERSION")})
}

/// An object that is written member by member. A report has millions of them, and nothing in their
/// names has to be escaped.
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    before: u8,
}

impl<'o> Object<'o> {
    pub(super) fn begin(out: &'o mut Vec<u8>) -> Self {
        Self { out, before: b'{' }
    }

    pub(super) fn member<T: Serialize + ?Sized>(
        &mut self,
        name: &str,
        value: &T,
    ) -> io::Result<()> {
        self.out.extend([self.before, b'"']);
        self.out.extend(name.as_bytes());
        self.out.extend(b"\":");
        self.before = b',';
        Ok(serde_json::to_writer(&mut *self.out, value)?)
    }

    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

/// Writes the members of a judged response.
pub(super) fn response_members(object: &mut Object<'_>, judged: &Judged<'_>) -> io::Result<()> {
    let (origin, outcome) = (&judged.origin, judged.outcome);
    let mut positions = Positions::new(judged.response.body);
    let suppressed = judged.suppressed.iter().map(|Suppressed { finding, reason }| {
        json!({"finding": finding_json(finding, &mut positions), "reason": reason})
    });
    let suppressed: Vec<Value> = suppressed.collect();
    object.member("input", origin.input)?;
    object.member("index", &origin.index)?;
    object.member("offset", &origin.offset)?;
    object.member("url", &origin.url)?;
    object.member("service", outcome.service.name)?;
    object.member("edition", &format_args!("{}", outcome.edition))?;
    object.member("status", &judged.response.status)?;
    object.member("verdict", outcome.verdict.as_str())?;
    object.member("errors", &outcome.errors)?;
    object.member("challenges", &outcome.challenges)?;
    object.member("findings", &findings_json(&outcome.findings, judged.response.body))?;
    object.member("suppressed", &suppressed)
}

/// A record that was not judged.
pub(super) fn unjudged_json(passed: &Passed<'_>) -> Value {
    json!({
        "input": passed.origin.input,
        "index": passed.origin.index,
        "offset": passed.origin.offset,
        "url": passed.origin.url,
        "reason": passed.why.reason,
        "candidates": passed.why.candidates,
        "findings": findings_json(passed.findings, b""),
    })
}

/// An input that could not be read.
pub(super) fn unreadable_json(error: &InputError) -> Value {
    json!({"input": error.name, "reason": error.reason})
}

/// A finding about a file that is no capture.
pub(super) fn remark_json(file: &str, finding: &Finding) -> Value {
    json!({"file": file, "finding": finding_json(finding, &mut Positions::new(b""))})
}

/// The counts over a whole run.
pub(super) fn summary_json(summary: &Summary) -> Value {
    let coverage: serde_json::Map<String, Value> = summary
        .coverage()
        .iter()
        .map(|Coverage { edition, seen, documented }| {
            (edition.to_string(), json!({"seen": seen, "documented": documented}))
        })
        .collect();
    json!({
        "inputs": summary.inputs,
        "unreadable": summary.unreadable,
        "responses": summary.judged(),
        "error": summary.with_verdict(Verdict::Error),
        "none": summary.with_verdict(Verdict::None),
        "malformed": summary.with_verdict(Verdict::Malformed),
        "unjudged": summary.unjudged,
        "broken": summary.broken,
        "incomplete": summary.incomplete,
        "interrupted": summary.interrupted,
        "suppressed": summary.suppressed,
        "findings": {
            "error": summary.with_severity(Severity::Error),
            "warning": summary.with_severity(Severity::Warning),
            "note": summary.with_severity(Severity::Note),
        },
        "coverage": coverage,
    })
}

/// The findings of one body as reports have them.
pub(crate) fn findings_json(findings: &[Finding], body: &[u8]) -> Vec<Value> {
    let mut positions = Positions::new(body);
    findings.iter().map(|finding| finding_json(finding, &mut positions)).collect()
}

/// A finding as reports have it.
pub(crate) fn finding_json(finding: &Finding, positions: &mut Positions<'_>) -> Value {
    json!({
        "rule": finding.rule.id,
        "severity": finding.rule.severity.as_str(),
        "message": finding.rule.title,
        "place": place_json(&finding.place, positions),
        "received": finding.received,
        "documented": finding.documented,
        "source": finding.source,
        "help": finding.help,
    })
}

/// Where a finding points.
pub(super) fn place_json(place: &Place, positions: &mut Positions<'_>) -> Value {
    match place {
        Place::Input { offset } => json!({"part": "input", "offset": offset}),
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
    }
}
