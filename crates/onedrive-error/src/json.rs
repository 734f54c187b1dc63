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

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::json::{MAX_POINTER, Reader, Step, Text, Writer, pointer_push};
use faultbook_core::{
    Fault, Likeness, Limits, Located, Member, Members, ObjectPlace, Value, advanced_value, common,
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
/// The pointer to it.
const DOCUMENTED: &str = "/error";
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
    /// One of which nothing was read yet.
    #[inline]
    fn new(at: At, form: Form<'a>) -> Self {
        Self {
            at,
            form,
            name: Text::default(),
            name_span: 0..0,
            place: ObjectPlace { span: 0..0, pointer: None },
            members: Members::new(&NAMES),
            other_message: None,
            odata_message: false,
            inner: Chain::new(),
            complete: false,
        }
    }

    /// Takes in the name that was just read.
    #[inline]
    fn name(&mut self, json: &Reader<'a>) {
        self.name = json.name();
        self.name_span = json.name_span();
    }

    /// Takes in the name that was just read, and the place of the first token of its value.
    #[inline]
    fn begin(&mut self, json: &Reader<'a>, judging: Judging) {
        self.name(json);
        self.place.span = json.span();
        if judging.is_some() {
            self.place.pointer = match (self.at, self.form) {
                (At::Top, Form::Documented) => Some(Cow::Borrowed(DOCUMENTED)),
                _ => json.pointer().map(Cow::Owned),
            };
        }
    }

    /// The typed error, where there is a code.
    #[inline]
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
        Some(self.error_of(self.code()?))
    }

    /// What stands under `code`, as text.
    #[inline]
    fn code(&self) -> Option<Cow<'a, str>> {
        self.members.get(CODE)?.value.as_text()
    }

    /// The code, as text, where the error is an object under `error`.
    #[inline]
    fn documented_code(&self) -> Option<Cow<'a, str>> {
        if let Form::Documented = self.form { self.code() } else { None }
    }

    /// The typed error of an object with this code.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "measured: an error that is moved costs more")]
    fn error_of(&self, code: Cow<'a, str>) -> ApiError<'a> {
        let mut levels = self.inner.iter().map_while(|level| match &level.content {
            Content::Object { code, .. } => {
                let code = code.as_ref().and_then(|member| member.value.as_text());
                Some(InnerError { code: code.map(Code::new) })
            }
            Content::Other(..) => None,
        });
        let mut inner = InnerErrors::of(levels.next());
        if self.inner.len() > 1 {
            inner.extend(levels);
        }
        let message = self.members.string(MESSAGE);
        let message = message.or_else(|| self.other_message.map(|text| text.decode()));
        ApiError { code: Code::new(code), message, inner }
    }

    /// The pointer of the inner error at this depth, where the error's own is known. One that would
    /// be too long is not begun, so that a body that is a million deep takes linear time.
    pub(crate) fn inner_pointer(&self, depth: usize) -> Option<String> {
        // In whatever case, the names have the same length.
        if depth * INNER.len() > MAX_POINTER {
            return None;
        }
        let mut pointer = self.place.pointer.clone()?.into_owned();
        for level in self.inner.iter().take(depth + 1) {
            pointer_push(&mut pointer, &level.name.decode());
        }
        (pointer.len() <= MAX_POINTER).then_some(pointer)
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

/// How far a body was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Not at all.
    Fresh,
    /// To the end of an item with an error, or of nothing yet.
    Reading,
    /// As far as it can be.
    Read,
    /// The same, and the error of the body itself was given, or there is none.
    Given,
}

/// Whether pointers are made and members kept that only judging asks for, which allocates; and then
/// the members of inner errors that are documented and of which nothing is promised.
pub(crate) type Judging = Option<&'static [&'static str]>;

/// Finds the errors of a body one after the other; that of the body itself comes last.
pub(crate) struct Scan<'a> {
    pub(crate) json: Reader<'a>,
    /// Properties of the body that are no error.
    pub(crate) beside: Members<'a, 0>,
    /// The body, where it is something else than an object.
    pub(crate) not_object: Option<(Value<'a>, Range<usize>)>,
    /// Where the body's opening brace stands.
    pub(crate) start: usize,
    pub(crate) judging: Judging,
    stage: Stage,
    list: Option<List>,
    item: Option<Object<'a>>,
    /// The error of the body itself, where it has one. It stands here from the beginning, so that
    /// it is filled in place: moving it costs as much as reading it.
    top: Object<'a>,
    has_top: bool,
    /// What the body would be as an error that stands bare, from the first such member on.
    bare: Option<Object<'a>>,
    description: Option<Text<'a>>,
}

