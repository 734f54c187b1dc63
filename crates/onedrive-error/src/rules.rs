//! What the OneDrive document promises of an error, checked.

use std::borrow::Cow;

use error_headers::RetryAfter;
use faultbook_core::common::{self, Screened, Syntax};
use faultbook_core::{
    __nothing_found, CodeRow, Edition, Finding, Findings, Judgement, Level, Limits, Member,
    Members, ObjectPlace, Place, Response, Value, Verdict, near_miss, quoted, rules,
};

use crate::ApiError;
use crate::codes::{CAMEL_CASE, EDITION, EDITIONS, INNER_DETAILS};
use crate::json::{
    At, CAMEL_INNER, CODE, Content, DETAILS, ERROR, Errors, Form, INNER, INNER_NAMES, Inner,
    MESSAGE, NAMES, Object, Scan, is_readable,
};

rules! {
    /// The body of an error is one object with the one property `error`, which is an object.
    ///
    /// A client looks under `error` and nowhere else; a string there, another name or SharePoint's
    /// `odata.error` hides the code from it.
    pub static NOT_SINGLE_ERROR_PROPERTY = "onedrive/not-single-error-property", Error,
        "this body is not an object with the single property error", "OneDrive errors, Error response";

    /// An error always has a `code`, with something in it.
    ///
    /// Clients decide by the code; without one they can only guess from the status.
    pub static MISSING_CODE = "onedrive/missing-code", Error,
        "this error has no code", "OneDrive errors, The code property";

    /// An error always has a `message`, with something in it.
    ///
    /// It is what a developer reads in a log to understand the code.
    pub static MISSING_MESSAGE = "onedrive/missing-message", Error,
        "this error has no message", "OneDrive errors, The code property";

    /// `code` and `message` are strings, and `innererror` is an object.
    ///
    /// A typed client refuses the whole response where one of them is something else.
    pub static WRONG_TYPE = "onedrive/wrong-type", Error,
        "this value has another type than documented", "OneDrive errors, Error response";

    /// The `code` of the root is one of the 15 basic codes.
    ///
    /// Apps must be prepared for these and need not know any other; more detail belongs into an
    /// `innererror`.
    pub static UNKNOWN_CODE = "onedrive/unknown-code", Error,
        "this code is none of the basic ones", "OneDrive errors, The code property";

    /// The `code` of an inner error is one of the documented codes.
    ///
    /// The service may add codes at any time; an app that does not know one uses the code around
    /// it.
    pub static UNKNOWN_DETAILED_CODE = "onedrive/unknown-detailed-code", Note,
        "this inner code is not documented", "OneDrive errors, Detailed error codes";

    /// An inner error has a `code`, more specific than the one around it.
    ///
    /// An app loops over the inner errors for their codes and finds nothing here.
    pub static INNER_MISSING_CODE = "onedrive/inner-missing-code", Warning,
        "this inner error has no code", "OneDrive errors, The code property";

    /// An inner error stands under `innererror`, in lower case.
    ///
    /// A client that compares names exactly finds no inner error under another spelling.
    pub static INNER_CASING = "onedrive/inner-casing", Warning,
        "this inner error's name is spelt differently", "OneDrive errors, The code property";

    /// An error comes with one of the statuses that the document lists, all of them 4xx or 5xx.
    ///
    /// Under 2xx most clients never look for an error, and take the body for the result.
    pub static SUCCESS_STATUS = "onedrive/success-status", Error,
        "this error comes under a status of success", "OneDrive errors, Error response";

    /// An error comes with one of the twenty documented statuses.
    ///
    /// Another status comes from something before the service, or from a newer version of it.
    pub static UNDOCUMENTED_STATUS = "onedrive/undocumented-status", Warning,
        "this status is not documented", "OneDrive errors, Error response";

    /// A response that asks to wait (429, 503, 509) may say in Retry-After how long.
    ///
    /// Without the field a client has to guess, and throttled clients that guess too short stay
    /// throttled.
    pub static RETRY_AFTER_MISSING = "onedrive/retry-after-missing", Note,
        "this response does not say how long to wait", "OneDrive errors, Error response";

    /// An error has `code`, `message` and `innererror`; an inner error has `code` and
    /// `innererror`.
    ///
    /// Clients written after the document do not see other members.
    pub static UNKNOWN_MEMBER = "onedrive/unknown-member", Note,
        "this member of the error is not documented", "OneDrive errors, The code property";

    /// An error is the whole body of its response.
    ///
    /// Those inside the elements of a batch (`responses`) or a list (`value`) belong to a part of
    /// the request, and the document does not know them: a client finds them only if it looks
    /// into each element.
    pub static ERROR_IN_LIST = "onedrive/error-in-list", Note,
        "this error belongs to an element of the response", "OneDrive errors, Error response";
}

