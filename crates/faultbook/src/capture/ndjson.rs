//! Records of one JSON object a line, as `record.schema.json` of this crate describes them.

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use base64::Engine as _;
use faultbook_core::json::{self, Step, Text};
use faultbook_core::{Fault, Found};

use super::bytes::{Bytes, malformed};
use super::rules::{BODY_MISSING, LIMIT, TRUNCATED};
use super::{Batch, CaptureLimits, Reader, Record, Recorded, base64_engine, finding};
use crate::services::service;

/// How many lines are read together, and about how many bytes.
const MOST_LINES: usize = 256;
const MOST_BYTES: usize = 64 << 10;

pub(super) struct Ndjson {
    limits: CaptureLimits,
}

impl Ndjson {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limits: *limits }
    }
}

impl Reader for Ndjson {
    fn batch(&mut self, bytes: &mut Bytes) -> io::Result<Option<Batch>> {
        let limit = self.limits.record;
        let offset = bytes.position();
        let Some(line) = bytes.line(limit)? else { return Ok(None) };
        if line.is_long {
            let length = bytes.skip_line()?;
            let received = format!("a line of {length} bytes");
            let finding = finding(&LIMIT, offset, received)
                .documented(format!("a line has at most {limit} bytes"));
            return Ok(Some(Batch::of(Record::broken(offset, finding))));
        }
        if !line.is_ended && bytes.is_cut() {
            // What is left of the last line; why it ends there is told by the input.
            bytes.consume(line.length);
            return Ok(None);
        }
        // With it, those that follow and are there already.
        let mut length = line.length;
        let rest = bytes.buffered().get(length..).unwrap_or_default();
        for end in memchr::memchr_iter(b'\n', rest).take(MOST_LINES - 1) {
            let end = line.length + end + 1;
            if end > MOST_BYTES || end - length > limit {
                break;
            }
            length = end;
        }
        let text = bytes.peek(length)?.to_vec();
        bytes.consume(length);
        Ok(Some(Batch::Lines(Lines { text, at: 0, offset, limits: self.limits })))
    }

    fn has_next(&self, bytes: &Bytes) -> bool {
        memchr::memchr(b'\n', bytes.buffered()).is_some()
    }
}

/// A byte order mark, which may begin an input.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The line that begins at a byte of the input without such a mark, and where that begins.
fn without_mark(line: &[u8], at: u64) -> (&[u8], u64) {
    match line.strip_prefix(MARK) {
        Some(line) if at == 0 => (line, 3),
        _ => (line, at),
    }
}

/// Lines that were read together.
#[derive(Debug)]
pub(crate) struct Lines {
    text: Vec<u8>,
    /// Where the next line begins.
    at: usize,
    /// Where the text begins, in bytes of the input.
    offset: u64,
    limits: CaptureLimits,
}

impl Lines {
    /// How many bytes they have.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// Whether the first of them has a record.
    pub(super) fn begin_with_record(&self) -> bool {
        let first = self.text.split(|&byte| byte == b'\n').next().unwrap_or_default();
        !without_mark(first, self.offset).0.trim_ascii().is_empty()
    }

    /// The record of the next line that has one, in the place of another one; whether there is one.
    pub(super) fn next_into(&mut self, record: &mut Record) -> bool {
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                return false;
            }
            let end = memchr::memchr(b'\n', rest);
            let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            let at = self.offset + u64::try_from(self.at).unwrap_or(u64::MAX);
            self.at += end.map_or(rest.len(), |end| end + 1);
            let (line, at) = without_mark(line, at);
            if line.trim_ascii().is_empty() {
                continue;
            }
            match read(line, at, &self.limits, record) {
                Ok(()) => {}
                // Only the last line of an input has no end.
                Err(Unread::Fault(fault)) if fault.found() == Found::End && end.is_none() => {
                    let received = "a last line that ends inside its record";
                    *record = Record::broken(at, finding(&TRUNCATED, at, received));
                }
                Err(unread) => *record = unread.record(at),
            }
            return true;
        }
    }
}

/// Why a line is no record.
enum Unread {
    /// It is no JSON.
    Fault(Fault),
    /// Something else stands there than a record has: where in the line, and in words.
    Other(Range<usize>, String),
}

