//! Strategies for property tests: for this crate, and for clients that are to survive whatever a
//! server sends.
//!
//! ```
//! use faultbook_core::Limits;
//! use onedrive_error::{EDITION, check, strategies};
//! use proptest::prelude::*;
//!
//! let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
//! proptest!(config, |((sample, rule) in strategies::broken())| {
//!     let findings = sample.with(|response| check(response, &EDITION, &Limits::default()).findings);
//!     prop_assert_eq!(findings.len(), 1);
//!     prop_assert_eq!(findings[0].rule, rule);
//! });
//! ```

use faultbook_core::common::{
    BYTE_ORDER_MARK, CONTENT_TYPE, DUPLICATE_MEMBER, EMPTY_BODY, MALFORMED_JSON, NOT_AN_ERROR_BODY,
    NOT_UTF8, TRAILING_CONTENT,
};
use faultbook_core::json::write_string;
use faultbook_core::{Level, Rule, Sample};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::rules::{
    ERROR_IN_LIST, INNER_CASING, INNER_MISSING_CODE, MISSING_CODE, MISSING_MESSAGE,
    NOT_SINGLE_ERROR_PROPERTY, RETRY_AFTER_MISSING, SUCCESS_STATUS, UNDOCUMENTED_STATUS,
    UNKNOWN_CODE, UNKNOWN_DETAILED_CODE, UNKNOWN_MEMBER, WRONG_TYPE,
};
use crate::{ApiError, CODES, Code, InnerError, InnerErrors, STATUSES};

/// Any error that can be written: documented and other codes, any text, any number of inner
/// errors up to six, with and without codes.
pub fn error() -> impl Strategy<Value = ApiError<'static>> {
    let inner = vec(option::weighted(0.8, code()), 0..6);
    (code(), option::of(text(0..24)), inner).prop_map(|(code, message, inner)| ApiError {
        code,
        message: message.map(Into::into),
        inner: inner.into_iter().map(|code| InnerError { code }).collect::<InnerErrors<'_>>(),
    })
}

/// A response that keeps to the document: a body with an error in any layout, a documented status
/// or none, and the header fields that go with it.
pub fn conforming() -> impl Strategy<Value = Sample> {
    draft(0).prop_map(Draft::sample)
}

/// A response that breaks one rule and no other, and that rule: every rule of this crate, and
/// those of any format that JSON can break.
///
/// `common/limit` is left out: what reaches a limit is too big to be generated often.
pub fn broken() -> impl Strategy<Value = (Sample, &'static Rule)> {
    (draft(1), select(BREAKS)).prop_map(|(mut draft, (rule, breaks))| {
        breaks(&mut draft);
        (draft.sample(), rule)
    })
}

fn code() -> impl Strategy<Value = Code<'static>> {
    prop_oneof![
        3 => select(CODES).prop_map(|row| Code::new(row.code)),
        1 => text(0..12).prop_map(Code::from),
    ]
}

/// Any characters at all, control characters too.
fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(any::<char>(), length).prop_map(String::from_iter)
}

/// A conforming response with at least `least` inner errors, before it is printed.
fn draft(least: usize) -> impl Strategy<Value = Draft> {
    let basic: Vec<&str> =
        CODES.iter().filter(|row| row.level == Some(Level::Basic)).map(|row| row.code).collect();
    (
        select(basic),
        text(1..24),
        vec(select(CODES).prop_map(|row| row.code), least..5),
        option::weighted(0.8, select(STATUSES).prop_map(|row| row.status)),
        any::<u64>(),
        text(1..8),
    )
        .prop_map(|(code, message, inner, status, seed, word)| {
            let mut draft = Draft {
                body: Node::Null,
                depth: inner.len(),
                status,
                fields: Vec::new(),
                dice: Dice(seed),
                word,
                printed: None,
            };
            let error = draft.error(code, message, &inner);
            draft.body = object([("error", error)]);
            if matches!(status, Some(429 | 503 | 509)) {
                let value = draft.dice.choose(&["120", "0", "Fri, 31 Dec 1999 23:59:59 GMT"]);
                let name = draft.dice.choose(&["Retry-After", "retry-after", "RETRY-AFTER"]);
                draft.field(name, value);
            }
            if draft.dice.one_in(2) {
                let value = draft.dice.choose(&[
                    "application/json",
                    "application/json; charset=utf-8",
                    "application/json;odata.metadata=minimal",
                ]);
                draft.field("Content-Type", value);
            }
            draft
        })
}

