//! What the document promises of a LINE WORKS error, checked.

use error_headers::{BearerError, Challenge};
use faultbook_core::common::{self, Screened, Syntax};
use faultbook_core::{
    __nothing_found, Edition, Field, Finding, Findings, Judgement, Limits, Place, Response,
    Verdict, listed, near_miss, quoted, rules,
};

use crate::challenges;
use crate::json::{CODE, DESCRIPTION, NAMES, Object, Scan};
use crate::{ApiError, Code};

rules! {
    /// An error has a `code`, with something in it.
    ///
    /// Clients decide by the code; without one they have only the status, which stands for many.
    pub static MISSING_CODE = "lineworks/missing-code", Error,
        "this error has no code", "LINE WORKS errors, format of the response body";

    /// An error has a `description`, with something in it.
    ///
    /// It is what a developer reads in a log to understand the code.
    pub static MISSING_DESCRIPTION = "lineworks/missing-description", Error,
        "this error has no description", "LINE WORKS errors, format of the response body";

    /// `code` and `description` are strings.
    ///
    /// A typed client refuses the whole error where one of them is something else.
    pub static WRONG_TYPE = "lineworks/wrong-type", Error,
        "this value has another type than documented", "LINE WORKS errors, format of the response body";

    /// An error has two members: `code` and `description`.
    ///
    /// Clients written after the document do not see a third.
    pub static UNKNOWN_MEMBER = "lineworks/unknown-member", Note,
        "this member of the error is not documented", "LINE WORKS errors, format of the response body";

    /// `code` is one of the common error codes, or has the form of one that names a resource.
    ///
    /// A client cannot know what to do about another one.
    pub static UNKNOWN_CODE = "lineworks/unknown-code", Warning,
        "this code is not documented", "LINE WORKS errors, common error codes";

    /// A documented code comes under a status that it stands under in the table.
    ///
    /// Clients that look at the status first take another path than the code asks for. A code that
    /// fits two templates may come under the statuses of both. Where the table lacks the status
    /// altogether, this rule says so as well, and `lineworks/undocumented-status` does not.
    pub static STATUS_MISMATCH = "lineworks/status-mismatch", Error,
        "this code does not belong under this status", "LINE WORKS errors, common error codes";

    /// A response with an error has a failing status.
    ///
    /// Most clients never look for an error in a response that says it succeeded.
    pub static SUCCESS_STATUS = "lineworks/success-status", Error,
        "an error under a status of success", "LINE WORKS errors, introduction";

    /// A failing response has one of the eight statuses of the table.
    ///
    /// Another one comes from something before the service or is newer than the document, such as
    /// the 429 of rate limits. Where the code is a documented one, it is the code's status that is
    /// wrong, and `lineworks/status-mismatch` says so instead.
    pub static UNDOCUMENTED_STATUS = "lineworks/undocumented-status", Note,
        "this failing status is not documented", "LINE WORKS errors, common error codes";

    /// A Bearer challenge's error comes under its status: `invalid_request` under 400,
    /// `invalid_token` under 401, `insufficient_scope` under 403.
    ///
    /// From the one a client asks for a new token, from the other for more scopes: it cannot do
    /// both.
    pub static CHALLENGE_STATUS = "lineworks/challenge-status", Error,
        "this challenge does not belong under this status",
        "LINE WORKS errors, www-authenticate response header";

    /// A challenge with `insufficient_scope` lists the scopes that are needed.
    ///
    /// Without the list a client cannot know which scopes to ask for.
    pub static CHALLENGE_WITHOUT_SCOPE = "lineworks/challenge-without-scope", Warning,
        "this challenge does not say which scopes are needed",
        "LINE WORKS errors, www-authenticate response header";

    /// A challenge stands beside the statuses 400, 401 and 403 only.
    ///
    /// Clients look for the cause of another status in the body.
    pub static CHALLENGE_UNEXPECTED = "lineworks/challenge-unexpected", Warning,
        "a challenge beside a status that has none",
        "LINE WORKS errors, www-authenticate response header, note";

    /// A Bearer challenge's error is `invalid_request`, `invalid_token` or `insufficient_scope`.
    ///
    /// A client cannot tell what is wrong with its token from another one.
    pub static CHALLENGE_ERROR_UNKNOWN = "lineworks/challenge-error-unknown", Warning,
        "this challenge's error is not documented",
        "LINE WORKS errors, www-authenticate response header";

    /// Among the challenges of a response is a Bearer challenge.
    ///
    /// The API is used with Bearer tokens; clients do not know what to do with another scheme.
    pub static CHALLENGE_SCHEME = "lineworks/challenge-scheme", Warning,
        "no challenge here is a Bearer challenge",
        "LINE WORKS errors, www-authenticate response header";
}

