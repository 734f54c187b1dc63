//! What is read: the documents' examples, the same written in other ways, and long ones made of
//! them.

use std::fmt::Write as _;

use faultbook_corpus::{Case, documented};
use serde_json::Value;

/// An input, and whose errors it has.
#[derive(Debug, Clone)]
pub struct Input {
    /// As tables show it.
    pub name: String,
    /// The service, as the corpus names it.
    pub service: &'static str,
    /// What is read.
    pub bytes: Vec<u8>,
}

/// In how many bytes a long response is written.
const LONG: usize = 64 << 10;

/// The documents' examples in JSON.
pub fn documented_json() -> Vec<Input> {
    examples(|body| body.starts_with(b"{"))
}

/// The documents' examples in JSON with a documented code. LINE WORKS' has a placeholder, in the place
/// of which a code of its table stands here.
pub fn conforming_json() -> Vec<Input> {
    let mut inputs = documented_json();
    for input in &mut inputs {
        let body = String::from_utf8_lossy(&input.bytes);
        input.bytes = body.replace("ERROR_CODE", "NOT_FOUND").into_bytes();
    }
    inputs
}

/// The document's examples in XML (Ampache).
pub fn documented_xml() -> Vec<Input> {
    examples(|body| body.starts_with(b"<"))
}

