//! Reading and writing the JSON form.
//!
//! ```text
//! error    = { "ErrorCode": string, "Description": string, "Message"?: string }
//! response = error | { …, "Error": error, … }        at any depth, as in the items of a list
//! ```

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::json::{Reader, Step, Text, Writer};
use faultbook_core::{
    Fault, Likeness, Limits, Located, Member, Members, ObjectPlace, Value, advanced_value, common,
};

use crate::{ApiError, Code, ReadError};

/// The member that a response has its error under.
pub(crate) const ERROR: &str = "Error";

/// The documented members of an error, in the document's order.
pub(crate) const NAMES: [&str; 3] = ["ErrorCode", "Description", "Message"];
pub(crate) const CODE: usize = 0;
pub(crate) const DESCRIPTION: usize = 1;
pub(crate) const MESSAGE: usize = 2;

/// The names that are looked for in the body itself.
const TOP_NAMES: [&str; 4] = [NAMES[CODE], NAMES[DESCRIPTION], NAMES[MESSAGE], ERROR];
const TOP_ERROR: usize = 3;

/// Where an error object stands in the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum At {
    /// Under `Error` deeper in the body, as in an item of a list.
    Item,
    /// Under `Error` of the body.
    Top,
    /// It is the body.
    Bare,
}

/// An error object as it stands in the body, before anything is made of it.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    pub(crate) at: At,
    /// Its pointer is not given until [`Scan::pointer`] was asked.
    pub(crate) place: ObjectPlace,
    pub(crate) members: Members<'a, 3>,
    /// What stands under `Error` instead of an object.
    pub(crate) instead: Option<Value<'a>>,
    /// The name it stands under, where that is `Error` but for case.
    pub(crate) misspelt: Option<(Text<'a>, Range<usize>)>,
    /// Whether its end was read: where it was not, nothing can be said to be missing.
    pub(crate) complete: bool,
}

impl<'a> Object<'a> {
    /// One of which no member was read yet.
    #[inline]
    fn new(at: At, span: Range<usize>) -> Self {
        Self {
            at,
            place: ObjectPlace { span, pointer: None },
            members: Members::new(&NAMES),
            instead: None,
            misspelt: None,
            complete: false,
        }
    }

    /// Whether it has the documented name and the documented members, each with a text in it, and
    /// nothing else.
    pub(crate) fn is_plain(&self) -> bool {
        self.complete
            && self.instead.is_none()
            && self.misspelt.is_none()
            && self.members.are_just_texts(MESSAGE)
    }

    /// The typed error, where there is a code.
    fn error(&self) -> Option<ApiError<'a>> {
        Some(self.error_of(self.code()?))
    }

    /// Whether there is a code: whether [`Object::error`] gives an error.
    pub(crate) fn has_code(&self) -> bool {
        let code = self.members.get(CODE).map(|member| member.value);
        matches!(code, Some(Value::String(_) | Value::Number(_)))
    }

    /// The code, as text.
    #[inline]
    fn code(&self) -> Option<Cow<'a, str>> {
        self.members.get(CODE)?.value.as_text()
    }

    /// The typed error with this code.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "measured: an error that is moved costs a sixth more")]
    fn error_of(&self, code: Cow<'a, str>) -> ApiError<'a> {
        let description = self.members.string(DESCRIPTION);
        let message = self.members.string(MESSAGE);
        ApiError { code: Code::new(code), description, message }
    }
}

/// Finds the error objects of a body one after the other; the bare one comes last.
///
/// An error's own members are not searched for further errors.
pub(crate) struct Scan<'a> {
    pub(crate) json: Reader<'a>,
    /// The first token of the body.
    first: Option<Range<usize>>,
    /// The body itself as an error object, with the members read until now.
    bare: Object<'a>,
    /// The last object under `Error`.
    under: Option<Object<'a>>,
    has_error: bool,
    done: bool,
}

