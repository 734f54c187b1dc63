//! Reading and writing the XML form.
//!
//! ```text
//! response = <root> error </root>
//! error    = <error errorCode="…"> <errorAction>text</errorAction> <errorType>text</errorType>
//!            <errorMessage>text</errorMessage> </error>
//! older    = <error code="…">text</error>                         in the place of error
//! text     = a CDATA section, as the document prints it, or character data
//! ```
//!
//! An error element with a code is looked for at any depth; parts outside one, in the root element
//! and in its children.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use faultbook_core::json::MAX_POINTER;
use faultbook_core::{Fault, Finding, Findings, Found, Likeness, Limits, Place, ReadError, Rule};
use faultbook_core::{common, common::Syntax, quoted};

use super::characters::{is_space, space_length};
use super::faults::expected;
use super::{Decoded, Event, Reader, Start, Value, attribute_value, decode};
use super::{WriteError, push_attribute, push_cdata};
use crate::object::{
    At, CODE, Held, MESSAGE, Misspelt, NAMES, OTHER_API, OTHER_FAILED, OTHER_STATUS, Object,
    OtherApi, Part, Pointer, named, step,
};
use crate::{ApiError, rules};

/// The element that holds an error, and the root element.
const ERROR: &str = "error";
const ROOT: &str = "root";
/// The attribute of the older shape.
const LEGACY_CODE: &str = "code";
/// The path of an error where the document puts it.
const DOCUMENTED: &str = "/root/error";
/// How a part is named in a pointer that is an attribute.
const ATTRIBUTES: [&str; 4] = ["@errorCode", "@errorAction", "@errorType", "@errorMessage"];

/// Where it goes what is wrong: nowhere when only the error is wanted.
#[derive(Debug)]
struct Sink<'s> {
    findings: Option<&'s mut Findings>,
    decoded: &'s Decoded<'s>,
}

impl Sink<'_> {
    fn is_open(&self) -> bool {
        self.findings.is_some()
    }

    fn push(
        &mut self,
        rule: &'static Rule,
        span: Range<usize>,
        pointer: impl FnOnce() -> Option<Pointer>,
        received: &str,
    ) {
        let Some(findings) = self.findings.as_deref_mut() else { return };
        if findings.is_full() {
            findings.count_more(1);
        } else {
            let place = Place::value(self.decoded.span(span), pointer());
            findings.push(Finding::new(rule, place, quoted(received)));
        }
    }
}

/// An element that is an error, or may be one.
#[derive(Debug)]
struct Frame<'t> {
    object: Object<'t>,
    /// How many elements are open inside it when one of its children begins.
    depth: usize,
    /// Whether it is named `error`, so that everything in it is judged.
    named: bool,
    /// Its own text: the message of the older shape, or something that does not belong.
    text: Value<'t>,
    text_span: Option<Range<usize>>,
    legacy: Option<(Range<usize>, Part<'t>)>,
}

/// Which of the two frames is meant.
#[derive(Debug, Clone, Copy)]
enum Slot {
    /// The root element's.
    Outer,
    /// The one inside it.
    Inner,
}

/// A part whose element is open.
#[derive(Debug)]
struct Open<'t> {
    index: usize,
    depth: usize,
    start: usize,
    value: Value<'t>,
    /// Whether a CDATA section was read in it.
    cdata: bool,
}

