//! `faultbook completions`.

use std::io;

use super::{Exit, output};
use crate::cli::{Completions, command};

pub(super) fn run(args: &Completions) -> io::Result<Exit> {
    // Into memory: the generator panics where it cannot write, as into a closed pipe.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "faultbook", &mut script);
    let mut out = output(None)?;
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Fine)
}
