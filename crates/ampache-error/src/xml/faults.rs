//! The faults that reading passes over, and what is expected where each stands.

use std::ops::Range;

use faultbook_core::{Fault, FaultKind, Found};

use super::characters::find_forbidden;

/// How many faults that reading can pass over are kept for one document; the rest is counted.
pub const FAULTS_KEPT: usize = 100;

/// What could have stood at a fault's place: every phrase that the reader uses.
pub(crate) mod expected {
    pub(crate) const DOCUMENT: &str = "a document";
    pub(crate) const ROOT: &str = "the root element";
    pub(crate) const END_OF_DOCUMENT: &str = "the end of the document";
    pub(crate) const MARKUP: &str = "a name, `/`, `!` or `?`";
    pub(crate) const DECLARED_MARKUP: &str = "`--`, `[CDATA[` or `DOCTYPE`";
    pub(crate) const NAME: &str = "a name";
    pub(crate) const TAG_END: &str = "`>`";
    pub(crate) const END_TAG: &str = "the end tag of the open element";
    pub(crate) const CLOSER: &str = "an end tag for every open element";
    pub(crate) const LESS_DEEP: &str = "elements that are nested less deeply";
    pub(crate) const DOUBLE_QUOTE: &str = "a closing `\"`";
    pub(crate) const SINGLE_QUOTE: &str = "a closing `'`";
    pub(crate) const SPACE: &str = "white space";
    pub(crate) const SPACE_OR_END: &str = "white space, `/` or `>`";
    pub(crate) const SPACE_OR_PI_END: &str = "white space or `?>`";
    pub(crate) const ATTRIBUTE: &str = "an attribute name";
    pub(crate) const VALUE: &str = "`=` and a value";
    pub(crate) const QUOTE: &str = "a value in quotation marks";
    pub(crate) const LESS_THAN: &str = "`&lt;`";
    pub(crate) const UNIQUE: &str = "each attribute once";
    pub(crate) const AMPERSAND: &str = "`&amp;` or a whole reference";
    pub(crate) const ENTITY: &str = "`&lt;`, `&gt;`, `&amp;`, `&apos;` or `&quot;`";
    pub(crate) const CHARACTER: &str = "a character that XML allows";
    pub(crate) const GREATER_THAN: &str = "`]]&gt;`";
    pub(crate) const CDATA_END: &str = "`]]>`";
    pub(crate) const COMMENT_END: &str = "`-->`";
    pub(crate) const PI_END: &str = "`?>`";
    pub(crate) const TARGET: &str = "a name other than `xml`";
    pub(crate) const DECLARATION_FIRST: &str = "the XML declaration only at the very beginning";
    pub(crate) const VERSION: &str = "`version`";
    pub(crate) const ENCODING: &str = "`encoding`, `standalone` or `?>`";
    pub(crate) const STANDALONE: &str = "`standalone` or `?>`";
    pub(crate) const NO_MORE: &str = "`?>`";
    pub(crate) const VERSION_NUMBER: &str = "`1.0`";
    pub(crate) const ENCODING_NAME: &str = "the name of an encoding";
    pub(crate) const YES_OR_NO: &str = "`yes` or `no`";
    pub(crate) const DOCTYPE_KEYWORD: &str = "`DOCTYPE`";
    pub(crate) const DOCTYPE_FIRST: &str = "at most one document type, before the root element";
    pub(crate) const DOCTYPE_END: &str = "`>`, the end of the document type";
}

/// The faults found so far in one text, in the order of the text.
#[derive(Debug, Clone)]
pub(super) struct Faults<'t> {
    text: &'t str,
    list: Vec<Fault>,
    more: usize,
    /// The next character that XML cannot carry and that was not reported yet.
    forbidden: Option<usize>,
}

impl<'t> Faults<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: Vec::new(), more: 0, forbidden: find_forbidden(text, 0) }
    }

    pub(super) fn list(&self) -> &[Fault] {
        &self.list
    }

    pub(super) fn more(&self) -> usize {
        self.more
    }

    /// Reports every forbidden character before `end`: wherever it stands, in text, in markup,
    /// in a comment (section 2.2).
    #[inline]
    pub(super) fn pass(&mut self, end: usize) {
        if self.forbidden.is_some_and(|at| at < end) {
            self.report_forbidden(end);
        }
    }

    #[cold]
    fn report_forbidden(&mut self, end: usize) {
        while let Some(at) = self.forbidden.filter(|&at| at < end) {
            let span = character_span(self.text, at);
            self.forbidden = find_forbidden(self.text, span.end);
            self.keep(Fault::new(
                FaultKind::ForbiddenCharacter,
                span,
                Found::at(self.text.as_bytes(), at),
                expected::CHARACTER,
            ));
        }
    }

    /// Reports a fault that reading can pass over.
    pub(super) fn push(&mut self, fault: Fault) {
        let start = fault.span().start;
        self.pass(start + 1);
        // A forbidden character breaks the grammar too; it is one fault, not two.
        let first = self.list.partition_point(|other| other.span().start < start);
        let others = self.list.iter().skip(first);
        let is_named = others
            .take_while(|other| other.span().start == start)
            .any(|other| other.kind() == FaultKind::ForbiddenCharacter);
        if !is_named {
            self.keep(fault);
        }
    }

    fn keep(&mut self, fault: Fault) {
        if self.list.len() < FAULTS_KEPT {
            // One piece of markup is looked at several times, not always from left to right.
            let start = fault.span().start;
            let at = self.list.partition_point(|other| other.span().start <= start);
            self.list.insert(at, fault);
        } else {
            self.more += 1;
        }
    }

    /// The fault that ends the reading: a forbidden character at its place is named as that.
    pub(super) fn stop(&mut self, fault: Fault) -> Fault {
        let span = fault.span();
        self.pass(span.start);
        if self.forbidden == Some(span.start) && matches!(fault.found(), Found::Char(_)) {
            self.forbidden = find_forbidden(self.text, span.start + 1);
            return Fault::new(
                FaultKind::ForbiddenCharacter,
                span,
                fault.found(),
                expected::CHARACTER,
            );
        }
        fault
    }
}

/// Something else than `expected` stands at `at`.
pub(super) fn fault_at(text: &str, at: usize, expected: &'static str) -> Fault {
    Fault::new(
        FaultKind::Syntax,
        character_span(text, at),
        Found::at(text.as_bytes(), at),
        expected,
    )
}

/// The character at `at`; empty at the end.
pub(super) fn character_span(text: &str, at: usize) -> Range<usize> {
    let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    at..at + length
}

/// The part of `text`; nothing where it is not a part.
#[inline]
pub(super) fn part(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}
