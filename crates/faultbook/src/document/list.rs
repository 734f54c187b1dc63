//! Lists: of codes with notes, of members with what they are, or of sentences.

use std::ops::Range;

use super::block::Text;
use super::extract::Extractor;
use crate::facts::{CodeFact, CodeStatus, MemberFact, Origin, Wording};

/// An item of the outermost list, with what stands below it.
struct Entry<'a> {
    text: &'a Text,
    below: Vec<&'a Text>,
}

impl Extractor<'_> {
    /// Reads items that stand together, each with its depth.
    pub(super) fn list(&mut self, items: &[(usize, &Text)]) {
        let top = items.iter().map(|(depth, _)| *depth).min().unwrap_or_default();
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for (depth, text) in items {
            match entries.last_mut() {
                Some(entry) if *depth > top => entry.below.push(text),
                _ => entries.push(Entry { text, below: Vec::new() }),
            }
        }
        let led = entries.iter().filter(|entry| self.lead(entry.text.as_str()).is_some()).count();
        let members = entries.iter().filter(|entry| member(entry.text.as_str()).is_some()).count();
        let is_members = members == entries.len()
            && entries.iter().any(|entry| {
                let name =
                    member(entry.text.as_str()).and_then(|end| entry.text.as_str().get(..end));
                name.is_some_and(|name| self.grammar.members.contains(&name))
            });
        if is_members {
            for entry in &entries {
                self.member_item(entry);
            }
        } else if led > 0 && led * 2 >= entries.len() {
            self.begin_codes();
            for entry in &entries {
                self.code_item(entry);
            }
        } else if led > 1
            && entries.first().is_some_and(|entry| self.lead(entry.text.as_str()).is_some())
            && entries.iter().all(|entry| entry.below.is_empty())
        {
            // A converter made one list of the codes and their notes.
            let mut rest = entries.as_slice();
            self.begin_codes();
            while let Some((entry, after)) = rest.split_first() {
                let is_note = |entry: &&Entry<'_>| self.lead(entry.text.as_str()).is_none();
                let count = after.iter().take_while(is_note).count();
                let (notes, after) = after.split_at_checked(count).unwrap_or((after, &[]));
                let below = notes.iter().map(|note| note.text).collect();
                self.code_item(&Entry { text: entry.text, below });
                rest = after;
            }
        } else {
            for entry in entries {
                if self.lead(entry.text.as_str()).is_some() {
                    let why = "an item that begins with a code, in a list that is none of codes";
                    self.unread(why, entry.text.whole());
                }
                self.prose(entry.text);
                entry.below.iter().for_each(|text| self.prose(text));
            }
        }
    }

    /// The code that a line begins with, if it is one beyond doubt.
    pub(super) fn lead(&self, text: &str) -> Option<Range<usize>> {
        let code = first_word(text)?;
        let word = text.get(code.clone())?;
        ((self.grammar.is_telling)(word) || self.known.contains(&word)).then_some(code)
    }

    fn code_item(&mut self, entry: &Entry<'_>) {
        let text = entry.text.as_str();
        let code = first_word(text)
            .filter(|code| text.get(code.clone()).is_some_and(|word| (self.grammar.fits)(word)));
        let Some(code) = code else {
            let why = format!(
                "an item of a list of codes without a code: {}, was expected",
                self.grammar.describe
            );
            self.unread(&why, entry.text.whole());
            self.prose(entry.text);
            entry.below.iter().for_each(|text| self.prose(text));
            return;
        };
        self.code_entry(entry.text, code, &entry.below);
    }

    /// A code, what follows it in its line, and the notes below.
    pub(super) fn code_entry(&mut self, line: &Text, code: Range<usize>, notes: &[&Text]) {
        let text = line.as_str();
        let rest = text.get(code.end..).unwrap_or_default();
        let is_mark = |c: char| c.is_whitespace() || ":-–—".contains(c);
        let from = code.end + (rest.len() - rest.trim_start_matches(is_mark).len());
        let rest = line.part(from..text.len());
        let (rest, statuses) = status_behind(&rest);
        // A sentence says what the code means; what is none is its name.
        let is_name = !rest.is_blank()
            && !rest.as_str().ends_with(['.', '!', '?'])
            && (self.has_numbers() || !notes.is_empty());
        let mut parts: Vec<&Text> = Vec::new();
        if !is_name && !rest.is_blank() {
            parts.push(&rest);
        }
        parts.extend(notes);
        let fact = CodeFact {
            code: text.get(code.clone()).unwrap_or_default().to_owned(),
            statuses,
            group: None,
            level: self.level(),
            name: is_name.then(|| crate::facts::plain(rest.as_str())),
            wording: joined(&parts),
            origin: Origin::Document(line.source(code)),
        };
        self.facts.codes.push(fact);
    }

    fn member_item(&mut self, entry: &Entry<'_>) {
        let text = entry.text;
        let Some(name) = member(text.as_str()) else { return };
        let rest = text.part(name + 1..text.as_str().len());
        let mut parts = vec![&rest];
        parts.extend(&entry.below);
        self.facts.members.push(MemberFact {
            name: text.as_str().get(..name).unwrap_or_default().to_owned(),
            kind: None,
            wording: joined(&parts),
            origin: Origin::Document(text.source(0..name)),
        });
    }
}

/// The first word of a line, without the mark behind it.
pub(super) fn first_word(text: &str) -> Option<Range<usize>> {
    let word = text.split(char::is_whitespace).next()?;
    let word = word.split_once(':').map_or(word, |(word, _)| word);
    let word = word.trim_end_matches(['.', ',', '–', '—']);
    (!word.is_empty()).then_some(0..word.len())
}

/// How long the name is that a line such as `errorCode: numeric code` begins with.
pub(super) fn member(text: &str) -> Option<usize> {
    let (name, rest) = text.split_once(':')?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    (is_name && rest.starts_with(' ') && !rest.trim().is_empty()).then_some(name.len())
}

/// Texts as one wording.
pub(super) fn joined(parts: &[&Text]) -> Option<Wording> {
    let parts: Vec<_> = parts.iter().filter(|part| !part.is_blank()).collect();
    let spans = parts.iter().map(|part| part.whole());
    let start = spans.clone().map(|span| span.start).min()?;
    let end = spans.map(|span| span.end).max()?;
    let text: Vec<_> = parts.iter().map(|part| part.as_str()).collect();
    Some(Wording::new(&text.join(" "), start..end))
}

/// A status in parentheses at the end: `Not Found (HTTP 404)`.
fn status_behind(text: &Text) -> (Text, Vec<CodeStatus>) {
    let whole = text.as_str();
    let found = whole.strip_suffix(')').and_then(|rest| {
        let open = rest.rfind('(')?;
        let inside = rest.get(open + 1..)?;
        let (before, number) = inside.rsplit_once(' ').unwrap_or(("", inside));
        let is_said = before.is_empty()
            || before.to_lowercase().contains("http")
            || before.to_lowercase().contains("status");
        let status = number.parse::<u16>().ok().filter(|status| (100..600).contains(status))?;
        let at = rest.len() - number.len()..rest.len();
        (is_said && number.len() == 3).then_some((open, status, at))
    });
    match found {
        None => (text.clone(), Vec::new()),
        Some((open, status, at)) => {
            let origin = Origin::Document(text.source(at));
            (text.part(0..open), vec![CodeStatus { status, reason: None, origin }])
        }
    }
}
