//! Tables: what their columns are is told by the headers, and what their rows say by the columns.

use std::ops::Range;

use super::block::{Row, Table, Text};
use super::extract::Extractor;
use super::list::joined;
use super::words::{Column, FIELDS, column, is_field};
use crate::facts::{CodeFact, CodeStatus, FieldFact, MemberFact, Origin, StatusFact, plain};

impl Extractor<'_> {
    /// Reads a table. One that a converter made of two, with the prose between them, is divided.
    pub(super) fn table(&mut self, table: &Table) {
        let is_delimiter = |row: &Row| {
            let mut cells = row.cells.iter().filter(|cell| !cell.is_blank()).peekable();
            cells.peek().is_some()
                && cells.all(|cell| {
                    cell.as_str().len() > 2 && cell.as_str().bytes().all(|b| b"-:".contains(&b))
                })
        };
        let mut part = Table { header: table.header.clone(), rows: Vec::new() };
        for row in &table.rows {
            let mut filled = row.cells.iter().filter(|cell| !cell.is_blank());
            if is_delimiter(row) {
                let header = part.rows.pop().map(|row| row.cells).unwrap_or_default();
                self.one_table(&part);
                part = Table { header, rows: Vec::new() };
            } else if let (Some(cell), None) = (filled.next(), filled.next())
                && row.cells.len() > 1
                && row.cells.first().is_some_and(|first| !first.is_blank())
                && cell.as_str().ends_with(['.', ':'])
                && cell.as_str().contains(' ')
            {
                if !part.rows.is_empty() {
                    self.one_table(&part);
                    part.rows.clear();
                }
                self.prose(cell);
            } else {
                part.rows.push(row.clone());
            }
        }
        if !part.rows.is_empty() || table.rows.is_empty() {
            self.one_table(&part);
        }
    }

    fn one_table(&mut self, table: &Table) {
        let columns: Vec<_> = table.header.iter().map(|cell| column(cell.as_str())).collect();
        // Converters mark no header, and some tables have theirs in two places.
        let is_header = |row: &Row| {
            let words = row.cells.iter().map(|cell| plain(cell.as_str()));
            words.eq(table.header.iter().map(|cell| plain(cell.as_str())))
        };
        let rows: Vec<_> = table.rows.iter().filter(|row| !is_header(row)).collect();
        if !self.rows(columns, &table.header, &rows) {
            for cells in std::iter::once(&table.header).chain(rows.iter().map(|row| &row.cells)) {
                if let Some(wording) = joined(&cells.iter().collect::<Vec<_>>()) {
                    self.facts.prose.push(wording);
                }
            }
        }
    }

    /// Reads rows under columns. False where they hold no facts.
    pub(super) fn rows(
        &mut self,
        mut columns: Vec<Column>,
        header: &[Text],
        rows: &[&Row],
    ) -> bool {
        self.resolve(&mut columns, rows);
        let has = |column| columns.contains(&column);
        if has(Column::Code) {
            self.begin_codes();
            for row in rows {
                self.code_row(&columns, row);
            }
        } else if has(Column::Field) && (has(Column::Status) || has(Column::Description)) {
            for row in rows {
                self.field_row(&columns, header, row);
            }
        } else if has(Column::Member) && (has(Column::Kind) || has(Column::Description)) {
            for row in rows {
                self.member_row(&columns, row);
            }
        } else if has(Column::Status) && columns.len() > 1 {
            for row in rows {
                self.status_row(&columns, row);
            }
        } else {
            return self.suspect(&columns, header, rows);
        }
        true
    }

    /// Settles what headers alone do not: a code may be a status, and a name a code.
    fn resolve(&self, columns: &mut [Column], rows: &[&Row]) {
        let cells = |index: usize| {
            let cells = rows.iter().filter_map(move |row| row.cells.get(index));
            cells.filter(|cell| !cell.is_blank())
        };
        let has = |columns: &[Column], column| columns.contains(&column);
        for index in 0..columns.len() {
            // `4xx` is said to be none where its row is read.
            let is_status = |cell: &Text| {
                let text = cell.as_str().trim();
                let class = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"));
                number(text).is_some() || class.is_some_and(|class| class.len() == 1)
            };
            let is_code = columns.get(index) == Some(&Column::Code);
            let may_be = !has(columns, Column::Status)
                && (has(columns, Column::Reason) || !self.has_numbers());
            if is_code && may_be && cells(index).next().is_some() && cells(index).all(is_status) {
                set(columns, index, Column::Status);
            }
        }
        let codes = |index: &usize| {
            cells(*index).filter(|cell| (self.grammar.fits)(plain(cell.as_str()).as_str())).count()
        };
        // Of several columns of codes the one that has the most; of names none but without a type.
        let find = |columns: &[Column], column| -> Vec<usize> {
            (0..columns.len()).filter(|index| columns.get(*index) == Some(&column)).collect()
        };
        let candidates = find(columns, Column::Code);
        if let Some(best) = candidates.iter().rev().max_by_key(|index| codes(index)) {
            let best = *best;
            candidates.iter().filter(|index| **index != best).for_each(|index| {
                set(columns, *index, Column::Unknown);
            });
        } else if let Some(name) = find(columns, Column::Name).first().copied() {
            let is_member = has(columns, Column::Kind) && !has(columns, Column::Status);
            set(columns, name, if is_member { Column::Member } else { Column::Code });
        }
        if has(columns, Column::Code) || !has(columns, Column::Status) {
            // A message beside a code is what is said of it.
            for index in find(columns, Column::Reason) {
                set(columns, index, Column::Description);
            }
        }
        if has(columns, Column::Code) {
            find(columns, Column::Member).iter().chain(&find(columns, Column::Kind)).for_each(
                |index| {
                    set(columns, *index, Column::Unknown);
                },
            );
        }
    }

    /// A table of none of the kinds: is there something in it that looks like one?
    fn suspect(&mut self, columns: &[Column], header: &[Text], rows: &[&Row]) -> bool {
        for index in 0..columns.len() {
            let cells = rows.iter().filter_map(|row| row.cells.get(index));
            let cells: Vec<_> = cells.map(|cell| plain(cell.as_str())).collect();
            let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
            let codes = cells.iter().filter(|cell| {
                (self.grammar.is_telling)(cell) || self.known.contains(&cell.as_str())
            });
            let statuses = cells.iter().filter(|cell| number(cell).is_some()).count();
            let codes = codes.count();
            if codes.max(statuses) * 2 >= filled.max(1) {
                let what = if codes >= statuses { "codes" } else { "statuses" };
                let named = header.get(index).map(|cell| plain(cell.as_str())).unwrap_or_default();
                let why = format!(
                    "a table whose column \u{201C}{named}\u{201D} seems to hold {what}; a header such as \
                     \u{201C}Code\u{201D} or \u{201C}Status code\u{201D} was expected"
                );
                let start = header.first().map_or(0, |cell| cell.whole().start);
                let end = rows.last().map_or(start, |row| row.span.end);
                self.unread(&why, start..end.max(start));
                return false;
            }
        }
        false
    }

    fn code_row(&mut self, columns: &[Column], row: &Row) {
        let of = |column| cell(columns, row, column).filter(|cell| !cell.is_blank());
        if row.cells.iter().all(Text::is_blank) {
            return;
        }
        let statuses = of(Column::Status).map_or(Ok(Vec::new()), statuses);
        let code = of(Column::Code).map(|cell| (cell, bare_code(cell.as_str())));
        let (Some((cell, code)), describe) = (code, self.grammar.describe) else {
            let expected = self.grammar.describe;
            self.unread(
                &format!("a row without a code: {expected}, was expected"),
                row.span.clone(),
            );
            return;
        };
        let Some(code) = code.filter(|(_, code)| (self.grammar.fits)(code)) else {
            let found = plain(cell.as_str());
            self.unread(&format!("`{found}` is no code: {describe}, was expected"), cell.whole());
            return;
        };
        let statuses = statuses.unwrap_or_else(|why| {
            let span = of(Column::Status).map_or(row.span.clone(), Text::whole);
            self.unread(&why, span);
            Vec::new()
        });
        let (at, code) = code;
        self.facts.codes.push(CodeFact {
            code,
            statuses,
            group: of(Column::Category).map(|cell| plain(cell.as_str())),
            level: self.level(),
            name: of(Column::Name).map(|cell| plain(cell.as_str())),
            wording: wording(columns, row),
            origin: Origin::Document(cell.source(at)),
        });
    }

    fn status_row(&mut self, columns: &[Column], row: &Row) {
        let Some(status) = cell(columns, row, Column::Status).filter(|cell| !cell.is_blank())
        else {
            if !row.cells.iter().all(Text::is_blank) {
                self.unread(
                    "a row without a status: a number such as 404 was expected",
                    row.span.clone(),
                );
            }
            return;
        };
        let reason = cell(columns, row, Column::Reason).filter(|cell| !cell.is_blank());
        match statuses(status).as_deref() {
            Ok([one]) => self.facts.statuses.push(StatusFact {
                status: one.status,
                reason: reason.map(|cell| plain(cell.as_str())).or_else(|| one.reason.clone()),
                wording: wording(columns, row),
                origin: Origin::Document(row.span.clone()),
            }),
            Ok(_) => self.unread("one status was expected", status.whole()),
            Err(why) => self.unread(why, status.whole()),
        }
    }

    fn member_row(&mut self, columns: &[Column], row: &Row) {
        let Some(name) = cell(columns, row, Column::Member).filter(|cell| !cell.is_blank()) else {
            if !row.cells.iter().all(Text::is_blank) {
                self.unread("a row without the name of a member", row.span.clone());
            }
            return;
        };
        let kind = cell(columns, row, Column::Kind).filter(|cell| !cell.is_blank());
        self.facts.members.push(MemberFact {
            name: plain(name.as_str()),
            kind: kind.map(|cell| plain(cell.as_str())),
            wording: wording(columns, row),
            origin: Origin::Document(name.whole()),
        });
    }

    fn field_row(&mut self, columns: &[Column], header: &[Text], row: &Row) {
        let index = columns.iter().position(|column| *column == Column::Field).unwrap_or_default();
        let Some(cell) = row.cells.get(index).filter(|cell| !cell.is_blank()) else {
            if !row.cells.iter().all(Text::is_blank) {
                self.unread("a row without a header field", row.span.clone());
            }
            return;
        };
        let named = header.get(index).map(|cell| plain(cell.as_str())).unwrap_or_default();
        let status = self::cell(columns, row, Column::Status).filter(|cell| !cell.is_blank());
        let status = match status.map_or(Ok(Vec::new()), statuses) {
            Ok(found) if found.len() > 1 => {
                self.unread("one status was expected beside a header field", row.span.clone());
                None
            }
            Ok(found) => found.first().map(|one| one.status),
            Err(why) => {
                self.unread(&why, row.span.clone());
                None
            }
        };
        let (name, has_colon, value) = match field(cell.as_str()) {
            Some((name, has_colon, value)) => (name.to_owned(), has_colon, value),
            // The name stands over the column.
            None if is_field(&named) => (named, true, cell.as_str()),
            None => {
                self.unread(
                    "a header field was expected, such as `WWW-Authenticate: Bearer`",
                    cell.whole(),
                );
                return;
            }
        };
        self.facts.fields.push(FieldFact {
            status,
            name,
            has_colon,
            value: plain(value),
            wording: wording(columns, row),
            origin: Origin::Document(cell.whole()),
        });
    }
}

