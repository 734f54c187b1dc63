//! The catalog as schemas that other tools run on.
//!
//! Every schema refuses what the rules of severity `error` refuse in the shape of a body, and nothing
//! else: a code that is not documented, where that is a warning, is let through, and the closed list
//! stands beside it for those who want less. Where a schema language cannot say what a rule says,
//! or has to say more, [`DIFFERENCES`] has a row, and the schema prints it.
//!
//! ```
//! use faultbook::export::{Format, write};
//!
//! let (service, edition) = faultbook::edition("onedrive@1").unwrap();
//! let schema = write(Format::JsonSchema, &[(service, edition)]).unwrap();
//! let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
//! assert_eq!(schema["$id"], "urn:faultbook:onedrive@1:error");
//! ```

mod definitions;
mod differences;
mod json_schema;
mod openapi;
mod relax_ng;
mod shape;
mod xml;
mod xsd;

pub use differences::{DIFFERENCES, Difference, Side};

use faultbook_core::Edition;

use crate::services::Service;
use shape::Shape;

/// A schema language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON Schema 2020-12.
    JsonSchema,
    /// OpenAPI 3.1: components without paths, to be referred to.
    Openapi,
    /// XML Schema 1.0.
    Xsd,
    /// RELAX NG in its XML syntax.
    RelaxNg,
}

impl Format {
    /// Every schema language.
    pub const ALL: [Self; 4] = [Self::JsonSchema, Self::Openapi, Self::Xsd, Self::RelaxNg];

    /// As people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JsonSchema => "JSON Schema",
            Self::Openapi => "OpenAPI document",
            Self::Xsd => "XML Schema",
            Self::RelaxNg => "RELAX NG schema",
        }
    }

    /// Whether it is about errors in XML.
    pub const fn is_xml(self) -> bool {
        matches!(self, Self::Xsd | Self::RelaxNg)
    }
}

/// Writes the schema of one edition; it ends in a line feed, and is the same each time.
///
/// Several editions may be given where only one of them has errors of the kind that the format is
/// about: of all services only Ampache has errors in XML.
///
/// # Errors
///
/// In words, where the format cannot be written for these editions: none of them has errors in XML,
/// or there are several left to choose from.
pub fn write(
    format: Format,
    editions: &[(&'static Service, &'static Edition)],
) -> Result<String, String> {
    let mut fitting = editions.iter().copied().filter_map(|(service, edition)| {
        let shape = Shape::of(edition)?;
        (shape.has_xml() || !format.is_xml()).then_some((service, edition, shape))
    });
    let one = fitting.next();
    let more: Vec<&str> = fitting.map(|(service, ..)| service.name).collect();
    match one {
        None => {
            let names: Vec<String> =
                editions.iter().map(|(_, edition)| edition.to_string()).collect();
            let what = format.name();
            Err(format!("there is no {what} of {}: its errors are not in XML", names.join(", ")))
        }
        Some((service, edition, shape)) if more.is_empty() => {
            let export = Export { service, edition, shape };
            Ok(match format {
                Format::JsonSchema => json_schema::write(&export),
                Format::Openapi => openapi::write(&export),
                Format::Xsd => xsd::write(&export),
                Format::RelaxNg => relax_ng::write(&export),
            })
        }
        Some((service, ..)) => Err(format!(
            "the {} is of one service: give SERVICE, one of {}, {}",
            format.name(),
            service.name,
            more.join(", "),
        )),
    }
}

/// What is exported.
struct Export {
    service: &'static Service,
    edition: &'static Edition,
    shape: Shape,
}

impl Export {
    /// The schema's name for ever: the same for each version of this tool.
    fn id(&self) -> String {
        format!("urn:faultbook:{}:error", self.edition)
    }

    /// The title, in every format.
    fn title(&self) -> String {
        format!("{} error", self.service.title)
    }

    /// What the schema is of, and what wrote it.
    fn origin(&self) -> String {
        format!("Edition {}, written by faultbook {}.", self.edition, VERSION)
    }

    /// What the schema lets through or refuses otherwise than the rules do.
    fn differences(&self, format: Format) -> impl Iterator<Item = &'static Difference> {
        let edition = self.edition;
        DIFFERENCES.iter().filter(move |row| row.is_of(format, edition))
    }
}

/// The tool's version.
const VERSION: &str = env!("CARGO_PKG_VERSION");
