//! Captures as people have them: what is read of each kind, and what is said of broken ones.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use faultbook_corpus::{Case, Kind};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

fn start(args: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn check(args: &[&str], stdin: &[u8]) -> Output {
    let mut child = start(&[&["check"], args, &["-"]].concat());
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // The command may end before it has read everything; that is no failure of the test.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// The JSON report on an input.
fn report(args: &[&str], stdin: &[u8]) -> (i32, Value) {
    let output = check(&[&["--format", "json"], args].concat(), stdin);
    let report = serde_json::from_slice(&output.stdout).unwrap();
    (code(&output), report)
}

/// The rules of all findings, those of records that were not judged included.
fn rules(report: &Value) -> Vec<String> {
    let lists = [&report["responses"], &report["unjudged"]];
    let entries = lists.into_iter().flat_map(|list| list.as_array().unwrap());
    let findings = entries.flat_map(|entry| entry["findings"].as_array().unwrap());
    findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

/// The documented bodies.
fn documented() -> Vec<(&'static Case, &'static [u8])> {
    let cases = faultbook_corpus::all().filter(|case| case.kind == Kind::Documented);
    let bodies: Vec<_> = cases.filter_map(|case| Some((case, case.body?))).collect();
    assert_eq!(bodies.len(), 19);
    bodies
}

/// Where a service would have answered.
fn url(case: &Case, body: &[u8]) -> &'static str {
    match case.service() {
        "ampache" if body.starts_with(b"<") => "http://music.example.org/server/xml.server.php?x=1",
        "ampache" => "http://music.example.org/ampache/server/json.server.php?action=ping",
        "groove" => "https://music.xboxlive.com/1/content/music/search?q=x",
        "lineworks" => "https://www.worksapis.com/v1.0/users",
        _ => "https://graph.microsoft.com/v1.0/me/drive",
    }
}

fn status(case: &Case) -> u16 {
    if case.service() == "ampache" { 200 } else { 400 }
}

fn har(is_base64: bool) -> Vec<u8> {
    let entries: Vec<Value> = documented()
        .into_iter()
        .map(|(case, body)| {
            let content = if is_base64 {
                json!({"size": body.len(), "text": BASE64_STANDARD.encode(body), "encoding": "base64"})
            } else {
                json!({"size": body.len(), "text": str::from_utf8(body).unwrap()})
            };
            json!({
                "request": {"method": "GET", "url": url(case, body), "headers": []},
                "response": {"status": status(case), "headers": [], "content": content},
            })
        })
        .collect();
    let log = json!({"log": {"version": "1.2", "creator": {}, "pages": [], "entries": entries}});
    serde_json::to_vec_pretty(&log).unwrap()
}

fn ndjson(is_base64: bool) -> Vec<u8> {
    let mut lines = Vec::new();
    for (case, body) in documented() {
        let mut line = json!({"status": status(case), "headers": [], "url": url(case, body)});
        if is_base64 {
            line["body_base64"] = BASE64_STANDARD.encode(body).into();
        } else {
            line["body"] = str::from_utf8(body).unwrap().into();
        }
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

fn http() -> Vec<u8> {
    let mut messages = Vec::new();
    for (case, body) in documented() {
        // No request stands beside a raw message: the service is told by the shape.
        let status = status(case);
        write!(messages, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len()).unwrap();
        messages.extend(body);
    }
    messages
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Service, codes and members of each error.
fn errors(report: &Value) -> Vec<Value> {
    let responses = report["responses"].as_array().unwrap().iter();
    responses
        .map(|response| {
            let error = &response["errors"][0];
            json!([response["service"], error["codes"], error["members"]])
        })
        .collect()
}

fn expected() -> Vec<Value> {
    let cases = documented().into_iter();
    cases
        .map(|(case, _)| {
            let error = &case.expect.errors[0];
            json!([case.service(), error.codes, error.members])
        })
        .collect()
}

#[test]
fn the_documented_bodies_give_the_same_errors_from_every_kind_of_capture() {
    for (what, input) in [
        ("HAR", har(false)),
        ("HAR in base64", har(true)),
        ("HAR, gzip", gzip(&har(false))),
        ("HAR, Zstandard", zstd(&har(true))),
        ("NDJSON", ndjson(false)),
        ("NDJSON in base64", ndjson(true)),
        (
            "NDJSON, two members of gzip",
            [gzip(&ndjson(false)[..5000]), gzip(&ndjson(false)[5000..])].concat(),
        ),
        ("NDJSON with a byte order mark", [b"\xEF\xBB\xBF".as_slice(), &ndjson(false)].concat()),
        ("raw HTTP", http()),
    ] {
        let (_, report) = report(&["--all"], &input);
        assert_eq!(errors(&report), expected(), "{what}");
        assert_eq!(report["unjudged"], json!([]), "{what}");
        assert!(rules(&report).iter().all(|rule| !rule.starts_with("capture/")), "{what}");
    }
}

#[test]
fn a_folder_of_captures_and_bodies_gives_the_same_errors() {
    let folder = tempfile::tempdir().unwrap();
    for (index, (_, body)) in documented().into_iter().enumerate() {
        fs::write(folder.path().join(format!("{index:02}")), body).unwrap();
    }
    let output = start(&["check", "--format", "json", folder.path().to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&output.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(errors(&report), expected());

    fs::write(folder.path().join("a.har.gz"), gzip(&har(false))).unwrap();
    let output = start(&["check", "--format", "json", folder.path().to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&output.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(errors(&report), [expected(), expected()].concat(), "sorted by name");
}

#[test]
fn where_a_record_stands_is_told() {
    let input = ndjson(false);
    let (_, report) = report(&["--all"], &input);
    let lines: Vec<usize> = input
        .split_inclusive(|&byte| byte == b'\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        })
        .collect();
    for (number, response) in report["responses"].as_array().unwrap().iter().enumerate() {
        assert_eq!(response["index"], number);
        assert_eq!(response["offset"], lines[number]);
        assert_eq!(response["input"], "<stdin>");
    }
}

#[test]
fn what_programs_leave_out_of_a_har_is_no_fault() {
    let entry = |response: Value| json!({"request": {"url": "https://graph.microsoft.com/"}, "response": response});
    let body = r#"{"error":{"code":"itemNotFound","message":"no"}}"#;
    let entries = [
        // No headers, a status in a text, sizes in floats.
        entry(json!({"status": "404", "content": {"size": 48.0, "text": body, "mimeType": null}})),
        entry(json!({"status": 404, "headers": null, "content": {"text": body, "encoding": ""}})),
        // Fields of HTTP/2 that are no fields.
        entry(
            json!({"status": 404, "headers": [{"name": ":status", "value": "404"}], "content": {"text": body}}),
        ),
        // No bytes, so no text.
        entry(json!({"status": 204, "content": {"size": -1}})),
        entry(json!({"status": 200, "content": {"size": 0}})),
        json!({"request": {"method": "HEAD", "url": "https://graph.microsoft.com/"},
               "response": {"status": 404, "content": {"size": 48}}}),
    ];
    let har = json!({"log": {"entries": entries}});
    let (code, report) = report(&["--all"], har.to_string().as_bytes());
    let codes: Vec<&str> = report["responses"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|response| response["errors"][0]["code"].as_str())
        .collect();
    assert_eq!(codes, ["itemNotFound"; 3]);
    assert_eq!(report["unjudged"], json!([]));
    // An answer to HEAD has no body to judge, yet 404 without one is what a rule is about.
    assert_eq!((rules(&report), code), (vec!["common/empty-body".to_owned()], 1));
}

#[test]
fn what_a_record_lacks_is_said_and_the_others_are_judged() {
    let good = r#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"itemNotFound\",\"message\":\"no\"}}"}"#;
    for (line, rule) in [
        (r#"{"status":404,"headers":[]}"#.as_bytes(), "capture/body-missing"),
        (br#"{"status":404,"body":null}"#, "capture/body-missing"),
        (br#"{"status":404,"body":"a","body_base64":"YQ=="}"#, "capture/malformed-record"),
        (br#"{"status":404,"body_base64":"*"}"#, "capture/malformed-record"),
        (br#"{"status":404,"body":7}"#, "capture/malformed-record"),
        (br#"{"status":70000,"body":"a"}"#, "capture/malformed-record"),
        (br#"{"status":404,"headers":[["a"]],"body":"a"}"#, "capture/malformed-record"),
        (b"[]", "capture/malformed-record"),
        (b"no JSON", "capture/malformed-record"),
        (b"{\"body\":\"\xFF\"}", "capture/malformed-record"),
        (br#"{"body":"\ud800"}"#, "capture/malformed-record"),
    ] {
        let shown = line.escape_ascii();
        let input = [good.as_bytes(), b"\n\r\n", line, b"\n", good.as_bytes()].concat();
        let (code, report) = report(&["--all", "--input-format", "ndjson"], &input);
        assert_eq!(report["responses"].as_array().unwrap().len(), 2, "{shown}");
        assert_eq!(rules(&report), [rule], "{shown}");
        let place = &report["unjudged"][0]["findings"][0]["place"];
        let offset = usize::try_from(place["offset"].as_u64().unwrap()).unwrap();
        let start = good.len() + 3;
        assert!(offset >= start && offset <= start + line.len(), "{shown}: {place}");
        assert_eq!(report["unjudged"][0]["index"], 1, "{shown}");
        assert_eq!(code, i32::from(rule != "capture/body-missing"), "{shown}");
    }
}

#[test]
fn one_entry_that_is_broken_takes_no_other_with_it() {
    let good = r#"{"request":{"url":"https://graph.microsoft.com/"},"response":{"status":404,"content":{"text":"{\"error\":{\"code\":\"itemNotFound\",\"message\":\"no\"}}"}}}"#;
    for broken in [
        "{\"response\":{\"status\":404,\"content\":{\"text\":\"\u{1}\"}}}",
        r#"{"response":{"status":404,"content":{"text":"\x"}}}"#,
        r#"{"response":{"status":404,"content":{"text":"*","encoding":"base64"}}}"#,
        r#"{"response":{"status":404,"content":{"text":"a","encoding":"rot13"}}}"#,
        r#"{"request":{}}"#,
        "null",
        "7",
        "\"}\"",
        "[[]]",
    ] {
        let input = format!(r#"{{"log":{{"version":"1.1","entries":[{good},{broken} ,{good}]}}}}"#);
        let (code, report) = report(&["--all"], input.as_bytes());
        assert_eq!(report["responses"].as_array().unwrap().len(), 2, "{broken}");
        assert_eq!(rules(&report), ["capture/malformed-record"], "{broken}");
        assert_eq!(code, 1, "{broken}");
    }
}

#[test]
fn a_capture_that_ends_in_the_middle_is_incomplete() {
    let whole = har(false);
    let gzipped = gzip(&whole);
    let mut damaged = gzipped.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0x55;
    let ndjson = ndjson(false);
    for (what, input) in [
        ("HAR", &whole[..whole.len() / 2]),
        ("HAR before its last brace", &whole[..whole.len() - 1]),
        ("gzip", &gzipped[..gzipped.len() / 2]),
        ("gzip before its last byte", &gzipped[..gzipped.len() - 1]),
        ("damaged gzip", &damaged),
        ("NDJSON", &ndjson[..ndjson.len() / 2]),
    ] {
        let (code, report) = report(&["--all"], input);
        assert_eq!(code, 2, "{what}");
        let rules = rules(&report);
        let told = rules.iter().filter(|rule| *rule == "capture/truncated").count();
        assert_eq!(told, 1, "{what}: {rules:?}");
        assert_eq!(report["summary"]["incomplete"], 1, "{what}");
        let read = errors(&report);
        assert!(read.len() > 1 && expected().starts_with(&read[..read.len() - 1]), "{what}");
    }
}

#[test]
fn what_follows_a_har_is_said() {
    let input = [&har(false)[..], b" x"].concat();
    let (code, report) = report(&["--all"], &input);
    assert_eq!(errors(&report), expected());
    let told = rules(&report).into_iter().filter(|rule| rule.starts_with("capture/"));
    assert_eq!((told.collect(), code), (vec!["capture/truncated".to_owned()], 2));
}

#[test]
fn a_bomb_is_read_up_to_the_limit() {
    let line = ndjson(false);
    let bomb = gzip(&line.repeat((8 << 20) / line.len()));
    let args = ["--max-decompressed", "100000"];
    let (code, report) = report(&args, &bomb);
    assert_eq!(code, 2);
    assert!(rules(&report).contains(&"capture/input-limit".to_owned()));
    assert_eq!(report["summary"]["incomplete"], 1);
    assert!(report["summary"]["responses"].as_u64().unwrap() < 500);
}

#[test]
fn a_long_line_and_a_long_entry_are_passed_over() {
    let good = r#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"itemNotFound\",\"message\":\"no\"}}"}"#;
    let long = "x".repeat(3 << 20);
    let input = format!("{good}\n{{\"body\":\"{long}\"}}\n{good}\n");
    let (code, report_of_lines) = report(&["--max-body", "100"], input.as_bytes());
    assert_eq!((rules(&report_of_lines), code), (vec!["capture/limit".to_owned()], 1));
    assert_eq!(report_of_lines["summary"]["responses"], 2);

    let entry = |text: &str| {
        json!({"request": {"url": "https://graph.microsoft.com/"},
        "response": {"status": 404, "content": {"text": text}}})
    };
    let small = r#"{"error":{"code":"itemNotFound","message":"no"}}"#;
    let har = json!({"log": {"entries": [entry(small), entry(&long), entry(small)]}}).to_string();
    let (code, report) = report(&["--max-body", "100"], har.as_bytes());
    assert_eq!((rules(&report), code), (vec!["capture/limit".to_owned()], 1));
    assert_eq!(report["summary"]["responses"], 2);
}

#[test]
fn a_format_that_is_asked_for_is_the_one_that_is_read() {
    let (_, report_of_body) =
        report(&["--input-format", "body", "--service", "groove"], &har(false));
    assert_eq!(report_of_body["summary"]["responses"], 1);
    let (code, report) = report(&["--input-format", "har"], b"{\"log\": 1}");
    assert_eq!((rules(&report), code), (vec!["capture/truncated".to_owned()], 2));
}

#[test]
fn responses_of_no_service_are_counted_and_the_reasons_told() {
    let line = r#"{"status":200,"body":"{\"ok\":true}","url":"https://example.org/"}"#;
    let good = r#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"itemNotFound\",\"message\":\"no\"}}"}"#;
    let named = r#"{"status":200,"body":"","service":"nobody's"}"#;
    let input = format!("{line}\n{line}\n{good}\n{named}\n");
    let output = check(&[], input.as_bytes());
    let text = str::from_utf8(&output.stdout).unwrap();
    assert!(
        text.contains("not judged: 2 (JSON in which no service's error was recognised)"),
        "{text}"
    );
    assert!(text.contains("not judged: 1 (the record names the service \"nobody's\""), "{text}");
    assert_eq!(code(&output), 0);
}

#[test]
fn hosts_of_ones_own_tell_the_service() {
    let line = r#"{"status":404,"body":"{\"code\":\"X\",\"message\":\"no\"}","url":"https://api.example.org/v1"}"#;
    let (code, unknown) = report(&[], line.as_bytes());
    assert_eq!((unknown["summary"]["responses"].as_u64(), code), (Some(0), 2));
    let (_, known) = report(&["--host", "api.example.org=lineworks"], line.as_bytes());
    assert_eq!(known["responses"][0]["service"], "lineworks");
    assert_eq!(known["responses"][0]["url"], "https://api.example.org/v1");
    let output = check(&["--host", "x=nobody"], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn findings_are_kept_as_asked() {
    let all = rules(&report(&[], &har(false)).1);
    let input = r#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"x\"}}"}"#;
    let (code, everything) = report(&[], input.as_bytes());
    assert!(rules(&everything).len() > 1 && code == 1, "{everything}");
    let (code, none) = report(&["--ignore", "onedrive/"], input.as_bytes());
    assert_eq!((rules(&none).len(), code), (0, 0), "{all:?}");
    let (_, one) = report(&["--select", "onedrive/unknown-code"], input.as_bytes());
    assert_eq!(rules(&one), ["onedrive/unknown-code"]);
    assert_eq!(check(&["--select", "x/y"], b"").status.code(), Some(2));
}

#[test]
fn the_order_is_that_of_the_input_with_any_number_of_jobs() {
    let mut input = Vec::new();
    for number in 0..3000 {
        // Some take long, most do not.
        let filler = if number % 97 == 0 { "x".repeat(200_000) } else { String::new() };
        let body = json!({"error": {"code": format!("c{number}"), "message": filler}}).to_string();
        let line = json!({"status": 404, "url": "https://graph.microsoft.com/", "body": body});
        writeln!(input, "{line}").unwrap();
    }
    let reports =
        ["1", "2", "8"].map(|jobs| check(&["--format", "json", "--jobs", jobs], &input).stdout);
    assert_eq!(reports[0], reports[1]);
    assert_eq!(reports[0], reports[2]);
    let report: Value = serde_json::from_slice(&reports[0]).unwrap();
    let indexes =
        report["responses"].as_array().unwrap().iter().map(|r| r["index"].as_u64().unwrap());
    assert!(indexes.eq(0..3000));
}

/// Every body of the corpus as a record that names its service, with its status.
fn corpus() -> Vec<u8> {
    let mut lines = Vec::new();
    for case in faultbook_corpus::all() {
        let Some(body) = case.body else { continue };
        let body = BASE64_STANDARD.encode(body);
        let line = json!({"service": case.service(), "status": case.status, "body_base64": body});
        writeln!(lines, "{line}").unwrap();
    }
    lines
}

#[test]
fn what_is_only_counted_is_counted_as_what_is_listed() {
    // What comes again is counted without being judged again.
    let input = corpus().repeat(4);
    let totals = |args: &[&str]| {
        let output = check(args, &input);
        let text = str::from_utf8(&output.stdout).unwrap();
        let (findings, totals) = text.rsplit_once("\n\n").unwrap();
        (code(&output), findings.to_owned(), totals.to_owned())
    };
    let (exit, findings, counted) = totals(&[]);
    let (all_exit, all, listed) = totals(&["--all"]);
    assert_eq!((exit, &counted), (all_exit, &listed));
    assert!(counted.contains("with an error") && counted.contains("without one"), "{counted}");
    assert!(counted.contains("onedrive@1: seen"), "{counted}");
    // The list has more than the findings: a line of each response.
    let blocks = |text: &str| text.split("\n\n").map(str::to_owned).collect::<Vec<_>>();
    let (findings, all) = (blocks(&findings), blocks(&all));
    let is_line = |block: &&String| !block.contains('\n');
    let responses = counted.split(' ').next().unwrap().parse::<usize>().unwrap();
    assert_eq!(all.iter().filter(is_line).count(), responses);
    assert_eq!(
        all.iter().filter(|block| !is_line(block)).collect::<Vec<_>>(),
        findings.iter().collect::<Vec<_>>()
    );
    // Reports that list errors, and one that lists everything, count the same.
    let summary = |args: &[&str]| report(args, &input).1["summary"].clone();
    assert_eq!(summary(&[]), summary(&["--all"]));
}

#[test]
fn what_is_said_of_a_record_is_said_where_nothing_is_said_of_its_error() {
    let body = r#"{"code": "NOT_FOUND", "description": "no such user"}"#;
    // Lines that end without CR are passed over with a note.
    let message = format!("HTTP/1.1 404 Not Found\nContent-Length: {}\n\n{body}", body.len());
    let cut = format!("HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n{body}");
    let input = [&*message, &message, &message, &cut].concat();
    let args = ["--service", "lineworks"];
    let (code, report) = report(&args, input.as_bytes());
    let expected = rules(&report);
    for rule in ["capture/tolerated", "capture/truncated"] {
        let count = expected.iter().filter(|found| *found == rule).count();
        assert!(count >= if rule == "capture/tolerated" { 3 } else { 1 }, "{expected:?}");
        let output = check(&args, input.as_bytes());
        assert_eq!(output.status.code(), Some(code));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(text.matches(&format!("[{rule}]")).count(), count, "{text}");
    }
    // An input that ends early has not been judged, also where nobody wants to know.
    let ignoring = [&args[..], &["--ignore", "capture/"]].concat();
    assert_eq!((code, check(&ignoring, input.as_bytes()).status.code()), (2, Some(2)));
}

#[test]
fn records_that_are_only_counted_have_their_numbers_all_the_same() {
    let record =
        |body: Value| json!({"status": 404, "service": "onedrive", "body": body.to_string()});
    let fine = record(json!({"error": {"code": "itemNotFound", "message": "gone"}}));
    let other = record(json!({"error": {"code": "x", "message": "gone"}}));
    let mut input = Vec::new();
    for number in 0..500 {
        writeln!(input, "{}", if number % 150 == 149 { &other } else { &fine }).unwrap();
    }
    for jobs in ["1", "2"] {
        let output = check(&["--jobs", jobs, "--format", "github"], &input);
        let text = String::from_utf8(output.stdout).unwrap();
        for number in [150, 300, 450] {
            assert!(text.contains(&format!("record: {number}%0A")), "{text}");
        }
    }
}

#[test]
fn who_asks_about_one_response_is_shown_what_was_read() {
    let record = |service: &str, body: &Value| {
        json!({"service": service, "status": 404, "body": body.to_string()}).to_string()
    };
    let fine = record("lineworks", &json!({"code": "NOT_FOUND", "description": "no such user"}));
    for before in ["", "\n", "\u{feff}\n \n", &"\n".repeat(1000)] {
        let output = check(&[], format!("{before}{fine}\n\n").as_bytes());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with("<stdin>#1: lineworks@2, `NOT_FOUND`"), "{text}");
        let two = check(&[], format!("{before}{fine}\n{fine}").as_bytes());
        assert!(two.stdout.starts_with(b"2 responses: 2 with an error"), "{two:?}");
    }
    let empty = record("groove", &json!({}));
    let output = check(&[], format!("{empty}\n{fine}").as_bytes());
    assert!(!String::from_utf8(output.stdout).unwrap().contains("NOT_FOUND"));
}

#[test]
fn findings_are_shown_before_the_input_ends() {
    let mut child = start(&["check", "-"]);
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(
        br#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"x\"}}"}"#,
    )
    .unwrap();
    pipe.write_all(b"\n").unwrap();
    // The pipe stays open: what is read here was written before the end of the input.
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("onedrive/"), "{first}");
    drop(pipe);
    assert!(lines.count() > 5);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_gives_what_it_has_and_ends_with_2() {
    let mut child = start(&["check", "--format", "json", "-"]);
    let mut pipe = child.stdin.take().unwrap();
    let line = br#"{"status":404,"url":"https://graph.microsoft.com/","body":"{\"error\":{\"code\":\"x\"}}"}"#;
    pipe.write_all(&[&line[..], b"\n"].concat()).unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    // The report's next line begins with the next response: until then this one has no end.
    let mut text = String::new();
    while !text.contains("onedrive/unknown-code") {
        let buffered = out.fill_buf().unwrap();
        assert!(!buffered.is_empty(), "{text}");
        text.push_str(str::from_utf8(buffered).unwrap());
        let length = buffered.len();
        out.consume(length);
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    out.read_to_string(&mut text).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["summary"]["interrupted"], true);
    assert_eq!(report["summary"]["responses"], 1);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    drop(pipe);
}

#[test]
fn many_tiny_records_are_counted() {
    let input = b"{\"body\":\"\"}\n".repeat(200_000);
    let (code, report) = report(&["--input-format", "ndjson", "--allow-empty"], &input);
    assert_eq!((report["summary"]["unjudged"].as_u64(), code), (Some(200_000), 0));
    assert!(report["unjudged"].as_array().unwrap().len() <= 1000, "some are listed, all counted");
}

#[test]
fn loops_of_folders_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a"), br#"{"code":"NOT_FOUND","description":"no"}"#).unwrap();
    link(folder.path(), &folder.path().join("loop"));
    let output = start(&["check", "--format", "json", folder.path().to_str().unwrap()]);
    let report: Value = serde_json::from_slice(&output.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(report["summary"]["inputs"], 1);
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) {}
