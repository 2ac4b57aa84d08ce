//! Graphs of objects in PDFs that lead back to themselves: pages, cross-references, object streams, drawings,
//! patterns, outlines, lengths.

use super::Maker;
use super::pdf::{HELVETICA, deflated, letter, page, pdf, stream};

pub(super) const FILES: &[Maker] = &[
    ("deep-page-tree.pdf", deep_page_tree),
    ("many-kids.pdf", many_kids),
    ("shared-content.pdf", shared_content),
    ("shared-drawing.pdf", shared_drawing),
    ("circle-of-tables.pdf", circle_of_tables),
    ("circle-of-object-streams.pdf", circle_of_object_streams),
    ("circle-of-lengths.pdf", circle_of_lengths),
    ("circle-of-forms.pdf", circle_of_forms),
    ("circle-of-patterns.pdf", circle_of_patterns),
    ("circle-of-outlines.pdf", circle_of_outlines),
];

fn resources() -> String {
    format!("/MediaBox[0 0 600 800]/Resources<</Font<<{HELVETICA}>>>>")
}

/// A hundred thousand nodes of the page tree in each other, the page in the last; the last leads to the first
/// too.
fn deep_page_tree() -> Vec<u8> {
    let depth = 100_000;
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
    for number in 2..depth {
        objects.push(format!("<</Type/Pages/Count 1/Kids[{} 0 R]>>", number + 1).into_bytes());
    }
    objects.push(format!("<</Type/Pages/Count 2/Kids[{} 0 R 2 0 R]>>", depth + 1).into_bytes());
    let page = format!("<</Type/Page/Parent {depth} 0 R{}/Contents {} 0 R>>", resources(), depth + 2);
    objects.push(page.into_bytes());
    objects.push(stream("", &letter()));
    pdf(&objects, "")
}

/// Thirty nodes, each of which has the next one ten times.
fn many_kids() -> Vec<u8> {
    let mut objects = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
    for number in 2..32 {
        let kids = format!("{} 0 R ", number + 1).repeat(10);
        objects.push(format!("<</Type/Pages/Count 10/Kids[{kids}]>>").into_bytes());
    }
    objects.push(format!("<</Type/Page/Parent 31 0 R{}/Contents 33 0 R>>", resources()).into_bytes());
    objects.push(stream("", &letter()));
    pdf(&objects, "")
}

/// Five thousand pages, all with the same eight mebibytes of instructions that do nothing.
fn shared_content() -> Vec<u8> {
    let pages = 5_000;
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", page + 4)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        format!("<</Type/Pages/Count {pages}/Kids[{kids}]>>").into_bytes(),
        stream("/Filter/FlateDecode", &deflated(&b"q Q ".repeat(2 << 20))),
    ];
    let page = format!("<</Type/Page/Parent 2 0 R{}/Contents 3 0 R>>", resources());
    objects.extend(vec![page.into_bytes(); pages]);
    pdf(&objects, "")
}

/// A page without text that is filled, with all the colours of a shade, a million times.
fn shared_drawing() -> Vec<u8> {
    let shade = b"<</ShadingType 3/ColorSpace/DeviceRGB/Coords[300 400 0 300 400 500]/Function<</FunctionType 2/Domain[0 \
                  1]/C0[1 0 0]/C1[0 0 1]/N 1.5>>/Extend[true true]>>"
        .to_vec();
    let image = stream("/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", b"a");
    let content = [b"q 600 0 0 800 0 0 cm /I Do Q ".as_slice(), &b"/S sh ".repeat(1 << 20)].concat();
    let content = stream("/Filter/FlateDecode", &deflated(&content));
    page("", "/Shading<</S 5 0 R>>/XObject<</I 6 0 R>>", content, &[shade, image])
}

/// A table of cross-references that is preceded by itself.
fn circle_of_tables() -> Vec<u8> {
    let whole = page("", "", stream("", &letter()), &[]);
    let at = whole.windows(5).rposition(|window| window == b"xref\n").unwrap_or(0);
    // `startxref` ends so too.
    let at = whole[..at].windows(6).rposition(|window| window == b"\nxref\n").map_or(at, |at| at + 1);
    let text = format!("/Prev {at}/XRefStm {at}>>");
    let end = whole.windows(2).rposition(|window| window == b">>").unwrap_or(0);
    [&whole[..end], text.as_bytes(), &whole[end + 2..]].concat()
}

