//! The folder of a map: its layer files and `current`. All that touches the disk is here.
//!
//! A layer file gets its name when its content is durable, and then never changes; `current` is replaced
//! whole. Which layers there are is decided in `mod.rs`.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use memmap2::Mmap;
use sha2::{Digest, Sha256};

use super::label::Hash;
use super::layer::{Bytes, HEADER, Layer};
use crate::log::{LocalStore, LogError, Store};

/// More than any `current` has: some hundred bytes for each layer, of which there are some dozen.
const MOST_CURRENT: u64 = 1 << 16;

/// What `current` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Current {
    pub(super) covers: u64,
    pub(super) entry: u64,
    pub(super) root: Hash,
    pub(super) keys: u64,
    /// Newest first.
    pub(super) layers: Vec<Named>,
}

/// A layer file as `current` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) file: String,
    pub(super) bytes: u64,
    /// SHA-256 of its header.
    pub(super) header: Hash,
}

impl Named {
    pub(super) fn of(file: String, bytes: &[u8]) -> Self {
        let header = Sha256::digest(bytes.get(..HEADER).unwrap_or(bytes)).into();
        Self { file, bytes: bytes.len() as u64, header }
    }
}

impl Current {
    fn lines(&self) -> String {
        let mut text = format!(
            "erratum/v1 map\ncovers {}\nentry {}\nroot {}\nkeys {}\n",
            self.covers,
            self.entry,
            hex(&self.root),
            self.keys
        );
        for layer in &self.layers {
            let _ = writeln!(text, "layer {} {} {}", layer.file, layer.bytes, hex(&layer.header));
        }
        text
    }

    pub(super) fn to_text(&self) -> String {
        let lines = self.lines();
        format!("{lines}sum {}\n", hex(&Sha256::digest(&lines).into()))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_prefix("erratum/v1 map\n")?.lines();
        let mut value = |field: &str| lines.next()?.strip_prefix(field)?.strip_prefix(' ');
        let (covers, entry) = (value("covers")?.parse().ok()?, value("entry")?.parse().ok()?);
        let (root, keys) = (unhex(value("root")?)?, value("keys")?.parse().ok()?);
        let mut layers = Vec::new();
        for line in lines {
            let Some(layer) = line.strip_prefix("layer ") else { break };
            let mut parts = layer.split(' ');
            let (file, bytes) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
            number(&file)?;
            layers.push(Named { file, bytes, header: unhex(parts.next()?)? });
        }
        // Whatever is in another form than `to_text` gives, or more or less, is not equal to it.
        let parsed = Self { covers, entry, root, keys, layers };
        (parsed.to_text() == text).then_some(parsed)
    }
}

/// Reads `current`, `None` if there is none.
pub(super) fn read_current(folder: &Path) -> Result<Option<Current>, LogError> {
    let place = || folder.join("current").display().to_string();
    let Some(bytes) = LocalStore::new(folder).read("current", MOST_CURRENT)? else { return Ok(None) };
    parse_current(&bytes)
        .map(Some)
        .ok_or_else(|| LogError::damaged(place(), "is not of its form, or its sum is wrong"))
}

/// What these bytes of a `current` say, if they have its form.
pub(super) fn parse_current(bytes: &[u8]) -> Option<Current> {
    std::str::from_utf8(bytes).ok().and_then(Current::parse)
}

/// Replaces `current`, and removes the layer files that neither it nor the one before names, and what was
/// left of unfinished ones. Files with higher numbers than it names stay: the next epoch may be in the
/// making.
pub(super) fn publish(folder: &Path, current: &Current) -> Result<(), LogError> {
    let before = read_current(folder)?;
    LocalStore::new(folder).replace("current", current.to_text().as_bytes())?;
    let kept: Vec<&Named> =
        before.iter().flat_map(|before| &before.layers).chain(&current.layers).collect();
    let newest = current.layers.iter().filter_map(|layer| number(&layer.file)).max();
    for (name, path) in files(folder)? {
        let own = number(&name).or_else(|| unfinished(&name)).filter(|own| Some(*own) <= newest);
        if own.is_some() && !kept.iter().any(|layer| layer.file == name) {
            fs::remove_file(&path)
                .map_err(|error| LogError::io(path.display().to_string(), "removed", error))?;
        }
    }
    Ok(())
}

/// Opens a layer file, its length and header checked.
pub(super) fn open_layer(folder: &Path, named: &Named) -> Result<Layer, LogError> {
    let path = folder.join(&named.file);
    let place = path.display().to_string();
    let file = match File::open(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(LogError::missing(place)),
        file => file.map_err(|error| LogError::io(&place, "opened", error))?,
    };
    let bytes = map(&file).map_err(|error| LogError::io(&place, "mapped", error))?;
    let found = Named::of(named.file.clone(), &bytes);
    if found.bytes != named.bytes {
        let why = format!("has {} bytes instead of {}", found.bytes, named.bytes);
        return Err(LogError::damaged(place, why));
    }
    if found.header != named.header {
        return Err(LogError::damaged(place, "its header is not the one that `current` names"));
    }
    Layer::open(place, Bytes::Mapped(bytes))
}

