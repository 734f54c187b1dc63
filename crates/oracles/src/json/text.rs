//! What is written as JSON, read again by serde_json and by our own reader.

use faultbook_core::json::{Kind, Reader, Writer, pointer_push, write_string};
use serde_json::{Map, Number, Value};

use super::pull;
use crate::sampling::{is_sampling, lot};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn write_string(&self, out: &mut String, text: &str) {
        write_string(out, text);
    }

    fn pointer_push(&self, pointer: &mut String, name: &str) {
        pointer_push(pointer, name);
    }

    fn name(&self, json: &mut Writer, name: &str) {
        json.name(name);
    }

    fn string(&self, json: &mut Writer, text: &str) {
        json.string(text);
    }

    fn member(&self, json: &mut Writer, name: &str, text: &str) {
        json.member(name, text);
    }

    fn number(&self, json: &mut Writer, text: &str) -> bool {
        json.number(text).is_ok()
    }

    fn bool(&self, json: &mut Writer, value: bool) {
        json.bool(value);
    }

    fn end(&self, json: &mut Writer) {
        json.end();
    }

    fn finish(&self, json: Writer) -> String {
        json.finish()
    }
}

struct Real;

impl Subject for Real {}

/// Any bytes, as text with a U+FFFD for what is no UTF-8.
///
/// As one JSON string it is written as serde_json writes it, and our reader reads it again. As a step
/// of a pointer it is one step, and the text comes out of it. And it is a program for the writer:
/// brackets open and close containers, what stands between brackets, commas and colons is a name, a
/// number, `true`, `false`, `null` or a string. serde_json reads from what was written what was said,
/// and a pointer to the innermost container that is open at the end leads there.
///
/// Numbers are written that serde_json reads as numbers, and no others are taken as such. It refuses
/// those that no `f64` can hold: these are not written, and jiter says whether they are numbers, but
/// for an integer part of more than 4,300 digits.
///
/// # Panics
///
/// Where that does not hold.
pub fn json_text(bytes: &[u8]) {
    holds(&Real, bytes);
}

fn holds(subject: &impl Subject, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    // Where oracles sample, each text is asked one of the three.
    let part = is_sampling().then(|| lot(bytes) % 3);
    if part.is_none_or(|part| part == 0) {
        is_string(subject, &text);
    }
    if part.is_none_or(|part| part == 1) {
        is_step(subject, &text);
    }
    if part.is_none_or(|part| part == 2) {
        Program::new(subject).run(&text);
    }
}

/// The text as one string.
fn is_string(subject: &impl Subject, text: &str) {
    // What is there stays there.
    let mut written = String::from("[");
    subject.write_string(&mut written, text);
    let string = written.strip_prefix('[').expect("it stood there before");
    let expected = serde_json::to_string(text).expect("every text is a string");
    assert_eq!(string, expected);

    let mut json = Reader::new(string.as_bytes());
    let token = json.next();
    let Ok(Some(token)) = &token else { panic!("{string} is read as {token:?}") };
    assert_eq!(token.span, 0..string.len());
    let Kind::String(read) = token.kind else { panic!("{string} is read as {token:?}") };
    // It is equal to nothing longer.
    assert!(read == *text && read.decode() == text && read != *written, "{string}");
    assert_eq!(json.next(), Ok(None), "{string}");
}

/// The text as a step of a pointer (RFC 6901 section 4: first `~1`, then `~0`).
fn is_step(subject: &impl Subject, text: &str) {
    let mut pointer = String::from("/a");
    subject.pointer_push(&mut pointer, text);
    let step = pointer.strip_prefix("/a/").expect("a step begins with a slash");
    assert!(!step.contains('/'), "{step} is more than one step");
    assert_eq!(step.replace("~1", "/").replace("~0", "~"), *text);
}

/// As deep as the program goes: serde_json reads 127 levels.
const MAX_DEPTH: usize = 100;

