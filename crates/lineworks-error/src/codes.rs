//! The 17 codes, the 19 rows of status and code, and the 8 statuses of the LINE WORKS errors.

use faultbook_core::{CodeRow, Edition, StatusRow, UnderSuccess, codes};

codes! {
    /// LINE WORKS errors, common error codes: what went wrong, as a name to act on.
    ///
    /// Two codes stand under two statuses and mean something else under each: [`lookup`] gives the
    /// row of one status.
    pub enum Code;
    { group: None, level: None }
        BadRequest = "BAD_REQUEST" [400]
            "the request's format or body is not valid";
        InvalidParameter = "INVALID_PARAMETER" [400]
            "a parameter's format or content is wrong";
        InvalidResource(resource) = "INVALID_{RESOURCE}" [400]
            "the named resource's content is wrong";
        MissingParameter = "MISSING_PARAMETER" [400]
            "a parameter that has to be given is not there";
        LimitExceeded = "LIMIT_EXCEEDED" [400, 403]
            "over the limit of a parameter or of a resource's property (400), or of the resource asked for (403)";
        OutOfRange = "OUT_OF_RANGE" [400, 403]
            "outside the range of a parameter or of a resource's property (400), or of the resource asked for (403)";
        Unauthorized = "UNAUTHORIZED" [401]
            "the authentication information is not there or not right";
        Forbidden = "FORBIDDEN" [403]
            "understood and refused: the app has no access to the resource, or lacks an OAuth scope";
        AccessDenied = "ACCESS_DENIED" [403]
            "access to the resource asked for is restricted";
        NotFound = "NOT_FOUND" [404]
            "there is no such resource";
        ResourceNotExist(resource) = "{RESOURCE}_NOT_EXIST" [404]
            "the named resource is not there";
        Conflict = "CONFLICT" [409]
            "the resource asked for is in conflict";
        AlreadyExist = "ALREADY_EXIST" [409]
            "the resource asked for is there already";
        ResourceAlreadyExist(resource) = "{RESOURCE}_ALREADY_EXIST" [409]
            "the named resource is there already";
        Deleted = "DELETED" [410]
            "the resource was deleted before and is gone";
        InternalServerError = "INTERNAL_SERVER_ERROR" [500]
            "an error in the server that is not told apart";
        ServiceUnavailable = "SERVICE_UNAVAILABLE" [503]
            "an error in the server that passes";
}

impl Code<'_> {
    /// The resource that the code names: `USER` in `USER_NOT_EXIST`. `None` for a code that is no
    /// template's.
    pub fn resource(&self) -> Option<&str> {
        match self {
            Self::InvalidResource(code)
            | Self::ResourceNotExist(code)
            | Self::ResourceAlreadyExist(code) => Some(code.name()),
            _ => None,
        }
    }
}

/// One row of the document's table: a code under one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Row {
    /// The status.
    pub status: u16,
    /// The code; a template keeps its braces (`INVALID_{RESOURCE}`).
    pub code: &'static str,
    /// What it means under this status, in our words.
    pub summary: &'static str,
}

impl Row {
    /// The code's entry in [`CODES`], which has every status that the code stands under.
    pub fn code_row(&self) -> Option<&'static CodeRow> {
        CODES.iter().find(|row| row.code == self.code)
    }
}

const fn row(status: u16, code: &'static str, summary: &'static str) -> Row {
    Row { status, code, summary }
}

/// LINE WORKS errors, common error codes: the table as printed, one row a status and code.
pub static ROWS: &[Row] = &[
    row(400, "BAD_REQUEST", "the request's format or body is not valid"),
    row(400, "INVALID_PARAMETER", "a parameter's format or content is wrong"),
    row(400, "INVALID_{RESOURCE}", "the named resource's content is wrong"),
    row(400, "MISSING_PARAMETER", "a parameter that has to be given is not there"),
    row(400, "LIMIT_EXCEEDED", "a parameter or a resource's property is over its limit"),
    row(400, "OUT_OF_RANGE", "a parameter or a resource's property is outside its range"),
    row(401, "UNAUTHORIZED", "the authentication information is not there or not right"),
    row(
        403,
        "FORBIDDEN",
        "understood and refused: the app has no access to the resource, or lacks an OAuth scope",
    ),
    row(403, "ACCESS_DENIED", "access to the resource asked for is restricted"),
    row(403, "LIMIT_EXCEEDED", "the resource asked for is over its limit"),
    row(403, "OUT_OF_RANGE", "the resource asked for is outside the range expected"),
    row(404, "NOT_FOUND", "there is no such resource"),
    row(404, "{RESOURCE}_NOT_EXIST", "the named resource is not there"),
    row(409, "CONFLICT", "the resource asked for is in conflict"),
    row(409, "ALREADY_EXIST", "the resource asked for is there already"),
    row(409, "{RESOURCE}_ALREADY_EXIST", "the named resource is there already"),
    row(410, "DELETED", "the resource was deleted before and is gone"),
    row(500, "INTERNAL_SERVER_ERROR", "an error in the server that is not told apart"),
    row(503, "SERVICE_UNAVAILABLE", "an error in the server that passes"),
];

