//! What is kept when a log shows two histories: both checkpoints, signed by the log itself.
//!
//! Whoever has the log key can check them without trusting who kept them.

use std::fmt;
use std::path::{Path, PathBuf};

use erratum_record::{Checkpoint, Id, Log, LogError};

use crate::folder;

/// Two checkpoints of one log that do not go together, as they lie in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The one that was known before.
    pub known: PathBuf,
    /// The one that came now.
    pub shown: PathBuf,
    /// Where the log that came now is larger: the root that it has at the size of the known one, with the
    /// proof that it belongs to it.
    pub proof: Option<PathBuf>,
    sizes: (u64, u64),
}

/// Why a record is not what it was.
#[derive(Debug)]
#[non_exhaustive]
pub enum RemoteError {
    /// It cannot be read, or is not what it should be.
    Log(LogError),
    /// It shows another history than before.
    Fork(Evidence),
    /// It is smaller than before.
    Rollback(Evidence),
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(error) => error.fmt(f),
            Self::Fork(evidence) => {
                let (old, new) = evidence.sizes;
                write!(f, "the log at {new} entries is not the one that had {old}; {evidence}")
            }
            Self::Rollback(evidence) => {
                let (old, new) = evidence.sizes;
                write!(f, "the log has gone back from {old} entries to {new}; {evidence}")
            }
        }
    }
}

impl std::error::Error for RemoteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Log(error) => Some(error),
            Self::Fork(_) | Self::Rollback(_) => None,
        }
    }
}

impl From<LogError> for RemoteError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "both checkpoints are kept in {} and {}", self.known.display(), self.shown.display())
    }
}

/// A checkpoint whose signature was checked, with its bytes.
pub(crate) struct Known {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) bytes: Vec<u8>,
}

impl Known {
    pub(crate) fn of(log: &Log) -> Self {
        Self { checkpoint: log.checkpoint().clone(), bytes: log.checkpoint_bytes().to_vec() }
    }
}

/// Checks that `shown`, which the same key signed, continues `known`. `before` is the log at the known
/// checkpoint, where it is at hand: it tells a log that went back from one that never was. What does not go
/// together is kept in the folder `keep`.
///
/// # Errors
/// If it does not continue it, or a tile that would show it cannot be read.
pub(crate) fn check_growth(
    known: &Known,
    before: Option<&Log>,
    shown: &Log,
    keep: &Path,
) -> Result<(), RemoteError> {
    let old = &known.checkpoint;
    if shown.size() < old.size() {
        let part = match before {
            Some(before) => before.root_at(shown.size())? == shown.root(),
            None => true,
        };
        let evidence = keep_both(known, shown, None, keep)?;
        return Err(if part { RemoteError::Rollback(evidence) } else { RemoteError::Fork(evidence) });
    }
    let root = shown.root_at(old.size())?;
    if root == old.root() {
        return Ok(());
    }
    let proof = if shown.size() > old.size() {
        let hashes = shown.prove_consistency(old.size(), shown.size())?;
        let mut text = format!("erratum/v1 fork {} {}\n", old.size(), Id(root));
        hashes.iter().for_each(|hash| text += &format!("{}\n", Id(*hash)));
        Some(text)
    } else {
        None
    };
    Err(RemoteError::Fork(keep_both(known, shown, proof, keep)?))
}

fn keep_both(
    known: &Known,
    shown: &Log,
    proof: Option<String>,
    keep: &Path,
) -> Result<Evidence, LogError> {
    let name = |size: u64, bytes: &[u8]| format!("{size}-{}", Id::of(bytes).short());
    let (old, new) =
        (name(known.checkpoint.size(), &known.bytes), name(shown.size(), shown.checkpoint_bytes()));
    let put = |name: String, bytes: &[u8]| -> Result<PathBuf, LogError> {
        folder::write(keep, &name, |file| {
            file.write_all(bytes).map_err(|error| LogError::io(&name, "written", error))
        })?;
        Ok(keep.join(&name))
    };
    Ok(Evidence {
        known: put(format!("{old}.checkpoint"), &known.bytes)?,
        shown: put(format!("{new}.checkpoint"), shown.checkpoint_bytes())?,
        proof: proof.map(|proof| put(format!("{old}-{new}.fork"), proof.as_bytes())).transpose()?,
        sizes: (known.checkpoint.size(), shown.size()),
    })
}
