//! Raw HTTP/1.x messages, one or many in a file: as they are sent, or as programs print them.
//!
//! A message is read by the grammar (RFC 9112) where it follows it. Every deviation that reading gets
//! over is one note of the rule `capture/tolerated` for each kind and message.
//!
//! Interim answers (1xx but 101) are passed over. Where a message ends is decided by the first row
//! that applies. *Next* stands for the end of the input or a further status line, white lines before
//! it included.
//!
//! | status and fields | what stands there | the body |
//! |---|---|---|
//! | 1xx, 204, 304 | anything | none; what stands before the next is passed over (note, not for 101) |
//! | neither chunked nor a length above 0 | next | none |
//! | chunked or a length above 0, status below 400 | next | none: an answer to HEAD, or a redirect that was followed (note) |
//! | the same, status from 400 on | next | not recorded: `capture/body-missing`, and nothing is judged |
//! | chunked | the line of a chunk | the chunks; trailers are passed over |
//! | chunked | else, as `curl -i` prints it | decoded already (note): the rows below tell where it ends |
//! | one Content-Length | next behind that many bytes | that many bytes |
//! | one Content-Length | a status line in the rest | up to there (note): the length is that of another form of the body |
//! | one Content-Length | more bytes | up to the next (note) |
//! | one Content-Length | fewer bytes, and not in the content coding that the fields name, as `curl --compressed` prints it | up to the end (note, of the coding alone) |
//! | one Content-Length | fewer bytes | cut: `capture/truncated`, and nothing is judged |
//! | no Content-Length; or several, or no number (note) | anything | up to the next |
//!
//! In a body of unknown length a status line counts where it begins a line, or stands right behind
//! `}` or an end tag, and where a field line or an empty line follows it. A body longer than the limit
//! is kept up to the limit and one byte; a length above that is only checked for a status line up
//! to there.
//!
//! The parser is ours because each of these deviations has to be told with its place; httparse is its
//! oracle in the tests.

mod body;
mod chunked;
mod head;
mod notes;
mod split;

use std::io;

use faultbook_core::Finding;

use super::bytes::{Bytes, malformed};
use super::coding::{self, Remark};
use super::rules::{BODY_MISSING, CONTENT_CODING, LIMIT, TRUNCATED};
use super::{CaptureLimits, OneByOne, Record, Recorded, finding};
use body::{Body, Framing, Kept};
use head::fields;
pub(super) use head::{Fields, values, without_end};
use notes::Tolerance;
pub(super) use notes::{Notes, shown};

/// The longest head, in bytes.
pub(super) const MOST_HEAD: usize = 1 << 20;

/// A number of decimal digits that fits.
pub(super) fn number(text: &[u8]) -> Option<u64> {
    let is_number = !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(text).ok().filter(|_| is_number)?.parse().ok()
}

/// Why a message has no head.
pub(super) enum NoHead {
    /// The input ends in it.
    Cut,
    /// It is longer than [`MOST_HEAD`]; nothing of it was consumed.
    Long,
}

/// Reads messages.
pub(super) struct Http {
    limits: CaptureLimits,
    /// Whether the input is one message, to its end.
    is_one: bool,
}

