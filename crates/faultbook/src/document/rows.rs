//! Rows of tables that lost their markup: a line whose cells stand one after the other, with a space
//! between them or none.
//!
//! ```text
//! Status code Status message Description
//! 400 Bad Request Cannot process the request.
//! accessDenied The caller has no permission.
//! 400BAD_REQUESTThe server cannot process it.
//! ```

use std::ops::Range;

use super::block::Text;
use super::words::{Column, Grammar, known_reason, reason};

/// Why a line was not split into cells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Miss {
    /// It does not look like a row.
    NoRow,
    /// It does, and where its cells end is not certain.
    Uncertain(String),
}

/// The columns of a flattened table.
#[derive(Debug, Clone)]
pub(super) struct Layout<'a> {
    pub(super) columns: Vec<Column>,
    /// Whether there is nothing between the cells.
    pub(super) is_glued: bool,
    pub(super) grammar: &'a Grammar,
    /// Codes that are documented: they are found whatever follows.
    pub(super) known: &'a [&'static str],
}

impl Layout<'_> {
    /// The cells of a line.
    pub(super) fn split(&self, line: &Text) -> Result<Vec<Text>, Miss> {
        let text = line.as_str();
        let ranges = self.by("\t", text).or_else(|| self.by("  ", text));
        let ranges = match ranges {
            Some(ranges) => ranges,
            None => self.ranges(text)?,
        };
        Ok(ranges.into_iter().map(|range| line.part(range)).collect())
    }

    /// The cells between tabs, or between two spaces and more.
    fn by(&self, gap: &str, text: &str) -> Option<Vec<Range<usize>>> {
        if !text.contains(gap) {
            return None;
        }
        let mut start = 0;
        let mut ranges = Vec::new();
        for cell in text.split(gap) {
            // Of a wider gap there are empty cells.
            if gap == "\t" || !cell.trim().is_empty() {
                ranges.push(start..start + cell.len());
            }
            start += cell.len() + gap.len();
        }
        (ranges.len() == self.columns.len()).then_some(ranges)
    }

    fn ranges(&self, text: &str) -> Result<Vec<Range<usize>>, Miss> {
        let mut ranges = Vec::new();
        let mut at = 0;
        for (index, column) in self.columns.iter().enumerate() {
            let rest = text.get(at..).unwrap_or_default();
            at += rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            let next = self.columns.get(index + 1);
            let is_first = index == 0;
            let miss = |what: &str| {
                let why = format!("where {what} of this row ends is not certain");
                if is_first { Miss::NoRow } else { Miss::Uncertain(why) }
            };
            let length = match (column, next) {
                (Column::Status, _) => {
                    status(rest, next.copied()).ok_or_else(|| miss("the status"))?
                }
                (Column::Code, _) | (Column::Name, Some(_)) if !self.has_code_before(index) => {
                    self.code(rest, is_first)?
                }
                (_, None) => rest.len(),
                (Column::Reason, _) => {
                    reason(rest, self.is_glued).ok_or_else(|| miss("the reason phrase"))?
                }
                (Column::Category, _) => self.category(rest).ok_or(Miss::NoRow)?,
                (Column::Field, _) => {
                    rest.rfind('"').map(|at| at + 1).ok_or_else(|| miss("the field"))?
                }
                (Column::Member, Some(Column::Kind)) if !self.is_glued => {
                    let name = rest.find(char::is_whitespace).ok_or(Miss::NoRow)?;
                    let kind = rest.get(name..).unwrap_or_default().split_whitespace().next();
                    // Any sentence begins with two words.
                    kind.filter(|kind| is_type(kind)).ok_or(Miss::NoRow)?;
                    name
                }
                (Column::Kind, _) if !self.is_glued => {
                    rest.find(char::is_whitespace).unwrap_or(rest.len())
                }
                _ => return Err(miss("a cell")),
            };
            ranges.push(at..at + length);
            at += length;
        }
        Ok(ranges)
    }

    fn has_code_before(&self, index: usize) -> bool {
        self.columns.iter().take(index).any(|column| matches!(column, Column::Code | Column::Name))
    }

    /// A category goes on until the first word that is a code.
    fn category(&self, text: &str) -> Option<usize> {
        let mut at = 0;
        for word in text.split(' ') {
            if at > 0 && ((self.grammar.is_telling)(word) || self.known.contains(&word)) {
                return Some(at - 1);
            }
            at += word.len() + 1;
        }
        None
    }

    fn code(&self, text: &str, is_first: bool) -> Result<usize, Miss> {
        let word = text.split(char::is_whitespace).next().unwrap_or_default();
        let rest = text.get(word.len()..).unwrap_or_default().trim_start();
        if self.is_glued {
            return self.glued_code(text, word);
        }
        let code = word.trim_end_matches(':');
        let is_sure = self.known.contains(&code)
            || (self.grammar.is_telling)(code)
            || rest.chars().next().is_none_or(|c| c.is_uppercase() || !c.is_ascii());
        if (self.grammar.fits)(code) && (is_sure || !is_first) {
            return Ok(word.len());
        }
        // `AccessDenied` is no word of a sentence.
        let inner = word.get(1..).unwrap_or_default();
        if !is_first || inner.contains(|c: char| c.is_ascii_uppercase() || c == '_') {
            let expected = self.grammar.describe;
            return Err(Miss::Uncertain(format!("`{word}` is no code: {expected}, was expected")));
        }
        Err(Miss::NoRow)
    }

    /// A code that the description follows without a space.
    fn glued_code(&self, text: &str, word: &str) -> Result<usize, Miss> {
        let follows = |length: usize| text.get(length..).and_then(|rest| rest.chars().next());
        let begins =
            |length: usize| follows(length).is_none_or(|c| c.is_uppercase() || !c.is_ascii());
        let known =
            self.known.iter().filter(|code| text.starts_with(**code)).map(|code| code.len());
        let known = known.filter(|length| begins(*length)).max();
        let run = word.find(|c: char| !(c.is_ascii_alphanumeric() || "_{}".contains(c)));
        let run = run.unwrap_or(word.len());
        let found = word.get(..run).unwrap_or_default();
        // The description begins with the last capital; where a space follows, with a word of one.
        let last = found.rfind(|c: char| c.is_ascii_uppercase()).filter(|at| *at > 0);
        let guess = if found.bytes().any(|byte| byte == b'_' || byte.is_ascii_digit())
            || found.bytes().all(|byte| byte.is_ascii_uppercase())
            || found.starts_with(|c: char| c.is_ascii_uppercase())
        {
            let tail = found.find(|c: char| c.is_ascii_lowercase());
            let ends_word = follows(run).is_some_and(char::is_whitespace);
            match tail {
                Some(small) => small.checked_sub(1).filter(|at| *at > 1),
                None if ends_word => last
                    .filter(|at| *at + 1 == run && (found.ends_with('A') || found.ends_with('I'))),
                None => Some(run),
            }
        } else {
            // `E` and `Tag` may be one word.
            last.filter(|at| {
                let before = found.get(..*at).unwrap_or_default();
                !before.ends_with(|c: char| c.is_ascii_uppercase()) && run - at > 1
            })
        };
        let fits =
            |length: &usize| text.get(..*length).is_some_and(|code| (self.grammar.fits)(code));
        match known.or(guess.filter(fits)) {
            Some(length) => Ok(length),
            None if (self.grammar.fits)(found) || found.len() > 1 && found.contains('_') => {
                Err(Miss::Uncertain("where the code of this row ends is not certain".to_owned()))
            }
            None => Err(Miss::NoRow),
        }
    }
}

