//! The HTML report: one file for people, which needs no network and no other file.
//!
//! The page is one template with a style sheet and a script, and the data as JSON in an element of
//! its own, an entry a line as it comes. The script puts data on the page as text and never as
//! markup; a content security policy keeps everything else out.

mod shown;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;

use base64::Engine as _;
use faultbook_core::{Field, Finding, Place, Response, Rule, Severity, Verdict};
use serde::Serialize;
use serde_json::ser::Formatter;
use sha2::{Digest, Sha256};

use self::shown::{Shown, shown, visible};
use super::excerpt::Positions;
use super::{Judged, Origin, Passed, Report, Summary, Suppressed};
use crate::input::InputError;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// What a page may hold. Browsers read no script element of more than some 500 MB, and people wait
/// for each of them.
#[derive(Debug, Clone, Copy)]
struct Most {
    /// Of one body, in bytes.
    body: usize,
    /// Of one header field value, in bytes.
    value: usize,
    /// Of all bodies and header fields together, in bytes that are shown.
    details: u64,
    /// Of everything, in bytes of the page: past this, responses are counted only.
    page: u64,
}

const MOST: Most = Most { body: 64 << 10, value: 8 << 10, details: 64 << 20, page: 256 << 20 };
/// The longest URL or name of an input, in bytes of what is shown.
const NAME: usize = 8 << 10;
/// How many header fields of a response are shown, besides those that a finding points at.
const FIELDS: usize = 256;
/// How many findings of a response are marked in its body.
const MARKED: usize = 2000;
/// How many records are listed of which there is only to say why they were not judged; all are
/// counted by reason.
const UNJUDGED: usize = 10_000;
/// How many reasons are listed.
const REASONS: usize = 100;

/// What the HTML report holds besides findings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Html {
    /// Also responses that break no rule.
    pub all: bool,
}

/// Writes [`Html`] reports: what is given is written at once and not kept.
#[derive(Debug)]
pub struct HtmlReport<W> {
    out: W,
    options: Html,
    most: Most,
    /// What stands after the data.
    rest: &'static str,
    has_entries: bool,
    /// The rules that findings were given of.
    rules: BTreeMap<&'static str, (&'static Rule, String)>,
    unjudged: usize,
    /// How much of [`Most`] is used.
    details: u64,
    written: u64,
    left_out: LeftOut,
}

/// What a page has no room for.
#[derive(Debug, Clone, Copy, Default, Serialize)]
struct LeftOut {
    /// Responses whose header fields and body are not shown.
    details: usize,
    /// Responses of which nothing is shown.
    responses: usize,
    /// Their findings.
    findings: usize,
    /// Records of which it is only counted why they were not judged.
    unjudged: usize,
}

impl Html {
    /// A report that is written to `out`.
    pub const fn report<W: Write>(self, out: W) -> HtmlReport<W> {
        HtmlReport {
            out,
            options: self,
            most: MOST,
            rest: "",
            has_entries: false,
            rules: BTreeMap::new(),
            unjudged: 0,
            details: 0,
            written: 0,
            left_out: LeftOut { details: 0, responses: 0, findings: 0, unjudged: 0 },
        }
    }
}

/// One line of the data: all that is to be said of a response, a record, an input or a file.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Entry<'a> {
    Response {
        #[serde(flatten)]
        origin: EntryOrigin,
        service: &'a str,
        edition: String,
        status: Option<u16>,
        verdict: &'a str,
        codes: Vec<Vec<String>>,
        findings: Vec<EntryFinding<'a>>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        suppressed: Vec<EntrySuppressed<'a>>,
        details: Option<Details>,
    },
    Unjudged {
        #[serde(flatten)]
        origin: EntryOrigin,
        reason: String,
        candidates: &'a [&'a str],
        findings: Vec<EntryFinding<'a>>,
    },
    Unreadable {
        input: String,
        reason: String,
    },
    Remark {
        input: String,
        findings: [EntryFinding<'a>; 1],
    },
}

#[derive(Serialize)]
struct EntryOrigin {
    input: String,
    index: usize,
    offset: Option<u64>,
    url: Option<String>,
}

