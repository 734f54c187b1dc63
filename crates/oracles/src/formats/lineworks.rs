//! LINE WORKS errors, held against themselves and against a plain reading of jiter's tree.

use std::collections::BTreeMap;

use faultbook_core::common::{NOT_AN_ERROR_BODY, Syntax};
use faultbook_core::{Judgement, Likeness, Limits, ReadError, Response, Rule, Verdict};
use jiter::JsonValue;
use lineworks_error::{ApiError, EDITION, RULES};

use super::common::{
    CodeText, Members, Share, every_finding, is_error_at, is_expected, last, members, string,
};
use super::frame::{Format, Judged, Real, Subject, holds_in};

/// Any body, as a response of unknown status.
///
/// - What judging takes for an error is the one that reading gives, and its place is the whole
///   body. What reading gives besides does not look like an error of this service; what looks like
///   one has an error or is malformed.
/// - What was read survives writing.
/// - Findings are sorted, of listed rules, and point at whole values, names or braces of the body;
///   their pointers lead there. A fault that keeps the code from being read is a finding.
/// - In a body that jiter reads too, a plain look at its tree finds the same error, as many
///   findings of each rule of the service's, and how much it is like one.
/// - Under a failing status, every error that can be read is judged. Smaller limits are kept, and
///   say how much they leave out.
///
/// Most bodies are only read, since judging takes ten times as long: one in 16 is written and
/// compared with the tree, one in 256 judged, one in 1,024 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn lineworks_json(body: &[u8]) {
    holds_in::<Lineworks>(&Real, body, Share::of(body));
}

struct Lineworks;

impl Format for Lineworks {
    type Error<'a> = ApiError<'a>;

    const RULES: &'static [&'static Rule] = RULES;

    fn read(body: &[u8]) -> Result<ApiError<'_>, ReadError> {
        ApiError::from_json(body)
    }

    fn check<'a>(response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
        lineworks_error::check(response, &EDITION, limits)
    }

    fn likeness(body: &[u8]) -> Likeness {
        lineworks_error::likeness(body)
    }

    fn write(error: &ApiError<'_>) -> Vec<String> {
        vec![error.to_json()]
    }

    fn is_same(error: &ApiError<'_>, other: &ApiError<'_>) -> bool {
        error == other
    }

    fn error_holds(error: &ApiError<'_>) {
        assert!(error.to_string().starts_with(error.code.as_str()));
        assert_eq!(error.resource(), error.code.resource());
        assert_eq!(&error.clone().into_owned(), error);
    }

    fn read_is_expected(read: Result<&ApiError<'_>, &ReadError>, tree: &JsonValue<'_>) {
        let expected = model(members(tree));
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (read, &expected) {
            let description = [error.description.as_deref()];
            let is_expected = is_expected(error.code.as_str(), description, expected);
            assert!(is_expected, "{error:?}, not {expected:?}");
        }
    }

    fn judgement_holds(subject: &impl Subject<Self>, judged: &Judged<'_, Self>) {
        let Judged { body, read, judgement, likeness, stop, .. } = judged;
        let is_error = judgement.verdict == Verdict::Error;
        assert_eq!(judgement.errors.len(), usize::from(is_error));
        if let Some(located) = judgement.errors.first() {
            assert_eq!(read.as_ref(), Ok(&located.error), "reading and judging see the same");
            assert_eq!(located.pointer.as_deref(), Some(""));
            let span = &located.span;
            assert!(body[span.start] == b'{' && is_error_at(body, span, *stop), "{located:?}");
            let before = &body[..span.start];
            let before = before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before);
            assert!(before.trim_ascii().is_empty(), "{located:?} is not the body");
            let behind = body[span.end..].trim_ascii();
            assert!(behind.is_empty() || stop.is_some(), "{located:?} is not the whole body");
        }
        if let Ok(error) = read {
            // Where judging finds no error, the code belongs to something else.
            assert!(is_error || *likeness == Likeness::No, "{error:?}: {judgement:?}");
            if is_error && error.code.is_documented() {
                assert_eq!(*likeness, Likeness::Sure, "{error:?}");
            }
        } else {
            assert!(!is_error, "{read:?}: {judgement:?}");
        }
        // Under a failing status every error that can be read is judged.
        let failing = subject.check(&Response::new(body).with_status(404), &every_finding(body));
        let is_there = read.is_ok() && Syntax::of(body) == Syntax::Json;
        assert_eq!(failing.errors.len(), usize::from(is_there), "{failing:?}");
        assert!(failing.errors.iter().all(|located| Ok(&located.error) == read.as_ref()));
        assert!(is_there || failing.verdict == Verdict::Malformed, "{failing:?}");
    }

    fn judgement_is_expected(judged: &Judged<'_, Self>, tree: &JsonValue<'_>) {
        let Judged { judgement, likeness, .. } = judged;
        let is_another = |id: &str| id == NOT_AN_ERROR_BODY.id;
        if judgement.verdict != Verdict::None
            && !judgement.findings.iter().any(|finding| is_another(finding.rule.id))
        {
            findings_are_expected(tree, judgement);
        }
        assert_eq!(*likeness, expected_likeness(members(tree)), "{tree:?}");
    }
}

