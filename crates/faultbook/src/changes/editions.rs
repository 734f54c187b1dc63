//! What an edition says besides its tables.

use faultbook_core::{Edition, Rule};

use super::Change;
use super::rules::{CLAUSE_CHANGED, EMPTY_RESULT_CHANGED, SHAPE_CHANGED, UNDER_SUCCESS_CHANGED};
use crate::facts::{Origin, Part};

/// What clauses are about, with the names of those clauses, and what a change of them is.
struct Topic {
    name: &'static str,
    clauses: &'static [&'static str],
    rule: &'static Rule,
}

static TOPICS: [Topic; 6] = [
    Topic {
        name: "the parts of an error",
        clauses: &["four-parts", "code-and-text"],
        rule: &SHAPE_CHANGED,
    },
    Topic {
        name: "the name of inner errors",
        clauses: &["inner-lower-case", "inner-camel-case"],
        rule: &SHAPE_CHANGED,
    },
    Topic {
        name: "what inner errors have",
        clauses: &["inner-codes", "inner-details"],
        rule: &SHAPE_CHANGED,
    },
    Topic { name: "the type", clauses: &["type-is-parameter"], rule: &CLAUSE_CHANGED },
    Topic {
        name: "the language of the message",
        clauses: &["message-translated", "message-us-english"],
        rule: &CLAUSE_CHANGED,
    },
    Topic { name: "empty results", clauses: &["empty-result"], rule: &EMPTY_RESULT_CHANGED },
];

/// What changed between two editions besides their tables.
pub(crate) fn between_editions(old: &'static Edition, new: &'static Edition) -> Vec<Change> {
    let change = |rule, topic: &str, before: Option<String>, after: Option<String>| {
        let origin = |edition: &Edition| Origin::Catalog(format!("{edition}, {topic}"));
        Change::new(rule, Part::Prose, topic)
            .values(before, after)
            .places(Some(&origin(old)), Some(&origin(new)))
    };
    let mut changes = Vec::new();
    if old.under_success != new.under_success {
        let (before, after) = (old.under_success.says(), new.under_success.says());
        changes.push(change(
            &UNDER_SUCCESS_CHANGED,
            "errors under 2xx",
            Some(before.to_owned()),
            Some(after.to_owned()),
        ));
    }
    let is_told = |name: &str| TOPICS.iter().any(|topic| topic.clauses.contains(&name));
    for topic in &TOPICS {
        let said = |edition: &'static Edition| {
            let mut clauses = edition.clauses.iter();
            clauses.find(|clause| topic.clauses.contains(&clause.name)).map(|clause| clause.says)
        };
        let (before, after) = (said(old), said(new));
        if before != after {
            let owned = |says: Option<&str>| says.map(str::to_owned);
            changes.push(change(topic.rule, topic.name, owned(before), owned(after)));
        }
    }
    for clause in old.clauses.iter().filter(|clause| !is_told(clause.name) && !new.says(clause)) {
        changes.push(change(&SHAPE_CHANGED, clause.name, Some(clause.says.to_owned()), None));
    }
    for clause in new.clauses.iter().filter(|clause| !is_told(clause.name) && !old.says(clause)) {
        changes.push(change(&SHAPE_CHANGED, clause.name, None, Some(clause.says.to_owned())));
    }
    changes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::services::SERVICES;

    #[test]
    fn every_clause_has_a_topic_and_every_topic_its_clauses() {
        let editions = SERVICES.into_iter().flat_map(|service| service.editions);
        let said: BTreeSet<&str> =
            editions.flat_map(|edition| edition.clauses).map(|clause| clause.name).collect();
        let told: BTreeSet<&str> = TOPICS.iter().flat_map(|topic| topic.clauses).copied().collect();
        assert_eq!(said, told);
    }
}
