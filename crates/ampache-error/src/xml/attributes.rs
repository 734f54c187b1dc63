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

use super::characters::{find_in_value, is_space, name_end, space_end};
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

    #[inline]
    fn next(&mut self) -> Option<Attribute<'t>> {
        if self.0.at >= self.0.end { None } else { self.0.next(None) }
    }
}

impl FusedIterator for Attributes<'_> {}

/// An attribute as the grammar has it.
#[derive(Debug)]
pub(super) struct WellFormed {
    pub(super) name: Range<usize>,
    /// Without the quotation marks.
    pub(super) value: Range<usize>,
    /// The first `<` or `&` in the value: whether they may stand there is not looked at.
    pub(super) marked: Option<usize>,
}

impl WellFormed {
    /// Where the attribute ends.
    #[inline]
    pub(super) fn end(&self) -> usize {
        self.value.end + 1
    }
}

/// The attribute that begins at `start` of `text`; `None` where anything is wrong with it.
#[inline]
pub(super) fn well_formed(text: &str, start: usize) -> Option<WellFormed> {
    let bytes = text.as_bytes();
    let name = start..name_end(text, start);
    let equals = space_end(bytes, name.end);
    if name.is_empty() || bytes.get(equals) != Some(&b'=') {
        return None;
    }
    let opening = space_end(bytes, equals + 1);
    let quote = *bytes.get(opening).filter(|&byte| matches!(byte, b'"' | b'\''))?;
    let first = find_in_value(bytes, opening + 1, quote)?;
    if bytes.get(first) == Some(&quote) {
        return Some(WellFormed { name, value: opening + 1..first, marked: None });
    }
    let end = first + memchr::memchr(quote, bytes.get(first..)?)?;
    Some(WellFormed { name, value: opening + 1..end, marked: Some(first) })
}

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

    /// Something else than `expected` stands at `at`. Of a tag that is cut the reader says so
    /// itself.
    #[cold]
    fn report(&self, at: usize, expected: &'static str, faults: Option<&mut Faults<'t>>) {
        if let Some(faults) = faults
            && at < self.text.len()
        {
            faults.push(fault_at(self.text, at, expected));
        }
    }

    /// The next attribute. Reports what breaks the grammar, and goes on as well as it can.
    pub(super) fn next(&mut self, faults: Option<&mut Faults<'t>>) -> Option<Attribute<'t>> {
        let text = part(self.text, 0..self.end);
        let bytes = text.as_bytes();
        let before = self.at;
        let start = space_end(bytes, before);
        self.at = start;
        if start >= self.end {
            return None;
        }
        if before < start
            && let Some(attribute) = well_formed(text, start)
        {
            self.at = attribute.end();
            return Some(Attribute {
                name: part(text, attribute.name.clone()),
                name_span: attribute.name,
                raw: part(text, attribute.value.clone()),
                value_span: attribute.value,
            });
        }
        self.next_broken(text, before, start, faults)
    }

    /// An attribute with which something is wrong. White space stands from `before` to `start`.
    fn next_broken(
        &mut self,
        text: &'t str,
        before: usize,
        start: usize,
        mut faults: Option<&mut Faults<'t>>,
    ) -> Option<Attribute<'t>> {
        let bytes = text.as_bytes();
        let well_formed = name_end(text, start);
        // A name of whatever stands before something that ends it, so that reading can go on.
        let ends =
            |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'/' | b'<');
        let mut end = well_formed;
        while bytes.get(end).is_some_and(|&byte| !ends(byte)) {
            end += 1;
        }
        if well_formed < end || start == end {
            self.report(well_formed, expected::ATTRIBUTE, faults.as_deref_mut());
        } else if before == start {
            self.report(start, expected::SPACE, faults.as_deref_mut());
        }
        if start == end {
            // Nothing that could be an attribute: the rest of the tag is given up.
            self.at = self.end;
            return None;
        }
        self.at = end;
        let name_span = start..end;
        let name = part(text, name_span.clone());

        let equals = space_end(bytes, end);
        if bytes.get(equals) != Some(&b'=') {
            self.report(equals, expected::VALUE, faults);
            return Some(Attribute { name, name_span, raw: "", value_span: end..end });
        }
        let opening = space_end(bytes, equals + 1);

        let quote = bytes.get(opening).filter(|&byte| matches!(byte, b'"' | b'\''));
        let (value_span, after) = if let Some(&quote) = quote {
            let start = opening + 1;
            let inside = bytes.get(start..).unwrap_or_default();
            if let Some(length) = memchr::memchr(quote, inside) {
                (start..start + length, start + length + 1)
            } else {
                let double = quote == b'"';
                let expected = if double { expected::DOUBLE_QUOTE } else { expected::SINGLE_QUOTE };
                self.report(self.end, expected, faults);
                (start..self.end, self.end)
            }
        } else {
            self.report(opening, expected::QUOTE, faults);
            let rest = part(text, opening..text.len());
            let length = rest.find(is_space).unwrap_or(rest.len());
            (opening..opening + length, opening + length)
        };
        self.at = after;
        Some(Attribute { name, name_span, raw: part(text, value_span.clone()), value_span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the grammar accepts is what is read where nothing is taken for granted.
    #[test]
    fn an_attribute_is_the_same_both_ways() {
        for (text, is_well_formed) in [
            ("a='1'", true),
            ("a = \"1'2\" b", true),
            ("é\t=\r\n''/", true),
            ("a='<&amp;' b='&'", true),
            ("a='a value that is longer than most of them'", true),
            ("a='a value that is longer than most of them", false),
            ("a=1", false),
            ("a", false),
            ("a =", false),
            ("1='1'", false),
            ("a×='1'", false),
            ("='1'", false),
        ] {
            let fast = well_formed(text, 0);
            assert_eq!(fast.is_some(), is_well_formed, "{text}");
            let Some(fast) = fast else { continue };
            let mut faults = Faults::new(text);
            let mut scan = Scan::new(text, 0..text.len());
            // White space before it was passed over.
            let slow = scan.next_broken(text, 1, 0, Some(&mut faults)).unwrap();
            assert_eq!((slow.name_span, slow.value_span), (fast.name.clone(), fast.value.clone()));
            assert_eq!(scan.at, fast.end(), "{text}");
            assert_eq!(faults.list(), [], "{text}");
            let marked = text[fast.value.clone()].find(['<', '&']);
            assert_eq!(fast.marked, marked.map(|at| fast.value.start + at), "{text}");
        }
    }
}
