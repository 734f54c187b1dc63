//! Writing.

use super::number::number_end;
use super::stack::Containers;
use crate::{Fault, FaultKind, Found};

/// Writes `text` as a JSON string, quotes included (RFC 8259 section 7).
///
/// Escaped is what has to be, in the short form where there is one and otherwise with four
/// lower-case hexadecimal digits; everything else stands for itself.
///
/// ```
/// let mut out = String::new();
/// faultbook_core::json::write_string(&mut out, "a \"b\"\n/\u{1}");
/// assert_eq!(out, r#""a \"b\"\n/\u0001""#);
/// ```
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            0x0C => "\\f",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x00..=0x1F => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        if short.is_empty() {
            out.push_str("\\u00");
            out.extend(
                [byte >> 4, byte & 0xF]
                    .map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or_default()),
            );
        } else {
            out.push_str(short);
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

/// Writes one compact JSON document.
///
/// Commas and colons come by themselves, and [`finish`](Self::finish) closes what is still open.
/// The caller's part is to write one value to a document, and in an object a name before each
/// value and nowhere else.
///
/// ```
/// use faultbook_core::json::Writer;
///
/// let mut json = Writer::new();
/// json.begin_object().name("error").begin_object();
/// json.name("code").string("itemNotFound");
/// json.name("retry").begin_array().bool(true).null().end();
/// assert_eq!(json.finish(), r#"{"error":{"code":"itemNotFound","retry":[true,null]}}"#);
/// ```
#[derive(Debug, Clone)]
pub struct Writer {
    out: String,
    containers: Containers,
    /// Whether a value stands before the next one in the same container.
    comma: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A writer that has written nothing.
    pub const fn new() -> Self {
        Self { out: String::new(), containers: Containers::new(), comma: false }
    }

    /// The comma before a name or a value, where one is needed.
    fn separate(&mut self) {
        if self.comma {
            self.out.push(',');
        }
        self.comma = true;
    }

    /// Opens an object.
    pub fn begin_object(&mut self) -> &mut Self {
        self.begin(true)
    }

    /// Opens an array.
    pub fn begin_array(&mut self) -> &mut Self {
        self.begin(false)
    }

    fn begin(&mut self, object: bool) -> &mut Self {
        self.separate();
        self.out.push(if object { '{' } else { '[' });
        self.containers.push(object);
        self.comma = false;
        self
    }

    /// Closes the innermost container that is open. Does nothing where none is.
    pub fn end(&mut self) -> &mut Self {
        if let Some(object) = self.containers.innermost_is_object() {
            self.out.push(if object { '}' } else { ']' });
            self.containers.pop();
            self.comma = true;
        }
        self
    }

    /// Writes a member's name; its value comes next.
    pub fn name(&mut self, name: &str) -> &mut Self {
        self.separate();
        write_string(&mut self.out, name);
        self.out.push(':');
        self.comma = false;
        self
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) -> &mut Self {
        self.separate();
        write_string(&mut self.out, text);
        self
    }

    /// Writes a member whose value is a string.
    pub fn member(&mut self, name: &str, text: &str) -> &mut Self {
        self.name(name).string(text)
    }

    /// Writes a number exactly as `text` has it, as [`Kind::Number`](super::Kind::Number) gives it.
    ///
    /// # Errors
    ///
    /// A [`Fault`] inside `text` where it is no number by RFC 8259 section 6; nothing is written.
    pub fn number(&mut self, text: &str) -> Result<&mut Self, Fault> {
        let (at, expected) = match number_end(text.as_bytes(), 0) {
            Ok(end) if end == text.len() => {
                self.separate();
                self.out.push_str(text);
                return Ok(self);
            }
            Ok(end) => (end, "the end of the number"),
            Err(fault) => fault,
        };
        let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let found = Found::at(text.as_bytes(), at);
        Err(Fault::new(FaultKind::Syntax, at..at + length, found, expected))
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.word(if value { "true" } else { "false" })
    }

    /// Writes `null`.
    pub fn null(&mut self) -> &mut Self {
        self.word("null")
    }

    fn word(&mut self, word: &str) -> &mut Self {
        self.separate();
        self.out.push_str(word);
        self
    }

    /// Closes what is open and gives the document.
    pub fn finish(mut self) -> String {
        while self.containers.depth() > 0 {
            self.end();
        }
        self.out
    }
}
