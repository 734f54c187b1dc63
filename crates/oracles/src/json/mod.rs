//! JSON (RFC 8259): the reader and the writer.

mod fault;
mod jiter;
mod pull;
mod serde;
mod text;

#[cfg(test)]
pub(crate) use self::{
    fault::JSON_FAULT_LIES, jiter::JSON_JITER_LIES, serde::JSON_LIES, text::JSON_TEXT_LIES,
};
pub use fault::json_fault;
pub use jiter::json_jiter;
pub use serde::json;
pub use text::json_text;

/// U+FEFF in UTF-8. Our reader passes over it (RFC 8259 section 8.1 lets it); neither serde_json
/// nor jiter does, so they are given what follows it.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The document behind a byte order mark.
fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(MARK).unwrap_or(body)
}

/// Whether a byte is white space (RFC 8259 section 2).
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
