//! Bytes → text, and which markup that is in.

use super::block::{Block, Text};
use super::{LONGEST, ReadError, html, markdown, plain};

/// The text of a document: UTF-8, or UTF-16 with its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<String, ReadError> {
    let fault = |offset, reason: String| Err(ReadError { offset, reason });
    if bytes.len() > LONGEST {
        let most = LONGEST / 1024 / 1024;
        return fault(LONGEST, format!("a document of more than {most} MiB is not read"));
    }
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(error) => {
                let offset = error.valid_up_to();
                let byte = bytes.get(offset).copied().unwrap_or_default();
                return fault(
                    offset,
                    format!("byte 0x{byte:02X} is no UTF-8: is this a document?"),
                );
            }
        },
    };
    if let Some(offset) = text.find('\0') {
        return fault(offset, "a NUL stands here: this is no text".to_owned());
    }
    if text.trim_start_matches('\u{FEFF}').trim().is_empty() {
        return fault(0, "the document is empty".to_owned());
    }
    Ok(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut at = 2;
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let Ok(character) = character else {
            let reason = "half of a surrogate pair stands here: this is no UTF-16".to_owned();
            return Err(ReadError { offset: at, reason });
        };
        text.push(character);
        at += 2 * character.len_utf16();
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        let reason = "UTF-16 ends within a character".to_owned();
        Err(ReadError { offset: at, reason })
    }
}

/// The blocks of a text, read as the markup that it looks like.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mark = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut blocks = Vec::new();
    let start = front(text, mark, &mut blocks);
    let body = text.get(start..).unwrap_or_default();
    blocks.extend(match markup(body, start > mark) {
        Markup::Html => html::blocks(body, start),
        Markup::Markdown => markdown::blocks(body, start),
        Markup::None => plain::blocks(body, start),
    });
    blocks
}

/// Reads the lines between two lines of `---` at the beginning; says where they end.
fn front(text: &str, start: usize, blocks: &mut Vec<Block>) -> usize {
    let body = text.get(start..).unwrap_or_default();
    let mut lines = body.split_inclusive('\n');
    let Some(first) = lines.next().filter(|line| line.trim_end() == "---") else { return start };
    let mut at = start + first.len();
    let mut found = Vec::new();
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            blocks.append(&mut found);
            return at + line.len();
        }
        if !line.trim().is_empty() {
            found.push(Block::Front(Text::literal(line, at).part(0..line.len())));
        }
        at += line.len();
    }
    start
}

enum Markup {
    Html,
    Markdown,
    None,
}

/// Told by what lines begin with: nothing that stands within a sentence counts.
fn markup(text: &str, has_front: bool) -> Markup {
    const TAGS: &[&str] = &[
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<div",
        "<h1",
        "<h2",
        "<h3",
        "<h4",
        "<p>",
        "<p ",
        "<table",
        "<ul",
        "<ol",
        "<dl",
        "<section",
        "<article",
        "<main",
        "<nav",
        "<header",
        "<pre",
        "</h1>",
        "</h2>",
        "</h3>",
        "</p>",
        "</table>",
        "<tr",
        "<td",
        "<li",
        "</ul>",
        "</div>",
    ];
    let begins = |line: &str, mark: &str| {
        line.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
    };
    let mut is_first = true;
    let (mut tags, mut marks, mut starts_with_tag) = (0, usize::from(has_front), false);
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() || is_first && line.starts_with("<!--") && line.ends_with("-->") {
            continue;
        }
        if std::mem::take(&mut is_first) {
            starts_with_tag = line.starts_with('<');
            if begins(line, "<!doctype html") || begins(line, "<html") || begins(line, "<?xml") {
                return if line.contains("<?xml") { Markup::None } else { Markup::Html };
            }
        }
        if TAGS.iter().any(|tag| begins(line, tag)) {
            tags += 1;
        }
        let rest = line.trim_start_matches('#');
        let level = line.len() - rest.len();
        let is_heading = (1..=6).contains(&level) && rest.starts_with(' ');
        let is_bullet = ["* ", "- ", "+ "].iter().any(|mark| line.starts_with(mark));
        let is_fence = line.starts_with("```") || line.starts_with("~~~");
        let is_delimiter = line.starts_with('|') && line.contains("---")
            || line.contains("-|-")
            || line.contains("- | -");
        if is_heading || is_bullet || is_fence || is_delimiter || line.contains("](http") {
            marks += 1;
        }
    }
    if starts_with_tag && tags > marks {
        Markup::Html
    } else if marks > 0 || tags > 0 {
        Markup::Markdown
    } else {
        Markup::None
    }
}
