//! Messages by table, and properties of any messages and of any bytes.

use std::io::{Cursor, Read, Write as _};
use std::time::{Duration, Instant};

use faultbook_core::Place;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::capture::{CaptureLimits, Format, Record, Records};

const LIMITS: CaptureLimits =
    CaptureLimits { body: 1 << 20, record: 4 << 20, decompressed: 256 << 20 };

/// Gives few bytes at a time, so that everything stands at the end of a buffer once.
struct Slow(Cursor<Vec<u8>>, usize);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

fn read_by(bytes: &[u8], step: usize, limits: &CaptureLimits) -> Vec<Record> {
    let input = Box::new(Slow(Cursor::new(bytes.to_vec()), step));
    let records = Records::new(input, "", Some(Format::Http), limits).unwrap();
    records.map(Result::unwrap).collect()
}

fn read(bytes: &[u8]) -> Vec<Record> {
    read_by(bytes, usize::MAX, &LIMITS)
}

fn offset(place: &Place) -> u64 {
    let Place::Input { offset } = place else { panic!("{place:?}") };
    *offset
}

/// `404 |body| rule@offset: received; …`
fn shown(record: &Record) -> String {
    let response = match &record.response {
        None => "-".to_owned(),
        Some(response) => {
            let body = String::from_utf8_lossy(&response.body);
            format!("{} |{body}|", response.status.unwrap())
        }
    };
    let findings = record.findings.iter().map(|finding| {
        let rule = finding.rule.id.strip_prefix("capture/").unwrap();
        format!(" {rule}@{}: {}", offset(&finding.place), finding.received)
    });
    response + &findings.collect::<Vec<_>>().join(";")
}

/// Reads a text in pieces of several sizes, which makes no difference.
fn check(text: &[u8], expected: &[&str]) {
    for step in [usize::MAX, 1, 7] {
        check_by(step, text, expected);
    }
}

fn check_by(step: usize, text: &[u8], expected: &[&str]) {
    let shown: Vec<String> = read_by(text, step, &LIMITS).iter().map(shown).collect();
    let head = text.get(..400).unwrap_or(text).escape_ascii().to_string();
    assert_eq!(shown, expected, "{head:?} by {step}");
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_ends_where_its_message_says() {
    for (text, expected) in [
        // Next behind a Content-Length: the end, a status line, white lines before it.
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", &["404 |{}|"][..]),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}HTTP/2 500\r\n\r\nx",
            &["404 |{}|", "500 |x|"],
        ),
        (
            "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}\n\r\n \nHTTP/2 500 \r\n\r\nx\n",
            &["404 |{}|", "500 |x\n|"],
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\ncontent-length: 2\r\n\r\n{}", &["200 |{}|"]),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 31\r\n\r\n{\nHTTP/1.1 204 No Content\r\n\r\n\n}",
            &["200 |{\nHTTP/1.1 204 No Content\r\n\r\n\n}|"],
        ),
        // A body that is like what stands between messages.
        ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\n", &["200 |\n|"]),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n\r\n\r\nHTTP/2 204\r\n\r\n",
            &["200 |\r\n|", "204 ||"],
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n HTTP/1.1 4",
            &["200 | |", "- truncated@39: the end of the input inside a status line"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\nHTTP/1.1 4",
            &["400 ||", "- truncated@39: the end of the input inside a status line"],
        ),
        ("HTTP/1.1 400 Bad\r\nContent-Length: 8\r\n\r\nHTTP/1.1", &["400 |HTTP/1.1|"]),
        // No body.
        (
            "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            &["204 ||", "304 ||"],
        ),
        ("HTTP/1.1 404 Not Found\r\n\r\n", &["404 ||"]),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n\n", &["404 ||"]),
        // Chunks.
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\n{\r\n0A;a=\"b;c\"\r\n0123456789\r\n00\r\nX-T: 1\r\n\r\nHTTP/2 200\r\n\r\n",
            &["400 |{0123456789|", "200 ||"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: ,chunked,\r\nContent-Length: 7\r\n\r\n0\r\n\r\n",
            &["400 ||"],
        ),
        // Up to the next message, or the end.
        (
            "HTTP/1.1 400 Bad\r\n\r\n{\nHTTP/1.1 is\nHTTP/1.1 400 no\nfield\n}\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nHTTP/9",
            &[
                "400 |{\nHTTP/1.1 is\nHTTP/1.1 400 no\nfield\n}\r\n|",
                "200 ||",
                "- truncated@84: the end of the input inside a status line",
            ],
        ),
        (
            "HTTP/2 400 \r\n\r\n{\"a\":1}HTTP/2 401 \r\n\r\n<a></a>HTTP/2 402 \r\nA: b\r\n\r\na<b>HTTP/2 200 \r\n\r\nx",
            &["400 |{\"a\":1}|", "401 |<a></a>|", "402 |a<b>HTTP/2 200 \r\n\r\nx|"],
        ),
        // Interim answers are no records.
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\n\x01\x02",
            &["101 ||"],
        ),
        ("", &[]),
        ("\r\n\n", &[]),
        ("\u{feff}HTTP/1.1 204 No Content\r\n\r\n", &["204 ||"]),
    ] {
        check(text.as_bytes(), expected);
    }
}

