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
//! quick-xml's parsers find where a tag, a comment or an instruction ends. Its own reader keeps
//! the names of open elements in buffers, and leaves out most of the checks; in the tests it is
//! what this one is compared with.

use std::collections::HashSet;
use std::ops::Range;

use faultbook_core::{Fault, FaultKind, Found, Limits};
use quick_xml::parser::{CommentParser, ElementParser, Parser, PiParser};

use super::attributes::{Attribute, Attributes, Scan};
use super::characters::{
    find_section_end, is_char, is_name_char, is_space, name_length, space_length,
};
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
    doctype: bool,
    trailing: bool,
    faults: Faults<'t>,
    stopped: Option<Fault>,
}

/// What stands after `<!`.
const COMMENT: &str = "<!--";
const CDATA: &str = "<![CDATA[";
const DOCTYPE: &str = "<!DOCTYPE";

impl<'t> Reader<'t> {
    /// Reads this text; elements may be nested as deep as [`Limits::xml_depth`] says by default.
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            stage: Stage::Prolog,
            open: Few::new(),
            depth_limit: Limits::default().xml_depth,
            empty: false,
            doctype: false,
            trailing: false,
            faults: Faults::new(text),
            stopped: None,
        }
    }

    /// The same reader with another limit: how many elements may be open at a time.
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
    pub fn next_event(&mut self) -> Result<Option<Event<'t>>, Fault> {
        if let Some(fault) = &self.stopped {
            return Err(fault.clone());
        }
        match self.step() {
            Ok(event) => {
                self.faults.pass(self.at);
                Ok(event)
            }
            Err(fault) => {
                let fault = self.faults.stop(fault);
                self.stopped = Some(fault.clone());
                Err(fault)
            }
        }
    }

    fn step(&mut self) -> Result<Option<Event<'t>>, Fault> {
        if self.empty {
            self.empty = false;
            let name = self.close();
            return Ok(name.map(|name| Event::End { name, span: self.at..self.at }));
        }
        if self.stage != Stage::Content {
            self.outside()?;
        }
        let start = self.at;
        match *self.rest().as_bytes() {
            [] => self.end().map(|()| None),
            [b'<', b'/', ..] => self.end_tag(start).map(Some),
            [b'<', b'!', ..] => self.bang(start).map(Some),
            [b'<', b'?', ..] => self.instruction(start).map(Some),
            [b'<', ..] => self.start_tag(start).map(Some),
            [b'&', ..] => Ok(Some(self.reference(start).unwrap_or_else(|| self.characters(start)))),
            _ => Ok(Some(self.characters(start))),
        }
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
    fn outside(&mut self) -> Result<(), Fault> {
        loop {
            self.at += space_length(self.rest());
            let rest = self.rest();
            if rest.starts_with(CDATA) {
                self.misplaced(self.at);
                self.cdata(self.at)?;
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
    fn close(&mut self) -> Option<&'t str> {
        let name = self.open.pop();
        if self.open.len() == 0 {
            self.stage = Stage::Epilog;
        }
        name
    }

    fn start_tag(&mut self, start: usize) -> Result<Event<'t>, Fault> {
        let text = self.text;
        let inside = start + 1;
        let length = name_length(part(text, inside..text.len()));
        let name_end = inside + length;
        if length == 0 {
            return Err(self.fault(inside, expected::MARKUP));
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
        let Some(tag_end) = tag_end else {
            let expected = match parser {
                ElementParser::Outside => expected::TAG_END,
                ElementParser::SingleQ => expected::SINGLE_QUOTE,
                ElementParser::DoubleQ => expected::DOUBLE_QUOTE,
            };
            return Err(self.fault(text.len(), expected));
        };
        if self.open.len() >= self.depth_limit {
            return Err(Fault::new(
                FaultKind::Limit,
                inside..name_end,
                Found::Phrase("an element nested deeper than the limit"),
                expected::LESS_DEEP,
            ));
        }
        let name = part(text, inside..name_end);
        self.open.push(name);
        self.stage = Stage::Content;
        self.empty = empty;
        self.at = tag_end + 1;
        Ok(Event::Start(Start { text, name, span: start..self.at, attributes, empty }))
    }

    /// Grammar, values and uniqueness of a tag's attributes (section 3.1).
    fn check_attributes(&mut self, range: Range<usize>) {
        /// Up to so many names are compared with each other.
        const COMPARED: usize = 12;
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

    fn reference(&mut self, start: usize) -> Option<Event<'t>> {
        let (raw, meaning) = reference(self.rest())?;
        self.check_reference(start, raw, meaning);
        self.at += raw.len();
        let character = match meaning {
            Meaning::Character(c) => Some(c),
            Meaning::Entity | Meaning::Forbidden => None,
        };
        Some(Event::Reference { character, raw, span: start..self.at })
    }

    /// Character data up to the next markup. A `&` at its beginning begins no reference.
    fn characters(&mut self, start: usize) -> Event<'t> {
        let rest = self.rest();
        let bare = usize::from(rest.starts_with('&'));
        if bare > 0 {
            self.note_ampersand(start);
        }
        let length = memchr::memchr2(b'<', b'&', part(rest, bare..rest.len()).as_bytes())
            .map_or(rest.len(), |length| bare + length);
        let text = part(rest, 0..length);
        let mut from = 0;
        while let Some(length) = find_section_end(part(text, from..text.len())) {
            let at = start + from + length;
            let span = at..at + "]]>".len();
            self.faults.push(Self::phrase(span, "`]]>` in text", expected::GREATER_THAN));
            from += length + "]]>".len();
        }
        self.at += length;
        Event::Text { text, span: start..self.at }
    }

    fn end_tag(&mut self, start: usize) -> Result<Event<'t>, Fault> {
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
        Ok(Event::End { name, span: start..self.at })
    }

    /// `<!`: a comment, a CDATA section or a document type.
    fn bang(&mut self, start: usize) -> Result<Event<'t>, Fault> {
        let rest = self.rest();
        if rest.starts_with(COMMENT) {
            return self.comment(start);
        }
        if rest.starts_with(CDATA) {
            return self.cdata(start);
        }
        let keyword = part(rest, 0..DOCTYPE.len());
        if keyword.eq_ignore_ascii_case(DOCTYPE) {
            if keyword != DOCTYPE {
                let span = start + 2..start + DOCTYPE.len();
                let found = "the keyword in another case";
                self.faults.push(Self::phrase(span, found, expected::DOCTYPE_KEYWORD));
            }
            return self.document_type(start);
        }
        let known = [COMMENT, CDATA, DOCTYPE];
        if known.iter().any(|markup| markup.starts_with(rest)) {
            return Err(self.fault(self.text.len(), expected::DECLARED_MARKUP));
        }
        Err(self.fault(start + 2, expected::DECLARED_MARKUP))
    }

    fn comment(&mut self, start: usize) -> Result<Event<'t>, Fault> {
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
        Ok(Event::Comment { text, span: start..self.at })
    }

    fn cdata(&mut self, start: usize) -> Result<Event<'t>, Fault> {
        let inside = start + CDATA.len();
        let rest = part(self.text, inside..self.text.len());
        let Some(length) = find_section_end(rest) else {
            return Err(self.fault(self.text.len(), expected::CDATA_END));
        };
        self.at = inside + length + "]]>".len();
        Ok(Event::CData { text: part(rest, 0..length), span: start..self.at })
    }

    fn instruction(&mut self, start: usize) -> Result<Event<'t>, Fault> {
        let inside = start + "<?".len();
        let rest = part(self.text, inside..self.text.len());
        let Some(length) = PiParser::default().feed(rest.as_bytes()) else {
            return Err(self.fault(self.text.len(), expected::PI_END));
        };
        let text = part(rest, 0..length - 1);
        self.at = inside + length + 1;
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
                return Ok(Event::Declaration { span });
            }
            let found = "an XML declaration";
            self.faults.push(Self::phrase(span.clone(), found, expected::DECLARATION_FIRST));
        } else if target.eq_ignore_ascii_case("xml") {
            let found = "a name that is reserved";
            self.faults.push(Self::phrase(inside..after, found, expected::TARGET));
        }
        Ok(Event::Instruction { text, span })
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
    fn document_type(&mut self, start: usize) -> Result<Event<'t>, Fault> {
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
                    return Ok(Event::Doctype { span: start..self.at });
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
    if let Some(instruction) = text.strip_prefix("<?") {
        return PiParser::default().feed(instruction.as_bytes()).map(|end| "<?".len() + end + 1);
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
