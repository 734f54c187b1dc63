//! `faultbook man`.

use std::io;

use super::{Exit, output, trouble};
use crate::cli::{Man, command};

pub(super) fn run(args: &Man) -> io::Result<Exit> {
    let mut root = command();
    root.build();
    let page = match args.subcommand.as_deref() {
        None => root,
        Some(name) => root.find_subcommand(name).cloned().ok_or_else(|| {
            let names: Vec<&str> = root.get_subcommands().map(clap::Command::get_name).collect();
            trouble(format!("no subcommand {name:?}: expected one of {}", names.join(", ")))
        })?,
    };
    let mut out = output(None)?;
    clap_mangen::Man::new(page).render(&mut out)?;
    out.flush()?;
    Ok(Exit::Fine)
}
