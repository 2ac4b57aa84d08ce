//! Pictures read by the real Tesseract: a page as a screenshot, as a scan in a PDF, lying on its side, light on
//! dark, of several pages; and what is said where nothing can be read. Spoilt pages have a trial of their own,
//! `cargo xtask heavy ocr`.

use std::io::Cursor;
use std::sync::Arc;

use erratum_ocr::{Limits, Missing, Tesseract, is_wanted, read};
use erratum_text::{ErrorKind, Media, Part, Place, Remark, open};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};
use image::{DynamicImage, GrayImage, ImageFormat};

const LETTER: [&str; 4] = [
    "We respect your sovereign decision ordering our departure.",
    "The first convoy leaves on 9 January 2026 at 06:30.",
    "We will not leave any unit behind without your written consent,",
    "and we will hand over each gate in the presence of your officers.",
];

fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(objects) {
        table += &format!("{:010} 00000 n \n", pdf.len());
        pdf.extend(format!("{number} 0 obj\n").into_bytes());
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let (at, size) = (pdf.len(), objects.len() + 1);
    let end = format!("{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n");
    pdf.extend(end.into_bytes());
    pdf
}

/// A page of a PDF, 420 points wide and 200 high, with a drawing and what it draws.
fn page(drawing: &str, resources: &str, more: Vec<u8>) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 420 200]/Contents 4 0 R/Resources<<{resources}>>>>"
    );
    let drawing = format!("<</Length {}>>\nstream\n{drawing}\nendstream", drawing.len());
    assembled(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        drawing.into_bytes(),
        more,
    ])
}

fn typeset(lines: &[&str]) -> Vec<u8> {
    let shown: String = lines.iter().map(|line| format!("({line}) Tj T* ")).collect();
    let font = b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>".to_vec();
    page(&format!("BT /F1 12 Tf 16 TL 40 140 Td {shown}ET"), "/Font<</F1 5 0 R>>", font)
}

fn drawn(lines: &[&str], dpi: f32) -> GrayImage {
    let pdf = Pdf::new(Arc::new(typeset(lines))).expect("a PDF");
    let onto = PixmapSettings { x_scale: dpi / 72.0, y_scale: dpi / 72.0, bg_color: WHITE };
    let (cache, with) = (RenderCache::new(), RenderSettings::default());
    let drawn = hayro::render(&pdf.pages()[0], &cache, &InterpreterSettings::default(), &with, &onto);
    let pixels = drawn.data_as_u8_slice().chunks_exact(4).map(|pixel| pixel[0]).collect();
    GrayImage::from_raw(drawn.width().into(), drawn.height().into(), pixels).expect("its size is right")
}

fn file(picture: GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(picture).write_to(&mut bytes, format).expect("it can be written");
    bytes.into_inner()
}

fn parts(bytes: &[u8], limits: &Limits) -> Vec<Part> {
    let tesseract = Tesseract::find(&["en"]).expect("Tesseract is installed: scripts/test does that");
    let mut parts = open(bytes, None, &erratum_text::Limits::default()).expect("a part");
    assert!(is_wanted(&parts[0]));
    read(&mut parts, Ok(&tesseract), limits);
    assert_eq!(parts[0].bytes, bytes);
    parts
}

fn text(bytes: &[u8]) -> erratum_text::Text {
    let mut parts = parts(bytes, &Limits::default());
    parts.remove(0).text.expect("it was read")
}

/// Where lines and paragraphs end is for Tesseract to judge.
fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn a_picture_reads_with_places_and_how_sure_each_word_is() {
    let text = text(&file(drawn(&LETTER, 150.0), ImageFormat::Png));
    assert_eq!(words(&text.text), words(&LETTER.join(" ")));
    assert_eq!(text.remarks, [Remark::ReadFromPicture(vec![1])]);
    let read: Vec<&str> = text.optical.iter().map(|(range, _)| &text.text[range.clone()]).collect();
    assert_eq!(read, words(&LETTER.join(" ")));
    assert!(text.optical.iter().all(|(_, sure)| *sure > 60), "{:?}", text.optical);
    let at = text.text.find("departure").expect("the word is there");
    let places = text.places.of(&(at..at + 9));
    let [Place::Page { page: 1, area }] = places.as_slice() else { panic!("{places:?}") };
    // The first line stands 140 points up on a page of 200, 40 from the left; the word ends it.
    assert!((0.22..0.32).contains(&area.top) && area.height < 0.1, "{area:?}");
    assert!((0.6..0.8).contains(&area.left) && area.left + area.width < 0.9, "{area:?}");
}

