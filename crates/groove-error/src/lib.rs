//! Groove Music errors: one object, bare or under `Error` anywhere in a response.
//!
//! ```
//! use groove_error::{ApiError, Code};
//!
//! let body = br#"{"Error": {"ErrorCode": "CATALOG_NO_RESULT", "Description": "Item does not exist"}}"#;
//! let error = ApiError::from_json(body)?;
//! assert_eq!(error.code, Code::CatalogNoResult);
//! assert_eq!(error.code.default_status(), Some(404));
//! assert_eq!(error.code.category(), Some("Catalog errors"));
//! # Ok::<(), groove_error::ReadError>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod codes;
mod error;
mod json;
pub mod rules;
#[cfg(feature = "proptest")]
pub mod strategies;

pub use codes::{Advice, CODES, Code, EDITION, STATUSES};
pub use error::ApiError;
pub use faultbook_core::ReadError;
pub use json::{Errors, errors, likeness};
pub use rules::{RULES, check};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
