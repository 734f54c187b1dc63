//! Findings that are known, and why: a TOML file of entries.
//!
//! ```toml
//! [[finding]]
//! rule = "ampache/missing-type"
//! service = "ampache"
//! fingerprint = "0123456789abcdef0123456789abcdef"
//! reason = "the server of 2019 sends none; replaced in spring"
//! expires = 2027-01-31       # optional; on that day the entry still holds
//! pointer = "/error"         # optional, for people
//! ```

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use faultbook_core::{Finding, Place, Rule, near_miss, quoted, rules as declare};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Date;

use crate::report::counted;
use crate::services::{SERVICES, rules, service};
use crate::tomlfile::{TomlFile, Trouble, unknown_key};

declare! {
    /// Every entry of a baseline fits a finding.
    ///
    /// An entry that fits none any more hides the same fault when it comes back: take it out, or
    /// write the baseline again.
    pub static STALE = "baseline/stale", Warning,
        "no finding has this entry of the baseline", "Faultbook's baselines";

    /// No entry of a baseline has expired: it holds up to and with the day that it names (UTC).
    ///
    /// The finding was to be gone by now. It counts again.
    pub static EXPIRED = "baseline/expired", Error,
        "this entry of the baseline has expired", "Faultbook's baselines";
}

/// What an entry says that nobody gave a reason for.
const RECORDED: &str = "recorded by --write-baseline";

/// How many hexadecimal digits a fingerprint has.
const DIGITS: usize = 32;

/// The keys of an entry.
const KEYS: [&str; 6] = ["expires", "fingerprint", "pointer", "reason", "rule", "service"];

/// The findings that a file lists as known; or, while a baseline is written, all findings.
#[derive(Debug, Default)]
pub(crate) struct Baseline {
    entries: Vec<Entry>,
    /// The number of each entry, by its fingerprint.
    numbers: HashMap<String, usize>,
    /// What is written once the run is over.
    recording: Option<Recording>,
}

/// The entry of a [`Baseline`] that a finding has, and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    /// Which entry, from 0.
    pub(crate) entry: usize,
    /// Why it is there.
    pub(crate) reason: String,
}

/// One `[[finding]]`.
#[derive(Debug, Clone)]
struct Entry {
    rule: &'static Rule,
    service: &'static str,
    fingerprint: String,
    reason: String,
    expires: Option<Date>,
    pointer: Option<String>,
    is_expired: bool,
    /// Where it begins, in bytes of the file.
    offset: usize,
}

/// A baseline that is being written.
#[derive(Debug)]
struct Recording {
    path: PathBuf,
    /// What was found, by fingerprint: the number of its entry, and the entry.
    found: Mutex<HashMap<String, (usize, Entry)>>,
}

impl Baseline {
    /// Reads a baseline. Which entries have expired is told by today's date (UTC).
    pub(crate) fn read(path: &Path) -> Result<Self, Trouble> {
        Self::parse(&TomlFile::read(path)?, today())
    }

    /// A baseline that is written to this path once the run is over. What stands there already gives
    /// the reasons and dates of the findings that are still there.
    pub(crate) fn recording(path: &Path) -> Result<Self, Trouble> {
        let old = if path.exists() { Self::read(path)? } else { Self::default() };
        let recording = Recording { path: path.to_owned(), found: Mutex::default() };
        Ok(Self { recording: Some(recording), ..old })
    }

    fn parse(file: &TomlFile, today: Date) -> Result<Self, Trouble> {
        let table = file.table()?;
        let mut baseline = Self::default();
        for (key, value) in table.get_ref() {
            if key.get_ref() != "finding" {
                return Err(file.trouble(key.span(), unknown_key(key.get_ref(), ["finding"])));
            }
            let expected = || file.expected(value, "a list of tables, as in `[[finding]]`");
            for item in value.get_ref().as_array().ok_or_else(expected)? {
                let fields = item.get_ref().as_table();
                let fields = fields.ok_or_else(|| file.expected(item, "a table"))?;
                let entry = Entry::parse(file, item, fields, today)?;
                let number = baseline.entries.len();
                let other = baseline.numbers.insert(entry.fingerprint.clone(), number);
                if let Some(other) = other.and_then(|number| baseline.entries.get(number)) {
                    let (line, _) = file.position(other.offset);
                    return Err(file.trouble(
                        item.span(),
                        format!("the entry of line {line} has the same fingerprint: expected one entry for a finding"),
                    ));
                }
                baseline.entries.push(entry);
            }
        }
        Ok(baseline)
    }

