//! What a message may do though the grammar of HTTP forbids it.

use faultbook_core::Finding;

use crate::capture::finding;
use crate::capture::rules::TOLERATED;

/// How much of a line a note shows, in bytes.
const SHOWN: usize = 60;

/// Makes the enum of tolerances from one row each: variant, what is documented, where.
macro_rules! tolerances {
    ($($(#[$doc:meta])* $name:ident $documented:literal $source:literal;)*) => {
        /// A kind of deviation that reading gets over.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Tolerance { $($(#[$doc])* $name),* }

        impl Tolerance {
            /// What is documented, and where.
            const fn documented(self) -> (&'static str, &'static str) {
                match self { $(Self::$name => ($documented, $source)),* }
            }
        }
    };
}

tolerances! {
    /// Bytes before the first status line.
    Before "a response begins with its status line" "RFC 9112 section 4";
    /// Bytes behind a message that belong to no other one.
    Behind "behind a message comes another one, or the end" "RFC 9112 section 6.3";
    /// A status line that is spelled in another way.
    StatusLine "a status line is a version, a space, three digits, a space and a reason, which may be empty" "RFC 9112 section 4";
    /// A line feed without a carriage return.
    BareLf "lines end in CR LF" "RFC 9112 section 2.2";
    /// A field value that goes on in the next line.
    Fold "a field value stands in one line" "RFC 9112 section 5.2";
    /// White space between a field's name and its colon.
    SpaceBeforeColon "no white space stands between a field's name and the colon" "RFC 9112 section 5.1";
    /// A line without a colon, or with nothing before it.
    NoField "a field line is a name, a colon and a value" "RFC 9112 section 5";
    /// A field name with a character that no token has.
    FieldName "a field name is a token" "RFC 9110 section 5.1";
    /// A control character in a field value.
    FieldValue "a field value has no control characters but tabs" "RFC 9110 section 5.5";
    /// No empty line behind the fields.
    NoEmptyLine "an empty line ends the fields" "RFC 9112 section 2.1";
    /// A body that stands decoded, though its fields say chunked.
    NotChunked "a body with this Transfer-Encoding is sent in chunks" "RFC 9112 section 7.1";
    /// White space in a chunk's line.
    ChunkLine "a chunk begins with its size in hexadecimal digits, and extensions behind `;`" "RFC 9112 section 7.1";
    /// The end of the input where an empty line ends the chunks.
    ChunkEnd "an empty line stands behind the last chunk and its trailers" "RFC 9112 section 7.1";
    /// A Content-Length that is no length, or two that differ.
    BadLength "Content-Length is one number of bytes" "RFC 9110 section 8.6";
    /// A Content-Length that leads somewhere else than to the message's end.
    WrongLength "the body is as long as Content-Length says" "RFC 9112 section 6.3";
    /// No body, though the fields speak of one.
    NoBody "the body is as long as the fields say, unless HEAD was asked" "RFC 9112 section 6.3";
    /// A body that stands decoded, though its fields name a coding.
    NotCoded "the body has the coding that Content-Encoding says" "RFC 9110 section 8.4";
}

/// The notes of one message: one of each kind, the first.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    kinds: Vec<Tolerance>,
    findings: Vec<Finding>,
}

impl Notes {
    /// Notes what stood at this byte of the input, unless there is such a note already.
    pub(crate) fn add(&mut self, kind: Tolerance, offset: u64, received: impl Into<String>) {
        if self.kinds.contains(&kind) {
            return;
        }
        self.kinds.push(kind);
        let (documented, source) = kind.documented();
        let finding = finding(&TOLERATED, offset, received).documented(documented).source(source);
        self.findings.push(finding);
    }

    pub(crate) fn has(&self, kind: Tolerance) -> bool {
        self.kinds.contains(&kind)
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// A line as notes show it: escaped, and cut short.
pub(crate) fn shown(line: &[u8]) -> String {
    let head = line.get(..SHOWN.min(line.len())).unwrap_or_default();
    let rest = if head.len() < line.len() { "…" } else { "" };
    // Text is told as text; what is no text as escapes.
    let text = match std::str::from_utf8(head) {
        Ok(text) => Some(text),
        // Cut inside a character.
        Err(error) if error.error_len().is_none() => {
            head.get(..error.valid_up_to()).and_then(|head| std::str::from_utf8(head).ok())
        }
        Err(_) => None,
    };
    let text = match text {
        Some(text) => text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"),
        None => head.escape_ascii().to_string(),
    };
    format!("`{text}{rest}`")
}
