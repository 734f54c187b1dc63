//! What an edition keeps of its document besides its tables: members, header fields, examples as
//! they were read, known errata, and of every wording a digest. No sentence of a document is kept.
//!
//! `faultbook drift --propose` writes these files; CONTRIBUTING.md says when.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use faultbook_core::Edition;
use faultbook_core::common::Syntax;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::catalog;
use crate::facts::{
    CodeFact, Digest, Example, ExampleError, Facts, FieldFact, Heading, MemberFact, Origin, Part,
    StatusFact, Wording,
};

/// The editions whose documents are known, and their records.
static RECORDS: [(&str, &str); 4] = [
    ("ampache@5", include_str!("ampache-5.json")),
    ("groove@1", include_str!("groove-1.json")),
    ("lineworks@2", include_str!("lineworks-2.json")),
    ("onedrive@1", include_str!("onedrive-1.json")),
];

const SCHEMA: &str = "faultbook-catalog-record/1";

/// The record of an edition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    schema: String,
    edition: String,
    pub(crate) documents: Vec<Document>,
}

/// What is kept of one document. Lists are in the document's order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Document {
    /// As the project calls it: `Groove status codes`.
    pub(crate) name: String,
    /// The parts that it has.
    covers: Vec<String>,
    #[serde(default)]
    statuses: Vec<StatusLine>,
    #[serde(default)]
    codes: Vec<CodeLine>,
    #[serde(default)]
    members: Vec<MemberLine>,
    #[serde(default)]
    fields: Vec<FieldLine>,
    #[serde(default)]
    examples: Vec<ExampleLine>,
    /// Digests of its sentences.
    #[serde(default)]
    prose: Vec<String>,
    /// What is known to contradict itself in it.
    #[serde(default)]
    pub(crate) errata: Vec<Erratum>,
}

/// A row of the statuses; its phrase is in the edition's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusLine {
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
}

/// A row of the codes; its statuses, group, level and name are in the edition's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeLine {
    code: String,
    /// The reason phrases as printed beside its statuses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    reasons: BTreeMap<u16, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
}

/// A member of an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberLine {
    name: String,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
}

/// A header field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    name: String,
    colon: bool,
    value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wording: Option<String>,
}

/// An example, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heading: Option<HeadingLine>,
    syntax: String,
    errors: Vec<ErrorLine>,
    /// Of JSON, the members as they are written, without their values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shape: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadingLine {
    code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorLine {
    codes: Vec<String>,
    members: Value,
}

/// A contradiction inside the document that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erratum {
    /// The rule that finds it.
    pub(crate) rule: String,
    /// What it is about, as the finding has it.
    pub(crate) key: String,
    /// Why it is known and left as it is.
    pub(crate) reason: String,
}

/// The record of an edition; `None` where its document was never given.
pub(crate) fn record(edition: &Edition) -> Option<Record> {
    let name = edition.to_string();
    let (_, text) = RECORDS.iter().find(|(known, _)| *known == name)?;
    // A test reads them all.
    serde_json::from_str(text).ok()
}

/// The file of an edition's record, from the root of the repository.
pub(crate) fn path(edition: &Edition) -> String {
    let (service, version) = (edition.service, edition.version);
    format!("crates/faultbook/src/catalog/records/{service}-{version}.json")
}

/// What is known of a document before it is held against an edition.
#[derive(Debug)]
pub(crate) struct Known {
    /// The edition's facts, those of the parts that this document had.
    pub(crate) facts: Facts,
    /// The names of the documents in the record that it is taken for; none where there is no record.
    pub(crate) documents: Vec<String>,
}

/// An edition's facts for a document with these facts: of several documents in the record, those
/// that speak of the same things. Of an edition with a record, everything is known; of another one
/// its tables.
pub(crate) fn known(edition: &'static Edition, document: &Facts) -> Known {
    let tables = catalog::facts(edition);
    let record = record(edition).filter(|record| !record.documents.is_empty());
    let Some(record) = record else { return Known { facts: tables, documents: Vec::new() } };
    let shares = |kept: &&Document| {
        let covers = &document.covers;
        let speaks = |part: &Part| *part != Part::Prose && covers.contains(part);
        Part::ALL.iter().filter(|part| speaks(part)).any(|part| kept.has(*part))
    };
    let mut same: Vec<&Document> = record.documents.iter().filter(shares).collect();
    if same.is_empty() {
        same = record.documents.iter().collect();
    }
    let mut facts =
        Facts { name: tables.name.clone(), covers: Part::ALL.to_vec(), ..Facts::default() };
    for kept in &same {
        kept.extend(&mut facts, &tables);
    }
    Known { facts, documents: same.iter().map(|kept| kept.name.clone()).collect() }
}

