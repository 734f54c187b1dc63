//! Diagnostics for people, in rustc's manner.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Element, Level, Message, Renderer, Snippet, normalize_untrusted_str,
};
use faultbook_core::{Finding, Place, Response, Severity, Verdict, quoted};

use super::excerpt::{self, Positions, excerpt};
use super::{Coverage, Judged, Origin, Passed, Report, Summary, counted};
use crate::input::InputError;

/// How many reasons for not judging are listed.
const REASONS: usize = 5;
/// More columns than an excerpt has: four for each of its characters that is a tab.
pub(crate) const WIDTH: usize = 4 * excerpt::LONG;

/// What the human report shows besides findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Human {
    /// Whether to use colours.
    pub color: bool,
    /// A line for every response, also for one without a finding.
    pub all: bool,
    /// Findings only: no lines for responses and no summary.
    pub quiet: bool,
}

/// Writes [`Human`] reports.
#[derive(Debug)]
pub struct HumanReport<W> {
    out: W,
    options: Human,
    renderer: Renderer,
    /// The line about the first response, kept until it is known whether it is the only one.
    first: Option<String>,
}

impl Human {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> HumanReport<W> {
        let renderer = if self.color { Renderer::styled() } else { Renderer::plain() };
        // Excerpts are short already, and cut round the span.
        let renderer = renderer.term_width(WIDTH);
        HumanReport { out, options: self, renderer, first: None }
    }
}

impl<W: Write> Report for HumanReport<W> {
    fn lists(&self, _: Verdict) -> bool {
        self.options.all && !self.options.quiet
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let mut positions = Positions::new(judged.response.body);
        for finding in &judged.outcome.findings {
            let Judged { origin, response, .. } = judged;
            let text = diagnostic(finding, origin, response, &mut positions, &self.renderer);
            writeln!(self.out, "{text}\n")?;
        }
        if self.options.quiet {
            return Ok(());
        }
        if self.options.all {
            writeln!(self.out, "{}\n", reading(judged))?;
        } else if self.first.is_none() {
            self.first = Some(reading(judged));
        }
        Ok(())
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        for finding in passed.findings {
            let response = Response::new(b"");
            let text = diagnostic(
                finding,
                &passed.origin,
                &response,
                &mut Positions::new(b""),
                &self.renderer,
            );
            writeln!(self.out, "{text}\n")?;
        }
        if self.options.all && !self.options.quiet {
            let place = normalize_untrusted_str(&passed.origin.to_string());
            writeln!(self.out, "{place}: not judged: {}\n", passed.why.reason)?;
        }
        Ok(())
    }

