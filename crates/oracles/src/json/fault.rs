//! The place of a fault, held against what jiter makes of the text before it.

use std::fmt;
use std::str::from_utf8;

use faultbook_core::json::{Reader, Token};
use faultbook_core::{Fault, FaultKind, Found};
use jiter::{JiterErrorType, JsonErrorType};

use super::{is_space, pull, without_mark};
use crate::sampling::{asks, lot};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn next<'a>(&self, json: &mut Reader<'a>) -> Result<Option<Token<'a>>, Fault> {
        json.next()
    }

    /// What is told of a fault.
    fn told(&self, _body: &[u8], fault: Fault) -> Fault {
        fault
    }
}

struct Real;

impl Subject for Real {}

/// Any bytes: where our reader refuses them, the fault says why.
///
/// What stands before the fault is the beginning of a document, and what reaches to its end is none;
/// at the end of the body it is enough that nothing is complete there. The kind fits, what was found
/// stands there, and of sixteen characters one is asked whether it could stand there instead: only
/// if the fault expects it. The same fault comes again when asked again, and it does not hang on what
/// follows. Where the body is accepted, the same is asked of a beginning of it: it may only end too
/// early.
///
/// What is the beginning of a document, jiter says: it names what comes too late in the text, and
/// has no limit that bodies meet, but for an integer part of more than 4,300 digits. Then nothing is
/// asked. Of UTF-8 the standard library says it.
///
/// # Panics
///
/// Where that does not hold.
pub fn json_fault(body: &[u8]) {
    holds(&Real, body);
}

fn holds(subject: &impl Subject, body: &[u8]) {
    // It takes part in every choice, so that inputs differ in them.
    let chance = usize::from(lot(body));
    let Some(refused) = read(subject, body) else {
        let beginning = &body[..body.len() * chance / 256];
        if let Some(refused) = read(subject, beginning) {
            let fault = &refused.fault;
            assert_eq!(fault.span().end, beginning.len(), "{}", beginning.escape_ascii());
            assert!(
                matches!(
                    (fault.kind(), fault.found()),
                    (FaultKind::Encoding, _) | (FaultKind::Syntax | FaultKind::Empty, Found::End)
                ),
                "{fault:?} in {}",
                beginning.escape_ascii()
            );
            check(beginning, &refused, chance);
        }
        return;
    };
    check(body, &refused, chance);
    let end = refused.fault.span().end;
    if end < body.len() && asks(body, 4) {
        let again = read(subject, &body[..end]);
        let again = again.as_ref().map(|again| &again.fault);
        assert_eq!(again, Some(&refused.fault), "{}", body.escape_ascii());
    }
}

/// A body that was refused.
struct Refused {
    fault: Fault,
    /// Where the last token before the fault ends.
    end: usize,
}

/// Reads to the end, and twice to the fault.
fn read(subject: &impl Subject, body: &[u8]) -> Option<Refused> {
    let mut json = Reader::new(body);
    let mut end = body.len() - without_mark(body).len();
    let fault = loop {
        match subject.next(&mut json) {
            Ok(Some(token)) => end = token.span.end,
            Ok(None) => return None,
            Err(fault) => break fault,
        }
    };
    assert_eq!(json.position(), fault.span().start, "{fault:?}");
    assert_eq!(subject.next(&mut json).as_ref(), Err(&fault), "{}", body.escape_ascii());
    assert_eq!(json.skip_container().as_ref(), Err(&fault), "{}", body.escape_ascii());
    Some(Refused { fault: subject.told(body, fault), end })
}

/// What jiter says of a text: `None` where it does not say it.
fn viable(text: &[u8]) -> Option<Result<(), JiterErrorType>> {
    match pull::verdict_of_text(without_mark(text)) {
        Err(error) if pull::is_long_number(&error) => None,
        Err(error) if !pull::is_eof(&error) => Some(Err(error.error_type)),
        _ => Some(Ok(())),
    }
}

