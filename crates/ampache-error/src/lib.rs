//! Ampache 5 errors: one error, two encodings.
//!
//! ```
//! use ampache_error::{Advice, ApiError, Code};
//!
//! let json = br#"{"error": {"errorCode": "4701", "errorAction": "ping", "errorType": "account",
//!     "errorMessage": "Session Expired"}}"#;
//! let error = ApiError::from_json(json)?;
//! assert_eq!(error.code, Code::InvalidHandshake);
//! assert_eq!(error.code.advice(), Some(Advice::Temporary));
//!
//! let xml = error.to_xml()?;
//! assert_eq!(ApiError::from_xml(xml.as_bytes())?, error);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod codes;
mod compare;
mod error;
mod json;
mod object;
pub mod rules;
#[cfg(feature = "proptest")]
pub mod strategies;
pub mod xml;

pub use codes::{
    Advice, CODE_AND_TEXT, CODES, Code, EDITION, EDITION_4, EDITION_6, EDITION_8, EDITIONS,
    FOUR_PARTS, LATER, STATUSES, TRANSLATED, TYPE_IS_PARAMETER, US_ENGLISH,
};
pub use compare::{CompareError, compare, likeness};
pub use error::ApiError;
pub use faultbook_core::ReadError;
pub use rules::{RULES, check};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
