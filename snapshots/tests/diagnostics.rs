//! One snapshot a rule: the diagnostic that it prints, on the first case of the corpus that
//! breaks it.

use faultbook::core::common;
use faultbook::{HEADER_RULES, SERVICES};
use faultbook_snapshots::{compare, judge_case, render, with_response};

/// It takes two bodies to break it: the snapshot of the 4742 example shows it.
const OF_PAIRS: &str = "ampache/encodings-disagree";

#[test]
fn every_rule() {
    let services = SERVICES.into_iter().flat_map(|service| service.rules);
    for rule in common::RULES.iter().chain(HEADER_RULES).chain(services) {
        if rule.id == OF_PAIRS {
            continue;
        }
        let case =
            faultbook_corpus::all().find(|case| case.expect.rules.iter().any(|id| id == rule.id));
        let case = case.unwrap_or_else(|| panic!("{} has no case", rule.id));
        let text = with_response(case, |response| {
            let outcome = judge_case(case, response);
            let findings: Vec<_> = outcome
                .findings
                .iter()
                .filter(|finding| finding.rule.id == rule.id)
                .cloned()
                .collect();
            let name = case.path.as_deref().unwrap_or("example");
            render(name, response, &outcome, &findings)
        });
        let (service, name) = rule.id.split_once('/').expect("an id has a service");
        let folder = if service == "header" { "headers" } else { service };
        compare(
            &format!("{folder}/diagnostics"),
            name,
            &format!("{}: {}", case.id, case.title),
            &text,
        );
    }
}
