//! jiter as a peer that reads token by token: it neither recurses nor looks at a number's value, so
//! it has none of serde_json's limits.

use std::ops::Range;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

/// What jiter reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event<'e> {
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,
    /// Comes when jiter has read the colon too.
    Name(&'e str),
    String(&'e str),
    Number,
    Bool(bool),
    Null,
}

/// Who is told what jiter reads.
pub(super) trait Listener {
    /// Whether strings are decoded, and checked for UTF-8. Otherwise they are passed on empty.
    const DECODES: bool;

    /// One token.
    fn event(&mut self, event: Event<'_>);

    /// Where that token stands. Of a name jiter does not say it.
    fn place(&mut self, place: Range<usize>);
}

/// Listens to the verdict alone.
struct Deaf<const DECODES: bool>;

impl<const DECODES: bool> Listener for Deaf<DECODES> {
    const DECODES: bool = DECODES;

    fn event(&mut self, _: Event<'_>) {}

    fn place(&mut self, _: Range<usize>) {}
}

/// What jiter says of a document.
pub(super) fn verdict(document: &[u8]) -> Result<(), JiterError> {
    pull(document, &mut Deaf::<true>)
}

/// The same of what is UTF-8 anyway: jiter then need not decode.
pub(super) fn verdict_of_text(document: &[u8]) -> Result<(), JiterError> {
    pull(document, &mut Deaf::<false>)
}

/// Reads a document with jiter.
pub(super) fn pull<L: Listener>(document: &[u8], listener: &mut L) -> Result<(), JiterError> {
    let mut jiter = Jiter::new(document);
    // Set for an object.
    let mut open: Vec<bool> = Vec::new();
    let mut peek = jiter.peek()?;
    loop {
        let start = jiter.current_index();
        let mut inside = None;
        match peek {
            Peek::Array => {
                listener.event(Event::ArrayStart);
                listener.place(start..start + 1);
                inside = jiter.known_array()?;
                if inside.is_some() {
                    open.push(false);
                } else {
                    listener.event(Event::ArrayEnd);
                }
            }
            Peek::Object => {
                listener.event(Event::ObjectStart);
                listener.place(start..start + 1);
                let name = if L::DECODES {
                    jiter.known_object()?.map(|name| listener.event(Event::Name(name)))
                } else {
                    jiter.next_object_bytes()?.map(|_| ())
                };
                if name.is_some() {
                    open.push(true);
                    inside = Some(jiter.peek()?);
                } else {
                    listener.event(Event::ObjectEnd);
                }
            }
            Peek::String if L::DECODES => listener.event(Event::String(jiter.known_str()?)),
            Peek::String => {
                jiter.known_bytes()?;
                listener.event(Event::String(""));
            }
            Peek::Null => {
                jiter.known_null()?;
                listener.event(Event::Null);
            }
            number if number.is_num() => {
                jiter.known_number_bytes(number)?;
                listener.event(Event::Number);
            }
            // Also refuses what is no value at all.
            word => listener.event(Event::Bool(jiter.known_bool(word)?)),
        }
        if inside.is_none() {
            let end = jiter.current_index();
            let start = if matches!(peek, Peek::Array | Peek::Object) { end - 1 } else { start };
            listener.place(start..end);
        }
        // Behind a value: the next one, or the end of what is around it.
        peek = loop {
            if let Some(first) = inside {
                break first;
            }
            let Some(&object) = open.last() else { return jiter.finish() };
            let end = if object {
                let name = if L::DECODES {
                    jiter.next_key()?.map(|name| listener.event(Event::Name(name)))
                } else {
                    jiter.next_key_bytes()?.map(|_| ())
                };
                if name.is_some() {
                    inside = Some(jiter.peek()?);
                }
                Event::ObjectEnd
            } else {
                inside = jiter.array_step()?;
                Event::ArrayEnd
            };
            if inside.is_none() {
                open.pop();
                listener.event(end);
                listener.place(jiter.current_index() - 1..jiter.current_index());
            }
        };
    }
}

/// Whether jiter met the end where the document could have gone on.
pub(super) fn is_eof(error: &JiterError) -> bool {
    use JsonErrorType::{
        EofWhileParsingList, EofWhileParsingObject, EofWhileParsingString, EofWhileParsingValue,
    };
    matches!(
        error.error_type,
        JiterErrorType::JsonError(
            EofWhileParsingList
                | EofWhileParsingObject
                | EofWhileParsingString
                | EofWhileParsingValue
        )
    )
}

/// Whether jiter stopped at an integer part of more than 4,300 digits: it reads no longer one,
/// whatever it stands for. The grammar knows no such limit (RFC 8259 section 6).
pub(super) fn is_long_number(error: &JiterError) -> bool {
    error.error_type == JiterErrorType::JsonError(JsonErrorType::NumberOutOfRange)
}

#[cfg(test)]
mod tests {
    use super::{is_eof, is_long_number, verdict, verdict_of_text};

    /// The peer agrees and disagrees: nothing here holds because it always says the same.
    #[test]
    fn verdicts() {
        for good in
            ["0", " [1, {\"a\": [], \"b\": {}, \"c\\n\": \"\\ud834\\udd1e\"}, true] ", "null"]
        {
            assert_eq!(verdict(good.as_bytes()), Ok(()), "{good}");
            assert_eq!(verdict_of_text(good.as_bytes()), Ok(()), "{good}");
        }
        for bad in ["x", "[1,]", "{\"a\"}", "NaN", "-Infinity", "01", "\"\\ud834\"", "[] []"] {
            let error = verdict(bad.as_bytes()).unwrap_err();
            assert!(!is_eof(&error) && !is_long_number(&error), "{bad}: {error}");
            assert_eq!(verdict_of_text(bad.as_bytes()), Err(error), "{bad}");
        }
        assert!(verdict(b"\"\xFF\"").is_err());
        assert_eq!(verdict_of_text(b"\"\xFF\""), Ok(()));
    }

    #[test]
    fn every_beginning_ends_too_early() {
        let text = r#"{"a\n": [-1.5e+3, true, null, false, "\ud834\udd1e\/"], "b": {}}"#;
        for length in 0..text.len() {
            for verdict in [verdict, verdict_of_text] {
                assert!(verdict(&text.as_bytes()[..length]).is_err_and(|error| is_eof(&error)));
            }
        }
    }

    #[test]
    fn the_exceptions() {
        for (digits, accepted) in [(4300, true), (4301, false)] {
            let verdict = verdict("1".repeat(digits).as_bytes());
            assert_eq!(verdict.is_ok(), accepted);
            assert_eq!(verdict.is_err_and(|error| is_long_number(&error)), !accepted);
        }
        assert!(verdict(super::super::MARK).is_err_and(|error| !is_eof(&error)));
    }

    #[test]
    fn depth_is_no_exception() {
        let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
        assert_eq!(verdict(&deep), Ok(()));
    }
}
