//! What the oracles of all formats ask of findings, of refusals and of limits, and a body as
//! another reader has it.

use std::borrow::Cow;
use std::fmt::Debug;
use std::ops::Range;

use faultbook_core::common::{
    DUPLICATE_MEMBER, LIMIT, MALFORMED_JSON, NOT_AN_ERROR_BODY, NOT_UTF8, Syntax, TRAILING_CONTENT,
};
use faultbook_core::json::MAX_POINTER;
use faultbook_core::{Fault, Finding, Judgement, Limits, Place, ReadError, Rule, Verdict};
use jiter::JsonValue;

use crate::sampling::{is_sampling, lot};

/// U+FEFF in UTF-8, which a reader of JSON may pass over (RFC 8259 section 8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The members of an object in their order, names that stand twice included.
pub(super) type Members<'t, 'j> = &'t [(Cow<'j, str>, JsonValue<'j>)];

/// The body as jiter reads it, which keeps names that stand twice and their order: what the
/// models of the formats are made from. Where it refuses, nothing is compared.
///
/// It refuses what is nested deeper than about 200 levels, some numbers that no `f64` holds, and a
/// byte order mark, which is passed over here. Whether it refuses too much or too little is for
/// the oracle `json_jiter` to say.
pub(super) fn tree(body: &[u8]) -> Option<JsonValue<'_>> {
    JsonValue::parse(body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body), false).ok()
}

/// How much is asked of a body: everything, unless [`sample`](crate::sample) was called. To judge
/// one takes ten times as long as to read it, so a fuzzer comes by more bodies in its time when most
/// are only read, and soon enough by one that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Share {
    /// It is read.
    Read,
    /// What was read is compared with the model, and written: one body in 16.
    Written,
    /// It is judged: one body in 256.
    Judged,
    /// It is judged with several limits: one body in 1,024.
    Limited,
}

impl Share {
    /// What is asked of this body: nothing but its bytes decides.
    pub(super) fn of(body: &[u8]) -> Self {
        if !is_sampling() {
            return Self::Limited;
        }
        match lot(body) {
            0 if body.len().is_multiple_of(4) => Self::Limited,
            0 => Self::Judged,
            1..=15 => Self::Written,
            _ => Self::Read,
        }
    }
}

/// Whether an error that a fault cuts off ends in a number there. Read alone it can say something
/// else: of `01` the whole body's reader refuses the second digit, and `0` is a number.
pub(super) fn is_cut_in_a_number(body: &[u8], span: &Range<usize>, is_cut: bool) -> bool {
    is_cut && body[span.clone()].last().is_some_and(u8::is_ascii_digit)
}

/// The members of an object; none of anything else.
pub(super) fn members<'t, 'j>(value: &'t JsonValue<'j>) -> Members<'t, 'j> {
    match value {
        JsonValue::Object(members) => members,
        _ => &[],
    }
}

