//! Reads and writes Retry-After fields.
//!
//! ```text
//! Retry-After   = HTTP-date / delay-seconds                 RFC 9110 10.2.3
//! delay-seconds = 1*DIGIT                                   RFC 9110 10.2.3
//! HTTP-date     = IMF-fixdate / obs-date                    RFC 9110 5.6.7
//! IMF-fixdate   = day-name "," SP date1 SP time-of-day SP GMT
//! obs-date      = rfc850-date / asctime-date
//! rfc850-date   = day-name-l "," SP date2 SP time-of-day SP GMT
//! asctime-date  = day-name SP date3 SP time-of-day SP year
//! date1         = day SP month SP year                      ; 02 Jun 1982
//! date2         = day "-" month "-" 2DIGIT                  ; 02-Jun-82
//! date3         = month SP ( 2DIGIT / ( SP 1DIGIT ))        ; Jun  2
//! time-of-day   = hour ":" minute ":" second                ; 00:00:00 - 23:59:60 (leap second)
//! ```
//!
//! What follows from it, where it is not plain to see:
//!
//! - An HTTP-date is case-sensitive and always says GMT.
//! - The leap second 23:59:60 is a date. It is read as the second after it, since no clock here
//!   counts it.
//! - The day's name has to be the date's (RFC 5322 section 3.3, which HTTP-date is a subset of). A
//!   date with another day's name is a fault that still tells which date was meant:
//!   [`RetryAfterFault::meant`].
//! - The two-digit year stands for the year within 1970 to 2069 unless the day's name says that it
//!   is the same year of the other century. RFC 9110 has readers compare it with today's date; no
//!   clock is asked here, so that reading depends on the field alone.
//! - There is no limit to a delay: one that does not fit 64 bits is `u64::MAX` seconds.

use std::fmt;
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Found;
use crate::bytes::char_length;
use crate::write::{WriteFault, WritePart};

/// When to try again (RFC 9110 section 10.2.3).
///
/// ```
/// use error_headers::RetryAfter;
/// use std::time::{Duration, SystemTime};
///
/// let now = SystemTime::now();
/// assert_eq!(RetryAfter::read(b"120")?.delay(now), Duration::from_secs(120));
///
/// let date = RetryAfter::read(b"Fri, 31 Dec 1999 23:59:59 GMT")?;
/// assert_eq!(date.delay(now), Duration::ZERO);
/// assert_eq!(date.to_value().as_deref(), Ok("Fri, 31 Dec 1999 23:59:59 GMT"));
///
/// let fault = RetryAfter::read(b"1.5").unwrap_err();
/// assert_eq!(fault.span(), 1..2);
/// assert_eq!(fault.to_string(), "found `.` at byte 1, expected a digit or the end");
/// # Ok::<(), error_headers::RetryAfterFault>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryAfter {
    /// So many seconds after the response was received.
    Delay(u64),
    /// At this time.
    Date(SystemTime),
}

impl RetryAfter {
    /// Reads the value of a Retry-After field; spaces and tabs round it do not matter.
    ///
    /// # Errors
    ///
    /// The value is neither a number of seconds nor an HTTP-date.
    pub fn read(value: &[u8]) -> Result<Self, RetryAfterFault<'_>> {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
        let end = value.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
        let reader = Reader { value, end };
        if reader.digit(start).is_some() { reader.delay(start) } else { reader.date(start) }
    }

    /// How long to wait from `now`; nothing where the date is past.
    pub fn delay(&self, now: SystemTime) -> Duration {
        match self {
            Self::Delay(seconds) => Duration::from_secs(*seconds),
            Self::Date(date) => date.duration_since(now).unwrap_or_default(),
        }
    }

    /// The field value: digits, or an IMF-fixdate. A fraction of a second is rounded up, so that
    /// nobody comes back too early.
    ///
    /// # Errors
    ///
    /// The date is not within the years 1970 to 9999.
    pub fn to_value(&self) -> Result<String, WriteFault> {
        /// 10000-01-01T00:00:00Z, the first date of five digits.
        const TOO_LATE: u64 = 253_402_300_800;
        match self {
            Self::Delay(seconds) => Ok(seconds.to_string()),
            Self::Date(date) => date
                .duration_since(UNIX_EPOCH)
                .ok()
                .map(|since| since.as_secs().saturating_add(u64::from(since.subsec_nanos() > 0)))
                .filter(|&seconds| seconds < TOO_LATE)
                .map(|seconds| httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds)))
                .ok_or_else(|| WriteFault::new(WritePart::Date, &format!("{date:?}"), 0)),
        }
    }
}

