//! The XML reader held against roxmltree, and against the text that it reads.

use std::borrow::Cow;

use ampache_error::xml::{
    Attribute, Event, FAULTS_KEPT, Reader, Start, Value, attribute_value, decode, is_char,
};
use faultbook_core::{Fault, FaultKind, Found, Limits};

use super::peer;

/// A text, read to its end or to where reading stops.
#[derive(Debug, Clone, Default)]
pub(super) struct Read<'t> {
    pub(super) events: Vec<Event<'t>>,
    /// The faults that were passed over.
    pub(super) faults: Vec<Fault>,
    /// How many more were.
    pub(super) more: usize,
    /// The fault that stopped the reading.
    pub(super) stopped: Option<Fault>,
}

impl Read<'_> {
    /// Whether the text is well-formed.
    pub(super) fn is_clean(&self) -> bool {
        self.stopped.is_none() && self.faults.is_empty() && self.more == 0
    }

    /// Every fault.
    pub(super) fn all_faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.iter().chain(&self.stopped)
    }
}

/// What is asked of the code under test. The tests put liars in its place.
pub(super) trait Subject {
    /// Reads a text with this limit of depth, or with the default one.
    fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
        let reader = Reader::new(text);
        collect(match depth {
            Some(depth) => reader.with_depth_limit(depth),
            None => reader,
        })
    }

    fn attributes<'t>(&self, start: &Start<'t>) -> impl Iterator<Item = Attribute<'t>> {
        start.attributes()
    }

    fn attribute_value<'t>(&self, raw: &'t str) -> Cow<'t, str> {
        attribute_value(raw)
    }

    /// The text that these events say.
    fn text<'t>(&self, run: &[Event<'t>]) -> Cow<'t, str> {
        let mut value = Value::new();
        for event in run {
            value.push(event);
        }
        value.into_text()
    }
}

struct Real;

impl Subject for Real {}

/// Any bytes, decoded: every event is what its span covers, the events follow each other without a
/// gap, and the faults lie inside the text. roxmltree gives the same verdict and the same tree,
/// with the same names, values, texts, comments, instructions and places, but for the differences
/// that are listed beside the comparison. A lower limit of depth stops the reading where the first
/// element is deeper, and changes nothing before it.
///
/// # Panics
///
/// Where that does not hold.
pub fn xml(body: &[u8]) {
    holds(&Real, body);
}

fn holds(subject: &impl Subject, body: &[u8]) {
    let decoded = decode(body);
    let text = decoded.text();
    let mut read = subject.read(text, None);
    let most = Limits::default().xml_depth;
    let mut deepest = covers(subject, text, &read, most);
    if read.stopped.as_ref().is_some_and(|fault| fault.kind() == FaultKind::Limit) {
        let whole = subject.read(text, Some(usize::MAX));
        deepest = covers(subject, text, &whole, usize::MAX);
        stops(text, &whole, &read, most);
        read = whole;
    }
    // Reading again is for the ordinary document: its cost is that of the events before.
    if deepest > 0 && read.events.len() <= 1_024 {
        stops(text, &read, &subject.read(text, Some(deepest - 1)), deepest - 1);
    }
    peer::agree(subject, text, &read);
}

