//! The open containers of a writer, a bit each.

/// How many containers one word of bits holds.
const WORD: usize = 64;

/// The open containers, one bit each: set for an object.
#[derive(Debug, Clone)]
pub(super) struct Containers {
    depth: usize,
    /// The innermost ones, the innermost of all in the lowest bit.
    word: u64,
    /// The words that are full, the outermost first.
    full: Vec<u64>,
}

impl Containers {
    pub(super) const fn new() -> Self {
        Self { depth: 0, word: 0, full: Vec::new() }
    }

    /// How many are open.
    #[inline]
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    #[inline]
    pub(super) fn push(&mut self, object: bool) {
        if self.depth.is_multiple_of(WORD) && self.depth > 0 {
            self.full.push(self.word);
        }
        self.word = self.word << 1 | u64::from(object);
        self.depth += 1;
    }

    #[inline]
    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.word >>= 1;
        if self.depth.is_multiple_of(WORD) {
            self.word = self.full.pop().unwrap_or(0);
        }
    }

    /// Whether the innermost one is an object; `None` where none is open.
    #[inline]
    pub(super) const fn innermost_is_object(&self) -> Option<bool> {
        if self.depth == 0 { None } else { Some(self.word & 1 == 1) }
    }
}
