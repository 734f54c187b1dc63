//! What the Ampache document promises of an error, checked.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::common::{self, Screened, Syntax};
use faultbook_core::{
    __nothing_found, Edition, Finding, Findings, Judgement, Limits, Located, Place, Response, Rule,
    UnderSuccess, Value, Verdict, listed, quoted, rules,
};

use crate::object::{
    At, CODE, Held, MESSAGE, Misspelt, NAMES, OTHER_API as OTHER, Object, OtherApi, Pointer,
};
use crate::object::{is_decimal, step};
use crate::{ApiError, CODE_AND_TEXT, EDITION, EDITIONS, FOUR_PARTS, json, xml};

rules! {
    /// An error always has an `errorCode`, with something in it.
    ///
    /// It is the only part to act on; the message is translated.
    pub static MISSING_CODE = "ampache/missing-code", Error,
        "this error has no errorCode", "Ampache errors, Rules Regarding errors";

    /// An error always has an `errorAction`, with something in it.
    ///
    /// A client that sends requests at the same time learns from it which one failed.
    pub static MISSING_ACTION = "ampache/missing-action", Error,
        "this error has no errorAction", "Ampache errors, introduction";

    /// An error always has an `errorType`, with something in it.
    ///
    /// It says whether the user can do something about the error.
    pub static MISSING_TYPE = "ampache/missing-type", Error,
        "this error has no errorType", "Ampache errors, introduction";

    /// An error always has an `errorMessage`, with something in it.
    ///
    /// It is what a client shows to the user.
    pub static MISSING_MESSAGE = "ampache/missing-message", Error,
        "this error has no errorMessage", "Ampache errors, introduction";

    /// In JSON `error` is an object, and action, type and message are strings.
    ///
    /// A typed client refuses the whole response where one of them is something else.
    pub static WRONG_TYPE = "ampache/wrong-type", Error,
        "this value has another type than documented", "Ampache errors, Example Error messages";

    /// The parts of an error stand in an object named `error`.
    ///
    /// Clients look there and nowhere else to tell an error from data.
    pub static NOT_IN_ERROR_OBJECT = "ampache/not-in-error-object", Error,
        "this error is not in an `error` object", "Ampache errors, Rules Regarding errors";

    /// In XML the element `error` stands in the root element `root`.
    ///
    /// A client that follows the path `/root/error` does not find it elsewhere.
    pub static ROOT_NAME = "ampache/root-name", Warning,
        "this error does not stand under `root`", "Ampache errors, Example Error messages";

    /// The code is a decimal number.
    ///
    /// Clients compare it as a number, or read it into one.
    pub static CODE_NOT_NUMERIC = "ampache/code-not-numeric", Error,
        "this code is no decimal number", "Ampache errors, introduction";

    /// The code is 47 and two more digits.
    ///
    /// The prefix keeps the codes apart from HTTP statuses.
    pub static CODE_PREFIX = "ampache/code-prefix", Warning,
        "this code does not begin with 47 as the documented ones do", "Ampache errors, Error Codes";

    /// The code is one of the eight that are documented.
    ///
    /// A client has nothing to do for a code that it cannot know.
    pub static UNKNOWN_CODE = "ampache/unknown-code", Warning,
        "this code is not documented", "Ampache errors, Error Codes";

    /// In JSON the code is a string.
    ///
    /// Every documented example has a string, and a typed client may accept nothing else.
    pub static CODE_JSON_NUMBER = "ampache/code-json-number", Note,
        "this code is a JSON number", "Ampache errors, Example Error messages";

    /// An error stands alone, without other data objects beside it.
    ///
    /// A client that looks for data first takes the response for a success.
    pub static ERROR_WITH_DATA = "ampache/error-with-data", Warning,
        "something else stands beside this error", "Ampache errors, Rules Regarding errors";

    /// Nothing but its four parts stands in an error, and no text beside it.
    ///
    /// What an unescaped `]]>` leaves behind breaks the message, and often the whole document.
    pub static UNEXPECTED_CONTENT = "ampache/unexpected-content", Error,
        "this does not belong into an error", "Ampache errors, introduction";

    /// The XML and the JSON form of one error carry the same four parts.
    ///
    /// What a client does must not depend on the format that it asked for.
    pub static ENCODINGS_DISAGREE = "ampache/encodings-disagree", Error,
        "the two forms of this error differ", "Ampache errors, Rules Regarding errors";

    /// The code stands in `errorCode`, and the message in `errorMessage`.
    ///
    /// Versions before 5 of the API sent `code` and a text; clients of version 5 find nothing.
    pub static LEGACY_SHAPE = "ampache/legacy-shape", Warning,
        "this error has the shape of an older API", "Ampache errors, introduction";

    /// The response is one of the Ampache API.
    ///
    /// The same server speaks the Subsonic API at another address; its errors have their own codes.
    pub static OTHER_API = "ampache/other-api", Warning,
        "this response belongs to the Subsonic API", "Ampache errors, Rules Regarding errors";

    /// In version 4 the code stands in `code`; the message is `message` in JSON, and the content of
    /// the element in XML.
    ///
    /// Clients of version 4 know nothing of the names that version 5 gave to the parts.
    pub static NEWER_SHAPE = "ampache/newer-shape", Warning,
        "this error has the shape of a newer API", "Ampache errors, version 4";

    /// In version 8 an error comes under the HTTP status of its code.
    ///
    /// A client that acts on the status does something else than one that acts on the code.
    pub static STATUS_DIFFERS = "ampache/status-differs", Warning,
        "this status is not the one of the error's code", "Ampache errors, version 8";

    /// In version 8 an error comes under a failing status, never under 2xx.
    ///
    /// Under 2xx clients of version 8 do not look for an error, and take the body for the result.
    pub static SUCCESS_STATUS = "ampache/success-status", Error,
        "this error comes under a status of success", "Ampache errors, version 8";
}

