//! Ampache errors in JSON, held against themselves and against a plain reading of jiter's tree.

use ampache_error::{ApiError, EDITION, RULES};
use faultbook_core::common::Syntax;
use faultbook_core::{FaultKind, Judgement, Likeness, Limits, ReadError, Response, Verdict};
use jiter::JsonValue;

use super::common::{
    self, CodeText, Members, Share, Stop, fault_is_found, findings_hold, is_cut_in_a_number,
    is_error_at, is_expected, last, limits_hold, members, pointers_hold, refusal_holds, string,
    tree_beside,
};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
        ApiError::from_json(body)
    }

    fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
        ampache_error::check(&Response::new(body), &EDITION, limits)
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        ampache_error::likeness(body)
    }

    fn to_json(&self, error: &ApiError<'_>) -> String {
        error.to_json()
    }

    fn to_json_compact(&self, error: &ApiError<'_>) -> String {
        error.to_json_compact()
    }
}

struct Real;

impl Subject for Real {}

/// Any body that begins like JSON, as a response of unknown status; in any other no error in JSON
/// is read.
///
/// - Reading and judging it see the same error. What looks like Ampache's has an error or is
///   malformed; an error with a documented code in `errorCode` surely does.
/// - What was read survives writing, with and without white space.
/// - The error's place is that of the whole object: put under `error`, it gives the same error.
///   Findings are sorted, of listed rules, and point at whole values, names or braces of the body;
///   their pointers lead there. A fault that keeps the code from being read is a finding.
/// - In a body that jiter reads too, a plain look at its tree finds the same error; and a finding
///   of one rule for its code and no other says whether that is none of the table's.
/// - Smaller limits are kept, and say how much they leave out.
///
/// Most bodies are only read, since judging takes ten times as long: one in eight is written and
/// compared with the tree, one in 64 judged, one in 256 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn ampache_json(body: &[u8]) {
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
            let json = subject.to_json_compact(error);
            assert_eq!(subject.read(json.as_bytes()).as_ref(), Ok(error), "{json}");
        }
        Ok(_) => {}
    }
    if share >= Share::Written
        && let Some(tree) = tree_beside(body, &read)
    {
        let found = model(members(&tree));
        let expected = found.as_ref().and_then(Found::expected);
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (&read, &expected) {
            let texts = [&error.action, &error.error_type, &error.message];
            let texts = texts.map(|text| text.as_deref());
            assert!(
                is_expected(error.code.as_str(), texts, expected),
                "{error:?}, not {expected:?}"
            );
        }
    }
    if Syntax::of(body) != Syntax::Json {
        assert!(read.is_err(), "{read:?}");
    } else if share >= Share::Judged {
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
    assert_eq!(judgement.errors.len(), usize::from(judgement.verdict == Verdict::Error));
    let first = judgement.errors.first();
    assert_eq!(read.as_ref().ok(), first.map(|located| &located.error), "{judgement:?}");
    findings_hold(body, &judgement.findings, RULES);

    let likeness = subject.likeness(body);
    assert!(
        likeness == Likeness::No || judgement.verdict != Verdict::None,
        "{likeness:?}, but {judgement:?}"
    );
    if let Err(ReadError::Fault(fault)) = &read {
        assert!(fault.kind() != FaultKind::TrailingContent, "{fault:?}");
        assert_eq!(judgement.verdict, Verdict::Malformed, "{fault:?}");
        fault_is_found(body, fault, &judgement);
    }

    let stop = Stop::in_findings(&judgement.findings);
    if let Some(located) = first {
        const START: &[u8] = b"{\"error\":";
        let span = &located.span;
        assert!(is_error_at(body, span, stop), "{located:?}");
        // What is cut stays so.
        let is_cut = stop.is_some_and(|stop| stop.cuts);
        let end: &[u8] = if is_cut { b"" } else { b"}" };
        let alone = [START, &body[span.clone()], end].concat();
        if !is_cut_in_a_number(body, span, is_cut) {
            assert_eq!(subject.read(&alone).as_ref(), Ok(&located.error), "{located:?}");
        }
        if !is_cut {
            let alone = subject.check(&alone, &Limits::default());
            let span = START.len()..START.len() + span.len();
            assert!(alone.errors.iter().all(|own| own.span == span), "{located:?}: {alone:?}");
            assert!(alone.findings.iter().all(|finding| !is_fault(finding.rule.id)), "{alone:?}");
        }
    }

    if !judgement.findings.iter().any(|finding| is_fault(finding.rule.id))
        && let Some(tree) = common::tree(body)
    {
        pointers_hold(body, &judgement.findings, &tree);
        let found = model(members(&tree));
        if let Some(found) = &found {
            likeness_is_expected(found, likeness);
            findings_are_expected(found, &judgement);
        }
    }
    if share >= Share::Limited {
        if let Err(refusal) = &read {
            assert!(!refusal.to_string().is_empty(), "{refusal:?}");
        }
        limits_hold(body, &judgement, read.as_ref().ok(), |limits| subject.check(body, limits));
        assert_eq!(ApiError::from_bytes(body), read);
        if let Ok(error) = read {
            assert!(error.agrees_with(&error));
            assert!(error.to_string().starts_with(error.code.as_str()));
            assert_eq!(error.clone().into_owned(), error);
        }
    }
}

