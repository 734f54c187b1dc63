//! Reading and writing the JSON form.
//!
//! ```text
//! response   = { "error": error }
//! error      = { "code": string, "message": string, "innererror"?: innererror }
//! innererror = { "code": string, "innererror"?: innererror }
//! ```
//!
//! What servers send besides, and what is read too:
//!
//! ```text
//! response   = { "error": string, "error_description"?: string, … }         token endpoints
//!            | { "odata.error": { "code": string, "message": { "lang", "value" } } }
//!            | { "code": string, "message": any, "innererror"?: innererror, … }   the error, bare
//!            | { "code": string, "innererror": innererror, … }
//!            | { "responses": [{ "body": { "error": error }, … }, …], … }   batches
//!            | { "value": [{ "error": error, … }, …], … }                   lists
//! ```
//!
//! Inner errors are walked into without recursion: those of a million levels are a list.

use std::ops::Range;

use faultbook_core::json::{Kind, Reader, Text, Writer};
use faultbook_core::{
    Fault, Likeness, Limits, Located, Member, Members, ObjectPlace, Value, common, finish_value,
    read_value,
};

use crate::chain::Chain;
use crate::{ApiError, Code, InnerError, InnerErrors, ReadError};

/// The documented members of an error besides `innererror`, in the document's order.
pub(crate) const NAMES: [&str; 2] = ["code", "message"];
pub(crate) const CODE: usize = 0;
pub(crate) const MESSAGE: usize = 1;

/// The documented members of an inner error besides `innererror`.
pub(crate) const INNER_NAMES: [&str; 1] = ["code"];

pub(crate) const ERROR: &str = "error";
pub(crate) const INNER: &str = "innererror";
/// The same as Microsoft Graph spells it.
pub(crate) const CAMEL_INNER: &str = "innerError";
/// What an inner error of Microsoft Graph has besides.
pub(crate) const DETAILS: [&str; 3] = ["date", "request-id", "client-request-id"];
const ODATA: &str = "odata.error";

/// Where an error stands in the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It is a property of the body, or the body itself.
    Top,
    /// In an element of `value`, or in the body of an element of `responses`.
    Item,
}

/// In what form an error stands there; what comes later wins over what comes earlier.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form<'a> {
    /// The body itself, where nothing stands under `error` or a name like it.
    Bare,
    /// An object under `odata.error`.
    OData,
    /// An object under `error` in another case.
    Misspelt,
    /// Something else than an object under `error`.
    Instead(Value<'a>),
    /// An object under `error`.
    Documented,
}

impl Form<'_> {
    /// Something under `error` itself beats what is only like it.
    const fn rank(&self) -> u8 {
        match self {
            Self::Bare | Self::OData => 0,
            Self::Misspelt => 1,
            Self::Instead(_) | Self::Documented => 2,
        }
    }
}

/// An error as it stands in the body, before anything is made of it.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    pub(crate) at: At,
    pub(crate) form: Form<'a>,
    /// The property's name and where it stands; of a bare error those of its first member.
    pub(crate) name: Text<'a>,
    pub(crate) name_span: Range<usize>,
    /// The value of the property, or the body.
    pub(crate) place: ObjectPlace,
    pub(crate) members: Members<'a, 2>,
    /// The message where another form keeps it: `value` of a message that is an object, or
    /// `error_description` beside an error that is a string.
    pub(crate) other_message: Option<Text<'a>>,
    /// Whether `message` is an object with `lang` and `value`, as OData has it.
    odata_message: bool,
    pub(crate) inner: Chain<Inner<'a>>,
    /// Whether its end was read: where it was not, nothing can be said to be missing.
    pub(crate) complete: bool,
}

/// What stands under `innererror`, in whatever case.
#[derive(Debug, Clone)]
pub(crate) struct Inner<'a> {
    pub(crate) name: Text<'a>,
    pub(crate) name_span: Range<usize>,
    /// Where its value begins.
    pub(crate) start: usize,
    pub(crate) content: Content<'a>,
}

