//! Raw messages, WARC files and HARs that real programs wrote, through the command.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use faultbook_corpus::case;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

fn captures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/captures")
}

fn check(path: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(["check", "--format", "json", "--all"])
        .args(args)
        .arg(path)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `service status code` of each response, and its findings behind it.
fn judged(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let responses = report["responses"].as_array().unwrap().iter().map(|response| {
        let rules = response["findings"].as_array().unwrap().iter();
        let rules: Vec<String> = rules.map(|finding| text(&finding["rule"])).collect();
        let (service, code) = (text(&response["service"]), text(&response["errors"][0]["code"]));
        format!("{service} {} {code} {}", response["status"], rules.join(" ")).trim_end().to_owned()
    });
    responses.collect()
}

/// A file in a folder of its own.
fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("capture");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

const ERRORS: [&str; 5] = [
    "ampache 200 4704",
    "ampache 200 4704",
    "lineworks 401 UNAUTHORIZED",
    "onedrive 416 invalidRange",
    "groove 404 CATALOG_NO_RESULT",
];

fn each_with(note: &str) -> Vec<String> {
    ERRORS.iter().map(|error| format!("{error} {note}").trim_end().to_owned()).collect()
}

#[test]
fn what_programs_recorded_is_read_as_it_was_sent() {
    let plain = each_with("");
    let noted = each_with("capture/tolerated");
    let redirected = "ampache 200 4704".to_owned();
    let expected = BTreeMap::from([
        ("chromium.har", [&plain[..], std::slice::from_ref(&redirected)].concat()),
        ("curl-i-chunked.http", noted.clone()),
        ("curl-i-compressed.http", noted),
        ("curl-i.http", plain.clone()),
        ("curl-raw-chunked.http", plain.clone()),
        ("curl-raw-gzip.http", plain.clone()),
        ("curl-redirect.http", vec![redirected]),
        ("mitmproxy.har", plain.clone()),
        ("warcio.warc.gz", plain),
    ]);
    for (name, expected) in expected {
        let output = check(&captures().join(name), &[]);
        assert_eq!(code(&output), 0, "{name}");
        assert_eq!(judged(&report(&output)), expected, "{name}");
    }
}

#[test]
fn bodies_are_those_that_were_sent() {
    let sent = [
        "ampache/documented-4704-json",
        "ampache/documented-4704-xml",
        "lineworks/challenge-401",
        "onedrive/documented-example",
        "groove/documented-sample",
    ];
    let limits = faultbook::capture::CaptureLimits::from(&faultbook::core::Limits::default());
    for name in [
        "curl-i.http",
        "curl-i-chunked.http",
        "curl-i-compressed.http",
        "curl-raw-chunked.http",
        "curl-raw-gzip.http",
        "mitmproxy.har",
        "warcio.warc.gz",
    ] {
        let input = Box::new(fs::File::open(captures().join(name)).unwrap());
        let records = faultbook::capture::Records::new(input, name, None, &limits).unwrap();
        let bodies = records.map(|record| record.unwrap().response.unwrap().body);
        for (body, id) in bodies.zip(sent) {
            assert_eq!(body, case(id).unwrap().body.unwrap(), "{name}: {id}");
        }
    }
}

#[test]
fn all_captures_together_have_notes_alone() {
    let output = check(&captures(), &[]);
    assert_eq!(code(&output), 0);
    let report = report(&output);
    let summary = &report["summary"];
    assert_eq!(summary["inputs"], 10);
    assert_eq!(summary["responses"], 42);
    assert_eq!(summary["findings"]["error"], 0);
    assert_eq!(summary["findings"]["warning"], 0);
    // Ten of what curl decoded, five heads, a redirect of curl and one of Chromium.
    assert_eq!(summary["findings"]["note"], 17);
}

#[test]
fn answers_to_head_are_not_judged_by_the_body_that_they_lack() {
    let path = captures().join("curl-head.http");
    let output = check(&path, &["--service", "lineworks"]);
    let rules: Vec<String> = judged(&report(&output));
    assert!(rules.iter().all(|found| !found.contains("empty-body")), "{rules:?}");
    assert_eq!(code(&output), 0);
}

#[test]
fn the_url_of_a_warc_record_tells_the_service() {
    let body = br#"{"other": 1}"#;
    let message = format!("HTTP/1.1 500 No\r\nContent-Length: {}\r\n\r\n", body.len());
    let block = [message.as_bytes(), body].concat();
    let fields = "WARC-Type: response\r\nWARC-Target-URI: https://graph.microsoft.com/v1.0/me";
    let head = format!("WARC/1.1\r\n{fields}\r\nContent-Length: {}\r\n\r\n", block.len());
    let record = [head.as_bytes(), &block, b"\r\n\r\n"].concat();
    // Members one by one, as WARC files are compressed.
    let mut gzip = Vec::new();
    for _ in 0..2 {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(&record).unwrap();
        gzip.extend(encoder.finish().unwrap());
    }
    for bytes in [[&record[..], &record].concat(), gzip] {
        let (_folder, path) = file(&bytes);
        let output = check(&path, &[]);
        let found = judged(&report(&output));
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|found| found.starts_with("onedrive 500 -")), "{found:?}");
        assert_eq!(code(&output), 1);
    }
}

#[test]
fn a_capture_that_is_cut_is_told_with_what_stands_before() {
    let whole = fs::read(captures().join("curl-i.http")).unwrap();
    let (_folder, path) = file(&whole[..whole.len() - 10]);
    let output = check(&path, &[]);
    assert_eq!(code(&output), 2);
    let report = report(&output);
    assert_eq!(judged(&report)[..4], ERRORS[..4]);
    let text = report.to_string();
    assert!(text.contains("capture/truncated"), "{text}");
}

#[test]
fn what_is_no_message_is_an_error() {
    let (_folder, path) = file(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let output = check(&path, &["--input-format", "http"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("capture/malformed-record"));
    assert_ne!(code(&output), 0);
}

#[test]
fn a_coding_that_is_not_known_is_a_warning_and_no_verdict() {
    let body = b"\x0B\x14\x80{\"code\": \"NOT_FOUND\"}\x03";
    let head = format!(
        "HTTP/1.1 404 No\r\nContent-Encoding: br\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let (_folder, path) = file(&[head.as_bytes(), body].concat());
    let output = check(&path, &["--service", "lineworks", "--allow-empty", "--fail-on", "warning"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("capture/content-coding") && !text.contains("common/"), "{text}");
    assert_eq!(code(&output), 1);
}