/// The statuses that a challenge may stand beside.
const CHALLENGE_STATUSES: [u16; 3] = [400, 401, 403];

/// Judges a response: reads the error and the challenges in it, and says what differs from the
/// document.
///
/// The grammar of the challenges is not judged here.
///
/// ```
/// use faultbook_core::{Limits, Response};
///
/// let body = br#"{"code": "NOT_FOUND", "description": "no such user"}"#;
/// let response = Response::new(body).with_status(400);
/// let judgement =
///     lineworks_error::check(&response, &lineworks_error::EDITION, &Limits::default());
/// assert_eq!(judgement.errors.len(), 1);
/// assert_eq!(judgement.findings[0].rule.id, "lineworks/status-mismatch");
/// ```
pub fn check<'a>(
    response: &Response<'a>,
    edition: &'static Edition,
    limits: &Limits,
) -> Judgement<ApiError<'a>> {
    let mut findings = Findings::new(limits);
    judge_challenges(response, limits, &mut findings);
    let mut errors = Vec::new();
    let mut documented = false;
    let verdict = match common::screen(response, &[Syntax::Json], edition, limits, &mut findings) {
        Screened::Read(syntax) => {
            let mut scan = Scan::new(response.body, limits.findings);
            scan.read();
            common::duplicates(&scan.json, &mut findings);
            if let Some(fault) = scan.fault() {
                findings.push(common::fault(fault, syntax, limits));
            }
            let object = scan.object.as_ref().filter(|object| object.is_error(response));
            if let Some(object) = object {
                documented = judge(object, response, edition, &mut findings);
                errors = object.located();
            }
            let should = response.is_failing() == Some(true);
            if object.is_none() && scan.is_readable() && should {
                findings.push(without_error(&scan));
            }
            if !errors.is_empty() {
                Verdict::Error
            } else if object.is_some() || !scan.is_readable() || should {
                Verdict::Malformed
            } else {
                Verdict::None
            }
        }
        Screened::Done(verdict) => verdict,
    };
    if let Some(status) = response.status
        && response.is_failing() == Some(true)
        && !edition.has_status(status)
        && !documented
    {
        findings.push(
            Finding::new(&UNDOCUMENTED_STATUS, Place::Status, status.to_string())
                .documented(format!("failing responses have {}", statuses(edition))),
        );
    }
    Judgement { verdict, errors, findings: findings.finish() }
}

/// Judges the challenges of a response and nothing else: for a capture without bodies.
///
/// [`check`] finds all of this too.
///
/// ```
/// use faultbook_core::{Field, Limits, Response};
///
/// let fields =
///     [Field { name: b"www-authenticate", value: br#"Bearer error="insufficient_scope""# }];
/// let response = Response::new(b"").with_status(403).with_fields(&fields);
/// let findings = lineworks_error::check_challenges(&response, &Limits::default());
/// assert_eq!(findings[0].rule.id, "lineworks/challenge-without-scope");
/// ```
pub fn check_challenges(response: &Response<'_>, limits: &Limits) -> Vec<Finding> {
    let mut findings = Findings::new(limits);
    judge_challenges(response, limits, &mut findings);
    findings.finish()
}

/// The finding for a failing response whose body is JSON and has nothing of an error.
fn without_error(scan: &Scan<'_>) -> Finding {
    let received = match &scan.object {
        Some(_) => "JSON without an error",
        None => "JSON that is no object",
    };
    let help = scan.object.as_ref().filter(|object| object.is_oauth()).map(|_| {
        "this is the shape of an OAuth 2.0 error (RFC 6749 section 5.2), which the document \
         refers to for 401"
            .to_owned()
    });
    let place = Place::value(scan.start..scan.start + 1, Some(""));
    Finding::new(&common::NOT_AN_ERROR_BODY, place, received)
        .documented("an error is an object with `code` and `description`")
        .help(help)
}