/// What was found in a text. Spans are in bytes of the text.
#[derive(Debug)]
pub(crate) struct Scan<'t, 's> {
    text: &'t str,
    reader: Reader<'t>,
    sink: Sink<'s>,
    /// The root element, and the element inside it that may be an error.
    outer: Option<Frame<'t>>,
    inner: Option<Frame<'t>>,
    open: Option<Open<'t>>,
    error: Option<Object<'t>>,
    elsewhere: Option<Object<'t>>,
    /// The first element beside the error, and the first text there.
    beside: Option<(&'t str, Range<usize>, Option<Pointer>)>,
    beside_text: Option<Range<usize>>,
    pub(crate) other_api: Option<OtherApi>,
    /// The name of the first root element.
    head: Range<usize>,
    /// The fault that stopped the reading.
    stopped: Option<Fault>,
}

impl<'t, 's> Scan<'t, 's> {
    /// Nothing read yet.
    pub(crate) fn new(
        text: &'t str,
        depth: usize,
        decoded: &'s Decoded<'s>,
        findings: Option<&'s mut Findings>,
    ) -> Self {
        Self {
            text,
            reader: Reader::new(text).with_depth_limit(depth),
            sink: Sink { findings, decoded },
            outer: None,
            inner: None,
            open: None,
            error: None,
            elsewhere: None,
            beside: None,
            beside_text: None,
            other_api: None,
            head: 0..0,
            stopped: None,
        }
    }

    /// Reads the text to its end, or to where it stops.
    pub(crate) fn run(&mut self) {
        let mut event = Event::NONE;
        loop {
            match self.reader.advance(&mut event) {
                Ok(true) => self.take(&event),
                Ok(false) => break,
                Err(fault) => {
                    self.stop(fault.span().start);
                    self.stopped = Some(fault);
                    break;
                }
            }
        }
        self.finish();
    }

    /// The error, wherever it stands.
    pub(crate) fn object(&mut self) -> Option<&mut Object<'t>> {
        if self.other_api.is_some() {
            return None;
        }
        self.error.as_mut().or(self.elsewhere.as_mut())
    }

    /// The same, and where it goes what is wrong with it.
    pub(crate) fn judged(&mut self) -> Option<(&mut Object<'t>, &mut Findings)> {
        let findings = self.sink.findings.as_deref_mut()?;
        if self.other_api.is_some() {
            return None;
        }
        Some((self.error.as_mut().or(self.elsewhere.as_mut())?, findings))
    }

    /// Where an error is expected and none stands.
    pub(crate) fn head(&self) -> Range<usize> {
        self.head.clone()
    }

    /// Whether the text was read to its end.
    pub(crate) fn is_readable(&self) -> bool {
        self.stopped.is_none()
    }

    /// What keeps the body from being well-formed goes where the rest goes.
    pub(crate) fn faults(&mut self, limits: &Limits) {
        let Sink { findings: Some(findings), decoded } = &mut self.sink else { return };
        let (text, stopped) = (self.text, &self.stopped);
        let cut = stopped.as_ref().is_some_and(|fault| fault.found() == Found::End);
        for fault in decoded.faults() {
            // A character that is cut along with the document is no second fault.
            if !(cut
                && fault.span().end == decoded.span(text.len()..text.len()).end
                && text.ends_with('\u{fffd}'))
            {
                findings.push(common::fault(fault, Syntax::Xml, limits));
            }
        }
        // Of a body in an encoding that is not read at all there is no more to say.
        let unread = text.is_empty() && !decoded.faults().is_empty();
        for fault in self.reader.faults().iter().chain(stopped).filter(|_| !unread) {
            let fault = decoded.fault(fault);
            if fault.expected() == expected::UNIQUE {
                let place = Place::body(fault.span());
                let received = fault.found().to_string();
                findings.push(Finding::new(&common::DUPLICATE_MEMBER, place, received));
            } else {
                findings.push(common::fault(&fault, Syntax::Xml, limits));
            }
        }
        findings.count_more(decoded.more_faults() + self.reader.more_faults());
    }

    #[inline]
    fn take(&mut self, event: &Event<'t>) {
        match event {
            Event::Start(start) => self.start(start),
            Event::End { span, .. } => self.end(span),
            Event::Text { .. } | Event::CData { .. } | Event::Reference { .. } => {
                self.content(event);
            }
            Event::Doctype { span } => {
                if let Some(findings) = self.sink.findings.as_deref_mut() {
                    let place = Place::body(self.sink.decoded.span(span.clone()));
                    let received = "a document type declaration";
                    findings.push(Finding::new(&common::DOCUMENT_TYPE, place, received));
                }
            }
            Event::Declaration { .. } | Event::Comment { .. } | Event::Instruction { .. } => {}
        }
    }

