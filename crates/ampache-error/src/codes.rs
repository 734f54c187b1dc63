//! The eight codes of the Ampache 5 document. It gives no HTTP statuses.

use faultbook_core::{Edition, StatusRow, UnderSuccess, codes};

codes! {
    /// Ampache errors, Error Codes: what went wrong, as a number that begins with 47.
    pub enum Code;
    { group: None, level: None }
        AccessControlNotEnabled = "4700" []
            "the API is switched off: the server's configuration has to allow it";
        InvalidHandshake = "4701" []
            "no valid session was sent, or the handshake failed";
        AccessDenied = "4703" []
            "the method cannot be used here: the message says which feature is switched off";
        NotFound = "4704" []
            "there is no such object";
        Missing = "4705" []
            "the API has no such method";
        Depreciated = "4706" []
            "the method is gone from the API";
        BadRequest = "4710" []
            "the method is right, and something in its input is wrong or not there";
        FailedAccessCheck = "4742" []
            "this user may not have the object or use the function";
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

/// The document gives no statuses: the API answers 200 and puts the error into the body.
pub static STATUSES: &[StatusRow] = &[];

/// The edition of the document: Ampache errors, for version 5 of the API.
pub static EDITION: Edition = Edition {
    service: "ampache",
    version: "5",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::AsARule,
};
