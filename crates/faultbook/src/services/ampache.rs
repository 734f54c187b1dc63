//! Ampache, in XML and in JSON.

use super::{Service, checked, near_code};

pub(super) static SERVICE: Service = Service {
    name: "ampache",
    title: "Ampache",
    editions: &ampache_error::EDITIONS,
    printed: |edition| edition.codes.to_vec(),
    advice: |edition, code| {
        // The rows of other editions are those of the document, whatever code they stand for.
        let summary = edition.rows(code).next()?.summary;
        let row = ampache_error::CODES.iter().find(|row| row.summary == summary)?;
        ampache_error::Code::new(row.code).advice().map(ampache_error::Advice::says)
    },
    meant: near_code,
    rules: ampache_error::RULES,
    likeness: ampache_error::likeness,
    check: |response, edition, limits, unlisted| {
        checked(
            ampache_error::check(response, edition, limits),
            edition,
            unlisted,
            |error, each| each(error.code.as_str()),
            |error| edition.has_code(error.code.as_str()),
            |error| error,
        )
    },
    compare: Some(|a, b| ampache_error::compare(a, b).map_err(|error| error.to_string())),
};
