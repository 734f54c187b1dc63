//! What changed in the sentences.

use super::align::{align, moved};
use super::rules::{SENTENCE_ADDED, SENTENCE_CHANGED, SENTENCE_MOVED, SENTENCE_REMOVED};
use super::{Change, Sides};
use crate::facts::{Part, Wording};

pub(super) fn compare(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (sides.old.prose.as_slice(), sides.new.prose.as_slice());
    let key = |wording: &Wording| wording.digest;
    let mut aligned =
        align(&old.iter().map(key).collect::<Vec<_>>(), &new.iter().map(key).collect::<Vec<_>>());
    let in_order = aligned.both.clone();
    let lengths = (old.len(), new.len());
    let mut pairs = aligned.pair_in_place(lengths, |_, _| true);
    pairs.sort_unstable();
    let subject = |wording: &Wording| match &wording.text {
        Some(text) => beginning(text),
        None => format!("sentence {}", wording.digest),
    };
    for (at, to) in pairs {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        changes.push(
            Change::new(&SENTENCE_CHANGED, Part::Prose, subject(after))
                .values(before.text.clone(), after.text.clone())
                .places(Some(&before.origin), Some(&after.origin)),
        );
    }
    for &at in &aligned.removed {
        let Some(wording) = old.get(at) else { continue };
        let anchor = aligned.before(at).and_then(|to| new.get(to)).or(new.first());
        changes.push(
            Change::new(&SENTENCE_REMOVED, Part::Prose, subject(wording))
                .values(wording.text.clone(), None)
                .places(Some(&wording.origin), anchor.map(|wording| &wording.origin)),
        );
    }
    for &to in &aligned.added {
        let Some(wording) = new.get(to) else { continue };
        changes.push(
            Change::new(&SENTENCE_ADDED, Part::Prose, subject(wording))
                .values(None, wording.text.clone())
                .places(None, Some(&wording.origin)),
        );
    }
    for (at, to) in moved(&in_order) {
        let (Some(before), Some(after)) = (old.get(at), new.get(to)) else { continue };
        changes.push(
            Change::new(&SENTENCE_MOVED, Part::Prose, subject(after))
                .values(before.text.clone(), after.text.clone())
                .places(Some(&before.origin), Some(&after.origin)),
        );
    }
}

/// The first words.
fn beginning(text: &str) -> String {
    const WORDS: usize = 6;
    let mut words = text.split(' ');
    let mut shown = words.by_ref().take(WORDS).collect::<Vec<_>>().join(" ");
    if words.next().is_some() {
        shown.push('…');
    }
    shown
}
