//! What changed in the examples.

use std::collections::{BTreeSet, HashMap};

use faultbook_core::common::Syntax;
use serde_json::Value;

use super::align::{Aligned, align};
use super::rules::{
    EXAMPLE_ADDED, EXAMPLE_CODE_CHANGED, EXAMPLE_HEADING_CHANGED, EXAMPLE_MOVED, EXAMPLE_READABLE,
    EXAMPLE_REMOVED, EXAMPLE_SHAPE_CHANGED, EXAMPLE_UNREADABLE, EXAMPLE_VALUE_CHANGED,
    EXAMPLES_SWAPPED,
};
use super::{Change, Sides, moves, part_gone};
use crate::facts::{Example, ExampleError, Part};

pub(super) fn compare(sides: &Sides<'_>, renamed: &[(String, String)], changes: &mut Vec<Change>) {
    let (old, new) = (sides.old.examples.as_slice(), sides.new.examples.as_slice());
    let first = old.first().map(|example| &example.origin);
    if part_gone(Part::Examples, "examples", (old.len(), new.len()), first, changes) {
        return;
    }
    let aligned = pair(old, new);
    let in_order: Vec<_> = aligned.both.clone();
    for &at in &aligned.removed {
        let Some(example) = old.get(at) else { continue };
        let anchor = aligned.before(at).and_then(|to| new.get(to)).or(new.first());
        changes.push(
            Change::new(&EXAMPLE_REMOVED, Part::Examples, subject(example))
                .values(shown(example), None)
                .places(Some(&example.origin), anchor.map(|example| &example.origin)),
        );
    }
    for &to in &aligned.added {
        let Some(example) = new.get(to) else { continue };
        changes.push(
            Change::new(&EXAMPLE_ADDED, Part::Examples, subject(example))
                .values(None, shown(example))
                .places(None, Some(&example.origin)),
        );
    }
    let pairs: Vec<_> =
        aligned.both.iter().filter_map(|&(at, to)| Some((old.get(at)?, new.get(to)?))).collect();
    let swapped = swaps(&pairs);
    for (index, (before, after)) in pairs.iter().enumerate() {
        if let Some((other, is_first)) = swapped.get(&index) {
            if *is_first {
                let other = pairs.get(*other).map(|pair| pair.0);
                let both = |example: &Example| codes(example).join(", ");
                let list = |one: String, two: Option<String>| {
                    format!("{one} and {}", two.unwrap_or_default())
                };
                changes.push(change(&EXAMPLES_SWAPPED, before, after).values(
                    list(both(before), other.map(both)),
                    list(both(after), other.map(|_| both(before))),
                ));
            }
            continue;
        }
        heading(before, after, renamed, changes);
        contents(before, after, renamed, changes);
    }
    let named = |row: &'_ Example| subject(row);
    moves(
        &EXAMPLE_MOVED,
        Part::Examples,
        &in_order,
        |at| old.get(at).map(|row| (named(row), &row.origin)),
        |to| new.get(to).map(|row| (named(row), &row.origin)),
        changes,
    );
}

fn change(rule: &'static faultbook_core::Rule, before: &Example, after: &Example) -> Change {
    Change::new(rule, Part::Examples, subject(before))
        .places(Some(&before.origin), Some(&after.origin))
}

/// Which example is which: the same one; that under the same heading in the same syntax; that with
/// the same values or the same codes; what is left, by its place.
fn pair(old: &[Example], new: &[Example]) -> Aligned {
    let whole = |example: &Example| {
        let heading = example.heading.as_ref().map(|heading| (&heading.code, &heading.name));
        format!("{:?} {heading:?} {:?}", example.syntax, errors(example))
    };
    let mut aligned = align(
        &old.iter().map(whole).collect::<Vec<_>>(),
        &new.iter().map(whole).collect::<Vec<_>>(),
    );
    let by = |aligned: &mut Aligned, key: &dyn Fn(&Example) -> Option<String>| {
        aligned.pair_by(|at| old.get(at).and_then(key), |to| new.get(to).and_then(key));
    };
    by(&mut aligned, &|example| {
        let heading = example.heading.as_ref()?;
        Some(format!("{:?} {}", example.syntax, heading.code))
    });
    by(&mut aligned, &|example| {
        let values: Vec<_> = example.errors.iter().map(without_codes).collect();
        let is_telling = !values.is_empty();
        is_telling.then(|| format!("{:?} {values:?}", example.syntax))
    });
    by(&mut aligned, &|example| {
        let codes = codes(example);
        (!codes.is_empty()).then(|| format!("{:?} {codes:?}", example.syntax))
    });
    aligned.pair_in_place((old.len(), new.len()), |at, to| {
        // A broken example in the place of one is that one; two different errors are not, unless
        // there is no other example.
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { return false };
        let is_only = old.len() == 1 && new.len() == 1;
        let same_first = codes(before).first() == codes(after).first();
        before.syntax == after.syntax && (is_only || same_first)
            || before.errors.is_empty()
            || after.errors.is_empty()
    });
    aligned
}