impl<'a> Scan<'a> {
    /// `duplicates`: how many names that stand twice in an object are kept for findings.
    #[inline]
    pub(crate) fn new(body: &'a [u8], duplicates: usize) -> Self {
        Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            first: None,
            bare: Object::new(At::Bare, 0..0),
            under: None,
            has_error: false,
            done: false,
        }
    }

    /// Where the body stopped being JSON, once that was read.
    pub(crate) const fn fault(&self) -> Option<&Fault> {
        self.json.fault()
    }

    /// The first token of the body, once that was read.
    pub(crate) fn first(&self) -> Option<Range<usize>> {
        self.first.clone()
    }

    /// Goes to the next error object and says where it stands: [`Scan::object`] is it. After the
    /// last one, [`Scan::fault`] tells whether all was read.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<At> {
        if self.done {
            return None;
        }
        if let Some(at) = self.walk() {
            return Some(at);
        }
        self.done = true;
        self.finish_bare()
    }

    /// The object that [`Scan::next`] just went to.
    #[inline]
    pub(crate) const fn object(&self) -> &Object<'a> {
        match &self.under {
            Some(object) if !self.done => object,
            _ => &self.bare,
        }
    }

    /// Where the object stands that [`Scan::next`] just went to. `pointer`: with its JSON Pointer.
    /// That allocates, and at the longest takes 4,096 bytes for an object of a dozen.
    pub(crate) fn place(&self, pointer: bool) -> ObjectPlace {
        let object = self.object();
        let pointer = if pointer { self.pointer(object) } else { None };
        ObjectPlace { span: object.place.span.clone(), pointer }
    }

    fn pointer(&self, object: &Object<'a>) -> Option<Cow<'static, str>> {
        if object.at == At::Bare {
            return Some(Cow::Borrowed(""));
        }
        if object.complete {
            // The reader stands at the object's end.
            return self.json.pointer().map(Cow::Owned);
        }
        // It stands somewhere inside: this is the body's last object, so it is looked for once.
        let mut json = Reader::new(self.json.body());
        while let Ok(Some(token)) = json.next() {
            if token.span.start == object.place.span.start {
                return json.pointer().map(Cow::Owned);
            }
        }
        None
    }

    /// Reads on to the next object under `Error`.
    fn walk(&mut self) -> Option<At> {
        if self.first.is_none() {
            match self.json.advance_first() {
                Step::Failed | Step::End => return None,
                _ => {
                    let span = self.json.span();
                    self.first = Some(span.start..span.end);
                }
            }
        }
        loop {
            let is_deep = self.json.depth() > 1;
            let is_member = is_deep || self.json.is_in_object();
            let before = self.json.position();
            let (step, listed) = if is_deep {
                (self.json.advance_to(ERROR, 1), None)
            } else if is_member {
                self.json.advance_listed(&TOP_NAMES)
            } else {
                (self.json.advance(), None)
            };
            match step {
                Step::Failed => {
                    if is_member && self.json.name_span().start >= before {
                        self.name_before_fault();
                    }
                    return None;
                }
                Step::End => return None,
                Step::ObjectEnd if self.json.depth() == 0 => {
                    self.bare.place.span.end = self.json.span().end;
                    self.bare.complete = true;
                    self.json.advance_last();
                    return None;
                }
                Step::ObjectEnd | Step::ArrayEnd => continue,
                _ if !is_member => continue,
                _ => {}
            }
            let opens = matches!(step, Step::ObjectStart | Step::ArrayStart);
            let is_top = self.json.depth() == 1 + usize::from(opens);
            if listed == Some(TOP_ERROR) || (listed.is_none() && self.json.name_may_be(ERROR)) {
                let name = self.json.name();
                let exact = name == ERROR;
                if exact || name.eq_ignore_ascii_case(ERROR) {
                    let at = if is_top { At::Top } else { At::Item };
                    if self.error(at, exact, step) {
                        return Some(at);
                    }
                    continue;
                }
            }
            if is_top {
                self.top_member(listed, step);
            }
        }
    }

    /// A member of the body itself: it may turn out to be a bare error. Other values are walked
    /// into, since errors may stand in them.
    #[inline]
    fn top_member(&mut self, listed: Option<usize>, step: Step) {
        let members = &mut self.bare.members;
        match listed {
            // Where the value cannot be read, the reader gives the same fault again when the walk
            // goes on.
            Some(index) => _ = members.put_listed(index, &mut self.json, step),
            None => self.other_top_member(step),
        }
    }

    #[cold]
    fn other_top_member(&mut self, step: Step) {
        let name = self.json.name();
        if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            self.bare.members.put_advanced(&mut self.json, step);
        } else {
            self.put_other(name, self.json.name_span());
        }
    }

    /// A name was read, and then comes what the grammar does not allow.
    #[cold]
    fn name_before_fault(&mut self) {
        let name = self.json.name();
        let is_known = |known: &&str| name.eq_ignore_ascii_case(known);
        if self.json.depth() == 1 && !NAMES.iter().chain([&ERROR]).any(is_known) {
            self.put_other(name, self.json.name_span());
        }
    }

    /// Takes note of a member of the body of which only the name is of interest.
    fn put_other(&mut self, name: Text<'a>, name_span: Range<usize>) {
        let span = name_span.end..name_span.end;
        self.bare.members.put(Member { name, name_span, value: Value::Null, span });
    }

    /// What stands under `Error`: anything but `null` is an error, if not always an object. Under
    /// that name in another case it takes an object with a code to be one.
    fn error(&mut self, at: At, exact: bool, step: Step) -> bool {
        let (name, name_span) = (self.json.name(), self.json.name_span());
        let span = self.json.span();
        let mut has_code = false;
        match step {
            Step::ObjectStart => {
                let object = self.under.insert(Object::new(at, span));
                match object.members.read(&mut self.json) {
                    Ok(brace) => {
                        object.place.span.end = brace.end;
                        object.complete = true;
                    }
                    // The reader gives the same fault again when the walk goes on.
                    Err(fault) => {
                        let end = &mut object.place.span.end;
                        *end = fault.span().start.max(*end);
                    }
                }
                let members = &object.members;
                has_code = members.get(CODE).or(members.misspelt(CODE)).is_some();
            }
            Step::Null => return false,
            _ if exact => {
                let Some((value, span)) = advanced_value(&mut self.json, step) else {
                    return false;
                };
                let object = self.under.insert(Object::new(at, span));
                object.instead = Some(value);
                object.complete = true;
            }
            _ => {}
        }
        if !(exact || has_code) {
            if at == At::Top {
                self.put_other(name, name_span);
            }
            return false;
        }
        self.has_error |= at == At::Top;
        if !exact && let Some(object) = &mut self.under {
            object.misspelt = Some((name, name_span));
        }
        true
    }

    /// Why there is no error with a code; `without`: where the first one without a code stands.
    #[cold]
    fn absent(&self, without: Option<Range<usize>>) -> ReadError {
        match (self.fault(), without) {
            (Some(fault), _) if common::cuts(fault) => ReadError::Fault(fault.clone()),
            (_, Some(place)) => {
                ReadError::Absent { span: place, expected: "a code in `ErrorCode`" }
            }
            _ => ReadError::Absent {
                span: 0..self.json.body().len(),
                expected: "an object with `ErrorCode`, bare or under `Error`",
            },
        }
    }

    /// The body itself as an error object: when it has an `ErrorCode`, or nothing but documented
    /// members, of which `ErrorCode` may be misspelt. Among other members, a `Description` makes
    /// no error.
    #[inline]
    fn finish_bare(&mut self) -> Option<At> {
        let top = &self.bare.members;
        if top.get(CODE).is_none() {
            let spelt = top.get(DESCRIPTION).or(top.get(MESSAGE)).or(top.misspelt(CODE)).is_some();
            let nothing_else = self.bare.complete && !self.has_error && top.other_count() == 0;
            if !(nothing_else && spelt) {
                return None;
            }
        }
        self.bare.place.span.start = self.first.as_ref()?.start;
        if !self.bare.complete {
            let cut = self.json.fault().map(|fault| fault.span().start);
            self.bare.place.span.end = cut.unwrap_or(self.json.body().len());
        }
        Some(At::Bare)
    }
}

