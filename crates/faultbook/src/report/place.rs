//! Where a finding points, in words: what reports of plain text say.

use annotate_snippets::normalize_untrusted_str;
use faultbook_core::{Finding, Place};

use super::excerpt::Positions;

/// A place in words: its pointer and its bytes, a header field and its bytes, the status, or a byte of
/// the input.
pub(super) fn place_words(place: &Place, positions: &mut Positions<'_>) -> String {
    match place {
        Place::Input { offset } => format!("byte {offset} of the input"),
        Place::Status => "the status".to_owned(),
        Place::Field { index, name, span } => {
            let name = one_line(name);
            format!("header field {} {name}, bytes {}..{}", index + 1, span.start, span.end)
        }
        Place::Body { span, pointer } => {
            let position = positions.of(span.start);
            let value = match pointer.as_deref() {
                None | Some("") => "the body".to_owned(),
                Some(pointer) => one_line(pointer),
            };
            let (line, column) = (position.line, position.column);
            format!("{value}, bytes {}..{}, line {line}, column {column}", span.start, span.end)
        }
    }
}

/// What is to be said of a finding besides its title, a line each: where, what was received, what is
/// documented, and help.
pub(super) fn finding_words(finding: &Finding, positions: &mut Positions<'_>) -> Vec<String> {
    let mut lines = vec![
        format!("at: {}", place_words(&finding.place, positions)),
        format!("received: {}", finding.received),
        format!("documented: {} ({})", finding.documented, finding.source),
    ];
    lines.extend(finding.help.as_ref().map(|help| format!("help: {help}")));
    lines.iter().map(|line| one_line(line)).collect()
}

/// A text that stays in its line: what came from the network moves no cursor and ends no line.
pub(super) fn one_line(text: &str) -> String {
    normalize_untrusted_str(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_and_no_value_ends_its_line() {
        let pointer = Some("/a\r\nat: \u{1B}[31m/b");
        let place = Place::value(0..2, pointer);
        let field = Place::Field { index: 1, name: "X\nY".to_owned(), span: 3..4 };
        let words = |place| place_words(place, &mut Positions::new(b"{}"));
        assert_eq!(words(&place), "/a\u{240D} at: \u{241B}[31m/b, bytes 0..2, line 1, column 1");
        assert_eq!(words(&field), "header field 2 X Y, bytes 3..4");
        let finding = Finding::new(crate::capture::RULES[0], Place::Status, "a\nhelp: b");
        let lines = finding_words(&finding, &mut Positions::new(b""));
        assert_eq!(lines[1], "received: a help: b");
        assert_eq!(lines.len(), 3);
    }
}