/// Reads everything, and looks at what the reader says of itself on the way.
fn collect(mut reader: Reader<'_>) -> Read<'_> {
    let mut read = Read::default();
    let mut depth = 0_usize;
    loop {
        match reader.next_event() {
            Ok(Some(event)) => {
                match &event {
                    Event::Start(_) => depth += 1,
                    Event::End { .. } => depth -= 1,
                    _ => {}
                }
                assert_eq!(reader.depth(), depth, "{event:?}");
                assert_eq!(reader.position(), event.span().end, "{event:?}");
                read.events.push(event);
            }
            Ok(None) => {
                assert_eq!(reader.next_event(), Ok(None));
                break;
            }
            Err(fault) => {
                assert_eq!(reader.next_event().as_ref(), Err(&fault));
                read.stopped = Some(fault);
                break;
            }
        }
    }
    read.faults = reader.faults().to_vec();
    read.more = reader.more_faults();
    read
}

/// Events and faults against the text. Gives the number of elements that are open at a time.
fn covers(subject: &impl Subject, text: &str, read: &Read<'_>, limit: usize) -> usize {
    let clean = read.is_clean();
    let blank = |gap: &str| gap.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let mut at = 0;
    let mut open: Vec<&str> = Vec::new();
    let mut deepest = 0;
    let mut empty = false;
    for event in &read.events {
        let span = event.span();
        let piece = text.get(span.clone()).unwrap_or_else(|| panic!("{event:?} is no part"));
        let gap = text.get(at..span.start).unwrap_or_else(|| panic!("{event:?} lies before {at}"));
        let inside = !open.is_empty();
        assert!(gap.is_empty() || !inside && (!clean || blank(gap)), "{gap:?} before {event:?}");
        assert!(inside || !clean || deepest == 0 || is_misc(event), "{event:?} after the root");
        assert_eq!(empty, matches!(event, Event::End { .. } if piece.is_empty()), "{event:?}");
        empty = false;
        match event {
            Event::Declaration { .. } => {
                assert!(span.start == 0 && between(piece, "<?xml", "?>").is_some(), "{event:?}");
            }
            Event::Doctype { .. } => {
                let keyword = piece.get(..9).unwrap_or_default();
                assert!(keyword.eq_ignore_ascii_case("<!DOCTYPE"), "{event:?}");
                assert!(piece.ends_with('>'), "{event:?}");
            }
            Event::Start(start) => {
                begins(subject, text, start, piece, clean);
                open.push(start.name());
                deepest = deepest.max(open.len());
                empty = start.is_empty_element();
            }
            Event::End { name, .. } => {
                assert_eq!(open.pop(), Some(*name), "{event:?}");
                if !piece.is_empty() {
                    let rest = between(piece, "</", ">").and_then(|rest| rest.strip_prefix(*name));
                    assert!(rest.is_some_and(|rest| !clean || blank(rest)), "{event:?}");
                }
            }
            Event::Text { text: said, .. } => {
                assert!(*said == piece && !piece.is_empty(), "{event:?} is {piece:?}");
                assert!(inside && !piece.contains('<'), "{event:?}");
                assert!(!clean || !piece.contains('&'), "{event:?}");
            }
            Event::CData { text: said, .. } => {
                assert_eq!(between(piece, "<![CDATA[", "]]>"), Some(*said), "{event:?}");
                assert!(inside && !said.contains("]]>"), "{event:?}");
            }
            Event::Reference { character, raw, .. } => {
                assert!(inside && *raw == piece, "{event:?} is {piece:?}");
                let named = between(piece, "&", ";").unwrap_or_else(|| panic!("{event:?}"));
                assert_eq!(*character, meant(named), "{event:?}");
            }
            Event::Comment { text: said, .. } => {
                assert_eq!(between(piece, "<!--", "-->"), Some(*said), "{event:?}");
            }
            Event::Instruction { text: said, .. } => {
                assert_eq!(between(piece, "<?", "?>"), Some(*said), "{event:?}");
            }
        }
        at = span.end;
    }
    assert!(deepest <= limit, "{deepest} elements are open");
    if read.stopped.is_none() {
        let rest = &text[at..];
        assert!(open.is_empty() && deepest > 0, "read to its end: {text:?}");
        assert!(!clean || blank(rest), "{rest:?} at the end");
    }
    faults(text, read, at);
    deepest
}

/// The character of a reference (XML 1.0 sections 4.1 and 4.6): here roxmltree is of no help, for it
/// takes half of a surrogate pair for U+FFFD.
fn meant(named: &str) -> Option<char> {
    let number = match (named.strip_prefix("#x"), named.strip_prefix('#')) {
        (Some(digits), _) => u32::from_str_radix(digits, 16).ok(),
        (_, Some(digits)) => digits.parse().ok(),
        _ => {
            let named = ["lt<", "gt>", "amp&", "apos'", "quot\""]
                .into_iter()
                .find_map(|row| row.strip_prefix(named).filter(|rest| rest.len() == 1));
            return named.and_then(|character| character.chars().next());
        }
    };
    number.and_then(char::from_u32).filter(|&c| is_char(c))
}

/// Whether it may stand after the root element.
fn is_misc(event: &Event<'_>) -> bool {
    matches!(event, Event::Comment { .. } | Event::Instruction { .. })
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.strip_prefix(before)?.strip_suffix(after)
}

/// A start tag against the text.
fn begins(subject: &impl Subject, text: &str, start: &Start<'_>, piece: &str, clean: bool) {
    assert!(piece.starts_with('<') && piece.ends_with('>'), "{piece:?}");
    assert_eq!(text.get(start.name_span()), Some(start.name()), "{piece:?}");
    assert!(start.name_span().start == start.span().start + 1 && !start.name().is_empty());
    assert!(start.is_empty_element() == piece.ends_with("/>"), "{piece:?}");
    let mut at = start.name_span().end;
    for (index, attribute) in subject.attributes(start).enumerate() {
        let (name, value) = (attribute.name_span.clone(), attribute.value_span.clone());
        assert!(at <= name.start && name.end <= value.start, "{attribute:?} in {piece:?}");
        at = value.end;
        assert!(at < start.span().end, "{attribute:?} in {piece:?}");
        assert_eq!(text.get(name), Some(attribute.name), "{piece:?}");
        assert_eq!(text.get(value.clone()), Some(attribute.raw), "{piece:?}");
        if clean {
            let quotes = (text.as_bytes()[value.start - 1], text.as_bytes()[value.end]);
            assert!(matches!(quotes, (b'"', b'"') | (b'\'', b'\'')), "{attribute:?} in {piece:?}");
        }
        if index == 0 {
            assert_eq!(start.attribute(attribute.name), Some(attribute), "{piece:?}");
        }
    }
}

/// The faults against the text, of which the events reach up to `end`.
fn faults(text: &str, read: &Read<'_>, end: usize) {
    assert!(read.faults.len() <= FAULTS_KEPT);
    assert!(read.more == 0 || read.faults.len() == FAULTS_KEPT);
    assert!(read.faults.is_sorted_by_key(|fault| fault.span().start), "{:?}", read.faults);
    for fault in read.all_faults() {
        let found = text.get(fault.span()).unwrap_or_else(|| panic!("{fault:?} is no part"));
        let fits = match fault.found() {
            Found::End if fault.kind() == FaultKind::Empty => text.trim_ascii().is_empty(),
            Found::End => fault.span().start == text.len(),
            Found::Char(c) => found.chars().eq([c]),
            Found::Byte(_) => false,
            // The value that is found can be an empty one.
            Found::Phrase(phrase) => !phrase.is_empty(),
        };
        assert!(fits && !fault.expected().is_empty(), "{fault:?} at {found:?}");
    }
    if let Some(fault) = read.all_faults().next() {
        assert!(!fault.to_string().is_empty());
    }
    if let Some(fault) = &read.stopped {
        assert!(fault.span().start >= end || fault.kind() == FaultKind::Empty, "{fault:?}");
    }
}

/// With this limit of depth the same is read, up to the first element that is deeper.
fn stops(text: &str, whole: &Read<'_>, limited: &Read<'_>, limit: usize) {
    let mut depth = 0;
    let first = whole.events.iter().position(|event| {
        match event {
            Event::Start(_) => depth += 1,
            Event::End { .. } => depth -= 1,
            _ => {}
        }
        depth > limit
    });
    let stopped = limited.stopped.as_ref();
    let Some((index, Event::Start(start))) = first.map(|index| (index, &whole.events[index]))
    else {
        // What is deeper was never read whole.
        assert_eq!(whole.events, limited.events, "{text:?}");
        return;
    };
    assert_eq!(whole.events[..index], limited.events[..], "{text:?} to a depth of {limit}");
    let place = stopped.map(|fault| (fault.kind(), fault.span()));
    assert_eq!(place, Some((FaultKind::Limit, start.name_span())), "{text:?}");
}

#[cfg(test)]
pub(crate) const XML_LIES: &[crate::testing::Lie] = {
    /// The faults at which this is expected are left out.
    struct Overlooks(&'static str);
    impl Subject for Overlooks {
        fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
            let mut read = Real.read(text, depth);
            read.faults.retain(|fault| fault.expected() != self.0);
            read
        }
    }

    struct SurrogatesAreReplaced;
    impl Subject for SurrogatesAreReplaced {
        fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
            let mut read = Real.read(text, depth);
            for event in &mut read.events {
                if let Event::Reference { character, raw, .. } = event
                    && raw.to_ascii_lowercase().starts_with("&#xd8")
                {
                    *character = Some(char::REPLACEMENT_CHARACTER);
                }
            }
            read.faults.retain(|fault| fault.expected() != "a character that XML allows");
            read
        }
    }

    struct EndTagsEndBeforeTheirEnd;
    impl Subject for EndTagsEndBeforeTheirEnd {
        fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
            let mut read = Real.read(text, depth);
            for event in &mut read.events {
                if let Event::End { span, .. } = event {
                    span.end = span.end.saturating_sub(1).max(span.start);
                }
            }
            read
        }
    }

    struct EmptyElementsDoNotEnd;
    impl Subject for EmptyElementsDoNotEnd {
        fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
            let mut read = Real.read(text, depth);
            read.events
                .retain(|event| !matches!(event, Event::End { span, .. } if span.is_empty()));
            read
        }
    }

    struct OneDeeper;
    impl Subject for OneDeeper {
        fn read<'t>(&self, text: &'t str, depth: Option<usize>) -> Read<'t> {
            Real.read(text, depth.map(|depth| depth.saturating_add(1)))
        }
    }

    struct NoLimit;
    impl Subject for NoLimit {
        fn read<'t>(&self, text: &'t str, _: Option<usize>) -> Read<'t> {
            Real.read(text, Some(usize::MAX))
        }
    }

    struct FirstAttributeOnly;
    impl Subject for FirstAttributeOnly {
        fn attributes<'t>(&self, start: &Start<'t>) -> impl Iterator<Item = Attribute<'t>> {
            start.attributes().take(1)
        }
    }

    struct QuotesBelongToValues;
    impl Subject for QuotesBelongToValues {
        fn attributes<'t>(&self, start: &Start<'t>) -> impl Iterator<Item = Attribute<'t>> {
            start.attributes().map(|attribute| {
                let span = attribute.value_span;
                Attribute { value_span: span.start.saturating_sub(1)..span.end + 1, ..attribute }
            })
        }
    }

    struct TabsStayInValues;
    impl Subject for TabsStayInValues {
        fn attribute_value<'t>(&self, raw: &'t str) -> Cow<'t, str> {
            if raw.contains('\t') { Cow::Borrowed(raw) } else { attribute_value(raw) }
        }
    }

    struct CarriageReturnsStay;
    impl Subject for CarriageReturnsStay {
        fn text<'t>(&self, run: &[Event<'t>]) -> Cow<'t, str> {
            match run {
                [Event::Text { text, .. }] => Cow::Borrowed(*text),
                _ => Real.text(run),
            }
        }
    }

    /// As if every piece were the first.
    struct LastPieceOnly;
    impl Subject for LastPieceOnly {
        fn text<'t>(&self, run: &[Event<'t>]) -> Cow<'t, str> {
            Real.text(&run[run.len().saturating_sub(1)..])
        }
    }

    crate::testing::lies!["xml", holds;
        "`]]>` may stand in text": Overlooks("`]]&gt;`"),
        "an attribute may stand twice": Overlooks("each attribute once"),
        "`--` may stand in a comment": Overlooks("`-->`"),
        "`<` may stand in an attribute": Overlooks("`&lt;`"),
        "half of a surrogate pair is U+FFFD": SurrogatesAreReplaced,
        "the span of an end tag is one byte short": EndTagsEndBeforeTheirEnd,
        "an empty element has no end": EmptyElementsDoNotEnd,
        "one element more than the limit may be open": OneDeeper,
        "the limit of depth is ignored": NoLimit,
        "only the first attribute is read": FirstAttributeOnly,
        "the span of a value has its quotes in it": QuotesBelongToValues,
        "a tab in a value stays one": TabsStayInValues,
        "CR LF in text stays that": CarriageReturnsStay,
        "of a divided text the last piece is read": LastPieceOnly,
    ]
};
