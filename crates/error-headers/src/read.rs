//! Reads WWW-Authenticate and Proxy-Authenticate fields.
//!
//! ```text
//! WWW-Authenticate = #challenge                                        RFC 9110 11.6.1
//! challenge        = auth-scheme [ 1*SP ( token68 / #auth-param ) ]    RFC 9110 11.3
//! auth-scheme      = token                                             RFC 9110 11.1
//! auth-param       = token BWS "=" BWS ( token / quoted-string )       RFC 9110 11.2
//! token68          = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
//! #element         = [ element ] *( OWS "," OWS [ element ] )          RFC 9110 5.6.1.2
//! quoted-string    = DQUOTE *( qdtext / quoted-pair ) DQUOTE           RFC 9110 5.6.4
//! OWS, BWS         = *( SP / HTAB )                                    RFC 9110 5.6.3
//! obs-fold         = OWS CRLF 1*( SP / HTAB )                          RFC 9112 5.2
//! ```
//!
//! What follows from it, where it is not plain to see:
//!
//! - The comma separates challenges and parameters alike. A word with `=` behind it is a
//!   parameter of the challenge before it, any other word is a scheme. So `Bearer realm="a", stale`
//!   is two challenges, and nothing is wrong with it.
//! - The list of parameters may begin with an empty element, but a space stands before the list.
//!   So `Bearer , realm="a"` is one challenge with an empty element in it, which readers must
//!   accept; in `Bearer, realm="a"` the comma ends the challenge, and no challenge begins with a
//!   parameter.
//! - One word after a scheme is a token68, and so is `realm=`: nothing is wrong with
//!   `Negotiate Bearer` or with `Bearer realm=`. But in `Bearer realm=, error="a"` the word cannot
//!   be a token68, since parameters follow: it is a parameter without a value.
//! - Any number of spaces may stand between a scheme and what belongs to it, but no tab.
//! - Nothing at all is a list of no challenges.
//!
//! What reading makes of a broken field:
//!
//! - A parameter belongs to the last scheme before it, whatever stands between; one before any
//!   scheme to a challenge whose scheme is empty.
//! - Where a comma is missing, a token followed by a parameter is a scheme (`null Bearer error="a"`
//!   has two); any other word is passed over, so that an unquoted value with spaces in it makes no
//!   challenges of its words.
//! - A quoted string without its closing quote goes on to the end. An unquoted value goes on to
//!   the next comma or white space, whatever is in it.
//! - A parameter that follows a quoted string, with or without a scheme before it, lacks only its
//!   comma. Anything else behind a quoted string (`realm="my "quoted" realm"`) is passed over as
//!   one fault: to the first quote with a comma or the end behind it, since the string was meant
//!   to go on to there, unless a comma with a whole parameter behind it comes first. Where neither
//!   comes, to the first comma after the last quote, or to the end.
//! - Around a scheme, characters that no token holds are passed over (`{Bearer}`, `Bearer:`).
//! - A control character stays in the value it stands in; a line end elsewhere counts as white
//!   space.

#![expect(clippy::inline_always, reason = "a value that is not inlined here is copied: measured")]

use std::borrow::Cow;
use std::ops::Range;

use crate::bearer::Attribute;
use crate::bytes::{
    QDTEXT, QUOTABLE, TCHAR, TOKEN68, VALUE_END, WORD_END, char_length, is, is_word, plain_run,
    run, run_until,
};
use crate::challenge::{Form, duplicates};
use crate::deviation::{Deviation, Problem};
use crate::{AuthParam, Bearer, Challenge, Found};

/// What one field value says, and where it differs from its grammar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The challenges in order.
    pub challenges: Vec<Challenge<'a>>,
    /// Where the value differs from its grammar, in order of place.
    pub deviations: Vec<Deviation<'a>>,
}

impl<'a> Reading<'a> {
    /// The first challenge of this scheme; case does not matter.
    pub fn challenge(&self, scheme: &str) -> Option<&Challenge<'a>> {
        self.challenges.iter().find(|challenge| challenge.is_scheme(scheme))
    }

    /// What the first Bearer challenge says.
    pub fn bearer(&self) -> Option<Bearer<'_>> {
        self.challenges.iter().find_map(Challenge::bearer)
    }
}

/// Reads the value of one WWW-Authenticate (or Proxy-Authenticate) field line.
///
/// Every challenge and parameter that can be understood is returned, whatever else is wrong; what
/// is wrong is in [`Reading::deviations`]. Spans are bytes of `value`. Time and memory are linear
/// in its length, and no value is copied unless it holds an escape or a line fold.
///
/// A message may carry several such fields: read each one by itself. A challenge does not go on in
/// the next field line.
///
/// ```
/// use error_headers::read_challenges;
///
/// let reading = read_challenges(br#"Negotiate, Bearer realm="a", error="invalid_token""#);
/// assert_eq!(reading.deviations, []);
/// let bearer = reading.challenge("bearer").expect("two challenges were read");
/// let error = bearer.param("error").expect("a parameter of the second");
/// assert_eq!(error.text(), "invalid_token");
/// assert_eq!(error.value_span(), 36..49);
/// ```
pub fn read_challenges(value: &[u8]) -> Reading<'_> {
    let mut reading = Reading::default();
    let mut collect = Collect { value, reading: &mut reading, names: 0, duplicates: false };
    Reader::new(value, &mut collect).list();
    collect.close_challenge();
    if !reading.deviations.is_empty() {
        reading.deviations.sort_by_key(|deviation| deviation.span.start);
    }
    reading
}

