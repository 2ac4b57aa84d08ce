//! The writer's two own files: what it has signed, and what that needs in the public folder.
//!
//! The state is replaced atomically, and naming the staged file by its digest it is the moment at which an
//! append happens:
//!
//! ```text
//! erratum/v1 state <SHA-256 of the staged file, or none>
//! <the last signed checkpoint, byte for byte, to the end>
//! ```
//!
//! A staged append holds the new entries with their blobs; all files that it makes follow from them and
//! from the log before. It lies in a file of its own, named by its digest, and stays until the next append
//! is public, so that a public folder that lost its last append is mended:
//!
//! ```text
//! erratum/v1 staged <entries before> <root before, in hexadecimal>
//! <bytes of the entry> <bytes of its blobs>
//! <the entry><its blobs><bytes of the entry> <bytes of its blobs>
//! …
//! ```

use super::checkpoint::Checkpoint;
use super::error::LogError;
use super::tile::MOST_ENTRIES;
use super::writer::NewEntry;
use crate::atoms::{Id, number};
use crate::note::MOST_CHECKPOINT_BYTES;

/// The most bytes of a line in these files.
const MOST_LINE_BYTES: usize = 200;

/// The most bytes that a state has: a line and a checkpoint.
pub(crate) const MOST_STATE_BYTES: u64 = 1024 + MOST_CHECKPOINT_BYTES as u64;

/// What the writer has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// The digest of the staged file that leads to the checkpoint; none before the first append.
    pub(crate) staged: Option<Id>,
    /// The checkpoint, signed.
    pub(crate) checkpoint: Vec<u8>,
}

impl State {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let staged = self.staged.map_or_else(|| "none".to_owned(), |id| id.to_string());
        let mut bytes = format!("erratum/v1 state {staged}\n").into_bytes();
        bytes.extend_from_slice(&self.checkpoint);
        bytes
    }

    /// Reads a state; `place` is its file, for the error.
    pub(crate) fn decode(place: &str, bytes: &[u8]) -> Result<Self, LogError> {
        let bad = || LogError::damaged(place, "its first line is not that of a state");
        let (line, checkpoint) = split_line(bytes).ok_or_else(bad)?;
        let staged = match line.strip_prefix("erratum/v1 state ").ok_or_else(bad)? {
            "none" => None,
            id => Some(id.parse().map_err(|_| bad())?),
        };
        Ok(Self { staged, checkpoint: checkpoint.to_vec() })
    }
}

/// What one append adds to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    /// How many entries the log had before.
    pub(crate) size: u64,
    /// The root it had then.
    pub(crate) root: Id,
    /// The new entries.
    pub(crate) batch: Vec<NewEntry>,
}

impl Staged {
    /// The log before.
    pub(crate) fn before(&self, origin: &str) -> Checkpoint {
        Checkpoint::new(origin, self.size, self.root.0)
    }

    /// Writes an append of `batch` to the log that `before` describes.
    pub(crate) fn encode(before: &Checkpoint, batch: &[NewEntry]) -> Vec<u8> {
        let blobs_of = |new: &NewEntry| new.blobs.as_ref().map_or(0, Vec::len);
        let room: usize = batch.iter().map(|new| new.entry.len() + blobs_of(new) + 20).sum();
        let mut bytes = Vec::with_capacity(room + 120);
        bytes.extend_from_slice(
            format!("erratum/v1 staged {} {}\n", before.size(), Id(before.root())).as_bytes(),
        );
        for new in batch {
            bytes.extend_from_slice(format!("{} {}\n", new.entry.len(), blobs_of(new)).as_bytes());
            bytes.extend_from_slice(&new.entry);
            bytes.extend_from_slice(new.blobs.as_deref().unwrap_or_default());
        }
        bytes
    }

