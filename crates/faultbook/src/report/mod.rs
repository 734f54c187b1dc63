//! Reports: what was found, for people and for programs.

pub(crate) mod excerpt;
mod fingerprint;
mod github;
mod html;
pub(crate) mod human;
mod json;
mod junit;
mod many;
mod ndjson;
mod place;
mod sarif;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use faultbook_core::{Edition, Finding, Response, Severity, Verdict};

use crate::input::InputError;
use crate::judge::{Outcome, Unjudged};
use crate::services::Service;

pub use fingerprint::fingerprint;
pub use github::{Github, GithubReport};
pub use html::{Html, HtmlReport};
pub use human::{Human, HumanReport};
pub use json::{Json, JsonReport};
pub(crate) use json::{finding_json, findings_json, tool_json};
pub use junit::{Junit, JunitReport};
pub use many::Many;
pub use ndjson::{Ndjson, NdjsonReport};
pub use sarif::{Sarif, SarifReport};

pub use crate::tally::{Seen, Tally};

/// Where a response was recorded.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The input's name: a path as given or found, or `<stdin>`.
    pub input: &'a str,
    /// Which record of the input it is, from 0.
    pub index: usize,
    /// Where the record begins, in bytes of the input once that is decompressed; `None` for a bare
    /// body.
    pub offset: Option<u64>,
    /// The URL that was asked for, where the capture has it.
    pub url: Option<&'a str>,
}

impl std::fmt::Display for Origin<'_> {
    /// The input, and of a record its number from 1, as people count.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.offset {
            None => f.write_str(self.input),
            Some(_) => write!(f, "{}#{}", self.input, self.index + 1),
        }
    }
}

/// A response that was judged.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    /// Where it was recorded.
    pub origin: Origin<'a>,
    /// The response.
    pub response: &'a Response<'a>,
    /// What was found. Its findings are those that count: what a baseline has, or what nobody asked
    /// for, is not among them.
    pub outcome: &'a Outcome,
    /// The findings that a baseline has.
    pub suppressed: &'a [Suppressed],
    /// The fingerprints of the findings of the outcome, and then of those that a baseline has, made
    /// before secrets were masked. Where there are none, they are made from what there is.
    pub fingerprints: &'a [String],
}

/// A finding that a baseline has, and why it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// The reason that the baseline gives.
    pub reason: String,
}

/// A record that was not judged: it could not be read, or its service could not be told.
#[derive(Debug, Clone, Copy)]
pub struct Passed<'a> {
    /// Where it was recorded.
    pub origin: Origin<'a>,
    /// Why it was not judged.
    pub why: &'a Unjudged,
    /// What is to be said of the record.
    pub findings: &'a [Finding],
}

/// Writes a report piece by piece, in the order of the inputs.
///
/// The methods are called in the order in which they stand here, those between [`Report::begin`]
/// and [`Report::end`] any number of times.
pub trait Report {
    /// Writes what stands before the first response.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether [`judged`](Self::judged) has anything to write of a response with this verdict in which
    /// nothing was found. Of those that no report lists only the first one of a run is handed over;
    /// the others are counted.
    fn lists(&self, verdict: Verdict) -> bool;

    /// Writes a judged response.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()>;

    /// Writes a response that was not judged.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()>;

    /// Writes an input that could not be read.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn unreadable(&mut self, error: &InputError) -> io::Result<()>;

    /// Writes a finding about a file that is no capture, such as a baseline.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()>;

    /// Writes what stands after the last response.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;

    /// Hands on what was written so far.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn flush(&mut self) -> io::Result<()>;
}

/// Reports findings in a text that is no response, such as a document.
pub(crate) fn report_text(
    report: &mut dyn Report,
    (service, edition): (&'static Service, &'static Edition),
    (name, text): (&str, &[u8]),
    findings: Vec<Finding>,
    suppressed: &[Suppressed],
) -> io::Result<()> {
    let outcome = Outcome {
        service,
        edition,
        verdict: Verdict::None,
        errors: Vec::new(),
        challenges: Vec::new(),
        findings,
    };
    report.judged(&Judged {
        origin: Origin { input: name, index: 0, offset: None, url: None },
        response: &Response::new(text),
        outcome: &outcome,
        suppressed,
        fingerprints: &[],
    })
}

/// Counts over a whole run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Inputs that were read.
    pub inputs: usize,
    /// Inputs that could not be read.
    pub unreadable: usize,
    /// The responses that were judged.
    pub tally: Tally,
    /// Records that were not judged, broken ones included.
    pub unjudged: usize,
    /// Those of them that could not be read.
    pub broken: usize,
    /// Those of them that could be of several services.
    pub ambiguous: usize,
    /// Inputs that were not read to their end.
    pub incomplete: usize,
    /// Whether the run was interrupted.
    pub interrupted: bool,
    /// Findings that a baseline has.
    pub suppressed: usize,
    /// Why responses were not judged, and how many for each reason.
    pub reasons: BTreeMap<String, usize>,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
}

/// How many of an edition's codes a run has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// The edition.
    pub edition: &'static Edition,
    /// How many documented codes were seen.
    pub seen: usize,
    /// How many are documented.
    pub documented: usize,
}

impl Summary {
    /// How many different reasons are kept; some tell what a record says, which is anything.
    const REASONS: usize = 100;

    /// How many responses had this verdict.
    pub fn with_verdict(&self, verdict: Verdict) -> usize {
        self.tally.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// How many findings had this severity.
    pub fn with_severity(&self, severity: Severity) -> usize {
        self.findings.get(&severity).copied().unwrap_or_default()
    }

    /// How many responses were judged.
    pub fn judged(&self) -> usize {
        self.tally.verdicts.values().sum()
    }

    /// Counts findings by their severity.
    pub fn count_findings(&mut self, findings: &[Finding]) {
        for finding in findings {
            *self.findings.entry(finding.rule.severity).or_default() += 1;
        }
    }

    /// Counts a record that was not judged.
    pub fn count_passed(&mut self, passed: &Passed<'_>, is_broken: bool) {
        self.unjudged += 1;
        self.broken += usize::from(is_broken);
        self.ambiguous += usize::from(!passed.why.candidates.is_empty());
        let reason = &passed.why.reason;
        let is_kept = self.reasons.len() < Self::REASONS || self.reasons.contains_key(reason);
        let reason = if is_kept { reason } else { "another reason" };
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        self.count_findings(passed.findings);
    }

    /// Counts a judged response.
    pub fn count(&mut self, outcome: &Outcome) {
        self.count_findings(&outcome.findings);
        let Outcome { edition, verdict, errors, .. } = outcome;
        self.tally.count(edition, *verdict);
        for code in errors.iter().flat_map(|error| &error.codes) {
            self.tally.see(edition, code);
        }
    }

    /// The documented codes seen, by the editions' names.
    pub fn coverage(&self) -> Vec<Coverage> {
        let mut coverage: Vec<Coverage> = self
            .tally
            .seen
            .iter()
            .map(|seen| {
                let edition = seen.edition;
                let codes: BTreeSet<&str> = edition.codes.iter().map(|row| row.code).collect();
                Coverage { edition, seen: seen.count(), documented: codes.len() }
            })
            .collect();
        coverage.sort_by_key(|coverage| (coverage.edition.service, coverage.edition.version));
        coverage
    }
}

/// `1 response`, `2 responses`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
