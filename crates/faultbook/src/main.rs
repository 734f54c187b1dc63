//! The `faultbook` command.

use std::process::ExitCode;

use clap::Parser;
use faultbook::cli::Cli;

fn main() -> ExitCode {
    // Wrong usage ends here, with exit code 2 and what was expected.
    faultbook::run(&Cli::parse()).into()
}
