//! An error as it stands in a body, in either encoding, before anything is made of it.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use faultbook_core::json::pointer_push;
use faultbook_core::{Likeness, Value};

use crate::{ApiError, Code};

/// The four parts, in the document's order.
pub(crate) const NAMES: [&str; 4] = ["errorCode", "errorAction", "errorType", "errorMessage"];
pub(crate) const CODE: usize = 0;
pub(crate) const ACTION: usize = 1;
pub(crate) const TYPE: usize = 2;
pub(crate) const MESSAGE: usize = 3;

/// What JSON of the older shape names its message, beside `message`, which other services have too.
pub(crate) const OLDER_TEXTS: [&str; 2] = ["text", "value"];

/// What the Subsonic API of the same server names its answers: a JSON object, and a root element.
pub(crate) const OTHER_API: &str = "subsonic-response";
/// Where such an answer says how it went, and what it says there when it did not go well.
pub(crate) const OTHER_STATUS: &str = "status";
pub(crate) const OTHER_FAILED: &str = "failed";

/// An answer of the Subsonic API.
#[derive(Debug, Clone)]
pub(crate) struct OtherApi {
    /// Its name.
    pub(crate) span: Range<usize>,
    /// Whether it says that it failed.
    pub(crate) failed: bool,
}

/// What an object of another name has to hold to be taken for an error: its code, or this many
/// parts.
pub(crate) const TELLING_PARTS: usize = 2;

/// What a part holds.
#[derive(Debug, Clone)]
pub(crate) enum Held<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// JSON of another type.
    Other(Value<'a>),
}

/// One of the four parts. Spans are in bytes of the text that was read.
#[derive(Debug, Clone)]
pub(crate) struct Part<'a> {
    pub(crate) held: Held<'a>,
    /// The value: a JSON value, what stands between an element's tags, an attribute's value.
    pub(crate) span: Range<usize>,
    /// The last step of its pointer.
    pub(crate) step: &'static str,
}

impl Part<'_> {
    /// Whether it has its documented name, and not one of the older shape.
    fn is_documented(&self) -> bool {
        NAMES.contains(&self.step.trim_start_matches('@'))
    }

    /// Whether it is a text under a name that only the older shape has.
    fn is_older_text(&self) -> bool {
        OLDER_TEXTS.contains(&self.step) && matches!(self.held, Held::Text(_))
    }

    /// The text of a string or of a number.
    fn as_text(&self) -> Option<Cow<'_, str>> {
        match &self.held {
            Held::Text(text) => Some(Cow::Borrowed(text)),
            Held::Other(value) => value.as_text(),
        }
    }
}

/// A name that is documented but for its case.
#[derive(Debug, Clone)]
pub(crate) struct Misspelt<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) span: Range<usize>,
    /// Whether it is an XML attribute's.
    pub(crate) attribute: bool,
}

/// Where an error stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// Where the document puts it: under `error` of the body or of `root`.
    Documented,
    /// In an `error` element that stands under another root element, or is the root element.
    OtherRoot,
    /// Its parts stand elsewhere.
    Outside,
}

/// A JSON Pointer or an XML path.
pub(crate) type Pointer = Cow<'static, str>;

