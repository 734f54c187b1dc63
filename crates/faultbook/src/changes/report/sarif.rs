//! Changes as SARIF, by way of findings.

use std::io::{self, Write};

use faultbook_core::{Edition, Finding, Place};

use super::{Report as Changes, row, span};
use crate::changes::Change;
use crate::facts::Unread;
use crate::lint::UNREAD;
use crate::report::{Report, Sarif, Summary, report_text};

/// Writes changes, and what was not understood.
///
/// # Errors
///
/// Those of writing.
pub(crate) fn sarif(
    changes: &Changes<'_>,
    edition: &'static Edition,
    out: impl Write,
) -> io::Result<()> {
    let findings = changes.changes.iter().map(finding);
    let findings = findings.chain(changes.unread.iter().map(unread)).collect();
    let text = changes.text.unwrap_or_default().as_bytes();
    let mut report = Sarif::default().report(out);
    report.begin()?;
    report_text(&mut report, (changes.service, edition), (changes.new, text), findings, &[])?;
    let incomplete = usize::from(!changes.unread.is_empty());
    report.end(&Summary { inputs: 1, incomplete, ..Summary::default() })
}

fn finding(change: &Change) -> Finding {
    let pointer = format!("/{}/{}", change.part.as_str(), change.subject);
    let place = Place::value(span(change.new.as_ref()).unwrap_or(0..0), Some(pointer));
    let words = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    let received = format!("{}: {}", change.subject, words(&change.after));
    let at = row(change.old.as_ref()).map(|row| format!(" ({row})")).unwrap_or_default();
    let documented = format!("{}{at}", words(&change.before));
    let class = format!("{}: {}", change.class().as_str(), change.rule.why());
    Finding::new(change.rule, place, received).documented(documented).help(class)
}

fn unread(unread: &Unread) -> Finding {
    let span = span(Some(&unread.origin)).unwrap_or(0..0);
    Finding::new(&UNREAD, Place::body(span), unread.why.clone())
}
