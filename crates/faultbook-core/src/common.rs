//! What holds for every format: the rules `common/…`, and the look at a body before it is read.

use crate::json::{Duplicates, Reader};
use crate::{
    Clause, Edition, Fault, FaultKind, Finding, Findings, Found, Limits, Place, Response,
    UnderSuccess, Verdict, rules,
};

rules! {
    /// A JSON body follows the grammar of RFC 8259.
    ///
    /// Most readers refuse the whole body at the first fault, so a client sees no code at all.
    pub static MALFORMED_JSON = "common/malformed-json", Error,
        "this body is no well-formed JSON", "RFC 8259 section 2";

    /// An XML body is well-formed.
    ///
    /// Most readers refuse the whole body at the first fault, so a client sees no code at all.
    pub static MALFORMED_XML = "common/malformed-xml", Error,
        "this body is no well-formed XML", "XML 1.0 section 2.1";

    /// JSON is encoded in UTF-8, and XML in the encoding that it declares.
    ///
    /// Readers refuse other bytes, or replace them and show a damaged message.
    pub static NOT_UTF8 = "common/not-utf8", Error,
        "these bytes are no text in the body's encoding", "RFC 8259 section 8.1, XML 1.0 section 4.3.3";

    /// A name stands once in a JSON object, and an attribute or a documented child once in an XML
    /// element.
    ///
    /// Which of two values a reader takes is its own choice, so two clients may see two errors.
    pub static DUPLICATE_MEMBER = "common/duplicate-member", Error,
        "this name stands here a second time", "RFC 8259 section 4, XML 1.0 section 3.1";

    /// A body does not begin with a byte order mark.
    ///
    /// JSON must not be sent with one and many readers refuse it; XML in UTF-8 needs none.
    pub static BYTE_ORDER_MARK = "common/byte-order-mark", Warning,
        "this body begins with a byte order mark", "RFC 8259 section 8.1";

    /// A body holds one document and nothing after it.
    ///
    /// What follows shows that something else wrote into the response, and readers refuse it.
    pub static TRAILING_CONTENT = "common/trailing-content", Error,
        "something follows the end of the document", "RFC 8259 section 2, XML 1.0 section 2.1";

    /// A failing response says in its body what went wrong.
    ///
    /// Without a body a client has only the status, which stands for many codes.
    pub static EMPTY_BODY = "common/empty-body", Error,
        "this failing response has no body", "each document's introduction";

    /// The body of a failing response is an error in the documented format.
    ///
    /// An HTML page or plain text comes from something before the service, such as a gateway, and
    /// holds no code to act on.
    pub static NOT_AN_ERROR_BODY = "common/not-an-error-body", Error,
        "this body is no error of the service", "each document's introduction";

    /// The media type names the syntax that the body has.
    ///
    /// Clients choose their reader by the media type.
    pub static CONTENT_TYPE = "common/content-type", Warning,
        "the media type and the body's syntax disagree", "RFC 9110 section 8.3";

    /// A response stays within the limits of this tool.
    ///
    /// Past a limit nothing is judged, so that no input takes unbounded time or memory.
    pub static LIMIT = "common/limit", Error,
        "a limit was reached", "limits of this tool, see the options of `faultbook check`";

    /// An XML body has no document type declaration.
    ///
    /// No documented answer has one; its entities are never expanded here, and readers that do
    /// expand them can be attacked.
    pub static DOCUMENT_TYPE = "common/document-type", Warning,
        "this XML has a document type declaration", "XML 1.0 section 2.8";
}

/// A clause of an edition: a status that has a code too may stand for a result with nothing in it.
pub static EMPTY_RESULT: Clause = Clause {
    name: "empty-result",
    says: "an empty result is a response under 404 that has no error",
};

/// Whether a response that has no error may be an empty result ([`EMPTY_RESULT`]).
pub fn is_empty_result(response: &Response<'_>, edition: &Edition) -> bool {
    response.status == Some(404) && edition.says(&EMPTY_RESULT)
}

/// What kind of text a body looks like from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// Nothing but white space.
    Empty,
    /// Begins like a JSON object or array.
    Json,
    /// Begins with `<`, and not like an HTML page.
    Xml,
    /// Begins like an HTML page.
    Html,
    /// Anything else.
    Text,
}

