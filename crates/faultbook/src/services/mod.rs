//! The services: one row each, from one file each. Adding a service is a file and a row.

mod ampache;
mod groove;
mod lineworks;
mod onedrive;

use std::borrow::Cow;

use faultbook_core::{
    CodeRow, Edition, Finding, Judgement, Likeness, Limits, Located, Response, Rule, Verdict,
    common, near_miss,
};
use serde::Serialize;

use crate::judge::{ErrorEntry, Members};
use crate::repeats::Repeats;
use crate::tally::Tally;
use crate::{baseline, capture, changes, headers, lint};

/// Compares two bodies and says how the second differs from the first, or which cannot be read.
pub(crate) type Compare = fn(&[u8], &[u8]) -> Result<Vec<Finding>, String>;

/// A service whose errors can be read and judged.
#[derive(Debug)]
pub struct Service {
    /// As options and ids have it: `groove`, `lineworks`, `ampache`, `onedrive`.
    pub name: &'static str,
    /// As people call it.
    pub title: &'static str,
    /// The editions of its document, the default one first.
    pub editions: &'static [&'static Edition],
    /// The rows of an edition's code table as its document prints them.
    pub(crate) printed: fn(&'static Edition) -> Vec<CodeRow>,
    /// What the document tells a client to do about a code of an edition, where it says so.
    pub(crate) advice: fn(&'static Edition, &str) -> Option<&'static str>,
    /// The code of an edition that was probably meant by one that it does not list.
    pub(crate) meant: fn(&'static Edition, &str) -> Option<String>,
    /// Its own rules.
    pub rules: &'static [&'static Rule],
    /// How sure it is that a body is one of this service's errors.
    pub likeness: fn(&[u8]) -> Likeness,
    /// Judges a response as one of this service.
    pub(crate) check: fn(&Response<'_>, &'static Edition, &Limits, Option<Unlisted<'_>>) -> Checked,
    /// Compares two forms of one error, where the service has more than one encoding.
    pub(crate) compare: Option<Compare>,
}

impl Service {
    /// The edition that is used where none is asked for.
    pub fn default_edition(&self) -> &'static Edition {
        // Every row below lists at least one edition; a test holds them to it.
        self.editions.first().copied().unwrap_or(&groove_error::EDITION)
    }
}

/// The code of the table that is spelt nearly so.
fn near_code(edition: &'static Edition, code: &str) -> Option<String> {
    near_miss(code, edition.codes.iter().map(|row| row.code)).map(str::to_owned)
}

/// Every service, in the order in which they are listed.
pub static SERVICES: [&Service; 4] =
    [&ampache::SERVICE, &groove::SERVICE, &lineworks::SERVICE, &onedrive::SERVICE];

/// The service of this name.
pub fn service(name: &str) -> Option<&'static Service> {
    SERVICES.into_iter().find(|service| service.name == name)
}

/// The edition of this name (`ampache@5`) and its service.
pub fn edition(name: &str) -> Option<(&'static Service, &'static Edition)> {
    SERVICES.into_iter().find_map(|service| {
        let edition = service.editions.iter().find(|edition| edition.to_string() == name)?;
        Some((service, *edition))
    })
}

/// Every rule there is: those of any format, of captures, of baselines, of header fields, of each
/// service, of changes and of documents.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let services = SERVICES.into_iter().flat_map(|service| service.rules);
    let any = common::RULES.iter().chain(capture::RULES).chain(baseline::RULES);
    let documents = changes::RULES.iter().chain(lint::RULES);
    any.chain(headers::RULES).chain(services).chain(documents).copied()
}

/// What becomes of a response in which nothing was found: it is only counted.
#[derive(Debug)]
pub(crate) struct Unlisted<'u> {
    /// The verdicts whose responses are listed all the same.
    pub(crate) listed: &'u [Verdict],
    /// Where the others are counted.
    pub(crate) tally: &'u mut Tally,
    /// Those that were counted before.
    pub(crate) repeats: &'u mut Repeats,
}

impl Unlisted<'_> {
    /// The same, for a while.
    pub(crate) fn lent(&mut self) -> Unlisted<'_> {
        Unlisted { listed: self.listed, tally: self.tally, repeats: self.repeats }
    }
}

/// What a format crate said, in the form in which reports have it.
pub(crate) struct Checked {
    pub(crate) verdict: Verdict,
    pub(crate) errors: Vec<ErrorEntry>,
    pub(crate) findings: Vec<Finding>,
    /// Whether it was counted, and nothing else is told of it.
    pub(crate) is_counted: bool,
}

/// A code as entries have it: what the table has is not copied.
fn kept(edition: &'static Edition, code: &str) -> Cow<'static, str> {
    match edition.rows(code).next() {
        Some(row) if row.code == code => Cow::Borrowed(row.code),
        _ => Cow::Owned(code.to_owned()),
    }
}

/// Turns a format crate's judgement into a report's: `codes` gives the codes, outermost first;
/// `is_known` says whether the outermost is documented; `members` gives the value whose serialization
/// has the document's member names.
fn checked<E, M: Serialize>(
    judgement: Judgement<E>,
    edition: &'static Edition,
    unlisted: Option<Unlisted<'_>>,
    codes: impl Fn(&E, &mut dyn FnMut(&str)),
    is_known: impl Fn(&E) -> bool,
    members: impl Fn(E) -> M,
) -> Checked {
    let Judgement { verdict, errors, findings } = judgement;
    if let Some(Unlisted { listed, tally, .. }) = unlisted
        && findings.is_empty()
        && !listed.contains(&verdict)
    {
        tally.count(edition, verdict);
        for located in &errors {
            codes(&located.error, &mut |code| tally.see(edition, code));
        }
        return Checked { verdict, errors: Vec::new(), findings, is_counted: true };
    }
    let entry = |located: Located<E>| {
        let mut all = Vec::new();
        codes(&located.error, &mut |code| all.push(kept(edition, code)));
        ErrorEntry {
            pointer: located.pointer,
            span: located.span,
            codes: all,
            known: is_known(&located.error),
            members: Members::of(&members(located.error)),
        }
    };
    let errors = errors.into_iter().map(entry).collect();
    Checked { verdict, errors, findings, is_counted: false }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_service_has_an_edition_and_rules_of_its_own() {
        for service in SERVICES {
            assert!(!service.editions.is_empty(), "{}", service.name);
            for edition in service.editions {
                assert_eq!(edition.service, service.name);
                assert!(!edition.codes.is_empty(), "{edition}");
            }
            for rule in service.rules {
                assert_eq!(rule.service(), service.name, "{}", rule.id);
            }
        }
    }

    #[test]
    fn rules_say_what_is_promised_and_why_and_no_id_stands_twice() {
        let mut ids = BTreeSet::new();
        for rule in rules() {
            assert!(ids.insert(rule.id), "{} stands twice", rule.id);
            let (service, name) = rule.id.split_once('/').unwrap();
            assert!(!service.is_empty() && !name.is_empty(), "{}", rule.id);
            let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.chars().all(kebab), "{}", rule.id);
            assert!(!rule.promise().is_empty() && !rule.why().is_empty(), "{}", rule.id);
            assert!(!rule.source.is_empty() && !rule.title.is_empty(), "{}", rule.id);
        }
    }
}
