//! Secrets, which reports do not show.
//!
//! A secret is told by its name: of a header field, of a parameter, member, element or attribute,
//! or of an authentication scheme before it. It is overwritten byte by byte, so that every span of
//! the response still holds. Texts are read as ASCII and whatever else is in them: a body in UTF-16
//! is not masked.

use std::borrow::Cow;
use std::ops::Range;

use faultbook_core::Finding;
use faultbook_core::json::{Reader, Step};
use serde_json::Value;

use crate::capture::Recorded;
use crate::judge::{Members, Outcome};

/// Names whose value is a secret, in lower case and without `-` and `_`.
const NAMES: &[&str] = &["assertion", "auth", "pwd", "ssid"];

/// What such a name may also end in, as in `tempauth`, `user_password` or `X-Api-Key`.
const NAME_ENDS: &[&str] = &[
    "accesstoken",
    "apikey",
    "authtoken",
    "clientassertion",
    "clientsecret",
    "idtoken",
    "passwd",
    "password",
    "refreshtoken",
    "sessiontoken",
    "subscriptionkey",
    "tempauth",
];

/// The longest name that is looked at.
const LONGEST_NAME: usize = 64;

/// Authentication schemes whose credentials are one word (RFC 6750 section 2.1, RFC 7617).
const SCHEMES: &[&str] = &["basic", "bearer"];

/// Parameters of a challenge, which stand where credentials could (RFC 9110 section 11.3,
/// RFC 6750 section 3, and those that Microsoft's services add).
const CHALLENGE_PARAMETERS: &[&str] = &[
    "authorizationuri",
    "charset",
    "claims",
    "clientid",
    "error",
    "errordescription",
    "erroruri",
    "realm",
    "scope",
    "trustedissuers",
];

/// What a challenge says to everybody, and what its rules are about: never masked.
const OPEN_PARAMETERS: &[&str] = &["error", "realm", "scope"];

/// What makes a header field's value a secret: the end of its name, and which part of it.
const FIELDS: &[(&str, Part)] = &[
    ("setcookie", Part::SetCookie),
    ("setcookie2", Part::SetCookie),
    ("cookie", Part::Cookies),
    ("authorization", Part::Credentials),
    ("wwwauthenticate", Part::Challenge),
    ("proxyauthenticate", Part::Challenge),
    ("secret", Part::Whole),
    ("sessionid", Part::Whole),
    ("token", Part::Whole),
];

/// Attributes of a cookie (RFC 6265 section 4.1.1, and later ones), which are no secret.
const COOKIE_ATTRIBUTES: &[&str] = &[
    "domain",
    "expires",
    "httponly",
    "maxage",
    "partitioned",
    "path",
    "priority",
    "samesite",
    "secure",
    "version",
];

/// A secret shorter than this is not looked for in other texts: it would be found everywhere.
const SHORTEST: usize = 4;

/// One shorter than this only where it stands as a word of its own, and not in other parts of the
/// response: it may be an ordinary word, which the response uses.
const SURE: usize = 8;

/// How much of a secret is compared; where so much is the same, what follows is masked with it.
const COMPARED: usize = 64;

/// Values that say that there is none.
const DULL: &[&[u8]] = &[b"null", b"true", b"false", b"none", b"undefined"];

/// What is a secret of a header field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it.
    Whole,
    /// What follows the scheme.
    Credentials,
    /// The value of each cookie.
    Cookies,
    /// The value of the cookie that is set.
    SetCookie,
    /// What stands in any text, except in the open parameters.
    Challenge,
    /// What stands in any text.
    Text,
}

/// Masks what a response and its URL hold of secrets, and the same secrets wherever they stand in
/// what was found. The outcome's findings may stand in two places, hence `others`.
pub(crate) fn mask<'f>(
    url: &mut Option<String>,
    response: &mut Recorded,
    outcome: &mut Outcome,
    others: impl IntoIterator<Item = &'f mut Finding>,
) {
    let mut in_body = secrets(&response.body);
    let mut in_fields: Vec<_> =
        response.fields.iter().map(|(name, value)| field_secrets(name, value)).collect();
    let mut in_url = url.as_deref().map(|url| secrets(url.as_bytes())).unwrap_or_default();

    if in_body.is_empty() && in_fields.iter().all(Vec::is_empty) && in_url.is_empty() {
        // The usual case: what was found may still show one that is written with escapes.
        let known = Known::new(std::iter::empty());
        mask_outcome(outcome, &known);
        others.into_iter().for_each(|finding| mask_finding(finding, &known));
        return;
    }

    let texts = std::iter::once((&response.body[..], &in_body))
        .chain(response.fields.iter().map(|(_, value)| &value[..]).zip(&in_fields))
        .chain(url.as_deref().map(str::as_bytes).map(|url| (url, &in_url)));
    let known = Known::new(
        texts.flat_map(|(text, spans)| spans.iter().filter_map(move |span| text.get(span.clone()))),
    );
    mask_outcome(outcome, &known);
    for finding in others {
        mask_finding(finding, &known);
    }

    // A secret of one part may stand in another without a name.
    let again = known.spans(&response.body, SURE);
    let again_in_fields: Vec<_> = response
        .fields
        .iter()
        .map(|(name, value)| {
            let spans = known.spans(value, SURE);
            if part(name) == Part::Challenge {
                outside(spans, &open_parameters(value))
            } else {
                spans
            }
        })
        .collect();
    let again_in_url = url.as_deref().map(|url| known.spans(url.as_bytes(), SURE));
    in_body.extend(again);
    in_fields.iter_mut().zip(again_in_fields).for_each(|(spans, again)| spans.extend(again));
    in_url.extend(again_in_url.unwrap_or_default());

    cover(&mut response.body, &in_body);
    for ((_, value), spans) in response.fields.iter_mut().zip(&in_fields) {
        cover(value, spans);
    }
    if let Some(url) = url {
        cover_text(url, &in_url);
    }
}

