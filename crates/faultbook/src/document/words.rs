//! The words by which facts are told: headers of columns, reason phrases, the codes of each service.

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Status,
    Code,
    Name,
    Reason,
    Description,
    Category,
    Member,
    Kind,
    Field,
    Unknown,
}

/// Headers of columns, in lower case. Of two that fit the longer one is meant.
const HEADERS: &[(Column, &[&str])] = &[
    (
        Column::Status,
        &[
            "status",
            "status code",
            "http",
            "http code",
            "http error code",
            "http response code",
            "http status",
            "http status code",
            "default http code",
            "default http status",
            "default http status code",
            "default status",
            "response code",
            "response status",
            "code d’état",
            "code d'état",
            "http-statuscode",
            "statuscode",
            "código de estado",
            "状态代码",
            "状态码",
            "ステータスコード",
            "ステータス コード",
            "상태 코드",
        ],
    ),
    (
        Column::Code,
        &[
            "code",
            "error",
            "error code",
            "errorcode",
            "error name",
            "code d’erreur",
            "code d'erreur",
            "fehlercode",
            "código",
            "código de error",
            "codice",
            "代码",
            "错误代码",
            "错误码",
            "代碼",
            "コード",
            "エラーコード",
            "エラー コード",
            "코드",
            "오류 코드",
            "код",
        ],
    ),
    (Column::Name, &["name", "名称", "名前", "nom", "nombre"]),
    (
        Column::Reason,
        &[
            "reason",
            "reason phrase",
            "phrase",
            "status message",
            "status text",
            "status name",
            "message",
            "message d’état",
            "message d'état",
            "statusmeldung",
            "mensaje de estado",
            "状态消息",
            "ステータス メッセージ",
            "상태 메시지",
        ],
    ),
    (
        Column::Description,
        &[
            "description",
            "descriptions",
            "error case",
            "error description",
            "error message",
            "cause",
            "details",
            "explanation",
            "meaning",
            "notes",
            "resolution",
            "solution",
            "summary",
            "typical meaning",
            "beschreibung",
            "descripción",
            "descrizione",
            "descrição",
            "说明",
            "描述",
            "説明",
            "설명",
            "описание",
        ],
    ),
    (Column::Category, &["category", "group", "error category", "kategorie", "catégorie", "类别"]),
    (
        Column::Member,
        &[
            "attribute",
            "element",
            "json property",
            "key",
            "member",
            "parameter",
            "property",
            "property name",
            "eigenschaft",
            "propriété",
            "propiedad",
            "属性",
            "プロパティ",
            "속성",
        ],
    ),
    (
        Column::Kind,
        &["type", "data type", "format", "value", "typ", "tipo", "类型", "型", "値", "유형"],
    ),
    (
        Column::Field,
        &[
            "header",
            "header field",
            "http header",
            "response header",
            "retry-after",
            "www-authenticate",
        ],
    ),
];

/// The names of header fields that a document can print.
pub(super) const FIELDS: &[&str] = &["www-authenticate", "retry-after"];

/// What the header of a column says; [`Column::Unknown`] where it says nothing that is known.
pub(super) fn column(header: &str) -> Column {
    let header = crate::facts::plain(header).to_lowercase();
    let header = header.trim_matches(|c: char| !c.is_alphanumeric());
    if matches!(header, "field" | "field name") {
        return Column::Member;
    }
    HEADERS
        .iter()
        .find(|(_, words)| words.contains(&header))
        .map_or(Column::Unknown, |(column, _)| *column)
}

/// Whether a header is the name of a header field.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name.trim()))
}

/// Reads a line as the headers of a table whose cells were written one after the other, with a
/// space between them or none: the columns, and whether there are no spaces between them.
pub(super) fn columns(line: &str) -> Option<(Vec<Column>, bool)> {
    const LONGEST: usize = 160;
    if line.len() > LONGEST {
        return None;
    }
    let lower = line.to_lowercase();
    let mut rest = lower.trim();
    let mut columns = Vec::new();
    let mut is_glued = false;
    while !rest.is_empty() {
        let (column, length) = HEADERS
            .iter()
            .flat_map(|(column, words)| words.iter().map(move |word| (*column, word.len(), *word)))
            .filter(|(_, _, word)| rest.starts_with(word))
            .map(|(column, length, _)| (column, length))
            .max_by_key(|(_, length)| *length)?;
        columns.push(column);
        rest = rest.get(length..)?;
        is_glued |= !rest.is_empty() && !rest.starts_with(char::is_whitespace);
        rest = rest.trim_start();
    }
    (columns.len() > 1).then_some((columns, is_glued))
}

