//! SARIF 2.1.0, for programs that show findings of any tool: the part of it that is used here, as data
//! and as it is written.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use faultbook_core::{Finding, Place, Response, Rule, Verdict};
use serde::Serialize;
use serde_json::{Value, json};

use super::excerpt::Positions;
use super::json::place_json;
use super::{Judged, Origin, Passed, Report, Summary, counted, fingerprint};
use crate::capture;
use crate::input::InputError;
use crate::services::rules;

/// The longest span, in bytes, of which the last line and column are told; a longer one is shown to
/// the end of its first line.
const LONGEST: usize = 1 << 16;

/// Reports as SARIF 2.1.0.
///
/// Every rule is described, also those that nothing breaks. A finding in a bare body has its region in
/// the file, of a compressed one in what it decompresses to. A finding in a record of a capture has the
/// byte at which the record begins; its place in the response is a logical location and among the
/// properties.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sarif {}

/// Writes [`Sarif`] reports: each result as it comes, what is to be said of the run at the end.
#[derive(Debug)]
pub struct SarifReport<W> {
    out: W,
    rules: Vec<&'static Rule>,
    is_first: bool,
    notifications: Vec<Notification>,
}

impl Sarif {
    /// A report that is written to `out`.
    pub fn report<W: Write>(self, out: W) -> SarifReport<W> {
        let mut seen = BTreeSet::new();
        let all = rules().chain(capture::RULES.iter().copied());
        let rules = all.filter(|rule| seen.insert(rule.id)).collect();
        SarifReport { out, rules, is_first: true, notifications: Vec::new() }
    }
}

// Section numbers are those of SARIF 2.1.0.

/// Section 3.11.
#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

/// Section 3.12.
#[derive(Debug, Serialize)]
struct MultiformatMessage {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

/// Section 3.49: a rule.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReportingDescriptor {
    id: &'static str,
    short_description: MultiformatMessage,
    full_description: MultiformatMessage,
    help: MultiformatMessage,
    default_configuration: ReportingConfiguration,
    properties: Value,
}

/// Section 3.50.
#[derive(Debug, Serialize)]
struct ReportingConfiguration {
    level: &'static str,
}

/// Section 3.27.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    partial_fingerprints: Value,
    /// Of all results or of none (section 3.27.23): none here, where a finding is not suppressed.
    suppressions: Vec<Suppression>,
    properties: Value,
}

/// Section 3.28.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
}

/// Section 3.29.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// Section 3.4.
#[derive(Debug, Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// Section 3.30: lines and columns from 1, the end column after the last character.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    byte_offset: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<usize>,
}

/// Section 3.33.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

/// Section 3.35.
#[derive(Debug, Serialize)]
struct Suppression {
    kind: &'static str,
    justification: String,
}

/// Section 3.58.
#[derive(Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

/// Section 3.20.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

/// What a finding was found in.
struct Context<'a> {
    origin: &'a Origin<'a>,
    response: &'a Response<'a>,
    /// The service; of a record that was not judged, what the rule is about.
    service: Option<&'static str>,
    /// What else is to be said of the response.
    properties: Value,
}

impl<W: Write> SarifReport<W> {
    fn result(
        &mut self,
        context: &Context<'_>,
        finding: &Finding,
        positions: &mut Positions<'_>,
        given: Option<&str>,
        suppression: Option<&str>,
    ) -> io::Result<()> {
        let rule = finding.rule;
        let service = context.service.unwrap_or_else(|| rule.service());
        let mut properties = json!({
            "input": context.origin.input,
            "index": context.origin.index,
            "offset": context.origin.offset,
            "url": context.origin.url,
            "place": place_json(&finding.place, positions),
            "received": finding.received,
            "documented": finding.documented,
            "source": finding.source,
            "help": finding.help,
        });
        if let (Some(all), Value::Object(more)) = (properties.as_object_mut(), &context.properties)
        {
            all.extend(more.clone());
        }
        let text = format!(
            "{}: received {}; documented: {}",
            rule.title, finding.received, finding.documented
        );
        let result = SarifResult {
            rule_id: rule.id,
            rule_index: self.rules.iter().position(|known| known.id == rule.id),
            level: rule.severity.as_str(),
            message: Message { text: without_links(&text) },
            locations: [Location {
                physical_location: PhysicalLocation {
                    artifact_location: artifact(context.origin.input),
                    region: region(context, &finding.place, positions),
                },
                logical_locations: logical_location(&finding.place).into_iter().collect(),
            }],
            partial_fingerprints: json!({
                "faultbook/1": given.map_or_else(
                    || fingerprint(service, finding, context.response),
                    str::to_owned,
                ),
            }),
            suppressions: suppression
                .map(|reason| Suppression { kind: "external", justification: reason.to_owned() })
                .into_iter()
                .collect(),
            properties,
        };
        let before = if self.is_first { "\n  " } else { ",\n  " };
        self.is_first = false;
        write!(self.out, "{before}{}", serde_json::to_string(&result)?)
    }

