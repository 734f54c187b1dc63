//! The JSON reader held against serde_json.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::Fault;
use faultbook_core::json::{Kind, MAX_POINTER, Reader, Step, Text, Token};
use serde_json::{Map, Number, Value, map};

use super::{is_space, pull, without_mark};
use crate::sampling::asks;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn next<'a>(&self, json: &mut Reader<'a>) -> Result<Option<Token<'a>>, Fault> {
        json.next()
    }

    fn skip_container(&self, json: &mut Reader<'_>) -> Result<Range<usize>, Fault> {
        json.skip_container()
    }

    fn depth(&self, json: &Reader<'_>) -> usize {
        json.depth()
    }

    fn pointer(&self, json: &Reader<'_>) -> Option<String> {
        json.pointer()
    }

    fn duplicates(&self, json: &Reader<'_>) -> usize {
        json.duplicates().total()
    }

    fn decode<'a>(&self, text: Text<'a>) -> Cow<'a, str> {
        text.decode()
    }
}

struct Real;

impl Subject for Real {}

/// Any bytes: our reader accepts them where serde_json does, and reads the same values.
///
/// Every token stands where its text is, in order, with nothing between them but white space and
/// the one comma or colon that belongs there. Containers are skipped to the end where their bracket
/// is read; depths and pointers fit; of the names that stand twice there are as many as serde_json
/// drops.
///
/// serde_json refuses three things that the grammar allows: a byte order mark (it is given what
/// follows), 128 levels, and a number that no `f64` can hold. Of the last two jiter gives the
/// verdict; it knows neither limit. It refuses an integer part of more than 4,300 digits; where
/// serde_json refuses that too, nobody is left to ask.
///
/// Of a document one container is skipped, one of the first three, and one token is asked for its
/// pointer, one of the first 32: the body's length says which. So time is linear, and short.
///
/// # Panics
///
/// Where that does not hold.
pub fn json(body: &[u8]) {
    holds(&Real, body);
}

/// From this many levels on serde_json refuses a document.
const MAX_DEPTH: usize = 128;

fn holds(subject: &impl Subject, body: &[u8]) {
    // Where oracles sample, seven documents of eight are read and no more, since serde_json takes as
    // long as we do; of half of the others only the verdict is compared.
    if !asks(body, 8) {
        _ = is_accepted(body);
        return;
    }
    let document = without_mark(body);
    let whole = serde_json::from_slice::<Value>(document);
    if !asks(body, 16) && is_accepted(body) == whole.is_ok() {
        return;
    }
    let walk = Walk::new(subject, body, whole.as_ref().ok());
    let (verdict, seen) = walk.walk();
    match (verdict, &whole) {
        (Ok(()), Ok(whole)) if seen.astray => {
            let (value, duplicates) = rebuild(subject, body);
            assert_eq!(&value, whole, "{}", body.escape_ascii());
            assert_eq!(duplicates, seen.duplicates, "names twice in {}", body.escape_ascii());
            assert_ne!(duplicates, 0, "{}", body.escape_ascii());
        }
        // Each object had as many names as serde_json has, and the same.
        (Ok(()), Ok(_)) => {
            assert_eq!(seen.duplicates, 0, "no name twice in {}", body.escape_ascii());
        }
        (Err(fault), Ok(_)) => panic!("only we refuse {}: {fault}", body.escape_ascii()),
        (Ok(()), Err(error)) => {
            let reason = error.to_string();
            let out_of_range = reason.starts_with("number out of range");
            let too_deep = reason.starts_with("recursion limit exceeded");
            assert_eq!(too_deep, seen.deepest >= MAX_DEPTH && !out_of_range, "{reason}");
            assert!(
                (out_of_range || too_deep)
                    && pull::verdict(document)
                        .map_or_else(|error| pull::is_long_number(&error), |()| true),
                "only we accept {}: {reason}",
                body.escape_ascii()
            );
        }
        (Err(fault), Err(_)) => {
            if seen.deepest >= MAX_DEPTH {
                let shown = document.escape_ascii();
                assert!(pull::verdict(document).is_err(), "only we refuse {shown}: {fault}");
            }
        }
    }
}

