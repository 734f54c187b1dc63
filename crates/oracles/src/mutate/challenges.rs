//! Challenges and their parameters.

use std::ops::Range;

use super::pool::{
    Pool, change, characters, inserted, one, rarely, recased, replaced, rounds, swapped,
};
use super::words::CHARACTERS;
use super::{Rng, Stock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scheme,
    Parameter,
    Token68,
    /// A quoted string, or an equals sign, without a name before it.
    Stray,
}

#[derive(Debug, Clone)]
struct Item {
    kind: Kind,
    span: Range<usize>,
    /// The parameter's name; the whole of anything else.
    name: Range<usize>,
    /// The parameter's value with its quotation marks.
    value: Range<usize>,
}

/// A field with its schemes and parameters. Broken ones are read too: commas are not asked for.
struct Field<'t> {
    text: &'t [u8],
    items: Vec<Item>,
}

impl<'t> Field<'t> {
    fn read(text: &'t [u8]) -> Self {
        let mut items = Vec::<Item>::new();
        let mut at = 0;
        // Whether a comma stood since the last item.
        let mut comma = true;
        while let Some(&byte) = text.get(at) {
            let start = at;
            match byte {
                b',' => (comma, at) = (true, at + 1),
                _ if is_space(byte) => at += 1,
                b'"' | b'=' => {
                    at = if byte == b'"' { quoted_end(text, at) } else { at + 1 };
                    let whole = start..at;
                    let (name, value) = (whole.clone(), whole.clone());
                    items.push(Item { kind: Kind::Stray, span: whole, name, value });
                    comma = false;
                }
                _ => {
                    let name = start..start + word_length(&text[start..]);
                    at = name.end;
                    let equals = at + space_length(&text[at..]);
                    let value_at = equals + 1 + text.get(equals + 1..).map_or(0, space_length);
                    let value = match (text.get(equals), text.get(value_at)) {
                        (Some(b'='), Some(b'"')) => Some(value_at..quoted_end(text, value_at)),
                        (Some(b'='), Some(_)) => {
                            let length = word_length(&text[value_at..]);
                            (length > 0).then_some(value_at..value_at + length)
                        }
                        _ => None,
                    };
                    let after_scheme =
                        !comma && items.last().is_some_and(|last| last.kind == Kind::Scheme);
                    let item = if let Some(value) = value {
                        at = value.end;
                        Item { kind: Kind::Parameter, span: start..at, name, value }
                    } else {
                        at += text[at..].iter().take_while(|byte| **byte == b'=').count();
                        let kind = if after_scheme { Kind::Token68 } else { Kind::Scheme };
                        Item { kind, span: start..at, name, value: start..at }
                    };
                    items.push(item);
                    comma = false;
                }
            }
        }
        Self { text, items }
    }

    fn item(&self, rng: &mut Rng) -> Option<&Item> {
        one(&self.items, rng)
    }

    fn item_of(&self, kind: Kind, rng: &mut Rng) -> Option<&Item> {
        (0..6).find_map(|_| self.item(rng).filter(|item| item.kind == kind))
    }

    /// A scheme and all that belongs to it.
    fn challenge(&self, rng: &mut Rng) -> Option<Range<usize>> {
        let is_scheme = |item: &&Item| item.kind == Kind::Scheme;
        let schemes: Vec<usize> =
            (0..self.items.len()).filter(|&at| is_scheme(&&self.items[at])).collect();
        let &first = one(&schemes, rng)?;
        let length = self.items[first + 1..].iter().take_while(|item| !is_scheme(item)).count();
        Some(self.items[first].span.start..self.items[first + length].span.end)
    }

    fn bytes(&self, range: Range<usize>) -> &'t [u8] {
        &self.text[range]
    }

    /// Where an item begins or ends, or a part of one does.
    fn border(&self, rng: &mut Rng) -> usize {
        self.item(rng).map_or(0, |item| match rng.u8(..5) {
            0 => item.name.end,
            1 => item.value.start,
            2 | 3 => item.span.end,
            _ => item.span.start,
        })
    }

    /// Drops a range and one comma beside it, if there is one.
    fn without(&self, range: Range<usize>) -> Vec<u8> {
        let before = &self.text[..range.start];
        let space = before.iter().rev().take_while(|byte| is_space(**byte)).count();
        let comma = before[..before.len() - space].ends_with(b",");
        if comma {
            return replaced(self.text, range.start - space - 1..range.end, b"");
        }
        let after = &self.text[range.end..];
        let space = space_length(after);
        let comma = usize::from(after[space..].starts_with(b","));
        let end = range.end + if comma == 1 { space + 1 } else { 0 };
        replaced(self.text, range.start..end, b"")
    }
}

