//! The nouns: tables made by macros, findings, members, and the look at a body before it is read.

use std::borrow::Cow;

use faultbook_core::common::{self, Screened, Syntax};
use faultbook_core::json::{Reader, Step};
use faultbook_core::{
    CodeRow, Edition, Fault, FaultKind, Field, Finding, Findings, Found, Level, Limits, Member,
    Members, ObjectPlace, Place, Response, Severity, StatusRow, UnderSuccess, Value, Verdict,
    advanced_value, listed, near_miss, quoted,
};

mod table {
    use faultbook_core::{Level, codes};

    codes! {
        /// A table with everything a table can have.
        pub enum Code;
        { group: Some("One"), level: Some(Level::Basic) }
            First = "FIRST" [400] "the first";
            Limit = "LIMIT" [400, 403] "two statuses";
            Bare = "BARE" [] "no status";
        @again
            "FIRST" [403] "the first again";
        { group: None, level: Some(Level::Detailed) }
            Invalid(resource) = "INVALID_{RESOURCE}" [400] "a template with a prefix";
            NotExist(resource) = "{RESOURCE}_NOT_EXIST" [404] "a template with a suffix";
            State(name) = "A_{NAME}_B" [409] "a template with both";
            InvalidToken = "INVALID_TOKEN" [401] "a literal row behind its template";
        @again
            "LIMIT" [429] "the limit again";
    }
}
use table::{CODES, Code};

static EDITION: Edition = EDITION_VALUE;
const EDITION_VALUE: Edition = Edition {
    service: "example",
    version: "3",
    codes: CODES,
    statuses: &[StatusRow { status: 400, reason: None, summary: "wrong" }],
    under_success: UnderSuccess::Never,
    clauses: &[],
};

#[test]
fn a_code_is_looked_up_in_its_table() {
    assert_eq!(Code::new("FIRST"), Code::First);
    assert_eq!(Code::from("LIMIT".to_owned()), Code::Limit);
    for text in ["", "first", "FIRST ", "INVALID_", "_NOT_EXIST", "A__B", "A_B", "XINVALID_Y"] {
        let code = Code::from(text);
        assert!(!code.is_documented(), "{text}");
        assert_eq!((code.as_str(), code.row(), code.default_status()), (text, None, None));
        assert_eq!(code.statuses(), [0; 0]);
    }
}

mod later {
    faultbook_core::codes! {
        /// A table whose document has another edition.
        pub enum Code;
        { group: None, level: None }
            Denied = "1", "Not Allowed" [] "refused";
            Gone = "2" [] "gone";
        @later
            Busy = "3", "Too Busy" [503] "too much to do";
            Slow = "4" [] "too slow";
    }

    pub(super) static NEXT: &[faultbook_core::CodeRow] = &[
        faultbook_core::CodeRow::of(CODES, "1").with_statuses(&[403]),
        faultbook_core::CodeRow::of(CODES, "2").with_code("22", Some("Gone")),
        faultbook_core::CodeRow::of(LATER, "3"),
    ];
}

#[test]
fn a_table_takes_over_the_rows_of_another_edition() {
    use faultbook_core::Clause;
    use later::{CODES, Code, LATER, NEXT};

    static QUIET: Clause = Clause { name: "quiet", says: "it says little" };
    static OLD: Edition = Edition { codes: CODES, ..EDITION_VALUE };
    static NEW: Edition =
        Edition { version: "4", codes: NEXT, clauses: &[&QUIET], ..EDITION_VALUE };

    assert_eq!(Code::new("3"), Code::Busy);
    assert_eq!(
        (Code::Busy.as_str(), Code::Busy.row(), Code::Busy.is_documented()),
        ("3", None, false)
    );
    assert_eq!(Code::Slow.clone().into_owned(), Code::Slow);
    assert!(Code::Denied.is_documented() && !Code::new("5").is_documented());
    let rows = |table: &'static [CodeRow]| {
        let row = |row: &CodeRow| (row.code, row.name, row.statuses.to_vec(), row.summary);
        table.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        rows(CODES),
        [("1", Some("Not Allowed"), vec![], "refused"), ("2", None, vec![], "gone")]
    );
    assert_eq!(rows(LATER)[1], ("4", None, vec![], "too slow"));
    assert_eq!(
        rows(NEXT),
        [
            ("1", Some("Not Allowed"), vec![403], "refused"),
            ("22", Some("Gone"), vec![], "gone"),
            ("3", Some("Too Busy"), vec![503], "too much to do"),
        ]
    );
    assert!(NEW.says(&QUIET) && !OLD.says(&QUIET));
    let elsewhere = |edition: &Edition, code: &str| {
        let has_code = |other: &'static Edition| other.rows(code).next().is_some();
        edition.documented_elsewhere(&[&OLD, &NEW, &EDITION], has_code)
    };
    let hint = "documented in example@4: --edition example@4";
    assert_eq!(elsewhere(&OLD, "22").as_deref(), Some(hint));
    assert_eq!(elsewhere(&NEW, "22"), None);
    let hint = "documented in example@3, example@4: --edition example@3";
    assert_eq!(elsewhere(&EDITION, "1").as_deref(), Some(hint));
}

