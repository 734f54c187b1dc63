//! WARC files (ISO 28500, versions 1.0 and 1.1), of which the `response` records are read.
//!
//! ```text
//! warc-file   = 1*warc-record
//! warc-record = header CRLF block CRLF CRLF
//! header      = version warc-fields
//! version     = "WARC/1.0" CRLF / "WARC/1.1" CRLF
//! warc-fields = *named-field                     as the fields of HTTP; Content-Length is mandatory
//! ```
//!
//! A block is one HTTP message to its end. Records of other types are passed over, and so are
//! responses that are not of HTTP (`dns:`).

use std::io::{self, Cursor};

use super::bytes::{Bytes, malformed};
use super::http::{
    Fields, Http, MOST_HEAD, NoHead, Notes, field_lines, number, shown, skip_to, skip_white,
    values, without_end,
};
use super::rules::{BODY_MISSING, LIMIT, TRUNCATED};
use super::{CaptureLimits, OneByOne, Record, finding};

/// Reads the responses of a WARC file.
pub(super) struct Warc {
    limits: CaptureLimits,
}

/// What became of a WARC record.
enum Read {
    /// It is one of ours.
    Record(Record),
    /// It is none that is judged.
    Other,
    /// The input ends in it.
    Cut(&'static str),
}

impl Warc {
    pub(super) fn new(limits: &CaptureLimits) -> Self {
        Self { limits: *limits }
    }

    /// Reads a record, of which the first byte is next.
    fn record(&self, bytes: &mut Bytes) -> io::Result<Read> {
        let offset = bytes.position();
        let Some(line) = bytes.line(MOST_HEAD)?.filter(|line| line.is_ended || line.is_long) else {
            return Ok(Read::Cut("the end of the input inside a version line"));
        };
        let (text, _) = without_end(bytes.peek(line.length)?);
        if !matches!(text, b"WARC/1.0" | b"WARC/1.1") {
            let received = format!("the line {} where a record begins", shown(text));
            let finding = malformed(offset, received)
                .documented("a record begins with the line `WARC/1.0` or `WARC/1.1`")
                .source("ISO 28500");
            return Self::resume(bytes, Record::broken(offset, finding)).map(Read::Record);
        }
        bytes.consume(line.length);
        // What WARC fields look like is not what is judged here.
        let fields = match field_lines(bytes, &mut Notes::default())? {
            Ok(fields) => fields,
            Err(NoHead::Cut) => return Ok(Read::Cut("the end of the input inside WARC fields")),
            Err(NoHead::Long) => {
                let received = format!("WARC fields of more than {MOST_HEAD} bytes");
                let finding = finding(&LIMIT, offset, received)
                    .documented(format!("the fields of a record have at most {MOST_HEAD} bytes"));
                return Self::resume(bytes, Record::broken(offset, finding)).map(Read::Record);
            }
        };
        let Some(length) = values(&fields, "content-length").next().and_then(number) else {
            let finding = malformed(offset, "a record without a Content-Length")
                .documented("every record says how long its block is")
                .source("ISO 28500");
            return Self::resume(bytes, Record::broken(offset, finding)).map(Read::Record);
        };
        let known = usize::try_from(length).ok().filter(|&length| length <= self.limits.record);
        let is_response = is_response(&fields);
        let Some(known) = known.filter(|_| is_response) else {
            if !skip(bytes, length)? {
                return Ok(Read::Cut("the end of the input inside a block"));
            }
            if !is_response {
                return Ok(Read::Other);
            }
            let received = format!("a record of {length} bytes");
            let finding = finding(&LIMIT, offset, received)
                .documented(format!("a record has at most {} bytes", self.limits.record));
            let url = url(&fields);
            return Ok(Read::Record(Record { url, ..Record::broken(offset, finding) }));
        };
        let at = bytes.position();
        let block = bytes.peek(known)?;
        if block.len() < known {
            return Ok(Read::Cut("the end of the input inside a block"));
        }
        let block = block.to_vec();
        bytes.consume(known);
        let mut message = Bytes::at(at, Box::new(Cursor::new(block)));
        let record = Http::one(&self.limits).next(&mut message)?;
        let mut record = record.unwrap_or_else(|| {
            Record::broken(offset, malformed(offset, "a response without a message"))
        });
        // Who cut the message says so, and why.
        if let Some(why) = values(&fields, "warc-truncated").next()
            && record.response.is_none()
        {
            let received = format!("a message that was cut when it was recorded: {}", shown(why));
            record.findings = vec![finding(&BODY_MISSING, at, received)];
        }
        record.offset = offset;
        record.url = url(&fields);
        Ok(Read::Record(record))
    }

