//! Retry-After (RFC 9110 section 10.2.3), held against httpdate and against itself.
//!
//! httpdate knows less than RFC 9110 permits, so where it refuses a date it is asked a second
//! time, about a date that it knows and that has the same answer ([`reference`]):
//!
//! | what it refuses or does not look at | what it is asked instead |
//! |---|---|
//! | years before 1970 | the same day 2,000 years later: the calendar repeats after 400 |
//! | the leap second 23:59:60 | the second before it |
//! | a year of two digits in the other century, which the day's name tells | the year written out |
//! | the character between a year of two digits and the time, which can be any | nothing: no date |
//! | white space round the date, which it trims | nothing: no date |

use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use error_headers::{Found, RetryAfter, RetryAfterFault, WriteFault, WritePart};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
        RetryAfter::read(value)
    }

    fn span(&self, fault: &RetryAfterFault<'_>) -> Range<usize> {
        fault.span()
    }

    fn write(&self, value: &RetryAfter) -> Result<String, WriteFault> {
        value.to_value()
    }
}

struct Real;

impl Subject for Real {}

/// Any field value is read as its digits say or as httpdate reads it, and refused where neither is
/// a date or a number, at a place inside it. Where only the day's name is wrong the fault says
/// which date was meant, and only there. White space round the value changes nothing. What was
/// read is written as httpdate writes it and read back, and a delay is as long as the date is away.
///
/// # Panics
///
/// Where that does not hold.
pub fn retry_after(value: &[u8]) {
    holds(&Real, value);
}

fn holds(subject: &impl Subject, value: &[u8]) {
    let shown = value.escape_ascii();
    let text = trimmed(value);
    let is_delay = text.first().is_some_and(u8::is_ascii_digit);
    match subject.read(value) {
        Ok(read) => {
            match read {
                RetryAfter::Delay(seconds) => {
                    assert!(is_delay && text.iter().all(u8::is_ascii_digit), "{shown}: a delay");
                    assert_eq!(seconds, number(text), "{shown}");
                }
                RetryAfter::Date(date) => assert_eq!(Some(date), reference(text), "{shown}"),
            }
            delays(&read);
            written(subject, read);
        }
        Err(fault) => {
            assert!(!(is_delay && text.iter().all(u8::is_ascii_digit)), "{shown}: {fault}");
            assert_eq!(reference(text), None, "{shown}: {fault}");
            place(subject, value, &fault);
            meant(text, &fault);
        }
    }
    if value.len() <= 64 {
        let around = [b" \t", value, b"\t "].concat();
        match (subject.read(value), subject.read(&around)) {
            (Ok(without), Ok(with)) => assert_eq!(without, with, "{shown}, blanks around it"),
            (Err(without), Err(with)) => {
                let Range { start, end } = subject.span(&without);
                // Where nothing stands at all, the blanks are all that can be pointed past.
                let by = if text.is_empty() { around.len() - start } else { 2 };
                assert_eq!(start + by..end + by, subject.span(&with), "{shown}, blanks around it");
                assert_eq!(without.expected(), with.expected(), "{shown}, blanks around it");
            }
            (without, with) => panic!("{shown}: {without:?}, with blanks around it {with:?}"),
        }
    }
}