/// A JSON value, as much of it as is needed.
#[derive(Debug, Clone)]
enum Node {
    Null,
    Text(String),
    Object(Members),
    Array(Vec<Node>),
    /// Printed as it is.
    Raw(&'static [u8]),
}

#[derive(Debug, Clone)]
struct Draft {
    body: Node,
    /// How many inner errors there are.
    depth: usize,
    status: Option<u16>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
    dice: Dice,
    /// Some text of at least one character.
    word: String,
    /// What becomes of the printed body.
    printed: Option<Reprint>,
}

type Reprint = fn(Vec<u8>, &mut Dice) -> Vec<u8>;

/// Choices that follow from a seed; all of them the first one where the seed is 0.
#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    /// A number below `count`.
    fn roll(&mut self, count: usize) -> usize {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let high = usize::try_from(self.0 >> 33).unwrap_or_default();
        high.checked_rem(count).unwrap_or_default()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.roll(count) == count - 1
    }

    fn choose<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        choices.get(self.roll(choices.len())).copied().unwrap_or_default()
    }
}

impl Draft {
    fn error(&mut self, code: &str, message: String, inner: &[&str]) -> Node {
        let mut node = None;
        for code in inner.iter().rev() {
            let mut members = Members::default();
            members.push("code", Node::Text((*code).to_owned()));
            members.0.extend(node.map(|node| ("innererror".to_owned(), node)));
            node = Some(Node::Object(members.shuffled(&mut self.dice)));
        }
        let mut members = Members::default();
        members.push("code", Node::Text(code.to_owned()));
        members.push("message", Node::Text(message));
        members.0.extend(node.map(|node| ("innererror".to_owned(), node)));
        Node::Object(members.shuffled(&mut self.dice))
    }

    fn field(&mut self, name: &str, value: &str) {
        self.fields.retain(|(own, _)| !own.eq_ignore_ascii_case(name.as_bytes()));
        self.fields.push((name.into(), value.into()));
    }

    /// The members of the root error, or of the inner error at a depth from 1.
    fn members(&mut self, depth: usize) -> &mut Members {
        let mut members = self.body.object();
        for name in std::iter::once("error").chain(std::iter::repeat_n("innererror", depth)) {
            // What is not there leaves the members around it.
            if let Some(at) = members.0.iter().position(|(own, _)| own == name) {
                #[expect(clippy::indexing_slicing, reason = "a member was found there")]
                let (_, value) = &mut members.0[at];
                members = value.object();
            }
        }
        members
    }

    /// The root error's members.
    fn root(&mut self) -> &mut Members {
        self.members(0)
    }

    /// The members of one of the inner errors.
    fn inner(&mut self) -> &mut Members {
        let depth = 1 + self.dice.roll(self.depth);
        self.members(depth)
    }

    /// The members of an object that has an inner error.
    fn outer(&mut self) -> &mut Members {
        let depth = self.dice.roll(self.depth);
        self.members(depth)
    }

    /// The members of any of the errors.
    fn any(&mut self) -> &mut Members {
        let depth = self.dice.roll(self.depth + 1);
        self.members(depth)
    }

    /// The value under `error`, leaving nothing there.
    fn take_error(&mut self) -> Node {
        self.body.object().0.pop().map_or(Node::Null, |(_, node)| node)
    }

    /// A status that says that the response has to carry an error.
    fn fail(&mut self) {
        self.status = self.status.or(Some(404));
    }

    fn sample(mut self) -> Sample {
        let mut body = Vec::new();
        print(&self.body, &mut self.dice, &mut body);
        if let Some(printed) = self.printed {
            body = printed(body, &mut self.dice);
        }
        Sample { fields: self.fields, ..Sample::new(self.status, body) }
    }
}

impl Node {
    /// The members of an object. Something else becomes an empty one.
    fn object(&mut self) -> &mut Members {
        if !matches!(self, Self::Object(_)) {
            *self = Self::Object(Members::default());
        }
        match self {
            Self::Object(members) => members,
            _ => unreachable!("it was made an object above"),
        }
    }
}

/// The members of an object.
#[derive(Debug, Clone, Default)]
struct Members(Vec<(String, Node)>);

