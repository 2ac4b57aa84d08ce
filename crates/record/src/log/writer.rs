//! The one writer of a log: appends durably, recovers from any crash, and never forks.
//!
//! The order of an append (docs/record.md, section 8): stage what it makes; replace the state, which signs
//! it and from then on stands; make the files; replace the checkpoint; acknowledge. A crash before the state
//! leaves no trace of the append; one after it is made good by the next start, from the staged file. So the
//! checkpoint a reader finds never names a file that is not durable, and of two checkpoints ever signed the
//! later one always continues the earlier.
//!
//! What neither file can show is a backup of both the public folder and the writer's files, restored
//! together; that takes witnesses.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkpoint::{CHECKPOINT, Checkpoint};
use super::edge::Edge;
use super::error::{LogError, LogErrorKind};
use super::key_file::read_key_file;
use super::reader::{Log, MOST_BLOB_BYTES, UnverifiedLog};
use super::staged::{MOST_STATE_BYTES, Staged, State};
use super::store::{LocalStore, Store};
use super::tile::{MOST_ENTRIES, MOST_ENTRY_BYTES, blob_path, obsolete_folders};
use crate::atoms::Id;
use crate::note::{MOST_BYTES, Signer};

/// An entry to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// Its bytes, at most 65,535.
    pub entry: Vec<u8>,
    /// The bytes of its blobs, at most 8 MiB; `None` makes no file of them.
    pub blobs: Option<Vec<u8>>,
}

/// What opening a writer had to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Recovery {
    /// The last append was complete.
    Nothing,
    /// An append was signed and not yet published; its entries are public now.
    Finished {
        /// How many entries were public before.
        from: u64,
        /// How many are now.
        to: u64,
    },
}

impl fmt::Display for Recovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing to recover"),
            Self::Finished { from, to } => {
                write!(f, "finished an interrupted append: the log had {from} public entries, now {to}")
            }
        }
    }
}

/// The one writer of a log. Holds its lock until dropped.
pub struct Writer {
    public: Arc<dyn Store>,
    side: Side,
    key: Signer,
    checkpoint: Checkpoint,
    /// The checkpoint as signed.
    bytes: Vec<u8>,
    edge: Edge,
    failed: bool,
}

/// The writer's own files, beside the key.
pub(super) struct Side {
    store: Box<dyn Store>,
    state: String,
    staged: String,
    /// Held open, and so locked.
    _lock: Option<File>,
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

    pub(super) fn begin(public: Arc<dyn Store>, side: Side, key: Signer) -> Result<Self, LogError> {
        if let Some((_, signed)) = side.read_state(&key)?
            && signed.size() > 0
        {
            let why = format!("this key has signed a log of {} entries already", signed.size());
            return Err(LogError::new(LogErrorKind::Invalid, side.state, why));
        }
        let bytes = Checkpoint::empty(key.verifier().name()).sign(&key)?;
        let state = State { staged: None, checkpoint: bytes };
        side.store.replace(&side.state, &state.encode())?;
        Ok(Self::start(public, side, key)?.0)
    }

    pub(super) fn start(
        public: Arc<dyn Store>,
        side: Side,
        key: Signer,
    ) -> Result<(Self, Recovery), LogError> {
        let (state, checkpoint) = side.read_state(&key)?.ok_or_else(|| {
            let why =
                "missing: either this key's log was never created, or the writer's files were lost";
            LogError::new(LogErrorKind::Missing, &side.state, why)
        })?;
        let recovery = side.recover(&*public, &key, &state, &checkpoint)?;
        let bytes = state.checkpoint;
        let log = UnverifiedLog::at(Arc::clone(&public), bytes.clone())?.verify(&key.verifier())?;
        let edge = Edge::of(&log)?;
        Ok((Self { public, side, key, checkpoint, bytes, edge, failed: false }, recovery))
    }

