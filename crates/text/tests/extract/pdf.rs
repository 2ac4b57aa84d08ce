//! PDFs: the order of reading, places on the page, and what is said of pages that were not read whole.

use erratum_text::{Area, ErrorKind, Limits, Place, Remark, Text, extract};

use super::hostile::{HELVETICA, deflate, page, pdf, stream};
use super::{only, refusal};

fn read(content: &str) -> String {
    text(&page(HELVETICA, stream("", content.as_bytes()), vec![])).text
}

fn text(file: &[u8]) -> Text {
    only(file, "x.pdf").1
}

/// A page of 600 by 800 points with more in its dictionary.
fn page_with(more: &str, content: &str) -> Vec<u8> {
    pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]{more}/Resources<<{HELVETICA}>>/Contents 4 0 R>>").into_bytes(),
        stream("", content.as_bytes()),
    ])
}

/// Where a word of the text stands; half a point of 600 by 800 is let pass.
fn stands(text: &Text, word: &str, wanted: [f32; 4]) {
    let start = text.text.find(word).unwrap();
    let places = text.places.of(&(start..start + word.len()));
    let [Place::Page { page: 1, area }] = places.as_slice() else { panic!("{places:?}") };
    let Area { left, top, width, height } = *area;
    let near = [left, top, width, height]
        .iter()
        .zip(wanted)
        .all(|(is, wanted)| (is - wanted).abs() < 0.5 / 600.0);
    assert!(near, "{word}: {area:?}, not {wanted:?}");
}

const LETTER: &str = "BT /F1 12 Tf 50 700 Td (We respect it) Tj ET";

#[test]
fn words_stand_where_they_are_seen() {
    // Helvetica: W is 944 wide, e 556. From 0.8 of the type's height over the line to 0.22 under it.
    let seen = text(&page_with("", LETTER));
    assert_eq!(seen.text, "We respect it");
    stands(&seen, "We", [50.0 / 600.0, 90.4 / 800.0, 18.0 / 600.0, 12.24 / 800.0]);
    let cut = text(&page_with("/CropBox[50 100 550 750]", LETTER));
    stands(&cut, "We", [0.0, 40.4 / 650.0, 18.0 / 500.0, 12.24 / 650.0]);
}

#[test]
fn turned_pages_are_read_and_their_places_are_those_displayed() {
    // Turned clockwise: what was up is to the right, lines run down.
    let turned = text(&page_with("/Rotate 90", LETTER));
    assert_eq!(turned.text, "We respect it");
    stands(&turned, "We", [697.36 / 800.0, 50.0 / 600.0, 12.24 / 800.0, 18.0 / 600.0]);
    let turned = text(&page_with("/Rotate 180", LETTER));
    stands(&turned, "We", [532.0 / 600.0, 697.36 / 800.0, 18.0 / 600.0, 12.24 / 800.0]);
    let turned = text(&page_with("/Rotate 270", LETTER));
    stands(&turned, "We", [90.4 / 800.0, 532.0 / 600.0, 12.24 / 800.0, 18.0 / 600.0]);
}

#[test]
fn gaps_are_spaces_and_kerning_is_none() {
    assert_eq!(read("BT /F1 10 Tf 50 700 Td [(W)80(e)-300(resp)20(ect)] TJ ET"), "We respect");
    assert_eq!(read("BT /F1 10 Tf 3 Tc 50 700 Td (FINAL NOTICE) Tj ET"), "FINAL NOTICE");
    let words = "BT /F1 10 Tf 1 0 0 1 50 700 Tm (order) Tj 1 0 0 1 80 700 Tm (here) Tj ET";
    assert_eq!(read(words), "order here");
}

#[test]
fn columns_drawn_across_are_read_down() {
    let mut content = String::from("BT /F1 10 Tf ");
    for row in 0..6 {
        let y = 700 - 12 * row;
        content += &format!("1 0 0 1 50 {y} Tm (left column has its line {row} here) Tj ");
        content += &format!("1 0 0 1 300 {y} Tm (right column has its line {row} here) Tj ");
    }
    let read = read(&format!("{content}ET"));
    let lines: Vec<&str> = read.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), 12, "{read}");
    assert_eq!(
        (lines[0], lines[5]),
        ("left column has its line 0 here", "left column has its line 5 here")
    );
    assert_eq!(lines[6], "right column has its line 0 here");
}

#[test]
fn a_form_has_its_own_fonts() {
    let font = |differences: &str| {
        format!(
            "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[97{differences}]>>>>>>"
        )
    };
    let form = stream(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<<{}>>", font("/x/y/z")),
        b"BT /F1 12 Tf 50 600 Td (abc) Tj ET",
    );
    let resources = format!("{}/XObject<</X 5 0 R>>", font("/o/n/e"));
    let content = stream("", b"BT /F1 12 Tf 50 700 Td (abc) Tj ET /X Do");
    assert_eq!(text(&page(&resources, content, vec![form])).text, "one\n\nxyz");
}

#[test]
fn invisible_text_is_read_and_text_off_the_page_is_not() {
    assert_eq!(read("BT /F1 12 Tf 3 Tr 50 700 Td (We respect) Tj ET"), "We respect");
    let content = "BT /F1 12 Tf 50 700 Td (seen) Tj 0 -2000 Td (not seen) Tj ET";
    assert_eq!(read(content), "seen");
}

