//! What a reader made of a case, held against what the case expects.

use serde_json::{Map, Value};

use crate::{Case, ExpectedChallenge, Read};

/// An error as it was read: its pointer, its codes from the outermost on, its members under their
/// documented names.
pub type ReadError = (String, Vec<String>, Map<String, Value>);

/// What a reader made of a case. What is `None` was not asked of it and is not compared.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever replays the suite fills it in")]
pub struct Outcome {
    /// `error`, `none` or `malformed`.
    pub verdict: Option<&'static str>,
    /// Whether tolerant reading found an error.
    pub read: Option<bool>,
    /// The errors.
    pub errors: Option<Vec<ReadError>>,
    /// The rule ids of the findings, in their order.
    pub rules: Option<Vec<&'static str>>,
    /// The challenges of the WWW-Authenticate fields.
    pub challenges: Option<Vec<ExpectedChallenge>>,
}

impl ExpectedChallenge {
    /// A challenge as a reader found it.
    pub const fn new(
        scheme: Vec<u8>,
        token68: Option<Vec<u8>>,
        params: Vec<(Vec<u8>, Vec<u8>)>,
    ) -> Self {
        Self { scheme, token68, params }
    }
}

impl Case {
    /// How an outcome differs from what the case expects, in words; empty where it does not.
    ///
    /// `judges` tells which rules the reader knows: a format's own reader leaves those of header
    /// fields to another layer. Of a case without a body only rules and challenges are compared.
    ///
    /// ```
    /// use faultbook_corpus::Outcome;
    ///
    /// let case = faultbook_corpus::case("groove/documented-sample").unwrap();
    /// let outcome = Outcome { verdict: Some("none"), ..Outcome::default() };
    /// let differences = case.differences(&outcome, |_| true);
    /// assert_eq!(differences, ["groove/documented-sample: verdict: none, expected error"]);
    /// ```
    pub fn differences(&self, outcome: &Outcome, judges: impl Fn(&str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        let mut differ = |what: &str, got: String, expected: String| {
            if got != expected {
                found.push(format!("{}: {what}: {got}, expected {expected}", self.id));
            }
        };
        let expect = &self.expect;
        if let Some(rules) = &outcome.rules {
            let expected: Vec<&str> =
                expect.rules.iter().map(String::as_str).filter(|id| judges(id)).collect();
            differ("rules", format!("{rules:?}"), format!("{expected:?}"));
        }
        if let (Some(challenges), Some(expected)) = (&outcome.challenges, &expect.challenges) {
            differ("challenges", format!("{challenges:?}"), format!("{expected:?}"));
        }
        if self.body.is_none() {
            return found;
        }
        if let (Some(verdict), Some(expected)) = (outcome.verdict, expect.verdict) {
            differ("verdict", verdict.to_owned(), expected.as_str().to_owned());
        }
        if let Some(errors) = &outcome.errors {
            let expected: Vec<_> = expect
                .errors
                .iter()
                .map(|error| (error.pointer.clone(), error.codes.clone(), error.members.clone()))
                .collect();
            differ("errors", format!("{errors:?}"), format!("{expected:?}"));
        }
        let expected = match expect.read {
            Read::Accept => Some(true),
            Read::Reject => Some(false),
            Read::Either => None,
        };
        if let (Some(read), Some(expected)) = (outcome.read, expected) {
            differ("read", read.to_string(), expected.to_string());
        }
        found
    }
}
