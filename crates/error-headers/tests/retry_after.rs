//! Retry-After: what is read, and what is told of the rest. One row a case.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use error_headers::{RetryAfter, WritePart};

/// 1994-11-06T08:49:37Z, the date of the examples in RFC 9110 section 5.6.7.
const EXAMPLE: u64 = 784_111_777;

fn date(seconds: u64) -> RetryAfter {
    RetryAfter::Date(UNIX_EPOCH + Duration::from_secs(seconds))
}

#[test]
fn what_is_read() {
    for (value, read) in [
        ("0", RetryAfter::Delay(0)),
        ("120", RetryAfter::Delay(120)),
        ("0120", RetryAfter::Delay(120)),
        (" \t120 \t", RetryAfter::Delay(120)),
        ("18446744073709551614", RetryAfter::Delay(u64::MAX - 1)),
        ("18446744073709551615", RetryAfter::Delay(u64::MAX)),
        ("18446744073709551616", RetryAfter::Delay(u64::MAX)),
        ("99999999999999999999999999", RetryAfter::Delay(u64::MAX)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", date(EXAMPLE)),
        ("Sunday, 06-Nov-94 08:49:37 GMT", date(EXAMPLE)),
        ("Sun Nov  6 08:49:37 1994", date(EXAMPLE)),
        ("\tSun, 06 Nov 1994 08:49:37 GMT ", date(EXAMPLE)),
        ("Wed Nov 16 08:49:37 1994", date(EXAMPLE + 10 * 86_400)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", date(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", date(253_402_300_799)),
        ("Tue, 29 Feb 2000 00:00:00 GMT", date(951_782_400)),
        ("Thu, 29 Feb 2024 12:00:00 GMT", date(1_709_208_000)),
        // A leap second is the second after it.
        ("Sat, 31 Dec 2016 23:59:60 GMT", date(1_483_228_800)),
        // Before the epoch.
        ("Wed, 31 Dec 1969 23:59:59 GMT", RetryAfter::Date(UNIX_EPOCH - Duration::from_secs(1))),
        // Two digits: the day's name says which century.
        ("Thursday, 01-Jan-70 00:00:00 GMT", date(0)),
        ("Wednesday, 01-Jan-70 00:00:00 GMT", date(3_155_760_000)),
        ("Saturday, 01-Jan-00 00:00:00 GMT", date(946_684_800)),
        ("Thursday, 01-Jan-26 00:00:00 GMT", date(1_767_225_600)),
        // 2000 had a 29 February, 1900 had not.
        ("Tuesday, 29-Feb-00 00:00:00 GMT", date(951_782_400)),
    ] {
        assert_eq!(RetryAfter::read(value.as_bytes()), Ok(read), "{value}");
    }
}

#[test]
fn what_is_told_of_the_rest() {
    for (value, span, found, expected) in [
        ("", 0..0, "the end", "a number of seconds or an HTTP-date"),
        (" \t ", 3..3, "the end", "a number of seconds or an HTTP-date"),
        ("-5", 0..1, "`-`", "a number of seconds or an HTTP-date"),
        ("+5", 0..1, "`+`", "a number of seconds or an HTTP-date"),
        ("soon", 0..1, "`s`", "a number of seconds or an HTTP-date"),
        ("été", 0..2, "`é`", "a number of seconds or an HTTP-date"),
        ("1.5", 1..2, "`.`", "a digit or the end"),
        (" 1 5", 2..3, "a space", "a digit or the end"),
        ("120s", 3..4, "`s`", "a digit or the end"),
        ("120, 120", 3..4, "`,`", "a digit or the end"),
        ("120\r\n", 3..4, "the character U+000D", "a digit or the end"),
        ("2030-01-01T00:00:00Z", 4..5, "`-`", "a digit or the end"),
        ("sun, 06 Nov 1994 08:49:37 GMT", 0..1, "`s`", "a number of seconds or an HTTP-date"),
        ("Sun", 3..3, "the end", "`, ` after the name of the day"),
        ("Sun,06 Nov 1994 08:49:37 GMT", 4..5, "`0`", "`, ` after the name of the day"),
        ("Sun, 6 Nov 1994 08:49:37 GMT", 6..7, "a space", "a day of two digits"),
        ("Sun, 06  Nov 1994 08:49:37 GMT", 8..9, "a space", "the name of a month, as `Jan`"),
        ("Sun, 06 nov 1994 08:49:37 GMT", 8..9, "`n`", "the name of a month, as `Jan`"),
        ("Sun, 06 Nov 94 08:49:37 GMT", 14..15, "a space", "a year of four digits"),
        ("Sun, 06 Nov 1994  08:49:37 GMT", 17..18, "a space", "hours of two digits"),
        ("Sun, 06 Nov 1994 8:49:37 GMT", 18..19, "`:`", "hours of two digits"),
        ("Sun, 06 Nov 1994 24:00:00 GMT", 17..19, "`24`", "hours from 00 to 23"),
        ("Sun, 06 Nov 1994 08:60:00 GMT", 20..22, "`60`", "minutes from 00 to 59"),
        ("Sun, 06 Nov 1994 08:49:60 GMT", 23..25, "`60`", "seconds from 00 to 59"),
        ("Sat, 31 Dec 2016 23:59:61 GMT", 23..25, "`61`", "seconds from 00 to 60"),
        ("Sun, 06 Nov 1994 08.49.37 GMT", 19..20, "`.`", "`:` between hours, minutes and seconds"),
        ("Sun, 06 Nov 1994 08:49:37", 25..25, "the end", "` GMT` at the end of the date"),
        ("Sun, 06 Nov 1994 08:49:37 UTC", 26..27, "`U`", "` GMT` at the end of the date"),
        ("Sun, 06 Nov 1994 08:49:37 gmt", 26..27, "`g`", "` GMT` at the end of the date"),
        ("Sun, 06 Nov 1994 08:49:37 +0000", 26..27, "`+`", "` GMT` at the end of the date"),
        ("Sun, 06 Nov 1994 08:49:37 GMT+1", 29..30, "`+`", "the end of the date"),
        ("Sunday, 06 Nov 1994 08:49:37 GMT", 10..11, "a space", "`-` between day, month and year"),
        ("Sunday, 06-Nov-1994 08:49:37 GMT", 17..18, "`9`", "one space"),
        (
            "Sun Nov 6 08:49:37 1994",
            9..10,
            "a space",
            "a day of two digits, or a space and one digit",
        ),
        ("Sun Nov  6 08:49:37 94", 22..22, "the end", "a year of four digits"),
        ("Sun Nov  6 08:49:37 1994 GMT", 24..25, "a space", "the end of the date"),
        ("Sun, 00 Nov 1994 08:49:37 GMT", 5..7, "`00`", "a day that the month has"),
        ("Thu, 31 Nov 1994 08:49:37 GMT", 5..7, "`31`", "a day that the month has"),
        ("Wed, 29 Feb 2023 08:49:37 GMT", 5..7, "`29`", "a day that the month has"),
        ("Thu, 29 Feb 2100 08:49:37 GMT", 5..7, "`29`", "a day that the month has"),
        ("Tue Nov 31 08:49:37 1994", 8..10, "`31`", "a day that the month has"),
    ] {
        let fault = RetryAfter::read(value.as_bytes()).expect_err(value);
        assert_eq!(
            (fault.span(), fault.found().to_string().as_str(), fault.expected(), fault.meant()),
            (span, found, expected, None),
            "{value}"
        );
    }
}

#[test]
fn the_wrong_day_is_a_fault_that_tells_what_was_meant() {
    const WEEK: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let of_example = [
        ("Mon, 06 Nov 1994 08:49:37 GMT", 0..3, "`Mon`", "`Sun`, the day of that date"),
        ("Monday, 06-Nov-94 08:49:37 GMT", 0..6, "`Monday`", "`Sunday`, the day of that date"),
        (" Mon Nov  6 08:49:37 1994", 1..4, "`Mon`", "`Sun`, the day of that date"),
    ];
    for (value, span, found, expected) in of_example {
        let fault = RetryAfter::read(value.as_bytes()).expect_err(value);
        assert_eq!(fault.span(), span, "{value}");
        assert_eq!(fault.found().to_string(), found, "{value}");
        assert_eq!(fault.expected(), expected, "{value}");
        assert_eq!(fault.meant(), Some(date(EXAMPLE)), "{value}");
    }
    // Each day of the week in its turn, though the field says the day after it.
    for (day, name) in (0_u8..).zip(WEEK) {
        let wrong = WEEK[(usize::from(day) + 1) % 7];
        let value = format!("{wrong}, {:02} Jan 1970 00:00:00 GMT", day + 1);
        let fault = RetryAfter::read(value.as_bytes()).expect_err(&value);
        assert_eq!(
            fault.to_string(),
            format!("found `{wrong}` at byte 0, expected `{name}`, the day of that date")
        );
        assert_eq!(fault.meant(), Some(date(u64::from(day) * 86_400)));
    }
    let fault = RetryAfter::read(b"Sat, 31 Dec 1999 23:59:59 GMT").unwrap_err();
    assert_eq!(fault.to_string(), "found `Sat` at byte 0, expected `Fri`, the day of that date");
}

/// OWS is SP and HTAB (RFC 9110 sections 5.5 and 5.6.3); everything else is part of the value.
#[test]
fn only_spaces_and_tabs_are_no_part_of_the_value() {
    for ws in ["\r", "\n", "\r\n", "\x0B", "\x0C", "\u{A0}"] {
        for content in ["120", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            let before = format!(" {ws}{content}");
            let fault = RetryAfter::read(before.as_bytes()).expect_err(&before);
            assert_eq!(fault.span().start, 1, "{before:?}");
            assert_eq!(fault.expected(), "a number of seconds or an HTTP-date");
            let after = format!("{content}{ws} ");
            let fault = RetryAfter::read(after.as_bytes()).expect_err(&after);
            assert_eq!(fault.span().start, content.len(), "{after:?}");
        }
    }
}

#[test]
fn a_delay_counts_from_now() {
    let now = UNIX_EPOCH + Duration::from_secs(EXAMPLE);
    assert_eq!(RetryAfter::Delay(5).delay(now), Duration::from_secs(5));
    assert_eq!(RetryAfter::Delay(u64::MAX).delay(now), Duration::from_secs(u64::MAX));
    assert_eq!(date(EXAMPLE + 7).delay(now), Duration::from_secs(7));
    assert_eq!(date(EXAMPLE).delay(now), Duration::ZERO);
    assert_eq!(date(EXAMPLE - 7).delay(now), Duration::ZERO);
}

#[test]
fn what_is_written() {
    let at = |seconds, nanoseconds| UNIX_EPOCH + Duration::new(seconds, nanoseconds);
    let value = |time: SystemTime| RetryAfter::Date(time).to_value();
    assert_eq!(RetryAfter::Delay(u64::MAX).to_value().as_deref(), Ok("18446744073709551615"));
    assert_eq!(value(at(EXAMPLE, 0)).as_deref(), Ok("Sun, 06 Nov 1994 08:49:37 GMT"));
    assert_eq!(value(at(EXAMPLE, 1)).as_deref(), Ok("Sun, 06 Nov 1994 08:49:38 GMT"));
    assert_eq!(value(at(253_402_300_799, 0)).as_deref(), Ok("Fri, 31 Dec 9999 23:59:59 GMT"));
    for time in [at(253_402_300_799, 1), at(253_402_300_800, 0), UNIX_EPOCH - Duration::new(0, 1)] {
        assert_eq!(value(time).unwrap_err().part(), WritePart::Date);
    }
}
