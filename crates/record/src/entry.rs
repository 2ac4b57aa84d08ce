//! Entries: a note behind the time it was logged (`docs/record.md` section 4).

use std::fmt;

use crate::atoms::{AtomError, Time};
use crate::note::{Note, NoteError};
use crate::statement::{Statement, StatementError};

/// An entry as it stands in the log, read but not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was logged.
    pub logged: Time,
    /// The note, with its signatures.
    pub note: Note,
    /// What the note says.
    pub statement: Statement,
}

impl Entry {
    /// Reads the bytes of an entry.
    ///
    /// # Errors
    /// If they are not a logged time and a note that holds a statement.
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let line = |why| EntryError::Line(why);
        let end = bytes.iter().position(|b| *b == b'\n').ok_or(line("it has no line"))?;
        let (first, rest) = bytes.split_at(end + 1);
        let first = std::str::from_utf8(first).map_err(|_| line("its first line is not text"))?;
        let time =
            first.strip_prefix("logged ").ok_or(line("its first line is not \"logged <time>\""))?;
        let logged = time.trim_end_matches('\n').parse().map_err(EntryError::Time)?;
        let note = Note::parse(rest).map_err(EntryError::Note)?;
        let statement = Statement::parse(note.text()).map_err(EntryError::Statement)?;
        Ok(Self { logged, note, statement })
    }

    /// The bytes to be logged.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        Self::bytes_of(self.logged, &self.note)
    }

    pub(crate) fn bytes_of(logged: Time, note: &Note) -> Vec<u8> {
        format!("logged {logged}\n{note}").into_bytes()
    }
}

/// Bytes that are not an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryError {
    /// The first line is not `logged <time>`.
    Line(&'static str),
    /// The time is not one.
    Time(AtomError),
    /// What follows is not a note.
    Note(NoteError),
    /// The note is not a statement.
    Statement(StatementError),
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(why) => write!(f, "not an entry: {why}"),
            Self::Time(error) => write!(f, "not an entry: {error}"),
            Self::Note(error) => error.fmt(f),
            Self::Statement(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EntryError {}
