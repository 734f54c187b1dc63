//! The reader.
//!
//! ```text
//! JSON-text = ws value ws
//! ws        = *( %x20 / %x09 / %x0A / %x0D )
//! value     = false / null / true / object / array / number / string
//! object    = ws "{" ws [ member *( ws "," ws member ) ] ws "}" ws
//! member    = string ws ":" ws value
//! array     = ws "[" ws [ value *( ws "," ws value ) ] ws "]" ws
//! ```
//!
//! RFC 8259 sections 2 to 5; the white space that the RFC puts into the structural characters is
//! written out.

use std::fmt;
use std::ops::Range;

use super::duplicates::{Duplicate, Duplicates};
use super::names::Names;
use super::number::number_end;
use super::pointer::Path;
use super::stack::Containers;
use super::{Kind, Text, Token};
use crate::{Fault, FaultKind, Found};

/// U+FEFF in UTF-8: RFC 8259 section 8.1 lets a reader pass over it.
const BYTE_ORDER_MARK: &str = "\u{FEFF}";

// What the grammar allows at a place, as a fault says it.
const VALUE: &str = "a value";
const VALUE_OR_END: &str = "a value or `]`";
const NAME: &str = "a member name";
const NAME_OR_END: &str = "a member name or `}`";
const COLON: &str = "`:`";
const COMMA_OR_ARRAY_END: &str = "`,` or `]`";
const COMMA_OR_OBJECT_END: &str = "`,` or `}`";
const DOCUMENT_END: &str = "the end of the document";
const CHARACTER: &str = "a character from U+0020 on, an escape or `\"`";
const ESCAPE: &str = "one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u`";
const HEX: &str = "four hexadecimal digits";
const LOW_HALF: &str = "the low half of a surrogate pair";
const NO_LOW_HALF: &str = "a character or the high half of a surrogate pair";
const UTF8: &str = "text in UTF-8";

/// What the grammar allows next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The document's value.
    Start,
    /// An element or `]`.
    ArrayOpen,
    /// `,` or `]`.
    AfterElement,
    /// A name or `}`.
    ObjectOpen,
    /// `:`.
    AfterName,
    /// `,` or `}`.
    AfterMember,
    /// Nothing but white space.
    Complete,
    /// Nothing: reading ended with a fault.
    Failed,
}

/// Reading ended; the fault stands in the reader.
struct Failed;

/// A strict reader of one JSON document (RFC 8259): token by token, each with its place.
///
/// Time is linear in the body's length. Memory is one bit a level, one small entry a name of an
/// open object, and bounded besides.
#[derive(Clone)]
pub struct Reader<'a> {
    /// The whole body.
    body: &'a [u8],
    /// Its longest prefix that is UTF-8.
    text: &'a str,
    position: usize,
    state: State,
    /// Where the last token begins.
    token_start: usize,
    containers: Containers,
    path: Path,
    names: Names<'a>,
    duplicates: Duplicates,
    /// What ended reading; means something in `State::Failed` only.
    fault: Fault,
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader")
            .field("length", &self.body.len())
            .field("position", &self.position)
            .field("state", &self.state)
            .field("depth", &self.depth())
            .field("duplicates", &self.duplicates)
            .finish_non_exhaustive()
    }
}

