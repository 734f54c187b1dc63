//! Catalogs of any facts, and how a document shows them in each layout.

use std::fmt::Write as _;

use faultbook::core::Level;
use faultbook::facts::{Facts, Wording};
use proptest::prelude::*;

/// Statuses and codes as a document of a service can have them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Catalog {
    pub(crate) service: &'static str,
    pub(crate) rows: Rows,
}

/// The rows of a catalog, or what was read of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Rows {
    pub(crate) statuses: Vec<StatusRow>,
    pub(crate) codes: Vec<CodeRow>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StatusRow {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) description: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CodeRow {
    pub(crate) code: String,
    pub(crate) statuses: Vec<(u16, Option<String>)>,
    pub(crate) group: Option<String>,
    pub(crate) level: Option<Level>,
    pub(crate) name: Option<String>,
    pub(crate) description: String,
}

/// Facts as rows, without their places.
pub(crate) fn plain(facts: &Facts) -> Rows {
    let text = |wording: &Option<Wording>| {
        wording.as_ref().and_then(|wording| wording.text.clone()).unwrap_or_default()
    };
    assert_eq!(facts.unread, [], "everything is understood");
    Rows {
        statuses: facts
            .statuses
            .iter()
            .map(|fact| StatusRow {
                status: fact.status,
                reason: fact.reason.clone().unwrap_or_default(),
                description: text(&fact.wording),
            })
            .collect(),
        codes: facts
            .codes
            .iter()
            .map(|fact| CodeRow {
                code: fact.code.clone(),
                statuses: fact
                    .statuses
                    .iter()
                    .map(|one| (one.status, one.reason.clone()))
                    .collect(),
                group: fact.group.clone(),
                level: fact.level,
                name: fact.name.clone(),
                description: text(&fact.wording),
            })
            .collect(),
    }
}

/// A part of a document without the escapes of Markdown and HTML that the layouts use.
pub(crate) fn unescaped(source: &str) -> String {
    source.replace("&#95;", "_").replace('\\', "")
}

/// A way in which documents show their facts.
pub(crate) struct Layout {
    pub(crate) name: &'static str,
    /// Whether documents of the catalog's service are laid out so.
    pub(crate) fits: fn(&Catalog) -> bool,
    pub(crate) render: fn(&Catalog) -> String,
}

/// Every layout.
pub(crate) const LAYOUTS: &[Layout] = &[
    Layout { name: "tables", fits: |_| true, render: tables },
    Layout {
        name: "glued tables",
        fits: |catalog| catalog.service == "lineworks",
        render: glued_tables,
    },
    Layout { name: "bullets", fits: |catalog| catalog.service == "ampache", render: bullets },
    Layout { name: "flattened", fits: |catalog| catalog.service != "ampache", render: flattened },
    Layout {
        name: "glued cells",
        fits: |catalog| catalog.service == "lineworks",
        render: glued_cells,
    },
    Layout { name: "page", fits: |_| true, render: page },
];

/// The columns of the table of codes, and the cells of a row.
fn columns(service: &str) -> &'static [&'static str] {
    match service {
        "groove" => &["Category", "Name", "Default HTTP code", "Description"],
        "lineworks" => &["HTTP status code", "Code", "Description"],
        "ampache" => &["Code", "Name", "Description"],
        _ => &["Code", "Description"],
    }
}

fn cells(service: &str, row: &CodeRow) -> Vec<String> {
    let statuses: Vec<_> = row
        .statuses
        .iter()
        .map(|(status, reason)| match reason {
            Some(reason) => format!("{status} {reason}"),
            None => status.to_string(),
        })
        .collect();
    let statuses = statuses.join(", ");
    let (group, name) =
        (row.group.clone().unwrap_or_default(), row.name.clone().unwrap_or_default());
    let (code, description) = (row.code.clone(), row.description.clone());
    match service {
        "groove" => vec![group, code, statuses, description],
        "lineworks" => vec![statuses, code, description],
        "ampache" => vec![code, name, description],
        _ => vec![code, description],
    }
}

/// The lists of codes with the headings over them.
fn lists(catalog: &Catalog) -> Vec<(&'static str, Vec<&CodeRow>)> {
    let of = |level| catalog.rows.codes.iter().filter(move |row| row.level == level).collect();
    if catalog.service == "onedrive" {
        vec![
            ("The code property", of(Some(Level::Basic))),
            ("Detailed error codes", of(Some(Level::Detailed))),
        ]
    } else {
        vec![("Error codes", of(None))]
    }
}

const STATUSES: &[&str] = &["Status code", "Status message", "Description"];