#[test]
fn deviations_are_read_and_noted() {
    for (text, expected) in [
        // As `curl -i` prints chunked answers.
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n{\"a\":1}\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<a/>\n",
            &[
                "400 |{\"a\":1}\n| tolerated@48: a body that is not in chunks",
                "200 |<a/>\n| tolerated@103: a body that is not in chunks",
            ][..],
        ),
        // What is like a chunk's line but for its end.
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\nbad\nrequest",
            &["400 |bad\nrequest| tolerated@48: a body that is not in chunks"],
        ),
        // An interim answer takes its deviations with it.
        ("HTTP/1.1 100\nA : b\n\nHTTP/1.1 204 No Content\r\n\r\n", &["204 ||"]),
        // The length of another form of the body: too small, then too large in the middle.
        (
            "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\n{\"a\":1}\nHTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"b\":1}HTTP/1.1 204 No Content\r\n\r\n",
            &[
                "400 |{\"a\":1}\n| tolerated@39: a body that does not end after the 3 bytes that Content-Length says",
                "200 |{\"b\":1}| tolerated@86: a body that does not end after the 20 bytes that Content-Length says",
                "204 ||",
            ],
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n{}",
            &[
                "200 |{}| tolerated@38: a body that does not end after the 0 bytes that Content-Length says",
            ],
        ),
        // As `curl --compressed` prints them at the end of a file.
        (
            "HTTP/1.1 400 Bad\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n{\"a\":1}",
            &["400 |{\"a\":1}| tolerated@64: a body without the coding `gzip`"],
        ),
        // Answers to HEAD, and redirects that were followed.
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n",
            &["200 || tolerated@39: no body, though Content-Length says 30 bytes"],
        ),
        (
            "HTTP/1.1 302 Found\r\nTransfer-Encoding: chunked\r\n\r\n\nHTTP/1.1 404 Not Found\r\nContent-Length: 30\r\n\r\n",
            &[
                "302 || tolerated@50: no body, though Transfer-Encoding says chunked",
                "- body-missing@97: a head without the body that its fields speak of",
            ],
        ),
        // Spelling.
        (
            "HTTP/1.1 404\r\nA : b\r\n c\r\nd\r\n\r\n",
            &[
                "404 || tolerated@0: no space behind the status: `HTTP/1.1 404`; tolerated@14: the line `A : b`; tolerated@21: a value that goes on: ` c`; tolerated@25: the line `d`",
            ],
        ),
        ("HTTP/1.1 404 Not Found\nA: b\nB: c\n\n{}", &["404 |{}| tolerated@22: a line feed alone"]),
        (
            "HTTP/1.1 404 Not Found\nTransfer-Encoding: chunked\n\n2\n{}\n0\n\n",
            &["404 |{}| tolerated@22: a line feed alone"],
        ),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\n{}\n0 ;a\r\nb\r\n\r\n",
            &[
                "404 |{}| tolerated@54: the line `2 `; tolerated@60: a line feed alone; tolerated@67: the line `b`",
            ],
        ),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nHTTP/2 204\r\n\r\n",
            &["404 |{}| tolerated@64: no empty line behind the last chunk", "204 ||"],
        ),
        (
            "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n",
            &["404 |{}| tolerated@64: no empty line behind the last chunk"],
        ),
        (
            "HTTP/1.1 200 OK\r\nA: b\r\nHTTP/1.1 204 No Content\r\n\r\n",
            &["200 || tolerated@23: a status line behind the fields", "204 ||"],
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            &["200 |{}| tolerated@0: the lengths 1 and 2"],
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}",
            &["200 |{}| tolerated@0: the length `+2`"],
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
            &["200 |{}| tolerated@0: the length `99999999999999999999`"],
        ),
        // What belongs to no message.
        (
            "junk\r\nHTTP/1.1 204 No Content\r\n\r\n{}\nHTTP/2 200\r\n\r\n",
            &[
                "204 || tolerated@0: 6 bytes that belong to no message; tolerated@33: 3 bytes that belong to no message",
                "200 ||",
            ],
        ),
    ] {
        check(text.as_bytes(), expected);
    }
}