impl Syntax {
    /// Looks at the beginning of a body: a byte order mark and white space are passed over.
    ///
    /// ```
    /// use faultbook_core::common::Syntax;
    ///
    /// assert_eq!(Syntax::of(b" {\"code\": 1}"), Syntax::Json);
    /// assert_eq!(Syntax::of(b"<?xml version=\"1.0\"?><root/>"), Syntax::Xml);
    /// assert_eq!(Syntax::of(b"<!DOCTYPE html><html>"), Syntax::Html);
    /// assert_eq!(Syntax::of(b"Bad gateway"), Syntax::Text);
    /// assert_eq!(Syntax::of(b"\r\n"), Syntax::Empty);
    /// ```
    #[inline]
    pub fn of(body: &[u8]) -> Self {
        // As nearly every body of JSON begins.
        if let [b'{' | b'[', ..] = body { Self::Json } else { Self::of_other(body) }
    }

    fn of_other(body: &[u8]) -> Self {
        // XML may be in UTF-16, which has a byte order mark or a NUL beside its first `<`. JSON may
        // not, and is read as JSON for that to be said.
        if let [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [b'<', 0, ..] | [0, b'<', ..] = body {
            let mut bytes = body.iter().filter(|byte| !b"\xFE\xFF\0 \t\r\n".contains(byte));
            return match bytes.next() {
                Some(b'{' | b'[') => Self::Json,
                _ => Self::Xml,
            };
        }
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
        match body.first() {
            None => Self::Empty,
            Some(b'{' | b'[') => Self::Json,
            Some(b'<') if is_html(body) => Self::Html,
            Some(b'<') => Self::Xml,
            Some(_) => Self::Text,
        }
    }

    /// As a message says it.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Empty => "no body",
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Html => "an HTML page",
            Self::Text => "plain text",
        }
    }

    /// Whether a response of this media type may have this syntax. A media type is the same in any
    /// case (RFC 9110 section 8.3.1).
    fn fits(self, media_type: &[u8]) -> bool {
        let is_one_of = |types: [&str; 2]| {
            types.iter().any(|own| own.as_bytes().eq_ignore_ascii_case(media_type))
        };
        let ends_with = |suffix: &str| {
            let start = media_type.len().checked_sub(suffix.len());
            let end = start.and_then(|start| media_type.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix.as_bytes()))
        };
        match self {
            Self::Json => is_one_of(["application/json", "text/json"]) || ends_with("+json"),
            Self::Xml => is_one_of(["application/xml", "text/xml"]) || ends_with("+xml"),
            Self::Html => is_one_of(["text/html", "application/xhtml+xml"]),
            Self::Empty | Self::Text => true,
        }
    }
}

/// Whether a body is data that no error could be, such as a picture: bytes that are no text near
/// its beginning, and no page.
fn is_binary(body: &[u8], syntax: Syntax) -> bool {
    let head = body.get(..body.len().min(256)).unwrap_or_default();
    syntax == Syntax::Text && (head.contains(&0) || text_fault(head).is_some())
}

/// The first byte of a body's beginning that is no text. A character that the end cuts is none.
fn text_fault(head: &[u8]) -> Option<usize> {
    let error = std::str::from_utf8(head).err()?;
    error.error_len().map(|_| error.valid_up_to())
}

/// Whether a body begins like a page, or with a part of one such as the warnings that a scripting
/// language prints into its output.
fn is_html(body: &[u8]) -> bool {
    const ELEMENTS: [&[u8]; 18] = [
        b"!doctype",
        b"b",
        b"body",
        b"br",
        b"center",
        b"div",
        b"font",
        b"h1",
        b"h2",
        b"head",
        b"html",
        b"meta",
        b"p",
        b"pre",
        b"script",
        b"style",
        b"table",
        b"title",
    ];
    // A comment or an XML declaration may stand before an XHTML page.
    let mut head = body.get(..body.len().min(1024)).unwrap_or_default();
    while let Some(close) = match head {
        [b'<', b'!', b'-', b'-', ..] => Some(b"-->".as_slice()),
        [b'<', b'?', ..] => Some(b"?>".as_slice()),
        _ => None,
    } {
        let Some(rest) = behind(head, close) else { break };
        head = rest.trim_ascii_start();
    }
    let name = head.strip_prefix(b"<").unwrap_or_default();
    // The root elements of documents that are read begin with other letters.
    let first = name.first().map(u8::to_ascii_lowercase);
    if !matches!(first, Some(b'!' | b'b'..=b'd' | b'f' | b'h' | b'm' | b'p' | b's' | b't')) {
        return false;
    }
    let end = name.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'!');
    let name = name.get(..end.unwrap_or(name.len())).unwrap_or_default();
    let is_page = |head: &[u8]| {
        let rest = head.get(name.len() + 1..).unwrap_or_default().trim_ascii_start();
        rest.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"html"))
    };
    let is_element = ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name));
    // A document type may be that of any XML.
    is_element && (!name.starts_with(b"!") || is_page(head))
}

