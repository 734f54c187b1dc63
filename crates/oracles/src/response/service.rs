//! The choice of a service by the shape of a body.

use std::ops::Range;

use faultbook::core::{Likeness, Limits, Response, UnderSuccess, Verdict};
use faultbook::{Options, Outcome, SERVICES, Service, Unjudged};

use crate::formats::every_finding;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn likeness(&self, service: &'static Service, body: &[u8]) -> Likeness {
        (service.likeness)(body)
    }

    fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
        faultbook::judge(response, options)
    }
}

struct Real;

impl Subject for Real {}

/// Up to here a body is looked at under several statuses, and twice.
const SHORT: usize = 4096;

/// Any body:
///
/// - The service chosen is the one whose likeness is the greatest in the light of the status; of
///   several that are the same all are named, in the order of the list, and of none none.
/// - A service that reads a documented code in its documented shape (`is_telling`) is sure of the
///   body. So, where the status is not known: such an error is never unrecognised, its service is
///   chosen or one of those named, and a service that is chosen and cannot read the body takes it
///   from no other that can.
/// - What is chosen without a status carries an error, or a broken one.
/// - A body that was recognised and compares with anything compares with itself, and is the same.
///
/// # Panics
///
/// Where that does not hold.
pub fn service(body: &[u8]) {
    holds(&Real, body);
}

fn holds(subject: &impl Subject, body: &[u8]) {
    let likenesses = SERVICES.map(|service| subject.likeness(service, body));
    let choice = chosen(subject, body, None, likenesses);
    if body.len() <= SHORT {
        assert_eq!(SERVICES.map(|service| subject.likeness(service, body)), likenesses);
        for status in [200, 302, 404, 503] {
            let _ = chosen(subject, body, Some(status), likenesses);
        }
    }
    let outcomes = SERVICES.map(|service| {
        let limits = every_finding(body);
        let options = Options { service: Some(service), limits, ..Options::default() };
        let judged = subject.judge(&Response::new(body), &options);
        judged.unwrap_or_else(|why| panic!("{} was asked for: {}", service.name, why.reason))
    });
    for (outcome, likeness) in outcomes.iter().zip(likenesses) {
        let name = outcome.service.name;
        match is_telling(outcome, body) {
            Some(Shape::Documented) => assert_eq!(likeness, Likeness::Sure, "{name}"),
            Some(Shape::Older) => assert_ne!(likeness, Likeness::No, "{name}"),
            None => {}
        }
    }
    let mut telling = outcomes.iter().filter(|o| is_telling(o, body) == Some(Shape::Documented));
    match &choice {
        Ok(outcome) => {
            let name = outcome.service.name;
            assert_ne!(outcome.verdict, Verdict::None, "{name} was chosen for no error");
            let other = telling.find(|other| other.service.name != name);
            let other = other.map(|other| other.service.name);
            assert_eq!(other, None, "{name} was chosen, and another reads a documented code");
        }
        Err(why) => {
            let unnamed = telling.find(|other| !why.candidates.contains(&other.service.name));
            let unnamed = unnamed.map(|other| other.service.name);
            assert_eq!(unnamed, None, "reads a documented code and is not named: {}", why.reason);
        }
    }
    compared(body, choice.as_ref().ok());
}

/// In what shape an error stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// As documented.
    Documented,
    /// As older versions of the service had it.
    Older,
}

/// Whether a service reads a documented code, and in what shape it stands.
///
/// What is none though it has a documented code: OneDrive's `"error": "invalidRequest"`, which is
/// the shape of OAuth 2.0 and could be anybody's.
fn is_telling(outcome: &Outcome, body: &[u8]) -> Option<Shape> {
    let is_object = |span: &Range<usize>| {
        // Of XML not even its encoding is known here.
        outcome.service.name == "ampache" || body.get(span.start) == Some(&b'{')
    };
    let mut errors = outcome.errors.iter();
    errors.find(|error| {
        outcome.edition.rows(error.code()).next().is_some() && is_object(&error.span)
    })?;
    let is_older = outcome.findings.iter().any(|f| f.rule.id == "ampache/legacy-shape");
    Some(if is_older { Shape::Older } else { Shape::Documented })
}

