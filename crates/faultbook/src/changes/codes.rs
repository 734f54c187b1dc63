//! What changed in the lists of codes.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use faultbook_core::{Level, near_miss};

use super::align::{Aligned, align};
use super::rules::{
    CODE_GROUP_CHANGED, CODE_LEVEL_CHANGED, CODE_MOVED, CODE_NAME_CHANGED, CODE_REASON_CHANGED,
    CODE_REASONS_CHANGED, CODE_ROWS_CHANGED, CODE_STATUS_ADDED, CODE_STATUS_CHANGED,
    CODE_STATUS_GIVEN, CODE_STATUS_REMOVED, CODE_WORDING, GROUP_RENAMED, GROUPS_CHANGED,
    LEVELS_ADDED, LEVELS_REMOVED, NAMES_CHANGED, code_added, code_removed, code_renamed,
};
use super::{Change, Sides, moves, numbers, part_gone};
use crate::facts::{CodeFact, Digest, Origin, Part};

/// A facet of a row that a whole table can have or lack.
struct Column {
    rule: [&'static faultbook_core::Rule; 2],
    name: &'static str,
    has: fn(&CodeFact) -> bool,
}

static GROUPS: Column =
    Column { rule: [&GROUPS_CHANGED; 2], name: "groups", has: |row| row.group.is_some() };
static NAMES: Column =
    Column { rule: [&NAMES_CHANGED; 2], name: "names", has: |row| row.name.is_some() };
static LEVELS: Column = Column {
    rule: [&LEVELS_REMOVED, &LEVELS_ADDED],
    name: "lists",
    has: |row| row.level.is_some(),
};
static REASONS: Column = Column {
    rule: [&CODE_REASONS_CHANGED; 2],
    name: "reason phrases",
    has: |row| row.statuses.iter().any(|status| status.reason.is_some()),
};

/// Says which codes were renamed: from what to what.
pub(super) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) -> Vec<(String, String)> {
    let (old, new) = (sides.old.codes.as_slice(), sides.new.codes.as_slice());
    let first = old.first().map(|row| &row.origin);
    if part_gone(Part::Codes, "codes", (old.len(), new.len()), first, changes) {
        return Vec::new();
    }
    let by_level = !column(&LEVELS, old, new, changes);
    let by_group = !column(&GROUPS, old, new, changes);
    let by_name = !column(&NAMES, old, new, changes);
    let by_reason = sides.words && !column(&REASONS, old, new, changes);

    // A row is the same row where the code, its list and its statuses are; else where the code and
    // its list are.
    let level = |row: &CodeFact| row.level.filter(|_| by_level);
    let key = |row: &CodeFact| (row.code.clone(), level(row), statuses(row));
    let keys = |rows: &[CodeFact]| rows.iter().map(key).collect::<Vec<_>>();
    let mut aligned = align(&keys(old), &keys(new));
    let coded =
        |rows: &'_ [CodeFact], at: usize| rows.get(at).map(|row| (row.code.clone(), level(row)));
    // A row with another status may stand elsewhere for that alone.
    let mut stays: HashSet<usize> = aligned.both.iter().map(|pair| pair.0).collect();
    aligned.pair_by(|at| coded(old, at), |to| coded(new, to));

    // What is left of a code that both sides have in that list is a row of it, more or less.
    let known = |rows: &[CodeFact]| -> HashSet<(String, Option<Level>)> {
        rows.iter().map(|row| (row.code.clone(), level(row))).collect()
    };
    let (known_old, known_new) = (known(old), known(new));
    let is_known = |set: &HashSet<(String, Option<Level>)>, row: &CodeFact| {
        set.contains(&(row.code.clone(), level(row)))
    };
    rows_of_known_codes(
        &mut aligned,
        (old, new),
        changes,
        |row| is_known(&known_new, row),
        |row| is_known(&known_old, row),
    );

    // A code that went from one list to the other.
    let code = |rows: &'_ [CodeFact], at: usize| rows.get(at).map(|row| row.code.clone());
    for (at, to) in aligned.pair_by(|at| code(old, at), |to| code(new, to)) {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        let name = |level: Option<Level>| Some(level.map_or("no list", Level::as_str).to_owned());
        changes.push(
            change(&CODE_LEVEL_CHANGED, before, after)
                .values(name(before.level), name(after.level)),
        );
    }

    let mut renamed = renames(&mut aligned, sides, level);
    renamed.sort_unstable();
    let mut names = Vec::new();
    for (at, to) in renamed {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        stays.insert(at);
        let rule = code_renamed(&before.code, &after.code, level(before));
        changes.push(change(rule, before, after).values(before.code.clone(), after.code.clone()));
        names.push((before.code.clone(), after.code.clone()));
    }

    for &at in &aligned.removed {
        let Some(row) = old.get(at) else { continue };
        let anchor = anchor(&aligned, at, new);
        changes.push(
            Change::new(code_removed(level(row)), Part::Codes, &row.code)
                .values(shown(row), None)
                .places(Some(&row.origin), anchor),
        );
    }
    for &to in &aligned.added {
        let Some(row) = new.get(to) else { continue };
        changes.push(
            Change::new(code_added(level(row)), Part::Codes, &row.code)
                .values(None, shown(row))
                .places(None, Some(&row.origin)),
        );
    }

    let regrouped = if by_group { groups(&aligned, (old, new), changes) } else { HashSet::new() };
    for &(at, to) in &aligned.both {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        row(before, after, changes);
        if by_reason {
            reasons(before, after, changes);
        }
        if by_name && before.name != after.name {
            changes.push(
                change(&CODE_NAME_CHANGED, before, after)
                    .values(before.name.clone(), after.name.clone()),
            );
        }
        if sides.words && digest(before) != digest(after) {
            changes.push(change(&CODE_WORDING, before, after).values(words(before), words(after)));
        }
    }
    // What stands in another group or list stands in another place anyway.
    let in_order: Vec<_> = aligned
        .both
        .iter()
        .copied()
        .filter(|(at, _)| stays.contains(at) && !regrouped.contains(at))
        .collect();
    let label = |row: &'_ CodeFact| row.code.clone();
    moves(
        &CODE_MOVED,
        Part::Codes,
        &in_order,
        |at| old.get(at).map(|row| (label(row), &row.origin)),
        |to| new.get(to).map(|row| (label(row), &row.origin)),
        changes,
    );
    names
}

