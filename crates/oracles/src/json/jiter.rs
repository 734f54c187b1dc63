//! The JSON reader held against jiter, and the names that stand twice against a search of its own.

use std::borrow::Cow;
use std::ops::Range;
use std::str::from_utf8;

use faultbook_core::json::{Duplicates, Kind, Reader, Text, Token};
use faultbook_core::{Fault, FaultKind};
use jiter::{JiterError, JiterErrorType, JsonErrorType};

use super::pull::{self, Event, Listener};
use super::without_mark;
use crate::sampling::asks;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn next<'a>(&self, json: &mut Reader<'a>) -> Result<Option<Token<'a>>, Fault> {
        json.next()
    }

    fn decode<'a>(&self, text: Text<'a>) -> Cow<'a, str> {
        text.decode()
    }

    /// How many there were, and of those that were kept the later and the first name.
    fn duplicates(&self, _body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
        let kept = json.duplicates().iter().map(|one| (one.name.clone(), one.first.clone()));
        (json.duplicates().total(), kept.collect())
    }
}

/// The places of the later and of the first name.
type Twice = (Range<usize>, Range<usize>);

struct Real;

impl Subject for Real {}

/// Any bytes: our reader reads the same tokens as jiter in the same places, and stops where jiter
/// stops. The names that stand twice are those that a search of its own finds: every name of every
/// object, sorted.
///
/// jiter differs from the grammar in two things: it refuses a byte order mark (it is given what
/// follows) and an integer part of more than 4,300 digits (reading ends there). In a fault's place it
/// differs in three, see `stops_at`. Depth is none: jiter is asked token by token.
///
/// # Panics
///
/// Where that does not hold.
pub fn json_jiter(body: &[u8]) {
    holds(&Real, body);
}

fn holds(subject: &impl Subject, body: &[u8]) {
    let document = without_mark(body);
    // So that the limit is asked for too.
    let limit = [Duplicates::DEFAULT_LIMIT, 0, 1, 3][body.len() % 4];
    let mut step = Step {
        subject,
        body,
        offset: body.len() - document.len(),
        json: Reader::new(body).with_duplicate_limit(limit),
        last: 0..0,
        open: Vec::new(),
        objects: 0,
        names: Vec::new(),
        asks_names: asks(body, 2),
    };
    let verdict = pull::pull(document, &mut step);
    step.end(verdict);
    if step.asks_names {
        step.duplicates(limit);
    }
}

/// A name that was read. They are sorted by object, name, and place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named<'b> {
    /// The number of its object.
    object: usize,
    name: Cow<'b, str>,
    start: usize,
    end: usize,
}

/// Our reader, in step with jiter.
struct Step<'b, S> {
    subject: &'b S,
    body: &'b [u8],
    /// How many bytes jiter was not given.
    offset: usize,
    json: Reader<'b>,
    /// Where the last token stands.
    last: Range<usize>,
    /// The open containers: the number of an object.
    open: Vec<Option<usize>>,
    objects: usize,
    names: Vec<Named<'b>>,
    /// Whether names that stand twice are looked for.
    asks_names: bool,
}

impl<S: Subject> Listener for Step<'_, S> {
    const DECODES: bool = true;

    fn event(&mut self, event: Event<'_>) {
        let token = match self.subject.next(&mut self.json) {
            Ok(Some(token)) => token,
            other => panic!("jiter reads {event:?} in {}: {other:?}", self.body.escape_ascii()),
        };
        let same = match (token.kind, event) {
            (Kind::ObjectStart, Event::ObjectStart) => {
                self.open.push(Some(self.objects));
                self.objects += 1;
                true
            }
            (Kind::ArrayStart, Event::ArrayStart) => {
                self.open.push(None);
                true
            }
            (Kind::ObjectEnd, Event::ObjectEnd) | (Kind::ArrayEnd, Event::ArrayEnd) => {
                self.open.pop();
                true
            }
            (Kind::Name(text), Event::Name(expected)) => {
                let name = self.subject.decode(text);
                let same = name == expected;
                self.name(name, &token.span);
                same
            }
            (Kind::String(text), Event::String(expected)) => self.subject.decode(text) == expected,
            (Kind::Bool(value), Event::Bool(expected)) => value == expected,
            (Kind::Number(_), Event::Number) | (Kind::Null, Event::Null) => true,
            _ => false,
        };
        assert!(same, "jiter reads {event:?} in {}: {token:?}", self.body.escape_ascii());
        self.last = token.span;
    }

    fn place(&mut self, place: Range<usize>) {
        let place = place.start + self.offset..place.end + self.offset;
        assert_eq!(self.last, place, "{}", self.body.escape_ascii());
    }
}

