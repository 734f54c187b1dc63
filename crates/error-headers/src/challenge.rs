//! A challenge and its parameters, read from a field value or built.

#![expect(clippy::inline_always, reason = "a value that is not inlined here is copied: measured")]

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, Range};

use crate::bytes::{QUOTABLE, TCHAR, TOKEN68, is};
use crate::write::{WriteFault, WritePart};

/// One challenge (RFC 9110 section 11.3): a scheme, and a token68 or parameters or neither.
///
/// Equality is of content: scheme, token68, names and values, byte for byte. Where they stood and
/// whether a value was quoted does not matter.
///
/// ```
/// use error_headers::{Challenge, read_challenges};
///
/// let built = Challenge::new("Bearer")?.with_param("error", "invalid_token")?;
/// assert_eq!(built.to_value()?, br#"Bearer error="invalid_token""#);
/// assert_eq!(read_challenges(b"Bearer  error=invalid_token").challenges, [built]);
/// # Ok::<(), error_headers::WriteFault>(())
/// ```
#[derive(Clone)]
pub struct Challenge<'a> {
    /// UTF-8, as the token68 and the names of parameters are: most of them are tokens, and it is
    /// those who want text that have it checked.
    pub(crate) scheme: Cow<'a, [u8]>,
    pub(crate) token68: Option<Cow<'a, [u8]>>,
    pub(crate) params: Params<'a>,
    pub(crate) scheme_span: Range<usize>,
    pub(crate) token68_span: Range<usize>,
    pub(crate) end: usize,
}

/// One parameter of a challenge (RFC 9110 section 11.2). Equality is of name and value.
#[derive(Clone)]
pub struct AuthParam<'a> {
    pub(crate) name: Cow<'a, [u8]>,
    pub(crate) value: Cow<'a, [u8]>,
    pub(crate) form: Form,
    pub(crate) name_span: Range<usize>,
    pub(crate) value_span: Range<usize>,
}

/// How a value stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Without quotes.
    Token,
    /// A quoted string.
    Quoted,
    /// A quoted string that is not closed.
    Open,
}

/// Parameters in their order. Most challenges have one or two: the first takes no memory of its
/// own.
#[derive(Clone, Default)]
pub(crate) enum Params<'a> {
    #[default]
    None,
    One(AuthParam<'a>),
    Many(Vec<AuthParam<'a>>),
}

impl<'a> Params<'a> {
    // No part of the parameter goes to another function: it would be copied.
    #[inline(always)]
    pub(crate) fn push(&mut self, param: AuthParam<'a>) {
        if matches!(self, Self::One(_)) {
            self.make_room();
        }
        match self {
            Self::Many(params) => params.push(param),
            _ => *self = Self::One(param),
        }
    }

    #[inline(never)]
    fn make_room(&mut self) {
        // Most challenges have no more, and an allocator has small blocks at hand.
        const USUAL: usize = 11;
        if let Self::One(first) = std::mem::take(self) {
            let mut params = Vec::with_capacity(USUAL);
            params.push(first);
            *self = Self::Many(params);
        }
    }
}

impl<'a> Deref for Params<'a> {
    type Target = [AuthParam<'a>];

    #[inline]
    fn deref(&self) -> &Self::Target {
        match self {
            Self::None => &[],
            Self::One(param) => std::slice::from_ref(param),
            Self::Many(params) => params,
        }
    }
}

impl<'a> IntoIterator for Params<'a> {
    type Item = AuthParam<'a>;
    type IntoIter =
        std::iter::Chain<std::option::IntoIter<AuthParam<'a>>, std::vec::IntoIter<AuthParam<'a>>>;

    fn into_iter(self) -> Self::IntoIter {
        let (one, many) = match self {
            Self::None => (None, Vec::new()),
            Self::One(param) => (Some(param), Vec::new()),
            Self::Many(params) => (None, params),
        };
        one.into_iter().chain(many)
    }
}

impl<'a> FromIterator<AuthParam<'a>> for Params<'a> {
    fn from_iter<I: IntoIterator<Item = AuthParam<'a>>>(params: I) -> Self {
        let mut collected = Self::None;
        params.into_iter().for_each(|param| collected.push(param));
        collected
    }
}

impl<'a> Challenge<'a> {
    /// A challenge that is a scheme alone.
    ///
    /// # Errors
    ///
    /// The scheme is no token (RFC 9110 section 5.6.2).
    pub fn new(scheme: impl Into<Cow<'a, str>>) -> Result<Self, WriteFault> {
        let scheme = scheme.into();
        token(WritePart::Scheme, &scheme)?;
        Ok(Self { scheme: into_bytes(scheme), ..Self::EMPTY })
    }

    /// Nothing yet.
    pub(crate) const EMPTY: Self = Self {
        scheme: Cow::Borrowed(b""),
        token68: None,
        params: Params::None,
        scheme_span: 0..0,
        token68_span: 0..0,
        end: 0,
    };

