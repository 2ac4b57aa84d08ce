//! The index as files: `match/<size>.segment`, and `match/manifest`, which says which segment it is.
//!
//! A reader trusts an index only as far as the record has committed to it: an epoch names the digest of the
//! manifest, and the manifest that of the segment. How a segment is searched is the matching room's
//! business; what a text is worth, nobody's here.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use erratum_match::{Segment, SegmentHeader, build_segment};
use erratum_record::{Body, Entry, Id, LocalStore, Record, RecordError, Statement, Store, split_blobs};
use erratum_text::SearchForm;

use crate::library::LibraryError;

/// The folder of the index in a record's folder.
const FOLDER: &str = "match";
/// Where the manifest lies in a record's folder.
const MANIFEST: &str = "match/manifest";
/// A manifest has some 250 bytes; a file of more is none.
const MOST_MANIFEST_BYTES: u64 = 4096;
/// So many entries are read at once.
const CHUNK: u64 = 256;
/// After so many new texts the index is made anew; until then they are fingerprinted on opening.
const MOST_TEXTS_BEHIND: usize = 256;
/// Nor does it stay behind by more entries than this, which a reader would have to look through.
const MOST_ENTRIES_BEHIND: u64 = 16_384;

/// What `match/manifest` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// How many entries of the log the index covers.
    pub(crate) size: u64,
    /// The root of the log at that size.
    root: [u8; 32],
    /// The length of the segment's file.
    pub(crate) bytes: u64,
    /// The digest of the segment's file.
    sha256: Id,
}

impl Manifest {
    fn of(segment: &Segment) -> Self {
        let SegmentHeader { log_size, root } = segment.header();
        let bytes = segment.as_bytes().len() as u64;
        Self { size: log_size, root, bytes, sha256: Id(segment.sha256()) }
    }

    fn segment(&self) -> String {
        segment_name(self.size)
    }

    pub(crate) fn text(&self) -> String {
        let Self { size, root, bytes, sha256 } = self;
        let (root, segment) = (Id(*root), self.segment());
        format!("erratum/v1 index\nlog {size} {root}\nsegment {segment} {bytes} {sha256}\n")
    }

    pub(crate) fn digest(&self) -> Id {
        Id::of(self.text().as_bytes())
    }

    /// Reads a manifest; `None` if it is not one, or not written as one is.
    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("erratum/v1 index\nlog ")?;
        let (log, segment) = rest.split_once('\n')?;
        let (size, root) = log.split_once(' ')?;
        let mut words = segment.strip_prefix("segment ")?.trim_end().split(' ').skip(1);
        let read = Self {
            size: size.parse().ok()?,
            root: root.parse::<Id>().ok()?.0,
            bytes: words.next()?.parse().ok()?,
            sha256: words.next()?.parse().ok()?,
        };
        (read.text() == text).then_some(read)
    }
}

fn segment_name(size: u64) -> String {
    format!("{FOLDER}/{size}.segment")
}

/// Where the manifest of a record lies.
pub(crate) fn manifest_file(record: &Record) -> PathBuf {
    record.place().join(MANIFEST)
}

/// The manifest that lies there; `None` if there is none.
pub(crate) fn manifest(record: &Record) -> Result<Option<Manifest>, LibraryError> {
    manifest_in(record.place())
}

/// Whether a manifest lies there that is another than the one committed to.
pub(crate) fn is_uncommitted(place: &Path, committed: Option<(u64, Id)>) -> bool {
    let lying = manifest_in(place).ok().flatten();
    lying.is_some_and(|lying| committed != Some((lying.size, lying.digest())))
}

fn manifest_in(place: &Path) -> Result<Option<Manifest>, LibraryError> {
    let file = place.join(MANIFEST);
    let wrong = |why: String| LibraryError::Index(file.clone(), why);
    let mut text = String::new();
    match fs::File::open(&file) {
        Ok(file) => {
            let read = file.take(MOST_MANIFEST_BYTES).read_to_string(&mut text);
            read.map_err(|error| wrong(error.to_string()))?;
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(error.to_string())),
    }
    Manifest::parse(&text).map(Some).ok_or_else(|| wrong("it is no manifest".to_owned()))
}

/// The index that the record commits to, if it is there. That another one lies there is no fault: one is
/// written before the epoch that commits to it.
pub(crate) fn committed(record: &Record) -> Result<Option<Segment>, LibraryError> {
    let Some((size, digest)) = record.state().manifest() else { return Ok(None) };
    let file = record.place().join(segment_name(size));
    let wrong = |why: String| LibraryError::Index(file.clone(), why);
    // One that cannot be read is not the one committed to.
    let lying = manifest(record).ok().flatten().filter(|manifest| manifest.digest() == digest);
    if !file.exists() {
        return Ok(None);
    }
    let segment = Segment::open(&file);
    let Some(lying) = lying else {
        // The one before may still be there: then its manifest can be told from it.
        return Ok(segment.ok().filter(|segment| Manifest::of(segment).digest() == digest));
    };
    let segment = segment.map_err(|error| wrong(error.to_string()))?;
    if Manifest::of(&segment) != lying {
        return Err(wrong("it is not the segment that its manifest names".to_owned()));
    }
    let root = record.log().root_at(size).map_err(|error| wrong(error.to_string()))?;
    if root != lying.root {
        return Err(wrong("it belongs to another log".to_owned()));
    }
    Ok(Some(segment))
}

