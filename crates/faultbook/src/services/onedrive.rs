//! OneDrive.

use faultbook_core::Level;

use super::{Service, checked, near_code};

/// How many inner errors stand inside `members`: a report nested deeper cannot be read by
/// everybody. `codes` has all of them.
const NESTED: usize = 16;

pub(super) static SERVICE: Service = Service {
    name: "onedrive",
    title: "OneDrive",
    editions: &onedrive_error::EDITIONS,
    printed: |edition| edition.codes.to_vec(),
    advice: |_, code| onedrive_error::Code::new(code).advice().map(onedrive_error::Advice::says),
    meant: near_code,
    rules: onedrive_error::RULES,
    likeness: onedrive_error::likeness,
    check: |response, edition, limits, unlisted| {
        checked(
            onedrive_error::check(response, edition, limits),
            edition,
            unlisted,
            |error, each| error.codes().for_each(|code| each(code.as_str())),
            // The outermost code has to be one of the basic ones.
            |error| edition.rows(error.code.as_str()).any(|row| row.level == Some(Level::Basic)),
            |error| error.into_outermost(NESTED),
        )
    },
    compare: None,
};
