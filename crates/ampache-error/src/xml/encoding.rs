//! From the bytes of a body to text, and from places in the text back to the bytes.
//!
//! The encoding is found as XML 1.0 appendix F says: a byte order mark; else the first bytes; else
//! the declaration's `encoding`; else UTF-8.
//!
//! | first bytes | read as |
//! |---|---|
//! | `EF BB BF` | UTF-8, mark passed over |
//! | `FE FF`, `FF FE` | UTF-16 BE, LE, mark passed over |
//! | `00 3C`, `3C 00` | UTF-16 BE, LE; a fault, for the mark is missing (section 4.3.3) |
//! | `00 00 FE FF`, `FF FE 00 00`, `00 00 00 3C`, `3C 00 00 00` | UTF-32: not read, a fault |
//! | `4C 6F A7 94` | EBCDIC: not read, a fault |
//! | anything else | the declared encoding, found in ASCII; UTF-8 where none is declared |
//!
//! A declaration that names another encoding than the one found so is a fault at its label
//! (section 4.3.3): `UTF-16` where the bytes are ASCII, `ISO-8859-1` after a byte order mark.
//! Labels are those of the Encoding Standard, so ISO-8859-1 is read as windows-1252, its superset
//! but for C1 control characters. A label that nobody knows is a fault, and UTF-8 is tried.
//!
//! Bytes that break the encoding are faults at their exact place; U+FFFD stands for them in the
//! text, so that what follows can still be read.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use faultbook_core::{Fault, FaultKind, Found};

use super::attributes::Scan;
use super::characters::{find_instruction_end, space_end, space_length};
use super::faults::{FAULTS_KEPT, part};

const KNOWN_LABEL: &str = "an encoding that is known";
const OWN_LABEL: &str = "the encoding that the body is in";
const MARK: &str = "a byte order mark before UTF-16";
const READABLE: &str = "UTF-8, UTF-16 or an encoding that contains ASCII";

/// The text of a body, and the way back to its bytes.
///
/// ```
/// use ampache_error::xml::decode;
///
/// let body = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9t\xE9</a>";
/// let decoded = decode(body);
/// let start = decoded.text().find("té").unwrap();
/// assert_eq!(decoded.encoding(), "windows-1252");
/// assert_eq!(&body[decoded.span(start..start + 3)], b"t\xE9");
/// ```
#[derive(Debug, Clone)]
pub struct Decoded<'a> {
    text: Cow<'a, str>,
    encoding: &'static Encoding,
    map: Map,
    /// Bytes of the byte order mark.
    mark: usize,
    /// Bytes of the body.
    length: usize,
    faults: Vec<Fault>,
    more: usize,
}

impl<'a> Decoded<'a> {
    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text where it is a part of the body: UTF-8 or ASCII with nothing broken.
    pub fn borrowed(&self) -> Option<&'a str> {
        match self.text {
            Cow::Borrowed(text) => Some(text),
            Cow::Owned(_) => None,
        }
    }

    /// The name of the encoding in the Encoding Standard.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Whether the body begins with a byte order mark.
    pub fn has_byte_order_mark(&self) -> bool {
        self.mark > 0
    }

    /// What is wrong with the encoding, in bytes of the body: the first [`FAULTS_KEPT`] faults.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many faults of the encoding were left out of [`Self::faults`].
    pub fn more_faults(&self) -> usize {
        self.more
    }

    /// The byte of the body where the character at `position` of the text begins.
    ///
    /// Takes at most 1,024 steps, however long the text is.
    #[inline]
    pub fn position(&self, position: usize) -> usize {
        if position >= self.text.len() {
            // A shift to another state with nothing after it (ISO-2022-JP) is no character.
            return self.length;
        }
        // The last unit of UTF-16 can be half there.
        (self.mark + self.map.to_body(&self.text, position)).min(self.length)
    }

    /// Bytes of the body for a span of the text.
    #[inline]
    pub fn span(&self, span: Range<usize>) -> Range<usize> {
        let start = self.position(span.start);
        let end = if span.is_empty() { start } else { self.position(span.end) };
        start..end.max(start)
    }

    /// A fault of the text as a fault of the body.
    pub fn fault(&self, fault: &Fault) -> Fault {
        fault.clone().with_span(self.span(fault.span()))
    }

    fn push(&mut self, fault: Fault) {
        if self.faults.len() < FAULTS_KEPT { self.faults.push(fault) } else { self.more += 1 }
    }
}

