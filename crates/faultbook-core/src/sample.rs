//! Generated responses.

use crate::{Field, Response};

/// A response that owns its parts: what the format crates' strategies generate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The status, or `None` where it is not known.
    pub status: Option<u16>,
    /// Header field lines: name and value.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Sample {
    /// A response with this status and body, and no header field.
    pub fn new(status: Option<u16>, body: impl Into<Vec<u8>>) -> Self {
        Self { status, fields: Vec::new(), body: body.into() }
    }

    /// Lends the sample as a [`Response`].
    pub fn with<R>(&self, judge: impl FnOnce(&Response<'_>) -> R) -> R {
        let fields: Vec<Field<'_>> =
            self.fields.iter().map(|(name, value)| Field { name, value }).collect();
        judge(&Response { status: self.status, fields: &fields, body: &self.body })
    }
}
