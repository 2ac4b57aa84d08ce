//! Records of a web crawl (WARC 1.0 and 1.1): each response and each resource a piece, called by its address.
//! Left out are what pages are built of (style sheets, scripts, fonts, sound and film) and responses
//! without a body, such as redirects. Chunks are joined and content encodings undone, bounded.
//!
//! Ours, because the format is a page long and the crate there is for it has no bounds and its own gzip.

use super::archive::gunzip;
use super::reading::{Content, Opened, OwnHint, Piece};
use super::{label, worker};
use crate::{Error, ErrorKind, Limits};

/// Longer heads of records and responses are damaged ones.
const MOST_HEAD: usize = 64 << 10;
/// Parts of pages in which no letter stands.
const BUILT_OF: &[&str] =
    &["text/css", "font/", "audio/", "video/", "application/font", "application/x-font"];

/// Takes an unpacked WARC apart; what its pages unpack to has at most `room` bytes.
pub(super) fn open(bytes: Vec<u8>, limits: &Limits, room: usize) -> Result<Opened, Error> {
    let own = limits.clone();
    worker::run("the web crawl", limits, move || {
        let pieces = records(&bytes, &own, room)?;
        if pieces.is_empty() {
            return Err(Error::new(ErrorKind::NoText, "the web crawl holds no page"));
        }
        Ok(Opened { subject: None, pieces })
    })
}

fn records(bytes: &[u8], limits: &Limits, mut room: usize) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    let mut rest = bytes;
    let mut number = 0;
    loop {
        while let Some(after) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")) {
            rest = after;
        }
        if rest.is_empty() {
            return Ok(pieces);
        }
        number += 1;
        if number > limits.members {
            let message = format!("the web crawl has more than {} records", limits.members);
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        match record(rest) {
            Ok((record, after)) => {
                rest = after;
                if let Some(piece) = record.piece(room) {
                    if let Content::File(bytes) = &piece.content {
                        room -= bytes.len();
                    }
                    pieces.push(piece);
                }
            }
            // What came before is whole.
            Err(error) if !pieces.is_empty() => {
                pieces.push(Piece::unread(format!("record {number}"), error));
                return Ok(pieces);
            }
            Err(error) => return Err(error),
        }
    }
}

/// One record: its header fields and its block.
struct Record<'a> {
    fields: Fields,
    block: &'a [u8],
}

/// The record at the start of `bytes`, and what stands behind it.
fn record(bytes: &[u8]) -> Result<(Record<'_>, &[u8]), Error> {
    let damaged = |why: &str| Error::new(ErrorKind::Broken, format!("the web crawl is damaged: {why}"));
    if !bytes.starts_with(b"WARC/") {
        return Err(damaged("a record does not begin as one"));
    }
    let (head, body) = split(bytes).ok_or_else(|| damaged("the head of a record has no end"))?;
    let fields = Fields::read(head);
    let length: usize = fields
        .get("content-length")
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| damaged("a record has no length"))?;
    let (block, after) =
        body.split_at_checked(length).ok_or_else(|| damaged("a record is longer than the file"))?;
    Ok((Record { fields, block }, after))
}

impl Record<'_> {
    /// What there is to read in it, if there is anything.
    fn piece(&self, room: usize) -> Option<Piece> {
        let address = self.fields.get("warc-target-uri").unwrap_or("a page without an address");
        let address = address.trim_start_matches('<').trim_end_matches('>');
        let named = label(address);
        let (kind, content) = match self.fields.get("warc-type") {
            Some("response") if address.starts_with("http") => {
                let (head, body) = split(self.block)?;
                let fields = Fields::read(head);
                let content = decoded(body, &fields, room);
                (fields.get("content-type").map(str::to_owned), content)
            }
            Some("resource") if self.block.len() <= room => {
                (self.fields.get("content-type").map(str::to_owned), Ok(self.block.to_vec()))
            }
            Some("resource") => (None, Err(too_large())),
            _ => return None,
        };
        let kind = kind.unwrap_or_default().to_ascii_lowercase();
        let media = kind.split(';').next().unwrap_or_default().trim().to_owned();
        if is_built_of(&media) {
            return None;
        }
        match content {
            Ok(bytes) if bytes.is_empty() => None,
            Ok(bytes) => {
                let charset = kind.split_once("charset=").map(|(_, charset)| {
                    charset.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()).to_owned()
                });
                let path = address.split(['?', '#']).next().unwrap_or_default();
                let name = path.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
                let declared = (!media.is_empty()).then_some(media);
                let hint = OwnHint { name, declared, charset, ..OwnHint::default() };
                Some(Piece::file(named, bytes, hint))
            }
            Err(error) => Some(Piece::unread(named, error)),
        }
    }
}