#[derive(Serialize)]
struct EntryFinding<'a> {
    rule: &'a str,
    place: EntryPlace,
    received: String,
    /// `None`: what the rule promises.
    #[serde(skip_serializing_if = "Option::is_none")]
    documented: Option<String>,
    /// `None`: the rule's source.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

#[derive(Serialize)]
struct EntrySuppressed<'a> {
    #[serde(flatten)]
    finding: EntryFinding<'a>,
    reason: String,
}

#[derive(Serialize)]
#[serde(tag = "part", rename_all = "lowercase")]
enum EntryPlace {
    Input { offset: u64 },
    Status,
    Header { index: usize, name: String, start: usize, end: usize },
    Body { pointer: Option<String>, start: usize, end: usize, line: usize, column: usize },
}

/// What is shown of a response besides its status.
#[derive(Serialize)]
struct Details {
    fields: Vec<EntryField>,
    /// Fields that are not among them.
    more_fields: usize,
    body: Shown,
}

#[derive(Serialize)]
struct EntryField {
    /// Which field line of the response it is, from 0.
    index: usize,
    name: String,
    value: Shown,
}

#[derive(Serialize)]
struct Totals {
    inputs: usize,
    unreadable: usize,
    responses: usize,
    error: usize,
    none: usize,
    malformed: usize,
    unjudged: usize,
    broken: usize,
    ambiguous: usize,
    incomplete: usize,
    interrupted: bool,
    suppressed: usize,
    findings: BTreeMap<&'static str, usize>,
    coverage: Vec<EntryCoverage>,
    /// The commonest first.
    reasons: Vec<(String, usize)>,
    more_reasons: usize,
}

#[derive(Serialize)]
struct EntryCoverage {
    edition: String,
    seen: usize,
    documented: usize,
}

#[derive(Serialize)]
struct EntryRule<'a> {
    severity: &'a str,
    title: &'a str,
    promise: &'a str,
    why: String,
    source: &'a str,
}

impl<W: Write> HtmlReport<W> {
    /// Writes an entry, unless the page is full; whether it was written.
    fn entry(&mut self, entry: &Entry<'_>) -> io::Result<bool> {
        if self.written >= self.most.page {
            return Ok(false);
        }
        let json = embedded(entry)?;
        self.written += length(&json);
        let before = if self.has_entries { ",\n" } else { "\n" };
        self.has_entries = true;
        self.out.write_all(before.as_bytes())?;
        self.out.write_all(&json)?;
        Ok(true)
    }

    fn finding<'a>(
        &mut self,
        finding: &'a Finding,
        positions: &mut Positions<'_>,
    ) -> EntryFinding<'a> {
        let rule = finding.rule;
        let (_, promise) = self.rules.entry(rule.id).or_insert_with(|| (rule, rule.promise()));
        let is_promise = *promise == finding.documented;
        let place = match &finding.place {
            Place::Input { offset } => EntryPlace::Input { offset: *offset },
            Place::Status => EntryPlace::Status,
            Place::Field { index, name, span } => EntryPlace::Header {
                index: *index,
                name: visible(name, NAME),
                start: span.start,
                end: span.end,
            },
            Place::Body { span, pointer } => {
                let position = positions.of(span.start);
                EntryPlace::Body {
                    pointer: pointer.as_deref().map(|pointer| visible(pointer, NAME)),
                    start: span.start,
                    end: span.end,
                    line: position.line,
                    column: position.column,
                }
            }
        };
        EntryFinding {
            rule: rule.id,
            place,
            received: visible(&finding.received, NAME),
            documented: (!is_promise).then(|| visible(&finding.documented, NAME)),
            source: (finding.source != rule.source).then_some(finding.source),
            help: finding.help.as_deref().map(|help| visible(help, NAME)),
        }
    }

    /// The findings of a body, or of what is none.
    fn findings<'a>(&mut self, findings: &'a [Finding], body: &[u8]) -> Vec<EntryFinding<'a>> {
        let mut positions = Positions::new(body);
        findings.iter().map(|finding| self.finding(finding, &mut positions)).collect()
    }

    /// Header fields and body, while there is room for them.
    fn details(&mut self, judged: &Judged<'_>) -> Option<Details> {
        if self.details >= self.most.details {
            self.left_out.details += 1;
            return None;
        }
        // The findings are numbered from 0, and those that a baseline has after them.
        let suppressed = judged.suppressed.iter().map(|suppressed| &suppressed.finding);
        let numbered = judged.outcome.findings.iter().chain(suppressed).enumerate();
        let mut in_body = Vec::new();
        let mut in_fields: BTreeMap<usize, Vec<(usize, Range<usize>)>> = BTreeMap::new();
        for (number, finding) in numbered.take(MARKED) {
            match &finding.place {
                Place::Body { span, .. } => in_body.push((number, span.clone())),
                Place::Field { index, span, .. } => {
                    in_fields.entry(*index).or_default().push((number, span.clone()));
                }
                Place::Status | Place::Input { .. } => {}
            }
        }
        let Response { fields, body, .. } = *judged.response;
        let entry = |(index, field): (usize, &Field<'_>)| {
            let spans = in_fields.get(&index).map(Vec::as_slice).unwrap_or_default();
            let name = visible(&String::from_utf8_lossy(field.name), self.most.value);
            EntryField { index, name, value: shown(field.value, spans, self.most.value) }
        };
        let is_shown =
            |(index, _): &(usize, &Field<'_>)| *index < FIELDS || in_fields.contains_key(index);
        let shown_fields: Vec<EntryField> =
            fields.iter().enumerate().filter(is_shown).map(entry).collect();
        let details = Details {
            more_fields: fields.len() - shown_fields.len(),
            fields: shown_fields,
            body: shown(body, &in_body, self.most.body),
        };
        let fields =
            details.fields.iter().map(|field| field.name.len() + field.value.size()).sum::<usize>();
        self.details += u64::try_from(details.body.size() + fields).unwrap_or(u64::MAX);
        Some(details)
    }
}

