//! Fonts in PDFs: outlines that call each other without end, maps of characters that use themselves or are larger
//! than any, glyphs that are pages.

use super::Maker;
use super::pdf::{letter, page, stream};

pub(super) const FILES: &[Maker] = &[
    ("subroutines.pdf", subroutines),
    ("composites.pdf", composites),
    ("map-of-itself.pdf", map_of_itself),
    ("huge-map.pdf", huge_map),
    ("circle-of-fonts.pdf", circle_of_fonts),
    ("glyphs-of-themselves.pdf", glyphs_of_themselves),
];

/// Draws with the font F2 and a picture over the whole page, so that the page is looked at as a picture too.
const TEXT_AND_PICTURE: &[u8] = b"q 600 0 0 800 0 0 cm /I Do Q BT /F2 40 Tf 50 700 Td (AAAA) Tj ET";
const PICTURE: &str =
    "/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray";

/// A page with these objects from 6 on, the first of which is the font F2.
fn drawn(more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![stream(PICTURE, b"\xff")];
    objects.extend_from_slice(more);
    page("/F2 6 0 R", "/XObject<</I 5 0 R>>", stream("", TEXT_AND_PICTURE), &objects)
}

/// A list of a CFF font, its offsets of four bytes.
fn index(items: &[Vec<u8>]) -> Vec<u8> {
    let mut out = (items.len() as u16).to_be_bytes().to_vec();
    if items.is_empty() {
        return out;
    }
    out.push(4);
    let mut end = 1_u32;
    out.extend(end.to_be_bytes());
    for item in items {
        end += item.len() as u32;
        out.extend(end.to_be_bytes());
    }
    out.extend(items.concat());
    out
}

fn number(value: usize) -> Vec<u8> {
    [&[29][..], &(value as u32).to_be_bytes()].concat()
}

/// A CFF font of a hundred glyphs; each calls the first of ten subroutines, each of which calls the next a
/// thousand times, and the last itself.
fn cff() -> Vec<u8> {
    let call = |subroutine: u8| [139 - 107 + subroutine, 29];
    let subroutines: Vec<Vec<u8>> =
        (0..10_u8).map(|n| [call((n + 1).min(9)).repeat(1000), vec![11]].concat()).collect();
    let glyph = [call(0).to_vec(), vec![14]].concat();
    let (names, strings) = (index(&[b"A".to_vec()]), index(&[]));
    let (global, glyphs) = (index(&subroutines), index(&vec![glyph; 100]));
    let top = |at: usize| index(&[[number(at), vec![17], number(0), number(4), vec![18]].concat()]);
    let before = 4 + names.len() + top(0).len() + strings.len() + global.len();
    [vec![1, 0, 4, 4], names, top(before), strings, global, glyphs].concat()
}

fn subroutines() -> Vec<u8> {
    let described = b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile3 9 0 R>>".to_vec();
    let descendant = String::from_utf8_lossy(DESCENDANT).replace("CIDFontType2", "CIDFontType0");
    unknown(&[descendant.into_bytes(), described, stream("/Subtype/CIDFontType0C", &cff())])
}