    /// The path of the element `name` that is open at this depth, or was until now; `None` where
    /// it is longer than pointers are given.
    fn path(reader: &Reader<'t>, depth: usize, name: &str) -> Option<Pointer> {
        let mut path = String::new();
        let parents = reader.open_names().take(depth.saturating_sub(1));
        for name in parents.chain([name]) {
            if path.len() + name.len() >= MAX_POINTER {
                return None;
            }
            path.push('/');
            path.push_str(name);
        }
        Some(Cow::Owned(path))
    }

    fn frame(&mut self) -> Option<&mut Frame<'t>> {
        self.inner.as_mut().or(self.outer.as_mut())
    }

    fn start(&mut self, start: &Start<'t>) {
        let depth = self.reader.depth();
        let name = start.name();
        if let Some(open) = &self.open {
            // Something inside a part.
            if depth == open.depth + 1 {
                self.unexpected(start);
            }
            return;
        }
        if depth == 1 {
            self.begin_root(start);
            return;
        }
        let Some(frame) = self.inner.as_ref().or(self.outer.as_ref()) else { return };
        let is_child = depth == frame.depth + 1;
        if frame.named || self.inner.is_some() && is_child && named(name).is_some() {
            if is_child {
                self.child(start);
            }
        } else if depth > 2 {
            // Whatever was thought of the element round it: this one is more of an error.
            if name == ERROR && start.attribute(NAMES[CODE]).is_some() {
                self.begin(Slot::Inner, start, At::Outside, false);
            }
        } else if named(name).is_some() {
            self.note_beside(start);
            self.child(start);
        } else {
            self.begin_child(start);
        }
    }

    /// A root element. There is a second one where something was written before the document;
    /// what follows an error is not looked at.
    fn begin_root(&mut self, start: &Start<'t>) {
        if self.head.is_empty() {
            self.head = start.name_span();
        }
        if self.error.is_some() || self.elsewhere.is_some() {
            return;
        }
        if start.name() == OTHER_API {
            let status = start.attribute(OTHER_STATUS);
            let failed = status.is_some_and(|status| attribute_value(status.raw) == OTHER_FAILED);
            self.other_api = Some(OtherApi { span: start.name_span(), failed });
            return;
        }
        self.beside = None;
        self.beside_text = None;
        let is_error = start.name() == ERROR;
        let at = if is_error { At::OtherRoot } else { At::Outside };
        self.begin(Slot::Outer, start, at, is_error);
    }

    /// A child of the root element that is no error.
    fn note_beside(&mut self, start: &Start<'t>) {
        if self.beside.is_none() {
            let pointer = self
                .sink
                .is_open()
                .then(|| Self::path(&self.reader, self.reader.depth(), start.name()));
            self.beside = Some((start.name(), start.name_span(), pointer.flatten()));
        }
    }

    /// A child of the root element.
    fn begin_child(&mut self, start: &Start<'t>) {
        if start.name() != ERROR {
            self.note_beside(start);
            self.begin(Slot::Inner, start, At::Outside, false);
            return;
        }
        if self.error.is_some() {
            let pointer = || Self::path(&self.reader, 2, ERROR);
            self.sink.push(&common::DUPLICATE_MEMBER, start.name_span(), pointer, ERROR);
        }
        let under_root = self.reader.open_names().next() == Some(ROOT);
        let at = if under_root { At::Documented } else { At::OtherRoot };
        self.begin(Slot::Inner, start, at, true);
    }

    fn begin(&mut self, slot: Slot, start: &Start<'t>, at: At, named_error: bool) {
        let slot = match slot {
            Slot::Outer => &mut self.outer,
            Slot::Inner => &mut self.inner,
        };
        let Frame { object, legacy, .. } = slot.insert(Frame {
            object: Object::new(at, start.name_span(), start.name_span()),
            depth: self.reader.depth(),
            named: named_error,
            text: Value::new(),
            text_span: None,
            legacy: None,
        });
        object.span = start.span();
        if named_error && self.sink.is_open() {
            object.pointer = match at {
                At::Documented => Some(Cow::Borrowed(DOCUMENTED)),
                _ => Self::path(&self.reader, self.reader.depth(), start.name()),
            };
        }
        for attribute in start.attributes() {
            let part = |step| Part {
                held: Held::Text(attribute_value(attribute.raw)),
                span: attribute.value_span.clone(),
                step,
            };
            match named(attribute.name) {
                Some((index, true)) => {
                    let last = ATTRIBUTES.get(index).copied().unwrap_or_default();
                    object.set(index, part(last));
                    if named_error && index != CODE {
                        let pointer = || step(object.pointer.as_ref(), last);
                        let span = attribute.name_span.clone();
                        self.sink.push(&rules::UNEXPECTED_CONTENT, span, pointer, attribute.name);
                    }
                }
                Some((index, false)) => {
                    let name = Cow::Borrowed(attribute.name);
                    let span = attribute.name_span.clone();
                    object.set_misspelt(index, Misspelt { name, span, attribute: true });
                }
                None if attribute.name == LEGACY_CODE => {
                    *legacy = Some((attribute.name_span.clone(), part("@code")));
                }
                // Declarations of namespaces, `xml:lang` and the like belong anywhere.
                None if attribute.name.starts_with("xml") => {}
                None if named_error => {
                    let last = || format!("@{}", attribute.name);
                    let pointer = || step(object.pointer.as_ref(), &last());
                    let span = attribute.name_span.clone();
                    self.sink.push(&rules::UNEXPECTED_CONTENT, span, pointer, attribute.name);
                }
                None => {}
            }
        }
    }

    /// A child of an element that is or may be an error.
    fn child(&mut self, start: &Start<'t>) {
        let name = start.name();
        let depth = self.reader.depth();
        let Some(frame) = self.inner.as_mut().or(self.outer.as_mut()) else { return };
        let judged = frame.named;
        match named(name) {
            Some((index, true)) => {
                let duplicate = frame.object.part(index).is_some();
                self.open = Some(Open {
                    index,
                    depth,
                    start: start.span().end,
                    value: Value::new(),
                    cdata: false,
                });
                if duplicate && judged {
                    let pointer = || Self::path(&self.reader, depth, name);
                    self.sink.push(&common::DUPLICATE_MEMBER, start.name_span(), pointer, name);
                } else if index == CODE && judged {
                    self.unexpected(start);
                }
                if judged {
                    for attribute in start.attributes() {
                        if !attribute.name.starts_with("xml") {
                            let pointer = || {
                                let path = Self::path(&self.reader, depth, name);
                                step(path.as_ref(), &format!("@{}", attribute.name))
                            };
                            let (span, received) = (attribute.name_span, attribute.name);
                            self.sink.push(&rules::UNEXPECTED_CONTENT, span, pointer, received);
                        }
                    }
                }
            }
            Some((index, false)) => {
                let (name, span) = (Cow::Borrowed(name), start.name_span());
                frame.object.set_misspelt(index, Misspelt { name, span, attribute: false });
            }
            None if judged => self.unexpected(start),
            None => {}
        }
    }

    /// An element that does not belong inside the error, where one is being judged.
    fn unexpected(&mut self, start: &Start<'t>) {
        if self.frame().is_some_and(|frame| frame.named) {
            let pointer = || Self::path(&self.reader, self.reader.depth(), start.name());
            let (span, name) = (start.name_span(), start.name());
            self.sink.push(&rules::UNEXPECTED_CONTENT, span, pointer, name);
        }
    }

    fn content(&mut self, event: &Event<'t>) {
        let depth = self.reader.depth();
        if let Some(open) = &mut self.open {
            if depth == open.depth {
                open.value.push(event);
                match event {
                    Event::CData { .. } => open.cdata = true,
                    // What an unescaped `]]>` leaves behind.
                    Event::Text { text, span } if open.cdata && text.contains("]]>") => {
                        let name = NAMES.get(open.index).copied().unwrap_or_default();
                        if self
                            .inner
                            .as_ref()
                            .or(self.outer.as_ref())
                            .is_some_and(|frame| frame.named)
                        {
                            let pointer = || Self::path(&self.reader, depth, name);
                            self.sink.push(&rules::UNEXPECTED_CONTENT, span.clone(), pointer, text);
                        }
                    }
                    _ => {}
                }
            }
            return;
        }
        let blank = matches!(event, Event::Text { .. }) && self.reader.was_blank();
        let outside = self.inner.is_none();
        let Some(frame) = self.inner.as_mut().or(self.outer.as_mut()) else { return };
        if depth != frame.depth || (blank && frame.text_span.is_none()) {
            return;
        }
        if outside && !frame.named {
            self.beside_text.get_or_insert(event.span());
            return;
        }
        frame.text.push(event);
        let start = frame.text_span.as_ref().map_or(event.span().start, |span| span.start);
        frame.text_span = Some(start..event.span().end);
    }

    fn end(&mut self, span: &Range<usize>) {
        let depth = self.reader.depth() + 1;
        if let Some(open) = self.open.take_if(|open| open.depth == depth) {
            // The span of an empty-element tag's end is empty, and after the tag.
            let span = open.start..span.start.max(open.start);
            let step = NAMES.get(open.index).copied().unwrap_or_default();
            if let Some(frame) = self.frame() {
                let held = Held::Text(open.value.into_text());
                frame.object.set(open.index, Part { held, span, step });
            }
            return;
        }
        if self.inner.as_ref().is_some_and(|frame| frame.depth == depth) {
            self.close(Slot::Inner, span.end, true);
        } else if depth == 1 {
            self.close(Slot::Outer, span.end, true);
        }
    }

    /// Reading stopped: what is open ends here.
    fn stop(&mut self, end: usize) {
        self.open = None;
        self.close(Slot::Inner, end, false);
        self.close(Slot::Outer, end, false);
    }

    /// The element of a frame ends, if there is one.
    fn close(&mut self, slot: Slot, end: usize, complete: bool) {
        let slot = match slot {
            Slot::Outer => &mut self.outer,
            Slot::Inner => &mut self.inner,
        };
        let Some(Frame { object, depth, named, text, text_span, legacy }) = slot else { return };
        object.span.end = end.max(object.span.end);
        object.complete = complete;
        if !*named {
            if object.is_telling() && self.elsewhere.is_none() {
                if self.sink.is_open() {
                    let name = self.text.get(object.name.clone()).unwrap_or_default();
                    object.pointer = Self::path(&self.reader, *depth, name);
                }
                self.elsewhere = slot.take().map(|frame| frame.object);
            }
            *slot = None;
            return;
        }
        let misspelt = object.misspelt.iter().flatten().next().is_some();
        if let Some((name, part)) = legacy.take() {
            if object.part(CODE).is_none() && !misspelt {
                object.set(CODE, part);
                object.legacy = Some(name);
                if object.is_wholly_legacy() {
                    let span = text_span.take().unwrap_or(end..end);
                    let held = Held::Text(mem::take(text).into_text());
                    object.set(MESSAGE, Part { held, span, step: "" });
                }
            } else {
                let pointer = || step(object.pointer.as_ref(), "@code");
                self.sink.push(&rules::UNEXPECTED_CONTENT, name, pointer, LEGACY_CODE);
            }
        }
        if let Some(span) = text_span.take() {
            let span = trimmed(self.text, span);
            let text = self.text.get(span.clone()).unwrap_or_default();
            let pointer = || object.pointer.clone();
            self.sink.push(&rules::UNEXPECTED_CONTENT, span, pointer, text);
        }
        self.error = slot.take().map(|frame| frame.object);
    }

    /// What can only be said when everything was read.
    fn finish(&mut self) {
        if !self.sink.is_open() || self.other_api.is_some() {
            return;
        }
        if self.error.is_some() {
            if let Some((name, span, pointer)) = self.beside.take() {
                self.sink.push(&rules::ERROR_WITH_DATA, span, || pointer, name);
            }
            if let Some(span) = self.beside_text.take() {
                let span = trimmed(self.text, span);
                let text = self.text.get(span.clone()).unwrap_or_default();
                self.sink.push(&rules::UNEXPECTED_CONTENT, span, || None, text);
            }
        }
    }
}

