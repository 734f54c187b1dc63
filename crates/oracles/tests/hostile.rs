//! Inputs made to exhaust a reader: every oracle holds for them, and comes to an end.
//!
//! Nothing here is timed. An oracle, or a reader, that is worse than linear makes this test take
//! minutes instead of seconds.

use oracles::{ORACLES, message};

/// Deep enough that one stack frame a level does not fit.
const DEEP: usize = 100_000;
const MIB: usize = 1 << 20;
/// The longest header field that is read (DESIGN: limits), and a little more.
const FIELD: usize = (64 << 10) + 8;

fn repeated(piece: &str, length: usize) -> String {
    piece.repeat(length / piece.len())
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    [&open.repeat(DEEP), inside, &close.repeat(DEEP)].concat()
}

fn numbered(count: usize, item: impl Fn(usize) -> String, between: &str) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(between)
}

/// A document type whose entities would grow to 10^9 pieces, were they expanded.
fn billion_laughs() -> String {
    let entity = |level: usize| {
        let references = format!("&l{};", level - 1).repeat(10);
        format!("<!ENTITY l{level} \"{references}\">\n")
    };
    let head = "<?xml version=\"1.0\"?>\n<!DOCTYPE root [\n<!ENTITY l0 \"ha\">\n";
    let entities: String = (1..10).map(entity).collect();
    head.to_owned()
        + &entities
        + "]>\n<root><error errorCode=\"4701\"><errorMessage>&l9;</errorMessage></error></root>"
}

fn bodies() -> Vec<(&'static str, String)> {
    let error = |inner: &str| {
        format!("{{\"error\":{{\"code\":\"invalidRange\",\"message\":\"m\",{inner}}}}}")
    };
    vec![
        ("arrays, closed", nested("[", "", "]")),
        ("arrays, open", "[".repeat(DEEP)),
        ("a mebibyte of [", "[".repeat(MIB)),
        ("objects, closed", nested("{\"error\":", "1", "}")),
        ("objects, open", repeated("{\"Error\":", MIB)),
        (
            "inner errors",
            error(&format!(
                "\"innererror\":{}",
                nested("{\"code\":\"a\",\"innererror\":", "{}", "}")
            )),
        ),
        ("errors in lists", nested("{\"value\":[", "", "]}")),
        ("elements, closed", nested("<a>", "", "</a>")),
        ("elements, open", repeated("<error>", MIB)),
        ("errors in errors", nested("<root><error errorCode=\"4701\">", "", "</error></root>")),
        ("billion laughs", billion_laughs()),
        ("one long string", format!("\"{}\"", "a".repeat(MIB))),
        ("escapes", format!("{{\"code\":\"{}\"}}", repeated("\\ud834\\udd1e", MIB))),
        ("high halves", format!("\"{}\"", repeated("\\ud834", MIB))),
        ("quotes", "\"".repeat(MIB)),
        ("backslashes", format!("\"{}", "\\".repeat(MIB))),
        ("spaces", " ".repeat(MIB)),
        ("commas", ",".repeat(MIB)),
        ("NULs", "\0".repeat(MIB)),
        ("less-than signs", "<".repeat(MIB)),
        ("ampersands", format!("<root>{}</root>", "&".repeat(MIB))),
        ("references", format!("<root><error errorCode=\"{}\"/></root>", repeated("&#65;", MIB))),
        ("a huge number", "9".repeat(MIB)),
        ("a huge exponent", format!("{{\"code\":1e{}}}", "9".repeat(MIB))),
        ("a tiny number", format!("-0.{}1", "0".repeat(MIB))),
        ("one name many times", format!("{{{}}}", numbered(DEEP, |_| "\"code\":1".into(), ","))),
        (
            "many names",
            format!("{{{}}}", numbered(DEEP, |n| format!("\"n{n}\":\"ErrorCode\""), ",")),
        ),
        (
            "many errors",
            format!("[{}]", numbered(30_000, |_| "{\"Error\":{\"ErrorCode\":\"X\"}}".into(), ",")),
        ),
        (
            "many items",
            format!(
                "{{\"value\":[{}]}}",
                numbered(30_000, |_| "{\"error\":{\"code\":\"x\"}}".into(), ",")
            ),
        ),
        (
            "many attributes",
            format!("<error {}/>", numbered(30_000, |n| format!("a{n}=\"\""), " ")),
        ),
        (
            "one attribute many times",
            format!("<error {}/>", numbered(30_000, |_| "errorCode=\"1\"".into(), " ")),
        ),
        ("ends of CDATA", format!("<root><![CDATA[{}]]></root>", repeated("]]]]><![CDATA[>", MIB))),
        ("comments", format!("{}<root/>", repeated("<!---->", MIB))),
        ("a comment without an end", format!("<!--{}", "-".repeat(MIB))),
        ("an instruction without an end", format!("<?{}", "?".repeat(MIB))),
    ]
}

