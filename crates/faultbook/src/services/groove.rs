//! Groove Music.

use super::{Service, checked};

pub(super) static SERVICE: Service = Service {
    name: "groove",
    title: "Groove Music",
    editions: &[&groove_error::EDITION],
    rules: groove_error::RULES,
    likeness: groove_error::likeness,
    check: |response, edition, limits| {
        checked(
            groove_error::check(response, edition, limits),
            |error| (vec![error.code.to_string()], error.code.is_documented()),
            |error| error,
        )
    },
    compare: None,
};