/// Makes the segment of a log as it was at this size, from the texts that are there: all but those withheld.
pub(crate) fn segment_at(record: &Record, size: u64) -> Result<Vec<u8>, LibraryError> {
    let wrong = |why: String| LibraryError::Index(record.place().join(segment_name(size)), why);
    let root = record.log().root_at(size).map_err(|error| wrong(error.to_string()))?;
    let mut texts = Texts::new(record, 0, size);
    let mut failed = None;
    let forms = std::iter::from_fn(|| match texts.next()? {
        Ok((entry, text)) => Some((number(entry), SearchForm::new(&text))),
        Err(error) => {
            failed = Some(error);
            None
        }
    });
    let made = build_segment(SegmentHeader { log_size: size, root }, forms);
    match failed {
        Some(error) => Err(error.into()),
        None => made.map_err(|error| wrong(error.to_string())),
    }
}

/// The manifest of the segment that the log gives at this size.
pub(crate) fn manifest_at(record: &Record, size: u64) -> Result<Manifest, LibraryError> {
    let wrong =
        |error: erratum_match::Error| LibraryError::Index(manifest_file(record), error.to_string());
    let segment = Segment::from_bytes(segment_at(record, size)?).map_err(wrong)?;
    Ok(Manifest::of(&segment))
}

/// Makes the index anew that the record commits to, as it was; where it commits to none, or to one that
/// holds what is withheld now, as the log gives it today. Returns how many entries it covers, and whether an
/// epoch commits to it.
pub(crate) fn restore(record: &Record) -> Result<(u64, bool), LibraryError> {
    let today = record.log().size();
    match record.state().manifest() {
        Some((size, digest)) if withheld_since(record, size)?.is_none() => {
            let made = put(record, size)?;
            if made.digest() == digest {
                return Ok((size, true));
            }
            let why = format!("what the record commits to is not what the log gives at {size} entries");
            Err(LibraryError::Index(manifest_file(record), why))
        }
        _ => {
            rebuild(record)?;
            Ok((today, false))
        }
    }
}

/// Makes the index anew and puts it in its place: first the segment, then the manifest that names it. The
/// segment of the manifest before stays for those who read it now, unless it holds what is withheld.
pub(crate) fn rebuild(record: &Record) -> Result<(), LibraryError> {
    let before = manifest(record).ok().flatten();
    let size = record.log().size();
    put(record, size)?;
    let wrong = |why: String| LibraryError::Index(manifest_file(record), why);
    let committed = record.state().manifest().map(|(size, _)| size);
    let mut keep = vec![segment_name(size)];
    for old in before.map(|manifest| manifest.size).into_iter().chain(committed) {
        if !behind(record, old)?.covers_withheld {
            keep.push(segment_name(old));
        }
    }
    remove_others(record.place(), &keep).map_err(|error| wrong(error.to_string()))
}

/// Writes the segment of this size, and then the manifest that names it.
fn put(record: &Record, size: u64) -> Result<Manifest, LibraryError> {
    let wrong = |why: String| LibraryError::Index(manifest_file(record), why);
    let store = LocalStore::new(record.place());
    let write =
        |path: &str, bytes: &[u8]| store.replace(path, bytes).map_err(|error| wrong(error.to_string()));
    let bytes = segment_at(record, size)?;
    write(&segment_name(size), &bytes)?;
    let segment = Segment::from_bytes(bytes).map_err(|error| wrong(error.to_string()))?;
    let manifest = Manifest::of(&segment);
    write(MANIFEST, manifest.text().as_bytes())?;
    Ok(manifest)
}

fn remove_others(place: &Path, keep: &[String]) -> std::io::Result<()> {
    for entry in fs::read_dir(place.join(FOLDER))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_segment = name.strip_suffix(".segment").is_some_and(|size| size.parse::<u64>().is_ok());
        let path = format!("{FOLDER}/{name}");
        if is_segment && !keep.contains(&path) {
            fs::remove_file(place.join(path))?;
        }
    }
    Ok(())
}

/// How far an index of this size has stayed behind the log.
struct Behind {
    texts: usize,
    entries: u64,
    covers_withheld: bool,
}

fn behind(record: &Record, size: u64) -> Result<Behind, LibraryError> {
    let texts = record.texts(size)?.len();
    let entries = record.log().size().saturating_sub(size);
    Ok(Behind { texts, entries, covers_withheld: withheld_since(record, size)?.is_some() })
}

