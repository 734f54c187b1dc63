//! Settings from a file, `faultbook.toml`, and what each setting comes from.
//!
//! The command line comes before the environment, that before the file, and that before what is
//! built in. Hosts of the file are added to those of the command line. `config.schema.json` of this
//! crate describes the file.
//!
//! ```toml
//! service = "ampache"
//! fail-on = "warning"
//! ignore = ["ampache/code-json-number"]
//! baseline = "known.toml"      # beside this file
//!
//! [hosts]
//! "music.example.org/api.php" = "ampache"
//!
//! [limits]
//! body = 1048576
//! ```

use std::num::NonZero;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, ValueEnum};
use faultbook_core::{near_miss, quoted};
use toml::de::DeValue;
use toml::{Spanned, Value};

use crate::cli::{Check, ConfigArgs, EditionChoice, ServiceChoice};
use crate::hosts::HostRule;
use crate::select::Select;
use crate::services::{SERVICES, edition, service};
use crate::tomlfile::{TomlFile, Trouble, unknown_key};

/// The file's name where nobody names another.
const NAME: &str = "faultbook.toml";

type Read = fn(&mut Check, &TomlFile, &Spanned<DeValue<'_>>) -> Result<(), Trouble>;

/// A setting.
pub(crate) struct Key {
    /// As the file has it; after a dot, inside a table.
    pub(crate) name: &'static str,
    /// Which argument it is, for clap.
    pub(crate) argument: &'static str,
    /// Sets it from the file's value.
    read: Read,
    /// Its value; `None` where there is none.
    pub(crate) show: fn(&Check) -> Option<Value>,
}

/// Every setting but the hosts, which are a list from several sources.
pub(crate) static KEYS: [Key; 14] = [
    Key { name: "service", argument: "service", read: read_service, show: show_service },
    Key { name: "edition", argument: "edition", read: read_edition, show: show_edition },
    Key {
        name: "fail-on",
        argument: "fail_on",
        read: |check, file, value| set(&mut check.fail_on, choice(file, value)),
        show: |check| name(&check.fail_on),
    },
    Key {
        name: "select",
        argument: "select",
        read: |check, file, value| set(&mut check.select, patterns(file, value)),
        show: |check| Some(list(&check.select)),
    },
    Key {
        name: "ignore",
        argument: "ignore",
        read: |check, file, value| set(&mut check.ignore, patterns(file, value)),
        show: |check| Some(list(&check.ignore)),
    },
    Key { name: "baseline", argument: "baseline", read: read_baseline, show: show_baseline },
    Key {
        name: "format",
        argument: "format",
        read: |check, file, value| set(&mut check.format, choice(file, value)),
        show: |check| name(&check.format),
    },
    Key {
        name: "jobs",
        argument: "jobs",
        read: |check, file, value| {
            let wrong = || file.expected(value, "a number from 1 on");
            let jobs = number(file, value, 1)?;
            check.jobs = Some(NonZero::new(jobs).ok_or_else(wrong)?);
            Ok(())
        },
        show: |check| check.jobs.map(|jobs| integer(jobs.get())),
    },
    Key {
        name: "limits.body",
        argument: "max_body",
        read: |check, file, value| set(&mut check.limits.max_body, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_body)),
    },
    Key {
        name: "limits.decompressed",
        argument: "max_decompressed",
        read: |check, file, value| set(&mut check.limits.max_decompressed, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_decompressed)),
    },
    Key {
        name: "limits.field",
        argument: "max_field",
        read: |check, file, value| set(&mut check.limits.max_field, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_field)),
    },
    Key {
        name: "limits.xml-depth",
        argument: "max_xml_depth",
        read: |check, file, value| set(&mut check.limits.max_xml_depth, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_xml_depth)),
    },
    Key {
        name: "limits.findings",
        argument: "max_findings",
        read: |check, file, value| set(&mut check.limits.max_findings, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_findings)),
    },
    Key {
        name: "limits.errors",
        argument: "max_errors",
        read: |check, file, value| set(&mut check.limits.max_errors, number(file, value, 0)),
        show: |check| Some(integer(check.limits.max_errors)),
    },
];

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// It is built in.
    Default,
    /// The file, at this line.
    File(usize),
    /// An environment variable.
    Environment,
    /// The command line.
    CommandLine,
}

impl Origin {
    fn of(matches: &ArgMatches, argument: &str) -> Self {
        match matches.value_source(argument) {
            Some(ValueSource::CommandLine) => Self::CommandLine,
            Some(ValueSource::EnvVariable) => Self::Environment,
            _ => Self::Default,
        }
    }

    /// Which source of the two counts, whatever stands in it.
    fn is_stronger(self, other: Self) -> bool {
        let rank = |origin| match origin {
            Self::Default => 0,
            Self::File(_) => 1,
            Self::Environment => 2,
            Self::CommandLine => 3,
        };
        rank(self) > rank(other)
    }
}

/// The environment variable of an argument.
pub(crate) fn variable(argument: &str) -> String {
    format!("FAULTBOOK_{}", argument.to_uppercase())
}