/// Whether pages are built of files of this media type, and no letter stands in them.
pub(super) fn is_built_of(media: &str) -> bool {
    BUILT_OF.iter().any(|start| media.starts_with(start))
        || media.ends_with("javascript")
        || media.ends_with("ecmascript")
}

/// The body of a response, its transfer and content encodings undone.
fn decoded(body: &[u8], fields: &Fields, room: usize) -> Result<Vec<u8>, Error> {
    let chunked = fields.get("transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked"));
    // Some crawlers join the chunks and keep the field.
    let body = if chunked { joined(body).unwrap_or_else(|| body.to_vec()) } else { body.to_vec() };
    if body.len() > room {
        return Err(too_large());
    }
    let how = fields.get("content-encoding").unwrap_or_default().to_ascii_lowercase();
    match how.as_str() {
        _ if body.is_empty() => Ok(body),
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" if body.starts_with(b"\x1f\x8b") => gunzip(&body, room, "the page"),
        "gzip" | "x-gzip" => Ok(body),
        "deflate" => inflate(&body, room),
        _ => {
            let how = label(&how);
            let message = format!("the page is packed by {how}, which is not read");
            Err(Error::new(ErrorKind::Unsupported, message))
        }
    }
}

/// The content encoding `deflate`, which servers send with and without the frame of zlib.
fn inflate(body: &[u8], room: usize) -> Result<Vec<u8>, Error> {
    use std::io::Read;
    let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
    let mut out = Vec::new();
    let framed = flate2::read::ZlibDecoder::new(body).take(limit).read_to_end(&mut out);
    let read = framed.or_else(|_| {
        out.clear();
        flate2::read::DeflateDecoder::new(body).take(limit).read_to_end(&mut out)
    });
    if out.len() > room {
        return Err(too_large());
    }
    read.map_err(|error| {
        Error::new(ErrorKind::Broken, "the page is damaged: it does not unpack").because(error)
    })?;
    Ok(out)
}

/// Chunks put together; `None` if these are none.
fn joined(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    loop {
        let end = rest.iter().take(100).position(|&byte| byte == b'\n')?;
        let size = std::str::from_utf8(rest.get(..end)?).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 1..)?;
        if size == 0 {
            return Some(out);
        }
        let (chunk, after) = rest.split_at_checked(size)?;
        out.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n"))?;
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "the page unpacks to more than is read")
}

/// A head and what stands behind the blank line that ends it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let within = bytes.get(..bytes.len().min(MOST_HEAD))?;
    let mut line = 0;
    loop {
        let length = within.get(line..)?.iter().position(|&byte| byte == b'\n')? + 1;
        let end = line + length;
        if within.get(line..end)?.trim_ascii().is_empty() {
            return Some((bytes.get(..line)?, bytes.get(end..)?));
        }
        line = end;
    }
}

/// Header fields; of two with one name the first counts.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(head: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head);
        let lines = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        Self(
            lines
                .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
        )
    }

    fn get(&self, wanted: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(joined(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").unwrap(), b"abcde");
        assert_eq!(joined(b"<html>"), None);
        assert_eq!(joined(b"ffffffffffffffff\r\nabc"), None);
    }
}
