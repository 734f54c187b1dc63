//! The catalog for spreadsheets (RFC 4180).
//!
//! ```text
//! file   = header CRLF *(record CRLF)
//! record = field *("," field)
//! field  = plain, or in quotes where it holds a comma, a quote or a line break; a quote is doubled
//! ```

use faultbook_core::{Edition, Level};

use super::statuses;

const HEADER: [&str; 8] =
    ["service", "edition", "code", "name", "statuses", "group", "level", "summary"];

/// One record a code, with its statuses in one field, a space between them.
pub(crate) fn csv(editions: &[&'static Edition]) -> String {
    let mut text = String::new();
    push(&mut text, &HEADER);
    for edition in editions {
        let name = edition.to_string();
        for row in edition.codes {
            push(
                &mut text,
                &[
                    edition.service,
                    &name,
                    row.code,
                    row.name.unwrap_or_default(),
                    &statuses(row, " "),
                    row.group.unwrap_or_default(),
                    row.level.map_or("", Level::as_str),
                    row.summary,
                ],
            );
        }
    }
    text
}

fn push(text: &mut String, record: &[&str; 8]) {
    for (index, field) in record.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        if field.contains([',', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(field);
        }
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_field_stands_in_quotes() {
        let mut text = String::new();
        push(&mut text, &["a", "b,c", "d \"e\"", "f\r\ng", "", "h i", "{", "\""]);
        assert_eq!(text, "a,\"b,c\",\"d \"\"e\"\"\",\"f\r\ng\",,h i,{,\"\"\"\"\r\n");
    }
}
