//! Reading allocates nothing where nothing is escaped.

use lineworks_error::ApiError;

#[test]
fn reading_a_documented_body_allocates_nothing() {
    let mut bodies = 0;
    for case in faultbook_corpus::cases("lineworks") {
        let Some(body) = case.body else { continue };
        // An escape asks for a text of its own.
        if !case.id.contains("/documented-") {
            continue;
        }
        bodies += 1;
        let mut code = None;
        let allocated = allocation_counter::measure(|| {
            code = ApiError::from_json(body).ok().map(|error| error.code);
        });
        assert_eq!(allocated.count_total, 0, "{}: {allocated:?}", case.id);
        assert!(code.is_some(), "{}", case.id);
    }
    assert_eq!(bodies, 1, "the document prints one body");
}

#[test]
fn reading_any_plain_body_allocates_nothing() {
    for body in [
        r#"{"code":"USER_NOT_EXIST","description":"no such user"}"#,
        "\u{feff} {\"description\": \"größer\", \"code\": \"UNHEARD_OF\"}\r\n",
        r#"{"a":{"b":[[1,2],{"c":null}]},"code":404,"description":null}"#,
        r#"{"code":"NOT_FOUND","description":"cut o"#,
        r#"{"code":"NOT_FOUND"} and more"#,
        r#"{"returnCode":"01","returnMessage":"no"}"#,
        "[]",
        "",
    ] {
        let allocated = allocation_counter::measure(|| drop(ApiError::from_json(body.as_bytes())));
        assert_eq!(allocated.count_total, 0, "{body}: {allocated:?}");
    }
}

/// The counter counts: an escape is decoded into a text of its own.
#[test]
fn an_escape_allocates_its_text_and_nothing_else() {
    let body = br#"{"code":"NOT_FOUND","description":"a\nb"}"#;
    let allocated = allocation_counter::measure(|| drop(ApiError::from_json(body)));
    assert_eq!(allocated.count_total, 1, "{allocated:?}");
}
