//! OneDrive errors, held against themselves and against a plain reading of jiter's tree.

use faultbook_core::{
    FaultKind, Judgement, Likeness, Limits, Located, ReadError, Response, Verdict,
};
use jiter::JsonValue;
use onedrive_error::{ApiError, Code, EDITION, Errors, RULES};

use super::common::{
    self, CodeText, Members, Share, Stop, fault_is_found, findings_hold, is_cut_in_a_number,
    is_error_at, last, limits_hold, members, pointers_hold, refusal_holds, string, tree_beside,
};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
        ApiError::from_json(body)
    }

    fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
        onedrive_error::errors(body)
    }

    fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
        onedrive_error::check(&Response::new(body), &EDITION, limits)
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        onedrive_error::likeness(body)
    }

    fn to_json(&self, error: &ApiError<'_>) -> String {
        error.to_json()
    }
}

struct Real;

impl Subject for Real {}

/// Any body, as a response of unknown status.
///
/// - Reading it, listing its errors and judging it see the same errors, and the one that is read is
///   the first of the list. What looks like OneDrive's has an error or is malformed; an error with
///   a documented code, or with an inner error under `error`, surely does.
/// - What was read survives writing, however deep its inner errors are.
/// - An error's place is that of the whole value: put under `error`, it gives the same error.
///   Findings are sorted, of listed rules, and point at whole values, names or braces of the body;
///   their pointers lead there. A fault that keeps the code from being read is a finding.
/// - In a body that jiter reads too, a plain walk through its tree finds the same errors, their
///   messages and their inner codes, in the same order; and a finding says which root codes are
///   none of the basic ones.
/// - Smaller limits are kept, and say how much they leave out.
///
/// Most bodies are only read, since judging takes ten times as long: one in eight is written and
/// compared with the tree, one in 64 judged, one in 256 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn onedrive_json(body: &[u8]) {
    holds_in(&Real, body, Share::of(body));
}

/// All of it.
#[cfg(test)]
fn holds(subject: &impl Subject, body: &[u8]) {
    holds_in(subject, body, Share::Limited);
}

fn holds_in(subject: &impl Subject, body: &[u8], share: Share) {
    let read = subject.read(body);
    match &read {
        Err(refusal) => refusal_holds(body, refusal),
        Ok(error) if share >= Share::Written => {
            let json = subject.to_json(error);
            assert_eq!(subject.read(json.as_bytes()).as_ref(), Ok(error), "{json}");
        }
        Ok(_) => {}
    }
    if share >= Share::Written
        && let Some(tree) = tree_beside(body, &read)
    {
        let expected = model(&tree);
        let is_expected = match (&read, expected.first()) {
            (Ok(error), Some(expected)) => expected.is(error),
            (Err(_), None) => true,
            _ => false,
        };
        assert!(is_expected, "{read:?}, not {expected:?}");
    }
    if share >= Share::Judged {
        judged(subject, body, read, share);
    }
}

