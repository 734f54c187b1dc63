//! LINE WORKS API 2.0 errors: one object with a code and a description, and beside it, for an
//! access token that is not accepted, a Bearer challenge.
//!
//! ```
//! use lineworks_error::{ApiError, Code};
//!
//! let body = br#"{"code": "USER_NOT_EXIST", "description": "no such user"}"#;
//! let error = ApiError::from_json(body)?;
//! assert!(matches!(error.code, Code::ResourceNotExist(_)));
//! assert_eq!(error.resource(), Some("USER"));
//! assert_eq!(error.code.default_status(), Some(404));
//! # Ok::<(), lineworks_error::ReadError>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod challenges;
mod codes;
mod error;
mod json;
pub mod rules;
#[cfg(feature = "proptest")]
pub mod strategies;

pub use challenges::{FieldChallenge, challenges};
pub use codes::{CODES, Code, EDITION, ROWS, Row, STATUSES, lookup};
pub use error::ApiError;
pub use faultbook_core::ReadError;
pub use json::likeness;
pub use rules::{RULES, check, check_challenges};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
