//! A change proposal that can be pasted into an issue (GitHub Flavored Markdown).

use std::fmt::Write as _;

use super::{Report, span};
use crate::changes::Class;
use crate::report::excerpt::Positions;

pub(crate) fn markdown(report: &Report<'_>) -> String {
    let mut text = String::new();
    let mut positions = Positions::new(report.text.unwrap_or_default().as_bytes());
    _ = writeln!(
        text,
        "# {}: {} to {}\n",
        cell(report.service.title),
        cell(report.old),
        cell(report.new)
    );
    if report.changes.is_empty() {
        text.push_str("No fact changed.\n");
    } else {
        _ = writeln!(text, "For a client: {}.", report.counts());
    }
    if report.hidden > 0 {
        _ = writeln!(text, "Changes of wording that are not listed: {}.", report.hidden);
    }
    for class in Class::ALL {
        let changes = report.changes.iter().filter(|change| change.class() == class);
        let rows: Vec<_> = changes.collect();
        if rows.is_empty() {
            continue;
        }
        let mut title = class.as_str().to_owned();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        _ = writeln!(text, "\n## {title}\n");
        text.push_str("| What | About | Before | After | Line | For a client |\n");
        text.push_str("|---|---|---|---|---|---|\n");
        for change in rows {
            let words = |text: &Option<String>| text.as_deref().map(cell).unwrap_or_default();
            let line = span(change.new.as_ref())
                .map(|span| positions.of(span.start).line.to_string())
                .unwrap_or_default();
            _ = writeln!(
                text,
                "| {} | {} | {} | {} | {line} | {} |",
                cell(change.rule.title),
                cell(&change.subject),
                words(&change.before),
                words(&change.after),
                cell(&change.rule.why()),
            );
        }
    }
    if !report.unread.is_empty() {
        text.push_str("\n## Not understood\n\n");
        for unread in report.unread {
            let line = span(Some(&unread.origin)).map(|span| positions.of(span.start).line);
            let line = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            _ = writeln!(text, "- {line}{}", cell(&unread.why));
        }
    }
    let files = report.proposal.unwrap_or_default();
    if !files.is_empty() {
        text.push_str("\n## Proposed\n");
    }
    for file in files {
        // A fence is longer than any in what it holds.
        let longest = file.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let text_of = file.text.trim_end();
        _ = writeln!(text, "\n`{}`:\n\n{fence}{}\n{text_of}\n{fence}", file.path, file.language());
    }
    text
}

/// A text in which nothing is markup and no cell or line ends.
pub(crate) fn cell(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => {
                out.push('\\');
                out.push(character);
            }
            control if control.is_control() => out.push(' '),
            // A name after `@` would call somebody, but not inside a word.
            '@' if !out.ends_with(char::is_alphanumeric) => out.push_str("@\u{2060}"),
            other => out.push(other),
        }
    }
    out
}
