//! `faultbook diff`.

use std::io;

use super::documents::write;
use super::{Exit, is_colored, output, remark, trouble};
use crate::catalog;
use crate::changes::report::{Report, human, json, markdown, sarif};
use crate::changes::{between, between_editions};
use crate::cli::{ChangesFormat, Color, Diff, EditionChoice};

pub(super) fn run(args: &Diff, color: Color) -> io::Result<Exit> {
    let (EditionChoice(service, from), EditionChoice(other, to)) = (args.from, args.to);
    if service.name != other.name {
        return Err(trouble(format!(
            "{from} and {to} are of two services: expected two editions of one"
        )));
    }
    let mut changes = between_editions(from, to);
    changes.extend(between(&catalog::facts(from), &catalog::facts(to)));
    let (old, new) = (from.to_string(), to.to_string());
    let report = Report {
        service,
        old: &old,
        new: &new,
        text: None,
        changes: &changes,
        hidden: 0,
        unread: &[],
        proposal: None,
    };
    match args.format {
        ChangesFormat::Human if changes.is_empty() => {
            remark(&format!("{old} and {new} say the same"));
        }
        ChangesFormat::Human => write(&human(&report, is_colored(color, false)), None)?,
        ChangesFormat::Json => write(&format!("{:#}\n", json(&report)), None)?,
        ChangesFormat::Sarif => sarif(&report, to, output(None)?)?,
        ChangesFormat::Markdown => write(&markdown(&report), None)?,
    }
    Ok(if changes.is_empty() { Exit::Fine } else { Exit::Findings })
}