/// The row of this code under this status.
///
/// A row that names the code beats a template, under whatever status it stands. A code that fits
/// two templates is that of the status: `INVALID_USER_NOT_EXIST` under 400 or under 404.
///
/// ```
/// use lineworks_error::lookup;
///
/// assert_eq!(lookup(403, "OUT_OF_RANGE").unwrap().summary,
///     "the resource asked for is outside the range expected");
/// assert_eq!(lookup(404, "INVALID_USER_NOT_EXIST").unwrap().code, "{RESOURCE}_NOT_EXIST");
/// assert_eq!(lookup(400, "INVALID_USER_NOT_EXIST").unwrap().code, "INVALID_{RESOURCE}");
/// assert_eq!(lookup(404, "CONFLICT"), None);
/// ```
pub fn lookup(status: u16, code: &str) -> Option<&'static Row> {
    EDITION
        .rows(code)
        .find_map(|found| ROWS.iter().find(|row| row.status == status && row.code == found.code))
}

/// The statuses of the table of common error codes. The document prints no reason phrases.
pub static STATUSES: &[StatusRow] = &[
    StatusRow { status: 400, reason: None, summary: "the request or a parameter is wrong" },
    StatusRow {
        status: 401,
        reason: None,
        summary: "the authentication is not there or not right",
    },
    StatusRow { status: 403, reason: None, summary: "the request is refused" },
    StatusRow { status: 404, reason: None, summary: "the resource is not there" },
    StatusRow {
        status: 409,
        reason: None,
        summary: "the resource is there already, or in conflict",
    },
    StatusRow { status: 410, reason: None, summary: "the resource was deleted" },
    StatusRow { status: 500, reason: None, summary: "the server met an error" },
    StatusRow { status: 503, reason: None, summary: "the server cannot answer for now" },
];

/// The edition of the document: LINE WORKS errors, API 2.0.
pub static EDITION: Edition = Edition {
    service: "lineworks",
    version: "2",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::Never,
    clauses: &[],
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_rows_and_statuses_are_one_table() {
        assert_eq!((CODES.len(), ROWS.len(), STATUSES.len()), (17, 19, 8));
        let of_rows: BTreeSet<_> = ROWS.iter().map(|row| (row.code, row.status)).collect();
        let of_codes: BTreeSet<_> = CODES
            .iter()
            .flat_map(|row| row.statuses.iter().map(|status| (row.code, *status)))
            .collect();
        assert_eq!(of_rows.len(), ROWS.len(), "no row stands twice");
        assert_eq!(of_rows, of_codes);
        let of_rows: BTreeSet<_> = ROWS.iter().map(|row| row.status).collect();
        let of_statuses: BTreeSet<_> = STATUSES.iter().map(|row| row.status).collect();
        assert_eq!(of_rows, of_statuses);
        for row in ROWS {
            let code_row = row.code_row().unwrap();
            let alone = code_row.statuses.len() == 1;
            assert_eq!(alone, code_row.summary == row.summary, "{}", row.code);
        }
    }

    #[test]
    fn literals_beat_templates_and_names_are_not_empty() {
        for (text, row, resource) in [
            ("INVALID_PARAMETER", Some("INVALID_PARAMETER"), None),
            ("INVALID_PARAMETERS", Some("INVALID_{RESOURCE}"), Some("PARAMETERS")),
            ("INVALID_USER", Some("INVALID_{RESOURCE}"), Some("USER")),
            ("INVALID_", None, None),
            ("INVALID", None, None),
            ("invalid_USER", None, None),
            ("ALREADY_EXIST", Some("ALREADY_EXIST"), None),
            ("_ALREADY_EXIST", None, None),
            ("USER_ALREADY_EXIST", Some("{RESOURCE}_ALREADY_EXIST"), Some("USER")),
            ("USER_ALREADY_EXISTS", None, None),
            ("NOT_EXIST", None, None),
            ("_NOT_EXIST", None, None),
            ("ORG_UNIT_NOT_EXIST", Some("{RESOURCE}_NOT_EXIST"), Some("ORG_UNIT")),
            ("INVALID_USER_NOT_EXIST", Some("INVALID_{RESOURCE}"), Some("USER_NOT_EXIST")),
            ("X_NOT_EXIST_ALREADY_EXIST", Some("{RESOURCE}_ALREADY_EXIST"), Some("X_NOT_EXIST")),
            ("NOT_FOUND", Some("NOT_FOUND"), None),
            ("NOT_FOUND ", None, None),
            ("", None, None),
        ] {
            let code = Code::new(text);
            assert_eq!(code.row().map(|row| row.code), row, "{text}");
            assert_eq!(code.resource(), resource, "{text}");
            assert_eq!(code.as_str(), text);
        }
    }

    #[test]
    fn a_code_is_looked_up_under_its_status() {
        for (status, code, found) in [
            (400, "LIMIT_EXCEEDED", true),
            (403, "LIMIT_EXCEEDED", true),
            (404, "LIMIT_EXCEEDED", false),
            (400, "INVALID_USER_ALREADY_EXIST", true),
            (409, "INVALID_USER_ALREADY_EXIST", true),
            (404, "INVALID_USER_ALREADY_EXIST", false),
            (400, "INVALID_{RESOURCE}", true),
            (429, "NOT_FOUND", false),
            (404, "not_found", false),
        ] {
            assert_eq!(lookup(status, code).is_some(), found, "{status} {code}");
        }
        let both: Vec<_> =
            [400, 403].map(|status| lookup(status, "OUT_OF_RANGE").unwrap().summary).into();
        assert_ne!(both[0], both[1]);
    }
}
