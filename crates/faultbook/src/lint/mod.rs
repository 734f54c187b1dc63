//! What contradicts itself in a document, or in the documents of one service together.

mod codes;
mod examples;
mod rules;
mod statuses;

use faultbook_core::{Edition, Finding, Place, Rule};

pub(crate) use rules::{RULES, UNREAD};

use crate::catalog::records;
use crate::document::Document;
use crate::facts::{Origin, plain};
use crate::services::Service;

/// A contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Which of the documents it was found in.
    pub(crate) document: usize,
    /// What was found, at its bytes; the pointer says what it is about.
    pub(crate) finding: Finding,
    /// Why it is known and left as it is, where it is.
    pub(crate) erratum: Option<String>,
}

impl Found {
    /// What it is about: `/codes/4703/name`.
    pub(crate) fn key(&self) -> &str {
        match &self.finding.place {
            Place::Body { pointer: Some(pointer), .. } => pointer,
            _ => "",
        }
    }
}

/// What is looked at, and what was found so far.
struct Lint<'d> {
    service: &'static Service,
    edition: &'static Edition,
    documents: &'d [Document],
    found: Vec<Found>,
}

/// Finds what contradicts itself. Where the documents lack the statuses or the codes, the catalog's
/// stand for them. In the order of the documents, and in each from its beginning.
pub(crate) fn lint(
    service: &'static Service,
    edition: &'static Edition,
    documents: &[Document],
) -> Vec<Found> {
    let mut lint = Lint { service, edition, documents, found: Vec::new() };
    lint.unread();
    statuses::lint(&mut lint);
    codes::lint(&mut lint);
    examples::lint(&mut lint);
    let mut found = lint.found;
    found.sort_by(|a, b| {
        let place = a.finding.place.cmp_position(&b.finding.place);
        a.document.cmp(&b.document).then(place).then(a.finding.rule.id.cmp(b.finding.rule.id))
    });
    let errata: Vec<_> = records::record(edition)
        .map(|record| record.documents)
        .unwrap_or_default()
        .into_iter()
        .flat_map(|document| document.errata)
        .collect();
    for found in &mut found {
        let erratum = errata
            .iter()
            .find(|erratum| erratum.rule == found.finding.rule.id && erratum.key == found.key());
        found.erratum = erratum.map(|erratum| erratum.reason.clone());
    }
    found
}

impl Lint<'_> {
    fn unread(&mut self) {
        for (index, document) in self.documents.iter().enumerate() {
            for (number, unread) in document.facts.unread.iter().enumerate() {
                let key = format!("/unread/{}", number + 1);
                self.add(&UNREAD, index, &unread.origin, key, unread.why.clone(), None);
            }
        }
    }

    /// Adds a contradiction: what stands at a place of a document, and what is said elsewhere.
    fn add(
        &mut self,
        rule: &'static Rule,
        document: usize,
        at: &Origin,
        key: impl Into<String>,
        says: impl Into<String>,
        elsewhere: impl Into<Option<String>>,
    ) {
        let span = match at {
            Origin::Document(span) => span.clone(),
            Origin::Catalog(_) => 0..0,
        };
        let place = Place::value(span, Some(key.into()));
        let mut finding = Finding::new(rule, place, says);
        if let Some(elsewhere) = elsewhere.into() {
            finding = finding.documented(elsewhere);
        }
        self.found.push(Found { document, finding, erratum: None });
    }

    /// The number of the line.
    fn number(&self, document: usize, at: &Origin) -> String {
        let read = self.documents.get(document);
        match (read, at) {
            (Some(read), Origin::Document(span)) => read.position(span.start).0.to_string(),
            _ => "none".to_owned(),
        }
    }

    /// Where something else stands: `line 12`, with the document's name where there are several.
    fn line(&self, document: usize, at: &Origin) -> String {
        let Some(read) = self.documents.get(document) else { return String::new() };
        match at {
            Origin::Catalog(row) => row.clone(),
            Origin::Document(_) => {
                let line = self.number(document, at);
                match self.documents.len() {
                    1 => format!("line {line}"),
                    _ => format!("{}, line {line}", read.name),
                }
            }
        }
    }
}

/// A text by which two descriptions are the same: in lower case, without a full stop at the end.
fn folded(text: &str) -> String {
    plain(text).trim_end_matches('.').to_lowercase()
}