/// Whether a rule is one about a body that is no JSON.
fn is_fault(rule: &str) -> bool {
    ["common/malformed-json", "common/not-utf8", "common/limit", "common/trailing-content"]
        .contains(&rule)
}

const NAMES: [&str; 4] = ["errorCode", "errorAction", "errorType", "errorMessage"];

/// What the model takes for the error, with or without a code.
struct Found<'t, 'j> {
    members: Members<'t, 'j>,
    /// Whether it stands under `error`, where an older shape is known too.
    in_error: bool,
}

impl<'t> Found<'t, '_> {
    fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(own, _)| own == name)
    }

    /// Whether the members are named as in older versions: there is a `code`, and no `errorCode`
    /// and no name like a documented one.
    fn is_older(&self) -> bool {
        let is_respelt =
            |own: &str| NAMES.iter().any(|name| own != *name && own.eq_ignore_ascii_case(name));
        self.in_error
            && self.has("code")
            && !self.has(NAMES[0])
            && !self.members.iter().any(|(own, _)| is_respelt(own))
    }

    /// The member that is the code.
    fn code(&self) -> Option<&'t JsonValue<'_>> {
        last(self.members, if self.is_older() { "code" } else { NAMES[0] })
    }

    fn expected(&self) -> Option<(CodeText<'t>, [Option<&'t str>; 3])> {
        let is_older = self.is_older();
        let code = CodeText::of(last(self.members, if is_older { "code" } else { NAMES[0] })?)?;
        let message = match last(self.members, NAMES[3]) {
            // Of the older names for it the first that is there is the message.
            None if is_older => {
                ["message", "text", "value"].iter().find_map(|name| last(self.members, name))
            }
            message => message,
        };
        let text = |name| last(self.members, name).and_then(string);
        Some((code, [text(NAMES[1]), text(NAMES[2]), message.and_then(string)]))
    }
}

/// The error of a body: the last object under `error`; or the first object that is told by its
/// members, of those that stand in the body and in its lists; or the body itself, told so. A
/// response of the server's other API has none.
fn model<'t, 'j>(top: Members<'t, 'j>) -> Option<Found<'t, 'j>> {
    if top.iter().any(|(name, _)| name == "subsonic-response") {
        return None;
    }
    if let Some(JsonValue::Object(members)) = last(top, "error") {
        return Some(Found { members, in_error: true });
    }
    // `errorCode`, or two of the other names.
    let is_telling = |members: Members<'_, '_>| {
        let has = |name: &&&str| last(members, name).is_some();
        has(&&NAMES[0]) || NAMES.iter().filter(has).count() >= 2
    };
    let is_part = |name: &str| NAMES.iter().any(|known| name.eq_ignore_ascii_case(known));
    let others = top.iter().filter(|(name, _)| name != "error" && !is_part(name));
    let objects = others.flat_map(|(_, value)| match value {
        JsonValue::Array(elements) => &elements[..],
        value => std::slice::from_ref(value),
    });
    let mut elsewhere = objects.map(members).filter(|members| is_told_apart(members, is_telling));
    let members = elsewhere.next().or_else(|| is_telling(top).then_some(top))?;
    Some(Found { members, in_error: false })
}

/// Whether an object that is not named `error` is one: it has not the older shape.
fn is_told_apart(members: Members<'_, '_>, is_telling: impl Fn(Members<'_, '_>) -> bool) -> bool {
    let found = Found { members, in_error: true };
    !found.is_older() && is_telling(members)
}

/// What looks like what: see the table in the documentation of Ampache's likeness.
fn likeness_is_expected(found: &Found<'_, '_>, likeness: Likeness) {
    let code = found.code().and_then(CodeText::of);
    let is_listed = EDITION.codes.iter().any(|row| code.is_some_and(|code| code.is(row.code)));
    let has_code = found.has(NAMES[0]);
    if has_code && (is_listed && matches!(code, Some(CodeText::Text(_))) || found.in_error) {
        assert_eq!(likeness, Likeness::Sure, "{:?}", found.members);
    }
    if has_code && (found.has(NAMES[1]) || found.has(NAMES[2])) {
        assert_eq!(likeness, Likeness::Sure, "{:?}", found.members);
    }
}

/// The rules about a code.
const RULES_OF_CODE: [&str; 4] = [
    "ampache/missing-code",
    "ampache/code-not-numeric",
    "ampache/code-prefix",
    "ampache/unknown-code",
];

