//! `faultbook explain`.

use std::io;

use super::{Exit, output, trouble};
use crate::cli::Explain;
use crate::explain::explain;

pub(super) fn run(args: &Explain) -> io::Result<Exit> {
    let topic = explain(&args.topic).map_err(trouble)?;
    let mut out = output(None)?;
    writeln!(out, "{topic}")?;
    out.flush()?;
    Ok(Exit::Fine)
}
