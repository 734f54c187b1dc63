//! Blocks → facts.

use std::collections::HashSet;
use std::ops::Range;

use faultbook_core::Level;

use super::ReadError;
use super::block::{Block, Code, Row, Text};
use super::list::{first_word, joined, member};
use super::rows::{Layout, Miss};
use super::sample;
use super::table::{field, number};
use super::words::{Column, Grammar, column, columns, grammar};
use crate::facts::{
    Example, Facts, FieldFact, Heading, MemberFact, Origin, Part, Unread, Wording, plain,
};
use crate::services::{SERVICES, Service};

/// What the blocks of a document say of a service.
pub(super) fn facts(name: &str, text: &str, blocks: &[Block], service: &'static Service) -> Facts {
    let rows = service.editions.iter().flat_map(|edition| edition.codes);
    let mut known: Vec<_> = rows.map(|row| row.code).collect();
    known.sort_unstable();
    known.dedup();
    let mut extractor = Extractor {
        source: text,
        service,
        grammar: grammar(service.name),
        known: &known,
        facts: Facts { name: name.to_owned(), ..Facts::default() },
        heading: None,
        said: None,
        lists: 0,
        is_new: true,
        failed: 0,
    };
    extractor.blocks(blocks);
    let mut facts = extractor.facts;
    // A table of members says more than the shape that is printed above it.
    let is_told = |fact: &MemberFact| fact.kind.is_some() || fact.wording.is_some();
    let told: HashSet<String> =
        facts.members.iter().filter(|fact| is_told(fact)).map(|fact| fact.name.clone()).collect();
    let mut shown = HashSet::new();
    facts.members.retain(|fact| {
        is_told(fact) || !told.contains(&fact.name) && shown.insert(fact.name.clone())
    });
    facts.covers = [
        (Part::Statuses, !facts.statuses.is_empty()),
        (Part::Codes, !facts.codes.is_empty()),
        (Part::Members, !facts.members.is_empty()),
        (Part::Fields, !facts.fields.is_empty()),
        (Part::Examples, !facts.examples.is_empty()),
        (Part::Prose, true),
    ]
    .into_iter()
    .filter_map(|(part, is_covered)| is_covered.then_some(part))
    .collect();
    facts
}

/// Fails where there is nothing of the service, and says whose the document may be.
pub(super) fn expect_facts(
    facts: &Facts,
    text: &str,
    blocks: &[Block],
    service: &'static Service,
) -> Result<(), ReadError> {
    let own = documented(facts, service);
    let others = SERVICES.into_iter().filter(|other| other.name != service.name);
    let count = |other| documented(&self::facts("", text, blocks, other), other);
    let best = others.map(|other| (count(other), other)).max_by_key(|(count, _)| *count);
    let title = service.title;
    if let Some((count, other)) = best
        && count > 4
        && count > own * 4
    {
        let reason = format!(
            "this looks like a document of {}: {count} of its codes are here, and {own} of {title}",
            other.title
        );
        return Err(ReadError { offset: 0, reason });
    }
    let is_empty = facts.covers == [Part::Prose] && facts.unread.is_empty();
    if is_empty {
        let reason = format!(
            "nothing of {title} was found: no table of statuses, no table or list of codes ({}), no \
             members, no header fields and no example",
            grammar(service.name).describe
        );
        return Err(ReadError { offset: 0, reason });
    }
    Ok(())
}

/// How many different codes of the service are among the facts.
fn documented(facts: &Facts, service: &Service) -> usize {
    let mut codes: Vec<_> = facts.codes.iter().map(|fact| fact.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    let rows = || service.editions.iter().flat_map(|edition| edition.codes);
    codes.into_iter().filter(|code| rows().any(|row| row.code == *code)).count()
}

/// Reads one block after the other.
pub(super) struct Extractor<'a> {
    source: &'a str,
    service: &'static Service,
    pub(super) grammar: &'static Grammar,
    /// The codes of every edition.
    pub(super) known: &'a [&'static str],
    pub(super) facts: Facts,
    /// The heading with a code that examples stand under.
    heading: Option<(Heading, Wording, bool)>,
    /// Which of two lists the last heading announced.
    said: Option<Level>,
    /// How many tables and lists of codes there were.
    lists: usize,
    /// Whether a heading stood after the last of them.
    is_new: bool,
    /// How many examples had no end.
    failed: usize,
}

