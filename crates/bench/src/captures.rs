//! Whole captures: the command beside a program that decodes the same fields and judges nothing.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use faultbook_core::Sample;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::inputs;
use crate::measures::rounded;
use crate::peers::{AmpacheBody, AmpacheXml, Groove, LineWorks, OneDriveBody, Text};
use crate::rounds::median;

/// How many bytes a capture has.
const LENGTH: usize = 200 << 20;

/// How many different responses it is made of, which come again and again, as those of an API do; and of
/// how many so that they come again when they are forgotten.
const RESPONSES: usize = 4_000;
const MORE_RESPONSES: usize = 40_000;

/// How often the whole is read.
const ROUNDS: usize = 5;

/// A response as both have it.
struct Recorded {
    service: &'static str,
    status: Option<u16>,
    /// Name and value of each header field line.
    fields: Vec<(String, String)>,
    is_xml: bool,
    body: String,
}

/// So many responses made from the public strategies, always the same ones.
fn responses(count: usize) -> Vec<Recorded> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategies = [
        ("groove", groove_error::strategies::conforming().boxed()),
        ("lineworks", lineworks_error::strategies::conforming().boxed()),
        ("ampache", ampache_error::strategies::conforming().boxed()),
        ("onedrive", onedrive_error::strategies::conforming().boxed()),
    ];
    let mut responses = Vec::with_capacity(count);
    for (service, strategy) in strategies.iter().cycle() {
        if responses.len() == count {
            break;
        }
        let Ok(tree) = strategy.new_tree(&mut runner) else { continue };
        let Sample { status, fields, body } = tree.current();
        // Latin-1 and the like do not fit into the text of a record; nor do the peers read it.
        let Ok(body) = String::from_utf8(body) else { continue };
        let is_xml = body.trim_start_matches('\u{feff}').trim_start().starts_with('<');
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let mut fields: Vec<_> =
            fields.iter().map(|(name, value)| (text(name), text(value))).collect();
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            let media_type = if is_xml { "application/xml" } else { "application/json" };
            fields.push(("Content-Type".to_owned(), media_type.to_owned()));
        }
        let response = Recorded { service, status, fields, is_xml, body };
        if response.body.starts_with('\u{feff}') || decoded(service, &response.body) == 0 {
            continue;
        }
        responses.push(response);
    }
    responses
}

/// The documents' own examples that differ in nothing from their documents, as a server sends them.
fn documented() -> Vec<Recorded> {
    let examples = inputs::conforming_json().into_iter().chain(inputs::documented_xml());
    examples
        // The body that the document shows under another code than its own breaks a rule.
        .filter(|input| !input.name.contains("4742"))
        .map(|input| {
            let body = String::from_utf8_lossy(&input.bytes).into_owned();
            let is_xml = body.starts_with('<');
            let media_type = if is_xml { "text/xml; charset=UTF-8" } else { "application/json" };
            let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let status = usual_status(input.service).unwrap_or(404);
            Recorded {
                service: input.service,
                status: Some(status),
                fields: vec![
                    field("Date", "Thu, 01 Jan 2026 00:00:00 GMT"),
                    field("Content-Type", media_type),
                ],
                is_xml,
                body,
            }
        })
        .collect()
}

/// A record of NDJSON. What the strategy leaves open has no status.
fn row(response: &Recorded) -> Value {
    let mut row = json!({
        "service": response.service,
        "headers": response.fields,
        "body": response.body,
    });
    if let (Some(status), Some(row)) = (response.status, row.as_object_mut()) {
        row.insert("status".to_owned(), status.into());
    }
    row
}

fn write_ndjson(file: &Path, responses: &[Recorded]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    let mut written = 0;
    for response in responses.iter().cycle() {
        let line = row(response).to_string();
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
        written += line.len() + 1;
        if written >= LENGTH {
            break;
        }
    }
    out.flush()
}

/// A status that fits any conforming error of a service.
fn usual_status(service: &str) -> Option<u16> {
    match service {
        "ampache" => Some(200),
        _ => None,
    }
}

