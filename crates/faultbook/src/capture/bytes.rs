//! An input as a buffer that can be looked ahead in, with gzip and Zstandard taken off.

use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use faultbook_core::Finding;
use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::rules::{INPUT_LIMIT, MALFORMED_RECORD, TRUNCATED};
use super::{CaptureLimits, finding};

/// How much is read at a time, in bytes; and at first, since most bodies are short.
const CHUNK: usize = 64 << 10;
const FIRST_CHUNK: usize = 4 << 10;

/// A line, or the beginning of one that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// How long it is, its end included, in bytes. A line longer than the limit is only looked at up
    /// to there.
    pub(super) length: usize,
    /// Whether it ends in a line feed; the last line of an input need not.
    pub(super) is_ended: bool,
    /// Whether it is longer than the limit.
    pub(super) is_long: bool,
}

/// An input that can be looked ahead in.
pub(super) struct Bytes {
    input: Box<dyn Read + Send>,
    /// What was read and not consumed yet is `buffer[start..end]`; the rest is room.
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// How much is read at a time, in bytes.
    chunk: usize,
    /// Where `buffer[start]` stands in the input, in bytes.
    position: u64,
    ended: bool,
    /// What ended the input before its end.
    trouble: Option<Finding>,
    is_compressed: bool,
    /// How many bytes were read, before decompression.
    read: Arc<AtomicU64>,
}

/// Counts what is read.
struct Counted<R> {
    input: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(count)
    }
}

/// Decompressed bytes, up to a limit.
struct Limited<R> {
    input: R,
    left: u64,
    limit: u64,
}

/// What reading past the limit of decompressed bytes fails with.
#[derive(Debug)]
struct OverLimit(u64);

impl std::fmt::Display for OverLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "more than {} bytes once decompressed", self.0)
    }
}

impl std::error::Error for OverLimit {}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // One byte past the limit tells whether there is more.
        let most = usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX);
        let length = buffer.len().min(most);
        let count = self.input.read(buffer.get_mut(..length).unwrap_or_default())?;
        let left = u64::try_from(count).ok().and_then(|count| self.left.checked_sub(count));
        self.left = left.ok_or_else(|| io::Error::other(OverLimit(self.limit)))?;
        Ok(count)
    }
}

impl Bytes {
    /// The bytes of an input as they are.
    pub(super) fn new(input: Box<dyn Read + Send>) -> Self {
        let read = Arc::new(AtomicU64::new(0));
        let input = Box::new(Counted { input, read: Arc::clone(&read) });
        Self {
            input,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            chunk: FIRST_CHUNK,
            position: 0,
            ended: false,
            trouble: None,
            is_compressed: false,
            read,
        }
    }

    /// Bytes that begin at this byte of an input.
    pub(super) fn at(position: u64, input: Box<dyn Read + Send>) -> Self {
        Self { position, ..Self::new(input) }
    }

