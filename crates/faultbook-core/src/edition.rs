//! A version of a document: its codes and its statuses.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter;

use crate::TemplateCode;

/// Which of two lists a code stands in, where a document has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Every client must handle it (OneDrive errors, The code property).
    Basic,
    /// Found inside the inner errors; the list may grow (OneDrive errors, Detailed error codes).
    Detailed,
}

impl Level {
    /// `basic` or `detailed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Detailed => "detailed",
        }
    }
}

/// One row of a document's code table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CodeRow {
    /// The code as documented; a template keeps its braces (`INVALID_{RESOURCE}`).
    pub code: &'static str,
    /// The short name that the document prints beside it: `Access Denied` beside `4703`.
    pub name: Option<&'static str>,
    /// The statuses it is documented under; empty where the document gives none.
    pub statuses: &'static [u16],
    /// The group the document puts it in.
    pub group: Option<&'static str>,
    /// What it means, in our words.
    pub summary: &'static str,
    /// Which of two lists it stands in.
    pub level: Option<Level>,
    /// What stands in a template before and behind the part in braces.
    template: Option<(&'static str, &'static str)>,
    links: Links,
}

/// Where a look-up begins and goes on in the table that a row stands in: see [`CodeRow::table`]. No
/// part of what the row says, so that all are equal.
#[derive(Debug, Clone, Copy)]
struct Links {
    /// Of the chain that has the number of this row's place: its first row's place.
    first: usize,
    /// How far behind this row the next one of its own chain stands.
    next: usize,
}

impl Links {
    /// There is none.
    const NONE: usize = usize::MAX;
    /// Those of a row in a table that is one chain.
    const ONE_CHAIN: Self = Self { first: 0, next: 1 };
}

impl PartialEq for Links {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Links {}

impl Hash for Links {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl CodeRow {
    /// Built by [`codes!`](crate::codes) only.
    #[doc(hidden)]
    pub const fn __new(
        code: &'static str,
        name: Option<&'static str>,
        statuses: &'static [u16],
        group: Option<&'static str>,
        summary: &'static str,
        level: Option<Level>,
    ) -> Self {
        let template = TemplateCode::__parts(code);
        Self { code, name, statuses, group, summary, level, template, links: Links::ONE_CHAIN }
    }

    /// The rows as a table in which [`Edition::rows`] finds a code without going through all of
    /// them: those that agree in length and three letters, or nearly so, are a chain. Their order
    /// stays.
    ///
    /// Rows that were not made a table are one chain. A row of a table is taken over into another
    /// with [`of`](Self::of): a copy of it would go on in the first one's chain.
    ///
    /// ```
    /// use faultbook_core::CodeRow;
    ///
    /// # mod service { faultbook_core::codes! {
    /// #     /// Codes of an example service.
    /// #     pub enum Code;
    /// #     { group: None, level: None }
    /// #         Gone = "GONE" [404] "no longer there";
    /// # } }
    /// # use service::CODES;
    /// static LATER: &[CodeRow] = &CodeRow::table([CodeRow::of(CODES, "GONE").with_statuses(&[410])]);
    /// assert_eq!(LATER[0].statuses, [410]);
    /// ```
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "evaluated when a table is compiled")]
    pub const fn table<const N: usize>(mut rows: [Self; N]) -> [Self; N] {
        let mut at = 0;
        while at < N {
            rows[at].links.first = Links::NONE;
            at += 1;
        }
        // From the end, since each row becomes the first one of its chain.
        while at > 0 {
            at -= 1;
            let chain = chain(rows[at].code.as_bytes(), N);
            let next = rows[chain].links.first;
            rows[at].links.next = if next == Links::NONE { next } else { next - at };
            rows[chain].links.first = at;
        }
        rows
    }