/// The span without the white space at its ends.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let text = text.get(span.clone()).unwrap_or_default();
    let start = span.start + space_length(text);
    start..(span.start + text.trim_end_matches(is_space).len()).max(start)
}

/// How sure it is that this XML is an Ampache response with an error.
pub(crate) fn likeness(body: &[u8]) -> Likeness {
    let decoded = decode(body);
    let depth = Limits::default().xml_depth;
    let mut scan = Scan::new(decoded.text(), depth, &decoded, None);
    scan.run();
    let Some(object) = scan.object() else { return Likeness::No };
    let name = decoded.text().get(object.name.clone());
    object.likeness(object.at != At::Outside || name == Some(ERROR))
}

/// Reads the error out of the text, or says why there is none.
fn read<'t>(text: &'t str, decoded: &Decoded<'_>) -> Result<ApiError<'t>, ReadError> {
    let mut scan = Scan::new(text, Limits::default().xml_depth, decoded, None);
    scan.run();
    let (head, expected) = match scan.object() {
        Some(object) => match object.take_error() {
            Some(error) => return Ok(error),
            None => (object.head.clone(), "a code in the attribute `errorCode`"),
        },
        None => (scan.head.clone(), "an element `error` with the attribute `errorCode`"),
    };
    if let Some(stopped) = &scan.stopped {
        // Of several faults the first one tells most.
        let first = scan.reader.faults().first().unwrap_or(stopped);
        let first = decoded.fault(first);
        let broken = decoded.faults().first();
        let earlier = broken.filter(|broken| broken.span().start <= first.span().start);
        return Err(ReadError::Fault(earlier.cloned().unwrap_or(first)));
    }
    Err(ReadError::Absent { span: decoded.span(head), expected })
}

