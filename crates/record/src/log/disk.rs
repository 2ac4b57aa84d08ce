//! The few things a store asks of the machine, apart so that tests can put a faulty one.
//!
//! What is durable, and in which order, is decided in `local_store.rs`; nothing here decides anything.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Files and folders. After a power loss, only what was synced is certain to be there.
pub(crate) trait Disk: Send + Sync {
    /// The bytes of a file, or `None` if there is none. One longer than `most` is an error.
    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>>;
    /// At most `len` bytes of a file from `offset` on, fewer where it ends; `None` if there is none.
    fn read_range(&self, path: &Path, offset: u64, len: u64) -> io::Result<Option<Vec<u8>>>;
    /// The names of the files in a folder, without those of folders; none if it is not there.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Writes a file, new or over an old one, and syncs its content (not its name).
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Gives a file another name in the same folder, in place of what had that name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes one folder, if it is not there.
    fn make_folder(&self, path: &Path) -> io::Result<()>;
    /// Removes a file, if it is there.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder of files, if it is there.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
    /// Syncs the names in a folder.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    /// How many threads may wait for it at once.
    fn threads(&self) -> usize;
}

/// The machine's own.
pub(crate) struct OsDisk;

impl Disk for OsDisk {
    fn read(&self, path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
        let Some((file, length)) = open(path)? else { return Ok(None) };
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or(0));
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(ErrorKind::FileTooLarge, format!("longer than {most} bytes")));
        }
        Ok(Some(bytes))
    }

    fn read_range(&self, path: &Path, offset: u64, len: u64) -> io::Result<Option<Vec<u8>>> {
        let Some((mut file, length)) = open(path)? else { return Ok(None) };
        let len = len.min(length.saturating_sub(offset));
        let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
        file.seek(SeekFrom::Start(offset))?;
        file.take(len).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let entries = match fs::read_dir(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(names),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_file() {
                // A name that is not UTF-8 is none of ours.
                names.extend(entry.file_name().into_string());
            }
        }
        Ok(names)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = File::create(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
            made => made,
        }
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn threads(&self) -> usize {
        // They wait for the disk, not for the processor; and the disk commits for all of them at once.
        16
    }
}

/// Opens a regular file to be read, and says how long it is.
fn open(path: &Path) -> io::Result<Option<(File, u64)>> {
    // Asked before opening: to open a pipe would wait for whoever writes into it.
    let length = match fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(about) if !about.is_file() => return Err(io::Error::other("not a regular file")),
        Ok(about) => about.len(),
    };
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        file => Ok(Some((file?, length))),
    }
}
