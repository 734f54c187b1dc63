//! Codes, looked up in every table, held against a plain search through its rows.

use std::mem::discriminant;

use faultbook_core::{CodeRow, Edition, Level};
use lineworks_error::Row;

use super::common::Share;

/// A code as a service's table has it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Looked<'t> {
    /// What it says that it is.
    text: String,
    is_documented: bool,
    row: Option<&'static CodeRow>,
    statuses: &'static [u16],
    default_status: Option<u16>,
    /// The part of a template that is the name; empty for another code.
    name: &'t str,
    /// Whether it is of the same variant as the code that this row lists.
    same_variant: bool,
    /// Whether it is basic, and whether it is detailed, where the document has two lists.
    levels: [bool; 2],
}

/// The tables, in the order in which the oracle asks them.
static EDITIONS: [&Edition; 4] = [
    &ampache_error::EDITION,
    &groove_error::EDITION,
    &lineworks_error::EDITION,
    &onedrive_error::EDITION,
];

/// A code of Ampache that only a later edition lists: it has a variant and no row.
const ONLY_LATER: ampache_error::Code<'static> = ampache_error::Code::Generic;

/// What every table's `Code` gives, as one type. `$name` and `$levels` are what only one has.
macro_rules! looked {
    ($service:ident, $text:expr, $name:expr, $levels:expr) => {{
        let code = $service::Code::new($text);
        let row = code.row();
        // A template with something in its braces is of the template's variant.
        let listed = row.map(|row| $service::Code::from(row.code.replace(['{', '}'], "")));
        let name: fn(&str, &$service::Code<'_>) -> (usize, usize) = $name;
        let levels: fn(&$service::Code<'_>) -> [bool; 2] = $levels;
        let (start, end) = name($text, &code);
        let shown = code.to_string();
        assert_eq!(shown, code.as_str());
        assert_eq!($service::Code::from($text), code);
        assert_eq!(code.clone().into_owned(), code);
        Looked {
            text: shown,
            is_documented: code.is_documented(),
            row,
            statuses: code.statuses(),
            default_status: code.default_status(),
            name: &$text[start..end],
            same_variant: match &listed {
                Some(listed) => discriminant(listed) == discriminant(&code),
                None => matches!(code, $service::Code::Other(_)) || $text == ONLY_LATER.as_str(),
            },
            levels: levels(&code),
        }
    }};
}

/// What is asked of the code under test. The tests put liars in its place.
trait Subject {
    /// Looks a code up in the table of this index.
    fn look_up<'t>(&self, table: usize, text: &'t str) -> Looked<'t> {
        match table {
            0 => looked!(ampache_error, text, |_, _| (0, 0), |_| [false; 2]),
            1 => looked!(groove_error, text, |_, _| (0, 0), |_| [false; 2]),
            2 => looked!(lineworks_error, text, place_of_name, |_| [false; 2]),
            _ => looked!(onedrive_error, text, |_, _| (0, 0), |code| {
                [code.is_basic(), code.is_detailed()]
            }),
        }
    }

    fn rows(&self, edition: &'static Edition, text: &str) -> Vec<&'static CodeRow> {
        edition.rows(text).collect()
    }

    fn row_under(&self, status: u16, text: &str) -> Option<&'static Row> {
        lineworks_error::lookup(status, text)
    }

    fn near_miss(&self, edition: &'static Edition, text: &str) -> Option<&'static str> {
        faultbook_core::near_miss(text, edition.codes.iter().map(|row| row.code))
    }

    fn meant(&self, text: &str) -> Option<String> {
        lineworks_error::Code::new(text).meant()
    }
}

struct Real;

impl Subject for Real {}

/// Where the name that a LINE WORKS code has stands in it.
fn place_of_name(text: &str, code: &lineworks_error::Code<'_>) -> (usize, usize) {
    let Some(name) = code.resource() else { return (0, 0) };
    assert!(!name.is_empty(), "{text}");
    let (lineworks_error::Code::InvalidResource(template)
    | lineworks_error::Code::ResourceNotExist(template)
    | lineworks_error::Code::ResourceAlreadyExist(template)) = code
    else {
        panic!("{text} is no template's")
    };
    assert_eq!((template.as_str(), template.name()), (text, name));
    let Some(row) = code.row() else { panic!("{text} has no row") };
    let start = row.code.find('{').unwrap_or(0);
    (start, start + name.len())
}

/// Any bytes, as the text of a code, in the tables of all four services.
///
/// - A code is what it was made from, and written as such. It is documented exactly where a row
///   names it or, if none does, a template's parts before and after the braces stand around
///   something; it has that row, its statuses, its variant, and what stands in the braces for a
///   name. The rows of an edition are all that name it, or else all templates that fit.
/// - OneDrive's codes stand in the lists that the table says.
/// - Under each of LINE WORKS' statuses and their neighbours, a code has the row that a plain
///   search through the printed table finds.
/// - What was probably meant by an unknown code is the first row that is spelt the same but for
///   case and what stands between words, or else the first that is one letter away; it is never
///   the text itself. What LINE WORKS' table proposes is documented. This takes longer than all
///   else, and is asked of one text in 64.
///
/// # Panics
///
/// Where that does not hold.
pub fn code(body: &[u8]) {
    holds_in(&Real, body, Share::of(body));
}

/// All of it.
#[cfg(test)]
fn holds(subject: &impl Subject, body: &[u8]) {
    holds_in(subject, body, Share::Limited);
}

fn holds_in(subject: &impl Subject, body: &[u8], share: Share) {
    let text = String::from_utf8_lossy(body);
    let text = &*text;
    for (table, edition) in EDITIONS.into_iter().enumerate() {
        let rows = rows_of(edition, text);
        assert_eq!(subject.rows(edition, text), rows, "{text:?} in {edition}");
        for row in edition.codes {
            let fits = row.code == text || name_in(row.code, text).is_some();
            assert_eq!(row.matches(text), fits, "{text:?} and {row:?}");
        }
        let looked = subject.look_up(table, text);
        let row = rows.first().copied();
        let name = row.and_then(|row| name_in(row.code, text)).unwrap_or_default();
        let statuses = row.map_or(&[][..], |row| row.statuses);
        let in_list = |level| rows.iter().any(|row| row.level == Some(level));
        let expected = Looked {
            text: text.to_owned(),
            is_documented: row.is_some(),
            row,
            statuses,
            default_status: if statuses.len() == 1 { statuses.first().copied() } else { None },
            name,
            same_variant: true,
            levels: [in_list(Level::Basic), in_list(Level::Detailed)],
        };
        assert_eq!(looked, expected, "{text:?} in {edition}");

        if share >= Share::Judged {
            let near = subject.near_miss(edition, text);
            assert_eq!(near, meant_by(edition, text), "{text:?} in {edition}");
            assert!(row.is_some() || near != Some(text), "{text:?} in {edition}");
            let again = subject.near_miss(edition, text);
            assert_eq!(near, again, "{text:?} in {edition}, asked again");
        }
    }
    for status in statuses() {
        let expected = printed_row(status, text);
        assert_eq!(subject.row_under(status, text), expected, "{text:?} under {status}");
    }
    if share < Share::Judged {
        return;
    }
    let documented = !rows_of(&lineworks_error::EDITION, text).is_empty();
    if let Some(meant) = subject.meant(text) {
        assert!(!documented && meant != text, "{meant} for {text:?}");
        assert!(!rows_of(&lineworks_error::EDITION, &meant).is_empty(), "{meant} for {text:?}");
    }
}

/// What stands in a template's braces: the parts before and after them stand around something.
/// `None` for a row that is no template.
fn name_in<'t>(row: &str, text: &'t str) -> Option<&'t str> {
    let (open, close) = (row.find('{')?, row.find('}')?);
    let (prefix, suffix) = (&row[..open], &row[close + 1..]);
    let is_longer = text.len() > prefix.len() + suffix.len();
    (is_longer && text.starts_with(prefix) && text.ends_with(suffix))
        .then(|| &text[prefix.len()..text.len() - suffix.len()])
}

