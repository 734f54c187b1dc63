//! What is measured, and the summary.

use serde_json::{Map, Value, json};

use crate::inputs::{self, Input};
use crate::readers::{
    BOUNDS, CHALLENGES, GROOVE_ITEMS, GROOVE_RESPONSE, XML, json_readers, judging,
};
use crate::rounds::{Contender, Rounds, geometric_mean, rounds};

/// How many rounds an input gets.
const ROUNDS: usize = 301;

/// One input's rounds.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The input, as tables show it.
    pub input: String,
    /// Its length in bytes.
    pub length: usize,
    /// Who read it.
    pub names: Vec<&'static str>,
    /// What came of it.
    pub rounds: Rounds,
}

impl Measured {
    fn new(input: &Input, contenders: &[Contender]) -> Self {
        // Long inputs take a round's time by themselves.
        let count = if input.bytes.len() > 1 << 20 { 11 } else { ROUNDS };
        Self {
            input: input.name.clone(),
            length: input.bytes.len(),
            names: contenders.iter().map(|contender| contender.name).collect(),
            rounds: rounds(contenders, &input.bytes, count),
        }
    }

    /// Our time in proportion to this contender's.
    fn ratio(&self, name: &str) -> Option<f64> {
        let at = self.names.iter().position(|own| *own == name)?;
        self.rounds.ratios.get(at).copied()
    }
}

/// A group of inputs that the same readers read.
#[derive(Debug, Clone)]
pub struct Group {
    /// What it is about.
    pub title: &'static str,
    /// Its inputs.
    pub measured: Vec<Measured>,
}

impl Group {
    /// The ratios to this contender, an input each.
    fn ratios(&self, name: &str) -> Vec<f64> {
        self.measured.iter().filter_map(|measured| measured.ratio(name)).collect()
    }

    /// As a table of Markdown: nanoseconds of ours, and our time in proportion to the others'.
    pub fn table(&self) -> String {
        let Some(first) = self.measured.first() else { return String::new() };
        let mut lines = vec![
            format!("### {}\n", self.title),
            format!("| input | bytes | {} ns | {} |", first.names[0], first.names[1..].join(" | ")),
            format!("|---|---:|---:|{}", "---:|".repeat(first.names.len() - 1)),
        ];
        for measured in &self.measured {
            let ratios: Vec<String> =
                measured.rounds.ratios[1..].iter().map(|ratio| format!("{ratio:.2}")).collect();
            lines.push(format!(
                "| {} | {} | {:.0} | {} |",
                measured.input,
                measured.length,
                measured.rounds.nanoseconds[0],
                ratios.join(" | ")
            ));
        }
        let means: Vec<String> = first.names[1..]
            .iter()
            .map(|name| format!("**{:.2}**", geometric_mean(&self.ratios(name))))
            .collect();
        lines.push(format!("| **geometric mean** | | | {} |\n", means.join(" | ")));
        lines.join("\n")
    }
}

/// Everything about readers, group by group; `show` gets each one as soon as it is measured.
pub fn readers(mut show: impl FnMut(&Group)) -> Vec<Group> {
    let with_bounds = |contenders: &[Contender]| [contenders, BOUNDS].concat();
    let json = |input: &Input| Measured::new(input, &with_bounds(json_readers(input.service)));
    let xml = |input: &Input| Measured::new(input, &with_bounds(XML));
    let judge =
        |is_xml: bool| move |input: &Input| Measured::new(input, &judging(input.service, is_xml));
    let mut groups = Vec::new();
    let mut measure = |title, measured: &mut dyn Iterator<Item = Measured>| {
        let group = Group { title, measured: measured.collect() };
        show(&group);
        groups.push(group);
    };
    measure(JSON, &mut inputs::documented_json().iter().map(json));
    measure(JSON_REWRITTEN, &mut inputs::rewritten_json().iter().map(json));
    let long = inputs::long_with_error_at_the_end();
    measure(JSON_LONG, &mut [Measured::new(&long, &with_bounds(GROOVE_RESPONSE))].into_iter());
    let items = inputs::long_with_item_errors();
    measure(JSON_ITEMS, &mut [Measured::new(&items, &with_bounds(GROOVE_ITEMS))].into_iter());
    // Of the others each level takes stack: serde_json refuses 128, and sonic-rs overflows.
    let shallow = with_bounds(&json_readers("onedrive")[..3]);
    measure(CHAIN, &mut [Measured::new(&inputs::chain(100), &shallow)].into_iter());
    let deep = with_bounds(&json_readers("onedrive")[..1]);
    measure(DEEP_CHAIN, &mut [Measured::new(&inputs::chain(100_000), &deep)].into_iter());
    measure(XML_TITLE, &mut inputs::documented_xml().iter().map(xml));
    measure(XML_REWRITTEN, &mut inputs::rewritten_xml().iter().map(xml));
    measure(
        CHALLENGE,
        &mut inputs::challenges().iter().map(|input| Measured::new(input, CHALLENGES)),
    );
    measure(
        CHECK,
        &mut inputs::conforming_json()
            .iter()
            .map(judge(false))
            .chain(inputs::documented_xml().iter().map(judge(true))),
    );
    groups
}