    /// Reads a staged append; `place` is its file, for the error.
    pub(crate) fn decode(place: &str, bytes: &[u8]) -> Result<Self, LogError> {
        let bad = |why| LogError::damaged(place, why);
        let first = || bad("its first line is not that of a staged append");
        let (line, mut rest) = split_line(bytes).ok_or_else(first)?;
        let line = line.strip_prefix("erratum/v1 staged ").ok_or_else(first)?;
        let (size, root) = line.split_once(' ').ok_or_else(first)?;
        let size = number(size).ok().filter(|&size| size <= MOST_ENTRIES).ok_or_else(first)?;
        let root = root.parse().map_err(|_| first())?;
        let mut batch = Vec::new();
        while !rest.is_empty() {
            let (new, after) = split_entry(rest).ok_or_else(|| bad("an entry in it is cut short"))?;
            batch.push(new);
            rest = after;
        }
        Ok(Self { size, root, batch })
    }
}

fn split_entry(bytes: &[u8]) -> Option<(NewEntry, &[u8])> {
    let (line, rest) = split_line(bytes)?;
    let (entry, blobs) = line.split_once(' ')?;
    let take = |rest: &'_ [u8], length: &str| -> Option<(Vec<u8>, usize)> {
        let length = usize::try_from(number(length).ok()?).ok()?;
        Some((rest.get(..length)?.to_vec(), length))
    };
    let (entry, length) = take(rest, entry)?;
    let rest = &rest[length..];
    let (blobs, length) = take(rest, blobs)?;
    let blobs = Some(blobs).filter(|blobs| !blobs.is_empty());
    Some((NewEntry { entry, blobs }, &rest[length..]))
}

fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    // No line of these files is longer, and what follows one may be.
    let end = bytes.iter().take(MOST_LINE_BYTES).position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_files_look_as_documented() {
        let root = Id::of(b"");
        let batch = vec![
            NewEntry { entry: b"ab\n".to_vec(), blobs: Some(b"salted".to_vec()) },
            NewEntry { entry: vec![], blobs: None },
        ];
        let bytes = Staged::encode(&Checkpoint::new("record.example", 7, root.0), &batch);
        let text = format!("erratum/v1 staged 7 {root}\n3 6\nab\nsalted0 0\n");
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), text);
        assert_eq!(Staged::decode("k", &bytes).unwrap(), Staged { size: 7, root, batch });

        let state = State { staged: Some(root), checkpoint: b"record.example\n7\n".to_vec() };
        let text = format!("erratum/v1 state {root}\nrecord.example\n7\n");
        assert_eq!(String::from_utf8(state.encode()).unwrap(), text);
        assert_eq!(State::decode("k.state", &state.encode()).unwrap(), state);
        let none = State { staged: None, checkpoint: vec![] };
        assert_eq!(none.encode(), b"erratum/v1 state none\n");
        assert_eq!(State::decode("k.state", &none.encode()).unwrap(), none);
    }

    #[test]
    fn faults_name_the_file() {
        let state = |bytes: &[u8]| State::decode("k.state", bytes).unwrap_err().to_string();
        for bad in [&b""[..], b"erratum/v1 state", b"erratum/v1 state x\n", b"\xff\n"] {
            assert_eq!(state(bad), "k.state: its first line is not that of a state");
        }
        let staged = |text: &str| Staged::decode("k.staged", text.as_bytes()).unwrap_err().to_string();
        assert_eq!(
            staged("erratum/v1 staged 7\n"),
            "k.staged: its first line is not that of a staged append"
        );
        for bad in ["4 0\nabc", "3 1\nabc", "3\nabc", "3 99999999999999999999\nabc", "abc"] {
            let cut = format!("erratum/v1 staged 7 {}\n{bad}", Id::of(b""));
            assert_eq!(staged(&cut), "k.staged: an entry in it is cut short");
        }
    }

    proptest! {
        #[test]
        fn nothing_read_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = State::decode("s", &bytes);
            let mut staged = format!("erratum/v1 staged 1 {}\n", Id::of(b"")).into_bytes();
            staged.extend_from_slice(&bytes);
            if let Ok(read) = Staged::decode("s", &staged) {
                let again = Staged::encode(&read.before("record.example"), &read.batch);
                prop_assert_eq!(Staged::decode("s", &again).unwrap(), read);
            }
        }
    }
}
