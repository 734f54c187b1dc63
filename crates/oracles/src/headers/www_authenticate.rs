//! WWW-Authenticate (RFC 9110 section 11.6.1), held against http-auth, against a second reader of
//! what the RFC permits ([`plain`]), and against itself.

use std::collections::HashSet;
use std::ops::Range;

use error_headers::{
    AuthParam, Bearer, Challenge, Class, Deviation, Found, Part, Problem, Reading, WriteFault,
    read_challenges, visit_challenges, write_challenges,
};

use plain::Plain;

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, value: &'a [u8]) -> Reading<'a> {
        read_challenges(value)
    }

    fn visit<'a>(&self, value: &'a [u8], told: &mut dyn FnMut(Part<'a>)) -> Option<Deviation<'a>> {
        visit_challenges(value, told)
    }

    fn bearer<'a>(&self, value: &'a [u8]) -> Option<Bearer<'a>> {
        Bearer::read(value)
    }

    fn write(&self, challenges: &[Challenge<'_>]) -> Result<Vec<u8>, WriteFault> {
        write_challenges(challenges)
    }

    fn challenge_span(&self, challenge: &Challenge<'_>) -> Range<usize> {
        challenge.span()
    }

    fn name_span(&self, param: &AuthParam<'_>) -> Range<usize> {
        param.name_span()
    }

    fn value_span(&self, param: &AuthParam<'_>) -> Range<usize> {
        param.value_span()
    }
}

struct Real;

impl Subject for Real {}

/// Any field value:
///
/// - Challenges and parameters stand where they say, in order: a name's bytes are the name, a
///   token's the value, and a quoted string's stand between its quotes and give the value when they
///   are unescaped in the plainest way.
/// - Deviations are sorted, lie inside the value and say what stands there; the names that stand
///   twice are those that a set finds.
/// - A fault of syntax is found where a second reader, that knows nothing but the grammar, refuses
///   the value, and nowhere else; what that one reads is what was read. So are the other
///   deviations: line folds, empty elements, spaces round `=`, unquoted realms, Bearer's characters.
/// - http-auth agrees, but for what it does not speak (`beyond_http_auth`).
/// - In a field without a fault of syntax each challenge says the same when it stands alone, and
///   the field said twice says everything twice.
/// - What is visited part by part is what is read, and the fault is the first one of syntax.
/// - What was read can be written where a look at its characters says so, and reads back the same.
///   So does what a Bearer challenge says, which is the first one's and its first parameters'.
///
/// # Panics
///
/// Where that does not hold.
pub fn www_authenticate(value: &[u8]) {
    holds(&Real, value);
}

fn holds(subject: &impl Subject, value: &[u8]) {
    let reading = subject.read(value);
    places(subject, value, &reading);
    deviations(value, &reading);
    duplicates(subject, value, &reading);
    bearer(subject, value, &reading);
    lookups(&reading);
    written(subject, value, &reading);
    let fault = reading.deviations.iter().find(|deviation| deviation.class() == Class::Syntax);
    match plain::read(value) {
        Some(plain) => {
            assert_eq!(fault, None, "{}", value.escape_ascii());
            says(&reading, &plain, value);
            judged(subject, value, &reading, &plain);
            parts(subject, value, &reading);
        }
        None => assert!(fault.is_some(), "no fault of syntax in {}", value.escape_ascii()),
    }
    http_auth(value, &reading);
    visited(subject, value);
}

/// What is told part by part is what is kept. Of a liar's reading the other questions are asked.
fn visited(subject: &impl Subject, value: &[u8]) {
    let reading = read_challenges(value);
    let mut expected = reading.challenges.iter().flat_map(|challenge| {
        let scheme = (challenge.scheme_span(), challenge.scheme(), None);
        let token68 = challenge.token68_span().zip(challenge.token68());
        let token68 = token68.map(|(span, text)| (span, text, None));
        let params = challenge.params().iter();
        let params = params.map(|param| (param.span(), param.name(), Some(param.bytes())));
        std::iter::once(scheme).chain(token68).chain(params)
    });
    let fault = subject.visit(value, &mut |part| {
        let told = match &part {
            Part::Scheme(word) | Part::Token68(word) => (word.span(), word.as_str(), None),
            Part::Param(param) => (param.span(), param.name(), Some(param.bytes())),
            other => panic!("{other:?}"),
        };
        assert_eq!(expected.next(), Some(told), "{}", value.escape_ascii());
    });
    assert_eq!(expected.next(), None, "{}", value.escape_ascii());
    let mut faults = reading.deviations.iter().filter(|it| it.class() == Class::Syntax);
    let first = faults.next().map(Deviation::span);
    assert_eq!(fault.map(|fault| fault.span()), first, "{}", value.escape_ascii());
}

