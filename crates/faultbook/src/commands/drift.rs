//! `faultbook drift`.

use std::io;

use super::documents::{read, write};
use super::{Exit, is_colored, output, remark, trouble};
use crate::catalog::records::{self, known};
use crate::changes::report::{Report, human, json, markdown, sarif};
use crate::changes::{between, propose};
use crate::cli::{ChangesFormat, Color, Drift};
use crate::facts::{Facts, Part};
use crate::report::counted;

pub(super) fn run(args: &Drift, color: Color) -> io::Result<Exit> {
    let service = args.service;
    let edition = match args.against {
        None => service.default_edition(),
        Some(choice) if choice.0.name == service.name => choice.1,
        Some(choice) => {
            return Err(trouble(format!("{} is no edition of {}", choice.1, service.title)));
        }
    };
    if args.propose && args.format == ChangesFormat::Sarif {
        return Err(trouble("SARIF has no place for a proposal: expected --format human or json"));
    }
    let document = read(&args.document, service)?;
    let known = known(edition, &document.facts);
    let facts = Facts { covers: covers(&known.facts, &document.facts), ..document.facts.clone() };
    let mut changes = between(&known.facts, &facts);
    if !document.facts.unread.is_empty() {
        // A part of which nothing was understood is not gone.
        changes.retain(|change| !change.is_part());
    }
    let is_drift = changes.iter().any(|change| !change.is_wording());
    // Into the record go the parts that the document has.
    let files = propose::files(service, edition, &document.facts, &known.documents, &changes);
    let all = changes.len();
    if !args.all {
        changes.retain(|change| !change.is_wording());
    }
    let hidden = all - changes.len();
    let old = edition.to_string();
    let unread = &document.facts.unread;
    let mut files = files;
    if args.format == ChangesFormat::Markdown && !args.propose {
        // The record is too long to be read in an issue.
        files.retain(|file| file.path != records::path(edition));
    }
    let with_files = args.propose || args.format == ChangesFormat::Markdown && is_drift;
    let report = Report {
        service,
        old: &old,
        new: &document.name,
        text: Some(&document.text),
        changes: &changes,
        hidden,
        unread,
        proposal: with_files.then_some(files.as_slice()),
    };
    let to = args.output.as_deref();
    match args.format {
        ChangesFormat::Human if args.propose => write(&propose::text(&files), to)?,
        ChangesFormat::Human => write(&human(&report, is_colored(color, to.is_some())), to)?,
        ChangesFormat::Json => write(&format!("{:#}\n", json(&report)), to)?,
        ChangesFormat::Sarif => sarif(&report, edition, output(to)?)?,
        ChangesFormat::Markdown => write(&markdown(&report), to)?,
    }
    if args.format == ChangesFormat::Human {
        if !is_drift && unread.is_empty() {
            remark(&format!("{}: no drift from {old}", document.name));
        }
        if hidden > 0 {
            let count = counted(hidden, "change");
            remark(&format!("{count} of wording, and of no fact, not shown: --all shows them"));
        }
        if args.propose && !unread.is_empty() {
            let parts = counted(unread.len(), "part");
            remark(&format!("{parts} of the document not understood: the proposal lacks them"));
        }
    }
    Ok(match (unread.is_empty(), is_drift) {
        (false, _) => Exit::Trouble,
        (true, true) => Exit::Findings,
        (true, false) => Exit::Fine,
    })
}

/// What of a document is compared. Where everything is known of the document that the edition was
/// made from, what this one lacks is missing and what it has besides is new. Of an edition that is
/// known by its tables alone, what the document has of them, and codes in any case.
fn covers(known: &Facts, document: &Facts) -> Vec<Part> {
    if known.covers == Part::ALL {
        return Part::ALL.to_vec();
    }
    let mut covers = document.covers.clone();
    covers.push(Part::Codes);
    covers
}
