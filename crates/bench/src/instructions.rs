//! How many instructions a reading takes, beside how many it took.
//!
//! Callgrind counts them in `benches/instructions.rs`: on a noisy machine a count stays what it is. It
//! depends on the compiler, on the C library (copies of memory), and on what the processor can do, for
//! memchr; so a baseline says what it was made with.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde_json::Value;

use crate::inputs::{self, Input};
use crate::readers::{CHALLENGES, GROOVE_RESPONSE, XML, json_readers, judging};
use crate::rounds::Contender;

/// By how many percent a count may grow.
const TOLERANCE: u64 = 3;

/// One thing whose instructions are counted.
#[derive(Debug, Clone)]
pub struct Job {
    /// What is done, and the case or input that it is done with, without white space.
    pub name: String,
    /// Does it.
    pub read: fn(&[u8]) -> usize,
    /// What is read.
    pub bytes: Vec<u8>,
}

impl Job {
    fn new(what: &str, contender: Contender, input: Input) -> Self {
        let name = format!("{what}/{}", input.name.replace(' ', "-"));
        Self { name, read: contender.read, bytes: input.bytes }
    }

    /// Done once before it is counted: what a first call finds out about the processor is no part of
    /// reading.
    ///
    /// # Panics
    ///
    /// Where it does not read the input: it would take few instructions for nothing.
    pub fn ready(self) -> &'static Self {
        assert_ne!((self.read)(&self.bytes), 0, "{} cannot be read", self.name);
        Box::leak(Box::new(self))
    }
}

/// Everything whose instructions are counted, in the baseline's order.
pub fn jobs() -> Vec<Job> {
    let json = |input: Input| Job::new("read", json_readers(input.service)[0], input);
    let mut jobs: Vec<Job> = inputs::documented_json().into_iter().map(json).collect();
    jobs.extend(inputs::documented_xml().into_iter().map(|input| Job::new("read", XML[0], input)));
    jobs.push(Job::new("read", GROOVE_RESPONSE[0], inputs::long_with_error_at_the_end()));
    jobs.push(json(inputs::chain(100)));
    let challenge = |input| Job::new("challenges", CHALLENGES[0], input);
    jobs.extend(inputs::challenges().into_iter().map(challenge));
    let mut judged = Vec::new();
    let examples = inputs::conforming_json().into_iter().map(|input| (input, false));
    for (input, is_xml) in
        examples.chain(inputs::documented_xml().into_iter().map(|input| (input, true)))
    {
        let kind = (input.service, is_xml);
        if !judged.contains(&kind) {
            judged.push(kind);
            jobs.push(Job::new("check", judging(input.service, is_xml)[0], input));
        }
    }
    jobs
}

/// Counts by name, and what they were made with. As text: a line a count, sorted by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The compiler and whatever else the counts depend on.
    pub made_with: String,
    /// How many instructions each job takes.
    pub counts: BTreeMap<String, u64>,
}

impl Counts {
    /// Reads what [`Display`](fmt::Display) wrote.
    ///
    /// # Errors
    ///
    /// With the number of the line that is no count, or that names a job again.
    pub fn read(text: &str) -> Result<Self, String> {
        let made_with = text.lines().find_map(|line| line.strip_prefix(MADE_WITH));
        let mut counts = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let count =
                line.split_once(' ').and_then(|(name, count)| Some((name, count.parse().ok()?)));
            let Some((name, count)) = count else {
                return Err(format!("line {number} is not a name and a count"));
            };
            if counts.insert(name.to_owned(), count).is_some() {
                return Err(format!("line {number} names {name} again"));
            }
        }
        Ok(Self { made_with: made_with.unwrap_or_default().to_owned(), counts })
    }

    /// Reads what `gungraun` prints with `--output-format=json`: a summary a line.
    ///
    /// # Errors
    ///
    /// Where a line is no summary of one of these jobs, or has no count.
    pub fn of_summaries(summaries: &str, jobs: &[Job], made_with: &str) -> Result<Self, String> {
        let mut counts = BTreeMap::new();
        for line in summaries.lines() {
            let (name, count) =
                count_of(line, jobs).ok_or_else(|| format!("no count of a job: {line:.200}"))?;
            counts.insert(name, count);
        }
        Ok(Self { made_with: made_with.to_owned(), counts })
    }
}

