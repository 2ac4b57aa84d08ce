//! Broken and hostile files: one clear line each, in bounded time, never a panic.

use std::io::Write;
use std::time::{Duration, Instant};

use erratum_text::{ErrorKind, Limits, Media, extract};
use proptest::prelude::*;

use super::mutations::read_damaged;
use super::{CHROMIUM, ENCRYPTED, LIBREOFFICE, only, parts, refusal};

fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    let mut bytes: Vec<u8> = (0..length).map(|_| next()).collect();
    bytes[0] = 0xc1;
    bytes
}

fn says(bytes: &[u8], name: &str, kind: ErrorKind, message: &str) {
    assert_eq!(refusal(bytes, name), (kind, message.to_owned()), "{name}");
}

#[test]
fn each_fault_has_its_line() {
    says(b"", "empty.txt", ErrorKind::Empty, "the file is empty");
    says(b"  \n", "blank.txt", ErrorKind::NoText, "there is no text in it, only white space");
    says(&noise(5000), "noise.pdf", ErrorKind::NotUtf8, "not valid UTF-8 text: byte 0xc1 at offset 0");
    says(b"caf\xe9", "latin.txt", ErrorKind::NotUtf8, "not valid UTF-8 text: byte 0xe9 at offset 3");
    says(b"a\0b", "zero.txt", ErrorKind::Broken, "binary data, not text: a zero byte at offset 1");
    says(ENCRYPTED, "x.pdf", ErrorKind::Encrypted, "encrypted PDF: a password is needed to read it");
    says(
        b"PK\x03\x04xx",
        "x.docx",
        ErrorKind::Broken,
        "the archive is damaged: its list of members is missing",
    );
    says(b"<html><script>x</script>", "x.html", ErrorKind::NoText, "the page has no text");
    let cut = &LIBREOFFICE[..LIBREOFFICE.len() / 2];
    says(cut, "cut.pdf", ErrorKind::Broken, "the PDF is damaged: its end is missing");
    let mut limits = Limits::default();
    limits.file_bytes = 10;
    let error = extract(b"more than ten", None, &limits).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::TooLarge, "13 bytes, more than the 10 that are read")
    );
    limits.file_bytes = 1000;
    limits.text_bytes = 5;
    let error = extract(b"more than ten", None, &limits).unwrap_err();
    assert_eq!(error.to_string(), "13 bytes of text, more than the 5 that are read");
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
pub(super) fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n", number + 1).bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1)
            .bytes(),
    );
    out
}

pub(super) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{dictionary}/Length {}>>stream\n", content.len()).into_bytes();
    out.extend(content);
    out.extend(b"\nendstream");
    out
}

/// A PDF of one page with these instructions, and these objects from number 4 on.
pub(super) fn page(resources: &str, content: Vec<u8>, more: Vec<Vec<u8>>) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<{resources}>>/Contents 4 0 R>>"
        )
        .into_bytes(),
        content,
    ];
    objects.extend(more);
    pdf(&objects)
}

pub(super) const HELVETICA: &str =
    "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>>>";

#[test]
fn a_pdf_made_by_hand_reads() {
    let file = page(HELVETICA, stream("", b"BT /F1 12 Tf 50 700 Td (We respect) Tj ET"), vec![]);
    assert_eq!(only(&file, "x.pdf").1.text, "We respect");
}

#[test]
fn a_scan_says_that_it_has_no_text() {
    let image = stream(
        "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray",
        b"Tj Tf (",
    );
    let file = page("/XObject<</I 5 0 R>>", stream("", b"q 600 0 0 800 0 0 cm /I Do Q"), vec![image]);
    says(&file, "scan.pdf", ErrorKind::NoText, "the PDF has no text layer (a scan?)");
}

#[test]
fn drawings_without_end_are_refused() {
    let message = "the PDF has drawings inside drawings without end";
    let form = |name: &str| {
        stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<{name}>>"), b"/X Do /X Do")
    };
    let chain: Vec<Vec<u8>> = (0..22).map(|n| form(&format!("/XObject<</X {} 0 R>>", n + 6))).collect();
    let file = page("/XObject<</X 5 0 R>>", stream("", b"/X Do"), chain);
    says(&file, "doubling.pdf", ErrorKind::TooDeep, message);
    let chain: Vec<Vec<u8>> = (0..40).map(|n| form(&format!("/XObject<</X {} 0 R>>", n + 6))).collect();
    let file = page("/XObject<</X 5 0 R>>", stream("", b"/X Do"), chain);
    says(&file, "deep.pdf", ErrorKind::TooDeep, message);
}

