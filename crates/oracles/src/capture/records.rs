//! The readers of captures.

use std::io::{self, Cursor, Read};

use faultbook::capture::{CaptureLimits, Format, RULES, Record, Records};
use faultbook_core::Place;
use serde::de::IgnoredAny;
use serde_json::Value;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    /// All records, read by pieces of at most so many bytes, and what they were read as.
    fn records(&self, input: &[u8], piece: usize) -> io::Result<(Format, Vec<Record>)> {
        let input = Pieces { input: Cursor::new(input.to_vec()), piece };
        let records = Records::new(Box::new(input), "capture", None, &LIMITS)?;
        let format = records.format();
        Ok((format, records.collect::<io::Result<_>>()?))
    }
}

struct Real;

impl Subject for Real {}

/// Small, so that each is reached.
const LIMITS: CaptureLimits = CaptureLimits { body: 512, record: 4096, decompressed: 1 << 16 };

/// A reader that gives no more than a piece at a time, as a pipe does.
struct Pieces {
    input: Cursor<Vec<u8>>,
    piece: usize,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.piece);
        self.input.read(&mut buffer[..length])
    }
}

/// Any input, recognised by its first bytes:
///
/// - The records are the same whether it comes at once or in small pieces.
/// - They are numbered in their order, begin one after the other, and lie in the input. Each has a
///   response, or a finding that says why not; findings are of the rules of captures, and at a byte
///   of the input. Only the last record can end the reading.
/// - No body is longer than the limit and the one byte that tells so.
/// - A bare body is the whole input. NDJSON has a record for each line that is not blank, and each
///   has the status and the body that serde_json reads. So has each entry of an HTTP Archive that
///   serde_json reads as a whole.
///
/// # Panics
///
/// Where that does not hold.
pub fn capture(input: &[u8]) {
    holds(&Real, input);
}

fn holds(subject: &impl Subject, input: &[u8]) {
    let read = subject.records(input, usize::MAX);
    let (format, records) = read.expect("nothing fails in memory");
    let is_compressed =
        [&[0x1F, 0x8B][..], &[0x28, 0xB5, 0x2F, 0xFD]].iter().any(|magic| input.starts_with(magic));
    // On long inputs of small pieces nobody waits.
    let piece = if input.len() > 1 << 14 { 4001 } else { 1 + input.len() % 13 };
    let again = subject.records(input, piece).expect("nothing fails in memory");
    // How much of damaged data is decompressed before it is noticed may depend on the pieces.
    let is_incomplete = |records: &[Record]| records.last().is_some_and(Record::is_incomplete);
    if !is_compressed || !is_incomplete(&records) && !is_incomplete(&again.1) {
        assert_eq!(again, (format, records.clone()), "in pieces of {piece}");
    }
    let length = if is_compressed { LIMITS.decompressed + 1 } else { input.len() as u64 };
    let mut last = 0;
    for (index, record) in records.iter().enumerate() {
        assert_eq!(record.index, index);
        assert!(last <= record.offset && record.offset <= length, "{record:?} of {length} bytes");
        last = record.offset;
        assert!(record.response.is_some() || !record.findings.is_empty(), "{record:?}");
        for finding in &record.findings {
            assert!(RULES.iter().any(|rule| std::ptr::eq(*rule, finding.rule)), "{finding:?}");
            assert!(!finding.received.is_empty(), "{finding:?}");
            let Place::Input { offset } = finding.place else { panic!("{finding:?}") };
            assert!(offset <= length, "{finding:?} of {length} bytes");
        }
        assert!(!record.is_incomplete() || index + 1 == records.len(), "{record:?}");
        if let Some(response) = &record.response {
            assert!(response.body.len() <= LIMITS.body + 1, "{record:?}");
            assert!(response.status.is_none_or(|status| (100..=999).contains(&status)));
        }
    }
    if is_compressed {
        return;
    }
    match format {
        Format::Body => {
            let [Record { offset: 0, response: Some(response), .. }] = &records[..] else {
                panic!("not one body: {records:?}");
            };
            assert_eq!(response.body, kept(input));
        }
        Format::Ndjson => lines(input, &records),
        Format::Har => entries(input, &records),
        _ => {}
    }
}

/// The ids of the rules that a capture breaks.
pub(crate) fn rules_of(input: &[u8]) -> Vec<&'static str> {
    let records = Real.records(input, usize::MAX).map(|(_, records)| records).unwrap_or_default();
    let findings = records.iter().flat_map(|record| &record.findings);
    findings.map(|finding| finding.rule.id).collect()
}

/// What is kept of a body.
fn kept(body: &[u8]) -> &[u8] {
    &body[..body.len().min(LIMITS.body + 1)]
}

