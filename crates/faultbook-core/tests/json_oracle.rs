//! The reader held against serde_json: the same verdict on every input, the same values, and
//! faults exactly where serde_json shows that the text stops being the beginning of a document.
//!
//! The verdicts may differ in three ways only; `the_exceptions` shows each of them:
//! - serde_json refuses 128 levels (the generated bodies stay below that);
//! - it refuses a byte order mark (it is given what follows the mark);
//! - it refuses a number that no `f64` can hold (it is given the exponent 0 instead).
//!
//! Of a name that stands twice it keeps the last value. That is no difference in the verdict.

use faultbook_core::json::{Kind, Reader};
use faultbook_core::{Fault, FaultKind, Found};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::FileFailurePersistence;
use serde_json::{Map, Value};

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads to the end; gives the spans of the numbers on the way.
fn read(body: &[u8]) -> (Result<(), Fault>, Vec<std::ops::Range<usize>>) {
    let mut json = Reader::new(body);
    let mut numbers = Vec::new();
    loop {
        match json.next() {
            Ok(Some(token)) => {
                if let Kind::Number(_) = token.kind {
                    numbers.push(token.span);
                }
            }
            Ok(None) => return (Ok(()), numbers),
            Err(fault) => return (Err(fault), numbers),
        }
    }
}

/// Two of the three exceptions taken out of `body`: the mark removed, and every number that is
/// out of serde_json's range given the exponent 0.
fn adapted(body: &[u8], numbers: &[std::ops::Range<usize>]) -> Vec<u8> {
    let mut adapted = body.to_vec();
    for number in numbers {
        let number = &mut adapted[number.clone()];
        if serde_json::from_slice::<Value>(number).is_err() {
            let e = number.iter().position(|byte| b"eE".contains(byte)).unwrap();
            number[e..]
                .iter_mut()
                .filter(|byte| byte.is_ascii_digit())
                .for_each(|digit| *digit = b'0');
        }
    }
    adapted.strip_prefix(MARK).map(<[u8]>::to_vec).unwrap_or(adapted)
}

/// Whether something could follow `text` that makes it a document.
fn viable(text: &[u8]) -> bool {
    serde_json::from_slice::<Value>(text).map_or_else(|error| error.is_eof(), |_| true)
}

/// What a fault's phrase names, as beginnings of it.
fn alternatives(expected: &str) -> &'static [&'static str] {
    match expected {
        "a value" => &["\"", "{", "[", "-", "0", "1", "9", "t", "f", "n"],
        "a value or `]`" => &["\"", "{", "[", "-", "0", "1", "9", "t", "f", "n", "]"],
        "a member name" => &["\""],
        "a member name or `}`" => &["\"", "}"],
        "`:`" => &[":"],
        "`,` or `]`" => &[",", "]"],
        "`,` or `}`" => &[",", "}"],
        "a digit" => &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        "a digit, `+` or `-`" => &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "-"],
        "`.`, `e` or the end of the number" => &[".", "e", "E"],
        "a character from U+0020 on, an escape or `\"`" => {
            &[" ", "a", "]", "~", "\x7F", "\\", "\""]
        }
        "one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u`" => {
            &["\"", "\\", "/", "b", "f", "n", "r", "t", "u"]
        }
        "`true`"
        | "`false`"
        | "`null`"
        | "the low half of a surrogate pair"
        | "four hexadecimal digits"
        | "a character or the high half of a surrogate pair"
        | "the end of the document"
        | "text in UTF-8" => &[],
        _ => panic!("a phrase that this test does not know: {expected}"),
    }
}

