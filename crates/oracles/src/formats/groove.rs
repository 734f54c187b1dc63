//! Groove errors, held against themselves and against a plain reading of jiter's tree.

use std::collections::BTreeMap;

use faultbook_core::{Judgement, Likeness, Limits, Located, ReadError, Response, Verdict};
use groove_error::{ApiError, EDITION, Errors, RULES};
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

    fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
        groove_error::errors(body)
    }

    fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
        groove_error::check(&Response::new(body), &EDITION, limits)
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        groove_error::likeness(body)
    }

    fn to_json(&self, error: &ApiError<'_>) -> String {
        error.to_json()
    }

    fn to_json_embedded(&self, error: &ApiError<'_>) -> String {
        error.to_json_embedded()
    }
}

struct Real;

impl Subject for Real {}

/// Any body, as a response of unknown status.
///
/// - Reading it, listing its errors and judging it see the same errors, and the one that is read
///   is the response's own, or else the first item's. What has a code is surely Groove's; what
///   looks like Groove's has an error or is malformed.
/// - What was read survives writing, bare and embedded.
/// - An error's place is that of the whole object: read alone, it gives the same error. Findings
///   are sorted, of listed rules, and point at whole values, names or braces of the body; their
///   pointers lead there. A fault that keeps the code from being read is a finding.
/// - In a body that jiter reads too, a plain walk through its tree finds the same errors in the
///   same order, and as many findings of each rule of Groove's.
/// - Smaller limits are kept, and say how much they leave out.
///
/// Most bodies are only read, since judging takes ten times as long: one in eight is written and
/// compared with the tree, one in 64 judged, one in 256 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn groove_json(body: &[u8]) {
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
            let json = subject.to_json_embedded(error);
            assert_eq!(subject.read(json.as_bytes()).as_ref(), Ok(error), "{json}");
        }
        Ok(_) => {}
    }
    if share >= Share::Written
        && let Some(tree) = tree_beside(body, &read)
    {
        let objects = model(&tree);
        let with_code = |at| {
            let objects = objects.iter().filter(move |seen: &&Seen<'_, '_>| seen.at == at);
            objects.filter_map(Seen::expected)
        };
        let own = with_code(At::Bare).next().or_else(|| with_code(At::Top).next_back());
        let expected = own.or_else(|| with_code(At::Item).next());
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (&read, &expected) {
            let texts = [error.description.as_deref(), error.message.as_deref()];
            let is_expected = is_expected(error.code.as_str(), texts, expected);
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
    let judgement = subject.check(body, &Limits::default());
    let found = subject.errors(body);
    assert_eq!(found.errors, judgement.errors, "listing and judging see the same");
    assert_eq!(read.is_ok(), judgement.verdict == Verdict::Error, "{read:?}, but {judgement:?}");
    assert_eq!(read.as_ref().ok(), own_or_first(&found.errors), "the own error, or the first one");
    findings_hold(body, &judgement.findings, RULES);

    let likeness = subject.likeness(body);
    match &read {
        Ok(error) => {
            assert_eq!(likeness, Likeness::Sure, "{error:?}");
        }
        Err(refusal) => {
            assert!(
                likeness == Likeness::No || judgement.verdict == Verdict::Malformed,
                "{likeness:?}, but {judgement:?}"
            );
            if let ReadError::Fault(fault) = refusal {
                assert_eq!(judgement.verdict, Verdict::Malformed, "{fault:?}");
                fault_is_found(body, fault, &judgement);
            }
        }
    }

    let stop = found.fault.as_ref().map(Stop::at);
    let is_cut = stop.is_some_and(|stop| stop.cuts);
    for located in &found.errors {
        let is_object = body[located.span.start] == b'{';
        assert!(is_object && is_error_at(body, &located.span, stop), "{located:?}");
    }
    // To read every one again could take time in the square of a body with one in another.
    let mut ends = found.errors.iter();
    for located in ends.next().into_iter().chain(ends.next_back()) {
        if is_cut_in_a_number(body, &located.span, is_cut) {
            continue;
        }
        let alone = subject.errors(&body[located.span.clone()]);
        let first = alone.errors.first().map(|own| (own.span.clone(), &own.error));
        assert_eq!(first, Some((0..located.span.len(), &located.error)), "{located:?}");
        assert!(alone.fault.is_none() || is_cut, "{located:?}: {alone:?}");
    }

    if found.fault.is_none()
        && let Some(tree) = common::tree(body)
    {
        pointers_hold(body, &judgement.findings, &tree);
        let objects = model(&tree);
        errors_are_expected(&objects, &found);
        findings_are_expected(&objects, &judgement);
    }
    if share >= Share::Limited {
        if let Err(refusal) = &read {
            assert!(!refusal.to_string().is_empty(), "{refusal:?}");
        }
        limits_hold(body, &judgement, read.as_ref().ok(), |limits| subject.check(body, limits));
        if let Ok(error) = read {
            assert!(error.to_string().starts_with(error.code.as_str()));
            assert_eq!(error.clone().into_owned(), error);
        }
    }
}

/// What reading promises to give: the response's own error, or else the first item's.
fn own_or_first<'l, 'a>(errors: &'l [Located<ApiError<'a>>]) -> Option<&'l ApiError<'a>> {
    let at = |wanted: &str| {
        errors.iter().find(|located| {
            located.pointer.as_deref().is_some_and(|pointer| pointer.eq_ignore_ascii_case(wanted))
        })
    };
    at("").or_else(|| at("/Error")).or(errors.first()).map(|located| &located.error)
}

