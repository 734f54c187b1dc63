//! Lists the files of the suite for the compiler: a file that is dropped in is embedded.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A folder, the files of it that are embedded, the name of the table, the type of its entries,
/// and the macro that embeds one.
const TABLES: [(&str, Files, &str, &str, &str); 3] = [
    ("manifests", Files::At(1), "MANIFESTS", "&str", "include_str"),
    ("cases", Files::Any, "CASES", "&[u8]", "include_bytes"),
    ("regressions", Files::At(2), "REGRESSIONS", "&[u8]", "include_bytes"),
];

#[derive(Clone, Copy)]
enum Files {
    /// Those this many steps below the package: a folder's own README is none of its entries.
    At(usize),
    /// All of them.
    Any,
}

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut code = Vec::new();
    for (folder, files, table, entry, embed) in TABLES {
        // For a folder, cargo looks at everything in it.
        tell_cargo(&format!("rerun-if-changed={folder}"));
        let mut paths = Vec::new();
        list(&root, Path::new(folder), &mut paths)?;
        paths.sort_unstable();
        writeln!(code, "static {table}: &[(&str, {entry})] = &[")?;
        for path in paths {
            if let Files::At(steps) = files
                && path.matches('/').count() != steps
            {
                continue;
            }
            let file = format!("/{path}");
            writeln!(
                code,
                "    ({path:?}, {embed}!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {file:?}))),",
            )?;
        }
        writeln!(code, "];")?;
    }
    tell_cargo("rerun-if-changed=build.rs");
    fs::write(Path::new(&variable("OUT_DIR")?).join("files.rs"), code)
}

/// The paths of all files below `folder`, relative to `root` and with `/` on every platform.
fn list(root: &Path, folder: &Path, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(root, &path, paths)?;
        } else {
            let path = path.to_str().ok_or_else(|| not_text(&path))?;
            paths.push(path.replace('\\', "/"));
        }
    }
    Ok(())
}

fn not_text(path: &Path) -> io::Error {
    io::Error::other(format!("{}: a file name of the suite is not Unicode", path.display()))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|fault| io::Error::other(format!("{name}: {fault}")))
}

fn tell_cargo(line: &str) {
    println!("cargo::{line}");
}
