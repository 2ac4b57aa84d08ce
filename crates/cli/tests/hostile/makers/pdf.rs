//! PDFs made by hand; and those whose streams lie: lengths, filters, sizes of pictures and of paper.

use std::io::Write;

use super::pictures::zeros;
use super::{LETTER, Maker};

pub(super) const FILES: &[Maker] = &[
    ("declared-gibibyte.pdf", declared_gibibyte),
    ("fifty-filters.pdf", fifty_filters),
    ("fifty-bombs.pdf", fifty_bombs),
    ("predictor.pdf", predictor),
    ("picture-bomb.pdf", picture_bomb),
    ("wide-picture.pdf", wide_picture),
    ("wide-paper.pdf", wide_paper),
    ("deep-arrays.pdf", deep_arrays),
    ("saved-states.pdf", saved_states),
    ("pdf-and-zip.pdf", pdf_and_zip),
];

/// A PDF of these objects, numbered from 1; the first is the catalogue.
pub(super) fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
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
    let size = objects.len() + 1;
    out.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    out
}

pub(super) fn stream(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("<<{dictionary}/Length {}>>stream\n", content.len());
    [head.as_bytes(), content, b"\nendstream"].concat()
}

/// Helvetica, as F1.
pub(super) const HELVETICA: &str =
    "/F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";

/// A PDF of one page: object 3, its instructions object 4, and these objects from 5 on.
pub(super) fn page(fonts: &str, resources: &str, content: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    sheet("0 0 600 800", fonts, resources, content, more)
}

fn sheet(size: &str, fonts: &str, resources: &str, content: Vec<u8>, more: &[Vec<u8>]) -> Vec<u8> {
    let page = format!(
        "<</Type/Page/Parent 2 0 R/MediaBox[{size}]/Resources<</Font<<{HELVETICA}{fonts}>>{resources}>>/Contents 4 0 R>>"
    );
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        page.into_bytes(),
        content,
    ];
    objects.extend_from_slice(more);
    pdf(&objects, "")
}

/// Instructions that write the letter in lines of a hundred letters.
pub(super) fn letter() -> Vec<u8> {
    let plain: String = LETTER
        .chars()
        .map(|c| match c {
            '’' => "\\222".to_owned(),
            '“' => "\\223".to_owned(),
            '”' => "\\224".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let mut out = "BT /F1 10 Tf 13 TL 40 770 Td\n".to_owned();
    for paragraph in plain.split("\n\n") {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if line.len() + word.len() > 100 {
                out += &format!("({}) Tj T*\n", line.trim_end());
                line.clear();
            }
            line += word;
            line.push(' ');
        }
        out += &format!("({}) Tj T* T*\n", line.trim_end());
    }
    (out + "ET\n").into_bytes()
}

/// The stream of the page says that it is a gibibyte long.
fn declared_gibibyte() -> Vec<u8> {
    let content = [b"<</Length 1073741824>>stream\n".as_slice(), &letter(), b"\nendstream"].concat();
    page("", "", content, &[])
}

pub(super) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).expect("a vector takes all");
    packer.finish().expect("a vector takes all")
}

/// The letter, packed fifty times.
fn fifty_filters() -> Vec<u8> {
    let packed = (0..50).fold(letter(), |inner, _| deflated(&inner));
    page("", "", stream(&format!("/Filter[{}]", "/FlateDecode ".repeat(50)), &packed), &[])
}

/// Two gibibytes, packed fifty times; and as an object stream, so that whoever loads it unpacks it.
fn fifty_bombs() -> Vec<u8> {
    let packed = (0..49).fold(zeros(2048), |inner, _| deflated(&inner));
    let filters = format!("/Filter[{}]", "/FlateDecode ".repeat(50));
    let objects = stream(&format!("/Type/ObjStm/N 1/First 4{filters}"), &packed);
    page("", "", stream(&filters, &packed), &[objects])
}

/// Rows of two billion columns, of which each is guessed from the one above.
fn predictor() -> Vec<u8> {
    let how = "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>";
    page("", "", stream(how, &deflated(&letter())), &[])
}

const PICTURE: &[u8] = b"q 600 0 0 800 0 0 cm /I Do Q";

fn picture(what: &str, data: &[u8]) -> Vec<u8> {
    let what = format!("/Type/XObject/Subtype/Image/BitsPerComponent 8/ColorSpace/DeviceRGB{what}");
    page("", "/XObject<</I 5 0 R>>", stream("", PICTURE), &[stream(&what, data)])
}

/// A scan of 900 million pixels.
fn picture_bomb() -> Vec<u8> {
    picture("/Width 30000/Height 30000/Filter/FlateDecode", &zeros(2700))
}

fn wide_picture() -> Vec<u8> {
    picture("/Width 2147483647/Height 2147483647/Filter/FlateDecode", &zeros(1))
}

/// Paper of ten thousand kilometres, with a picture on it.
fn wide_paper() -> Vec<u8> {
    let image = "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray";
    let size = "0 0 28346456692 28346456692";
    sheet(size, "", "/XObject<</I 5 0 R>>", stream("", PICTURE), &[stream(image, b"a")])
}

/// Arrays and dictionaries in each other, as an object and as an operand.
fn deep_arrays() -> Vec<u8> {
    let deep = [b"[".repeat(200_000), b"<</A ".repeat(200_000)].concat();
    let content = [letter(), deep.clone(), b" TJ\n".to_vec()].concat();
    page("", "/Deep 5 0 R", stream("", &content), &[deep])
}

/// Two million states kept and never taken back, and a text with as many fonts chosen.
fn saved_states() -> Vec<u8> {
    let content = [letter(), b"q ".repeat(2_000_000), b"/F1 1 Tf ".repeat(500_000)].concat();
    page("", "", stream("/Filter/FlateDecode", &deflated(&content)), &[])
}

/// A PDF whose bytes are a ZIP too.
fn pdf_and_zip() -> Vec<u8> {
    let zip = super::packing::zip(&[("letter.txt", b"Another text")]);
    let inside = stream("", &zip);
    let mut out = page("", "", stream("", &letter()), &[inside]);
    out.extend(&zip);
    out
}
