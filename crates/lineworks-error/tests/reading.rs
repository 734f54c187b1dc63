//! Tolerant reading and strict judging of what servers were seen to send, and what they might.

use faultbook_core::{
    Field, Finding, Judgement, Likeness, Limits, Place, ReadError, Response, Verdict,
};
use lineworks_error::{
    ApiError, CODES, Code, EDITION, RULES, challenges, check, check_challenges, likeness,
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

fn ids(judgement: &Judgement<ApiError<'_>>) -> Vec<&'static str> {
    judgement.findings.iter().map(|finding| finding.rule.id).collect()
}

/// The findings of a response with these challenges: rule, index of the field, bytes pointed at.
fn of_fields(status: Option<u16>, values: &[&str]) -> Vec<(&'static str, usize, String)> {
    let name: &[u8] = b"WWW-Authenticate";
    let fields: Vec<_> =
        values.iter().map(|value| Field { name, value: value.as_bytes() }).collect();
    let response = Response { status, fields: &fields, body: b"" };
    check_challenges(&response, &Limits::default())
        .iter()
        .map(|finding| {
            let Place::Field { index, name, span } = &finding.place else {
                panic!("{finding:?}");
            };
            assert_eq!(name, "WWW-Authenticate");
            (finding.rule.id, *index, values[*index][span.clone()].to_owned())
        })
        .collect()
}

#[test]
fn the_code_is_found_whatever_else_is_wrong() {
    for (body, expected) in [
        (r#"{"code":"NOT_FOUND","description":"d"}"#, "NOT_FOUND"),
        (r#"{"description":"d","code":"NOT_FOUND"}"#, "NOT_FOUND"),
        ("\u{FEFF}{\"code\":\"A\"}", "A"),
        (r#"{"code":"A"} <!-- x -->"#, "A"),
        (r#"{"code":"A","descr"#, "A"),
        (r#"{"code":"A","description":"d"#, "A"),
        (r#"{"code":"A",}"#, "A"),
        (r#"{"code":404}"#, "404"),
        (r#"{"code":-1.50e3,"description":null}"#, "-1.50e3"),
        (r#"{"code":""}"#, ""),
        (r#"{"code":"A","code":"B"}"#, "B"),
        (r#"{"code":"A","Code":"B"}"#, "A"),
        (r#"{"a":[{"code":"B"}],"code":"A","description":{"x":[1]},"Other":[{}]}"#, "A"),
        (r#"{"c\u006fde":"\u0041"}"#, "A"),
        (r#"{"returnCode":"01","returnMessage":"m","code":"A"}"#, "A"),
    ] {
        let error = ApiError::from_json(body.as_bytes()).expect(body);
        assert_eq!(error.code.as_str(), expected, "{body}");
    }
}

#[test]
fn where_there_is_no_code_the_error_says_where_it_should_be() {
    for (body, span, text) in [
        ("", 0..0, "found the end at byte 0, expected a value"),
        ("{\"code\":", 8..8, "found the end at byte 8, expected a value"),
        (r#"{"code":"A"#, 10..10, "found the end at byte 10"),
        ("<html>", 0..1, "found `<` at byte 0, expected a value"),
        (r#"{"code":null}"#, 0..13, "no error at byte 0, expected a `code`"),
        (r#" {"code":[]}"#, 1..12, "no error at byte 1, expected a `code`"),
        (r#"{"code":{"code":"A"}}"#, 0..21, "no error at byte 0"),
        (r#"{"code":"A","code":false}"#, 0..25, "no error at byte 0"),
        (r#"{"Code":"A"}"#, 0..12, "no error at byte 0"),
        (r#"{"error":{"code":"A"}}"#, 0..22, "no error at byte 0"),
        (r#"{"returnCode":"01","returnMessage":"m"}"#, 0..39, "no error at byte 0"),
        ("[{\"code\":\"A\"}]", 0..14, "no error at byte 0, expected an object with a `code`"),
        ("\"code\"", 0..6, "no error at byte 0, expected an object"),
    ] {
        let error: ReadError = ApiError::from_json(body.as_bytes()).unwrap_err();
        assert_eq!(error.span(), span, "{body}");
        assert!(error.to_string().starts_with(text), "{body}: {error}");
    }
}

#[test]
fn findings_point_at_the_bytes_that_differ() {
    let at = |rule, bytes, pointer: &str| (rule, bytes, Some(pointer.to_owned()));
    for (body, expected) in [
        (r#" {"description":"d"}"#, vec![at("lineworks/missing-code", "{", "")]),
        (r#"{"code":"CONFLICT"}"#, vec![at("lineworks/missing-description", "{", "")]),
        (
            r#"{"CODE":"CONFLICT","description":"d"}"#,
            vec![at("lineworks/missing-code", "\"CODE\"", "/CODE")],
        ),
        (
            r#"{"code":"","description":""}"#,
            vec![
                at("lineworks/missing-code", "\"\"", "/code"),
                at("lineworks/missing-description", "\"\"", "/description"),
            ],
        ),
        (
            r#"{"code":404,"description":[ 1 ]}"#,
            vec![
                at("lineworks/wrong-type", "404", "/code"),
                at("lineworks/wrong-type", "[ 1 ]", "/description"),
            ],
        ),
        (
            r#"{"code":"NOT-FOUND","description":"d"}"#,
            vec![at("lineworks/unknown-code", "\"NOT-FOUND\"", "/code")],
        ),
        (
            r#"{"code":"CONFLICT","description":"d","a~/b":0,"c":1}"#,
            vec![at("lineworks/unknown-member", "\"a~/b\"", "/a~0~1b")],
        ),
        (
            r#"{"code":"CONFLICT","description":"d","Description":0}"#,
            vec![at("lineworks/unknown-member", "\"Description\"", "/Description")],
        ),
        (
            r#"{"returnCode":"01","returnMessage":"m"}"#,
            vec![
                at("lineworks/missing-code", "\"returnCode\"", "/returnCode"),
                at("lineworks/missing-description", "\"returnMessage\"", "/returnMessage"),
            ],
        ),
        // One of the two names alone is a member like any other.
        (
            r#"{"returnCode":"01","description":"d","code":"CONFLICT"}"#,
            vec![at("lineworks/unknown-member", "\"returnCode\"", "/returnCode")],
        ),
        (
            r#"{"returnCode":"01","returnMessage":"m","code":"CONFLICT","description":"d"}"#,
            vec![at("lineworks/unknown-member", "\"returnCode\"", "/returnCode")],
        ),
        (
            r#"{"code":"CONFLICT","description":"d","description":"e"}"#,
            vec![at("common/duplicate-member", "\"description\"", "/description")],
        ),
        (
            r#"{"code":"NO","description":"d","x":1,,}"#,
            vec![
                at("lineworks/unknown-code", "\"NO\"", "/code"),
                at("lineworks/unknown-member", "\"x\"", "/x"),
                ("common/malformed-json", ",", None),
            ],
        ),
        (r#"{"Code":"NO","descr"#, vec![("common/malformed-json", "", None)]),
        (
            r#"{"code":"NO","description":"d"} }"#,
            vec![
                at("lineworks/unknown-code", "\"NO\"", "/code"),
                ("common/trailing-content", "}", None),
            ],
        ),
        // Not the shape of an error.
        (r#"{"code":"NO","items":[]}"#, vec![]),
        (r#"{"code":"NOT_FOUND","message":"m"}"#, vec![]),
        (r#"{"error":"invalid_token","error_description":"m"}"#, vec![]),
        (r#"{"description":"of a room","items":[]}"#, vec![]),
        ("[]", vec![]),
        ("{}", vec![]),
    ] {
        let judgement = judge(None, body.as_bytes());
        assert_eq!(found(body.as_bytes(), &judgement.findings), expected, "{body}");
    }
}

/// Under a failing status nothing has to look like an error to be held against the document.
#[test]
fn findings_under_a_failing_status() {
    let at = |rule, bytes, pointer: &str| (rule, bytes, Some(pointer.to_owned()));
    let foreign = || vec![at("common/not-an-error-body", "{", "")];
    let message = || at("lineworks/missing-description", "\"message\"", "/message");
    for (body, expected) in [
        ("{}", foreign()),
        (r#" {"error":{"code":"NOT_FOUND","description":"d"}}"#, foreign()),
        (r#"{"message":"m","status":404}"#, foreign()),
        (r#"{"error":"invalid_token","error_description":"m"}"#, foreign()),
        (r#"{"ErrorCode":"NOT_FOUND","Description2":"d"}"#, foreign()),
        ("{} {}", vec![foreign().remove(0), ("common/trailing-content", "{}", None)]),
        // Cut off, it may be anything yet.
        (r#"{"message":"m","#, vec![("common/malformed-json", "", None)]),
        // Anything of an error, in any case, and it is none of another service.
        (
            r#"{"DESCRIPTION":"d","x":1}"#,
            vec![
                at("lineworks/missing-code", "{", ""),
                at("lineworks/missing-description", "\"DESCRIPTION\"", "/DESCRIPTION"),
                at("lineworks/unknown-member", "\"x\"", "/x"),
            ],
        ),
        (
            r#"{"returnCode":"01"}"#,
            vec![
                at("lineworks/missing-code", "{", ""),
                at("lineworks/missing-description", "{", ""),
                at("lineworks/unknown-member", "\"returnCode\"", "/returnCode"),
            ],
        ),
        // Another name for the description.
        (r#"{"code":"NOT_FOUND","message":"m"}"#, vec![message()]),
        (r#"{"message":{"x":[]},"code":"NOT_FOUND"}"#, vec![message()]),
        (
            r#"{"a":1,"message":"m","code":"NOT_FOUND","b":2}"#,
            vec![at("lineworks/unknown-member", "\"a\"", "/a"), message()],
        ),
        (
            r#"{"Code":"NOT_FOUND","message":"m"}"#,
            vec![at("lineworks/missing-code", "\"Code\"", "/Code"), message()],
        ),
        // Beside a description in any case it is a member like any other.
        (
            r#"{"code":"NOT_FOUND","message":"m","x":1,"description":"d"}"#,
            vec![at("lineworks/unknown-member", "\"message\"", "/message")],
        ),
        (
            r#"{"code":"NOT_FOUND","message":"m","description":""}"#,
            vec![
                at("lineworks/unknown-member", "\"message\"", "/message"),
                at("lineworks/missing-description", "\"\"", "/description"),
            ],
        ),
        (
            r#"{"code":"NOT_FOUND","Description":"d","message":"m"}"#,
            vec![
                at("lineworks/missing-description", "\"Description\"", "/Description"),
                at("lineworks/unknown-member", "\"message\"", "/message"),
            ],
        ),
        // The document's name may follow yet.
        (
            r#"{"code":"NOT_FOUND","message":"m","#,
            vec![
                at("lineworks/unknown-member", "\"message\"", "/message"),
                ("common/malformed-json", "", None),
            ],
        ),
        // Another name is none, nor one in another case.
        (
            r#"{"code":"NOT_FOUND","Message":"m"}"#,
            vec![
                at("lineworks/missing-description", "{", ""),
                at("lineworks/unknown-member", "\"Message\"", "/Message"),
            ],
        ),
    ] {
        let judgement = judge(Some(404), body.as_bytes());
        assert_eq!(found(body.as_bytes(), &judgement.findings), expected, "{body}");
    }
    let help = |body: &str| judge(Some(404), body.as_bytes()).findings[0].help.clone();
    assert_eq!(
        help(r#"{"code":"NOT_FOUND","message":"m"}"#).as_deref(),
        Some("`message` stands here: the document's name is `description`")
    );
    let oauth = Some(
        "this is the shape of an OAuth 2.0 error (RFC 6749 section 5.2), which the document refers \
         to for 401",
    );
    for (body, expected) in [
        (r#"{"error":"invalid_token","error_description":"m"}"#, oauth),
        (r#"{"error":"invalid_request"}"#, oauth),
        (r#"{"error":{"code":"x"}}"#, None),
        (r#"{"error":"","error_description":"m"}"#, None),
        (r#"{"Error":"invalid_token"}"#, None),
        ("{}", None),
        ("[\"error\"]", None),
    ] {
        assert_eq!(help(body).as_deref(), expected, "{body}");
    }
    let received = |body: &str| judge(Some(404), body.as_bytes()).findings[0].received.clone();
    assert_eq!(received("{}"), "JSON without an error");
    assert_eq!(received("[]"), "JSON that is no object");
}

#[test]
fn help_names_what_was_meant() {
    let help = |body: &str| judge(None, body.as_bytes()).findings[0].help.clone();
    for (code, meant) in [
        ("NOT-FOUND", Some("NOT_FOUND")),
        ("notFound", Some("NOT_FOUND")),
        ("CONFLCIT", Some("CONFLICT")),
        ("ALREADY_EXISTS", Some("ALREADY_EXIST")),
        ("user-not-exist", Some("USER_NOT_EXIST")),
        ("Org Unit Already Exists", Some("ORG_UNIT_ALREADY_EXIST")),
        ("invalid_user", Some("INVALID_USER")),
        ("_NOT_EXIST", None),
        ("invalid_", None),
        ("TOO_MANY_REQUESTS", None),
        ("ERROR_CODE", None),
    ] {
        let body = format!(r#"{{"code":"{code}","description":"d"}}"#);
        assert_eq!(help(&body), meant.map(|meant| format!("did you mean `{meant}`?")), "{code}");
        assert_eq!(Code::new(code).meant().as_deref(), meant, "{code}");
    }
    assert_eq!(Code::NotFound.meant(), None);
    assert_eq!(
        help(r#"{"Code":"CONFLICT","description":"d"}"#).as_deref(),
        Some("names are compared exactly: write `code`")
    );
    let body = br#"{"returnCode":"01","returnMessage":"m"}"#;
    let judgement = judge(Some(400), body);
    for (finding, name) in judgement.findings.iter().zip(["code", "description"]) {
        assert_eq!(
            finding.help,
            Some(format!(
                "this is the shape of the token endpoint: in an error of the API `{name}` stands here"
            ))
        );
    }
    let fields = [Field { name: b"www-authenticate", value: b"Bearer error=\"invalid-token\"" }];
    let response = Response::new(b"").with_status(401).with_fields(&fields);
    let findings = check_challenges(&response, &Limits::default());
    assert_eq!(findings[0].help.as_deref(), Some("did you mean `invalid_token`?"));
}

#[test]
fn the_status_is_held_against_the_code() {
    for (code, statuses) in [
        ("NOT_FOUND", &[404][..]),
        ("LIMIT_EXCEEDED", &[400, 403]),
        ("OUT_OF_RANGE", &[400, 403]),
        ("INVALID_PARAMETER", &[400]),
        ("INVALID_USER", &[400]),
        ("INVALID_USER_NOT_EXIST", &[400, 404]),
        ("INVALID_USER_ALREADY_EXIST", &[400, 409]),
        ("X_NOT_EXIST_ALREADY_EXIST", &[409]),
        ("SERVICE_UNAVAILABLE", &[503]),
    ] {
        let body = format!(r#"{{"code":"{code}","description":"d"}}"#);
        for status in 100..=999 {
            let judgement = judge(Some(status), body.as_bytes());
            let expected: &[&str] = match status {
                200..=299 => &["lineworks/success-status"],
                _ if statuses.contains(&status) => &[],
                _ => &["lineworks/status-mismatch"],
            };
            assert_eq!(ids(&judgement), expected, "{code} under {status}");
        }
        assert_eq!(ids(&judge(None, body.as_bytes())), [""; 0], "{code}");
    }
    let body = br#"{"code":"OUT_OF_RANGE","description":"d"}"#;
    let finding = &judge(Some(404), body).findings[0];
    assert_eq!(finding.received, "404 with `OUT_OF_RANGE`");
    assert_eq!(finding.documented, "`OUT_OF_RANGE` stands under 400 and 403");
    assert_eq!(finding.help, None);
    let finding = &judge(Some(429), body).findings[0];
    assert_eq!(
        finding.help.as_deref(),
        Some("the table lacks 429: it has 400, 401, 403, 404, 409, 410, 500 and 503")
    );
}

#[test]
fn a_status_that_the_table_lacks() {
    for (status, body, expected) in [
        (
            429,
            r#"{"code":"TOO_MANY_REQUESTS","description":"d"}"#,
            &["lineworks/undocumented-status", "lineworks/unknown-code"][..],
        ),
        (429, r#"{"code":"NOT_FOUND","description":"d"}"#, &["lineworks/status-mismatch"]),
        (
            429,
            r#"{"code":7,"description":"d"}"#,
            &["lineworks/undocumented-status", "lineworks/wrong-type"],
        ),
        (502, "<html>", &["lineworks/undocumented-status", "common/not-an-error-body"]),
        (504, "", &["lineworks/undocumented-status", "common/empty-body"]),
        (499, "[", &["lineworks/undocumented-status", "common/malformed-json"]),
        (599, "[]", &["lineworks/undocumented-status", "common/not-an-error-body"]),
        (302, r#"{"code":"OTHER","description":"d"}"#, &["lineworks/unknown-code"]),
        (302, "[]", &[]),
        (200, "", &[]),
    ] {
        assert_eq!(ids(&judge(Some(status), body.as_bytes())), expected, "{status} {body}");
    }
}

#[test]
fn verdicts() {
    use Verdict::{Error, Malformed, None as Nothing};
    let both = r#"{"code":"OTHER","description":"d"}"#;
    let among = r#"{"code":"OTHER","description":"d","x":1}"#;
    let known = r#"{"code":"CONFLICT","description":"d","x":1}"#;
    let token = r#"{"returnCode":"01","returnMessage":"m"}"#;
    for (status, body, verdict, count) in [
        (Some(200), "", Nothing, 0),
        (None, "", Malformed, 1),
        (Some(200), "<html>", Nothing, 0),
        (None, "<html>", Malformed, 1),
        (Some(500), "\r\n", Malformed, 1),
        (None, "{}", Nothing, 0),
        (Some(400), "{}", Malformed, 1),
        (Some(400), r#"{"message":"m"}"#, Malformed, 1),
        (Some(400), r#"{"message":"m","#, Malformed, 1),
        (Some(400), r#"{"code":"BAD_REQUEST","message":"m"}"#, Error, 1),
        (Some(400), " 17", Malformed, 1),
        (None, "[1]", Nothing, 0),
        (Some(301), both, Error, 1),
        // The shape of an error, in a response that succeeded.
        (Some(200), both, Error, 2),
        (Some(200), r#"{"code":"CONFLICT"}"#, Error, 2),
        (Some(200), r#"{"Code":"CONFLICT"}"#, Malformed, 3),
        (Some(200), known, Error, 2),
        // A resource of its own.
        (Some(200), among, Nothing, 0),
        (None, among, Error, 2),
        (Some(200), r#"{"code":"CONFLICT","description":1,"x":1}"#, Nothing, 0),
        (Some(200), token, Nothing, 0),
        (None, token, Malformed, 2),
        (Some(400), token, Malformed, 2),
        // What is cut off cannot be told to have nothing else in it.
        (Some(200), r#"{"code":"A1","descr"#, Malformed, 1),
        (Some(200), r#"{"code":"CONFLICT","description":"d""#, Error, 2),
        (Some(404), r#"{"code":"NOT_FOUND""#, Error, 1),
        (None, r#"{"items":[],"code":"NOT_FOUND","x"#, Malformed, 1),
        (Some(200), "[] ]", Nothing, 1),
    ] {
        let judgement = judge(status, body.as_bytes());
        assert_eq!(
            (judgement.verdict, judgement.findings.len()),
            (verdict, count),
            "{status:?} {body} {:?}",
            ids(&judgement)
        );
    }
    let judgement = judge(Some(500), b"\xEF\xBB\xBF [1]");
    assert_eq!(ids(&judgement), ["common/byte-order-mark", "common/not-an-error-body"]);
    assert_eq!(judgement.findings[1].place, Place::value(4..5, Some("")));
}

/// The whole object, or what was read of it.
#[test]
fn an_error_is_given_with_its_place() {
    for (body, text) in [
        (r#" {"code":"A", "description":"d"} "#, r#"{"code":"A", "description":"d"}"#),
        (r#"{"code":"A"} {}"#, r#"{"code":"A"}"#),
        ("\u{FEFF}{\"code\":\"A\"}", r#"{"code":"A"}"#),
        (r#"{"code":"A",}"#, r#"{"code":"A","#),
        (r#"{"code":"A","descr"#, r#"{"code":"A","descr"#),
    ] {
        let judgement = judge(Some(400), body.as_bytes());
        let located = &judgement.errors[0];
        assert_eq!(&body[located.span.clone()], text);
        assert_eq!(located.pointer.as_deref(), Some(""));
    }
}

#[test]
fn challenges_are_held_against_the_status() {
    let errors = [("invalid_request", 400), ("invalid_token", 401), ("insufficient_scope", 403)];
    for (error, documented) in errors {
        let value = format!("Bearer error=\"{error}\", scope=\"bot\"");
        for status in 100..=999 {
            let mut expected = Vec::new();
            if ![400, 401, 403].contains(&status) {
                expected.push(("lineworks/challenge-unexpected", 0, value.clone()));
            }
            if status != documented {
                expected.push(("lineworks/challenge-status", 0, error.to_owned()));
            }
            assert_eq!(of_fields(Some(status), &[&value]), expected, "{error} under {status}");
        }
        assert_eq!(of_fields(None, &[&value]), []);
    }
}

#[test]
fn challenges_are_judged_by_themselves() {
    let scope = "lineworks/challenge-without-scope";
    let unknown = "lineworks/challenge-error-unknown";
    let scheme = "lineworks/challenge-scheme";
    let unexpected = "lineworks/challenge-unexpected";
    for (status, values, expected) in [
        (
            403,
            &[r#"Bearer error="insufficient_scope""#][..],
            &[(scope, 0, r#"Bearer error="insufficient_scope""#)][..],
        ),
        (403, &[r#"Bearer error="insufficient_scope", scope="""#], &[(scope, 0, r#"scope="""#)]),
        (403, &[r#"Bearer error="insufficient_scope", SCOPE=" ""#], &[(scope, 0, r#"SCOPE=" ""#)]),
        (403, &["Bearer error=insufficient_scope, scope=bot"], &[]),
        (401, &[r#"Bearer error="expired""#], &[(unknown, 0, "expired")]),
        (401, &[r#"Bearer error="""#], &[(unknown, 0, r#"error="""#)]),
        (401, &[r#"BEARER Error="Invalid_token""#], &[(unknown, 0, "Invalid_token")]),
        // Another scheme's error is its own.
        (401, &[r#"Hawk error="Stale timestamp", Bearer"#], &[]),
        (401, &["Basic realm=\"a\", Negotiate"], &[(scheme, 0, "Basic")]),
        (401, &["Negotiate", "Basic realm=\"a\""], &[(scheme, 0, "Negotiate")]),
        (401, &["Negotiate", "Bearer"], &[]),
        (401, &["Basic realm=\"a\", bEARER realm=\"b\""], &[]),
        (401, &["null Bearer error=\"invalid_token\""], &[]),
        (401, &["Bearer realm=\"a\", Bearer error=\"x\""], &[(unknown, 0, "x")]),
        (
            404,
            &["Bearer", "Basic realm=\"a\", Negotiate"],
            &[(unexpected, 0, "Bearer"), (unexpected, 1, "Basic realm=\"a\", Negotiate")],
        ),
        // No challenge at all.
        (401, &[""], &[]),
        (404, &[" , "], &[]),
        (404, &["error=\"invalid_token\""], &[]),
        (404, &[], &[]),
    ] {
        let expected: Vec<_> =
            expected.iter().map(|(id, index, text)| (*id, *index, (*text).to_owned())).collect();
        assert_eq!(of_fields(Some(status), values), expected, "{values:?} under {status}");
    }
}

#[test]
fn challenges_are_found_in_every_field_of_the_name() {
    let long = vec![b'a'; 64 * 1024 + 1];
    let fields = [
        Field { name: b"www-authenticate", value: b"Basic realm=\"a\"" },
        Field { name: b"proxy-authenticate", value: b"Digest" },
        Field { name: b"WWW-AUTHENTICATE", value: b"Bearer error=\"invalid_token\", Negotiate" },
        Field { name: b"Www-Authenticate", value: &long },
    ];
    let response = Response::new(b"").with_status(401).with_fields(&fields);
    let found: Vec<_> = challenges(&response)
        .map(|found| (found.index, found.challenge.scheme().to_owned()))
        .collect();
    let expected = [(0, "Basic"), (2, "Bearer"), (2, "Negotiate")];
    assert_eq!(found, expected.map(|(index, scheme)| (index, scheme.to_owned())));

    // A field that is too long is not read, and may hold the Bearer challenge.
    let fields = [fields[0], fields[3]];
    let response = response.with_fields(&fields);
    assert_eq!(check_challenges(&response, &Limits::default()), []);
    let judgement = check(&response, &EDITION, &Limits::default());
    assert_eq!(ids(&judgement), ["common/limit", "common/empty-body"]);
    let limits = Limits { field: 64 * 1024 + 1, ..Limits::default() };
    let findings = check_challenges(&response, &limits);
    assert_eq!(findings[0].rule.id, "lineworks/challenge-scheme");
}

#[test]
fn a_challenge_is_judged_beside_any_body() {
    let fields = [Field { name: b"www-authenticate", value: b"Bearer error=\"invalid_token\"" }];
    let limits = Limits::default();
    for (status, body, expected) in [
        (401, "", &["common/empty-body"][..]),
        (403, "", &["lineworks/challenge-status", "common/empty-body"]),
        (403, "<html>", &["lineworks/challenge-status", "common/not-an-error-body"]),
        (403, "{", &["lineworks/challenge-status", "common/malformed-json"]),
        (200, "", &["lineworks/challenge-unexpected", "lineworks/challenge-status"]),
    ] {
        let response = Response::new(body.as_bytes()).with_status(status).with_fields(&fields);
        assert_eq!(ids(&check(&response, &EDITION, &limits)), expected, "{status} {body}");
    }
}

#[test]
fn likeness_is_sure_of_documented_codes() {
    for (body, expected) in [
        (r#"{"code":"NOT_FOUND","description":"d"}"#, Likeness::Sure),
        (r#"{"code":"X_NOT_EXIST","description":"d","more":1}"#, Likeness::Sure),
        (r#"{"code":"NOT_FOUND"}"#, Likeness::Sure),
        (r#"{"code":"NOT_FOUND","descr"#, Likeness::Sure),
        (r#"{"returnCode":"01","returnMessage":"m"}"#, Likeness::Sure),
        (r#"{"code":"E1","description":"d"}"#, Likeness::Shape),
        (r#"{"code":404,"description":"d"}"#, Likeness::Shape),
        (r#"{"code":"DE","description":"Germany"}"#, Likeness::Shape),
        // A list's element.
        (r#"{"code":"DE","description":"Germany","name":"x"}"#, Likeness::No),
        (r#"{"id":1,"code":404,"description":"d"}"#, Likeness::No),
        (r#"{"error":"invalid_token","error_description":"d"}"#, Likeness::No),
        (r#"{"Code":"NOT_FOUND","Description":"d"}"#, Likeness::Shape),
        (r#"{"description":"d"}"#, Likeness::Shape),
        (r#"{"code":"NOT_FOUND","message":"m"}"#, Likeness::No),
        (r#"{"error":{"code":"NOT_FOUND","description":"m"}}"#, Likeness::No),
        (r#"{"ErrorCode":"X","Description":"d"}"#, Likeness::No),
        (r#"[{"code":"NOT_FOUND","description":"d"}]"#, Likeness::No),
        (r#"{"returnCode":"01"}"#, Likeness::No),
        (r#"{"ReturnCode":"01","returnMessage":"m"}"#, Likeness::No),
        ("{}", Likeness::No),
        ("<root/>", Likeness::No),
        ("", Likeness::No),
    ] {
        assert_eq!(likeness(body.as_bytes()), expected, "{body}");
    }
}

#[test]
fn limits_are_findings() {
    let body = br#"{"code":"NOT_FOUND","description":"d"}"#;
    let limits = Limits { body: 10, ..Limits::default() };
    let judgement = check(&Response::new(body), &EDITION, &limits);
    assert_eq!(judgement.verdict, Verdict::Malformed);
    assert_eq!(ids(&judgement), ["common/limit"]);

    let value = "Bearer error=x, ".repeat(4000);
    let fields = [Field { name: b"www-authenticate", value: value.as_bytes() }];
    let response = Response::new(body).with_status(404).with_fields(&fields);
    let judgement = check(&response, &EDITION, &Limits::default());
    assert_eq!(judgement.findings.len(), 101);
    assert_eq!(judgement.findings[100].received, "3901 more findings in this response");
    assert_eq!(judgement.verdict, Verdict::Error);
}

/// Reading, judging and dropping take no stack, at whatever depth.
#[test]
fn a_body_nested_a_million_deep() {
    let run = || {
        let deep = 1_000_000;
        for (open, close) in [("[", "]"), ("{\"code\":", "}")] {
            let nested = format!("{}1{}", open.repeat(deep), close.repeat(deep));
            let body = format!(r#"{{"code":"NOT_FOUND","description":"d","x":{nested}}}"#);
            assert_eq!(ApiError::from_json(body.as_bytes()).unwrap().code, Code::NotFound);
            let judgement = judge(Some(404), body.as_bytes());
            assert_eq!(ids(&judgement), ["lineworks/unknown-member"]);
            let cut = judge(Some(404), &body.as_bytes()[..body.len() - deep]);
            assert_eq!(cut.verdict, Verdict::Error);
            assert_eq!(cut.findings.last().unwrap().rule.id, "common/malformed-json");
            assert!(ApiError::from_json(nested.as_bytes()).is_err());
        }
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn unknown_codes_are_kept() {
    let code = Code::new("NEW_ONE");
    assert_eq!((code.as_str(), code.resource(), code.default_status()), ("NEW_ONE", None, None));
    assert_eq!(code.clone().into_owned(), code);
    let code = Code::new("USER_NOT_EXIST");
    assert_eq!((code.as_str(), code.resource()), ("USER_NOT_EXIST", Some("USER")));
    assert_eq!(code.clone().into_owned(), code);
}

#[test]
fn only_what_the_document_calls_temporary_is() {
    for row in CODES {
        let temporary = ApiError::new(row.code).is_temporary();
        assert_eq!(temporary, row.code == "SERVICE_UNAVAILABLE", "{}", row.code);
    }
    assert!(!ApiError::new("TOO_MANY_REQUESTS").is_temporary());
}

#[test]
fn an_error_is_shown_by_its_code_and_description() {
    let error = ApiError::new(Code::Conflict);
    assert_eq!(error.to_string(), "CONFLICT");
    let error = error.with_description("edited at the same time");
    assert_eq!(error.to_string(), "CONFLICT: edited at the same time");
    let owned: Box<dyn std::error::Error> = Box::new(error.into_owned());
    assert_eq!(owned.to_string(), "CONFLICT: edited at the same time");
}

#[cfg(feature = "serde")]
#[test]
fn serde_has_the_documents_names() {
    let error = ApiError::new("USER_NOT_EXIST").with_description("no such user");
    let json = serde_json::to_string(&error).unwrap();
    assert_eq!(json, r#"{"code":"USER_NOT_EXIST","description":"no such user"}"#);
    assert_eq!(serde_json::from_str::<ApiError<'_>>(&json).unwrap(), error);
    let other: ApiError<'_> = serde_json::from_str(r#"{"code":"X","description":null}"#).unwrap();
    assert_eq!(other, ApiError::new("X"));
    assert_eq!(serde_json::to_string(&other).unwrap(), r#"{"code":"X"}"#);
}

#[test]
fn rules_are_written_as_they_are_shown() {
    assert_eq!(RULES.len(), 13);
    for rule in RULES {
        assert!(rule.id.starts_with("lineworks/"), "{}", rule.id);
        let first = rule.docs[0].trim_start();
        assert!(first.starts_with(|c: char| c.is_uppercase() || c == '`'), "{}", rule.id);
        let promise = rule.docs.iter().take_while(|line| !line.trim().is_empty());
        assert!(promise.last().unwrap().ends_with('.'), "{}", rule.id);
        assert!(!rule.promise().is_empty() && rule.why().ends_with('.'), "{}", rule.id);
        assert!(rule.title.starts_with(char::is_lowercase), "{}", rule.id);
        assert!(!rule.title.ends_with('.'), "{}", rule.id);
        assert!(rule.source.starts_with("LINE WORKS errors, "), "{}", rule.id);
    }
}
