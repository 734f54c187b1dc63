//! The catalog for people.

use std::fmt::Write as _;

use faultbook_core::{CodeRow, Edition};

use super::{rows, section as section_of, statuses};

/// The editions one after the other: what each says of all errors, its statuses, and its codes in
/// their sections, in columns.
pub(crate) fn table(editions: &[(&'static str, &'static Edition)]) -> String {
    let texts: Vec<String> = editions.iter().map(|(title, edition)| one(title, edition)).collect();
    texts.join("\n")
}

fn one(title: &str, edition: &'static Edition) -> String {
    let rows = rows(edition);
    let mut text = format!("{title} ({edition}): {}", count(&rows));
    if !edition.statuses.is_empty() {
        _ = write!(text, ", {} statuses", edition.statuses.len());
    }
    text.push('\n');
    let clauses = edition.clauses.iter().map(|clause| clause.says);
    for says in std::iter::once(edition.under_success.says()).chain(clauses) {
        _ = writeln!(text, "  {says}");
    }
    if !edition.statuses.is_empty() {
        text.push_str("\nstatuses\n");
        let reasons = edition.statuses.iter().filter_map(|row| row.reason);
        let width = widest(reasons.clone());
        for row in edition.statuses {
            let reason = row.reason.unwrap_or_default();
            let gap = if width > 0 { "  " } else { "" };
            _ = writeln!(text, "  {}{gap}{reason:width$}  {}", row.status, row.summary);
        }
    }
    let width = widest(rows.iter().map(|row| row.code));
    let has_statuses = rows.iter().any(|row| !row.statuses.is_empty());
    let names = widest(rows.iter().filter_map(|row| row.name));
    let mut section = None;
    for row in &rows {
        if section != Some(section_of(row)) {
            section = Some(section_of(row));
            _ = writeln!(text, "\n{}", section_of(row).unwrap_or("codes"));
        }
        _ = write!(text, "  {:width$}", row.code);
        if has_statuses {
            _ = write!(text, "  {:3}", statuses(row, " "));
        }
        if names > 0 {
            _ = write!(text, "  {:names$}", row.name.unwrap_or_default());
        }
        _ = writeln!(text, "  {}", row.summary);
    }
    text
}

/// How many codes there are, and in how many rows they stand where that is another number.
fn count(rows: &[CodeRow]) -> String {
    let mut codes: Vec<&str> = rows.iter().map(|row| row.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() == rows.len() {
        format!("{} codes", codes.len())
    } else {
        format!("{} codes in {} rows", codes.len(), rows.len())
    }
}

/// The tables hold ASCII: a character is a column.
fn widest(texts: impl Iterator<Item = &'static str>) -> usize {
    texts.map(str::len).max().unwrap_or(0)
}
