//! Judging one response: which service it is of, what it carries, and how it differs.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::common::Syntax;
use faultbook_core::{Edition, Finding, Likeness, Limits, Response, UnderSuccess, Verdict};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use crate::headers::{ChallengeEntry, judge_headers};
use crate::repeats::Known;
use crate::services::{SERVICES, Service, Unlisted};

/// What to judge a response as.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The service; `None`: the one whose shape the body has.
    pub service: Option<&'static Service>,
    /// The edition; `None`: the service's default one.
    pub edition: Option<&'static Edition>,
    /// The limits.
    pub limits: Limits,
}

/// One error that a response carries, as reports have it.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorEntry {
    /// JSON Pointer or XML path of the error object.
    pub pointer: Option<Cow<'static, str>>,
    /// The error object, in bytes of the body.
    pub span: Range<usize>,
    /// The codes, outermost to innermost; one at least.
    pub codes: Vec<Cow<'static, str>>,
    /// Whether the code is documented.
    pub known: bool,
    /// The members under their documented names, the same for every encoding.
    pub members: Members,
}

impl ErrorEntry {
    /// The code; of a chain of errors the outermost.
    pub fn code(&self) -> &str {
        self.codes.first().map_or("", |code| code)
    }
}

impl Serialize for ErrorEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut entry = serializer.serialize_struct("ErrorEntry", 5)?;
        entry.serialize_field("pointer", &self.pointer)?;
        entry.serialize_field("code", self.code())?;
        entry.serialize_field("codes", &self.codes)?;
        entry.serialize_field("known", &self.known)?;
        entry.serialize_field("members", &self.members)?;
        entry.end()
    }
}

/// The members of an error: an object of JSON, kept as its text, since a report of millions of
/// errors hands it on and looks at none.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Members(Box<RawValue>);

