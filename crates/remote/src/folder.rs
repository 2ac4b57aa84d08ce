//! Long files into a local folder, durably: what a store takes whole in memory goes through here in pieces.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use erratum_record::LogError;

use crate::path;

/// Writes the file at `path` below `root` with `fill`, in place of an older one: a reader or a crash finds
/// one of the two whole. If `fill` fails there is only a temporary file, which the next attempt overwrites.
///
/// # Errors
/// Those of `fill`; or if the path is none of a record, or the file cannot be made durable.
pub(crate) fn write<T, E: From<LogError>>(
    root: &Path,
    path: &str,
    fill: impl FnOnce(&mut dyn Write) -> Result<T, E>,
) -> Result<T, E> {
    path::check(path)?;
    let target = root.join(path);
    let failed = |doing: &'static str| move |error| E::from(LogError::io(path, doing, error));
    let folders = folders(root, &target);
    for folder in folders.iter().rev() {
        make(folder).map_err(failed("written"))?;
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = target.with_file_name(format!(".{name}.tmp"));
    let mut file = BufWriter::new(File::create(&temporary).map_err(failed("written"))?);
    let filled = fill(&mut file)?;
    let file = file.into_inner().map_err(|error| failed("written")(error.into_error()))?;
    file.sync_all().map_err(failed("synced"))?;
    fs::rename(&temporary, &target).map_err(failed("renamed"))?;
    for folder in &folders {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("synced"))?;
    }
    Ok(filled)
}

/// The folders that hold a file, from its own up to the root.
fn folders(root: &Path, target: &Path) -> Vec<PathBuf> {
    target.ancestors().skip(1).take_while(|f| f.starts_with(root)).map(Path::to_owned).collect()
}

fn make(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    }
}
