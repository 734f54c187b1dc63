//! A whole response, judged as every service, by every kind of limit, and reported.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use error_headers::{Class, RetryAfter, read_challenges};
use faultbook::core::common::Syntax;
use faultbook::core::{Field, Finding, Level, Limits, Place, Response, Verdict};
use faultbook::report::{Human, Json, Judged, Origin, Report, Summary};
use faultbook::{Options, Outcome, SERVICES, Service, Unjudged};
use serde_json::Value;

use super::message;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
        faultbook::judge(response, options)
    }
}

struct Real;

impl Subject for Real {}

/// Few findings and errors are kept, and everything is read.
fn counts() -> Limits {
    Limits { findings: 2, errors: 2, ..Limits::default() }
}

/// Little is read.
fn sizes() -> Limits {
    Limits { body: 64, field: 16, xml_depth: 3, ..Limits::default() }
}

/// Up to here a response is judged a second time.
const SHORT: usize = 4096;

/// Of so many responses one is reported, by its length: reports take twice as long as everything
/// else does.
const REPORTED: usize = 4;

/// Any bytes as a response ([`message::split`]), judged as each of the services and as the one that
/// its body is recognised as:
///
/// - Findings are sorted by place, of known rules, and say something; their places are in the body
///   (between two characters where it is UTF-8, and round a whole string of JSON)
///   or in the value of the field that they name.
/// - The verdict is error where errors were read and only there. Errors stand in the body, and a
///   code is known where the edition has it.
/// - Judging finds what the format's reader reads, and nothing where that reads nothing, but for
///   bodies that the status makes no error.
/// - The response recognised is judged as the one forced; twice is as once; the case of a field's
///   name does not matter.
/// - The challenges are those that error-headers reads, and what is found of `header/…` rules is
///   what it finds.
/// - With a limit on their number there are no more findings and errors than that, each one of those
///   without it; what is longer than a limit is said to be, and not read.
/// - Both reports can be written; the JSON is JSON and points at the line that the place is in.
///   That is looked at for one of four lengths only.
///
/// # Panics
///
/// Where that does not hold.
pub fn response(bytes: &[u8]) {
    holds(&Real, bytes);
}

fn holds(subject: &impl Subject, bytes: &[u8]) {
    let message = message::split(bytes);
    let (status, body) = (message.status, message.body);
    let response = Response { status, fields: &message.fields, body };
    let text = std::str::from_utf8(body).ok();
    let judge = |service, limits: &Limits| {
        let options = Options { service, edition: None, limits: *limits };
        let judged = subject.judge(&response, &options);
        match &judged {
            Ok(outcome) => sound(outcome, &response, text, limits),
            Err(why) => {
                assert!(service.is_none(), "forced, and not judged: {}", why.reason);
                unjudged(why);
            }
        }
        judged
    };
    let forced = |limits: &Limits| {
        SERVICES.map(|service| {
            let outcome = judge(Some(service), limits).expect("every forced response is judged");
            assert_eq!(outcome.service.name, service.name);
            outcome
        })
    };
    let of = |outcomes: &[Outcome; 4], service: &Service| {
        let index = SERVICES.iter().position(|other| other.name == service.name);
        index.filter(|&index| outcomes[index].service.name == service.name)
    };

    let limits = Limits::default();
    let auto = judge(None, &limits);
    let outcomes = forced(&limits);
    for outcome in &outcomes {
        in_fields(outcome, &response, &limits);
        read_the_same(outcome, &response, &limits);
    }
    let chosen = match &auto {
        Ok(outcome) => {
            let index = of(&outcomes, outcome.service).expect("one of the services");
            same(outcome, &outcomes[index]);
            index
        }
        // Any will do; LINE WORKS looks into header fields.
        Err(_) => 2,
    };

    let counted = forced(&counts());
    for (few, all) in counted.iter().zip(&outcomes) {
        fewer(few, all);
        read_the_same(few, &response, &counts());
    }
    for outcome in forced(&sizes()) {
        let index = of(&outcomes, outcome.service).expect("one of the services");
        in_fields(&outcome, &response, &sizes());
        smaller(&outcome, &outcomes[index], &response);
    }
    if let Ok(outcome) = judge(None, &sizes()) {
        same(&outcome, &judge(Some(outcome.service), &sizes()).expect("judged before"));
    }

    other_case(subject, &outcomes[chosen], &response);
    if bytes.len().is_multiple_of(REPORTED) {
        reported(&outcomes[chosen], &counted[chosen], &response);
    }
    if bytes.len() <= SHORT {
        match (&auto, &judge(None, &limits)) {
            (Ok(first), Ok(again)) => same(first, again),
            (first, again) => assert_eq!(first.as_ref().err(), again.as_ref().err()),
        }
    }
}

