//! JSON: values, members and elements.

use std::fmt::Write as _;
use std::ops::Range;

use super::pool::{
    Pool, change, inserted, one, rarely, recased, renumbered, replaced, rounds, swapped,
};
use super::words::CHARACTERS;
use super::{Rng, Stock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    String,
    Number,
    /// `true`, `false`, `null`, and whatever else is no value.
    Word,
}

/// A value, and the name it has in an object.
#[derive(Debug, Clone)]
struct Node {
    /// The name with its quotation marks.
    name: Option<Range<usize>>,
    value: Range<usize>,
    kind: Kind,
    /// The container it is in, as an index.
    parent: Option<usize>,
}

impl Node {
    /// The element, or the member from its name on.
    fn item(&self) -> Range<usize> {
        self.name.as_ref().map_or(self.value.start, |name| name.start)..self.value.end
    }

    fn is_container(&self) -> bool {
        matches!(self.kind, Kind::Object | Kind::Array)
    }
}

/// A text with its values in order of their beginnings. Broken ones are read too: commas and
/// colons may stand anywhere, any bracket closes, and whatever is open ends with the text.
struct Tree<'t> {
    text: &'t [u8],
    nodes: Vec<Node>,
}

impl<'t> Tree<'t> {
    fn read(text: &'t [u8]) -> Self {
        let mut nodes = Vec::<Node>::new();
        let mut open = Vec::<usize>::new();
        let mut name = None;
        let mut at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        while let Some(&byte) = text.get(at) {
            let start = at;
            at += 1;
            let kind = match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => continue,
                b'{' => Kind::Object,
                b'[' => Kind::Array,
                b'}' | b']' => {
                    if let Some(closed) = open.pop() {
                        nodes[closed].value.end = at;
                    }
                    name = None;
                    continue;
                }
                b'"' => {
                    at = string_end(text, at);
                    let space = text[at..].iter().take_while(|byte| is_space(**byte)).count();
                    let in_object =
                        open.last().is_some_and(|&last| nodes[last].kind == Kind::Object);
                    if in_object && name.is_none() && text.get(at + space) == Some(&b':') {
                        name = Some(start..at);
                        at += space + 1;
                        continue;
                    }
                    Kind::String
                }
                _ => {
                    let rest = text[at..].iter().position(|byte| b" \t\r\n,:{}[]\"".contains(byte));
                    at = rest.map_or(text.len(), |length| at + length);
                    if byte == b'-' || byte.is_ascii_digit() { Kind::Number } else { Kind::Word }
                }
            };
            let node =
                Node { name: name.take(), value: start..at, kind, parent: open.last().copied() };
            if node.is_container() {
                open.push(nodes.len());
            }
            nodes.push(node);
        }
        for still_open in open {
            nodes[still_open].value.end = text.len();
        }
        Self { text, nodes }
    }

    /// Any value, the whole one among them.
    fn node(&self, rng: &mut Rng) -> Option<&Node> {
        one(&self.nodes, rng)
    }

    /// A value for which `wanted` holds: one of a few that are looked at.
    fn node_where(&self, rng: &mut Rng, wanted: impl Fn(&Node) -> bool) -> Option<&Node> {
        (0..8).find_map(|_| self.node(rng).filter(|node| wanted(node)))
    }

    /// A member or an element of something.
    fn item(&self, rng: &mut Rng) -> Option<&Node> {
        self.node_where(rng, |node| node.parent.is_some())
    }

    /// What is in the same container, in order; itself too.
    fn siblings(&self, node: &Node) -> Vec<&Node> {
        self.nodes.iter().filter(|other| other.parent == node.parent).collect()
    }

    fn bytes(&self, range: Range<usize>) -> &'t [u8] {
        &self.text[range]
    }

    /// A name, quotation marks included: one of this text, of the words, or of another input.
    fn name(&self, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
        let own = |tree: &Tree<'_>, rng: &mut Rng| {
            let name = tree.node_where(rng, |node| node.name.is_some())?.name.clone()?;
            Some(tree.bytes(name).to_vec())
        };
        match rng.u8(..4) {
            0 => own(self, rng),
            1 => own(&Tree::read(pool.input(rng, is_tree)?), rng),
            _ => pool.name(rng).map(quoted),
        }
    }

    /// A value: one of this text, a word, a scalar at some edge, or one of another input.
    fn value(&self, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
        let own = |tree: &Tree<'_>, rng: &mut Rng| {
            Some(tree.bytes(tree.node(rng)?.value.clone()).to_vec())
        };
        match rng.u8(..8) {
            0 => own(self, rng),
            1 | 2 => own(&Tree::read(pool.input(rng, is_tree)?), rng),
            3 => one(&SCALARS, rng).map(|scalar| scalar.to_vec()),
            4 => one(&NUMBERS, rng).map(|number| number.to_vec()),
            _ => pool.name(rng).map(quoted),
        }
    }

    /// Puts a member (`"name":value`) or an element into a container: first, last or in between.
    fn with_item(&self, container: usize, item: &[u8], rng: &mut Rng) -> Vec<u8> {
        let items: Vec<&Node> =
            self.nodes[container..].iter().filter(|node| node.parent == Some(container)).collect();
        match one(&items, rng) {
            None => inserted(self.text, self.nodes[container].value.start + 1, item),
            Some(&next) if rng.bool() => {
                inserted(self.text, next.item().start, &[item, b","].concat())
            }
            Some(&last) => inserted(self.text, last.value.end, &[b",", item].concat()),
        }
    }

    /// An item with another value in the same container, once or often.
    fn with_twin(
        &self,
        node: &Node,
        name: Option<&[u8]>,
        value: &[u8],
        rng: &mut Rng,
    ) -> Option<Vec<u8>> {
        let item = match name {
            Some(name) => [name, b":", value].concat(),
            None => value.to_vec(),
        };
        let item = if item.len() < 64 && rarely(12, rng) {
            // Over the limits of what is kept: findings, duplicates.
            vec![&*item; *one(&[3, 12, 13, 99, 101, 130], rng)?].join(&b","[..])
        } else {
            item
        };
        Some(self.with_item(node.parent?, &item, rng))
    }

    /// Where white space may stand: on either side of a name or a value.
    fn border(&self, rng: &mut Rng) -> Option<usize> {
        let node = self.node(rng)?;
        Some(match (rng.u8(..5), &node.name) {
            (0, Some(name)) => name.start,
            (1, Some(name)) => name.end,
            (2, _) if node.is_container() => node.value.start + 1,
            (3, _) if node.is_container() => node.value.end - 1,
            (4, _) => node.value.end,
            _ => node.value.start,
        })
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

const SCALARS: [&[u8]; 9] =
    [b"null", b"true", b"false", b"0", b"-1", b"\"\"", b"[]", b"{}", b"\"0\""];

/// Numbers at the edges of what 32, 53 and 64 bits and an f64 hold, and statuses.
const NUMBERS: [&[u8]; 24] = [
    b"0",
    b"-0",
    b"-0.0",
    b"1e400",
    b"-1E+400",
    b"1e-400",
    b"1.7976931348623157e308",
    b"1.7976931348623159e308",
    b"5e-324",
    b"0.1",
    b"1.0",
    b"1E3",
    b"255",
    b"65536",
    b"2147483648",
    b"4294967296",
    b"9007199254740993",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"18446744073709551615",
    b"18446744073709551616",
    b"12345678901234567890123456789",
    b"400",
    b"404",
];

/// What can stand in a string where a character can.
const ESCAPES: [&[u8]; 14] = [
    br"\n",
    br#"\""#,
    br"\\",
    br"\/",
    br"\b\f\r\t",
    br"\u0000",
    br"\u001f",
    br"\u00e9",
    br"\u00E9",
    br"\uD834\uDD1E",
    br"\ud834\udd1e",
    br"\uffff",
    br"\ud7ff\ue000",
    br"\udbff\udfff",
];

/// What cannot.
const NO_ESCAPES: [&[u8]; 16] = [
    br"\ud834",
    br"\udd1e",
    br"\udd1e\ud834",
    br"\ud834\ud834\udd1e",
    br"\ud834\n",
    br"\u12",
    br"\u00g0",
    br"\U0041",
    br"\x41",
    br"\'",
    br"\",
    b"\n",
    b"\0",
    b"\x1F",
    b"\xFF",
    b"\xED\xA0\x80",
];

/// What is like a value and is none.
const NO_VALUES: [&[u8]; 16] = [
    b"01",
    b"1.",
    b".5",
    b"+1",
    b"-",
    b"1e",
    b"1e+",
    b"0x10",
    b"NaN",
    b"-Infinity",
    b"nul",
    b"True",
    b"'a'",
    b"undefined",
    b"[1,]",
    b"{\"a\"}",
];

/// What a whole body can be put into: the documents' outer forms, and near misses.
const AROUND: [(&str, &str); 12] = [
    (r#"{"error":"#, "}"),
    (r#"{"Error":"#, "}"),
    (r#"{"innererror":"#, "}"),
    (r#"{"value":["#, "]}"),
    (r#"{"value":["#, r#","0"]}"#),
    (r#"{"responses":[{"body":"#, "}]}"),
    (r#"{"responses":[{"id":"1","status":400,"body":"#, "}]}"),
    (r#"{"data":"#, r#","status":404}"#),
    ("[", "]"),
    ("[{},", "]"),
    ("[[", "]]"),
    ("", " "),
];

/// Whether this begins as a body that is JSON does.
pub(super) fn is_tree(text: &[u8]) -> bool {
    matches!(text.trim_ascii_start().first(), Some(b'{' | b'['))
        || text.starts_with(BYTE_ORDER_MARK)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn quoted(text: &[u8]) -> Vec<u8> {
    [b"\"", text, b"\""].concat()
}

/// After the closing quotation mark, or the end of the text.
fn string_end(text: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the characters and escapes of a string stand, from its span.
fn units(text: &[u8], string: Range<usize>) -> Vec<Range<usize>> {
    let mut at = string.start + 1;
    let end =
        if string.len() > 1 && text[string.end - 1] == b'"' { string.end - 1 } else { string.end };
    let mut units = Vec::with_capacity(string.len());
    while at < end {
        let rest = &text[at..end];
        let length = match rest {
            // A pair of surrogates is one character.
            [b'\\', b'u', _, b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B', _, _, b'\\', b'u', ..] => 12,
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            [_, rest @ ..] => 1 + rest.iter().take_while(|next| *next & 0xC0 == 0x80).count(),
            [] => break,
        };
        let start = at;
        at = (at + length).min(end);
        units.push(start..at);
    }
    units
}

/// The same character as `\uXXXX`, or as two of them. `None` for what is no single character.
fn respelled(character: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    let character = std::str::from_utf8(character).ok()?.chars().next()?;
    if character == '\\' {
        return None;
    }
    let upper = rng.bool();
    let mut escape = String::new();
    for unit in character.encode_utf16(&mut [0; 2]) {
        let written =
            if upper { write!(escape, "\\u{unit:04X}") } else { write!(escape, "\\u{unit:04x}") };
        written.ok()?;
    }
    Some(escape.into_bytes())
}

/// A string that says the same with other escapes.
fn respelled_string(text: &[u8], string: Range<usize>, rng: &mut Rng) -> Option<Vec<u8>> {
    let units = units(text, string.clone());
    let only = if rarely(3, rng) { None } else { Some(one(&units, rng)?.clone()) };
    let mut spelled = vec![b'"'];
    for unit in units {
        let plain = &text[unit.clone()];
        match respelled(plain, rng) {
            Some(escape) if only.as_ref().is_none_or(|only| *only == unit) => {
                spelled.extend_from_slice(&escape);
            }
            _ => spelled.extend_from_slice(plain),
        }
    }
    spelled.push(b'"');
    Some(spelled)
}

/// A string in another case: one without escapes, which have but one.
fn recased_string(string: &[u8], rng: &mut Rng) -> Option<Vec<u8>> {
    if string.contains(&b'\\') { None } else { recased(string, rng) }
}

/// A member's name, written another way or another name.
fn renamed(tree: &Tree<'_>, name: Range<usize>, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    match rng.u8(..8) {
        0 | 1 => recased_string(tree.bytes(name), rng),
        2 => respelled_string(tree.text, name, rng),
        3 => restrung(tree, &name, pool, rng),
        _ => tree.name(pool, rng),
    }
}

/// A string with a little more, a little less, or something else in it.
fn restrung(
    tree: &Tree<'_>,
    string: &Range<usize>,
    pool: Pool<'_>,
    rng: &mut Rng,
) -> Option<Vec<u8>> {
    let text = tree.text;
    let units = units(text, string.clone());
    let start = string.start;
    // Where a character begins; after the last one it is the closing mark.
    let border = |rng: &mut Rng| match units.get(rng.usize(..=units.len())) {
        Some(unit) => unit.start - start,
        None => units.last().map_or(1, |last| last.end - start),
    };
    let string = tree.bytes(string.clone());
    let inside = units.last().map_or(1, |last| last.end - start);
    let edit = |range: Range<usize>, new: &[u8]| Some(replaced(string, range, new));
    let here = |unit: &Range<usize>| unit.start - start..unit.end - start;
    match rng.u8(..10) {
        0 => edit(here(one(&units, rng)?), b""),
        1 => {
            let unit = here(one(&units, rng)?);
            edit(unit.end..unit.end, &string[unit])
        }
        2 => edit(border(rng)..inside, b""),
        3 => edit(1..border(rng), b""),
        4 | 5 => {
            let at = border(rng);
            edit(at..at, one(&ESCAPES, rng)?)
        }
        6 => {
            let at = border(rng);
            let character = one(&CHARACTERS, rng)?;
            let fits = std::str::from_utf8(character).is_ok()
                && !character.iter().any(|&byte| byte < b' ' || byte == b'"' || byte == b'\\');
            if fits { edit(at..at, character) } else { None }
        }
        7 => {
            let at = border(rng);
            edit(at..at, pool.name(rng)?)
        }
        8 => renumbered(&string[1..inside], rng).map(|number| quoted(&number)),
        _ => recased_string(string, rng),
    }
}

/// Something of another type in the place of a value.
fn retyped(text: &[u8], node: &Node, rng: &mut Rng) -> Option<Vec<u8>> {
    let value = &text[node.value.clone()];
    let inside = value.get(1..value.len().saturating_sub(1)).unwrap_or_default();
    Some(match (node.kind, rng.u8(..8)) {
        // The same digits without or with quotation marks.
        (Kind::String, 0..=3)
            if !inside.is_empty()
                && inside.iter().all(u8::is_ascii_digit)
                && (inside[0] != b'0' || inside.len() == 1) =>
        {
            inside.to_vec()
        }
        (Kind::Number | Kind::Word, 0..=3) => quoted(value),
        // An object's values as an array would need its names gone: the other empty container.
        (Kind::Object, 0) => b"[]".to_vec(),
        (Kind::Array, 0) => b"{}".to_vec(),
        _ => {
            let scalar = one(&SCALARS, rng)?;
            if scalar.first() == value.first() {
                return None;
            }
            scalar.to_vec()
        }
    })
}

/// How deep to nest: once most often, sometimes to the edges of what the peers can read.
fn depth(short: bool, rng: &mut Rng) -> usize {
    const EDGES: [usize; 10] = [3, 9, 33, 64, 126, 127, 128, 129, 200, 202];
    if short && rarely(10, rng) { EDGES[rng.usize(..EDGES.len())] } else { 1 }
}

/// A way to change the text, and its weight: how often it is taken.
type Change = (u32, fn(&Tree<'_>, Pool<'_>, &mut Rng) -> Option<Vec<u8>>);

const CHANGES: &[Change] = &[
    // A member or an element is dropped.
    (6, |tree, _, rng| {
        let node = tree.item(rng)?;
        let siblings = tree.siblings(node);
        let at = siblings.iter().position(|other| other.value == node.value)?;
        let item = node.item();
        let range = match (at.checked_sub(1).map(|before| siblings[before]), siblings.get(at + 1)) {
            (Some(before), _) => before.value.end..item.end,
            (None, Some(next)) => item.start..next.item().start,
            (None, None) => item,
        };
        Some(replaced(tree.text, range, b""))
    }),
    // One stands twice, most often with another value.
    (10, |tree, pool, rng| {
        let node = tree.item(rng)?;
        let name = match &node.name {
            None => None,
            Some(name) => Some(match rng.u8(..6) {
                0 => respelled_string(tree.text, name.clone(), rng)?,
                1 => recased_string(tree.bytes(name.clone()), rng)?,
                _ => tree.bytes(name.clone()).to_vec(),
            }),
        };
        let value = match rng.u8(..4) {
            0 => tree.bytes(node.value.clone()).to_vec(),
            1 => retyped(tree.text, node, rng)?,
            _ => tree.value(pool, rng)?,
        };
        tree.with_twin(node, name.as_deref(), &value, rng)
    }),
    // A new member or element.
    (10, |tree, pool, rng| {
        let at = rng.usize(..tree.nodes.len().max(1));
        let container = tree.nodes.iter().skip(at).position(Node::is_container)? + at;
        let in_object = tree.nodes[container].kind == Kind::Object;
        let item = if in_object && rng.bool() {
            // As another input has it, name and all.
            let other = Tree::read(pool.input(rng, is_tree)?);
            other.bytes(other.node_where(rng, |node| node.name.is_some())?.item()).to_vec()
        } else {
            let value = tree.value(pool, rng)?;
            if in_object { [&*tree.name(pool, rng)?, b":", &*value].concat() } else { value }
        };
        Some(tree.with_item(container, &item, rng))
    }),
    // Another type.
    (9, |tree, _, rng| {
        let node = tree.node(rng)?;
        Some(replaced(tree.text, node.value.clone(), &retyped(tree.text, node, rng)?))
    }),
    // Another value.
    (10, |tree, pool, rng| {
        let node = tree.node_where(rng, |node| !node.is_container() || node.value.len() < 64)?;
        Some(replaced(tree.text, node.value.clone(), &tree.value(pool, rng)?))
    }),
    // A word as the value of a member that has a scalar: most often one of the documented codes.
    (8, |tree, pool, rng| {
        let node = tree.node_where(rng, |node| node.name.is_some() && !node.is_container())?;
        Some(replaced(tree.text, node.value.clone(), &quoted(pool.name(rng)?)))
    }),
    // What another input has under the same name.
    (6, |tree, pool, rng| {
        let node = tree.node_where(rng, |node| node.name.is_some())?;
        let name = tree.bytes(node.name.clone()?);
        let other = Tree::read(pool.input(rng, is_tree)?);
        let same = other.nodes.iter().find(|node| {
            node.name.clone().is_some_and(|other_name| other.bytes(other_name) == name)
        })?;
        Some(replaced(tree.text, node.value.clone(), other.bytes(same.value.clone())))
    }),
    // A value inside a new one.
    (6, |tree, pool, rng| {
        let node = tree.node(rng)?;
        let value = tree.bytes(node.value.clone());
        let depth = depth(value.len() < 512, rng);
        let (before, after) = match rng.u8(..4) {
            0 => (b"[".to_vec(), b"]"),
            1 => (b"{\"innererror\":".to_vec(), b"}"),
            2 => (b"{\"error\":".to_vec(), b"}"),
            _ => ([b"{", &*tree.name(pool, rng)?, b":"].concat(), b"}"),
        };
        let around = [&*before.repeat(depth), value, &*after.repeat(depth)].concat();
        Some(replaced(tree.text, node.value.clone(), &around))
    }),
    // A value in the place of what it is in.
    (4, |tree, _, rng| {
        let inner = tree.item(rng)?;
        let outer = &tree.nodes[inner.parent?];
        Some(replaced(tree.text, outer.value.clone(), tree.bytes(inner.value.clone())))
    }),
    // An object inside itself: an error as its own inner error.
    (4, |tree, pool, rng| {
        let at = rng.usize(..tree.nodes.len().max(1));
        let object = tree.nodes.iter().skip(at).position(|node| node.kind == Kind::Object)? + at;
        let name = if rarely(3, rng) { tree.name(pool, rng)? } else { b"\"innererror\"".to_vec() };
        let copied = tree.bytes(tree.nodes[object].value.clone());
        if copied.len() > 2048 {
            return None;
        }
        Some(tree.with_item(object, &[&*name, b":", copied].concat(), rng))
    }),
    // Another name.
    (8, |tree, pool, rng| {
        let name = tree.node_where(rng, |node| node.name.is_some())?.name.clone()?;
        Some(replaced(tree.text, name.clone(), &renamed(tree, name, pool, rng)?))
    }),
    // Two in each other's place: members, elements, or values alone.
    (4, |tree, _, rng| {
        let node = tree.item(rng)?;
        let &other = one(&tree.siblings(node), rng)?;
        swapped(tree.text, node.item(), other.item())
    }),
    (3, |tree, _, rng| {
        swapped(tree.text, tree.node(rng)?.value.clone(), tree.node(rng)?.value.clone())
    }),
    // The same string in other escapes.
    (4, |tree, _, rng| {
        let node = tree.node_where(rng, |node| node.kind == Kind::String)?;
        let string = respelled_string(tree.text, node.value.clone(), rng)?;
        Some(replaced(tree.text, node.value.clone(), &string))
    }),
    // Another string.
    (8, |tree, pool, rng| {
        let string = tree.node_where(rng, |node| node.kind == Kind::String)?.value.clone();
        Some(replaced(tree.text, string.clone(), &restrung(tree, &string, pool, rng)?))
    }),
    // Another number.
    (5, |tree, _, rng| {
        let number = tree.node_where(rng, |node| node.kind == Kind::Number)?.value.clone();
        let new = match renumbered(tree.bytes(number.clone()), rng) {
            Some(near) if rng.bool() && (near[0] != b'0' || near.len() == 1) => near,
            _ => one(&NUMBERS, rng)?.to_vec(),
        };
        Some(replaced(tree.text, number, &new))
    }),
    // White space: more, or none.
    (4, |tree, _, rng| {
        let space = *one(&[&b" "[..], b"\n", b"\t", b"\r\n", b"  ", b"\n\n\n", b" \r"], rng)?;
        Some(inserted(tree.text, tree.border(rng)?, space))
    }),
    (1, |tree, _, _| {
        let mut dense = Vec::with_capacity(tree.text.len());
        let mut at = 0;
        while let Some(&byte) = tree.text.get(at) {
            let end = if byte == b'"' { string_end(tree.text, at + 1) } else { at + 1 };
            if !is_space(byte) {
                dense.extend_from_slice(&tree.text[at..end]);
            }
            at = end;
        }
        Some(dense)
    }),
    // The whole body inside a new one, or as a string.
    (4, |tree, _, rng| {
        let (before, after) = one(&AROUND, rng)?;
        Some([before.as_bytes(), tree.text, after.as_bytes()].concat())
    }),
    (1, |tree, _, _| {
        let mut string = String::new();
        faultbook_core::json::write_string(&mut string, std::str::from_utf8(tree.text).ok()?);
        Some(string.into_bytes())
    }),
    // A byte order mark.
    (1, |tree, _, _| {
        Some(match tree.text.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => rest.to_vec(),
            None => [BYTE_ORDER_MARK, tree.text].concat(),
        })
    }),
];

/// Ways to make what is no JSON: cut, a word of the syntax, a string or a value that is none, a
/// bracket or a comma too many or too few.
const BREAKS: &[Change] = &[
    (1, |tree, _, rng| Some(tree.text[..tree.border(rng)?].to_vec())),
    (1, |tree, pool, rng| Some(inserted(tree.text, tree.border(rng)?, pool.word(rng)?))),
    (2, |tree, _, rng| {
        let node = tree.node_where(rng, |node| node.kind == Kind::String)?;
        let string =
            if rarely(4, rng) { node.name.as_ref().unwrap_or(&node.value) } else { &node.value };
        let units = units(tree.text, string.clone());
        let at = one(&units, rng).map_or(string.start + 1, |unit| unit.start);
        Some(inserted(tree.text, at, one(&NO_ESCAPES, rng)?))
    }),
    (1, |tree, _, rng| {
        Some(replaced(tree.text, tree.node(rng)?.value.clone(), one(&NO_VALUES, rng)?))
    }),
    (1, |tree, _, rng| {
        let signs: Vec<usize> =
            (0..tree.text.len()).filter(|&at| b"{}[]:,\"".contains(&tree.text[at])).collect();
        let &at = one(&signs, rng)?;
        let sign = &tree.text[at..=at];
        Some(match rng.u8(..3) {
            0 => replaced(tree.text, at..at + 1, b""),
            1 => inserted(tree.text, at, sign),
            _ => replaced(tree.text, at..at + 1, &[*one(b"{}[]:,\"", rng)?]),
        })
    }),
];

/// Drops, doubles, retypes, renames, nests and swaps members, elements and values, splices words
/// and parts of other inputs in, writes strings and numbers differently, and breaks the syntax now
/// and then.
pub fn json(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    json_of(input, Pool::new(stock), rng)
}

pub(super) fn json_of(input: &[u8], pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    rounds(input, pool, rng, |input, pool, rng| {
        let tree = Tree::read(input);
        if tree.nodes.iter().all(|node| node.kind == Kind::Word) {
            // Nothing of JSON: start over, or leave it to those that know no grammar.
            return if rng.bool() { pool.input(rng, is_tree).map(<[u8]>::to_vec) } else { None };
        }
        change(&tree, if rarely(20, rng) { BREAKS } else { CHANGES }, pool, rng)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_json(text: &[u8]) -> bool {
        let mut reader = faultbook_core::json::Reader::new(text);
        loop {
            match reader.next() {
                Ok(Some(_)) => {}
                Ok(None) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Where nothing that is spliced in is broken, nothing is broken by the splicing.
    #[test]
    fn only_breaks_break() {
        let mut stock = crate::oracle("json").expect("it is in the table").stock();
        stock.inputs.retain(|input| is_json(input) && !input.starts_with(BYTE_ORDER_MARK));
        let count = |changes: &[Change]| {
            let (mut whole, mut broken) = (0, 0);
            for (index, (_, change)) in changes.iter().enumerate() {
                let before = whole + broken;
                for input in &stock.inputs {
                    for seed in 0..20 {
                        let mut rng = Rng::with_seed(seed);
                        let changed = change(&Tree::read(input), Pool::new(&stock), &mut rng);
                        match changed {
                            None => {}
                            Some(changed) if is_json(&changed) => whole += 1,
                            Some(_) => broken += 1,
                        }
                    }
                }
                assert!(whole + broken > before, "change {index} never finds anything to do");
                if std::ptr::eq(changes, CHANGES) {
                    assert_eq!(broken, 0, "change {index}");
                }
            }
            (whole, broken)
        };
        count(CHANGES);
        let (whole, broken) = count(BREAKS);
        assert!(broken > 5 * whole, "{broken} broken, {whole} whole");
    }
}
