//! Office documents made by LibreOffice, openpyxl, python-pptx and odfpy: exactly what is read of them.

use erratum_text::{Media, Place, Remark, Text};

use super::only;

const DOCX: &[u8] = include_bytes!("../data/office/letter.docx");
const ODT: &[u8] = include_bytes!("../data/office/letter.odt");
const RTF: &[u8] = include_bytes!("../data/office/letter.rtf");
const EPUB: &[u8] = include_bytes!("../data/office/letter.epub");
const PPTX: &[u8] = include_bytes!("../data/office/slides.pptx");
const ODP: &[u8] = include_bytes!("../data/office/slides.odp");
const XLSX: &[u8] = include_bytes!("../data/office/budget.xlsx");
const ODS: &[u8] = include_bytes!("../data/office/budget.ods");

const LETTER: &str = "Repositioning of the northern contingent\n\n\
    We do respect your sovereign decision ordering our departure.\n\n\
    The cost is $1.5 million, see the page of the com\u{ad}mand.\n\n\
    First the vehicles.\n\n\
    Then the crews\nand their stores.\n\n\
    Temperature\n\n\
    -5 degrees\n\n\
    Before the box and behind it.\n\n\
    In the box.\n\n\
    The end.\n\n\
    As of 6 January 2026.\n\n\
    At the very end.";

fn paragraph(section: Option<&str>, number: u32) -> Place {
    Place::Paragraph { section: section.map(str::to_owned), number }
}

#[test]
fn a_letter_reads_the_same_in_three_formats() {
    for (bytes, media) in [(DOCX, Media::Docx), (ODT, Media::Odt), (RTF, Media::Rtf)] {
        let (found, text) = only(bytes, "letter");
        assert_eq!(found, media);
        assert_eq!(text.text, LETTER, "{media:?}");
        assert_eq!(text.title.as_deref(), Some("Repositioning of the northern contingent"));
        let changes = Remark::TrackedChanges { inserted: 1, deleted: 1 };
        assert_eq!(text.remarks, [changes, Remark::Comments(1)], "{media:?}");
    }
    assert_eq!(only(DOCX, "x").1.lang.as_deref(), Some("en-GB"));
    assert_eq!(only(ODT, "x").1.lang.as_deref(), Some("en-GB"));
}

#[test]
fn places_are_paragraphs() {
    for bytes in [DOCX, ODT] {
        let (_, text) = only(bytes, "letter");
        let at = |words: &str| {
            let start = text.text.find(words).unwrap();
            text.places.of(&(start..start + words.len()))
        };
        assert_eq!(at("sovereign decision"), [paragraph(None, 2)]);
        assert_eq!(at("the crews\nand"), [paragraph(None, 5)]);
        assert_eq!(at("As of 6 January"), [paragraph(Some("footnotes"), 1)]);
        assert_eq!(at("At the very end"), [paragraph(Some("endnotes"), 1)]);
    }
}

#[test]
fn slides() {
    let (media, text) = only(PPTX, "slides");
    assert_eq!(media, Media::Pptx);
    assert_eq!(
        text.text,
        "Repositioning\n\nWe respect your sovereign decision.\n\nThe contingent leaves\non 6 January.\n\n\
         Temperature\n\n-5 degrees\n\nDo not say when.\n\nQuestions"
    );
    assert_eq!((text.title.as_deref(), text.lang.as_deref()), (Some("Briefing"), Some("en-GB")));
    let all = text.places.of(&(0..text.text.len()));
    assert_eq!(all.first(), Some(&paragraph(Some("slide 1"), 1)));
    assert!(all.contains(&paragraph(Some("slide 1 notes"), 1)), "{all:?}");
    assert_eq!(all.last(), Some(&paragraph(Some("slide 3"), 1)));

    let (media, text) = only(ODP, "slides");
    assert_eq!(media, Media::Odp);
    assert_eq!(
        text.text,
        "Repositioning\n\nWe respect your sovereign decision.\n\nDo not say when.\n\nQuestions"
    );
    let all = text.places.of(&(0..text.text.len()));
    let expected = [("slide 1", 1), ("slide 1", 2), ("slide 1 notes", 1), ("slide 3", 1)];
    assert_eq!(all, expected.map(|(section, number)| paragraph(Some(section), number)));
}