/// Who is told what was read.
pub(crate) trait Sink<'a> {
    /// Whether deviations are of interest; else the reader saves itself what only judges.
    const JUDGES: bool;

    /// A challenge begins. The scheme is UTF-8, as the token68 and the names of parameters are.
    fn challenge(&mut self, scheme: Cow<'a, [u8]>, is_bearer: bool, span: Range<usize>);

    /// The challenge that began last has a token68, or `None`: it was a parameter after all.
    fn token68(&mut self, text: Option<(Cow<'a, [u8]>, Range<usize>)>);

    /// A parameter of the challenge that began last.
    fn param(&mut self, param: AuthParam<'a>);

    /// Something is wrong.
    fn deviation(&mut self, deviation: Deviation<'a>);

    /// Whether what follows is of no interest.
    fn is_done(&self) -> bool {
        false
    }
}

/// Puts a [`Reading`] together.
struct Collect<'a, 'r> {
    value: &'a [u8],
    reading: &'r mut Reading<'a>,
    /// A bit for each name in the challenge that began last. Names that are the same, but for
    /// case, have the same bit.
    names: u64,
    /// Two names in it have the same bit.
    duplicates: bool,
}

impl<'a> Sink<'a> for Collect<'a, '_> {
    const JUDGES: bool = true;

    #[inline(always)]
    fn challenge(&mut self, scheme: Cow<'a, [u8]>, _: bool, span: Range<usize>) {
        self.close_challenge();
        let challenges = &mut self.reading.challenges;
        if challenges.capacity() == 0 {
            *challenges = Vec::with_capacity(4);
        }
        // What is new is filled in where it stands: put together elsewhere it would be copied.
        challenges.push(Challenge::EMPTY);
        if let Some(challenge) = challenges.last_mut() {
            challenge.scheme = scheme;
            challenge.end = span.end;
            challenge.scheme_span = span;
        }
    }

    fn token68(&mut self, text: Option<(Cow<'a, [u8]>, Range<usize>)>) {
        let Some(challenge) = self.reading.challenges.last_mut() else { return };
        challenge.token68 = text.map(|(text, span)| {
            challenge.end = span.end;
            challenge.token68_span = span;
            text
        });
    }

    #[inline(always)]
    fn param(&mut self, param: AuthParam<'a>) {
        let Some(challenge) = self.reading.challenges.last_mut() else { return };
        let bit = 1 << (name_bits(&param.name) & 63);
        self.duplicates |= self.names & bit != 0;
        self.names |= bit;
        challenge.end = param.span().end;
        challenge.params.push(param);
    }

    fn deviation(&mut self, deviation: Deviation<'a>) {
        self.reading.deviations.push(deviation);
    }
}

impl Collect<'_, '_> {
    /// Looks for names that stand twice in the challenge that ends here.
    #[inline]
    fn close_challenge(&mut self) {
        self.names = 0;
        if std::mem::take(&mut self.duplicates) {
            self.tell_duplicates();
        }
    }

    #[inline(never)]
    fn tell_duplicates(&mut self) {
        let Some(challenge) = self.reading.challenges.last() else { return };
        for (first, again) in duplicates(&challenge.params) {
            let (Some(first), Some(again)) =
                (challenge.params.get(first), challenge.params.get(again))
            else {
                continue;
            };
            self.reading.deviations.push(Deviation {
                problem: Problem::DuplicateParameter,
                span: again.name_span.clone(),
                related: Some(first.name_span.clone()),
                found: Found::Again(self.value.get(again.name_span.clone()).unwrap_or_default()),
            });
        }
    }
}

/// A number that is the same for names that differ in case only, and mostly another for others.
#[inline]
fn name_bits(name: &[u8]) -> usize {
    let [first, .., last] = name else { return 0 };
    let small = |byte: u8| usize::from(byte | 0x20);
    name.len() + 5 * small(*first) + small(*last)
}

/// Where the line fold that begins at `at` ends: CRLF and white space. `None` where none begins.
pub(crate) fn fold_end(value: &[u8], at: usize) -> Option<usize> {
    let rest = value.get(at..)?.strip_prefix(b"\r\n")?;
    let blank = rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    (blank > 0).then_some(at + 2 + blank)
}

/// What stood last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing but strays.
    Start,
    /// A scheme. `open`: a space stood between it and the first comma, so that a list of its
    /// parameters may have begun.
    Scheme { open: bool },
    /// A parameter, a token68 or a stray.
    Item,
}

/// The commas since the last item.
#[derive(Default)]
struct Commas {
    count: usize,
    first: usize,
    second: usize,
    end: usize,
}

/// White space that was passed over.
struct Gap {
    span: Range<usize>,
    /// It holds a line fold, which stands for a space together with the white space around it.
    folded: bool,
    /// It holds a line end that is no fold.
    broken: bool,
}

/// A run of bytes up to white space, `,`, `=`, `"` or the end.
struct Word {
    span: Range<usize>,
    /// The first byte that is no `tchar`.
    bad: Option<usize>,
}

impl Word {
    const fn is_token(&self) -> bool {
        self.bad.is_none() && self.span.start < self.span.end
    }
}

/// What is known of the challenge that began last.
struct Current {
    is_bearer: bool,
    /// Where its token68 stands.
    token68: Option<Range<usize>>,
    has_params: bool,
}

/// Reads a field value and tells a [`Sink`].
pub(crate) struct Reader<'a, 's, S> {
    value: &'a [u8],
    at: usize,
    place: Place,
    commas: Commas,
    /// A stray stands before this place: what is missing between was told with it.
    after_stray: bool,
    /// A list element stands before this place, if only a stray: a comma separates it.
    begun: bool,
    /// The quoted string that stands before this place, with its quotes.
    closed: Option<Range<usize>>,
    /// The challenge that began last.
    current: Option<Current>,
    /// [`plain_element`](Self::plain_element) may read what stands here: nothing stands before it,
    /// or one comma with an element before that.
    plain: bool,
    sink: &'s mut S,
}

impl<'a, 's, S: Sink<'a>> Reader<'a, 's, S> {
    #[inline]
    pub(crate) fn new(value: &'a [u8], sink: &'s mut S) -> Self {
        Self {
            value,
            at: 0,
            place: Place::Start,
            commas: Commas::default(),
            after_stray: false,
            begun: false,
            closed: None,
            current: None,
            plain: true,
            sink,
        }
    }

    #[inline]
    fn byte(&self, at: usize) -> Option<u8> {
        self.value.get(at).copied()
    }

    #[inline]
    fn slice(&self, span: Range<usize>) -> &'a [u8] {
        self.value.get(span).unwrap_or_default()
    }

    /// A scheme, a name or a token68 as UTF-8.
    fn lossy(&self, span: Range<usize>) -> Cow<'a, [u8]> {
        let bytes = self.slice(span);
        match std::str::from_utf8(bytes) {
            Ok(_) => Cow::Borrowed(bytes),
            Err(_) => Cow::Owned(String::from_utf8_lossy(bytes).into_owned().into_bytes()),
        }
    }

    #[cold]
    fn deviate(&mut self, problem: Problem, span: Range<usize>) {
        let found = Found::Text(self.slice(span.clone()));
        self.deviate_with(problem, span, found);
    }

    #[cold]
    fn deviate_with(&mut self, problem: Problem, span: Range<usize>, found: Found<'a>) {
        self.sink.deviation(Deviation { problem, span, related: None, found });
    }

    /// A deviation at the character that stands at `at`, or at the end.
    #[cold]
    fn deviate_at(&mut self, problem: Problem, at: usize) {
        match char_length(self.value, at) {
            0 => self.deviate_with(problem, at..at, Found::End),
            length => self.deviate(problem, at..at + length),
        }
    }

    /// Reads all, or up to where the sink has enough.
    #[inline]
    pub(crate) fn list(mut self) {
        while !self.sink.is_done() && self.step() {}
    }

    /// `#challenge`, with the elements of `#auth-param` in the same loop: the comma that separates
    /// them is the same. Reads on by a comma or a part of a challenge at least; false at the end.
    #[inline]
    fn step(&mut self) -> bool {
        if std::mem::take(&mut self.plain)
            && let Some(goes_on) = self.plain_element()
        {
            return goes_on;
        }
        self.any_element()
    }

    /// Whatever stands here.
    #[inline(never)]
    fn any_element(&mut self) -> bool {
        let gap = self.gap();
        match self.byte(self.at) {
            None => {
                // At the end no comma separates anything.
                self.flush_commas(0);
                return false;
            }
            Some(b',') => {
                if self.commas.count == 0 && matches!(self.place, Place::Scheme { .. }) {
                    let open = gap.folded || self.byte(gap.span.start) == Some(b' ');
                    self.place = Place::Scheme { open };
                }
                match self.commas.count {
                    0 => self.commas.first = self.at,
                    1 => self.commas.second = self.at,
                    _ => {}
                }
                self.at += 1;
                self.commas.count += 1;
                self.commas.end = self.at;
                self.after_stray = false;
                self.plain = self.begun && self.commas.count == 1;
            }
            Some(byte) => {
                if self.commas.count == 0 && matches!(self.place, Place::Scheme { .. }) {
                    self.one_or_more_spaces(&gap);
                }
                self.item(byte);
            }
        }
        true
    }

    /// A list element as writers should send it, with one comma behind it or the end, and nothing
    /// to tell but what is wrong with a value. Stands behind the comma, or before what
    /// [`item`](Self::item) has to look at, which would read this element just so. Tells whether
    /// something may follow; `None` where nothing was read.
    #[inline(always)]
    fn plain_element(&mut self) -> Option<bool> {
        let start = self.blank_end(self.at);
        let end = run(self.value, start, TCHAR);
        if start == end {
            return None;
        }
        let name = match self.byte(end) {
            Some(b'=') => {
                if self.place != Place::Item || !self.takes_params() || !self.begins_value(end + 1)
                {
                    return None;
                }
                start..end
            }
            Some(b' ') if self.byte(end + 1).is_some_and(|byte| is(byte, TCHAR)) => {
                self.plain_scheme(start..end);
                let next = end + 1;
                let end = run(self.value, next, TCHAR);
                if self.byte(end) != Some(b'=') || !self.begins_value(end + 1) {
                    return Some(!self.plain_token68(next) || self.plain_comma());
                }
                next..end
            }
            None | Some(b',') => {
                self.plain_scheme(start..end);
                return Some(self.plain_comma());
            }
            Some(_) => return None,
        };
        self.begun = true;
        self.commas.count = 0;
        self.closed = None;
        self.at = name.end + 1;
        self.value_of(Cow::Borrowed(self.slice(name.clone())), name, self.at);
        Some(self.plain_comma())
    }

    /// Whether a parameter in the list would be one of the challenge that began last, and nothing
    /// wrong with it.
    #[inline]
    fn takes_params(&self) -> bool {
        self.current.as_ref().is_some_and(|it| it.token68.is_none() || it.has_params)
    }

    /// Whether a quoted string begins at `at`, or a token.
    #[inline]
    fn begins_value(&self, at: usize) -> bool {
        self.byte(at).is_some_and(|byte| byte == b'"' || is(byte, TCHAR))
    }

    /// A scheme that is a token, with nothing wrong before it. Stands behind it.
    #[inline]
    fn plain_scheme(&mut self, span: Range<usize>) {
        self.begun = true;
        self.commas.count = 0;
        self.closed = None;
        self.at = span.end;
        self.place = Place::Scheme { open: false };
        self.challenge(Cow::Borrowed(self.slice(span.clone())), span);
    }

    /// `token68`, if one stands at `start` with a comma or the end directly behind it. Stands
    /// behind it.
    #[inline(never)]
    fn plain_token68(&mut self, start: usize) -> bool {
        let mut end = run(self.value, start, TOKEN68);
        if end == start {
            return false;
        }
        while self.byte(end) == Some(b'=') {
            end += 1;
        }
        if !matches!(self.byte(end), None | Some(b',')) {
            return false;
        }
        let text = Cow::Borrowed(self.slice(start..end));
        self.has_token68(text, start..end);
        true
    }

    fn has_token68(&mut self, text: Cow<'a, [u8]>, span: Range<usize>) {
        if let Some(current) = &mut self.current {
            current.token68 = Some(span.clone());
        }
        self.at = span.end;
        self.place = Place::Item;
        self.after_stray = false;
        self.sink.token68(Some((text, span)));
    }

    /// Directly behind an element: its comma, if one stands here. False at the end.
    #[inline(always)]
    fn plain_comma(&mut self) -> bool {
        let first = self.at;
        match self.byte(first) {
            None => return false,
            Some(b',') => {
                self.at += 1;
                self.commas.count = 1;
                self.commas.first = first;
                self.commas.end = self.at;
                self.after_stray = false;
                self.plain = true;
            }
            Some(_) => {}
        }
        true
    }

    /// `1*SP` after a scheme. A line fold stands for spaces, with the white space around it.
    fn one_or_more_spaces(&mut self, gap: &Gap) {
        if gap.folded || gap.broken {
            return;
        }
        if let Some(tab) = self.slice(gap.span.clone()).iter().position(|&byte| byte == b'\t') {
            self.deviate_at(Problem::TabAfterScheme, gap.span.start + tab);
        }
    }

    /// `OWS`, with line folds in it. Stands after it.
    #[inline]
    fn gap(&mut self) -> Gap {
        let start = self.at;
        self.at = self.blank_end(start);
        match self.byte(self.at) {
            Some(b'\r' | b'\n') => self.gap_with_line_ends(start),
            _ => Gap { span: start..self.at, folded: false, broken: false },
        }
    }

    /// The rest of a gap, from its first line end on.
    #[cold]
    fn gap_with_line_ends(&mut self, start: usize) -> Gap {
        let (mut folded, mut broken) = (false, false);
        while let Some(b'\r' | b'\n') = self.byte(self.at) {
            let line_end = self.at;
            if let Some(end) = fold_end(self.value, self.at) {
                folded = true;
                self.at = end;
                let found = Found::Phrase("a line fold");
                self.deviate_with(Problem::LineFold, line_end..end, found);
            } else {
                broken = true;
                while matches!(self.byte(self.at), Some(b'\r' | b'\n'))
                    && fold_end(self.value, self.at).is_none()
                {
                    self.at += 1;
                }
                self.deviate(Problem::ControlCharacter, line_end..self.at);
                self.at = self.blank_end(self.at);
            }
        }
        Gap { span: start..self.at, folded, broken }
    }

    /// Where the spaces and tabs that begin at `from` end.
    #[inline]
    fn blank_end(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(b' ' | b'\t') = self.byte(at) {
            at += 1;
        }
        at
    }

    /// Where the white space that begins at `from` ends, line ends included. Tells nothing.
    #[inline]
    fn gap_end(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.byte(at) {
            at += 1;
        }
        at
    }

    fn word(&self, start: usize) -> Word {
        let end = run(self.value, start, TCHAR);
        match self.byte(end) {
            Some(byte) if !is(byte, WORD_END) => {
                Word { span: start..run_until(self.value, end, WORD_END), bad: Some(end) }
            }
            _ => Word { span: start..end, bad: None },
        }
    }

    /// A scheme, a parameter, a token68, or what is none of them. `byte` is the first of it: no
    /// white space and no comma.
    #[inline(never)]
    fn item(&mut self, byte: u8) {
        if let Some(string) = self.closed.take()
            && self.commas.count == 0
            && !self.is_element_without_comma(self.at)
        {
            return self.text_after_string(string);
        }
        let first_of_scheme = matches!(self.place, Place::Scheme { .. }) && self.commas.count == 0;
        let word = self.word(self.at);
        if !is(byte, TCHAR) && !self.slice(word.span.clone()).iter().any(|&byte| is(byte, TCHAR)) {
            // `/` belongs to a token68 and to no token.
            if first_of_scheme && byte == b'/' && self.is_token68(&word) {
                return;
            }
            let end = match byte {
                b'"' => self.quoted_end(self.at),
                b'=' => self.at + 1,
                _ => word.span.end,
            };
            return self.stray(self.at..end);
        }
        // What was written for a comma, as in `a="b";c="d"`.
        if self.place == Place::Item && self.commas.count == 0 && !is(byte, TCHAR) {
            let end = run_until(self.value, self.at, TCHAR);
            return self.stray(self.at..end);
        }
        if first_of_scheme && self.is_token68(&word) {
            return;
        }
        let next = self.gap_end(word.span.end);
        let first_of_list = self.place == Place::Start || self.commas.count > 0;
        match self.byte(next) {
            Some(b'=') => self.parameter(word, true),
            Some(b'"') if self.current.is_some() => self.parameter(word, false),
            _ if first_of_list => self.scheme(&word),
            _ if word.is_token() && self.is_parameter(next) => self.scheme(&word),
            _ => self.stray(word.span),
        }
    }

    /// Whether a parameter begins at `at`: a word and, after white space, `=`.
    fn is_parameter(&self, at: usize) -> bool {
        let word = self.word(at);
        !word.span.is_empty() && self.byte(self.gap_end(word.span.end)) == Some(b'=')
    }

    /// Whether what stands at `at`, behind a quoted string, lacks only its comma: a parameter or a
    /// scheme with one, after what may have been written for the comma, as `;`.
    fn is_element_without_comma(&self, at: usize) -> bool {
        let mut at = at;
        while self.byte(at).is_some_and(|byte| !is(byte, TCHAR | WORD_END) && byte != b'\\') {
            at += 1;
        }
        self.is_whole_parameter(self.gap_end(at)).is_some()
    }

    /// Whether a parameter begins at `at`, or a scheme with one, that has a value and nothing but
    /// the next list element behind it. Tells whether it has a scheme.
    fn is_whole_parameter(&self, at: usize) -> Option<bool> {
        let mut word = self.word(at);
        let mut next = self.gap_end(word.span.end);
        let with_scheme = self.byte(next) != Some(b'=');
        if with_scheme {
            if !word.is_token() || next == word.span.end {
                return None;
            }
            word = self.word(next);
            next = self.gap_end(word.span.end);
        }
        if !word.is_token() || self.byte(next) != Some(b'=') {
            return None;
        }
        let value = self.gap_end(next + 1);
        let end = if self.byte(value) == Some(b'"') {
            self.closing_quote(value)? + 1
        } else {
            // Quotes that it lacks are told when it is read.
            let ends = |&byte: &u8| is(byte, VALUE_END) || matches!(byte, b'"' | b'\\' | b';');
            let rest = self.value.get(value..).unwrap_or_default();
            value + rest.iter().position(ends).unwrap_or(rest.len())
        };
        if end == value {
            return None;
        }
        let mut next = self.gap_end(end);
        if self.byte(next) == Some(b';') {
            next = self.gap_end(next + 1);
        }
        match self.byte(next) {
            None | Some(b',') => {}
            Some(_) if self.is_parameter(next) => {}
            Some(_) => {
                let word = self.word(next);
                if !word.is_token() || !self.is_parameter(self.gap_end(word.span.end)) {
                    return None;
                }
            }
        }
        Some(with_scheme)
    }

    /// Passes over what stands behind a quoted string and is no list element. Each part of the
    /// value is looked at a few times at most: no two of the strings that are looked into share a
    /// byte, and where it goes on reading before the place up to which it looked, no quote stands
    /// between the two.
    #[cold]
    fn text_after_string(&mut self, string: Range<usize>) {
        let start = self.at;
        // The first comma after the last quote, or after `start` where none stands.
        let mut comma = None;
        let mut at = start;
        let resume = loop {
            match self.byte(at) {
                None => break comma.unwrap_or(at),
                Some(b'"') if matches!(self.byte(self.gap_end(at + 1)), None | Some(b',')) => {
                    break at + 1;
                }
                Some(b'"') => comma = None,
                Some(b',') => match self.is_whole_parameter(self.gap_end(at + 1)) {
                    Some(true) => break comma.unwrap_or(at),
                    Some(false) => break at,
                    None => comma = comma.or(Some(at)),
                },
                Some(b'\\') => at += 1,
                Some(_) => {}
            }
            at += 1;
        }
        .min(self.value.len());
        // Empty list elements before the comma are told as such.
        let passed = self.slice(start..resume);
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',');
        let end = passed.iter().rposition(|byte| !blank(byte)).map_or(resume, |at| start + at + 1);
        self.at = end;
        let span = start..end;
        let found = Found::Text(self.slice(span.clone()));
        let problem = Problem::TextAfterString;
        self.sink.deviation(Deviation { problem, span, related: Some(string), found });
    }

    /// Takes the commas since the last item: `needed` of them separate it from the next one, the
    /// others stand at empty elements.
    fn flush_commas(&mut self, needed: usize) {
        self.begun = true;
        let Commas { count, first, second, end } = std::mem::take(&mut self.commas);
        if count > needed {
            let start = if needed == 0 { first } else { second };
            let found = Found::EmptyElements(count - needed);
            self.deviate_with(Problem::EmptyElement, start..end, found);
        }
    }

    /// Before an item that needs a comma between itself and the item before it.
    fn separate(&mut self, item: &Range<usize>) {
        if self.commas.count == 0 && self.place != Place::Start && !self.after_stray {
            self.deviate(Problem::MissingComma, item.clone());
        }
        self.flush_commas(usize::from(self.begun));
        self.after_stray = false;
    }

    /// Passes over something that is no part of a challenge.
    fn stray(&mut self, span: Range<usize>) {
        self.at = span.end;
        if !self.after_stray {
            let problem = if self.place == Place::Item && self.commas.count == 0 {
                Problem::MissingComma
            } else {
                Problem::Stray
            };
            self.deviate(problem, span);
        }
        self.flush_commas(usize::from(self.begun));
        self.after_stray = true;
        if self.place != Place::Start {
            self.place = Place::Item;
        }
    }

    /// `auth-scheme`.
    fn scheme(&mut self, word: &Word) {
        self.separate(&word.span);
        let mut span = word.span.clone();
        if let Some(bad) = word.bad {
            self.deviate_at(Problem::NotToken, bad);
            // The word holds a tchar somewhere: `item` has looked.
            let bytes = self.slice(span.clone());
            let tchar = |&byte: &u8| is(byte, TCHAR);
            let end = bytes.iter().rposition(tchar).map_or(span.end, |at| span.start + at + 1);
            span = span.start + bytes.iter().position(tchar).unwrap_or(0)..end;
        }
        self.challenge(self.lossy(span.clone()), span);
        self.at = word.span.end;
        self.place = Place::Scheme { open: false };
    }

    #[inline(always)]
    fn challenge(&mut self, scheme: Cow<'a, [u8]>, span: Range<usize>) {
        let is_bearer = is_word(&scheme, b"bearer");
        self.current = Some(Current { is_bearer, token68: None, has_params: false });
        self.sink.challenge(scheme, is_bearer, span);
    }

    /// `token68`: one word with any number of `=` directly behind it, then a comma or the end.
    /// False where something else stands here.
    fn is_token68(&mut self, word: &Word) -> bool {
        let mut end = word.span.end;
        while self.byte(end) == Some(b'=') {
            end += 1;
        }
        if !matches!(self.byte(self.gap_end(end)), None | Some(b',')) {
            return false;
        }
        let bad = run(self.value, word.span.start, TOKEN68);
        if bad < word.span.end {
            if end > word.span.end {
                // More like a parameter without a value.
                return false;
            }
            self.deviate_at(Problem::NotToken68, bad);
        }
        let span = word.span.start..end;
        self.has_token68(self.lossy(span.clone()), span);
        true
    }

    /// `auth-param`; without `equals` its `=` is missing, and a quoted string follows.
    #[inline(never)]
    fn parameter(&mut self, word: Word, equals: bool) {
        self.parameter_place(&word);
        if let Some(bad) = word.bad {
            self.deviate_at(Problem::NotToken, bad);
        }
        let name_span = word.span;
        self.at = name_span.end;
        let before = self.gap();
        let after = if equals {
            self.at += 1;
            let after = self.gap();
            self.whitespace_around_equals(&before, &after);
            after
        } else {
            if word.bad.is_none() {
                self.deviate_at(Problem::MissingEquals, self.at);
            }
            before
        };
        self.value_of(self.lossy(name_span.clone()), name_span, after.span.start);
    }

    /// The rest of a parameter: its value, which begins here, or nothing does. `after`: where the
    /// white space before this place begins.
    #[inline(always)]
    fn value_of(&mut self, name: Cow<'a, [u8]>, name_span: Range<usize>, after: usize) {
        match self.byte(self.at) {
            Some(b'"') => {
                let inside = self.at + 1;
                let close = plain_run(self.value, inside);
                if self.byte(close) != Some(b'"') {
                    return self.quoted_with_escapes(name, name_span);
                }
                self.at = close + 1;
                self.closed = Some(inside - 1..self.at);
                let span = inside..close;
                let value = self.slice(span.clone());
                if self.judges_bearer()
                    && let Some(attribute) = Attribute::of(&name)
                    && !attribute.allows_plain(value)
                {
                    self.bearer_attribute(attribute, span.clone());
                }
                self.param(name, name_span, Cow::Borrowed(value), span, Form::Quoted);
            }
            Some(byte) if byte != b',' => {
                let end = run(self.value, self.at, TCHAR);
                let span = self.at..end;
                let goes_on = self.byte(end).is_some_and(|byte| !is(byte, VALUE_END));
                if goes_on || is_word(&name, b"realm") {
                    return self.unquoted(name, name_span);
                }
                self.at = end;
                let value = Cow::Borrowed(self.slice(span.clone()));
                self.param(name, name_span, value, span, Form::Token);
            }
            _ => {
                self.deviate_at(Problem::MissingValue, self.at);
                // What stood after the `=` is no part of the parameter.
                self.param(name, name_span, Cow::Borrowed(b""), after..after, Form::Token);
            }
        }
    }

    /// A parameter of the challenge that began last. Its parts go by themselves: a structure of
    /// this size would be copied.
    #[inline(always)]
    fn param(
        &mut self,
        name: Cow<'a, [u8]>,
        name_span: Range<usize>,
        value: Cow<'a, [u8]>,
        value_span: Range<usize>,
        form: Form,
    ) {
        if let Some(current) = &mut self.current {
            current.has_params = true;
        }
        self.place = Place::Item;
        self.sink.param(AuthParam { name, value, form, name_span, value_span });
    }

    /// Whether the challenge that began last is a Bearer challenge, and its deviations of interest.
    #[inline]
    fn judges_bearer(&self) -> bool {
        S::JUDGES && self.current.as_ref().is_some_and(|current| current.is_bearer)
    }

    /// A parameter whose value is a quoted string that may hold anything.
    #[inline(never)]
    fn quoted_with_escapes(&mut self, name: Cow<'a, [u8]>, name_span: Range<usize>) {
        let open = self.at;
        let (value, span) = self.quoted_string();
        let is_closed = self.at > span.end;
        self.closed = is_closed.then_some(open..self.at);
        if self.judges_bearer()
            && let Some(attribute) = Attribute::of(&name)
        {
            self.bearer_attribute(attribute, span.clone());
        }
        let form = if is_closed { Form::Quoted } else { Form::Open };
        self.param(name, name_span, value, span, form);
    }

    /// The characters that RFC 6750 section 3 allows in a Bearer attribute.
    #[inline(never)]
    fn bearer_attribute(&mut self, attribute: Attribute, value: Range<usize>) {
        let raw = self.slice(value.clone());
        if let Some(at) = attribute.first_forbidden(raw, true) {
            let space = attribute.misplaced_space(raw, at.start);
            // A scope that is cut short ends where it was not meant to.
            let at_its_end = at.is_empty() || space.is_some() && at.end == raw.len();
            if at_its_end && self.is_cut_short() {
                return;
            }
            let found = match space {
                Some(phrase) => Found::Phrase(phrase),
                None => Found::Text(raw.get(at.clone()).unwrap_or_default()),
            };
            let span = value.start + at.start..value.start + at.end;
            self.deviate_with(attribute.problem(), span, found);
        }
    }

    /// Whether the quoted string before this place is not closed, or closed too early.
    fn is_cut_short(&self) -> bool {
        let next = self.gap_end(self.at);
        self.closed.is_none()
            || !matches!(self.byte(next), None | Some(b',')) && !self.is_element_without_comma(next)
    }

    /// What has to stand before a parameter: a scheme and spaces, or another parameter and a comma.
    fn parameter_place(&mut self, word: &Word) {
        match self.place {
            Place::Start => {
                self.flush_commas(usize::from(self.begun));
                self.deviate(Problem::NoScheme, word.span.clone());
                self.challenge(Cow::Borrowed(b""), word.span.start..word.span.start);
            }
            Place::Scheme { .. } if self.commas.count == 0 => {}
            Place::Scheme { open: true } => self.flush_commas(0),
            Place::Scheme { open: false } => {
                let comma = self.commas.first;
                self.deviate_at(Problem::CommaAfterScheme, comma);
                self.flush_commas(1);
            }
            Place::Item => self.separate(&word.span),
        }
        self.after_stray = false;
        self.token68_was_parameter(word);
    }

    /// A parameter after a token68: one of the two should not be there. A token68 that is a token
    /// and `=` was meant as a parameter.
    fn token68_was_parameter(&mut self, word: &Word) {
        let Some(Current { token68: Some(span), has_params: false, .. }) = &self.current else {
            return;
        };
        let span = span.clone();
        let name_span = span.start..span.end.saturating_sub(1);
        let bytes = self.slice(name_span.clone());
        let is_name = !bytes.is_empty()
            && self.byte(name_span.end) == Some(b'=')
            && bytes.iter().all(|&byte| is(byte, TCHAR));
        if !is_name {
            return self.deviate(Problem::ParameterAfterToken68, word.span.clone());
        }
        let name = self.lossy(name_span.clone());
        let value_span = span.end..span.end;
        self.sink.token68(None);
        self.deviate_at(Problem::MissingValue, self.gap_end(span.end));
        let value = Cow::Borrowed(&b""[..]);
        self.sink.param(AuthParam { name, value, form: Form::Token, name_span, value_span });
    }

    /// `BWS "=" BWS`: told once, from the first white space to the last. Stands after it.
    fn whitespace_around_equals(&mut self, before: &Gap, after: &Gap) {
        // A line end that is no fold was told already, and so is a value that is missing.
        let told = |gap: &Gap| gap.span.is_empty() || gap.broken;
        let missing = matches!(self.byte(self.at), None | Some(b','));
        let span = match (told(before), missing || told(after)) {
            (true, true) => return,
            (false, true) => before.span.clone(),
            (true, false) => after.span.clone(),
            (false, false) => before.span.start..after.span.end,
        };
        let found = Found::Phrase("white space");
        self.deviate_with(Problem::WhitespaceAroundEquals, span, found);
    }

    /// A parameter whose value has no quotes, and should have them. At least one byte of it stands
    /// here.
    #[inline(never)]
    fn unquoted(&mut self, name: Cow<'a, [u8]>, name_span: Range<usize>) {
        let start = self.at;
        let mut end = run(self.value, start, TCHAR);
        if self.byte(end).is_some_and(|byte| !is(byte, VALUE_END)) {
            self.deviate_at(Problem::ValueNeedsQuotes, end);
            end = run_until(self.value, end, VALUE_END);
        } else {
            self.deviate(Problem::UnquotedRealm, start..end);
        }
        self.at = end;
        let value = Cow::Borrowed(self.slice(start..end));
        self.param(name, name_span, value, start..end, Form::Token);
    }

    /// `quoted-string`: its value, and where the inside of it stands.
    fn quoted_string(&mut self) -> (Cow<'a, [u8]>, Range<usize>) {
        let open = self.at;
        let inside = open + 1;
        self.at = inside;
        // Up to here nothing is copied; what stood before `copied` is in `copy`.
        let mut copy: Option<Vec<u8>> = None;
        let mut copied = inside;
        let end = loop {
            match self.byte(self.at) {
                None => {
                    let end = self.at;
                    self.sink.deviation(Deviation {
                        problem: Problem::UnterminatedString,
                        span: end..end,
                        related: Some(open..inside),
                        found: Found::End,
                    });
                    break end;
                }
                Some(b'"') => {
                    self.at += 1;
                    break self.at - 1;
                }
                Some(b'\\') => {
                    if copy.is_none() {
                        copy = Some(Vec::with_capacity(self.quoted_end(open) - inside));
                    }
                    copy.get_or_insert_default().extend_from_slice(self.slice(copied..self.at));
                    self.at += 1;
                    copied = self.at;
                    // Anything else that follows is told by the next round.
                    if self.byte(self.at).is_some_and(|byte| is(byte, QUOTABLE)) {
                        self.at += 1;
                    }
                }
                Some(byte) if is(byte, QDTEXT) => {
                    // A tab, or what is not ASCII, and then mostly more of it.
                    self.at = run(self.value, plain_run(self.value, self.at), QDTEXT);
                }
                Some(_) => {
                    let start = self.at;
                    if let Some(fold) = fold_end(self.value, start) {
                        let copy = copy.get_or_insert_default();
                        copy.extend_from_slice(self.slice(copied..start));
                        copy.push(b' ');
                        (self.at, copied) = (fold, fold);
                        let found = Found::Phrase("a line fold");
                        self.deviate_with(Problem::LineFold, start..fold, found);
                    } else {
                        while self.byte(self.at).is_some_and(|byte| !is(byte, QUOTABLE))
                            && fold_end(self.value, self.at).is_none()
                        {
                            self.at += 1;
                        }
                        self.deviate(Problem::ControlCharacter, start..self.at);
                    }
                }
            }
        };
        let rest = self.slice(copied..end);
        let value = match copy {
            None => Cow::Borrowed(rest),
            Some(mut copy) => {
                copy.extend_from_slice(rest);
                Cow::Owned(copy)
            }
        };
        (value, inside..end)
    }

    /// Where the quoted string that opens at `open` ends, or the value. Tells nothing: it is passed
    /// over.
    fn quoted_end(&self, open: usize) -> usize {
        self.closing_quote(open).map_or(self.value.len(), |quote| quote + 1)
    }

    /// Where the quote stands that closes the string which opens at `open`.
    fn closing_quote(&self, open: usize) -> Option<usize> {
        let mut at = open + 1;
        loop {
            match self.byte(at)? {
                b'"' => return Some(at),
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// Fields that are plain for the most part, and pieces of such.
    pub(crate) fn almost_fields() -> impl Strategy<Value = Vec<u8>> {
        const PIECES: &[&[u8]] = &[
            b"Bearer",
            b"Basic ",
            b"Negotiate, ",
            b"Bearer error=\"invalid_token\"",
            b"realm=\"a, b\"",
            b"scope=\"a b  c\"",
            b"error_uri=\"a b\"",
            b"x=y",
            b"realm=z",
            b"name",
            b"=",
            b"=\"",
            b"\"",
            b"\\\"",
            b", ",
            b",",
            b" ",
            b"\t",
            b"\r\n ",
            b"YQ==",
            b"/",
            b";",
            b"\xC3\xA9",
            b"\0",
        ];
        const COMMAS: &[&[u8]] = &[b", ", b",", b" , ", b",,", b" "];
        let plain =
            (select(PIECES), select(COMMAS)).prop_map(|(piece, comma)| [piece, comma].concat());
        prop_oneof![
            vec(plain, 0..8).prop_map(|pieces| pieces.concat()),
            vec(select(PIECES), 0..12).prop_map(|pieces| pieces.concat()),
            vec(any::<u8>(), 0..24),
        ]
    }

    /// The same by `any_element` alone.
    fn read_one_by_one(value: &[u8]) -> Reading<'_> {
        let mut reading = Reading::default();
        let mut collect = Collect { value, reading: &mut reading, names: 0, duplicates: false };
        let mut reader = Reader::new(value, &mut collect);
        while reader.any_element() {}
        collect.close_challenge();
        reading.deviations.sort_by_key(|deviation| deviation.span.start);
        reading
    }

    #[test]
    fn a_plain_element_is_taken_as_such() {
        for value in [
            &b"Bearer a=\"b\""[..],
            b"Bearer a=\"b\", c=d , e=\"f\", Basic",
            b"Negotiate YQ==,Basic,\t A b=\"\\\"\"",
            // What a plain element cannot follow.
            b"Basic YQ==, a=\"b\"",
            b"Basic YQ=, a=\"b\"",
            b"Basic, a=\"b\"",
            b"Basic a=\"b\"c, d=e",
        ] {
            let mut reading = Reading::default();
            let mut collect = Collect { value, reading: &mut reading, names: 0, duplicates: false };
            let mut reader = Reader::new(value, &mut collect);
            assert!(reader.plain_element().is_some());
            assert_eq!(
                format!("{:?}", read_challenges(value)),
                format!("{:?}", read_one_by_one(value))
            );
        }
    }

    proptest! {
        #[test]
        fn plain_elements_are_read_as_any_are(value in almost_fields()) {
            // With all spans, which equality leaves out.
            prop_assert_eq!(
                format!("{:?}", read_challenges(&value)),
                format!("{:?}", read_one_by_one(&value))
            );
        }
    }
}
