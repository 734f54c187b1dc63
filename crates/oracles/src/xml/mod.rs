//! XML 1.0: the reader, and the decoding before it.

mod encoding;
mod peer;
mod tree;

#[cfg(test)]
pub(crate) use self::{encoding::XML_ENCODING_LIES, tree::XML_LIES};
pub use encoding::xml_encoding;
pub use tree::xml;