/// An error as it stands in a body.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    pub(crate) at: At,
    /// All of it; up to where reading stopped where it is cut.
    pub(crate) span: Range<usize>,
    /// Where something missing is pointed out: the opening brace, or the name in the start tag.
    pub(crate) head: Range<usize>,
    /// What it is named by: the member's name, or the element's; the brace of the body itself.
    pub(crate) name: Range<usize>,
    /// JSON Pointer or XML path; empty where nobody asked.
    pub(crate) pointer: Option<Pointer>,
    pub(crate) parts: [Option<Part<'a>>; 4],
    /// Names that are documented but for their case, and where they stand.
    pub(crate) misspelt: [Option<Misspelt<'a>>; 4],
    /// Where the name of the older shape's `code` stands, if the code was found there.
    pub(crate) legacy: Option<Range<usize>>,
    /// Whether its end was read: where it was not, nothing can be said to be missing.
    pub(crate) complete: bool,
}

impl<'a> Object<'a> {
    #[inline]
    pub(crate) fn new(at: At, head: Range<usize>, name: Range<usize>) -> Self {
        Self {
            at,
            span: head.clone(),
            head,
            name,
            pointer: None,
            parts: [None, None, None, None],
            misspelt: [None, None, None, None],
            legacy: None,
            complete: false,
        }
    }

    pub(crate) fn part(&self, index: usize) -> Option<&Part<'a>> {
        self.parts.get(index)?.as_ref()
    }

    pub(crate) fn set(&mut self, index: usize, part: Part<'a>) {
        if let Some(slot) = self.parts.get_mut(index) {
            *slot = Some(part);
        }
    }

    pub(crate) fn set_misspelt(&mut self, index: usize, misspelt: Misspelt<'a>) {
        if let Some(slot) = self.misspelt.get_mut(index) {
            *slot = Some(misspelt);
        }
    }

    /// How many parts are there by their exact names.
    pub(crate) fn count(&self) -> usize {
        self.parts.iter().flatten().count()
    }

    /// Whether a documented name is there, spelt in any case.
    pub(crate) fn has_own_names(&self) -> bool {
        self.parts.iter().flatten().any(Part::is_documented)
            || self.misspelt.iter().any(Option::is_some)
    }

    /// Whether an object that is not named `error` is one all the same.
    pub(crate) fn is_telling(&self) -> bool {
        self.legacy.is_none() && (self.part(CODE).is_some() || self.count() >= TELLING_PARTS)
    }

    /// Whether it has the older shape and nothing of the documented one.
    pub(crate) fn is_wholly_legacy(&self) -> bool {
        self.legacy.is_some() && !self.has_own_names()
    }

    /// The code of an error of which no rule has anything to say but, perhaps, of its code: it stands
    /// where the document puts it, and is four texts.
    pub(crate) fn plain_code(&self) -> Option<&str> {
        let text = |part: &Option<Part<'_>>| match part {
            Some(Part { held: Held::Text(text), .. }) => !text.is_empty(),
            _ => false,
        };
        let is_plain = self.at == At::Documented
            && self.complete
            && self.legacy.is_none()
            && self.misspelt.iter().all(Option::is_none)
            && self.parts.iter().all(text);
        match self.part(CODE) {
            Some(Part { held: Held::Text(code), .. }) if is_plain => Some(code),
            _ => None,
        }
    }

    /// Whether this documented name is there, spelt in any case.
    fn has_name(&self, index: usize) -> bool {
        self.part(index).is_some_and(Part::is_documented)
            || self.misspelt.get(index).is_some_and(Option::is_some)
    }

    /// How sure it is that this is an Ampache error; `in_error` where what holds it is named
    /// `error`.
    ///
    /// | it has | in `error` | elsewhere |
    /// |---|---|---|
    /// | a code of the table in `errorCode` | sure | sure |
    /// | `errorCode`, and `errorAction` or `errorType` | sure | sure |
    /// | `errorCode`, or two other names | sure | no |
    /// | one other name | shape | no |
    /// | older: a number in `code`, its text not in `message` | sure | no |
    /// | older: a number in `code` | shape | no |
    /// | anything else | no | no |
    ///
    /// Many services have an `errorCode` or a `code` of their own.
    pub(crate) fn likeness(&self, in_error: bool) -> Likeness {
        let code = self.part(CODE).and_then(Part::as_text);
        if !in_error {
            let is_listed = code.is_some_and(|code| Code::new(code).is_documented());
            let has_code = self.part(CODE).is_some_and(Part::is_documented);
            let is_drilled = self.part(ACTION).or(self.part(TYPE)).is_some();
            return if has_code && (is_listed || is_drilled) {
                Likeness::Sure
            } else {
                Likeness::No
            };
        }
        let others = (ACTION..=MESSAGE).filter(|&index| self.has_name(index)).count();
        if self.has_name(CODE) || others >= TELLING_PARTS {
            return Likeness::Sure;
        }
        let is_number = self.legacy.is_some() && code.as_deref().is_some_and(is_decimal);
        let message = self.part(MESSAGE);
        if is_number && message.is_some_and(Part::is_older_text) {
            Likeness::Sure
        } else if is_number || others > 0 {
            Likeness::Shape
        } else {
            Likeness::No
        }
    }

    /// The typed error, where there is a code: the texts are gone from the parts then.
    pub(crate) fn take_error(&mut self) -> Option<ApiError<'a>> {
        let [code, action, error_type, message] = &mut self.parts;
        let code = match &mut code.as_mut()?.held {
            Held::Text(text) => mem::take(text),
            Held::Other(value) => value.as_text()?,
        };
        let text = |part: &mut Option<Part<'a>>| match &mut part.as_mut()?.held {
            Held::Text(text) => Some(mem::take(text)),
            Held::Other(_) => None,
        };
        Some(ApiError {
            code: Code::new(code),
            action: text(action),
            error_type: text(error_type),
            message: text(message),
        })
    }
}

/// The pointer one step further.
pub(crate) fn step(pointer: Option<&Pointer>, step: &str) -> Option<Pointer> {
    let mut pointer = pointer?.clone().into_owned();
    pointer_push(&mut pointer, step);
    (pointer.len() <= faultbook_core::json::MAX_POINTER).then_some(Cow::Owned(pointer))
}

/// Whether a code is a decimal number.
pub(crate) fn is_decimal(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit())
}

/// The index of the part that is named so but for case, and whether the case is right.
pub(crate) fn named(name: &str) -> Option<(usize, bool)> {
    if let Some(index) = NAMES.iter().position(|known| *known == name) {
        return Some((index, true));
    }
    let index = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    Some((index, false))
}
