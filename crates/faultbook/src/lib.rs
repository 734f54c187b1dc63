//! Reads the errors that HTTP APIs send, and holds them against the documents that promise them.
//!
//! This is the library behind the `faultbook` command: the services it knows, the choice of a
//! service, the judgement of a response, and the reports. To read one service's errors in a
//! client, depend on that format's crate instead.
//!
//! ```
//! use faultbook::core::{Limits, Response};
//! use faultbook::{Options, judge};
//!
//! let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#).with_status(404);
//! let outcome = judge(&response, &Options::default()).expect("Groove's shape is its own");
//! assert_eq!(outcome.service.name, "groove");
//! assert_eq!(outcome.errors[0].code(), "CATALOG_NO_RESULT");
//! assert_eq!(outcome.findings[0].rule.id, "groove/missing-description");
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod baseline;
pub mod capture;
pub mod catalog;
mod changes;
pub mod cli;
mod commands;
mod compare;
mod config;
pub mod document;
mod explain;
pub mod export;
pub mod facts;
mod field;
mod headers;
mod hosts;
mod input;
mod judge;
mod lint;
mod mask;
mod pipeline;
mod repeats;
pub mod report;
mod select;
mod services;
mod tally;
mod tomlfile;

pub use commands::{Exit, run};
pub use compare::{Comparison, compare};
pub use explain::{Topic, explain};
pub use faultbook_core as core;
pub use headers::{ChallengeEntry, JudgedHeaders, RULES as HEADER_RULES, judge_headers};
pub use hosts::{HostRule, Hosts};
pub use input::{Input, InputError, Opened, Source};
pub use judge::{ErrorEntry, Options, Outcome, Unjudged, judge};
pub use select::Select;
pub use services::{SERVICES, Service, edition, rules, service};

// The README's example of a library is one that compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