/// Masks what stands in findings of a record that was not judged.
pub(crate) fn mask_findings<'f>(findings: impl IntoIterator<Item = &'f mut Finding>) {
    let known = Known::new(std::iter::empty());
    for finding in findings {
        mask_finding(finding, &known);
    }
}

/// A URL with its secrets masked.
pub(crate) fn masked_url(url: &str) -> String {
    let mut url = url.to_owned();
    let spans = secrets(url.as_bytes());
    cover_text(&mut url, &spans);
    url
}

fn mask_outcome(outcome: &mut Outcome, known: &Known<'_>) {
    for finding in &mut outcome.findings {
        mask_finding(finding, known);
    }
    for error in &mut outcome.errors {
        for text in error.codes.iter_mut().chain(&mut error.pointer) {
            mask_received(text, known);
        }
        if may_hold_secrets(error.members.as_json(), known) {
            let mut value = error.members.value();
            mask_value(&mut value, known);
            error.members = Members::of(&value);
        }
    }
    for challenge in &mut outcome.challenges {
        challenge.token68.iter_mut().for_each(|token| mask_text(token, known));
        for (name, value) in &mut challenge.params {
            if !is_one_of(name.as_bytes(), OPEN_PARAMETERS) {
                mask_named(name, value, known);
            }
        }
    }
}

fn mask_finding(finding: &mut Finding, known: &Known<'_>) {
    mask_text(&mut finding.received, known);
    mask_text(&mut finding.documented, known);
    finding.help.iter_mut().for_each(|help| mask_text(help, known));
    if let faultbook_core::Place::Body { pointer: Some(pointer), .. } = &mut finding.place {
        mask_received(pointer, known);
    }
}

/// Whether any text of this JSON has something to mask, or may have: false is certain.
fn may_hold_secrets(json: &str, known: &Known<'_>) -> bool {
    if !known.is_empty() || !secrets(json.as_bytes()).is_empty() {
        return true;
    }
    // Without escapes each text stands there as it is.
    if memchr::memchr(b'\\', json.as_bytes()).is_none() {
        return false;
    }
    let mut reader = Reader::new(json.as_bytes());
    loop {
        match reader.advance() {
            Step::End => return false,
            Step::Failed => return true,
            Step::String
                if reader.text().is_escaped()
                    && !secrets(reader.text().decode().as_bytes()).is_empty() =>
            {
                return true;
            }
            _ => {}
        }
    }
}

