//! A text in each format that is read, written as simply as the format allows.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use super::hostile::{archive, gzip, tar_member};
use crate::corpus::Numbers;
use crate::heavy::ocr::{draw, spoil};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Writes a text of these paragraphs as a file; the number is the text's own.
pub(super) type Write = fn(&[String], u64) -> Result<Vec<u8>>;

/// Every format with the end of its files' names.
pub(super) const FORMATS: [(&str, Write); 22] = [
    ("txt", |text, _| Ok(text.join("\n\n").into_bytes())),
    ("html", |text, _| Ok(page(text).into_bytes())),
    ("pdf", |text, _| Ok(draw::pdf(text, "Helvetica"))),
    ("docx", docx),
    ("eml", mail),
    ("odt", odt),
    ("rtf", |text, _| Ok(rich(text).into_bytes())),
    ("pptx", pptx),
    ("pdf", |text, _| Ok(draw::pdf(text, "Times-Roman"))),
    ("xlsx", xlsx),
    ("epub", epub),
    ("html", article),
    ("msg", outlook),
    ("mbox", mailbox),
    ("warc", |text, number| Ok(crawl(text, number))),
    ("warc.gz", |text, number| Ok(gzip(&crawl(text, number)))),
    ("zip", |text, _| {
        Ok(archive(&[("letter.pdf", &draw::pdf(text, "Helvetica")), ("read me.txt", b"A letter.")]))
    }),
    ("tar", tar),
    ("tar.gz", |text, number| Ok(gzip(&tar(text, number)?))),
    ("xml", |text, number| Ok(nitf(text, number).into_bytes())),
    ("json", |text, number| Ok(ninjs(text, number).into_bytes())),
    ("eml", |text, _| Ok(head("text/html; charset=utf-8", &page(text)).into_bytes())),
];

/// A scan of a page, or its picture in another way.
pub(super) fn picture(text: &[String], number: u64) -> Result<(&'static str, Vec<u8>)> {
    let page = draw::page(text, "Times-Roman", 150.0)?;
    let how = spoil::Scan { skew: 0.8, noise: 8.0, quality: 60 };
    let jpeg = spoil::scan(&page, how, &mut Numbers::new(number + 7_000_000))?;
    Ok(match number % 2 {
        0 => ("scan.jpg", jpeg),
        _ => ("scan.pdf", draw::scanned(&jpeg, page.width(), page.height())),
    })
}

fn wrapped(text: &[String], start: &str, end: &str) -> String {
    text.iter().fold(String::new(), |mut all, paragraph| {
        // A string takes all that is written into it.
        let _ = write!(all, "{start}{paragraph}{end}");
        all
    })
}

fn page(text: &[String]) -> String {
    format!("<!DOCTYPE html><html lang=en><body>{}</body></html>", wrapped(text, "<p>", "</p>\n"))
}

/// A page with what surrounds an article.
fn article(text: &[String], number: u64) -> Result<Vec<u8>> {
    let links: String = (0..30).map(|n| format!("<li><a href='/{n}'>Section {n}</a></li>")).collect();
    let page = format!(
        "<!DOCTYPE html><html><head><title>Story {number}</title><style>p{{margin:1em}}</style></head><body><nav><ul>{links}\
         </ul></nav><article><h1>Story {number}</h1>{}</article><aside><ul>{links}</ul></aside><footer>© Newsroom \
         example</footer></body></html>",
        wrapped(text, "<p>", "</p>")
    );
    Ok(page.into_bytes())
}

/// A mail's head and body.
fn head(media: &str, body: &str) -> String {
    format!(
        "From: press@newsroom.example\r\nTo: desk@newsroom.example\r\nSubject: A letter\r\nMessage-ID: \
         <1@newsroom.example>\r\nMIME-Version: 1.0\r\nContent-Type: {media}\r\n\r\n{body}"
    )
}

/// A mail that says a few words and carries the text as a PDF and as a page.
fn mail(text: &[String], _: u64) -> Result<Vec<u8>> {
    let pdf: String = draw::pdf(text, "Helvetica").iter().fold(String::new(), |mut all, byte| {
        let _ = match byte {
            b'\r' | b'\n' | b'=' | 0..32 | 127.. => write!(all, "={byte:02X}"),
            _ => write!(all, "{}", char::from(*byte)),
        };
        // Lines of a mail are short.
        if all.len() - all.rfind('\n').map_or(0, |at| at + 1) > 70 {
            all.push_str("=\r\n");
        }
        all
    });
    let attached = |name: &str, media: &str, coding: &str, body: &str| {
        format!(
            "--b\r\nContent-Type: {media}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: {coding}\r\n\r\n{body}\r\n"
        )
    };
    let body = format!(
        "--b\r\nContent-Type: text/plain\r\n\r\nSee the letter attached.\r\n{}{}--b--\r\n",
        attached("letter.pdf", "application/pdf", "quoted-printable", &pdf),
        attached("letter.html", "text/html; charset=utf-8", "8bit", &page(text).replace('\n', "\r\n"))
    );
    Ok(head("multipart/mixed; boundary=b", &body).into_bytes())
}