/// What stands behind the first `close`, which ends with `>`.
fn behind<'b>(bytes: &'b [u8], close: &[u8]) -> Option<&'b [u8]> {
    let mut end = 0;
    loop {
        // Eight at once where none of them is it: a declaration is forty bytes long.
        while let Some((eight, _)) = bytes.get(end..)?.split_first_chunk::<8>()
            && eight.iter().all(|byte| *byte != b'>')
        {
            end += eight.len();
        }
        end += bytes.get(end..)?.iter().position(|&byte| byte == b'>')? + 1;
        let (head, rest) = bytes.split_at_checked(end)?;
        if head.ends_with(close) {
            return Some(rest);
        }
    }
}

/// What [`screen`] decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screened {
    /// The body has one of the syntaxes that the format accepts: read it.
    Read(Syntax),
    /// There is nothing to read, and this is the verdict.
    Done(Verdict),
}

/// The look before a body is read: limits, an empty body, a page instead of an error, the media
/// type, a byte order mark. What differs goes into `findings`.
///
/// An empty body or another syntax is no finding under a status that is known not to be failing:
/// such a response carries no error. Of a service that answers 200 whatever happened
/// ([`UnderSuccess::AsARule`]) that holds for binary data only. An empty body is none either where
/// it may be an empty result.
#[inline]
pub fn screen(
    response: &Response<'_>,
    accepted: &[Syntax],
    edition: &Edition,
    limits: &Limits,
    findings: &mut Findings,
) -> Screened {
    // Of a body that nothing else is known of, and that begins as JSON or XML does, there is no more to
    // see.
    if let ([b'{' | b'[' | b'<', ..], []) = (response.body, response.fields)
        && let syntax = Syntax::of(response.body)
        && accepted.contains(&syntax)
        && response.body.len() <= limits.body
    {
        return Screened::Read(syntax);
    }
    screen_closely(response, accepted, edition, limits, findings)
}

fn screen_closely(
    response: &Response<'_>,
    accepted: &[Syntax],
    edition: &Edition,
    limits: &Limits,
    findings: &mut Findings,
) -> Screened {
    for (index, field) in response.fields.iter().enumerate() {
        if field.value.len() > limits.field {
            let name = String::from_utf8_lossy(field.name).into_owned();
            findings.push(
                Finding::new(
                    &LIMIT,
                    Place::Field { index, name, span: limits.field..field.value.len() },
                    format!("a field value of {} bytes", field.value.len()),
                )
                .documented(format!("at most {} bytes of a field value are judged", limits.field)),
            );
        }
    }
    let body = response.body;
    if body.len() > limits.body {
        findings.push(
            Finding::new(
                &LIMIT,
                Place::body(limits.body..body.len()),
                format!("a body of more than {} bytes", limits.body),
            )
            .documented(format!("bodies of up to {} bytes are judged", limits.body)),
        );
        return Screened::Done(Verdict::Malformed);
    }
    let media_type = response.essence();
    let mut syntax = Syntax::of(body);
    // What calls itself JSON is read as JSON, so that the fault in it is named.
    if syntax == Syntax::Text && media_type.is_some_and(|media_type| Syntax::Json.fits(media_type))
    {
        syntax = Syntax::Json;
    }
    // A response to a stream or a picture is data under the same 200; 204 and 205 have no content.
    let is_answer = matches!(response.status, Some(200..=203)) && !is_binary(body, syntax);
    let may_fail = response.is_failing() != Some(false)
        || edition.under_success == UnderSuccess::AsARule && is_answer;
    if syntax == Syntax::Empty {
        if !may_fail || is_empty_result(response, edition) {
            return Screened::Done(Verdict::None);
        }
        let received = if body.is_empty() { "a body of 0 bytes" } else { "only white space" };
        findings.push(Finding::new(&EMPTY_BODY, Place::body(0..body.len()), received));
        return Screened::Done(Verdict::Malformed);
    }
    if media_type.is_some_and(|media_type| !syntax.fits(media_type))
        && let Some((index, field)) = response.fields_named("content-type").next()
    {
        let media_type = response.media_type().unwrap_or_default();
        findings.push(Finding::new(
            &CONTENT_TYPE,
            Place::Field {
                index,
                name: String::from_utf8_lossy(field.name).into_owned(),
                span: 0..field.value.len(),
            },
            format!("{} and a body that is {}", crate::quoted(&media_type), syntax.describe()),
        ));
    }
    if !accepted.contains(&syntax) {
        if !may_fail {
            return Screened::Done(Verdict::None);
        }
        findings.push(Finding::new(
            &NOT_AN_ERROR_BODY,
            Place::body(first_line(body)),
            describe_start(body, syntax),
        ));
        return Screened::Done(Verdict::Malformed);
    }
    if body.starts_with(b"\xEF\xBB\xBF") {
        findings.push(Finding::new(&BYTE_ORDER_MARK, Place::body(0..3), "the bytes EF BB BF"));
    }
    Screened::Read(syntax)
}

