//! Archives, mailboxes, web crawls and mails of Outlook: every file in them a part of its own.

use std::io::{Cursor, Write};

use erratum_text::{ErrorKind, Limits, Media, Part, extract};

use super::parts;

const ZIP: &[u8] = include_bytes!("../data/office/files.zip");
const TAR: &[u8] = include_bytes!("../data/office/files.tar.gz");
const MBOX: &[u8] = include_bytes!("../data/office/mails.mbox");

/// Path, kind and text or error of each part.
fn shown(parts: &[Part]) -> Vec<(String, Media, String)> {
    let text = |part: &Part| match &part.text {
        Ok(text) => text.text.trim().lines().next().unwrap_or_default().to_owned(),
        Err(error) => format!("! {error}"),
    };
    parts.iter().map(|part| (part.path.join(" / "), part.media, text(part))).collect()
}

fn own(rows: &[(&str, Media, &str)]) -> Vec<(String, Media, String)> {
    rows.iter().map(|(path, media, text)| ((*path).to_owned(), *media, (*text).to_owned())).collect()
}

#[test]
fn a_mailbox() {
    let read = parts(MBOX, "mails");
    assert_eq!(
        shown(&read),
        own(&[
            ("mail 1 / body", Media::Plain, "We respect your sovereign decision."),
            ("mail 2 / body", Media::Plain, "Is it so?"),
            ("mail 2 / body / quoted 1", Media::Plain, "We respect your sovereign decision."),
        ])
    );
    let first = read[0].text.as_ref().unwrap();
    assert_eq!(first.text, "We respect your sovereign decision.\n\nFrom now on nothing moves.");
    assert_eq!(first.title.as_deref(), Some("The letter"));
}

#[test]
fn members_of_archives() {
    assert_eq!(
        shown(&parts(ZIP, "files")),
        own(&[
            ("letters/letter.rtf", Media::Rtf, "Repositioning of the northern contingent"),
            ("mails.mbox / mail 1 / body", Media::Plain, "We respect your sovereign decision."),
            ("mails.mbox / mail 2 / body", Media::Plain, "Is it so?"),
            (
                "mails.mbox / mail 2 / body / quoted 1",
                Media::Plain,
                "We respect your sovereign decision."
            ),
            ("inner.zip / note.txt", Media::Plain, "A note in an archive in an archive."),
        ])
    );
    let long = format!("letters/{}.txt", "long-".repeat(30));
    assert_eq!(
        shown(&parts(TAR, "files")),
        own(&[
            ("letters/größer.txt", Media::Plain, "We respect your sovereign decision."),
            (&long, Media::Plain, "A long name."),
            ("letters/link.txt", Media::Other, "! a link to another file, which is not followed"),
        ])
    );
}

#[test]
fn one_packed_file() {
    let pack = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    assert_eq!(
        shown(&parts(&pack(b"<html><p>We respect"), "page.html.gz")),
        own(&[("page.html", Media::Html, "We respect")])
    );
    assert_eq!(shown(&parts(&pack(b"Text"), "x")), own(&[("content", Media::Plain, "Text")]));
}

fn record(kind: &str, address: &str, block: &[u8]) -> Vec<u8> {
    let mut out = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    )
    .into_bytes();
    out.extend_from_slice(block);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn crawl() -> Vec<Vec<u8>> {
    let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=windows-1251\r\n";
    let mut packed = format!("{html}Content-Encoding: gzip\r\n\r\n").into_bytes();
    packed.extend(gzip(b"<p>Packed \xcf\xf0\xe8"));
    let chunked =
        format!("{html}Transfer-Encoding: chunked\r\n\r\n5\r\n<p>We\r\n8\r\n respect\r\n0\r\n\r\n");
    vec![
        record("warcinfo", "x", b"software: x"),
        record("response", "https://daily.example/a", &packed),
        record("response", "https://daily.example/b?page=1", chunked.as_bytes()),
        record(
            "response",
            "https://daily.example/c.js",
            b"HTTP/1.1 200 OK\r\nContent-Type: text/javascript\r\n\r\nvar x;",
        ),
        record("response", "https://daily.example/d", b"HTTP/1.1 301 Moved\r\nLocation: /b\r\n\r\n"),
        record(
            "response",
            "https://daily.example/e",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nxx",
        ),
        record("resource", "urn:note", b"A note."),
        record("request", "https://daily.example/a", b"GET / HTTP/1.1\r\n\r\n"),
    ]
}

fn pages(prefix: &str) -> Vec<(String, Media, String)> {
    let rows = [
        ("https://daily.example/a", Media::Html, "Packed При"),
        ("https://daily.example/b?page=1", Media::Html, "We respect"),
        ("https://daily.example/e", Media::Other, "! the page is packed by br, which is not read"),
        ("urn:note", Media::Plain, "A note."),
    ];
    rows.map(|(path, media, text)| (format!("{prefix}{path}"), media, text.to_owned())).to_vec()
}

#[test]
fn a_web_crawl() {
    assert_eq!(shown(&parts(&crawl().concat(), "x.warc")), pages(""));
    // Each record packed by itself, as crawlers write it.
    let packed: Vec<u8> = crawl().iter().flat_map(|record| gzip(record)).collect();
    assert_eq!(shown(&parts(&packed, "x.warc.gz")), pages(""));
    let archive = super::packing::zip(&[
        ("datapackage.json", b"{}"),
        ("archive/data.warc.gz", &packed),
        ("pages/pages.jsonl", b"{}"),
    ]);
    assert_eq!(shown(&parts(&archive, "x.wacz")), pages("archive/data.warc.gz / "));
}