/// How long the service asks to wait before the next request: the first `Retry-After` field that
/// can be understood (OneDrive errors, status 503 and `serviceNotAvailable`; RFC 9110 section
/// 10.2.3).
///
/// ```
/// use faultbook_core::{Field, Response};
/// use onedrive_error::{RetryAfter, retry_after};
///
/// let fields = [Field { name: b"retry-after", value: b"120" }];
/// let response = Response::new(b"").with_status(503).with_fields(&fields);
/// assert_eq!(retry_after(&response), Some(RetryAfter::Delay(120)));
/// ```
pub fn retry_after(response: &Response<'_>) -> Option<RetryAfter> {
    response.fields_named("retry-after").find_map(|(_, field)| {
        match RetryAfter::read(field.value) {
            Ok(time) => Some(time),
            // A date may be clear although its day of the week is wrong.
            Err(fault) => fault.meant(),
        }
    })
}

/// Judges a response: reads every error in it and says what differs from the document.
///
/// Of an error that stands bare, not under `error`, that is said, and whether its code is a basic
/// one; its other members are not judged, since nobody looks for them there. Under 2xx a body with
/// such members is an error only where the code is a documented one: else it is what was asked for.
///
/// ```
/// use faultbook_core::{Limits, Response};
///
/// let response = Response::new(br#"{"error": {"code": "itemNotFound"}}"#).with_status(404);
/// let judgement = onedrive_error::check(&response, &onedrive_error::EDITION, &Limits::default());
/// assert_eq!(judgement.errors.len(), 1);
/// assert_eq!(judgement.findings[0].rule.id, "onedrive/missing-message");
/// ```
pub fn check<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
) -> Judgement<ApiError<'a>> {
    let mut findings = Findings::new(limits);
    let mut found = Errors::new();
    let verdict = match common::screen(response, &[Syntax::Json], edition, limits, &mut findings) {
        Screened::Read(syntax) => {
            read(response, edition, limits, syntax, &mut found, &mut findings)
        }
        Screened::Done(verdict) => verdict,
    };
    if let Some(status) = response.status {
        judge_status(status, response, edition, verdict, &mut findings);
    }
    Judgement { verdict, errors: found.errors, findings: findings.finish() }
}

/// What holds for a status whatever the body is.
fn judge_status(
    status: u16,
    response: &Response<'_>,
    edition: &'static Edition,
    verdict: Verdict,
    findings: &mut Findings,
) {
    let other = response.is_success() != Some(true) && verdict == Verdict::Error;
    if (status >= 400 || other) && !edition.has_status(status) {
        let finding = Finding::new(&UNDOCUMENTED_STATUS, Place::Status, status.to_string());
        let help = edition.documented_elsewhere(&EDITIONS, |other| other.has_status(status));
        let finding = finding.help(help);
        findings.push(if edition.statuses == EDITION.statuses {
            finding
        } else {
            let count = edition.statuses.len();
            finding.documented(format!("the status is one of the {count} of {edition}"))
        });
    }
    if matches!(status, 429 | 503 | 509) && response.fields_named("retry-after").next().is_none() {
        findings.push(Finding::new(
            &RETRY_AFTER_MISSING,
            Place::Status,
            format!("{status} without a Retry-After field"),
        ));
    }
}

