//! Rounds: every contender in turn on the same bytes.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One that reads bytes. What it gives back shows that it read them: zero where it could not.
#[derive(Debug, Clone, Copy)]
pub struct Contender {
    /// What it is called in tables.
    pub name: &'static str,
    /// Reads an input, and gives a number that is not zero where it succeeded.
    pub read: fn(&[u8]) -> usize,
}

/// How long one contender's turn in a round is, about.
const TURN: Duration = Duration::from_micros(60);

/// What the rounds gave.
#[derive(Debug, Clone)]
pub struct Rounds {
    /// The median time of one read in nanoseconds, a contender each.
    pub nanoseconds: Vec<f64>,
    /// The median over the rounds of the first contender's time in proportion to each one's.
    pub ratios: Vec<f64>,
}

/// Measures contenders on one input for this many rounds. The first one is ours.
///
/// # Panics
///
/// Where a contender cannot read the input: it would be fast for nothing.
pub fn rounds(contenders: &[Contender], input: &[u8], count: usize) -> Rounds {
    for contender in contenders {
        assert_ne!((contender.read)(input), 0, "{} cannot read the input", contender.name);
    }
    let repeats: Vec<u32> = contenders.iter().map(|contender| repeats(*contender, input)).collect();
    let mut times = vec![Vec::with_capacity(count); contenders.len()];
    for round in 0..count {
        for turn in 0..contenders.len() {
            // Who comes first changes, so that no one always follows the same one.
            let at = (turn + round) % contenders.len();
            times[at].push(time(contenders[at], input, repeats[at]));
        }
    }
    let ratios = times
        .iter()
        .map(|theirs| median(times[0].iter().zip(theirs).map(|(ours, theirs)| ours / theirs)))
        .collect();
    let nanoseconds = times.iter().map(|times| median(times.iter().copied())).collect();
    Rounds { nanoseconds, ratios }
}

/// How often it has to read for a turn to be long enough to be timed.
fn repeats(contender: Contender, input: &[u8]) -> u32 {
    let mut repeats = 1;
    while repeats < 1 << 20 {
        let begin = Instant::now();
        (0..repeats).for_each(|_| _ = black_box((contender.read)(black_box(input))));
        if begin.elapsed() >= TURN {
            break;
        }
        repeats *= 2;
    }
    repeats
}

/// Nanoseconds of one read.
fn time(contender: Contender, input: &[u8], repeats: u32) -> f64 {
    let begin = Instant::now();
    (0..repeats).for_each(|_| _ = black_box((contender.read)(black_box(input))));
    begin.elapsed().as_secs_f64() * 1e9 / f64::from(repeats)
}

/// The middle one.
///
/// # Panics
///
/// Where there is none.
pub fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// The geometric mean; 1 of none.
pub fn geometric_mean(numbers: &[f64]) -> f64 {
    let logs: f64 = numbers.iter().map(|number| number.ln()).sum();
    #[expect(clippy::cast_precision_loss, reason = "there are a few dozen numbers")]
    let count = numbers.len().max(1) as f64;
    (logs / count).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means() {
        assert!((median([3.0, 1.0, 2.0].into_iter()) - 2.0).abs() < 1e-9);
        assert!((geometric_mean(&[0.5, 2.0]) - 1.0).abs() < 1e-9);
        assert!((geometric_mean(&[]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn who_reads_twice_as_much_takes_longer() {
        fn once(input: &[u8]) -> usize {
            input
                .iter()
                .map(|byte| usize::from(*byte).wrapping_mul(31))
                .fold(1, usize::wrapping_add)
        }
        fn eight_times(input: &[u8]) -> usize {
            (0..8).map(|_| once(black_box(input))).sum()
        }
        let contenders = [
            Contender { name: "once", read: once },
            Contender { name: "eight times", read: eight_times },
        ];
        let rounds = rounds(&contenders, &[1; 10_000], 15);
        assert!((rounds.ratios[0] - 1.0).abs() < 1e-9, "{rounds:?}");
        assert!(rounds.ratios[1] < 0.5, "{rounds:?}");
    }

    #[test]
    #[should_panic(expected = "cannot read")]
    fn who_cannot_read_is_not_measured() {
        rounds(&[Contender { name: "nobody", read: |_| 0 }], b"x", 1);
    }
}