/// The last member of this very name: of a name that stands twice the last one counts.
pub(super) fn last<'t, 'j>(members: Members<'t, 'j>, name: &str) -> Option<&'t JsonValue<'j>> {
    members.iter().rev().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// A string, and nothing for any other value.
pub(super) fn string<'t>(value: &'t JsonValue<'_>) -> Option<&'t str> {
    match value {
        JsonValue::Str(text) => Some(text),
        _ => None,
    }
}

/// A code as the tree has it. Numbers are codes too, but jiter does not keep how they are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum CodeText<'t> {
    /// A string.
    Text(&'t str),
    /// An integer.
    Int(i64),
    /// Another number.
    Float(f64),
}

impl<'t> CodeText<'t> {
    /// The code that a value is: a string or a number.
    pub(super) fn of(value: &'t JsonValue<'_>) -> Option<Self> {
        match value {
            JsonValue::Str(text) => Some(Self::Text(text)),
            JsonValue::Int(number) => Some(Self::Int(*number)),
            JsonValue::Float(number) => Some(Self::Float(*number)),
            _ => None,
        }
    }

    /// Whether a code that was read is this one.
    pub(super) fn is(self, code: &str) -> bool {
        match self {
            Self::Text(text) => text == code,
            Self::Int(number) => code.parse() == Ok(number),
            // How a number between two `f64` is rounded is not asked here.
            Self::Float(number) => code.parse::<f64>().is_ok_and(|code| {
                let is_near = (code - number).abs() <= number.abs() * 1e-9;
                is_near || code.total_cmp(&number).is_eq()
            }),
        }
    }
}

/// Whether the error that was read is the one that the model expects.
pub(super) fn is_expected<const N: usize>(
    code: &str,
    members: [Option<&str>; N],
    expected: &(CodeText<'_>, [Option<&str>; N]),
) -> bool {
    expected.0.is(code) && members == expected.1
}

/// Limits under which no finding is left out: a byte gives less than one.
pub(crate) fn every_finding(body: &[u8]) -> Limits {
    Limits { findings: body.len() + 16, ..Limits::default() }
}

/// Where reading stopped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stop {
    at: usize,
    /// Whether it left something unread that belongs to the document.
    pub(super) cuts: bool,
}

impl Stop {
    /// Where a fault stopped it.
    pub(super) fn at(fault: &Fault) -> Self {
        let cuts = faultbook_core::common::cuts(fault);
        Self { at: fault.span().start, cuts }
    }

    /// Where it stopped as findings tell; `None` where it did not.
    pub(super) fn in_findings(findings: &[Finding]) -> Option<Self> {
        let is = |finding: &Finding, rule: &Rule| finding.rule.id == rule.id;
        findings.iter().find_map(|finding| {
            let cuts = is(finding, &MALFORMED_JSON) || is(finding, &NOT_UTF8);
            match &finding.place {
                Place::Body { span, .. } if cuts || is(finding, &TRAILING_CONTENT) => {
                    Some(Self { at: span.start, cuts })
                }
                _ => None,
            }
        })
    }
}

/// Whether the last finding only says how many others there were.
fn is_limited(findings: &[Finding]) -> bool {
    findings.last().is_some_and(|last| {
        last.rule.id == LIMIT.id && last.received.ends_with(" more findings in this response")
    })
}

/// What holds of all findings in a JSON body of unknown status: none is left out, they are sorted,
/// of listed rules, say something, and point at whole values, names or braces of the body.
pub(super) fn findings_hold(body: &[u8], findings: &[Finding], rules: &[&'static Rule]) {
    let stop = Stop::in_findings(findings);
    assert!(!is_limited(findings), "more findings than bytes: {}", findings.len());
    for (index, finding) in findings.iter().enumerate() {
        let is_this = |rule: &&'static Rule| std::ptr::eq(*rule, finding.rule);
        assert!(
            rules.iter().any(is_this) || faultbook_core::common::RULES.iter().any(is_this),
            "{finding:?}"
        );
        assert!(!finding.received.is_empty() && !finding.documented.is_empty(), "{finding:?}");
        assert!(!finding.source.is_empty(), "{finding:?}");
        assert!(finding.help.as_ref().is_none_or(|help| !help.is_empty()), "{finding:?}");
        if let Some(next) = findings.get(index + 1) {
            assert!(finding.place.cmp_position(&next.place).is_le(), "{finding:?} before {next:?}");
        }
        let Place::Body { span, pointer } = &finding.place else {
            panic!("a status or a field in {finding:?}");
        };
        assert!(span.start <= span.end && span.end <= body.len(), "{finding:?}");
        // What stands there instead of an error is described by its beginning.
        if let Some(pointer) = pointer
            && finding.rule.id != NOT_AN_ERROR_BODY.id
        {
            assert!(pointer.len() <= MAX_POINTER, "a pointer of {} bytes", pointer.len());
            assert!(is_pointed_at(body, span, stop), "{finding:?} points elsewhere");
        }
    }
}

/// Whether bytes of a body are a value, a name, or the brace of an object, and neither more nor
/// less: what stands around them belongs to no value.
pub(super) fn is_pointed_at(body: &[u8], span: &Range<usize>, stop: Option<Stop>) -> bool {
    let bytes = &body[span.clone()];
    let after = body.get(span.end);
    let ends = after.is_none_or(|byte| b" \t\r\n:,]}".contains(byte))
        || stop.is_some_and(|stop| stop.at == span.end);
    begins(body, span.start) && (bytes == b"{" || ends && is_one_value(bytes))
}

/// Whether a value or a name may begin here, by what stands before it.
fn begins(body: &[u8], start: usize) -> bool {
    let before = &body[..start];
    before == BYTE_ORDER_MARK || before.last().is_none_or(|byte| b" \t\r\n:,[{".contains(byte))
}

/// Whether an error stands at these bytes: a whole value, and more than a brace, or of an object
/// what there is before the place at which reading stopped.
pub(super) fn is_error_at(body: &[u8], span: &Range<usize>, stop: Option<Stop>) -> bool {
    if stop.is_some_and(|stop| stop.cuts && span.end >= stop.at) {
        let bytes = &body[span.clone()];
        return begins(body, span.start) && (bytes.starts_with(b"{") || is_one_value(bytes));
    }
    span.len() > 1 && is_pointed_at(body, span, stop)
}

/// Whether bytes begin and end as one JSON value does. Containers are not read.
fn is_one_value(bytes: &[u8]) -> bool {
    match bytes {
        [b'"', inside @ .., b'"'] => {
            // The last quote is no escaped one.
            inside.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
        }
        [b'{', .., b'}'] | [b'[', .., b']'] | b"true" | b"false" | b"null" => true,
        [b'-' | b'0'..=b'9', rest @ ..] => {
            rest.iter().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte))
        }
        _ => false,
    }
}

