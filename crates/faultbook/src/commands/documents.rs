//! What the subcommands about documents share: reading one, and how a report is written.

use std::io;
use std::path::Path;

use super::{output, trouble};
use crate::document::{self, Document};
use crate::input::{Input, InputError, Source};
use crate::services::Service;

/// Reads a document of a service.
pub(super) fn read(path: &Path, service: &'static Service) -> io::Result<Document> {
    if path.is_dir() {
        return Err(trouble(format!("{}: a folder, expected a file", path.display())));
    }
    let nothing =
        || InputError { name: path.display().to_string(), reason: "nothing to read".to_owned() };
    // It gives one byte more where there are more, so that the reader can say so.
    let input = Source::from(path.to_owned()).read(document::LONGEST).next();
    let input = input.unwrap_or_else(|| Err(nothing()));
    let Input { name, body } = input.map_err(|error| trouble(error.to_string()))?;
    document::read(&name, &body, service).map_err(|error| trouble(format!("{name}: {error}")))
}

/// Writes a report.
pub(super) fn write(text: &str, to: Option<&Path>) -> io::Result<()> {
    let mut out = output(to)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}
