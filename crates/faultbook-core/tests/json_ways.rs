//! The two ways through a body, token by token and member by member, are one: the same tokens, the
//! same places, the same names that stand twice, and the same fault. So is every mixture of them.

use std::ops::Range;

use faultbook_core::Fault;
use faultbook_core::json::{Duplicate, Kind, Reader, Step};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence;

/// A value or a bracket, with the name before it.
#[derive(Debug, PartialEq)]
struct Event {
    name: Option<(String, Range<usize>)>,
    step: Step,
    /// As written.
    text: String,
    /// Whether it is a string with an escape, and what that is decoded.
    decoded: Option<(bool, String)>,
    span: Range<usize>,
    depth: usize,
    pointer: Option<String>,
    position: usize,
}

/// What was read, and the name before it.
type Advanced = Option<(Option<(String, Range<usize>)>, Step)>;

/// What reading came to.
#[derive(Debug, PartialEq)]
struct Read {
    events: Vec<Event>,
    fault: Option<Fault>,
    position: usize,
    pointer: Option<String>,
    duplicates: Vec<Duplicate>,
    total: usize,
}

fn read<'a>(body: &'a [u8], mut advance: impl FnMut(&mut Reader<'a>) -> Advanced) -> Read {
    let mut json = Reader::new(body);
    let mut events = Vec::new();
    while let Some((name, step)) = advance(&mut json) {
        let text = json.raw().to_owned();
        let decoded = (step == Step::String).then(|| {
            let text = json.text();
            (text.is_escaped(), text.decode().into_owned())
        });
        let (span, depth, pointer) = (json.span(), json.depth(), json.pointer());
        events.push(Event {
            name,
            step,
            text,
            decoded,
            span,
            depth,
            pointer,
            position: json.position(),
        });
    }
    Read {
        events,
        fault: json.fault().cloned(),
        position: json.position(),
        pointer: json.pointer(),
        duplicates: json.duplicates().iter().cloned().collect(),
        total: json.duplicates().total(),
    }
}

/// Token by token.
fn token(json: &mut Reader<'_>) -> Advanced {
    let mut token = json.next().ok()??;
    let mut name = None;
    if let Kind::Name(text) = token.kind {
        assert_eq!((json.name(), json.name_span()), (text, token.span.clone()));
        assert_eq!(json.name().is_escaped(), text.raw().contains('\\'));
        name = Some((text.decode().into_owned(), token.span));
        token = json.next().ok()??;
    }
    assert_eq!(json.span(), token.span);
    let step = match token.kind {
        Kind::ObjectStart => Step::ObjectStart,
        Kind::ObjectEnd => Step::ObjectEnd,
        Kind::ArrayStart => Step::ArrayStart,
        Kind::ArrayEnd => Step::ArrayEnd,
        Kind::Name(_) => panic!("two names: {token:?}"),
        Kind::String(text) => {
            assert_eq!(json.text(), text);
            Step::String
        }
        Kind::Number(_) => Step::Number,
        Kind::Bool(true) => Step::True,
        Kind::Bool(false) => Step::False,
        Kind::Null => Step::Null,
    };
    Some((name, step))
}

/// The way that looks for names, and the names.
const LISTED_WAY: u8 = 5;
const LISTED: [&str; 3] = ["a", "code", "sixteen bytes 16"];

/// Member by member, by one of the five names of that.
fn member(json: &mut Reader<'_>, way: u8) -> Advanced {
    let in_object = json.is_in_object();
    let mut listed = None;
    let step = match way {
        0 => json.advance(),
        1 => json.advance_member(),
        2 => json.advance_first(),
        3 => json.advance_last(),
        _ => {
            let (step, index) = json.advance_listed(&LISTED);
            listed = index;
            step
        }
    };
    if matches!(step, Step::End | Step::Failed) {
        return None;
    }
    let is_listed = LISTED.iter().position(|name| json.name() == *name);
    let has_name = in_object && step != Step::ObjectEnd;
    assert_eq!(listed, is_listed.filter(|_| way == LISTED_WAY && has_name));
    // The last two are for the ends of a body: they give a name by itself, as a string.
    let name = has_name.then(|| {
        let name = json.name();
        assert_eq!(name.is_escaped(), name.raw().contains('\\'));
        assert!(json.name_may_be(&name.decode()));
        (name.decode().into_owned(), json.name_span())
    });
    Some((name, step))
}

/// Whether the name of an event can be one of this length, in any case.
fn may_be_named(event: &Event, body: &[u8], known: &str) -> bool {
    event.name.as_ref().is_some_and(|(_, span)| {
        span.len() == known.len() + 2 || body[span.clone()].contains(&b'\\')
    })
}

