//! What a document says about errors, or an edition of the catalog: the same nouns for both, so that
//! either can be held against the other.
//!
//! A document's facts come from [`document`](crate::document), each with its bytes; an edition's
//! from its tables and from the record of its document. The wording of a document is not kept in
//! the catalog, only its digest: whether a sentence changed can be told, and what it said before
//! cannot.

use std::fmt;
use std::ops::Range;

use faultbook_core::Level;
use faultbook_core::common::Syntax;
use sha2::{Digest as _, Sha256};

/// Everything that a document says, or an edition.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The document's name as given, or the edition's: `ampache@5`.
    pub name: String,
    /// The parts that it speaks of. What it does not cover is not compared: of the two documents of
    /// Groove one has the codes and the other the statuses.
    pub covers: Vec<Part>,
    /// The rows of its tables of statuses, in their order.
    pub statuses: Vec<StatusFact>,
    /// The rows of its tables and lists of codes, in their order: one a row that is printed, so a
    /// code can have several.
    pub codes: Vec<CodeFact>,
    /// The members of an error that it lists, in their order.
    pub members: Vec<MemberFact>,
    /// The header fields that it prints.
    pub fields: Vec<FieldFact>,
    /// Its examples of whole errors, in their order.
    pub examples: Vec<Example>,
    /// Its sentences that are no part of a table or list of facts, in their order.
    pub prose: Vec<Wording>,
    /// What looks like a fact and was not understood.
    pub unread: Vec<Unread>,
}

/// A kind of facts that a document can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Statuses and their reason phrases.
    Statuses,
    /// Codes.
    Codes,
    /// The members of an error.
    Members,
    /// Header fields.
    Fields,
    /// Examples.
    Examples,
    /// Sentences.
    Prose,
}

/// Where a fact stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Bytes of the document.
    Document(Range<usize>),
    /// A row of the catalog, as it is shown: `ampache@5 codes, 4704`.
    Catalog(String),
}

/// A row of a table of statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusFact {
    /// The status.
    pub status: u16,
    /// The reason phrase as printed.
    pub reason: Option<String>,
    /// What is said of it.
    pub wording: Option<Wording>,
    /// The whole row.
    pub origin: Origin,
}

/// A row of a table or list of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeFact {
    /// The code, without the markup's escapes; a template keeps its braces.
    pub code: String,
    /// The statuses that the row gives, with the reason phrase as printed there.
    pub statuses: Vec<CodeStatus>,
    /// The group that the row stands in.
    pub group: Option<String>,
    /// Which of two lists it stands in.
    pub level: Option<Level>,
    /// The short name beside the code: `Access Denied` beside `4703`.
    pub name: Option<String>,
    /// What is said of it: the description, or the nested notes, one after the other.
    pub wording: Option<Wording>,
    /// Where the code itself stands.
    pub origin: Origin,
}

/// A status that a code is documented under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeStatus {
    /// The status.
    pub status: u16,
    /// The reason phrase as printed beside it.
    pub reason: Option<String>,
    /// Where it stands.
    pub origin: Origin,
}

/// A member of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFact {
    /// Its name: `errorCode`.
    pub name: String,
    /// Its type as printed: `String`.
    pub kind: Option<String>,
    /// What is said of it.
    pub wording: Option<Wording>,
    /// Where the name stands.
    pub origin: Origin,
}

/// A header field as it is printed: in a table beside its status, or in general.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFact {
    /// The status beside it; `None` for the general form.
    pub status: Option<u16>,
    /// The field's name as printed: `www-authenticate`.
    pub name: String,
    /// Whether a colon stands after the name.
    pub has_colon: bool,
    /// What follows the name and the colon.
    pub value: String,
    /// What is said of it.
    pub wording: Option<Wording>,
    /// Where the field stands.
    pub origin: Origin,
}

/// An example of an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The code and the name in the heading over it: `4703` and `Missing Feature`.
    pub heading: Option<Heading>,
    /// What it is written in, by its own first characters.
    pub syntax: Syntax,
    /// What the fence says it is written in: `XML`.
    pub language: Option<String>,
    /// The example as printed, without the fence; `None` in an edition, which keeps what was read.
    pub body: Option<String>,
    /// The errors that the service's reader finds in it.
    pub errors: Vec<ExampleError>,
    /// Where it stands.
    pub origin: Origin,
}

/// The heading of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The code in it.
    pub code: String,
    /// What follows the code.
    pub name: Option<String>,
    /// Where the code stands.
    pub origin: Origin,
}

/// An error that was read out of an example.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleError {
    /// Its codes, outermost first.
    pub codes: Vec<String>,
    /// Its members by their documented names.
    pub members: serde_json::Value,
}

/// What could be a fact, and is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What it looks like, and what was expected: for people.
    pub why: String,
    /// Where it stands.
    pub origin: Origin,
}

/// A text of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// The text as it reads: no markup, single spaces. `None` in an edition.
    pub text: Option<String>,
    /// What stands for it.
    pub digest: Digest,
    /// Where it stands.
    pub origin: Origin,
}

impl Wording {
    /// A text of a document. White space of any kind and amount counts as one space.
    pub fn new(text: &str, span: Range<usize>) -> Self {
        let text = plain(text);
        Self { digest: Digest::of(&text), text: Some(text), origin: Origin::Document(span) }
    }
}

/// The text with every run of white space, no-break spaces included, as one space, and none at its
/// ends.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands for a text: the first eight bytes of its SHA-256, typographic quotes and dashes
/// written as plain ones, the case as it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 8]);

impl Digest {
    /// Of a text that [`plain`] gave.
    pub fn of(text: &str) -> Self {
        let folded: String = text
            .chars()
            .map(|character| match character {
                '\u{2018}' | '\u{2019}' => '\'',
                '\u{201C}' | '\u{201D}' => '"',
                '\u{2010}'..='\u{2015}' => '-',
                other => other,
            })
            .collect();
        let hash = Sha256::digest(folded.as_bytes());
        let mut first = [0; 8];
        first.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        Self(first)
    }

    /// Reads what `Display` writes: 16 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let number = u64::from_str_radix(text, 16).ok().filter(|_| text.len() == 16)?;
        Some(Self(number.to_be_bytes()))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