/// Decodes a body as the module says. Never fails: see [`Decoded::faults`].
pub fn decode(body: &[u8]) -> Decoded<'_> {
    /// Read as UTF-16, with or without a mark.
    const WIDE: [(&[u8], &Encoding, bool); 4] = [
        (&[0xFE, 0xFF], UTF_16BE, true),
        (&[0xFF, 0xFE], UTF_16LE, true),
        (&[0x00, 0x3C], UTF_16BE, false),
        (&[0x3C, 0x00], UTF_16LE, false),
    ];
    /// Not read at all.
    const UNREAD: [(&[u8], &str); 5] = [
        (&[0x00, 0x00, 0xFE, 0xFF], "UTF-32"),
        (&[0xFF, 0xFE, 0x00, 0x00], "UTF-32"),
        (&[0x00, 0x00, 0x00, 0x3C], "UTF-32"),
        (&[0x3C, 0x00, 0x00, 0x00], "UTF-32"),
        (&[0x4C, 0x6F, 0xA7, 0x94], "EBCDIC"),
    ];
    // What begins as a document in ASCII does needs no further look.
    let is_plain = matches!(body, [b'<', second, ..] if *second != 0);
    if !is_plain
        && let Some((first, name)) = UNREAD.into_iter().find(|(first, _)| body.starts_with(first))
    {
        return Decoded {
            text: Cow::Borrowed(""),
            encoding: UTF_8,
            map: Map::Same,
            mark: 0,
            length: body.len(),
            faults: vec![Fault::new(
                FaultKind::Encoding,
                0..first.len(),
                Found::Phrase(name),
                READABLE,
            )],
            more: 0,
        };
    }
    if !is_plain
        && let Some((first, encoding, marked)) =
            WIDE.into_iter().find(|(first, ..)| body.starts_with(first))
    {
        let mark = if marked { first.len() } else { 0 };
        let mut decoded = decode_as(encoding, body, mark);
        if !marked {
            let first = Found::Byte(body.first().copied().unwrap_or_default());
            decoded.push(Fault::new(FaultKind::Encoding, 0..2, first, MARK));
        }
        if let Some(label) = declared_label(&decoded.text) {
            let name = part(&decoded.text, label.clone());
            let known = Encoding::for_label_no_replacement(name.as_bytes());
            // `UTF-16` names both byte orders.
            let same = known == Some(encoding) || name.eq_ignore_ascii_case("UTF-16");
            if !same {
                let fault = label_fault(known, decoded.span(label));
                decoded.push(fault);
            }
        }
        decoded.faults.sort_by_key(|fault| fault.span().start);
        return decoded;
    }

    let mark = if body.starts_with(&[0xEF, 0xBB, 0xBF]) { 3 } else { 0 };
    let rest = body.get(mark..).unwrap_or_default();
    if usual_declaration(rest).is_some() {
        return decode_as(UTF_8, body, mark);
    }
    // Up to the first byte that is no ASCII: far enough for any declaration.
    let declaration = rest.get(..declaration_length(rest)).unwrap_or_default();
    let label = std::str::from_utf8(declaration)
        .ok()
        .and_then(|text| declared_label(text).map(|label| (part(text, label.clone()), label)));
    let Some((name, span)) = label else { return decode_as(UTF_8, body, mark) };
    let span = mark + span.start..mark + span.end;
    if name.eq_ignore_ascii_case("UTF-8") {
        return decode_as(UTF_8, body, mark);
    }
    let known = Encoding::for_label_no_replacement(name.as_bytes());
    let usable = known.filter(|known| known.is_ascii_compatible() || *known == ISO_2022_JP);
    match usable {
        Some(encoding) if mark == 0 || encoding == UTF_8 => {
            let mut decoded = decode_as(encoding, body, mark);
            if encoding == WINDOWS_1252 && is_ascii_label(name) {
                decoded.refuse_high_bytes(body);
            }
            decoded
        }
        _ => {
            let mut decoded = decode_as(UTF_8, body, mark);
            decoded.push(label_fault(known, span));
            decoded.faults.sort_by_key(|fault| fault.span().start);
            decoded
        }
    }
}

