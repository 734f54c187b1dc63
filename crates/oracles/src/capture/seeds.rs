//! Small captures of every kind, made from the documented examples.

use faultbook_corpus::{Case, Kind};
use serde_json::{Value, json};

use crate::response::message;
use crate::seeds::Seed;

/// Two responses in each kind of capture, of each documented example and of the first one.
pub(crate) fn captures() -> Vec<Seed> {
    let documented = || {
        let cases = faultbook_corpus::all().filter(|case| case.kind == Kind::Documented);
        cases.filter_map(|case| Some((case, case.body?)))
    };
    let Some(first) = documented().next() else { return Vec::new() };
    let mut seeds = Vec::new();
    for second in documented() {
        let responses = [first, second];
        let mut add = |kind: &str, bytes: Vec<u8>| {
            let name = format!("{}-{kind}", second.0.id.replace('/', "-"));
            seeds.push(Seed::new(name, bytes));
        };
        add("body", second.1.to_vec());
        add("har", har(responses).into_bytes());
        add("http", responses.map(message_of).concat());
        add("ndjson", responses.map(line).concat().into_bytes());
        add("warc", responses.map(warc).concat());
    }
    seeds
}

/// What the formats of captures have for words.
pub(crate) fn words() -> Vec<Vec<u8>> {
    let words = [
        "HTTP/1.1 200 OK\r\n",
        "HTTP/2 404\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "\r\n\r\n",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Content-Encoding: gzip\r\n",
        "5;a=b\r\n",
        "0\r\n\r\n",
        "WARC/1.0\r\n",
        "WARC-Type: response\r\n",
        "WARC-Target-URI: http://a/\r\n",
        "\"log\"",
        "\"entries\"",
        "\"response\"",
        "\"content\"",
        "\"encoding\"",
        "\"base64\"",
        "\"body_base64\"",
        "\"headers\"",
    ];
    words.into_iter().map(|word| word.as_bytes().to_vec()).collect()
}

type Response<'a> = (&'a Case, &'a [u8]);

fn text(body: &[u8]) -> Value {
    String::from_utf8_lossy(body).into()
}

fn har(responses: [Response<'_>; 2]) -> String {
    let entries = responses.map(|(case, body)| {
        json!({
            "request": {"url": "https://graph.microsoft.com/v1.0"},
            "response": {
                "status": case.status.unwrap_or(200),
                "headers": [{"name": "Server", "value": "a"}],
                "content": {"size": body.len(), "text": text(body)},
            },
        })
    });
    json!({"log": {"version": "1.2", "entries": entries}}).to_string()
}

fn line((case, body): Response<'_>) -> String {
    let status = case.status.unwrap_or(200);
    format!("{}\n", json!({"status": status, "headers": [["Server", "a"]], "body": text(body)}))
}

fn message_of((case, body): Response<'_>) -> Vec<u8> {
    let length = body.len().to_string();
    let fields = [(&b"Content-Length"[..], length.as_bytes())];
    message::join(Some(case.status.unwrap_or(200)), fields, body)
}

fn warc(response: Response<'_>) -> Vec<u8> {
    let block = message_of(response);
    let length = block.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: <http://a/>\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), &block, b"\r\n\r\n"].concat()
}