#[derive(Debug, Clone)]
pub(crate) enum Content<'a> {
    /// An object. There may be as many of them as the body has room for, so only what most of
    /// them have stands in each.
    Object {
        code: Option<Member<'a>>,
        rest: Option<Box<Members<'a, 1>>>,
        /// Whether its end was read.
        complete: bool,
    },
    /// Something else than an object, and where it ends; the last of its chain.
    Other(Value<'a>, usize),
}

impl<'a> Object<'a> {
    /// One of which no member was read yet.
    const fn new(
        at: At,
        form: Form<'a>,
        name: Text<'a>,
        name_span: Range<usize>,
        place: ObjectPlace,
    ) -> Self {
        Self {
            at,
            form,
            name,
            name_span,
            place,
            members: Members::new(&NAMES),
            other_message: None,
            odata_message: false,
            inner: Chain::new(),
            complete: false,
        }
    }

    /// The typed error, where there is a code.
    pub(crate) fn error(&self) -> Option<ApiError<'a>> {
        if let Form::Instead(value) = self.form {
            let Value::String(text) = value else { return None };
            if value.is_empty_string() {
                return None;
            }
            return Some(ApiError {
                code: Code::new(text.decode()),
                message: self.other_message.map(|text| text.decode()),
                inner: InnerErrors::new(),
            });
        }
        let code = self.members.get(CODE)?.value.as_text()?;
        let message = self.members.string(MESSAGE);
        let mut inner = InnerErrors::new();
        for level in self.inner.iter() {
            let Content::Object { code, .. } = &level.content else { break };
            let code = code.as_ref().and_then(|member| member.value.as_text());
            inner.push(InnerError { code: code.map(Code::new) });
        }
        Some(ApiError {
            code: Code::new(code),
            message: message.or_else(|| self.other_message.map(|text| text.decode())),
            inner,
        })
    }

    /// Whether [`Object::error`] gives an error.
    pub(crate) fn has_code(&self) -> bool {
        match self.form {
            Form::Instead(value) => matches!(value, Value::String(_)) && !value.is_empty_string(),
            _ => self
                .members
                .get(CODE)
                .is_some_and(|member| matches!(member.value, Value::String(_) | Value::Number(_))),
        }
    }

    /// Whether nothing in it is that of an error.
    fn is_foreign(&self) -> bool {
        self.members.has_none_listed() && self.inner.len() == 0
    }

    /// Whether a body with these members is an error that stands bare: a `code` alone could be a
    /// property of anything.
    fn is_bare_error(&self) -> bool {
        let code = self.members.get(CODE).map(|member| member.value);
        let has_inner = || {
            let first = self.inner.get(0).map(|inner| &inner.content);
            matches!(first, Some(Content::Object { .. }))
        };
        code.is_some_and(|code| matches!(code, Value::String(_)) && !code.is_empty_string())
            && (self.members.get(MESSAGE).is_some() || has_inner())
    }

    /// Whether its code is one of the table's.
    fn has_documented_code(&self) -> bool {
        let code = self.members.get(CODE).and_then(|member| member.value.as_text());
        code.is_some_and(|code| Code::new(code).is_documented())
    }
}

/// A list whose elements may carry errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    /// `value`: the elements carry them.
    Value,
    /// `responses`: the `body` of the elements carries them.
    Responses,
}

