//! The blobs of one range: the bundle of a complete one, single files of the last one. Each entry's are
//! checked against its statement while they stream by, so that no more than one entry's are in memory.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};

use erratum_record::{LogError, LogErrorKind, LogRange, Statement, Store, split_blobs};

use super::Copier;
use crate::evidence::RemoteError;
use crate::folder;

/// Entries in a complete range.
const WIDTH: usize = 256;
/// The lengths at the head of a bundle.
const HEAD: usize = WIDTH * 4;
/// The most bytes of the blobs of one entry.
const MOST_BLOB: u64 = 8 << 20;
/// So many bytes of single files are gathered before they are written.
const GATHERED: usize = 8 << 20;
/// The length of a salt.
const SALT: u64 = 32;

/// The statements of a range, those with blobs.
type Named = Vec<Option<Statement>>;

fn damaged(path: &str, why: impl Into<String>) -> LogError {
    LogError::new(LogErrorKind::Damaged, path, why)
}

/// How many bytes the blobs of a statement have where they lie.
fn length(statement: Option<&Statement>) -> u64 {
    let fields = statement.map(Statement::blobs).unwrap_or_default();
    fields.iter().fold(0, |sum: u64, field| sum.saturating_add(SALT).saturating_add(field.blob.bytes))
}

fn check(path: &str, at: usize, statement: Option<&Statement>, stored: &[u8]) -> Result<(), LogError> {
    let wrong = |why: String| damaged(path, format!("its entry {at}: {why}"));
    match statement {
        None => Err(wrong("has blobs that no statement names".to_owned())),
        Some(statement) => {
            split_blobs(statement, stored).map(drop).map_err(|error| wrong(error.to_string()))
        }
    }
}

/// Reads a bundle and gives its head and the blobs of each entry that has some, checked, to `take`, as far
/// as `named` knows the entries; says which of those that should have blobs have none.
fn read_bundle(
    path: &str,
    stream: impl Read,
    named: &Named,
    mut take: impl FnMut(Option<usize>, &[u8]) -> Result<(), LogError>,
) -> Result<BTreeSet<usize>, LogError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => damaged(path, "it ends too early"),
        _ => LogError::io(path, "read", error),
    };
    let mut stream = BufReader::new(stream);
    let mut head = [0; HEAD];
    stream.read_exact(&mut head).map_err(failed)?;
    take(None, &head)?;
    let mut empty = BTreeSet::new();
    let lengths = head.as_chunks::<4>().0.iter().map(|bytes| u64::from(u32::from_be_bytes(*bytes)));
    for (at, (there, statement)) in lengths.zip(named).enumerate() {
        let statement = statement.as_ref();
        if there == 0 {
            empty.extend(statement.map(|_| at));
            continue;
        }
        if there > MOST_BLOB || there != length(statement) {
            let why = format!("its entry {at} has {there} bytes, expected {}", length(statement));
            return Err(damaged(path, why));
        }
        let mut stored = vec![0; usize::try_from(there).unwrap_or_default()];
        stream.read_exact(&mut stored).map_err(failed)?;
        check(path, at, statement, &stored)?;
        take(Some(at), &stored)?;
    }
    if named.len() == WIDTH && stream.read(&mut [0]).map_err(failed)? > 0 {
        return Err(damaged(path, "bytes after its last entry"));
    }
    Ok(empty)
}

