//! Ampache errors in XML.

use std::ops::Range;

use ampache_error::xml::{WriteError, decode};
use ampache_error::{ApiError, EDITION, RULES, check, likeness};
use faultbook_core::common::{self, Syntax};
use faultbook_core::{Judgement, Likeness, Limits, Place, ReadError, Response, Verdict};
use roxmltree::{Document, Node};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
        ApiError::from_xml(body)
    }

    fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
        error.to_xml()
    }

    fn check<'a>(&self, body: &'a [u8]) -> Judgement<ApiError<'a>> {
        check(&Response::new(body), &EDITION, &Limits::default())
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        likeness(body)
    }
}

struct Real;

impl Subject for Real {}

/// Any body: what was read is read again from the XML and the JSON that is written of it, and is
/// what roxmltree finds at `/root/error`, at the same place. Judging reads the same error, points inside the body, in
/// its order, and at bytes that say the same error by themselves. What looks like an Ampache error
/// is judged as one.
///
/// # Panics
///
/// Where that does not hold.
pub fn ampache_xml(body: &[u8]) {
    holds(&Real, body);
}

/// Up to so many bytes are read by roxmltree too: many attributes take it the square of their
/// number.
const READ_TWICE: usize = 16 * 1024;

fn holds(subject: &impl Subject, body: &[u8]) {
    let read = subject.read(body);
    match &read {
        Ok(error) => writing(subject, body, error),
        Err(error) => {
            assert!(body.get(error.span()).is_some(), "{error:?} of {}", body.escape_ascii());
            assert!(!error.expected().is_empty() && !error.to_string().is_empty());
        }
    }
    let decoded = decode(body);
    let mut place = None;
    // With so few tags, elements are not nested deeper than they are read.
    let tags = decoded.text().bytes().filter(|&byte| byte == b'<').count();
    if body.len() <= READ_TWICE
        && tags < Limits::default().xml_depth
        && let Some((span, expected)) = find(decoded.text())
    {
        let found = read.as_ref().map(parts);
        let same = found.is_ok_and(|found| expected.iter().map(Option::as_deref).eq(found));
        assert!(same, "{read:?}, not {expected:?} in {:?}", decoded.text());
        place = Some(decoded.span(span));
    }
    judging(subject, body, &read, (place, decoded.borrowed().is_some()));
}

fn parts<'e>(error: &'e ApiError<'_>) -> [Option<&'e str>; 4] {
    [
        Some(error.code.as_str()),
        error.action.as_deref(),
        error.error_type.as_deref(),
        error.message.as_deref(),
    ]
}

fn writing(subject: &impl Subject, body: &[u8], error: &ApiError<'_>) {
    assert_eq!(ApiError::from_json(error.to_json().as_bytes()).as_ref(), Ok(error));
    assert_eq!(ApiError::from_json(error.to_json_compact().as_bytes()).as_ref(), Ok(error));
    assert_eq!(&error.clone().into_owned(), error);
    match subject.to_xml(error) {
        Ok(xml) => {
            let xml = xml.as_bytes();
            assert_eq!(subject.read(xml).as_ref(), Ok(error), "{}", xml.escape_ascii());
            assert_eq!(subject.likeness(xml), Likeness::Sure, "{}", xml.escape_ascii());
            let judged = subject.check(xml);
            // What is written has the documented form; of its texts nothing is said here.
            let form = ["common/", "ampache/not-in", "ampache/root", "ampache/unexpected"];
            let at = judged
                .findings
                .iter()
                .find(|finding| form.iter().any(|form| finding.rule.id.starts_with(form)));
            assert_eq!(at, None, "{}", xml.escape_ascii());
            assert_eq!(judged.errors.first().map(|located| &located.error), Some(error));
        }
        // Such a character is passed over in reading, and named in judging.
        Err(fault) => {
            let mut all = parts(error).into_iter().flatten();
            assert!(all.any(|part| part.contains(fault.character)), "{fault}");
            assert!(!ampache_error::xml::is_char(fault.character), "{fault}");
            let malformed = |id: &str| id == common::MALFORMED_XML.id || id == common::LIMIT.id;
            let judged = subject.check(body);
            let named = judged.findings.iter().any(|finding| malformed(finding.rule.id));
            assert!(named || Syntax::of(body) != Syntax::Xml, "{fault}: {}", body.escape_ascii());
        }
    }
}