/// Finds the errors of a body one after the other; that of the body itself comes last.
pub(crate) struct Scan<'a> {
    pub(crate) json: Reader<'a>,
    /// Properties of the body that are no error.
    pub(crate) beside: Members<'a, 0>,
    /// The body, where it is something else than an object.
    pub(crate) not_object: Option<(Value<'a>, Range<usize>)>,
    /// Where the body's opening brace stands.
    pub(crate) start: usize,
    /// Whether pointers are made and members kept that only judging asks for: both allocate.
    judging: bool,
    /// Members of inner errors that are documented, and of which nothing is promised.
    pub(crate) documented: &'static [&'static str],
    started: bool,
    list: Option<List>,
    item: Option<Object<'a>>,
    top: Option<Object<'a>>,
    /// What the body would be as an error that stands bare, from the first such member on.
    bare: Option<Object<'a>>,
    description: Option<Text<'a>>,
    fault: Option<Fault>,
    done: bool,
}

impl<'a> Scan<'a> {
    /// `judging`: whether each error is given its JSON Pointer and all of its members, which
    /// allocates. `duplicates`: how many names that stand twice in an object are kept for findings.
    pub(crate) fn new(body: &'a [u8], judging: bool, duplicates: usize) -> Self {
        Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            beside: Members::new(&[]),
            not_object: None,
            start: 0,
            judging,
            documented: &[],
            started: false,
            list: None,
            item: None,
            top: None,
            bare: None,
            description: None,
            fault: None,
            done: false,
        }
    }

    /// Where the body stopped being JSON.
    pub(crate) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The next error. After the last one, [`Scan::fault`] tells whether all was read.
    pub(crate) fn next(&mut self) -> Option<Object<'a>> {
        if !self.done {
            match self.walk() {
                Ok(true) => return self.item.take(),
                Ok(false) => {}
                Err(fault) => {
                    // What follows a complete body is none of it.
                    if let Some(bare) = self.bare.as_mut().filter(|bare| !bare.complete) {
                        bare.place.span.end = fault.span().start.max(bare.place.span.end);
                    }
                    self.fault = Some(fault);
                }
            }
            self.done = true;
        }
        if let Some(item) = self.item.take() {
            return Some(item);
        }
        let bare = self.bare.take().filter(Object::is_bare_error);
        let mut top = self.top.take().or(bare)?;
        if let Form::Instead(_) = top.form {
            top.other_message = self.description;
        }
        Some(top)
    }

    /// Reads on to the end of an item that has an error, or to the end of the body.
    fn walk(&mut self) -> Result<bool, Fault> {
        if !self.started {
            self.started = true;
            let Some(token) = self.json.next()? else { return Ok(false) };
            self.start = token.span.start;
            if !matches!(token.kind, Kind::ObjectStart) {
                self.not_object = Some(finish_value(&mut self.json, token)?);
            }
        }
        loop {
            if let Some(list) = self.list {
                self.element(list)?;
                if self.item.is_some() {
                    return Ok(true);
                }
                continue;
            }
            let Some(token) = self.json.next()? else { return Ok(false) };
            match (token.kind, &mut self.bare) {
                (Kind::Name(name), _) => self.property(name, token.span)?,
                // Only the end of the body can follow a property.
                (_, Some(bare)) => {
                    bare.place.span.end = token.span.end;
                    bare.complete = true;
                }
                (_, None) => {}
            }
        }
    }

    /// A property of the body.
    fn property(&mut self, name: Text<'a>, name_span: Range<usize>) -> Result<(), Fault> {
        if name == ERROR {
            return self.error(At::Top, Form::Documented, name, name_span);
        }
        if name.eq_ignore_ascii_case(ERROR) {
            return self.error(At::Top, Form::Misspelt, name, name_span);
        }
        if name == ODATA {
            return self.error(At::Top, Form::OData, name, name_span);
        }
        self.put_beside(name, name_span.clone());
        if name == "code" || name == "message" || name.eq_ignore_ascii_case(INNER) {
            return self.bare_member(name, name_span);
        }
        let list = if name == "value" {
            List::Value
        } else if name == "responses" {
            List::Responses
        } else {
            let (value, _) = read_value(&mut self.json)?;
            if let Value::String(text) = value
                && name == "error_description"
            {
                self.description = Some(text);
            }
            return Ok(());
        };
        let Some(token) = self.json.next()? else { return Ok(()) };
        if matches!(token.kind, Kind::ArrayStart) {
            self.list = Some(list);
        } else {
            finish_value(&mut self.json, token)?;
        }
        Ok(())
    }

    /// A property of the body that is one of a bare error.
    fn bare_member(&mut self, name: Text<'a>, name_span: Range<usize>) -> Result<(), Fault> {
        let mut object = self.bare.take().unwrap_or_else(|| {
            let pointer = self.judging.then(String::new);
            let place = ObjectPlace { span: self.start..self.start + 1, pointer };
            Object::new(At::Top, Form::Bare, name, name_span.clone(), place)
        });
        let read = if name == "message" {
            self.message(&mut object, name, name_span).map(|member| object.members.put(member))
        } else if name == "code" {
            Member::read(&mut self.json, name, name_span).map(|member| object.members.put(member))
        } else {
            match self.inner(&mut object, 0, name, name_span) {
                Ok(true) => self.members(&mut object, 1),
                other => other.map(|_| ()),
            }
        };
        // What was read so far may have a code.
        self.bare = Some(object);
        read
    }

    fn put_beside(&mut self, name: Text<'a>, name_span: Range<usize>) {
        self.beside.put(only_name(name, name_span));
    }

    /// An element of a list, or the list's end.
    fn element(&mut self, list: List) -> Result<(), Fault> {
        let Some(token) = self.json.next()? else {
            self.list = None;
            return Ok(());
        };
        match token.kind {
            Kind::ArrayEnd => {
                self.list = None;
                return Ok(());
            }
            Kind::ObjectStart => {}
            _ => return finish_value(&mut self.json, token).map(|_| ()),
        }
        // An element of `value` carries the error itself.
        let mut carries = list == List::Value;
        while let Some(token) = self.json.next()? {
            let Kind::Name(name) = token.kind else {
                // The end of the element, or of its body.
                if carries && list == List::Responses {
                    carries = false;
                    continue;
                }
                break;
            };
            if carries && name == ERROR {
                self.error(At::Item, Form::Documented, name, token.span)?;
            } else if !carries && name == "body" {
                let Some(token) = self.json.next()? else { break };
                if matches!(token.kind, Kind::ObjectStart) {
                    carries = true;
                } else {
                    finish_value(&mut self.json, token)?;
                }
            } else {
                read_value(&mut self.json)?;
            }
        }
        Ok(())
    }

    /// What stands under a name that is that of an error, or like it.
    fn error(
        &mut self,
        at: At,
        form: Form<'a>,
        name: Text<'a>,
        name_span: Range<usize>,
    ) -> Result<(), Fault> {
        let Some(token) = self.json.next()? else { return Ok(()) };
        let pointer = if self.judging { self.json.pointer() } else { None };
        let place = ObjectPlace { span: token.span.clone(), pointer };
        let mut object = Object::new(at, form, name, name_span, place);
        if matches!(token.kind, Kind::ObjectStart) {
            let read = self.members(&mut object, 0);
            if let Err(fault) = &read {
                // What was read so far may have a code.
                object.place.span.end = fault.span().start.max(object.place.span.end);
            }
            self.keep(object);
            return read;
        }
        let (value, span) = finish_value(&mut self.json, token)?;
        if at == At::Top && form.rank() == Form::Documented.rank() {
            object.form = Form::Instead(value);
            object.place.span = span;
            object.complete = true;
            self.keep(object);
        } else if at == At::Top {
            // No error, and so a property like any other.
            self.put_beside(object.name, object.name_span);
        }
        Ok(())
    }

    /// Keeps an error, unless there is one already that has more of a claim. Of two with the same
    /// claim the last one that has a code wins, as of all names that stand twice.
    fn keep(&mut self, object: Object<'a>) {
        if object.at == At::Item {
            let loses =
                self.item.as_ref().is_some_and(|item| item.has_code() && !object.has_code());
            if !loses && !object.is_foreign() {
                self.item = Some(object);
            }
            return;
        }
        let Some(top) = self.top.take() else {
            self.top = Some(object);
            return;
        };
        let wins = (object.form.rank(), object.has_code()) >= (top.form.rank(), top.has_code());
        let (top, loser) = if wins { (object, top) } else { (top, object) };
        // A name that stands twice is reported as such.
        if loser.name != *top.name.decode() {
            self.put_beside(loser.name, loser.name_span);
        }
        self.top = Some(top);
    }

    /// The members of the object whose brace was just read, and of all inner errors in it: of an
    /// error, or of the innermost of `open` inner errors.
    fn members(&mut self, object: &mut Object<'a>, open: usize) -> Result<(), Fault> {
        // How many inner errors are open.
        let mut depth = open;
        while let Some(token) = self.json.next()? {
            match token.kind {
                Kind::Name(name) if name.eq_ignore_ascii_case(INNER) => {
                    depth += usize::from(self.inner(object, depth, name, token.span)?);
                }
                Kind::Name(name) if depth == 0 && name == "message" => {
                    let member = self.message(object, name, token.span)?;
                    object.members.put(member);
                }
                Kind::Name(name) => {
                    let member = Member::read(&mut self.json, name, token.span)?;
                    self.put(object, depth, member);
                }
                // Only the end of an object can follow a member.
                _ => match depth.checked_sub(1) {
                    None => {
                        object.place.span.end = token.span.end;
                        object.complete = true;
                        return Ok(());
                    }
                    Some(outer) => {
                        if let Some(Inner { content: Content::Object { complete, .. }, .. }) =
                            object.inner.get_mut(outer)
                        {
                            *complete = true;
                        }
                        if depth == open {
                            return Ok(());
                        }
                        depth = outer;
                    }
                },
            }
        }
        Ok(())
    }

    /// Takes in a member of the root, or of the innermost of `depth` open inner errors.
    fn put(&self, object: &mut Object<'a>, depth: usize, member: Member<'a>) {
        let Some(index) = depth.checked_sub(1) else {
            object.members.put(member);
            return;
        };
        let Some(Inner { content: Content::Object { code, rest, .. }, .. }) =
            object.inner.get_mut(index)
        else {
            return;
        };
        if member.name == "code" {
            *code = Some(member);
        } else if self.judging && !self.documented.iter().any(|name| member.name == **name) {
            rest.get_or_insert_with(|| Box::new(Members::new(&INNER_NAMES))).put(member);
        }
    }

    /// The value of `message`: where it is an object, what stands in it under `value` is the text.
    fn message(
        &mut self,
        object: &mut Object<'a>,
        name: Text<'a>,
        name_span: Range<usize>,
    ) -> Result<Member<'a>, Fault> {
        let read = |value, span| Member { name, name_span, value, span };
        let Some(token) = self.json.next()? else {
            let end = self.json.position();
            return Ok(read(Value::Null, end..end));
        };
        object.other_message = None;
        object.odata_message = false;
        if !matches!(token.kind, Kind::ObjectStart) {
            let (value, span) = finish_value(&mut self.json, token)?;
            return Ok(read(value, span));
        }
        let start = token.span.start;
        let mut members = Members::new(&["value", "lang"]);
        let brace = members.read(&mut self.json)?;
        if let Some(Member { value: Value::String(text), .. }) = members.get(0) {
            object.other_message = Some(*text);
            object.odata_message = members.get(1).is_some();
        }
        Ok(read(Value::Object, start..brace.end))
    }

    /// What stands under `innererror`: whether it is an object, which is open now.
    ///
    /// The documented spelling beats others; of two with the same claim the last one wins.
    fn inner(
        &mut self,
        object: &mut Object<'a>,
        depth: usize,
        name: Text<'a>,
        name_span: Range<usize>,
    ) -> Result<bool, Fault> {
        if let Some(old) = object.inner.get(depth)
            && old.name != *name.decode()
        {
            // Of two spellings one is a member that nothing asks for.
            if old.name == INNER {
                let member = Member::read(&mut self.json, name, name_span)?;
                self.put(object, depth, member);
                return Ok(false);
            }
            let member = only_name(old.name, old.name_span.clone());
            self.put(object, depth, member);
        }
        object.inner.truncate(depth);
        let Some(token) = self.json.next()? else { return Ok(false) };
        let start = token.span.start;
        if matches!(token.kind, Kind::ObjectStart) {
            let content = Content::Object { code: None, rest: None, complete: false };
            object.inner.push(Inner { name, name_span, start, content });
            return Ok(true);
        }
        let (value, span) = finish_value(&mut self.json, token)?;
        let content = Content::Other(value, span.end);
        object.inner.push(Inner { name, name_span, start, content });
        Ok(false)
    }
}