/// The parts that an error of version 4 has too.
const OLDER_PARTS: [usize; 2] = [CODE, MESSAGE];

/// The rule for a part that is missing, in the order of the parts.
static MISSING: [&Rule; 4] = [&MISSING_CODE, &MISSING_ACTION, &MISSING_TYPE, &MISSING_MESSAGE];

/// Judges a response: reads the error in it and says what differs from the document.
///
/// ```
/// use faultbook_core::{Limits, Response};
///
/// let response = Response::new(b"<root><error errorCode='4704'></error></root>");
/// let judgement = ampache_error::check(&response, &ampache_error::EDITION, &Limits::default());
/// assert_eq!(judgement.errors[0].pointer.as_deref(), Some("/root/error"));
/// let rules: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
/// assert_eq!(rules, ["ampache/missing-action", "ampache/missing-message", "ampache/missing-type"]);
/// ```
pub fn check<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
) -> Judgement<ApiError<'a>> {
    let mut findings = Findings::new(limits);
    let accepted = [Syntax::Json, Syntax::Xml];
    let (verdict, errors) =
        match common::screen(response, &accepted, edition, limits, &mut findings) {
            Screened::Read(Syntax::Xml) => check_xml(response, edition, limits, &mut findings),
            Screened::Read(_) => check_json(response, edition, limits, &mut findings),
            Screened::Done(verdict) => {
                let empty = findings.iter_mut().find(|finding| *finding.rule == common::EMPTY_BODY);
                if let Some(empty) = empty {
                    empty.help = empty_result_elsewhere(response, edition);
                }
                (verdict, Vec::new())
            }
        };
    if let Some(located) = errors.first() {
        judge_status(response, &located.error, edition, &mut findings);
    }
    Judgement { verdict, errors, findings: findings.finish() }
}

/// Which edition takes a response without an error for an empty result.
fn empty_result_elsewhere(response: &Response<'_>, edition: &Edition) -> Option<String> {
    edition.documented_elsewhere(&EDITIONS, |other| common::is_empty_result(response, other))
}

