//! Names that stand twice: held against a naive search, and against inputs made to be slow.

use std::fmt::Write;
use std::ops::Range;

use faultbook_core::json::{Duplicate, Duplicates, Kind, Reader, pointer_push};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Reads to the end, which has to be a good one.
fn read(body: &str) -> Reader<'_> {
    let mut json = Reader::new(body.as_bytes());
    while json.next().unwrap_or_else(|fault| panic!("{fault}")).is_some() {}
    json
}

type Found = (Range<usize>, Range<usize>, String);

fn listed(duplicates: &Duplicates) -> Vec<Found> {
    let of = |one: &Duplicate| (one.name.clone(), one.first.clone(), one.pointer.clone().unwrap());
    duplicates.iter().map(of).collect()
}

/// Every name is compared to every earlier one of its object.
fn naive(body: &str) -> Vec<Found> {
    struct Open {
        names: Vec<(String, Range<usize>)>,
        pointer: String,
        index: Option<usize>,
    }
    let mut json = Reader::new(body.as_bytes());
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    while let Some(token) = json.next().unwrap() {
        if let Kind::ObjectEnd | Kind::ArrayEnd = token.kind {
            open.pop();
            continue;
        }
        let mut pointer = String::new();
        if let Some(parent) = open.last_mut() {
            pointer.clone_from(&parent.pointer);
            if let Some(index) = &mut parent.index {
                write!(pointer, "/{index}").unwrap();
                *index += 1;
            } else if let Kind::Name(name) = token.kind {
                let name = name.decode().into_owned();
                pointer_push(&mut pointer, &name);
                if let Some((_, first)) = parent.names.iter().find(|(other, _)| *other == name) {
                    found.push((token.span.clone(), first.clone(), pointer));
                }
                parent.names.push((name, token.span));
                continue;
            } else {
                pointer_push(&mut pointer, &parent.names.last().unwrap().0);
            }
        }
        match token.kind {
            Kind::ObjectStart => open.push(Open { names: Vec::new(), pointer, index: None }),
            Kind::ArrayStart => open.push(Open { names: Vec::new(), pointer, index: Some(0) }),
            _ => {}
        }
    }
    found
}

/// Few names, so that many stand twice; some spelt in two ways, some with the same length and the
/// same first, middle and last byte.
fn names() -> impl Strategy<Value = String> {
    const FEW: &[&str] = &[
        "",
        "a",
        "\\u0061",
        "b",
        "a/b",
        "a\\/b",
        "~",
        "\\n",
        "\\u000a",
        "\\u000A",
        "é",
        "\\u00e9",
        "𝄞",
        "\\ud834\\udd1e",
        "\\uD834\\uDD1E",
        "\\\"",
        "\\u0022",
        "axaxa",
        "ayaya",
        "axaya",
        "ayaxa",
        "aaaa",
        "\\u0061a\\u0061a",
        "aaa\\u0061",
        "code",
        "message",
    ];
    prop_oneof![prop::sample::select(FEW).prop_map(str::to_owned), "n[0-9]{1,2}", "z[0-9]0[0-9]z"]
}

fn documents() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("0".to_owned()),
        Just("\"a\"".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned())
    ];
    leaf.prop_recursive(5, 200, 40, |inner| {
        let members = prop::collection::vec((names(), inner.clone()), 0..40).prop_map(|members| {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
            format!("{{{}}}", members.join(","))
        });
        let items =
            prop::collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(", ")));
        prop_oneof![3 => members, 1 => items]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/proptest-regressions/json_duplicates.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_same_as_a_naive_search(body in documents(), limit in 0..200_usize) {
        let expected = naive(&body);
        let json = read(&body);
        prop_assert_eq!(json.duplicates().total(), expected.len());
        prop_assert_eq!(json.duplicates().is_empty(), expected.is_empty());
        prop_assert_eq!(&listed(json.duplicates())[..], &expected[..expected.len().min(100)]);

        // Skipping finds the same.
        let mut skipping = Reader::new(body.as_bytes()).with_duplicate_limit(limit);
        skipping.next().unwrap();
        skipping.skip_container().unwrap();
        prop_assert_eq!(skipping.duplicates().total(), expected.len());
        prop_assert_eq!(&listed(skipping.duplicates())[..], &expected[..expected.len().min(limit)]);
    }
}

