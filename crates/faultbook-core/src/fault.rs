//! Why a body could not be read any further.

use std::fmt;
use std::ops::Range;

/// What kind of thing is wrong at a [`Fault`]'s place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaultKind {
    /// Nothing stands in the body, or nothing but white space.
    Empty,
    /// The grammar of the format (RFC 8259, XML 1.0) allows something else here.
    Syntax,
    /// The bytes are no text in the encoding the body has to be in: UTF-8 for JSON
    /// (RFC 8259 section 8.1), the declared encoding for XML (XML 1.0 section 4.3.3).
    Encoding,
    /// An escape names half of a surrogate pair (RFC 8259 section 8.2).
    LoneSurrogate,
    /// A character that may not stand here as itself: a control character in a JSON string
    /// (RFC 8259 section 7), a character outside `Char` in XML (XML 1.0 section 2.2).
    ForbiddenCharacter,
    /// The document is complete and something follows it.
    TrailingContent,
    /// A limit of ours was reached, not one of the format.
    Limit,
}

/// What stood at a [`Fault`]'s place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Found {
    /// The body ended.
    End,
    /// This character.
    Char(char),
    /// A byte that is no character in the body's encoding.
    Byte(u8),
    /// Something longer, in words.
    Phrase(&'static str),
}

impl Found {
    /// What stands at `position` of `text`, or the end.
    pub fn at(text: &[u8], position: usize) -> Self {
        let Some(rest) = text.get(position..) else { return Self::End };
        let Some(&byte) = rest.first() else { return Self::End };
        let head = rest.get(..rest.len().min(4)).unwrap_or(rest);
        let valid = match std::str::from_utf8(head) {
            Ok(text) => text,
            // The four bytes may end inside the next character; what stands before it is valid.
            Err(error) => head
                .get(..error.valid_up_to())
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or(""),
        };
        valid.chars().next().map_or(Self::Byte(byte), Self::Char)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::End => f.write_str("the end"),
            Self::Char('`') => f.write_str("a backtick"),
            Self::Char(c) if c.is_control() || (c.is_whitespace() && *c != ' ') => {
                write!(f, "the character U+{:04X}", u32::from(*c))
            }
            Self::Char(' ') => f.write_str("a space"),
            Self::Char(c) => write!(f, "`{c}`"),
            Self::Byte(byte) => write!(f, "the byte 0x{byte:02X}"),
            Self::Phrase(phrase) => f.write_str(phrase),
        }
    }
}

/// A body could not be read past this place: what stood there, and what could have.
///
/// ```
/// use faultbook_core::json::Reader;
///
/// let mut json = Reader::new(b"{\"code\" \"NOT_FOUND\"}");
/// json.next()?; // {
/// json.next()?; // "code"
/// let fault = json.next().unwrap_err();
/// assert_eq!(fault.span(), 8..9);
/// assert_eq!(fault.to_string(), "found `\"` at byte 8, expected `:`");
/// # Ok::<(), faultbook_core::Fault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fault {
    kind: FaultKind,
    span: Range<usize>,
    found: Found,
    expected: &'static str,
}

impl Fault {
    /// A fault at `span`, bytes of the body.
    pub const fn new(
        kind: FaultKind,
        span: Range<usize>,
        found: Found,
        expected: &'static str,
    ) -> Self {
        Self { kind, span, found, expected }
    }

    /// What kind of thing is wrong.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Where, in bytes of the body; empty at the body's end when something is missing there.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What stood there.
    pub const fn found(&self) -> Found {
        self.found
    }

    /// What could have stood there, as a phrase such as "a value" or "`,` or `}`".
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// The same fault with its span moved: for readers that read a transcoded copy of the body.
    pub fn with_span(self, span: Range<usize>) -> Self {
        Self { span, ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {} at byte {}, expected {}", self.found, self.span.start, self.expected)
    }
}

impl std::error::Error for Fault {}
