//! From the start of the command to its verdict on one body, beside a program that does nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::{Map, Value};

use crate::inputs;
use crate::measures::rounded;
use crate::rounds::median;

/// How often each is started.
const ROUNDS: usize = 501;

/// Measures the command at this path, and gives the ratio for the summary.
///
/// # Panics
///
/// Where a file cannot be written, there is no `true`, or a process cannot be started or fails.
pub fn measure(command: &Path, mut show: impl FnMut(&str)) -> Map<String, Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let body = folder.path().join("body.json");
    let example = inputs::conforming_json().swap_remove(0);
    std::fs::write(&body, example.bytes).expect("room for a body");
    let start = |program: &Path, args: &[&str]| {
        let mut process = Command::new(program);
        process.args(args).stdin(Stdio::null()).stdout(Stdio::null()).current_dir(folder.path());
        process
    };
    // As it is installed: what a linker wrote piece by piece lies in memory in smaller pieces than a
    // copy, and is slower to start.
    let installed = folder.path().join("faultbook");
    std::fs::copy(command, &installed).expect("room for the program");
    let mut contenders = [
        ("faultbook check", start(&installed, &["check", "body.json", "--format", "json"])),
        ("faultbook --version", start(&installed, &["--version"])),
        ("true", start(&path_of("true"), &[])),
    ];
    let mut times = vec![Vec::with_capacity(ROUNDS); contenders.len()];
    for round in 0..ROUNDS {
        for turn in 0..contenders.len() {
            // Who comes first changes, as among readers.
            let at = (turn + round) % contenders.len();
            let begin = Instant::now();
            let status = contenders[at].1.status().expect("the program starts");
            times[at].push(begin.elapsed().as_secs_f64());
            assert!(status.success(), "{:?}", contenders[at].1);
        }
    }
    let medians: Vec<f64> = times.iter().map(|times| median(times.iter().copied())).collect();
    let quick: Vec<f64> = times.into_iter().map(quick).collect();
    show("### The start\n\n| what | ms | times `true` | quickest tenth: ms | times `true` |");
    show("|---|---:|---:|---:|---:|");
    for (at, (name, _)) in contenders.iter().enumerate() {
        let shown = |times: &[f64]| format!("{:.2} | {:.2}", times[at] * 1e3, times[at] / times[2]);
        show(&format!("| {name} | {} | {} |", shown(&medians), shown(&quick)));
    }
    show("");
    Map::from_iter([("start_vs_true".to_owned(), rounded(medians[0] / medians[2]))])
}

/// What a tenth took less than. Where more wants to run than there are cores, a program that runs for
/// some milliseconds is made to wait and one that does nothing is not: then this says more than the
/// median.
fn quick(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 10]
}

/// Where a program is. To look for it is no part of starting it.
fn path_of(program: &str) -> PathBuf {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(program));
    paths.find(|path| path.is_file()).expect("a program of every system")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_nothing_takes_as_long_as_itself() {
        let mut table = String::new();
        let ratios = measure(&path_of("true"), |line| table.push_str(line));
        let ratio = ratios["start_vs_true"].as_f64().unwrap();
        assert!((0.5..2.0).contains(&ratio), "{ratio}");
        assert!(table.contains("| faultbook check |"), "{table}");
    }
}
