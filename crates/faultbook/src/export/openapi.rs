//! OpenAPI 3.1: the errors of an edition as components, for the paths of a document to refer to.

use std::collections::BTreeMap;

use faultbook_core::{CodeRow, StatusRow};
use serde_json::{Map, Value, json};

use super::definitions::{self, RESPONSE, example, plain, root_rows, rows_under};
use super::shape::Shape;
use super::{Export, Format, VERSION};

const SCHEMAS: &str = "#/components/schemas/";

/// The definition of a body in XML.
const XML_RESPONSE: &str = "XmlErrorResponse";
/// That of any body, where errors come in answers that succeed.
const ANY_RESPONSE: &str = "Response";

pub(super) fn write(export: &Export) -> String {
    let edition = export.edition;
    let definitions = definitions::of(export, SCHEMAS);
    let mut schemas = definitions.list;
    if export.shape.has_xml() {
        schemas.insert(XML_RESPONSE.to_owned(), xml_response(export));
    }
    let mut responses: Map<String, Value> =
        edition.statuses.iter().map(|row| (row.status.to_string(), under(export, row))).collect();
    responses.insert("default".to_owned(), default(export));
    // Where a code stands twice, the first row tells.
    let mut rows: BTreeMap<String, &CodeRow> = BTreeMap::new();
    for row in root_rows(edition) {
        rows.entry(plain(row.code)).or_insert(row);
    }
    let examples: Map<String, Value> = rows
        .into_iter()
        .map(|(name, row)| (name, json!({"summary": row.summary, "value": example(export, row)})))
        .collect();
    let mut components = Map::new();
    for (name, list) in [("schemas", schemas), ("responses", responses), ("examples", examples)] {
        if !list.is_empty() {
            components.insert(name.to_owned(), Value::Object(list));
        }
    }
    let differences: Vec<Value> = export
        .differences(Format::Openapi)
        .map(|row| json!({"rule": row.rule, "schema": row.side.as_str(), "reason": row.reason}))
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{} errors", export.service.title),
            "summary": "The documented errors, to be referred to from another document.",
            "description": format!("{} {}", definitions.about, export.origin())
                .replace("#/$defs/", SCHEMAS),
            "version": edition.version,
            "x-faultbook": {
                "id": export.id(),
                "edition": edition.to_string(),
                "version": VERSION,
                "differences": differences,
            },
        },
        "paths": {},
        "components": components,
    });
    // A map with keys that are no text is what fails, and there is none.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// The response under one status of the table.
fn under(export: &Export, row: &StatusRow) -> Value {
    let rows: Vec<&CodeRow> = rows_under(export.edition, row.status).collect();
    let reason = row.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
    let mut description = format!("{reason}{}.", row.summary);
    if !rows.is_empty() {
        description.push_str("\n\nThe codes documented under this status:\n\n");
        description.push_str(&definitions::listed(&rows));
    }
    let schema = if export.shape.binds_statuses() && !rows.is_empty() {
        definitions::response_under(row.status)
    } else if row.status < 300 {
        ANY_RESPONSE.to_owned()
    } else {
        RESPONSE.to_owned()
    };
    let mut response = json!({
        "description": description,
        "content": content(export, &schema, rows),
    });
    let mut headers = Map::new();
    for field in export.shape.fields() {
        let mut examples = field.examples.iter();
        let Some((_, example)) = examples.find(|(status, _)| *status == row.status) else {
            continue;
        };
        let header = json!({
            "description": field.description,
            "required": false,
            "schema": {"type": "string"},
            "example": example,
        });
        headers.insert(field.name.to_owned(), header);
    }
    if !headers.is_empty()
        && let Some(response) = response.as_object_mut()
    {
        response.shift_insert(1, "headers".to_owned(), Value::Object(headers));
    }
    response
}

/// The response under any other status.
fn default(export: &Export) -> Value {
    let rows: Vec<&CodeRow> = root_rows(export.edition).collect();
    let description = if export.edition.statuses.is_empty() {
        format!(
            "An error. No statuses are documented: a response with an error may well come under 200, \
             whose schema then is one of that of the answer and `{SCHEMAS}{RESPONSE}`.",
        )
    } else {
        "An error, under whatever status.".to_owned()
    };
    let codes = definitions::listed(&rows);
    json!({
        "description": format!("{description}\n\nThe documented codes:\n\n{codes}"),
        "content": content(export, RESPONSE, rows),
    })
}

fn content(export: &Export, schema: &str, rows: Vec<&CodeRow>) -> Value {
    let to = |name: &str| json!({"$ref": format!("{SCHEMAS}{name}")});
    let mut json = Map::new();
    json.insert("schema".to_owned(), to(schema));
    let examples: Map<String, Value> = rows
        .into_iter()
        .map(|row| {
            let name = plain(row.code);
            let to = json!({"$ref": format!("#/components/examples/{name}")});
            (name, to)
        })
        .collect();
    if !examples.is_empty() {
        json.insert("examples".to_owned(), Value::Object(examples));
    }
    let mut content = Map::new();
    content.insert("application/json".to_owned(), Value::Object(json));
    if export.shape.has_xml() {
        content.insert("application/xml".to_owned(), json!({"schema": to(XML_RESPONSE)}));
    }
    Value::Object(content)
}

/// The body in XML, as OpenAPI describes it: what is an attribute there is a property here.
fn xml_response(export: &Export) -> Value {
    let part = || json!({"type": "string", "minLength": 1});
    let code = json!({"type": "string", "pattern": "^[0-9]+$", "xml": {"attribute": true}});
    let error = if export.shape == Shape::AmpacheOlder {
        json!({
            "description": "The text of the element is the message, which OpenAPI cannot say.",
            "type": "object",
            "required": ["code"],
            "properties": {"code": code},
        })
    } else {
        json!({
            "type": "object",
            "required": ["errorCode", "errorAction", "errorType", "errorMessage"],
            "properties": {
                "errorCode": code,
                "errorAction": part(),
                "errorType": part(),
                "errorMessage": part(),
            },
        })
    };
    json!({
        "title": "Response with an error, in XML",
        "type": "object",
        "required": ["error"],
        "properties": {"error": error},
        "xml": {"name": "root"},
    })
}