fn read<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
    syntax: Syntax,
    found: &mut Errors<'a>,
    findings: &mut Findings,
) -> Verdict {
    let success = response.is_success() == Some(true);
    let failing = response.is_failing() == Some(true);
    let mut scan = Scan::new(response.body, true, limits.findings);
    if edition.says(&INNER_DETAILS) {
        scan.judging = Some(&DETAILS);
    }
    let mut top = None;
    let mut seen = false;
    while scan.next() {
        let Some(object) = scan.object() else { break };
        if let Form::Instead(_) = object.form
            && success
            && !object.has_code()
        {
            // Under a status of success, `"error": null` or `false` says that there is none.
            continue;
        }
        if let Form::Bare = object.form
            && success
            && !is_documented(object, edition)
        {
            // A resource may have a code and a message.
            continue;
        }
        seen = true;
        if object.at == At::Top {
            top = Some(object.form);
        }
        judge(object, &scan, response, edition, findings);
        if let Some(object) = scan.object_mut() {
            found.put(object, limits.errors);
        }
    }
    common::duplicates(&scan.json, findings);
    common::more_errors(found.more, limits, findings);
    if let Some(fault) = scan.fault() {
        findings.push(common::fault(fault, syntax, limits));
    }
    let readable = is_readable(scan.fault());
    match top {
        Some(Form::Documented) => findings.extend(beside(&scan)),
        None if readable && failing => findings.push(without_error(&scan)),
        // Any other form is a finding where it stands.
        Some(_) | None => {}
    }
    if !found.errors.is_empty() {
        Verdict::Error
    } else if seen || !readable || failing {
        Verdict::Malformed
    } else {
        Verdict::None
    }
}

/// The finding for properties beside `error`, at the first one.
fn beside(scan: &Scan<'_>) -> Option<Finding> {
    let body = ObjectPlace { span: scan.start..scan.start + 1, pointer: Some(Cow::Borrowed("")) };
    let mut finding = scan.beside.unlisted(&body, &NOT_SINGLE_ERROR_PROPERTY)?;
    finding.received.push_str(" beside `error`");
    Some(finding)
}

/// Whether the code of an error is in the edition's table.
fn is_documented(object: &Object<'_>, edition: &'static Edition) -> bool {
    let code = object.members.string(CODE);
    code.is_some_and(|code| edition.has_code(&code))
}

/// The finding for a response whose body has no error in its place.
fn without_error(scan: &Scan<'_>) -> Finding {
    let (at, received) = match &scan.not_object {
        Some((value, at)) => (at.clone(), value.to_string()),
        None => (scan.start..scan.start + 1, scan.beside.received()),
    };
    Finding::new(&NOT_SINGLE_ERROR_PROPERTY, Place::value(at, Some("")), received)
}

