//! JSON Pointers (RFC 6901).

use std::fmt::Write as _;

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
    pointer.reserve(name.len() + 1);
    pointer.push('/');
    if !name.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(name);
        return;
    }
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

/// How many bytes have room in a pointer from the beginning: most are shorter.
const ROOM: usize = 48;

/// Where in an open container reading stands: at the element of an index, or at the member whose
/// name's opening quote is at a byte.
///
/// ```text
/// bit  63    62 - 0
///      name  the index, or the byte
/// ```
#[derive(Debug, Clone, Copy)]
pub(super) struct At(u64);

impl At {
    const NAME: u64 = 1 << 63;
    /// At the first element.
    pub(super) const FIRST: Self = Self(0);

    #[inline]
    pub(super) const fn name(start: usize) -> Self {
        Self(start as u64 | Self::NAME)
    }

    /// At the next element.
    #[inline]
    pub(super) const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A pointer that is made step by step.
pub(super) struct PointerWriter<'b> {
    body: &'b str,
    pointer: String,
}

impl<'b> PointerWriter<'b> {
    pub(super) const fn new(body: &'b str) -> Self {
        Self { body, pointer: String::new() }
    }

    /// Appends a step; `None` where the pointer would be longer than [`MAX_POINTER`].
    pub(super) fn push(&mut self, step: At) -> Option<()> {
        let pointer = &mut self.pointer;
        if pointer.is_empty() {
            pointer.reserve(ROOM);
        }
        pointer.push('/');
        if step.0 & At::NAME == 0 {
            // Writing into a `String` does not fail.
            _ = write!(pointer, "{}", step.0);
        } else {
            // A name's place fits into 63 bits and came from a `usize`.
            let start = usize::try_from(step.0 & !At::NAME).unwrap_or(usize::MAX);
            if let Some(plain) = plain_name(self.body, start) {
                pointer.push_str(plain);
                return (pointer.len() <= MAX_POINTER).then_some(());
            }
            for c in Chars::again(self.body, start) {
                push_char(pointer, c);
                if pointer.len() > MAX_POINTER {
                    return None;
                }
            }
        }
        (pointer.len() <= MAX_POINTER).then_some(())
    }

    pub(super) fn finish(self) -> String {
        self.pointer
    }
}

/// The name whose opening quote is at `start`, where it is not too long and stands in a pointer as
/// it stands in the body.
fn plain_name(body: &str, start: usize) -> Option<&str> {
    let bytes = body.as_bytes().get(start + 1..)?;
    let bytes = bytes.get(..MAX_POINTER).unwrap_or(bytes);
    let len = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | b'~' | b'/'))?;
    if bytes.get(len) == Some(&b'"') { body.get(start + 1..start + 1 + len) } else { None }
}
