//! Strategies for errors and responses, for whoever fuzzes a client of the API.
//!
//! ```
//! use ampache_error::{EDITION, check, strategies};
//! use faultbook_core::Limits;
//! use proptest::strategy::{Strategy, ValueTree};
//! use proptest::test_runner::TestRunner;
//!
//! let mut runner = TestRunner::deterministic();
//! let (sample, rule) = strategies::broken().new_tree(&mut runner).unwrap().current();
//! let findings = sample.with(|response| check(response, &EDITION, &Limits::default()).findings);
//! assert!(findings.iter().all(|finding| finding.rule.id == rule.id));
//! ```

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use faultbook_core::{Rule, Sample, common};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::object::NAMES;
use crate::{ApiError, CODES, Code, rules};

/// Text that XML can carry, with what is hard to write in either encoding.
fn text() -> impl Strategy<Value = String> {
    let hard = select(vec![
        "]]>",
        "]]",
        ">",
        "<",
        "&",
        "&amp;",
        "&#13;",
        "\"",
        "'",
        "\\",
        "/",
        "\r",
        "\n",
        "\t",
        "\r\n",
        "<![CDATA[",
        "</error>",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{fffd}",
        "é",
        "😀",
    ]);
    let any = any::<char>().prop_filter("XML can carry it", |&c| crate::xml::is_char(c));
    let piece = prop_oneof![
        2 => "[a-zA-Z_: ]{1,8}",
        1 => hard.prop_map(str::to_owned),
        1 => any.prop_map(String::from),
    ];
    vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Any text, with characters too that XML cannot carry.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => text(), 1 => vec(any::<char>(), 0..8).prop_map(|text| text.into_iter().collect())]
}

fn assemble(
    code: String,
    action: Option<String>,
    error_type: Option<String>,
    message: Option<String>,
) -> ApiError<'static> {
    ApiError {
        code: Code::from(code),
        action: action.map(Cow::Owned),
        error_type: error_type.map(Cow::Owned),
        message: message.map(Cow::Owned),
    }
}

fn code() -> impl Strategy<Value = String> {
    select(CODES).prop_map(|row| row.code.to_owned())
}

/// Any error that can be written as JSON: documented codes and others, any text, parts that are not
/// there.
pub fn error() -> impl Strategy<Value = ApiError<'static>> {
    let code = prop_oneof![code(), "[0-9]{0,5}", any_text()];
    let part = || proptest::option::of(any_text());
    (code, part(), part(), part())
        .prop_map(|(code, action, error_type, message)| assemble(code, action, error_type, message))
}

/// Any error that can be written as XML too.
pub fn error_for_xml() -> impl Strategy<Value = ApiError<'static>> {
    let code = prop_oneof![code(), "[0-9]{0,5}", text()];
    let part = || proptest::option::of(text());
    (code, part(), part(), part())
        .prop_map(|(code, action, error_type, message)| assemble(code, action, error_type, message))
}

/// An error as the document promises it: a documented code and something in every part.
pub fn conforming_error() -> impl Strategy<Value = ApiError<'static>> {
    // Of white space alone XML cannot always tell that it is text.
    let part = || {
        (select(vec!["system", "account", "song", "handshake", "Bad Request: name"]), text())
            .prop_map(|(word, text)| Some(format!("{word}{text}")))
    };
    (code(), part(), part(), part())
        .prop_map(|(code, action, error_type, message)| assemble(code, action, error_type, message))
}

/// How a body is written.
#[derive(Debug, Clone)]
struct Layout {
    xml: bool,
    /// Between two tags or tokens.
    space: &'static str,
    order: Vec<usize>,
    declaration: &'static str,
    /// How a text is written: 0 as CDATA or plain JSON, 1 and 2 with more and more escapes.
    escapes: u8,
    quote: char,
}