const NAMES: [&str; 3] = ["ErrorCode", "Description", "Message"];

/// Where the document knows errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Bare,
    Top,
    Item,
}

/// What stands in the place of an error.
#[derive(Debug)]
struct Seen<'t, 'j> {
    at: At,
    /// Under a name that is `Error` but for case.
    misspelt: bool,
    /// The members of the object; `None` for another value.
    members: Option<Members<'t, 'j>>,
    /// Whether there are members besides the three.
    others: bool,
}

impl<'t> Seen<'t, '_> {
    fn member(&self, name: &str) -> Option<&'t JsonValue<'_>> {
        last(self.members?, name)
    }

    fn expected(&self) -> Option<(CodeText<'t>, [Option<&'t str>; 2])> {
        let text = |name| last(self.members?, name).and_then(string);
        let code = CodeText::of(last(self.members?, NAMES[0])?)?;
        Some((code, [text(NAMES[1]), text(NAMES[2])]))
    }
}

fn is_named(name: &str, wanted: &str) -> bool {
    name.eq_ignore_ascii_case(wanted)
}

/// Everything in the place of an error, the bare one first, the others in the order of the body.
fn model<'t, 'j>(tree: &'t JsonValue<'j>) -> Vec<Seen<'t, 'j>> {
    let mut seen = Vec::new();
    let top = members(tree);
    if matches!(tree, JsonValue::Object(_)) {
        for (name, value) in top {
            match under(name, value, At::Top) {
                Some(error) => seen.push(error),
                // What a bare error has for members is not searched.
                None if NAMES.iter().any(|known| is_named(name, known)) => {}
                None => walk_member(name, value, &mut seen),
            }
        }
    } else {
        walk(tree, &mut seen);
    }
    // Among others, `ErrorCode` alone makes an error of the body; where nothing but documented
    // names stands there, any of them does.
    let has_error = seen.iter().any(|error| error.at == At::Top);
    let others = top.iter().any(|(name, value)| {
        let is_null_error =
            is_named(name, "Error") && (name == "Error" || *value == JsonValue::Null);
        let is_error = is_null_error || under(name, value, At::Top).is_some();
        !is_error && !NAMES.iter().any(|known| is_named(name, known))
    });
    let telling = |(name, _): &(_, _)| {
        let name: &std::borrow::Cow<'_, str> = name;
        name == NAMES[1] || name == NAMES[2] || is_named(name, NAMES[0])
    };
    if last(top, NAMES[0]).is_some() || (!has_error && !others && top.iter().any(telling)) {
        seen.insert(0, Seen { at: At::Bare, misspelt: false, members: Some(top), others });
    }
    seen
}

/// Walks on to what stands deeper.
fn walk<'t, 'j>(value: &'t JsonValue<'j>, seen: &mut Vec<Seen<'t, 'j>>) {
    match value {
        JsonValue::Array(elements) => elements.iter().for_each(|element| walk(element, seen)),
        JsonValue::Object(members) => {
            for (name, value) in members.iter() {
                match under(name, value, At::Item) {
                    Some(error) => seen.push(error),
                    None => walk_member(name, value, seen),
                }
            }
        }
        _ => {}
    }
}