impl<'a> Scan<'a> {
    /// `judging`: whether each error is given its JSON Pointer and all of its members, which
    /// allocates. `duplicates`: how many names that stand twice in an object are kept for findings.
    #[inline]
    pub(crate) fn new(body: &'a [u8], judging: bool, duplicates: usize) -> Self {
        Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            beside: Members::new(&[]),
            not_object: None,
            start: 0,
            judging: judging.then_some(&[]),
            stage: Stage::Fresh,
            list: None,
            item: None,
            top: Object::new(At::Top, Form::Documented),
            has_top: false,
            bare: None,
            description: None,
        }
    }

    /// Where the body stopped being JSON.
    pub(crate) const fn fault(&self) -> Option<&Fault> {
        self.json.fault()
    }

    /// Goes to the next error, which [`Scan::object`] gives. False after the last one: then
    /// [`Scan::fault`] tells whether all was read.
    #[inline]
    pub(crate) fn next(&mut self) -> bool {
        self.item = None;
        if matches!(self.stage, Stage::Fresh | Stage::Reading) && !self.walk() {
            self.stage = Stage::Read;
        }
        if self.item.is_some() {
            return true;
        }
        if self.stage == Stage::Given {
            return false;
        }
        self.stage = Stage::Given;
        if !self.has_top {
            self.take_bare();
        } else if let Form::Instead(_) = self.top.form {
            self.top.other_message = self.description;
        }
        self.has_top
    }

    /// The same, to take something out of it.
    #[inline]
    pub(crate) fn object_mut(&mut self) -> Option<&mut Object<'a>> {
        let top = self.has_top && self.stage == Stage::Given;
        if top { Some(&mut self.top) } else { self.item.as_mut() }
    }

    /// The error that [`Scan::next`] went to.
    #[inline]
    pub(crate) fn object(&self) -> Option<&Object<'a>> {
        let top = self.has_top && self.stage == Stage::Given;
        if top { Some(&self.top) } else { self.item.as_ref() }
    }

    /// Where nothing stands under `error`, the body itself may be one.
    #[cold]
    fn take_bare(&mut self) {
        let Some(bare) = &mut self.bare else { return };
        // What follows a complete body is none of it.
        if let Some(fault) = self.json.fault()
            && !bare.complete
        {
            bare.place.span.end = fault.span().start.max(bare.place.span.end);
        }
        if let Some(bare) = self.bare.take().filter(Object::is_bare_error) {
            self.top = bare;
            self.has_top = true;
        }
    }

    /// Reads on to the end of an item that has an error: then it is true. False at the end of the
    /// body.
    #[inline]
    fn walk(&mut self) -> bool {
        if self.stage == Stage::Fresh {
            self.stage = Stage::Reading;
            let step = self.json.advance_first();
            if matches!(step, Step::Failed | Step::End) {
                return false;
            }
            self.start = self.json.span().start;
            if step != Step::ObjectStart {
                self.not_object = advanced_value(&mut self.json, step);
                // Nothing can follow but what the document must not have.
                self.json.advance();
                return false;
            }
        }
        loop {
            if let Some(list) = self.list {
                if !self.element(list) {
                    return false;
                }
                if self.item.is_some() {
                    return true;
                }
                continue;
            }
            let before = self.json.position();
            let (step, listed) = self.json.advance_listed(&[ERROR]);
            match step {
                Step::End => return false,
                Step::Failed if self.json.name_span().start < before => return false,
                // Only the end of the body has no name.
                Step::ObjectEnd => {
                    if let Some(bare) = &mut self.bare {
                        bare.place.span.end = self.json.span().end;
                        bare.complete = true;
                    }
                    self.json.advance_last();
                    return false;
                }
                _ => {
                    let is_read = if listed.is_some() {
                        self.error(At::Top, Form::Documented, step)
                    } else {
                        self.property(step)
                    };
                    if !is_read {
                        return false;
                    }
                }
            }
        }
    }

    /// A property of the body that is not named `error`, or not without escapes; `step` is what the
    /// reader gave for its value. False where that could not be read.
    #[cold]
    fn property(&mut self, step: Step) -> bool {
        let (name, name_span) = (self.json.name(), self.json.name_span());
        if name == ERROR {
            return self.error(At::Top, Form::Documented, step);
        }
        if name.eq_ignore_ascii_case(ERROR) {
            return self.error(At::Top, Form::Misspelt, step);
        }
        if name == ODATA {
            return self.error(At::Top, Form::OData, step);
        }
        self.put_beside(name, name_span);
        if name == "code" || name == "message" || name.eq_ignore_ascii_case(INNER) {
            return self.bare_member(name, step);
        }
        let list = if name == "value" {
            Some(List::Value)
        } else if name == "responses" {
            Some(List::Responses)
        } else {
            None
        };
        if list.is_some() && step == Step::ArrayStart {
            self.list = list;
            return true;
        }
        let Some((value, _)) = advanced_value(&mut self.json, step) else { return false };
        if let Value::String(text) = value
            && name == "error_description"
        {
            self.description = Some(text);
        }
        true
    }

    /// A property of the body that is one of a bare error.
    fn bare_member(&mut self, name: Text<'a>, step: Step) -> bool {
        let Self { json, judging, start, bare, .. } = self;
        // What was read so far may have a code.
        let object = bare.get_or_insert_with(|| {
            let mut object = Object::new(At::Top, Form::Bare);
            object.name(json);
            let pointer = judging.is_some().then_some(Cow::Borrowed(""));
            object.place = ObjectPlace { span: *start..*start + 1, pointer };
            object
        });
        if name == "message" {
            object.message(json, step)
        } else if name == "code" {
            object.members.put_advanced(json, step)
        } else {
            match object.inner(json, *judging, 0, step) {
                Some(true) => object.members(json, *judging, 1),
                other => other.is_some(),
            }
        }
    }

    fn put_beside(&mut self, name: Text<'a>, name_span: Range<usize>) {
        self.beside.put(only_name(name, name_span));
    }

    /// An element of a list, or the list's end. False where it could not be read.
    fn element(&mut self, list: List) -> bool {
        match self.json.advance() {
            Step::ArrayEnd => {
                self.list = None;
                return true;
            }
            Step::ObjectStart => {}
            step => return advanced_value(&mut self.json, step).is_some(),
        }
        // An element of `value` carries the error itself.
        let mut carries = list == List::Value;
        loop {
            let step = self.json.advance();
            if step == Step::Failed {
                return false;
            }
            if step == Step::ObjectEnd {
                // The end of the element, or of its body.
                if carries && list == List::Responses {
                    carries = false;
                    continue;
                }
                return true;
            }
            let name = self.json.name();
            let is_read = if carries && name == ERROR {
                self.error(At::Item, Form::Documented, step)
            } else if !carries && name == "body" && step == Step::ObjectStart {
                carries = true;
                true
            } else {
                advanced_value(&mut self.json, step).is_some()
            };
            if !is_read {
                return false;
            }
        }
    }

    /// What stands under a name that is that of an error, or like it. False where it could not be
    /// read.
    #[inline]
    fn error(&mut self, at: At, form: Form<'a>, step: Step) -> bool {
        if step == Step::ObjectStart && at == At::Top && !self.has_top {
            self.has_top = true;
            // It is `Documented` from the beginning.
            if !matches!(form, Form::Documented) {
                self.top.form = form;
            }
            self.top.begin(&self.json, self.judging);
            return self.top.read(&mut self.json, self.judging);
        }
        self.other_error(at, form, step)
    }

    /// The same where it is no object, or not the first one.
    #[cold]
    fn other_error(&mut self, at: At, form: Form<'a>, step: Step) -> bool {
        if step == Step::Failed {
            return false;
        }
        let mut object = Object::new(at, form);
        object.begin(&self.json, self.judging);
        if step == Step::ObjectStart {
            let is_read = object.read(&mut self.json, self.judging);
            self.keep(object);
            return is_read;
        }
        let Some((value, span)) = advanced_value(&mut self.json, step) else { return false };
        if at == At::Top && form.rank() == Form::Documented.rank() {
            object.form = Form::Instead(value);
            object.place.span = span;
            object.complete = true;
            self.keep(object);
        } else if at == At::Top {
            // No error, and so a property like any other.
            self.put_beside(object.name, object.name_span);
        }
        true
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
        let top = &mut self.top;
        if !self.has_top {
            self.has_top = true;
            *top = object;
            return;
        }
        let wins = (object.form.rank(), object.has_code()) >= (top.form.rank(), top.has_code());
        let loser = if wins { std::mem::replace(top, object) } else { object };
        // A name that stands twice is reported as such.
        if loser.name != *top.name.decode() {
            self.put_beside(loser.name, loser.name_span);
        }
    }

    /// Why there is no error with a code; `without`: where one without a code stands.
    #[cold]
    fn absent(&self, without: Option<Range<usize>>) -> ReadError {
        if let Some(fault) = self.fault() {
            return ReadError::Fault(fault.clone());
        }
        match without {
            Some(at) => ReadError::Absent { span: at, expected: "an object with a `code`" },
            None => ReadError::Absent {
                span: 0..self.json.body().len(),
                expected: "an object with the one property `error`",
            },
        }
    }
}