/// Everything stands where it says, in order.
fn places(subject: &impl Subject, value: &[u8], reading: &Reading<'_>) {
    let bytes = |span: Range<usize>| {
        let bytes = value.get(span.clone());
        bytes.unwrap_or_else(|| panic!("{span:?} of {}", value.escape_ascii()))
    };
    let text = |span: Range<usize>| String::from_utf8_lossy(bytes(span));
    let mut end = 0;
    for challenge in &reading.challenges {
        let span = subject.challenge_span(challenge);
        let scheme = challenge.scheme_span();
        assert!(end <= span.start && scheme.start == span.start, "{span:?} after {end}");
        assert_eq!(text(scheme.clone()), challenge.scheme());
        end = scheme.end;
        if let (Some(at), Some(token68)) = (challenge.token68_span(), challenge.token68()) {
            assert!(end < at.start, "{at:?} after {end}");
            assert_eq!(text(at.clone()), token68);
            end = at.end;
        }
        for param in challenge.params() {
            let (name, inside) = (subject.name_span(param), subject.value_span(param));
            let whole = param.span();
            assert!(end <= whole.start && whole.start == name.start, "{whole:?} after {end}");
            assert_eq!(text(name.clone()), param.name());
            assert!(name.end <= inside.start, "{name:?}, {inside:?}");
            let raw = bytes(inside.clone());
            if param.is_quoted() {
                assert!(raw == param.bytes() || unescaped(raw) == param.bytes(), "{inside:?}");
                assert_eq!(value.get(inside.start - 1), Some(&b'"'), "before {inside:?}");
                match value.get(inside.end) {
                    Some(quote) => assert_eq!((*quote, whole.end), (b'"', inside.end + 1)),
                    None => assert_eq!(whole.end, inside.end),
                }
            } else {
                assert_eq!(raw, param.bytes(), "{inside:?}");
                assert_eq!(whole.end, inside.end);
            }
            end = whole.end;
        }
        assert_eq!(span.end, end, "{}", value.escape_ascii());
    }
}

/// The inside of a quoted string, read in the plainest way.
fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\r', [b'\n', b' ' | b'\t', ..]) => {
                value.push(b' ');
                let blanks = tail[1..].iter().take_while(|byte| b" \t".contains(byte)).count();
                &tail[1 + blanks..]
            }
            (b'\\', [next, after @ ..]) if *next == b'\t' || !next.is_ascii_control() => {
                value.push(*next);
                after
            }
            (b'\\', _) => tail,
            _ => {
                value.push(*first);
                tail
            }
        };
    }
    value
}

/// Deviations are in order, inside the value, and say something.
fn deviations(value: &[u8], reading: &Reading<'_>) {
    /// How many are put into words: it would not be linear in time to speak of all.
    const SPOKEN: usize = 16;
    let mut last = 0;
    for (index, deviation) in reading.deviations.iter().enumerate() {
        let span = deviation.span();
        let bytes = value.get(span.clone());
        assert!(last <= span.start && bytes.is_some(), "{span:?} after {last}");
        last = span.start;
        match deviation.found() {
            Found::Text(text) | Found::Again(text) => assert_eq!(Some(text), bytes, "{span:?}"),
            Found::End => assert_eq!(span, value.len()..value.len()),
            _ => assert!(!span.is_empty(), "{span:?}"),
        }
        let related = deviation.related();
        assert!(related.is_none_or(|at| at.start < at.end && at.end <= value.len()), "{span:?}");
        assert!(!deviation.expected().is_empty() && !deviation.source().is_empty());
        assert!(index >= SPOKEN || !deviation.to_string().is_empty());
        assert!(index >= SPOKEN || deviation.problem().to_string() == deviation.problem().name());
    }
}

/// The deviations of one class.
fn of_class<'r, 'a>(
    reading: &'r Reading<'a>,
    class: Class,
) -> impl Iterator<Item = &'r Deviation<'a>> {
    reading.deviations.iter().filter(move |deviation| deviation.class() == class)
}

/// The names that stand a second time in a challenge are those that a set has already.
fn duplicates(subject: &impl Subject, value: &[u8], reading: &Reading<'_>) {
    let mut told = of_class(reading, Class::DuplicateParameter);
    for challenge in &reading.challenges {
        if challenge.params().len() < 2 {
            continue;
        }
        let mut seen = HashSet::new();
        for param in challenge.params() {
            if !seen.insert(param.name().to_ascii_lowercase()) {
                let told = told.next().map(Deviation::span);
                assert_eq!(told, Some(subject.name_span(param)), "{}", value.escape_ascii());
            }
        }
    }
    assert_eq!(told.next(), None, "{}", value.escape_ascii());
}

