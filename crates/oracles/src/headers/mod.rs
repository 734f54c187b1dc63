//! Header fields on their own.

mod retry_after;

#[cfg(test)]
pub(crate) use retry_after::LIES as RETRY_AFTER_LIES;
pub use retry_after::retry_after;