/// Of pairs, those of which one has the code of the other, and else all is as it was: each with the
/// other, and whether it is the first of the two.
fn swaps(pairs: &[(&Example, &Example)]) -> HashMap<usize, (usize, bool)> {
    let mut waiting: HashMap<(String, String), Vec<usize>> = HashMap::new();
    let mut swapped = HashMap::new();
    for (index, (before, after)) in pairs.iter().enumerate() {
        let (was, is) = (codes(before), codes(after));
        let values =
            |example: &Example| example.errors.iter().map(without_codes).collect::<Vec<_>>();
        let only_codes = was != is && !was.is_empty() && values(before) == values(after);
        let same_heading = before.heading.as_ref().map(|heading| (&heading.code, &heading.name))
            == after.heading.as_ref().map(|heading| (&heading.code, &heading.name));
        if !only_codes || !same_heading {
            continue;
        }
        let (was, is) = (was.join(" "), is.join(" "));
        match waiting.get_mut(&(is.clone(), was.clone())).and_then(Vec::pop) {
            Some(other) => {
                swapped.insert(other, (index, true));
                swapped.insert(index, (other, false));
            }
            None => waiting.entry((was, is)).or_default().push(index),
        }
    }
    swapped
}

fn heading(
    before: &Example,
    after: &Example,
    renamed: &[(String, String)],
    changes: &mut Vec<Change>,
) {
    let said = |example: &Example| {
        example.heading.as_ref().map(|heading| match &heading.name {
            Some(name) => format!("{} {name}", heading.code),
            None => heading.code.clone(),
        })
    };
    let same_name = before.heading.as_ref().map(|heading| &heading.name)
        == after.heading.as_ref().map(|heading| &heading.name);
    let follows = match (&before.heading, &after.heading) {
        (Some(was), Some(is)) => follows(&was.code, &is.code, renamed),
        _ => false,
    };
    if said(before) == said(after) || same_name && follows {
        return;
    }
    let mut found =
        change(&EXAMPLE_HEADING_CHANGED, before, after).values(said(before), said(after));
    if let Some(heading) = &after.heading {
        found.new = Some(heading.origin.clone());
    }
    changes.push(found);
}

/// What was read out of the two.
fn contents(
    before: &Example,
    after: &Example,
    renamed: &[(String, String)],
    changes: &mut Vec<Change>,
) {
    let (was, is) = (codes(before), codes(after));
    let (was_read, is_read) = (can_be_read(before), can_be_read(after));
    if was_read != is_read {
        let rule = if is_read { &EXAMPLE_READABLE } else { &EXAMPLE_UNREADABLE };
        let said = |is_read, codes: &[String]| {
            Some(if is_read { codes.join(", ") } else { "no error".to_owned() })
        };
        changes.push(change(rule, before, after).values(said(was_read, &was), said(is_read, &is)));
        return;
    }
    if !was_read {
        return;
    }
    let is_followed = was.len() == is.len()
        && was.iter().zip(&is).all(|(was, is)| was == is || follows(was, is, renamed));
    if !is_followed {
        changes.push(
            change(&EXAMPLE_CODE_CHANGED, before, after).values(was.join(", "), is.join(", ")),
        );
    }
    let values = |example: &Example| example.errors.iter().map(without_codes).collect::<Vec<_>>();
    let (was, is) = (values(before), values(after));
    let (old, new) = (shape(before), shape(after));
    if old != new {
        let less = |list: &BTreeSet<String>, other: &BTreeSet<String>| {
            let only: Vec<&str> = list.difference(other).map(String::as_str).collect();
            (!only.is_empty()).then(|| only.join(", "))
        };
        // What both have is said by neither.
        let said = |only: Option<String>| Some(only.unwrap_or_else(|| "no other".to_owned()));
        changes.push(
            change(&EXAMPLE_SHAPE_CHANGED, before, after)
                .values(said(less(&old, &new)), said(less(&new, &old))),
        );
    } else if was != is {
        let (was, is) = differing(before, after);
        changes.push(change(&EXAMPLE_VALUE_CHANGED, before, after).values(was, is));
    }
}

