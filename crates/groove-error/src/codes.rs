//! The 44 codes of the Groove error object and the 10 statuses of the Groove status codes.

use faultbook_core::{Edition, StatusRow, UnderSuccess, codes};

codes! {
    /// Groove error object, Error codes: what went wrong, as a name to act on.
    pub enum Code;
    { group: Some("Input validation"), level: None }
        MissingInputParameter = "MISSING_INPUT_PARAMETER" [400]
            "a parameter that has to be given is not there or empty";
        InvalidInputParameter = "INVALID_INPUT_PARAMETER" [400]
            "a parameter's value is not valid";
        IncompatibleInputParameters = "INCOMPATIBLE_INPUT_PARAMETERS" [400]
            "the parameters given do not go together";
        InvalidCountry = "INVALID_COUNTRY" [400]
            "what was asked for is not offered in this region";
        ContinuationTokenInvalidError = "CONTINUATION_TOKEN_INVALID_ERROR" [400]
            "the continuation token is wrong";
        UnauthorizedInputParameter = "UNAUTHORIZED_INPUT_PARAMETER" [200]
            "a parameter was given that the caller may not use";
        UnauthorizedApiMethod = "UNAUTHORIZED_API_METHOD" [403]
            "the caller may not use this API method";
    { group: Some("Authentication"), level: None }
        AccessTokenMissing = "ACCESS_TOKEN_MISSING" [401]
            "no Azure Marketplace access token was sent";
        AccessTokenInvalid = "ACCESS_TOKEN_INVALID" [401]
            "the Azure Marketplace token is not valid";
        AccessTokenExpired = "ACCESS_TOKEN_EXPIRED" [401]
            "the Azure Marketplace token has expired";
        AccessTokenInvalidSubscription = "ACCESS_TOKEN_INVALID_SUBSCRIPTION" [401]
            "the Azure Marketplace client has no subscription to the Groove data offer";
        AccessTokenValidationError = "ACCESS_TOKEN_VALIDATION_ERROR" [500]
            "checking the Azure Marketplace token failed";
        AccessTokenSubscriptionValidationError = "ACCESS_TOKEN_SUBSCRIPTION_VALIDATION_ERROR" [500]
            "checking the Azure Marketplace subscription failed";
        InvalidAuthorizationHeader = "INVALID_AUTHORIZATION_HEADER" [401]
            "the authorization header is not there or not valid";
        AuthorizationTokenExpired = "AUTHORIZATION_TOKEN_EXPIRED" [401]
            "the user's authorization token has expired: a new one has to be obtained";
        MsaScopeRequiresUserConsent = "MSA_SCOPE_REQUIRES_USER_CONSENT" [401]
            "the user has not agreed to the Microsoft account scopes: the user has to sign in again";
        NoMusicPassSubscription = "NO_MUSIC_PASS_SUBSCRIPTION" [403]
            "the user has no Groove Music subscription";
    { group: Some("Catalog errors"), level: None }
        CatalogInvalidData = "CATALOG_INVALID_DATA" [200]
            "reading catalog data failed in part: some results may not be there";
        CatalogNoResult = "CATALOG_NO_RESULT" [404]
            "there is no such item in the catalog";
        CatalogUnavailable = "CATALOG_UNAVAILABLE" [502]
            "the catalog did not answer";
    { group: Some("Collection errors"), level: None }
        CollectionInvalidData = "COLLECTION_INVALID_DATA" [200]
            "reading collection data failed in part: some results may be left out or cut short";
        CollectionSomeOperationsFailed = "COLLECTION_SOME_OPERATIONS_FAILED" [200]
            "some of the operations asked for failed";
        CollectionInvalidPlaylistReorder = "COLLECTION_INVALID_PLAYLIST_REORDER" [400]
            "the playlist cannot be reordered this way";
        CollectionFull = "COLLECTION_FULL" [400]
            "nothing more fits into the user's collection";
        CollectionPlaylistFull = "COLLECTION_PLAYLIST_FULL" [400]
            "nothing more fits into the playlist";
        CollectionInvalidOperation = "COLLECTION_INVALID_OPERATION" [400]
            "the collection does not support this operation";
        CollectionInvalidId = "COLLECTION_INVALID_ID" [400]
            "the operation cannot take this collection id";
        CollectionInvalidPlaylistInfo = "COLLECTION_INVALID_PLAYLIST_INFO" [400]
            "information about the playlist that has to be given is not there";
        CollectionNoResult = "COLLECTION_NO_RESULT" [404]
            "nothing was found in the user's collection";
        CollectionConcurrentUpdate = "COLLECTION_CONCURRENT_UPDATE" [409]
            "something else was changing the collection at the same time";
        CollectionInvalidResponse = "COLLECTION_INVALID_RESPONSE" [502]
            "the user's collection gave an answer that cannot be used";
        CollectionOperationUnknownError = "COLLECTION_OPERATION_UNKNOWN_ERROR" [502]
            "the operation on the collection failed, for a reason unknown";
    { group: Some("Discovery errors"), level: None }
        DiscoveryInvalidData = "DISCOVERY_INVALID_DATA" [200]
            "reading new releases or spotlight data failed in part: some results may be left out";
        DiscoveryNoResult = "DISCOVERY_NO_RESULT" [404]
            "new releases and spotlight have no result";
        DiscoveryInvalidGenre = "DISCOVERY_INVALID_GENRE" [404]
            "new releases and spotlight have no result: the genre may be misspelt";
        DiscoveryInvalidResponse = "DISCOVERY_INVALID_RESPONSE" [502]
            "new releases and spotlight gave an answer that cannot be used";
    { group: Some("Streaming errors"), level: None }
        Delivery3rdPartyCannotStreamPurchases = "DELIVERY_3RD_PARTY_CANNOT_STREAM_PURCHASES" [403]
            "what a user has bought cannot be streamed through the developer APIs";
        DeliveryUnavailableContent = "DELIVERY_UNAVAILABLE_CONTENT" [404]
            "this content cannot be streamed";
        DeliveryError = "DELIVERY_ERROR" [404]
            "streaming failed, for a reason unknown";
        DeliveryConcurrentStreaming = "DELIVERY_CONCURRENT_STREAMING" [409]
            "the user is streaming on another device";
        DeliveryInvalidResponse = "DELIVERY_INVALID_RESPONSE" [502]
            "the streaming backend gave an answer that cannot be used";
    { group: Some("Subscription errors"), level: None }
        SubscriptionInvalidResponse = "SUBSCRIPTION_INVALID_RESPONSE" [502]
            "the subscription backend gave an answer that cannot be used";
    { group: Some("Server errors"), level: None }
        TooManyRequests = "TOO_MANY_REQUESTS" [429]
            "the caller sends more than it may";
        InternalServerError = "INTERNAL_SERVER_ERROR" [500]
            "something went seriously wrong in the service";
}

