//! Statuses, their reason phrases, and header fields.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use faultbook_core::quoted;

use super::Lint;
use super::rules::{
    CODE_STATUS_UNLISTED, FIELD_STATUS_UNLISTED, FIELD_WITHOUT_COLON, REASON_DIFFERS, STATUS_TWICE,
    STATUS_WITHOUT_CODE,
};
use crate::facts::{CodeStatus, Origin, StatusFact};
use crate::report::counted;

pub(super) fn lint(lint: &mut Lint<'_>) {
    let documents = lint.documents;
    let own: Vec<(usize, &StatusFact)> = documents
        .iter()
        .enumerate()
        .flat_map(|(index, document)| document.facts.statuses.iter().map(move |row| (index, row)))
        .collect();
    twice(lint, &own);
    let of_codes: Vec<(usize, &str, &CodeStatus)> = documents
        .iter()
        .enumerate()
        .flat_map(|(index, document)| {
            let codes = document.facts.codes.iter();
            codes.flat_map(move |row| {
                row.statuses.iter().map(move |status| (index, row.code.as_str(), status))
            })
        })
        .collect();
    let listed = listed(lint, &own);
    reasons(lint, &listed, &of_codes);
    unlisted(lint, &listed, &of_codes);
    without_code(lint, &own, &of_codes);
    fields(lint, &listed, &of_codes);
}

/// What is said of a status: its phrase, and where.
struct Listed {
    reason: Option<String>,
    at: String,
}

/// The statuses that are listed, by the documents or else by the catalog where it has phrases for
/// them: without phrases, its table is made from the codes.
fn listed(lint: &Lint<'_>, own: &[(usize, &StatusFact)]) -> BTreeMap<u16, Listed> {
    let mut listed = BTreeMap::new();
    for (document, row) in own {
        let at = lint.line(*document, &row.origin);
        let entry = Listed { reason: row.reason.clone(), at };
        listed.entry(row.status).or_insert(entry);
    }
    if listed.is_empty() {
        let rows = lint.edition.statuses.iter().filter(|row| row.reason.is_some());
        listed.extend(rows.map(|row| {
            let reason = row.reason.map(str::to_owned);
            (row.status, Listed { reason, at: format!("{}, statuses", lint.edition) })
        }));
    }
    listed
}

fn twice(lint: &mut Lint<'_>, own: &[(usize, &StatusFact)]) {
    let mut seen: HashMap<u16, (usize, &StatusFact)> = HashMap::new();
    for (document, row) in own {
        let Some((other, first)) = seen.get(&row.status) else {
            seen.insert(row.status, (*document, row));
            continue;
        };
        let said = |row: &StatusFact| match &row.reason {
            Some(reason) => format!("{} {reason}", row.status),
            None => row.status.to_string(),
        };
        let elsewhere = format!("{} ({})", said(first), lint.line(*other, &first.origin));
        let key = format!("/statuses/{}", row.status);
        lint.add(&STATUS_TWICE, *document, &row.origin, key, said(row), elsewhere);
    }
}

/// One finding for each way in which a phrase is spelled otherwise, at the first place.
fn reasons(
    lint: &mut Lint<'_>,
    listed: &BTreeMap<u16, Listed>,
    of_codes: &[(usize, &str, &CodeStatus)],
) {
    /// A status with a phrase, and the documents and places that have it so.
    type Phrase<'d> = ((u16, &'d str), Vec<(usize, &'d Origin)>);
    let mut phrases: Vec<Phrase<'_>> = Vec::new();
    let mut places: HashMap<(u16, &str), usize> = HashMap::new();
    for (document, _, status) in of_codes {
        let Some(reason) = status.reason.as_deref() else { continue };
        let key = (status.status, reason);
        let place = *places.entry(key).or_insert(phrases.len());
        match phrases.get_mut(place) {
            Some((_, rows)) => rows.push((*document, &status.origin)),
            None => phrases.push((key, vec![(*document, &status.origin)])),
        }
    }
    let mut first: HashMap<u16, &str> = HashMap::new();
    for ((status, reason), rows) in &phrases {
        let before = *first.entry(*status).or_insert(reason);
        let expected = match listed.get(status) {
            Some(Listed { reason: Some(expected), at }) => Some((expected.clone(), at.clone())),
            // Nothing lists it: it is to be spelled as it was before.
            _ => Some((before.to_owned(), "beside a code before".to_owned())),
        };
        let Some((expected, at)) = expected.filter(|(expected, _)| expected != reason) else {
            continue;
        };
        let Some(&(document, origin)) = rows.first() else { continue };
        let many = match rows.len() {
            1 => String::new(),
            count => {
                let lines: Vec<String> =
                    rows.iter().map(|(document, at)| lint.number(*document, at)).collect();
                let rows = counted(count, "row");
                format!(" in {rows} (lines {})", lines.join(", "))
            }
        };
        let says = format!("{status} {reason}{many}");
        let key = format!("/statuses/{status}/{reason}");
        lint.add(
            &REASON_DIFFERS,
            document,
            origin,
            key,
            says,
            format!("{status} {expected} ({at})"),
        );
    }
}

