//! Prints the ratios, or judges counts of instructions: see [`USAGE`].

use std::io::Read as _;
use std::process::{Command, ExitCode};

use bench::{captures, instructions, measures, start};

const USAGE: &str = "usage: bench [--summary] [--start FAULTBOOK] [--captures FAULTBOOK]
       bench --write-captures FOLDER
       bench instructions BASELINE MADE_WITH [--write] [--require] < SUMMARIES

Prints a table a group. --summary: as the last line one JSON object of ratios.
--start: how long the command at this path takes for one body.
--captures: with the command at this path, on 200 MB of generated records.
--write-captures: writes those records into a folder, and measures nothing.

instructions: compares counts, as gungraun prints them in JSON, with a baseline.
--write: makes them the new baseline. --require: fails where the baseline was
made with something else.";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command for a terminal")]
fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let usage = || {
        eprintln!("{USAGE}");
        ExitCode::from(2)
    };
    let (mut is_summary, mut command, mut started) = (false, None, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--summary" => is_summary = true,
            "--start" => started = args.next(),
            "--captures" => command = args.next(),
            "--write-captures" => {
                let Some(folder) = args.next() else { return usage() };
                return match captures::write(folder.as_ref()) {
                    Ok(_) => ExitCode::SUCCESS,
                    Err(error) => {
                        eprintln!("{folder}: {error}");
                        ExitCode::from(2)
                    }
                };
            }
            "instructions" => {
                let (Some(baseline), Some(made_with)) = (args.next(), args.next()) else {
                    return usage();
                };
                let mut options = instructions::Options { made_with, ..Default::default() };
                for arg in args {
                    match arg.as_str() {
                        "--write" => options.write = true,
                        "--require" => options.require = true,
                        _ => return usage(),
                    }
                }
                let mut summaries = String::new();
                if let Err(fault) = std::io::stdin().read_to_string(&mut summaries) {
                    eprintln!("{fault}");
                    return ExitCode::from(2);
                }
                let (said, code) = instructions::judge(&summaries, baseline.as_ref(), &options);
                println!("{said}");
                return ExitCode::from(code);
            }
            // The peer of the command: what it reads, it reads in a process of its own, too.
            "--peer-ndjson" | "--peer-har" => {
                let Some(file) = args.next() else { return usage() };
                println!("{}", captures::peer(arg == "--peer-har", file.as_ref()));
                return ExitCode::SUCCESS;
            }
            _ => return usage(),
        }
    }
    let groups = measures::readers(|group| println!("{}", group.table()));
    let mut summary = measures::summary(&groups);
    if let Some(command) = started {
        summary.extend(start::measure(command.as_ref(), |line| println!("{line}")));
    }
    if let Some(command) = command {
        summary.extend(captures::measure(command.as_ref(), |line| println!("{line}")));
    }
    if is_summary {
        match allocations() {
            Ok(count) => summary.insert("allocations".to_owned(), count.into()),
            Err(fault) => {
                eprintln!("{fault}");
                return ExitCode::from(2);
            }
        };
        println!("{}", serde_json::Value::Object(summary));
    }
    ExitCode::SUCCESS
}

/// How often reading the documented examples allocates, as the program beside this one counts it.
fn allocations() -> Result<u64, String> {
    let path = std::env::current_exe().map_err(|error| error.to_string())?;
    let path = path.with_file_name("allocations");
    let said = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let output = Command::new(&path).output().map_err(|error| said(&error))?;
    let count = str::from_utf8(&output.stdout).ok().and_then(|text| text.trim_end().parse().ok());
    count.ok_or_else(|| said(&format_args!("{}, and no number", output.status)))
}
