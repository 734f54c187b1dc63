//! HTTP Archives (HAR 1.1 and 1.2), read entry by entry.
//!
//! The array of entries is looked for in the stream; each entry is cut out of it and read alone, so
//! that one that is broken takes no other with it.

use std::borrow::Cow;
use std::io;

use base64::Engine as _;
use serde::{Deserialize, Deserializer};

use super::bytes::{Bytes, malformed};
use super::rules::{BODY_MISSING, LIMIT, TRUNCATED};
use super::{
    CaptureLimits, OneByOne, Record, Recorded, base64_engine, finding, not_utf8, text_fault,
};

/// Where in the file reading stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the entries.
    Start,
    /// In the array of entries.
    Entries,
    /// Behind the array of entries.
    Rest,
    /// At the end, or where reading gave up.
    End,
}

pub(super) struct Har {
    limits: CaptureLimits,
    at: At,
    /// How many objects are open around what is read.
    depth: usize,
}

/// What keeps a file from being read on.
enum Stop {
    Io(io::Error),
    /// The end of the input, where something else belongs.
    Cut,
    /// Another byte than those that belong there.
    Other(&'static str),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Har {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limits: *limits, at: At::Start, depth: 0 }
    }

    fn record(&mut self, bytes: &mut Bytes) -> Result<Option<Record>, Stop> {
        if self.at == At::Start {
            if bytes.peek(3)? == b"\xEF\xBB\xBF" {
                bytes.consume(3);
            }
            expect(bytes, b'{', "the object of an HTTP Archive")?;
            self.depth = 1;
            self.seek_entries(bytes)?;
        }
        if self.at == At::Entries {
            if let Some(record) = self.entry(bytes)? {
                return Ok(Some(record));
            }
            self.at = At::Rest;
        }
        while self.at == At::Rest && self.depth > 0 {
            // The names are of no interest any more.
            if member(bytes)?.is_some() {
                skip(bytes)?;
            } else {
                self.depth -= 1;
            }
        }
        if self.at == At::Rest && next(bytes)?.is_some() {
            return Err(Stop::Other("the end of the file"));
        }
        self.at = At::End;
        Ok(None)
    }

    /// Goes to the first entry.
    fn seek_entries(&mut self, bytes: &mut Bytes) -> Result<(), Stop> {
        while let Some(name) = member(bytes)? {
            let value = next(bytes)?.ok_or(Stop::Cut)?;
            match (self.depth, &name[..], value) {
                (1, b"log", b'{') => {
                    bytes.consume(1);
                    self.depth = 2;
                }
                (2, b"entries", b'[') => {
                    bytes.consume(1);
                    self.at = At::Entries;
                    return Ok(());
                }
                _ => _ = skip(bytes)?,
            }
        }
        Err(Stop::Other("an array `entries` in the object `log`"))
    }

    /// The next entry; `None` behind the last one.
    fn entry(&mut self, bytes: &mut Bytes) -> Result<Option<Record>, Stop> {
        let mut first = next(bytes)?.ok_or(Stop::Cut)?;
        if first == b',' {
            bytes.consume(1);
            first = next(bytes)?.ok_or(Stop::Cut)?;
        }
        if first == b']' {
            bytes.consume(1);
            return Ok(None);
        }
        let offset = bytes.position();
        let limit = self.limits.record;
        let mut scan = Scan::default();
        let mut seen = 0;
        loop {
            if let Some(length) = scan.end(bytes.buffered().get(seen..).unwrap_or_default()) {
                let length = seen + length;
                if length == 0 {
                    return Err(Stop::Other("an entry"));
                }
                let record = if length > limit {
                    too_long(offset, u64::try_from(length).unwrap_or(u64::MAX), limit)
                } else {
                    read(bytes.peek(length)?, offset, &self.limits)
                };
                bytes.consume(length);
                return Ok(Some(record));
            }
            seen = bytes.buffered().len();
            if seen > limit {
                bytes.consume(seen);
                let length = scan.skip(bytes)?.ok_or(Stop::Cut)? + u64::try_from(seen).unwrap_or(0);
                return Ok(Some(too_long(offset, length, limit)));
            }
            if !bytes.more()? {
                bytes.consume(seen);
                return Err(Stop::Cut);
            }
        }
    }
}

