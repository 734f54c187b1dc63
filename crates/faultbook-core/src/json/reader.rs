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
#![expect(
    clippy::inline_always,
    reason = "measured: calls of these few instructions cost as much as they do"
)]

use std::fmt;
use std::ops::Range;

use super::duplicates::{Duplicate, Duplicates};
use super::names::{hash, hash_of_known};
use super::number::number_end;
use super::open::Open;
use super::text::{stands_for, unit};
use super::{Kind, Step, Text, Token};
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
    Failed,
    /// Nothing either, and the last token was the bracket that opens a container.
    FailedOpened,
}

impl State {
    const fn opened(self) -> bool {
        matches!(self, Self::ArrayOpen | Self::ObjectOpen | Self::FailedOpened)
    }
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
    /// Where the last token stands, and the last name with its quotes. The ends of one are no
    /// neighbours: both loaded at once, shortly after they were stored one by one, make a reader
    /// wait.
    start: usize,
    name_start: usize,
    end: usize,
    name_end: usize,
    /// Whether the last token, a string or a name, has an escape; and the last name.
    escaped: bool,
    name_escaped: bool,
    open: Open<'a>,
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
        let position = match text.as_bytes() {
            // A byte tells of nearly every body that there is none.
            [0xEF, ..] if text.starts_with(BYTE_ORDER_MARK) => BYTE_ORDER_MARK.len(),
            _ => 0,
        };
        Self {
            body,
            text,
            position,
            state: State::Start,
            start: 0,
            end: 0,
            escaped: false,
            name_start: 0,
            name_end: 0,
            name_escaped: false,
            open: Open::new(),
            duplicates: Duplicates::new(Duplicates::DEFAULT_LIMIT),
            fault: Fault::new(FaultKind::Empty, 0..0, Found::End, VALUE),
        }
    }

    /// The same reader, keeping at most `limit` duplicates (100 where this is not called). Call it
    /// before the first token is read.
    #[inline]
    pub fn with_duplicate_limit(mut self, limit: usize) -> Self {
        self.duplicates = Duplicates::new(limit);
        self
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
        let step = self.step();
        Ok(self.kind(step)?.map(|kind| Token { kind, span: self.span() }))
    }

    /// Reads on: in an object a member, to the end of its value or to the bracket that opens it;
    /// elsewhere a value, or the bracket that opens it; or the bracket that closes a container.
    ///
    /// The same tokens as of [`Reader::next`], and the fastest way to them: what was read is told
    /// in one byte, and [`Reader::name`], [`Reader::text`] and [`Reader::span`] give the rest where
    /// it is asked for.
    ///
    /// ```
    /// use faultbook_core::json::{Reader, Step};
    ///
    /// let mut json = Reader::new(br#"{"code": "itemNotFound", "at": [1]}"#);
    /// assert_eq!(json.advance(), Step::ObjectStart);
    /// assert_eq!(json.advance(), Step::String);
    /// assert!(json.name() == "code" && json.text() == "itemNotFound");
    /// assert_eq!((json.name_span(), json.span()), (1..7, 9..23));
    /// assert_eq!(json.advance(), Step::ArrayStart);
    /// assert_eq!(json.name(), "at");
    /// assert_eq!(json.advance(), Step::Number);
    /// assert_eq!((json.advance(), json.advance()), (Step::ArrayEnd, Step::ObjectEnd));
    /// assert_eq!((json.advance(), json.fault()), (Step::End, None));
    /// ```
    #[inline]
    pub fn advance(&mut self) -> Step {
        match self.state {
            State::ObjectOpen | State::AfterMember => {
                self.step_member(self.text, self.position, &[]).0
            }
            _ => self.step(),
        }
    }

    /// The same as [`Reader::advance`], and faster at the beginning of a body that is an object.
    #[inline]
    pub fn advance_first(&mut self) -> Step {
        let bytes = self.text.as_bytes();
        let at = space_end(bytes, self.position);
        if self.state != State::Start || bytes.get(at) != Some(&b'{') {
            return self.step();
        }
        self.open.open_first_object();
        self.opened(at, State::ObjectOpen, Step::ObjectStart).0
    }

    /// The same as [`Reader::advance`], and faster at the end of the document.
    #[inline]
    pub fn advance_last(&mut self) -> Step {
        let at = space_end(self.text.as_bytes(), self.position);
        if self.state != State::Complete || at != self.body.len() {
            return self.step();
        }
        self.position = at;
        Step::End
    }

    /// The same as [`Reader::advance`], and faster where reading stands in an object.
    #[inline]
    pub fn advance_member(&mut self) -> Step {
        self.step_member(self.text, self.position, &[]).0
    }

    /// The same as [`Reader::advance`], and faster where reading stands in an object and the
    /// member's name is one of `names`: then its index stands beside what was read. `names` are
    /// without `"`, `\` and control characters.
    ///
    /// ```
    /// use faultbook_core::json::{Reader, Step};
    ///
    /// let mut json = Reader::new(br#"{"message": "", "cod\u0065": "a", "code": 1}"#);
    /// assert_eq!(json.advance(), Step::ObjectStart);
    /// assert_eq!(json.advance_listed(&["code", "message"]), (Step::String, Some(1)));
    /// assert_eq!(json.advance_listed(&["code", "message"]), (Step::String, Some(0)));
    /// assert!(json.name().raw() == r"cod\u0065" && json.text() == "a");
    /// assert_eq!(json.advance_listed(&["message"]), (Step::Number, None));
    /// assert_eq!(json.advance_listed(&["message"]), (Step::ObjectEnd, None));
    /// ```
    #[inline(always)]
    pub fn advance_listed<const N: usize>(&mut self, names: &[&str; N]) -> (Step, Option<usize>) {
        let (step, _, index) = self.step_member(self.text, self.position, names);
        (step, (index < N).then_some(index))
    }

    /// Whether the last name can be `known`, in any case: it is as long, or has an escape.
    #[inline]
    pub const fn name_may_be(&self, known: &str) -> bool {
        self.name_escaped || self.name_end - self.name_start == known.len() + 2
    }

    /// Whether reading stands in an object: what [`Reader::advance`] gives next has a name, unless
    /// it is the object's end.
    #[inline]
    pub const fn is_in_object(&self) -> bool {
        matches!(self.state, State::ObjectOpen | State::AfterMember)
    }

    /// The name of the last member.
    #[inline]
    pub fn name(&self) -> Text<'a> {
        let raw =
            self.text.get(self.name_start + 1..self.name_end.wrapping_sub(1)).unwrap_or_default();
        Text::new(raw, self.name_escaped)
    }

    /// Where the name of the last member stands with its quotes, in bytes of the body.
    #[inline]
    pub const fn name_span(&self) -> Range<usize> {
        self.name_start..self.name_end
    }

    /// What ended reading.
    #[inline]
    pub const fn fault(&self) -> Option<&Fault> {
        match self.state {
            State::Failed | State::FailedOpened => Some(&self.fault),
            _ => None,
        }
    }

    /// Where the last token stands, in bytes of the body; after [`Reader::skip_container`] the
    /// whole container.
    #[inline]
    pub const fn span(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Reads on as [`Reader::advance`] does, to a member whose name can be `known` in any case, or
    /// until no more than `outside` containers are open, and gives what `advance` would give last.
    /// What lies between is checked, and names that stand twice are found.
    #[inline(never)]
    pub fn advance_to(&mut self, known: &str, outside: usize) -> Step {
        self.pass(outside, |json| json.name_may_be(known))
    }

    /// Reads on to a member that `stops`, or until no more than `outside` containers are open.
    ///
    /// Where reading stands is handed from step to step: loading what was just stored takes longer
    /// than most steps do.
    #[inline(always)]
    fn pass(&mut self, outside: usize, stops: impl Fn(&Self) -> bool) -> Step {
        let text = self.text;
        let mut at = self.position;
        loop {
            let mut step;
            match self.state {
                State::ObjectOpen | State::AfterMember => loop {
                    (step, at, _) = self.step_member(text, at, &[]);
                    if step == Step::ObjectEnd {
                        break;
                    }
                    if stops(self) {
                        return step;
                    }
                    if !step.is_scalar() {
                        break;
                    }
                },
                State::ArrayOpen | State::AfterElement => loop {
                    (step, at) = self.step_element(text, at);
                    if !step.is_scalar() {
                        break;
                    }
                },
                _ => (step, at) = self.stepped(),
            }
            match step {
                Step::ObjectEnd | Step::ArrayEnd if self.depth() <= outside => return step,
                Step::End | Step::Failed => return step,
                _ => {}
            }
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
        let start = self.start;
        if let State::ArrayOpen | State::ObjectOpen = self.state {
            self.pass(self.depth() - 1, |_| false);
        }
        if let State::Failed | State::FailedOpened = self.state {
            return Err(self.fault.clone());
        }
        self.start = start;
        Ok(self.span())
    }

    /// The token that was just read; `None` at the end of the document.
    #[inline]
    fn kind(&self, step: Step) -> Result<Option<Kind<'a>>, Fault> {
        Ok(Some(match step {
            Step::ObjectStart => Kind::ObjectStart,
            Step::ObjectEnd => Kind::ObjectEnd,
            Step::ArrayStart => Kind::ArrayStart,
            Step::ArrayEnd => Kind::ArrayEnd,
            Step::String if self.state == State::AfterName => Kind::Name(self.text()),
            Step::String => Kind::String(self.text()),
            Step::Number => Kind::Number(self.raw()),
            Step::True => Kind::Bool(true),
            Step::False => Kind::Bool(false),
            Step::Null => Kind::Null,
            Step::End => return Ok(None),
            Step::Failed => return Err(self.fault.clone()),
        }))
    }

    /// The text of the string that was just read.
    #[inline]
    pub fn text(&self) -> Text<'a> {
        let raw = self.text.get(self.start + 1..self.end.wrapping_sub(1)).unwrap_or_default();
        Text::new(raw, self.escaped)
    }

    /// What was just read, as written: of a container the one bracket.
    #[inline]
    pub fn raw(&self) -> &'a str {
        self.text.get(self.span()).unwrap_or_default()
    }

    /// How many containers are open; one less after the token that closes one.
    #[inline]
    pub const fn depth(&self) -> usize {
        self.open.depth()
    }

    /// The JSON Pointer (RFC 6901) of the token just returned: of a name its member's value, of
    /// the start or end of a container that container.
    ///
    /// `None` where it would be longer than [`MAX_POINTER`](super::MAX_POINTER) bytes or
    /// [`MAX_POINTER_LEVELS`](super::MAX_POINTER_LEVELS) steps. After a fault it is that of the
    /// last token, or of the element that should have come after it. It takes time in proportion to
    /// its length.
    pub fn pointer(&self) -> Option<String> {
        self.open.pointer(self.text, self.depth() - usize::from(self.state.opened()))
    }

    /// Where reading stands, in bytes of the body: behind the token just returned; behind the
    /// white space that follows, once the document is complete; where the fault is, after one.
    #[inline]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The whole body.
    #[inline]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Whether the body begins with a byte order mark (RFC 8259 section 8.1: it must not).
    pub fn has_byte_order_mark(&self) -> bool {
        self.text.starts_with(BYTE_ORDER_MARK)
    }

    /// The names met so far that stood in their object already.
    pub const fn duplicates(&self) -> &Duplicates {
        &self.duplicates
    }

    /// Passes over white space and gives the byte behind it.
    #[inline]
    fn skip_white_space(&mut self) -> Option<u8> {
        self.position = space_end(self.text.as_bytes(), self.position);
        self.text.as_bytes().get(self.position).copied()
    }

    /// Reads one token. A name is a string behind which `State::AfterName` is.
    fn step(&mut self) -> Step {
        let text = self.text;
        let byte = self.skip_white_space();
        let at = self.position;
        let (step, _) = match self.state {
            State::Start => self.value(text, at, State::Complete, VALUE),
            State::ArrayOpen if byte == Some(b']') => self.close(at, Step::ArrayEnd),
            State::ArrayOpen => self.value(text, at, State::AfterElement, VALUE_OR_END),
            State::AfterElement => match byte {
                Some(b']') => self.close(at, Step::ArrayEnd),
                Some(b',') => {
                    self.position += 1;
                    self.skip_white_space();
                    self.open.next_element();
                    self.value(text, self.position, State::AfterElement, VALUE)
                }
                _ => return self.fail(COMMA_OR_ARRAY_END),
            },
            State::ObjectOpen if byte == Some(b'}') => self.close(at, Step::ObjectEnd),
            State::ObjectOpen => return self.member_name(byte, NAME_OR_END),
            State::AfterName => match byte {
                Some(b':') => {
                    self.position += 1;
                    self.skip_white_space();
                    self.value(text, self.position, State::AfterMember, VALUE)
                }
                _ => return self.fail(COLON),
            },
            State::AfterMember => match byte {
                Some(b'}') => self.close(at, Step::ObjectEnd),
                Some(b',') => {
                    self.position += 1;
                    let byte = self.skip_white_space();
                    return self.member_name(byte, NAME);
                }
                _ => return self.fail(COMMA_OR_OBJECT_END),
            },
            State::Complete if byte.is_none() && at == self.body.len() => return Step::End,
            State::Complete => return self.fail_trailing(),
            State::Failed | State::FailedOpened => {
                self.position = self.fault.span().start;
                return Step::Failed;
            }
        };
        step
    }

    /// Reads a member: the same as two steps, and gives what the second one gives, where reading
    /// stands then, and which of `names` the name is; `N` for none. What most members are, a name and
    /// a value without escapes, is read here at once; all else is left to the steps.
    #[inline(always)]
    fn step_member<const N: usize>(
        &mut self,
        text: &'a str,
        mut at: usize,
        names: &[&str; N],
    ) -> (Step, usize, usize) {
        let bytes = text.as_bytes();
        if self.state == State::AfterMember {
            if bytes.get(at) != Some(&b',') {
                at = space_end(bytes, at);
            }
            match bytes.get(at) {
                Some(b',') => at += 1,
                Some(b'}') => {
                    let (step, at) = self.close(at, Step::ObjectEnd);
                    return (step, at, N);
                }
                _ => return self.two_steps(names),
            }
        } else if self.state != State::ObjectOpen {
            return self.two_steps(names);
        }
        at = space_end(bytes, at);
        let (index, name_end, hash) = if let Some(listed) = listed_name(bytes, at, names) {
            listed
        } else {
            let end = match N {
                0 => plain_string_end(bytes, at),
                _ => unlisted_name_end(bytes, at),
            };
            let Some(end) = end else { return self.two_steps(names) };
            (N, end, hash(text, at, end - at - 2, false))
        };
        let mut colon = name_end;
        if bytes.get(colon) != Some(&b':') {
            colon = rare_space_end(bytes, colon);
            if bytes.get(colon) != Some(&b':') {
                return self.two_steps(names);
            }
        }
        self.put_name(at, name_end, false, hash);
        let start = rare_space_end(bytes, colon + 1);
        let (step, at) = self.value(text, start, State::AfterMember, VALUE);
        (step, at, index)
    }

    /// Reads an element: the same as a step in an array, and gives where reading stands then.
    #[inline(always)]
    fn step_element(&mut self, text: &'a str, mut at: usize) -> (Step, usize) {
        let bytes = text.as_bytes();
        let is_first = self.state == State::ArrayOpen;
        if !is_first {
            if bytes.get(at) != Some(&b',') {
                at = rare_space_end(bytes, at);
            }
            match bytes.get(at) {
                Some(b',') => at += 1,
                Some(b']') => return self.close(at, Step::ArrayEnd),
                _ => return self.stepped(),
            }
            self.open.next_element();
        }
        at = space_end(bytes, at);
        if !is_first {
            return self.value(text, at, State::AfterElement, VALUE);
        }
        if bytes.get(at) == Some(&b']') {
            return self.close(at, Step::ArrayEnd);
        }
        self.value(text, at, State::AfterElement, VALUE_OR_END)
    }

    /// Reads one token, and gives where reading stands then.
    #[inline(never)]
    fn stepped(&mut self) -> (Step, usize) {
        (self.step(), self.position)
    }

    #[cold]
    fn two_steps(&mut self, names: &[&str]) -> (Step, usize, usize) {
        let (mut step, mut index) = (self.step(), names.len());
        if step == Step::String && self.state == State::AfterName {
            let name = self.name();
            let known = names.iter().position(|known| name == **known);
            index = known.unwrap_or(names.len());
            step = self.step();
        }
        (step, self.position, index)
    }

    /// Reads the value at `at`, or the bracket that opens it, and gives where reading stands then.
    /// `after`: the state behind it if it is a scalar.
    #[inline(always)]
    fn value(
        &mut self,
        text: &'a str,
        at: usize,
        after: State,
        expected: &'static str,
    ) -> (Step, usize) {
        let bytes = text.as_bytes();
        let byte = bytes.get(at).copied();
        if byte == Some(b'"') {
            let plain = plain_end(bytes, at + 1);
            if bytes.get(plain) == Some(&b'"') {
                let end = plain + 1;
                self.start = at;
                self.position = end;
                self.end = end;
                self.escaped = false;
                self.state = after;
                return (Step::String, end);
            }
            return self.rest_of_value(at, plain, after);
        }
        match byte {
            Some(b'{') => self.open(at, State::ObjectOpen, Step::ObjectStart),
            Some(b'[') => self.open(at, State::ArrayOpen, Step::ArrayStart),
            _ => self.other_value(at, after, expected),
        }
    }

    /// Reads the value at `start` on from `at`: it is a string.
    #[inline(never)]
    fn rest_of_value(&mut self, start: usize, at: usize, after: State) -> (Step, usize) {
        self.begin_value(start, after);
        if self.rest_of_string(at).is_err() {
            return (Step::Failed, self.position);
        }
        self.state = after;
        (Step::String, self.position)
    }

    /// A value begins at `at`, of which it is not known yet whether it is one.
    #[inline]
    fn begin_value(&mut self, at: usize, after: State) {
        self.start = at;
        self.position = at;
        if after == State::AfterMember {
            self.state = State::AfterName;
        }
    }

    /// Reads a value that is no string and no container.
    #[inline(never)]
    fn other_value(&mut self, at: usize, after: State, expected: &'static str) -> (Step, usize) {
        let bytes = self.text.as_bytes();
        let (step, end) = match bytes.get(at) {
            Some(b'-' | b'0'..=b'9') => (Step::Number, number_end(bytes, at)),
            Some(b't') => (Step::True, literal_end(bytes, at, "true", "`true`")),
            Some(b'f') => (Step::False, literal_end(bytes, at, "false", "`false`")),
            Some(b'n') => (Step::Null, literal_end(bytes, at, "null", "`null`")),
            _ => (Step::Failed, Err((at, expected))),
        };
        match end {
            Ok(end) => {
                self.start = at;
                self.position = end;
                self.end = end;
                self.state = after;
                (step, end)
            }
            Err((fault, expected)) => {
                self.begin_value(at, after);
                (self.fail_at(fault, expected), self.position)
            }
        }
    }

    /// Reads a name.
    #[inline]
    fn member_name(&mut self, byte: Option<u8>, expected: &'static str) -> Step {
        if byte != Some(b'"') {
            return self.fail(expected);
        }
        self.start = self.position;
        let plain = plain_end(self.text.as_bytes(), self.position + 1);
        if self.rest_of_string(plain).is_err() {
            return Step::Failed;
        }
        self.state = State::AfterName;
        let len = self.end - self.start - 2;
        let hash = hash(self.text, self.start, len, self.escaped);
        self.put_name(self.start, self.end, self.escaped, hash);
        Step::String
    }

    /// Takes in the name that was just read, from its opening quote to behind its closing one.
    #[inline(always)]
    fn put_name(&mut self, start: usize, end: usize, escaped: bool, hash: u64) {
        let earlier = self.open.name(self.text, start, end - start - 2, escaped, hash);
        self.name_start = start;
        self.name_end = end;
        self.name_escaped = escaped;
        if let Some(earlier) = earlier {
            self.duplicate(start..end, earlier);
        }
    }

    /// Passes over the bracket at `at`, which opens a container, and gives where reading stands then.
    #[inline(always)]
    fn open(&mut self, at: usize, inside: State, step: Step) -> (Step, usize) {
        self.open.open(step == Step::ObjectStart);
        self.opened(at, inside, step)
    }

    /// The bracket at `at` was taken in.
    #[inline(always)]
    const fn opened(&mut self, at: usize, inside: State, step: Step) -> (Step, usize) {
        self.state = inside;
        self.start = at;
        self.position = at + 1;
        self.end = at + 1;
        (step, at + 1)
    }

    /// Passes over the bracket at `at`, which closes a container, and gives where reading stands
    /// then.
    #[inline(always)]
    fn close(&mut self, at: usize, step: Step) -> (Step, usize) {
        self.open.close();
        self.state = match self.open.innermost_is_object() {
            Some(true) => State::AfterMember,
            Some(false) => State::AfterElement,
            None => State::Complete,
        };
        self.start = at;
        self.position = at + 1;
        self.end = at + 1;
        (step, at + 1)
    }

    /// The name just read stood in its object already, at `earlier`.
    #[cold]
    fn duplicate(&mut self, name: Range<usize>, earlier: usize) {
        let Self { text, open, duplicates, .. } = self;
        duplicates.add(|| Duplicate {
            name,
            first: earlier..earlier + Text::again(text, earlier).raw().len() + 2,
            pointer: open.pointer(text, open.depth()),
        });
    }

    /// Reads a string on (RFC 8259 section 7), from `at` behind the characters that stand for
    /// themselves, and keeps whether it has an escape.
    ///
    /// ```text
    /// string    = quotation-mark *char quotation-mark
    /// char      = unescaped / %x5C escaped
    /// escaped   = %x22 / %x5C / %x2F / "b" / "f" / "n" / "r" / "t" / ( "u" 4HEXDIG )
    /// unescaped = %x20-21 / %x23-5B / %x5D-10FFFF
    /// ```
    #[inline(always)]
    fn rest_of_string(&mut self, mut at: usize) -> Result<(), Failed> {
        let bytes = self.text.as_bytes();
        // Nothing has been passed over but what stands for itself.
        let escaped = bytes.get(at) == Some(&b'\\');
        loop {
            match bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    at = match bytes.get(at + 1) {
                        Some(&letter) if stands_for(letter).is_some() => at + 2,
                        _ => self.escape(at)?,
                    }
                }
                Some(0..=0x1F) => {
                    return Err(self.fail_with(FaultKind::ForbiddenCharacter, at, CHARACTER));
                }
                // One of the last seven bytes of the text.
                Some(_) => {
                    at = plain_end(bytes, at);
                    continue;
                }
                None => return Err(self.fail_in_string(at, CHARACTER)),
            }
            at = escapes_end(bytes, at);
        }
        self.position = at + 1;
        self.end = at + 1;
        self.escaped = escaped;
        Ok(())
    }

    /// Checks the escape whose `\` is at `at`, with a `u` behind it if it is one, and gives where it
    /// ends.
    fn escape(&mut self, at: usize) -> Result<usize, Failed> {
        match self.text.as_bytes().get(at + 1) {
            Some(b'u') => match self.unit(at + 2)? {
                0xD800..=0xDBFF => self.low_half(at + 6),
                0xDC00..=0xDFFF => Err(self.fail_surrogate(at..at + 6, LOW_HALF, NO_LOW_HALF)),
                _ => Ok(at + 6),
            },
            _ => Err(self.fail_in_string(at + 1, ESCAPE)),
        }
    }

    /// Checks the escape that has to follow the high half of a surrogate pair.
    fn low_half(&mut self, at: usize) -> Result<usize, Failed> {
        match self.text.as_bytes().get(at) {
            Some(b'\\') => {}
            Some(_) => return Err(self.fail_with(FaultKind::LoneSurrogate, at, LOW_HALF)),
            None => return Err(self.fail_in_string(at, LOW_HALF)),
        }
        match self.text.get(at + 1..).and_then(|rest| rest.chars().next()) {
            Some('u') => match self.unit(at + 2)? {
                0xDC00..=0xDFFF => Ok(at + 6),
                _ => Err(self.fail_surrogate(at..at + 6, OTHER_ESCAPE, LOW_HALF)),
            },
            Some(c) => Err(self.fail_surrogate(at..at + 1 + c.len_utf8(), OTHER_ESCAPE, LOW_HALF)),
            None => Err(self.fail_in_string(at + 1, LOW_HALF)),
        }
    }

    /// Reads the four hexadecimal digits at `at`.
    #[inline]
    fn unit(&mut self, at: usize) -> Result<u32, Failed> {
        let digits = self.text.as_bytes().get(at..).unwrap_or_default();
        if let Some(unit) = digits.first_chunk().and_then(|digits| unit(*digits)) {
            return Ok(unit);
        }
        let same = digits.iter().take_while(|digit| digit.is_ascii_hexdigit()).count();
        Err(self.fail_in_string(at + same, HEX))
    }

    /// Something else than `expected` stands where reading stands.
    #[cold]
    fn fail(&mut self, expected: &'static str) -> Step {
        self.fail_at(self.position, expected)
    }

    /// Something else than `expected` stands at `at`.
    #[cold]
    fn fail_at(&mut self, at: usize, expected: &'static str) -> Step {
        self.fail_in_string(at, expected);
        Step::Failed
    }

    /// Something else than `expected` stands at `at`, in a string.
    #[cold]
    fn fail_in_string(&mut self, at: usize, expected: &'static str) -> Failed {
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
    fn fail_trailing(&mut self) -> Step {
        let rest = self.body.get(self.position..).unwrap_or_default();
        let end = rest.iter().rposition(|byte| !b" \t\n\r".contains(byte)).map_or(0, |at| at + 1);
        self.fail_as(Fault::new(
            FaultKind::TrailingContent,
            self.position..self.position + end,
            Found::at(self.body, self.position),
            DOCUMENT_END,
        ));
        Step::Failed
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
        self.state = if self.state.opened() { State::FailedOpened } else { State::Failed };
        self.fault = fault;
        Failed
    }
}