fn check(body: &[u8], refused: &Refused, chance: usize) {
    let fault = &refused.fault;
    let (start, end) = (fault.span().start, fault.span().end);
    assert!(refused.end <= start && start <= end && end <= body.len(), "{fault:?}");
    assert!(says_something(fault), "{fault:?}");
    let (before, with) = (&body[..start], &body[..end]);
    let place = &body[start..end];
    let shown = body.escape_ascii();

    let kind = fault.kind();
    let found = match fault.found() {
        Found::End => start == body.len(),
        Found::Char(c) if kind == FaultKind::TrailingContent => {
            place.starts_with(c.encode_utf8(&mut [0; 4]).as_bytes())
        }
        Found::Char(c) => place == c.encode_utf8(&mut [0; 4]).as_bytes(),
        Found::Byte(byte) => place.first() == Some(&byte),
        Found::Phrase(_) => kind == FaultKind::LoneSurrogate && place.starts_with(b"\\"),
    };
    assert!(found, "{fault:?} in {shown}");
    let empty = start == body.len() && without_mark(body).iter().copied().all(is_space);
    assert_eq!(kind == FaultKind::Empty, empty, "{fault:?} in {shown}");

    if kind == FaultKind::Encoding {
        let error = from_utf8(body).expect_err("a fault of the encoding");
        assert_eq!(start, error.valid_up_to(), "{fault:?} in {shown}");
        assert_eq!(place.len(), error.error_len().unwrap_or(body.len() - start), "{fault:?}");
        assert!(matches!(fault.found(), Found::Byte(_)), "{fault:?}");
        assert!(!matches!(viable(before), Some(Err(_))), "{fault:?} in {shown}");
        return;
    }
    if kind == FaultKind::TrailingContent {
        let complete = pull::verdict_of_text(without_mark(before));
        assert!(
            complete.is_ok() || complete.is_err_and(|error| pull::is_long_number(&error)),
            "{fault:?} in {shown}"
        );
        let (first, last) = (place.first().copied(), place.last().copied());
        assert!(!first.is_none_or(is_space) && !last.is_none_or(is_space), "{fault:?} in {shown}");
        assert!(body[end..].iter().copied().all(is_space), "{fault:?} in {shown}");
        return;
    }
    let Some(verdict) = viable(before) else { return };
    assert_eq!(verdict, Ok(()), "{fault:?} in {shown}");
    if start < body.len() {
        // jiter looks at four digits at once.
        let verdict =
            if fault.expected() == HEX { viable(&[with, b"0000"].concat()) } else { viable(with) };
        let Some(Err(JiterErrorType::JsonError(error))) = verdict else {
            panic!("{fault:?} in {shown}: {verdict:?}");
        };
        assert_eq!(kind, kind_of(&error), "{fault:?} in {shown}: {error}");
    } else {
        assert!(matches!(kind, FaultKind::Empty | FaultKind::Syntax), "{fault:?} in {shown}");
        assert!(pull::verdict_of_text(without_mark(body)).is_err(), "only we refuse {shown}");
    }

    if !asks(body, 4) {
        return;
    }
    let other = OTHERS[chance / OTHERS.len() % OTHERS.len()];
    if let Some(expected) = expects(fault.expected(), other, before.last().copied())
        && let Some(verdict) = viable(&[before, &[other]].concat())
    {
        let other = char::from(other);
        assert_eq!(verdict.is_ok(), expected, "{fault:?} in {shown}: {other}");
    }
}

const HEX: &str = "four hexadecimal digits";

/// The kind of a fault that jiter calls so.
fn kind_of(error: &JsonErrorType) -> FaultKind {
    match error {
        JsonErrorType::ControlCharacterWhileParsingString => FaultKind::ForbiddenCharacter,
        JsonErrorType::LoneLeadingSurrogateInHexEscape
        | JsonErrorType::UnexpectedEndOfHexEscape => FaultKind::LoneSurrogate,
        _ => FaultKind::Syntax,
    }
}

/// What is asked whether it could stand where the fault is.
const OTHERS: &[u8; 16] = b"{}[]:,\"\\0-+.etu ";