impl Unread {
    fn record(self, offset: u64) -> Record {
        let at = |span: Range<usize>| offset + u64::try_from(span.start).unwrap_or(0);
        let finding = match self {
            Self::Fault(fault) => malformed(at(fault.span()), fault.found().to_string())
                .documented(format!("here stands {} (RFC 8259)", fault.expected())),
            Self::Other(span, received) => malformed(at(span), received),
        };
        Record::broken(offset, finding)
    }
}

/// A record. Members of other names say nothing to us.
#[derive(Default)]
struct Row<'a> {
    status: Option<u16>,
    body: Option<Body<'a>>,
    base64: Option<Text<'a>>,
    url: Option<Text<'a>>,
    service: Option<Text<'a>>,
}

/// Header field lines in the place of others, whose room they take.
struct Fields<'f> {
    list: &'f mut Vec<(Vec<u8>, Vec<u8>)>,
    /// How many of them are new.
    count: usize,
}

impl<'f> Fields<'f> {
    fn new(list: &'f mut Vec<(Vec<u8>, Vec<u8>)>) -> Self {
        Self { list, count: 0 }
    }

    fn push(&mut self, name: Text<'_>, value: Text<'_>) {
        if self.count == self.list.len() {
            self.list.push(<(Vec<u8>, Vec<u8>)>::default());
        }
        if let Some((own_name, own_value)) = self.list.get_mut(self.count) {
            decode(name, own_name);
            decode(value, own_value);
            self.count += 1;
        }
    }

    /// There are no others.
    fn end(self) {
        self.list.truncate(self.count);
    }
}

