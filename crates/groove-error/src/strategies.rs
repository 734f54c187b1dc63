//! Strategies for those who fuzz a client: errors, responses as documented, and responses that
//! break one rule each.
//!
//! ```
//! use faultbook_core::Limits;
//! use groove_error::{EDITION, check, strategies};
//! use proptest::prelude::*;
//!
//! proptest!(|((sample, rule) in strategies::broken())| {
//!     let judgement = sample.with(|response| check(response, &EDITION, &Limits::default()).findings);
//!     prop_assert_eq!(judgement[0].rule.id, rule.id);
//! });
//! ```

#![expect(clippy::indexing_slicing, reason = "nothing is read here: indexes are our own")]

use faultbook_core::{Json, Layout, Limits, Rule, Sample, any_text, common};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::json::{CODE, DESCRIPTION, ERROR, MESSAGE, NAMES};
use crate::{ApiError, CODES, Code, STATUSES, rules};

/// Any error that can be written: documented and unknown codes, any text, absent members.
pub fn error() -> impl Strategy<Value = ApiError<'static>> {
    let text = || proptest::option::of(any_text().prop_map(Into::into));
    let code = prop_oneof![documented_code().prop_map(str::to_owned), any_text()];
    (code, text(), text()).prop_map(|(code, description, message)| ApiError {
        code: Code::new(code),
        description,
        message,
    })
}

/// A response with one or more errors, as the documents promise it: documented codes under their
/// default status, bare, embedded and in the items of a list, with every white space, escape and
/// order of members.
pub fn conforming() -> impl Strategy<Value = Sample> {
    parts().prop_map(|parts| parts.sample())
}

/// A response that differs from a [`conforming`] one in one thing, and the one rule that this
/// breaks.
pub fn broken() -> impl Strategy<Value = (Sample, &'static Rule)> {
    prop_oneof![
        6 => broken_member(),
        2 => broken_code(),
        2 => broken_status(),
        1 => broken_name(),
        2 => broken_bytes(),
        2 => broken_field(),
        2 => broken_whole(),
    ]
}

fn documented_code() -> impl Strategy<Value = &'static str> {
    select(CODES).prop_map(|row| row.code)
}

/// A code that the document does not list: anything, or a documented one slightly misspelt.
fn unknown_code() -> impl Strategy<Value = String> {
    prop_oneof![
        any_text(),
        documented_code().prop_map(|code| code.replace('_', "-")),
        documented_code().prop_map(str::to_ascii_lowercase),
        (documented_code(), any::<Index>()).prop_map(|(code, at)| {
            let mut code = code.to_owned();
            code.remove(at.index(code.len()));
            code
        }),
    ]
    .prop_filter("an unknown code", |code| !code.is_empty() && !Code::new(&**code).is_documented())
}

/// The parts of a response, to be changed before it is written.
#[derive(Debug, Clone)]
struct Parts {
    status: Option<u16>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// The response's own error.
    own: Option<Slot>,
    /// Whether that is the body, and not under `Error`.
    bare: bool,
    items: Vec<Slot>,
    /// Members beside the errors.
    beside: Vec<Json>,
    /// Whether the response's own error comes after its items.
    late: bool,
    layout: Layout,
}

/// An error and the name it stands under.
#[derive(Debug, Clone)]
struct Slot {
    name: String,
    value: Json,
}

impl Slot {
    /// The members of the error.
    fn members(&mut self) -> &mut Vec<(String, Json)> {
        if !matches!(self.value, Json::Object(_)) {
            self.value = Json::Object(Vec::new());
        }
        match &mut self.value {
            Json::Object(members) => members,
            _ => unreachable!("it was just made an object"),
        }
    }
}

impl Parts {
    /// One of the errors.
    fn pick(&mut self, at: Index) -> &mut Slot {
        let mut slots: Vec<_> = self.own.iter_mut().chain(&mut self.items).collect();
        let at = at.index(slots.len());
        slots.swap_remove(at)
    }

