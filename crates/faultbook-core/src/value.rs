//! A member's value as error objects have them: a scalar, or a container that is passed over.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::json::{Reader, Step, Text};
use crate::quoted;

/// A JSON value, read whole: of a container only its type is kept.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A string.
    String(Text<'a>),
    /// A number, as written.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// An object.
    Object,
    /// An array.
    Array,
}

impl<'a> Value<'a> {
    /// The text of a string, decoded; borrowed where nothing is escaped.
    #[inline]
    pub fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::String(text) => Some(text.decode()),
            _ => None,
        }
    }

    /// The text of a string or of a number: what a code may be sent as.
    #[inline]
    pub fn as_text(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Number(text) => Some(Cow::Borrowed(text)),
            _ => self.as_string(),
        }
    }

    /// Whether this is the empty string.
    pub fn is_empty_string(&self) -> bool {
        matches!(self, Self::String(text) if text.raw().is_empty())
    }
}

/// What was received, as a message says it: "the string `x`", "an object".
impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) if text.raw().is_empty() => f.write_str("an empty string"),
            Self::String(text) => write!(f, "the string {}", quoted(&text.decode())),
            Self::Number(text) => write!(f, "the number {}", quoted(text)),
            Self::Bool(value) => write!(f, "`{value}`"),
            Self::Null => f.write_str("`null`"),
            Self::Object => f.write_str("an object"),
            Self::Array => f.write_str("an array"),
        }
    }
}

/// A member of an object: its name and its value, each with its place.
#[derive(Debug, Clone)]
pub struct Member<'a> {
    /// The name.
    pub name: Text<'a>,
    /// The name with its quotes, in bytes of the body.
    pub name_span: Range<usize>,
    /// The value.
    pub value: Value<'a>,
    /// The value, in bytes of the body.
    pub span: Range<usize>,
}

impl<'a> Member<'a> {
    /// The member that [`Reader::advance`] has read, and `step` is what it gave: a container is read
    /// to its end and checked. `None` where it failed, or where the end of the object was read.
    #[inline]
    pub fn advanced(json: &mut Reader<'a>, step: Step) -> Option<Self> {
        let (name, name_span) = (json.name(), json.name_span());
        let (value, span) = advanced_value(json, step)?;
        Some(Self { name, name_span, value, span })
    }
}

/// The whole value that [`Reader::advance`] has begun to read, and `step` is what it gave: a
/// container is read to its end and checked. `None` where it failed, or where no value was read.
#[inline]
pub fn advanced_value<'a>(json: &mut Reader<'a>, step: Step) -> Option<(Value<'a>, Range<usize>)> {
    if step == Step::String {
        return Some((Value::String(json.text()), json.span()));
    }
    other_value(json, step)
}

#[inline(never)]
fn other_value<'a>(json: &mut Reader<'a>, step: Step) -> Option<(Value<'a>, Range<usize>)> {
    let value = match step {
        Step::String => Value::String(json.text()),
        Step::Number => Value::Number(json.raw()),
        Step::True => Value::Bool(true),
        Step::False => Value::Bool(false),
        Step::Null => Value::Null,
        Step::ObjectStart => return Some((Value::Object, json.skip_container().ok()?)),
        Step::ArrayStart => return Some((Value::Array, json.skip_container().ok()?)),
        Step::ObjectEnd | Step::ArrayEnd | Step::End | Step::Failed => return None,
    };
    Some((value, json.span()))
}
