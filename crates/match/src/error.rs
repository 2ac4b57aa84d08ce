//! What can be wrong with a segment: the one error type of this crate. Comparing cannot fail.

use std::fmt;
use std::path::PathBuf;

/// Why a segment could not be built or opened.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    path: Option<PathBuf>,
}

/// The kinds of [`Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file could not be opened or mapped.
    Io(std::io::Error),
    /// The file does not begin as a segment does.
    NotASegment,
    /// A segment of a version that this program does not read.
    Version(u32),
    /// A field of the file contradicts another, or the file's length.
    Damaged {
        /// What is wrong, in words.
        what: &'static str,
        /// Where in the file, in bytes.
        offset: u64,
    },
    /// Documents were not given in ascending order of their number.
    Order {
        /// The number before.
        before: u32,
        /// The number that came after it.
        after: u32,
    },
    /// More documents or postings than one segment can number.
    TooLarge {
        /// How many postings there would be.
        postings: u64,
    },
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self { kind, path: None }
    }

    pub(crate) fn damaged(what: &'static str, offset: u64) -> Self {
        Self::new(ErrorKind::Damaged { what, offset })
    }

    pub(crate) fn at(mut self, path: &std::path::Path) -> Self {
        self.path = Some(path.to_path_buf());
        self
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", path.display())?;
        }
        match &self.kind {
            ErrorKind::Io(_) => write!(f, "cannot open the segment"),
            ErrorKind::NotASegment => write!(f, "not a segment: it does not begin with \"erratseg\""),
            ErrorKind::Version(version) => {
                write!(f, "segment version {version} is not known here (1 is)")
            }
            ErrorKind::Damaged { what, offset } => write!(f, "damaged segment: {what} at byte {offset}"),
            ErrorKind::Order { before, after } => {
                write!(f, "documents out of order: number {after} after {before}")
            }
            ErrorKind::TooLarge { postings } => {
                write!(f, "too much for one segment: {postings} postings (at most {})", u32::MAX)
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Io(error) => Some(error),
            _ => None,
        }
    }
}
