//! Archives, documents and mails made to harm: each a clear line, in bounded time and memory.

use std::io::Write;

use erratum_text::{ErrorKind, Limits, Media, Part, extract};

use super::packing::{Member, packed_at, spaces, written, zip};
use super::{only, parts, refusal};

fn says(bytes: &[u8], name: &str, kind: ErrorKind, message: &str) {
    assert_eq!(refusal(bytes, name), (kind, message.to_owned()), "{name}");
}

/// Path and error, or text, of each part.
fn shown(parts: &[Part]) -> Vec<(String, String)> {
    let text = |part: &Part| match &part.text {
        Ok(text) => text.text.clone(),
        Err(error) => format!("! {error}"),
    };
    parts.iter().map(|part| (part.path.join(" / "), text(part))).collect()
}

fn own(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    rows.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

pub(super) fn docx(document: &[u8]) -> Vec<u8> {
    zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document)])
}

#[test]
fn a_document_made_by_hand_reads() {
    let body = b"<w:document xmlns:w='w'><w:body><w:p><w:r><w:t>We respect</w:t></w:r></w:p></w:body></w:document>";
    let (media, text) = only(&docx(body), "x");
    assert_eq!((media, text.text.as_str()), (Media::Docx, "We respect"));
}

#[test]
fn bombs_are_not_unpacked() {
    let bomb = written(&[Member::spaces("a.txt", 1 << 30), Member::stored("b.txt", b"Text")]);
    assert_eq!(
        shown(&parts(&bomb, "bomb.zip")),
        own(&[("a.txt", "! the archive unpacks to more than is read")])
    );
    let huge = Member { size: 1 << 30, ..Member::stored("a.txt", b"xxxx") };
    assert_eq!(
        shown(&parts(&written(&[huge]), "huge.zip")),
        own(&[("a.txt", "! the archive unpacks to more than is read")])
    );
    let office = written(&[
        Member::stored("[Content_Types].xml", b"<Types/>"),
        Member::spaces("word/document.xml", 1 << 30),
    ]);
    says(&office, "bomb.docx", ErrorKind::TooLarge, "the Word document unpacks to more than is read");
    let liar = Member { size: 100, ..Member::spaces("a.txt", 1 << 30) };
    assert_eq!(
        shown(&parts(&written(&[liar]), "liar.zip")),
        own(&[("a.txt", "! the archive is damaged: a.txt does not unpack")])
    );
    let packed = [b"\x1f\x8b\x08\0\0\0\0\0\0\xff".to_vec(), spaces(1 << 30), vec![0; 8]].concat();
    says(&packed, "bomb.gz", ErrorKind::TooLarge, "the gzip file unpacks to more than is read");
}

#[test]
fn archives_in_archives_end_where_the_limit_is() {
    let mut file = zip(&[("a.txt", b"Text")]);
    for _ in 0..40 {
        file = zip(&[("x.zip", &file)]);
    }
    let read = parts(&file, "deep.zip");
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].path.len(), 16);
    let error = read[0].text.as_ref().unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::TooDeep, "files inside files, more than 16 deep")
    );
}

#[test]
fn archives_of_archives_do_not_add_up() {
    // Each level holds ten of the one inside, as the well-known bomb does.
    let mut file = written(&[packed_at("a.txt", &vec![b' '; 4 << 20])]);
    while file.len() < 2 << 20 {
        let names: Vec<String> = (0..10).map(|n| format!("{n}.zip")).collect();
        let members: Vec<(&str, &[u8])> =
            names.iter().map(|name| (name.as_str(), file.as_slice())).collect();
        file = zip(&members);
    }
    let read = parts(&file, "many.zip");
    assert!(read.len() < 4096);
    let last = read.last().unwrap().text.as_ref().unwrap_err();
    assert_eq!(last.kind(), ErrorKind::TooLarge);
}

#[test]
fn documents_in_an_archive_do_not_add_up() {
    let body = format!("<document>{}</document>", " ".repeat(12 << 20));
    let member = packed_at("word/document.xml", body.as_bytes());
    let document = written(&[Member::stored("[Content_Types].xml", b"<Types/>"), member]);
    let names: Vec<String> = (0..20).map(|n| format!("{n}.docx")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), document.as_slice())).collect();
    let read = parts(&zip(&members), "many.zip");
    assert_eq!(read.len(), 11);
    let errors: Vec<ErrorKind> =
        read.iter().map(|part| part.text.as_ref().unwrap_err().kind()).collect();
    assert_eq!(errors[..10], [ErrorKind::NoText; 10]);
    assert_eq!(errors[10], ErrorKind::TooLarge);
}

#[test]
fn levels_count_as_parts() {
    let body: String = (0..8).map(|level| format!("{} Text {level}\n", ">".repeat(level))).collect();
    let mail = format!("From: a@b.example\nMessage-ID: <1>\nSubject: s\n\n{body}");
    let mut limits = Limits::default();
    limits.parts = 4;
    let read = extract(mail.as_bytes(), Some("x.eml"), &limits).unwrap();
    assert_eq!(
        shown(&read),
        own(&[
            ("body", " Text 0"),
            ("body / quoted 1", "Text 1"),
            ("body / quoted 2", "Text 2"),
            ("body / quoted 3", "! more than 4 parts in one file"),
        ])
    );
}