/// A table is looked up through its chains, and rows that are no table one after the other.
#[test]
fn a_table_gives_the_rows_that_are_found_one_by_one() {
    const fn row(code: &'static str) -> CodeRow {
        // The name goes with another code here: only what the row is asked for counts.
        CodeRow::of(CODES, "FIRST").with_code(code, None)
    }
    const ROWS: [CodeRow; 9] = [
        row("BAD"),
        row("B_{X}"),
        row("DAB"),
        row("BAD").with_statuses(&[1]),
        row("{X}_B"),
        row(""),
        row("BED"),
        row("BAD").with_statuses(&[2]),
        row("LONGER_THAN_THE_OTHERS"),
    ];
    static TABLE: Edition = Edition { codes: &CodeRow::table(ROWS), ..EDITION_VALUE };
    static LIST: Edition = Edition { codes: &ROWS, ..EDITION_VALUE };
    static EMPTY: Edition = Edition { codes: &CodeRow::table([]), ..EDITION_VALUE };

    assert_eq!(TABLE, LIST);
    for (code, count) in [
        ("BAD", 3),
        ("BED", 1),
        ("DAB", 1),
        ("", 1),
        ("LONGER_THAN_THE_OTHERS", 1),
        ("B_{X}", 1),
        ("B_B", 2),
        ("B_A", 1),
        ("BID", 0),
        ("ADB", 0),
        ("LONGER_THAN_THE_OTHERZ", 0),
        ("\u{fc}", 0),
    ] {
        let rows = |edition: &'static Edition| {
            edition.rows(code).map(|row| (row.code, row.statuses)).collect::<Vec<_>>()
        };
        assert_eq!(rows(&TABLE), rows(&LIST), "{code}");
        assert_eq!(rows(&TABLE).len(), count, "{code}");
        assert_eq!((TABLE.has_code(code), LIST.has_code(code)), (count > 0, count > 0), "{code}");
        assert_eq!(EMPTY.rows(code).count(), 0);
    }
    let statuses: Vec<_> = TABLE.rows("BAD").map(|row| row.statuses).collect();
    assert_eq!(statuses, [&[400][..], &[1], &[2]]);
}

#[test]
fn tables_of_statuses_are_merged_in_order() {
    const fn row(status: u16) -> StatusRow {
        StatusRow { status, reason: None, summary: "" }
    }
    let merged = |a: &[u16], b: &[u16]| {
        let rows =
            |statuses: &[u16]| statuses.iter().map(|status| row(*status)).collect::<Vec<_>>();
        StatusRow::merged::<4>(&rows(a), &rows(b)).map(|row| row.status)
    };
    assert_eq!(merged(&[400, 404], &[402, 500]), [400, 402, 404, 500]);
    assert_eq!(merged(&[], &[1, 2, 3, 4]), [1, 2, 3, 4]);
    assert_eq!(merged(&[1, 2, 3, 4], &[]), [1, 2, 3, 4]);
    assert_eq!(merged(&[4], &[1, 2, 3]), [1, 2, 3, 4]);
}

#[test]
fn templates_match_what_stands_in_their_braces() {
    for (text, name, row) in [
        ("INVALID_USER", "USER", "INVALID_{RESOURCE}"),
        ("INVALID_ÜBER", "ÜBER", "INVALID_{RESOURCE}"),
        ("INVALID_{RESOURCE}", "{RESOURCE}", "INVALID_{RESOURCE}"),
        ("USER_NOT_EXIST", "USER", "{RESOURCE}_NOT_EXIST"),
        ("A_x_B", "x", "A_{NAME}_B"),
        ("A_A__B_B", "A__B", "A_{NAME}_B"),
        // Of two templates the earlier row wins.
        ("INVALID_USER_NOT_EXIST", "USER_NOT_EXIST", "INVALID_{RESOURCE}"),
    ] {
        let code = Code::new(text);
        let (Code::Invalid(found) | Code::NotExist(found) | Code::State(found)) = &code else {
            panic!("{text} is no template")
        };
        assert_eq!((found.name(), found.as_str()), (name, text));
        assert_eq!(code.row().unwrap().code, row);
        assert!(code.row().unwrap().is_template());
        assert_eq!(code.to_string(), text);
        let owned = code.clone().into_owned();
        assert_eq!(owned, code);
    }
    // A literal row beats a template, wherever it stands.
    assert_eq!(Code::new("INVALID_TOKEN"), Code::InvalidToken);
    assert_eq!(Code::InvalidToken.default_status(), Some(401));
}