/// The errors of a response: its own one is kept, however many items have come before it.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    errors: Vec<Located<ApiError<'a>>>,
    /// Where among them the one under `Error` of the body stands, and the bare one.
    top: Option<usize>,
    bare: Option<usize>,
    most: usize,
    more: usize,
}

impl<'a> Kept<'a> {
    #[inline]
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self { errors: Vec::new(), top: None, bare: None, most: limits.errors, more: 0 }
    }

    /// How many of them are of the response itself.
    fn own(&self) -> usize {
        usize::from(self.top.is_some()) + usize::from(self.bare.is_some())
    }

    /// Whether an error that stands there would be kept, and not only counted.
    #[inline]
    pub(crate) fn has_room(&self, at: At) -> bool {
        at != At::Item || self.errors.len() - self.own() < self.most
    }

    /// Takes in the error of an object, if it has one.
    #[inline]
    pub(crate) fn put(&mut self, object: &Object<'a>, place: ObjectPlace) {
        let Some(code) = object.code() else { return };
        if !self.has_room(object.at) {
            self.more += 1;
            return;
        }
        // Of two members named `Error` the last one counts.
        if object.at == At::Top
            && let Some(top) = self.top.take()
        {
            self.errors.remove(top);
        }
        match object.at {
            At::Bare => self.bare = Some(self.errors.len()),
            At::Top => self.top = Some(self.errors.len()),
            At::Item => {}
        }
        let ObjectPlace { span, pointer } = place;
        if self.errors.is_empty() {
            // Most responses have one error, and it is made where it stays.
            self.errors = vec![Located { pointer, span, error: object.error_of(code) }];
        } else {
            self.errors.push(Located { pointer, span, error: object.error_of(code) });
        }
    }

    /// The errors in the order of the body, and how many more there were.
    #[inline]
    pub(crate) fn finish(mut self) -> (Vec<Located<ApiError<'a>>>, usize) {
        if self.errors.len() > 1 {
            self.settle();
        }
        (self.errors, self.more)
    }

    /// Lets go of the last items past the limit, now that it is known how many others there are.
    #[cold]
    fn settle(&mut self) {
        let Self { errors, top, bare, most, more } = self;
        let own = [*top, *bare];
        let mut room = most.saturating_sub(own.iter().flatten().count());
        let mut index = 0;
        errors.retain(|_| {
            let is_own = own.contains(&Some(index));
            index += 1;
            let stays = is_own || room > 0;
            if !stays {
                *more += 1;
            } else if !is_own {
                room -= 1;
            }
            stays
        });
        errors.sort_by_key(|located| located.span.start);
    }
}

