//! JUnit XML, which CI systems show as tests: a suite an input, a case a response.
//!
//! There is no standard; this is the form that Jenkins' schema and others agree on.

use std::fmt::Write as _;
use std::io::{self, Write};

use faultbook_core::{Finding, Severity, Verdict};

use super::excerpt::Positions;
use super::place::{finding_words, place_words};
use super::{Judged, Origin, Passed, Report, Summary, Suppressed};
use crate::input::InputError;
use crate::judge::ErrorEntry;

/// How many cases a suite holds, and about how many bytes: a longer one goes on in a second suite, so
/// that memory stays bounded. A suite's counts stand before its cases.
const MOST_CASES: usize = 10_000;
const MOST_BYTES: usize = 8 << 20;
/// How many characters of a URL or a code stand in a case's name.
const LONGEST_NAME: usize = 200;

/// Reports as JUnit XML: errors and warnings are failures of a case, notes and what a baseline has
/// stand in its output, what could not be read is an error, and what was not judged is skipped.
///
/// It holds no times, so that two runs can be compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Junit {}

/// Writes [`Junit`] reports.
#[derive(Debug)]
pub struct JunitReport<W> {
    out: W,
    suite: Option<Suite>,
}

impl Junit {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> JunitReport<W> {
        JunitReport { out, suite: None }
    }
}

/// A suite that is not yet written.
#[derive(Debug, Default)]
struct Suite {
    input: String,
    /// Which suite of this input it is, from 1.
    part: usize,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    cases: String,
}

/// A case, with what is inside it.
#[derive(Debug, Default)]
struct Case {
    failures: String,
    errors: String,
    skipped: Option<String>,
    output: String,
}

impl Case {
    /// Adds a finding: a note to the output, any other as a failure, or as an error where the record
    /// could not be judged because of it.
    fn finding(&mut self, finding: &Finding, is_judged: bool, positions: &mut Positions<'_>) {
        let text = text(finding, positions);
        let (element, to) = match (finding.rule.severity, is_judged) {
            (Severity::Note, _) => {
                self.output.push_str(&text);
                return;
            }
            (_, true) => ("failure", &mut self.failures),
            (_, false) => ("error", &mut self.errors),
        };
        _ = writeln!(
            to,
            "      <{element} type=\"{}\" message=\"{}\">{}</{element}>",
            attribute(finding.rule.id),
            attribute(finding.rule.title),
            content(&text),
        );
    }
}

/// A finding in words, a line each.
fn text(finding: &Finding, positions: &mut Positions<'_>) -> String {
    let mut text =
        format!("{}[{}]: {}\n", finding.rule.severity, finding.rule.id, finding.rule.title);
    for line in finding_words(finding, positions) {
        _ = writeln!(text, "  {line}");
    }
    text
}

impl<W: Write> JunitReport<W> {
    fn case(&mut self, input: &str, class: &str, name: &str, case: &Case) -> io::Result<()> {
        let part = match &self.suite {
            Some(suite) if suite.input == input => {
                let is_full = suite.tests >= MOST_CASES || suite.cases.len() >= MOST_BYTES;
                is_full.then_some(suite.part + 1)
            }
            _ => Some(1),
        };
        if let Some(part) = part {
            self.close()?;
            self.suite = Some(Suite { input: input.to_owned(), part, ..Suite::default() });
        }
        let Some(suite) = &mut self.suite else { return Ok(()) };
        suite.tests += 1;
        suite.failures += usize::from(!case.failures.is_empty());
        suite.errors += usize::from(!case.errors.is_empty());
        suite.skipped += usize::from(case.skipped.is_some());
        let (class, name) = (attribute(class), attribute(name));
        let mut inside = case.failures.clone() + &case.errors;
        if let Some(reason) = &case.skipped {
            _ = writeln!(inside, "      <skipped message=\"{}\"/>", attribute(reason));
        }
        if !case.output.is_empty() {
            _ = writeln!(inside, "      <system-out>{}</system-out>", content(&case.output));
        }
        let to = &mut suite.cases;
        if inside.is_empty() {
            _ = writeln!(to, "    <testcase classname=\"{class}\" name=\"{name}\"/>");
        } else {
            _ = writeln!(to, "    <testcase classname=\"{class}\" name=\"{name}\">");
            to.push_str(&inside);
            to.push_str("    </testcase>\n");
        }
        Ok(())
    }