/// A Retry-After field that cannot be read: where, what stood there and what could have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RetryAfterFault<'a> {
    span: Range<usize>,
    found: Found<'a>,
    expected: &'static str,
    meant: Option<RetryAfter>,
}

impl<'a> RetryAfterFault<'a> {
    /// Where, in bytes of the field value; empty where something is missing at its end.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// What stood there.
    pub const fn found(&self) -> Found<'a> {
        self.found
    }

    /// What could have stood there, as a phrase.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }

    /// What the field says all the same, where only the day's name is wrong: for a client, which
    /// has to wait for some time and had better take this one.
    pub const fn meant(&self) -> Option<RetryAfter> {
        self.meant
    }
}

impl fmt::Display for RetryAfterFault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {} at byte {}, expected {}", self.found, self.span.start, self.expected)
    }
}

impl std::error::Error for RetryAfterFault<'_> {}

/// One piece of a date.
#[derive(Clone, Copy)]
enum Piece {
    /// `day-name`.
    ShortDay,
    /// `day-name-l`.
    LongDay,
    /// `month`.
    Month,
    /// `2DIGIT`, the day of the month.
    Day,
    /// `2DIGIT / ( SP 1DIGIT )`, the day of the month.
    PaddedDay,
    /// `4DIGIT`.
    Year,
    /// `2DIGIT`, the year.
    ShortYear,
    /// `hour ":" minute ":" second`.
    Time,
    /// Exactly this.
    Text(&'static str),
}

use Piece::{Day, LongDay, Month, PaddedDay, ShortDay, ShortYear, Text, Time, Year};

/// The three forms of a date, in the order of the grammar.
const FORMS: [&[Piece]; 3] = [
    &[ShortDay, Text(", "), Day, Text(" "), Month, Text(" "), Year, Text(" "), Time, Text(" GMT")],
    &[
        LongDay,
        Text(", "),
        Day,
        Text("-"),
        Month,
        Text("-"),
        ShortYear,
        Text(" "),
        Time,
        Text(" GMT"),
    ],
    &[ShortDay, Text(" "), Month, Text(" "), PaddedDay, Text(" "), Time, Text(" "), Year],
];

/// One row a day of the week: its name, its short name.
macro_rules! days {
    ($($long:literal $short:literal;)+) => {
        /// From the day of the Unix epoch's week on: 1 January 1970 was a Thursday.
        const DAYS: [&str; 7] = [$($long),+];

        /// What could have stood where another day's name stands, in the short and the long form.
        const DAYS_OF_DATE: [[&str; 2]; 7] = [$([
            concat!("`", $short, "`, the day of that date"),
            concat!("`", $long, "`, the day of that date"),
        ]),+];
    };
}

days! {
    "Thursday" "Thu";
    "Friday" "Fri";
    "Saturday" "Sat";
    "Sunday" "Sun";
    "Monday" "Mon";
    "Tuesday" "Tue";
    "Wednesday" "Wed";
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What the pieces of a date said.
#[derive(Default)]
struct Fields {
    /// Index in `DAYS`, and where it stood.
    weekday: (i64, Range<usize>),
    day: (i64, Range<usize>),
    /// From 1.
    month: i64,
    year: i64,
    short_year: bool,
    seconds: i64,
}

/// Where a form does not fit: from where, how many bytes (0: the character there), and what would.
struct Misfit {
    at: usize,
    length: usize,
    expected: &'static str,
}

impl Misfit {
    const fn at(at: usize, expected: &'static str) -> Self {
        Self { at, length: 0, expected }
    }
}

struct Reader<'a> {
    value: &'a [u8],
    /// Where white space follows, or nothing.
    end: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self, at: usize) -> &'a [u8] {
        self.value.get(at..self.end).unwrap_or_default()
    }

    fn digit(&self, at: usize) -> Option<i64> {
        self.rest(at)
            .first()
            .filter(|byte| byte.is_ascii_digit())
            .map(|byte| i64::from(byte - b'0'))
    }

    fn fault(&self, misfit: &Misfit) -> RetryAfterFault<'a> {
        let Misfit { at, length, expected } = *misfit;
        let length = if length == 0 { char_length(self.rest(at), 0) } else { length };
        let span = at..at + length;
        let found = match self.value.get(span.clone()) {
            Some(bytes) if length > 0 => Found::Text(bytes),
            _ => Found::End,
        };
        RetryAfterFault { span, found, expected, meant: None }
    }

    /// `delay-seconds`.
    fn delay(&self, start: usize) -> Result<RetryAfter, RetryAfterFault<'a>> {
        let mut seconds = 0_u64;
        for (index, &byte) in self.rest(start).iter().enumerate() {
            if !byte.is_ascii_digit() {
                return Err(self.fault(&Misfit::at(start + index, "a digit or the end")));
            }
            seconds = seconds.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
        }
        Ok(RetryAfter::Delay(seconds))
    }

    /// `HTTP-date`: the first form that fits, else the fault of the one that fits the longest.
    fn date(&self, start: usize) -> Result<RetryAfter, RetryAfterFault<'a>> {
        let mut furthest = Misfit::at(start, "a number of seconds or an HTTP-date");
        for form in FORMS {
            match self.form(form, start) {
                Ok(fields) => return self.time(&fields),
                Err(misfit) if misfit.at > furthest.at => furthest = misfit,
                Err(_) => {}
            }
        }
        Err(self.fault(&furthest))
    }

    fn form(&self, form: &[Piece], start: usize) -> Result<Fields, Misfit> {
        let mut at = start;
        let mut fields = Fields::default();
        for piece in form {
            match *piece {
                ShortDay => {
                    let name = |day: &'static str| day.get(..3).unwrap_or(day);
                    let index = self.name(&mut at, DAYS.iter().map(|day| name(day)));
                    fields.weekday =
                        (index.ok_or(Misfit::at(at, "the name of a day"))?, at - 3..at);
                }
                LongDay => {
                    let from = at;
                    let index = self.name(&mut at, DAYS.iter().copied());
                    fields.weekday = (index.ok_or(Misfit::at(at, "the name of a day"))?, from..at);
                }
                Month => {
                    let index = self.name(&mut at, MONTHS.iter().copied());
                    fields.month =
                        index.ok_or(Misfit::at(at, "the name of a month, as `Jan`"))? + 1;
                }
                Day => fields.day = (self.number(&mut at, 2, "a day of two digits")?, at - 2..at),
                PaddedDay => {
                    let expected = "a day of two digits, or a space and one digit";
                    let length = if self.rest(at).first() == Some(&b' ') { 1 } else { 2 };
                    at += 2 - length;
                    fields.day = (self.number(&mut at, length, expected)?, at - length..at);
                }
                Year => fields.year = self.number(&mut at, 4, "a year of four digits")?,
                ShortYear => {
                    fields.year = self.number(&mut at, 2, "a year of two digits")?;
                    fields.short_year = true;
                }
                Time => fields.seconds = self.time_of_day(&mut at)?,
                Text(text) => self.text(&mut at, text)?,
            }
        }
        if at < self.end {
            return Err(Misfit::at(at, "the end of the date"));
        }
        Ok(fields)
    }

    /// Passes over exactly this text.
    fn text(&self, at: &mut usize, text: &'static str) -> Result<(), Misfit> {
        for byte in text.bytes() {
            if self.rest(*at).first() != Some(&byte) {
                // One phrase for each of the texts in `FORMS` and `time_of_day`.
                let expected = match text {
                    ", " => "`, ` after the name of the day",
                    " GMT" => "` GMT` at the end of the date",
                    "-" => "`-` between day, month and year",
                    ":" => "`:` between hours, minutes and seconds",
                    _ => "one space",
                };
                return Err(Misfit::at(*at, expected));
            }
            *at += 1;
        }
        Ok(())
    }

    /// Passes over one of these names; `None`, and stays, where none stands here.
    fn name(&self, at: &mut usize, names: impl Iterator<Item = &'static str>) -> Option<i64> {
        for (index, name) in (0..).zip(names) {
            if self.rest(*at).starts_with(name.as_bytes()) {
                *at += name.len();
                return Some(index);
            }
        }
        None
    }

    /// Passes over so many digits.
    fn number(&self, at: &mut usize, digits: usize, expected: &'static str) -> Result<i64, Misfit> {
        let mut number = 0;
        for _ in 0..digits {
            number = number * 10 + self.digit(*at).ok_or(Misfit::at(*at, expected))?;
            *at += 1;
        }
        Ok(number)
    }

    /// `hour ":" minute ":" second`, in seconds.
    fn time_of_day(&self, at: &mut usize) -> Result<i64, Misfit> {
        let below = |from: usize, number: i64, limit: i64, expected| {
            if number < limit { Ok(number) } else { Err(Misfit { at: from, length: 2, expected }) }
        };
        let from = *at;
        let hours =
            below(from, self.number(at, 2, "hours of two digits")?, 24, "hours from 00 to 23")?;
        self.text(at, ":")?;
        let from = *at;
        let minutes =
            below(from, self.number(at, 2, "minutes of two digits")?, 60, "minutes from 00 to 59")?;
        self.text(at, ":")?;
        let from = *at;
        // Leap seconds are put in at the end of a day.
        let (most, expected) = match (hours, minutes) {
            (23, 59) => (61, "seconds from 00 to 60"),
            _ => (60, "seconds from 00 to 59"),
        };
        let seconds = below(from, self.number(at, 2, "seconds of two digits")?, most, expected)?;
        Ok(hours * 3600 + minutes * 60 + seconds)
    }

    /// The time that the fields say, where there is such a day.
    fn time(&self, fields: &Fields) -> Result<RetryAfter, RetryAfterFault<'a>> {
        let (day, ref day_span) = fields.day;
        let (weekday, ref weekday_span) = fields.weekday;
        let years: &[i64] = match fields.year {
            year if !fields.short_year => &[year],
            year @ 70.. => &[year + 1900, year + 2000],
            year => &[year + 2000, year + 1900],
        };
        // The first year that has this day, unless another has it under this name.
        let mut days = None;
        for &year in years {
            if day >= 1 && day <= days_in_month(year, fields.month) {
                let count = days_from_epoch(year, fields.month, day);
                let falls_on = count.rem_euclid(7);
                if falls_on == weekday || days.is_none() {
                    days = Some((count, falls_on));
                }
            }
        }
        let Some((days, falls_on)) = days else {
            let Range { start: at, end } = *day_span;
            let expected = "a day that the month has";
            return Err(self.fault(&Misfit { at, length: end - at, expected }));
        };
        let date = RetryAfter::Date(system_time(days * 86_400 + fields.seconds));
        if falls_on == weekday {
            return Ok(date);
        }
        let Range { start: at, end } = *weekday_span;
        let names = usize::try_from(falls_on).ok().and_then(|index| DAYS_OF_DATE.get(index));
        let [short, long] = names.copied().unwrap_or(["the day of that date"; 2]);
        // Only the form with the year of two digits has the long names.
        let expected = if fields.short_year { long } else { short };
        let fault = self.fault(&Misfit { at, length: end - at, expected });
        Err(RetryAfterFault { meant: Some(date), ..fault })
    }
}