/// Every error of a response, and where reading it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors<'a> {
    /// The errors that have a code, in the order of the body.
    pub errors: Vec<Located<ApiError<'a>>>,
    /// Errors past [`Limits::errors`], which are counted and not kept.
    pub more: usize,
    /// Where the body stopped being JSON; what stands before it was read.
    pub fault: Option<Fault>,
}

/// Reads every error of a response: the bare one, and each one under `Error` at any depth.
///
/// ```
/// let body = br#"{"TrackActionResults": [
///     {"InputId": "1"},
///     {"InputId": "2", "Error": {"ErrorCode": "COLLECTION_INVALID_ID", "Description": "no"}}
/// ]}"#;
/// let found = groove_error::errors(body);
/// assert_eq!(found.errors[0].pointer.as_deref(), Some("/TrackActionResults/1/Error"));
/// assert_eq!(found.errors[0].error.code, groove_error::Code::CollectionInvalidId);
/// ```
pub fn errors(body: &[u8]) -> Errors<'_> {
    let mut scan = Scan::new(body, 0);
    let mut kept = Kept::new(&Limits::default());
    while let Some(at) = scan.next() {
        let object = scan.object();
        if object.has_code() {
            kept.put(object, scan.place(kept.has_room(at)));
        }
    }
    let (errors, more) = kept.finish();
    Errors { errors, more, fault: scan.fault().cloned() }
}

/// How sure it is that this body is a Groove response with an error.
pub fn likeness(body: &[u8]) -> Likeness {
    let mut scan = Scan::new(body, 0);
    let mut likeness = Likeness::No;
    while scan.next().is_some() {
        let members = &scan.object().members;
        // `ErrorCode` is spelt so by no other service here; `Description` and `Message` alone
        // could be anybody's.
        if members.get(CODE).is_some() {
            return Likeness::Sure;
        }
        if members.get(DESCRIPTION).is_some() || members.get(MESSAGE).is_some() {
            likeness = Likeness::Shape;
        }
    }
    likeness
}

impl<'a> ApiError<'a> {
    /// Reads the response's own error, which is the body or stands under its `Error`; where it
    /// has none, the first one of its items. Whatever else is wrong with the body, an error is
    /// given where its code was found.
    ///
    /// # Errors
    ///
    /// [`ReadError::Fault`] where the body stops being JSON before a code was found,
    /// [`ReadError::Absent`] where it has none.
    pub fn from_json(body: &'a [u8]) -> Result<Self, ReadError> {
        let mut scan = Scan::new(body, 0);
        let mut best: Option<(At, Self)> = None;
        let mut absent = None;
        while let Some(at) = scan.next() {
            let object = scan.object();
            if at == At::Bare
                && let Some(code) = object.code()
            {
                return Ok(object.error_of(code));
            }
            // Of two members named `Error` the last one counts, and of items the first one.
            let beats = best.as_ref().is_none_or(|(best, _)| at > *best || at == At::Top);
            if object.code().is_none() {
                absent.get_or_insert(object.place.span.clone());
            } else if beats {
                best = object.error().map(|error| (at, error));
            }
        }
        match best {
            Some((_, error)) => Ok(error),
            None => Err(scan.absent(absent)),
        }
    }

    /// Writes the error as the document shows it: a bare object.
    ///
    /// ```
    /// let error = groove_error::ApiError {
    ///     code: groove_error::Code::CatalogNoResult,
    ///     description: Some("Item does not exist".into()),
    ///     message: None,
    /// };
    /// let json = error.to_json();
    /// assert_eq!(json, r#"{"ErrorCode":"CATALOG_NO_RESULT","Description":"Item does not exist"}"#);
    /// assert_eq!(groove_error::ApiError::from_json(json.as_bytes()), Ok(error));
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        self.write(&mut json);
        json.finish()
    }

    /// Writes the error as responses embed it: `{"Error": …}`.
    pub fn to_json_embedded(&self) -> String {
        let mut json = Writer::new();
        json.begin_object().name(ERROR);
        self.write(&mut json);
        json.finish()
    }

    fn write(&self, json: &mut Writer) {
        json.begin_object();
        let texts =
            [Some(self.code.as_str()), self.description.as_deref(), self.message.as_deref()];
        for (name, text) in NAMES.iter().zip(texts) {
            if let Some(text) = text {
                json.member(name, text);
            }
        }
        json.end();
    }
}
