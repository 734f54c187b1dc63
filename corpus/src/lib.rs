//! The errors of four HTTP APIs as data: exact bytes, what is read from them, the rules they break.
//!
//! The suite itself is files, `manifests/` and `cases/`, and needs no Rust: see the README.
//! This crate embeds them, and knows nothing of any format.
//!
//! ```
//! let case = faultbook_corpus::case("ampache/documented-4704-xml").unwrap();
//! assert!(case.body.unwrap().starts_with(b"<?xml"));
//!
//! let error = &case.expect.errors[0];
//! assert_eq!(error.pointer, "/root/error");
//! assert_eq!(error.members["errorMessage"], "Not Found");
//! assert!(case.expect.rules.is_empty());
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bytes;
mod case;
mod embedded;
mod manifest;
mod outcome;

pub use case::{
    Case, Erratum, Expect, ExpectedChallenge, ExpectedError, Header, Kind, Read, RetryAfter,
    Source, Verdict,
};
pub use embedded::{
    Regression, all, case, cases, documented, edition, manifest_text, regressions, services,
};
pub use outcome::{Outcome, ReadError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
