//! Annotations for GitHub Actions: workflow commands, a line a finding.
//!
//! GitHub shows at most ten annotations of each kind for a step; all of them stand in its log.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};

use faultbook_core::{Finding, Place, Severity, Verdict};

use super::excerpt::Positions;
use super::human::totals;
use super::place::{finding_words, one_line};
use super::{Judged, Origin, Passed, Report, Summary};
use crate::input::InputError;

/// What the annotations hold besides findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Github {
    /// Findings only, no summary.
    pub quiet: bool,
}

/// Writes [`Github`] reports.
///
/// A finding in a bare body has the line and column in its file. Of a record of a capture the message
/// says which one it is, and there is no line: the places are those of the response, not of the file.
#[derive(Debug)]
pub struct GithubReport<W> {
    out: W,
    options: Github,
}

impl Github {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> GithubReport<W> {
        GithubReport { out, options: self }
    }
}

/// The name of standard input, which is no file that could be annotated.
const STDIN: &str = "<stdin>";

impl<W: Write> GithubReport<W> {
    /// Writes a command: `::name property=value,property=value::message`.
    fn command(
        &mut self,
        name: &str,
        properties: &[(&str, String)],
        message: &str,
    ) -> io::Result<()> {
        let properties: Vec<String> =
            properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
        writeln!(self.out, "::{name} {}::{}", properties.join(","), data(message))
    }

    fn finding(
        &mut self,
        origin: &Origin<'_>,
        finding: &Finding,
        positions: &mut Positions<'_>,
    ) -> io::Result<()> {
        let name = match finding.rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let mut properties = file(origin.input);
        if let (None, Place::Body { span, .. }) = (origin.offset, &finding.place) {
            let position = positions.of(span.start);
            properties.push(("line", position.line.to_string()));
            properties.push(("col", position.column.to_string()));
        }
        properties.push(("title", finding.rule.id.to_owned()));
        let mut lines = vec![finding.rule.title.to_owned()];
        if origin.offset.is_some() {
            let url = origin.url.map(one_line).unwrap_or_default();
            lines.push(format!("record: {} {url}", origin.index + 1).trim_end().to_owned());
        }
        lines.extend(finding_words(finding, positions));
        self.command(name, &properties, &lines.join("\n"))
    }
}

impl<W: Write> Report for GithubReport<W> {
    fn lists(&self, _: Verdict) -> bool {
        false
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let mut positions = Positions::new(judged.response.body);
        for finding in &judged.outcome.findings {
            self.finding(&judged.origin, finding, &mut positions)?;
        }
        Ok(())
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        for finding in passed.findings {
            self.finding(&passed.origin, finding, &mut Positions::new(b""))?;
        }
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        let mut properties = file(&error.name);
        properties.push(("title", "unreadable input".to_owned()));
        self.command("error", &properties, &one_line(&error.to_string()))
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        let origin = Origin { input: file, index: 0, offset: None, url: None };
        self.finding(&origin, finding, &mut Positions::new(b""))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let title = [("title", "faultbook".to_owned())];
        if summary.interrupted {
            self.command("error", &title, "the run was interrupted: not all was judged")?;
        }
        if !self.options.quiet {
            self.command("notice", &title, &totals(summary))?;
        }
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn file(input: &str) -> Vec<(&'static str, String)> {
    if input == STDIN { Vec::new() } else { vec![("file", input.to_owned())] }
}

/// A message: what would end the line, and the escape character itself, are escaped.
fn data(text: &str) -> Cow<'_, str> {
    escaped(text, &['%', '\r', '\n'])
}

/// A property's value: besides, what would end the value or the properties.
fn property(text: &str) -> Cow<'_, str> {
    escaped(text, &['%', '\r', '\n', ':', ','])
}

fn escaped<'a>(text: &'a str, special: &[char]) -> Cow<'a, str> {
    if !text.contains(special) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(&c) {
            _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_value_or_a_line_is_escaped() {
        assert_eq!(data("50%\r\n::error::a,b"), "50%25%0D%0A::error::a,b");
        assert_eq!(property("C:\\a,b%0A\n"), "C%3A\\a%2Cb%250A%0A");
        assert!(matches!(property("plain é"), Cow::Borrowed("plain é")));
    }
}
