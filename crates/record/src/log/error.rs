//! The one error of the log: which file, what is wrong with it, and what kind of trouble that is.

use std::fmt;
use std::io;

/// What went wrong with a log.
///
/// Displays as `<file or thing>: <what is wrong>`, in one line and complete; files of a store are named by
/// their path in it. `source()` gives the operating system's error where there is one.
#[derive(Debug)]
pub struct LogError {
    kind: LogErrorKind,
    place: String,
    why: String,
    source: Option<io::Error>,
}

/// The kinds of trouble that a program may want to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogErrorKind {
    /// The machine could not read or write.
    Io,
    /// A file that must be there is not.
    Missing,
    /// A file does not have its form, or does not match what commits to it.
    Damaged,
    /// A checkpoint is not signed by the key it should be.
    Unsigned,
    /// A proof proves nothing.
    Unproven,
    /// What was asked for makes no sense: an index outside the log, an entry too long.
    Invalid,
    /// Another writer has the log.
    Busy,
    /// Another writer changed what this one was about to change. Opened again, it may go on from there.
    Conflict,
    /// The server cannot be a writer's store: its conditional puts are not atomic.
    Unfit,
    /// The public folder and the writer's own files contradict each other; going on would fork the log.
    Diverged,
    /// The writer failed before and must be opened again.
    Poisoned,
}

impl LogError {
    /// An error of a store or of what reads one: `place` names the file or thing, `why` what is wrong with
    /// it.
    pub fn new(kind: LogErrorKind, place: impl Into<String>, why: impl Into<String>) -> Self {
        Self { kind, place: place.into(), why: why.into(), source: None }
    }

    /// The machine could not do something; `doing` completes the sentence `<place>: cannot be …`.
    pub fn io(place: impl Into<String>, doing: &str, source: io::Error) -> Self {
        let why = format!("cannot be {doing}: {source}");
        Self { kind: LogErrorKind::Io, place: place.into(), why, source: Some(source) }
    }

    pub(crate) fn damaged(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self::new(LogErrorKind::Damaged, place, why)
    }

    pub(crate) fn missing(place: impl Into<String>) -> Self {
        Self::new(LogErrorKind::Missing, place, "missing")
    }

    /// The same of a thing inside `file`.
    pub(crate) fn inside(self, file: &str) -> Self {
        Self { place: format!("{file}: {}", self.place), ..self }
    }

    /// The kind of trouble.
    #[must_use]
    pub fn kind(&self) -> LogErrorKind {
        self.kind
    }
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.why)
    }
}

impl std::error::Error for LogError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