/// Holds the reader's verdict against serde_json's, and the fault against what serde_json says of
/// the text before it and of the text up to its end.
fn compare(body: &[u8]) {
    let shown = String::from_utf8_lossy(body);
    let (verdict, numbers) = read(body);
    let offset = if body.starts_with(MARK) { MARK.len() } else { 0 };
    let body = adapted(body, &numbers);
    let oracle = serde_json::from_slice::<Value>(&body);
    let fault = match verdict {
        Ok(()) => {
            assert!(oracle.is_ok(), "only we accept {shown:?}: {oracle:?}");
            return;
        }
        Err(fault) => fault,
    };
    assert!(oracle.is_err(), "only we refuse {shown:?}: {fault}");

    let (start, end) = (fault.span().start - offset, fault.span().end - offset);
    assert!(start <= end && end <= body.len(), "{shown:?}: {fault:?}");
    let (before, with) = (&body[..start], &body[..end]);
    assert_eq!(fault.found() == Found::End, start == body.len(), "{shown:?}: {fault:?}");
    match fault.kind() {
        FaultKind::Encoding => {
            let error = std::str::from_utf8(&body).unwrap_err();
            assert_eq!(start, error.valid_up_to(), "{shown:?}: {fault:?}");
            assert_eq!(end - start, error.error_len().unwrap_or(body.len() - start));
            assert!(viable(before), "{shown:?}: {fault:?}");
        }
        FaultKind::TrailingContent => {
            assert!(serde_json::from_slice::<Value>(before).is_ok(), "{shown:?}: {fault:?}");
            assert!(body[end..].iter().all(|byte| b" \t\r\n".contains(byte)));
            assert_ne!(start, end);
            assert!(!b" \t\r\n".contains(&body[start]) && !b" \t\r\n".contains(&body[end - 1]));
        }
        _ => {
            assert!(viable(before), "{shown:?}: {fault:?}");
            assert_eq!(
                fault.kind() == FaultKind::Empty,
                before.trim_ascii().is_empty() && start == end
            );
            if start == end {
                assert_eq!(start, body.len());
            } else {
                // serde_json looks at four digits at once.
                let padding =
                    if fault.expected() == "four hexadecimal digits" { "0000" } else { "" };
                assert!(!viable(&[with, padding.as_bytes()].concat()), "{shown:?}: {fault:?}");
            }
        }
    }

    // Of the 128 characters of ASCII those can stand there that the phrase names, and white space
    // between tokens. A number, a literal or an escape may also go on.
    let named = alternatives(fault.expected());
    for first in named {
        assert!(
            viable(&[before, first.as_bytes()].concat()),
            "{shown:?}: {fault:?} but not {first}"
        );
    }
    let goes_on = before.last().is_some_and(|byte| b"0123456789.eE+-".contains(byte));
    if !named.is_empty() && !named.contains(&"a") && !goes_on {
        let space = !fault.expected().contains("digit") && !fault.expected().starts_with("one of");
        for c in (0..128_u8).map(|byte| char::from(byte).to_string()) {
            let is_named = named.contains(&c.as_str())
                || (space && [" ", "\t", "\r", "\n"].contains(&c.as_str()))
                || (named.contains(&"9") && c.chars().all(|c| c.is_ascii_digit()));
            assert_eq!(
                viable(&[before, c.as_bytes()].concat()),
                is_named,
                "{shown:?}: {fault:?} {c:?}"
            );
        }
    }
}

#[test]
fn the_exceptions() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for (body, accepted) in [
        (nested(127).into_bytes(), true),
        (nested(128).into_bytes(), false),
        ([MARK, b"1"].concat(), false),
        (b"1e308".to_vec(), true),
        (b"1e309".to_vec(), false),
        (b"-1e309".to_vec(), false),
        (b"{\"a\":1,\"a\":2}".to_vec(), true),
    ] {
        let oracle = serde_json::from_slice::<Value>(&body);
        assert_eq!(oracle.is_ok(), accepted, "{oracle:?}");
        assert_eq!(read(&body).0, Ok(()));
    }
}

#[test]
fn every_two_units_as_escapes() {
    let units = [
        0x0000, 0x0022, 0x0041, 0x00FF, 0x0800, 0xD7FF, 0xD800, 0xD801, 0xDAAA, 0xDBFE, 0xDBFF,
        0xDC00, 0xDC01, 0xDDDD, 0xDFFE, 0xDFFF, 0xE000, 0xFEFF, 0xFFFF,
    ];
    for a in 0..=0xFFFF_u32 {
        compare_text(&format!("\"\\u{a:04x}\""));
    }
    for a in units {
        for b in units {
            compare_text(&format!("\"\\u{a:04x}\\u{b:04X}\""));
            compare_text(&format!("\"\\u{a:04X}\\u{b:04x}\\u{a:04x}\\u{b:04x}\""));
            compare_text(&format!("\"-\\u{a:04X}-\\u{b:04x}-\""));
        }
    }
}