/// The records of NDJSON are its lines.
fn lines(input: &[u8], records: &[Record]) {
    let text = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut records = records.iter();
    for line in lines {
        let shown = line.escape_ascii();
        let record = records.next().unwrap_or_else(|| panic!("no record for {shown}"));
        let value = serde_json::from_slice(line);
        let Ok(Value::Object(line)) = value else {
            // What nobody wants of a line is only looked at for its syntax. serde_json reads no deeper
            // than 128 levels.
            let is_json = match serde_json::from_slice::<IgnoredAny>(line) {
                Ok(_) => true,
                Err(error) => error.to_string().starts_with("recursion limit exceeded"),
            };
            assert!(record.response.is_none() || value.is_err() && is_json, "{shown}");
            continue;
        };
        let Some(response) = &record.response else { continue };
        assert_eq!(
            response.status.map(Value::from),
            line.get("status").cloned().filter(|s| !s.is_null())
        );
        if let Some(Value::String(body)) = line.get("body") {
            assert_eq!(response.body, kept(body.as_bytes()), "{shown}");
        }
    }
    assert_eq!(records.next(), None, "a record without a line");
}

/// The records of an HTTP Archive are its entries.
fn entries(input: &[u8], records: &[Record]) {
    let text = input.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(input);
    let Ok(har) = serde_json::from_slice::<Value>(text) else { return };
    let Some(Value::Array(entries)) = har.get("log").and_then(|log| log.get("entries")) else {
        return;
    };
    // Of two members of one name serde_json keeps the last, and the stream is read from the first;
    // and it knows a name by its escapes too.
    let names = ["\"log\"", "\"entries\""];
    let is_once =
        |name: &&str| input.windows(name.len()).filter(|w| *w == name.as_bytes()).count() == 1;
    if !names.iter().all(is_once) || text.windows(2).any(|pair| pair == b"\\u") {
        return;
    }
    assert_eq!(records.len(), entries.len(), "{records:?}");
    for (record, entry) in records.iter().zip(entries) {
        let Some(response) = &record.response else { continue };
        let content = &entry["response"]["content"];
        if let (Some(text), true) = (content["text"].as_str(), content["encoding"].is_null()) {
            assert_eq!(response.body, kept(text.as_bytes()), "{entry}");
        }
        if let Some(status) = entry["response"]["status"].as_u64() {
            assert_eq!(response.status.map(u64::from), Some(status), "{entry}");
        }
    }
}

#[cfg(test)]
pub(crate) const CAPTURE_LIES: &[crate::testing::Lie] = {
    use faultbook::capture::Recorded;

    /// Reads, and changes the records of a format, which it is told with the size of the pieces.
    struct Changed(fn(Format, usize, &mut Vec<Record>));
    impl Subject for Changed {
        fn records(&self, input: &[u8], piece: usize) -> io::Result<(Format, Vec<Record>)> {
            let (format, mut records) = Real.records(input, piece)?;
            (self.0)(format, piece, &mut records);
            Ok((format, records))
        }
    }

    fn bodies(records: &mut [Record], change: impl Fn(&mut Recorded)) {
        records.iter_mut().filter_map(|record| record.response.as_mut()).for_each(change);
    }

    crate::testing::lies!["capture", holds;
        "the last record is lost": Changed(|_, _, records| {
            records.pop();
        }),
        "a record in pieces is cut": Changed(|_, piece, records| {
            if piece < 100 {
                bodies(records, |response| response.body.truncate(piece));
            }
        }),
        "a record begins a byte late": Changed(|_, _, records| {
            let last = records.len().saturating_sub(2);
            records.iter_mut().take(last + 1).for_each(|record| record.offset += 1 << 20);
        }),
        "records are counted from 1": Changed(|_, _, records| {
            for record in records {
                record.index += 1;
            }
        }),
        "a record that is broken is passed over in silence": Changed(|_, _, records| {
            for record in records {
                record.findings.clear();
            }
        }),
        "the status of a line is lost": Changed(|format, _, records| {
            if format == Format::Ndjson {
                bodies(records, |response| response.status = None);
            }
        }),
        "the body of an entry is trimmed": Changed(|format, _, records| {
            if format == Format::Har {
                bodies(records, |response| response.body = response.body.trim_ascii().to_vec());
            }
        }),
        "the body of a line is another's": Changed(|format, _, records| {
            if format == Format::Ndjson {
                bodies(records, |response| response.body.reverse());
            }
        }),
        "a long body is kept whole": Changed(|_, _, records| {
            bodies(records, |response| response.body.resize(LIMITS.body + 2, b' '));
        }),
    ]
};