#[test]
fn a_drawing_that_calls_itself_is_not_followed() {
    let resources = format!("{HELVETICA}/XObject<</X 5 0 R>>");
    let form = stream(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<{resources}>>"),
        b"BT /F1 12 Tf 50 700 Td (We respect) Tj ET /X Do",
    );
    let file = page(&resources, stream("", b"/X Do"), vec![form]);
    assert_eq!(only(&file, "x.pdf").1.text, "We respect");
}

#[test]
fn a_page_tree_in_a_circle_is_read_once() {
    let content = b"BT /F1 12 Tf 50 700 Td (We respect) Tj ET";
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R 2 0 R 3 0 R]/Count 3/Parent 2 0 R>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Resources<<{HELVETICA}>>/Contents 4 0 R>>").into_bytes(),
        stream("", content),
    ]);
    assert_eq!(only(&file, "circle.pdf").1.text, "We respect");
}

#[test]
fn instructions_that_make_no_sense_are_left_out() {
    let content = b"BT /F1 12 Tf (a) Td 50 700 Td 5 Tj (We respect) Tj /F9 x Tf ) ] >> [ET";
    let file = page(HELVETICA, stream("", content), vec![]);
    assert_eq!(only(&file, "x.pdf").1.text, "We respect");
}

pub(super) fn deflate(length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let spaces = vec![b' '; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&spaces).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_is_not_unpacked() {
    let message = "the PDF unpacks to more than is read";
    let bomb = deflate(512 << 20);
    let file = page("", stream("/Filter/FlateDecode", &bomb), vec![]);
    says(&file, "bomb.pdf", ErrorKind::TooLarge, message);
    let file =
        page("", stream("", b""), vec![stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb)]);
    says(&file, "objects.pdf", ErrorKind::TooLarge, message);
    let file =
        page("", stream("", b""), vec![stream("/Type/Obj#53tm/N 1/First 4/Filter/FlateDecode", &bomb)]);
    says(&file, "hidden.pdf", ErrorKind::TooLarge, message);
    let image = stream("/Subtype/Image/Width 1/Height 1/Filter/FlateDecode", &bomb);
    let file = page("/XObject<</I 5 0 R>>", stream("", b"/I Do"), vec![image]);
    assert_eq!(refusal(&file, "picture.pdf").0, ErrorKind::NoText);
}

fn quickly<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < Duration::from_secs(15), "{what} took {:?}", start.elapsed());
    done
}

#[test]
fn pages_that_nest_without_end_are_read_flat() {
    let text = "We respect your sovereign decision. ".repeat(20);
    let distinct: String = (0..400).map(|n| format!("<b id={n}>")).collect();
    for (what, page) in [
        ("divs", format!("<html>{}{text}", "<div>".repeat(100_000))),
        ("spans", format!("<html>{}{text}", "<span>".repeat(1_000_000))),
        ("bold", format!("<html>{distinct}{}{text}", "<p>x".repeat(300_000))),
        ("tables", format!("<html>{}{text}", "<table><tr><td>".repeat(50_000))),
        ("attributes", format!("<html><p {}>{text}", "a=b ".repeat(1_000_000))),
        ("open comment", format!("<html><p>{text}{}", "<!--".repeat(1_000_000))),
        ("open tags", format!("<html><p>{text}</p>{}", "<a <".repeat(1_000_000))),
        ("open script", format!("<html><p>{text}</p>{}", "<script></".repeat(300_000))),
        ("open bold", format!("<html>{}<p>{text}</p>{}", "<b>".repeat(1000), "<p>x".repeat(30_000))),
        ("bold again", format!("<html><p>{text}</p><p>{}{}", "<b>".repeat(500), "<p>x".repeat(300_000))),
        (
            "lost ends",
            format!("<html><p>{text}<table><td>{}{}", "<i>".repeat(600), "</p>".repeat(300_000)),
        ),
        ("comments", format!("<html><p>{text}</p>{}", "<!--x--!>".repeat(300_000))),
        ("styles", format!("<html><p>{text}</p><style>{}", ".a{display:none}".repeat(100_000))),
        ("open styles", format!("<html><p>{text}</p><style>{}", "a{(".repeat(300_000))),
        ("style sheets", format!("<html><p>{text}</p>{}", "<style>a{</style>".repeat(100_000))),
        ("drawings", format!("<html><p>{text}</p>{}", "<svg><p>".repeat(100_000))),
        ("frames", format!("<html><p>{text}</p>{}", "<iframe srcdoc='a<p>".repeat(50_000))),
        ("quotes", format!("<html><p>{text}</p>{}", "<a b=\"".repeat(300_000))),
    ] {
        let read = quickly(what, || only(page.as_bytes(), "x.html").1.text);
        assert!(read.contains("We respect your sovereign decision."), "{what}");
    }
}

