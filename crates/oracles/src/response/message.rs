//! A response as bytes: a status line, header field lines, an empty line, the body (RFC 9112).
//!
//! Any bytes are some response: what has no place in the grammar is still handed on, since a
//! malformed header has to be representable.

use faultbook_core::Field;

/// A response's parts; field values are without the white space around them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The status code of the first line.
    pub status: Option<u16>,
    /// The field lines, each up to the next line that does not begin with white space. A line
    /// without `:` is a name without a value.
    pub fields: Vec<Field<'a>>,
    /// What follows the first empty line.
    pub body: &'a [u8],
}

/// Takes a response apart.
pub fn split(bytes: &[u8]) -> Message<'_> {
    let (first, mut rest) = line(bytes);
    let status = first.split(|&byte| byte == b' ').nth(1);
    let status = status.and_then(|code| std::str::from_utf8(code).ok()?.parse().ok());
    let mut fields = Vec::new();
    loop {
        let (mut field, mut after) = line(rest);
        if field.is_empty() {
            return Message { status, fields, body: after };
        }
        // A fold: the next line begins with white space.
        while after.first().is_some_and(|byte| b" \t".contains(byte)) {
            let (fold, beyond) = line(after);
            let end = rest.len() - after.len() + fold.len();
            (field, after) = (&rest[..end], beyond);
        }
        let colon = field.iter().position(|&byte| byte == b':');
        let (name, value) = field.split_at(colon.unwrap_or(field.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        fields.push(Field { name, value: trimmed(value) });
        rest = after;
    }
}

/// Puts a response together. A status that is not known leaves its place empty.
pub fn join<'a>(
    status: Option<u16>,
    fields: impl IntoIterator<Item = (&'a [u8], &'a [u8])>,
    body: &[u8],
) -> Vec<u8> {
    let status = status.map(|status| status.to_string()).unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {status}\r\n").into_bytes();
    for (name, value) in fields {
        bytes.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// The first line without its end, and what follows it.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&byte| byte == b'\n') {
        None => (bytes, &[]),
        Some(end) => {
            let line = &bytes[..end];
            (line.strip_suffix(b"\r").unwrap_or(line), &bytes[end + 1..])
        }
    }
}

fn trimmed(value: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| b" \t".contains(byte);
    let start = value.iter().take_while(|byte| is_blank(byte)).count();
    let end = value.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    &value[start..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_survives_joining_and_splitting() {
        for case in faultbook_corpus::all() {
            let fields = case.headers.iter().map(|header| (&*header.name, &*header.value));
            let body = case.body.unwrap_or_default();
            let bytes = join(case.status, fields, body);
            let message = split(&bytes);
            assert_eq!((message.status, message.body), (case.status, body), "{}", case.id);
            assert_eq!(message.fields.len(), case.headers.len(), "{}", case.id);
            for (field, header) in message.fields.iter().zip(&case.headers) {
                assert_eq!(field.name, header.name, "{}", case.id);
                assert_eq!(field.value, trimmed(&header.value), "{}", case.id);
            }
        }
    }

    #[test]
    fn what_is_no_message_is_one_all_the_same() {
        let message = split(b"no status\nname\nfolded: a\n b\n\nbody\n");
        assert_eq!(message.status, None);
        assert_eq!(message.fields[0], Field { name: b"name", value: b"" });
        assert_eq!(message.fields[1], Field { name: b"folded", value: b"a\n b" });
        assert_eq!(message.body, b"body\n");
        assert_eq!(split(b""), Message { status: None, fields: vec![], body: b"" });
    }
}