/// The same verdict, and the same text.
fn compare_text(body: &str) {
    compare(body.as_bytes());
    let Ok(oracle) = serde_json::from_str::<String>(body) else { return };
    let token = Reader::new(body.as_bytes()).next().unwrap().unwrap();
    let Kind::String(text) = token.kind else { panic!("{body}") };
    assert_eq!(text.decode(), oracle);
    assert!(text == *oracle && text.chars().eq(oracle.chars()), "{body}");
    assert!(
        text != *format!("{oracle}x") && text.eq_ignore_ascii_case(&oracle.to_ascii_uppercase())
    );
}

/// A UTF-16 unit as an escape.
fn escape(unit: u32, upper: bool) -> String {
    if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") }
}

/// Every pair of surrogates, decoded.
#[test]
fn every_surrogate_pair() {
    let mut body = String::from("\"");
    let mut expected = String::new();
    for c in '\u{10000}'..=char::MAX {
        let mut units = [0; 2];
        c.encode_utf16(&mut units);
        body += &escape(units[0].into(), false);
        body += &escape(units[1].into(), true);
        expected.push(c);
    }
    body.push('"');
    let token = Reader::new(body.as_bytes()).next().unwrap().unwrap();
    let Kind::String(text) = token.kind else { panic!() };
    assert!(text.decode() == expected);
}

const MARKS: &[&str] = &["{", "}", "[", "]", ",", ":", "\"", " ", "\\", "u", "\n"];

const PARTS: &[&str] = &[
    "0", "1", "9", "-", "+", ".", "e", "E", "true", "false", "null", "tru", "nul", "\"a\":",
    "\"\":", "\"b\"", "1e999", "-0.5", "\\\"", "\\\\", "\\n", "\\/", "\\q", "\u{1}", "\t", "é",
    "𝄞", "\u{FEFF}", "\u{2028}",
];

const UNITS: &[&str] = &[
    "\\u0041",
    "\\ud834",
    "\\udd1e",
    "\\uD834\\uDD1E",
    "\\uDBFF\\uDFFF",
    "\\u00",
    "d834",
    "\\ud8",
    "\"\\ud834\\udd1e\"",
];

const NO_TEXT: &[&[u8]] = &[b"\xED\xA0\x80", b"\xF0\x9D", b"\xC3", b"\x80", b"\xFF"];

/// Pieces of JSON, of what is nearly JSON, and of what is no text.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let of = |list: &'static [&'static str]| {
        prop::sample::select(list).prop_map(|piece| piece.as_bytes().to_vec())
    };
    let piece = prop_oneof![
        60 => of(MARKS),
        30 => of(PARTS),
        15 => of(UNITS),
        4 => any::<u8>().prop_map(|byte| vec![byte]),
        4 => prop::sample::select(NO_TEXT).prop_map(<[u8]>::to_vec),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

const CHARACTERS: &[char] = &[
    '"',
    '\\',
    '/',
    '~',
    '\0',
    '\u{8}',
    '\t',
    '\n',
    '\u{C}',
    '\r',
    '\x1F',
    '\x7F',
    '\u{D7FF}',
    '\u{E000}',
    '\u{FFFF}',
    '\u{10000}',
    '\u{10FFFF}',
];

/// Texts in which escapes and the edges of UTF-8's and UTF-16's ranges are frequent.
fn texts() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => prop::char::range(' ', '~'),
        1 => any::<char>(),
        2 => prop::sample::select(CHARACTERS),
    ];
    prop::collection::vec(c, 0..20).prop_map(String::from_iter)
}

fn numbers() -> impl Strategy<Value = String> {
    "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?"
}

/// A value before it is printed.
#[derive(Debug, Clone)]
enum Tree {
    Word(&'static str),
    Number(String),
    Text(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

fn trees() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["true", "false", "null"]).prop_map(Tree::Word),
        numbers().prop_map(Tree::Number),
        texts().prop_map(Tree::Text),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::Array),
            prop::collection::btree_map(texts(), inner, 0..5)
                .prop_map(|members| Tree::Object(members.into_iter().collect())),
        ]
    })
}

