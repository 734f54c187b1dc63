//! HTML, whole pages and fragments: the tokens are html5gum's. No tree is built of them, so no page is
//! too deep; tags that are missing or too many are taken as a reader would see them.

use std::collections::BTreeMap;
use std::ops::Range;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, Spanned, Token, Tokenizer};

use super::block::{Block, Code, Row, Table, Text};
use super::pipes::{self, Line};

/// Elements whose content nobody reads as text.
const UNREAD: &[&str] = &[
    "script", "style", "template", "svg", "button", "select", "noscript", "iframe", "object",
    "math",
];

/// Elements that begin and end a block of text.
const BLOCKS: &[&str] = &[
    "html",
    "head",
    "body",
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "nav",
    "aside",
    "blockquote",
    "figure",
    "figcaption",
    "details",
    "summary",
    "form",
    "fieldset",
    "hr",
    "address",
    "center",
    "caption",
    "hgroup",
    "legend",
    "option",
    "dialog",
];

/// A cell that stands in many rows is copied where it is no longer than this, in bytes, and as long
/// as there are not more copies than this in the document.
const COPIED: usize = 256;
const COPIES: usize = 100_000;

/// Reads `text`, which begins at byte `base` of the document.
pub(super) fn blocks(text: &str, base: usize) -> Vec<Block> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut reader = Reader { source: text, base, ..Reader::default() };
    // The text is what stands between the tags: a token of text has no place for each of its parts.
    let mut read = 0;
    for token in Tokenizer::new_with_emitter(text, emitter) {
        let Ok(token) = token;
        let span = match &token {
            Token::StartTag(tag) => tag.span,
            Token::EndTag(tag) => tag.span,
            Token::Comment(comment) => comment.span,
            Token::Doctype(doctype) => doctype.span,
            Token::String(_) | Token::Error(_) => continue,
        };
        let span = span.start.max(read)..span.end.max(read).min(text.len());
        reader.text(read..span.start);
        read = span.end;
        match token {
            Token::StartTag(tag) => {
                reader.open(&String::from_utf8_lossy(&tag.name), &tag.attributes, span);
            }
            Token::EndTag(tag) => reader.close(&String::from_utf8_lossy(&tag.name), span.start),
            _ => {}
        }
    }
    reader.text(read..text.len());
    reader.flush();
    while let Some(table) = reader.tables.pop() {
        reader.finish(table, text.len());
    }
    reader.blocks
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    base: usize,
    blocks: Vec<Block>,
    /// The text that was read since the last block.
    text: Text,
    tables: Vec<Open>,
    /// For each open list whether its item's first text was read.
    lists: Vec<bool>,
    /// The element whose content is passed over, and how many of its name are open.
    unread: Option<(String, usize)>,
    code: Option<Code>,
    in_heading: bool,
    in_title: bool,
    /// How many cells stand in more than one row or column.
    copies: usize,
}

/// A table that is being read.
#[derive(Default)]
struct Open {
    table: Table,
    row: Row,
    /// The cell that is open: how many columns and rows it stands in, and whether it is a header.
    cell: Option<(usize, usize, bool)>,
    /// Cells of rows above that stand in this row too: by column how often still, and the cell.
    above: BTreeMap<usize, (usize, Text)>,
    has_data: bool,
}

type Attributes = BTreeMap<HtmlString, Spanned<HtmlString>>;

