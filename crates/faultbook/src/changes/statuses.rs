//! What changed in the table of statuses.

use super::align::align;
use super::rules::{
    REASON_CHANGED, REASONS_TRANSLATED, STATUS_ADDED, STATUS_CHANGED, STATUS_MOVED, STATUS_REMOVED,
    STATUS_ROWS_CHANGED, STATUS_WORDING,
};
use super::{Change, Sides, moves, part_gone};
use crate::facts::{Part, StatusFact};

pub(super) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (&sides.old.statuses, &sides.new.statuses);
    let lengths = (old.len(), new.len());
    let first = old.first().map(|row| &row.origin);
    if part_gone(Part::Statuses, "statuses", lengths, first, changes) {
        return;
    }
    let key = |row: &StatusFact| row.status;
    let mut aligned =
        align(&old.iter().map(key).collect::<Vec<_>>(), &new.iter().map(key).collect::<Vec<_>>());
    let is_kept = aligned.both.clone();
    // The same row under another number: said with the same words, or with the same phrase in the
    // same place.
    let known = |list: &[StatusFact], status| list.iter().any(|row| row.status == status);
    let mut pairs = aligned.pair_in_place(lengths, |at, to| {
        let (Some(old_row), Some(new_row)) = (old.get(at), new.get(to)) else { return false };
        let same_words =
            sides.words && old_row.wording.is_some() && digest(old_row) == digest(new_row);
        let same_reason = old_row.reason.is_some() && old_row.reason == new_row.reason;
        // A number that the other side has in another row is that row's.
        (same_words || same_reason) && !known(new, old_row.status) && !known(old, new_row.status)
    });
    pairs.sort_unstable();
    for (at, to) in &pairs {
        let (Some(before), Some(after)) = (old.get(*at), new.get(*to)) else { continue };
        changes.push(
            Change::new(&STATUS_CHANGED, Part::Statuses, before.status.to_string())
                .values(before.status.to_string(), after.status.to_string())
                .places(Some(&before.origin), Some(&after.origin)),
        );
    }
    for &at in &aligned.removed {
        let Some(row) = old.get(at) else { continue };
        let is_row = known(new, row.status);
        let anchor = aligned.before(at).and_then(|to| new.get(to)).or(new.first());
        changes.push(
            Change::new(
                if is_row { &STATUS_ROWS_CHANGED } else { &STATUS_REMOVED },
                Part::Statuses,
                row.status.to_string(),
            )
            .values(shown(row), None)
            .places(Some(&row.origin), anchor.map(|row| &row.origin)),
        );
    }
    for &to in &aligned.added {
        let Some(row) = new.get(to) else { continue };
        let is_row = known(old, row.status);
        changes.push(
            Change::new(
                if is_row { &STATUS_ROWS_CHANGED } else { &STATUS_ADDED },
                Part::Statuses,
                row.status.to_string(),
            )
            .values(None, shown(row))
            .places(None, Some(&row.origin)),
        );
    }
    let is_translated = translated(sides, &aligned.both, changes);
    for (at, to) in &aligned.both {
        let (Some(before), Some(after)) = (old.get(*at), new.get(*to)) else { continue };
        let change = |rule| {
            Change::new(rule, Part::Statuses, before.status.to_string())
                .places(Some(&before.origin), Some(&after.origin))
        };
        if before.reason != after.reason && !is_translated {
            changes
                .push(change(&REASON_CHANGED).values(before.reason.clone(), after.reason.clone()));
        }
        if sides.words && digest(before) != digest(after) {
            changes.push(change(&STATUS_WORDING).values(words(before), words(after)));
        }
    }
    let named = |row: &'_ StatusFact| row.status.to_string();
    moves(
        &STATUS_MOVED,
        Part::Statuses,
        &is_kept,
        |at| old.get(at).map(|row| (named(row), &row.origin)),
        |to| new.get(to).map(|row| (named(row), &row.origin)),
        changes,
    );
}

/// Says once that the phrases are translated: most of them differ, and what is said beside them.
fn translated(sides: &Sides<'_>, both: &[(usize, usize)], changes: &mut Vec<Change>) -> bool {
    const FEW: usize = 4;
    let rows = both
        .iter()
        .filter_map(|(at, to)| Some((sides.old.statuses.get(*at)?, sides.new.statuses.get(*to)?)));
    let rows: Vec<_> = rows.collect();
    let differing = |differs: fn(&StatusFact, &StatusFact) -> bool| {
        rows.iter().filter(|(before, after)| differs(before, after)).count() * 2 > rows.len()
    };
    let is_translated = sides.words
        && rows.len() >= FEW
        && differing(|before, after| after.reason.is_some() && before.reason != after.reason)
        && differing(|before, after| digest(before) != digest(after));
    let differs = |pair: &&(&StatusFact, &StatusFact)| pair.0.reason != pair.1.reason;
    if let Some((before, after)) = rows.iter().find(differs).filter(|_| is_translated) {
        changes.push(
            Change::new(&REASONS_TRANSLATED, Part::Statuses, "reason phrases")
                .values(before.reason.clone(), after.reason.clone())
                .places(Some(&before.origin), Some(&after.origin)),
        );
    }
    is_translated
}

fn digest(row: &StatusFact) -> Option<crate::facts::Digest> {
    row.wording.as_ref().map(|wording| wording.digest)
}

fn words(row: &StatusFact) -> Option<String> {
    row.wording.as_ref().and_then(|wording| wording.text.clone())
}

fn shown(row: &StatusFact) -> String {
    match &row.reason {
        Some(reason) => format!("{} {reason}", row.status),
        None => row.status.to_string(),
    }
}
