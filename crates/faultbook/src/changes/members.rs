//! What changed in the members of an error.

use super::align::align;
use super::rules::{
    MEMBER_ADDED, MEMBER_MOVED, MEMBER_REMOVED, MEMBER_RENAMED, MEMBER_TYPE_CHANGED,
    MEMBER_TYPE_SPELLING, MEMBER_WORDING,
};
use super::{Change, Sides, moves, part_gone};
use crate::facts::{Digest, MemberFact, Part};

pub(super) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (sides.old.members.as_slice(), sides.new.members.as_slice());
    let lengths = (old.len(), new.len());
    let first = old.first().map(|row| &row.origin);
    if part_gone(Part::Members, "members", lengths, first, changes) {
        return;
    }
    let key = |row: &MemberFact| row.name.clone();
    let mut aligned =
        align(&old.iter().map(key).collect::<Vec<_>>(), &new.iter().map(key).collect::<Vec<_>>());
    let mut renamed = aligned.pair_in_place(lengths, |at, to| {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { return false };
        let same_words = sides.words && before.wording.is_some() && digest(before) == digest(after);
        let same_letters = before.name.eq_ignore_ascii_case(&after.name);
        same_words || same_letters && before.kind == after.kind
    });
    renamed.sort_unstable();
    for (at, to) in renamed {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        changes.push(
            change(&MEMBER_RENAMED, before, after).values(before.name.clone(), after.name.clone()),
        );
    }
    for &at in &aligned.removed {
        let Some(row) = old.get(at) else { continue };
        let anchor = aligned.before(at).and_then(|to| new.get(to)).or(new.first());
        changes.push(
            Change::new(&MEMBER_REMOVED, Part::Members, &row.name)
                .values(shown(row), None)
                .places(Some(&row.origin), anchor.map(|row| &row.origin)),
        );
    }
    for &to in &aligned.added {
        let Some(row) = new.get(to) else { continue };
        changes.push(
            Change::new(&MEMBER_ADDED, Part::Members, &row.name)
                .values(None, shown(row))
                .places(None, Some(&row.origin)),
        );
    }
    for &(at, to) in &aligned.both {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        if before.kind != after.kind {
            let letters = |kind: &Option<String>| kind.as_deref().map(str::to_ascii_lowercase);
            let is_spelling = before.kind.is_none()
                || after.kind.is_none()
                || letters(&before.kind) == letters(&after.kind);
            let rule = if is_spelling { &MEMBER_TYPE_SPELLING } else { &MEMBER_TYPE_CHANGED };
            changes
                .push(change(rule, before, after).values(before.kind.clone(), after.kind.clone()));
        }
        if sides.words && digest(before) != digest(after) {
            let words =
                |row: &MemberFact| row.wording.as_ref().and_then(|words| words.text.clone());
            changes
                .push(change(&MEMBER_WORDING, before, after).values(words(before), words(after)));
        }
    }
    let named = |row: &'_ MemberFact| row.name.clone();
    moves(
        &MEMBER_MOVED,
        Part::Members,
        &aligned.both,
        |at| old.get(at).map(|row| (named(row), &row.origin)),
        |to| new.get(to).map(|row| (named(row), &row.origin)),
        changes,
    );
}

fn change(rule: &'static faultbook_core::Rule, before: &MemberFact, after: &MemberFact) -> Change {
    Change::new(rule, Part::Members, &before.name).places(Some(&before.origin), Some(&after.origin))
}

fn digest(row: &MemberFact) -> Option<Digest> {
    row.wording.as_ref().map(|wording| wording.digest)
}

fn shown(row: &MemberFact) -> String {
    match &row.kind {
        Some(kind) => format!("{} ({kind})", row.name),
        None => row.name.clone(),
    }
}