#[test]
fn messages_that_cannot_be_read() {
    for (text, expected) in [
        ("junk", &["- malformed-record@0: 4 bytes, and no status line among them"][..]),
        ("\n\njunk\njunk\n", &["- malformed-record@2: 10 bytes, and no status line among them"]),
        (
            "HTTP/1.1 4O4 Not Found\r\nA: b\r\n\r\n{}\r\nHTTP/1.1 204 No Content\r\n\r\n",
            &[
                "- malformed-record@0: the line `HTTP/1.1 4O4 Not Found`: a status that is no three digits",
                "204 ||",
            ],
        ),
        (
            "HTTP/\r\nHTTP/\r\n",
            &[
                "- malformed-record@0: the line `HTTP/`: no status",
                "- malformed-record@7: the line `HTTP/`: no status",
            ],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
            &["- malformed-record@53: `}\\r` where a chunk of 2 bytes ends", "204 ||"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\nx\r\n\r\n",
            &["- malformed-record@55: the line `x` where a chunk begins"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n1111111111111111111111111111111111111111\r\n\r\n",
            &[
                "- malformed-record@55: the line `1111111111111111111111111111111111111111` where a chunk begins",
            ],
        ),
        // The end.
        ("HTTP/1.1 404 Not", &["- truncated@0: the end of the input inside a status line"]),
        ("HT", &["- truncated@0: the end of the input inside a status line"]),
        (
            "HTTP/1.1 404 Not Found\r\nA: b\r\n",
            &["- truncated@0: the end of the input inside the header fields"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nContent-Length: 3\r\n\r\n{}",
            &["- truncated@0: 2 bytes of a body for which Content-Length says 3"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nContent-Length: 99999999999\r\n\r\n{}",
            &["- truncated@0: 2 bytes of a body for which Content-Length says 99999999999"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nContent-Length: 30\r\n\r\n{}HTTP/1.1 2",
            &["- truncated@0: 12 bytes of a body for which Content-Length says 30"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}",
            &["- truncated@0: the end of the input inside a chunk"],
        ),
        (
            "HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nA: b\r\n",
            &["- truncated@0: the end of the input inside a chunk"],
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\n",
            &["- truncated@25: an interim answer, and no other behind it"],
        ),
    ] {
        check(text.as_bytes(), expected);
    }
}

#[test]
fn content_codings() {
    let body = br#"{"a":1}"#;
    let message = |coding: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 400 Bad\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    check(&message("gzip", &gzip(body)), &["400 |{\"a\":1}|"]);
    check(
        &[message("gzip", &gzip(body)), message("gzip", &gzip(body))].concat(),
        &["400 |{\"a\":1}|"; 2],
    );
    check(&message("identity", body), &["400 |{\"a\":1}|"]);
    check(&message("br", body), &["400 |{\"a\":1}| tolerated@61: a body without the coding `br`"]);
    check(
        &message("br", b"\x0B\x03\x80"),
        &["- content-coding@61: the coding `br`: it is not known here"],
    );
    let cut = &gzip(body)[..20];
    let shown = shown(&read(&message("gzip", cut))[0]);
    assert_eq!(
        shown,
        "400 |{\"a\":1}| content-coding@64: the coding `gzip`: it ends after 20 bytes, in the middle"
    );
    let chunked = [
        b"HTTP/1.1 400 Bad\r\nTransfer-Encoding: gzip, chunked\r\n\r\n".to_vec(),
        format!("{:x}\r\n", gzip(body).len()).into_bytes(),
        gzip(body),
        b"\r\n0\r\n\r\n".to_vec(),
    ];
    check(&chunked.concat(), &["400 |{\"a\":1}|"]);
}

#[test]
fn limits_are_kept() {
    let small = CaptureLimits { body: 10, ..LIMITS };
    let long = "x".repeat(3 << 20);
    for text in [
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{long}HTTP/2 204 \r\n\r\n",
            long.len()
        ),
        format!("HTTP/1.1 200 OK\r\n\r\n{long}\nHTTP/2 204 \r\n\r\n"),
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{long}\r\n0\r\n\r\nHTTP/2 204 \r\n\r\n",
            long.len()
        ),
    ] {
        let records = read_by(text.as_bytes(), 100_000, &small);
        let shown: Vec<String> = records.iter().map(shown).collect();
        assert_eq!(shown, ["200 |xxxxxxxxxxx|", "204 ||"]);
    }
    let head = format!("HTTP/1.1 200 OK\r\nA: {long}\r\nB: c\r\n\r\n{{}}\nHTTP/2 204 \r\n\r\n");
    check_by(100_000, head.as_bytes(), &["- limit@0: a head of more than 1048576 bytes", "204 ||"]);
    let line = format!("HTTP/1.1 200 {long}\r\n\r\nHTTP/2 204 \r\n\r\n");
    check_by(100_000, line.as_bytes(), &["- limit@0: a head of more than 1048576 bytes", "204 ||"]);
    // A bomb, and a compressed body of which its beginning alone is kept.
    let bomb = gzip(long.as_bytes());
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let records = read(&[head.as_bytes(), &bomb].concat());
    assert_eq!(records[0].response.as_ref().unwrap().body.len(), LIMITS.body + 1);
    let records = read_by(&[head.as_bytes(), &bomb].concat(), 1000, &small);
    assert_eq!(shown(&records[0]), "- limit@65: a compressed body that is longer than the limit");
    // As long as the limit allows, and damaged.
    let damaged = &bomb[..=small.body];
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 11\r\n\r\n";
    let records = read_by(&[head.as_bytes(), damaged].concat(), 1000, &small);
    assert_eq!(
        shown(&records[0]),
        "- content-coding@63: the coding `gzip`: it ends after 11 bytes, in the middle"
    );
}

#[test]
fn hostile_inputs_take_linear_time() {
    const SIZE: usize = 1 << 20;
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let inputs = [
        "HTTP/".repeat(SIZE / 5),
        "HTTP/\n".repeat(SIZE / 6),
        "\r\n".repeat(SIZE / 2),
        format!("HTTP/1.1 200 OK\r\n{}", "a:\r\n".repeat(SIZE / 4 - 9)),
        format!("HTTP/1.1 200 OK\r\n{}\r\n", "a:\r\n".repeat(SIZE / 4 - 9)),
        format!("HTTP/1.1 200 OK\r\na: b{}\r\n", "\r\n ".repeat(SIZE / 3 - 18)),
        format!("{chunked}{}", "1\r\nx\r\n".repeat(SIZE / 6)),
        format!("{chunked}{}", "1".repeat(SIZE)),
        format!("{chunked}0\r\n{}", "a:\r\n".repeat(SIZE / 4)),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", "}HTTP/1.1 200 ".repeat(SIZE / 14)),
        format!("HTTP/1.1 200 OK\r\n\r\n{}", "\nHTTP/1.1 200 \na b".repeat(SIZE / 18)),
        format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx{}", "\r\n".repeat(SIZE / 2)),
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nx".repeat(SIZE / 46),
        "HTTP/1.1 204 No Content\r\n\r\nx\n".repeat(SIZE / 29),
        "HTTP/1.1 100 Continue\r\n\r\n".repeat(SIZE / 25),
    ];
    for input in inputs {
        let start = Instant::now();
        read(input.as_bytes());
        // Some milliseconds; minutes where it is quadratic.
        let head = &input[..40.min(input.len())];
        assert!(start.elapsed() < Duration::from_secs(10), "{head:?}: {:?}", start.elapsed());
    }
}

/// A message, and how it is sent.
#[derive(Debug, Clone)]
struct Sent {
    status: u16,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
    /// The sizes of chunks; none: a Content-Length.
    chunks: Option<Vec<usize>>,
}

impl Sent {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("HTTP/1.1 {} Reason\r\n", self.status).into_bytes();
        for (name, value) in &self.fields {
            bytes.extend(format!("X-{name}: {value}\r\n").into_bytes());
        }
        let Some(sizes) = &self.chunks else {
            bytes.extend(format!("Content-Length: {}\r\n\r\n", self.body.len()).into_bytes());
            bytes.extend(&self.body);
            return bytes;
        };
        bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
        let mut rest = &self.body[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, more) = rest.split_at(rest.len().min(*size));
            bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
            rest = more;
        }
        bytes.extend(b"0\r\n\r\n");
        bytes
    }

    fn assert_is(&self, record: &Record) {
        assert_eq!(record.findings, []);
        let response = record.response.as_ref().unwrap();
        assert_eq!(response.status, Some(self.status));
        assert_eq!(response.body, self.body);
        let fields = response.fields.iter().filter(|(name, _)| name.starts_with(b"X-"));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let fields: Vec<_> = fields.map(|(name, value)| (text(&name[2..]), text(value))).collect();
        assert_eq!(fields, self.fields);
    }
}

