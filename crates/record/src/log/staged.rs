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
//! The staged file holds every file that the last append makes, the checkpoint apart. It stays after the
//! append, until the next one overwrites it, so that a public folder that lost its last append is mended:
//!
//! ```text
//! erratum/v1 staged <entries before> <root before, in hexadecimal>
//! <path> <bytes>
//! <that many bytes><path> <bytes>
//! …
//! ```

use super::checkpoint::Checkpoint;
use super::edge::NewFile;
use super::error::LogError;
use crate::atoms::{Id, number};

/// The most bytes that a state has: a line and a checkpoint.
pub(crate) const MOST_STATE_BYTES: u64 = 20 * 1024;

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

/// What one append makes in the public folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    /// How many entries the log had before.
    pub(crate) size: u64,
    /// The root it had then.
    pub(crate) root: Id,
    /// Every file the append makes, except the checkpoint.
    pub(crate) files: Vec<NewFile>,
}

impl Staged {
    pub(crate) fn new(before: &Checkpoint, files: Vec<NewFile>) -> Self {
        Self { size: before.size(), root: Id(before.root()), files }
    }

    /// Whether this leads on from `checkpoint`.
    pub(crate) fn follows(&self, checkpoint: &Checkpoint) -> bool {
        (self.size, self.root.0) == (checkpoint.size(), checkpoint.root())
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = format!("erratum/v1 staged {} {}\n", self.size, self.root).into_bytes();
        for (path, content) in &self.files {
            bytes.extend_from_slice(format!("{path} {}\n", content.len()).as_bytes());
            bytes.extend_from_slice(content);
        }
        bytes
    }

    /// Reads a staged file; `place` is its name, for the error.
    pub(crate) fn decode(place: &str, bytes: &[u8]) -> Result<Self, LogError> {
        let bad = |why| LogError::damaged(place, why);
        let first = || bad("its first line is not that of a staged append");
        let (line, mut rest) = split_line(bytes).ok_or_else(first)?;
        let line = line.strip_prefix("erratum/v1 staged ").ok_or_else(first)?;
        let (size, root) = line.split_once(' ').ok_or_else(first)?;
        let size = number(size).map_err(|_| first())?;
        let root = root.parse().map_err(|_| first())?;
        let mut files = Vec::new();
        while !rest.is_empty() {
            let (file, after) = split_file(rest).ok_or_else(|| bad("a file in it is cut short"))?;
            files.push(file);
            rest = after;
        }
        Ok(Self { size, root, files })
    }
}

fn split_file(bytes: &[u8]) -> Option<(NewFile, &[u8])> {
    let (line, rest) = split_line(bytes)?;
    let (path, length) = line.split_once(' ')?;
    let (content, rest) = rest.split_at_checked(usize::try_from(number(length).ok()?).ok()?)?;
    Some(((path.to_owned(), content.to_vec()), rest))
}

fn split_line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_files_look_as_documented() {
        let staged = Staged {
            size: 7,
            root: Id::of(b""),
            files: vec![("blob/007".into(), b"ab\n".to_vec()), ("tile/0/000.p/8".into(), vec![])],
        };
        let bytes = staged.encode();
        let expected =
            format!("erratum/v1 staged 7 {}\nblob/007 3\nab\ntile/0/000.p/8 0\n", Id::of(b""));
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(Staged::decode("k.staged", &bytes).unwrap(), staged);

        let state = State { staged: Some(Id::of(&bytes)), checkpoint: b"note".to_vec() };
        let text = String::from_utf8(state.encode()).unwrap();
        assert_eq!(text, format!("erratum/v1 state {}\nnote", Id::of(&bytes)));
        assert_eq!(State::decode("k.state", text.as_bytes()).unwrap(), state);
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
        let cut = format!("erratum/v1 staged 7 {}\nblob/007 4\nabc", Id::of(b""));
        assert_eq!(staged(&cut), "k.staged: a file in it is cut short");
    }

    proptest! {
        #[test]
        fn nothing_read_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = State::decode("s", &bytes);
            let mut staged = format!("erratum/v1 staged 1 {}\n", Id::of(b"")).into_bytes();
            staged.extend_from_slice(&bytes);
            if let Ok(read) = Staged::decode("s", &staged) {
                prop_assert_eq!(Staged::decode("s", &read.encode()).unwrap(), read);
            }
        }
    }
}