impl OneByOne for Har {
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>> {
        if self.at == At::End {
            return Ok(None);
        }
        let stop = match self.record(bytes) {
            Ok(record) => return Ok(record),
            Err(stop) => stop,
        };
        self.at = At::End;
        let at = bytes.position();
        match stop {
            Stop::Io(error) => Err(error),
            // Why it ends is told by the input, where that was cut itself.
            Stop::Cut if bytes.is_cut() => Ok(None),
            Stop::Cut => {
                let finding = finding(&TRUNCATED, at, "the end of the file inside its JSON");
                Ok(Some(Record::broken(at, finding)))
            }
            Stop::Other(expected) => {
                let found = match bytes.peek(1)?.first() {
                    Some(byte) => format!("`{}`", byte.escape_ascii()),
                    None => "the end of the file".to_owned(),
                };
                // What follows cannot be told apart, so that nothing after it is read.
                let finding = finding(&TRUNCATED, at, found)
                    .documented(format!("here stands {expected} (HAR 1.2)"));
                Ok(Some(Record::broken(at, finding)))
            }
        }
    }
}

/// The next byte that is no white space, not consumed; `None` at the end.
fn next(bytes: &mut Bytes) -> io::Result<Option<u8>> {
    loop {
        let buffered = bytes.buffered();
        let at = buffered.iter().position(|byte| !b" \t\r\n".contains(byte));
        if let Some(at) = at {
            bytes.consume(at);
            return Ok(bytes.buffered().first().copied());
        }
        let length = buffered.len();
        bytes.consume(length);
        if !bytes.more()? {
            return Ok(None);
        }
    }
}

fn expect(bytes: &mut Bytes, byte: u8, expected: &'static str) -> Result<(), Stop> {
    match next(bytes)? {
        Some(found) if found == byte => bytes.consume(1),
        Some(_) => return Err(Stop::Other(expected)),
        None => return Err(Stop::Cut),
    }
    Ok(())
}

/// The name of the next member, up to its value; `None` behind the last member of the object, whose
/// brace is consumed. Names are not decoded: the ones that are looked for need no escapes.
fn member(bytes: &mut Bytes) -> Result<Option<Vec<u8>>, Stop> {
    const LONG: usize = 64;
    let mut first = next(bytes)?.ok_or(Stop::Cut)?;
    if first == b',' {
        bytes.consume(1);
        first = next(bytes)?.ok_or(Stop::Cut)?;
    }
    if first == b'}' {
        bytes.consume(1);
        return Ok(None);
    }
    if first != b'"' {
        return Err(Stop::Other("a member of an object, or `}`"));
    }
    let head = bytes.peek(LONG)?.get(1..).unwrap_or_default();
    let name = head.iter().position(|&byte| byte == b'"').and_then(|end| head.get(..end));
    let name = name.unwrap_or_default().to_vec();
    skip(bytes)?;
    expect(bytes, b':', "`:`")?;
    Ok(Some(name))
}

/// Passes over a value.
fn skip(bytes: &mut Bytes) -> Result<u64, Stop> {
    _ = next(bytes)?;
    match Scan::default().skip(bytes)? {
        None => Err(Stop::Cut),
        Some(0) => Err(Stop::Other("a value")),
        Some(length) => Ok(length),
    }
}

/// Finds the end of a JSON value in a stream of bytes, by its brackets and quotes alone.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
    /// Whether anything of the value was seen.
    begun: bool,
}

impl Scan {
    /// How many of these bytes belong to the value, if it ends in them.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if self.in_string {
                if self.is_escaped {
                    self.is_escaped = false;
                    at += 1;
                    continue;
                }
                // Most of a capture is text.
                let rest = bytes.get(at..).unwrap_or_default();
                let special = memchr::memchr2(b'"', b'\\', rest)?;
                at += special + 1;
                if rest.get(special) == Some(&b'\\') {
                    self.is_escaped = true;
                } else {
                    self.in_string = false;
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 && self.begun => {
                    return Some(at);
                }
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        None
    }

    /// Consumes the value, and gives how long it is; `None` where the input ends before it does.
    fn skip(&mut self, bytes: &mut Bytes) -> io::Result<Option<u64>> {
        let start = bytes.position();
        loop {
            let buffered = bytes.buffered();
            if let Some(length) = self.end(buffered) {
                bytes.consume(length);
                return Ok(Some(bytes.position() - start));
            }
            let length = buffered.len();
            bytes.consume(length);
            if !bytes.more()? {
                return Ok(None);
            }
        }
    }
}

