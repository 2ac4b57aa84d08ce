//! The growing edge of a log in memory: what the next entries are added to, and which files that makes.
//!
//! Pure: takes entries, gives files. When they are written is the writer's.

use super::error::LogError;
use super::hashes::{Hash, leaf_hash, root, subtree, to_bytes};
use super::reader::Log;
use super::tile::{WIDTH, bundle_path, hashes_at, push_entry, tile_path};

/// A file of the log: its path and its bytes.
pub(crate) type NewFile = (String, Vec<u8>);

/// The partial tile of each level and the partial bundle.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
    bundle: Vec<u8>,
}

impl Edge {
    /// The edge of a log, read and checked.
    pub(crate) fn of(log: &Log) -> Result<Self, LogError> {
        let tiles = log.tree().edge()?.iter();
        let levels = tiles.map(|tile| tile.as_ref().map(|tile| tile.hashes.clone()).unwrap_or_default());
        let mut bundle = Vec::new();
        for entry in log.entries(log.size() - log.size() % WIDTH..log.size())? {
            push_entry(&mut bundle, &entry);
        }
        Ok(Self { size: log.size(), levels: levels.collect(), bundle })
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn root(&self) -> [u8; 32] {
        root(self.levels.iter().map(Vec::as_slice)).0
    }

    /// Adds the entries and gives every tile and bundle that the log of the new size has and the old one
    /// had not.
    pub(crate) fn extend<'a>(&mut self, entries: impl IntoIterator<Item = &'a [u8]>) -> Vec<NewFile> {
        let old = self.size;
        let mut files = Vec::new();
        for entry in entries {
            push_entry(&mut self.bundle, entry);
            self.size += 1;
            self.push(leaf_hash(entry), &mut files);
        }
        for (level, tile) in (0..).zip(&self.levels) {
            let hashes = hashes_at(self.size, level);
            if !tile.is_empty() && hashes > hashes_at(old, level) {
                let (n, width) = (hashes / WIDTH, hashes % WIDTH);
                files.push((tile_path(level, n, width), to_bytes(tile)));
                if level == 0 {
                    files.push((bundle_path(n, width), self.bundle.clone()));
                }
            }
        }
        files
    }

    /// Adds a leaf, and to each level above the root of every tile that this fills.
    fn push(&mut self, leaf: Hash, files: &mut Vec<NewFile>) {
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let tile = &mut self.levels[usize::from(level)];
            tile.push(hash);
            if (tile.len() as u64) < WIDTH {
                return;
            }
            let n = hashes_at(self.size, level) / WIDTH - 1;
            files.push((tile_path(level, n, WIDTH), to_bytes(tile)));
            if level == 0 {
                files.push((bundle_path(n, WIDTH), std::mem::take(&mut self.bundle)));
            }
            hash = subtree(tile);
            tile.clear();
        }
    }
}
