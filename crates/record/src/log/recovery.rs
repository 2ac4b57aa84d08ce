//! What opening a writer had to mend, in words.
//!
//! How it is mended is in `side.rs`.

use std::fmt;

/// What opening a writer had to mend.
///
/// Displays as one line of words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Recovery {
    mended: Vec<Mended>,
}

/// One thing that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mended {
    /// An append was signed and not yet published; its entries are public now.
    Append {
        /// How many entries were public before.
        from: u64,
        /// How many are now.
        to: u64,
    },
    /// Public files of the last append were missing, and are there again.
    Files(Vec<String>),
    /// The public checkpoint was of the right tree, and not the one last published: it lacked cosignatures,
    /// or had others. It is there again.
    Checkpoint,
    /// The writer's folder held files of an append that never happened or of one long done. They are gone.
    Leftovers(u64),
}

impl Recovery {
    pub(crate) fn of(mended: Vec<Mended>) -> Self {
        Self { mended }
    }

    pub(crate) fn add(&mut self, mended: Mended) {
        self.mended.push(mended);
    }

    /// Whether everything was as the last append left it.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.mended.is_empty()
    }

    /// What was mended, in order.
    #[must_use]
    pub fn mended(&self) -> &[Mended] {
        &self.mended
    }
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, rest) = match self.mended.as_slice() {
            [] => return f.write_str("nothing to recover"),
            [first, rest @ ..] => (first, rest),
        };
        write!(f, "{first}")?;
        rest.iter().try_for_each(|mended| write!(f, "; {mended}"))
    }
}

impl fmt::Display for Mended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Append { from, to } => {
                write!(f, "finished an interrupted append: the log had {from} public entries, now {to}")
            }
            Self::Files(paths) => write!(f, "put back what was missing: {}", paths.join(", ")),
            Self::Checkpoint => {
                f.write_str("put back the checkpoint as it was last published, with its cosignatures")
            }
            Self::Leftovers(1) => f.write_str("removed 1 file that an interrupted append left behind"),
            Self::Leftovers(n) => write!(f, "removed {n} files that interrupted appends left behind"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_did() {
        let mut recovery = Recovery::default();
        assert_eq!(recovery.to_string(), "nothing to recover");
        assert!(recovery.is_nothing());
        recovery.add(Mended::Files(vec!["tile/0/000.p/3".to_owned(), "blob/000.p/2".to_owned()]));
        recovery.add(Mended::Checkpoint);
        recovery.add(Mended::Leftovers(1));
        assert_eq!(
            recovery.to_string(),
            "put back what was missing: tile/0/000.p/3, blob/000.p/2; put back the checkpoint as it was \
             last published, with its cosignatures; removed 1 file that an interrupted append left behind"
        );
        assert_eq!(
            Recovery::of(vec![Mended::Append { from: 7, to: 9 }, Mended::Leftovers(2)]).to_string(),
            "finished an interrupted append: the log had 7 public entries, now 9; removed 2 files that \
             interrupted appends left behind"
        );
    }
}