/// Masks the texts of a value, which may be nested as deep as a body can be; all of a text or number
/// where its name says so.
fn mask_value(value: &mut Value, known: &Known<'_>) {
    let mut open = vec![(value, false)];
    while let Some((value, is_secret_value)) = open.pop() {
        match value {
            Value::String(text) if is_secret_value => *text = "*".repeat(text.len()),
            Value::String(text) => mask_text(text, known),
            Value::Number(number) if is_secret_value => {
                *value = Value::String("*".repeat(number.to_string().len()));
            }
            Value::Array(items) => {
                open.extend(items.iter_mut().map(|item| (item, is_secret_value)));
            }
            Value::Object(members) => {
                let named = members.iter_mut().map(|(name, value)| {
                    let is_secret_value = is_secret(name.as_bytes());
                    (value, is_secret_value)
                });
                open.extend(named);
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Masks the value of a parameter: all of it where its name says so.
fn mask_named(name: &str, value: &mut String, known: &Known<'_>) {
    if is_secret(name.as_bytes()) {
        *value = "*".repeat(value.len());
    } else {
        mask_text(value, known);
    }
}

fn mask_text(text: &mut String, known: &Known<'_>) {
    let mut spans = secrets(text.as_bytes());
    spans.extend(known.spans(text.as_bytes(), SHORTEST));
    cover_text(text, &spans);
}

/// The same of a text that is borrowed where it is a document's own: no secret, and not looked at where
/// there is none.
fn mask_received(text: &mut Cow<'static, str>, known: &Known<'_>) {
    if !known.is_empty() || matches!(text, Cow::Owned(_)) {
        mask_text(text.to_mut(), known);
    }
}

/// Overwrites spans of bytes, except for line ends: a place is told by its line.
fn cover(bytes: &mut [u8], spans: &[Range<usize>]) {
    for span in spans {
        for byte in bytes.get_mut(span.clone()).into_iter().flatten() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
}

/// Overwrites spans of a text, widened to whole characters.
fn cover_text(text: &mut String, spans: &[Range<usize>]) {
    if spans.is_empty() {
        return;
    }
    let whole = |span: &Range<usize>| {
        let (mut start, mut end) = (span.start, span.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while end < text.len() && !text.is_char_boundary(end) {
            end += 1;
        }
        start..end
    };
    let spans: Vec<_> = spans.iter().map(whole).collect();
    let mut bytes = std::mem::take(text).into_bytes();
    cover(&mut bytes, &spans);
    // Whole characters became as many stars as they had bytes.
    *text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
}

/// The secrets of one response, to be found again in other texts.
struct Known<'a> {
    /// Sorted, each cut after [`COMPARED`] bytes.
    keys: Vec<Cow<'a, [u8]>>,
    /// Whether a key begins with this byte.
    first: [bool; 256],
}

impl<'a> Known<'a> {
    fn new(found: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut keys: Vec<Cow<'a, [u8]>> = Vec::new();
        let mut first = [false; 256];
        let mut add = |key: Cow<'a, [u8]>| {
            if key.len() >= SHORTEST && !DULL.contains(&&*key) {
                if let Some(is_first) =
                    key.first().and_then(|&byte| first.get_mut(usize::from(byte)))
                {
                    *is_first = true;
                }
                keys.push(key);
            }
        };
        for secret in found {
            let key = secret.get(..COMPARED).unwrap_or(secret);
            if key.contains(&b'\\') {
                add(Cow::Owned(unescaped(secret)));
            }
            add(Cow::Borrowed(key));
        }
        keys.sort_unstable();
        keys.dedup();
        Self { keys, first }
    }

    fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Where those stand that have `least` bytes or more.
    fn spans(&self, text: &[u8], least: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.is_empty() {
            return found;
        }
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let length = self.length(text, at, rest);
            if length >= least {
                found.push(at..at + length);
            }
            at += length.max(1);
        }
        found
    }

    /// How long the longest secret is that stands at the beginning of `rest`; 0 where none does. At
    /// most [`COMPARED`] bytes are compared with the keys, so that any text takes linear time.
    fn length(&self, text: &[u8], at: usize, rest: &[u8]) -> usize {
        let is_first = rest.first().and_then(|&byte| self.first.get(usize::from(byte)));
        if is_first != Some(&true) {
            return 0;
        }
        let mut keys = &self.keys[..];
        let mut longest = 0;
        for length in 0..=COMPARED {
            // A key that ends here stands before those that go on.
            if keys.first().is_some_and(|key| key.len() == length) && length >= SHORTEST {
                let after = rest.get(length..).unwrap_or_default();
                if length == COMPARED {
                    return length + run(after);
                }
                if length >= SURE || stands_alone(text, at..at + length) {
                    longest = length;
                }
            }
            let Some(&byte) = rest.get(length) else { break };
            if length >= SHORTEST && is_cut(rest, length) {
                // A message shows the beginning of it.
                return length;
            }
            let from = keys.partition_point(|key| key.get(length) < Some(&byte));
            let to = keys.partition_point(|key| key.get(length) <= Some(&byte));
            keys = keys.get(from..to).unwrap_or_default();
            if keys.is_empty() {
                break;
            }
        }
        longest
    }
}

/// Whether a text was cut here for a message: [`faultbook_core::quoted`] says so with `…`.
fn is_cut(text: &[u8], at: usize) -> bool {
    text.get(at..).is_some_and(|rest| rest.starts_with("…".as_bytes()))
}

/// Whether no word goes on at either end of a span.
fn stands_alone(text: &[u8], span: Range<usize>) -> bool {
    let is_word =
        |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    !is_word(span.start.checked_sub(1)) && !is_word(Some(span.end))
}

/// The first [`COMPARED`] bytes of what a JSON string means (RFC 8259 section 7).
fn unescaped(text: &[u8]) -> Vec<u8> {
    // No escape is longer than twelve bytes, those of a pair of surrogates.
    let mut part = text.get(..COMPARED * 12).unwrap_or(text);
    loop {
        let quoted = [b"\"", part, b"\""].concat();
        if let Ok(mut meant) = serde_json::from_slice::<String>(&quoted).map(String::into_bytes) {
            meant.truncate(COMPARED);
            return meant;
        }
        // Cut inside an escape or a character; otherwise it is no JSON, and means what it says.
        match part.split_last() {
            Some((_, rest)) if part.len() + 12 > COMPARED * 12 && part.len() < text.len() => {
                part = rest;
            }
            _ => return text.get(..COMPARED).unwrap_or(text).to_vec(),
        }
    }
}

/// Whether a name that ends in this byte can be one of those: most cannot, and are not looked at.
#[expect(clippy::indexing_slicing, reason = "evaluated when a table is compiled")]
const fn ends_names(names: &[&str]) -> [bool; 256] {
    let mut ends = [false; 256];
    // What is folded away may stand behind the last letter.
    ends[b'-' as usize] = true;
    ends[b'_' as usize] = true;
    let mut at = 0;
    while at < names.len() {
        if let [.., letter] = names[at].as_bytes() {
            ends[*letter as usize] = true;
            ends[letter.to_ascii_uppercase() as usize] = true;
        }
        at += 1;
    }
    ends
}

const ENDS_NAMES: [bool; 256] = ends_names(NAMES);
const ENDS_NAME_ENDS: [bool; 256] = ends_names(NAME_ENDS);
const ENDS_SCHEMES: [bool; 256] = ends_names(SCHEMES);

/// Whether the byte before `end` can end a name of that table.
fn may_end(ends: &[bool; 256], text: &[u8], end: usize) -> bool {
    let last = end.checked_sub(1).and_then(|last| text.get(last));
    last.and_then(|&last| ends.get(usize::from(last))) == Some(&true)
}

/// Whether the byte before `end` can end the name of a secret.
fn may_be_secret(text: &[u8], end: usize) -> bool {
    may_end(&ENDS_NAMES, text, end) || may_end(&ENDS_NAME_ENDS, text, end)
}

/// Whether a name is that of a secret.
fn is_secret(name: &[u8]) -> bool {
    if !may_be_secret(name, name.len()) {
        return false;
    }
    let mut buffer = [0; LONGEST_NAME];
    let name = folded(name, &mut buffer);
    NAMES.iter().any(|known| known.as_bytes() == name)
        || NAME_ENDS.iter().any(|end| name.ends_with(end.as_bytes()))
}

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    let mut buffer = [0; LONGEST_NAME];
    let name = folded(name, &mut buffer);
    names.iter().any(|known| known.as_bytes() == name)
}

/// The end of a name in lower case, without `-` and `_`.
fn folded<'b>(name: &[u8], buffer: &'b mut [u8; LONGEST_NAME]) -> &'b [u8] {
    let tail = name.get(name.len().saturating_sub(LONGEST_NAME)..).unwrap_or(name);
    let mut length = 0;
    let letters = tail.iter().filter(|byte| !matches!(byte, b'-' | b'_'));
    for (slot, byte) in buffer.iter_mut().zip(letters) {
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    buffer.get(..length).unwrap_or_default()
}

/// Where secrets stand in a header field's value.
fn field_secrets(name: &[u8], value: &[u8]) -> Vec<Range<usize>> {
    match part(name) {
        Part::Text => secrets(value),
        Part::Whole => non_empty(0..value.len()),
        Part::Credentials => {
            let scheme = value.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(0);
            let spaces = value.get(scheme..).unwrap_or_default().iter();
            let start = scheme + spaces.take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            non_empty(start..value.len())
        }
        Part::Cookies => cookies(value, |_| false),
        Part::SetCookie => cookies(value, |name| is_one_of(name, COOKIE_ATTRIBUTES)),
        Part::Challenge => outside(secrets(value), &open_parameters(value)),
    }
}

/// Those of the spans that are in none of the others; both are in order.
fn outside(mut spans: Vec<Range<usize>>, others: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut next = 0;
    spans.retain(|span| {
        while others.get(next).is_some_and(|other| other.end <= span.start) {
            next += 1;
        }
        others.get(next).is_none_or(|other| span.end <= other.start)
    });
    spans
}

fn part(name: &[u8]) -> Part {
    if is_secret(name) {
        return Part::Whole;
    }
    let mut buffer = [0; LONGEST_NAME];
    let name = folded(name, &mut buffer);
    let row = FIELDS.iter().find(|(end, _)| name.ends_with(end.as_bytes()));
    row.map_or(Part::Text, |(_, part)| *part)
}

fn non_empty(span: Range<usize>) -> Vec<Range<usize>> {
    if span.is_empty() { Vec::new() } else { vec![span] }
}

/// The values of cookies, which stand between semicolons; some programs put several fields into one
/// with commas or line ends.
fn cookies(value: &[u8], is_open: impl Fn(&[u8]) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < value.len() {
        let rest = value.get(start..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b';' | b'\n'));
        let end = start + end.unwrap_or(rest.len());
        let piece = value.get(start..end).unwrap_or_default();
        let equals = piece.iter().position(|&byte| byte == b'=');
        let name = piece.get(..equals.unwrap_or(piece.len())).unwrap_or_default().trim_ascii();
        if is_open(name) {
            // After a comma, another cookie: `Path=/, name=value`.
            let comma = piece.iter().position(|&byte| byte == b',');
            let after = piece.get(comma.unwrap_or(piece.len())..).unwrap_or_default();
            if let Some(equals) = after.iter().position(|&byte| byte == b'=') {
                found.extend(non_empty(end - after.len() + equals + 1..end));
            }
        } else {
            found.extend(non_empty(start + equals.map_or(0, |equals| equals + 1)..end));
        }
        start = end + 1;
    }
    found
}

