//! `faultbook config`.

use std::ffi::OsString;
use std::io;

use clap::FromArgMatches as _;
use serde_json::{Map, json};

use super::{Exit, output, trouble};
use crate::cli::{Check, Config, Format, command};
use crate::config::{KEYS, Origin, Resolved, resolve, variable};

pub(super) fn run(args: &Config) -> io::Result<Exit> {
    let start = ["faultbook", "check", "-"].map(OsString::from);
    let matches = command()
        .try_get_matches_from(start.into_iter().chain(args.options.iter().cloned()))
        // In its own words: what was expected, as for `check`.
        .unwrap_or_else(|error| error.exit());
    let Some(matches) = matches.subcommand_matches("check") else {
        return Err(trouble("expected options of `faultbook check` after `--`"));
    };
    let check = Check::from_arg_matches(matches).map_err(io::Error::other)?;
    let mut from = check.config.clone();
    from.no_config |= args.config.no_config;
    from.config = from.config.or_else(|| args.config.config.clone());
    let resolved = resolve(&check, matches, &from).map_err(|what| trouble(what.to_string()))?;
    let mut out = output(None)?;
    if args.format == Format::Json {
        writeln!(out, "{:#}", as_json(&resolved))?;
    } else {
        out.write_all(as_toml(&resolved).as_bytes())?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}

/// Where a setting comes from: the kind of source, and which one.
fn source(origin: Origin, argument: &str, resolved: &Resolved) -> (&'static str, Option<String>) {
    match origin {
        Origin::Default => ("default", None),
        Origin::File(line) => {
            let path = resolved.file.as_ref().map(|path| path.display().to_string());
            ("file", Some(format!("{}:{line}", path.unwrap_or_default())))
        }
        Origin::Environment => ("environment", Some(variable(argument))),
        Origin::CommandLine => ("command line", None),
    }
}

/// A file that gives these settings everywhere.
fn as_toml(resolved: &Resolved) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut section = "";
    for (key, origin) in KEYS.iter().zip(resolved.origins) {
        let (table, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if table != section {
            hosts(resolved, &mut lines);
            lines.push((String::new(), String::new()));
            lines.push((format!("[{table}]"), String::new()));
            section = table;
        }
        let line = match (key.show)(&resolved.check) {
            Some(value) => format!("{name} = {value}"),
            // TOML has no word for it.
            None => format!("# {name}: none"),
        };
        lines.push((line, words(origin, key.argument, resolved)));
    }
    let is_aligned = |line: &str| line.chars().count() <= 40;
    let width = lines.iter().map(|(line, _)| line.as_str()).filter(|line| is_aligned(line));
    let width = width.map(|line| line.chars().count()).max().unwrap_or(0);
    let file = resolved.file.as_ref().map(|path| path.display().to_string());
    let mut text = match file {
        // A line end in a path would end the comment.
        Some(file) => {
            format!("# {}\n", annotate_snippets::normalize_untrusted_str(&file).replace('\n', "?"))
        }
        None => "# no file was read\n".to_owned(),
    };
    for (line, origin) in lines {
        let comment = annotate_snippets::normalize_untrusted_str(&origin).replace('\n', "?");
        let line = if comment.is_empty() { line } else { format!("{line:width$}  # {comment}") };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// The same in words.
fn words(origin: Origin, argument: &str, resolved: &Resolved) -> String {
    match source(origin, argument, resolved) {
        ("file", Some(place)) => place,
        (kind, Some(name)) => format!("{kind}, {name}"),
        (kind, None) => kind.to_owned(),
    }
}

fn hosts(resolved: &Resolved, lines: &mut Vec<(String, String)>) {
    if resolved.check.hosts.is_empty() {
        return;
    }
    lines.push((String::new(), String::new()));
    lines.push(("[hosts]".to_owned(), String::new()));
    let mut seen: Vec<String> = Vec::new();
    for (rule, origin) in resolved.check.hosts.iter().zip(&resolved.hosts) {
        let host = format!("{}{}", rule.host, rule.path_end);
        // Of two for one host the first counts.
        if !seen.contains(&host) {
            let (key, name) = (toml::Value::from(host.as_str()), toml::Value::from(rule.service));
            lines.push((format!("{key} = {name}"), words(*origin, "host", resolved)));
            seen.push(host);
        }
    }
}

fn as_json(resolved: &Resolved) -> serde_json::Value {
    let setting = |value: serde_json::Value, origin, argument| {
        let (kind, from) = source(origin, argument, resolved);
        json!({"value": value, "origin": kind, "from": from})
    };
    let settings: Map<_, _> = KEYS
        .iter()
        .zip(resolved.origins)
        .map(|(key, origin)| {
            let value = (key.show)(&resolved.check).map(|value| json!(value)).unwrap_or_default();
            (key.name.to_owned(), setting(value, origin, key.argument))
        })
        .collect();
    let hosts: Vec<_> = resolved
        .check
        .hosts
        .iter()
        .zip(&resolved.hosts)
        .map(|(rule, origin)| {
            let mut entry = setting(json!(rule.service), *origin, "host");
            if let Some(members) = entry.as_object_mut() {
                members.insert("host".to_owned(), json!(format!("{}{}", rule.host, rule.path_end)));
            }
            entry
        })
        .collect();
    let file = resolved.file.as_ref().map(|path| path.display().to_string());
    json!({"schema": "faultbook-config/1", "file": file, "settings": settings, "hosts": hosts})
}