/// A member of which only the name is of interest.
fn only_name(name: Text<'_>, name_span: Range<usize>) -> Member<'_> {
    let span = name_span.end..name_span.end;
    Member { name, name_span, value: Value::Null, span }
}

/// Every error of a response, and where reading it stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors<'a> {
    /// The errors that have a code: that of the body itself first, then those of elements in the
    /// order of the body.
    pub errors: Vec<Located<ApiError<'a>>>,
    /// Errors past [`Limits::errors`], which are counted and not kept.
    pub more: usize,
    /// Where the body stopped being JSON; what stands before it was read.
    pub fault: Option<Fault>,
}

impl<'a> Errors<'a> {
    pub(crate) const fn new() -> Self {
        Self { errors: Vec::new(), more: 0, fault: None }
    }

    /// Takes in the error of `object`, if it has one, so that at most `most` are kept.
    pub(crate) fn put(&mut self, object: Object<'a>, most: usize) {
        let Some(error) = object.error() else { return };
        let ObjectPlace { span, pointer } = object.place;
        // The body's own error is found last; whatever else is left out, it is kept.
        let at = if object.at == At::Top { 0 } else { self.errors.len() };
        self.errors.insert(at, Located { pointer, span, error });
        if self.errors.len() > most {
            self.errors.pop();
            self.more += 1;
        }
    }
}