/// The values of the open parameters of a challenge: `name BWS = BWS ( token / quoted-string )`
/// (RFC 9110 section 11.2).
fn open_parameters(value: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = value.get(at) {
        let is_equals = byte == b'=';
        let start = if is_equals { at + 1 + spaces(value, at + 1) } else { at };
        let end = match value.get(start) {
            Some(b'"') => {
                let rest = value.get(start + 1..).unwrap_or_default();
                start + 1 + closing(rest, b'"', 0).unwrap_or(rest.len())
            }
            Some(_) if is_equals => {
                let rest = value.get(start..).unwrap_or_default().iter();
                start + rest.take_while(|byte| !matches!(byte, b',' | b' ' | b'\t')).count()
            }
            _ => start + 1,
        };
        if is_equals
            && is_one_of(name_before(value, at - spaces_before(value, at)), OPEN_PARAMETERS)
        {
            found.push(start..end);
        }
        at = end.max(at + 1);
        if value.get(at) == Some(&b'"') && end > start {
            at += 1;
        }
    }
    found
}

/// Where secrets stand in a text, in order and none inside another. What tells them:
///
/// ```text
/// name=value           until what ends a parameter; in quotes, until the quote
/// name%3Dvalue         the same in a URL that is a parameter of another
/// "name": "value"      a member: a string, a number, or a list of strings; also inside a string
/// <name>value</name>   an element: its text or CDATA section
/// scheme://user:password@
/// Bearer value         credentials
/// ```
///
/// What was read for a secret is passed over, and what is read without finding one is bounded or
/// cannot be read again: linear time.
fn secrets(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let next = match byte {
            b'=' => parameter(text, at, &mut found),
            b'%' => encoded(text, at, &mut found),
            b':' => member(text, at, &mut found).or_else(|| user(text, at, &mut found)),
            b'<' => element(text, at, &mut found),
            b' ' | b'+' => credentials(text, at, at + 1, &mut found),
            _ => None,
        };
        at = next.unwrap_or(at).max(at + 1);
    }
    found
}

/// Adds a secret, and goes on after it.
fn add(found: &mut Vec<Range<usize>>, span: Range<usize>) -> usize {
    let end = span.end;
    if !span.is_empty() {
        found.push(span);
    }
    end
}

/// A parameter whose `=` stands here.
fn parameter(text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    let before = spaces_before(text, at);
    if !may_be_secret(text, at - before) || !is_secret(name_before(text, at - before)) {
        return None;
    }
    let after = spaces(text, at + 1);
    let start = at + 1 + after;
    let rest = text.get(start..)?;
    let quote = match rest {
        [quote @ (b'"' | b'\''), ..] => Some((*quote, 1, 0)),
        // A quote inside a string of JSON.
        [b'\\', quote @ (b'"' | b'\''), ..] => Some((*quote, 2, 1)),
        _ => None,
    };
    if let Some((quote, length, escapes)) = quote {
        let inside = rest.get(length..)?;
        let end = closing(inside, quote, escapes).unwrap_or(inside.len());
        let value = inside.get(..end)?;
        let line = value.iter().position(|&byte| byte == b'\n').unwrap_or(end);
        return Some(add(found, start + length..start + length + line));
    }
    // Spaces round the sign are those of prose, unless a quote says where the value ends.
    if before > 0 || after > 0 {
        return None;
    }
    Some(add(found, start..start + run(rest)))
}

