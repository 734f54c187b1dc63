//! roxmltree, and where it differs from XML 1.0 or from us.
//!
//! It refuses document types, so that one is blanked out for it: what stands in it is not compared.
//! It knows namespaces (Namespaces in XML 1.0), which our reader leaves alone. Every other
//! difference is one of [`overlooks`], where it accepts what is not well-formed, or the one of
//! [`same_text`].

use std::ops::Range;

use ampache_error::xml::{Event, Start, is_name};
use faultbook_core::{Fault, FaultKind, Found};
use roxmltree::{Document, Error, Node};

use super::tree::{Read, Subject};

/// So many attributes of one tag, and so many declarations of namespaces, are compared: it looks
/// for duplicates among all of them each time.
const COMPARED: usize = 256;

/// A byte order mark.
const MARK: &str = "\u{feff}";

/// The same verdict as roxmltree's, and the same tree.
pub(super) fn agree(subject: &impl Subject, text: &str, read: &Read<'_>) {
    let mut namespaces = 0;
    for start in starts(read) {
        let mut count = 0;
        for attribute in start.attributes() {
            count += 1;
            namespaces += usize::from(declares_namespace(attribute.name));
        }
        if count.max(namespaces) > COMPARED {
            return;
        }
    }
    match Document::parse(text) {
        Err(Error::DtdDetected) => {
            let doctype = read.events.iter().find_map(|event| match event {
                Event::Doctype { span } => Some(span.clone()),
                _ => None,
            });
            let Some(span) = doctype else {
                assert!(read.stopped.is_some(), "no document type was read in {text:?}");
                return;
            };
            let blank = " ".repeat(span.len());
            let blanked = [&text[..span.start], &blank, &text[span.end..]].concat();
            compare(subject, &blanked, read, &span, Document::parse(&blanked));
        }
        result => compare(subject, text, read, &(0..0), result),
    }
}

fn compare(
    subject: &impl Subject,
    text: &str,
    read: &Read<'_>,
    doctype: &Range<usize>,
    result: Result<Document<'_>, Error>,
) {
    match result {
        Ok(document) if read.is_clean() => same_tree(subject, text, read, &document),
        // `?>` in a value of the declaration is its end only to us; what follows is another text.
        Ok(_) if cuts_declaration(read) => {}
        // So it is behind a mark, which is passed over a second time: there we read an instruction.
        Ok(_)
            if text
                .strip_prefix(MARK)
                .is_some_and(|text| cuts_declaration(&subject.read(text, None))) => {}
        Ok(_) => {
            for fault in read.all_faults() {
                let span = fault.span();
                let in_doctype = doctype.start <= span.start && span.end <= doctype.end;
                let known = in_doctype && !doctype.is_empty() || overlooks(text, read, fault);
                assert!(known, "only ours refuses {text:?}: {fault:?}");
            }
        }
        Err(error) if read.is_clean() => {
            let known = match &error {
                // Entities may be declared in the document type, which nobody read.
                Error::UnknownEntityReference(..) => !doctype.is_empty(),
                error => by_namespaces(read, error),
            };
            assert!(known, "only roxmltree refuses {text:?}: {error}");
        }
        Err(_) => {}
    }
}

fn starts<'r, 't>(read: &'r Read<'t>) -> impl Iterator<Item = &'r Start<'t>> {
    read.events.iter().filter_map(|event| match event {
        Event::Start(start) => Some(start),
        _ => None,
    })
}

/// Prefix and local name, as roxmltree tells them apart: no prefix is like an empty one.
fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Whether roxmltree takes an attribute of this name for a declaration; `p:xmlns` is one too.
fn declares_namespace(name: &str) -> bool {
    let (prefix, local) = split(name);
    prefix == "xmlns" || local == "xmlns"
}

/// Whether namespaces forbid what XML 1.0 allows.
fn by_namespaces(read: &Read<'_>, error: &Error) -> bool {
    let mut attributes = starts(read).flat_map(Start::attributes);
    let mut elements = starts(read).map(Start::name);
    match error {
        // `a:b:c`, `a:`, `a:1`.
        Error::InvalidName(_) => {
            let broken = |name: &str| {
                let local = name.split_once(':').map(|(_, local)| local);
                local.is_some_and(|local| local.contains(':') || !is_name(local))
            };
            elements.any(broken) || attributes.any(|attribute| broken(attribute.name))
        }
        Error::UnknownNamespace(prefix, _) => {
            let named = |name: &str| split(name).0 == prefix;
            elements.any(named) || attributes.any(|attribute| named(attribute.name))
        }
        Error::InvalidElementNamePrefix(_) => elements.any(|name| split(name).0 == "xmlns"),
        // `a:c` and `b:c` are one name where `a` and `b` are one namespace, and so are `:c` and `c`.
        Error::DuplicatedAttribute(local, _) => starts(read).any(|start| {
            let names = start.attributes().map(|attribute| attribute.name);
            let mut names: Vec<_> = names.filter(|name| split(name).1 == local).collect();
            names.sort_unstable();
            names.len() > 1 && names.windows(2).all(|pair| pair[0] != pair[1])
        }),
        Error::InvalidXmlPrefixUri(_)
        | Error::UnexpectedXmlUri(_)
        | Error::UnexpectedXmlnsUri(_) => {
            attributes.any(|attribute| declares_namespace(attribute.name))
        }
        _ => false,
    }
}