/// White space round a field value is no part of it (RFC 9110 section 5.5).
fn trimmed(value: &[u8]) -> &[u8] {
    let mut text = value;
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

/// Digits as a number, of which there is no greatest.
fn number(digits: &[u8]) -> u64 {
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    digits.parse().unwrap_or(u64::MAX)
}

/// The days of the week, long.
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The time that httpdate reads, or would read if it knew all of RFC 9110's dates.
fn reference(text: &[u8]) -> Option<SystemTime> {
    // No form of a date is shorter than asctime's, or longer than one of a Wednesday in RFC 850's.
    // What it trims is white space as Unicode has it, U+000B too.
    let outer = text.first().into_iter().chain(text.last());
    let is_blank = |byte: &u8| char::from(*byte).is_whitespace();
    if !(24..=33).contains(&text.len()) || !text.is_ascii() || outer.into_iter().any(is_blank) {
        return None;
    }
    let text = std::str::from_utf8(text).ok()?;
    if text.contains("23:59:60") {
        let before = reference(text.replace("23:59:60", "23:59:59").as_bytes())?;
        return before.checked_add(Duration::from_secs(1));
    }
    if let Some((day, rest)) = text.split_once(", ")
        && DAYS.contains(&day)
    {
        if rest.as_bytes().get(9) != Some(&b' ') {
            return None;
        }
        return httpdate::parse_http_date(text).ok().or_else(|| other_century(day, rest));
    }
    httpdate::parse_http_date(text).ok().or_else(|| before_1970(text))
}

/// A date of RFC 850's form in the century that the year does not stand for by itself.
fn other_century(day: &str, rest: &str) -> Option<SystemTime> {
    let (date, clock) = rest.split_at_checked(9)?;
    let [day_of_month, month, year] = date.split('-').collect::<Vec<_>>().try_into().ok()?;
    // A sign would be read as a part of the year.
    if year.len() != 2 || !year.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let century = if year < "70" { "19" } else { "20" };
    reference(format!("{}, {day_of_month} {month} {century}{year}{clock}", &day[..3]).as_bytes())
}

/// A date with a year of four digits, before httpdate's first.
fn before_1970(text: &str) -> Option<SystemTime> {
    /// Those of five times 400 years.
    const DAYS_LATER: u64 = 5 * 146_097;
    let at = if text.len() == 24 { 20..24 } else { 12..16 };
    let year =
        text.get(at.clone()).filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    let later = year.parse::<u16>().ok().filter(|&year| year < 1970)? + 2000;
    let mut text = text.to_owned();
    text.replace_range(at, &later.to_string());
    let later = httpdate::parse_http_date(&text).ok()?;
    later.checked_sub(Duration::from_secs(DAYS_LATER * 86_400))
}

/// A fault lies inside the value, and says what stands there.
fn place(subject: &impl Subject, value: &[u8], fault: &RetryAfterFault<'_>) {
    let shown = value.escape_ascii();
    let span = subject.span(fault);
    let bytes = value.get(span.clone());
    assert!(bytes.is_some(), "{shown}: {span:?}");
    match fault.found() {
        Found::Text(text) => {
            assert_eq!(Some(text), bytes, "{shown}: {span:?}");
            assert!(!span.is_empty(), "{shown}: {span:?}");
        }
        Found::End => {
            let rest = &value[span.start..];
            assert!(span.is_empty() && trimmed(rest).is_empty(), "{shown}: {span:?}");
        }
        other => panic!("{shown}: found {other}"),
    }
    assert!(!fault.to_string().is_empty() && !fault.expected().is_empty(), "{shown}: {span:?}");
}

/// A fault says which date was meant where it is one by another day's name, and only there.
fn meant(text: &[u8], fault: &RetryAfterFault<'_>) {
    let shown = text.escape_ascii();
    let name = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if !(24..=33).contains(&text.len()) || name < 3 {
        assert_eq!(fault.meant(), None, "{shown}");
        return;
    }
    let (name, rest) = text.split_at(name);
    let mut others = DAYS.map(|day| if name.len() == 3 { &day[..3] } else { day }).into_iter();
    let under = |day: &str| reference(&[day.as_bytes(), rest].concat());
    if let Some(meant) = fault.meant() {
        // Which name is right the fault says too. There may be two, for two centuries.
        let right = others.find(|day| fault.expected().contains(&format!("`{day}`")));
        let right = right.and_then(under).map(RetryAfter::Date);
        assert_eq!(right, Some(meant), "{shown}: {fault}");
        assert!(matches!(fault.found(), Found::Text(found) if found == name), "{shown}");
    } else {
        let is_name = DAYS.iter().any(|day| {
            day.as_bytes() == name || name.len() == 3 && day.as_bytes().starts_with(name)
        });
        let right = others.find(|day| is_name && under(day).is_some());
        assert_eq!(right, None, "{shown}: {fault}");
    }
}

/// The delay is what the field says, and never longer than the date is away.
fn delays(read: &RetryAfter) {
    let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
    let expected = match *read {
        RetryAfter::Delay(seconds) => Duration::from_secs(seconds),
        RetryAfter::Date(date) if date > now => date.duration_since(now).unwrap_or_default(),
        RetryAfter::Date(_) => Duration::ZERO,
    };
    assert_eq!(read.delay(now), expected, "{read:?}");
}

/// What was read is written in the one form for it, and reads back.
fn written(subject: &impl Subject, read: RetryAfter) {
    /// The first second of a year with five digits.
    const TOO_LATE: u64 = 253_402_300_800;
    let form = match read {
        RetryAfter::Delay(seconds) => Some(seconds.to_string()),
        RetryAfter::Date(date) => {
            let since = date.duration_since(UNIX_EPOCH).ok();
            let can_be_said = since.is_some_and(|since| since.as_secs() < TOO_LATE);
            can_be_said.then(|| httpdate::fmt_http_date(date))
        }
    };
    match subject.write(&read) {
        Ok(written) => {
            assert_eq!(subject.read(written.as_bytes()).ok(), Some(read), "{written}");
            assert_eq!(Some(written), form, "{read:?}");
        }
        Err(fault) => {
            assert_eq!(form, None, "{fault}");
            assert_eq!(fault.part(), WritePart::Date, "{fault}");
        }
    }
}

#[cfg(test)]
pub(crate) const RETRY_AFTER_LIES: &[crate::testing::Lie] = {
    use crate::testing::Lie;

    struct OneSecondMore;
    impl Subject for OneSecondMore {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            RetryAfter::read(value).map(|read| match read {
                RetryAfter::Delay(seconds) => RetryAfter::Delay(seconds.saturating_add(1)),
                date @ RetryAfter::Date(_) => date,
            })
        }
    }

    struct Wraps;
    impl Subject for Wraps {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            RetryAfter::read(value).map(|read| match read {
                RetryAfter::Delay(_) => {
                    let digits = trimmed(value).iter().map(|digit| u64::from(digit - b'0'));
                    let add = |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(digit);
                    RetryAfter::Delay(digits.fold(0, add))
                }
                date @ RetryAfter::Date(_) => date,
            })
        }
    }

    struct AnyDay;
    impl Subject for AnyDay {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            RetryAfter::read(value).or_else(|fault| fault.meant().ok_or(fault))
        }
    }

    struct NoLeapSecond;
    impl Subject for NoLeapSecond {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            RetryAfter::read(value).map(|read| match read {
                RetryAfter::Date(date) if value.windows(3).any(|bytes| bytes == b":60") => {
                    RetryAfter::Date(date - Duration::from_secs(1))
                }
                other => other,
            })
        }
    }

    /// 2094 as 1994, whatever the day's name says.
    struct OneCentury;
    impl Subject for OneCentury {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            RetryAfter::read(value).map(|read| match read {
                RetryAfter::Date(date)
                    if date > UNIX_EPOCH + Duration::from_secs(100 * 31_557_600)
                        && value.windows(4).any(|bytes| bytes == b"day,") =>
                {
                    RetryAfter::Date(date - Duration::from_secs(36_525 * 86_400))
                }
                other => other,
            })
        }
    }

    struct OneByteFurther;
    impl Subject for OneByteFurther {
        fn span(&self, fault: &RetryAfterFault<'_>) -> Range<usize> {
            let span = fault.span();
            if span.is_empty() { span } else { span.start + 1..span.end + 1 }
        }
    }

    struct OtherZone;
    impl Subject for OtherZone {
        fn write(&self, value: &RetryAfter) -> Result<String, WriteFault> {
            value.to_value().map(|written| written.replace(" GMT", " UTC"))
        }
    }

    struct BlanksCount;
    impl Subject for BlanksCount {
        fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
            match value {
                [.., b' ' | b'\t'] => RetryAfter::read(b"-"),
                _ => RetryAfter::read(value),
            }
        }
    }

    const fn lie(what: &'static str, check: fn(&[u8])) -> Lie {
        Lie { oracle: "retry_after", what, check }
    }

    &[
        lie("a second is added to the delay", |value| holds(&OneSecondMore, value)),
        lie("a delay past 64 bits wraps", |value| holds(&Wraps, value)),
        lie("a date is taken under another day's name", |value| holds(&AnyDay, value)),
        lie("the leap second is the one before it", |value| holds(&NoLeapSecond, value)),
        lie("the day's name does not tell the century", |value| holds(&OneCentury, value)),
        lie("a fault is one byte further on", |value| holds(&OneByteFurther, value)),
        lie("a date is written in another zone", |value| holds(&OtherZone, value)),
        lie("white space after the value is a fault", |value| holds(&BlanksCount, value)),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    fn since(text: &str) -> Option<i64> {
        let time = reference(text.as_bytes())?;
        let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap();
        Some(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => seconds(after),
            Err(before) => -seconds(before.duration()),
        })
    }

    #[test]
    fn httpdate_does_refuse_what_the_exceptions_are_for() {
        for (text, seconds) in [
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1),
            ("Mon, 01 Jan 1900 00:00:00 GMT", -2_208_988_800),
            ("Mon Jan  1 00:00:00 1601", -11_644_473_600),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            ("Saturday, 31-Dec-16 23:59:60 GMT", 1_483_228_800),
            ("Saturday, 06-Nov-94 08:49:37 GMT", 3_939_871_777),
            ("Wednesday, 31-Dec-69 23:59:59 GMT", -1),
        ] {
            assert!(httpdate::parse_http_date(text).is_err(), "{text}");
            assert_eq!(since(text), Some(seconds), "{text}");
            retry_after(text.as_bytes());
        }
        // What it accepts and RFC 9110 does not.
        for text in ["Sunday, 06-Nov-94x08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT\n"] {
            assert!(httpdate::parse_http_date(text).is_ok(), "{text}");
            assert_eq!(since(text), None, "{text}");
            retry_after(text.as_bytes());
        }
    }

    #[test]
    fn the_three_forms_meet() {
        for text in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
        ] {
            assert_eq!(since(text), Some(784_111_777), "{text}");
            retry_after(text.as_bytes());
        }
    }

    #[test]
    fn another_days_name_is_a_fault_that_says_what_was_meant() {
        let fault = RetryAfter::read(b"Mon, 06 Nov 1994 08:49:37 GMT").unwrap_err();
        assert!(fault.meant().is_some());
        retry_after(b"Mon, 06 Nov 1994 08:49:37 GMT");
        retry_after(b"Monday, 06-Nov-94 08:49:37 GMT");
        retry_after(b"Mon, 31 Feb 1994 08:49:37 GMT");
    }
}
