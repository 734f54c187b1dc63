//! What a rule or a code means, from the same rows that everything else comes from.

use std::fmt;

use faultbook_core::{CodeRow, Edition, Level, Rule, near_miss};

use crate::catalog;
use crate::services::{SERVICES, edition, rules, service};

/// What can be explained.
#[derive(Debug, Clone)]
pub enum Topic {
    /// A rule.
    Rule(&'static Rule),
    /// A code of an edition: the rows that document it, and the code as it was asked for.
    Code {
        /// The edition.
        edition: &'static Edition,
        /// The code as asked for.
        code: String,
        /// The rows: more than one where the document lists the code twice.
        rows: Vec<&'static CodeRow>,
    },
}

/// Finds a rule (`ampache/missing-type`) or a code (`ampache/4704`, `ampache@5/4704`, or `4704` where
/// only one service has it). A code without an edition is that of the default one, or else of another
/// that lists it.
///
/// ```
/// let topic = faultbook::explain("onedrive/itemNotFound")?;
/// assert!(topic.to_string().starts_with("itemNotFound (onedrive@1)"));
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
///
/// In words, with what was probably meant.
pub fn explain(topic: &str) -> Result<Topic, String> {
    if let Some(rule) = rules().find(|rule| rule.id == topic) {
        return Ok(Topic::Rule(rule));
    }
    let Some((scope, code)) = topic.split_once('/') else { return bare(topic) };
    let editions: Vec<&'static Edition> = match (edition(scope), service(scope)) {
        (Some((_, edition)), _) => vec![edition],
        (None, Some(service)) => service.editions.to_vec(),
        (None, None) => {
            let ids = rules().map(|rule| rule.id);
            return Err(unknown(topic, near_miss(topic, ids).map(str::to_owned)));
        }
    };
    if let Some(found) = editions.iter().find_map(|edition| listed(edition, code)) {
        return Ok(found);
    }
    let near = editions.iter().find_map(|edition| {
        let near = (service(edition.service)?.meant)(edition, code)?;
        Some(format!("{scope}/{near}"))
    });
    let near = near.or_else(|| near_miss(topic, rules().map(|rule| rule.id)).map(str::to_owned));
    Err(unknown(topic, near))
}

/// The code in an edition that lists it.
fn listed(edition: &'static Edition, code: &str) -> Option<Topic> {
    let rows: Vec<_> = edition.rows(code).collect();
    (!rows.is_empty()).then(|| Topic::Code { edition, code: code.to_owned(), rows })
}

/// A topic without a service: the code of the one service that has it, or which could be meant.
///
/// A code that a row names counts before one that fits a template, and default editions before others.
fn bare(topic: &str) -> Result<Topic, String> {
    let having = |skipped: usize, taken: usize, is_named: bool| {
        let found = SERVICES.into_iter().filter_map(move |service| {
            let is_it = |row: &CodeRow| (row.code == topic) == is_named;
            let mut editions = service.editions.iter().skip(skipped).take(taken);
            editions.find(|edition| edition.rows(topic).any(is_it)).copied()
        });
        found.collect::<Vec<&'static Edition>>()
    };
    let passes = [(0, 1, true), (0, 1, false), (1, usize::MAX, true), (1, usize::MAX, false)];
    let mut passes = passes.into_iter().map(|(skip, take, named)| having(skip, take, named));
    let codes = passes.find(|codes| !codes.is_empty()).unwrap_or_default();
    if let [edition] = codes.as_slice()
        && let Some(found) = listed(edition, topic)
    {
        return Ok(found);
    }
    let codes = codes.iter().map(|edition| format!("{}/{topic}", edition.service));
    let ids = rules().filter(|rule| rule.id.split('/').next_back() == Some(topic));
    let mut meant: Vec<String> = codes.chain(ids.map(|rule| rule.id.to_owned())).collect();
    if meant.is_empty() {
        let near = SERVICES.into_iter().filter_map(|service| {
            let near = (service.meant)(service.default_edition(), topic)?;
            Some(format!("{}/{near}", service.name))
        });
        meant.extend(near);
    }
    Err(unknown(topic, (!meant.is_empty()).then(|| meant.join("` or `"))))
}

fn unknown(topic: &str, near: Option<String>) -> String {
    let topic = faultbook_core::quoted(topic);
    match near {
        Some(near) => {
            format!("{topic} is no rule and no code of a service: did you mean `{near}`?")
        }
        None => format!(
            "{topic} is no rule and no code of a service: `faultbook rules` lists the rules, \
             `faultbook catalog` the codes, which are written `service/code`"
        ),
    }
}

