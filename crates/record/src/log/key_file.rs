//! Private keys in files, and the seeds that new ones are made of.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::error::{LogError, LogErrorKind};
use crate::note::Signer;

/// No private key in a file is longer: a name of 253 bytes, a label, and the rest.
const MOST_KEY_BYTES: u64 = 1024;

/// 32 secret bytes from the machine's generator.
///
/// # Errors
/// If the machine has none to give.
pub fn random_seed() -> Result<[u8; 32], LogError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| LogError::io("random bytes", "had", std::io::Error::other(error)))?;
    Ok(seed)
}

/// Writes a private key into a new file that only its owner can read, durably.
///
/// # Errors
/// If the file is there already, or cannot be written.
pub fn create_key_file(path: &Path, key: &Signer) -> Result<(), LogError> {
    let failed = |error| LogError::io(path.display().to_string(), "made", error);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(key.to_secret().as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Reads a private key from its file.
///
/// # Errors
/// If it cannot be read, somebody other than its owner can read it, or it is not a private key.
pub fn read_key_file(path: &Path) -> Result<Signer, LogError> {
    let place = || path.display().to_string();
    let failed = |error| LogError::io(place(), "read", error);
    let invalid = |why| LogError::new(LogErrorKind::Invalid, place(), why);
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(invalid("not a regular file".to_owned()));
    }
    let file = File::open(path).map_err(failed)?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata().map_err(failed)?) & 0o777;
        if mode & 0o077 != 0 {
            let why = format!("a private key that others can read (mode {mode:04o}); run: chmod 600");
            return Err(invalid(format!("{why} {}", place())));
        }
    }
    // As large as it may be, so that no copy stays behind in a buffer that was outgrown.
    let mut text = Zeroizing::new(String::with_capacity(2 * MOST_KEY_BYTES as usize));
    file.take(MOST_KEY_BYTES).read_to_string(&mut text).map_err(failed)?;
    Signer::from_secret(&text).map_err(|error| invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_reads_back_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        let key = Signer::from_seed("record.example", &[5; 32]).unwrap();
        create_key_file(&path, &key).unwrap();
        assert_eq!(read_key_file(&path).unwrap().verifier(), key.verifier());
        let error = create_key_file(&path, &key).unwrap_err().to_string();
        assert_eq!(error, format!("{}: cannot be made: File exists (os error 17)", path.display()));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        create_key_file(&path, &Signer::from_seed("record.example", &[5; 32]).unwrap()).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = read_key_file(&path).unwrap_err();
        let path = path.display();
        let why = "a private key that others can read (mode 0640); run: chmod 600";
        assert_eq!(error.to_string(), format!("{path}: {why} {path}"));
        assert_eq!(error.kind(), LogErrorKind::Invalid);
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.key");
        create_key_file(&path, &Signer::from_seed("record.example", &[5; 32]).unwrap()).unwrap();
        fs::write(&path, "PRIVATE+KEY+secret words").unwrap();
        let error = read_key_file(&path).unwrap_err().to_string();
        let why = "private key \"…\": expected PRIVATE+KEY+<name>+<key id>+<base64>";
        assert_eq!(error, format!("{}: {why}", path.display()));
        let error = read_key_file(folder.path()).unwrap_err().to_string();
        assert_eq!(error, format!("{}: not a regular file", folder.path().display()));
    }

    #[test]
    fn seeds_differ() {
        assert_ne!(random_seed().unwrap(), random_seed().unwrap());
    }
}