#[allow(unsafe_code)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: a mapping is sound as long as nobody writes to the file or cuts it. A layer file has its name
    // only once it is complete, and from then on it is only ever read or its name removed, which does not
    // touch what is mapped; all writing is to files of other names. Who else writes into this folder breaks
    // that, as for every mapped file; the length is compared with `current` after opening, and whatever the
    // bytes are, they are read as plain bytes, checked by their hashes.
    unsafe { Mmap::map(file) }
}

/// A layer file that is being written, under a temporary name.
pub(super) struct NewLayer {
    folder: PathBuf,
    pub(super) file: String,
    pub(super) temporary: PathBuf,
}

impl NewLayer {
    /// With the next free number; makes the folder where it is not there.
    pub(super) fn create(folder: &Path) -> Result<(Self, BufWriter<File>), LogError> {
        LocalStore::new(folder).make_root()?;
        let last = files(folder)?.iter().filter_map(|(name, _)| number(name)).max();
        let file = name(last.map_or(1, |last| last.saturating_add(1)));
        let temporary = folder.join(format!(".{file}.tmp"));
        let out = File::create(&temporary)
            .map_err(|error| LogError::io(temporary.display().to_string(), "made", error))?;
        let out = BufWriter::with_capacity(1 << 20, out);
        Ok((Self { folder: folder.to_owned(), file, temporary }, out))
    }

    pub(super) fn place(&self) -> String {
        self.folder.join(&self.file).display().to_string()
    }

    /// Makes what was written durable, gives it its name, and opens it.
    pub(super) fn complete(self, out: BufWriter<File>) -> Result<(Named, Layer), LogError> {
        let place = self.place();
        let failed = |doing: &str, error| LogError::io(&place, doing, error);
        let file = out.into_inner().map_err(|error| failed("written", error.into_error()))?;
        file.sync_all().map_err(|error| failed("synced", error))?;
        drop(file);
        fs::rename(&self.temporary, self.folder.join(&self.file))
            .map_err(|error| failed("renamed", error))?;
        let folder = File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(|error| LogError::io(self.folder.display().to_string(), "synced", error))?;
        let file = File::open(self.folder.join(&self.file)).map_err(|error| failed("opened", error))?;
        let bytes = map(&file).map_err(|error| failed("mapped", error))?;
        let named = Named::of(self.file, &bytes);
        Ok((named, Layer::open(place, Bytes::Mapped(bytes))?))
    }
}

fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, LogError> {
    let listed = fs::read_dir(folder).and_then(|entries| {
        entries
            .map(|entry| {
                entry.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
            })
            .collect()
    });
    listed.map_err(|error| LogError::io(folder.display().to_string(), "listed", error))
}

/// `000123.layer`.
fn name(number: u64) -> String {
    format!("{number:06}.layer")
}

/// The number of a layer file's name, `None` where it is no such name.
fn number(file: &str) -> Option<u64> {
    let number = file.strip_suffix(".layer")?.parse().ok()?;
    (name(number) == file).then_some(number)
}

/// The number in `.000123.layer.tmp`, or with more between, as what is being written is named.
fn unfinished(file: &str) -> Option<u64> {
    let (number, _) = file.strip_prefix('.')?.strip_suffix(".tmp")?.split_once(".layer")?;
    number.parse().ok()
}

fn hex(hash: &Hash) -> String {
    hash.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Hash> {
    let mut hash = [0; 32];
    let digits = text.as_bytes().as_chunks::<2>();
    if digits.0.len() != 32 || !digits.1.is_empty() {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(digits.0) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Current {
        let layer = Named { file: name(7), bytes: 1234, header: [0xab; 32] };
        Current { covers: 12, entry: 11, root: [1; 32], keys: 3, layers: vec![layer] }
    }

    #[test]
    fn current_is_read_as_written() {
        let text = sample().to_text();
        assert_eq!(Current::parse(&text), Some(sample()));
        assert!(text.contains("\nlayer 000007.layer 1234 abab"), "{text}");
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] ^= 1;
            assert_eq!(std::str::from_utf8(&bytes).ok().and_then(Current::parse), None, "{at}");
            assert_eq!(Current::parse(&text[..at]), None);
        }
        assert_eq!(Current::parse(&format!("{text}\n")), None);
    }

    #[test]
    fn a_layer_is_named_by_its_number() {
        assert_eq!(number("000001.layer"), Some(1));
        assert_eq!(number("1234567.layer"), Some(1_234_567));
        for bad in ["1.layer", "../../000001.layer", "000001.layer.tmp", "+00001.layer", ".layer"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        for name in [".000012.layer.tmp", ".000012.layer.groups.tmp", ".000012.layer.level7.tmp"] {
            assert_eq!(unfinished(name), Some(12));
        }
        assert_eq!(unfinished(".current.tmp"), None);
    }
}