#[test]
fn a_mail_without_anything_says_so() {
    let mail = b"From: a@b.example\nMessage-ID: <1>\nSubject: s\n\n \n";
    says(mail, "x.eml", ErrorKind::NoText, "there is neither text nor an attachment in it");
}

#[test]
fn an_archive_that_holds_itself() {
    // Every member's data is the whole file again: a list whose place leads to the file's own beginning.
    let mut file = zip(&[("self.zip", b"")]);
    let length = file.len() as u32;
    for at in [18, 22] {
        file[at..at + 4].copy_from_slice(&length.to_le_bytes());
    }
    let error = refusal_or_parts(&file);
    assert!(error.iter().all(|line| line.starts_with('!')), "{error:?}");
}

/// The error of the file, or of each of its parts.
fn refusal_or_parts(bytes: &[u8]) -> Vec<String> {
    match extract(bytes, None, &Limits::default()) {
        Ok(parts) => shown(&parts).into_iter().map(|(_, text)| text).collect(),
        Err(error) => vec![format!("! {error}")],
    }
}

#[test]
fn names_are_only_shown() {
    let names = [
        "../../etc/passwd",
        "/etc/shadow",
        "C:\\x\\y.txt",
        "a\u{202e}txt.exe",
        "b\u{1b}[2J.txt",
        "\n",
        "a.txt",
        "a.txt",
    ];
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, b"Text".as_slice())).collect();
    let read = parts(&zip(&members), "x.zip");
    let paths: Vec<String> = read.iter().map(|part| part.path.concat()).collect();
    assert_eq!(
        paths,
        [
            "../../etc/passwd",
            "/etc/shadow",
            "C:\\x\\y.txt",
            "atxt.exe",
            "b[2J.txt",
            "a member without a name",
            "a.txt",
            "a.txt 2"
        ]
    );
    assert!(read.iter().all(|part| part.text.as_ref().unwrap().text == "Text"));
}

#[test]
fn members_that_cannot_be_read_say_why() {
    let mut secret = Member::stored("secret.txt", b"xxxx");
    secret.flags = 1;
    let mut strange = Member::stored("strange.txt", b"xxxx");
    strange.method = 14;
    let mut wrong = Member::stored("wrong.txt", b"xxxx");
    wrong.crc = 1;
    let mut link = Member::stored("link.txt", b"/etc/passwd");
    link.mode = 0o120_777;
    let small = Member { size: 2, ..Member::stored("small.txt", b"xxxx") };
    let files = [secret, strange, wrong, link, small, Member::stored("letter.txt", b"Text")];
    assert_eq!(
        shown(&parts(&written(&files), "x.zip")),
        own(&[
            ("secret.txt", "! secret.txt in the archive is encrypted: a password is needed to read it"),
            ("strange.txt", "! strange.txt in the archive is packed by LZMA, which is not read"),
            ("wrong.txt", "! the archive is damaged: wrong.txt does not unpack"),
            ("link.txt", "! a link to another file, which is not followed"),
            ("small.txt", "! the archive is damaged: small.txt does not unpack"),
            ("letter.txt", "Text"),
        ])
    );
}

#[test]
fn two_members_of_one_name_are_refused_in_a_document() {
    let body = b"<document/>".as_slice();
    let file = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", body),
        ("word/document.xml", body),
    ]);
    says(
        &file,
        "x.docx",
        ErrorKind::Broken,
        "the Word document is damaged: two of its members are called word/document.xml",
    );
}

#[test]
fn cut_files_are_damaged() {
    let file = docx(b"<document><body/></document>");
    let (kind, message) = refusal(&file[..file.len() - 30], "x.docx");
    assert_eq!(kind, ErrorKind::Broken);
    assert!(message.starts_with("the archive is damaged: "), "{message}");
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    tar[..5].copy_from_slice(b"a.txt");
    says(&tar, "x.tar", ErrorKind::Broken, "the archive is damaged: a member's header is wrong or cut");
    says(
        &[0x1f, 0x8b, 8, 0, 0],
        "x.gz",
        ErrorKind::Broken,
        "the gzip file is damaged: it does not unpack",
    );
    says(
        b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999999\r\n\r\nx",
        "x.warc",
        ErrorKind::Broken,
        "the web crawl is damaged: a record is longer than the file",
    );
}

/// Entities that refer to entities, a billion in all.
fn laughs(root: &str, inside: &str) -> String {
    let mut entities = "<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..10 {
        entities.push_str(&format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
    }
    format!("<?xml version='1.0'?><!DOCTYPE x [{entities}]>{}", root.replace("{}", inside))
}