/// A line, and whether a paragraph begins with it.
#[derive(Clone)]
struct Line {
    text: Text,
    is_first: bool,
}

impl Extractor<'_> {
    fn blocks(&mut self, blocks: &[Block]) {
        let mut index = 0;
        while let Some(block) = blocks.get(index) {
            index += 1;
            match block {
                Block::Heading(text) => self.heading(text),
                Block::Table(table) => self.table(table),
                Block::Code(code) => self.code(code),
                Block::Front(text) => self.prose(text),
                Block::ListStart => {}
                Block::Unread { why, span } => self.unread(why, span.clone()),
                Block::Paragraph(_) => {
                    let mut lines = Vec::new();
                    let rest = blocks.get(index - 1..).unwrap_or_default();
                    for block in rest {
                        let Block::Paragraph(texts) = block else { break };
                        lines.extend(texts.iter().enumerate().map(|(index, text)| Line {
                            text: text.clone(),
                            is_first: index == 0,
                        }));
                        index += 1;
                    }
                    index -= 1;
                    self.lines(lines);
                }
                Block::Item { .. } => {
                    let rest = blocks.get(index - 1..).unwrap_or_default();
                    let items: Vec<_> = rest
                        .iter()
                        .map_while(|block| match block {
                            Block::Item { depth, text } => Some((*depth, text)),
                            _ => None,
                        })
                        .collect();
                    index += items.len() - 1;
                    self.list(&items);
                }
            }
        }
        self.end_heading();
        self.look_into_prose();
    }

    /// Notes sentences that several codes stand in: what was a table may have been glued together.
    fn look_into_prose(&mut self) {
        const SEVERAL: usize = 3;
        let prose =
            self.facts.prose.iter().map(|wording| (wording.text.as_deref(), &wording.origin));
        // An example without an end has taken what follows it.
        let broken = self.facts.examples.iter().filter(|example| example.errors.is_empty());
        let broken = broken.map(|example| (example.body.as_deref(), &example.origin));
        let found: Vec<_> = prose
            .chain(broken)
            .filter(|(text, _)| {
                let text = text.unwrap_or_default();
                let telling = |code: &&&str| code.len() > 3 && text.contains(**code);
                self.known.iter().filter(telling).count() >= SEVERAL
            })
            .map(|(_, origin)| origin.clone())
            .collect();
        let why = "several codes stand in this text, in no table or list that was understood";
        for origin in found {
            self.facts.unread.push(Unread { why: why.to_owned(), origin });
        }
    }

    pub(super) fn unread(&mut self, why: &str, span: Range<usize>) {
        let origin = Origin::Document(span);
        self.facts.unread.push(Unread { why: why.to_owned(), origin });
    }

    pub(super) fn prose(&mut self, text: &Text) {
        self.facts.prose.extend(joined(&[text]));
    }

    /// Whether the service's codes are numbers.
    pub(super) fn has_numbers(&self) -> bool {
        (self.grammar.fits)("404")
    }

    fn heading(&mut self, text: &Text) {
        if self.example_heading(text) {
            return;
        }
        self.end_heading();
        self.announce(text.as_str());
        self.prose(text);
    }

    /// What a heading says of the codes under it.
    fn announce(&mut self, text: &str) {
        const DETAILED: &[&str] = &[
            "detailed",
            "détaillé",
            "detaillierte",
            "detallado",
            "详细",
            "詳細",
            "자세한",
            "상세",
        ];
        const BASIC: &[&str] =
            &["basic", "code property", "propriété du code", "code-eigenschaft", "代码属性"];
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        self.said = if has(DETAILED) {
            Some(Level::Detailed)
        } else if has(BASIC) {
            Some(Level::Basic)
        } else {
            None
        };
        self.is_new = true;
    }

    /// A table or list of codes begins.
    pub(super) fn begin_codes(&mut self) {
        self.lists += usize::from(self.is_new || self.lists == 0);
        self.is_new = false;
    }

    /// The level of the codes at hand: what their heading says, or else the first list is the basic
    /// one.
    pub(super) fn level(&self) -> Option<Level> {
        let codes = self.service.default_edition().codes;
        codes.iter().any(|row| row.level.is_some()).then(|| {
            let by_place = if self.lists > 1 { Level::Detailed } else { Level::Basic };
            self.said.unwrap_or(by_place)
        })
    }

    /// Takes `Error 4703: Missing Feature` or `4703 Missing Feature` for the heading of examples.
    fn example_heading(&mut self, text: &Text) -> bool {
        let whole = text.as_str();
        let after = whole.get(..5).filter(|word| word.eq_ignore_ascii_case("error"));
        let start = after.and_then(|_| whole.get(5..)).filter(|rest| rest.starts_with(' '));
        let start = start.map_or(0, |rest| 5 + (rest.len() - rest.trim_start().len()));
        let rest = whole.get(start..).unwrap_or_default();
        let Some(code) = first_word(rest) else { return false };
        let code = start..start + code.end;
        let word = whole.get(code.clone()).unwrap_or_default();
        // `Error response` is no code, `Error response: …` one of a new kind.
        let is_marked = whole.get(code.end..).is_some_and(|rest| rest.starts_with(':'));
        let is_code = (self.grammar.is_telling)(word)
            || self.known.contains(&word)
            || start > 0 && (self.grammar.fits)(word) && (is_marked || self.has_numbers());
        if !is_code {
            return false;
        }
        self.end_heading();
        let is_mark = |c: char| c.is_whitespace() || ":-–—.".contains(c);
        let name = whole.get(code.end..).unwrap_or_default().trim_start_matches(is_mark);
        let heading = Heading {
            code: word.to_owned(),
            name: Some(plain(name)).filter(|name| !name.is_empty()),
            origin: Origin::Document(text.source(code)),
        };
        self.heading = Some((heading, Wording::new(whole, text.whole()), false));
        true
    }

    /// A heading with a code ends. One that no example stood under is a sentence, and looks like
    /// a code that was not understood.
    fn end_heading(&mut self) {
        if let Some((heading, wording, false)) = self.heading.take() {
            // Words joined by capitals can be the name of anything.
            let is_telling = !heading.code.contains(|c: char| c.is_ascii_lowercase());
            if is_telling || self.known.contains(&heading.code.as_str()) {
                let why =
                    format!("a heading with the code {} and no example under it", heading.code);
                self.facts.unread.push(Unread { why, origin: heading.origin });
            }
            self.facts.prose.push(wording);
        }
    }

    fn code(&mut self, code: &Code) {
        let body = sample::body(&code.text);
        if self.sample(&body, code.language.as_deref(), true) {
            return;
        }
        let lines = code.text.lines();
        if !lines.is_empty() && lines.iter().all(|line| field(line.as_str()).is_some()) {
            for line in &lines {
                self.general_field(line);
            }
            return;
        }
        self.prose(&code.text);
    }

    /// Takes a text for an example or a shape; false where it is neither. A listing is as it
    /// reads; what was put together of lines is as it stands in the document, where that is the
    /// same but for white space.
    fn sample(&mut self, text: &Text, language: Option<&str>, is_listing: bool) -> bool {
        let Some(syntax) = sample::syntax(text.as_str()) else { return false };
        // Wrapped lines break no shape.
        if let Some(members) = sample::shape(&text.as_str().replace(['\n', '\r'], " ")) {
            self.facts.members.extend(members.into_iter().map(|(name, at)| MemberFact {
                name,
                kind: None,
                wording: None,
                origin: Origin::Document(text.source(at)),
            }));
            return true;
        }
        let span = text.whole();
        let squeezed = |text: &str| text.split_whitespace().collect::<String>();
        let source = self.source.get(span.clone()).unwrap_or_default();
        let is_source = !is_listing && squeezed(source) == squeezed(text.as_str());
        let body = if is_source { source } else { text.as_str() };
        let heading = self.heading.as_mut().map(|(heading, _, is_used)| {
            *is_used = true;
            heading.clone()
        });
        self.facts.examples.push(Example {
            heading,
            syntax,
            language: language.map(str::to_owned),
            errors: sample::errors(body, self.service),
            body: Some(body.to_owned()),
            origin: Origin::Document(span),
        });
        true
    }

    /// Takes a line for a header field that is printed by itself.
    fn general_field(&mut self, line: &Text) -> bool {
        let Some((name, has_colon, value)) = field(line.as_str()) else { return false };
        if !(value.starts_with('{') || has_colon && !value.is_empty()) {
            return false;
        }
        self.facts.fields.push(FieldFact {
            status: None,
            name: name.to_owned(),
            has_colon,
            value: plain(value),
            wording: None,
            origin: Origin::Document(line.whole()),
        });
        true
    }

    fn lines(&mut self, mut lines: Vec<Line>) {
        let mut paragraph: Vec<Text> = Vec::new();
        let mut index = 0;
        while let Some(line) = lines.get(index).cloned() {
            if line.is_first {
                self.end_paragraph(&mut paragraph);
            }
            let next = lines.get(index + 1);
            let stands_alone = line.is_first && next.is_none_or(|next| next.is_first);
            let whole = line.text.as_str();
            let xml = whole.starts_with("<?xml") || whole.starts_with("<root");
            let json = sample::json_start(whole, next.map(|next| next.text.as_str()));
            if let Some(start) = json.or(xml.then_some(0)) {
                let before = line.text.part(0..start);
                if !before.is_blank() {
                    paragraph.push(before);
                }
                self.end_paragraph(&mut paragraph);
                index = self.inline_sample(&mut lines, index, start, xml);
                continue;
            }
            let is_error = whole.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("error "));
            if (stands_alone || is_error)
                && whole.len() < 200
                && may_head_example(&lines, index)
                && self.example_heading(&line.text)
            {
                self.end_paragraph(&mut paragraph);
                index += 1;
                continue;
            }
            if let Some(end) = self.flattened(&lines, index) {
                self.end_paragraph(&mut paragraph);
                index = end;
                continue;
            }
            if field(whole).is_some() && self.general_field(&line.text) {
                self.end_paragraph(&mut paragraph);
                index += 1;
                continue;
            }
            let is_member = member(whole).and_then(|end| whole.get(..end));
            if is_member.is_some_and(|name| self.grammar.members.contains(&name)) {
                self.end_paragraph(&mut paragraph);
                self.list(&[(0, &line.text)]);
                index += 1;
                continue;
            }
            if let Some(end) = self.numbered(&lines, index) {
                self.end_paragraph(&mut paragraph);
                index = end;
                continue;
            }
            self.look_for_code(&lines, index);
            if stands_alone && whole.len() < 100 && !whole.ends_with(['.', ':', '!', '?', ';']) {
                self.announce(whole);
            }
            paragraph.push(line.text);
            index += 1;
        }
        self.end_paragraph(&mut paragraph);
    }

    fn end_paragraph(&mut self, paragraph: &mut Vec<Text>) {
        let lines = std::mem::take(paragraph);
        self.facts.prose.extend(joined(&lines.iter().collect::<Vec<_>>()));
    }

    /// Reads an example that begins in a line; says with which line reading goes on.
    fn inline_sample(
        &mut self,
        lines: &mut [Line],
        index: usize,
        start: usize,
        xml: bool,
    ) -> usize {
        const MOST_FAILED: usize = 8;
        let rest = lines.get(index..).unwrap_or_default();
        let mut texts = rest.iter().map(|line| line.text.as_str());
        let end = if self.failed >= MOST_FAILED {
            None
        } else if xml {
            sample::xml_end(&mut texts)
        } else {
            sample::json_end(&mut texts, start)
        };
        // An example without an end goes on to the end of its paragraph.
        self.failed += usize::from(end.is_none());
        let (count, end) = end.unwrap_or_else(|| {
            let count = rest.iter().skip(1).take_while(|line| !line.is_first).count();
            (count, rest.get(count).map_or(0, |line| line.text.as_str().len()))
        });
        let mut body = Text::default();
        for (at, line) in rest.iter().enumerate().take(count + 1) {
            if at > 0 {
                let after = body.whole().end;
                body.push("\n", after..line.text.whole().start.max(after), false);
            }
            let from = if at == 0 { start } else { 0 };
            let to = if at == count { end } else { line.text.as_str().len() };
            body.append(&line.text.exact(from..to.max(from)));
        }
        if !self.sample(&body, None, false) {
            self.prose(&body);
        }
        let last = index + count;
        match lines.get_mut(last) {
            Some(line) => {
                let left = line.text.part(end..line.text.as_str().len());
                if left.is_blank() {
                    last + 1
                } else {
                    *line = Line { text: left, is_first: false };
                    last
                }
            }
            None => last + 1,
        }
    }

    /// Reads a table that lost its markup, if its header is the line at `index`; says with which
    /// line reading goes on.
    fn flattened(&mut self, lines: &[Line], index: usize) -> Option<usize> {
        /// In how many lines the next row is looked for.
        const AHEAD: usize = 64;
        let header = lines.get(index)?;
        let Some((mut columns, is_glued)) = columns(header.text.as_str()) else {
            return self.cell_by_line(lines, index);
        };
        let is_ruled =
            |line: &&Line| line.text.as_str().bytes().all(|byte| b"-=+ ".contains(&byte));
        let next = lines.iter().skip(index + 1).find(|line| !is_ruled(line))?;
        // A code can be a status.
        let starts_with_status = next.text.as_str().get(..3).and_then(number).is_some();
        if starts_with_status
            && !columns.contains(&Column::Status)
            && (columns.contains(&Column::Reason) || !self.has_numbers())
            && let Some(code) = columns.iter_mut().find(|column| **column == Column::Code)
        {
            *code = Column::Status;
        }
        let has_code = columns.iter().any(|column| matches!(column, Column::Code | Column::Name));
        if has_code {
            // A message beside a code is what is said of it.
            columns.iter_mut().filter(|column| **column == Column::Reason).for_each(|column| {
                *column = Column::Description;
            });
        }
        let layout = Layout { columns, is_glued, grammar: self.grammar, known: self.known };
        let mut rows: Vec<Row> = Vec::new();
        let mut unread = Vec::new();
        let mut at = index + 1;
        while let Some(line) = lines.get(at) {
            let whole = line.text.as_str();
            if is_ruled(&line) {
                at += 1;
                continue;
            }
            if self::columns(whole).is_some() {
                break;
            }
            match layout.split(&line.text) {
                Ok(cells) => rows.push(Row { cells, span: line.text.whole() }),
                Err(Miss::Uncertain(why)) => unread.push((why, line.text.whole())),
                Err(Miss::NoRow) => {
                    // A line between rows belongs to the one before it.
                    let mut rest = lines.iter().skip(at + 1).take_while(|line| !line.is_first);
                    let goes_on = whole.starts_with(char::is_lowercase)
                        || rest.by_ref().take(AHEAD).any(|line| layout.split(&line.text).is_ok());
                    let is_odd =
                        first_word(whole).and_then(|word| whole.get(word)).is_some_and(|word| {
                            word.get(1..).is_some_and(|word| {
                                word.contains(|c: char| c.is_ascii_uppercase() || c == '_')
                            }) || word.starts_with(|c: char| c.is_ascii_digit())
                        });
                    if is_odd && !line.is_first && !is_glued {
                        let why = "a line among the rows of a table that is no row".to_owned();
                        unread.push((why, line.text.whole()));
                    } else if let Some(row) = rows.last_mut().filter(|_| goes_on && !line.is_first)
                        && let Some(last) = row.cells.last_mut()
                    {
                        let start = last.whole().end;
                        last.push(" ", start..line.text.whole().start.max(start), false);
                        last.append(&line.text);
                        row.span.end = line.text.whole().end;
                    } else {
                        break;
                    }
                }
            }
            at += 1;
        }
        if rows.is_empty() && unread.is_empty() {
            return None;
        }
        let rows: Vec<_> = rows.iter().collect();
        if !self.rows(layout.columns.clone(), &[], &rows) {
            rows.iter().flat_map(|row| &row.cells).for_each(|cell| self.prose(cell));
        }
        for (why, span) in unread {
            self.unread(&why, span);
        }
        Some(at)
    }

    /// Reads a table whose every cell became a line.
    fn cell_by_line(&mut self, lines: &[Line], index: usize) -> Option<usize> {
        // Nothing is more than a dozen columns wide, and a description is the last one: the first
        // row can begin with a word of headers.
        let mut header = Vec::new();
        for line in lines.iter().skip(index).take(12) {
            let column = column(line.text.as_str());
            if column == Column::Unknown || header.last() == Some(&Column::Description) {
                break;
            }
            header.push(column);
        }
        let width = header.len();
        let is_key = |column: &Column| {
            matches!(column, Column::Code | Column::Name | Column::Status | Column::Member)
        };
        if width < 2 || !header.iter().any(is_key) {
            return None;
        }
        let is_code = |text: &str| (self.grammar.fits)(text);
        let is_status = |text: &str| number(text.get(..3).unwrap_or(text)).is_some();
        // A heading can read like the first header: then the cells do not fit their columns.
        let has_reason = header.contains(&Column::Reason);
        let fits = |column: &Column, text: &str| match column {
            Column::Code => is_code(text) || has_reason && is_status(text),
            Column::Status => is_status(text),
            Column::Name if !header.contains(&Column::Code) => is_code(text),
            Column::Member => !text.contains(' '),
            _ => true,
        };
        let mut rows = Vec::new();
        let mut at = index + width;
        while let Some(cells) = lines.get(at..at + width) {
            if !cells.iter().zip(&header).all(|(line, column)| fits(column, line.text.as_str())) {
                break;
            }
            let (first, last) = (cells.first()?, cells.last()?);
            let span =
                first.text.whole().start..last.text.whole().end.max(first.text.whole().start);
            rows.push(Row { cells: cells.iter().map(|line| line.text.clone()).collect(), span });
            at += width;
        }
        if rows.is_empty() {
            return None;
        }
        let headers: Vec<_> =
            lines.iter().skip(index).take(width).map(|line| line.text.clone()).collect();
        if !self.rows(header, &headers, &rows.iter().collect::<Vec<_>>()) {
            rows.iter().flat_map(|row| &row.cells).for_each(|cell| self.prose(cell));
        }
        Some(at)
    }

    /// Reads a list of numbers with their names that lost its markup; says with which line
    /// reading goes on.
    fn numbered(&mut self, lines: &[Line], index: usize) -> Option<usize> {
        if !self.has_numbers() {
            return None;
        }
        let code_of = |line: &Line| {
            let code = self.lead(line.text.as_str())?;
            (line.text.as_str().len() > code.end + 1).then_some(code)
        };
        let code = code_of(lines.get(index)?)?;
        let mut end = index + 1;
        while let Some(line) = lines.get(end) {
            let text = line.text.as_str();
            let is_error = text.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("error "));
            // The notes of the last code end with their paragraph; of the others with the next code.
            let is_note = code_of(line).is_none()
                && !is_error
                && (!line.is_first || {
                    let mut ahead = lines.iter().skip(end + 1).take(8);
                    end == index + 1 || ahead.any(|line| code_of(line).is_some())
                });
            if !is_note {
                break;
            }
            end += 1;
        }
        let notes: Vec<_> = lines.get(index + 1..end)?.iter().map(|line| &line.text).collect();
        let line = lines.get(index)?.text.clone();
        self.code_entry(&line, code, &notes);
        Some(end)
    }

    /// Notes lines that look like rows of a table whose header was not understood.
    fn look_for_code(&mut self, lines: &[Line], index: usize) {
        let Some(line) = lines.get(index) else { return };
        let Some(code) = self.lead(line.text.as_str()) else { return };
        let is_alone = code.end == line.text.as_str().len();
        let beside = |at: Option<usize>| {
            let line = at.and_then(|at| lines.get(at));
            line.is_some_and(|line| self.lead(line.text.as_str()).is_some())
        };
        if is_alone || beside(index.checked_sub(1)) || beside(Some(index + 1)) {
            let why = "a line that begins with a code, outside of any table or list of codes";
            self.unread(why, line.text.source(code));
        }
    }
}

/// Whether a heading at `index` may have an example under it: its line is not followed by a
/// note, as a code of a list is.
fn may_head_example(lines: &[Line], index: usize) -> bool {
    let whole = lines.get(index).map(|line| line.text.as_str()).unwrap_or_default();
    let said = whole.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("error "));
    // An example in a block of its own comes after the last line.
    let mut rest = lines.iter().skip(index + 1).take(3);
    said || lines.len() <= index + 3 || rest.any(|line| line.text.as_str().starts_with(['{', '<']))
}
