//! The definitions of an edition's errors in JSON, for JSON Schema and for OpenAPI, which is of the
//! same dialect.
//!
//! | definition | is |
//! |---|---|
//! | `ErrorResponse` | the body of a response with an error |
//! | `ErrorUnder404` | the same, where the status says which codes may stand there |
//! | `Error` | the error object |
//! | `Code` | what a code has to be |
//! | `DocumentedCode` | the codes that are documented: in the place of `Code` it makes the list closed |
//! | `CodeUnder404` | those of them that are documented under one status |

use faultbook_core::{CodeRow, Edition, Level};
use serde_json::{Map, Value, json};

use super::Export;
use super::shape::Shape;

/// The definition of a response's body.
pub(super) const RESPONSE: &str = "ErrorResponse";

/// The definitions, and what they are of.
pub(super) struct Definitions {
    /// What the schema is of, in a sentence or two.
    pub(super) about: &'static str,
    /// The definitions by name.
    pub(super) list: Map<String, Value>,
}

/// The definitions of an edition; `prefix` is what stands before the name in a reference.
pub(super) fn of(export: &Export, prefix: &'static str) -> Definitions {
    let mut writer = Writer { edition: export.edition, prefix, list: Map::new() };
    let about = match export.shape {
        Shape::AmpacheParts => writer.ampache(),
        Shape::AmpacheOlder => writer.ampache_older(),
        Shape::Groove => writer.groove(),
        Shape::LineWorks => writer.line_works(),
        Shape::OneDrive { inner } => writer.one_drive(inner),
    };
    writer.codes_by_status();
    if export.shape.binds_statuses() {
        writer.responses_by_status();
    }
    Definitions { about, list: writer.list }
}

/// The name of the definition of a response's body under a status.
pub(super) fn response_under(status: u16) -> String {
    format!("ErrorUnder{status}")
}

/// An example of a body with an error of this code. A template is filled with the name that stands
/// in its braces.
pub(super) fn example(export: &Export, row: &CodeRow) -> Value {
    let code = plain(row.code);
    let text = row.summary;
    match export.shape {
        Shape::AmpacheParts => json!({"error": {
            "errorCode": code, "errorAction": "method", "errorType": "system", "errorMessage": text,
        }}),
        Shape::AmpacheOlder | Shape::OneDrive { .. } => {
            json!({"error": {"code": code, "message": text}})
        }
        Shape::Groove => json!({"ErrorCode": code, "Description": text}),
        Shape::LineWorks => json!({"code": code, "description": text}),
    }
}

/// A code without the braces of a template: it is one of the codes that the template stands for.
pub(super) fn plain(code: &str) -> String {
    code.replace(['{', '}'], "")
}