/// The pointers of findings lead, in the tree that another reader made, to what they point at: the
/// value, the object whose brace it is, or the member whose name it is.
///
/// Where a name stands twice a pointer means two values; nothing is asked then.
pub(super) fn pointers_hold(body: &[u8], findings: &[Finding], tree: &JsonValue<'_>) {
    if findings.iter().any(|finding| finding.rule.id == DUPLICATE_MEMBER.id) {
        return;
    }
    for finding in findings {
        let Place::Body { span, pointer: Some(pointer) } = &finding.place else { continue };
        if finding.rule.id == NOT_AN_ERROR_BODY.id {
            continue;
        }
        let value = resolve(tree, pointer);
        let value = value.unwrap_or_else(|| panic!("nothing at the pointer of {finding:?}"));
        let holds = match &body[span.clone()] {
            [b'{', ..] => matches!(value, JsonValue::Object(_)),
            [b'[', ..] => matches!(value, JsonValue::Array(_)),
            [b't' | b'f', ..] => matches!(value, JsonValue::Bool(_)),
            [b'n', ..] => matches!(value, JsonValue::Null),
            quoted @ [b'"', ..] => {
                let quoted = JsonValue::parse(quoted, false);
                let text = quoted.as_ref().ok().and_then(string);
                text.is_some_and(|text| string(value) == Some(text) || is_step(pointer, text))
            }
            _ => matches!(value, JsonValue::Int(_) | JsonValue::Float(_)),
        };
        assert!(holds, "{finding:?} points at {value:?}");
    }
}

/// Whether a pointer has this name for a step.
fn is_step(pointer: &str, name: &str) -> bool {
    pointer.split('/').skip(1).any(|step| unescape(step) == name)
}

/// A step of a pointer as the name it stands for (RFC 6901 section 4).
fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') {
        Cow::Owned(step.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(step)
    }
}

