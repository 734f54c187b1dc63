//! Ampache's two forms of one error.

use ampache_error::xml::{Reader, Value, WriteError, attribute_value, decode};
use ampache_error::{ApiError, CompareError, compare, rules};
use faultbook_core::json::{Kind, Reader as Json};
use faultbook_core::{Finding, Place, ReadError};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
        ApiError::from_bytes(body)
    }

    fn compare(&self, a: &[u8], b: &[u8]) -> Result<Vec<Finding>, CompareError> {
        compare(a, b)
    }

    fn agree(&self, a: &ApiError<'_>, b: &ApiError<'_>) -> bool {
        a.agrees_with(b)
    }

    fn to_json(&self, error: &ApiError<'_>) -> String {
        error.to_json()
    }

    fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
        error.to_xml()
    }
}

struct Real;

impl Subject for Real {}

/// Two bodies with a NUL between them. Each is read as what its beginning says. They can be
/// compared exactly where both can be read, either way round, and are the same exactly where all
/// four parts are; each part that differs is one finding, at its place in the second one, which
/// says what the first one has. A body agrees with itself, and with what is written of it in JSON
/// and in XML; XML is refused exactly where a part has a character that XML cannot carry.
///
/// # Panics
///
/// Where that does not hold.
pub fn ampache_pair(pair: &[u8]) {
    holds(&Real, pair);
}

const NAMES: [&str; 4] = ["errorCode", "errorAction", "errorType", "errorMessage"];

fn parts<'e>(error: &'e ApiError<'_>) -> [Option<&'e str>; 4] {
    [
        Some(error.code.as_str()),
        error.action.as_deref(),
        error.error_type.as_deref(),
        error.message.as_deref(),
    ]
}

fn holds(subject: &impl Subject, pair: &[u8]) {
    let middle = pair.iter().position(|&byte| byte == 0).unwrap_or(pair.len());
    let (a, b) = (&pair[..middle], pair.get(middle + 1..).unwrap_or_default());
    let (first, second) = (read(subject, a), read(subject, b));
    let there = subject.compare(a, b);
    let back = subject.compare(b, a);
    match (&first, &second) {
        (Ok(first), Ok(second)) => {
            let (there, back) = (there.expect("both are read"), back.expect("both are read"));
            let agree = subject.agree(first, second);
            assert_eq!(agree, subject.agree(second, first), "{first:?}, {second:?}");
            assert_eq!(there.is_empty(), agree, "{there:?}");
            differences(b, (first, second), &there);
            differences(a, (second, first), &back);
        }
        (Err(error), _) => {
            assert_eq!(there.as_ref(), Err(&CompareError::First(error.clone())));
            let expected = match &second {
                Ok(_) => CompareError::Second(error.clone()),
                Err(second) => CompareError::First(second.clone()),
            };
            assert_eq!(back, Err(expected));
        }
        (Ok(_), Err(error)) => {
            assert_eq!(there.as_ref(), Err(&CompareError::Second(error.clone())));
            assert_eq!(back, Err(CompareError::First(error.clone())));
        }
    }
    if let Ok(first) = &first {
        assert_eq!(subject.compare(a, a), Ok(Vec::new()), "{}", a.escape_ascii());
        writing(subject, a, first);
    }
}

/// Reads a body, and looks whether that was as its beginning says.
fn read<'a>(subject: &impl Subject, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
    let read = subject.read(body);
    // Past a byte order mark and white space; a NUL is there in UTF-16 alone.
    let start = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    if start.starts_with(b"<") {
        assert_eq!(read, ApiError::from_xml(body), "{}", body.escape_ascii());
    } else if !is_wide(body) {
        assert_eq!(read, ApiError::from_json(body), "{}", body.escape_ascii());
    }
    if let Err(error) = &read {
        assert!(body.get(error.span()).is_some() && !error.expected().is_empty(), "{error:?}");
        assert!(!error.to_string().is_empty());
    }
    read
}

