//! The subcommands about documents: the catalog, and documents held against it.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::{EditionChoice, parse_edition};
use crate::services::{SERVICES, Service, service};

/// Print what is documented.
#[derive(Debug, Args)]
pub struct Catalog {
    /// Only this service; all of them where none is given.
    #[arg(value_name = "SERVICE", value_parser = one_service())]
    pub service: Option<&'static Service>,

    /// This edition of the service's document, instead of the default one.
    #[arg(long, value_parser = parse_edition)]
    pub edition: Option<EditionChoice>,

    /// As a table for people, as data, or as a schema for other tools.
    #[arg(long, value_enum, default_value_t = CatalogFormat::Table)]
    pub format: CatalogFormat,

    /// Write into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How the catalog is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CatalogFormat {
    /// For people.
    Table,
    /// For programs.
    Json,
    /// A row a code, for spreadsheets.
    Csv,
    /// Tables that can be pasted into a page.
    Markdown,
    /// JSON Schema 2020-12 of the errors in JSON, of one SERVICE.
    JsonSchema,
    /// OpenAPI 3.1 of one SERVICE: responses to refer to from another document.
    Openapi,
    /// XML Schema 1.0 of the errors in XML (Ampache).
    Xsd,
    /// RELAX NG of the errors in XML (Ampache).
    RelaxNg,
}

/// Compare two editions.
///
/// Each change has its class for a client: breaking, compatible or editorial, and the reason.
#[derive(Debug, Args)]
#[command(after_long_help = "Exit: 0 the same, 1 changes, 2 wrong usage.")]
pub struct Diff {
    /// The edition from which, such as `ampache@5`.
    #[arg(value_parser = parse_edition)]
    pub from: EditionChoice,

    /// The edition to which, such as `ampache@8`.
    #[arg(value_parser = parse_edition)]
    pub to: EditionChoice,

    /// How the changes are written.
    #[arg(long, value_enum, default_value_t = ChangesFormat::Human)]
    pub format: ChangesFormat,
}

/// Hold a document against the catalog.
///
/// Each change of a fact has its class for a client: breaking, compatible or editorial, and the
/// reason.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Exit: 0 no drift, 1 drift, 2 unreadable, or not all of it understood."
)]
pub struct Drift {
    /// The service whose document it is.
    #[arg(value_parser = one_service())]
    pub service: &'static Service,

    /// The document: Markdown, HTML or plain text; `-` for standard input.
    #[arg(value_name = "DOC")]
    pub document: PathBuf,

    /// The edition to hold it against, instead of the default one.
    #[arg(long, value_parser = parse_edition)]
    pub against: Option<EditionChoice>,

    /// How the changes are written.
    #[arg(long, value_enum, default_value_t = ChangesFormat::Human)]
    pub format: ChangesFormat,

    /// Print the rows of the tables, the cases of the corpus and the record of the document that the
    /// changes ask for, instead of the changes; with JSON, beside them.
    #[arg(long)]
    pub propose: bool,

    /// Show changes of wording too. They are no drift: without another change the exit code is 0.
    #[arg(long)]
    pub all: bool,

    /// Write into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Find what contradicts itself in a document.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Exit: 0 nothing found, 1 findings, 2 unreadable, or not all of it understood."
)]
pub struct LintDoc {
    /// The service whose document it is.
    #[arg(value_parser = one_service())]
    pub service: &'static Service,

    /// The document, or the documents where a service has several: Markdown, HTML or plain text;
    /// `-` for standard input.
    #[arg(value_name = "DOC", required = true)]
    pub documents: Vec<PathBuf>,

    /// Leave out what is known of the built-in documents.
    #[arg(long)]
    pub known: bool,

    /// How the findings are written.
    #[arg(long, value_enum, default_value_t = ChangesFormat::Human)]
    pub format: ChangesFormat,

    /// Write into this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How changes and findings in documents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChangesFormat {
    /// Diagnostics for people.
    Human,
    /// JSON for programs.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Markdown that can be pasted into an issue.
    Markdown,
}

fn one_service() -> impl TypedValueParser<Value = &'static Service> {
    PossibleValuesParser::new(SERVICES.map(|service| service.name))
        .try_map(|name| service(&name).ok_or("no such service"))
}
