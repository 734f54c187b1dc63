//! Reading and writing the JSON form.
//!
//! ```text
//! response = { "error": error }
//! error    = { "errorCode": string, "errorAction": string, "errorType": string,
//!              "errorMessage": string }
//! older    = { "code": string, text: string }             in the place of error
//! text     = "message" | "text" | "value"
//! ```
//!
//! An error that stands elsewhere is looked for in the body itself, in its members and in the items
//! of its arrays, not deeper: what lies deeper is the data of an answer.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::json::{Reader, Step, Text, Writer};
use faultbook_core::{
    Fault, Finding, Findings, Likeness, Located, Member, Members, Place, ReadError, Value,
    advanced_value, common, quoted,
};

use crate::object::{
    ACTION, At, CODE, Held, MESSAGE, Misspelt, NAMES, OLDER_TEXTS, OTHER_API, OTHER_FAILED,
    OTHER_STATUS, Object, OtherApi, Part, Pointer, TELLING_PARTS, TYPE, step,
};
use crate::{ApiError, Code, rules};

/// The object that holds the error, and the pointer to it.
const ERROR: &str = "error";
const DOCUMENTED: &str = "/error";
/// The members of the older shape: the code, and what its message may be called; the first one
/// that is there is it.
const OLDER: [&str; 4] = ["code", "message", OLDER_TEXTS[0], OLDER_TEXTS[1]];

/// A name and where it stands.
type Name<'a> = (Text<'a>, Range<usize>);

/// By which way an object is reached from the body.
#[derive(Debug, Clone, Copy)]
enum Way<'a> {
    /// It is the body.
    Body,
    /// It stands under `error`.
    Error,
    /// It stands under another name, or in an array there.
    Elsewhere(Text<'a>, Option<usize>),
}

impl Way<'_> {
    fn pointer(self) -> Option<Pointer> {
        let body = Cow::Borrowed("");
        match self {
            Self::Body => Some(body),
            Self::Error => Some(Cow::Borrowed(DOCUMENTED)),
            Self::Elsewhere(name, None) => step(Some(&body), &name.decode()),
            Self::Elsewhere(name, Some(index)) => {
                step(step(Some(&body), &name.decode()).as_ref(), &index.to_string())
            }
        }
    }
}

/// An object that may be an error, as it is read.
#[derive(Debug)]
struct Found<'a> {
    way: Way<'a>,
    /// What it is named by: the member's name; the brace of the body itself.
    name: Range<usize>,
    /// Its opening brace.
    head: Range<usize>,
    /// All of it; up to where reading stopped where it is cut.
    span: Range<usize>,
    members: Members<'a, 4>,
    /// The members of the older shape.
    older: [Option<Member<'a>>; OLDER.len()],
    has_older: bool,
    /// The members of the older shape that are taken for the code and for the message, where the
    /// documented code is not there.
    legacy: Option<Member<'a>>,
    legacy_message: Option<(&'static str, Member<'a>)>,
    /// The first member that does not belong into an error.
    unexpected: Option<Name<'a>>,
    /// Whether its end was read.
    complete: bool,
}

impl<'a> Found<'a> {
    #[inline]
    fn new(way: Way<'a>, head: Range<usize>, name: Range<usize>) -> Self {
        Self {
            way,
            name,
            span: head.start..head.end,
            head,
            members: Members::new(&NAMES),
            older: [const { None }; OLDER.len()],
            has_older: false,
            legacy: None,
            legacy_message: None,
            unexpected: None,
            complete: false,
        }
    }

    /// Reads the members of the object that was just opened, up to its end. False where that could
    /// not be read.
    #[inline]
    fn read(&mut self, json: &mut Reader<'a>) -> bool {
        let is_read = loop {
            let (step, listed) = json.advance_listed(&NAMES);
            if step == Step::ObjectEnd {
                self.span.end = json.span().end;
                self.complete = true;
                break true;
            }
            let is_read = match listed {
                Some(index) => self.members.put_listed(index, json, step),
                None => self.other(json, step),
            };
            if !is_read {
                self.span.end = json.position().max(self.span.end);
                break false;
            }
        };
        if self.has_older {
            self.settle();
        }
        is_read
    }