/// The members that differ between two examples of one shape.
fn differing(before: &Example, after: &Example) -> (String, String) {
    let pairs = before.errors.iter().zip(&after.errors);
    let list = |error: &ExampleError| match without_codes(error) {
        Value::Object(members) => members.into_iter().collect::<Vec<_>>(),
        other => vec![(String::new(), other)],
    };
    let (mut was, mut is) = (Vec::new(), Vec::new());
    for (old, new) in pairs {
        let new: HashMap<String, Value> = list(new).into_iter().collect();
        for (name, value) in list(old) {
            let Some(other) = new.get(&name).filter(|other| **other != value) else { continue };
            was.push(format!("{name}: {value}"));
            is.push(format!("{name}: {other}"));
        }
    }
    (was.join(", "), is.join(", "))
}

/// Whether an error was read out of an example, and its JSON is well-formed: a tolerant reader finds
/// the code in more.
fn can_be_read(example: &Example) -> bool {
    let is_well_formed = match (&example.body, example.syntax) {
        (Some(body), Syntax::Json) => serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok(),
        _ => true,
    };
    is_well_formed && !example.errors.is_empty()
}

/// Whether one code is the other by its new name.
fn follows(was: &str, is: &str, renamed: &[(String, String)]) -> bool {
    renamed.iter().any(|(old, new)| old == was && new == is)
}

/// Every code of an example, outermost first, of every error.
fn codes(example: &Example) -> Vec<String> {
    example.errors.iter().flat_map(|error| error.codes.iter().cloned()).collect()
}

fn errors(example: &Example) -> Vec<(&Vec<String>, String)> {
    example.errors.iter().map(|error| (&error.codes, sorted(&error.members).to_string())).collect()
}

/// The members with every code in them written as its number in the chain, so that they are the same
/// where only the code differs. What is nested is told in one level; documents nest two.
fn without_codes(error: &ExampleError) -> Value {
    let place = |value: &Value| match value {
        Value::String(text) => error
            .codes
            .iter()
            .position(|code| code == text)
            .map_or_else(|| value.clone(), |number| Value::from(format!("\u{0}code {number}"))),
        Value::Array(_) | Value::Object(_) => {
            // Nested errors carry the rest of the chain.
            let mut text = value.to_string();
            for (number, code) in error.codes.iter().enumerate() {
                let quoted = Value::from(code.as_str()).to_string();
                text = text.replace(&quoted, &format!("\"\\u0000code {number}\""));
            }
            serde_json::from_str(&text).unwrap_or_else(|_| value.clone())
        }
        other => other.clone(),
    };
    match sorted(&error.members) {
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), place(value))).collect(),
        ),
        other => place(&other),
    }
}

/// The members in the order of their names: the order of members means nothing.
fn sorted(members: &Value) -> Value {
    match members {
        Value::Object(members) => {
            let mut list: Vec<_> = members.iter().collect();
            list.sort_by_key(|(name, _)| name.as_str());
            Value::Object(list.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect())
        }
        other => other.clone(),
    }
}

/// The members that an example has, as paths: of JSON as it is written, of XML as it was read. One
/// that is not there is null in what was read.
fn shape(example: &Example) -> BTreeSet<String> {
    let json = example.body.as_deref().filter(|_| example.syntax == Syntax::Json);
    if let Some(value) = json.and_then(|body| serde_json::from_str(body).ok()) {
        return paths(&value);
    }
    example.errors.iter().flat_map(|error| paths(&without_nulls(&error.members))).collect()
}

fn without_nulls(members: &Value) -> Value {
    match members {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Every member by its path: `error/innererror/code`. A reader of JSON bounds how deep it goes.
pub(super) fn paths(value: &Value) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let mut open = vec![(String::new(), value)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let path =
                        if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                    paths.insert(path.clone());
                    open.push((path, value));
                }
            }
            Value::Array(values) => {
                open.extend(values.iter().map(|value| (path.clone(), value)));
            }
            _ => {}
        }
    }
    paths
}

/// What an example is called: its heading's code or its own, and its syntax.
pub(super) fn subject(example: &Example) -> String {
    let syntax = match example.syntax {
        Syntax::Json => "JSON",
        Syntax::Xml => "XML",
        _ => "text",
    };
    let code = match &example.heading {
        Some(heading) => Some(heading.code.clone()),
        None => codes(example).first().cloned(),
    };
    match code {
        Some(code) => format!("{code} {syntax}"),
        None => syntax.to_owned(),
    }
}

fn shown(example: &Example) -> String {
    let codes = codes(example);
    if codes.is_empty() {
        format!("{}, no error", subject(example))
    } else {
        format!("{}, code {}", subject(example), codes.join(", "))
    }
}