/// Two outcomes say the same.
fn same(a: &Outcome, b: &Outcome) {
    assert_eq!(a.service.name, b.service.name);
    assert_eq!(a.edition, b.edition);
    assert_eq!(a.verdict, b.verdict);
    assert_eq!(a.errors, b.errors);
    assert_eq!(a.challenges, b.challenges);
    assert_eq!(a.findings, b.findings);
}

/// Why a response was not judged is said, and several services in the order of the list.
fn unjudged(why: &Unjudged) {
    assert!(!why.reason.is_empty());
    assert_ne!(why.candidates.len(), 1, "{}", why.reason);
    let mut listed = SERVICES.iter().map(|service| service.name);
    let is_listed = |name: &&'static str| listed.any(|other| other == *name);
    assert!(why.candidates.iter().all(is_listed), "{:?}", why.candidates);
}

/// Whether the body is XML in an encoding of its own, in which a byte may be a character.
fn names_its_encoding(body: &[u8]) -> bool {
    let declaration = body.iter().position(|&byte| byte == b'>').unwrap_or(body.len());
    let head = &body[..declaration];
    Syntax::of(body) == Syntax::Xml
        && (head.starts_with(b"\xFE\xFF")
            || head.starts_with(b"\xFF\xFE")
            || head.contains(&0)
            || head.windows(8).any(|bytes| bytes == b"encoding"))
}

/// Whether a place in JSON that begins with a quote is all of a string.
fn is_whole_string(body: &[u8], span: &Range<usize>) -> bool {
    let Some((b'"', rest)) = body[span.start..].split_first() else { return true };
    let mut is_escaped = false;
    let quote = rest.iter().position(|&byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    });
    span.is_empty() || quote.is_some_and(|quote| span.len() == quote + 2)
}

