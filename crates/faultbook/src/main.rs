//! The `faultbook` command.

use std::process::ExitCode;

use clap::FromArgMatches as _;
use faultbook::cli::{Cli, command};

fn main() -> ExitCode {
    // Wrong usage ends here, with exit code 2 and what was expected.
    let matches = command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    faultbook::run(&cli, &matches).into()
}
