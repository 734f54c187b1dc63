//! The open containers: what each of them is, where reading stands in it, and which names it has.
#![expect(
    clippy::inline_always,
    reason = "measured: calls of these few instructions cost as much as they do"
)]

use super::names::{Entry, LARGE, Large, Name};
use super::pointer::{At, MAX_POINTER_LEVELS, PointerWriter};

/// How many levels need no allocation.
const LEVELS: usize = 16;

/// How many names of all open objects need no allocation.
const NAMES: usize = 24;

/// How many containers one word of bits holds.
const WORD: usize = 64;

/// What is known of a container while another one is open in it.
#[derive(Debug, Clone, Copy)]
struct Outer {
    step: At,
    base: u32,
    seen: u32,
}

/// What stands in place only while there is little of it.
#[derive(Debug, Clone, Default)]
struct Deep<'a> {
    /// The words of kinds that are full, the outermost first.
    kinds: Vec<u64>,
    /// The steps of containers below [`LEVELS`]. They are never taken away again: they are written
    /// before they are read.
    steps: Vec<At>,
    /// The names past [`NAMES`], written before they are read as well.
    names: Vec<Entry>,
    /// The objects with many names, the outermost first.
    large: Vec<Large<'a>>,
}

/// The open containers.
///
/// What is known of the innermost one stands in fields of its own, and is put away when another one
/// opens in it. Of containers more than [`LEVELS`] deep only the kind, the names and, down to
/// [`MAX_POINTER_LEVELS`], the step is kept, so that hostile nesting costs little memory.
#[derive(Debug, Clone)]
pub(super) struct Open<'a> {
    depth: usize,
    /// The innermost containers, a bit each, the innermost of all in the lowest one: set for an
    /// object.
    kinds: u64,
    /// Where reading stands in the innermost container.
    step: At,
    /// How many names stand before those of the innermost container.
    base: usize,
    /// How many names there are.
    count: usize,
    /// A bit for each name of the innermost container, chosen by its hash: a name whose bit is not
    /// set is new. All are set where nothing is known, or where there are many names.
    seen: u32,
    /// Of the containers around it, the outermost first. The first place is the document's.
    outer: [Outer; LEVELS],
    /// The distinct names of every open object, in the order of the body.
    names: [Entry; NAMES],
    deep: Option<Box<Deep<'a>>>,
}

impl<'a> Open<'a> {
    #[inline]
    pub(super) const fn new() -> Self {
        Self {
            depth: 0,
            kinds: 0,
            step: At::FIRST,
            base: 0,
            count: 0,
            seen: 0,
            outer: [Outer { step: At::FIRST, base: 0, seen: 0 }; LEVELS],
            names: [Entry::NONE; NAMES],
            deep: None,
        }
    }

    /// How many are open.
    #[inline]
    pub(super) const fn depth(&self) -> usize {
        self.depth
    }

    /// Whether the innermost one is an object; `None` where none is open.
    #[inline]
    pub(super) const fn innermost_is_object(&self) -> Option<bool> {
        if self.depth == 0 { None } else { Some(self.kinds & 1 == 1) }
    }

