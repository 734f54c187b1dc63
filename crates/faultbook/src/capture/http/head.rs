//! The head of a message: its status line and its field lines.
//!
//! ```text
//! status-line = HTTP-version SP status-code SP [ reason-phrase ]     RFC 9112 4
//! HTTP-version = "HTTP/" DIGIT "." DIGIT                             RFC 9112 2.3
//! field-line  = field-name ":" OWS field-value OWS                   RFC 9112 5
//! obs-fold    = OWS CRLF 1*( SP / HTAB )                             RFC 9112 5.2
//! ```
//!
//! Programs write `HTTP/2 404` and `HTTP/3 200` for messages of versions that have no such line.
//! That is no deviation: it is how they show them.

use super::notes::{Notes, Tolerance, shown};
use crate::field::{is_tchar, without_ows};

/// What a status line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StatusLine {
    pub(crate) status: u16,
    /// How it differs from the grammar.
    pub(crate) fault: Option<&'static str>,
}

/// Reads a status line without its line end; otherwise what is wrong with it.
pub(crate) fn status_line(line: &[u8]) -> Result<StatusLine, &'static str> {
    let rest = line.strip_prefix(b"HTTP/").ok_or("no `HTTP/`")?;
    let version = rest.iter().position(|&byte| byte == b' ' || byte == b'\t');
    let (version, rest) = rest.split_at(version.ok_or("no status")?);
    let (is_plain, has_reason) = match version {
        [major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit() => {
            (true, *major <= b'1')
        }
        [b'2' | b'3'] => (true, false),
        [major, ..] if major.is_ascii_digit() => (false, false),
        _ => return Err("no version"),
    };
    let blank = rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
    let (blank, rest) = rest.split_at(blank);
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, reason) = rest.split_at(digits);
    let status = match digits {
        [b'1'..=b'9', _, _] if matches!(reason.first(), None | Some(b' ' | b'\t')) => {
            digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
        }
        _ => return Err("a status that is no three digits"),
    };
    let fault = if !is_plain {
        Some("another spelling of the version")
    } else if blank != b" " || reason.first() == Some(&b'\t') {
        Some("other white space than one space")
    } else if has_reason && reason.is_empty() {
        Some("no space behind the status")
    } else if reason.iter().any(|&byte| is_control(byte)) {
        Some("a control character in the reason")
    } else {
        None
    };
    Ok(StatusLine { status, fault })
}

/// A line without its end, and whether that is CR LF.
pub(crate) fn without_end(line: &[u8]) -> (&[u8], bool) {
    match line.strip_suffix(b"\n") {
        None => (line, true),
        Some(line) => match line.strip_suffix(b"\r") {
            Some(line) => (line, true),
            None => (line, false),
        },
    }
}

/// Name and value of each field line, in their order.
pub(crate) type Fields = Vec<(Vec<u8>, Vec<u8>)>;

/// Reads field lines that begin at a byte of the input.
///
/// A value that goes on in the next line keeps the fold as CR LF and the white space behind it, so
/// that who judges the value sees it.
pub(crate) fn fields(text: &[u8], offset: u64, notes: &mut Notes) -> Fields {
    let mut fields = Fields::new();
    let mut at = offset;
    for whole in text.split_inclusive(|&byte| byte == b'\n') {
        let start = at;
        at += whole.len() as u64;
        let (line, is_crlf) = without_end(whole);
        if !is_crlf {
            notes.add(Tolerance::BareLf, at - 1, "a line feed alone");
        }
        let is_more = matches!(line.first(), Some(b' ' | b'\t'));
        if is_more && let Some((_, value)) = fields.last_mut() {
            notes.add(Tolerance::Fold, start, format!("a value that goes on: {}", shown(line)));
            value.extend_from_slice(b"\r\n");
            value.extend_from_slice(line);
            continue;
        }
        let colon = memchr::memchr(b':', line).unwrap_or_default();
        let (name, value) = line.split_at(colon);
        let trimmed = name.trim_ascii_end();
        // A line that goes on where no field began is none (RFC 9112 section 2.2).
        if trimmed.is_empty() || is_more {
            notes.add(Tolerance::NoField, start, format!("the line {}", shown(line)));
            continue;
        }
        if trimmed.len() < name.len() {
            notes.add(Tolerance::SpaceBeforeColon, start, format!("the line {}", shown(line)));
        }
        if !trimmed.iter().all(|&byte| is_tchar(byte)) {
            notes.add(Tolerance::FieldName, start, format!("the name {}", shown(trimmed)));
        }
        let value = value.get(1..).unwrap_or_default();
        if value.iter().any(|&byte| is_control(byte)) {
            notes.add(Tolerance::FieldValue, start, format!("the line {}", shown(line)));
        }
        fields.push((trimmed.to_vec(), value.to_vec()));
    }
    for (_, value) in &mut fields {
        let trimmed = without_ows(value);
        if trimmed.len() < value.len() {
            *value = trimmed.to_vec();
        }
    }
    fields
}

