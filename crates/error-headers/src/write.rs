//! Challenges as a field value, in one canonical form.
//!
//! ```text
//! scheme [ SP ( token68 / name "=" value *( ", " name "=" value ) ) ] *( ", " … )
//! ```
//!
//! One space after the scheme, one after each comma, nothing round `=`. A value is a quoted string
//! with backslashes before `"` and `\` only, or a token where it was read or built as one and is
//! no realm: RFC 9110 section 11.5 has writers quote that.

use std::fmt;

use crate::bytes::{TCHAR, is};
use crate::{AuthParam, Challenge, Found};

/// Which part of a challenge cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WritePart {
    /// The scheme is no token.
    Scheme,
    /// A parameter's name is no token.
    Name,
    /// The token68 is none.
    Token68,
    /// A value that should be a token is none.
    TokenValue,
    /// A value holds what a quoted string cannot carry.
    QuotedValue,
    /// A name stands twice in one challenge.
    DuplicateParameter,
    /// A challenge has a token68 and parameters.
    Token68BesideParameters,
    /// A Bearer attribute holds a character that RFC 6750 section 3 forbids.
    BearerAttribute,
    /// A date that no HTTP-date can say.
    Date,
}

impl WritePart {
    const fn expected(self) -> &'static str {
        match self {
            Self::Scheme => "the scheme is a token (RFC 9110 section 5.6.2)",
            Self::Name => "a parameter's name is a token (RFC 9110 section 5.6.2)",
            Self::Token68 => {
                "letters, digits and -._~+/, then any number of `=` (RFC 9110 section 11.2)"
            }
            Self::TokenValue => "the value is a token (RFC 9110 section 5.6.2)",
            Self::QuotedValue => "no control character but a tab (RFC 9110 section 5.6.4)",
            Self::DuplicateParameter => {
                "each parameter name once in a challenge (RFC 9110 section 11.2)"
            }
            Self::Token68BesideParameters => {
                "either a token68 or parameters in one challenge (RFC 9110 section 11.3)"
            }
            Self::BearerAttribute => "only the characters of RFC 6750 section 3",
            Self::Date => "a date in the years 1970 to 9999",
        }
    }
}

/// A value that cannot be written: which part of it, where, and what could be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WriteFault {
    part: WritePart,
    text: Box<str>,
    at: usize,
}

impl WriteFault {
    pub(crate) fn new(part: WritePart, text: &str, at: usize) -> Self {
        Self { part, text: text.into(), at }
    }

    /// Which part cannot be written.
    pub const fn part(&self) -> WritePart {
        self.part
    }

    /// The text that cannot be written; bytes that are no UTF-8 are replaced by U+FFFD.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first byte of it that cannot stand there.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// What can be written, as a phrase.
    pub const fn expected(&self) -> &'static str {
        self.part.expected()
    }
}

impl fmt::Display for WriteFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Found::Text(self.text.as_bytes());
        write!(f, "cannot write {text} (byte {}), expected {}", self.at, self.expected())
    }
}

impl std::error::Error for WriteFault {}

/// Challenges as one field value, in canonical form.
///
/// The value is bytes, not text: a quoted string may carry `obs-text`.
///
/// # Errors
///
/// A challenge that was read, not built, may hold what cannot be written: a scheme or name that
/// is no token, a parameter twice, a control character.
///
/// ```
/// use error_headers::{Challenge, write_challenges};
///
/// let value = write_challenges(&[
///     Challenge::new("Negotiate")?,
///     Challenge::new("Bearer")?.with_param("error", "invalid_token")?,
/// ])?;
/// assert_eq!(value, br#"Negotiate, Bearer error="invalid_token""#);
/// # Ok::<(), error_headers::WriteFault>(())
/// ```
pub fn write_challenges<'c, 'a: 'c>(
    challenges: impl IntoIterator<Item = &'c Challenge<'a>>,
) -> Result<Vec<u8>, WriteFault> {
    let mut value = Vec::new();
    for challenge in challenges {
        if !value.is_empty() {
            value.extend_from_slice(b", ");
        }
        challenge.write(&mut value)?;
    }
    Ok(value)
}

impl Challenge<'_> {
    /// The challenge as a field value, in canonical form.
    ///
    /// # Errors
    ///
    /// As for [`write_challenges`].
    pub fn to_value(&self) -> Result<Vec<u8>, WriteFault> {
        let mut value = Vec::new();
        self.write(&mut value)?;
        Ok(value)
    }

    /// Appends the challenge to a field value, in canonical form.
    ///
    /// # Errors
    ///
    /// As for [`write_challenges`]; nothing is appended then.
    pub fn write(&self, value: &mut Vec<u8>) -> Result<(), WriteFault> {
        self.validate()?;
        value.extend_from_slice(&self.scheme);
        if let Some(text) = &self.token68 {
            value.push(b' ');
            value.extend_from_slice(text);
        }
        for (index, param) in self.params.iter().enumerate() {
            value.extend_from_slice(if index == 0 { b" " } else { b", " });
            param.write(value);
        }
        Ok(())
    }
}

impl AuthParam<'_> {
    fn write(&self, value: &mut Vec<u8>) {
        value.extend_from_slice(&self.name);
        value.push(b'=');
        // What was read without quotes is not always a token, and then needs them.
        let is_token = !self.value.is_empty() && self.value.iter().all(|&byte| is(byte, TCHAR));
        if !self.is_quoted() && is_token && !self.is_name("realm") {
            value.extend_from_slice(&self.value);
            return;
        }
        value.push(b'"');
        for &byte in self.value.iter() {
            if byte == b'"' || byte == b'\\' {
                value.push(b'\\');
            }
            value.push(byte);
        }
        value.push(b'"');
    }
}