/// The rows that name a code, or else the templates that it fits.
fn rows_of(edition: &'static Edition, text: &str) -> Vec<&'static CodeRow> {
    let named: Vec<_> = edition.codes.iter().filter(|row| row.code == text).collect();
    if !named.is_empty() {
        return named;
    }
    edition.codes.iter().filter(|row| name_in(row.code, text).is_some()).collect()
}

/// LINE WORKS' statuses, their neighbours, and the ends of what a status can be.
fn statuses() -> impl Iterator<Item = u16> {
    let documented = lineworks_error::STATUSES.iter().map(|row| row.status);
    let around = documented.flat_map(|status| [status - 1, status, status + 1]);
    around.chain([0, u16::MAX])
}

/// The row of the printed table under a status. A code that some row names is no template's.
fn printed_row(status: u16, text: &str) -> Option<&'static Row> {
    let table = lineworks_error::ROWS;
    let is_named = table.iter().any(|row| row.code == text);
    table
        .iter()
        .filter(|row| row.status == status)
        .find(|row| if is_named { row.code == text } else { name_in(row.code, text).is_some() })
}

/// The code of a table that was probably meant: see [`code`].
fn meant_by(edition: &'static Edition, text: &str) -> Option<&'static str> {
    // A longer one is no slip of the pen.
    if text.is_empty() || text.len() > 256 {
        return None;
    }
    let text = letters(text);
    let codes: Vec<_> = edition.codes.iter().map(|row| (row.code, letters(row.code))).collect();
    let same = codes.iter().find(|(_, code)| *code == text);
    let near = || codes.iter().find(|(_, code)| code.len() > 3 && are_one_apart(&text, code));
    same.or_else(near).map(|(code, _)| *code)
}

/// A name without case and without what stands between words.
fn letters(name: &str) -> Vec<char> {
    let letters = name.chars().filter(|c| !['-', '_', ' '].contains(c));
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether one text becomes the other by a letter that is put in, left out or replaced, or by two
/// neighbours that are swapped: every such change is tried.
fn are_one_apart(a: &[char], b: &[char]) -> bool {
    if a.len() == b.len() {
        let mut differ = (0..a.len()).filter(|&at| a[at] != b[at]);
        return match (differ.next(), differ.next(), differ.next()) {
            (Some(_), None, _) => true,
            (Some(x), Some(y), None) => y == x + 1 && a[x] == b[y] && a[y] == b[x],
            _ => false,
        };
    }
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    long.len() == short.len() + 1
        && (0..long.len()).any(|at| long[..at] == short[..at] && long[at + 1..] == short[at..])
}

#[cfg(test)]
pub(crate) const CODE_LIES: &[crate::testing::Lie] = {
    /// Looks up, and changes what was found.
    struct Changed(for<'t> fn(usize, &'t str, &mut Looked<'t>));
    impl Subject for Changed {
        fn look_up<'t>(&self, table: usize, text: &'t str) -> Looked<'t> {
            let mut looked = Real.look_up(table, text);
            (self.0)(table, text, &mut looked);
            looked
        }
    }

    fn row(edition: &'static Edition, code: &str) -> Option<&'static CodeRow> {
        edition.codes.iter().find(|row| row.code == code)
    }

    fn template_first(table: usize, text: &str, looked: &mut Looked<'_>) {
        if table == 2 && name_in("INVALID_{RESOURCE}", text).is_some() {
            looked.row = row(EDITIONS[table], "INVALID_{RESOURCE}");
        }
    }

    fn empty_name<'t>(table: usize, text: &'t str, looked: &mut Looked<'t>) {
        if table == 2 && text == "_NOT_EXIST" {
            looked.row = row(EDITIONS[table], "{RESOURCE}_NOT_EXIST");
            looked.is_documented = true;
        }
    }

    fn without_case(table: usize, text: &str, looked: &mut Looked<'_>) {
        let mut rows = EDITIONS[table].codes.iter();
        if let Some(row) = rows.find(|row| row.code.eq_ignore_ascii_case(text)) {
            looked.row = Some(row);
            looked.is_documented = true;
        }
    }

    fn one_list(_: usize, _: &str, looked: &mut Looked<'_>) {
        looked.levels[1] &= !looked.levels[0];
    }

    fn first_of_two(_: usize, _: &str, looked: &mut Looked<'_>) {
        looked.default_status = looked.statuses.first().copied();
    }

    struct FirstRowOnly;
    impl Subject for FirstRowOnly {
        fn rows(&self, edition: &'static Edition, text: &str) -> Vec<&'static CodeRow> {
            edition.rows(text).take(1).collect()
        }
    }

    struct AnyStatus;
    impl Subject for AnyStatus {
        fn row_under(&self, status: u16, text: &str) -> Option<&'static Row> {
            let found = lineworks_error::lookup(status, text)?;
            lineworks_error::ROWS.iter().find(|row| row.code == found.code)
        }
    }

    struct FirstTemplateOnly;
    impl Subject for FirstTemplateOnly {
        fn row_under(&self, status: u16, text: &str) -> Option<&'static Row> {
            let code = lineworks_error::Code::new(text).row()?.code;
            lineworks_error::ROWS.iter().find(|row| row.status == status && row.code == code)
        }
    }

    struct LastThatIsNear;
    impl Subject for LastThatIsNear {
        fn near_miss(&self, edition: &'static Edition, text: &str) -> Option<&'static str> {
            faultbook_core::near_miss(text, edition.codes.iter().rev().map(|row| row.code))
        }
    }

    struct OnlySpelling;
    impl Subject for OnlySpelling {
        fn near_miss(&self, edition: &'static Edition, text: &str) -> Option<&'static str> {
            Real.near_miss(edition, text).filter(|near| letters(near) == letters(text))
        }
    }

    struct MeantIsItself;
    impl Subject for MeantIsItself {
        fn meant(&self, text: &str) -> Option<String> {
            lineworks_error::Code::new(text).meant().or_else(|| {
                let near = Real.near_miss(&lineworks_error::EDITION, text);
                near.map(str::to_owned)
            })
        }
    }

    crate::testing::lies!["code", holds;
        "a template beats a row that names the code": Changed(template_first),
        "a template's name may be empty": Changed(empty_name),
        "codes are compared without case": Changed(without_case),
        "a code stands in one list only": Changed(one_list),
        "of two statuses the first is the default": Changed(first_of_two),
        "a code has one row": FirstRowOnly,
        "the summary is that of another status": AnyStatus,
        "of two templates that a code fits the first counts, whatever the status": FirstTemplateOnly,
        "the last code that is near was meant": LastThatIsNear,
        "one letter is too much": OnlySpelling,
        "a documented code was meant to be another": MeantIsItself,
    ]
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The search does not find nothing everywhere.
    #[test]
    fn the_plain_search_finds_something() {
        assert_eq!(name_in("INVALID_{RESOURCE}", "INVALID_USER"), Some("USER"));
        assert_eq!(name_in("INVALID_{RESOURCE}", "INVALID_"), None);
        assert_eq!(name_in("{RESOURCE}_NOT_EXIST", "_NOT_EXIST"), None);
        assert_eq!(rows_of(&onedrive_error::EDITION, "resyncRequired").len(), 2);
        assert_eq!(rows_of(&lineworks_error::EDITION, "INVALID_X_NOT_EXIST").len(), 2);
        let found = statuses().filter(|status| printed_row(*status, "OUT_OF_RANGE").is_some());
        assert_eq!(found.collect::<BTreeSet<_>>(), BTreeSet::from([400, 403]));
        assert_eq!(meant_by(&groove_error::EDITION, "DELIVERY-EROR"), Some("DELIVERY_ERROR"));
        assert_eq!(meant_by(&groove_error::EDITION, "delivery error"), Some("DELIVERY_ERROR"));
        assert_eq!(meant_by(&groove_error::EDITION, "DELIVREY_ERROR"), Some("DELIVERY_ERROR"));
        assert_eq!(meant_by(&groove_error::EDITION, "DELVIERY_EROR"), None);
    }
}