fn layout() -> impl Strategy<Value = Layout> {
    let declaration = select(vec![
        "",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n",
        "<?xml version=\"1.0\"?>",
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?><!-- x -->\r\n",
    ]);
    (
        any::<bool>(),
        select(vec!["", " ", "\n    ", "\n\t", "\r\n  "]),
        Just(vec![0, 1, 2, 3]).prop_shuffle(),
        declaration,
        0..3_u8,
        select(vec!['"', '\'']),
    )
        .prop_map(|(xml, space, order, declaration, escapes, quote)| Layout {
            xml,
            space,
            order,
            declaration,
            escapes,
            quote,
        })
}

/// A body in pieces, so that one of them can be changed.
#[derive(Debug, Clone)]
struct Draft {
    layout: Layout,
    root: &'static str,
    error: &'static str,
    /// Name and value of each part, the value as it stands in the body; in the order of [`NAMES`].
    parts: Vec<(String, String)>,
    /// What stands inside the error, and beside it: an element or a member.
    inside: &'static str,
    beside: &'static str,
    before: &'static str,
    after: &'static str,
}

fn draft(error: &ApiError<'_>, layout: Layout) -> Draft {
    let parts = NAMES
        .iter()
        .zip(error.parts())
        .enumerate()
        .map(|(index, (name, text))| {
            let text = text.unwrap_or_default();
            let value = match (layout.xml, index) {
                (true, 0) => attribute(text, layout.quote),
                (true, _) => element(text, layout.escapes),
                (false, _) => string(text, layout.escapes),
            };
            ((*name).to_owned(), value)
        })
        .collect();
    let error = "error";
    Draft { layout, root: "root", error, parts, inside: "", beside: "", before: "", after: "" }
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a `String` does not fail.
    let _ = out.write_fmt(text);
}