impl Members {
    fn push(&mut self, name: &str, value: Node) {
        self.0.push((name.to_owned(), value));
    }

    fn insert(&mut self, first: bool, name: &str, value: Node) {
        let at = if first { 0 } else { self.0.len() };
        self.0.insert(at, (name.to_owned(), value));
    }

    fn set(&mut self, name: &str, value: Node) {
        if let Some((_, own)) = self.0.iter_mut().find(|(own, _)| own == name) {
            *own = value;
        }
    }

    fn leave_out(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    fn rename(&mut self, name: &str, other: &str) {
        if let Some((own, _)) = self.0.iter_mut().find(|(own, _)| own == name) {
            other.clone_into(own);
        }
    }

    fn shuffled(mut self, dice: &mut Dice) -> Self {
        for last in (1..self.0.len()).rev() {
            self.0.swap(last, last - dice.roll(last + 1));
        }
        self
    }
}

/// Prints in a layout that the dice decide: white space, and escapes in names and texts.
fn print(node: &Node, dice: &mut Dice, out: &mut Vec<u8>) {
    white_space(dice, out);
    match node {
        Node::Null => out.extend_from_slice(b"null"),
        Node::Text(text) => print_text(text, dice, out),
        Node::Raw(bytes) => out.extend_from_slice(bytes),
        Node::Array(elements) => {
            out.push(b'[');
            for (index, element) in elements.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                print(element, dice, out);
            }
            out.push(b']');
        }
        Node::Object(members) => {
            out.push(b'{');
            for (index, (name, value)) in members.0.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                white_space(dice, out);
                print_text(name, dice, out);
                white_space(dice, out);
                out.push(b':');
                print(value, dice, out);
            }
            white_space(dice, out);
            out.push(b'}');
        }
    }
    white_space(dice, out);
}

fn white_space(dice: &mut Dice, out: &mut Vec<u8>) {
    out.extend_from_slice(dice.choose(&["", "", "", " ", "\n    ", "\r\n", "\t"]).as_bytes());
}

fn print_text(text: &str, dice: &mut Dice, out: &mut Vec<u8>) {
    let mut escaped = String::new();
    for c in text.chars() {
        if c == '/' && dice.one_in(2) {
            escaped.push_str("\\/");
        } else if dice.one_in(16) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let escape = format!("\\u{unit:04x}");
                escaped.push_str(&if dice.one_in(2) { escape } else { escape.replace('a', "A") });
            }
        } else {
            let mut quoted = String::new();
            write_string(&mut quoted, c.encode_utf8(&mut [0; 4]));
            escaped.push_str(quoted.trim_start_matches('"').strip_suffix('"').unwrap_or_default());
        }
    }
    out.push(b'"');
    out.extend_from_slice(escaped.as_bytes());
    out.push(b'"');
}

fn object<const N: usize>(members: [(&str, Node); N]) -> Node {
    Node::Object(Members(members.map(|(name, value)| (name.to_owned(), value)).into()))
}

/// A single change to a conforming response that has an inner error.
type Break = fn(&mut Draft);

const NO_STRINGS: [&[u8]; 6] = [b"null", b"7", b"-1.5e3", b"true", b"[]", b"{\"value\":\"x\"}"];
const NO_OBJECTS: [&[u8]; 6] = [b"null", b"7", b"false", b"[]", b"[{\"code\":\"x\"}]", b"\"x\""];

