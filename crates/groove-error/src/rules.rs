//! What the Groove documents promise of an error, checked.

use faultbook_core::common::{self, Screened, Syntax};
use faultbook_core::{
    __nothing_found, Edition, Finding, Findings, Judgement, Limits, ObjectPlace, Place, Response,
    Value, Verdict, near_miss, quoted, rules,
};

use crate::json::{At, CODE, DESCRIPTION, ERROR, Kept, MESSAGE, NAMES, Object, Scan};
use crate::{ApiError, Code};

rules! {
    /// An error always has an `ErrorCode`, with something in it.
    ///
    /// Clients decide by the code; without one they can only guess from the status.
    pub static MISSING_ERROR_CODE = "groove/missing-error-code", Error,
        "this error has no ErrorCode", "Groove error object, Error";

    /// An error always has a `Description`.
    ///
    /// It is what a developer reads in a log to understand the code.
    pub static MISSING_DESCRIPTION = "groove/missing-description", Error,
        "this error has no Description", "Groove error object, Error";

    /// `Error` is an object, and `ErrorCode`, `Description` and `Message` are strings.
    ///
    /// A typed client refuses the whole response where one of them is something else.
    pub static WRONG_TYPE = "groove/wrong-type", Error,
        "this value has another type than documented", "Groove error object, Error";

    /// A response has its error under `Error`, spelt so.
    ///
    /// Member names are compared exactly, so a client sees no error under another name.
    pub static ERROR_CASING = "groove/error-casing", Error,
        "this error stands under a name in another case", "Groove error object, Error";

    /// `ErrorCode` is one of the 44 documented codes.
    ///
    /// A client has no text to show for a code that it cannot know.
    pub static UNKNOWN_CODE = "groove/unknown-code", Warning,
        "this code is not documented", "Groove error object, Error codes";

    /// The response has its code's default status.
    ///
    /// Clients that look at the status first take another path than the code asks for.
    pub static STATUS_DIFFERS = "groove/status-differs", Warning,
        "the status is not the default one of this code", "Groove error object, Error codes";

    /// The API answers with one of ten statuses.
    ///
    /// Another status comes from something before the service, or from a newer version of it.
    pub static UNDOCUMENTED_STATUS = "groove/undocumented-status", Warning,
        "this status is not documented", "Groove status codes";

    /// An error object has three members: `ErrorCode`, `Description`, `Message`.
    ///
    /// Clients written after the document do not see a fourth.
    pub static UNKNOWN_MEMBER = "groove/unknown-member", Note,
        "this member of the error is not documented", "Groove error object, Error";
}

/// Judges a response: reads every error in it and says what differs from the documents.
///
/// ```
/// use faultbook_core::{Limits, Response};
///
/// let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#).with_status(404);
/// let judgement = groove_error::check(&response, &groove_error::EDITION, &Limits::default());
/// assert_eq!(judgement.errors.len(), 1);
/// assert_eq!(judgement.findings[0].rule.id, "groove/missing-description");
/// ```
pub fn check<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
) -> Judgement<ApiError<'a>> {
    let mut findings = Findings::new(limits);
    let mut kept = Kept::new(limits);
    let verdict = match common::screen(response, &[Syntax::Json], edition, limits, &mut findings) {
        Screened::Read(syntax) => read(response, edition, limits, syntax, &mut kept, &mut findings),
        Screened::Done(verdict) => verdict,
    };
    if let Some(status) = response.status
        && !edition.has_status(status)
        && verdict != Verdict::None
    {
        findings.push(Finding::new(&UNDOCUMENTED_STATUS, Place::Status, status.to_string()));
    }
    let (errors, more) = kept.finish();
    common::more_errors(more, limits, &mut findings);
    Judgement { verdict, errors, findings: findings.finish() }
}

