//! `faultbook check`.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::ArgMatches;
use clap::parser::ValueSource;
use faultbook_core::{Limits, Rule, Severity, Verdict};

use super::bar::Bar;
use super::{Exit, is_colored, output, remark, trouble};
use crate::baseline::Baseline;
use crate::capture::CaptureLimits;
use crate::cli::{Check, Color, FailOn, Format};
use crate::config::resolve;
use crate::field::{is_tchar, without_ows};
use crate::hosts::Hosts;
use crate::input::Source;
use crate::judge::Options;
use crate::pipeline::{Done, Event, Pipeline, Settings};
use crate::report::{
    Github, Html, Human, Json, Judged, Junit, Many, Ndjson, Origin, Passed, Report, Sarif, Summary,
    counted,
};
use crate::select::Select;

pub(super) fn run(args: &Check, matches: Option<&ArgMatches>, color: Color) -> io::Result<Exit> {
    let args = &with_config(args, matches)?;
    // What is wrong with the settings is said before a report of an earlier run is overwritten.
    let mut settings = settings(args)?;
    let mut report = reports(args, color)?;
    settings.listed = Verdict::ALL.into_iter().filter(|verdict| report.lists(*verdict)).collect();
    let settings = Arc::new(settings);
    // Of a small file nothing is left to interrupt by the time that somebody does.
    let stop = if settings.is_small() { Arc::default() } else { interruption()? };
    let mut pipeline = Pipeline::start(Arc::clone(&settings), stop);
    let bar = Bar::new(args);
    let mut summary = Summary::default();
    let mut known = BTreeSet::new();
    report.begin()?;
    while let Some(event) = pipeline.next() {
        match event {
            Event::Opened => summary.inputs += 1,
            Event::Unreadable(error) => {
                summary.unreadable += 1;
                bar.hidden(|| remark(&error));
                report.unreadable(&error)?;
            }
            Event::Idle => {
                bar.tick(pipeline.progress(), &summary);
                bar.hidden(|| report.flush())?;
            }
            Event::Interrupted => {
                summary.interrupted = true;
                break;
            }
            Event::Counted { tally, .. } => {
                bar.tick(pipeline.progress(), &summary);
                summary.tally.add(&tally);
            }
            Event::Done(done) => {
                bar.tick(pipeline.progress(), &summary);
                known.extend(done.entries.iter().copied());
                bar.hidden(|| write(&mut *report, &done, &mut summary))?;
            }
        }
    }
    bar.clear();
    let is_asked = |rule: &Rule| settings.select.keeps(rule);
    // What was not read may have what an entry is for.
    let is_whole = !summary.interrupted && summary.unreadable == 0 && summary.incomplete == 0;
    if is_whole {
        for finding in settings.baseline.remarks(&known, is_asked) {
            summary.count_findings(std::slice::from_ref(&finding));
            report.remark(&args.baseline_name(), &finding)?;
        }
    }
    report.end(&summary)?;
    if is_whole {
        if let Some(written) = settings.baseline.finish(is_asked)? {
            remark(&written);
        }
    } else if let Some(path) = &args.write_baseline {
        remark(&format!("{}: not written, since not everything was read", path.display()));
    }
    Ok(exit(args, &summary))
}

/// The arguments, with what the settings file says.
fn with_config(args: &Check, matches: Option<&ArgMatches>) -> io::Result<Check> {
    let Some(matches) = matches else { return Ok(args.clone()) };
    let given = |argument| matches.value_source(argument) == Some(ValueSource::CommandLine);
    for (one, other) in [("config", "no_config"), ("baseline", "write_baseline")] {
        if given(one) && given(other) {
            let name = |argument: &str| argument.replace('_', "-");
            return Err(trouble(format!(
                "--{} and --{}: expected one of them",
                name(one),
                name(other)
            )));
        }
    }
    let resolved = resolve(args, matches, &args.config);
    resolved.map(|resolved| resolved.check).map_err(|what| trouble(what.to_string()))
}

/// What is known already, or a list of it to be written.
fn baseline(args: &Check) -> io::Result<Baseline> {
    let baseline = match (&args.write_baseline, &args.baseline) {
        (Some(path), _) => Baseline::recording(path),
        (None, Some(path)) => Baseline::read(path),
        (None, None) => Ok(Baseline::default()),
    };
    baseline.map_err(|what| trouble(what.to_string()))
}

/// Writes what was found in a record, and counts it.
fn write(report: &mut dyn Report, done: &Done, summary: &mut Summary) -> io::Result<()> {
    let Done { input, url, response, judged, findings, .. } = done;
    let offset = (!done.is_bare).then_some(done.offset);
    let origin = Origin { input, index: done.index, offset, url: url.as_deref() };
    summary.incomplete += usize::from(done.is_incomplete);
    match judged {
        Ok(outcome) => {
            summary.count(outcome);
            summary.suppressed += done.suppressed.len();
            let Done { suppressed, fingerprints, .. } = done;
            response.with_response(|response| {
                report.judged(&Judged { origin, response, outcome, suppressed, fingerprints })
            })
        }
        Err(why) => {
            if done.is_bare {
                // Of the records of a capture the summary says how many and why.
                remark(&format!("{input}: not judged: {}", why.reason));
            }
            let passed = Passed { origin, why, findings };
            summary.count_passed(&passed, done.is_broken);
            report.passed(&passed)
        }
    }
}

