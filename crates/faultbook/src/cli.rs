//! The command line.

mod documents;

use std::ffi::OsString;
use std::num::NonZero;
use std::ops::Deref;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand, ValueEnum};
use faultbook_core::{Edition, Limits, Severity};

use crate::capture;
use crate::hosts::HostRule;
use crate::services::{SERVICES, Service, edition, service};

pub use documents::{Catalog, CatalogFormat, ChangesFormat, Diff, Drift, LintDoc};

/// Reads the errors that HTTP APIs send, and holds them against the documents that promise them.
#[derive(Debug, Parser)]
#[command(version, about, long_about = None, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 nothing at or above --fail-on; 1 findings; \
    2 wrong usage, input that cannot be read to its end, an interrupted run, \
    nothing to judge, or a response that could be of several services.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours (also: the environment variable NO_COLOR).
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
}

/// The command line as data, for its help texts. What a subcommand takes is only there once it was asked
/// for, or after [`clap::Command::build`].
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge responses: read their errors and say what differs from the document.
    Check(Deferred<Check>),
    /// Compare two forms of one error, such as its XML and its JSON: are they the same?
    Compare(Deferred<Compare>),
    /// List the rules that responses are judged by.
    Rules(Deferred<Rules>),
    /// Explain a rule, or a code of a service.
    Explain(Deferred<Explain>),
    /// Print what the documents promise: codes and statuses, as tables, data or schemas.
    Catalog(Deferred<Catalog>),
    /// Compare two editions of a document: what changed, and what it means for a client.
    Diff(Deferred<Diff>),
    /// Hold a document against the catalog: what changed, and what it means for a client.
    Drift(Deferred<Drift>),
    /// Find what contradicts itself in a document.
    LintDoc(Deferred<LintDoc>),
    /// Print the settings that `check` has here, and where each of them comes from.
    Config(Deferred<Config>),
    /// Print what completes this command line in a shell.
    Completions(Deferred<Completions>),
    /// Print a manual page.
    Man(Deferred<Man>),
}

/// What a subcommand takes, which is only made for the one that is asked for: to make all of them takes
/// longer than to judge a body.
#[derive(Debug)]
pub struct Deferred<T>(Box<T>);

impl<T> Deref for Deferred<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches> FromArgMatches for Deferred<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(Box::new).map(Self)
    }

    // Without this one everything is copied once more.
    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches_mut(matches).map(Box::new).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for Deferred<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(|command| described(command, T::augment_args))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(|command| described(command, T::augment_args_for_update))
    }
}

/// The command with its arguments, described as it was: they would describe it anew.
fn described(command: clap::Command, augment: fn(clap::Command) -> clap::Command) -> clap::Command {
    let about = command.get_about().cloned().unwrap_or_default();
    let long_about = command.get_long_about().cloned();
    let command = augment(command).about(about).long_about(None);
    match long_about {
        Some(long_about) => command.long_about(long_about),
        None => command,
    }
}

