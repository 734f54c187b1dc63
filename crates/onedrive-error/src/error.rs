//! The typed error.

use std::borrow::Cow;
use std::fmt;
use std::iter;

use faultbook_core::Response;

use crate::chain::{self, Chain};
use crate::{Advice, Code};

/// An error of the OneDrive API (OneDrive errors, Error response).
///
/// Texts are borrowed from the body where nothing in them is escaped. With the feature `serde` it
/// is serialized as the object under `error`, with the document's member names, up to 64 inner
/// errors deep.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ApiError<'a> {
    /// `code` of the root: one of the 15 basic codes, if the service keeps to the document.
    pub code: Code<'a>,
    /// `message`: for the developer, not for the user, and not to be acted on, since it may change
    /// at any time. The document promises it; servers leave it out all the same.
    pub message: Option<Cow<'a, str>>,
    /// `innererror` and the inner errors inside it: what happened in more detail.
    pub inner: InnerErrors<'a>,
}

/// One `innererror` object (OneDrive errors, The code property).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InnerError<'a> {
    /// `code`: mostly one of the detailed codes. Many servers leave it out.
    pub code: Option<Code<'a>>,
}

/// The inner errors of an error, the outermost first.
///
/// In the body they stand inside each other, to any depth; here they are a list, so that nothing
/// that is done with them takes more stack when there are more of them.
///
/// ```
/// use onedrive_error::{ApiError, Code, InnerErrors};
///
/// let inner = InnerErrors::from_iter([Code::ResourceModified, Code::LockMismatch]);
/// let error = ApiError { inner, ..ApiError::new(Code::NotAllowed) };
/// assert_eq!(
///     error.to_json(),
///     concat!(
///         r#"{"error":{"code":"notAllowed","#,
///         r#""innererror":{"code":"resourceModified","innererror":{"code":"lockMismatch"}}}}"#,
///     ),
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InnerErrors<'a> {
    chain: Chain<InnerError<'a>>,
}

impl<'a> ApiError<'a> {
    /// An error with this code and nothing else.
    pub fn new(code: impl Into<Code<'a>>) -> Self {
        Self { code: code.into(), message: None, inner: InnerErrors::new() }
    }

    /// The codes that are there, from the root to the innermost.
    ///
    /// ```
    /// use onedrive_error::{ApiError, Code};
    ///
    /// let body = br#"{"error": {"code": "invalidRange", "message": "Bytes overlap.",
    ///     "innererror": {"date": "today", "innererror": {"code": "fragmentOverlap"}}}}"#;
    /// let error = ApiError::from_json(body)?;
    /// assert!(error.codes().eq(&[Code::InvalidRange, Code::FragmentOverlap]));
    /// # Ok::<(), onedrive_error::ReadError>(())
    /// ```
    pub fn codes(&self) -> impl DoubleEndedIterator<Item = &Code<'a>> {
        iter::once(&self.code).chain(self.inner.iter().filter_map(|inner| inner.code.as_ref()))
    }

    /// Whether the root or any inner error has this code, compared exactly: the document's
    /// `IsError` loop (OneDrive errors, The code property).
    ///
    /// ```
    /// use onedrive_error::{ApiError, Code};
    ///
    /// let body = br#"{"error": {"code": "invalidRange", "message": "Bytes overlap.",
    ///     "innererror": {"code": "fragmentOverlap"}}}"#;
    /// let error = ApiError::from_json(body)?;
    /// assert!(error.is("fragmentOverlap") && error.is(Code::InvalidRange));
    /// assert!(!error.is("FragmentOverlap"));
    /// # Ok::<(), onedrive_error::ReadError>(())
    /// ```
    pub fn is<'c>(&self, code: impl Into<Code<'c>>) -> bool {
        let code = code.into();
        self.codes().any(|own| own.as_str() == code.as_str())
    }

    /// The innermost code that the caller understands: the one that the document tells apps to use
    /// (OneDrive errors, The code property).
    ///
    /// ```
    /// use onedrive_error::{ApiError, Code};
    ///
    /// let body = br#"{"error": {"code": "invalidRange", "message": "Bytes overlap.",
    ///     "innererror": {"code": "fragmentOverlap", "innererror": {"code": "madeUpLastYear"}}}}"#;
    /// let error = ApiError::from_json(body)?;
    /// assert_eq!(error.most_detailed(Code::is_documented), Some(&Code::FragmentOverlap));
    /// assert_eq!(error.most_detailed(Code::is_basic), Some(&Code::InvalidRange));
    /// # Ok::<(), onedrive_error::ReadError>(())
    /// ```
    pub fn most_detailed(
        &self,
        mut understood: impl FnMut(&Code<'a>) -> bool,
    ) -> Option<&Code<'a>> {
        self.codes().rev().find(|code| understood(code))
    }

    /// What the document tells an app to do about this error: the advice of the innermost code
    /// that has one, else that of the response's status.
    ///
    /// ```
    /// use faultbook_core::Response;
    /// use onedrive_error::{Advice, ApiError, Code};
    ///
    /// let throttled = ApiError::new(Code::ActivityLimitReached);
    /// assert_eq!(throttled.advice(&Response::new(b"").with_status(429)), Some(Advice::Wait));
    /// assert_eq!(throttled.advice(&Response::new(b"")), None);
    /// ```
    pub fn advice(&self, response: &Response<'_>) -> Option<Advice> {
        self.codes()
            .rev()
            .find_map(Code::advice)
            .or_else(|| response.status.and_then(Advice::for_status))
    }

    /// The same error with at most `most` inner errors, the outermost: for formats that are not
    /// nested any deeper.
    pub fn into_outermost(mut self, most: usize) -> Self {
        self.inner.chain.truncate(most);
        self
    }

    /// The same error, owning its texts.
    pub fn into_owned(self) -> ApiError<'static> {
        ApiError {
            code: self.code.into_owned(),
            message: self.message.map(|text| Cow::Owned(text.into_owned())),
            inner: InnerErrors { chain: self.inner.chain.map(InnerError::into_owned) },
        }
    }
}