#[test]
fn a_crawl_that_is_cut_gives_what_it_has() {
    let crawl = crawl().concat();
    let cut = crawl.windows(7).position(|window| window == b"A note.").unwrap() + 3;
    let read = shown(&parts(&crawl[..cut], "x.warc"));
    let (last, first) = read.split_last().unwrap();
    assert_eq!(first, &pages("")[..3]);
    assert_eq!(
        last,
        &own(&[(
            "record 7",
            Media::Other,
            "! the web crawl is damaged: a record is longer than the file"
        )])[0]
    );
}

/// A mail of Outlook: its properties in a storage, attachments and mails in storages inside.
pub(super) fn outlook() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let mut put = |path: &str, bytes: &[u8]| {
        let folder = path.rsplit_once('/').unwrap().0;
        file.create_storage_all(if folder.is_empty() { "/" } else { folder }).unwrap();
        file.create_stream(path).unwrap().write_all(bytes).unwrap();
    };
    let mut fixed = vec![0; 32];
    fixed.extend([0x03, 0, 0xfd, 0x3f, 0, 0, 0, 0]);
    fixed.extend(1251u32.to_le_bytes());
    fixed.extend([0; 4]);
    put("/__properties_version1.0", &fixed);
    put("/__substg1.0_0037001F", &wide("The letter"));
    put("/__substg1.0_1000001E", b"\xcf\xf0\xe8. See:\r\n\r\n> We respect your decision.\r\n");
    put("/__substg1.0_10130102", b"<html><meta charset=utf-8><p>Another page");
    let rich = b"{\\rtf1\\ansi Another rich text}";
    let mut packed = ((rich.len() + 12) as u32).to_le_bytes().to_vec();
    packed.extend((rich.len() as u32).to_le_bytes());
    packed.extend(b"MELA\0\0\0\0");
    packed.extend(rich);
    put("/__substg1.0_10090102", &packed);
    put("/__attach_version1.0_#00000000/__properties_version1.0", &[0; 8]);
    put("/__attach_version1.0_#00000000/__substg1.0_3707001F", &wide("note.txt"));
    put("/__attach_version1.0_#00000000/__substg1.0_37010102", b"A note.");
    let inside = "/__attach_version1.0_#00000001/__substg1.0_3701000D";
    put(&format!("{inside}/__properties_version1.0"), &[0; 24]);
    put(&format!("{inside}/__substg1.0_0037001F"), &wide("Inside"));
    put(&format!("{inside}/__substg1.0_1000001F"), &wide("The inner mail."));
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn a_mail_of_outlook() {
    let read = parts(&outlook(), "x.msg");
    assert_eq!(
        shown(&read),
        own(&[
            ("body", Media::Plain, "При. See:"),
            ("body / quoted 1", Media::Plain, "We respect your decision."),
            ("body (html)", Media::Html, "Another page"),
            ("body (rtf)", Media::Plain, "Another rich text"),
            ("attachment note.txt", Media::Plain, "A note."),
            ("attachment mail / body", Media::Plain, "The inner mail."),
        ])
    );
    assert_eq!(read[0].text.as_ref().unwrap().title.as_deref(), Some("The letter"));
    assert_eq!(read[5].text.as_ref().unwrap().title.as_deref(), Some("Inside"));
}

#[test]
fn a_page_inside_the_rich_text_of_a_mail_is_read_as_a_page() {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let rich = b"{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}We respect{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 it.{\\*\\htmltag72 </p>}\\htmlrtf\\par\\htmlrtf0{\\*\\htmltag64 <blockquote>}So.{\\*\\htmltag72 </blockquote>}}";
    let mut packed = ((rich.len() + 12) as u32).to_le_bytes().to_vec();
    packed.extend((rich.len() as u32).to_le_bytes());
    packed.extend(b"MELA\0\0\0\0");
    packed.extend(rich);
    file.create_stream("/__properties_version1.0").unwrap().write_all(&[0; 32]).unwrap();
    file.create_stream("/__substg1.0_10090102").unwrap().write_all(&packed).unwrap();
    file.flush().unwrap();
    let bytes = file.into_inner().into_inner();
    assert_eq!(
        shown(&parts(&bytes, "x.msg")),
        own(&[("body", Media::Html, "We respect\u{a0}it."), ("body / quoted 1", Media::Html, "So."),])
    );
}

#[test]
fn a_file_that_could_be_two_kinds_is_what_it_begins_as() {
    let mut pdf = super::CHROMIUM.to_vec();
    pdf.extend(ZIP);
    match extract(&pdf, Some("x.zip"), &Limits::default()) {
        Ok(parts) => assert_eq!((parts.len(), parts[0].media), (1, Media::Pdf)),
        Err(error) => assert!(error.to_string().starts_with("the PDF is damaged: "), "{error}"),
    }
    let mut page = b"<html><p>We respect your decision.</p></html>".to_vec();
    page.extend(ZIP);
    let error = super::refusal(&page, "x.zip");
    assert_eq!(error.0, ErrorKind::NotUtf8);
}
