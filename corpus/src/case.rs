//! What a case is. The manifests' schema, `manifest.schema.json`, says the same.

use serde_json::{Map, Value};

/// One response, or what is given of it, and what is expected.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Case {
    /// The case's name for ever: the service, `/`, and words joined by `-`.
    pub id: String,
    /// What the case is in relation to the document.
    pub kind: Kind,
    /// What the case shows, in one line of plain words.
    pub title: String,
    /// The edition of the document that it holds against, such as `ampache@8`: the manifest's, where
    /// the case names no other. `None` in `headers`.
    pub edition: Option<String>,
    /// The file that holds the body, relative to the package; `None` where no body is given.
    pub path: Option<String>,
    /// The body's exact bytes. `None` where no body is given: any conforming body may stand in,
    /// and only the header fields and the status are looked at.
    pub body: Option<&'static [u8]>,
    /// The HTTP status, where it is known.
    pub status: Option<u16>,
    /// Header field lines in the order received.
    pub headers: Vec<Header>,
    /// Where the case comes from.
    pub source: Source,
    /// What is read and found.
    pub expect: Expect,
    /// Ids of rules that the case comes close to and does not break.
    pub near_miss: Vec<String>,
    /// The id of the case that holds the same error in the other encoding.
    pub pair: Option<String>,
    /// A known mistake of the document that this case keeps.
    pub erratum: Option<Erratum>,
}

impl Case {
    /// The service: the part of the id before `/`.
    pub fn service(&self) -> &str {
        self.id.split_once('/').map_or(&self.id, |(service, _)| service)
    }

    /// The part of the id after `/`.
    pub fn name(&self) -> &str {
        self.id.split_once('/').map_or(&self.id, |(_, name)| name)
    }
}

/// What a case is in relation to the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Printed in the document, byte for byte.
    Documented,
    /// Keeps to the document: nothing is found.
    Conforming,
    /// Can be read, and breaks a rule.
    Violating,
    /// The syntax itself is broken.
    Malformed,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Documented, Self::Conforming, Self::Violating, Self::Malformed];

    /// As the manifests and the folders have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Conforming => "conforming",
            Self::Violating => "violating",
            Self::Malformed => "malformed",
        }
    }
}

/// One header field line, as raw bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Header {
    /// The name as received; compare it without case.
    pub name: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// Where a case comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// A place in a document.
    Document {
        /// The document's name.
        document: String,
        /// The section or example in it.
        section: String,
    },
    /// Practice that was observed.
    Field {
        /// What servers or clients were seen to do.
        field: String,
    },
}

/// What is read and found.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Expect {
    /// Whether a tolerant reader gets an error out of the body.
    pub read: Read,
    /// What the response is; `None` where no body is given.
    pub verdict: Option<Verdict>,
    /// The errors in the body, in its order.
    pub errors: Vec<ExpectedError>,
    /// The rule of every finding, in the order of the places: the status, header fields, the
    /// body from its beginning; at one place in the order of the ids. A rule that is broken twice
    /// stands twice.
    pub rules: Vec<String>,
    /// The challenges of all WWW-Authenticate fields in order, where the case says.
    pub challenges: Option<Vec<ExpectedChallenge>>,
    /// What the Retry-After field says, where the case says.
    pub retry_after: Option<RetryAfter>,
    /// The rule of every finding when the case is compared with its [`pair`](Case::pair).
    pub pair_rules: Vec<String>,
}

/// Whether a tolerant reader gets an error out of a body. Where no body is given, the same for
/// what the header fields say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Read {
    /// It must.
    Accept,
    /// It must not.
    Reject,
    /// Both are right.
    Either,
}

/// What a response is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// At least one error was read.
    Error,
    /// It carries no error.
    None,
    /// It should carry one, and none can be read.
    Malformed,
}

impl Verdict {
    /// As the manifests have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::None => "none",
            Self::Malformed => "malformed",
        }
    }
}

/// One error in a body.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExpectedError {
    /// Where the error object stands: its JSON Pointer (RFC 6901), empty for the whole body; in
    /// XML the path of element names.
    pub pointer: String,
    /// Its codes, outermost first; one only where the format has no inner errors.
    pub codes: Vec<String>,
    /// What was read, under the document's member names in either encoding; what was not there
    /// is left out.
    pub members: Map<String, Value>,
}

/// One challenge of a WWW-Authenticate field (RFC 9110 section 11.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExpectedChallenge {
    /// The scheme as sent.
    pub scheme: Vec<u8>,
    /// The token68, where there is one.
    pub token68: Option<Vec<u8>>,
    /// Name and value of each parameter as sent, in order, without quotes and escapes.
    pub params: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What a Retry-After field says (RFC 9110 section 10.2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// Seconds to wait; `u64::MAX` stands for any larger number too.
    DelaySeconds(u64),
    /// A date, in seconds since 1970-01-01T00:00:00Z without leap seconds.
    Date(i64),
    /// It cannot be read.
    Unreadable,
}

/// A known mistake of a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Erratum {
    /// The place in the document.
    pub of: String,
    /// What is wrong there.
    pub says: String,
}