    fn body(&self) -> Json {
        if let (Some(own), true) = (&self.own, self.bare) {
            return own.value.clone();
        }
        let own = self.own.iter().map(|slot| (slot.name.clone(), slot.value.clone()));
        let mut beside = self.beside.iter().cloned();
        let items = self.items.iter().map(|slot| {
            // An item has something of its own before the error, and sits in a list of lists.
            let id = ("InputId".to_owned(), beside.next().unwrap_or(Json::literal("17")));
            Json::object([id, (slot.name.clone(), slot.value.clone())])
        });
        let items = Json::Array(items.collect());
        let mut members: Vec<_> = own.collect();
        let at = if self.late { 0 } else { members.len() };
        members.insert(at, ("TrackActionResults".to_owned(), items));
        members.extend(beside.enumerate().map(|(index, value)| (format!("Data{index}"), value)));
        Json::Object(members)
    }

    fn sample(&self) -> Sample {
        let body = self.body().write(&self.layout);
        Sample { status: self.status, fields: self.fields.clone(), body }
    }
}

fn slot() -> impl Strategy<Value = (u16, Slot)> {
    let filled = || any_text().prop_filter("not empty", |text| !text.is_empty());
    let message = proptest::option::of(any_text());
    (select(CODES), filled(), message).prop_flat_map(|(row, description, message)| {
        let texts = [Some(row.code.to_owned()), Some(description), message];
        let members: Vec<(String, Json)> = NAMES
            .iter()
            .zip(texts)
            .filter_map(|(name, text)| Some(((*name).to_owned(), Json::String(text?))))
            .collect();
        let status = row.statuses.first().copied().unwrap_or(200);
        Just(members).prop_shuffle().prop_map(move |members| {
            (status, Slot { name: ERROR.to_owned(), value: Json::Object(members) })
        })
    })
}

fn fields() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    let values =
        ["application/json", "application/json; charset=utf-8", "Application/JSON", "text/json"];
    let field = (select(&["Content-Type", "content-type"][..]), select(values.to_vec()))
        .prop_map(|(name, value)| (name.into(), value.into()));
    vec(field, 0..2)
}

/// At least one error: the response's own, or one of an item.
fn parts() -> impl Strategy<Value = Parts> {
    let errors = prop_oneof![
        (slot().prop_map(Some), Just(true), Just(Vec::new())),
        (slot().prop_map(Some), Just(false), vec(slot(), 0..3)),
        (Just(None), Just(false), vec(slot(), 1..3)),
    ];
    let rest = (fields(), any::<bool>(), vec(Json::any(), 0..3), any::<bool>(), Layout::any());
    (errors, rest).prop_map(|((own, bare, items), (fields, known, beside, late, layout))| {
        // The status is the response's own: of an item's error it says nothing.
        let status = own.as_ref().map_or(200, |(status, _)| *status);
        Parts {
            status: known.then_some(status),
            fields,
            own: own.map(|(_, slot)| slot),
            bare,
            items: items.into_iter().map(|(_, slot)| slot).collect(),
            beside,
            late,
            layout,
        }
    })
}

/// Parts with an error of the response's own, and so with a status that is documented for it.
fn parts_with_own() -> impl Strategy<Value = Parts> {
    (parts(), slot()).prop_map(|(mut parts, (status, slot))| {
        if parts.own.is_none() {
            parts.own = Some(slot);
            parts.status = parts.status.map(|_| status);
        }
        parts
    })
}

/// Parts of which nobody knows that they succeeded: an empty body or a page conforms only there.
fn parts_that_may_fail() -> impl Strategy<Value = Parts> {
    parts_with_own().prop_map(|mut parts| {
        parts.status = parts.status.filter(|status| *status >= 400);
        parts
    })
}