fn write_har(file: &Path, responses: &[Recorded]) -> io::Result<()> {
    let hosts = [
        ("groove", "https://music.xboxlive.com/1/content"),
        ("lineworks", "https://www.worksapis.com/v1.0/users"),
        ("ampache", "https://music.example.org/server/json.server.php"),
        ("onedrive", "https://api.onedrive.com/v1.0/drive"),
    ];
    let mut out = BufWriter::new(File::create(file)?);
    out.write_all(
        br#"{"log":{"version":"1.2","creator":{"name":"bench","version":"1"},"entries":["#,
    )?;
    let mut written = 0;
    for response in responses.iter().cycle() {
        let host = hosts.iter().find(|(service, _)| *service == response.service);
        let url = match host {
            Some((_, url)) if response.is_xml => url.replace("json", "xml"),
            Some((_, url)) => (*url).to_owned(),
            None => continue,
        };
        // An HTTP Archive has a status always.
        let Some(status) = response.status.or_else(|| usual_status(response.service)) else {
            continue;
        };
        let headers: Vec<Value> = response
            .fields
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        let media_type = if response.is_xml { "application/xml" } else { "application/json" };
        let entry = json!({
            "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 1,
            "request": {"method": "GET", "url": url, "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": [], "queryString": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": status, "statusText": "", "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": headers,
                "content": {"size": response.body.len(), "mimeType": media_type,
                    "text": response.body},
                "redirectURL": "", "headersSize": -1, "bodySize": response.body.len()},
            "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0},
        })
        .to_string();
        if written > 0 {
            out.write_all(b",")?;
        }
        out.write_all(entry.as_bytes())?;
        written += entry.len() + 1;
        if written >= LENGTH {
            break;
        }
    }
    out.write_all(b"]}}")?;
    out.flush()
}

/// The code's length of an error of this service, read by the typed readers of sonic-rs and
/// quick-xml.
fn decoded(service: &str, body: &str) -> usize {
    let bytes = body.as_bytes();
    match service {
        "groove" => sonic_rs::from_slice::<Groove<'_>>(bytes).map_or(0, |own| own.error_code.len()),
        "lineworks" => sonic_rs::from_slice::<LineWorks<'_>>(bytes).map_or(0, |own| own.code.len()),
        "onedrive" => {
            sonic_rs::from_slice::<OneDriveBody<'_>>(bytes).map_or(0, |own| own.error.code.len())
        }
        _ if body.starts_with('<') => {
            quick_xml::de::from_str::<AmpacheXml>(body).map_or(0, |own| own.error.error_code.len())
        }
        _ => sonic_rs::from_slice::<AmpacheBody<'_>>(bytes)
            .map_or(0, |own| own.error.error_code.len()),
    }
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    service: Cow<'a, str>,
    status: Option<u16>,
    #[serde(borrow)]
    headers: Vec<(Text<'a>, Text<'a>)>,
    #[serde(borrow)]
    body: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Har<'a> {
    #[serde(borrow)]
    log: Log<'a>,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    entries: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    request: Request<'a>,
    #[serde(borrow)]
    response: HarResponse<'a>,
}

#[derive(Deserialize)]
struct Request<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
}

#[derive(Deserialize)]
struct HarResponse<'a> {
    status: u16,
    #[serde(borrow)]
    content: Content<'a>,
}

#[derive(Deserialize)]
struct Content<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// What the peer does with a capture: it decodes what the command decodes, with sonic-rs and
/// quick-xml for NDJSON, and with serde_json for a HAR as a whole. Gives how many errors it read.
///
/// # Panics
///
/// Where the capture cannot be read: it was just written.
pub fn peer(is_har: bool, file: &Path) -> usize {
    if is_har {
        let bytes = std::fs::read(file).expect("the capture was just written");
        let har: Har<'_> = serde_json::from_slice(&bytes).expect("it is a HAR");
        let service = |url: &str| match url {
            url if url.contains("xboxlive") => "groove",
            url if url.contains("worksapis") => "lineworks",
            url if url.contains("onedrive") => "onedrive",
            _ => "ampache",
        };
        let is_error = |entry: &&Entry<'_>| {
            decoded(service(&entry.request.url), &entry.response.content.text) > 0
                && entry.response.status > 0
        };
        return har.log.entries.iter().filter(is_error).count();
    }
    let mut lines =
        BufReader::with_capacity(1 << 20, File::open(file).expect("the capture was just written"));
    let (mut line, mut errors) = (Vec::new(), 0);
    while lines.read_until(b'\n', &mut line).expect("it can be read") > 0 {
        let row: Row<'_> = sonic_rs::from_slice(&line).expect("it is a record");
        let is_error = decoded(&row.service, &row.body) > 0 && row.status != Some(0);
        errors += usize::from(is_error && !row.headers.is_empty());
        line.clear();
    }
    errors
}

/// Writes the captures that [`measure`] reads into a folder: NDJSON and HAR of generated responses,
/// NDJSON of the documents' examples, and of ten times as many generated responses.
///
/// # Errors
///
/// Those of writing.
pub fn write(folder: &Path) -> io::Result<[PathBuf; 4]> {
    let files = ["c.ndjson", "c.har", "d.ndjson", "e.ndjson"].map(|name| folder.join(name));
    let responses = responses(MORE_RESPONSES);
    let few = responses.get(..RESPONSES).unwrap_or_default();
    write_ndjson(&files[0], few)?;
    write_har(&files[1], few)?;
    write_ndjson(&files[2], &documented())?;
    write_ndjson(&files[3], &responses)?;
    Ok(files)
}