impl<'b, S: Subject> Step<'b, S> {
    fn name(&mut self, name: Cow<'b, str>, span: &Range<usize>) {
        if !self.asks_names {
            return;
        }
        let object = self.open.last().copied().flatten().expect("a name stands in an object");
        self.names.push(Named { object, name, start: span.start, end: span.end });
    }

    /// jiter came to its end.
    fn end(&mut self, verdict: Result<(), JiterError>) {
        let shown = self.body.escape_ascii();
        let mut next = self.subject.next(&mut self.json);
        let Err(error) = verdict else {
            assert_eq!(next, Ok(None), "{shown}");
            return;
        };
        if pull::is_long_number(&error) {
            let number = &self.body[self.offset + error.index - 4301..][..4301];
            assert!(number.iter().all(u8::is_ascii_digit), "{error}");
            return;
        }
        // jiter gives a name out behind its colon only.
        if let Ok(Some(Token { kind: Kind::Name(text), span })) = next {
            self.name(self.subject.decode(text), &span);
            next = self.subject.next(&mut self.json);
        }
        let Err(fault) = next else {
            panic!("jiter does not read {shown}: {error}, but we do: {next:?}");
        };
        assert!(
            stops_at(&self.body[self.offset..], self.offset, &fault, &error),
            "jiter stops otherwise in {shown}: {error}, but we: {fault}"
        );
    }

    /// The names that stand twice.
    fn duplicates(mut self, limit: usize) {
        let shown = self.body.escape_ascii();
        let (total, kept) = self.subject.duplicates(self.body, &self.json);
        assert_eq!(kept.len(), total.min(limit), "{shown}");
        let names = &mut self.names;
        names.sort_unstable();
        let mut again: Vec<(&Named<'_>, &Named<'_>)> = Vec::new();
        for same in names.chunk_by(|a, b| a.object == b.object && a.name == b.name) {
            again.extend(same[1..].iter().map(|later| (later, &same[0])));
        }
        assert_eq!(again.len(), total, "{shown}");
        again.sort_unstable_by_key(|(later, _)| later.start);
        for ((later, first), kept) in again.into_iter().zip(kept) {
            let places = (later.start..later.end, first.start..first.end);
            assert_eq!(kept, places, "{shown}");
        }
    }
}

/// Whether jiter stops at the fault's place: its error is there, or this is one of three differences.
fn stops_at(document: &[u8], offset: usize, fault: &Fault, error: &JiterError) -> bool {
    let place = fault.span().start - offset;
    match (fault.kind(), &error.error_type) {
        // It looks for UTF-8 when it has the string's end, and may stop before it gets there; where
        // the string has escapes, it counts in the decoded text.
        (FaultKind::Encoding, _) => {
            from_utf8(document).is_err_and(|error| error.valid_up_to() == place)
        }
        // It points behind the digits, or behind the backslash; we at the escape.
        (
            FaultKind::LoneSurrogate,
            JiterErrorType::JsonError(
                JsonErrorType::LoneLeadingSurrogateInHexEscape
                | JsonErrorType::UnexpectedEndOfHexEscape,
            ),
        ) => (place..=place + 5).contains(&error.index),
        // It looks for four digits at once.
        (_, JiterErrorType::JsonError(JsonErrorType::EofWhileParsingString))
            if fault.expected() == "four hexadecimal digits" =>
        {
            document.len() < place + 4 && error.index == document.len()
        }
        _ => place == error.index,
    }
}