const JSON: &str = "JSON: the documented examples";
const JSON_REWRITTEN: &str = "JSON: the examples, written in other ways";
const JSON_LONG: &str = "JSON: 64 KiB with the error at the end";
const JSON_ITEMS: &str = "JSON: a list with 1,000 errors";
const CHAIN: &str = "JSON: 100 inner errors";
const DEEP_CHAIN: &str = "JSON: 100,000 inner errors";
const XML_TITLE: &str = "XML: the documented examples";
const XML_REWRITTEN: &str = "XML: the examples, written in other ways";
const CHALLENGE: &str = "WWW-Authenticate";
const CHECK: &str = "Judging beside reading";

/// The ratios by the names that scripts know them by.
pub fn summary(groups: &[Group]) -> Map<String, Value> {
    let group = |title| groups.iter().find(|group| group.title == title);
    let ratios = |title, name| group(title).map_or_else(Vec::new, |group| group.ratios(name));
    let mean = |title, name| rounded(geometric_mean(&ratios(title, name)));
    let worst = ratios(JSON, "sonic-rs").into_iter().fold(0.0, f64::max);
    let levels = |title| {
        let measured = group(title).and_then(|group| group.measured.first());
        measured.map_or(f64::NAN, |measured| measured.rounds.nanoseconds[0])
    };
    let values = json!({
        "json_read_vs_sonic_rs": mean(JSON, "sonic-rs"),
        "json_read_worst_vs_sonic_rs": rounded(worst),
        "json_64k_vs_sonic_rs": mean(JSON_LONG, "sonic-rs"),
        "json_read_vs_serde_json": mean(JSON, "serde_json"),
        "xml_read_vs_quick_xml_serde": mean(XML_TITLE, "quick-xml serde"),
        "xml_read_vs_roxmltree": mean(XML_TITLE, "roxmltree"),
        "challenge_vs_http_auth": mean(CHALLENGE, "http-auth"),
        "check_vs_read": mean(CHECK, "read"),
        // A level of 100,000 in proportion to one of 100: 1 where time is linear.
        "deep_chain_per_level": rounded(levels(DEEP_CHAIN) / levels(CHAIN) / 1000.0),
    });
    match values {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// Three digits behind the point.
pub fn rounded(number: f64) -> Value {
    json!((number * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reader_reads_every_input() {
        let check = |contenders: &[Contender], input: &Input| {
            for contender in contenders {
                let shown = (contender.read)(&input.bytes);
                assert_ne!(shown, 0, "{}: {}", contender.name, input.name);
            }
        };
        for input in inputs::documented_json().iter().chain(&inputs::rewritten_json()) {
            check(json_readers(input.service), input);
        }
        for input in &inputs::conforming_json() {
            check(&judging(input.service, false), input);
        }
        for input in inputs::documented_xml().iter().chain(&inputs::rewritten_xml()) {
            check(XML, input);
            check(&judging(input.service, true), input);
        }
        check(GROOVE_RESPONSE, &inputs::long_with_error_at_the_end());
        check(GROOVE_ITEMS, &inputs::long_with_item_errors());
        check(&json_readers("onedrive")[..3], &inputs::chain(100));
        check(&json_readers("onedrive")[..1], &inputs::chain(100_000));
        for input in &inputs::challenges() {
            check(CHALLENGES, input);
        }
    }

    #[test]
    fn typed_readers_see_the_same_code() {
        for input in inputs::documented_json().iter().chain(&inputs::rewritten_json()) {
            let lengths: Vec<usize> = json_readers(input.service)[..4]
                .iter()
                .map(|contender| (contender.read)(&input.bytes))
                .collect();
            assert!(
                lengths.iter().all(|length| *length == lengths[0]),
                "{}: {lengths:?}",
                input.name
            );
        }
        for input in &inputs::challenges() {
            let lengths = CHALLENGES.iter().map(|contender| (contender.read)(&input.bytes));
            let lengths: Vec<usize> = lengths.collect();
            assert!(
                lengths.iter().all(|length| *length == lengths[0]),
                "{lengths:?}: {}",
                input.name
            );
        }
    }
}
