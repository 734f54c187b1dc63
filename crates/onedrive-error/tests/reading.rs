//! Reading what servers send, and what hostile ones could send.

use faultbook_core::{Field, Finding, Likeness, Limits, Place, Response, Verdict};
use onedrive_error::{
    Advice, ApiError, CODES, Code, EDITION, EDITION_GRAPH, InnerError, InnerErrors, ReadError,
    RetryAfter, STATUSES, check, errors, likeness, retry_after,
};

const MILLION: usize = 1_000_000;

/// Runs where the stack is too small for anything that takes stack by the level.
fn in_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(128 * 1024).spawn(run).unwrap();
    thread.join().unwrap();
}

/// Rule ids with what stands at their places.
fn found<'b>(response: &Response<'b>) -> Vec<(&'static str, &'b str)> {
    let findings = check(response, &EDITION, &Limits::default()).findings;
    findings.iter().map(|finding| (finding.rule.id, at(finding, response.body))).collect()
}

fn at<'b>(finding: &Finding, body: &'b [u8]) -> &'b str {
    match &finding.place {
        Place::Body { span, .. } => std::str::from_utf8(&body[span.clone()]).unwrap(),
        _ => "",
    }
}

#[test]
fn a_code_is_found_whatever_else_is_off() {
    for (body, codes, message) in [
        // Members of another type.
        (r#"{"error":{"code":"notAllowed","message":7,"innererror":[]}}"#, "notAllowed", None),
        (r#"{"error":{"code":404,"message":null}}"#, "404", None),
        (r#"{"error":{"code":"","message":""}}"#, "", Some("")),
        // Cut off, followed by something, with a byte order mark.
        (r#"{"error":{"code":"notAllowed","mess"#, "notAllowed", None),
        (r#"{"error":{"code":"notAllowed","innererror":{"code":"lockMis"#, "notAllowed", None),
        (r#"{"error":{"innererror":{"code":"x"},"code":"a"},"#, "a/x", None),
        (r#"{"error":{"code":"notAllowed"}}}}"#, "notAllowed", None),
        ("\u{FEFF}{\"error\":{\"code\":\"notAllowed\"}}", "notAllowed", None),
        // Escapes.
        (r#"{"\u0065rror":{"c\u006fde":"not\u0041llowed"}}"#, "notAllowed", None),
        // Of two the last one wins, if it has a code.
        (r#"{"error":{"code":"a","code":"b"}}"#, "b", None),
        (r#"{"error":{"code":"a"},"error":{"code":"b"}}"#, "b", None),
        (r#"{"error":{"code":"a"},"error":null}"#, "a", None),
        (r#"{"error":{"code":"a"},"error":{"co"#, "a", None),
        // Inner errors: any case, without codes, twice, no objects.
        (r#"{"error":{"code":"a","innerError":{"code":"b"}}}"#, "a/b", None),
        (r#"{"error":{"code":"a","innererror":{"innererror":{"code":"c"}}}}"#, "a/c", None),
        (r#"{"error":{"code":"a","innererror":{"code":null,"innerError":null}}}"#, "a", None),
        (
            r#"{"error":{"code":"a","innererror":{"code":"b"},"innererror":{"code":"c"}}}"#,
            "a/c",
            None,
        ),
        (
            r#"{"error":{"code":"a","innererror":{"code":"b"},"innerError":{"code":"c"}}}"#,
            "a/b",
            None,
        ),
        (
            r#"{"error":{"code":"a","innerError":{"code":"b"},"innererror":{"code":"c"}}}"#,
            "a/c",
            None,
        ),
        (r#"{"error":{"innererror":{"innererror":{},"code":"b"},"code":"a"}}"#, "a/b", None),
        // Other shapes.
        (r#"{"Error":{"code":"a"}}"#, "a", None),
        (r#"{"Error":{"code":"b"},"error":{"code":"a"}}"#, "a", None),
        (
            r#"{"error":"invalid_grant","error_description":"expired"}"#,
            "invalid_grant",
            Some("expired"),
        ),
        (
            r#"{"error_description":"expired","error":"invalid_grant"}"#,
            "invalid_grant",
            Some("expired"),
        ),
        (
            r#"{"odata.error":{"code":"-1, Sp","message":{"lang":"en-US","value":"no \"such\" list"}}}"#,
            "-1, Sp",
            Some("no \"such\" list"),
        ),
        (r#"{"error":{"code":"a","message":{"lang":"de","value":"Nein"}}}"#, "a", Some("Nein")),
        (r#"{"error":{"code":"a","message":{"value":"b"},"message":7}}"#, "a", None),
        (r#"{"error":{"code":"a","message":7,"message":{"value":"b"}}}"#, "a", Some("b")),
        // Bare.
        (r#"{"code":"notAllowed","message":"m"}"#, "notAllowed", Some("m")),
        (r#"{"message":{"lang":"de","value":"Nein"},"code":"a"}"#, "a", Some("Nein")),
        (r#"{"id":1,"code":"a","message":null,"x":{"code":"b"}}"#, "a", None),
        (
            r#"{"innerError":{"innererror":{"code":"c"},"code":"b"},"x":[],"code":"a"}"#,
            "a/b/c",
            None,
        ),
        (r#"{"code":"a","innererror":{"code":"b"},"innerError":{"code":"c"}}"#, "a/b", None),
        (r#"{"code":"a","message":"m","innererror":null}"#, "a", Some("m")),
        (r#"{"code":"a","message":"m","inner"#, "a", Some("m")),
        (r#"{"code":"a","innererror":{"code":"b","innererror":{"code":"c"#, "a/b", None),
        (r#"{"code":"a","message":"m","Error":7}"#, "a", Some("m")),
        (r#"{"code":"a","message":"m","error":{"code":"b"}}"#, "b", None),
        (r#"{"Error":{"code":"b"},"code":"a","message":"m"}"#, "b", None),
        (r#"{"error":"b","code":"a","message":"m"}"#, "b", None),
        (r#"{"code":"a","innererror":{"code":"x"},"error":{"code":"b"}}"#, "b", None),
        (r#"{"innererror":{"innererror":{}},"value":[{"error":{"code":"b"}}]}"#, "b", None),
        // Batches and lists.
        (r#"{"responses":[{"id":"1","body":{"error":{"code":"a"}}}]}"#, "a", None),
        (r#"{"responses":[1,{"body":7},{"body":{}},{"body":{"error":{"code":"a"}}}]}"#, "a", None),
        (r#"{"value":[[],{"id":"1"},{"error":{"code":"a"}},{"error":{"code":"b"}}]}"#, "a", None),
        (r#"{"value":[{"error":{"code":"a","message":"m"#, "a", None),
        (r#"{"value":[{"error":{"code":"a"}}],"error":{"code":"b"}}"#, "b", None),
    ] {
        let error = ApiError::from_json(body.as_bytes()).unwrap_or_else(|e| panic!("{body}: {e}"));
        let own: Vec<&str> = error.codes().map(Code::as_str).collect();
        assert_eq!(own.join("/"), codes, "{body}");
        assert_eq!(error.message.as_deref(), message, "{body}");
    }
}

#[test]
fn where_there_is_no_code_the_place_is_told() {
    let absent = |span, expected| ReadError::Absent { span, expected };
    let object = "an object with the one property `error`";
    let code = "an object with a `code`";
    for (body, expected) in [
        ("{}", absent(0..2, object)),
        ("[]", absent(0..2, object)),
        ("7", absent(0..1, object)),
        (r#"{"value":[{"id":"1"}]}"#, absent(0..22, object)),
        (r#"{"value":{"error":{"code":"a"}}}"#, absent(0..32, object)),
        (r#"{"error":{}}"#, absent(9..11, code)),
        (r#"{"error":null}"#, absent(9..13, code)),
        (r#"{"error":""}"#, absent(9..11, code)),
        (r#"{"error":{"code":null}}"#, absent(9..22, code)),
        (r#"{"error":{"code":{"code":"a"}}}"#, absent(9..30, code)),
        (r#"{"error":{"Code":"a"}}"#, absent(9..21, code)),
        (r#"{"error":{"innererror":{"code":"a"}}}"#, absent(9..36, code)),
        (r#"{"error":["code","a"]}"#, absent(9..21, code)),
        // A bare code is not enough, nor is one that is empty or no string.
        (r#"{"code":"notAllowed"}"#, absent(0..21, object)),
        (r#"{"code":"a","innererror":null}"#, absent(0..30, object)),
        (r#"{"code":"","message":"m"}"#, absent(0..25, object)),
        (r#"{"code":404,"message":"m"}"#, absent(0..26, object)),
        (r#"{"Code":"a","message":"m"}"#, absent(0..26, object)),
        (r#"{"code":"a","Message":"m"}"#, absent(0..26, object)),
        (r#"{"code":"a","message":"m","error":null}"#, absent(34..38, code)),
    ] {
        assert_eq!(ApiError::from_json(body.as_bytes()), Err(expected), "{body}");
    }
    for (body, at) in
        [("", 0), ("{\"error\":{\"code\":\"a", 19), ("{\"error\" {}}", 9), ("<a/>", 0)]
    {
        let Err(ReadError::Fault(fault)) = ApiError::from_json(body.as_bytes()) else {
            panic!("{body}")
        };
        assert_eq!(fault.span().start, at, "{body}");
    }
}

#[test]
fn errors_of_batches_and_lists_have_their_pointers() {
    let body = br#"{"@odata.context": "x",
        "responses": [{"body": {"error": {"code": "a"}}}, {"body": {"error": {"message": "b"}}}],
        "value": [{}, {"error": {"code": "c"}}, {"error": null}, {"e~/": 1}],
        "error": {"code": "d"}}"#;
    let found = errors(body);
    let own: Vec<(&str, &str)> = found
        .errors
        .iter()
        .map(|located| (located.pointer.as_deref().unwrap(), located.error.code.as_str()))
        .collect();
    // The body's own error comes first, wherever it stands.
    assert_eq!(own, [("/error", "d"), ("/responses/0/body/error", "a"), ("/value/1/error", "c")]);
    for located in &found.errors {
        assert!(body[located.span.clone()].starts_with(b"{\"code\""));
        assert!(body[located.span.clone()].ends_with(b"}"));
    }
    assert_eq!(found.fault, None);
}

#[test]
fn a_bare_error_is_the_body() {
    for (body, text) in [
        (r#" {"code":"a","message":"m"} "#, r#"{"code":"a","message":"m"}"#),
        (
            r#"{"id":1,"code":"a","innererror":{},"x":{}}"#,
            r#"{"id":1,"code":"a","innererror":{},"x":{}}"#,
        ),
        (r#"{"code":"a","message":"m"} {}"#, r#"{"code":"a","message":"m"}"#),
        (r#"{"code":"a","message":"m",}"#, r#"{"code":"a","message":"m","#),
    ] {
        let found = errors(body.as_bytes());
        let [located] = &found.errors[..] else { panic!("{body}: {found:?}") };
        assert_eq!(located.pointer.as_deref(), Some(""), "{body}");
        assert_eq!(&body[located.span.clone()], text);
    }
}

#[test]
fn errors_past_the_limit_are_counted_and_the_bodys_own_is_kept() {
    let items = vec![r#"{"error":{"code":"itemNotFound","message":"m"}}"#; 10_005].join(",");
    let body = format!(r#"{{"value":[{items}],"error":{{"code":"notAllowed","message":"m"}}}}"#);
    let found = errors(body.as_bytes());
    assert_eq!((found.errors.len(), found.more), (10_000, 6));
    assert_eq!(found.errors[0].error.code, Code::NotAllowed);
    let judgement = check(&Response::new(body.as_bytes()), &EDITION, &Limits::default());
    assert_eq!(judgement.errors.len(), 10_000);
    assert_eq!(judgement.findings.len(), 101);
    assert_eq!(judgement.findings[100].rule.id, "common/limit");
}

#[test]
fn findings_stand_where_something_is_off() {
    const BAD: u16 = 400;
    for (status, body, expected) in [
        (Some(BAD), r#"{"error":{}}"#, vec![("missing-code", "{"), ("missing-message", "{")]),
        (None, r#"{"error":null}"#, vec![("not-single-error-property", "null")]),
        (Some(200), r#"{"error":null}"#, vec![]),
        (Some(200), r#"{"error":false,"name":"x"}"#, vec![]),
        (None, r#"{"name":"x"}"#, vec![]),
        (Some(BAD), r#"{"name":"x"}"#, vec![("not-single-error-property", "{")]),
        (Some(BAD), r#"["x"]"#, vec![("not-single-error-property", r#"["x"]"#)]),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m"},"id":1,"x":2}"#,
            vec![("not-single-error-property", "\"id\"")],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m"},"Error":{}}"#,
            vec![("not-single-error-property", "\"Error\"")],
        ),
        (
            Some(BAD),
            r#"{"Error":{"code":"notAllowed","message":"m"}}"#,
            vec![("not-single-error-property", "\"Error\"")],
        ),
        (
            Some(BAD),
            r#"{"error":"invalid_grant","error_description":"x"}"#,
            vec![("not-single-error-property", "\"invalid_grant\"")],
        ),
        (
            Some(BAD),
            r#"{"odata.error":{"code":"-1, Sp","message":{"lang":"en","value":"m"}}}"#,
            vec![("not-single-error-property", "\"odata.error\"")],
        ),
        // Bare: the place, and the code; nothing else of it is judged.
        (
            Some(BAD),
            r#"{"code":"notAllowed","message":"m"}"#,
            vec![("not-single-error-property", "{")],
        ),
        (
            Some(BAD),
            r#" {"code":"x","message":7,"innerError":{"code":"y","innererror":[]},"z":{}}"#,
            vec![("not-single-error-property", "{"), ("unknown-code", "\"x\"")],
        ),
        (
            None,
            r#"{"code":"x","innererror":{}}"#,
            vec![("not-single-error-property", "{"), ("unknown-code", "\"x\"")],
        ),
        (
            Some(200),
            r#"{"code":"notAllowed","message":"m"}"#,
            vec![("success-status", ""), ("not-single-error-property", "{")],
        ),
        (
            Some(200),
            r#"{"code":"fragmentOverlap","message":"m"}"#,
            vec![
                ("success-status", ""),
                ("not-single-error-property", "{"),
                ("unknown-code", "\"fragmentOverlap\""),
            ],
        ),
        (Some(200), r#"{"code":"KR","message":"m"}"#, vec![]),
        (
            Some(200),
            r#"{"code":"KR","message":"m","value":[{"error":{"code":"notAllowed","message":"m"}}]}"#,
            vec![("error-in-list", "\"error\"")],
        ),
        (None, r#"{"code":"notAllowed","description":"m"}"#, vec![]),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m"},"message":"m"}"#,
            vec![("not-single-error-property", "\"message\"")],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"fragmentOverlap","message":"m"}}"#,
            vec![("unknown-code", "\"fragmentOverlap\"")],
        ),
        // A basic code inside is fine; `message` inside is not documented.
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innererror":{"code":"notAllowed"}}}"#,
            vec![],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innererror":{"code":"x","message":"m"}}}"#,
            vec![("unknown-detailed-code", "\"x\""), ("unknown-member", "\"message\"")],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innerError":{"date":"d","request-id":"r"}}}"#,
            vec![
                ("inner-casing", "\"innerError\""),
                ("inner-missing-code", "{"),
                ("unknown-member", "\"date\""),
            ],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innererror":null}}"#,
            vec![("wrong-type", "null")],
        ),
        // The spelling that is not the documented one is the member too many.
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innererror":{"code":"lockMismatch"},"innerError":{}}}"#,
            vec![("unknown-member", "\"innerError\"")],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","message":"m","innerError":{},"innererror":{"code":"lockMismatch"}}}"#,
            vec![("unknown-member", "\"innerError\"")],
        ),
        (
            Some(BAD),
            r#"{"error":{"code":"notAllowed","Code":"x","message":"m"}}"#,
            vec![("unknown-member", "\"Code\"")],
        ),
        // Statuses.
        (
            Some(200),
            r#"{"error":{"code":"notAllowed","message":"m"}}"#,
            vec![("success-status", "")],
        ),
        (
            Some(302),
            r#"{"error":{"code":"notAllowed","message":"m"}}"#,
            vec![("undocumented-status", "")],
        ),
        (Some(302), r#"{"location":"x"}"#, vec![]),
        // In lists: not the status, but the shape.
        (
            Some(207),
            r#"{"value":[{"error":{"code":"notAllowed"}},{"error":{"date":"x"}},{"error":"x"}]}"#,
            vec![("error-in-list", "\"error\""), ("missing-message", "{")],
        ),
        // A failing response has to have its own error.
        (
            Some(BAD),
            r#"{"value":[{"error":{"code":"notAllowed","message":"m"}}]}"#,
            vec![("not-single-error-property", "{")],
        ),
    ] {
        let expected: Vec<(String, &str)> =
            expected.into_iter().map(|(id, text)| (format!("onedrive/{id}"), text)).collect();
        let response = Response { status, ..Response::new(body.as_bytes()) };
        let own: Vec<(String, &str)> =
            found(&response).into_iter().map(|(id, text)| (id.to_owned(), text)).collect();
        assert_eq!(own, expected, "{status:?} {body}");
    }
}

/// A pointer is no longer than 4,096 bytes, whatever the depth.
#[test]
fn a_pointer_that_grows_too_long_is_left_out() {
    for (depth, has_pointer) in [(371, true), (372, false), (5_000, false)] {
        let body = format!(
            r#"{{"error":{{"code":"notAllowed","message":"m",{}"innererror":[]{}}}}}"#,
            r#""innererror":{"code":"lockMismatch","#.repeat(depth - 1),
            "}".repeat(depth - 1),
        );
        let findings =
            check(&Response::new(body.as_bytes()), &EDITION, &Limits::default()).findings;
        let [Finding { place: Place::Body { span, pointer }, .. }] = &findings[..] else {
            panic!("{findings:?}")
        };
        assert_eq!(&body[span.clone()], "[]");
        let expected = has_pointer.then(|| format!("/error{}", "/innererror".repeat(depth)));
        assert_eq!(pointer.as_deref(), expected.as_deref(), "{depth}");
    }
}

#[test]
fn help_says_what_was_meant() {
    let help = |body: &str| {
        let findings =
            check(&Response::new(body.as_bytes()), &EDITION, &Limits::default()).findings;
        assert_eq!(findings.len(), 1, "{body}");
        findings[0].help.clone().unwrap_or_default()
    };
    let root = |code: &str| help(&format!(r#"{{"error":{{"code":"{code}","message":"m"}}}}"#));
    assert_eq!(root("pathTooDeep"), "this is a detailed code: it belongs into an `innererror`");
    assert_eq!(root("ItemNotFound"), "did you mean `itemNotFound`?");
    assert_eq!(root("UnknownError"), "");
    let inner =
        r#"{"error":{"code":"notAllowed","message":"m","innererror":{"code":"lockMismach"}}}"#;
    assert_eq!(help(inner), "did you mean `lockMismatch`?");
    let casing =
        r#"{"error":{"code":"notAllowed","message":"m","InnerError":{"code":"lockMismatch"}}}"#;
    assert_eq!(help(casing), "names are compared exactly: write `innererror`");
    let code = r#"{"error":{"Code":"notAllowed","message":"m"}}"#;
    assert_eq!(help(code), "names are compared exactly: write `code`");
    let bare = r#"{"code":"notAllowed","message":"m"}"#;
    assert_eq!(help(bare), "the error object stands bare: it belongs under `error`");
    let token = r#"{"error":"invalid_grant","error_description":"m"}"#;
    let shape = "this is the shape of an OAuth 2.0 token endpoint (RFC 6749 section 5.2)";
    assert_eq!(help(token), shape);
    assert_eq!(help(r#"{"error":"invalid_grant"}"#), shape);
    for none in ["\"\"", "null", "404", "[]"] {
        assert_eq!(help(&format!(r#"{{"error":{none}}}"#)), "", "{none}");
    }
}

#[test]
fn how_long_to_wait_is_said_or_noted() {
    let body = br#"{"error":{"code":"activityLimitReached","message":"m"}}"#;
    let bare = Response::new(body).with_status(429);
    assert_eq!(found(&bare), [("onedrive/retry-after-missing", "")]);
    assert_eq!(retry_after(&bare), None);

    let fields = [
        Field { name: b"retry-after", value: b"soon" },
        Field { name: b"Retry-After", value: b"7" },
    ];
    let told = bare.with_fields(&fields);
    assert_eq!(found(&told), []);
    assert_eq!(retry_after(&told), Some(RetryAfter::Delay(7)));

    // Whatever the body is.
    let empty = Response::new(b"").with_status(509);
    let own: Vec<&str> = found(&empty).into_iter().map(|(id, _)| id).collect();
    assert_eq!(own, ["onedrive/retry-after-missing", "common/empty-body"]);
    // Not where the document does not speak of it.
    assert_eq!(found(&Response::new(body).with_status(500)), []);
}

#[test]
fn advice_is_that_of_the_document() {
    let error = |code: Code<'static>, inner: Code<'static>| ApiError {
        inner: InnerErrors::from_iter([inner]),
        ..ApiError::new(code)
    };
    let unknown = Response::new(b"");
    for (error, status, advice) in [
        (
            error(Code::ResyncRequired, Code::ResyncApplyDifferences),
            410,
            Some(Advice::ApplyDifferences),
        ),
        (error(Code::ResyncRequired, Code::from("new")), 410, Some(Advice::ResetSyncState)),
        (error(Code::GeneralException, Code::CannotSnapshotTree), 500, Some(Advice::Wait)),
        (ApiError::new("serviceNotAvailable"), 503, Some(Advice::Wait)),
        (ApiError::new("activityLimitReached"), 509, Some(Advice::Wait)),
        (ApiError::new("itemNotFound"), 404, None),
    ] {
        assert_eq!(error.advice(&unknown.with_status(status)), advice, "{error}");
    }
}

#[test]
fn the_tables_are_those_of_the_document() {
    use faultbook_core::Level::{Basic, Detailed};
    let count = |level| CODES.iter().filter(|row| row.level == Some(level)).count();
    assert_eq!((count(Basic), count(Detailed), STATUSES.len()), (15, 43, 20));
    for row in CODES {
        let code = Code::new(row.code);
        assert!(
            code.is_documented() && code.is_basic() == (code.row().unwrap().level == Some(Basic))
        );
        assert!(!row.summary.is_empty() && !row.summary.ends_with('.'), "{}", row.code);
    }
    let both: Vec<&str> =
        CODES.iter().map(|row| row.code).filter(|code| EDITION.rows(code).count() == 2).collect();
    assert_eq!(
        both,
        ["resyncRequired", "serviceNotAvailable", "resyncRequired", "serviceNotAvailable"]
    );
    assert!(Code::ServiceNotAvailable.is_detailed() && !Code::AccessDenied.is_detailed());
    // Each list stands in the document's order, which is that of the alphabet but for one place.
    let detailed: Vec<&str> =
        CODES.iter().filter(|row| row.level == Some(Detailed)).map(|row| row.code).collect();
    assert!(detailed.is_sorted_by_key(|code| code.to_ascii_lowercase()));
    assert_eq!(EDITION.to_string(), "onedrive@1");
}

/// Where another edition documents what was received, the finding names it; and only there.
#[test]
fn findings_name_the_edition_that_documents_it() {
    let graph = "documented in onedrive@graph: --edition onedrive@graph";
    let own = "documented in onedrive@1: --edition onedrive@1";
    let camel = format!("names are compared exactly: write `innererror`; {graph}");
    let lower = format!("names are compared exactly: write `innerError`; {own}");
    let neither = "names are compared exactly: write `innererror`";
    let error = r#"{"error":{"code":"itemNotFound","message":"m"INNER}}"#;
    for (edition, status, inner, expected) in [
        (
            &EDITION,
            404,
            r#","innerError":{"date":"d","request-id":"r"}"#,
            [
                ("onedrive/inner-casing", Some(&*camel)),
                ("onedrive/inner-missing-code", Some(graph)),
                ("onedrive/unknown-member", Some(graph)),
            ]
            .as_slice(),
        ),
        (&EDITION_GRAPH, 404, r#","innerError":{"date":"d","request-id":"r"}"#, &[]),
        (
            &EDITION,
            404,
            r#","InnerError":{"code":"lockMismatch","date":"d","stack":"s"}"#,
            &[("onedrive/inner-casing", Some(neither)), ("onedrive/unknown-member", None)],
        ),
        (
            &EDITION_GRAPH,
            404,
            r#","innererror":{"client-request-id":"d","stack":"s"}"#,
            &[("onedrive/inner-casing", Some(&*lower)), ("onedrive/unknown-member", None)],
        ),
        (
            &EDITION_GRAPH,
            404,
            r#","innerError":{"Code":"lockMismatch"}"#,
            &[("onedrive/unknown-member", Some("names are compared exactly: write `code`"))],
        ),
        (
            &EDITION_GRAPH,
            404,
            r#","innerError":{"code":""}"#,
            &[("onedrive/inner-missing-code", None)],
        ),
        (&EDITION, 423, "", &[("onedrive/undocumented-status", Some(graph))]),
        (&EDITION_GRAPH, 423, "", &[]),
        (&EDITION, 418, "", &[("onedrive/undocumented-status", None)]),
        (&EDITION_GRAPH, 418, "", &[("onedrive/undocumented-status", None)]),
    ] {
        let body = error.replace("INNER", inner);
        let response = Response::new(body.as_bytes()).with_status(status);
        let mut findings = check(&response, edition, &Limits::default()).findings;
        findings.sort_by_key(|finding| finding.rule.id);
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.rule.id, finding.help.as_deref())).collect();
        assert_eq!(found, expected, "{edition} {status} {body}");
    }
    let statuses: Vec<u16> = EDITION_GRAPH.statuses.iter().map(|row| row.status).collect();
    assert!(statuses.is_sorted_by(|a, b| a < b), "{statuses:?}");
    let added: Vec<u16> =
        statuses.into_iter().filter(|status| !EDITION.has_status(*status)).collect();
    assert_eq!(added, [402, 423, 502, 504]);
    assert_eq!(EDITION_GRAPH.codes, EDITION.codes);
}

#[test]
fn likeness_grows_with_what_only_this_service_has() {
    for (body, expected) in [
        (r#"{"error":{"code":"invalidRange"}}"#, Likeness::Sure),
        (r#"{"error":{"code":"x","innerError":{}}}"#, Likeness::Sure),
        (r#"{"odata.error":{"code":"x"}}"#, Likeness::Sure),
        (r#"{"value":[{"error":{"code":"itemNotFound"}}]}"#, Likeness::Sure),
        (r#"{"error":{"code":"404","message":"Not found"}}"#, Likeness::Shape),
        (r#"{"error":{"message":"Not found"}}"#, Likeness::Shape),
        (r#"{"error":{"code":404,"message":"Not found"}}"#, Likeness::Shape),
        (r#"{"error":{"code":"InvalidToken","message":null}}"#, Likeness::Shape),
        (r#"{"error":{"code":"404","message":"x","innerError":{}}}"#, Likeness::Sure),
        // OData's message.
        (r#"{"error":{"code":"-1, Sp","message":{"lang":"en","value":"x"}}}"#, Likeness::Sure),
        (r#"{"error":{"message":{"value":"x","lang":"en"},"code":""}}"#, Likeness::Sure),
        (r#"{"error":{"code":"x","message":{"value":"x"}}}"#, Likeness::Shape),
        (r#"{"error":{"code":"x","message":{"lang":"en"}}}"#, Likeness::Shape),
        (r#"{"error":{"message":{"lang":"en","value":"x"}}}"#, Likeness::Shape),
        // Nothing but a code that the table lacks.
        (r#"{"error":{"code":"405","text":"x"}}"#, Likeness::No),
        (r#"{"error":{"code":"InvalidToken"}}"#, Likeness::No),
        (r#"{"error":{}}"#, Likeness::No),
        // Any OAuth server sends these.
        (r#"{"error":"invalid_grant","error_description":"x"}"#, Likeness::No),
        (r#"{"error":"itemNotFound"}"#, Likeness::No),
        // Bare.
        (r#"{"code":"serviceNotAvailable","message":"x"}"#, Likeness::Sure),
        (r#"{"innererror":{},"code":"pathTooDeep"}"#, Likeness::Sure),
        (r#"{"code":"itemNotFound"}"#, Likeness::No),
        (r#"{"code":"InvalidToken","message":"x"}"#, Likeness::No),
        (r#"{"code":"x","message":{"lang":"en","value":"x"},"innererror":{}}"#, Likeness::No),
        (r#"{"code":"itemNotFound","description":"x"}"#, Likeness::No),
        (r#"{"error":"no"}"#, Likeness::No),
        (r#"{"error":{"errorCode":"4704","errorMessage":"Not Found"}}"#, Likeness::No),
        (r#"{"Error":{"ErrorCode":"CATALOG_NO_RESULT","Description":"x"}}"#, Likeness::No),
        (r#"{"code":"FORBIDDEN","description":"x"}"#, Likeness::No),
        ("<html/>", Likeness::No),
        ("", Likeness::No),
    ] {
        assert_eq!(likeness(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn an_error_shows_its_codes_and_its_message() {
    let mut error =
        ApiError { message: Some("Bytes overlap.".into()), ..ApiError::new("invalidRange") };
    assert_eq!(error.to_string(), "invalidRange: Bytes overlap.");
    error.inner.push(InnerError { code: None });
    error.inner.push(Code::FragmentOverlap);
    assert_eq!(error.to_string(), "invalidRange/fragmentOverlap: Bytes overlap.");
    error.message = None;
    error.inner.extend(vec![Code::NotAllowed; 20]);
    assert!(error.to_string().ends_with("/notAllowed/…"));
    assert_eq!(error.clone().into_outermost(2).codes().count(), 2);
    assert_eq!(error.clone().into_outermost(0).inner, InnerErrors::new());
}

#[test]
fn a_million_inner_errors_take_no_stack() {
    in_a_small_stack(|| {
        let mut inner = InnerErrors::from_iter(vec![Code::FragmentOverlap; MILLION - 1]);
        inner.push(Code::LockMismatch);
        let error = ApiError { inner, ..ApiError::new(Code::InvalidRange) };
        let json = error.to_json();
        let read = ApiError::from_json(json.as_bytes()).unwrap();
        assert_eq!(read, error);
        assert_eq!(read.inner.len(), MILLION);
        assert!(read.is(Code::LockMismatch) && !read.is("lockMismatc"));
        assert_eq!(
            read.most_detailed(|code| *code == Code::InvalidRange),
            Some(&Code::InvalidRange)
        );
        assert_eq!(read.clone().into_owned(), error);
        assert!(read.to_string().len() < 200);
    });
}

#[test]
fn a_million_inner_errors_are_judged_in_a_small_stack() {
    in_a_small_stack(|| {
        let limits = Limits { body: usize::MAX, ..Limits::default() };
        for (open, fill, expected) in [
            (
                "{\"code\":\"x\",\"innererror\":",
                "{\"code\":\"lockMismatch\"}",
                "unknown-detailed-code",
            ),
            ("{\"innerError\":", "null", "inner-casing"),
            (
                "{\"code\":\"lockMismatch\",\"innererror\":{},\"innererror\":",
                "{\"code\":\"lockMismatch\"}",
                "duplicate-member",
            ),
        ] {
            let body = format!(
                r#"{{"error":{{"code":"notAllowed","message":"m","innererror":{}{fill}{}}}}}"#,
                open.repeat(MILLION),
                "}".repeat(MILLION),
            );
            let judgement = check(&Response::new(body.as_bytes()), &EDITION, &limits);
            assert_eq!(judgement.verdict, Verdict::Error);
            assert_eq!(judgement.findings.len(), 101);
            assert!(judgement.findings.iter().any(|finding| finding.rule.id.ends_with(expected)));
            // The same where the error stands bare.
            let bare = &body[r#"{"error":"#.len()..body.len() - 1];
            assert_eq!(check(&Response::new(bare.as_bytes()), &EDITION, &limits).errors.len(), 1);
            assert_eq!(
                ApiError::from_json(bare.as_bytes()).as_ref(),
                Ok(&judgement.errors[0].error)
            );
            let cut = &body[..body.len() / 2];
            assert_eq!(check(&Response::new(cut.as_bytes()), &EDITION, &limits).errors.len(), 1);
        }
    });
}

#[test]
fn what_is_passed_over_may_be_as_deep_as_it_likes() {
    in_a_small_stack(|| {
        let deep = format!("{}{}", "[".repeat(MILLION), "]".repeat(MILLION));
        let body = format!(
            r#"{{"x":{deep},"error":{{"details":{deep},"code":"notAllowed","message":{deep}}},"value":{deep}}}"#
        );
        let error = ApiError::from_json(body.as_bytes()).unwrap();
        assert_eq!(error, ApiError::new(Code::NotAllowed));
        let own: Vec<&str> = check(
            &Response::new(body.as_bytes()),
            &EDITION,
            &Limits { body: usize::MAX, ..Limits::default() },
        )
        .findings
        .iter()
        .map(|finding| finding.rule.id)
        .collect();
        assert_eq!(
            own,
            [
                "onedrive/not-single-error-property",
                "onedrive/unknown-member",
                "onedrive/wrong-type"
            ]
        );
    });
}

#[cfg(feature = "serde")]
#[test]
fn serialization_is_nested_as_documented_and_bounded() {
    let mut error = ApiError { message: Some("m".into()), ..ApiError::new(Code::InvalidRange) };
    error.inner.push(InnerError { code: None });
    error.inner.push(Code::FragmentOverlap);
    assert_eq!(
        serde_json::to_string(&error).unwrap(),
        r#"{"code":"invalidRange","message":"m","innererror":{"innererror":{"code":"fragmentOverlap"}}}"#,
    );
    assert_eq!(
        format!(r#"{{"error":{}}}"#, serde_json::to_string(&error).unwrap()),
        error.to_json()
    );
    assert_eq!(
        serde_json::to_string(&ApiError::new("notAllowed")).unwrap(),
        r#"{"code":"notAllowed"}"#
    );
    error.inner = InnerErrors::from_iter(vec![Code::FragmentOverlap; 64]);
    assert!(serde_json::to_string(&error).is_ok());
    error.inner.push(Code::FragmentOverlap);
    let refused = serde_json::to_string(&error).unwrap_err().to_string();
    assert!(refused.contains("65 inner errors") && refused.contains("to_json"), "{refused}");
}