/// Reads every error of a response: that of the body itself, and those of the elements of a batch
/// (`responses`) or a list (`value`).
///
/// ```
/// let body = br#"{"responses": [
///     {"id": "1", "status": 200, "body": {"name": "notes.txt"}},
///     {"id": "2", "status": 404, "body": {"error": {"code": "itemNotFound", "message": "no"}}}
/// ]}"#;
/// let found = onedrive_error::errors(body);
/// assert_eq!(found.errors[0].pointer.as_deref(), Some("/responses/1/body/error"));
/// assert_eq!(found.errors[0].error.code, onedrive_error::Code::ItemNotFound);
/// ```
pub fn errors(body: &[u8]) -> Errors<'_> {
    let most = Limits::default().errors;
    let mut scan = Scan::new(body, true, 0);
    let mut found = Errors::new();
    while let Some(object) = scan.next() {
        found.put(object, most);
    }
    found.fault = scan.fault().cloned();
    found
}

/// How sure it is that this body is a OneDrive response with an error.
///
/// An inner error, SharePoint's `odata.error`, OData's message with its language, or a documented
/// code in its place is enough to be sure. `error` with a `message` in it could be anybody's, and an
/// `error` that is a string is what any token endpoint sends (RFC 6749 section 5.2). Of an error
/// that stands bare only a documented code tells.
///
/// ```
/// use faultbook_core::Likeness;
/// use onedrive_error::likeness;
///
/// assert_eq!(likeness(br#"{"error": {"code": "itemNotFound"}}"#), Likeness::Sure);
/// assert_eq!(likeness(br#"{"error": {"code": "404", "message": "x"}}"#), Likeness::Shape);
/// assert_eq!(likeness(br#"{"error": "invalid_grant"}"#), Likeness::No);
/// ```
pub fn likeness(body: &[u8]) -> Likeness {
    let mut scan = Scan::new(body, false, 0);
    let mut likeness = Likeness::No;
    while let Some(object) = scan.next() {
        let has_code = object.members.get(CODE).is_some();
        let has_message = object.members.get(MESSAGE).is_some();
        let is_sure = match object.form {
            Form::Instead(_) => false,
            Form::OData => true,
            Form::Bare => object.has_documented_code(),
            Form::Misspelt | Form::Documented => {
                object.has_documented_code()
                    || object.inner.len() > 0
                    || (has_code && object.odata_message)
            }
        };
        if is_sure {
            return Likeness::Sure;
        }
        if has_message && !matches!(object.form, Form::Bare) {
            likeness = Likeness::Shape;
        }
    }
    likeness
}