/// Reason phrases in use: those that IANA has registered, their older spellings, and some that
/// never were.
const REASONS: &[&str] = &[
    "Continue",
    "Switching Protocols",
    "Processing",
    "Early Hints",
    "OK",
    "Created",
    "Accepted",
    "Non-Authoritative Information",
    "No Content",
    "Reset Content",
    "Partial Content",
    "Multi-Status",
    "Already Reported",
    "IM Used",
    "Multiple Choices",
    "Moved Permanently",
    "Moved Temporarily",
    "Found",
    "See Other",
    "Not Modified",
    "Use Proxy",
    "Switch Proxy",
    "Temporary Redirect",
    "Permanent Redirect",
    "Bad Request",
    "Unauthorized",
    "Payment Required",
    "Forbidden",
    "Not Found",
    "Method Not Allowed",
    "Not Acceptable",
    "Proxy Authentication Required",
    "Request Timeout",
    "Request Time-out",
    "Conflict",
    "Gone",
    "Length Required",
    "Precondition Failed",
    "Content Too Large",
    "Payload Too Large",
    "Request Entity Too Large",
    "URI Too Long",
    "Request-URI Too Long",
    "Request-URI Too Large",
    "Unsupported Media Type",
    "Range Not Satisfiable",
    "Requested Range Not Satisfiable",
    "Expectation Failed",
    "I'm a teapot",
    "Misdirected Request",
    "Unprocessable Content",
    "Unprocessable Entity",
    "Locked",
    "Failed Dependency",
    "Too Early",
    "Upgrade Required",
    "Precondition Required",
    "Too Many Requests",
    "Request Header Fields Too Large",
    "Unavailable For Legal Reasons",
    "Internal Server Error",
    "Not Implemented",
    "Bad Gateway",
    "Service Unavailable",
    "Gateway Timeout",
    "Gateway Time-out",
    "HTTP Version Not Supported",
    "Variant Also Negotiates",
    "Insufficient Storage",
    "Loop Detected",
    "Bandwidth Limit Exceeded",
    "Not Extended",
    "Network Authentication Required",
];

/// How long the reason phrase at the beginning of `text` is, in bytes: one in use, with its spaces
/// or without (`BadRequest`); else what capitals tell. `None` where neither is certain.
pub(super) fn reason(text: &str, is_glued: bool) -> Option<usize> {
    known_reason(text, is_glued).or_else(|| if is_glued { None } else { capitals(text) })
}

/// How long the reason phrase in use is that `text` begins with.
pub(super) fn known_reason(text: &str, is_glued: bool) -> Option<usize> {
    let ends = |length: usize| {
        let rest = text.get(length..).unwrap_or_default();
        is_glued && !rest.starts_with(char::is_lowercase)
            || rest.is_empty()
            || rest.starts_with(|c: char| c.is_whitespace() || ".:;,-–—".contains(c))
    };
    let known = REASONS.iter().filter_map(|reason| {
        let length = prefix(text, reason)?;
        ends(length).then_some(length)
    });
    known.max()
}

/// How much of `text` is `phrase`, whose spaces may be missing and whose case may differ.
fn prefix(text: &str, phrase: &str) -> Option<usize> {
    let mut characters = text.char_indices().peekable();
    let mut end = 0;
    for wanted in phrase.chars() {
        let (at, found) = *characters.peek()?;
        if found.eq_ignore_ascii_case(&wanted) || wanted == '\'' && found == '\u{2019}' {
            characters.next();
            end = at + found.len_utf8();
        } else if wanted != ' ' {
            return None;
        }
    }
    Some(end)
}

/// Words that begin a sentence, and stand in no reason phrase after its first word.
const OPENERS: &[&str] = &[
    "A", "An", "The", "This", "These", "That", "There", "Your", "You", "It", "If", "When",
    "Client", "Cannot", "Could", "Access", "Some", "No", "We",
];

/// A run of capitalized words, the last of which begins the sentence that follows: `Foo Bar` in
/// `Foo Bar Something went wrong.`
fn capitals(text: &str) -> Option<usize> {
    const MOST: usize = 5;
    let mut before = 0;
    let mut end = 0;
    for (index, word) in text.split(' ').enumerate() {
        let start = end + usize::from(index > 0);
        if index > 0 && OPENERS.contains(&word) {
            return Some(end);
        }
        if !word.starts_with(char::is_uppercase) {
            // The word before this one begins the sentence.
            return (index > 1).then_some(before);
        }
        if index == MOST {
            return None;
        }
        before = end;
        end = start + word.len();
    }
    // Nothing but the phrase.
    Some(text.len())
}