impl Http {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limits: *limits, is_one: false }
    }

    /// Reads an input that is one message.
    pub(super) fn one(limits: &CaptureLimits) -> Self {
        Self { limits: *limits, is_one: true }
    }

    /// Passes over what belongs to no message, and notes it.
    fn pass_over(
        &self,
        bytes: &mut Bytes,
        kind: Option<Tolerance>,
        notes: &mut Notes,
    ) -> io::Result<()> {
        skip_white(bytes)?;
        let at = bytes.position();
        let length = if self.is_one {
            let mut nothing = Kept::default();
            self.rest(bytes, &mut nothing)?;
            bytes.position() - at
        } else {
            skip_to(bytes, b"HTTP/")?
        };
        if length > 0
            && let Some(kind) = kind
        {
            notes.add(kind, at, format!("{length} bytes that belong to no message"));
        }
        Ok(())
    }

    /// Makes a record of a message whose body stood in `kept`, and began at a byte of the input.
    fn record(
        &self,
        offset: u64,
        body_at: u64,
        status: u16,
        fields: Fields,
        kept: Kept,
        mut notes: Notes,
    ) -> Record {
        let framing = Framing::of(&fields, offset, &mut notes);
        let removed = coding::remove(&framing.codings, kept.bytes, self.limits.body);
        let mut body = removed.body;
        let fault = match removed.remark {
            Some(Remark::Decoded(coding)) => {
                let received = format!("a body without the coding `{coding}`");
                notes.add(Tolerance::NotCoded, body_at, received);
                None
            }
            Some(Remark::Fault(_)) if kept.is_cut => {
                // Of compressed data its beginning alone was kept.
                body = None;
                let documented = format!("a body has at most {} bytes", self.limits.body);
                let received = "a compressed body that is longer than the limit";
                Some(finding(&LIMIT, body_at, received).documented(documented))
            }
            Some(Remark::Fault(received)) => Some(finding(&CONTENT_CODING, body_at, received)),
            None => None,
        };
        let mut findings = notes.into_findings();
        findings.extend(fault);
        findings.sort_by(|a, b| a.place.cmp_position(&b.place));
        let response = body.map(|mut body| {
            body.truncate(self.limits.body.saturating_add(1));
            Recorded { status: Some(status), fields, body }
        });
        Record { offset, response, findings, ..Record::default() }
    }

    /// A message that the end of the input cuts; why that ends there is told by the input, where it
    /// was cut itself.
    fn cut(&self, bytes: &Bytes, offset: u64, notes: Notes, received: &str) -> Option<Record> {
        if bytes.is_cut() {
            return None;
        }
        let mut findings: Vec<Finding> = notes.into_findings();
        // One message that is cut does not end the input that it stands in.
        findings.push(if self.is_one {
            malformed(offset, received)
        } else {
            finding(&TRUNCATED, offset, received)
        });
        Some(Record { offset, findings, ..Record::default() })
    }

    /// A head that is too long: passed over, together with its body.
    fn long(&self, bytes: &mut Bytes, offset: u64) -> io::Result<Record> {
        bytes.skip_line()?;
        self.pass_over(bytes, None, &mut Notes::default())?;
        let received = format!("a head of more than {MOST_HEAD} bytes");
        let finding = finding(&LIMIT, offset, received)
            .documented(format!("a head has at most {MOST_HEAD} bytes"));
        Ok(Record::broken(offset, finding))
    }
}