/// Judges the members of the error object.
#[cold]
fn judge_members(object: &Object<'_>, findings: &mut Findings) {
    let (members, place) = (&object.members, &object.place);
    let required = [(CODE, &MISSING_CODE), (DESCRIPTION, &MISSING_DESCRIPTION)];
    if object.complete
        && let Some(token) = object.token_endpoint()
    {
        for ((index, rule), (name, span)) in required.into_iter().zip(token) {
            findings
                .push(Finding::new(rule, place.member(span, name), quoted(name)).help(format!(
                "this is the shape of the token endpoint: in an error of the API `{}` stands here",
                NAMES.get(index).copied().unwrap_or_default(),
            )));
        }
    } else {
        // Of an object that is cut off nothing can be said to be missing.
        for (index, rule) in required {
            if index == DESCRIPTION
                && let Some((name, span)) = object.instead_of_description()
            {
                let help = format!(
                    "`{name}` stands here: the document's name is `{}`",
                    NAMES.get(index).copied().unwrap_or_default(),
                );
                findings
                    .push(Finding::new(rule, place.member(span, name), quoted(name)).help(help));
            } else if object.complete || members.get(index).is_some() {
                findings.extend(members.required_string(index, place, rule, &WRONG_TYPE));
            }
            // Beside the one that is meant, a name in another case is a member of its own.
            if members.get(index).is_some() {
                findings.extend(members.respelt(index, place, &UNKNOWN_MEMBER));
            }
        }
        findings.extend(object.unlisted(&UNKNOWN_MEMBER));
    }
}

/// Judges the error object. Gives whether its code is a documented one.
fn judge(
    object: &Object<'_>,
    response: &Response<'_>,
    edition: &'static Edition,
    findings: &mut Findings,
) -> bool {
    // Of the documented members, and nothing else, there is nothing to say but of what they hold.
    let is_plain = object.complete && object.members.are_just_texts(NAMES.len());
    debug_assert!(!is_plain || __nothing_found(|none| judge_members(object, none)));
    if !is_plain {
        judge_members(object, findings);
    }

    let code = object.code();
    if response.is_success() == Some(true)
        && let Some(status) = response.status
    {
        let received = match &code {
            Some((code, _)) => format!("{status} with {}", quoted(code)),
            None => status.to_string(),
        };
        findings.push(
            Finding::new(&SUCCESS_STATUS, Place::Status, received)
                .documented("an error has a 4xx or 5xx status"),
        );
    }
    let Some((code, member)) = code else { return false };
    if !edition.has_code(&code) {
        findings.push(
            Finding::new(
                &UNKNOWN_CODE,
                object.place.member(member.span.clone(), "code"),
                quoted(&code),
            )
            .help(meant(&code, edition).map(|near| format!("did you mean `{near}`?"))),
        );
        return false;
    }
    let rows = || edition.rows(&code);
    if let Some(status) = response.status
        && response.is_success() == Some(false)
        && !rows().any(|row| row.statuses.contains(&status))
    {
        let mut documented: Vec<u16> = rows().flat_map(|row| row.statuses).copied().collect();
        documented.sort_unstable();
        documented.dedup();
        let shown = quoted(&code);
        let lacks = !edition.has_status(status);
        findings.push(
            Finding::new(&STATUS_MISMATCH, Place::Status, format!("{status} with {shown}"))
                .documented(format!("{shown} stands under {}", joined(&documented)))
                .help(
                    lacks
                        .then(|| format!("the table lacks {status}: it has {}", statuses(edition))),
                ),
        );
    }
    true
}

/// The documented code that was probably meant by one that is not documented.
fn meant(code: &str, edition: &'static Edition) -> Option<String> {
    let literals = edition.codes.iter().filter(|row| !row.is_template()).map(|row| row.code);
    if let Some(near) = near_miss(code, literals) {
        return Some(near.to_owned());
    }
    // A longer one is no slip of the pen.
    if code.len() > 256 {
        return None;
    }
    // A template's name can be anything, so what was meant is the same text as codes are spelt.
    let spelt = code.trim().to_ascii_uppercase().replace(['-', ' '], "_");
    let singular = spelt.strip_suffix('S').map(str::to_owned);
    [Some(spelt), singular].into_iter().flatten().find(|text| edition.has_code(text))
}

/// The statuses of the edition's table, for a message.
fn statuses(edition: &Edition) -> String {
    joined(&edition.statuses.iter().map(|row| row.status).collect::<Vec<_>>())
}

/// `400`, `400 and 403`, `400, 401 and 403`.
fn joined(statuses: &[u16]) -> String {
    match statuses.split_last() {
        None => String::new(),
        Some((only, [])) => only.to_string(),
        Some((last, rest)) => {
            let rest: Vec<_> = rest.iter().map(u16::to_string).collect();
            format!("{} and {last}", rest.join(", "))
        }
    }
}

