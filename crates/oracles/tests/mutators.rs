//! The mutators make what they promise: inputs that still follow their grammar most often, every
//! kind of change that they name, the same for the same seed, and nothing that takes long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use ampache_error::xml::{Event, Reader as XmlReader, decode};
use error_headers::read_challenges;
use faultbook_core::json::{Kind, Reader as JsonReader};
use oracles::mutate::{self, Mutator, Rng, Stock, mutate};
use oracles::{ORACLES, Oracle, oracle};
use proptest::prelude::*;

fn named(name: &str) -> &'static Oracle {
    oracle(name).unwrap_or_else(|| panic!("no oracle {name}"))
}

/// An oracle for each mutator.
fn one_for_each() -> impl Iterator<Item = &'static Oracle> {
    let names =
        ["json", "xml", "www_authenticate", "response", "ampache_pair", "service", "retry_after"];
    names.into_iter().map(named)
}

/// Every seed of an oracle, changed `times` times: the seed and what came of it.
fn mutants(oracle: &Oracle, times: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let stock = oracle.stock();
    let mut mutants = Vec::new();
    for (index, seed) in (0..).zip(oracle.seeds()) {
        for time in 0..times {
            let mut rng = Rng::with_seed(index * times + time);
            if let Some(mutant) = (oracle.mutate)(&seed.bytes, &stock, &mut rng) {
                mutants.push((seed.bytes.clone(), mutant));
            }
        }
    }
    mutants
}

/// What a document is made of, to be compared with another's.
#[derive(Debug, Default, PartialEq, Eq)]
struct Shape {
    /// How many there are of each kind of part.
    parts: BTreeMap<&'static str, usize>,
    depth: usize,
    /// The names that stand in it, as written and as meant.
    names: BTreeSet<String>,
    /// The texts that stand in it, as meant.
    texts: Vec<String>,
    /// Whether the syntax is whole.
    well_formed: bool,
}

impl Shape {
    fn count(&mut self, part: &'static str) {
        *self.parts.entry(part).or_default() += 1;
    }

    fn has(&self, part: &str) -> usize {
        self.parts.get(part).copied().unwrap_or_default()
    }