fn set(columns: &mut [Column], index: usize, column: Column) {
    if let Some(found) = columns.get_mut(index) {
        *found = column;
    }
}

fn cell<'a>(columns: &[Column], row: &'a Row, column: Column) -> Option<&'a Text> {
    let index = columns.iter().position(|found| *found == column)?;
    row.cells.get(index)
}

/// What is said of a row: its descriptions, and what stands in columns of other names.
fn wording(columns: &[Column], row: &Row) -> Option<crate::facts::Wording> {
    let kept = row
        .cells
        .iter()
        .zip(columns)
        .filter(|(_, column)| matches!(column, Column::Description | Column::Unknown));
    joined(&kept.map(|(cell, _)| cell).collect::<Vec<_>>())
}

/// The code in a cell, without what has no width in it, and where it stands.
fn bare_code(cell: &str) -> Option<(Range<usize>, String)> {
    let code: String =
        cell.chars().filter(|c| !"\u{200B}\u{AD}\u{FEFF}\u{2060}".contains(*c)).collect();
    let code = code.trim();
    (!code.is_empty()).then(|| (0..cell.len(), code.to_owned()))
}

/// A cell that is one status and nothing else.
pub(super) fn number(text: &str) -> Option<u16> {
    let text = text.trim();
    let is_number = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|status| is_number && (100..600).contains(status))
}

