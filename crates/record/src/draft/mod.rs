//! Commitments to private drafts, and what opens them (`docs/record.md` section 10): the tree over salted
//! paragraphs, and the proof that a published paragraph was one of its leaves.
//!
//! Nothing is decided here about who may open, and nothing is kept: leaves and salts are the office's.

mod proof;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

use crate::atoms::Id;
pub use proof::{OpenedParagraph, OpeningError, OpeningProof, check_opening};

/// Stands between two paragraphs of an opened text.
pub const BETWEEN_PARAGRAPHS: &str = "\n\n";

/// A leaf of a commitment: the hash of a paragraph under a salt of its own (RFC 6962 section 2.1).
///
/// Without the salt, which is random and used once, nobody can try paragraphs out, however short they are.
#[must_use]
pub fn draft_leaf(salt: &[u8; 32], paragraph: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(salt);
    hash.update(paragraph.as_bytes());
    hash.finalize().into()
}

/// The tree over the leaves of a commitment. Leaves that are no paragraph are random bytes, so that nobody
/// can tell them from those that are.
#[derive(Debug, Clone)]
pub struct DraftTree {
    /// From the leaves up to the root, each level half as long as the one before.
    levels: Vec<Vec<[u8; 32]>>,
}

impl DraftTree {
    /// The tree over these leaves; `None` if their number is not one that a commitment may have: a power of
    /// two from 16 to 65,536.
    #[must_use]
    pub fn new(leaves: Vec<[u8; 32]>) -> Option<Self> {
        if !leaves.len().is_power_of_two() || !(16..=65_536).contains(&leaves.len()) {
            return None;
        }
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let (pairs, _) = below.as_chunks::<2>();
            let above = pairs.iter().map(|[left, right]| node(left, right)).collect();
            levels.push(above);
        }
        Some(Self { levels })
    }

    /// The root, which the commitment names.
    #[must_use]
    pub fn root(&self) -> Id {
        Id(self.levels.last().and_then(|top| top.first()).copied().unwrap_or_default())
    }

    /// How many leaves there are.
    #[must_use]
    pub fn leaves(&self) -> u32 {
        self.levels.first().and_then(|leaves| u32::try_from(leaves.len()).ok()).unwrap_or(0)
    }

    /// The inclusion path of a leaf, from its sibling up; empty for a position that no leaf has.
    #[must_use]
    pub fn path(&self, position: u32) -> Vec<[u8; 32]> {
        if position >= self.leaves() {
            return Vec::new();
        }
        let below_root = self.levels.split_last().map(|(_, levels)| levels).unwrap_or_default();
        let sibling = |(depth, level): (usize, &Vec<[u8; 32]>)| {
            level.get(((position >> depth) ^ 1) as usize).copied()
        };
        below_root.iter().enumerate().filter_map(sibling).collect()
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}
