//! Examples: against their headings, against each other, against the lists.

use std::collections::{BTreeSet, HashMap};

use faultbook_core::common::Syntax;
use faultbook_core::{Edition, Limits, Response, Severity, listed, quoted};
use serde_json::Value;

use super::rules::{
    CODE_WITHOUT_EXAMPLE, ENCODINGS_DIFFER, EXAMPLE_BREAKS_RULE, EXAMPLE_CODE_UNLISTED,
    EXAMPLE_MEMBER_UNLISTED, EXAMPLE_TEXT_DIFFERS, EXAMPLE_UNREADABLE, HEADING_DIFFERS,
    NAME_DIFFERS,
};
use super::{Lint, folded};
use crate::facts::{CodeFact, Example, Facts, plain};
use crate::judge::ErrorEntry;

/// The members that carry the description of the table, by service. Of the others, texts are free or
/// translated.
static DESCRIPTIONS: [(&str, &str); 2] = [("groove", "Description"), ("lineworks", "description")];

pub(super) fn lint(lint: &mut Lint<'_>) {
    let documents = lint.documents;
    for (index, document) in documents.iter().enumerate() {
        let facts = &document.facts;
        let catalog = catalog_codes(lint.edition, documents.iter().map(|document| &document.facts));
        for example in &facts.examples {
            alone(lint, index, example, &catalog);
            members(lint, index, facts, example);
        }
        pairs(lint, index, facts);
        names(lint, index, facts);
        missing(lint, index, facts);
    }
}

/// The codes that are listed: by the documents, or else by the catalog.
fn catalog_codes<'d>(
    edition: &'static Edition,
    documents: impl Iterator<Item = &'d Facts>,
) -> Vec<CodeFact> {
    let own: Vec<CodeFact> = documents.flat_map(|facts| facts.codes.iter().cloned()).collect();
    if own.is_empty() { crate::catalog::facts(edition).codes } else { own }
}

/// What an example is called in keys: its heading's code, or its own, and its syntax.
fn name(example: &Example) -> String {
    let first = example.errors.first().and_then(|error| error.codes.first());
    let code = example.heading.as_ref().map(|heading| &heading.code).or(first);
    let syntax = if example.syntax == Syntax::Xml { "xml" } else { "json" };
    format!("/examples/{}/{syntax}", code.map_or("", String::as_str))
}

fn alone(lint: &mut Lint<'_>, index: usize, example: &Example, catalog: &[CodeFact]) {
    let key = name(example);
    if example.errors.is_empty() {
        let says = "no error that can be read";
        lint.add(&EXAMPLE_UNREADABLE, index, &example.origin, key, says, None);
        return;
    }
    let body = example.body.as_deref().unwrap_or_default();
    let response = Response::new(body.as_bytes());
    let checked = (lint.service.check)(&response, lint.edition, &Limits::default(), None);
    let start = match &example.origin {
        crate::facts::Origin::Document(span) => span.start,
        crate::facts::Origin::Catalog(_) => 0,
    };
    for finding in checked.findings {
        // What is said of codes and of names of members is said below, by the document's own lists.
        let is_own = !finding.rule.id.contains("/unknown-");
        if finding.rule.severity == Severity::Error && is_own {
            let says = format!("{} ({})", finding.received, finding.rule.id);
            let elsewhere = finding.documented.clone();
            let key = format!("{key}/{}", finding.rule.id.replace('/', "-"));
            lint.add(&EXAMPLE_BREAKS_RULE, index, &example.origin, key, says, elsewhere);
        }
    }
    if let Some(heading) = &example.heading {
        let differs = example.errors.iter().find(|error| !error.codes.contains(&heading.code));
        if let Some(code) = differs.and_then(|error| error.codes.first()) {
            let elsewhere =
                format!("{} in the heading ({})", heading.code, lint.line(index, &heading.origin));
            let at = inside(example, start, &checked.errors, code);
            lint.add(&HEADING_DIFFERS, index, &at, key.clone(), code.clone(), elsewhere);
        }
        if !is_listed(&heading.code, catalog) {
            let key = format!("{key}/heading");
            let says = format!("{} in the heading", heading.code);
            lint.add(&EXAMPLE_CODE_UNLISTED, index, &heading.origin, key, says, None);
        }
    }
    for code in example.errors.iter().flat_map(|error| &error.codes) {
        if !is_listed(code, catalog) {
            let key = format!("{key}/{code}");
            let at = inside(example, start, &checked.errors, code);
            lint.add(&EXAMPLE_CODE_UNLISTED, index, &at, key, quoted(code), None);
        }
    }
    text(lint, index, example, catalog, start);
}

/// Where a text stands inside an example, by its own letters; else the whole of it.
fn inside(
    example: &Example,
    start: usize,
    errors: &[ErrorEntry],
    text: &str,
) -> crate::facts::Origin {
    use crate::facts::Origin;
    let body = example.body.as_deref().unwrap_or_default();
    let from = errors.first().map_or(0, |error| error.span.start);
    let found = body.get(from..).and_then(|rest| rest.find(text));
    match (&example.origin, found) {
        // A body that is not as in the source, as in HTML, has other places.
        (Origin::Document(span), Some(at)) if span.len() == body.len() => {
            Origin::Document(start + from + at..start + from + at + text.len())
        }
        _ => example.origin.clone(),
    }
}

fn is_listed(code: &str, catalog: &[CodeFact]) -> bool {
    catalog.iter().any(|row| {
        row.code == code
            || row.code.split_once('{').is_some_and(|(prefix, rest)| {
                let suffix = rest.split_once('}').map_or("", |(_, suffix)| suffix);
                let name = code.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
                name.is_some_and(|name| !name.is_empty())
            })
    })
}

