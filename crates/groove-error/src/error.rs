//! The typed error.

use std::borrow::Cow;
use std::fmt;

use crate::Code;

/// An error of the Groove API (Groove error object, Error).
///
/// Texts are borrowed from the body where nothing in them is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ApiError<'a> {
    /// `ErrorCode`: the code to act on.
    #[cfg_attr(feature = "serde", serde(rename = "ErrorCode"))]
    pub code: Code<'a>,
    /// `Description`: what the code means, for the developer and not for the user. The document
    /// promises it; servers leave it out all the same.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "Description", default, skip_serializing_if = "Option::is_none")
    )]
    pub description: Option<Cow<'a, str>>,
    /// `Message`: what may have gone wrong in this very case.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "Message", default, skip_serializing_if = "Option::is_none")
    )]
    pub message: Option<Cow<'a, str>>,
}

impl<'a> ApiError<'a> {
    /// An error with this code and nothing else.
    pub fn new(code: impl Into<Code<'a>>) -> Self {
        Self { code: code.into(), description: None, message: None }
    }

    /// The same error, owning its texts.
    pub fn into_owned(self) -> ApiError<'static> {
        ApiError {
            code: self.code.into_owned(),
            description: self.description.map(|text| Cow::Owned(text.into_owned())),
            message: self.message.map(|text| Cow::Owned(text.into_owned())),
        }
    }
}

impl fmt::Display for ApiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)?;
        match self.message.as_ref().or(self.description.as_ref()) {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError<'_> {}
