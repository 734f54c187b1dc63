//! What is asked of every format in JSON: the frame that each one's own questions stand in.

use std::fmt::{Debug, Display};

use faultbook_core::{
    Fault, FaultKind, Judgement, Likeness, Limits, Located, ReadError, Response, Rule, Verdict,
};
use jiter::JsonValue;

use super::common::{
    self, Share, Stop, fault_is_found, findings_hold, limits_hold, pointers_hold, refusal_holds,
};

/// Every error of a body, where a format has a list of them.
#[derive(Debug)]
pub(super) struct Listed<E> {
    /// The errors that were kept.
    pub(super) errors: Vec<Located<E>>,
    /// How many there are besides.
    pub(super) more: usize,
    /// Where reading stopped.
    pub(super) fault: Option<Fault>,
}

/// A format: the code under test, and what its oracle asks that no other one does.
pub(super) trait Format: Sized {
    /// An error of the format.
    type Error<'a>: Clone + Debug + Display + PartialEq;

    /// The rules of the service.
    const RULES: &'static [&'static Rule];

    /// Reads the error of a body.
    fn read(body: &[u8]) -> Result<Self::Error<'_>, ReadError>;

    /// Reads every error of a body, where there can be several.
    fn errors(_body: &[u8]) -> Option<Listed<Self::Error<'_>>> {
        None
    }

    /// Judges a response.
    fn check<'a>(response: &Response<'a>, limits: &Limits) -> Judgement<Self::Error<'a>>;

    /// How much a body is like one of the service's errors.
    fn likeness(body: &[u8]) -> Likeness;

    /// Writes an error in every way there is.
    fn write(error: &Self::Error<'_>) -> Vec<String>;

    /// Whether two errors, each with its own body, are the same.
    fn is_same(error: &Self::Error<'_>, other: &Self::Error<'_>) -> bool;

    /// What holds of any error.
    fn error_holds(error: &Self::Error<'_>);

    /// What was read is what another reader's tree has.
    fn read_is_expected(read: Result<&Self::Error<'_>, &ReadError>, tree: &JsonValue<'_>);

    /// What holds of any judgement.
    fn judgement_holds(subject: &impl Subject<Self>, judged: &Judged<'_, Self>);

    /// What holds of a judgement beside the tree of the whole body.
    fn judgement_is_expected(judged: &Judged<'_, Self>, tree: &JsonValue<'_>);
}

/// What is asked of the code under test. The tests put liars in its place.
pub(super) trait Subject<F: Format> {
    fn read<'a>(&self, body: &'a [u8]) -> Result<F::Error<'a>, ReadError> {
        F::read(body)
    }

    fn errors<'a>(&self, body: &'a [u8]) -> Option<Listed<F::Error<'a>>> {
        F::errors(body)
    }

    fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<F::Error<'a>> {
        F::check(response, limits)
    }

    fn likeness(&self, body: &[u8]) -> Likeness {
        F::likeness(body)
    }

    fn write(&self, error: &F::Error<'_>) -> Vec<String> {
        F::write(error)
    }
}

/// The code under test itself.
pub(super) struct Real;

impl<F: Format> Subject<F> for Real {}

/// A body, and what was made of it.
pub(super) struct Judged<'a, F: Format> {
    /// The body, of a response of unknown status.
    pub(super) body: &'a [u8],
    /// What reading it gave.
    pub(super) read: Result<F::Error<'a>, ReadError>,
    /// The list of its errors.
    pub(super) listed: Option<Listed<F::Error<'a>>>,
    /// Every finding in it.
    pub(super) judgement: Judgement<F::Error<'a>>,
    pub(super) likeness: Likeness,
    /// Where reading stopped, if it did not come to the end.
    pub(super) stop: Option<Stop>,
}

/// All that is asked of a body.
#[cfg(test)]
pub(super) fn holds<F: Format>(subject: &impl Subject<F>, body: &[u8]) {
    holds_in(subject, body, Share::Limited);
}

/// A share of what is asked of a body.
///
/// - What was read is what another reader's tree has, and survives writing.
/// - A list of errors has those that judging finds. What looks like the service's error has one
///   or is malformed.
/// - Findings are sorted, of listed rules, and point at whole values, names or braces of the body;
///   their pointers lead there. A fault that keeps an error from being read is a finding.
/// - Smaller limits are kept, and say how much they leave out.
pub(super) fn holds_in<F: Format>(subject: &impl Subject<F>, body: &[u8], share: Share) {
    let read = subject.read(body);
    match &read {
        Err(refusal) => refusal_holds(body, refusal),
        Ok(error) if share >= Share::Written => {
            for json in subject.write(error) {
                let again = subject.read(json.as_bytes());
                let is_same = again.as_ref().is_ok_and(|again| F::is_same(again, error));
                assert!(is_same, "{error:?} is written as {json}, and read as {again:?}");
            }
        }
        Ok(_) => {}
    }
    if share >= Share::Written
        && !matches!(read, Err(ReadError::Fault(_)))
        && let Some(tree) = common::tree(body)
    {
        F::read_is_expected(read.as_ref(), &tree);
    }
    if share >= Share::Judged {
        judged_holds(subject, body, read, share);
    }
}