fn judged(
    subject: &impl Subject,
    body: &[u8],
    read: Result<ApiError<'_>, ReadError>,
    share: Share,
) {
    let judgement = subject.check(body, &Limits::default());
    let found = subject.errors(body);
    assert_eq!(found.errors, judgement.errors, "listing and judging see the same");
    assert_eq!(read.is_ok(), judgement.verdict == Verdict::Error, "{read:?}, but {judgement:?}");
    let first = found.errors.first();
    assert_eq!(read.as_ref().ok(), first.map(|located| &located.error), "the first one is read");
    findings_hold(body, &judgement.findings, RULES);

    let likeness = subject.likeness(body);
    assert!(
        likeness == Likeness::No || judgement.verdict != Verdict::None,
        "{likeness:?}, but {judgement:?}"
    );
    for located in &found.errors {
        // An error that is a string could be any token endpoint's.
        let is_object = body[located.span.start] == b'{';
        let is_inside = located.pointer.as_deref() != Some("");
        let error = &located.error;
        if is_object && (error.code.is_documented() || is_inside && !error.inner.is_empty()) {
            assert_eq!(likeness, Likeness::Sure, "{located:?}");
        }
    }
    if let Err(ReadError::Fault(fault)) = &read {
        fault_is_found(body, fault, &judgement);
        let is_read = fault.kind() == FaultKind::TrailingContent;
        assert!(is_read || judgement.verdict == Verdict::Malformed, "{judgement:?}");
    }

    let stop = found.fault.as_ref().map(Stop::at);
    let is_cut = stop.is_some_and(|stop| stop.cuts);
    for located in &found.errors {
        assert!(is_error_at(body, &located.span, stop), "{located:?}");
    }
    // To read every one again could take long for many.
    let mut ends = found.errors.iter();
    for located in ends.next().into_iter().chain(ends.next_back()) {
        if !is_cut_in_a_number(body, &located.span, is_cut) {
            is_the_same_alone(subject, body, located, is_cut);
        }
    }

    if found.fault.is_none()
        && let Some(tree) = common::tree(body)
    {
        pointers_hold(body, &judgement.findings, &tree);
        let expected = model(&tree);
        assert_eq!(expected.len(), found.errors.len() + found.more, "{found:?}, not {expected:?}");
        if found.more == 0 {
            for (Located { error, .. }, expected) in found.errors.iter().zip(&expected) {
                assert!(expected.is(error), "{error:?}, not {expected:?}");
            }
        }
        unknown_codes_are_found(&expected, &judgement);
    }
    if share >= Share::Limited {
        if let Err(refusal) = &read {
            assert!(!refusal.to_string().is_empty(), "{refusal:?}");
        }
        limits_hold(body, &judgement, read.as_ref().ok(), |limits| subject.check(body, limits));
        if let Ok(error) = read {
            assert!(error.to_string().starts_with(error.code.as_str()));
            assert_eq!(
                error.codes().count(),
                1 + error.inner.iter().filter(|i| i.code.is_some()).count()
            );
            assert_eq!(error.clone().into_owned(), error);
            assert!(error.codes().all(|code| error.is(code.as_str())) || error.inner.len() > 64);
        }
    }
}

/// An error's bytes under `error` give the same error: all of them, and no more than them.
fn is_the_same_alone(
    subject: &impl Subject,
    body: &[u8],
    located: &Located<ApiError<'_>>,
    is_cut: bool,
) {
    const START: &[u8] = b"{\"error\":";
    let bytes = &body[located.span.clone()];
    // What is cut stays so.
    let end: &[u8] = if is_cut { b"" } else { b"}" };
    let alone = [START, bytes, end].concat();
    let alone = subject.errors(&alone);
    let own = alone.errors.first();
    assert!(alone.fault.is_none() || is_cut, "{located:?}: {alone:?}");
    let own = own.unwrap_or_else(|| panic!("{located:?}, but {alone:?}"));
    if bytes.first() == Some(&b'"') {
        // Its message stands beside the string.
        assert_eq!(own.error, ApiError { message: None, ..located.error.clone() });
    } else {
        assert_eq!(own.error, located.error);
    }
    if !is_cut {
        assert_eq!(own.span, START.len()..START.len() + bytes.len());
    }
}

/// An error as the model has it.
#[derive(Debug)]
struct Expected<'t> {
    code: CodeText<'t>,
    message: Option<&'t str>,
    inner: Vec<Option<CodeText<'t>>>,
    /// Whether its code is held against the list of basic codes: that of `odata.error` and that of
    /// a string are not.
    is_judged: bool,
}

impl Expected<'_> {
    fn is(&self, error: &ApiError<'_>) -> bool {
        let is_same = |(inner, expected): (&Option<Code<'_>>, &Option<CodeText<'_>>)| match expected
        {
            None => inner.is_none(),
            Some(expected) => inner.as_ref().is_some_and(|code| expected.is(code.as_str())),
        };
        self.code.is(error.code.as_str())
            && self.message == error.message.as_deref()
            && self.inner.len() == error.inner.len()
            && error.inner.iter().map(|inner| &inner.code).zip(&self.inner).all(is_same)
    }
}

/// The errors with a code: that of the body, then those of elements in their order.
fn model<'t>(tree: &'t JsonValue<'_>) -> Vec<Expected<'t>> {
    let top = members(tree);
    let mut expected: Vec<_> = own_error(top).into_iter().collect();
    for (name, list) in top {
        let JsonValue::Array(elements) = list else { continue };
        for element in elements.iter().map(members) {
            // The last error with a code that the element carries.
            let error = match &**name {
                "value" => last_error(element),
                "responses" => {
                    let bodies = element.iter().filter(|(name, _)| name == "body");
                    bodies.filter_map(|(_, body)| last_error(members(body))).next_back()
                }
                _ => None,
            };
            expected.extend(error);
        }
    }
    expected
}

