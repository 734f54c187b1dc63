//! Prints the ratios: `bench [--summary] [--no-captures]`.

use std::process::ExitCode;

use bench::{captures, measures};

const USAGE: &str = "usage: bench [--summary] [--no-captures | --captures FAULTBOOK]
       bench --write-captures FOLDER

Prints a table a group. --summary: as the last line one JSON object of ratios.
--captures: with the command at this path, on 200 MB of generated records.
--write-captures: writes those records into a folder, and measures nothing.";

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command for a terminal")]
fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (mut is_summary, mut command) = (false, None);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--summary" => is_summary = true,
            "--no-captures" => command = None,
            "--captures" => command = args.next(),
            "--write-captures" => {
                let Some(folder) = args.next() else {
                    eprintln!("{USAGE}");
                    return ExitCode::from(2);
                };
                return match captures::write(folder.as_ref()) {
                    Ok(_) => ExitCode::SUCCESS,
                    Err(error) => {
                        eprintln!("{folder}: {error}");
                        ExitCode::from(2)
                    }
                };
            }
            // The peer of the command: what it reads, it reads in a process of its own, too.
            "--peer-ndjson" | "--peer-har" => {
                let Some(file) = args.next() else {
                    eprintln!("{USAGE}");
                    return ExitCode::from(2);
                };
                println!("{}", captures::peer(arg == "--peer-har", file.as_ref()));
                return ExitCode::SUCCESS;
            }
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let groups = measures::readers(|group| println!("{}", group.table()));
    let mut summary = measures::summary(&groups);
    if let Some(command) = command {
        summary.extend(captures::measure(command.as_ref(), |line| println!("{line}")));
    }
    if is_summary {
        println!("{}", serde_json::Value::Object(summary));
    }
    ExitCode::SUCCESS
}
