//! A version of a document: its codes and its statuses.

use std::borrow::Cow;
use std::fmt;

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
    /// The statuses it is documented under; empty where the document gives none.
    pub statuses: &'static [u16],
    /// The group the document puts it in.
    pub group: Option<&'static str>,
    /// What it means, in our words.
    pub summary: &'static str,
    /// Which of two lists it stands in.
    pub level: Option<Level>,
}

impl CodeRow {
    /// Built by [`codes!`](crate::codes) only.
    #[doc(hidden)]
    pub const fn __new(
        code: &'static str,
        statuses: &'static [u16],
        group: Option<&'static str>,
        summary: &'static str,
        level: Option<Level>,
    ) -> Self {
        Self { code, statuses, group, summary, level }
    }

    /// Whether the row is a template such as `INVALID_{RESOURCE}`.
    pub fn is_template(&self) -> bool {
        self.code.contains('{')
    }

    /// Whether a received code is the one of this row, or matches its template.
    pub fn matches(&self, code: &str) -> bool {
        self.code == code || TemplateCode::__matched(self.code, Cow::Borrowed(code)).is_ok()
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
    /// The document's status table; empty where it has none.
    pub statuses: &'static [StatusRow],
    /// Whether errors come under 2xx.
    pub under_success: UnderSuccess,
}

impl Edition {
    /// Whether the document's status table has this status. False where it has no table.
    pub fn has_status(&self, status: u16) -> bool {
        self.statuses.iter().any(|row| row.status == status)
    }

    /// The rows that this code is documented in: those that name it, more than one where the
    /// document lists it twice, or else the templates that it matches.
    pub fn rows<'c>(&'static self, code: &'c str) -> impl Iterator<Item = &'static CodeRow> + 'c {
        let is_named = self.codes.iter().any(|row| row.code == code);
        self.codes.iter().filter(move |row| {
            if is_named { row.code == code } else { row.is_template() && row.matches(code) }
        })
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.service, self.version)
    }
}
