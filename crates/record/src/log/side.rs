//! The writer's own files, and how they and the public ones are brought to agree when a writer opens.
//!
//! The state is the lock object: whoever swaps it for the next state has appended. Staged appends are files
//! that never change, named by their digest, so that two writers may stage at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blob_bundle;
use super::checkpoint::{CHECKPOINT, Checkpoint};
use super::edge::{Edge, NewFile};
use super::error::{LogError, LogErrorKind};
use super::key_file::read_key_file;
use super::local_store::LocalStore;
use super::recovery::{Mended, Recovery};
use super::staged::{MOST_STATE_BYTES, Staged, State};
use super::store::Store;
use super::tile::obsolete_folders;
use crate::atoms::Id;
use crate::note::{MOST_CHECKPOINT_BYTES, Signer};

/// The writer's own files, in a store that readers do not see.
pub(crate) struct Side {
    store: Arc<dyn Store>,
    name: String,
    /// Held open, and so locked.
    _lock: Option<File>,
}

/// A state as it was read.
pub(crate) struct Known {
    /// Its bytes: what the next swap expects.
    pub(crate) bytes: Vec<u8>,
    pub(crate) state: State,
    /// The checkpoint in it.
    pub(crate) checkpoint: Checkpoint,
}

/// The append that the state names: where it is staged, and its first entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastAppend {
    pub(crate) staged: Id,
    pub(crate) first: u64,
}

