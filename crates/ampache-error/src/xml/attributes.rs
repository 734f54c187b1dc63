//! The attributes of a tag, and the pseudo-attributes of a declaration.
//!
//! ```text
//! [40] STag      ::= '<' Name (S Attribute)* S? '>'
//! [41] Attribute ::= Name Eq AttValue
//! [25] Eq        ::= S? '=' S?
//! [10] AttValue  ::= '"' ([^<&"] | Reference)* '"' | "'" ([^<&'] | Reference)* "'"
//! ```

use std::iter::FusedIterator;
use std::ops::Range;

use super::characters::{is_space, name_length, space_length};
use super::faults::{Faults, expected, fault_at, part};

/// One attribute of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute<'t> {
    /// Its name as written, with a prefix where it has one.
    pub name: &'t str,
    /// The name, in bytes of the text.
    pub name_span: Range<usize>,
    /// Its value as written, without the quotation marks; see
    /// [`attribute_value`](super::attribute_value). Empty where there is none.
    pub raw: &'t str,
    /// The value without the quotation marks, in bytes of the text.
    pub value_span: Range<usize>,
}

/// The attributes of one tag in order, duplicates included: what [`Start::attributes`] gives.
///
/// Where the tag is not well-formed, as much as can be told apart: a value without quotation
/// marks, an attribute without a value.
///
/// [`Start::attributes`]: super::Start::attributes
#[derive(Debug, Clone)]
pub struct Attributes<'t>(pub(super) Scan<'t>);

impl<'t> Iterator for Attributes<'t> {
    type Item = Attribute<'t>;

    fn next(&mut self) -> Option<Attribute<'t>> {
        self.0.next(None)
    }
}

impl FusedIterator for Attributes<'_> {}

/// Reads attributes one by one. What stands in the values is not looked at.
#[derive(Debug, Clone)]
pub(super) struct Scan<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Scan<'t> {
    /// `range` begins right after the name of the tag and ends before `>`, `/>` or `?>`.
    pub(super) fn new(text: &'t str, range: Range<usize>) -> Self {
        Self { text, at: range.start, end: range.end }
    }

    fn rest(&self) -> &'t str {
        part(self.text, self.at..self.end)
    }

    /// Whether this character comes next.
    fn sees(&self, c: char) -> bool {
        self.rest().starts_with(c)
    }

    /// The next attribute. Reports what breaks the grammar, and goes on as well as it can.
    pub(super) fn next(&mut self, mut faults: Option<&mut Faults<'t>>) -> Option<Attribute<'t>> {
        // Of a tag that is cut the reader says so itself.
        let mut report = |at: usize, expected: &'static str| {
            if let Some(faults) = faults.as_deref_mut()
                && at < self.text.len()
            {
                faults.push(fault_at(self.text, at, expected));
            }
        };
        let space = space_length(part(self.text, self.at..self.end));
        self.at += space;
        if self.at >= self.end {
            return None;
        }
        let start = self.at;
        // A name of whatever stands before something that ends it, so that reading can go on.
        let length = self.rest().find(|c| is_space(c) || matches!(c, '=' | '"' | '\'' | '/' | '<'));
        let length = length.unwrap_or(self.end - start);
        let name = part(self.text, start..start + length);
        let well_formed = name_length(name);
        if well_formed < name.len() || name.is_empty() {
            report(start + well_formed, expected::ATTRIBUTE);
        } else if space == 0 {
            report(start, expected::SPACE);
        }
        if name.is_empty() {
            // Nothing that could be an attribute: the rest of the tag is given up.
            self.at = self.end;
            return None;
        }
        self.at += length;
        let name_span = start..self.at;

        let equals = self.at + space_length(self.rest());
        if !part(self.text, equals..self.end).starts_with('=') {
            report(equals, expected::VALUE);
            return Some(Attribute { name, name_span, raw: "", value_span: self.at..self.at });
        }
        self.at = equals + 1;
        self.at += space_length(self.rest());

        let quote = ['"', '\''].into_iter().find(|&quote| self.sees(quote));
        let (value_span, after) = if let Some(quote) = quote {
            let start = self.at + 1;
            let inside = part(self.text, start..self.end);
            if let Some(length) = memchr::memchr(quote as u8, inside.as_bytes()) {
                (start..start + length, start + length + 1)
            } else {
                let double = quote == '"';
                report(
                    self.end,
                    if double { expected::DOUBLE_QUOTE } else { expected::SINGLE_QUOTE },
                );
                (start..self.end, self.end)
            }
        } else {
            report(self.at, expected::QUOTE);
            let length = self.rest().find(is_space).unwrap_or(self.rest().len());
            (self.at..self.at + length, self.at + length)
        };
        self.at = after;
        Some(Attribute { name, name_span, raw: part(self.text, value_span.clone()), value_span })
    }
}
