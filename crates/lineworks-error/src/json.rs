//! Reading and writing the JSON form.
//!
//! ```text
//! response = { "code": string, "description": string }
//! ```
//!
//! The token endpoint answers in another shape, which carries no error in the documented form and
//! is only recognised: `{ "returnCode": …, "returnMessage": … }`. So is the shape of OAuth 2.0,
//! `{ "error": string, … }` (RFC 6749 section 5.2).

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::json::{Reader, Step, Writer};
use faultbook_core::{
    Fault, Finding, Likeness, Located, Member, Members, ObjectPlace, Response, Rule, Value,
    advanced_value, common,
};

use crate::{ApiError, Code, ReadError};

/// The documented members, in the document's order.
pub(crate) const NAMES: [&str; 2] = ["code", "description"];
pub(crate) const CODE: usize = 0;
pub(crate) const DESCRIPTION: usize = 1;

/// What the token endpoint calls them.
const TOKEN_NAMES: [&str; 2] = ["returnCode", "returnMessage"];

/// What other services call the description.
const MESSAGE: &str = "message";

/// The object that a body is, before anything is made of it.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    pub(crate) place: ObjectPlace,
    pub(crate) members: Members<'a, 2>,
    /// Where the names of the token endpoint's shape stand; they are among the other `members` too.
    token: [Option<Range<usize>>; 2],
    /// Where `message` stands; it is among the other `members` too.
    message: Option<Range<usize>>,
    /// Those of the other members that are not `message`, where there are others.
    rest: Option<Members<'a, 0>>,
    /// Whether `error` is a string, as in OAuth 2.0.
    has_error_string: bool,
    /// Whether its end was read: where it was not, nothing can be said to be missing.
    pub(crate) complete: bool,
}

impl<'a> Object<'a> {
    /// The typed error and where it stands, where there is a code.
    #[inline]
    pub(crate) fn located(&self) -> Vec<Located<ApiError<'a>>> {
        let Some(code) = self.text() else { return Vec::new() };
        let ObjectPlace { span, pointer } = self.place.clone();
        vec![Located { pointer, span, error: self.error_of(code) }]
    }

    /// What stands under `code`, as text.
    #[inline]
    fn text(&self) -> Option<Cow<'a, str>> {
        self.members.get(CODE)?.value.as_text()
    }

    #[inline]
    fn error_of(&self, code: Cow<'a, str>) -> ApiError<'a> {
        let description = self.members.string(DESCRIPTION);
        ApiError { code: Code::new(code), description }
    }

    /// The code as a code is documented: a string with something in it.
    #[inline]
    pub(crate) fn code(&self) -> Option<(Cow<'a, str>, &Member<'a>)> {
        let member = self.members.get(CODE)?;
        let Value::String(text) = member.value else { return None };
        (!text.raw().is_empty()).then(|| (text.decode(), member))
    }

    /// The two names of the token endpoint's shape and where they stand, where both stand here and
    /// neither documented one does.
    pub(crate) fn token_endpoint(&self) -> Option<[(&'static str, Range<usize>); 2]> {
        let [Some(code), Some(message)] = &self.token else { return None };
        let [code_name, message_name] = TOKEN_NAMES;
        let names = [(code_name, code.clone()), (message_name, message.clone())];
        self.members.has_none_listed().then_some(names)
    }

    /// Where `message` stands in the place of a description: the document's name stands in no
    /// spelling.
    pub(crate) fn instead_of_description(&self) -> Option<(&'static str, Range<usize>)> {
        let members = &self.members;
        let has = members.get(DESCRIPTION).or_else(|| members.misspelt(DESCRIPTION)).is_some();
        // Behind what is cut off the description may follow.
        let span = self.message.clone().filter(|_| self.complete && !has)?;
        Some((MESSAGE, span))
    }

    /// The members that the document does not list, but for the one that stands in the place of a
    /// description.
    pub(crate) fn unlisted(&self, rule: &'static Rule) -> Option<Finding> {
        match self.instead_of_description() {
            Some(_) => self.rest.as_ref()?.unlisted(&self.place, rule),
            None => self.members.unlisted(&self.place, rule),
        }
    }

    /// Whether it has nothing of an error of this service, not even of the token endpoint's.
    fn is_foreign(&self) -> bool {
        self.members.has_none_listed() && self.token.iter().all(Option::is_none)
    }

    /// Whether it is an error as OAuth 2.0 has it (RFC 6749 section 5.2).
    pub(crate) const fn is_oauth(&self) -> bool {
        self.has_error_string
    }

    /// Whether there are members besides those that the document lists.
    fn has_others(&self) -> bool {
        self.members.other_count() > 0
    }

    /// Whether the response is to be judged as an error.
    ///
    /// Under a failing status it is, where anything in it is that of an error. Otherwise it has to
    /// look like one: a list of countries may well have a `code` and something else besides.
    pub(crate) fn is_error(&self, response: &Response<'_>) -> bool {
        let members = &self.members;
        let only_listed = !members.has_none_listed() && !self.has_others();
        match (response.is_failing(), response.is_success()) {
            (Some(true), _) => !self.is_foreign(),
            // Of a resource that was asked for, `code` and `description` may be two properties
            // among others: then only a documented code tells.
            (_, Some(true)) => {
                let both = members.string(DESCRIPTION).is_some();
                let documented =
                    self.code().is_some_and(|(code, _)| Code::new(code).is_documented());
                (only_listed && self.complete) || (both && documented)
            }
            _ => {
                let has = |name| members.get(name).or_else(|| members.misspelt(name)).is_some();
                only_listed || (has(CODE) && has(DESCRIPTION)) || self.token_endpoint().is_some()
            }
        }
    }
}

/// A body, read as far as it is JSON.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) json: Reader<'a>,
    /// The object that the body is; `None` where it is something else or nothing.
    pub(crate) object: Option<Object<'a>>,
    /// Where the first token of the body begins.
    pub(crate) start: usize,
}