/// The first entry that withholds, after the log had this size, what an index of that size holds.
pub(crate) fn withheld_since(record: &Record, size: u64) -> Result<Option<u64>, RecordError> {
    let mut next = size;
    while next < record.log().size() {
        let end = record.log().size().min(next + CHUNK);
        let entries = record.log().entries(next..end).map_err(|error| record.failed(error))?;
        for (index, bytes) in (next..).zip(entries) {
            let Ok(Entry { statement: Statement { body: Body::Record(body), .. }, .. }) =
                Entry::parse(&bytes)
            else {
                continue;
            };
            for entry in body.withhold.iter().filter(|entry| **entry < size) {
                // One that is void withholds nothing.
                if record.is_withheld(*entry)? {
                    return Ok(Some(index));
                }
            }
        }
        next = end;
    }
    Ok(None)
}

/// Whether the index is to be made anew: many texts came in since, or it holds what is withheld now.
pub(crate) fn is_due(record: &Record) -> Result<bool, LibraryError> {
    let Ok(found) = manifest(record) else { return Ok(true) };
    let covered = found.map_or(0, |manifest| manifest.size);
    if covered > record.log().size() {
        return Ok(true);
    }
    let Behind { texts, entries, covers_withheld } = behind(record, covered)?;
    Ok(texts >= MOST_TEXTS_BEHIND || entries >= MOST_ENTRIES_BEHIND || covers_withheld)
}

/// A text's number in the finder: the entry that carries it.
pub(crate) fn number(entry: u64) -> u32 {
    u32::try_from(entry).unwrap_or(u32::MAX)
}

/// The texts of a range of entries in order, each with its entry, but those withheld. Each file of the log
/// is read once.
struct Texts<'a> {
    record: &'a Record,
    next: u64,
    end: u64,
    read: std::vec::IntoIter<Vec<u8>>,
}

impl<'a> Texts<'a> {
    fn new(record: &'a Record, next: u64, end: u64) -> Self {
        Self { record, next, end, read: Vec::new().into_iter() }
    }

    /// The text that an entry carries.
    fn text_of(&self, index: u64, entry: &Entry) -> Result<Option<String>, RecordError> {
        let id = match &entry.statement.body {
            Body::Document(_) => Id::of(entry.note.text().as_bytes()),
            Body::Rendition(body) if body.translation.is_some() => body.document,
            _ => return Ok(None),
        };
        let Some(document) = self.record.document(&id)? else { return Ok(None) };
        let brought =
            document.entry == index || document.renditions.iter().any(|known| known.entry == index);
        if !brought || self.record.is_withheld(index)? {
            return Ok(None);
        }
        let stored = self.record.log().blobs(index).map_err(|error| self.record.failed(error))?;
        let blobs = split_blobs(&entry.statement, &stored.unwrap_or_default())
            .map_err(|error| RecordError::Blob(self.record.place().to_owned(), index, error))?;
        let fields = entry.statement.blobs();
        let mut named = fields.iter().zip(blobs).filter(|(field, _)| field.field == "text");
        Ok(named.next().map(|(_, blob)| blob.text().to_owned()))
    }

    fn next_bytes(&mut self) -> Result<Option<(u64, Vec<u8>)>, RecordError> {
        if self.next >= self.end {
            return Ok(None);
        }
        if self.read.len() == 0 {
            let end = self.end.min((self.next / CHUNK + 1) * CHUNK);
            let entries = self.record.log().entries(self.next..end);
            self.read = entries.map_err(|error| self.record.failed(error))?.into_iter();
        }
        self.next += 1;
        Ok(self.read.next().map(|bytes| (self.next - 1, bytes)))
    }
}

impl Iterator for Texts<'_> {
    type Item = Result<(u64, String), RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (index, bytes) = match self.next_bytes().transpose()? {
                Ok(next) => next,
                Err(error) => return Some(Err(error)),
            };
            let Ok(entry) = Entry::parse(&bytes) else { continue };
            match self.text_of(index, &entry).transpose() {
                Some(text) => return Some(text.map(|text| (index, text))),
                None => continue,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_reads_as_it_is_written_and_in_no_other_way() {
        let manifest =
            Manifest { size: 300, root: [1; 32], bytes: 4242, sha256: Id::of(b"the segment") };
        let text = manifest.text();
        assert_eq!(
            text,
            format!(
                "erratum/v1 index\nlog 300 {}\nsegment match/300.segment 4242 {}\n",
                Id([1; 32]),
                Id::of(b"the segment")
            )
        );
        assert_eq!(Manifest::parse(&text), Some(manifest));
        for wrong in [
            text.replace("match/300", "match/301"),
            text.replace("log 300", "log 0300"),
            text.replace("4242 ", "4242  "),
            text.replace("v1", "v2"),
            format!("{text}\n"),
            text.trim_end().to_owned(),
            String::new(),
        ] {
            assert_eq!(Manifest::parse(&wrong), None, "{wrong}");
        }
    }
}