impl Decoded<'_> {
    /// US-ASCII has no byte above 0x7F; the Encoding Standard reads it as windows-1252.
    fn refuse_high_bytes(&mut self, body: &[u8]) {
        self.faults.clear();
        self.more = 0;
        for (at, &byte) in body.iter().enumerate().filter(|(_, byte)| !byte.is_ascii()) {
            let found = Found::Byte(byte);
            self.push(Fault::new(FaultKind::Encoding, at..at + 1, found, "ASCII, as declared"));
        }
    }
}

fn is_ascii_label(name: &str) -> bool {
    ["us-ascii", "ascii", "ansi_x3.4-1968"].iter().any(|ascii| name.eq_ignore_ascii_case(ascii))
}

fn label_fault(known: Option<&'static Encoding>, span: Range<usize>) -> Fault {
    let (found, expected) = match known {
        Some(_) => (Found::Phrase("the name of another encoding"), OWN_LABEL),
        None => (Found::Phrase("an unknown encoding"), KNOWN_LABEL),
    };
    Fault::new(FaultKind::Encoding, span, found, expected)
}

/// How long the declaration is that the Ampache document prints, where `bytes` begin with it: the
/// one that nearly every body has. It says UTF-8, and nothing is wrong with it; reading it part by
/// part, here and in the reader, would take a third of the time of a whole error.
#[inline]
pub(super) fn usual_declaration(bytes: &[u8]) -> Option<usize> {
    const USUAL: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"";
    match bytes.strip_prefix(USUAL)? {
        [b'?', b'>', ..] => Some(USUAL.len() + "?>".len()),
        [b' ', b'?', b'>', ..] => Some(USUAL.len() + " ?>".len()),
        _ => None,
    }
}

/// How many bytes may belong to an XML declaration: up to the first `>`, ASCII only.
fn declaration_length(bytes: &[u8]) -> usize {
    if !bytes.get(space_end(bytes, 0)..).is_some_and(|rest| rest.starts_with(b"<?xml")) {
        return 0;
    }
    let end = memchr::memchr(b'>', bytes).map_or(bytes.len(), |at| at + 1);
    Encoding::ascii_valid_up_to(bytes.get(..end).unwrap_or_default())
}

/// Where the value of `encoding` stands in the XML declaration. White space before the declaration
/// is a fault, and yet there can be an encoding in it.
fn declared_label(text: &str) -> Option<Range<usize>> {
    let start = space_length(text);
    let declaration = start + "<?xml".len();
    // `<?xml-stylesheet` is an instruction of another name.
    let is_declaration = part(text, start..declaration) == "<?xml"
        && space_length(part(text, declaration..text.len())) > 0;
    if !is_declaration {
        return None;
    }
    let end = find_instruction_end(text, declaration)?;
    let mut scan = Scan::new(text, declaration..end);
    while let Some(attribute) = scan.next(None) {
        if attribute.name == "encoding" {
            return Some(attribute.value_span);
        }
    }
    None
}

/// How wide each character of the text is in the body.
#[derive(Debug, Clone)]
enum Map {
    /// As wide as in the text.
    Same,
    /// One byte each.
    Bytes(Checkpoints),
    /// Two bytes each UTF-16 unit.
    Units(Checkpoints),
    /// As listed: for encodings in which the width does not follow from the character.
    Listed(Vec<u8>, Checkpoints),
}

/// Where every 1,024th character begins.
#[derive(Debug, Clone, Default)]
struct Checkpoints(Vec<Checkpoint>);

#[derive(Debug, Clone, Copy, Default)]
struct Checkpoint {
    text: usize,
    body: usize,
}

impl Checkpoints {
    /// How many characters lie between two checkpoints.
    const EVERY: usize = 1024;

    fn new(text: &str, widths: impl Fn(usize, char) -> usize) -> Self {
        let mut list = Vec::new();
        let mut body = 0;
        for (count, (at, c)) in text.char_indices().enumerate() {
            if count % Self::EVERY == 0 {
                list.push(Checkpoint { text: at, body });
            }
            body += widths(count, c);
        }
        Self(list)
    }

    fn to_body(&self, text: &str, at: usize, widths: impl Fn(usize, char) -> usize) -> usize {
        let index = self.0.partition_point(|point| point.text <= at).saturating_sub(1);
        let from = self.0.get(index).copied().unwrap_or_default();
        let mut end = from.text;
        let mut body = from.body;
        for (count, c) in part(text, from.text..text.len()).chars().enumerate() {
            end += c.len_utf8();
            if end > at {
                break;
            }
            body += widths(index * Self::EVERY + count, c);
        }
        body
    }
}