/// The statuses in a cell: `400`, `400 Bad Request`, `400, 403`, `400 or 403`.
fn statuses(cell: &Text) -> Result<Vec<CodeStatus>, String> {
    let text = cell.as_str();
    if matches!(plain(text).to_lowercase().as_str(), "" | "-" | "–" | "—" | "n/a" | "none") {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for range in parts(text) {
        let part = text.get(range.clone()).unwrap_or_default();
        let digits = part.trim_start();
        let digits = digits.strip_prefix("HTTP ").unwrap_or(digits);
        let start = range.start + (part.len() - digits.len());
        let status = digits.get(..3).and_then(number);
        let rest = digits.get(3..).unwrap_or_default();
        let reason = rest.trim().trim_start_matches([':', '-', '–', '—']).trim();
        let is_reason = !reason.contains(|c: char| c.is_ascii_digit())
            && !rest.starts_with(|c: char| c.is_lowercase());
        let Some(status) = status.filter(|_| is_reason) else {
            let received = plain(text);
            return Err(format!("`{received}` is no status: a number such as 404 was expected"));
        };
        found.push(CodeStatus {
            status,
            reason: (!reason.is_empty()).then(|| plain(reason)),
            origin: Origin::Document(cell.source(start..start + 3)),
        });
    }
    Ok(found)
}

/// The parts of a cell between commas, slashes, line breaks and words such as `or`.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut ends: Vec<Range<usize>> = text
        .match_indices([',', ';', '/', '\n'])
        .map(|(at, mark)| at..at + mark.len())
        .chain(
            [" or ", " and "]
                .iter()
                .flat_map(|word| text.match_indices(word).map(|(at, word)| at..at + word.len())),
        )
        .collect();
    ends.sort_by_key(|end| end.start);
    let mut parts = Vec::new();
    let mut start = 0;
    for end in ends.into_iter().chain(std::iter::once(text.len()..text.len())) {
        if end.start >= start && !text.get(start..end.start).unwrap_or_default().trim().is_empty() {
            parts.push(start..end.start);
        }
        start = start.max(end.end);
    }
    parts
}

/// A header field as printed: its name, whether a colon follows, and the rest.
pub(super) fn field(text: &str) -> Option<(&str, bool, &str)> {
    let text = text.trim();
    FIELDS.iter().find_map(|name| {
        let found = text.get(..name.len()).filter(|found| found.eq_ignore_ascii_case(name))?;
        let rest = text.get(name.len()..)?;
        let trimmed = rest.trim_start();
        match trimmed.strip_prefix(':') {
            Some(value) => Some((found, true, value.trim())),
            None if rest.starts_with(char::is_whitespace) => Some((found, false, trimmed)),
            None => None,
        }
    })
}