const SEPARATORS: [&[u8]; 16] = [
    b", ",
    b", ",
    b", ",
    b", ",
    b", ",
    b", ",
    b",",
    b",",
    b" , ",
    b",,",
    b", ,\t, ",
    b" ",
    b"  ",
    b"\t",
    b",\r\n ",
    b"\r\n\t, ",
];

const SPACES: [&[u8]; 7] = [b" ", b"\t", b"  ", b"\r\n ", b"\n\t", b"\r", b" \r\n\t "];

const TOKENS68: [&[u8]; 8] =
    [b"YWJj", b"YWI=", b"YQ==", b"a-._~+/0===", b"Bearer", b"error==", b"=", b"realm="];

/// What values stumble over.
const INSIDE: [&[u8]; 14] = [
    b"\\\"",
    b"\\\\",
    b"\\a",
    b"\\",
    b"\"",
    b",",
    b", ",
    b" ",
    b"=",
    b", error=\"a\"",
    b"'",
    b"\\\t",
    b"https://example.com/?a=b",
    b"\"a\"",
];

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn space_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_space(**byte)).count()
}

fn word_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| is_space(*byte) || b",\"=".contains(byte);
    text.iter().position(ends).unwrap_or(text.len())
}

/// After the closing quotation mark, or the end of the text.
fn quoted_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// What a value says, without quotation marks and escapes.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let Some(inside) = value.strip_prefix(b"\"") else { return value.to_vec() };
    let inside = inside.strip_suffix(b"\"").unwrap_or(inside);
    let mut out = Vec::with_capacity(inside.len());
    let mut bytes = inside.iter();
    while let Some(&byte) = bytes.next() {
        out.push(if byte == b'\\' { *bytes.next().unwrap_or(&byte) } else { byte });
    }
    out
}

fn quoted(text: &[u8], escape_all: bool) -> Vec<u8> {
    let mut out = vec![b'"'];
    for &byte in text {
        if b"\"\\".contains(&byte) || escape_all && byte.is_ascii_graphic() {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
    out
}

/// A word that a token can be.
fn token<'s>(pool: Pool<'s>, rng: &mut Rng) -> Option<&'s [u8]> {
    pool.word_where(rng, |word| {
        word.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') && !word.is_empty()
    })
}

/// A way to change the text, and its weight: how often it is taken.
type Change = (u32, fn(&Field<'_>, Pool<'_>, &mut Rng) -> Option<Vec<u8>>);

