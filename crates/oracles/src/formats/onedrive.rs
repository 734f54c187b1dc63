//! OneDrive errors, held against themselves and against a plain reading of jiter's tree.

use faultbook_core::{Judgement, Likeness, Limits, Located, ReadError, Response, Rule, Verdict};
use jiter::JsonValue;
use onedrive_error::{ApiError, Code, EDITION, RULES};

use super::common::{
    CodeText, Members, Share, is_cut_in_a_number, is_error_at, last, members, string,
};
use super::frame::{Format, Judged, Listed, Real, Subject, holds_in};

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
/// Most bodies are only read, since judging takes ten times as long: one in 16 is written and
/// compared with the tree, one in 256 judged, one in 1,024 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn onedrive_json(body: &[u8]) {
    holds_in::<Onedrive>(&Real, body, Share::of(body));
}

struct Onedrive;

impl Format for Onedrive {
    type Error<'a> = ApiError<'a>;

    const RULES: &'static [&'static Rule] = RULES;

    fn read(body: &[u8]) -> Result<ApiError<'_>, ReadError> {
        ApiError::from_json(body)
    }

    fn errors(body: &[u8]) -> Option<Listed<ApiError<'_>>> {
        let onedrive_error::Errors { errors, more, fault } = onedrive_error::errors(body);
        Some(Listed { errors, more, fault })
    }

    fn check<'a>(response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
        onedrive_error::check(response, &EDITION, limits)
    }

    fn likeness(body: &[u8]) -> Likeness {
        onedrive_error::likeness(body)
    }

    fn write(error: &ApiError<'_>) -> Vec<String> {
        vec![error.to_json()]
    }

    fn is_same(error: &ApiError<'_>, other: &ApiError<'_>) -> bool {
        error == other
    }

    fn error_holds(error: &ApiError<'_>) {
        assert!(error.to_string().starts_with(error.code.as_str()));
        let with_code = error.inner.iter().filter(|inner| inner.code.is_some());
        assert_eq!(error.codes().count(), 1 + with_code.count());
        assert_eq!(&error.clone().into_owned(), error);
        assert!(error.inner.len() > 64 || error.codes().all(|code| error.is(code.as_str())));
    }

    fn read_is_expected(read: Result<&ApiError<'_>, &ReadError>, tree: &JsonValue<'_>) {
        let expected = model(tree);
        let is_expected = match (read, expected.first()) {
            (Ok(error), Some(expected)) => expected.is(error),
            (Err(_), None) => true,
            _ => false,
        };
        assert!(is_expected, "{read:?}, not {expected:?}");
    }

    fn judgement_holds(subject: &impl Subject<Self>, judged: &Judged<'_, Self>) {
        let Judged { body, read, judgement, likeness, stop, .. } = judged;
        let errors = &judgement.errors;
        assert_eq!(read.is_ok(), judgement.verdict == Verdict::Error, "{read:?}: {judgement:?}");
        let first = errors.first().map(|located| &located.error);
        assert_eq!(read.as_ref().ok(), first, "the first one is read");
        let is_cut = stop.is_some_and(|stop| stop.cuts);
        for located in errors {
            assert!(is_error_at(body, &located.span, *stop), "{located:?}");
            // An error that is a string could be any token endpoint's.
            let is_object = body[located.span.start] == b'{';
            let is_inside = located.pointer.as_deref() != Some("");
            let error = &located.error;
            if is_object && (error.code.is_documented() || is_inside && !error.inner.is_empty()) {
                assert_eq!(*likeness, Likeness::Sure, "{located:?}");
            }
        }
        // To read every one again could take long for many.
        let mut ends = errors.iter();
        for located in ends.next().into_iter().chain(ends.next_back()) {
            if !is_cut_in_a_number(body, &located.span, is_cut) {
                is_the_same_alone(subject, body, located, is_cut);
            }
        }
    }

    fn judgement_is_expected(judged: &Judged<'_, Self>, tree: &JsonValue<'_>) {
        let Judged { judgement, listed, .. } = judged;
        let expected = model(tree);
        let Listed { errors, more, .. } = listed.as_ref().expect("there is a list");
        assert_eq!(expected.len(), errors.len() + more, "{errors:?}, not {expected:?}");
        if *more == 0 {
            for (Located { error, .. }, expected) in errors.iter().zip(&expected) {
                assert!(expected.is(error), "{error:?}, not {expected:?}");
            }
        }
        unknown_codes_are_found(&expected, judgement);
    }
}

/// An error's bytes under `error` give the same error: all of them, and no more than them.
fn is_the_same_alone(
    subject: &impl Subject<Onedrive>,
    body: &[u8],
    located: &Located<ApiError<'_>>,
    is_cut: bool,
) {
    const START: &[u8] = b"{\"error\":";
    let bytes = &body[located.span.clone()];
    // What is cut stays so.
    let end: &[u8] = if is_cut { b"" } else { b"}" };
    let alone = [START, bytes, end].concat();
    let alone = subject.errors(&alone).expect("there is a list");
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

    use super::frame::holds;
    use super::frame::liars::{Changed, Found, Like, Limited, Moved, Written};

    struct ItemBeforeOwn;
    impl Subject<Onedrive> for ItemBeforeOwn {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let read = ApiError::from_json(body)?;
            Ok(onedrive_error::errors(body).errors.pop().map_or(read, |located| located.error))
        }
    }

    fn only_with_code(_: &[u8], error: &mut ApiError<'_>) {
        let inner: Vec<InnerError<'_>> =
            error.inner.iter().filter(|inner| inner.code.is_some()).cloned().collect();
        error.inner = InnerErrors::from_iter(inner);
    }

    crate::testing::lies!["onedrive_json", holds::<Onedrive>;
        "inner errors without a code are left out": Changed::<Onedrive>(only_with_code),
        "the message of an error that is a string is not kept": Changed::<Onedrive>(|_, error| {
            error.message.take_if(|_| !error.code.as_str().contains(char::is_uppercase));
        }),
        "an error begins after its brace": Moved(|span| span.start += 1),
        "an error's place is its brace alone": Moved(|span| span.end = span.start + 1),
        "the last error is read, not the first": ItemBeforeOwn,
        "one inner error is written and no more": Written::<Onedrive>(|_, error| {
            *error = error.clone().into_outermost(1);
        }),
        "any number of errors is kept": Limited(|limits| limits.errors = 10_000),
        "inner errors do not make it sure": Like(|body, likeness| {
            match ApiError::from_json(body) {
                Ok(error) if !error.code.is_documented() => Likeness::Shape,
                _ => likeness,
            }
        }),
        "a detailed code is taken for a basic one": Found(|findings| {
            findings.retain(|finding| {
                let help = finding.help.as_deref().unwrap_or_default();
                !help.starts_with("this is a detailed code")
            });
        }),
    ]
};
