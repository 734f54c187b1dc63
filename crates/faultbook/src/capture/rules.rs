//! What captures are judged by, besides the responses in them.

use faultbook_core::{Rule, rules};

rules! {
    /// Each record of a capture can be read: a line of NDJSON is a JSON object of the documented
    /// members, an entry of HAR has a response, a raw message a status line.
    ///
    /// A response that cannot be read is not judged, and what is wrong with it goes unseen.
    pub static MALFORMED_RECORD = "capture/malformed-record", Error,
        "this record cannot be read", "the capture formats that Faultbook reads";

    /// A capture ends where its last record ends.
    ///
    /// What follows was lost: a run that says nothing was found has not seen all.
    pub static TRUNCATED = "capture/truncated", Error,
        "the capture ends in the middle", "the capture formats that Faultbook reads";

    /// A record of a capture is no longer than the limit, which is four times that of a body.
    ///
    /// It keeps a hostile or broken file from taking all memory. The record is passed over, and the
    /// next one is read.
    pub static LIMIT = "capture/limit", Error,
        "this is longer than the limit, and was not read", "Faultbook's limits";

    /// An input is read up to its end, unless it is longer than the limit once decompressed.
    ///
    /// It keeps a small file from becoming an endless one. What follows was not judged.
    pub static INPUT_LIMIT = "capture/input-limit", Error,
        "the input is longer than the limit, and was read no further", "Faultbook's limits";

    /// A raw message follows the grammar of HTTP: lines end in CR LF, a status line has a version, a
    /// status and a reason, the body is as long and coded as its header fields say.
    ///
    /// Such a message can be read all the same. Programs that print messages change them so: then it
    /// says nothing about who sent it.
    pub static TOLERATED = "capture/tolerated", Note,
        "this message was read, though it does not follow the grammar of HTTP", "RFC 9112";

    /// The content coding of a body is one that can be removed, gzip or deflate, and whole.
    ///
    /// Of a body that is damaged or cut, what could be decoded is judged. A body in another coding is
    /// not judged: what a client reads there is not known.
    pub static CONTENT_CODING = "capture/content-coding", Warning,
        "the content coding of this body could not be removed", "RFC 9110 section 8.4.1";

    /// A record has the body of its response.
    ///
    /// Programs leave bodies out of what they record, and then there is nothing to judge.
    pub static BODY_MISSING = "capture/body-missing", Note,
        "the record does not have the body of its response", "HAR 1.2, the object content";
}

/// Whether nothing after this was read.
pub(super) fn ends_reading(rule: &Rule) -> bool {
    [TRUNCATED.id, INPUT_LIMIT.id].contains(&rule.id)
}