    /// Takes in a member of another name, or of one of these written in another way.
    #[cold]
    fn other(&mut self, json: &mut Reader<'a>, step: Step) -> bool {
        let Some(member) = Member::advanced(json, step) else { return false };
        let slot = self.older.iter_mut().zip(OLDER).find(|(_, name)| member.name == **name);
        if let Some((slot, _)) = slot {
            *slot = Some(member);
            self.has_older = true;
        } else {
            self.members.put(member);
            self.unexpected = self.members.first_other();
        }
        true
    }

    /// The members of the older shape count where the documented code is not there.
    #[cold]
    fn settle(&mut self) {
        let members = &self.members;
        let mut rest = OLDER.into_iter().zip(&mut self.older);
        if members.get(CODE).is_none()
            && (CODE..=MESSAGE).all(|index| members.misspelt(index).is_none())
            && let Some((_, code)) = rest.next()
            && let Some(code) = code.take()
        {
            self.legacy = Some(code);
            if members.get(MESSAGE).is_none() {
                self.legacy_message = rest.find_map(|(name, slot)| Some((name, slot.take()?)));
            }
        }
        // Beside a documented code they are unexpected, as is a second message.
        for member in self.older.iter_mut().filter_map(Option::take) {
            let later = |other: &Name<'a>| other.1.start > member.name_span.start;
            if self.unexpected.as_ref().is_none_or(later) {
                self.unexpected = Some((member.name, member.name_span));
            }
        }
    }

    /// A part and the last step of its pointer.
    #[inline]
    fn part(&self, index: usize) -> Option<(&'static str, &Member<'a>)> {
        if let Some(code) = &self.legacy {
            match (index, &self.legacy_message) {
                (CODE, _) => return Some((OLDER[0], code)),
                (MESSAGE, Some((name, message))) => return Some((name, message)),
                _ => {}
            }
        }
        Some((NAMES.get(index)?, self.members.get(index)?))
    }

    /// Whether an object that is not named `error` is one all the same.
    fn is_telling(&self) -> bool {
        let count = (CODE..=MESSAGE).filter(|&index| self.members.get(index).is_some()).count();
        self.legacy.is_none() && (self.members.get(CODE).is_some() || count >= TELLING_PARTS)
    }

    /// The code, as text.
    #[inline]
    fn code(&self) -> Option<Cow<'a, str>> {
        self.part(CODE)?.1.value.as_text()
    }

    /// The typed error with this code.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "measured: an error that is moved costs more")]
    fn error_of(&self, code: Cow<'a, str>) -> ApiError<'a> {
        let text = |index| self.part(index)?.1.value.as_string();
        let (action, error_type, message) = (text(ACTION), text(TYPE), text(MESSAGE));
        ApiError { code: Code::new(code), action, error_type, message }
    }

    /// Whether no rule has anything to say of it but, perhaps, of its code: it stands under `error`,
    /// and is four texts.
    fn is_plain(&self) -> bool {
        matches!(self.way, Way::Error)
            && self.complete
            && !self.has_older
            && self.members.are_just_texts(NAMES.len())
    }

    /// The same in the form that both encodings have; with its pointer where `judging`.
    fn object(&self, judging: bool) -> Object<'a> {
        let at = match self.way {
            Way::Error => At::Documented,
            Way::Body | Way::Elsewhere(..) => At::Outside,
        };
        let mut object = Object::new(at, self.head.clone(), self.name.clone());
        object.span = self.span.clone();
        object.pointer = if judging { self.way.pointer() } else { None };
        object.legacy = self.legacy.as_ref().map(|code| code.name_span.clone());
        object.complete = self.complete;
        for index in CODE..=MESSAGE {
            if let Some((step, member)) = self.part(index) {
                object.set(index, part(member, step));
            }
            if let Some(member) = self.members.misspelt(index) {
                let (name, span) = (member.name.decode(), member.name_span.clone());
                object.set_misspelt(index, Misspelt { name, span, attribute: false });
            }
        }
        object
    }
}

fn part<'a>(member: &Member<'a>, step: &'static str) -> Part<'a> {
    let held = match member.value.as_string() {
        Some(text) => Held::Text(text),
        None => Held::Other(member.value),
    };
    Part { held, span: member.span.clone(), step }
}

