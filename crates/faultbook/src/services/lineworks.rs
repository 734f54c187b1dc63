//! LINE WORKS API 2.0.

use super::{Service, checked};

pub(super) static SERVICE: Service = Service {
    name: "lineworks",
    title: "LINE WORKS API 2.0",
    editions: &[&lineworks_error::EDITION],
    rules: lineworks_error::RULES,
    likeness: lineworks_error::likeness,
    check: |response, edition, limits| {
        checked(
            lineworks_error::check(response, edition, limits),
            |error| (vec![error.code.to_string()], error.code.is_documented()),
            |error| error,
        )
    },
    compare: None,
};