/// Measures the command at this path, and gives the ratios for the summary.
///
/// # Panics
///
/// Where a file cannot be written, a process not be started, or the two read other numbers of
/// errors.
pub fn measure(command: &Path, mut show: impl FnMut(&str)) -> Map<String, Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [ndjson, har, examples, more] = write(folder.path()).expect("room for 800 MB");
    let own = std::env::current_exe().expect("this program");
    let ours = |file: &Path, options: &[&str]| {
        let mut process = Command::new(command);
        process.args(["check", "--no-config", "--no-progress", "--fail-on", "never"]);
        process.args(["--max-decompressed", "1073741824"]).args(options).arg(file);
        process
    };
    let theirs = |kind: &str, file: &Path| {
        let mut process = Command::new(&own);
        process.arg(kind).arg(file);
        process
    };
    let peer = || theirs("--peer-ndjson", &ndjson);
    // Each is what is started at once.
    let mut contenders = [
        ("NDJSON, one thread", vec![ours(&ndjson, &["--jobs", "1"])]),
        ("NDJSON, two threads", vec![ours(&ndjson, &["--jobs", "2"])]),
        ("NDJSON, a thread a core", vec![ours(&ndjson, &[])]),
        (
            "NDJSON, one thread, JSON report",
            vec![ours(&ndjson, &["--jobs", "1", "--format", "json"])],
        ),
        ("NDJSON, sonic-rs and quick-xml", vec![peer()]),
        ("NDJSON, two of those at once", vec![peer(), peer()]),
        ("HAR, one thread", vec![ours(&har, &["--jobs", "1"])]),
        ("HAR, serde_json", vec![theirs("--peer-har", &har)]),
        ("NDJSON of examples, one thread", vec![ours(&examples, &["--jobs", "1"])]),
        ("NDJSON of examples, sonic-rs and quick-xml", vec![theirs("--peer-ndjson", &examples)]),
        ("NDJSON of 40,000 responses, one thread", vec![ours(&more, &["--jobs", "1"])]),
        (
            "NDJSON of 40,000 responses, sonic-rs and quick-xml",
            vec![theirs("--peer-ndjson", &more)],
        ),
    ];
    let mut times = vec![Vec::new(); contenders.len()];
    for _ in 0..ROUNDS {
        for ((_, processes), times) in contenders.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            let started: Vec<_> = processes
                .iter_mut()
                .map(|process| process.stdout(Stdio::null()).spawn().expect("the program starts"))
                .collect();
            for mut process in started {
                let status = process.wait().expect("the program was started");
                assert!(status.success(), "{processes:?}");
            }
            times.push(begin.elapsed().as_secs_f64());
        }
    }
    show("### Captures of 200 MB\n\n| what | MB/s |\n|---|---:|");
    for ((name, processes), times) in contenders.iter().zip(&times) {
        #[expect(clippy::cast_precision_loss, reason = "some hundred MB")]
        let read = (processes.len() * (LENGTH >> 20)) as f64;
        show(&format!("| {name} | {:.0} |", read / median(times.iter().copied())));
    }
    show("");
    // How many times as fast the first one is as the second.
    let faster = |first: usize, second: usize| {
        median(times[first].iter().zip(&times[second]).map(|(first, second)| second / first))
    };
    let mut ratios = Map::new();
    ratios.insert("ndjson_vs_sonic_pipeline".to_owned(), rounded(faster(0, 4)));
    ratios.insert("ndjson_two_threads".to_owned(), rounded(faster(1, 0)));
    // As it runs without options.
    ratios.insert("ndjson_all_cores_vs_sonic_pipeline".to_owned(), rounded(faster(2, 4)));
    ratios.insert("ndjson_examples_vs_sonic_pipeline".to_owned(), rounded(faster(8, 9)));
    // Where nearly none comes again soon enough.
    ratios.insert("ndjson_unrepeated_vs_sonic_pipeline".to_owned(), rounded(faster(10, 11)));
    // What any program could gain by a second thread here: two cores that share one are not two.
    ratios.insert("two_at_once".to_owned(), rounded(2.0 * faster(5, 4)));
    ratios.insert("har_vs_serde_json".to_owned(), rounded(faster(6, 7)));
    ratios
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_read_the_same_number_of_errors() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.ndjson");
        let responses: Vec<Recorded> = responses(200);
        let mut lines = Vec::new();
        for response in &responses {
            writeln!(lines, "{}", row(response)).unwrap();
        }
        std::fs::write(&file, lines).unwrap();
        assert_eq!(peer(false, &file), 200);
        for service in ["groove", "lineworks", "ampache", "onedrive"] {
            assert!(responses.iter().any(|response| response.service == service), "{service}");
        }
        assert!(responses.iter().any(|response| response.is_xml));
    }
}