/// The rows of codes that a whole error may have: where there are two lists, those of the first.
pub(super) fn root_rows(edition: &'static Edition) -> impl Iterator<Item = &'static CodeRow> {
    edition.codes.iter().filter(|row| row.level != Some(Level::Detailed))
}

/// The codes with what they mean, as a list in Markdown.
pub(super) fn listed(rows: &[&CodeRow]) -> String {
    let line = |row: &&CodeRow| {
        let statuses: Vec<String> = row.statuses.iter().map(u16::to_string).collect();
        let under =
            if statuses.is_empty() { String::new() } else { format!(" ({})", statuses.join(", ")) };
        format!("- `{}`{under}: {}", row.code, row.summary)
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

const OPEN: &str = "Codes that are not documented are let through: put a reference to DocumentedCode \
                    here, and they are refused.";

struct Writer {
    edition: &'static Edition,
    prefix: &'static str,
    list: Map<String, Value>,
}

impl Writer {
    fn put(&mut self, name: &str, definition: Value) {
        self.list.insert(name.to_owned(), definition);
    }

    fn to(&self, name: &str) -> Value {
        json!({"$ref": format!("{}{name}", self.prefix)})
    }

    /// Ampache: `error` with its four parts, or in the shape of older versions.
    fn ampache(&mut self) -> &'static str {
        self.put(
            RESPONSE,
            json!({
                "title": "Response with an error",
                "description": "The body of a response with an error. Other members beside it are a \
                                warning only.",
                "type": "object",
                "required": ["error"],
                "properties": {"error": self.to("AnyError")},
            }),
        );
        self.put(
            "AnyError",
            json!({
                "title": "Error in any shape",
                "description": "An error with `code` and without `errorCode` has the shape of an older \
                                version of the API, which is a warning only.",
                "if": {"allOf": [has("code"), {"not": has("errorCode")}]},
                "then": self.to("OlderError"),
                "else": self.to("Error"),
            }),
        );
        self.put(
            "Error",
            json!({
                "title": "Error",
                "description": "What went wrong, in four parts.",
                "type": "object",
                "required": ["errorCode", "errorAction", "errorType", "errorMessage"],
                "properties": {
                    "errorCode": self.to("Code"),
                    "errorAction": text("The method that failed."),
                    "errorType": text(
                        "What the error is about: `system` for what users cannot change, `account` \
                         for what they can, or the kind of data.",
                    ),
                    "errorMessage": text("A message to show to the user."),
                },
                "additionalProperties": false,
            }),
        );
        let message = json!({"type": "string"});
        let filled = json!({"type": "string", "minLength": 1});
        let older = json!({
            "title": "Error in the shape of an older version",
            "anyOf": [
                {
                    "description": "A code and a text.",
                    "type": "object",
                    "required": ["code"],
                    "properties": {
                        "code": self.to("Code"),
                        "message": message,
                        "text": message,
                        "value": message,
                    },
                    "additionalProperties": false,
                    "maxProperties": 2,
                },
                {
                    "description": "Four parts, of which the code, and perhaps the message, have \
                                    their older names.",
                    "type": "object",
                    "required": ["code", "errorAction", "errorType"],
                    "properties": {
                        "code": self.to("Code"),
                        "errorAction": filled,
                        "errorType": filled,
                        "errorMessage": filled,
                        "message": filled,
                        "text": filled,
                        "value": filled,
                    },
                    "additionalProperties": false,
                    "minProperties": 4,
                    "maxProperties": 4,
                },
            ],
        });
        self.put("OlderError", older);
        self.numeric_code();
        self.documented_code(&self.all_rows());
        "The JSON body of an Ampache response with an error. Such a response comes in XML as well."
    }

    /// Ampache 4: `error` with a code and a text.
    fn ampache_older(&mut self) -> &'static str {
        self.put(
            RESPONSE,
            json!({
                "title": "Response with an error",
                "description": "The body of a response with an error. Other members beside it are a \
                                warning only.",
                "type": "object",
                "required": ["error"],
                "properties": {"error": self.to("AnyError")},
            }),
        );
        let names = ["errorCode", "errorAction", "errorType", "errorMessage"];
        let newer = format!("^({})$", names.map(any_case).join("|"));
        self.put(
            "AnyError",
            json!({
                "title": "Error in any shape",
                "description": "With a name that newer versions of the API have it is one of theirs, which \
                                is a warning only.",
                "if": {"type": "object", "not": {"type": "object", "patternProperties": {&newer: false}}},
                "then": self.to("NewerError"),
                "else": self.to("Error"),
            }),
        );
        let filled = json!({"type": "string", "minLength": 1});
        self.put(
            "Error",
            json!({
                "title": "Error",
                "description": "What went wrong: a code and a text, which has one of three names.",
                "type": "object",
                "required": ["code"],
                "properties": {
                    "code": self.to("Code"),
                    "message": text("A message to show to the user."),
                    "text": filled,
                    "value": filled,
                },
                "additionalProperties": false,
                "minProperties": 2,
                "maxProperties": 2,
            }),
        );
        // Of the names that a message may have, one at most is there.
        let messages = ["errorMessage", "message", "text", "value"];
        let only = |name: &str| {
            let others: Vec<&str> = messages.into_iter().filter(|other| *other != name).collect();
            json!({"propertyNames": {"not": {"enum": others}}})
        };
        let newer_error = json!({
            "title": "Error in the shape of a newer version",
            "anyOf": [
                {
                    "description": "Some of four parts.",
                    "type": "object",
                    "properties": {"errorCode": self.to("Code"), "errorMessage": filled},
                    "propertyNames": {"pattern": newer},
                },
                {
                    "description": "Some of four parts, of which the code, and perhaps the message, have \
                                    their older names.",
                    "type": "object",
                    "required": ["code"],
                    "properties": {
                        "code": self.to("Code"),
                        "errorAction": true,
                        "errorType": true,
                        "errorMessage": filled,
                        "message": filled,
                        "text": filled,
                        "value": filled,
                    },
                    "additionalProperties": false,
                    "anyOf": messages.map(only),
                },
            ],
        });
        self.put("NewerError", newer_error);
        self.numeric_code();
        self.documented_code(&self.all_rows());
        "The JSON body of an Ampache response with an error, as version 4 of the API has it. Such a \
         response comes in XML as well."
    }

    /// Groove: an error bare, or under `Error` at any depth.
    fn groove(&mut self) -> &'static str {
        const ERROR: &str = "Error";
        let misspelt = format!("^({})$", another_case(ERROR));
        let code_in_any_case = format!("^{}$", any_case("ErrorCode"));
        let others_in_any_case = format!("^({}|{})$", any_case("Description"), any_case("Message"));
        self.put(
            RESPONSE,
            json!({
                "title": "Response with an error",
                "description": "The body of a response with an error: its own one, or one of an item.",
                "allOf": [self.to("Response"), self.to("HasError")],
            }),
        );
        self.put(
            "Response",
            json!({
                "title": "Response",
                "description": "The body of any response, with errors in it or without: each one has \
                                its documented shape.",
                "allOf": [
                    self.to("Value"),
                    {
                        "if": self.to("IsBareError"),
                        "then": self.to("Error"),
                    },
                ],
            }),
        );
        self.put(
            "HasError",
            json!({
                "title": "Value with an error",
                "description": "There is an error in it: it is one, or it has one under `Error`, or one \
                                of its members or items has.",
                "anyOf": [
                    self.to("IsBareError"),
                    self.to("HasErrorInside"),
                ],
            }),
        );
        self.put(
            "IsBareError",
            json!({
                "title": "Body that is an error",
                "description": "Its code tells that it is one, or that it has nothing but members of one, \
                                even if the code is missing or its name misspelt.",
                "anyOf": [
                    has("ErrorCode"),
                    {
                        "type": "object",
                        "anyOf": [
                            has("Description"),
                            has("Message"),
                            {"not": {"type": "object", "patternProperties": {&code_in_any_case: false}}},
                        ],
                        "properties": {ERROR: {"type": "null"}},
                        "patternProperties": {
                            &misspelt: {"type": "null"},
                            &code_in_any_case: true,
                            &others_in_any_case: true,
                        },
                        "additionalProperties": false,
                    },
                ],
            }),
        );
        self.put(
            "HasErrorInside",
            json!({
                "description": "There is something under `Error` at some depth.",
                "anyOf": [
                    {
                        "type": "object",
                        "required": [ERROR],
                        "properties": {ERROR: {"not": {"type": "null"}}},
                    },
                    {
                        "$comment": "Not all of its members are without an error.",
                        "type": "object",
                        "not": {
                            "type": "object",
                            "properties": {ERROR: true},
                            "patternProperties": {
                                &misspelt: {
                                    "not": {"type": "array", "contains": self.to("HasErrorInside")},
                                },
                            },
                            "additionalProperties": {"not": self.to("HasErrorInside")},
                        },
                    },
                    {"type": "array", "contains": self.to("HasErrorInside")},
                ],
            }),
        );
        self.put(
            "Value",
            json!({
                "title": "Value",
                "description": "A value of a response: whatever stands under `Error` in it, at any \
                                depth, is an error or null.",
                "if": {"type": "object"},
                "then": self.to("Item"),
                "else": self.to("Items"),
            }),
        );
        self.put(
            "Item",
            json!({
                "title": "Object that may have an error",
                "type": "object",
                "properties": {
                    ERROR: {"anyOf": [{"type": "null"}, self.to("Error")]},
                },
                "patternProperties": {&misspelt: self.to("NoError")},
                "additionalProperties": self.to("Value"),
            }),
        );
        self.put(
            "Items",
            json!({
                "title": "List of values, or a value without parts",
                "if": {"type": "array"},
                "then": {"type": "array", "items": self.to("Value")},
            }),
        );
        self.put(
            "NoError",
            json!({
                "title": "No error",
                "description": "What stands under a name that is `Error` but for case: there is no code \
                                in it, or it would be an error under the wrong name.",
                "if": {"type": "object"},
                "then": {"type": "object", "patternProperties": {&code_in_any_case: false}},
                "else": self.to("Items"),
            }),
        );
        self.put(
            "Error",
            json!({
                "title": "Error",
                "description": "What went wrong. Other members are permitted.",
                "type": "object",
                "required": ["ErrorCode", "Description"],
                "properties": {
                    "ErrorCode": self.to("Code"),
                    "Description": text("What the code means, for developers."),
                    "Message": {
                        "description": "What went wrong in this case.",
                        "type": "string",
                    },
                },
            }),
        );
        self.open_code();
        self.documented_code(&self.all_rows());
        "The body of a Groove response with an error. The error is the body, or it stands under \
         `Error` in it or in its items, at any depth; `#/$defs/Response` is of any response."
    }

    /// LINE WORKS: two members.
    fn line_works(&mut self) -> &'static str {
        self.put(
            RESPONSE,
            json!({
                "title": "Response with an error",
                "description": "The body of a failing response, which is an error.",
                "allOf": [self.to("Error")],
            }),
        );
        self.put(
            "Error",
            json!({
                "title": "Error",
                "description": "What went wrong. Other members are permitted.",
                "type": "object",
                "required": ["code", "description"],
                "properties": {
                    "code": self.to("Code"),
                    "description": text("What went wrong, for developers."),
                },
            }),
        );
        self.open_code();
        self.documented_code(&self.all_rows());
        "The body of a failing response of LINE WORKS. Which codes may stand under a status, \
         `#/$defs/ErrorUnder404` and its like say."
    }

    /// OneDrive: `error` with two members, and inner errors.
    fn one_drive(&mut self, inner: &'static str) -> &'static str {
        let in_any_case = format!("^{}$", any_case(inner));
        let basic: Vec<&CodeRow> = root_rows(self.edition).collect();
        self.put(
            RESPONSE,
            json!({
                "title": "Response with an error",
                "description": "The body of a failing response: an object with the one property `error`.",
                "type": "object",
                "required": ["error"],
                "properties": {"error": self.to("Error")},
                "additionalProperties": false,
            }),
        );
        let mut error = json!({
            "title": "Error",
            "description": "What went wrong. Other members are permitted.",
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": self.to("Code"),
                "message": text("What went wrong, for developers; it is not translated, and may change."),
            },
        });
        let mut inner_error = json!({
            "title": "Inner error",
            "description": "What went wrong, in more detail than the error around it says.",
            "type": "object",
            "properties": {"code": self.to("InnerCode")},
        });
        for object in [&mut error, &mut inner_error] {
            let Some(object) = object.as_object_mut() else { continue };
            if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
                properties.insert(inner.to_owned(), self.to("InnerError"));
            }
            object.insert("if".to_owned(), has(inner));
            object.insert(
                "else".to_owned(),
                json!({
                    "$comment": "Another spelling is a warning only, and what it holds is judged all \
                                 the same.",
                    "type": "object",
                    "patternProperties": {&in_any_case: self.to("InnerError")},
                    // Without it, linters that close every object close this one too.
                    "additionalProperties": true,
                }),
            );
        }
        self.put("Error", error);
        self.put(
            "Code",
            json!({
                "title": "Basic code",
                "description": format!("One of the basic codes, which every app handles:\n\n{}", listed(&basic)),
                "type": "string",
                "enum": basic.iter().map(|row| row.code).collect::<Vec<_>>(),
            }),
        );
        self.put("InnerError", inner_error);
        self.put(
            "InnerCode",
            json!({
                "title": "Inner code",
                "description": "Any code: the service may add some. Without one an inner error is a \
                                warning only.",
                "$comment": OPEN,
                "anyOf": [{"type": "string"}, {"type": "null"}],
            }),
        );
        self.documented_code(&self.all_rows());
        "The body of a failing response of OneDrive, with inner errors to any depth."
    }

    /// Every row, without those that list a code a second time.
    fn all_rows(&self) -> Vec<&'static CodeRow> {
        let mut rows: Vec<&'static CodeRow> = Vec::new();
        for row in self.edition.codes {
            if rows.iter().all(|known| known.code != row.code) {
                rows.push(row);
            }
        }
        rows
    }

    /// A code that is a string with something in it.
    fn open_code(&mut self) {
        self.put(
            "Code",
            json!({"title": "Code", "$comment": OPEN, "type": "string", "minLength": 1}),
        );
    }

    /// A code that is a decimal number, mostly in a string.
    fn numeric_code(&mut self) {
        self.put(
            "Code",
            json!({
                "title": "Code",
                "description": "A decimal number in a string. A JSON number is permitted.",
                "$comment": OPEN,
                "anyOf": [
                    {"type": "string", "pattern": "^[0-9]+$"},
                    {"type": "integer", "minimum": 0},
                ],
            }),
        );
    }

    fn documented_code(&mut self, rows: &[&'static CodeRow]) {
        let mut definition = one_of(rows);
        self.describe(&mut definition, "Documented code", "The documented codes:", rows);
        self.put("DocumentedCode", definition);
    }

    fn describe(&self, definition: &mut Value, title: &str, about: &str, rows: &[&CodeRow]) {
        let Some(object) = definition.as_object_mut() else { return };
        object.shift_insert(0, "title".to_owned(), title.into());
        object.shift_insert(
            1,
            "description".to_owned(),
            format!("{about}\n\n{}", listed(rows)).into(),
        );
        let edition = self.edition.to_string();
        object.shift_insert(2, "$comment".to_owned(), format!("Edition {edition}.").into());
    }

    /// The codes of each status, where the document has statuses for codes.
    fn codes_by_status(&mut self) {
        for status in self.statuses_of_codes() {
            let rows: Vec<_> = rows_under(self.edition, status).collect();
            let mut definition = one_of(&rows);
            let title = format!("Code under {status}");
            self.describe(
                &mut definition,
                &title,
                "The codes documented under this status:",
                &rows,
            );
            self.put(&code_under(status), definition);
        }
    }

    /// The body under each status, where a documented code belongs under its own statuses.
    fn responses_by_status(&mut self) {
        for status in self.statuses_of_codes() {
            let definition = json!({
                "title": format!("Response with an error, under {status}"),
                "description": format!(
                    "A code that is documented, but not under {status}, is refused here.",
                ),
                "allOf": [
                    self.to(RESPONSE),
                    {
                        "type": "object",
                        "properties": {
                            "code": {
                                "anyOf": [
                                    self.to(&code_under(status)),
                                    {"not": self.to("DocumentedCode")},
                                ],
                            },
                        },
                    },
                ],
            });
            self.put(&response_under(status), definition);
        }
    }

    fn statuses_of_codes(&self) -> Vec<u16> {
        let mut statuses: Vec<u16> =
            self.edition.codes.iter().flat_map(|row| row.statuses.iter().copied()).collect();
        statuses.sort_unstable();
        statuses.dedup();
        statuses
    }
}

