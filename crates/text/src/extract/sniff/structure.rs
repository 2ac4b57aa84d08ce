//! Kinds of file that show in a structure: the members of a ZIP, the streams of a compound file, the first
//! element of an XML, the keys of a JSON. Nothing is unpacked and no list is trusted: what is told here is
//! only which reader gets the file.

use rawzip::ZipArchive;

use super::super::media::Media;
use super::ends_with;
use crate::{Error, ErrorKind};

/// So many members are looked at to tell what a ZIP is.
const MOST_MEMBERS: usize = 5_000;
/// How far into a file its first element or key is looked for.
const HEAD: usize = 16 << 10;

/// Members that tell what a ZIP is.
const MEMBERS: &[(&str, Media)] = &[
    ("word/", Media::Docx),
    ("ppt/", Media::Pptx),
    ("xl/", Media::Xlsx),
    ("META-INF/container.xml", Media::Epub),
];
/// What the member `mimetype` says, which OpenDocument files and books begin with.
const MIMETYPES: &[(&str, Media)] = &[
    ("application/vnd.oasis.opendocument.text", Media::Odt),
    ("application/vnd.oasis.opendocument.presentation", Media::Odp),
    ("application/vnd.oasis.opendocument.spreadsheet", Media::Ods),
    ("application/epub+zip", Media::Epub),
];

/// What a ZIP is: an office document, a book, a web archive, or just an archive.
pub(super) fn zip(bytes: &[u8]) -> Media {
    let Ok(archive) = ZipArchive::from_slice(bytes) else { return Media::Zip };
    let mut office = false;
    let mut found = None;
    for entry in archive.entries().take(MOST_MEMBERS) {
        let Ok(entry) = entry else { break };
        let path = entry.file_path();
        let name = path.as_bytes();
        if name == b"mimetype" {
            let entry = archive.get_entry(entry.wayfinder());
            let says = entry.as_ref().map(|entry| entry.data()).unwrap_or_default();
            let says = String::from_utf8_lossy(says.get(..says.len().min(100)).unwrap_or_default());
            let says = says.trim().trim_end_matches("-template").trim_end_matches("-master");
            if let Some(&(_, media)) = MIMETYPES.iter().find(|(name, _)| *name == says) {
                return media;
            }
        }
        office |= name == b"[Content_Types].xml";
        if name == b"datapackage.json" {
            found = Some(Media::Wacz);
        }
        let tells = |(start, _): &&(&str, Media)| name.starts_with(start.as_bytes());
        found = found.or(MEMBERS.iter().find(tells).map(|&(_, media)| media));
    }
    match found {
        Some(media @ (Media::Docx | Media::Pptx | Media::Xlsx)) if office => media,
        Some(media @ (Media::Epub | Media::Wacz)) if !office => media,
        _ => Media::Zip,
    }
}

/// What a compound file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compound {
    Mail,
    Encrypted,
    Old(&'static str),
    Unknown,
}

/// Streams that tell what a compound file is.
const STREAMS: &[(&str, Compound)] = &[
    ("__properties_version1.0", Compound::Mail),
    ("EncryptedPackage", Compound::Encrypted),
    ("WordDocument", Compound::Old("an old Word document (.doc)")),
    ("PowerPoint Document", Compound::Old("an old PowerPoint presentation (.ppt)")),
    ("Workbook", Compound::Old("an old Excel workbook (.xls)")),
    ("Book", Compound::Old("an old Excel workbook (.xls)")),
];

/// What a compound file holds, by the names of its streams wherever they are written in it.
pub(super) fn compound(bytes: &[u8]) -> Compound {
    let holds = |name: &str| {
        // An entry of the directory: its name in UTF-16 and a zero, on a border of 128 bytes.
        let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        bytes.chunks(128).any(|entry| entry.starts_with(&wide))
    };
    let found = STREAMS.iter().find(|(name, _)| holds(name));
    found.map_or(Compound::Unknown, |&(_, kind)| kind)
}

