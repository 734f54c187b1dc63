//! Records of one JSON object a line, as `record.schema.json` of this crate describes them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use base64::Engine as _;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::bytes::{Bytes, malformed};
use super::rules::{BODY_MISSING, LIMIT};
use super::{
    CaptureLimits, Reader, Record, Recorded, base64_engine, finding, not_utf8, text_fault,
};

pub(super) struct Ndjson {
    limits: CaptureLimits,
}

impl Ndjson {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limits: *limits }
    }
}

/// A record. Members of other names say nothing to us.
#[derive(Deserialize)]
struct Row<'a> {
    status: Option<u16>,
    #[serde(borrow)]
    headers: Option<Headers<'a>>,
    #[serde(borrow)]
    body: Option<&'a RawValue>,
    #[serde(borrow)]
    body_base64: Option<Cow<'a, str>>,
    url: Option<String>,
    service: Option<String>,
}

/// Header field lines: pairs in their order, or values by name.
#[derive(Deserialize)]
#[serde(untagged)]
enum Headers<'a> {
    #[serde(borrow)]
    Lines(Vec<(Cow<'a, str>, Cow<'a, str>)>),
    #[serde(borrow)]
    Map(BTreeMap<Cow<'a, str>, Values<'a>>),
}

/// One value of a name, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Values<'a> {
    #[serde(borrow)]
    One(Cow<'a, str>),
    #[serde(borrow)]
    Many(Vec<Cow<'a, str>>),
}

impl Headers<'_> {
    fn fields(self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let field = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
        match self {
            Self::Lines(lines) => lines.iter().map(|(name, value)| field(name, value)).collect(),
            Self::Map(map) => {
                let lines = map.iter().flat_map(|(name, values)| {
                    let values = match values {
                        Values::One(value) => std::slice::from_ref(value),
                        Values::Many(values) => values,
                    };
                    values.iter().map(move |value| field(name, value))
                });
                lines.collect()
            }
        }
    }
}

impl Reader for Ndjson {
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>> {
        loop {
            let limit = self.limits.record;
            let offset = bytes.position();
            let Some(line) = bytes.line(limit)? else { return Ok(None) };
            if line.is_long {
                let length = bytes.skip_line()?;
                let received = format!("a line of {length} bytes");
                let finding = finding(&LIMIT, offset, received)
                    .documented(format!("a line has at most {limit} bytes"));
                return Ok(Some(Record::broken(offset, finding)));
            }
            if !line.is_ended && bytes.is_cut() {
                // What is left of the last line; why it ends there is told by the input.
                bytes.consume(line.length);
                return Ok(None);
            }
            let text = bytes.peek(line.length)?;
            let start = if offset == 0 && text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
            let text = text.get(start..).unwrap_or_default();
            let record = (!text.trim_ascii().is_empty()).then(|| {
                let at = offset + if start == 3 { 3 } else { 0 };
                let record = read(text, at, &self.limits);
                if !line.is_ended && record.response.is_none() && is_cut_short(text) {
                    let finding = finding(
                        &super::rules::TRUNCATED,
                        at,
                        "a last line that ends inside its record",
                    );
                    return Record::broken(at, finding);
                }
                record
            });
            bytes.consume(line.length);
            if let Some(record) = record {
                return Ok(Some(record));
            }
        }
    }
}

/// Whether a text is JSON up to its end, and no document yet.
fn is_cut_short(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_err_and(|error| error.is_eof())
}

fn read(line: &[u8], offset: u64, limits: &CaptureLimits) -> Record {
    if let Some(fault) = not_utf8(line, offset) {
        return Record::broken(offset, fault);
    }
    let row: Row<'_> = match serde_json::from_slice(line) {
        Ok(row) => row,
        Err(error) => return Record::broken(offset, text_fault(line, offset, &error)),
    };
    let body = match (row.body, row.body_base64) {
        (Some(_), Some(_)) => Err("both `body` and `body_base64`".to_owned()),
        (Some(raw), None) => text_of(raw).map(Some),
        (None, Some(base64)) => base64_engine()
            .decode(base64.as_bytes())
            .map(Some)
            .map_err(|error| format!("no base64 in `body_base64`: {error}")),
        (None, None) => Ok(None),
    };
    let body = match row.status {
        Some(status) if !(100..=999).contains(&status) => Err(format!("the status {status}")),
        _ => body,
    };
    let mut record = Record { offset, url: row.url, service: row.service, ..Record::default() };
    match body {
        Err(received) => record.findings.push(malformed(offset, received)),
        Ok(None) => {
            let received = "neither `body` nor `body_base64`";
            record.findings.push(finding(&BODY_MISSING, offset, received));
        }
        Ok(Some(mut body)) => {
            body.truncate(limits.body.saturating_add(1));
            let fields = row.headers.map(Headers::fields).unwrap_or_default();
            record.response = Some(Recorded { status: row.status, fields, body });
        }
    }
    record
}

/// A body: the text of a string, or an object or array as it is written.
fn text_of(raw: &RawValue) -> Result<Vec<u8>, String> {
    let json = raw.get();
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<Cow<'_, str>>(json)
            .map(|text| text.into_owned().into_bytes())
            .map_err(|error| format!("no text in `body`: {error}")),
        Some(b'{' | b'[') => Ok(json.as_bytes().to_vec()),
        _ => Err("a `body` that is neither a string nor an object".to_owned()),
    }
}
