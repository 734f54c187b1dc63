//! Generated responses, and generated JSON in every layout: what the format crates' strategies are
//! made of.

use std::fmt;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::{Field, Response};

/// A response that owns its parts: what the format crates' strategies generate.
#[derive(Clone, PartialEq, Eq)]
pub struct Sample {
    /// The status, or `None` where it is not known.
    pub status: Option<u16>,
    /// Header field lines: name and value.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Sample {
    /// A response with this status and body, and no header field.
    pub fn new(status: Option<u16>, body: impl Into<Vec<u8>>) -> Self {
        Self { status, fields: Vec::new(), body: body.into() }
    }

    /// Lends the sample as a [`Response`].
    pub fn with<R>(&self, judge: impl FnOnce(&Response<'_>) -> R) -> R {
        let fields: Vec<Field<'_>> =
            self.fields.iter().map(|(name, value)| Field { name, value }).collect();
        judge(&Response { status: self.status, fields: &fields, body: &self.body })
    }
}

/// With texts as byte strings, since a person reads it when a property fails.
impl fmt::Debug for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = self
            .fields
            .iter()
            .map(|(name, value)| format!("{}: {}", name.escape_ascii(), value.escape_ascii()));
        f.debug_struct("Sample")
            .field("status", &self.status)
            .field("fields", &fields.collect::<Vec<_>>())
            .field("body", &format_args!("b\"{}\"", self.body.escape_ascii()))
            .finish()
    }
}

/// A JSON value to be written in some [`Layout`]. Unlike a map, an object may name a member twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// An object: its members in their order.
    Object(Vec<(String, Json)>),
    /// An array.
    Array(Vec<Json>),
    /// A string.
    String(String),
    /// A number, `true`, `false` or `null`, as it is written.
    Literal(String),
}

impl Json {
    /// A string.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// A number, `true`, `false` or `null`, as it is written.
    pub fn literal(text: impl Into<String>) -> Self {
        Self::Literal(text.into())
    }

    /// An object with these members.
    pub fn object<N: Into<String>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// Any value of a few levels. Names in it are unique and begin with `x`, a digit and `-`, as no
    /// documented one does.
    pub fn any() -> impl Strategy<Value = Self> {
        let scalar = prop_oneof![any_text().prop_map(Self::String), literal()];
        scalar.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Self::Array),
                vec((any_text(), inner), 0..4).prop_map(|members| {
                    Self::object(
                        members
                            .into_iter()
                            .enumerate()
                            .map(|(index, (name, value))| (format!("x{index}-{name}"), value)),
                    )
                }),
            ]
        })
    }

    /// Any value that is no string: what breaks a rule that wants one.
    pub fn any_but_string() -> impl Strategy<Value = Self> {
        prop_oneof![
            literal(),
            Self::any().prop_map(|value| Self::Array(vec![value])),
            Self::any().prop_map(|value| Self::object([("x0-", value)])),
            Just(Self::Array(Vec::new())),
            Just(Self::Object(Vec::new())),
        ]
    }

    /// Writes the value.
    pub fn write(&self, layout: &Layout) -> Vec<u8> {
        let mut printer = Printer { layout, at: 0, out: String::new() };
        printer.gap();
        printer.value(self);
        printer.gap();
        printer.out.into_bytes()
    }
}

/// Any text: every character that a string can hold, control characters included.
pub fn any_text() -> impl Strategy<Value = String> {
    let char = prop_oneof![
        4 => proptest::char::range(' ', '~'),
        1 => any::<char>(),
        1 => proptest::sample::select(&['"', '\\', '/', '\0', '\n', '\u{7F}', '\u{FEFF}', '\u{10FFFF}'][..]),
    ];
    vec(char, 0..12).prop_map(String::from_iter)
}

fn literal() -> impl Strategy<Value = Json> {
    proptest::sample::select(&["null", "true", "false", "0", "-1", "17", "0.5", "1e400"][..])
        .prop_map(Json::literal)
}