/// What begins with a percent sign: an encoded `=`, `://` or space.
fn encoded(text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    let rest = text.get(at..)?;
    for equals in ["%3d", "%253d"] {
        if starts_with(rest, equals) && is_secret(name_before(text, at)) {
            let start = at + equals.len();
            let end = run_until(text.get(start..)?, &["%26", "%2526", "%23", "%22"]);
            return Some(add(found, start..start + end));
        }
    }
    if starts_with(rest, "%20") {
        return credentials(text, at, at + 3, found);
    }
    if starts_with(rest, "%3a%2f%2f") {
        let start = at + 9;
        let authority = text.get(start..)?;
        let end = run_until(authority, &["%2f", "%3f", "%23", "/", "?"]);
        let authority = authority.get(..end)?;
        let user = (0..authority.len())
            .rev()
            .find(|&at| authority.get(at..).is_some_and(|rest| starts_with(rest, "%40")))?;
        return Some(add(found, start..start + user));
    }
    None
}

/// A member whose `:` stands here.
fn member(text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    let end = at - spaces_before(text, at);
    let quote = *text.get(end.checked_sub(1)?).filter(|byte| matches!(byte, b'"' | b'\''))?;
    // Inside a string of JSON its quotes have a backslash.
    let is_inside = end >= 2 && text.get(end - 2) == Some(&b'\\');
    let end = end - 1 - usize::from(is_inside);
    if !may_be_secret(text, end) {
        return None;
    }
    let name = name_before(text, end);
    if !is_secret(name) || text.get(end.checked_sub(name.len() + 1)?) != Some(&quote) {
        return None;
    }
    let mut at = at + 1 + spaces(text, at + 1);
    let is_list = text.get(at) == Some(&b'[');
    if is_list {
        at += 1 + spaces(text, at + 1);
    }
    loop {
        let rest = text.get(at..)?;
        at = match rest {
            [quote @ (b'"' | b'\''), inside @ ..] => {
                let length = closing(inside, *quote, 0).unwrap_or(inside.len());
                add(found, at + 1..at + 1 + length) + 1
            }
            [b'\\', quote @ (b'"' | b'\''), inside @ ..] => {
                let length = closing(inside, *quote, 1).unwrap_or(inside.len());
                add(found, at + 2..at + 2 + length) + 2
            }
            [b'0'..=b'9' | b'-', ..] => {
                let is_digit = |byte: &&u8| {
                    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
                };
                add(found, at..at + rest.iter().take_while(is_digit).count())
            }
            _ => return Some(at),
        };
        let comma = at + spaces(text, at);
        if !is_list || text.get(comma) != Some(&b',') {
            return Some(at);
        }
        at = comma + 1 + spaces(text, comma + 1);
    }
}

/// What stands before the `@` of a URL whose `:` stands here (RFC 3986 section 3.2.1).
fn user(text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    let rest = text.get(at + 1..)?;
    if !matches!(rest.first(), Some(b'/' | b'\\' | b'~')) {
        return None;
    }
    // JSON may escape the slashes, and a JSON Pointer has to (RFC 6901 section 3).
    let slashes =
        ["//", "\\/\\/", "~1~1"].into_iter().find(|slashes| starts_with(rest, slashes))?;
    let start = at + 1 + slashes.len();
    let authority = text.get(start..)?;
    let ends = |at: usize, byte: u8| {
        byte <= b' '
            || b"/?#\\\"<>".contains(&byte)
            || slashes == "~1~1" && byte == b'~' && authority.get(at + 1) == Some(&b'1')
    };
    let end = authority.iter().enumerate().position(|(at, &byte)| ends(at, byte));
    let end = end.unwrap_or(authority.len());
    let user = authority.get(..end)?.iter().rposition(|&byte| byte == b'@')?;
    Some(add(found, start..start + user))
}

/// An element whose `<` stands here.
fn element(text: &[u8], at: usize, found: &mut Vec<Range<usize>>) -> Option<usize> {
    /// The longest tag that is looked at.
    const LONGEST_TAG: usize = 512;
    let rest = text.get(at + 1..)?;
    let mut name = rest.get(..name_length(rest)).unwrap_or_default();
    if let Some(local) = rest.get(name.len() + 1..).filter(|_| rest.get(name.len()) == Some(&b':'))
    {
        name = local.get(..name_length(local)).unwrap_or_default();
    }
    if !is_secret(name) {
        return None;
    }
    let tag = rest.get(..LONGEST_TAG).unwrap_or(rest);
    let end = tag.iter().position(|byte| matches!(byte, b'>' | b'<'))?;
    let tag = tag.get(..end)?;
    if rest.get(end) != Some(&b'>') || tag.ends_with(b"/") {
        return None;
    }
    for attribute in secrets(tag) {
        found.push(at + 1 + attribute.start..at + 1 + attribute.end);
    }
    let mut start = at + 1 + end + 1;
    let mut content = text.get(start..)?;
    let space = content.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if let Some(inside) = content.get(space..).and_then(|rest| rest.strip_prefix(b"<![CDATA[")) {
        start += space + b"<![CDATA[".len();
        content = inside;
        let end = memchr::memmem::find(content, b"]]>").unwrap_or(content.len());
        return Some(add(found, start..start + end));
    }
    let end = memchr::memchr(b'<', content).unwrap_or(content.len());
    // White space before an element inside this one is no secret.
    Some(if space >= end { start + end } else { add(found, start..start + end) })
}

/// Credentials whose scheme ends here and whose word begins at `start`, or after more spaces.
fn credentials(
    text: &[u8],
    at: usize,
    start: usize,
    found: &mut Vec<Range<usize>>,
) -> Option<usize> {
    if !may_end(&ENDS_SCHEMES, text, at) || !is_one_of(name_before(text, at), SCHEMES) {
        return None;
    }
    let start = start + spaces(text, start);
    let rest = text.get(start..)?;
    let mut length = 0;
    while let Some(&byte) = rest.get(length) {
        length += match byte {
            b'0'..=b'9'
            | b'a'..=b'z'
            | b'A'..=b'Z'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'+'
            | b'/'
            | b'%' => 1,
            b'\\' if rest.get(length + 1) == Some(&b'/') => 2,
            b'\\' => match unicode_escape(rest.get(length..).unwrap_or_default()) {
                Some(b'+' | b'/' | b'=') => 6,
                _ => break,
            },
            _ => break,
        };
    }
    let word = rest.get(..length)?;
    let padding = rest.get(length..)?.iter().take_while(|&&byte| byte == b'=').count();
    if padding > 0 && is_parameter(word, rest.get(length + padding..).unwrap_or_default())
        || word.len() < SHORTEST
        || is_prose(word)
    {
        return None;
    }
    Some(add(found, start..start + length + padding))
}