fn judging(
    subject: &impl Subject,
    body: &[u8],
    read: &Result<ApiError<'_>, ReadError>,
    (place, is_part): (Option<Range<usize>>, bool),
) {
    let judgement = subject.check(body);
    let Judgement { verdict, errors, findings } = &judgement;
    for finding in findings {
        let known = RULES.iter().chain(common::RULES).any(|rule| rule.id == finding.rule.id);
        assert!(known && !finding.received.is_empty() && !finding.documented.is_empty());
        let Place::Body { span, .. } = &finding.place else { panic!("{finding:?}") };
        assert!(body.get(span.clone()).is_some(), "{finding:?} of {}", body.escape_ascii());
    }
    let ordered = |pair: &[_]| {
        let [a, b] = pair else { return true };
        let (a, b): (&faultbook_core::Finding, &faultbook_core::Finding) = (a, b);
        a.place.cmp_position(&b.place).is_le()
    };
    assert!(findings.windows(2).all(ordered), "{findings:?}");
    assert!(findings.len() <= Limits::default().findings + 1);
    assert_eq!(*verdict == Verdict::Error, !errors.is_empty(), "{}", body.escape_ascii());
    assert!(*verdict != Verdict::Malformed || !findings.is_empty(), "{}", body.escape_ascii());

    let like = subject.likeness(body);
    let syntax = Syntax::of(body);
    if !matches!(syntax, Syntax::Xml | Syntax::Json) {
        assert!(errors.is_empty() && like == Likeness::No, "{}", body.escape_ascii());
    }
    if syntax != Syntax::Xml {
        return;
    }
    assert!(like == Likeness::No || *verdict != Verdict::None, "{}", body.escape_ascii());
    let judged = errors.first().map(|located| &located.error);
    assert_eq!(judged, read.as_ref().ok(), "{}", body.escape_ascii());
    for located in errors {
        let own = body.get(located.span.clone()).expect("an error lies in its body");
        if let Some(place) = &place {
            assert_eq!(located.span, *place, "{}", body.escape_ascii());
            assert_eq!(located.pointer.as_deref(), Some("/root/error"));
        }
        // What other encodings there are is declared elsewhere.
        if !is_part {
            continue;
        }
        assert!(own.starts_with(b"<"), "{}", own.escape_ascii());
        // An element of another name can be something else where it is the root element.
        if located.pointer.as_ref().is_some_and(|pointer| pointer.ends_with("/error")) {
            let alone = subject.read(own);
            assert_eq!(alone.as_ref(), Ok(&located.error), "{}", own.escape_ascii());
        }
    }
}

/// The four parts as roxmltree has them, where the error stands as documented: once, under `root`,
/// with the code in its attribute and every other part in an element.
fn find(text: &str) -> Option<(Range<usize>, [Option<String>; 4])> {
    let document = Document::parse(text).ok()?;
    let root = Some(document.root_element()).filter(|root| name(text, *root) == "root")?;
    let mut errors = root.children().filter(|child| name(text, *child) == "error");
    let error = errors.next().filter(|_| errors.next().is_none())?;
    let mut parts = [const { None }; 4];
    for attribute in error.attributes() {
        let name = &text[attribute.range_qname()];
        if name.eq_ignore_ascii_case("errorCode") {
            // With another name, or twice, it is not as documented.
            (name == "errorCode" && parts[0].is_none()).then_some(())?;
            parts[0] = Some(attribute.value().to_owned());
        } else if !name.starts_with("xml") {
            return None;
        }
    }
    parts[0].as_ref()?;
    for child in error.children().filter(Node::is_element) {
        let index = match name(text, child) {
            "errorAction" => 1,
            "errorType" => 2,
            "errorMessage" => 3,
            "errorCode" => return None,
            _ => continue,
        };
        let texts = child.children().filter(Node::is_text).filter_map(|node| node.text());
        parts[index] = Some(texts.collect());
    }
    // Beside a reference roxmltree leaves a carriage return as it is, and it takes a reference to
    // half of a surrogate pair for U+FFFD.
    let replaced = |part: &String| part.contains('\u{fffd}') && text.contains("&#");
    // It does not compare an empty prefix, and so takes `</a>` for the end of `<:a>`.
    let other = ["\r&", ";\r", "<:", "</:"].iter().any(|part| text.contains(part));
    (!other && !parts.iter().flatten().any(replaced)).then(|| (error.range(), parts))
}

/// An element's name with its prefix; empty where the node is no element.
fn name<'t>(text: &'t str, node: Node<'_, '_>) -> &'t str {
    if !node.is_element() {
        return "";
    }
    let rest = &text[node.range().start + 1..];
    let ends = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '/' | '>');
    rest.split(ends).next().unwrap_or_default()
}

