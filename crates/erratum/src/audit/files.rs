//! What an audit asks of the files beside the log: the index, partial tiles, blobs left lying.

use std::fs;
use std::path::{Path, PathBuf};

use erratum_record::{Record, RecordError};

use super::entries::{Indexed, Said};
use super::{Kind, Lies};
use crate::index;

/// The index that the record commits to must be what the log gave when it had the size that it names, and
/// the one that lies there must be that.
pub(super) fn audit_index(record: &Record, lies: &mut Lies) -> Result<(), RecordError> {
    let file = index::manifest_file(record);
    let mut lie = |why: &str| lies.add(Kind::Index, || format!("index {}: {why}", file.display()));
    let lying = match index::manifest(record) {
        Ok(lying) => lying,
        Err(error) => {
            lies.add(Kind::Index, || error.to_string());
            return Ok(());
        }
    };
    let Some((size, digest)) = record.state().manifest() else {
        if lying.is_some() {
            lie("no epoch commits to it");
        }
        return Ok(());
    };
    if let Some(by) = index::withheld_since(record, size)? {
        lie(&format!("it holds what entry {by} withholds; the next index leaves it out"));
        return Ok(());
    }
    match index::manifest_at(record, size) {
        Ok(made) if made.digest() == digest => {}
        Ok(_) => {
            lie(&format!("what the record commits to is not what the log gives at {size} entries"));
            return Ok(());
        }
        // Whatever blob or entry cannot be read has been named.
        Err(error) => {
            lie(&error.to_string());
            return Ok(());
        }
    }
    match (lying, index::committed(record)) {
        (None, _) => lie("missing"),
        (Some(lying), _) if lying.digest() != digest => lie("no epoch commits to it"),
        (Some(_), Ok(None)) => lie("the segment that it names is missing"),
        (Some(_), Ok(Some(_))) => {}
        (Some(_), Err(error)) => lies.add(Kind::Index, || error.to_string()),
    }
    Ok(())
}

/// To make indexes of the past again, so many times the entries of the log may be read.
const MOST_READ: u64 = 16;

/// The indexes that earlier epochs committed to must be what the log gave then. Returns how many could not
/// be made again: they held what is withheld since, or there are too many of them; the oldest are made.
pub(super) fn audit_past_indexes(
    record: &Record,
    said: &Said,
    lies: &mut Lies,
) -> Result<u64, RecordError> {
    let (mut left_out, mut read) = (0, 0_u64);
    for Indexed { epoch, size, digest } in said.indexes.iter().copied() {
        if record.state().manifest() == Some((size, digest)) || size > epoch {
            // The latest is audited as it lies there; one that covers what comes later is void.
            continue;
        }
        read = read.saturating_add(size);
        if said.is_withheld_since(size) || read > MOST_READ.saturating_mul(record.log().size()) {
            left_out += 1;
            continue;
        }
        let why = match index::manifest_at(record, size) {
            Ok(made) if made.digest() == digest => continue,
            Ok(_) => format!("its index is not what the log gives at {size} entries"),
            Err(error) => error.to_string(),
        };
        lies.add(Kind::PastIndex, || format!("entry {epoch}: {why}"));
    }
    Ok(left_out)
}

/// Where a range of entries is complete its blobs lie in one file, and single ones that are left over are
/// those of nothing withheld.
pub(super) fn audit_blob_files(record: &Record, lies: &mut Lies) -> Result<(), RecordError> {
    for folder in partial_folders(&record.place().join("blob")) {
        let name = folder.strip_prefix(record.place().join("blob")).unwrap_or(&folder);
        let name = name.with_extension("").to_string_lossy().replace(['x', '/'], "");
        let Ok(range) = name.parse::<u64>() else { continue };
        for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let place = file.file_name().to_str().and_then(|name| name.parse::<u64>().ok());
            let Some(place) = place.filter(|place| *place < 256) else { continue };
            let index = range.saturating_mul(256).saturating_add(place);
            let has_bytes = file.metadata().is_ok_and(|file| file.len() > 0);
            if has_bytes && record.is_withheld(index)? {
                lies.add(Kind::Withheld, || {
                    format!("entry {index}: its blobs are withheld, and lie there all the same")
                });
            }
        }
    }
    Ok(())
}

/// Partial tiles of earlier sizes must be the beginnings of what came after, which reading has checked.
pub(super) fn audit_partial_tiles(folder: &Path, lies: &mut Lies) {
    for folder in partial_folders(folder) {
        audit_partials(&folder, lies);
    }
}

/// The folders of partial files below a folder, in order of their names.
fn partial_folders(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| path.is_dir()) {
        if path.extension().is_some_and(|extension| extension == "p") {
            found.push(path);
        } else {
            found.extend(partial_folders(&path));
        }
    }
    found.sort();
    found
}

fn audit_partials(folder: &Path, lies: &mut Lies) {
    let mut widths: Vec<(usize, PathBuf)> = Vec::new();
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let width = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
        widths.extend(width.map(|width| (width, path)));
    }
    widths.sort();
    let full = folder.with_extension("");
    let last = if full.is_file() { Some(full) } else { widths.pop().map(|(_, path)| path) };
    let whole = last.and_then(|path| fs::read(path).ok()).unwrap_or_default();
    for (_, path) in widths {
        if !fs::read(&path).is_ok_and(|bytes| whole.starts_with(&bytes)) {
            lies.add(Kind::Tile, || {
                format!("{}: it is not the beginning of what came after", path.display())
            });
        }
    }
}