/// What stands at a pointer (RFC 6901).
pub(super) fn resolve<'t, 'j>(tree: &'t JsonValue<'j>, pointer: &str) -> Option<&'t JsonValue<'j>> {
    pointer.split('/').skip(1).try_fold(tree, |value, step| match value {
        JsonValue::Object(members) => last(members, &unescape(step)),
        JsonValue::Array(elements) => elements.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A refusal to read is at a place of the body and says what it looked for.
pub(super) fn refusal_holds(body: &[u8], refusal: &ReadError) {
    let span = refusal.span();
    assert!(span.start <= span.end && span.end <= body.len(), "{refusal:?}");
    assert!(!refusal.expected().is_empty(), "{refusal:?}");
}

/// The fault that kept a body from being read is a finding, if the body is judged as JSON at all.
pub(super) fn fault_is_found<E: Debug>(body: &[u8], fault: &Fault, judgement: &Judgement<E>) {
    if Syntax::of(body) != Syntax::Json {
        return;
    }
    let at = Place::body(fault.span());
    assert!(
        judgement.findings.iter().any(|finding| finding.place == at),
        "nothing is found at {fault:?}: {judgement:?}"
    );
}

/// With smaller limits less is kept, what is kept is the same, and how much is left out is said.
///
/// `full` is what `check` gives with a limit of findings that is not reached, and `read` the error
/// that reading alone gives: that one is never left out.
pub(super) fn limits_hold<E: Debug + PartialEq>(
    body: &[u8],
    full: &Judgement<E>,
    read: Option<&E>,
    check: impl Fn(&Limits) -> Judgement<E>,
) {
    const MOST: usize = 2;
    let every_finding = every_finding(body);
    if body.len() > 1 {
        let cut = check(&Limits { body: body.len() - 1, ..every_finding });
        assert!(cut.verdict == Verdict::Malformed && cut.errors.is_empty(), "{cut:?}");
        let [finding] = &cut.findings[..] else { panic!("not one finding: {cut:?}") };
        assert!(finding.rule.id == LIMIT.id, "{finding:?}");
        assert_eq!(finding.place, Place::body(body.len() - 1..body.len()));
    }
    assert_eq!(&check(&Limits { body: body.len(), ..every_finding }), full, "the limit itself");

    for most in [MOST, Limits::default().findings] {
        let few = check(&Limits { findings: most, ..every_finding });
        assert_eq!((few.verdict, &few.errors), (full.verdict, &full.errors));
        let more = full.findings.len().saturating_sub(most);
        assert_eq!(is_limited(&few.findings), more > 0, "{few:?}");
        let kept = &few.findings[..few.findings.len() - usize::from(more > 0)];
        assert_eq!(kept.len(), full.findings.len().min(most), "{few:?}");
        assert!(kept.iter().all(|finding| full.findings.contains(finding)), "{few:?}");
        if let (true, Some(last)) = (more > 0, few.findings.last()) {
            assert_eq!(last.received, format!("{more} more findings in this response"));
        }
    }

    if full.errors.len() > MOST {
        assert!(full.errors.len() <= Limits::default().errors);
        let few = check(&Limits { errors: MOST, ..every_finding });
        assert_eq!((few.verdict, few.errors.len()), (full.verdict, MOST));
        let mut all = full.errors.iter();
        assert!(few.errors.iter().all(|error| all.any(|other| other == error)), "{few:?}");
        if let Some(read) = read {
            assert!(
                few.errors.iter().any(|located| &located.error == read),
                "{read:?} is left out"
            );
        }
        // Those that the default limit leaves out are told in `full` already, and counted here.
        if full.errors.len() < Limits::default().errors {
            let more = format!("{} more errors in this response", full.errors.len() - MOST);
            assert!(few.findings.iter().any(|finding| finding.received == more), "{few:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_reader_keeps_what_stands_twice_in_its_order() {
        let tree = tree(b"\xEF\xBB\xBF{\"a\":1,\"b\":[2],\"a\":\"3\"}").unwrap();
        let names: Vec<_> = members(&tree).iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["a", "b", "a"]);
        assert_eq!(last(members(&tree), "a").and_then(string), Some("3"));
        assert_eq!(resolve(&tree, "/b/0"), Some(&JsonValue::Int(2)));
        assert_eq!(resolve(&tree, "/b/1"), None);
    }

    /// Why nothing is compared there.
    #[test]
    fn the_other_reader_refuses_what_is_deep() {
        let deep = |levels| [b"[".repeat(levels), b"]".repeat(levels)].concat();
        assert!(tree(&deep(100)).is_some());
        assert!(tree(&deep(300)).is_none());
    }

    #[test]
    fn numbers_are_compared_by_their_value() {
        for (json, code, same) in [
            ("4704", "4704", true),
            ("-0", "-0", true),
            ("4704", "470", false),
            ("1.50e2", "1.50e2", true),
            ("1.5", "1.6", false),
            ("\"1\"", "1", true),
            ("\"1\"", "01", false),
        ] {
            let value = JsonValue::parse(json.as_bytes(), false).unwrap();
            assert_eq!(CodeText::of(&value).unwrap().is(code), same, "{json} {code}");
        }
    }

    #[test]
    fn a_span_that_is_off_by_one_points_elsewhere() {
        let body = br#" {"a" : "b\"", "c":[12,true] }"#;
        for (start, end) in
            [(1, 30), (1, 2), (2, 5), (8, 13), (15, 18), (19, 28), (20, 22), (23, 27)]
        {
            assert!(is_pointed_at(body, &(start..end), None), "{start}..{end}");
            // Of the brace alone nothing tells where it ends.
            for (start, end) in
                [(start + 1, end), (start, end - 1), (start, end + 1), (start - 1, end)]
            {
                if end <= body.len() && end > start && (start, end) != (1, 2) {
                    assert!(!is_pointed_at(body, &(start..end), None), "{start}..{end}");
                }
            }
        }
    }
}