/// The verdict alone, by the fastest way through the reader: the walk takes the other one.
fn is_accepted(body: &[u8]) -> bool {
    let mut json = Reader::new(body);
    loop {
        match json.advance() {
            Step::End => return true,
            Step::Failed => return false,
            _ => {}
        }
    }
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    /// The most containers that were open at once.
    deepest: usize,
    /// How many names stood in their object already, as the reader says.
    duplicates: usize,
    /// Whether a token was not the next one of serde_json's value. It has to be a name that stands
    /// twice, or the value of one: serde_json keeps the last value in the first one's place.
    astray: bool,
}

/// What serde_json has of an open container, and has not been met yet.
enum Rest<'v> {
    Items(std::slice::Iter<'v, Value>),
    Members(map::Iter<'v>, Option<&'v Value>),
}

/// A container that was skipped.
struct Skipped {
    depth: usize,
    /// Where that led.
    to: Result<usize, Fault>,
    /// How many duplicates there were then.
    duplicates: usize,
}

/// Reads a document once, in step with serde_json's value of it.
struct Walk<'w, S> {
    subject: &'w S,
    body: &'w [u8],
    json: Reader<'w>,
    /// The open containers: set for an object.
    open: Vec<bool>,
    /// What serde_json made of the document, unless it refuses it or we are astray.
    root: Option<&'w Value>,
    /// Of every open container its value and what is left of it.
    rest: Vec<(&'w Value, Rest<'w>)>,
    /// The container that was skipped, until it is read to its end.
    skipped: Option<Skipped>,
    seen: Seen,
}

impl<'w, S: Subject> Walk<'w, S> {
    fn new(subject: &'w S, body: &'w [u8], root: Option<&'w Value>) -> Self {
        Self {
            subject,
            body,
            json: Reader::new(body),
            open: Vec::new(),
            root,
            rest: Vec::new(),
            skipped: None,
            seen: Seen::default(),
        }
    }

    fn walk(mut self) -> (Result<(), Fault>, Seen) {
        let mut end = self.body.len() - without_mark(self.body).len();
        // What has to stand before the next token, if that is not a bracket that closes.
        let mut mark = None;
        let mut count = 0_usize;
        let mut skip_in = self.body.len() % 3;
        let asked = 1 << (self.body.len() % 6);
        loop {
            let token = match self.subject.next(&mut self.json) {
                Ok(Some(token)) => token,
                Ok(None) => {
                    assert!(self.body[end..].iter().all(|&byte| is_space(byte)), "a rest is left");
                    assert_eq!(self.json.position(), self.body.len());
                    assert!(self.open.is_empty(), "not closed: {}", self.body.escape_ascii());
                    assert_eq!(self.subject.next(&mut self.json), Ok(None));
                    break self.finish(Ok(()));
                }
                Err(fault) => {
                    assert!(fault.span().start >= end, "{fault} but {end} was read");
                    assert_eq!(self.json.position(), fault.span().start);
                    break self.finish(Err(fault));
                }
            };
            let Token { kind, span } = token;
            let closes = matches!(kind, Kind::ObjectEnd | Kind::ArrayEnd);
            let before = if closes && mark == Some(b',') { None } else { mark };
            assert!(
                stands_between(&self.body[end..span.start], before),
                "{:?} before {span:?} in {}",
                &self.body[end..span.start],
                self.body.escape_ascii()
            );
            is_written(kind, &self.body[span.clone()]);
            end = span.end;
            assert_eq!(self.json.position(), end);
            mark = match kind {
                Kind::Name(_) => Some(b':'),
                Kind::ObjectStart | Kind::ArrayStart => None,
                _ => Some(b','),
            };
            if self.open.is_empty() {
                assert_eq!(count, 0, "two values in {}", self.body.escape_ascii());
            }
            if closes {
                self.close(kind == Kind::ObjectEnd, &span);
            }
            let at = self.compare(kind);
            if let Kind::ObjectStart | Kind::ArrayStart = kind {
                self.open.push(kind == Kind::ObjectStart);
                self.seen.deepest = self.seen.deepest.max(self.open.len());
                if skip_in == 0 {
                    self.skip(&span);
                }
                skip_in = skip_in.wrapping_sub(1);
            }
            assert_eq!(self.subject.depth(&self.json), self.open.len(), "at {span:?}");
            count += 1;
            if count == asked {
                self.pointer(at);
            }
        }
    }

