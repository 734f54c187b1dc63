//! What the schemas of XML bodies have in common.

use super::{Export, Format};

/// Text between tags or in an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What the schema is of and what wrote it.
pub(super) fn about(export: &Export) -> String {
    escaped(&format!(
        "{}: the body in XML. {} It refuses what `faultbook check` finds errors in, but for the \
         differences listed here.",
        export.title(),
        export.origin(),
    ))
}

/// The differences between the schema and the rules, one element a row, indented so.
pub(super) fn differences(export: &Export, format: Format, name: &str, indent: &str) -> String {
    let element = |row: &super::Difference| {
        format!(
            "{indent}<{name} rule=\"{}\" schema=\"{}\">{}</{name}>\n",
            row.rule,
            row.side.as_str(),
            escaped(row.reason),
        )
    };
    export.differences(format).map(element).collect::<Vec<_>>().concat()
}
