//! Strategies for those who fuzz a client: errors, responses as documented, and responses that
//! break one rule each.
//!
//! ```
//! use faultbook_core::Limits;
//! use lineworks_error::{EDITION, check, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(|((sample, rule) in strategies::broken())| {
//!     let findings = sample.with(|response| check(response, &EDITION, &Limits::default()).findings);
//!     prop_assert_eq!(findings[0].rule.id, rule.id);
//! });
//! ```
#![expect(clippy::indexing_slicing, reason = "nothing is read here: indexes are our own")]

use error_headers::{Bearer, BearerError, Challenge};
use faultbook_core::{Json, Layout, Limits, Rule, Sample, any_text, common};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::json::{CODE, DESCRIPTION, NAMES};
use crate::{ApiError, Code, EDITION, ROWS, rules};

/// Any error that can be written: documented and unknown codes, any text, an absent description.
pub fn error() -> impl Strategy<Value = ApiError<'static>> {
    let code = prop_oneof![2 => row().prop_map(|(_, code)| code), 1 => any_text()];
    (code, option::of(any_text())).prop_map(|(code, description)| ApiError {
        code: Code::new(code),
        description: description.map(Into::into),
    })
}

/// A response as the document promises it: a documented code under one of its statuses, a
/// description, every white space, escape and order of members; sometimes with a challenge that
/// belongs to the status. The status may be unknown.
pub fn conforming() -> impl Strategy<Value = Sample> {
    parts().prop_map(|parts| parts.sample())
}

/// A response that differs from a [`conforming`] one in one thing, and the one rule that this
/// breaks.
///
/// [`rules::UNDOCUMENTED_STATUS`] is not among them: under such a status a documented code breaks
/// [`rules::STATUS_MISMATCH`], and another one a rule of its own.
pub fn broken() -> impl Strategy<Value = (Sample, &'static Rule)> {
    prop_oneof![
        6 => broken_member(),
        2 => broken_code(),
        2 => broken_status(),
        3 => broken_challenge(),
        2 => broken_bytes(),
        1 => broken_value(),
        2 => broken_field(),
        2 => broken_whole(),
    ]
}

/// A row of the document's table: its status, and its code with a name in the place of the braces.
fn row() -> impl Strategy<Value = (u16, String)> {
    let name = prop_oneof![
        select(&["USER", "ORG_UNIT", "BOT", "FILE_NAME", "GROUP"][..]).prop_map(str::to_owned),
        filled_text(),
    ];
    (select(ROWS), name).prop_map(|(row, name)| (row.status, row.code.replace("{RESOURCE}", &name)))
}

fn filled_text() -> impl Strategy<Value = String> {
    any_text().prop_filter("not empty", |text| !text.is_empty())
}

/// A code that the document does not list: anything, one that is seen in practice, or a documented
/// one slightly misspelt.
fn unknown_code() -> impl Strategy<Value = String> {
    prop_oneof![
        any_text(),
        select(&["TOO_MANY_REQUESTS", "ERROR_CODE", "_NOT_EXIST", "INVALID_", "200"][..])
            .prop_map(str::to_owned),
        row().prop_map(|(_, code)| code.replace('_', "-")),
        row().prop_map(|(_, code)| code.to_ascii_lowercase()),
        row().prop_map(|(_, code)| format!("{code}S")),
    ]
    .prop_filter("an unknown code", |code| !code.is_empty() && !Code::new(&**code).is_documented())
}

/// Whether the table has this code under this status.
fn stands_under(code: &str, status: u16) -> bool {
    EDITION.rows(code).any(|row| row.statuses.contains(&status))
}

/// The parts of a response, to be changed before it is written.
#[derive(Debug, Clone)]
struct Parts {
    status: Option<u16>,
    /// The status that the code stands under, known or not.
    row_status: u16,
    code: String,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    members: Vec<(String, Json)>,
    layout: Layout,
}

impl Parts {
    fn member(&mut self, index: usize) -> &mut (String, Json) {
        let at = self.members.iter().position(|(name, _)| name == NAMES[index]).unwrap_or_default();
        &mut self.members[at]
    }

    fn sample(&self) -> Sample {
        let body = Json::Object(self.members.clone()).write(&self.layout);
        Sample { status: self.status, fields: self.fields.clone(), body }
    }

