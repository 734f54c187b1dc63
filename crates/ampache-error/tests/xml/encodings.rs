//! Encodings: found, decoded, and the way back to the bytes.

use ampache_error::xml::{Decoded, FAULTS_KEPT, Reader, decode};
use encoding_rs::{DecoderResult, Encoding};
use faultbook_core::FaultKind;
use proptest::prelude::*;

/// The documents of the tests below say what encoding they are in.
fn declared(label: &str, content: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{label}\"?><r>{content}</r>")
}

/// In UTF-16, which `encoding_rs` does not write.
fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn encode(label: &str, text: &str) -> Vec<u8> {
    match label {
        "UTF-16BE" => utf16(text, true, true),
        "UTF-16LE" => utf16(text, false, true),
        _ => {
            let (bytes, _, unmappable) =
                Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            assert!(!unmappable, "{label} {text}");
            bytes.into_owned()
        }
    }
}

/// The text is the same, and every character lies where encoding what stands before it ends.
fn assert_maps(label: &str, text: &str) {
    let body = encode(label, text);
    let decoded = decode(&body);
    assert_eq!(decoded.text(), text, "{label}");
    assert_eq!(decoded.faults(), [], "{label}");
    for (at, _) in text.char_indices() {
        assert_eq!(decoded.position(at), encode(label, &text[..at]).len(), "{label} {at} {text:?}");
    }
    assert_eq!(decoded.position(text.len()), body.len(), "{label}");
    assert_eq!(decoded.span(text.len()..text.len()), body.len()..body.len(), "{label}");
}

/// Label and a text that the encoding can carry.
const ENCODINGS: [(&str, &str); 12] = [
    ("UTF-8", "aé€😀"),
    ("UTF-16BE", "aé€😀\u{fffd}"),
    ("UTF-16LE", "aé€😀\u{fffd}"),
    ("windows-1252", "aé€ÿ"),
    ("ISO-8859-1", "aéÿ"),
    ("ISO-8859-15", "aé€Š"),
    ("KOI8-R", "aж─"),
    ("Shift_JIS", "aｱ日本語表\\~"),
    ("EUC-JP", "aｱ日本語仼"),
    ("GB18030", "a中€😀ǹ\u{e5e6}é"),
    ("Big5", "a中文Êẽ"),
    ("EUC-KR", "a한국어"),
];

#[test]
fn every_character_maps_back() {
    for (label, sample) in ENCODINGS {
        let sample: String = sample
            .chars()
            .filter(|&c| {
                label.starts_with("UTF-16")
                    || !Encoding::for_label(label.as_bytes()).unwrap().encode(&c.to_string()).2
            })
            .collect();
        assert!(sample.chars().count() >= 3, "{label} {sample}");
        assert_maps(label, &declared(label, &sample));
        // Past several checkpoints, with every distance between them and the characters.
        let long = declared(label, &sample.repeat(700));
        let body = encode(label, &long);
        let decoded = decode(&body);
        assert_eq!(decoded.text(), long, "{label}");
        let mut expected = decoded.position(0);
        for (at, c) in long.char_indices() {
            assert_eq!(decoded.position(at), expected, "{label} {at}");
            expected += encode(label, &c.to_string()).len()
                - if label.starts_with("UTF-16") { 2 } else { 0 };
        }
    }
}

#[test]
fn states_and_pairs() {
    // ISO-2022-JP: `日` after an escape to two-byte characters, `b` after one back to ASCII.
    let body = b"<?xml version='1.0' encoding='ISO-2022-JP'?><r>a\x1b$BF|K\\\x1b(Bb</r>";
    let decoded = decode(body);
    let start = decoded.text().find("a日本b").unwrap();
    assert_eq!(start, 47);
    let positions: Vec<_> =
        [0, 1, 4, 7, 8].iter().map(|offset| decoded.position(start + offset)).collect();
    assert_eq!(positions, [47, 48, 53, 55, 59]);
    assert_eq!(decoded.faults(), []);
    // Big5: one sequence of two bytes stands for two characters.
    let body = b"<?xml version='1.0' encoding='Big5'?><r>\x88\x62a</r>";
    let decoded = decode(body);
    let start = decoded.text().find("Ê\u{304}a").unwrap();
    let positions: Vec<_> =
        [0, 2, 4, 5].iter().map(|offset| decoded.position(start + offset)).collect();
    assert_eq!(positions, [40, 42, 42, 43]);
}