/// How a JSON text is laid out: white space, and escapes where none are needed. It changes nothing
/// of what the text says (RFC 8259 sections 2 and 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// One a place where there is a choice, from the beginning again after the last one.
    choices: Vec<u8>,
}

impl Layout {
    /// No white space, and no escape but where one is needed.
    pub const COMPACT: Self = Self { choices: Vec::new() };

    /// Any layout.
    pub fn any() -> impl Strategy<Value = Self> {
        vec(any::<u8>(), 0..40).prop_map(|choices| Self { choices })
    }
}

struct Printer<'a> {
    layout: &'a Layout,
    at: usize,
    out: String,
}

impl Printer<'_> {
    /// The next choice; 0 is the plain one.
    fn choice(&mut self) -> u8 {
        let choices = &self.layout.choices;
        let choice = choices.get(self.at % choices.len().max(1)).copied().unwrap_or(0);
        self.at += 1;
        choice
    }

    fn gap(&mut self) {
        let gap = match self.choice() {
            0..180 => "",
            180..220 => " ",
            220..230 => "\n",
            230..240 => "\t",
            240..250 => "\r\n  ",
            _ => " \r",
        };
        self.out.push_str(gap);
    }

    fn value(&mut self, value: &Json) {
        match value {
            Json::Literal(text) => self.out.push_str(text),
            Json::String(text) => self.string(text),
            Json::Array(elements) => {
                self.out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    self.comma(index);
                    self.value(element);
                    self.gap();
                }
                self.close(elements.is_empty(), ']');
            }
            Json::Object(members) => {
                self.out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    self.comma(index);
                    self.string(name);
                    self.gap();
                    self.out.push(':');
                    self.gap();
                    self.value(value);
                    self.gap();
                }
                self.close(members.is_empty(), '}');
            }
        }
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.gap();
    }

    fn close(&mut self, empty: bool, bracket: char) {
        if empty {
            self.gap();
        }
        self.out.push(bracket);
    }

    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            let choice = self.choice();
            let short = match c {
                '"' | '\\' | '/' => Some(c),
                '\u{8}' => Some('b'),
                '\u{C}' => Some('f'),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            };
            let needed = c < ' ' || matches!(c, '"' | '\\');
            match short {
                Some(letter) if (needed && choice < 200) || (180..220).contains(&choice) => {
                    self.out.extend(['\\', letter]);
                }
                _ if needed || choice >= 220 => self.unicode(c, choice.is_multiple_of(2)),
                _ => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// `\u` and four digits, or two of them for a character past U+FFFF.
    fn unicode(&mut self, c: char, upper: bool) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let digits = if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") };
            self.out.push_str(&digits);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Json, Layout};

    fn value(json: &Json) -> serde_json::Value {
        match json {
            Json::Object(members) => {
                members.iter().map(|(name, json)| (name.clone(), value(json))).collect()
            }
            Json::Array(elements) => elements.iter().map(value).collect(),
            Json::String(text) => text.as_str().into(),
            Json::Literal(text) => serde_json::from_str(text).unwrap(),
        }
    }

    fn has_huge(json: &Json) -> bool {
        match json {
            Json::Object(members) => members.iter().any(|(_, json)| has_huge(json)),
            Json::Array(elements) => elements.iter().any(has_huge),
            Json::String(_) => false,
            // No f64 holds it, so serde_json refuses it.
            Json::Literal(text) => text == "1e400",
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn every_layout_says_the_same(json in Json::any(), layout in Layout::any()) {
            prop_assume!(!has_huge(&json));
            let read: serde_json::Value = serde_json::from_slice(&json.write(&layout)).unwrap();
            prop_assert_eq!(&read, &value(&json));
        }
    }

    #[test]
    fn compact_is_compact() {
        let list = Json::Array(vec![Json::string("é/\n\"\u{1}"), Json::literal("1")]);
        let empty = Json::Object(Vec::new());
        let json = Json::object([("a", list), ("b", empty)]).write(&Layout::COMPACT);
        assert_eq!(String::from_utf8(json).unwrap(), r#"{"a":["é/\n\"\u0001",1],"b":{}}"#);
    }
}
