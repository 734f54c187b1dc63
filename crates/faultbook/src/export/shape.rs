//! What the errors of an edition look like, where that is not in its tables.

use faultbook_core::Edition;

/// The shape of an edition's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `error` with four parts; also in XML.
    AmpacheParts,
    /// `error` with a code and a text; also in XML.
    AmpacheOlder,
    /// Three members, bare or under `Error` at any depth.
    Groove,
    /// Two members, bare. A code belongs under its statuses.
    LineWorks,
    /// Two members under `error`, and inner errors under this name.
    OneDrive { inner: &'static str },
}

/// One row an edition.
static SHAPES: &[(&str, &str, Shape)] = &[
    ("ampache", "5", Shape::AmpacheParts),
    ("ampache", "6", Shape::AmpacheParts),
    ("ampache", "8", Shape::AmpacheParts),
    ("ampache", "4", Shape::AmpacheOlder),
    ("groove", "1", Shape::Groove),
    ("lineworks", "2", Shape::LineWorks),
    ("onedrive", "1", Shape::OneDrive { inner: "innererror" }),
    ("onedrive", "graph", Shape::OneDrive { inner: "innerError" }),
];

/// A header field of some responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeaderField {
    /// Its name.
    pub(super) name: &'static str,
    /// What it says, in our words.
    pub(super) description: &'static str,
    /// The statuses it may come with, and a value for each.
    pub(super) examples: &'static [(u16, &'static str)],
}

impl Shape {
    /// The shape of an edition; `None` for one that has no row.
    pub(super) fn of(edition: &Edition) -> Option<Self> {
        let mut rows = SHAPES.iter();
        let row = rows.find(|row| (row.0, row.1) == (edition.service, edition.version));
        row.map(|row| row.2)
    }

    /// Whether the errors come in XML too.
    pub(super) const fn has_xml(self) -> bool {
        matches!(self, Self::AmpacheParts | Self::AmpacheOlder)
    }

    /// Whether a documented code under another status than its own is an error.
    pub(super) const fn binds_statuses(self) -> bool {
        matches!(self, Self::LineWorks)
    }

    /// The header fields that the document speaks of.
    pub(super) const fn fields(self) -> &'static [HeaderField] {
        match self {
            // LINE WORKS errors, www-authenticate response header.
            Self::LineWorks => &[HeaderField {
                name: "WWW-Authenticate",
                description: "Why the access token was refused, as RFC 6750 has it: a Bearer challenge \
                              whose error is `invalid_request` under 400, `invalid_token` under 401 and \
                              `insufficient_scope`, with the scopes that are needed, under 403. It is not \
                              sent in every case.",
                examples: &[
                    (400, "Bearer error=\"invalid_request\""),
                    (401, "Bearer error=\"invalid_token\""),
                    (403, "Bearer error=\"insufficient_scope\", scope=\"user.read\""),
                ],
            }],
            // OneDrive errors, status 503; 429 and 509 ask to wait too.
            Self::OneDrive { .. } => &[HeaderField {
                name: "Retry-After",
                description: "How long to wait before the next request: seconds, or a date (RFC 9110 \
                              section 10.2.3). It may be absent.",
                examples: &[(429, "120"), (503, "120"), (509, "120")],
            }],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::SERVICES;

    #[test]
    fn every_edition_has_a_shape() {
        for edition in SERVICES.into_iter().flat_map(|service| service.editions) {
            assert!(Shape::of(edition).is_some(), "{edition}");
        }
    }
}
