//! The typed error.

use std::borrow::Cow;
use std::fmt;

use crate::Code;

/// An error of the LINE WORKS API (LINE WORKS errors, format of the response body).
///
/// Texts are borrowed from the body where nothing in them is escaped.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ApiError<'a> {
    /// `code`: the code to act on.
    pub code: Code<'a>,
    /// `description`: what went wrong, for the developer. The document's form has it always.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub description: Option<Cow<'a, str>>,
}

impl<'a> ApiError<'a> {
    /// An error with this code and nothing else.
    pub fn new(code: impl Into<Code<'a>>) -> Self {
        Self { code: code.into(), description: None }
    }

    /// The same error with this description.
    pub fn with_description(self, description: impl Into<Cow<'a, str>>) -> Self {
        Self { description: Some(description.into()), ..self }
    }

    /// The resource that the code names: `USER` in `USER_NOT_EXIST`.
    pub fn resource(&self) -> Option<&str> {
        self.code.resource()
    }

    /// Whether the document calls the error temporary, so that the same request may succeed later
    /// (LINE WORKS errors, common error codes, `SERVICE_UNAVAILABLE`). Of no other code does it
    /// say so.
    pub const fn is_temporary(&self) -> bool {
        matches!(self.code, Code::ServiceUnavailable)
    }

    /// The same error, owning its texts.
    pub fn into_owned(self) -> ApiError<'static> {
        ApiError {
            code: self.code.into_owned(),
            description: self.description.map(|text| Cow::Owned(text.into_owned())),
        }
    }
}

impl fmt::Display for ApiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.code.as_str(), f)?;
        match &self.description {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError<'_> {}
