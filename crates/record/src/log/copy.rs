//! The files of a log by ranges of 256 entries, for whoever makes a copy of it.
//!
//! They are made anew from what was checked against the checkpoint, so a copy never holds a byte that was
//! not. Where they are written, and in which order, is the copier's.

use super::edge::NewFile;
use super::error::LogError;
use super::hashes::to_bytes;
use super::reader::Log;
use super::tile::{WIDTH, bundle_path, hashes_at, obsolete_folders, push_entry, tile_path};

/// One range of a log.
#[derive(Debug, Clone)]
pub struct LogRange {
    /// The index of its first entry.
    pub first: u64,
    /// Its entries: 256, or fewer in the last range.
    pub entries: Vec<Vec<u8>>,
    /// The files of the log that end with it, each with its bytes: its tile and its bundle, the tiles above
    /// that it completes, and with the last range the partial tiles of all levels.
    pub files: Vec<NewFile>,
}

impl LogRange {
    /// How many ranges a log of `size` entries has.
    #[must_use]
    pub fn count(size: u64) -> u64 {
        size.div_ceil(WIDTH)
    }

    /// The range that an entry is in.
    #[must_use]
    pub fn of(entry: u64) -> u64 {
        entry / WIDTH
    }

    /// The file of the blobs of range `n`, where all its 256 entries are there.
    #[must_use]
    pub fn blob_bundle(n: u64) -> String {
        bundle_path(n, WIDTH).replacen("tile/entries", "blob", 1)
    }

    /// The file of the blobs of one entry, while its range is not complete.
    #[must_use]
    pub fn blob_single(entry: u64) -> String {
        format!("{}.p/{}", Self::blob_bundle(entry / WIDTH), entry % WIDTH)
    }

    /// The folders that a log of `old` entries may have and that one of `new` entries no longer needs.
    #[must_use]
    pub fn outgrown(old: u64, new: u64) -> Vec<String> {
        let mut folders = obsolete_folders(old, new);
        if !old.is_multiple_of(WIDTH) && new / WIDTH > old / WIDTH {
            folders.push(format!("{}.p", Self::blob_bundle(old / WIDTH)));
        }
        folders.dedup();
        folders
    }
}

impl Log {
    /// Range `n` of this log, every byte checked.
    ///
    /// # Errors
    /// If there is no such range, or a file is missing or damaged.
    pub fn range(&self, n: u64) -> Result<LogRange, LogError> {
        let first = n.saturating_mul(WIDTH);
        let end = self.size().min(first.saturating_add(WIDTH));
        let entries = self.entries(first..end)?;
        let mut bundle = Vec::new();
        entries.iter().for_each(|entry| push_entry(&mut bundle, entry));
        let width = end - first;
        let mut files = vec![(bundle_path(n, width), bundle)];
        for level in (0..).take_while(|&level| hashes_at(self.size(), level) > 0) {
            let tiles = hashes_at(end, level);
            // The tile that these entries complete, and at the log's end the partial one.
            let completed = tiles.is_multiple_of(WIDTH) && tiles > hashes_at(first, level);
            let is_partial = end == self.size() && !tiles.is_multiple_of(WIDTH);
            if completed || is_partial {
                let tile = self.tree().tile(level, (tiles - 1) / WIDTH)?;
                let width = tile.hashes.len() as u64;
                files.push((tile_path(level, (tiles - 1) / WIDTH, width), to_bytes(&tile.hashes)));
            }
        }
        Ok(LogRange { first, entries, files })
    }
}
