//! The Bearer scheme's own parameters (RFC 6750 section 3).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::bytes::{
    BEARER_TEXT, BEARER_WORD, QUOTABLE, char_length, has_misplaced_space, is, is_word, run,
};
use crate::deviation::{Deviation, Problem};
use crate::read::{Reader, Sink, fold_end};
use crate::write::{WriteFault, WritePart};
use crate::{AuthParam, Challenge};

/// One row an error code: variant, text, status (RFC 6750 section 3.1).
macro_rules! bearer_errors {
    ($($(#[$doc:meta])+ $variant:ident = $text:literal [$status:literal];)+) => {
        /// The error code of a Bearer challenge (RFC 6750 section 3.1). Case matters.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum BearerError<'a> {
            $($(#[$doc])+ $variant,)+
            /// A code that RFC 6750 does not define.
            Other(Cow<'a, str>),
        }

        impl BearerError<'_> {
            /// The codes that RFC 6750 defines, in its order.
            pub const DOCUMENTED: &'static [BearerError<'static>] = &[$(BearerError::$variant,)+];

            /// The code as it stands in the parameter.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }

            /// The status that belongs to it; `None` for a code that RFC 6750 does not define.
            pub const fn status(&self) -> Option<u16> {
                match self {
                    $(Self::$variant => Some($status),)+
                    Self::Other(_) => None,
                }
            }
        }

        impl<'a> From<Cow<'a, str>> for BearerError<'a> {
            fn from(text: Cow<'a, str>) -> Self {
                match text.as_ref() {
                    $($text => Self::$variant,)+
                    _ => Self::Other(text),
                }
            }
        }
    };
}

bearer_errors! {
    /// The request lacks a parameter, names one twice, or is malformed otherwise.
    InvalidRequest = "invalid_request" [400];
    /// The access token is expired, revoked, malformed or invalid otherwise.
    InvalidToken = "invalid_token" [401];
    /// The request needs more than the access token grants.
    InsufficientScope = "insufficient_scope" [403];
}

impl<'a> From<&'a str> for BearerError<'a> {
    fn from(text: &'a str) -> Self {
        Cow::Borrowed(text).into()
    }
}

impl fmt::Display for BearerError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A list of scope tokens (RFC 6749 section 3.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope<'a>(Cow<'a, str>);

impl Scope<'_> {
    /// The list as it stands in the parameter.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scope tokens in order; superfluous spaces separate nothing.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|token| !token.is_empty())
    }

    /// Whether the list holds this token. Case matters.
    pub fn contains(&self, token: &str) -> bool {
        self.tokens().any(|other| other == token)
    }
}

impl<'a> From<&'a str> for Scope<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Scope<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a Bearer challenge says (RFC 6750 section 3). Of a parameter that stands twice the first
/// counts; other parameters stay in the [`Challenge`].
///
/// ```
/// use error_headers::{BearerError, read_challenges};
///
/// let reading = read_challenges(br#"Bearer error="insufficient_scope", scope="bot user.read""#);
/// let bearer = reading.bearer().expect("a Bearer challenge");
/// assert_eq!(bearer.error, Some(BearerError::InsufficientScope));
/// assert_eq!(bearer.error.and_then(|error| error.status()), Some(403));
/// assert!(bearer.scope.is_some_and(|scope| scope.contains("user.read")));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Bearer<'a> {
    /// `realm`: what is protected.
    pub realm: Option<Cow<'a, str>>,
    /// `error`: why the request was declined.
    pub error: Option<BearerError<'a>>,
    /// `error_description`: the same for developers.
    pub error_description: Option<Cow<'a, str>>,
    /// `error_uri`: a page about the error.
    pub error_uri: Option<Cow<'a, str>>,
    /// `scope`: what access to the resource needs.
    pub scope: Option<Scope<'a>>,
}

impl Challenge<'_> {
    /// What the challenge says, where it is a Bearer challenge.
    pub fn bearer(&self) -> Option<Bearer<'_>> {
        if !self.is_scheme("Bearer") {
            return None;
        }
        let text = |name| self.param(name).map(AuthParam::text);
        Some(Bearer {
            realm: text("realm"),
            error: text("error").map(BearerError::from),
            error_description: text("error_description"),
            error_uri: text("error_uri"),
            scope: text("scope").map(Scope),
        })
    }
}