fn fields() -> Vec<(&'static str, String)> {
    vec![
        ("a quoted string", format!("Bearer realm=\"{}\"", "a".repeat(FIELD))),
        ("a quote without an end", format!("Bearer realm=\"{}", repeated("\\\"", FIELD))),
        ("parameters", format!("Bearer {}", numbered(FIELD / 8, |n| format!("p{n}=v"), ", "))),
        (
            "one parameter many times",
            format!("Bearer {}", numbered(FIELD / 8, |_| "error=v".into(), ",")),
        ),
        ("challenges", numbered(FIELD / 8, |n| format!("S{n}"), ", ")),
        ("a token68", format!("Negotiate {}==", "A".repeat(FIELD))),
        ("commas", ",".repeat(FIELD)),
        (
            "white space",
            format!("Bearer{}realm{}={}x", " ".repeat(FIELD), "\t".repeat(9), " ".repeat(9)),
        ),
        ("folds", format!("Bearer{}realm=x", repeated("\r\n ", FIELD))),
        ("equals signs", "=".repeat(FIELD)),
        ("digits", "9".repeat(FIELD)),
        ("zeros", "0".repeat(FIELD)),
        ("a date with a tail", format!("Sun, 06 Nov 1994 08:49:37 GMT{}", " ".repeat(FIELD))),
    ]
}

#[test]
fn bodies_that_are_made_to_exhaust() {
    for (what, body) in bodies() {
        for oracle in ORACLES {
            eprintln!("{}: {what}", oracle.name);
            (oracle.check)(body.as_bytes());
        }
        for status in [200, 500] {
            let message = message::join(Some(status), [], body.as_bytes());
            eprintln!("response {status}: {what}");
            oracles::response(&message);
        }
    }
}

#[test]
fn fields_that_are_made_to_exhaust() {
    for (what, value) in fields() {
        eprintln!("{what}");
        oracles::www_authenticate(value.as_bytes());
        oracles::retry_after(value.as_bytes());
        for name in ["WWW-Authenticate", "Retry-After", "Content-Type", "X"] {
            for length in [value.len(), FIELD - 9, FIELD - 8, FIELD - 7] {
                let value = &value.as_bytes()[..length.min(value.len())];
                oracles::response(&message::join(Some(401), [(name.as_bytes(), value)], b""));
            }
        }
    }
    let many =
        (0..10_000).map(|_| (&b"WWW-Authenticate"[..], &b"Bearer error=\"invalid_token\""[..]));
    oracles::response(&message::join(Some(401), many, b"{}"));
}

#[test]
fn every_prefix_of_every_documented_example() {
    let mut prefixes = 0;
    for case in faultbook_corpus::documented() {
        let values = case.headers.iter().map(|header| &*header.value);
        for whole in values.chain(case.body) {
            for length in 0..=whole.len() {
                let prefix = &whole[..length];
                for oracle in ORACLES {
                    (oracle.check)(prefix);
                }
                oracles::response(&message::join(Some(404), [], prefix));
                oracles::response(&message::join(
                    Some(401),
                    [(&b"WWW-Authenticate"[..], prefix)],
                    b"",
                ));
                prefixes += 1;
            }
        }
    }
    assert!(prefixes > 3_800, "{prefixes}");
}
