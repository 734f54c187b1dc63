//! The README tells the truth: its example is what the command prints, its table is what the
//! services list.

use std::path::Path;
use std::process::Command;

use faultbook::core::{Level, common};
use faultbook::{HEADER_RULES, SERVICES};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

#[test]
fn each_example_prints_what_it_says() {
    let readme = readme();
    let mut examples = 0;
    for block in readme.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, expected) = block.split_once('\n').unwrap();
        let mut words = command.strip_prefix("$ ").unwrap().split(' ');
        assert_eq!(words.next(), Some("faultbook"), "{command}");
        let output = Command::new(env!("CARGO_BIN_EXE_faultbook"))
            .args(words)
            .current_dir(root())
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), expected.trim_end());
        examples += 1;
    }
    assert_eq!(examples, 2);
}

#[test]
fn the_table_of_services_is_right() {
    let readme = readme();
    for service in SERVICES {
        let edition = service.editions[0];
        let distinct: std::collections::BTreeSet<_> =
            edition.codes.iter().map(|row| row.code).collect();
        let at = |level| edition.codes.iter().filter(|row| row.level == Some(level)).count();
        let templates = edition.codes.iter().filter(|row| row.is_template()).count();
        let codes = match (at(Level::Basic), templates) {
            (0, 0) => distinct.len().to_string(),
            (0, 3) => format!("{}, three of them templates", distinct.len()),
            (basic, _) => format!("{basic} basic and {} detailed", at(Level::Detailed)),
        };
        let statuses = match edition.statuses.len() {
            0 => "none given".to_owned(),
            count => count.to_string(),
        };
        let row = format!(
            "| {} | `{edition}` | {codes} | {statuses} | {} |",
            service.title,
            service.rules.len()
        );
        assert!(readme.contains(&row), "the README lacks the row\n{row}");
    }
    let others = format!(
        "{} more rules hold for any format, and {} for the fields",
        common::RULES.len(),
        HEADER_RULES.len()
    );
    assert!(readme.contains(&others), "the README lacks: {others}");
    let count = |group: &str| faultbook::rules().filter(|rule| rule.service() == group).count();
    let (captures, baselines) = (count("capture"), count("baseline"));
    let others = format!("{captures} are about\ncaptures, and {baselines} about baselines.");
    assert!(readme.contains(&others), "the README lacks: {others}");
}
