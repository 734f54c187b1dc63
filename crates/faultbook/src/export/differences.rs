//! Where a schema and the rules differ, and why.

use faultbook_core::Edition;

use super::Format;

/// What the schema does with a body that the rules judge otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The schema accepts it, and a rule of severity `error` is broken.
    Accepts,
    /// The schema refuses it, and no rule of severity `error` is broken.
    Refuses,
}

impl Side {
    /// `accepts` or `refuses`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::Refuses => "refuses",
        }
    }
}

/// One difference between schemas and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Difference {
    /// The id of the rule that judges otherwise. Of those with [`Side::Refuses`] it is the warning or
    /// the note that such a body has instead, or the rule that it breaks under another status.
    pub rule: &'static str,
    /// What the schema does.
    pub side: Side,
    /// The schemas that it holds for.
    pub formats: &'static [Format],
    /// What it holds for: a service (`ampache`), or one edition of its document (`ampache@4`).
    pub of: &'static [&'static str],
    /// Why the schema does not say what the rule says.
    pub reason: &'static str,
}

impl Difference {
    /// Whether it holds for the schema of this edition in this format.
    pub fn is_of(&self, format: Format, edition: &Edition) -> bool {
        let name = edition.to_string();
        self.formats.contains(&format)
            && self.of.iter().any(|of| *of == edition.service || *of == name)
    }
}

/// The schemas of JSON bodies.
const JSON: &[Format] = &[Format::JsonSchema, Format::Openapi];
/// The schemas of XML bodies.
const XML: &[Format] = &[Format::Xsd, Format::RelaxNg];

/// Every difference between a schema and the rules; a test holds each one to be there.
pub static DIFFERENCES: &[Difference] = &[
    Difference {
        rule: "common/duplicate-member",
        side: Side::Accepts,
        formats: JSON,
        of: &["ampache", "groove", "lineworks", "onedrive"],
        reason: "of two members of one name a reader keeps one before a schema sees them",
    },
    Difference {
        rule: "common/not-an-error-body",
        side: Side::Refuses,
        formats: JSON,
        of: &["ampache", "groove", "lineworks", "onedrive"],
        reason: "a body without an error is a fault under a failing status only, and the schema is of \
                 bodies with an error",
    },
    Difference {
        rule: "ampache/code-not-numeric",
        side: Side::Accepts,
        formats: JSON,
        of: &["ampache"],
        reason: "4704.0 is an integer to JSON Schema, and is no decimal number as a code is written",
    },
    Difference {
        rule: "ampache/unexpected-content",
        side: Side::Refuses,
        formats: JSON,
        of: &["ampache@5", "ampache@6", "ampache@8"],
        reason: "a documented name in another case, beside the right one, is passed over by the rules",
    },
    Difference {
        rule: "ampache/success-status",
        side: Side::Accepts,
        formats: JSON,
        of: &["ampache@8"],
        reason: "the status is no part of the body",
    },
    Difference {
        rule: "lineworks/status-mismatch",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "the status is no part of the body; ErrorUnder404 and its like say it, each for one \
                 status",
    },
    Difference {
        rule: "lineworks/success-status",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "the status is no part of the body",
    },
    Difference {
        rule: "onedrive/success-status",
        side: Side::Accepts,
        formats: JSON,
        of: &["onedrive"],
        reason: "the status is no part of the body",
    },
    Difference {
        rule: "onedrive/error-in-list",
        side: Side::Refuses,
        formats: JSON,
        of: &["onedrive"],
        reason: "the rules look for errors in the elements of batches and lists, which the document \
                 does not know; the schema is of bodies that are one error",
    },
    Difference {
        rule: "lineworks/challenge-status",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "header fields are no part of the body",
    },
    Difference {
        rule: "header/bearer-attribute",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "header fields are no part of the body",
    },
    Difference {
        rule: "header/challenge-duplicate-parameter",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "header fields are no part of the body",
    },
    Difference {
        rule: "header/challenge-syntax",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "header fields are no part of the body",
    },
    Difference {
        rule: "header/retry-after-syntax",
        side: Side::Accepts,
        formats: JSON,
        of: &["onedrive"],
        reason: "header fields are no part of the body",
    },
    Difference {
        rule: "common/limit",
        side: Side::Accepts,
        formats: JSON,
        of: &["lineworks"],
        reason: "limits are those of the tool",
    },
    Difference {
        rule: "common/not-an-error-body",
        side: Side::Refuses,
        formats: XML,
        of: &["ampache"],
        reason: "a body without an error is a fault under a failing status only, and the schema is of \
                 bodies with an error",
    },
    Difference {
        rule: "ampache/error-with-data",
        side: Side::Refuses,
        formats: &[Format::Xsd],
        of: &["ampache"],
        reason: "XML Schema 1.0 cannot say: one error, and any other elements before and behind it",
    },
    Difference {
        rule: "ampache/legacy-shape",
        side: Side::Refuses,
        formats: &[Format::Xsd],
        of: &["ampache@5", "ampache@6", "ampache@8"],
        reason: "XML Schema 1.0 cannot say that an element has one of two contents, by its attributes",
    },
    Difference {
        rule: "ampache/newer-shape",
        side: Side::Refuses,
        formats: &[Format::Xsd],
        of: &["ampache@4"],
        reason: "XML Schema 1.0 cannot say that an element has one of two contents, by its attributes",
    },
    Difference {
        rule: "ampache/newer-shape",
        side: Side::Refuses,
        formats: &[Format::RelaxNg],
        of: &["ampache@4"],
        reason: "the rules know newer names in another case, and RELAX NG compares names exactly",
    },
    Difference {
        rule: "ampache/root-name",
        side: Side::Refuses,
        formats: &[Format::Xsd],
        of: &["ampache"],
        reason: "XML Schema has to name the root element",
    },
];