impl<'a> ApiError<'a> {
    /// Reads the error of a response: that of the body itself, or else that of the first element
    /// of a batch or a list that has one. Whatever else is wrong with the body, an error is given
    /// once its code was found.
    ///
    /// An error that stands bare is given where nothing stands under `error`, and a `message` or an
    /// inner error beside its `code`. A resource may have these too: read the bodies of failing
    /// responses.
    ///
    /// # Errors
    ///
    /// [`ReadError::Fault`] where the body stops being JSON before a code was found,
    /// [`ReadError::Absent`] where it has none.
    pub fn from_json(body: &'a [u8]) -> Result<Self, ReadError> {
        let mut scan = Scan::new(body, false, 0);
        let mut item = None;
        let mut absent = None;
        while let Some(object) = scan.next() {
            if object.at == At::Top {
                match object.error() {
                    Some(error) => return Ok(error),
                    None => absent = Some(object.place.span),
                }
            } else if item.is_none() {
                item = object.error();
                absent = absent.or(Some(object.place.span));
            }
        }
        if let Some(error) = item {
            return Ok(error);
        }
        if let Some(fault) = scan.fault() {
            return Err(ReadError::Fault(fault.clone()));
        }
        Err(match absent {
            Some(at) => ReadError::Absent { span: at, expected: "an object with a `code`" },
            None => ReadError::Absent {
                span: 0..body.len(),
                expected: "an object with the one property `error`",
            },
        })
    }