impl<'a> ApiError<'a> {
    /// Reads the XML form, in the encoding that the body declares. Whatever else is wrong with it,
    /// an error is given where its code was found.
    ///
    /// Nothing is allocated for UTF-8 in which each text is one piece and nothing is escaped.
    ///
    /// # Errors
    ///
    /// [`ReadError::Fault`] where the body stops being XML before a code was found,
    /// [`ReadError::Absent`] where it has none.
    pub fn from_xml(body: &'a [u8]) -> Result<Self, ReadError> {
        let decoded = decode(body);
        match decoded.borrowed() {
            Some(text) => read(text, &decoded),
            None => read(decoded.text(), &decoded).map(ApiError::into_owned),
        }
    }

    /// Writes the XML form as the document prints it, four spaces a level.
    ///
    /// ```
    /// use ampache_error::ApiError;
    ///
    /// let error = ApiError { message: Some("Not Found".into()), ..ApiError::new("4704") };
    /// assert_eq!(error.to_xml()?, r#"<?xml version="1.0" encoding="UTF-8" ?>
    /// <root>
    ///     <error errorCode="4704">
    ///         <errorMessage><![CDATA[Not Found]]></errorMessage>
    ///     </error>
    /// </root>"#);
    /// # Ok::<(), ampache_error::xml::WriteError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The first character that XML cannot carry.
    pub fn to_xml(&self) -> Result<String, WriteError> {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<root>\n");
        out.push_str("    <error errorCode=\"");
        push_attribute(&mut out, NAMES[CODE], self.code.as_str())?;
        out.push_str("\">\n");
        for (name, text) in NAMES.into_iter().zip(self.parts()).skip(1) {
            let Some(text) = text else { continue };
            out.push_str("        <");
            out.push_str(name);
            out.push('>');
            push_cdata(&mut out, name, text)?;
            out.push_str("</");
            out.push_str(name);
            out.push_str(">\n");
        }
        out.push_str("    </error>\n</root>");
        Ok(out)
    }
}