impl<'a> Object<'a> {
    /// Reads all of the error whose brace was just read.
    #[inline]
    fn read(&mut self, json: &mut Reader<'a>, judging: Judging) -> bool {
        let is_read = self.members(json, judging, 0);
        if !is_read && let Some(fault) = json.fault() {
            // What was read so far may have a code.
            self.place.span.end = fault.span().start.max(self.place.span.end);
        }
        is_read
    }

    /// The members of the object whose brace was just read, and of all inner errors in it: of an
    /// error, or of the innermost of `open` inner errors. False where they could not be read.
    #[inline]
    fn members(&mut self, json: &mut Reader<'a>, judging: Judging, open: usize) -> bool {
        // How many inner errors are open.
        let mut depth = open;
        loop {
            let before = json.position();
            let (step, listed) = json.advance_listed(&[NAMES[CODE], NAMES[MESSAGE], INNER]);
            if step == Step::ObjectEnd {
                let Some(outer) = depth.checked_sub(1) else {
                    self.place.span.end = json.span().end;
                    self.complete = true;
                    return true;
                };
                if let Some(Inner { content: Content::Object { complete, .. }, .. }) =
                    self.inner.get_mut(outer)
                {
                    *complete = true;
                }
                if depth == open {
                    return true;
                }
                depth = outer;
                continue;
            }
            let is_read = if step == Step::Failed && json.name_span().start < before {
                false
            } else if depth == 0 && listed == Some(CODE) {
                self.members.put_listed(CODE, json, step)
            } else if depth == 0 && listed == Some(MESSAGE) && step == Step::String {
                self.other_message = None;
                self.odata_message = false;
                self.members.put_listed(MESSAGE, json, step)
            } else if listed == Some(CODE) {
                self.inner_code(depth, json, step)
            } else if listed == Some(MESSAGE + 1) {
                let is_open = self.inner(json, judging, depth, step);
                depth += usize::from(is_open == Some(true));
                is_open.is_some()
            } else {
                let is_open = self.other(json, judging, depth, step);
                depth += usize::from(is_open == Some(true));
                is_open.is_some()
            };
            if !is_read {
                return false;
            }
        }
    }

