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

use std::ops::Range;

use faultbook_core::json::{Kind, Reader, Text, Writer};
use faultbook_core::{
    Fault, Finding, Findings, Likeness, Member, Place, ReadError, Value, common, finish_value,
    quoted,
};

use crate::object::{
    At, CODE, Held, MESSAGE, Misspelt, NAMES, OLDER_TEXTS, OTHER_API, OTHER_FAILED, OTHER_STATUS,
    Object, OtherApi, Part, step,
};
use crate::{ApiError, rules};

/// The object that holds the error.
const ERROR: &str = "error";
/// The members of the older shape: the code, and what its message may be called; the first one
/// that is there is it.
const OLDER: [&str; 4] = ["code", "message", OLDER_TEXTS[0], OLDER_TEXTS[1]];

/// What was found in a body.
#[derive(Debug)]
pub(crate) struct Scan<'a, 'f> {
    pub(crate) json: Reader<'a>,
    /// Where it goes what is wrong inside the error; nowhere when only the error is wanted.
    findings: Option<&'f mut Findings>,
    /// The object under `error`.
    error: Option<Object<'a>>,
    /// What stands under `error` instead.
    instead: Option<(Value<'a>, Range<usize>)>,
    /// The first object of another name that is an error.
    elsewhere: Option<Object<'a>>,
    /// The body itself.
    top: Option<Object<'a>>,
    /// The first member beside `error`.
    beside: Option<(Text<'a>, Range<usize>)>,
    /// The answer of the other API.
    pub(crate) other_api: Option<OtherApi>,
    pub(crate) fault: Option<Fault>,
}

/// A name and where it stands.
type Name<'a> = (Text<'a>, Range<usize>);

impl<'a, 'f> Scan<'a, 'f> {
    /// Reads the whole body.
    pub(crate) fn new(body: &'a [u8], findings: Option<&'f mut Findings>) -> Self {
        let duplicates = findings.as_ref().map_or(0, |findings| findings.limit());
        let mut scan = Self {
            json: Reader::new(body).with_duplicate_limit(duplicates),
            findings,
            error: None,
            instead: None,
            elsewhere: None,
            top: None,
            beside: None,
            other_api: None,
            fault: None,
        };
        scan.fault = scan.walk().err();
        scan.finish();
        scan
    }

    /// The error, wherever it stands.
    pub(crate) fn object(self) -> Option<Object<'a>> {
        let top = self.top.filter(Object::is_telling);
        self.error.or(self.elsewhere).or(top)
    }

    /// Whether something stands in the place of an error.
    pub(crate) fn has_error(&self) -> bool {
        let outside = [&self.elsewhere, &self.top].into_iter().flatten().any(Object::is_telling);
        self.error.is_some() || self.instead.is_some() || outside
    }

    /// Where an error is expected and none stands.
    pub(crate) fn head(&self) -> Range<usize> {
        let object = self.error.as_ref().or(self.top.as_ref());
        object.map_or(0..0, |object| object.head.clone())
    }

    fn pointer(&self, step_by: &str) -> Option<String> {
        self.findings.as_ref()?;
        step(Some(&String::new()), step_by)
    }

    fn walk(&mut self) -> Result<(), Fault> {
        let Some(token) = self.json.next()? else { return Ok(()) };
        if token.kind == Kind::ObjectStart {
            let mut top = Object::new(At::Outside, token.span.clone(), token.span);
            top.pointer = self.findings.is_some().then(String::new);
            let result = self.members(&mut top);
            if result.is_err() {
                top.span.end = self.json.position().max(top.span.end);
            }
            self.top = Some(top);
            result?;
        } else {
            finish_value(&mut self.json, token)?;
        }
        self.json.next().map(|_| ())
    }