/// What holds for every outcome. `text`: the body, where it is UTF-8.
fn sound(outcome: &Outcome, response: &Response<'_>, text: Option<&str>, limits: &Limits) {
    static RULES: LazyLock<BTreeSet<&str>> =
        LazyLock::new(|| faultbook::rules().map(|rule| rule.id).collect());
    let service = outcome.service.name;
    let body = response.body;
    let text = text.filter(|_| !names_its_encoding(body));
    assert!(
        outcome.findings.is_sorted_by(|a, b| a.place.cmp_position(&b.place).is_le()),
        "{service}: findings are not sorted"
    );
    // The format's and the header fields', each with one that says that there are more.
    assert!(outcome.findings.len() <= 2 * (limits.findings + 1), "{service}");
    for finding in &outcome.findings {
        let Finding { rule, place, received, documented, source, help, .. } = finding;
        let id = rule.id;
        assert!(RULES.contains(id), "{id} is no rule");
        let whose = id.split('/').next().unwrap_or_default();
        assert!(["common", "header", service].contains(&whose), "{id} of {service}");
        assert!(!received.is_empty() && !documented.is_empty() && !source.is_empty(), "{id}");
        assert!(
            !rule.title.is_empty() && help.as_ref().is_none_or(|help| !help.is_empty()),
            "{id}"
        );
        match place {
            Place::Input { .. } => panic!("{id} is about an input, of which nothing is known here"),
            // Of a response without a status there is nothing to say of it, but where it is the
            // place for what has none.
            Place::Status => {
                assert!(response.status.is_some() || id == "common/limit", "{id}: {received}");
            }
            Place::Field { index, name, span } => {
                let field = response.fields.get(*index);
                let field = field.unwrap_or_else(|| panic!("{id}: no field {index}"));
                assert_eq!(String::from_utf8_lossy(field.name), **name, "{id}");
                assert!(span.start <= span.end && span.end <= field.value.len(), "{id}: {span:?}");
            }
            Place::Body { span, pointer } => {
                assert!(span.start <= span.end && span.end <= body.len(), "{id}: {span:?}");
                let is_pointer = |pointer: &str| pointer.is_empty() || pointer.starts_with('/');
                assert!(pointer.as_deref().is_none_or(is_pointer), "{id}: {pointer:?}");
                if whose == service && pointer.is_some() && Syntax::of(body) == Syntax::Json {
                    assert!(is_whole_string(body, span), "{id}: {span:?} is half of a string");
                }
                // A limit is a number of bytes, and ends where it does.
                if let Some(text) = text
                    && id != "common/limit"
                {
                    let is_whole = |at| text.is_char_boundary(at);
                    assert!(is_whole(span.start) && is_whole(span.end), "{id}: {span:?}");
                }
            }
        }
    }
    assert_eq!(outcome.verdict == Verdict::Error, !outcome.errors.is_empty(), "{service}");
    // A response's own errors are kept, however few may be.
    assert!(outcome.errors.len() <= limits.errors.max(2), "{service}");
    for error in &outcome.errors {
        let (code, span) = (error.code(), &error.span);
        assert!(span.start < span.end && span.end <= body.len(), "{service}: {span:?}");
        if let Some(text) = text {
            assert!(text.get(span.clone()).is_some(), "{service}: {span:?}");
        }
        assert!(!error.codes.is_empty(), "{service}");
        let mut rows = outcome.edition.rows(code);
        // OneDrive's other codes belong into inner errors.
        let is_known = rows.any(|row| service != "onedrive" || row.level == Some(Level::Basic));
        assert_eq!(error.known, is_known, "{service}: {code:?}");
        let member = match service {
            "groove" => "ErrorCode",
            "ampache" => "errorCode",
            _ => "code",
        };
        assert_eq!(error.members.value()[member], *code, "{service}");
    }
}

/// What the header fields hold, held against the crate that reads them.
fn in_fields(outcome: &Outcome, response: &Response<'_>, limits: &Limits) {
    let mut challenges = outcome.challenges.iter();
    let mut expected = Vec::new();
    for (index, field) in response.fields.iter().enumerate() {
        if field.value.len() > limits.field {
            continue;
        }
        if field.name.eq_ignore_ascii_case(b"www-authenticate") {
            let reading = read_challenges(field.value);
            for challenge in &reading.challenges {
                let entry = challenges.next().expect("a challenge is missing");
                assert_eq!((entry.field, &*entry.scheme), (index, challenge.scheme()));
                assert_eq!(entry.token68.as_deref(), challenge.token68());
                assert_eq!(entry.params.len(), challenge.params().len());
                for ((name, value), param) in entry.params.iter().zip(challenge.params()) {
                    assert_eq!((&**name, &**value), (param.name(), &*param.text()));
                }
            }
            expected.extend(reading.deviations.iter().map(|deviation| {
                let rule = match deviation.class() {
                    Class::Syntax => "header/challenge-syntax",
                    Class::DuplicateParameter => "header/challenge-duplicate-parameter",
                    Class::BearerAttribute => "header/bearer-attribute",
                    Class::Tolerated => "header/challenge-tolerated",
                };
                (index, deviation.span().start, deviation.span().end, rule)
            }));
        } else if field.name.eq_ignore_ascii_case(b"retry-after")
            && let Err(fault) = RetryAfter::read(field.value)
        {
            let span = fault.span();
            expected.push((index, span.start, span.end, "header/retry-after-syntax"));
        }
    }
    assert_eq!(challenges.next(), None, "a challenge that nobody sent");
    let told = outcome.findings.iter().filter(|finding| finding.rule.id.starts_with("header/"));
    let mut told: Vec<_> = told
        .map(|finding| match &finding.place {
            Place::Field { index, span, .. } => (*index, span.start, span.end, finding.rule.id),
            other => panic!("{} at {other:?}", finding.rule.id),
        })
        .collect();
    if expected.len() <= limits.findings {
        told.sort_unstable();
        expected.sort_unstable();
        assert_eq!(told, expected);
    } else {
        assert_eq!(told.len(), limits.findings);
    }
}