/// Holds reading on to a name, down to each depth, against the tokens.
fn compare_to_name(body: &[u8], tokens: &Read, known: &str, outside: usize) {
    let shown = String::from_utf8_lossy(body);
    let is_given = |event: &&Event| {
        let is_end = matches!(event.step, Step::ObjectEnd | Step::ArrayEnd);
        (is_end && event.depth <= outside) || may_be_named(event, body, known)
    };
    let mut expected = tokens.events.iter().filter(is_given);
    let mut json = Reader::new(body);
    loop {
        let step = json.advance_to(known, outside);
        if matches!(step, Step::End | Step::Failed) {
            break;
        }
        let event = expected.next().expect("one of the tokens");
        let is = (step, json.span(), json.position(), json.depth(), json.pointer());
        let Event { span, position, depth, pointer, .. } = event;
        assert_eq!(is, (event.step, span.clone(), *position, *depth, pointer.clone()), "{shown}");
    }
    assert_eq!(expected.next(), None, "{shown}");
    let is = (json.fault(), json.position(), json.duplicates().total());
    assert_eq!(is, (tokens.fault.as_ref(), tokens.position, tokens.total), "{shown}");
    assert!(json.duplicates().iter().eq(&tokens.duplicates), "{shown}");
}

/// Holds every way through `body` against the tokens.
fn compare(body: &[u8], ways: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    let tokens = read(body, token);
    assert_eq!(read(body, |json| member(json, 0)), tokens, "{shown}");
    assert_eq!(read(body, |json| member(json, 1)), tokens, "{shown}");
    assert_eq!(read(body, |json| member(json, LISTED_WAY)), tokens, "{shown}");
    compare_to_name(body, &tokens, "code", 0);
    compare_to_name(body, &tokens, "b", 2);
    let mut at = 0;
    let mixed = read(body, |json| {
        let way = ways.get(at % ways.len().max(1)).copied().unwrap_or(0);
        at += 1;
        match way {
            2 | 3 if json.is_in_object() => member(json, 0),
            4 => token(json),
            _ => member(json, way),
        }
    });
    assert_eq!(mixed, tokens, "{shown}");
    // What is skipped is read all the same.
    let mut json = Reader::new(body);
    while !matches!(json.advance(), Step::End | Step::Failed) {
        let _ = json.skip_container();
    }
    assert_eq!(json.fault(), tokens.fault.as_ref(), "{shown}");
    assert_eq!((json.position(), json.duplicates().total()), (tokens.position, tokens.total));
    assert!(json.duplicates().iter().eq(&tokens.duplicates), "{shown}");
}

fn space() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "",
        "",
        " ",
        "  ",
        "\n",
        "\n    ",
        "\n        ",
        "\r\n\t",
        " \n            ",
    ])
}

fn string() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        r#""""#,
        r#""a""#,
        r#""b""#,
        r#""\u0061""#,
        r#""code""#,
        r#""c\u006fde""#,
        r#""seven77""#,
        r#""eight888""#,
        r#""nine99999""#,
        r#""nine9999\u0039""#,
        r#""sixteen bytes 16""#,
        r#""a text of more than sixteen bytes, for three words""#,
        r#""äöü €""#,
        r#""\"\\\/\ud834\udd1e""#,
    ])
}

fn document() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        3 => string().prop_map(str::to_owned),
        1 => prop::sample::select(vec!["0", "-1.5e+3", "true", "false", "null"])
            .prop_map(str::to_owned),
    ];
    let value = scalar.prop_recursive(20, 120, 6, |inner| {
        let item = (space(), inner.clone(), space());
        let item =
            item.prop_map(|(before, value, behind)| format!("{before}{value}{behind}")).boxed();
        let member = (space(), string(), space(), item.clone())
            .prop_map(|(before, name, behind, item)| format!("{before}{name}{behind}:{item}"));
        prop_oneof![
            (prop::collection::vec(item, 0..5), space())
                .prop_map(|(items, space)| format!("[{space}{}]", items.join(","))),
            (prop::collection::vec(member, 0..40), space())
                .prop_map(|(members, space)| format!("{{{space}{}}}", members.join(","))),
        ]
    });
    (space(), value, space()).prop_map(|(before, value, behind)| format!("{before}{value}{behind}"))
}

fn ways() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(0..=LISTED_WAY, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/proptest-regressions/json_ways.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn of_documents(document in document(), ways in ways()) {
        compare(document.as_bytes(), &ways);
        prop_assert_eq!(read(document.as_bytes(), token).fault, None);
    }

    #[test]
    fn of_documents_that_are_cut(document in document(), at: Index, ways in ways()) {
        compare(&document.as_bytes()[..at.index(document.len() + 1)], &ways);
    }

    #[test]
    fn of_documents_with_another_byte(
        document in document(),
        at: Index,
        byte in prop::sample::select(b"\"\\{}[]:, \n\x00\x1F\xFFa0".as_slice()),
        ways in ways(),
    ) {
        let mut body = document.into_bytes();
        let at = at.index(body.len());
        body[at] = byte;
        compare(&body, &ways);
    }
}

#[test]
fn of_deep_ones() {
    for depth in [14, 15, 16, 17, 18, 63, 64, 65, 130, 2047, 2048, 2049, 2100] {
        let open = "{\"a\":1,\"b\":[".repeat(depth / 2);
        let close = "],\"a\":2,\"b\":3}".repeat(depth / 2);
        let odd = if depth % 2 == 1 { ["[", "]"] } else { ["", ""] };
        let body = format!("{}{open}0{close}{}", odd[0], odd[1]);
        compare(body.as_bytes(), &[0, 4, 1]);
        assert_eq!(read(body.as_bytes(), token).total, depth / 2 * 2, "{depth}");
    }
}
