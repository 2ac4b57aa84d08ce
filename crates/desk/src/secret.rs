//! Passphrases, files for their owner alone, and what is left of secrets on the stack.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::{Zeroize, Zeroizing};

use crate::error::DeskError;

/// The longest passphrase that is read, in bytes.
const MOST_PASSPHRASE: u64 = 1024;
/// As deep as signing and decrypting go, with room to spare.
const DEPTH: usize = 64 * 1024;

/// So many blocks are asked for to get back one that was just freed; the first of them does nearly always.
const BLOCKS: usize = 16;

/// What a passphrase is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Passphrase<'a> {
    /// To open what is encrypted in this file.
    Open(&'a Path),
    /// To encrypt this file, which is new: asked twice where a person types it.
    New(&'a Path),
}

/// Where passphrases come from.
pub type Ask = Box<dyn FnMut(Passphrase<'_>) -> Result<Zeroizing<String>, DeskError>>;

/// Reads a passphrase from a file, or from a pipe such as `/dev/fd/3`: its first line.
///
/// # Errors
/// If it cannot be read, is empty, or is a file that others can read.
pub fn passphrase_from_file(path: &Path) -> Result<Zeroizing<String>, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let file = File::open(path).map_err(failed)?;
    check_owner_only(path, &file, "a passphrase")?;
    let mut text = Zeroizing::new(String::with_capacity(2 * MOST_PASSPHRASE as usize));
    file.take(MOST_PASSPHRASE).read_to_string(&mut text).map_err(failed)?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return Err(DeskError::file(path, "its first line, the passphrase, is empty"));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// Refuses a regular file that others can read.
pub(crate) fn check_owner_only(path: &Path, file: &File, what: &str) -> Result<(), DeskError> {
    let about = file.metadata().map_err(|error| DeskError::file(path, error))?;
    let mode = about.mode() & 0o777;
    if about.is_file() && mode & 0o077 != 0 {
        let place = path.display();
        let why = format!("{what} that others can read (mode {mode:04o}); run: chmod 600 {place}");
        return Err(DeskError::file(path, why));
    }
    Ok(())
}

/// Writes a new file that only its owner can read, durably.
pub(crate) fn create_owner_only(path: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    sync_folder(path)
}

/// Puts a file that only its owner can read in the place of what is there, durably and at once.
pub(crate) fn replace_owner_only(path: &Path, bytes: &[u8]) -> Result<(), DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let mut options = OpenOptions::new();
    let mut file =
        options.write(true).create(true).truncate(true).mode(0o600).open(&temporary).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&temporary, path).map_err(failed)?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> Result<(), DeskError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| DeskError::file(folder, error))
}

/// Overwrites the part of the stack below, where functions that have returned may have left copies of
/// secrets.
#[inline(never)]
pub(crate) fn wipe_stack() {
    let mut below = [0xa5_u8; DEPTH];
    below.zeroize();
    std::hint::black_box(&below);
}

/// Overwrites a block of this size, in bytes, that a library has just freed with a secret in it: the
/// allocator hands it out again. Not that it must; a test looks whether it does.
#[inline(never)]
pub(crate) fn wipe_freed(size: usize) {
    let again: Vec<Vec<u8>> = (0..BLOCKS).map(|_| vec![0xa5; size]).collect();
    std::hint::black_box(&again);
}
