//! Documents in our own words and in the layouts of those that are published, read into facts; and
//! facts of any kind, rendered in each layout and read back.
#![expect(clippy::needless_raw_string_hashes, reason = "the snapshots are written by a tool")]

mod render;

use std::fmt::Write as _;
use std::ops::Range;

use faultbook::document::{self, Document};
use faultbook::facts::{Facts, Origin, Wording};
use faultbook::service;
use proptest::prelude::*;
use render::{LAYOUTS, catalog};
use snapbox::{assert_data_eq, str};

fn read(service_name: &str, text: &[u8]) -> Result<Document, document::ReadError> {
    document::read("document", text, service(service_name).expect("a service"))
}

/// Where a fact stands, as `line:column`.
fn at(document: &Document, origin: &Origin) -> String {
    let (line, column) = document.position(bytes(origin).start);
    format!("{line}:{column}")
}

fn bytes(origin: &Origin) -> Range<usize> {
    match origin {
        Origin::Document(span) => span.clone(),
        Origin::Catalog(row) => panic!("{row} is no place in a document"),
    }
}

fn words(wording: Option<&Wording>) -> &str {
    wording.and_then(|wording| wording.text.as_deref()).unwrap_or("-")
}

/// A document's facts, a line each.
fn shown(name: &str) -> String {
    let path = format!("{}/tests/documents/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read(path).expect("a document of the tests");
    let (service_name, _) = name.split_once('-').expect("a service and a kind");
    let document = read(service_name, &text).expect("a document");
    let facts = &document.facts;
    let mut out = String::new();
    for fact in &facts.statuses {
        let place = at(&document, &fact.origin);
        let reason = fact.reason.as_deref().unwrap_or("-");
        let words = words(fact.wording.as_ref());
        writeln!(out, "{place} status {} | {reason} | {words}", fact.status).unwrap();
    }
    for fact in &facts.codes {
        let place = at(&document, &fact.origin);
        write!(out, "{place} code {}", fact.code).unwrap();
        for status in &fact.statuses {
            let reason = status.reason.as_deref().unwrap_or("-");
            write!(out, " [{} {reason}]", status.status).unwrap();
        }
        let parts = [fact.group.as_deref(), fact.level.map(faultbook::core::Level::as_str)];
        for part in parts.into_iter().flatten() {
            write!(out, " ({part})").unwrap();
        }
        let name = fact.name.as_deref().unwrap_or("-");
        writeln!(out, " | {name} | {}", words(fact.wording.as_ref())).unwrap();
    }
    for fact in &facts.members {
        let (place, kind) = (at(&document, &fact.origin), fact.kind.as_deref().unwrap_or("-"));
        writeln!(out, "{place} member {} | {kind} | {}", fact.name, words(fact.wording.as_ref()))
            .unwrap();
    }
    for fact in &facts.fields {
        let place = at(&document, &fact.origin);
        let colon = if fact.has_colon { ":" } else { "" };
        let status = fact.status.map_or("-".to_owned(), |status| status.to_string());
        let words = words(fact.wording.as_ref());
        writeln!(out, "{place} field {status} | {}{colon} {} | {words}", fact.name, fact.value)
            .unwrap();
    }
    for example in &facts.examples {
        let place = at(&document, &example.origin);
        let heading = example.heading.as_ref().map_or("-".to_owned(), |heading| {
            format!("{} {}", heading.code, heading.name.as_deref().unwrap_or("-"))
        });
        let language = example.language.as_deref().unwrap_or("-");
        let codes: Vec<_> = example.errors.iter().map(|error| error.codes.join(" > ")).collect();
        let syntax = example.syntax;
        writeln!(
            out,
            "{place} example {heading} | {syntax:?} as {language} | {}",
            codes.join(", ")
        )
        .unwrap();
    }
    for wording in &facts.prose {
        writeln!(out, "{} prose {}", at(&document, &wording.origin), words(Some(wording))).unwrap();
    }
    for unread in &facts.unread {
        writeln!(out, "{} UNREAD {}", at(&document, &unread.origin), unread.why).unwrap();
    }
    write!(out, "covers {:?}", facts.covers).unwrap();
    out
}

#[test]
fn groove_codes() {
    assert_data_eq!(
        shown("groove-errors.md"),
        str![[r#"
22:22 code MISSING_INPUT_PARAMETER [400 Bad Request] (Input validation) | - | Something is <left out>.
23:22 code CATALOG_INVALID_DATA [200 OK] (Catalog errors) | - | Only a part could be read.
24:22 code CATALOG_NO_RESULT [404 NotFound] (Catalog errors) | - | There is no such item
25:22 code DELIVERY_3RD_PARTY_LIMIT [400 -] [403 -] (Streaming errors) | - | Somebody else has a limit.
26:23 code INTERNAL_SERVER_ERROR (Server errors) | - | It went wrong.
13:3 member ErrorCode | String | One of the codes further down.
14:3 member Message | String | What happened | in words.
31:1 example - | Json as json | CATALOG_NO_RESULT
2:1 prose title: Errors | Groove Services
3:1 prose ms.assetid:
6:3 prose The error
7:1 prose Every API answers with the same one.
9:4 prose Members
16:1 prose It can stand inside of any answer.
18:4 prose Codes
29:4 prose Sample
37:3 prose Note
39:3 prose Nothing else is promised.
41:6 prose Parent
42:2 prose Overview
26:53 UNREAD `5xx` is no status: a number such as 404 was expected
27:22 UNREAD `Teapot` is no code: capitals and underscores, such as CATALOG_NO_RESULT, was expected
covers [Codes, Members, Examples, Prose]
"#]]
    );
}

#[test]
fn groove_statuses() {
    assert_data_eq!(
        shown("groove-statuses.md"),
        str![[r#"
4:1 status 200 | OK | All is well.
5:1 status 404 | Not Found | It is not here.
1:3 prose Statuses
6:3 UNREAD `4xx` is no status: a number such as 404 was expected
covers [Statuses, Prose]
"#]]
    );
}

#[test]
fn groove_one_cell_a_line() {
    assert_data_eq!(
        shown("groove-lines.txt"),
        str![[r#"
7:1 code CATALOG_NO_RESULT [404 Not Found] | - | There is no such item.
11:1 code INTERNAL_SERVER_ERROR [500 Internal Server Error] | - | It went wrong.
1:1 prose Error codes
17:1 prose See also
15:1 prose CATALOG_UNAVAILABLE
15:1 UNREAD a heading with the code CATALOG_UNAVAILABLE and no example under it
covers [Codes, Prose]
"#]]
    );
}

#[test]
fn lineworks_tables_that_swallow_what_follows() {
    assert_data_eq!(
        shown("lineworks-errors.md"),
        str![[r#"
5:9 code BAD_REQUEST [400 -] | - | The form of it is off.
6:9 code INVALID_{RESOURCE} [400 -] | - | The named thing is off.
7:9 code {RESOURCE}_NOT_EXIST [404 -] | - | The named thing is away.
8:9 code SERVICE_UNAVAILABLE [503 -] | - | Later.
2:4 member code | - | -
2:26 member description | - | -
11:1 field - | www-authenticate {auth-scheme} {auth-param}, {auth-param}... | -
13:9 field 400 | www-authenticate: Bearer error="invalid_request" | The form is off.
14:9 field 403 | www-authenticate: Bearer error="insufficient_scope", scope="{scope list}" | It may not.
1:1 prose An error has a status and says the rest in this form:
2:60 prose Codes that are common:
9:1 prose A token that is refused says why in a header. The form of that header:
15:1 prose Note
16:3 prose The www-authenticate header is not always there.
covers [Codes, Members, Fields, Prose]
"#]]
    );
}

#[test]
fn lineworks_cells_without_anything_between_them() {
    assert_data_eq!(
        shown("lineworks-glued.txt"),
        str![[r#"
6:4 code BAD_REQUEST [400 -] | - | The form of it is off.
7:4 code MISSING_PARAMETER [400 -] | - | A part of it is missing.
8:4 code INVALID_{RESOURCE} [400 -] | - | 名前の付いたものが正しくない
9:4 code UNAUTHORIZED [401 -] | - | Nobody is known. Somebody has to be.
11:4 code NEW_CODE [410 -] | - | The new one.
3:5 member code | - | -
3:28 member description | - | -
1:1 prose Error codes
14:1 prose Nothing else.
12:1 UNREAD where the code of this row ends is not certain
covers [Codes, Members, Prose]
"#]]
    );
}

#[test]
fn ampache_lists_and_examples() {
    assert_data_eq!(
        shown("ampache-errors.md"),
        str![[r#"
21:5 code 4700 | Access Control not Enabled | Switch it on.
23:5 code 4703 | Access Denied | Not for everybody. The message says what for.
26:5 code 4704 [404 -] | Not Found | -
7:3 member errorCode | - | a number
8:3 member errorAction | - | the method
9:3 member errorType | - | what it concerns
37:1 example 4700 Access Control not Enabled | Xml as XML | 4700
50:1 example 4700 Access Control not Enabled | Json as JSON | 4700
55:5 example 4703 Missing Feature | Json as - | 4703
2:1 prose title: "Errors"
5:1 prose An error has these parts:
11:4 prose Rules
13:3 prose There is always a code
14:5 prose errorAction is below it
15:3 prose The rest is for people.
17:4 prose Codes
19:1 prose All begin with 47.
27:5 prose none Nothing
28:5 prose This has no code.
30:4 prose Examples
34:2 prose Example XML
47:2 prose Example JSON
58:1 prose Error 4704: Not Found
27:5 UNREAD an item of a list of codes without a code: a number such as 4704, was expected
58:7 UNREAD a heading with the code 4704 and no example under it
covers [Codes, Members, Examples, Prose]
"#]]
    );
}

#[test]
fn onedrive_without_markup() {
    assert_data_eq!(
        shown("onedrive-errors.txt"),
        str![[r#"
6:1 status 400 | Bad Request | Cannot be read.
7:1 status 404 | NotFound | It isn’t there.
8:1 status 411 | Length Required | A Content-Length header is missing.
9:1 status 418 | I'm a teapot | It is short and stout.
10:1 status 460 | Fancy Name | Something of a kind.
29:1 code accessDenied (basic) | - | The caller may not.
30:1 code unauthenticated (basic) | - | The caller is nobody and says so.
33:1 code resyncRequired (basic) | - | Start again.
45:1 code fragmentOverlap (detailed) | - | Sent _twice_ | or *more*.
46:1 code resyncRequired (detailed) | - | Again.
15:1 example - | Json as - | invalidRange > fragmentOverlap
1:1 prose Error response
3:1 prose An error is told by its status first.
13:1 prose The body is an object. Here is one.
26:1 prose The code property
35:1 prose There can be more inside. For example:
37:1 prose public bool IsError(string expected) { return this.Error.Code == expected; }
42:1 prose Detailed error codes
11:1 UNREAD where the reason phrase of this row ends is not certain
32:1 UNREAD `AccessGone` is no code: words joined by capitals, such as itemNotFound, was expected
covers [Statuses, Codes, Examples, Prose]
"#]]
    );
}

#[test]
fn onedrive_as_a_page() {
    assert_data_eq!(
        shown("onedrive-errors.html"),
        str![[r#"
8:8 status 400 | Bad Request | Cannot be read.
9:1 status 404 | Not Found | It isn’t there.
20:17 code accessDenied (basic) | - | The caller may not.
21:15 code itemNotFound (basic) | - | It is gone. For good.
24:15 code fragmentOverlap (detailed) | - | Sent twice.
24:66 code lockMismatch (detailed) | - | Another lock.
10:34 example - | Json as json | invalidRange
2:20 prose Errors
3:32 prose Home
3:67 prose Errors
4:18 prose Error response
5:4 prose An error is told by its status first.
17:19 prose More
18:5 prose Code property
23:5 prose Detailed error codes
26:12 prose The end
covers [Statuses, Codes, Examples, Prose]
"#]]
    );
}

#[test]
fn an_example_is_kept_as_it_stands() {
    let text = include_str!("documents/ampache-errors.md");
    let document = read("ampache", text.as_bytes()).unwrap();
    for example in &document.facts.examples[..2] {
        let body = example.body.as_deref().unwrap();
        assert!(
            text.contains(&format!("```{}\n{body}\n```", example.language.as_deref().unwrap()))
        );
    }
    // Indented code is without its indentation, and was read.
    let body = document.facts.examples[2].body.as_deref().unwrap();
    assert!(body.starts_with("{\"error\"") && body.contains("\n    \"errorType\""), "{body}");
    assert_eq!(document.facts.examples[2].errors[0].members["errorAction"], "podcasts");
}

#[test]
fn what_is_no_document_is_refused_at_its_byte() {
    let long = vec![b'x'; document::LONGEST + 1];
    for (text, offset, reason) in [
        (b"".as_slice(), 0, "empty"),
        (b"\xEF\xBB\xBF \r\n", 0, "empty"),
        (b"PNG\xFF\x00", 3, "no UTF-8"),
        (b"text\0more", 4, "NUL"),
        (b"\xFF\xFEa\0\x00\xD8b\0", 4, "surrogate"),
        (b"# Hello\n\nNothing is here.", 0, "nothing of Groove Music was found"),
        (&long, document::LONGEST, "MiB"),
    ] {
        let error = read("groove", text).unwrap_err();
        assert_eq!(error.offset, offset, "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}

#[test]
fn a_document_of_another_service_is_recognised() {
    let mut text = String::from("| HTTP status code | Code | Description |\n|---|---|---|\n");
    for row in [
        "400 | BAD_REQUEST",
        "400 | INVALID_PARAMETER",
        "403 | FORBIDDEN",
        "404 | NOT_FOUND",
        "409 | CONFLICT",
        "410 | DELETED",
    ] {
        writeln!(text, "| {row} | Something. |").unwrap();
    }
    let error = read("groove", text.as_bytes()).unwrap_err();
    assert!(error.reason.starts_with("this looks like a document of LINE WORKS"), "{error}");
    assert_eq!(read("lineworks", text.as_bytes()).unwrap().facts.codes.len(), 6);
}

#[test]
fn any_encoding_reads_the_same() {
    let text = include_str!("documents/groove-statuses.md");
    let expected = read("groove", text.as_bytes()).unwrap().facts.statuses;
    let marked = format!("\u{FEFF}{text}");
    let wide: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [marked.as_bytes(), &wide, text.replace('\n', "\r\n").as_bytes()] {
        let document = read("groove", bytes).unwrap();
        let found = document.facts.statuses;
        assert_eq!(found.len(), 2);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!((found.status, &found.reason), (expected.status, &expected.reason));
        }
    }
    let document = read("groove", marked.as_bytes()).unwrap();
    assert_eq!(at(&document, &document.facts.statuses[0].origin), "4:1");
}

#[test]
fn a_table_goes_on_behind_a_blank_line() {
    let head = "| Status code | Status message | Description |\n|---|---|---|\n";
    let rows = "| 404 | Not Found | nothing there |\n\n| 423 | Locked | in use\n| 429 | Too Many Requests | wait |\n";
    let document = read("onedrive", format!("{head}{rows}\nAnd | prose.\n").as_bytes()).unwrap();
    let statuses: Vec<u16> = document.facts.statuses.iter().map(|fact| fact.status).collect();
    assert_eq!(statuses, [404, 423, 429]);
    assert_eq!(document.facts.unread, []);
    // Other columns are another table, which has no header.
    let other = rows.replace("| 423 | Locked | in use", "| 423 | Locked");
    let document = read("onedrive", format!("{head}{other}").as_bytes()).unwrap();
    assert_eq!(document.facts.statuses.len(), 1);
}

#[test]
fn a_table_under_unknown_headers_is_reported() {
    for text in [
        "| Bezeichner | Was |\n|---|---|\n| accessDenied | Nein. |\n| itemNotFound | Weg. |\n",
        "Bezeichner Was\naccessDenied Nein.\nitemNotFound Weg.\n",
        "<table><tr><th>X<th>Y<tr><td>accessDenied<td>Nein.<tr><td>itemNotFound<td>Weg.</table>",
        "Codes: accessDeniedNein.itemNotFoundWeg.invalidRangeOff.",
        "* Words\n* And more\n* accessDenied is one.\n",
    ] {
        let facts = read("onedrive", text.as_bytes()).unwrap().facts;
        assert!(facts.codes.is_empty(), "{text}");
        assert!(!facts.unread.is_empty(), "{text}");
    }
}

/// Every place of a document's facts.
fn origins(facts: &Facts) -> Vec<Range<usize>> {
    let wording =
        |wording: &Option<Wording>| wording.as_ref().map(|wording| wording.origin.clone());
    let mut all: Vec<Origin> = Vec::new();
    for fact in &facts.statuses {
        all.push(fact.origin.clone());
        all.extend(wording(&fact.wording));
    }
    for fact in &facts.codes {
        all.push(fact.origin.clone());
        all.extend(wording(&fact.wording));
        all.extend(fact.statuses.iter().map(|status| status.origin.clone()));
    }
    for fact in &facts.members {
        all.push(fact.origin.clone());
        all.extend(wording(&fact.wording));
    }
    for fact in &facts.fields {
        all.push(fact.origin.clone());
        all.extend(wording(&fact.wording));
    }
    for example in &facts.examples {
        all.push(example.origin.clone());
        all.extend(example.heading.as_ref().map(|heading| heading.origin.clone()));
    }
    all.extend(facts.prose.iter().map(|wording| wording.origin.clone()));
    all.extend(facts.unread.iter().map(|unread| unread.origin.clone()));
    all.iter().map(bytes).collect()
}

fn holds(text: &[u8]) {
    for name in ["ampache", "groove", "lineworks", "onedrive"] {
        match read(name, text) {
            Err(error) => assert!(error.offset <= text.len(), "{error}"),
            Ok(document) => {
                for origin in origins(&document.facts) {
                    let found = document.text.get(origin.clone());
                    assert!(found.is_some(), "{origin:?} of {}", document.text.len());
                    document.position(origin.end);
                }
            }
        }
    }
}

/// Pieces of documents, put together at random.
fn scraps() -> impl Strategy<Value = String> {
    let scraps: &[&str] = &[
        "\n",
        "\n\n",
        "| ",
        "|",
        "---|",
        "|---|---|\n",
        "* ",
        "  * ",
        "    ",
        "> ",
        "# ",
        "```json\n",
        "```\n",
        "<table>",
        "<tr>",
        "<td>",
        "<th>",
        "</table>",
        "<ul><li>",
        "</ul>",
        "<pre>",
        "</pre>",
        "<br>",
        "<p>",
        "&nbsp;",
        "&amp;",
        "&#x41;",
        "&",
        "<",
        "\\_",
        "**",
        "`",
        "{",
        "}",
        "{ \"code\": \"x\" }",
        "\"",
        "[x](http://y)",
        "Code Description\n",
        "Status code Status message Description\n",
        "HTTP status codeCodeDescription\n",
        "400 Bad Request So.",
        "400",
        "4704",
        "* **4704** Not Found\n",
        "Error 4704: Not Found\n",
        "accessDenied ",
        "ACCESS_DENIED",
        "{RESOURCE}_NOT_EXIST",
        "The end.",
        "é",
        "说明",
        "\u{200B}",
        "\u{A0}",
        "\t",
        "---\n",
        "\r\n",
        "www-authenticate: Bearer error=\"x\"",
        "errorCode: a number\n",
        "<?xml version=\"1.0\"?><root>",
        "</root>",
        "<!--",
        "<td rowspan=\"9\">",
        "Member\nType\nDescription\n",
        "x",
    ];
    prop::collection::vec(prop::sample::select(scraps), 0..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(&bytes);
    }

    #[test]
    fn any_scraps_are_read_or_refused(text in scraps()) {
        holds(text.as_bytes());
    }

    #[test]
    fn what_is_rendered_reads_back(catalog in catalog()) {
        for layout in LAYOUTS.iter().filter(|layout| (layout.fits)(&catalog)) {
            let text = (layout.render)(&catalog);
            let document = read(catalog.service, text.as_bytes())
                .unwrap_or_else(|error| panic!("{}: {error}\n{text}", layout.name));
            let found = render::plain(&document.facts);
            prop_assert_eq!(&found, &catalog.rows, "{}:\n{}", layout.name, text);
            for fact in &document.facts.codes {
                let source = &document.text[bytes(&fact.origin)];
                prop_assert_eq!(render::unescaped(source), fact.code.clone(), "{}", layout.name);
            }
        }
    }
}