/// The text of an example against the description of its code.
fn text(lint: &mut Lint<'_>, index: usize, example: &Example, catalog: &[CodeFact], start: usize) {
    let member = DESCRIPTIONS.iter().find(|(service, _)| *service == lint.service.name);
    let Some((_, member)) = member else { return };
    for error in &example.errors {
        let Some(text) = error.members.get(*member).and_then(Value::as_str) else { continue };
        let rows = catalog.iter().filter(|row| error.codes.first() == Some(&row.code));
        let said: Vec<_> = rows
            .filter_map(|row| {
                let text = row.wording.as_ref()?.text.as_deref()?;
                Some((text, &row.origin))
            })
            .collect();
        let Some((first, origin)) = said.first() else { continue };
        if said.iter().all(|(said, _)| plain(text) != *said) {
            let key = format!("{}/{member}", name(example));
            let place = lint.line(index, origin);
            let elsewhere = format!("{} ({place})", quoted(first));
            let at = inside(example, start, &[], text);
            lint.add(&EXAMPLE_TEXT_DIFFERS, index, &at, key, quoted(text), elsewhere);
        }
    }
}

/// The members of an example against the list of members.
fn members(lint: &mut Lint<'_>, index: usize, facts: &Facts, example: &Example) {
    if facts.members.is_empty() {
        return;
    }
    let known: BTreeSet<&str> = facts.members.iter().map(|member| member.name.as_str()).collect();
    for error in &example.errors {
        let Some(object) = error.members.as_object() else { continue };
        // Where no name is the list's, the list is of something else.
        if !object.keys().any(|name| known.contains(name.as_str())) {
            continue;
        }
        for (member, value) in object {
            if !known.contains(member.as_str()) && !value.is_null() {
                let key = format!("{}/{member}", name(example));
                let names = listed(known.iter().map(|name| (*name).into()));
                let elsewhere = format!("the members are {names}");
                lint.add(
                    &EXAMPLE_MEMBER_UNLISTED,
                    index,
                    &example.origin,
                    key,
                    quoted(member),
                    elsewhere,
                );
            }
        }
    }
}

/// The XML and the JSON example under one heading.
fn pairs(lint: &mut Lint<'_>, index: usize, facts: &Facts) {
    let mut first: HashMap<&str, &Example> = HashMap::new();
    for example in &facts.examples {
        let Some(heading) = &example.heading else { continue };
        let Some(other) = first.get(heading.code.as_str()) else {
            first.insert(&heading.code, example);
            continue;
        };
        if other.syntax == example.syntax || other.errors.is_empty() || example.errors.is_empty() {
            continue;
        }
        let mut differing = Vec::new();
        for (one, two) in other.errors.iter().zip(&example.errors) {
            let object = |value: &'_ Value| value.as_object().cloned().unwrap_or_default();
            let (one, two) = (object(&one.members), object(&two.members));
            let names: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
            for name in names {
                let (one, two) = (one.get(name), two.get(name));
                if one != two {
                    let said = |value: Option<&Value>| match value {
                        Some(Value::String(text)) => text.clone(),
                        Some(value) => value.to_string(),
                        None => "nothing".to_owned(),
                    };
                    differing.push((name.clone(), said(one), said(two)));
                }
            }
        }
        if differing.is_empty() {
            continue;
        }
        let said = |side: fn(&(String, String, String)) -> &String| {
            let all = differing.iter().map(|entry| format!("{} {}", entry.0, side(entry)));
            all.collect::<Vec<_>>().join(", ")
        };
        let syntax = |example: &Example| match example.syntax {
            Syntax::Xml => "XML",
            _ => "JSON",
        };
        let place = lint.line(index, &other.origin);
        let says = format!("{} in {}", said(|entry| &entry.2), syntax(example));
        let elsewhere = format!("{} in {} ({place})", said(|entry| &entry.1), syntax(other));
        let key = format!("/examples/{}/encodings", heading.code);
        lint.add(&ENCODINGS_DIFFER, index, &example.origin, key, says, elsewhere);
    }
}

/// The names over examples against those of the list, once a heading.
fn names(lint: &mut Lint<'_>, index: usize, facts: &Facts) {
    let mut seen: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
    for heading in facts.examples.iter().filter_map(|example| example.heading.as_ref()) {
        if !seen.insert((&heading.code, heading.name.as_deref())) {
            continue;
        }
        let row = facts.codes.iter().find(|row| row.code == heading.code && row.name.is_some());
        let (Some(row), Some(is)) = (row, &heading.name) else { continue };
        let Some(listed) = row.name.as_ref().filter(|name| folded(name) != folded(is)) else {
            continue;
        };
        let key = format!("/codes/{}/name", heading.code);
        let elsewhere = format!("{} {listed} ({})", row.code, lint.line(index, &row.origin));
        let says = format!("{} {is}", heading.code);
        lint.add(&NAME_DIFFERS, index, &heading.origin, key, says, elsewhere);
    }
}

/// Codes without an example, where most have one.
fn missing(lint: &mut Lint<'_>, index: usize, facts: &Facts) {
    let shown: BTreeSet<&str> = facts
        .examples
        .iter()
        .filter_map(|example| example.heading.as_ref().map(|heading| heading.code.as_str()))
        .collect();
    let (with, without): (Vec<&CodeFact>, Vec<&CodeFact>) =
        facts.codes.iter().partition(|row| shown.contains(row.code.as_str()));
    if with.len() <= without.len() {
        return;
    }
    for row in without {
        let key = format!("/codes/{}/example", row.code);
        let elsewhere = format!("{} other codes have examples", with.len());
        lint.add(&CODE_WITHOUT_EXAMPLE, index, &row.origin, key, row.code.clone(), elsewhere);
    }
}
