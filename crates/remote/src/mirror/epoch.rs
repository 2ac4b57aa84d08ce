//! What a record saves beside its log: the standing map's layers (`map/`) and the index (`match/`).
//!
//! Both are derived from the log, and a `record` statement of the operator commits to them: `map/current`
//! names it. Both are checked whole before they are published: the layers up to the root of the map, the
//! index by its digest.

use std::fs;
use std::io::{Read, Write};

use erratum_record::{Id, LogError, LogErrorKind, Map, Store};
use sha2::{Digest, Sha256};

use super::{Copier, operators_word};
use crate::evidence::RemoteError;
use crate::source::Source;
use crate::{folder, parallel, path};

const CURRENT: &str = "map/current";
const MANIFEST: &str = "match/manifest";
/// The most bytes of each of them.
const MOST_LIST: u64 = 1 << 20;
/// The most files that one of them names.
const MOST_FILES: usize = 4096;
/// What the layers of a map have at most, and the files of an index: what the largest entries and blobs could
/// give, so that nobody's disk is filled with files that no log of this size can have.
const MOST_OF_LAYERS: (u64, u64) = (1 << 20, 64 << 10);
const MOST_OF_SEGMENTS: (u64, u64) = (1 << 20, 8 << 20);
/// The length of a layer's header.
const HEADER: usize = 300;

/// What the two lists said when the copy began.
pub(super) struct Epoch {
    current: Current,
    manifest: Option<(Manifest, Vec<u8>)>,
    bytes: Vec<u8>,
}

/// What was taken over, and is to be published.
#[derive(Default)]
pub(super) struct Taken {
    current: Option<(u64, Vec<u8>)>,
    manifest: Option<(u64, Vec<u8>)>,
}

/// `map/current`.
#[derive(Debug, PartialEq, Eq)]
struct Current {
    covers: u64,
    entry: u64,
    root: Id,
    files: Vec<Named>,
}

/// `match/manifest`.
#[derive(Debug, PartialEq, Eq)]
struct Manifest {
    size: u64,
    root: Id,
    files: Vec<Named>,
}

/// A file that one of them names, by its path in the record. The digest is of a layer's header, of a
/// segment as a whole.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    path: String,
    bytes: u64,
    digest: Id,
}

fn damaged(path: &str, why: impl Into<String>) -> LogError {
    LogError::new(LogErrorKind::Damaged, path, why)
}

/// Reads both lists; `None` where the record has saved nothing yet.
pub(super) fn read(source: &dyn Source) -> Result<Option<Epoch>, LogError> {
    // The index first: the epoch that commits to it is then not older than it.
    let manifest = source.get(MANIFEST, MOST_LIST)?;
    let Some(bytes) = source.get(CURRENT, MOST_LIST)? else { return Ok(None) };
    let current = Current::parse(&bytes).map_err(|why| damaged(CURRENT, why))?;
    let manifest = manifest
        .map(|bytes| Manifest::parse(&bytes).map(|manifest| (manifest, bytes)))
        .transpose()
        .map_err(|why| damaged(MANIFEST, why))?;
    Ok(Some(Epoch { current, manifest, bytes }))
}

/// The lines of a list behind its first.
fn lines<'a>(bytes: &'a [u8], first: &str) -> Result<std::str::Split<'a, char>, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not valid UTF-8".to_owned())?;
    let lines = text.strip_suffix('\n').ok_or("its last line has no end")?;
    let mut lines = lines.split('\n');
    if lines.next() == Some(first) {
        Ok(lines)
    } else {
        Err(format!("its first line is not \"{first}\""))
    }
}

