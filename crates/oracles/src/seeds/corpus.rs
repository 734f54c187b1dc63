//! The cases of the corpus as inputs.

use std::path::Path;

use faultbook_corpus::{Case, Kind};

use super::Seed;
use crate::response::message;

fn seed(case: &Case, bytes: impl Into<Vec<u8>>) -> Seed {
    Seed::new(case.id.replace('/', "-"), bytes)
}

/// The same for the item at `index` of a case: the second one has a number.
fn numbered(case: &Case, index: usize, bytes: impl Into<Vec<u8>>) -> Seed {
    let seed = seed(case, bytes);
    if index == 0 { seed } else { Seed { name: format!("{}-{}", seed.name, index + 1), ..seed } }
}

/// Whether a case's body is XML, by its file's name.
pub(crate) fn is_xml(case: &Case) -> bool {
    let path = case.path.as_deref().map(Path::new);
    path.and_then(Path::extension).is_some_and(|extension| extension == "xml")
}

/// The bodies of all cases that `wanted` takes.
pub(crate) fn bodies(wanted: impl Fn(&Case) -> bool) -> Vec<Seed> {
    let wanted = faultbook_corpus::all().filter(|case| wanted(case));
    wanted.filter_map(|case| Some(seed(case, case.body?))).collect()
}

/// The bodies of one service: its XML or everything else.
pub(crate) fn service_bodies(service: &str, xml: bool) -> Vec<Seed> {
    bodies(|case| case.service() == service && is_xml(case) == xml)
}

/// The values of every field of this name.
pub(crate) fn fields(name: &str) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for case in faultbook_corpus::all() {
        let values =
            case.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name.as_bytes()));
        for (index, header) in values.enumerate() {
            seeds.push(numbered(case, index, &*header.value));
        }
    }
    seeds
}

/// Every case as a whole response.
pub(crate) fn messages() -> Vec<Seed> {
    let message = |case: &Case| {
        let fields = case.headers.iter().map(|header| (&*header.name, &*header.value));
        seed(case, message::join(case.status, fields, case.body.unwrap_or_default()))
    };
    faultbook_corpus::all().map(message).collect()
}

/// Ampache's two forms of one error, with a NUL between them: neither format may hold one.
pub(crate) fn ampache_pairs() -> Vec<Seed> {
    let pair = |case: &Case| {
        let other = faultbook_corpus::case(case.pair.as_deref()?)?;
        Some(seed(case, [case.body?, b"\0", other.body?].concat()))
    };
    faultbook_corpus::cases("ampache").iter().filter_map(pair).collect()
}

/// Every code that a document lists or a case carries.
pub(crate) fn codes() -> Vec<Seed> {
    let documented = faultbook::SERVICES.into_iter().flat_map(|service| {
        let edition = service.default_edition();
        edition.codes.iter().map(move |row| {
            let name: String =
                row.code.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
            Seed::new(format!("{}-{name}", service.name), row.code)
        })
    });
    let carried =
        faultbook_corpus::all().filter(|case| case.kind != Kind::Documented).flat_map(|case| {
            let codes = case.expect.errors.iter().flat_map(|error| &error.codes);
            codes.enumerate().map(|(index, code)| numbered(case, index, code.as_str()))
        });
    documented.chain(carried).collect()
}

/// Every text that a case's error has for a member.
pub(crate) fn strings() -> Vec<Seed> {
    let mut seeds = Vec::new();
    for case in faultbook_corpus::all() {
        let members = case.expect.errors.iter().flat_map(|error| error.members.values());
        let texts = members.filter_map(|value| value.as_str());
        seeds.extend(texts.enumerate().map(|(index, text)| numbered(case, index, text)));
    }
    seeds
}
