//! The 15 basic and 43 detailed codes of the OneDrive errors, and their 20 statuses.

use faultbook_core::{Clause, Edition, Level, StatusRow, UnderSuccess, codes};

codes! {
    /// OneDrive errors, The code property and Detailed error codes: what went wrong, as a name to
    /// act on.
    pub enum Code;
    { group: None, level: Some(Level::Basic) }
        AccessDenied = "accessDenied" []
            "the caller may not do this";
        ActivityLimitReached = "activityLimitReached" []
            "the app or the user sends too much and was throttled";
        GeneralException = "generalException" []
            "something went wrong that has no code of its own";
        InvalidRange = "invalidRange" []
            "the byte range is wrong or cannot be had";
        InvalidRequest = "invalidRequest" []
            "the request is wrong or badly formed";
        ItemNotFound = "itemNotFound" []
            "there is no such resource";
        MalwareDetected = "malwareDetected" []
            "the resource was found to hold malware";
        NameAlreadyExists = "nameAlreadyExists" []
            "another item has this name already";
        NotAllowed = "notAllowed" []
            "the system does not allow the action";
        NotSupported = "notSupported" []
            "the system does not know this kind of request";
        ResourceModified = "resourceModified" []
            "the resource was changed since the caller last read it, as a different eTag shows";
        ResyncRequired = "resyncRequired" []
            "the delta token is no longer good: the app has to reset its sync state";
        ServiceNotAvailable = "serviceNotAvailable" []
            "the service cannot be reached: try again after a delay, which Retry-After may give";
        QuotaLimitReached = "quotaLimitReached" []
            "the user has no room left under the quota";
        Unauthenticated = "unauthenticated" []
            "it is not known who the caller is";
    { group: None, level: Some(Level::Detailed) }
        AccessRestricted = "accessRestricted" []
            "only the item's owner may use it";
        CannotSnapshotTree = "cannotSnapshotTree" []
            "no consistent picture of the changes could be taken: try again later";
        ChildItemCountExceeded = "childItemCountExceeded" []
            "the item holds as many children as it can";
        EntityTagDoesNotMatch = "entityTagDoesNotMatch" []
            "the ETag sent is not the item's current one";
        FragmentLengthMismatch = "fragmentLengthMismatch" []
            "the fragment declares another total size than its upload session";
        FragmentOutOfOrder = "fragmentOutOfOrder" []
            "the fragment came out of its order";
        FragmentOverlap = "fragmentOverlap" []
            "the fragment covers bytes that were uploaded before";
        InvalidAcceptType = "invalidAcceptType" []
            "the accept type is wrong";
        InvalidParameterFormat = "invalidParameterFormat" []
            "a parameter is badly formed";
        InvalidPath = "invalidPath" []
            "a name holds characters that it must not";
        InvalidQueryOption = "invalidQueryOption" []
            "a query option is wrong";
        InvalidStartIndex = "invalidStartIndex" []
            "the start index is wrong";
        LockMismatch = "lockMismatch" []
            "the lock token is not that of the lock";
        LockNotFoundOrAlreadyExpired = "lockNotFoundOrAlreadyExpired" []
            "the item has no lock, or its lock has run out";
        LockOwnerMismatch = "lockOwnerMismatch" []
            "the lock is owned by another id than the one sent";
        MalformedEntityTag = "malformedEntityTag" []
            "the ETag field is badly formed: an ETag stands in quotes";
        MaxDocumentCountExceeded = "maxDocumentCountExceeded" []
            "there are as many documents as there may be";
        MaxFileSizeExceeded = "maxFileSizeExceeded" []
            "the file is bigger than files may be";
        MaxFolderCountExceeded = "maxFolderCountExceeded" []
            "there are as many folders as there may be";
        MaxFragmentLengthExceeded = "maxFragmentLengthExceeded" []
            "the fragment, or its file, is bigger than it may be";
        MaxItemCountExceeded = "maxItemCountExceeded" []
            "there are as many items as there may be";
        MaxQueryLengthExceeded = "maxQueryLengthExceeded" []
            "the query is longer than queries may be";
        MaxStreamSizeExceeded = "maxStreamSizeExceeded" []
            "the stream is bigger than streams may be";
        ParameterIsTooLong = "parameterIsTooLong" []
            "a parameter is longer than it may be";
        ParameterIsTooSmall = "parameterIsTooSmall" []
            "a parameter is below its smallest value";
        PathIsTooLong = "pathIsTooLong" []
            "the path is longer than paths may be";
        PathTooDeep = "pathTooDeep" []
            "the folders are nested as deep as they may be";
        PropertyNotUpdateable = "propertyNotUpdateable" []
            "the property cannot be changed";
        ResyncApplyDifferences = "resyncApplyDifferences" []
            "resync: the server's items replace the local ones, deletions too, if it had all local \
             changes at the last sync; what only the client knows is uploaded";
    @again
        "resyncRequired" []
            "the app has to sync anew";
    { group: None, level: Some(Level::Detailed) }
        ResyncUploadDifferences = "resyncUploadDifferences" []
            "resync: upload the local items that the service left out and the files that differ, \
             keeping both copies where it is not certain which is newer";
    @again
        "serviceNotAvailable" []
            "the server cannot handle the request now";
    { group: None, level: Some(Level::Detailed) }
        ServiceReadOnly = "serviceReadOnly" []
            "for some time the resource can only be read";
        ThrottledRequest = "throttledRequest" []
            "there were more requests than there may be";
        TooManyResultsRequested = "tooManyResultsRequested" []
            "more results were asked for than there may be";
        TooManyTermsInQuery = "tooManyTermsInQuery" []
            "the query has more terms than it may";
        TotalAffectedItemCountExceeded = "totalAffectedItemCountExceeded" []
            "the operation would touch more items than it may";
        TruncationNotAllowed = "truncationNotAllowed" []
            "data must not be cut short";
        UploadSessionFailed = "uploadSessionFailed" []
            "the upload session failed";
        UploadSessionIncomplete = "uploadSessionIncomplete" []
            "the upload session is not complete";
        UploadSessionNotFound = "uploadSessionNotFound" []
            "there is no such upload session";
        VirusSuspicious = "virusSuspicious" []
            "the document may hold a virus";
        ZeroOrFewerResultsRequested = "zeroOrFewerResultsRequested" []
            "no results, or fewer than none, were asked for";
}