    /// A container was opened.
    #[inline]
    pub(super) fn open(&mut self, object: bool) {
        match self.outer.get_mut(self.depth) {
            Some(outer) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "no object has more than 48 names that stand here, and these are 16"
                )]
                let base = self.base as u32;
                *outer = Outer { step: self.step, base, seen: self.seen };
            }
            None => self.open_deeper(),
        }
        self.kinds = self.kinds << 1 | u64::from(object);
        self.depth += 1;
        self.step = At::FIRST;
        self.base = self.count;
        self.seen = 0;
    }

    /// The first container of all was opened, and is an object: nothing is there to be put away.
    #[inline]
    pub(super) const fn open_first_object(&mut self) {
        self.kinds = 1;
        self.depth = 1;
    }

    #[cold]
    fn open_deeper(&mut self) {
        let deep = self.deep.get_or_insert_default();
        if self.depth.is_multiple_of(WORD) {
            deep.kinds.push(self.kinds);
        }
        let index = self.depth - LEVELS;
        match deep.steps.get_mut(index) {
            Some(step) => *step = self.step,
            None if index <= MAX_POINTER_LEVELS - LEVELS => deep.steps.push(self.step),
            None => {}
        }
    }

    /// The innermost container was closed.
    #[inline]
    pub(super) fn close(&mut self) {
        if self.seen == u32::MAX {
            self.forget_large();
        }
        self.count = self.base;
        self.depth = self.depth.saturating_sub(1);
        self.kinds >>= 1;
        match self.outer.get(self.depth) {
            Some(outer) => {
                self.step = outer.step;
                self.base = outer.base as usize;
                self.seen = outer.seen;
            }
            None => self.close_deeper(),
        }
    }

    /// What is known of the container around a deep one is found again.
    #[cold]
    fn close_deeper(&mut self) {
        let Some(deep) = &mut self.deep else { return };
        if self.depth.is_multiple_of(WORD) {
            self.kinds = deep.kinds.pop().unwrap_or(0);
        }
        self.step = deep.steps.get(self.depth - LEVELS).copied().unwrap_or(At::FIRST);
        self.seen = u32::MAX;
        let is_object = self.kinds & 1 == 1;
        if !is_object || deep.large.last().is_some_and(|large| large.depth == self.depth) {
            return;
        }
        // An object that has a container inside has a name.
        while self.base > 0 {
            self.base -= 1;
            if self.entry(self.base).is_first() {
                break;
            }
        }
    }

    #[cold]
    fn forget_large(&mut self) {
        let depth = self.depth;
        if let Some(deep) = &mut self.deep {
            deep.large.pop_if(|large| large.depth == depth);
        }
    }

    /// The next element of the innermost container begins.
    #[inline]
    pub(super) const fn next_element(&mut self) {
        self.step = self.step.next();
    }

    /// Takes in a name of the innermost container, whose opening quote is at `start` and that has
    /// `len` bytes between its quotes; `hash` stands for it. Where it stood there before, that is where
    /// its opening quote was.
    #[inline(always)]
    pub(super) fn name(
        &mut self,
        body: &'a str,
        start: usize,
        len: usize,
        escaped: bool,
        hash: u64,
    ) -> Option<usize> {
        self.step = At::name(start);
        let bit = 1 << (hash >> (u64::BITS - 5));
        if self.seen & bit != 0 {
            return self.search(Name::new(body, start, len, escaped), hash);
        }
        let mut entry = Entry::new(start, escaped, hash);
        // Of other containers it is known where their names begin. No bit is set before the first one.
        if self.depth >= LEVELS && self.seen == 0 {
            entry = entry.as_first();
        }
        self.seen |= bit;
        self.put(entry);
        None
    }

    /// Keeps a name that is new.
    #[inline(always)]
    fn put(&mut self, entry: Entry) {
        match self.names.get_mut(self.count) {
            Some(place) => *place = entry,
            None => self.put_deep(entry),
        }
        self.count += 1;
    }

    #[cold]
    fn put_deep(&mut self, entry: Entry) {
        let names = &mut self.deep.get_or_insert_default().names;
        match names.get_mut(self.count - NAMES) {
            Some(place) => *place = entry,
            None => names.push(entry),
        }
    }

    fn entry(&self, index: usize) -> Entry {
        let deep = || self.deep.as_ref()?.names.get(index - NAMES).copied();
        self.names.get(index).copied().or_else(deep).unwrap_or(Entry::NONE)
    }

    /// Looks for a name whose bit is set, and takes it in if it is new.
    #[inline(never)]
    fn search(&mut self, name: Name<'a>, hash: u64) -> Option<usize> {
        if let Some(large) = self.large() {
            return large.insert(&name);
        }
        let new = Entry::new(name.start(), name.is_escaped(), hash);
        for index in (self.base..self.count).rev() {
            let entry = self.entry(index);
            if entry.may_equal(new) && entry.is(&name) {
                return Some(entry.start());
            }
        }
        if self.count - self.base < LARGE {
            self.put(new);
            return None;
        }
        self.enlarge(&name);
        self.large()?.insert(&name)
    }

    /// The innermost container's names, where there are many.
    fn large(&mut self) -> Option<&mut Large<'a>> {
        let depth = self.depth;
        self.deep.as_mut()?.large.last_mut().filter(|large| large.depth == depth)
    }

    /// Moves the innermost object's names into a map.
    #[cold]
    fn enlarge(&mut self, name: &Name<'a>) {
        let mut large = Large::new(self.depth);
        for index in self.base..self.count {
            large.put(name.body(), self.entry(index).start());
        }
        self.count = self.base;
        self.seen = u32::MAX;
        self.deep.get_or_insert_default().large.push(large);
    }

    /// The JSON Pointer made of the outermost `levels` steps; `None` past the limits.
    ///
    /// It takes time in proportion to the limits at most, however long the names are.
    pub(super) fn pointer(&self, body: &str, levels: usize) -> Option<String> {
        if levels > MAX_POINTER_LEVELS {
            return None;
        }
        let outer = self.outer.iter().skip(1).map(|outer| outer.step);
        let deep = self.deep.iter().flat_map(|deep| deep.steps.iter().copied());
        let around = outer.chain(deep).take(levels.min(self.depth.saturating_sub(1)));
        let innermost = (levels > 0 && levels == self.depth).then_some(self.step);
        let mut pointer = PointerWriter::new(body);
        for step in around.chain(innermost) {
            pointer.push(step)?;
        }
        Some(pointer.finish())
    }
}