fn unlisted(
    lint: &mut Lint<'_>,
    listed: &BTreeMap<u16, Listed>,
    of_codes: &[(usize, &str, &CodeStatus)],
) {
    if listed.is_empty() {
        return;
    }
    for (document, code, status) in of_codes {
        if !listed.contains_key(&status.status) {
            let key = format!("/codes/{code}/statuses/{}", status.status);
            let says = format!("{code} under {}", status.status);
            let elsewhere = format!("the statuses are {}", numbers(listed.keys()));
            lint.add(&CODE_STATUS_UNLISTED, *document, &status.origin, key, says, elsewhere);
        }
    }
}

fn without_code(
    lint: &mut Lint<'_>,
    own: &[(usize, &StatusFact)],
    of_codes: &[(usize, &str, &CodeStatus)],
) {
    let mut used: BTreeSet<u16> = of_codes.iter().map(|(_, _, status)| status.status).collect();
    let has_codes = lint.documents.iter().any(|document| !document.facts.codes.is_empty());
    let mut whose = "a code of the document";
    if !has_codes {
        used = lint.edition.codes.iter().flat_map(|row| row.statuses).copied().collect();
        whose = "a code of the catalog";
    }
    // Where no code has a status, none has to.
    if used.is_empty() {
        return;
    }
    for (document, row) in own {
        if row.status >= 400 && !used.contains(&row.status) {
            let key = format!("/statuses/{}/codes", row.status);
            let says = format!("{} as a status of its own", row.status);
            let elsewhere = format!("{whose} comes under one of {}", numbers(&used));
            lint.add(&STATUS_WITHOUT_CODE, *document, &row.origin, key, says, elsewhere);
        }
    }
}

fn fields(
    lint: &mut Lint<'_>,
    listed: &BTreeMap<u16, Listed>,
    of_codes: &[(usize, &str, &CodeStatus)],
) {
    let known: BTreeSet<u16> =
        listed.keys().copied().chain(of_codes.iter().map(|(_, _, status)| status.status)).collect();
    let documents = lint.documents;
    for (index, document) in documents.iter().enumerate() {
        for field in &document.facts.fields {
            let status = field.status.map(|status| status.to_string());
            let general = status.clone().unwrap_or_else(|| "general".to_owned());
            if !field.has_colon {
                let key = format!("/fields/{}/{general}/colon", field.name);
                let says = format!("{} {}", field.name, field.value);
                let elsewhere = format!("{}: {}", field.name, field.value);
                lint.add(&FIELD_WITHOUT_COLON, index, &field.origin, key, says, elsewhere);
            }
            let is_unlisted = field.status.is_some_and(|status| !known.contains(&status));
            if is_unlisted && !known.is_empty() {
                let key = format!("/fields/{}/{general}/status", field.name);
                let says = format!("{} under {general}", quoted(&field.name));
                let elsewhere = format!("the statuses are {}", numbers(&known));
                lint.add(&FIELD_STATUS_UNLISTED, index, &field.origin, key, says, elsewhere);
            }
        }
    }
}

fn numbers<'s>(statuses: impl IntoIterator<Item = &'s u16>) -> String {
    statuses.into_iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}
