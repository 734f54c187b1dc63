//! What each subcommand does.

mod bar;
mod catalog;
mod check;
mod compare;
mod completions;
mod config;
mod diff;
mod documents;
mod drift;
mod explain;
mod lint_doc;
mod man;
mod rules;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::{Cli, Color, Command};

/// How a run ended: the exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: nothing at or above the severity that counts.
    Fine,
    /// 1: findings.
    Findings,
    /// 2: wrong usage, unreadable input, or an incomplete run.
    Trouble,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Findings => 1,
            Exit::Trouble => 2,
        })
    }
}

/// Runs a command, with its report on standard output and remarks on standard error. What was parsed
/// says which options were given, and which are defaults that a settings file may change.
pub fn run(cli: &Cli, matches: &ArgMatches) -> Exit {
    let result = match &cli.command {
        Command::Check(args) => check::run(args, matches.subcommand_matches("check"), cli.color),
        Command::Compare(args) => compare::run(args, cli.color),
        Command::Rules(args) => rules::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Catalog(args) => catalog::run(args),
        Command::Diff(args) => diff::run(args, cli.color),
        Command::Drift(args) => drift::run(args, cli.color),
        Command::LintDoc(args) => lint_doc::run(args, cli.color),
        Command::Config(args) => config::run(args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    };
    result.unwrap_or_else(|trouble| {
        // Who closed the pipe has seen enough, and wants no message about it.
        if trouble.kind() != io::ErrorKind::BrokenPipe {
            remark(&trouble);
        }
        Exit::Trouble
    })
}

/// A remark to the person who runs the command.
#[expect(clippy::print_stderr, reason = "remarks go to standard error, here and nowhere else")]
fn remark(text: &dyn Display) {
    eprintln!("faultbook: {}", annotate_snippets::normalize_untrusted_str(&text.to_string()));
}

/// Trouble that ends a run, in words.
fn trouble(text: impl Into<String>) -> io::Error {
    io::Error::other(text.into())
}

/// Where a report goes: a file, or standard output.
fn output(path: Option<&Path>) -> io::Result<Box<dyn Write>> {
    Ok(match path {
        None => Box::new(BufWriter::new(io::stdout().lock())),
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| trouble(format!("{}: {error}", path.display())))?;
            Box::new(BufWriter::new(file))
        }
    })
}

/// Whether to use colours: as asked, or on a terminal and without NO_COLOR.
fn is_colored(color: Color, to_file: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            !to_file && !forbidden && io::stdout().is_terminal()
        }
    }
}