const CHANGES: &[Change] = &[
    // A parameter, a scheme or a whole challenge is dropped.
    (5, |field, _, rng| Some(field.without(field.item(rng)?.span.clone()))),
    (2, |field, _, rng| Some(field.without(field.challenge(rng)?))),
    // One stands twice, a parameter sometimes with another value.
    (7, |field, pool, rng| {
        let item = field.item(rng)?;
        let copied = match (item.kind, token(pool, rng)) {
            (Kind::Parameter, Some(word)) if rng.bool() => {
                let value = if rng.bool() { quoted(word, false) } else { word.to_vec() };
                [field.bytes(item.name.clone()), b"=", &*value].concat()
            }
            _ => field.bytes(item.span.clone()).to_vec(),
        };
        let copied = if rarely(6, rng) { recased(&copied, rng)? } else { copied };
        let copies = if rarely(40, rng) { 130 } else { 1 };
        let at = field.item(rng)?.span.end;
        Some(inserted(field.text, at, &[*one(&SEPARATORS, rng)?, &*copied].concat().repeat(copies)))
    }),
    (4, |field, _, rng| {
        let challenge = field.challenge(rng)?;
        let copied = field.bytes(challenge.clone());
        Some(inserted(field.text, challenge.end, &[*one(&SEPARATORS, rng)?, copied].concat()))
    }),
    // Two in each other's place.
    (4, |field, _, rng| {
        swapped(field.text, field.item(rng)?.span.clone(), field.item(rng)?.span.clone())
    }),
    (1, |field, _, rng| swapped(field.text, field.challenge(rng)?, field.challenge(rng)?)),
    // What another field has.
    (6, |field, pool, rng| {
        let other = Field::read(pool.input(rng, |other| !other.is_empty())?);
        let part = if rng.bool() { other.challenge(rng)? } else { other.item(rng)?.span.clone() };
        let at = if rng.bool() { field.text.len() } else { field.item(rng)?.span.end };
        let separator = *one(&SEPARATORS, rng)?;
        Some(inserted(field.text, at, &[separator, other.bytes(part)].concat()))
    }),
    // A new parameter or scheme.
    (6, |field, pool, rng| {
        let word = token(pool, rng)?;
        let new = match rng.u8(..4) {
            0 => word.to_vec(),
            1 => [word, b"=", token(pool, rng)?].concat(),
            _ => [word, b"=", &*quoted(token(pool, rng)?, false)].concat(),
        };
        let at = field.item(rng)?.span.end;
        Some(inserted(field.text, at, &[*one(&SEPARATORS, rng)?, &*new].concat()))
    }),
    // Another name, for schemes and parameters.
    (7, |field, pool, rng| {
        let name = field.item(rng)?.name.clone();
        let new = match rng.u8(..3) {
            0 => recased(field.bytes(name.clone()), rng)?,
            _ => token(pool, rng)?.to_vec(),
        };
        Some(replaced(field.text, name, &new))
    }),
    // Another value.
    (8, |field, pool, rng| {
        let value = field.item_of(Kind::Parameter, rng)?.value.clone();
        let new = match rng.u8(..6) {
            0 => token(pool, rng)?.to_vec(),
            1 => quoted(b"", false),
            // A list, as scope has it.
            2 => {
                let words = [unquoted(field.bytes(value.clone())), token(pool, rng)?.to_vec()];
                let separator = *one(&[&b" "[..], b" ", b"  ", b",", b"\t"], rng)?;
                quoted(&words.join(separator), false)
            }
            _ => quoted(pool.word(rng)?, false),
        };
        Some(replaced(field.text, value, &new))
    }),
    // The same value with or without quotation marks, with other escapes.
    (6, |field, _, rng| {
        let value = field.item_of(Kind::Parameter, rng)?.value.clone();
        let said = unquoted(field.bytes(value.clone()));
        let new = match rng.u8(..4) {
            0 => quoted(&said, true),
            1 => quoted(&said, false),
            _ if field.text[value.start] == b'"' => said,
            _ => quoted(&said, false),
        };
        Some(replaced(field.text, value, &new))
    }),
    // Something else inside a value.
    (6, |field, _, rng| {
        let value = field.item_of(Kind::Parameter, rng)?.value.clone();
        let characters = characters(field.bytes(value.clone()));
        let at = value.start + one(&characters, rng)?.end;
        let new = if rng.bool() { one(&INSIDE, rng)? } else { one(&CHARACTERS, rng)? };
        Some(inserted(field.text, at, new))
    }),
    // Cut off inside a value, or a character of it less.
    (3, |field, _, rng| {
        let value = field.item(rng)?.value.clone();
        let characters = characters(field.bytes(value.clone()));
        let character = one(&characters, rng)?;
        let start = value.start + character.start;
        let end = if rarely(4, rng) { value.end } else { value.start + character.end };
        Some(replaced(field.text, start..end, b""))
    }),
    // A token68.
    (4, |field, _, rng| {
        let scheme = field.item_of(Kind::Scheme, rng)?;
        let space = *one(&[&b" "[..], b" ", b"  ", b"\t"], rng)?;
        Some(inserted(field.text, scheme.span.end, &[space, *one(&TOKENS68, rng)?].concat()))
    }),
    // Other separators: white space, folds, empty elements, a comma less.
    (7, |field, _, rng| {
        let at = field.border(rng);
        Some(inserted(
            field.text,
            at,
            if rng.bool() { one(&SPACES, rng) } else { one(&SEPARATORS, rng) }?,
        ))
    }),
    (4, |field, _, rng| {
        let at = rng.usize(..field.items.len().max(1));
        let between = field.items.get(at)?.span.end..field.items.get(at + 1)?.span.start;
        Some(replaced(field.text, between, one(&SEPARATORS, rng)?))
    }),
    // A word or a sign anywhere; cut off.
    (3, |field, pool, rng| Some(inserted(field.text, field.border(rng), pool.word(rng)?))),
    (1, |field, _, rng| Some(field.text[..field.border(rng)].to_vec())),
];

/// Drops, doubles, swaps and renames challenges and parameters, quotes and unquotes values, splices
/// words and challenges of other inputs in, and changes what stands between them.
pub fn challenges(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    challenges_of(input, Pool::new(stock), rng)
}

pub(super) fn challenges_of(input: &[u8], pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    rounds(input, pool, rng, |input, pool, rng| {
        let field = Field::read(input);
        if field.items.is_empty() {
            return if rng.bool() { pool.input(rng, |_| true).map(<[u8]>::to_vec) } else { None };
        }
        change(&field, CHANGES, pool, rng)
    })
}