#[test]
fn light_on_dark_and_small_is_read_too() {
    let mut picture = drawn(&LETTER, 96.0);
    picture.pixels_mut().for_each(|pixel| pixel.0[0] = 235 - (f32::from(pixel.0[0]) * 0.8) as u8);
    let text = text(&file(picture, ImageFormat::Bmp));
    assert_eq!(words(&text.text), words(&LETTER.join(" ")));
}

#[test]
fn a_page_on_its_side_is_turned() {
    let many: Vec<&str> = LETTER.iter().chain(&LETTER).copied().collect();
    let turned = image::imageops::rotate90(&drawn(&many, 150.0));
    let text = text(&file(turned, ImageFormat::Png));
    assert!(text.text.contains("We will not leave any unit behind"), "{}", text.text);
    let at = text.text.find("We respect").expect("the first line is there");
    let [Place::Page { area, .. }, ..] = text.places.of(&(at..at + 2))[..] else { panic!("no place") };
    // The upper left corner came to the upper right.
    assert!(area.left > 0.6 && area.top < 0.3, "{area:?}");
    let (wide, high) = (200.0 * area.width, 420.0 * area.height);
    assert!(high > 1.5 * wide, "{area:?}");
}

#[test]
fn a_scan_in_a_pdf_is_read() {
    let picture = drawn(&LETTER, 150.0);
    let (width, height) = picture.dimensions();
    let jpeg = file(picture, ImageFormat::Jpeg);
    let mut image = format!(
        "<</Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray\
         /Filter/DCTDecode/Length {}>>\nstream\n",
        jpeg.len()
    )
    .into_bytes();
    image.extend_from_slice(&jpeg);
    image.extend_from_slice(b"\nendstream");
    let scan = page("q 420 0 0 200 0 0 cm /I Do Q", "/XObject<</I 5 0 R>>", image);
    let text = text(&scan);
    assert_eq!(words(&text.text), words(&LETTER.join(" ")));
    assert_eq!(text.remarks, [Remark::ReadFromPicture(vec![1])]);
}

#[test]
fn what_cannot_be_read_says_why() {
    let missing = Missing::Program;
    let picture = file(drawn(&LETTER, 72.0), ImageFormat::Png);
    let mut absent = open(&picture, None, &erratum_text::Limits::default()).expect("a part");
    read(&mut absent, Err(&missing), &Limits::default());
    let error = absent[0].text.as_ref().expect_err("nobody reads it");
    assert_eq!(error.kind(), ErrorKind::Picture);
    assert_eq!(error.to_string(), format!("a PNG picture: its text is not read: {missing}"));

    let why = |bytes: &[u8], limits: &Limits| {
        let part = parts(bytes, limits).remove(0);
        let error = part.text.expect_err("it cannot be read");
        (error.kind(), error.to_string())
    };
    let blank = file(GrayImage::from_pixel(300, 200, image::Luma([255])), ImageFormat::Png);
    let nothing = "no text was recognised in the picture".to_owned();
    assert_eq!(why(&blank, &Limits::default()), (ErrorKind::NoText, nothing));
    let mut small = Limits::default();
    small.pixels = 1_000;
    let (kind, message) = why(&blank, &small);
    assert_eq!(kind, ErrorKind::TooLarge);
    assert!(message.starts_with("a picture of 300 by 200 pixels, more than"), "{message}");
    let (kind, message) = why(&picture[..picture.len() / 2], &Limits::default());
    assert_eq!(kind, ErrorKind::Broken, "{message}");
    assert!(message.starts_with("the picture is damaged: "), "{message}");
}

#[test]
fn time_is_bounded() {
    let picture = file(drawn(&LETTER, 150.0), ImageFormat::Png);
    let mut short = Limits::default();
    short.time = std::time::Duration::ZERO;
    let part = parts(&picture, &short).remove(0);
    let error = part.text.expect_err("there was no time");
    assert_eq!(part.media, Media::Png);
    assert_eq!(error.to_string(), "the picture was not read: it took too long");
}
