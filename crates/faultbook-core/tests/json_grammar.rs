//! The grammar of RFC 8259, production by production: what is accepted, and the exact fault of
//! what is nearly so.

use std::ops::Range;

use faultbook_core::json::{Kind, Reader};
use faultbook_core::{Fault, FaultKind, Found};

const VALUE: &str = "a value";
const CHARACTER: &str = "a character from U+0020 on, an escape or `\"`";
const ESCAPE: &str = "one of `\"`, `\\`, `/`, `b`, `f`, `n`, `r`, `t` and `u`";
const HEX: &str = "four hexadecimal digits";
const LOW_HALF: &str = "the low half of a surrogate pair";
const NO_LOW_HALF: &str = "a character or the high half of a surrogate pair";
const AFTER_ZERO: &str = "`.`, `e` or the end of the number";
const EXPONENT: &str = "a digit, `+` or `-`";
const ARRAY_NEXT: &str = "`,` or `]`";
const OBJECT_NEXT: &str = "`,` or `}`";
const DOCUMENT_END: &str = "the end of the document";
const UTF8: &str = "text in UTF-8";

fn read(body: &[u8]) -> Result<usize, Fault> {
    let mut json = Reader::new(body);
    let mut tokens = 0;
    while json.next()?.is_some() {
        tokens += 1;
    }
    Ok(tokens)
}

/// A body and how many tokens it has.
const ACCEPTED: &[(&[u8], usize)] = &[
    // JSON-text = ws value ws
    (b"null", 1),
    (b" \t\n\r null \t\n\r ", 1),
    (b"\xEF\xBB\xBFnull", 1),
    (b"\xEF\xBB\xBF null", 1),
    // value
    (b"true", 1),
    (b"false", 1),
    (b"0", 1),
    (b"\"\"", 1),
    (b"[]", 2),
    (b"{}", 2),
    // array
    (b"[ ]", 2),
    (b"[null]", 3),
    (b"[null,true]", 4),
    (b" [ null , true ] ", 4),
    (b"[[],[[]]]", 8),
    // object
    (b"{ }", 2),
    (b"{\"\":0}", 4),
    (b"{\"a\":0,\"b\":[]}", 7),
    (b"\n{\n\"a\"\n:\n0\n,\n\"b\"\n:\n{\n}\n}\n", 7),
    (b"{\"a\":0,\"a\":1}", 6),
    // number
    (b"-0", 1),
    (b"9", 1),
    (b"-10", 1),
    (b"1234567890", 1),
    (b"0.0", 1),
    (b"0.00", 1),
    (b"-1.50", 1),
    (b"0e0", 1),
    (b"1E9", 1),
    (b"1e+9", 1),
    (b"1e-09", 1),
    (b"1.5E-9", 1),
    (b"1e400", 1),
    (b"-1e-400", 1),
    (b"123456789012345678901234567890", 1),
    (b"[0,-0]", 4),
    // string
    (b"\" !#[]~\x7F\"", 1),
    (b"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", 1),
    (b"\"\\u0000\\u001f\\u001F\\uabcd\\uABCD\"", 1),
    (b"\"\\uD7FF\\uE000\\uFFFF\"", 1),
    (b"\"\\uD800\\uDC00\\uDBFF\\udfff\"", 1),
    (b"\"\\\\uD800\"", 1),
    ("\"é € 𝄞 \u{FEFF} \u{2028}\"".as_bytes(), 1),
];

#[test]
fn what_is_accepted() {
    for &(body, tokens) in ACCEPTED {
        assert_eq!(read(body), Ok(tokens), "{:?}", String::from_utf8_lossy(body));
    }
}

type Refused = (&'static [u8], FaultKind, Range<usize>, Found, &'static str);