/// Whether a word before `=` is a parameter's name: `realm="…"` follows a scheme as well.
fn is_parameter(word: &[u8], after: &[u8]) -> bool {
    if is_one_of(word, CHALLENGE_PARAMETERS) {
        return true;
    }
    if word.len() > LONGEST_NAME {
        return false;
    }
    // The quote that ends a string stands before what comes after a string.
    let after = after.strip_prefix(b"\\").unwrap_or(after);
    let after = match after {
        [b'"' | b'\'', rest @ ..] => rest.first(),
        _ => after.first(),
    };
    after.is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'\'' | b'-' | b'/' | b':')
    })
}

/// Whether a word after a scheme is one of a sentence: short, and nothing but small letters after
/// the first, or nothing but capitals.
fn is_prose(word: &[u8]) -> bool {
    /// `authentication` and the like are shorter, tokens are longer.
    const LONGEST: usize = 20;
    let word = word.strip_suffix(b".").unwrap_or(word);
    let small = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'-';
    word.len() < LONGEST
        && (word.iter().skip(1).all(small) && word.first().is_none_or(u8::is_ascii_alphabetic)
            || word.iter().all(u8::is_ascii_uppercase))
}

/// How far a value goes that no quotes hold: until what ends a parameter in a URL, a form, or a
/// text round it. An escape of JSON ends it where the character that is meant does.
fn run(text: &[u8]) -> usize {
    run_until(text, &[])
}

/// The same, where it also ends before each of these, in any case.
fn run_until(text: &[u8], ends: &[&str]) -> usize {
    let mut length = 0;
    while let Some(&byte) = text.get(length) {
        let rest = text.get(length..).unwrap_or_default();
        if ends.iter().any(|end| starts_with(rest, end)) {
            return length;
        }
        length += match byte {
            b'\\' => match (rest.get(1), unicode_escape(rest)) {
                (Some(b'/'), _) => 2,
                (_, Some(meant)) if !ends_value(meant) => 6,
                _ => return length,
            },
            _ if ends_value(byte) || is_cut(text, length) => return length,
            _ => 1,
        };
    }
    length
}

fn ends_value(byte: u8) -> bool {
    byte <= b' ' || b"&#\"'<>;,)]}`".contains(&byte)
}

/// The byte that `\u00XX` means; 0x80 for any other character.
fn unicode_escape(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let code = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    Some(u8::try_from(code).unwrap_or(0x80))
}

/// The name that ends here. What an encoding put before it is no part of it: `%3Fname`, `\nname`,
/// `\u0026name`.
fn name_before(text: &[u8], end: usize) -> &[u8] {
    let text = text.get(..end).unwrap_or_default();
    let tail = text.get(end.saturating_sub(LONGEST_NAME)..).unwrap_or(text);
    let start = tail.iter().rposition(|byte| !is_name(*byte)).map_or(0, |last| last + 1);
    let name = tail.get(start..).unwrap_or_default();
    let skipped = match (start.checked_sub(1).and_then(|before| tail.get(before)), name) {
        (Some(b'%'), [b'2', b'5', a, b, ..]) if is_hex(*a) && is_hex(*b) => 4,
        (Some(b'%'), [a, b, ..]) if is_hex(*a) && is_hex(*b) => 2,
        (Some(b'\\'), [b'u', digits @ ..])
            if digits.get(..4).is_some_and(|four| four.iter().all(|&byte| is_hex(byte))) =>
        {
            5
        }
        (Some(b'\\'), [b'n' | b'r' | b't' | b'b' | b'f', ..]) => 1,
        _ => 0,
    };
    name.get(skipped..).unwrap_or_default()
}