impl<'a> Scan<'a> {
    /// Nothing read yet. `duplicates`: how many names that stand twice in an object are kept for
    /// findings.
    #[inline]
    pub(crate) fn new(body: &'a [u8], duplicates: usize) -> Self {
        let json = Reader::new(body).with_duplicate_limit(duplicates);
        Self { json, object: None, start: 0 }
    }

    /// Reads the whole body.
    #[inline]
    pub(crate) fn read(&mut self) {
        let json = &mut self.json;
        let step = json.advance_first();
        if matches!(step, Step::Failed | Step::End) {
            return;
        }
        self.start = json.span().start;
        if step == Step::ObjectStart {
            let object = self.object.insert(Object {
                place: ObjectPlace { span: json.span(), pointer: Some(Cow::Borrowed("")) },
                members: Members::new(&NAMES),
                token: [None, None],
                message: None,
                rest: None,
                has_error_string: false,
                complete: false,
            });
            object.read(json);
            if !object.complete {
                object.place.span.end = json.position().max(object.place.span.end);
                return;
            }
        } else if advanced_value(json, step).is_none() {
            return;
        }
        // What follows a complete document takes nothing from it.
        json.advance_last();
    }

    /// Where the body stopped being JSON.
    pub(crate) const fn fault(&self) -> Option<&Fault> {
        self.json.fault()
    }

    /// Why there is no error with a code.
    #[cold]
    fn absent(&self) -> ReadError {
        if let Some(fault) = self.fault() {
            return ReadError::Fault(fault.clone());
        }
        let (span, expected) = match &self.object {
            Some(object) => (object.place.span.clone(), "a `code`"),
            None => (0..self.json.body().len(), "an object with a `code`"),
        };
        ReadError::Absent { span, expected }
    }

    /// Whether everything was read that the body's document holds.
    pub(crate) fn is_readable(&self) -> bool {
        !self.fault().is_some_and(common::cuts)
    }
}

