//! What reading and judging give.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::{Fault, Finding};

/// What a response turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// One or more errors were read.
    Error,
    /// It carries no error.
    None,
    /// It should carry one, by its status or by its shape, and it cannot be read.
    Malformed,
}

impl Verdict {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Error, Self::None, Self::Malformed];

    /// `error`, `none` or `malformed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::None => "none",
            Self::Malformed => "malformed",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An error and where in the body it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Located<E> {
    /// JSON Pointer of the error object, or its XML path; borrowed where the document says it.
    /// `None` where it is longer than 4,096 bytes.
    pub pointer: Option<Cow<'static, str>>,
    /// The error object, in bytes of the body.
    pub span: Range<usize>,
    /// The error.
    pub error: E,
}

/// A response, judged: what it is, the errors it carries, and how it differs from the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement<E> {
    /// What the response is.
    pub verdict: Verdict,
    /// Every error that could be read: those of items in the order of the body, and where the body
    /// has one of its own, that one among them or before them, as the format says.
    pub errors: Vec<Located<E>>,
    /// Every difference from the document, sorted by place.
    pub findings: Vec<Finding>,
}

/// How sure a format is that a body is one of its own: what the choice of a service rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Nothing of the format's shape was seen.
    No,
    /// The shape is that of the format, but another service could have sent it too.
    Shape,
    /// Member names that only this format has, or a code of its table in its shape.
    Sure,
}

/// Why no error could be read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ReadError {
    /// The body could not be read far enough to find the code.
    Fault(Fault),
    /// The body could be read, and there is no error with a code in it.
    Absent {
        /// Where it should stand, in bytes of the body.
        span: Range<usize>,
        /// What should stand there.
        expected: &'static str,
    },
}

impl ReadError {
    /// Where, in bytes of the body.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Fault(fault) => fault.span(),
            Self::Absent { span, .. } => span.clone(),
        }
    }

    /// What could have stood there.
    pub fn expected(&self) -> &'static str {
        match self {
            Self::Fault(fault) => fault.expected(),
            Self::Absent { expected, .. } => expected,
        }
    }
}

impl From<Fault> for ReadError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault(fault) => fault.fmt(f),
            Self::Absent { span, expected } => {
                write!(f, "no error at byte {}, expected {expected}", span.start)
            }
        }
    }
}

impl std::error::Error for ReadError {}
