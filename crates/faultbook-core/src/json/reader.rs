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
const OTHER_ESCAPE: &str = "another escape";
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
    Failed {
        /// Whether the last token was the bracket that opens a container.
        opened: bool,
    },
}

impl State {
    #[inline]
    const fn opened(self) -> bool {
        matches!(self, Self::ArrayOpen | Self::ObjectOpen | Self::Failed { opened: true })
    }
}

/// What a token is going to be, by the state and the byte that stands there.
enum Coming {
    /// A value: the state behind it if it is a scalar, and what a fault says if none begins.
    Value(State, &'static str),
    /// A name: whether it is the first one of its object, and what a fault says if none begins.
    Name(bool, &'static str),
    /// `]`
    ArrayEnd,
    /// `}`, and whether the object is empty.
    ObjectEnd(bool),
}

/// Reading ended; the fault stands in the reader.
struct Failed;

/// A strict reader of one JSON document (RFC 8259): token by token, each with its place.
///
/// Time is linear in the body's length. Memory is one bit for each open container and some bytes
/// for each name of an open object; nothing is allocated where there are few of them.
#[derive(Clone)]
pub struct Reader<'a> {
    /// The whole body.
    body: &'a [u8],
    /// Its longest prefix that is UTF-8.
    text: &'a str,
    position: usize,
    state: State,
    /// Where the last token stands.
    last: Range<usize>,
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
        let position = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        Self {
            body,
            text,
            position,
            state: State::Start,
            last: position..position,
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
        Self { duplicates: Duplicates::new(limit), ..self }
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
        let start = self.last.start;
        if let State::ArrayOpen | State::ObjectOpen = self.state {
            let outside = self.depth() - 1;
            while self.depth() > outside {
                self.next()?;
            }
        }
        if let State::Failed { .. } = self.state {
            return Err(self.fault.clone());
        }
        self.last.start = start;
        Ok(self.last.clone())
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
    /// last token, or of the element that should have come after it. It takes time in proportion to
    /// its length.
    pub fn pointer(&self) -> Option<String> {
        self.path.pointer(self.text, self.depth() - usize::from(self.state.opened()))
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

    /// Reads one token. What it calls gives back single bytes and flags, so that the token is put
    /// together in one place: passing it on from function to function took half of the time.
    #[inline]
    fn advance(&mut self) -> Result<Option<Token<'a>>, Failed> {
        let mut byte = self.skip_white_space();
        let coming = match (self.state, byte) {
            (State::Start, _) => Coming::Value(State::Complete, VALUE),
            (State::ArrayOpen | State::AfterElement, Some(b']')) => Coming::ArrayEnd,
            (State::ArrayOpen, _) => Coming::Value(State::AfterElement, VALUE_OR_END),
            (State::AfterElement, Some(b',')) => {
                self.position += 1;
                byte = self.skip_white_space();
                self.path.next_element(self.depth());
                Coming::Value(State::AfterElement, VALUE)
            }
            (State::AfterElement, _) => return Err(self.fail(COMMA_OR_ARRAY_END)),
            (State::ObjectOpen, Some(b'}')) => Coming::ObjectEnd(true),
            (State::ObjectOpen, _) => Coming::Name(true, NAME_OR_END),
            (State::AfterName, Some(b':')) => {
                self.position += 1;
                byte = self.skip_white_space();
                Coming::Value(State::AfterMember, VALUE)
            }
            (State::AfterName, _) => return Err(self.fail(COLON)),
            (State::AfterMember, Some(b'}')) => Coming::ObjectEnd(false),
            (State::AfterMember, Some(b',')) => {
                self.position += 1;
                byte = self.skip_white_space();
                Coming::Name(false, NAME)
            }
            (State::AfterMember, _) => return Err(self.fail(COMMA_OR_OBJECT_END)),
            (State::Complete, None) if self.position == self.body.len() => return Ok(None),
            (State::Complete, _) => return Err(self.fail_trailing()),
            (State::Failed { .. }, _) => return Err(Failed),
        };
        let start = self.position;
        let kind = match (coming, byte) {
            (Coming::Value(after, _), Some(b'"')) => {
                let escaped = self.string()?;
                self.state = after;
                Kind::String(self.text_from(start, escaped))
            }
            (Coming::Value(..), Some(b'{')) => {
                self.open(true, State::ObjectOpen);
                Kind::ObjectStart
            }
            (Coming::Value(..), Some(b'[')) => {
                self.open(false, State::ArrayOpen);
                Kind::ArrayStart
            }
            (Coming::Value(after, _), Some(b'-' | b'0'..=b'9')) => {
                self.number()?;
                self.state = after;
                Kind::Number(self.text.get(start..self.position).unwrap_or_default())
            }
            (Coming::Value(after, _), Some(b't')) => {
                self.literal("true", "`true`", after)?;
                Kind::Bool(true)
            }
            (Coming::Value(after, _), Some(b'f')) => {
                self.literal("false", "`false`", after)?;
                Kind::Bool(false)
            }
            (Coming::Value(after, _), Some(b'n')) => {
                self.literal("null", "`null`", after)?;
                Kind::Null
            }
            (Coming::Name(first, _), Some(b'"')) => {
                let escaped = self.string()?;
                self.state = State::AfterName;
                let name = self.text_from(start, escaped);
                self.name(name, start, first);
                Kind::Name(name)
            }
            (Coming::Value(_, expected) | Coming::Name(_, expected), _) => {
                return Err(self.fail(expected));
            }
            (Coming::ArrayEnd, _) => {
                self.close();
                Kind::ArrayEnd
            }
            (Coming::ObjectEnd(empty), _) => {
                if !empty {
                    self.names.close(self.depth());
                }
                self.close();
                Kind::ObjectEnd
            }
        };
        self.last = start..self.position;
        Ok(Some(Token { kind, span: start..self.position }))
    }

    /// Passes over the bracket that opens a container.
    #[inline]
    fn open(&mut self, object: bool, inside: State) {
        self.containers.push(object);
        self.path.open(self.depth());
        self.state = inside;
        self.position += 1;
    }

    /// Passes over the bracket that closes a container.
    #[inline]
    fn close(&mut self) {
        self.path.close(self.depth());
        self.containers.pop();
        self.state = match self.containers.innermost_is_object() {
            Some(true) => State::AfterMember,
            Some(false) => State::AfterElement,
            None => State::Complete,
        };
        self.position += 1;
    }

    /// The text of the string that was just read.
    #[inline]
    fn text_from(&self, start: usize, escaped: bool) -> Text<'a> {
        let raw = self.text.get(start + 1..self.position - 1).unwrap_or_default();
        Text::new(raw, escaped)
    }

    /// Remembers the name that was just read.
    #[inline]
    fn name(&mut self, name: Text<'a>, start: usize, first: bool) {
        let depth = self.depth();
        self.path.name(depth, start);
        if let Some(earlier) = self.names.insert(self.text, name, start, depth, first) {
            self.duplicate(start, earlier);
        }
    }

    /// The name just read stood in its object already, at `earlier`.
    #[cold]
    fn duplicate(&mut self, start: usize, earlier: usize) {
        let Self { text, path, duplicates, containers, position, .. } = self;
        duplicates.add(|| Duplicate {
            name: start..*position,
            first: earlier..earlier + Text::again(text, earlier).raw().len() + 2,
            pointer: path.pointer(text, containers.depth()),
        });
    }

    /// Reads a number.
    #[inline]
    fn number(&mut self) -> Result<(), Failed> {
        match number_end(self.text.as_bytes(), self.position) {
            Ok(end) => {
                self.position = end;
                Ok(())
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
        after: State,
    ) -> Result<(), Failed> {
        let rest = self.text.as_bytes().get(self.position..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.position += word.len();
            self.state = after;
            return Ok(());
        }
        let same = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
        Err(self.fail_at(self.position + same, expected))
    }

    /// Reads a string (RFC 8259 section 7) and says whether it has an escape.
    ///
    /// ```text
    /// string    = quotation-mark *char quotation-mark
    /// char      = unescaped / %x5C escaped
    /// escaped   = %x22 / %x5C / %x2F / "b" / "f" / "n" / "r" / "t" / ( "u" 4HEXDIG )
    /// unescaped = %x20-21 / %x23-5B / %x5D-10FFFF
    /// ```
    #[inline]
    fn string(&mut self) -> Result<bool, Failed> {
        let mut at = self.position + 1;
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
        Ok(escaped)
    }

    /// Checks the escape whose `\` is at `at` and gives where it ends.
    fn escape(&mut self, at: usize) -> Result<usize, Failed> {
        match self.text.as_bytes().get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
            Some(b'u') => match self.unit(at + 2)? {
                0xD800..=0xDBFF => self.low_half(at + 6),
                0xDC00..=0xDFFF => Err(self.fail_surrogate(at..at + 6, LOW_HALF, NO_LOW_HALF)),
                _ => Ok(at + 6),
            },
            _ => Err(self.fail_at(at + 1, ESCAPE)),
        }
    }

    /// Checks the escape that has to follow the high half of a surrogate pair.
    fn low_half(&mut self, at: usize) -> Result<usize, Failed> {
        match self.text.as_bytes().get(at) {
            Some(b'\\') => {}
            Some(_) => return Err(self.fail_with(FaultKind::LoneSurrogate, at, LOW_HALF)),
            None => return Err(self.fail_at(at, LOW_HALF)),
        }
        match self.text.get(at + 1..).and_then(|rest| rest.chars().next()) {
            Some('u') => match self.unit(at + 2)? {
                0xDC00..=0xDFFF => Ok(at + 6),
                _ => Err(self.fail_surrogate(at..at + 6, OTHER_ESCAPE, LOW_HALF)),
            },
            Some(c) => Err(self.fail_surrogate(at..at + 1 + c.len_utf8(), OTHER_ESCAPE, LOW_HALF)),
            None => Err(self.fail_at(at + 1, LOW_HALF)),
        }
    }

    /// Reads the four hexadecimal digits at `at`.
    #[inline]
    fn unit(&mut self, at: usize) -> Result<u32, Failed> {
        let mut unit = 0;
        for at in at..at + 4 {
            let digit =
                self.text.as_bytes().get(at).and_then(|&byte| char::from(byte).to_digit(16));
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

    /// The escape at `span` is half of a surrogate pair, or stands where one has to be.
    #[cold]
    fn fail_surrogate(
        &mut self,
        span: Range<usize>,
        found: &'static str,
        expected: &'static str,
    ) -> Failed {
        let found = Found::Phrase(found);
        self.fail_as(Fault::new(FaultKind::LoneSurrogate, span, found, expected))
    }

    /// Something stands behind the document. What that is does not matter, not even whether it is
    /// UTF-8: the document was read.
    #[cold]
    fn fail_trailing(&mut self) -> Failed {
        let rest = self.body.get(self.position..).unwrap_or_default();
        let end = rest.iter().rposition(|byte| !b" \t\n\r".contains(byte)).map_or(0, |at| at + 1);
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
        let bad = std::str::from_utf8(head).err().and_then(|error| error.error_len());
        let end = at + bad.unwrap_or(head.len());
        let found = rest.first().map_or(Found::End, |&byte| Found::Byte(byte));
        Fault::new(FaultKind::Encoding, at..end, found, UTF8)
    }

    #[cold]
    fn fail_as(&mut self, fault: Fault) -> Failed {
        self.position = fault.span().start;
        self.state = State::Failed { opened: self.state.opened() };
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
    let plain = tail.iter().take_while(|byte| !matches!(byte, 0x00..=0x1F | b'"' | b'\\')).count();
    at + plain
}