#[test]
fn a_layer_that_is_off_is_not_read() {
    let layers = "/OCProperties<</OCGs[5 0 R 6 0 R]/D<</OFF[5 0 R]>>>>";
    let group = |name: &str| format!("<</Type/OCG/Name({name})>>").into_bytes();
    let file = pdf(&[
        format!("<</Type/Catalog/Pages 2 0 R{layers}>>").into_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<{HELVETICA}/Properties<</A 5 0 R/B 6 0 R>>>>/Contents 4 0 R>>").into_bytes(),
        stream("", b"BT /F1 12 Tf 50 700 Td /OC/A BDC (hidden) Tj EMC /OC/B BDC (shown) Tj EMC ET"),
        group("a"),
        group("b"),
    ]);
    assert_eq!(text(&file).text, "shown");
}

#[test]
fn hebrew_set_from_left_to_right_is_read_from_right_to_left() {
    // Codes a to d are the letters of a word, in the order in which they are seen.
    let font = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[97/uni05E9/uni05DC/uni05D5/uni05DD]>>>>>>";
    let content = stream("", b"BT /F1 12 Tf 50 700 Td (dcba 42 dc) Tj ET");
    let read = text(&page(font, content, vec![])).text;
    assert_eq!(read, "\u{5d5}\u{5dd} 42 \u{5e9}\u{5dc}\u{5d5}\u{5dd}");
}

/// Three pages, of which the second's instructions unpack to more than is read.
#[test]
fn one_bad_page_costs_that_page() {
    let page = |contents: u32| {
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<{HELVETICA}>>/Contents {contents} 0 R>>").into_bytes()
    };
    let content = |text: &str| stream("", format!("BT /F1 12 Tf 50 700 Td ({text}) Tj ET").as_bytes());
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R 4 0 R 5 0 R]/Count 3>>".to_vec(),
        page(6),
        page(7),
        page(8),
        content("The first page."),
        stream("/Filter/FlateDecode", &deflate(17 << 20)),
        content("The third page."),
    ]);
    let read = text(&file);
    assert_eq!(read.text, "The first page.\n\nThe third page.");
    assert_eq!(read.remarks, [Remark::PagesNotRead(vec![2])]);
    assert_eq!(read.remarks[0].to_string(), "damaged, not read: page 2");
}

/// A picture of this many pixels, and one that says what is unpacked of it.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let dictionary = format!(
        "/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/ColorSpace/DeviceGray"
    );
    stream(&dictionary, b"x")
}

#[test]
fn pages_whose_pictures_may_hold_text_are_named() {
    let with = |content: &str| {
        let resources = format!("{HELVETICA}/XObject<</I 5 0 R>>");
        page(&resources, stream("", content.as_bytes()), vec![picture(400, 200)])
    };
    let stamped = text(&with("BT /F1 12 Tf 50 700 Td (A letter) Tj ET q 200 0 0 100 300 50 cm /I Do Q"));
    assert_eq!(stamped.text, "A letter");
    assert_eq!(stamped.remarks, [Remark::PicturesNotRead(vec![1])]);
    // A small sign is no text.
    let signed = text(&with("BT /F1 12 Tf 50 700 Td (A letter) Tj ET q 30 0 0 20 300 50 cm /I Do Q"));
    assert_eq!(signed.remarks, []);
    // A scan over which lies what was read from it.
    let lines: String = (0..40)
        .map(|row| {
            format!("1 0 0 1 50 {} Tm (a line of some forty characters in a row) Tj ", 750 - 17 * row)
        })
        .collect();
    let read = text(&with(&format!("q 600 0 0 800 0 0 cm /I Do Q BT 3 Tr /F1 12 Tf {lines}ET")));
    assert_eq!(read.remarks, []);
    let scan = with("q 600 0 0 800 0 0 cm /I Do Q");
    assert_eq!(
        refusal(&scan, "scan.pdf"),
        (ErrorKind::NoText, "the PDF has no text layer (a scan?)".to_owned())
    );
}

#[test]
fn instructions_packed_in_old_ways_are_read() {
    let hex: String = LETTER.bytes().map(|byte| format!("{byte:02x}")).collect();
    let file = page(HELVETICA, stream("/Filter/ASCIIHexDecode", format!("{hex}>").as_bytes()), vec![]);
    assert_eq!(text(&file).text, "We respect it");
    let runs: Vec<u8> = LETTER
        .as_bytes()
        .chunks(100)
        .flat_map(|part| [&[part.len() as u8 - 1], part].concat())
        .chain([128])
        .collect();
    let file = page(HELVETICA, stream("/Filter[/RunLengthDecode]", &runs), vec![]);
    assert_eq!(text(&file).text, "We respect it");
}

#[test]
fn running_lines_go_from_a_file_of_pages() {
    let page = |contents: u32| {
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<<{HELVETICA}>>/Contents {contents} 0 R>>").into_bytes()
    };
    let content = |number: u32, text: &str| {
        stream("", format!("BT /F1 9 Tf 1 0 0 1 200 770 Tm (Northern Gazette) Tj 1 0 0 1 290 30 Tm ({number}) Tj /F1 11 Tf 1 0 0 1 50 700 Tm ({text}) Tj 1 0 0 1 50 686 Tm (and so on.) Tj ET").as_bytes())
    };
    let file = pdf(&[
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>".to_vec(),
        page(5),
        page(6),
        content(7, "The first page"),
        content(8, "The second page"),
    ]);
    assert_eq!(text(&file).text, "The first page\nand so on.\n\nThe second page\nand so on.");
}

#[test]
fn too_much_text_is_refused() {
    let mut limits = Limits::default();
    limits.text_bytes = 5;
    let file = page(HELVETICA, stream("", LETTER.as_bytes()), vec![]);
    let error = extract(&file, None, &limits).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::TooLarge, "the PDF has more text than is read")
    );
}