/// Walks into a member that is no error. An object that has no code, under a name like `Error`, is
/// not searched for others.
fn walk_member<'t, 'j>(name: &str, value: &'t JsonValue<'j>, seen: &mut Vec<Seen<'t, 'j>>) {
    if !(is_named(name, "Error") && matches!(value, JsonValue::Object(_))) {
        walk(value, seen);
    }
}

/// The error that a member is: anything but `null` under `Error`, and under that name in another
/// case an object with a code, whose name may be in another case too.
fn under<'t, 'j>(name: &str, value: &'t JsonValue<'j>, at: At) -> Option<Seen<'t, 'j>> {
    if !is_named(name, "Error") {
        return None;
    }
    let misspelt = name != "Error";
    let JsonValue::Object(members) = value else {
        let is_error = !misspelt && *value != JsonValue::Null;
        return is_error.then_some(Seen { at, misspelt, members: None, others: false });
    };
    let has_code = members.iter().any(|(name, _)| is_named(name, NAMES[0]));
    let others = members.iter().any(|(name, _)| !NAMES.iter().any(|known| is_named(name, known)));
    (!misspelt || has_code).then_some(Seen { at, misspelt, members: Some(members), others })
}

/// The errors are those of the model: of several under the body's own `Error` the last one.
fn errors_are_expected(objects: &[Seen<'_, '_>], found: &Errors<'_>) {
    let has_code = |seen: &Seen<'_, '_>| seen.expected().is_some();
    let last_top = objects.iter().rposition(|seen| seen.at == At::Top && has_code(seen));
    let expected = objects.iter().enumerate();
    let expected: Vec<_> = expected
        .filter(|(index, seen)| seen.at != At::Top || Some(*index) == last_top)
        .filter_map(|(_, seen)| seen.expected())
        .collect();
    assert_eq!(expected.len(), found.errors.len() + found.more, "{found:?}, not {expected:?}");
    if found.more == 0 {
        for (Located { error, .. }, expected) in found.errors.iter().zip(&expected) {
            let texts = [error.description.as_deref(), error.message.as_deref()];
            assert!(
                is_expected(error.code.as_str(), texts, expected),
                "{error:?}, not {expected:?}"
            );
        }
    }
}

/// There are as many findings of each rule of Groove's as the model has reasons for.
fn findings_are_expected(objects: &[Seen<'_, '_>], judgement: &Judgement<ApiError<'_>>) {
    if common::is_limited(&judgement.findings) {
        return;
    }
    let mut counts: BTreeMap<&str, isize> = BTreeMap::new();
    let mut expect = |rule: &'static str, expected: bool| {
        *counts.entry(rule).or_default() += isize::from(expected);
    };
    for seen in objects {
        expect("groove/error-casing", seen.misspelt);
        let Some(members) = seen.members else {
            expect("groove/wrong-type", true);
            continue;
        };
        for (name, missing) in NAMES.iter().zip([
            Some("groove/missing-error-code"),
            Some("groove/missing-description"),
            None,
        ]) {
            let value = seen.member(name);
            let text = value.and_then(string);
            expect("groove/wrong-type", value.is_some() && text.is_none());
            if let Some(rule) = missing {
                expect(rule, value.is_none() || text == Some(""));
            }
            let respelt = members.iter().any(|(own, _)| own != name && is_named(own, name));
            expect("groove/unknown-member", respelt && (missing.is_none() || value.is_some()));
        }
        expect("groove/unknown-member", seen.others);
        let code = seen.member(NAMES[0]).and_then(string).filter(|code| !code.is_empty());
        let is_unknown = |code| EDITION.codes.iter().all(|row| row.code != code);
        expect("groove/unknown-code", code.is_some_and(is_unknown));
    }
    for finding in &judgement.findings {
        if finding.rule.service() == EDITION.service {
            *counts.entry(finding.rule.id).or_default() -= 1;
        }
    }
    assert!(counts.values().all(|count| *count == 0), "{counts:?} in {:?}", judgement.findings);
}