/// Of the objects under `error` the last one that has a code.
fn last_error<'t>(members: Members<'t, '_>) -> Option<Expected<'t>> {
    let values = members.iter().rev().filter(|(name, _)| name == "error");
    values.map(|(_, value)| value).find_map(|value| match value {
        JsonValue::Object(members) => object_error(members, true),
        _ => None,
    })
}

/// The error of the body itself. What stands under `error` beats what stands under that name in
/// another case, which beats `odata.error`; of two of a kind the last one that has a code counts.
/// Where none of them is there, the body may be an error that stands bare.
fn own_error<'t>(top: Members<'t, '_>) -> Option<Expected<'t>> {
    let description = last_string(top, "error_description");
    let under_error =
        top.iter().filter(|(name, _)| name == "error").map(|(_, value)| match value {
            JsonValue::Object(members) => object_error(members, true),
            JsonValue::Str(code) if !code.is_empty() => Some(Expected {
                code: CodeText::Text(code),
                message: description,
                inner: Vec::new(),
                is_judged: false,
            }),
            _ => None,
        });
    let objects = |is_wanted: fn(&str) -> bool, is_judged| {
        let wanted = top.iter().filter(move |(name, _)| is_wanted(name));
        wanted.filter_map(move |(_, value)| match value {
            JsonValue::Object(members) => Some(object_error(members, is_judged)),
            _ => None,
        })
    };
    let misspelt = objects(|name| name != "error" && name.eq_ignore_ascii_case("error"), true);
    let odata = objects(|name| name == "odata.error", false);
    let later = |old: Option<_>, new: Option<_>| new.or(old);
    match under_error.reduce(later).or(misspelt.reduce(later)).or(odata.reduce(later)) {
        Some(error) => error,
        None => bare_error(top),
    }
}

/// The body as an error that stands bare: a `code` with something in it, and a `message` or an
/// inner error.
fn bare_error<'t>(top: Members<'t, '_>) -> Option<Expected<'t>> {
    let code = last(top, "code").and_then(string)?;
    let has_inner = matches!(inner_of(top), Some(JsonValue::Object(_)));
    let is_error = !code.is_empty() && (last(top, "message").is_some() || has_inner);
    is_error.then(|| object_error(top, true)).flatten()
}

/// The last member of this name that is a string.
fn last_string<'t>(members: Members<'t, '_>, name: &str) -> Option<&'t str> {
    members.iter().rev().filter(|(own, _)| own == name).find_map(|(_, value)| string(value))
}

/// An object as an error, where it has a code. The text of a message may stand in its `value`.
fn object_error<'t>(members: Members<'t, '_>, is_judged: bool) -> Option<Expected<'t>> {
    let code = CodeText::of(last(members, "code")?)?;
    let message = last(members, "message").and_then(|message| match message {
        JsonValue::Object(message) => last(message, "value").and_then(string),
        message => string(message),
    });
    let mut inner = Vec::new();
    let mut next = inner_of(members);
    while let Some(JsonValue::Object(members)) = next {
        inner.push(last(members, "code").and_then(CodeText::of));
        next = inner_of(members);
    }
    Some(Expected { code, message, inner, is_judged })
}

/// What stands under `innererror`, or else under that name in another case; the last one of them.
fn inner_of<'t, 'j>(members: Members<'t, 'j>) -> Option<&'t JsonValue<'j>> {
    last(members, "innererror").or_else(|| {
        let mut alike = members.iter().rev();
        let alike = alike.find(|(name, _)| name.eq_ignore_ascii_case("innererror"));
        alike.map(|(_, value)| value)
    })
}

