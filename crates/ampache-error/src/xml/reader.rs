//! The pull reader.
//!
//! ```text
//! [1]  document     ::= prolog element Misc*
//! [22] prolog       ::= XMLDecl? Misc* (doctypedecl Misc*)?
//! [27] Misc         ::= Comment | PI | S
//! [39] element      ::= EmptyElemTag | STag content ETag
//! [43] content      ::= CharData? ((element | Reference | CDSect | PI | Comment) CharData?)*
//! [42] ETag         ::= '</' Name S? '>'
//! [14] CharData     ::= [^<&]* - ([^<&]* ']]>' [^<&]*)
//! [15] Comment      ::= '<!--' ((Char - '-') | ('-' (Char - '-')))* '-->'
//! [16] PI           ::= '<?' PITarget (S (Char* - (Char* '?>' Char*)))? '?>'
//! [17] PITarget     ::= Name - (('X' | 'x') ('M' | 'm') ('L' | 'l'))
//! [18] CDSect       ::= '<![CDATA[' (Char* - (Char* ']]>' Char*)) ']]>'
//! [23] XMLDecl      ::= '<?xml' VersionInfo EncodingDecl? SDDecl? S? '?>'
//! [26] VersionNum   ::= '1.' [0-9]+
//! [81] EncName      ::= [A-Za-z] ([A-Za-z0-9._] | '-')*
//! [28] doctypedecl  ::= '<!DOCTYPE' S Name (S ExternalID)? S? ('[' intSubset ']' S?)? '>'
//! [66] CharRef      ::= '&#' [0-9]+ ';' | '&#x' [0-9a-fA-F]+ ';'
//! [68] EntityRef    ::= '&' Name ';'
//! ```
//!
//! A tag is first held against the grammar as it stands. Only where it does not fit is it looked
//! at again, to say what is wrong and where it ends all the same; quick-xml's parser finds that
//! end, and the end of a comment. quick-xml's own reader keeps the names of open elements in
//! buffers, and leaves out most of the checks; in the tests it is what this one is compared with.

use std::collections::HashSet;
use std::ops::Range;

use faultbook_core::{Fault, FaultKind, Found, Limits};
use quick_xml::parser::{CommentParser, ElementParser, Parser};

use super::attributes::{Attribute, Attributes, Scan, well_formed};
use super::characters::{
    find_instruction_end, find_section_end, is_char, is_name_char, is_space, name_end, name_length,
    space_end, space_length,
};
use super::encoding::usual_declaration;
use super::faults::{Faults, character_span, expected, fault_at, part};
use super::few::Few;

/// One piece of a document. Every `span` is in bytes of the text and covers the whole piece,
/// delimiters included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'t> {
    /// The XML declaration, at the very beginning (section 2.8).
    Declaration {
        /// From `<?xml` to `?>`.
        span: Range<usize>,
    },
    /// A document type declaration: passed over, nothing in it is read (section 2.8).
    Doctype {
        /// From `<!DOCTYPE` to `>`.
        span: Range<usize>,
    },
    /// A start tag, or an empty-element tag, which an [`Event::End`] follows (section 3.1).
    Start(Start<'t>),
    /// An end tag; for an empty-element tag an empty span after it (section 3.1).
    End {
        /// The name of the element.
        name: &'t str,
        /// From `</` to `>`.
        span: Range<usize>,
    },
    /// Character data inside the root element, up to the next markup (section 2.4).
    Text {
        /// As written: line ends are not normalised.
        text: &'t str,
        /// Where it stands.
        span: Range<usize>,
    },
    /// A CDATA section inside the root element (section 2.7).
    CData {
        /// What stands between `<![CDATA[` and `]]>`: line ends are not normalised.
        text: &'t str,
        /// From `<![CDATA[` to `]]>`.
        span: Range<usize>,
    },
    /// A character or entity reference inside the root element (section 4.1).
    Reference {
        /// The character; `None` where the entity is not one of the five that are predefined, or
        /// where XML cannot carry the character. Nothing else is ever expanded.
        character: Option<char>,
        /// From `&` to `;`, as written.
        raw: &'t str,
        /// From `&` to `;`.
        span: Range<usize>,
    },
    /// A comment (section 2.5).
    Comment {
        /// What stands between `<!--` and `-->`.
        text: &'t str,
        /// From `<!--` to `-->`.
        span: Range<usize>,
    },
    /// A processing instruction (section 2.6).
    Instruction {
        /// What stands between `<?` and `?>`.
        text: &'t str,
        /// From `<?` to `?>`.
        span: Range<usize>,
    },
}

