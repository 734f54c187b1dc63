//! The rows of an edition's code table.

use faultbook_core::{CodeRow, Edition, Level};

use crate::services::service;

/// One row a row that the document prints: a code that it prints twice has two.
pub(crate) fn rows(edition: &'static Edition) -> Vec<CodeRow> {
    match service(edition.service) {
        Some(of) => (of.printed)(edition),
        None => edition.codes.to_vec(),
    }
}

/// The section of the table that a row stands in: its level, or its group.
pub(crate) fn section(row: &CodeRow) -> Option<&'static str> {
    row.level.map(Level::as_str).or(row.group)
}

/// The statuses of a row with this between them; empty where it has none.
pub(crate) fn statuses(row: &CodeRow, between: &str) -> String {
    row.statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}