    fn json(body: &[u8]) -> Self {
        let mut shape = Self::default();
        let mut reader = JsonReader::new(body);
        let mut written = 0;
        shape.well_formed = loop {
            match reader.next() {
                Ok(Some(token)) => {
                    written += token.span.len();
                    match token.kind {
                        Kind::ObjectStart => shape.count("object"),
                        Kind::ArrayStart => shape.count("array"),
                        Kind::Number(_) => shape.count("number"),
                        Kind::Bool(_) => shape.count("bool"),
                        Kind::Null => shape.count("null"),
                        Kind::ObjectEnd | Kind::ArrayEnd => {}
                        Kind::Name(name) => {
                            shape.count("name");
                            shape.names.insert(name.decode().into_owned());
                        }
                        Kind::String(text) => {
                            shape.count("string");
                            shape.texts.push(text.decode().into_owned());
                        }
                    }
                    shape.depth = shape.depth.max(reader.depth());
                }
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        shape.parts.insert("escape", how_many(b"\\", body));
        shape.parts.insert("duplicate", reader.duplicates().total());
        shape.parts.insert("space", reader.position().saturating_sub(written));
        shape
    }

    fn xml(body: &[u8]) -> Self {
        let decoded = decode(body);
        let mut shape = Self::default();
        let mut reader = XmlReader::new(decoded.text());
        let whole = loop {
            match reader.next_event() {
                Ok(Some(event)) => match event {
                    Event::Start(start) => {
                        shape.count("element");
                        shape.names.insert(start.name().to_owned());
                        let mut names = BTreeSet::new();
                        for attribute in start.attributes() {
                            shape.count("attribute");
                            if !names.insert(attribute.name) {
                                shape.count("duplicate");
                            }
                            shape.names.insert(attribute.name.to_owned());
                            shape.texts.push(attribute.raw.to_owned());
                            let mark = &decoded.text()[..attribute.value_span.start];
                            if mark.ends_with('\'') {
                                shape.count("apostrophe");
                            }
                        }
                        if start.is_empty_element() {
                            shape.count("empty-element tag");
                        }
                        shape.depth = shape.depth.max(reader.depth());
                    }
                    Event::End { .. } => {}
                    Event::Declaration { .. } => shape.count("declaration"),
                    Event::Doctype { .. } => shape.count("doctype"),
                    Event::Text { text, .. } => {
                        shape.count("text");
                        shape.texts.push(text.to_owned());
                    }
                    Event::CData { .. } => shape.count("section"),
                    Event::Reference { .. } => shape.count("reference"),
                    Event::Comment { .. } => shape.count("comment"),
                    Event::Instruction { .. } => shape.count("instruction"),
                },
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        shape.well_formed = whole && reader.faults().is_empty() && decoded.faults().is_empty();
        if decoded.encoding() != "UTF-8" {
            shape.count("encoding");
        }
        shape
    }

    fn challenges(value: &[u8]) -> Self {
        let reading = read_challenges(value);
        let mut shape = Self { well_formed: reading.deviations.is_empty(), ..Self::default() };
        for challenge in &reading.challenges {
            shape.count("challenge");
            if challenge.token68().is_some() {
                shape.count("token68");
            }
            shape.names.insert(challenge.scheme().to_owned());
            let mut names = BTreeSet::new();
            for parameter in challenge.params() {
                shape.count("parameter");
                if !names.insert(parameter.name().to_ascii_lowercase()) {
                    shape.count("duplicate");
                }
                if value[..parameter.value_span().start].ends_with(b"\"") {
                    shape.count("quoted");
                } else {
                    shape.count("token");
                }
                shape.names.insert(parameter.name().to_owned());
                shape.texts.push(parameter.text().into_owned());
            }
        }
        shape.parts.insert("escape", how_many(b"\\", value));
        shape.parts.insert("fold", how_many(b"\r\n ", value));
        shape.parts.insert("comma", how_many(b",", value));
        shape
    }
}

fn how_many(wanted: &[u8], text: &[u8]) -> usize {
    text.windows(wanted.len()).filter(|window| *window == wanted).count()
}

/// How often each effect is seen among mutants of well-formed seeds: `more` and `less` of each
/// kind of part, another depth, a new name, a documented code.
fn effects(oracle: &Oracle, read: fn(&[u8]) -> Shape, times: u64) -> BTreeMap<String, usize> {
    let words: BTreeSet<Vec<u8>> = (oracle.words)().into_iter().collect();
    let mut effects = BTreeMap::new();
    let mut seen = |effect: String| *effects.entry(effect).or_default() += 1;
    for (seed, mutant) in mutants(oracle, times) {
        let before = read(&seed);
        if !before.well_formed {
            continue;
        }
        seen("mutant".to_owned());
        let after = read(&mutant);
        if !after.well_formed {
            seen("broken".to_owned());
            // Of a field, what is broken is read too.
            if !after.parts.contains_key("challenge") {
                continue;
            }
        }
        let parts: BTreeSet<_> = before.parts.keys().chain(after.parts.keys()).collect();
        for part in parts {
            match before.has(part).cmp(&after.has(part)) {
                std::cmp::Ordering::Less => seen(format!("more: {part}")),
                std::cmp::Ordering::Greater => seen(format!("less: {part}")),
                std::cmp::Ordering::Equal => {}
            }
        }
        match before.depth.cmp(&after.depth) {
            std::cmp::Ordering::Less => seen("deeper".to_owned()),
            std::cmp::Ordering::Greater => seen("less deep".to_owned()),
            std::cmp::Ordering::Equal => {}
        }
        if after.depth > before.depth + 100 {
            seen("much deeper".to_owned());
        }
        if !after.names.is_subset(&before.names) {
            seen("new name".to_owned());
        }
        let is_word = |text: &&String| words.contains(text.as_bytes());
        if after.texts.iter().filter(is_word).any(|text| !before.texts.contains(text)) {
            seen("new word".to_owned());
        }
        let mut texts = [before.texts, after.texts];
        if texts[0] != texts[1] {
            texts[0].sort();
            texts[1].sort();
            seen(if texts[0] == texts[1] { "other order" } else { "other texts" }.to_owned());
        } else if before.names == after.names && before.parts == after.parts && seed != mutant {
            seen("other spelling".to_owned());
        }
    }
    effects
}

/// Each of these effects is seen in at least one of `in_every` mutants; as many as that are shown
/// where one is not.
#[track_caller]
fn assert_seen(effects: &BTreeMap<String, usize>, in_every: usize, wanted: &[&str]) {
    let total = effects["mutant"];
    for effect in wanted {
        let seen = effects.get(*effect).copied().unwrap_or_default();
        assert!(seen * in_every >= total, "{effect}: {seen} of {total}: {effects:#?}");
    }
}

/// How many of the mutants of well-formed seeds are well-formed.
#[track_caller]
fn assert_most_are_whole(effects: &BTreeMap<String, usize>) {
    let (total, broken) = (effects["mutant"], effects.get("broken").copied().unwrap_or_default());
    assert!(total > 1_000, "only {total} mutants");
    assert!(broken * 5 <= total, "{broken} of {total} are broken");
    // The syntax is tested too.
    assert!(broken * 50 >= total, "only {broken} of {total} are broken");
}

#[test]
fn json_changes() {
    for name in ["json", "onedrive_json", "groove_json", "lineworks_json", "ampache_json"] {
        let effects = effects(named(name), Shape::json, 60);
        assert_most_are_whole(&effects);
        let often = ["new name", "new word", "other texts", "deeper", "more: duplicate"];
        assert_seen(&effects, 25, &often);
        let kinds = [
            "more: object",
            "more: array",
            "more: string",
            "more: number",
            "more: null",
            "more: bool",
            "more: name",
            "less: string",
            "less: name",
            "less deep",
            "more: escape",
            "more: space",
        ];
        assert_seen(&effects, 100, &kinds);
        assert_seen(&effects, 400, &["other spelling", "other order", "much deeper"]);
    }
}

#[test]
fn xml_changes() {
    for name in ["xml", "ampache_xml", "xml_encoding"] {
        let effects = effects(named(name), Shape::xml, 60);
        assert_most_are_whole(&effects);
        let often = ["new name", "new word", "other texts", "more: element", "more: attribute"];
        assert_seen(&effects, 25, &often);
        let kinds = [
            "deeper",
            "less: element",
            "less: attribute",
            "more: text",
            "less: text",
            "more: section",
            "more: reference",
            "more: comment",
            "more: apostrophe",
            "more: empty-element tag",
            "less: empty-element tag",
            "other spelling",
            "other order",
        ];
        assert_seen(&effects, 150, &kinds);
        let kinds = [
            "less: section",
            "more: declaration",
            "more: instruction",
            "more: encoding",
            "less deep",
        ];
        assert_seen(&effects, 600, &kinds);
        assert_seen(&effects, 2_000, &["much deeper"]);
    }
}

/// What no well-formed document has is seen among the others.
#[test]
fn xml_faults() {
    let oracle = named("xml");
    let broken: Vec<_> = mutants(oracle, 60).into_iter().map(|(_, mutant)| mutant).collect();
    let has = |wanted: &[u8]| broken.iter().any(|mutant| how_many(wanted, mutant) > 0);
    for wanted in [&b"]]>"[..], b"&#xD800;", b"&nbsp;", b"<!-- -- -->", b"<!DOCTYPE root", b"\0"] {
        assert!(has(wanted), "{}", wanted.escape_ascii());
    }
    let twice = broken.iter().filter(|mutant| Shape::xml(mutant).has("duplicate") > 0).count();
    assert!(twice * 200 >= broken.len(), "an attribute stands twice in {twice}");
}

/// Faults that only whole escapes can have: `bytes` hardly ever get there.
#[test]
fn json_faults() {
    let mutants: Vec<_> = mutants(named("json"), 60).into_iter().map(|(_, m)| m).collect();
    let has = |wanted: &[u8]| mutants.iter().any(|mutant| how_many(wanted, mutant) > 0);
    for wanted in [&br"\ud834\n"[..], br"\udd1e\ud834", b"1e400", br"\uD834\uDD1E", b"\xED\xA0\x80"]
    {
        assert!(has(wanted), "{}", wanted.escape_ascii());
    }
}

#[test]
fn challenge_changes() {
    let effects = effects(named("www_authenticate"), Shape::challenges, 400);
    let often = ["new name", "new word", "other texts", "more: parameter", "more: comma"];
    assert_seen(&effects, 25, &often);
    let kinds = [
        "more: challenge",
        "less: challenge",
        "less: parameter",
        "more: token",
        "less: quoted",
        "more: escape",
        "less: token68",
    ];
    assert_seen(&effects, 150, &kinds);
    assert_seen(&effects, 500, &["more: token68", "other order", "more: fold"]);
    let (total, broken) = (effects["mutant"], effects["broken"]);
    assert!((total / 5..total * 2 / 3).contains(&broken), "{broken} of {total} are broken");
    let twice = mutants(named("www_authenticate"), 100);
    let is_twice = |(_, mutant): &&(_, Vec<u8>)| Shape::challenges(mutant).has("duplicate") > 0;
    assert!(twice.iter().filter(is_twice).count() * 25 >= twice.len());
}

#[test]
fn message_changes() {
    let mut effects = BTreeMap::<&str, usize>::new();
    let mutants = mutants(named("response"), 60);
    for (seed, mutant) in &mutants {
        let mut seen = |what| *effects.entry(what).or_default() += 1;
        let (before, after) = (parts(seed), parts(mutant));
        if before.0 != after.0 {
            seen("status");
        }
        if after.1.len() > before.1.len() {
            seen("more fields");
        }
        if after.1.len() < before.1.len() {
            seen("fewer fields");
        }
        if before.2 != after.2 {
            seen("body");
        }
        if before.1.len() == after.1.len() && before.1 != after.1 {
            seen("field");
            if before.1.iter().zip(&after.1).any(|(a, b)| a != b && a.eq_ignore_ascii_case(b)) {
                seen("case");
            }
        }
        if how_many(b"\r\n ", mutant) > 0 {
            seen("fold");
        }
    }
    for what in ["status", "more fields", "fewer fields", "body", "field", "case", "fold"] {
        let seen = effects.get(what).copied().unwrap_or_default();
        assert!(seen * 150 >= mutants.len(), "{what}: {seen} of {}: {effects:?}", mutants.len());
    }
    // A body stays what it was: JSON most often.
    let json: Vec<_> = mutants
        .iter()
        .filter(|(seed, mutant)| {
            Shape::json(parts(seed).2).well_formed && !parts(mutant).2.is_empty()
        })
        .collect();
    let whole = json.iter().filter(|(_, mutant)| Shape::json(parts(mutant).2).well_formed).count();
    assert!(whole * 10 >= json.len() * 8, "{whole} of {}", json.len());
}

/// The first line, the other lines, the body: of messages that end their lines with CRLF.
fn parts(message: &[u8]) -> (&[u8], Vec<&[u8]>, &[u8]) {
    let end = message.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = match end {
        Some(end) => (&message[..end], &message[end + 4..]),
        None => (message, &[][..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    (lines.next().unwrap_or_default(), lines.collect(), body)
}

fn sides(pair: &[u8]) -> (&[u8], &[u8]) {
    let nul = pair.iter().position(|byte| *byte == 0).unwrap_or(pair.len());
    (&pair[..nul], pair.get(nul + 1..).unwrap_or_default())
}

#[test]
fn pair_changes() {
    let mut effects = BTreeMap::<&str, usize>::new();
    let mutants = mutants(named("ampache_pair"), 200);
    for (seed, mutant) in &mutants {
        let (before, after) = (sides(seed), sides(mutant));
        let same = (before.0 == after.0, before.1 == after.1);
        let what = match same {
            _ if before.0 == after.1 && before.1 == after.0 => "swapped",
            _ if after.0 == after.1 => "twins",
            (true, false) => "second",
            (false, true) => "first",
            _ => "both",
        };
        *effects.entry(what).or_default() += 1;
    }
    for what in ["swapped", "twins", "first", "second", "both"] {
        assert!(effects[what] * 40 >= mutants.len(), "{what}: {effects:?}");
    }
}

/// A number one higher, the other case, a documented word: what dates and codes need.
#[test]
fn word_changes() {
    let stock = named("retry_after").stock();
    let mutants: BTreeSet<Vec<u8>> = (0..4_000)
        .filter_map(|seed| mutate::words(b"Sun 06 Nov", &stock, &mut Rng::with_seed(seed)))
        .collect();
    for wanted in
        [&b"Sun 07 Nov"[..], b"Sun 05 Nov", b"SUN 06 Nov", b"Mon 06 Nov", b"06 Sun Nov", b"Sun 06 "]
    {
        assert!(mutants.contains(wanted), "{}", wanted.escape_ascii());
    }
}

/// What is no document of the grammar is changed all the same, or left to `bytes`; sometimes a
/// seed takes its place.
#[test]
fn other_inputs_start_over() {
    for oracle in ORACLES {
        let stock = oracle.stock();
        for input in [&b""[..], b"x", b"\xFF\xFE\xFD"] {
            let over = (0..400)
                .filter_map(|seed| (oracle.mutate)(input, &stock, &mut Rng::with_seed(seed)))
                .filter(|mutant| mutant.len() > 3)
                .count();
            assert!(over >= 20, "{}: {over} of 400 from {}", oracle.name, input.escape_ascii());
        }
    }
}

#[test]
fn without_a_stock_nothing_panics() {
    let empty = Stock::default();
    for oracle in ORACLES {
        for seed in oracle.seeds() {
            for number in 0..10 {
                (oracle.mutate)(&seed.bytes, &empty, &mut Rng::with_seed(number));
            }
        }
        for number in 0..10 {
            (oracle.mutate)(b"", &empty, &mut Rng::with_seed(number));
        }
    }
}

/// Input that is cut anywhere is the input that a mutator's reader is most likely to trip over.
#[test]
fn every_prefix_of_every_seed() {
    for oracle in one_for_each() {
        let stock = oracle.stock();
        let mut rng = Rng::with_seed(7);
        for seed in oracle.seeds().iter().filter(|seed| seed.bytes.len() < 300) {
            for end in 0..seed.bytes.len() {
                (oracle.mutate)(&seed.bytes[..end], &stock, &mut rng);
                (oracle.mutate)(&seed.bytes[end..], &stock, &mut rng);
            }
        }
    }
}

/// The grammars with all that makes a reader go back or look ahead, again and again.
#[test]
fn big_inputs_are_quick() {
    const HOSTILE: [&[u8]; 20] = [
        b"{",
        b"[",
        b"[[]",
        b"{\"a\":",
        b"\"a\",",
        b"\"",
        b"\\",
        b",",
        b"1,",
        b"<",
        b"<a>",
        b"</a>",
        b"<!>",
        b"<a b='",
        b"<a b=c ",
        b"<![CDATA[",
        b"<!-- ",
        b"a, b=\"c\" ",
        b"a=",
        b"a: b\r\n c\n",
    ];
    for oracle in one_for_each() {
        let stock = oracle.stock();
        for piece in HOSTILE {
            for size in [60_000, 1 << 20] {
                let input = piece.repeat(size / piece.len());
                let mut rng = Rng::with_seed(11);
                let start = Instant::now();
                for _ in 0..3 {
                    (oracle.mutate)(&input, &stock, &mut rng);
                }
                let took = start.elapsed();
                let piece = piece.escape_ascii();
                assert!(took < Duration::from_secs(3), "{}: {piece}: {took:?}", oracle.name);
            }
        }
    }
}

#[test]
fn bytes_are_asked_where_the_mutator_finds_nothing() {
    let run = |mutator: Mutator| {
        let mut asked = 0;
        for seed in 0..1_000 {
            let mut data = *b"cccc----";
            let size =
                mutate(mutator, &Stock::default(), &mut data, 4, 8, seed, |data, size, max| {
                    assert_eq!((&*data, size, max), (&b"cccc----"[..], 4, 8));
                    asked += 1;
                    3
                });
            assert!(size == 3 || &data == b"bbbbbbbb" && size == 8);
        }
        asked
    };
    assert_eq!(run(|_, _, _| None), 1_000);
    assert_eq!(run(|_, _, _| Some(vec![b'a'; 9])), 1_000);
    // One in four.
    assert!((200..300).contains(&run(|_, _, _| Some(vec![b'b'; 8]))));
}

fn any_oracle() -> impl Strategy<Value = &'static Oracle> {
    (0..ORACLES.len()).prop_map(|index| &ORACLES[index])
}

/// Any bytes; or pieces of the grammars in any order.
fn any_input() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(
        "{ } [ ] , : \" \\ \\u00 \\ud834 1 -0 true null < > </ /> <a> </a> <? ?> <!-- --> <![CDATA[ ]]> & ; ' = Bearer realm \n \r\n \0 é"
            .split(' ')
            .collect::<Vec<_>>(),
    );
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: Some(Box::new(
            proptest::test_runner::FileFailurePersistence::Direct("tests/mutators.regressions"),
        )),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_input_is_changed_within_its_size(
        oracle in any_oracle(),
        input in any_input(),
        room in 0_usize..400,
        seeds in any::<[u32; 8]>(),
    ) {
        let stock = oracle.stock();
        let max = input.len() + room;
        for seed in seeds {
            let run = || {
                let mut data = input.clone();
                data.resize(max + 8, b'#');
                let (name, was) = (oracle.name, input.len());
                let size = mutate(oracle.mutate, &stock, &mut data, was, max, seed, |data, size, m| {
                    assert_eq!((&data[..size], size, m), (&*input, was, max), "{name}");
                    size
                });
                assert!(size <= max, "{name}: {size} of {max}");
                assert_eq!(&data[max..], b"########", "{name} wrote past the end");
                data.truncate(size);
                data
            };
            prop_assert_eq!(run(), run(), "{} differs with one seed", oracle.name);
        }
    }
}
