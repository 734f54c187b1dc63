//! The rows of an edition's code table.

use faultbook_core::{CodeRow, Edition, Level};

use crate::services::service;

/// A row of a table of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) code: &'static str,
    pub(crate) name: Option<&'static str>,
    pub(crate) statuses: &'static [u16],
    pub(crate) group: Option<&'static str>,
    pub(crate) summary: &'static str,
    pub(crate) level: Option<Level>,
}

impl From<&CodeRow> for Row {
    fn from(row: &CodeRow) -> Self {
        let CodeRow { code, name, statuses, group, summary, level, .. } = *row;
        Self { code, name, statuses, group, summary, level }
    }
}

impl Row {
    /// The section of the table that it stands in: its level, or its group.
    pub(crate) fn section(&self) -> Option<&'static str> {
        self.level.map(Level::as_str).or(self.group)
    }

    /// Its statuses with this between them; empty where it has none.
    pub(crate) fn statuses(&self, between: &str) -> String {
        self.statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
    }
}

/// One row a row that the document prints: a code that it prints twice has two.
pub(crate) fn rows(edition: &'static Edition) -> Vec<Row> {
    let printed = service(edition.service).map_or(rows_of_codes as fn(_) -> _, |of| of.printed);
    printed(edition)
}

/// One row a code and list that it stands in, with all of its statuses.
pub(crate) fn rows_of_codes(edition: &'static Edition) -> Vec<Row> {
    edition.codes.iter().map(Row::from).collect()
}