    fn notify(&mut self, level: &'static str, text: impl Into<String>, input: Option<&str>) {
        let location = |input| Location {
            physical_location: PhysicalLocation {
                artifact_location: artifact(input),
                region: None,
            },
            logical_locations: Vec::new(),
        };
        self.notifications.push(Notification {
            level,
            message: Message { text: without_links(&text.into()) },
            locations: input.map(location).into_iter().collect(),
        });
    }
}

impl<W: Write> Report for SarifReport<W> {
    fn begin(&mut self) -> io::Result<()> {
        let rules: Vec<_> = self.rules.iter().map(|rule| descriptor(rule)).collect();
        let tool = json!({"driver": {
            "name": "faultbook",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        }});
        write!(
            self.out,
            "{{\"$schema\": \"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json\",\n \
             \"version\": \"2.1.0\",\n \"runs\": [{{\"tool\": {tool},\n \
             \"columnKind\": \"unicodeCodePoints\",\n \"results\": ["
        )
    }

    fn lists(&self, _: Verdict) -> bool {
        false
    }

    fn judged(&mut self, judged: &Judged<'_>) -> io::Result<()> {
        let Judged { origin, response, outcome, suppressed, fingerprints } = judged;
        let context = Context {
            origin,
            response,
            service: Some(outcome.service.name),
            properties: json!({
                "service": outcome.service.name,
                "edition": outcome.edition.to_string(),
                "status": response.status,
            }),
        };
        let mut positions = Positions::new(response.body);
        let known = suppressed.iter().map(|known| (&known.finding, Some(known.reason.as_str())));
        let findings = outcome.findings.iter().map(|finding| (finding, None)).chain(known);
        for (index, (finding, reason)) in findings.enumerate() {
            let fingerprint = fingerprints.get(index).map(String::as_str);
            self.result(&context, finding, &mut positions, fingerprint, reason)?;
        }
        Ok(())
    }

    fn passed(&mut self, passed: &Passed<'_>) -> io::Result<()> {
        let response = &Response::new(b"");
        let properties = Value::Null;
        let context = Context { origin: &passed.origin, response, service: None, properties };
        for finding in passed.findings {
            self.result(&context, finding, &mut Positions::new(b""), None, None)?;
        }
        Ok(())
    }

    fn unreadable(&mut self, error: &InputError) -> io::Result<()> {
        self.notify("error", format!("not readable: {}", error.reason), Some(&error.name));
        Ok(())
    }

