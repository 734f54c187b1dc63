//! `faultbook check`.

use std::ffi::OsStr;
use std::io;

use faultbook_core::{Field, Limits, Response, Severity};

use super::{Exit, is_colored, output, remark, trouble};
use crate::cli::{Check, Color, FailOn, Format};
use crate::input::Source;
use crate::judge::{Options, judge};
use crate::report::{Human, Json, Judged, Report, Summary, counted};

pub(super) fn run(args: &Check, color: Color) -> io::Result<Exit> {
    let options = options(args)?;
    let fields = fields(args)?;
    let fields: Vec<Field<'_>> = fields.iter().map(|(name, value)| Field { name, value }).collect();
    let out = output(args.output.as_deref())?;
    let mut report: Box<dyn Report> = match args.format {
        Format::Human => {
            let color = is_colored(color, args.output.is_some());
            Box::new(Human { color, all: args.all, quiet: args.quiet }.report(out))
        }
        Format::Json => Box::new(Json { all: args.all }.report(out)),
    };

    let mut summary = Summary::default();
    report.begin()?;
    for source in args.paths.iter().cloned().map(Source::from) {
        for input in source.read(options.limits.body) {
            let input = match input {
                Ok(input) => input,
                Err(error) => {
                    summary.unreadable += 1;
                    remark(&error);
                    continue;
                }
            };
            summary.inputs += 1;
            let response = Response { status: args.status, fields: &fields, body: &input.body };
            match judge(&response, &options) {
                Ok(outcome) => {
                    summary.count(&outcome);
                    report.judged(&Judged {
                        input: &input.name,
                        index: 0,
                        response: &response,
                        outcome: &outcome,
                    })?;
                }
                Err(why) => {
                    summary.unjudged += 1;
                    summary.ambiguous += usize::from(!why.candidates.is_empty());
                    remark(&format!("{}: not judged: {}", input.name, why.reason));
                    report.unjudged(&input.name, 0, &why)?;
                }
            }
        }
    }
    report.end(&summary)?;
    Ok(exit(args, &summary))
}

fn exit(args: &Check, summary: &Summary) -> Exit {
    if summary.unreadable > 0 {
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

/// A field value without the white space around it: spaces and tabs only, since any other control
/// character is a fault of the field (RFC 9110 section 5.5).
fn without_ows(value: &[u8]) -> &[u8] {
    let is_ows = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = value.iter().position(|byte| !is_ows(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_ows(byte)).map_or(start, |last| last + 1);
    let trimmed = value.get(start..end).unwrap_or_default();
    // A space after a line end makes it a fold: without it the line end would stand alone.
    if trimmed.ends_with(b"\n") { value.get(start..).unwrap_or_default() } else { trimmed }
}

/// The characters of a field name (RFC 9110 section 5.6.2).
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
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