fn field<T: std::str::FromStr>(line: Option<&str>, name: &str) -> Result<T, String> {
    let value = line.and_then(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value
        .and_then(|value| value.parse().ok())
        .ok_or_else(|| format!("no line \"{name} …\" where it should be"))
}

impl Named {
    fn parse(line: &str, folder: &str) -> Result<Self, String> {
        let mut parts = line.split(' ');
        let file = parts.next().unwrap_or_default();
        let path = format!("{folder}{file}");
        path::check(&path).map_err(|error| error.to_string())?;
        let bytes = parts.next().and_then(|bytes| bytes.parse().ok());
        let digest = parts.next().and_then(|digest| digest.parse().ok());
        match (bytes, digest, parts.next()) {
            (Some(bytes), Some(digest), None) => Ok(Self { path, bytes, digest }),
            _ => Err(format!("{path}: expected its length and a digest")),
        }
    }
}

impl Current {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut lines = lines(bytes, "erratum/v1 map")?;
        let (covers, entry) = (field(lines.next(), "covers")?, field(lines.next(), "entry")?);
        let (root, _keys) = (field(lines.next(), "root")?, field::<u64>(lines.next(), "keys")?);
        let mut files = Vec::new();
        for line in lines {
            if let Some(layer) = line.strip_prefix("layer ") {
                files.push(Named::parse(layer, "map/")?);
                if files.len() > MOST_FILES {
                    return Err(format!("names more than {MOST_FILES} files"));
                }
                continue;
            }
            let sum = line.strip_prefix("sum ").and_then(|sum| sum.parse::<Id>().ok());
            let summed = bytes.len().checked_sub(line.len() + 1).and_then(|end| bytes.get(..end));
            return match summed {
                Some(summed) if sum == Some(Id::of(summed)) => Ok(Self { covers, entry, root, files }),
                _ => Err("its sum is wrong".to_owned()),
            };
        }
        Err("it has no sum".to_owned())
    }
}

impl Manifest {
    fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut lines = lines(bytes, "erratum/v1 index")?;
        let log: String = field(lines.next(), "log")?;
        let (size, root) = log.split_once(' ').ok_or("no line \"log <size> <root>\"")?;
        let size = size.parse().map_err(|_| "its size is no number".to_owned())?;
        let root = root.parse().map_err(|_| "its root is no digest".to_owned())?;
        let mut files = Vec::new();
        for line in lines {
            let segment = line.strip_prefix("segment ").ok_or("a line that is not \"segment …\"")?;
            let named = Named::parse(segment, "")?;
            if !named.path.starts_with("match/") || named.path == MANIFEST {
                return Err(format!("{}: not a file of the index", named.path));
            }
            files.push(named);
            if files.len() > MOST_FILES {
                return Err(format!("names more than {MOST_FILES} files"));
            }
        }
        Ok(Self { size, root, files })
    }
}

/// What the epoch's statement commits to.
struct Committed {
    map: Option<String>,
    manifest: Option<String>,
}

impl Epoch {
    /// Copies the files that the lists name, each checked.
    pub(super) fn take(&self, copier: &Copier<'_>) -> Result<Taken, RemoteError> {
        let committed = self.committed(copier)?;
        let map = self.current.root.to_string();
        // An epoch covers all entries before its own.
        if committed.map.as_deref() != Some(&map) || self.current.covers != self.current.entry {
            let why = format!("entry {} does not commit to its root", self.current.entry);
            return Err(damaged(CURRENT, why).into());
        }
        bound(CURRENT, &self.current.files, self.current.covers, MOST_OF_LAYERS)?;
        copy(copier, &self.current.files, Kind::Layer)?;
        self.check_map(copier)?;
        let current = Some((self.current.covers, self.bytes.clone()));
        let mut taken = Taken { current, manifest: None };
        let Some((manifest, bytes)) = &self.manifest else { return Ok(taken) };
        let digest = format!("{} {}", manifest.size, Id::of(bytes));
        // An index of another epoch than the map's is left for the next run: any reader can make it anew.
        if committed.manifest.as_deref() == Some(&digest) {
            if copier.behind.root_at(manifest.size)? != manifest.root.0 {
                return Err(damaged(MANIFEST, "it is not of this log").into());
            }
            bound(MANIFEST, &manifest.files, manifest.size, MOST_OF_SEGMENTS)?;
            copy(copier, &manifest.files, Kind::Segment)?;
            taken.manifest = Some((manifest.size, bytes.clone()));
        }
        Ok(taken)
    }

