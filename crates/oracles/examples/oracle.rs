//! The oracles as a command: what the fuzz scripts use, and what reads a crash without a fuzzer. An
//! example, so that `cargo run` has one program to run.
#![expect(clippy::print_stdout, reason = "it is a command")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io};

use clap::{Parser, Subcommand};
use oracles::{ORACLES, Oracle, dictionary, oracle, rules_found};

/// What must hold for any bytes.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The oracles and what each of them reads.
    List,
    /// Writes the seeds and the dictionary of every oracle: FOLDER/<oracle>/<seed> and
    /// FOLDER/<oracle>.dict.
    Seeds { folder: PathBuf },
    /// Holds an oracle against files, such as a crash that a fuzzer has found. It panics, and says
    /// why, where the oracle does not hold.
    Run {
        #[arg(value_parser = named)]
        oracle: &'static Oracle,
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Holds every oracle against its seeds, and tells which rules no seed breaks.
    Replay,
}

fn named(name: &str) -> Result<&'static Oracle, String> {
    oracle(name).ok_or_else(|| {
        let names: Vec<&str> = ORACLES.iter().map(|oracle| oracle.name).collect();
        format!("there are {}", names.join(", "))
    })
}

fn main() -> io::Result<ExitCode> {
    match Arguments::parse().command {
        Command::List => {
            for oracle in ORACLES {
                println!("{:<16} {}", oracle.name, oracle.reads);
            }
        }
        Command::Seeds { folder } => {
            for oracle in ORACLES {
                write_seeds(&folder, oracle)?;
            }
        }
        Command::Run { oracle, files } => {
            for file in files {
                let bytes = fs::read(&file).map_err(|error| {
                    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
                })?;
                (oracle.check)(&bytes);
                println!("{}: {} holds", file.display(), oracle.name);
            }
        }
        Command::Replay => {
            for oracle in ORACLES {
                let seeds = oracle.seeds();
                for seed in &seeds {
                    (oracle.check)(&seed.bytes);
                }
                println!("{:<16} holds for {} seeds", oracle.name, seeds.len());
            }
            let found = rules_found();
            // Baselines and documents are no input of an oracle.
            let is_other =
                |id: &&str| ["baseline/", "drift/", "document/"].iter().any(|g| id.starts_with(g));
            let ids = faultbook::rules().map(|rule| rule.id).filter(|id| !is_other(id));
            let lacking: BTreeSet<&str> = ids.filter(|id| !found.contains(id)).collect();
            println!("{} rules are broken by some seed", found.len());
            for id in &lacking {
                println!("{id}: no seed breaks it");
            }
            return Ok(if lacking.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn write_seeds(folder: &Path, oracle: &Oracle) -> io::Result<()> {
    let seeds = folder.join(oracle.name);
    fs::create_dir_all(&seeds)?;
    for seed in oracle.seeds() {
        fs::write(seeds.join(&seed.name), &seed.bytes)?;
    }
    fs::write(folder.join(oracle.name).with_extension("dict"), dictionary(oracle))
}