#[cfg(test)]
pub(crate) const JSON_JITER_LIES: &[crate::testing::Lie] = {
    type Next<'a> = Result<Option<Token<'a>>, Fault>;

    struct SurrogatesPass;
    impl Subject for SurrogatesPass {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            match json.next() {
                Err(fault) if fault.kind() == FaultKind::LoneSurrogate => Ok(None),
                other => other,
            }
        }
    }

    struct NumbersTakeOneMore;
    impl Subject for NumbersTakeOneMore {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            let mut token = json.next()?;
            if let Some(Token { kind: Kind::Number(_), span }) = &mut token {
                span.end += 1;
            }
            Ok(token)
        }
    }

    struct CountsWithoutTheMark;
    impl Subject for CountsWithoutTheMark {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            let mark = if json.has_byte_order_mark() { 3 } else { 0 };
            let token = json.next()?;
            Ok(token.map(|Token { kind, span }| Token {
                kind,
                span: span.start - mark..span.end - mark,
            }))
        }
    }

    struct NulEndsAText;
    impl Subject for NulEndsAText {
        fn decode<'a>(&self, text: Text<'a>) -> Cow<'a, str> {
            let decoded = text.decode();
            match decoded.find('\0') {
                Some(at) => decoded[..at].to_owned().into(),
                None => decoded,
            }
        }
    }

    struct AsWritten;
    impl Subject for AsWritten {
        fn duplicates(&self, body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
            let (total, kept) = Real.duplicates(body, json);
            let missed = |(name, first): &&Twice| body[name.clone()] != body[first.clone()];
            (total - kept.iter().filter(missed).count(), kept)
        }
    }

    struct TheOneBefore;
    impl Subject for TheOneBefore {
        fn duplicates(&self, body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
            let (total, mut kept) = Real.duplicates(body, json);
            for at in 1..kept.len() {
                if kept[at].1 == kept[at - 1].1 {
                    kept[at].1 = kept[at - 1].0.clone();
                }
            }
            (total, kept)
        }
    }

    struct CountsWhatIsKept;
    impl Subject for CountsWhatIsKept {
        fn duplicates(&self, body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
            let (_, kept) = Real.duplicates(body, json);
            (kept.len(), kept)
        }
    }

    struct TheLastFirst;
    impl Subject for TheLastFirst {
        fn duplicates(&self, body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
            let (total, mut kept) = Real.duplicates(body, json);
            kept.reverse();
            (total, kept)
        }
    }

    struct OfAllObjects;
    impl Subject for OfAllObjects {
        fn duplicates(&self, body: &[u8], json: &Reader<'_>) -> (usize, Vec<Twice>) {
            let mut names: Vec<(String, Range<usize>)> = Vec::new();
            let mut twice = Vec::new();
            let mut again = Reader::new(body);
            while let Ok(Some(Token { kind, span })) = again.next() {
                let Kind::Name(text) = kind else { continue };
                match names.iter().find(|(name, _)| text == name.as_str()) {
                    Some((_, first)) => twice.push((span, first.clone())),
                    None => names.push((text.decode().into_owned(), span)),
                }
            }
            let total = twice.len();
            // As many are kept as the reader keeps.
            let limit = if json.duplicates().total() > json.duplicates().iter().count() {
                json.duplicates().iter().count()
            } else {
                total
            };
            twice.truncate(limit);
            (total, twice)
        }
    }

    crate::testing::lies!["json_jiter", holds;
        "a lone surrogate is accepted": SurrogatesPass,
        "a number's place has one byte too many": NumbersTakeOneMore,
        "places are counted behind the byte order mark": CountsWithoutTheMark,
        "a text ends at U+0000": NulEndsAText,
        "names are compared as they are written": AsWritten,
        "the name before is taken for the first": TheOneBefore,
        "those that are not kept are not counted": CountsWhatIsKept,
        "the last ones come first": TheLastFirst,
        "the names of all objects are compared": OfAllObjects,
    ]
};

#[cfg(test)]
mod tests {
    use faultbook_core::json::Reader;

    use super::super::pull;
    use super::{json_jiter, stops_at};

    /// The places where jiter stops elsewhere, each of them real.
    #[test]
    fn the_exceptions() {
        for (body, ours, jiters) in [
            // It looks for four digits at once.
            (&b"\"\\u0x\""[..], 4, 6),
            // It points behind the digits of a surrogate, or behind the escape that is missing.
            (b"\"\\udd1e\"", 1, 6),
            (b"\"\\ud834\\u0041\"", 7, 12),
            (b"\"\\ud834\\n\"", 7, 8),
            // It looks for UTF-8 at the end of a string, and counts in the decoded text.
            (b"\"\\n\xFF\"", 3, 2),
            (b"\"\xFF\n\"", 1, 2),
        ] {
            let shown = body.escape_ascii();
            let fault = Reader::new(body).next().expect_err("it is no document");
            let error = pull::verdict(body).expect_err("it is no document");
            assert_eq!((fault.span().start, error.index), (ours, jiters), "{shown}: {error}");
            assert!(stops_at(body, 0, &fault, &error), "{shown}");
            json_jiter(body);
        }
        json_jiter("1".repeat(4301).as_bytes());
        json_jiter(format!("[-{}, x", "1".repeat(9000)).as_bytes());
    }

    #[test]
    fn a_large_body_is_held_in_linear_time() {
        for piece in ["[", "{\"a\":", "[[],", "\"", "1", "{\"a\":0,\"b\":["] {
            json_jiter(piece.repeat((1 << 20) / piece.len()).as_bytes());
        }
        for piece in ["[]", "{\"a\":{}}", "\"\\n\"", "1e400", "{\"a\":1,\"a\":2}"] {
            let pieces = vec![piece; (1 << 20) / (piece.len() + 1)];
            json_jiter(format!("[{}]", pieces.join(",")).as_bytes());
        }
        json_jiter(format!("{{{}}}", vec!["\"a\":0"; 100_000].join(",")).as_bytes());
    }
}
