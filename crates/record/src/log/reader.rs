//! Reading a log: entries, roots and proofs, each checked against a signed checkpoint before it is handed
//! out.
//!
//! Blobs are handed out as they lie there; their digests stand in the entries, which are not read here.

use std::ops::Range;
use std::sync::Arc;

use tlog_tiles::{prove_record, prove_tree, tree_hash};

use super::blob_bundle::{HEADER_BYTES, MOST_BLOB_BYTES, find};
use super::checkpoint::{CHECKPOINT, Checkpoint};
use super::error::{LogError, LogErrorKind};
use super::hashes::leaf_hash;
use super::store::Store;
use super::tile::{
    MOST_BUNDLE_BYTES, WIDTH, blob_bundle_path, blob_single_path, bundle_path, decode_bundle,
};
use super::tree::Tree;
use crate::note::{MOST_CHECKPOINT_BYTES, Note, VerifierKey};

/// A log at one checkpoint.
///
/// It stays at that checkpoint while the log grows; open it again to see more. Every file is read when it
/// is first needed, and a tile only once.
pub struct Log {
    checkpoint: Checkpoint,
    bytes: Vec<u8>,
    tree: Tree,
}

/// A log whose checkpoint is read, and not yet known to be signed: for taking the key from its first entry.
pub struct UnverifiedLog {
    log: Log,
    note: Note,
}

impl UnverifiedLog {
    /// Reads the checkpoint of the log in `store`.
    ///
    /// # Errors
    /// If there is none, or it cannot be read.
    pub fn read(store: Arc<dyn Store>) -> Result<Self, LogError> {
        let bytes = store.read(CHECKPOINT, MOST_CHECKPOINT_BYTES as u64)?;
        Self::at(store, bytes.ok_or_else(|| LogError::missing(CHECKPOINT))?)
    }

    /// The log in `store` at a checkpoint that came from elsewhere or was kept.
    ///
    /// # Errors
    /// If the bytes are not a checkpoint.
    pub fn at(store: Arc<dyn Store>, bytes: Vec<u8>) -> Result<Self, LogError> {
        let (checkpoint, note) = Checkpoint::parse(&bytes)?;
        Ok(Self { log: Log::at(store, checkpoint, bytes), note })
    }

    /// What the checkpoint claims.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.log.checkpoint
    }

    /// The first entry of the log that has the checkpoint's root, whoever signed it.
    ///
    /// # Errors
    /// If the log is empty, or what is there does not match the root.
    pub fn first_entry(&self) -> Result<Vec<u8>, LogError> {
        if self.log.size() == 0 {
            return Err(LogError::damaged(CHECKPOINT, "the log is empty"));
        }
        Ok(self.log.entries(0..1)?.swap_remove(0))
    }

    /// The log, now that `key` is known.
    ///
    /// # Errors
    /// If the checkpoint is not signed by `key`, or its origin is not the key's name.
    pub fn verify(self, key: &VerifierKey) -> Result<Log, LogError> {
        self.log.checkpoint.verify(&self.note, key)?;
        Ok(self.log)
    }
}

impl Log {
    /// Reads the checkpoint of the log in `store`, signed by `key`.
    ///
    /// # Errors
    /// If there is none, it cannot be read, or it is not signed by `key`.
    pub fn open(store: Arc<dyn Store>, key: &VerifierKey) -> Result<Self, LogError> {
        UnverifiedLog::read(store)?.verify(key)
    }

    /// The log at a checkpoint that whoever asks vouches for.
    pub(crate) fn at(store: Arc<dyn Store>, checkpoint: Checkpoint, bytes: Vec<u8>) -> Self {
        let tree = Tree::new(store, checkpoint.size(), checkpoint.root());
        Self { checkpoint, bytes, tree }
    }

