//! LINE WORKS errors, held against themselves and against a plain reading of jiter's tree.

use std::collections::BTreeMap;

use faultbook_core::{FaultKind, Judgement, Likeness, Limits, ReadError, Response, Verdict};
use jiter::JsonValue;
use lineworks_error::{ApiError, EDITION, RULES};

use super::common::{
    self, CodeText, Members, Share, Stop, fault_is_found, findings_hold, is_error_at, is_expected,
    last, limits_hold, members, pointers_hold, refusal_holds, string, tree_beside,
};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
        ApiError::from_json(body)
    }

    fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
        lineworks_error::check(response, &EDITION, limits)
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        lineworks_error::likeness(body)
    }

    fn to_json(&self, error: &ApiError<'_>) -> String {
        error.to_json()
    }
}

struct Real;

impl Subject for Real {}

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
/// Most bodies are only read, since judging takes ten times as long: one in eight is written and
/// compared with the tree, one in 64 judged, one in 256 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn lineworks_json(body: &[u8]) {
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
        let expected = model(members(&tree));
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (&read, &expected) {
            let description = [error.description.as_deref()];
            let is_expected = is_expected(error.code.as_str(), description, expected);
            assert!(is_expected, "{error:?}, not {expected:?}");
        }
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
    let response = Response::new(body);
    let judgement = subject.check(&response, &Limits::default());
    let likeness = subject.likeness(body);
    findings_hold(body, &judgement.findings, RULES);
    assert_eq!(judgement.errors.len(), usize::from(judgement.verdict == Verdict::Error));

    let fault = judgement.findings.iter().find(|finding| finding.rule.service() == "common");
    if let Some(located) = judgement.errors.first() {
        assert_eq!(read.as_ref(), Ok(&located.error), "reading and judging see the same");
        assert_eq!(located.pointer.as_deref(), Some(""));
        let span = &located.span;
        let stop = Stop::in_findings(&judgement.findings);
        assert!(body[span.start] == b'{' && is_error_at(body, span, stop), "{located:?}");
        let before = &body[..span.start];
        let before = before.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(before);
        assert!(before.trim_ascii().is_empty(), "{located:?} is not the body");
        let behind = body[span.end..].trim_ascii();
        assert!(behind.is_empty() || fault.is_some(), "{located:?} is not the whole body");
    }

    match &read {
        Ok(error) => {
            // Where judging finds no error, the code belongs to something else.
            let is_error = judgement.verdict == Verdict::Error;
            assert!(is_error || likeness == Likeness::No, "{error:?}: {judgement:?}");
            if is_error && error.code.is_documented() {
                assert_eq!(likeness, Likeness::Sure, "{error:?}");
            }
        }
        Err(refusal) => {
            assert_ne!(judgement.verdict, Verdict::Error);
            if let ReadError::Fault(fault) = refusal {
                fault_is_found(body, fault, &judgement);
                let is_read = fault.kind() == FaultKind::TrailingContent;
                assert!(is_read || judgement.verdict == Verdict::Malformed, "{judgement:?}");
            }
        }
    }
    assert!(
        likeness == Likeness::No || judgement.verdict != Verdict::None,
        "{likeness:?}, but {judgement:?}"
    );

    if fault.is_none_or(|finding| finding.rule.id == "common/duplicate-member")
        && let Some(tree) = common::tree(body)
    {
        pointers_hold(body, &judgement.findings, &tree);
        if judgement.verdict != Verdict::None {
            findings_are_expected(&tree, &judgement);
        }
        assert_eq!(likeness, expected_likeness(members(&tree)), "{tree:?}");
    }
    if share >= Share::Limited {
        if let Err(refusal) = &read {
            assert!(!refusal.to_string().is_empty(), "{refusal:?}");
        }
        let failing = subject.check(&response.with_status(404), &Limits::default());
        let is_json = matches!(
            faultbook_core::common::Syntax::of(body),
            faultbook_core::common::Syntax::Json
        );
        assert_eq!(failing.errors.len(), usize::from(is_json && read.is_ok()), "{failing:?}");
        assert!(failing.errors.iter().all(|located| Ok(&located.error) == read.as_ref()));
        assert!(!failing.errors.is_empty() || failing.verdict == Verdict::Malformed);
        limits_hold(body, &judgement, read.as_ref().ok(), |limits| {
            subject.check(&response, limits)
        });
        if let Ok(error) = read {
            assert!(error.to_string().starts_with(error.code.as_str()));
            assert_eq!(error.resource(), error.code.resource());
            assert_eq!(error.clone().into_owned(), error);
        }
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
    if common::is_limited(&judgement.findings) {
        return;
    }
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

    use crate::testing::Lie;

    /// Reads, and changes the error of reading and of judging.
    struct Errors(fn(&[u8], &mut ApiError<'_>));
    impl Subject for Errors {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let mut error = ApiError::from_json(body)?;
            (self.0)(body, &mut error);
            Ok(error)
        }

        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(response, limits);
            for located in &mut judgement.errors {
                (self.0)(response.body, &mut located.error);
            }
            judgement
        }
    }

    /// Judges, and changes the judgement.
    struct Judged(fn(&mut Judgement<ApiError<'_>>));
    impl Subject for Judged {
        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(response, limits);
            (self.0)(&mut judgement);
            judgement
        }
    }

    struct NoFurtherLimit;
    impl Subject for NoFurtherLimit {
        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(response, limits);
            judgement.findings.truncate(limits.findings);
            judgement
        }
    }

    struct AnyCodeIsAlike;
    impl Subject for AnyCodeIsAlike {
        fn likeness(&self, body: &[u8]) -> Likeness {
            match (ApiError::from_json(body), lineworks_error::likeness(body)) {
                (Ok(_), Likeness::No) => Likeness::Shape,
                (_, likeness) => likeness,
            }
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

    &[
        Lie {
            oracle: "lineworks_json",
            what: "of two codes the first one counts",
            check: |body| holds(&Errors(first_of_two), body),
        },
        Lie {
            oracle: "lineworks_json",
            what: "an empty description is none",
            check: |body| {
                let drop_empty = |_: &[u8], error: &mut ApiError<'_>| {
                    error.description.take_if(|text| text.is_empty());
                };
                holds(&Errors(drop_empty), body);
            },
        },
        Lie {
            oracle: "lineworks_json",
            what: "an error begins at the white space before it",
            check: |body| {
                let from_start = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.errors.iter_mut().for_each(|located| located.span.start = 0);
                };
                holds(&Judged(from_start), body);
            },
        },
        Lie {
            oracle: "lineworks_json",
            what: "an unknown code that is like a template's is not found",
            check: |body| {
                let no_template = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.findings.retain(|finding| {
                        finding.rule.id != "lineworks/unknown-code" || !is_template(finding)
                    });
                };
                holds(&Judged(no_template), body);
            },
        },
        Lie {
            oracle: "lineworks_json",
            what: "a finding ends before the quote",
            check: |body| {
                let before_quote = |judgement: &mut Judgement<ApiError<'_>>| {
                    for finding in &mut judgement.findings {
                        if let Place::Body { span, pointer: Some(_) } = &mut finding.place
                            && span.len() > 1
                        {
                            span.end -= 1;
                        }
                    }
                };
                holds(&Judged(before_quote), body);
            },
        },
        Lie {
            oracle: "lineworks_json",
            what: "a finding about a member has the pointer of the object",
            check: |body| {
                let to_object = |judgement: &mut Judgement<ApiError<'_>>| {
                    for finding in &mut judgement.findings {
                        if let Place::Body { pointer: Some(pointer), .. } = &mut finding.place {
                            pointer.clear();
                        }
                    }
                };
                holds(&Judged(to_object), body);
            },
        },
        Lie {
            oracle: "lineworks_json",
            what: "nobody says that findings were left out",
            check: |body| holds(&NoFurtherLimit, body),
        },
        Lie {
            oracle: "lineworks_json",
            what: "whatever has a code looks like an error",
            check: |body| holds(&AnyCodeIsAlike, body),
        },
    ]
};
