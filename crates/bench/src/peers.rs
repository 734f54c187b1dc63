//! The same errors as other libraries read them: typed, and borrowed where the library can.

use std::borrow::Cow;

use serde::Deserialize;

/// A text that is borrowed where it holds no escape. serde borrows a `Cow` only where it stands
/// alone, and not inside an `Option`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(
    /// The text.
    #[serde(borrow)]
    pub Cow<'a, str>,
);

/// Groove error object.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct Groove<'a> {
    #[serde(borrow)]
    pub error_code: Cow<'a, str>,
    #[serde(borrow)]
    pub description: Option<Text<'a>>,
    #[serde(borrow)]
    pub message: Option<Text<'a>>,
}

/// A Groove response with its own error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct GrooveResponse<'a> {
    #[serde(borrow)]
    pub error: Groove<'a>,
}

/// A Groove response whose items have errors.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the members are those of the response")]
pub struct GrooveItems<'a> {
    #[serde(borrow)]
    pub items: Vec<GrooveItem<'a>>,
}

/// An item of a Groove response.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(missing_docs, reason = "the members are those of the response")]
pub struct GrooveItem<'a> {
    #[serde(borrow)]
    pub error: Option<Groove<'a>>,
}

/// LINE WORKS errors.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct LineWorks<'a> {
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    #[serde(borrow)]
    pub description: Option<Text<'a>>,
}

/// Ampache errors, JSON.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct AmpacheBody<'a> {
    #[serde(borrow)]
    pub error: Ampache<'a>,
}

/// The parts of an Ampache error.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct Ampache<'a> {
    #[serde(borrow)]
    pub error_code: Cow<'a, str>,
    #[serde(borrow)]
    pub error_action: Option<Text<'a>>,
    #[serde(borrow)]
    pub error_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub error_message: Option<Text<'a>>,
}

/// OneDrive errors.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct OneDriveBody<'a> {
    #[serde(borrow)]
    pub error: OneDrive<'a>,
}

/// The members of a OneDrive error.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct OneDrive<'a> {
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    #[serde(borrow)]
    pub message: Option<Text<'a>>,
    #[serde(borrow)]
    pub innererror: Option<Box<Inner<'a>>>,
}

/// An inner error of OneDrive.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the members are those of the document")]
pub struct Inner<'a> {
    #[serde(borrow)]
    pub code: Option<Text<'a>>,
    #[serde(borrow)]
    pub innererror: Option<Box<Inner<'a>>>,
}

/// Ampache errors, XML. quick-xml's serde path owns its texts.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "the elements are those of the document")]
pub struct AmpacheXml {
    pub error: AmpacheXmlError,
}

/// The parts of an Ampache error in XML.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the elements are those of the document")]
pub struct AmpacheXmlError {
    #[serde(rename = "@errorCode")]
    pub error_code: String,
    pub error_action: Option<String>,
    pub error_type: Option<String>,
    pub error_message: Option<String>,
}
