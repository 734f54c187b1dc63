//! What to change in the catalog so that it says what a document says: rows of the tables, cases of
//! the corpus, and the record of the document.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use faultbook_core::common::Syntax;
use faultbook_core::{Edition, Level, Limits, Response};
use serde_json::{Value, json};

use super::Change;
use crate::catalog::records::{self, Document, Record};
use crate::facts::{CodeFact, Example, Facts, Part, StatusFact};
use crate::services::Service;

/// A file of the repository, and what is proposed for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// From the root of the repository.
    pub(crate) path: String,
    /// Rows for it, or the whole of it.
    pub(crate) text: String,
}

impl File {
    /// What a fence around it says.
    pub(crate) fn language(&self) -> &str {
        match self.path.rsplit_once('.') {
            Some((_, "rs")) => "rust",
            Some((_, extension)) => extension,
            None => "",
        }
    }
}

/// What stands for a summary that has to be written.
const OWN_WORDS: &str = "(in our own words)";

/// The files that the changes ask for. The record is proposed for every change, since it holds the
/// digests of all wordings; `documents` are the names it is taken for.
pub(crate) fn files(
    service: &'static Service,
    edition: &'static Edition,
    new: &Facts,
    documents: &[String],
    changes: &[Change],
) -> Vec<File> {
    let mut files = Vec::new();
    let rows = rows(service, edition, new, changes);
    if !rows.is_empty() {
        let path = format!("crates/{}-error/src/codes.rs", service.name);
        files.push(File { path, text: rows });
    }
    cases(service, edition, new, documents, changes, &mut files);
    if documents.len() < 2 {
        let name = documents.first().map_or_else(|| new.name.clone(), Clone::clone);
        let record = Record::with(edition, vec![Document::of(&name, new)]);
        files.push(File { path: records::path(edition), text: record.to_text() });
    }
    files
}

/// Rows of the tables.
fn rows(
    service: &'static Service,
    edition: &'static Edition,
    new: &Facts,
    changes: &[Change],
) -> String {
    let mut text = String::new();
    let facts =
        |part| changes.iter().filter(move |change| change.part == part && !change.is_wording());
    let codes: BTreeSet<&str> = facts(Part::Codes)
        .flat_map(|change| [Some(change.subject.as_str()), change.after.as_deref()])
        .flatten()
        .collect();
    let mut section = None;
    let mut seen: Vec<(&str, Option<Level>)> = Vec::new();
    for row in new.codes.iter().filter(|row| codes.contains(row.code.as_str())) {
        if seen.contains(&(row.code.as_str(), row.level)) {
            continue;
        }
        let here = (row.group.clone(), row.level);
        if section.as_ref() != Some(&here) {
            _ = writeln!(text, "    {}", section_line(row));
            section = Some(here);
        }
        let is_again = seen.iter().any(|(code, _)| *code == row.code)
            || row.level == Some(Level::Detailed)
                && new
                    .codes
                    .iter()
                    .any(|other| other.code == row.code && other.level == Some(Level::Basic));
        seen.push((&row.code, row.level));
        _ = writeln!(text, "{}", code_row(row, edition, new, is_again));
    }
    for change in facts(Part::Codes).filter(|change| {
        !new.codes.iter().any(|row| row.code == change.subject)
            && edition.codes.iter().any(|row| row.code == change.subject)
    }) {
        _ = writeln!(text, "    // out: {}", change.subject);
    }
    if service.name == "lineworks" && !codes.is_empty() {
        text.push_str("\n// ROWS\n");
        for row in new.codes.iter().filter(|row| codes.contains(row.code.as_str())) {
            for status in &row.statuses {
                _ = writeln!(
                    text,
                    "    row({}, {:?}, {:?}),",
                    status.status,
                    row.code,
                    summary_of(&row.code, row.level, edition)
                );
            }
        }
    }
    let statuses: BTreeSet<&str> = facts(Part::Statuses)
        .flat_map(|change| [Some(change.subject.as_str()), change.after.as_deref()])
        .flatten()
        .collect();
    if !statuses.is_empty() {
        text.push_str("\n// STATUSES\n");
    }
    for row in &new.statuses {
        if statuses.contains(row.status.to_string().as_str()) {
            _ = writeln!(text, "{}", status_row(row, service, edition));
        }
    }
    for change in facts(Part::Statuses)
        .filter(|change| !new.statuses.iter().any(|row| row.status.to_string() == change.subject))
    {
        _ = writeln!(text, "    // out: {}", change.subject);
    }
    text
}

fn section_line(row: &CodeFact) -> String {
    let group = match &row.group {
        Some(group) => format!("Some({group:?})"),
        None => "None".to_owned(),
    };
    let level = match row.level {
        Some(Level::Basic) => "Some(Level::Basic)",
        Some(Level::Detailed) => "Some(Level::Detailed)",
        None => "None",
    };
    format!("{{ group: {group}, level: {level} }}")
}

fn summary_of(code: &str, level: Option<Level>, edition: &Edition) -> &'static str {
    let row = edition.codes.iter().find(|row| row.code == code && row.level == level);
    row.map_or(OWN_WORDS, |row| row.summary)
}