fn change(rule: &'static faultbook_core::Rule, before: &CodeFact, after: &CodeFact) -> Change {
    Change::new(rule, Part::Codes, &before.code).places(Some(&before.origin), Some(&after.origin))
}

/// Says once that a whole column is gone or new. True if it did.
fn column(column: &Column, old: &[CodeFact], new: &[CodeFact], changes: &mut Vec<Change>) -> bool {
    let count = |rows: &[CodeFact]| rows.iter().filter(|row| (column.has)(row)).count();
    let (before, after) = (count(old), count(new));
    // One row of many is a change of that row.
    let is_gone = before > 1 && after == 0 && new.len() > 1;
    let is_new = after > 1 && before == 0 && old.len() > 1;
    if !is_gone && !is_new {
        return false;
    }
    let [gone, come] = column.rule;
    let first = |rows: &[CodeFact]| rows.first().map(|row| row.origin.clone());
    let said = |count: usize| (count > 0).then(|| format!("{} beside {count} rows", column.name));
    changes.push(
        Change::new(if is_gone { gone } else { come }, Part::Codes, column.name)
            .values(said(before), said(after))
            .places(first(old).as_ref(), first(new).as_ref()),
    );
    true
}

/// Rows that are left of codes that stay: their statuses come or go with them.
fn rows_of_known_codes(
    aligned: &mut Aligned,
    (old, new): (&[CodeFact], &[CodeFact]),
    changes: &mut Vec<Change>,
    stays: impl Fn(&CodeFact) -> bool,
    was_there: impl Fn(&CodeFact) -> bool,
) {
    let all = |rows: &[CodeFact]| {
        let mut all: HashMap<String, HashSet<u16>> = HashMap::new();
        for row in rows {
            all.entry(row.code.clone()).or_default().extend(statuses(row));
        }
        all
    };
    let (all_old, all_new) = (all(old), all(new));
    let others = |row: &CodeFact, all: &HashMap<String, HashSet<u16>>| {
        let mut list = statuses(row);
        list.retain(|status| !all.get(&row.code).is_some_and(|all| all.contains(status)));
        list
    };
    let (gone, rest): (Vec<_>, Vec<_>) =
        aligned.removed.iter().partition(|at| old.get(**at).is_some_and(&stays));
    for at in gone {
        let Some(row) = old.get(at) else { continue };
        let less = others(row, &all_new);
        let rule = if less.is_empty() { &CODE_ROWS_CHANGED } else { &CODE_STATUS_REMOVED };
        let at = anchor_of_code(row, new);
        changes.push(
            Change::new(rule, Part::Codes, &row.code)
                .values(shown(row), None)
                .places(Some(&row.origin), at),
        );
    }
    aligned.removed = rest;
    let (come, rest): (Vec<_>, Vec<_>) =
        aligned.added.iter().partition(|to| new.get(**to).is_some_and(&was_there));
    for to in come {
        let Some(row) = new.get(to) else { continue };
        let more = others(row, &all_old);
        let rule = if more.is_empty() { &CODE_ROWS_CHANGED } else { &CODE_STATUS_ADDED };
        let at = old.iter().find(|before| before.code == row.code).map(|row| &row.origin);
        changes.push(
            Change::new(rule, Part::Codes, &row.code)
                .values(None, shown(row))
                .places(at, Some(&row.origin)),
        );
    }
    aligned.added = rest;
}

