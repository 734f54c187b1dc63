//! Every well-formedness check, by near misses, and what hostile documents cost.

use std::fmt::Write as _;

use ampache_error::xml::{Event, FAULTS_KEPT, Reader, Value};
use faultbook_core::{FaultKind, Found};

use super::{EXAMPLE, read, read_with};

/// The text of a string literal.
fn unescape(literal: &str) -> String {
    let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect(literal);
    let mut out = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let (c, length) = match after.as_bytes()[0] {
            b'n' => ('\n', 1),
            b't' => ('\t', 1),
            b'r' => ('\r', 1),
            b'0' => ('\0', 1),
            b'"' => ('"', 1),
            b'u' => {
                let end = after.find('}').expect(literal);
                let number = u32::from_str_radix(&after[2..end], 16).expect(literal);
                (char::from_u32(number).expect(literal), end + 1)
            }
            other => panic!("no escape: {}", char::from(other)),
        };
        out.push(c);
        rest = &after[length..];
    }
    out + rest
}

#[test]
fn near_misses() {
    let mut differences = String::new();
    let mut cases = 0;
    let mut lines =
        include_str!("wellformedness.txt").lines().filter(|line| !line.starts_with('#')).peekable();
    while let Some(literal) = lines.next() {
        let document = unescape(literal);
        let read = read(&document);
        let mut expected = Vec::new();
        while let Some(fault) = lines.next_if(|line| line.starts_with("    ")) {
            expected.push(fault.trim_start().to_owned());
        }
        let mut actual = Vec::new();
        for (fault, stops) in read
            .passed
            .iter()
            .map(|fault| (fault, ""))
            .chain(read.stopped.iter().map(|fault| (fault, "stops: ")))
        {
            actual.push(format!(
                "{stops}{:?} {:?}: {}, not {}",
                fault.kind(),
                fault.span(),
                fault.expected(),
                fault.found()
            ));
        }
        if actual != expected {
            writeln!(differences, "{literal}\n  is       {actual:#?}\n  expected {expected:#?}")
                .unwrap();
        }
        cases += 1;
    }
    assert!(differences.is_empty(), "{differences}");
    assert!(cases > 200, "only {cases} cases were read");
}

#[test]
fn every_prefix_of_an_example_is_cut_at_its_end() {
    for end in 0..EXAMPLE.len() {
        let prefix = &EXAMPLE[..end];
        let read = read(prefix);
        assert_eq!(read.passed, [], "{prefix:?}");
        let fault = read.stopped.expect(prefix);
        assert_eq!(fault.found(), Found::End, "{prefix:?}");
        assert_eq!(fault.span().end, end, "{prefix:?}");
    }
    assert!(read(EXAMPLE).faults().is_empty());
}

#[test]
fn spans_cover_the_markup() {
    let text = "<?xml version='1.0'?><!DOCTYPE r><r a='1'><!--c-->t&lt;<![CDATA[d]]><?p?><e/></r>";
    let pieces: Vec<&str> = read(text).events.iter().map(|event| &text[event.span()]).collect();
    assert_eq!(
        pieces,
        [
            "<?xml version='1.0'?>",
            "<!DOCTYPE r>",
            "<r a='1'>",
            "<!--c-->",
            "t",
            "&lt;",
            "<![CDATA[d]]>",
            "<?p?>",
            "<e/>",
            "",
            "</r>"
        ]
    );
    let mut reader = Reader::new("<error errorCode='4700' x = \"a'b\">");
    let Ok(Some(Event::Start(start))) = reader.next_event() else { panic!("no start tag") };
    assert_eq!((start.name(), start.name_span()), ("error", 1..6));
    let attribute = start.attribute("x").unwrap();
    assert_eq!((attribute.raw, attribute.name_span, attribute.value_span), ("a'b", 24..25, 29..32));
}

#[test]
fn what_is_not_well_formed_is_still_read() {
    let text = "junk<r 1x='a'b=c d e='f' e='g'>x]]>&nbsp;y & z</r><s>more</s>";
    let mut value = Value::new();
    let mut attributes = Vec::new();
    for event in read(text).events {
        if let Event::Start(start) = &event
            && start.name() == "r"
        {
            attributes.extend(start.attributes().map(|attribute| (attribute.name, attribute.raw)));
        }
        value.push(&event);
    }
    assert_eq!(value.as_str(), "x]]>&nbsp;y & zmore");
    assert_eq!(attributes, [("1x", "a"), ("b", "c"), ("d", ""), ("e", "f"), ("e", "g")]);
}