    fn finish(mut self, verdict: Result<(), Fault>) -> (Result<(), Fault>, Seen) {
        // What is still open was skipped to the same fault.
        if let Some(skipped) = &self.skipped {
            assert_eq!(
                skipped.to.as_ref().err(),
                verdict.as_ref().err(),
                "skipped to another end: {}",
                self.body.escape_ascii()
            );
        }
        self.seen.duplicates = self.subject.duplicates(&self.json);
        (verdict, self.seen)
    }

    /// Holds a token against serde_json's value, and gives what its pointer has to lead to.
    fn compare(&mut self, kind: Kind<'_>) -> Option<&'w Value> {
        self.root?;
        let met = self.meet(kind);
        if met.is_none() {
            self.seen.astray = true;
            self.root = None;
        }
        met
    }

    /// The value of a token; `None` where it is not the next one of serde_json's.
    fn meet(&mut self, kind: Kind<'_>) -> Option<&'w Value> {
        if let Kind::ObjectEnd | Kind::ArrayEnd = kind {
            let (value, rest) = self.rest.pop()?;
            let all = match rest {
                Rest::Items(mut items) => items.next().is_none(),
                Rest::Members(mut members, value) => value.is_none() && members.next().is_none(),
            };
            return all.then_some(value);
        }
        if let Kind::Name(text) = kind {
            let Some((_, Rest::Members(members, value))) = self.rest.last_mut() else {
                return None;
            };
            let (name, next) = members.next()?;
            *value = Some(next);
            return is_text(self.subject, text, name).then_some(next);
        }
        let value = match self.rest.last_mut() {
            None => self.root?,
            Some((_, Rest::Items(items))) => items.next()?,
            Some((_, Rest::Members(_, value))) => value.take()?,
        };
        let same = match (kind, value) {
            (Kind::ObjectStart, Value::Object(members)) => {
                self.rest.push((value, Rest::Members(members.iter(), None)));
                true
            }
            (Kind::ArrayStart, Value::Array(items)) => {
                self.rest.push((value, Rest::Items(items.iter())));
                true
            }
            (Kind::String(text), Value::String(expected)) => is_text(self.subject, text, expected),
            (Kind::Number(text), Value::Number(number)) => is_number(text, number),
            (Kind::Bool(value), Value::Bool(expected)) => value == *expected,
            (Kind::Null, Value::Null) => true,
            _ => false,
        };
        same.then_some(value)
    }

    /// The bracket that closes the innermost container was read.
    fn close(&mut self, object: bool, span: &Range<usize>) {
        let depth = self.open.len();
        assert_eq!(self.open.pop(), Some(object), "at {span:?}");
        if let Some(skipped) = self.skipped.take_if(|skipped| skipped.depth == depth) {
            assert_eq!(skipped.to, Ok(span.end), "skipped {}", self.body.escape_ascii());
            assert_eq!(skipped.duplicates, self.subject.duplicates(&self.json));
        }
    }

    /// Skips the container that was just opened, with another reader.
    fn skip(&mut self, span: &Range<usize>) {
        let mut other = self.json.clone();
        let to = self.subject.skip_container(&mut other).map(|skipped| {
            assert_eq!((skipped.start, skipped.end), (span.start, other.position()));
            assert_eq!(other.depth(), self.open.len() - 1, "skipped from {span:?}");
            skipped.end
        });
        let duplicates = self.subject.duplicates(&other);
        self.skipped = Some(Skipped { depth: self.open.len(), to, duplicates });
    }

    /// The last token's pointer leads to `at`.
    fn pointer(&self, at: Option<&Value>) {
        let pointer = self.subject.pointer(&self.json);
        let Some(pointer) = pointer else {
            // A byte of the body, `~`, `/` or `[`, becomes two of a pointer.
            assert!(
                self.body.len() > MAX_POINTER / 2,
                "no pointer in {}",
                self.body.escape_ascii()
            );
            return;
        };
        assert!(pointer.len() <= MAX_POINTER);
        // Without duplicates a pointer leads to one value alone.
        if let (Some(root), Some(at)) = (self.root, at)
            && self.json.duplicates().is_empty()
        {
            let there = root.pointer(&pointer);
            assert!(there.is_some_and(|there| std::ptr::eq(there, at)), "{pointer:?}: {there:?}");
        }
    }
}

/// The bytes of a token are what its kind says.
fn is_written(kind: Kind<'_>, written: &[u8]) {
    let right = match kind {
        Kind::ObjectStart => written == b"{",
        Kind::ObjectEnd => written == b"}",
        Kind::ArrayStart => written == b"[",
        Kind::ArrayEnd => written == b"]",
        Kind::Bool(true) => written == b"true",
        Kind::Bool(false) => written == b"false",
        Kind::Null => written == b"null",
        Kind::Number(text) => {
            written == text.as_bytes()
                && written.first().is_some_and(|byte| b"-0123456789".contains(byte))
                && written.last().is_some_and(u8::is_ascii_digit)
        }
        Kind::Name(text) | Kind::String(text) => {
            let inside = written.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
            inside == Some(text.raw().as_bytes())
        }
    };
    assert!(right, "{kind:?} is written {}", written.escape_ascii());
}

/// Whether `between` is white space, and in it the mark once where there is one.
fn stands_between(between: &[u8], mut mark: Option<u8>) -> bool {
    for &byte in between {
        if !is_space(byte) && mark.take() != Some(byte) {
            return false;
        }
    }
    mark.is_none()
}

/// Whether a string's text is the same however it is asked for.
fn is_text(subject: &impl Subject, text: Text<'_>, expected: &str) -> bool {
    let decoded = subject.decode(text);
    if !text.is_escaped() {
        return text.raw() == expected
            && matches!(decoded, Cow::Borrowed(same) if same == expected);
    }
    decoded == expected
        && text == *expected
        && text.chars().eq(expected.chars())
        && text.eq_ignore_ascii_case(expected)
        && text.raw().len() > expected.len()
}

/// Whether serde_json reads this number so.
fn is_number(text: &str, number: &Number) -> bool {
    if let Some(number) = number.as_u64() {
        return text.parse() == Ok(number);
    }
    if let Some(number) = number.as_i64() {
        return text.parse() == Ok(number);
    }
    serde_json::from_str::<Number>(text).is_ok_and(|alone| alone == *number)
}

/// The value that the tokens make, the last of several members with one name winning; and how many
/// names stood in their object already.
fn rebuild(subject: &impl Subject, body: &[u8]) -> (Value, usize) {
    let mut json = Reader::new(body);
    // The name is that of the container's own member.
    let mut open: Vec<(Value, String)> = Vec::new();
    let mut name = String::new();
    let mut duplicates = 0;
    while let Ok(Some(token)) = subject.next(&mut json) {
        let value = match token.kind {
            Kind::ObjectStart => {
                open.push((Value::Object(Map::new()), std::mem::take(&mut name)));
                continue;
            }
            Kind::ArrayStart => {
                open.push((Value::Array(Vec::new()), std::mem::take(&mut name)));
                continue;
            }
            Kind::Name(text) => {
                name = subject.decode(text).into_owned();
                assert!(is_text(subject, text, &name));
                continue;
            }
            Kind::ObjectEnd | Kind::ArrayEnd => {
                let (value, own) = open.pop().expect("the walk held brackets against each other");
                name = own;
                value
            }
            Kind::String(text) => {
                let text_ = subject.decode(text);
                assert!(is_text(subject, text, &text_));
                Value::from(text_)
            }
            Kind::Number(text) => serde_json::from_str(text).expect("a number"),
            Kind::Bool(value) => Value::from(value),
            Kind::Null => Value::Null,
        };
        match open.last_mut() {
            None => return (value, duplicates),
            Some((Value::Array(items), _)) => items.push(value),
            Some((Value::Object(members), _)) => {
                let earlier = members.insert(std::mem::take(&mut name), value);
                duplicates += usize::from(earlier.is_some());
            }
            Some(_) => unreachable!("only containers are opened"),
        }
    }
    panic!("read once, but not twice: {}", body.escape_ascii())
}

#[cfg(test)]
pub(crate) const JSON_LIES: &[crate::testing::Lie] = {
    use faultbook_core::FaultKind;

    type Next<'a> = Result<Option<Token<'a>>, Fault>;

    struct NamesLoseAQuote;
    impl Subject for NamesLoseAQuote {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            let mut token = json.next()?;
            if let Some(Token { kind: Kind::Name(_), span }) = &mut token {
                span.end -= 1;
            }
            Ok(token)
        }
    }

    struct SurrogatesPass;
    impl Subject for SurrogatesPass {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            match json.next() {
                Err(fault) if fault.kind() == FaultKind::LoneSurrogate => {
                    // As if it were fine: what was read so far, and the end.
                    Ok(None)
                }
                other => other,
            }
        }
    }