/// What was found in a body.
#[derive(Debug)]
pub(crate) struct Scan<'a, 'f> {
    pub(crate) json: Reader<'a>,
    /// Where it goes what is wrong inside the error; nowhere when only the error is wanted.
    findings: Option<&'f mut Findings>,
    /// The object under `error`.
    error: Option<Found<'a>>,
    /// What stands under `error` instead.
    instead: Option<(Value<'a>, Range<usize>)>,
    /// The first object of another name that is an error.
    elsewhere: Option<Found<'a>>,
    /// The opening brace of the body itself.
    brace: Range<usize>,
    /// The body itself, where it has a documented name.
    top: Option<Found<'a>>,
    /// The first member beside `error`.
    beside: Option<Name<'a>>,
    /// The answer of the other API.
    pub(crate) other_api: Option<OtherApi>,
}

impl<'a, 'f> Scan<'a, 'f> {
    /// Nothing read yet.
    #[inline]
    pub(crate) fn new(body: &'a [u8], findings: Option<&'f mut Findings>) -> Self {
        let duplicates = findings.as_ref().map_or(0, |findings| findings.limit());
        Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            findings,
            error: None,
            instead: None,
            elsewhere: None,
            brace: 0..0,
            top: None,
            beside: None,
            other_api: None,
        }
    }

    /// Reads the whole body.
    #[inline]
    pub(crate) fn read(&mut self) {
        self.walk();
        if self.findings.is_some() {
            self.finish();
        }
    }

    /// Where the body stopped being JSON.
    pub(crate) const fn fault(&self) -> Option<&Fault> {
        self.json.fault()
    }

