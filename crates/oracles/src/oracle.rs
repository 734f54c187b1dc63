//! The table of oracles: one row each. Adding one is a function, a row and a fuzz target.

use crate::mutate::{Mutator, Stock};
use crate::seeds::{self, Seed};
use crate::{capture, formats, headers, json, mutate, response, xml};

/// A property that must hold for any bytes.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Oracle {
    /// The name of the function, the fuzz target, and the folders of its seeds and regressions.
    pub name: &'static str,
    /// What its input is read as.
    pub reads: &'static str,
    /// Panics where the property does not hold.
    pub check: fn(&[u8]),
    /// Makes another input from one, along its grammar.
    pub mutate: Mutator,
    /// The inputs that the corpus has for it.
    from_corpus: fn() -> Vec<Seed>,
    /// What its grammar and the documents have for words.
    pub words: fn() -> Vec<Vec<u8>>,
}

impl Oracle {
    /// What fuzzing starts from: the cases of the corpus, the files in `fuzz/seeds/<name>`, and
    /// what was once found (`corpus/regressions/<name>`). Sorted by name, no input twice.
    pub fn seeds(&self) -> Vec<Seed> {
        seeds::all(self.name, (self.from_corpus)())
    }

    /// What its mutator may put in: its words, and its seeds as whole inputs.
    pub fn stock(&self) -> Stock {
        let inputs = self.seeds().into_iter().map(|seed| seed.bytes).collect();
        Stock { words: (self.words)(), inputs }
    }
}

/// The oracle of this name.
pub fn oracle(name: &str) -> Option<&'static Oracle> {
    ORACLES.iter().find(|oracle| oracle.name == name)
}

/// Every oracle, sorted by name.
pub static ORACLES: &[Oracle] = &[
    Oracle {
        name: "ampache_json",
        reads: "an Ampache error in JSON",
        check: formats::ampache_json,
        mutate: mutate::json,
        from_corpus: || seeds::service_bodies("ampache", false),
        words: || seeds::json_words(Some("ampache")),
    },
    Oracle {
        name: "ampache_pair",
        reads: "two Ampache errors, XML or JSON, with a NUL between them",
        check: formats::ampache_pair,
        mutate: mutate::pair,
        from_corpus: seeds::ampache_pairs,
        words: seeds::pair_words,
    },
    Oracle {
        name: "ampache_xml",
        reads: "an Ampache error in XML",
        check: formats::ampache_xml,
        mutate: mutate::xml,
        from_corpus: || seeds::service_bodies("ampache", true),
        words: seeds::xml_words,
    },
    Oracle {
        name: "capture",
        reads: "a capture: a body, HTTP messages, HAR, NDJSON or WARC, also compressed",
        check: capture::capture,
        mutate: mutate::capture,
        from_corpus: capture::captures,
        words: capture::words,
    },
    Oracle {
        name: "code",
        reads: "a code of any service",
        check: formats::code,
        mutate: mutate::words,
        from_corpus: seeds::codes,
        words: seeds::code_words,
    },
    Oracle {
        name: "groove_json",
        reads: "a Groove response",
        check: formats::groove_json,
        mutate: mutate::json,
        from_corpus: || seeds::service_bodies("groove", false),
        words: || seeds::json_words(Some("groove")),
    },
    Oracle {
        name: "json",
        reads: "a JSON document: its verdict, its values and their places",
        check: json::json,
        mutate: mutate::json,
        from_corpus: || seeds::bodies(|case| !seeds::is_xml(case)),
        words: || seeds::json_words(None),
    },
    Oracle {
        name: "json_fault",
        reads: "a JSON document: where it stops being one",
        check: json::json_fault,
        mutate: mutate::json,
        from_corpus: || seeds::bodies(|case| !seeds::is_xml(case)),
        words: || seeds::json_words(None),
    },
    Oracle {
        name: "json_jiter",
        reads: "a JSON document, names that stand twice among them",
        check: json::json_jiter,
        mutate: mutate::json,
        from_corpus: || seeds::bodies(|case| !seeds::is_xml(case)),
        words: || seeds::json_words(None),
    },
    Oracle {
        name: "json_text",
        reads: "a text that becomes a JSON string",
        check: json::json_text,
        mutate: mutate::text,
        from_corpus: seeds::strings,
        words: || seeds::json_words(None),
    },
    Oracle {
        name: "lineworks_json",
        reads: "a LINE WORKS error",
        check: formats::lineworks_json,
        mutate: mutate::json,
        from_corpus: || seeds::service_bodies("lineworks", false),
        words: || seeds::json_words(Some("lineworks")),
    },
    Oracle {
        name: "onedrive_json",
        reads: "a OneDrive response",
        check: formats::onedrive_json,
        mutate: mutate::json,
        from_corpus: || seeds::service_bodies("onedrive", false),
        words: || seeds::json_words(Some("onedrive")),
    },
    Oracle {
        name: "response",
        reads: "a whole response: status line, header fields, body",
        check: response::response,
        mutate: mutate::message,
        from_corpus: seeds::messages,
        words: seeds::message_words,
    },
    Oracle {
        name: "retry_after",
        reads: "a Retry-After field",
        check: headers::retry_after,
        mutate: mutate::words,
        from_corpus: || seeds::fields("retry-after"),
        words: seeds::date_words,
    },
    Oracle {
        name: "service",
        reads: "a body of any service",
        check: response::service,
        mutate: mutate::body,
        from_corpus: || seeds::bodies(|_| true),
        words: seeds::service_words,
    },
    Oracle {
        name: "www_authenticate",
        reads: "a WWW-Authenticate field",
        check: headers::www_authenticate,
        mutate: mutate::challenges,
        from_corpus: || seeds::fields("www-authenticate"),
        words: seeds::challenge_words,
    },
    Oracle {
        name: "xml",
        reads: "an XML document",
        check: xml::xml,
        mutate: mutate::xml,
        from_corpus: || seeds::bodies(seeds::is_xml),
        words: seeds::xml_words,
    },
    Oracle {
        name: "xml_encoding",
        reads: "an XML document in any encoding",
        check: xml::xml_encoding,
        mutate: mutate::xml,
        from_corpus: || seeds::bodies(seeds::is_xml),
        words: seeds::xml_words,
    },
];