    /// The rows of a table that have this very code, each with its place.
    #[inline]
    fn named<'c>(
        rows: &'static [Self],
        code: &'c str,
    ) -> impl Iterator<Item = (usize, &'static Self)> + 'c {
        let first = rows.get(chain(code.as_bytes(), rows.len())).map(|row| row.links.first);
        let mut next = first.unwrap_or(Links::NONE);
        iter::from_fn(move || {
            loop {
                let at = next;
                let row = rows.get(at)?;
                next = at.saturating_add(row.links.next);
                if row.code == code {
                    return Some((at, row));
                }
            }
        })
    }

    /// The row of this code in a table: for the tables of other editions, which take rows over.
    ///
    /// # Panics
    ///
    /// Where no row has the code. It is meant for statics, where that does not compile.
    #[expect(clippy::panic, reason = "evaluated when a table is compiled")]
    pub const fn of(rows: &'static [Self], code: &str) -> Self {
        match rows {
            [row, ..] if is_same(row.code.as_bytes(), code.as_bytes()) => {
                Self { links: Links::ONE_CHAIN, ..*row }
            }
            [_, rest @ ..] => Self::of(rest, code),
            [] => panic!("no row has this code"),
        }
    }

    /// Where the first row of this code stands in a table.
    #[doc(hidden)]
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time")]
    pub const fn __position(rows: &[Self], code: &str) -> Option<usize> {
        let mut at = 0;
        while at < rows.len() {
            if is_same(rows[at].code.as_bytes(), code.as_bytes()) {
                return Some(at);
            }
            at += 1;
        }
        None
    }

    /// The same row under other statuses.
    #[must_use]
    pub const fn with_statuses(self, statuses: &'static [u16]) -> Self {
        Self { statuses, ..self }
    }

    /// The same row with another meaning.
    #[must_use]
    pub const fn with_summary(self, summary: &'static str) -> Self {
        Self { summary, ..self }
    }

    /// The same row for a code that was written otherwise, and its name.
    #[must_use]
    pub const fn with_code(self, code: &'static str, name: Option<&'static str>) -> Self {
        Self { code, name, template: TemplateCode::__parts(code), ..self }
    }

    /// Whether the row is a template such as `INVALID_{RESOURCE}`.
    pub const fn is_template(&self) -> bool {
        self.template.is_some()
    }

    /// Whether a received code is the one of this row, or matches its template.
    pub fn matches(&self, code: &str) -> bool {
        self.code == code || TemplateCode::__matched(self.template, Cow::Borrowed(code)).is_ok()
    }
}

/// One row of a document's status table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusRow {
    /// The status code.
    pub status: u16,
    /// The reason phrase, where the document prints one.
    pub reason: Option<&'static str>,
    /// What it means, in our words.
    pub summary: &'static str,
}

impl StatusRow {
    /// Two tables that are sorted by status as one, for the editions that add statuses.
    ///
    /// # Panics
    ///
    /// Where the tables have another number of rows than `N`. It is meant for statics, where that
    /// does not compile.
    #[expect(clippy::indexing_slicing, reason = "evaluated when a table is compiled")]
    pub const fn merged<const N: usize>(a: &[Self], b: &[Self]) -> [Self; N] {
        assert!(a.len() + b.len() == N, "N is the number of all rows");
        let mut all = [Self { status: 0, reason: None, summary: "" }; N];
        let (mut from_a, mut from_b) = (0, 0);
        while from_a + from_b < N {
            let is_a = from_b == b.len() || from_a < a.len() && a[from_a].status < b[from_b].status;
            all[from_a + from_b] = if is_a { a[from_a] } else { b[from_b] };
            if is_a { from_a += 1 } else { from_b += 1 }
        }
        all
    }
}

/// Which of as many chains as a table has rows a code belongs to.
#[inline]
const fn chain(code: &[u8], rows: usize) -> usize {
    let ([first, ..], [.., last]) = (code, code) else { return 0 };
    let middle = match code.split_at(code.len() / 2) {
        (_, [middle, ..]) => *middle,
        _ => 0,
    };
    let sum = code.len() * 3 + *first as usize + middle as usize * 5 + *last as usize * 7;
    // A power of two: dividing by another number takes longer than the rest.
    let chains = match rows.checked_ilog2() {
        Some(log) => 1 << log,
        None => 1,
    };
    sum % chains
}