impl<W: Write> Report for HtmlReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
            hash(SCRIPT),
            hash(STYLE)
        );
        let (head, rest) = PAGE.split_once("%DATA%").unwrap_or((PAGE, ""));
        self.rest = rest;
        let head = head.replace("%POLICY%", &policy).replace("%STYLE%", STYLE);
        self.out.write_all(head.as_bytes())?;
        let version = env!("CARGO_PKG_VERSION");
        write!(
            self.out,
            "{{\"schema\": \"faultbook-html/1\", \"version\": \"{version}\", \"entries\": ["
        )
    }

    fn lists(&self, _: Verdict) -> bool {
        self.options.all
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let outcome = judged.outcome;
        let is_quiet = outcome.findings.is_empty() && judged.suppressed.is_empty();
        if is_quiet && !self.options.all {
            return Ok(());
        }
        if self.written >= self.most.page {
            self.left_out.responses += 1;
            self.left_out.findings += outcome.findings.len();
            return Ok(());
        }
        let details = self.details(judged);
        let findings = self.findings(&outcome.findings, judged.response.body);
        let mut positions = Positions::new(judged.response.body);
        let suppressed = judged
            .suppressed
            .iter()
            .map(|Suppressed { finding, reason }| EntrySuppressed {
                finding: self.finding(finding, &mut positions),
                reason: visible(reason, NAME),
            })
            .collect();
        let codes = outcome.errors.iter().map(|error| {
            error.codes.iter().map(|code| visible(code, NAME)).collect::<Vec<String>>()
        });
        let entry = Entry::Response {
            origin: EntryOrigin::of(&judged.origin),
            service: outcome.service.name,
            edition: outcome.edition.to_string(),
            status: judged.response.status,
            verdict: outcome.verdict.as_str(),
            codes: codes.collect(),
            findings,
            suppressed,
            details,
        };
        self.entry(&entry).map(drop)
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        if passed.findings.is_empty() {
            self.unjudged += 1;
            if self.unjudged > UNJUDGED {
                self.left_out.unjudged += 1;
                return Ok(());
            }
        }
        let findings = self.findings(passed.findings, b"");
        let entry = Entry::Unjudged {
            origin: EntryOrigin::of(&passed.origin),
            reason: visible(&passed.why.reason, NAME),
            candidates: &passed.why.candidates,
            findings,
        };
        if !self.entry(&entry)? {
            self.left_out.unjudged += 1;
            self.left_out.findings += passed.findings.len();
        }
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        let (input, reason) = (visible(&error.name, NAME), visible(&error.reason, NAME));
        self.entry(&Entry::Unreadable { input, reason }).map(drop)
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        let finding = self.finding(finding, &mut Positions::new(b""));
        let entry = Entry::Remark { input: visible(file, NAME), findings: [finding] };
        if !self.entry(&entry)? {
            self.left_out.findings += 1;
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let rules: BTreeMap<&str, EntryRule<'_>> = self
            .rules
            .iter()
            .map(|(id, (rule, promise))| {
                let row = EntryRule {
                    severity: rule.severity.as_str(),
                    title: rule.title,
                    promise,
                    why: rule.why(),
                    source: rule.source,
                };
                (*id, row)
            })
            .collect();
        let (rules, totals) = (embedded(&rules)?, embedded(&totals(summary))?);
        let left_out = embedded(&self.left_out)?;
        let out = &mut self.out;
        out.write_all(b"\n],\n\"rules\": ")?;
        out.write_all(&rules)?;
        out.write_all(b",\n\"left_out\": ")?;
        out.write_all(&left_out)?;
        out.write_all(b",\n\"summary\": ")?;
        out.write_all(&totals)?;
        out.write_all(b"}")?;
        out.write_all(self.rest.replace("%SCRIPT%", SCRIPT).as_bytes())?;
        out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl EntryOrigin {
    fn of(origin: &Origin<'_>) -> Self {
        Self {
            input: visible(origin.input, NAME),
            index: origin.index,
            offset: origin.offset,
            url: origin.url.map(|url| visible(url, NAME)),
        }
    }
}

fn totals(summary: &Summary) -> Totals {
    let mut reasons: Vec<(&String, &usize)> = summary.reasons.iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let more_reasons = reasons.len().saturating_sub(REASONS);
    reasons.truncate(REASONS);
    let coverage = summary.coverage().into_iter().map(|coverage| EntryCoverage {
        edition: coverage.edition.to_string(),
        seen: coverage.seen,
        documented: coverage.documented,
    });
    Totals {
        inputs: summary.inputs,
        unreadable: summary.unreadable,
        responses: summary.judged(),
        error: summary.with_verdict(Verdict::Error),
        none: summary.with_verdict(Verdict::None),
        malformed: summary.with_verdict(Verdict::Malformed),
        unjudged: summary.unjudged,
        broken: summary.broken,
        ambiguous: summary.ambiguous,
        incomplete: summary.incomplete,
        interrupted: summary.interrupted,
        suppressed: summary.suppressed,
        findings: Severity::ALL
            .into_iter()
            .map(|severity| (severity.as_str(), summary.with_severity(severity)))
            .collect(),
        coverage: coverage.collect(),
        reasons: reasons
            .into_iter()
            .map(|(reason, count)| (visible(reason, NAME), *count))
            .collect(),
        more_reasons,
    }
}

/// The source expression of an inline script or style (Content Security Policy Level 3, section
/// 2.3.1).
fn hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(hash))
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// JSON that can stand in a script element.
fn embedded(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut json = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut json, Embedded))?;
    Ok(json)
}

