//! Tolerant reading and strict judging: what is given, and where findings point.

use std::collections::BTreeSet;

use ampache_error::{
    Advice, ApiError, CODE_AND_TEXT, CODES, Code, CompareError, EDITION, EDITION_4, EDITION_6,
    EDITION_8, EDITIONS, FOUR_PARTS, RULES, ReadError, STATUSES, TRANSLATED, TYPE_IS_PARAMETER,
    US_ENGLISH, check, compare, likeness,
};
use faultbook_core::{Edition, Finding, Likeness, Limits, Place, Response, Severity, Verdict};

/// Rule, bytes pointed at, pointer.
fn found(body: &[u8]) -> Vec<(&'static str, String, Option<String>)> {
    let judgement = check(&Response::new(body), &EDITION, &Limits::default());
    let describe = |finding: &Finding| match &finding.place {
        Place::Body { span, pointer } => (
            finding.rule.id,
            String::from_utf8_lossy(&body[span.clone()]).into_owned(),
            pointer.as_deref().map(str::to_owned),
        ),
        _ => (finding.rule.id, String::new(), None),
    };
    judgement.findings.iter().map(describe).collect()
}

/// The code, or where it is missing.
fn code(body: &str) -> Result<String, ReadError> {
    ApiError::from_bytes(body.as_bytes()).map(|error| error.code.as_str().to_owned())
}

