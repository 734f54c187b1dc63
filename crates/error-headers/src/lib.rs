//! `WWW-Authenticate` challenges and `Retry-After`: read, judged and written.
//!
//! Reading is tolerant: whatever can be understood of a broken field is returned. Judging is
//! strict: every difference from RFC 9110, and from RFC 6750 for Bearer, is a [`Deviation`] with
//! its bytes, what stood there and what could have.
//!
//! ```
//! use error_headers::{BearerError, Class, RetryAfter, read_challenges};
//!
//! let reading = read_challenges(br#"Bearer error="invalid_token", error_uri=https://a.example"#);
//! let bearer = reading.bearer().expect("a Bearer challenge");
//! assert_eq!(bearer.error, Some(BearerError::InvalidToken));
//! assert_eq!(bearer.error_uri.as_deref(), Some("https://a.example"));
//!
//! assert_eq!(reading.deviations[0].class(), Class::Syntax);
//! assert_eq!(
//!     reading.deviations[0].to_string(),
//!     "found `:` at byte 45, expected a token, or a quoted string where this character is part \
//!      of the value (RFC 9110 section 11.2)"
//! );
//!
//! assert_eq!(RetryAfter::read(b"120")?, RetryAfter::Delay(120));
//! # Ok::<(), error_headers::RetryAfterFault>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod bearer;
mod bytes;
mod challenge;
mod deviation;
mod found;
mod parts;
mod read;
mod retry_after;
#[cfg(feature = "serde")]
mod serialize;
#[cfg(feature = "proptest")]
pub mod strategies;
mod write;

pub use bearer::{Bearer, BearerError, Scope};
pub use challenge::{AuthParam, Challenge};
pub use deviation::{Class, Deviation, Problem};
pub use found::Found;
pub use parts::{Part, Word, visit_challenges};
pub use read::{Reading, read_challenges};
pub use retry_after::{RetryAfter, RetryAfterFault};
pub use write::{WriteFault, WritePart, write_challenges};

/// The examples of the README, which compile and hold.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
