//! Where a message begins in bytes whose length is not known.

use super::head::{status_line, without_end};
use crate::field::is_tchar;

/// How much of what stands before a status line is looked at, in bytes.
pub(super) const BEFORE: usize = 64;
/// How much of a status line and of the line behind it is looked at, in bytes.
pub(super) const BEHIND: usize = 1 << 10;

/// What a place looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A message begins there.
    Message,
    Other,
    /// More bytes are needed to tell.
    Unsure,
}

/// Whether bytes begin with `HTTP/` and a digit.
pub(super) fn begins_version(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"HTTP/").is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_digit))
}

/// Whether a message begins here: a status line, then a field line or an empty line. `is_all`: the
/// input ends where these bytes end.
pub(super) fn begins_message(bytes: &[u8], is_all: bool) -> Looks {
    let unsure = if is_all { Looks::Other } else { Looks::Unsure };
    if !begins_version(bytes) {
        let is_short = bytes.len() <= 5 && b"HTTP/".starts_with(bytes);
        return if is_short { unsure } else { Looks::Other };
    }
    let head = bytes.get(..BEHIND.min(bytes.len())).unwrap_or_default();
    let unsure =
        if head.len() < bytes.len() || head.len() == BEHIND { Looks::Other } else { unsure };
    let Some(end) = memchr::memchr(b'\n', head) else { return unsure };
    let (line, rest) = head.split_at(end + 1);
    if status_line(without_end(line).0).is_err() {
        return Looks::Other;
    }
    let name = rest.iter().take_while(|&&byte| is_tchar(byte)).count();
    match rest.get(name..).unwrap_or_default() {
        [b':', ..] | [b' ' | b'\t', b':', ..] if name > 0 => Looks::Message,
        [b'\n', ..] | [b'\r', b'\n', ..] if name == 0 => Looks::Message,
        [] | [b'\r' | b' ' | b'\t'] => unsure,
        _ => Looks::Other,
    }
}

/// Looks for the next message from `from` on: where it begins, or from where on to look once there
/// are more bytes. At the end of the input (`is_all`) a message that is cut counts too, behind what
/// looks like a whole body.
pub(super) fn next_message(bytes: &[u8], from: usize, is_all: bool) -> (usize, Looks) {
    let mut at = from;
    while let Some(found) = memchr::memmem::find(bytes.get(at..).unwrap_or_default(), b"HTTP/") {
        let here = at + found;
        at = here + 1;
        let (before, rest) = bytes.split_at(here);
        let is_line = before.ends_with(b"\n");
        if !is_line && !ends_body(before) {
            continue;
        }
        match begins_message(rest, is_all) {
            Looks::Message => return (here, Looks::Message),
            Looks::Unsure => return (here, Looks::Unsure),
            Looks::Other => {
                let is_short = rest.len() < BEHIND && memchr::memchr(b'\n', rest).is_none();
                if is_all && is_short && ends_body(before.trim_ascii_end()) {
                    return (here, Looks::Message);
                }
            }
        }
    }
    // The name itself may be cut.
    (at.max(bytes.len().saturating_sub(4)), if is_all { Looks::Other } else { Looks::Unsure })
}

/// Whether this ends as bodies of JSON and XML do: in `}`, or in an end tag.
fn ends_body(before: &[u8]) -> bool {
    match before.last() {
        Some(b'}') => true,
        Some(b'>') => {
            let tail = before.get(before.len().saturating_sub(BEFORE)..).unwrap_or_default();
            let tag = memchr::memrchr(b'<', tail).and_then(|at| tail.get(at..)).unwrap_or_default();
            tag.starts_with(b"</")
        }
        _ => false,
    }
}