impl Reader<'_> {
    fn text(&mut self, span: Range<usize>) {
        if span.is_empty() || self.unread.is_some() {
            return;
        }
        // A line break of the source is one of a paragraph too: a converter that did not see a
        // table, or a list, left its lines as they were.
        let in_cell = self.tables.last().is_some_and(|open| open.cell.is_some());
        let has_lines = self.code.is_some() || !in_cell && !self.in_heading;
        let text = match &mut self.code {
            Some(code) => &mut code.text,
            None => &mut self.text,
        };
        push_text(text, self.source, span, self.base, has_lines);
    }

    fn open(&mut self, name: &str, attributes: &Attributes, span: Range<usize>) {
        if let Some((unread, depth)) = &mut self.unread {
            *depth += usize::from(unread == name);
            return;
        }
        let class = attribute(attributes, b"class").unwrap_or_default();
        let is_anchor =
            ["anchor", "headerlink", "hash-link"].iter().any(|mark| class.contains(mark));
        if UNREAD.contains(&name) || name == "a" && is_anchor {
            self.unread = Some((name.to_owned(), 1));
            return;
        }
        if let Some(code) = &mut self.code {
            match name {
                "br" => code.text.push("\n", self.base + span.start..self.base + span.end, false),
                _ => code.language = code.language.take().or_else(|| language(&class)),
            }
            return;
        }
        let in_cell = self.tables.last().is_some_and(|open| open.cell.is_some());
        match name {
            "br" => self.text.push("\n", self.base + span.start..self.base + span.end, false),
            "table" => {
                if !in_cell {
                    self.flush();
                }
                self.tables.push(Open::default());
            }
            "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" => {
                self.table_part(name, attributes, span);
            }
            // Blocks inside of a cell are lines of it.
            _ if in_cell
                && (BLOCKS.contains(&name) || matches!(name, "li" | "pre" | "dt" | "dd")) =>
            {
                self.text.push("\n", self.base + span.start..self.base + span.end, false);
            }
            _ if in_cell => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.in_heading = true;
            }
            "title" => {
                self.flush();
                self.in_title = true;
            }
            "ul" | "ol" | "dl" | "menu" => {
                self.flush();
                if self.lists.is_empty() {
                    self.blocks.push(Block::ListStart);
                }
                self.lists.push(true);
            }
            "li" | "dt" => {
                self.flush();
                if let Some(read) = self.lists.last_mut() {
                    *read = false;
                }
            }
            "dd" => self.flush(),
            "pre" => {
                self.flush();
                self.code = Some(Code { language: language(&class), text: Text::default() });
            }
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, at: usize) {
        if let Some((unread, depth)) = &mut self.unread {
            *depth -= usize::from(unread == name);
            if *depth == 0 {
                self.unread = None;
            }
            return;
        }
        if self.code.is_some() {
            if name == "pre" {
                self.flush();
            }
            return;
        }
        let in_cell = self.tables.last().is_some_and(|open| open.cell.is_some());
        match name {
            "table" => {
                self.end_row(at);
                if let Some(table) = self.tables.pop() {
                    self.finish(table, at);
                }
            }
            "td" | "th" => self.end_cell(at),
            "tr" | "thead" | "tbody" | "tfoot" => self.end_row(at),
            _ if in_cell => {}
            "ul" | "ol" | "dl" | "menu" => {
                self.flush();
                self.lists.pop();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "dt" | "dd" | "title" => self.flush(),
            _ if BLOCKS.contains(&name) => self.flush(),
            _ => {}
        }
    }

    fn table_part(&mut self, name: &str, attributes: &Attributes, span: Range<usize>) {
        if self.tables.is_empty() {
            return;
        }
        if !matches!(name, "td" | "th") {
            self.end_row(span.start);
            if name == "tr"
                && let Some(open) = self.tables.last_mut()
            {
                open.row.span.start = self.base + span.start;
            }
            return;
        }
        self.end_cell(span.start);
        // Text between cells is broken HTML: it is shown before the table.
        self.flush();
        let number = |name: &[u8]| {
            let text = attribute(attributes, name)?;
            text.trim().parse::<usize>().ok()
        };
        let columns = number(b"colspan").unwrap_or(1).clamp(1, 64);
        let rows = number(b"rowspan").unwrap_or(1).clamp(1, 65_534);
        if let Some(open) = self.tables.last_mut() {
            if open.row.span.start == 0 {
                open.row.span.start = self.base + span.start;
            }
            open.cell = Some((columns, rows, name == "th"));
        }
    }

    fn end_cell(&mut self, at: usize) {
        let Some(open) = self.tables.last_mut() else { return };
        let Some((columns, rows, is_header)) = open.cell.take() else { return };
        let text = std::mem::take(&mut self.text);
        let text = text.part(0..text.as_str().len());
        open.fill(&mut self.copies);
        if rows > 1 && text.as_str().len() <= COPIED {
            open.above.insert(open.row.cells.len(), (rows - 1, text.clone()));
        }
        open.has_data |= !is_header;
        open.row.cells.push(text);
        if self.copies < COPIES {
            open.row.cells.extend((1..columns).map(|_| Text::default()));
            self.copies += columns - 1;
        }
        open.row.span.end = self.base + at;
    }

    fn end_row(&mut self, at: usize) {
        self.end_cell(at);
        let Some(open) = self.tables.last_mut() else { return };
        if open.row.cells.is_empty() {
            open.row.span = 0..0;
            return;
        }
        open.fill(&mut self.copies);
        let row = std::mem::take(&mut open.row);
        let is_header = !std::mem::take(&mut open.has_data);
        if open.table.header.is_empty() && (is_header || open.table.rows.is_empty()) {
            open.table.header = row.cells;
        } else {
            open.table.rows.push(row);
        }
    }

    fn finish(&mut self, mut open: Open, at: usize) {
        if !open.row.cells.is_empty() {
            open.row.span.end = self.base + at;
            open.table.rows.push(open.row);
        }
        if !open.table.header.is_empty() {
            self.blocks.push(Block::Table(open.table));
        }
    }

    /// What was read since the last block is one.
    fn flush(&mut self) {
        if let Some(mut code) = self.code.take() {
            let text = code.text.as_str();
            let start = usize::from(text.starts_with('\n'));
            let end = text.strip_suffix('\n').map_or(text.len(), str::len).max(start);
            code.text = code.text.exact(start..end);
            if !code.text.is_blank() {
                self.blocks.push(Block::Code(code));
            }
            return;
        }
        let text = std::mem::take(&mut self.text);
        let is_heading = std::mem::take(&mut self.in_heading);
        let is_title = std::mem::take(&mut self.in_title);
        if text.is_blank() {
            self.in_heading = is_heading;
            return;
        }
        let text = text.part(0..text.as_str().len());
        if is_heading {
            self.blocks.push(Block::Heading(text));
        } else if is_title {
            self.blocks.push(Block::Front(text));
        } else if let Some(depth) = self.lists.len().checked_sub(1) {
            let read = self.lists.last_mut().is_some_and(|read| std::mem::replace(read, true));
            self.blocks.push(Block::Item { depth: depth + usize::from(read), text });
        } else {
            self.paragraph(&text.lines());
        }
    }

    /// A paragraph, which may hold tables that a converter did not know for what they are.
    fn paragraph(&mut self, texts: &[Text]) {
        let has_table = texts.iter().any(|text| pipes::columns(text.as_str()).is_some())
            || pipes::goes_on(self.blocks.last(), texts.iter().map(Text::as_str));
        if !has_table {
            self.blocks.push(Block::Paragraph(texts.to_vec()));
            return;
        }
        let lines: Vec<_> =
            texts.iter().enumerate().map(|(at, text)| Line { text: text.as_str(), at }).collect();
        let read = |line: &Line<'_>, part: Range<usize>| {
            texts.get(line.at).map(|text| text.part(part)).unwrap_or_default()
        };
        let span = |line: &Line<'_>, part: Range<usize>| {
            texts.get(line.at).map_or(0..0, |text| text.source(part))
        };
        pipes::blocks(&lines, &read, &span, &mut self.blocks);
    }
}

