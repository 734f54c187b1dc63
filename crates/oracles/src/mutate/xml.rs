//! XML: elements, attributes and text.

use std::ops::Range;

use super::pool::{
    Pool, change, characters, inserted, one, rarely, recased, renumbered, replaced, rounds, swapped,
};
use super::words::CHARACTERS;
use super::{Rng, Stock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Element,
    Text,
    CData,
    /// A comment, a processing instruction.
    Aside,
    Declaration,
    Doctype,
}

#[derive(Debug, Clone)]
struct Node {
    kind: Kind,
    span: Range<usize>,
    /// What stands between the tags; the section's text. The whole of anything else.
    content: Range<usize>,
    /// The name in the start tag.
    name: Range<usize>,
    /// The name in the end tag.
    end_name: Option<Range<usize>>,
    /// The element it is in, as an index.
    parent: Option<usize>,
}

#[derive(Debug, Clone)]
struct Attribute {
    /// From the name to the closing mark.
    span: Range<usize>,
    name: Range<usize>,
    /// Without its marks.
    value: Range<usize>,
    /// Its mark; `None` where it has none.
    mark: Option<u8>,
}

/// A text with its elements and what is in them, in order of their beginnings. Broken ones are
/// read too: any end tag ends the last element, and whatever is open ends with the text.
struct Tree<'t> {
    text: &'t [u8],
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// How many of these are in the XML declaration.
    declared: usize,
}

impl<'t> Tree<'t> {
    fn read(text: &'t [u8]) -> Self {
        let mut tree = Self { text, nodes: Vec::new(), attributes: Vec::new(), declared: 0 };
        let mut open = Vec::<usize>::new();
        let mut at = 0;
        while at < text.len() {
            let start = at;
            let rest = &text[at..];
            let parent = open.last().copied();
            let mut plain = |tree: &mut Self, kind, end: usize, content: Range<usize>| {
                let name = start..start;
                tree.nodes.push(Node {
                    kind,
                    span: start..end,
                    content,
                    name,
                    end_name: None,
                    parent,
                });
                at = end;
            };
            if rest[0] != b'<' {
                let end = find(text, start, b"<").unwrap_or(text.len());
                plain(&mut tree, Kind::Text, end, start..end);
            } else if rest.starts_with(b"<!--") {
                let end = find(text, start + 4, b"-->").map_or(text.len(), |end| end + 3);
                plain(&mut tree, Kind::Aside, end, start..end);
            } else if rest.starts_with(b"<![CDATA[") {
                let content_end = find(text, start + 9, b"]]>");
                let end = content_end.map_or(text.len(), |end| end + 3);
                let content = start + 9..content_end.unwrap_or(text.len());
                plain(&mut tree, Kind::CData, end, content);
            } else if rest.starts_with(b"<?") {
                let end = find(text, start + 2, b"?>").map_or(text.len(), |end| end + 2);
                let is_declaration = rest.starts_with(b"<?xml ");
                let kind = if is_declaration { Kind::Declaration } else { Kind::Aside };
                plain(&mut tree, kind, end, start..end);
                if is_declaration {
                    tree.read_attributes(start + 5);
                    tree.declared = tree.attributes.len();
                }
            } else if rest.starts_with(b"<!") {
                let end = find(text, start, b">").map_or(text.len(), |end| end + 1);
                let end = match find(&text[..end], start, b"[") {
                    Some(bracket) => find(text, bracket, b"]>").map_or(text.len(), |end| end + 2),
                    None => end,
                };
                plain(&mut tree, Kind::Doctype, end, start..end);
            } else if rest.starts_with(b"</") {
                let end = find(text, start, b">").map_or(text.len(), |end| end + 1);
                if let Some(closed) = open.pop() {
                    let name = start + 2..start + 2 + name_length(&text[start + 2..]);
                    tree.nodes[closed].content.end = start;
                    tree.nodes[closed].span.end = end;
                    tree.nodes[closed].end_name = Some(name);
                }
                at = end;
            } else {
                let name = start + 1..start + 1 + name_length(&rest[1..]);
                at = tree.read_attributes(name.end);
                let is_empty = text[..at].ends_with(b"/");
                at += usize::from(text.get(at) == Some(&b'>'));
                if !is_empty {
                    open.push(tree.nodes.len());
                }
                tree.nodes.push(Node {
                    kind: Kind::Element,
                    span: start..at,
                    content: at..at,
                    name,
                    end_name: None,
                    parent,
                });
            }
        }
        for still_open in open {
            let node = &mut tree.nodes[still_open];
            (node.content.end, node.span.end) = (text.len(), text.len());
        }
        tree
    }