/// A TrueType font of a hundred glyphs: each is made of the next, five hundred times, and the last of the
/// first.
fn truetype() -> Vec<u8> {
    let glyphs = 100_u16;
    let glyph = |next: u16| {
        let mut out = vec![0xff, 0xff, 0, 0, 0, 0, 3, 0, 3, 0];
        for part in 0..500 {
            let more: u16 = if part < 499 { 0x22 } else { 2 };
            out.extend([more.to_be_bytes(), next.to_be_bytes(), [1, 1]].concat());
        }
        out
    };
    let outlines: Vec<Vec<u8>> = (0..glyphs).map(|n| glyph((n + 1) % glyphs)).collect();
    let places: Vec<u8> =
        (0..=glyphs).flat_map(|n| (outlines[0].len() as u32 * u32::from(n)).to_be_bytes()).collect();
    let mut head = vec![0; 54];
    head[..4].copy_from_slice(&[0, 1, 0, 0]);
    head[12..16].copy_from_slice(&0x5f0f_3cf5_u32.to_be_bytes());
    (head[18], head[51]) = (4, 1);
    let mut across = vec![0; 36];
    (across[1], across[35]) = (1, glyphs as u8);
    let mut most = vec![0; 32];
    (most[1], most[5], most[31]) = (1, glyphs as u8, 255);
    let widths = [2, 0, 0, 0].repeat(usize::from(glyphs));
    let tables: [(&[u8; 4], Vec<u8>); 6] = [
        (b"glyf", outlines.concat()),
        (b"head", head),
        (b"hhea", across),
        (b"hmtx", widths),
        (b"loca", places),
        (b"maxp", most),
    ];
    let mut out = vec![0, 1, 0, 0, 0, 6, 0, 64, 0, 2, 0, 32];
    let mut at = 12 + 16 * tables.len();
    for (name, table) in &tables {
        out.extend(
            [&name[..], &[0; 4], &(at as u32).to_be_bytes(), &(table.len() as u32).to_be_bytes()]
                .concat(),
        );
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        out.extend(&table);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// A font of two bytes a character, whose glyphs are these.
fn composite(descendant: &str, encoding: &str, unicode: &str) -> Vec<u8> {
    format!(
        "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding {encoding}/DescendantFonts[{descendant}]{unicode}>>"
    )
    .into_bytes()
}

const DESCENDANT: &[u8] =
    b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)\
                            /Supplement 0>>/CIDToGIDMap/Identity/FontDescriptor 8 0 R>>";

fn composites() -> Vec<u8> {
    let described = b"<</Type/FontDescriptor/FontName/A/Flags 4/FontFile2 9 0 R>>".to_vec();
    unknown(&[DESCENDANT.to_vec(), described, stream("", &truetype())])
}

/// A page with a picture and some glyphs of which nobody says what they are, so that it is drawn; the objects
/// from 7 on are the font's.
fn unknown(font: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![stream(PICTURE, b"\xff"), composite("7 0 R", "/Identity-H", "")];
    objects.extend_from_slice(font);
    let content = b"q 600 0 0 800 0 0 cm /I Do Q BT /F2 40 Tf 50 700 Td <0001000200030004> Tj ET";
    page("/F2 6 0 R", "/XObject<</I 5 0 R>>", stream("", content), &objects)
}

const MAP: &str = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def\n";

/// The letter, and a font whose two maps use themselves and each other.
fn map_of_itself() -> Vec<u8> {
    let map = |other: u32| {
        let body = format!(
            "{MAP}/A usecmap 1 begincodespacerange <0000> <ffff> endcodespacerange endcmap end end"
        );
        stream(&format!("/Type/CMap/CMapName/A/UseCMap {other} 0 R"), body.as_bytes())
    };
    with_letter(&[
        composite("6 0 R", "7 0 R", "/ToUnicode 8 0 R"),
        String::from_utf8_lossy(DESCENDANT).replace("/FontDescriptor 8 0 R", "").into_bytes(),
        map(8),
        map(7),
    ])
}

/// The letter, and behind it some characters of the font F2, whose object is 5.
fn with_letter(objects: &[Vec<u8>]) -> Vec<u8> {
    let content = [letter(), b"BT /F2 10 Tf 40 20 Td <00410042> Tj ET".to_vec()].concat();
    page("/F2 5 0 R", "", stream("", &content), objects)
}

/// Maps of four billion characters, again and again, and one of a hundred thousand characters each.
fn huge_map() -> Vec<u8> {
    let everything = "100 begincidrange\n".to_owned()
        + &"<00000000> <ffffffff> 0\n".repeat(100)
        + "endcidrange\n100 beginnotdefrange\n"
        + &"<00000000> <ffffffff> 1\n".repeat(100)
        + "endnotdefrange\n";
    let space = "1 begincodespacerange <00000000> <ffffffff> endcodespacerange\n";
    let codes = format!("{MAP}{space}{}endcmap end end", everything.repeat(200));
    let long = "d83ddca9".repeat(100_000);
    let unicode = format!(
        "{MAP}{space}2 beginbfrange <0000> <ffff> <{long}> <00000000> <ffffffff> <0041> endbfrange 1 beginbfchar <0041> \
         <{long}> endbfchar endcmap end end"
    );
    with_letter(&[
        composite("6 0 R", "7 0 R", "/ToUnicode 8 0 R"),
        String::from_utf8_lossy(DESCENDANT).replace("/FontDescriptor 8 0 R", "").into_bytes(),
        stream("/Type/CMap/CMapName/A", codes.as_bytes()),
        stream("", unicode.as_bytes()),
    ])
}

/// A font that is its own descendant, its own encoding and its own map, with widths of all numbers.
fn circle_of_fonts() -> Vec<u8> {
    with_letter(&[
        composite(
            "5 0 R",
            "5 0 R",
            "/ToUnicode 5 0 R/FontDescriptor 5 0 R/W[0 2147483647 1 -5 [6 0 R]]",
        ),
        b"[6 0 R]".to_vec(),
    ])
}

/// A font whose glyphs are drawn with the same font, twice each.
fn glyphs_of_themselves() -> Vec<u8> {
    let font = b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[.1 0 0 .1 0 0]/FirstChar 65/LastChar 65/Widths[9]\
                 /CharProcs<</A 7 0 R>>/Encoding<</Differences[65/A]>>/Resources<</Font<</F2 6 0 R>>>>>>"
        .to_vec();
    drawn(&[font, stream("", b"9 0 d0 BT /F2 9 Tf (AA) Tj ET 0 0 5 5 re f")])
}