#[cfg(test)]
pub(crate) const AMPACHE_XML_LIES: &[crate::testing::Lie] = {
    use std::borrow::Cow;

    /// An error that was changed on the way, in reading alone.
    struct Reads(fn(&mut ApiError<'_>));
    impl Subject for Reads {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let mut error = ApiError::from_xml(body)?;
            self.0(&mut error);
            Ok(error)
        }
    }

    /// The same in judging too, so that both agree.
    struct Finds(fn(&mut ApiError<'_>));
    impl Subject for Finds {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            Reads(self.0).read(body)
        }

        fn check<'a>(&self, body: &'a [u8]) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body);
            judgement.errors.iter_mut().for_each(|located| self.0(&mut located.error));
            judgement
        }
    }

    /// A judgement that was changed.
    struct Judges(fn(&mut Judgement<ApiError<'_>>));
    impl Subject for Judges {
        fn check<'a>(&self, body: &'a [u8]) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body);
            self.0(&mut judgement);
            judgement
        }
    }

    struct FaultsArePastTheEnd;
    impl Subject for FaultsArePastTheEnd {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            ApiError::from_xml(body).map_err(|error| {
                let span = error.span();
                let expected = error.expected();
                ReadError::Absent { span: span.start..span.end + 1, expected }
            })
        }
    }

    struct SectionsAreNotDivided;
    impl Subject for SectionsAreNotDivided {
        fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
            Ok(error.to_xml()?.replace("]]]]><![CDATA[>", "]]>"))
        }
    }

    struct AmpersandsAreWritten;
    impl Subject for AmpersandsAreWritten {
        fn to_xml(&self, error: &ApiError<'_>) -> Result<String, WriteError> {
            Ok(error.to_xml()?.replace("&amp;", "&").replace("&lt;", "<"))
        }
    }

    struct EverythingIsLikely;
    impl Subject for EverythingIsLikely {
        fn likeness(&self, _: &[u8]) -> Likeness {
            Likeness::Sure
        }
    }

    struct DocumentedCodesAlone;
    impl Subject for DocumentedCodesAlone {
        fn likeness(&self, body: &[u8]) -> Likeness {
            match ApiError::from_xml(body) {
                Ok(error) if error.code.is_documented() => likeness(body),
                _ => Likeness::No,
            }
        }
    }

    crate::testing::lies!["ampache_xml", holds;
        "an empty part is not there": Reads(|error| {
            error.action = error.action.take().filter(|action| !action.is_empty());
        }),
        "the message is trimmed": Finds(|error| {
            error.message = error.message.take().map(|text| Cow::Owned(text.trim().to_owned()));
        }),
        "action and type are each other": Finds(|error| {
            std::mem::swap(&mut error.action, &mut error.error_type);
        }),
        "a message past its first line is cut": Finds(|error| {
            let first = |text: Cow<'_, str>| text.lines().next().unwrap_or_default().to_owned();
            error.message = error.message.take().map(|text| Cow::Owned(first(text)));
        }),
        "an error's span ends one byte early":
            Judges(|judgement| judgement.errors.iter_mut().for_each(|located| {
                located.span.end -= 1;
            })),
        "an error's span begins one byte late":
            Judges(|judgement| judgement.errors.iter_mut().for_each(|located| {
                located.span.start += 1;
            })),
        "findings are not sorted": Judges(|judgement| judgement.findings.reverse()),
        "what cannot be read is not found": Judges(|judgement| judgement.findings.clear()),
        "an error is judged as none": Judges(|judgement| judgement.verdict = Verdict::None),
        "a fault's span ends past the body": FaultsArePastTheEnd,
        "`]]>` is not divided": SectionsAreNotDivided,
        "an ampersand is written as itself": AmpersandsAreWritten,
        "any body is like an Ampache error": EverythingIsLikely,
        "an unknown code is not like one": DocumentedCodesAlone,
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_example_is_found() {
        let mut found = 0;
        for seed in crate::oracle("ampache_xml").unwrap().seeds() {
            if seed.name.starts_with("ampache-documented") {
                let parts = find(std::str::from_utf8(&seed.bytes).unwrap());
                assert!(parts.unwrap().1.iter().all(Option::is_some), "{}", seed.name);
                found += 1;
            }
        }
        assert_eq!(found, 8);
    }

    #[test]
    fn what_is_not_as_documented_is_not_found() {
        for text in [
            "<root/>",
            "<root><error/></root>",
            "<roots><error errorCode='1'/></roots>",
            "<root><p:error xmlns:p='q' errorCode='1'/></root>",
            "<root><error errorCode='1'/><error errorCode='2'/></root>",
            "<root><error errorCode='1'><errorCode/></error></root>",
            "<root><error errorCode='1' code='2'/></root>",
            "<root><error errorCode='&#xD800;'/></root>",
            "<root><error errorCode='1'><errorType>&amp;\r</errorType></error></root>",
            "<root><error errorCode='1'><:errorType></errorType><errorType/></error></root>",
        ] {
            assert_eq!(find(text), None, "{text}");
            assert!(Document::parse(text).is_ok(), "{text}");
        }
    }
}
