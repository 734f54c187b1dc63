//! LINE WORKS API 2.0.

use faultbook_core::CodeRow;
use lineworks_error::{Code, ROWS};

use super::{Service, checked, near_code};

pub(super) static SERVICE: Service = Service {
    name: "lineworks",
    title: "LINE WORKS API 2.0",
    editions: &[&lineworks_error::EDITION],
    printed: |_| ROWS.iter().filter_map(printed).collect(),
    advice: |_, _| None,
    meant: |edition, code| near_code(edition, code).or_else(|| Code::new(code).meant()),
    rules: lineworks_error::RULES,
    likeness: lineworks_error::likeness,
    check: |response, edition, limits, unlisted| {
        checked(
            lineworks_error::check(response, edition, limits),
            edition,
            unlisted,
            |error, each| each(error.code.as_str()),
            |error| error.code.is_documented(),
            |error| error,
        )
    },
    compare: None,
};

/// The document prints a row for each status of a code.
fn printed(row: &'static lineworks_error::Row) -> Option<CodeRow> {
    let statuses = std::slice::from_ref(&row.status);
    Some(row.code_row()?.with_statuses(statuses).with_summary(row.summary))
}
