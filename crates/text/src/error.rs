//! Why a file, or a part of one, could not be read. How that ends a command is not decided here.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes.
    Empty,
    /// The file, or what unpacks from it, is larger than the [`crate::Limits`] allow.
    TooLarge,
    /// A password is needed.
    Encrypted,
    /// The file is not what it says it is, or is damaged.
    Broken,
    /// The bytes are not text in UTF-8, nor in a character set that the file names.
    NotUtf8,
    /// A readable file without text: an empty page, a scan.
    NoText,
    /// A picture: what text it has must be recognised, which is not done here.
    Picture,
    /// Mails, archives, elements or drawing instructions inside each other beyond the [`crate::Limits`].
    TooDeep,
    /// A kind of file that is not read.
    Unsupported,
    /// Reading took longer than the [`crate::Limits`] allow.
    TooSlow,
}

/// Why nothing could be read: a kind for programs, one clear line for people. What caused it stays behind
/// where an error is serialised.
#[derive(Debug, Serialize, Deserialize)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    #[serde(skip)]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of a room that reads files for this one: `message` is one line, lower case, without a full
    /// stop.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// The same with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
