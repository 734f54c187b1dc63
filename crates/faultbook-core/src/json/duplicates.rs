//! Names that stand twice in one object.

use std::ops::Range;

/// The names met so far that stood in their object already (RFC 8259 section 4: names should be
/// unique), in the order of the body.
///
/// Names are compared as decoded: `"a"` and `"\u0061"` are the same. A name that stands three
/// times counts twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicates {
    kept: Vec<Duplicate>,
    total: usize,
    limit: usize,
}

/// One name that stood in its object already.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Duplicate {
    /// The later name with its quotes, in bytes of the body.
    pub name: Range<usize>,
    /// The first member's name with its quotes, in bytes of the body.
    pub first: Range<usize>,
    /// The JSON Pointer (RFC 6901) of both members; `None` where it would be too long, see
    /// [`Reader::pointer`](super::Reader::pointer).
    pub pointer: Option<String>,
}

impl Duplicates {
    /// How many are kept where nothing else is asked for.
    pub const DEFAULT_LIMIT: usize = 100;

    pub(super) const fn new(limit: usize) -> Self {
        Self { kept: Vec::new(), total: 0, limit }
    }

    /// How many there were, those that were not kept included.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Whether there was none.
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Those that were kept: the first ones.
    pub fn iter(&self) -> std::slice::Iter<'_, Duplicate> {
        self.kept.iter()
    }

    /// Counts one, and keeps it while there is room.
    pub(super) fn add(&mut self, duplicate: impl FnOnce() -> Duplicate) {
        self.total += 1;
        if self.kept.len() < self.limit {
            self.kept.push(duplicate());
        }
    }
}

impl<'d> IntoIterator for &'d Duplicates {
    type Item = &'d Duplicate;
    type IntoIter = std::slice::Iter<'d, Duplicate>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