impl Event<'_> {
    /// What stands for an event that is still to be read.
    pub(super) const NONE: Self = Self::Text { text: "", span: 0..0 };

    /// Where it stands, in bytes of the text.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Start(start) => start.span(),
            Self::Declaration { span }
            | Self::Doctype { span }
            | Self::End { span, .. }
            | Self::Text { span, .. }
            | Self::CData { span, .. }
            | Self::Reference { span, .. }
            | Self::Comment { span, .. }
            | Self::Instruction { span, .. } => span.clone(),
        }
    }
}

/// A start tag or an empty-element tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start<'t> {
    text: &'t str,
    name: &'t str,
    span: Range<usize>,
    attributes: Range<usize>,
    empty: bool,
}

impl<'t> Start<'t> {
    /// The element's name as written, with a prefix where it has one.
    pub const fn name(&self) -> &'t str {
        self.name
    }

    /// The tag, in bytes of the text.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The name in the tag, in bytes of the text.
    pub fn name_span(&self) -> Range<usize> {
        let start = self.span.start + 1;
        start..start + self.name.len()
    }

    /// Whether it is an empty-element tag (`<a/>`).
    pub const fn is_empty_element(&self) -> bool {
        self.empty
    }

    /// The attributes in order.
    pub fn attributes(&self) -> Attributes<'t> {
        Attributes(Scan::new(self.text, self.attributes.clone()))
    }

    /// The first attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<Attribute<'t>> {
        self.attributes().find(|attribute| attribute.name == name)
    }
}

/// Which part of the document is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Before the root element.
    Prolog,
    /// Inside the root element.
    Content,
    /// After the root element.
    Epilog,
}

/// Reads a text event by event. See the [module](super) for an example.
#[derive(Debug, Clone)]
pub struct Reader<'t> {
    text: &'t str,
    at: usize,
    stage: Stage,
    open: Few<&'t str, 8>,
    depth_limit: usize,
    /// The end of an empty-element tag whose end event is due.
    empty: bool,
    /// Where the last text ended that is nothing but white space.
    blank_end: usize,
    doctype: bool,
    trailing: bool,
    faults: Faults<'t>,
    stopped: Option<Fault>,
}

/// Where a start tag ends.
#[derive(Debug, Clone, Copy)]
struct TagEnd {
    /// Before `>` or `/>`.
    end: usize,
    /// Whether it is an empty-element tag.
    empty: bool,
}

/// Up to so many names of attributes are compared with each other.
const COMPARED: usize = 12;

/// What stands after `<!`.
const COMMENT: &str = "<!--";
const CDATA: &str = "<![CDATA[";
const DOCTYPE: &str = "<!DOCTYPE";