#[test]
fn what_is_ascii_or_utf8_is_borrowed() {
    for body in [
        declared("UTF-8", "é"),
        declared("utf8", "é"),
        declared("ISO-8859-1", "e"),
        declared("Shift_JIS", "e"),
        declared("ISO-2022-JP", "e"),
        declared("US-ASCII", "e"),
        "<r>é</r>".to_owned(),
        "\u{feff}<r>é</r>".to_owned(),
        String::new(),
    ] {
        let decoded = decode(body.as_bytes());
        assert_eq!(decoded.borrowed(), Some(body.trim_start_matches('\u{feff}')), "{body}");
        assert_eq!(decoded.faults(), [], "{body}");
        let text = decoded.text();
        assert_eq!(decoded.span(0..text.len()), body.len() - text.len()..body.len());
        assert_eq!(decoded.has_byte_order_mark(), body.starts_with('\u{feff}'));
    }
}

/// One line a fault: span, what is expected, what was found.
fn faults(decoded: &Decoded<'_>) -> Vec<String> {
    let describe = |fault: &faultbook_core::Fault| {
        assert_eq!(fault.kind(), FaultKind::Encoding);
        format!("{:?}: {}, not {}", fault.span(), fault.expected(), fault.found())
    };
    decoded.faults().iter().map(describe).collect()
}

