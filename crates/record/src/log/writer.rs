//! The one writer of a log: appends durably, recovers from any crash, and never forks.
//!
//! The order of an append (docs/record.md, section 8): stage the new entries; swap the state, which signs
//! them and from then on stands; make the public files that follow from them; swap the checkpoint;
//! acknowledge. A crash before the state is swapped leaves no trace of the append; one after it is made good
//! by the next start, from what is staged. So the checkpoint a reader finds never names a file that is not
//! durable, and of two checkpoints ever signed the later one always continues the earlier.
//!
//! Several writers may share a store that swaps atomically: of two that append at once one wins, and the
//! other stops with [`LogErrorKind::Conflict`]. In a local folder a lock file keeps the second one out.
//!
//! What none of these files can show is a backup of both the public and the writer's files, restored
//! together; that takes witnesses, and [`Writer::refuse_behind`].

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::blob_bundle::{self, MOST_BLOB_BYTES};
use super::checkpoint::{CHECKPOINT, Checkpoint};
use super::edge::{Edge, NewFile};
use super::error::{LogError, LogErrorKind};
use super::local_store::LocalStore;
use super::reader::{Log, UnverifiedLog};
use super::recovery::Recovery;
use super::side::{LastAppend, Side, publish, remove_obsolete};
use super::staged::Staged;
use super::store::Store;
use super::tile::{MOST_ENTRIES, MOST_ENTRY_BYTES, WIDTH, blob_single_path};
use crate::atoms::Id;
use crate::note::Signer;

/// How often opening looks again where another writer is at work at the same time.
const MOST_STARTS: u32 = 10;

/// An entry to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Its bytes, at most 65,535.
    pub entry: Vec<u8>,
    /// The bytes of its blobs, at most 8 MiB; no bytes are the same as `None`.
    pub blobs: Option<Vec<u8>>,
}

/// The one writer of a log. In a local folder, holds its lock until dropped.
pub struct Writer {
    public: Arc<dyn Store>,
    side: Side,
    key: Signer,
    checkpoint: Checkpoint,
    /// The checkpoint as published, with its cosignatures.
    bytes: Vec<u8>,
    /// The state as it lies there: what the next swap expects.
    state: Vec<u8>,
    last: Option<LastAppend>,
    edge: Edge,
    failed: bool,
}

impl Writer {
    /// Begins a new log in the folder `public`, which must be empty or not there yet, with the key in the
    /// file `key`. The log has no entry, and no checkpoint is published, until the first append.
    ///
    /// # Errors
    /// If the folder is not empty, the key is in use or has signed a log already, or a file cannot be read
    /// or written.
    pub fn create(public: &Path, key: &Path) -> Result<Self, LogError> {
        let (side, signer) = Side::beside(key)?;
        let store = LocalStore::new(public);
        store.make_root()?;
        let mut there = fs::read_dir(public)
            .map_err(|error| LogError::io(public.display().to_string(), "read", error))?;
        if there.next().is_some() {
            let why = "not empty; a new log needs an empty folder";
            return Err(LogError::new(LogErrorKind::Invalid, public.display().to_string(), why));
        }
        Self::begin(Arc::new(store), side, signer)
    }

    /// Opens the log in the folder `public` with the key in the file `key`, and finishes the last append if
    /// it was interrupted.
    ///
    /// # Errors
    /// If the key is in use by another writer, the public folder and the writer's files contradict each
    /// other, or a file cannot be read or written or is damaged.
    pub fn open(public: &Path, key: &Path) -> Result<(Self, Recovery), LogError> {
        let (side, signer) = Side::beside(key)?;
        Self::start(Arc::new(LocalStore::new(public)), side, signer)
    }