/// Where the word at `start` ends that has to be `true`, `false` or `null` (RFC 8259 section 3);
/// otherwise the place of the fault and what should have stood there.
#[inline(always)]
fn literal_end(
    bytes: &[u8],
    start: usize,
    word: &'static str,
    expected: &'static str,
) -> Result<usize, (usize, &'static str)> {
    let rest = bytes.get(start..).unwrap_or_default();
    if rest.starts_with(word.as_bytes()) {
        return Ok(start + word.len());
    }
    let same = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
    Err((start + same, expected))
}

/// Where white space ends, from `start` on. Mostly there is none, or one space, or a line ends.
#[inline(always)]
fn space_end(bytes: &[u8], start: usize) -> usize {
    space_or(bytes, start, lines_end)
}

/// The same where lines hardly ever end: a function that is called leaves more registers to what calls it.
#[inline(always)]
fn rare_space_end(bytes: &[u8], start: usize) -> usize {
    #[inline(never)]
    fn rare_lines_end(bytes: &[u8], start: usize) -> usize {
        lines_end(bytes, start)
    }
    space_or(bytes, start, rare_lines_end)
}

/// The same; where there is more than one space, `more` gives it.
#[inline(always)]
fn space_or(bytes: &[u8], start: usize, more: impl Fn(&[u8], usize) -> usize) -> usize {
    match bytes.get(start) {
        Some(b' ') if bytes.get(start + 1).is_some_and(|&byte| byte > b' ') => start + 1,
        Some(0..=b' ') => more(bytes, start),
        _ => start,
    }
}

