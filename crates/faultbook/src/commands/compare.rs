//! `faultbook compare`.

use std::io;
use std::path::Path;

use faultbook_core::Limits;
use serde_json::json;

use super::{Exit, is_colored, output, trouble};
use crate::cli::{Color, Compare, Plain};
use crate::compare::{Comparison, compare};
use crate::input::{Input, Source};
use crate::judge::ErrorEntry;
use crate::report::{Human, findings_json, report_text};

pub(super) fn run(args: &Compare, color: Color) -> io::Result<Exit> {
    let limits = Limits::default();
    let (a, b) = (read(&args.a, &limits)?, read(&args.b, &limits)?);
    let comparison = compare(&a.body, &b.body, args.service.0, &limits)
        .map_err(|why| trouble(format!("cannot be compared: {}", why.reason)))?;
    let is_same = comparison.findings.is_empty();
    match args.format {
        Plain::Human => human(&comparison, &b, color)?,
        Plain::Json => json(&comparison, [&a, &b])?,
    }
    Ok(if is_same { Exit::Fine } else { Exit::Findings })
}

fn read(path: &Path, limits: &Limits) -> io::Result<Input> {
    let source = Source::from(path.to_owned());
    if path.is_dir() {
        return Err(trouble(format!("{}: a folder, expected a file", path.display())));
    }
    let mut inputs = source.read(limits.body);
    let input = inputs.next();
    input
        .unwrap_or_else(|| {
            Err(crate::InputError {
                name: path.display().to_string(),
                reason: "nothing to read".to_owned(),
            })
        })
        .map_err(|error| trouble(error.to_string()))
}

fn human(comparison: &Comparison, b: &Input, color: Color) -> io::Result<()> {
    let mut out = output(None)?;
    if comparison.findings.is_empty() {
        let code = comparison.errors.iter().flatten().next().map_or("", ErrorEntry::code);
        writeln!(out, "the same: {} {code}", comparison.service.title)?;
        return out.flush();
    }
    let options = Human { color: is_colored(color, false), all: false, quiet: true };
    let judged_as = (comparison.service, comparison.service.default_edition());
    let findings = comparison.findings.clone();
    report_text(&mut options.report(&mut out), judged_as, (&b.name, &b.body), findings, &[])?;
    out.flush()
}

fn json(comparison: &Comparison, inputs: [&Input; 2]) -> io::Result<()> {
    let [a, b] = inputs;
    let [first, second] = &comparison.errors;
    let side = |input: &Input, error: &Option<ErrorEntry>| {
        json!({
            "input": input.name,
            "pointer": error.as_ref().and_then(|error| error.pointer.clone()),
            "members": error.as_ref().map(|error| &error.members),
        })
    };
    let report = json!({
        "schema": "faultbook-compare/1",
        "service": comparison.service.name,
        "same": comparison.findings.is_empty(),
        "a": side(a, first),
        "b": side(b, second),
        "findings": findings_json(&comparison.findings, &b.body),
    });
    let mut out = output(None)?;
    writeln!(out, "{report:#}")?;
    out.flush()
}
