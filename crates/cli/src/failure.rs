//! Why a command failed, printed once, in one line, with exit status 2.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// A message for the user, or the end of a broken pipe.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What happened, to which file, and what to do.
    Message(String),
    /// Nobody reads what is printed any more: no failure at all.
    BrokenPipe,
}

impl Failure {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self::Message(message.to_string())
    }

    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Message(message) => {
                anstream::eprintln!("erratum: {}", crate::show::inert(message.trim_end()));
                ExitCode::from(2)
            }
            Self::BrokenPipe => ExitCode::SUCCESS,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::new(error),
        }
    }
}

macro_rules! from_display {
    ($($type:ty),* $(,)?) => {
        $(impl From<$type> for Failure {
            fn from(error: $type) -> Self {
                Self::new(error)
            }
        })*
    };
}

from_display!(
    erratum::LibraryError,
    erratum::PolicyError,
    erratum::record::AtomError,
    erratum::record::LogError,
    erratum::record::OperatorError,
    erratum::record::RecordError,
    erratum_desk::DeskError,
);
