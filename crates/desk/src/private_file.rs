//! Files that only the owner can read, written whole and durably or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::error::DeskError;

/// Makes a folder that only its owner can look into, with those above it, durably.
pub(crate) fn make_folder(place: &Path) -> Result<(), DeskError> {
    let failed = |error: std::io::Error| DeskError::file(place, error);
    if place.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(place).map_err(failed)?;
    sync_folder(place.parent().unwrap_or(place))
}

/// Writes a file, in place of what had its name; when this returns, it is there for good.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!(".{name}.tmp"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut file = options.open(&unfinished).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)?;
    sync_folder(folder)
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), DeskError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(DeskError::file(path, error)),
        _ => Ok(()),
    }
}

/// The files of a folder with this ending, in order of their names; none if it is not there.
pub(crate) fn list(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(folder, error);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn sync_folder(folder: &Path) -> Result<(), DeskError> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder).and_then(|f| f.sync_all()).map_err(|error| DeskError::file(folder, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_written_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("drafts/waiting");
        make_folder(&place).unwrap();
        let path = place.join("a.toml");
        write(&path, "one").unwrap();
        write(&path, "two").unwrap();
        write(&place.join(".b.toml"), "left by a crash").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&place), mode(&path)), (0o700, 0o600));
        assert_eq!(list(&place, "toml").unwrap(), std::slice::from_ref(&path));
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(list(&place, "toml").unwrap(), Vec::<PathBuf>::new());
    }
}
