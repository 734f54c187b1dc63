//! What holds for any field value.

use std::time::{Duration, UNIX_EPOCH};

use error_headers::{
    AuthParam, Bearer, Class, Found, Problem, RetryAfter, read_challenges, strategies,
    write_challenges,
};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// The inside of a quoted string, read in the plainest way.
fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    let mut rest = raw;
    while let [first, tail @ ..] = rest {
        let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        rest = match (first, tail) {
            (b'\r', [b'\n', b' ' | b'\t', ..]) => {
                value.push(b' ');
                &tail[1 + tail[1..].iter().take_while(blank).count()..]
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

fn param_is_where_it_says(value: &[u8], param: &AuthParam<'_>) {
    assert_eq!(String::from_utf8_lossy(&value[param.name_span()]), param.name());
    assert_eq!(param.span().start, param.name_span().start);
    assert!(param.name_span().end <= param.value_span().start);
    let raw = &value[param.value_span()];
    if param.is_quoted() {
        assert_eq!(unescaped(raw), param.bytes());
        assert_eq!(value[param.value_span().start - 1], b'"');
    } else {
        assert_eq!(raw, param.bytes());
        assert_eq!(param.span().end, param.value_span().end);
    }
    assert!(param.value_span().end <= param.span().end);
}

/// Any bytes: what was read stands where it says, in order; what is wrong lies inside the value;
/// what the grammar permits can be written and says the same again.
fn reads_soundly(value: &[u8]) {
    let reading = read_challenges(value);
    let mut end = 0;
    for challenge in &reading.challenges {
        let span = challenge.span();
        assert!(end <= span.start && span.start <= span.end && span.end <= value.len());
        assert_eq!(String::from_utf8_lossy(&value[challenge.scheme_span()]), challenge.scheme());
        assert_eq!(challenge.scheme_span().start, span.start);
        end = challenge.scheme_span().end;
        if let (Some(at), Some(text)) = (challenge.token68_span(), challenge.token68()) {
            assert!(end < at.start);
            assert_eq!(String::from_utf8_lossy(&value[at.clone()]), text);
            end = at.end;
        }
        for param in challenge.params() {
            assert!(end <= param.span().start);
            param_is_where_it_says(value, param);
            end = param.span().end;
        }
        assert_eq!(span.end, end);
    }
    let mut last = 0;
    for deviation in &reading.deviations {
        let span = deviation.span();
        assert!(last <= span.start && span.start <= span.end && span.end <= value.len());
        last = span.start;
        match deviation.found() {
            Found::Text(text) | Found::Again(text) => assert_eq!(text, &value[span]),
            Found::End => assert_eq!(span, value.len()..value.len()),
            _ => assert!(!span.is_empty()),
        }
        assert!(deviation.related().is_none_or(|related| related.end <= value.len()));
    }
    // What a client takes from a field is what the whole reading says.
    assert_eq!(Bearer::read(value), reading.bearer());
    let well_formed = reading
        .deviations
        .iter()
        .all(|deviation| matches!(deviation.class(), Class::Tolerated | Class::BearerAttribute));
    match write_challenges(&reading.challenges) {
        Ok(written) => {
            let again = read_challenges(&written);
            assert_eq!(again.challenges, reading.challenges);
            assert!(again.deviations.iter().all(|d| d.class() == Class::BearerAttribute));
        }
        Err(fault) => assert!(!well_formed, "{fault}"),
    }
}

/// Pieces of which almost-challenges are made.
fn almost() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "Bearer", "Basic", "realm", "error", "scope", "a", "=", "=", "\"", "\"", "\\", ",", ",",
        " ", " ", "\t", "\r\n ", "\r", "\n", "\0", "é", "/", "{", "==", "=\"a\"", ";", ":",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        .prop_map(|pieces| pieces.concat().into_bytes())
}

/// One place of a field value changed.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let field = prop_oneof![strategies::field(), strategies::tolerated_field()];
    (field, any::<prop::sample::Index>(), 0..3, any::<u8>()).prop_map(|(field, at, how, byte)| {
        let mut value = field.value;
        let at = at.index(value.len() + 1);
        match how {
            0 => value.insert(at, byte),
            1 if at < value.len() => drop(value.remove(at)),
            _ => value.truncate(at),
        }
        value
    })
}

/// A challenge in which exactly this is wrong. `scheme` is any but Bearer, the names are different
/// and none of those that RFC 9110 and RFC 6750 speak of, the values need no escape.
fn broken(problem: Problem, scheme: &str, [a, b]: [&str; 2], [x, y]: [&str; 2]) -> String {
    match problem {
        Problem::ControlCharacter => format!("{scheme} {a}=\"{x}\u{1}{y}\""),
        Problem::NotToken => format!("{scheme} {a}=\"{x}\", {b}[]=\"{y}\""),
        Problem::Stray => format!("{scheme} {a}=\"{x}\", ?/?"),
        Problem::MissingComma => format!("{scheme} {a}=\"{x}\" {b}=\"{y}\""),
        Problem::NoScheme => format!("{a}=\"{x}\", {b}=\"{y}\""),
        Problem::CommaAfterScheme => format!("{scheme}, {a}=\"{x}\", {b}=\"{y}\""),
        Problem::TabAfterScheme => format!("{scheme} \t{a}=\"{x}\""),
        Problem::NotToken68 => format!("{scheme} {a}?{b}"),
        Problem::ParameterAfterToken68 => format!("{scheme} YQ==, {a}=\"{x}\", {b}=\"{y}\""),
        Problem::MissingEquals => format!("{scheme} {a}=\"{x}\", {b}\"{y}\""),
        Problem::MissingValue => format!("{scheme} {a}=, {b}=\"{y}\""),
        Problem::ValueNeedsQuotes => format!("{scheme} {a}=http://x, {b}=\"{y}\""),
        Problem::UnterminatedString => format!("{scheme} {a}=\"{x}\", {b}=\"{y}"),
        Problem::TextAfterString => {
            // Words that are no parameter, up to the quote that was meant.
            let words = y.replace([',', '='], " ");
            format!("{scheme} {a}=\"{x}\"? {words} ?\", {b}=\"{y}\"")
        }
        Problem::DuplicateParameter => format!("{scheme} {a}=\"{x}\", {b}=\"\", {a}=\"{y}\""),
        Problem::BearerText => format!("Bearer error=\"{x}\t\", {b}=\"{y}\""),
        Problem::BearerUri => format!("Bearer {a}=\"{x}\", error_uri=\"a b\""),
        Problem::BearerScope => format!("Bearer {a}=\"{x}\", scope=\"a  b\""),
        Problem::WhitespaceAroundEquals => format!("{scheme} {a}=\"{x}\", {b}= \"{y}\""),
        Problem::EmptyElement => format!("{scheme} {a}=\"{x}\",, {b}=\"{y}\""),
        Problem::LineFold => format!("{scheme} {a}=\"{x}\",\r\n {b}=\"{y}\""),
        Problem::UnquotedRealm => format!("{scheme} realm=a, {b}=\"{y}\""),
        other => panic!("{other} needs a row here"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/properties.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_bytes_are_read_soundly(value in proptest::collection::vec(any::<u8>(), 0..64)) {
        reads_soundly(&value);
    }

    #[test]
    fn almost_challenges_are_read_soundly(value in almost()) {
        reads_soundly(&value);
    }

    #[test]
    fn mutated_challenges_are_read_soundly(value in mutated()) {
        reads_soundly(&value);
    }

    #[test]
    fn nothing_is_found_where_nothing_is_wrong(field in strategies::field()) {
        let reading = read_challenges(&field.value);
        prop_assert_eq!(&reading.challenges, &field.challenges);
        prop_assert_eq!(&reading.deviations, &[]);
    }

    #[test]
    fn what_readers_must_accept_changes_nothing(field in strategies::tolerated_field()) {
        let reading = read_challenges(&field.value);
        prop_assert_eq!(&reading.challenges, &field.challenges);
        for deviation in &reading.deviations {
            prop_assert_eq!(deviation.class(), Class::Tolerated, "{}", deviation);
        }
    }

    #[test]
    fn what_is_written_is_read_back(
        challenges in proptest::collection::vec(strategies::challenge(), 0..4),
    ) {
        let written = write_challenges(&challenges).unwrap();
        let reading = read_challenges(&written);
        prop_assert_eq!(&reading.challenges, &challenges);
        // Bearer with attributes that RFC 6750 would not have can be built by hand.
        for deviation in &reading.deviations {
            prop_assert_eq!(deviation.class(), Class::BearerAttribute, "{}", deviation);
        }
        // One form, whatever it was read from, and whoever owns it.
        prop_assert_eq!(write_challenges(&reading.challenges).unwrap(), &written[..]);
        for challenge in reading.challenges {
            prop_assert_eq!(&challenge.clone().into_owned(), &challenge);
        }
    }

    #[test]
    fn bearer_says_what_it_was_told(bearer in strategies::bearer()) {
        let written = bearer.to_challenge().unwrap().to_value().unwrap();
        let reading = read_challenges(&written);
        prop_assert_eq!(&reading.deviations, &[]);
        prop_assert_eq!(reading.bearer().map(Bearer::into_owned), Some(bearer));
    }

    #[test]
    fn one_fault_is_told_as_that_fault_and_no_other(
        before in proptest::collection::vec(strategies::conforming_challenge(), 0..3),
        after in proptest::collection::vec(strategies::conforming_challenge(), 0..3),
        scheme in "s[a-z!-]{0,6}",
        names in ["a[A-Za-z0-9!-]{0,6}", "b[A-Za-z0-9!-]{0,6}"],
        values in ["[a-z ,={}]{0,8}", "[a-z ,={}]{0,8}"],
        problem in proptest::sample::select(Problem::ALL),
    ) {
        let wrong = broken(
            problem,
            &scheme,
            names.each_ref().map(String::as_str),
            values.each_ref().map(String::as_str),
        );
        let before = if problem == Problem::NoScheme { &[][..] } else { &before };
        let after = if problem == Problem::UnterminatedString { &[][..] } else { &after };
        let parts = [
            write_challenges(before).unwrap(),
            wrong.into_bytes(),
            write_challenges(after).unwrap(),
        ];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let value = parts.join(&b", "[..]);
        let reading = read_challenges(&value);
        let found: Vec<_> = reading.deviations.iter().map(error_headers::Deviation::problem).collect();
        prop_assert_eq!(found, [problem], "{}", value.escape_ascii());
        // The challenges round it are untouched.
        prop_assert_eq!(&reading.challenges[..before.len()], before);
        prop_assert_eq!(&reading.challenges[before.len() + 1..], after);
    }

    #[test]
    fn retry_after_is_read_back(value in strategies::retry_after()) {
        let written = value.to_value().unwrap();
        prop_assert_eq!(RetryAfter::read(written.as_bytes()), Ok(value));
    }

    #[test]
    fn any_retry_after_is_read_soundly(
        date in strategies::retry_after(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut value = date.to_value().unwrap().into_bytes();
        let at = at.index(value.len());
        value[at] = byte;
        if let Err(fault) = RetryAfter::read(&value) {
            let span = fault.span();
            prop_assert!(span.start <= span.end && span.end <= value.len());
            if let Found::Text(text) = fault.found() {
                prop_assert_eq!(text, &value[span]);
            }
        }
    }

    #[test]
    fn all_three_forms_of_a_date_say_the_same(seconds in 0..4_102_444_800_u64) {
        let time = UNIX_EPOCH + Duration::from_secs(seconds);
        let fixdate = httpdate::fmt_http_date(time);
        let [day, date, month, year, clock] = [0..3, 5..7, 8..11, 12..16, 17..25].map(|at| &fixdate[at]);
        let long = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
            .into_iter()
            .find(|name| name.starts_with(day))
            .unwrap();
        let padded = date.strip_prefix('0').map_or(date.to_owned(), |digit| format!(" {digit}"));
        for value in [
            fixdate.clone(),
            format!("{long}, {date}-{month}-{} {clock} GMT", &year[2..]),
            format!("{day} {month} {padded} {clock} {year}"),
        ] {
            prop_assert_eq!(RetryAfter::read(value.as_bytes()), Ok(RetryAfter::Date(time)), "{}", value);
        }
    }
}