impl Code<'_> {
    /// Whether it is one of the 15 that every app has to handle (OneDrive errors, The code
    /// property). `resyncRequired` and `serviceNotAvailable` are basic and detailed.
    ///
    /// ```
    /// use onedrive_error::Code;
    ///
    /// assert!(Code::InvalidRange.is_basic());
    /// assert!(!Code::InvalidRange.is_detailed());
    /// assert!(Code::ResyncRequired.is_basic() && Code::ResyncRequired.is_detailed());
    /// ```
    pub fn is_basic(&self) -> bool {
        self.stands_in(Level::Basic)
    }

    /// Whether it is one of the 43 that stand inside inner errors (OneDrive errors, Detailed error
    /// codes).
    pub fn is_detailed(&self) -> bool {
        self.stands_in(Level::Detailed)
    }

    fn stands_in(&self, level: Level) -> bool {
        self.is_documented() && EDITION.rows(self.as_str()).any(|row| row.level == Some(level))
    }

    /// What the document tells an app to do about this code, where it says so.
    pub const fn advice(&self) -> Option<Advice> {
        match self {
            Self::ServiceNotAvailable | Self::CannotSnapshotTree => Some(Advice::Wait),
            Self::ResyncRequired => Some(Advice::ResetSyncState),
            Self::ResyncApplyDifferences => Some(Advice::ApplyDifferences),
            Self::ResyncUploadDifferences => Some(Advice::UploadDifferences),
            _ => None,
        }
    }
}

/// What the document tells an app to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Advice {
    /// Repeat the request, but not before some time has passed; a Retry-After field may say how
    /// much (OneDrive errors, statuses 429, 503 and 509; `serviceNotAvailable`,
    /// `cannotSnapshotTree`).
    Wait,
    /// Reset the sync state: the delta token is no longer good (OneDrive errors,
    /// `resyncRequired`).
    ResetSyncState,
    /// Let the server's items replace the local ones, deletions too, if the service had all local
    /// changes at the last sync; upload what the server does not know (OneDrive errors,
    /// `resyncApplyDifferences`).
    ApplyDifferences,
    /// Upload the items that the service did not return and the files that differ from its
    /// version; keep both where it is not certain which is newer (OneDrive errors,
    /// `resyncUploadDifferences`).
    UploadDifferences,
}

impl Advice {
    /// What the document tells an app to do about a status, where it says so.
    ///
    /// ```
    /// use onedrive_error::Advice;
    ///
    /// assert_eq!(Advice::for_status(429), Some(Advice::Wait));
    /// assert_eq!(Advice::for_status(500), None);
    /// ```
    pub const fn for_status(status: u16) -> Option<Self> {
        match status {
            429 | 503 | 509 => Some(Self::Wait),
            _ => None,
        }
    }
}

