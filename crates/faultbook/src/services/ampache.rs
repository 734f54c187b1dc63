//! Ampache, in XML and in JSON.

use super::{Service, checked};

pub(super) static SERVICE: Service = Service {
    name: "ampache",
    title: "Ampache",
    editions: &[&ampache_error::EDITION],
    rules: ampache_error::RULES,
    likeness: ampache_error::likeness,
    check: |response, edition, limits| {
        checked(
            ampache_error::check(response, edition, limits),
            |error| (vec![error.code.to_string()], error.code.is_documented()),
            |error| error,
        )
    },
    compare: Some(|a, b| ampache_error::compare(a, b).map_err(|error| error.to_string())),
};
