//! The tables: codes, statuses, rules.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use faultbook::core::{Edition, Level, Rule, common};
use faultbook::export::{self, Format};
use faultbook::{HEADER_RULES, SERVICES};
use faultbook_snapshots::compare;

/// What the documents list: rows, distinct codes, statuses.
const COUNTS: [(&str, usize, usize, usize); 8] = [
    ("ampache@5", 8, 8, 0),
    ("ampache@4", 7, 7, 0),
    ("ampache@6", 8, 8, 0),
    ("ampache@8", 9, 9, 6),
    ("groove@1", 44, 44, 10),
    ("lineworks@2", 17, 17, 8),
    ("onedrive@1", 58, 56, 20),
    ("onedrive@graph", 58, 56, 24),
];

#[test]
fn the_tables_are_as_long_as_the_documents() {
    let editions = SERVICES.into_iter().flat_map(|service| service.editions);
    let counts: Vec<_> = editions
        .map(|edition| {
            let codes: BTreeSet<_> = edition.codes.iter().map(|row| row.code).collect();
            (edition.to_string(), edition.codes.len(), codes.len(), edition.statuses.len())
        })
        .collect();
    let expected: Vec<_> = COUNTS
        .iter()
        .map(|(name, rows, codes, statuses)| ((*name).to_owned(), *rows, *codes, *statuses))
        .collect();
    assert_eq!(counts, expected);
}

#[test]
fn code_tables() {
    for service in SERVICES {
        for edition in service.editions {
            let text = codes(edition);
            compare(service.name, &format!("codes-{}", edition.version), service.title, &text);
        }
    }
}

#[test]
fn status_tables() {
    for service in SERVICES {
        for edition in service.editions {
            let mut text = String::new();
            for row in edition.statuses {
                let reason = row.reason.unwrap_or("-");
                let _ = writeln!(text, "{} {reason}\n    {}", row.status, row.summary);
            }
            if text.is_empty() {
                text.push_str("the document lists no statuses\n");
            }
            compare(service.name, &format!("statuses-{}", edition.version), service.title, &text);
        }
    }
}

#[test]
fn rule_tables() {
    compare("common", "rules", "Rules of any format", &rules(common::RULES));
    compare("headers", "rules", "Rules of header fields", &rules(HEADER_RULES));
    let groups = [
        ("capture", "Rules of captures"),
        ("baseline", "Rules of baselines"),
        ("drift", "Rules of changes"),
        ("document", "Rules of documents"),
    ];
    for (group, what) in groups {
        let own: Vec<_> = faultbook::rules().filter(|rule| rule.service() == group).collect();
        compare(group, "rules", what, &rules(&own));
    }
    for service in SERVICES {
        compare(service.name, "rules", service.title, &rules(service.rules));
    }
}

#[test]
fn schemas() {
    for service in SERVICES {
        let edition = service.default_edition();
        let mut formats = vec![(Format::JsonSchema, "json-schema"), (Format::Openapi, "openapi")];
        if service.name == "ampache" {
            formats.extend([(Format::Xsd, "xsd"), (Format::RelaxNg, "relax-ng")]);
        }
        for (format, name) in formats {
            let text = export::write(format, &[(service, edition)]).expect("one service");
            let name = format!("{name}-{}", edition.version);
            compare(service.name, &name, service.title, &text);
        }
    }
}

fn codes(edition: &Edition) -> String {
    let mut rows: Vec<_> = edition.codes.iter().collect();
    rows.sort_by_key(|row| (row.level, row.group, row.code));
    let mut text = format!("{edition}: {} rows\n", rows.len());
    let mut section = None;
    for row in rows {
        let here = (row.level, row.group);
        if section != Some(here) {
            section = Some(here);
            let name = row.group.or(row.level.map(Level::as_str)).unwrap_or("codes");
            let _ = writeln!(text, "\n{name}");
        }
        let statuses: Vec<String> = row.statuses.iter().map(ToString::to_string).collect();
        let statuses =
            if statuses.is_empty() { "no status given".to_owned() } else { statuses.join(", ") };
        let _ = writeln!(text, "  {} ({statuses})\n      {}", row.code, row.summary);
    }
    text
}

fn rules(rules: &[&Rule]) -> String {
    let mut text = String::new();
    for rule in rules {
        let _ = writeln!(text, "{} ({})", rule.id, rule.severity);
        let _ = writeln!(text, "    promised: {}", rule.promise());
        let _ = writeln!(text, "    why: {}", rule.why());
        let _ = writeln!(text, "    diagnostic: {}", rule.title);
        let _ = writeln!(text, "    source: {}", rule.source);
    }
    text
}