fn read<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
    syntax: Syntax,
    kept: &mut Kept<'a>,
    findings: &mut Findings,
) -> Verdict {
    let mut scan = Scan::new(response.body, limits.findings);
    let mut seen = false;
    let mut read = false;
    while let Some(at) = scan.next() {
        seen = true;
        let object = scan.object();
        let has_code = object.has_code();
        let place = scan.place(!findings.is_full() || (has_code && kept.has_room(at)));
        judge(object, &place, response, edition, findings);
        if has_code {
            read = true;
            kept.put(object, place);
        }
    }
    common::duplicates(&scan.json, findings);
    if let Some(fault) = scan.fault() {
        findings.push(common::fault(fault, syntax, limits));
    }
    if read {
        return Verdict::Error;
    }
    let should = response.is_failing() == Some(true);
    if scan.fault().is_some_and(common::cuts) {
        return Verdict::Malformed;
    }
    if !seen && should {
        let place = Place::value(scan.first().unwrap_or(0..0), Some(""));
        findings.push(
            Finding::new(&common::NOT_AN_ERROR_BODY, place, "JSON without an error")
                .documented("an error stands bare or under `Error`"),
        );
    }
    if seen || should { Verdict::Malformed } else { Verdict::None }
}

/// Judges the members of an error object. Gives whether it is one.
#[cold]
fn judge_members(object: &Object<'_>, place: &ObjectPlace, findings: &mut Findings) -> bool {
    let members = &object.members;
    if let Some((name, span)) = &object.misspelt {
        findings.push(
            Finding::new(&ERROR_CASING, place.at(span.clone()), quoted(&name.decode()))
                .help(format!("names are compared exactly: write `{ERROR}`")),
        );
    }
    if let Some(value) = object.instead {
        let place = place.at(place.span.clone());
        findings.push(Finding::new(&WRONG_TYPE, place, value.to_string()));
        return false;
    }
    // Of an object that is cut off nothing can be said to be missing.
    for (index, rule) in [(CODE, &MISSING_ERROR_CODE), (DESCRIPTION, &MISSING_DESCRIPTION)] {
        if object.complete || members.get(index).is_some() {
            findings.extend(members.required_string(index, place, rule, &WRONG_TYPE));
        }
    }
    findings.extend(members.optional_string(MESSAGE, place, &WRONG_TYPE));
    findings.extend(members.unlisted(place, &UNKNOWN_MEMBER));
    for index in [CODE, DESCRIPTION, MESSAGE] {
        // Where a name that has to be there is missing, the misspelt one was pointed at already.
        if index == MESSAGE || members.get(index).is_some() {
            findings.extend(members.respelt(index, place, &UNKNOWN_MEMBER));
        }
    }
    true
}

fn judge(
    object: &Object<'_>,
    place: &ObjectPlace,
    response: &Response<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    // Of the documented members, and nothing else, there is nothing to say but of what they hold.
    let is_plain = object.is_plain();
    debug_assert!(!is_plain || __nothing_found(|none| _ = judge_members(object, place, none)));
    if !is_plain && !judge_members(object, place, findings) {
        return;
    }
    let Some(member) = object.members.get(CODE) else { return };
    let Value::String(text) = member.value else { return };
    if text.raw().is_empty() {
        return;
    }
    let code = Code::new(text.decode());
    if !code.is_documented() {
        // Looking through the table is spared for a finding that is only counted.
        let rows = if findings.is_full() { &[] } else { edition.codes };
        let near = near_miss(code.as_str(), rows.iter().map(|row| row.code));
        findings.push(
            Finding::new(
                &UNKNOWN_CODE,
                place.member(member.span.clone(), NAMES[CODE]),
                quoted(code.as_str()),
            )
            .help(near.map(|near| format!("did you mean `{near}`?"))),
        );
        return;
    }
    // An item's error says nothing about the status of the whole response.
    if object.at == At::Item {
        return;
    }
    if let Some(status) = response.status
        && let Some(default) = code.default_status()
        && status != default
        && edition.has_status(status)
    {
        findings.push(
            Finding::new(&STATUS_DIFFERS, Place::Status, format!("{status} with `{code}`"))
                .documented(format!("the default status of `{code}` is {default}")),
        );
    }
}