fn status_cells(row: &StatusRow) -> Vec<String> {
    vec![row.status.to_string(), row.reason.clone(), row.description.clone()]
}

/// A heading, columns, and rows.
type Table = (&'static str, &'static [&'static str], Vec<Vec<String>>);

/// Every table of a catalog: its heading, its columns, its rows.
fn all(catalog: &Catalog) -> Vec<Table> {
    let mut tables = Vec::new();
    if !catalog.rows.statuses.is_empty() {
        let rows = catalog.rows.statuses.iter().map(status_cells).collect();
        tables.push(("Statuses", STATUSES, rows));
    }
    for (heading, rows) in lists(catalog) {
        let rows = rows.into_iter().map(|row| cells(catalog.service, row)).collect();
        tables.push((heading, columns(catalog.service), rows));
    }
    tables
}

/// Markdown with every character escaped that can be markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn gfm_rows(out: &mut String, columns: &[&str], rows: &[Vec<String>]) {
    writeln!(out, "| {} |", columns.join(" | ")).unwrap();
    writeln!(out, "|{}", "---|".repeat(columns.len())).unwrap();
    for row in rows {
        let row: Vec<_> = row.iter().map(|cell| escaped(cell)).collect();
        writeln!(out, "| {} |", row.join(" | ")).unwrap();
    }
}

/// Tables of GFM, under headings.
fn tables(catalog: &Catalog) -> String {
    let mut out = String::from("# Errors\n\nSomething about them.\n\n");
    for (heading, columns, rows) in all(catalog) {
        writeln!(out, "## {heading}\n").unwrap();
        gfm_rows(&mut out, columns, &rows);
        out.push_str("\nMore about them.\n\n");
    }
    out
}

/// A table with a header that prose is glued to, and prose for its last rows.
fn glued_tables(catalog: &Catalog) -> String {
    let mut out = String::from("Errors come with a status.\nThese are common:");
    for (_, columns, rows) in all(catalog) {
        gfm_rows(&mut out, columns, &rows);
        out.push_str("And then there is a header.\nNote\n- It is not always there.\n");
    }
    out
}

/// A list of bold codes with a note below each.
fn bullets(catalog: &Catalog) -> String {
    let mut out = String::from("## Error codes\n\nThese are they.\n\n");
    for row in &catalog.rows.codes {
        let name = row.name.as_deref().unwrap_or_default();
        writeln!(out, "* **{}** {}\n  * {}", row.code, escaped(name), escaped(&row.description))
            .unwrap();
    }
    out.push_str("\n## More\n\nThat was all.\n");
    out
}

fn lines(catalog: &Catalog, gap: &str) -> String {
    let mut out = String::from("Error response\n\nSomething about errors.\n\n");
    for (heading, columns, rows) in all(catalog) {
        writeln!(out, "{heading}\n\n{}", columns.join(gap)).unwrap();
        for row in rows {
            writeln!(out, "{}", row.join(gap)).unwrap();
        }
        out.push_str("\nThere is more to be said of them.\n\n");
    }
    out
}

/// Text whose markup is lost: cells with a space between them.
fn flattened(catalog: &Catalog) -> String {
    lines(catalog, " ")
}

/// Text whose markup is lost: cells with nothing between them.
fn glued_cells(catalog: &Catalog) -> String {
    lines(catalog, "")
}

/// A page of HTML.
fn page(catalog: &Catalog) -> String {
    let text = |text: &str| {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        text.replace('_', "&#95;")
    };
    let mut out = String::from(
        "<!DOCTYPE html>\n<html><head><title>Errors</title></head>\n<body><nav><ul><li>Home</li></ul></nav>\n",
    );
    for (heading, columns, rows) in all(catalog) {
        write!(out, "<h2>{heading}</h2>\n<table>\n<thead><tr>").unwrap();
        for column in columns {
            write!(out, "<th>{column}</th>").unwrap();
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in rows {
            out.push_str("<tr>\n");
            for cell in row {
                writeln!(out, "<td>{}</td>", text(&cell)).unwrap();
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</tbody></table>\n<p>More about them.</p>\n");
    }
    out.push_str("<footer><p>The end.</p></footer></body></html>\n");
    out
}

/// Reason phrases: some in use, and one that capitals tell.
const REASONS: &[&str] = &[
    "OK",
    "Bad Request",
    "BadRequest",
    "Not Found",
    "Conflict",
    "Gone",
    "Length Required",
    "Request Entity Too Large",
    "Requested Range Not Satisfiable",
    "Internal Server Error",
    "Bandwidth Limit Exceeded",
];

/// A sentence with what could be taken for markup.
fn description() -> impl Strategy<Value = String> {
    let first = prop::sample::select(&["The", "This", "A", "Some", "Nothing", "Été"][..]);
    let word = prop::sample::select(
        &[
            "item",
            "is",
            "of",
            "pipe|pipe",
            "under_score",
            "_both_",
            "*star*",
            "**",
            "&amp;",
            "<tag>",
            "a<b",
            "naïve",
            "说明",
            "back\\slash",
            "`tick`",
            "{brace}",
            "[x]",
            "#",
            "~~",
            "50%",
            "it's",
            "“so”",
            "404",
            "ETag",
            "4704",
            "NOT_FOUND",
            "itemGone",
            "(HTTP",
            "!",
        ][..],
    );
    let end = prop::sample::select(&[".", ""][..]);
    (first, prop::collection::vec(word, 1..6), end)
        .prop_map(|(first, words, end)| format!("{first} item {}{end}", words.join(" ")))
}

fn snake() -> impl Strategy<Value = String> {
    "[A-Z][A-Z0-9]{1,5}(_[A-Z0-9]{1,6}){1,3}"
}

fn template() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => snake(),
        1 => "[A-Z]{2,5}_\\{[A-Z]{2,6}\\}",
        1 => "\\{[A-Z]{2,6}\\}_[A-Z]{2,5}",
    ]
}

fn status() -> impl Strategy<Value = u16> {
    prop::sample::select(&[200, 400, 401, 403, 404, 409, 429, 500, 503][..])
}

fn statuses() -> impl Strategy<Value = Vec<StatusRow>> {
    let row = (400_u16..520, prop::sample::select(REASONS), description());
    let row = row.prop_map(|(status, reason, description)| StatusRow {
        status,
        reason: reason.to_owned(),
        description,
    });
    prop::collection::vec(row, 0..6)
}

fn codes(
    code: impl Strategy<Value = String>,
    row: impl Strategy<Value = CodeRow>,
) -> impl Strategy<Value = Vec<CodeRow>> {
    let coded = (code, row).prop_map(|(code, row)| CodeRow { code, ..row });
    prop::collection::vec(coded, 1..9).prop_map(|mut rows| {
        let mut seen = std::collections::HashSet::new();
        rows.retain(|row| seen.insert(row.code.clone()));
        rows
    })
}

fn bare(description: String) -> CodeRow {
    CodeRow {
        code: String::new(),
        statuses: Vec::new(),
        group: None,
        level: None,
        name: None,
        description,
    }
}

fn groove() -> impl Strategy<Value = Catalog> {
    let groups =
        prop::sample::select(&["Input validation", "Catalog errors", "Authentication"][..]);
    let row = (description(), groups, status(), prop::sample::select(REASONS)).prop_map(
        |(description, group, status, reason)| CodeRow {
            statuses: vec![(status, Some(reason.to_owned()))],
            group: Some(group.to_owned()),
            ..bare(description)
        },
    );
    (statuses(), codes(snake(), row))
        .prop_map(|(statuses, codes)| Catalog { service: "groove", rows: Rows { statuses, codes } })
}

fn lineworks() -> impl Strategy<Value = Catalog> {
    let row = (description(), status()).prop_map(|(description, status)| CodeRow {
        statuses: vec![(status, None)],
        ..bare(description)
    });
    codes(template(), row).prop_map(|codes| Catalog {
        service: "lineworks",
        rows: Rows { statuses: Vec::new(), codes },
    })
}

fn ampache() -> impl Strategy<Value = Catalog> {
    let names =
        prop::sample::select(&["Not Found", "Access Denied", "Bad Request: name", "Missing"][..]);
    let row = (description(), names).prop_map(|(description, name)| CodeRow {
        name: Some(name.to_owned()),
        ..bare(description)
    });
    codes("47[0-9]{2}", row).prop_map(|codes| Catalog {
        service: "ampache",
        rows: Rows { statuses: Vec::new(), codes },
    })
}

fn onedrive() -> impl Strategy<Value = Catalog> {
    let camel = "[a-z]{3,6}([A-Z][a-z]{1,6}){1,3}";
    let list = move |level| {
        codes(
            camel,
            description().prop_map(move |text| CodeRow { level: Some(level), ..bare(text) }),
        )
    };
    (statuses(), list(Level::Basic), list(Level::Detailed)).prop_map(
        |(statuses, basic, detailed)| {
            let codes = basic.into_iter().chain(detailed).collect();
            Catalog { service: "onedrive", rows: Rows { statuses, codes } }
        },
    )
}

/// A catalog of any of the services.
pub(crate) fn catalog() -> impl Strategy<Value = Catalog> {
    prop_oneof![groove(), lineworks(), ampache(), onedrive()]
}
