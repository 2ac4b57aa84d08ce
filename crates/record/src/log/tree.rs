//! The hashes of a log whose size and root are known, read from its tiles, each checked before use.
//!
//! Partial tiles are checked all together: they give the root. A full tile is checked against its hash in
//! the tile above it, and so on up to a partial one. Whether the root is signed is not decided here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tlog_tiles::{Error as ProofError, HashReader, split_stored_hash_index};

use super::error::LogError;
use super::hashes::{Hash, from_bytes, root, subtree};
use super::store::Store;
use super::tile::{TILE_BYTES, WIDTH, hashes_at, tile_path};

/// So many checked tiles are kept in memory (32 MiB of them) before all are forgotten.
const MOST_KEPT: usize = 4096;

/// A checked tile.
#[derive(Debug)]
pub(crate) struct Tile {
    /// The file it was read from.
    pub(crate) path: String,
    /// Its hashes: as many as the tree has in it, which may be fewer than are in the file.
    pub(crate) hashes: Vec<Hash>,
}

/// The hashes of a log at one size.
pub(crate) struct Tree {
    store: Arc<dyn Store>,
    size: u64,
    root: Hash,
    /// The partial tile of each level, if it has one.
    edge: OnceLock<Vec<Option<Arc<Tile>>>>,
    /// Full tiles by level and number.
    kept: Mutex<HashMap<(u8, u64), Arc<Tile>>>,
}

impl Tree {
    pub(crate) fn new(store: Arc<dyn Store>, size: u64, root: [u8; 32]) -> Self {
        Self { store, size, root: Hash(root), edge: OnceLock::new(), kept: Mutex::default() }
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The partial tile of each level, from 0 up.
    pub(crate) fn edge(&self) -> Result<&[Option<Arc<Tile>>], LogError> {
        match self.edge.get() {
            Some(edge) => Ok(edge),
            None => {
                let edge = self.read_edge()?;
                Ok(self.edge.get_or_init(|| edge))
            }
        }
    }

    /// Tile `n` of `level`, as far as it lies in the tree.
    pub(crate) fn tile(&self, level: u8, n: u64) -> Result<Arc<Tile>, LogError> {
        let outside = || {
            LogError::damaged(
                tile_path(level, n, WIDTH),
                format!("not in a log of {} entries", self.size),
            )
        };
        let hashes = hashes_at(self.size, level);
        if n >= hashes / WIDTH {
            let edge = self.edge()?.get(usize::from(level)).and_then(Option::as_ref);
            return edge.filter(|_| n == hashes / WIDTH).cloned().ok_or_else(outside);
        }
        if let Some(tile) = self.kept().get(&(level, n)) {
            return Ok(Arc::clone(tile));
        }
        // From the root down, so that a lying size is found out at the edge. The recursion ends at the
        // latest where a level has fewer than 256 hashes, after 6 steps.
        let above = self.tile(level + 1, n / WIDTH)?;
        let tile = self.read_tile(level, n, WIDTH)?;
        if above.hashes.get((n % WIDTH) as usize) != Some(&subtree(&tile.hashes)) {
            let why = format!("does not match its hash in {}", above.path);
            return Err(LogError::damaged(tile.path, why));
        }
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        Ok(Arc::clone(kept.entry((level, n)).or_insert_with(|| Arc::new(tile))))
    }

    /// Runs one of the provers of `tlog_tiles` over these hashes.
    pub(crate) fn with<T>(
        &self,
        prove: impl FnOnce(&Hashes<'_>) -> Result<T, ProofError>,
    ) -> Result<T, LogError> {
        let hashes = Hashes { tree: self, error: RefCell::new(None) };
        prove(&hashes).map_err(|error| {
            let read = hashes.error.into_inner();
            read.unwrap_or_else(|| LogError::damaged("tile", error.to_string()))
        })
    }

    /// The bytes of a file that has `width` items; or, where the log has grown since and only the full
    /// file is left, that one, with its path and the number of its items.
    pub(crate) fn read_file(
        &self,
        path: impl Fn(u64) -> String,
        width: u64,
        most: u64,
    ) -> Result<(String, u64, Vec<u8>), LogError> {
        for width in [width, WIDTH] {
            if let Some(bytes) = self.store.read(&path(width), most)? {
                return Ok((path(width), width, bytes));
            }
        }
        Err(LogError::missing(path(width)))
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<(u8, u64), Arc<Tile>>> {
        // Whoever panicked while holding it left nothing half done: entries are put in whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read_tile(&self, level: u8, n: u64, width: u64) -> Result<Tile, LogError> {
        let path = |width| tile_path(level, n, width);
        let (path, there, bytes) = self.read_file(path, width, TILE_BYTES)?;
        if bytes.len() as u64 != there * 32 {
            let why = format!("{} bytes, expected {}", bytes.len(), there * 32);
            return Err(LogError::damaged(path, why));
        }
        let mut hashes = from_bytes(&bytes);
        hashes.truncate(width as usize);
        Ok(Tile { path, hashes })
    }

    fn read_edge(&self) -> Result<Vec<Option<Arc<Tile>>>, LogError> {
        let mut edge = Vec::new();
        for level in (0..).take_while(|&level| hashes_at(self.size, level) > 0) {
            let hashes = hashes_at(self.size, level);
            let width = hashes % WIDTH;
            let tile = (width > 0).then(|| self.read_tile(level, hashes / WIDTH, width)).transpose()?;
            edge.push(tile.map(Arc::new));
        }
        let tiles = || edge.iter().flatten();
        if root(tiles().map(|tile| tile.hashes.as_slice())) == self.root {
            return Ok(edge);
        }
        let paths: Vec<_> = tiles().map(|tile| tile.path.as_str()).collect();
        let (place, why) = match paths.as_slice() {
            [] => ("checkpoint".to_owned(), "its root is not that of an empty log"),
            [one] => ((*one).to_owned(), "does not match the root in the checkpoint"),
            more => (more.join(", "), "do not match the root in the checkpoint"),
        };
        Err(LogError::damaged(place, why))
    }
}

/// The hashes of a tree as the provers of `tlog_tiles` ask for them, by their index in its storage order.
pub(crate) struct Hashes<'a> {
    tree: &'a Tree,
    /// Why reading failed: the provers' own error cannot carry it.
    error: RefCell<Option<LogError>>,
}

impl Hashes<'_> {
    fn read(&self, index: u64) -> Result<Hash, LogError> {
        let (level, n) = split_stored_hash_index(index);
        // Within a tile of 8 levels, the hash is the root over `1 << within` of the tile's own.
        let (tile_level, within) = (level / 8, level % 8);
        let tile = self.tree.tile(tile_level, n >> (8 - within))?;
        let first = ((n << within) % WIDTH) as usize;
        let hashes = tile.hashes.get(first..first + (1 << within));
        let narrow = || LogError::damaged(&tile.path, format!("{} hashes, too few", tile.hashes.len()));
        Ok(subtree(hashes.ok_or_else(narrow)?))
    }
}

impl HashReader for Hashes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, ProofError> {
        let read = indexes.iter().map(|&index| self.read(index)).collect::<Result<_, _>>();
        read.map_err(|error| {
            *self.error.borrow_mut() = Some(error);
            ProofError::InvalidTile
        })
    }
}