/// The code that the format's own reader gives.
fn read(service: &Service, body: &[u8]) -> Option<String> {
    match service.name {
        "ampache" => ampache_error::ApiError::from_bytes(body).ok().map(|e| e.code.to_string()),
        "groove" => groove_error::ApiError::from_json(body).ok().map(|e| e.code.to_string()),
        "lineworks" => lineworks_error::ApiError::from_json(body).ok().map(|e| e.code.to_string()),
        "onedrive" => onedrive_error::ApiError::from_json(body).ok().map(|e| e.code.to_string()),
        other => panic!("who reads {other}?"),
    }
}

/// Judging and reading agree, where the status does not make something else of the body: LINE
/// WORKS has a `code` in what succeeds as well, and what OneDrive has beside a list under 2xx may
/// be a resource.
fn read_the_same(outcome: &Outcome, response: &Response<'_>, limits: &Limits) {
    let service = outcome.service;
    let (success, failing) = (response.is_success(), response.is_failing());
    let code = read(service, response.body);
    if outcome.verdict == Verdict::Error {
        let code = code.as_ref().expect("the reader reads what was judged an error");
        let is_there = outcome.errors.iter().any(|error| error.code() == *code);
        let may_differ = service.name == "onedrive" && success == Some(true);
        assert!(is_there || may_differ, "{}: {code}", service.name);
    } else if code.is_some() && response.body.len() <= limits.body {
        let is_read = match Syntax::of(response.body) {
            Syntax::Json => true,
            Syntax::Xml => service.name == "ampache",
            Syntax::Empty | Syntax::Html | Syntax::Text => false,
        };
        let is_error = match service.name {
            "lineworks" => failing == Some(true),
            "onedrive" => success != Some(true),
            _ => true,
        };
        assert!(!(is_read && is_error), "{}: {code:?} was not judged an error", service.name);
    }
}

/// Of few findings and errors each is one of all.
fn fewer(few: &Outcome, all: &Outcome) {
    let (limits, service) = (counts(), all.service.name);
    let is_limit = |finding: &&Finding| finding.rule.id == "common/limit";
    assert_eq!(few.verdict, all.verdict, "{service}");
    assert_eq!(few.challenges, all.challenges, "{service}");
    assert!(few.errors.len() <= limits.errors.max(2), "{service}");
    if all.errors.len() <= limits.errors {
        assert_eq!(few.errors, all.errors, "{service}");
    } else {
        assert_eq!(few.errors.len(), limits.errors, "{service}");
        assert!(few.findings.iter().any(|f| is_limit(&f)), "{service}: errors are left out");
    }
    let mut rest = all.errors.iter();
    assert!(few.errors.iter().all(|error| rest.any(|other| other == error)), "{service}");
    // Past its own limit a list does not have everything either.
    if all.findings.iter().any(|finding| is_limit(&finding)) {
        return;
    }
    let is_header = |finding: &&Finding| finding.rule.id.starts_with("header/");
    for own in [true, false] {
        let part = |outcome: &'_ Outcome| -> Vec<Finding> {
            let part = outcome.findings.iter().filter(|f| is_header(f) == own && !is_limit(f));
            part.cloned().collect()
        };
        let (some, every) = (part(few), part(all));
        assert!(some.iter().all(|finding| every.contains(finding)), "{service}: not found before");
        // One place is taken by the finding that there are more errors.
        let least = every.len().min(limits.findings);
        let least = if own { least } else { least.saturating_sub(1) };
        assert!((least..=limits.findings).contains(&some.len()), "{service}");
        if every.len() > limits.findings {
            assert!(few.findings.iter().any(|f| is_limit(&f)), "{service}: more is left out");
        }
    }
}

