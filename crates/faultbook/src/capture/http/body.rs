//! The body of a message: where it ends, and what is kept of it.

use std::io;

use super::head::{Fields, elements, values};
use super::notes::{Notes, Tolerance, shown};
use super::split::{self, Looks, begins_message, next_message};
use super::{Http, MOST_HEAD, chunked, number};
use crate::capture::bytes::Bytes;
use crate::capture::{CaptureLimits, coding};

/// How much white space between messages is looked over to find the next one, in bytes.
const MOST_WHITE: usize = 4 << 10;

/// A body as it is read: its beginning, up to a limit.
#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) bytes: Vec<u8>,
    most: usize,
    /// Whether there was more.
    pub(super) is_cut: bool,
}

impl Kept {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { most: limits.body.saturating_add(1), ..Self::default() }
    }

    fn push(&mut self, more: &[u8]) {
        let left = self.most.saturating_sub(self.bytes.len());
        self.is_cut |= more.len() > left;
        self.bytes.extend_from_slice(more.get(..left.min(more.len())).unwrap_or_default());
    }

    /// Takes this many bytes of the input; `false` where there are fewer.
    pub(super) fn take(&mut self, bytes: &mut Bytes, length: u64) -> io::Result<bool> {
        let mut left = length;
        while left > 0 {
            let buffered = bytes.buffered();
            let length = buffered.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            self.push(buffered.get(..length).unwrap_or_default());
            bytes.consume(length);
            left -= length as u64;
            if left > 0 && !bytes.more()? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What the fields say of a body (RFC 9112 section 6).
#[derive(Debug)]
pub(super) struct Framing<'a> {
    is_chunked: bool,
    /// The Content-Length, if there is one.
    length: Option<u64>,
    /// The codings in the order in which they were applied: content codings, then transfer codings.
    pub(super) codings: Vec<&'a [u8]>,
}

impl<'a> Framing<'a> {
    pub(super) fn of(fields: &'a Fields, offset: u64, notes: &mut Notes) -> Self {
        let is = |own: &[u8], name: &str| own.eq_ignore_ascii_case(name.as_bytes());
        let mut codings: Vec<&[u8]> = elements(fields, "content-encoding").collect();
        let mut transfer: Vec<&[u8]> = elements(fields, "transfer-encoding").collect();
        let is_chunked = transfer.pop_if(|last| is(last, "chunked")).is_some();
        codings.append(&mut transfer);
        let mut length = None;
        for value in values(fields, "content-length").flat_map(|value| value.split(|&b| b == b','))
        {
            let own = number(value.trim_ascii());
            if own.is_none() || length.is_some() && length != own {
                let received = match (length, own) {
                    (Some(first), Some(own)) => format!("the lengths {first} and {own}"),
                    _ => format!("the length {}", shown(value)),
                };
                notes.add(Tolerance::BadLength, offset, received);
                length = None;
                break;
            }
            length = own;
        }
        Self { is_chunked, length, codings }
    }
}

/// What follows at some place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    /// A status line, or the end.
    Next,
    /// The beginning of a message that the end cuts.
    Cut,
    Other,
}

/// How far the body of a message was found to go.
pub(super) enum Body {
    Read,
    /// To the end of the input, since nothing else ends it.
    Open,
    /// Left out by who recorded the message.
    Missing,
    /// Cut by the end of the input.
    Cut(String),
    /// In the middle of it something is wrong at this byte.
    Broken(u64, String),
}

impl Http {
    /// Reads the body of a message into `kept`.
    pub(super) fn body(
        &self,
        bytes: &mut Bytes,
        status: u16,
        framing: &Framing<'_>,
        kept: &mut Kept,
        notes: &mut Notes,
    ) -> io::Result<Body> {
        let at = bytes.position();
        if matches!(status, 100..=199 | 204 | 304) {
            return Ok(Body::Read);
        }
        let length = framing.length;
        let (white, follows) = self.follows(bytes, 0, true)?;
        let is_white = length.is_some_and(|length| length <= white as u64);
        let is_next = match follows {
            // It is the white space that is looked over.
            _ if is_white => false,
            Follows::Next => true,
            // A text may begin so as well: then it is as long as it should be.
            Follows::Cut => match length.and_then(|length| usize::try_from(length).ok()) {
                Some(length) if length <= split::BEHIND => bytes.peek(length + 1)?.len() != length,
                _ => true,
            },
            Follows::Other => false,
        };
        if is_next {
            let said = match length {
                _ if framing.is_chunked => "Transfer-Encoding says chunked".to_owned(),
                Some(length) => format!("Content-Length says {length} bytes"),
                None => return Ok(Body::Read),
            };
            if status >= 400 {
                return Ok(Body::Missing);
            }
            notes.add(Tolerance::NoBody, at, format!("no body, though {said}"));
            return Ok(Body::Read);
        }
        if framing.is_chunked {
            if chunked::begins(bytes, notes)? {
                return Ok(match chunked::read(bytes, kept, notes)? {
                    chunked::End::Complete => Body::Read,
                    chunked::End::Cut => {
                        Body::Cut("the end of the input inside a chunk".to_owned())
                    }
                    chunked::End::Broken(at, received) => Body::Broken(at, received),
                });
            }
            notes.add(Tolerance::NotChunked, at, "a body that is not in chunks");
        }
        let Some(length) = length else {
            return self.rest(bytes, kept);
        };
        self.measured(bytes, length, framing, kept, notes)
    }

