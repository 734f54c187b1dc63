//! Strings of every length, with something at each place: the reader looks at eight bytes at once, and
//! at 32 of long ones.

use faultbook_core::FaultKind;
use faultbook_core::json::{Reader, Step};

const LONGEST: usize = 100;

/// What stands at each place of a string of `x` of each length, and what comes of it.
fn each(put: &str, check: impl Fn(&str, &mut Reader<'_>, usize)) {
    for len in 0..LONGEST {
        for place in 0..=len {
            // At the end of the body, and far from it.
            for behind in ["", &" ".repeat(LONGEST)] {
                let text = format!("{}{put}{}", "x".repeat(place), "x".repeat(len - place));
                let body = format!("\"{text}\"{behind}");
                check(&text, &mut Reader::new(body.as_bytes()), place);
            }
        }
    }
}

#[test]
fn what_stands_for_itself_is_passed_over() {
    // Neighbours of what does not, in one bit or by one.
    for put in [" ", "!", "#", "[", "]", "^", "\u{7F}", "\u{80}", "\u{A2}", "\u{DC}", "\u{4E16}"] {
        each(put, |text, json, _| {
            assert_eq!(json.advance(), Step::String);
            assert_eq!((json.text().raw(), json.text().is_escaped()), (text, false));
            assert_eq!(json.advance(), Step::End);
        });
    }
}

#[test]
fn escapes_are_seen() {
    for (put, is) in [(r"\\", "\\"), (r#"\""#, "\""), (r"\u0041", "A")] {
        each(put, |text, json, place| {
            assert_eq!(json.advance(), Step::String);
            assert_eq!((json.text().raw(), json.text().is_escaped()), (text, true));
            assert_eq!(json.text().decode().get(place..place + 1), Some(is));
            assert_eq!(json.advance(), Step::End);
        });
    }
}

#[test]
fn control_characters_are_faults_where_they_stand() {
    for put in ["\0", "\t", "\n", "\u{1F}"] {
        each(put, |_, json, place| {
            assert_eq!(json.advance(), Step::Failed);
            let fault = json.fault().unwrap();
            assert_eq!(
                (fault.kind(), fault.span()),
                (FaultKind::ForbiddenCharacter, place + 1..place + 2)
            );
        });
    }
}

#[test]
fn a_string_ends_at_its_first_quote() {
    each("\"", |_, json, place| {
        assert_eq!(json.advance(), Step::String);
        assert_eq!(json.span(), 0..place + 2);
        assert_eq!(json.advance(), Step::Failed);
        assert_eq!(json.fault().map(faultbook_core::Fault::kind), Some(FaultKind::TrailingContent));
    });
}