#[test]
fn past_a_hundred_faults_are_counted() {
    let text = format!("<r>{}</r>", "&".repeat(250));
    let mut reader = Reader::new(&text);
    while reader.next_event().unwrap().is_some() {}
    assert_eq!((reader.faults().len(), reader.more_faults()), (FAULTS_KEPT, 150));
    assert_eq!(reader.faults()[0].span(), 3..4);
}

#[test]
fn many_attributes() {
    for (count, again) in [(12, 0), (12, 11), (13, 0), (13, 12), (20_000, 19_999), (20_000, 5)] {
        let mut text = String::from("<r");
        for index in 0..count {
            write!(text, " a{index}='{index}'").unwrap();
        }
        assert!(read(&format!("{text}/>")).faults().is_empty(), "{count}");
        let name = text.len() + 1;
        write!(text, " a{again}=''/>").unwrap();
        let read = read(&text);
        assert_eq!(read.faults().len(), 1, "{count} {again}");
        assert_eq!(text[read.passed[0].span()], format!("a{again}"), "{count} {again}");
        assert_eq!(read.passed[0].span().start, name, "{count} {again}");
    }
}

#[test]
fn nothing_is_expanded() {
    let mut text = String::from("<!DOCTYPE lolz [<!ENTITY lol0 'lol'>");
    for level in 1..10 {
        let references = format!("&lol{};", level - 1).repeat(10);
        write!(text, "<!ENTITY lol{level} \"{references}\">").unwrap();
    }
    text.push_str(
        "<!ENTITY secret SYSTEM 'file:///secret'>]><lolz a='&lol9;'>&lol9;&secret;</lolz>",
    );
    let read = read(&text);
    assert!(read.faults().is_empty());
    let mut value = Value::new();
    read.events.iter().for_each(|event| value.push(event));
    assert_eq!(value.as_str(), "&lol9;&secret;");
}

#[test]
fn the_limit_of_depth() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read(&nested(1_000)).faults().is_empty());
    let text = nested(1_001);
    let fault = read(&text).stopped.unwrap();
    assert_eq!((fault.kind(), fault.span()), (FaultKind::Limit, 3_001..3_002));
    let text = "<a><b/></a>";
    assert!(read_with(Reader::new(text).with_depth_limit(2)).faults().is_empty());
    let fault = read_with(Reader::new(text).with_depth_limit(1)).stopped.unwrap();
    assert_eq!((fault.kind(), fault.span()), (FaultKind::Limit, 4..5));
}

/// In a thread whose stack holds no recursion.
fn in_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_hundred_thousand_deep() {
    in_a_small_stack(|| {
        const DEPTH: usize = 100_000;
        let text = format!("{}{}", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH));
        let mut reader = Reader::new(&text).with_depth_limit(usize::MAX);
        let mut deepest = 0;
        while reader.next_event().unwrap().is_some() {
            deepest = deepest.max(reader.depth());
        }
        assert_eq!((deepest, reader.depth()), (DEPTH, 0));
    });
}

#[test]
fn repetition_costs_no_stack_and_no_square() {
    in_a_small_stack(|| {
        for piece in [
            "<![CDATA[]]>",
            "<!---->",
            "<?p?>",
            "<!DOCTYPE a [<!-- -->]>",
            "&",
            "&a",
            "&amp;",
            "]]>",
            "<a/>",
            "<a b=c'/>'>",
            "\0",
            "</a",
            "<a ",
            "<a b='",
            "<!DOCTYPE a [",
            "-",
            "<!--",
            "&#",
            "<?xml version='1.0'?>",
            "\u{fffe}",
            "é",
        ] {
            for (before, after) in [("", ""), ("<a>", "</a>"), ("<a b='", "'/>"), ("<!--", "-->")] {
                let text = format!("{before}{}{after}", piece.repeat(100_000));
                let mut reader = Reader::new(&text);
                while let Ok(Some(_)) = reader.next_event() {}
                assert!(reader.faults().len() <= FAULTS_KEPT);
            }
        }
    });
}