    /// Reads a body that has a Content-Length.
    fn measured(
        &self,
        bytes: &mut Bytes,
        length: u64,
        framing: &Framing<'_>,
        kept: &mut Kept,
        notes: &mut Notes,
    ) -> io::Result<Body> {
        let at = bytes.position();
        // What is longer is not judged anyway, and not held whole to look behind it.
        let window = self.limits.body.saturating_add(1).max(MOST_HEAD);
        let known = usize::try_from(length).ok().filter(|&length| length <= window);
        let rest = bytes.peek(known.unwrap_or(window))?;
        let is_all = rest.len() < known.unwrap_or(window);
        let here = rest.len();
        if let Some(length) = known
            && !is_all
            && self.follows(bytes, length, false)?.1 != Follows::Other
        {
            kept.take(bytes, length as u64)?;
            return Ok(Body::Read);
        }
        let rest = bytes.peek(here)?;
        let is_split = !self.is_one && matches!(next_message(rest, 0, false), (_, Looks::Message));
        let is_decoded = coding::is_decoded(&framing.codings, rest);
        if is_all && !is_split {
            if rest.is_empty() || !is_decoded {
                let received =
                    format!("{here} bytes of a body for which Content-Length says {length}");
                return Ok(Body::Cut(received));
            }
        } else if known.is_none() && !is_split {
            let is_whole = kept.take(bytes, length)?;
            let received = format!("the end of the input in a body of {length} bytes");
            return Ok(if is_whole { Body::Read } else { Body::Cut(received) });
        }
        // The length is that of the coded form, and that this is gone is noted for itself.
        if !is_decoded {
            let received = format!(
                "a body that does not end after the {length} bytes that Content-Length says"
            );
            notes.add(Tolerance::WrongLength, at, received);
        }
        self.rest(bytes, kept)
    }

    /// Takes what stands before the next message, or before the end.
    pub(super) fn rest(&self, bytes: &mut Bytes, kept: &mut Kept) -> io::Result<Body> {
        if self.is_one {
            while !bytes.buffered().is_empty() || bytes.more()? {
                let length = bytes.buffered().len() as u64;
                kept.take(bytes, length)?;
            }
            return Ok(Body::Open);
        }
        let mut is_all = false;
        let mut seen = 0;
        loop {
            let (at, looks) = next_message(bytes.buffered(), seen, is_all);
            // What may tell where a message begins stays in the buffer.
            let known = match looks {
                Looks::Message => at,
                _ if is_all => bytes.buffered().len(),
                _ => at.saturating_sub(split::BEFORE),
            };
            kept.take(bytes, known as u64)?;
            if looks == Looks::Message {
                return Ok(Body::Read);
            }
            if is_all {
                return Ok(Body::Open);
            }
            seen = at - known;
            is_all = !bytes.more()?;
        }
    }

    /// How much white space stands `at` bytes from here, and what follows it. A status line alone
    /// counts, unless `is_strict` wants a field line or an empty line behind it.
    fn follows(
        &self,
        bytes: &mut Bytes,
        at: usize,
        is_strict: bool,
    ) -> io::Result<(usize, Follows)> {
        bytes.peek(at.saturating_add(1))?;
        loop {
            let rest = bytes.buffered().get(at..).unwrap_or_default();
            let white = rest.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            let next = rest.get(white..).unwrap_or_default();
            let looks = if next.is_empty() && white <= MOST_WHITE {
                Looks::Unsure
            } else if self.is_one || white > MOST_WHITE {
                Looks::Other
            } else if !is_strict && split::begins_version(next) {
                Looks::Message
            } else {
                begins_message(next, false)
            };
            match looks {
                Looks::Message => return Ok((white, Follows::Next)),
                Looks::Other => return Ok((white, Follows::Other)),
                Looks::Unsure if bytes.more()? => {}
                Looks::Unsure => {
                    let rest = bytes.buffered().get(at + white..).unwrap_or_default();
                    let follows = if rest.is_empty() { Follows::Next } else { Follows::Cut };
                    return Ok((white, follows));
                }
            }
        }
    }
}
