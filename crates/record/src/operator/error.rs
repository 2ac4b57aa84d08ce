//! Why an operator cannot go on.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::log::{LogError, LogErrorKind};
use crate::record::RecordError;

/// Why the operator cannot go on.
#[derive(Debug)]
pub enum OperatorError {
    /// The log.
    Log(LogError),
    /// The record.
    Record(RecordError),
    /// The inbox.
    Inbox(PathBuf, io::Error),
    /// A statement of the operator's own is refused.
    Refused(String),
}

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Record(error) => error.fmt(f),
            Self::Inbox(place, error) => write!(f, "inbox {}: {error}", place.display()),
            Self::Refused(why) => write!(f, "refused: {why}"),
        }
    }
}

impl std::error::Error for OperatorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(error) => Some(error),
            Self::Record(error) => Some(error),
            Self::Inbox(_, error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

impl From<LogError> for OperatorError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl OperatorError {
    /// Whether another writer is at the record.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Log(error) if error.kind() == LogErrorKind::Busy)
    }
}