impl InnerError<'_> {
    /// The same inner error, owning its text.
    pub fn into_owned(self) -> InnerError<'static> {
        InnerError { code: self.code.map(Code::into_owned) }
    }
}

impl<'a> From<Code<'a>> for InnerError<'a> {
    fn from(code: Code<'a>) -> Self {
        Self { code: Some(code) }
    }
}

impl<'a> InnerErrors<'a> {
    /// No inner error.
    pub const fn new() -> Self {
        Self { chain: Chain::new() }
    }

    /// One inner error, or none.
    pub(crate) const fn of(first: Option<InnerError<'a>>) -> Self {
        Self { chain: Chain::of(first) }
    }

    /// Adds an inner error inside the innermost one.
    pub fn push(&mut self, inner: impl Into<InnerError<'a>>) {
        self.chain.push(inner.into());
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.chain.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chain.len() == 0
    }

    /// The inner error at this depth; 0 is the one that stands in the root.
    pub fn get(&self, depth: usize) -> Option<&InnerError<'a>> {
        self.chain.get(depth)
    }

    /// All of them, the outermost first.
    pub fn iter(&self) -> Iter<'_, 'a> {
        Iter(self.chain.iter())
    }
}

impl Default for InnerErrors<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, E: Into<InnerError<'a>>> Extend<E> for InnerErrors<'a> {
    fn extend<I: IntoIterator<Item = E>>(&mut self, inner: I) {
        for inner in inner {
            self.push(inner);
        }
    }
}

impl<'a, E: Into<InnerError<'a>>> FromIterator<E> for InnerErrors<'a> {
    fn from_iter<I: IntoIterator<Item = E>>(inner: I) -> Self {
        let mut chain = Self::new();
        chain.extend(inner);
        chain
    }
}

impl<'c, 'a> IntoIterator for &'c InnerErrors<'a> {
    type Item = &'c InnerError<'a>;
    type IntoIter = Iter<'c, 'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The inner errors of an error: see [`InnerErrors::iter`].
#[derive(Debug, Clone)]
pub struct Iter<'c, 'a>(chain::Iter<'c, InnerError<'a>>);

impl<'c, 'a> Iterator for Iter<'c, 'a> {
    type Item = &'c InnerError<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back()
    }
}

/// The codes from the root inwards, then the message: `invalidRange/fragmentOverlap: …`. Past
/// eight codes the rest is only hinted at.
impl fmt::Display for ApiError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 8;
        for (index, code) in self.codes().enumerate() {
            if index == MOST {
                f.write_str("/…")?;
                break;
            }
            if index > 0 {
                f.write_str("/")?;
            }
            code.fmt(f)?;
        }
        match &self.message {
            Some(text) => write!(f, ": {text}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError<'_> {}