/// Whether a fault's phrase names this byte; `None` where the phrase does not say it of every byte.
fn expects(phrase: &str, byte: u8, before: Option<u8>) -> Option<bool> {
    let begins_value = matches!(byte, b'"' | b'{' | b'[' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n');
    // A number may also go on.
    let token = !before.is_some_and(|byte| byte.is_ascii_digit());
    match phrase {
        "a value" => Some(begins_value || is_space(byte)),
        "a value or `]`" => Some(begins_value || byte == b']' || is_space(byte)),
        "a member name" => Some(byte == b'"' || is_space(byte)),
        "a member name or `}`" => Some(matches!(byte, b'"' | b'}') || is_space(byte)),
        "`:`" => Some(byte == b':' || is_space(byte)),
        "`,` or `]`" if token => Some(matches!(byte, b',' | b']') || is_space(byte)),
        "`,` or `}`" if token => Some(matches!(byte, b',' | b'}') || is_space(byte)),
        "a digit" => Some(byte.is_ascii_digit()),
        "a digit, `+` or `-`" => Some(byte.is_ascii_digit() || matches!(byte, b'+' | b'-')),
        "a character from U+0020 on, an escape or `\"`" => Some(byte >= b' '),
        "one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u`" => {
            Some(b"\"\\/bfnrtu".contains(&byte))
        }
        "`,` or `]`" | "`,` or `}`"
        // What could follow depends on what is around the number, or on the digits before.
        | "`.`, `e` or the end of the number"
        | HEX
        | "`true`"
        | "`false`"
        | "`null`"
        | "the low half of a surrogate pair"
        | "a character or the high half of a surrogate pair" => None,
        _ => panic!("a phrase that is not known here: {phrase}"),
    }
}

/// Whether the fault has something to say, and does.
fn says_something(fault: &Fault) -> bool {
    struct Counted(usize);

    impl fmt::Write for Counted {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.len();
            Ok(())
        }
    }

    let mut written = Counted(0);
    fmt::write(&mut written, format_args!("{fault}")).is_ok()
        && written.0 > 0
        && !fault.expected().is_empty()
}

#[cfg(test)]
pub(crate) const JSON_FAULT_LIES: &[crate::testing::Lie] = {
    /// The fault moved to what stands at `at`.
    fn moved(body: &[u8], fault: &Fault, at: usize) -> Fault {
        let found = Found::at(body, at);
        let length = match found {
            Found::Char(c) => c.len_utf8(),
            Found::End => 0,
            _ => 1,
        };
        Fault::new(fault.kind(), at..at + length, found, fault.expected())
    }

    struct OneLate;
    impl Subject for OneLate {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            let at = fault.span().start + 1;
            if at < body.len() { moved(body, &fault, at) } else { fault }
        }
    }

    struct OneEarly;
    impl Subject for OneEarly {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            let at = fault.span().start;
            if at > 0 && at < body.len() { moved(body, &fault, at - 1) } else { fault }
        }
    }

    struct EndsAtTheLastByte;
    impl Subject for EndsAtTheLastByte {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            match fault.found() {
                Found::End if !body.is_empty() => moved(body, &fault, body.len() - 1),
                _ => fault,
            }
        }
    }

    struct AtTheStringsBeginning;
    impl Subject for AtTheStringsBeginning {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            let span = fault.span();
            match body[..span.start].iter().rposition(|&byte| byte == b'"') {
                Some(quote) if fault.kind() == FaultKind::ForbiddenCharacter => {
                    fault.with_span(quote..span.end)
                }
                _ => fault,
            }
        }
    }

    struct EverythingIsSyntax;
    impl Subject for EverythingIsSyntax {
        fn told(&self, _: &[u8], fault: Fault) -> Fault {
            let kind = match fault.kind() {
                FaultKind::LoneSurrogate | FaultKind::ForbiddenCharacter => FaultKind::Syntax,
                kind => kind,
            };
            Fault::new(kind, fault.span(), fault.found(), fault.expected())
        }
    }

    struct OnlyNothingIsEmpty;
    impl Subject for OnlyNothingIsEmpty {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            if body.is_empty() || fault.kind() != FaultKind::Empty {
                return fault;
            }
            Fault::new(FaultKind::Syntax, fault.span(), fault.found(), fault.expected())
        }
    }

    struct FourBytesAreBad;
    impl Subject for FourBytesAreBad {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            let start = fault.span().start;
            match fault.kind() {
                FaultKind::Encoding => fault.with_span(start..body.len().min(start + 4)),
                _ => fault,
            }
        }
    }

    struct TheRestIsAll;
    impl Subject for TheRestIsAll {
        fn told(&self, body: &[u8], fault: Fault) -> Fault {
            let start = fault.span().start;
            match fault.kind() {
                FaultKind::TrailingContent => fault.with_span(start..body.len()),
                _ => fault,
            }
        }
    }

    struct ObjectsEndLikeArrays;
    impl Subject for ObjectsEndLikeArrays {
        fn told(&self, _: &[u8], fault: Fault) -> Fault {
            let expected = match fault.expected() {
                "`,` or `}`" => "`,` or `]`",
                expected => expected,
            };
            Fault::new(fault.kind(), fault.span(), fault.found(), expected)
        }
    }

    struct OnlyOnce;
    impl Subject for OnlyOnce {
        fn next<'a>(&self, json: &mut Reader<'a>) -> Result<Option<Token<'a>>, Fault> {
            let position = json.position();
            match json.next() {
                // Reading stands there already.
                Err(fault) if fault.span().start == position => Ok(None),
                other => other,
            }
        }
    }

    crate::testing::lies!["json_fault", holds;
        "a fault is one byte late": OneLate,
        "a fault is one byte early": OneEarly,
        "what is missing at the end is said of the last byte": EndsAtTheLastByte,
        "a character that may not stand in a string is the whole string": AtTheStringsBeginning,
        "every fault is one of the syntax": EverythingIsSyntax,
        "white space is not empty": OnlyNothingIsEmpty,
        "four bytes are no text where one is none": FourBytesAreBad,
        "the white space at the end is said to be left": TheRestIsAll,
        "in an object the end of an array is expected": ObjectsEndLikeArrays,
        "a fault comes once, and then the end": OnlyOnce,
    ]
};