    /// Reads attributes up to `>`, `<` or the end, and says where that is.
    fn read_attributes(&mut self, mut at: usize) -> usize {
        let text = self.text;
        loop {
            at += text[at..]
                .iter()
                .take_while(|byte| is_space(**byte) || b"/?".contains(byte))
                .count();
            let name = at..at + name_length(&text[at..]);
            if name.is_empty() {
                let rest = text[at..].iter().position(|byte| b"<>".contains(byte));
                return rest.map_or(text.len(), |length| at + length);
            }
            at = name.end;
            let mut value_at = at + space_length(&text[at..]);
            if text.get(value_at) != Some(&b'=') {
                continue;
            }
            value_at += 1;
            value_at += space_length(&text[value_at..]);
            let mark = text.get(value_at).copied().filter(|byte| b"\"'".contains(byte));
            let value = if let Some(mark) = mark {
                let end = find(text, value_at + 1, &[mark]).unwrap_or(text.len());
                at = (end + 1).min(text.len());
                value_at + 1..end
            } else {
                let length = text[value_at..].iter().position(|byte| b" \t\r\n<>/?".contains(byte));
                at = length.map_or(text.len(), |length| value_at + length);
                value_at..at
            };
            self.attributes.push(Attribute { span: name.start..at, name, value, mark });
        }
    }

    fn bytes(&self, range: Range<usize>) -> &'t [u8] {
        &self.text[range]
    }

    fn node(&self, rng: &mut Rng) -> Option<&Node> {
        one(&self.nodes, rng)
    }

    fn node_where(&self, rng: &mut Rng, wanted: impl Fn(&Node) -> bool) -> Option<&Node> {
        (0..8).find_map(|_| self.node(rng).filter(|node| wanted(node)))
    }

    fn element(&self, rng: &mut Rng) -> Option<&Node> {
        self.node_where(rng, |node| node.kind == Kind::Element)
    }

    /// Something inside the root.
    fn inner(&self, rng: &mut Rng) -> Option<&Node> {
        self.node_where(rng, |node| node.parent.is_some())
    }

    /// Text inside the root.
    fn text_node(&self, rng: &mut Rng) -> Option<&Node> {
        self.node_where(rng, |node| node.kind == Kind::Text && node.parent.is_some())
    }

    /// An attribute; seldom one of the declaration, which has rules of its own.
    fn attribute(&self, rng: &mut Rng) -> Option<&Attribute> {
        let (declared, others) = self.attributes.split_at(self.declared);
        one(if rarely(12, rng) { declared } else { others }, rng)
    }

    /// Two attributes of tags.
    fn two_attributes(&self, rng: &mut Rng) -> Option<[&Attribute; 2]> {
        let of_tags = &self.attributes[self.declared..];
        Some([one(of_tags, rng)?, one(of_tags, rng)?])
    }

    fn declaration(&self) -> Option<&Node> {
        self.nodes.first().filter(|node| node.kind == Kind::Declaration)
    }

    /// Where text may stand: inside an element, before or after something that it holds.
    fn border(&self, rng: &mut Rng) -> Option<usize> {
        let node = self.node_where(rng, |node| node.end_name.is_some() || node.parent.is_some())?;
        Some(match rng.u8(..4) {
            0 if node.parent.is_some() => node.span.start,
            1 if node.parent.is_some() => node.span.end,
            2 if node.end_name.is_some() => node.content.end,
            _ if node.end_name.is_some() => node.content.start,
            _ => node.span.end,
        })
    }

    /// A name: one of this text, a word, or one of another input.
    fn name(&self, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
        let own = |tree: &Tree<'_>, rng: &mut Rng| {
            let attribute = if rng.bool() { tree.attribute(rng) } else { None };
            let name = match attribute {
                Some(attribute) => attribute.name.clone(),
                None => tree.element(rng)?.name.clone(),
            };
            Some(tree.bytes(name).to_vec())
        };
        match rng.u8(..4) {
            0 => own(self, rng),
            1 => own(&Tree::read(pool.input(rng, is_tree)?), rng),
            _ => pool.word_where(rng, is_name).map(<[u8]>::to_vec),
        }
    }

    /// Text that stands for itself anywhere: a word, a value of this text or of another input.
    fn value(&self, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
        let own = |tree: &Tree<'_>, rng: &mut Rng| {
            Some(tree.bytes(tree.attribute(rng)?.value.clone()).to_vec())
        };
        match rng.u8(..8) {
            0 => own(self, rng),
            1 => own(&Tree::read(pool.input(rng, is_tree)?), rng),
            2 => one(&REFERENCES, rng).map(|reference| reference.to_vec()),
            3 => Some(rng.u16(..10_000).to_string().into_bytes()),
            _ => pool.name(rng).map(<[u8]>::to_vec),
        }
    }
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// References that XML knows, and text that is like one.
const REFERENCES: [&[u8]; 16] = [
    b"&amp;",
    b"&lt;",
    b"&gt;",
    b"&quot;",
    b"&apos;",
    b"&amp;lt;",
    b"&#65;",
    b"&#x41;",
    b"&#9;",
    b"&#10;",
    b"&#13;",
    b"&#x20;",
    b"&#xE9;",
    b"&#x1D11E;",
    b"&#x10FFFF;",
    b"&#000000065;",
];