fn anchor_of_code<'f>(row: &CodeFact, new: &'f [CodeFact]) -> Option<&'f Origin> {
    new.iter().find(|after| after.code == row.code).map(|row| &row.origin)
}

/// Where what is gone would stand: after what stood before it.
fn anchor<'f>(aligned: &Aligned, at: usize, new: &'f [CodeFact]) -> Option<&'f Origin> {
    aligned.before(at).and_then(|to| new.get(to)).or(new.first()).map(|row| &row.origin)
}

/// Pairs codes that are gone with codes that are new: what is said of them in the same words, or
/// what has the same name or nearly the same spelling, in the same place.
fn renames(
    aligned: &mut Aligned,
    sides: &Sides<'_>,
    level: impl Fn(&CodeFact) -> Option<Level>,
) -> Vec<(usize, usize)> {
    let (old, new) = (&sides.old.codes, &sides.new.codes);
    let lengths = (old.len(), new.len());
    let rows = |at: usize, to: usize| {
        let (before, after) = (old.get(at)?, new.get(to)?);
        (level(before) == level(after)).then_some((before, after))
    };
    let same_words = |before: &CodeFact, after: &CodeFact| {
        sides.words && before.wording.is_some() && digest(before) == digest(after)
    };
    // Where most of what stayed is said in other words, as in a translation, words tell nothing.
    let both = aligned.both.iter().filter_map(|&(at, to)| rows(at, to));
    let same = both.filter(|(before, after)| same_words(before, after)).count();
    let do_words_tell = same * 2 > aligned.both.len();
    let mut pairs = aligned.pair_in_place(lengths, |at, to| {
        rows(at, to).is_some_and(|(before, after)| same_words(before, after))
    });
    pairs.extend(aligned.pair_in_place(lengths, |at, to| {
        rows(at, to).is_some_and(|(before, after)| {
            let is_near = near_miss(&after.code, [before.code.as_str()]).is_some();
            let is_alone = sides.words && !do_words_tell && !before.statuses.is_empty();
            statuses(before) == statuses(after)
                && before.name == after.name
                && (before.name.is_some() || is_alone || is_near && !is_number(&after.code))
        })
    }));
    // Elsewhere in the list only by words that no other row has.
    if sides.words {
        let unique = |rows: &[CodeFact]| {
            let mut counts: HashMap<Digest, usize> = HashMap::new();
            for digest in rows.iter().filter_map(digest) {
                *counts.entry(digest).or_default() += 1;
            }
            counts
        };
        let (in_old, in_new) = (unique(old), unique(new));
        let only = |row: &CodeFact| {
            let digest = digest(row)?;
            let counts = [in_old.get(&digest), in_new.get(&digest)];
            counts.iter().all(|count| *count == Some(&1)).then_some((digest, level(row)))
        };
        pairs.extend(
            aligned.pair_by(|at| old.get(at).and_then(&only), |to| new.get(to).and_then(&only)),
        );
    }
    let named = |row: &CodeFact| Some((row.name.clone()?, statuses(row), level(row)));
    pairs.extend(
        aligned.pair_by(|at| old.get(at).and_then(named), |to| new.get(to).and_then(named)),
    );
    pairs
}

/// Between numbers nearness means nothing: 4705 is no slip of the pen for 4706.
fn is_number(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit())
}