/// The declaration, in bytes of the text.
fn declaration(read: &Read<'_>) -> Range<usize> {
    match read.events.first() {
        Some(Event::Declaration { span }) => span.clone(),
        _ => 0..0,
    }
}

/// Whether the declaration ends before a value in it does.
fn cuts_declaration(read: &Read<'_>) -> bool {
    read.all_faults().any(|fault| {
        let quote = matches!(fault.expected(), "a closing `\"`" | "a closing `'`");
        quote && declaration(read).contains(&fault.span().start)
    })
}

/// Whether roxmltree does not see this fault, as the tests below show of each.
fn overlooks(text: &str, read: &Read<'_>, fault: &Fault) -> bool {
    let span = fault.span();
    let found = &text[span.clone()];
    let in_declaration = declaration(read).contains(&span.start);
    if in_declaration && fault.kind() != FaultKind::ForbiddenCharacter {
        // What it takes for a declaration is `<?xml` and a space, at the beginning.
        return !text.starts_with("<?xml ") || overlooks_in_declaration(fault);
    }
    match fault.expected() {
        // A mark that was already passed over once is passed over again.
        "the root element" => span.start == 0 && found == MARK,
        // Behind such a mark it sees the very beginning, or it takes it for another instruction.
        "the XML declaration only at the very beginning" => {
            text.get(..span.start) == Some(MARK) || !found.starts_with("<?xml ")
        }
        "a name other than `xml`" | "white space or `?>`" => true,
        // Half of a surrogate pair, and numbers past the last character.
        "a character that XML allows" => {
            matches!(fault.found(), Found::Phrase(_)) && is_number_of_no_character(found)
        }
        // `<:a></a>`.
        "the end tag of the open element" => {
            let open = innermost(read);
            open.is_some_and(|open| {
                let local = |name: &str| name.strip_prefix(':').unwrap_or(name).to_owned();
                local(open) == local(found)
            })
        }
        // The default namespace, declared twice.
        "each attribute once" => {
            let (prefix, local) = split(found);
            prefix != "xmlns" && local == "xmlns"
        }
        _ => false,
    }
}

/// It reads the names in a declaration by their beginnings, and does not look at the values.
fn overlooks_in_declaration(fault: &Fault) -> bool {
    matches!(
        fault.expected(),
        "`version`"
            | "`encoding`, `standalone` or `?>`"
            | "`standalone` or `?>`"
            | "`?>`"
            | "`1.0`"
            | "the name of an encoding"
            | "`yes` or `no`"
    )
}

fn is_number_of_no_character(reference: &str) -> bool {
    let number = reference.trim_start_matches("&#").trim_end_matches(';');
    let number = match number.strip_prefix('x') {
        Some(number) => u32::from_str_radix(number, 16),
        None => number.parse(),
    };
    number.is_ok_and(|number| char::from_u32(number).is_none())
}

