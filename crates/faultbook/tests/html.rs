//! The HTML report: what it holds is what the JSON report holds, and nothing in it is taken for
//! markup. What it does in a browser is tested by `ci/html.sh`.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use base64::Engine as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const OPEN: &str = r#"<script id="report" type="application/json">"#;

/// The report of these arguments in a format.
fn run(format: &str, args: &[&str], stdin: &[u8]) -> Vec<u8> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_faultbook"))
        .args(["check", "--format", format])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout
}

fn html(args: &[&str], stdin: &[u8]) -> String {
    String::from_utf8(run("html", args, stdin)).unwrap()
}

fn json(args: &[&str], stdin: &[u8]) -> Value {
    serde_json::from_slice(&run("json", args, stdin)).unwrap()
}

/// The data of a page, as a browser finds it: up to the first end of the script element.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once(OPEN).unwrap();
    let text = rest.split_once("</script>").unwrap().0;
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

/// A page without its data.
fn frame(page: &str) -> String {
    let (head, rest) = page.split_once(OPEN).unwrap();
    format!("{head}{OPEN}{}", &rest[rest.find("</script>").unwrap()..])
}

/// A finding of a page in the form that it has in the JSON report.
fn finding(data: &Value, finding: &Value) -> Value {
    let rule = &data["rules"][finding["rule"].as_str().unwrap()];
    let or = |name: &str, default: &Value| finding.get(name).unwrap_or(default).clone();
    json!({
        "rule": finding["rule"],
        "severity": rule["severity"],
        "message": rule["title"],
        "place": finding["place"],
        "received": finding["received"],
        "documented": or("documented", &rule["promise"]),
        "source": or("source", &rule["source"]),
        "help": or("help", &Value::Null),
    })
}

/// Every finding of a report with its input and record, in the order of the report's lists.
fn of_page(data: &Value) -> Vec<Value> {
    let entries = data["entries"].as_array().unwrap();
    let rows = entries.iter().flat_map(|entry| {
        let findings = entry["findings"].as_array().into_iter().flatten();
        findings.map(|found| {
            json!([entry["kind"], entry["input"], entry["index"], finding(data, found)])
        })
    });
    rows.collect()
}

fn of_json(report: &Value) -> Vec<Value> {
    let list = |kind: &'static str, name: &str| {
        let list = report[name].as_array().unwrap().clone();
        list.into_iter().flat_map(move |entry| {
            let findings = entry["findings"].as_array().unwrap().clone();
            findings
                .into_iter()
                .map(move |finding| json!([kind, entry["input"], entry["index"], finding]))
                .collect::<Vec<_>>()
        })
    };
    list("response", "responses").chain(list("unjudged", "unjudged")).collect()
}

/// The text of the marks of a finding.
fn marked(shown: &Value, number: usize) -> Vec<String> {
    let parts = shown["parts"].as_array().unwrap().iter();
    let marks = parts.flat_map(|part| {
        let marks = part["marks"].as_array().unwrap().iter();
        marks.filter(move |mark| mark[0] == number).map(|mark| {
            let at = |index: usize| usize::try_from(mark[index].as_u64().unwrap()).unwrap();
            let pieces = part["pieces"].as_array().unwrap();
            pieces[at(1)..at(2)].iter().map(|piece| piece.as_str().unwrap()).collect()
        })
    });
    marks.collect()
}