#[test]
fn entities_are_not_expanded() {
    let document = "<w:document xmlns:w='w'><w:p><w:t>{}</w:t></w:p></w:document>";
    says(
        &docx(laughs(document, "&a9;").as_bytes()),
        "x.docx",
        ErrorKind::Unsupported,
        "the Word document declares entities of its own, which are not read",
    );
    for item in [
        "<newsItem><contentSet><inlineXML><p>{}</p></inlineXML></contentSet></newsItem>",
        "<nitf><body><p>{}</p></body></nitf>",
    ] {
        says(
            laughs(item, "&a9;").as_bytes(),
            "x.xml",
            ErrorKind::Unsupported,
            "the news item declares entities of its own, which are not read",
        );
    }
    says(
        &book(laughs("<html><body><p>{}</p></body></html>", "&a9;").as_bytes()),
        "x.epub",
        ErrorKind::Unsupported,
        "OEBPS/1.xhtml declares entities of its own, which are not read",
    );
    let outside =
        "<!DOCTYPE nitf [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><nitf><body><p>&x;</p></body></nitf>";
    assert_eq!(refusal(outside.as_bytes(), "x.xml").0, ErrorKind::Unsupported);
}

/// A book of one chapter.
fn book(chapter: &[u8]) -> Vec<u8> {
    zip(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", b"<container><rootfiles><rootfile full-path='OEBPS/c.opf'/></rootfiles></container>"),
        (
            "OEBPS/c.opf",
            b"<package><metadata/><manifest><item id='a' href='1.xhtml' media-type='application/xhtml+xml'/></manifest>\
              <spine><itemref idref='a'/><itemref idref='a'/></spine></package>",
        ),
        ("OEBPS/1.xhtml", chapter),
    ])
}

#[test]
fn a_chapter_that_is_listed_often_is_read_once() {
    assert_eq!(only(&book(b"<html><p>We respect"), "x.epub").1.text, "We respect");
}

#[test]
fn elements_and_groups_without_end() {
    let deep = format!("<document>{}", "<p>".repeat(1_000_000));
    says(
        &docx(deep.as_bytes()),
        "x.docx",
        ErrorKind::TooDeep,
        "the Word document has more than 1000 elements inside each other",
    );
    let deep = format!("{{\\rtf1 {}", "{".repeat(1_000_000));
    says(
        deep.as_bytes(),
        "x.rtf",
        ErrorKind::TooDeep,
        "the rich text has more than 1000 groups inside each other",
    );
    let deep = format!("{{\"uri\":\"x\",\"headline\":{}", "[".repeat(1_000_000));
    assert_eq!(only(deep.as_bytes(), "x.json").0, Media::Plain);
}

#[test]
fn a_sheet_that_repeats_one_string() {
    let string = "x".repeat(1 << 20);
    let rows = "<row><c t='s'><v>0</v></c></row>".repeat(100_000);
    let file = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook xmlns:r='r'><sheets><sheet name='a' r:id='r1'/></sheets></workbook>"),
        (
            "xl/_rels/workbook.xml.rels",
            b"<Relationships><Relationship Id='r1' Type='x/worksheet' Target='s.xml'/><Relationship Id='r2' Type='x/sharedStrings' Target='t.xml'/></Relationships>",
        ),
        ("xl/s.xml", format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").as_bytes()),
        ("xl/t.xml", format!("<sst><si><t>{string}</t></si></sst>").as_bytes()),
    ]);
    says(&file, "x.xlsx", ErrorKind::TooLarge, "more text than the 8388608 bytes that are read");
}

#[test]
fn compound_files_in_circles() {
    let mail = super::archive::outlook();
    // Every entry of the first sector of the allocation table leads to the first sector.
    let table = u32::from_le_bytes(mail[76..80].try_into().unwrap()) as usize;
    let at = (table + 1) * 512.max(1usize << mail[30]);
    let mut circle = mail.clone();
    for entry in circle[at..at + 512].chunks_exact_mut(4) {
        entry.copy_from_slice(&0u32.to_le_bytes());
    }
    let (kind, message) = refusal(&circle, "x.msg");
    assert_eq!(kind, ErrorKind::Broken);
    assert!(message.starts_with("the Outlook mail is damaged: "), "{message}");
    assert_eq!(refusal(&mail[..mail.len() / 2], "x.msg").0, ErrorKind::Broken);
}

#[test]
fn old_and_encrypted_documents_are_named() {
    let compound = |stream: &str| {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        file.create_stream(format!("/{stream}")).unwrap().write_all(b"x").unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    };
    says(
        &compound("WordDocument"),
        "x.doc",
        ErrorKind::Unsupported,
        "an old Word document (.doc): this kind of file is not read; save it as .docx, .xlsx, .pptx or PDF",
    );
    says(
        &compound("EncryptedPackage"),
        "x.docx",
        ErrorKind::Encrypted,
        "an encrypted office document: a password is needed to read it",
    );
    let odt = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("META-INF/manifest.xml", b"<manifest><file-entry><encryption-data/></file-entry></manifest>"),
        ("content.xml", b"\x01\x02"),
    ]);
    says(
        &odt,
        "x.odt",
        ErrorKind::Encrypted,
        "the OpenDocument text is encrypted: a password is needed to read it",
    );
}
