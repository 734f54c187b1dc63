//! The eight codes of the Ampache 5 document, which gives no HTTP statuses, and the tables of the
//! documents of other versions: they take its rows over.

use faultbook_core::{Clause, CodeRow, Edition, StatusRow, UnderSuccess, codes, common};

codes! {
    /// Ampache errors, Error Codes: what went wrong, as a number that begins with 47.
    pub enum Code;
    { group: None, level: None }
        AccessControlNotEnabled = "4700", "Access Control not Enabled" []
            "the API is switched off: the server's configuration has to allow it";
        InvalidHandshake = "4701", "Received Invalid Handshake" []
            "no valid session was sent, or the handshake failed";
        AccessDenied = "4703", "Access Denied" []
            "the method cannot be used here: the message says which feature is switched off";
        NotFound = "4704", "Not Found" []
            "there is no such object";
        Missing = "4705", "Missing" []
            "the API has no such method";
        Depreciated = "4706", "Depreciated" []
            "the method is gone from the API";
        BadRequest = "4710", "Bad Request" []
            "the method is right, and something in its input is wrong or not there";
        FailedAccessCheck = "4742", "Failed Access Check" []
            "this user may not have the object or use the function";
    @later
        Generic = "4702", "Generic Error" [500]
            "the request failed in the server, for a reason that has no code of its own";
}

impl Code<'_> {
    /// What the document says about sending the request again, where it says something.
    pub const fn advice(&self) -> Option<Advice> {
        match self {
            Self::InvalidHandshake => Some(Advice::Temporary),
            Self::Missing | Self::Depreciated => Some(Advice::Fatal),
            Self::BadRequest => Some(Advice::DoNotRepeat),
            _ => None,
        }
    }
}

/// What the document says about sending a request again (Ampache errors, Error Codes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// The error is temporary: a new handshake may mend it (4701).
    Temporary,
    /// The error is fatal: the method will not be there later either (4705, 4706).
    Fatal,
    /// The very same request must not be sent again (4710).
    DoNotRepeat,
}

impl Advice {
    /// What to do, as a sentence without a full stop.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Temporary => {
                "the error is temporary: make a new handshake, then repeat the request"
            }
            Self::Fatal => "do not repeat the request: the method will not be there later either",
            Self::DoNotRepeat => {
                "correct the input as the message says: the very same request must not be sent again"
            }
        }
    }
}

/// The document gives no statuses: the API answers 200 and puts the error into the body.
pub static STATUSES: &[StatusRow] = &[];

/// The edition of the document: Ampache errors, for version 5 of the API.
pub static EDITION: Edition = Edition {
    service: "ampache",
    version: "5",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::AsARule,
    clauses: &[&FOUR_PARTS, &TRANSLATED],
};

/// Version 4 of the API: another shape, and codes like HTTP's statuses. It answers 200 whatever
/// happened. Version 3 did the same.
pub static EDITION_4: Edition = Edition {
    service: "ampache",
    version: "4",
    codes: &CodeRow::table([
        was("501", Some("Access Control not Enabled"), "4700"),
        was("400", Some("Bad Request"), "4710"),
        was("401", Some("Received Invalid Handshake"), "4701"),
        was("403", Some("Access Denied"), "4703"),
        was("404", Some("Not Found"), "4704"),
        was("405", None, "4705"),
        was("412", Some("Failed Access Check"), "4742"),
    ]),
    statuses: STATUSES,
    under_success: UnderSuccess::AsARule,
    clauses: &[&CODE_AND_TEXT, &TRANSLATED],
};

/// Version 6 of the API, as far as it is known: the codes and the shape of version 5, under 200
/// too, and what a type other than `system` and `account` means. Its messages were translated up to
/// server 6.3.1 and are US English since 6.4.0, so neither is held against a message.
pub static EDITION_6: Edition = Edition {
    service: "ampache",
    version: "6",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::AsARule,
    clauses: &[&FOUR_PARTS, &TYPE_IS_PARAMETER],
};

/// Version 8 of the API: one more code, and each code has its HTTP status.
pub static EDITION_8: Edition = Edition {
    service: "ampache",
    version: "8",
    codes: &CodeRow::table([
        under(&[403], CODES, "4700"),
        under(&[401], CODES, "4701"),
        under(&[500], LATER, "4702"),
        under(&[403], CODES, "4703"),
        under(&[404], CODES, "4704"),
        under(&[400], CODES, "4705"),
        under(&[410], CODES, "4706"),
        under(&[400], CODES, "4710"),
        under(&[403], CODES, "4742"),
    ]),
    statuses: &[
        status(400, "the method or its input is wrong"),
        status(401, "there is no valid session"),
        status(403, "the API is switched off, or the user may not do this"),
        status(404, "there is no such object; without an error, the result is empty"),
        status(410, "the method is gone"),
        status(500, "the server met an error"),
    ],
    under_success: UnderSuccess::Never,
    clauses: &[&FOUR_PARTS, &TYPE_IS_PARAMETER, &US_ENGLISH, &common::EMPTY_RESULT],
};

/// Every edition of the document, the one given first.
pub static EDITIONS: [&Edition; 4] = [&EDITION, &EDITION_4, &EDITION_6, &EDITION_8];

/// The row of a code that version 5 wrote otherwise.
const fn was(code: &'static str, name: Option<&'static str>, now: &str) -> CodeRow {
    CodeRow::of(CODES, now).with_code(code, name)
}

/// The row of a code under the statuses of a later version.
const fn under(statuses: &'static [u16], rows: &'static [CodeRow], code: &str) -> CodeRow {
    CodeRow::of(rows, code).with_statuses(statuses)
}

/// No reason phrases are known of them.
const fn status(status: u16, summary: &'static str) -> StatusRow {
    StatusRow { status, reason: None, summary }
}

/// Versions 5 and later: the shape that an error has.
pub static FOUR_PARTS: Clause = Clause {
    name: "four-parts",
    says: "an error has errorCode, errorAction, errorType and errorMessage",
};

/// Version 4: the shape that an error has.
pub static CODE_AND_TEXT: Clause = Clause {
    name: "code-and-text",
    says: "an error has a code and a text: `code` and `message` in JSON, `code` and the content of \
           the element in XML",
};

/// Versions 6 and later: what the type says. No response tells whether it is so.
pub static TYPE_IS_PARAMETER: Clause = Clause {
    name: "type-is-parameter",
    says: "an errorType other than `system` and `account` is the name of the parameter at fault",
};

/// Versions 4 and 5: the language of the message.
pub static TRANSLATED: Clause =
    Clause { name: "message-translated", says: "the message is in the language of the server" };

/// Version 8: the language of the message.
pub static US_ENGLISH: Clause =
    Clause { name: "message-us-english", says: "the message is in US English" };