fn examples(is_wanted: fn(&[u8]) -> bool) -> Vec<Input> {
    documented()
        .filter_map(|case: &'static Case| Some((case, case.body?)))
        .filter(|(_, body)| is_wanted(body))
        .map(|(case, body)| Input {
            name: case.id.clone(),
            service: case.service(),
            bytes: body.to_vec(),
        })
        .collect()
}

/// The examples in JSON without white space, indented, with escapes, and with text in other scripts.
///
/// # Panics
///
/// Never: the examples are JSON.
pub fn rewritten_json() -> Vec<Input> {
    let rewrite = |how: &str, change: fn(&mut String), pretty: bool| {
        let mut inputs = documented_json();
        for input in &mut inputs {
            let mut value: Value = serde_json::from_slice(&input.bytes).expect("JSON");
            change_texts(&mut value, change);
            input.name = format!("{} {how}", input.name);
            input.bytes = if pretty {
                format!("{value:#}").into_bytes()
            } else {
                value.to_string().into_bytes()
            };
        }
        inputs
    };
    let escapes = |text: &mut String| *text = format!("\"{text}\"\n");
    let scripts = |text: &mut String| text.push_str(" \u{e9}\u{4e16}\u{754c}\u{1f3b5}");
    [
        rewrite("minified", |_| {}, false),
        rewrite("indented", |_| {}, true),
        rewrite("escaped", escapes, false),
        rewrite("not ASCII", scripts, false),
    ]
    .concat()
}

/// Changes every text but codes, which have to stay what they are.
fn change_texts(value: &mut Value, change: fn(&mut String)) {
    if let Value::Object(members) = value {
        for (name, member) in members {
            match member {
                Value::String(text) if !name.to_lowercase().ends_with("code") => change(text),
                _ => change_texts(member, change),
            }
        }
    }
}

/// The XML examples without white space between elements, and with text in other scripts.
pub fn rewritten_xml() -> Vec<Input> {
    let mut inputs = Vec::new();
    for input in documented_xml() {
        let text = String::from_utf8_lossy(&input.bytes).into_owned();
        let minified: String = text.lines().map(str::trim).collect();
        let scripts = text.replace("]]>", " \u{e9}\u{4e16}\u{754c}\u{1f3b5}]]>");
        for (how, text) in [("minified", minified), ("not ASCII", scripts)] {
            inputs.push(Input {
                name: format!("{} {how}", input.name),
                bytes: text.into_bytes(),
                ..input
            });
        }
    }
    inputs
}

/// A OneDrive error with this many inner errors.
pub fn chain(levels: usize) -> Input {
    let mut body = String::from(r#"{"error":{"code":"invalidRange","message":"x""#);
    body.push_str(&r#","innererror":{"code":"fragmentOverlap""#.repeat(levels));
    body.push_str(&"}".repeat(levels + 2));
    Input { name: format!("chain of {levels}"), service: "onedrive", bytes: body.into_bytes() }
}

/// A Groove response of 64 KiB with its own error at the end.
pub fn long_with_error_at_the_end() -> Input {
    let mut body = String::from(r#"{"Items":["#);
    let mut count = 0;
    while body.len() < LONG {
        if count > 0 {
            body.push(',');
        }
        write_item(&mut body, count);
        body.push('}');
        count += 1;
    }
    body.push_str(
        r#"],"Error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"Item does not exist"}}"#,
    );
    Input { name: "64 KiB".to_owned(), service: "groove", bytes: body.into_bytes() }
}

/// A Groove response with an error in each of its 1,000 items.
pub fn long_with_item_errors() -> Input {
    let mut body = String::from(r#"{"Items":["#);
    for count in 0..1000 {
        if count > 0 {
            body.push(',');
        }
        write_item(&mut body, count);
        body.push_str(
            r#","Error":{"ErrorCode":"COLLECTION_INVALID_ID","Description":"Invalid id"}}"#,
        );
    }
    body.push_str("]}");
    Input { name: "1,000 item errors".to_owned(), service: "groove", bytes: body.into_bytes() }
}

fn write_item(body: &mut String, count: usize) {
    // Writing into a `String` does not fail.
    _ = write!(
        body,
        r#"{{"InputId":"music.{count:08}","Name":"A name of \"{count}\"","Size":{count}.5,"Tags":["a","b",null,true]"#
    );
}

/// WWW-Authenticate values: the documented ones, and longer ones.
pub fn challenges() -> Vec<Input> {
    let many: Vec<String> = (0..8)
        .map(|challenge| {
            let params: Vec<String> =
                (0..10).map(|param| format!("name{param}=\"value {challenge}\"")).collect();
            format!("Scheme{challenge} {}", params.join(", "))
        })
        .collect();
    let values = [
        ("documented 400", r#"Bearer error="invalid_request""#.to_owned()),
        ("documented 401", r#"Bearer error="invalid_token""#.to_owned()),
        ("documented 403", r#"Bearer error="insufficient_scope", scope="{scope list}""#.to_owned()),
        (
            "described",
            r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#
                .to_owned(),
        ),
        ("Basic and Bearer", r#"Basic realm="a", Bearer realm="b", error="invalid_token""#.to_owned()),
        ("quoted pairs", r#"Digest realm="a \"quoted\" realm", nonce="abc\\def", stale=true"#.to_owned()),
        ("8 challenges of 10", many.join(", ")),
        (
            "scope of 4 KiB",
            format!(r#"Bearer error="insufficient_scope", scope="{}""#, "calendar.read ".repeat(292).trim_end()),
        ),
    ];
    values
        .into_iter()
        .map(|(name, value)| Input {
            name: name.to_owned(),
            service: "headers",
            bytes: value.into_bytes(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_what_they_are_called() {
        assert_eq!(documented_json().len(), 11);
        assert_eq!(documented_xml().len(), 8);
        assert_eq!(rewritten_json().len(), 44);
        assert_eq!(rewritten_xml().len(), 16);
        let long = long_with_error_at_the_end().bytes;
        assert!((LONG..LONG + 256).contains(&long.len()), "{}", long.len());
        let value: Value = serde_json::from_slice(&long_with_item_errors().bytes).unwrap();
        assert_eq!(value["Items"].as_array().unwrap().len(), 1000);
        assert!(rewritten_json().iter().any(|input| input.bytes.contains(&b'\\')));
        assert!(rewritten_json().iter().any(|input| !input.bytes.is_ascii()));
    }
}