const NAMES: [&str; 2] = ["code", "description"];

/// The error of a body: the last `code` that is a string or a number, and the last `description`
/// that is a string.
fn model<'t>(members: Members<'t, '_>) -> Option<(CodeText<'t>, [Option<&'t str>; 1])> {
    let code = CodeText::of(last(members, NAMES[0])?)?;
    Some((code, [last(members, NAMES[1]).and_then(string)]))
}

/// Whether the table has a code: by its name, or as a template with something in the braces.
fn is_documented(code: &str) -> bool {
    EDITION.codes.iter().any(|row| match row.code.find('{').zip(row.code.find('}')) {
        None => row.code == code,
        Some((open, close)) => {
            let (prefix, suffix) = (&row.code[..open], &row.code[close + 1..]);
            code.starts_with(prefix)
                && code.ends_with(suffix)
                && code.len() > prefix.len() + suffix.len()
        }
    })
}

/// How much a body is like an error: the names of the token endpoint tell, and so does a documented
/// code with a `description` or with nothing else beside it. With another code, or none, nothing
/// but the two names may stand there.
fn expected_likeness(members: Members<'_, '_>) -> Likeness {
    let has = |name: &str| members.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let is_listed = |own: &str| NAMES.iter().any(|name| own.eq_ignore_ascii_case(name));
    let has_listed = members.iter().any(|(own, _)| is_listed(own));
    let has_others = members.iter().any(|(own, _)| !is_listed(own));
    let of_tokens = ["returnCode", "returnMessage"].map(|name| last(members, name).is_some());
    if !has_listed {
        return if of_tokens == [true, true] { Likeness::Sure } else { Likeness::No };
    }
    let code = last(members, NAMES[0]).and_then(string);
    match code {
        _ if has_others && !(has(NAMES[0]) && has(NAMES[1])) => Likeness::No,
        Some(code) if !code.is_empty() && is_documented(code) => Likeness::Sure,
        _ if has_others => Likeness::No,
        _ => Likeness::Shape,
    }
}