    /// The error, wherever it stands.
    #[inline]
    fn found(&self) -> Option<&Found<'a>> {
        let top = || self.top.as_ref().filter(|top| top.is_telling());
        self.error.as_ref().or(self.elsewhere.as_ref()).or_else(top)
    }

    /// The same in the form that both encodings have.
    pub(crate) fn object(&self) -> Option<Object<'a>> {
        Some(self.found()?.object(self.findings.is_some()))
    }

    /// The code of a body of which no rule has anything to say but, perhaps, of its code.
    pub(crate) fn plain_code(&self) -> Option<Cow<'a, str>> {
        let found = self.error.as_ref().filter(|found| found.is_plain())?;
        if self.other_api.is_some() || self.fault().is_some() {
            return None;
        }
        found.code()
    }

    /// The error of such a body.
    #[inline]
    pub(crate) fn plain(&self, code: Cow<'a, str>) -> Vec<Located<ApiError<'a>>> {
        let Some(found) = &self.error else { return Vec::new() };
        let pointer = Some(Cow::Borrowed(DOCUMENTED));
        let span = found.span.clone();
        vec![Located { pointer, span, error: found.error_of(code) }]
    }

    /// Whether something stands in the place of an error.
    pub(crate) fn has_error(&self) -> bool {
        self.found().is_some() || self.instead.is_some()
    }

    /// Where an error is expected and none stands.
    pub(crate) fn head(&self) -> Range<usize> {
        self.error.as_ref().map_or(&self.brace, |object| &object.head).clone()
    }

    #[inline]
    fn walk(&mut self) {
        let step = self.json.advance_first();
        let is_read = if step == Step::ObjectStart {
            let start = self.json.span().start;
            self.brace = start..start + 1;
            self.members()
        } else {
            advanced_value(&mut self.json, step).is_some()
        };
        if is_read {
            self.json.advance_last();
        }
    }

    /// The members of the body. False where their end could not be read.
    #[inline]
    fn members(&mut self) -> bool {
        loop {
            let before = self.json.position();
            let (step, listed) = self.json.advance_listed(&[ERROR]);
            if step == Step::ObjectEnd {
                if let Some(top) = &mut self.top {
                    top.span.end = self.json.span().end;
                    top.complete = true;
                }
                return true;
            }
            let is_read = if step == Step::Failed {
                self.failed(before)
            } else if listed.is_some() {
                self.error_member(step)
            } else {
                self.other_member(step)
            };
            if !is_read {
                if let Some(top) = &mut self.top {
                    top.span.end = self.json.position().max(top.span.end);
                }
                return false;
            }
        }
    }

    /// What the grammar does not allow was read: behind the name of a member, if that begins from
    /// `before` on.
    #[cold]
    fn failed(&mut self, before: usize) -> bool {
        let (name, span) = (self.json.name(), self.json.name_span());
        if span.start >= before && name != ERROR {
            self.beside.get_or_insert((name, span.clone()));
            if name == OTHER_API {
                self.other_api = Some(OtherApi { span, failed: false });
            }
        }
        false
    }

    /// A member of the body that is not named `error`, or not without escapes.
    #[cold]
    fn other_member(&mut self, step: Step) -> bool {
        let (name, span) = (self.json.name(), self.json.name_span());
        if name == ERROR {
            return self.error_member(step);
        }
        self.beside.get_or_insert((name, span.clone()));
        if name == OTHER_API {
            return self.other_api_member(span, step);
        }
        if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            let brace = &self.brace;
            let top =
                self.top.get_or_insert_with(|| Found::new(Way::Body, brace.clone(), brace.clone()));
            return top.members.put_advanced(&mut self.json, step);
        }
        self.elsewhere_member((name, span), step)
    }

    /// The value of `error`.
    #[inline]
    fn error_member(&mut self, step: Step) -> bool {
        if step != Step::ObjectStart {
            return self.instead(step);
        }
        let (name, brace) = (self.json.name_span(), self.json.span());
        let found = self.error.insert(Found::new(Way::Error, brace, name));
        let is_read = found.read(&mut self.json);
        self.instead = None;
        if found.unexpected.is_some() {
            self.unexpected();
        }
        is_read
    }

    /// What stands under `error` is no object.
    #[cold]
    fn instead(&mut self, step: Step) -> bool {
        let Some(instead) = advanced_value(&mut self.json, step) else { return false };
        self.instead = Some(instead);
        self.error = None;
        true
    }

    /// Something stands in the error that does not belong there.
    #[cold]
    fn unexpected(&mut self) {
        let unexpected = self.error.as_ref().and_then(|found| found.unexpected.clone());
        if let (Some(findings), Some((name, span))) = (self.findings.as_deref_mut(), unexpected) {
            let name = name.decode();
            let place = Place::value(span, step(Way::Error.pointer().as_ref(), &name));
            findings.push(Finding::new(&rules::UNEXPECTED_CONTENT, place, quoted(&name)));
        }
    }

    /// The value of `subsonic-response`.
    fn other_api_member(&mut self, name: Range<usize>, step: Step) -> bool {
        let answer = self.other_api.insert(OtherApi { span: name, failed: false });
        if step != Step::ObjectStart {
            return advanced_value(&mut self.json, step).is_some();
        }
        loop {
            let step = self.json.advance();
            if step == Step::ObjectEnd {
                return true;
            }
            let Some(member) = Member::advanced(&mut self.json, step) else { return false };
            if member.name == OTHER_STATUS {
                answer.failed =
                    matches!(member.value, Value::String(status) if status == OTHER_FAILED);
            }
        }
    }

    /// The value of a member of another name, which may hold the parts of an error.
    fn elsewhere_member(&mut self, (name, span): Name<'a>, step: Step) -> bool {
        match step {
            Step::ObjectStart => self.elsewhere(Way::Elsewhere(name, None), span),
            Step::ArrayStart => {
                for index in 0.. {
                    let step = self.json.advance();
                    let is_read = match step {
                        Step::ArrayEnd => break,
                        Step::ObjectStart => {
                            self.elsewhere(Way::Elsewhere(name, Some(index)), span.clone())
                        }
                        _ => advanced_value(&mut self.json, step).is_some(),
                    };
                    if !is_read {
                        return false;
                    }
                }
                true
            }
            _ => advanced_value(&mut self.json, step).is_some(),
        }
    }

    fn elsewhere(&mut self, way: Way<'a>, name: Range<usize>) -> bool {
        if self.elsewhere.is_some() {
            return self.json.skip_container().is_ok();
        }
        let found = self.elsewhere.insert(Found::new(way, self.json.span(), name));
        let is_read = found.read(&mut self.json);
        if !found.is_telling() {
            self.elsewhere = None;
        }
        is_read
    }

    /// What can only be said when the whole body was read.
    fn finish(&mut self) {
        let Some(findings) = self.findings.as_deref_mut() else { return };
        common::duplicates(&self.json, findings);
        if let Some((value, span)) = &self.instead {
            let place = Place::value(span.clone(), Way::Error.pointer());
            findings.push(
                Finding::new(&rules::WRONG_TYPE, place, value.to_string())
                    .documented("`error` is an object"),
            );
        } else if let (Some(_), Some((name, span))) = (&self.error, &self.beside) {
            let pointer = Way::Elsewhere(*name, None).pointer();
            let place = Place::value(span.clone(), pointer);
            findings.push(Finding::new(&rules::ERROR_WITH_DATA, place, quoted(&name.decode())));
        }
    }

    /// Why there is no error with a code.
    #[cold]
    fn absent(&self) -> ReadError {
        if self.other_api.is_none()
            && let Some(fault) = self.fault().filter(|fault| common::cuts(fault))
        {
            return ReadError::Fault(fault.clone());
        }
        let expected = if self.error.is_some() {
            "a code in `errorCode`"
        } else {
            "an object with `errorCode` under `error`"
        };
        ReadError::Absent { span: self.head(), expected }
    }
}

