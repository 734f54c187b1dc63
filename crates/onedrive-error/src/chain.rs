//! A list whose first element stands inline: what a chain of inner errors is kept in.

/// Elements in order, the outermost first. The documented example has one, which allocates
/// nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Chain<T> {
    /// `None` only where `rest` is empty.
    first: Option<T>,
    rest: Vec<T>,
}

impl<T> Chain<T> {
    pub(crate) const fn new() -> Self {
        Self { first: None, rest: Vec::new() }
    }

    pub(crate) const fn of(first: Option<T>) -> Self {
        Self { first, rest: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    pub(crate) fn get(&self, index: usize) -> Option<&T> {
        match index.checked_sub(1) {
            None => self.first.as_ref(),
            Some(index) => self.rest.get(index),
        }
    }

    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        match index.checked_sub(1) {
            None => self.first.as_mut(),
            Some(index) => self.rest.get_mut(index),
        }
    }

    pub(crate) fn push(&mut self, element: T) {
        if self.first.is_none() {
            self.first = Some(element);
        } else {
            self.rest.push(element);
        }
    }

    /// Keeps the first `len` elements.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.rest.truncate(len.saturating_sub(1));
        if len == 0 {
            self.first = None;
        }
    }

    pub(crate) fn iter(&self) -> Iter<'_, T> {
        self.first.iter().chain(&self.rest)
    }

    pub(crate) fn map<U>(self, mut change: impl FnMut(T) -> U) -> Chain<U> {
        Chain {
            first: self.first.map(&mut change),
            rest: self.rest.into_iter().map(change).collect(),
        }
    }
}

pub(crate) type Iter<'c, T> = std::iter::Chain<std::option::Iter<'c, T>, std::slice::Iter<'c, T>>;