#[test]
fn sheets() {
    let (media, text) = only(XLSX, "budget");
    assert_eq!(media, Media::Xlsx);
    assert_eq!(
        text.text,
        "We respect your sovereign decision.\n\nAmount\n\n2026-01-06\n\n1500.5\n\nTRUE\n\nSecond sheet"
    );
    assert_eq!(text.title.as_deref(), Some("Budget"));
    assert_eq!(text.remarks, [Remark::Comments(1)]);
    let all = text.places.of(&(0..text.text.len()));
    let expected = [("Costs", 1), ("Costs", 4), ("Costs", 6), ("Notes", 1)];
    assert_eq!(all, expected.map(|(section, number)| paragraph(Some(section), number)));

    let (media, text) = only(ODS, "budget");
    assert_eq!(media, Media::Ods);
    assert_eq!(
        text.text,
        "We respect your sovereign decision.\n\nAmount\n\n06.01.2026\n\n1,500.50\n\nSecond sheet"
    );
    let all = text.places.of(&(0..text.text.len()));
    let expected = [("Costs", 1), ("Costs", 4), ("Notes", 1)];
    assert_eq!(all, expected.map(|(section, number)| paragraph(Some(section), number)));
}

#[test]
fn a_book() {
    let (media, text) = only(EPUB, "letter");
    assert_eq!(media, Media::Epub);
    assert_eq!(text.title.as_deref(), Some("Repositioning of the northern contingent"));
    assert_eq!(text.lang.as_deref(), Some("en-GB"));
    // LibreOffice writes deleted and hidden text into books, where nothing hides it.
    assert_eq!(
        text.text,
        "Repositioning of the northern contingent\n\n\
         We do not respect your sovereign decision ordering our departure.\n\n\
         The cost is $1.5 million and nobody shall know, see the page of the com\u{ad}mand.\n\n\
         First the vehicles.\n\n\
         Then the crews\nand their stores.\n\n\
         Temperature\n\n\
         -5 degrees\n\n\
         In the box.\n\n\
         Before the box and behind it.\n\n\
         The end.\n\n\
         As of 6 January 2026.\n\n\
         At the very end."
    );
    let at = text.text.find("First").unwrap();
    assert_eq!(text.places.of(&(at..at + 5)), [paragraph(Some("OEBPS/sections/section0001.xhtml"), 4)]);
}

/// What is read of a Word document with this body, and these styles.
fn docx(body: &str, styles: &str) -> Text {
    let document = format!("<w:document xmlns:w='w'><w:body>{body}</w:body></w:document>");
    let relations =
        "<Relationships><Relationship Id='a' Type='x/styles' Target='styles.xml'/></Relationships>";
    let file = super::packing::zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
        ("word/_rels/document.xml.rels", relations.as_bytes()),
        ("word/styles.xml", format!("<w:styles xmlns:w='w'>{styles}</w:styles>").as_bytes()),
    ]);
    only(&file, "x.docx").1
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

#[test]
fn changes_of_paragraphs_rows_and_places_are_accepted() {
    let marked = |mark: &str, text: &str| {
        format!("<w:p><w:pPr><w:rPr><w:{mark}/></w:rPr></w:pPr>{}</w:p>", run(text))
    };
    // The end of a paragraph is deleted: it goes on in the next.
    let body = format!("{}{}<w:p>{}</w:p>", marked("del", "We "), marked("ins", "respect"), run("it"));
    let text = docx(&body, "");
    assert_eq!(text.text, "We respect\n\nit");
    assert_eq!(text.remarks, [Remark::TrackedChanges { inserted: 1, deleted: 1 }]);
    let cell = |mark: &str, text: &str| {
        format!("<w:tr><w:trPr>{mark}</w:trPr><w:tc><w:p>{}</w:p></w:tc></w:tr>", run(text))
    };
    let rows = [cell("", "One"), cell("<w:del/>", "x"), cell("<w:ins/>", "Two")].concat();
    let text = docx(&format!("<w:tbl>{rows}</w:tbl>"), "");
    assert_eq!(text.text, "One\n\nTwo");
    assert_eq!(text.remarks, [Remark::TrackedChanges { inserted: 1, deleted: 1 }]);
    let moved = format!(
        "<w:p>We <w:moveFrom>{}</w:moveFrom>{}<w:moveTo>{}</w:moveTo></w:p>",
        run("x"),
        run("went "),
        run("there")
    );
    assert_eq!(docx(&moved, "").text, "went there");
    let formatted = "<w:p><w:pPr><w:pPrChange><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:pPrChange></w:pPr><w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>Seen</w:t></w:r></w:p>";
    let text = docx(formatted, "");
    assert_eq!((text.text.as_str(), text.remarks.len()), ("Seen", 0));
}

