//! The kinds of changes, a row each: what changed and under which circumstances, its class for a
//! client, and the reason for that class.
//!
//! The class is the rule's severity: an error is breaking, a warning compatible, a note editorial.

use faultbook_core::{Level, Rule, Severity, rules as declare};

declare! {
    /// Every code of the catalog is in the document.
    ///
    /// A client that acts on the code waits for what no longer comes, and what came under it comes
    /// under another code.
    pub static CODE_REMOVED = "drift/code-removed", Error,
        "a code was removed", "Faultbook's catalog: codes";

    /// Every code of a list that may shrink is still in it.
    ///
    /// The service said that it may stop returning these codes: a client had to do without them
    /// already.
    pub static OPTIONAL_CODE_REMOVED = "drift/optional-code-removed", Warning,
        "a code that need not be sent was removed", "Faultbook's catalog: codes";

    /// The document has no code that the catalog lacks.
    ///
    /// The list is open: a client has a branch for a code that it does not know, and may learn the
    /// new one at leisure.
    pub static CODE_ADDED = "drift/code-added", Warning,
        "a code was added", "Faultbook's catalog: codes";

    /// A list of which every client must handle every code has no code that the catalog lacks.
    ///
    /// Clients were told that there are no others, and may have no branch for one.
    pub static CLOSED_CODE_ADDED = "drift/closed-code-added", Error,
        "a code was added to a closed list", "Faultbook's catalog: codes";

    /// Codes keep their spelling.
    ///
    /// A client that compares codes meets one that it does not know, and never again the one that it
    /// does.
    pub static CODE_RENAMED = "drift/code-renamed", Error,
        "a code was renamed", "Faultbook's catalog: codes";

    /// Codes of a list that may change keep their spelling.
    ///
    /// The service may stop returning these codes and add others: a client had to do without them
    /// already.
    pub static OPTIONAL_CODE_RENAMED = "drift/optional-code-renamed", Warning,
        "a code that need not be sent was renamed", "Faultbook's catalog: codes";

    /// Templates of codes match what they matched.
    ///
    /// A client that takes the code apart finds no name where the template had one.
    pub static TEMPLATE_CHANGED = "drift/template-changed", Error,
        "a template of codes changed", "Faultbook's catalog: codes";

    /// The part in braces of a template keeps its name.
    ///
    /// The name is no part of any code: the template matches what it matched.
    pub static PLACEHOLDER_CHANGED = "drift/placeholder-changed", Note,
        "the part in braces of a template is called otherwise", "Faultbook's catalog: codes";

    /// Codes come under the statuses that the catalog has for them.
    ///
    /// A client that looks at the status first, or tells two meanings of the code by it, goes wrong.
    pub static CODE_STATUS_CHANGED = "drift/code-status-changed", Error,
        "a code comes under another status", "Faultbook's catalog: codes";

    /// Codes come under no status that the catalog lacks for them.
    ///
    /// What a client met before it meets still; where it decides by the code, nothing changes.
    pub static CODE_STATUS_ADDED = "drift/code-status-added", Warning,
        "a code comes under one more status", "Faultbook's catalog: codes";

    /// Codes that have no status in the catalog have none in the document.
    ///
    /// A client that goes by the code sees no difference; one that looks at the status first can tell
    /// failures now.
    pub static CODE_STATUS_GIVEN = "drift/code-status-given", Warning,
        "a code has a status now", "Faultbook's catalog: codes";

    /// Codes come under every status that the catalog has for them.
    ///
    /// What the code told under that status has to be told otherwise now, and a client that waits
    /// for the two together waits in vain.
    pub static CODE_STATUS_REMOVED = "drift/code-status-removed", Error,
        "a code no longer comes under a status", "Faultbook's catalog: codes";

    /// Codes stay in the list that they stand in: the one that every client must handle, or the one
    /// that may grow.
    ///
    /// Where in an error a code is found, and whether a client must handle it, depends on the list.
    pub static CODE_LEVEL_CHANGED = "drift/code-level-changed", Error,
        "a code moved to another list", "Faultbook's catalog: codes";

    /// The document tells apart the codes that every client must handle from those that may come.
    ///
    /// Without that, a client cannot know which codes it must handle.
    pub static LEVELS_REMOVED = "drift/levels-removed", Error,
        "the lists of codes are no longer told apart", "Faultbook's catalog: codes";

    /// The document has as many lists of codes as the catalog.
    ///
    /// What a client handled it handles still; now it can tell what it must handle.
    pub static LEVELS_ADDED = "drift/levels-added", Warning,
        "codes that must be handled are told apart now", "Faultbook's catalog: codes";

    /// Codes stay in their group.
    ///
    /// The group is sent in no response.
    pub static CODE_GROUP_CHANGED = "drift/code-group-changed", Note,
        "a code moved to another group", "Faultbook's catalog: codes";

    /// Groups of codes keep their names.
    ///
    /// The group is sent in no response.
    pub static GROUP_RENAMED = "drift/group-renamed", Note,
        "a group of codes was renamed", "Faultbook's catalog: codes";

    /// The document puts codes in groups where the catalog does, and only there.
    ///
    /// The group is sent in no response.
    pub static GROUPS_CHANGED = "drift/groups-changed", Note,
        "codes have groups now, or have none any more", "Faultbook's catalog: codes";

    /// Codes keep the short name beside them.
    ///
    /// The name is sent in no response, or is translated there: clients go by the code.
    pub static CODE_NAME_CHANGED = "drift/code-name-changed", Note,
        "the name beside a code changed", "Faultbook's catalog: codes";

    /// The document names codes where the catalog's document did, and only there.
    ///
    /// The name is sent in no response, or is translated there: clients go by the code.
    pub static NAMES_CHANGED = "drift/names-changed", Note,
        "codes have names now, or have none any more", "Faultbook's catalog: codes";

    /// The reason phrase beside a code is spelled as it was.
    ///
    /// Clients ignore reason phrases (RFC 9112 section 4).
    pub static CODE_REASON_CHANGED = "drift/code-reason-changed", Note,
        "the reason phrase beside a code changed", "Faultbook's catalog: codes";

    /// The document prints reason phrases beside codes where the catalog's document did, and only
    /// there.
    ///
    /// Clients ignore reason phrases (RFC 9112 section 4).
    pub static CODE_REASONS_CHANGED = "drift/code-reasons-changed", Note,
        "codes have reason phrases beside them now, or have none any more",
        "Faultbook's catalog: codes";

    /// A code stands in as many rows as in the catalog.
    ///
    /// It is documented under the same statuses as before.
    pub static CODE_ROWS_CHANGED = "drift/code-rows-changed", Note,
        "a code stands in more or fewer rows", "Faultbook's catalog: codes";

    /// Codes stand in the order of the catalog.
    ///
    /// The order means nothing to a client.
    pub static CODE_MOVED = "drift/code-moved", Note,
        "a code stands in another place of its list", "Faultbook's catalog: codes";

    /// Rows stand in the order of the catalog.
    ///
    /// The order means nothing to a client.
    pub static ORDER_CHANGED = "drift/order-changed", Note,
        "the rows stand in another order", "Faultbook's catalog";

    /// What is said of a code is what was said before.
    ///
    /// The words changed and no fact did; whether they mean something else, a reader has to judge.
    pub static CODE_WORDING = "drift/code-wording", Note,
        "what is said of a code changed", "Faultbook's catalog: digests of wordings";

    /// Every status of the catalog is in the document.
    ///
    /// A client that acts on the status waits for what no longer comes.
    pub static STATUS_REMOVED = "drift/status-removed", Error,
        "a status was removed", "Faultbook's catalog: statuses";

    /// The document has no status that the catalog lacks.
    ///
    /// A client takes a status that it does not know as the first one of its class (RFC 9110
    /// section 15).
    pub static STATUS_ADDED = "drift/status-added", Warning,
        "a status was added", "Faultbook's catalog: statuses";

    /// A row of the statuses keeps its number.
    ///
    /// A client that acts on the old number waits for what comes under another one.
    pub static STATUS_CHANGED = "drift/status-changed", Error,
        "a status has another number", "Faultbook's catalog: statuses";

    /// Reason phrases are those of the catalog.
    ///
    /// Clients ignore reason phrases (RFC 9112 section 4).
    pub static REASON_CHANGED = "drift/reason-changed", Note,
        "a reason phrase changed", "Faultbook's catalog: statuses";

    /// Reason phrases are in the language of the catalog's.
    ///
    /// Most of them changed, and so did what is said of the statuses: it is a translation. What is
    /// sent stays the same, and clients ignore reason phrases (RFC 9112 section 4).
    pub static REASONS_TRANSLATED = "drift/reasons-translated", Note,
        "the reason phrases are in other words", "Faultbook's catalog: statuses";

    /// A status stands in one row.
    ///
    /// It was documented before.
    pub static STATUS_ROWS_CHANGED = "drift/status-rows-changed", Note,
        "a status stands in more or fewer rows", "Faultbook's catalog: statuses";

    /// Statuses stand in the order of the catalog.
    ///
    /// The order means nothing to a client.
    pub static STATUS_MOVED = "drift/status-moved", Note,
        "a status stands in another place of its table", "Faultbook's catalog: statuses";

    /// What is said of a status is what was said before.
    ///
    /// The words changed and no fact did; whether they mean something else, a reader has to judge.
    pub static STATUS_WORDING = "drift/status-wording", Note,
        "what is said of a status changed", "Faultbook's catalog: digests of wordings";

    /// Every member of an error that the catalog has is in the document.
    ///
    /// A client that reads the member finds nothing.
    pub static MEMBER_REMOVED = "drift/member-removed", Error,
        "a member of the error was removed", "Faultbook's catalog: members";

    /// The document has no member of an error that the catalog lacks.
    ///
    /// Clients pass over members that they do not know.
    pub static MEMBER_ADDED = "drift/member-added", Warning,
        "a member of the error was added", "Faultbook's catalog: members";

    /// Members of an error keep their names.
    ///
    /// A client that reads the member by its old name finds nothing.
    pub static MEMBER_RENAMED = "drift/member-renamed", Error,
        "a member of the error was renamed", "Faultbook's catalog: members";

    /// Members of an error keep their types.
    ///
    /// A client that expects the old type fails to read the error.
    pub static MEMBER_TYPE_CHANGED = "drift/member-type-changed", Error,
        "a member of the error has another type", "Faultbook's catalog: members";

    /// Types of members are spelled as before.
    ///
    /// It is the same type in other letters, or one that was told before or is told now.
    pub static MEMBER_TYPE_SPELLING = "drift/member-type-spelling", Note,
        "the type of a member is spelled otherwise", "Faultbook's catalog: members";

    /// Members stand in the order of the catalog.
    ///
    /// The order of members in an object or an element means nothing to a client.
    pub static MEMBER_MOVED = "drift/member-moved", Note,
        "a member stands in another place of its list", "Faultbook's catalog: members";

    /// What is said of a member is what was said before.
    ///
    /// The words changed and no fact did; whether they mean something else, a reader has to judge.
    pub static MEMBER_WORDING = "drift/member-wording", Note,
        "what is said of a member changed", "Faultbook's catalog: digests of wordings";

    /// Every header field of the catalog is in the document.
    ///
    /// A client that acts on the field waits for what no longer comes.
    pub static FIELD_REMOVED = "drift/field-removed", Error,
        "a header field was removed", "Faultbook's catalog: fields";

    /// The document has no header field that the catalog lacks.
    ///
    /// Clients pass over header fields that they do not know.
    pub static FIELD_ADDED = "drift/field-added", Warning,
        "a header field was added", "Faultbook's catalog: fields";

    /// Header fields have the values of the catalog, under its statuses.
    ///
    /// A client that looks into the field decides by its parts.
    pub static FIELD_CHANGED = "drift/field-changed", Error,
        "a header field has another value, or comes under another status",
        "Faultbook's catalog: fields";

    /// Header fields are printed as before.
    ///
    /// The name of a field is without case, and its colon is a matter of print.
    pub static FIELD_SPELLING = "drift/field-spelling", Note,
        "a header field is printed otherwise", "Faultbook's catalog: fields";

    /// Header fields stand in the order of the catalog.
    ///
    /// The order of the rows means nothing to a client.
    pub static FIELD_MOVED = "drift/field-moved", Note,
        "a header field stands in another place of its table", "Faultbook's catalog: fields";

    /// What is said of a header field is what was said before.
    ///
    /// The words changed and no fact did; whether they mean something else, a reader has to judge.
    pub static FIELD_WORDING = "drift/field-wording", Note,
        "what is said of a header field changed", "Faultbook's catalog: digests of wordings";

    /// Every example of the catalog is in the document.
    ///
    /// An example promises nothing that the tables do not: what is sent stays the same.
    pub static EXAMPLE_REMOVED = "drift/example-removed", Note,
        "an example was removed", "Faultbook's catalog: examples";

    /// The document has no example that the catalog lacks.
    ///
    /// An example promises nothing that the tables do not; a client can be tested with it.
    pub static EXAMPLE_ADDED = "drift/example-added", Warning,
        "an example was added", "Faultbook's catalog: examples";

    /// Examples carry the codes of the catalog.
    ///
    /// A client that was written after the example waits for the code that it showed.
    pub static EXAMPLE_CODE_CHANGED = "drift/example-code-changed", Error,
        "an example carries another code", "Faultbook's catalog: examples";

    /// Two examples carry each its own code.
    ///
    /// A client that was written after the examples takes one error for the other.
    pub static EXAMPLES_SWAPPED = "drift/examples-swapped", Error,
        "two examples have swapped their codes", "Faultbook's catalog: examples";

    /// Examples have the members of the catalog.
    ///
    /// A client that was written after the example looks for the members that it showed.
    pub static EXAMPLE_SHAPE_CHANGED = "drift/example-shape-changed", Error,
        "an example has other members", "Faultbook's catalog: examples";

    /// Examples can be read as errors.
    ///
    /// What cannot be read as an error here, a client cannot read either.
    pub static EXAMPLE_UNREADABLE = "drift/example-unreadable", Error,
        "an example can no longer be read", "Faultbook's catalog: examples";

    /// Examples that could not be read as errors are as they were.
    ///
    /// What can be read now, no client could read before.
    pub static EXAMPLE_READABLE = "drift/example-readable", Warning,
        "an example can be read now", "Faultbook's catalog: examples";

    /// Members of examples have the values of the catalog.
    ///
    /// The values of an example are those of one occurrence; a client goes by the code.
    pub static EXAMPLE_VALUE_CHANGED = "drift/example-value-changed", Note,
        "an example has other values", "Faultbook's catalog: examples";

    /// Examples stand under the headings of the catalog.
    ///
    /// Headings are sent in no response.
    pub static EXAMPLE_HEADING_CHANGED = "drift/example-heading-changed", Note,
        "the heading of an example changed", "Faultbook's catalog: examples";

    /// Examples stand in the order of the catalog.
    ///
    /// The order means nothing to a client.
    pub static EXAMPLE_MOVED = "drift/example-moved", Note,
        "an example stands in another place", "Faultbook's catalog: examples";

    /// Every sentence of the catalog's document is in the document.
    ///
    /// A sentence is gone and no fact is; whether it promised something, a reader has to judge.
    pub static SENTENCE_REMOVED = "drift/sentence-removed", Note,
        "a sentence was removed", "Faultbook's catalog: digests of wordings";

    /// The document has no sentence that the catalog's document lacks.
    ///
    /// A sentence is new and no fact is; whether it promises something, a reader has to judge.
    pub static SENTENCE_ADDED = "drift/sentence-added", Note,
        "a sentence was added", "Faultbook's catalog: digests of wordings";

    /// Sentences are what they were.
    ///
    /// The words changed and no fact did; whether they mean something else, a reader has to judge.
    pub static SENTENCE_CHANGED = "drift/sentence-changed", Note,
        "a sentence changed", "Faultbook's catalog: digests of wordings";

    /// Sentences stand in the order of the catalog's document.
    ///
    /// It is the same sentence in another place.
    pub static SENTENCE_MOVED = "drift/sentence-moved", Note,
        "a sentence stands in another place", "Faultbook's catalog: digests of wordings";

    /// The document speaks of everything that the catalog's document speaks of.
    ///
    /// What it no longer speaks of, it no longer promises.
    pub static PART_REMOVED = "drift/part-removed", Error,
        "a whole part is gone", "Faultbook's catalog";

    /// Whether errors come under a status of success stays as it is.
    ///
    /// A client that looks at the status first no longer sees the errors, or sees them where it saw
    /// none.
    pub static UNDER_SUCCESS_CHANGED = "drift/under-success-changed", Error,
        "errors come under other kinds of statuses", "Faultbook's catalog: editions";

    /// Errors have the shape that they had.
    ///
    /// A client that reads the one shape finds nothing in the other.
    pub static SHAPE_CHANGED = "drift/shape-changed", Error,
        "errors have another shape", "Faultbook's catalog: editions";

    /// An empty result is told as it was.
    ///
    /// A client that looks for an error, or for an empty list, finds the other.
    pub static EMPTY_RESULT_CHANGED = "drift/empty-result-changed", Error,
        "an empty result is told otherwise", "Faultbook's catalog: editions";

    /// What an edition says of the contents of members stays as it is.
    ///
    /// The members are the same, and clients go by the code; who shows or logs their contents may
    /// want to know.
    pub static CLAUSE_CHANGED = "drift/clause-changed", Warning,
        "the contents of a member are told otherwise", "Faultbook's catalog: editions";
}