    /// The same with this status and without challenges, which would not belong to it.
    fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self.without_challenges()
    }

    fn without_challenges(mut self) -> Self {
        self.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"www-authenticate"));
        self
    }
}

fn parts() -> impl Strategy<Value = Parts> {
    let content = (row(), filled_text(), any::<bool>());
    let rest = (any::<bool>(), Layout::any(), option::of(content_type()));
    (content, rest).prop_flat_map(|(((row_status, code), description, reversed), rest)| {
        let texts = [code.clone(), description];
        let mut members: Vec<_> =
            NAMES.iter().zip(texts).map(|(name, text)| (*name, Json::string(text))).collect();
        if reversed {
            members.reverse();
        }
        let (known, layout, content_type) = rest;
        challenge_fields(row_status).prop_map(move |challenges| Parts {
            status: known.then_some(row_status),
            row_status,
            code: code.clone(),
            fields: content_type.clone().into_iter().chain(challenges).collect(),
            members: members
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.clone()))
                .collect(),
            layout: layout.clone(),
        })
    })
}

fn content_type() -> impl Strategy<Value = (Vec<u8>, Vec<u8>)> {
    let values =
        ["application/json", "application/json;charset=UTF-8", "Application/JSON", "text/json"];
    (select(&["Content-Type", "content-type"][..]), select(values.to_vec()))
        .prop_map(|(name, value)| (name.into(), value.into()))
}

fn challenge_name() -> impl Strategy<Value = Vec<u8>> {
    select(&["www-authenticate", "WWW-Authenticate", "Www-authenticate"][..]).prop_map(Vec::from)
}

/// A field line of these challenges, one of which has a scheme of its own.
fn written(challenges: &[Challenge<'_>]) -> Vec<u8> {
    #[expect(clippy::expect_used, reason = "only challenges that were built come here")]
    error_headers::write_challenges(challenges).expect("a challenge that was built")
}

/// A Bearer challenge; an error that needs scopes has some.
fn bearer(error: Option<BearerError<'static>>, realm: bool) -> Challenge<'static> {
    let mut bearer = Bearer::default();
    bearer.realm = realm.then(|| "LINE WORKS".into());
    bearer.scope = (error == Some(BearerError::InsufficientScope)).then(|| "bot user.read".into());
    bearer.error = error;
    #[expect(clippy::expect_used, reason = "the texts are our own; errors are filtered for it")]
    bearer.to_challenge().map(Challenge::into_owned).expect("texts within RFC 6750")
}

fn other_challenge(scheme: &str) -> Challenge<'static> {
    #[expect(clippy::expect_used, reason = "schemes are our own")]
    Challenge::new(scheme.to_owned())
        .and_then(|challenge| challenge.with_param("realm", "intranet"))
        .expect("a scheme and a realm")
}

/// The documented error of this status.
fn error_of(status: u16) -> Option<BearerError<'static>> {
    BearerError::DOCUMENTED.iter().find(|error| error.status() == Some(status)).cloned()
}

/// No challenge, or such as belong to the status: in one field line or two, Bearer first or not.
fn challenge_fields(status: u16) -> BoxedStrategy<Vec<(Vec<u8>, Vec<u8>)>> {
    let Some(error) = error_of(status) else { return Just(Vec::new()).boxed() };
    (option::of(option::weighted(0.8, Just(error))), any::<bool>(), 0..4_u8, challenge_name())
        .prop_map(|(error, realm, form, name)| {
            let Some(error) = error else { return Vec::new() };
            let bearer = bearer(error, realm);
            let other = other_challenge("Basic");
            let lines = match form {
                0 => vec![written(&[bearer, other])],
                1 => vec![written(&[other, bearer])],
                2 => vec![written(&[other]), written(&[bearer])],
                _ => vec![written(&[bearer])],
            };
            lines.into_iter().map(|value| (name.clone(), value)).collect()
        })
        .boxed()
}

/// One letter of a name in the other case.
fn other_case(name: &str, at: Index) -> String {
    let mut name = name.as_bytes().to_vec();
    let at = at.index(name.len());
    name[at] = name[at].to_ascii_uppercase();
    String::from_utf8_lossy(&name).into_owned()
}