#[test]
fn at_every_level_and_size() {
    for size in [1, 2, 15, 16, 17, 18, 40] {
        // The first, the last and a middle name again, at the end of an object of that size.
        for again in [0, size / 2, size - 1] {
            let mut body = String::from("[{\"x\":");
            let mut starts = Vec::new();
            body.push('{');
            for index in 0..size {
                starts.push(body.len());
                // Objects inside do not disturb the count.
                write!(body, "\"n{index:02}\":{{\"n00\":{{}}}},").unwrap();
            }
            let start = body.len();
            write!(body, "\"\\u006e{again:02}\":0}},\"n00\":1,\"y\":2}}]").unwrap();
            let expected =
                (start..start + 10, starts[again]..starts[again] + 5, format!("/0/x/n{again:02}"));
            assert_eq!(listed(read(&body).duplicates()), [expected]);
        }
    }
}

#[test]
fn the_third_one_is_counted_against_the_first() {
    let json = r#"{"a":0,"a":1,"\u0061":2}"#;
    let expected = [(7..10, 1..4, "/a".to_owned()), (13..21, 1..4, "/a".to_owned())];
    assert_eq!(listed(read(json).duplicates()), expected);
}

#[test]
fn a_name_is_no_duplicate_of_its_beginning() {
    for body in [
        r#"{"aba":0,"aba\"":1}"#,
        r#"{"":0,"\"":1,"\\":2}"#,
        r#"{"a\u0000":0,"a":1,"a\u0000\u0000":2}"#,
    ] {
        assert!(read(body).duplicates().is_empty(), "{body}");
    }
}

#[test]
fn at_most_a_hundred_are_kept() {
    let body = format!("{{{}\"a\":0}}", "\"a\":0,".repeat(1_000));
    let json = read(&body);
    assert_eq!(json.duplicates().total(), 1_000);
    assert_eq!(json.duplicates().iter().count(), Duplicates::DEFAULT_LIMIT);
    assert_eq!(json.duplicates().into_iter().count(), 100);
    assert_eq!(json.duplicates().iter().next().unwrap().name, 7..10);
}

#[test]
fn a_long_pointer_is_left_out() {
    let name = "a".repeat(5_000);
    let body = format!("{{\"{name}\":0,\"{name}\":1,\"b\":2,\"b\":3}}");
    let json = read(&body);
    let pointers: Vec<_> = json.duplicates().iter().map(|one| one.pointer.as_deref()).collect();
    assert_eq!(pointers, [None, Some("/b")]);
}

// What follows ends soon only if it takes linear time: with every name compared to every other it
// would be some 10^12 steps.

#[test]
fn a_million_names() {
    let mut body = String::from("{");
    for index in 0..1_000_000 {
        write!(body, "\"{index}\":0,").unwrap();
    }
    body.push_str("\"999999\":0}");
    assert_eq!(read(&body).duplicates().total(), 1);
}

/// The same length, the same first, middle and last byte.
#[test]
fn a_million_names_that_look_alike() {
    let mut body = String::from("{");
    for index in 0..1_000_000 {
        write!(body, "\"a{:03}a{:03}a\":0,", index / 1_000, index % 1_000).unwrap();
    }
    body.push_str("\"a000a007a\":0}");
    assert_eq!(read(&body).duplicates().total(), 1);
}

/// Long names that differ in a byte which no quick look sees, in many small objects.
#[test]
fn long_names_that_look_alike() {
    let long = "x".repeat(20_000);
    let object: Vec<_> = (10..25).map(|index| format!("\"{long}{index}{long}--\":0")).collect();
    let body = format!("[{}]", vec![format!("{{{}}}", object.join(",")); 100].join(","));
    assert!(body.len() > 50_000_000);
    assert!(read(&body).duplicates().is_empty());
}

/// Each of them has more names than are searched one by one, and most are open at the same time.
#[test]
fn many_large_objects() {
    let names: String =
        (0..20).fold(String::new(), |names, index| names + &format!("\"{index}\":0,"));
    let side_by_side = format!("[{}0]", format!("{{{names}\"0\":1}},").repeat(20_000));
    assert_eq!(read(&side_by_side).duplicates().total(), 20_000);
    let nested =
        format!("{}0{}", format!("{{{names}\"x\":").repeat(20_000), ",\"x\":1}".repeat(20_000));
    assert_eq!(read(&nested).duplicates().total(), 20_000);
    // One that is large and has a million small ones inside.
    let inside = format!("{{{names}\"x\":[{}{{}}],\"1\":0}}", "{\"1\":0},".repeat(1_000_000));
    let json = read(&inside);
    assert_eq!(json.duplicates().total(), 1);
}
