//! Retry-After (RFC 9110 section 10.2.3), held against httpdate and against itself.

use std::time::{Duration, SystemTime};

use error_headers::{RetryAfter, RetryAfterFault};

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    fn read<'a>(&self, value: &'a [u8]) -> Result<RetryAfter, RetryAfterFault<'a>> {
        RetryAfter::read(value)
    }
}

struct Real;

impl Subject for Real {}

/// Any field value: it is read as httpdate reads it, or refused at a place inside it; what was
/// read survives writing and reading; the delay is never longer than the date is away.
///
/// # Panics
///
/// Where that does not hold.
pub fn retry_after(value: &[u8]) {
    holds(&Real, value);
}

fn holds(subject: &impl Subject, value: &[u8]) {
    let shown = value.escape_ascii();
    let read = match subject.read(value) {
        Ok(read) => read,
        Err(fault) => {
            let span = fault.span();
            assert!(span.start <= span.end && span.end <= value.len(), "{shown}: {span:?}");
            assert!(!fault.to_string().is_empty() && !fault.expected().is_empty());
            return;
        }
    };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    match read {
        RetryAfter::Delay(seconds) => {
            let digits = value.trim_ascii();
            assert!(digits.iter().all(u8::is_ascii_digit), "{shown} is no number of seconds");
            let number = std::str::from_utf8(digits).ok().map(str::parse::<u64>);
            if let Some(Ok(number)) = number {
                assert_eq!(number, seconds, "{shown}");
            }
            assert_eq!(read.delay(now), Duration::from_secs(seconds));
        }
        RetryAfter::Date(date) => {
            let delay = read.delay(now);
            assert_eq!(delay, date.duration_since(now).unwrap_or_default(), "{shown}");
        }
    }
    if let Ok(written) = read.to_value() {
        assert_eq!(subject.read(written.as_bytes()).ok(), Some(read), "{shown}, then {written}");
    }
}

#[cfg(test)]
pub(crate) const LIES: &[crate::testing::Lie] = {
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

    &[Lie {
        oracle: "retry_after",
        what: "a second is added to the delay",
        check: |value| holds(&OneSecondMore, value),
    }]
};