    /// The entry for this finding; `None` where there is none, or where it has expired.
    pub(crate) fn known(
        &self,
        service: &'static str,
        finding: &Finding,
        fingerprint: &str,
    ) -> Option<Known> {
        if self.entries.is_empty() && self.recording.is_none() {
            return None;
        }
        if let Some(recording) = &self.recording {
            return Some(self.record(recording, service, finding, fingerprint.to_owned()));
        }
        let (number, entry) = self.entry(fingerprint)?;
        // Both are in the fingerprint already; an entry that says something else is a mistake.
        let fits =
            !entry.is_expired && entry.rule.id == finding.rule.id && entry.service == service;
        fits.then(|| Known { entry: number, reason: entry.reason.clone() })
    }

    fn entry(&self, fingerprint: &str) -> Option<(usize, &Entry)> {
        let number = *self.numbers.get(fingerprint)?;
        Some((number, self.entries.get(number)?))
    }

    fn record(
        &self,
        recording: &Recording,
        service: &'static str,
        finding: &Finding,
        fingerprint: String,
    ) -> Known {
        let mut found = recording.found.lock().unwrap_or_else(PoisonError::into_inner);
        let next = found.len();
        let (number, entry) = found.entry(fingerprint).or_insert_with_key(|fingerprint| {
            let old = self.entry(fingerprint).map(|(_, entry)| entry);
            let pointer = match &finding.place {
                Place::Body { pointer, .. } => {
                    pointer.clone().map(|pointer| crate::mask::masked_url(&pointer))
                }
                Place::Field { name, .. } => Some(name.clone()),
                Place::Status | Place::Input { .. } => None,
            };
            let entry = Entry {
                rule: finding.rule,
                service,
                fingerprint: fingerprint.clone(),
                reason: old.map_or_else(|| RECORDED.to_owned(), |old| old.reason.clone()),
                expires: old.and_then(|old| old.expires),
                pointer,
                is_expired: old.is_some_and(|old| old.is_expired),
                offset: 0,
            };
            (next, entry)
        });
        Known { entry: *number, reason: entry.reason.clone() }
    }

    /// What is to be said of the baseline itself, once it is known which entries fitted: those that
    /// never did, and those that have expired. Of rules that nobody asked for, nothing is said.
    pub(crate) fn remarks(
        &self,
        seen: &BTreeSet<usize>,
        is_asked: impl Fn(&Rule) -> bool,
    ) -> Vec<Finding> {
        if self.recording.is_some() {
            return Vec::new();
        }
        let entries = self.entries.iter().enumerate().filter(|(_, entry)| is_asked(entry.rule));
        let remarks = entries.filter_map(|(number, entry)| {
            let what = format!("the entry {} of {}", entry.fingerprint, entry.rule.id);
            let place = Place::Input { offset: u64::try_from(entry.offset).unwrap_or(u64::MAX) };
            match entry.expires {
                Some(day) if entry.is_expired => Some(
                    Finding::new(&EXPIRED, place, format!("{what}, which held until {day}"))
                        .help("fix what it is about, or give it a later day".to_owned()),
                ),
                _ if !seen.contains(&number) => {
                    Some(Finding::new(&STALE, place, what).help("take the entry out".to_owned()))
                }
                _ => None,
            }
        });
        remarks.filter(|remark| is_asked(remark.rule)).collect()
    }

