//! Codes: listed or described twice, described alike, counted.

use std::collections::HashMap;

use faultbook_core::{Level, quoted};

use super::rules::{CODES_ALIKE, COUNT_DIFFERS, DESCRIBED_TWICE, DESCRIPTION_SHARED, LISTED_TWICE};
use super::{Lint, folded};
use crate::facts::{CodeFact, Wording};

/// A row, and the document that it stands in.
type Row<'d> = (usize, &'d CodeFact);

pub(super) fn lint(lint: &mut Lint<'_>) {
    let documents = lint.documents;
    let rows: Vec<Row<'_>> = documents
        .iter()
        .enumerate()
        .flat_map(|(index, document)| document.facts.codes.iter().map(move |row| (index, row)))
        .collect();
    twice(lint, &rows);
    shared(lint, &rows);
    alike(lint, &rows);
    for (index, document) in documents.iter().enumerate() {
        for wording in &document.facts.prose {
            counted(lint, index, wording);
        }
    }
}

/// Rows of one code: under other statuses they may say something else.
fn twice(lint: &mut Lint<'_>, rows: &[Row<'_>]) {
    let mut by_code: HashMap<&str, Vec<Row<'_>>> = HashMap::new();
    for row in rows {
        let same = by_code.entry(&row.1.code).or_default();
        for (document, other) in same.iter() {
            let under = |row: &CodeFact| row.statuses.iter().map(|s| s.status).collect::<Vec<_>>();
            if under(other) != under(row.1) {
                continue;
            }
            let place = lint.line(*document, &other.origin);
            if text(other).map(folded) != text(row.1).map(folded) {
                let key = format!("/codes/{}/description", row.1.code);
                let says = format!("{} {}", row.1.code, said(row.1));
                let elsewhere = format!("{} ({place})", said(other));
                lint.add(&DESCRIBED_TWICE, row.0, &row.1.origin, key, says, elsewhere);
            }
            if other.level == row.1.level {
                let key = format!("/codes/{}", row.1.code);
                let says = format!("{} once more", row.1.code);
                let elsewhere = format!("{} was listed before ({place})", row.1.code);
                lint.add(&LISTED_TWICE, row.0, &row.1.origin, key, says, elsewhere);
            }
            // Of three rows, each is held against the one before it that is like it.
            break;
        }
        same.insert(0, *row);
    }
}

/// Codes of one description.
fn shared(lint: &mut Lint<'_>, rows: &[Row<'_>]) {
    let mut by_text: HashMap<String, Row<'_>> = HashMap::new();
    for row in rows {
        let Some(text) = text(row.1).map(folded).filter(|text| !text.is_empty()) else { continue };
        match by_text.get(&text) {
            Some((document, first)) if first.code != row.1.code => {
                let place = lint.line(*document, &first.origin);
                let key = format!("/codes/{}/description", row.1.code);
                let says = format!("{} {}", row.1.code, said(row.1));
                let elsewhere = format!("the same of {} ({place})", first.code);
                lint.add(&DESCRIPTION_SHARED, row.0, &row.1.origin, key, says, elsewhere);
            }
            Some(_) => {}
            None => {
                by_text.insert(text, *row);
            }
        }
    }
}

/// Codes that differ in case or punctuation.
fn alike(lint: &mut Lint<'_>, rows: &[Row<'_>]) {
    let mut by_letters: HashMap<String, Row<'_>> = HashMap::new();
    for row in rows {
        let code = &row.1.code;
        let letters: String =
            code.chars().filter(|c| c.is_alphanumeric() || "{}".contains(*c)).collect();
        let letters = letters.to_lowercase();
        match by_letters.get(&letters) {
            Some((document, first)) if first.code != *code => {
                let place = lint.line(*document, &first.origin);
                let elsewhere = format!("{} ({place})", first.code);
                let key = format!("/codes/{code}");
                lint.add(&CODES_ALIKE, row.0, &row.1.origin, key, code.clone(), elsewhere);
            }
            Some(_) => {}
            None => {
                by_letters.insert(letters, *row);
            }
        }
    }
}

/// `one of 15 possible values`: the number of codes that every client must handle, or of all.
fn counted(lint: &mut Lint<'_>, index: usize, wording: &Wording) {
    let Some(text) = &wording.text else { return };
    let Some(document) = lint.documents.get(index) else { return };
    let number = text.split_once("one of ").and_then(|(_, rest)| {
        let (number, rest) = rest.split_once(' ')?;
        rest.starts_with("possible values").then_some(number)
    });
    let Some(number) = number.and_then(|number| number.parse::<usize>().ok()) else { return };
    let codes = &document.facts.codes;
    let of_level = |level| codes.iter().filter(|row| row.level == level).count();
    let basic = of_level(Some(Level::Basic));
    let listed = if basic > 0 { basic } else { codes.len() };
    if listed > 0 && listed != number {
        let first = codes.iter().find(|row| basic == 0 || row.level == Some(Level::Basic));
        let place = first.map(|row| lint.line(index, &row.origin)).unwrap_or_default();
        let says = format!("one of {number} possible values");
        let elsewhere = format!("{listed} codes are listed (from {place})");
        lint.add(&COUNT_DIFFERS, index, &wording.origin, "/codes", says, elsewhere);
    }
}

fn text(row: &CodeFact) -> Option<&str> {
    row.wording.as_ref().and_then(|wording| wording.text.as_deref())
}

fn said(row: &CodeFact) -> String {
    match text(row) {
        Some(text) => quoted(text),
        None => "no description".to_owned(),
    }
}
