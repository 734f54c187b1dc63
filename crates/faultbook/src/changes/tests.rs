//! A document that is written from any catalog and edited once is reported as that edit and nothing
//! else: in each layout, and through the reader.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use faultbook_core::common::Syntax;
use faultbook_core::{Level, Rule};
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::document;
use crate::facts::{
    CodeFact, CodeStatus, Example, ExampleError, FieldFact, Heading, MemberFact, StatusFact,
    Wording,
};
use crate::services::{SERVICES, service};

/// A row of a generated catalog.
#[derive(Debug, Clone)]
struct Entry {
    code: String,
    status: u16,
    /// Which of two groups or lists.
    is_second: bool,
    /// A word of its own, in what is said and in the name.
    word: String,
}

/// The layouts, by the service whose documents have them.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Layout {
    /// A table with groups.
    Groove,
    /// A table by statuses, with prose glued to it.
    Lineworks,
    /// A list with bold codes, and examples under headings.
    Ampache,
    /// Text without markup, two lists.
    Onedrive,
}

#[derive(Debug, Clone, Copy)]
enum Edit {
    Add,
    Drop,
    Rename,
    Move,
    Status,
    Group,
    Swap,
    Wording,
}

const STATUSES: [(u16, &str); 5] = [
    (400, "Bad Request"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (409, "Conflict"),
    (500, "Internal Server Error"),
];

fn entry(layout: Layout) -> impl Strategy<Value = Entry> {
    let code = match layout {
        Layout::Groove | Layout::Lineworks => "[A-Z]{3,7}_[A-Z]{3,7}",
        Layout::Ampache => "47[1-9][0-9]",
        Layout::Onedrive => "[a-z]{3,7}[A-Z][a-z]{2,6}",
    };
    let status = (0..STATUSES.len()).prop_map(|at| STATUSES.get(at).map_or(400, |row| row.0));
    (code, status, any::<bool>(), "[a-z]{6,9}").prop_map(|(code, status, is_second, word)| Entry {
        code,
        status,
        is_second,
        word,
    })
}

/// Entries of which no two have a code or a word in common, both groups among them. The last one is
/// not in the document: it is what an edit adds.
fn entries(layout: Layout) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec(entry(layout), 9..16).prop_filter_map("too few", move |all| {
        let mut entries: Vec<Entry> = Vec::new();
        for entry in all {
            let letters = |code: &str| code.replace('_', "").to_lowercase();
            let is_new = entries.iter().all(|other| {
                letters(&other.code) != letters(&entry.code) && other.word != entry.word
            });
            if is_new {
                entries.push(entry);
            }
        }
        if layout == Layout::Onedrive || layout == Layout::Groove {
            let (spare, rows) = entries.split_last_mut()?;
            spare.is_second = false;
            rows.sort_by_key(|entry| entry.is_second);
            let seconds = rows.iter().filter(|entry| entry.is_second).count();
            if seconds < 2 || rows.len() - seconds < 2 {
                return None;
            }
        }
        (entries.len() > 6).then_some(entries)
    })
}

fn service_of(layout: Layout) -> &'static crate::Service {
    service(match layout {
        Layout::Groove => "groove",
        Layout::Lineworks => "lineworks",
        Layout::Ampache => "ampache",
        Layout::Onedrive => "onedrive",
    })
    .unwrap()
}