    /// Appends entries, all or none, and gives their indexes. When it returns without error they are
    /// durable, and the checkpoint that commits to them is published. An empty batch does nothing.
    ///
    /// # Errors
    /// If an entry or its blobs are too long, nothing happened. After any other error the append may have
    /// happened or not, and the writer refuses to go on: open it again, which settles that.
    pub fn append(&mut self, batch: &[NewEntry]) -> Result<Range<u64>, LogError> {
        let indexes = self.check(batch)?;
        if batch.is_empty() {
            return Ok(indexes);
        }
        // Until the end is reached.
        self.failed = true;
        let mut files = self.edge.extend(batch.iter().map(|new| new.entry.as_slice()));
        for (index, new) in indexes.clone().zip(batch) {
            files.extend(new.blobs.iter().map(|blobs| (blob_path(index), blobs.clone())));
        }
        let next = Checkpoint::new(self.checkpoint.origin(), self.edge.size(), self.edge.root());
        let bytes = next.sign(&self.key)?;
        let staged = Staged::new(&self.checkpoint, files);
        self.side.stage(&staged, &bytes)?;
        publish(&*self.public, &staged, &next, &bytes)?;
        (self.checkpoint, self.bytes) = (next, bytes);
        self.failed = false;
        Ok(indexes)
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

    /// The log key.
    #[must_use]
    pub fn key(&self) -> &Signer {
        &self.key
    }

    /// Refuses what cannot be appended, before anything is done; gives the indexes of the batch.
    fn check(&self, batch: &[NewEntry]) -> Result<Range<u64>, LogError> {
        let refuse = |kind, place: String, why: String| Err(LogError::new(kind, place, why));
        if self.failed {
            let why = "an append failed; open the writer again, which settles what became of it";
            return refuse(LogErrorKind::Poisoned, "the writer".to_owned(), why.to_owned());
        }
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

impl Side {
    /// The files beside the key file, locked, and the key.
    fn beside(key: &Path) -> Result<(Self, Signer), LogError> {
        let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = key.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
            let place = key.display().to_string();
            LogError::new(LogErrorKind::Invalid, place, "not a file name in UTF-8")
        })?;
        let signer = read_key_file(key)?;
        let lock = lock(key.with_file_name(format!("{name}.lock")))?;
        let store = LocalStore::new(folder.unwrap_or(Path::new(".")));
        Ok((Self::on(Box::new(store), name, Some(lock)), signer))
    }

    pub(super) fn on(store: Box<dyn Store>, name: &str, lock: Option<File>) -> Self {
        Self { store, state: format!("{name}.state"), staged: format!("{name}.staged"), _lock: lock }
    }

    /// The state, and the checkpoint in it, if there is one.
    fn read_state(&self, key: &Signer) -> Result<Option<(State, Checkpoint)>, LogError> {
        let Some(bytes) = self.store.read(&self.state, MOST_STATE_BYTES)? else {
            return Ok(None);
        };
        let state = State::decode(&self.state, &bytes)?;
        let checkpoint = Checkpoint::open(&state.checkpoint, &key.verifier());
        Ok(Some((state, checkpoint.map_err(|error| error.inside(&self.state))?)))
    }

    /// Stages an append and then, by replacing the state, makes it stand.
    fn stage(&self, staged: &Staged, checkpoint: &[u8]) -> Result<(), LogError> {
        let bytes = staged.encode();
        self.store.replace(&self.staged, &bytes)?;
        let state = State { staged: Some(Id::of(&bytes)), checkpoint: checkpoint.to_vec() };
        self.store.replace(&self.state, &state.encode())
    }

    /// Brings the public folder to where the state is, or says why that cannot be.
    fn recover(
        &self,
        public: &dyn Store,
        key: &Signer,
        state: &State,
        signed: &Checkpoint,
    ) -> Result<Recovery, LogError> {
        let there = match public.read(CHECKPOINT, MOST_BYTES as u64)? {
            Some(bytes) => Checkpoint::open(&bytes, &key.verifier())?,
            None => Checkpoint::empty(signed.origin()),
        };
        if there.same_tree(signed) {
            if signed.size() > 0 {
                // A killed writer may have renamed it without having synced that; and the next append
                // overwrites what would be needed to do it again.
                public.replace(CHECKPOINT, &state.checkpoint)?;
            }
            return Ok(Recovery::Nothing);
        }
        let (size, own) = (there.size(), signed.size());
        let diverged = |why| Err(LogError::new(LogErrorKind::Diverged, CHECKPOINT, why));
        if size == own {
            return diverged(format!(
                "its root at {size} entries is not the one in {}: the key has signed two logs",
                self.state
            ));
        }
        if size > own {
            return diverged(format!(
                "it has {size} entries, and {} knows only of {own} of them: the writer's files are older \
                 than the public folder (a restored backup?), and to append would fork the log",
                self.state
            ));
        }
        let staged = match self.read_staged(state)? {
            Ok(staged) if staged.follows(&there) => staged,
            Ok(staged) => {
                let why = format!("begins at {}", staged.size);
                return diverged(self.behind(&there, signed, &why));
            }
            Err(why) => return diverged(self.behind(&there, signed, why)),
        };
        // A killed writer may have renamed the state without having synced that: before anything is
        // published, it must be certain to stand.
        self.store.replace(&self.state, &state.encode())?;
        publish(public, &staged, signed, &state.checkpoint)?;
        Ok(Recovery::Finished { from: size, to: own })
    }

    fn behind(&self, there: &Checkpoint, signed: &Checkpoint, staged: &str) -> String {
        format!(
            "it has {} entries, {} has signed {}, and {} {staged}: the public folder is older than the \
             writer's files (a restored backup?), and entries would be lost",
            there.size(),
            self.state,
            signed.size(),
            self.staged
        )
    }

    /// The staged append that the state names; the inner error says what is there instead.
    fn read_staged(&self, state: &State) -> Result<Result<Staged, &'static str>, LogError> {
        let Some(bytes) = self.store.read(&self.staged, u64::MAX)? else {
            return Ok(Err("is missing"));
        };
        if state.staged != Some(Id::of(&bytes)) {
            return Ok(Err("is that of another append"));
        }
        Staged::decode(&self.staged, &bytes).map(Ok)
    }
}

/// Makes the public folder show `next`. Doing it again does no harm.
fn publish(
    public: &dyn Store,
    staged: &Staged,
    next: &Checkpoint,
    bytes: &[u8],
) -> Result<(), LogError> {
    public.create(&staged.files)?;
    public.replace(CHECKPOINT, bytes)?;
    for folder in obsolete_folders(staged.size, next.size()) {
        // The append is durable and public. What stays behind costs some room and misleads nobody.
        let _ = public.remove_folder(&folder);
    }
    Ok(())
}

/// Takes the lock, which the system frees when the writer ends, however it ends.
fn lock(path: PathBuf) -> Result<File, LogError> {
    let place = || path.display().to_string();
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| LogError::io(place(), "opened", error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(LogError::new(LogErrorKind::Busy, place(), "held by another writer of this log"))
        }
        Err(TryLockError::Error(error)) => Err(LogError::io(place(), "locked", error)),
    }
}
