//! What changed in the header fields.

use super::align::align;
use super::rules::{
    FIELD_ADDED, FIELD_CHANGED, FIELD_MOVED, FIELD_REMOVED, FIELD_SPELLING, FIELD_WORDING,
};
use super::{Change, Sides, moves, part_gone};
use crate::facts::{Digest, FieldFact, Part};

pub(super) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (sides.old.fields.as_slice(), sides.new.fields.as_slice());
    let lengths = (old.len(), new.len());
    let first = old.first().map(|row| &row.origin);
    if part_gone(Part::Fields, "header fields", lengths, first, changes) {
        return;
    }
    let name = |row: &FieldFact| row.name.to_ascii_lowercase();
    let key = |row: &FieldFact| (row.status, name(row), row.value.clone());
    let mut aligned =
        align(&old.iter().map(key).collect::<Vec<_>>(), &new.iter().map(key).collect::<Vec<_>>());
    let in_order = aligned.both.clone();
    let field = |rows: &'_ [FieldFact], at: usize| rows.get(at).map(|row| (row.status, name(row)));
    let mut pairs = aligned.pair_by(|at| field(old, at), |to| field(new, to));
    // The same field under another status, or the same place with another name.
    let value = |rows: &'_ [FieldFact], at: usize| rows.get(at).map(|row| row.value.clone());
    pairs.extend(aligned.pair_by(|at| value(old, at), |to| value(new, to)));
    pairs.sort_unstable();
    for (at, to) in pairs {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        changes.push(change(&FIELD_CHANGED, before, after).values(shown(before), shown(after)));
    }
    for &at in &aligned.removed {
        let Some(row) = old.get(at) else { continue };
        let anchor = aligned.before(at).and_then(|to| new.get(to)).or(new.first());
        changes.push(
            Change::new(&FIELD_REMOVED, Part::Fields, subject(row))
                .values(shown(row), None)
                .places(Some(&row.origin), anchor.map(|row| &row.origin)),
        );
    }
    for &to in &aligned.added {
        let Some(row) = new.get(to) else { continue };
        changes.push(
            Change::new(&FIELD_ADDED, Part::Fields, subject(row))
                .values(None, shown(row))
                .places(None, Some(&row.origin)),
        );
    }
    for &(at, to) in &aligned.both {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        if before.has_colon != after.has_colon || before.name != after.name {
            // Another name altogether was said above.
            if name(before) == name(after) {
                changes.push(
                    change(&FIELD_SPELLING, before, after).values(shown(before), shown(after)),
                );
            }
        }
        if sides.words && digest(before) != digest(after) {
            let words = |row: &FieldFact| row.wording.as_ref().and_then(|words| words.text.clone());
            changes.push(change(&FIELD_WORDING, before, after).values(words(before), words(after)));
        }
    }
    let named = |row: &'_ FieldFact| shown(row);
    moves(
        &FIELD_MOVED,
        Part::Fields,
        &in_order,
        |at| old.get(at).map(|row| (named(row), &row.origin)),
        |to| new.get(to).map(|row| (named(row), &row.origin)),
        changes,
    );
}

fn change(rule: &'static faultbook_core::Rule, before: &FieldFact, after: &FieldFact) -> Change {
    Change::new(rule, Part::Fields, subject(before))
        .places(Some(&before.origin), Some(&after.origin))
}

/// The field's name, and the status it stands beside.
fn subject(row: &FieldFact) -> String {
    match row.status {
        Some(status) => format!("{} under {status}", row.name),
        None => row.name.clone(),
    }
}

fn digest(row: &FieldFact) -> Option<Digest> {
    row.wording.as_ref().map(|wording| wording.digest)
}

/// The field as printed, with its status.
fn shown(row: &FieldFact) -> String {
    let colon = if row.has_colon { ":" } else { "" };
    let status = row.status.map(|status| format!(" under {status}")).unwrap_or_default();
    format!("{}{colon} {}{status}", row.name, row.value)
}
