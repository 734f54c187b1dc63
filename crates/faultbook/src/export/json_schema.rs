//! JSON Schema 2020-12 of an edition's errors.

use serde_json::{Map, Value};

use super::{Export, Format, Side, definitions};

/// Where definitions stand, as references name it.
const DEFINITIONS: &str = "#/$defs/";

pub(super) fn write(export: &Export) -> String {
    let definitions = definitions::of(export, DEFINITIONS);
    let mut schema = Map::new();
    let mut put = |name: &str, value: Value| schema.insert(name.to_owned(), value);
    put("$schema", "https://json-schema.org/draft/2020-12/schema".into());
    put("$id", export.id().into());
    put("title", export.title().into());
    put("description", definitions.about.into());
    put("$comment", comment(export).into());
    put("$ref", format!("{DEFINITIONS}{}", definitions::RESPONSE).into());
    put("$defs", Value::Object(definitions.list));
    // A map with keys that are no text is what fails, and there is none.
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Edition and version, and where the schema differs from the rules: one line each.
fn comment(export: &Export) -> String {
    let mut text = export.origin();
    text.push_str(" It refuses what `faultbook check` finds errors in, but for these differences:");
    for row in export.differences(Format::JsonSchema) {
        let verb = match row.side {
            Side::Accepts => "accepts what",
            Side::Refuses => "refuses more than",
        };
        text.push_str("\n- ");
        text.push_str(&[verb, " ", row.rule, " names: ", row.reason].concat());
    }
    text
}