/// References that XML does not know.
const NO_REFERENCES: [&[u8]; 13] = [
    b"&",
    b"&;",
    b"&amp",
    b"&AMP;",
    b"&nbsp;",
    b"&#;",
    b"&#x;",
    b"&#1;",
    b"&#xD800;",
    b"&#xFFFE;",
    b"&#x110000;",
    b"&#X41;",
    b"&#99999999999;",
];

/// What can stand where text can.
const PIECES: [&[u8]; 12] = [
    b"<![CDATA[]]>",
    b"<![CDATA[<&>]]>",
    b"<![CDATA[]]]]>",
    b"<![CDATA[a]]]]><![CDATA[>b]]>",
    b"]]&gt;",
    b"]]",
    b"<!---->",
    b"<!-- <error> & -->",
    b"<?p?>",
    b"<?xml-stylesheet href=''?>",
    b"<error/>",
    b"<error errorCode=\"4700\"></error>",
];

/// What cannot, or can at one place alone.
const NO_PIECES: [&[u8]; 12] = [
    b"]]>",
    b"<",
    b"</error>",
    b"<error>",
    b"<!-- -- -->",
    b"<!--->",
    b"<?xml version=\"1.0\"?>",
    b"<![CDATA[",
    b"<!DOCTYPE root>",
    b"< a/>",
    b"<1/>",
    b"<a b/>",
];

const DECLARATIONS: [&[u8]; 14] = [
    b"<?xml version=\"1.0\"?>",
    b"<?xml version='1.0' encoding='utf-8' ?>",
    b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n",
    b"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>",
    b"<?xml version=\"1.1\"?>",
    b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
    b"<?xml version=\"1.0\" encoding=\"windows-1252\"?>",
    b"<?xml version=\"1.0\" encoding=\"US-ASCII\"?>",
    b"<?xml version=\"1.0\" encoding=\"UTF-16\"?>",
    b"<?xml version=\"1.0\" encoding=\"Shift_JIS\"?>",
    b"<?xml version=\"1.0\" encoding=\"GB18030\"?>",
    b"<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?>",
    b"<?xml version=\"1.0\" encoding=\"KOI8-R\"?>",
    b"<?xml version=\"1.0\" encoding=\"x-user-defined\"?>",
];

/// Declarations that are none.
const NO_DECLARATIONS: [&[u8]; 6] = [
    b"<?xml?>",
    b"<?xml encoding=\"UTF-8\"?>",
    b"<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
    b"<?xml version=\"1.0\" encoding=\"\"?>",
    b"<?xml version=\"1.0\" standalone=\"maybe\"?>",
    b"<?XML version=\"1.0\"?>",
];

const DOCTYPES: [&[u8]; 4] = [
    b"<!DOCTYPE root>",
    b"<!DOCTYPE root SYSTEM \"root.dtd\">",
    b"<!DOCTYPE root [<!ENTITY a \"b\">]>",
    b"<!DOCTYPE root [<!ENTITY a \">\"> <!-- ] -->]>",
];