    /// The bytes of an input, decompressed where they begin like gzip (RFC 1952 section 2.3.1) or
    /// Zstandard (RFC 8878 section 3.1.1).
    pub(super) fn decompressed(
        input: Box<dyn Read + Send>,
        limits: &CaptureLimits,
    ) -> io::Result<Self> {
        let mut bytes = Self::new(input);
        let head = bytes.peek(4)?;
        let is_gzip = head.starts_with(&[0x1F, 0x8B]);
        let is_zstd = head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]);
        Ok(if is_gzip || is_zstd { bytes.decoded(is_gzip, limits) } else { bytes })
    }

    /// What is compressed, decompressed: with gzip, or else with Zstandard.
    // Not a part of its caller: the decoders would take seven pages of that one's stack.
    #[inline(never)]
    fn decoded(self, is_gzip: bool, limits: &CaptureLimits) -> Self {
        let Self { input, mut buffer, end, read, .. } = self;
        buffer.truncate(end);
        let input = BufReader::with_capacity(CHUNK, Cursor::new(buffer).chain(input));
        let limit = limits.decompressed;
        let input: Box<dyn Read + Send> = if is_gzip {
            Box::new(Limited { input: MultiGzDecoder::new(input), left: limit, limit })
        } else {
            let decoder = Frames { input: Some(input), decoder: None };
            Box::new(Limited { input: decoder, left: limit, limit })
        };
        Self { is_compressed: true, read, input, ..Self::new(Box::new(io::empty())) }
    }

    /// Where the next byte stands in the input, in bytes.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// How many bytes were read, before decompression.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// What ended the input early; `None` where it came to its end, or where that was asked before.
    pub(super) fn trouble(&mut self) -> Option<Finding> {
        self.trouble.take()
    }

    /// Whether the input ended before its end: what stands there last is cut.
    pub(super) fn is_cut(&self) -> bool {
        self.trouble.is_some()
    }

    /// The next bytes: `length` of them, or fewer where the input ends. Nothing is consumed.
    pub(super) fn peek(&mut self, length: usize) -> io::Result<&[u8]> {
        while self.end - self.start < length && self.more()? {}
        let end = self.end.min(self.start.saturating_add(length));
        Ok(self.buffer.get(self.start..end).unwrap_or_default())
    }

    /// What was read and not consumed, without reading more.
    pub(super) fn buffered(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads some more bytes behind those in the buffer; `false` at the end of the input.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        // Little room is left: what was consumed makes some, or the buffer doubles. No more is moved
        // than was consumed, so that this stays linear in what is read.
        if self.buffer.len() - self.end < self.chunk / 2 {
            if self.start >= self.end - self.start {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.buffer.len() - self.end < self.chunk {
                self.buffer.resize(self.end + self.chunk.max(self.end), 0);
            }
        }
        let room = self.buffer.len() - self.end;
        let count = loop {
            match self.input.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Ok(count) => break Ok(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        self.end += count.as_ref().map_or(0, |count| *count);
        if count.as_ref().is_ok_and(|count| *count == room) {
            // There is more than was thought.
            self.chunk = CHUNK;
        }
        match count {
            Ok(count) => self.ended = count == 0,
            Err(error) if self.is_compressed => {
                self.fail(&error);
                self.ended = true;
            }
            Err(error) => return Err(error),
        }
        Ok(!self.ended)
    }

    /// Notes why decompression ended.
    fn fail(&mut self, error: &io::Error) {
        let at = self.position + u64::try_from(self.buffered().len()).unwrap_or(u64::MAX);
        let over = error.get_ref().and_then(|inner| inner.downcast_ref::<OverLimit>());
        self.trouble = Some(match over {
            Some(over) => finding(&INPUT_LIMIT, at, over.to_string()),
            None if error.kind() == ErrorKind::UnexpectedEof => {
                finding(&TRUNCATED, at, "the end of the input inside compressed data")
            }
            None => finding(&TRUNCATED, at, format!("compressed data that is damaged: {error}")),
        });
    }

    /// Passes over bytes that were looked at.
    pub(super) fn consume(&mut self, length: usize) {
        let length = length.min(self.end - self.start);
        self.start += length;
        self.position += u64::try_from(length).unwrap_or(u64::MAX);
    }

    /// Looks ahead to the next line feed: a line and its end are `peek(line.length)`. Nothing is
    /// consumed. `None` at the end of the input.
    pub(super) fn line(&mut self, limit: usize) -> io::Result<Option<Line>> {
        let mut seen = 0;
        loop {
            let buffered = self.buffered();
            let rest = buffered.get(seen..).unwrap_or_default();
            if let Some(at) = memchr::memchr(b'\n', rest) {
                let length = seen + at + 1;
                let is_long = length > limit.saturating_add(1);
                return Ok(Some(Line { length, is_ended: true, is_long }));
            }
            seen = buffered.len();
            if seen > limit {
                return Ok(Some(Line { length: seen, is_ended: false, is_long: true }));
            }
            if !self.more()? {
                let line = Line { length: seen, is_ended: false, is_long: false };
                return Ok((seen > 0).then_some(line));
            }
        }
    }

    /// Passes over the rest of a line that is too long, without keeping it: up to the line feed, or
    /// to the end of the input. Gives how many bytes that were.
    pub(super) fn skip_line(&mut self) -> io::Result<u64> {
        let start = self.position;
        loop {
            let buffered = self.buffered();
            if let Some(at) = memchr::memchr(b'\n', buffered) {
                self.consume(at + 1);
                break;
            }
            self.consume(buffered.len());
            if !self.more()? {
                break;
            }
        }
        Ok(self.position - start)
    }
}

/// The frames of a Zstandard input one after the other (RFC 8878 section 3).
struct Frames<R: Read> {
    input: Option<R>,
    decoder: Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>,
}

impl<R: io::BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(decoder) = &mut self.decoder {
                let count = decoder.read(buffer)?;
                if count > 0 {
                    return Ok(count);
                }
            }
            if let Some(decoder) = self.decoder.take() {
                self.input = Some(decoder.into_inner());
            }
            let Some(mut input) = self.input.take() else { return Ok(0) };
            if input.fill_buf()?.is_empty() {
                self.input = Some(input);
                return Ok(0);
            }
            let decoder = StreamingDecoder::new(input).map_err(io::Error::other)?;
            self.decoder = Some(decoder);
        }
    }
}

/// A record that is no record, at a byte of the input.
pub(super) fn malformed(offset: u64, received: impl Into<String>) -> Finding {
    finding(&MALFORMED_RECORD, offset, received)
}