/// Where white space ends that begins at `start`. Lines are indented by spaces: eight of them at once.
#[inline(always)]
fn lines_end(bytes: &[u8], start: usize) -> usize {
    const SPACES: u64 = u64::from_le_bytes([b' '; 8]);
    let mut at = start;
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = bytes.get(at) {
        at += 1;
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(word) = rest.first_chunk() {
            let other = u64::from_le_bytes(*word) ^ SPACES;
            at += (other.trailing_zeros() / 8) as usize;
        }
    }
    at
}

/// Where the string without escapes ends whose opening quote is at `start`: behind its closing one.
/// `None` for anything else.
#[inline(always)]
fn plain_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let end = plain_end(bytes, start + 1);
    (bytes.get(end) == Some(&b'"')).then_some(end + 1)
}

/// The same of a name that is not listed. Called for the same reason: where names are listed, most are
/// one of those.
#[inline(never)]
fn unlisted_name_end(bytes: &[u8], start: usize) -> Option<usize> {
    plain_string_end(bytes, start)
}

/// Which of `names` the string is that begins at `start`, written without escapes, and where it
/// ends: behind its closing quote; and what stands for it among names. Comparing costs less than
/// looking for the end.
#[inline(always)]
fn listed_name<const N: usize>(
    bytes: &[u8],
    start: usize,
    names: &[&str; N],
) -> Option<(usize, usize, u64)> {
    let (b'"', inside) = bytes.get(start..)?.split_first()? else { return None };
    names.iter().enumerate().find_map(|(index, name)| {
        let rest = inside.strip_prefix(name.as_bytes())?;
        (rest.first() == Some(&b'"')).then_some((
            index,
            start + name.len() + 2,
            hash_of_known(name),
        ))
    })
}