#[cfg(test)]
mod tests {
    use super::{HEX, OTHERS, json_fault, read, viable};

    /// jiter disagrees where it should, so that the checks can fail.
    #[test]
    fn what_is_viable() {
        for beginning in ["", " ", "[", "[1", "{\"a", "{\"a\": -", "\"\\ud834", "tru", "[1] ", "1e"]
        {
            assert_eq!(viable(beginning.as_bytes()), Some(Ok(())), "{beginning}");
        }
        for none in ["]", "[,", "[1x", "{1", "{\"a\",", "-x", "\"\\ud834x", "trux", "[1] x", "1ex"]
        {
            assert!(matches!(viable(none.as_bytes()), Some(Err(_))), "{none}");
        }
    }

    /// The exceptions: jiter asks for four digits at once, and reads no integer part of more than
    /// 4,300 digits.
    #[test]
    fn the_exceptions() {
        let body = b"[\"\\u0x";
        let refused = read(&super::Real, body).expect("x is no digit");
        assert_eq!((refused.fault.span(), refused.fault.expected()), (5..6, HEX));
        assert_eq!(viable(body), Some(Ok(())));
        assert!(matches!(viable(b"[\"\\u0x0000"), Some(Err(_))));
        assert_eq!(viable("1".repeat(4301).as_bytes()), None);
    }

    /// Every phrase is known, and each of the characters is asked for at each of them.
    #[test]
    fn every_character_at_every_fault() {
        let faults = [
            "",
            "[",
            "[1,",
            "[1",
            "[1]]",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":{}",
            "{\"a\":0,",
            "-",
            "1.",
            "1e",
            "1e+",
            "0",
            "[0",
            "\"",
            "\"\\",
            "\"\\u",
            "\"\\ud834",
            "\"\\ud834\\",
            "t",
            "fa",
            "nul",
        ];
        for fault in faults {
            for other in OTHERS.iter().chain(b"\x01\x7F\xFF19ax") {
                // The sum of the bytes chooses what is asked.
                for pad in 0..OTHERS.len() {
                    let body = [fault.as_bytes(), &[*other], " ".repeat(pad).as_bytes()].concat();
                    json_fault(&body);
                }
            }
        }
    }

    #[test]
    fn a_large_body_is_held_in_linear_time() {
        for piece in ["[", "{\"a\":", "[[],", "\"", "1", "{} ", "\"\\u", " "] {
            json_fault(piece.repeat((1 << 20) / piece.len()).as_bytes());
        }
        let depth = 100_000;
        json_fault([b"[".repeat(depth), b"]".repeat(depth)].concat().as_slice());
        json_fault([b"[".repeat(depth), b"]".repeat(depth), b"]".to_vec()].concat().as_slice());
    }
}