/// What the first Bearer challenge says, by its first parameters, and the challenge that says so.
fn bearer(subject: &impl Subject, value: &[u8], reading: &Reading<'_>) {
    let bearer = subject.bearer(value);
    let mut challenges = reading.challenges.iter();
    let challenge = challenges.find(|challenge| challenge.scheme().eq_ignore_ascii_case("bearer"));
    assert_eq!(bearer.is_some(), challenge.is_some(), "{}", value.escape_ascii());
    assert_eq!(bearer, reading.bearer(), "{}", value.escape_ascii());
    let (Some(bearer), Some(challenge)) = (bearer, challenge) else { return };
    let first = |name: &str| {
        let mut params = challenge.params().iter();
        let param = params.find(|param| param.name().eq_ignore_ascii_case(name))?;
        Some(String::from_utf8_lossy(param.bytes()))
    };
    let said = [
        ("realm", bearer.realm.as_deref()),
        ("error", bearer.error.as_ref().map(error_headers::BearerError::as_str)),
        ("error_description", bearer.error_description.as_deref()),
        ("error_uri", bearer.error_uri.as_deref()),
        ("scope", bearer.scope.as_ref().map(error_headers::Scope::as_str)),
    ];
    let mut can_be_said = true;
    for (name, text) in said {
        assert_eq!(text, first(name).as_deref(), "{name} of {}", value.escape_ascii());
        let is_allowed = |text: &str| match name {
            "realm" => !text.bytes().any(|byte| byte != b'\t' && byte.is_ascii_control()),
            _ => is_bearer_text(name, text.as_bytes()),
        };
        can_be_said &= text.is_none_or(is_allowed);
    }
    match bearer.to_challenge() {
        Ok(challenge) => {
            assert!(can_be_said, "{bearer:?}");
            let written = subject.write(std::slice::from_ref(&challenge));
            let written = written.unwrap_or_else(|fault| panic!("{bearer:?}: {fault}"));
            let again = subject.read(&written);
            assert_eq!(again.deviations, [], "{}", written.escape_ascii());
            assert_eq!(again.challenges, [challenge], "{}", written.escape_ascii());
            assert_eq!(subject.bearer(&written).as_ref(), Some(&bearer));
        }
        Err(fault) => assert!(!can_be_said, "{bearer:?}: {fault}"),
    }
}

/// A look-up gives the first of its name, whatever the case; a copy that borrows nothing says the
/// same. Looked at are the first few: each look-up is linear.
fn lookups(reading: &Reading<'_>) {
    const FEW: usize = 8;
    for challenge in reading.challenges.iter().take(FEW) {
        let name = challenge.scheme().to_ascii_uppercase();
        let first = reading.challenges.iter().find(|other| other.is_scheme(challenge.scheme()));
        assert_eq!(reading.challenge(&name), first);
        for param in challenge.params().iter().take(FEW) {
            let first = challenge.params().iter().find(|other| other.is_name(param.name()));
            assert_eq!(challenge.param(&param.name().to_ascii_uppercase()), first);
            assert_eq!(param.as_str().is_some(), param.as_str() == Some(&*param.text()));
            let owned = param.clone().into_owned();
            assert_eq!((&owned, owned.span()), (param, param.span()));
        }
        let owned = challenge.clone().into_owned();
        assert_eq!((&owned, owned.span()), (challenge, challenge.span()));
        if challenge.params().len() <= FEW {
            made(challenge);
        }
    }
    if let Some(bearer) = reading.bearer() {
        assert_eq!(bearer.clone().into_owned(), bearer);
        if let Some(scope) = &bearer.scope {
            let said = scope.as_str();
            assert!(scope.tokens().all(|token| !token.contains(' ') && scope.contains(token)));
            let length: usize = scope.tokens().map(str::len).sum();
            assert_eq!(length, said.len() - said.matches(' ').count());
        }
    }
}

/// A challenge that is made of the same parts is the same and can be written, or what cannot be
/// written is pointed at.
fn made(challenge: &Challenge<'_>) {
    let made = || {
        let mut made = Challenge::new(challenge.scheme())?;
        if let Some(text) = challenge.token68() {
            made = made.with_token68(text)?;
        }
        for param in challenge.params() {
            made = match param.as_str() {
                Some(value) if !param.is_quoted() => made.with_token_param(param.name(), value)?,
                _ => made.with_param_bytes(param.name(), param.bytes())?,
            };
        }
        Ok::<_, WriteFault>(made)
    };
    match made() {
        Ok(made) => {
            assert_eq!(&made, challenge);
            let value = made.to_value();
            assert!(value.is_ok_and(|value| value.starts_with(challenge.scheme().as_bytes())));
        }
        Err(fault) => {
            assert!(fault.at() <= fault.text().len(), "{fault}");
            assert!(!fault.to_string().is_empty());
        }
    }
}

