//! What tells a finding from another across runs.

use std::fmt::Write as _;

use faultbook_core::{Finding, Place, Response};
use sha2::{Digest, Sha256};

/// How many hexadecimal digits a fingerprint has.
const DIGITS: usize = 32;

/// A finding's fingerprint: 32 hexadecimal digits, made from the rule, the service, where the
/// finding points (a JSON Pointer, a field's name, or the status) and the value there, and from no
/// words of a message.
///
/// It is the same for the same fault of the same service wherever it was recorded, so that a list of
/// known findings goes on to fit.
pub fn fingerprint(service: &str, finding: &Finding, response: &Response<'_>) -> String {
    let status;
    let (part, pointer, value): (&str, &str, &[u8]) = match &finding.place {
        Place::Input { .. } => ("input", "", b""),
        Place::Status => {
            status = response.status.map(|status| status.to_string()).unwrap_or_default();
            ("status", "", status.as_bytes())
        }
        Place::Field { index, name, span } => {
            let value = response.fields.get(*index).and_then(|field| field.value.get(span.clone()));
            ("header", name, value.unwrap_or_default())
        }
        Place::Body { span, pointer } => {
            let value = response.body.get(span.clone()).unwrap_or_default();
            ("body", pointer.as_deref().unwrap_or_default(), value)
        }
    };
    let mut hash = Sha256::new();
    for piece in
        [finding.rule.id.as_bytes(), service.as_bytes(), part.as_bytes(), pointer.as_bytes(), value]
    {
        // With its length, no piece runs over into the next.
        hash.update(u64::try_from(piece.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(piece);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        _ = write!(text, "{byte:02x}");
    }
    text.truncate(DIGITS);
    text
}
