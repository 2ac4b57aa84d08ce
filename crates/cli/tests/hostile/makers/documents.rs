//! Office documents, books and news items: members that unpack to gibibytes, entities, elements in each other
//! without end.

use super::packing::{Member, packed_at, written};
use super::{LETTER, Maker};

pub(super) const FILES: &[Maker] = &[
    ("bomb.docx", bomb_docx),
    ("bomb.xlsx", bomb_xlsx),
    ("bomb.epub", bomb_epub),
    ("entities.odt", entities_odt),
    ("entities.xlsx", entities_xlsx),
    ("outside-entity.docx", outside_docx),
    ("outside-entity.epub", outside_epub),
    ("outside-entity.newsml.xml", outside_newsml),
    ("deep.docx", deep_docx),
    ("deep.odt", deep_odt),
    ("deep.nitf.xml", deep_nitf),
    ("circle-of-styles.docx", circle_of_styles),
    ("far-cells.xlsx", far_cells),
    ("repeated-rows.ods", repeated_rows),
];

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn package(members: &[Member<'_>]) -> Vec<u8> {
    let types = Member::stored("[Content_Types].xml", b"<Types/>");
    let all: Vec<Member<'_>> = std::iter::once(types)
        .chain(members.iter().map(|member| Member { data: member.data.clone(), ..*member }))
        .collect();
    written(&all)
}

fn paragraphs() -> String {
    LETTER.split("\n\n").map(|text| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")).collect()
}

fn word(before: &str, body: &str) -> String {
    format!(
        "<?xml version='1.0'?>{before}<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
    )
}

fn docx(document: &str, more: &[Member<'_>]) -> Vec<u8> {
    let mut members = vec![packed_at("word/document.xml", document.as_bytes())];
    members.extend(more.iter().map(|member| Member { data: member.data.clone(), ..*member }));
    package(&members)
}

/// The text is as it should be; its styles unpack to four gibibytes.
fn bomb_docx() -> Vec<u8> {
    let bomb = Member::spaces("word/styles.xml", (4 << 30) - (1 << 20));
    docx(&word("", &paragraphs()), &[bomb])
}

const WORKBOOK: &str = "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='r1'/></sheets></workbook>";
const RELATIONS: &str = "<Relationships><Relationship Id='r1' Type='x/worksheet' Target='s.xml'/><Relationship \
                         Id='r2' Type='x/sharedStrings' Target='t.xml'/></Relationships>";

fn xlsx(sheet: &str, strings: Member<'_>) -> Vec<u8> {
    package(&[
        Member::stored("xl/workbook.xml", WORKBOOK.as_bytes()),
        Member::stored("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        packed_at("xl/s.xml", sheet.as_bytes()),
        strings,
    ])
}

fn bomb_xlsx() -> Vec<u8> {
    let sheet = "<worksheet><sheetData><row><c t='s'><v>0</v></c></row></sheetData></worksheet>";
    xlsx(sheet, Member::spaces("xl/t.xml", 2 << 30))
}

/// Cells beyond any table, and one that is named again and again.
fn far_cells() -> Vec<u8> {
    let far = "<row r='1048576'><c r='XFD1048576' t='inlineStr'><is><t>far</t></is></c></row>";
    let past = "<row r='4294967295'><c r='ZZZZZZZ99999999999' t='s'><v>-1</v></c><c t='s'><v>99999999999</v></c></row>";
    let cells: String = LETTER
        .split("\n\n")
        .map(|text| format!("<row><c t='inlineStr'><is><t>{text}</t></is></c></row>"))
        .collect();
    let sheet = format!("<worksheet><sheetData>{cells}{far}{past}</sheetData></worksheet>");
    xlsx(&sheet, Member::stored("xl/t.xml", b"<sst count='4294967295' uniqueCount='4294967295'/>"))
}

fn book(chapter: Member<'_>) -> Vec<u8> {
    let container = "<container><rootfiles><rootfile full-path='c.opf'/></rootfiles></container>";
    let list = "<package><metadata/><manifest><item id='a' href='1.xhtml' media-type='application/xhtml+xml'/></manifest>\
                <spine><itemref idref='a'/></spine></package>";
    written(&[
        Member::stored("mimetype", b"application/epub+zip"),
        Member::stored("META-INF/container.xml", container.as_bytes()),
        Member::stored("c.opf", list.as_bytes()),
        chapter,
    ])
}

fn bomb_epub() -> Vec<u8> {
    book(Member::spaces("1.xhtml", 2 << 30))
}

/// Entities that refer to entities, a billion in all.
fn laughs() -> String {
    let more = (1..10).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)));
    format!("<!DOCTYPE x [<!ENTITY a0 \"ha\">{}]>", more.collect::<String>())
}

/// Entities that stand for files of this machine, by name and by a list of entities in a file.
const OUTSIDE: &str = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'><!ENTITY % b SYSTEM \
                       'file:///etc/hostname'> %b;]>";

fn odt(content: &str) -> Vec<u8> {
    written(&[
        Member::stored("mimetype", b"application/vnd.oasis.opendocument.text"),
        packed_at("content.xml", content.as_bytes()),
    ])
}

fn text_document(before: &str, body: &str) -> String {
    format!(
        "<?xml version='1.0'?>{before}<office:document-content xmlns:office='o' xmlns:text='t'><office:body>\
         <office:text>{body}</office:text></office:body></office:document-content>"
    )
}

fn entities_odt() -> Vec<u8> {
    odt(&text_document(&laughs(), "<text:p>&a9;</text:p>"))
}

fn entities_xlsx() -> Vec<u8> {
    let strings = format!("<?xml version='1.0'?>{}<sst><si><t>&a9;</t></si></sst>", laughs());
    let sheet = "<worksheet><sheetData><row><c t='s'><v>0</v></c></row></sheetData></worksheet>";
    xlsx(sheet, packed_at("xl/t.xml", strings.as_bytes()))
}

fn outside_docx() -> Vec<u8> {
    docx(&word(OUTSIDE, "<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"), &[])
}

fn outside_epub() -> Vec<u8> {
    let chapter = format!("<?xml version='1.0'?>{OUTSIDE}<html><body><p>&a;</p></body></html>");
    book(Member::stored("1.xhtml", chapter.as_bytes()))
}

fn outside_newsml() -> Vec<u8> {
    format!(
        "<?xml version='1.0'?>{OUTSIDE}<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/'><contentSet><inlineXML>\
         <html><body><p>&a;</p></body></html></inlineXML></contentSet></newsItem>"
    )
    .into_bytes()
}

fn deep_docx() -> Vec<u8> {
    docx(&word("", &format!("{}{}", paragraphs(), "<w:sdt>".repeat(100_000))), &[])
}

fn deep_odt() -> Vec<u8> {
    let body = format!("{}deep{}", "<text:section>".repeat(100_000), "</text:section>".repeat(100_000));
    odt(&text_document("", &body))
}

fn deep_nitf() -> Vec<u8> {
    format!("<nitf><body><body.content>{}deep", "<block>".repeat(100_000)).into_bytes()
}

/// Styles that are each based on the other, and one on itself.
fn circle_of_styles() -> Vec<u8> {
    let style = |id: &str, based: &str| {
        format!("<w:style w:type='paragraph' w:styleId='{id}'><w:basedOn w:val='{based}'/></w:style>")
    };
    let chain: String = (0..20_000).map(|n| style(&format!("S{n}"), &format!("S{}", n + 1))).collect();
    let styles = format!(
        "<w:styles xmlns:w='{WORD}'>{}{}{}{chain}</w:styles>",
        style("A", "B"),
        style("B", "A"),
        style("C", "C")
    );
    let body = paragraphs().replacen("<w:p>", "<w:p><w:pPr><w:pStyle w:val='A'/></w:pPr>", 3).replacen(
        "<w:p><w:r>",
        "<w:p><w:pPr><w:pStyle w:val='S0'/></w:pPr><w:r>",
        3,
    );
    docx(&word("", &body), &[packed_at("word/styles.xml", styles.as_bytes())])
}

/// A row that is there two billion times, with a cell that is there as often.
fn repeated_rows() -> Vec<u8> {
    let content = format!(
        "<?xml version='1.0'?><office:document-content xmlns:office='o' xmlns:text='t' xmlns:table='b'><office:body>\
         <office:spreadsheet><table:table><table:table-row table:number-rows-repeated='2147483647'><table:table-cell \
         table:number-columns-repeated='2147483647'><text:p>Text<text:s text:c='2147483647'/></text:p></table:table-cell>\
         </table:table-row>{}</table:table></office:spreadsheet></office:body></office:document-content>",
        LETTER
            .split("\n\n")
            .map(|text| format!("<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>"))
            .collect::<String>()
    );
    written(&[
        Member::stored("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        packed_at("content.xml", content.as_bytes()),
    ])
}
