//! The pages in a folder: written, and compared.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use erratum::LibraryError;

use crate::Pages;

/// A file by which a folder of pages is known: nothing is ever removed from another folder.
const MARK: &str = ".erratum-pages";

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// All pages.
    pub pages: usize,
    /// Those that were new or changed.
    pub written: usize,
    /// Those that are pages no more.
    pub removed: usize,
}

/// Why pages could not be made or looked at; displays with the record or file.
#[derive(Debug)]
pub enum ServeError {
    /// The record.
    Record(LibraryError),
    /// A file or folder of the pages.
    File(PathBuf, io::Error),
    /// A folder that holds something else.
    NotPages(PathBuf),
    /// Pages of another state of the record, or of another record: origin and entries of both.
    OtherState {
        /// The folder.
        folder: PathBuf,
        /// What the pages were made of.
        pages: (String, u64),
        /// What the record is.
        record: (String, u64),
    },
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(error) => error.fmt(f),
            Self::File(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NotPages(path) => {
                write!(f, "{}: not empty, and not a folder of a record's pages", path.display())
            }
            Self::OtherState { folder, pages, record } => write!(
                f,
                "{}: these pages were made of {} entries of {}, and this is {} with {}; bring the older one up to date",
                folder.display(),
                pages.1,
                pages.0,
                record.0,
                record.1
            ),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Record(error) => Some(error),
            Self::File(_, error) => Some(error),
            Self::NotPages(_) | Self::OtherState { .. } => None,
        }
    }
}

impl From<LibraryError> for ServeError {
    fn from(error: LibraryError) -> Self {
        Self::Record(error)
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> ServeError + '_ {
    move |error| ServeError::File(path.to_owned(), error)
}

pub(crate) fn write(pages: &Pages, folder: &Path) -> Result<Built, ServeError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    let there = list(folder)?;
    let mark = folder.join(MARK);
    if !there.is_empty() && !mark.exists() {
        return Err(ServeError::NotPages(folder.to_owned()));
    }
    fs::write(&mark, "").map_err(at(&mark))?;
    let mut written = 0;
    for (name, bytes) in pages {
        let path = folder.join(name);
        if !holds(&path, bytes) {
            replace(&path, bytes)?;
            written += 1;
        }
    }
    let mut removed = 0;
    for name in there.iter().filter(|name| !pages.contains_key(*name)) {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(at(&path))?;
        removed += 1;
    }
    Ok(Built { pages: pages.len(), written, removed })
}

/// Puts a file in its place at once, so that a reader has the old one or the new.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), ServeError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(at(folder))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let next = path.with_file_name(name);
    fs::write(&next, bytes).map_err(at(&next))?;
    fs::rename(&next, path).map_err(at(path))
}

pub(crate) fn compare(pages: &Pages, folder: &Path) -> Result<Vec<String>, ServeError> {
    let there = list(folder)?;
    let mut lies = Vec::new();
    for (name, bytes) in pages {
        match there.contains(name) {
            false => lies.push(format!("page {name}: missing")),
            true if !holds(&folder.join(name), bytes) => {
                lies.push(format!("page {name}: does not follow from the log"));
            }
            true => {}
        }
    }
    let more = there.iter().filter(|name| !pages.contains_key(*name));
    lies.extend(more.map(|name| format!("page {name}: none of this record")));
    Ok(lies)
}

/// More than this of a feed is not read.
const MOST_READ: u64 = 16 * 1024 * 1024;

/// A small file of a folder, if it is there.
pub(crate) fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, ServeError> {
    let path = folder.join(name);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => return Ok(None),
        Err(error) => return Err(ServeError::File(path, error)),
    };
    let mut found = Vec::new();
    file.take(MOST_READ).read_to_end(&mut found).map_err(at(&path))?;
    Ok(Some(found))
}

/// Whether a file holds exactly these bytes. Never more of it is read.
fn holds(path: &Path, bytes: &[u8]) -> bool {
    let Ok(file) = fs::File::open(path) else { return false };
    let mut found = Vec::with_capacity(bytes.len());
    let read = file.take(bytes.len() as u64 + 1).read_to_end(&mut found);
    read.is_ok() && found == bytes
}

/// The files in a folder and those below, by their paths in it, without the mark.
fn list(folder: &Path) -> Result<BTreeSet<String>, ServeError> {
    let mut found = BTreeSet::new();
    let mut next = vec![(folder.to_owned(), String::new())];
    while let Some((path, prefix)) = next.pop() {
        for file in fs::read_dir(&path).map_err(at(&path))? {
            let file = file.map_err(at(&path))?;
            let name = format!("{prefix}{}", file.file_name().to_string_lossy());
            // A link is a file here, wherever it leads.
            if file.file_type().map_err(at(&path))?.is_dir() {
                next.push((file.path(), format!("{name}/")));
            } else if name != MARK {
                found.insert(name);
            }
        }
    }
    Ok(found)
}