/// The name of the definition of a status's codes.
fn code_under(status: u16) -> String {
    format!("CodeUnder{status}")
}

/// The rows of codes that are documented under this status.
pub(super) fn rows_under(
    edition: &'static Edition,
    status: u16,
) -> impl Iterator<Item = &'static CodeRow> {
    edition.codes.iter().filter(move |row| row.statuses.contains(&status))
}

/// A pattern of a name in whatever case.
fn any_case(name: &str) -> String {
    let both = |c: char| format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase());
    name.chars().map(both).collect()
}

/// A pattern of a name in any case but its own. Patterns that every validator understands have no
/// shorter way to leave one text out.
///
/// Of `aB` it is `A[bB]|a(b)`.
fn another_case(name: &str) -> String {
    let mut rest = name.chars();
    let Some(first) = rest.next() else { return String::new() };
    let rest = rest.as_str();
    let other = if first.is_ascii_uppercase() {
        first.to_ascii_lowercase()
    } else {
        first.to_ascii_uppercase()
    };
    if rest.is_empty() {
        return other.to_string();
    }
    format!("{other}{}|{first}({})", any_case(rest), another_case(rest))
}

/// An object with this member. Strict validators want a member that is required to be declared.
fn has(name: &str) -> Value {
    json!({"type": "object", "properties": {name: true}, "required": [name]})
}

