//! Groove Music.

use super::{Service, checked, near_code};

pub(super) static SERVICE: Service = Service {
    name: "groove",
    title: "Groove Music",
    editions: &[&groove_error::EDITION],
    printed: |edition| edition.codes.to_vec(),
    advice: |_, code| groove_error::Code::new(code).advice().map(groove_error::Advice::says),
    meant: near_code,
    rules: groove_error::RULES,
    likeness: groove_error::likeness,
    check: |response, edition, limits, unlisted| {
        checked(
            groove_error::check(response, edition, limits),
            edition,
            unlisted,
            |error, each| each(error.code.as_str()),
            |error| error.code.is_documented(),
            |error| error,
        )
    },
    compare: None,
};
