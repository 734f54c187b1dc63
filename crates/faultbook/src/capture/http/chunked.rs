//! The chunked transfer coding.
//!
//! ```text
//! chunked-body   = *chunk last-chunk trailer-section CRLF            RFC 9112 7.1
//! chunk          = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
//! chunk-size     = 1*HEXDIG
//! last-chunk     = 1*"0" [ chunk-ext ] CRLF
//! chunk-ext      = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] )
//! ```

use std::io;

use super::MOST_HEAD;
use super::body::Kept;
use super::head::{fields, status_line, without_end};
use super::notes::{Notes, Tolerance, shown};
use crate::capture::bytes::Bytes;

/// The longest line of a chunk, in bytes: extensions are hardly ever sent.
const MOST_LINE: usize = 4 << 10;

/// How reading chunks ended.
pub(super) enum End {
    /// Behind the last chunk and its trailers.
    Complete,
    /// At the end of the input.
    Cut,
    /// At this byte, where something else belongs.
    Broken(u64, String),
}

/// Whether a chunk begins here. A line feed alone ends its line only where one did so before.
pub(super) fn begins(bytes: &mut Bytes, notes: &Notes) -> io::Result<bool> {
    let head = bytes.peek(MOST_LINE)?;
    let Some(end) = memchr::memchr(b'\n', head) else { return Ok(false) };
    let (line, is_crlf) = without_end(head.get(..=end).unwrap_or_default());
    Ok(size(line).is_ok() && (is_crlf || notes.has(Tolerance::BareLf)))
}

/// Reads chunks into `kept`. Trailers are passed over, and what is wrong with them is noted.
pub(super) fn read(bytes: &mut Bytes, kept: &mut Kept, notes: &mut Notes) -> io::Result<End> {
    loop {
        let at = bytes.position();
        let Some(line) = bytes.line(MOST_LINE)? else { return Ok(End::Cut) };
        if line.is_long {
            let received = format!("a line of more than {MOST_LINE} bytes where a chunk begins");
            return Ok(End::Broken(at, received));
        }
        let text = bytes.peek(line.length)?;
        let (text, is_crlf) = without_end(text);
        let size = size(text);
        if !line.is_ended {
            // The beginning of such a line, as far as that can be told.
            let is_begun = size.is_ok() || text.is_empty() || text.ends_with(b"\r");
            return Ok(if is_begun { End::Cut } else { broken(at, text) });
        }
        let Ok(size) = size else { return Ok(broken(at, text)) };
        if size.is_padded {
            notes.add(Tolerance::ChunkLine, at, format!("the line {}", shown(text)));
        }
        if !is_crlf {
            notes.add(Tolerance::BareLf, at, "a line feed alone");
        }
        bytes.consume(line.length);
        if size.length == 0 {
            return trailers(bytes, notes);
        }
        if !kept.take(bytes, size.length)? {
            return Ok(End::Cut);
        }
        let at = bytes.position();
        match bytes.peek(2)? {
            b"\r\n" => bytes.consume(2),
            [b'\n', ..] => {
                notes.add(Tolerance::BareLf, at, "a line feed alone");
                bytes.consume(1);
            }
            [] | b"\r" => return Ok(End::Cut),
            other => {
                let received =
                    format!("{} where a chunk of {} bytes ends", shown(other), size.length);
                return Ok(End::Broken(at, received));
            }
        }
    }
}

fn broken(at: u64, line: &[u8]) -> End {
    End::Broken(at, format!("the line {} where a chunk begins", shown(line)))
}

fn trailers(bytes: &mut Bytes, notes: &mut Notes) -> io::Result<End> {
    let offset = bytes.position();
    let mut text = Vec::new();
    let end = loop {
        let at = bytes.position();
        let line = bytes.line(MOST_HEAD)?;
        let length = line.map_or(0, |line| line.length);
        let whole = bytes.peek(length)?;
        let (own, is_crlf) = without_end(whole);
        let is_ended = line.is_some_and(|line| line.is_ended);
        // Nothing of the message is missing but the empty line.
        let is_next = status_line(own).is_ok() || !is_ended && text.is_empty() && own.len() < 2;
        if is_next {
            notes.add(Tolerance::ChunkEnd, at, "no empty line behind the last chunk");
            if !own.starts_with(b"HTTP/") {
                bytes.consume(length);
            }
            break End::Complete;
        }
        if text.len() + length > MOST_HEAD {
            break End::Broken(offset, format!("trailers of more than {MOST_HEAD} bytes"));
        }
        if !is_ended {
            break End::Cut;
        }
        if own.is_empty() {
            if !is_crlf {
                notes.add(Tolerance::BareLf, at, "a line feed alone");
            }
            bytes.consume(length);
            break End::Complete;
        }
        text.extend_from_slice(whole);
        bytes.consume(length);
    };
    _ = fields(&text, offset, notes);
    Ok(end)
}

/// What the line of a chunk says.
struct Size {
    length: u64,
    /// Whether white space stands before the end of the line or before the extensions.
    is_padded: bool,
}

fn size(line: &[u8]) -> Result<Size, ()> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let (digits, rest) = line.split_at(digits);
    let text = std::str::from_utf8(digits).map_err(|_| ())?;
    // More than 16 digits with a value do not fit, and neither does such a chunk anywhere.
    let length = u64::from_str_radix(text, 16).map_err(|_| ())?;
    let extension = rest.trim_ascii_start();
    let is_size = matches!(extension.first(), None | Some(b';'));
    is_size.then_some(Size { length, is_padded: extension.len() < rest.len() }).ok_or(())
}
