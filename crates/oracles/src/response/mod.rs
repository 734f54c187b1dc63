//! Whole responses.

pub mod message;
mod service;
mod whole;

#[cfg(test)]
pub(crate) use self::{service::SERVICE_LIES, whole::RESPONSE_LIES};
pub use service::service;
pub use whole::response;