/// What the codes of a service look like.
#[derive(Debug)]
pub(super) struct Grammar {
    pub(super) service: &'static str,
    /// In words.
    pub(super) describe: &'static str,
    /// Whether a text can be a code.
    pub(super) fits: fn(&str) -> bool,
    /// Whether a text can hardly be anything else, wherever it stands.
    pub(super) is_telling: fn(&str) -> bool,
    /// Members that its errors have.
    pub(super) members: &'static [&'static str],
}

static GRAMMARS: [Grammar; 4] = [
    Grammar {
        service: "ampache",
        describe: "a number such as 4704",
        fits: |text| {
            (3..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        },
        is_telling: |text| text.len() == 4 && text.starts_with("47") && is_number(text),
        members: &["errorCode", "errorAction", "errorType", "errorMessage"],
    },
    Grammar {
        service: "groove",
        describe: "capitals and underscores, such as CATALOG_NO_RESULT",
        // Some published copies spell the codes with hyphens.
        fits: |text| is_snake(&text.replace('-', "_"), false),
        is_telling: |text| is_snake(text, false) && text.contains('_'),
        members: &["ErrorCode", "Description", "Message"],
    },
    Grammar {
        service: "lineworks",
        describe: "capitals and underscores, such as ACCESS_DENIED or {RESOURCE}_NOT_EXIST",
        fits: |text| is_snake(text, true),
        is_telling: |text| is_snake(text, true) && text.contains('_'),
        members: &["code", "description"],
    },
    Grammar {
        service: "onedrive",
        describe: "words joined by capitals, such as itemNotFound",
        fits: is_camel,
        is_telling: |text| {
            let capital = text.find(|c: char| c.is_ascii_uppercase());
            is_camel(text) && capital.is_some_and(|at| at > 2) && !MEMBERS.contains(&text)
        },
        members: MEMBERS,
    },
];

const MEMBERS: &[&str] = &["error", "code", "message", "innererror", "innerError"];

/// The grammar of a service's codes. A service without one has codes of any kind.
pub(super) fn grammar(service: &str) -> &'static Grammar {
    static ANY: Grammar = Grammar {
        service: "",
        describe: "one word",
        fits: |text| !text.is_empty() && !text.contains(char::is_whitespace),
        is_telling: |_| false,
        members: &[],
    };
    GRAMMARS.iter().find(|grammar| grammar.service == service).unwrap_or(&ANY)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Capitals, digits and underscores, with names in braces where the service has templates.
fn is_snake(text: &str, has_templates: bool) -> bool {
    let mut in_braces = false;
    for byte in text.bytes() {
        match byte {
            b'{' if has_templates && !in_braces => in_braces = true,
            b'}' if in_braces => in_braces = false,
            b'A'..=b'Z' | b'0'..=b'9' | b'_' => {}
            _ => return false,
        }
    }
    let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase() || byte == b'{');
    text.len() > 1 && first && !in_braces && text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// ASCII letters and digits, the first one small.
fn is_camel(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_flattened_tables() {
        use Column::{Category, Code, Description, Name, Reason, Status};
        for (line, expected, is_glued) in [
            ("Code Description", vec![Code, Description], false),
            ("Status code Status message Description", vec![Status, Reason, Description], false),
            ("HTTP status codeCodeDescription", vec![Status, Code, Description], true),
            ("CodeReason phraseDescription", vec![Code, Reason, Description], true),
            ("HTTP Status Codecode説明", vec![Status, Code, Description], true),
            (
                "Category Name Default HTTP code Description",
                vec![Category, Name, Status, Description],
                false,
            ),
        ] {
            assert_eq!(columns(line), Some((expected, is_glued)), "{line}");
        }
        for line in ["The code property", "Code", "Error response", ""] {
            assert_eq!(columns(line), None, "{line}");
        }
    }

    #[test]
    fn where_a_reason_phrase_ends() {
        for (text, expected) in [
            ("Bad Request Cannot process it.", Some("Bad Request")),
            ("BadRequest Cannot process it.", Some("BadRequest")),
            ("Gone The resource is gone.", Some("Gone")),
            ("Length Required A Content-Length field is required.", Some("Length Required")),
            ("Request Entity Too Large It is.", Some("Request Entity Too Large")),
            ("I'm a teapot It is.", Some("I'm a teapot")),
            ("Fancy Name Something went wrong.", Some("Fancy Name")),
            ("Fancy Name The ETag went wrong.", Some("Fancy Name")),
            ("Fancy", Some("Fancy")),
            ("Fancy thing went wrong.", None),
            ("One Two Three Four Five Six seven", None),
            ("so it went", None),
        ] {
            assert_eq!(reason(text, false).map(|length| &text[..length]), expected, "{text}");
        }
        assert_eq!(reason("OKThe request", true), Some(2));
        assert_eq!(reason("Too Many Requests The caller", true), Some(17));
        assert_eq!(reason("Goneness", true), None);
    }
}