    /// Begins a new log in `public`, which must not hold one yet, with the writer's own files in `private`,
    /// beginning with `name`. Readers must not see `private`. The log has no entry, and no checkpoint is
    /// published, until the first append.
    ///
    /// The stores may be shared with other writers of the same key, if they swap atomically; there is no
    /// lock.
    ///
    /// # Errors
    /// If there is a log, the key has signed one already, another writer begins it at the same time, or a
    /// file cannot be read or written.
    pub fn create_on(
        public: Arc<dyn Store>,
        private: Arc<dyn Store>,
        key: Signer,
        name: &str,
    ) -> Result<Self, LogError> {
        if public.read_range(CHECKPOINT, 0, 1)?.is_some() {
            return Err(LogError::new(LogErrorKind::Invalid, CHECKPOINT, "there is a log already"));
        }
        Self::begin(public, Side::on(private, name, None), key)
    }

    /// Opens the log in `public` whose writer's files, beginning with `name`, are in `private`, and mends
    /// what was interrupted. As for [`Writer::create_on`], there is no lock.
    ///
    /// # Errors
    /// If the public and the writer's files contradict each other, another writer goes on all the time, or a
    /// file cannot be read or written or is damaged.
    pub fn open_on(
        public: Arc<dyn Store>,
        private: Arc<dyn Store>,
        key: Signer,
        name: &str,
    ) -> Result<(Self, Recovery), LogError> {
        Self::start(public, Side::on(private, name, None), key)
    }

    pub(super) fn begin(public: Arc<dyn Store>, side: Side, key: Signer) -> Result<Self, LogError> {
        let known = side.read_state(&key)?;
        if let Some(known) = &known
            && known.checkpoint.size() > 0
        {
            let size = known.checkpoint.size();
            let why = format!("this key has signed a log of {size} entries already");
            return Err(LogError::new(LogErrorKind::Invalid, side.state(), why));
        }
        let bytes = Checkpoint::empty(key.verifier().name()).sign(&key)?;
        side.swap_state(known.as_ref().map(|known| known.bytes.as_slice()), None, &bytes)?;
        Ok(Self::start(public, side, key)?.0)
    }

