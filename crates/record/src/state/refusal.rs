//! Why a statement counts for nothing.

use std::fmt;

use crate::log::LogError;

/// Why a statement was refused, or is void where it got into a log anyway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    kind: RefusalKind,
    why: String,
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The entry is not a statement.
    Unreadable,
    /// It is not signed by a key that may speak.
    NotSigned,
    /// The name has no key in this record.
    NoKeys,
    /// The operator has not admitted this key.
    NotAdmitted,
    /// It was already logged.
    Replayed,
    /// Times run back.
    Time,
    /// It names something that this record does not hold.
    Unknown,
    /// The speaker has no say over this document.
    NoVoice,
    /// It does not follow the speaker's own last word.
    Stale,
    /// The name, or the name's keys, are taken.
    Taken,
    /// A text of one's own cannot be disowned (rule 4).
    OwnText,
    /// It would close a circle.
    Circle,
    /// It ends or replaces what it may not.
    NotYours,
    /// It makes no sense here.
    Unfit,
}

impl Refusal {
    pub(super) fn new(kind: RefusalKind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into() }
    }

    pub(super) fn unreadable(why: String) -> Self {
        Self::new(RefusalKind::Unreadable, why)
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> RefusalKind {
        self.kind
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for Refusal {}

/// Why a statement did not go in.
#[derive(Debug)]
pub enum Stop {
    /// It counts for nothing.
    Void(Refusal),
    /// What it is judged by cannot be read: nothing is known of it.
    Fault(LogError),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Void(refusal)
    }
}

impl From<LogError> for Stop {
    fn from(error: LogError) -> Self {
        Self::Fault(error)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Void(refusal) => refusal.fmt(f),
            Self::Fault(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Stop {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Void(refusal) => Some(refusal),
            Self::Fault(error) => Some(error),
        }
    }
}
