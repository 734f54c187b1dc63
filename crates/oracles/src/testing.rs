//! Liars: each is the code under test with one thing wrong, and its oracle has to see it.

use std::panic::catch_unwind;

use crate::{ORACLES, capture, formats, headers, json, response, xml};

/// An oracle, asked about code that lies.
pub(crate) struct Lie {
    /// The oracle's name.
    pub(crate) oracle: &'static str,
    /// What is wrong with the code.
    pub(crate) what: &'static str,
    /// The oracle with that code.
    pub(crate) check: fn(&[u8]),
}

/// Rows of lies to one oracle: what is wrong, and the code with that wrong in it, which `$holds` is
/// asked about.
macro_rules! lies {
    ($oracle:literal, $holds:path; $($what:literal: $subject:expr),+ $(,)?) => {
        &[$($crate::testing::Lie {
            oracle: $oracle,
            what: $what,
            check: |body| $holds(&$subject, body),
        }),+]
    };
}

pub(crate) use lies;

/// Every lie.
fn all_lies() -> impl Iterator<Item = &'static Lie> {
    [
        formats::AMPACHE_JSON_LIES,
        formats::AMPACHE_PAIR_LIES,
        formats::AMPACHE_XML_LIES,
        capture::CAPTURE_LIES,
        formats::CODE_LIES,
        formats::GROOVE_JSON_LIES,
        json::JSON_LIES,
        json::JSON_FAULT_LIES,
        json::JSON_JITER_LIES,
        json::JSON_TEXT_LIES,
        formats::LINEWORKS_JSON_LIES,
        formats::ONEDRIVE_JSON_LIES,
        response::RESPONSE_LIES,
        headers::RETRY_AFTER_LIES,
        response::SERVICE_LIES,
        headers::WWW_AUTHENTICATE_LIES,
        xml::XML_LIES,
        xml::XML_ENCODING_LIES,
    ]
    .into_iter()
    .flatten()
}

#[test]
fn every_oracle_has_a_lie_to_catch() {
    for oracle in ORACLES {
        assert!(
            all_lies().any(|lie| lie.oracle == oracle.name),
            "{} was never lied to",
            oracle.name
        );
    }
}

#[test]
fn every_lie_is_caught_from_the_seeds() {
    let mut missed = Vec::new();
    for lie in all_lies() {
        let oracle =
            crate::oracle(lie.oracle).unwrap_or_else(|| panic!("no oracle {}", lie.oracle));
        let mut seeds = oracle.seeds().into_iter();
        if !seeds.any(|seed| catch_unwind(|| (lie.check)(&seed.bytes)).is_err()) {
            missed.push(format!("{}: {}", lie.oracle, lie.what));
        }
    }
    assert!(missed.is_empty(), "not caught:\n{}", missed.join("\n"));
}