    /// Writes the baseline that was recorded; what is to be said about it, if anything was written.
    ///
    /// Entries of rules that nobody asked for stay as they are.
    ///
    /// # Errors
    ///
    /// Where the file cannot be written: then it is what it was before.
    pub(crate) fn finish(&self, is_asked: impl Fn(&Rule) -> bool) -> io::Result<Option<String>> {
        let Some(recording) = &self.recording else { return Ok(None) };
        let found = recording.found.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = self.entries.iter().filter(|entry| !is_asked(entry.rule));
        let entries = kept.chain(found.values().map(|(_, entry)| entry));
        let entries: BTreeMap<_, _> = entries.map(|entry| (entry.order(), entry)).collect();
        let mut text = String::from(HEAD);
        for entry in entries.values() {
            entry.write(&mut text);
        }
        replace(&recording.path, text.as_bytes()).map_err(|error| {
            io::Error::new(error.kind(), format!("{}: {error}", recording.path.display()))
        })?;
        let count = counted(entries.len(), "known finding");
        let mut remark = format!("{}: {count}", recording.path.display());
        let expired = entries.values().filter(|entry| entry.is_expired).count();
        if expired > 0 {
            _ = write!(remark, ", {expired} of them expired: they count in the next run");
        }
        Ok(Some(remark))
    }
}

/// What stands above the entries.
const HEAD: &str = "# Findings that are known: `faultbook check --baseline` with this file does not count them.\n\
    # `faultbook check --write-baseline` writes it again, and keeps the reasons and dates.\n";

impl Entry {
    fn parse(
        file: &TomlFile,
        item: &Spanned<DeValue<'_>>,
        fields: &DeTable<'_>,
        today: Date,
    ) -> Result<Self, Trouble> {
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        let mut expires = None;
        for (key, value) in fields {
            let name: &str = key.get_ref();
            let name = KEYS
                .into_iter()
                .find(|known| *known == name)
                .ok_or_else(|| file.trouble(key.span(), unknown_key(name, KEYS)))?;
            if name == "expires" {
                let day = value.get_ref().as_datetime();
                let day = day.filter(|day| day.time.is_none()).and_then(|day| day.date);
                let expected = || file.expected(value, "a date without quotes, as in 2027-01-31");
                expires = Some(day.ok_or_else(expected)?);
                continue;
            }
            let text = value.get_ref().as_str();
            let text = text.ok_or_else(|| file.expected(value, "a string"))?;
            let says = |text: String| file.trouble(value.span(), text);
            match name {
                "rule" if rules().all(|rule| rule.id != text) => {
                    let near = near_miss(text, rules().map(|rule| rule.id));
                    return Err(says(match near {
                        Some(near) => format!("{} is no rule: did you mean {near}?", quoted(text)),
                        None => {
                            format!("{} is no rule: `faultbook rules` lists them", quoted(text))
                        }
                    }));
                }
                "service" if service(text).is_none() => {
                    let names = SERVICES.map(|service| service.name).join(", ");
                    return Err(says(format!(
                        "{} is no service: expected one of {names}",
                        quoted(text)
                    )));
                }
                "fingerprint" if !is_fingerprint(text) => {
                    return Err(says(format!(
                        "{} is no fingerprint: expected {DIGITS} hexadecimal digits in lower case",
                        quoted(text)
                    )));
                }
                "reason" if text.trim().is_empty() => {
                    return Err(says(
                        "an empty reason: expected why this finding is known".to_owned(),
                    ));
                }
                _ => {}
            }
            texts.insert(name, text);
        }
        let text = |name: &str| {
            let missing = || file.trouble(item.span(), format!("this entry has no `{name}`"));
            texts.get(name).copied().ok_or_else(missing)
        };
        let (rule, known_as) = (text("rule")?, text("service")?);
        let rule = rules().find(|known| known.id == rule);
        // Both were looked up above.
        let (Some(rule), Some(service)) = (rule, service(known_as)) else {
            return Err(file.expected(item, "a rule and a service"));
        };
        Ok(Self {
            rule,
            service: service.name,
            fingerprint: text("fingerprint")?.to_owned(),
            reason: text("reason")?.to_owned(),
            expires,
            pointer: texts.get("pointer").map(|text| (*text).to_owned()),
            is_expired: expires.is_some_and(|day| day < today),
            offset: item.span().start,
        })
    }