/// What is longer than a limit is said to be and not read; of what is not, all is as before.
fn smaller(few: &Outcome, all: &Outcome, response: &Response<'_>) {
    let (limits, service) = (sizes(), all.service.name);
    let limit_at = |wanted: &dyn Fn(&Place) -> bool| {
        let mut findings = few.findings.iter();
        findings.any(|finding| finding.rule.id == "common/limit" && wanted(&finding.place))
    };
    let body = response.body;
    if body.len() > limits.body {
        assert_eq!(few.verdict, Verdict::Malformed, "{service}");
        let place = Place::body(limits.body..body.len());
        assert!(limit_at(&|at| *at == place) || few.findings.len() > limits.findings, "{service}");
    } else if !limit_at(&|at| matches!(at, Place::Body { .. })) {
        assert_eq!(few.verdict, all.verdict, "{service}");
        assert_eq!(few.errors, all.errors, "{service}");
    }
    for (index, field) in response.fields.iter().enumerate() {
        let length = field.value.len();
        if length <= limits.field {
            continue;
        }
        let name = String::from_utf8_lossy(field.name).into_owned();
        let place = Place::Field { index, name, span: limits.field..length };
        assert!(limit_at(&|at| *at == place) || few.findings.len() >= limits.findings, "{service}");
    }
}

/// The case of the letters in a field's name changes nothing.
fn other_case(subject: &impl Subject, outcome: &Outcome, response: &Response<'_>) {
    let flip = |byte: &u8| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { *byte };
    let names: Vec<Vec<u8>> =
        response.fields.iter().map(|field| field.name.iter().map(flip).collect()).collect();
    let fields: Vec<Field<'_>> = (response.fields.iter().zip(&names))
        .map(|(field, name)| Field { name, value: field.value })
        .collect();
    if fields.is_empty() {
        return;
    }
    let options = Options { service: Some(outcome.service), ..Options::default() };
    let other = subject.judge(&response.with_fields(&fields), &options).expect("judged before");
    assert_eq!(other.verdict, outcome.verdict);
    assert_eq!(other.errors, outcome.errors);
    assert_eq!(other.challenges, outcome.challenges);
    assert_eq!(other.findings.len(), outcome.findings.len());
    for (other, finding) in other.findings.iter().zip(&outcome.findings) {
        assert_eq!(other.rule.id, finding.rule.id);
        assert_eq!(other.received, finding.received);
        assert!(other.place.cmp_position(&finding.place).is_eq(), "{}", finding.rule.id);
    }
}

/// Both reports: the JSON one of everything, the human one of the few findings that a low limit
/// leaves, since each is an excerpt that takes its time.
fn reported(all: &Outcome, few: &Outcome, response: &Response<'_>) {
    let mut json = Vec::new();
    report(Json { all: true }.report(&mut json), all, response);
    let json: Value = serde_json::from_slice(&json)
        .unwrap_or_else(|error| panic!("the report is no JSON: {error}"));
    let judged = &json["responses"][0];
    assert_eq!(judged["verdict"], all.verdict.as_str());
    assert_eq!(judged["errors"].as_array().map(Vec::len), Some(all.errors.len()));
    assert_eq!(judged["challenges"].as_array().map(Vec::len), Some(all.challenges.len()));
    let findings = judged["findings"].as_array().map(Vec::as_slice).unwrap_or_default();
    assert_eq!(findings.len(), all.findings.len());
    lines(all, findings, response.body);

    let mut human = Vec::new();
    report(Human { all: true, ..Human::default() }.report(&mut human), few, response);
    let human = std::str::from_utf8(&human).unwrap_or_else(|error| panic!("no text: {error}"));
    for finding in &few.findings {
        assert!(human.contains(finding.rule.id), "{} is not reported", finding.rule.id);
    }
}

/// Writes a report of one response.
fn report(mut report: impl Report, outcome: &Outcome, response: &Response<'_>) {
    let mut summary = Summary { inputs: 1, ..Summary::default() };
    summary.count(outcome);
    let origin = Origin { input: "a response", index: 0, offset: None, url: None };
    let judged = Judged { origin, response, outcome, suppressed: &[], fingerprints: &[] };
    let written =
        report.begin().and_then(|()| report.judged(&judged)).and_then(|()| report.end(&summary));
    assert!(written.is_ok(), "{written:?}");
}