/// The values of the fields of this name, in their order.
pub(crate) fn values<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let named = fields.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
    named.map(|(_, value)| value.as_slice())
}

/// The elements of the lists that fields of this name hold (RFC 9110 section 5.6.1).
pub(crate) fn elements<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a [u8]> {
    let all = values(fields, name).flat_map(|value| value.split(|&byte| byte == b','));
    all.map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
}

/// The characters that neither a value nor a reason has.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && byte != b'\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines() {
        for (line, expected) in [
            ("HTTP/1.1 404 Not Found", Ok((404, false))),
            ("HTTP/1.0 200 ", Ok((200, false))),
            ("HTTP/2 404", Ok((404, false))),
            ("HTTP/2 404 ", Ok((404, false))),
            ("HTTP/2.0 404", Ok((404, false))),
            ("HTTP/3 200 ", Ok((200, false))),
            ("HTTP/1.1 101 Switching Protocols", Ok((101, false))),
            ("HTTP/1.1 999 \u{e9}", Ok((999, false))),
            ("HTTP/1.1 404", Ok((404, true))),
            ("HTTP/1.1  404 Not Found", Ok((404, true))),
            ("HTTP/1.1\t404 Not Found", Ok((404, true))),
            ("HTTP/1 404 Not Found", Ok((404, true))),
            ("HTTP/1.1 404\tNot Found", Ok((404, true))),
            ("HTTP/1.1 404 Not\rFound", Ok((404, true))),
            ("HTTP/1.1 40 Not Found", Err(())),
            ("HTTP/1.1 4040 Not Found", Err(())),
            ("HTTP/1.1 404Not Found", Err(())),
            ("HTTP/1.1 000 Nothing", Err(())),
            ("HTTP/1.1", Err(())),
            ("HTTP/x 200 OK", Err(())),
            ("HTTP/ 200 OK", Err(())),
            ("http/1.1 200 OK", Err(())),
            ("", Err(())),
        ] {
            let read = status_line(line.as_bytes());
            let read = read.map(|read| (read.status, read.fault.is_some())).map_err(|_| ());
            assert_eq!(read, expected, "{line}");
        }
    }

    type Texts = Vec<(String, String)>;

    /// Fields and notes of a text of lines.
    fn read(text: &str) -> (Texts, Vec<(u64, String)>) {
        let mut notes = Notes::default();
        let fields = fields(text.as_bytes(), 100, &mut notes);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let fields = fields.into_iter().map(|(name, value)| (text(name), text(value))).collect();
        let notes = notes.into_findings().into_iter().map(|finding| {
            let faultbook_core::Place::Input { offset } = finding.place else { panic!() };
            (offset, finding.received)
        });
        (fields, notes.collect())
    }

    #[test]
    fn field_lines() {
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let note = |offset, received: &str| (offset, received.to_owned());
        for (text, expected, notes) in [
            ("A: b\r\nC:\t d \t\r\n", vec![field("A", "b"), field("C", "d")], vec![]),
            ("A:\r\nB:b:c\r\n", vec![field("A", ""), field("B", "b:c")], vec![]),
            (
                "A: b\nC: d\n",
                vec![field("A", "b"), field("C", "d")],
                vec![note(104, "a line feed alone")],
            ),
            (
                "A: b\r\n\t c \r\n  \r\nD: e\r\n",
                vec![field("A", "b\r\n\t c \r\n  "), field("D", "e")],
                vec![note(106, "a value that goes on: `\\t c `")],
            ),
            (
                "A: b\n c\n",
                vec![field("A", "b\r\n c")],
                vec![note(104, "a line feed alone"), note(105, "a value that goes on: ` c`")],
            ),
            (
                "A : b\r\nB\t: c\r\n",
                vec![field("A", "b"), field("B", "c")],
                vec![note(100, "the line `A : b`")],
            ),
            ("no colon\r\nA: b\r\n", vec![field("A", "b")], vec![note(100, "the line `no colon`")]),
            (" A: b\r\n", vec![], vec![note(100, "the line ` A: b`")]),
            (": b\r\n", vec![], vec![note(100, "the line `: b`")]),
            ("a b: c\r\n", vec![field("a b", "c")], vec![note(100, "the name `a b`")]),
            ("A: b\u{1}\r\n", vec![field("A", "b\u{1}")], vec![note(100, "the line `A: b\\u{1}`")]),
        ] {
            let (text_fields, text_notes) = read(text);
            assert_eq!(text_fields, expected, "{text:?}");
            assert_eq!(text_notes, notes, "{text:?}");
        }
        let long = format!("{}\r\n", "é".repeat(40));
        let (_, notes) = read(&long);
        assert_eq!(notes[0].1, format!("the line `{}…`", "é".repeat(30)));
    }
}
