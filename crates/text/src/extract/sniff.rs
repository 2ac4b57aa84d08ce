//! What kind of file some bytes are: by their content first, by name or declaration only where the
//! content is text that could be several things. A file that could be two kinds at once (a PDF with an
//! archive behind it) is what its first bytes say.

mod structure;

use super::media::Media;
use super::reading::Hint;
use crate::{Error, ErrorKind};

/// A PDF may have some other bytes before its header.
const PDF_HEADER_WITHIN: usize = 1024;
/// How much of a text is looked at to tell what it is.
const HEAD: usize = 4096;

/// First bytes of files that are not read, and what they are called.
const MAGIC: &[(&[u8], &str)] = &[
    (b"RIFF", "a RIFF file (sound or film)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"!BDN", "an Outlook data file (.pst, .ost)"),
];
/// First bytes of pictures, and behind how many others the next must follow.
const PICTURES: &[(&[u8], usize, &[u8], Media)] = &[
    (b"\x89PNG\r\n", 0, b"", Media::Png),
    (b"\xff\xd8\xff", 0, b"", Media::Jpeg),
    (b"II*\0", 0, b"", Media::Tiff),
    (b"MM\0*", 0, b"", Media::Tiff),
    (b"RIFF", 8, b"WEBP", Media::WebP),
    (b"GIF87a", 0, b"", Media::Gif),
    (b"GIF89a", 0, b"", Media::Gif),
    // Two bytes alone are too few: four that must be 0, and the length of the header, which is less than 256.
    (b"BM", 6, b"\0\0\0\0", Media::Bmp),
    (b"\0\0\0", 4, b"ftypheic", Media::Heic),
    (b"\0\0\0", 4, b"ftypheix", Media::Heic),
    (b"\0\0\0", 4, b"ftyphevc", Media::Heic),
    (b"\0\0\0", 4, b"ftypmif1", Media::Heic),
    (b"\0\0\0", 4, b"ftypmsf1", Media::Heic),
];

/// First bytes of files that hold a structure of their own, in which it shows what they are.
const ZIP: &[&[u8]] = &[b"PK\x03\x04", b"PK\x05\x06"];
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// What kind of file some bytes are.
pub(super) fn sniff(bytes: &[u8], hint: &Hint<'_>) -> Media {
    if !hint.body
        && let Some(media) = by_structure(bytes, hint)
    {
        return media;
    }
    let head = bytes.get(..HEAD.min(bytes.len())).unwrap_or_default();
    let early = head.get(..PDF_HEADER_WITHIN.min(head.len())).unwrap_or_default();
    if let Some(media) = picture(bytes) {
        media
    } else if magic(bytes).is_some() {
        Media::Other
    } else if bytes.starts_with(b"%PDF-") && !hint.body {
        Media::Pdf
    } else if hint.body {
        if hint.declared == Some("text/html") { Media::Html } else { Media::Plain }
    } else if is_page(head, hint) {
        Media::Html
    } else if is_mail(head, hint) {
        Media::Mail
    } else if early.windows(5).any(|window| window == b"%PDF-") {
        Media::Pdf
    } else if hint
        .declared
        .is_some_and(|declared| !declared.starts_with("text/") && declared != "application/octet-stream")
        && charset_unknown(bytes)
    {
        Media::Other
    } else {
        Media::Plain
    }
}

/// Kinds that only their own bytes tell, whatever they are called.
fn by_structure(bytes: &[u8], hint: &Hint<'_>) -> Option<Media> {
    if ZIP.iter().any(|magic| bytes.starts_with(magic)) {
        return Some(structure::zip(bytes));
    }
    if bytes.starts_with(COMPOUND) {
        let mail = structure::compound(bytes) == structure::Compound::Mail;
        return Some(if mail { Media::Msg } else { Media::Other });
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Some(Media::Gzip);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some(Media::Rtf);
    }
    if bytes.starts_with(b"WARC/1.") || bytes.starts_with(b"WARC/0.") {
        return Some(Media::Warc);
    }
    if bytes.get(257..262) == Some(b"ustar") || structure::is_old_tar(bytes, hint.name) {
        return Some(Media::Tar);
    }
    structure::news(bytes).or_else(|| structure::is_mbox(bytes, hint.name).then_some(Media::Mbox))
}

fn charset_unknown(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err()
}

fn magic(bytes: &[u8]) -> Option<&'static str> {
    MAGIC.iter().find_map(|&(magic, name)| bytes.starts_with(magic).then_some(name))
}

fn picture(bytes: &[u8]) -> Option<Media> {
    let is = |&&(first, skip, then, _): &&(&[u8], usize, &[u8], Media)| {
        bytes.starts_with(first) && bytes.get(skip..).is_some_and(|rest| rest.starts_with(then))
    };
    PICTURES.iter().find(is).map(|&(.., media)| media)
}

/// Why a picture has no text yet, or none that can be had.
pub(super) fn unrecognised(media: Media) -> Error {
    let what = match media {
        Media::Heic => {
            let message = "a HEIC picture: not read, as no decoder for it is free to use; convert it to JPEG or \
                           PNG";
            return Error::new(ErrorKind::Unsupported, message);
        }
        Media::Png => "a PNG",
        Media::Jpeg => "a JPEG",
        Media::Tiff => "a TIFF",
        Media::WebP => "a WebP",
        Media::Gif => "a GIF",
        _ => "a BMP",
    };
    Error::new(ErrorKind::Picture, format!("{what} picture: its text is not read"))
}

