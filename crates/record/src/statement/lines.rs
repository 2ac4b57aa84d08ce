//! The `key value` lines of a statement, read strictly in order.

use std::fmt;
use std::str::FromStr;

use crate::atoms::{self, AtomError};

/// A text that is not a statement; displays as the line's number and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementError {
    line: usize,
    why: String,
}

impl StatementError {
    pub(super) fn kind(kind: &str) -> Self {
        Self { line: 1, why: format!("unknown kind \"{}\"", kind.escape_debug()) }
    }
}

impl fmt::Display for StatementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a statement: line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for StatementError {}

/// A cursor over the lines of a statement.
pub(super) struct Lines<'a> {
    rest: std::iter::Peekable<std::str::Split<'a, char>>,
    line: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, StatementError> {
        let fail = |line, why: &str| Err(StatementError { line, why: why.to_owned() });
        let Some(body) = text.strip_suffix('\n') else { return fail(1, "the last line has no end") };
        for (index, line) in body.split('\n').enumerate() {
            if !line.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
                return fail(index + 1, "a character that is not printable ASCII");
            }
        }
        Ok(Self { rest: body.split('\n').peekable(), line: 0 })
    }

    /// The kind in the first line.
    pub(super) fn kind(&mut self) -> Result<&'a str, StatementError> {
        self.line = 1;
        let first = self.rest.next().unwrap_or_default();
        first.strip_prefix("erratum/v1 ").ok_or_else(|| self.wrong("expected erratum/v1 <kind>"))
    }

    /// The text of the next line if its key is `key`.
    pub(super) fn maybe_text(&mut self, key: &str) -> Result<Option<&'a str>, StatementError> {
        let Some((found, value)) = self.rest.peek().and_then(|line| line.split_once(' ')) else {
            return Ok(None);
        };
        if found != key {
            return Ok(None);
        }
        self.rest.next();
        self.line += 1;
        Ok(Some(value))
    }

    /// The text of the next line, whose key must be `key`.
    pub(super) fn text(&mut self, key: &'static str) -> Result<&'a str, StatementError> {
        self.maybe_text(key)?.ok_or_else(|| self.missing(key))
    }

    /// The value of the next line if its key is `key`.
    pub(super) fn maybe<T: FromStr<Err = AtomError>>(
        &mut self,
        key: &'static str,
    ) -> Result<Option<T>, StatementError> {
        let text = self.maybe_text(key)?;
        text.map(|text| self.atom(text)).transpose()
    }

    /// The value of the next line, whose key must be `key`.
    pub(super) fn one<T: FromStr<Err = AtomError>>(
        &mut self,
        key: &'static str,
    ) -> Result<T, StatementError> {
        let text = self.text(key)?;
        self.atom(text)
    }

    /// The number in the next line if its key is `key`.
    pub(super) fn maybe_number(&mut self, key: &str) -> Result<Option<u64>, StatementError> {
        let text = self.maybe_text(key)?;
        text.map(|text| atoms::number(text).map_err(|error| self.wrong(error))).transpose()
    }

    pub(super) fn number(&mut self, key: &'static str) -> Result<u64, StatementError> {
        let text = self.text(key)?;
        atoms::number(text).map_err(|error| self.wrong(error))
    }

    /// A line that can have one value only.
    pub(super) fn exactly(&mut self, key: &'static str, value: &str) -> Result<(), StatementError> {
        if self.text(key)? == value {
            Ok(())
        } else {
            Err(self.wrong(format!("expected {key} {value}")))
        }
    }

    /// A part of the line read last.
    pub(super) fn atom<T: FromStr<Err = AtomError>>(&self, text: &str) -> Result<T, StatementError> {
        text.parse().map_err(|error| self.wrong(error))
    }

    /// An error about the line read last.
    pub(super) fn wrong(&self, why: impl fmt::Display) -> StatementError {
        StatementError { line: self.line, why: why.to_string() }
    }

    /// An error about the line that should come next.
    pub(super) fn missing(&self, key: &'static str) -> StatementError {
        StatementError { line: self.line + 1, why: format!("expected a {key} line") }
    }

    pub(super) fn end(mut self) -> Result<(), StatementError> {
        match self.rest.next() {
            None => Ok(()),
            Some(line) => {
                let shown: String = line.chars().take(60).collect();
                Err(StatementError { line: self.line + 1, why: format!("unexpected line \"{shown}\"") })
            }
        }
    }
}
