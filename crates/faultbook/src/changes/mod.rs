//! What changed from one set of facts to another, and what that means for a client.
//!
//! [`between`] gives one [`Change`] for one edit; [`rules`] is the table of the kinds with the class
//! of each and the reason; [`propose`] says what to change in the catalog.

mod align;
mod codes;
mod editions;
mod examples;
mod fields;
mod members;
pub(crate) mod propose;
mod prose;
pub(crate) mod report;
mod rules;
mod statuses;

use faultbook_core::Rule;

use crate::facts::{Facts, Origin, Part};

pub(crate) use editions::between_editions;
pub(crate) use rules::{Class, RULES};

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Change {
    /// What changed, of what class, and why that class.
    pub(crate) rule: &'static Rule,
    /// The part of the facts that it belongs to.
    pub(crate) part: Part,
    /// What it is about: `4704`, `404`, `errorCode`.
    pub(crate) subject: String,
    /// What stood there before, where something did and it is known.
    pub(crate) before: Option<String>,
    /// What stands there now, where something does.
    pub(crate) after: Option<String>,
    /// Where it stood.
    pub(crate) old: Option<Origin>,
    /// Where it stands; of what is gone, that after which it stood.
    pub(crate) new: Option<Origin>,
}

impl Change {
    fn new(rule: &'static Rule, part: Part, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        Self { rule, part, subject, before: None, after: None, old: None, new: None }
    }

    fn values(self, before: impl Into<Option<String>>, after: impl Into<Option<String>>) -> Self {
        Self { before: before.into(), after: after.into(), ..self }
    }

    fn places(self, old: Option<&Origin>, new: Option<&Origin>) -> Self {
        Self { old: old.cloned(), new: new.cloned(), ..self }
    }

    /// What it means for a client.
    pub(crate) const fn class(&self) -> Class {
        Class::of(self.rule)
    }

    /// The kind, as reports have it: the rule's name.
    pub(crate) fn kind(&self) -> &'static str {
        self.rule.id.split_once('/').map_or(self.rule.id, |(_, kind)| kind)
    }

    /// Whether only words changed, and no fact.
    pub(crate) fn is_wording(&self) -> bool {
        rules::is_wording(self.rule)
    }

    /// Whether a whole part is gone.
    pub(crate) fn is_part(&self) -> bool {
        self.rule.id == rules::PART_REMOVED.id
    }

    /// Whether the thing is no longer there, so that its place is that of what stands before it.
    pub(crate) const fn is_gone(&self) -> bool {
        self.after.is_none()
    }
}

/// What changed from `old` to `new`, part by part and each in its order. Only parts that both cover
/// are compared; wording, names and reason phrases beside codes only where both cover prose, since
/// an edition without a record of its document knows none.
pub(crate) fn between(old: &Facts, new: &Facts) -> Vec<Change> {
    let mut changes = Vec::new();
    let covers = |part| old.covers.contains(&part) && new.covers.contains(&part);
    let sides = Sides { old, new, words: covers(Part::Prose) };
    let mut renamed = Vec::new();
    if covers(Part::Statuses) {
        statuses::compare(&sides, &mut changes);
    }
    if covers(Part::Codes) {
        renamed = codes::compare(&sides, &mut changes);
    }
    if covers(Part::Members) {
        members::compare(&sides, &mut changes);
    }
    if covers(Part::Fields) {
        fields::compare(&sides, &mut changes);
    }
    if covers(Part::Examples) {
        examples::compare(&sides, &renamed, &mut changes);
    }
    if sides.words {
        prose::compare(&sides, &mut changes);
    }
    changes
}

/// What is compared.
struct Sides<'f> {
    old: &'f Facts,
    new: &'f Facts,
    /// Whether wordings are known on both sides.
    words: bool,
}

/// A whole part is gone: said once, where it had more than one fact. True if it was said.
fn part_gone(
    part: Part,
    name: &str,
    (old, new): (usize, usize),
    first: Option<&Origin>,
    changes: &mut Vec<Change>,
) -> bool {
    let is_gone = old > 1 && new == 0;
    if is_gone {
        let rows = if part == Part::Examples { "examples" } else { "rows" };
        changes.push(
            Change::new(&rules::PART_REMOVED, part, name)
                .values(format!("{old} {rows}"), None)
                .places(first, None),
        );
    }
    is_gone
}

/// Past this many rows that moved, the order is another one as a whole.
const MOVES: usize = 3;

/// A row by its name and its place.
type Row<'f> = Option<(String, &'f Origin)>;

/// Says which rows of both lists stand elsewhere; where they are many, that the order is another.
fn moves<'f>(
    rule: &'static Rule,
    part: Part,
    pairs: &[(usize, usize)],
    old: impl Fn(usize) -> Row<'f>,
    new: impl Fn(usize) -> Row<'f>,
    changes: &mut Vec<Change>,
) {
    let moved = align::moved(pairs);
    if moved.len() > MOVES {
        let first = moved.first().and_then(|pair| Some((old(pair.0)?.1, new(pair.1)?.1)));
        let Some((before, after)) = first else { return };
        let text = format!("{} of {} stand elsewhere", moved.len(), pairs.len());
        changes.push(
            Change::new(&rules::ORDER_CHANGED, part, part.as_str())
                .values(None, text)
                .places(Some(before), Some(after)),
        );
        return;
    }
    for (at, to) in moved {
        let (Some((name, before)), Some((_, after))) = (old(at), new(to)) else { continue };
        let place = |row: Row<'f>| match row {
            Some((name, _)) => format!("after {name}"),
            None => "first".to_owned(),
        };
        let (was, is) = (at.checked_sub(1).and_then(&old), to.checked_sub(1).and_then(&new));
        changes.push(
            Change::new(rule, part, name)
                .values(place(was), place(is))
                .places(Some(before), Some(after)),
        );
    }
}

/// Statuses, one after the other: `400, 403`.
fn numbers(statuses: &[u16]) -> String {
    statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", ")
}

impl Part {
    /// As reports have it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Statuses => "statuses",
            Self::Codes => "codes",
            Self::Members => "members",
            Self::Fields => "fields",
            Self::Examples => "examples",
            Self::Prose => "prose",
        }
    }

    /// All of them.
    pub(crate) const ALL: [Self; 6] =
        [Self::Statuses, Self::Codes, Self::Members, Self::Fields, Self::Examples, Self::Prose];
}

#[cfg(test)]
mod tests;
