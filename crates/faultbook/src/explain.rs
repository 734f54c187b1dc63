//! What a rule or a code means, from the same rows that everything else comes from.

use std::fmt;

use faultbook_core::{CodeRow, Edition, Level, Rule, near_miss};

use crate::services::{SERVICES, Service, edition, rules, service};

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

/// Finds a rule (`ampache/missing-type`) or a code (`ampache/4704`, `ampache@5/4704`).
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
    let Some((scope, code)) = topic.split_once('/') else { return Err(bare(topic)) };
    let found = edition(scope).map(|(_, edition)| edition);
    let Some(edition) = found.or_else(|| service(scope).map(Service::default_edition)) else {
        let ids = rules().map(|rule| rule.id);
        return Err(unknown(topic, near_miss(topic, ids).map(str::to_owned)));
    };
    let rows: Vec<_> = edition.rows(code).collect();
    if rows.is_empty() {
        let codes = edition.codes.iter().map(|row| row.code);
        let near = near_miss(code, codes).map(|code| format!("{scope}/{code}"));
        let near =
            near.or_else(|| near_miss(topic, rules().map(|rule| rule.id)).map(str::to_owned));
        return Err(unknown(topic, near));
    }
    Ok(Topic::Code { edition, code: code.to_owned(), rows })
}

/// A topic without a service: which one could be meant.
fn bare(topic: &str) -> String {
    let editions = SERVICES.map(Service::default_edition);
    let codes = editions
        .into_iter()
        .filter(|edition| edition.rows(topic).next().is_some())
        .map(|edition| format!("{}/{topic}", edition.service));
    let ids = rules().filter(|rule| rule.id.split('/').next_back() == Some(topic));
    let meant: Vec<String> = codes.chain(ids.map(|rule| rule.id.to_owned())).collect();
    unknown(topic, (!meant.is_empty()).then(|| meant.join("` or `")))
}

fn unknown(topic: &str, near: Option<String>) -> String {
    let topic = faultbook_core::quoted(topic);
    match near {
        Some(near) => {
            format!("{topic} is no rule and no code of a service: did you mean `{near}`?")
        }
        None => format!(
            "{topic} is no rule and no code of a service: `faultbook rules` lists the rules, and \
             codes are written `service/code`"
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
            Self::Code { edition, code, rows } => {
                write!(f, "{code} ({edition})")?;
                for row in rows {
                    write!(f, "\n\n{}", row.summary)?;
                    if row.is_template() {
                        write!(f, "\ntemplate: {}", row.code)?;
                    }
                    if let Some(group) = row.group {
                        write!(f, "\ngroup: {group}")?;
                    }
                    if let Some(level) = row.level {
                        write!(f, "\nlevel: {}", level.as_str())?;
                    }
                    for status in row.statuses {
                        write!(f, "\nstatus: {status}")?;
                        let known = edition.statuses.iter().find(|row| row.status == *status);
                        if let Some(reason) = known.and_then(|row| row.reason) {
                            write!(f, " {reason}")?;
                        }
                    }
                }
                Ok(())
            }
        }
    }
}