fn judge(
    object: &Object<'_>,
    scan: &Scan<'_>,
    response: &Response<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let place = &object.place;
    let name = || place.at(object.name_span.clone());
    if object.at == At::Item && response.is_failing() != Some(true) {
        findings.push(Finding::new(
            &ERROR_IN_LIST,
            name(),
            "an error inside an element of a batch or a list",
        ));
    }
    if object.at == At::Top
        && let Some(status) = response.status
        && response.is_success() == Some(true)
    {
        findings.push(Finding::new(&SUCCESS_STATUS, Place::Status, status.to_string()));
    }
    match object.form {
        Form::Instead(value) => {
            let place = place.at(place.span.clone());
            let received = format!("{value} under `error`");
            let help = object.has_code().then(|| {
                "this is the shape of an OAuth 2.0 token endpoint (RFC 6749 section 5.2)".to_owned()
            });
            findings.push(Finding::new(&NOT_SINGLE_ERROR_PROPERTY, place, received).help(help));
        }
        Form::Bare => {
            let help = format!("the error object stands bare: it belongs under `{ERROR}`");
            findings.push(without_error(scan).help(help));
            if let Some(code) = object.members.get(CODE) {
                unknown_code(code, place, edition, findings);
            }
        }
        Form::OData => {
            let received = quoted(&object.name.decode());
            findings.push(Finding::new(&NOT_SINGLE_ERROR_PROPERTY, name(), received).help(Some(
                "this is the error object of SharePoint's older OData services".to_owned(),
            )));
        }
        Form::Misspelt => {
            let received = quoted(&object.name.decode());
            let help = format!("names are compared exactly: write `{ERROR}`");
            findings
                .push(Finding::new(&NOT_SINGLE_ERROR_PROPERTY, name(), received).help(Some(help)));
            judge_object(object, edition, findings);
        }
        Form::Documented => judge_object(object, edition, findings),
    }
}

/// What holds for the members of the object under `error`, wherever it stands.
#[cold]
fn judge_members(object: &Object<'_>, findings: &mut Findings) {
    let (members, place) = (&object.members, &object.place);
    // Of an object that is cut off nothing can be said to be missing.
    for (index, rule) in [(CODE, &MISSING_CODE), (MESSAGE, &MISSING_MESSAGE)] {
        if object.complete || members.get(index).is_some() {
            findings.extend(members.required_string(index, place, rule, &WRONG_TYPE));
        }
    }
    for index in [CODE, MESSAGE] {
        if members.get(index).is_some() {
            findings.extend(members.respelt(index, place, &UNKNOWN_MEMBER));
        }
    }
    findings.extend(members.unlisted(place, &UNKNOWN_MEMBER));
}

/// What holds for the object under `error`, wherever it stands.
fn judge_object(object: &Object<'_>, edition: &'static Edition, findings: &mut Findings) {
    let (members, place) = (&object.members, &object.place);
    // Of the documented members, and nothing else, there is nothing to say but of what they hold.
    let is_plain = object.complete && members.are_just_texts(NAMES.len());
    debug_assert!(!is_plain || __nothing_found(|none| judge_members(object, none)));
    if !is_plain {
        judge_members(object, findings);
    }
    if let Some(code) = members.get(CODE) {
        unknown_code(code, place, edition, findings);
    }

    let name = inner_name(edition);
    for (index, level) in object.inner.iter().enumerate() {
        let pointer = || object.inner_pointer(index);
        if level.name != *name {
            add(findings, || {
                let place = Place::value(level.name_span.clone(), pointer());
                let received = level.name.decode();
                let mut help = format!("names are compared exactly: write `{name}`");
                let is_name = |other: &Edition| received == inner_name(other);
                if let Some(other) = edition.documented_elsewhere(&EDITIONS, is_name) {
                    help.push_str("; ");
                    help.push_str(&other);
                }
                let finding = Finding::new(&INNER_CASING, place, quoted(&received)).help(help);
                if name == INNER {
                    finding
                } else {
                    finding.documented(format!("an inner error stands under `{name}`"))
                }
            });
        }
        judge_inner(level, &pointer, edition, findings);
    }
}

/// What an inner error is named.
fn inner_name(edition: &Edition) -> &'static str {
    if edition.says(&CAMEL_CASE) { CAMEL_INNER } else { INNER }
}

/// Which edition takes an inner error without a code, or with the members that Microsoft Graph has.
fn details_elsewhere(edition: &Edition) -> Option<String> {
    edition.documented_elsewhere(&EDITIONS, |other| other.says(&INNER_DETAILS))
}

