//! Writing, held against serde_json.

use faultbook_core::json::{Writer, pointer_push, write_string};
use faultbook_core::{FaultKind, Found};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use serde_json::Value;

fn written(text: &str) -> String {
    let mut out = String::from("before ");
    write_string(&mut out, text);
    out
}

/// Writes a value without recursion's help from the writer: its structure is the test's.
fn write(json: &mut Writer, value: &Value) {
    match value {
        Value::Null => drop(json.null()),
        Value::Bool(value) => drop(json.bool(*value)),
        Value::Number(number) => drop(json.number(&number.to_string()).unwrap()),
        Value::String(text) => drop(json.string(text)),
        Value::Array(items) => {
            json.begin_array();
            for item in items {
                write(json, item);
            }
            json.end();
        }
        Value::Object(members) => {
            json.begin_object();
            for (name, value) in members {
                if let Value::String(text) = value {
                    json.member(name, text);
                } else {
                    json.name(name);
                    write(json, value);
                }
            }
            json.end();
        }
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/proptest-regressions/json_write.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn strings_as_serde_json_writes_them(text in any::<String>()) {
        let expected = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(written(&text), format!("before {expected}"));
    }

    #[test]
    fn documents_as_serde_json_writes_them(value in values()) {
        let mut json = Writer::new();
        write(&mut json, &value);
        prop_assert_eq!(json.finish(), value.to_string());
    }

    #[test]
    fn numbers_are_checked(text in "-?[0-9]{0,2}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?[ x]?") {
        let mut json = Writer::new();
        let verdict = json.begin_array().number(&text).map(|_| ());
        // Of the grammar only: serde_json passes over white space.
        let accepted = !text.ends_with(' ')
            && serde_json::from_str::<Value>(&text).is_ok();
        prop_assert_eq!(verdict.is_ok(), accepted);
        let inside = if accepted { text.as_str() } else { "" };
        prop_assert_eq!(json.finish(), format!("[{inside}]"));
    }
}

#[test]
fn every_character_as_serde_json_writes_it() {
    for text in ('\0'..=char::MAX).map(String::from) {
        assert_eq!(written(&text), format!("before {}", serde_json::to_string(&text).unwrap()));
    }
}

#[test]
fn what_is_open_is_closed() {
    let mut json = Writer::new();
    json.end().begin_object().name("a").begin_array().null().begin_array();
    assert_eq!(json.finish(), r#"{"a":[null,[]]}"#);
    assert_eq!(Writer::new().finish(), "");
}

#[test]
fn a_wrong_number_is_a_fault_in_its_text() {
    for (text, span, found, expected) in [
        ("", 0..0, Found::End, "a digit"),
        ("01", 1..2, Found::Char('1'), "`.`, `e` or the end of the number"),
        ("1é", 1..3, Found::Char('é'), "the end of the number"),
        (" 1", 0..1, Found::Char(' '), "a digit"),
        ("1 ", 1..2, Found::Char(' '), "the end of the number"),
        ("1.", 2..2, Found::End, "a digit"),
    ] {
        let fault = Writer::new().number(text).unwrap_err();
        assert_eq!(
            (fault.kind(), fault.span(), fault.found(), fault.expected()),
            (FaultKind::Syntax, span, found, expected),
            "{text:?}"
        );
    }
}

#[test]
fn a_million_levels_are_written_and_closed() {
    let mut json = Writer::new();
    for _ in 0..1_000_000 {
        json.begin_object().name("e");
    }
    json.null();
    let text = json.finish();
    assert_eq!(text.len(), 5_000_000 + 4 + 1_000_000);
    assert!(text.starts_with(r#"{"e":{"e":"#) && text.contains(r#""e":null}}"#));
}

#[test]
fn pointer_steps_are_escaped() {
    let mut pointer = String::new();
    for name in ["", "a", "~", "/", "~1", "é/~"] {
        pointer_push(&mut pointer, name);
    }
    assert_eq!(pointer, "//a/~0/~1/~01/é~1~0");
}
