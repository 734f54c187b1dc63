//! Changes as diagnostics, in rustc's manner.

use annotate_snippets::{
    AnnotationKind, Element, Level, Renderer, Snippet, normalize_untrusted_str,
};
use faultbook_core::{Rule, Severity};
use std::fmt::Write as _;

use super::{Report, row, span};
use crate::changes::Change;
use crate::lint::UNREAD;
use crate::report::counted;
use crate::report::excerpt::Positions;
use crate::report::human::{WIDTH, note, place, without_gap};

/// Nothing where nothing changed.
pub(crate) fn human(report: &Report<'_>, is_colored: bool) -> String {
    let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(WIDTH);
    let mut positions = Positions::new(report.text.unwrap_or_default().as_bytes());
    let mut text = String::new();
    for change in report.changes {
        text.push_str(&diagnostic(change, report, &mut positions, &renderer));
        text.push_str("\n\n");
    }
    for unread in report.unread {
        let mut elements = Vec::new();
        if let (Some(document), Some(span)) = (report.text, span(Some(&unread.origin))) {
            let why = normalize_untrusted_str(&unread.why);
            elements = snippet(report.new, document, &span, why, &mut positions);
        }
        elements.push(help(&UNREAD));
        text.push_str(&render(&UNREAD, elements, &renderer));
        text.push_str("\n\n");
    }
    if !report.changes.is_empty() {
        let new = normalize_untrusted_str(report.new);
        _ = writeln!(text, "{} to {new}: {}", report.old, report.counts());
    }
    if !report.unread.is_empty() {
        let parts = counted(report.unread.len(), "part");
        _ = writeln!(text, "incomplete: {parts} of the document not understood");
    }
    text
}

fn diagnostic(
    change: &Change,
    report: &Report<'_>,
    positions: &mut Positions<'_>,
    renderer: &Renderer,
) -> String {
    let mut elements = Vec::new();
    let safe = |text: &str| normalize_untrusted_str(text);
    let before = change.before.as_deref();
    let after = change.after.as_deref();
    if let (Some(document), Some(span)) = (report.text, span(change.new.as_ref())) {
        elements = snippet(report.new, document, &span, label(change), positions);
    } else {
        let place = row(change.new.as_ref().or(change.old.as_ref()));
        let place = place.map_or_else(|| report.new.to_owned(), str::to_owned);
        elements.push(annotate_snippets::Origin::path(safe(&place)).into());
    }
    let at = row(change.old.as_ref()).map(|row| format!(" ({row})")).unwrap_or_default();
    if report.text.is_some() {
        let said = match before {
            Some(before) => safe(before),
            None if change.is_wording() => "other words, of which a digest is kept".to_owned(),
            None => "nothing".to_owned(),
        };
        elements.push(note("catalog", format!("{said}{}", safe(&at))));
    } else {
        elements.push(note("about", safe(&change.subject)));
        elements.push(note("before", safe(before.unwrap_or("nothing"))));
        elements.push(note("after", safe(after.unwrap_or("nothing"))));
    }
    elements.push(note(change.class().as_str(), change.rule.why()));
    elements.push(help(change.rule));
    render(change.rule, elements, renderer)
}

/// What is written under the carets.
fn label(change: &Change) -> String {
    let subject = &change.subject;
    let text = match (&change.before, &change.after) {
        _ if change.is_wording() && change.after.is_some() => "these words".to_owned(),
        (_, Some(after)) if after.contains(subject.as_str()) => format!("now {after}"),
        (_, Some(after)) => format!("{subject}: now {after}"),
        (Some(before), None) => format!("before, {before} stood after this, or beside it"),
        (None, None) => format!("{subject} stood after this"),
    };
    normalize_untrusted_str(&text)
}

fn help(rule: &Rule) -> Element<'static> {
    Level::HELP.message(format!("`faultbook explain {}`", rule.id)).into()
}

fn render(rule: &'static Rule, elements: Vec<Element<'_>>, renderer: &Renderer) -> String {
    let level = match rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let group = level.primary_title(rule.title).id(rule.id);
    without_gap(&renderer.render(&[group.elements(elements)]))
}

/// A piece of a document with a span marked; of several lines, its first.
fn snippet(
    name: &str,
    document: &str,
    span: &std::ops::Range<usize>,
    label: String,
    positions: &mut Positions<'_>,
) -> Vec<Element<'static>> {
    let name = normalize_untrusted_str(name);
    if document.get(span.clone()).is_none() {
        // An edition's place in a document: there is nothing to show.
        let origin = annotate_snippets::Origin::path(name);
        let snippet =
            Snippet::source(label.clone()).annotation(AnnotationKind::Primary.span(0..label.len()));
        return vec![origin.into(), snippet.into()];
    }
    place(name, document.as_bytes(), span, positions, label)
}