    /// Reads the whole map. Layers that do not make it do not stay to pass for copied, unless the copy's
    /// own map, which is sound, has them.
    fn check_map(&self, copier: &Copier<'_>) -> Result<(), LogError> {
        let folder = copier.folder.join("map");
        let check = |current: &[u8]| Map::open_at(&folder, current).and_then(|map| map.check());
        let Err(error) = check(&self.bytes) else { return Ok(()) };
        let own = copier.store.read(CURRENT, MOST_LIST)?.filter(|own| check(own).is_ok());
        let own = own.and_then(|own| Current::parse(&own).ok()).map_or(Vec::new(), |own| own.files);
        for named in &self.current.files {
            if !own.iter().any(|own| own.path == named.path) {
                copier.store.remove(&named.path)?;
            }
        }
        Err(error)
    }

    /// Reads the statement that commits to this epoch.
    fn committed(&self, copier: &Copier<'_>) -> Result<Committed, LogError> {
        let index = self.current.entry;
        let bytes = copier.behind.entries(index..index.saturating_add(1))?;
        let text = bytes.first().and_then(|bytes| operators_word(bytes, &copier.key));
        let why = || format!("entry {index}, which it names, is no statement of the operator");
        let text = text.ok_or_else(|| damaged(CURRENT, why()))?;
        let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        Ok(Committed { map: line("map "), manifest: line("manifest ") })
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Layer,
    Segment,
}

/// Checks that the files have no more bytes than those made of so many entries can have.
fn bound(list: &str, files: &[Named], entries: u64, (some, each): (u64, u64)) -> Result<(), LogError> {
    let most = entries.saturating_mul(each).saturating_add(some);
    let all = files.iter().fold(0, |sum: u64, named| sum.saturating_add(named.bytes));
    if all <= most {
        return Ok(());
    }
    Err(damaged(list, format!("names files of {all} bytes, which {entries} entries cannot give")))
}

/// Copies the files, those that are not there and whole.
fn copy(copier: &Copier<'_>, files: &[Named], kind: Kind) -> Result<(), LogError> {
    parallel::for_each(files.len() as u64, |at| {
        let Some(named) = usize::try_from(at).ok().and_then(|at| files.get(at)) else { return Ok(()) };
        if let Ok(file) = fs::File::open(copier.folder.join(&named.path))
            && pass(named, kind, file, &mut std::io::sink()).is_ok()
        {
            return Ok(());
        }
        let stream = copier.source.open(&named.path, named.bytes)?;
        let stream =
            stream.ok_or_else(|| LogError::new(LogErrorKind::Missing, &named.path, "missing"))?;
        folder::write(copier.folder, &named.path, |file| pass(named, kind, stream, file))
    })
}

/// Passes a file on and checks it on the way.
fn pass(named: &Named, kind: Kind, mut stream: impl Read, to: &mut dyn Write) -> Result<(), LogError> {
    let failed = |error| LogError::io(&named.path, "copied", error);
    let (mut buffer, mut hash, mut length) = (vec![0; 1 << 16], Sha256::new(), 0_usize);
    loop {
        let count = stream.read(&mut buffer).map_err(failed)?;
        if count == 0 {
            break;
        }
        let hashed = match kind {
            Kind::Segment => count,
            Kind::Layer => HEADER.saturating_sub(length).min(count),
        };
        hash.update(&buffer[..hashed]);
        length += count;
        if length as u64 > named.bytes {
            return Err(damaged(&named.path, format!("longer than the {} bytes named", named.bytes)));
        }
        to.write_all(&buffer[..count]).map_err(failed)?;
    }
    if length as u64 != named.bytes {
        return Err(damaged(&named.path, format!("{length} bytes, expected {}", named.bytes)));
    }
    if <[u8; 32]>::from(hash.finalize()) != named.digest.0 {
        return Err(damaged(&named.path, "does not match its digest"));
    }
    Ok(())
}

impl Taken {
    /// The size up to which the map goes.
    pub(super) fn map(&self) -> Option<u64> {
        self.current.as_ref().map(|(covers, _)| *covers)
    }

    /// The size up to which the index goes.
    pub(super) fn index(&self) -> Option<u64> {
        self.manifest.as_ref().map(|(size, _)| *size)
    }

