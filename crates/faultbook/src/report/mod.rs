//! Reports: what was found, for people and for programs.

mod excerpt;
mod human;
mod json;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use faultbook_core::{Response, Severity, Verdict};

use crate::judge::{Outcome, Unjudged};

pub use human::{Human, HumanReport};
pub(crate) use json::findings_json;
pub use json::{Json, JsonReport};

/// A response that was judged, and where it came from.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The input's name.
    pub input: &'a str,
    /// Which response of the input it is, from 0.
    pub index: usize,
    /// The response.
    pub response: &'a Response<'a>,
    /// What was found.
    pub outcome: &'a Outcome,
}

/// Writes a report piece by piece, in the order of the inputs.
pub trait Report {
    /// Writes what stands before the first response.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn begin(&mut self) -> io::Result<()> {
        Ok(())
    }

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
    fn unjudged(&mut self, input: &str, index: usize, why: &Unjudged) -> io::Result<()>;

    /// Writes what stands after the last response.
    ///
    /// # Errors
    ///
    /// Those of writing.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;
}

/// Counts over a whole run.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Inputs that were read.
    pub inputs: usize,
    /// Inputs that could not be read.
    pub unreadable: usize,
    /// Responses of a known service, by verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Responses whose service could not be told.
    pub unjudged: usize,
    /// Those of them that could be of several services.
    pub ambiguous: usize,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, usize>,
    /// The documented codes seen, by edition, and how many are documented.
    pub coverage: BTreeMap<String, (BTreeSet<String>, usize)>,
}

impl Summary {
    /// How many responses had this verdict.
    pub fn with_verdict(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// How many findings had this severity.
    pub fn with_severity(&self, severity: Severity) -> usize {
        self.findings.get(&severity).copied().unwrap_or_default()
    }

    /// How many responses were judged.
    pub fn judged(&self) -> usize {
        self.verdicts.values().sum()
    }

    /// Counts a judged response.
    pub fn count(&mut self, outcome: &Outcome) {
        *self.verdicts.entry(outcome.verdict).or_default() += 1;
        for finding in &outcome.findings {
            *self.findings.entry(finding.rule.severity).or_default() += 1;
        }
        let edition = outcome.edition;
        let (seen, documented) = self.coverage.entry(edition.to_string()).or_default();
        if *documented == 0 {
            *documented = edition.codes.iter().map(|row| row.code).collect::<BTreeSet<_>>().len();
        }
        for code in outcome.errors.iter().flat_map(|error| &error.codes) {
            seen.extend(edition.rows(code).next().map(|row| row.code.to_owned()));
        }
    }
}

/// `1 response`, `2 responses`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
