//! Reads documents: bytes → text → blocks → [`Facts`].
//!
//! Markdown, HTML and text without markup are read into the same blocks, every piece of
//! whose text knows its bytes; what the blocks say is told by the words of headers, the form of codes,
//! and the place.

mod block;
mod decode;
mod extract;
mod html;
mod list;
mod markdown;
mod pipes;
mod plain;
mod rows;
mod sample;
mod table;
mod words;

use std::fmt;

use crate::facts::Facts;
use crate::services::Service;

/// A document that was read.
#[derive(Debug)]
pub struct Document {
    /// Its name, as given.
    pub name: String,
    /// Its text. Origins are bytes of it: of the file's own bytes, where that is in UTF-8.
    pub text: String,
    /// What it says.
    pub facts: Facts,
    /// Where its lines begin.
    lines: Vec<usize>,
}

impl Document {
    /// The line and the column of a byte, as people count: from 1, columns in characters. Past the
    /// end, those of the end.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        (line, before.trim_start_matches('\u{FEFF}').chars().count() + 1)
    }
}

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The byte of the document at which reading stopped.
    pub offset: usize,
    /// What is wrong, and what was expected.
    pub reason: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.reason)
    }
}

impl std::error::Error for ReadError {}

/// The longest document that is read, in bytes. The documents of today have some ten thousand, a
/// page of their sites a hundred thousand.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// Reads a document of a service.
///
/// # Errors
///
/// Where it is too long, no text, empty, has no fact of the service, or is another service's.
pub fn read(name: &str, bytes: &[u8], service: &'static Service) -> Result<Document, ReadError> {
    let text = decode::text(bytes)?;
    let blocks = decode::blocks(&text);
    let facts = extract::facts(name, &text, &blocks, service);
    extract::expect_facts(&facts, &text, &blocks, service)?;
    let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    Ok(Document { name: name.to_owned(), text, facts, lines })
}