impl Map {
    #[inline]
    fn to_body(&self, text: &str, at: usize) -> usize {
        match self {
            Self::Same => at,
            Self::Bytes(points) => points.to_body(text, at, |_, _| 1),
            Self::Units(points) => points.to_body(text, at, |_, c| c.len_utf16() * 2),
            Self::Listed(widths, points) => {
                points.to_body(text, at, |count, _| listed(widths, count))
            }
        }
    }
}

fn listed(widths: &[u8], count: usize) -> usize {
    widths.get(count).copied().map_or(0, usize::from)
}

/// Decodes the body after its mark.
fn decode_as<'a>(encoding: &'static Encoding, body: &'a [u8], mark: usize) -> Decoded<'a> {
    let bytes = body.get(mark..).unwrap_or_default();
    let mut decoded = Decoded {
        text: Cow::Borrowed(""),
        encoding,
        map: Map::Same,
        mark,
        length: body.len(),
        faults: Vec::new(),
        more: 0,
    };
    if encoding == UTF_8 {
        match std::str::from_utf8(bytes) {
            Ok(text) => decoded.text = Cow::Borrowed(text),
            Err(_) => decoded.replace_broken_utf8(bytes),
        }
        return decoded;
    }
    if encoding.is_single_byte() || encoding == UTF_16BE || encoding == UTF_16LE {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        if let Cow::Borrowed(text) = text {
            decoded.text = Cow::Borrowed(text);
            return decoded;
        }
        let single = encoding.is_single_byte();
        if broken {
            decoded.find_replaced(bytes, &text, single);
        }
        decoded.map = if single {
            Map::Bytes(Checkpoints::new(&text, |_, _| 1))
        } else {
            Map::Units(Checkpoints::new(&text, |_, c| c.len_utf16() * 2))
        };
        decoded.text = text;
        return decoded;
    }
    let ascii = if encoding == ISO_2022_JP {
        Encoding::iso_2022_jp_ascii_valid_up_to(bytes)
    } else {
        Encoding::ascii_valid_up_to(bytes)
    };
    match std::str::from_utf8(bytes) {
        Ok(text) if ascii == bytes.len() => decoded.text = Cow::Borrowed(text),
        _ => decoded.decode_by_steps(bytes),
    }
    decoded
}