    fn remark(&mut self, file: &str, finding: &Finding) -> io::Result<()> {
        let origin = &Origin { input: file, index: 0, offset: None, url: None };
        let response = &Response::new(b"");
        let context = Context { origin, response, service: None, properties: Value::Null };
        self.result(&context, finding, &mut Positions::new(b""), None, None)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        if summary.incomplete > 0 {
            let inputs = counted(summary.incomplete, "input");
            self.notify("error", format!("not read to the end: {inputs}"), None);
        }
        if summary.unjudged > 0 {
            // What could be an error of several services makes the run fail.
            let level = if summary.ambiguous > 0 { "warning" } else { "note" };
            self.notify(
                level,
                format!("not judged: {}", counted(summary.unjudged, "response")),
                None,
            );
        }
        if summary.interrupted {
            self.notify("error", "the run was interrupted: not all was judged", None);
        }
        let invocation = Invocation {
            execution_successful: summary.unreadable == 0
                && summary.incomplete == 0
                && !summary.interrupted,
            tool_execution_notifications: std::mem::take(&mut self.notifications),
        };
        let invocation = serde_json::to_string(&invocation)?;
        let close = if self.is_first { "" } else { "\n " };
        writeln!(self.out, "{close}],\n \"invocations\": [{invocation}]}}]}}")?;
        self.out.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let plain = |text: String| MultiformatMessage { text, markdown: None };
    let (promise, why) = (rule.promise(), rule.why());
    ReportingDescriptor {
        id: rule.id,
        short_description: plain(rule.title.to_owned()),
        full_description: plain(format!("{promise}.")),
        help: MultiformatMessage {
            text: format!("{promise}. {why} Source: {}.", rule.source),
            markdown: Some(format!("{promise}.\n\n{why}\n\nSource: *{}*.", rule.source)),
        },
        default_configuration: ReportingConfiguration { level: rule.severity.as_str() },
        properties: json!({"tags": [rule.service()], "source": rule.source}),
    }
}

/// Where in the file: in a bare body the span, of a record of a capture where it begins.
fn region(context: &Context<'_>, place: &Place, positions: &mut Positions<'_>) -> Option<Region> {
    let at = |byte_offset| Some(Region { byte_offset, ..Region::default() });
    match (place, context.origin.offset) {
        (Place::Input { offset }, _) => at(*offset),
        (_, Some(offset)) => at(offset),
        (Place::Body { span, .. }, None) => {
            let start = positions.of(span.start);
            // From the start on, since spans may be nested and places are best asked for in order.
            let inside = context.response.body.get(span.clone()).unwrap_or_default();
            let end = (span.len() <= LONGEST).then(|| {
                let end = Positions::new(inside).of(inside.len());
                let before = if end.line == 1 { start.column - 1 } else { 0 };
                (start.line + end.line - 1, before + end.column)
            });
            Some(Region {
                start_line: Some(start.line),
                start_column: Some(start.column),
                end_line: end.map(|(line, _)| line),
                end_column: end.map(|(_, column)| column),
                byte_offset: u64::try_from(span.start).unwrap_or(u64::MAX),
                byte_length: Some(span.len()),
            })
        }
        // Neither the status nor the header fields of a bare body stand in its file.
        (Place::Status | Place::Field { .. }, None) => None,
    }
}

/// Where in the response.
fn logical_location(place: &Place) -> Option<LogicalLocation> {
    let location =
        |name: &str, kind| Some(LogicalLocation { fully_qualified_name: name.to_owned(), kind });
    match place {
        Place::Status => location("status", "status"),
        Place::Field { name, .. } => location(name, "header"),
        Place::Body { pointer: Some(pointer), .. } if !pointer.is_empty() => {
            location(pointer, "member")
        }
        Place::Body { .. } | Place::Input { .. } => None,
    }
}

/// An input's name as a URI (RFC 3986): a relative reference, or `file:` where its path is absolute.
/// Standard input keeps its name.
fn artifact(input: &str) -> ArtifactLocation {
    #[cfg(windows)]
    let input = &input.replace('\\', "/");
    let is_drive =
        matches!(input.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic());
    let mut uri = String::new();
    let mut path = input;
    if is_drive {
        // The colon after a drive's letter stands as it is.
        let (drive, rest) = input.split_at_checked(2).unwrap_or_default();
        uri = format!("file:///{drive}");
        path = rest;
    } else if input.starts_with('/') {
        "file://".clone_into(&mut uri);
    } else {
        path = input.strip_prefix("./").unwrap_or(input);
    }
    for byte in path.bytes() {
        match byte {
            // What stands for itself: unreserved characters, and the slash between segments. A colon
            // does not, since a first segment that has one would be a scheme (section 4.2).
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => _ = write!(uri, "%{byte:02X}"),
        }
    }
    ArtifactLocation { uri }
}

/// A text that a viewer makes no link of: `[text](target)` is one in any message (section 3.11.6), and
/// what is quoted came from the network.
fn without_links(text: &str) -> String {
    text.replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use faultbook_core::{Limits, Verdict};

    use super::*;
    use crate::services::service;
    use crate::{Options, judge};

    fn written(write: impl FnOnce(&mut dyn Report)) -> Value {
        let mut out = Vec::new();
        {
            let mut report = Sarif::default().report(&mut out);
            report.begin().unwrap();
            write(&mut report);
        }
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn names_are_uris() {
        for (input, uri) in [
            ("a/b.json", "a/b.json"),
            ("./a b%.json", "a%20b%25.json"),
            ("../é.json", "../%C3%A9.json"),
            ("a:b?c#d", "a%3Ab%3Fc%23d"),
            ("/tmp/[x]", "file:///tmp/%5Bx%5D"),
            ("C:/x:y", "file:///C:/x%3Ay"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(artifact(input).uri, uri);
        }
    }

    #[test]
    fn a_region_ends_where_its_span_does() {
        let response = Response::new("{\n \"é\": {\n  1}}".as_bytes());
        let origin = Origin { input: "a", index: 0, offset: None, url: None };
        let context = Context {
            origin: &origin,
            response: &response,
            service: None,
            properties: Value::Null,
        };
        let mut positions = Positions::new(response.body);
        let mut at = |span| {
            let region = region(&context, &Place::body(span), &mut positions).unwrap();
            [region.start_line, region.start_column, region.end_line, region.end_column]
                .map(Option::unwrap_or_default)
        };
        assert_eq!(at(3..7), [2, 2, 2, 5], "columns are characters");
        assert_eq!(at(9..15), [2, 7, 3, 5]);
        assert_eq!(at(0..0), [1, 1, 1, 1]);
    }

    #[test]
    fn what_a_baseline_has_is_suppressed_with_its_reason() {
        let response = Response::new(br#"{"ErrorCode": "CATALOG_NO_RESULT"}"#);
        let options =
            Options { service: service("groove"), edition: None, limits: Limits::default() };
        let mut outcome = judge(&response, &options).unwrap();
        assert_eq!(outcome.verdict, Verdict::Error);
        let finding = outcome.findings.remove(0);
        let suppressed =
            [super::super::Suppressed { finding, reason: "known [since](long)".to_owned() }];
        let origin = Origin { input: "a", index: 0, offset: None, url: None };
        let judged = Judged {
            origin,
            response: &response,
            outcome: &outcome,
            suppressed: &suppressed,
            fingerprints: &[],
        };
        let sarif = written(|report| {
            report.judged(&judged).unwrap();
            report.end(&Summary::default()).unwrap();
        });
        let run = &sarif["runs"][0];
        let suppressions = &run["results"][0]["suppressions"];
        assert_eq!(
            suppressions,
            &json!([{"kind": "external", "justification": "known [since](long)"}])
        );
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn a_run_that_did_not_see_all_was_not_successful() {
        for (summary, text) in [
            (Summary { incomplete: 2, ..Summary::default() }, "not read to the end: 2 inputs"),
            (
                Summary { interrupted: true, ..Summary::default() },
                "the run was interrupted: not all was judged",
            ),
        ] {
            let sarif = written(|report| report.end(&summary).unwrap());
            let invocation = &sarif["runs"][0]["invocations"][0];
            assert_eq!(invocation["executionSuccessful"], false);
            assert_eq!(invocation["toolExecutionNotifications"][0]["message"]["text"], text);
        }
        let sarif = written(|report| {
            let error = InputError { name: "a".to_owned(), reason: "gone".to_owned() };
            report.unreadable(&error).unwrap();
            report.end(&Summary { unreadable: 1, ..Summary::default() }).unwrap();
        });
        assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn every_rule_is_described_once() {
        let sarif = written(|report| report.end(&Summary::default()).unwrap());
        let described = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: BTreeSet<_> = described.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), described.len());
        for rule in rules().chain(capture::RULES.iter().copied()) {
            assert!(ids.contains(rule.id), "{}", rule.id);
        }
        assert_eq!(sarif["runs"][0]["results"], json!([]));
        assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], true);
    }

    #[test]
    fn a_message_has_no_links() {
        assert_eq!(without_links("[a](b) c] (d"), "[a] (b) c] (d");
    }
}