/// What is chosen under a status is the best of what the services say.
fn chosen(
    subject: &impl Subject,
    body: &[u8],
    status: Option<u16>,
    likenesses: [Likeness; 4],
) -> Result<Outcome, Unjudged> {
    // A mere shape is none where the service sends no errors: under 2xx, or under 4xx and 5xx where
    // it says 200 whatever happened.
    let is_there = |service: &Service| match service.default_edition().under_success {
        UnderSuccess::Never => !matches!(status, Some(200..=299)),
        UnderSuccess::AsARule => !matches!(status, Some(400..=599)),
        UnderSuccess::Some => true,
    };
    let rows = SERVICES.into_iter().zip(likenesses);
    let sure = rows.clone().filter(|(_, likeness)| *likeness == Likeness::Sure);
    let mut best: Vec<&str> = sure.map(|(service, _)| service.name).collect();
    if best.is_empty() {
        let shape = rows.filter(|(service, l)| *l == Likeness::Shape && is_there(service));
        best.extend(shape.map(|(service, _)| service.name));
    }
    let response = Response { status, ..Response::new(body) };
    let judged = subject.judge(&response, &Options::default());
    match &judged {
        Ok(outcome) => assert_eq!([outcome.service.name], *best, "under {status:?}"),
        Err(why) => {
            assert_ne!(best.len(), 1, "under {status:?}: {}", why.reason);
            assert_eq!(why.candidates, best, "under {status:?}");
            assert!(!why.reason.is_empty(), "under {status:?}");
        }
    }
    judged
}

/// A body and itself are the same error, where there are two forms of one at all.
fn compared(body: &[u8], choice: Option<&Outcome>) {
    let limits = Limits::default();
    let comparison = faultbook::compare(body, body, None, &limits);
    let Some(choice) = choice else {
        assert!(comparison.is_err(), "nobody's, and compared");
        return;
    };
    match comparison {
        Ok(comparison) => {
            assert_eq!(comparison.service.name, choice.service.name);
            assert_eq!(comparison.findings, [], "a body differs from itself");
            let [first, second] = comparison.errors;
            assert!(first.is_some() && first == second, "{first:?}, {second:?}");
            assert_eq!(first.as_ref(), choice.errors.first());
        }
        Err(why) => {
            let is_readable = choice.verdict == Verdict::Error;
            assert!(!(choice.service.name == "ampache" && is_readable), "{}", why.reason);
            assert!(!why.reason.is_empty());
        }
    }
}