    /// Goes to the next record behind one that could not be read.
    fn resume(bytes: &mut Bytes, record: Record) -> io::Result<Record> {
        // Its own line begins so too, perhaps.
        if bytes.position() == record.offset {
            bytes.skip_line()?;
        }
        skip_to(bytes, b"WARC/1.")?;
        Ok(record)
    }
}

impl OneByOne for Warc {
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>> {
        loop {
            skip_white(bytes)?;
            let offset = bytes.position();
            if bytes.peek(1)?.is_empty() {
                return Ok(None);
            }
            match self.record(bytes)? {
                Read::Record(record) => return Ok(Some(record)),
                Read::Other => {}
                // Why it ends there is told by the input, where that was cut itself.
                Read::Cut(_) if bytes.is_cut() => return Ok(None),
                Read::Cut(received) => {
                    return Ok(Some(Record::broken(offset, finding(&TRUNCATED, offset, received))));
                }
            }
        }
    }
}

/// Whether a record is a response of HTTP.
fn is_response(fields: &Fields) -> bool {
    let is = |name: &str, expected: &str| {
        values(fields, name)
            .next()
            .is_some_and(|value| value.eq_ignore_ascii_case(expected.as_bytes()))
    };
    let scheme = url(fields).and_then(|url| Some(url.split_once(':')?.0.to_ascii_lowercase()));
    is("warc-type", "response") && matches!(scheme.as_deref(), Some("http" | "https"))
}

/// The URL that was asked for. Some programs put it in angle brackets.
fn url(fields: &Fields) -> Option<String> {
    let value = values(fields, "warc-target-uri").next()?;
    let inside = value.strip_prefix(b"<").and_then(|value| value.strip_suffix(b">"));
    Some(String::from_utf8_lossy(inside.unwrap_or(value)).into_owned())
}

/// Passes over this many bytes; `false` where there are fewer.
fn skip(bytes: &mut Bytes, length: u64) -> io::Result<bool> {
    let end = bytes.position().saturating_add(length);
    loop {
        let left = usize::try_from(end - bytes.position()).unwrap_or(usize::MAX);
        let length = bytes.buffered().len().min(left);
        bytes.consume(length);
        if length == left {
            return Ok(true);
        }
        if !bytes.more()? {
            return Ok(false);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use faultbook_core::Place;
    use proptest::prelude::*;

    use super::*;
    use crate::capture::{Format, Records};

    const LIMITS: CaptureLimits =
        CaptureLimits { body: 1 << 20, record: 1 << 20, decompressed: 256 << 20 };

    fn read(bytes: &[u8]) -> Vec<Record> {
        let input = Box::new(Cursor::new(bytes.to_vec()));
        let records = Records::new(input, "", Some(Format::Warc), &LIMITS).unwrap();
        records.map(Result::unwrap).collect()
    }

    fn record(fields: &str, block: &str) -> String {
        format!("WARC/1.1\r\n{fields}Content-Length: {}\r\n\r\n{block}\r\n\r\n", block.len())
    }

    fn response(block: &str) -> String {
        record("WARC-Type: response\r\nWARC-Target-URI: <http://a.example/b>\r\n", block)
    }

    /// `url 404 |body| rule@offset: received; …`
    fn shown(record: &Record) -> String {
        let url = record.url.as_deref().unwrap_or("-");
        let response = record.response.as_ref().map_or_else(
            || "-".to_owned(),
            |response| {
                let body = String::from_utf8_lossy(&response.body);
                format!("{} |{body}|", response.status.unwrap())
            },
        );
        let findings = record.findings.iter().map(|finding| {
            let Place::Input { offset } = finding.place else { panic!() };
            format!(" {}@{offset}: {}", &finding.rule.id["capture/".len()..], finding.received)
        });
        format!("{url} {response}{}", findings.collect::<Vec<_>>().join(";"))
    }

    fn check(text: &str, expected: &[&str]) {
        let shown: Vec<String> = read(text.as_bytes()).iter().map(shown).collect();
        assert_eq!(shown, expected, "{text:?}");
    }

    const OK: &str = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}";

    #[test]
    fn responses_are_read_and_other_records_passed_over() {
        let info = record("WARC-Type: warcinfo\r\n", "software: x\r\nWARC/1.0\r\n");
        let dns = record("WARC-Type: response\r\nWARC-Target-URI: dns:a.example\r\n", "a");
        let request =
            record("WARC-Type: request\r\nWARC-Target-URI: http://a/\r\n", "GET / HTTP/1.1");
        let secure = record("warc-type: Response\nwarc-target-uri: https://a\n", OK);
        let text = [info, dns, request, response(OK), secure, response(OK)].concat();
        check(
            &text,
            &["http://a.example/b 404 |{}|", "https://a 404 |{}|", "http://a.example/b 404 |{}|"],
        );
    }

    #[test]
    fn a_block_is_one_message_to_its_end() {
        for (block, expected) in [
            (OK, "404 |{}|"),
            (
                "HTTP/1.1 404 Not Found\r\n\r\n{}\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
                "404 |{}\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n|",
            ),
            (
                "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
                "400 |{}|",
            ),
            (
                "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                "400 |{}| tolerated@140: a body that is not in chunks",
            ),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 Bad\r\n\r\n", "400 ||"),
            (
                "HTTP/1.1 400 Bad\r\nContent-Length: 1\r\n\r\n{}",
                "400 |{}| tolerated@131: a body that does not end after the 1 bytes that Content-Length says",
            ),
            (
                "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\n{}",
                "- malformed-record@92: 2 bytes of a body for which Content-Length says 3",
            ),
            (
                "HTTP/1.1 400 Bad\r\nA: b",
                "- malformed-record@92: the end of the input inside the header fields",
            ),
            (
                "HTTP/1.1 4 Bad\r\n\r\n",
                "- malformed-record@92: the line `HTTP/1.1 4 Bad`: a status that is no three digits",
            ),
            ("", "- malformed-record@0: a response without a message"),
        ] {
            let both = [response(block), response(OK)].concat();
            check(
                &both,
                &[&format!("http://a.example/b {expected}"), "http://a.example/b 404 |{}|"],
            );
        }
    }

    #[test]
    fn records_that_cannot_be_read() {
        let next = response(OK);
        let ok = "http://a.example/b 404 |{}|";
        let long = response(&format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(LIMITS.record)));
        for (text, expected) in [
            (
                format!("WARC/1.9\r\nA: b\r\n\r\n{next}"),
                vec!["- - malformed-record@0: the line `WARC/1.9` where a record begins", ok],
            ),
            (
                format!("WARC/1.0\r\nWARC-Type: response\r\n\r\n{next}"),
                vec!["- - malformed-record@0: a record without a Content-Length", ok],
            ),
            (
                format!("WARC/1.0\r\nContent-Length: x\r\n\r\n{next}"),
                vec!["- - malformed-record@0: a record without a Content-Length", ok],
            ),
            (
                format!("{long}{next}"),
                vec!["http://a.example/b - limit@0: a record of 1048595 bytes", ok],
            ),
            (
                format!("{next}WARC/1."),
                vec![ok, "- - truncated@143: the end of the input inside a version line"],
            ),
            (
                format!("{next}WARC/1.1\r\nA"),
                vec![ok, "- - truncated@143: the end of the input inside WARC fields"],
            ),
            (
                format!("{next}{}", &next[..120]),
                vec![ok, "- - truncated@143: the end of the input inside a block"],
            ),
            (
                format!("{next}WARC/1.1\r\nContent-Length: 9999999999999999\r\n\r\n"),
                vec![ok, "- - truncated@143: the end of the input inside a block"],
            ),
            (
                record(
                    "WARC-Type: response\r\nWARC-Target-URI: http://a/\r\nWARC-Truncated: time\r\n",
                    &OK[..OK.len() - 1],
                ),
                vec![
                    "http://a/ - body-missing@103: a message that was cut when it was recorded: `time`",
                ],
            ),
        ] {
            check(&text, &expected);
        }
    }

    #[test]
    fn hostile_inputs_take_linear_time() {
        const SIZE: usize = 1 << 20;
        for input in [
            "WARC/".repeat(SIZE / 5),
            "WARC/1.\n".repeat(SIZE / 8),
            "WARC/1.0\r\n\r\n".repeat(SIZE / 12),
            "WARC/1.0\r\nContent-Length: 0\r\n\r\n".repeat(SIZE / 31),
            format!("WARC/1.0\r\n{}", "a:\r\n".repeat(SIZE / 4)),
            response("").repeat(SIZE / 105),
        ] {
            let start = Instant::now();
            read(input.as_bytes());
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{:?}: {:?}",
                &input[..20],
                start.elapsed()
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whole_records_before_a_cut_stay(count in 1..4_usize, at in any::<prop::sample::Index>()) {
            let one = response(OK);
            let text = one.repeat(count);
            let cut = at.index(text.len());
            let records = read(&text.as_bytes()[..cut]);
            let end = one.len() - 4;
            let whole = (0..count).filter(|n| n * one.len() + end <= cut).count();
            prop_assert!(records.len() >= whole);
            for record in &records[..whole] {
                prop_assert_eq!(shown(record), "http://a.example/b 404 |{}|");
            }
            let is_cut = cut > whole * one.len();
            prop_assert_eq!(records.len() > whole, is_cut);
            prop_assert!(!is_cut || records[whole].is_incomplete());
        }

        #[test]
        fn any_bytes_are_read_to_their_end(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("WARC/1.0\r\n".to_owned()), Just("WARC/".to_owned()), Just("\r\n".to_owned()),
                    Just("WARC-Type: response\r\n".to_owned()), Just("WARC-Target-URI: http://a/\r\n".to_owned()),
                    (0..40_u8).prop_map(|length| format!("Content-Length: {length}\r\n")),
                    Just("HTTP/1.1 404 Not Found\r\n\r\n".to_owned()), Just(response(OK)), "\\PC{0,5}",
                ],
                0..20,
            ),
        ) {
            let text = pieces.concat();
            let mut last = None;
            for record in read(text.as_bytes()) {
                prop_assert!(Some(record.offset) > last);
                last = Some(record.offset);
                prop_assert!(record.response.is_some() || !record.findings.is_empty());
            }
        }
    }
}