    /// The order in a file.
    fn order(&self) -> (&'static str, &'static str, Option<&str>, &str) {
        (self.rule.id, self.service, self.pointer.as_deref(), &self.fingerprint)
    }

    fn write(&self, out: &mut String) {
        let text = |text: &str| toml::Value::from(text).to_string();
        _ = writeln!(out, "\n[[finding]]\nrule = {}", text(self.rule.id));
        _ = writeln!(out, "service = {}", text(self.service));
        _ = writeln!(out, "fingerprint = {}", text(&self.fingerprint));
        if let Some(pointer) = &self.pointer {
            _ = writeln!(out, "pointer = {}", text(pointer));
        }
        _ = writeln!(out, "reason = {}", text(&self.reason));
        if let Some(day) = self.expires {
            _ = writeln!(out, "expires = {day}");
        }
    }
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Today in UTC, so that a run says the same wherever it is.
fn today() -> Date {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    Date {
        year: u16::try_from(today.year()).unwrap_or_default(),
        month: part(today.month()),
        day: part(today.day()),
    }
}

/// Writes a file so that there is never a part of it: beside it, and then in its place.
fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    // Where the path is a link, what it leads to is replaced.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = File::create_new(&beside)?;
        file.write_all(text)?;
        file.sync_all()?;
        if let Ok(old) = fs::metadata(&path) {
            file.set_permissions(old.permissions())?;
        }
        fs::rename(&beside, &path)
    };
    write().inspect_err(|_| _ = fs::remove_file(&beside))
}

#[cfg(test)]
mod tests {
    use faultbook_core::Response;

    use super::*;
    use crate::report::fingerprint;

    const DAY: Date = Date { year: 2027, month: 1, day: 31 };

    fn parse(text: &str, today: Date) -> Result<Baseline, String> {
        let file = TomlFile { path: PathBuf::from("known.toml"), text: text.to_owned() };
        Baseline::parse(&file, today).map_err(|trouble| trouble.to_string())
    }

    fn finding() -> Finding {
        let rule = rules().find(|rule| rule.id == "ampache/missing-type").unwrap();
        Finding::new(rule, Place::Status, "x")
    }

    fn entry(more: &str) -> String {
        let fingerprint = fingerprint("ampache", &finding(), &Response::new(b""));
        format!(
            "[[finding]]\nrule = \"ampache/missing-type\"\nservice = \"ampache\"\nfingerprint = \"{fingerprint}\"\nreason = \"old\"\n{more}"
        )
    }

    #[test]
    fn on_its_last_day_an_entry_still_holds() {
        let text = entry("expires = 2027-01-31\n");
        let known = |today| {
            let baseline = parse(&text, today).unwrap();
            let known = baseline.known(
                "ampache",
                &finding(),
                &fingerprint("ampache", &finding(), &Response::new(b"")),
            );
            let seen = known.iter().map(|known| known.entry).collect();
            let said: Vec<_> =
                baseline.remarks(&seen, |_| true).iter().map(|said| said.rule.id).collect();
            (known.map(|known| known.reason), said)
        };
        assert_eq!(known(DAY), (Some("old".to_owned()), vec![]));
        assert_eq!(known(Date { month: 2, day: 1, ..DAY }), (None, vec!["baseline/expired"]));
        assert_eq!(known(Date { year: 2026, month: 12, day: 31 }).0.as_deref(), Some("old"));
        assert_eq!(known(Date { year: 2028, month: 1, day: 1 }).0, None);
    }

    #[test]
    fn an_entry_is_for_its_service() {
        let baseline = parse(&entry(""), DAY).unwrap();
        assert!(
            baseline
                .known(
                    "groove",
                    &finding(),
                    &fingerprint("groove", &finding(), &Response::new(b""))
                )
                .is_none()
        );
        let response = Response::new(b"").with_status(404);
        assert!(
            baseline
                .known("ampache", &finding(), &fingerprint("ampache", &finding(), &response))
                .is_none(),
            "another value"
        );
    }

