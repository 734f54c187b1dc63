//! Reading and writing the JSON form.
//!
//! ```text
//! error    = { "ErrorCode": string, "Description": string, "Message"?: string }
//! response = error | { …, "Error": error, … }        at any depth, as in the items of a list
//! ```

use std::ops::Range;

use faultbook_core::json::{Kind, Reader, Text, Writer};
use faultbook_core::{
    Fault, Likeness, Limits, Located, Member, Members, ObjectPlace, Value, common, finish_value,
};

use crate::{ApiError, Code, ReadError};

/// The member that a response has its error under.
pub(crate) const ERROR: &str = "Error";

/// The documented members of an error, in the document's order.
pub(crate) const NAMES: [&str; 3] = ["ErrorCode", "Description", "Message"];
pub(crate) const CODE: usize = 0;
pub(crate) const DESCRIPTION: usize = 1;
pub(crate) const MESSAGE: usize = 2;

/// Where an error object stands in the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It is the body.
    Bare,
    /// Under `Error` of the body.
    Top,
    /// Under `Error` deeper in the body, as in an item of a list.
    Item,
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
    /// The typed error, where there is a code.
    pub(crate) fn error(&self) -> Option<ApiError<'a>> {
        let code = self.members.get(CODE)?.value.as_text()?;
        Some(ApiError {
            code: Code::new(code),
            description: self.members.string(DESCRIPTION),
            message: self.members.string(MESSAGE),
        })
    }
}

/// Finds the error objects of a body one after the other; the bare one comes last.
///
/// An error's own members are not searched for further errors.
pub(crate) struct Scan<'a> {
    pub(crate) json: Reader<'a>,
    body: &'a [u8],
    /// The first token of the body.
    first: Option<Range<usize>>,
    /// The members of the body itself, and where it ends once that was read.
    top: Members<'a, 3>,
    top_end: Option<usize>,
    has_error: bool,
    fault: Option<Fault>,
    done: bool,
}

impl<'a> Scan<'a> {
    /// `duplicates`: how many names that stand twice in an object are kept for findings.
    pub(crate) fn new(body: &'a [u8], duplicates: usize) -> Self {
        Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            body,
            first: None,
            top: Members::new(&NAMES),
            top_end: None,
            has_error: false,
            fault: None,
            done: false,
        }
    }

    /// Where the body stopped being JSON.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The first token of the body, once that was read.
    pub(crate) fn first(&self) -> Option<Range<usize>> {
        self.first.clone()
    }

    /// The next error object. After the last one, [`Scan::fault`] tells whether all was read.
    pub(crate) fn next(&mut self) -> Option<Object<'a>> {
        if self.done {
            return None;
        }
        match self.walk() {
            Ok(Some(object)) => return Some(object),
            Ok(None) => {}
            Err(fault) => self.fault = Some(fault),
        }
        self.done = true;
        self.bare()
    }

    /// The JSON Pointer of the object that [`Scan::next`] just gave. Apart from reading, since it
    /// allocates, and at the longest takes 4,096 bytes for an object of a dozen.
    pub(crate) fn pointer(&self, object: &Object<'a>) -> Option<String> {
        if object.at == At::Bare {
            return Some(String::new());
        }
        if object.complete {
            // The reader stands at the object's end.
            return self.json.pointer();
        }
        // It stands somewhere inside: this is the body's last object, so it is looked for once.
        let mut json = Reader::new(self.body);
        while let Ok(Some(token)) = json.next() {
            if token.span.start == object.place.span.start {
                return json.pointer();
            }
        }
        None
    }

    fn walk(&mut self) -> Result<Option<Object<'a>>, Fault> {
        while let Some(token) = self.json.next()? {
            match token.kind {
                Kind::Name(name) if name.eq_ignore_ascii_case(ERROR) => {
                    if let Some(object) = self.error(name, token.span)? {
                        return Ok(Some(object));
                    }
                }
                Kind::Name(name) if self.json.depth() == 1 => self.top_member(name, token.span)?,
                Kind::ObjectEnd if self.json.depth() == 0 => self.top_end = Some(token.span.end),
                _ => {
                    self.first.get_or_insert(token.span);
                }
            }
        }
        Ok(None)
    }

    /// A member of the body itself: it may turn out to be a bare error. Other values are walked
    /// into, since errors may stand in them.
    fn top_member(&mut self, name: Text<'a>, name_span: Range<usize>) -> Result<(), Fault> {
        if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            self.top.put(Member::read(&mut self.json, name, name_span)?);
        } else {
            self.put_other(name, name_span);
        }
        Ok(())
    }

    /// Takes note of a member of the body of which only the name is of interest.
    fn put_other(&mut self, name: Text<'a>, name_span: Range<usize>) {
        let span = name_span.end..name_span.end;
        self.top.put(Member { name, name_span, value: Value::Null, span });
    }

    /// What stands under `Error`: anything but `null` is an error, if not always an object. Under
    /// that name in another case it takes an object with a code to be one.
    fn error(
        &mut self,
        name: Text<'a>,
        name_span: Range<usize>,
    ) -> Result<Option<Object<'a>>, Fault> {
        let at = if self.json.depth() == 1 { At::Top } else { At::Item };
        let exact = name == ERROR;
        let Some(token) = self.json.next()? else { return Ok(None) };
        let start = token.span.start;
        let mut end = token.span.end;
        let mut members = Members::new(&NAMES);
        let mut instead = None;
        let mut complete = true;
        match token.kind {
            Kind::ObjectStart => match members.read(&mut self.json) {
                Ok(brace) => end = brace.end,
                // The reader gives the same fault again when the walk goes on.
                Err(fault) => {
                    complete = false;
                    end = fault.span().start.max(end);
                }
            },
            Kind::Null => return Ok(None),
            _ if exact => {
                let (value, span) = finish_value(&mut self.json, token)?;
                instead = Some(value);
                end = span.end;
            }
            _ => {}
        }
        let has_code = members.get(CODE).or(members.misspelt(CODE)).is_some();
        if !(exact || has_code) {
            if at == At::Top {
                self.put_other(name, name_span);
            }
            return Ok(None);
        }
        self.has_error |= at == At::Top;
        Ok(Some(Object {
            at,
            place: ObjectPlace { span: start..end, pointer: None },
            members,
            instead,
            misspelt: (!exact).then_some((name, name_span)),
            complete,
        }))
    }

    /// The body itself as an error object: when it has an `ErrorCode`, or nothing but documented
    /// members, of which `ErrorCode` may be misspelt. Among other members, a `Description` makes
    /// no error.
    fn bare(&self) -> Option<Object<'a>> {
        let top = &self.top;
        let spelt = top.get(DESCRIPTION).or(top.get(MESSAGE)).or(top.misspelt(CODE)).is_some();
        let nothing_else = self.top_end.is_some() && !self.has_error && top.other_count() == 0;
        if !(top.get(CODE).is_some() || nothing_else && spelt) {
            return None;
        }
        let start = self.first.as_ref()?.start;
        let cut = || self.fault.as_ref().map_or(self.body.len(), |fault| fault.span().start);
        Some(Object {
            at: At::Bare,
            place: ObjectPlace { span: start..self.top_end.unwrap_or_else(cut), pointer: None },
            members: top.clone(),
            instead: None,
            misspelt: None,
            complete: self.top_end.is_some(),
        })
    }
}

