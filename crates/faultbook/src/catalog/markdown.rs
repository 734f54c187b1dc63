//! The catalog as tables that can be pasted into a page (GitHub Flavored Markdown, Tables).
//!
//! ```text
//! row  = "|" *(" " cell " |")
//! cell = a code in a code span, or text in which nothing is markup
//! ```
//!
//! A vertical line ends a cell even inside a code span, and is escaped in both.

use std::fmt::Write as _;

use faultbook_core::{Edition, Level};

use super::{rows, statuses};

/// A section for each edition, with a table of its statuses and one of its codes.
pub(crate) fn markdown(editions: &[(&'static str, &'static Edition)]) -> String {
    let texts: Vec<String> = editions.iter().map(|(title, edition)| one(title, edition)).collect();
    texts.join("\n")
}

fn one(title: &str, edition: &'static Edition) -> String {
    let mut text = format!("## {} ({})\n\n", plain(title), code(&edition.to_string()));
    let clauses = edition.clauses.iter().map(|clause| clause.says);
    for says in std::iter::once(edition.under_success.says()).chain(clauses) {
        _ = writeln!(text, "- {}", plain(says));
    }
    if !edition.statuses.is_empty() {
        text.push_str("\n### Statuses\n\n");
        let has_reasons = edition.statuses.iter().any(|row| row.reason.is_some());
        let columns = [(true, "Status"), (has_reasons, "Reason phrase"), (true, "Meaning")];
        let cells = edition.statuses.iter().map(|row| {
            let reason = row.reason.map(plain).unwrap_or_default();
            [row.status.to_string(), reason, plain(row.summary)]
        });
        push_table(&mut text, columns, cells);
    }
    text.push_str("\n### Codes\n\n");
    let rows = rows(edition);
    let columns = [
        (rows.iter().any(|row| row.group.is_some()), "Group"),
        (rows.iter().any(|row| row.level.is_some()), "Level"),
        (true, "Code"),
        (rows.iter().any(|row| row.name.is_some()), "Name"),
        (rows.iter().any(|row| !row.statuses.is_empty()), "Status"),
        (true, "Meaning"),
    ];
    let cells = rows.iter().map(|row| {
        [
            row.group.map(plain).unwrap_or_default(),
            row.level.map_or("", Level::as_str).to_owned(),
            code(row.code),
            row.name.map(plain).unwrap_or_default(),
            statuses(row, ", "),
            plain(row.summary),
        ]
    });
    push_table(&mut text, columns, cells);
    text
}

/// A table of the columns in which something stands.
fn push_table<const N: usize>(
    text: &mut String,
    columns: [(bool, &str); N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let heads = columns.map(|(_, head)| head.to_owned());
    let lines = columns.map(|_| "---".to_owned());
    for row in [heads, lines].into_iter().chain(rows) {
        text.push('|');
        let shown = row.iter().zip(columns).filter(|(_, (is_shown, _))| *is_shown);
        for (cell, _) in shown {
            _ = write!(text, " {cell} |");
        }
        text.push('\n');
    }
}

/// A code span. None of our codes has a backtick.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// Text of ours in which backticks enclose code, and nothing else is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for character in text.chars() {
        in_code ^= character == '`';
        let is_markup = match character {
            '|' => true,
            '\\' | '_' | '*' | '[' | ']' | '<' | '>' | '~' | '#' | '{' | '}' => !in_code,
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup_but_code() {
        for (text, escaped) in [
            ("a_b|c {d}", "a\\_b\\|c \\{d\\}"),
            ("a `b_c|d` e_f", "a `b_c\\|d` e\\_f"),
            ("[a](b) <c> *d*", "\\[a\\](b) \\<c\\> \\*d\\*"),
        ] {
            assert_eq!(plain(text), escaped);
        }
        assert_eq!(code("INVALID_{RESOURCE}|x"), "`INVALID_{RESOURCE}\\|x`");
    }
}