/// What stands for a body.
#[derive(Clone, Copy)]
enum Body<'a> {
    Text(Text<'a>),
    /// An object or array, as it is written.
    Json(&'a [u8]),
    /// Nothing that could be one.
    Other,
}

/// The names of a record's members.
const STATUS: usize = 0;
const HEADERS: usize = 1;
const BODY: usize = 2;
const BODY_BASE64: usize = 3;
const URL: usize = 4;
const SERVICE: usize = 5;
const NAMES: [&str; 6] = ["status", "headers", "body", "body_base64", "url", "service"];

/// Reads one line as a record. A member of a known name stands there once, and may be `null`.
fn row<'a>(line: &'a [u8], fields: &mut Fields<'_>) -> Result<Row<'a>, Unread> {
    let mut json = json::Reader::new(line).with_duplicate_limit(0);
    if json.has_byte_order_mark() {
        // It may begin an input, and no line of one.
        return Err(Unread::Other(0..MARK.len(), "a byte order mark inside the input".to_owned()));
    }
    let mut row = Row::default();
    let mut seen = [false; NAMES.len()];
    if json.advance_first() != Step::ObjectStart {
        return Err(other(&json, "no object"));
    }
    loop {
        let (step, listed) = json.advance_listed(&NAMES);
        if step == Step::ObjectEnd {
            break;
        }
        if step == Step::Failed {
            return Err(other(&json, ""));
        }
        let Some(index) = listed else {
            whole(&mut json, step)?;
            continue;
        };
        if let Some(seen) = seen.get_mut(index)
            && std::mem::replace(seen, true)
        {
            let name = NAMES.get(index).copied().unwrap_or_default();
            return Err(Unread::Other(json.name_span(), format!("`{name}` a second time")));
        }
        match (index, step) {
            (_, Step::Null) => {}
            (STATUS, Step::Number) => match json.raw().parse() {
                Ok(status) => row.status = Some(status),
                Err(_) => return Err(other(&json, &format!("the status {}", json.raw()))),
            },
            (HEADERS, Step::ArrayStart) => lines(&mut json, fields)?,
            (HEADERS, Step::ObjectStart) => map(&mut json, fields)?,
            (BODY, Step::String) => row.body = Some(Body::Text(json.text())),
            (BODY, Step::ObjectStart | Step::ArrayStart) => {
                let span = whole(&mut json, step)?;
                row.body = Some(Body::Json(line.get(span).unwrap_or_default()));
            }
            (BODY, _) => row.body = Some(Body::Other),
            (BODY_BASE64, Step::String) => row.base64 = Some(json.text()),
            (URL, Step::String) => row.url = Some(json.text()),
            (SERVICE, Step::String) => row.service = Some(json.text()),
            _ => {
                let name = NAMES.get(index).copied().unwrap_or_default();
                return Err(other(&json, &format!("another type of `{name}`")));
            }
        }
    }
    if json.advance_last() == Step::End { Ok(row) } else { Err(other(&json, "")) }
}

/// What stands at the last token: the fault, or something else in these words.
fn other(json: &json::Reader<'_>, received: &str) -> Unread {
    match json.fault() {
        Some(fault) => Unread::Fault(fault.clone()),
        None => Unread::Other(json.span(), received.to_owned()),
    }
}

/// Reads the value that begins with `step` to its end, and gives where it stands.
fn whole(json: &mut json::Reader<'_>, step: Step) -> Result<Range<usize>, Unread> {
    match step {
        Step::Failed => Err(other(json, "")),
        Step::ObjectStart | Step::ArrayStart => json.skip_container().map_err(Unread::Fault),
        _ => Ok(json.span()),
    }
}

/// Header field lines as pairs of a name and a value, in their order.
fn lines(json: &mut json::Reader<'_>, fields: &mut Fields<'_>) -> Result<(), Unread> {
    loop {
        match json.advance() {
            Step::ArrayEnd => return Ok(()),
            Step::ArrayStart => {
                let name = string(json)?;
                let value = string(json)?;
                if json.advance() != Step::ArrayEnd {
                    return Err(other(json, "more than a name and a value"));
                }
                fields.push(name, value);
            }
            _ => return Err(other(json, "no pair of a name and a value")),
        }
    }
}

/// Header fields by their name, with a value or several.
fn map(json: &mut json::Reader<'_>, fields: &mut Fields<'_>) -> Result<(), Unread> {
    loop {
        let step = json.advance_member();
        if step == Step::ObjectEnd {
            return Ok(());
        }
        if step == Step::Failed {
            return Err(other(json, ""));
        }
        let name = json.name();
        match step {
            Step::String => fields.push(name, json.text()),
            Step::ArrayStart => loop {
                match json.advance() {
                    Step::ArrayEnd => break,
                    Step::String => fields.push(name, json.text()),
                    _ => return Err(other(json, "a value of a header field that is no string")),
                }
            },
            _ => return Err(other(json, "a value of a header field that is no string")),
        }
    }
}

/// The string that has to stand here.
fn string<'a>(json: &mut json::Reader<'a>) -> Result<Text<'a>, Unread> {
    match json.advance() {
        Step::String => Ok(json.text()),
        _ => Err(other(json, "no pair of a name and a value")),
    }
}

/// The decoded text, in the place of another one.
fn decode(text: Text<'_>, decoded: &mut Vec<u8>) {
    decoded.clear();
    text.decode_into(decoded);
}

/// Reads one line as a record, in the place of another one.
fn read(
    line: &[u8],
    offset: u64,
    limits: &CaptureLimits,
    record: &mut Record,
) -> Result<(), Unread> {
    let mut response = record.response.take().unwrap_or_default();
    let Recorded { status, fields, body } = &mut response;
    let mut fields = Fields::new(fields);
    let row = row(line, &mut fields)?;
    fields.end();
    let mut has_body = true;
    let read = match (row.body, row.base64) {
        (Some(_), Some(_)) => Err("both `body` and `body_base64`".to_owned()),
        (Some(Body::Text(text)), None) => {
            decode(text, body);
            Ok(())
        }
        (Some(Body::Json(json)), None) => {
            body.clear();
            body.extend_from_slice(json);
            Ok(())
        }
        (Some(Body::Other), None) => {
            Err("a `body` that is neither a string nor an object".to_owned())
        }
        (None, Some(base64)) => {
            body.clear();
            base64_engine()
                .decode_vec(base64.decode().as_bytes(), body)
                .map_err(|error| format!("no base64 in `body_base64`: {error}"))
        }
        (None, None) => {
            has_body = false;
            Ok(())
        }
    };
    *status = row.status;
    let read = match row.status {
        Some(status) if !(100..=999).contains(&status) => Err(format!("the status {status}")),
        _ => read,
    };
    body.truncate(limits.body.saturating_add(1));
    let url = row.url.map(|url| url.decode().into_owned());
    let service = row.service.map(|name| known(name.decode()));
    *record = Record { offset, url, service, ..Record::default() };
    match read {
        Err(received) => record.findings.push(malformed(offset, received)),
        Ok(()) if has_body => record.response = Some(response),
        Ok(()) => {
            let received = "neither `body` nor `body_base64`";
            record.findings.push(finding(&BODY_MISSING, offset, received));
        }
    }
    Ok(())
}

