//! Header fields on their own.

mod retry_after;
mod www_authenticate;

#[cfg(test)]
pub(crate) use self::{retry_after::RETRY_AFTER_LIES, www_authenticate::WWW_AUTHENTICATE_LIES};
pub use retry_after::retry_after;
pub use www_authenticate::www_authenticate;