impl Open {
    /// Adds the cells of rows above that stand in the row's next columns.
    fn fill(&mut self, copies: &mut usize) {
        while *copies < COPIES
            && let Some((left, text)) = self.above.get_mut(&self.row.cells.len())
        {
            *copies += 1;
            self.row.cells.push(text.clone());
            *left -= 1;
            if *left == 0 {
                self.above.remove(&(self.row.cells.len() - 1));
            }
        }
    }
}

fn attribute(attributes: &Attributes, name: &[u8]) -> Option<String> {
    attributes.get(name).map(|value| String::from_utf8_lossy(&value.value).into_owned())
}

/// The language that a class names: `language-xml`, `lang-json`, `highlight-source-json`.
fn language(class: &str) -> Option<String> {
    class.split_ascii_whitespace().find_map(|class| {
        let marks = ["language-", "lang-", "highlight-source-", "brush:"];
        let language = marks.iter().find_map(|mark| class.strip_prefix(mark))?;
        (!language.is_empty()).then(|| language.to_owned())
    })
}

/// Adds the text that stands in `span`, its character references decoded. A line break is a space
/// where its lines do not count.
fn push_text(text: &mut Text, source: &str, span: Range<usize>, base: usize, has_lines: bool) {
    let mut rest = source.get(span.clone()).unwrap_or_default();
    let mut start = base + span.start;
    while !rest.is_empty() {
        let literal = rest.find(['&', '\n', '\r', '\u{200B}']).unwrap_or(rest.len());
        let (before, from) = rest.split_at_checked(literal).unwrap_or((rest, ""));
        text.push(before, start..start + before.len(), true);
        start += before.len();
        let Some(first) = from.chars().next() else { break };
        let mut length = first.len_utf8();
        let decoded = match first {
            '&' => {
                length = reference(from);
                decode(from.get(..length).unwrap_or_default())
            }
            '\n' if has_lines => "\n".to_owned(),
            '\n' => " ".to_owned(),
            // A carriage return is one with the line feed after it; a space of no width is none.
            _ => String::new(),
        };
        let is_literal = from.get(..length) == Some(&decoded);
        text.push(&decoded, start..start + length, is_literal);
        start += length;
        rest = from.get(length..).unwrap_or_default();
    }
}

/// How long what may be a character reference is, in bytes.
fn reference(text: &str) -> usize {
    const LONGEST: usize = 40;
    let name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = 1 + text.bytes().skip(1).take(LONGEST).take_while(name).count();
    length + usize::from(text.as_bytes().get(length) == Some(&b';'))
}

/// A character reference decoded; as it is where it is none.
fn decode(reference: &str) -> String {
    let mut decoded = String::new();
    for token in Tokenizer::new(reference) {
        let Ok(token) = token;
        if let Token::String(text) = token {
            decoded.push_str(&String::from_utf8_lossy(&text));
        }
    }
    decoded
}