/// The element that is open where reading stopped.
fn innermost<'t>(read: &Read<'t>) -> Option<&'t str> {
    let mut open = Vec::new();
    for event in &read.events {
        match event {
            Event::Start(start) => open.push(start.name()),
            Event::End { .. } => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

fn same_tree(subject: &impl Subject, text: &str, read: &Read<'_>, document: &Document<'_>) {
    let mut nodes = document.descendants();
    let mut open = vec![nodes.next().unwrap_or_else(|| document.root())];
    let mut next = |open: &[Node<'_, '_>], event: &Event<'_>| {
        let node = nodes.next().unwrap_or_else(|| panic!("{event:?} is no node of {text:?}"));
        assert_eq!(node.parent().map(|node| node.id()), open.last().map(Node::id), "{event:?}");
        node
    };
    let events = &read.events;
    let mut index = 0;
    while let Some(event) = events.get(index) {
        index += 1;
        let span = event.span();
        match event {
            Event::Doctype { .. } => {}
            Event::Declaration { .. } => {
                // With other white space it is an instruction to roxmltree.
                if !text.starts_with("<?xml ") {
                    let node = next(&open, event);
                    assert_eq!(node.pi().map(|pi| pi.target), Some("xml"), "{text:?}");
                }
            }
            Event::Start(start) => {
                let node = next(&open, event);
                assert!(node.is_element(), "{event:?} is {node:?}");
                assert_eq!(node.tag_name().name(), split(start.name()).1, "{text:?}");
                assert_eq!(node.range().start, span.start, "{event:?} in {text:?}");
                same_attributes(subject, text, start, node);
                open.push(node);
            }
            Event::End { .. } => {
                let node = open.pop().unwrap_or_else(|| panic!("{event:?} ends nothing"));
                assert_eq!(node.range().end, span.end, "{event:?} in {text:?}");
            }
            Event::Text { .. } | Event::CData { .. } | Event::Reference { .. } => {
                let first = index - 1;
                while events.get(index).is_some_and(says_text) {
                    index += 1;
                }
                let run = &events[first..index];
                let node = next(&open, event);
                assert!(node.is_text(), "{event:?} is {node:?}");
                // Its place is that of the first piece: a CDATA section, or what is outside one.
                let plain = run.iter().take_while(|event| !matches!(event, Event::CData { .. }));
                let end = plain.last().map_or(span.end, |event| event.span().end);
                assert_eq!(node.range(), span.start..end, "{event:?} in {text:?}");
                let whole = span.start..run.last().map_or(span.end, |event| event.span().end);
                let theirs = node.text().unwrap_or_default();
                let ours = subject.text(run);
                let same = ours == theirs || same_text(&text[whole], &ours, theirs);
                assert!(same, "{ours:?} and {theirs:?} in {text:?}");
            }
            Event::Comment { text: said, .. } => {
                let node = next(&open, event);
                assert!(node.is_comment(), "{event:?} is {node:?}");
                assert_eq!((node.text(), node.range()), (Some(*said), span), "{text:?}");
            }
            Event::Instruction { text: said, .. } => {
                let node = next(&open, event);
                let (target, value) = said
                    .split_once([' ', '\t', '\r', '\n'])
                    .map_or((*said, ""), |(target, value)| (target, value.trim_ascii_start()));
                let pi = node.pi().map(|pi| (pi.target, pi.value.unwrap_or_default()));
                assert_eq!((pi, node.range()), (Some((target, value)), span), "{text:?}");
            }
        }
    }
    assert_eq!(nodes.next().map(|node| node.range()), None, "a node of {text:?} is no event");
}

fn says_text(event: &Event<'_>) -> bool {
    matches!(event, Event::Text { .. } | Event::CData { .. } | Event::Reference { .. })
}

/// Beside a reference roxmltree does not turn a carriage return into a line feed.
fn same_text(raw: &str, ours: &str, theirs: &str) -> bool {
    let beside = raw.contains("\r&") || raw.contains(";\r");
    let line_feeds = |text: &str| text.replace('\r', "\n");
    beside && line_feeds(ours) == line_feeds(theirs)
}

fn same_attributes(subject: &impl Subject, text: &str, start: &Start<'_>, node: Node<'_, '_>) {
    let mut theirs = node.attributes();
    // The declarations of namespaces are no attributes to roxmltree.
    let ours = subject.attributes(start).filter(|ours| !declares_namespace(ours.name));
    for ours in ours {
        let Some(theirs) = theirs.next() else { panic!("{ours:?} is no attribute in {text:?}") };
        assert_eq!(split(ours.name).1, theirs.name(), "{text:?}");
        assert_eq!(subject.attribute_value(ours.raw), theirs.value(), "{text:?}");
        let whole = ours.name_span.start..ours.value_span.end + 1;
        assert_eq!(theirs.range(), whole, "{ours:?} in {text:?}");
        // It keeps their lengths in 16 and 8 bits.
        let equals = ours.value_span.start - 1 - ours.name_span.end;
        if ours.name.len() < usize::from(u16::MAX) && equals < usize::from(u8::MAX) {
            assert_eq!(theirs.range_qname(), ours.name_span, "{text:?}");
            assert_eq!(theirs.range_value(), ours.value_span, "{text:?}");
        }
    }
    assert_eq!(theirs.next().map(|theirs| theirs.range()), None, "{start:?} in {text:?}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::xml;

    struct Real;
    impl Subject for Real {}

    fn ours(text: &str) -> Result<(), &'static str> {
        let read = Real.read(text, None);
        read.all_faults().next().map_or(Ok(()), |fault| Err(fault.expected()))
    }

    #[test]
    fn what_roxmltree_overlooks() {
        for (document, expected) in [
            ("\u{feff}<a/>", "the root element"),
            ("<a/><?xml?>", "the XML declaration only at the very beginning"),
            // The mark is one fault, and the declaration behind it another.
            ("\u{feff}<?xml version='1.0'?><a/>", "the root element"),
            ("<!----><?xml\tversion='1.0'?><a/>", "the XML declaration only at the very beginning"),
            ("<?XML ?><a/>", "a name other than `xml`"),
            ("<?a/?><a/>", "white space or `?>`"),
            ("<a>&#xD800;</a>", "a character that XML allows"),
            ("<a b='&#1114112;'/>", "a character that XML allows"),
            ("<:a></a>", "the end tag of the open element"),
            ("<a></:a>", "the end tag of the open element"),
            ("<a xmlns='b' xmlns='c'/>", "each attribute once"),
            ("<?xml version=''?><a/>", "`1.0`"),
            ("<?xml version1='1.0'?><a/>", "`version`"),
            ("<?xml version='1.0' encoding=''?><a/>", "the name of an encoding"),
            ("<?xml version='1.0' encodings='a'?><a/>", "`encoding`, `standalone` or `?>`"),
            ("<?xml version='1.0' standalone=''?><a/>", "`yes` or `no`"),
            ("<?xml version='1.0' encoding='a' standalone:a='no'?><a/>", "`standalone` or `?>`"),
            ("<?xml version='?>'?><a/>", "a closing `'`"),
            ("\u{feff}<?xml version='?>'?><a/>", "the root element"),
            ("<?xml?><a/>", "`version`"),
            ("<?xml\tversion?><a/>", "`=` and a value"),
            ("<?xml\nversion=1?><a/>", "a value in quotation marks"),
        ] {
            assert_eq!(ours(document), Err(expected), "{document:?}");
            assert!(Document::parse(document).is_ok(), "{document:?}");
            agree(&Real, document, &Real.read(document, None));
        }
    }

    #[test]
    fn what_only_roxmltree_refuses() {
        for document in [
            "<a:b/>",
            "<xml:a/>",
            "<xmlns:a/>",
            "<a:b:c/>",
            "<a:/>",
            "<:/>",
            "<a:1/>",
            "<a b:c=''/>",
            "<a b='' :b=''/>",
            "<a xmlns:b='x' xmlns:c='x' b:d='' c:d=''/>",
            "<a xmlns:xml='b'/>",
            "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
            "<a xmlns:b='http://www.w3.org/2000/xmlns/'/>",
            "<a :xmlns='' xmlns:xmlns='' xmlns:b=''><b:a/></a><!--x-->",
        ] {
            assert_eq!(ours(document), Ok(()), "{document:?}");
            let refused = Document::parse(document).is_err();
            assert!(refused || document.ends_with("<!--x-->"), "{document:?}");
            agree(&Real, document, &Real.read(document, None));
        }
    }

    #[test]
    fn what_roxmltree_reads_otherwise() {
        for (document, ours, theirs) in [
            ("<a>\r&#10;</a>", "\n\n", "\r\n"),
            ("<a>&#13;\r</a>", "\r\n", "\r\r"),
            ("<a>\r&amp;</a>", "\n&", "\r&"),
            ("<a>&amp;\r</a>", "&\n", "&\r"),
        ] {
            let read = Real.read(document, None);
            let run: Vec<_> =
                read.events.iter().filter(|event| says_text(event)).cloned().collect();
            assert_eq!(Real.text(&run), ours, "{document:?}");
            let tree = Document::parse(document).unwrap();
            assert_eq!(tree.root_element().text(), Some(theirs), "{document:?}");
            agree(&Real, document, &read);
        }
    }

    #[test]
    fn document_types_are_compared_past() {
        for (document, accepted) in [
            ("<!DOCTYPE a><a>x</a>", true),
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a c='&b;'>&b;</a>", true),
            ("<!DOCTYPE a []x><a/>", false),
            ("<!DOCTYPE a><!DOCTYPE a><a/>", false),
            ("<!DOCTYPE a><a></b>", false),
        ] {
            assert_eq!(ours(document).is_ok(), accepted, "{document:?}");
            assert_eq!(Document::parse(document).err(), Some(Error::DtdDetected));
            xml(document.as_bytes());
        }
    }

    /// The comparison is about something: these are accepted by both.
    #[test]
    fn ordinary_documents_are_compared() {
        for seed in crate::oracle("xml").unwrap().seeds() {
            if seed.name.starts_with("ampache-documented") {
                let text = std::str::from_utf8(&seed.bytes).unwrap();
                assert_eq!(ours(text), Ok(()));
                assert!(Document::parse(text).is_ok(), "{}", seed.name);
            }
        }
    }

    #[test]
    #[should_panic = "is no attribute"]
    fn an_attribute_too_many() {
        let document = Document::parse("<a b='c'/>").unwrap();
        let text = "<a b='c' d='e'/>";
        same_tree(&Real, text, &Real.read(text, None), &document);
    }
}
