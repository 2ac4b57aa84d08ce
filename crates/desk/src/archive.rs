//! A desk as one encrypted file: everything in its folder, and back.

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

use zeroize::Zeroizing;

use crate::age_file::{self, Identity, Recipient};
use crate::desk::Desk;
use crate::error::DeskError;
use crate::secret::{check_owner_only, create_owner_only, wipe_stack};

/// The first line of what is encrypted.
const HEAD: &[u8] = b"erratum/v1 desk\n";
/// A desk larger than this is not exported, and no larger archive is read.
const MOST_BYTES: usize = 1024 * 1024 * 1024;

impl Desk {
    /// Writes all that is in a desk's folder into a new encrypted file; says how many files.
    ///
    /// # Errors
    /// If the file is there, or something cannot be read.
    pub fn export(place: &Path, to: &Path, recipient: &Recipient) -> Result<usize, DeskError> {
        let exported = Self::export_with_secrets(place, to, recipient);
        wipe_stack();
        exported
    }

    #[inline(never)]
    fn export_with_secrets(place: &Path, to: &Path, recipient: &Recipient) -> Result<usize, DeskError> {
        if to.exists() {
            return Err(DeskError::file(to, "there is a file already"));
        }
        if !place.join("desk.toml").is_file() {
            return Err(DeskError::file(place, "there is no desk here"));
        }
        let files = files_in(place)?;
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |about| about.len() as usize + 4096);
        let total: usize = files.iter().map(size).sum();
        if total > MOST_BYTES {
            return Err(DeskError::file(place, "a desk larger than 1 GiB is not exported"));
        }
        // As large as it will be, so that no copy of a key stays behind in a buffer that was outgrown.
        let mut plain = Zeroizing::new(Vec::with_capacity(total));
        plain.extend_from_slice(HEAD);
        for path in &files {
            let name = path.strip_prefix(place).ok().and_then(Path::to_str);
            let name = name.filter(|name| !name.contains('\n'));
            let name = name.ok_or_else(|| DeskError::file(path, "its name cannot be exported"))?;
            let mut bytes = Zeroizing::new(Vec::with_capacity(size(path)));
            let read =
                File::open(path).and_then(|file| file.take(MOST_BYTES as u64).read_to_end(&mut bytes));
            read.map_err(|error| DeskError::file(path, error))?;
            plain.extend_from_slice(format!("{} {name}\n", bytes.len()).as_bytes());
            plain.extend_from_slice(&bytes);
        }
        let sealed = age_file::encrypt(&plain, recipient).map_err(DeskError::unfit)?;
        create_owner_only(to, &sealed)?;
        Ok(files.len())
    }

    /// Makes a desk of an exported file in a folder that is not there yet, all of it for the owner alone;
    /// says how many files.
    ///
    /// # Errors
    /// If the folder is there, or the file does not open or is no desk.
    pub fn restore(from: &Path, place: &Path, identity: &Identity) -> Result<usize, DeskError> {
        let restored = Self::restore_with_secrets(from, place, identity);
        wipe_stack();
        restored
    }

    #[inline(never)]
    fn restore_with_secrets(from: &Path, place: &Path, identity: &Identity) -> Result<usize, DeskError> {
        if place.exists() {
            return Err(DeskError::file(place, "there is something here already"));
        }
        let sealed = read_archive(from)?;
        let plain =
            age_file::decrypt(&sealed, identity).map_err(|error| DeskError::file(from, error))?;
        let files = parse(&plain).ok_or_else(|| DeskError::file(from, "not an exported desk"))?;
        if !files.iter().any(|(name, _)| *name == "desk.toml") {
            return Err(DeskError::file(from, "not an exported desk"));
        }
        // Under another name first: a desk is there whole or not at all.
        let folder = place.file_name().unwrap_or_default().to_string_lossy();
        let unfinished = place.with_file_name(format!(".{folder}.{}.tmp", std::process::id()));
        let finished = write_all(&unfinished, &files).and_then(|()| {
            fs::rename(&unfinished, place).map_err(|error| DeskError::file(place, error))
        });
        if finished.is_err() {
            let _ = fs::remove_dir_all(&unfinished);
        }
        finished.map(|()| files.len())
    }
}

/// Reads an exported file, whoever can read it: it is encrypted.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn read_archive(from: &Path) -> Result<Vec<u8>, DeskError> {
    let mut sealed = Vec::new();
    let read =
        File::open(from).and_then(|file| file.take(2 * MOST_BYTES as u64).read_to_end(&mut sealed));
    read.map_err(|error| DeskError::file(from, error))?;
    Ok(sealed)
}

/// Whether an exported file takes a passphrase, and not an identity.
///
/// # Errors
/// If it is no encrypted file.
pub fn archive_takes_passphrase(from: &Path) -> Result<bool, DeskError> {
    age_file::takes_passphrase(&read_archive(from)?).map_err(|error| DeskError::file(from, error))
}

/// Reads an age identity file, as `age-keygen` makes it.
///
/// # Errors
/// If others can read it, or it is none.
pub fn read_identity(path: &Path) -> Result<Identity, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let file = File::open(path).map_err(failed)?;
    check_owner_only(path, &file, "an identity")?;
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    file.take(8 * 1024).read_to_string(&mut text).map_err(failed)?;
    Identity::from_file(&text).map_err(|error| DeskError::file(path, error))
}

/// All regular files under a folder, in the order of their paths; what is on its way under a temporary
/// name is left out.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, DeskError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error: std::io::Error| DeskError::file(&folder, error);
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let kind = entry.file_type().map_err(failed)?;
            let is_temporary = entry.path().extension().is_some_and(|extension| extension == "tmp");
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && !is_temporary {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn write_all(folder: &Path, files: &[(&str, &[u8])]) -> Result<(), DeskError> {
    let make = |folder: &Path| {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| DeskError::file(folder, error))
    };
    make(folder)?;
    for (name, bytes) in files {
        let path = folder.join(name);
        make(path.parent().unwrap_or(folder))?;
        create_owner_only(&path, bytes)?;
    }
    Ok(())
}

/// The files of an archive: names and bytes. None of the names leads out of the folder.
fn parse(plain: &[u8]) -> Option<Vec<(&str, &[u8])>> {
    let mut rest = plain.strip_prefix(HEAD)?;
    let mut files = Vec::new();
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let (length, name) = std::str::from_utf8(rest.get(..end)?).ok()?.split_once(' ')?;
        let parts: Vec<Component<'_>> = Path::new(name).components().collect();
        if parts.is_empty() || !parts.iter().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let (bytes, after) = rest.get(end + 1..)?.split_at_checked(length.parse().ok()?)?;
        files.push((name, bytes));
        rest = after;
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_never_writes_outside_its_folder() {
        let archive = |name: &str| [HEAD, format!("2 {name}\nok").as_bytes()].concat();
        assert_eq!(parse(&archive("keys/a.key")), Some(vec![("keys/a.key", &b"ok"[..])]));
        for name in ["../a", "/etc/a", "keys/../../a", "", "."] {
            assert_eq!(parse(&archive(name)), None, "{name}");
        }
        let whole = archive("desk.toml");
        for end in HEAD.len() + 1..whole.len() {
            assert_eq!(parse(&whole[..end]), None, "cut at {end}");
        }
    }
}