fn refused() -> Vec<Refused> {
    use FaultKind::{Empty, Encoding, ForbiddenCharacter, LoneSurrogate, Syntax, TrailingContent};
    use Found::{Byte, Char, End, Phrase};
    vec![
        // JSON-text: a value has to be there …
        (b"", Empty, 0..0, End, VALUE),
        (b" \r\n", Empty, 3..3, End, VALUE),
        (b"\xEF\xBB\xBF", Empty, 3..3, End, VALUE),
        (b"\xEF\xBB\xBF\n", Empty, 4..4, End, VALUE),
        // … the mark may stand only in front, and only once …
        (b" \xEF\xBB\xBFnull", Syntax, 1..4, Char('\u{FEFF}'), VALUE),
        (b"\xEF\xBB\xBF\xEF\xBB\xBF1", Syntax, 3..6, Char('\u{FEFF}'), VALUE),
        (b"\xEF\xBB", Encoding, 0..2, Byte(0xEF), UTF8),
        // … white space is four characters …
        (b"\x0Cnull", Syntax, 0..1, Char('\x0C'), VALUE),
        (b"\x0Bnull", Syntax, 0..1, Char('\x0B'), VALUE),
        (b"\0null", Syntax, 0..1, Char('\0'), VALUE),
        ("\u{A0}null".as_bytes(), Syntax, 0..2, Char('\u{A0}'), VALUE),
        // … and nothing follows.
        (b"null null", TrailingContent, 5..9, Char('n'), DOCUMENT_END),
        (b"{} \n<br />\r\n ", TrailingContent, 4..10, Char('<'), DOCUMENT_END),
        (b"{}}", TrailingContent, 2..3, Char('}'), DOCUMENT_END),
        (b"1,", TrailingContent, 1..2, Char(','), DOCUMENT_END),
        (b"1a", TrailingContent, 1..2, Char('a'), DOCUMENT_END),
        (b"truey", TrailingContent, 4..5, Char('y'), DOCUMENT_END),
        ("\"\"é".as_bytes(), TrailingContent, 2..4, Char('é'), DOCUMENT_END),
        (b"null\0", TrailingContent, 4..5, Char('\0'), DOCUMENT_END),
        (b"null \xFF\n", TrailingContent, 5..6, Byte(0xFF), DOCUMENT_END),
        // value
        (b"'a'", Syntax, 0..1, Char('\''), VALUE),
        (b"<html>", Syntax, 0..1, Char('<'), VALUE),
        (b"NaN", Syntax, 0..1, Char('N'), VALUE),
        (b"Infinity", Syntax, 0..1, Char('I'), VALUE),
        (b"True", Syntax, 0..1, Char('T'), VALUE),
        (b"// x\n1", Syntax, 0..1, Char('/'), VALUE),
        (b"]", Syntax, 0..1, Char(']'), VALUE),
        (b"}", Syntax, 0..1, Char('}'), VALUE),
        (b",", Syntax, 0..1, Char(','), VALUE),
        (b":", Syntax, 0..1, Char(':'), VALUE),
        ("é".as_bytes(), Syntax, 0..2, Char('é'), VALUE),
        // literals
        (b"t", Syntax, 1..1, End, "`true`"),
        (b"tru", Syntax, 3..3, End, "`true`"),
        (b"trUe", Syntax, 2..3, Char('U'), "`true`"),
        (b"[tru]", Syntax, 4..5, Char(']'), "`true`"),
        (b"f", Syntax, 1..1, End, "`false`"),
        (b"falze", Syntax, 3..4, Char('z'), "`false`"),
        (b"[fals", Syntax, 5..5, End, "`false`"),
        (b"nul", Syntax, 3..3, End, "`null`"),
        (b"nil", Syntax, 1..2, Char('i'), "`null`"),
        (b"nul\xFF", Encoding, 3..4, Byte(0xFF), UTF8),
        // array
        (b"[", Syntax, 1..1, End, "a value or `]`"),
        (b"[ ", Syntax, 2..2, End, "a value or `]`"),
        (b"[,", Syntax, 1..2, Char(','), "a value or `]`"),
        (b"[}", Syntax, 1..2, Char('}'), "a value or `]`"),
        (b"[1", Syntax, 2..2, End, ARRAY_NEXT),
        (b"[1 ", Syntax, 3..3, End, ARRAY_NEXT),
        (b"[1}", Syntax, 2..3, Char('}'), ARRAY_NEXT),
        (b"[1 2]", Syntax, 3..4, Char('2'), ARRAY_NEXT),
        (b"[1:2]", Syntax, 2..3, Char(':'), ARRAY_NEXT),
        (b"[\"a\" \"b\"]", Syntax, 5..6, Char('"'), ARRAY_NEXT),
        (b"[1,", Syntax, 3..3, End, VALUE),
        (b"[1,]", Syntax, 3..4, Char(']'), VALUE),
        (b"[1,,2]", Syntax, 3..4, Char(','), VALUE),
        (b"[[]", Syntax, 3..3, End, ARRAY_NEXT),
        (b"[{}}", Syntax, 3..4, Char('}'), ARRAY_NEXT),
        (b"[1\xC3", Encoding, 2..3, Byte(0xC3), UTF8),
        // object
        (b"{", Syntax, 1..1, End, "a member name or `}`"),
        (b"{,", Syntax, 1..2, Char(','), "a member name or `}`"),
        (b"{]", Syntax, 1..2, Char(']'), "a member name or `}`"),
        (b"{a:1}", Syntax, 1..2, Char('a'), "a member name or `}`"),
        (b"{1:1}", Syntax, 1..2, Char('1'), "a member name or `}`"),
        (b"{'a':1}", Syntax, 1..2, Char('\''), "a member name or `}`"),
        (b"{\"a\"", Syntax, 4..4, End, "`:`"),
        (b"{\"a\"}", Syntax, 4..5, Char('}'), "`:`"),
        (b"{\"a\",1}", Syntax, 4..5, Char(','), "`:`"),
        (b"{\"a\" 1}", Syntax, 5..6, Char('1'), "`:`"),
        (b"{\"a\"=1}", Syntax, 4..5, Char('='), "`:`"),
        (b"{\"a\":", Syntax, 5..5, End, VALUE),
        (b"{\"a\":}", Syntax, 5..6, Char('}'), VALUE),
        (b"{\"a\"::1}", Syntax, 5..6, Char(':'), VALUE),
        (b"{\"a\":1", Syntax, 6..6, End, OBJECT_NEXT),
        (b"{\"a\":1]", Syntax, 6..7, Char(']'), OBJECT_NEXT),
        (b"{\"a\":1 \"b\":2}", Syntax, 7..8, Char('"'), OBJECT_NEXT),
        (b"{\"a\":1;", Syntax, 6..7, Char(';'), OBJECT_NEXT),
        (b"{\"a\":1:", Syntax, 6..7, Char(':'), OBJECT_NEXT),
        (b"{\"a\":1,", Syntax, 7..7, End, "a member name"),
        (b"{\"a\":1,}", Syntax, 7..8, Char('}'), "a member name"),
        (b"{\"a\":1,,", Syntax, 7..8, Char(','), "a member name"),
        (b"{\"a\":[]]", Syntax, 7..8, Char(']'), OBJECT_NEXT),
        (b"{\"a\":{}", Syntax, 7..7, End, OBJECT_NEXT),
        // number
        (b"+1", Syntax, 0..1, Char('+'), VALUE),
        (b".5", Syntax, 0..1, Char('.'), VALUE),
        (b"-", Syntax, 1..1, End, "a digit"),
        (b"--1", Syntax, 1..2, Char('-'), "a digit"),
        (b"-a", Syntax, 1..2, Char('a'), "a digit"),
        (b"-.5", Syntax, 1..2, Char('.'), "a digit"),
        (b"-Infinity", Syntax, 1..2, Char('I'), "a digit"),
        (b"00", Syntax, 1..2, Char('0'), AFTER_ZERO),
        (b"01", Syntax, 1..2, Char('1'), AFTER_ZERO),
        (b"-012", Syntax, 2..3, Char('1'), AFTER_ZERO),
        (b"0x1", TrailingContent, 1..3, Char('x'), DOCUMENT_END),
        (b"[0x1]", Syntax, 2..3, Char('x'), ARRAY_NEXT),
        (b"1_000", TrailingContent, 1..5, Char('_'), DOCUMENT_END),
        (b"1.", Syntax, 2..2, End, "a digit"),
        (b"1.e1", Syntax, 2..3, Char('e'), "a digit"),
        (b"[1.]", Syntax, 3..4, Char(']'), "a digit"),
        (b"1.2.3", TrailingContent, 3..5, Char('.'), DOCUMENT_END),
        (b"1e", Syntax, 2..2, End, EXPONENT),
        (b"1e.5", Syntax, 2..3, Char('.'), EXPONENT),
        (b"0e]", Syntax, 2..3, Char(']'), EXPONENT),
        (b"1e+", Syntax, 3..3, End, "a digit"),
        (b"1E-x", Syntax, 3..4, Char('x'), "a digit"),
        (b"1e+-1", Syntax, 3..4, Char('-'), "a digit"),
        (b"1e1.5", TrailingContent, 3..5, Char('.'), DOCUMENT_END),
        ("١".as_bytes(), Syntax, 0..2, Char('١'), VALUE),
        (b"-\xFF", Encoding, 1..2, Byte(0xFF), UTF8),
        // string
        (b"\"", Syntax, 1..1, End, CHARACTER),
        (b"\"abcdefgh", Syntax, 9..9, End, CHARACTER),
        (b"[\"a]", Syntax, 4..4, End, CHARACTER),
        (b"{\"a:1}", Syntax, 6..6, End, CHARACTER),
        (b"\"a\nb\"", ForbiddenCharacter, 2..3, Char('\n'), CHARACTER),
        (b"\"\0\"", ForbiddenCharacter, 1..2, Char('\0'), CHARACTER),
        (b"\"abcdefgh\x1F\"", ForbiddenCharacter, 9..10, Char('\x1F'), CHARACTER),
        (b"{\"\t\":1}", ForbiddenCharacter, 2..3, Char('\t'), CHARACTER),
        (b"\"a\xFF\"", Encoding, 2..3, Byte(0xFF), UTF8),
        (b"\"\xC0\x80\"", Encoding, 1..2, Byte(0xC0), UTF8),
        (b"\"\xED\xA0\x80\"", Encoding, 1..2, Byte(0xED), UTF8),
        (b"\"\xF0\x9D\x84\"", Encoding, 1..4, Byte(0xF0), UTF8),
        (b"\"\xF0\x9D\x84", Encoding, 1..4, Byte(0xF0), UTF8),
        (b"\"\xF4\x90\x80\x80\"", Encoding, 1..2, Byte(0xF4), UTF8),
        (b"\"\\\xFF", Encoding, 2..3, Byte(0xFF), UTF8),
        (b"\"\n\xFF\"", ForbiddenCharacter, 1..2, Char('\n'), CHARACTER),
        // escape
        (b"\"\\", Syntax, 2..2, End, ESCAPE),
        (b"\"\\x41\"", Syntax, 2..3, Char('x'), ESCAPE),
        (b"\"\\'\"", Syntax, 2..3, Char('\''), ESCAPE),
        (b"\"\\N\"", Syntax, 2..3, Char('N'), ESCAPE),
        (b"\"\\U0041\"", Syntax, 2..3, Char('U'), ESCAPE),
        (b"\"\\\n\"", Syntax, 2..3, Char('\n'), ESCAPE),
        ("\"\\é\"".as_bytes(), Syntax, 2..4, Char('é'), ESCAPE),
        (b"\"\\u", Syntax, 3..3, End, HEX),
        (b"\"\\u004", Syntax, 6..6, End, HEX),
        (b"\"\\u004\"", Syntax, 6..7, Char('"'), HEX),
        (b"\"\\u00g0\"", Syntax, 5..6, Char('g'), HEX),
        (b"\"\\u+041\"", Syntax, 3..4, Char('+'), HEX),
        (b"\"\\u{41}\"", Syntax, 3..4, Char('{'), HEX),
        ("\"\\u00é1\"".as_bytes(), Syntax, 5..7, Char('é'), HEX),
        // surrogates
        (
            b"\"\\uDC00\"",
            LoneSurrogate,
            1..7,
            Phrase("the low half of a surrogate pair"),
            NO_LOW_HALF,
        ),
        (
            b"\"a\\udfff",
            LoneSurrogate,
            2..8,
            Phrase("the low half of a surrogate pair"),
            NO_LOW_HALF,
        ),
        (b"\"\\uD800\"", LoneSurrogate, 7..8, Char('"'), LOW_HALF),
        (b"\"\\uD800x", LoneSurrogate, 7..8, Char('x'), LOW_HALF),
        ("\"\\uD800é".as_bytes(), LoneSurrogate, 7..9, Char('é'), LOW_HALF),
        (b"\"\\uD800\n", LoneSurrogate, 7..8, Char('\n'), LOW_HALF),
        (b"\"\\uD800\\n\"", LoneSurrogate, 7..9, Phrase("another escape"), LOW_HALF),
        (b"\"\\uD800\\u0041\"", LoneSurrogate, 7..13, Phrase("another escape"), LOW_HALF),
        (b"\"\\uDBFF\\uDBFF\"", LoneSurrogate, 7..13, Phrase("another escape"), LOW_HALF),
        (b"\"\\uD800\\uE000\"", LoneSurrogate, 7..13, Phrase("another escape"), LOW_HALF),
        (b"\"\\uD800", Syntax, 7..7, End, LOW_HALF),
        (b"\"\\uD800\\", Syntax, 8..8, End, LOW_HALF),
        (b"\"\\uD800\\u", Syntax, 9..9, End, HEX),
        (b"\"\\uD800\\uDC0\"", Syntax, 12..13, Char('"'), HEX),
        (b"\"\\uD800\xFF", Encoding, 7..8, Byte(0xFF), UTF8),
        (b"\"\\uD800\\\xFF", Encoding, 8..9, Byte(0xFF), UTF8),
        (
            b"\"\\uD834\\uDD1E\\uDD1E\"",
            LoneSurrogate,
            13..19,
            Phrase("the low half of a surrogate pair"),
            NO_LOW_HALF,
        ),
        (b"{\"\\uD800\":1}", LoneSurrogate, 8..9, Char('"'), LOW_HALF),
    ]
}

