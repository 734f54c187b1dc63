//! Tolerant reading and strict judging of what servers were seen to send, and what they might.

use faultbook_core::{
    Field, Finding, Judgement, Likeness, Limits, Place, ReadError, Response, Verdict,
};
use groove_error::{
    Advice, ApiError, CODES, Code, EDITION, RULES, STATUSES, check, errors, likeness,
};

fn judge(status: Option<u16>, body: &[u8]) -> Judgement<ApiError<'_>> {
    check(&Response { status, fields: &[], body }, &EDITION, &Limits::default())
}

/// Rule, bytes pointed at, pointer.
fn found<'b>(body: &'b [u8], findings: &[Finding]) -> Vec<(&'static str, &'b str, Option<String>)> {
    findings
        .iter()
        .map(|finding| match &finding.place {
            Place::Body { span, pointer } => (
                finding.rule.id,
                std::str::from_utf8(&body[span.clone()]).unwrap(),
                pointer.as_deref().map(str::to_owned),
            ),
            _ => (finding.rule.id, "", None),
        })
        .collect()
}

/// The code, or where it is missing.
fn code(body: &str) -> Result<String, ReadError> {
    ApiError::from_json(body.as_bytes()).map(|error| error.code.as_str().to_owned())
}

#[test]
fn the_code_is_found_whatever_else_is_wrong() {
    for (body, expected) in [
        (r#"{"ErrorCode":"DELIVERY_ERROR","Description":"d"}"#, "DELIVERY_ERROR"),
        (r#"{"Error":{"Description":"d","ErrorCode":"DELIVERY_ERROR"}}"#, "DELIVERY_ERROR"),
        ("\u{FEFF}{\"ErrorCode\":\"A\"}", "A"),
        (r#"{"ErrorCode":"A"} <!-- x -->"#, "A"),
        (r#"{"ErrorCode":"A","Descr"#, "A"),
        (r#"{"Error":{"ErrorCode":"A","Description":"d"#, "A"),
        (r#"{"ErrorCode":"A",}"#, "A"),
        (r#"{"ErrorCode":404}"#, "404"),
        (r#"{"ErrorCode":1e3,"Description":null}"#, "1e3"),
        (r#"{"ErrorCode":""}"#, ""),
        (r#"{"ErrorCode":"A","ErrorCode":"B"}"#, "B"),
        (r#"{"Error":{"ErrorCode":"A"},"Error":{"ErrorCode":"B"}}"#, "B"),
        (r#"{"Error":{"ErrorCode":"A"},"Error":{}}"#, "A"),
        (r#"{"ErrorCode":"A","Description":{"x":[1]},"Message":false,"Other":[{}]}"#, "A"),
        (r#"{"ErrorCode":"A","Error":"x"}"#, "A"),
        (r#"{"ErrorCode":"A","Error":null}"#, "A"),
        (r#"{"\u0045rror":{"Error\u0043ode":"\u0041"}}"#, "A"),
        (r#"{"error":{"ErrorCode":"A"}}"#, "A"),
        (r#"{"Tracks":{"Items":[{"Id":"1"},{"ERROR":{"ErrorCode":"A"}}]}}"#, "A"),
        (r#"[{"Error":{"ErrorCode":"A"}}]"#, "A"),
        (r#"[[[{"x":{"Error":{"ErrorCode":"A"}}}]]]"#, "A"),
        // The response's own error comes before that of an item.
        (r#"{"Items":[{"Error":{"ErrorCode":"B"}}],"Error":{"ErrorCode":"A"}}"#, "A"),
        (r#"{"Items":[{"Error":{"ErrorCode":"B"}}],"ErrorCode":"A"}"#, "A"),
        (r#"{"Items":[{"Error":{"ErrorCode":"A"}},{"Error":{"ErrorCode":"B"}}]}"#, "A"),
        (r#"{"Items":[{"Error":{"ErrorCode":null}},{"Error":{"ErrorCode":"A"}}]}"#, "A"),
    ] {
        assert_eq!(code(body).as_deref(), Ok(expected), "{body}");
    }
}

#[test]
fn where_there_is_no_code_the_error_says_where_it_should_be() {
    for (body, span, text) in [
        ("", 0..0, "found the end at byte 0, expected a value"),
        ("{\"Error\":", 9..9, "found the end at byte 9, expected a value"),
        (r#"{"ErrorCode":"A"#, 15..15, "found the end at byte 15"),
        ("<html>", 0..1, "found `<` at byte 0, expected a value"),
        (r#"{"ErrorCode":null}"#, 0..18, "no error at byte 0, expected a code in `ErrorCode`"),
        (r#" {"ErrorCode":true} x"#, 1..19, "no error at byte 1, expected a code in `ErrorCode`"),
        (r#"{"ErrorCode":[],"x":1}"#, 0..22, "no error at byte 0"),
        (r#"{"ErrorCode":{"ErrorCode":"A"}}"#, 0..31, "no error at byte 0"),
        (r#"{"errorCode":"A"}"#, 0..17, "no error at byte 0"),
        (r#"{"a":1,"Error":{"Message":"m"}}"#, 15..30, "no error at byte 15"),
        (r#"{"Error":["ErrorCode","A"]}"#, 9..26, "no error at byte 9"),
        ("{}", 0..2, "no error at byte 0, expected an object with `ErrorCode`, bare or under"),
        ("\"ErrorCode\"", 0..11, "no error at byte 0, expected an object"),
        ("[\"Error\",{\"ErrorCode\":\"A\"}]", 0..27, "no error at byte 0, expected an object"),
    ] {
        let error = ApiError::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(error.span(), span, "{body}");
        assert!(error.to_string().starts_with(text), "{body}: {error}");
    }
}

#[test]
fn members_that_are_no_strings_are_absent() {
    let body = br#"{"ErrorCode":"A","Description":7,"Message":null}"#;
    assert_eq!(ApiError::from_json(body), Ok(ApiError::new("A")));
    let body = br#"{"ErrorCode":"A","Description":"","Message":"\ud83c\udfb5\n"}"#;
    let error = ApiError::from_json(body).unwrap();
    assert_eq!(error.description.as_deref(), Some(""));
    assert_eq!(error.message.as_deref(), Some("\u{1F3B5}\n"));
}

#[test]
fn findings_point_at_the_bytes_that_differ() {
    let at = |rule, bytes, pointer: &str| (rule, bytes, Some(pointer.to_owned()));
    for (body, expected) in [
        (r#" {"Description":"d"}"#, vec![at("groove/missing-error-code", "{", "")]),
        (
            r#"{"a":[{"Error":{"ErrorCode":"CATALOG_NO_RESULT"}}]}"#,
            vec![at("groove/missing-description", "{", "/a/0/Error")],
        ),
        (
            r#"{"Error":{"errorcode":"CATALOG_NO_RESULT","Description":"d"}}"#,
            vec![at("groove/missing-error-code", "\"errorcode\"", "/Error/errorcode")],
        ),
        (
            r#"{"ErrorCode":"","Description":""}"#,
            vec![
                at("groove/missing-error-code", "\"\"", "/ErrorCode"),
                at("groove/missing-description", "\"\"", "/Description"),
            ],
        ),
        (
            r#"{"ErrorCode":404,"Description":[ 1 ],"Message":{}}"#,
            vec![
                at("groove/wrong-type", "404", "/ErrorCode"),
                at("groove/wrong-type", "[ 1 ]", "/Description"),
                at("groove/wrong-type", "{}", "/Message"),
            ],
        ),
        (
            r#"{"ErrorCode":"CATALOG-NO-RESULT","Description":"d"}"#,
            vec![at("groove/unknown-code", "\"CATALOG-NO-RESULT\"", "/ErrorCode")],
        ),
        (
            r#"{"ErrorCode":"CATALOG_NO_RESULT","Description":"d","a~/b":0,"c":[{"Error":1}]}"#,
            vec![
                at("groove/unknown-member", "\"a~/b\"", "/a~0~1b"),
                at("groove/wrong-type", "1", "/c/0/Error"),
            ],
        ),
        (
            r#"{"ErrorCode":"CATALOG_NO_RESULT","Description":"d","message":"m","errorCode":1}"#,
            vec![
                at("groove/unknown-member", "\"message\"", "/message"),
                at("groove/unknown-member", "\"errorCode\"", "/errorCode"),
            ],
        ),
        (r#"{"Error":"no"}"#, vec![at("groove/wrong-type", "\"no\"", "/Error")]),
        (r#"{"Error":[{}]}"#, vec![at("groove/wrong-type", "[{}]", "/Error")]),
        (
            r#"{"error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"d"}}"#,
            vec![at("groove/error-casing", "\"error\"", "/error")],
        ),
        (
            r#"{"Error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"d","Description":"e"}}"#,
            vec![at("common/duplicate-member", "\"Description\"", "/Error/Description")],
        ),
        (
            r#"{"Error":{"ErrorCode":"NO","Description":"d","x":1,,}}"#,
            vec![
                at("groove/unknown-code", "\"NO\"", "/Error/ErrorCode"),
                at("groove/unknown-member", "\"x\"", "/Error/x"),
                ("common/malformed-json", ",", None),
            ],
        ),
        (
            r#"{"a":{"Error":{"ErrorCode":"NO","x":[[tru"#,
            vec![
                at("groove/unknown-code", "\"NO\"", "/a/Error/ErrorCode"),
                ("common/malformed-json", "", None),
            ],
        ),
        (
            r#"{"ErrorCode":"NO","Description":"d"} }"#,
            vec![
                at("groove/unknown-code", "\"NO\"", "/ErrorCode"),
                ("common/trailing-content", "}", None),
            ],
        ),
        // Another member of a response may have a name such as these.
        (r#"{"Description":"of a playlist","Items":[]}"#, vec![]),
        (
            r#"{"Error":null,"Description":7}"#,
            vec![
                at("groove/wrong-type", "7", "/Description"),
                at("groove/missing-error-code", "{", ""),
            ],
        ),
        (r#"{"error":{"code":"x"},"message":"m"}"#, vec![]),
        (
            r#"{"error":[{"Error":{"ErrorCode":"NO","Description":"d"}}]}"#,
            vec![at("groove/unknown-code", "\"NO\"", "/error/0/Error/ErrorCode")],
        ),
    ] {
        let mut expected = expected;
        expected.sort_by_key(|(_, bytes, _)| body.find(bytes));
        let judgement = judge(None, body.as_bytes());
        let mut got = found(body.as_bytes(), &judgement.findings);
        got.sort_by_key(|(_, bytes, _)| body.find(bytes));
        assert_eq!(got, expected, "{body}");
    }
}

#[test]
fn help_names_what_was_meant() {
    let help = |body: &str| judge(None, body.as_bytes()).findings[0].help.clone();
    for (code, meant) in [
        ("CATALOG-NO-RESULT", Some("CATALOG_NO_RESULT")),
        ("catalog_no_result", Some("CATALOG_NO_RESULT")),
        ("CATALOG_NO_RESULTS", Some("CATALOG_NO_RESULT")),
        ("DELIVERY_EROR", Some("DELIVERY_ERROR")),
        ("SOMETHING_ELSE", None),
    ] {
        let body = format!(r#"{{"ErrorCode":"{code}","Description":"d"}}"#);
        assert_eq!(help(&body), meant.map(|meant| format!("did you mean `{meant}`?")), "{code}");
    }
    let exactly = |name| Some(format!("names are compared exactly: write `{name}`"));
    assert_eq!(help(r#"{"errorCode":"DELIVERY_ERROR","Description":"d"}"#), exactly("ErrorCode"));
    assert_eq!(
        help(r#"{"ERROR":{"ErrorCode":"DELIVERY_ERROR","Description":"d"}}"#),
        exactly("Error")
    );
    assert_eq!(
        help(r#"{"ErrorCode":"DELIVERY_ERROR","Description":"d","MESSAGE":"m"}"#),
        exactly("Message")
    );
}

#[test]
fn the_status_is_compared_for_the_responses_own_error_only() {
    let ids = |status, body: &str| -> Vec<&str> {
        judge(Some(status), body.as_bytes()).findings.iter().map(|f| f.rule.id).collect()
    };
    let bare = r#"{"ErrorCode":"CATALOG_NO_RESULT","Description":"d"}"#;
    let item = r#"{"a":[{"Error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"d"}}]}"#;
    let partial = r#"{"Error":{"ErrorCode":"CATALOG_INVALID_DATA","Description":"d"}}"#;
    let unknown = r#"{"Error":{"ErrorCode":"X","Description":"d"}}"#;
    let cased = r#"{"error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"d"}}"#;
    assert_eq!(ids(404, bare), [""; 0]);
    assert_eq!(ids(200, bare), ["groove/status-differs"]);
    assert_eq!(ids(503, bare), ["groove/status-differs"]);
    assert_eq!(ids(410, bare), ["groove/undocumented-status"]);
    assert_eq!(ids(200, item), [""; 0]);
    assert_eq!(ids(502, item), [""; 0]);
    assert_eq!(ids(207, item), ["groove/undocumented-status"]);
    assert_eq!(ids(200, partial), [""; 0]);
    assert_eq!(ids(500, partial), ["groove/status-differs"]);
    assert_eq!(ids(500, unknown), ["groove/unknown-code"]);
    assert_eq!(ids(500, cased), ["groove/status-differs", "groove/error-casing"]);
    let judgement = judge(Some(200), bare.as_bytes());
    assert_eq!(judgement.findings[0].received, "200 with `CATALOG_NO_RESULT`");
    assert_eq!(
        judgement.findings[0].documented,
        "the default status of `CATALOG_NO_RESULT` is 404"
    );
}

#[test]
fn verdicts() {
    use Verdict::{Error, Malformed, None as Nothing};
    for (status, body, verdict, ids) in [
        (Some(200), "", Nothing, &[][..]),
        (Some(204), "", Nothing, &[]),
        (None, "", Malformed, &["common/empty-body"]),
        (Some(503), "\r\n", Malformed, &["common/empty-body"]),
        (Some(504), "", Malformed, &["groove/undocumented-status", "common/empty-body"]),
        (None, "<html>", Malformed, &["common/not-an-error-body"]),
        (Some(200), "<html>", Nothing, &[]),
        (Some(502), "Bad Gateway", Malformed, &["common/not-an-error-body"]),
        (Some(500), "<Error/>", Malformed, &["common/not-an-error-body"]),
        (None, "{}", Nothing, &[]),
        (Some(301), "{}", Nothing, &[]),
        (Some(500), " {}", Malformed, &["common/not-an-error-body"]),
        (Some(500), "{\"Error\":null}", Malformed, &["common/not-an-error-body"]),
        (Some(200), "{\"Error\":null}", Nothing, &[]),
        (Some(200), "{\"Tracks\":[", Malformed, &["common/malformed-json"]),
        (Some(200), "{\"Tracks\":[]} }", Nothing, &["common/trailing-content"]),
        (Some(200), "{\"Error\":1}", Malformed, &["groove/wrong-type"]),
        (
            Some(404),
            "{\"ErrorCode\":\"DELIVERY_ERROR\",\"Description\":\"d\"",
            Error,
            &["common/malformed-json"],
        ),
    ] {
        let judgement = judge(status, body.as_bytes());
        let got: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!((judgement.verdict, &got[..]), (verdict, ids), "{status:?} {body}");
    }
    let judgement = judge(Some(500), b"\xEF\xBB\xBF [1]");
    assert_eq!(judgement.findings[1].place, Place::value(4..5, Some("")));
}

#[test]
fn the_media_type_is_held_against_the_body() {
    let body = br#"{"ErrorCode":"DELIVERY_ERROR","Description":"d"}"#;
    for (media_type, ids) in [
        ("application/json", &[][..]),
        ("Application/JSON; charset=utf-8", &[]),
        ("application/problem+json", &[]),
        ("text/html", &["common/content-type"]),
    ] {
        let fields = [Field { name: b"content-TYPE", value: media_type.as_bytes() }];
        let response = Response::new(body).with_status(404).with_fields(&fields);
        let judgement = check(&response, &EDITION, &Limits::default());
        let got: Vec<&str> = judgement.findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!(got, ids, "{media_type}");
        assert_eq!(judgement.verdict, Verdict::Error);
    }
    // What calls itself JSON is read as JSON.
    let fields = [Field { name: b"Content-Type", value: b"application/json" }];
    let response = Response::new(b"nul").with_status(404).with_fields(&fields);
    let judgement = check(&response, &EDITION, &Limits::default());
    assert_eq!(judgement.findings[0].rule.id, "common/malformed-json");
    assert_eq!(judgement.findings[0].place, Place::body(3..3));
}

#[test]
fn errors_are_given_with_their_places() {
    let body = br#"{"Items":[{"Error":{"ErrorCode":"A"}}],"Error":{"ErrorCode":"B"}, "x":tru"#;
    let found = errors(body);
    let list: Vec<_> = found
        .errors
        .iter()
        .map(|located| (located.pointer.as_deref().unwrap(), located.error.code.as_str()))
        .collect();
    assert_eq!(list, [("/Items/0/Error", "A"), ("/Error", "B")]);
    assert_eq!(body[found.errors[0].span.clone()], br#"{"ErrorCode":"A"}"#[..]);
    assert_eq!(found.fault.unwrap().span(), 73..73);
    assert_eq!(found.more, 0);
}

#[test]
fn likeness_is_sure_of_error_code_only() {
    for (body, expected) in [
        (r#"{"ErrorCode":null}"#, Likeness::Sure),
        (r#"{"a":[{"Error":{"ErrorCode":"A"}}]}"#, Likeness::Sure),
        (r#"{"Description":"d","Message":"m"}"#, Likeness::Shape),
        (r#"{"Error":{"Message":"m"}}"#, Likeness::Shape),
        (r#"{"code":"A","description":"d"}"#, Likeness::No),
        (r#"{"error":{"code":"A","message":"m"}}"#, Likeness::No),
        (r#"{"error":{"errorCode":"4704","errorMessage":"m"}}"#, Likeness::No),
        (r#"{"message":"m"}"#, Likeness::No),
        ("<root/>", Likeness::No),
        ("", Likeness::No),
    ] {
        assert_eq!(likeness(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn limits_are_findings() {
    let items = r#"{"Error":{"ErrorCode":"DELIVERY_ERROR","Description":"d"}},"#.repeat(5);
    let own = r#"{"ErrorCode":"DELIVERY_ERROR","Description":"own"}"#;
    let body = format!(r#"{{"a":[{items}0],"Error":{own}}}"#);
    let limits = Limits { errors: 2, ..Limits::default() };
    let judgement = check(&Response::new(body.as_bytes()), &EDITION, &limits);
    let pointers: Vec<_> = judgement.errors.iter().map(|e| e.pointer.as_deref().unwrap()).collect();
    // The response's own error is kept, though it comes after more items than are kept.
    assert_eq!(pointers, ["/a/0/Error", "/Error"]);
    assert_eq!(judgement.findings.len(), 1);
    assert_eq!(judgement.findings[0].rule.id, "common/limit");
    assert_eq!(judgement.findings[0].received, "4 more errors in this response");

    let body = format!("[{}0]", r#"{"Error":{}},"#.repeat(300));
    let judgement = judge(None, body.as_bytes());
    assert_eq!(judgement.findings.len(), 101);
    assert_eq!(judgement.findings[100].received, "500 more findings in this response");

    let limits = Limits { body: 10, ..Limits::default() };
    let judgement = check(&Response::new(own.as_bytes()), &EDITION, &limits);
    assert_eq!(judgement.verdict, Verdict::Malformed);
    assert_eq!(judgement.findings[0].rule.id, "common/limit");
}

/// Reading, judging and dropping take no stack, at whatever depth.
#[test]
fn a_body_nested_a_million_deep() {
    let run = || {
        let deep = 1_000_000;
        let error = r#"{"ErrorCode":"DELIVERY_ERROR","Description":"d"}"#;
        for (open, close) in [("[", "]"), ("{\"Error\":", "}"), ("{\"a\":", "}")] {
            let inside = format!("{{\"Error\":{error}}}");
            let body = format!("{}{inside}{}", open.repeat(deep), close.repeat(deep));
            let read = ApiError::from_json(body.as_bytes());
            let judgement = judge(None, body.as_bytes());
            // Inside an error nothing is searched for another one.
            assert_eq!(read.is_ok(), open != "{\"Error\":", "{open}");
            assert_eq!(judgement.verdict == Verdict::Error, read.is_ok());
            assert!(judgement.errors.iter().all(|located| located.pointer.is_none()));
            let cut = judge(None, &body.as_bytes()[..body.len() - deep]);
            assert_eq!(cut.findings.last().unwrap().rule.id, "common/malformed-json");
        }
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn the_tables_are_the_documents() {
    assert_eq!(CODES.len(), 44);
    let group = |name| CODES.iter().filter(|row| row.group == Some(name)).count();
    for (name, count) in [
        ("Input validation", 7),
        ("Authentication", 10),
        ("Catalog errors", 3),
        ("Collection errors", 12),
        ("Discovery errors", 4),
        ("Streaming errors", 5),
        ("Subscription errors", 1),
        ("Server errors", 2),
    ] {
        assert_eq!(group(name), count, "{name}");
    }
    let statuses: Vec<u16> = STATUSES.iter().map(|row| row.status).collect();
    assert_eq!(statuses, [200, 400, 401, 403, 404, 409, 429, 500, 502, 503]);
    for row in CODES {
        let code = Code::new(row.code);
        assert!(code.is_documented());
        assert_eq!(code.as_str(), row.code);
        assert_eq!(code.category(), row.group);
        assert!(statuses.contains(&code.default_status().unwrap()), "{}", row.code);
    }
    let with = |status| CODES.iter().filter(|row| row.statuses == [status]).count();
    // Of the ten statuses, no code has 503 as its default.
    assert_eq!(
        statuses.iter().map(|status| with(*status)).collect::<Vec<_>>(),
        [5, 11, 7, 3, 6, 2, 1, 3, 6, 0]
    );
}

#[test]
fn unknown_codes_are_kept() {
    let code = Code::new("NEW_ONE");
    assert_eq!((code.as_str(), code.category(), code.default_status()), ("NEW_ONE", None, None));
    assert_eq!(code.clone().into_owned(), code);
    assert_eq!(Code::TooManyRequests.advice(), Some(Advice::Wait));
    assert_eq!(Code::AuthorizationTokenExpired.advice(), Some(Advice::ObtainToken));
    assert_eq!(Code::MsaScopeRequiresUserConsent.advice(), Some(Advice::SignInAgain));
    assert_eq!(Code::CollectionFull.advice(), None);
}

#[test]
fn an_error_is_shown_by_its_code_and_the_more_exact_text() {
    let mut error = ApiError::new(Code::CollectionFull);
    assert_eq!(error.to_string(), "COLLECTION_FULL");
    error.description = Some("full".into());
    assert_eq!(error.to_string(), "COLLECTION_FULL: full");
    error.message = Some("1,000 tracks".into());
    assert_eq!(error.to_string(), "COLLECTION_FULL: 1,000 tracks");
    let owned: Box<dyn std::error::Error> = Box::new(error.into_owned());
    assert_eq!(owned.to_string(), "COLLECTION_FULL: 1,000 tracks");
}

#[cfg(feature = "serde")]
#[test]
fn serde_has_the_documents_names() {
    let error =
        ApiError { code: Code::CollectionFull, description: Some("full".into()), message: None };
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(json, error.to_json());
    assert_eq!(serde_json::from_str::<ApiError<'_>>(&json).unwrap(), error);
    let other: ApiError<'_> = serde_json::from_str(r#"{"ErrorCode":"X","Message":null}"#).unwrap();
    assert_eq!(other, ApiError::new("X"));
}

#[test]
fn rules_are_written_as_they_are_shown() {
    for rule in RULES {
        assert!(rule.id.starts_with("groove/"), "{}", rule.id);
        assert!(rule.docs[0].trim_start().starts_with(|c: char| c.is_uppercase() || c == '`'));
        assert!(!rule.promise().is_empty() && rule.why().ends_with('.'), "{}", rule.id);
        assert!(rule.title.starts_with(char::is_lowercase), "{}", rule.id);
        assert!(rule.source.starts_with("Groove "), "{}", rule.id);
    }
}
