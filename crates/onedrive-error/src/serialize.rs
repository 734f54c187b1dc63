//! Serialization with the document's member names, nested as documented.
//!
//! A serializer is called once inside the other for each inner error, which takes stack: so the
//! depth is bounded here. [`ApiError::to_json`] writes any number of them.

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use crate::error::Iter;
use crate::{ApiError, Code};

impl ApiError<'_> {
    /// How many inner errors can be serialized inside each other; [`ApiError::to_json`] has no
    /// such limit.
    pub const MAX_SERIALIZED: usize = 64;
}

impl Serialize for ApiError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.inner.len() > Self::MAX_SERIALIZED {
            return Err(S::Error::custom(format_args!(
                "an error with {} inner errors: at most {} can be serialized, `to_json` writes any \
                 number",
                self.inner.len(),
                Self::MAX_SERIALIZED,
            )));
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        if let Some(message) = &self.message {
            map.serialize_entry("message", message)?;
        }
        inner_error(&mut map, self.inner.iter())?;
        map.end()
    }
}

/// An inner error and those inside it; at most [`ApiError::MAX_SERIALIZED`] of them.
struct Inner<'c, 'a> {
    code: Option<&'c Code<'a>>,
    inside: Iter<'c, 'a>,
}

impl Serialize for Inner<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(code) = self.code {
            map.serialize_entry("code", code)?;
        }
        inner_error(&mut map, self.inside.clone())?;
        map.end()
    }
}

fn inner_error<M: SerializeMap>(map: &mut M, mut inside: Iter<'_, '_>) -> Result<(), M::Error> {
    match inside.next() {
        Some(inner) => {
            map.serialize_entry("innererror", &Inner { code: inner.code.as_ref(), inside })
        }
        None => Ok(()),
    }
}