const MADE_WITH: &str = "# made with ";

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Instructions by callgrind; `ci/bench.sh --instructions --write` writes this."
        )?;
        writeln!(f, "{MADE_WITH}{}", self.made_with)?;
        self.counts.iter().try_for_each(|(name, count)| writeln!(f, "{name} {count}"))
    }
}

/// The job's name and its count, from a summary: `id` ends in the job's number, and `Ir` is what callgrind
/// calls instructions read.
fn count_of(summary: &str, jobs: &[Job]) -> Option<(String, u64)> {
    let summary: Value = serde_json::from_str(summary).ok()?;
    let (_, number) = summary["id"].as_str()?.rsplit_once('_')?;
    let job = jobs.get(number.parse::<usize>().ok()?)?;
    let count =
        summary["profiles"][0]["data"]["total"]["metrics"]["Ir"]["values"]["new"].as_u64()?;
    Some((job.name.clone(), count))
}

/// What became of one job's count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// As many instructions as before, or nearly.
    None,
    /// More, by more than is tolerated.
    Grown,
    /// Fewer, by as much: the baseline should be written anew, so that they stay that few.
    Shrunk,
    /// The baseline has no line for it.
    Unknown,
    /// The baseline has a line, and there is no such job.
    Gone,
}

/// A baseline beside what was counted now.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// Each name with its count before and now.
    rows: Vec<(String, Option<u64>, Option<u64>)>,
}

impl Comparison {
    /// Puts side by side what has the same name.
    pub fn new(baseline: &Counts, now: &Counts) -> Self {
        let names: BTreeSet<&String> = baseline.counts.keys().chain(now.counts.keys()).collect();
        let row = |name: &String| {
            (name.clone(), baseline.counts.get(name).copied(), now.counts.get(name).copied())
        };
        Self { rows: names.into_iter().map(row).collect() }
    }

    /// Is there such a change?
    pub fn has(&self, wanted: Change) -> bool {
        self.rows.iter().any(|(_, before, now)| change(*before, *now) == wanted)
    }

