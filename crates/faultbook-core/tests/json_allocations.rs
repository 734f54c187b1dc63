//! Reading allocates nothing on ordinary bodies.

use faultbook_core::json::{Kind, Reader};

/// How often reading to the end allocates, and how many tokens there are.
fn allocations(body: &[u8], skip: bool) -> (u64, usize) {
    let mut tokens = 0;
    let info = allocation_counter::measure(|| {
        let mut json = Reader::new(body);
        while let Ok(Some(token)) = json.next() {
            tokens += 1;
            match token.kind {
                Kind::ObjectStart | Kind::ArrayStart if skip => {
                    assert!(json.skip_container().is_ok());
                }
                Kind::String(text) | Kind::Name(text) => {
                    assert!(text != "\u{1}" && !text.eq_ignore_ascii_case("\u{1}"));
                    assert!(text.is_escaped() || text.decode() == text.raw());
                }
                _ => {}
            }
        }
    });
    assert_eq!(info.bytes_current, 0);
    (info.count_total, tokens)
}

#[test]
fn none_on_the_shapes_of_the_documents() {
    let bodies: [&[u8]; 6] = [
        br#"{"error": {"errorCode": "4710", "errorAction": "playlist_delete", "errorType": "account", "errorMessage": "Require: 100"}}"#,
        br#"{"error": {"code": "invalidRange", "message": "x", "innererror": {"code": "cannotSplitRange", "innererror": {"code": "z"}}}}"#,
        br#"{"Error": {"ErrorCode": "CATALOG_INVALID_CONTENT_ID", "D\u0065\/": 0, "Description": "a \"b\" \u00e9\/", "Message": "\ud834\udd1e"}}"#,
        br#"{"code": "NOT_FOUND", "description": "Content doesn't exist."}"#,
        b"\xEF\xBB\xBF [1, -2.5e3, true, false, null, [], {}, \"\"] \n",
        br#"{"a":0,"b":1,"c":2,"d":3,"e":4,"f":5,"g":6,"h":7,"i":8,"j":9,"k":10,"l":11,"m":12,"n":13,"o":14,"p":15}"#,
    ];
    for body in bodies {
        let shown = String::from_utf8_lossy(body);
        let (count, tokens) = allocations(body, false);
        assert_eq!(count, 0, "{shown}");
        assert!(tokens > 3);
        assert_eq!(allocations(body, true), (0, 1), "{shown}");
    }
}

#[test]
fn none_down_to_sixteen_levels() {
    let body = format!("{}0{}", "{\"a\":[".repeat(8), "]}".repeat(8));
    assert_eq!(allocations(body.as_bytes(), false).0, 0);
}

#[test]
fn none_for_many_small_objects() {
    let body =
        format!("[{}0]", r#"{"id": 1, "error": {"code": "x", "message": "y"}},"#.repeat(10_000));
    let (count, tokens) = allocations(body.as_bytes(), false);
    assert_eq!((count, tokens), (0, 10_000 * 11 + 3));
}

#[test]
fn none_for_a_fault() {
    for body in ["", "{\"a\" 1}", "[1,", "\"\\ud800\"", "{} x", "[\u{1}]"] {
        assert_eq!(allocations(body.as_bytes(), false).0, 0, "{body}");
    }
    assert_eq!(allocations(b"[\"\xFF\"]", false).0, 0);
}

/// The counter counts: what is not ordinary does allocate.
#[test]
fn some_where_it_is_not_ordinary() {
    let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
    assert_ne!(allocations(deep.as_bytes(), false).0, 0);
    assert_ne!(allocations(br#"{"a":0,"a":1}"#, false).0, 0);
}