impl<'a> Object<'a> {
    /// Reads the members up to the closing brace.
    #[inline]
    fn read(&mut self, json: &mut Reader<'a>) {
        loop {
            let (step, listed) = json.advance_listed(&NAMES);
            if step == Step::ObjectEnd {
                self.place.span.end = json.span().end;
                self.complete = true;
                return;
            }
            let is_read = match listed {
                Some(index) => self.members.put_listed(index, json, step),
                None => self.other(json, step),
            };
            if !is_read {
                return;
            }
        }
    }

    /// Takes in a member of another name, or of one of these written in another way. False where
    /// its value could not be read.
    #[cold]
    fn other(&mut self, json: &mut Reader<'a>, step: Step) -> bool {
        let Some(member) = Member::advanced(json, step) else { return false };
        let name = member.name;
        for (known, span) in TOKEN_NAMES.iter().zip(&mut self.token) {
            if name == **known {
                *span = Some(member.name_span.clone());
            }
        }
        if name == MESSAGE {
            self.message = Some(member.name_span.clone());
        } else if !NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            self.rest.get_or_insert_with(|| Members::new(&[])).put(member.clone());
        }
        if name == "error" {
            self.has_error_string =
                matches!(member.value, Value::String(_)) && !member.value.is_empty_string();
        }
        self.members.put(member);
        true
    }
}

/// How sure it is that this body is a LINE WORKS error.
///
/// A documented code tells, and the names of the token endpoint. With another code a `code` and a
/// `description` are the shape only where nothing else stands beside them: any list may have both.
///
/// ```
/// use faultbook_core::Likeness;
/// use lineworks_error::likeness;
///
/// assert_eq!(likeness(br#"{"code": "NOT_FOUND", "description": "x"}"#), Likeness::Sure);
/// assert_eq!(likeness(br#"{"code": "E1", "description": "x"}"#), Likeness::Shape);
/// assert_eq!(likeness(br#"{"code": "NOT_FOUND", "message": "x"}"#), Likeness::No);
/// ```
pub fn likeness(body: &[u8]) -> Likeness {
    let mut scan = Scan::new(body, 0);
    scan.read();
    let Some(object) = &scan.object else { return Likeness::No };
    // No other service here has the names of the token endpoint.
    if object.token_endpoint().is_some() {
        return Likeness::Sure;
    }
    if !object.is_error(&Response::new(body)) {
        return Likeness::No;
    }
    match object.code().map(|(code, _)| Code::new(code)) {
        Some(code) if code.is_documented() => Likeness::Sure,
        _ if object.has_others() => Likeness::No,
        _ => Likeness::Shape,
    }
}

impl<'a> ApiError<'a> {
    /// Reads the error that a body is. Whatever else is wrong with the body, and whatever else
    /// stands in it, the error is given once its code was found.
    ///
    /// A body that succeeds may have a `code` of its own: read the bodies of failing responses.
    ///
    /// # Errors
    ///
    /// [`ReadError::Fault`] where the body stops being JSON before a code was found,
    /// [`ReadError::Absent`] where it has none.
    pub fn from_json(body: &'a [u8]) -> Result<Self, ReadError> {
        let mut scan = Scan::new(body, 0);
        scan.read();
        if let Some(object) = &scan.object
            && let Some(code) = object.text()
        {
            return Ok(object.error_of(code));
        }
        Err(scan.absent())
    }

    /// Writes the error as the document shows it.
    ///
    /// ```
    /// use lineworks_error::{ApiError, Code};
    ///
    /// let error = ApiError::new(Code::NotFound).with_description("no such user");
    /// let json = error.to_json();
    /// assert_eq!(json, r#"{"code":"NOT_FOUND","description":"no such user"}"#);
    /// assert_eq!(ApiError::from_json(json.as_bytes()), Ok(error));
    /// ```
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.begin_object();
        let texts = [Some(self.code.as_str()), self.description.as_deref()];
        for (name, text) in NAMES.iter().zip(texts) {
            if let Some(text) = text {
                json.member(name, text);
            }
        }
        json.finish()
    }
}
