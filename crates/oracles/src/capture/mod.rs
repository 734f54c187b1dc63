//! Captures of any kind.

mod records;
mod seeds;

#[cfg(test)]
pub(crate) use self::records::CAPTURE_LIES;
pub use records::capture;
pub(crate) use records::rules_of;
pub(crate) use seeds::{captures, words};
