//! TOML files of ours, and what is wrong with one: file, line, column and what was expected.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use faultbook_core::{near_miss, quoted};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What is wrong with a file, with its place.
#[derive(Debug)]
pub(crate) struct Trouble(String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file as text.
#[derive(Debug)]
pub(crate) struct TomlFile {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
}

impl TomlFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Trouble> {
        let says = |what: &str| Trouble(format!("{}: {what}", path.display()));
        let bytes = std::fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => says("no such file"),
            _ => says(&error.to_string()),
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            says(&format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
        })?;
        Ok(Self { path: path.to_owned(), text })
    }

    /// What it says.
    pub(crate) fn table(&self) -> Result<Spanned<DeTable<'_>>, Trouble> {
        DeTable::parse(&self.text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            self.trouble(span, error.message().replace('\n', ", "))
        })
    }

    /// Line and column of a byte, both from 1; the column in characters.
    pub(crate) fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        (line, before.get(start..).map_or(0, |text| text.chars().count()) + 1)
    }

    /// Something is wrong here.
    pub(crate) fn trouble(&self, span: Range<usize>, what: impl fmt::Display) -> Trouble {
        let (line, column) = self.position(span.start);
        Trouble(format!("{}:{line}:{column}: {what}", self.path.display()))
    }

    /// A value is not what was expected.
    pub(crate) fn expected(&self, value: &Spanned<DeValue<'_>>, expected: &str) -> Trouble {
        let received = kind(value.get_ref());
        self.trouble(value.span(), format!("{received}, expected {expected}"))
    }
}

/// What a value is, in words.
pub(crate) fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string {}", quoted(text)),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(date) => format!("the date {date}"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Says that a key is unknown, and which was probably meant.
pub(crate) fn unknown_key<'k>(
    key: &str,
    known: impl IntoIterator<Item = &'k str> + Clone,
) -> String {
    if let Some(near) = near_miss(key, known.clone()) {
        return format!("unknown key {}: did you mean `{near}`?", quoted(key));
    }
    let known: Vec<&str> = known.into_iter().collect();
    format!("unknown key {}: expected one of {}", quoted(key), known.join(", "))
}