/// Says which rows stand in another group, and gives them.
fn groups(
    aligned: &Aligned,
    (old, new): (&[CodeFact], &[CodeFact]),
    changes: &mut Vec<Change>,
) -> HashSet<usize> {
    let names = |rows: &[CodeFact]| -> HashSet<Option<String>> {
        rows.iter().map(|row| row.group.clone()).collect()
    };
    let (in_old, in_new) = (names(old), names(new));
    let mut to_which: HashMap<&Option<String>, Vec<(usize, &CodeFact, &CodeFact)>> = HashMap::new();
    let mut order = Vec::new();
    for &(at, to) in &aligned.both {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        let list = to_which.entry(&before.group).or_insert_with(|| {
            order.push(&before.group);
            Vec::new()
        });
        list.push((at, before, after));
    }
    let mut regrouped = HashSet::new();
    for group in order {
        let Some(rows) = to_which.get(group) else { continue };
        let Some((_, first_before, first_after)) = rows.first() else { continue };
        let is_one = rows.iter().all(|(_, _, after)| after.group == first_after.group);
        let is_renamed = is_one
            && rows.len() > 1
            && group.is_some()
            && first_after.group.is_some()
            && !in_new.contains(group)
            && !in_old.contains(&first_after.group);
        if is_renamed {
            changes.push(
                Change::new(&GROUP_RENAMED, Part::Codes, group.clone().unwrap_or_default())
                    .values(group.clone(), first_after.group.clone())
                    .places(Some(&first_before.origin), Some(&first_after.origin)),
            );
            continue;
        }
        for (at, before, after) in rows {
            if before.group != after.group {
                regrouped.insert(*at);
                changes.push(
                    change(&CODE_GROUP_CHANGED, before, after)
                        .values(before.group.clone(), after.group.clone()),
                );
            }
        }
    }
    regrouped
}

/// The statuses of one row.
fn row(before: &CodeFact, after: &CodeFact, changes: &mut Vec<Change>) {
    let (was, is) = (statuses(before), statuses(after));
    let more = is.iter().any(|status| !was.contains(status));
    let less = was.iter().any(|status| !is.contains(status));
    let rule = match (less, more) {
        (false, false) => return,
        (false, true) if was.is_empty() => &CODE_STATUS_GIVEN,
        (false, true) => &CODE_STATUS_ADDED,
        (true, false) => &CODE_STATUS_REMOVED,
        (true, true) => &CODE_STATUS_CHANGED,
    };
    let said = |list: &[u16]| Some(if list.is_empty() { "none".to_owned() } else { numbers(list) });
    let mut found = change(rule, before, after).values(said(&was), said(&is));
    // Where the status itself stands, which is beside the code.
    if let Some(status) = after.statuses.iter().find(|status| !was.contains(&status.status)) {
        found.new = Some(status.origin.clone());
    }
    changes.push(found);
}

fn reasons(before: &CodeFact, after: &CodeFact, changes: &mut Vec<Change>) {
    for status in &after.statuses {
        let same = before.statuses.iter().find(|other| other.status == status.status);
        let Some(other) = same.filter(|other| other.reason != status.reason) else { continue };
        changes.push(
            Change::new(&CODE_REASON_CHANGED, Part::Codes, &before.code)
                .values(other.reason.clone(), status.reason.clone())
                .places(Some(&before.origin), Some(&status.origin)),
        );
    }
}

fn statuses(row: &CodeFact) -> Vec<u16> {
    let mut statuses: Vec<u16> = row.statuses.iter().map(|status| status.status).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

fn digest(row: &CodeFact) -> Option<Digest> {
    row.wording.as_ref().map(|wording| wording.digest)
}

fn words(row: &CodeFact) -> Option<String> {
    row.wording.as_ref().and_then(|wording| wording.text.clone())
}

/// A row in a few words: `LIMIT_EXCEEDED under 400`.
pub(super) fn shown(row: &CodeFact) -> String {
    let mut text = row.code.clone();
    if let Some(name) = &row.name {
        _ = write!(text, " {name}");
    }
    if !row.statuses.is_empty() {
        _ = write!(text, " under {}", numbers(&statuses(row)));
    }
    if let Some(level) = row.level {
        _ = write!(text, " ({})", level.as_str());
    } else if let Some(group) = &row.group {
        _ = write!(text, " ({group})");
    }
    text
}
