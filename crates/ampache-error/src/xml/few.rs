//! A list whose first entries need no allocation.

/// At most `N` entries are kept inline, the others in a `Vec`.
#[derive(Debug, Clone)]
pub(super) struct Few<T, const N: usize> {
    first: [T; N],
    len: usize,
    more: Vec<T>,
}

impl<T: Copy + Default, const N: usize> Few<T, N> {
    pub(super) fn new() -> Self {
        Self { first: [T::default(); N], len: 0, more: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn push(&mut self, entry: T) {
        match self.first.get_mut(self.len) {
            Some(slot) => *slot = entry,
            None => self.more.push(entry),
        }
        self.len += 1;
    }

    pub(super) fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        match self.first.get(self.len) {
            Some(slot) => Some(*slot),
            None => self.more.pop(),
        }
    }

    pub(super) fn last(&self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        self.first.get(last).or_else(|| self.more.last()).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.first.iter().take(self.len).chain(&self.more).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spills_and_comes_back() {
        let mut few = Few::<usize, 2>::new();
        for round in 0..3 {
            for entry in 1..=4 {
                few.push(entry);
                assert_eq!((few.len(), few.last()), (entry, Some(entry)), "{round}");
            }
            assert_eq!(few.iter().collect::<Vec<_>>(), [1, 2, 3, 4]);
            for entry in (1..=4).rev() {
                assert_eq!(few.pop(), Some(entry));
            }
            assert_eq!((few.pop(), few.last()), (None, None));
        }
    }
}
