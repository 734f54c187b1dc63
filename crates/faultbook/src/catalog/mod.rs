//! The catalog: what the editions promise, and how it is printed.

mod csv;
mod json;
mod markdown;
pub(crate) mod records;
mod rows;
mod table;

pub(crate) use csv::csv;
pub(crate) use json::json;
pub(crate) use markdown::markdown;
pub(crate) use rows::rows;
use rows::{section, statuses};
pub(crate) use table::table;

use faultbook_core::Edition;

use crate::facts::{CodeFact, CodeStatus, Facts, Origin, Part, StatusFact};

/// What an edition's tables say, in the nouns that it shares with documents. Members, header fields,
/// examples and prose are none of a table; they stand in the record of its document.
pub fn facts(edition: &'static Edition) -> Facts {
    let origin = |table: &str, row: &str| Origin::Catalog(format!("{edition} {table}, {row}"));
    let reason_of = |status| {
        let row = edition.statuses.iter().find(|row| row.status == status)?;
        row.reason.map(str::to_owned)
    };
    let statuses: Vec<StatusFact> = edition
        .statuses
        .iter()
        .map(|row| StatusFact {
            status: row.status,
            reason: row.reason.map(str::to_owned),
            wording: None,
            origin: origin("statuses", &row.status.to_string()),
        })
        .collect();
    let codes = rows(edition).into_iter().map(|row| {
        let statuses = row.statuses.iter().map(|&status| CodeStatus {
            status,
            reason: reason_of(status),
            origin: origin("codes", row.code),
        });
        CodeFact {
            code: row.code.to_owned(),
            statuses: statuses.collect(),
            group: row.group.map(str::to_owned),
            level: row.level,
            name: row.name.map(str::to_owned),
            wording: None,
            origin: origin("codes", row.code),
        }
    });
    // Statuses without a reason phrase stand in the table of codes, and in no table of their own.
    let has_status_table = statuses.iter().any(|row| row.reason.is_some());
    let covers = has_status_table.then_some(Part::Statuses).into_iter().chain([Part::Codes]);
    Facts {
        name: edition.to_string(),
        covers: covers.collect(),
        codes: codes.collect(),
        statuses,
        ..Facts::default()
    }
}