/// Whether this begins as a body that is XML does.
pub(super) fn is_tree(text: &[u8]) -> bool {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    text.trim_ascii_start().starts_with(b"<")
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn space_length(text: &[u8]) -> usize {
    text.iter().take_while(|byte| is_space(**byte)).count()
}

fn name_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| is_space(*byte) || b"<>=/?\"'".contains(byte);
    text.iter().position(ends).unwrap_or(text.len())
}

fn is_name(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic)
        && word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte))
}

/// Where `wanted` begins, at or after `from`.
fn find(text: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = text.get(from..)?;
    if wanted.is_empty() {
        return Some(from);
    }
    rest.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

/// The text with every byte of a few written otherwise.
fn escaped(text: &[u8], with: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        match with.iter().find(|(from, _)| *from == byte) {
            Some((_, to)) => out.extend_from_slice(to),
            None => out.push(byte),
        }
    }
    out
}

/// Text as it has to be written between tags.
fn as_text(text: &[u8]) -> Vec<u8> {
    escaped(text, &[(b'&', b"&amp;"), (b'<', b"&lt;"), (b'>', b"&gt;")])
}

/// The text that the five entities of `raw` stand for; other references stay.
fn unescaped(raw: &[u8]) -> Vec<u8> {
    const NAMED: [(&[u8], u8); 5] =
        [(b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\''), (b"&amp;", b'&')];
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        let named = NAMED.iter().find(|(name, _)| raw[at..].starts_with(name));
        out.push(named.map_or(byte, |named| named.1));
        at += named.map_or(1, |named| named.0.len());
    }
    out
}

/// A character of some text as a reference. `None` for what is a part of one already.
fn as_reference(text: &[u8], rng: &mut Rng) -> Option<(Range<usize>, Vec<u8>)> {
    let characters = characters(text);
    let range = one(&characters, rng)?.clone();
    if text[..range.end].iter().rev().take(12).take_while(|byte| **byte != b';').any(|b| *b == b'&')
    {
        return None;
    }
    let character = std::str::from_utf8(&text[range.clone()]).ok()?.chars().next()?;
    let number = u32::from(character);
    let reference = match rng.u8(..3) {
        0 => format!("&#{number};"),
        1 => format!("&#x{number:X};"),
        _ => format!("&#x{number:04x};"),
    };
    Some((range, reference.into_bytes()))
}

/// Text with a little more, a little less, or something else in it, wherever it stands.
fn rewritten(tree: &Tree<'_>, at: &Range<usize>, pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    let text = tree.bytes(at.clone());
    let characters = characters(text);
    // Not inside a reference.
    let border = |rng: &mut Rng| {
        let at = rng.usize(..=characters.len());
        let at = characters.get(at).map_or(text.len(), |character| character.start);
        let inside = text[..at].iter().rposition(|byte| *byte == b'&');
        match inside {
            Some(start) if !text[start..at].contains(&b';') => start,
            _ => at,
        }
    };
    Some(match rng.u8(..9) {
        0 => inserted(text, border(rng), one(&REFERENCES, rng)?),
        1 => {
            let character = one(&CHARACTERS, rng)?;
            let is_xml = std::str::from_utf8(character)
                .is_ok_and(|text| text.chars().all(ampache_error::xml::is_char));
            let is_mark = matches!(character, [b'"']);
            if !is_xml || is_mark {
                return None;
            }
            inserted(text, border(rng), character)
        }
        2 => {
            let (range, reference) = as_reference(text, rng)?;
            replaced(text, range, &reference)
        }
        3 => text[..border(rng)].to_vec(),
        4 => text[border(rng)..].to_vec(),
        5 => inserted(text, border(rng), pool.name(rng)?),
        6 => renumbered(text, rng)?,
        7 if !text.contains(&b'&') => recased(text, rng)?,
        _ => tree.value(pool, rng)?,
    })
}

/// How deep to nest: once most often, sometimes to the limit.
fn depth(short: bool, rng: &mut Rng) -> usize {
    const EDGES: [usize; 6] = [3, 8, 40, 128, 997, 1001];
    if short && rarely(6, rng) { EDGES[rng.usize(..EDGES.len())] } else { 1 }
}

fn with_element(tree: &Tree<'_>, range: Range<usize>, name: &[u8], depth: usize) -> Vec<u8> {
    let (open, close) = ([b"<", name, b">"].concat(), [b"</", name, b">"].concat());
    let inside = tree.bytes(range.clone());
    replaced(tree.text, range, &[&*open.repeat(depth), inside, &*close.repeat(depth)].concat())
}

