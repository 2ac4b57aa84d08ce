//! Copies a record into a folder, so that the folder is a record itself at every instant.
//!
//! Everything is checked before it has its name: entries and tiles against the checkpoint's root, blobs
//! against the digests in their statements, the saved state and the index against the epoch that the log
//! commits to. Files come first and the checkpoint last, so an interrupted copy goes on where it was. What
//! the statements add up to is not looked at; an audit of the copy says that.

mod blobs;
mod epoch;
mod range;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use erratum_record::{
    Checkpoint, LocalStore, Log, LogError, LogErrorKind, LogRange, MOST_CHECKPOINT_BYTES, Note, Signed,
    Store, VerifierKey,
};

use crate::evidence::{Known, RemoteError, check_growth};
use crate::open::open;
use crate::parallel;
use crate::source::{ReadStore, Source};

const CHECKPOINT: &str = "checkpoint";
/// What may lie in a folder that an interrupted copy left without a checkpoint.
const BEGUN: [&str; 4] = ["tile", "blob", "map", "match"];

/// What a copy has now.
#[derive(Debug, Clone)]
pub struct Mirrored {
    /// The checkpoint it is at.
    pub checkpoint: Checkpoint,
    /// How many entries it had before; `None` if this is the first time.
    pub before: Option<u64>,
    /// The log key.
    pub key: VerifierKey,
    /// New entries whose blobs the record did not give, though none of its statements withholds them.
    pub missing: Vec<u64>,
    /// The size up to which the saved state was taken over, if there is one.
    pub map: Option<u64>,
    /// The size up to which the index was taken over, if there is one.
    pub index: Option<u64>,
}

/// One run.
struct Copier<'a> {
    folder: &'a Path,
    source: Arc<dyn Source>,
    store: LocalStore,
    /// The log at the checkpoint to be reached, read from the folder where that has a file.
    behind: Log,
    /// The same, read from the source alone.
    afresh: Log,
    key: VerifierKey,
    found: Mutex<Found>,
}

/// What the ranges turn up.
#[derive(Default)]
struct Found {
    missing: BTreeSet<u64>,
    withheld: BTreeSet<u64>,
}

/// Copies the record of `source` into `folder`, or brings an earlier copy up to date. With `key` its
/// checkpoint must be signed by that; else by the key of the earlier copy, or at the first time the one in
/// entry 0. Beside the folder lie `<folder>.lock` and, where there is any, `<folder>.evidence`.
///
/// # Errors
/// If something cannot be read or written or is not what the checkpoint commits to; the folder is then
/// still the record it was, and what is already there is not fetched again. If the record forked or went
/// back; both checkpoints are then kept.
pub fn mirror(
    source: Arc<dyn Source>,
    folder: &Path,
    key: Option<&VerifierKey>,
) -> Result<Mirrored, RemoteError> {
    make(folder)?;
    // What lies beside it goes by its name, which `.` does not tell.
    let whole = folder.canonicalize();
    let folder = &whole.map_err(|error| LogError::io(folder.display().to_string(), "found", error))?;
    let _lock = lock(folder)?;
    let own = own_log(folder, key)?;
    let key = key.or(own.as_ref().map(|(_, key)| key));
    // Before the checkpoint, so that it is not of a later state than that.
    let epoch = epoch::read(&*source)?;
    let checkpoint = source.get(CHECKPOINT, MOST_CHECKPOINT_BYTES as u64)?;
    let missing =
        || LogError::new(LogErrorKind::Missing, CHECKPOINT, "missing: there is no record there");
    let checkpoint = checkpoint.ok_or_else(missing)?;
    let afresh: Arc<dyn Store> = Arc::new(ReadStore::new(Arc::clone(&source)));
    let (afresh, key) = open(afresh, checkpoint.clone(), key)?;
    let behind: Arc<dyn Store> = Arc::new(ReadStore::behind(folder, Arc::clone(&source)));
    let (behind, _) = open(behind, checkpoint.clone(), Some(&key))?;
    if let Some((own, _)) = &own {
        check_growth(&Known::of(own), Some(own), &afresh, &beside(folder, "evidence"))?;
    }
    let before = own.map(|(log, _)| log.size());
    let found = Mutex::default();
    let store = LocalStore::new(folder);
    let copier = Copier { folder, source, store, behind, afresh, key, found };
    copier.run(before, &checkpoint, epoch)
}