/// Whether a body is UTF-16, as far as its beginning tells; of the two sides, the first ends before
/// the first NUL.
fn is_wide(body: &[u8]) -> bool {
    [&b"\xFE\xFF"[..], b"\xFF\xFE", b"\0<", b"<\0"].iter().any(|mark| body.starts_with(mark))
}

/// The findings about `b` are the parts that differ, in the document's order.
fn differences(b: &[u8], (ours, theirs): (&ApiError<'_>, &ApiError<'_>), findings: &[Finding]) {
    let rows = NAMES.into_iter().zip(parts(ours)).zip(parts(theirs));
    let mut findings = findings.iter();
    for ((name, ours), theirs) in rows {
        if ours.unwrap_or_default() == theirs.unwrap_or_default() {
            continue;
        }
        let Some(finding) = findings.next() else { panic!("{name} differs: {ours:?}, {theirs:?}") };
        assert_eq!(finding.rule.id, rules::ENCODINGS_DISAGREE.id);
        assert!(finding.documented.starts_with(&format!("`{name}` is ")), "{finding:?}");
        assert!(!finding.received.is_empty());
        let Place::Body { span, pointer } = &finding.place else { panic!("{finding:?}") };
        let found = b.get(span.clone()).unwrap_or_else(|| panic!("{finding:?} outside"));
        if let (Some(theirs), Some(pointer)) = (theirs, pointer) {
            let said = says(b, found, pointer);
            assert!(said.is_none_or(|said| said == theirs), "{finding:?} is at {found:?}");
        }
    }
    assert_eq!(findings.next(), None);
}

/// What the value at this pointer says where it stands; `None` where that does not follow from its
/// bytes.
fn says(body: &[u8], value: &[u8], pointer: &str) -> Option<String> {
    if is_wide(body) {
        return None;
    }
    let start = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    if !start.starts_with(b"<") {
        let mut json = Json::new(value);
        return match json.next().ok()??.kind {
            Kind::String(text) => Some(text.decode().into_owned()),
            Kind::Number(number) => Some(number.to_owned()),
            other => panic!("{other:?} says nothing"),
        };
    }
    decode(body).borrowed()?;
    let value = std::str::from_utf8(value).expect("a span is on characters");
    if pointer.rsplit('/').next().is_some_and(|step| step.starts_with('@')) {
        return Some(attribute_value(value).into_owned());
    }
    let text = format!("<v>{value}</v>");
    let mut xml = Reader::new(&text);
    let mut said = Value::new();
    while let Some(event) = xml.next_event().expect("what stands in an element is whole") {
        // What stands in another element is none of its text.
        if xml.depth() == 1 {
            said.push(&event);
        }
    }
    Some(said.into_text().into_owned())
}

/// What is written agrees with what was read.
fn writing(subject: &impl Subject, body: &[u8], error: &ApiError<'_>) {
    let json = subject.to_json(error);
    assert_eq!(ApiError::from_json(json.as_bytes()).as_ref(), Ok(error), "{json}");
    let forbidden = |c: &char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}'..='\u{ffff}');
    let rows = NAMES.into_iter().zip(parts(error));
    let mut refused = rows.filter_map(|(name, part)| Some((part?.chars().find(forbidden)?, name)));
    match (subject.to_xml(error), refused.next()) {
        (Ok(xml), None) => {
            assert_eq!(subject.compare(body, xml.as_bytes()), Ok(Vec::new()), "{xml}");
            assert_eq!(subject.compare(xml.as_bytes(), json.as_bytes()), Ok(Vec::new()), "{xml}");
            assert_eq!(ApiError::from_xml(xml.as_bytes()).as_ref(), Ok(error), "{xml}");
        }
        (Err(fault), Some(refused)) => {
            assert_eq!(subject.compare(body, json.as_bytes()), Ok(Vec::new()), "{json}");
            assert_eq!((fault.character, fault.part), refused);
            assert!(!fault.to_string().is_empty());
        }
        (written, refused) => panic!("{written:?}, although {refused:?} in {error:?}"),
    }
}