#[test]
fn the_encoding_is_found_by_appendix_f() {
    const OTHER: &str = "the encoding that the body is in, not the name of another encoding";
    const UNKNOWN: &str = "an encoding that is known, not an unknown encoding";
    const MARK: &str = "0..2: a byte order mark before UTF-16, not the byte";
    let with_mark = |text: &str| [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for (body, encoding, expected) in [
        (declared("latin1", "e").into_bytes(), "windows-1252", vec![]),
        (declared("ISO-8859-15", "e").into_bytes(), "ISO-8859-15", vec![]),
        // White space before the declaration is a fault of its own, and no other encoding.
        (format!("\n{}", declared("latin1", "e")).into_bytes(), "windows-1252", vec![]),
        (declared("klingon", "e").into_bytes(), "UTF-8", vec![format!("30..37: {UNKNOWN}")]),
        (declared("", "e").into_bytes(), "UTF-8", vec![format!("30..30: {UNKNOWN}")]),
        (declared("UTF-7", "e").into_bytes(), "UTF-8", vec![format!("30..35: {UNKNOWN}")]),
        (declared("ISO-2022-KR", "e").into_bytes(), "UTF-8", vec![format!("30..41: {UNKNOWN}")]),
        (declared("UTF-16", "e").into_bytes(), "UTF-8", vec![format!("30..36: {OTHER}")]),
        (declared("UTF-16BE", "e").into_bytes(), "UTF-8", vec![format!("30..38: {OTHER}")]),
        (with_mark(&declared("UTF-8", "e")), "UTF-8", vec![]),
        (with_mark(&declared("latin1", "e")), "UTF-8", vec![format!("33..39: {OTHER}")]),
        (with_mark(&declared("UTF-16", "e")), "UTF-8", vec![format!("33..39: {OTHER}")]),
        (utf16("<r/>", true, true), "UTF-16BE", vec![]),
        (utf16("<r/>", false, true), "UTF-16LE", vec![]),
        (utf16("<r/>", true, false), "UTF-16BE", vec![format!("{MARK} 0x00")]),
        (utf16("<r/>", false, false), "UTF-16LE", vec![format!("{MARK} 0x3C")]),
        (utf16(&declared("UTF-16", "e"), true, true), "UTF-16BE", vec![]),
        (utf16(&declared("UTF-16", "e"), false, true), "UTF-16LE", vec![]),
        (
            utf16(&declared("UTF-16LE", "e"), true, true),
            "UTF-16BE",
            vec![format!("62..78: {OTHER}")],
        ),
        (utf16(&declared("UTF-8", "e"), false, true), "UTF-16LE", vec![format!("62..72: {OTHER}")]),
        (utf16(&declared("xyz", "e"), false, true), "UTF-16LE", vec![format!("62..68: {UNKNOWN}")]),
        (
            b"\x00\x00\xFE\xFF\x00\x00\x00<".to_vec(),
            "UTF-8",
            vec!["0..4: UTF-8, UTF-16 or an encoding that contains ASCII, not UTF-32".to_owned()],
        ),
        (
            b"\x4C\x6F\xA7\x94".to_vec(),
            "UTF-8",
            vec!["0..4: UTF-8, UTF-16 or an encoding that contains ASCII, not EBCDIC".to_owned()],
        ),
    ] {
        let decoded = decode(&body);
        let shown = String::from_utf8_lossy(&body);
        assert_eq!((decoded.encoding(), faults(&decoded)), (encoding, expected), "{shown}");
    }
}

#[test]
#[expect(clippy::single_range_in_vec_init, reason = "one span is what is meant")]
fn bytes_that_break_the_encoding() {
    let body = |label: &str, bytes: &[u8]| {
        let (before, after) = ("<r>", "</r>");
        let declaration = format!("<?xml version='1.0' encoding='{label}'?>");
        let start = declaration.len() + before.len();
        ([declaration.as_bytes(), before.as_bytes(), bytes, after.as_bytes()].concat(), start)
    };
    // Spans relative to the content of `r`, and its text.
    for (label, bytes, expected, text) in [
        ("UTF-8", b"caf\xE9 x".as_slice(), vec![3..4], "caf\u{fffd} x"),
        (
            "UTF-8",
            b"\xE2\x82x\xF0\x9F\x98\xFF",
            vec![0..2, 3..6, 6..7],
            "\u{fffd}x\u{fffd}\u{fffd}",
        ),
        ("UTF-8", b"\xEF\xBF\xBD\xC3\xA9\x80", vec![5..6], "\u{fffd}é\u{fffd}"),
        ("windows-1252", b"\xE9\x81\xE9", vec![], "é\u{81}é"),
        ("ISO-8859-7", b"\xE1\xFF\xE1", vec![1..2], "α\u{fffd}α"),
        ("US-ASCII", b"a\xE9\x80", vec![1..2, 2..3], "aé€"),
        ("Shift_JIS", b"\x93\xFA\x81\x00\xFA", vec![2..3], "日\u{fffd}\0"),
        ("GB18030", b"a\x81\x30\x81ab", vec![1..2], "a\u{fffd}0乤b"),
        ("EUC-KR", b"\xFF\xC7\xD1", vec![0..1], "\u{fffd}한"),
    ] {
        let (body, start) = body(label, bytes);
        let decoded = decode(&body);
        let spans: Vec<_> = decoded
            .faults()
            .iter()
            .map(|fault| fault.span().start - start..fault.span().end - start)
            .collect();
        // The last byte of the Shift_JIS sample is the first of two: it breaks with what follows.
        let own = if label == "Shift_JIS" { &spans[..1] } else { &spans[..] };
        assert_eq!(own, expected, "{label}");
        let from = decoded.text().find("<r>").unwrap() + 3;
        assert!(decoded.text()[from..].starts_with(text), "{label} {:?}", &decoded.text()[from..]);
        // What follows is found where it stands.
        let r = decoded.text().rfind("r>").unwrap();
        assert_eq!(&body[decoded.span(r..r + 2)], b"r>", "{label}");
    }
}

#[test]
fn broken_utf16() {
    // A lone surrogate, U+FFFD as sent, and half a unit at the end.
    let mut body = utf16("<r>", true, true);
    body.extend([0xD8, 0x3D, 0x00, 0x61, 0xFF, 0xFD, 0x00]);
    let decoded = decode(&body);
    assert_eq!(decoded.text(), "<r>\u{fffd}a\u{fffd}\u{fffd}");
    let spans: Vec<_> = decoded.faults().iter().map(faultbook_core::Fault::span).collect();
    assert_eq!(spans, [8..10, 14..15]);
    assert_eq!(decoded.position(decoded.text().len()), 15);
}

#[test]
fn faults_are_mapped_to_the_body() {
    let body = b"<?xml version='1.0' encoding='ISO-8859-1'?><r>\xE9\xE9\xE9 & \xE9</r>";
    let decoded = decode(body);
    let mut reader = Reader::new(decoded.text());
    while reader.next_event().unwrap().is_some() {}
    assert_eq!(&body[decoded.fault(&reader.faults()[0]).span()], b"&");
}

#[test]
fn past_a_hundred_broken_bytes_are_counted() {
    let decoded = decode(&[0xFF; 250]);
    assert_eq!((decoded.faults().len(), decoded.more_faults()), (FAULTS_KEPT, 150));
    assert_eq!(decoded.position(decoded.text().len()), 250);
}

/// Every label of the Encoding Standard that matters here.
const LABELS: [&str; 16] = [
    "UTF-8",
    "windows-1252",
    "ISO-8859-15",
    "ISO-8859-7",
    "KOI8-U",
    "macintosh",
    "Shift_JIS",
    "EUC-JP",
    "ISO-2022-JP",
    "GB18030",
    "GBK",
    "Big5",
    "EUC-KR",
    "windows-874",
    "US-ASCII",
    "x-user-defined",
];

/// Bytes that mean something in one of the encodings, and any.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let telling =
        prop::sample::select(b"\x1b$B(J@I\x0e0\x81\x30\x9f\xfe\xa1\x8e\x8f\x88\x62\x80a".to_vec());
    prop::collection::vec(prop_oneof![3 => telling, 1 => any::<u8>()], 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct(
            "tests/xml/encodings.proptest-regressions",
        ))),
        ..ProptestConfig::default()
    })]

    /// Whatever the bytes: the text is what encoding_rs gives, the faults are where it finds them,
    /// and the map is monotonic, inside the body, and exact for ASCII.
    #[test]
    fn any_bytes(label in prop::sample::select(LABELS.to_vec()), bytes in bytes()) {
        let declaration = format!("<?xml version='1.0' encoding='{label}'?>");
        let body = [declaration.as_bytes(), &bytes].concat();
        let decoded = decode(&body);
        let encoding = Encoding::for_label(label.as_bytes()).unwrap();
        let (text, broken) = encoding.decode_without_bom_handling(&body);
        prop_assert_eq!(decoded.text(), text.as_ref());
        if label == "US-ASCII" {
            prop_assert_eq!(decoded.faults().is_empty(), body.is_ascii());
        } else {
            prop_assert_eq!(!decoded.faults().is_empty(), broken);
            prop_assert_eq!(faults_of(encoding, &body), decoded.faults().iter().map(faultbook_core::Fault::span).collect::<Vec<_>>());
        }
        let mut last = 0;
        for (at, c) in text.char_indices() {
            let position = decoded.position(at);
            prop_assert!(last <= position && position <= body.len());
            let end = decoded.position(at + c.len_utf8());
            if c.is_ascii() && label != "ISO-2022-JP" {
                prop_assert_eq!(&body[position..end], &[u8::try_from(c).unwrap()][..]);
            }
            last = position;
        }
        prop_assert_eq!(decoded.position(text.len()), body.len());
    }

    /// Any text in any encoding that can carry it.
    #[test]
    fn any_text(pair in prop::sample::select(ENCODINGS.to_vec()), text in "\\PC{0,30}") {
        let (label, sample) = pair;
        // Some encodings write two characters alike, or lack one.
        let survives = |c: &char| label.starts_with("UTF-16") || {
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            let c = c.to_string();
            let (bytes, _, unmappable) = encoding.encode(&c);
            !unmappable && encoding.decode_without_bom_handling(&bytes).0 == c
        };
        let content: String = text.chars().chain(sample.chars()).filter(survives).collect();
        assert_maps(label, &declared(label, &content));
    }
}

/// Where encoding_rs itself finds broken bytes, when it is given the whole body at once.
fn faults_of(encoding: &'static Encoding, body: &[u8]) -> Vec<std::ops::Range<usize>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = vec![0; 4 * body.len() + 64];
    let mut at = 0;
    let mut spans = Vec::new();
    loop {
        let (result, read, _) =
            decoder.decode_to_utf8_without_replacement(&body[at..], &mut out, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return spans,
            DecoderResult::OutputFull => unreachable!("the room is enough"),
            DecoderResult::Malformed(broken, after) => {
                let end = at - usize::from(after);
                spans.push(end - usize::from(broken)..end);
            }
        }
    }
}