/// There is a finding for each root code that is a text and none of the basic codes.
fn unknown_codes_are_found(expected: &[Expected<'_>], judgement: &Judgement<ApiError<'_>>) {
    if common::is_limited(&judgement.findings) {
        return;
    }
    let is_basic = |code: &str| {
        EDITION
            .codes
            .iter()
            .any(|row| row.code == code && row.level.is_some_and(|level| level.as_str() == "basic"))
    };
    let unknown = expected.iter().filter(|expected| match expected.code {
        CodeText::Text(code) => expected.is_judged && !code.is_empty() && !is_basic(code),
        _ => false,
    });
    let findings = judgement.findings.iter();
    let found = findings.filter(|finding| finding.rule.id == "onedrive/unknown-code");
    assert_eq!(found.count(), unknown.count(), "{expected:?}: {judgement:?}");
}

#[cfg(test)]
pub(crate) const ONEDRIVE_JSON_LIES: &[crate::testing::Lie] = {
    use onedrive_error::{InnerError, InnerErrors};

    use crate::testing::Lie;

    /// Reads, and changes every error, however it was come by.
    struct Changed(fn(&mut ApiError<'_>));
    impl Subject for Changed {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let mut error = ApiError::from_json(body)?;
            (self.0)(&mut error);
            Ok(error)
        }

        fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
            let mut found = onedrive_error::errors(body);
            found.errors.iter_mut().for_each(|located| (self.0)(&mut located.error));
            found
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            judgement.errors.iter_mut().for_each(|located| (self.0)(&mut located.error));
            judgement
        }
    }

    /// Lists and judges, and changes the errors' places.
    struct Moved(fn(&mut std::ops::Range<usize>));
    impl Subject for Moved {
        fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
            let mut found = onedrive_error::errors(body);
            found.errors.iter_mut().for_each(|located| (self.0)(&mut located.span));
            found
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            judgement.errors.iter_mut().for_each(|located| (self.0)(&mut located.span));
            judgement
        }
    }

    /// Judges, and changes the judgement.
    struct Judged(fn(&mut Judgement<ApiError<'_>>));
    impl Subject for Judged {
        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            (self.0)(&mut judgement);
            judgement
        }
    }

    struct ItemBeforeOwn;
    impl Subject for ItemBeforeOwn {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let read = ApiError::from_json(body)?;
            Ok(onedrive_error::errors(body).errors.pop().map_or(read, |located| located.error))
        }
    }

    struct FlatInner;
    impl Subject for FlatInner {
        fn to_json(&self, error: &ApiError<'_>) -> String {
            error.clone().into_outermost(1).to_json()
        }
    }

    struct EveryErrorIsKept;
    impl Subject for EveryErrorIsKept {
        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            Real.check(body, &Limits { errors: 10_000, ..*limits })
        }
    }

    struct OnlyDocumentedCodes;
    impl Subject for OnlyDocumentedCodes {
        fn likeness(&self, body: &[u8]) -> Likeness {
            match ApiError::from_json(body) {
                Ok(error) if !error.code.is_documented() => Likeness::Shape,
                _ => onedrive_error::likeness(body),
            }
        }
    }

    fn only_with_code(error: &mut ApiError<'_>) {
        let inner: Vec<InnerError<'_>> =
            error.inner.iter().filter(|inner| inner.code.is_some()).cloned().collect();
        error.inner = InnerErrors::from_iter(inner);
    }

    &[
        Lie {
            oracle: "onedrive_json",
            what: "inner errors without a code are left out",
            check: |body| holds(&Changed(only_with_code), body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "the message of an error that is a string is not kept",
            check: |body| {
                let without = |error: &mut ApiError<'_>| {
                    error.message.take_if(|_| !error.code.as_str().contains(char::is_uppercase));
                };
                holds(&Changed(without), body);
            },
        },
        Lie {
            oracle: "onedrive_json",
            what: "an error begins after its brace",
            check: |body| holds(&Moved(|span| span.start += 1), body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "an error's place is its brace alone",
            check: |body| holds(&Moved(|span| span.end = span.start + 1), body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "the last error is read, not the first",
            check: |body| holds(&ItemBeforeOwn, body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "one inner error is written and no more",
            check: |body| holds(&FlatInner, body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "any number of errors is kept",
            check: |body| holds(&EveryErrorIsKept, body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "inner errors do not make it sure",
            check: |body| holds(&OnlyDocumentedCodes, body),
        },
        Lie {
            oracle: "onedrive_json",
            what: "a detailed code is taken for a basic one",
            check: |body| {
                let detailed = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.findings.retain(|finding| {
                        let help = finding.help.as_deref().unwrap_or_default();
                        !help.starts_with("this is a detailed code")
                    });
                };
                holds(&Judged(detailed), body);
            },
        },
    ]
};