/// A row of `codes!`, with all of its statuses.
fn code_row(row: &CodeFact, edition: &Edition, new: &Facts, is_again: bool) -> String {
    let same = new.codes.iter().filter(|other| other.code == row.code && other.level == row.level);
    let mut statuses: Vec<String> = Vec::new();
    for status in same.flat_map(|row| &row.statuses) {
        let status = status.status.to_string();
        if !statuses.contains(&status) {
            statuses.push(status);
        }
    }
    let name = row.name.as_ref().map(|name| format!(", {name:?}")).unwrap_or_default();
    let start = if is_again { String::new() } else { format!("{} = ", variant(row)) };
    let again = if is_again { "        // under @again\n" } else { "" };
    format!(
        "{again}        {start}{:?}{name} [{}]\n            {:?};",
        row.code,
        statuses.join(", "),
        summary_of(&row.code, row.level, edition)
    )
}

/// The name of the variant: of a number by its name, with the resource of a template.
fn variant(row: &CodeFact) -> String {
    let is_number = row.code.bytes().all(|byte| byte.is_ascii_digit());
    let text = if is_number { row.name.as_deref().unwrap_or("Named") } else { &row.code };
    let is_upper = !text.chars().any(char::is_lowercase);
    let mut name = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let mut characters = word.chars();
        name.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        let rest = characters.as_str();
        if is_upper { name.push_str(&rest.to_lowercase()) } else { name.push_str(rest) }
    }
    let resource = row.code.split_once('{').and_then(|(_, rest)| rest.split_once('}'));
    if let Some((resource, _)) = resource {
        _ = write!(name, "({})", resource.to_lowercase());
    }
    name
}

fn status_row(row: &StatusFact, service: &Service, edition: &Edition) -> String {
    let known = edition.statuses.iter().find(|known| known.status == row.status);
    let summary = known.map_or(OWN_WORDS, |known| known.summary);
    let reason = row.reason.as_deref();
    match (service.name, reason) {
        ("onedrive", Some(reason)) => {
            format!("    status({}, {reason:?}, {summary:?}),", row.status)
        }
        _ => format!(
            "    StatusRow {{ status: {}, reason: {reason:?}, summary: {summary:?} }},",
            row.status
        ),
    }
}

/// Cases of the corpus for examples that are new or changed, with their bodies.
fn cases(
    service: &'static Service,
    edition: &'static Edition,
    new: &Facts,
    documents: &[String],
    changes: &[Change],
    files: &mut Vec<File>,
) {
    let places: Vec<_> = changes
        .iter()
        .filter(|change| change.part == Part::Examples && !change.is_gone())
        .filter_map(|change| change.new.as_ref())
        .collect();
    // A change of a heading points at the heading.
    let is_meant = |example: &&Example| {
        let heading = example.heading.as_ref().map(|heading| &heading.origin);
        places.contains(&&example.origin) || heading.is_some_and(|at| places.contains(&at))
    };
    let document = documents.first().map_or(new.name.as_str(), String::as_str);
    let mut entries = Vec::new();
    for example in new.examples.iter().filter(is_meant) {
        let Some(body) = &example.body else { continue };
        let (case, file) = case(service, edition, example, body, document);
        entries.push(case);
        files.push(file);
    }
    if !entries.is_empty() {
        let list: Vec<String> = entries.iter().map(|entry| format!("{entry:#}")).collect();
        let path = format!("corpus/manifests/{}.json", service.name);
        files.push(File { path, text: format!("{}\n", list.join(",\n")) });
        let ids = entries.iter().filter_map(|entry| entry.get("id").and_then(Value::as_str));
        let ids: Vec<&str> = ids.collect();
        files.push(File { path: "corpus/ids.txt".to_owned(), text: ids.join("\n") + "\n" });
    }
}

fn case(
    service: &'static Service,
    edition: &'static Edition,
    example: &Example,
    body: &str,
    document: &str,
) -> (Value, File) {
    let checked =
        (service.check)(&Response::new(body.as_bytes()), edition, &Limits::default(), None);
    let syntax = if example.syntax == Syntax::Xml { "xml" } else { "json" };
    let first = checked.errors.first().map(|error| error.code().to_owned());
    let heading = example.heading.as_ref().map(|heading| heading.code.clone());
    let name = heading.or(first).unwrap_or_else(|| "example".to_owned());
    // An id is words joined by `-`, a file is named for what it shows.
    let word: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .collect();
    let path = format!("cases/{}/documented/{word}.{syntax}", service.name);
    let errors: Vec<Value> = checked
        .errors
        .iter()
        .map(|error| {
            json!({"pointer": error.pointer, "codes": error.codes, "members": error.members})
        })
        .collect();
    let rules: Vec<&str> = checked.findings.iter().map(|finding| finding.rule.id).collect();
    let case = json!({
        "id": format!("{}/documented-{word}-{syntax}", service.name),
        "kind": "documented",
        "title": format!("The document's {} example of error {name}", syntax.to_uppercase()),
        "body": path,
        "status": null,
        "headers": [],
        "source": {"document": document, "section": format!("Example of error {name}")},
        "expect": {
            "read": if errors.is_empty() { "reject" } else { "accept" },
            "verdict": checked.verdict.as_str(),
            "errors": errors,
            "rules": rules,
        },
        "near_miss": [],
    });
    (case, File { path: format!("corpus/{path}"), text: body.to_owned() })
}

/// The files one after the other, each under its path: for people.
pub(crate) fn text(files: &[File]) -> String {
    let mut text = String::new();
    for file in files {
        let body = file.text.trim_end_matches('\n');
        _ = writeln!(text, "=== {}\n{body}\n", file.path);
    }
    text
}