/// Writes strings without the characters that markup is made of. The content of a script element
/// ends at `</script`, wherever that stands, and `<!--` changes how its end is found (HTML Standard,
/// section 13.2.5, script data states).
struct Embedded;

impl Formatter for Embedded {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
            let (before, after) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut chars = after.chars();
            if let Some(c) = chars.next() {
                write!(writer, "\\u{:04x}", u32::from(c))?;
            }
            rest = chars.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use faultbook_core::common;

    use super::*;
    use crate::judge::{Options, Unjudged, judge};
    use crate::report::Report;

    fn data(page: &[u8]) -> serde_json::Value {
        let page = std::str::from_utf8(page).unwrap();
        let (_, data) = page.split_once("type=\"application/json\">").unwrap();
        serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap()
    }

    /// A report of as many findings of one kind as were asked for, within these bounds.
    fn page(count: usize, most: Most) -> Vec<u8> {
        let mut page = Vec::new();
        let mut report = Html::default().report(&mut page);
        report.most = most;
        let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#).with_status(404);
        let outcome = judge(&response, &Options::default()).unwrap();
        let mut summary = Summary::default();
        report.begin().unwrap();
        for index in 0..count {
            let origin = Origin { input: "a", index, offset: Some(0), url: None };
            let judged = Judged {
                origin,
                response: &response,
                outcome: &outcome,
                suppressed: &[],
                fingerprints: &[],
            };
            summary.count(&outcome);
            report.judged(&judged).unwrap();
        }
        report.end(&summary).unwrap();
        page
    }