    /// The members of the body.
    fn members(&mut self, top: &mut Object<'a>) -> Result<(), Fault> {
        while let Some(token) = self.json.next()? {
            let Kind::Name(name) = token.kind else {
                top.span.end = token.span.end;
                top.complete = true;
                break;
            };
            let span = token.span;
            if name == ERROR {
                self.error_member(span)?;
                continue;
            }
            self.beside.get_or_insert((name, span.clone()));
            if name == OTHER_API {
                self.other_api_member(span)?;
                continue;
            }
            if NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                let member = Member::read(&mut self.json, name, span)?;
                take(top, member);
                continue;
            }
            self.elsewhere_member((name, span))?;
        }
        Ok(())
    }

    /// The value of `error`.
    fn error_member(&mut self, name: Range<usize>) -> Result<(), Fault> {
        let Some(token) = self.json.next()? else { return Ok(()) };
        if token.kind != Kind::ObjectStart {
            let (value, span) = finish_value(&mut self.json, token)?;
            self.instead = Some((value, span));
            self.error = None;
            return Ok(());
        }
        let mut object = Object::new(At::Documented, token.span, name);
        object.pointer = self.pointer(ERROR);
        let mut unexpected = None;
        let result = read(&mut self.json, &mut object, &mut unexpected);
        if let (Some(findings), Some((name, span))) = (self.findings.as_deref_mut(), unexpected) {
            let name = name.decode();
            let pointer = step(object.pointer.as_ref(), &name);
            let place = Place::value(span, pointer);
            findings.push(Finding::new(&rules::UNEXPECTED_CONTENT, place, quoted(&name)));
        }
        self.error = Some(object);
        self.instead = None;
        result
    }

    /// The value of `subsonic-response`.
    fn other_api_member(&mut self, name: Range<usize>) -> Result<(), Fault> {
        let answer = self.other_api.insert(OtherApi { span: name, failed: false });
        let Some(token) = self.json.next()? else { return Ok(()) };
        if token.kind != Kind::ObjectStart {
            return finish_value(&mut self.json, token).map(|_| ());
        }
        while let Some(token) = self.json.next()? {
            let Kind::Name(name) = token.kind else { break };
            let member = Member::read(&mut self.json, name, token.span)?;
            if member.name == OTHER_STATUS {
                answer.failed =
                    matches!(member.value, Value::String(status) if status == OTHER_FAILED);
            }
        }
        Ok(())
    }

    /// The value of a member of another name, which may hold the parts of an error.
    fn elsewhere_member(&mut self, (name, span): Name<'a>) -> Result<(), Fault> {
        let Some(token) = self.json.next()? else { return Ok(()) };
        match token.kind {
            Kind::ObjectStart => self.elsewhere(&name, None, token.span, span),
            Kind::ArrayStart => {
                let mut index = 0;
                while let Some(token) = self.json.next()? {
                    match token.kind {
                        Kind::ArrayEnd => break,
                        Kind::ObjectStart => {
                            self.elsewhere(&name, Some(index), token.span, span.clone())?;
                        }
                        _ => {
                            finish_value(&mut self.json, token)?;
                        }
                    }
                    index += 1;
                }
                Ok(())
            }
            _ => finish_value(&mut self.json, token).map(|_| ()),
        }
    }

    fn elsewhere(
        &mut self,
        name: &Text<'a>,
        index: Option<usize>,
        brace: Range<usize>,
        name_span: Range<usize>,
    ) -> Result<(), Fault> {
        if self.elsewhere.is_some() {
            return self.json.skip_container().map(|_| ());
        }
        let mut object = Object::new(At::Outside, brace, name_span);
        let result = read(&mut self.json, &mut object, &mut None);
        if object.is_telling() {
            if self.findings.is_some() {
                object.pointer = step(Some(&String::new()), &name.decode());
                if let Some(index) = index {
                    object.pointer = step(object.pointer.as_ref(), &index.to_string());
                }
            }
            self.elsewhere = Some(object);
        }
        result
    }

    /// What can only be said when the whole body was read.
    fn finish(&mut self) {
        let Some(findings) = self.findings.as_deref_mut() else { return };
        common::duplicates(&self.json, findings);
        let pointer = step(Some(&String::new()), ERROR);
        if let Some((value, span)) = &self.instead {
            let place = Place::value(span.clone(), pointer);
            findings.push(
                Finding::new(&rules::WRONG_TYPE, place, value.to_string())
                    .documented("`error` is an object"),
            );
        } else if let (Some(_), Some((name, span))) = (&self.error, &self.beside) {
            let name = name.decode();
            let pointer = step(Some(&String::new()), &name);
            let place = Place::value(span.clone(), pointer);
            findings.push(Finding::new(&rules::ERROR_WITH_DATA, place, quoted(&name)));
        }
    }
}