impl<'a> Bearer<'a> {
    /// What the first Bearer challenge of a field value says, and nothing else: for a client. It is
    /// what [`Reading::bearer`](crate::Reading::bearer) gives, read without allocating where the
    /// attributes hold no escapes.
    ///
    /// ```
    /// use error_headers::{Bearer, BearerError};
    ///
    /// let bearer = Bearer::read(br#"Negotiate, Bearer error="invalid_token""#);
    /// assert_eq!(bearer.and_then(|bearer| bearer.error), Some(BearerError::InvalidToken));
    /// assert_eq!(Bearer::read(b"Negotiate"), None);
    /// ```
    pub fn read(value: &'a [u8]) -> Option<Self> {
        let mut first = FirstBearer { bearer: None, inside: false };
        Reader::new(value, &mut first).list();
        first.bearer
    }

    /// The challenge that says this, its parameters in the order of the fields.
    ///
    /// # Errors
    ///
    /// An attribute holds a character that RFC 6750 section 3 forbids, or the realm one that a
    /// quoted string cannot carry.
    ///
    /// ```
    /// use error_headers::{Bearer, BearerError};
    ///
    /// let mut bearer = Bearer::default();
    /// bearer.error = Some(BearerError::InsufficientScope);
    /// bearer.scope = Some("bot".into());
    /// assert_eq!(
    ///     bearer.to_challenge()?.to_value()?,
    ///     br#"Bearer error="insufficient_scope", scope="bot""#
    /// );
    /// # Ok::<(), error_headers::WriteFault>(())
    /// ```
    pub fn to_challenge(&self) -> Result<Challenge<'_>, WriteFault> {
        let fields = [
            ("realm", self.realm.as_deref()),
            ("error", self.error.as_ref().map(BearerError::as_str)),
            ("error_description", self.error_description.as_deref()),
            ("error_uri", self.error_uri.as_deref()),
            ("scope", self.scope.as_ref().map(Scope::as_str)),
        ];
        let mut challenge = Challenge::new("Bearer")?;
        for (name, text) in fields {
            let Some(text) = text else { continue };
            if let Some(attribute) = Attribute::of(name.as_bytes())
                && let Some(at) = attribute.first_forbidden(text.as_bytes(), false)
            {
                return Err(WriteFault::new(WritePart::BearerAttribute, text, at.start));
            }
            challenge = challenge.with_param(name, text)?;
        }
        Ok(challenge)
    }

    /// The same with nothing borrowed.
    pub fn into_owned(self) -> Bearer<'static> {
        let owned = |text: Cow<'a, str>| Cow::Owned(text.into_owned());
        Bearer {
            realm: self.realm.map(owned),
            error: self.error.map(|error| match error {
                BearerError::InvalidRequest => BearerError::InvalidRequest,
                BearerError::InvalidToken => BearerError::InvalidToken,
                BearerError::InsufficientScope => BearerError::InsufficientScope,
                BearerError::Other(text) => BearerError::Other(Cow::Owned(text.into_owned())),
            }),
            error_description: self.error_description.map(owned),
            error_uri: self.error_uri.map(owned),
            scope: self.scope.map(|scope| Scope(Cow::Owned(scope.0.into_owned()))),
        }
    }
}

/// Keeps the first Bearer challenge of all that is read.
struct FirstBearer<'a> {
    bearer: Option<Bearer<'a>>,
    /// The challenge that began last is the one.
    inside: bool,
}