/// The writer, and what it has to have written.
struct Program<'s, S> {
    subject: &'s S,
    json: Writer,
    /// The open containers; a name that waits for its value.
    open: Vec<(Value, Option<String>)>,
}

impl<'s, S: Subject> Program<'s, S> {
    fn new(subject: &'s S) -> Self {
        let mut json = Writer::new();
        json.begin_array();
        Self { subject, json, open: vec![(Value::Array(Vec::new()), None)] }
    }

    fn run(mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}', '[', ']', ',', ':']) {
            let piece = &rest[..at];
            let mark = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            // So that the empty text is written too.
            if !piece.is_empty() || matches!(mark, b',' | b':') {
                self.piece(piece);
            }
            match mark {
                b'{' => self.begin(Value::Object(Map::new())),
                b'[' => self.begin(Value::Array(Vec::new())),
                b'}' | b']' => self.end(),
                _ => {}
            }
        }
        self.piece(rest);
        self.finish();
    }

    /// A name, where one is due; otherwise a value.
    fn piece(&mut self, piece: &str) {
        let object = self.in_object();
        let Some((_, waiting)) = self.open.last_mut() else { return };
        let name = match waiting {
            None if object => {
                *waiting = Some(piece.to_owned());
                return;
            }
            name => name.take(),
        };
        let number = self.as_number(piece);
        let value = match piece {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => number.map_or_else(|| Value::from(piece), Value::Number),
        };
        if let (Some(name), Value::String(text)) = (&name, &value) {
            self.subject.member(&mut self.json, name, text);
        } else {
            if let Some(name) = &name {
                self.subject.name(&mut self.json, name);
            }
            self.write(piece, &value);
        }
        self.said(name, value);
    }

    fn write(&mut self, piece: &str, value: &Value) {
        match value {
            Value::Bool(value) => self.subject.bool(&mut self.json, *value),
            Value::Number(_) => {
                assert!(self.subject.number(&mut self.json, piece), "{piece} is a number");
            }
            Value::String(text) => self.subject.string(&mut self.json, text),
            _ => drop(self.json.null()),
        }
    }

    /// The piece as a number that serde_json can hold. The writer knows of every piece whether it is
    /// one by the grammar.
    fn as_number(&self, piece: &str) -> Option<Number> {
        let begins = piece.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let ends = piece.ends_with(|c: char| c.is_ascii_digit());
        let number = (begins && ends).then(|| serde_json::from_str::<Number>(piece));
        let too_large =
            |error: &serde_json::Error| error.to_string().starts_with("number out of range");
        let grammar = match number {
            Some(Ok(number)) => return Some(number),
            // It says so before it has seen the end, so jiter is asked.
            Some(Err(error)) if too_large(&error) => {
                match pull::verdict_of_text(piece.as_bytes()) {
                    Err(error) if pull::is_long_number(&error) => return None,
                    verdict => verdict.is_ok(),
                }
            }
            _ => false,
        };
        let mut writer = Writer::new();
        assert_eq!(self.subject.number(&mut writer, piece), grammar, "{piece:?} as a number");
        // What is refused is not written.
        assert_eq!(writer.finish(), if grammar { piece } else { "" });
        None
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|(value, _)| value.is_object())
    }

    /// The name for a container: the one that waits, or where one is due, the empty one.
    fn own_name(&mut self) -> Option<String> {
        if !self.in_object() {
            return None;
        }
        let (_, waiting) = self.open.last_mut()?;
        Some(waiting.take().unwrap_or_default())
    }

    fn begin(&mut self, value: Value) {
        if self.open.len() == MAX_DEPTH {
            return;
        }
        if let Some(name) = self.own_name() {
            self.subject.name(&mut self.json, &name);
            // It waits until its container is closed.
            if let Some((_, waiting)) = self.open.last_mut() {
                *waiting = Some(name);
            }
        }
        if value.is_object() {
            self.json.begin_object();
        } else {
            self.json.begin_array();
        }
        self.open.push((value, None));
    }

    /// Closes the innermost container, but never the outermost.
    fn end(&mut self) {
        if self.open.len() > 1 {
            self.complete();
            self.subject.end(&mut self.json);
            self.close();
        }
    }

    /// Gives a name that waits a value.
    fn complete(&mut self) {
        if let Some((_, waiting)) = self.open.last_mut()
            && let Some(name) = waiting.take()
        {
            self.subject.name(&mut self.json, &name);
            self.json.null();
            self.said(Some(name), Value::Null);
        }
    }

    fn close(&mut self) {
        if let Some((value, _)) = self.open.pop() {
            let name = self.open.last_mut().and_then(|(_, waiting)| waiting.take());
            self.said(name, value);
        }
    }

    /// A value stands in the innermost container. Of a name that stands twice the last one counts.
    fn said(&mut self, name: Option<String>, value: Value) {
        match (self.open.last_mut(), name) {
            (Some((Value::Array(items), _)), _) => items.push(value),
            (Some((Value::Object(members), _)), Some(name)) => drop(members.insert(name, value)),
            _ => unreachable!("a value stands in a container, and in an object behind a name"),
        }
    }

    fn finish(mut self) {
        self.complete();
        // The way to the innermost container: behind the items around it, or under its name.
        let mut pointer = String::new();
        let mut way = Vec::new();
        for (value, name) in &self.open[..self.open.len() - 1] {
            if let Value::Array(items) = value {
                self.subject.pointer_push(&mut pointer, &items.len().to_string());
                way.push(Step::Index(items.len()));
            } else {
                let name = name.clone().unwrap_or_default();
                self.subject.pointer_push(&mut pointer, &name);
                way.push(Step::Name(name));
            }
        }
        // The writer closes what is open.
        while self.open.len() > 1 {
            self.close();
        }
        let expected = self.open.pop().map(|(value, _)| value);
        let written = self.subject.finish(self.json);
        let read = serde_json::from_str::<Value>(&written);
        let read = read.unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(Some(&read), expected.as_ref(), "{written}");
        let innermost = way.iter().try_fold(&read, |value, step| match step {
            Step::Index(index) => value.get(index),
            Step::Name(name) => value.get(name),
        });
        let there = read.pointer(&pointer).zip(innermost);
        assert!(
            there.is_some_and(|(there, innermost)| std::ptr::eq(there, innermost)),
            "{pointer:?} of {written}"
        );
    }
}

