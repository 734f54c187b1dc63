//! `faultbook lint-doc`.

use std::io;
use std::path::Path;

use faultbook_core::{Edition, Place};
use serde_json::{Value, json};

use super::documents::{read, write};
use super::{Exit, is_colored, output, remark};
use crate::changes::report::cell;
use crate::cli::{ChangesFormat, Color, LintDoc};
use crate::document::Document;
use crate::lint::{Found, UNREAD, lint};
use crate::report::excerpt::Positions;
use crate::report::{
    Human, Report, Sarif, Summary, Suppressed, counted, finding_json, report_text, tool_json,
};
use crate::services::Service;

pub(super) fn run(args: &LintDoc, color: Color) -> io::Result<Exit> {
    let service = args.service;
    let edition = service.default_edition();
    let documents = args
        .documents
        .iter()
        .map(|path| read(path, service))
        .collect::<io::Result<Vec<Document>>>()?;
    let mut found = lint(service, edition, &documents);
    let before = found.len();
    if args.known {
        found.retain(|found| found.erratum.is_none());
    }
    let left_out = before - found.len();
    let to = args.output.as_deref();
    let files = Files { service, edition, documents: &documents };
    match args.format {
        ChangesFormat::Human => files.human(&found, is_colored(color, to.is_some()), to)?,
        ChangesFormat::Json => write(&format!("{:#}\n", files.json(&found, left_out)), to)?,
        ChangesFormat::Sarif => files.sarif(&found, to)?,
        ChangesFormat::Markdown => write(&files.markdown(&found), to)?,
    }
    if args.format == ChangesFormat::Human {
        if left_out > 0 {
            let count = counted(left_out, "known contradiction");
            remark(&format!("{count} left out"));
        }
        if found.is_empty() {
            let names: Vec<&str> = documents.iter().map(|read| read.name.as_str()).collect();
            remark(&format!("{}: nothing found", names.join(", ")));
        }
    }
    let is_incomplete = found.iter().any(|found| found.finding.rule.id == UNREAD.id);
    Ok(match (is_incomplete, found.is_empty()) {
        (true, _) => Exit::Trouble,
        (false, true) => Exit::Fine,
        (false, false) => Exit::Findings,
    })
}

/// What was looked at.
struct Files<'d> {
    service: &'static Service,
    edition: &'static Edition,
    documents: &'d [Document],
}

impl Files<'_> {
    /// Each document with its findings, as a report has them: a known one says why in its help.
    fn judged(&self, report: &mut dyn Report, found: &[Found], known: Known) -> io::Result<()> {
        for (index, document) in self.documents.iter().enumerate() {
            let mut findings = Vec::new();
            let mut suppressed = Vec::new();
            for found in found.iter().filter(|found| found.document == index) {
                let mut finding = found.finding.clone();
                match (&found.erratum, known) {
                    (Some(reason), Known::Suppressed) => {
                        suppressed.push(Suppressed { finding, reason: reason.clone() });
                    }
                    (Some(reason), Known::InHelp) => {
                        finding.help = Some(format!("known erratum: {reason}"));
                        findings.push(finding);
                    }
                    (None, _) => findings.push(finding),
                }
            }
            let judged_as = (self.service, self.edition);
            let text = (document.name.as_str(), document.text.as_bytes());
            report_text(report, judged_as, text, findings, &suppressed)?;
        }
        Ok(())
    }

    /// What `make` makes of each contradiction, with its document and the places in there.
    fn each<T>(
        &self,
        found: &[Found],
        mut make: impl FnMut(&Found, &Document, &mut Positions<'_>) -> T,
    ) -> Vec<T> {
        let texts = self.documents.iter().map(|document| document.text.as_bytes());
        let mut positions: Vec<_> = texts.map(Positions::new).collect();
        let one = |found: &Found| {
            let document = self.documents.get(found.document)?;
            Some(make(found, document, positions.get_mut(found.document)?))
        };
        found.iter().filter_map(one).collect()
    }

    fn human(&self, found: &[Found], color: bool, to: Option<&Path>) -> io::Result<()> {
        let mut out = output(to)?;
        let options = Human { color, all: false, quiet: true };
        let mut report = options.report(&mut out);
        self.judged(&mut report, found, Known::InHelp)?;
        report.flush()?;
        if !found.is_empty() {
            let known = found.iter().filter(|found| found.erratum.is_some()).count();
            let known = if known > 0 { format!(", {known} of them known") } else { String::new() };
            writeln!(out, "{}{known}", counted(found.len(), "contradiction"))?;
        }
        out.flush()
    }

    fn sarif(&self, found: &[Found], to: Option<&Path>) -> io::Result<()> {
        let mut report = Sarif::default().report(output(to)?);
        report.begin()?;
        self.judged(&mut report, found, Known::Suppressed)?;
        report.end(&Summary { inputs: self.documents.len(), ..Summary::default() })
    }

    fn json(&self, found: &[Found], left_out: usize) -> Value {
        let entries = self.each(found, |found, document, positions| {
            json!({
                "document": document.name,
                "key": found.key(),
                "erratum": found.erratum,
                "finding": finding_json(&found.finding, positions),
            })
        });
        let names: Vec<&str> = self.documents.iter().map(|read| read.name.as_str()).collect();
        let known = found.iter().filter(|found| found.erratum.is_some()).count();
        json!({
            "schema": "faultbook-lint/1",
            "tool": tool_json(),
            "service": self.service.name,
            "edition": self.edition.to_string(),
            "documents": names,
            "contradictions": entries,
            "summary": {"found": found.len(), "known": known, "left_out": left_out},
        })
    }

    fn markdown(&self, found: &[Found]) -> String {
        let mut text = format!("# {}: contradictions\n\n", cell(self.service.title));
        if found.is_empty() {
            text.push_str("None.\n");
            return text;
        }
        text.push_str("| Document | Line | What | Here | Elsewhere | Known |\n");
        text.push_str("|---|---|---|---|---|---|\n");
        let rows = self.each(found, |found, document, positions| {
            let line = match &found.finding.place {
                Place::Body { span, .. } => positions.of(span.start).line,
                _ => 1,
            };
            format!(
                "| {} | {line} | {} | {} | {} | {} |\n",
                cell(&document.name),
                cell(found.finding.rule.title),
                cell(&found.finding.received),
                cell(&found.finding.documented),
                found.erratum.as_deref().map(cell).unwrap_or_default(),
            )
        });
        text.push_str(&rows.concat());
        text
    }
}

/// How a known contradiction is told.
#[derive(Clone, Copy)]
enum Known {
    /// With the reason in its help.
    InHelp,
    /// As one that is suppressed.
    Suppressed,
}