    /// The code of the innermost of `depth` open inner errors.
    #[inline]
    fn inner_code(&mut self, depth: usize, json: &mut Reader<'a>, step: Step) -> bool {
        let level = depth.checked_sub(1).and_then(|index| self.inner.get_mut(index));
        let Some(Inner { content: Content::Object { code, .. }, .. }) = level else {
            return advanced_value(json, step).is_some();
        };
        if step != Step::String {
            let member = Member::advanced(json, step);
            let is_read = member.is_some();
            *code = member.or(code.take());
            return is_read;
        }
        // Written in place.
        let member = code.insert(Member {
            name: Text::default(),
            name_span: json.name_span(),
            value: Value::Null,
            span: json.span(),
        });
        member.name = json.name();
        member.value = Value::String(json.text());
        true
    }

    /// A member of another name, or of one of these written in another way: whether it is an inner
    /// error, which is open now. `None` where it could not be read.
    #[cold]
    fn other(
        &mut self,
        json: &mut Reader<'a>,
        judging: Judging,
        depth: usize,
        step: Step,
    ) -> Option<bool> {
        let name = json.name();
        if name.eq_ignore_ascii_case(INNER) {
            return self.inner(json, judging, depth, step);
        }
        if depth == 0 && name == "message" {
            return self.message(json, step).then_some(false);
        }
        self.put(judging, depth, Member::advanced(json, step)?);
        Some(false)
    }