/// Judge responses.
#[derive(Debug, Clone, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct Check {
    /// Captures or bare bodies: files, folders of them, or `-` for standard input.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// What the inputs are written in; told by their first bytes where this is not given.
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub input_format: Option<capture::Format>,

    /// The service whose errors these are; `auto` tells it from the URL, or else from the body's
    /// shape.
    #[arg(
        long,
        env = "FAULTBOOK_SERVICE",
        hide_env_values = true,
        default_value = "auto",
        value_parser = service_parser()
    )]
    pub service: ServiceChoice,

    /// A host whose responses are of a service, `music.example.org=ampache`; a path may follow the
    /// host, and then the URL's path has to end in it. May be given several times.
    #[arg(
        long = "host",
        env = "FAULTBOOK_HOST",
        hide_env_values = true,
        value_name = "HOST=SERVICE",
        value_delimiter = ',',
        value_parser = clap::value_parser!(HostRule)
    )]
    pub hosts: Vec<HostRule>,

    /// The edition of the document to judge by, such as `ampache@5`.
    #[arg(
        long,
        env = "FAULTBOOK_EDITION",
        hide_env_values = true,
        value_parser = parse_edition
    )]
    pub edition: Option<EditionChoice>,

    /// The status of bodies that came without one.
    #[arg(long, value_parser = clap::value_parser!(u16).range(100..=999))]
    pub status: Option<u16>,

    /// A header field that bare bodies came with, `Name: value`; may be given several times.
    #[arg(long = "header", short = 'H', value_name = "FIELD")]
    pub headers: Vec<OsString>,

    /// How the report is written.
    #[arg(
        long,
        env = "FAULTBOOK_FORMAT",
        hide_env_values = true,
        value_enum,
        default_value_t = Format::Human
    )]
    pub format: Format,

    /// Write the report into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Write a further report of the same run into a file, `sarif=out/report.sarif`; kinds are those
    /// of --format, and `-` is standard output. May be given several times.
    #[arg(long = "report", value_name = "KIND=FILE", value_parser = parse_report)]
    pub reports: Vec<ReportChoice>,

    /// The least severity that makes the exit code 1.
    #[arg(
        long,
        env = "FAULTBOOK_FAIL_ON",
        hide_env_values = true,
        value_enum,
        default_value_t = FailOn::Error,
        value_name = "SEVERITY"
    )]
    pub fail_on: FailOn,

    /// Keep only findings of these rules: an id, the beginning of one (`ampache/`), or a severity.
    /// May be given several times, or with commas.
    #[arg(
        long,
        env = "FAULTBOOK_SELECT",
        hide_env_values = true,
        value_name = "RULE",
        value_delimiter = ','
    )]
    pub select: Vec<String>,

    /// Leave out findings of these rules; named as for --select.
    #[arg(
        long,
        env = "FAULTBOOK_IGNORE",
        hide_env_values = true,
        value_name = "RULE",
        value_delimiter = ','
    )]
    pub ignore: Vec<String>,

    /// Findings that are known: those that this file lists do not count.
    #[arg(long, env = "FAULTBOOK_BASELINE", hide_env_values = true, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write all findings into this file, for --baseline; none of them counts in this run. Reasons
    /// and dates of entries that are there already are kept.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// Show every response, also those that carry no error.
    #[arg(long)]
    pub all: bool,

    /// Let responses pass whose service cannot be told, even where there are no others.
    #[arg(long)]
    pub allow_empty: bool,

    /// Show findings only, no summary.
    #[arg(long, short)]
    pub quiet: bool,

    /// Show secrets (tokens, cookies, passwords) as they are, instead of masking them.
    #[arg(long)]
    pub no_mask: bool,

    /// Show no progress, even on a terminal.
    #[arg(long)]
    pub no_progress: bool,

    /// How many threads read and judge; as many as there are cores where this is not given.
    #[arg(long, env = "FAULTBOOK_JOBS", hide_env_values = true, value_name = "COUNT")]
    pub jobs: Option<NonZero<usize>>,

    /// Where settings are read from.
    #[command(flatten)]
    pub config: ConfigArgs,

    /// What reading may take.
    #[command(flatten)]
    pub limits: LimitArgs,
}

impl Check {
    /// The baseline's name, for what is said of it.
    pub(crate) fn baseline_name(&self) -> String {
        self.baseline.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }
}

/// Which file settings are read from.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// Read settings from this file, instead of the `faultbook.toml` of this folder or the nearest
    /// one above it.
    #[arg(long, env = "FAULTBOOK_CONFIG", hide_env_values = true, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Read no settings from any file.
    #[arg(long)]
    pub no_config: bool,
}

