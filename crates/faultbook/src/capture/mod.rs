//! Captures: responses as other programs recorded them, read one after the other.
//!
//! What a capture is written in is recognised by its first bytes. Every reader holds one record at
//! a time, so that memory is bound by the longest record and not by the input.

mod body;
mod bytes;
mod coding;
mod har;
mod http;
mod ndjson;
mod recognise;
mod rules;
mod warc;

use std::borrow::Cow;
use std::io::{self, Read};

use faultbook_core::{Field, Finding, Limits, Place, Response, Rule};

use bytes::Bytes;
use ndjson::Lines;
pub use recognise::Format;
pub use rules::RULES;

/// What reading captures may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureLimits {
    /// The longest body that is kept, in bytes: what [`Limits::body`] says. Of a longer one a byte
    /// more than this is kept, so that it can be told apart.
    pub body: usize,
    /// The longest record that is read, in bytes: four times the longest body, since a body in
    /// base64 or with every byte escaped is that much longer. A longer one is passed over.
    pub record: usize,
    /// How many bytes an input may have once decompressed: 256 MiB.
    pub decompressed: u64,
}

impl From<&Limits> for CaptureLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            body: limits.body,
            record: limits.body.saturating_mul(4).max(1 << 20),
            decompressed: 256 << 20,
        }
    }
}

/// A response as a capture has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// The status; `None` where the capture does not tell.
    pub status: Option<u16>,
    /// Name and value of each header field line, in their order.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body, with every transfer and content coding removed that could be; of one that is
    /// longer than the limit, one byte more than the limit.
    pub body: Vec<u8>,
}

impl Recorded {
    /// The header field lines as [`faultbook_core::Response`] wants them.
    pub fn fields(&self) -> Vec<Field<'_>> {
        self.fields.iter().map(|(name, value)| Field { name, value }).collect()
    }

    /// Looks at it as [`Response`].
    pub(crate) fn with_response<T>(&self, look: impl FnOnce(&Response<'_>) -> T) -> T {
        let (status, body) = (self.status, &self.body);
        // Few field lines need no allocation.
        let mut few = [Field { name: b"", value: b"" }; 16];
        if let Some(few) = few.get_mut(..self.fields.len()) {
            for (field, (name, value)) in few.iter_mut().zip(&self.fields) {
                *field = Field { name, value };
            }
            return look(&Response { status, fields: few, body });
        }
        look(&Response { status, fields: &self.fields(), body })
    }
}

/// One record of a capture: a response, or what stood where one was expected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Which record of its input it is, from 0.
    pub index: usize,
    /// Where it begins, in bytes of the input once that is decompressed.
    pub offset: u64,
    /// The URL that was asked for.
    pub url: Option<String>,
    /// The service as the capture names it.
    pub service: Option<Cow<'static, str>>,
    /// The response; `None` where the record could not be read. The findings say why.
    pub response: Option<Recorded>,
    /// What is to be said of the record, each at a [`Place::Input`].
    pub findings: Vec<Finding>,
}

impl Record {
    /// A record that begins here, and could not be read.
    fn broken(offset: u64, finding: Finding) -> Self {
        Self { offset, findings: vec![finding], ..Self::default() }
    }

    /// A response that begins here.
    fn of(offset: u64, response: Recorded) -> Self {
        Self { offset, response: Some(response), ..Self::default() }
    }

    /// Whether the input was not read to its end because of this.
    pub fn is_incomplete(&self) -> bool {
        self.findings.iter().any(|finding| rules::ends_reading(finding.rule))
    }
}

/// A finding at a byte of the input.
fn finding(rule: &'static Rule, offset: u64, received: impl Into<String>) -> Finding {
    Finding::new(rule, Place::Input { offset }, received)
}

/// Records that were read together, in their order. Their numbers are set by who asks for them.
#[derive(Debug)]
pub(crate) enum Batch {
    /// One record, until it is taken.
    One(Option<Box<Record>>),
    /// Lines, which are taken apart when they are asked for: that can be another thread's work.
    Lines(Lines),
}

impl Batch {
    fn of(record: Record) -> Self {
        Self::One(Some(Box::new(record)))
    }

    /// About how many bytes it holds.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::One(Some(record)) => record.response.as_ref().map_or(0, |response| {
                let fields = response.fields.iter().map(|(name, value)| name.len() + value.len());
                response.body.len() + fields.sum::<usize>()
            }),
            Self::One(None) => 0,
            Self::Lines(lines) => lines.length(),
        }
    }

    /// Whether it is sure to have a record.
    pub(crate) fn has_record(&self) -> bool {
        match self {
            Self::One(record) => record.is_some(),
            Self::Lines(lines) => lines.begin_with_record(),
        }
    }

    /// The next record, in the place of another one, whose room it takes; whether there is one.
    pub(crate) fn next_into(&mut self, record: &mut Record) -> bool {
        match self {
            Self::One(next) => next.take().map(|next| *record = *next).is_some(),
            Self::Lines(lines) => lines.next_into(record),
        }
    }
}