#[test]
fn the_table_has_the_rows_in_the_documents_order() {
    let rows: Vec<_> = CODES.iter().map(|row| (row.code, row.statuses, row.summary)).collect();
    assert_eq!(
        rows,
        [
            ("FIRST", &[400][..], "the first"),
            ("LIMIT", &[400, 403], "two statuses"),
            ("BARE", &[], "no status"),
            ("FIRST", &[403], "the first again"),
            ("INVALID_{RESOURCE}", &[400], "a template with a prefix"),
            ("{RESOURCE}_NOT_EXIST", &[404], "a template with a suffix"),
            ("A_{NAME}_B", &[409], "a template with both"),
            ("INVALID_TOKEN", &[401], "a literal row behind its template"),
            ("LIMIT", &[429], "the limit again"),
        ]
    );
    // A row that is listed again is in the table only; a code has the status of its first row.
    assert_eq!(Code::First.statuses(), [400]);
    assert_eq!(Code::Limit.default_status(), None);
    assert_eq!(Code::Bare.default_status(), None);
    let levels: Vec<_> = CODES.iter().map(|row| (row.group, row.level)).collect();
    assert_eq!(levels[3], (Some("One"), Some(Level::Basic)));
    assert_eq!(levels[8], (None, Some(Level::Detailed)));
    let again: Vec<_> = EDITION.rows("LIMIT").map(|row| row.statuses).collect();
    assert_eq!(again, [&[400, 403][..], &[429]]);
    assert_eq!(EDITION.rows("limit").count(), 0);
    assert!(EDITION.has_status(400) && !EDITION.has_status(404));
    assert_eq!(EDITION.to_string(), "example@3");
    assert_eq!((Level::Basic.as_str(), Level::Detailed.as_str()), ("basic", "detailed"));
}

#[test]
fn codes_are_padded_as_texts_are() {
    assert_eq!(
        format!("{:>6}|{:<6}|{:.2}", Code::Bare, Code::new("x"), Code::First),
        "  BARE|x     |FI"
    );
    assert_eq!(format!("{:>6}", Verdict::None), "  none");
}

#[cfg(feature = "serde")]
#[test]
fn codes_are_texts_to_serde() {
    for text in ["FIRST", "INVALID_USER", "ELSE"] {
        let json = format!("\"{text}\"");
        let code: Code<'_> = serde_json::from_str(&json).unwrap();
        assert_eq!(code, Code::new(text));
        assert_eq!(serde_json::to_string(&code).unwrap(), json);
    }
    assert!(serde_json::from_str::<Code<'_>>("17").is_err());
}

mod promised {
    faultbook_core::rules! {
        /// What is promised goes over
        /// two lines.
        ///
        /// Why it matters goes over
        /// two lines too.
        ///
        /// And has another paragraph.
        pub static FIRST = "example/first", Error, "this is wrong", "Example, section 1";

        /// A second one.
        pub static SECOND = "example/second", Note, "this is odd", "Example, section 2";
    }
}
use promised::{FIRST, RULES, SECOND};

#[test]
fn rules_are_data() {
    assert_eq!(RULES.iter().map(|rule| rule.id).collect::<Vec<_>>(), [FIRST.id, SECOND.id]);
    assert_eq!(FIRST.promise(), "What is promised goes over two lines");
    assert_eq!(FIRST.why(), "Why it matters goes over two lines too. And has another paragraph.");
    assert_eq!(SECOND.why(), "");
    assert_eq!(
        (FIRST.service(), FIRST.title, FIRST.source),
        ("example", "this is wrong", "Example, section 1")
    );
    assert_eq!((FIRST.severity, SECOND.severity), (Severity::Error, Severity::Note));
    assert!(Severity::Note < Severity::Warning && Severity::Warning < Severity::Error);
    assert_eq!(Severity::ALL.map(Severity::as_str), ["note", "warning", "error"]);
}

#[test]
fn the_common_rules_are_written_as_they_are_shown() {
    let mut ids: Vec<_> = common::RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 11);
    for rule in common::RULES {
        assert_eq!(rule.service(), "common");
        assert!(!rule.promise().contains(". ") && !rule.promise().ends_with('.'), "{}", rule.id);
        assert!(rule.why().ends_with('.'), "{}", rule.id);
    }
}

fn field(index: usize, span: std::ops::Range<usize>) -> Place {
    Place::Field { index, name: "n".to_owned(), span }
}