/// What is done to a member.
#[derive(Debug, Clone, Copy)]
enum Change {
    LeaveOut,
    Empty,
    Misspell,
    CallMessage,
    Retype,
    Repeat,
    PrecedeByAnother,
    AddMisspelt,
    AddAnother,
}

fn broken_member() -> BoxedStrategy<(Sample, &'static Rule)> {
    use Change::{
        AddAnother, AddMisspelt, CallMessage, Empty, LeaveOut, Misspell, PrecedeByAnother, Repeat,
        Retype,
    };
    let changes: &[Change] = &[
        LeaveOut,
        Empty,
        Misspell,
        CallMessage,
        Retype,
        Repeat,
        PrecedeByAnother,
        AddMisspelt,
        AddAnother,
    ];
    let values = (Json::any_but_string(), Json::any(), any_text());
    (parts(), select(&[CODE, DESCRIPTION][..]), any::<Index>(), select(changes), values)
        .prop_map(|(mut parts, member, letter, change, (no_string, other, text))| {
            let name = NAMES[member];
            let misspelt = other_case(name, letter);
            let missing = [&rules::MISSING_CODE, &rules::MISSING_DESCRIPTION][member];
            let rule = match change {
                LeaveOut => {
                    parts.members.retain(|(known, _)| known != name);
                    missing
                }
                Empty => {
                    parts.member(member).1 = Json::string("");
                    missing
                }
                Misspell => {
                    parts.member(member).0 = misspelt;
                    missing
                }
                CallMessage => {
                    // Only where the status is known to be failing is this an error.
                    parts.status = Some(parts.row_status);
                    "message".clone_into(&mut parts.member(DESCRIPTION).0);
                    &rules::MISSING_DESCRIPTION
                }
                Retype => {
                    parts.member(member).1 = no_string;
                    &rules::WRONG_TYPE
                }
                Repeat => {
                    let twice = parts.member(member).clone();
                    parts.members.push(twice);
                    &common::DUPLICATE_MEMBER
                }
                // Of two the last one counts, and the first may be anything.
                PrecedeByAnother => {
                    parts.members.insert(0, (name.to_owned(), other));
                    &common::DUPLICATE_MEMBER
                }
                AddMisspelt => {
                    parts.members.push((misspelt, other));
                    &rules::UNKNOWN_MEMBER
                }
                AddAnother => {
                    parts.members.push((format!("x-{text}"), other));
                    &rules::UNKNOWN_MEMBER
                }
            };
            (parts.sample(), rule)
        })
        .boxed()
}

fn broken_code() -> BoxedStrategy<(Sample, &'static Rule)> {
    (parts(), unknown_code())
        .prop_map(|(mut parts, code)| {
            parts.member(CODE).1 = Json::string(code);
            (parts.sample(), &rules::UNKNOWN_CODE)
        })
        .boxed()
}

/// The status is another one.
fn broken_status() -> BoxedStrategy<(Sample, &'static Rule)> {
    let other = prop_oneof![
        2 => select(EDITION.statuses).prop_map(|row| row.status),
        1 => 300..600_u16,
    ];
    let mismatch = (parts(), other)
        .prop_filter("another status", |(parts, status)| !stands_under(&parts.code, *status))
        .prop_map(|(parts, status)| (parts.with_status(status).sample(), &rules::STATUS_MISMATCH));
    let success = (parts(), 200..300_u16)
        .prop_map(|(parts, status)| (parts.with_status(status).sample(), &rules::SUCCESS_STATUS));
    prop_oneof![2 => mismatch, 1 => success].boxed()
}

