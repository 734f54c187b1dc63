//! How changes are reported: for people, for programs, and to be pasted into an issue.

mod human;
mod json;
mod markdown;
mod sarif;

use std::ops::Range;

pub(crate) use human::human;
pub(crate) use json::json;
pub(crate) use markdown::{cell, markdown};
pub(crate) use sarif::sarif;

use super::propose::File;
use super::{Change, Class};
use crate::facts::{Origin, Unread};
use crate::services::Service;

/// What is reported.
pub(crate) struct Report<'a> {
    pub(crate) service: &'static Service,
    /// The edition from which: `ampache@5`.
    pub(crate) old: &'a str,
    /// The document's name, or the edition to which.
    pub(crate) new: &'a str,
    /// The document's text; `None` between two editions.
    pub(crate) text: Option<&'a str>,
    /// The changes that are shown.
    pub(crate) changes: &'a [Change],
    /// How many changes of wording are not shown.
    pub(crate) hidden: usize,
    /// What was not understood.
    pub(crate) unread: &'a [Unread],
    /// What is proposed, where that was asked for.
    pub(crate) proposal: Option<&'a [File]>,
}

impl Report<'_> {
    /// How many of the changes are of a class.
    fn count(&self, class: Class) -> usize {
        self.changes.iter().filter(|change| change.class() == class).count()
    }

    /// `2 breaking, 1 editorial`.
    fn counts(&self) -> String {
        let counts = Class::ALL.into_iter().filter(|class| self.count(*class) > 0);
        counts
            .map(|class| format!("{} {}", self.count(class), class.as_str()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// The bytes of the document.
fn span(origin: Option<&Origin>) -> Option<Range<usize>> {
    match origin? {
        Origin::Document(span) => Some(span.clone()),
        Origin::Catalog(_) => None,
    }
}

/// The row of the catalog.
fn row(origin: Option<&Origin>) -> Option<&str> {
    match origin? {
        Origin::Catalog(row) => Some(row),
        Origin::Document(_) => None,
    }
}