/// A string with something in it.
fn text(description: &str) -> Value {
    json!({"description": description, "type": "string", "minLength": 1})
}

/// One of these codes: a list of those that are written out, a pattern for each template.
///
/// A code that is written out under another status could fit a template of this one; of the tables
/// that there are none does, which a test holds.
fn one_of(rows: &[&'static CodeRow]) -> Value {
    let literals: Vec<&str> =
        rows.iter().filter(|row| !row.is_template()).map(|row| row.code).collect();
    let listed = json!({"type": "string", "enum": literals});
    let patterns: Vec<Value> = rows
        .iter()
        .filter_map(|row| row.code.split_once('{'))
        .filter_map(|(before, rest)| rest.split_once('}').map(|(_, after)| (before, after)))
        .map(|(before, after)| {
            // Codes are letters, digits and low lines: nothing in them means more to a pattern.
            json!({"type": "string", "pattern": format!("^{before}.+{after}$")})
        })
        .collect();
    if patterns.is_empty() {
        return listed;
    }
    let listed = (!literals.is_empty()).then_some(listed);
    json!({"anyOf": listed.into_iter().chain(patterns).collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use crate::services::SERVICES;

    #[test]
    fn no_code_written_out_fits_a_template_of_another_status() {
        let mut templates = 0;
        for edition in SERVICES.into_iter().flat_map(|service| service.editions) {
            for template in edition.codes.iter().filter(|row| row.is_template()) {
                templates += 1;
                for row in edition.codes.iter().filter(|row| !row.is_template()) {
                    let fits = template.matches(row.code);
                    assert!(!fits || row.statuses == template.statuses, "{edition}: {}", row.code);
                }
            }
        }
        assert_eq!(templates, 3);
    }

    #[test]
    fn codes_mean_nothing_more_to_a_pattern() {
        for edition in SERVICES.into_iter().flat_map(|service| service.editions) {
            for row in edition.codes {
                let plain = |c: char| c.is_ascii_alphanumeric() || "_{}".contains(c);
                assert!(row.code.chars().all(plain), "{edition}: {}", row.code);
            }
        }
    }
}