fn sent() -> impl Strategy<Value = Sent> {
    let status = prop_oneof![200..204_u16, 205..304_u16, 305..=999_u16];
    let field = ("[A-Za-z0-9!#$%&'*+.^_`|~-]{0,8}", "([!-~]([ -~\t]{0,10}[!-~])?)?");
    // A head alone is one that HEAD was answered with: where there is no body, that is said.
    let body = prop_oneof![
        "[{<\\[][ -~\r\n]{0,40}".prop_map(String::into_bytes),
        "[{<](HTTP/1\\.1 x|[{}]|\r\n|200 OK|[0-9a-f]){1,9}[}>]".prop_map(String::into_bytes),
        "[ \t\r\n]{0,4}".prop_map(String::into_bytes),
        vec(any::<u8>(), 1..40),
    ];
    let chunks = proptest::option::of(vec(1..9_usize, 1..4));
    (status, vec(field, 0..4), body, chunks).prop_map(|(status, fields, body, chunks)| Sent {
        status,
        fields,
        body,
        chunks,
    })
}

fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("HTTP/1.1 200 OK\r\n"),
        Just("HTTP/1.1 404\n"),
        Just("HTTP/2 500 \r\n"),
        Just("HTTP/1.1 100 Continue\r\n\r\n"),
        Just("HTTP/"),
        Just("Content-Length: 3\r\n"),
        Just("Content-Length: 30\r\n"),
        Just("Content-Encoding: gzip\r\n"),
        Just("Transfer-Encoding: chunked\r\n"),
        Just("\r\n"),
        Just("\n"),
        Just("\r\n\r\n"),
        Just("3\r\n"),
        Just("0\r\n\r\n"),
        Just("{}"),
        Just("</a>"),
        Just(" "),
        Just("\u{1f}\u{8b}\u{8}"),
    ];
    let piece = piece.prop_map(|piece| piece.as_bytes().to_vec());
    let pieces = vec(prop_oneof![8 => piece, 1 => vec(any::<u8>(), 0..6)], 0..24);
    pieces.prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_read_back_as_they_were_sent(messages in vec(sent(), 0..5), step in 1..200_usize) {
        let bytes: Vec<u8> = messages.iter().flat_map(Sent::bytes).collect();
        let records = read_by(&bytes, step, &LIMITS);
        prop_assert_eq!(records.len(), messages.len());
        for (message, record) in messages.iter().zip(&records) {
            message.assert_is(record);
        }
    }

    #[test]
    fn what_is_whole_before_a_cut_stays_and_the_cut_is_told(
        messages in vec(sent(), 1..4),
        at in any::<prop::sample::Index>(),
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(Sent::bytes).collect();
        let cut = at.index(bytes.len());
        let records = read(&bytes[..cut]);
        let mut end = 0;
        let mut whole = 0;
        for (message, record) in messages.iter().zip(&records) {
            end += message.bytes().len();
            if end > cut {
                end -= message.bytes().len();
                break;
            }
            message.assert_is(record);
            whole += 1;
        }
        let rest = &records[whole..];
        prop_assert!(rest.len() <= 1);
        prop_assert_eq!(end < cut, rest.iter().any(|record| !record.findings.is_empty()));
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes in any_bytes(), step in 1..40_usize) {
        let records = read(&bytes);
        prop_assert_eq!(&records, &read_by(&bytes, step, &LIMITS));
        let mut last = None;
        for record in &records {
            prop_assert!(Some(record.offset) > last, "{records:?}");
            last = Some(record.offset);
            prop_assert!(record.offset <= bytes.len() as u64);
            for finding in &record.findings {
                prop_assert!(offset(&finding.place) <= bytes.len() as u64);
            }
            prop_assert!(record.response.is_some() || !record.findings.is_empty());
        }
    }

    /// Whatever httparse reads, we read in the same way; what it refuses, we note or refuse.
    #[test]
    fn heads_are_read_as_httparse_reads_them(
        line in "HTTP/1\\.[01] [2-9][0-9]{1,3} ?[a-zA-Z\t\r]{0,5}(\r\n|\n)",
        fields in "([a-cA-C:\t ]{0,3}[ :]{0,2}[a-z ,\t\u{1}é]{0,6}(\r\n|\r\n|\n)){0,4}",
    ) {
        let text = format!("{line}{fields}\r\n");
        let mut headers = [httparse::EMPTY_HEADER; 16];
        let mut response = httparse::Response::new(&mut headers);
        let status = httparse::ParserConfig::default().parse_response(&mut response, text.as_bytes());
        let record = read(text.as_bytes()).remove(0);
        match status {
            Ok(httparse::Status::Complete(length)) => {
                let own = record.response.unwrap();
                prop_assert_eq!(own.status, response.code);
                let theirs: Vec<_> = response
                    .headers
                    .iter()
                    .map(|field| (field.name.as_bytes().to_vec(), field.value.to_vec()))
                    .collect();
                prop_assert_eq!(own.fields, theirs);
                prop_assert!(length <= text.len());
            }
            Ok(httparse::Status::Partial) | Err(_) => prop_assert!(!record.findings.is_empty(), "{text:?}"),
        }
    }
}