fn mailbox(text: &[String], number: u64) -> Result<Vec<u8>> {
    let from = "From press@newsroom.example Tue Jan  6 21:14:00 2026\n";
    let first = head("text/plain", &format!("Number {number} follows.\r\n"));
    let second = head("text/plain", &text.join("\r\n\r\n"));
    Ok(format!("{from}{first}\n{from}{second}\n").replace('\r', "").into_bytes())
}

fn docx(text: &[String], _: u64) -> Result<Vec<u8>> {
    let document = format!(
        "<?xml version='1.0'?><w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>{}\
         </w:body></w:document>",
        wrapped(text, "<w:p><w:r><w:t>", "</w:t></w:r></w:p>")
    );
    Ok(archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())]))
}

fn odt(text: &[String], _: u64) -> Result<Vec<u8>> {
    let content = format!(
        "<?xml version='1.0'?><office:document-content xmlns:office='o' xmlns:text='t'><office:body><office:text>{}\
         </office:text></office:body></office:document-content>",
        wrapped(text, "<text:p>", "</text:p>")
    );
    let kind = b"application/vnd.oasis.opendocument.text".as_slice();
    Ok(archive(&[("mimetype", kind), ("content.xml", content.as_bytes())]))
}

fn rich(text: &[String]) -> String {
    format!(
        "{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Times;}}}}\n{}}}",
        wrapped(text, "\\pard ", "\\par\n")
    )
}

/// The relations of an office document's part.
fn relations(targets: &[(&str, &str)]) -> String {
    let each = targets.iter().enumerate().map(|(number, (kind, target))| {
        format!("<Relationship Id='r{number}' Type='x/{kind}' Target='{target}'/>")
    });
    format!("<Relationships>{}</Relationships>", each.collect::<String>())
}

fn pptx(text: &[String], _: u64) -> Result<Vec<u8>> {
    let slide = format!(
        "<p:sld xmlns:p='p' xmlns:a='a'><p:cSld><p:spTree><p:sp><p:txBody>{}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>",
        wrapped(text, "<a:p><a:r><a:t>", "</a:t></a:r></a:p>")
    );
    let list = "<p:presentation xmlns:p='p' xmlns:r='r'><p:sldIdLst><p:sldId id='256' r:id='r0'/></p:sldIdLst></p:presentation>";
    Ok(archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("ppt/presentation.xml", list.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", relations(&[("slide", "slides/slide1.xml")]).as_bytes()),
        ("ppt/slides/slide1.xml", slide.as_bytes()),
    ]))
}

fn xlsx(text: &[String], _: u64) -> Result<Vec<u8>> {
    let sheet = format!(
        "<worksheet><sheetData>{}</sheetData></worksheet>",
        wrapped(text, "<row><c t='inlineStr'><is><t>", "</t></is></c></row>")
    );
    let book = "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='r0'/></sheets></workbook>";
    Ok(archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations(&[("worksheet", "s.xml")]).as_bytes()),
        ("xl/s.xml", sheet.as_bytes()),
    ]))
}

fn epub(text: &[String], _: u64) -> Result<Vec<u8>> {
    let container = "<container><rootfiles><rootfile full-path='c.opf'/></rootfiles></container>";
    let list = "<package><metadata/><manifest><item id='a' href='1.xhtml' media-type='application/xhtml+xml'/></manifest>\
                <spine><itemref idref='a'/></spine></package>";
    let chapter = format!("<html><body>{}</body></html>", wrapped(text, "<p>", "</p>"));
    Ok(archive(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", container.as_bytes()),
        ("c.opf", list.as_bytes()),
        ("1.xhtml", chapter.as_bytes()),
    ]))
}

/// A mail of Outlook with one body.
fn outlook(text: &[String], _: u64) -> Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new()))?;
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let body = wide(&text.join("\r\n\r\n"));
    for (path, bytes) in [
        ("/__properties_version1.0", vec![0; 32]),
        ("/__substg1.0_0037001F", wide("A letter")),
        ("/__substg1.0_1000001F", body),
    ] {
        file.create_stream(path)?.write_all(&bytes)?;
    }
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn crawl(text: &[String], number: u64) -> Vec<u8> {
    let page =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", page(text));
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://newsroom.example/{number}\r\nContent-Length: {}\r\n\r\n\
         {page}\r\n\r\n",
        page.len()
    )
    .into_bytes()
}

fn tar(text: &[String], number: u64) -> Result<Vec<u8>> {
    let (first, second) = (docx(text, number)?, b"A letter.".as_slice());
    let members = [tar_member(b"letters/letter.docx", &first), tar_member(b"read me.txt", second)];
    Ok([members.concat(), vec![0; 1024]].concat())
}

fn nitf(text: &[String], number: u64) -> String {
    let body = wrapped(text, "<p>", "</p>");
    format!(
        "<?xml version='1.0'?><nitf><head><title>Story {number}</title></head><body><body.content>{body}</body.content></body></nitf>"
    )
}

fn ninjs(text: &[String], number: u64) -> String {
    let item = serde_json::json!({
        "uri": format!("https://newsroom.example/{number}"),
        "type": "text",
        "versioncreated": "2026-01-06T21:14:00Z",
        "headline": format!("Story {number}"),
        "body_text": text.join("\n\n"),
    });
    item.to_string()
}