/// A challenge that does not belong to the response.
fn broken_challenge() -> BoxedStrategy<(Sample, &'static Rule)> {
    const STATUSES: [u16; 3] = [400, 401, 403];
    let with = |parts: Parts, name: Vec<u8>, challenge: &Challenge<'_>| {
        let mut parts = parts.without_challenges();
        parts.fields.push((name, written(std::slice::from_ref(challenge))));
        parts.sample()
    };
    // Parts under one of the three statuses, known to be so.
    let at_home = || {
        parts()
            .prop_filter("a status with challenges", |parts| STATUSES.contains(&parts.row_status))
            .prop_map(|mut parts| {
                parts.status = Some(parts.row_status);
                parts
            })
    };
    let status = (at_home(), select(BearerError::DOCUMENTED), challenge_name())
        .prop_filter("an error of another status", |(parts, error, _)| {
            error.status() != parts.status
        })
        .prop_map(move |(parts, error, name)| {
            (with(parts, name, &bearer(Some(error), false)), &rules::CHALLENGE_STATUS)
        });
    let scope = (parts(), challenge_name(), option::of(select(&["", " ", "  "][..]))).prop_map(
        move |(mut parts, name, scope)| {
            parts.status = None;
            let mut bearer = Bearer::default();
            bearer.error = Some(BearerError::InsufficientScope);
            #[expect(clippy::expect_used, reason = "the texts are our own")]
            let mut challenge = bearer.to_challenge().expect("a documented error");
            if let Some(scope) = scope {
                #[expect(clippy::expect_used, reason = "the texts are our own")]
                let with_scope = challenge.with_param("scope", scope).expect("spaces");
                challenge = with_scope;
            }
            (with(parts, name, &challenge), &rules::CHALLENGE_WITHOUT_SCOPE)
        },
    );
    let unexpected = (parts(), challenge_name())
        .prop_filter("another status", |(parts, _)| !STATUSES.contains(&parts.row_status))
        .prop_map(move |(mut parts, name)| {
            parts.status = Some(parts.row_status);
            (with(parts, name, &bearer(None, true)), &rules::CHALLENGE_UNEXPECTED)
        });
    let text = prop_oneof![
        select(&["expired_token", "invalid_tokens", "Invalid_Token", ""][..])
            .prop_map(str::to_owned),
        "[ !#-\\[\\]-~]{1,12}",
    ]
    .prop_filter("an unknown error", |text| BearerError::from(&**text).status().is_none());
    let unknown = (at_home(), text, challenge_name()).prop_map(move |(parts, text, name)| {
        let error = BearerError::Other(text.into());
        (with(parts, name, &bearer(Some(error), false)), &rules::CHALLENGE_ERROR_UNKNOWN)
    });
    let schemes = select(&["Basic", "Digest", "Negotiate", "Bearers"][..]);
    let scheme = (at_home(), schemes, challenge_name()).prop_map(move |(parts, scheme, name)| {
        (with(parts, name, &other_challenge(scheme)), &rules::CHALLENGE_SCHEME)
    });
    prop_oneof![status, scope, unexpected, unknown, scheme].boxed()
}

/// The body is cut off, damaged, or something stands before or after it.
fn broken_bytes() -> BoxedStrategy<(Sample, &'static Rule)> {
    let junk = select(&["}", "{}", "0", "<!-- 12 ms -->", ",", "null", "\0"][..]);
    (parts(), any::<Index>(), junk, 0..6_u8)
        .prop_map(|(parts, at, junk, damage)| {
            let mut sample = parts.sample();
            let text = String::from_utf8_lossy(&sample.body).into_owned();
            let body = &mut sample.body;
            let start = text.len() - text.trim_ascii_start().len();
            let end = text.trim_ascii_end().len();
            // Behind the first byte, and not behind the last one.
            let inside = start + 1 + at.index(end - start - 1);
            let boundary = (inside..end).find(|&at| text.is_char_boundary(at)).unwrap_or(inside);
            let rule = match damage {
                0 => {
                    body.truncate(boundary);
                    &common::MALFORMED_JSON
                }
                // No control character but white space stands anywhere in JSON.
                1 => {
                    body.insert(boundary, 0x01);
                    &common::MALFORMED_JSON
                }
                2 => {
                    body.insert(end - 1, b',');
                    &common::MALFORMED_JSON
                }
                3 => {
                    body.insert(inside, 0xFF);
                    &common::NOT_UTF8
                }
                4 => {
                    body.splice(..0, *b"\xEF\xBB\xBF");
                    &common::BYTE_ORDER_MARK
                }
                _ => {
                    body.extend_from_slice(junk.as_bytes());
                    &common::TRAILING_CONTENT
                }
            };
            (sample, rule)
        })
        .boxed()
}