/// A name: the word with a capital.
fn name(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The document; `examples` are the codes of each example's XML, in the order of the entries.
fn render(layout: Layout, entries: &[Entry], examples: &[Entry]) -> String {
    let mut text = String::new();
    match layout {
        Layout::Groove => {
            text.push_str("# Errors\n\nThe codes.\n\n");
            text.push_str(
                "| **Category** | **Name** | **Default HTTP code** | **Description** |\n",
            );
            text.push_str("|---|---|---|---|\n");
            for entry in entries {
                let group = if entry.is_second { "Other errors" } else { "Input errors" };
                let reason = STATUSES.iter().find(|row| row.0 == entry.status).unwrap().1;
                let code = entry.code.replace('_', "\\_");
                let (status, word) = (entry.status, &entry.word);
                _ = writeln!(text, "| {group} | {code} | {status} {reason} | It was {word}. |");
            }
        }
        Layout::Lineworks => {
            text.push_str(
                "The codes are these:\n| HTTP status code | Code | Description |\n|---|---|---|\n",
            );
            for entry in entries {
                let (status, code, word) = (entry.status, &entry.code, &entry.word);
                _ = writeln!(text, "| {status} | {code} | The request was {word}. |");
            }
            text.push_str("If nothing helps, call somebody.\n");
        }
        Layout::Ampache => {
            text.push_str("## Error Codes\n\n");
            for entry in entries {
                let (code, word) = (&entry.code, &entry.word);
                let name = name(word);
                _ = writeln!(text, "* **{code}** {name} Trouble\n  * Something was {word}");
            }
            text.push_str("\n## Example Error messages\n");
            for (entry, shown) in entries.iter().zip(examples).take(3) {
                let (code, word) = (&entry.code, &entry.word);
                let name = name(word);
                let xml = &shown.code;
                _ = write!(
                    text,
                    "\nError {code}: {name} Trouble\n\n```XML\n<root>\n  <error errorCode=\"{xml}\">\n    \
                     <errorAction><![CDATA[{word}]]></errorAction>\n    \
                     <errorType><![CDATA[system]]></errorType>\n    \
                     <errorMessage><![CDATA[{name}]]></errorMessage>\n  </error>\n</root>\n```\n"
                );
            }
        }
        Layout::Onedrive => {
            text.push_str("Errors\n\nThe code property\n\nCode Description\n");
            for (index, entry) in entries.iter().enumerate() {
                let starts = entry.is_second && (index == 0 || !entries[index - 1].is_second);
                if starts {
                    text.push_str(
                        "\nDetailed error codes\n\nThere may be more.\n\nCode Description\n",
                    );
                }
                _ = writeln!(text, "{} The item was {}.", entry.code, entry.word);
            }
        }
    }
    text
}

/// Makes the edit, and says which kind of change it is. `None` where there is nothing to edit so.
fn edited(
    layout: Layout,
    edit: Edit,
    entries: &[Entry],
    at: usize,
    to: usize,
) -> Option<(String, &'static str)> {
    let (spare, rows) = entries.split_last()?;
    let mut new = rows.to_vec();
    let mut examples = rows.to_vec();
    let at = at % rows.len();
    let is_second = rows[at].is_second && layout == Layout::Onedrive;
    let kind = match edit {
        Edit::Add => {
            let to = to % (rows.len() + 1);
            let neighbour = rows.get(to).or(rows.last())?.is_second;
            let added = Entry { is_second: neighbour, ..spare.clone() };
            new.insert(to, added);
            // The first examples stay those of the first codes.
            if layout == Layout::Ampache && to < 3 {
                return None;
            }
            match (layout, neighbour) {
                (Layout::Onedrive, false) => "closed-code-added",
                _ => "code-added",
            }
        }
        // Of these an example is shown.
        Edit::Drop | Edit::Rename if layout == Layout::Ampache && at < 3 => return None,
        Edit::Drop => {
            new.remove(at);
            if is_second { "optional-code-removed" } else { "code-removed" }
        }
        Edit::Rename => {
            new[at].code.clone_from(&spare.code);
            if is_second { "optional-code-renamed" } else { "code-renamed" }
        }
        Edit::Move => {
            let to = to % rows.len();
            let same_list = rows[at].is_second == rows[to].is_second;
            let is_shown = layout == Layout::Ampache && (at < 3 || to < 3);
            if at == to || is_shown || !same_list && layout == Layout::Onedrive {
                return None;
            }
            let row = new.remove(at);
            new.insert(to, row);
            "code-moved"
        }
        Edit::Status if matches!(layout, Layout::Groove | Layout::Lineworks) => {
            let others: Vec<u16> =
                STATUSES.iter().map(|row| row.0).filter(|s| *s != rows[at].status).collect();
            new[at].status = others[to % others.len()];
            "code-status-changed"
        }
        Edit::Group if layout == Layout::Groove => {
            new[at].is_second = !new[at].is_second;
            "code-group-changed"
        }
        Edit::Group if layout == Layout::Onedrive => {
            let mut row = new.remove(at);
            row.is_second = !row.is_second;
            let border = new.iter().position(|row| row.is_second)?;
            new.insert(border, row);
            "code-level-changed"
        }
        Edit::Swap if layout == Layout::Ampache => {
            examples.swap(at % 3, (at + 1) % 3);
            "examples-swapped"
        }
        Edit::Wording => {
            new[at].word.push_str("ish");
            // In this list the word is in the name, and in the examples.
            if layout == Layout::Ampache {
                return None;
            }
            "code-wording"
        }
        _ => return None,
    };
    Some((render(layout, &new, &examples), kind))
}

fn read(layout: Layout, text: &str) -> Facts {
    let read = document::read("doc", text.as_bytes(), service_of(layout)).unwrap();
    assert!(read.facts.unread.is_empty(), "{:?}\n{text}", read.facts.unread);
    Facts { covers: Part::ALL.to_vec(), ..read.facts }
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        Just(Layout::Groove),
        Just(Layout::Lineworks),
        Just(Layout::Ampache),
        Just(Layout::Onedrive)
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Add),
        Just(Edit::Drop),
        Just(Edit::Rename),
        Just(Edit::Move),
        Just(Edit::Status),
        Just(Edit::Group),
        Just(Edit::Swap),
        Just(Edit::Wording)
    ]
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn one_edit_is_one_change(
        (layout, entries) in layout().prop_flat_map(|layout| (Just(layout), entries(layout))),
        edit in edit(),
        at in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (at, to) = (at.index(1000), to.index(1000));
        let rows = &entries[..entries.len() - 1];
        let text = render(layout, rows, rows);
        let old = read(layout, &text);
        prop_assert_eq!(old.codes.len(), rows.len(), "{}", text);
        prop_assert_eq!(between(&old, &old), vec![]);
        if let Some((new_text, kind)) = edited(layout, edit, &entries, at, to) {
            let new = read(layout, &new_text);
            let changes = between(&old, &new);
            let kinds: Vec<&str> = changes.iter().map(Change::kind).collect();
            prop_assert_eq!(kinds, vec![kind], "{:?}\n{}\n{}", edit, text, new_text);
            // It points at bytes of the new document.
            let Some(Origin::Document(span)) = &changes[0].new else {
                return Err(TestCaseError::fail("no place"));
            };
            prop_assert!(new_text.get(span.clone()).is_some_and(|text| !text.is_empty()));
        }
    }

    #[test]
    fn what_changed_is_the_same_both_ways(
        (layout, entries) in layout().prop_flat_map(|layout| (Just(layout), entries(layout))),
        edit in edit(),
        at in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let rows = &entries[..entries.len() - 1];
        let old = read(layout, &render(layout, rows, rows));
        if let Some((text, _)) = edited(layout, edit, &entries, at.index(1000), to.index(1000)) {
            let new = read(layout, &text);
            prop_assert_eq!(between(&new, &old).len(), 1);
        }
    }
}