impl Compound {
    /// Why it is not read.
    pub(super) fn refuse(self) -> Error {
        let message = match self {
            Self::Encrypted => {
                let message = "an encrypted office document: a password is needed to read it";
                return Error::new(ErrorKind::Encrypted, message);
            }
            Self::Old(name) => {
                format!("{name}: this kind of file is not read; save it as .docx, .xlsx, .pptx or PDF")
            }
            Self::Mail | Self::Unknown => {
                "a compound file of an unknown kind: this kind of file is not read".to_owned()
            }
        };
        Error::new(ErrorKind::Unsupported, message)
    }
}

/// News formats, by the first element or the keys.
pub(super) fn news(bytes: &[u8]) -> Option<Media> {
    let head = bytes.get(..bytes.len().min(HEAD))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match head.first()? {
        b'<' => match first_element(&String::from_utf8_lossy(head))? {
            "newsItem" | "packageItem" | "newsMessage" => Some(Media::NewsMl),
            "nitf" => Some(Media::Nitf),
            _ => None,
        },
        b'{' => is_ninjs(bytes).then_some(Media::Ninjs),
        _ => None,
    }
}

/// The name of the first element, without its prefix.
fn first_element(head: &str) -> Option<&str> {
    let mut rest = head;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<!--") {
            rest.find("-->")? + 3
        } else if rest.starts_with("<?") {
            rest.find("?>")? + 2
        } else if rest.starts_with("<!") {
            let inside = rest.find('[').unwrap_or(rest.len());
            let end = rest.find('>')?;
            if inside < end { rest.find("]>")? + 2 } else { end + 1 }
        } else {
            break;
        };
        rest = rest.get(end..)?;
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?;
    let name = name.get(..end)?;
    Some(name.rsplit(':').next().unwrap_or(name))
}

/// Whether a JSON object has the keys of a news item: an identifier, and a text or headline.
fn is_ninjs(bytes: &[u8]) -> bool {
    const TEXTS: &[&str] = &["body_text", "body_xhtml", "body_html", "bodies", "headline", "headlines"];
    let Ok(object) =
        serde_json::from_slice::<std::collections::BTreeMap<String, serde::de::IgnoredAny>>(bytes)
    else {
        return false;
    };
    object.contains_key("uri") && TEXTS.iter().any(|key| object.contains_key(*key))
}

/// Whether a file is a mailbox: it begins as one, and holds a second mail or is called one.
pub(super) fn is_mbox(bytes: &[u8], name: Option<&str>) -> bool {
    if !bytes.starts_with(b"From ") {
        return false;
    }
    ends_with(name, &[".mbox", ".mbx"]) || super::super::mbox::mails(bytes).nth(1).is_some()
}

/// Whether a file is a tar archive from before these had a mark: its first header's checksum is right.
pub(super) fn is_old_tar(bytes: &[u8], name: Option<&str>) -> bool {
    let Some(header) = bytes.get(..512).filter(|_| ends_with(name, &[".tar"])) else { return false };
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(at, &byte)| if (148..156).contains(&at) { 32 } else { u32::from(byte) })
        .sum();
    let field = String::from_utf8_lossy(header.get(148..156).unwrap_or_default()).into_owned();
    let said = u32::from_str_radix(field.trim_matches(['\0', ' ']), 8);
    said == Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_element_tells_news() {
        let newsml = "\u{feff}<?xml version=\"1.0\"?>\n<!-- <nitf> --><newsItem xmlns='x'>";
        assert_eq!(news(newsml.as_bytes()), Some(Media::NewsMl));
        assert_eq!(news(b"<!DOCTYPE nitf SYSTEM 'nitf.dtd'><nitf><head/>"), Some(Media::Nitf));
        assert_eq!(news(b"<!DOCTYPE nitf [<!ENTITY a 'b'>]><nitf>"), Some(Media::Nitf));
        assert_eq!(news(b"<html><nitf>"), None);
        assert_eq!(news(b"{\"uri\":\"tag:x\",\"headline\":\"x\"}"), Some(Media::Ninjs));
        assert_eq!(news(b"{\"uri\":\"tag:x\",\"title\":{\"headline\":\"x\"}}"), None);
        assert_eq!(news(b"{\"uri\""), None);
    }
}