/// Bounds for hostile input; reaching one is a finding (`common/limit`).
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// The longest body that is judged.
    #[arg(long, env = "FAULTBOOK_MAX_BODY", hide_env_values = true, value_name = "BYTES", default_value_t = Limits::default().body)]
    pub max_body: usize,

    /// How much an input may hold once it is decompressed.
    #[arg(long, env = "FAULTBOOK_MAX_DECOMPRESSED", hide_env_values = true, value_name = "BYTES", default_value_t = 256 << 20)]
    pub max_decompressed: u64,

    /// The longest header field value that is judged.
    #[arg(long, env = "FAULTBOOK_MAX_FIELD", hide_env_values = true, value_name = "BYTES", default_value_t = Limits::default().field)]
    pub max_field: usize,

    /// How deep XML elements may be nested.
    #[arg(long, env = "FAULTBOOK_MAX_XML_DEPTH", hide_env_values = true, value_name = "LEVELS", default_value_t = Limits::default().xml_depth)]
    pub max_xml_depth: usize,

    /// How many findings of one response are shown.
    #[arg(long, env = "FAULTBOOK_MAX_FINDINGS", hide_env_values = true, value_name = "COUNT", default_value_t = Limits::default().findings)]
    pub max_findings: usize,

    /// How many errors of one response are kept.
    #[arg(long, env = "FAULTBOOK_MAX_ERRORS", hide_env_values = true, value_name = "COUNT", default_value_t = Limits::default().errors)]
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
    #[arg(long, value_enum, default_value_t = Plain::Human)]
    pub format: Plain,
}

/// List the rules.
#[derive(Debug, Args)]
pub struct Rules {
    /// Only the rules of this service, or of another group.
    #[arg(value_name = "SERVICE", value_parser = PossibleValuesParser::new(rule_groups()))]
    pub service: Option<String>,

    /// As a table for people, or as JSON.
    #[arg(long, value_enum, default_value_t = Plain::Human)]
    pub format: Plain,
}

/// Explain a rule, or a code of a service.
#[derive(Debug, Args)]
pub struct Explain {
    /// A rule such as `ampache/missing-type`, or a code such as `ampache/4704`.
    #[arg(value_name = "RULE|SERVICE/CODE")]
    pub topic: String,
}

/// Print the settings.
#[derive(Debug, Args)]
pub struct Config {
    /// Options of `check`, which come before every other setting.
    #[arg(last = true, value_name = "OPTION")]
    pub options: Vec<OsString>,

    /// Where settings are read from.
    #[command(flatten)]
    pub config: ConfigArgs,

    /// As TOML that can be a `faultbook.toml`, with what each comes from as a comment; or as JSON.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Print completions.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// Print a manual page.
#[derive(Debug, Args)]
pub struct Man {
    /// The page of this subcommand, instead of that of `faultbook`.
    #[arg(value_name = "SUBCOMMAND")]
    pub subcommand: Option<String>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Diagnostics for people.
    Human,
    /// JSON for programs: `report.schema.json`.
    Json,
    /// JSON a line, as responses come: `report-lines.schema.json`.
    Ndjson,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// JUnit XML: a suite an input, a case a response.
    Junit,
    /// Annotations for GitHub Actions, which shows ten of each kind for a step.
    Github,
    /// For people, in a browser: one file that needs no other and no network.
    Html,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// A report, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportChoice {
    /// How it is written.
    pub format: Format,
    /// Into which file; `None`: to standard output.
    pub file: Option<PathBuf>,
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

fn parse_report(text: &str) -> Result<ReportChoice, String> {
    let kinds = || {
        let values = Format::value_variants().iter().filter_map(Format::to_possible_value);
        values.map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join(", ")
    };
    let Some((kind, file)) = text.split_once('=') else {
        return Err(format!("expected a kind, `=` and a file; kinds are {}", kinds()));
    };
    let format = Format::from_str(kind, false)
        .map_err(|_| format!("{kind:?} is no kind of report; kinds are {}", kinds()))?;
    if file.is_empty() {
        return Err("expected a file after `=`, or `-` for standard output".to_owned());
    }
    Ok(ReportChoice { format, file: (file != "-").then(|| file.into()) })
}

fn rule_groups() -> Vec<&'static str> {
    ["common", "capture", "baseline", "header"]
        .into_iter()
        .chain(SERVICES.map(|service| service.name))
        .chain(["drift", "document"])
        .collect()
}