/// Adds a finding, which is not even made where it would only be counted: there may be as many
/// inner errors as a body has room for.
fn add(findings: &mut Findings, finding: impl FnOnce() -> Finding) {
    if findings.is_full() {
        findings.count_more(1);
    } else {
        findings.push(finding());
    }
}

/// Whether a root code is one of the basic ones. Where it is no string, or empty, that has a
/// finding of its own.
fn unknown_code(
    code: &Member<'_>,
    place: &ObjectPlace,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let Value::String(text) = code.value else { return };
    let text = text.decode();
    let is_basic = |row: &&CodeRow| row.level == Some(Level::Basic);
    if text.is_empty() || edition.rows(&text).any(|row| is_basic(&row)) {
        return;
    }
    let basic = || edition.codes.iter().filter(is_basic);
    add(findings, || {
        let help = if edition.has_code(&text) {
            let name = inner_name(edition);
            Some(format!("this is a detailed code: it belongs into an `{name}`"))
        } else {
            near_miss(&text, basic().map(|row| row.code)).map(did_you_mean)
        };
        let place = place.member(code.span.clone(), "code");
        Finding::new(&UNKNOWN_CODE, place, quoted(&text)).help(help)
    });
}

/// What holds for what stands under `innererror`.
fn judge_inner(
    level: &Inner<'_>,
    pointer: &dyn Fn() -> Option<String>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let (code, rest, complete) = match &level.content {
        Content::Object { code, rest, complete } => (code, rest, *complete),
        Content::Other(value, end) => {
            add(findings, || {
                let place = Place::value(level.start..*end, pointer());
                Finding::new(&WRONG_TYPE, place, value.to_string())
            });
            return;
        }
    };
    // Nothing here points at more of the object than its brace.
    let span = level.start..level.start + 1;
    let place = || ObjectPlace { span: span.clone(), pointer: pointer().map(Cow::Owned) };
    if let Some(rest) = rest {
        findings.extend(rest.unlisted(&place(), &UNKNOWN_MEMBER).map(|finding| {
            let is_there = |name: &&&str| finding.received.contains(&quoted(name));
            let are_details = DETAILS.iter().filter(is_there).count() == rest.other_count();
            let help = if are_details { details_elsewhere(edition) } else { None };
            finding.help(help)
        }));
    }
    let Some(code) = code else {
        if edition.says(&INNER_DETAILS) {
            let respelt =
                rest.as_ref().and_then(|rest| rest.respelt(CODE, &place(), &UNKNOWN_MEMBER));
            findings.extend(respelt);
        // Of an object that is cut off nothing can be said to be missing.
        } else if complete {
            add(findings, || {
                let finding = match rest {
                    Some(rest) => rest.missing(CODE, &place(), &INNER_MISSING_CODE),
                    None => Members::new(&INNER_NAMES).missing(CODE, &place(), &INNER_MISSING_CODE),
                };
                let help = finding.help.clone().or_else(|| details_elsewhere(edition));
                finding.help(help)
            });
        }
        return;
    };
    if let Some(rest) = rest {
        findings.extend(rest.respelt(CODE, &place(), &UNKNOWN_MEMBER));
    }
    let at = || place().member(code.span.clone(), "code");
    match code.value {
        Value::Null => add(findings, || Finding::new(&INNER_MISSING_CODE, at(), "`null`")),
        value if value.is_empty_string() => {
            add(findings, || Finding::new(&INNER_MISSING_CODE, at(), "an empty string"));
        }
        Value::String(text) => {
            let text = text.decode();
            if !edition.has_code(&text) {
                add(findings, || {
                    let near = near_miss(&text, edition.codes.iter().map(|row| row.code));
                    Finding::new(&UNKNOWN_DETAILED_CODE, at(), quoted(&text))
                        .help(near.map(did_you_mean))
                });
            }
        }
        other => add(findings, || Finding::new(&WRONG_TYPE, at(), other.to_string())),
    }
}

fn did_you_mean(code: &str) -> String {
    format!("did you mean `{code}`?")
}
