//! The nouns every Faultbook crate shares, and a strict JSON reader with byte spans.
//!
//! Data flows one way: bytes → [`Response`] → a format crate reads it → typed error and
//! [`Finding`]s. What a document promises is data: [`rules!`] and [`codes!`] make the tables that
//! everything else comes from.
//!
//! ```
//! use faultbook_core::json::{Kind, Reader};
//!
//! let body = br#"{"code": "NOT_FOUND"}"#;
//! let mut json = Reader::new(body);
//! while let Some(token) = json.next()? {
//!     if let Kind::String(text) = token.kind {
//!         assert_eq!(text.decode(), "NOT_FOUND");
//!         assert_eq!(token.span, 9..20);
//!         assert_eq!(json.pointer().as_deref(), Some("/code"));
//!     }
//! }
//! # Ok::<(), faultbook_core::Fault>(())
//! ```
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod codes;
pub mod common;
mod edition;
mod fault;
mod finding;
pub mod json;
mod judgement;
mod limits;
mod members;
mod near;
mod response;
mod rule;
#[cfg(feature = "proptest")]
mod sample;
mod value;

pub use codes::{OtherCode, TemplateCode};
pub use edition::{Clause, CodeRow, Edition, Level, StatusRow, UnderSuccess};
pub use fault::{Fault, FaultKind, Found};
#[doc(hidden)]
pub use finding::__nothing_found;
pub use finding::{Finding, Findings, Place, listed, quoted};
pub use judgement::{Judgement, Likeness, Located, ReadError, Verdict};
pub use limits::Limits;
pub use members::{Members, ObjectPlace};
pub use near::near_miss;
pub use response::{Field, Response};
pub use rule::{Rule, Severity};
#[cfg(feature = "proptest")]
pub use sample::{Json, Layout, Sample, any_text};
pub use value::{Member, Value, advanced_value};

#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde as __serde;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
