//! Judged responses, counted where they are judged.

use std::collections::BTreeMap;

use faultbook_core::{Edition, Verdict};

/// Judged responses, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many there are, by verdict.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// The documented codes seen, in the order in which the editions were met first.
    pub seen: Vec<Seen>,
}

/// The codes of an edition that were seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The edition.
    pub edition: &'static Edition,
    /// Of each row of its code table, whether it was seen. Of rows that have the same code the first
    /// one tells.
    rows: Vec<bool>,
}

impl Tally {
    /// Counts a response.
    pub fn count(&mut self, edition: &'static Edition, verdict: Verdict) {
        *self.verdicts.entry(verdict).or_default() += 1;
        self.meet(edition);
    }

    /// Marks a code of an edition that was met, if it is a documented one.
    pub fn see(&mut self, edition: &'static Edition, code: &str) {
        let Some(position) = edition.position(code) else { return };
        let seen = self.seen.iter_mut().find(|seen| std::ptr::eq(seen.edition, edition));
        if let Some(is_seen) = seen.and_then(|seen| seen.rows.get_mut(position)) {
            *is_seen = true;
        }
    }

    /// Counts what another one has counted.
    pub fn add(&mut self, other: &Self) {
        for (verdict, count) in &other.verdicts {
            *self.verdicts.entry(*verdict).or_default() += count;
        }
        for other in &other.seen {
            self.meet(other.edition);
            let own = self.seen.iter_mut().filter(|own| std::ptr::eq(own.edition, other.edition));
            let rows = own.flat_map(|own| &mut own.rows).zip(&other.rows);
            rows.for_each(|(own, other)| *own |= other);
        }
    }

    fn meet(&mut self, edition: &'static Edition) {
        if !self.seen.iter().any(|seen| std::ptr::eq(seen.edition, edition)) {
            self.seen.push(Seen { edition, rows: vec![false; edition.codes.len()] });
        }
    }
}

impl Seen {
    /// How many codes were seen.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|is_seen| **is_seen).count()
    }
}
