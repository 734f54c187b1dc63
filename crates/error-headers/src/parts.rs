//! What a field value says, part by part: no list of it is made, so that nothing is allocated.

#![expect(clippy::inline_always, reason = "a value that is not inlined here is copied: measured")]

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::challenge::as_text;
use crate::deviation::Deviation;
use crate::read::{Reader, Sink};
use crate::{AuthParam, Class};

/// A part of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part<'a> {
    /// A challenge begins, with this scheme: empty where parameters stood before any scheme.
    Scheme(Word<'a>),
    /// The token68 of the challenge that began last.
    Token68(Word<'a>),
    /// A parameter of the challenge that began last.
    Param(AuthParam<'a>),
}

/// A scheme or a token68, and where it stood. Equality is of the text, case included.
#[derive(Clone)]
pub struct Word<'a> {
    text: Cow<'a, [u8]>,
    span: Range<usize>,
}

impl Word<'_> {
    /// The word as received. Bytes that are no UTF-8 are replaced by U+FFFD.
    #[inline]
    pub fn as_str(&self) -> &str {
        as_text(&self.text)
    }

    /// Whether this is the word; case does not matter, as for a scheme (RFC 9110 section 11.1).
    #[inline]
    pub fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word.as_bytes())
    }

    /// Where it stood, in bytes of the field value.
    pub const fn span(&self) -> Range<usize> {
        self.span.start..self.span.end
    }
}

impl PartialEq for Word<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Word<'_> {}

impl fmt::Debug for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Word").field("text", &self.as_str()).field("span", &self.span).finish()
    }
}

/// Reads the value of one WWW-Authenticate (or Proxy-Authenticate) field line, and tells each part
/// of it as it is read.
///
/// The parts say what [`read_challenges`](crate::read_challenges) says, by the same reader, but
/// nothing is kept: nothing is allocated unless a value holds an escape or a line fold. Gives the
/// first fault of syntax ([`Class::Syntax`]); what is merely tolerated, names that stand twice, and
/// what RFC 6750 forbids is not judged.
///
/// ```
/// use error_headers::{Part, visit_challenges};
///
/// let (mut is_basic, mut realm) = (false, None);
/// let fault = visit_challenges(br#"Negotiate, Basic realm="files", Bearer"#, |part| match part {
///     Part::Scheme(scheme) => is_basic = scheme.is("Basic"),
///     Part::Param(param) if is_basic && param.is_name("realm") => realm = Some(param),
///     _ => {}
/// });
/// assert_eq!(fault, None);
/// assert_eq!(realm.as_ref().and_then(|realm| realm.as_str()), Some("files"));
/// ```
#[inline]
pub fn visit_challenges<'a>(value: &'a [u8], visit: impl FnMut(Part<'a>)) -> Option<Deviation<'a>> {
    let mut visitor = Visitor { visit, token68: None, fault: None };
    Reader::new(value, &mut visitor).list();
    visitor.flush();
    visitor.fault
}

struct Visitor<'a, F> {
    visit: F,
    /// Kept until what follows is known: it may be a parameter after all.
    token68: Option<Word<'a>>,
    fault: Option<Deviation<'a>>,
}

impl<'a, F: FnMut(Part<'a>)> Visitor<'a, F> {
    #[inline(always)]
    fn flush(&mut self) {
        if self.token68.is_some() {
            self.tell_token68();
        }
    }

    #[inline(never)]
    fn tell_token68(&mut self) {
        if let Some(word) = self.token68.take() {
            (self.visit)(Part::Token68(word));
        }
    }
}

impl<'a, F: FnMut(Part<'a>)> Sink<'a> for Visitor<'a, F> {
    const JUDGES: bool = false;

    #[inline(always)]
    fn challenge(&mut self, text: Cow<'a, [u8]>, _: bool, span: Range<usize>) {
        self.flush();
        (self.visit)(Part::Scheme(Word { text, span }));
    }

    fn token68(&mut self, text: Option<(Cow<'a, [u8]>, Range<usize>)>) {
        self.token68 = text.map(|(text, span)| Word { text, span });
    }

    #[inline(always)]
    fn param(&mut self, param: AuthParam<'a>) {
        self.flush();
        (self.visit)(Part::Param(param));
    }

    fn deviation(&mut self, deviation: Deviation<'a>) {
        // They come in the order of the reading, which is not always that of their places.
        if deviation.class() == Class::Syntax
            && self.fault.as_ref().is_none_or(|first| deviation.span.start < first.span.start)
        {
            self.fault = Some(deviation);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::read::tests::almost_fields;
    use crate::read_challenges;

    /// What is visited, as it stands in what is read.
    fn holds(value: &[u8]) {
        let reading = read_challenges(value);
        let mut visited = Vec::new();
        let fault = visit_challenges(value, |part| visited.push(format!("{part:?}")));
        let mut expected = Vec::new();
        for challenge in &reading.challenges {
            let word = |text: &str, span: Range<usize>| Word {
                text: Cow::Owned(text.as_bytes().to_vec()),
                span,
            };
            let scheme = word(challenge.scheme(), challenge.scheme_span());
            expected.push(format!("{:?}", Part::Scheme(scheme)));
            if let (Some(text), Some(span)) = (challenge.token68(), challenge.token68_span()) {
                expected.push(format!("{:?}", Part::Token68(word(text, span))));
            }
            let params = challenge.params().iter().cloned();
            expected.extend(params.map(|param| format!("{:?}", Part::Param(param))));
        }
        assert_eq!(visited, expected, "{}", value.escape_ascii());
        let first = reading.deviations.iter().find(|it| it.class() == Class::Syntax);
        assert_eq!(
            fault.map(|fault| fault.span()),
            first.map(Deviation::span),
            "{}",
            value.escape_ascii()
        );
    }

    #[test]
    fn parts_are_what_is_read() {
        for value in [
            &b""[..],
            b"Negotiate",
            b"Negotiate YWJj==, Bearer realm=\"a\", error=x",
            // A token68 that was a parameter, and one that was none.
            b"Bearer realm=, error=\"a\"",
            b"Bearer a/=, error=\"a\"",
            b"A YQ=, B YQ=",
            b"realm=\"a\"",
            b"A b=\"c\\\"d\", {B} c=\xFF, \xFF d=e",
        ] {
            holds(value);
        }
    }

    proptest! {
        #[test]
        fn parts_of_anything_are_what_is_read(value in almost_fields()) {
            holds(&value);
        }
    }
}