    /// Writes the error as documented: one object with the one property `error`, inner errors
    /// inside each other.
    ///
    /// ```
    /// use onedrive_error::{ApiError, Code, InnerErrors};
    ///
    /// let error = ApiError {
    ///     code: Code::InvalidRange,
    ///     message: Some("Bytes overlap.".into()),
    ///     inner: InnerErrors::from_iter([Code::FragmentOverlap]),
    /// };
    /// let json = error.to_json();
    /// assert_eq!(
    ///     json,
    ///     concat!(
    ///         r#"{"error":{"code":"invalidRange","message":"Bytes overlap.","#,
    ///         r#""innererror":{"code":"fragmentOverlap"}}}"#,
    ///     ),
    /// );
    /// assert_eq!(ApiError::from_json(json.as_bytes()), Ok(error));
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.begin_object().name(ERROR).begin_object().member("code", self.code.as_str());
        if let Some(message) = &self.message {
            json.member("message", message);
        }
        for inner in &self.inner {
            json.name(INNER).begin_object();
            if let Some(code) = &inner.code {
                json.member("code", code.as_str());
            }
        }
        for _ in &self.inner {
            json.end();
        }
        json.end().end();
        json.finish()
    }
}

/// Whether the body could be read to its end: what follows a complete document takes nothing from
/// it.
pub(crate) fn is_readable(fault: Option<&Fault>) -> bool {
    fault.is_none_or(|fault| !common::cuts(fault))
}
