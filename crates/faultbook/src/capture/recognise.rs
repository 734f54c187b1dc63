//! What an input is written in, told by its first bytes.

use std::io;

use clap::ValueEnum;
use faultbook_core::json::{Kind, Reader as Json};

use super::bytes::Bytes;

/// How much is looked at, in bytes.
const HEAD: usize = 64 << 10;

/// What a capture is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Format {
    /// The body of one response, and nothing else.
    Body,
    /// HTTP/1.x messages as they are sent, or as `curl -i` prints them, one or several.
    Http,
    /// An HTTP Archive, version 1.1 or 1.2, as browsers and proxies save them.
    Har,
    /// A JSON object a line: see `record.schema.json`.
    Ndjson,
    /// A WARC file (ISO 28500), of which the `response` records are read.
    Warc,
}

impl Format {
    /// `body`, `http`, `har`, `ndjson` or `warc`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Http => "http",
            Self::Har => "har",
            Self::Ndjson => "ndjson",
            Self::Warc => "warc",
        }
    }
}

/// Tells what an input is written in. What its bytes leave open is told by the end of its name.
///
/// No more is read than it takes to tell: of a pipe, what follows may come much later.
pub(super) fn recognise(bytes: &mut Bytes, name: &str) -> io::Result<Format> {
    let by_name = by_name(name);
    let mut ended = bytes.peek(1)?.is_empty();
    // How much was looked at in vain, so that a pipe with a byte at a time is no trouble.
    let mut seen = 0;
    loop {
        let head = bytes.buffered();
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
        let is_enough = ended || head.len() >= HEAD;
        // A beginning of `HTTP/` or `WARC/` may go on in the next piece.
        if text.len() >= 5 || is_enough {
            if text.starts_with(b"WARC/") {
                return Ok(Format::Warc);
            }
            if text.starts_with(b"HTTP/") {
                return Ok(Format::Http);
            }
            if !text.starts_with(b"{") && !text.is_empty() {
                // A line that is no object is a broken record, if the name promises records.
                let is_list = by_name == Format::Ndjson;
                return Ok(if is_list { by_name } else { Format::Body });
            }
        }
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let is_line = line.len() < text.len();
        if is_enough || is_line && seen == 0 || head.len() >= 2 * seen {
            seen = head.len();
            if is_har(text) {
                return Ok(Format::Har);
            }
            if (is_enough || is_line) && is_record(line) {
                return Ok(Format::Ndjson);
            }
            // A whole object that is no record is a body, whatever may follow it.
            if is_enough || is_line && is_object(line) {
                return Ok(by_name);
            }
        }
        ended = !bytes.more()?;
    }
}

/// What the end of a name promises, where the bytes are JSON and could be anything.
fn by_name(name: &str) -> Format {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    match name.rsplit_once('.') {
        Some((_, "har")) => Format::Har,
        Some((_, "ndjson" | "jsonl")) => Format::Ndjson,
        _ => Format::Body,
    }
}

/// Whether a text is one whole JSON value.
fn is_object(text: &[u8]) -> bool {
    let mut json = Json::new(text);
    loop {
        match json.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

/// The members of `log` that such a file may begin with.
const IN_LOG: [&str; 5] = ["version", "creator", "browser", "pages", "entries"];

/// Whether an object is an HTTP Archive: its `log` is an object with one of the members that every
/// such file begins with.
fn is_har(text: &[u8]) -> bool {
    let mut json = Json::new(text);
    let mut depth = 0_usize;
    let mut in_log = false;
    let mut name = false;
    while let Ok(Some(token)) = json.next() {
        match token.kind {
            Kind::ObjectStart | Kind::ArrayStart => depth += 1,
            Kind::ObjectEnd | Kind::ArrayEnd => {
                depth = depth.saturating_sub(1);
                in_log &= depth > 1;
            }
            Kind::Name(member) if depth == 1 => name = member == "log",
            Kind::Name(member)
                if depth == 2 && in_log && IN_LOG.iter().any(|name| member == *name) =>
            {
                return true;
            }
            _ => {}
        }
        in_log |= depth == 2 && name;
    }
    false
}

/// Whether a line is a record: an object that has a body in a text, or a status and header fields.
fn is_record(line: &[u8]) -> bool {
    let mut json = Json::new(line);
    let mut depth = 0_usize;
    let mut name = None;
    let (mut body, mut status, mut headers) = (false, false, false);
    while let Ok(Some(token)) = json.next() {
        let is_member = depth == 1;
        match token.kind {
            Kind::ObjectStart | Kind::ArrayStart => {
                headers |= is_member && name.as_deref() == Some("headers");
                depth += 1;
            }
            Kind::ObjectEnd | Kind::ArrayEnd => depth = depth.saturating_sub(1),
            Kind::Name(member) if is_member => {
                // What is looked at may end inside the body, so that its first quote is enough.
                let rest = line.get(token.span.end..).unwrap_or_default().trim_ascii_start();
                let rest = rest.strip_prefix(b":").unwrap_or_default().trim_ascii_start();
                body |= (member == "body" || member == "body_base64") && rest.starts_with(b"\"");
                name = Some(member.decode());
            }
            Kind::Number(_) if is_member => status |= name.as_deref() == Some("status"),
            _ => {}
        }
    }
    body || status && headers
}