fn attribute(text: &str, quote: char) -> String {
    // An apostrophe needs no escape where the other quotation mark is used, and may have one.
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => push(&mut out, format_args!("&#x{:X};", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push(quote);
    out
}

fn element(text: &str, escapes: u8) -> String {
    let mut out = String::new();
    if escapes == 0 && crate::xml::push_cdata(&mut out, "", text).is_ok() {
        return out;
    }
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\r' => out.push_str("&#13;"),
            c if escapes == 2 && !c.is_ascii_alphanumeric() => {
                push(&mut out, format_args!("&#{};", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

fn string(text: &str, escapes: u8) -> String {
    let mut out = String::new();
    if escapes == 0 {
        faultbook_core::json::write_string(&mut out, text);
        return out;
    }
    // PHP's manner: `\/` and `\uXXXX`.
    out.push('"');
    for c in text.chars() {
        match c {
            '/' => out.push_str("\\/"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() || !c.is_ascii() || escapes == 2 => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    push(&mut out, format_args!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

impl Draft {
    fn write(&self) -> String {
        if self.layout.xml { self.write_xml() } else { self.write_json() }
    }

    fn write_xml(&self) -> String {
        let Self { layout, root, error, parts, inside, beside, before, after } = self;
        let space = layout.space;
        let mut out =
            format!("{before}{}<{root}>{space}{beside}{space}<{error}", layout.declaration);
        let code =
            parts.iter().find(|(name, _)| name.eq_ignore_ascii_case(NAMES[0]) || name == "code");
        if let Some((name, value)) = code {
            push(&mut out, format_args!(" {name}={value}"));
        }
        out.push('>');
        let code = code.map(|(name, _)| name);
        for &index in &layout.order {
            let Some((name, value)) = parts.get(index) else { continue };
            if Some(name) != code {
                push(&mut out, format_args!("{space}<{name}>{value}</{name}>"));
            }
        }
        for (name, value) in parts.iter().skip(4) {
            push(&mut out, format_args!("{space}<{name}>{value}</{name}>"));
        }
        push(&mut out, format_args!("{inside}{space}</{error}>{space}</{root}>{after}"));
        out
    }

    fn write_json(&self) -> String {
        let Self { layout, error, parts, inside, beside, before, after, .. } = self;
        let space = layout.space;
        let mut members: Vec<String> = layout
            .order
            .iter()
            .copied()
            .chain(4..parts.len())
            .filter_map(|index| parts.get(index))
            .map(|(name, value)| format!("{space}\"{name}\":{space}{value}"))
            .collect();
        if !inside.is_empty() {
            members.push((*inside).to_owned());
        }
        let comma = if beside.is_empty() { "" } else { "," };
        let members = members.join(",");
        format!(
            "{before}{{{space}{beside}{comma}\"{error}\" :{space}{{{members}{space}}}{space}}}{after}"
        )
    }

    fn sample(&self) -> Sample {
        Sample::new(None, self.write())
    }
}

/// A response that keeps what the document promises, in either encoding, every layout and with the
/// escapes that servers use. No status: the API answers 200 with an error.
pub fn conforming() -> impl Strategy<Value = Sample> {
    (conforming_error(), layout(), select(vec![None, Some(200)])).prop_map(
        |(error, layout, status)| {
            let media_type =
                if layout.xml { "text/xml; charset=UTF-8" } else { "application/json" };
            let mut sample = draft(&error, layout).sample();
            sample.status = status;
            if status.is_some() {
                sample.fields.push((b"Content-Type".to_vec(), media_type.into()));
            }
            sample
        },
    )
}

/// A single change to a conforming body, and the rule that it breaks.
type Change = (fn(&mut Draft), &'static Rule);

/// Changes that either encoding can have.
static EITHER: &[Change] = &[
    (|draft| drop(draft.parts.remove(0)), &rules::MISSING_CODE),
    (|draft| set(draft, 0, "", "\"\""), &rules::MISSING_CODE),
    (|draft| rename(draft, 0, "errorcode"), &rules::MISSING_CODE),
    (|draft| remove(draft, 1), &rules::MISSING_ACTION),
    (|draft| set(draft, 1, "", "\"\""), &rules::MISSING_ACTION),
    (|draft| rename(draft, 1, "ErrorAction"), &rules::MISSING_ACTION),
    (|draft| remove(draft, 2), &rules::MISSING_TYPE),
    (|draft| set(draft, 2, "", "\"\""), &rules::MISSING_TYPE),
    (|draft| rename(draft, 2, "errortype"), &rules::MISSING_TYPE),
    (|draft| remove(draft, 3), &rules::MISSING_MESSAGE),
    (|draft| set(draft, 3, "", "\"\""), &rules::MISSING_MESSAGE),
    (|draft| rename(draft, 3, "ERRORMESSAGE"), &rules::MISSING_MESSAGE),
    (|draft| draft.error = "Error", &rules::NOT_IN_ERROR_OBJECT),
    (|draft| draft.error = "errors", &rules::NOT_IN_ERROR_OBJECT),
    (|draft| set(draft, 0, "4704 ", "\"4704 \""), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "-4704", "\"-4704\""), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "47e2", "\"47e2\""), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "5000", "\"5000\""), &rules::CODE_PREFIX),
    (|draft| set(draft, 0, "47040", "\"47040\""), &rules::CODE_PREFIX),
    (|draft| set(draft, 0, "4702", "\"4702\""), &rules::UNKNOWN_CODE),
    (|draft| set(draft, 0, "4799", "\"4799\""), &rules::UNKNOWN_CODE),
    (|draft| beside(draft, "<song id='1'/>", "\"song\":[]"), &rules::ERROR_WITH_DATA),
    (|draft| inside(draft, "<extra/>", "\"extra\":{}"), &rules::UNEXPECTED_CONTENT),
    (|draft| again(draft, 1), &common::DUPLICATE_MEMBER),
    (|draft| again(draft, 3), &common::DUPLICATE_MEMBER),
    (|draft| rename(draft, 0, "code"), &rules::LEGACY_SHAPE),
    (|draft| draft.before = "\u{feff}", &common::BYTE_ORDER_MARK),
    (|draft| draft.after = "\n?", &common::TRAILING_CONTENT),
];

/// Changes that only XML can have.
static XML: &[Change] = &[
    (|draft| draft.root = "ampache", &rules::ROOT_NAME),
    (|draft| draft.root = "Root", &rules::ROOT_NAME),
    (|draft| draft.inside = "text", &rules::UNEXPECTED_CONTENT),
    (|draft| draft.beside = "text", &rules::UNEXPECTED_CONTENT),
    (|draft| set(draft, 2, "sys<b/>tem", ""), &rules::UNEXPECTED_CONTENT),
    (|draft| draft.before = "<!DOCTYPE root>", &common::DOCUMENT_TYPE),
    (|draft| draft.after = "<root/>", &common::TRAILING_CONTENT),
    (|draft| draft.inside = "<!-- -- -->", &common::MALFORMED_XML),
    (|draft| draft.after = "</root>", &common::TRAILING_CONTENT),
    (|draft| set(draft, 3, "Tom & Jerry", ""), &common::MALFORMED_XML),
    (|draft| set(draft, 3, "one&nbsp;two", ""), &common::MALFORMED_XML),
    (|draft| set(draft, 3, "one\u{1}two", ""), &common::MALFORMED_XML),
    (|draft| set(draft, 3, "one ]]> two", ""), &common::MALFORMED_XML),
    (|draft| set(draft, 0, "4704' errorCode='4704", ""), &common::DUPLICATE_MEMBER),
];

/// Changes that only JSON can have.
static JSON: &[Change] = &[
    (|draft| set(draft, 0, "", "null"), &rules::MISSING_CODE),
    (|draft| set(draft, 0, "", "true"), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "", "[]"), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "", "{\"a\":1}"), &rules::CODE_NOT_NUMERIC),
    (|draft| set(draft, 0, "", "4704"), &rules::CODE_JSON_NUMBER),
    (|draft| set(draft, 1, "", "null"), &rules::MISSING_ACTION),
    (|draft| set(draft, 1, "", "0"), &rules::WRONG_TYPE),
    (|draft| set(draft, 2, "", "false"), &rules::WRONG_TYPE),
    (|draft| set(draft, 2, "", "null"), &rules::MISSING_TYPE),
    (|draft| set(draft, 3, "", "[\"x\"]"), &rules::WRONG_TYPE),
    (|draft| set(draft, 3, "", "{}"), &rules::WRONG_TYPE),
    (|draft| set(draft, 3, "", "null"), &rules::MISSING_MESSAGE),
    (|draft| again(draft, 0), &common::DUPLICATE_MEMBER),
    (|draft| set(draft, 3, "", "\"\u{1}\""), &common::MALFORMED_JSON),
    (|draft| set(draft, 3, "", "\"\\ud800\""), &common::MALFORMED_JSON),
];

fn set(draft: &mut Draft, index: usize, xml: &str, json: &str) {
    let quote = draft.layout.quote;
    let Some((_, value)) = draft.parts.get_mut(index) else { return };
    *value = match (draft.layout.xml, index) {
        // A change that has quotation marks in it brings a second attribute.
        (true, 0) if xml.contains('\'') => format!("'{xml}'"),
        (true, 0) => format!("{quote}{xml}{quote}"),
        (true, _) => xml.to_owned(),
        (false, _) => json.to_owned(),
    };
}

fn rename(draft: &mut Draft, index: usize, to: &str) {
    if let Some((name, _)) = draft.parts.get_mut(index) {
        to.clone_into(name);
    }
}

/// Takes a part out without moving the others.
fn remove(draft: &mut Draft, index: usize) {
    draft.layout.order.retain(|&other| other != index);
}

/// Adds a part a second time, at the end.
fn again(draft: &mut Draft, index: usize) {
    draft.parts.extend(draft.parts.get(index).cloned());
}

fn inside(draft: &mut Draft, xml: &'static str, json: &'static str) {
    draft.inside = if draft.layout.xml { xml } else { json };
}

fn beside(draft: &mut Draft, xml: &'static str, json: &'static str) {
    draft.beside = if draft.layout.xml { xml } else { json };
}

/// Changes to the bytes that were written.
fn change_bytes() -> impl Strategy<Value = (Sample, &'static Rule)> {
    let whole: Vec<(&[u8], &'static Rule)> = vec![
        (b"", &common::EMPTY_BODY),
        (b" \r\n", &common::EMPTY_BODY),
        (b"<!DOCTYPE html><title>502</title>", &common::NOT_AN_ERROR_BODY),
        (b"Service unavailable", &common::NOT_AN_ERROR_BODY),
        (br#"<br /><b>Warning</b>: x<br />{"error":{}}"#, &common::NOT_AN_ERROR_BODY),
        (br#"Deprecated: x on line 3 {"error":{}}"#, &common::NOT_AN_ERROR_BODY),
        (br#"{"error":"down"}"#, &rules::WRONG_TYPE),
        (br#"{"subsonic-response":{"status":"failed"}}"#, &rules::OTHER_API),
        (b"<subsonic-response status='failed'/>", &rules::OTHER_API),
        (br#"{"error":{"code":"4701","message":"Session Expired"}}"#, &rules::LEGACY_SHAPE),
        (br#"{"error":{"code":"4701","text":"Session Expired"}}"#, &rules::LEGACY_SHAPE),
        (br#"{"error":{"value":"Session Expired","code":"4701"}}"#, &rules::LEGACY_SHAPE),
        (
            b"<root><error code='4701'><![CDATA[Session Expired]]></error></root>",
            &rules::LEGACY_SHAPE,
        ),
    ];
    // Under 200 they break the same rules: that is where errors come.
    let replaced = (select(whole), select(vec![None, Some(200)]))
        .prop_map(|((body, rule), status)| (Sample::new(status, body), rule));
    let latin = (conforming_error(), layout()).prop_map(|(error, layout)| {
        let mut draft = draft(&error, layout);
        set(&mut draft, 3, "@", "\"@\"");
        let mut sample = draft.sample();
        // `@` stands nowhere else in the layout, if perhaps in another part.
        if let Some(at) = sample.body.iter().rposition(|&byte| byte == b'@') {
            sample.body.splice(at..=at, [0xE9]);
        }
        (sample, &common::NOT_UTF8)
    });
    let media_type = (conforming_error(), layout()).prop_map(|(error, layout)| {
        let media_type = if layout.xml { "application/json" } else { "text/xml" };
        let mut sample = draft(&error, layout).sample();
        sample.fields.push((b"content-type".to_vec(), media_type.into()));
        (sample, &common::CONTENT_TYPE)
    });
    let cut = (conforming_error(), layout(), any::<proptest::sample::Index>()).prop_map(
        |(error, layout, at)| {
            let xml = layout.xml;
            let mut sample = draft(&error, layout).sample();
            // Past the first byte, so that the syntax can be told, and before the last one.
            let at = 1 + at.index(sample.body.len() - 1);
            sample.body.truncate(at);
            let rule = if xml {
                &common::MALFORMED_XML
            } else if std::str::from_utf8(&sample.body).is_err() {
                // The cut goes through a character.
                &common::NOT_UTF8
            } else {
                &common::MALFORMED_JSON
            };
            (sample, rule)
        },
    );
    prop_oneof![2 => replaced, 1 => latin, 1 => media_type, 2 => cut]
}

/// A response with a single deviation from the document, and the one rule that it breaks.
pub fn broken() -> impl Strategy<Value = (Sample, &'static Rule)> {
    let changed = (conforming_error(), layout(), any::<proptest::sample::Index>()).prop_map(
        |(error, layout, index)| {
            let own = if layout.xml { XML } else { JSON };
            let index = index.index(EITHER.len() + own.len());
            let mut draft = draft(&error, layout);
            let Some((change, rule)) = EITHER.iter().chain(own).nth(index) else {
                return (draft.sample(), &rules::MISSING_CODE);
            };
            change(&mut draft);
            if draft.before.starts_with('<') {
                // Before a declaration nothing else may stand.
                draft.layout.declaration = "";
            }
            (draft.sample(), *rule)
        },
    );
    prop_oneof![3 => changed, 1 => change_bytes()]
}