impl Copier<'_> {
    /// Copies the blobs of range `n`; gives the entries that have none and should.
    pub(super) fn blobs(&self, n: u64, first: u64, named: Named) -> Result<BTreeSet<u64>, RemoteError> {
        let should = || (0..named.len()).filter(|&at| named[at].is_some());
        if should().next().is_none() {
            return Ok(BTreeSet::new());
        }
        let empty = if named.len() == WIDTH {
            self.bundle(n, &named)?.unwrap_or_else(|| should().collect())
        } else {
            self.singles(n, first, &named)?
        };
        Ok(empty.into_iter().map(|at| first + at as u64).collect())
    }

    /// Copies the bundle of a complete range, unless it is there and whole; `None` if there is none.
    fn bundle(&self, n: u64, named: &Named) -> Result<Option<BTreeSet<usize>>, LogError> {
        let path = LogRange::blob_bundle(n);
        if let Ok(file) = File::open(self.folder.join(&path))
            && let Ok(empty) = read_bundle(&path, file, named, |_, _| Ok(()))
            && empty.is_empty()
        {
            return Ok(Some(empty));
        }
        let all = named.iter().fold(0, |sum: u64, named| sum.saturating_add(length(named.as_ref())));
        let Some(stream) = self.source.open(&path, all.saturating_add(HEAD as u64))? else {
            return Ok(None);
        };
        folder::write(self.folder, &path, |file| {
            read_bundle(&path, stream, named, |_, bytes| {
                file.write_all(bytes).map_err(|error| LogError::io(&path, "written", error))
            })
        })
        .map(Some)
    }

    /// Copies the blobs of the entries of the last range, those that are not there and whole.
    fn singles(&self, n: u64, first: u64, named: &Named) -> Result<BTreeSet<usize>, LogError> {
        let mut empty = BTreeSet::new();
        let (mut gathered, mut length_of_all) = (Vec::new(), 0);
        for (at, statement) in named.iter().enumerate() {
            let Some(statement) = statement else { continue };
            let (path, most) = (LogRange::blob_single(first + at as u64), length(Some(statement)));
            let whole = |stored: &[u8]| check(&path, at, Some(statement), stored);
            if self.store.read(&path, most).is_ok_and(|there| there.is_some_and(|b| whole(&b).is_ok())) {
                continue;
            }
            match self.source.get(&path, most)?.filter(|stored| !stored.is_empty()) {
                Some(stored) => {
                    whole(&stored)?;
                    length_of_all += stored.len();
                    gathered.push((path, stored));
                    if length_of_all > GATHERED {
                        self.put(&std::mem::take(&mut gathered))?;
                        length_of_all = 0;
                    }
                }
                None => {
                    empty.insert(at);
                }
            }
        }
        self.put(&gathered)?;
        if empty.is_empty() {
            return Ok(empty);
        }
        // The record may have grown since, and have them in a bundle now.
        let path = LogRange::blob_bundle(n);
        let Some(stream) = self.source.open(&path, HEAD as u64 + WIDTH as u64 * MOST_BLOB)? else {
            return Ok(empty);
        };
        read_bundle(&path, stream, named, |at, stored| match at {
            Some(at) if empty.contains(&at) => {
                self.store.replace(&LogRange::blob_single(first + at as u64), stored)
            }
            _ => Ok(()),
        })
    }

    /// Takes the blobs of these entries of range `n` out of the folder.
    pub(super) fn withhold_in(&self, n: u64, entries: &[u64]) -> Result<(), RemoteError> {
        for &entry in entries {
            let path = LogRange::blob_single(entry);
            match fs::remove_file(self.folder.join(&path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed.map_err(|error| LogError::io(&path, "removed", error))?,
            }
        }
        let path = LogRange::blob_bundle(n);
        let failed = |error| LogError::io(&path, "rewritten", error);
        let old = match File::open(self.folder.join(&path)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            old => old.map_err(failed)?,
        };
        let gone = |at: usize| {
            entries.iter().any(|&entry| LogRange::of(entry) == n && entry % 256 == at as u64)
        };
        rewrite(self, &path, old, gone).map_err(|error| RemoteError::Log(failed(error)))
    }
}

/// Writes a bundle again without the blobs of some entries; not at all where they have none.
fn rewrite(copier: &Copier<'_>, path: &str, old: File, gone: impl Fn(usize) -> bool) -> io::Result<()> {
    let mut old = BufReader::new(old);
    let mut head = [0; HEAD];
    old.read_exact(&mut head)?;
    let mut lengths: Vec<u64> =
        head.as_chunks::<4>().0.iter().map(|bytes| u64::from(u32::from_be_bytes(*bytes))).collect();
    if !(0..WIDTH).any(|at| gone(at) && lengths[at] > 0) {
        return Ok(());
    }
    let written = folder::write(copier.folder, path, |file| {
        let failed = |error| LogError::io(path, "rewritten", error);
        let mut new = head;
        for at in (0..WIDTH).filter(|&at| gone(at)) {
            new[at * 4..at * 4 + 4].fill(0);
        }
        file.write_all(&new).map_err(failed)?;
        for (at, length) in lengths.drain(..).enumerate() {
            let mut entry = old.by_ref().take(length);
            let copied = if gone(at) {
                io::copy(&mut entry, &mut io::sink())
            } else {
                io::copy(&mut entry, file)
            };
            copied.map_err(failed)?;
        }
        Ok::<_, LogError>(())
    });
    written.map_err(io::Error::other)
}
