//! Reading and writing the JSON form.
//!
//! ```text
//! response = { "code": string, "description": string }
//! ```
//!
//! The token endpoint answers in another shape, which carries no error in the documented form and
//! is only recognised: `{ "returnCode": …, "returnMessage": … }`. So is the shape of OAuth 2.0,
//! `{ "error": string, … }` (RFC 6749 section 5.2).

use std::ops::Range;

use faultbook_core::json::{Kind, Reader, Writer};
use faultbook_core::{
    Fault, FaultKind, Finding, Likeness, Member, Members, ObjectPlace, Response, Rule, Value,
    finish_value,
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
    /// Those of the other members that are not `message`.
    rest: Members<'a, 0>,
    /// Whether `error` is a string, as in OAuth 2.0.
    has_error_string: bool,
    /// Whether its end was read: where it was not, nothing can be said to be missing.
    pub(crate) complete: bool,
}

impl<'a> Object<'a> {
    /// The typed error, where there is a code.
    pub(crate) fn error(&self) -> Option<ApiError<'a>> {
        let code = self.members.get(CODE)?.value.as_text()?;
        Some(ApiError { code: Code::new(code), description: self.members.string(DESCRIPTION) })
    }

    /// The code as a code is documented: a string with something in it.
    pub(crate) fn code(&self) -> Option<(Code<'a>, &Member<'a>)> {
        let member = self.members.get(CODE)?;
        let Value::String(text) = member.value else { return None };
        (!text.raw().is_empty()).then(|| (Code::new(text.decode()), member))
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
            Some(_) => self.rest.unlisted(&self.place, rule),
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
                let documented = self.code().is_some_and(|(code, _)| code.is_documented());
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
    /// Where the body stopped being JSON.
    pub(crate) fault: Option<Fault>,
}

impl<'a> Scan<'a> {
    /// `duplicates`: how many names that stand twice in an object are kept for findings.
    pub(crate) fn new(body: &'a [u8], duplicates: usize) -> Self {
        let json = Reader::new(body).with_duplicate_limit(duplicates);
        let mut scan = Self { json, object: None, start: 0, fault: None };
        scan.fault = scan.read().err();
        if let Some(object) = &mut scan.object
            && !object.complete
        {
            object.place.span.end = scan.json.position().max(object.place.span.end);
        }
        scan
    }

    fn read(&mut self) -> Result<(), Fault> {
        let json = &mut self.json;
        if let Some(token) = json.next()? {
            self.start = token.span.start;
            if matches!(token.kind, Kind::ObjectStart) {
                let object = self.object.insert(Object {
                    place: ObjectPlace { span: token.span, pointer: Some(String::new()) },
                    members: Members::new(&NAMES),
                    token: [None, None],
                    message: None,
                    rest: Members::new(&[]),
                    has_error_string: false,
                    complete: false,
                });
                object.place.span.end = object.read(json)?.end;
                object.complete = true;
            } else {
                finish_value(json, token)?;
            }
            // What follows a complete document takes nothing from it.
            json.next()?;
        }
        Ok(())
    }

    /// Whether everything was read that the body's document holds.
    pub(crate) fn is_readable(&self) -> bool {
        self.fault.as_ref().is_none_or(|fault| fault.kind() == FaultKind::TrailingContent)
    }
}

impl<'a> Object<'a> {
    /// Reads the members up to the closing brace and gives its span.
    fn read(&mut self, json: &mut Reader<'a>) -> Result<Range<usize>, Fault> {
        loop {
            match json.next()? {
                Some(token) => match token.kind {
                    Kind::Name(name) => {
                        let member = Member::read(json, name, token.span)?;
                        for (known, span) in TOKEN_NAMES.iter().zip(&mut self.token) {
                            if name == **known {
                                *span = Some(member.name_span.clone());
                            }
                        }
                        if name == MESSAGE {
                            self.message = Some(member.name_span.clone());
                        } else if !NAMES.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                            self.rest.put(member.clone());
                        }
                        if name == "error" {
                            self.has_error_string = matches!(member.value, Value::String(_))
                                && !member.value.is_empty_string();
                        }
                        self.members.put(member);
                    }
                    // Only the end of this object can follow a member.
                    _ => return Ok(token.span),
                },
                None => return Ok(json.position()..json.position()),
            }
        }
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
    let scan = Scan::new(body, 0);
    let Some(object) = &scan.object else { return Likeness::No };
    // No other service here has the names of the token endpoint.
    if object.token_endpoint().is_some() {
        return Likeness::Sure;
    }
    if !object.is_error(&Response::new(body)) {
        return Likeness::No;
    }
    match object.code() {
        Some((code, _)) if code.is_documented() => Likeness::Sure,
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
        let scan = Scan::new(body, 0);
        if let Some(error) = scan.object.as_ref().and_then(Object::error) {
            return Ok(error);
        }
        if let Some(fault) = scan.fault {
            return Err(ReadError::Fault(fault));
        }
        Err(match scan.object {
            Some(object) => ReadError::Absent { span: object.place.span, expected: "a `code`" },
            None => ReadError::Absent { span: 0..body.len(), expected: "an object with a `code`" },
        })
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