/// One letter of a name in the other case.
fn other_case(name: &str, at: Index) -> String {
    let at = at.index(name.len());
    let flip = |c: char| {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    name.chars().enumerate().map(|(index, c)| if index == at { flip(c) } else { c }).collect()
}

/// What is done to a member of an error.
#[derive(Debug, Clone, Copy)]
enum Change {
    LeaveOut,
    Empty,
    Misspell,
    Retype,
    Repeat,
    AddAnother,
}

fn broken_member() -> BoxedStrategy<(Sample, &'static Rule)> {
    use Change::{AddAnother, Empty, LeaveOut, Misspell, Repeat, Retype};
    // A `Message` may be absent or empty.
    let changes: Vec<(usize, Change)> = [CODE, DESCRIPTION, MESSAGE]
        .into_iter()
        .flat_map(|member| {
            [LeaveOut, Empty, Misspell, Retype, Repeat, AddAnother].map(|change| (member, change))
        })
        .filter(|change| !matches!(change, (MESSAGE, LeaveOut | Empty)))
        .collect();
    let values = (Json::any_but_string(), Json::any(), any_text());
    (parts(), any::<Index>(), any::<Index>(), select(changes), values)
        .prop_map(|(mut parts, error, letter, (member, change), (no_string, other, text))| {
            let name = NAMES[member];
            let members = parts.pick(error).members();
            if !members.iter().any(|(known, _)| known == name) {
                members.push((name.to_owned(), Json::string(text.clone())));
            }
            let at = members.iter().position(|(known, _)| known == name).unwrap_or(0);
            let missing = match member {
                CODE => &rules::MISSING_ERROR_CODE,
                DESCRIPTION => &rules::MISSING_DESCRIPTION,
                _ => &rules::UNKNOWN_MEMBER,
            };
            let rule = match change {
                LeaveOut => {
                    members.remove(at);
                    missing
                }
                Empty => {
                    members[at].1 = Json::string("");
                    missing
                }
                Misspell => {
                    members[at].0 = other_case(name, letter);
                    missing
                }
                Retype => {
                    members[at].1 = no_string;
                    &rules::WRONG_TYPE
                }
                Repeat => {
                    let twice = members[at].clone();
                    members.push(twice);
                    &common::DUPLICATE_MEMBER
                }
                AddAnother => {
                    members.push((format!("x-{text}"), other));
                    &rules::UNKNOWN_MEMBER
                }
            };
            (parts.sample(), rule)
        })
        .boxed()
}

fn broken_code() -> BoxedStrategy<(Sample, &'static Rule)> {
    (parts(), any::<Index>(), unknown_code())
        .prop_map(|(mut parts, error, code)| {
            for (name, value) in parts.pick(error).members() {
                if name == NAMES[CODE] {
                    *value = Json::string(code.clone());
                }
            }
            (parts.sample(), &rules::UNKNOWN_CODE)
        })
        .boxed()
}

/// The status is another one: documented, and not the code's; or not documented.
fn broken_status() -> BoxedStrategy<(Sample, &'static Rule)> {
    let documented = |status: u16| STATUSES.iter().any(|row| row.status == status);
    let other = (parts_with_own(), select(STATUSES)).prop_filter_map(
        "a status other than the code's default",
        |(mut parts, row)| {
            let own = parts.own.as_mut()?.members();
            let code = own.iter().find_map(|(name, value)| match value {
                Json::String(code) if name == NAMES[CODE] => Some(Code::new(code.clone())),
                _ => None,
            })?;
            parts.status = Some(row.status);
            (code.default_status() != parts.status)
                .then(|| (parts.sample(), &rules::STATUS_DIFFERS))
        },
    );
    let unknown = (100..600_u16).prop_filter("not documented", move |status| !documented(*status));
    let undocumented = (parts(), unknown).prop_map(|(mut parts, status)| {
        parts.status = Some(status);
        (parts.sample(), &rules::UNDOCUMENTED_STATUS)
    });
    prop_oneof![other, undocumented].boxed()
}

/// `Error` is misspelt, or holds something else than an object.
fn broken_name() -> BoxedStrategy<(Sample, &'static Rule)> {
    let embedded = || parts().prop_filter("under `Error`", |parts| !parts.bare);
    let cased = (embedded(), any::<Index>(), any::<Index>()).prop_map(|(mut parts, error, at)| {
        parts.pick(error).name = other_case(ERROR, at);
        (parts.sample(), &rules::ERROR_CASING)
    });
    let value = prop_oneof![
        any_text().prop_map(Json::String),
        select(&["true", "false", "0", "1.5"][..]).prop_map(Json::literal),
        vec(Json::any(), 0..3).prop_map(Json::Array),
    ];
    let typed = (embedded(), any::<Index>(), value).prop_map(|(mut parts, error, value)| {
        parts.pick(error).value = value;
        (parts.sample(), &rules::WRONG_TYPE)
    });
    prop_oneof![cased, typed].boxed()
}

/// The body is cut off, damaged, or something stands before or after it.
fn broken_bytes() -> BoxedStrategy<(Sample, &'static Rule)> {
    let junk = select(&["}", "{}", "0", "<!-- 12 ms -->", ",", "null", "\0"][..]);
    (parts(), any::<Index>(), junk, 0..5_u8)
        .prop_map(|(parts, at, junk, damage)| {
            let mut sample = parts.sample();
            let body = &mut sample.body;
            let start = body.len() - body.trim_ascii_start().len();
            let end = body.trim_ascii_end().len();
            // Somewhere behind the first byte and before the last one; for what has to stay text,
            // not inside a character.
            let inside = start + 1 + at.index(end - start - 1);
            let between = (start..=inside).rfind(|&at| body[at] & 0xC0 != 0x80).unwrap_or(inside);
            let rule = match damage {
                0 => {
                    body.truncate(between);
                    &common::MALFORMED_JSON
                }
                // No control character but white space stands anywhere in JSON.
                1 => {
                    body.insert(between, 0x01);
                    &common::MALFORMED_JSON
                }
                2 => {
                    body.insert(inside, 0xFF);
                    &common::NOT_UTF8
                }
                3 => {
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

/// A header field disagrees with the body, or is too long to be judged.
fn broken_field() -> BoxedStrategy<(Sample, &'static Rule)> {
    let media_type =
        select(&["text/html", "text/xml; charset=utf-8", "application/problem+xml"][..]);
    let wrong = (parts(), media_type).prop_map(|(mut parts, media_type)| {
        parts.fields = vec![("content-type".into(), media_type.into())];
        (parts.sample(), &common::CONTENT_TYPE)
    });
    let long = parts().prop_map(|mut parts| {
        parts.fields.push(("x-trace".into(), vec![b'a'; Limits::default().field + 1]));
        (parts.sample(), &common::LIMIT)
    });
    prop_oneof![8 => wrong, 1 => long].boxed()
}

/// The body is not there, or is something else.
fn broken_whole() -> BoxedStrategy<(Sample, &'static Rule)> {
    let bodies: &[&[u8]] = &[
        b"Service Unavailable",
        b"<!DOCTYPE html>\n<html><body>Bad Gateway</body></html>",
        b"<Error><ErrorCode>CATALOG_NO_RESULT</ErrorCode></Error>",
    ];
    let other = (parts_that_may_fail(), select(bodies)).prop_map(|(mut parts, body)| {
        // The media type is that of the page.
        parts.fields.clear();
        (Sample { body: body.to_vec(), ..parts.sample() }, &common::NOT_AN_ERROR_BODY)
    });
    let json: &[&[u8]] = &[b"{}", b"[]", b" {\"Error\": null}", b"{\"Tracks\": [{}]}", b"[[0]]"];
    let without = (parts_that_may_fail(), select(json)).prop_map(|(mut parts, body)| {
        // Only where the status is known to be failing does it have to carry an error.
        parts.status = parts.status.or(Some(500));
        (Sample { body: body.to_vec(), ..parts.sample() }, &common::NOT_AN_ERROR_BODY)
    });
    let empty =
        (parts_that_may_fail(), select(&["", " ", "\r\n"][..])).prop_map(|(parts, body)| {
            (Sample { body: body.into(), ..parts.sample() }, &common::EMPTY_BODY)
        });
    prop_oneof![other, without, empty].boxed()
}