impl Code<'_> {
    /// The category the document lists the code under; `None` for an unknown code.
    pub fn category(&self) -> Option<&'static str> {
        self.row()?.group
    }

    /// What the document tells a client to do about this code, where it says so.
    pub const fn advice(&self) -> Option<Advice> {
        match self {
            Self::TooManyRequests => Some(Advice::Wait),
            Self::AuthorizationTokenExpired => Some(Advice::ObtainToken),
            Self::MsaScopeRequiresUserConsent => Some(Advice::SignInAgain),
            _ => None,
        }
    }
}

/// What the documents tell a client to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Wait before the next request (Groove status codes, 429).
    Wait,
    /// Obtain a new authorization token (Groove error object, AUTHORIZATION_TOKEN_EXPIRED).
    ObtainToken,
    /// Make the user sign in again (Groove error object, MSA_SCOPE_REQUIRES_USER_CONSENT).
    SignInAgain,
}

impl Advice {
    /// What to do, as a sentence without a full stop.
    pub const fn says(self) -> &'static str {
        match self {
            Self::Wait => "wait before the next request",
            Self::ObtainToken => "obtain a new authorization token, then repeat the request",
            Self::SignInAgain => "let the user sign in again and agree to the scopes",
        }
    }
}

/// Groove status codes: the ten statuses that the API answers with.
pub static STATUSES: &[StatusRow] = &[
    StatusRow { status: 200, reason: Some("OK"), summary: "the request succeeded" },
    StatusRow {
        status: 400,
        reason: Some("Bad Request"),
        summary: "the URL or a parameter is wrong",
    },
    StatusRow {
        status: 401,
        reason: Some("Unauthorized"),
        summary: "the user has to be authenticated",
    },
    StatusRow {
        status: 403,
        reason: Some("Forbidden"),
        summary: "the user or the service may not do this",
    },
    StatusRow { status: 404, reason: Some("Not Found"), summary: "there is no such resource" },
    StatusRow {
        status: 409,
        reason: Some("Conflict"),
        summary: "the resource's current state does not allow it",
    },
    StatusRow {
        status: 429,
        reason: Some("Too Many Requests"),
        summary: "the caller was throttled and has to wait before the next request",
    },
    StatusRow {
        status: 500,
        reason: Some("Internal Server Error"),
        summary: "the server met something it did not expect",
    },
    StatusRow {
        status: 502,
        reason: Some("Bad Gateway"),
        summary: "a backend is not there or answers with errors",
    },
    StatusRow {
        status: 503,
        reason: Some("Service Unavailable"),
        summary: "the server has too much to do",
    },
];

/// The edition of the documents: Groove error object and Groove status codes.
pub static EDITION: Edition = Edition {
    service: "groove",
    version: "1",
    codes: CODES,
    statuses: STATUSES,
    under_success: UnderSuccess::Some,
    clauses: &[],
};