    /// Names the new files to readers, and removes those that neither the new lists nor the ones before name.
    /// An index from before this run goes where anything was `withheld` in it: it may hold that.
    pub(super) fn publish(&self, copier: &Copier<'_>, withheld: bool) -> Result<(), LogError> {
        if let Some((_, bytes)) = &self.current {
            let before = copier.store.read(CURRENT, MOST_LIST)?;
            if before.as_deref() != Some(&bytes[..]) {
                copier.store.replace(CURRENT, bytes)?;
                let lists = [Current::parse(bytes), Current::parse(&before.unwrap_or_default())];
                sweep(copier, "map", ".layer", lists.into_iter().flatten().flat_map(|list| list.files))?;
            }
        }
        let before = copier.store.read(MANIFEST, MOST_LIST)?;
        let new = self.manifest.as_ref().map(|(_, bytes)| bytes.as_slice());
        if new.is_some_and(|new| before.as_deref() != Some(new)) || withheld && before.is_some() {
            match new {
                Some(new) => copier.store.replace(MANIFEST, new)?,
                None => copier.store.remove(MANIFEST)?,
            }
            let before = before.filter(|_| !withheld);
            let lists = [new.unwrap_or_default(), &before.unwrap_or_default()].map(Manifest::parse);
            sweep(copier, "match", ".segment", lists.into_iter().flatten().flat_map(|list| list.files))?;
        }
        Ok(())
    }
}

/// Removes the files of this kind that are not to be kept.
fn sweep(
    copier: &Copier<'_>,
    folder: &str,
    kind: &str,
    keep: impl Iterator<Item = Named>,
) -> Result<(), LogError> {
    let keep: Vec<String> = keep.map(|named| named.path).collect();
    let place = copier.folder.join(folder);
    let failed = |doing| move |error| LogError::io(folder, doing, error);
    let there = match fs::read_dir(&place) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        there => there.map_err(failed("read"))?,
    };
    for file in there.flatten() {
        let path = format!("{folder}/{}", file.file_name().to_string_lossy());
        if path.ends_with(kind) && !keep.contains(&path) {
            fs::remove_file(file.path()).map_err(failed("swept"))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn current(lines: &str) -> Vec<u8> {
        let text = format!("erratum/v1 map\ncovers 7\nentry 8\nroot {}\nkeys 3\n{lines}", Id([1; 32]));
        let sum = Id::of(text.as_bytes());
        format!("{text}sum {sum}\n").into_bytes()
    }

    #[test]
    fn the_list_of_layers_is_read_strictly() {
        let layer = format!("layer 000007.layer 1234 {}\n", Id([2; 32]));
        let read = Current::parse(&current(&layer)).unwrap();
        let named = Named { path: "map/000007.layer".to_owned(), bytes: 1234, digest: Id([2; 32]) };
        assert_eq!(read, Current { covers: 7, entry: 8, root: Id([1; 32]), files: vec![named] });
        let wrong = |lines: &str| Current::parse(&current(lines)).unwrap_err();
        assert_eq!(
            wrong(&layer.replace("000007", "../../x")),
            "map/../../x.layer: not the path of a file of a record"
        );
        assert_eq!(
            wrong(&layer.replace("1234", "-1")),
            "map/000007.layer: expected its length and a digest"
        );
        assert_eq!(wrong("more\n"), "its sum is wrong");
        let whole = current(&layer);
        assert_eq!(Current::parse(&whole[..whole.len() - 70]).unwrap_err(), "its last line has no end");
        assert_eq!(Current::parse(b"x\n").unwrap_err(), "its first line is not \"erratum/v1 map\"");
    }

    #[test]
    fn the_manifest_names_files_of_the_index_only() {
        let head = format!("erratum/v1 index\nlog 7 {}\n", Id([1; 32]));
        let segment = |path: &str| format!("{head}segment {path} 5 {}\n", Id([2; 32]));
        let read = Manifest::parse(segment("match/0-7.segment").as_bytes()).unwrap();
        assert_eq!((read.size, read.files[0].path.as_str()), (7, "match/0-7.segment"));
        let wrong = |text: &str| Manifest::parse(text.as_bytes()).unwrap_err();
        assert_eq!(wrong(&segment("checkpoint")), "checkpoint: not a file of the index");
        assert_eq!(wrong(&segment("match/manifest")), "match/manifest: not a file of the index");
        assert_eq!(wrong(&segment("match/../x")), "match/../x: not the path of a file of a record");
        assert_eq!(wrong(&format!("{head}x\n")), "a line that is not \"segment …\"");
    }
}