/// Of what is judged as an error, there are as many findings of each rule as the tree has reasons
/// for.
fn findings_are_expected(tree: &JsonValue<'_>, judgement: &Judgement<ApiError<'_>>) {
    let members = members(tree);
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    let mut expect = |rule: &'static str, expected: bool| {
        *counts.entry(rule).or_default() += isize::from(expected);
    };
    let is_named = |own: &str, name: &str| own.eq_ignore_ascii_case(name);
    let is_listed = |own: &str| NAMES.iter().any(|name| is_named(own, name));
    let has = |wanted: &str| members.iter().any(|(own, _)| own == wanted);
    let has_listed = members.iter().any(|(own, _)| is_listed(own));
    let of_tokens = !has_listed && has("returnCode") && has("returnMessage");
    let has_description = members.iter().any(|(own, _)| is_named(own, NAMES[1]));
    let message_instead = has("message") && !has_description;
    for (name, missing) in
        NAMES.iter().zip(["lineworks/missing-code", "lineworks/missing-description"])
    {
        let value = last(members, name);
        let text = value.and_then(string);
        expect("lineworks/wrong-type", value.is_some() && text.is_none());
        expect(missing, value.is_none() || text == Some(""));
        let respelt = members.iter().any(|(own, _)| own != name && is_named(own, name));
        expect("lineworks/unknown-member", respelt && value.is_some());
    }
    // What stands in the place of a member that is missing is not unknown besides.
    let is_unknown = |own: &str| !(is_listed(own) || message_instead && own == "message");
    let has_unknown = members.iter().any(|(own, _)| is_unknown(own));
    expect("lineworks/unknown-member", has_unknown && !of_tokens);
    let code = last(members, NAMES[0]).and_then(string).filter(|code| !code.is_empty());
    expect("lineworks/unknown-code", code.is_some_and(|code| !is_documented(code)));
    for finding in &judgement.findings {
        if finding.rule.service() == EDITION.service {
            *counts.entry(finding.rule.id).or_default() -= 1;
        }
    }
    assert!(counts.values().all(|count| *count == 0), "{counts:?} in {:?}", judgement.findings);
}

#[cfg(test)]
pub(crate) const LINEWORKS_JSON_LIES: &[crate::testing::Lie] = {
    use faultbook_core::{Finding, Place};

    use super::common;
    use super::frame::holds;
    use super::frame::liars::{Changed, Found, Like, Moved};

    struct NoFurtherLimit;
    impl Subject<Lineworks> for NoFurtherLimit {
        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Lineworks::check(response, limits);
            judgement.findings.truncate(limits.findings);
            judgement
        }
    }

    fn first_of_two(body: &[u8], error: &mut ApiError<'_>) {
        let tree = common::tree(body);
        let first = tree.as_ref().and_then(|tree| {
            members(tree).iter().find(|(name, _)| name == "code").and_then(|(_, code)| string(code))
        });
        if let Some(first) = first {
            error.code = first.to_owned().into();
        }
    }

    fn is_template(finding: &Finding) -> bool {
        finding.received.contains("NOT_EXIST") || finding.received.contains("INVALID_")
    }

    crate::testing::lies!["lineworks_json", holds::<Lineworks>;
        "of two codes the first one counts": Changed::<Lineworks>(first_of_two),
        "an empty description is none": Changed::<Lineworks>(|_, error| {
            error.description.take_if(|text| text.is_empty());
        }),
        "an error begins at the white space before it": Moved(|span| span.start = 0),
        "an unknown code that is like a template's is not found": Found(|findings| {
            findings.retain(|finding| {
                finding.rule.id != "lineworks/unknown-code" || !is_template(finding)
            });
        }),
        "a finding ends before the quote": Found(|findings| {
            for finding in findings {
                if let Place::Body { span, pointer: Some(_) } = &mut finding.place
                    && span.len() > 1
                {
                    span.end -= 1;
                }
            }
        }),
        "a finding about a member has the pointer of the object": Found(|findings| {
            for finding in findings {
                if let Place::Body { pointer: Some(pointer), .. } = &mut finding.place {
                    *pointer = "".into();
                }
            }
        }),
        "nobody says that findings were left out": NoFurtherLimit,
        "whatever has a code looks like an error": Like(|body, likeness| {
            match (ApiError::from_json(body), likeness) {
                (Ok(_), Likeness::No) => Likeness::Shape,
                (_, likeness) => likeness,
            }
        }),
    ]
};
