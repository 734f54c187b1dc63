//! A whole response: its status, its fields, its body.

use std::ops::Range;

use super::body::body_of;
use super::challenges::challenges_of;
use super::pool::{
    Pool, change, inserted, one, rarely, recased, renumbered, replaced, rounds, swapped,
};
use super::words::words_of;
use super::{Rng, Stock};

/// A response in parts.
struct Parts<'t> {
    text: &'t [u8],
    /// The first line without its end.
    first: Range<usize>,
    fields: Vec<Line>,
    /// What follows the empty line.
    body: Range<usize>,
}

/// A field line.
#[derive(Debug, Clone)]
struct Line {
    /// The whole of it, folds and the line end included.
    span: Range<usize>,
    name: Range<usize>,
    /// Without the white space around it.
    value: Range<usize>,
}

impl<'t> Parts<'t> {
    fn read(text: &'t [u8]) -> Self {
        // A line ends here, and the next begins there.
        let line_end = |start: usize| match text[start..].iter().position(|byte| *byte == b'\n') {
            Some(length) => {
                let end = start + length;
                (if text[start..end].ends_with(b"\r") { end - 1 } else { end }, end + 1)
            }
            None => (text.len(), text.len()),
        };
        let (first_end, mut at) = line_end(0);
        let mut fields = Vec::new();
        loop {
            let start = at;
            let (mut end, mut next) = line_end(start);
            if end == start {
                return Self { text, first: 0..first_end, fields, body: next..text.len() };
            }
            while text.get(next).is_some_and(|byte| is_blank(*byte)) {
                (end, next) = line_end(next);
            }
            let line = &text[start..end];
            let name = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let value = &line[(name + 1).min(line.len())..];
            let value_start = end - value.trim_ascii_start().len();
            let value_end = value_start + value.trim_ascii().len();
            fields.push(Line {
                span: start..next,
                name: start..start + name,
                value: value_start..value_end,
            });
            at = next;
        }
    }

    fn bytes(&self, range: Range<usize>) -> &'t [u8] {
        &self.text[range]
    }

    fn field(&self, rng: &mut Rng) -> Option<&Line> {
        one(&self.fields, rng)
    }

    /// Where a field line can stand.
    fn border(&self, rng: &mut Rng) -> usize {
        match self.fields.get(rng.usize(..=self.fields.len())) {
            Some(field) => field.span.start,
            None => self
                .fields
                .last()
                .map_or_else(|| self.text.len().min(self.first.end + 2), |last| last.span.end),
        }
    }

    /// A field's value by its name, for the stock of its mutator.
    fn value_of(&self, name: &[u8]) -> &'t [u8] {
        let named = |field: &&Line| self.bytes(field.name.clone()).eq_ignore_ascii_case(name);
        let value = self.fields.iter().find(named).map_or(0..0, |field| field.value.clone());
        self.bytes(value)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Fields that say something, and near misses.
const FIELDS: [&[u8]; 16] = [
    b"Content-Type: application/json\r\n",
    b"Content-Type: application/json; charset=utf-8\r\n",
    b"Content-Type: text/xml\r\n",
    b"content-type: application/xml;charset=\"ISO-8859-1\"\r\n",
    b"Content-Type: application/problem+json\r\n",
    b"Content-Type: text/html\r\n",
    b"Content-Type:\r\n",
    b"Retry-After: 120\r\n",
    b"Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
    b"Retry-After: -1\r\n",
    b"WWW-Authenticate: Bearer realm=\"a\", error=\"invalid_token\"\r\n",
    b"WWW-Authenticate: Basic YWJj, Bearer\r\n",
    b"WWW-Authenticate: \r\n",
    b"Proxy-Authenticate: Negotiate\r\n",
    b"Content-Encoding: gzip\r\n",
    b"no field\r\n",
];

/// Statuses that no document has, and what is none.
const STATUSES: [&[u8]; 16] = [
    b"100", b"199", b"200", b"299", b"301", b"399", b"418", b"499", b"500", b"599", b"600", b"0",
    b"99", b"1000", b"65536", b"",
];

/// The body of a message, as the stock of bodies.
fn body_part<'m>(message: &'m [u8], _: &mut Rng) -> &'m [u8] {
    let parts = Parts::read(message);
    &message[parts.body]
}

/// A way to change the text, and its weight: how often it is taken.
type Change = (u32, fn(&Parts<'_>, Pool<'_>, &mut Rng) -> Option<Vec<u8>>);