impl Copier<'_> {
    fn run(
        self,
        before: Option<u64>,
        checkpoint: &[u8],
        epoch: Option<epoch::Epoch>,
    ) -> Result<Mirrored, RemoteError> {
        let size = self.behind.size();
        // Ranges that were complete before were checked when they were copied.
        let first = LogRange::of(before.unwrap_or(0));
        parallel::for_each(LogRange::count(size) - first, |at| self.range(first + at))?;
        let Found { missing, withheld } = std::mem::take(&mut *self.found());
        self.withhold(&withheld)?;
        let taken = epoch.map(|epoch| epoch.take(&self)).transpose()?.unwrap_or_default();
        if self.store.read(CHECKPOINT, MOST_CHECKPOINT_BYTES as u64)?.as_deref() != Some(checkpoint) {
            self.store.replace(CHECKPOINT, checkpoint)?;
        }
        taken.publish(&self, !withheld.is_empty())?;
        for outgrown in LogRange::outgrown(before.unwrap_or(0), size) {
            self.store.remove_folder(&outgrown)?;
        }
        Ok(Mirrored {
            checkpoint: self.behind.checkpoint().clone(),
            before,
            key: self.key.clone(),
            missing: missing.difference(&withheld).copied().collect(),
            map: taken.map(),
            index: taken.index(),
        })
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Found> {
        // Whoever panicked while holding it left nothing half done.
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the blobs of withheld entries out of the copy.
    fn withhold(&self, withheld: &BTreeSet<u64>) -> Result<(), RemoteError> {
        let mut ranges: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for &entry in withheld.iter().filter(|&&entry| entry < self.behind.size()) {
            ranges.entry(LogRange::of(entry)).or_default().push(entry);
        }
        ranges.iter().try_for_each(|(&n, entries)| self.withhold_in(n, entries))
    }
}

/// The text of an entry that is a `record` statement signed by the operator.
fn operators_word(entry: &[u8], key: &VerifierKey) -> Option<String> {
    let line = entry.iter().position(|byte| *byte == b'\n')?;
    let note = Note::parse(entry.get(line + 1..)?).ok()?;
    let own = note.text().starts_with("erratum/v1 record\n") && note.signed_by(key) == Signed::Yes;
    own.then(|| note.text().to_owned())
}

/// Holds the folder for this run.
fn lock(folder: &Path) -> Result<File, LogError> {
    let path = beside(folder, "lock");
    let failed = |error| LogError::io(path.display().to_string(), "locked", error);
    let file =
        OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LogError::new(
            LogErrorKind::Busy,
            folder.display().to_string(),
            "another mirror is writing to it",
        )),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// `<folder>.<what>`, beside the folder, which is public.
fn beside(folder: &Path, what: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{what}"));
    folder.with_file_name(name)
}

/// Makes the folder, if it is not there.
fn make(folder: &Path) -> Result<(), LogError> {
    let failed = |error| LogError::io(folder.display().to_string(), "made", error);
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.map_err(failed),
    }
}

/// The copy that the folder holds, if it holds one.
fn own_log(folder: &Path, key: Option<&VerifierKey>) -> Result<Option<(Log, VerifierKey)>, LogError> {
    let store = LocalStore::new(folder);
    if let Some(bytes) = store.read(CHECKPOINT, MOST_CHECKPOINT_BYTES as u64)? {
        return open(Arc::new(store), bytes, key).map(Some);
    }
    let place = folder.display().to_string();
    let there = fs::read_dir(folder).map_err(|error| LogError::io(&place, "read", error))?;
    for entry in there {
        let name = entry.map_err(|error| LogError::io(&place, "read", error))?.file_name();
        let name = name.to_string_lossy();
        if !BEGUN.contains(&name.as_ref()) && !name.ends_with(".tmp") {
            let why = format!("holds {} and no checkpoint: not a mirror", name.escape_debug());
            return Err(LogError::new(LogErrorKind::Invalid, place, why));
        }
    }
    Ok(None)
}
