//! One HTTP response, as it was received.

/// One header field line: its name and its value as raw bytes, so that a malformed one can be
/// represented (RFC 9110 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Field<'a> {
    /// The name as received; compare it without case.
    pub name: &'a [u8],
    /// The value without the white space around it.
    pub value: &'a [u8],
}

/// A response: what is known of its status and header fields, and the bytes of its body.
///
/// ```
/// use faultbook_core::{Field, Response};
///
/// let fields = [Field { name: b"Content-Type", value: b"text/html; charset=utf-8" }];
/// let response = Response::new(b"<html></html>").with_status(503).with_fields(&fields);
/// assert_eq!(response.is_failing(), Some(true));
/// assert_eq!(response.media_type().as_deref(), Some("text/html"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Response<'a> {
    /// The status code (RFC 9110 section 15), or `None` where it is not known.
    pub status: Option<u16>,
    /// The header field lines in the order received; empty where they are not known.
    pub fields: &'a [Field<'a>],
    /// The body, with every transfer and content coding removed.
    pub body: &'a [u8],
}

impl<'a> Response<'a> {
    /// A body of which nothing else is known.
    pub const fn new(body: &'a [u8]) -> Self {
        Self { status: None, fields: &[], body }
    }

    /// The same response with this status.
    pub const fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The same response with these header field lines.
    pub const fn with_fields(self, fields: &'a [Field<'a>]) -> Self {
        Self { fields, ..self }
    }

    /// Whether the status is 4xx or 5xx; `None` where the status is not known.
    pub fn is_failing(&self) -> Option<bool> {
        self.status.map(|status| (400..=599).contains(&status))
    }

    /// Whether the status is 2xx; `None` where the status is not known.
    pub fn is_success(&self) -> Option<bool> {
        self.status.map(|status| (200..=299).contains(&status))
    }

    /// The field lines of this name, compared without case, each with its index in `fields`.
    pub fn fields_named(&self, name: &str) -> impl Iterator<Item = (usize, &'a Field<'a>)> {
        self.fields
            .iter()
            .enumerate()
            .filter(move |(_, field)| field.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The media type of the first Content-Type field, in lower case and without parameters
    /// (RFC 9110 section 8.3.1); `None` where there is no such field, or nothing in it.
    pub fn media_type(&self) -> Option<String> {
        self.essence().map(|essence| String::from_utf8_lossy(essence).to_ascii_lowercase())
    }

    /// The media type without parameters, as received. `None` where there is none.
    pub(crate) fn essence(&self) -> Option<&'a [u8]> {
        let (_, field) = self.fields_named("content-type").next()?;
        let end = field.value.iter().position(|&byte| byte == b';');
        let essence = field.value.get(..end.unwrap_or(field.value.len()))?.trim_ascii();
        (!essence.is_empty()).then_some(essence)
    }
}
