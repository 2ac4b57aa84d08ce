//! One entry's inclusion as one text (C2SP tlog-proof): any client of transparency logs can check it.
//!
//! It proves that an entry is logged, and nothing of its standing; that takes a slip.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::atoms::number;
use crate::log::{Checkpoint, LogError, LogErrorKind, check_inclusion};
use crate::note::MOST_CHECKPOINT_BYTES;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// The most bytes of a proof, and of its extra data as they stand there.
const MOST_BYTES: usize = MOST_CHECKPOINT_BYTES + 128 * 1024;
const MOST_HASHES: usize = 64;

/// An inclusion proof with the checkpoint it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Opaque data of an application; nothing vouches for it.
    pub extra: Option<Vec<u8>>,
    /// The entry's index.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up.
    pub hashes: Vec<[u8; 32]>,
    /// The checkpoint, byte for byte.
    pub checkpoint: Vec<u8>,
}

impl TlogProof {
    /// Reads a proof. The checkpoint in it is not looked at.
    ///
    /// # Errors
    /// Anything that [`Display`](fmt::Display) would not print the same.
    pub fn parse(bytes: &[u8]) -> Result<Self, LogError> {
        let bad = |why: String| LogError::new(LogErrorKind::Damaged, "tlog-proof", why);
        if bytes.len() > MOST_BYTES {
            return Err(bad(format!("longer than {MOST_BYTES} bytes")));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| bad("not valid UTF-8".to_owned()))?;
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or_else(|| bad("no blank line before the checkpoint".to_owned()))?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(FIRST_LINE) {
            return Err(bad(format!("its first line is not \"{FIRST_LINE}\"")));
        }
        let extra = lines.next_if(|line| line.starts_with("extra ")).map(|line| &line[6..]);
        let extra = extra.map(|data| BASE64.decode(data)).transpose();
        let extra = extra.map_err(|_| bad("its extra data are not base64".to_owned()))?;
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.ok_or_else(|| bad("no line \"index <number>\"".to_owned()))?;
        let index = number(index).map_err(|error| bad(format!("index: {error}")))?;
        let mut hashes = Vec::new();
        for line in lines {
            let hash = BASE64.decode(line).ok().and_then(|hash| hash.try_into().ok());
            hashes.push(hash.ok_or_else(|| bad("a hash is not 32 bytes in base64".to_owned()))?);
            if hashes.len() > MOST_HASHES {
                return Err(bad(format!("more than {MOST_HASHES} hashes")));
            }
        }
        Ok(Self { extra, index, hashes, checkpoint: checkpoint.as_bytes().to_vec() })
    }

    /// Checks that the checkpoint's log has `entry` at the index. Who signed the checkpoint is for a policy
    /// or a key to say.
    ///
    /// # Errors
    /// If the checkpoint is none, or the hashes do not lead from the entry to its root.
    pub fn check(&self, entry: &[u8]) -> Result<Checkpoint, LogError> {
        let (checkpoint, _) = Checkpoint::parse(&self.checkpoint)?;
        let root = checkpoint.root();
        check_inclusion(entry, self.index, checkpoint.size(), &root, &self.hashes)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", BASE64.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", BASE64.encode(hash))?;
        }
        // A checkpoint that was read is text.
        write!(f, "\n{}", String::from_utf8_lossy(&self.checkpoint))
    }
}