/// Takes a member in that has a documented name, if not in its case. Whether it has one.
fn take<'a>(object: &mut Object<'a>, member: Member<'a>) -> bool {
    for (index, known) in NAMES.into_iter().enumerate() {
        if member.name == *known {
            object.set(index, part(member, known));
            return true;
        }
        if member.name.eq_ignore_ascii_case(known) {
            let (name, span) = (member.name.decode(), member.name_span);
            object.set_misspelt(index, Misspelt { name, span, attribute: false });
            return true;
        }
    }
    false
}

fn part<'a>(member: Member<'a>, step: &'static str) -> Part<'a> {
    let held = match member.value.as_string() {
        Some(text) => Held::Text(text),
        None => Held::Other(member.value),
    };
    Part { held, span: member.span, step }
}

/// Reads the members of the object that was just opened, up to its end.
fn read<'a>(
    json: &mut Reader<'a>,
    object: &mut Object<'a>,
    unexpected: &mut Option<Name<'a>>,
) -> Result<(), Fault> {
    let mut older = [const { None }; OLDER.len()];
    let result = read_members(json, object, unexpected, &mut older);
    if result.is_err() {
        object.span.end = json.position().max(object.span.end);
    }
    // The members of the older shape count where the documented code is not there.
    let mut rest = OLDER.into_iter().zip(&mut older);
    if object.part(CODE).is_none()
        && object.misspelt.iter().flatten().next().is_none()
        && let Some((name, code)) = rest.next()
        && let Some(member) = code.take()
    {
        object.legacy = Some(member.name_span.clone());
        object.set(CODE, part(member, name));
        if object.part(MESSAGE).is_none()
            && let Some((name, member)) = rest.find_map(|(name, slot)| Some((name, slot.take()?)))
        {
            object.set(MESSAGE, part(member, name));
        }
    }
    // Beside a documented code they are unexpected, as is a second message.
    for member in older.into_iter().flatten() {
        let later = |other: &Name<'a>| other.1.start > member.name_span.start;
        if unexpected.as_ref().is_none_or(later) {
            *unexpected = Some((member.name, member.name_span));
        }
    }
    result
}

fn read_members<'a>(
    json: &mut Reader<'a>,
    object: &mut Object<'a>,
    unexpected: &mut Option<Name<'a>>,
    older: &mut [Option<Member<'a>>; OLDER.len()],
) -> Result<(), Fault> {
    while let Some(token) = json.next()? {
        let Kind::Name(name) = token.kind else {
            object.span.end = token.span.end;
            object.complete = true;
            break;
        };
        let member = Member::read(json, name, token.span)?;
        let slot = older.iter_mut().zip(OLDER).find(|(_, name)| member.name == *name);
        if let Some((slot, _)) = slot {
            *slot = Some(member);
        } else {
            let (name, span) = (member.name, member.name_span.clone());
            if !take(object, member) {
                unexpected.get_or_insert((name, span));
            }
        }
    }
    Ok(())
}

/// How sure it is that this JSON is an Ampache response with an error.
pub(crate) fn likeness(body: &[u8]) -> Likeness {
    let scan = Scan::new(body, None);
    if scan.other_api.is_some() {
        return Likeness::No;
    }
    let outside = [&scan.elsewhere, &scan.top].into_iter().flatten();
    let outside = outside.map(|object| object.likeness(false));
    let inside = scan.error.iter().map(|object| object.likeness(true));
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
        let scan = Scan::new(body, None);
        let fault = scan.fault.clone().filter(common::cuts);
        let expected = if scan.error.is_some() {
            "a code in `errorCode`"
        } else {
            "an object with `errorCode` under `error`"
        };
        let absent = ReadError::Absent { span: scan.head(), expected };
        if scan.other_api.is_some() {
            return Err(absent);
        }
        scan.object().and_then(Object::error).ok_or_else(|| fault.map_or(absent, ReadError::Fault))
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