fn judged_holds<'a, F: Format>(
    subject: &impl Subject<F>,
    body: &'a [u8],
    read: Result<F::Error<'a>, ReadError>,
    share: Share,
) {
    let response = Response::new(body);
    let judgement = subject.check(&response, &common::every_finding(body));
    findings_hold(body, &judgement.findings, F::RULES);
    let listed = subject.errors(body);
    let stop = match &listed {
        None => Stop::in_findings(&judgement.findings),
        Some(listed) => {
            assert_eq!(listed.errors, judgement.errors, "listing and judging see the same");
            listed.fault.as_ref().map(Stop::at)
        }
    };
    let likeness = subject.likeness(body);
    assert!(
        likeness == Likeness::No || judgement.verdict != Verdict::None,
        "{likeness:?}, but {judgement:?}"
    );
    if let Err(ReadError::Fault(fault)) = &read {
        fault_is_found(body, fault, &judgement);
        let is_read = fault.kind() == FaultKind::TrailingContent;
        assert!(is_read || judgement.verdict == Verdict::Malformed, "{judgement:?}");
    }
    let judged = Judged { body, read, listed, judgement, likeness, stop };
    F::judgement_holds(subject, &judged);
    let Judged { read, judgement, .. } = &judged;
    if stop.is_none()
        && let Some(tree) = common::tree(body)
    {
        pointers_hold(body, &judgement.findings, &tree);
        F::judgement_is_expected(&judged, &tree);
    }
    if share >= Share::Limited {
        limits_hold(body, judgement, read.as_ref().ok(), |limits| subject.check(&response, limits));
        match read {
            Ok(error) => F::error_holds(error),
            Err(refusal) => assert!(!refusal.to_string().is_empty(), "{refusal:?}"),
        }
    }
}

#[cfg(test)]
pub(super) mod liars {
    use std::ops::Range;

    use super::*;

    /// Reads, lists and judges, and changes every error.
    pub(in super::super) struct Changed<F: Format>(pub(in super::super) Change<F>);

    /// What is done to an error of a body.
    type Change<F> = for<'a> fn(&[u8], &mut <F as Format>::Error<'a>);

    impl<F: Format> Subject<F> for Changed<F> {
        fn read<'a>(&self, body: &'a [u8]) -> Result<F::Error<'a>, ReadError> {
            let mut error = F::read(body)?;
            (self.0)(body, &mut error);
            Ok(error)
        }

        fn errors<'a>(&self, body: &'a [u8]) -> Option<Listed<F::Error<'a>>> {
            let mut listed = F::errors(body)?;
            listed.errors.iter_mut().for_each(|located| (self.0)(body, &mut located.error));
            Some(listed)
        }

        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<F::Error<'a>> {
            let mut judgement = F::check(response, limits);
            let errors = judgement.errors.iter_mut();
            errors.for_each(|located| (self.0)(response.body, &mut located.error));
            judgement
        }
    }

    /// Lists and judges, and changes every error's place.
    pub(in super::super) struct Moved(pub(in super::super) fn(&mut Range<usize>));

    impl<F: Format> Subject<F> for Moved {
        fn errors<'a>(&self, body: &'a [u8]) -> Option<Listed<F::Error<'a>>> {
            let mut listed = F::errors(body)?;
            listed.errors.iter_mut().for_each(|located| (self.0)(&mut located.span));
            Some(listed)
        }

        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<F::Error<'a>> {
            let mut judgement = F::check(response, limits);
            judgement.errors.iter_mut().for_each(|located| (self.0)(&mut located.span));
            judgement
        }
    }

    /// Judges, and changes what was found.
    pub(in super::super) struct Found(pub(in super::super) fn(&mut Vec<faultbook_core::Finding>));

    impl<F: Format> Subject<F> for Found {
        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<F::Error<'a>> {
            let mut judgement = F::check(response, limits);
            (self.0)(&mut judgement.findings);
            judgement
        }
    }

    /// Judges with other limits than those that were asked for.
    pub(in super::super) struct Limited(pub(in super::super) fn(&mut Limits));

    impl<F: Format> Subject<F> for Limited {
        fn check<'a>(&self, response: &Response<'a>, limits: &Limits) -> Judgement<F::Error<'a>> {
            let mut limits = *limits;
            (self.0)(&mut limits);
            F::check(response, &limits)
        }
    }

    /// Writes, after changing what is written.
    pub(in super::super) struct Written<F: Format>(pub(in super::super) Change<F>);

    impl<F: Format> Subject<F> for Written<F> {
        fn write(&self, error: &F::Error<'_>) -> Vec<String> {
            let mut error = error.clone();
            (self.0)(&[], &mut error);
            F::write(&error)
        }
    }

    /// Says how much a body is like an error, in its own way.
    pub(in super::super) struct Like(pub(in super::super) fn(&[u8], Likeness) -> Likeness);

    impl<F: Format> Subject<F> for Like {
        fn likeness(&self, body: &[u8]) -> Likeness {
            (self.0)(body, F::likeness(body))
        }
    }
}
