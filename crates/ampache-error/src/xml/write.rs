//! Writing text so that a reader gives back the same text.

use std::fmt;

use super::characters::is_char;

/// A character that XML 1.0 cannot carry, not even as a reference (sections 2.2 and 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WriteError {
    /// The character: a control character other than tab, line feed and carriage return,
    /// U+FFFE or U+FFFF.
    pub character: char,
    /// The part of the error that contains it, by its name in the document.
    pub part: &'static str,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let character = u32::from(self.character);
        write!(f, "XML cannot carry the character U+{character:04X} in {}", self.part)
    }
}

impl std::error::Error for WriteError {}

fn check(text: &str, part: &'static str) -> Result<(), WriteError> {
    match text.chars().find(|&c| !is_char(c)) {
        Some(character) => Err(WriteError { character, part }),
        None => Ok(()),
    }
}

/// Appends `text` as a CDATA section, `part` being its name in an error.
///
/// `]]>` is divided between two sections. A carriage return stands between sections as `&#13;`,
/// for readers turn it into a line feed (section 2.11).
///
/// ```
/// let mut out = String::new();
/// ampache_error::xml::push_cdata(&mut out, "errorMessage", "a ]]> b").unwrap();
/// assert_eq!(out, "<![CDATA[a ]]]]><![CDATA[> b]]>");
/// ```
///
/// # Errors
///
/// The first character that XML cannot carry; nothing is appended.
pub fn push_cdata(out: &mut String, part: &'static str, text: &str) -> Result<(), WriteError> {
    const OPEN: &str = "<![CDATA[";
    const CLOSE: &str = "]]>";
    check(text, part)?;
    for (index, piece) in text.split('\r').enumerate() {
        if index > 0 {
            out.push_str("&#13;");
        }
        // Nothing stands between two carriage returns; of an empty text one section tells.
        if !piece.is_empty() || text.is_empty() {
            out.push_str(OPEN);
            for (index, piece) in piece.split("]]>").enumerate() {
                if index > 0 {
                    out.push_str("]]");
                    out.push_str(CLOSE);
                    out.push_str(OPEN);
                    out.push('>');
                }
                out.push_str(piece);
            }
            out.push_str(CLOSE);
        }
    }
    Ok(())
}

/// Appends `text` as the value of an attribute in double quotation marks, without these, `part`
/// being its name in an error.
///
/// Tab, line feed and carriage return become references, for readers turn them into spaces
/// (section 3.3.3).
///
/// ```
/// let mut out = String::new();
/// ampache_error::xml::push_attribute(&mut out, "errorCode", "\"4700\"\n").unwrap();
/// assert_eq!(out, "&quot;4700&quot;&#10;");
/// ```
///
/// # Errors
///
/// The first character that XML cannot carry; nothing is appended.
pub fn push_attribute(out: &mut String, part: &'static str, text: &str) -> Result<(), WriteError> {
    check(text, part)?;
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    Ok(())
}