/// A value that is no JSON stands for one of the two.
fn broken_value() -> BoxedStrategy<(Sample, &'static Rule)> {
    let values: &[&str] = &[
        r#""\ud800""#,
        r#""\ud83d\u0041""#,
        r#""\udE00""#,
        r#""\x""#,
        r#""\u12""#,
        "\"\t\"",
        "\"\n\"",
        "'x'",
        "x",
        "NaN",
        "undefined",
        "None",
        "+1",
        ".5",
        "1.",
        "",
    ];
    (parts(), select(&[CODE, DESCRIPTION][..]), select(values))
        .prop_map(|(mut parts, member, value)| {
            parts.member(member).1 = Json::literal(value);
            (parts.sample(), &common::MALFORMED_JSON)
        })
        .boxed()
}

/// A header field disagrees with the body, or is too long to be judged.
fn broken_field() -> BoxedStrategy<(Sample, &'static Rule)> {
    let media_type =
        select(&["text/html", "text/xml; charset=utf-8", "application/problem+xml"][..]);
    let wrong = (parts(), media_type).prop_map(|(mut parts, media_type)| {
        parts.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"content-type"));
        parts.fields.push(("content-type".into(), media_type.into()));
        (parts.sample(), &common::CONTENT_TYPE)
    });
    let names = select(&["x-trace", "www-authenticate"][..]);
    let long = (parts(), names).prop_map(|(parts, name)| {
        let mut parts = parts.without_challenges();
        parts.fields.push((name.into(), vec![b'a'; Limits::default().field + 1]));
        (parts.sample(), &common::LIMIT)
    });
    prop_oneof![8 => wrong, 1 => long].boxed()
}

/// The body is not there, or is something else.
fn broken_whole() -> BoxedStrategy<(Sample, &'static Rule)> {
    let bodies: &[&[u8]] = &[
        b"Service Unavailable",
        b"\"NOT_FOUND\"",
        b"<!DOCTYPE html>\n<html><body>Bad Gateway</body></html>",
        b"<error><code>NOT_FOUND</code></error>",
    ];
    let other = (parts(), select(bodies)).prop_map(|(mut parts, body)| {
        // The media type is that of the page.
        parts.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"content-type"));
        (Sample { body: body.to_vec(), ..parts.sample() }, &common::NOT_AN_ERROR_BODY)
    });
    let json: &[&[u8]] = &[
        b"[]",
        b" [{\"code\": \"NOT_FOUND\", \"description\": \"x\"}]",
        b"[[0]]",
        b"{}",
        b"{\"message\": \"NOT_FOUND\"}",
        b"{\"error\": {\"code\": \"NOT_FOUND\", \"description\": \"x\"}}",
        b"{\"error\": \"invalid_token\", \"error_description\": \"x\"}",
    ];
    let without = (parts(), select(json)).prop_map(|(mut parts, body)| {
        // Only where the status is known to be failing does it have to carry an error.
        parts.status = Some(parts.row_status);
        (Sample { body: body.to_vec(), ..parts.sample() }, &common::NOT_AN_ERROR_BODY)
    });
    let empty = (parts(), select(&["", " ", "\r\n"][..])).prop_map(|(parts, body)| {
        (Sample { body: body.into(), ..parts.sample() }, &common::EMPTY_BODY)
    });
    prop_oneof![other, without, empty].boxed()
}

/// Bodies made of the pieces that bodies are made of, in any order: near to an error, and not
/// always JSON.
pub fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pieces: &[&[u8]] = &[
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b" ",
        b"\"",
        b"\\",
        b"\\u0063",
        b"\"code\":",
        b"\"Code\":",
        b"\"description\":",
        b"\"c\\u006fde\":",
        b"\"returnCode\":",
        b"\"returnMessage\":",
        b"\"message\":",
        b"\"error\":",
        b"\"NOT_FOUND\"",
        b"\"USER_NOT_EXIST\",",
        b"\"x\"",
        b"\"x\",",
        b"\"\"",
        b"null",
        b"17",
        b"true",
        b"{\"code\":\"CONFLICT\",\"description\":\"x\"}",
        b"\xEF\xBB\xBF",
        b"\xFF",
        b"\0",
    ];
    vec(select(pieces), 0..24).prop_map(|parts| parts.concat())
}
