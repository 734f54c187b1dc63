//! Two forms of one error: the same?

use faultbook_core::{Finding, Limits, Response};

use crate::judge::{ErrorEntry, Options, Unjudged, judge};
use crate::services::Service;

/// What comparing two bodies gave.
#[derive(Debug)]
pub struct Comparison {
    /// The service of both.
    pub service: &'static Service,
    /// The first error of each body, where one was read.
    pub errors: [Option<ErrorEntry>; 2],
    /// How the second body differs from the first; places are in the second.
    pub findings: Vec<Finding>,
}

/// Compares two forms of one error, such as its XML and its JSON.
///
/// # Errors
///
/// [`Unjudged`] where the service cannot be told, the two are of different services, the service's
/// errors have one encoding only, or no error can be read from one of them.
pub fn compare(
    a: &[u8],
    b: &[u8],
    service: Option<&'static Service>,
    limits: &Limits,
) -> Result<Comparison, Unjudged> {
    let options = Options { service, edition: None, limits: *limits };
    let [first, second] = [a, b].map(|body| judge(&Response::new(body), &options));
    let (first, second) = (first?, second?);
    let unjudged = |reason: String| Unjudged { reason, candidates: Vec::new() };
    let service = first.service;
    if service.name != second.service.name {
        return Err(unjudged(format!(
            "the first is an error of {}, the second one of {}",
            service.name, second.service.name
        )));
    }
    let Some(differences) = service.compare else {
        return Err(unjudged(format!("the errors of {} have one encoding only", service.name)));
    };
    let findings = differences(a, b).map_err(unjudged)?;
    let errors = [first, second].map(|outcome| outcome.errors.into_iter().next());
    Ok(Comparison { service, errors, findings })
}