    /// Writes the suite that was gathered.
    fn close(&mut self) -> io::Result<()> {
        let Some(suite) = self.suite.take() else { return Ok(()) };
        let Suite { input, part, tests, failures, errors, skipped, cases } = suite;
        let name = if part == 1 { input } else { format!("{input} ({part})") };
        writeln!(
            self.out,
            "  <testsuite name=\"{}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">",
            attribute(&name),
        )?;
        self.out.write_all(cases.as_bytes())?;
        writeln!(self.out, "  </testsuite>")
    }
}

impl<W: Write> Report for JunitReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        // Its counts may be left out: they would only be known at the end.
        writeln!(self.out, "<testsuites name=\"faultbook\">")
    }

    fn lists(&self, _: Verdict) -> bool {
        true
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let outcome = judged.outcome;
        let mut case = Case::default();
        let mut positions = Positions::new(judged.response.body);
        for finding in &outcome.findings {
            case.finding(finding, true, &mut positions);
        }
        for Suppressed { finding, reason } in judged.suppressed {
            _ = writeln!(case.output, "known, and not counted: {reason}");
            case.output.push_str(&text(finding, &mut positions));
        }
        let code = outcome.errors.first().map(ErrorEntry::code);
        let name = name(&judged.origin, code.unwrap_or(outcome.verdict.as_str()));
        self.case(judged.origin.input, outcome.service.name, &name, &case)
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        let mut case = Case::default();
        for finding in passed.findings {
            case.finding(finding, false, &mut Positions::new(b""));
        }
        if case.errors.is_empty() {
            case.skipped = Some(passed.why.reason.clone());
        }
        self.case(passed.origin.input, "faultbook", &name(&passed.origin, "not judged"), &case)
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        let case = Case {
            errors: format!(
                "      <error type=\"unreadable\" message=\"{}\"/>\n",
                attribute(&error.reason)
            ),
            ..Case::default()
        };
        self.case(&error.name, "faultbook", "reading the input", &case)
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        let mut case = Case::default();
        case.finding(finding, true, &mut Positions::new(b""));
        let place = place_words(&finding.place, &mut Positions::new(b""));
        self.case(file, "faultbook", &format!("{}, {place}", finding.rule.id), &case)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.interrupted {
            let errors = "      <error type=\"interrupted\" message=\"the run was interrupted: not all was judged\"/>\n";
            let case = Case { errors: errors.to_owned(), ..Case::default() };
            self.case("faultbook", "faultbook", "the run", &case)?;
        }
        self.close()?;
        writeln!(self.out, "</testsuites>")?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A case's name: the number of the response, from 1, and its URL or else a word.
fn name(origin: &Origin<'_>, word: &str) -> String {
    let text = origin.url.unwrap_or(word);
    let mut shown: String = text.chars().take(LONGEST_NAME).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{} {shown}", origin.index + 1)
}

/// An attribute's value: white space too is written so that it comes out again (XML 1.0 section 3.3.3).
fn attribute(text: &str) -> String {
    escaped(text, true)
}

fn content(text: &str) -> String {
    escaped(text, false)
}

/// Text for XML 1.0. What it cannot carry (section 2.2) stands as a picture of the control character,
/// or as U+FFFD.
fn escaped(text: &str, is_attribute: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // For `]]>`, which may not stand in text (section 2.4).
            '>' => out.push_str("&gt;"),
            '"' if is_attribute => out.push_str("&quot;"),
            '\t' | '\n' if is_attribute => _ = write!(out, "&#{};", u32::from(c)),
            '\t' | '\n' => out.push(c),
            // Anywhere a reader would take it for a line end (section 2.11).
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1F}' => {
                out.push(
                    char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER),
                );
            }
            '\u{FFFE}' | '\u{FFFF}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use faultbook_core::Response;

    use super::*;
    use crate::{Options, Unjudged, judge};

    fn written(write: impl FnOnce(&mut JunitReport<&mut Vec<u8>>)) -> String {
        let mut out = Vec::new();
        let mut report = Junit::default().report(&mut out);
        report.begin().unwrap();
        write(&mut report);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced_where_it_is_seen() {
        let text = "a<b>&\"'\t\r\n\0\u{1B}\u{FFFE}\u{FFFF}]]>é";
        let in_content = "a&lt;b&gt;&amp;\"'\t&#13;\n␀␛\u{FFFD}\u{FFFD}]]&gt;é";
        let in_attribute = "a&lt;b&gt;&amp;&quot;'&#9;&#13;&#10;␀␛\u{FFFD}\u{FFFD}]]&gt;é";
        assert_eq!(content(text), in_content);
        assert_eq!(attribute(text), in_attribute);
    }

    #[test]
    fn a_long_input_goes_on_in_a_second_suite() {
        let why = Unjudged { reason: "no".to_owned(), candidates: Vec::new() };
        let xml = written(|report| {
            for index in 0..=MOST_CASES {
                let origin = Origin { input: "a", index, offset: Some(0), url: None };
                report.passed(&Passed { origin, why: &why, findings: &[] }).unwrap();
            }
            report.end(&Summary { interrupted: true, ..Summary::default() }).unwrap();
        });
        let suites: Vec<&str> = xml.lines().filter(|line| line.contains("<testsuite ")).collect();
        assert_eq!(
            suites,
            [
                r#"  <testsuite name="a" tests="10000" failures="0" errors="0" skipped="10000">"#,
                r#"  <testsuite name="a (2)" tests="1" failures="0" errors="0" skipped="1">"#,
                r#"  <testsuite name="faultbook" tests="1" failures="0" errors="1" skipped="0">"#,
            ]
        );
        assert_eq!(xml.matches("<testcase ").count(), MOST_CASES + 2);
    }

    #[test]
    fn a_full_suite_of_few_cases_is_written() {
        let url = "u".repeat(LONGEST_NAME);
        let why = Unjudged { reason: "é".repeat(MOST_BYTES / 8), candidates: Vec::new() };
        let mut out = Vec::new();
        let mut report = Junit::default().report(&mut out);
        for index in 0..12 {
            let origin = Origin { input: "a", index, offset: Some(0), url: Some(&url) };
            report.passed(&Passed { origin, why: &why, findings: &[] }).unwrap();
            let held = report.suite.as_ref().unwrap().cases.len();
            assert!(held < 2 * MOST_BYTES, "{held} bytes");
        }
        report.end(&Summary::default()).unwrap();
        assert!(String::from_utf8(out).unwrap().contains("\"a (3)\""));
    }

    #[test]
    fn what_a_baseline_has_is_no_failure() {
        let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#);
        let mut outcome = judge(&response, &Options::default()).unwrap();
        let finding = outcome.findings.remove(0);
        let suppressed = [Suppressed { finding, reason: "a reason".to_owned() }];
        let origin = Origin { input: "a", index: 0, offset: None, url: None };
        let judged = Judged {
            origin,
            response: &response,
            outcome: &outcome,
            suppressed: &suppressed,
            fingerprints: &[],
        };
        let xml = written(|report| {
            report.judged(&judged).unwrap();
            report.end(&Summary::default()).unwrap();
        });
        assert!(xml.contains("tests=\"1\" failures=\"0\""), "{xml}");
        assert!(
            xml.contains("known, and not counted: a reason\nerror[groove/missing-description]")
        );
        let long = "é".repeat(LONGEST_NAME + 1);
        let origin = Origin { url: Some(&long), ..origin };
        assert_eq!(name(&origin, "").chars().count(), "1 ".len() + LONGEST_NAME + 1);
    }
}
