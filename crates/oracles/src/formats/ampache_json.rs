//! Ampache errors in JSON, held against themselves and against a plain reading of jiter's tree.

use ampache_error::{ApiError, EDITION, RULES};
use faultbook_core::common::Syntax;
use faultbook_core::{FaultKind, Judgement, Likeness, Limits, ReadError, Response, Rule, Verdict};
use jiter::JsonValue;

use super::common::{
    CodeText, Members, Share, Stop, every_finding, is_cut_in_a_number, is_error_at, is_expected,
    last, members, string,
};
use super::frame::{Format, Judged, Real, Subject, holds_in};

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
/// Most bodies are only read, since judging takes ten times as long: one in 16 is written and
/// compared with the tree, one in 256 judged, one in 1,024 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn ampache_json(body: &[u8]) {
    holds(&Real, body, Share::of(body));
}

fn holds(subject: &impl Subject<Ampache>, body: &[u8], share: Share) {
    if Syntax::of(body) == Syntax::Json {
        holds_in(subject, body, share);
    } else {
        let read = subject.read(body);
        assert!(read.is_err(), "{read:?}");
    }
}

struct Ampache;

impl Format for Ampache {
    type Error<'a> = ApiError<'a>;

    const RULES: &'static [&'static Rule] = RULES;

    fn read(body: &[u8]) -> Result<ApiError<'_>, ReadError> {
        ApiError::from_json(body)
    }

    fn check<'a>(response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
        ampache_error::check(response, &EDITION, limits)
    }

    fn likeness(body: &[u8]) -> Likeness {
        ampache_error::likeness(body)
    }

    fn write(error: &ApiError<'_>) -> Vec<String> {
        vec![error.to_json(), error.to_json_compact()]
    }

    fn is_same(error: &ApiError<'_>, other: &ApiError<'_>) -> bool {
        error == other
    }

    fn error_holds(error: &ApiError<'_>) {
        assert!(error.agrees_with(error));
        assert!(error.to_string().starts_with(error.code.as_str()));
        assert_eq!(&error.clone().into_owned(), error);
    }

    fn read_is_expected(read: Result<&ApiError<'_>, &ReadError>, tree: &JsonValue<'_>) {
        let found = model(members(tree));
        let expected = found.as_ref().and_then(Found::expected);
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (read, &expected) {
            let texts = [&error.action, &error.error_type, &error.message];
            let texts = texts.map(|text| text.as_deref());
            let is_expected = is_expected(error.code.as_str(), texts, expected);
            assert!(is_expected, "{error:?}, not {expected:?}");
        }
    }

    fn judgement_holds(subject: &impl Subject<Self>, judged: &Judged<'_, Self>) {
        const START: &[u8] = b"{\"error\":";
        let Judged { body, read, judgement, stop, .. } = judged;
        assert_eq!(ApiError::from_bytes(body), *read);
        assert_eq!(judgement.errors.len(), usize::from(judgement.verdict == Verdict::Error));
        let first = judgement.errors.first();
        assert_eq!(read.as_ref().ok(), first.map(|located| &located.error), "{judgement:?}");
        if let Err(ReadError::Fault(fault)) = read {
            assert!(fault.kind() != FaultKind::TrailingContent, "{fault:?}");
        }
        let Some(located) = first else { return };
        let span = &located.span;
        assert!(is_error_at(body, span, *stop), "{located:?}");
        // What is cut stays so.
        let is_cut = stop.is_some_and(|stop| stop.cuts);
        let end: &[u8] = if is_cut { b"" } else { b"}" };
        let alone = [START, &body[span.clone()], end].concat();
        if !is_cut_in_a_number(body, span, is_cut) {
            assert_eq!(subject.read(&alone).as_ref(), Ok(&located.error), "{located:?}");
        }
        if !is_cut {
            let alone = subject.check(&Response::new(&alone), &every_finding(&alone));
            let span = START.len()..START.len() + span.len();
            assert!(alone.errors.iter().all(|own| own.span == span), "{located:?}: {alone:?}");
            assert!(Stop::in_findings(&alone.findings).is_none(), "{alone:?}");
        }
    }

    fn judgement_is_expected(judged: &Judged<'_, Self>, tree: &JsonValue<'_>) {
        if let Some(found) = &model(members(tree)) {
            likeness_is_expected(found, judged.likeness);
            findings_are_expected(found, &judged.judgement);
        }
    }
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
    use super::frame::liars::{Changed, Found as Findings, Like, Moved, Written};

    fn all_holds(subject: &impl Subject<Ampache>, body: &[u8]) {
        holds(subject, body, Share::Limited);
    }

    struct NotInLists;
    impl NotInLists {
        fn is_listed(judgement: &Judgement<ApiError<'_>>) -> bool {
            let pointers = judgement.errors.iter().filter_map(|located| located.pointer.as_ref());
            pointers.into_iter().any(|pointer| pointer.matches('/').count() > 1)
        }
    }
    impl Subject<Ampache> for NotInLists {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let judgement = Ampache::check(&Response::new(body), &Limits::default());
            if Self::is_listed(&judgement) {
                return Err(ReadError::Absent { span: 0..0, expected: "an error" });
            }
            ApiError::from_json(body)
        }

        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let judgement = Ampache::check(response, limits);
            if !Self::is_listed(&judgement) {
                return judgement;
            }
            Judgement { verdict: Verdict::Malformed, errors: Vec::new(), ..judgement }
        }
    }

    crate::testing::lies!["ampache_json", all_holds;
        "an empty part is none": Changed::<Ampache>(|_, error| {
            error.error_type.take_if(|text| text.is_empty());
            error.action.take_if(|text| text.is_empty());
        }),
        "action and type are swapped": Changed::<Ampache>(|_, error| {
            std::mem::swap(&mut error.action, &mut error.error_type);
        }),
        "an error in a list is not found": NotInLists,
        "an error ends before its brace": Moved(|span| span.end -= 1),
        "an error's place begins at its member's name": Moved(|span| {
            span.start = span.start.saturating_sub(8);
        }),
        "any number that begins with 47 is known": Findings(|findings| {
            findings.retain(|finding| finding.rule.id != "ampache/unknown-code");
        }),
        "findings stand in the order of their rules": Findings(|findings| {
            findings.sort_by_key(|finding| finding.rule.id);
        }),
        "a message with a space is not written": Written::<Ampache>(|_, error| {
            error.message.take_if(|text| text.contains(' '));
        }),
        "nothing is sure": Like(|_, likeness| likeness.min(Likeness::Shape)),
    ]
};