#[test]
fn exact_faults() {
    for (body, kind, span, found, expected) in refused() {
        let shown = String::from_utf8_lossy(body);
        let mut json = Reader::new(body);
        while json.next().is_ok() {}
        assert_eq!(json.position(), span.start, "{shown:?}");
        let fault = read(body).expect_err(&shown);
        assert_eq!(fault, Fault::new(kind, span, found, expected), "{shown:?}");
    }
}

#[test]
fn a_fault_comes_again() {
    let mut json = Reader::new(b"[1,]");
    assert!(json.next().is_ok());
    assert!(json.next().is_ok());
    let fault = json.next().unwrap_err();
    assert_eq!(json.next(), Err(fault.clone()));
    assert_eq!(json.skip_container(), Err(fault.clone()));
    assert_eq!(json.next(), Err(fault));
    assert_eq!(json.position(), 3);
}

#[test]
fn the_pointer_after_a_fault() {
    for (body, pointer) in [
        ("x", ""),
        ("[x", ""),
        ("[1 x", "/0"),
        ("[1,x", "/1"),
        ("{\"a\":{x", "/a"),
        ("{\"a\":[1,{\"b\":2,x", "/a/1/b"),
        ("[{}] x", ""),
    ] {
        let mut json = Reader::new(body.as_bytes());
        while json.next().is_ok() {}
        assert_eq!(json.pointer().as_deref(), Some(pointer), "{body}");
    }
}