/// A step on the way to a value.
enum Step {
    Index(usize),
    Name(String),
}

#[cfg(test)]
pub(crate) const JSON_TEXT_LIES: &[crate::testing::Lie] = {
    struct OneControlIsPlain;
    impl Subject for OneControlIsPlain {
        fn write_string(&self, out: &mut String, text: &str) {
            let mut written = String::new();
            write_string(&mut written, text);
            out.push_str(&written.replace("\\u001f", "\x1F"));
        }
    }

    struct NoShortForm;
    impl Subject for NoShortForm {
        fn write_string(&self, out: &mut String, text: &str) {
            for piece in text.split_inclusive('\u{C}') {
                let plain = piece.strip_suffix('\u{C}');
                let mut written = String::new();
                write_string(&mut written, plain.unwrap_or(piece));
                if out.ends_with('"') {
                    out.pop();
                    written.remove(0);
                }
                if plain.is_some() {
                    written.insert_str(written.len() - 1, "\\u000c");
                }
                out.push_str(&written);
            }
            if text.is_empty() {
                out.push_str("\"\"");
            }
        }
    }

    struct NothingStaysThere;
    impl Subject for NothingStaysThere {
        fn write_string(&self, out: &mut String, text: &str) {
            out.clear();
            write_string(out, text);
        }
    }

    struct TildesLast;
    impl Subject for TildesLast {
        fn pointer_push(&self, pointer: &mut String, name: &str) {
            pointer.push('/');
            pointer.push_str(&name.replace('/', "~1").replace('~', "~0"));
        }
    }

    struct EmptyStepsAreLost;
    impl Subject for EmptyStepsAreLost {
        fn pointer_push(&self, pointer: &mut String, name: &str) {
            if !name.is_empty() {
                pointer_push(pointer, name);
            }
        }
    }

    struct EmptyIsNull;
    impl Subject for EmptyIsNull {
        fn member(&self, json: &mut Writer, name: &str, text: &str) {
            json.name(name);
            if text.is_empty() {
                json.null()
            } else {
                json.string(text)
            };
        }
    }

    struct StringsAreTrimmed;
    impl Subject for StringsAreTrimmed {
        fn string(&self, json: &mut Writer, text: &str) {
            json.string(text.trim());
        }
    }

    struct ZerosMayLead;
    impl Subject for ZerosMayLead {
        fn number(&self, json: &mut Writer, text: &str) -> bool {
            let zeros = text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
            zeros || json.number(text).is_ok()
        }
    }

    struct NumbersBecomeFloats;
    impl Subject for NumbersBecomeFloats {
        fn number(&self, json: &mut Writer, text: &str) -> bool {
            match text.parse::<u64>() {
                #[expect(clippy::cast_precision_loss, reason = "that is the lie")]
                Ok(number) if !text.starts_with('0') => {
                    json.number(&format!("{:e}", number as f64)).is_ok()
                }
                _ => json.number(text).is_ok(),
            }
        }
    }

    struct OnlyTheInnermostIsClosed;
    impl Subject for OnlyTheInnermostIsClosed {
        fn finish(&self, json: Writer) -> String {
            let mut written = json.finish();
            let trimmed = written.trim_end_matches([']', '}']).len() + 1;
            if written.len() > trimmed {
                written.truncate(trimmed);
            }
            written
        }
    }

    struct EndsTwo;
    impl Subject for EndsTwo {
        fn end(&self, json: &mut Writer) {
            json.end().end();
        }
    }

    crate::testing::lies!["json_text", holds;
        "U+001F stands for itself": OneControlIsPlain,
        "U+000C is not written in its short form": NoShortForm,
        "what was there is gone": NothingStaysThere,
        "`~` is escaped after `/`": TildesLast,
        "an empty name is no step": EmptyStepsAreLost,
        "an empty text is null": EmptyIsNull,
        "a text loses the white space around it": StringsAreTrimmed,
        "zeros may lead a number": ZerosMayLead,
        "a number is written as an f64 has it": NumbersBecomeFloats,
        "what is open at the end stays open": OnlyTheInnermostIsClosed,
        "two containers are closed at once": EndsTwo,
    ]
};

#[cfg(test)]
mod tests {
    use super::json_text;

    /// serde_json reads what is written, so it has to be a number of its own.
    #[test]
    fn the_exception() {
        for (number, accepted) in [("1e308", true), ("1e309", false), ("-1e309", false)] {
            assert_eq!(serde_json::from_str::<serde_json::Value>(number).is_ok(), accepted);
            json_text(number.as_bytes());
        }
        // It refuses this one for its size, before it gets to what makes it no number.
        let error = serde_json::from_str::<serde_json::Number>("1e309e0").expect_err("no number");
        assert!(error.to_string().starts_with("number out of range"), "{error}");
        json_text(b"1e309e0");
    }

    #[test]
    fn every_byte() {
        for a in 0..=u8::MAX {
            json_text(&[a]);
            for b in b"a\\\"/~,:[{]}0\x1F\xC3\x80" {
                json_text(&[a, *b]);
                json_text(&[*b, a]);
            }
        }
    }

    #[test]
    fn a_large_text_is_held_in_linear_time() {
        for piece in ["[", "{", "{a:", "a", "\x01", "1", "a,", "[]", "~/", "{a,}", "é"] {
            json_text(piece.repeat((1 << 20) / piece.len()).as_bytes());
        }
    }
}