/// Prints a value with white space and escapes chosen by `choices`, over and over.
struct Printer<'c> {
    out: String,
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
}

impl Printer<'_> {
    fn choice(&mut self) -> u8 {
        self.choices.next().copied().unwrap_or(0)
    }

    fn space(&mut self) {
        let choice = self.choice() % 8;
        self.out += ["", "", "", " ", "\n", "\t", "\r\n", "  "][usize::from(choice)];
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let short = match c {
                '"' => Some("\\\""),
                '\\' => Some("\\\\"),
                '/' => Some("\\/"),
                '\u{8}' => Some("\\b"),
                '\u{C}' => Some("\\f"),
                '\n' => Some("\\n"),
                '\r' => Some("\\r"),
                '\t' => Some("\\t"),
                _ => None,
            };
            let must = matches!(c, '"' | '\\' | '\0'..='\x1F');
            match (self.choice() % 6, short) {
                (0..=2, _) if !must => self.out.push(c),
                (0..=3, Some(short)) => self.out += short,
                (choice, _) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        self.out += &escape((*unit).into(), choice % 2 == 1);
                    }
                }
            }
        }
        self.out.push('"');
    }

    fn print(&mut self, tree: &Tree) {
        self.space();
        match tree {
            Tree::Word(text) => self.out += text,
            Tree::Number(text) => self.out += text,
            Tree::Text(text) => self.text(text),
            Tree::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.out += if index > 0 { "," } else { "" };
                    self.print(item);
                }
                self.space();
                self.out.push(']');
            }
            Tree::Object(members) => {
                self.out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    self.out += if index > 0 { "," } else { "" };
                    self.space();
                    self.text(name);
                    self.space();
                    self.out.push(':');
                    self.print(value);
                }
                self.space();
                self.out.push('}');
            }
        }
        self.space();
    }
}