/// Days of a month in the Gregorian calendar, of which HTTP-date is.
const fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1 January 1970 to this day.
const fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Counted in years that begin with March, so that the leap day is a year's last one: a month
    // then begins (153 * months + 2) / 5 days after the year does. 719468 days lie between
    // 1 March of the year 0 and the epoch.
    let (year, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * months + 2) / 5 + day - 1 - 719_468
}

/// Seconds from the Unix epoch as a time. One that this system's clock cannot say lies long before
/// the epoch: then the epoch is as good, since both are past.
fn system_time(seconds: i64) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let time = if seconds < 0 {
        UNIX_EPOCH.checked_sub(distance)
    } else {
        UNIX_EPOCH.checked_add(distance)
    };
    time.unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_the_epoch() {
        for (year, month, day, days) in [
            (1970, 1, 1, 0),
            (1970, 1, 2, 1),
            (1969, 12, 31, -1),
            (1972, 2, 29, 789),
            (1972, 3, 1, 790),
            (2000, 2, 29, 11_016),
            (2000, 3, 1, 11_017),
            (9999, 12, 31, 2_932_896),
            (0, 3, 1, -719_468),
            (0, 1, 1, -719_528),
        ] {
            assert_eq!(days_from_epoch(year, month, day), days, "{year}-{month}-{day}");
        }
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut days = days_from_epoch(0, 1, 1);
        for year in 0..=2400 {
            for month in 1..=12 {
                for day in 1..=days_in_month(year, month) {
                    assert_eq!(days_from_epoch(year, month, day), days, "{year}-{month}-{day}");
                    days += 1;
                }
            }
        }
    }
}