#[test]
fn a_long_honest_page_is_read_in_time() {
    let page = format!(
        "<html><article>{}</article>",
        "<p>We respect your <b>sovereign</b> decision, said the letter of Monday.</p>".repeat(20_000)
    );
    quickly("a long page", || only(page.as_bytes(), "x.html"));
}

#[test]
fn mails_inside_mails_end_where_the_limit_is() {
    let head = "From: a@b.example\nMessage-ID: <1>\nMIME-Version: 1.0\nSubject: s\n";
    let level = format!("{head}Content-Type: message/rfc822\n\n");
    let mail = format!("{}{head}\nThe end.\n", level.repeat(1000));
    let read = quickly("a thousand mails", || {
        extract(mail.as_bytes(), Some("deep.eml"), &Limits::default()).unwrap()
    });
    assert_eq!(read.len(), 1);
    let error = read[0].text.as_ref().unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::TooDeep, "mails inside mails, more than 16 deep")
    );
    let mixed = format!(
        "{head}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThe body.\n--b\nContent-Type: message/rfc822\n\n{mail}\n--b--\n"
    );
    let read = parts(mixed.as_bytes(), "deep.eml");
    assert_eq!(read[0].text.as_ref().unwrap().text.trim_end(), "The body.");
    assert_eq!(read[1].text.as_ref().unwrap_err().kind(), ErrorKind::TooDeep);
    assert_eq!(read[1].media, Media::Mail);
    let mail = level.repeat(100_000);
    says(
        mail.as_bytes(),
        "deeper.eml",
        ErrorKind::TooDeep,
        "a mail with more than 2000 boundaries and inner mails",
    );
}

#[test]
fn a_mail_of_too_many_parts_says_so() {
    let head = "From: a@b.example\nMessage-ID: <1>\nSubject: s\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n";
    let one = "--b\nContent-Disposition: attachment; filename=a.txt\nContent-Type: text/plain\n\nText\n";
    let mut limits = Limits::default();
    limits.parts = 256;
    let mail = format!("{head}{}--b--\n", one.repeat(1000));
    let read = extract(mail.as_bytes(), Some("many.eml"), &limits).unwrap();
    assert_eq!(read.len(), 256);
    assert!(read[..255].iter().all(|part| part.text.is_ok()));
    assert_eq!(read[255].text.as_ref().unwrap_err().to_string(), "more than 256 parts in one file");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_under_any_name(bytes in prop::collection::vec(any::<u8>(), 0..400), name in prop::sample::select(vec!["x.pdf", "x.eml", "x.html", "x.txt", "x"])) {
        let _ = extract(&bytes, Some(name), &Limits::default());
    }

    #[test]
    fn a_pdf_with_any_bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20), cut in any::<prop::sample::Index>(), other: bool) {
        read_damaged(if other { LIBREOFFICE } else { CHROMIUM }.to_vec(), &changes, &cut);
    }

    #[test]
    fn tags_thrown_together(items in prop::collection::vec(prop::sample::select(vec!["<p>", "</p>", "<div", ">", "<a href='", "'", "text", "<!--", "-->", "<table><td>", "</table>", "<script>", "</script", "&amp", "&#x", "\u{301}", "<b>", "</b>", "<blockquote>", "<title>", "<br>", "<svg>", "<nav>", "é", "<p hidden>", "<style>", ".a{", "}", "</style>", "<td>", "<q>", "<sup><a>1", "</sup>", "<li>", "<iframe srcdoc='<p>", "<head>", "<aside>", "--!>", "<b style=display:none>"]), 0..60)) {
        let page = format!("<html>{}", items.concat());
        let _ = extract(page.as_bytes(), Some("x.html"), &Limits::default());
    }

    #[test]
    fn headers_thrown_together(items in prop::collection::vec(prop::sample::select(vec!["Content-Type: multipart/mixed; boundary=b\n", "\n", "--b\n", "--b--\n", "Content-Type: message/rfc822\n", "Content-Transfer-Encoding: base64\n", "aGVsbG8=\n", "Subject: x\n", "text\n", "Content-Transfer-Encoding: quoted-printable\n", "=E9=\n", "Content-Type: text/html; charset=utf-16\n", "<p>x\n", "Content-Type: multipart/digest; boundary=b\n"]), 0..40)) {
        let mail = format!("From: a@b.example\nMessage-ID: <1>\nTo: x\n{}", items.concat());
        let _ = extract(mail.as_bytes(), Some("x.eml"), &Limits::default());
    }
}
