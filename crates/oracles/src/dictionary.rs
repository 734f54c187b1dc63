//! An oracle's words as a dictionary in libFuzzer's and AFL's format.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::Oracle;

/// The dictionary: one `"word"` a line, each once, bytes other than printable ASCII as `\xHH`.
pub fn dictionary(oracle: &Oracle) -> String {
    let words: BTreeSet<Vec<u8>> = (oracle.words)().into_iter().collect();
    let mut lines = format!("# {}\n", oracle.reads);
    for word in words.iter().filter(|word| !word.is_empty()) {
        lines.push('"');
        for &byte in word {
            match byte {
                b'"' | b'\\' => lines.extend(['\\', char::from(byte)]),
                b' '..=b'~' => lines.push(char::from(byte)),
                // Writing into a String does not fail.
                _ => write!(lines, "\\x{byte:02X}").unwrap_or_default(),
            }
        }
        lines.push_str("\"\n");
    }
    lines
}

#[cfg(test)]
mod tests {
    use crate::{ORACLES, dictionary};

    #[test]
    fn every_oracle_has_words_and_a_line_is_a_word() {
        for oracle in ORACLES {
            let dictionary = dictionary(oracle);
            let mut lines = dictionary.lines();
            assert!(lines.next().is_some_and(|line| line.starts_with("# ")));
            let lines: Vec<&str> = lines.collect();
            assert!(lines.len() > 10, "{} has {} words", oracle.name, lines.len());
            for line in lines {
                assert!(line.len() > 2 && line.starts_with('"') && line.ends_with('"'), "{line}");
                assert!(line.is_ascii(), "{line}");
            }
        }
    }

    #[test]
    fn quotes_backslashes_and_controls_are_escaped() {
        let dictionary = dictionary(crate::oracle("www_authenticate").unwrap());
        for line in [r#""\"""#, r#""\\\"""#, r#""\x0D\x0A ""#, r#""\x09""#, r#""Bearer""#] {
            assert!(dictionary.lines().any(|found| found == line), "{line} in\n{dictionary}");
        }
    }
}