#[test]
fn findings_are_sorted_by_place() {
    let places = [
        Place::body(7..9),
        Place::body(7..8),
        field(1, 0..1),
        field(0, 3..4),
        field(0, 2..9),
        Place::Status,
        Place::value(0..0, Some("/a")),
    ];
    let mut findings = Findings::new(&Limits::default());
    assert!(findings.is_empty());
    for place in &places {
        findings.push(Finding::new(&SECOND, place.clone(), "x"));
    }
    // At one place in the order of the ids.
    findings.extend([Finding::new(&FIRST, Place::Status, "x")]);
    assert_eq!(findings.iter().next().unwrap().place, places[0]);
    assert!(!findings.is_empty() && !findings.is_full());
    let sorted = findings.finish();
    assert_eq!((sorted[0].rule.id, sorted[1].rule.id), (FIRST.id, SECOND.id));
    let order: Vec<_> = sorted[1..].iter().map(|finding| finding.place.clone()).collect();
    assert_eq!(order, [5, 4, 3, 2, 6, 1, 0].map(|index: usize| places[index].clone()));
}

#[test]
fn findings_past_the_limit_are_counted() {
    let limits = Limits { findings: 3, ..Limits::default() };
    let with = |count: usize, more: usize| {
        let mut findings = Findings::new(&limits);
        for at in (0..count).rev() {
            findings.push(Finding::new(&FIRST, Place::body(at..at + 1), "x"));
        }
        assert_eq!(findings.is_full(), count >= 3);
        findings.count_more(more);
        findings.finish()
    };
    assert_eq!(with(0, 0), []);
    assert_eq!(with(3, 0).len(), 3);
    for (count, more, text) in
        [(4, 0, "1 more"), (9, 2, "8 more"), (2, 5, "5 more"), (0, 1, "1 more")]
    {
        let found = with(count, more);
        assert_eq!(found.len(), count.min(3) + 1);
        let last = found.last().unwrap();
        assert_eq!(last.rule.id, "common/limit");
        assert!(last.received.starts_with(text), "{}", last.received);
        assert!(last.documented.contains("at most 3"), "{}", last.documented);
    }
    // The limit stands at the last place that is shown.
    assert_eq!(with(4, 0)[3].place, Place::body(3..4));
    let mut findings = Findings::new(&limits);
    findings.count_more(1);
    assert!(!findings.is_empty());
}

#[test]
fn a_finding_says_what_is_promised_unless_it_knows_better() {
    let finding = Finding::new(&FIRST, Place::Status, "got");
    assert_eq!(finding.documented, FIRST.promise());
    assert_eq!((finding.received.as_str(), finding.help.as_deref()), ("got", None));
    let finding = finding.documented("more exactly").help("do this".to_owned());
    assert_eq!(
        (finding.documented.as_str(), finding.help.as_deref()),
        ("more exactly", Some("do this"))
    );
}

#[test]
fn texts_from_the_network_are_quoted() {
    for (text, expected) in [
        ("", "``"),
        ("a b", "`a b`"),
        ("a\nb\u{0}\u{1b}[31m\u{85}", "`a\\nb\\u{0}\\u{1b}[31m\\u{85}`"),
        ("é🎵", "`é🎵`"),
    ] {
        assert_eq!(quoted(text), expected);
    }
    let long = "é".repeat(60);
    assert_eq!(quoted(&long), format!("`{long}`"));
    assert_eq!(quoted(&format!("{long}x")), format!("`{long}…`"));
    // A text of a megabyte is not walked through.
    assert_eq!(quoted(&"\n".repeat(1 << 20)).len(), 2 + 60 * 2 + '…'.len_utf8());
}

#[test]
fn names_are_listed() {
    let list = |count: usize| {
        listed(
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
                .into_iter()
                .take(count)
                .map(Cow::Borrowed),
        )
    };
    assert_eq!(list(0), "nothing");
    assert_eq!(list(1), "`a`");
    assert_eq!(list(2), "`a` and `b`");
    assert_eq!(list(3), "`a`, `b` and `c`");
    assert_eq!(list(8), "`a`, `b`, `c`, `d`, `e`, `f`, `g` and `h`");
    assert_eq!(list(9), "`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 1 more");
    assert_eq!(list(10), "`a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 2 more");
}

#[test]
fn the_nearest_name_is_found() {
    let names = ["CATALOG_NO_RESULT", "CATALOG_NO_RESULTS", "OK"];
    // The same letters beat one that is a letter away, wherever they stand.
    assert_eq!(near_miss("catalog no results", names), Some("CATALOG_NO_RESULTS"));
    assert_eq!(near_miss("CATALOG_NO_RESUL", names), Some("CATALOG_NO_RESULT"));
    assert_eq!(near_miss("CATALOG_ON_RESULT", names), Some("CATALOG_NO_RESULT"));
    assert_eq!(near_miss("CATALOG_NO", names), None);
    assert_eq!(near_miss("OL", names), None);
    assert_eq!(near_miss("ok", names), Some("OK"));
    assert_eq!(near_miss(&"A".repeat(1 << 20), names), None);
}

const NAMES: [&str; 2] = ["code", "text"];