/// Whether a Bearer attribute holds what RFC 6750 section 3 allows, and a scope what RFC 6749
/// section 3.3 does: words with one space between two.
fn is_bearer_text(name: &str, text: &[u8]) -> bool {
    let is_word = |text: &[u8]| {
        text.iter().all(|byte| matches!(byte, b'!'..=b'~' if !b"\"\\".contains(byte)))
    };
    match name {
        "scope" => text.split(|&byte| byte == b' ').all(|word| !word.is_empty() && is_word(word)),
        "error_uri" => is_word(text),
        _ => text.split(|&byte| byte == b' ').all(is_word),
    }
}

/// What was read is written where its characters can be, and reads back.
fn written(subject: &impl Subject, value: &[u8], reading: &Reading<'_>) {
    let is_token = |text: &str| !text.is_empty() && text.bytes().all(plain::is_tchar);
    let can_be_written = of_class(reading, Class::DuplicateParameter).next().is_none()
        && reading.challenges.iter().all(|challenge| {
            let token68 = challenge.token68();
            is_token(challenge.scheme())
                && token68.is_none_or(|text| {
                    let text = text.trim_end_matches('=');
                    !text.is_empty() && text.bytes().all(plain::is_token68)
                })
                && (token68.is_none() || challenge.params().is_empty())
                && challenge.params().iter().all(|param| {
                    let is_control = |&byte: &u8| byte != b'\t' && byte.is_ascii_control();
                    is_token(param.name()) && !param.bytes().iter().any(is_control)
                })
        });
    match subject.write(&reading.challenges) {
        Ok(written) => {
            assert!(can_be_written, "{} as {}", value.escape_ascii(), written.escape_ascii());
            let again = subject.read(&written);
            assert_eq!(again.challenges, reading.challenges, "{}", written.escape_ascii());
            let worst = again.deviations.iter().find(|d| d.class() != Class::BearerAttribute);
            assert_eq!(worst, None, "{}", written.escape_ascii());
        }
        Err(fault) => {
            assert!(!can_be_written, "{}: {fault}", value.escape_ascii());
            assert!(!fault.to_string().is_empty() && !fault.expected().is_empty());
        }
    }
}

/// The second reader has read the same.
fn says(reading: &Reading<'_>, plain: &Plain<'_>, value: &[u8]) {
    let shown = value.escape_ascii();
    assert_eq!(reading.challenges.len(), plain.challenges.len(), "{shown}");
    for (challenge, plain) in reading.challenges.iter().zip(&plain.challenges) {
        assert_eq!(challenge.scheme().as_bytes(), plain.scheme, "{shown}");
        assert_eq!(challenge.token68().map(str::as_bytes), plain.token68, "{shown}");
        assert_eq!(challenge.params().len(), plain.params.len(), "{shown}");
        for (param, (name, value)) in challenge.params().iter().zip(&plain.params) {
            assert_eq!(param.name().as_bytes(), *name, "{shown}");
            assert_eq!(param.bytes(), value, "{shown}");
        }
    }
}

/// What is wrong with a field that follows the grammar, found in another way.
fn judged(subject: &impl Subject, value: &[u8], reading: &Reading<'_>, plain: &Plain<'_>) {
    let shown = value.escape_ascii();
    let told = |problem| reading.deviations.iter().filter(move |d| d.problem() == problem);
    assert_eq!(told(Problem::LineFold).count(), plain.folds, "{shown}");
    let mut empty = 0;
    for deviation in told(Problem::EmptyElement) {
        match deviation.found() {
            Found::EmptyElements(count) => empty += count,
            other => panic!("{other} in {shown}"),
        }
    }
    assert_eq!(empty, plain.empty, "empty list elements in {shown}");
    let params = || reading.challenges.iter().flat_map(Challenge::params);
    let is_spaced = |param: &&AuthParam<'_>| {
        let quote = usize::from(param.is_quoted());
        subject.value_span(param).start - quote - subject.name_span(param).end > 1
    };
    let spaced = params().filter(is_spaced).count();
    assert_eq!(told(Problem::WhitespaceAroundEquals).count(), spaced, "{shown}");
    let is_bare_realm =
        |param: &&AuthParam<'_>| !param.is_quoted() && param.name().eq_ignore_ascii_case("realm");
    let bare_realms = params().filter(is_bare_realm).count();
    assert_eq!(told(Problem::UnquotedRealm).count(), bare_realms, "{shown}");
    let mut told = of_class(reading, Class::BearerAttribute);
    let is_bearer = |c: &&Challenge<'_>| c.scheme().eq_ignore_ascii_case("bearer");
    for param in reading.challenges.iter().filter(is_bearer).flat_map(Challenge::params) {
        let name = param.name().to_ascii_lowercase();
        let is_restricted = matches!(&*name, "error" | "error_description" | "error_uri" | "scope");
        if is_restricted && !is_bearer_text(&name, param.bytes()) {
            let at = told.next().map(Deviation::span);
            let value = subject.value_span(param);
            let is_inside = at.is_some_and(|at| value.start <= at.start && at.end <= value.end);
            assert!(is_inside, "{name} of {shown}");
        }
    }
    assert_eq!(told.next(), None, "{shown}");
}