/// The settings of a run.
pub(crate) struct Resolved {
    /// The arguments, with what the file says where nothing came before it.
    pub(crate) check: Check,
    /// The file that was read.
    pub(crate) file: Option<PathBuf>,
    /// Where each of [`KEYS`] comes from.
    pub(crate) origins: [Origin; KEYS.len()],
    /// Where each host comes from.
    pub(crate) hosts: Vec<Origin>,
}

/// Completes the arguments of `check` with the file's settings.
///
/// # Errors
///
/// What is wrong with the file, and where.
pub(crate) fn resolve(
    check: &Check,
    matches: &ArgMatches,
    from: &ConfigArgs,
) -> Result<Resolved, Trouble> {
    let hosts = vec![Origin::of(matches, "hosts"); check.hosts.len()];
    let origins = KEYS.each_ref().map(|key| Origin::of(matches, key.argument));
    let mut resolved = Resolved { check: check.clone(), file: None, origins, hosts };
    if let Some(path) = find(from) {
        resolved.read(&TomlFile::read(&path)?)?;
        resolved.file = Some(path);
    }
    resolved.settle();
    Ok(resolved)
}

/// The file that is to be read.
fn find(from: &ConfigArgs) -> Option<PathBuf> {
    if from.no_config {
        return None;
    }
    if from.config.is_some() {
        return from.config.clone();
    }
    let here = std::env::current_dir().ok()?;
    let mut above = here.ancestors().map(|folder| folder.join(NAME));
    above.find(|path| path.is_file())
}

impl Resolved {
    fn read(&mut self, file: &TomlFile) -> Result<(), Trouble> {
        // What comes before the file is read from it all the same, so that a mistake is told.
        let mut unused = self.check.clone();
        let names = || KEYS.iter().map(|key| key.name).filter(|name| !name.contains('.'));
        for (key, value) in file.table()?.get_ref() {
            let line = file.position(key.span().start).0;
            let name: &str = key.get_ref();
            if name == "hosts" {
                self.read_hosts(file, value)?;
            } else if name == "limits" {
                let limits = value.get_ref().as_table();
                let limits = limits.ok_or_else(|| file.expected(value, "a table"))?;
                for (key, value) in limits {
                    let line = file.position(key.span().start).0;
                    let full = format!("limits.{}", key.get_ref());
                    if !self.read_key(file, &full, value, line, &mut unused)? {
                        let limits = KEYS.iter().filter_map(|key| key.name.strip_prefix("limits."));
                        let what = unknown_key(key.get_ref(), limits);
                        return Err(file.trouble(key.span(), what));
                    }
                }
            } else if name.contains('.') || !self.read_key(file, name, value, line, &mut unused)? {
                let what = unknown_key(name, names().chain(["hosts", "limits"]));
                return Err(file.trouble(key.span(), what));
            }
        }
        Ok(())
    }

    /// Reads a key; `false` where there is none of this name.
    fn read_key(
        &mut self,
        file: &TomlFile,
        name: &str,
        value: &Spanned<DeValue<'_>>,
        line: usize,
        unused: &mut Check,
    ) -> Result<bool, Trouble> {
        let mut keys = KEYS.iter().zip(&mut self.origins);
        let Some((key, origin)) = keys.find(|(key, _)| key.name == name) else { return Ok(false) };
        if *origin == Origin::Default {
            *origin = Origin::File(line);
            (key.read)(&mut self.check, file, value)?;
        } else {
            (key.read)(unused, file, value)?;
        }
        Ok(true)
    }

    fn read_hosts(&mut self, file: &TomlFile, value: &Spanned<DeValue<'_>>) -> Result<(), Trouble> {
        let table = value.get_ref().as_table();
        let expected = "a table of hosts and services, as in `\"music.example.org\" = \"ampache\"`";
        for (host, value) in table.ok_or_else(|| file.expected(value, expected))? {
            let name = service_name(file, value)?;
            let rule = format!("{}={name}", host.get_ref()).parse::<HostRule>();
            self.check.hosts.push(rule.map_err(|what| file.trouble(host.span(), what))?);
            self.hosts.push(Origin::File(file.position(host.span().start).0));
        }
        Ok(())
    }

    /// A service and an edition that belong to different services: the one that comes first counts.
    fn settle(&mut self) {
        let [of_service, of_edition, ..] = &mut self.origins;
        let Some(EditionChoice(owner, _)) = self.check.edition else { return };
        if self.check.service.0.is_some_and(|service| service.name == owner.name) {
            return;
        }
        if of_service.is_stronger(*of_edition) {
            self.check.edition = None;
            *of_edition = Origin::Default;
        } else if of_edition.is_stronger(*of_service) {
            self.check.service = ServiceChoice(None);
            *of_service = Origin::Default;
        }
    }
}

fn set<T>(slot: &mut T, value: Result<T, Trouble>) -> Result<(), Trouble> {
    *slot = value?;
    Ok(())
}

fn text<'v>(file: &TomlFile, value: &'v Spanned<DeValue<'_>>) -> Result<&'v str, Trouble> {
    value.get_ref().as_str().ok_or_else(|| file.expected(value, "a string"))
}