    #[test]
    fn the_template_has_each_hole_once_and_style_and_script_have_none() {
        for hole in ["%POLICY%", "%STYLE%", "%DATA%", "%SCRIPT%"] {
            assert_eq!(PAGE.matches(hole).count(), 1, "{hole}");
            assert!(!STYLE.contains(hole) && !SCRIPT.contains(hole), "{hole}");
        }
        for text in [STYLE, SCRIPT] {
            // A browser takes carriage returns out, and then the hash is another.
            assert!(!text.contains('\r') && !text.contains("</") && !text.contains("<!--"));
        }
        assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("insertAdjacentHTML"));
        assert!(!SCRIPT.contains("eval(") && !SCRIPT.contains("document.write"));
    }

    #[test]
    fn bodies_past_the_bound_are_left_out_and_that_is_counted() {
        let data = data(&page(100, Most { details: 1000, ..MOST }));
        let entries = data["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 100);
        let without = entries.iter().filter(|entry| entry["details"].is_null()).count();
        assert!((60..80).contains(&without), "{without}");
        assert_eq!(data["left_out"]["details"], without);
        assert!(entries[0]["details"].is_object() && entries[99]["details"].is_null());
    }

    #[test]
    fn responses_past_the_bound_are_left_out_and_that_is_counted() {
        let data = data(&page(1000, Most { page: 100_000, ..MOST }));
        let shown = data["entries"].as_array().unwrap().len();
        assert!((50..900).contains(&shown), "{shown}");
        assert_eq!(data["left_out"]["responses"], 1000 - shown);
        assert_eq!(data["left_out"]["findings"], 1000 - shown);
        assert_eq!(data["summary"]["responses"], 1000);
    }

    #[test]
    fn findings_of_a_baseline_records_and_remarks_each_have_their_entry() {
        let mut page = Vec::new();
        let mut report = Html::default().report(&mut page);
        let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#).with_status(404);
        let mut outcome = judge(&response, &Options::default()).unwrap();
        let finding = outcome.findings.pop().unwrap();
        let suppressed = [Suppressed { finding: finding.clone(), reason: "old".to_owned() }];
        let origin = Origin { input: "a", index: 0, offset: None, url: Some("https://a/\u{202E}") };
        let why = Unjudged { reason: "the body is empty".to_owned(), candidates: Vec::new() };
        let broken = [Finding::new(&common::LIMIT, Place::Input { offset: 7 }, "much")];
        report.begin().unwrap();
        report
            .judged(&Judged {
                origin,
                response: &response,
                outcome: &outcome,
                suppressed: &suppressed,
                fingerprints: &[],
            })
            .unwrap();
        report.passed(&Passed { origin, why: &why, findings: &broken }).unwrap();
        report.remark("known.json", &broken[0]).unwrap();
        report.end(&Summary::default()).unwrap();
        let data = data(&page);
        let entries = data["entries"].as_array().unwrap();
        assert_eq!(entries[0]["findings"], serde_json::json!([]));
        assert_eq!(entries[0]["suppressed"][0]["rule"], finding.rule.id);
        assert_eq!(entries[0]["suppressed"][0]["reason"], "old");
        // It is the first finding that is left, and what a baseline has is numbered after those.
        assert_eq!(entries[0]["details"]["body"]["parts"][0]["marks"][0][0], 0);
        assert_eq!(entries[0]["url"], "https://a/‹U+202E›");
        assert_eq!(entries[1]["findings"][0]["place"]["offset"], 7);
        assert_eq!(entries[2]["input"], "known.json");
        assert_eq!(data["rules"]["common/limit"]["severity"], "error");
    }

    #[test]
    fn nothing_of_markup_is_left_in_the_data() {
        let json = embedded(&"</script><!--&\u{2028}\0").unwrap();
        assert_eq!(
            String::from_utf8(json).unwrap(),
            r#""\u003c/script\u003e\u003c!--\u0026\u2028\u0000""#
        );
    }
}
