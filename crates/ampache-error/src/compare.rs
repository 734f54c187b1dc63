//! Two forms of one error, held against each other.

use std::error::Error;
use std::fmt;
use std::ops::Range;

use faultbook_core::common::Syntax;
use faultbook_core::{Finding, Findings, Likeness, Limits, Place, ReadError, quoted};

use crate::object::{NAMES, Object, step};
use crate::{ApiError, json, rules, xml};

/// One of two forms of an error could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompareError {
    /// The first one.
    First(ReadError),
    /// The second one.
    Second(ReadError),
}

impl fmt::Display for CompareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First(error) => write!(f, "the first form: {error}"),
            Self::Second(error) => write!(f, "the second form: {error}"),
        }
    }
}

impl Error for CompareError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::First(error) | Self::Second(error) => Some(error),
        }
    }
}

/// Holds two forms of one error against each other, XML or JSON each: one finding of
/// [`rules::ENCODINGS_DISAGREE`] for each of the four parts that differs, at its place in `b`.
///
/// A part that is not there and an empty one agree, as in [`ApiError::agrees_with`].
///
/// ```
/// let json = br#"{"error": {"errorCode": "4742", "errorMessage": "Require: 100"}}"#;
/// let xml = b"<root><error errorCode='4710'><errorMessage>Require: 100</errorMessage></error></root>";
/// let findings = ampache_error::compare(json, xml)?;
/// assert_eq!(findings.len(), 1);
/// assert_eq!(findings[0].received, "`4710`");
/// assert_eq!(findings[0].documented, "`errorCode` is `4742` in the other form");
/// # Ok::<(), ampache_error::CompareError>(())
/// ```
///
/// # Errors
///
/// Where one of them has no error that can be read.
pub fn compare(a: &[u8], b: &[u8]) -> Result<Vec<Finding>, CompareError> {
    let first = ApiError::from_bytes(a).map_err(CompareError::First)?;
    let second = ApiError::from_bytes(b).map_err(CompareError::Second)?;
    let places = places(b);
    let mut findings = Vec::new();
    for (((name, ours), theirs), place) in
        NAMES.iter().zip(first.parts()).zip(second.parts()).zip(places)
    {
        if ours.unwrap_or_default() != theirs.unwrap_or_default() {
            let finding = Finding::new(&rules::ENCODINGS_DISAGREE, place, describe(theirs));
            findings.push(
                finding.documented(format!("`{name}` is {} in the other form", describe(ours))),
            );
        }
    }
    Ok(findings)
}

fn describe(text: Option<&str>) -> String {
    match text {
        Some("") => "an empty text".to_owned(),
        Some(text) => quoted(text),
        None => "not there".to_owned(),
    }
}

/// Where the four parts stand; the head of the error where one is not there.
fn places(body: &[u8]) -> [Place; 4] {
    // What else is wrong with the body is not asked here.
    let mut ignored = Findings::new(&Limits { findings: 0, ..Limits::default() });
    if Syntax::of(body) == Syntax::Xml {
        let decoded = xml::decode(body);
        let depth = Limits::default().xml_depth;
        let mut scan = xml::error::Scan::new(decoded.text(), depth, &decoded, Some(&mut ignored));
        scan.run();
        place_parts(scan.object().as_deref(), &|span| decoded.span(span))
    } else {
        let mut scan = json::Scan::new(body, Some(&mut ignored));
        scan.read();
        place_parts(scan.object().as_ref(), &|span| span)
    }
}

fn place_parts(
    object: Option<&Object<'_>>,
    to_body: &dyn Fn(Range<usize>) -> Range<usize>,
) -> [Place; 4] {
    std::array::from_fn(|index| {
        let Some(object) = object else { return Place::body(0..0) };
        match object.part(index) {
            Some(part) if part.step.is_empty() => {
                Place::value(to_body(part.span.clone()), object.pointer.clone())
            }
            Some(part) => {
                let pointer = step(object.pointer.as_ref(), part.step);
                Place::value(to_body(part.span.clone()), pointer)
            }
            None => Place::value(to_body(object.head.clone()), object.pointer.clone()),
        }
    })
}

/// How sure it is that this body is an Ampache response with an error, in either encoding.
pub fn likeness(body: &[u8]) -> Likeness {
    match Syntax::of(body) {
        Syntax::Json => json::likeness(body),
        Syntax::Xml => xml::error::likeness(body),
        Syntax::Empty | Syntax::Html | Syntax::Text => Likeness::No,
    }
}

impl<'a> ApiError<'a> {
    /// Reads the form that the body has, which its beginning tells: XML begins with `<`.
    ///
    /// # Errors
    ///
    /// As [`ApiError::from_json`] and [`ApiError::from_xml`].
    pub fn from_bytes(body: &'a [u8]) -> Result<Self, ReadError> {
        match Syntax::of(body) {
            Syntax::Xml | Syntax::Html => Self::from_xml(body),
            Syntax::Json | Syntax::Text | Syntax::Empty => Self::from_json(body),
        }
    }
}