impl<'a> Reader<'a> {
    /// A reader at the beginning of `body`. A byte order mark is passed over.
    ///
    /// The whole body is checked for UTF-8 here; where it is not, reading fails when it gets to
    /// the first byte that is wrong.
    pub fn new(body: &'a [u8]) -> Self {
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => body
                .get(..error.valid_up_to())
                .and_then(|valid| std::str::from_utf8(valid).ok())
                .unwrap_or_default(),
        };
        let position = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        Self {
            body,
            text,
            position,
            state: State::Start,
            token_start: position,
            containers: Containers::new(),
            path: Path::new(),
            names: Names::new(),
            duplicates: Duplicates::new(Duplicates::DEFAULT_LIMIT),
            fault: Fault::new(FaultKind::Empty, 0..0, Found::End, VALUE),
        }
    }

    /// The same reader, keeping at most `limit` duplicates (100 where this is not called). Call it
    /// before the first token is read.
    pub fn with_duplicate_limit(self, limit: usize) -> Self {
        Self {
            duplicates: Duplicates::new(limit),
            ..self
        }
    }

    /// Reads one token. `None`: the document is complete, and only white space followed.
    ///
    /// # Errors
    ///
    /// The first [`Fault`] of the body, when reading gets there; the same one again after that.
    #[expect(
        clippy::should_implement_trait,
        reason = "an iterator of results goes on after an error, and cannot be used with `?`"
    )]
    #[inline]
    pub fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        match self.advance() {
            Ok(token) => Ok(token),
            Err(Failed) => Err(self.fault.clone()),
        }
    }

    /// Reads the container that was just opened to its end and gives its span, both brackets
    /// included. All of it is checked, duplicates are found. After another token than
    /// [`Kind::ObjectStart`] and [`Kind::ArrayStart`] it reads nothing and gives that token's span.
    ///
    /// # Errors
    ///
    /// The first [`Fault`] of the body, when reading gets there.
    pub fn skip_container(&mut self) -> Result<Range<usize>, Fault> {
        let start = self.token_start;
        if let State::ArrayOpen | State::ObjectOpen = self.state {
            let outside = self.depth() - 1;
            while self.depth() > outside {
                self.next()?;
            }
        }
        if self.state == State::Failed {
            return Err(self.fault.clone());
        }
        self.token_start = start;
        Ok(start..self.position)
    }

    /// How many containers are open; one less after the token that closes one.
    #[inline]
    pub const fn depth(&self) -> usize {
        self.containers.depth()
    }

    /// The JSON Pointer (RFC 6901) of the token just returned: of a name its member's value, of
    /// the start or end of a container that container.
    ///
    /// `None` where it would be longer than [`MAX_POINTER`](super::MAX_POINTER) bytes or
    /// [`MAX_POINTER_LEVELS`](super::MAX_POINTER_LEVELS) steps. After a fault it is that of the
    /// place that was reached. It takes time in proportion to its length.
    pub fn pointer(&self) -> Option<String> {
        let inside = matches!(self.state, State::ArrayOpen | State::ObjectOpen);
        self.path
            .pointer(self.text, self.depth() - usize::from(inside))
    }

    /// Where reading stands, in bytes of the body: behind the token just returned; behind the
    /// white space that follows, once the document is complete; where the fault is, after one.
    #[inline]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Whether the body begins with a byte order mark (RFC 8259 section 8.1: it must not).
    pub fn has_byte_order_mark(&self) -> bool {
        self.text.starts_with(BYTE_ORDER_MARK)
    }

    /// The names met so far that stood in their object already.
    pub const fn duplicates(&self) -> &Duplicates {
        &self.duplicates
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// Passes over white space and gives the byte behind it.
    #[inline]
    fn skip_white_space(&mut self) -> Option<u8> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.position += 1,
                byte => return byte,
            }
        }
    }

    fn advance(&mut self) -> Result<Option<Token<'a>>, Failed> {
        let byte = self.skip_white_space();
        let token = match self.state {
            State::Start => self.value(byte, State::Complete, VALUE)?,
            State::ArrayOpen => match byte {
                Some(b']') => self.close(Kind::ArrayEnd),
                _ => self.value(byte, State::AfterElement, VALUE_OR_END)?,
            },
            State::AfterElement => match byte {
                Some(b',') => {
                    self.position += 1;
                    let byte = self.skip_white_space();
                    self.path.next_element(self.depth());
                    self.value(byte, State::AfterElement, VALUE)?
                }
                Some(b']') => self.close(Kind::ArrayEnd),
                _ => return Err(self.fail(COMMA_OR_ARRAY_END)),
            },
            State::ObjectOpen => match byte {
                Some(b'"') => self.name(true)?,
                Some(b'}') => self.close(Kind::ObjectEnd),
                _ => return Err(self.fail(NAME_OR_END)),
            },
            State::AfterName => match byte {
                Some(b':') => {
                    self.position += 1;
                    let byte = self.skip_white_space();
                    self.value(byte, State::AfterMember, VALUE)?
                }
                _ => return Err(self.fail(COLON)),
            },
            State::AfterMember => match byte {
                Some(b',') => {
                    self.position += 1;
                    match self.skip_white_space() {
                        Some(b'"') => self.name(false)?,
                        _ => return Err(self.fail(NAME)),
                    }
                }
                Some(b'}') => {
                    self.names.close(self.depth());
                    self.close(Kind::ObjectEnd)
                }
                _ => return Err(self.fail(COMMA_OR_OBJECT_END)),
            },
            State::Complete if self.position == self.body.len() => return Ok(None),
            State::Complete => return Err(self.fail_trailing()),
            State::Failed => return Err(Failed),
        };
        Ok(Some(token))
    }

    /// The token from `token_start` to where reading stands.
    #[inline]
    fn token(&mut self, start: usize, kind: Kind<'a>) -> Token<'a> {
        self.token_start = start;
        Token {
            kind,
            span: start..self.position,
        }
    }

    /// Reads a scalar, or the bracket that opens a container. `after` is the state behind a
    /// scalar, `expected` what a fault says where no value begins.
    #[inline]
    fn value(
        &mut self,
        byte: Option<u8>,
        after: State,
        expected: &'static str,
    ) -> Result<Token<'a>, Failed> {
        let start = self.position;
        let kind = match byte {
            Some(b'"') => Kind::String(self.string()?),
            Some(b'{') => return Ok(self.open(Kind::ObjectStart)),
            Some(b'[') => return Ok(self.open(Kind::ArrayStart)),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.literal("true", "`true`", Kind::Bool(true))?,
            Some(b'f') => self.literal("false", "`false`", Kind::Bool(false))?,
            Some(b'n') => self.literal("null", "`null`", Kind::Null)?,
            _ => return Err(self.fail(expected)),
        };
        self.state = after;
        Ok(self.token(start, kind))
    }

    #[inline]
    fn open(&mut self, kind: Kind<'a>) -> Token<'a> {
        let object = matches!(kind, Kind::ObjectStart);
        self.containers.push(object);
        self.path.open(self.depth());
        self.state = if object {
            State::ObjectOpen
        } else {
            State::ArrayOpen
        };
        self.position += 1;
        self.token(self.position - 1, kind)
    }

    #[inline]
    fn close(&mut self, kind: Kind<'a>) -> Token<'a> {
        self.path.close(self.depth());
        self.containers.pop();
        self.state = match self.containers.innermost_is_object() {
            Some(true) => State::AfterMember,
            Some(false) => State::AfterElement,
            None => State::Complete,
        };
        self.position += 1;
        self.token(self.position - 1, kind)
    }

    /// Reads a name; `first`: the first one of its object.
    #[inline]
    fn name(&mut self, first: bool) -> Result<Token<'a>, Failed> {
        let start = self.position;
        let name = self.string()?;
        let depth = self.depth();
        self.path.name(depth, start);
        if let Some(earlier) = self.names.insert(self.text, name, start, depth, first) {
            self.duplicate(start, earlier);
        }
        self.state = State::AfterName;
        Ok(self.token(start, Kind::Name(name)))
    }

    /// The name just read stood in its object already, at `earlier`.
    #[cold]
    fn duplicate(&mut self, start: usize, earlier: usize) {
        let Self {
            text,
            path,
            duplicates,
            containers,
            position,
            ..
        } = self;
        duplicates.add(|| Duplicate {
            name: start..*position,
            first: earlier..earlier + Text::again(text, earlier).raw().len() + 2,
            pointer: path.pointer(text, containers.depth()),
        });
    }

    #[inline]
    fn number(&mut self) -> Result<&'a str, Failed> {
        let start = self.position;
        match number_end(self.text.as_bytes(), start) {
            Ok(end) => {
                self.position = end;
                Ok(self.text.get(start..end).unwrap_or_default())
            }
            Err((at, expected)) => Err(self.fail_at(at, expected)),
        }
    }

    /// Reads `true`, `false` or `null` (RFC 8259 section 3).
    #[inline]
    fn literal(
        &mut self,
        word: &'static str,
        expected: &'static str,
        kind: Kind<'a>,
    ) -> Result<Kind<'a>, Failed> {
        let rest = self
            .text
            .as_bytes()
            .get(self.position..)
            .unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.position += word.len();
            return Ok(kind);
        }
        let same = rest
            .iter()
            .zip(word.as_bytes())
            .take_while(|(a, b)| a == b)
            .count();
        Err(self.fail_at(self.position + same, expected))
    }

    /// Reads a string (RFC 8259 section 7).
    ///
    /// ```text
    /// string    = quotation-mark *char quotation-mark
    /// char      = unescaped / escape ( %x22 / %x5C / %x2F / "b" / "f" / "n" / "r" / "t" / "u" 4HEXDIG )
    /// unescaped = %x20-21 / %x23-5B / %x5D-10FFFF
    /// ```
    #[inline]
    fn string(&mut self) -> Result<Text<'a>, Failed> {
        let start = self.position + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at = plain_end(self.text.as_bytes(), at);
            match self.text.as_bytes().get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    at = self.escape(at)?;
                }
                Some(_) => {
                    return Err(self.fail_with(FaultKind::ForbiddenCharacter, at, CHARACTER));
                }
                None => return Err(self.fail_at(at, CHARACTER)),
            }
        }
        self.position = at + 1;
        Ok(Text::new(
            self.text.get(start..at).unwrap_or_default(),
            escaped,
        ))
    }

    /// Checks the escape whose `\` is at `at` and gives where it ends.
    fn escape(&mut self, at: usize) -> Result<usize, Failed> {
        match self.text.as_bytes().get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match self.unit(at + 2)? {
                0xD800..=0xDBFF => self.low_half(at + 6),
                0xDC00..=0xDFFF => Err(self.fail_surrogate(at, LOW_HALF, NO_LOW_HALF)),
                _ => Ok(at + 6),
            },
            _ => Err(self.fail_at(at + 1, ESCAPE)),
        }
    }

    /// Checks the escape that has to follow the high half of a surrogate pair.
    fn low_half(&mut self, at: usize) -> Result<usize, Failed> {
        let bytes = self.text.as_bytes();
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'\\'), Some(b'u')) => match self.unit(at + 2)? {
                0xDC00..=0xDFFF => Ok(at + 6),
                _ => Err(self.fail_surrogate(at, "another escape", LOW_HALF)),
            },
            (None, _) => Err(self.fail_at(at, LOW_HALF)),
            (Some(b'\\'), None) => Err(self.fail_at(at + 1, LOW_HALF)),
            _ => Err(self.fail_with(FaultKind::LoneSurrogate, at, LOW_HALF)),
        }
    }

    /// Reads the four hexadecimal digits at `at`.
    #[inline]
    fn unit(&mut self, at: usize) -> Result<u32, Failed> {
        let mut unit = 0;
        for at in at..at + 4 {
            let digit = self
                .text
                .as_bytes()
                .get(at)
                .and_then(|&byte| char::from(byte).to_digit(16));
            match digit {
                Some(digit) => unit = unit << 4 | digit,
                None => return Err(self.fail_at(at, HEX)),
            }
        }
        Ok(unit)
    }

    /// Something else than `expected` stands where reading stands.
    #[cold]
    fn fail(&mut self, expected: &'static str) -> Failed {
        self.fail_at(self.position, expected)
    }

    /// Something else than `expected` stands at `at`.
    #[cold]
    fn fail_at(&mut self, at: usize, expected: &'static str) -> Failed {
        self.fail_with(FaultKind::Syntax, at, expected)
    }

    /// A fault at the character at `at`, of this kind unless nothing or no text stands there.
    #[cold]
    fn fail_with(&mut self, kind: FaultKind, at: usize, expected: &'static str) -> Failed {
        let fault = match self.text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(c) => Fault::new(kind, at..at + c.len_utf8(), Found::Char(c), expected),
            None if at < self.body.len() => self.not_utf8(at),
            None => {
                let kind = if self.state == State::Start && self.position == at {
                    FaultKind::Empty
                } else {
                    FaultKind::Syntax
                };
                Fault::new(kind, at..at, Found::End, expected)
            }
        };
        self.fail_as(fault)
    }

    /// The escape at `at` is half of a surrogate pair or stands where one has to be.
    #[cold]
    fn fail_surrogate(&mut self, at: usize, found: &'static str, expected: &'static str) -> Failed {
        let found = Found::Phrase(found);
        self.fail_as(Fault::new(
            FaultKind::LoneSurrogate,
            at..at + 6,
            found,
            expected,
        ))
    }

    /// Something stands behind the document. What that is does not matter, not even whether it is
    /// UTF-8: the document was read.
    #[cold]
    fn fail_trailing(&mut self) -> Failed {
        let rest = self.body.get(self.position..).unwrap_or_default();
        let end = rest
            .iter()
            .rposition(|byte| !b" \t\n\r".contains(byte))
            .map_or(0, |at| at + 1);
        self.fail_as(Fault::new(
            FaultKind::TrailingContent,
            self.position..self.position + end,
            Found::at(self.body, self.position),
            DOCUMENT_END,
        ))
    }

    /// The bytes at `at` are not UTF-8.
    fn not_utf8(&self, at: usize) -> Fault {
        let rest = self.body.get(at..).unwrap_or_default();
        // No sequence is longer than four bytes.
        let head = rest.get(..4).unwrap_or(rest);
        let bad = std::str::from_utf8(head)
            .err()
            .and_then(|error| error.error_len());
        let end = at + bad.unwrap_or(head.len());
        let found = rest.first().map_or(Found::End, |&byte| Found::Byte(byte));
        Fault::new(FaultKind::Encoding, at..end, found, UTF8)
    }

    #[cold]
    fn fail_as(&mut self, fault: Fault) -> Failed {
        self.position = fault.span().start;
        self.state = State::Failed;
        self.fault = fault;
        Failed
    }
}

/// Where the characters that stand for themselves end, from `start` on: at a `"`, a `\`, a control
/// character, or the end.
#[inline]
fn plain_end(bytes: &[u8], start: usize) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let (words, tail) = bytes.get(start..).unwrap_or_default().as_chunks::<8>();
    let mut at = start;
    for word in words {
        // The lowest byte in which a high bit is left is the first that matches; a borrow can only
        // set wrong ones above it.
        let word = u64::from_le_bytes(*word);
        let quote = word ^ (ONES * 0x22);
        let backslash = word ^ (ONES * 0x5C);
        let quote = quote.wrapping_sub(ONES) & !quote;
        let backslash = backslash.wrapping_sub(ONES) & !backslash;
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (quote | backslash | control) & HIGH;
        if found != 0 {
            return at + (found.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    let plain = tail
        .iter()
        .take_while(|byte| !matches!(byte, 0x00..=0x1F | b'"' | b'\\'))
        .count();
    at + plain
}