fn name_length(text: &[u8]) -> usize {
    text.iter().take(LONGEST_NAME).take_while(|&&byte| is_name(byte)).count()
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// How many white-space bytes stand here.
fn spaces(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// How many of them stand before this.
fn spaces_before(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where a string ends: at the quote that has this many backslashes before it, or at one without
/// any; for 0, at one with an even number. Given is the place of the first backslash that belongs to
/// the quote.
fn closing(text: &[u8], quote: u8, escapes: usize) -> Option<usize> {
    let mut backslashes = 0;
    for (at, &byte) in text.iter().enumerate() {
        if byte == quote {
            match escapes {
                0 if backslashes % 2 == 0 => return Some(at),
                0 => {}
                _ if backslashes == escapes => return Some(at - escapes),
                _ if backslashes == 0 => return Some(at),
                _ => {}
            }
        }
        backslashes = if byte == b'\\' { backslashes + 1 } else { 0 };
    }
    None
}

/// Whether a text begins like this, in any case.
fn starts_with(text: &[u8], start: &str) -> bool {
    text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use faultbook_core::{Field, Response};
    use proptest::prelude::*;

    use super::*;
    use crate::judge::{Options, judge};

    /// A text with its secrets in «», as it is and as it is shown.
    fn marked(text: &str) -> (String, String) {
        let shown = text.split('«').enumerate().map(|(number, part)| match part.split_once('»') {
            Some((secret, rest)) if number > 0 => "*".repeat(secret.len()) + rest,
            _ => part.to_owned(),
        });
        (text.replace(['«', '»'], ""), shown.collect())
    }

    fn masked(text: &str) -> String {
        masked_url(text)
    }

    #[test]
    fn secrets_of_texts() {
        for text in [
            // Parameters of URLs and forms.
            "https://example.org/x?access_token=«abc»",
            "https://example.org/x?a=1&ssid=«0123456789abcdef»&action=ping",
            "https://example.org/x?auth=«a%26b»#top",
            "?accessToken=«Bearer%20abc%2Bdef»&clientVersion=1",
            "grant_type=password&password=«h%C3%BCnter»&client_secret=«x/y+z=»",
            "https://contoso.sharepoint.com/d.aspx?UniqueId=1&Translate=false&tempauth=«v1.ey.J.a-b_c»&ApiVersion=2.0",
            "API_KEY=«k»; user_password=«p»",
            "curl -d 'refresh_token=«1/fFAG»' x",
            "go?to=https%3A%2F%2Fexample.org%2F%3Fa%3D1%26access_token%3D«ab.c»%26b%3D2&c=d",
            "https%3a%2f%2f«user%3Apass»%40example.org%2Fpath%40",
            "?u=http%253A%252F%252Fx%253Fapikey%253D«abc»%2526y",
            "pässword=1&password=«pässwörd»&ü=1",
            // No parameters of this name.
            "oauth=1&oauth_version=2&authority=x&author=y&tokens=3&ssid_count=4&auth_type=x",
            "code=abc&state=def&error=invalid_token&expires=3600&scope=account.read",
            "the password = what was chosen, auth: failed",
            "auth=&ssid=",
            // Who asks.
            "https://«user:secret»@example.org/x@y",
            "https://«ghp_token»@example.org/",
            "/error/https:~1~1«u:p~0»@example.org~1x@y",
            "ftp://example.org/user:secret@x http://a?b=c@d http://[::1]:8080/",
            r#"{"next":"https:\/\/«u:p»@example.org\/x?auth=«a\/b»\u0026limit=1"}"#,
            // Members.
            r#"{"access_token":"«abc»","token_type":"Bearer","expires_in":3600}"#,
            r#"{"auth" : "«a\"b\\»", "x": "y"}"#,
            r#"{"password": «12345», "passwd": null, "ssid": true}"#,
            r#"{"api_key": ["«a»", "«b»"], "x": ["c"], "auth": {"code": "d"}}"#,
            r#"{"message":"{\"client_secret\":\"«a\\\"b»\",\"code\":\"c\"}"}"#,
            "{'refresh_token': '«abc»', 'code': 'def'}",
            r#"{"errorType":"auth","target":"password","code":"ssid"}"#,
            r#"{"@odata.nextLink":"https://graph.microsoft.com/v1.0/me?access_token=«abc»\u0026$skiptoken=def"}"#,
            r#"{"@microsoft.graph.downloadUrl":"https://x.sharepoint.com/d?tempauth=«ey\u002BJ»"}"#,
            r#"{"a":"cut off","password":"«abc»"#,
            r#"{"m":"line\npassword=«abc»\tauth=«def» \u0022ssid=«ghi»\u0022"}"#,
            r#"{"m":"set password=\"«a b»\" here"}"#,
            // Elements and attributes.
            "<root><auth><![CDATA[«a]>b»]]></auth><error>x</error></root>",
            "<root><ssid>«abc»</ssid><password/><api_key></api_key></root>",
            "<auth>\n  <x>a</x>\n</auth><auth>\n <![CDATA[«abc»]]></auth>",
            r#"<a:password type="x" auth="«def»">«abc»</a:password>"#,
            r#"<session auth="«abc»" ssid = '«d e»' other="x"/>"#,
            "<authors>a</authors><author>b</author><password",
            "next?auth=«abc»&amp;b=1",
            // Credentials.
            "Bearer «eyJhbGciOi.J-_~+/x==»",
            r#"{"message":"sent bearer «abcDEF12»", "code":"x"}"#,
            r#"{"Authorization":"Basic «dXNlcjpwYXNz»"}"#,
            r#"{"message":"Bearer «ab12=»"}"#,
            "Authorization: Basic «dTpwYQ==», then",
            r#"Bearer realm="abc", error="invalid_token", scope="a.b""#,
            "Bearer error=invalid_token",
            "null Bearer «abc123»",
            "The Bearer token is missing. Basic authentication. Bearer. Basic 5 rules, BEARER TOKEN",
        ] {
            let (text, shown) = marked(text);
            assert_eq!(masked(&text), shown, "{text}");
        }
    }

    #[test]
    fn line_ends_stay() {
        assert_eq!(masked("{\"auth\":\"a\r\nb\"}"), "{\"auth\":\"*\r\n*\"}");
    }

    #[test]
    fn secrets_of_header_fields() {
        for (name, value) in [
            ("Authorization", "Bearer «abc»"),
            ("authorization", "«abc»"),
            ("Proxy-Authorization", "Digest «username=\"x\", response=\"y\"»"),
            ("Cookie", "sid=«abc»; theme=«dark»"),
            ("Set-Cookie", "sid=«abc=»; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT; HttpOnly"),
            ("Set-Cookie", "sid=«abc»; Path=/, other=«def»; Secure\nthird=«ghi»; Max-Age=1"),
            ("X-Api-Key", "«abc»"),
            ("ocp-apim-subscription-key", "«abc»"),
            ("X-Auth-Token", "«abc»"),
            ("Location", "https://«u»@example.org/?ssid=«abc»"),
            ("Link", "<https://example.org/?access_token=«abc»>; rel=\"next\""),
            ("Content-Type", "application/json; charset=utf-8"),
            ("X-Author", "abc"),
            (
                "WWW-Authenticate",
                "Bearer realm=\"a?auth=b\", error=\"invalid_token\", scope=\"password=x\", error_description=\"access_token=«abc» expired\"",
            ),
            ("WWW-Authenticate", "Bearer realm = \"https://u:p@x\\\"y\" , scope=auth=x, auth=«y»"),
        ] {
            let (value, shown) = marked(value);
            let mut bytes = value.clone().into_bytes();
            cover(&mut bytes, &field_secrets(name.as_bytes(), value.as_bytes()));
            assert_eq!(String::from_utf8(bytes).unwrap(), shown, "{name}: {value}");
        }
    }

    /// A response, masked, with what was found in it.
    fn judged(
        url: &str,
        status: u16,
        fields: &[(&str, &str)],
        body: &str,
    ) -> (String, Recorded, Outcome) {
        let mut response = Recorded {
            status: Some(status),
            fields: fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: body.into(),
        };
        let lines: Vec<Field<'_>> = response.fields();
        let seen = Response { status: response.status, fields: &lines, body: &response.body };
        let mut outcome = judge(&seen, &Options::default()).unwrap();
        let mut url = Some(url.to_owned());
        mask(&mut url, &mut response, &mut outcome, []);
        (url.unwrap(), response, outcome)
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands_again() {
        let secret = "hunter22-and-something-that-is-longer-than-sixty-characters-of-a-message";
        let body = format!(
            r#"{{"error": {{"code": "{secret}", "message": "no {secret}", "innererror": {{"code": "short", "password": "x"}}}}}}"#
        );
        let fields = [("Cookie", "a=hunter22; b=short")];
        let url = format!("https://graph.microsoft.com/v1.0/me?access_token={secret}");
        let (url, response, outcome) = judged(&url, 400, &fields, &body);
        assert!(url.ends_with(&format!("={}", "*".repeat(secret.len()))), "{url}");
        let shown = format!("{:?}{:?}{:?}", response.fields, outcome.findings, outcome.errors);
        assert!(!shown.contains("hunter22"), "{shown}");
        assert!(!shown.contains("short"), "{shown}");
        assert!(shown.contains("****"), "{shown}");
        // A short one stays in the other parts of the response, where it may be a word.
        let body = String::from_utf8(response.body).unwrap();
        assert!(body.contains(r#""code": "short""#) && !body.contains("hunter22"), "{body}");
        assert_eq!(body.matches('*').count(), 2 * secret.len() + 1, "{body}");
    }

    #[test]
    fn short_secrets_are_words_of_their_own() {
        let found = |secret: &str, text: &str| {
            let mut text = text.to_owned();
            mask_text(&mut text, &Known::new([secret.as_bytes()].into_iter()));
            text
        };
        assert_eq!(found("test", "latest test `test`"), "latest **** `****`");
        assert_eq!(found("abc", "abc"), "abc");
        assert_eq!(found("null", "null"), "null");
        assert_eq!(found("longer-secret", "xlonger-secrety"), "x*************y");
        assert_eq!(found("longer-secret", "`long…` `lo…` longer"), "`****…` `lo…` longer");
        assert_eq!(found(r"a\/b\u0041c", "a/bAc"), "*****");
        let long = "x".repeat(COMPARED * 13) + "y";
        assert_eq!(found(&long, &long), "*".repeat(long.len()));
    }

    /// What would take minutes where a text were read again for every place in it.
    #[test]
    fn hostile_texts_take_linear_time() {
        for part in [
            "auth=",
            "auth=\"",
            "auth='x'",
            "auth=\\\"",
            "auth%3Dx%26",
            "auth%3D",
            "\"auth\":",
            "\"auth\":\"",
            "\"auth\":[",
            "\"auth\": [\"x\",",
            "<auth>",
            "<auth ",
            "<auth><![CDATA[",
            "://",
            "://a@",
            "%3a%2f%2f",
            "%3a%2f%2fx",
            "Bearer ",
            "Bearer%20",
            "Bearer+",
            "Bearer+x=y",
            " ",
            "=",
            "\\",
            "\"",
            "a",
            "password",
            ":\\/\\/",
            "\"auth\":\\\"",
            "…",
            "'auth':1,",
            "auth =",
            "\"auth\" ",
            "\"auth\": ",
            ":~1~1",
            ":~1~1a@",
        ] {
            let body = part.repeat((1 << 19) / part.len());
            let found = secrets(body.as_bytes());
            assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start), "{part}");
            for name in ["WWW-Authenticate", "Set-Cookie", "Authorization"] {
                field_secrets(name.as_bytes(), body.as_bytes());
            }
            let known = Known::new(found.iter().map(|span| &body.as_bytes()[span.clone()]));
            known.spans(body.as_bytes(), SURE);
        }
        let known = vec!["a".repeat(500_000) + "b"; 100];
        Known::new(known.iter().map(String::as_bytes)).spans("a".repeat(1 << 19).as_bytes(), SURE);
    }

    proptest! {
        // A failing case belongs into the tables above.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Pieces of everything that the reader looks for, in any order.
        #[test]
        fn the_length_never_changes(pieces in proptest::collection::vec(prop_oneof![
            prop::sample::select(vec![
                "auth", "password", "=", "\"", "\\", "'", ":", "%3D", "%26", "<", ">", "<![CDATA[", "]]>", "://",
                "@", "/", "Bearer ", "%20", "[", ",", " ", "\n", "…", "ü", "\\u0026", "&", "x1", "…",
            ]).prop_map(str::to_owned),
            any::<String>(),
        ], 0..24)) {
            let text = pieces.concat();
            let shown = masked(&text);
            prop_assert_eq!(shown.len(), text.len());
            for (shown, byte) in shown.bytes().zip(text.bytes()) {
                prop_assert!(shown == byte || shown == b'*');
            }
        }

        #[test]
        fn a_secret_is_not_shown(secret in "[A-Za-z0-9._~/-]{8,80}[0-9]", shape in 0..9usize) {
            let text = [
                format!("https://x/?access_token={secret}&a=b"),
                format!(r#"{{"client_secret":"{secret}"}}"#),
                format!(r#"{{"m":"{{\"password\":\"{secret}\"}}"}}"#),
                format!("<ssid>{secret}</ssid>"),
                format!("<auth><![CDATA[{secret}]]></auth>"),
                format!("x Bearer {secret}"),
                format!("a%3Dx%26apikey%3D{secret}%26b"),
                format!("\"https:\\/\\/a\\/?tempauth={}\"", secret.replace('/', "\\/")),
                format!("<a password='{secret}'/>"),
            ];
            let text = &text[shape];
            let shown = masked(text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert!(!shown.contains(&secret[..8]), "{}", shown);
        }
    }
}