impl Decoded<'_> {
    fn broken(&mut self, bytes: &[u8], span: Range<usize>) {
        let found = bytes.get(span.start).map_or(Found::End, |&byte| Found::Byte(byte));
        let expected = if self.encoding == UTF_8 { "UTF-8" } else { "the declared encoding" };
        let span = self.mark + span.start..self.mark + span.end;
        self.push(Fault::new(FaultKind::Encoding, span, found, expected));
    }

    fn replace_broken_utf8(&mut self, bytes: &[u8]) {
        let mut text = String::with_capacity(bytes.len());
        let mut widths = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            widths.extend(chunk.valid().chars().map(width_of));
            at += chunk.valid().len();
            let broken = chunk.invalid().len();
            if broken > 0 {
                text.push(char::REPLACEMENT_CHARACTER);
                widths.push(u8::try_from(broken).unwrap_or(u8::MAX));
                self.broken(bytes, at..at + broken);
                at += broken;
            }
        }
        self.set_listed(text, widths);
    }

    fn set_listed(&mut self, text: String, widths: Vec<u8>) {
        let points = Checkpoints::new(&text, |count, _| listed(&widths, count));
        self.map = Map::Listed(widths, points);
        self.text = Cow::Owned(text);
    }

    /// Where U+FFFD stands for bytes without a character: in an encoding of one byte a character
    /// or of two bytes a unit.
    fn find_replaced(&mut self, bytes: &[u8], text: &str, single: bool) {
        let mut at = 0;
        for (position, c) in text.char_indices() {
            let width = if single { 1 } else { c.len_utf16() * 2 };
            // Half a unit at the end belongs to the last character.
            let is_last = position + c.len_utf8() == text.len();
            let end = if is_last { bytes.len() } else { (at + width).min(bytes.len()) };
            let unit = bytes.get(at..end).unwrap_or_default();
            // In UTF-16 the character can also have been sent.
            let sent = !single
                && (self.encoding == UTF_16BE && unit == [0xFF, 0xFD]
                    || self.encoding == UTF_16LE && unit == [0xFD, 0xFF]);
            if c == char::REPLACEMENT_CHARACTER && !sent {
                self.broken(bytes, at..end);
            }
            at = end;
        }
    }

    /// Decodes byte by byte, so that the width of each character is known.
    fn decode_by_steps(&mut self, bytes: &[u8]) {
        let stateful = self.encoding == ISO_2022_JP;
        let mut decoder = self.encoding.new_decoder_without_bom_handling();
        let mut text = String::with_capacity(bytes.len());
        let mut widths = Vec::with_capacity(bytes.len());
        // Bytes given to the decoder, and bytes that belong to the characters in `text`.
        let mut at = 0;
        let mut from = 0;
        // Bytes that were read behind broken ones, and that the decoder still has to decode.
        let mut waiting = 0;
        // Enough for what a few pending bytes and one more can give.
        let mut room = [0_u8; 32];
        loop {
            if at == from && waiting == 0 && !stateful {
                // Between two characters ASCII stands for itself.
                let rest = bytes.get(at..).unwrap_or_default();
                let ascii = Encoding::ascii_valid_up_to(rest);
                if let Ok(run) = std::str::from_utf8(rest.get(..ascii).unwrap_or_default()) {
                    text.push_str(run);
                    widths.resize(widths.len() + ascii, 1);
                    at += ascii;
                    from = at;
                }
            }
            let next = bytes.get(at..(at + 1).min(bytes.len())).unwrap_or_default();
            let last = at + next.len() == bytes.len();
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(next, &mut room, last);
            at += read;
            let new = room.get(..written).and_then(|new| std::str::from_utf8(new).ok());
            // The end of what the characters stand for: short of `at` where bytes broke after them.
            let end = match result {
                DecoderResult::Malformed(broken, after) => {
                    at.saturating_sub(usize::from(broken) + usize::from(after))
                }
                _ => at,
            };
            for c in new.unwrap_or_default().chars() {
                // What waited can come together with the beginning of something else. It begins
                // with ASCII, which only after a shift to katakana (ISO-2022-JP) means these.
                let single = c.is_ascii() || ('\u{ff61}'..='\u{ff9f}').contains(&c);
                let width = if waiting > 0 && single { 1 } else { end.saturating_sub(from) };
                waiting = if single { usize::saturating_sub(waiting, 1) } else { 0 };
                text.push(c);
                widths.push(u8::try_from(width).unwrap_or(u8::MAX));
                from += width;
            }
            match result {
                DecoderResult::Malformed(broken, after) => {
                    let end = at.saturating_sub(usize::from(after));
                    let start = end.saturating_sub(usize::from(broken)).max(from);
                    self.broken(bytes, start..end);
                    text.push(char::REPLACEMENT_CHARACTER);
                    widths.push(u8::try_from(end - from).unwrap_or(u8::MAX));
                    from = end;
                    waiting = usize::from(after);
                }
                DecoderResult::InputEmpty if last => break,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
        }
        self.set_listed(text, widths);
    }
}

/// How wide a character is in UTF-8.
fn width_of(c: char) -> u8 {
    u8::try_from(c.len_utf8()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::{Event, Reader};

    /// It is passed over because nothing is wrong with it: what reads it part by part agrees.
    #[test]
    fn the_usual_declaration() {
        for (end, is_usual) in
            [("?>", true), (" ?>", true), ("  ?>", false), (" >", false), ("", false)]
        {
            let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"{end}");
            let usual = usual_declaration(text.as_bytes());
            assert_eq!(usual, is_usual.then_some(text.len()), "{text}");
            if is_usual {
                let label = declared_label(&text).unwrap();
                assert_eq!(part(&text, label), "UTF-8");
                // With one more space it is read part by part.
                let spaced = text.replace("<?xml ", "<?xml  ");
                assert_eq!(usual_declaration(spaced.as_bytes()), None);
                for text in [text, spaced] {
                    let mut reader = Reader::new(&text);
                    let event = Event::Declaration { span: 0..text.len() };
                    assert_eq!(reader.next_event(), Ok(Some(event)));
                    assert_eq!(reader.faults(), []);
                }
            }
        }
        for text in [
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
            " <?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        ] {
            assert_eq!(usual_declaration(text.as_bytes()), None);
        }
    }
}