/// The name of a service, not copied where it is one that is known.
fn known(name: Cow<'_, str>) -> Cow<'static, str> {
    match service(&name) {
        Some(service) => Cow::Borrowed(service.name),
        None => Cow::Owned(name.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use faultbook_core::{Limits, Place};

    use super::*;

    fn record(line: &str) -> Record {
        let limits = CaptureLimits::from(&Limits::default());
        // What stood there before leaves nothing behind.
        let mut record = Record::default();
        let before = r#"{"status": 200, "headers": {"a": ["b", "c", "d", "e", "f"]}, "body_base64": "QUJD"}"#;
        assert!(read(before.as_bytes(), 0, &limits, &mut record).is_ok());
        assert!(record.response.is_some());
        match read(line.as_bytes(), 100, &limits, &mut record) {
            Ok(()) => record,
            Err(unread) => unread.record(100),
        }
    }

    #[test]
    fn header_fields_keep_their_order_and_every_value() {
        let pairs = r#"{"headers": [["b", "1"], ["a", "2"], ["b", "\u0033"]], "body": "x"}"#;
        let map = r#"{"headers": {"b": ["1", "3"], "\u0061": "2", "b": "4"}, "body": "x"}"#;
        for (line, expected) in [
            (pairs, &[("b", "1"), ("a", "2"), ("b", "3")][..]),
            (map, &[("b", "1"), ("b", "3"), ("a", "2"), ("b", "4")]),
        ] {
            let fields = record(line).response.unwrap().fields;
            let expected = expected.iter().map(|(name, value)| ((*name).into(), (*value).into()));
            assert_eq!(fields, expected.collect::<Vec<(Vec<u8>, Vec<u8>)>>(), "{line}");
        }
    }

    #[test]
    fn a_name_with_escapes_is_the_same_name_and_null_is_nothing() {
        let line = r#"{"st\u0061tus": 404, "body": {"a": [1]}, "url": null, "service": "groove"}"#;
        let record = record(line);
        let response = record.response.unwrap();
        assert_eq!((response.status, &response.body[..]), (Some(404), &br#"{"a": [1]}"#[..]));
        assert_eq!((record.url, record.service.as_deref()), (None, Some("groove")));
    }

    #[test]
    fn what_is_no_record_is_told_at_its_byte() {
        for (line, at, received) in [
            (r#"{"body": "x", "body": "y"}"#, 114, "`body` a second time"),
            (r#"{"url": null, "ur\u006c": null}"#, 114, "`url` a second time"),
            (r#"{"status": "200", "body": ""}"#, 111, "another type of `status`"),
            (r#"{"status": 2e2, "body": ""}"#, 111, "the status 2e2"),
            (r#"{"headers": [["a"]], "body": ""}"#, 117, "no pair of a name and a value"),
            (r#"{"headers": [["a", "b", 1]]}"#, 124, "more than a name and a value"),
            (r#"{"headers": {"a": 1}}"#, 118, "a value of a header field that is no string"),
            ("[200]", 100, "no object"),
            (r#"{"body": "" "x"}"#, 112, "`\"`"),
            (r#"{"body": ""} 1"#, 113, "`1`"),
            ("\u{FEFF}{}", 100, "a byte order mark inside the input"),
        ] {
            let record = record(line);
            assert_eq!(record.response, None, "{line}");
            let [finding] = &record.findings[..] else { panic!("{line}: {record:?}") };
            assert_eq!(finding.received, received, "{line}");
            assert_eq!(finding.place, Place::Input { offset: at }, "{line}");
        }
    }
}
