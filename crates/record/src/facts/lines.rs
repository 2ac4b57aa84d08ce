//! A cursor over the lines of a fact. Facts are our own writing, checked by digest, so what does not read
//! is told apart only by `None`.

use std::str::FromStr;

use crate::atoms::number;
use crate::statement::Statement;

pub(super) struct Lines<'a>(&'a str);

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the next line begins with `key`.
    pub(super) fn is_next(&self, key: &str) -> bool {
        self.0.strip_prefix(key).is_some_and(|rest| rest.starts_with(' '))
    }

    /// What stands behind `key` in the next line, if that begins so.
    pub(super) fn value(&mut self, key: &str) -> Option<&'a str> {
        let (line, rest) = self.0.split_once('\n')?;
        let value = line.strip_prefix(key)?.strip_prefix(' ')?;
        self.0 = rest;
        Some(value)
    }

    /// The words behind `key` in the next line, if that begins so.
    pub(super) fn maybe(&mut self, key: &str) -> Option<Words<'a>> {
        self.value(key).map(|words| Words(words.split(' ')))
    }

    /// A statement's text of so many lines.
    pub(super) fn statement(&mut self, lines: u64) -> Option<Statement> {
        let mut end = 0;
        for _ in 0..lines {
            end += self.0.get(end..)?.find('\n')? + 1;
        }
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Statement::parse(text).ok()
    }
}

/// The words of a line.
pub(super) struct Words<'a>(std::str::Split<'a, char>);

impl<'a> Words<'a> {
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    pub(super) fn one<T: FromStr>(&mut self) -> Option<T> {
        self.0.next()?.parse().ok()
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        number(self.0.next()?).ok()
    }

    /// A word, or `-` for none.
    pub(super) fn maybe<T: FromStr>(&mut self) -> Option<Option<T>> {
        match self.0.next()? {
            "-" => Some(None),
            word => word.parse().ok().map(Some),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(mut self) -> Option<()> {
        self.0.next().is_none().then_some(())
    }
}

/// A word, or `-` for none.
pub(super) fn or_dash(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