/// The rules that are about words only: no fact changes.
static WORDINGS: [&Rule; 9] = [
    &REASONS_TRANSLATED,
    &CODE_WORDING,
    &STATUS_WORDING,
    &MEMBER_WORDING,
    &FIELD_WORDING,
    &SENTENCE_REMOVED,
    &SENTENCE_ADDED,
    &SENTENCE_CHANGED,
    &SENTENCE_MOVED,
];

/// Whether a change of this rule is one of words, and no fact changed.
pub(super) fn is_wording(rule: &Rule) -> bool {
    WORDINGS.iter().any(|wording| wording.id == rule.id)
}

/// What a change means for a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A client that was right goes wrong.
    Breaking,
    /// A client that was right stays so; it may want to know.
    Compatible,
    /// Nothing that is sent changes.
    Editorial,
}

impl Class {
    pub(crate) const ALL: [Self; 3] = [Self::Breaking, Self::Compatible, Self::Editorial];

    /// The class of the changes of a rule.
    pub(crate) const fn of(rule: &Rule) -> Self {
        match rule.severity {
            Severity::Error => Self::Breaking,
            Severity::Warning => Self::Compatible,
            Severity::Note => Self::Editorial,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Compatible => "compatible",
            Self::Editorial => "editorial",
        }
    }
}

// The circumstances: which rule a change is of depends on the list that a code stands in.

pub(super) const fn code_added(level: Option<Level>) -> &'static Rule {
    match level {
        Some(Level::Basic) => &CLOSED_CODE_ADDED,
        Some(Level::Detailed) | None => &CODE_ADDED,
    }
}

pub(super) const fn code_removed(level: Option<Level>) -> &'static Rule {
    match level {
        Some(Level::Detailed) => &OPTIONAL_CODE_REMOVED,
        Some(Level::Basic) | None => &CODE_REMOVED,
    }
}

pub(super) fn code_renamed(old: &str, new: &str, level: Option<Level>) -> &'static Rule {
    match (template(old), template(new)) {
        (Some(before), Some(after)) if before == after => &PLACEHOLDER_CHANGED,
        (Some(_), Some(_)) => &TEMPLATE_CHANGED,
        _ if level == Some(Level::Detailed) => &OPTIONAL_CODE_RENAMED,
        _ => &CODE_RENAMED,
    }
}

/// What stands before and after the braces.
fn template(code: &str) -> Option<(&str, &str)> {
    let (prefix, rest) = code.split_once('{')?;
    rest.split_once('}').map(|(_, suffix)| (prefix, suffix))
}
