//! Tables of pipes and dashes, found by their delimiter rows among the lines of a paragraph.
//!
//! ```text
//! prose that the header is glued to| Status | Code |
//! |---|---|
//! | 400 | BAD_REQUEST |and prose that goes on
//! prose, which ends the table
//! ```
//!
//! Behind a blank line a table may go on: lines of as many cells, all of which begin with a pipe.

use std::ops::Range;

use super::block::{Block, Row, Table, Text};

/// A line of a paragraph: as it stands there, and where that is.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    /// What the callers know it by: its first byte, or its number.
    pub(super) at: usize,
}

/// How a part of a line reads.
pub(super) type Read<'r> = dyn Fn(&Line<'_>, Range<usize>) -> Text + 'r;
/// Which bytes of the document a part of a line is.
pub(super) type Span<'r> = dyn Fn(&Line<'_>, Range<usize>) -> Range<usize> + 'r;

/// Reads lines as tables and the paragraphs between them, and adds these to the blocks.
pub(super) fn blocks(
    lines: &[Line<'_>],
    read: &Read<'_>,
    span: &Span<'_>,
    blocks: &mut Vec<Block>,
) {
    let row = |line: &Line<'_>, cells: &[Range<usize>], whole: Range<usize>| Row {
        cells: cells.iter().map(|cell| read(line, cell.clone())).collect(),
        span: span(line, whole),
    };
    if goes_on(blocks.last(), lines.iter().map(|line| line.text))
        && let Some(Block::Table(table)) = blocks.last_mut()
    {
        let rows = lines.iter().map(|line| row(line, &cells(line.text), 0..line.text.len()));
        table.rows.extend(rows);
        return;
    }
    let mut prose: Vec<Text> = Vec::new();
    let mut index = 0;
    // The table that the line at hand may have the last row of.
    let mut before: Option<Table> = None;
    while let Some(line) = lines.get(index) {
        let width = lines.get(index + 1).and_then(|next| columns(next.text));
        let Some(width) = width.filter(|_| columns(line.text).is_none()) else {
            blocks.extend(before.take().map(Block::Table));
            if columns(line.text).is_none() {
                prose.push(read(line, 0..line.text.len()));
            }
            index += 1;
            continue;
        };
        // The header is the last cells of its line. What stands before them is glued to it: a row
        // of the table before, or prose, or both.
        let mut cells = self::cells(line.text);
        let glued = cells.len().saturating_sub(width);
        let header = cells.split_off(glued);
        if let Some(mut table) = before.take() {
            let width = table.header.len();
            if line.text.starts_with('|') && cells.len() >= width && width > 0 {
                let rest = cells.split_off(width);
                let end = cells.last().map_or(0, |cell| cell.end);
                table.rows.push(row(line, &cells, 0..end));
                cells = rest;
            }
            blocks.push(Block::Table(table));
        }
        if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
            let text = read(line, first.start..last.end);
            prose.extend(Some(text).filter(|text| !text.is_blank()));
        }
        if !prose.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(&mut prose)));
        }
        let header = header.into_iter().map(|cell| read(line, cell)).collect();
        let mut table = Table { header, rows: Vec::new() };
        let mut unread = Vec::new();
        index += 2;
        while let Some(line) = lines.get(index) {
            // A header ends the table, and so does a line without cells. A code alone in such a
            // line is noticed as one that is no sentence.
            let is_header = lines.get(index + 1).is_some_and(|next| columns(next.text).is_some());
            if is_header || !line.text.contains('|') {
                break;
            }
            index += 1;
            if columns(line.text).is_some() {
                continue;
            }
            let mut cells = self::cells(line.text);
            let extra = cells.split_off(cells.len().min(width));
            let is_glued =
                extra.len() == 1 && line.text.starts_with('|') && !ends_in_pipe(line.text);
            let end = cells.last().filter(|_| is_glued).map_or(line.text.len(), |cell| cell.end);
            table.rows.push(row(line, &cells, 0..end));
            if is_glued {
                let texts = extra.into_iter().map(|cell| read(line, cell));
                prose.extend(texts.filter(|text| !text.is_blank()));
                break;
            }
            if !extra.is_empty() {
                let received = cells.len() + extra.len();
                let why = format!("a row of {received} cells under a header of {width}");
                unread.push(Block::Unread { why, span: span(line, 0..line.text.len()) });
            }
        }
        if prose.is_empty() && unread.is_empty() {
            before = Some(table);
        } else {
            blocks.push(Block::Table(table));
            blocks.append(&mut unread);
        }
    }
    blocks.extend(before.map(Block::Table));
    if !prose.is_empty() {
        blocks.push(Block::Paragraph(prose));
    }
}

/// Whether lines are further rows of the table before them.
pub(super) fn goes_on<'l>(
    before: Option<&Block>,
    mut lines: impl Iterator<Item = &'l str>,
) -> bool {
    let Some(Block::Table(table)) = before else { return false };
    let width = table.header.len();
    width > 1
        && lines.all(|line| {
            line.starts_with('|') && columns(line).is_none() && cells(line).len() == width
        })
}

/// How many columns a delimiter row has; `None` where the line is none.
pub(super) fn columns(line: &str) -> Option<usize> {
    if !line.contains('|') || !line.contains('-') {
        return None;
    }
    let inner = line.strip_prefix('|').unwrap_or(line);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let is_mark = |cell: &str| {
        let cell = cell.trim();
        let cell = cell.strip_prefix(':').unwrap_or(cell);
        let cell = cell.strip_suffix(':').unwrap_or(cell);
        !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
    };
    inner.split('|').all(is_mark).then(|| inner.split('|').count())
}

/// The cells of a line, between pipes that are not escaped.
fn cells(text: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'|' && !is_escaped {
            if at > 0 {
                cells.push(start..at);
            }
            start = at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    if start < text.len() {
        cells.push(start..text.len());
    }
    cells
}

fn ends_in_pipe(line: &str) -> bool {
    let before = line.strip_suffix('|');
    before.is_some_and(|line| line.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0)
}