/// A way to change the text, and its weight: how often it is taken.
type Change = (u32, fn(&Tree<'_>, Pool<'_>, &mut Rng) -> Option<Vec<u8>>);

const CHANGES: &[Change] = &[
    // A part is dropped.
    (6, |tree, _, rng| Some(replaced(tree.text, tree.inner(rng)?.span.clone(), b""))),
    // One stands twice, or what another input has stands here.
    (8, |tree, _, rng| {
        let copied = tree.bytes(tree.inner(rng)?.span.clone());
        let copies = if copied.len() < 64 && rarely(12, rng) { 101 } else { 1 };
        Some(inserted(tree.text, tree.border(rng)?, &copied.repeat(copies)))
    }),
    (6, |tree, pool, rng| {
        let other = Tree::read(pool.input(rng, is_tree)?);
        let part = other.bytes(other.inner(rng)?.span.clone());
        if rng.bool() {
            return Some(inserted(tree.text, tree.border(rng)?, part));
        }
        Some(replaced(tree.text, tree.inner(rng)?.span.clone(), part))
    }),
    // A part inside a new element.
    (6, |tree, pool, rng| {
        let node = tree.node_where(rng, |node| {
            node.parent.is_some() || node.kind == Kind::Element && node.end_name.is_some()
        })?;
        let name = if rarely(3, rng) { b"a".to_vec() } else { tree.name(pool, rng)? };
        Some(with_element(tree, node.span.clone(), &name, depth(name.len() == 1, rng)))
    }),
    // An element's content in its place.
    (4, |tree, _, rng| {
        let node = tree.node_where(rng, |node| node.end_name.is_some() && node.parent.is_some())?;
        Some(replaced(tree.text, node.span.clone(), tree.bytes(node.content.clone())))
    }),
    // Another name.
    (7, |tree, pool, rng| {
        let node = tree.element(rng)?;
        let name = match rng.u8(..8) {
            0 => recased(tree.bytes(node.name.clone()), rng)?,
            1 => [b"p:", tree.bytes(node.name.clone())].concat(),
            2 => [tree.bytes(node.name.clone()), "é".as_bytes()].concat(),
            _ => tree.name(pool, rng)?,
        };
        let text = match &node.end_name {
            Some(end_name) => replaced(tree.text, end_name.clone(), &name),
            None => tree.text.to_vec(),
        };
        Some(replaced(&text, node.name.clone(), &name))
    }),
    // `<a></a>` and `<a/>`.
    (4, |tree, _, rng| {
        let node = tree.element(rng)?;
        let start_tag = tree.bytes(node.span.start..node.content.start);
        let name = tree.bytes(node.name.clone());
        let new = match start_tag.strip_suffix(b"/>") {
            Some(start) => [start, b"></", name, b">"].concat(),
            None => [start_tag.strip_suffix(b">")?, b"/>"].concat(),
        };
        Some(replaced(tree.text, node.span.clone(), &new))
    }),
    // Another attribute.
    (9, |tree, pool, rng| {
        let node = tree.element(rng)?;
        let name = match rng.u8(..8) {
            0 => b"xmlns".to_vec(),
            1 => b"xml:lang".to_vec(),
            _ => tree.name(pool, rng)?,
        };
        let value = escaped(&tree.value(pool, rng)?, &[(b'"', b"&quot;"), (b'<', b"&lt;")]);
        // One that is there already only as a fault: see below.
        let start_tag = tree.bytes(node.span.start..node.content.start);
        if find(start_tag, 0, &name).is_some() && !rarely(8, rng) {
            return None;
        }
        let attribute = [b" ", &*name, b"=\"", &*value, b"\""].concat();
        Some(inserted(tree.text, node.name.end, &attribute))
    }),
    // One attribute less, two in each other's place.
    (5, |tree, _, rng| {
        let attribute = tree.attribute(rng)?;
        let space = tree.text[..attribute.span.start].iter().rev();
        let space = space.take_while(|byte| is_space(**byte)).count();
        Some(replaced(tree.text, attribute.span.start - space..attribute.span.end, b""))
    }),
    (2, |tree, _, rng| {
        let [a, b] = tree.two_attributes(rng)?;
        swapped(tree.text, a.span.clone(), b.span.clone())
    }),
    (2, |tree, _, rng| {
        let [a, b] = tree.two_attributes(rng)?;
        swapped(tree.text, a.value.clone(), b.value.clone())
    }),
    (4, |tree, pool, rng| {
        let name = tree.attribute(rng)?.name.clone();
        let new = match rng.u8(..4) {
            0 => recased(tree.bytes(name.clone()), rng)?,
            _ => tree.name(pool, rng)?,
        };
        Some(replaced(tree.text, name, &new))
    }),
    // Another value.
    (10, |tree, pool, rng| {
        let attribute = tree.attribute(rng)?;
        let value = rewritten(tree, &attribute.value, pool, rng)?;
        let value = escaped(&value, &[(attribute.mark.unwrap_or(b'"'), b"&#34;"), (b'<', b"&lt;")]);
        Some(replaced(tree.text, attribute.value.clone(), &value))
    }),
    // The other mark; white space around the equals sign.
    (4, |tree, _, rng| {
        let Attribute { span, name, value, mark } = tree.attribute(rng)?;
        let (mark, escape): (&[u8], &[u8]) =
            if *mark == Some(b'"') { (b"'", b"&apos;") } else { (b"\"", b"&quot;") };
        let value = escaped(tree.bytes(value.clone()), &[(mark[0], escape)]);
        let equals = *one(&[&b"="[..], b"=", b" =", b"= ", b"\n=\t"], rng)?;
        let new = [tree.bytes(name.clone()), equals, mark, &*value, mark].concat();
        Some(replaced(tree.text, span.clone(), &new))
    }),
    // White space inside a tag.
    (2, |tree, _, rng| {
        let space = *one(&[&b" "[..], b"\n", b"\t", b"\r\n"], rng)?;
        let at = match (rng.u8(..4), tree.attribute(rng), tree.element(rng)) {
            (0, Some(attribute), _) => attribute.span.end,
            (1, Some(attribute), _) => attribute.span.start,
            (2, _, Some(Node { end_name: Some(name), .. })) => name.end,
            (_, _, Some(element)) => element.name.end,
            _ => return None,
        };
        Some(inserted(tree.text, at, space))
    }),
    // Text: another one, as a section, from a section.
    (10, |tree, pool, rng| {
        let text = tree.text_node(rng)?.span.clone();
        let new = rewritten(tree, &text, pool, rng)?;
        Some(replaced(tree.text, text, &escaped(&new, &[(b'<', b"&lt;")])))
    }),
    (5, |tree, _, rng| {
        let node = tree.node_where(rng, |node| {
            node.parent.is_some() && matches!(node.kind, Kind::Text | Kind::CData)
        })?;
        let content = tree.bytes(node.content.clone());
        let new = if node.kind == Kind::CData {
            as_text(content)
        } else {
            let content = unescaped(content);
            let at = if rng.bool() { content.len() } else { rng.usize(..=content.len()) };
            let mut section = b"<![CDATA[".to_vec();
            for (index, &byte) in content.iter().enumerate() {
                if content[..index].ends_with(b"]]") && byte == b'>' {
                    section.extend_from_slice(b"]]><![CDATA[");
                }
                if index == at && byte & 0xC0 != 0x80 {
                    section.extend_from_slice(b"]]><![CDATA[");
                }
                section.push(byte);
            }
            section.extend_from_slice(b"]]>");
            section
        };
        Some(replaced(tree.text, node.span.clone(), &new))
    }),
    // A part more: text, a reference, a section, a comment, an element.
    (7, |tree, pool, rng| {
        let at = tree.border(rng)?;
        let new = match rng.u8(..4) {
            0 => tree.value(pool, rng)?,
            1 => as_text(pool.word(rng)?),
            _ => one(&PIECES, rng)?.to_vec(),
        };
        Some(inserted(tree.text, at, &new))
    }),
    // Two parts in each other's place.
    (4, |tree, _, rng| {
        swapped(tree.text, tree.inner(rng)?.span.clone(), tree.inner(rng)?.span.clone())
    }),
    // The prolog, and what follows the root.
    (3, |tree, _, rng| {
        let range = tree.declaration().map_or(0..0, |declaration| declaration.span.clone());
        let new = if rarely(5, rng) { b"" } else { *one(&DECLARATIONS, rng)? };
        Some(replaced(tree.text, range, new))
    }),
    (1, |tree, _, rng| {
        if tree.nodes.iter().any(|node| node.kind == Kind::Doctype) {
            return None;
        }
        let at = tree.declaration().map_or(0, |declaration| declaration.span.end);
        Some(inserted(tree.text, at, one(&DOCTYPES, rng)?))
    }),
    (2, |tree, _, rng| {
        let aside = *one(&[&b"<!-- a -->"[..], b"<?a b?>", b"\n", b" "], rng)?;
        let after = tree.declaration().map_or(0, |declaration| declaration.span.end);
        let at = if rng.bool() { after } else { tree.text.len() };
        Some(inserted(tree.text, at, aside))
    }),
    (1, |tree, _, _| {
        Some(match tree.text.strip_prefix(BYTE_ORDER_MARK) {
            Some(rest) => rest.to_vec(),
            None => [BYTE_ORDER_MARK, tree.text].concat(),
        })
    }),
];

