//! Bodies from files, folders and standard input.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use ignore::WalkBuilder;

/// How long a named pipe is waited for that nobody writes to, in seconds.
const WRITER_WAIT: u64 = 10;

/// Where responses come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input, `-` on the command line: one body.
    Stdin,
    /// A file is one body; a folder's files, at any depth and in the order of their names, are
    /// one body each. Hidden files and what an `.ignore` file names are passed over.
    Path(PathBuf),
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Self::Stdin } else { Self::Path(path) }
    }
}

/// An input that was opened.
pub struct Opened {
    /// The path as given or found, or `<stdin>`.
    pub name: String,
    /// What it holds.
    pub reader: Box<dyn Read + Send>,
    /// How long it is in bytes, where that is known.
    pub length: Option<u64>,
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("name", &self.name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A body, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The path as given or found, or `<stdin>`.
    pub name: String,
    /// The body; of one that is longer than the limit, one byte more than the limit.
    pub body: Vec<u8>,
}

/// An input that could not be read.
#[derive(Debug)]
pub struct InputError {
    /// The path as given or found, or `<stdin>`.
    pub name: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason)
    }
}

impl std::error::Error for InputError {}

impl Source {
    /// How long it is in bytes, where it is one regular file.
    pub(crate) fn length(&self) -> Option<u64> {
        let Self::Path(path) = self else { return None };
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file);
        metadata.map(|metadata| metadata.len())
    }

    /// Whether it is one regular file, which is never waited for.
    pub(crate) fn is_file(&self) -> bool {
        self.length().is_some()
    }

    /// Whether nothing of it is waited for: a regular file, or a folder, of which only such are read.
    pub(crate) fn is_there(&self) -> bool {
        matches!(self, Self::Path(path) if path.is_dir()) || self.is_file()
    }

    /// Reads every body of this source, each up to `limit` bytes and one more, so that a longer
    /// one can be told apart.
    ///
    /// Each item is an [`InputError`] where that file or folder cannot be read.
    pub fn read(&self, limit: usize) -> impl Iterator<Item = Result<Input, InputError>> {
        self.open().map(move |opened| {
            let Opened { name, reader, .. } = opened?;
            match read_whole(reader, limit) {
                Ok(body) => Ok(Input { name, body }),
                Err(error) => Err(InputError::new(name, &error)),
            }
        })
    }

    /// Opens every input of this source, each when its turn comes.
    ///
    /// Each item is an [`InputError`] where that file or folder cannot be read.
    pub fn open(&self) -> Box<dyn Iterator<Item = Result<Opened, InputError>> + Send> {
        match self {
            Self::Stdin => Box::new(std::iter::once(Ok(Opened {
                name: "<stdin>".to_owned(),
                reader: Box::new(io::stdin()),
                length: None,
            }))),
            Self::Path(path) if path.is_dir() => Box::new(walk(path)),
            Self::Path(path) => Box::new(std::iter::once(open_file(path))),
        }
    }
}

impl InputError {
    pub(crate) fn new(name: impl Into<String>, error: &io::Error) -> Self {
        let reason = match error.kind() {
            io::ErrorKind::NotFound => "no such file or folder".to_owned(),
            io::ErrorKind::PermissionDenied => "no right to read it".to_owned(),
            _ => error.to_string(),
        };
        Self { name: name.into(), reason }
    }
}

fn walk(root: &Path) -> impl Iterator<Item = Result<Opened, InputError>> + use<> {
    let walker = WalkBuilder::new(root)
        .standard_filters(false)
        .hidden(true)
        .ignore(true)
        .sort_by_file_name(Ord::cmp)
        .build();
    let root = root.display().to_string();
    walker.filter_map(move |entry| match entry {
        Ok(entry) => match entry.file_type() {
            Some(kind) if kind.is_dir() => None,
            // A link to a file is read; a link to a folder would lead out of this one.
            Some(kind) if kind.is_symlink() && entry.path().is_dir() => None,
            Some(kind) if kind.is_file() || kind.is_symlink() => Some(open_file(entry.path())),
            // Sockets, pipes and devices are no recorded bodies: say so instead of waiting.
            _ => Some(Err(InputError {
                name: entry.path().display().to_string(),
                reason: "neither a file nor a folder".to_owned(),
            })),
        },
        Err(error) => {
            let reason = error
                .io_error()
                .map_or_else(|| error.to_string(), |io| InputError::new("", io).reason);
            Some(Err(InputError { name: path_of(&error).unwrap_or_else(|| root.clone()), reason }))
        }
    })
}

/// The path that a failed step of a walk was about.
fn path_of(error: &ignore::Error) -> Option<String> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.display().to_string()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

fn open_file(path: &Path) -> Result<Opened, InputError> {
    let name = path.display().to_string();
    match open(path) {
        Ok(file) => {
            let length = file.metadata().ok().filter(std::fs::Metadata::is_file);
            let length = length.map(|metadata| metadata.len());
            Ok(Opened { name, reader: Box::new(file), length })
        }
        Err(error) => Err(InputError::new(name, &error)),
    }
}

/// Opens a file. Opening a named pipe waits until somebody opens it for writing, which may never
/// happen: after [`WRITER_WAIT`] seconds that is the answer.
fn open(path: &Path) -> io::Result<File> {
    if !is_pipe(path)? {
        return File::open(path);
    }
    let (sender, receiver) = mpsc::channel();
    let path = path.to_owned();
    // The thread ends with the program where nobody ever writes.
    thread::spawn(move || sender.send(File::open(path)));
    receiver.recv_timeout(Duration::from_secs(WRITER_WAIT)).unwrap_or_else(|_| {
        let reason = format!("a named pipe, and nobody wrote to it for {WRITER_WAIT} seconds");
        Err(io::Error::new(io::ErrorKind::TimedOut, reason))
    })
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::FileTypeExt;
    Ok(path.metadata()?.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> io::Result<bool> {
    Ok(false)
}

fn read_whole(reader: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(&mut body)?;
    Ok(body)
}