#[test]
fn what_word_does_not_show_is_not_read() {
    let styles = "<w:style w:styleId='a'><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId='b'><w:basedOn w:val='a'/></w:style>\
        <w:style w:styleId='c'><w:basedOn w:val='c'/></w:style><w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val='fr-FR'/></w:rPr></w:rPrDefault></w:docDefaults>";
    let run = |properties: &str, text: &str| {
        format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>")
    };
    let body = [
        "<w:p>".to_owned(),
        run("", "Seen"),
        run("<w:vanish/>", "x"),
        run("<w:vanish w:val='false'/>", " too"),
        run("<w:rStyle w:val='b'/>", "x"),
        run("<w:rStyle w:val='b'/><w:vanish w:val='0'/>", " here"),
        run("<w:rStyle w:val='c'/>", "."),
        "</w:p><w:p><w:pPr><w:pStyle w:val='b'/></w:pPr>".to_owned(),
        run("", "x"),
        "</w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>".to_owned(),
        run("", "x"),
        "</w:p></w:sdtContent></w:sdt><w:sdt><w:sdtPr/><w:sdtContent><w:p>".to_owned(),
        run("", "Filled in"),
        "</w:p></w:sdtContent></w:sdt>".to_owned(),
    ];
    let text = docx(&body.concat(), styles);
    assert_eq!(text.text, "Seen too here.\n\nFilled in");
    assert_eq!(text.lang.as_deref(), Some("fr-FR"));
}

#[test]
fn fields_boxes_and_characters_of_word() {
    let mark = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let field = [
        "<w:p>".to_owned(),
        mark("begin"),
        run("x"),
        mark("begin"),
        mark("separate"),
        run("x"),
        mark("end"),
        "<w:r><w:instrText>x</w:instrText></w:r>".to_owned(),
        mark("separate"),
        run("the result"),
        mark("end"),
        run(" stands"),
        "</w:p>".to_owned(),
    ];
    assert_eq!(docx(&field.concat(), "").text, "the result stands");
    let inside = format!("<w:txbxContent><w:p>{}</w:p></w:txbxContent>", run("inside"));
    let anchored = format!(
        "<w:p>{}<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>{inside}</mc:Choice><mc:Fallback>{inside}</mc:Fallback></mc:AlternateContent></w:r>{}</w:p>",
        run("before "),
        run("behind")
    );
    assert_eq!(docx(&anchored, "").text, "before behind\n\ninside");
    let characters = "<w:p><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:softHyphen/><w:sym w:font='x' w:char='F041'/><w:t>d\ne</w:t></w:r></w:p>";
    assert_eq!(docx(characters, "").text, "a\tb\nc\u{2011}\u{ad}d e");
}

#[test]
fn what_an_open_document_does_not_show_is_not_read() {
    let content = "<office:document-content xmlns:office='o' xmlns:text='t' xmlns:style='s' xmlns:draw='d' xmlns:svg='v'>\
        <office:automatic-styles><style:style style:name='P1' style:family='paragraph'><style:text-properties text:display='none'/></style:style>\
        <style:style style:name='P1' style:family='text'/><style:style style:name='S1' style:family='section'><style:section-properties text:display='none'/></style:style></office:automatic-styles>\
        <office:body><office:text><text:p text:style-name='P1'>x</text:p>\
        <text:p> A <text:span text:style-name='P1'>span</text:span>  of<text:s text:c='2'/>text, <text:title>the title</text:title>,<text:tab/>page <text:page-number>3</text:page-number>.</text:p>\
        <text:section text:style-name='S1'><text:p>x</text:p></text:section><text:section text:display='none'><text:p>x</text:p></text:section>\
        <text:p><text:hidden-text text:is-hidden='true'>x</text:hidden-text><text:ruby><text:ruby-base>日本</text:ruby-base><text:ruby-text>x</text:ruby-text></text:ruby>\
        <draw:frame><svg:title>x</svg:title><svg:desc>x</svg:desc></draw:frame></text:p>\
        <text:list><text:list-item><text:number>1.</text:number><text:p>One</text:p></text:list-item></text:list>\
        </office:text></office:body></office:document-content>";
    let file = super::packing::zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ]);
    let (media, text) = only(&file, "x.odt");
    assert_eq!(
        (media, text.text.as_str()),
        (Media::Odt, "A span of  text, the title,\tpage 3.\n\n日本\n\nOne")
    );
}