/// Ways to make what is no XML: what cannot stand there, a tag less, a name alone, an attribute
/// twice, no declaration, cut.
const BREAKS: &[Change] = &[
    (2, |tree, _, rng| {
        let new = *if rng.bool() { one(&NO_PIECES, rng) } else { one(&NO_REFERENCES, rng) }?;
        let at = match tree.attribute(rng) {
            Some(attribute) if rarely(3, rng) => attribute.value.end,
            _ if rarely(6, rng) => *one(&[0, tree.text.len()], rng)?,
            _ => tree.border(rng)?,
        };
        Some(inserted(tree.text, at, new))
    }),
    (1, |tree, pool, rng| {
        let node = tree.element(rng)?;
        Some(match (rng.u8(..4), &node.end_name) {
            (0, Some(_)) => replaced(tree.text, node.content.end..node.span.end, b""),
            (1, Some(name)) => replaced(tree.text, name.clone(), &tree.name(pool, rng)?),
            (2, _) => replaced(tree.text, node.span.start..node.content.start, b""),
            _ => inserted(tree.text, tree.text.len(), tree.bytes(node.span.clone())),
        })
    }),
    (1, |tree, _, rng| {
        let Attribute { span, value, mark, .. } = tree.attribute(rng)?.clone();
        Some(match rng.u8(..5) {
            0 => inserted(tree.text, span.end, &[b" ", tree.bytes(span)].concat()),
            1 => inserted(tree.text, span.end, tree.bytes(span)),
            2 if mark.is_some() => {
                replaced(tree.text, value.start - 1..span.end, tree.bytes(value))
            }
            3 => replaced(tree.text, value.end..span.end, b""),
            _ => inserted(tree.text, value.start, one(&[&b"<"[..], b"\"", b"'", b"\0"], rng)?),
        })
    }),
    (1, |tree, _, rng| {
        let number = rng.bool();
        let new = if number { *one(&NO_DECLARATIONS, rng)? } else { *one(&CHARACTERS, rng)? };
        let range = match tree.declaration() {
            Some(declaration) if number => declaration.span.clone(),
            _ if number => 0..0,
            _ => {
                let at = tree.border(rng)?;
                at..at
            }
        };
        Some(replaced(tree.text, range, new))
    }),
    (1, |tree, pool, rng| Some(inserted(tree.text, tree.border(rng)?, pool.word(rng)?))),
    (1, |tree, _, rng| {
        let characters = characters(tree.text);
        let cut = if rng.bool() { tree.border(rng)? } else { one(&characters, rng)?.start };
        Some(tree.text[..cut].to_vec())
    }),
];

