//! The catalog for programs: `catalog.schema.json` says what it is like.

use faultbook_core::{CodeRow, Edition, Level, StatusRow};
use serde_json::{Value, json as value};

/// The editions as one document. A code is one entry with all of its statuses, and two where the
/// document lists it at two levels.
pub(crate) fn json(editions: &[&'static Edition]) -> String {
    let services: Vec<Value> = editions.iter().map(|edition| service(edition)).collect();
    format!("{:#}\n", value!({"schema": "faultbook-catalog/1", "services": services}))
}

fn service(edition: &Edition) -> Value {
    value!({
        "service": edition.service,
        "edition": edition.to_string(),
        "statuses": edition.statuses.iter().map(status).collect::<Vec<_>>(),
        "codes": edition.codes.iter().map(code).collect::<Vec<_>>(),
    })
}

fn status(row: &StatusRow) -> Value {
    value!({"status": row.status, "reason": row.reason, "summary": row.summary})
}

fn code(row: &CodeRow) -> Value {
    value!({
        "code": row.code,
        "statuses": row.statuses,
        "group": row.group,
        "summary": row.summary,
        "level": row.level.map(Level::as_str),
    })
}