#[test]
fn the_end_comes_again() {
    let mut json = Reader::new(b" 1 \n");
    assert!(json.next().unwrap().is_some());
    assert_eq!(json.position(), 2);
    assert_eq!(json.next(), Ok(None));
    assert_eq!(json.next(), Ok(None));
    assert_eq!(json.position(), 4);
}

#[test]
fn tokens_spans_depths_and_pointers() {
    let body =
        br#" {"a/b": [1, {"~\u0063": "x\ny"}, []], "": {"": null}, "t": true, "n": -0.5e3} "#;
    let mut json = Reader::new(body);
    let mut shown = Vec::new();
    while let Some(token) = json.next().unwrap() {
        let written = std::str::from_utf8(&body[token.span.clone()]).unwrap();
        let text = match token.kind {
            Kind::Name(text) => format!("name {}", text.decode()),
            Kind::String(text) => format!("string {}", text.decode().escape_debug()),
            Kind::Number(text) => format!("number {text}"),
            other => format!("{other:?}"),
        };
        shown.push(format!(
            "{} {written} | {text} | {} | {}",
            token.span.start,
            json.depth(),
            json.pointer().unwrap()
        ));
        assert_eq!(json.position(), token.span.end);
    }
    let expected = [
        "1 { | ObjectStart | 1 | ",
        r#"2 "a/b" | name a/b | 1 | /a~1b"#,
        "9 [ | ArrayStart | 2 | /a~1b",
        "10 1 | number 1 | 2 | /a~1b/0",
        "13 { | ObjectStart | 3 | /a~1b/1",
        r#"14 "~\u0063" | name ~c | 3 | /a~1b/1/~0c"#,
        r#"25 "x\ny" | string x\ny | 3 | /a~1b/1/~0c"#,
        "31 } | ObjectEnd | 2 | /a~1b/1",
        "34 [ | ArrayStart | 3 | /a~1b/2",
        "35 ] | ArrayEnd | 2 | /a~1b/2",
        "36 ] | ArrayEnd | 1 | /a~1b",
        r#"39 "" | name  | 1 | /"#,
        "43 { | ObjectStart | 2 | /",
        r#"44 "" | name  | 2 | //"#,
        "48 null | Null | 2 | //",
        "52 } | ObjectEnd | 1 | /",
        r#"55 "t" | name t | 1 | /t"#,
        "60 true | Bool(true) | 1 | /t",
        r#"66 "n" | name n | 1 | /n"#,
        "71 -0.5e3 | number -0.5e3 | 1 | /n",
        "77 } | ObjectEnd | 0 | ",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn skipping() {
    let body = br#" {"a": [1, {"b": []}, "]"], "c": {}, "d": 1} "#;
    let mut json = Reader::new(body);
    let mut spans = Vec::new();
    while let Some(token) = json.next().unwrap() {
        if json.depth() > 1 {
            let span = json.skip_container().unwrap();
            spans
                .push((std::str::from_utf8(&body[span.clone()]).unwrap(), json.pointer().unwrap()));
            // A second time there is nothing to skip.
            assert_eq!(json.skip_container(), Ok(span));
        } else if let Kind::Name(_) | Kind::Number(_) = token.kind {
            assert_eq!(json.skip_container(), Ok(token.span));
        }
    }
    let expected = [(r#"[1, {"b": []}, "]"]"#, "/a".to_owned()), ("{}", "/c".to_owned())];
    assert_eq!(spans, expected);
    // The last token was the closing brace.
    assert_eq!(json.skip_container(), Ok(body.len() - 2..body.len() - 1));

    let mut json = Reader::new(br#"{"a": [1, tru]}"#);
    json.next().unwrap();
    let fault = json.skip_container().unwrap_err();
    assert_eq!((fault.span(), fault.expected()), (13..14, "`true`"));
    assert_eq!(json.pointer().as_deref(), Some("/a/1"));
}

#[test]
fn a_byte_order_mark_is_noticed_and_counted() {
    let mut json = Reader::new(b"\xEF\xBB\xBF [1]");
    assert!(json.has_byte_order_mark());
    assert_eq!(json.position(), 3);
    assert_eq!(json.next().unwrap().unwrap().span, 4..5);
    assert_eq!(json.skip_container(), Ok(4..7));
    assert!(!Reader::new(b"[1]").has_byte_order_mark());
    assert!(!Reader::new(b"[\"\xEF\xBB\xBF\"]").has_byte_order_mark());
}

#[test]
fn pointers_have_limits() {
    use faultbook_core::json::{MAX_POINTER, MAX_POINTER_LEVELS};

    // `{"a…a":0}`: a pointer of one step.
    for (length, given) in [(MAX_POINTER - 1, true), (MAX_POINTER, false), (3 * MAX_POINTER, false)]
    {
        let name = "a".repeat(length);
        let body = format!("[{{\"{name}\":0}},1]");
        let mut json = Reader::new(&body.as_bytes()[1..]);
        json.next().unwrap();
        json.next().unwrap();
        assert_eq!(json.pointer(), given.then(|| format!("/{name}")));
        // What comes after has a pointer again.
        let mut json = Reader::new(body.as_bytes());
        while json.next().unwrap().is_some_and(|token| token.kind != Kind::Number("1")) {}
        assert_eq!(json.pointer().as_deref(), Some("/1"));
    }
    // `[[…[0,1]…],2]`: `/0` to the limit of levels, which is a pointer of 4096 bytes.
    for (depth, given) in [(MAX_POINTER_LEVELS, true), (MAX_POINTER_LEVELS + 1, false)] {
        let body = format!("{}0,1{},2]", "[".repeat(depth), "]".repeat(depth - 1));
        let mut json = Reader::new(body.as_bytes());
        let mut last = None;
        while let Some(token) = json.next().unwrap() {
            let pointer = json.pointer();
            match token.kind {
                Kind::Number("0") => assert_eq!(pointer, given.then(|| "/0".repeat(depth))),
                Kind::Number("1") => {
                    assert_eq!(pointer, given.then(|| "/0".repeat(depth - 1) + "/1"));
                }
                Kind::Number("2") => last = pointer,
                _ => {}
            }
        }
        assert_eq!(last.as_deref(), Some("/1"));
    }
}

#[test]
fn long_pointers_of_indexes_are_left_out() {
    let step = "0,".repeat(10) + "[";
    for (depth, given) in [(1_365, true), (1_366, false)] {
        let body = format!("[{}{}1{}", step.repeat(depth - 1), "0,".repeat(10), "]".repeat(depth));
        let mut json = Reader::new(body.as_bytes());
        while json.next().unwrap().is_some_and(|token| token.kind != Kind::Number("1")) {}
        assert_eq!(json.pointer(), given.then(|| "/10".repeat(depth)));
    }
}

#[test]
fn every_escape_is_decoded() {
    let body = br#""\"\\\/\b\f\n\r\t\u0061\u00E9\u20ac\ud834\udd1e\u0000 ""#;
    let token = Reader::new(body).next().unwrap().unwrap();
    let Kind::String(text) = token.kind else { panic!("{token:?}") };
    let decoded = "\"\\/\u{8}\u{C}\n\r\taé€𝄞\0 ";
    assert_eq!(text.decode(), decoded);
    assert!(text == decoded && text.chars().eq(decoded.chars()));
}

#[test]
fn texts_compare_as_decoded() {
    let body = br#"["caf\u00E9 \ud834\udd1e\/\"", "plain", "", "\u0000"]"#;
    let mut json = Reader::new(body);
    let mut texts = Vec::new();
    while let Some(token) = json.next().unwrap() {
        if let Kind::String(text) = token.kind {
            texts.push(text);
        }
    }
    let [escaped, plain, empty, nul] = texts[..] else { panic!("{texts:?}") };
    assert!(escaped == "café 𝄞/\"");
    assert!(escaped != "café 𝄞/");
    assert!(escaped != "café 𝄞/\"x");
    assert!(escaped.eq_ignore_ascii_case("CAFé 𝄞/\""));
    assert!(!escaped.eq_ignore_ascii_case("CAFÉ 𝄞/\""));
    assert!(!escaped.eq_ignore_ascii_case("café 𝄞/\"x"));
    assert!(!escaped.eq_ignore_ascii_case("café 𝄞/"));
    assert_eq!(escaped.to_string(), "café 𝄞/\"");
    assert!(escaped.is_escaped() && escaped.raw().len() == 26);
    assert!(plain == *"plain" && !plain.is_escaped() && plain.eq_ignore_ascii_case("PLAIN"));
    assert!(matches!(plain.decode(), std::borrow::Cow::Borrowed("plain")));
    assert!(empty == "" && empty != "x" && nul == "\0" && nul != empty && nul == nul);
    assert!(plain != escaped);
    assert!(escaped != plain);
}