    pub(super) fn start(
        public: Arc<dyn Store>,
        side: Side,
        key: Signer,
    ) -> Result<(Self, Recovery), LogError> {
        let mut starts = 1;
        loop {
            let known = side.read_state(&key)?.ok_or_else(|| {
                let why =
                    "missing: either this key's log was never created, or the writer's files were lost";
                LogError::new(LogErrorKind::Missing, side.state(), why)
            })?;
            let opened = side.recover(&public, &key, &known).and_then(|(recovery, last)| {
                let bytes = known.state.checkpoint.clone();
                let log = UnverifiedLog::at(Arc::clone(&public), bytes)?.verify(&key.verifier())?;
                Ok((Edge::of(&log)?, recovery, last))
            });
            match opened {
                Ok((edge, recovery, last)) => {
                    let (checkpoint, bytes, state) =
                        (known.checkpoint, known.state.checkpoint, known.bytes);
                    let writer =
                        Self { public, side, key, checkpoint, bytes, state, last, edge, failed: false };
                    return Ok((writer, recovery));
                }
                // What was read belongs to different moments if another writer went on in between.
                Err(_) if starts < MOST_STARTS && side.check_state(&known.bytes).is_err() => starts += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Appends entries, all or none, and gives their indexes. When it returns without error they are
    /// durable, and the checkpoint that commits to them is published. An empty batch does nothing.
    ///
    /// # Errors
    /// If an entry or its blobs are too long, nothing happened. After any other error the append may have
    /// happened or not, and the writer refuses to go on: open it again, which settles that. An error of the
    /// kind [`LogErrorKind::Conflict`] says that another writer has gone on.
    pub fn append(&mut self, batch: &[NewEntry]) -> Result<Range<u64>, LogError> {
        let indexes = self.check(batch)?;
        if batch.is_empty() {
            return Ok(indexes);
        }
        // Until the end is reached.
        self.failed = true;
        let staged = Staged::encode(&self.checkpoint, batch);
        let last = LastAppend { staged: Id::of(&staged), first: indexes.start };
        let (side, edge) = (&self.side, &mut self.edge);
        // Hashing takes the processor while staging waits for the disk.
        let (staging, mut files) = std::thread::scope(|scope| {
            let staging = scope.spawn(|| side.stage(&last.staged, staged));
            let files = edge.extend(batch.iter().map(|new| new.entry.as_slice()));
            (staging.join(), files)
        });
        staging.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let next = Checkpoint::new(self.checkpoint.origin(), self.edge.size(), self.edge.root());
        let bytes = next.sign(&self.key)?;
        self.state = self.side.swap_state(Some(&self.state), Some(last.staged), &bytes)?;
        // Where another writer finished this append before, and went on, that is what stopped this one.
        self.publish(&mut files, batch, &bytes).map_err(|error| {
            self.side.check_state(&self.state).err().filter(is_conflict).unwrap_or(error)
        })?;
        (self.checkpoint, self.bytes) = (next, bytes);
        remove_obsolete(&*self.public, indexes.start, indexes.end);
        if let Some(old) = self.last.replace(last) {
            self.side.discard(&old.staged);
        }
        self.failed = false;
        Ok(indexes)
    }

    /// Makes the public files of an append, and its checkpoint, signed in `bytes`.
    fn publish(
        &self,
        files: &mut Vec<NewFile>,
        batch: &[NewEntry],
        bytes: &[u8],
    ) -> Result<(), LogError> {
        // Made only now: what another writer withheld before the swap must not come back.
        files.extend(blob_bundle::new_files(&*self.public, self.checkpoint.size(), batch)?);
        publish(&*self.public, files, self.public_checkpoint(), bytes)
    }

    /// Publishes `bytes`, the last checkpoint with more signatures, in place of it: those of witnesses. They
    /// stay with it over restarts, until the next append makes a checkpoint of its own.
    ///
    /// # Errors
    /// If `bytes` are not the last checkpoint with the log's own signature, nothing happened: cosignatures of
    /// an older size are not taken. After any other error, as after one of [`Writer::append`].
    pub fn cosign(&mut self, bytes: Vec<u8>) -> Result<(), LogError> {
        self.check_whole()?;
        let cosigned = Checkpoint::open(&bytes, &self.key.verifier())?;
        let invalid = |why: String| Err(LogError::new(LogErrorKind::Invalid, CHECKPOINT, why));
        let size = self.checkpoint.size();
        if size == 0 || cosigned.size() != size {
            return invalid(format!("it is of {} entries, and the log has {size}", cosigned.size()));
        }
        let own = Checkpoint::parse(&self.bytes)?.1;
        if Checkpoint::parse(&bytes)?.1.text() != own.text() {
            return invalid(format!("its text is not that of the one published at {size} entries"));
        }
        if bytes == self.bytes {
            return Ok(());
        }
        self.failed = true;
        let staged = self.last.map(|last| last.staged);
        self.state = self.side.swap_state(Some(&self.state), staged, &bytes)?;
        self.public.swap(CHECKPOINT, Some(&self.bytes), &bytes)?;
        self.bytes = bytes;
        self.failed = false;
        Ok(())
    }

    /// Removes the blobs of these entries, for good: from the public files, and from what is staged. The
    /// entries themselves stay. What a crash interrupts may be repeated; so may what is done.
    ///
    /// # Errors
    /// If there is no such entry, nothing happened. After any other error, as after one of
    /// [`Writer::append`]: open the writer again, and repeat it.
    pub fn withhold(&mut self, entries: &[u64]) -> Result<(), LogError> {
        self.check_whole()?;
        let size = self.checkpoint.size();
        if let Some(index) = entries.iter().find(|&&index| index >= size) {
            let why = format!("the log has {size} entries");
            return Err(LogError::new(LogErrorKind::Invalid, format!("entry {index}"), why));
        }
        self.failed = true;
        if let Some(last) = self.last
            && entries.iter().any(|&index| index >= last.first)
        {
            // First, or the next start would put back what is missing.
            self.state = self.side.swap_state(Some(&self.state), None, &self.bytes)?;
            self.side.remove(&last.staged)?;
            self.last = None;
        }
        let mut ranges = BTreeMap::<u64, Vec<u64>>::new();
        for &index in entries {
            ranges.entry(index / WIDTH).or_default().push(index);
        }
        for (n, entries) in ranges {
            // Where the range is complete a single file may be left over, and then holds the same.
            for &index in &entries {
                self.public.remove(&blob_single_path(index))?;
            }
            blob_bundle::withhold(&*self.public, n, &entries)?;
        }
        // Had another writer gone on meanwhile, it might have read them before they were removed.
        self.side.check_state(&self.state)?;
        self.failed = false;
        Ok(())
    }

    /// Refuses to go on if this log does not continue `known`, a checkpoint of it that somebody else has,
    /// such as a witness: then a backup was restored, and to append would fork the log.
    ///
    /// # Errors
    /// If it does not, or that cannot be read. That the key of this log signed `known` is not checked here.
    pub fn refuse_behind(&self, known: &Checkpoint) -> Result<(), LogError> {
        let (size, own) = (known.size(), self.checkpoint.size());
        let diverged = |why| Err(LogError::new(LogErrorKind::Diverged, CHECKPOINT, why));
        if known.origin() != self.checkpoint.origin() {
            let (theirs, ours) = (known.origin().escape_debug(), self.checkpoint.origin());
            return diverged(format!("the one known elsewhere is of {theirs}, and this log is {ours}"));
        }
        if size > own {
            return diverged(format!(
                "the log has {own} entries, and one of {size} is known elsewhere: it is older than that (a \
                 restored backup?), and to append would fork the log"
            ));
        }
        if self.log()?.root_at(size)? != known.root() {
            return diverged(format!(
                "its root at {size} entries is not the one known elsewhere: the key has signed two logs"
            ));
        }
        Ok(())
    }

    /// The log as it was after the last append, for reading.
    ///
    /// # Errors
    /// None that opening did not show; reading has its own.
    pub fn log(&self) -> Result<Log, LogError> {
        UnverifiedLog::at(Arc::clone(&self.public), self.bytes.clone())?.verify(&self.key.verifier())
    }

    /// The checkpoint of the last append.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The checkpoint as it is published, with its cosignatures; before the first append, as it would be.
    #[must_use]
    pub fn published(&self) -> &[u8] {
        &self.bytes
    }

    /// The log key.
    #[must_use]
    pub fn key(&self) -> &Signer {
        &self.key
    }

    /// The checkpoint that lies in the public store, if one was published.
    fn public_checkpoint(&self) -> Option<&[u8]> {
        (self.checkpoint.size() > 0).then_some(self.bytes.as_slice())
    }

    fn check_whole(&self) -> Result<(), LogError> {
        if !self.failed {
            return Ok(());
        }
        let why = "an act of it failed; open the writer again, which settles what became of that";
        Err(LogError::new(LogErrorKind::Poisoned, "the writer", why))
    }

    /// Refuses what cannot be appended, before anything is done; gives the indexes of the batch.
    fn check(&self, batch: &[NewEntry]) -> Result<Range<u64>, LogError> {
        let refuse = |kind, place: String, why: String| Err(LogError::new(kind, place, why));
        self.check_whole()?;
        let first = self.checkpoint.size();
        for (index, new) in (first..).zip(batch) {
            let blobs = new.blobs.as_ref().map_or(0, Vec::len) as u64;
            let why = if new.entry.len() > MOST_ENTRY_BYTES {
                format!("{} bytes, at most {MOST_ENTRY_BYTES} fit", new.entry.len())
            } else if blobs > MOST_BLOB_BYTES {
                format!("{blobs} bytes of blobs, at most {MOST_BLOB_BYTES} fit")
            } else if index >= MOST_ENTRIES {
                format!("the log is full with {MOST_ENTRIES} entries")
            } else {
                continue;
            };
            return refuse(LogErrorKind::Invalid, format!("new entry {index}"), why);
        }
        Ok(first..first + batch.len() as u64)
    }
}

fn is_conflict(error: &LogError) -> bool {
    error.kind() == LogErrorKind::Conflict
}
