//! A document that is written from any catalog and edited once is reported as that edit and nothing
//! else: in each layout, and through the reader.

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::test_runner::Config;

use super::*;
use crate::document;
use crate::services::service;

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
            .map(|(status, reason)| crate::facts::StatusFact {
                status: *status,
                reason: Some((*reason).to_owned()),
                wording: None,
                origin: origin.clone(),
            })
            .collect(),
        members: members
            .iter()
            .map(|(name, kind)| crate::facts::MemberFact {
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
            .map(|number| crate::facts::CodeFact {
                code: format!("code{number}"),
                statuses: Vec::new(),
                group: Some(format!("{}", number % 7)),
                level: None,
                name: None,
                wording: Some(crate::facts::Wording::new(&format!("text {}", number % 1000), 0..1)),
                origin: Origin::Document(number..number + 1),
            })
            .collect(),
        ..Facts::default()
    };
    // Half of each is gone or new; a quadratic comparison would take minutes.
    let changes = between(&rows(0), &rows(25_000));
    assert!(changes.len() >= 25_000, "{}", changes.len());
}
