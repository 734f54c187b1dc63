//! `faultbook catalog`.

use std::io;

use super::{Exit, output, trouble};
use crate::catalog::{csv, json, markdown, table};
use crate::cli::{Catalog, CatalogFormat};
use crate::export::{self, Format};
use crate::services::SERVICES;

pub(super) fn run(args: &Catalog) -> io::Result<Exit> {
    let chosen = match (args.service, &args.edition) {
        (Some(service), Some(edition)) if edition.0.name != service.name => {
            return Err(trouble(format!("{} is no edition of {}", edition.1, service.name)));
        }
        (_, Some(edition)) => vec![(edition.0, edition.1)],
        (Some(service), None) => vec![(service, service.default_edition())],
        (None, None) => {
            SERVICES.into_iter().map(|service| (service, service.default_edition())).collect()
        }
    };
    let titled: Vec<_> =
        chosen.iter().map(|(service, edition)| (service.title, *edition)).collect();
    let editions: Vec<_> = chosen.iter().map(|(_, edition)| *edition).collect();
    let text = match args.format {
        CatalogFormat::Table => table(&titled),
        CatalogFormat::Json => json(&editions),
        CatalogFormat::Csv => csv(&editions),
        CatalogFormat::Markdown => markdown(&titled),
        CatalogFormat::JsonSchema => export::write(Format::JsonSchema, &chosen).map_err(trouble)?,
        CatalogFormat::Openapi => export::write(Format::Openapi, &chosen).map_err(trouble)?,
        CatalogFormat::Xsd => export::write(Format::Xsd, &chosen).map_err(trouble)?,
        CatalogFormat::RelaxNg => export::write(Format::RelaxNg, &chosen).map_err(trouble)?,
    };
    let mut out = output(args.output.as_deref())?;
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Exit::Fine)
}