/// Of the four rules about a code one is broken, if it is none of the table's.
fn findings_are_expected(found: &Found<'_, '_>, judgement: &Judgement<ApiError<'_>>) {
    if common::is_limited(&judgement.findings) {
        return;
    }
    let expected = match found.code() {
        Some(JsonValue::Str(code)) => {
            let is_number = code.bytes().all(|byte| byte.is_ascii_digit());
            match &**code {
                "" => Some("ampache/missing-code"),
                _ if !is_number => Some("ampache/code-not-numeric"),
                code if code.len() != 4 || !code.starts_with("47") => Some("ampache/code-prefix"),
                code if EDITION.codes.iter().all(|row| row.code != code) => {
                    Some("ampache/unknown-code")
                }
                _ => None,
            }
        }
        None | Some(JsonValue::Null) => Some("ampache/missing-code"),
        // Of a number the tree does not have the digits.
        Some(JsonValue::Int(_) | JsonValue::Float(_)) => return,
        Some(_) => Some("ampache/code-not-numeric"),
    };
    let ids = judgement.findings.iter().map(|finding| finding.rule.id);
    let own: Vec<_> = ids.filter(|id| RULES_OF_CODE.contains(id)).collect();
    assert_eq!(own, Vec::from_iter(expected), "{:?}", found.members);
    for (name, rule) in NAMES.iter().zip([
        None,
        Some("ampache/missing-action"),
        Some("ampache/missing-type"),
        Some("ampache/missing-message"),
    ]) {
        let Some(rule) = rule.filter(|_| !found.is_older()) else { continue };
        let value = last(found.members, name);
        let is_missing =
            value.is_none_or(|value| *value == JsonValue::Null || string(value) == Some(""));
        let is_found = judgement.findings.iter().any(|finding| finding.rule.id == rule);
        assert_eq!(is_found, is_missing, "{rule}: {:?}", found.members);
    }
}

#[cfg(test)]
pub(crate) const AMPACHE_JSON_LIES: &[crate::testing::Lie] = {
    use crate::testing::Lie;

    /// Reads and judges, and changes the error.
    struct Changed(fn(&mut ApiError<'_>));
    impl Subject for Changed {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let mut error = ApiError::from_json(body)?;
            (self.0)(&mut error);
            Ok(error)
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            judgement.errors.iter_mut().for_each(|located| (self.0)(&mut located.error));
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

    struct NotInLists;
    impl NotInLists {
        fn is_listed(judgement: &Judgement<ApiError<'_>>) -> bool {
            let pointers = judgement.errors.iter().filter_map(|located| located.pointer.as_ref());
            pointers.into_iter().any(|pointer| pointer.matches('/').count() > 1)
        }
    }
    impl Subject for NotInLists {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let absent = ReadError::Absent { span: 0..0, expected: "an error" };
            if Self::is_listed(&Real.check(body, &Limits::default())) {
                return Err(absent);
            }
            ApiError::from_json(body)
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let judgement = Real.check(body, limits);
            if !Self::is_listed(&judgement) {
                return judgement;
            }
            Judgement { verdict: Verdict::Malformed, errors: Vec::new(), ..judgement }
        }
    }

    struct EmptyMessageIsNone;
    impl Subject for EmptyMessageIsNone {
        fn to_json(&self, error: &ApiError<'_>) -> String {
            let message = error.message.clone().filter(|text| !text.contains(' '));
            ApiError { message, ..error.clone() }.to_json()
        }
    }

    struct Unsure;
    impl Subject for Unsure {
        fn likeness(&self, body: &[u8]) -> Likeness {
            ampache_error::likeness(body).min(Likeness::Shape)
        }
    }

    &[
        Lie {
            oracle: "ampache_json",
            what: "an empty part is none",
            check: |body| {
                let drop_empty = |error: &mut ApiError<'_>| {
                    error.error_type.take_if(|text| text.is_empty());
                    error.action.take_if(|text| text.is_empty());
                };
                holds(&Changed(drop_empty), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "action and type are swapped",
            check: |body| {
                let swap = |error: &mut ApiError<'_>| {
                    std::mem::swap(&mut error.action, &mut error.error_type);
                };
                holds(&Changed(swap), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "an error in a list is not found",
            check: |body| holds(&NotInLists, body),
        },
        Lie {
            oracle: "ampache_json",
            what: "an error ends before its brace",
            check: |body| {
                let shorter = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.errors.iter_mut().for_each(|located| located.span.end -= 1);
                };
                holds(&Judged(shorter), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "an error's place begins at its member's name",
            check: |body| {
                let name = |judgement: &mut Judgement<ApiError<'_>>| {
                    for located in &mut judgement.errors {
                        located.span.start = located.span.start.saturating_sub(8);
                    }
                };
                holds(&Judged(name), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "any number that begins with 47 is known",
            check: |body| {
                let known = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.findings.retain(|finding| finding.rule.id != "ampache/unknown-code");
                };
                holds(&Judged(known), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "findings stand in the order of their rules",
            check: |body| {
                let by_rule = |judgement: &mut Judgement<ApiError<'_>>| {
                    judgement.findings.sort_by_key(|finding| finding.rule.id);
                };
                holds(&Judged(by_rule), body);
            },
        },
        Lie {
            oracle: "ampache_json",
            what: "a message with a space is not written",
            check: |body| holds(&EmptyMessageIsNone, body),
        },
        Lie { oracle: "ampache_json", what: "nothing is sure", check: |body| holds(&Unsure, body) },
    ]
};