    fn unreadable(&mut self, _: &InputError) -> io::Result<()> {
        // People are told on standard error.
        Ok(())
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        let origin = Origin { input: file, index: 0, offset: None, url: None };
        let response = Response::new(b"");
        let text =
            diagnostic(finding, &origin, &response, &mut Positions::new(b""), &self.renderer);
        writeln!(self.out, "{text}\n")
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if !self.options.quiet {
            // Who asks about one response wants to see what was read.
            if let Some(line) = &self.first
                && summary.judged() + summary.unjudged == 1
            {
                writeln!(self.out, "{line}\n")?;
            }
            writeln!(self.out, "{}", totals(summary))?;
        }
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// What was read from a response, in a line.
fn reading(judged: &Judged<'_>) -> String {
    let outcome = judged.outcome;
    let mut line = format!("{}: {}, ", judged.origin, outcome.edition);
    match (outcome.verdict, outcome.errors.split_first()) {
        (Verdict::Error, Some((first, rest))) => {
            let codes: Vec<String> = first.codes.iter().map(|code| quoted(code)).collect();
            line.push_str(&codes.join(" > "));
            match first.pointer.as_deref() {
                Some("") | None => {}
                Some(pointer) => _ = write!(line, " at {pointer}"),
            }
            if let Some(row) = outcome.edition.rows(first.code()).next() {
                _ = write!(line, ": {}", row.summary);
            }
            if !rest.is_empty() {
                _ = write!(line, " (and {})", counted(rest.len(), "more error"));
            }
        }
        (Verdict::Malformed, _) => line.push_str("no error could be read"),
        _ => line.push_str("carries no error"),
    }
    normalize_untrusted_str(&line)
}

pub(super) fn totals(summary: &Summary) -> String {
    let mut text = format!("{}: ", counted(summary.judged(), "response"));
    let mut parts = Vec::new();
    for (verdict, words) in [
        (Verdict::Error, "with an error"),
        (Verdict::None, "without one"),
        (Verdict::Malformed, "malformed"),
    ] {
        let count = summary.with_verdict(verdict);
        if count > 0 {
            parts.push(format!("{count} {words}"));
        }
    }
    if summary.judged() == 0 {
        parts.push("none of a known service".to_owned());
    }
    text.push_str(&parts.join(", "));
    if summary.unjudged > 0 {
        _ = write!(text, "; {} not judged", summary.unjudged);
    }
    if summary.unreadable > 0 {
        _ = write!(text, "; {} unreadable", counted(summary.unreadable, "input"));
    }
    if summary.incomplete > 0 {
        _ = write!(text, "; {} not read to the end", counted(summary.incomplete, "input"));
    }
    let mut reasons: Vec<_> = summary.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (reason, count) in reasons.iter().take(REASONS) {
        _ = write!(text, "\nnot judged: {count} ({})", normalize_untrusted_str(reason));
    }
    let rest: usize = reasons.iter().skip(REASONS).map(|(_, count)| **count).sum();
    if rest > 0 {
        _ = write!(text, "\nnot judged: {rest} for other reasons");
    }
    if summary.suppressed > 0 {
        _ = write!(text, "\nbaseline: {} left out", counted(summary.suppressed, "known finding"));
    }
    let findings: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .filter(|severity| summary.with_severity(*severity) > 0)
        .map(|severity| counted(summary.with_severity(severity), severity.as_str()))
        .collect();
    if !findings.is_empty() {
        _ = write!(text, "\nfindings: {}", findings.join(", "));
    } else if summary.judged() > 0 {
        text.push_str("\nfindings: none");
    }
    // Of a single response the line above says it.
    let coverage = summary.coverage().into_iter().filter(|_| summary.judged() > 1);
    for Coverage { edition, seen, documented } in coverage {
        _ = write!(text, "\n{edition}: seen {seen} of {documented} documented codes");
    }
    text
}

/// One finding: title, place, excerpt, what was received and what is documented.
fn diagnostic(
    finding: &Finding,
    origin: &Origin<'_>,
    response: &Response<'_>,
    positions: &mut Positions<'_>,
    renderer: &Renderer,
) -> String {
    let level = match finding.rule.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let received = normalize_untrusted_str(&format!("received {}", finding.received));
    let input = normalize_untrusted_str(&origin.to_string());
    let group = level.primary_title(finding.rule.title).id(finding.rule.id);
    let mut elements: Vec<Element<'_>> = Vec::new();
    match &finding.place {
        Place::Input { offset } => {
            let path = format!("{}, byte {offset}", normalize_untrusted_str(origin.input));
            elements.push(annotate_snippets::Origin::path(path).into());
            elements.push(note("received", normalize_untrusted_str(&finding.received)));
        }
        Place::Status => {
            let status = response.status.map_or_else(|| "unknown".to_owned(), |s| s.to_string());
            elements.push(marked(
                format!("{input}, status"),
                &status,
                0..status.len(),
                1,
                received,
            ));
        }
        Place::Field { index, name, span } => {
            let value = response.fields.get(*index).map_or(&b""[..], |field| field.value);
            let path = format!("{input}, header field {}", normalize_untrusted_str(name));
            elements.extend(place(path, value, span, &mut Positions::new(value), received));
        }
        Place::Body { span, .. } => {
            elements.extend(place(input, response.body, span, positions, received));
        }
    }
    let documented = normalize_untrusted_str(&finding.documented);
    elements.push(note("documented", format!("{documented} ({})", finding.source)));
    if let Some(help) = &finding.help {
        elements.push(Level::HELP.message(normalize_untrusted_str(help)).into());
    }
    elements.push(Level::HELP.message(format!("`faultbook explain {}`", finding.rule.id)).into());
    without_gap(&renderer.render(&[group.elements(elements)]))
}

/// The span of a text, shown with its line.
pub(crate) fn place(
    path: String,
    text: &[u8],
    span: &Range<usize>,
    positions: &mut Positions<'_>,
    label: String,
) -> Vec<Element<'static>> {
    let position = positions.of(span.start);
    let shown = excerpt(text, span, positions);
    if !shown.is_cut {
        return vec![marked(path, &shown.text, shown.span, position.line, label)];
    }
    // The column in what is shown is not the one in the line.
    let origin =
        annotate_snippets::Origin::path(path).line(position.line).char_column(position.column);
    let snippet = Snippet::source(shown.text)
        .line_start(position.line)
        .annotation(AnnotationKind::Primary.span(shown.span).label(label));
    vec![origin.into(), snippet.into()]
}

/// Leaves out the line of three colons that stands between a place of its own and an excerpt:
/// nothing is left out between the two.
pub(crate) fn without_gap(text: &str) -> String {
    let is_gap = |line: &&str| {
        // Colours are sequences from ESC to `m`.
        let visible =
            line.split('\u{1B}').map(|part| part.split_once('m').map_or(part, |(_, rest)| rest));
        visible.collect::<String>().trim() == ":::"
    };
    let lines: Vec<&str> = text.lines().filter(|line| !is_gap(line)).collect();
    lines.join("\n")
}

pub(crate) fn note(name: &'static str, text: String) -> Element<'static> {
    let message: Message<'static> = Level::NOTE.with_name(name).message(text);
    message.into()
}

/// A line of source with the span marked and labelled.
fn marked(
    path: String,
    text: &str,
    span: Range<usize>,
    line: usize,
    label: String,
) -> Element<'static> {
    Snippet::source(text.to_owned())
        .path(path)
        .line_start(line)
        .annotation(AnnotationKind::Primary.span(span).label(label))
        .into()
}