/// The JSON report has each finding at its line and column.
fn lines(outcome: &Outcome, findings: &[Value], body: &[u8]) {
    /// Of how many that is looked at: counting anew for all would not be linear.
    const LOOKED_AT: usize = 8;
    for (finding, json) in outcome.findings.iter().zip(findings).rev().take(LOOKED_AT) {
        assert_eq!(json["rule"], finding.rule.id);
        let Place::Body { span, .. } = &finding.place else { continue };
        let before = &body[..span.start];
        let line = before.split(|&byte| byte == b'\n').count();
        let last = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        // What goes on with a character of UTF-8 is no column of its own.
        let column = last.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() + 1;
        let place = &json["place"];
        assert_eq!((&place["line"], &place["column"]), (&line.into(), &column.into()), "{span:?}");
        assert_eq!((&place["start"], &place["end"]), (&span.start.into(), &span.end.into()));
    }
}

#[cfg(test)]
pub(crate) const RESPONSE_LIES: &[crate::testing::Lie] = {
    use std::cell::RefCell;

    use crate::testing::Lie;

    /// Judges, and changes the outcome.
    struct Changes(fn(&mut Outcome));
    impl Subject for Changes {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let mut outcome = faultbook::judge(response, options)?;
            (self.0)(&mut outcome);
            Ok(outcome)
        }
    }

    /// Has a body's findings point elsewhere.
    fn points(outcome: &mut Outcome, change: impl Fn(&mut Range<usize>)) {
        for finding in &mut outcome.findings {
            if let Place::Body { span, .. } = &mut finding.place {
                change(span);
            }
        }
    }

    /// Judges with other options.
    struct Instead(fn(&Options) -> Options);
    impl Subject for Instead {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            faultbook::judge(response, &self.0(options))
        }
    }

    struct NamesWithCase;
    impl Subject for NamesWithCase {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let fields: Vec<Field<'_>> = (response.fields.iter())
                .map(|field| match field.name {
                    b"WWW-Authenticate" | b"Retry-After" | b"Content-Type" => *field,
                    _ => Field { name: b"X", ..*field },
                })
                .collect();
            faultbook::judge(&response.with_fields(&fields), options)
        }
    }

    /// Keeps the last errors, not the response's own and the first.
    struct LastErrors;
    impl Subject for LastErrors {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let mut outcome = faultbook::judge(response, options)?;
            let all = Options { limits: Limits::default(), ..*options };
            let mut all = faultbook::judge(response, &all)?.errors;
            outcome.errors = all.split_off(all.len() - outcome.errors.len());
            Ok(outcome)
        }
    }

    /// Keeps what the response before had.
    #[derive(Default)]
    struct Remembers(RefCell<Vec<Finding>>);
    impl Subject for Remembers {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let mut outcome = faultbook::judge(response, options)?;
            let before = self.0.replace(outcome.findings.clone());
            outcome.findings.extend(before);
            outcome.findings.sort_by(|a, b| a.place.cmp_position(&b.place));
            Ok(outcome)
        }
    }

    const fn lie(what: &'static str, check: fn(&[u8])) -> Lie {
        Lie { oracle: "response", what, check }
    }

    &[
        lie("findings are not sorted", |bytes| {
            holds(&Changes(|outcome| outcome.findings.reverse()), bytes);
        }),
        lie("a body's finding ends a byte late", |bytes| {
            holds(&Changes(|outcome| points(outcome, |span| span.end += 1)), bytes);
        }),
        lie("a body's finding begins inside a character", |bytes| {
            let begins_late = |outcome: &mut Outcome| {
                points(outcome, |span| span.start = (span.start + 1).min(span.end));
            };
            holds(&Changes(begins_late), bytes);
        }),
        lie("a field's index counts from 1", |bytes| {
            let count_from_1 = |outcome: &mut Outcome| {
                for finding in &mut outcome.findings {
                    if let Place::Field { index, .. } = &mut finding.place {
                        *index += 1;
                    }
                }
            };
            holds(&Changes(count_from_1), bytes);
        }),
        lie("an error in a list is no error", |bytes| {
            let no_list = |outcome: &mut Outcome| {
                outcome.errors.retain(|error| error.pointer.as_deref() != Some("/value/0/error"));
            };
            holds(&Changes(no_list), bytes);
        }),
        lie("the code of a chain is the innermost", |bytes| {
            let innermost = |outcome: &mut Outcome| {
                for error in &mut outcome.errors {
                    error.codes.reverse();
                }
            };
            holds(&Changes(innermost), bytes);
        }),
        lie("a detailed code is known as a root", |bytes| {
            let all_known = |outcome: &mut Outcome| {
                for error in &mut outcome.errors {
                    let is_listed = outcome.edition.rows(error.code()).next().is_some();
                    error.known = is_listed;
                }
            };
            holds(&Changes(all_known), bytes);
        }),
        lie("challenges of the first field only", |bytes| {
            let first = |outcome: &mut Outcome| {
                let first = outcome.challenges.first().map(|challenge| challenge.field);
                outcome.challenges.retain(|challenge| Some(challenge.field) == first);
            };
            holds(&Changes(first), bytes);
        }),
        lie("no limit holds", |bytes| {
            holds(&Instead(|options| Options { limits: Limits::default(), ..*options }), bytes);
        }),
        lie("the limit of errors does not hold", |bytes| {
            let more = |options: &Options| Options {
                limits: Limits { errors: 10_000, ..options.limits },
                ..*options
            };
            holds(&Instead(more), bytes);
        }),
        lie("the last errors are kept, not the first", |bytes| holds(&LastErrors, bytes)),
        lie("what is recognised is judged by a lower limit", |bytes| {
            let lower = |options: &Options| match options.service {
                None => Options { limits: Limits { findings: 1, ..options.limits }, ..*options },
                Some(_) => *options,
            };
            holds(&Instead(lower), bytes);
        }),
        lie("the case of a field's name matters", |bytes| holds(&NamesWithCase, bytes)),
        lie("findings of the response before are kept", |bytes| {
            holds(&Remembers::default(), bytes);
        }),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_reports_have_something_to_write() {
        let options = Options { service: faultbook::service("groove"), ..Options::default() };
        let body = b"{\n\"ErrorCode\": 1}";
        let outcome = faultbook::judge(&Response::new(body), &options).unwrap();
        assert!(outcome.findings.iter().any(|f| matches!(f.place, Place::Body { .. })));
        reported(&outcome, &outcome, &Response::new(body));
    }

    #[test]
    fn every_reader_reads_something() {
        for (service, body) in [
            ("ampache", r#"{"error":{"errorCode":"4704"}}"#),
            ("ampache", "<root><error errorCode='4704'/></root>"),
            ("groove", r#"{"ErrorCode":"CATALOG_NO_RESULT"}"#),
            ("lineworks", r#"{"code":"NOT_FOUND"}"#),
            ("onedrive", r#"{"error":{"code":"itemNotFound"}}"#),
        ] {
            let service = faultbook::service(service).unwrap();
            assert!(read(service, body.as_bytes()).is_some(), "{body}");
            assert_eq!(read(service, b"{}"), None);
        }
    }

    #[test]
    fn where_reading_and_judging_may_differ_they_do() {
        // A code in what succeeds is no error of LINE WORKS, though the reader gives it.
        let body = br#"{"code":"KR","name":"Korea"}"#;
        let lineworks = faultbook::service("lineworks").unwrap();
        let options = Options { service: Some(lineworks), ..Options::default() };
        let outcome = faultbook::judge(&Response::new(body).with_status(200), &options).unwrap();
        assert_eq!(outcome.verdict, Verdict::None);
        assert!(read(lineworks, body).is_some());
        // A resource with a list of errors: the reader takes the resource for the error.
        let body = br#"{"code":"x","message":"y","value":[{"error":{"code":"itemNotFound"}}]}"#;
        let onedrive = faultbook::service("onedrive").unwrap();
        let options = Options { service: Some(onedrive), ..Options::default() };
        let outcome = faultbook::judge(&Response::new(body).with_status(200), &options).unwrap();
        assert_eq!(outcome.errors[0].code(), "itemNotFound");
        assert_eq!(read(onedrive, body).as_deref(), Some("x"));
        // XML may name an encoding in which half a character of UTF-8 is one.
        let body = "<?xml version='1.0' encoding='ISO-8859-1'?><root>é</root>".as_bytes();
        assert!(names_its_encoding(body) && !names_its_encoding(b"<root/>"));
    }
}
