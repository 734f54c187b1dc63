//! Values to test with: challenges, the fields that carry them, and Retry-After.
//!
//! ```
//! use error_headers::{read_challenges, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(|(field in strategies::field())| {
//!     let reading = read_challenges(&field.value);
//!     prop_assert_eq!(&reading.challenges, &field.challenges);
//!     prop_assert!(reading.deviations.is_empty());
//! });
//! ```

use std::time::{Duration, UNIX_EPOCH};

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bytes::{BEARER_TEXT, BEARER_WORD, QUOTABLE, TCHAR, TOKEN68, is};
use crate::{Bearer, BearerError, Challenge, RetryAfter};

/// The bytes of a class.
fn members(class: u8) -> Vec<u8> {
    (0..=u8::MAX).filter(|&byte| is(byte, class)).collect()
}

/// Text of the ASCII characters of a class.
fn text(class: u8, length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(select(members(class)).prop_map(char::from), length)
        .prop_map(|characters| characters.into_iter().collect())
}

/// A token (RFC 9110 section 5.6.2).
pub fn token() -> impl Strategy<Value = String> {
    text(TCHAR, 1..12)
}

/// A token68 (RFC 9110 section 11.2).
pub fn token68() -> impl Strategy<Value = String> {
    (text(TOKEN68, 1..24), 0..3_usize).prop_map(|(text, equals)| text + &"=".repeat(equals))
}

/// Whatever a quoted string can carry (RFC 9110 section 5.6.4): tabs, quotes, backslashes, commas
/// and bytes that are no UTF-8 among it.
pub fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        4 => select(members(TCHAR)),
        2 => select(b"\"\\,= \t".as_slice()),
        1 => select(members(QUOTABLE)),
    ];
    prop_oneof![
        4 => vec(byte, 0..24),
        1 => "[a-z é漢]{0,12}".prop_map(String::into_bytes),
    ]
}

/// A scheme: a usual one, or any token.
pub fn scheme() -> impl Strategy<Value = String> {
    const USUAL: &[&str] = &["Bearer", "bearer", "Basic", "Digest", "Negotiate"];
    prop_oneof![select(USUAL).prop_map(str::to_owned), token()]
}

/// A parameter's name: a usual one, or any token.
pub fn name() -> impl Strategy<Value = String> {
    const USUAL: &[&str] =
        &["realm", "error", "error_description", "error_uri", "scope", "nonce", "Stale"];
    prop_oneof![select(USUAL).prop_map(str::to_owned), token()]
}

/// Any challenge that can be built; a Bearer one need not keep to RFC 6750.
pub fn challenge() -> impl Strategy<Value = Challenge<'static>> {
    prop_oneof![
        1 => challenge_of(scheme()),
        1 => (scheme(), token68()).prop_map(|(scheme, text)| {
            build(&scheme, |challenge| challenge.with_token68(text))
        }),
    ]
}

/// A challenge with a scheme of these and parameters, some of them written as tokens.
fn challenge_of(
    scheme: impl Strategy<Value = String>,
) -> impl Strategy<Value = Challenge<'static>> {
    let param = (name(), prop_oneof![value(), token().prop_map(String::into_bytes)], any::<bool>());
    (scheme, vec(param, 0..6)).prop_map(|(scheme, params)| {
        params.into_iter().fold(build(&scheme, Ok), |challenge, (name, value, as_token)| {
            let quoted = |value| challenge.clone().with_param_bytes(name.clone(), value);
            let with = match String::from_utf8(value) {
                Ok(text) if as_token => challenge
                    .clone()
                    .with_token_param(name.clone(), text.clone())
                    .or_else(|_| quoted(text.into_bytes())),
                Ok(text) => quoted(text.into_bytes()),
                Err(error) => quoted(error.into_bytes()),
            };
            // A name that stands there already is left out.
            with.unwrap_or(challenge)
        })
    })
}

/// A challenge that these strategies can only build right.
fn build(
    scheme: &str,
    with: impl FnOnce(Challenge<'static>) -> Result<Challenge<'static>, crate::WriteFault>,
) -> Challenge<'static> {
    #[expect(clippy::expect_used, reason = "`scheme` and `token68` yield nothing else")]
    Challenge::new(scheme.to_owned()).and_then(with).expect("a token, and a token68")
}

/// What a Bearer challenge may say: every attribute within the characters of RFC 6750 section 3.
pub fn bearer() -> impl Strategy<Value = Bearer<'static>> {
    let error = prop_oneof![
        3 => select(BearerError::DOCUMENTED),
        1 => text(BEARER_TEXT, 0..12).prop_map(|text| BearerError::from(std::borrow::Cow::Owned(text))),
    ];
    let scope = vec(text(BEARER_WORD, 1..8), 1..4).prop_map(|tokens| tokens.join(" "));
    (
        option::of("[ -~é]{0,12}"),
        option::of(error),
        option::of(text(BEARER_TEXT, 0..24)),
        option::of(text(BEARER_WORD, 0..24)),
        option::of(scope),
    )
        .prop_map(|(realm, error, description, uri, scope)| Bearer {
            realm: realm.map(Into::into),
            error,
            error_description: description.map(Into::into),
            error_uri: uri.map(Into::into),
            scope: scope.map(Into::into),
        })
}

