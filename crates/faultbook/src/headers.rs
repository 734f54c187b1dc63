//! The header fields that belong to errors, held against their RFCs: the rules `header/…`.

use error_headers::{Class, RetryAfter, read_challenges};
use faultbook_core::{Field, Finding, Findings, Limits, Place, Response, rules};
use serde::Serialize;

rules! {
    /// A WWW-Authenticate field is a list of challenges: a scheme, then a token68 or parameters.
    ///
    /// Readers give up at the first fault or guess on, so that a client may miss why it was refused.
    pub static CHALLENGE_SYNTAX = "header/challenge-syntax", Error,
        "this field does not follow the grammar of WWW-Authenticate", "RFC 9110 section 11.6.1";

    /// A challenge names each parameter once; case does not matter.
    ///
    /// Some readers take the first of two, some the last, some refuse the field.
    pub static CHALLENGE_DUPLICATE_PARAMETER = "header/challenge-duplicate-parameter", Error,
        "this parameter stands in its challenge a second time", "RFC 9110 section 11.2";

    /// Bearer's error, error_description, error_uri and scope hold only the characters of their
    /// grammar.
    ///
    /// A client that checks them refuses the whole challenge.
    pub static BEARER_ATTRIBUTE = "header/bearer-attribute", Error,
        "this attribute holds a character that it must not", "RFC 6750 section 3";

    /// A challenge is sent in the plain form: no white space round `=`, no empty list elements, no
    /// line folds, the realm in quotes.
    ///
    /// Senders must not send the other forms; readers are asked to accept them, and many do not.
    pub static CHALLENGE_TOLERATED = "header/challenge-tolerated", Note,
        "readers may have to accept this form, and no sender may send it",
        "RFC 9110 sections 5.6.1, 5.6.3 and 11.5, RFC 9112 section 5.2";

    /// Retry-After is a number of seconds or an HTTP date.
    ///
    /// A client that cannot read it repeats the request too early, or never.
    pub static RETRY_AFTER_SYNTAX = "header/retry-after-syntax", Error,
        "this is neither a number of seconds nor an HTTP date", "RFC 9110 section 10.2.3";
}

/// A challenge as reports have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChallengeEntry {
    /// The index of the field line it stands in.
    pub field: usize,
    /// The scheme as received.
    pub scheme: String,
    /// The token68, where there is one.
    pub token68: Option<String>,
    /// The parameters in their order, names as received and values decoded. Bytes that are no
    /// UTF-8 stand as U+FFFD.
    pub params: Vec<(String, String)>,
}

/// What the header fields of a response hold, judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedHeaders {
    /// The challenges of the WWW-Authenticate fields.
    pub challenges: Vec<ChallengeEntry>,
    /// How the fields differ from their RFCs, sorted by place.
    pub findings: Vec<Finding>,
}

/// Judges the WWW-Authenticate and Retry-After fields of a response of any service.
///
/// ```
/// use faultbook::core::{Field, Limits, Response};
///
/// let fields = [Field { name: b"WWW-Authenticate", value: b"Bearer error = \"invalid_token\"" }];
/// let response = Response::new(b"").with_status(401).with_fields(&fields);
/// let judged = faultbook::judge_headers(&response, &Limits::default());
/// assert_eq!(judged.challenges[0].params[0].1, "invalid_token");
/// assert_eq!(judged.findings[0].rule.id, "header/challenge-tolerated");
/// ```
pub fn judge_headers(response: &Response<'_>, limits: &Limits) -> JudgedHeaders {
    let mut findings = Findings::new(limits);
    let mut challenges = Vec::new();
    // What is longer than the limit is a finding already, and not read.
    let named =
        |name| response.fields_named(name).filter(|(_, field)| field.value.len() <= limits.field);
    for (index, field) in named("www-authenticate") {
        judge_challenges(index, field, &mut findings, &mut challenges);
    }
    for (index, field) in named("retry-after") {
        if let Err(fault) = RetryAfter::read(field.value) {
            findings.push(
                Finding::new(
                    &RETRY_AFTER_SYNTAX,
                    place(index, field, fault.span()),
                    fault.found().to_string(),
                )
                .documented(fault.expected()),
            );
        }
    }
    JudgedHeaders { challenges, findings: findings.finish() }
}

fn judge_challenges(
    index: usize,
    field: &Field<'_>,
    findings: &mut Findings,
    challenges: &mut Vec<ChallengeEntry>,
) {
    let reading = read_challenges(field.value);
    for deviation in &reading.deviations {
        let rule = match deviation.class() {
            Class::Syntax => &CHALLENGE_SYNTAX,
            Class::DuplicateParameter => &CHALLENGE_DUPLICATE_PARAMETER,
            Class::BearerAttribute => &BEARER_ATTRIBUTE,
            Class::Tolerated => &CHALLENGE_TOLERATED,
        };
        findings.push(
            Finding::new(
                rule,
                place(index, field, deviation.span()),
                deviation.found().to_string(),
            )
            .documented(deviation.expected())
            .source(deviation.source()),
        );
    }
    challenges.extend(reading.challenges.iter().map(|challenge| {
        ChallengeEntry {
            field: index,
            scheme: challenge.scheme().to_owned(),
            token68: challenge.token68().map(str::to_owned),
            params: challenge
                .params()
                .iter()
                .map(|param| (param.name().to_owned(), param.text().into_owned()))
                .collect(),
        }
    }));
}

fn place(index: usize, field: &Field<'_>, span: std::ops::Range<usize>) -> Place {
    Place::Field { index, name: String::from_utf8_lossy(field.name).into_owned(), span }
}