    /// The checkpoint that everything here is checked against.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// That checkpoint as it was signed, byte for byte.
    #[must_use]
    pub fn checkpoint_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many entries the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.checkpoint.size()
    }

    /// The root hash over all entries.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.checkpoint.root()
    }

    /// The root hash that the log had at `size` entries.
    ///
    /// # Errors
    /// If it has fewer now, or a tile is missing or damaged.
    pub fn root_at(&self, size: u64) -> Result<[u8; 32], LogError> {
        self.within("size", size, size <= self.size())?;
        Ok(self.tree.with(|hashes| tree_hash(size, hashes))?.0)
    }

    /// The entries with the indexes `range`, in order. Each file that holds some of them is read once.
    ///
    /// # Errors
    /// If the range reaches beyond the log, a file is missing or damaged, or an entry is not the one that
    /// the root commits to.
    pub fn entries(&self, range: Range<u64>) -> Result<Vec<Vec<u8>>, LogError> {
        let good = range.start <= range.end && range.end <= self.size();
        self.within("entries to", range.end, good)?;
        let mut entries = Vec::new();
        let mut next = range.start;
        while next < range.end {
            let end = range.end.min((next / WIDTH + 1) * WIDTH);
            self.read_bundle(next..end, &mut entries)?;
            next = end;
        }
        Ok(entries)
    }

    /// The blobs of an entry, as they lie there; `None` if it has none, or none any more. Nothing is checked
    /// but that they are at most 8 MiB, and no more than they is read. While the writer withholds others of
    /// the same range, they may be the bytes of another entry, which their digests show.
    ///
    /// # Errors
    /// If there is no such entry, the file cannot be read, or it is cut short.
    pub fn blobs(&self, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.within("entry", index, index < self.size())?;
        let complete = (index / WIDTH + 1) * WIDTH <= self.size();
        if !complete {
            let single = self.tree.store().read(&blob_single_path(index), MOST_BLOB_BYTES)?;
            if single.is_some() {
                return Ok(single.filter(|blobs| !blobs.is_empty()));
            }
        }
        // Also where the range was not complete: the log may have grown since.
        self.bundled_blobs(index)
    }

    fn bundled_blobs(&self, index: u64) -> Result<Option<Vec<u8>>, LogError> {
        let (path, store) = (blob_bundle_path(index / WIDTH), self.tree.store());
        let damaged = |why| LogError::damaged(&path, why);
        let Some(header) = store.read_range(&path, 0, HEADER_BYTES)? else { return Ok(None) };
        let (offset, length) = find(&header, index % WIDTH).map_err(damaged)?;
        if length == 0 {
            return Ok(None);
        }
        let blobs = store.read_range(&path, offset, length)?.unwrap_or_default();
        if blobs.len() as u64 != length {
            return Err(damaged(format!("ends within the blobs of its entry {}", index % WIDTH)));
        }
        Ok(Some(blobs))
    }

    /// The proof that the entry is in this log (RFC 6962 section 2.1.1), from the leaf's sibling up.
    ///
    /// # Errors
    /// If there is no such entry, or a tile is missing or damaged.
    pub fn prove_inclusion(&self, index: u64) -> Result<Vec<[u8; 32]>, LogError> {
        self.within("entry", index, index < self.size())?;
        let proof = self.tree.with(|hashes| prove_record(self.size(), index, hashes))?;
        Ok(proof.into_iter().map(|hash| hash.0).collect())
    }

    /// The proof that this log, when it had `new` entries, began with what it had at `old` (RFC 6962
    /// section 2.1.2).
    ///
    /// # Errors
    /// Unless `old` ≤ `new` ≤ the size; or if a tile is missing or damaged.
    pub fn prove_consistency(&self, old: u64, new: u64) -> Result<Vec<[u8; 32]>, LogError> {
        self.within("size", new, old <= new && new <= self.size())?;
        if old == 0 {
            return Ok(Vec::new());
        }
        let proof = self.tree.with(|hashes| prove_tree(new, old, hashes))?;
        Ok(proof.into_iter().map(|hash| hash.0).collect())
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Reads the entries of `range`, which lies in one bundle, and checks them.
    fn read_bundle(&self, range: Range<u64>, into: &mut Vec<Vec<u8>>) -> Result<(), LogError> {
        let n = range.start / WIDTH;
        let tile = self.tree.tile(0, n)?;
        let path = |width| bundle_path(n, width);
        let width = tile.hashes.len() as u64;
        let (path, width, bytes) = self.tree.read_file(path, width, MOST_BUNDLE_BYTES)?;
        let bundle = decode_bundle(&bytes, width).map_err(|why| LogError::damaged(&path, why))?;
        let all = (n * WIDTH..).zip(bundle.into_iter().zip(&tile.hashes));
        for (index, (entry, hash)) in all.filter(|(index, _)| range.contains(index)) {
            if leaf_hash(entry) != *hash {
                let why = format!("entry {index} does not match its hash in {}", tile.path);
                return Err(LogError::damaged(path, why));
            }
            into.push(entry.to_vec());
        }
        Ok(())
    }

    fn within(&self, what: &str, number: u64, good: bool) -> Result<(), LogError> {
        if good {
            return Ok(());
        }
        let why = format!("the log has {} entries", self.size());
        Err(LogError::new(LogErrorKind::Invalid, format!("{what} {number}"), why))
    }
}
