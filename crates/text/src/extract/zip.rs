//! ZIP files: which members there are, and what one of them unpacks to, bounded. What the members are,
//! others decide. Nothing is written to the disk.
//!
//! Members are found as the central directory lists them, each of them, also where two have one name.

use std::collections::HashMap;
use std::io::Read;

use rawzip::{CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipSliceArchive};

use crate::{Error, ErrorKind, Limits};

/// One member as it is listed.
#[derive(Clone)]
pub(super) struct Member {
    /// Its name as written; UTF-8, or what can be read of it.
    pub(super) name: String,
    pub(super) folder: bool,
    /// Points somewhere else in the file system of whoever made it.
    pub(super) link: bool,
    encrypted: bool,
    /// How many bytes it says that it unpacks to; more are not unpacked.
    size: usize,
    method: CompressionMethod,
    place: ZipArchiveEntryWayfinder,
}

/// An opened ZIP file.
pub(super) struct Zip {
    archive: ZipSliceArchive<Vec<u8>>,
    pub(super) members: Vec<Member>,
    /// How many bytes may still be unpacked of it.
    room: usize,
    /// What it is to a person: "the archive", "the DOCX".
    what: &'static str,
}

impl Zip {
    /// Reads the list of members. At most `room` bytes are unpacked of all of them.
    pub(super) fn open(
        bytes: Vec<u8>,
        what: &'static str,
        limits: &Limits,
        room: usize,
    ) -> Result<Self, Error> {
        let archive = ZipArchive::from_slice(bytes)
            .map_err(|error| damaged(what, "its list of members is missing").because(error))?;
        let mut members = Vec::new();
        for entry in archive.entries() {
            let entry = entry
                .map_err(|error| damaged(what, "its list of members is cut or wrong").because(error))?;
            if members.len() >= limits.members {
                let message = format!("{what} has more than {} members", limits.members);
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            members.push(Member {
                name: String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned(),
                folder: entry.is_dir(),
                link: entry.mode().is_symlink(),
                encrypted: entry.flags().is_encrypted(),
                size: usize::try_from(entry.uncompressed_size_hint()).unwrap_or(usize::MAX),
                method: entry.compression_method(),
                place: entry.wayfinder(),
            });
        }
        Ok(Self { archive, members, room, what })
    }

    /// What a member unpacks to.
    pub(super) fn unpack(&mut self, member: &Member) -> Result<Vec<u8>, Error> {
        let name = super::label(&member.name);
        if member.encrypted {
            let message =
                format!("{name} in {} is encrypted: a password is needed to read it", self.what);
            return Err(Error::new(ErrorKind::Encrypted, message));
        }
        let entry = self.archive.get_entry(member.place).map_err(|error| {
            damaged(self.what, &format!("{name} is not where it should be")).because(error)
        })?;
        let data = entry.data();
        if member.size > self.room {
            let message = format!("{} unpacks to more than is read", self.what);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let most = member.size;
        // What deflate makes of a byte at most.
        let mut out = Vec::with_capacity(most.min(data.len().saturating_mul(1_032)));
        let read = match member.method {
            CompressionMethod::STORE => bounded(entry.verifying_reader(data), most, &mut out),
            CompressionMethod::DEFLATE => {
                let inflate = flate2::read::DeflateDecoder::new(data);
                bounded(entry.verifying_reader(inflate), most, &mut out)
            }
            other => {
                let how = other.name().unwrap_or("an unknown way");
                let message = format!("{name} in {} is packed by {how}, which is not read", self.what);
                return Err(Error::new(ErrorKind::Unsupported, message));
            }
        };
        // What turns out to be damaged was unpacked all the same.
        self.room = self.room.saturating_sub(out.len());
        read.map_err(|error| damaged(self.what, &format!("{name} does not unpack")).because(error))?;
        Ok(out)
    }

    /// The members by name; an error if two have one name, since programs differ in which they take.
    pub(super) fn by_name(&self) -> Result<HashMap<String, Member>, Error> {
        let mut found = HashMap::new();
        for member in &self.members {
            if found.insert(member.name.clone(), member.clone()).is_some() {
                let name = super::label(&member.name);
                return Err(damaged(self.what, &format!("two of its members are called {name}")));
            }
        }
        Ok(found)
    }
}

/// How many bytes the members of an office document or book that hold text say that they unpack to. What
/// is read of it is no more.
pub(super) fn text_size(bytes: &[u8]) -> usize {
    let Ok(archive) = ZipArchive::from_slice(bytes) else { return 0 };
    let is_text = |name: &[u8]| {
        [".xml", ".rels", ".html", ".htm", ".xhtml", ".opf"]
            .iter()
            .any(|ending| name.to_ascii_lowercase().ends_with(ending.as_bytes()))
    };
    let texts = archive.entries().flatten().filter(|entry| is_text(entry.file_path().as_bytes()));
    let sizes = texts.map(|entry| usize::try_from(entry.uncompressed_size_hint()).unwrap_or(usize::MAX));
    sizes.fold(0, usize::saturating_add)
}

/// Reads at most one byte more than `most`, which is what the verified size allows: that byte is an error.
fn bounded(reader: impl Read, most: usize, out: &mut Vec<u8>) -> std::io::Result<()> {
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    reader.take(most).read_to_end(out).map(drop)
}

fn damaged(what: &str, why: &str) -> Error {
    Error::new(ErrorKind::Broken, format!("{what} is damaged: {why}"))
}

/// The members of an office document or a book, which are asked for by name.
pub(super) struct Package {
    zip: Zip,
    names: HashMap<String, Member>,
    /// Greatest size of one of them.
    limit: usize,
}

impl Package {
    pub(super) fn open(bytes: Vec<u8>, what: &'static str, limits: &Limits) -> Result<Self, Error> {
        // Text is a small share of what a document holds; its pictures are not unpacked.
        let zip = Zip::open(bytes, what, limits, limits.file_bytes)?;
        let names = zip.by_name()?;
        Ok(Self { zip, names, limit: limits.file_bytes })
    }

    pub(super) fn what(&self) -> &'static str {
        self.zip.what
    }

    /// A member as it is, `None` if there is none of this name.
    pub(super) fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let Some(member) = self.names.get(name).cloned() else { return Ok(None) };
        let bytes = self.zip.unpack(&member)?;
        if bytes.len() > self.limit {
            return Err(Error::new(ErrorKind::TooLarge, format!("{} is too large", self.what())));
        }
        Ok(Some(bytes))
    }

    /// A member that is XML.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.bytes(name)?.map(|bytes| super::xml::decode(&bytes)).transpose()
    }

    /// A member that must be there.
    pub(super) fn needed(&mut self, name: &str) -> Result<String, Error> {
        let missing = damaged(self.what(), &format!("{} is missing", super::label(name)));
        self.xml(name)?.ok_or(missing)
    }
}
