//! The typed error.

use std::borrow::Cow;
use std::fmt;

use crate::Code;

/// An error of the Ampache API (Ampache errors, introduction): the same from XML and from JSON.
///
/// Texts are borrowed from the body where nothing in them has to be changed. A part is `None`
/// where it is not there or `null`, and an empty text where it is empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ApiError<'a> {
    /// `errorCode`: the only part to act on, for the message is translated.
    #[cfg_attr(feature = "serde", serde(rename = "errorCode"))]
    pub code: Code<'a>,
    /// `errorAction`: the API method that failed.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "errorAction", default, skip_serializing_if = "Option::is_none")
    )]
    pub action: Option<Cow<'a, str>>,
    /// `errorType`: `system` for what users cannot change, `account` for what concerns the user,
    /// or what the error is about, such as `song` or the name of a parameter.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "errorType", default, skip_serializing_if = "Option::is_none")
    )]
    pub error_type: Option<Cow<'a, str>>,
    /// `errorMessage`: a text to show, in the language of the server.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "errorMessage", default, skip_serializing_if = "Option::is_none")
    )]
    pub message: Option<Cow<'a, str>>,
}

impl<'a> ApiError<'a> {
    /// An error with this code and nothing else.
    pub fn new(code: impl Into<Code<'a>>) -> Self {
        Self { code: code.into(), action: None, error_type: None, message: None }
    }

    /// The same error, owning its texts.
    pub fn into_owned(self) -> ApiError<'static> {
        let own = |text: Option<Cow<'a, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        ApiError {
            code: self.code.into_owned(),
            action: own(self.action),
            error_type: own(self.error_type),
            message: own(self.message),
        }
    }

    /// Whether both say the same in all four parts. A part that is not there and an empty one say
    /// the same: what JSON has as `null` is an empty element in XML.
    ///
    /// ```
    /// use ampache_error::ApiError;
    ///
    /// let json = ApiError::from_json(br#"{"error":{"errorCode":"4704","errorAction":null}}"#)?;
    /// let xml = ApiError::from_xml(b"<root><error errorCode='4704'><errorAction/></error></root>")?;
    /// assert_ne!(json, xml);
    /// assert!(json.agrees_with(&xml));
    /// # Ok::<(), ampache_error::ReadError>(())
    /// ```
    pub fn agrees_with(&self, other: &ApiError<'_>) -> bool {
        self.parts().map(Option::unwrap_or_default) == other.parts().map(Option::unwrap_or_default)
    }

    /// The four parts in the document's order.
    pub(crate) fn parts(&self) -> [Option<&str>; 4] {
        [
            Some(self.code.as_str()),
            self.action.as_deref(),
            self.error_type.as_deref(),
            self.message.as_deref(),
        ]
    }
}

impl fmt::Display for ApiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)?;
        if let Some(action) = &self.action {
            write!(f, " in {action}")?;
        }
        match &self.message {
            Some(message) => write!(f, ": {message}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError<'_> {}
