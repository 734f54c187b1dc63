//! quick-xml's reader as an oracle: the same events where both accept a document, refused wherever
//! it refuses, and where only ours refuses, one of the checks that it leaves out.

use ampache_error::xml::{Event, Start};
use proptest::prelude::*;
use quick_xml::events::Event as Theirs;

use super::{EXAMPLE, read};

/// An event of either reader, as far as both tell the same.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Same {
    Declaration(String),
    Doctype,
    Start(String, Vec<(String, String)>),
    End(String),
    Text(String),
    CData(String),
    Reference(String),
    Comment(String),
    Instruction(String),
}

fn start(start: &Start<'_>) -> Same {
    let attributes = start.attributes();
    let pairs = attributes.map(|attribute| (attribute.name.to_owned(), attribute.raw.to_owned()));
    Same::Start(start.name().to_owned(), pairs.collect())
}

fn ours(text: &str) -> Result<Vec<Same>, &'static str> {
    let read = read(text);
    if let Some(fault) = read.faults().first() {
        return Err(fault.expected());
    }
    Ok(read
        .events
        .iter()
        .map(|event| match event {
            Event::Declaration { span } => {
                Same::Declaration(text[span.start + 2..span.end - 2].to_owned())
            }
            Event::Doctype { .. } => Same::Doctype,
            Event::Start(tag) => start(tag),
            Event::End { name, .. } => Same::End((*name).to_owned()),
            Event::Text { text, .. } => Same::Text((*text).to_owned()),
            Event::CData { text, .. } => Same::CData((*text).to_owned()),
            Event::Reference { raw, .. } => Same::Reference(raw[1..raw.len() - 1].to_owned()),
            Event::Comment { text, .. } => Same::Comment((*text).to_owned()),
            Event::Instruction { text, .. } => Same::Instruction((*text).to_owned()),
        })
        .collect())
}

fn theirs(text: &str) -> Result<Vec<Same>, String> {
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut events = Vec::new();
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match &event {
            Theirs::Start(tag) | Theirs::Empty(tag) => {
                let name = tag.name().as_ref().to_owned();
                let mut pairs = Vec::new();
                for attribute in tag.attributes() {
                    let attribute = attribute.map_err(|error| error.to_string())?;
                    pairs.push((attribute.key.as_ref().to_owned(), attribute.value.to_string()));
                }
                events.push(Same::Start(name.clone(), pairs));
                if matches!(event, Theirs::Empty(_)) {
                    events.push(Same::End(name));
                } else {
                    depth += 1;
                }
            }
            Theirs::End(tag) => {
                depth = depth.saturating_sub(1);
                events.push(Same::End(tag.name().as_ref().to_owned()));
            }
            // White space outside the root element is no event of ours.
            Theirs::Text(text) if depth == 0 && text.trim().is_empty() => {}
            Theirs::Text(text) => events.push(Same::Text(text.to_string())),
            Theirs::CData(text) => events.push(Same::CData(text.to_string())),
            Theirs::Comment(text) => events.push(Same::Comment(text.to_string())),
            Theirs::Decl(declaration) => events.push(Same::Declaration(declaration.to_string())),
            Theirs::PI(text) => events.push(Same::Instruction(text.to_string())),
            Theirs::DocType(_) => events.push(Same::Doctype),
            Theirs::GeneralRef(name) => events.push(Same::Reference(name.to_string())),
            Theirs::Eof => return Ok(events),
        }
    }
}

/// What is expected at the faults that quick-xml does not look for, and a document that it accepts.
const LEFT_OUT: [(&str, &str); 29] = [
    ("a document", ""),
    ("the root element", "x<a/>"),
    ("the end of the document", "<a/><b/>"),
    ("an end tag for every open element", "<a>"),
    ("a name, `/`, `!` or `?`", "<1a/>"),
    ("a name", "<??><a/>"),
    ("`>`", "<a/b>"),
    ("white space", "<a b='1'c='2'/>"),
    ("white space, `/` or `>`", "<a×/>"),
    ("white space or `?>`", "<?a/?><a/>"),
    ("an attribute name", "<a 1='1'/>"),
    ("`=` and a value", "<?xml version?><a/>"),
    ("a value in quotation marks", "<?xml version=1?><a/>"),
    ("a closing `'`", "<?xml version='1.0?><a/>"),
    ("a closing `\"`", "<?xml version=\"1.0?><a/>"),
    ("`&lt;`", "<a b='<'/>"),
    ("`&amp;` or a whole reference", "<a>&#x;</a>"),
    ("`&lt;`, `&gt;`, `&amp;`, `&apos;` or `&quot;`", "<a>&nbsp;</a>"),
    ("a character that XML allows", "<a>&#1;</a>"),
    ("`]]&gt;`", "<a>]]></a>"),
    ("a name other than `xml`", "<?XML?><a/>"),
    ("the XML declaration only at the very beginning", " <?xml version='1.0'?><a/>"),
    ("`version`", "<?xml?><a/>"),
    ("`1.0`", "<?xml version='2.0'?><a/>"),
    ("`encoding`, `standalone` or `?>`", "<?xml version='1.0' x='y'?><a/>"),
    ("`standalone` or `?>`", "<?xml version='1.0' encoding='UTF-8' x='y'?><a/>"),
    ("the name of an encoding", "<?xml version='1.0' encoding=''?><a/>"),
    ("`yes` or `no`", "<?xml version='1.0' standalone=''?><a/>"),
    ("at most one document type, before the root element", "<a/><!DOCTYPE a>"),
];