#[cfg(test)]
pub(crate) const GROOVE_JSON_LIES: &[crate::testing::Lie] = {
    use faultbook_core::Place;

    use crate::testing::Lie;

    fn without<'a>(
        errors: &mut Vec<Located<ApiError<'a>>>,
        is_left_out: impl Fn(&Located<ApiError<'a>>) -> bool,
    ) {
        errors.retain(|located| !is_left_out(located));
    }

    struct FirstComesFirst;
    impl Subject for FirstComesFirst {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let read = ApiError::from_json(body)?;
            let items = groove_error::errors(body).errors.into_iter();
            let mut items = items.filter(|located| located.pointer.as_deref() != Some(""));
            Ok(items.next().map_or(read, |located| located.error))
        }
    }

    struct OnlyFourLevels;
    impl OnlyFourLevels {
        fn is_deep(located: &Located<ApiError<'_>>) -> bool {
            located.pointer.as_ref().is_none_or(|pointer| pointer.matches('/').count() > 4)
        }
    }
    impl Subject for OnlyFourLevels {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let errors = self.errors(body).errors;
            let absent = ReadError::Absent { span: 0..body.len(), expected: "an error" };
            own_or_first(&errors).cloned().ok_or(absent)
        }

        fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
            let mut found = groove_error::errors(body);
            without(&mut found.errors, Self::is_deep);
            found
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            without(&mut judgement.errors, Self::is_deep);
            if judgement.errors.is_empty() {
                judgement.verdict = Verdict::Malformed;
            }
            judgement
        }
    }

    struct WithoutBrace;
    impl Subject for WithoutBrace {
        fn errors<'a>(&self, body: &'a [u8]) -> Errors<'a> {
            let mut found = groove_error::errors(body);
            found.errors.iter_mut().for_each(|located| located.span.end -= 1);
            found
        }

        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            judgement.errors.iter_mut().for_each(|located| located.span.end -= 1);
            judgement
        }
    }

    /// Judges, then changes what was found.
    struct Findings(fn(&mut Vec<faultbook_core::Finding>));
    impl Subject for Findings {
        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Real.check(body, limits);
            (self.0)(&mut judgement.findings);
            judgement
        }
    }

    struct WithoutMessage;
    impl Subject for WithoutMessage {
        fn to_json(&self, error: &ApiError<'_>) -> String {
            ApiError { message: None, ..error.clone() }.to_json()
        }
    }

    struct AnyLimits;
    impl Subject for AnyLimits {
        fn check<'a>(&self, body: &'a [u8], limits: &Limits) -> Judgement<ApiError<'a>> {
            Real.check(body, &Limits { findings: 100, ..*limits })
        }
    }

    struct ItemsAreNotAlike;
    impl Subject for ItemsAreNotAlike {
        fn likeness(&self, body: &[u8]) -> Likeness {
            let errors = groove_error::errors(body).errors;
            let own = |located: &Located<_>| located.pointer.as_ref().is_some_and(|p| p.len() <= 6);
            let only_items = !errors.is_empty() && !errors.iter().any(own);
            if only_items { Likeness::No } else { groove_error::likeness(body) }
        }
    }

    &[
        Lie {
            oracle: "groove_json",
            what: "an item's error is read before the bare one",
            check: |body| holds(&FirstComesFirst, body),
        },
        Lie {
            oracle: "groove_json",
            what: "nobody looks below four levels",
            check: |body| holds(&OnlyFourLevels, body),
        },
        Lie {
            oracle: "groove_json",
            what: "an error ends before its brace",
            check: |body| holds(&WithoutBrace, body),
        },
        Lie {
            oracle: "groove_json",
            what: "a finding begins after the quote",
            check: |body| {
                let after_quote = |findings: &mut Vec<faultbook_core::Finding>| {
                    for finding in findings {
                        if let Place::Body { span, pointer: Some(_) } = &mut finding.place
                            && span.len() > 1
                        {
                            span.start += 1;
                        }
                    }
                };
                holds(&Findings(after_quote), body);
            },
        },
        Lie {
            oracle: "groove_json",
            what: "findings are in no order",
            check: |body| holds(&Findings(|findings| findings.reverse()), body),
        },
        Lie {
            oracle: "groove_json",
            what: "no code is unknown",
            check: |body| {
                let known = |findings: &mut Vec<faultbook_core::Finding>| {
                    findings.retain(|finding| finding.rule.id != "groove/unknown-code");
                };
                holds(&Findings(known), body);
            },
        },
        Lie {
            oracle: "groove_json",
            what: "the message is not written",
            check: |body| holds(&WithoutMessage, body),
        },
        Lie {
            oracle: "groove_json",
            what: "the limit of findings is not asked",
            check: |body| holds(&AnyLimits, body),
        },
        Lie {
            oracle: "groove_json",
            what: "a list of items is not like Groove's",
            check: |body| holds(&ItemsAreNotAlike, body),
        },
    ]
};