/// The status of a response that has an error, where the edition says under which it comes.
fn judge_status(
    response: &Response<'_>,
    error: &ApiError<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let Some(status) = response.status else { return };
    let code = error.code.as_str();
    let own = edition.rows(code).next().map_or(&[][..], |row| row.statuses);
    let takes_success = |edition: &Edition| edition.under_success != UnderSuccess::Never;
    if response.is_success() == Some(true) {
        if !takes_success(edition) {
            let help = edition.documented_elsewhere(&EDITIONS, takes_success);
            let finding = Finding::new(&SUCCESS_STATUS, Place::Status, status.to_string());
            findings.push(finding.help(help));
        }
    } else if !own.is_empty() && !own.contains(&status) {
        let own: Vec<String> = own.iter().map(ToString::to_string).collect();
        let documented = format!("{} comes under {}", quoted(code), own.join(" or "));
        let finding = Finding::new(&STATUS_DIFFERS, Place::Status, status.to_string());
        findings.push(finding.documented(documented));
    }
}

/// The verdict, and the error that was read, if there is one.
type Read<'a> = (Verdict, Vec<Located<ApiError<'a>>>);

fn check_json<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
    findings: &mut Findings,
) -> Read<'a> {
    let mut scan = json::Scan::new(response.body, Some(findings));
    scan.read();
    // Of four texts under the documented names, and nothing else, there is nothing to say but of the
    // code.
    if let Some(code) = scan.plain_code()
        && conforms(&code, edition)
    {
        debug_assert!(scan.object().is_none_or(|object| {
            __nothing_found(|none| judge_parts(&object, &|span| span, edition, none))
        }));
        return (Verdict::Error, scan.plain(code));
    }
    let fault = scan.fault().cloned();
    let readable = fault.as_ref().is_none_or(|fault| !common::cuts(fault));
    let outcome = Outcome {
        seen: scan.has_error(),
        readable,
        head: scan.head(),
        other_api: scan.other_api.clone(),
    };
    let object = if outcome.other_api.is_some() { None } else { scan.object() };
    if let Some(fault) = fault {
        findings.push(common::fault(&fault, Syntax::Json, limits));
    }
    let mut errors = Vec::new();
    if let Some(mut object) = object {
        judge(&object, &|span| span, edition, findings);
        errors = locate(&mut object, |span| span);
    }
    let verdict = outcome.verdict(response, !errors.is_empty(), Syntax::Json, edition, findings);
    (verdict, errors)
}

fn check_xml<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
    findings: &mut Findings,
) -> Read<'a> {
    let decoded = xml::decode(response.body);
    // Only a text that is a part of the body can be borrowed from it.
    if let Some(text) = decoded.borrowed() {
        return check_text(text, &decoded, response, edition, limits, findings);
    }
    let (verdict, errors) =
        check_text(decoded.text(), &decoded, response, edition, limits, findings);
    let owned = |Located { pointer, span, error }: Located<ApiError<'_>>| {
        let error = error.into_owned();
        Located { pointer, span, error }
    };
    (verdict, errors.into_iter().map(owned).collect())
}

fn check_text<'t>(
    text: &'t str,
    decoded: &xml::Decoded<'_>,
    response: &Response<'_>,
    edition: &'static Edition,
    limits: &Limits,
    findings: &mut Findings,
) -> Read<'t> {
    let mut scan = xml::error::Scan::new(text, limits.xml_depth, decoded, Some(findings));
    scan.run();
    scan.faults(limits);
    let mut errors = Vec::new();
    let mut seen = false;
    if let Some((object, findings)) = scan.judged() {
        seen = true;
        judge(object, &|span| decoded.span(span), edition, findings);
        errors = locate(object, |span| decoded.span(span));
    }
    let outcome = Outcome {
        seen,
        readable: scan.is_readable(),
        head: if seen { 0..0 } else { decoded.span(scan.head()) },
        other_api: scan
            .other_api
            .take()
            .map(|answer| OtherApi { span: decoded.span(answer.span), ..answer }),
    };
    let verdict = outcome.verdict(response, !errors.is_empty(), Syntax::Xml, edition, findings);
    (verdict, errors)
}

/// The typed error and where it stands, if it has a code.
fn locate<'a>(
    object: &mut Object<'a>,
    to_body: impl Fn(Range<usize>) -> Range<usize>,
) -> Vec<Located<ApiError<'a>>> {
    let span = to_body(object.span.clone());
    let pointer = object.pointer.take();
    object.take_error().map_or_else(Vec::new, |error| vec![Located { pointer, span, error }])
}

