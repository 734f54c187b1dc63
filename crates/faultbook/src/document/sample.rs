//! Examples: where one ends, which are only shapes, and which errors the service's reader finds.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::json::{Kind, Reader};
use faultbook_core::{Response, common::Syntax};

use super::block::Text;
use crate::facts::ExampleError;
use crate::services::Service;
use crate::{Options, judge};

/// Where JSON begins in a line: a brace with a name after it. The name may stand in the next line.
pub(super) fn json_start(line: &str, next: Option<&str>) -> Option<usize> {
    line.match_indices('{').map(|(at, _)| at).find(|at| {
        let rest = line.get(at + 1..).unwrap_or_default().trim_start();
        let rest = if rest.is_empty() { next.unwrap_or_default().trim_start() } else { rest };
        rest.starts_with('"')
    })
}

/// Where the JSON that begins at byte `start` of the first line ends: the line and the byte after
/// its last brace.
pub(super) fn json_end<'a>(
    lines: impl Iterator<Item = &'a str>,
    start: usize,
) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    // A string goes on in the next line where a converter wrapped its lines.
    let (mut in_string, mut is_escaped) = (false, false);
    for (index, line) in lines.enumerate() {
        for (at, byte) in line.bytes().enumerate().skip(if index == 0 { start } else { 0 }) {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if in_string => is_escaped = true,
                b'"' => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some((index, at + 1));
                    }
                }
                _ => {}
            }
        }
    }
    None
}

/// Where XML ends whose first line this is: the line with the end tag of its root, and the byte
/// after that.
pub(super) fn xml_end<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<(usize, usize)> {
    let mut end: Option<String> = None;
    let mut index = 0;
    loop {
        let line = lines.next()?;
        if end.is_none() {
            let root = line.match_indices('<').find_map(|(at, _)| {
                let name = line.get(at + 1..)?.split(|c: char| !c.is_alphanumeric()).next()?;
                (!name.is_empty()).then_some(name)
            });
            end = root.map(|root| format!("</{root}>"));
        }
        if let Some(end) = &end
            && let Some(at) = line.find(end.as_str())
        {
            return Some((index, at + end.len()));
        }
        index += 1;
    }
}

/// The members of a shape, which only shows what an error is made of: JSON all of whose values name
/// themselves. `None` where a value is one that an error could have.
pub(super) fn shape(body: &str) -> Option<Vec<(String, Range<usize>)>> {
    let mut json = Reader::new(body.as_bytes());
    let mut members: Vec<(String, Range<usize>)> = Vec::new();
    let mut name = String::new();
    let mut values = 0;
    while let Some(token) = json.next().ok()? {
        match token.kind {
            Kind::Name(text) => {
                name = text.decode().into_owned();
                let inside = token.span.start + 1..token.span.end.saturating_sub(1);
                members.push((name.clone(), inside));
            }
            Kind::String(text) if is_placeholder(&text.decode(), &name) => values += 1,
            Kind::String(_) | Kind::Number(_) | Kind::Bool(_) => return None,
            _ => {}
        }
    }
    let mut seen = std::collections::HashSet::new();
    members.retain(|(name, _)| !is_annotation(name) && seen.insert(name.clone()));
    (values > 0).then_some(members)
}

/// Whether a member says something about the others: `@odata.type`.
fn is_annotation(name: &str) -> bool {
    name.contains('@')
}

/// Whether a value stands for others: that of an annotation, a type, its member's own name, dots, or something in brackets.
fn is_placeholder(value: &str, name: &str) -> bool {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(char::is_ascii_alphanumeric);
        kept.map(|c| c.to_ascii_lowercase()).collect()
    };
    let value = value.trim();
    let bracketed = [('<', '>'), ('{', '}'), ('[', ']')];
    let own = plain(name);
    let letters = plain(value);
    is_annotation(name)
        || matches!(
            value,
            "string" | "String" | "number" | "integer" | "timestamp" | "guid" | "..." | "…"
        )
        || bracketed.iter().any(|(open, close)| value.starts_with(*open) && value.ends_with(*close))
        || !own.is_empty()
            && (letters == own
                || letters == format!("error{own}")
                || letters == format!("the{own}"))
}

/// What a listing holds, if it is an example: the response's body, without a head of HTTP.
pub(super) fn body(text: &Text) -> Text {
    let all = text.as_str();
    if all.trim_start().starts_with("HTTP/")
        && let Some((head, _)) = all.split_once("\n\n").or_else(|| all.split_once("\r\n\r\n"))
    {
        return text.part(head.len()..all.len());
    }
    text.clone()
}

/// Whether a text begins like an example in JSON or XML.
pub(super) fn syntax(body: &str) -> Option<Syntax> {
    Some(Syntax::of(body.as_bytes())).filter(|syntax| matches!(syntax, Syntax::Json | Syntax::Xml))
}

/// The errors that the service's reader finds in an example.
pub(super) fn errors(body: &str, service: &'static Service) -> Vec<ExampleError> {
    let options = Options { service: Some(service), ..Options::default() };
    let outcome = judge(&Response::new(body.trim().as_bytes()), &options);
    let errors = outcome.map(|outcome| outcome.errors).unwrap_or_default();
    let error = |error: crate::judge::ErrorEntry| ExampleError {
        codes: error.codes.into_iter().map(Cow::into_owned).collect(),
        members: error.members.value(),
    };
    errors.into_iter().map(error).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_and_examples() {
        let names = |body| {
            shape(body).map(|members| members.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
        };
        assert_eq!(
            names(r#"{ "code": "ERROR_CODE", "description": "error description"}"#).unwrap(),
            ["code", "description"]
        );
        assert_eq!(
            names(r#"{"error": {"code": "string", "innererror": {"code": "string"}}}"#).unwrap(),
            ["error", "code", "innererror"]
        );
        assert_eq!(
            names(r#"{"code": "string", "innererror": {"@odata.type": "odata.error"}}"#).unwrap(),
            ["code", "innererror"]
        );
        assert_eq!(names(r#"{"error": {"@odata.type": "odata.error"}}"#).unwrap(), ["error"]);
        for body in
            [r#"{"code": "NOT_FOUND", "description": "description"}"#, "{}", r#"{"code": 1}"#]
        {
            assert_eq!(names(body), None, "{body}");
        }
    }

    #[test]
    fn where_samples_end() {
        let lines = [r#"so: {"a": "}\"","#, r#" "b": {}}And so on"#];
        assert_eq!(json_start(lines[0], None), Some(4));
        assert_eq!(json_end(lines.into_iter(), 4), Some((1, 9)));
        assert_eq!(json_end(lines.into_iter().take(1), 4), None);
        assert_eq!(json_start("{", Some("\"a\"")), Some(0));
        assert_eq!(json_start("if (a) {", Some("return;")), None);
        let xml = ["<?xml version=\"1.0\"?>", "<root><a/>", "</root> and"];
        assert_eq!(xml_end(xml.into_iter()), Some((2, 7)));
    }
}