/// UTF-16: most significant byte first or last, with a byte order mark or not.
#[derive(Debug, Clone, Copy)]
struct Wide {
    big: bool,
    mark: bool,
}

impl Wide {
    /// By the first bytes, as XML 1.0 appendix F has them.
    fn of(input: &[u8]) -> Option<Self> {
        let wide = match input {
            [0xFE, 0xFF, ..] => (true, true),
            [0xFF, 0xFE, ..] => (false, true),
            [0, b'<', ..] => (true, false),
            [b'<', 0, ..] => (false, false),
            _ => return None,
        };
        Some(Self { big: wide.0, mark: wide.1 })
    }

    fn decode(self, input: &[u8]) -> Vec<u8> {
        let input = if self.mark { &input[2..] } else { input };
        let units = input.chunks_exact(2).map(|pair| {
            let pair = [pair[0], pair[1]];
            if self.big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
        });
        let text: String = char::decode_utf16(units)
            .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        text.into_bytes()
    }

    fn encode(self, text: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(text);
        let mark = self.mark.then_some('\u{feff}').into_iter();
        let mut bytes = Vec::with_capacity(2 * text.len() + 2);
        for character in mark.chain(text.chars()) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                bytes.extend(if self.big { unit.to_be_bytes() } else { unit.to_le_bytes() });
            }
        }
        bytes
    }
}