/// A file whose table is a stream: the catalogue lies in an object stream that lies in itself and extends
/// itself.
fn circle_of_object_streams() -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let at_objects = out.len();
    let inside = b"1 0 2 30 <</Type/Catalog/Pages 2 0 R>>  <</Type/Pages/Kids[]/Count 0>>";
    out.extend(b"5 0 obj\n");
    out.extend(stream("/Type/ObjStm/N 2/First 9/Extends 5 0 R", inside));
    out.extend(b"\nendobj\n");
    let at_table = out.len();
    let row = |kind: u8, place: usize, index: u8| {
        let [.., high, low] = (place as u32).to_be_bytes();
        [kind, high, low, index]
    };
    let rows = [
        row(0, 0, 0),
        row(2, 5, 0),
        row(2, 5, 1),
        row(2, 3, 0),
        row(2, 4, 0),
        row(2, 5, 0),
        row(1, at_table, 0),
    ];
    let _ = at_objects;
    out.extend(b"6 0 obj\n");
    out.extend(stream("/Type/XRef/Size 7/W[1 2 1]/Root 1 0 R", &rows.concat()));
    out.extend(format!("\nendobj\nstartxref\n{at_table}\n%%EOF\n").bytes());
    out
}

/// A stream whose length is another's, whose length is the first one's.
fn circle_of_lengths() -> Vec<u8> {
    let long = |other: u32| {
        [format!("<</Length {other} 0 R>>stream\n").as_bytes(), &letter(), b"\nendstream"].concat()
    };
    page("", "", long(5), &[long(4)])
}

const FORM: &str = "/Type/XObject/Subtype/Form/BBox[0 0 600 800]";

/// Two drawings that each draw the other twice.
fn circle_of_forms() -> Vec<u8> {
    let form =
        |other: u32| stream(&format!("{FORM}/Resources<</XObject<</X {other} 0 R>>>>"), b"/X Do /X Do");
    let content = [letter(), b"/X Do\n".to_vec()].concat();
    page("", "/XObject<</X 5 0 R>>", stream("", &content), &[form(6), form(5)])
}

/// A page without text, filled with a pattern that is painted with itself, through a mask that is drawn with
/// itself, beside a shade by a function that is made of itself.
fn circle_of_patterns() -> Vec<u8> {
    let resources = "/Pattern<</P 5 0 R/S 7 0 R>>/ExtGState<</G 6 0 R>>/XObject<</I 8 0 R/M 9 0 R>>";
    let pattern = stream(
        &format!(
            "/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 9 9]/XStep .001/YStep .001/Resources<<{resources}>>"
        ),
        b"/G gs /Pattern cs /P scn 0 0 9 9 re f",
    );
    let mask = b"<</Type/ExtGState/SMask<</Type/Mask/S/Luminosity/G 9 0 R>>>>".to_vec();
    let shade =
        b"<</PatternType 2/Shading<</ShadingType 1/ColorSpace/DeviceGray/Function 10 0 R>>>>".to_vec();
    let image = stream(
        "/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/SMask 8 0 R",
        b"a",
    );
    let group = stream(
        &format!("{FORM}/Group<</S/Transparency>>/Resources<<{resources}>>"),
        b"/G gs /Pattern cs /P scn 0 0 600 800 re f /M Do",
    );
    let function =
        b"<</FunctionType 3/Domain[0 1]/Functions[10 0 R 10 0 R]/Bounds[.5]/Encode[0 1 0 1]>>".to_vec();
    let content = b"q 600 0 0 800 0 0 cm /I Do Q /G gs /Pattern cs /P scn 0 0 600 800 re f /S scn 0 0 600 800 re f";
    page("", resources, stream("", content), &[pattern, mask, shade, image, group, function])
}

/// Outlines, names and threads that follow themselves, round a letter.
fn circle_of_outlines() -> Vec<u8> {
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R/Names<</Dests 6 0 R>>/StructTreeRoot 7 0 R/OCProperties<</D<</OFF \
          8 0 R/Order 8 0 R>>/OCGs 8 0 R>>>>"
            .to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R{}/Contents 4 0 R>>", resources()).into_bytes(),
        stream("", &letter()),
        b"<</First 5 0 R/Last 5 0 R/Next 5 0 R/Prev 5 0 R/Parent 5 0 R/Count 2147483647>>".to_vec(),
        b"<</Kids[6 0 R 6 0 R]/Limits[6 0 R 6 0 R]>>".to_vec(),
        b"<</Type/StructTreeRoot/K[7 0 R 7 0 R]/ParentTree 6 0 R/RoleMap<</A/B/B/A>>>>".to_vec(),
        b"[8 0 R 8 0 R]".to_vec(),
        b"<</Title 9 0 R>>".to_vec(),
    ];
    pdf(&objects, "/Info 9 0 R")
}