/// What reading a body came to.
struct Outcome {
    /// Whether something stands in the place of an error.
    seen: bool,
    readable: bool,
    /// Where an error is expected, if none stands there.
    head: Range<usize>,
    other_api: Option<OtherApi>,
}

impl Outcome {
    fn verdict(
        self,
        response: &Response<'_>,
        has_error: bool,
        syntax: Syntax,
        edition: &Edition,
        findings: &mut Findings,
    ) -> Verdict {
        if let Some(OtherApi { span, failed }) = self.other_api {
            let place = Place::value(span, step(Some(&Cow::Borrowed("")), OTHER));
            let which = if failed { "a failed" } else { "a" };
            let received = format!("{which} response named {}", quoted(OTHER));
            findings.push(Finding::new(&OTHER_API, place, received));
            return Verdict::None;
        }
        if has_error {
            return Verdict::Error;
        }
        let should = response.is_failing() == Some(true);
        if should && self.readable && !self.seen {
            if common::is_empty_result(response, edition) {
                return Verdict::None;
            }
            findings.push(
                Finding::new(
                    &common::NOT_AN_ERROR_BODY,
                    Place::body(self.head),
                    format!("{} without an error", syntax.describe()),
                )
                .documented("an error stands in an `error` object")
                .help(empty_result_elsewhere(response, edition)),
            );
        }
        if self.seen || !self.readable || should { Verdict::Malformed } else { Verdict::None }
    }
}

/// Maps a span of the text that was read to the body.
type ToBody<'m> = &'m dyn Fn(Range<usize>) -> Range<usize>;

fn judge(
    object: &Object<'_>,
    to_body: ToBody<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let code = object.plain_code();
    if code.is_some_and(|code| conforms(code, edition)) {
        debug_assert!(__nothing_found(|none| judge_parts(object, to_body, edition, none)));
    } else {
        judge_parts(object, to_body, edition, findings);
    }
}

/// Whether the edition has nothing against four texts under the documented names, of which this one
/// is the code.
fn conforms(code: &str, edition: &'static Edition) -> bool {
    !edition.says(&CODE_AND_TEXT) && edition.has_code(code)
}

#[cold]
fn judge_parts(
    object: &Object<'_>,
    to_body: ToBody<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let place = |span: &Range<usize>, pointer: Option<Pointer>| {
        Place::value(to_body(span.clone()), pointer)
    };
    let here = || place(&object.name, object.pointer.clone());
    match object.at {
        At::Documented => {}
        At::OtherRoot => {
            let received = object.pointer.as_deref().unwrap_or("another path");
            findings.push(
                Finding::new(&ROOT_NAME, here(), quoted(received))
                    .documented("an error stands at `/root/error`"),
            );
        }
        At::Outside => {
            findings.push(Finding::new(&NOT_IN_ERROR_OBJECT, here(), received(object)));
        }
    }
    let is_older = edition.says(&CODE_AND_TEXT);
    if let Some(span) = object.legacy.as_ref().filter(|_| !is_older) {
        let pointer = object.part(CODE).and_then(|part| step(object.pointer.as_ref(), part.step));
        let help = edition.documented_elsewhere(&EDITIONS, |other| other.says(&CODE_AND_TEXT));
        findings.push(
            Finding::new(&LEGACY_SHAPE, place(span, pointer), "`code`")
                .documented("the code stands in `errorCode`, and the message in `errorMessage`")
                .help(help),
        );
    }
    let is_newer = is_older && object.has_own_names();
    if is_newer {
        let help = edition.documented_elsewhere(&EDITIONS, |other| other.says(&FOUR_PARTS));
        findings.push(Finding::new(&NEWER_SHAPE, here(), received(object)).help(help));
    }
    for (index, rule) in MISSING.into_iter().enumerate() {
        // An error of version 4 has a code and a message. Where it has the shape of version 5, that
        // is said above.
        if is_older && (is_newer && object.part(index).is_none() || !OLDER_PARTS.contains(&index)) {
            continue;
        }
        let Some(part) = object.part(index) else {
            let by_another_name = object.is_wholly_legacy() && index != CODE && !is_older;
            if object.complete && !by_another_name {
                let finding = missing(object, index, rule, to_body);
                findings.push(if is_older { of_version_4(finding, index) } else { finding });
            }
            continue;
        };
        let at = || {
            let pointer = if part.step.is_empty() {
                object.pointer.clone()
            } else {
                step(object.pointer.as_ref(), part.step)
            };
            place(&part.span, pointer)
        };
        match &part.held {
            Held::Text(text) if text.is_empty() => {
                let finding = Finding::new(rule, at(), "an empty text");
                if is_older {
                    findings.push(of_version_4(finding, index));
                } else if index == CODE || !object.is_wholly_legacy() {
                    findings.push(finding);
                }
            }
            Held::Other(Value::Null) => {
                let finding = Finding::new(rule, at(), "`null`");
                findings.push(if is_older { of_version_4(finding, index) } else { finding });
            }
            held if index == CODE => judge_code(held, &at, edition, findings),
            Held::Other(value) => {
                findings.push(Finding::new(&WRONG_TYPE, at(), value.to_string()));
            }
            Held::Text(_) => {}
        }
    }
}

