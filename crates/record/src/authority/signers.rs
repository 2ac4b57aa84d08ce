//! Which keys signed a statement, as facts note it.

use std::fmt;
use std::str::FromStr;

use crate::atoms::{AtomError, number};

/// Which keys signed a statement: `<entry>:<i>,<j>,r<k>`, indices from 0 into the `key` lines of the `keys`
/// statement at that entry, with `r` into its `recovery` lines. Ascending, recovery keys last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signers {
    /// The entry of the `keys` statement.
    pub keys: u64,
    /// Which of its keys.
    pub listed: Vec<u8>,
    /// Which of its recovery keys.
    pub recovery: Vec<u8>,
}

impl fmt::Display for Signers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = self.listed.iter().map(u8::to_string);
        let recovery = self.recovery.iter().map(|index| format!("r{index}"));
        let all: Vec<String> = listed.chain(recovery).collect();
        write!(f, "{}:{}", self.keys, all.join(","))
    }
}

impl FromStr for Signers {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let wrong = || AtomError::new("signers", text, "expected <entry>:<i>,<j>,r<k>, ascending");
        let (entry, indices) = text.split_once(':').ok_or_else(wrong)?;
        let index = |text: &str| number(text).ok().and_then(|index| u8::try_from(index).ok());
        let mut read = Self { keys: number(entry)?, ..Self::default() };
        for text in indices.split(',') {
            match text.strip_prefix('r') {
                Some(recovery) => read.recovery.push(index(recovery).ok_or_else(wrong)?),
                None => read.listed.push(index(text).ok_or_else(wrong)?),
            }
        }
        let ascending = |list: &[u8]| list.is_sorted_by(|a, b| a < b);
        let in_form = ascending(&read.listed) && ascending(&read.recovery) && read.to_string() == text;
        if in_form { Ok(read) } else { Err(wrong()) }
    }
}
