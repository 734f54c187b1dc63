//! What a document keeps to so that it does not contradict itself.

use faultbook_core::rules as declare;

declare! {
    /// What looks like a table or a list of facts can be understood.
    ///
    /// What was not understood was not compared with anything: look at it.
    pub static UNREAD = "document/unread", Warning,
        "this looks like a fact and was not understood", "A document held against itself";

    /// The code in an example is the one in the heading over it.
    ///
    /// Who looks the error up by its heading gets the code of another one.
    pub static HEADING_DIFFERS = "document/heading-differs", Error,
        "heading and example carry different codes", "A document held against itself";

    /// The XML and the JSON example of one error say the same.
    ///
    /// A client must not meet another error because it asked for another encoding.
    pub static ENCODINGS_DIFFER = "document/encodings-differ", Error,
        "the XML and the JSON example of one error differ", "A document held against itself";

    /// An example can be read as an error of the service.
    ///
    /// What cannot be read here, no client can read.
    pub static EXAMPLE_UNREADABLE = "document/example-unreadable", Error,
        "an example cannot be read as an error", "A document held against itself";

    /// An example keeps to what the document fixes.
    ///
    /// Servers and clients are written after examples.
    pub static EXAMPLE_BREAKS_RULE = "document/example-breaks-rule", Error,
        "an example breaks a rule of the document", "A document held against itself";

    /// The code in an example or in its heading is one of those that are listed.
    ///
    /// Either the list lacks a code or the example has a wrong one.
    pub static EXAMPLE_CODE_UNLISTED = "document/example-code-unlisted", Error,
        "an example carries a code that is not listed", "A document held against itself";

    /// The text of an example is the description of its code in the table.
    ///
    /// One of the two is not what the service sends.
    pub static EXAMPLE_TEXT_DIFFERS = "document/example-text-differs", Warning,
        "the text of an example differs from the table's", "A document held against itself";

    /// A member in an example is one of those that are listed.
    ///
    /// Either the list lacks a member or the example has a wrong one.
    pub static EXAMPLE_MEMBER_UNLISTED = "document/example-member-unlisted", Warning,
        "an example has a member that is not listed", "A document held against itself";

    /// Where the codes of a list have examples, each of them has one.
    ///
    /// The one without is the one that is read wrongly.
    pub static CODE_WITHOUT_EXAMPLE = "document/code-without-example", Note,
        "a code has no example, and others have", "A document held against itself";

    /// A code has the same name in its list and over its example.
    ///
    /// Who searches for the one name does not find the other.
    pub static NAME_DIFFERS = "document/name-differs", Warning,
        "a code is called otherwise over its example", "A document held against itself";

    /// A code that stands twice is described in the same words.
    ///
    /// A client cannot tell which of the two is meant.
    pub static DESCRIBED_TWICE = "document/described-twice", Warning,
        "a code is described twice, and differently", "A document held against itself";

    /// No code stands twice in one list under the same status.
    ///
    /// One of the two is probably another code.
    pub static LISTED_TWICE = "document/listed-twice", Warning,
        "a code is listed twice", "A document held against itself";

    /// No two codes have one description.
    ///
    /// Nobody can tell when which of them is sent.
    pub static DESCRIPTION_SHARED = "document/description-shared", Warning,
        "two codes have one description", "A document held against itself";

    /// Codes are spelled in one way.
    ///
    /// Two codes that differ in case or in what stands between the words are one code, or will be
    /// taken for it.
    pub static CODES_ALIKE = "document/codes-alike", Warning,
        "two codes differ in case or punctuation only", "A document held against itself";

    /// A failing status that is listed comes with a code, where codes have statuses.
    ///
    /// A client that meets the status has no code to expect.
    pub static STATUS_WITHOUT_CODE = "document/status-without-code", Warning,
        "no code comes under a status", "A document held against itself";

    /// The status of a code is one of those that are listed.
    ///
    /// Either the list lacks a status or the code has a wrong one.
    pub static CODE_STATUS_UNLISTED = "document/code-status-unlisted", Error,
        "a code comes under a status that is not listed", "A document held against itself";

    /// The status beside a header field is one of those that are listed or that codes have.
    ///
    /// Either the list lacks a status or the field has a wrong one.
    pub static FIELD_STATUS_UNLISTED = "document/field-status-unlisted", Warning,
        "a header field comes under a status that is not listed", "A document held against itself";

    /// A status stands once among the statuses, or with one reason phrase.
    ///
    /// Nobody can tell which of the two rows is meant.
    pub static STATUS_TWICE = "document/status-twice", Warning,
        "a status is listed twice", "A document held against itself";

    /// The reason phrase beside a code is spelled as in the list of statuses.
    ///
    /// A server that copies it sends another phrase than the document promises.
    pub static REASON_DIFFERS = "document/reason-differs", Warning,
        "a reason phrase is spelled otherwise than in the list of statuses",
        "A document held against itself";

    /// A header field is printed with the colon after its name.
    ///
    /// Without it, it is no header field (RFC 9112 section 5): who copies it sends something else.
    pub static FIELD_WITHOUT_COLON = "document/field-without-colon", Warning,
        "a header field is printed without its colon", "A document held against itself";

    /// As many codes are listed as the text says.
    ///
    /// Either the list lacks a code or the text is of another version.
    pub static COUNT_DIFFERS = "document/count-differs", Warning,
        "the text gives another number of codes than the list", "A document held against itself";
}