    struct ARestPasses;
    impl Subject for ARestPasses {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            match json.next() {
                Err(fault) if fault.kind() == FaultKind::TrailingContent => Ok(None),
                other => other,
            }
        }
    }

    struct NumbersEndAtTheirExponent;
    impl Subject for NumbersEndAtTheirExponent {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            let mut token = json.next()?;
            if let Some(Token { kind: Kind::Number(text), span }) = &mut token
                && let Some(at) = text.find(['e', 'E'])
            {
                *text = &text[..at];
                span.end = span.start + at;
            }
            Ok(token)
        }
    }

    struct TrueIsFalse;
    impl Subject for TrueIsFalse {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Next<'a> {
            let mut token = json.next()?;
            if let Some(Token { kind: Kind::Bool(value), .. }) = &mut token {
                *value = false;
            }
            Ok(token)
        }
    }

    struct PairsAreTwo;
    impl Subject for PairsAreTwo {
        fn decode<'a>(&self, text: Text<'a>) -> Cow<'a, str> {
            if !text.is_escaped() {
                return text.decode();
            }
            let replaced =
                |c: char| if c > '\u{FFFF}' { "\u{FFFD}\u{FFFD}".into() } else { c.to_string() };
            text.chars().map(replaced).collect::<String>().into()
        }
    }

    struct SlashesKeepTheirEscape;
    impl Subject for SlashesKeepTheirEscape {
        fn decode<'a>(&self, text: Text<'a>) -> Cow<'a, str> {
            let escaped = text.raw().contains("\\/");
            if escaped { text.decode().replace('/', "\\/").into() } else { text.decode() }
        }
    }

    struct SkipsToTheFirstBracket;
    impl Subject for SkipsToTheFirstBracket {
        fn skip_container(&self, json: &mut Reader<'_>) -> Result<Range<usize>, Fault> {
            let start = json.position() - 1;
            while let Some(token) = json.next()? {
                if let Kind::ObjectEnd | Kind::ArrayEnd = token.kind {
                    break;
                }
            }
            Ok(start..json.position())
        }
    }

    struct SkipsWhatIsWrong;
    impl Subject for SkipsWhatIsWrong {
        fn skip_container(&self, json: &mut Reader<'_>) -> Result<Range<usize>, Fault> {
            let start = json.position() - 1;
            let outside = json.depth() - 1;
            json.skip_container()
                .or_else(|fault| if outside == 0 { Err(fault) } else { Ok(start..json.position()) })
        }
    }

    struct CountsFromOne;
    impl Subject for CountsFromOne {
        fn pointer(&self, json: &Reader<'_>) -> Option<String> {
            let counted = |step: &str| {
                step.parse::<usize>().map_or(step.to_owned(), |index| (index + 1).to_string())
            };
            let pointer = json.pointer()?;
            Some(pointer.split('/').map(counted).collect::<Vec<_>>().join("/"))
        }
    }

    struct StepsAreNotEscaped;
    impl Subject for StepsAreNotEscaped {
        fn pointer(&self, json: &Reader<'_>) -> Option<String> {
            json.pointer().map(|pointer| pointer.replace("~1", "/").replace("~0", "~"))
        }
    }

    struct PointsToWhatIsAround;
    impl Subject for PointsToWhatIsAround {
        fn pointer(&self, json: &Reader<'_>) -> Option<String> {
            let pointer = json.pointer()?;
            Some(pointer.rsplit_once('/').map_or_else(String::new, |(around, _)| around.to_owned()))
        }
    }

    struct DepthHasAnEnd;
    impl Subject for DepthHasAnEnd {
        fn depth(&self, json: &Reader<'_>) -> usize {
            json.depth().min(63)
        }
    }

    struct InnerNamesAreNotCompared;
    impl Subject for InnerNamesAreNotCompared {
        fn duplicates(&self, json: &Reader<'_>) -> usize {
            let pointers = json.duplicates().iter().filter_map(|one| one.pointer.as_deref());
            pointers.filter(|pointer| pointer.matches('/').count() == 1).count()
        }
    }

    struct FewNamesAreCompared;
    impl Subject for FewNamesAreCompared {
        fn duplicates(&self, json: &Reader<'_>) -> usize {
            // Each of these members takes six bytes.
            json.duplicates().iter().filter(|one| one.name.start - one.first.start < 16 * 6).count()
        }
    }

    crate::testing::lies!["json", holds;
        "a name's place lacks the closing quote": NamesLoseAQuote,
        "a lone surrogate is accepted": SurrogatesPass,
        "what follows the document is accepted": ARestPasses,
        "a number ends where its exponent begins": NumbersEndAtTheirExponent,
        "true is false": TrueIsFalse,
        "a surrogate pair is read as two characters": PairsAreTwo,
        "an escaped slash keeps its backslash": SlashesKeepTheirEscape,
        "skipping ends at the first bracket that closes": SkipsToTheFirstBracket,
        "what is skipped inside another container may be wrong": SkipsWhatIsWrong,
        "a pointer counts elements from one": CountsFromOne,
        "a pointer's steps are not escaped": StepsAreNotEscaped,
        "a pointer lacks its last step": PointsToWhatIsAround,
        "more than 63 levels are not counted": DepthHasAnEnd,
        "the names of inner objects are not compared": InnerNamesAreNotCompared,
        "a name is compared to the sixteen before it alone": FewNamesAreCompared,
    ]
};