impl Side {
    /// The files beside the key file, locked, and the key.
    pub(crate) fn beside(key: &Path) -> Result<(Self, Signer), LogError> {
        let folder = key.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = key.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
            let place = key.display().to_string();
            LogError::new(LogErrorKind::Invalid, place, "not a file name in UTF-8")
        })?;
        let signer = read_key_file(key)?;
        let lock = lock(key.with_file_name(format!("{name}.lock")))?;
        let store = LocalStore::new(folder.unwrap_or(Path::new(".")));
        Ok((Self::on(Arc::new(store), name, Some(lock)), signer))
    }

    pub(crate) fn on(store: Arc<dyn Store>, name: &str, lock: Option<File>) -> Self {
        Self { store, name: name.to_owned(), _lock: lock }
    }

    /// The path of the state.
    pub(crate) fn state(&self) -> String {
        format!("{}.state", self.name)
    }

    fn staged(&self, id: &Id) -> String {
        format!("{}.staged.{id}", self.name)
    }

    /// The state, if there is one.
    pub(crate) fn read_state(&self, key: &Signer) -> Result<Option<Known>, LogError> {
        let path = self.state();
        let Some(bytes) = self.store.read(&path, MOST_STATE_BYTES)? else {
            return Ok(None);
        };
        let state = State::decode(&path, &bytes)?;
        let checkpoint = Checkpoint::open(&state.checkpoint, &key.verifier());
        let checkpoint = checkpoint.map_err(|error| error.inside(&path))?;
        Ok(Some(Known { bytes, state, checkpoint }))
    }

    /// Puts the next state in the place of `expected`, and gives its bytes.
    pub(crate) fn swap_state(
        &self,
        expected: Option<&[u8]>,
        staged: Option<Id>,
        checkpoint: &[u8],
    ) -> Result<Vec<u8>, LogError> {
        let bytes = State { staged, checkpoint: checkpoint.to_vec() }.encode();
        self.store.swap(&self.state(), expected, &bytes)?;
        Ok(bytes)
    }

    /// Whether the state is still the one that has these bytes.
    ///
    /// # Errors
    /// Of the kind [`LogErrorKind::Conflict`] if it is not.
    pub(crate) fn check_state(&self, expected: &[u8]) -> Result<(), LogError> {
        if self.store.read(&self.state(), MOST_STATE_BYTES)?.as_deref() == Some(expected) {
            return Ok(());
        }
        let why = "another writer changed it";
        Err(LogError::new(LogErrorKind::Conflict, self.state(), why))
    }

    /// Stages an append.
    pub(crate) fn stage(&self, id: &Id, staged: Vec<u8>) -> Result<(), LogError> {
        self.store.create(&[(self.staged(id), staged)])
    }

    /// Removes a staged append that is not needed to mend anything. It may stay behind: then it costs some
    /// room until the next writer opens.
    pub(crate) fn discard(&self, id: &Id) {
        let _ = self.store.discard(&self.staged(id));
    }

    /// Removes a staged append, for certain.
    pub(crate) fn remove(&self, id: &Id) -> Result<(), LogError> {
        self.store.remove(&self.staged(id))
    }

    /// Brings the public files to where the state is, or says why that cannot be.
    pub(crate) fn recover(
        &self,
        public: &Arc<dyn Store>,
        key: &Signer,
        known: &Known,
    ) -> Result<(Recovery, Option<LastAppend>), LogError> {
        let found = public.read(CHECKPOINT, MOST_CHECKPOINT_BYTES as u64)?;
        let signed = &known.checkpoint;
        let there = match &found {
            Some(bytes) => Checkpoint::open(bytes, &key.verifier())?,
            None => Checkpoint::empty(signed.origin()),
        };
        let staged = self.read_staged(&known.state)?;
        let mut recovery = if there.same_tree(signed) {
            self.mend(public, known, found.as_deref(), staged.as_ref().ok())?
        } else {
            self.check_behind(&there, signed, &staged)?;
            let staged = staged.as_ref().map_err(|why| LogError::damaged(self.state(), *why))?;
            self.finish(public, known, found.as_deref(), staged)?
        };
        match self.remove_leftovers(known.state.staged.as_ref())? {
            0 => {}
            removed => recovery.add(Mended::Leftovers(removed)),
        }
        let first = staged.ok().map(|staged| staged.size);
        let last = known.state.staged.zip(first).map(|(staged, first)| LastAppend { staged, first });
        Ok((recovery, last))
    }

    /// The public checkpoint is of the tree that was signed last: sees that it is the very one, and that the
    /// files of the last append are there.
    fn mend(
        &self,
        public: &Arc<dyn Store>,
        known: &Known,
        found: Option<&[u8]>,
        staged: Option<&Staged>,
    ) -> Result<Recovery, LogError> {
        let mut recovery = Recovery::default();
        if known.checkpoint.size() == 0 {
            return Ok(recovery);
        }
        if let Some(staged) = staged {
            let missing = missing_files(public, known, staged)?;
            if !missing.is_empty() {
                let mut files = self.files_of(public, known, staged)?;
                files.retain(|(path, _)| missing.contains(path));
                self.put_back(&**public, known, &files)?;
                recovery.add(Mended::Files(missing));
            }
        }
        // Also where it is the same: a killed writer may have renamed it without having synced that; and
        // the next append removes what would be needed to do it again.
        public.swap(CHECKPOINT, found, &known.state.checkpoint)?;
        if found != Some(&known.state.checkpoint) {
            recovery.add(Mended::Checkpoint);
        }
        if let Some(staged) = staged {
            remove_obsolete(&**public, staged.size, known.checkpoint.size());
        }
        Ok(recovery)
    }

    /// Makes files that are missing, unless another writer goes on meanwhile: they may be missing because
    /// it withheld them.
    fn put_back(&self, public: &dyn Store, known: &Known, files: &[NewFile]) -> Result<(), LogError> {
        public.create(files)?;
        let unchanged = self.check_state(&known.bytes);
        if unchanged.is_err() {
            files.iter().try_for_each(|(path, _)| public.remove(path))?;
        }
        unchanged
    }

    /// The public files are behind the state by the staged append: publishes that.
    fn finish(
        &self,
        public: &Arc<dyn Store>,
        known: &Known,
        found: Option<&[u8]>,
        staged: &Staged,
    ) -> Result<Recovery, LogError> {
        let files = self.files_of(public, known, staged)?;
        // A killed writer may have renamed the state without having synced that: before anything is
        // published, it must be certain to stand.
        self.store.swap(&self.state(), Some(&known.bytes), &known.bytes)?;
        publish(&**public, &files, found, &known.state.checkpoint)?;
        remove_obsolete(&**public, staged.size, known.checkpoint.size());
        let (from, to) = (staged.size, known.checkpoint.size());
        Ok(Recovery::of(vec![Mended::Append { from, to }]))
    }

    /// Every file that the staged append makes, the checkpoint apart.
    fn files_of(
        &self,
        public: &Arc<dyn Store>,
        known: &Known,
        staged: &Staged,
    ) -> Result<Vec<NewFile>, LogError> {
        let signed = &known.checkpoint;
        let mut edge = Edge::at(public, &staged.before(signed.origin()))?;
        let mut files = edge.extend(staged.batch.iter().map(|new| new.entry.as_slice()));
        if (edge.size(), edge.root()) != (signed.size(), signed.root()) {
            let why = format!("what is staged does not lead to its {} entries", signed.size());
            return Err(LogError::damaged(self.state(), why));
        }
        files.extend(blob_bundle::new_files(&**public, staged.size, &staged.batch)?);
        Ok(files)
    }

    /// Refuses public files that the state does not continue, or from too far behind.
    fn check_behind(
        &self,
        there: &Checkpoint,
        signed: &Checkpoint,
        staged: &Result<Staged, &'static str>,
    ) -> Result<(), LogError> {
        let (size, own, state) = (there.size(), signed.size(), self.state());
        let diverged = |why| Err(LogError::new(LogErrorKind::Diverged, CHECKPOINT, why));
        if size == own {
            return diverged(format!(
                "its root at {size} entries is not the one in {state}: the key has signed two logs"
            ));
        }
        if size > own {
            return diverged(format!(
                "it has {size} entries, and {state} knows only of {own} of them: the writer's files are \
                 older than the public folder (a restored backup?), and to append would fork the log"
            ));
        }
        let why = match staged {
            Ok(staged) if staged.before(there.origin()).same_tree(there) => return Ok(()),
            Ok(staged) => format!("begins at {}", staged.size),
            Err(why) => (*why).to_owned(),
        };
        diverged(format!(
            "it has {size} entries, {state} has signed {own}, and the append that it names {why}: the \
             public folder is older than the writer's files (a restored backup?), and entries would be lost"
        ))
    }

    /// The staged append that the state names; the inner error says what is there instead.
    fn read_staged(&self, state: &State) -> Result<Result<Staged, &'static str>, LogError> {
        let Some(id) = &state.staged else {
            return Ok(Err("was removed"));
        };
        let path = self.staged(id);
        let Some(bytes) = self.store.read(&path, u64::MAX)? else {
            return Ok(Err("is missing"));
        };
        if Id::of(&bytes) != *id {
            return Ok(Err("is damaged"));
        }
        Staged::decode(&path, &bytes).map(Ok)
    }

    /// Removes what interrupted appends left beside the staged append that is named.
    fn remove_leftovers(&self, named: Option<&Id>) -> Result<u64, LogError> {
        let needed = named.map(|id| self.staged(id));
        let mut removed = 0;
        for path in self.store.leftovers(&format!("{}.staged.", self.name))? {
            if Some(&path) != needed.as_ref() {
                self.store.remove(&path)?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Makes the public files and then the checkpoint that commits to them, in the place of `found`. Doing it
/// again does no harm.
pub(crate) fn publish(
    public: &dyn Store,
    files: &[NewFile],
    found: Option<&[u8]>,
    checkpoint: &[u8],
) -> Result<(), LogError> {
    public.create(files)?;
    public.swap(CHECKPOINT, found, checkpoint)
}

/// Removes the partial files that the log no longer needs, now that the full ones are public. What stays
/// behind costs some room and misleads nobody.
pub(crate) fn remove_obsolete(public: &dyn Store, old: u64, new: u64) {
    for folder in obsolete_folders(old, new) {
        let _ = public.remove_folder(&folder);
    }
}

/// Which files of the last append are not there.
fn missing_files(
    public: &Arc<dyn Store>,
    known: &Known,
    staged: &Staged,
) -> Result<Vec<String>, LogError> {
    let mut paths = Edge::new_paths(staged.size, known.checkpoint.size());
    paths.extend(blob_bundle::new_paths(staged.size, &staged.batch));
    let mut missing = Vec::new();
    for path in paths {
        if public.read_range(&path, 0, 1)?.is_none() {
            missing.push(path);
        }
    }
    Ok(missing)
}

/// Takes the lock, which the system frees when the writer ends, however it ends, and writes into it who
/// has it.
fn lock(path: PathBuf) -> Result<File, LogError> {
    let place = || path.display().to_string();
    let mut options = OpenOptions::new();
    let file = options.create(true).truncate(false).read(true).write(true).open(&path);
    let mut file = file.map_err(|error| LogError::io(place(), "opened", error))?;
    match file.try_lock() {
        Ok(()) => {
            let own = format!("process {}\n", std::process::id());
            let written = file.set_len(0).and_then(|()| file.write_all(own.as_bytes()));
            written.map_err(|error| LogError::io(place(), "written", error))?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let why = format!("held by another writer of this log{}", holder(&file));
            Err(LogError::new(LogErrorKind::Busy, place(), why))
        }
        Err(TryLockError::Error(error)) => Err(LogError::io(place(), "locked", error)),
    }
}

/// Who says in the lock file to have it. Nobody for the instant in which a new holder writes that.
fn holder(file: &File) -> String {
    let mut text = String::new();
    let read = file.take(30).read_to_string(&mut text);
    match text.strip_suffix('\n').and_then(|text| text.strip_prefix("process ")) {
        Some(id) if read.is_ok() && !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) => {
            format!(" (process {id})")
        }
        _ => String::new(),
    }
}