    /// As a table of Markdown.
    pub fn table(&self) -> String {
        let mut lines = vec![
            "### Instructions\n\n| what | baseline | now | change |".to_owned(),
            "|---|---:|---:|---:|".to_owned(),
        ];
        let shown = |count: Option<u64>| count.map_or_else(String::new, |count| count.to_string());
        for (name, before, now) in &self.rows {
            let mark = match change(*before, *now) {
                Change::None => "",
                Change::Grown => " **grown**",
                Change::Shrunk => " **shrunk**",
                Change::Unknown => "**not in the baseline**",
                Change::Gone => "**no such job**",
            };
            let percent = match (before, now) {
                (Some(before), Some(now)) => percent(*before, *now),
                _ => String::new(),
            };
            lines.push(format!(
                "| {name} | {} | {} | {percent}{mark} |",
                shown(*before),
                shown(*now)
            ));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

fn change(before: Option<u64>, now: Option<u64>) -> Change {
    match (before, now) {
        (Some(before), Some(now)) if now * 100 > before * (100 + TOLERANCE) => Change::Grown,
        (Some(before), Some(now)) if now * 100 < before * (100 - TOLERANCE) => Change::Shrunk,
        (Some(_), Some(_)) => Change::None,
        (None, _) => Change::Unknown,
        (_, None) => Change::Gone,
    }
}

#[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
fn percent(before: u64, now: u64) -> String {
    format!("{:+.1}%", (now as f64 / before as f64 - 1.0) * 100.0)
}

/// What to do with counts: `bench instructions`.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What the counts were made with.
    pub made_with: String,
    /// Write them as the new baseline.
    pub write: bool,
    /// Fail where they cannot be compared: a baseline of another compiler was made with something else.
    pub require: bool,
}

/// Compares summaries with a baseline, or writes that. Gives what to say, and the exit code: 1 where a
/// count grew or has nothing to be compared with, and 2 where nothing could be compared.
pub fn judge(summaries: &str, baseline: &Path, options: &Options) -> (String, u8) {
    let file = baseline.display();
    let now = match Counts::of_summaries(summaries, &jobs(), &options.made_with) {
        Ok(now) => now,
        Err(fault) => return (fault, 2),
    };
    if options.write {
        return match std::fs::write(baseline, now.to_string()) {
            Ok(()) => (format!("{file}: {} counts are written", now.counts.len()), 0),
            Err(fault) => (format!("{file}: {fault}"), 2),
        };
    }
    let before = std::fs::read_to_string(baseline).map_err(|fault| fault.to_string());
    let before = match before.and_then(|text| Counts::read(&text)) {
        Ok(before) => before,
        Err(fault) => return (format!("{file}: {fault}"), 2),
    };
    let comparison = Comparison::new(&before, &now);
    let mut said = comparison.table();
    let mut say = |line: &str| said.extend([line, "\n"]);
    if comparison.has(Change::Unknown) || comparison.has(Change::Gone) {
        say(
            "The baseline and the jobs are not the same ones: `ci/bench.sh --instructions --write`.",
        );
        return (said, 1);
    }
    if before.made_with != now.made_with {
        say(&format!("The baseline was made with {}.", before.made_with));
        say(&format!("This was made with         {}.", now.made_with));
        say("Counts of the two cannot be compared: nothing above fails.");
        return (said, if options.require { 2 } else { 0 });
    }
    if comparison.has(Change::Shrunk) {
        say("Some take fewer instructions: keep that by `ci/bench.sh --instructions --write`.");
    }
    if comparison.has(Change::Grown) {
        say(&format!(
            "Some take over {TOLERANCE}% more. Where that has to be, its reason goes into the commit"
        ));
        say("that also has the new baseline: `ci/bench.sh --instructions --write`.");
        return (said, 1);
    }
    (said, 0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What `gungraun` prints about these jobs where each takes 1,000 instructions, times this.
    fn summaries(jobs: usize, percent: &[u64]) -> String {
        let summary = |job: usize| {
            let count = 10 * percent.get(job).unwrap_or(&100);
            let metrics =
                json!({"Dr": {"values": {"new": 7}}, "Ir": {"values": {"new": count, "old": 9}}});
            let profile = json!({"tool": "Callgrind", "data": {"total": {"metrics": metrics}}});
            format!("{}\n", json!({"id": format!("job_{job}"), "profiles": [profile]}))
        };
        (0..jobs).map(summary).collect()
    }

    fn judged(now: &str, made_with: &str, require: bool) -> (String, u8) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("instructions.txt");
        let made = |made_with: &str, write, require| Options {
            made_with: made_with.to_owned(),
            write,
            require,
        };
        let all = summaries(jobs().len(), &[]);
        let (said, code) = judge(&all, &file, &made("rustc 1", true, false));
        assert_eq!(code, 0, "{said}");
        judge(now, &file, &made(made_with, false, require))
    }

    #[test]
    fn jobs_have_names_of_their_own_that_fit_a_line() {
        let jobs = jobs();
        let names: BTreeSet<&String> = jobs.iter().map(|job| &job.name).collect();
        assert_eq!(names.len(), jobs.len());
        assert!(names.iter().all(|name| !name.contains(char::is_whitespace)), "{names:?}");
        assert!(jobs.iter().all(|job| (job.read)(&job.bytes) > 0));
        let count = |what| names.iter().filter(|name| name.starts_with(what)).count();
        assert_eq!([count("read/"), count("challenges/"), count("check/")], [21, 8, 5]);
    }

    #[test]
    fn the_baseline_has_a_line_for_every_job_and_no_other() {
        let baseline = Counts::read(include_str!("../instructions.txt")).unwrap();
        let jobs: BTreeSet<String> = jobs().into_iter().map(|job| job.name).collect();
        assert_eq!(baseline.counts.into_keys().collect::<BTreeSet<_>>(), jobs);
        assert!(baseline.made_with.starts_with("rustc 1."), "{}", baseline.made_with);
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let jobs = jobs();
        let counts = Counts::of_summaries(&summaries(jobs.len(), &[]), &jobs, "rustc 1").unwrap();
        assert_eq!(counts.counts.len(), jobs.len());
        assert_eq!(Counts::read(&counts.to_string()), Ok(counts));
        assert!(Counts::read("a 1\na 1\n").unwrap_err().contains("line 2"));
        assert!(Counts::read("a\n").unwrap_err().contains("line 1"));
        assert!(Counts::read("a 1%\n").unwrap_err().contains("line 1"));
    }

    #[test]
    fn growth_over_three_percent_fails() {
        let count = jobs().len();
        for (percent, code, mark) in [
            (100, 0, ""),
            (102, 0, ""),
            (103, 0, ""),
            (104, 1, "+4.0% **grown**"),
            (98, 0, ""),
            (96, 0, "-4.0% **shrunk**"),
        ] {
            let (said, got) = judged(&summaries(count, &[100, percent]), "rustc 1", true);
            assert_eq!(got, code, "{percent}: {said}");
            assert!(said.contains(mark), "{percent}: {said}");
            assert_eq!(said.contains("**"), !mark.is_empty(), "{percent}: {said}");
            assert_eq!(said.contains("--write"), !mark.is_empty(), "{percent}: {said}");
        }
    }

    #[test]
    fn a_job_without_a_line_fails_and_a_line_without_a_job() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("instructions.txt");
        let all = summaries(jobs().len(), &[]);
        let options = Options { made_with: "rustc 1".to_owned(), ..Options::default() };
        let mut counts = Counts::of_summaries(&all, &jobs(), "rustc 1").unwrap();
        let (first, _) = counts.counts.pop_first().unwrap();
        std::fs::write(&file, counts.to_string()).unwrap();
        let (said, code) = judge(&all, &file, &options);
        assert!(code == 1 && said.contains(&format!("| {first} |  | 1000 | **not in")), "{said}");
        counts.counts.extend([(first, 1000), ("read/nothing".to_owned(), 1)]);
        std::fs::write(&file, counts.to_string()).unwrap();
        let (said, code) = judge(&all, &file, &options);
        assert!(code == 1 && said.contains("| read/nothing | 1 |  | **no such"), "{said}");
        // And what was not counted is not passed over.
        let (said, code) = judged(&summaries(jobs().len() - 1, &[]), "rustc 1", false);
        assert!(code == 1 && said.contains("**no such job**"), "{said}");
    }

    #[test]
    fn counts_of_another_compiler_are_shown_and_fail_only_where_they_must_not_be() {
        let grown = summaries(jobs().len(), &[150]);
        let (said, code) = judged(&grown, "rustc 2", false);
        assert!(code == 0 && said.contains("+50.0%") && said.contains("rustc 2"), "{said}");
        assert_eq!(judged(&grown, "rustc 2", true).1, 2);
        assert_eq!(judged(&grown, "rustc 1", false).1, 1);
    }

    #[test]
    fn what_is_no_summary_is_a_fault() {
        let count = jobs().len();
        let no_count = r#"{"id":"job_0","profiles":[]}"#;
        for wrong in ["Compiling", "{}", no_count, &summaries(count + 1, &[])] {
            let (said, code) = judged(wrong, "rustc 1", false);
            assert_eq!(code, 2, "{said}");
        }
        assert_eq!(judged("", "rustc 1", false).1, 1, "nothing was counted");
    }
}