/// A capture of every case of the corpus, with a broken record and one of no service.
fn corpus() -> Vec<u8> {
    let mut lines = Vec::new();
    for case in faultbook_corpus::all() {
        let (Some(body), service) = (case.body, case.service()) else { continue };
        if faultbook::service(service).is_none() {
            continue;
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<[String; 2]> =
            case.headers.iter().map(|header| [text(&header.name), text(&header.value)]).collect();
        let body = base64::engine::general_purpose::STANDARD.encode(body);
        let row = json!({
            "status": case.status,
            "headers": headers,
            "body_base64": body,
            "service": service,
            "url": format!("https://example.org/{}", case.id),
        });
        writeln!(lines, "{row}").unwrap();
    }
    lines.extend(b"{\"status\": 404, \"body\": 1}\n{\"status\": 200, \"body\": \"\"}\n");
    lines
}

#[test]
fn every_finding_stands_in_the_page_once_as_in_the_json_report() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("corpus.ndjson");
    fs::write(&capture, corpus()).unwrap();
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/samples");
    let missing = folder.path().join("missing");
    let args = [capture.to_str().unwrap(), samples, missing.to_str().unwrap()];
    let (page, report) = (html(&args, b""), json(&args, b""));
    let data = data(&page);
    let (mut found, mut expected) = (of_page(&data), of_json(&report));
    assert!(expected.len() > 800, "{}", expected.len());
    let key = |row: &Value| row.to_string();
    found.sort_by_key(key);
    expected.sort_by_key(key);
    let mut escaped = 0;
    for (found, expected) in found.iter().zip(&expected) {
        // Characters that cannot be seen are escaped in the page.
        if found.to_string().contains('‹') {
            escaped += 1;
        } else {
            assert_eq!(found, expected);
        }
    }
    assert!(escaped < 20, "{escaped}");
    assert_eq!(found.len(), expected.len());
    let summary = &report["summary"];
    for name in
        ["inputs", "unreadable", "responses", "error", "none", "malformed", "unjudged", "broken"]
    {
        assert_eq!(data["summary"][name], summary[name], "{name}");
    }
    assert_eq!(data["summary"]["findings"], summary["findings"]);
    let unreadable: Vec<&Value> = data["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "unreadable")
        .collect();
    assert_eq!(unreadable.len(), 1);
    assert_eq!(unreadable[0]["input"], report["unreadable"][0]["input"]);
    for row in data["summary"]["coverage"].as_array().unwrap() {
        let expected = &summary["coverage"][row["edition"].as_str().unwrap()];
        assert_eq!(
            (&row["seen"], &row["documented"]),
            (&expected["seen"], &expected["documented"])
        );
    }
    for (name, rule) in data["rules"].as_object().unwrap() {
        assert!(!rule["why"].as_str().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn each_span_is_marked_in_its_body_or_field() {
    let folder = tempfile::tempdir().unwrap();
    let capture = folder.path().join("corpus.ndjson");
    fs::write(&capture, corpus()).unwrap();
    let data = data(&html(&[capture.to_str().unwrap()], b""));
    let lines = corpus();
    let lines: Vec<&[u8]> = lines.split(|&byte| byte == b'\n').collect();
    let mut marks = 0;
    for entry in data["entries"].as_array().unwrap() {
        if entry["kind"] != "response" {
            continue;
        }
        let index = usize::try_from(entry["index"].as_u64().unwrap()).unwrap();
        let row: Value = serde_json::from_slice(lines[index]).unwrap();
        let body = row["body_base64"].as_str().unwrap();
        let body = base64::engine::general_purpose::STANDARD.decode(body).unwrap();
        for (number, finding) in entry["findings"].as_array().unwrap().iter().enumerate() {
            let place = &finding["place"];
            let at = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
            let (shown, bytes) = match place["part"].as_str().unwrap() {
                "body" => (&entry["details"]["body"], &body[..]),
                "header" => {
                    let field = &entry["details"]["fields"][at("index")];
                    assert_eq!(field["name"], place["name"]);
                    (&field["value"], row["headers"][at("index")][1].as_str().unwrap().as_bytes())
                }
                _ => continue,
            };
            let span = bytes.get(at("start")..at("end")).unwrap();
            let text = String::from_utf8_lossy(span);
            let marked = marked(shown, number);
            assert!(!marked.is_empty(), "{finding}");
            marks += 1;
            // Of one that is cut in the middle both ends are shown; what is escaped differs.
            if marked.len() == 1 && !marked[0].contains('‹') {
                let is_inside = std::str::from_utf8(span).is_err();
                assert!(marked[0] == text || is_inside, "{finding}: {marked:?}");
            }
        }
    }
    assert!(marks > 500, "{marks}");
}

#[test]
fn nothing_that_was_received_is_taken_for_markup() {
    let hostile = "</script><script>alert(1)</script><!--<script>]]>\u{2028}\u{202E}\0&amp;";
    let quoted = serde_json::to_string(hostile).unwrap();
    let body = [
        br#"{"error": {"code": ""#,
        hostile.replace('\0', "").as_bytes(),
        b"\", \"message\": \"\xFF\xC3\", ",
        quoted.as_bytes(),
        b": 1}}\0",
    ]
    .concat();
    let name = "WWW-Authenticate: </script><script>";
    let args = ["--service", "onedrive", "--status", "404", "--header", name, "-"];
    let page = html(&args, &body);
    let empty =
        html(&["--service", "lineworks", "-"], br#"{"code": "NOT_FOUND", "description": "gone"}"#);
    // Whatever the data, the rest of the page is the same.
    assert_eq!(frame(&page), frame(&empty));
    let (_, rest) = page.split_once(OPEN).unwrap();
    let text = rest.split_once("</script>").unwrap().0;
    assert!(!text.contains('<') && !text.contains('\u{2028}') && !text.contains('\0'), "{text}");
    let data = data(&page);
    let body = data["entries"][0]["details"]["body"]["parts"][0]["pieces"].to_string();
    assert!(body.contains("</script><script>alert(1)</script><!--") && body.contains("‹U+202E›"));
    assert!(body.contains("‹NUL›") && body.contains('\u{FFFD}'), "{body}");
    assert_eq!(data["entries"][0]["details"]["body"]["escaped"], true);
    assert_eq!(data["entries"][0]["details"]["body"]["lossy"], true);
    assert!(data["entries"][0]["findings"].as_array().unwrap().len() > 1);
}

#[test]
fn names_and_addresses_of_a_capture_are_no_markup_either() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("<!--<script>");
    let line = json!({
        "status": 404,
        "headers": {"X-</script>": "</script>"},
        "body": "{\"ErrorCode\": \"</script>\"}",
        "url": "javascript:</script><img src=x>",
        "service": "groove",
    });
    fs::write(&path, format!("{line}\n")).unwrap();
    let page = html(&["--input-format", "ndjson", path.to_str().unwrap()], b"");
    let data = data(&page);
    assert_eq!(data["entries"][0]["url"], line["url"]);
    assert_eq!(data["entries"][0]["details"]["fields"][0]["name"], "X-</script>");
    assert_eq!(page.matches("<!--").count(), 0);
    assert_eq!(page.matches("</script").count(), 2, "the data's and the script's own");
}

#[test]
fn the_page_allows_its_own_script_and_style_and_nothing_else() {
    let page =
        html(&["--service", "lineworks", "-"], br#"{"code": "NOT_FOUND", "description": "gone"}"#);
    let between = |from: &str, to: &str| -> String {
        let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
        rest.split_once(to).unwrap().0.to_owned()
    };
    let policy = between("<meta http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| {
        let hash = Sha256::digest(text.as_bytes());
        format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(hash))
    };
    let script = between("<script>", "</script>");
    let style = between("<style>", "</style>");
    assert!(script.len() > 1000 && style.len() > 1000);
    let expected = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    assert_eq!(policy, expected);
    // The policy comes before everything that it is about.
    assert!(page.find("Content-Security-Policy").unwrap() < page.find("<style").unwrap());
    let frame = frame(&page);
    for word in
        ["http:", "https:", "url(", "@import", "<link", "<img", "<iframe", " src=", " style="]
    {
        assert!(!frame.contains(word), "{word} in the page");
    }
    assert!(!frame.contains('%') || !frame.contains("%DATA%"));
}

#[test]
fn a_long_line_is_cut_round_its_findings_and_the_page_stays_small() {
    let filler = "é".repeat(2_000_000);
    let body =
        format!(r#"{{"code": "</a>", "filler": "{filler}", "description": 7, "x": "{filler}"}}"#);
    let page = html(&["--service", "lineworks", "-"], body.as_bytes());
    assert!(page.len() < 300_000, "{}", page.len());
    let data = data(&page);
    let entry = &data["entries"][0];
    assert_eq!(entry["details"]["body"]["length"], body.len());
    let number = entry["findings"]
        .as_array()
        .unwrap()
        .iter()
        .position(|finding| finding["rule"] == "lineworks/wrong-type")
        .unwrap();
    assert_eq!(marked(&entry["details"]["body"], number), ["7"]);
    assert_eq!(entry["details"]["body"]["lossy"], false);
    let place = &entry["findings"][number]["place"];
    let parts = entry["details"]["body"]["parts"].as_array().unwrap();
    let part = parts.iter().find(|part| part["end"].as_u64() >= place["end"].as_u64()).unwrap();
    assert!(part["column"].as_u64() < place["column"].as_u64(), "{place}");
}

#[test]
fn what_was_not_found_is_said() {
    let fine = br#"{"code": "NOT_FOUND", "description": "gone"}"#;
    let data_of = |args: &[&str], body: &[u8]| data(&html(args, body));
    let quiet = data_of(&["--service", "lineworks", "-"], fine);
    assert_eq!(quiet["entries"], json!([]));
    assert_eq!(quiet["summary"]["responses"], 1);
    assert_eq!(quiet["rules"], json!({}));
    let all = data_of(&["--all", "--service", "lineworks", "-"], fine);
    assert_eq!(all["entries"][0]["findings"], json!([]));
    assert_eq!(all["entries"][0]["codes"], json!([["NOT_FOUND"]]));

    let unjudged = data_of(&["-"], b"{}");
    assert_eq!(unjudged["entries"][0]["kind"], "unjudged");
    assert_eq!(unjudged["summary"]["reasons"][0][1], 1);

    let cut = b"{\"status\": 404, \"body\": \"{}\"}\n{\"status\": 404, \"bo";
    let cut = data_of(&["--input-format", "ndjson", "-"], cut);
    assert_eq!(cut["summary"]["incomplete"], 1);
    assert_eq!(cut["entries"][1]["findings"][0]["rule"], "capture/truncated");
}

#[test]
fn the_page_can_go_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let page = html(&["-o", file.to_str().unwrap(), "-"], br#"{"ErrorCode": 1}"#);
    assert_eq!(page, "");
    let page = fs::read_to_string(Path::new(&file)).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    assert_eq!(data(&page)["entries"].as_array().unwrap().len(), 1);
}