/// The code table, under a rule that asks for a code of it: who broke that one wants to see it.
fn write_codes(f: &mut fmt::Formatter<'_>, rule: &Rule) -> fmt::Result {
    let is_about_codes = rule.id.contains("/unknown-") && rule.id.ends_with("-code");
    let Some(service) = service(rule.service()).filter(|_| is_about_codes) else { return Ok(()) };
    let edition = service.default_edition();
    write!(f, "\n\ncodes ({edition}):")?;
    let mut section = None;
    for row in edition.codes {
        let here = row.level.map(Level::as_str).or(row.group);
        if section != Some(here) {
            section = Some(here);
            if let Some(name) = here {
                write!(f, "\n  {name}")?;
            }
        }
        write!(f, "\n    {}: {}", row.code, row.summary)?;
    }
    Ok(())
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(rule) => {
                writeln!(f, "{} ({})\n", rule.id, rule.severity)?;
                writeln!(f, "{}.\n{}\n", rule.promise(), rule.why())?;
                writeln!(f, "diagnostic: {}", rule.title)?;
                write!(f, "source: {}", rule.source)?;
                write_codes(f, rule)
            }
            Self::Code { edition, code, rows } => write_code(f, edition, code, rows),
        }
    }
}

/// What a client author has to know of a code.
fn write_code(
    f: &mut fmt::Formatter<'_>,
    edition: &'static Edition,
    code: &str,
    rows: &[&'static CodeRow],
) -> fmt::Result {
    write!(f, "{code} ({edition})")?;
    if let Some(name) = rows.first().and_then(|row| row.name) {
        write!(f, ": {name}")?;
    }
    let printed = catalog::rows(edition);
    for row in printed.iter().filter(|row| rows.iter().any(|found| found.code == row.code)) {
        write!(f, "\n\n{}", row.summary)?;
        if row.code != code {
            write!(f, "\ntemplate: {}", row.code)?;
        }
        if let Some(group) = row.group {
            write!(f, "\ngroup: {group}")?;
        }
        match row.level {
            Some(Level::Basic) => f.write_str("\nlevel: basic, every client has to handle it")?,
            Some(Level::Detailed) => f.write_str(
                "\nlevel: detailed, a client that does not know it goes by the code around it",
            )?,
            None => {}
        }
        for &status in row.statuses {
            write!(f, "\nstatus: {}", with_reason(edition, status))?;
        }
        if row.statuses.is_empty() {
            write!(f, "\nstatus: none of its own; {}", edition.under_success.says())?;
        }
    }
    let Some(service) = service(edition.service) else { return Ok(()) };
    let advice = (service.advice)(edition, code);
    write!(f, "\n\nwhat to do: {}", advice.unwrap_or("the document does not say"))?;
    if service.editions.len() > 1 {
        f.write_str("\n\neditions:")?;
        for other in service.editions {
            write!(f, "\n  {other}: {}", in_edition(other, code, rows))?;
        }
    }
    Ok(())
}

/// `404 Not Found`, as the edition's status table has it.
fn with_reason(edition: &Edition, status: u16) -> String {
    let row = edition.statuses.iter().find(|row| row.status == status);
    match row.and_then(|row| row.reason) {
        Some(reason) => format!("{status} {reason}"),
        None => status.to_string(),
    }
}

/// What another edition has for a code: the code, or the one that stood or stands for the same.
fn in_edition(other: &'static Edition, code: &str, rows: &[&'static CodeRow]) -> String {
    // What is the same is taken over from one table, its summary too.
    let is_same = |row: &&CodeRow| rows.iter().any(|own| own.summary == row.summary);
    let found = other.rows(code).find(is_same).map(|row| ("documented".to_owned(), row));
    let found = found.or_else(|| {
        let row = other.codes.iter().find(is_same)?;
        Some((format!("written {}", row.code), row))
    });
    let Some((text, row)) = found else { return "not documented".to_owned() };
    let statuses: Vec<String> =
        row.statuses.iter().map(|&status| with_reason(other, status)).collect();
    if statuses.is_empty() {
        format!("{text}; {}", other.under_success.says())
    } else {
        format!("{text} under {}", statuses.join(" or "))
    }
}
