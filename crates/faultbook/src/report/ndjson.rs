//! The report as lines, `faultbook-ndjson/1`: a JSON object a line, as it comes, so that programs can
//! follow a run. Its JSON Schema is `report-lines.schema.json` of this crate.

use std::io::{self, Write};

use faultbook_core::{Finding, Verdict};
use serde_json::{Value, json};

use super::json::{
    Object, is_listed, remark_json, response_members, summary_json, tool_json, unjudged_json,
    unreadable_json,
};
use super::{Judged, Passed, Report, Summary};
use crate::input::InputError;

/// What the report holds besides errors and findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ndjson {
    /// Also responses that carry no error and break no rule.
    pub all: bool,
}

/// Writes [`Ndjson`] reports.
///
/// Every line says its `kind`: a `header` first, then one `response`, `unjudged`, `unreadable` or
/// `remark` after the other, each the same object as in the JSON report, and the `footer` with the
/// summary last. A report without a footer is not complete.
#[derive(Debug)]
pub struct NdjsonReport<W> {
    out: W,
    options: Ndjson,
    /// The line that is being made.
    line: Vec<u8>,
}

impl Ndjson {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> NdjsonReport<W> {
        NdjsonReport { out, options: self, line: Vec::new() }
    }
}

impl<W: Write> NdjsonReport<W> {
    /// Writes a line. It is handed on in one piece, so that no buffer in between ever hands on a part
    /// of it that it could have held whole.
    fn line(
        &mut self,
        kind: &'static str,
        members: impl FnOnce(&mut Object<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.line.clear();
        let mut object = Object::begin(&mut self.line);
        object.member("kind", kind)?;
        members(&mut object)?;
        object.end();
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }
}

/// The members of an object as they are.
fn all_of(object: Value) -> impl FnOnce(&mut Object<'_>) -> io::Result<()> {
    move |line| {
        let Value::Object(members) = object else { return Ok(()) };
        members.iter().try_for_each(|(name, value)| line.member(name, value))
    }
}

impl<W: Write> Report for NdjsonReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        let header = json!({"schema": "faultbook-ndjson/1", "tool": tool_json()});
        self.line("header", all_of(header))
    }

    fn lists(&self, verdict: Verdict) -> bool {
        self.options.all || verdict != Verdict::None
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        if !is_listed(judged, self.options.all) {
            return Ok(());
        }
        self.line("response", |line| response_members(line, judged))
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        self.line("unjudged", all_of(unjudged_json(passed)))
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        self.line("unreadable", all_of(unreadable_json(error)))
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        self.line("remark", all_of(remark_json(file, finding)))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.line("footer", all_of(json!({"summary": summary_json(summary)})))?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