/// Each challenge alone, and all of them twice.
fn parts(subject: &impl Subject, value: &[u8], reading: &Reading<'_>) {
    /// Up to here a field is also read twice over.
    const SHORT: usize = 4096;
    let shown = value.escape_ascii();
    for challenge in &reading.challenges {
        let span = subject.challenge_span(challenge);
        let alone = subject.read(&value[span.clone()]);
        assert_eq!(alone.challenges, std::slice::from_ref(challenge), "{span:?} of {shown}");
        assert!(of_class(&alone, Class::Syntax).next().is_none(), "{span:?} of {shown}");
        for (param, alone) in challenge.params().iter().zip(alone.challenges[0].params()) {
            let at = subject.value_span(alone);
            let moved = at.start + span.start..at.end + span.start;
            assert_eq!(moved, subject.value_span(param), "{span:?} of {shown}");
        }
    }
    if value.len() <= SHORT {
        let twice = [value, b", ", value].concat();
        let again = subject.read(&twice);
        assert!(of_class(&again, Class::Syntax).next().is_none(), "twice {shown}");
        let (first, second) = again.challenges.split_at(reading.challenges.len());
        assert_eq!(first, reading.challenges, "twice {shown}");
        assert_eq!(second, reading.challenges, "twice {shown}");
    }
}

/// http-auth accepts it: read here as the same, with no fault of syntax. Nothing wrong here:
/// accepted there, but for what it does not speak.
fn http_auth(value: &[u8], reading: &Reading<'_>) {
    let shown = value.escape_ascii();
    // White space at the ends is no part of a field value, and http-auth refuses some of it.
    let text = std::str::from_utf8(value).ok().map(|text| text.trim_matches([' ', '\t']));
    if let Some(theirs) = text.and_then(|text| http_auth::parse_challenges(text).ok()) {
        let fault = of_class(reading, Class::Syntax).next();
        assert_eq!(fault, None, "{shown}");
        assert_eq!(reading.challenges.len(), theirs.len(), "{shown}");
        for (ours, theirs) in reading.challenges.iter().zip(theirs) {
            assert_eq!(ours.scheme(), theirs.scheme, "{shown}");
            assert_eq!(ours.params().len(), theirs.params.len(), "{shown}");
            for (ours, (name, value)) in ours.params().iter().zip(theirs.params) {
                assert_eq!(ours.name(), name, "{shown}");
                assert_eq!(ours.bytes(), value.to_unescaped().as_bytes(), "{shown}");
            }
        }
        return;
    }
    // It knows no line folds; the other things that readers must accept it accepts, and it does
    // not judge the names and values that it finds.
    let is_permitted = reading.deviations.iter().all(|deviation| {
        matches!(deviation.class(), Class::DuplicateParameter | Class::BearerAttribute)
            || matches!(
                deviation.problem(),
                Problem::WhitespaceAroundEquals | Problem::EmptyElement | Problem::UnquotedRealm
            )
    });
    assert!(!is_permitted || beyond_http_auth(value, reading), "refused there: {shown}");
}

/// What RFC 9110 permits and http-auth refuses: no challenge at all, bytes that are no ASCII, a
/// token68, and anything but one space between a scheme and its parameters.
fn beyond_http_auth(value: &[u8], reading: &Reading<'_>) -> bool {
    reading.challenges.is_empty()
        || !value.is_ascii()
        || reading.challenges.iter().any(|challenge| {
            let first = challenge.params().first().map(|param| param.span().start);
            let between = first.and_then(|first| value.get(challenge.scheme_span().end..first));
            challenge.token68().is_some() || between.is_some_and(|between| between != b" ")
        })
}