#[cfg(test)]
mod tests {
    use super::{Real, Walk, json};
    use crate::json::MARK;

    fn seen(body: &[u8]) -> super::Seen {
        let whole = serde_json::from_slice(body).ok();
        Walk::new(&Real, body, whole.as_ref()).walk().1
    }

    /// What serde_json refuses and the oracle therefore does not hold against us.
    #[test]
    fn the_exceptions() {
        let nested = |depth| ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
        for (body, accepted) in [
            (nested(127), true),
            (nested(128), false),
            (b"1e308".to_vec(), true),
            (b"1e309".to_vec(), false),
            (b"-1e309".to_vec(), false),
            ("1".repeat(4301).into_bytes(), false),
            ([MARK, b"1"].concat(), false),
        ] {
            let read = serde_json::from_slice::<serde_json::Value>(&body);
            assert_eq!(read.is_ok(), accepted, "{read:?}");
            json(&body);
        }
    }

    /// Only a name that stands twice leads astray: otherwise the tokens are held against the value.
    #[test]
    fn nothing_else_leads_astray() {
        let good =
            br#"{"a": [1, -2, 2.5, 1e2, "b\n\ud834\udd1e", true, null, {}, []], "": {"a": {}}}"#;
        assert!(!seen(good).astray);
        for twice in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1},"a":2}"#,
            r#"[{"a":{"b":1,"b":2}}]"#,
            r#"{"a":2,"\u0061":1}"#,
        ] {
            assert!(seen(twice.as_bytes()).astray, "{twice}");
            json(twice.as_bytes());
        }
    }

    #[test]
    fn a_large_body_is_held_in_linear_time() {
        for piece in ["[", "{\"a\":", "[[],", "{\"a\":0,\"b\":["] {
            json(piece.repeat((1 << 20) / piece.len()).as_bytes());
        }
        for piece in ["[]", "{\"a\":{}}", "\"\\ud834\\udd1e\"", "1e400", "{\"a\":1,\"a\":2}"] {
            let pieces = vec![piece; (1 << 20) / (piece.len() + 1)];
            json(format!("[{}]", pieces.join(",")).as_bytes());
        }
    }
}
