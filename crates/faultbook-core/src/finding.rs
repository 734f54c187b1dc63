//! One difference between a response and what its document promises.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;

use crate::{Limits, Rule, common};

/// Where a finding points.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// The input that the response was recorded in.
    Input {
        /// A byte of the input, once that is decompressed.
        offset: u64,
    },
    /// The status of the response.
    Status,
    /// A header field line.
    Field {
        /// Its index among the response's field lines, from 0.
        index: usize,
        /// Its name as received.
        name: String,
        /// Bytes of the field's value.
        span: Range<usize>,
    },
    /// A part of the body.
    Body {
        /// Bytes of the body; empty where something is missing.
        span: Range<usize>,
        /// JSON Pointer (RFC 6901) or XML path of the value that is meant, where there is one
        /// and it is no longer than 4,096 bytes.
        pointer: Option<Cow<'static, str>>,
    },
}

impl Place {
    /// A span of the body that has no pointer.
    pub const fn body(span: Range<usize>) -> Self {
        Self::Body { span, pointer: None }
    }

    /// A span of the body and the value it belongs to.
    pub fn value(span: Range<usize>, pointer: Option<impl Into<Cow<'static, str>>>) -> Self {
        Self::Body { span, pointer: pointer.map(Into::into) }
    }

    /// The order of a report: what is said of the input first, then the status, then header fields, then the body, each from its
    /// beginning.
    pub fn cmp_position(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }

    fn order(&self) -> (u8, u64, usize, usize, usize) {
        match self {
            Self::Input { offset } => (0, *offset, 0, 0, 0),
            Self::Status => (1, 0, 0, 0, 0),
            Self::Field { index, span, .. } => (2, 0, *index, span.start, span.end),
            Self::Body { span, .. } => (3, 0, 0, span.start, span.end),
        }
    }
}

/// A rule that a response breaks, with the place, what stood there and what is documented.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// Where.
    pub place: Place,
    /// What stood there, as a phrase.
    pub received: String,
    /// What the document says: the rule's promise, or more exactly where that is known.
    pub documented: String,
    /// Where the document says so: the rule's source, or more exactly where that is known.
    pub source: &'static str,
    /// What to do, where there is more to say.
    pub help: Option<String>,
}

impl Finding {
    /// The rule was broken at this place.
    pub fn new(rule: &'static Rule, place: Place, received: impl Into<String>) -> Self {
        Self {
            rule,
            place,
            received: received.into(),
            documented: rule.promise(),
            source: rule.source,
            help: None,
        }
    }

    /// The same finding with what the document says of this very case.
    pub fn documented(self, documented: impl Into<String>) -> Self {
        Self { documented: documented.into(), ..self }
    }

    /// The same finding with the very section that says so.
    pub fn source(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    /// The same finding with a hint what to do.
    pub fn help(self, help: impl Into<Option<String>>) -> Self {
        Self { help: help.into(), ..self }
    }
}

/// Collects findings: at most as many as [`Limits::findings`] says; past that they are counted.
#[derive(Debug, Clone)]
pub struct Findings {
    list: Vec<Finding>,
    limit: usize,
    more: usize,
}

impl Findings {
    /// Nothing found yet.
    #[inline]
    pub const fn new(limits: &Limits) -> Self {
        Self { list: Vec::new(), limit: limits.findings, more: 0 }
    }

    /// How many findings are kept.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// Whether a further finding would only be counted: a caller may save itself the text.
    pub fn is_full(&self) -> bool {
        self.list.len() >= self.limit
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        if self.is_full() {
            self.more += 1;
        } else {
            self.list.push(finding);
        }
    }

    /// Adds findings that were only counted elsewhere.
    pub fn count_more(&mut self, more: usize) {
        self.more += more;
    }

    /// Nothing found, and nothing left out.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.list.is_empty() && self.more == 0
    }

    /// What was found so far, in the order of finding.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.list.iter()
    }

    /// The same, to add to what was said of them.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.list.iter_mut()
    }

    /// Everything found, sorted by place: status, header fields, body. Where more was found
    /// than the limit allows, the last one is [`common::LIMIT`] and says how many are left out.
    #[inline]
    pub fn finish(self) -> Vec<Finding> {
        if self.is_empty() { self.list } else { self.sorted() }
    }

    fn sorted(mut self) -> Vec<Finding> {
        self.list.sort_by(|a, b| a.place.cmp_position(&b.place).then(a.rule.id.cmp(b.rule.id)));
        if self.more > 0 {
            let place = self.list.last().map_or(Place::Status, |last| last.place.clone());
            self.list.push(
                Finding::new(
                    &common::LIMIT,
                    place,
                    format!("{} more findings in this response", self.more),
                )
                .documented(format!("at most {} findings are shown for one response", self.limit)),
            );
        }
        self.list
    }
}

/// Whether rules find nothing. They are not asked about what most responses are; where debug
/// assertions are on, that is held against them.
#[doc(hidden)]
pub fn __nothing_found(rules: impl FnOnce(&mut Findings)) -> bool {
    let mut findings = Findings::new(&Limits::default());
    rules(&mut findings);
    findings.is_empty()
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        for finding in findings {
            self.push(finding);
        }
    }
}

/// Shortens a text from the network for a message: at most 60 characters, no control characters,
/// in backticks.
pub fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut out = String::from("`");
    for (count, c) in text.chars().enumerate() {
        if count == MOST {
            out.push('…');
            break;
        }
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out.push('`');
    out
}

/// A list of names for a message: `a`, `b` and `c`; past eight, how many more.
pub fn listed<'a>(names: impl IntoIterator<Item = Cow<'a, str>>) -> String {
    listed_and(names, 0)
}

/// The same, and `more` names that were counted and not kept.
pub(crate) fn listed_and<'a>(names: impl IntoIterator<Item = Cow<'a, str>>, more: usize) -> String {
    const MOST: usize = 8;
    let mut names = names.into_iter();
    let mut shown: Vec<String> = names.by_ref().take(MOST).map(|name| quoted(&name)).collect();
    let more = more + names.count();
    if more > 0 {
        shown.push(format!("{more} more"));
    }
    match shown.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}