/// Further ones that a document type has.
const LEFT_OUT_IN_DOCTYPES: [(&str, &str); 2] = [
    ("`>`, the end of the document type", "<!DOCTYPE a []x><a/>"),
    ("`DOCTYPE`", "<!doctype a><a/>"),
];

fn left_out() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    LEFT_OUT.iter().chain(&LEFT_OUT_IN_DOCTYPES)
}

#[test]
fn what_quick_xml_leaves_out() {
    for (expected, document) in left_out() {
        assert_eq!(ours(document), Err(*expected), "{document}");
        assert!(theirs(document).is_ok(), "{document} {:?}", theirs(document));
    }
}

fn compare(text: &str) -> Result<(), TestCaseError> {
    match (ours(text), theirs(text)) {
        (Ok(ours), Ok(theirs)) => prop_assert_eq!(ours, theirs, "{:?}", text),
        (Ok(_), Err(error)) => prop_assert!(false, "only quick-xml refuses {:?}: {}", text, error),
        (Err(expected), Ok(_)) => {
            let listed = left_out().any(|(left_out, _)| *left_out == expected);
            prop_assert!(listed, "only ours refuses {:?}: {}", text, expected);
        }
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

const PIECES: [&str; 58] = [
    "<",
    ">",
    "/",
    "a",
    "b",
    "=",
    "'",
    "\"",
    " ",
    "\n",
    "\r",
    "&",
    ";",
    "#",
    "x",
    "1",
    "-",
    "!",
    "?",
    "[",
    "]",
    "<!--",
    "-->",
    "--",
    "<![CDATA[",
    "]]>",
    "<?",
    "?>",
    "xml",
    " version='1.0'",
    " encoding=\"UTF-8\"",
    "<?xml version='1.0'?>",
    "<!DOCTYPE a",
    "<!DOCTYPE a [",
    "<!ENTITY b '",
    "]>",
    "amp",
    "&amp;",
    "&lt;",
    "&#10;",
    "&#1;",
    "&nbsp;",
    "é",
    "×",
    "\0",
    "\u{fffe}",
    "<a>",
    "</a>",
    "<a/>",
    "<b>",
    "</b>",
    "<a b='1'>",
    " b='2'",
    "<b a=\"x\" />",
    " c=3",
    "</a >",
    "<?p q?>",
    "<!---->",
];

fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..14)
        .prop_map(|pieces| pieces.concat())
}

/// Documents that are well-formed.
fn documents() -> impl Strategy<Value = String> {
    let content = prop::collection::vec(
        prop::sample::select(vec![
            "x",
            " ",
            "é",
            "&amp;",
            "&#65;",
            "<!-- - -->",
            "<?p q?>",
            "<![CDATA[ <]> ]]>",
            "<b/>",
            "<b c='1' d=\"'\"/>",
            "]]",
            "\n",
        ]),
        0..8,
    );
    let nested = content.prop_map(|pieces| pieces.concat()).prop_recursive(3, 20, 3, |inner| {
        (inner.clone(), inner)
            .prop_map(|(first, second)| format!("{first}<a b = 'x&lt;'>{second}</a >"))
    });
    let before = prop::sample::select(vec![
        "",
        "\n",
        "<?xml version='1.0'?>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n",
        "<!-- x -->",
        "<!DOCTYPE r>",
        "<!DOCTYPE r [<!ENTITY e ']>'> <!-- ' -->]>",
    ]);
    let after = prop::sample::select(vec!["", "\n", "<!---->", "<?p?> "]);
    (before, nested, after)
        .prop_map(|(before, nested, after)| format!("{before}<r>{nested}</r>{after}"))
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct(
            "tests/xml/oracle.proptest-regressions",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_pieces(text in pieces()) {
        compare(&text)?;
    }

    #[test]
    fn any_pieces_inside_an_element(text in pieces()) {
        compare(&format!("<a>{text}</a>"))?;
        compare(&format!("<a {text}/>"))?;
        compare(&format!("<?xml version='1.0'{text}?><a/>"))?;
    }

    #[test]
    fn a_document(text in documents()) {
        prop_assert!(ours(&text).is_ok(), "{:?} {:?}", text, ours(&text));
        compare(&text)?;
    }

    #[test]
    fn a_changed_document(text in documents(), at in any::<prop::sample::Index>(), piece in prop::sample::select(PIECES.to_vec()), replaced in 0..3_usize) {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let place = at.index(places.len());
        let end = places[(place + replaced).min(places.len() - 1)];
        compare(&format!("{}{piece}{}", &text[..places[place]], &text[end..]))?;
    }

    #[test]
    fn a_changed_example(at in 0..EXAMPLE.len(), c in any::<char>()) {
        compare(&format!("{}{c}{}", &EXAMPLE[..at], &EXAMPLE[at..]))?;
        compare(&format!("{}{c}{}", &EXAMPLE[..at], &EXAMPLE[at + 1..]))?;
    }

    /// Any text: spans are in order, inside the text and on its characters; cutting it keeps the
    /// events that stand before the cut.
    #[test]
    fn spans(text in prop_oneof![pieces(), documents(), ".{0,40}"]) {
        let read = read(&text);
        let mut last = 0;
        for event in &read.events {
            let span = event.span();
            prop_assert!(last <= span.start && text.get(span.clone()).is_some(), "{:?}", event);
            last = span.end;
        }
        for fault in read.faults() {
            prop_assert!(text.get(fault.span()).is_some(), "{:?}", fault);
        }
        let starts: Vec<usize> = read.passed.iter().map(|fault| fault.span().start).collect();
        prop_assert!(starts.is_sorted(), "{:?}", read.passed);
    }
}