impl<'t> Reader<'t> {
    /// Reads this text; elements may be nested as deep as [`Limits::xml_depth`] says by default.
    #[inline]
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            stage: Stage::Prolog,
            open: Few::new(),
            depth_limit: Limits::default().xml_depth,
            empty: false,
            blank_end: 0,
            doctype: false,
            trailing: false,
            faults: Faults::new(text),
            stopped: None,
        }
    }

    /// The same reader with another limit: how many elements may be open at a time.
    #[inline]
    pub fn with_depth_limit(self, depth_limit: usize) -> Self {
        Self { depth_limit, ..self }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The names of the open elements, the root element's first.
    pub fn open_names(&self) -> impl Iterator<Item = &'t str> + '_ {
        self.open.iter()
    }

    /// Whether the text that was read last is nothing but white space.
    pub(super) const fn was_blank(&self) -> bool {
        self.blank_end == self.at
    }

    /// Where reading goes on, in bytes of the text.
    pub const fn position(&self) -> usize {
        self.at
    }

    /// Whether a document type declaration was read.
    pub const fn has_doctype(&self) -> bool {
        self.doctype
    }

    /// The faults that were passed over so far, in bytes of the text and in its order:
    /// the first [`FAULTS_KEPT`](super::FAULTS_KEPT).
    pub fn faults(&self) -> &[Fault] {
        self.faults.list()
    }

    /// How many faults were passed over and left out of [`Self::faults`].
    pub fn more_faults(&self) -> usize {
        self.faults.more()
    }

    /// The next event; `None` at the end of a document that was read to its end.
    ///
    /// # Errors
    ///
    /// The fault, in bytes of the text, that makes further reading senseless: markup that is cut or
    /// that is none, an end tag of another element, elements open at the end, no root element, too
    /// many elements open. Every further call gives the same fault. Faults that can be passed over
    /// are in [`Self::faults`]: a document is well-formed only when none is there.
    #[inline]
    pub fn next_event(&mut self) -> Result<Option<Event<'t>>, Fault> {
        let mut event = Event::NONE;
        Ok(self.advance(&mut event)?.then_some(event))
    }

    /// [`Self::next_event`] put into `event`: whether there is one. Events are big, and moving one
    /// through several results takes as long as reading it.
    #[inline]
    pub(super) fn advance(&mut self, event: &mut Event<'t>) -> Result<bool, Fault> {
        if let Some(fault) = &self.stopped {
            return Err(fault.clone());
        }
        match self.step(event) {
            Ok(is_there) => {
                self.faults.pass(self.at);
                Ok(is_there)
            }
            Err(fault) => Err(self.stop(fault)),
        }
    }

    /// Reading stops here.
    #[cold]
    fn stop(&mut self, fault: Fault) -> Fault {
        let fault = self.faults.stop(fault);
        self.stopped = Some(fault.clone());
        fault
    }

    #[inline]
    fn step(&mut self, event: &mut Event<'t>) -> Result<bool, Fault> {
        if self.empty {
            self.empty = false;
            let Some(name) = self.close() else { return Ok(false) };
            *event = Event::End { name, span: self.at..self.at };
            return Ok(true);
        }
        if self.stage != Stage::Content {
            self.outside(event)?;
        }
        let start = self.at;
        let bytes = self.text.as_bytes();
        match bytes.get(start) {
            Some(b'<') => match bytes.get(start + 1) {
                Some(b'/') => self.end_tag(start, event)?,
                Some(b'!') => self.bang(start, event)?,
                Some(b'?') => self.instruction(start, event)?,
                _ => self.start_tag(start, event)?,
            },
            Some(b'&') if self.reference(start, event) => {}
            Some(_) => self.characters(start, event),
            None => return self.end().map(|()| false),
        }
        Ok(true)
    }

    fn rest(&self) -> &'t str {
        part(self.text, self.at..self.text.len())
    }

    fn fault(&self, at: usize, expected: &'static str) -> Fault {
        fault_at(self.text, at, expected)
    }

    /// Something longer than a character that may not stand there.
    fn phrase(span: Range<usize>, found: &'static str, expected: &'static str) -> Fault {
        Fault::new(FaultKind::Syntax, span, Found::Phrase(found), expected)
    }

    fn note(&mut self, at: usize, expected: &'static str) {
        self.faults.push(fault_at(self.text, at, expected));
    }

    /// White space outside the root element is passed over; other text and CDATA sections are too,
    /// with a fault.
    #[inline]
    fn outside(&mut self, event: &mut Event<'t>) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        self.at = space_end(bytes, self.at);
        match bytes.get(self.at..) {
            Some([b'<', b'!', b'[', ..]) => self.outside_text(event),
            Some([] | [b'<', ..]) => Ok(()),
            _ => self.outside_text(event),
        }
    }

    /// What stands outside the root element and is no markup that may stand there.
    #[cold]
    fn outside_text(&mut self, event: &mut Event<'t>) -> Result<(), Fault> {
        loop {
            self.at += space_length(self.rest());
            let rest = self.rest();
            if rest.starts_with(CDATA) {
                self.misplaced(self.at);
                self.cdata(self.at, event)?;
            } else if rest.is_empty() || rest.starts_with('<') {
                return Ok(());
            } else {
                self.misplaced(self.at);
                self.at += memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            }
        }
    }

    /// What stands at `at` belongs inside the root element.
    fn misplaced(&mut self, at: usize) {
        if self.stage == Stage::Prolog {
            self.note(at, expected::ROOT);
        } else if !self.trailing {
            self.trailing = true;
            let fault = self.trailing_content(at);
            self.faults.push(fault);
        }
    }

    fn trailing_content(&self, at: usize) -> Fault {
        Fault::new(
            FaultKind::TrailingContent,
            character_span(self.text, at),
            Found::at(self.text.as_bytes(), at),
            expected::END_OF_DOCUMENT,
        )
    }

    /// The text ends here.
    fn end(&self) -> Result<(), Fault> {
        let end = self.text.len();
        match self.stage {
            Stage::Epilog => Ok(()),
            Stage::Content => Err(self.fault(end, expected::CLOSER)),
            Stage::Prolog if space_length(self.text) == end => {
                Err(Fault::new(FaultKind::Empty, 0..end, Found::End, expected::DOCUMENT))
            }
            Stage::Prolog => Err(self.fault(end, expected::ROOT)),
        }
    }

    /// Leaves the innermost element.
    #[inline]
    fn close(&mut self) -> Option<&'t str> {
        let name = self.open.pop();
        if self.open.len() == 0 {
            self.stage = Stage::Epilog;
        }
        name
    }

    #[inline]
    fn start_tag(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let name_end = name_end(self.text, start + 1);
        let usual = name_end > start + 1 && self.stage != Stage::Epilog;
        let tag = match self.well_formed_tag(name_end) {
            Some(tag) if usual => tag,
            _ => self.judge_tag(start, name_end)?,
        };
        if self.open.len() >= self.depth_limit {
            return Err(Fault::new(
                FaultKind::Limit,
                start + 1..name_end,
                Found::Phrase("an element nested deeper than the limit"),
                expected::LESS_DEEP,
            ));
        }
        let name = part(self.text, start + 1..name_end);
        self.open.push(name);
        self.stage = Stage::Content;
        self.empty = tag.empty;
        let attributes = name_end..tag.end;
        self.at = tag.end + usize::from(tag.empty) + 1;
        let span = start..self.at;
        *event = Event::Start(Start { text: self.text, name, span, attributes, empty: tag.empty });
        Ok(())
    }

    /// The end of a start tag with which nothing is wrong, but maybe its place; everything else is
    /// for [`Self::judge_tag`].
    #[inline]
    fn well_formed_tag(&self, name_end: usize) -> Option<TagEnd> {
        match *self.text.as_bytes().get(name_end..)? {
            [b'>', ..] => Some(TagEnd { end: name_end, empty: false }),
            [b'/', b'>', ..] => Some(TagEnd { end: name_end, empty: true }),
            _ => self.well_formed_attributes(name_end),
        }
    }

    fn well_formed_attributes(&self, name_end: usize) -> Option<TagEnd> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut names = [""; COMPARED];
        let mut at = name_end;
        for count in 0.. {
            let name = space_end(bytes, at);
            match *bytes.get(name..)? {
                [b'>', ..] => return Some(TagEnd { end: name, empty: false }),
                [b'/', b'>', ..] => return Some(TagEnd { end: name, empty: true }),
                // Nothing stands between an attribute and what stands before it.
                _ if name == at => return None,
                _ => {}
            }
            let attribute = well_formed(text, name)?;
            let name = part(text, attribute.name.clone());
            let (before, free) = names.split_at_mut_checked(count)?;
            if before.contains(&name) {
                return None;
            }
            *free.first_mut()? = name;
            let mut marked = attribute.marked;
            while let Some(mark) = marked {
                let value = part(text, mark..attribute.value.end);
                // References to characters are right, and everything else is wrong here.
                let (raw, Meaning::Character(_)) = reference(value)? else { return None };
                let after = mark + raw.len();
                let rest = bytes.get(after..attribute.value.end)?;
                marked = memchr::memchr2(b'<', b'&', rest).map(|length| after + length);
            }
            at = attribute.end();
        }
        None
    }

    /// Where a start tag ends with which something may be wrong, and what that is.
    #[cold]
    fn judge_tag(&mut self, start: usize, name_end: usize) -> Result<TagEnd, Fault> {
        let text = self.text;
        if name_end == start + 1 {
            return Err(self.fault(name_end, expected::MARKUP));
        }
        let mut parser = ElementParser::default();
        let tag_end = parser.feed(part(text, name_end..text.len()).as_bytes());
        let tag_end = tag_end.map(|length| name_end + length);
        let content_end = tag_end.unwrap_or(text.len());
        let empty = tag_end.is_some() && part(text, name_end..content_end).ends_with('/');
        let attributes = name_end..content_end - usize::from(empty);

        let first = part(text, attributes.clone()).chars().next();
        match first {
            None => {}
            Some(c) if is_space(c) => {}
            Some('/') => return Err(self.fault(name_end + 1, expected::TAG_END)),
            // A longer name that is none, such as `a×`.
            Some(_) => return Err(self.fault(name_end, expected::SPACE_OR_END)),
        }
        if self.stage == Stage::Epilog && !self.trailing {
            self.trailing = true;
            let fault = self.trailing_content(start);
            self.faults.push(fault);
        }
        self.check_attributes(attributes.clone());
        if tag_end.is_none() {
            let expected = match parser {
                ElementParser::Outside => expected::TAG_END,
                ElementParser::SingleQ => expected::SINGLE_QUOTE,
                ElementParser::DoubleQ => expected::DOUBLE_QUOTE,
            };
            return Err(self.fault(text.len(), expected));
        }
        Ok(TagEnd { end: attributes.end, empty })
    }

    /// Grammar, values and uniqueness of a tag's attributes (section 3.1).
    fn check_attributes(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        let text = self.text;
        let mut scan = Scan::new(text, range);
        let mut names = Few::<&str, COMPARED>::new();
        let mut many = HashSet::new();
        while let Some(attribute) = scan.next(Some(&mut self.faults)) {
            if attribute.name_span.end == text.len() {
                // Cut: more of the name may have followed.
                return;
            }
            let name = attribute.name;
            let seen = if names.len() < COMPARED {
                names.iter().any(|other| other == name)
            } else {
                if many.is_empty() {
                    many.extend(names.iter());
                }
                !many.insert(name)
            };
            if seen {
                self.faults.push(Self::phrase(
                    attribute.name_span.clone(),
                    "an attribute of this name again",
                    expected::UNIQUE,
                ));
            } else if names.len() < COMPARED {
                names.push(name);
            }
            self.check_value(attribute.value_span);
        }
    }

    /// No `<` and only whole references in an attribute's value (section 2.3, `AttValue`).
    fn check_value(&mut self, span: Range<usize>) {
        let mut at = span.start;
        while let Some(length) =
            memchr::memchr2(b'<', b'&', part(self.text, at..span.end).as_bytes())
        {
            at += length;
            if part(self.text, at..span.end).starts_with('<') {
                self.note(at, expected::LESS_THAN);
                at += 1;
            } else {
                let value = part(self.text, at..span.end);
                at += if let Some((raw, meaning)) = reference(value) {
                    self.check_reference(at, raw, meaning);
                    raw.len()
                } else {
                    self.note_ampersand(at);
                    1
                };
            }
        }
    }

    /// A `&` that begins no reference. Where the text is cut inside one, only that is said.
    fn note_ampersand(&mut self, at: usize) {
        let mut rest = part(self.text, at + 1..self.text.len()).chars();
        if !rest.all(|c| c == '#' || is_name_char(c)) {
            self.note(at, expected::AMPERSAND);
        }
    }

    fn check_reference(&mut self, at: usize, raw: &str, meaning: Meaning) {
        let span = at..at + raw.len();
        match meaning {
            Meaning::Character(_) => {}
            // Another entity may be declared in the document type, which is not read.
            Meaning::Entity if self.doctype => {}
            Meaning::Entity => self.faults.push(Self::phrase(
                span,
                "a reference to an entity that is not declared",
                expected::ENTITY,
            )),
            Meaning::Forbidden => self.faults.push(Fault::new(
                FaultKind::ForbiddenCharacter,
                span,
                Found::Phrase("a reference to a character that XML does not allow"),
                expected::CHARACTER,
            )),
        }
    }

    /// Whether a reference begins here.
    fn reference(&mut self, start: usize, event: &mut Event<'t>) -> bool {
        let Some((raw, meaning)) = reference(self.rest()) else { return false };
        self.check_reference(start, raw, meaning);
        self.at += raw.len();
        let character = match meaning {
            Meaning::Character(c) => Some(c),
            Meaning::Entity | Meaning::Forbidden => None,
        };
        *event = Event::Reference { character, raw, span: start..self.at };
        true
    }

    /// Character data up to the next markup. A `&` at its beginning begins no reference.
    #[inline]
    fn characters(&mut self, start: usize, event: &mut Event<'t>) {
        // Most text is what a tag is indented with.
        let bytes = self.text.as_bytes();
        let end = space_end(bytes, start);
        let is_blank = match bytes.get(end) {
            Some(b'<') | None => true,
            Some(b'&') => end > start,
            Some(_) => false,
        };
        if is_blank {
            self.at = end;
            self.blank_end = end;
        } else {
            self.at = self.text_end(start, end);
        }
        *event = Event::Text { text: part(self.text, start..self.at), span: start..self.at };
    }

    /// Where the character data ends that begins at `start`: white space up to `at`.
    fn text_end(&mut self, start: usize, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        if bytes.get(start) == Some(&b'&') {
            self.note_ampersand(start);
            at = start + 1;
        }
        // `]]>` is looked for by its last character, which most text does not have.
        let mut rest = bytes.get(at..).unwrap_or_default();
        let Some(first) = memchr::memchr3(b'<', b'&', b'>', rest) else { return bytes.len() };
        (at, rest) = (at + first, rest.get(first..).unwrap_or_default());
        if rest.first() != Some(&b'>') {
            return at;
        }
        let length = memchr::memchr2(b'<', b'&', rest).unwrap_or(rest.len());
        for mark in memchr::memchr_iter(b'>', rest.get(..length).unwrap_or_default()) {
            let end = at + mark + 1;
            if bytes.get(start..end).is_some_and(|text| text.ends_with(b"]]>")) {
                let fault = Self::phrase(end - 3..end, "`]]>` in text", expected::GREATER_THAN);
                self.faults.push(fault);
            }
        }
        at + length
    }

    #[inline]
    fn end_tag(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let inside = start + "</".len();
        let bytes = self.text.as_bytes();
        if let Some(name) = self.open.last()
            && let Some(rest) = bytes.get(inside..)
            && rest.get(name.len()) == Some(&b'>')
            && rest.starts_with(name.as_bytes())
        {
            self.close();
            self.at = inside + name.len() + 1;
            *event = Event::End { name, span: start..self.at };
            return Ok(());
        }
        self.judge_end_tag(start, event)
    }

    /// An end tag with which something may be wrong.
    fn judge_end_tag(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let text = self.text;
        let inside = start + "</".len();
        let length = name_length(part(text, inside..text.len()));
        if length == 0 {
            return Err(self.fault(inside, expected::NAME));
        }
        let name_end = inside + length;
        let name = part(text, inside..name_end);
        let after = name_end + space_length(part(text, name_end..text.len()));
        if !part(text, after..text.len()).starts_with('>') {
            if after < text.len() && after == name_end {
                // A longer name that is none, such as `a×`.
                return Err(self.fault(after, expected::TAG_END));
            }
            if after < text.len() {
                self.note(after, expected::TAG_END);
            }
        }
        let mut parser = ElementParser::default();
        let Some(length) = parser.feed(part(text, after..text.len()).as_bytes()) else {
            return Err(self.fault(text.len(), expected::TAG_END));
        };
        match self.open.last() {
            None if self.stage == Stage::Prolog => {
                return Err(Self::phrase(inside..name_end, "an end tag", expected::ROOT));
            }
            None => {
                return Err(Fault::new(
                    FaultKind::TrailingContent,
                    inside..name_end,
                    Found::Phrase("an end tag"),
                    expected::END_OF_DOCUMENT,
                ));
            }
            Some(open) if open != name => {
                let found = "the end tag of another element";
                return Err(Self::phrase(inside..name_end, found, expected::END_TAG));
            }
            Some(_) => {}
        }
        self.close();
        self.at = after + length + 1;
        *event = Event::End { name, span: start..self.at };
        Ok(())
    }

    /// `<!`: a comment, a CDATA section or a document type.
    #[inline]
    fn bang(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        match self.text.as_bytes().get(start..) {
            Some(rest) if rest.starts_with(CDATA.as_bytes()) => self.cdata(start, event),
            Some(rest) if rest.starts_with(COMMENT.as_bytes()) => self.comment(start, event),
            _ => self.keyword(start, event),
        }
    }

    /// `<!` and neither a comment nor a CDATA section.
    #[cold]
    fn keyword(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let rest = self.rest();
        let keyword = part(rest, 0..DOCTYPE.len());
        if keyword.eq_ignore_ascii_case(DOCTYPE) {
            if keyword != DOCTYPE {
                let span = start + 2..start + DOCTYPE.len();
                let found = "the keyword in another case";
                self.faults.push(Self::phrase(span, found, expected::DOCTYPE_KEYWORD));
            }
            return self.document_type(start, event);
        }
        let known = [COMMENT, CDATA, DOCTYPE];
        if known.iter().any(|markup| markup.starts_with(rest)) {
            return Err(self.fault(self.text.len(), expected::DECLARED_MARKUP));
        }
        Err(self.fault(start + 2, expected::DECLARED_MARKUP))
    }

    fn comment(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let inside = start + COMMENT.len();
        let rest = part(self.text, inside..self.text.len());
        let Some(length) = CommentParser::default().feed(rest.as_bytes()) else {
            return Err(self.fault(self.text.len(), expected::COMMENT_END));
        };
        let text = part(rest, 0..length - "-->".len());
        // The first of the hyphens that end the comment counts too: `--->`.
        let hyphens = part(rest, 0..text.len() + 1);
        for at in memchr::memmem::find_iter(hyphens.as_bytes(), b"--") {
            let span = inside + at..inside + at + 2;
            self.faults.push(Self::phrase(span, "`--` in a comment", expected::COMMENT_END));
        }
        self.at = inside + length;
        *event = Event::Comment { text, span: start..self.at };
        Ok(())
    }

    #[inline]
    fn cdata(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        let inside = start + CDATA.len();
        let rest = part(self.text, inside..self.text.len());
        let Some(length) = find_section_end(rest) else {
            return Err(self.fault(self.text.len(), expected::CDATA_END));
        };
        self.at = inside + length + "]]>".len();
        *event = Event::CData { text: part(rest, 0..length), span: start..self.at };
        Ok(())
    }

    fn instruction(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        if start == 0
            && let Some(length) = usual_declaration(self.text.as_bytes())
        {
            self.at = length;
            *event = Event::Declaration { span: start..length };
            return Ok(());
        }
        let inside = start + "<?".len();
        let Some(end) = find_instruction_end(self.text, inside) else {
            return Err(self.fault(self.text.len(), expected::PI_END));
        };
        let text = part(self.text, inside..end);
        self.at = end + "?>".len();
        let span = start..self.at;
        let length = name_length(text);
        let target = part(text, 0..length);
        let after = inside + length;
        if length == 0 {
            self.note(inside, expected::NAME);
        } else if length < text.len() && space_length(part(self.text, after..after + 1)) == 0 {
            self.note(after, expected::SPACE_OR_PI_END);
        } else if target == "xml" {
            if start == 0 {
                self.declaration(after..inside + text.len());
                *event = Event::Declaration { span };
                return Ok(());
            }
            let found = "an XML declaration";
            self.faults.push(Self::phrase(span.clone(), found, expected::DECLARATION_FIRST));
        } else if target.eq_ignore_ascii_case("xml") {
            let found = "a name that is reserved";
            self.faults.push(Self::phrase(inside..after, found, expected::TARGET));
        }
        *event = Event::Instruction { text, span };
        Ok(())
    }

    /// The pseudo-attributes of the XML declaration, in their order (section 2.8).
    fn declaration(&mut self, range: Range<usize>) {
        /// In order: name, what is expected where something else stands, grammar of the value and
        /// what is expected in its place.
        type Row = (&'static str, &'static str, fn(&str) -> bool, &'static str);
        const ROWS: [Row; 3] = [
            ("version", expected::VERSION, is_version, expected::VERSION_NUMBER),
            ("encoding", expected::ENCODING, is_encoding_name, expected::ENCODING_NAME),
            ("standalone", expected::STANDALONE, is_yes_or_no, expected::YES_OR_NO),
        ];
        let end = range.end;
        let mut scan = Scan::new(self.text, range);
        let mut next = 0;
        while let Some(attribute) = scan.next(Some(&mut self.faults)) {
            let name = attribute.name;
            let row = ROWS.iter().position(|row| row.0 == name);
            match row.and_then(|row| Some((row, ROWS.get(row)?))) {
                Some((row, (.., grammar, expected))) if row == next || (row > next && next > 0) => {
                    next = row + 1;
                    let value = attribute.value_span;
                    if !grammar(attribute.raw) {
                        let found = "another value";
                        self.faults.push(Self::phrase(value, found, expected));
                    }
                }
                row => {
                    let expected = ROWS.get(next).map_or(expected::NO_MORE, |row| row.1);
                    let found = match row {
                        Some(_) => "this part of the declaration out of its order",
                        None => "an unknown part of the declaration",
                    };
                    self.faults.push(Self::phrase(attribute.name_span, found, expected));
                    // What was skipped is not asked for again.
                    next = next.max(1);
                }
            }
        }
        if next == 0 {
            self.note(end, expected::VERSION);
        }
    }

    /// Passes over a document type declaration, with its internal subset.
    fn document_type(&mut self, start: usize, event: &mut Event<'t>) -> Result<(), Fault> {
        /// What ends the piece that is passed over.
        const BEFORE_SUBSET: &[char] = &['>', '[', '"', '\''];
        const IN_SUBSET: &[char] = &[']', '<'];
        const AFTER_SUBSET: &[char] = &['>'];
        if self.doctype || self.stage != Stage::Prolog {
            let found = "a document type";
            let span = start..start + DOCTYPE.len();
            self.faults.push(Self::phrase(span, found, expected::DOCTYPE_FIRST));
        }
        self.doctype = true;
        let text = self.text;
        let after = start + DOCTYPE.len();
        let space = space_length(part(text, after..text.len()));
        let name = after + space;
        let length = name_length(part(text, name..text.len()));
        self.at = name + length;
        if name < text.len() {
            if length == 0 {
                self.note(name, expected::NAME);
            } else if space == 0 {
                self.note(name, expected::SPACE);
            }
        }

        let mut marks = BEFORE_SUBSET;
        // One round for each piece in which `>` and `]` mean something else, or nothing.
        loop {
            let rest = self.rest();
            let Some(length) = rest.find(marks) else {
                return Err(self.fault(text.len(), expected::DOCTYPE_END));
            };
            let mark = self.at + length;
            let found = part(rest, length..rest.len());
            let skipped = match found.as_bytes().first() {
                Some(b'[') => {
                    marks = IN_SUBSET;
                    Some(1)
                }
                Some(b']') => {
                    marks = AFTER_SUBSET;
                    Some(1)
                }
                Some(b'<') => skip_declaration(found),
                Some(&quote @ (b'"' | b'\'')) => {
                    memchr::memchr(quote, part(found, 1..found.len()).as_bytes())
                        .map(|length| length + 2)
                }
                _ => {
                    let blank = space_length(part(rest, 0..length));
                    if marks == AFTER_SUBSET && blank < length {
                        self.note(self.at + blank, expected::DOCTYPE_END);
                    }
                    self.at = mark + 1;
                    *event = Event::Doctype { span: start..self.at };
                    return Ok(());
                }
            };
            let Some(skipped) = skipped else {
                return Err(self.fault(text.len(), expected::DOCTYPE_END));
            };
            self.at = mark + skipped;
        }
    }
}