/// A challenge with which nothing is wrong: a Bearer challenge keeps to RFC 6750.
pub fn conforming_challenge() -> impl Strategy<Value = Challenge<'static>> {
    let of_bearer = bearer().prop_filter_map("a challenge", |bearer| {
        bearer.to_challenge().ok().map(Challenge::into_owned)
    });
    let of_others = challenge().prop_filter("another scheme", |other| !other.is_scheme("Bearer"));
    prop_oneof![of_bearer, of_others]
}

/// A field value and the challenges it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The field value.
    pub value: Vec<u8>,
    /// What it says.
    pub challenges: Vec<Challenge<'static>>,
}

/// A field value with which nothing is wrong, spelled in any way that RFC 9110 gives writers:
/// spaces after the scheme, white space round commas, values as tokens or quoted strings, escapes
/// that need not be.
pub fn field() -> impl Strategy<Value = Field> {
    spelled(false)
}

/// A field value that readers must accept though writers must not send it: as [`field`], with
/// white space round `=`, empty list elements, line folds and unquoted realms here and there.
pub fn tolerated_field() -> impl Strategy<Value = Field> {
    spelled(true)
}

fn spelled(tolerated: bool) -> impl Strategy<Value = Field> {
    (vec(conforming_challenge(), 0..4), vec(any::<u8>(), 0..64)).prop_map(
        move |(challenges, choices)| {
            let mut spelling = Spelling { value: Vec::new(), choices, next: 0, tolerated };
            spelling.challenges(&challenges);
            Field { value: spelling.value, challenges }
        },
    )
}

/// Writes challenges by the choices it is given; the first choice, 0, is the canonical one.
struct Spelling {
    value: Vec<u8>,
    choices: Vec<u8>,
    next: usize,
    tolerated: bool,
}

impl Spelling {
    /// One of these; the `tolerated` ones only where they may be.
    fn choose(&mut self, spellings: &[&str], tolerated: &[&str]) {
        let count = spellings.len() + if self.tolerated { tolerated.len() } else { 0 };
        let choice = self.choice(count);
        let text = spellings.iter().chain(tolerated).nth(choice).copied().unwrap_or_default();
        self.value.extend_from_slice(text.as_bytes());
    }

    fn choice(&mut self, count: usize) -> usize {
        let choice = self.choices.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        usize::from(choice) % count
    }

    fn challenges(&mut self, challenges: &[Challenge<'_>]) {
        self.choose(&[""], &[",", " ,\t,"]);
        for (index, challenge) in challenges.iter().enumerate() {
            if index > 0 {
                self.comma();
            }
            self.value.extend_from_slice(challenge.scheme().as_bytes());
            if let Some(text) = challenge.token68() {
                self.choose(&[" ", "   "], &["\r\n ", " \r\n\t"]);
                self.value.extend_from_slice(text.as_bytes());
            }
            for (index, param) in challenge.params().iter().enumerate() {
                if index == 0 {
                    self.choose(&[" ", "  "], &[" , ", "\r\n\t", "\t\r\n ", " ,,"]);
                } else {
                    self.comma();
                }
                self.value.extend_from_slice(param.name().as_bytes());
                self.choose(&[""], &[" ", "\t", "\r\n "]);
                self.value.push(b'=');
                self.choose(&[""], &[" ", " \t"]);
                self.param_value(param.bytes(), param.is_name("realm") && !self.tolerated);
            }
        }
        self.choose(&[""], &[",", ", ,"]);
    }

    fn comma(&mut self) {
        self.choose(&[", ", ",", " ,", "\t, \t"], &[",,", ", ,\r\n "]);
    }

    fn param_value(&mut self, value: &[u8], always_quoted: bool) {
        let is_token = !value.is_empty() && value.iter().all(|&byte| is(byte, TCHAR));
        if is_token && !always_quoted && self.choice(2) == 1 {
            self.value.extend_from_slice(value);
            return;
        }
        self.value.push(b'"');
        let escape_all = self.choice(4) == 1;
        for (index, &byte) in value.iter().enumerate() {
            // A fold is read as the space that it replaces, with the white space after it.
            let before_blank = matches!(value.get(index + 1), Some(b' ' | b'\t'));
            if byte == b' ' && !before_blank && self.tolerated && self.choice(8) == 1 {
                self.value.extend_from_slice(b"\r\n\t ");
                continue;
            }
            if byte == b'"' || byte == b'\\' || escape_all {
                self.value.push(b'\\');
            }
            self.value.push(byte);
        }
        self.value.push(b'"');
    }
}

/// What a Retry-After field can say: any delay, or a whole second of the years 1970 to 9999.
pub fn retry_after() -> impl Strategy<Value = RetryAfter> {
    prop_oneof![
        prop_oneof![0..3600_u64, any::<u64>()].prop_map(RetryAfter::Delay),
        (0..253_402_300_800_u64)
            .prop_map(|seconds| RetryAfter::Date(UNIX_EPOCH + Duration::from_secs(seconds))),
    ]
}