/// A second reader: it accepts what the grammar of RFC 9110 gives readers to accept and refuses
/// everything else, without a word why.
mod plain {
    /// A field value that follows the grammar.
    pub(super) struct Plain<'a> {
        pub(super) challenges: Vec<Spoken<'a>>,
        /// How many line folds there are.
        pub(super) folds: usize,
        /// How many list elements are empty.
        pub(super) empty: usize,
    }

    /// A challenge, in bytes of the field value.
    #[derive(Default)]
    pub(super) struct Spoken<'a> {
        pub(super) scheme: &'a [u8],
        pub(super) token68: Option<&'a [u8]>,
        pub(super) params: Vec<(&'a [u8], Vec<u8>)>,
    }

    /// `tchar` (RFC 9110 section 5.6.2).
    pub(super) fn is_tchar(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
    }

    /// What `token68` has before its `=` (RFC 9110 section 11.2).
    pub(super) fn is_token68(byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
    }

    /// What may come next.
    enum Last {
        /// A scheme: where spaces stand behind it, a list of its parameters may have begun.
        Scheme { open: bool },
        /// A parameter: another one, of the same challenge.
        Param,
        /// Nothing yet, or a token68: a scheme.
        Other,
    }

    /// Reads a field value (RFC 9110 sections 5.6.1, 11.3 and 11.6.1); `None` where it does not
    /// follow the grammar.
    pub(super) fn read(value: &[u8]) -> Option<Plain<'_>> {
        let mut plain = Plain { challenges: Vec::new(), folds: 0, empty: 0 };
        let mut rest = Rest { value, folds: 0 };
        let mut last = Last::Other;
        let (mut commas, mut elements) = (0, 0);
        loop {
            rest.blank()?;
            match rest.value.first() {
                None => break,
                Some(b',') => {
                    rest.value = &rest.value[1..];
                    commas += 1;
                    continue;
                }
                Some(_) => {}
            }
            elements += 1;
            let word = rest.run(is_tchar)?;
            let gap = rest.blank()?;
            if rest.value.first() == Some(&b'=') {
                match last {
                    Last::Param => {}
                    // The list of parameters has begun with an empty element.
                    Last::Scheme { open: true } => plain.empty += 1,
                    Last::Scheme { open: false } | Last::Other => return None,
                }
                let value = rest.value()?;
                plain.challenges.last_mut()?.params.push((word, value));
                last = Last::Param;
            } else {
                let open = gap.has_fold || gap.bytes.first() == Some(&b' ');
                last = Last::Scheme { open };
                let mut challenge = Spoken { scheme: word, ..Spoken::default() };
                if !rest.is_at_end_of_element() {
                    // `1*SP`, which a fold is as well.
                    if gap.bytes.is_empty() || !gap.has_fold && gap.bytes.contains(&b'\t') {
                        return None;
                    }
                    if let Some(token68) = rest.token68() {
                        challenge.token68 = Some(token68);
                        last = Last::Other;
                    } else {
                        let name = rest.run(is_tchar)?;
                        rest.blank()?;
                        challenge.params.push((name, rest.value()?));
                        last = Last::Param;
                    }
                }
                plain.challenges.push(challenge);
            }
            rest.blank()?;
            if !rest.is_at_end_of_element() {
                return None;
            }
        }
        plain.folds = rest.folds;
        // All but those that separate two elements.
        plain.empty += commas - usize::saturating_sub(elements, 1);
        Some(plain)
    }

    /// White space that was passed over.
    struct Gap<'a> {
        bytes: &'a [u8],
        has_fold: bool,
    }

    /// What was not read yet.
    struct Rest<'a> {
        value: &'a [u8],
        folds: usize,
    }

    impl<'a> Rest<'a> {
        fn is_at_end_of_element(&self) -> bool {
            matches!(self.value, [] | [b',', ..])
        }

        /// `OWS` and line folds (RFC 9112 section 5.2). `None` at a line end that is no fold.
        fn blank(&mut self) -> Option<Gap<'a>> {
            let (from, before) = (self.value, self.folds);
            loop {
                match self.value {
                    [b' ' | b'\t', rest @ ..] => self.value = rest,
                    [b'\r', b'\n', b' ' | b'\t', rest @ ..] => {
                        self.folds += 1;
                        self.value = rest;
                    }
                    [b'\r' | b'\n', ..] => return None,
                    _ => break,
                }
            }
            let bytes = &from[..from.len() - self.value.len()];
            Some(Gap { bytes, has_fold: self.folds > before })
        }

        /// One or more bytes of a class.
        fn run(&mut self, is: fn(u8) -> bool) -> Option<&'a [u8]> {
            let length = self.value.iter().take_while(|&&byte| is(byte)).count();
            let (run, rest) = self.value.split_at(length);
            self.value = rest;
            (length > 0).then_some(run)
        }

        /// A token68 with nothing but a comma or the end behind it; else nothing is read.
        fn token68(&mut self) -> Option<&'a [u8]> {
            let mut rest = Rest { value: self.value, folds: self.folds };
            rest.run(is_token68)?;
            rest.run(|byte| byte == b'=');
            let token68 = &self.value[..self.value.len() - rest.value.len()];
            rest.blank()?;
            rest.is_at_end_of_element().then(|| {
                *self = rest;
                token68
            })
        }

        /// `=` and a token or a quoted string, decoded.
        fn value(&mut self) -> Option<Vec<u8>> {
            self.value = self.value.strip_prefix(b"=")?;
            self.blank()?;
            let Some(mut rest) = self.value.strip_prefix(b"\"") else {
                return self.run(is_tchar).map(<[u8]>::to_vec);
            };
            let mut value = Vec::new();
            loop {
                let byte;
                (byte, rest) = match rest {
                    [b'"', after @ ..] => {
                        self.value = after;
                        return Some(value);
                    }
                    [b'\r', b'\n', b' ' | b'\t', ..] | [b'\\', b'\r', b'\n', b' ' | b'\t', ..] => {
                        let at = rest.iter().position(|&byte| byte == b'\r')?;
                        let mut fold = Rest { value: &rest[at..], folds: self.folds };
                        // Of what follows only this fold belongs to it.
                        fold.value = fold.value.strip_prefix(b"\r\n")?;
                        fold.run(|byte| byte == b' ' || byte == b'\t');
                        self.folds += 1;
                        (b' ', fold.value)
                    }
                    [b'\\', byte, after @ ..] => (*byte, after),
                    [byte, after @ ..] if *byte != b'\\' => (*byte, after),
                    _ => return None,
                };
                if byte != b'\t' && byte.is_ascii_control() {
                    return None;
                }
                value.push(byte);
            }
        }
    }
}