/// A reader of one format of captures.
trait Reader: Send {
    /// The next records; none at the end of the input.
    fn batch(&mut self, bytes: &mut Bytes) -> io::Result<Option<Batch>>;

    /// Whether the next records are sure to be here, so that nothing has to be read for them.
    fn has_next(&self, _bytes: &Bytes) -> bool {
        false
    }
}

/// A reader whose records have to be read to know where the next one begins.
trait OneByOne: Send {
    /// The next record.
    fn next(&mut self, bytes: &mut Bytes) -> io::Result<Option<Record>>;
}

impl<R: OneByOne> Reader for R {
    fn batch(&mut self, bytes: &mut Bytes) -> io::Result<Option<Batch>> {
        Ok(self.next(bytes)?.map(Batch::of))
    }
}

/// The records of an input, in their order.
pub struct Records {
    bytes: Bytes,
    format: Format,
    reader: Box<dyn Reader>,
    /// What was read and not asked for yet.
    batch: Batch,
    index: usize,
    done: bool,
}

impl std::fmt::Debug for Records {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Records")
            .field("format", &self.format)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Records {
    /// Reads the records of `input`. What it is written in is told by its first bytes, or by
    /// `format`; `name` is a hint where they tell nothing. Gzip and Zstandard are taken off first.
    ///
    /// # Errors
    ///
    /// Those of reading the first bytes.
    pub fn new(
        input: Box<dyn Read + Send>,
        name: &str,
        format: Option<Format>,
        limits: &CaptureLimits,
    ) -> io::Result<Self> {
        let mut bytes = Bytes::decompressed(input, limits)?;
        let format = match format {
            Some(format) => format,
            None => recognise::recognise(&mut bytes, name)?,
        };
        let reader: Box<dyn Reader> = match format {
            Format::Body => Box::new(body::Body::new(limits)),
            Format::Http => Box::new(http::Http::new(limits)),
            Format::Har => Box::new(har::Har::new(limits)),
            Format::Ndjson => Box::new(ndjson::Ndjson::new(limits)),
            Format::Warc => Box::new(warc::Warc::new(limits)),
        };
        Ok(Self { bytes, format, reader, batch: Batch::One(None), index: 0, done: false })
    }

    /// What the input is written in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How many bytes of the input were read so far, before decompression.
    pub fn read(&self) -> u64 {
        self.bytes.read()
    }
}

impl Records {
    /// Whether further records are here already, and the input is not waited for.
    pub(crate) fn has_next(&self) -> bool {
        self.reader.has_next(&self.bytes)
    }

    /// Some further records, without their numbers.
    pub(crate) fn next_batch(&mut self) -> Option<io::Result<Batch>> {
        if self.done {
            return None;
        }
        let next = self.reader.batch(&mut self.bytes).map(|batch| {
            batch.or_else(|| {
                // What ended the input early, unless a reader stumbled over it before.
                self.done = true;
                let trouble = self.bytes.trouble();
                trouble.map(|finding| Batch::of(Record::broken(self.bytes.position(), finding)))
            })
        });
        // After what ends reading there is nothing to go on with.
        match &next {
            Ok(Some(Batch::One(Some(record)))) => self.done |= record.is_incomplete(),
            Ok(_) => {}
            Err(_) => self.done = true,
        }
        next.transpose()
    }
}

impl Iterator for Records {
    type Item = io::Result<Record>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut record = Record::default();
            if self.batch.next_into(&mut record) {
                record.index = self.index;
                self.index += 1;
                return Some(Ok(record));
            }
            match self.next_batch()? {
                Ok(batch) => self.batch = batch,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// Base64 with or without its padding (RFC 4648 section 4), as programs write it.
fn base64_engine() -> base64::engine::GeneralPurpose {
    use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, config)
}

/// What there is to say of a text that is not UTF-8: serde_json does not look at values that nobody
/// wants.
fn not_utf8(text: &[u8], offset: u64) -> Option<Finding> {
    let error = str::from_utf8(text).err()?;
    let at = offset + u64::try_from(error.valid_up_to()).unwrap_or(0);
    let byte = text.get(error.valid_up_to()).copied().unwrap_or_default();
    Some(bytes::malformed(at, format!("a byte that is no UTF-8: `\\x{byte:02X}`")))
}

/// What serde_json says of a text that begins at a byte of the input, at the byte that it means.
fn text_fault(text: &[u8], offset: u64, error: &serde_json::Error) -> Finding {
    let line = error.line().saturating_sub(1);
    let before: usize =
        text.split_inclusive(|&byte| byte == b'\n').take(line).map(<[u8]>::len).sum();
    let at = (before + error.column().saturating_sub(1)).min(text.len());
    // Its words end in the place, which is told in bytes of the input.
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    bytes::malformed(offset + u64::try_from(at).unwrap_or(0), words)
}