/// Whether two texts are the same, at compile time.
const fn is_same(a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([x, a @ ..], [y, b @ ..]) => *x == *y && is_same(a, b),
        _ => false,
    }
}

/// Something that an edition says besides its tables, and other editions of the same service do
/// not: a switch that rules ask for with [`Edition::says`].
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Its name in kebab case, unique in its service.
    pub name: &'static str,
    /// What it says: one sentence without a full stop.
    pub says: &'static str,
}

/// Whether a service's errors come under a status of success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnderSuccess {
    /// They do not: under 2xx there is no error.
    Never,
    /// Some do, such as those of single items in a list.
    Some,
    /// They do as a rule: the service answers 200 whatever happened.
    AsARule,
}

/// A version of a service's document, named `service@version`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Edition {
    /// The service: `groove`, `lineworks`, `ampache` or `onedrive`.
    pub service: &'static str,
    /// The document's version.
    pub version: &'static str,
    /// The document's code table.
    pub codes: &'static [CodeRow],
    /// The document's status table, sorted by status; empty where it has none.
    pub statuses: &'static [StatusRow],
    /// Whether errors come under 2xx.
    pub under_success: UnderSuccess,
    /// What else it says, where the editions of the service differ.
    pub clauses: &'static [&'static Clause],
}

impl Edition {
    /// Whether the document's status table has this status. False where it has no table.
    pub fn has_status(&self, status: u16) -> bool {
        self.statuses.binary_search_by_key(&status, |row| row.status).is_ok()
    }

    /// Whether this clause is one of the edition's.
    #[inline]
    pub fn says(&self, clause: &Clause) -> bool {
        self.clauses.iter().any(|own| own.name == clause.name)
    }

    /// A hint for a finding that would be none by another of these editions: which of them document
    /// what was received.
    pub fn documented_elsewhere(
        &self,
        editions: &[&'static Self],
        documents: impl Fn(&'static Self) -> bool,
    ) -> Option<String> {
        let others = editions.iter().filter(|other| **other != self && documents(other));
        let names: Vec<String> = others.map(ToString::to_string).collect();
        let first = names.first()?;
        Some(format!("documented in {}: --edition {first}", names.join(", ")))
    }

    /// Whether this code is documented: whether there are [`rows`](Self::rows) of it.
    #[inline]
    pub fn has_code(&'static self, code: &str) -> bool {
        self.position(code).is_some()
    }

    /// Where the first of the [`rows`](Self::rows) stands in [`codes`](Self::codes) that this code is
    /// documented in.
    #[inline]
    pub fn position(&'static self, code: &str) -> Option<usize> {
        let (position, _) =
            CodeRow::named(self.codes, code).next().or_else(|| self.templates(code).next())?;
        Some(position)
    }

    /// The rows that this code is documented in: those that name it, more than one where the
    /// document lists it twice, or else the templates that it matches.
    pub fn rows<'c>(&'static self, code: &'c str) -> impl Iterator<Item = &'static CodeRow> + 'c {
        let mut named = CodeRow::named(self.codes, code).peekable();
        let templates = named.peek().is_none().then(|| self.templates(code));
        named.chain(templates.into_iter().flatten()).map(|(_, row)| row)
    }

    /// The templates that a code matches, each with its place.
    fn templates<'c>(
        &'static self,
        code: &'c str,
    ) -> impl Iterator<Item = (usize, &'static CodeRow)> + 'c {
        let rows = self.codes.iter().enumerate();
        rows.filter(move |(_, row)| row.is_template() && row.matches(code))
    }
}

impl UnderSuccess {
    /// What it says, as a sentence without a full stop.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Never => "an error comes under a failing status, never under 2xx",
            Self::Some => "some errors come under 2xx, such as those of single items",
            Self::AsARule => "an error comes under 200: the status does not tell",
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.service, self.version)
    }
}