    /// Takes in a member of the root, or of the innermost of `depth` open inner errors.
    fn put(&mut self, judging: Judging, depth: usize, member: Member<'a>) {
        let Some(index) = depth.checked_sub(1) else {
            self.members.put(member);
            return;
        };
        let Some(Inner { content: Content::Object { code, rest, .. }, .. }) =
            self.inner.get_mut(index)
        else {
            return;
        };
        if member.name == "code" {
            *code = Some(member);
        } else if judging
            .is_some_and(|documented| documented.iter().all(|name| member.name != **name))
        {
            rest.get_or_insert_with(|| Box::new(Members::new(&INNER_NAMES))).put(member);
        }
    }

    /// The value of `message`: where it is an object, what stands in it under `value` is the text.
    /// False where it could not be read.
    fn message(&mut self, json: &mut Reader<'a>, step: Step) -> bool {
        if step == Step::Failed {
            return false;
        }
        self.other_message = None;
        self.odata_message = false;
        if step != Step::ObjectStart {
            return self.members.put_advanced(json, step);
        }
        let (name, name_span, start) = (json.name(), json.name_span(), json.span().start);
        let mut members = Members::new(&["value", "lang"]);
        let Ok(brace) = members.read(json) else { return false };
        if let Some(Member { value: Value::String(text), .. }) = members.get(0) {
            self.other_message = Some(*text);
            self.odata_message = members.get(1).is_some();
        }
        let span = start..brace.end;
        self.members.put(Member { name, name_span, value: Value::Object, span });
        true
    }

    /// What stands under `innererror`: whether it is an object, which is open now. `None` where it
    /// could not be read.
    ///
    /// The documented spelling beats others; of two with the same claim the last one wins.
    #[inline]
    fn inner(
        &mut self,
        json: &mut Reader<'a>,
        judging: Judging,
        depth: usize,
        step: Step,
    ) -> Option<bool> {
        if self.inner.len() > depth && !self.inner_again(json, judging, depth, step)? {
            return Some(false);
        }
        let (name, name_span, start) = (json.name(), json.name_span(), json.span().start);
        if step == Step::ObjectStart {
            let content = Content::Object { code: None, rest: None, complete: false };
            self.inner.push(Inner { name, name_span, start, content });
            return Some(true);
        }
        let (value, span) = advanced_value(json, step)?;
        let content = Content::Other(value, span.end);
        self.inner.push(Inner { name, name_span, start, content });
        Some(false)
    }

    /// The same where one stands there already: whether the new one takes its place.
    #[cold]
    fn inner_again(
        &mut self,
        json: &mut Reader<'a>,
        judging: Judging,
        depth: usize,
        step: Step,
    ) -> Option<bool> {
        if let Some(old) = self.inner.get(depth)
            && old.name != *json.name().decode()
        {
            // Of two spellings one is a member that nothing asks for.
            if old.name == INNER {
                let member = Member::advanced(json, step)?;
                self.put(judging, depth, member);
                return Some(false);
            }
            let member = only_name(old.name, old.name_span.clone());
            self.put(judging, depth, member);
        }
        self.inner.truncate(depth);
        Some(true)
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

    /// Takes in the error of `object`, if it has one, so that at most `most` are kept. The object
    /// has no pointer any more.
    #[inline]
    pub(crate) fn put(&mut self, object: &mut Object<'a>, most: usize) {
        let span = object.place.span.clone();
        let pointer = object.place.pointer.take();
        if self.errors.is_empty()
            && let Some(code) = object.documented_code()
        {
            // Most responses have one error, and it is made where it stays.
            self.errors = vec![Located { pointer, span, error: object.error_of(code) }];
        } else if let Some(error) = object.error() {
            // The body's own error is found last; whatever else is left out, it is kept.
            let at = if object.at == At::Top { 0 } else { self.errors.len() };
            self.errors.insert(at, Located { pointer, span, error });
        }
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
    while scan.next() {
        if let Some(object) = scan.object_mut() {
            found.put(object, most);
        }
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
    while scan.next() {
        let Some(object) = scan.object() else { break };
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
        while scan.next() {
            let Some(object) = scan.object() else { break };
            if object.at == At::Top {
                if let (Form::Documented, Some(code)) = (object.form, object.code()) {
                    return Ok(object.error_of(code));
                }
                match object.error() {
                    Some(error) => return Ok(error),
                    None => absent = Some(object.place.span.clone()),
                }
            } else if item.is_none() {
                item = object.error();
                absent = absent.or(Some(object.place.span.clone()));
            }
        }
        item.ok_or_else(|| scan.absent(absent))
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