const CHANGES: &[Change] = &[
    // The body.
    (20, |parts, pool, rng| {
        let body = body_of(parts.bytes(parts.body.clone()), pool.of(body_part), rng)?;
        Some(replaced(parts.text, parts.body.clone(), &body))
    }),
    (3, |parts, pool, rng| {
        let other = Parts::read(pool.input(rng, |_| true)?);
        let body = if rarely(6, rng) { b"" } else { other.bytes(other.body.clone()) };
        Some(replaced(parts.text, parts.body.clone(), body))
    }),
    // A field's value, by the grammar of its name.
    (14, |parts, pool, rng| {
        let field = parts.field(rng)?;
        let value = parts.bytes(field.value.clone());
        let name = parts.bytes(field.name.clone()).to_ascii_lowercase();
        let new = match &*name {
            b"www-authenticate" | b"proxy-authenticate" => {
                let pool = pool.of(|message, _| Parts::read(message).value_of(b"www-authenticate"));
                challenges_of(value, pool, rng)
            }
            b"retry-after" => {
                let pool = pool.of(|message, _| Parts::read(message).value_of(b"retry-after"));
                words_of(value, pool, rng)
            }
            _ => {
                let pool = pool.of(|message, _| Parts::read(message).value_of(b"content-type"));
                words_of(value, pool, rng)
            }
        };
        Some(replaced(parts.text, field.value.clone(), &new?))
    }),
    // Another status: one of the words, one near this one, none.
    (8, |parts, pool, rng| {
        let first = parts.bytes(parts.first.clone());
        let start = first.iter().position(|byte| *byte == b' ').map_or(first.len(), |at| at + 1);
        let rest = &first[start..];
        let end = start + rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
        let is_status = |word: &[u8]| word.len() == 3 && word.iter().all(u8::is_ascii_digit);
        let status = match rng.u8(..6) {
            0 => renumbered(&first[start..end], rng)?,
            1 => one(&STATUSES, rng)?.to_vec(),
            2 => {
                let other = Parts::read(pool.input(rng, |_| true)?);
                let first = other.bytes(other.first.clone());
                first.split(|byte| *byte == b' ').nth(1)?.to_vec()
            }
            _ => pool.word_where(rng, is_status)?.to_vec(),
        };
        Some(replaced(parts.text, start..end, &status))
    }),
    (1, |parts, pool, rng| {
        let first = words_of(parts.bytes(parts.first.clone()), pool, rng)?;
        Some(replaced(parts.text, parts.first.clone(), &first))
    }),
    // A field less, one twice, one more, two in each other's place.
    (4, |parts, _, rng| Some(replaced(parts.text, parts.field(rng)?.span.clone(), b""))),
    (5, |parts, _, rng| {
        let field = parts.bytes(parts.field(rng)?.span.clone());
        Some(inserted(parts.text, parts.border(rng), field))
    }),
    (6, |parts, pool, rng| {
        let other = Parts::read(pool.input(rng, |_| true)?);
        let field = match other.field(rng) {
            Some(field) if rng.bool() => other.bytes(field.span.clone()),
            _ => one(&FIELDS, rng)?,
        };
        Some(inserted(parts.text, parts.border(rng), field))
    }),
    (2, |parts, _, rng| {
        swapped(parts.text, parts.field(rng)?.span.clone(), parts.field(rng)?.span.clone())
    }),
    // Another name.
    (3, |parts, _, rng| {
        let name = parts.field(rng)?.name.clone();
        Some(replaced(parts.text, name.clone(), &recased(parts.bytes(name), rng)?))
    }),
    (2, |parts, _, rng| {
        let names: [&[u8]; 5] = [
            b"WWW-Authenticate",
            b"Proxy-Authenticate",
            b"Retry-After",
            b"Content-Type",
            b"X-Unknown",
        ];
        Some(replaced(parts.text, parts.field(rng)?.name.clone(), one(&names, rng)?))
    }),
    // A fold, white space around a value, another line end.
    (4, |parts, _, rng| {
        let value = parts.field(rng)?.value.clone();
        let at = value.start + rng.usize(..=value.len());
        let spaces = [&b"\r\n "[..], b"\n\t", b" ", b"\t", b"\r\n\r\n", b"\r"];
        Some(inserted(parts.text, at, one(&spaces, rng)?))
    }),
    (1, |parts, _, rng| {
        let field = parts.field(rng)?.span.clone();
        let end = field.end
            - parts.text[..field.end].iter().rev().take_while(|b| b"\r\n".contains(b)).count();
        let ends = [&b"\n"[..], b"\r\n", b"\r", b"", b"\r\r\n"];
        Some(replaced(parts.text, end.max(field.start)..field.end, one(&ends, rng)?))
    }),
    // Cut off.
    (1, |parts, _, rng| Some(parts.text[..rng.usize(..=parts.text.len())].to_vec())),
];

/// Changes the status, drops, doubles, folds and recases fields, takes those of other responses,
/// and changes the body, the challenges, the dates by their own grammars.
pub fn message(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    rounds(input, Pool::new(stock), rng, |input, pool, rng| {
        if !input.contains(&b'\n') && rng.bool() {
            // Nothing of a message: start over.
            return pool.input(rng, |_| true).map(<[u8]>::to_vec);
        }
        change(&Parts::read(input), CHANGES, pool, rng)
    })
}