fn documents() -> impl Strategy<Value = String> {
    (trees(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(tree, choices)| {
        let mut printer = Printer { out: String::new(), choices: choices.iter().cycle() };
        printer.print(&tree);
        printer.out
    })
}

/// What can be done to one byte of a document.
#[derive(Debug, Clone)]
enum Change {
    Replace(u8),
    Insert(u8),
    Remove,
    Cut,
    Swap,
}

fn changes() -> impl Strategy<Value = Change> {
    let byte =
        || prop_oneof![any::<u8>(), prop::sample::select(b"{}[]:,\"\\u0123deE+-. \ntfn".to_vec())];
    prop_oneof![
        byte().prop_map(Change::Replace),
        byte().prop_map(Change::Insert),
        Just(Change::Remove),
        Just(Change::Cut),
        Just(Change::Swap),
    ]
}

/// A container that is being rebuilt.
struct Open {
    value: Value,
    start: usize,
    pointer: String,
    name: String,
}

/// Rebuilds the value from the tokens. On the way each token is held against the oracle's value of
/// the whole document, by its pointer, and against the oracle's reading of its span alone.
fn rebuild(body: &str, whole: &Value) -> Value {
    let mut json = Reader::new(body.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    while let Some(token) = json.next().unwrap() {
        let pointer = json.pointer().unwrap();
        let at = whole.pointer(&pointer).unwrap_or_else(|| panic!("no {pointer:?} in {body:?}"));
        let written = &body[token.span.clone()];
        let start = token.span.start;
        let value = match token.kind {
            Kind::ObjectStart | Kind::ArrayStart => {
                let value = if token.kind == Kind::ObjectStart {
                    Value::Object(Map::new())
                } else {
                    Value::Array(Vec::new())
                };
                assert_eq!(at.is_object(), value.is_object());
                let mut skipping = json.clone();
                let span = skipping.skip_container().unwrap();
                assert_eq!(span.start, start);
                assert_eq!(&serde_json::from_str::<Value>(&body[span]).unwrap(), at);
                assert_eq!(skipping.pointer().as_ref(), Some(&pointer));
                open.push(Open { value, start, pointer, name: String::new() });
                assert_eq!(json.depth(), open.len());
                continue;
            }
            Kind::Name(name) => {
                open.last_mut().unwrap().name = name.decode().into_owned();
                assert_eq!(serde_json::from_str::<String>(written).unwrap(), name.decode());
                continue;
            }
            Kind::ObjectEnd | Kind::ArrayEnd => {
                let closed = open.pop().unwrap();
                assert_eq!(closed.value.is_object(), token.kind == Kind::ObjectEnd);
                assert_eq!(closed.pointer, pointer);
                assert_eq!(
                    serde_json::from_str::<Value>(&body[closed.start..token.span.end]).unwrap(),
                    closed.value
                );
                closed.value
            }
            Kind::String(text) => Value::from(text.decode()),
            Kind::Number(text) => {
                assert_eq!(text, written);
                serde_json::from_str(text).unwrap()
            }
            Kind::Bool(value) => Value::from(value),
            Kind::Null => Value::Null,
        };
        assert_eq!(json.depth(), open.len());
        assert_eq!(&value, at);
        if !matches!(token.kind, Kind::ObjectEnd | Kind::ArrayEnd) {
            assert_eq!(serde_json::from_str::<Value>(written).unwrap(), value);
        }
        match open.last_mut() {
            None => root = Some(value),
            Some(Open { value: Value::Array(items), .. }) => items.push(value),
            Some(Open { value: Value::Object(members), name, .. }) => {
                assert_eq!(members.insert(std::mem::take(name), value), None);
            }
            Some(_) => unreachable!("only containers are opened"),
        }
    }
    root.unwrap()
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/proptest-regressions/json_oracle.txt",
        ))),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes(body in prop::collection::vec(any::<u8>(), 0..64)) {
        compare(&body);
    }

    #[test]
    fn pieces_of_json(body in pieces()) {
        compare(&body);
        compare(&[b"\"", &body[..], b"\""].concat());
        compare(&[b"[\"\", ", &body[..], b"]"].concat());
        compare(&[MARK, b"{\"\": ", &body[..], b"}"].concat());
    }

    #[test]
    fn units(
        units in prop::collection::vec((0xD000..0xE100_u32, any::<bool>(), "[x\\\\n]?"), 0..6),
    ) {
        let mut body = String::from("\"");
        for (unit, upper, between) in &units {
            body += &escape(*unit, *upper);
            body += between;
        }
        body.push('"');
        compare_text(&body);
    }

    #[test]
    fn documents_are_read_as_the_oracle_reads_them(body in documents()) {
        compare(body.as_bytes());
        let whole: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(rebuild(&body, &whole), whole);
    }

    #[test]
    fn one_change(body in documents(), place in any::<Index>(), change in changes()) {
        let mut body = body.into_bytes();
        let at = place.index(body.len());
        match change {
            Change::Replace(byte) => body[at] = byte,
            Change::Insert(byte) => body.insert(at, byte),
            Change::Remove => drop(body.remove(at)),
            Change::Cut => body.truncate(at),
            Change::Swap => {
                let last = body.len() - 1;
                body.swap(at, (at + 1).min(last));
            }
        }
        compare(&body);
    }

    /// Every beginning of a document is a document or ends too early, and says so.
    #[test]
    fn beginnings(body in documents()) {
        let body = body.as_bytes();
        for length in 0..=body.len() {
            let body = &body[..length];
            let verdict = read(body).0;
            let Err(fault) = verdict else {
                prop_assert!(serde_json::from_slice::<Value>(body).is_ok());
                continue;
            };
            prop_assert_eq!(fault.span().end, length);
            match std::str::from_utf8(body) {
                Ok(_) => {
                    prop_assert_eq!(fault.found(), Found::End);
                    prop_assert_eq!(fault.span().start, length);
                    let empty = body.trim_ascii().is_empty();
                    let kind = if empty { FaultKind::Empty } else { FaultKind::Syntax };
                    prop_assert_eq!(fault.kind(), kind);
                }
                Err(error) => {
                    prop_assert_eq!(fault.kind(), FaultKind::Encoding);
                    prop_assert_eq!(fault.span().start, error.valid_up_to());
                    prop_assert_eq!(fault.found(), Found::Byte(body[error.valid_up_to()]));
                }
            }
        }
    }
}