/// What breaks each rule: one row a way to break it.
const BREAKS: &[(&Rule, Break)] = &[
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        let value = draft.dice.choose(&NO_OBJECTS);
        draft.fail();
        draft.body.object().set("error", Node::Raw(value));
    }),
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        let name = draft.dice.choose(&["Error", "ERROR", "errors", "odata.error", "fault", ""]);
        draft.fail();
        draft.body.object().rename("error", name);
    }),
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        let name = draft.dice.choose(&["status", "@odata.context", "code", "requestId", "value"]);
        let value = Node::Raw(draft.dice.choose(&[b"1".as_slice(), b"\"x\"", b"{}", b"[]"]));
        let first = draft.dice.one_in(2);
        draft.body.object().insert(first, name, value);
    }),
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        draft.fail();
        draft.body = Node::Array(vec![draft.body.clone()]);
    }),
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        draft.fail();
        draft.take_error();
    }),
    (&NOT_SINGLE_ERROR_PROPERTY, |draft| {
        // Bare, with something beside its members or not, and with an inner error of any kind.
        draft.fail();
        draft.body = draft.take_error();
        if draft.dice.one_in(2) {
            let name = draft.dice.choose(&["innerError", "message", "status", "Code"]);
            let value = Node::Raw(draft.dice.choose(&[b"{\"date\":7}".as_slice(), b"null", b"7"]));
            let first = draft.dice.one_in(2);
            let members = draft.body.object();
            members.leave_out(name);
            members.insert(first, name, value);
        }
    }),
    (&MISSING_CODE, |draft| draft.root().leave_out("code")),
    (&MISSING_CODE, |draft| draft.root().set("code", Node::Text(String::new()))),
    (&MISSING_CODE, |draft| {
        let name = draft.dice.choose(&["Code", "CODE", "coDe"]);
        draft.root().rename("code", name);
    }),
    (&MISSING_MESSAGE, |draft| draft.root().leave_out("message")),
    (&MISSING_MESSAGE, |draft| draft.root().set("message", Node::Text(String::new()))),
    (&MISSING_MESSAGE, |draft| {
        let name = draft.dice.choose(&["Message", "MESSAGE", "mesSage"]);
        draft.root().rename("message", name);
    }),
    (&WRONG_TYPE, |draft| {
        let name = draft.dice.choose(&["code", "message"]);
        let value = draft.dice.choose(&NO_STRINGS);
        draft.root().set(name, Node::Raw(value));
    }),
    (&WRONG_TYPE, |draft| {
        let value = draft.dice.choose(&NO_OBJECTS);
        draft.outer().set("innererror", Node::Raw(value));
    }),
    (&WRONG_TYPE, |draft| {
        // `null` is no code at all: that is the next rule but three.
        let value = draft.dice.choose(&[b"7".as_slice(), b"true", b"[\"x\"]", b"{}"]);
        draft.inner().set("code", Node::Raw(value));
    }),
    (&UNKNOWN_CODE, |draft| {
        let code = draft.dice.choose(&[
            "fragmentOverlap",
            "virusSuspicious",
            "ItemNotFound",
            "item_not_found",
            "InvalidAuthenticationToken",
            "UnknownError",
            "404",
            "0x80048d02",
            " ",
        ]);
        draft.root().set("code", Node::Text(code.to_owned()));
    }),
    (&UNKNOWN_CODE, |draft| {
        let code = format!("~{}", draft.word);
        draft.root().set("code", Node::Text(code));
    }),
    (&UNKNOWN_DETAILED_CODE, |draft| {
        let code = draft.dice.choose(&["FragmentOverlap", "fragmentOverlaps", "newIn2030", " "]);
        draft.inner().set("code", Node::Text(code.to_owned()));
    }),
    (&UNKNOWN_DETAILED_CODE, |draft| {
        let code = format!("~{}", draft.word);
        draft.inner().set("code", Node::Text(code));
    }),
    (&INNER_MISSING_CODE, |draft| draft.inner().leave_out("code")),
    (&INNER_MISSING_CODE, |draft| draft.inner().set("code", Node::Text(String::new()))),
    (&INNER_MISSING_CODE, |draft| draft.inner().set("code", Node::Null)),
    (&INNER_MISSING_CODE, |draft| {
        let name = draft.dice.choose(&["Code", "CODE", "coDe"]);
        draft.inner().rename("code", name);
    }),
    (&INNER_CASING, |draft| {
        let name = draft.dice.choose(&["innerError", "InnerError", "INNERERROR"]);
        draft.outer().rename("innererror", name);
    }),
    (&SUCCESS_STATUS, |draft| {
        draft.status = Some(draft.dice.choose(&[200, 201, 202, 204, 207, 299]));
    }),
    (&UNDOCUMENTED_STATUS, |draft| {
        let statuses = [100, 302, 304, 399, 402, 407, 408, 418, 423, 499, 502, 504, 508, 599, 600];
        draft.status = Some(draft.dice.choose(&statuses));
    }),
    (&RETRY_AFTER_MISSING, |draft| {
        draft.status = Some(draft.dice.choose(&[429, 503, 509]));
        draft.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"retry-after"));
    }),
    (&UNKNOWN_MEMBER, |draft| {
        let name = draft.dice.choose(&["date", "request-id", "target", "localizedMessage", "CODE"]);
        let value =
            draft.dice.choose(&[b"\"x\"".as_slice(), b"null", b"{\"code\":\"accessDenied\"}"]);
        let first = draft.dice.one_in(2);
        draft.any().insert(first, name, Node::Raw(value));
    }),
    (&UNKNOWN_MEMBER, |draft| {
        // However many there are in one object, it is one finding.
        let value = b"[{\"code\":\"itemNotFound\",\"innererror\":{}}]";
        let members = draft.any();
        members.insert(true, "details", Node::Raw(value));
        members.push("client-request-id", Node::Raw(b"\"x\""));
    }),
    (&ERROR_IN_LIST, |draft| {
        let plain = object([("id", Node::Text(draft.word.clone()))]);
        let item = object([("error", draft.take_error())]);
        draft.status = draft.dice.choose(&[None, Some(200), Some(207)]);
        draft.body = object([("value", Node::Array(vec![plain, item]))]);
    }),
    (&ERROR_IN_LIST, |draft| {
        let body = object([("error", draft.take_error())]);
        let id = Node::Text(draft.word.clone());
        let response = object([("id", id), ("status", Node::Raw(b"404")), ("body", body)]);
        draft.status = draft.dice.choose(&[None, Some(200)]);
        draft.body = object([("responses", Node::Array(vec![response]))]);
    }),
    (&DUPLICATE_MEMBER, |draft| {
        let depth = draft.dice.roll(draft.depth + 2);
        let choice = draft.dice.roll(3);
        let members = match depth.checked_sub(1) {
            None => draft.body.object(),
            Some(depth) => draft.members(depth),
        };
        let again = members.0.get(choice % members.0.len().max(1)).cloned();
        members.0.extend(again);
    }),
    (&MALFORMED_JSON, |draft| draft.printed = Some(cut)),
    (&MALFORMED_JSON, |draft| {
        let broken =
            [b"'x'".as_slice(), b"{\"code\" \"x\"}", b"\"a\tb\"", b"\"\\ud800\"", b"nul", b""];
        let value = draft.dice.choose(&broken);
        draft.any().push("x", Node::Raw(value));
    }),
    (&NOT_UTF8, |draft| {
        let value =
            draft.dice.choose(&[b"\"\xFF\"".as_slice(), b"\"caf\xE9\"", b"\"\xED\xA0\x80\""]);
        draft.root().set("message", Node::Raw(value));
    }),
    (&TRAILING_CONTENT, |draft| {
        draft.printed = Some(|mut body, dice| {
            body.extend_from_slice(
                dice.choose(&["{}", "x", ",", "}", "\0", "null", "<!-- -->"]).as_bytes(),
            );
            body
        });
    }),
    (&BYTE_ORDER_MARK, |draft| {
        draft.printed = Some(|body, _| [b"\xEF\xBB\xBF".as_slice(), &body].concat());
    }),
    (&EMPTY_BODY, |draft| {
        draft.printed = Some(|_, dice| dice.choose(&["", "\n", " \t\r\n"]).into());
    }),
    (&NOT_AN_ERROR_BODY, |draft| {
        draft.fields.retain(|(name, _)| !name.eq_ignore_ascii_case(b"content-type"));
        draft.printed = Some(|_, dice| {
            let pages = [
                "<!DOCTYPE html><html><body>503</body></html>",
                "<html></html>",
                "Service unavailable",
                "<error/>",
                "404",
                "\u{FEFF}no",
            ];
            dice.choose(&pages).into()
        });
    }),
    (&CONTENT_TYPE, |draft| {
        let value =
            draft.dice.choose(&["text/html", "text/plain; charset=utf-8", "application/xml"]);
        draft.field("Content-Type", value);
    }),
];

/// Cuts a body off inside its document, between two characters.
fn cut(body: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let start = body.len() - body.trim_ascii_start().len();
    let end = body.trim_ascii_end().len();
    let mut at = start + 1 + dice.roll(end.saturating_sub(start + 1));
    while body.get(at).is_some_and(|byte| byte & 0xC0 == 0x80) {
        at -= 1;
    }
    let mut body = body;
    body.truncate(at);
    body
}

/// Every rule that [`broken`] breaks, once.
pub fn breakable() -> Vec<&'static Rule> {
    let mut rules: Vec<&Rule> = BREAKS.iter().map(|(rule, _)| *rule).collect();
    rules.dedup();
    rules
}
