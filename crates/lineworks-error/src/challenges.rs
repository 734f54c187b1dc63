//! The challenges beside the body, read.
//!
//! ```text
//! www-authenticate: Bearer error="invalid_request"                                under 400
//! www-authenticate: Bearer error="invalid_token"                                  under 401
//! www-authenticate: Bearer error="insufficient_scope", scope="{scope list}"       under 403
//! ```

use error_headers::{Challenge, read_challenges};
use faultbook_core::{Field, Limits, Response};

/// The name of the field, compared without case.
pub(crate) const NAME: &str = "www-authenticate";

/// A challenge and the field line that it stands in.
#[derive(Debug, Clone)]
pub struct FieldChallenge<'a> {
    /// The field line's index among the response's, from 0.
    pub index: usize,
    /// The challenge; its spans are bytes of that field line's value.
    pub challenge: Challenge<'a>,
}

/// Every challenge of a response, in the order received (LINE WORKS errors, www-authenticate
/// response header).
///
/// Field lines are found by their name without case. One that is longer than 64 KiB is not read
/// ([`Limits::field`]), and of one that is no challenge at all nothing is given.
///
/// ```
/// use error_headers::BearerError;
/// use faultbook_core::{Field, Response};
///
/// let fields = [Field {
///     name: b"WWW-Authenticate",
///     value: br#"Bearer error="insufficient_scope", scope="bot user.read""#,
/// }];
/// let response = Response::new(b"").with_status(403).with_fields(&fields);
/// let found = lineworks_error::challenges(&response).next().unwrap();
/// let bearer = found.challenge.bearer().unwrap();
/// assert_eq!(bearer.error, Some(BearerError::InsufficientScope));
/// assert!(bearer.scope.unwrap().contains("user.read"));
/// ```
pub fn challenges<'a>(response: &Response<'a>) -> impl Iterator<Item = FieldChallenge<'a>> {
    fields(response, Limits::default().field).flat_map(|(index, field)| {
        in_field(field).into_iter().map(move |challenge| FieldChallenge { index, challenge })
    })
}

/// The field lines that may hold challenges and are no longer than `most` bytes.
pub(crate) fn fields<'a>(
    response: &Response<'a>,
    most: usize,
) -> impl Iterator<Item = (usize, &'a Field<'a>)> {
    response.fields_named(NAME).filter(move |(_, field)| field.value.len() <= most)
}

/// The challenges of one field line that have a scheme. Parameters without one are a fault of the
/// grammar, and no challenge.
pub(crate) fn in_field<'a>(field: &'a Field<'a>) -> Vec<Challenge<'a>> {
    let mut challenges = read_challenges(field.value).challenges;
    challenges.retain(|challenge| !challenge.scheme().is_empty());
    challenges
}
