//! Where the files of a log lie: the trait, and the one in a local folder.
//!
//! A store knows paths and bytes, not what is in them or which comes first; the order of an append is the
//! writer's.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::disk::{Disk, OsDisk};
use super::error::LogError;

/// Files by their path: `/` between the parts, none of which is empty, `.` or `..`.
///
/// What a method changed is durable when it returns without error. After an error anything may have
/// happened to the files named in the call and to no others; doing the same again puts that right.
pub trait Store: Send + Sync {
    /// The bytes of a file, or `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than `most` bytes.
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError>;

    /// Makes files that will never change. One that is there already with the same bytes is fine.
    ///
    /// # Errors
    /// If one is there with other bytes (then nothing is written), or cannot be made durable.
    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError>;

    /// Makes a file or puts it in the place of an older one, so that a reader or a crash finds one of the
    /// two whole.
    ///
    /// # Errors
    /// If that cannot be made durable.
    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError>;

    /// Removes a folder of files that nobody needs any more, if it is there. A crash may bring it back.
    ///
    /// # Errors
    /// If it cannot be removed.
    fn remove_folder(&self, path: &str) -> Result<(), LogError>;
}

/// From this many files on they are synced by several threads, which share the disk's commits.
const MANY_FILES: usize = 32;
/// How many of those threads there are. They wait for the disk, not for the processor.
const THREADS: usize = 16;

/// A store in a local folder.
///
/// Every file is written under another name, synced, renamed, and then its folder is synced, and the
/// folders above it. A file has its name only when its content is durable, so whatever a crash leaves under
/// a name of the log is whole. An error of a sync is passed on and never tried again: what the disk holds
/// then is unknown.
pub struct LocalStore {
    root: PathBuf,
    disk: Box<dyn Disk>,
}

impl LocalStore {
    /// The store in the folder `root`, which need not be there to be read as empty.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self::on(root, OsDisk)
    }

    pub(crate) fn on(root: impl Into<PathBuf>, disk: impl Disk + 'static) -> Self {
        Self { root: root.into(), disk: Box::new(disk) }
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

    /// Writes the files under their temporary names, synced.
    fn write_temporary(&self, files: &[(String, PathBuf, &[u8])]) -> Result<(), LogError> {
        let write = |(name, path, bytes): &(String, PathBuf, &[u8])| {
            self.disk
                .write(&temporary(path), bytes)
                .map_err(|error| LogError::io(name, "written", error))
        };
        if files.len() < MANY_FILES {
            return files.iter().try_for_each(write);
        }
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                write(file)?;
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
            let results = threads.into_iter().map(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            });
            // All are joined before the first error is returned.
            results.collect::<Vec<_>>().into_iter().collect()
        })
    }

    /// Gives the files their contents: nothing is named before all contents are synced.
    fn put(&self, files: &[(String, PathBuf, &[u8])]) -> Result<(), LogError> {
        let folders = self.folders(files);
        for folder in folders.iter().filter(|folder| **folder != self.root) {
            self.disk.make_folder(folder).map_err(|error| self.folder_error(folder, "made", error))?;
        }
        self.write_temporary(files)?;
        for (name, path, _) in files {
            let renamed = self.disk.rename(&temporary(path), path);
            renamed.map_err(|error| LogError::io(name, "renamed", error))?;
        }
        // Also those that were there before: a killed writer may have made them and not come to sync
        // them. Syncing a folder in which nothing changed costs next to nothing.
        for folder in folders.iter().rev() {
            self.disk.sync_folder(folder).map_err(|error| self.folder_error(folder, "synced", error))?;
        }
        Ok(())
    }

    /// The folders that hold the files, from the root down.
    fn folders(&self, files: &[(String, PathBuf, &[u8])]) -> BTreeSet<PathBuf> {
        let mut folders = BTreeSet::new();
        for (_, path, _) in files {
            let above = path.ancestors().skip(1).take_while(|folder| folder.starts_with(&self.root));
            for folder in above {
                if !folders.insert(folder.to_owned()) {
                    break;
                }
            }
        }
        folders
    }

    fn folder_error(&self, folder: &Path, doing: &str, error: io::Error) -> LogError {
        let name = folder.strip_prefix(&self.root).unwrap_or(folder);
        let name = if name.as_os_str().is_empty() { folder } else { name };
        LogError::io(name.display().to_string(), doing, error)
    }
}

impl Store for LocalStore {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        let read = self.disk.read(&self.resolve(path)?, most);
        read.map_err(|error| LogError::io(path, "read", error))
    }

    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        let mut all = Vec::with_capacity(files.len());
        for (name, bytes) in files {
            if self.read(name, u64::MAX)?.is_some_and(|there| &there != bytes) {
                return Err(LogError::damaged(name, "is there already with other content"));
            }
            all.push((name.clone(), self.resolve(name)?, bytes.as_slice()));
        }
        self.put(&all)
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError> {
        self.put(&[(path.to_owned(), self.resolve(path)?, bytes)])
    }

    fn remove_folder(&self, path: &str) -> Result<(), LogError> {
        let removed = self.disk.remove_folder(&self.resolve(path)?);
        removed.map_err(|error| LogError::io(path, "removed", error))
    }
}

/// `tile/0/.000.tmp` for `tile/0/000`: a name that no file of a log has.
fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.tmp"))
}
