//! OneDrive errors: one object with the one property `error`, and inner errors inside each other.
//!
//! ```
//! use onedrive_error::{ApiError, Code};
//!
//! let body = br#"{"error": {"code": "invalidRange", "message": "Bytes overlap.",
//!     "innererror": {"code": "fragmentOverlap"}}}"#;
//! let error = ApiError::from_json(body)?;
//! assert_eq!(error.code, Code::InvalidRange);
//! assert!(error.is(Code::FragmentOverlap));
//! assert_eq!(error.most_detailed(Code::is_documented), Some(&Code::FragmentOverlap));
//! # Ok::<(), onedrive_error::ReadError>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod chain;
mod codes;
mod error;
mod json;
pub mod rules;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(feature = "proptest")]
pub mod strategies;

pub use codes::{
    Advice, CAMEL_CASE, CODES, Code, EDITION, EDITION_GRAPH, EDITIONS, INNER_CODES, INNER_DETAILS,
    LOWER_CASE, STATUSES,
};
pub use error::{ApiError, InnerError, InnerErrors, Iter};
pub use error_headers::RetryAfter;
pub use faultbook_core::ReadError;
pub use json::{Errors, errors, likeness};
pub use rules::{RULES, check, retry_after};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