/// How long the statuses at the beginning of `text` are: `400`, `400, 403`, `4xx`; with a reason
/// phrase, where none has a column of its own and no code follows.
fn status(text: &str, next: Option<Column>) -> Option<usize> {
    let one = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let is_class = digits == 1 && text.get(1..3).is_some_and(|x| x.eq_ignore_ascii_case("xx"));
        (digits == 3 || is_class).then_some(3)
    };
    let mut length = one(text)?;
    while let Some(rest) = text.get(length..)
        && let Some(more) = rest.strip_prefix(',')
        && let Some(number) = one(more.trim_start())
    {
        length += rest.len() - more.trim_start().len() + number;
    }
    if next.is_some_and(|next| !matches!(next, Column::Reason | Column::Code | Column::Name)) {
        let rest = text.get(length..).unwrap_or_default();
        let space = rest.len() - rest.trim_start().len();
        // Only a phrase that is known: what capitals tell could be the description.
        if let Some(phrase) = known_reason(rest.trim_start(), false)
            && phrase < rest.trim_start().len()
        {
            length += space + phrase;
        }
    }
    Some(length)
}

/// Whether a word is the name of a type, as documents have them.
fn is_type(word: &str) -> bool {
    const TYPES: &[&str] = &[
        "string",
        "number",
        "integer",
        "int",
        "int32",
        "int64",
        "long",
        "boolean",
        "bool",
        "object",
        "array",
        "list",
        "collection",
        "date",
        "datetime",
        "datetimeoffset",
        "uri",
        "url",
        "guid",
    ];
    TYPES.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::super::words::{columns, grammar};
    use super::*;

    #[test]
    fn cells_of_lines() {
        for (service, header, line, expected) in [
            (
                "onedrive",
                "Status code Status message Description",
                "413 Request Entity Too Large It is.",
                "413|Request Entity Too Large|It is.",
            ),
            ("onedrive", "Code Description", "itemGone The item is.", "itemGone|The item is."),
            ("onedrive", "Code Description", "gone The item is.", "gone|The item is."),
            ("onedrive", "Code Description", "some words of prose.", "NoRow"),
            ("onedrive", "Code Description", "Some words of prose.", "NoRow"),
            (
                "onedrive",
                "Code Description",
                "ItemGone It is.",
                "Uncertain(\"`ItemGone` is no code: words joined by capitals, such as itemNotFound, \
                 was expected\")",
            ),
            (
                "lineworks",
                "HTTP status codeCodeDescription",
                "400NEW_ONEThe one.",
                "400|NEW_ONE|The one.",
            ),
            (
                "lineworks",
                "HTTP status codeCodeDescription",
                "400NEW_ONEA one.",
                "400|NEW_ONE|A one.",
            ),
            (
                "lineworks",
                "HTTP status codeCodeDescription",
                "404{NAME}_GONE説明",
                "404|{NAME}_GONE|説明",
            ),
            (
                "lineworks",
                "HTTP status codeCodeDescription",
                "404GONE odd one",
                "Uncertain(\"where the code of this row ends is not certain\")",
            ),
            ("groove", "CodeReason phraseDescription", "A line of prose.", "NoRow"),
            (
                "groove",
                "Category Name Default HTTP code Description",
                "Input errors BAD_NAME 400 BadRequest A bad name.",
                "Input errors|BAD_NAME|400 BadRequest|A bad name.",
            ),
            (
                "lineworks",
                "HTTP status code www-authenticate Error case",
                "400 www-authenticate: Bearer error=\"x\" It is.",
                "400|www-authenticate: Bearer error=\"x\"|It is.",
            ),
        ] {
            let (columns, is_glued) = columns(header).unwrap();
            let layout = Layout { columns, is_glued, grammar: grammar(service), known: &[] };
            let cells = match layout.split(&Text::literal(line, 0)) {
                Ok(cells) => cells.iter().map(Text::as_str).collect::<Vec<_>>().join("|"),
                Err(miss) => format!("{miss:?}"),
            };
            assert_eq!(cells, expected, "{line}");
        }
    }
}