/// Drops, doubles, nests, renames and swaps elements and attributes, writes text and values
/// differently, splices words and parts of other inputs in, changes the prolog and the encoding,
/// and breaks the syntax now and then.
pub fn xml(input: &[u8], stock: &Stock, rng: &mut Rng) -> Option<Vec<u8>> {
    xml_of(input, Pool::new(stock), rng)
}

pub(super) fn xml_of(input: &[u8], pool: Pool<'_>, rng: &mut Rng) -> Option<Vec<u8>> {
    let wide = Wide::of(input);
    let decoded = wide.map(|wide| wide.decode(input));
    let changed = rounds(decoded.as_deref().unwrap_or(input), pool, rng, |input, pool, rng| {
        let tree = Tree::read(input);
        if tree.nodes.iter().all(|node| node.kind == Kind::Text) {
            // Nothing of XML: start over, or leave it to those that know no grammar.
            return if rng.bool() { pool.input(rng, is_tree).map(<[u8]>::to_vec) } else { None };
        }
        change(&tree, if rarely(16, rng) { BREAKS } else { CHANGES }, pool, rng)
    })?;
    // The encoding stays most often.
    let to_wide = match wide {
        _ if rarely(32, rng) => Some(Wide { big: rng.bool(), mark: rng.bool() }),
        Some(_) if rarely(10, rng) => None,
        wide => wide,
    };
    Some(match to_wide {
        Some(wide) => wide.encode(&changed),
        None => changed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_xml(text: &[u8]) -> bool {
        let decoded = ampache_error::xml::decode(text);
        let mut reader = ampache_error::xml::Reader::new(decoded.text());
        loop {
            match reader.next_event() {
                Ok(Some(_)) => {}
                Ok(None) => return reader.faults().is_empty() && decoded.faults().is_empty(),
                Err(_) => return false,
            }
        }
    }

    /// Hardly anything is broken but by what is there for it. A change of the prolog may name
    /// another encoding than the text's, a change deep down may go too deep.
    #[test]
    fn only_breaks_break() {
        let mut stock = crate::oracle("xml").expect("it is in the table").stock();
        stock.inputs.retain(|input| is_xml(input) && Wide::of(input).is_none());
        let count = |changes: &[Change], most: usize| {
            let (mut whole, mut broken) = (0, 0);
            for (index, (_, change)) in changes.iter().enumerate() {
                let before = (whole, broken);
                for input in &stock.inputs {
                    for seed in 0..50 {
                        let mut rng = Rng::with_seed(seed);
                        match change(&Tree::read(input), Pool::new(&stock), &mut rng) {
                            None => {}
                            Some(changed) if is_xml(&changed) => whole += 1,
                            Some(_) => broken += 1,
                        }
                    }
                }
                let (whole, broken) = (whole - before.0, broken - before.1);
                assert!(whole + broken > 0, "change {index} never finds anything to do");
                let percent = 100 * broken / (whole + broken);
                assert!(percent <= most, "change {index} breaks {percent} in 100");
            }
            (whole, broken)
        };
        count(CHANGES, 12);
        let (whole, broken) = count(BREAKS, 100);
        assert!(broken > 3 * whole, "{broken} broken, {whole} whole");
    }

    /// UTF-16 is taken apart as text, and stays UTF-16.
    #[test]
    fn wide_text_comes_back() {
        for (big, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            let wide = Wide { big, mark };
            let encoded = wide.encode("<a>é𝄞</a>".as_bytes());
            let found = Wide::of(&encoded).expect("it begins as UTF-16 does");
            assert_eq!((found.big, found.mark), (big, mark));
            assert_eq!(found.decode(&encoded), "<a>é𝄞</a>".as_bytes());
        }
    }
}