fn members(body: &str) -> (Members<'_, 2>, ObjectPlace, Result<std::ops::Range<usize>, Fault>) {
    let mut json = Reader::new(body.as_bytes());
    let start = json.next().unwrap().unwrap().span.start;
    let mut members = Members::new(&NAMES);
    let end = members.read(&mut json);
    let span = start..end.as_ref().map_or(body.len(), |brace| brace.end);
    (members, ObjectPlace { span, pointer: Some("/a".into()) }, end)
}

/// What a finding points at and says.
fn shown(body: &str, finding: Option<Finding>) -> Option<(&'static str, &str, String, String)> {
    let finding = finding?;
    let Place::Body { span, pointer } = finding.place else { panic!("not in the body") };
    Some((finding.rule.id, &body[span], pointer.unwrap().into_owned(), finding.received))
}

#[test]
fn members_are_sorted_into_documented_and_others() {
    let body = r#" {"x": [1], "c\u006fde": "A", "TEXT": {}, "y": 0} "#;
    let (members, place, end) = members(body);
    assert_eq!((place.span.clone(), end), (1..49, Ok(48..49)));
    let code = members.get(0).unwrap();
    assert_eq!(
        (&body[code.name_span.clone()], &body[code.span.clone()]),
        (r#""c\u006fde""#, r#""A""#)
    );
    assert_eq!(members.string(0).as_deref(), Some("A"));
    assert!(members.get(1).is_none() && members.get(2).is_none());
    let text = members.misspelt(1).unwrap();
    assert_eq!((&body[text.span.clone()], text.value.to_string().as_str()), ("{}", "an object"));
    assert!(!members.has_none_listed());
    assert_eq!(members.other_count(), 2);
    assert_eq!(members.received(), "`code`, `TEXT`, `x` and `y`");
    let (first, span) = members.first_other().unwrap();
    assert_eq!((first.decode().as_ref(), &body[span]), ("x", "\"x\""));
}

#[test]
fn the_last_of_two_members_counts_and_a_fault_keeps_what_was_read() {
    let (twice, _, _) = members(r#"{"code":"A","code":"B","Code":1,"CODE":2}"#);
    assert_eq!(twice.string(0).as_deref(), Some("B"));
    assert_eq!(twice.misspelt(0).unwrap().value.to_string(), "the number `2`");
    let (cut, _, end) = members(r#"{"code":"A","text":"B"#);
    assert_eq!(cut.string(0).as_deref(), Some("A"));
    assert!(cut.get(1).is_none());
    assert_eq!(end.unwrap_err().kind(), FaultKind::Syntax);
    let (none, _, _) = members("{\"a\":1}");
    assert!(none.has_none_listed());
}

#[test]
fn what_is_wrong_with_a_member_is_said_once() {
    let at = |rule: &faultbook_core::Rule, bytes, pointer: &str, received: &str| {
        Some((rule.id, bytes, pointer.to_owned(), received.to_owned()))
    };
    for (body, required, optional) in [
        (r#"{"code":"A"}"#, None, None),
        (r#"{"code":""}"#, at(&FIRST, "\"\"", "/a/code", "an empty string"), None),
        (
            r#"{"code":null}"#,
            at(&SECOND, "null", "/a/code", "`null`"),
            at(&SECOND, "null", "/a/code", "`null`"),
        ),
        (
            r#"{"code":[ ]}"#,
            at(&SECOND, "[ ]", "/a/code", "an array"),
            at(&SECOND, "[ ]", "/a/code", "an array"),
        ),
        (
            r#"{"code":17}"#,
            at(&SECOND, "17", "/a/code", "the number `17`"),
            at(&SECOND, "17", "/a/code", "the number `17`"),
        ),
        (
            r#"{"code":true}"#,
            at(&SECOND, "true", "/a/code", "`true`"),
            at(&SECOND, "true", "/a/code", "`true`"),
        ),
        ("{}", at(&FIRST, "{", "/a", "nothing"), None),
        (r#"{"text":"t"}"#, at(&FIRST, "{", "/a", "`text`"), None),
        (r#"{"Code":"A"}"#, at(&FIRST, "\"Code\"", "/a/Code", "`Code`"), None),
    ] {
        let (members, place, _) = members(body);
        assert_eq!(
            shown(body, members.required_string(0, &place, &FIRST, &SECOND)),
            required,
            "{body}"
        );
        assert_eq!(shown(body, members.optional_string(0, &place, &SECOND)), optional, "{body}");
    }
    let body = r#"{"code":"A","Code":"B"}"#;
    let (both, place, _) = members(body);
    assert_eq!(both.required_string(0, &place, &FIRST, &SECOND), None);
    let again = both.respelt(0, &place, &SECOND);
    assert_eq!(
        again.as_ref().unwrap().help.as_deref(),
        Some("names are compared exactly: write `code`")
    );
    assert_eq!(shown(body, again), at(&SECOND, "\"Code\"", "/a/Code", "`Code`"));
    assert_eq!(both.respelt(1, &place, &SECOND), None);
}

#[test]
fn members_that_are_not_documented_are_one_finding() {
    let body = r#"{"code":"A","Text":"B"}"#;
    let (none, place, _) = members(body);
    assert_eq!(none.unlisted(&place, &FIRST), None);
    let body = r#"{"a/b":1,"code":"A","c":1,"d":1,"e":1,"f":1,"g":1}"#;
    let (many, place, _) = members(body);
    let received = "`a/b`, `c`, `d`, `e` and 2 more".to_owned();
    let expected = Some((FIRST.id, "\"a/b\"", "/a/a~1b".to_owned(), received));
    assert_eq!(shown(body, many.unlisted(&place, &FIRST)), expected);
    assert_eq!(many.received(), "`code`, `a/b`, `c`, `d`, `e` and 2 more");
}

#[test]
fn a_place_without_a_pointer_stays_without() {
    let place = ObjectPlace { span: 3..9, pointer: None };
    assert_eq!(place.brace(), Place::body(3..4));
    assert_eq!(place.member(4..5, "x"), Place::body(4..5));
}

#[test]
fn values_are_what_they_are() {
    let mut json = Reader::new(br#"[17, {"a": [{}]}, "x"]"#);
    json.next().unwrap();
    let mut next = || {
        let step = json.advance();
        advanced_value(&mut json, step).unwrap()
    };
    let (number, _) = next();
    assert_eq!((number.as_text().as_deref(), number.as_string()), (Some("17"), None));
    let (object, span) = next();
    assert!(matches!(object, Value::Object) && span == (5..16));
    assert_eq!(object.as_text(), None);
    let (text, _) = next();
    assert_eq!((text.as_text().as_deref(), text.is_empty_string()), (Some("x"), false));
    let mut json = Reader::new(br#"{"a": [1, "#);
    json.next().unwrap();
    let step = json.advance();
    assert_eq!((json.name().raw(), step), ("a", Step::ArrayStart));
    assert!(Member::advanced(&mut json, step).is_none() && json.fault().is_some());
}

fn screened(response: &Response<'_>, accepted: &[Syntax]) -> (Screened, Vec<Finding>) {
    let mut findings = Findings::new(&Limits::default());
    let screened = common::screen(response, accepted, &EDITION, &Limits::default(), &mut findings);
    (screened, findings.finish())
}

#[test]
fn a_body_is_looked_at_before_it_is_read() {
    use Screened::{Done, Read};
    use Syntax::{Json, Xml};
    use Verdict::{Malformed, None as Nothing};
    let html = "\u{FEFF} <!-- x -->\n<?xml version='1.0'?><!DOCTYPE HTML><p>";
    for (body, media_type, status, expected, rules) in [
        ("{}", "", None, Read(Json), &[][..]),
        (" [", "application/json", Some(200), Read(Json), &[]),
        ("{}", "TEXT/JSON ;q=1", None, Read(Json), &[]),
        ("{}", "text/plain", None, Read(Json), &["common/content-type"]),
        ("<a/>", "text/xml", None, Read(Xml), &[]),
        ("<a/>", "application/atom+xml", None, Read(Xml), &[]),
        ("<a/>", "application/json", None, Read(Xml), &["common/content-type"]),
        ("\u{FEFF}{}", "", None, Read(Json), &["common/byte-order-mark"]),
        ("oops", "application/json", None, Read(Json), &[]),
        ("oops", "", None, Done(Malformed), &["common/not-an-error-body"]),
        ("oops", "text/plain", Some(200), Done(Nothing), &[]),
        ("oops", "", Some(302), Done(Nothing), &[]),
        (html, "text/html", Some(503), Done(Malformed), &["common/not-an-error-body"]),
        (
            html,
            "application/json",
            Some(503),
            Done(Malformed),
            &["common/content-type", "common/not-an-error-body"],
        ),
        ("", "", None, Done(Malformed), &["common/empty-body"]),
        ("", "application/json", Some(404), Done(Malformed), &["common/empty-body"]),
        ("", "", Some(204), Done(Nothing), &[]),
        (" \r\n", "", Some(599), Done(Malformed), &["common/empty-body"]),
        ("", "", Some(600), Done(Nothing), &[]),
    ] {
        let fields = [Field { name: b"content-type", value: media_type.as_bytes() }];
        let fields = if media_type.is_empty() { &[][..] } else { &fields };
        let response = Response { status, fields, body: body.as_bytes() };
        let (got, findings) = screened(&response, &[Json, Xml]);
        let ids: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
        assert_eq!((got, &ids[..]), (expected, rules), "{body:?} {media_type} {status:?}");
    }
    // A syntax that the format does not accept.
    let (got, findings) = screened(&Response::new(b"\n<a>x</a>\n<b/>"), &[Json]);
    assert_eq!(got, Done(Malformed));
    assert_eq!((findings[0].received.as_str(), &findings[0].place), ("XML", &Place::body(1..9)));
}

#[test]
fn what_passes_a_limit_is_not_judged() {
    let limits = Limits { body: 4, field: 3, ..Limits::default() };
    let fields = [Field { name: b"a", value: b"123" }, Field { name: b"b", value: b"1234" }];
    let screen = |body| {
        let mut findings = Findings::new(&limits);
        let response = Response { status: None, fields: &fields, body };
        let screened = common::screen(&response, &[Syntax::Json], &EDITION, &limits, &mut findings);
        (screened, findings.finish())
    };
    let (got, findings) = screen(b"[  ]");
    assert_eq!(got, Screened::Read(Syntax::Json));
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].place, Place::Field { index: 1, name: "b".to_owned(), span: 3..4 });
    let (got, findings) = screen(b"[   ]");
    assert_eq!(got, Screened::Done(Verdict::Malformed));
    assert_eq!(findings[1].place, Place::body(4..5));
    assert_eq!(findings[1].rule.id, "common/limit");
}

#[test]
fn syntax_is_told_from_the_beginning() {
    for (body, syntax) in [
        (&b""[..], Syntax::Empty),
        (b"\xEF\xBB\xBF \t\r\n", Syntax::Empty),
        (b"{", Syntax::Json),
        (b"\xEF\xBB\xBF\n[", Syntax::Json),
        (b"\"x\"", Syntax::Text),
        (b"<", Syntax::Xml),
        (b"<?xml?><html>", Syntax::Html),
        (b"<!-- a > b -->\n<HTML>", Syntax::Html),
        (b"<!-- a --", Syntax::Xml),
        (b"<body>", Syntax::Html),
        (b"<root>", Syntax::Xml),
        (b"\xFF\xFE<\0r\0", Syntax::Xml),
        (b"\xFE\xFF\0<\0r", Syntax::Xml),
        (b"<\0r\0", Syntax::Xml),
        (b"\xFF\xFE{\0\"\0", Syntax::Json),
        (b"\xFE\xFF\0 \0[", Syntax::Json),
        (b"\xFF", Syntax::Text),
    ] {
        assert_eq!(Syntax::of(body), syntax, "{}", body.escape_ascii());
    }
}

#[test]
fn a_fault_becomes_the_finding_of_its_kind() {
    let limits = Limits::default();
    for (kind, json, xml) in [
        (FaultKind::Syntax, "common/malformed-json", "common/malformed-xml"),
        (FaultKind::Empty, "common/malformed-json", "common/malformed-xml"),
        (FaultKind::LoneSurrogate, "common/malformed-json", "common/malformed-xml"),
        (FaultKind::ForbiddenCharacter, "common/malformed-json", "common/malformed-xml"),
        (FaultKind::Encoding, "common/not-utf8", "common/not-utf8"),
        (FaultKind::TrailingContent, "common/trailing-content", "common/trailing-content"),
        (FaultKind::Limit, "common/limit", "common/limit"),
    ] {
        let fault = Fault::new(kind, 3..4, Found::Char('x'), "`,` or `}`");
        let finding = common::fault(&fault, Syntax::Json, &limits);
        assert_eq!((finding.rule.id, &finding.place), (json, &Place::body(3..4)));
        assert_eq!(common::fault(&fault, Syntax::Xml, &limits).rule.id, xml);
        assert_eq!(finding.received, "`x`");
        if kind != FaultKind::Limit {
            assert!(finding.documented.contains("`,` or `}`"), "{}", finding.documented);
        }
        assert_eq!(common::cuts(&fault), kind != FaultKind::TrailingContent);
    }
}

#[test]
fn duplicates_become_findings() {
    let names = "\"a\":1,".repeat(105);
    let body = format!("{{{names}\"a\":2}}");
    let mut json = Reader::new(body.as_bytes());
    while json.next().unwrap().is_some() {}
    let limits = Limits { findings: 1_000, ..Limits::default() };
    let mut findings = Findings::new(&limits);
    common::duplicates(&json, &mut findings);
    let list = findings.finish();
    // The reader keeps a hundred; the other five are counted.
    assert_eq!(list.len(), 101);
    assert_eq!(list[0].place, Place::value(7..10, Some("/a")));
    assert_eq!(list[0].received, "the same name as at byte 1");
    assert_eq!(list[100].received, "5 more findings in this response");
    let mut findings = Findings::new(&limits);
    common::more_errors(0, &limits, &mut findings);
    assert!(findings.is_empty());
    common::more_errors(2, &limits, &mut findings);
    assert_eq!(findings.finish()[0].received, "2 more errors in this response");
}

#[test]
fn a_response_is_what_was_received() {
    let fields = [
        Field { name: b"X", value: b"1" },
        Field { name: b"CONTENT-type", value: b" Text/HTML ;charset=x" },
        Field { name: b"Content-Type", value: b"text/plain" },
        Field { name: b"bad\xFF", value: b"\0" },
    ];
    let response = Response::new(b"x").with_status(404).with_fields(&fields);
    assert_eq!(response.media_type().as_deref(), Some("text/html"));
    let named: Vec<_> = response.fields_named("content-TYPE").map(|(index, _)| index).collect();
    assert_eq!(named, [1, 2]);
    assert_eq!(Response::new(b"").media_type(), None);
    for (status, failing, success) in [
        (199, false, false),
        (200, false, true),
        (299, false, true),
        (399, false, false),
        (400, true, false),
        (599, true, false),
        (600, false, false),
    ] {
        let response = Response::new(b"").with_status(status);
        assert_eq!((response.is_failing(), response.is_success()), (Some(failing), Some(success)));
    }
    assert_eq!((Response::new(b"").is_failing(), Response::new(b"").is_success()), (None, None));
}

#[test]
fn what_was_found_is_said_in_words() {
    for (text, position, expected) in [
        (&b"ab"[..], 1, "`b`"),
        (b"ab", 2, "the end"),
        (b"ab", 9, "the end"),
        ("x🎵".as_bytes(), 1, "`🎵`"),
        ("🎵".as_bytes(), 1, "the byte 0x9F"),
        (b"aaa\xC3", 3, "the byte 0xC3"),
        (b"a\xC3\xA9\xC3", 1, "`é`"),
        (b"\xFF", 0, "the byte 0xFF"),
        (b"`", 0, "a backtick"),
        (b" ", 0, "a space"),
        (b"\n", 0, "the character U+000A"),
        ("\u{A0}".as_bytes(), 0, "the character U+00A0"),
    ] {
        assert_eq!(Found::at(text, position).to_string(), expected, "{}", text.escape_ascii());
    }
    let fault = Fault::new(FaultKind::Syntax, 1..2, Found::Phrase("a thing"), "another");
    assert_eq!(fault.to_string(), "found a thing at byte 1, expected another");
    assert_eq!(fault.with_span(5..6).span(), 5..6);
}

#[test]
fn pages_and_parts_of_pages_are_told_from_xml() {
    for (body, syntax) in [
        ("<!DOCTYPE html><html>", Syntax::Html),
        ("<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">", Syntax::Html),
        ("<h1>Bad Request (Invalid Hostname)</h1>", Syntax::Html),
        ("<br />\n<b>Warning</b>: include failed", Syntax::Html),
        ("<!-- > --><HTML>", Syntax::Html),
        ("<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\">", Syntax::Html),
        ("<!DOCTYPE root [<!ENTITY e \"x\">]><root/>", Syntax::Xml),
        ("<root>", Syntax::Xml),
        ("<header/>", Syntax::Xml),
        ("<bookmark/>", Syntax::Xml),
        ("<", Syntax::Xml),
        ("< b>", Syntax::Xml),
    ] {
        assert_eq!(Syntax::of(body.as_bytes()), syntax, "{body}");
    }
}

#[test]
fn a_service_that_always_answers_200_owes_an_error_under_200() {
    static ALWAYS: Edition = Edition { under_success: UnderSuccess::AsARule, ..EDITION_VALUE };
    const EDITION_VALUE: Edition = Edition {
        service: "example",
        version: "4",
        codes: CODES,
        statuses: &[],
        under_success: UnderSuccess::Never,
        clauses: &[],
    };
    for (body, never, always) in [
        (&b""[..], Verdict::None, Verdict::Malformed),
        (b"<html></html>", Verdict::None, Verdict::Malformed),
        (b"Notice: undefined", Verdict::None, Verdict::Malformed),
        (b"<html>caf\xE9</html>", Verdict::None, Verdict::Malformed),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Verdict::None, Verdict::None),
    ] {
        let no_content = Response::new(body).with_status(204);
        let mut findings = Findings::new(&Limits::default());
        let limits = Limits::default();
        let screened = common::screen(&no_content, &[], &ALWAYS, &limits, &mut findings);
        assert_eq!(screened, Screened::Done(Verdict::None), "{body:?}");
        let response = Response::new(body).with_status(200);
        for (edition, expected) in [(&EDITION, never), (&ALWAYS, always)] {
            let mut findings = Findings::new(&Limits::default());
            let limits = Limits::default();
            let accepted = [Syntax::Json, Syntax::Xml];
            let screened = common::screen(&response, &accepted, edition, &limits, &mut findings);
            assert_eq!(screened, Screened::Done(expected), "{body:?}");
            assert_eq!(findings.is_empty(), expected == Verdict::None, "{body:?}");
        }
    }
}
