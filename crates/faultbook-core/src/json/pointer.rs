//! JSON Pointers (RFC 6901).

use super::stack::Stack;
use super::text::Chars;

/// The longest pointer that is given, in bytes.
pub const MAX_POINTER: usize = 4096;

/// How many levels deep pointers are given.
pub const MAX_POINTER_LEVELS: usize = 2048;

/// Appends one step to a pointer: `/` and the name, with `~` written `~0` and `/` written `~1`
/// (RFC 6901 section 3).
///
/// ```
/// let mut pointer = String::from("/error");
/// faultbook_core::json::pointer_push(&mut pointer, "odata/a~b");
/// assert_eq!(pointer, "/error/odata~1a~0b");
/// ```
pub fn pointer_push(pointer: &mut String, name: &str) {
    pointer.push('/');
    for c in name.chars() {
        push_char(pointer, c);
    }
}

#[inline]
fn push_char(pointer: &mut String, c: char) {
    match c {
        '~' => pointer.push_str("~0"),
        '/' => pointer.push_str("~1"),
        _ => pointer.push(c),
    }
}

/// Where in an open container reading stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// At the element of this index.
    Index(usize),
    /// At the member whose name's opening quote is at this byte.
    Name(usize),
}

/// The steps of the outermost [`MAX_POINTER_LEVELS`] open containers; deeper ones are not kept, so
/// that hostile nesting costs no memory here.
#[derive(Debug, Clone)]
pub(super) struct Path {
    steps: Stack<Step, 16>,
}

impl Path {
    pub(super) const fn new() -> Self {
        Self { steps: Stack::new(Step::Index(0)) }
    }

    /// A container was opened, the `depth`-th.
    #[inline]
    pub(super) fn open(&mut self, depth: usize) {
        if depth <= MAX_POINTER_LEVELS {
            self.steps.push(Step::Index(0));
        }
    }

    /// The `depth`-th container was closed.
    #[inline]
    pub(super) fn close(&mut self, depth: usize) {
        if depth <= MAX_POINTER_LEVELS {
            self.steps.pop();
        }
    }

    /// A name was read in the `depth`-th container.
    #[inline]
    pub(super) fn name(&mut self, depth: usize, start: usize) {
        if depth <= MAX_POINTER_LEVELS
            && let Some(step) = self.steps.last_mut()
        {
            *step = Step::Name(start);
        }
    }

    /// The next element begins in the `depth`-th container.
    #[inline]
    pub(super) fn next_element(&mut self, depth: usize) {
        if depth <= MAX_POINTER_LEVELS
            && let Some(Step::Index(index)) = self.steps.last_mut()
        {
            *index += 1;
        }
    }

    /// The pointer made of the outermost `levels` steps; `None` past the limits.
    ///
    /// It takes time in proportion to the limits at most, however long the names are.
    pub(super) fn pointer(&self, body: &str, levels: usize) -> Option<String> {
        if levels > MAX_POINTER_LEVELS {
            return None;
        }
        let mut pointer = String::new();
        for level in 0..levels {
            match self.steps.get(level)? {
                Step::Index(index) => pointer_push(&mut pointer, &index.to_string()),
                Step::Name(start) => {
                    pointer.push('/');
                    for c in Chars::again(body, start) {
                        push_char(&mut pointer, c);
                        if pointer.len() > MAX_POINTER {
                            return None;
                        }
                    }
                }
            }
            if pointer.len() > MAX_POINTER {
                return None;
            }
        }
        Some(pointer)
    }
}