/// The errors of a response: its own one is kept, however many items have come before it.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    bare: Option<Located<ApiError<'a>>>,
    top: Option<Located<ApiError<'a>>>,
    items: Vec<Located<ApiError<'a>>>,
    most: usize,
    more: usize,
}

impl<'a> Kept<'a> {
    pub(crate) const fn new(limits: &Limits) -> Self {
        Self { bare: None, top: None, items: Vec::new(), most: limits.errors, more: 0 }
    }

    /// Whether an error that stands there would be kept, and not only counted.
    pub(crate) fn has_room(&self, at: At) -> bool {
        at != At::Item || self.items.len() < self.most
    }

    pub(crate) fn put(&mut self, at: At, place: ObjectPlace, error: ApiError<'a>) {
        let located = Located { pointer: place.pointer, span: place.span, error };
        match at {
            At::Bare => self.bare = Some(located),
            // Of two members named `Error` the last one counts.
            At::Top => self.top = Some(located),
            At::Item if self.has_room(at) => self.items.push(located),
            At::Item => self.more += 1,
        }
    }

    /// The errors in the order of the body, and how many more there were.
    pub(crate) fn finish(self) -> (Vec<Located<ApiError<'a>>>, usize) {
        let Self { bare, top, items: mut errors, most, more } = self;
        let own = usize::from(bare.is_some()) + usize::from(top.is_some());
        let over = (errors.len() + own).saturating_sub(most.max(own));
        errors.truncate(errors.len() - over);
        errors.extend(bare.into_iter().chain(top));
        errors.sort_by_key(|located| located.span.start);
        (errors, more + over)
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
    while let Some(mut object) = scan.next() {
        let Some(error) = object.error() else { continue };
        if kept.has_room(object.at) {
            object.place.pointer = scan.pointer(&object);
        }
        kept.put(object.at, object.place, error);
    }
    let (errors, more) = kept.finish();
    Errors { errors, more, fault: scan.fault().cloned() }
}

/// How sure it is that this body is a Groove response with an error.
pub fn likeness(body: &[u8]) -> Likeness {
    let mut scan = Scan::new(body, 0);
    let mut likeness = Likeness::No;
    while let Some(object) = scan.next() {
        let members = &object.members;
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
        let (mut bare, mut top, mut item, mut absent) = (None, None, None, None);
        while let Some(object) = scan.next() {
            match (object.error(), object.at) {
                (Some(error), At::Bare) => bare = Some(error),
                // Of two members named `Error` the last one counts.
                (Some(error), At::Top) => top = Some(error),
                (Some(error), At::Item) => item = item.or(Some(error)),
                (None, _) => absent = absent.or(Some(object.place.span)),
            }
        }
        if let Some(error) = bare.or(top).or(item) {
            return Ok(error);
        }
        match (scan.fault(), absent) {
            (Some(fault), _) if common::cuts(fault) => Err(ReadError::Fault(fault.clone())),
            (_, Some(place)) => {
                Err(ReadError::Absent { span: place, expected: "a code in `ErrorCode`" })
            }
            _ => Err(ReadError::Absent {
                span: 0..body.len(),
                expected: "an object with `ErrorCode`, bare or under `Error`",
            }),
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