impl Advice {
    /// What to do, as a sentence without a full stop.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Wait => "repeat the request after some time, which Retry-After may give",
            Self::ResetSyncState => "reset the sync state and start over: the delta token is spent",
            Self::ApplyDifferences => {
                "let the server's items replace the local ones, deletions too, if the service had \
                 all local changes at the last sync; upload what the server does not know"
            }
            Self::UploadDifferences => {
                "upload the items that the service did not return and the files that differ; keep \
                 both copies where it is not certain which is newer"
            }
        }
    }
}

/// OneDrive errors, Error response: the twenty statuses that an error may have.
pub static STATUSES: &[StatusRow] = &[
    status(400, "Bad Request", "the request is badly formed or not right"),
    status(401, "Unauthorized", "authentication is not there, or not good for the resource"),
    status(403, "Forbidden", "the resource is out of bounds, perhaps for want of a permission"),
    status(404, "Not Found", "there is no such resource"),
    status(405, "Method Not Allowed", "the resource does not take this HTTP method"),
    status(406, "Not Acceptable", "the service cannot answer in the format that Accept asks for"),
    status(409, "Conflict", "the request does not fit the current state, such as a missing parent"),
    status(410, "Gone", "the server no longer has the resource"),
    status(411, "Length Required", "the request has to have a Content-Length field"),
    status(
        412,
        "Precondition Failed",
        "a condition of the request, such as if-match, does not hold",
    ),
    status(413, "Request Entity Too Large", "the request is bigger than it may be"),
    status(415, "Unsupported Media Type", "the service does not take the request's content type"),
    status(416, "Requested Range Not Satisfiable", "the byte range is wrong or cannot be had"),
    status(422, "Unprocessable Entity", "the request is well-formed and its meaning is not right"),
    status(429, "Too Many Requests", "the app was throttled and has to wait before it tries again"),
    status(500, "Internal Server Error", "something went wrong inside the server"),
    status(501, "Not Implemented", "the feature is not there"),
    status(503, "Service Unavailable", "out of service for now: try again later, see Retry-After"),
    status(507, "Insufficient Storage", "all of the storage quota is used"),
    status(
        509,
        "Bandwidth Limit Exceeded",
        "the app took too much bandwidth and has to wait longer",
    ),
];

const fn status(status: u16, reason: &'static str, summary: &'static str) -> StatusRow {
    StatusRow { status, reason: Some(reason), summary }
}

/// The edition of the document: OneDrive errors.
pub static EDITION: Edition = Edition {
    service: "onedrive",
    version: "1",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::Never,
    clauses: &[&LOWER_CASE, &INNER_CODES],
};

/// The same service through Microsoft Graph: the same codes, four more statuses, and other inner
/// errors.
pub static EDITION_GRAPH: Edition = Edition {
    service: "onedrive",
    version: "graph",
    codes: CODES,
    statuses: &GRAPH_STATUSES,
    under_success: UnderSuccess::Never,
    clauses: &[&CAMEL_CASE, &INNER_DETAILS],
};

static GRAPH_STATUSES: [StatusRow; 24] = StatusRow::merged(
    STATUSES,
    &[
        status(402, "Payment Required", "what has to be paid for the request was not"),
        status(423, "Locked", "the resource is locked"),
        status(502, "Bad Gateway", "a server behind the service gave no answer that can be used"),
        status(504, "Gateway Timeout", "a server behind the service did not answer in time"),
    ],
);

/// Every edition of the document, the one given first.
pub static EDITIONS: [&Edition; 2] = [&EDITION, &EDITION_GRAPH];

/// The document: what an inner error is named.
pub static LOWER_CASE: Clause =
    Clause { name: "inner-lower-case", says: "an inner error stands under `innererror`" };

/// Microsoft Graph: what an inner error is named.
pub static CAMEL_CASE: Clause =
    Clause { name: "inner-camel-case", says: "an inner error stands under `innerError`" };

/// The document: what an inner error has.
pub static INNER_CODES: Clause =
    Clause { name: "inner-codes", says: "an inner error has a code, and perhaps an inner error" };

/// Microsoft Graph: what an inner error has.
pub static INNER_DETAILS: Clause = Clause {
    name: "inner-details",
    says: "an inner error has a date, a request-id and a client-request-id, and perhaps a code and \
           an inner error",
};