/// What the body is, as a message says it; of bytes that are no text the first one.
fn describe_start(body: &[u8], syntax: Syntax) -> String {
    let head = body.get(..body.len().min(256)).unwrap_or_default();
    match text_fault(head) {
        Some(at) if syntax == Syntax::Text => {
            format!("bytes that are no text: {} at byte {at}", Found::at(body, at))
        }
        _ => syntax.describe().to_owned(),
    }
}

/// The first line with something in it, at most 80 bytes: enough to see what it is. It does not end
/// inside a character of UTF-8.
fn first_line(body: &[u8]) -> std::ops::Range<usize> {
    let start = body.len() - body.trim_ascii_start().len();
    let rest = body.get(start..).unwrap_or_default();
    let mut end =
        rest.iter().take(80).position(|&byte| byte == b'\n').unwrap_or(rest.len().min(80));
    // A character has at most three bytes behind its first one.
    for _ in 0..3 {
        if rest.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
            end -= 1;
        }
    }
    start..start + rest.get(..end).unwrap_or_default().trim_ascii_end().len()
}

/// The finding for a fault of reading, by its kind and by the syntax that was read.
pub fn fault(fault: &Fault, syntax: Syntax, limits: &Limits) -> Finding {
    let rule = match (fault.kind(), syntax) {
        (FaultKind::Encoding, _) => &NOT_UTF8,
        (FaultKind::TrailingContent, _) => &TRAILING_CONTENT,
        (FaultKind::Limit, _) => &LIMIT,
        (_, Syntax::Xml) => &MALFORMED_XML,
        _ => &MALFORMED_JSON,
    };
    let finding = Finding::new(rule, Place::body(fault.span()), fault.found().to_string());
    if fault.kind() == FaultKind::Limit {
        return finding.documented(format!("elements are read to a depth of {}", limits.xml_depth));
    }
    finding.documented(fault.expected())
}

/// A finding for each name that stands twice in one object, at any level.
#[inline]
pub fn duplicates(json: &Reader<'_>, findings: &mut Findings) {
    if !json.duplicates().is_empty() {
        each_duplicate(json.duplicates(), findings);
    }
}

#[cold]
fn each_duplicate(duplicates: &Duplicates, findings: &mut Findings) {
    for duplicate in duplicates {
        findings.push(Finding::new(
            &DUPLICATE_MEMBER,
            Place::value(duplicate.name.clone(), duplicate.pointer.clone()),
            format!("the same name as at byte {}", duplicate.first.start),
        ));
    }
    findings.count_more(duplicates.total() - duplicates.iter().count());
}

/// Whether a fault keeps what follows it from being read. What follows a complete document, and a
/// violation that reading went on after, do not.
pub fn cuts(fault: &Fault) -> bool {
    fault.kind() != FaultKind::TrailingContent
}

/// The finding for errors that were counted and not kept, since there are more than the limit.
#[inline]
pub fn more_errors(more: usize, limits: &Limits, findings: &mut Findings) {
    if more > 0 {
        findings.push(too_many_errors(more, limits));
    }
}

#[cold]
fn too_many_errors(more: usize, limits: &Limits) -> Finding {
    Finding::new(&LIMIT, Place::body(0..0), format!("{more} more errors in this response"))
        .documented(format!("at most {} errors of one response are kept", limits.errors))
}