    /// The same challenge with this token68.
    ///
    /// # Errors
    ///
    /// It is no token68 (RFC 9110 section 11.2), or the challenge has parameters.
    pub fn with_token68(mut self, text: impl Into<Cow<'a, str>>) -> Result<Self, WriteFault> {
        let text = text.into();
        token68(&text)?;
        if !self.params.is_empty() {
            return Err(WriteFault::new(WritePart::Token68BesideParameters, &text, 0));
        }
        self.token68 = Some(into_bytes(text));
        Ok(self)
    }

    /// The same challenge with one more parameter, written as a quoted string.
    ///
    /// # Errors
    ///
    /// The name is no token or stands in this challenge already; the value holds a control
    /// character other than a tab; the challenge has a token68.
    pub fn with_param(
        self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Result<Self, WriteFault> {
        self.with_param_bytes(name, into_bytes(value.into()))
    }

    /// [`with_param`](Self::with_param) for a value that need not be UTF-8: `obs-text`
    /// (RFC 9110 section 5.5).
    ///
    /// # Errors
    ///
    /// As for `with_param`.
    pub fn with_param_bytes(
        self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, [u8]>>,
    ) -> Result<Self, WriteFault> {
        let value = value.into();
        quotable(&value)?;
        self.push(name.into(), value, Form::Quoted)
    }

    /// The same challenge with one more parameter, written as a token: for schemes that want it so,
    /// as Digest its `stale=true`.
    ///
    /// # Errors
    ///
    /// As for `with_param`, and where the value is no token.
    pub fn with_token_param(
        self,
        name: impl Into<Cow<'a, str>>,
        value: impl Into<Cow<'a, str>>,
    ) -> Result<Self, WriteFault> {
        let value = value.into();
        token(WritePart::TokenValue, &value)?;
        self.push(name.into(), into_bytes(value), Form::Token)
    }

    fn push(
        mut self,
        name: Cow<'a, str>,
        value: Cow<'a, [u8]>,
        form: Form,
    ) -> Result<Self, WriteFault> {
        token(WritePart::Name, &name)?;
        if self.param(&name).is_some() {
            return Err(WriteFault::new(WritePart::DuplicateParameter, &name, 0));
        }
        if self.token68.is_some() {
            return Err(WriteFault::new(WritePart::Token68BesideParameters, &name, 0));
        }
        let name = into_bytes(name);
        self.params.push(AuthParam { name, value, form, name_span: 0..0, value_span: 0..0 });
        Ok(self)
    }

    /// The scheme as received; compare it with [`is_scheme`](Self::is_scheme). Empty where
    /// parameters stood before any scheme. Bytes that are no UTF-8 are replaced by U+FFFD.
    #[inline]
    pub fn scheme(&self) -> &str {
        as_text(&self.scheme)
    }

    /// Whether this is the scheme; case does not matter (RFC 9110 section 11.1).
    pub fn is_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme.as_bytes())
    }

    /// The token68 with its `=`, where the challenge has one.
    pub fn token68(&self) -> Option<&str> {
        self.token68.as_deref().map(as_text)
    }

    /// The parameters in the order received, duplicates included.
    #[inline]
    pub fn params(&self) -> &[AuthParam<'a>] {
        &self.params
    }

    /// The first parameter of this name; case does not matter (RFC 9110 section 11.2). Where a
    /// name stands twice the first one counts: a reader that took the last would let whoever can
    /// append to the field change what was said before.
    pub fn param(&self, name: &str) -> Option<&AuthParam<'a>> {
        self.params.iter().find(|param| param.is_name(name))
    }

    /// Where the challenge stood, from its scheme to the end of what belongs to it, in bytes of
    /// the field value. `0..0` for a challenge that was built, as for all its spans.
    pub const fn span(&self) -> Range<usize> {
        self.scheme_span.start..self.end
    }

    /// Where the scheme stood.
    pub fn scheme_span(&self) -> Range<usize> {
        self.scheme_span.clone()
    }

    /// Where the token68 stood; `None` where there is none.
    pub fn token68_span(&self) -> Option<Range<usize>> {
        self.token68.as_ref().map(|_| self.token68_span.clone())
    }

    /// The same challenge with nothing borrowed.
    pub fn into_owned(self) -> Challenge<'static> {
        Challenge {
            scheme: Cow::Owned(self.scheme.into_owned()),
            token68: self.token68.map(|text| Cow::Owned(text.into_owned())),
            params: self.params.into_iter().map(AuthParam::into_owned).collect(),
            scheme_span: self.scheme_span,
            token68_span: self.token68_span,
            end: self.end,
        }
    }

    /// Whether everything about the challenge can be written (it need not be where it was read).
    pub(crate) fn validate(&self) -> Result<(), WriteFault> {
        token(WritePart::Scheme, self.scheme())?;
        if let Some(text) = self.token68() {
            token68(text)?;
            if let Some(param) = self.params.first() {
                return Err(WriteFault::new(WritePart::Token68BesideParameters, param.name(), 0));
            }
        }
        for param in self.params() {
            token(WritePart::Name, param.name())?;
            quotable(&param.value)?;
        }
        match duplicates(&self.params).first() {
            None => Ok(()),
            Some(&(_, again)) => {
                let name = self.params.get(again).map_or("", AuthParam::name);
                Err(WriteFault::new(WritePart::DuplicateParameter, name, 0))
            }
        }
    }
}

