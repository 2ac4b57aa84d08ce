//! Archives: ZIP, tar and gzip, each member a piece that is read like a file. Names of members are shown
//! and never used to open anything; nothing is written to the disk. Folders are passed over; links are
//! not followed and said.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::reading::{Content, Opened, OwnHint, Piece};
use super::zip::{Member, Zip};
use super::{label, sniff, warc, worker};
use crate::{Error, ErrorKind, Limits, Media};

/// Takes a ZIP apart.
pub(super) fn zip(bytes: Vec<u8>, limits: &Limits, room: usize) -> Result<Opened, Error> {
    members(bytes, "the archive", limits, room, |member| !is_litter(&member.name))
}

/// What file managers leave behind in archives.
fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("__MACOSX/") || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&last)
}

/// Takes a web archive apart: the WARCs in it.
pub(super) fn wacz(bytes: Vec<u8>, limits: &Limits, room: usize) -> Result<Opened, Error> {
    let is_warc = |member: &Member| {
        let name = member.name.to_ascii_lowercase();
        name.starts_with("archive/") && (name.ends_with(".warc") || name.ends_with(".warc.gz"))
    };
    members(bytes, "the web archive", limits, room, is_warc)
}

fn members(
    bytes: Vec<u8>,
    what: &'static str,
    limits: &Limits,
    room: usize,
    wanted: impl Fn(&Member) -> bool + Send + 'static,
) -> Result<Opened, Error> {
    let own = limits.clone();
    worker::run(what, limits, move || {
        let mut zip = Zip::open(bytes, what, &own, room)?;
        let members = std::mem::take(&mut zip.members);
        let mut pieces = Vec::new();
        for member in members.iter().filter(|member| !member.folder && wanted(member)) {
            let label = named(&member.name);
            if member.link {
                pieces.push(Piece::unread(label, link()));
                continue;
            }
            match zip.unpack(member) {
                Ok(bytes) => pieces.push(file(&member.name, bytes)),
                Err(error) => {
                    let over = error.kind() == ErrorKind::TooLarge;
                    pieces.push(Piece::unread(label, error));
                    if over {
                        break;
                    }
                }
            }
        }
        some(pieces, what)
    })
}

/// Takes a tar archive apart.
pub(super) fn tar(bytes: Vec<u8>, limits: &Limits) -> Result<Opened, Error> {
    let own = limits.clone();
    worker::run("the archive", limits, move || some(tar_members(&bytes, &own)?, "the archive"))
}

fn tar_members(bytes: &[u8], limits: &Limits) -> Result<Vec<Piece>, Error> {
    let damaged = |error: std::io::Error| {
        Error::new(ErrorKind::Broken, "the archive is damaged: a member's header is wrong or cut")
            .because(error)
    };
    let mut archive = tar::Archive::new(bytes);
    let mut pieces: Vec<Piece> = Vec::new();
    for (number, entry) in archive.entries().map_err(damaged)?.enumerate() {
        if number >= limits.members {
            let message = format!("the archive has more than {} members", limits.members);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        let mut entry = match entry {
            Ok(entry) => entry,
            // What came before is whole.
            Err(error) if !pieces.is_empty() => {
                pieces.push(Piece::unread("the rest".to_owned(), damaged(error)));
                break;
            }
            Err(error) => return Err(damaged(error)),
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous => {}
            EntryType::Symlink | EntryType::Link => {
                pieces.push(Piece::unread(named(&name), link()));
                continue;
            }
            EntryType::GNUSparse => {
                let error = Error::new(ErrorKind::Unsupported, "a sparse file, which is not read");
                pieces.push(Piece::unread(named(&name), error));
                continue;
            }
            _ => continue,
        }
        if entry.size() > u64::try_from(bytes.len()).unwrap_or(u64::MAX) {
            let message = format!(
                "the archive is damaged: it says that {} has {} bytes, more than the archive itself",
                named(&name),
                entry.size()
            );
            pieces.push(Piece::unread(named(&name), Error::new(ErrorKind::Broken, message)));
            break;
        }
        let mut content = Vec::new();
        match entry.read_to_end(&mut content) {
            Ok(_) => pieces.push(file(&name, content)),
            Err(error) => {
                pieces.push(Piece::unread(named(&name), damaged(error)));
                break;
            }
        }
    }
    Ok(pieces)
}

/// Unpacks one file packed by gzip; an archive or a web crawl in it is taken apart at once.
pub(super) fn gzip(
    bytes: &[u8],
    name: Option<&str>,
    limits: &Limits,
    room: usize,
) -> Result<Opened, Error> {
    let most = room.min(limits.total_bytes);
    let unpacked = gunzip(bytes, most, "the gzip file")?;
    let inner = name.and_then(|name| {
        let lower = name.to_ascii_lowercase();
        let cut = if lower.ends_with(".tgz") { ".tgz" } else { ".gz" };
        lower.ends_with(cut).then(|| name.get(..name.len() - cut.len())).flatten()
    });
    let inner = inner.map(str::to_owned).or_else(|| header_name(bytes));
    let hint = super::Hint { name: inner.as_deref(), ..super::Hint::default() };
    match sniff::sniff(&unpacked, &hint) {
        Media::Tar => tar(unpacked, limits),
        Media::Warc => warc::open(unpacked, limits, most),
        _ => {
            let name = inner.unwrap_or_else(|| "content".to_owned());
            Ok(Opened { subject: None, pieces: vec![file(&name, unpacked)] })
        }
    }
}

/// What `bytes` unpack to, all members of them; at most `most` bytes.
pub(super) fn gunzip(bytes: &[u8], most: usize, what: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let read = MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if out.len() > most {
        return Err(Error::new(ErrorKind::TooLarge, format!("{what} unpacks to more than is read")));
    }
    read.map_err(|error| {
        Error::new(ErrorKind::Broken, format!("{what} is damaged: it does not unpack")).because(error)
    })?;
    Ok(out)
}

/// The name that the header of a gzip file gives its content.
fn header_name(bytes: &[u8]) -> Option<String> {
    let header = flate2::read::GzDecoder::new(bytes);
    let name = header.header()?.filename()?;
    Some(String::from_utf8_lossy(name).into_owned())
}

fn file(name: &str, bytes: Vec<u8>) -> Piece {
    let hint = OwnHint { name: Some(name.to_owned()), ..OwnHint::default() };
    Piece { label: named(name), content: Content::File(bytes), hint, other: false }
}

fn named(name: &str) -> String {
    let shown = label(name);
    if shown.is_empty() { "a member without a name".to_owned() } else { shown }
}

fn link() -> Error {
    Error::new(ErrorKind::Unsupported, "a link to another file, which is not followed")
}

fn some(pieces: Vec<Piece>, what: &str) -> Result<Opened, Error> {
    if pieces.is_empty() {
        return Err(Error::new(ErrorKind::NoText, format!("{what} holds no files")));
    }
    Ok(Opened { subject: None, pieces })
}