impl Record {
    /// A record with a document in the place of one, or beside those that it has.
    pub(crate) fn with(edition: &Edition, documents: Vec<Document>) -> Self {
        let mut record = record(edition).unwrap_or_else(|| Self {
            schema: SCHEMA.to_owned(),
            edition: edition.to_string(),
            documents: Vec::new(),
        });
        for document in documents {
            match record.documents.iter_mut().find(|kept| kept.name == document.name) {
                Some(kept) => {
                    let errata = std::mem::take(&mut kept.errata);
                    *kept = Document { errata, ..document };
                }
                None => record.documents.push(document),
            }
        }
        record
    }

    /// The file: a line a fact, so that what changed is a line of the diff.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::from("{\n");
        _ = writeln!(text, "  \"schema\": {},", line(&self.schema));
        _ = writeln!(text, "  \"edition\": {},", line(&self.edition));
        text.push_str("  \"documents\": [");
        for (index, document) in self.documents.iter().enumerate() {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            document.write(&mut text);
        }
        text.push_str("\n  ]\n}\n");
        text
    }
}

/// A value in one line.
fn line(value: &impl Serialize) -> String {
    // Nothing here has keys that are no strings.
    serde_json::to_string(value).unwrap_or_default()
}

impl Document {
    /// What is to be kept of a document.
    pub(crate) fn of(name: &str, facts: &Facts) -> Self {
        let digest = |wording: &Option<Wording>| wording.as_ref().map(|w| w.digest.to_string());
        let of_code = |row: &CodeFact| CodeLine {
            code: row.code.clone(),
            reasons: row
                .statuses
                .iter()
                .filter_map(|status| Some((status.status, status.reason.clone()?)))
                .collect(),
            wording: digest(&row.wording),
        };
        let of_example = |example: &Example| ExampleLine {
            heading: example.heading.as_ref().map(|heading| HeadingLine {
                code: heading.code.clone(),
                name: heading.name.clone(),
            }),
            syntax: syntax(example.syntax).to_owned(),
            errors: example
                .errors
                .iter()
                .map(|error| ErrorLine {
                    codes: error.codes.clone(),
                    members: error.members.clone(),
                })
                .collect(),
            shape: example
                .body
                .as_deref()
                .filter(|_| example.syntax == Syntax::Json)
                .and_then(|body| serde_json::from_str(body).ok())
                .map(shape),
        };
        let of_field = |field: &FieldFact| FieldLine {
            status: field.status,
            name: field.name.clone(),
            colon: field.has_colon,
            value: field.value.clone(),
            wording: digest(&field.wording),
        };
        let covers = Part::ALL.iter().filter(|part| facts.covers.contains(part));
        Self {
            name: name.to_owned(),
            covers: covers.map(|part| part.as_str().to_owned()).collect(),
            statuses: facts
                .statuses
                .iter()
                .map(|row| StatusLine { status: row.status, wording: digest(&row.wording) })
                .collect(),
            codes: facts.codes.iter().map(of_code).collect(),
            members: facts
                .members
                .iter()
                .map(|member| MemberLine {
                    name: member.name.clone(),
                    kind: member.kind.clone(),
                    wording: digest(&member.wording),
                })
                .collect(),
            fields: facts.fields.iter().map(of_field).collect(),
            examples: facts.examples.iter().map(of_example).collect(),
            prose: facts.prose.iter().map(|wording| wording.digest.to_string()).collect(),
            errata: Vec::new(),
        }
    }

    fn has(&self, part: Part) -> bool {
        self.covers.iter().any(|name| name == part.as_str())
    }

