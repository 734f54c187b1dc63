//! What is written is read again as the same text.

use ampache_error::xml::{
    Event, Reader, Value, WriteError, attribute_value, is_char, push_attribute, push_cdata,
};
use proptest::prelude::*;

use super::read;

/// Writes the text both ways and reads it again.
fn round_trip(text: &str) -> (String, String, String) {
    let mut document = String::from("<r a=\"");
    push_attribute(&mut document, "a", text).unwrap();
    document.push_str("\">");
    push_cdata(&mut document, "r", text).unwrap();
    document.push_str("</r>");
    let read = read(&document);
    assert!(read.faults().is_empty(), "{document:?} {:?}", read.faults());
    let Some(Event::Start(start)) = read.events.first() else { panic!("{document:?}") };
    let attribute = attribute_value(start.attribute("a").unwrap().raw).into_owned();
    let mut value = Value::new();
    read.events.iter().for_each(|event| value.push(event));
    (attribute, value.into_text().into_owned(), document.clone())
}

#[test]
fn known_texts() {
    for (text, written) in [
        ("", "<r a=\"\"><![CDATA[]]></r>"),
        ("Access Denied", "<r a=\"Access Denied\"><![CDATA[Access Denied]]></r>"),
        ("a ]]> b", "<r a=\"a ]]> b\"><![CDATA[a ]]]]><![CDATA[> b]]></r>"),
        ("]]]]>>", "<r a=\"]]]]>>\"><![CDATA[]]]]]]><![CDATA[>>]]></r>"),
        ("]]", "<r a=\"]]\"><![CDATA[]]]]></r>"),
        ("<&\">'", "<r a=\"&lt;&amp;&quot;>'\"><![CDATA[<&\">']]></r>"),
        ("\t\n", "<r a=\"&#9;&#10;\"><![CDATA[\t\n]]></r>"),
        ("\r", "<r a=\"&#13;\">&#13;</r>"),
        (
            "a\r\n\rb]]\r>",
            "<r a=\"a&#13;&#10;&#13;b]]&#13;>\"><![CDATA[a]]>&#13;<![CDATA[\n]]>&#13;<![CDATA[b]]]]>&#13;<![CDATA[>]]></r>",
        ),
        ("&amp;&#13;", "<r a=\"&amp;amp;&amp;#13;\"><![CDATA[&amp;&#13;]]></r>"),
    ] {
        let (attribute, value, document) = round_trip(text);
        assert_eq!(document, written);
        assert_eq!((attribute.as_str(), value.as_str()), (text, text));
    }
}

#[test]
fn what_xml_cannot_carry_is_refused() {
    for character in ['\0', '\u{1}', '\u{8}', '\u{b}', '\u{c}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
        let text = format!("a{character}b");
        let expected = WriteError { character, part: "errorMessage" };
        let mut out = String::from("before");
        assert_eq!(push_cdata(&mut out, "errorMessage", &text), Err(expected));
        assert_eq!(push_attribute(&mut out, "errorMessage", &text), Err(expected));
        assert_eq!(out, "before");
        // The reader refuses it too, wherever it stands.
        let document = format!("<r>{text}</r>");
        let mut reader = Reader::new(&document);
        while reader.next_event().unwrap().is_some() {}
        assert_eq!(reader.faults().len(), 1, "{character:?}");
    }
    assert_eq!(
        WriteError { character: '\u{1}', part: "errorMessage" }.to_string(),
        "XML cannot carry the character U+0001 in errorMessage"
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct(
            "tests/xml/writing.proptest-regressions",
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_legal_text(
        text in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec!["]]>", "]", ">", "\r", "\n", "\t", "&", "<", "\"", "'", "&#13;", "<![CDATA["])
                    .prop_map(str::to_owned),
                any::<char>().prop_filter("XML can carry it", |&c| is_char(c)).prop_map(String::from),
            ],
            0..30,
        ).prop_map(|pieces| pieces.concat())
    ) {
        let (attribute, value, _) = round_trip(&text);
        prop_assert_eq!(&attribute, &text);
        prop_assert_eq!(&value, &text);
    }
}
