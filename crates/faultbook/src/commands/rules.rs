//! `faultbook rules`.

use std::io;

use faultbook_core::Rule;
use serde_json::{Value, json};

use super::{Exit, output};
use crate::cli::{Plain, Rules};
use crate::services::rules;

pub(super) fn run(args: &Rules) -> io::Result<Exit> {
    let wanted = |rule: &&Rule| args.service.as_deref().is_none_or(|name| rule.service() == name);
    let rules = rules().filter(wanted);
    let mut out = output(None)?;
    match args.format {
        Plain::Human => {
            let rules: Vec<_> = rules.collect();
            let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
            for rule in rules {
                writeln!(out, "{:width$}  {:7}  {}", rule.id, rule.severity, rule.promise())?;
            }
        }
        Plain::Json => {
            let rules: Vec<Value> = rules.map(rule_json).collect();
            writeln!(out, "{:#}", json!({"schema": "faultbook-rules/1", "rules": rules}))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn rule_json(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "severity": rule.severity.as_str(),
        "title": rule.title,
        "promise": rule.promise(),
        "why": rule.why(),
        "source": rule.source,
    })
}