    /// Adds what the document says: its tables from the edition's, the rest from here.
    fn extend(&self, facts: &mut Facts, tables: &Facts) {
        let at = |what: &str, row: &str| Origin::Catalog(format!("{} {what}, {row}", facts.name));
        let wording = |digest: &Option<String>, origin: &Origin| {
            let digest = Digest::parse(digest.as_deref()?)?;
            Some(Wording { text: None, digest, origin: origin.clone() })
        };
        if self.has(Part::Statuses) {
            let rows = tables.statuses.iter().map(|row| {
                let line = self.statuses.iter().find(|line| line.status == row.status);
                let wording = line.and_then(|line| wording(&line.wording, &row.origin));
                StatusFact { wording, ..row.clone() }
            });
            facts.statuses.extend(rows);
        }
        if self.has(Part::Codes) {
            // The lines of a code are in the order of its rows.
            let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
            for row in &tables.codes {
                let nth = seen.entry(row.code.as_str()).or_default();
                let line = self.codes.iter().filter(|line| line.code == row.code).nth(*nth);
                *nth += 1;
                let mut row = row.clone();
                row.wording = line.and_then(|line| wording(&line.wording, &row.origin));
                for status in &mut row.statuses {
                    let printed = line.and_then(|line| line.reasons.get(&status.status));
                    status.reason = printed.cloned();
                }
                facts.codes.push(row);
            }
        }
        let members = self.members.iter().map(|line| {
            let origin = at("members", &line.name);
            MemberFact {
                name: line.name.clone(),
                kind: line.kind.clone(),
                wording: wording(&line.wording, &origin),
                origin,
            }
        });
        let members: Vec<_> = members.collect();
        let fields = self.fields.iter().map(|line| {
            let status = line.status.map(|status| format!(" under {status}")).unwrap_or_default();
            let origin = at("fields", &format!("{}{status}", line.name));
            FieldFact {
                status: line.status,
                name: line.name.clone(),
                has_colon: line.colon,
                value: line.value.clone(),
                wording: wording(&line.wording, &origin),
                origin,
            }
        });
        let fields: Vec<_> = fields.collect();
        let examples = self.examples.iter().map(|line| {
            let code = line.heading.as_ref().map(|heading| &heading.code);
            let first = line.errors.first().and_then(|error| error.codes.first());
            let name = code.or(first).map_or("", String::as_str);
            let origin = at("examples", &format!("{name} {}", line.syntax));
            Example {
                heading: line.heading.as_ref().map(|heading| Heading {
                    code: heading.code.clone(),
                    name: heading.name.clone(),
                    origin: origin.clone(),
                }),
                syntax: syntax_of(&line.syntax),
                language: None,
                body: line.shape.as_ref().map(Value::to_string),
                errors: line
                    .errors
                    .iter()
                    .map(|error| ExampleError {
                        codes: error.codes.clone(),
                        members: error.members.clone(),
                    })
                    .collect(),
                origin,
            }
        });
        let examples: Vec<_> = examples.collect();
        let prose = self.prose.iter().enumerate().filter_map(|(index, digest)| {
            let origin = at("prose", &format!("{} of {}", index + 1, self.name));
            Some(Wording { text: None, digest: Digest::parse(digest)?, origin })
        });
        let prose: Vec<_> = prose.collect();
        facts.members.extend(members);
        facts.fields.extend(fields);
        facts.examples.extend(examples);
        facts.prose.extend(prose);
    }

    fn write(&self, text: &mut String) {
        _ = writeln!(text, "    {{\n      \"name\": {},", line(&self.name));
        _ = write!(text, "      \"covers\": {}", line(&self.covers));
        list(text, "statuses", &self.statuses);
        list(text, "codes", &self.codes);
        list(text, "members", &self.members);
        list(text, "fields", &self.fields);
        list(text, "examples", &self.examples);
        list(text, "prose", &self.prose);
        list(text, "errata", &self.errata);
        text.push_str("\n    }");
    }
}

/// A list with a line an entry, and nothing where it has none.
fn list(text: &mut String, name: &str, entries: &[impl Serialize]) {
    if entries.is_empty() {
        return;
    }
    let lines: Vec<String> =
        entries.iter().map(|entry| format!("        {}", line(entry))).collect();
    _ = write!(text, ",\n      \"{name}\": [\n{}\n      ]", lines.join(",\n"));
}

/// A value without what it holds at its leaves. A reader of JSON bounds how deep it goes.
fn shape(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, shape(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(shape).collect()),
        _ => Value::Null,
    }
}

const fn syntax(syntax: Syntax) -> &'static str {
    match syntax {
        Syntax::Json => "json",
        Syntax::Xml => "xml",
        Syntax::Html => "html",
        Syntax::Text | Syntax::Empty => "text",
    }
}

fn syntax_of(name: &str) -> Syntax {
    match name {
        "json" => Syntax::Json,
        "xml" => Syntax::Xml,
        "html" => Syntax::Html,
        _ => Syntax::Text,
    }
}

#[cfg(test)]
mod tests;