impl OneByOne for Http {
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>> {
        let mut notes = Notes::default();
        if bytes.position() == 0 && bytes.peek(3)? == b"\xEF\xBB\xBF" {
            bytes.consume(3);
        }
        // Where an interim answer stood, which another one has to follow.
        let mut interim = None;
        loop {
            skip_white(bytes)?;
            let offset = bytes.position();
            let head = bytes.peek(5)?;
            if head.is_empty() {
                let cut = interim.filter(|_| !bytes.is_cut()).map(|at| {
                    let received = "an interim answer, and no other behind it";
                    Record::broken(at, finding(&TRUNCATED, offset, received))
                });
                return Ok(cut);
            }
            if !b"HTTP/".starts_with(head) {
                self.pass_over(bytes, Some(Tolerance::Before), &mut notes)?;
                if bytes.peek(1)?.is_empty() {
                    let length = bytes.position() - offset;
                    let received = format!("{length} bytes, and no status line among them");
                    return Ok(Some(Record::broken(offset, malformed(offset, received))));
                }
                continue;
            }
            let Some(line) = bytes.line(MOST_HEAD)?.filter(|line| line.is_ended || line.is_long)
            else {
                return Ok(self.cut(
                    bytes,
                    offset,
                    notes,
                    "the end of the input inside a status line",
                ));
            };
            if line.is_long {
                return self.long(bytes, offset).map(Some);
            }
            let (text, is_crlf) = without_end(bytes.peek(line.length)?);
            let status = match head::status_line(text) {
                Ok(status) => status,
                Err(fault) => {
                    let received = format!("the line {}: {fault}", shown(text));
                    let mut record = Record::broken(offset, malformed(offset, received));
                    record.findings.extend(notes.into_findings());
                    bytes.consume(line.length);
                    self.pass_over(bytes, None, &mut Notes::default())?;
                    return Ok(Some(record));
                }
            };
            if let Some(fault) = status.fault {
                let received = format!("{fault}: {}", shown(text));
                notes.add(Tolerance::StatusLine, offset, received);
            }
            if !is_crlf {
                let at = offset + line.length as u64 - 1;
                notes.add(Tolerance::BareLf, at, "a line feed alone");
            }
            bytes.consume(line.length);
            let fields = match field_lines(bytes, &mut notes)? {
                Ok(fields) => fields,
                Err(NoHead::Cut) => {
                    let received = "the end of the input inside the header fields";
                    return Ok(self.cut(bytes, offset, notes, received));
                }
                Err(NoHead::Long) => return self.long(bytes, offset).map(Some),
            };
            if matches!(status.status, 100 | 102..=199) {
                notes = Notes::default();
                interim = Some(offset);
                continue;
            }
            let body_at = bytes.position();
            let framing = Framing::of(&fields, offset, &mut notes);
            let mut kept = Kept::new(&self.limits);
            let body = self.body(bytes, status.status, &framing, &mut kept, &mut notes)?;
            let broken = match body {
                // Why it ends there is told by the input.
                Body::Open if bytes.is_cut() => return Ok(None),
                Body::Read | Body::Open => None,
                Body::Missing => {
                    let received = "a head without the body that its fields speak of";
                    let help = "answers to HEAD have none: ask with GET to have them judged";
                    let finding = finding(&BODY_MISSING, body_at, received)
                        .documented("a body is as long as the fields say, unless HEAD was asked")
                        .source("RFC 9112 section 6.3");
                    Some(finding.help(Some(help.to_owned())))
                }
                Body::Cut(received) => {
                    return Ok(self.cut(bytes, offset, notes, &received));
                }
                Body::Broken(at, received) => Some(malformed(at, received)),
            };
            let kind = (status.status != 101 && broken.is_none()).then_some(Tolerance::Behind);
            self.pass_over(bytes, kind, &mut notes)?;
            return Ok(Some(match broken {
                None => self.record(offset, body_at, status.status, fields, kept, notes),
                Some(broken) => {
                    let mut findings = notes.into_findings();
                    findings.push(broken);
                    findings.sort_by(|a, b| a.place.cmp_position(&b.place));
                    Record { offset, findings, ..Record::default() }
                }
            }));
        }
    }
}

/// Reads and consumes field lines and the empty line behind them.
pub(super) fn field_lines(
    bytes: &mut Bytes,
    notes: &mut Notes,
) -> io::Result<Result<Fields, NoHead>> {
    let offset = bytes.position();
    let mut at = 0;
    let (length, is_ended) = loop {
        let rest = bytes.buffered().get(at..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', rest) else {
            if bytes.buffered().len() > MOST_HEAD {
                return Ok(Err(NoHead::Long));
            }
            if bytes.more()? {
                continue;
            }
            return Ok(Err(NoHead::Cut));
        };
        let (line, is_crlf) = without_end(rest.get(..=end).unwrap_or_default());
        if line.is_empty() {
            if !is_crlf {
                notes.add(Tolerance::BareLf, offset + at as u64, "a line feed alone");
            }
            break (at, Some(end + 1));
        }
        if head::status_line(line).is_ok() {
            let received = "a status line behind the fields";
            notes.add(Tolerance::NoEmptyLine, offset + at as u64, received);
            break (at, None);
        }
        at += end + 1;
        if at > MOST_HEAD {
            return Ok(Err(NoHead::Long));
        }
    };
    let fields = fields(bytes.peek(length)?, offset, notes);
    bytes.consume(length + is_ended.unwrap_or_default());
    Ok(Ok(fields))
}

/// Passes over white space.
pub(super) fn skip_white(bytes: &mut Bytes) -> io::Result<()> {
    loop {
        let buffered = bytes.buffered();
        let white = buffered.iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
        let is_all = white == buffered.len();
        bytes.consume(white);
        if !is_all || !bytes.more()? {
            return Ok(());
        }
    }
}

/// Passes over lines up to the next one that begins so, and gives how many bytes they have. Here, a
/// line begins.
pub(super) fn skip_to(bytes: &mut Bytes, begin: &[u8]) -> io::Result<u64> {
    let start = bytes.position();
    loop {
        let head = bytes.peek(begin.len())?;
        if head.is_empty() || begin.starts_with(head) {
            return Ok(bytes.position() - start);
        }
        bytes.skip_line()?;
    }
}

#[cfg(test)]
mod tests;