impl PartialEq for Challenge<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.scheme == other.scheme
            && self.token68 == other.token68
            && self.params() == other.params()
    }
}

impl Eq for Challenge<'_> {}

impl fmt::Debug for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge")
            .field("scheme", &self.scheme())
            .field("token68", &self.token68())
            .field("params", &self.params())
            .field("span", &self.span())
            .field("scheme_span", &self.scheme_span)
            .field("token68_span", &self.token68_span())
            .finish()
    }
}

impl AuthParam<'_> {
    /// The name as received; compare it with [`is_name`](Self::is_name). Bytes that are no UTF-8
    /// are replaced by U+FFFD.
    #[inline]
    pub fn name(&self) -> &str {
        as_text(&self.name)
    }

    /// Whether this is the name; case does not matter (RFC 9110 section 11.2).
    pub fn is_name(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value without quotes and escapes, a line fold in it as one space.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.value
    }

    /// The value, where it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.value).ok()
    }

    /// The value as text; bytes that are no UTF-8 are replaced by U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.value)
    }

    /// Whether the value was a quoted string, and will be written as one.
    pub const fn is_quoted(&self) -> bool {
        !matches!(self.form, Form::Token)
    }

    /// Where the parameter stood, from its name to the end of its value, in bytes of the field
    /// value.
    pub const fn span(&self) -> Range<usize> {
        self.name_span.start..self.value_span.end + matches!(self.form, Form::Quoted) as usize
    }

    /// Where the name stood.
    pub fn name_span(&self) -> Range<usize> {
        self.name_span.clone()
    }

    /// Where the value stood, without its quotes and with its escapes.
    pub fn value_span(&self) -> Range<usize> {
        self.value_span.clone()
    }

    /// The same parameter with nothing borrowed.
    pub fn into_owned(self) -> AuthParam<'static> {
        AuthParam {
            name: Cow::Owned(self.name.into_owned()),
            value: Cow::Owned(self.value.into_owned()),
            form: self.form,
            name_span: self.name_span,
            value_span: self.value_span,
        }
    }
}

impl PartialEq for AuthParam<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.value == other.value
    }
}

impl Eq for AuthParam<'_> {}

impl fmt::Debug for AuthParam<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthParam")
            .field("name", &self.name())
            .field("value", &format_args!("b\"{}\"", self.value.escape_ascii()))
            .field("quoted", &self.is_quoted())
            .field("span", &self.span())
            .field("name_span", &self.name_span)
            .field("value_span", &self.value_span)
            .finish()
    }
}

/// What is held as UTF-8, as text.
#[inline]
pub(crate) fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// `1*tchar`.
pub(crate) fn token(part: WritePart, text: &str) -> Result<(), WriteFault> {
    match text.bytes().position(|byte| !is(byte, TCHAR)) {
        None if !text.is_empty() => Ok(()),
        at => Err(WriteFault::new(part, text, at.unwrap_or(0))),
    }
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`.
fn token68(text: &str) -> Result<(), WriteFault> {
    let head = text.trim_end_matches('=');
    match head.bytes().position(|byte| !is(byte, TOKEN68)) {
        None if !head.is_empty() => Ok(()),
        at => Err(WriteFault::new(WritePart::Token68, text, at.unwrap_or(0))),
    }
}

/// `*( HTAB / SP / VCHAR / obs-text )`: what a quoted string can carry.
fn quotable(value: &[u8]) -> Result<(), WriteFault> {
    match value.iter().position(|&byte| !is(byte, QUOTABLE)) {
        None => Ok(()),
        Some(at) => {
            Err(WriteFault::new(WritePart::QuotedValue, &String::from_utf8_lossy(value), at))
        }
    }
}

/// The indices of parameters whose name stood before, each with the index of the first.
pub(crate) fn duplicates(params: &[AuthParam<'_>]) -> Vec<(usize, usize)> {
    /// Up to here comparing each with each is the faster way, past it the slower one.
    const FEW: usize = 12;
    let mut found = Vec::new();
    if params.len() <= FEW {
        for (again, param) in params.iter().enumerate().skip(1) {
            let first = params
                .iter()
                .take(again)
                .position(|other| other.name.eq_ignore_ascii_case(&param.name));
            found.extend(first.map(|first| (first, again)));
        }
    } else {
        let mut seen = std::collections::HashMap::with_capacity(params.len());
        for (index, param) in params.iter().enumerate() {
            let first = *seen.entry(param.name.to_ascii_lowercase()).or_insert(index);
            if first != index {
                found.push((first, index));
            }
        }
    }
    found
}
