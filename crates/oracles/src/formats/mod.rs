//! The errors of each service.

mod ampache_json;
mod ampache_pair;
mod ampache_xml;
mod code;
mod common;
mod frame;
mod groove;
mod lineworks;
mod onedrive;

#[cfg(test)]
pub(crate) use self::{
    ampache_json::AMPACHE_JSON_LIES, ampache_pair::AMPACHE_PAIR_LIES,
    ampache_xml::AMPACHE_XML_LIES, code::CODE_LIES, groove::GROOVE_JSON_LIES,
    lineworks::LINEWORKS_JSON_LIES, onedrive::ONEDRIVE_JSON_LIES,
};
pub use ampache_json::ampache_json;
pub use ampache_pair::ampache_pair;
pub use ampache_xml::ampache_xml;
pub use code::code;
pub(crate) use common::every_finding;
pub use groove::groove_json;
pub use lineworks::lineworks_json;
pub use onedrive::onedrive_json;