/// Where the characters that stand for themselves end, from `start` on: at a `"`, a `\`, a control
/// character, or the end. Eight bytes are looked at at once.
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], start: usize) -> usize {
    /// How many words of eight bytes most texts have at most.
    const SHORT: usize = 3;
    let mut at = start;
    for _ in 0..SHORT {
        let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) else { break };
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return at + (found.trailing_zeros() / u8::BITS) as usize;
        }
        at += size_of::<u64>();
    }
    long_plain_end(bytes, at)
}

/// The same of a long text, and of the body's last bytes. 32 bytes are looked at at once, of which a
/// compiler makes vectors.
#[inline(never)]
fn long_plain_end(bytes: &[u8], start: usize) -> usize {
    let mut rest = bytes.get(start..).unwrap_or_default();
    while let Some((chunk, behind)) = rest.split_first_chunk::<32>() {
        // As in `special`: with this bit turned over, a `"` is next to the control characters.
        let is_special = |byte: u8| u8::from(byte ^ 0x02 < 0x21) | u8::from(byte == b'\\');
        if chunk.iter().fold(0, |any, byte| any | is_special(*byte)) != 0 {
            break;
        }
        rest = behind;
    }
    while let Some((word, behind)) = rest.split_first_chunk() {
        let found = special(u64::from_le_bytes(*word));
        if found != 0 {
            return bytes.len() - rest.len() + (found.trailing_zeros() / u8::BITS) as usize;
        }
        rest = behind;
    }
    let at = bytes.len() - rest.len();
    let plain = rest.iter().take_while(|byte| !matches!(byte, 0x00..=0x1F | b'"' | b'\\')).count();
    at + plain
}

