//! The growing edge of a log in memory: what the next entries are added to, and which files that makes.
//!
//! Pure: takes entries, gives files. When they are written is the writer's.

use std::sync::Arc;

use super::checkpoint::Checkpoint;
use super::error::LogError;
use super::hashes::{Hash, leaf_hash, root, subtree, to_bytes};
use super::reader::Log;
use super::store::Store;
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

    /// The edge of the log in `public` that `checkpoint` describes, whoever signed it.
    pub(crate) fn at(public: &Arc<dyn Store>, checkpoint: &Checkpoint) -> Result<Self, LogError> {
        if checkpoint.size() == 0 {
            return Ok(Self::default());
        }
        Self::of(&Log::at(Arc::clone(public), checkpoint.clone(), Vec::new()))
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

    /// The paths of what [`Edge::extend`] gives when a log of `old` entries grows to `new`.
    pub(crate) fn new_paths(old: u64, new: u64) -> Vec<String> {
        let mut paths = Vec::new();
        for level in (0..).take_while(|&level| hashes_at(new, level) > 0) {
            let (before, now) = (hashes_at(old, level), hashes_at(new, level));
            let full = (before / WIDTH..now / WIDTH).map(|n| (n, WIDTH));
            let partial = (now % WIDTH > 0 && now > before).then_some((now / WIDTH, now % WIDTH));
            for (n, width) in full.chain(partial) {
                paths.push(tile_path(level, n, width));
                if level == 0 {
                    paths.push(bundle_path(n, width));
                }
            }
        }
        paths
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_of_new_files_are_known_before_them() {
        for (old, new) in [(0, 1), (0, 256), (3, 255), (3, 256), (200, 600), (65_000, 66_000), (5, 5)] {
            let mut edge = Edge::default();
            let _ = edge.extend((0..old).map(|_| &b"e"[..]));
            let mut made: Vec<_> =
                edge.extend((old..new).map(|_| &b"e"[..])).into_iter().map(|(path, _)| path).collect();
            let mut paths = Edge::new_paths(old, new);
            made.sort();
            paths.sort();
            assert_eq!(made, paths, "{old} to {new}");
        }
    }
}