/// A part with rows only, for the parts that no layout above has.
fn facts(statuses: &[(u16, &str)], members: &[(&str, &str)]) -> Facts {
    let origin = Origin::Document(0..1);
    Facts {
        covers: Part::ALL.to_vec(),
        statuses: statuses
            .iter()
            .map(|(status, reason)| StatusFact {
                status: *status,
                reason: Some((*reason).to_owned()),
                wording: None,
                origin: origin.clone(),
            })
            .collect(),
        members: members
            .iter()
            .map(|(name, kind)| MemberFact {
                name: (*name).to_owned(),
                kind: Some((*kind).to_owned()),
                wording: None,
                origin: origin.clone(),
            })
            .collect(),
        ..Facts::default()
    }
}

#[test]
fn statuses_and_members_row_by_row() {
    type Rows<'r> = (&'r [(u16, &'r str)], &'r [(&'r str, &'r str)]);
    let base: Rows<'_> =
        (&[(400, "Bad"), (404, "Gone"), (500, "Broken")], &[("a", "String"), ("b", "String")]);
    let cases: [(Rows<'_>, &str); 10] = [
        ((&[(400, "Bad"), (500, "Broken")], base.1), "status-removed"),
        ((&[(400, "Bad"), (404, "Gone"), (429, "Slow"), (500, "Broken")], base.1), "status-added"),
        ((&[(400, "Bad"), (410, "Gone"), (500, "Broken")], base.1), "status-changed"),
        ((&[(400, "Bad"), (404, "Lost"), (500, "Broken")], base.1), "reason-changed"),
        ((&[(500, "Broken"), (400, "Bad"), (404, "Gone")], base.1), "status-moved"),
        (
            (&[(400, "Bad"), (400, "Bad"), (404, "Gone"), (500, "Broken")], base.1),
            "status-rows-changed",
        ),
        ((base.0, &[("a", "String")]), "member-removed"),
        ((base.0, &[("a", "String"), ("b", "Number")]), "member-type-changed"),
        ((base.0, &[("a", "String"), ("b", "string")]), "member-type-spelling"),
        ((base.0, &[("A", "String"), ("b", "String")]), "member-renamed"),
    ];
    let old = facts(base.0, base.1);
    for ((statuses, members), kind) in cases {
        let changes = between(&old, &facts(statuses, members));
        assert_eq!(changes.iter().map(Change::kind).collect::<Vec<_>>(), [kind]);
    }
    // What one side does not cover is not compared.
    let silent = Facts { covers: vec![Part::Codes], ..Facts::default() };
    assert_eq!(between(&old, &silent), []);
}

#[test]
fn big_lists_take_no_time_to_speak_of() {
    let rows = |from: usize| Facts {
        covers: Part::ALL.to_vec(),
        codes: (from..from + 50_000)
            .map(|number| CodeFact {
                code: format!("code{number}"),
                statuses: Vec::new(),
                group: Some(format!("{}", number % 7)),
                level: None,
                name: None,
                wording: Some(Wording::new(&format!("text {}", number % 1000), 0..1)),
                origin: Origin::Document(number..number + 1),
            })
            .collect(),
        ..Facts::default()
    };
    // Half of each is gone or new; a quadratic comparison would take minutes.
    let changes = between(&rows(0), &rows(25_000));
    assert!(changes.len() >= 25_000, "{}", changes.len());
}

/// Facts of every part, with everything that a row can have but levels.
fn everything() -> Facts {
    let origin = Origin::Document(0..1);
    let words = |text: &str| Some(Wording::new(text, 0..1));
    let code = |code: &str, status: Option<u16>, group: &str| CodeFact {
        code: code.to_owned(),
        statuses: status
            .map(|status| CodeStatus {
                status,
                reason: Some(format!("Phrase {status}")),
                origin: origin.clone(),
            })
            .into_iter()
            .collect(),
        group: Some(group.to_owned()),
        level: None,
        name: Some(format!("Name of {code}")),
        wording: words(&format!("What {code} means")),
        origin: origin.clone(),
    };
    let example = |code: &str, text: &str| Example {
        heading: Some(Heading {
            code: code.to_owned(),
            name: Some(format!("Example of {code}")),
            origin: origin.clone(),
        }),
        syntax: Syntax::Json,
        language: None,
        body: None,
        errors: vec![ExampleError {
            codes: vec![code.to_owned()],
            members: serde_json::json!({"code": code, "text": text}),
        }],
        origin: origin.clone(),
    };
    let rows = [(400, "Bad"), (404, "Gone"), (409, "Busy"), (500, "Broken"), (503, "Closed")];
    let mut facts = facts(&rows, &[("code", "String"), ("text", "String"), ("more", "String")]);
    for row in &mut facts.statuses {
        row.wording = words(&format!("What {} means", row.status));
    }
    for member in &mut facts.members {
        member.wording = words(&format!("What {} is", member.name));
    }
    facts.codes = [
        ("BAD_INPUT", Some(400), "Input"),
        ("BAD_OUTPUT", Some(400), "Input"),
        ("INVALID_{RESOURCE}", Some(400), "Input"),
        ("NOT_FOUND", Some(404), "State"),
        ("CONFLICT", Some(409), "State"),
        ("UNKNOWN", None, "State"),
    ]
    .map(|(name, status, group)| code(name, status, group))
    .into();
    facts.fields =
        [(None, "{auth-scheme}"), (Some(401), "Bearer error=\"a\""), (Some(403), "Basic")]
            .map(|(status, value)| FieldFact {
                status,
                name: "www-authenticate".to_owned(),
                has_colon: true,
                value: value.to_owned(),
                wording: words(&format!("What {value} says")),
                origin: origin.clone(),
            })
            .into();
    facts.examples =
        vec![example("NOT_FOUND", "one"), example("CONFLICT", "two"), example("UNKNOWN", "three")];
    facts.prose = ["First.", "Second.", "Third."].map(|text| Wording::new(text, 0..1)).into();
    facts
}

/// Codes in two lists, and nothing else.
fn two_lists() -> Facts {
    let mut facts = Facts { statuses: Vec::new(), ..everything() };
    for (index, row) in facts.codes.iter_mut().enumerate() {
        row.level = Some(if index < 3 { Level::Basic } else { Level::Detailed });
        (row.group, row.name, row.statuses) = (None, None, Vec::new());
    }
    facts
}

/// A kind of change, and an edit that is one such change and no other.
type Kind = (&'static str, fn() -> Facts, fn(&mut Facts));

const KINDS: &[Kind] = &[
    ("code-removed", everything, |facts| drop(facts.codes.remove(3))),
    ("optional-code-removed", two_lists, |facts| drop(facts.codes.remove(4))),
    ("code-added", everything, |facts| facts.codes.push(other_code(&facts.codes[5]))),
    ("closed-code-added", two_lists, |facts| facts.codes.insert(1, other_code(&facts.codes[1]))),
    ("code-renamed", everything, |facts| facts.codes[3].code = "ABSENT".to_owned()),
    ("optional-code-renamed", two_lists, |facts| facts.codes[4].code = "CLASH".to_owned()),
    ("template-changed", everything, |facts| facts.codes[2].code = "{RESOURCE}_INVALID".to_owned()),
    ("placeholder-changed", everything, |facts| facts.codes[2].code = "INVALID_{NAME}".to_owned()),
    ("code-status-changed", everything, |facts| facts.codes[3].statuses[0].status = 410),
    ("code-status-added", everything, |facts| {
        let mut status = facts.codes[3].statuses[0].clone();
        status.status = 410;
        facts.codes[3].statuses.push(status);
    }),
    ("code-status-given", everything, |facts| {
        facts.codes[5].statuses = facts.codes[4].statuses.clone();
    }),
    ("code-status-removed", everything, |facts| facts.codes[3].statuses.clear()),
    ("code-level-changed", two_lists, |facts| facts.codes[4].level = Some(Level::Basic)),
    ("levels-removed", two_lists, |facts| facts.codes.iter_mut().for_each(|row| row.level = None)),
    ("code-group-changed", everything, |facts| facts.codes[1].group = Some("State".to_owned())),
    ("group-renamed", everything, |facts| {
        facts.codes[..3].iter_mut().for_each(|row| row.group = Some("Requests".to_owned()));
    }),
    ("groups-changed", everything, |facts| facts.codes.iter_mut().for_each(|row| row.group = None)),
    ("code-name-changed", everything, |facts| facts.codes[3].name = Some("Absent".to_owned())),
    ("names-changed", everything, |facts| facts.codes.iter_mut().for_each(|row| row.name = None)),
    ("code-reason-changed", everything, |facts| {
        facts.codes[3].statuses[0].reason = Some("NotFound".to_owned());
    }),
    ("code-reasons-changed", everything, |facts| {
        let statuses = facts.codes.iter_mut().flat_map(|row| &mut row.statuses);
        statuses.for_each(|status| status.reason = None);
    }),
    ("code-rows-changed", everything, |facts| facts.codes.insert(4, facts.codes[3].clone())),
    ("code-moved", everything, |facts| facts.codes[..3].rotate_left(1)),
    ("order-changed", everything, |facts| facts.codes.reverse()),
    ("code-wording", everything, |facts| facts.codes[3].wording = Some(said("Something else"))),
    ("status-removed", everything, |facts| drop(facts.statuses.remove(1))),
    ("status-added", everything, |facts| {
        let mut row = facts.statuses[4].clone();
        (row.status, row.reason, row.wording) = (504, None, Some(said("Late")));
        facts.statuses.push(row);
    }),
    ("status-changed", everything, |facts| facts.statuses[1].status = 410),
    ("reason-changed", everything, |facts| facts.statuses[1].reason = Some("Lost".to_owned())),
    ("status-rows-changed", everything, |facts| {
        facts.statuses.insert(2, facts.statuses[1].clone());
    }),
    ("status-moved", everything, |facts| facts.statuses[..2].rotate_left(1)),
    ("status-wording", everything, |facts| {
        facts.statuses[1].wording = Some(said("Something else"));
    }),
    ("member-removed", everything, |facts| drop(facts.members.remove(1))),
    ("member-added", everything, |facts| {
        let mut member = facts.members[2].clone();
        (member.name, member.wording) = ("target".to_owned(), Some(said("What is at fault")));
        facts.members.push(member);
    }),
    ("member-renamed", everything, |facts| facts.members[1].name = "message".to_owned()),
    ("member-type-changed", everything, |facts| facts.members[1].kind = Some("Number".to_owned())),
    ("member-type-spelling", everything, |facts| facts.members[1].kind = Some("string".to_owned())),
    ("member-moved", everything, |facts| facts.members.rotate_left(1)),
    ("member-wording", everything, |facts| facts.members[1].wording = Some(said("Something else"))),
    ("field-removed", everything, |facts| drop(facts.fields.remove(1))),
    ("field-added", everything, |facts| {
        let mut field = facts.fields[2].clone();
        (field.status, field.name) = (Some(503), "Retry-After".to_owned());
        field.value = "5".to_owned();
        facts.fields.push(field);
    }),
    ("field-changed", everything, |facts| facts.fields[1].value = "Bearer error=\"b\"".to_owned()),
    ("field-spelling", everything, |facts| facts.fields[1].has_colon = false),
    ("field-moved", everything, |facts| facts.fields.rotate_left(1)),
    ("field-wording", everything, |facts| facts.fields[1].wording = Some(said("Something else"))),
    ("example-removed", everything, |facts| drop(facts.examples.remove(1))),
    ("example-added", everything, |facts| {
        let mut example = facts.examples[2].clone();
        example.heading = None;
        example.errors[0].codes = vec!["BAD_INPUT".to_owned()];
        example.errors[0].members = serde_json::json!({"code": "BAD_INPUT", "text": "four"});
        facts.examples.push(example);
    }),
    ("example-code-changed", everything, |facts| set_code(&mut facts.examples[1], "BAD_INPUT")),
    ("examples-swapped", everything, |facts| {
        set_code(&mut facts.examples[0], "CONFLICT");
        set_code(&mut facts.examples[1], "NOT_FOUND");
    }),
    ("example-shape-changed", everything, |facts| {
        facts.examples[1].errors[0].members =
            serde_json::json!({"code": "CONFLICT", "told": "two"});
    }),
    ("example-unreadable", everything, |facts| facts.examples[1].errors.clear()),
    ("example-value-changed", everything, |facts| {
        facts.examples[1].errors[0].members = serde_json::json!({"code": "CONFLICT", "text": "2"});
    }),
    ("example-heading-changed", everything, |facts| {
        facts.examples[1].heading.as_mut().unwrap().name = None;
    }),
    ("example-moved", everything, |facts| facts.examples.rotate_left(1)),
    ("sentence-removed", everything, |facts| drop(facts.prose.remove(1))),
    ("sentence-added", everything, |facts| facts.prose.push(Wording::new("Fourth.", 0..1))),
    ("sentence-changed", everything, |facts| facts.prose[1] = Wording::new("2nd.", 0..1)),
    ("sentence-moved", everything, |facts| facts.prose.rotate_left(1)),
    ("part-removed", everything, |facts| facts.members.clear()),
    ("reasons-translated", everything, |facts| {
        for row in &mut facts.statuses {
            (row.reason, row.wording) =
                (Some(format!("Satz {}", row.status)), Some(said("Anders")));
        }
    }),
];

fn said(text: &str) -> Wording {
    Wording::new(text, 0..1)
}

fn other_code(row: &CodeFact) -> CodeFact {
    CodeFact {
        code: "QUITE_ANOTHER".to_owned(),
        name: row.name.as_ref().map(|_| "Quite another".to_owned()),
        wording: Some(said("Nothing like the others")),
        ..row.clone()
    }
}

fn set_code(example: &mut Example, code: &str) {
    let error = &mut example.errors[0];
    error.codes = vec![code.to_owned()];
    error.members["code"] = code.into();
}

#[test]
fn every_kind_is_made_by_an_edit_that_is_nothing_else() {
    let mut made = BTreeSet::new();
    for (kind, base, edit) in KINDS {
        let old = base();
        let mut new = old.clone();
        edit(&mut new);
        let changes = between(&old, &new);
        let mut kinds: Vec<_> = changes.iter().map(Change::kind).collect();
        if *kind == "reasons-translated" {
            // A translation changes what is said beside the phrases, too.
            kinds.retain(|kind| *kind != "status-wording");
        }
        assert_eq!(kinds, [*kind], "{changes:#?}");
        made.extend(changes.iter().map(|change| change.rule.id));
        // The way back is made of kinds too.
        let back = between(&new, &old);
        assert!(!back.is_empty(), "{kind}");
        made.extend(back.iter().map(|change| change.rule.id));
    }
    for service in SERVICES {
        for old in service.editions {
            let changes = service.editions.iter().flat_map(|new| between_editions(old, new));
            made.extend(changes.map(|change| change.rule.id));
        }
    }
    let lacking: Vec<_> = RULES.iter().filter(|rule| !made.contains(rule.id)).collect();
    assert_eq!(lacking, Vec::<&&Rule>::new());
}