    #[test]
    fn stale_entries_are_told_where_they_begin_and_not_of_rules_nobody_asked_for() {
        let text = format!("# one\n\n{}", entry(""));
        let baseline = parse(&text, DAY).unwrap();
        let said = baseline.remarks(&BTreeSet::new(), |_| true);
        assert_eq!(said.len(), 1);
        assert_eq!(
            (said[0].rule.id, &said[0].place),
            ("baseline/stale", &Place::Input { offset: 7 })
        );
        assert!(baseline.remarks(&BTreeSet::from([0]), |_| true).is_empty());
        assert!(baseline.remarks(&BTreeSet::new(), |rule| rule.service() != "ampache").is_empty());
        assert!(baseline.remarks(&BTreeSet::new(), |rule| rule.id != STALE.id).is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let twice = entry("") + &entry("");
        for (text, expected) in [
            ("finding = 3", "1:11: the number 3, expected a list of tables, as in `[[finding]]`"),
            ("[[findings]]", "1:3: unknown key `findings`: did you mean `finding`?"),
            ("finding = [1]", "1:12: the number 1, expected a table"),
            ("[[finding]]\n", "1:1: this entry has no `rule`"),
            (&entry("until = 2027-01-31"), "6:1: unknown key `until`: expected one of expires, "),
            (&entry("Expires = 2027-01-31"), "6:1: unknown key `Expires`: did you mean `expires`?"),
            (
                &entry("expires = \"2027-01-31\""),
                "6:11: the string `2027-01-31`, expected a date without quotes, as in 2027-01-31",
            ),
            (
                &entry("expires = 2027-01-31T00:00:00Z"),
                "6:11: the date 2027-01-31T00:00:00Z, expected a",
            ),
            (&entry("expires = 2027-02-30"), "6:"),
            (&entry("pointer = 1"), "6:11: the number 1, expected a string"),
            (
                &entry("").replace("missing-type\"", "mising-type\""),
                "2:8: `ampache/mising-type` is no rule: did you mean ampache/missing-type?",
            ),
            (
                &entry("").replace("\"ampache\"", "\"subsonic\""),
                "3:11: `subsonic` is no service: expected",
            ),
            (&entry("").replace("\"old\"", "\" \""), "5:10: an empty reason"),
            (&entry("").replace("print = \"", "print = \"X"), "4:15: `X"),
            (&entry("").replace("reason = \"old\"\n", ""), "1:1: this entry has no `reason`"),
            (&twice, "6:1: the entry of line 1 has the same fingerprint"),
            ("a = ", "1:"),
        ] {
            let said = parse(text, DAY).unwrap_err();
            assert!(said.starts_with(&format!("known.toml:{expected}")), "{text}: {said}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let reason = "a \"quoted\" reason\nof two lines, ü and \\ \u{1}";
        let mut text = String::new();
        let before = Entry {
            rule: finding().rule,
            service: "ampache",
            fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
            reason: reason.to_owned(),
            expires: Some(DAY),
            pointer: Some("/a\"b/'".to_owned()),
            is_expired: false,
            offset: 0,
        };
        before.write(&mut text);
        let baseline = parse(&text, DAY).unwrap();
        let after = &baseline.entries[0];
        assert_eq!(after.reason, reason);
        assert_eq!((after.expires, after.pointer.as_deref()), (Some(DAY), Some("/a\"b/'")));
        assert_eq!((after.rule.id, after.service), (before.rule.id, before.service));
        assert_eq!(after.fingerprint, before.fingerprint);
    }

    #[test]
    fn today_is_a_day() {
        let today = today();
        assert!(today > Date { year: 2025, month: 1, day: 1 }, "{today}");
        assert!((1..=12).contains(&today.month) && (1..=31).contains(&today.day), "{today}");
    }
}