#[cfg(test)]
pub(crate) const WWW_AUTHENTICATE_LIES: &[crate::testing::Lie] = {
    use crate::testing::Lie;

    /// Reads, and leaves out what is wrong in one way.
    struct Accepts(Problem);
    impl Subject for Accepts {
        fn read<'a>(&self, value: &'a [u8]) -> Reading<'a> {
            let mut reading = read_challenges(value);
            reading.deviations.retain(|deviation| deviation.problem() != self.0);
            reading
        }
    }

    struct ValueEndsEarly;
    impl Subject for ValueEndsEarly {
        fn value_span(&self, param: &AuthParam<'_>) -> Range<usize> {
            let span = param.value_span();
            span.start..span.end.saturating_sub(1).max(span.start)
        }
    }

    struct ValueWithItsQuote;
    impl Subject for ValueWithItsQuote {
        fn value_span(&self, param: &AuthParam<'_>) -> Range<usize> {
            let span = param.value_span();
            span.start - usize::from(param.is_quoted())..span.end
        }
    }

    struct NameBeginsEarly;
    impl Subject for NameBeginsEarly {
        fn name_span(&self, param: &AuthParam<'_>) -> Range<usize> {
            let span = param.name_span();
            span.start.saturating_sub(1)..span.end
        }
    }

    struct ChallengeWithItsComma;
    impl Subject for ChallengeWithItsComma {
        fn challenge_span(&self, challenge: &Challenge<'_>) -> Range<usize> {
            let span = challenge.span();
            span.start..span.end + 1
        }
    }

    struct CommaEndsString;
    impl Subject for CommaEndsString {
        fn read<'a>(&self, value: &'a [u8]) -> Reading<'a> {
            let mut is_quoted = false;
            let comma = value.iter().position(|byte| {
                is_quoted ^= *byte == b'"';
                is_quoted && *byte == b','
            });
            read_challenges(&value[..comma.unwrap_or(value.len())])
        }
    }

    struct Backwards;
    impl Subject for Backwards {
        fn read<'a>(&self, value: &'a [u8]) -> Reading<'a> {
            let mut reading = read_challenges(value);
            reading.deviations.sort_by_key(|deviation| std::cmp::Reverse(deviation.span().start));
            reading
        }
    }

    struct LastBearer;
    impl Subject for LastBearer {
        fn bearer<'a>(&self, value: &'a [u8]) -> Option<Bearer<'a>> {
            let reading = read_challenges(value);
            let bearers = reading.challenges.iter().rev();
            bearers.filter_map(Challenge::bearer).map(Bearer::into_owned).next()
        }
    }

    struct NoEscapes;
    impl Subject for NoEscapes {
        fn write(&self, challenges: &[Challenge<'_>]) -> Result<Vec<u8>, WriteFault> {
            let mut written = write_challenges(challenges)?;
            written.retain(|&byte| byte != b'\\');
            Ok(written)
        }
    }

    struct NoToken68;
    impl Subject for NoToken68 {
        fn read<'a>(&self, value: &'a [u8]) -> Reading<'a> {
            let mut reading = read_challenges(value);
            reading.challenges.retain(|challenge| challenge.token68().is_none());
            reading
        }
    }

    struct Forgets(fn(&Part<'_>) -> bool);
    impl Subject for Forgets {
        fn visit<'a>(
            &self,
            value: &'a [u8],
            told: &mut dyn FnMut(Part<'a>),
        ) -> Option<Deviation<'a>> {
            visit_challenges(value, |part| {
                if !(self.0)(&part) {
                    told(part);
                }
            })
        }
    }

    struct SeesNoFault;
    impl Subject for SeesNoFault {
        fn visit<'a>(
            &self,
            value: &'a [u8],
            told: &mut dyn FnMut(Part<'a>),
        ) -> Option<Deviation<'a>> {
            _ = visit_challenges(value, told);
            None
        }
    }

    const fn lie(what: &'static str, check: fn(&[u8])) -> Lie {
        Lie { oracle: "www_authenticate", what, check }
    }

    &[
        lie("a value's span lacks its last byte", |value| holds(&ValueEndsEarly, value)),
        lie("a value's span begins with its quote", |value| holds(&ValueWithItsQuote, value)),
        lie("a name's span begins a byte early", |value| holds(&NameBeginsEarly, value)),
        lie("a challenge's span ends a byte late", |value| holds(&ChallengeWithItsComma, value)),
        lie("a comma ends a quoted string", |value| holds(&CommaEndsString, value)),
        lie("deviations stand backwards", |value| holds(&Backwards, value)),
        lie("the last of two Bearer challenges counts", |value| holds(&LastBearer, value)),
        lie("quotes are written without an escape", |value| holds(&NoEscapes, value)),
        lie("a challenge with a token68 is passed over", |value| holds(&NoToken68, value)),
        lie("a token68 is not visited", |value| {
            holds(&Forgets(|part| matches!(part, Part::Token68(_))), value);
        }),
        lie("a parameter without a value is not visited", |value| {
            holds(
                &Forgets(|part| matches!(part, Part::Param(param) if param.bytes().is_empty())),
                value,
            );
        }),
        lie("a visit gives no fault", |value| holds(&SeesNoFault, value)),
        lie("a name may stand twice", |value| {
            holds(&Accepts(Problem::DuplicateParameter), value);
        }),
        lie("an unquoted value may hold anything", |value| {
            holds(&Accepts(Problem::ValueNeedsQuotes), value);
        }),
        lie("a quoted string may hold control characters", |value| {
            holds(&Accepts(Problem::ControlCharacter), value);
        }),
        lie("a comma may stand between a scheme and its parameters", |value| {
            holds(&Accepts(Problem::CommaAfterScheme), value);
        }),
        lie("a scope may hold two spaces", |value| holds(&Accepts(Problem::BearerScope), value)),
        lie("white space round `=` is not told", |value| {
            holds(&Accepts(Problem::WhitespaceAroundEquals), value);
        }),
        lie("empty list elements are not told", |value| {
            holds(&Accepts(Problem::EmptyElement), value);
        }),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_meet_where_they_should() {
        // Had http-auth refused everything, the oracle would hold as well.
        for value in ["Basic", r#"Basic realm="a\"b", c=d, Digest e = "f""#, ",Basic,,Digest,"] {
            assert!(http_auth::parse_challenges(value).is_ok(), "{value}");
            assert!(plain::read(value.as_bytes()).is_some(), "{value}");
            www_authenticate(value.as_bytes());
        }
        // What it refuses and RFC 9110 does not.
        for value in ["", "Basic YWJj", "Basic  a=b", "Basic a=\"é\"", "Basic , a=b"] {
            assert!(http_auth::parse_challenges(value).is_err(), "{value}");
            assert!(plain::read(value.as_bytes()).is_some(), "{value}");
            assert!(beyond_http_auth(value.as_bytes(), &read_challenges(value.as_bytes())));
            www_authenticate(value.as_bytes());
        }
        // And what it refuses for the fold alone.
        let value = "Basic a=b,\r\n c=d";
        assert!(http_auth::parse_challenges(value).is_err());
        assert_eq!(plain::read(value.as_bytes()).map(|plain| plain.folds), Some(1));
        www_authenticate(value.as_bytes());
    }

    #[test]
    fn the_second_reader_knows_the_grammar() {
        for value in [
            "Bearer realm=",
            "Negotiate Bearer",
            "A /==, B",
            "Basic , , a=b",
            "Basic\r\n\ta=b",
            "Basic a=\"\\\r\n b\\\"\"",
        ] {
            assert!(plain::read(value.as_bytes()).is_some(), "{value}");
            www_authenticate(value.as_bytes());
        }
        for value in [
            "a=b",
            "Basic, a=b",
            "Basic\ta=b",
            "Basic a=b c=d",
            "Basic a=\"b",
            "Basic a=\"b\"c",
            "Basic a=b\n",
            "Basic a=\"\u{1}\"",
            "Basic YQ==, a=b",
            "Basic a=, b=c",
            "Basic a b",
            "é",
        ] {
            assert!(plain::read(value.as_bytes()).is_none(), "{value}");
            www_authenticate(value.as_bytes());
        }
    }
}
