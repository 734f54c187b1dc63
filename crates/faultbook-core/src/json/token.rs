//! What a reader gives.

use std::ops::Range;

use super::Text;

/// One token of a document and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is, and its text where it has one.
    pub kind: Kind<'a>,
    /// Where it stands, in bytes of the body: a string or name with its quotes, of a container
    /// the one bracket.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// The name of a member; its value comes next.
    Name(Text<'a>),
    /// A string that is a value.
    String(Text<'a>),
    /// A number as written (RFC 8259 section 6), of any size and precision.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

/// What [`Reader::advance`](super::Reader::advance) has read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `{`
    ObjectStart,
    /// `}`
    ObjectEnd,
    /// `[`
    ArrayStart,
    /// `]`
    ArrayEnd,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`
    True,
    /// `false`
    False,
    /// `null`
    Null,
    /// The end of the document, which is complete.
    End,
    /// Something that the grammar does not allow: [`Reader::fault`](super::Reader::fault) tells.
    Failed,
}

impl Step {
    /// Whether a value was read that is no container.
    #[inline]
    pub(super) const fn is_scalar(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::True | Self::False | Self::Null)
    }
}
