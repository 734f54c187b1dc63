//! Which item of one list is which of another: by key, and what moved.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

/// Two lists side by side, by their indexes.
#[derive(Debug, Default)]
pub(super) struct Aligned {
    /// Items that are in both, in the order of the old list.
    pub(super) both: Vec<(usize, usize)>,
    /// Items of the old list that the new one lacks.
    pub(super) removed: Vec<usize>,
    /// Items of the new list that the old one lacks.
    pub(super) added: Vec<usize>,
}

/// Pairs what has the same key; of several with one key, the first with the first.
pub(super) fn align<K: Hash + Eq>(old: &[K], new: &[K]) -> Aligned {
    let mut places: HashMap<&K, VecDeque<usize>> = HashMap::new();
    for (index, key) in new.iter().enumerate() {
        places.entry(key).or_default().push_back(index);
    }
    let mut aligned = Aligned::default();
    let mut is_taken = vec![false; new.len()];
    for (index, key) in old.iter().enumerate() {
        match places.get_mut(key).and_then(VecDeque::pop_front) {
            Some(place) => {
                aligned.both.push((index, place));
                if let Some(taken) = is_taken.get_mut(place) {
                    *taken = true;
                }
            }
            None => aligned.removed.push(index),
        }
    }
    let free = is_taken.iter().enumerate().filter(|(_, taken)| !**taken);
    aligned.added = free.map(|(index, _)| index).collect();
    aligned
}

impl Aligned {
    /// Pairs more of what is left, by another key; items without one stay.
    pub(super) fn pair_by<K: Hash + Eq>(
        &mut self,
        old: impl Fn(usize) -> Option<K>,
        new: impl Fn(usize) -> Option<K>,
    ) -> Vec<(usize, usize)> {
        let mut places: HashMap<K, VecDeque<usize>> = HashMap::new();
        for &index in &self.added {
            if let Some(key) = new(index) {
                places.entry(key).or_default().push_back(index);
            }
        }
        let mut pairs = Vec::new();
        for &index in &self.removed {
            let place = old(index).and_then(|key| places.get_mut(&key)?.pop_front());
            pairs.extend(place.map(|place| (index, place)));
        }
        self.take(&pairs);
        pairs
    }

    /// Pairs what is left and stands in the same place: after the same item, or before the same one.
    pub(super) fn pair_in_place(
        &mut self,
        lengths: (usize, usize),
        fits: impl Fn(usize, usize) -> bool,
    ) -> Vec<(usize, usize)> {
        let gaps = |length: usize, pairs: &mut dyn Iterator<Item = (usize, usize)>| {
            // What stands before and after each place, as the number of a pair.
            let mut marks = vec![None; length];
            for (place, pair) in pairs {
                if let Some(mark) = marks.get_mut(place) {
                    *mark = Some(pair);
                }
            }
            let run = |marks: &mut dyn Iterator<Item = &Option<usize>>| {
                let mut last = None;
                let mut beside = Vec::new();
                for mark in marks {
                    beside.push(last);
                    last = mark.or(last);
                }
                beside
            };
            let before = run(&mut marks.iter());
            let mut after = run(&mut marks.iter().rev());
            after.reverse();
            (before, after)
        };
        let pair = |(number, pair): (usize, &(usize, usize))| (number, *pair);
        let numbered: Vec<_> = self.both.iter().enumerate().map(pair).collect();
        let old = gaps(lengths.0, &mut numbered.iter().map(|(number, (old, _))| (*old, *number)));
        let new = gaps(lengths.1, &mut numbered.iter().map(|(number, (_, new))| (*new, *number)));
        let mut pairs = Vec::new();
        // Of many in one gap the first goes with the first that fits, among a few.
        for is_before in [true, false] {
            let side = |gaps: &(Vec<_>, Vec<_>), index: usize| {
                let list = if is_before { &gaps.0 } else { &gaps.1 };
                list.get(index).copied().flatten()
            };
            let mut places: HashMap<Option<usize>, VecDeque<usize>> = HashMap::new();
            for &index in &self.added {
                places.entry(side(&new, index)).or_default().push_back(index);
            }
            let mut found = Vec::new();
            for &index in &self.removed {
                let Some(free) = places.get_mut(&side(&old, index)) else { continue };
                let fitting = free.iter().take(16).position(|&place| fits(index, place));
                if let Some(place) = fitting.and_then(|at| free.remove(at)) {
                    found.push((index, place));
                }
            }
            self.take(&found);
            pairs.extend(found);
        }
        pairs
    }

    fn take(&mut self, pairs: &[(usize, usize)]) {
        use std::collections::HashSet;
        let old: HashSet<usize> = pairs.iter().map(|pair| pair.0).collect();
        let new: HashSet<usize> = pairs.iter().map(|pair| pair.1).collect();
        self.removed.retain(|index| !old.contains(index));
        self.added.retain(|index| !new.contains(index));
        self.both.extend(pairs);
        self.both.sort_unstable();
    }

    /// The index in the new list of the item after which a removed one stood.
    pub(super) fn before(&self, removed: usize) -> Option<usize> {
        let at = self.both.partition_point(|(old, _)| *old < removed);
        at.checked_sub(1).and_then(|at| self.both.get(at)).map(|(_, new)| *new)
    }
}

/// Of pairs in the order of the old list, those that have to be moved to get the order of the new
/// one: as few as can be.
pub(super) fn moved(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The longest run of pairs that ascend in both lists stays (patience sorting).
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let new = |at: usize| pairs.get(at).map(|pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|&top| new(top) < Some(pair.1));
        before.push(pile.checked_sub(1).and_then(|pile| tops.get(pile).copied()));
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    let mut stays = vec![false; pairs.len()];
    let mut last = tops.last().copied();
    while let Some(at) = last {
        if let Some(stays) = stays.get_mut(at) {
            *stays = true;
        }
        last = before.get(at).copied().flatten();
    }
    pairs.iter().zip(stays).filter(|(_, stays)| !stays).map(|(pair, _)| *pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moved_is_as_little_as_can_be() {
        let moved_in = |new: &[usize]| {
            let pairs: Vec<_> = new.iter().copied().enumerate().collect();
            moved(&pairs).into_iter().map(|pair| pair.0).collect::<Vec<_>>()
        };
        assert!(moved_in(&[0, 1, 2, 3]).is_empty());
        assert_eq!(moved_in(&[3, 0, 1, 2]), [0]);
        assert_eq!(moved_in(&[0, 2, 3, 1]), [3]);
        assert_eq!(moved_in(&[0, 2, 1, 3]).len(), 1);
    }

    #[test]
    fn what_stands_in_one_place_is_paired() {
        let mut aligned = align(&["a", "b", "c"], &["a", "x", "c", "y"]);
        assert_eq!(aligned.pair_in_place((3, 4), |_, _| true), [(1, 1)]);
        assert_eq!((aligned.removed.len(), aligned.added), (0, vec![3]));
        let mut aligned = align(&["b", "c"], &["x", "c"]);
        assert_eq!(aligned.pair_in_place((2, 2), |_, _| true), [(0, 0)]);
    }
}