/// Passes over characters that stand for themselves and escapes of two characters, from `start` on, and
/// gives how far it came: to a `"`, to what needs a closer look, or to the last bytes of the text. An
/// escape is taken from the same eight bytes that tell where it is.
#[inline(always)]
fn escapes_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*word);
        let found = special(word);
        if found == 0 {
            at += size_of::<u64>();
            continue;
        }
        let place = found.trailing_zeros() & !7;
        at += (place / 8) as usize;
        // Behind the last one of the eight bytes stands a zero here, which is no letter.
        let [byte, letter, ..] = (word >> place).to_le_bytes();
        if byte != b'\\' || stands_for(letter).is_none() {
            break;
        }
        at += 2;
    }
    at
}

/// A word with the lowest bit of each byte set, and one with the highest.
const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// The high bit of each byte that is a `"`, a `\` or a control character: the lowest one that is
/// set is right, and a borrow can only set wrong ones above it.
#[inline(always)]
const fn special(word: u64) -> u64 {
    // With this bit turned over a `"` is U+0020, next to the control characters, which change
    // places among themselves; a space is no longer there.
    let low = (word ^ (ONES * 0x02)).wrapping_sub(ONES * 0x21);
    low & !word & HIGH | backslashes(word)
}

/// The same for each byte that is a `\`.
#[inline(always)]
pub(super) const fn backslashes(word: u64) -> u64 {
    (word ^ (ONES * 0x5C)).wrapping_sub(ONES) & !word & HIGH
}