/// An entry. What programs leave out, or write in another type, is missing.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    request: Option<Request<'a>>,
    #[serde(borrow, default)]
    response: Option<Response<'a>>,
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow, default)]
    url: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    method: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    #[serde(default, deserialize_with = "number")]
    status: Option<i64>,
    #[serde(borrow, default)]
    headers: Option<Vec<Header<'a>>>,
    #[serde(borrow, default)]
    content: Option<Content<'a>>,
    #[serde(default, deserialize_with = "number")]
    body_size: Option<i64>,
}

#[derive(Deserialize)]
struct Header<'a> {
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    value: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(default, deserialize_with = "number")]
    size: Option<i64>,
    #[serde(borrow, default)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    encoding: Option<Cow<'a, str>>,
}

/// A number, or a text that is one; nothing for anything else.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    // Sizes are whole numbers, and some programs write them as `12.0`.
    #[expect(clippy::cast_possible_truncation, reason = "a float's integer part; `as` saturates")]
    let float = value.as_f64().map(|float| float as i64);
    Ok(value.as_i64().or(text).or(float))
}

fn too_long(offset: u64, length: u64, limit: usize) -> Record {
    let finding = finding(&LIMIT, offset, format!("an entry of {length} bytes"))
        .documented(format!("an entry has at most {limit} bytes"));
    Record::broken(offset, finding)
}

fn read(entry: &[u8], offset: u64, limits: &CaptureLimits) -> Record {
    if let Some(fault) = not_utf8(entry, offset) {
        return Record::broken(offset, fault);
    }
    let entry: Entry<'_> = match serde_json::from_slice(entry) {
        Ok(entry) => entry,
        Err(error) => return Record::broken(offset, text_fault(entry, offset, &error)),
    };
    let request = entry.request;
    let is_head = request.as_ref().and_then(|request| request.method.as_deref()) == Some("HEAD");
    let url = request.and_then(|request| request.url).map(Cow::into_owned);
    let mut record = Record { offset, url, ..Record::default() };
    let Some(response) = entry.response else {
        record.findings.push(malformed(offset, "an entry without a `response`"));
        return record;
    };
    let status = response.status.and_then(|status| u16::try_from(status).ok());
    // What was cancelled or refused before an answer came has the status 0.
    let Some(status) = status.filter(|status| (100..=999).contains(status)) else {
        let received = match response.status {
            Some(status) => format!("a response with the status {status}: none was received"),
            None => "a response without a status".to_owned(),
        };
        record.findings.push(finding(&BODY_MISSING, offset, received));
        return record;
    };
    match body(&response, status, is_head) {
        Ok(mut body) => {
            body.truncate(limits.body.saturating_add(1));
            let headers = response.headers.unwrap_or_default();
            let fields = headers.iter().filter(|header| !header.name.starts_with(':'));
            let fields = fields
                .map(|header| (header.name.as_bytes().to_vec(), header.value.as_bytes().to_vec()))
                .collect();
            record.response = Some(Recorded { status: Some(status), fields, body });
        }
        Err(Some(received)) => record.findings.push(malformed(offset, received)),
        Err(None) => {
            let received = "a response whose `content` has no `text`";
            record.findings.push(finding(&BODY_MISSING, offset, received).help(Some(
                "browsers leave bodies out of what they save, unless asked to keep them".to_owned(),
            )));
        }
    }
    record
}

/// The body of a response; otherwise what is wrong with it, or nothing where it was left out.
fn body(response: &Response<'_>, status: u16, is_head: bool) -> Result<Vec<u8>, Option<String>> {
    let content = response.content.as_ref();
    let Some(text) = content.and_then(|content| content.text.as_deref()) else {
        let sizes = [content.and_then(|content| content.size), response.body_size];
        // No body at all (RFC 9112 section 6.3), or one of no bytes.
        let is_empty =
            is_head || matches!(status, 100..=199 | 204 | 304) || sizes.contains(&Some(0));
        return if is_empty { Ok(Vec::new()) } else { Err(None) };
    };
    match content.and_then(|content| content.encoding.as_deref()) {
        None | Some("") => Ok(text.as_bytes().to_vec()),
        Some(encoding) if encoding.eq_ignore_ascii_case("base64") => {
            let text: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            let decoded = base64_engine().decode(text);
            decoded.map_err(|error| Some(format!("no base64 in `text`: {error}")))
        }
        Some(encoding) => Err(Some(format!("the unknown encoding `{encoding}` of a `text`"))),
    }
}