#[cfg(test)]
pub(crate) const SERVICE_LIES: &[crate::testing::Lie] = {
    use std::cell::Cell;

    use crate::testing::Lie;

    fn forced(response: &Response<'_>, options: &Options, name: &str) -> Result<Outcome, Unjudged> {
        faultbook::judge(response, &Options { service: faultbook::service(name), ..*options })
    }

    /// The first service that sees its shape, however sure another one is.
    struct FirstShape;
    impl Subject for FirstShape {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let mut services = SERVICES.into_iter();
            let first = services.find(|s| (s.likeness)(response.body) != Likeness::No);
            let service = options.service.or(first);
            faultbook::judge(response, &Options { service, ..*options })
        }
    }

    struct FirstOfSeveral;
    impl Subject for FirstOfSeveral {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            faultbook::judge(response, options).or_else(|why| match why.candidates.first() {
                Some(first) => forced(response, options, first),
                None => Err(why),
            })
        }
    }

    struct Backwards;
    impl Subject for Backwards {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            faultbook::judge(response, options).map_err(|mut why| {
                why.candidates.reverse();
                why
            })
        }
    }

    struct WhateverTheStatus;
    impl Subject for WhateverTheStatus {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let outcome = faultbook::judge(&Response { status: None, ..*response }, options)?;
            forced(response, options, outcome.service.name)
        }
    }

    /// A likeness, and the choice that follows from it.
    struct Unsure(&'static str);
    impl Subject for Unsure {
        fn likeness(&self, service: &'static Service, body: &[u8]) -> Likeness {
            let likeness = (service.likeness)(body);
            if service.name == self.0 { likeness.min(Likeness::Shape) } else { likeness }
        }
    }

    struct Another;
    impl Subject for Another {
        fn judge(&self, response: &Response<'_>, options: &Options) -> Result<Outcome, Unjudged> {
            let outcome = faultbook::judge(response, options)?;
            match (options.service, outcome.service.name) {
                (None, "lineworks") => forced(response, options, "onedrive"),
                _ => Ok(outcome),
            }
        }
    }

    #[derive(Default)]
    struct Wavers(Cell<bool>);
    impl Subject for Wavers {
        fn likeness(&self, service: &'static Service, body: &[u8]) -> Likeness {
            let likeness = (service.likeness)(body);
            if service.name == "onedrive" && self.0.replace(true) { Likeness::No } else { likeness }
        }
    }

    const fn lie(what: &'static str, check: fn(&[u8])) -> Lie {
        Lie { oracle: "service", what, check }
    }

    &[
        lie("a shape beats what is sure", |body| holds(&FirstShape, body)),
        lie("the first of several is chosen", |body| holds(&FirstOfSeveral, body)),
        lie("several are named backwards", |body| holds(&Backwards, body)),
        lie("the status does not matter", |body| holds(&WhateverTheStatus, body)),
        lie("Groove is not sure of its codes", |body| holds(&Unsure("groove"), body)),
        lie("Ampache is not sure of its codes", |body| holds(&Unsure("ampache"), body)),
        lie("OneDrive is chosen for LINE WORKS", |body| holds(&Another, body)),
        lie("a second look sees less", |body| holds(&Wavers::default(), body)),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(body: &str, service: Option<&str>) -> Result<Outcome, Unjudged> {
        let service = service.and_then(faultbook::service);
        faultbook::judge(
            &Response::new(body.as_bytes()),
            &Options { service, ..Options::default() },
        )
    }

    #[test]
    fn each_service_tells_its_own_errors() {
        for (name, body) in [
            ("ampache", r#"{"error":{"errorCode":"4704","errorAction":"scrobble"}}"#),
            ("ampache", "<root><error errorCode='4704'/></root>"),
            ("groove", r#"{"ErrorCode":"CATALOG_NO_RESULT","Description":"no"}"#),
            ("lineworks", r#"{"code":"NOT_FOUND","description":"no"}"#),
            ("onedrive", r#"{"error":{"code":"itemNotFound","message":"no"}}"#),
        ] {
            let outcome = judged(body, Some(name)).unwrap();
            assert_eq!(is_telling(&outcome, body.as_bytes()), Some(Shape::Documented), "{body}");
            assert_eq!(judged(body, None).unwrap().service.name, name, "{body}");
            super::service(body.as_bytes());
        }
    }

    #[test]
    fn what_tells_nothing_though_it_has_a_code() {
        let body = r#"{"error":"invalidRequest"}"#;
        let outcome = judged(body, Some("onedrive")).unwrap();
        assert_eq!(outcome.errors[0].code(), "invalidRequest");
        assert_eq!(is_telling(&outcome, body.as_bytes()), None);
        let body = r#"{"error":{"code":"4704","message":"no"}}"#;
        let outcome = judged(body, Some("ampache")).unwrap();
        assert_eq!(is_telling(&outcome, body.as_bytes()), Some(Shape::Older));
        assert_eq!(judged(body, None).unwrap_err().candidates, ["ampache", "onedrive"]);
    }
}