/// How sure it is that this JSON is an Ampache response with an error.
pub(crate) fn likeness(body: &[u8]) -> Likeness {
    let mut scan = Scan::new(body, None);
    scan.read();
    if scan.other_api.is_some() {
        return Likeness::No;
    }
    let likeness = |found: &Found<'_>, inside| found.object(false).likeness(inside);
    let outside = [&scan.elsewhere, &scan.top].into_iter().flatten();
    let outside = outside.map(|found| likeness(found, false));
    let inside = scan.error.iter().map(|found| likeness(found, true));
    inside.chain(outside).max().unwrap_or(Likeness::No)
}

impl<'a> ApiError<'a> {
    /// Reads the JSON form. Whatever else is wrong with the body, an error is given where its code
    /// was found.
    ///
    /// Nothing is allocated where nothing is escaped.
    ///
    /// # Errors
    ///
    /// [`ReadError::Fault`] where the body stops being JSON before a code was found,
    /// [`ReadError::Absent`] where it has none.
    pub fn from_json(body: &'a [u8]) -> Result<Self, ReadError> {
        let mut scan = Scan::new(body, None);
        scan.read();
        if scan.other_api.is_none()
            && let Some(found) = scan.found()
            && let Some(code) = found.code()
        {
            return Ok(found.error_of(code));
        }
        Err(scan.absent())
    }

    /// Writes the JSON form as the document prints it, four spaces a level.
    ///
    /// ```
    /// let error = ampache_error::ApiError::new("4704");
    /// let json = error.to_json();
    /// assert_eq!(json, "{\n    \"error\": {\n        \"errorCode\": \"4704\"\n    }\n}");
    /// assert_eq!(ampache_error::ApiError::from_json(json.as_bytes()), Ok(error));
    /// ```
    pub fn to_json(&self) -> String {
        let mut out = String::from("{\n    \"error\": {");
        for (index, (name, text)) in NAMES.iter().zip(self.parts()).enumerate() {
            let Some(text) = text else { continue };
            out.push_str(if index > 0 { ",\n        \"" } else { "\n        \"" });
            out.push_str(name);
            out.push_str("\": ");
            faultbook_core::json::write_string(&mut out, text);
        }
        out.push_str("\n    }\n}");
        out
    }

    /// Writes the JSON form without white space.
    ///
    /// ```
    /// let json = ampache_error::ApiError::new("4704").to_json_compact();
    /// assert_eq!(json, r#"{"error":{"errorCode":"4704"}}"#);
    /// ```
    pub fn to_json_compact(&self) -> String {
        let mut json = Writer::new();
        json.begin_object().name(ERROR).begin_object();
        for (name, text) in NAMES.iter().zip(self.parts()) {
            if let Some(text) = text {
                json.member(name, text);
            }
        }
        json.finish()
    }
}
