//! The XML layer: well-formedness, encodings, writing, and quick-xml's reader as an oracle.

mod encodings;
mod oracle;
mod wellformedness;
mod writing;

use ampache_error::xml::{Event, Reader};
use faultbook_core::Fault;

/// A documented example (Ampache errors, Example Error messages, Error 4700).
const EXAMPLE: &str = r#"<?xml version="1.0" encoding="UTF-8" ?>
<root>
    <error errorCode="4700">
        <errorAction><![CDATA[handshake]]></errorAction>
        <errorType><![CDATA[system]]></errorType>
        <errorMessage><![CDATA[Access Denied]]></errorMessage>
    </error>
</root>"#;

/// What reading a text to its end, or to where it stops, gives.
struct Read<'t> {
    events: Vec<Event<'t>>,
    passed: Vec<Fault>,
    stopped: Option<Fault>,
}

impl Read<'_> {
    /// Every fault in the order of the text.
    fn faults(&self) -> Vec<&Fault> {
        self.passed.iter().chain(&self.stopped).collect()
    }
}

fn read(text: &str) -> Read<'_> {
    read_with(Reader::new(text))
}

fn read_with(mut reader: Reader<'_>) -> Read<'_> {
    let mut events = Vec::new();
    let stopped = loop {
        match reader.next_event() {
            Ok(Some(event)) => events.push(event),
            Ok(None) => break None,
            Err(fault) => {
                assert_eq!(reader.next_event(), Err(fault.clone()), "the same fault again");
                break Some(fault);
            }
        }
    };
    Read { events, passed: reader.faults().to_vec(), stopped }
}
