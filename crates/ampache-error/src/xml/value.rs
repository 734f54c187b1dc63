//! From what is written in a document to what it says.

use std::borrow::Cow;

use super::faults::part;
use super::reader::{Event, Meaning, reference};

/// The text of an element, put together from its pieces: character data, CDATA sections and
/// references, with every line end as one U+000A (section 2.11).
///
/// Borrowed while it is one piece that needs no change. A reference that stands for no character
/// is kept as written.
///
/// ```
/// use ampache_error::xml::{Reader, Value};
///
/// let mut xml = Reader::new("<a><![CDATA[1 < 2]]> &amp; so on</a>");
/// let mut value = Value::new();
/// while let Some(event) = xml.next_event()? {
///     value.push(&event);
/// }
/// assert_eq!(value.into_text(), "1 < 2 & so on");
/// # Ok::<(), faultbook_core::Fault>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Value<'t>(Cow<'t, str>);

impl<'t> Value<'t> {
    /// No text.
    pub const fn new() -> Self {
        Self(Cow::Borrowed(""))
    }

    /// Adds what the event says; events other than text, CDATA sections and references say nothing.
    pub fn push(&mut self, event: &Event<'t>) {
        match *event {
            Event::Text { text, .. } | Event::CData { text, .. } => self.add(with_line_ends(text)),
            Event::Reference { character: None, raw, .. } => self.add(Cow::Borrowed(raw)),
            Event::Reference { character: Some(c), .. } => self.owned(c.len_utf8()).push(c),
            _ => {}
        }
    }

    fn add(&mut self, piece: Cow<'t, str>) {
        if self.0.is_empty() {
            self.0 = piece;
        } else if !piece.is_empty() {
            self.owned(piece.len()).push_str(&piece);
        }
    }

    /// The text to add so much to. Where one piece follows, more will.
    fn owned(&mut self, more: usize) -> &mut String {
        if let Cow::Borrowed(text) = self.0 {
            let mut owned = String::with_capacity(2 * (text.len() + more));
            owned.push_str(text);
            self.0 = Cow::Owned(owned);
        }
        self.0.to_mut()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, borrowed where it is one unchanged piece.
    pub fn into_text(self) -> Cow<'t, str> {
        self.0
    }
}

/// Every CR LF and every other CR as LF (section 2.11).
fn with_line_ends(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'\r', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(part(text, 0..first));
    let mut rest = part(text, first..text.len());
    while let Some((before, after)) = rest.split_once('\r') {
        out.push_str(before);
        out.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The value of an attribute: references replaced, every line end and tab that is written as itself
/// a space (sections 2.11 and 3.3.3, for attributes of type CDATA).
///
/// Borrowed where nothing changes. A reference that stands for no character is kept as written.
///
/// ```
/// use ampache_error::xml::attribute_value;
///
/// assert_eq!(attribute_value("a\r\nb&#10;c &lt; d"), "a b\nc < d");
/// ```
pub fn attribute_value(raw: &str) -> Cow<'_, str> {
    let changes = |c| matches!(c, '&' | '\t' | '\n' | '\r');
    if !raw.contains(changes) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(length) = rest.find(changes) {
        out.push_str(part(rest, 0..length));
        rest = part(rest, length..rest.len());
        let taken = if let Some((raw, meaning)) = reference(rest) {
            match meaning {
                Meaning::Character(c) => out.push(c),
                Meaning::Forbidden | Meaning::Entity => out.push_str(raw),
            }
            raw.len()
        } else if rest.starts_with('&') {
            out.push('&');
            1
        } else {
            out.push(' ');
            if rest.starts_with("\r\n") { 2 } else { 1 }
        };
        rest = part(rest, taken..rest.len());
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::Reader;

    fn text_of(document: &str) -> (bool, String) {
        let mut reader = Reader::new(document);
        let mut value = Value::new();
        while let Some(event) = reader.next_event().unwrap() {
            value.push(&event);
        }
        let text = value.into_text();
        (matches!(text, Cow::Borrowed(_)), text.into_owned())
    }

    #[test]
    fn pieces() {
        for (content, borrowed, expected) in [
            ("", true, ""),
            ("a\tb\nc", true, "a\tb\nc"),
            ("<![CDATA[a & <b>]]>", true, "a & <b>"),
            ("<![CDATA[]]>a<!-- b -->", true, "a"),
            ("a<![CDATA[]]>", true, "a"),
            ("a<!-- b -->c", false, "ac"),
            ("a&lt;&#x1F600;", false, "a<😀"),
            ("&#13;", false, "\r"),
            ("\r", false, "\n"),
            ("a\r\nb\rc\r\r\nd\n\r", false, "a\nb\nc\n\nd\n\n"),
            ("<![CDATA[\r\n]]>\r", false, "\n\n"),
            ("AT&T", false, "AT&T"),
            ("a&nbsp;b&#0;", false, "a&nbsp;b&#0;"),
            ("<![CDATA[a]]>b]]>", false, "ab]]>"),
        ] {
            assert_eq!(
                text_of(&format!("<r>{content}</r>")),
                (borrowed, expected.to_owned()),
                "{content:?}"
            );
        }
    }

    #[test]
    fn attribute_values() {
        for (raw, expected) in [
            ("", ""),
            ("4700", "4700"),
            (" a  b ", " a  b "),
            ("a\tb\nc\rd\r\ne\n\rf", "a b c d e  f"),
            ("&#9;&#10;&#13;&#x20;", "\t\n\r "),
            ("&lt;&gt;&amp;&apos;&quot;", "<>&'\""),
            ("&amp;lt;", "&lt;"),
            ("a & b &x; &#1; &", "a & b &x; &#1; &"),
        ] {
            assert_eq!(attribute_value(raw), expected, "{raw:?}");
            let changed = raw != expected || raw.contains('&');
            assert_eq!(matches!(attribute_value(raw), Cow::Owned(_)), changed, "{raw:?}");
        }
    }
}