/// Why bytes of kind [`Media::Other`] are not read.
pub(super) fn refuse(bytes: &[u8], hint: &Hint<'_>) -> Error {
    if bytes.starts_with(COMPOUND) {
        return structure::compound(bytes).refuse();
    }
    let what = match (magic(bytes), hint.declared) {
        (Some(name), _) => name.to_owned(),
        (None, Some(declared)) => declared.chars().filter(|c| !c.is_control()).take(80).collect(),
        (None, None) => "unknown binary data".to_owned(),
    };
    Error::new(ErrorKind::Unsupported, format!("{what}: this kind of file is not read"))
}

fn ends_with(name: Option<&str>, endings: &[&str]) -> bool {
    let name = name.unwrap_or_default().to_ascii_lowercase();
    endings.iter().any(|ending| name.ends_with(ending))
}

fn is_page(head: &[u8], hint: &Hint<'_>) -> bool {
    let utf16 = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    let head: Vec<u8> =
        head.iter().filter(|&&byte| !utf16 || byte != 0).map(u8::to_ascii_lowercase).collect();
    let start = head.iter().position(|&byte| byte == b'<').unwrap_or(head.len());
    let before = head.get(..start).unwrap_or_default();
    let blank = before.iter().all(|byte| byte.is_ascii_whitespace() || !byte.is_ascii());
    let tags = head.get(start..).unwrap_or_default();
    if blank && (tags.starts_with(b"<!doctype html") || tags.starts_with(b"<html")) {
        return true;
    }
    let holds = |tag: &[u8]| tags.windows(tag.len()).any(|window| window == tag);
    if blank
        && (tags.starts_with(b"<!--")
            || tags.starts_with(b"<?xml")
            || tags.starts_with(b"<head")
            || tags.starts_with(b"<meta"))
    {
        return holds(b"<html") || holds(b"<head") || holds(b"<body");
    }
    let named = ends_with(hint.name, &[".html", ".htm", ".xhtml"]) || hint.declared == Some("text/html");
    named && !tags.is_empty()
}

/// Header fields that a mail has and other texts with colons do not.
const FIELDS: &[&str] = &[
    "from",
    "to",
    "cc",
    "date",
    "subject",
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "reply-to",
    "sender",
    "delivered-to",
    "dkim-signature",
    "in-reply-to",
    "references",
    "list-id",
    "authentication-results",
    "x-mailer",
    "user-agent",
];
/// Fields that no other kind of text is likely to begin with.
const MAIL_ONLY: &[&str] = &[
    "message-id",
    "received",
    "return-path",
    "mime-version",
    "delivered-to",
    "dkim-signature",
    "content-transfer-encoding",
];

fn is_mail(head: &[u8], hint: &Hint<'_>) -> bool {
    let head = String::from_utf8_lossy(head);
    let (mut known, mut only) = (0, 0);
    for (number, line) in head.lines().enumerate() {
        if line.is_empty() || number == 0 && line.starts_with("From ") {
            if number == 0 { continue } else { break }
        }
        if line.starts_with([' ', '\t']) && number > 0 {
            continue;
        }
        let Some((field, _)) = line.split_once(':').filter(|(field, _)| is_field(field)) else {
            if number + 1 == head.lines().count() { break } else { return false }
        };
        let field = field.trim_end().to_ascii_lowercase();
        known += usize::from(FIELDS.contains(&field.as_str()));
        only += usize::from(MAIL_ONLY.contains(&field.as_str()));
    }
    let named = ends_with(hint.name, &[".eml", ".mht"]) || hint.declared == Some("message/rfc822");
    known >= 2 && only >= 1 || known >= 3 || named && known >= 1
}

fn is_field(name: &str) -> bool {
    !name.is_empty()
        && name
            .trim_end()
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(bytes: &[u8], name: &str) -> Media {
        sniff(bytes, &Hint { name: Some(name), ..Hint::default() })
    }

    #[test]
    fn content_decides_before_the_name() {
        assert_eq!(kind(b"%PDF-1.7\n", "letter.txt"), Media::Pdf);
        assert_eq!(kind(b"\0\0junk\n%PDF-1.7\n", "letter"), Media::Pdf);
        assert_eq!(kind(b"<html><p>%PDF-1.7\n", "page"), Media::Html);
        assert_eq!(kind(b"\xef\xbb\xbf\n<!DOCTYPE html><p>x", "page.txt"), Media::Html);
        assert_eq!(kind(b"<!-- saved --><html><p>x", "page"), Media::Html);
        assert_eq!(kind(b"<p>x", "page.htm"), Media::Html);
        assert_eq!(kind(b"<p>x", "page.txt"), Media::Plain);
        assert_eq!(kind(b"From: a@b.example\r\nMessage-ID: <1>\r\n\r\nHi", "x"), Media::Mail);
        assert_eq!(kind(b"Received: by x\n  with y\nFrom: a\n\nHi", "x.txt"), Media::Mail);
        assert_eq!(kind(b"Subject: x\n\nHi", "x.eml"), Media::Mail);
        assert_eq!(kind(b"To: the ministry\nSubject: departure\n\nDear", "letter.txt"), Media::Plain);
        assert_eq!(kind(b"Just a letter: it has a colon.", "letter.eml"), Media::Plain);
        assert_eq!(kind(b"PK\x03\x04", "letter.txt"), Media::Zip);
        assert_eq!(kind(b"7z\xbc\xaf\x27\x1c", "letter.txt"), Media::Other);
        assert_eq!(kind(b"\xff\xfe<\0h\0t\0m\0l\0>\0", "x"), Media::Html);
    }

    #[test]
    fn what_is_not_read_is_named() {
        let error = refuse(b"7z\xbc\xaf\x27\x1c", &Hint::default());
        assert_eq!(error.to_string(), "a 7z archive: this kind of file is not read");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}