impl Members {
    /// What is serialized as an object. Only maps with keys that are no strings fail to become JSON;
    /// what fails becomes `null`.
    pub(crate) fn of(members: &impl Serialize) -> Self {
        Self(to_raw_value(members).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// As JSON.
    pub fn as_json(&self) -> &str {
        self.0.get()
    }

    /// As a value.
    pub fn value(&self) -> Value {
        // It was written by a serializer, so that it can be read.
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

impl PartialEq for Members {
    fn eq(&self, other: &Self) -> bool {
        self.as_json() == other.as_json()
    }
}

/// A judged response.
#[derive(Debug)]
pub struct Outcome {
    /// The service that it was judged as.
    pub service: &'static Service,
    /// The edition that it was judged by.
    pub edition: &'static Edition,
    /// What it is.
    pub verdict: Verdict,
    /// The errors it carries.
    pub errors: Vec<ErrorEntry>,
    /// The challenges of its WWW-Authenticate fields.
    pub challenges: Vec<ChallengeEntry>,
    /// How it differs from the document, sorted by place.
    pub findings: Vec<Finding>,
}

/// Why a response was not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// In words.
    pub reason: String,
    /// The services that it may be of, where there are several.
    pub candidates: Vec<&'static str>,
}

/// Judges a response.
///
/// # Errors
///
/// [`Unjudged`] where no service was asked for and the body's shape does not tell one.
pub fn judge(response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
    judge_or_count(response, options, None).map(|(outcome, _)| outcome)
}

/// Judges a response, and says whether it was only counted: then its outcome has neither errors nor
/// challenges.
pub(crate) fn judge_or_count(
    response: &Response<'_>,
    options: &Options,
    mut unlisted: Option<Unlisted<'_>>,
) -> Result<(Outcome, bool), Unjudged> {
    if let Some(Unlisted { tally, repeats, .. }) = &mut unlisted
        && let Some(known) = repeats.find(response, options.service, &options.limits)
    {
        let Known { service, edition, verdict } = known;
        // Its codes were seen before.
        tally.count(edition, verdict);
        let (errors, challenges, findings) = (Vec::new(), Vec::new(), Vec::new());
        return Ok((Outcome { service, edition, verdict, errors, challenges, findings }, true));
    }
    let headers = judge_headers(response, &options.limits);
    let mut unlisted = unlisted.filter(|_| headers.findings.is_empty());
    let service = match options.service {
        Some(service) => service,
        None => recognise(response, &options.limits)?,
    };
    let edition = options.edition.unwrap_or_else(|| service.default_edition());
    let lent = unlisted.as_mut().map(Unlisted::lent);
    let checked = (service.check)(response, edition, &options.limits, lent);
    if let Some(Unlisted { repeats, .. }) = unlisted
        && checked.is_counted
    {
        repeats.keep(Known { service, edition, verdict: checked.verdict });
    }
    // Both lists keep the limit already; of findings at one place those of the format come first.
    let mut findings = checked.findings;
    findings.extend(headers.findings);
    findings.sort_by(|a, b| a.place.cmp_position(&b.place));
    let outcome = Outcome {
        service,
        edition,
        verdict: checked.verdict,
        errors: checked.errors,
        challenges: headers.challenges,
        findings,
    };
    Ok((outcome, checked.is_counted))
}

/// How sure a service is of a body, in the light of the status: under 2xx a mere shape is no error
/// of a service that sends none there, and under a failing status none of one that always says 200.
fn likeness(service: &Service, response: &Response<'_>) -> Likeness {
    let likeness = (service.likeness)(response.body);
    let is_out_of_place = match service.default_edition().under_success {
        UnderSuccess::Never => response.is_success() == Some(true),
        UnderSuccess::AsARule => response.is_failing() == Some(true),
        UnderSuccess::Some => false,
    };
    if likeness == Likeness::Shape && is_out_of_place { Likeness::No } else { likeness }
}

/// The one service whose readers are surest that the body is an error of theirs.
fn recognise(response: &Response<'_>, limits: &Limits) -> Result<&'static Service, Unjudged> {
    let body = response.body;
    let likenesses = SERVICES.map(|service| (likeness(service, response), service));
    let best = likenesses.iter().map(|(likeness, _)| *likeness).max().unwrap_or(Likeness::No);
    let mut candidates = likenesses
        .into_iter()
        .filter(|(likeness, _)| *likeness == best)
        .map(|(_, service)| service);
    if best == Likeness::No {
        let reason = match Syntax::of(body) {
            syntax if body.len() > limits.body => {
                let what = match syntax {
                    Syntax::Empty => "white space",
                    _ => syntax.describe(),
                };
                let most = limits.body;
                format!(
                    "{what} of more than {most} bytes, with no service's error at its beginning"
                )
            }
            Syntax::Empty => "the body is empty".to_owned(),
            syntax => format!("{} in which no service's error was recognised", syntax.describe()),
        };
        return Err(Unjudged { reason, candidates: Vec::new() });
    }
    match (candidates.next(), candidates.next()) {
        (Some(service), None) => Ok(service),
        (first, second) => {
            let candidates: Vec<_> = first
                .into_iter()
                .chain(second)
                .chain(candidates)
                .map(|service| service.name)
                .collect();
            let reason = format!("the shape is that of {}", candidates.join(" and of "));
            Err(Unjudged { reason, candidates })
        }
    }
}

#[cfg(test)]
mod tests {
    use faultbook_core::Field;
    use faultbook_corpus::Header;

    use super::*;
    use crate::repeats::Repeats;
    use crate::report::Summary;
    use crate::tally::Tally;

    /// Of every case of the corpus, as each service and as the one that its shape tells.
    #[test]
    fn what_is_counted_is_what_has_no_finding_and_is_counted_as_it_would_be_listed() {
        let mut counts = [0; 2];
        let services = SERVICES.into_iter().map(Some).chain([None]);
        let cases = || faultbook_corpus::all().filter_map(|case| Some((case, case.body?)));
        for (service, (case, body)) in
            services.flat_map(|service| cases().map(move |c| (service, c)))
        {
            let field =
                |header: &'static Header| Field { name: &header.name, value: &header.value };
            let fields: Vec<Field<'_>> = case.headers.iter().map(field).collect();
            let response = Response { status: case.status, fields: &fields, body };
            let options = Options { service, ..Options::default() };
            let listed = [Verdict::Malformed];
            let (mut tally, mut repeats) = (Tally::default(), Repeats::default());
            let unlisted = Unlisted { listed: &listed, tally: &mut tally, repeats: &mut repeats };
            let whole = judge(&response, &options);
            let judged = judge_or_count(&response, &options, Some(unlisted));
            let (whole, (judged, is_counted)) = match (whole, judged) {
                (Ok(whole), Ok(judged)) => (whole, judged),
                (whole, judged) => {
                    assert_eq!(whole.err(), judged.map(|_| ()).err(), "{}", case.id);
                    continue;
                }
            };
            assert_eq!(
                is_counted,
                whole.findings.is_empty() && !listed.contains(&whole.verdict),
                "{}",
                case.id
            );
            let mut summary = Summary::default();
            if is_counted {
                summary.count(&whole);
            } else {
                assert_eq!(judged.errors, whole.errors, "{}", case.id);
            }
            let seen = |tally: &Tally| {
                tally.seen.iter().map(|seen| format!("{seen:?}")).collect::<Vec<_>>()
            };
            assert_eq!(tally.verdicts, summary.tally.verdicts, "{}", case.id);
            assert_eq!(seen(&tally), seen(&summary.tally), "{}", case.id);
            counts[usize::from(is_counted)] += 1;
        }
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
    }

    /// Every body of the corpus under other statuses, with other header fields and as other services,
    /// one after the other and all of them three times: what comes twice is kept.
    #[test]
    fn what_was_counted_before_is_judged_as_if_it_came_for_the_first_time() {
        let limits = Limits { field: 64, ..Limits::default() };
        let field = |name: &'static str, value: &'static str| {
            vec![Field { name: name.as_bytes(), value: value.as_bytes() }]
        };
        let media_type = |value| field("Content-Type", value);
        let own = |header: &'static Header| Field { name: &header.name, value: &header.value };
        let others = [
            Vec::new(),
            media_type(""),
            media_type("text/html"),
            [media_type("application/json"), media_type("text/xml")].concat(),
            [media_type("text/xml"), media_type("application/json")].concat(),
            field("Retry-After", "soon"),
            field(
                "Set-Cookie",
                "what a server sets is longer than any field is allowed to be here",
            ),
        ];
        let mut repeats = Repeats::default();
        let mut counts = [0; 2];
        for case in faultbook_corpus::all() {
            let Some(body) = case.body else { continue };
            let fields: Vec<Field<'_>> = case.headers.iter().map(own).collect();
            for (service, status, fields) in SERVICES
                .into_iter()
                .map(Some)
                .chain([None])
                .flat_map(|service| {
                    [case.status, None, Some(0), Some(200), Some(404)].map(|s| (service, s))
                })
                .flat_map(|(s, status)| {
                    [&fields].into_iter().chain(&others).map(move |f| (s, status, f))
                })
            {
                let response = Response { status, fields, body };
                let options = Options { service, limits, ..Options::default() };
                let mut judged = |repeats: &mut Repeats| {
                    let mut tally = Tally::default();
                    let unlisted = Unlisted { listed: &[], tally: &mut tally, repeats };
                    let judged = judge_or_count(&response, &options, Some(unlisted));
                    let judged = judged.map(|(judged, is_counted)| {
                        counts[usize::from(is_counted)] += 1;
                        let edition = judged.edition.to_string();
                        (judged.service.name, edition, judged.verdict, judged.findings, is_counted)
                    });
                    let editions: Vec<_> =
                        tally.seen.iter().map(|s| s.edition.to_string()).collect();
                    (judged, tally.verdicts, editions)
                };
                let first = judged(&mut Repeats::default());
                for _ in 0..3 {
                    assert_eq!(judged(&mut repeats), first, "{}: {response:?}", case.id);
                }
            }
        }
        assert!(counts.iter().all(|count| *count > 10_000), "{counts:?}");
    }
}