/// A place in a field's value.
fn in_field(index: usize, field: &Field<'_>, span: std::ops::Range<usize>) -> Place {
    Place::Field { index, name: String::from_utf8_lossy(field.name).into_owned(), span }
}

fn judge_challenges(response: &Response<'_>, limits: &Limits, findings: &mut Findings) {
    let mut first = None;
    let mut schemes = Vec::new();
    let mut has_bearer = false;
    let mut read = 0;
    for (index, field) in challenges::fields(response, limits.field) {
        read += 1;
        let challenges = challenges::in_field(field);
        if let (Some(from), Some(to), Some(status)) =
            (challenges.first(), challenges.last(), response.status)
            && !CHALLENGE_STATUSES.contains(&status)
        {
            let span = from.span().start..to.span().end;
            findings.push(
                Finding::new(
                    &CHALLENGE_UNEXPECTED,
                    in_field(index, field, span),
                    format!("a challenge beside {status}"),
                )
                .documented(format!("challenges stand beside {}", joined(&CHALLENGE_STATUSES))),
            );
        }
        for challenge in &challenges {
            first.get_or_insert_with(|| in_field(index, field, challenge.scheme_span()));
            has_bearer |= challenge.is_scheme("Bearer");
            // What a message lists; more it does not show.
            if schemes.len() < 16 {
                schemes.push(challenge.scheme().to_owned());
            }
            judge_bearer(challenge, response.status, index, field, findings);
        }
    }
    // A field that was not read may hold one.
    let all = response.fields_named(challenges::NAME).count() == read;
    if let Some(place) = first
        && !has_bearer
        && all
    {
        findings.push(Finding::new(
            &CHALLENGE_SCHEME,
            place,
            listed(schemes.into_iter().map(Into::into)),
        ));
    }
}

fn judge_bearer(
    challenge: &Challenge<'_>,
    status: Option<u16>,
    index: usize,
    field: &Field<'_>,
    findings: &mut Findings,
) {
    let Some(bearer) = challenge.bearer() else { return };
    let (Some(error), Some(param)) = (&bearer.error, challenge.param("error")) else { return };
    // Of an empty value there is nothing to point at but the parameter.
    let span = if param.value_span().is_empty() { param.span() } else { param.value_span() };
    let Some(documented) = error.status() else {
        let received = match error.as_str() {
            "" => "an empty value".to_owned(),
            text => quoted(text),
        };
        let known = BearerError::DOCUMENTED.iter().map(BearerError::as_str);
        let near = near_miss(error.as_str(), known);
        findings.push(
            Finding::new(&CHALLENGE_ERROR_UNKNOWN, in_field(index, field, span), received)
                .help(near.map(|near| format!("did you mean `{near}`?"))),
        );
        return;
    };
    if let Some(status) = status
        && status != documented
    {
        findings.push(
            Finding::new(
                &CHALLENGE_STATUS,
                in_field(index, field, span),
                format!("`{error}` beside {status}"),
            )
            .documented(format!("`{error}` stands beside {documented}")),
        );
    }
    let is_empty = bearer.scope.as_ref().is_none_or(|scope| scope.tokens().next().is_none());
    if *error == BearerError::InsufficientScope && is_empty {
        let (span, received) = match challenge.param("scope") {
            Some(param) => (param.span(), "an empty scope"),
            None => (challenge.span(), "no scope"),
        };
        findings.push(Finding::new(
            &CHALLENGE_WITHOUT_SCOPE,
            in_field(index, field, span),
            received,
        ));
    }
}

impl Code<'_> {
    /// The documented code that was probably meant by an unknown one: the same but for case,
    /// hyphens and one letter, also where it names a resource. `None` where none is near, and for
    /// a code that is documented.
    ///
    /// ```
    /// use lineworks_error::Code;
    ///
    /// assert_eq!(Code::new("not-found").meant().as_deref(), Some("NOT_FOUND"));
    /// assert_eq!(Code::new("user_not_exists").meant().as_deref(), Some("USER_NOT_EXIST"));
    /// assert_eq!(Code::new("TOO_MANY_REQUESTS").meant(), None);
    /// ```
    pub fn meant(&self) -> Option<String> {
        if self.is_documented() { None } else { meant(self.as_str(), &crate::EDITION) }
    }
}