#[cfg(test)]
pub(crate) const AMPACHE_PAIR_LIES: &[crate::testing::Lie] = {
    /// Findings as `0` makes them.
    struct Compares(fn(&mut Vec<Finding>));
    impl Subject for Compares {
        fn compare(&self, a: &[u8], b: &[u8]) -> Result<Vec<Finding>, CompareError> {
            let mut findings = compare(a, b)?;
            self.0(&mut findings);
            Ok(findings)
        }
    }

    /// Where the other one stands.
    fn moved(findings: &mut [Finding], by: impl Fn(usize, usize) -> (usize, usize)) {
        for finding in findings {
            if let Place::Body { span, .. } = &mut finding.place {
                let (start, end) = by(span.start, span.end);
                *span = start..end;
            }
        }
    }

    struct PlacesInTheFirst;
    impl Subject for PlacesInTheFirst {
        fn compare(&self, a: &[u8], b: &[u8]) -> Result<Vec<Finding>, CompareError> {
            let mut findings = compare(a, b)?;
            for (finding, other) in findings.iter_mut().zip(compare(b, a)?) {
                finding.place = other.place;
            }
            Ok(findings)
        }
    }

    struct EmptyIsNotMissing;
    impl Subject for EmptyIsNotMissing {
        fn agree(&self, a: &ApiError<'_>, b: &ApiError<'_>) -> bool {
            parts(a) == parts(b)
        }
    }

    struct CodesAlone;
    impl Subject for CodesAlone {
        fn agree(&self, a: &ApiError<'_>, b: &ApiError<'_>) -> bool {
            a.code == b.code
        }
    }

    struct TheOtherWayRound;
    impl Subject for TheOtherWayRound {
        fn compare(&self, a: &[u8], b: &[u8]) -> Result<Vec<Finding>, CompareError> {
            compare(a, b).map_err(|error| match error {
                CompareError::First(error) => CompareError::Second(error),
                CompareError::Second(error) => CompareError::First(error),
            })
        }
    }

    struct SectionsAreNotDivided;
    impl Subject for SectionsAreNotDivided {
        fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
            Ok(error.to_xml()?.replace("]]]]><![CDATA[>", "]]>"))
        }
    }

    struct CarriageReturnsAreWritten;
    impl Subject for CarriageReturnsAreWritten {
        fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
            Ok(error.to_xml()?.replace("&#13;", "\r"))
        }
    }

    struct ControlsAreLeftOut;
    impl Subject for ControlsAreLeftOut {
        fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
            let message = error.message.as_ref().map(|message| {
                message.chars().filter(|&c| ampache_error::xml::is_char(c)).collect()
            });
            ApiError { message, ..error.clone() }.to_xml()
        }
    }

    struct EmptyPartsAreNotWritten;
    impl Subject for EmptyPartsAreNotWritten {
        fn to_json(&self, error: &ApiError<'_>) -> String {
            let action = error.action.clone().filter(|action| !action.is_empty());
            ApiError { action, ..error.clone() }.to_json()
        }
    }

    struct MarkIsNoBeginning;
    impl Subject for MarkIsNoBeginning {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            match body.first() {
                Some(b'<') => ApiError::from_xml(body),
                _ => ApiError::from_json(body),
            }
        }
    }

    crate::testing::lies!["ampache_pair", holds;
        "a finding begins one byte late":
            Compares(|findings| moved(findings, |start, end| (start + 1, end + 1))),
        "a finding ends one byte early":
            Compares(|findings| moved(findings, |start, end| (start, end.max(start + 1) - 1))),
        "the last difference is left out": Compares(|findings| drop(findings.pop())),
        "findings come in the wrong order": Compares(|findings| findings.reverse()),
        "places are those of the first form": PlacesInTheFirst,
        "an empty part differs from one that is not there": EmptyIsNotMissing,
        "only the codes are compared": CodesAlone,
        "the first form's fault is called the second's": TheOtherWayRound,
        "`]]>` is not divided": SectionsAreNotDivided,
        "a carriage return is written as itself": CarriageReturnsAreWritten,
        "what XML cannot carry is left out": ControlsAreLeftOut,
        "an empty part is not written": EmptyPartsAreNotWritten,
        "XML after a byte order mark is read as JSON": MarkIsNoBeginning,
    ]
};