impl<'a> Sink<'a> for FirstBearer<'a> {
    const JUDGES: bool = false;

    #[inline]
    fn challenge(&mut self, _: Cow<'a, [u8]>, is_bearer: bool, _: Range<usize>) {
        self.inside = self.bearer.is_none() && is_bearer;
        if self.inside {
            self.bearer = Some(Bearer::default());
        }
    }

    fn token68(&mut self, _: Option<(Cow<'a, [u8]>, Range<usize>)>) {}

    #[inline]
    fn param(&mut self, param: AuthParam<'a>) {
        let Some(bearer) = self.bearer.as_mut().filter(|_| self.inside) else { return };
        let AuthParam { name, value, .. } = param;
        let text = || match value {
            Cow::Borrowed(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Cow::Borrowed(text),
                Err(_) => String::from_utf8_lossy(bytes),
            },
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        };
        if is_word(&name, b"error") {
            bearer.error.get_or_insert_with(|| text().into());
        } else if is_word(&name, b"scope") {
            bearer.scope.get_or_insert_with(|| Scope(text()));
        } else if is_word(&name, b"realm") {
            bearer.realm.get_or_insert_with(text);
        } else if is_word(&name, b"error_description") {
            bearer.error_description.get_or_insert_with(text);
        } else if is_word(&name, b"error_uri") {
            bearer.error_uri.get_or_insert_with(text);
        }
    }

    fn deviation(&mut self, _: Deviation<'a>) {}

    /// A challenge follows on the one that counts.
    #[inline]
    fn is_done(&self) -> bool {
        self.bearer.is_some() && !self.inside
    }
}

/// The attributes whose characters RFC 6750 section 3 restricts:
///
/// ```text
/// error, error_description   *( %x20-21 / %x23-5B / %x5D-7E )
/// error_uri                  *( %x21 / %x23-5B / %x5D-7E )
/// scope                      scope-token *( SP scope-token )      RFC 6749 section 3.3
/// scope-token                1*( %x21 / %x23-5B / %x5D-7E )
/// ```
///
/// None of them has `"` or `\`, so an escape of either is forbidden though a quoted string can
/// carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attribute {
    Text,
    Uri,
    Scope,
}

impl Attribute {
    /// The attribute of this name, where its characters are restricted.
    #[inline]
    pub(crate) fn of(name: &[u8]) -> Option<Self> {
        // By length first: most parameters are none of these.
        match name.len() {
            5 if is_word(name, b"error") => Some(Self::Text),
            5 if is_word(name, b"scope") => Some(Self::Scope),
            9 if is_word(name, b"error_uri") => Some(Self::Uri),
            17 if is_word(name, b"error_description") => Some(Self::Text),
            _ => None,
        }
    }

    pub(crate) const fn problem(self) -> Problem {
        match self {
            Self::Text => Problem::BearerText,
            Self::Uri => Problem::BearerUri,
            Self::Scope => Problem::BearerScope,
        }
    }

    const fn class(self) -> u8 {
        match self {
            Self::Text => BEARER_TEXT,
            Self::Uri | Self::Scope => BEARER_WORD,
        }
    }

    /// Whether a value that holds `BEARER_TEXT` only is allowed.
    #[inline]
    pub(crate) fn allows_plain(self, value: &[u8]) -> bool {
        match self {
            Self::Text => true,
            Self::Uri => !value.contains(&b' '),
            Self::Scope => !has_misplaced_space(value),
        }
    }

    /// The first character that is forbidden. `raw` is the inside of a quoted string with its
    /// escapes and folds if `escaped`, else the value. In a quoted string a control character
    /// but the tab is a fault of syntax already, and is not told a second time.
    pub(crate) fn first_forbidden(self, raw: &[u8], escaped: bool) -> Option<Range<usize>> {
        if self != Self::Scope && run(raw, 0, self.class()) == raw.len() {
            return None;
        }
        let mut at = 0;
        // For a scope: whether a scope token stands before this place.
        let mut after_token = false;
        while let Some(&byte) = raw.get(at) {
            let (content, end) = match byte {
                b'\\' if escaped => match raw.get(at + 1) {
                    Some(b'\r') if fold_end(raw, at + 1).is_some() => {
                        (b' ', fold_end(raw, at + 1).unwrap_or(at + 2))
                    }
                    Some(&next) => (next, at + 1 + char_length(raw, at + 1)),
                    // The value ends in a backslash: that is an unterminated string.
                    None => return None,
                },
                b'\r' if escaped && fold_end(raw, at).is_some() => {
                    (b' ', fold_end(raw, at).unwrap_or(at + 1))
                }
                _ => (byte, at + 1),
            };
            if is(content, self.class()) {
                after_token = true;
            } else if self == Self::Scope && content == b' ' && after_token && end < raw.len() {
                after_token = false;
            } else if !escaped || is(content, QUOTABLE) {
                let end = if is(content, QUOTABLE) && end == at + 1 {
                    at + char_length(raw, at)
                } else {
                    end
                };
                return Some(at..end);
            }
            at = end;
        }
        (self == Self::Scope && raw.is_empty()).then_some(0..0)
    }

    /// What is wrong with a space at `at` that separates no two scope tokens; `None` where
    /// something else stands there.
    pub(crate) fn misplaced_space(self, raw: &[u8], at: usize) -> Option<&'static str> {
        if self != Self::Scope || raw.get(at) != Some(&b' ') {
            return None;
        }
        Some(match (at.checked_sub(1).and_then(|before| raw.get(before)), raw.get(at + 1)) {
            (None, _) => "a space before the first scope token",
            (Some(_), None) => "a space after the last scope token",
            // What stands before is a space, if an escaped one, or a fold.
            (Some(_), Some(_)) => "a second space",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name_without_case() {
        for (name, attribute) in [
            ("error", Some(Attribute::Text)),
            ("Error", Some(Attribute::Text)),
            ("errox", None),
            ("scope", Some(Attribute::Scope)),
            ("SCOPE", Some(Attribute::Scope)),
            ("scopf", None),
            ("realm", None),
            ("error_uri", Some(Attribute::Uri)),
            ("error_url", None),
            ("error_description", Some(Attribute::Text)),
            ("error-description", None),
            ("", None),
        ] {
            assert_eq!(Attribute::of(name.as_bytes()), attribute, "{name}");
        }
    }

    #[test]
    fn the_first_forbidden_character_is_found() {
        use Attribute::{Scope, Text, Uri};
        for (attribute, raw, span) in [
            (Text, "a b!#[]~", None),
            (Text, "", None),
            (Text, "a\tb", Some(1..2)),
            (Text, "aéb", Some(1..3)),
            (Text, r#"a\"b"#, Some(1..3)),
            (Text, r"a\\b", Some(1..3)),
            (Text, r"a\éb", Some(1..4)),
            (Text, r"\a\ b", None),
            (Text, "a\r\n b", None),
            (Text, "a\\\r\n b", None),
            (Text, r"a\", None),
            // Told as faults of syntax.
            (Text, "a\0b", None),
            (Text, "a\rb", None),
            (Uri, "https://a.example/?b=c#d", None),
            (Uri, "", None),
            (Uri, "a b", Some(1..2)),
            (Uri, "a\r\n b", Some(1..4)),
            (Uri, "a\\\r\n b", Some(1..5)),
            (Scope, "a", None),
            (Scope, "a b:c/d", None),
            (Scope, "", Some(0..0)),
            (Scope, " ", Some(0..1)),
            (Scope, " a", Some(0..1)),
            (Scope, "a ", Some(1..2)),
            (Scope, "a  b", Some(2..3)),
            (Scope, "a\tb", Some(1..2)),
            (Scope, r"a\ b", None),
            (Scope, "a,é", Some(2..4)),
        ] {
            assert_eq!(
                attribute.first_forbidden(raw.as_bytes(), true),
                span,
                "{attribute:?} {raw:?}"
            );
        }
        assert_eq!(Text.first_forbidden(b"a\0b", false), Some(1..2));
        assert_eq!(Text.first_forbidden(br"a\b", false), Some(1..2));
        assert_eq!(Scope.first_forbidden(b"a\xFF", true), Some(1..2));
    }

    #[test]
    fn each_error_has_its_status() {
        let rows: Vec<_> =
            BearerError::DOCUMENTED.iter().map(|error| (error.as_str(), error.status())).collect();
        assert_eq!(
            rows,
            [
                ("invalid_request", Some(400)),
                ("invalid_token", Some(401)),
                ("insufficient_scope", Some(403))
            ]
        );
        for error in BearerError::DOCUMENTED {
            assert_eq!(BearerError::from(error.as_str()), *error);
        }
        assert_eq!(BearerError::from("Invalid_Token"), BearerError::Other("Invalid_Token".into()));
        assert_eq!(BearerError::from("expired").status(), None);
    }
}
