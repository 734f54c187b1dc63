//! The report as lines, `faultbook-ndjson/1`: a JSON object a line, as it comes, so that programs can
//! follow a run. Its JSON Schema is `report-lines.schema.json` of this crate.

use std::io::{self, Write};

use faultbook_core::Finding;
use serde_json::{Map, Value, json};

use super::json::{
    is_listed, remark_json, response_json, summary_json, tool_json, unjudged_json, unreadable_json,
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
}

impl Ndjson {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> NdjsonReport<W> {
        NdjsonReport { out, options: self }
    }
}

impl<W: Write> NdjsonReport<W> {
    /// Writes a line. It is handed on in one piece, so that no buffer in between ever hands on a part
    /// of it that it could have held whole.
    fn line(&mut self, kind: &str, object: Value) -> io::Result<()> {
        let mut line = Map::new();
        line.insert("kind".to_owned(), kind.into());
        if let Value::Object(members) = object {
            line.extend(members);
        }
        let text = format!("{}\n", Value::Object(line));
        self.out.write_all(text.as_bytes())
    }
}

impl<W: Write> Report for NdjsonReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        self.line("header", json!({"schema": "faultbook-ndjson/1", "tool": tool_json()}))
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        if !is_listed(judged, self.options.all) {
            return Ok(());
        }
        self.line("response", response_json(judged))
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        self.line("unjudged", unjudged_json(passed))
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        self.line("unreadable", unreadable_json(error))
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        self.line("remark", remark_json(file, finding))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.line("footer", json!({"summary": summary_json(summary)}))?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
