//! Why an office cannot do what it wants.

use std::fmt;
use std::path::{Path, PathBuf};

use erratum::LibraryError;
use erratum::record::{OperatorError, RecordError};

/// Why an act was not done; displays what happened, to which file, and what to do.
#[derive(Debug)]
pub enum DeskError {
    /// A file or folder: which, and why.
    File(PathBuf, String),
    /// The record.
    Record(RecordError),
    /// The operator's side of a record that this desk runs itself.
    Operator(OperatorError),
    /// The index of that record.
    Index(LibraryError),
    /// The act makes no sense.
    Unfit(String),
    /// The record refused the statement.
    Refused(String),
}

impl DeskError {
    pub(crate) fn file(path: &Path, why: impl fmt::Display) -> Self {
        Self::File(path.to_owned(), why.to_string())
    }

    pub(crate) fn unfit(why: impl fmt::Display) -> Self {
        Self::Unfit(why.to_string())
    }
}

impl fmt::Display for DeskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, why) => write!(f, "{}: {why}", path.display()),
            Self::Record(error) => error.fmt(f),
            Self::Operator(error) => error.fmt(f),
            Self::Index(error) => error.fmt(f),
            Self::Unfit(why) => f.write_str(why),
            Self::Refused(why) => write!(f, "the record refused it: {why}"),
        }
    }
}

impl std::error::Error for DeskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Record(error) => Some(error),
            Self::Operator(error) => Some(error),
            Self::Index(error) => Some(error),
            Self::File(..) | Self::Unfit(_) | Self::Refused(_) => None,
        }
    }
}

impl From<RecordError> for DeskError {
    fn from(error: RecordError) -> Self {
        Self::Record(error)
    }
}

impl From<OperatorError> for DeskError {
    fn from(error: OperatorError) -> Self {
        Self::Operator(error)
    }
}

impl From<LibraryError> for DeskError {
    fn from(error: LibraryError) -> Self {
        Self::Index(error)
    }
}
