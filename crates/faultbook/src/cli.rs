//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use faultbook_core::{Edition, Limits, Severity};

use crate::services::{SERVICES, Service, edition, service};

/// Reads the errors that HTTP APIs send, and holds them against the documents that promise them.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 nothing at or above --fail-on; 1 findings; \
    2 wrong usage, unreadable input, \
    nothing to judge, or a response that could be of several services.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours (also: the environment variable NO_COLOR).
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// The command line as data, for its help texts.
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge responses: read their errors and say what differs from the document.
    Check(Check),
    /// Compare two forms of one error, such as its XML and its JSON: are they the same?
    Compare(Compare),
    /// List the rules that responses are judged by.
    Rules(Rules),
    /// Explain a rule, or a code of a service.
    Explain(Explain),
}

/// Judge responses.
#[derive(Debug, Args)]
pub struct Check {
    /// Files with one body each, folders of them, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// The service whose errors these are; `auto` tells it from the body's shape.
    #[arg(long, default_value = "auto", value_parser = service_parser())]
    pub service: ServiceChoice,

    /// The edition of the document to judge by, such as `ampache@5`.
    #[arg(long, value_parser = parse_edition)]
    pub edition: Option<EditionChoice>,

    /// The status that the bodies came with.
    #[arg(long, value_parser = clap::value_parser!(u16).range(100..=999))]
    pub status: Option<u16>,

    /// A header field that the bodies came with, `Name: value`; may be given several times.
    #[arg(long = "header", short = 'H', value_name = "FIELD")]
    pub headers: Vec<OsString>,

    /// Where findings are shown: as diagnostics for people, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// Write the report into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub fail_on: FailOn,

    /// Show every response, also those that carry no error.
    #[arg(long)]
    pub all: bool,

    /// Let responses pass whose service cannot be told, even where there are no others.
    #[arg(long)]
    pub allow_empty: bool,

    /// Show findings only, no summary.
    #[arg(long, short)]
    pub quiet: bool,

    /// What reading may take.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Bounds for hostile input; reaching one is a finding (`common/limit`).
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// The longest body that is judged.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body)]
    pub max_body: usize,

    /// The longest header field value that is judged.
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().field)]
    pub max_field: usize,

    /// How deep XML elements may be nested.
    #[arg(long, value_name = "LEVELS", default_value_t = Limits::default().xml_depth)]
    pub max_xml_depth: usize,

    /// How many findings of one response are shown.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().findings)]
    pub max_findings: usize,

    /// How many errors of one response are kept.
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().errors)]
    pub max_errors: usize,
}

impl From<&LimitArgs> for Limits {
    fn from(args: &LimitArgs) -> Self {
        Self {
            body: args.max_body,
            field: args.max_field,
            xml_depth: args.max_xml_depth,
            findings: args.max_findings,
            errors: args.max_errors,
        }
    }
}

/// Compare two forms of one error.
#[derive(Debug, Args)]
pub struct Compare {
    /// A body, `-` for standard input.
    pub a: PathBuf,

    /// The other form of the same error.
    pub b: PathBuf,

    /// The service whose error this is.
    #[arg(long, default_value = "auto", value_parser = service_parser())]
    pub service: ServiceChoice,

    /// Where differences are shown: as diagnostics for people, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// List the rules.
#[derive(Debug, Args)]
pub struct Rules {
    /// Only the rules of this service, or `common`, or `header`.
    #[arg(value_name = "SERVICE", value_parser = PossibleValuesParser::new(rule_groups()))]
    pub service: Option<String>,

    /// As a table for people, or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Explain a rule, or a code of a service.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule such as `ampache/missing-type`, or a code such as `ampache/4704`.
    #[arg(value_name = "RULE|SERVICE/CODE")]
    pub topic: String,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The least severity that counts as a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors only.
    Error,
    /// Errors and warnings.
    Warning,
    /// Every finding.
    Note,
    /// Nothing.
    Never,
}

impl FailOn {
    /// The least severity that counts; `None` where none does.
    pub const fn threshold(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

/// A service, or `auto`.
#[derive(Debug, Clone, Copy)]
pub struct ServiceChoice(pub Option<&'static Service>);

/// An edition and its service.
#[derive(Debug, Clone, Copy)]
pub struct EditionChoice(pub &'static Service, pub &'static Edition);

fn service_parser() -> impl TypedValueParser<Value = ServiceChoice> {
    let names = ["auto"].into_iter().chain(SERVICES.map(|service| service.name));
    PossibleValuesParser::new(names).map(|name| ServiceChoice(service(&name)))
}

fn parse_edition(name: &str) -> Result<EditionChoice, String> {
    edition(name).map(|(service, edition)| EditionChoice(service, edition)).ok_or_else(|| {
        let editions = SERVICES.into_iter().flat_map(|service| service.editions);
        let names: Vec<String> = editions.map(ToString::to_string).collect();
        format!("expected one of {}", names.join(", "))
    })
}

fn rule_groups() -> Vec<&'static str> {
    ["common", "header"].into_iter().chain(SERVICES.map(|service| service.name)).collect()
}