#[test]
fn the_code_is_found_whatever_else_is_wrong() {
    for (body, expected) in [
        (r#"{"error":{"errorCode":4704}}"#, "4704"),
        (r#"{"error":{"errorCode":"4704"}} trailing"#, "4704"),
        ("\u{feff}{\"error\":{\"errorCode\":\"4704\"}}", "4704"),
        (r#"{"error":{"errorCode":"4701","errorCode":"4704"}}"#, "4704"),
        (r#"{"error":{"errorCode":"4701"},"error":{"errorCode":"4704"}}"#, "4704"),
        (r#"{"error":{"errorCode":"4704","errorMessage":{"x":[1]},"y":{}}}"#, "4704"),
        (r#"{"\u0065rror":{"error\u0043ode":"\u0034704"}}"#, "4704"),
        (r#"{"data":{"errorCode":"4704"}}"#, "4704"),
        (r#"{"errorMessage":"x","errorAction":"y","errorCode":"4704"}"#, "4704"),
        (r#"{"error":{"errorCode":""}}"#, ""),
        ("<root><error errorCode='4704'", "4704"),
        ("<root><error errorCode='4704'>", "4704"),
        ("<root><error errorCode = 4704 /></root>", "4704"),
        ("<root>&nbsp;& ]]><error a='1'a='2'errorCode='4704'></error></root>", "4704"),
        ("<root><!-- -- --><?xml?><error x errorCode='4704'/></root>", "4704"),
        ("\n\n<?xml version='1.0'?><root><error errorCode='4704'/></root>", "4704"),
        ("<root><error><errorCode><![CDATA[4704]]></errorCode></error></root>", "4704"),
        ("<x/>oops<root><error errorCode='4704'/></root>", "4704"),
        ("<root><error errorCode='4704'></wrong>", "4704"),
        ("<!DOCTYPE root [<!ENTITY e '5'>]><root><error errorCode='&e;'/></root>", "&e;"),
    ] {
        // A cut start tag is no element yet.
        let cut = body.ends_with("'4704'");
        match code(body) {
            Ok(code) => assert_eq!(code, expected, "{body}"),
            Err(error) => assert!(cut, "{body}: {error}"),
        }
    }
}

#[test]
fn why_no_error_could_be_read() {
    for (body, span, expected) in [
        ("", 0..0, "a value"),
        (r#"{"error":{}}"#, 9..10, "a code in `errorCode`"),
        (r#"{"error":{"errorCode":null}}"#, 9..10, "a code in `errorCode`"),
        (r#"{"song":[]}"#, 0..1, "an object with `errorCode` under `error`"),
        (r#"{"error":{"errorCode":"47"#, 25..25, "a character from U+0020 on, an escape or `\"`"),
        ("<root><error/></root>", 7..12, "a code in the attribute `errorCode`"),
        ("<root/>", 1..5, "an element `error` with the attribute `errorCode`"),
        ("<root>", 6..6, "an end tag for every open element"),
        ("<root><error errorCode='4704", 28..28, "a closing `'`"),
        ("<root>\u{1}</wrong>", 6..7, "a character that XML allows"),
    ] {
        let error = ApiError::from_bytes(body.as_bytes()).unwrap_err();
        assert_eq!((error.span(), error.expected()), (span, expected), "{body}");
    }
    // In an encoding that cannot be read the encoding is what is wrong.
    let error = ApiError::from_xml(b"\x4C\x6F\xA7\x94").unwrap_err();
    assert_eq!(error.span(), 0..4);
}

#[test]
fn findings_point_at_the_bytes() {
    let some = |text: &str| Some(text.to_owned());
    let latin = b"<?xml version='1.0' encoding='latin1'?><root><error errorCode='4704'><errorAction>\xE9</errorAction><errorType>\xE9</errorType><errormessage>\xE9</errormessage><x/></error></root>";
    assert_eq!(
        found(latin),
        [
            (
                "ampache/missing-message",
                "errormessage".to_owned(),
                some("/root/error/errormessage")
            ),
            ("ampache/unexpected-content", "x".to_owned(), some("/root/error/x")),
        ]
    );
    let body = "<root>\n <error errorCode='404' id='1'>text<errorAction>x<y/></errorAction><errorType/></error><song/></root>";
    assert_eq!(
        found(body.as_bytes()),
        [
            ("ampache/missing-message", "error".to_owned(), some("/root/error")),
            ("ampache/code-prefix", "404".to_owned(), some("/root/error/@errorCode")),
            ("ampache/unexpected-content", "id".to_owned(), some("/root/error/@id")),
            ("ampache/unexpected-content", "text".to_owned(), some("/root/error")),
            ("ampache/unexpected-content", "y".to_owned(), some("/root/error/errorAction/y")),
            ("ampache/missing-type", String::new(), some("/root/error/errorType")),
            ("ampache/error-with-data", "song".to_owned(), some("/root/song")),
        ]
    );
    let body = r#"{"a/b":1,"error":{"errorCode":true,"ERRORTYPE":"t","errorMessage":7,"x":1}}"#;
    assert_eq!(
        found(body.as_bytes()),
        [
            ("ampache/error-with-data", "\"a/b\"".to_owned(), some("/a~1b")),
            ("ampache/missing-action", "{".to_owned(), some("/error")),
            ("ampache/code-not-numeric", "true".to_owned(), some("/error/errorCode")),
            ("ampache/missing-type", "\"ERRORTYPE\"".to_owned(), some("/error/ERRORTYPE")),
            ("ampache/wrong-type", "7".to_owned(), some("/error/errorMessage")),
            ("ampache/unexpected-content", "\"x\"".to_owned(), some("/error/x")),
        ]
    );
}

#[test]
fn an_encoding_that_is_not_read_is_one_finding() {
    let found = found(b"\xFF\xFE\0\0<\0\0\0");
    assert_eq!(found, [("common/not-utf8", "\u{fffd}\u{fffd}\0\0".to_owned(), None)]);
}

#[test]
fn a_missing_part_is_told_from_what_was_received() {
    let body = br#"{"error":{"errorCode":"4704","errorAction":"a","errorMessage":"m"}}"#;
    let findings = check(&Response::new(body), &EDITION, &Limits::default()).findings;
    assert_eq!(findings[0].rule.title, "this error has no errorType");
    assert_eq!(findings[0].received, "`errorCode`, `errorAction` and `errorMessage`");
}

#[test]
fn errors_are_where_they_stand() {
    let body = b"<root>\n<error errorCode='4704'></error></root>";
    let located = &check(&Response::new(body), &EDITION, &Limits::default()).errors[0];
    assert_eq!(&body[located.span.clone()], b"<error errorCode='4704'></error>");
    let body = br#" {"error" : {"errorCode":"4704"} }"#;
    let located = &check(&Response::new(body), &EDITION, &Limits::default()).errors[0];
    assert_eq!(&body[located.span.clone()], br#"{"errorCode":"4704"}"#);
}

#[test]
fn the_documented_layout_is_written() {
    for case in faultbook_corpus::documented().filter(|case| case.service() == "ampache") {
        let body = std::str::from_utf8(case.body.unwrap()).unwrap();
        let error = ApiError::from_bytes(body.as_bytes()).unwrap();
        let written = if body.starts_with('<') { error.to_xml().unwrap() } else { error.to_json() };
        // 4700 and 4703 are indented by four spaces, the other XML examples by tabs.
        assert_eq!(written, body.replace('\t', "    "), "{}", case.id);
    }
}

#[test]
fn limits_are_findings() {
    let limits = Limits { xml_depth: 2, body: 100, findings: 2, ..Limits::default() };
    for (body, rules) in [
        ("<a><b><c/></b></a>".to_owned(), vec!["common/limit"]),
        (" ".repeat(101), vec!["common/limit"]),
        (
            r#"{"error":{}}"#.to_owned(),
            vec!["ampache/missing-action", "ampache/missing-code", "common/limit"],
        ),
    ] {
        let judgement = check(&Response::new(body.as_bytes()), &EDITION, &limits);
        let found: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(found, rules, "{body}");
        assert_eq!(judgement.verdict, Verdict::Malformed, "{body}");
    }
}

#[test]
fn how_sure_it_is() {
    for (body, expected) in [
        // In `error`.
        (r#"{"error":{"errorCode":"1"}}"#, Likeness::Sure),
        (r#"{"error":{"errorCode":null}}"#, Likeness::Sure),
        (r#"{"error":{"errorcode":"1"}}"#, Likeness::Sure),
        (r#"{"error":{"errorAction":"x","errortype":"y"}}"#, Likeness::Sure),
        (r#"{"error":{"code":"4704","errorType":"x","errorMessage":"y"}}"#, Likeness::Sure),
        (r#"{"error":{"errormessage":"x"}}"#, Likeness::Shape),
        (r#"{"error":{"errorAction":"x"}}"#, Likeness::Shape),
        (r#"{"error":{}}"#, Likeness::No),
        (r#"{"error":"x"}"#, Likeness::No),
        // Elsewhere.
        (r#"{"errorCode":"4704"}"#, Likeness::Sure),
        (r#"{"errorCode":4704}"#, Likeness::Sure),
        (r#"{"error":"x","errorCode":"4704"}"#, Likeness::Sure),
        (r#"{"errors":[{"errorCode":"5000","errorType":"x"}]}"#, Likeness::Sure),
        (r#"{"data":{"errorCode":"5000","errorAction":"x"}}"#, Likeness::Sure),
        (r#"{"errorMessage":"x","errorType":"TypeError"}"#, Likeness::No),
        (r#"{"errorMessage":"x","errorCode":"024","code":"UNAUTHORIZED"}"#, Likeness::No),
        (r#"{"errorCode":"470","errorMsg":null}"#, Likeness::No),
        (r#"{"errors":[{"message":"x","errorCode":"COLLECTION_NOT_FOUND"}]}"#, Likeness::No),
        (r#"{"data":{"errorCode":"0","errorMessage":"ok"},"list":[1]}"#, Likeness::No),
        (r#"{"data":{"code":"4704","errorType":"x"}}"#, Likeness::No),
        // Of the older shape.
        (r#"{"error":{"code":"404","message":"x"}}"#, Likeness::Shape),
        (r#"{"error":{"code":404,"message":"x"}}"#, Likeness::Shape),
        (r#"{"error":{"code":"404"}}"#, Likeness::Shape),
        (r#"{"error":{"code":"404","text":"x"}}"#, Likeness::Sure),
        (r#"{"error":{"code":404,"value":"x"}}"#, Likeness::Sure),
        (r#"{"error":{"code":"404","text":"x","message":"y"}}"#, Likeness::Shape),
        (r#"{"error":{"code":"404","value":{}}}"#, Likeness::Shape),
        (r#"{"error":{"code":"itemNotFound","message":"x"}}"#, Likeness::No),
        (r#"{"error":{"code":"itemNotFound","text":"x"}}"#, Likeness::No),
        (r#"{"error":{"code":"","text":"x"}}"#, Likeness::No),
        (r#"{"error":{"code":40.4,"message":"x"}}"#, Likeness::No),
        (r#"{"error":{"text":"x"}}"#, Likeness::No),
        (r#"{"song":[]}"#, Likeness::No),
        (r#"{"subsonic-response":{}}"#, Likeness::No),
        (r#"{"subsonic-response":{},"errorCode":"4704"}"#, Likeness::No),
        // In XML the same.
        ("<root><error errorCode='1'/></root>", Likeness::Sure),
        ("<a><b><error errorCode='1'/></b></a>", Likeness::Sure),
        ("<error><errorAction/><errorType/></error>", Likeness::Sure),
        ("<root><error><errorMessage/></error></root>", Likeness::Shape),
        ("<root><error code='401'>x</error></root>", Likeness::Shape),
        ("<root><error code='E401'>x</error></root>", Likeness::No),
        ("<root><error>x</error></root>", Likeness::No),
        ("<root><Error errorCode='4704'/></root>", Likeness::Sure),
        ("<root><Error errorCode='1'><errorType/></Error></root>", Likeness::Sure),
        ("<root><Error errorCode='1'><errorMessage/></Error></root>", Likeness::No),
        ("<subsonic-response><error code='40'/></subsonic-response>", Likeness::No),
        ("<root/>", Likeness::No),
        ("plain text", Likeness::No),
        ("", Likeness::No),
    ] {
        assert_eq!(likeness(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn an_older_error_has_one_message() {
    let some = |text: &str| Some(text.to_owned());
    let legacy = ("ampache/legacy-shape", "\"code\"".to_owned(), some("/error/code"));
    let unexpected = |name: &str| {
        ("ampache/unexpected-content", format!("\"{name}\""), Some(format!("/error/{name}")))
    };
    for (members, message, extra) in [
        (r#""code":"4701""#, None, None),
        (r#""code":"4701","message":"m""#, Some("m"), None),
        (r#""code":"4701","text":"t""#, Some("t"), None),
        (r#""code":"4701","value":"v""#, Some("v"), None),
        (r#""code":"4701","value":"v","text":"t""#, Some("t"), Some("value")),
        (r#""code":"4701","value":"v","text":"t","message":"m""#, Some("m"), Some("value")),
        (r#""code":"4701","text":"t","x":1,"y":2"#, Some("t"), Some("x")),
        (r#""code":"4701","x":1"#, None, Some("x")),
    ] {
        let body = format!("{{\"error\":{{{members}}}}}");
        let error = ApiError::from_json(body.as_bytes()).unwrap();
        assert_eq!((error.code.as_str(), error.message.as_deref()), ("4701", message), "{body}");
        let expected: Vec<_> =
            std::iter::once(legacy.clone()).chain(extra.map(unexpected)).collect();
        assert_eq!(found(body.as_bytes()), expected, "{body}");
    }
    // Beside the documented code none of them belongs.
    let body = br#"{"error":{"errorCode":"4704","errorAction":"a","errorType":"t","errorMessage":"m","value":"v","text":"t"}}"#;
    assert_eq!(found(body), [unexpected("value")]);
    // A message is a string.
    let body = br#"{"error":{"code":"4701","text":7}}"#;
    let wrong = ("ampache/wrong-type", "7".to_owned(), some("/error/text"));
    assert_eq!(found(body), [legacy, wrong]);
}

#[test]
fn an_answer_of_the_other_api_is_named() {
    for (body, received) in [
        (r#"{"subsonic-response":{"status":"failed"}}"#, "a failed response"),
        (
            r#"{"subsonic-response":{"error":{"code":40},"status":"\u0066ailed"}}"#,
            "a failed response",
        ),
        (r#"{"subsonic-response":{"status":"ok","x":{"status":"failed"}}}"#, "a response"),
        (r#"{"subsonic-response":{"status":false}}"#, "a response"),
        (r#"{"subsonic-response":"failed"}"#, "a response"),
        (
            "<subsonic-response status='failed'><error code='40'/></subsonic-response>",
            "a failed response",
        ),
        ("<subsonic-response status='ok'><x status='failed'/></subsonic-response>", "a response"),
        ("<subsonic-response/>", "a response"),
    ] {
        let judgement = check(&Response::new(body.as_bytes()), &EDITION, &Limits::default());
        assert_eq!((judgement.verdict, judgement.findings.len()), (Verdict::None, 1), "{body}");
        let finding = &judgement.findings[0];
        assert_eq!(finding.rule.id, "ampache/other-api");
        assert_eq!(finding.received, format!("{received} named `subsonic-response`"), "{body}");
        let Place::Body { span, pointer } = &finding.place else { panic!("{body}") };
        assert_eq!(body[span.clone()].trim_matches('"'), "subsonic-response");
        assert_eq!(pointer.as_deref(), Some("/subsonic-response"));
    }
    // A cut answer is still one.
    let rules: Vec<_> = found(br#"{"subsonic-response":{"status":"failed","#)
        .into_iter()
        .map(|(rule, ..)| rule)
        .collect();
    assert_eq!(rules, ["ampache/other-api", "common/malformed-json"]);
}

#[test]
fn a_success_that_is_no_answer_is_one_finding() {
    const ERROR: &str = r#"{"error":{"errorCode":"4704"}}"#;
    for (body, expected) in [
        (b"".to_vec(), Some("common/empty-body")),
        (b"\r\n".to_vec(), Some("common/empty-body")),
        (b"<!DOCTYPE html><html>".to_vec(), Some("common/not-an-error-body")),
        (b"Maintenance".to_vec(), Some("common/not-an-error-body")),
        (
            format!("<br />\n<b>Warning</b>: x<br />\n{ERROR}").into(),
            Some("common/not-an-error-body"),
        ),
        (format!("Deprecated: x on line 3\n{ERROR}").into(), Some("common/not-an-error-body")),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0".to_vec(), None),
        (b"{}".to_vec(), None),
        (b"<root/>".to_vec(), None),
    ] {
        let response = Response { status: Some(200), fields: &[], body: &body };
        let judgement = check(&response, &EDITION, &Limits::default());
        let ids: Vec<_> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(ids, Vec::from_iter(expected), "{body:?}");
        let verdict = if expected.is_some() { Verdict::Malformed } else { Verdict::None };
        assert_eq!(judgement.verdict, verdict, "{body:?}");
    }
}

#[test]
fn comparing_needs_two_errors() {
    let xml = b"<root><error errorCode='4704'/></root>";
    assert!(matches!(compare(b"{}", xml), Err(CompareError::First(ReadError::Absent { .. }))));
    assert!(matches!(compare(xml, b"{"), Err(CompareError::Second(ReadError::Fault(_)))));
    assert_eq!(compare(xml, br#"{"error":{"errorCode":4704,"errorType":null}}"#), Ok(Vec::new()));
}

#[test]
fn codes_and_rules() {
    assert_eq!(Code::new("4742"), Code::FailedAccessCheck);
    // Only version 8 has it: it is a code with a name and no row.
    assert_eq!(Code::from("4702"), Code::Generic);
    assert_eq!(Code::Generic.to_string(), "4702");
    assert_eq!((Code::Generic.row(), Code::Generic.is_documented()), (None, false));
    assert_eq!(Code::Generic.into_owned(), Code::Generic);
    assert!(!Code::from("4799").is_documented());
    assert_eq!(Code::InvalidHandshake.advice(), Some(Advice::Temporary));
    assert_eq!(Code::Missing.advice(), Some(Advice::Fatal));
    assert_eq!(Code::Depreciated.advice(), Some(Advice::Fatal));
    assert_eq!(Code::BadRequest.advice(), Some(Advice::DoNotRepeat));
    assert_eq!(Code::NotFound.advice(), None);
    assert!(STATUSES.is_empty());
    assert_eq!(EDITION.to_string(), "ampache@5");
    for rule in RULES {
        assert_eq!(rule.service(), "ampache");
        assert!(!rule.promise().is_empty() && !rule.why().is_empty(), "{}", rule.id);
    }
    let notes = RULES.iter().filter(|rule| rule.severity == Severity::Note).count();
    assert_eq!((RULES.len(), notes), (19, 1));
}

#[test]
fn the_tables_of_other_editions() {
    let table = |edition: &'static Edition| {
        let rows = edition.codes.iter().map(|row| (row.code, row.statuses.to_vec()));
        rows.collect::<Vec<(&str, Vec<u16>)>>()
    };
    let statuses = [403, 401, 500, 403, 404, 400, 410, 400, 403].map(|status: u16| vec![status]);
    let codes = ["4700", "4701", "4702", "4703", "4704", "4705", "4706", "4710", "4742"];
    assert_eq!(table(&EDITION_8), codes.into_iter().zip(statuses).collect::<Vec<_>>());
    let codes: Vec<_> = EDITION_4.codes.iter().map(|row| row.code).collect();
    assert_eq!(codes, ["501", "400", "401", "403", "404", "405", "412"]);
    assert_eq!(EDITION_6.codes, EDITION.codes);
    // The statuses of a table are those of its codes, and summaries tell codes apart.
    for edition in EDITIONS {
        let own: BTreeSet<u16> = edition.statuses.iter().map(|row| row.status).collect();
        let of_codes = edition.codes.iter().flat_map(|row| row.statuses).copied();
        assert_eq!(own, of_codes.collect(), "{edition}");
        let summaries: BTreeSet<&str> = edition.codes.iter().map(|row| row.summary).collect();
        assert_eq!(summaries.len(), edition.codes.len(), "{edition}");
    }
    for row in EDITION_8.codes {
        let same = CODES.iter().find(|own| own.code == row.code);
        let same = same.map(|own| (own.name, own.summary));
        assert!(row.code == "4702" || same == Some((row.name, row.summary)), "{}", row.code);
    }
    let clauses = |edition: &Edition| {
        [&FOUR_PARTS, &CODE_AND_TEXT, &TYPE_IS_PARAMETER, &US_ENGLISH, &TRANSLATED]
            .map(|clause| edition.says(clause))
    };
    assert_eq!(clauses(&EDITION), [true, false, false, false, true]);
    assert_eq!(clauses(&EDITION_4), [false, true, false, false, true]);
    assert_eq!(clauses(&EDITION_6), [true, false, true, false, false]);
    assert_eq!(clauses(&EDITION_8), [true, false, true, true, false]);
}

/// Where another edition documents what was received, the finding names it; and only there.
#[test]
fn findings_name_the_edition_that_documents_it() {
    let five = "documented in ampache@5, ampache@4, ampache@6: --edition ampache@5";
    let rest = r#""errorAction":"a","errorType":"b","errorMessage":"c""#;
    for (edition, status, body, expected) in [
        (
            &EDITION,
            500,
            r#"{"error":{"errorCode":"4702",REST}}"#,
            [("ampache/unknown-code", Some("documented in ampache@8: --edition ampache@8"))]
                .as_slice(),
        ),
        (
            &EDITION,
            500,
            r#"{"error":{"errorCode":"4799",REST}}"#,
            &[("ampache/unknown-code", None)],
        ),
        (
            &EDITION,
            200,
            r#"{"error":{"code":"404","message":"c"}}"#,
            &[
                ("ampache/legacy-shape", Some("documented in ampache@4: --edition ampache@4")),
                ("ampache/code-prefix", Some("documented in ampache@4: --edition ampache@4")),
            ],
        ),
        (&EDITION, 200, r#"{"error":{"errorCode":"900",REST}}"#, &[("ampache/code-prefix", None)]),
        (
            &EDITION_8,
            200,
            r#"{"error":{"errorCode":"4704",REST}}"#,
            &[("ampache/success-status", Some(five))],
        ),
        (
            &EDITION_8,
            403,
            r#"{"error":{"errorCode":"4704",REST}}"#,
            &[("ampache/status-differs", None)],
        ),
        (
            &EDITION,
            404,
            " ",
            &[("common/empty-body", Some("documented in ampache@8: --edition ampache@8"))],
        ),
        (&EDITION, 500, " ", &[("common/empty-body", None)]),
        (
            &EDITION,
            404,
            r#"{"song":[]}"#,
            &[("common/not-an-error-body", Some("documented in ampache@8: --edition ampache@8"))],
        ),
        (&EDITION_8, 404, r#"{"song":[]}"#, &[]),
        (&EDITION_8, 404, "", &[]),
        (&EDITION_8, 200, r#"{"song":[]}"#, &[]),
        (&EDITION_8, 200, "", &[]),
        (&EDITION_4, 200, r#"{"error":{"code":404,"message":"c"}}"#, &[]),
        (&EDITION_4, 200, r#"{"error":{"code":"404"}}"#, &[("ampache/missing-message", None)]),
        (
            &EDITION_4,
            200,
            r#"{"error":{"code":"","message":null}}"#,
            &[("ampache/missing-code", None), ("ampache/missing-message", None)],
        ),
        (
            &EDITION_4,
            200,
            r#"<root><error code="404" errorAction="x">c</error></root>"#,
            &[
                (
                    "ampache/newer-shape",
                    Some("documented in ampache@5, ampache@6, ampache@8: --edition ampache@5"),
                ),
                ("ampache/unexpected-content", None),
                ("ampache/unexpected-content", None),
            ],
        ),
    ] {
        let body = body.replace("REST", rest);
        let response = Response::new(body.as_bytes()).with_status(status);
        let findings = check(&response, edition, &Limits::default()).findings;
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.rule.id, finding.help.as_deref())).collect();
        assert_eq!(found, expected, "{edition} {status} {body}");
    }
}

#[test]
fn what_an_error_says_of_itself() {
    let error = ApiError {
        action: Some("scrobble".into()),
        message: Some("Not Found".into()),
        ..ApiError::new("4704")
    };
    assert_eq!(error.to_string(), "4704 in scrobble: Not Found");
    assert_eq!(error.clone().into_owned(), error);
}

#[cfg(feature = "serde")]
#[test]
fn serde_has_the_documented_names() {
    let json = r#"{"errorCode":"4704","errorAction":"a","errorMessage":"m"}"#;
    let error: ApiError<'_> = serde_json::from_str(json).unwrap();
    assert_eq!((error.code.clone(), error.error_type.clone()), (Code::NotFound, None));
    assert_eq!(serde_json::to_string(&error).unwrap(), json);
}