/// What version 4 says of a part that is missing.
fn of_version_4(finding: Finding, index: usize) -> Finding {
    let documented = if index == CODE { "an error has a `code`" } else { "an error has a message" };
    finding.documented(documented).source(NEWER_SHAPE.source)
}

/// The names of the parts received, for a message.
fn received(object: &Object<'_>) -> String {
    let own = object.parts.iter().flatten().map(|part| part.step.trim_start_matches('@').into());
    let misspelt = object.misspelt.iter().flatten().map(|misspelt| misspelt.name.as_ref().into());
    listed(own.chain(misspelt))
}

fn missing(object: &Object<'_>, index: usize, rule: &'static Rule, to_body: ToBody<'_>) -> Finding {
    let name = NAMES.get(index).copied().unwrap_or_default();
    if let Some(Some(misspelt)) = object.misspelt.get(index) {
        let Misspelt { name: received, span, attribute } = misspelt;
        let last = if *attribute { &format!("@{received}") } else { received.as_ref() };
        let place = Place::value(to_body(span.clone()), step(object.pointer.as_ref(), last));
        return Finding::new(rule, place, quoted(received))
            .help(format!("names are compared exactly: write `{name}`"));
    }
    let place = Place::value(to_body(object.head.clone()), object.pointer.clone());
    Finding::new(rule, place, received(object))
}

/// A code that is there, and not empty.
fn judge_code(
    held: &Held<'_>,
    at: &dyn Fn() -> Place,
    edition: &'static Edition,
    findings: &mut Findings,
) {
    let code = match held {
        Held::Text(text) => text.as_ref(),
        Held::Other(Value::Number(number)) => {
            // Of version 4 no more is known than that there is a code.
            if !edition.says(&CODE_AND_TEXT) {
                let received = format!("the number {}", quoted(number));
                findings.push(Finding::new(&CODE_JSON_NUMBER, at(), received));
            }
            number
        }
        Held::Other(value) => {
            findings.push(Finding::new(&CODE_NOT_NUMERIC, at(), value.to_string()));
            return;
        }
    };
    let has_prefix = |code: &str| code.len() == 4 && code.starts_with("47");
    let finding = |rule| Finding::new(rule, at(), quoted(code));
    let elsewhere = || edition.documented_elsewhere(&EDITIONS, |other| other.has_code(code));
    if edition.has_code(code) {
        return;
    }
    if !is_decimal(code) {
        findings.push(finding(&CODE_NOT_NUMERIC));
    } else if !has_prefix(code) && edition.codes.iter().all(|row| has_prefix(row.code)) {
        findings.push(finding(&CODE_PREFIX).help(elsewhere()));
    } else {
        let finding = finding(&UNKNOWN_CODE).help(elsewhere());
        findings.push(if edition.codes == EDITION.codes {
            finding
        } else {
            let count = edition.codes.len();
            finding.documented(format!("the code is one of the {count} of {edition}"))
        });
    }
}
