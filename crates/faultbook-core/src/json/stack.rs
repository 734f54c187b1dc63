//! Stacks whose first items need no allocation.

/// A stack of small items: the first `N` stand in place, the others in a `Vec`.
#[derive(Debug, Clone)]
pub(super) struct Stack<T, const N: usize> {
    inline: [T; N],
    spill: Vec<T>,
    len: usize,
}

impl<T: Copy, const N: usize> Stack<T, N> {
    /// An empty stack; `filler` is what unused places hold.
    pub(super) const fn new(filler: T) -> Self {
        Self { inline: [filler; N], spill: Vec::new(), len: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        match self.inline.get_mut(self.len) {
            Some(place) => *place = item,
            None => self.spill.push(item),
        }
        self.len += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let index = self.len.checked_sub(1)?;
        self.len = index;
        match self.inline.get(index) {
            Some(&item) => Some(item),
            None => self.spill.pop(),
        }
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<T> {
        if index >= self.len {
            return None;
        }
        match self.inline.get(index) {
            Some(&item) => Some(item),
            None => self.spill.get(index - N).copied(),
        }
    }

    /// The items, the last one first.
    #[inline]
    pub(super) fn iter_from_top(&self) -> impl Iterator<Item = T> {
        let inline = self.inline.get(..self.len).unwrap_or(&self.inline);
        self.spill.iter().rev().chain(inline.iter().rev()).copied()
    }

    #[inline]
    pub(super) fn last_mut(&mut self) -> Option<&mut T> {
        let index = self.len.checked_sub(1)?;
        match self.inline.get_mut(index) {
            Some(item) => Some(item),
            None => self.spill.last_mut(),
        }
    }
}

/// How many containers need no allocation: four words of bits.
const WORDS: usize = 4;

/// The open containers, one bit each: set for an object.
#[derive(Debug, Clone)]
pub(super) struct Containers {
    depth: usize,
    words: Stack<u64, WORDS>,
}

impl Containers {
    pub(super) const fn new() -> Self {
        Self { depth: 0, words: Stack::new(0) }
    }

    /// How many are open.
    #[inline]
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    #[inline]
    pub(super) fn push(&mut self, object: bool) {
        let bit = self.depth % 64;
        if bit == 0 {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word = (*word & !(1 << bit)) | (u64::from(object) << bit);
        }
        self.depth += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.depth.is_multiple_of(64) {
            self.words.pop();
        }
    }

    /// Whether the innermost one is an object; `None` where none is open.
    #[inline]
    pub(super) fn innermost_is_object(&self) -> Option<bool> {
        let top = self.depth.checked_sub(1)?;
        let word = self.words.get(top / 64)?;
        Some(word >> (top % 64) & 1 == 1)
    }
}
