//! Groove errors, held against themselves and against a plain reading of jiter's tree.

use std::collections::BTreeMap;

use faultbook_core::{Judgement, Likeness, Limits, Located, ReadError, Response, Rule, Verdict};
use groove_error::{ApiError, EDITION, RULES};
use jiter::JsonValue;

use super::common::{
    CodeText, Members, Share, is_cut_in_a_number, is_error_at, is_expected, last, members, string,
};
use super::frame::{Format, Judged, Listed, Real, Subject, holds_in};

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
/// Most bodies are only read, since judging takes ten times as long: one in 16 is written and
/// compared with the tree, one in 256 judged, one in 1,024 judged with smaller limits. Of the seeds
/// the tests leave nothing out.
///
/// # Panics
///
/// Where that does not hold.
pub fn groove_json(body: &[u8]) {
    holds_in::<Groove>(&Real, body, Share::of(body));
}

struct Groove;

impl Format for Groove {
    type Error<'a> = ApiError<'a>;

    const RULES: &'static [&'static Rule] = RULES;

    fn read(body: &[u8]) -> Result<ApiError<'_>, ReadError> {
        ApiError::from_json(body)
    }

    fn errors(body: &[u8]) -> Option<Listed<ApiError<'_>>> {
        let groove_error::Errors { errors, more, fault } = groove_error::errors(body);
        Some(Listed { errors, more, fault })
    }

    fn check<'a>(response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
        groove_error::check(response, &EDITION, limits)
    }

    fn likeness(body: &[u8]) -> Likeness {
        groove_error::likeness(body)
    }

    fn write(error: &ApiError<'_>) -> Vec<String> {
        vec![error.to_json(), error.to_json_embedded()]
    }

    fn is_same(error: &ApiError<'_>, other: &ApiError<'_>) -> bool {
        error == other
    }

    fn error_holds(error: &ApiError<'_>) {
        assert!(error.to_string().starts_with(error.code.as_str()));
        assert_eq!(&error.clone().into_owned(), error);
    }

    fn read_is_expected(read: Result<&ApiError<'_>, &ReadError>, tree: &JsonValue<'_>) {
        let objects = model(tree);
        let with_code = |at| {
            let objects = objects.iter().filter(move |seen: &&Seen<'_, '_>| seen.at == at);
            objects.filter_map(Seen::expected)
        };
        let own = with_code(At::Bare).next().or_else(|| with_code(At::Top).next_back());
        let expected = own.or_else(|| with_code(At::Item).next());
        assert_eq!(read.is_ok(), expected.is_some(), "{read:?}, not {expected:?}");
        if let (Ok(error), Some(expected)) = (read, &expected) {
            let texts = [error.description.as_deref(), error.message.as_deref()];
            let is_expected = is_expected(error.code.as_str(), texts, expected);
            assert!(is_expected, "{error:?}, not {expected:?}");
        }
    }

    fn judgement_holds(subject: &impl Subject<Self>, judged: &Judged<'_, Self>) {
        let Judged { body, read, judgement, likeness, stop, .. } = judged;
        let errors = &judgement.errors;
        assert_eq!(read.is_ok(), judgement.verdict == Verdict::Error, "{read:?}: {judgement:?}");
        assert_eq!(read.as_ref().ok(), own_or_first(errors), "the own error, or the first one");
        match read {
            Ok(error) => assert_eq!(*likeness, Likeness::Sure, "{error:?}"),
            Err(ReadError::Fault(fault)) => {
                assert_eq!(judgement.verdict, Verdict::Malformed, "{fault:?}");
            }
            Err(_) => {}
        }
        let is_cut = stop.is_some_and(|stop| stop.cuts);
        for located in errors {
            let is_object = body[located.span.start] == b'{';
            assert!(is_object && is_error_at(body, &located.span, *stop), "{located:?}");
        }
        // To read every one again could take time in the square of a body with one in another.
        let mut ends = errors.iter();
        for located in ends.next().into_iter().chain(ends.next_back()) {
            if is_cut_in_a_number(body, &located.span, is_cut) {
                continue;
            }
            let alone = subject.errors(&body[located.span.clone()]).expect("there is a list");
            let first = alone.errors.first().map(|own| (own.span.clone(), &own.error));
            assert_eq!(first, Some((0..located.span.len(), &located.error)), "{located:?}");
            assert!(alone.fault.is_none() || is_cut, "{located:?}: {alone:?}");
        }
    }

    fn judgement_is_expected(judged: &Judged<'_, Self>, tree: &JsonValue<'_>) {
        let objects = model(tree);
        errors_are_expected(&objects, judged.listed.as_ref().expect("there is a list"));
        findings_are_expected(&objects, &judged.judgement);
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
fn errors_are_expected(objects: &[Seen<'_, '_>], found: &Listed<ApiError<'_>>) {
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

    use super::frame::holds;
    use super::frame::liars::{Found, Like, Limited, Moved, Written};

    struct FirstComesFirst;
    impl Subject<Groove> for FirstComesFirst {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let read = ApiError::from_json(body)?;
            let items = groove_error::errors(body).errors.into_iter();
            let mut items = items.filter(|located| located.pointer.as_deref() != Some(""));
            Ok(items.next().map_or(read, |located| located.error))
        }
    }

    struct OnlyFourLevels;
    impl OnlyFourLevels {
        fn without_deep(errors: &mut Vec<Located<ApiError<'_>>>) {
            errors.retain(|located| {
                located.pointer.as_ref().is_some_and(|pointer| pointer.matches('/').count() <= 4)
            });
        }
    }
    impl Subject<Groove> for OnlyFourLevels {
        fn read<'a>(&self, body: &'a [u8]) -> Result<ApiError<'a>, ReadError> {
            let absent = ReadError::Absent { span: 0..body.len(), expected: "an error" };
            let listed = self.errors(body).ok_or_else(|| absent.clone())?;
            own_or_first(&listed.errors).cloned().ok_or(absent)
        }

        fn errors<'a>(&self, body: &'a [u8]) -> Option<Listed<ApiError<'a>>> {
            let mut listed = Groove::errors(body)?;
            Self::without_deep(&mut listed.errors);
            Some(listed)
        }

        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<ApiError<'a>> {
            let mut judgement = Groove::check(response, limits);
            Self::without_deep(&mut judgement.errors);
            if judgement.errors.is_empty() {
                judgement.verdict = Verdict::Malformed;
            }
            judgement
        }
    }

    crate::testing::lies!["groove_json", holds::<Groove>;
        "an item's error is read before the bare one": FirstComesFirst,
        "nobody looks below four levels": OnlyFourLevels,
        "an error ends before its brace": Moved(|span| span.end -= 1),
        "a finding begins after the quote": Found(|findings| {
            for finding in findings {
                if let Place::Body { span, pointer: Some(_) } = &mut finding.place
                    && span.len() > 1
                {
                    span.start += 1;
                }
            }
        }),
        "findings are in no order": Found(|findings| findings.reverse()),
        "no code is unknown": Found(|findings| {
            findings.retain(|finding| finding.rule.id != "groove/unknown-code");
        }),
        "the message is not written": Written::<Groove>(|_, error| error.message = None),
        "the limit of findings is not asked": Limited(|limits| limits.findings = 100),
        "a list of items is not like Groove's": Like(|body, likeness| {
            let errors = groove_error::errors(body).errors;
            let own = |located: &Located<_>| located.pointer.as_ref().is_some_and(|p| p.len() <= 6);
            let only_items = !errors.is_empty() && !errors.iter().any(own);
            if only_items { Likeness::No } else { likeness }
        }),
    ]
};