/// The reports that were asked for.
fn reports(args: &Check, color: Color) -> io::Result<Box<dyn Report>> {
    let main = (args.format, args.output.as_deref());
    let more = args.reports.iter().map(|choice| (choice.format, choice.file.as_deref()));
    let all: Vec<_> = std::iter::once(main).chain(more).collect();
    let inputs: BTreeSet<PathBuf> =
        args.paths.iter().filter(|path| path.is_file()).map(|path| place(path)).collect();
    let mut places = BTreeSet::new();
    for (_, file) in &all {
        if let Some(file) = file.filter(|file| inputs.contains(&place(file))) {
            return Err(trouble(format!("{}: a report into an input", file.display())));
        }
        if !places.insert(file.map(place)) {
            return Err(trouble(file.map_or_else(
                || "two reports to standard output: give all but one a file".to_owned(),
                |file| format!("{}: two reports into one file", file.display()),
            )));
        }
    }
    let reports: io::Result<Vec<_>> =
        all.into_iter().map(|(format, file)| report(format, file, args, color)).collect();
    let mut reports = reports?;
    match reports.pop() {
        Some(only) if reports.is_empty() => Ok(only),
        last => Ok(Box::new(Many::new(reports.into_iter().chain(last).collect()))),
    }
}

/// What tells a file from another, however its path is written.
fn place(file: &Path) -> PathBuf {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    file.canonicalize().unwrap_or_else(|_| match (folder, file.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => file.to_owned(),
    })
}

/// A report of this kind.
fn report(
    format: Format,
    file: Option<&Path>,
    args: &Check,
    color: Color,
) -> io::Result<Box<dyn Report>> {
    let out = output(file)?;
    let Check { all, quiet, .. } = *args;
    Ok(match format {
        Format::Human => {
            let color = is_colored(color, file.is_some());
            Box::new(Human { color, all, quiet }.report(out))
        }
        Format::Json => Box::new(Json { all }.report(out)),
        Format::Html => Box::new(Html { all }.report(out)),
        Format::Ndjson => Box::new(Ndjson { all }.report(out)),
        Format::Sarif => Box::new(Sarif {}.report(out)),
        Format::Junit => Box::new(Junit {}.report(out)),
        Format::Github => Box::new(Github { quiet }.report(out)),
    })
}

fn settings(args: &Check) -> io::Result<Settings> {
    let options = options(args)?;
    let mut limits = CaptureLimits::from(&options.limits);
    limits.decompressed = args.limits.max_decompressed;
    Ok(Settings {
        sources: args.paths.iter().cloned().map(Source::from).collect(),
        format: args.input_format,
        limits,
        options,
        status: args.status,
        fields: fields(args)?,
        hosts: Hosts::default().with(args.hosts.iter().cloned()),
        select: Select::new(&args.select, &args.ignore).map_err(trouble)?,
        baseline: baseline(args)?,
        is_masking: !args.no_mask,
        listed: Vec::new(),
        jobs: args.jobs,
    })
}

/// A flag that is set at the first Ctrl-C; the second one ends the program at once.
fn interruption() -> io::Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(2);
        }
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    Ok(stop)
}

fn exit(args: &Check, summary: &Summary) -> Exit {
    if summary.interrupted {
        remark(&"interrupted: this is what was judged until then");
        return Exit::Trouble;
    }
    if summary.unreadable > 0 || summary.incomplete > 0 {
        return Exit::Trouble;
    }
    if summary.judged() == 0 && !args.allow_empty {
        remark(
            &"no response of a known service was found: name it with --service, or allow this with --allow-empty",
        );
        return Exit::Trouble;
    }
    if summary.ambiguous > 0 && !args.allow_empty {
        // An error that stands there and was not judged must not pass for a clean run.
        remark(&format!(
            "{} could be of several services and was not judged: name the service with --service",
            counted(summary.ambiguous, "response")
        ));
        return Exit::Trouble;
    }
    if fails(args.fail_on, summary) { Exit::Findings } else { Exit::Fine }
}

fn fails(fail_on: FailOn, summary: &Summary) -> bool {
    fail_on.threshold().is_some_and(|threshold| {
        Severity::ALL
            .into_iter()
            .any(|severity| severity >= threshold && summary.with_severity(severity) > 0)
    })
}

fn options(args: &Check) -> io::Result<Options> {
    let limits = Limits::from(&args.limits);
    let service = args.service.0;
    let Some(choice) = args.edition else { return Ok(Options { service, edition: None, limits }) };
    if let Some(service) = service
        && service.name != choice.0.name
    {
        return Err(trouble(format!("{} is no edition of {}", choice.1, service.name)));
    }
    Ok(Options { service: Some(choice.0), edition: Some(choice.1), limits })
}

/// The header fields given, each split at its first colon (RFC 9112 section 5).
fn fields(args: &Check) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    args.headers
        .iter()
        .map(|field| {
            let line = bytes(field);
            let split = line.iter().position(|&byte| byte == b':').and_then(|colon| {
                let (name, value) = line.split_at_checked(colon)?;
                let is_name = !name.is_empty() && name.iter().all(|&byte| is_tchar(byte));
                is_name.then(|| (name.to_vec(), without_ows(value.get(1..).unwrap_or_default()).to_vec()))
            });
            split.ok_or_else(|| {
                trouble(format!(
                    "--header {:?}: expected a field name, a colon and a value, as in `Name: value`",
                    field.to_string_lossy()
                ))
            })
        })
        .collect()
}

/// The bytes of an argument: header values need not be UTF-8.
#[cfg(unix)]
fn bytes(text: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    text.as_bytes().to_vec()
}

#[cfg(not(unix))]
fn bytes(text: &OsStr) -> Vec<u8> {
    text.to_string_lossy().into_owned().into_bytes()
}