/// How long the piece of an internal subset is that begins with `<`; `None` where it does not end.
fn skip_declaration(text: &str) -> Option<usize> {
    if let Some(comment) = text.strip_prefix(COMMENT) {
        return CommentParser::default().feed(comment.as_bytes()).map(|end| COMMENT.len() + end);
    }
    if text.starts_with("<?") {
        return find_instruction_end(text, "<?".len()).map(|end| end + "?>".len());
    }
    // A `>` inside quotation marks ends nothing.
    ElementParser::default().feed(text.as_bytes()).map(|end| end + 1)
}

/// What a reference stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A character, named by its number or by one of the five predefined entities.
    Character(char),
    /// A character that XML cannot carry, or none at all.
    Forbidden,
    /// Another entity.
    Entity,
}

/// The reference at the beginning of `text`; `None` where its grammar is broken.
pub(super) fn reference(text: &str) -> Option<(&str, Meaning)> {
    let inside = text.strip_prefix('&')?;
    let (length, meaning) = if let Some(number) = inside.strip_prefix('#') {
        let (prefix, digits, radix) = match number.strip_prefix('x') {
            Some(digits) => ("#x".len(), digits, 16),
            None => ("#".len(), number, 10),
        };
        let length = digits.find(|c: char| !c.is_digit(radix)).filter(|&length| length > 0)?;
        // More digits than a number can hold name no character either.
        let c = u32::from_str_radix(part(digits, 0..length), radix)
            .ok()
            .and_then(char::from_u32)
            .filter(|&c| is_char(c));
        (prefix + length, c.map_or(Meaning::Forbidden, Meaning::Character))
    } else {
        let length = name_length(inside);
        let meaning = match part(inside, 0..length) {
            "" => return None,
            "lt" => Meaning::Character('<'),
            "gt" => Meaning::Character('>'),
            "amp" => Meaning::Character('&'),
            "apos" => Meaning::Character('\''),
            "quot" => Meaning::Character('"'),
            _ => Meaning::Entity,
        };
        (length, meaning)
    };
    part(inside, length..inside.len()).strip_prefix(';')?;
    Some((part(text, 0..length + "&;".len()), meaning))
}

fn is_version(value: &str) -> bool {
    value
        .strip_prefix("1.")
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_encoding_name(value: &str) -> bool {
    value.starts_with(|c: char| c.is_ascii_alphabetic())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn is_yes_or_no(value: &str) -> bool {
    matches!(value, "yes" | "no")
}