/// A text that is none of these.
fn no_such(file: &TomlFile, value: &Spanned<DeValue<'_>>, text: &str, names: &[String]) -> Trouble {
    let near = near_miss(text, names.iter().map(String::as_str));
    let text = quoted(text);
    file.trouble(
        value.span(),
        match near {
            Some(near) => format!("unknown value {text}: did you mean `{near}`?"),
            None => format!("unknown value {text}: expected one of {}", names.join(", ")),
        },
    )
}

fn choice<T: ValueEnum>(file: &TomlFile, value: &Spanned<DeValue<'_>>) -> Result<T, Trouble> {
    let text = text(file, value)?;
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        let names: Vec<String> = values.map(|value| value.get_name().to_owned()).collect();
        no_such(file, value, text, &names)
    })
}

fn name<T: ValueEnum>(value: &T) -> Option<Value> {
    value.to_possible_value().map(|value| Value::from(value.get_name()))
}

/// The name of a service.
fn service_name<'v>(file: &TomlFile, value: &'v Spanned<DeValue<'_>>) -> Result<&'v str, Trouble> {
    let text = text(file, value)?;
    let names = SERVICES.map(|service| service.name.to_owned());
    service(text).map(|_| text).ok_or_else(|| no_such(file, value, text, &names))
}

fn read_service(
    check: &mut Check,
    file: &TomlFile,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Trouble> {
    let text = text(file, value)?;
    let names = ["auto"].into_iter().chain(SERVICES.map(|service| service.name));
    let names: Vec<String> = names.map(str::to_owned).collect();
    let found = service(text);
    if found.is_none() && text != "auto" {
        return Err(no_such(file, value, text, &names));
    }
    check.service = ServiceChoice(found);
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "one of the functions of a table")]
fn show_service(check: &Check) -> Option<Value> {
    Some(Value::from(check.service.0.map_or("auto", |service| service.name)))
}

fn read_edition(
    check: &mut Check,
    file: &TomlFile,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Trouble> {
    let text = text(file, value)?;
    let editions = SERVICES.into_iter().flat_map(|service| service.editions);
    let names: Vec<String> = editions.map(ToString::to_string).collect();
    let (service, edition) = edition(text).ok_or_else(|| no_such(file, value, text, &names))?;
    check.edition = Some(EditionChoice(service, edition));
    Ok(())
}

fn show_edition(check: &Check) -> Option<Value> {
    check.edition.map(|EditionChoice(_, edition)| Value::from(edition.to_string()))
}

/// A path beside the file.
fn read_baseline(
    check: &mut Check,
    file: &TomlFile,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), Trouble> {
    let text = text(file, value)?;
    if text.is_empty() {
        return Err(file.expected(value, "a path"));
    }
    let folder = file.path.parent().unwrap_or_else(|| Path::new(""));
    check.baseline = Some(folder.join(text));
    Ok(())
}

fn show_baseline(check: &Check) -> Option<Value> {
    let path = check.baseline.as_ref()?;
    // From wherever the file is that this is put into.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
    Some(Value::from(path.display().to_string()))
}

/// A list of what names rules.
fn patterns(file: &TomlFile, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, Trouble> {
    let items = value.get_ref().as_array();
    let items = items.ok_or_else(|| file.expected(value, "a list of rules, as in [\"note\"]"))?;
    let mut patterns = Vec::new();
    for item in items {
        let text = text(file, item)?.to_owned();
        Select::new(std::slice::from_ref(&text), &[])
            .map_err(|what| file.trouble(item.span(), what))?;
        patterns.push(text);
    }
    Ok(patterns)
}

fn list(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(|text| Value::from(text.as_str())).collect())
}

fn number<T: TryFrom<u64>>(
    file: &TomlFile,
    value: &Spanned<DeValue<'_>>,
    least: u64,
) -> Result<T, Trouble> {
    let number = value.get_ref().as_integer();
    let number =
        number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
    let number =
        number.filter(|number| *number >= least).and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| file.expected(value, &format!("a number from {least} on")))
}

fn integer<T>(number: T) -> Value
where
    i64: TryFrom<T>,
{
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_an_argument_with_its_variable() {
        let mut command = crate::cli::command();
        command.build();
        let check = command.find_subcommand("check").unwrap();
        let variable_of = |id: &str| {
            let argument = check.get_arguments().find(|argument| argument.get_id() == id);
            argument.unwrap().get_env().unwrap().to_str().unwrap().to_owned()
        };
        for key in &KEYS {
            assert_eq!(variable_of(key.argument), variable(key.argument), "{}", key.name);
        }
        assert_eq!(variable_of("hosts"), "FAULTBOOK_HOST");
        // And no other has one: it would be a setting that a file cannot have.
        let others = check.get_arguments().filter(|argument| argument.get_env().is_some()).count();
        assert_eq!(others, KEYS.len() + 2, "and FAULTBOOK_HOST, FAULTBOOK_CONFIG");
        assert!(KEYS[0].name == "service" && KEYS[1].name == "edition", "as settle() has them");
    }
}
