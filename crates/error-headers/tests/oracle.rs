//! Readers that others wrote, where both speak: http-auth for challenges, httpdate for dates.

use std::ops::Range;

use error_headers::{Class, Problem, Reading, RetryAfter, read_challenges, strategies};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Schemes and parameters, in a form that both readers can be brought to.
type Content = Vec<(String, Vec<(String, Vec<u8>)>)>;

fn ours(reading: &Reading<'_>) -> Content {
    let params = |challenge: &error_headers::Challenge<'_>| {
        challenge.params().iter().map(|p| (p.name().to_owned(), p.bytes().to_vec())).collect()
    };
    reading.challenges.iter().map(|c| (c.scheme().to_owned(), params(c))).collect()
}

fn theirs(value: &str) -> Option<Content> {
    let challenges = http_auth::parse_challenges(value).ok()?;
    Some(
        challenges
            .into_iter()
            .map(|challenge| {
                let params = challenge.params.iter();
                (
                    challenge.scheme.to_owned(),
                    params
                        .map(|(name, value)| {
                            ((*name).to_owned(), value.to_unescaped().into_bytes())
                        })
                        .collect(),
                )
            })
            .collect(),
    )
}

/// White space at the ends is no part of a field value, and http-auth refuses some of it.
fn trimmed(value: &[u8]) -> &[u8] {
    let blank = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = value.iter().position(blank).unwrap_or(value.len());
    let end = value.iter().rposition(blank).map_or(start, |last| last + 1);
    &value[start..end]
}

/// What RFC 9110 permits and http-auth refuses.
fn beyond_http_auth(value: &[u8], reading: &Reading<'_>) -> bool {
    let between = |at: Range<usize>| value.get(at).unwrap_or_default();
    // No challenge at all.
    reading.challenges.is_empty()
        || !value.is_ascii()
        || reading.challenges.iter().any(|challenge| {
            let scheme = challenge.scheme_span().end;
            challenge.token68().is_some()
                // Anything but one space after the scheme, as an empty element.
                || challenge.params().first().is_some_and(|p| between(scheme..p.span().start) != b" ")
        })
}

/// Accepted there: read here as the same, with no fault of syntax. Nothing wrong here: accepted
/// there, but for what it does not speak.
fn agree(value: &[u8]) {
    let value = trimmed(value);
    let reading = read_challenges(value);
    let shown = value.escape_ascii();
    if let Some(content) = std::str::from_utf8(value).ok().and_then(theirs) {
        assert_eq!(ours(&reading), content, "{shown}");
        let fault = reading.deviations.iter().find(|d| d.class() == Class::Syntax);
        assert_eq!(fault, None, "{shown}");
    } else {
        // It knows no line folds; the other things that readers must accept it accepts, and it
        // does not judge the names and values that it finds.
        let permitted = reading.deviations.iter().all(|deviation| {
            matches!(deviation.class(), Class::DuplicateParameter | Class::BearerAttribute)
                || matches!(
                    deviation.problem(),
                    Problem::WhitespaceAroundEquals
                        | Problem::EmptyElement
                        | Problem::UnquotedRealm
                )
        });
        assert!(!permitted || beyond_http_auth(value, &reading), "refused there: {shown}");
    }
}

#[test]
fn the_readers_meet_where_they_should() {
    // Had http-auth refused everything, `agree` would hold as well.
    for value in ["Basic", r#"Basic realm="a\"b", c=d, Digest e = "f""#, ",Basic,,Digest,"] {
        assert!(theirs(value).is_some(), "{value}");
        agree(value.as_bytes());
    }
    // What it refuses and RFC 9110 does not.
    for value in ["", "Basic YWJj", "Basic  a=b", "Basic a=\"é\"", "Basic , a=b"] {
        assert_eq!(theirs(value), None, "{value}");
        let reading = read_challenges(value.as_bytes());
        assert!(reading.deviations.iter().all(|d| d.problem() == Problem::EmptyElement), "{value}");
        assert!(beyond_http_auth(value.as_bytes(), &reading), "{value}");
    }
}

/// Pieces of which challenges and almost-challenges are made, for the bytes both readers speak.
fn almost() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "Basic ",
        "Digest ",
        "a",
        "realm",
        "=",
        "=\"b\"",
        "=c",
        "\"",
        "\\\"",
        ",",
        ", ",
        " ",
        "\t",
        "/",
        "=\"d, e=f\"",
        "\u{1}",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..12).prop_map(|p| p.concat())
}

/// A date, or what is left of it after a few bytes were changed.
fn almost_date() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        "(Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-3][0-9] (Jan|Feb|Sep) (19[0-9]{2}|20[0-9]{2}) (23|[0-2][0-9]):[0-5][0-9]:[0-6][0-9] GMT",
        "(Monday|Tuesday|Thursday|Sunday), [0-3][0-9]-(Feb|Apr)-[0-9]{2} [0-2][0-9]:[0-5][0-9]:[0-5][0-9] GMT",
        "(Mon|Wed|Sat) (Mar|Dec) [ 1-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9] (19[0-9]{2}|[0-9]{4})",
        strategies::retry_after().prop_map(|value| value.to_value().unwrap_or_default()),
    ];
    (date, any::<prop::sample::Index>(), "[ -~]?", any::<bool>()).prop_map(
        |(mut date, at, with, change)| {
            let at = at.index(date.len() + 1);
            if change && at < date.len() {
                date.replace_range(at..=at, &with);
            }
            date
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "proptest-regressions/oracle.txt",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn http_auth_agrees_on_fields(field in strategies::field()) {
        agree(&field.value);
    }

    #[test]
    fn http_auth_agrees_on_tolerated_fields(field in strategies::tolerated_field()) {
        agree(&field.value);
    }

    #[test]
    fn http_auth_agrees_on_almost_challenges(value in almost()) {
        agree(value.as_bytes());
    }

    #[test]
    fn http_auth_agrees_on_mutations(
        field in strategies::field(),
        at in any::<prop::sample::Index>(),
        byte in 0..0x80_u8,
        insert in any::<bool>(),
    ) {
        let mut value = field.value;
        let at = at.index(value.len() + 1);
        if insert || at == value.len() {
            value.insert(at, byte);
        } else {
            value.remove(at);
        }
        agree(&value);
    }

    /// Where httpdate reads a date it is the same one here, but for the space after a year of two
    /// digits, which it does not look at. What it refuses and is a date: years before 1970, leap
    /// seconds, and a year of two digits in the other century, which the day's name tells.
    #[test]
    fn httpdate_agrees_on_dates(value in almost_date()) {
        let ours = RetryAfter::read(value.as_bytes());
        match httpdate::parse_http_date(&value) {
            Ok(_) if value.split_once(", ").is_some_and(|(day, rest)| {
                day.len() > 3 && rest.as_bytes().get(9) != Some(&b' ')
            }) => prop_assert!(ours.is_err(), "{}", value),
            Ok(date) => prop_assert_eq!(ours, Ok(RetryAfter::Date(date)), "{}", value),
            Err(_) => if let Ok(RetryAfter::Date(date)) = ours {
                let before_1970 = date < std::time::UNIX_EPOCH;
                let leap_second = value.contains("23:59:60");
                let other_century = value.contains("day, ");
                prop_assert!(before_1970 || leap_second || other_century, "{}", value);
            },
        }
    }
}
