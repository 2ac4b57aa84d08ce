//! A store in a local folder: what is written when, and what is synced when.
//!
//! What the files are, and that only one writer is at work, is not decided here.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::{Disk, OsDisk};
use super::error::LogError;
use super::store::{Store, conflict};

/// A store in a local folder.
///
/// Every file is written under another name, synced, renamed, and then its folder is synced, and the
/// folders above it where they are new. A file has its name only when its content is durable, so whatever a
/// crash leaves under a name of the log is whole. An error of a sync is passed on and never tried again:
/// what the disk holds then is unknown.
///
/// [`Store::swap`] compares and then replaces: that it is one step is for the writer's lock to see to.
pub struct LocalStore {
    root: PathBuf,
    disk: Box<dyn Disk>,
    /// The folders below the root that are durable: made, and synced with those above, since this store
    /// was opened.
    durable: Mutex<BTreeSet<PathBuf>>,
}

/// A file to be written: its name in an error, its place, its bytes.
type Put<'a> = (&'a str, PathBuf, &'a [u8]);

impl LocalStore {
    /// The store in the folder `root`, which need not be there to be read as empty.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::on(root, OsDisk)
    }

    pub(crate) fn on(root: impl Into<PathBuf>, disk: impl Disk + 'static) -> Self {
        Self { root: root.into(), disk: Box::new(disk), durable: Mutex::default() }
    }

    /// Makes the folder itself, in a parent that is there.
    pub(crate) fn make_root(&self) -> Result<(), LogError> {
        let failed = |error| LogError::io(self.root.display().to_string(), "made", error);
        self.disk.make_folder(&self.root).map_err(failed)?;
        match self.root.parent() {
            None => Ok(()),
            Some(parent) if parent.as_os_str().is_empty() => self.disk.sync_folder(Path::new(".")),
            Some(parent) => self.disk.sync_folder(parent),
        }
        .map_err(failed)
    }

    fn resolve(&self, path: &str) -> Result<PathBuf, LogError> {
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            let why = io::ErrorKind::InvalidFilename.into();
            return Err(LogError::io(path.escape_debug().to_string(), "a file's path", why));
        }
        Ok(self.root.join(path))
    }

    /// Gives the files their contents: nothing is named before all contents are synced.
    fn put(&self, files: &[Put<'_>]) -> Result<(), LogError> {
        let folders = self.folders(files);
        for folder in &folders.new {
            self.disk.make_folder(folder).map_err(|error| self.folder_error(folder, "made", error))?;
        }
        self.in_parallel(files, |(name, path, bytes)| {
            let written = self.disk.write(&temporary(path), bytes);
            written.map_err(|error| LogError::io(*name, "written", error))
        })?;
        for (name, path, _) in files {
            let renamed = self.disk.rename(&temporary(path), path);
            renamed.map_err(|error| LogError::io(*name, "renamed", error))?;
        }
        let sync: Vec<_> = folders.sync.iter().collect();
        self.in_parallel(&sync, |folder| {
            self.disk.sync_folder(folder).map_err(|error| self.folder_error(folder, "synced", error))
        })?;
        self.durable().extend(folders.new);
        Ok(())
    }

    /// The folders of these files that are new, from the top down, and those that must be synced for their
    /// names to last. New is what this store has not synced itself: one that is there may be left by a
    /// killed writer that did not come to it.
    fn folders(&self, files: &[Put<'_>]) -> Folders {
        let durable = self.durable();
        let mut folders = Folders::default();
        for (_, path, _) in files {
            let mut above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root));
            for folder in &mut above {
                let known = folder == self.root || durable.contains(folder);
                if !folders.sync.insert(folder.to_owned()) || known {
                    break;
                }
                folders.new.insert(folder.to_owned());
            }
        }
        folders
    }

    /// Does the same to many things, by several threads if the disk allows.
    fn in_parallel<T: Sync>(
        &self,
        things: &[T],
        work: impl Fn(&T) -> Result<(), LogError> + Sync,
    ) -> Result<(), LogError> {
        let threads = self.disk.threads().min(things.len());
        if threads < 2 {
            return things.iter().try_for_each(work);
        }
        let next = AtomicUsize::new(0);
        let run = || {
            while let Some(thing) = things.get(next.fetch_add(1, Ordering::Relaxed)) {
                work(thing)?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (1..threads).map(|_| scope.spawn(run)).collect();
            let own = run();
            let results = threads.into_iter().map(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            // All are joined before the first error is returned.
            results.chain([own]).collect::<Vec<_>>().into_iter().collect()
        })
    }

    fn durable(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        // Whoever panicked while holding it left nothing half done.
        self.durable.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn folder_error(&self, folder: &Path, doing: &str, error: io::Error) -> LogError {
        let name = folder.strip_prefix(&self.root).unwrap_or(folder);
        let name = if name.as_os_str().is_empty() { folder } else { name };
        LogError::io(name.display().to_string(), doing, error)
    }
}

#[derive(Default)]
struct Folders {
    new: BTreeSet<PathBuf>,
    sync: BTreeSet<PathBuf>,
}

impl Store for LocalStore {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        let read = self.disk.read(&self.resolve(path)?, most);
        read.map_err(|error| LogError::io(path, "read", error))
    }

    fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        let read = self.disk.read_range(&self.resolve(path)?, offset, len);
        read.map_err(|error| LogError::io(path, "read", error))
    }

    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        let mut all = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            if self.read(name, u64::MAX)?.is_some_and(|there| &there != bytes) {
                return Err(LogError::damaged(name, "is there already with other content"));
            }
            all.push((name.as_str(), self.resolve(name)?, bytes.as_slice()));
        }
        self.put(&all)
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError> {
        self.put(&[(path, self.resolve(path)?, bytes)])
    }

    fn swap(&self, path: &str, expected: Option<&[u8]>, bytes: &[u8]) -> Result<(), LogError> {
        // Longer than what is expected is something else, and need not be read to know that.
        let most = expected.map_or(0, <[u8]>::len) as u64 + 1;
        let found = self.read_range(path, 0, most)?;
        if found.as_deref() != expected {
            return Err(conflict(path, expected, found.as_deref()));
        }
        self.replace(path, bytes)
    }

    fn remove(&self, path: &str) -> Result<(), LogError> {
        let place = self.resolve(path)?;
        let removed = self.disk.remove_file(&place);
        removed.map_err(|error| LogError::io(path, "removed", error))?;
        // Also where it was gone already: a killed writer may have removed it and not come to sync that.
        match place.parent().map(|folder| self.disk.sync_folder(folder)) {
            Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => {
                Err(LogError::io(path, "removed", error))
            }
            _ => Ok(()),
        }
    }

    fn discard(&self, path: &str) -> Result<(), LogError> {
        let removed = self.disk.remove_file(&self.resolve(path)?);
        removed.map_err(|error| LogError::io(path, "removed", error))
    }

    fn remove_folder(&self, path: &str) -> Result<(), LogError> {
        let folder = self.resolve(path)?;
        self.durable().remove(&folder);
        let removed = self.disk.remove_folder(&folder);
        removed.map_err(|error| LogError::io(path, "removed", error))
    }

    fn leftovers(&self, prefix: &str) -> Result<Vec<String>, LogError> {
        let names = self.disk.list(&self.root);
        let names = names.map_err(|error| LogError::io(prefix, "listed", error))?;
        let temporary = format!(".{prefix}");
        let ours = |name: &String| name.starts_with(prefix) || name.starts_with(&temporary);
        Ok(names.into_iter().filter(ours).collect())
    }
}

/// `tile/0/.000.tmp` for `tile/0/000`: a name that no file of a log has.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.tmp"))
}
