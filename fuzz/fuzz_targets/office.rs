//! Office documents and books: the first byte says which member of which kind of file the others are.
#![no_main]

use erratum_fuzz::{read, watch, zip};
use libfuzzer_sys::fuzz_target;

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
const BOOK: &[u8] = b"<container><rootfile full-path='c.opf'/></container>";

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, xml)) = bytes.split_first() else { return };
    let members: &[(&str, &[u8])] = match first % 10 {
        0 => &[TYPES, ("word/document.xml", xml)],
        1 => &[
            TYPES,
            ("word/document.xml", b"<document><p><pPr><pStyle val='a'/></pPr><t>Text</t></p></document>"),
            ("word/_rels/document.xml.rels", xml),
            ("word/styles.xml", xml),
            ("word/footnotes.xml", xml),
        ],
        2 => &[
            TYPES,
            ("ppt/presentation.xml", b"<p xmlns:r='r'><sldId r:id='a'/></p>"),
            ("ppt/_rels/presentation.xml.rels", b"<R><Relationship Id='a' Type='/slide' Target='s.xml'/></R>"),
            ("ppt/s.xml", xml),
        ],
        3 | 4 => &[
            TYPES,
            ("xl/workbook.xml", b"<w xmlns:r='r'><sheet name='a' r:id='a'/></w>"),
            (
                "xl/_rels/workbook.xml.rels",
                b"<R><Relationship Id='a' Type='/worksheet' Target='s.xml'/><Relationship Id='b' Type='/sharedStrings' Target='s.xml'/><Relationship Id='c' Type='/styles' Target='s.xml'/></R>",
            ),
            ("xl/s.xml", xml),
        ],
        5 => &[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", xml), ("styles.xml", xml)],
        6 => &[("mimetype", b"application/vnd.oasis.opendocument.presentation"), ("content.xml", xml)],
        7 => &[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", xml)],
        8 => &[("mimetype", b"application/epub+zip"), ("META-INF/container.xml", BOOK), ("c.opf", xml), ("a", xml)],
        _ => &[
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", BOOK),
            ("c.opf", b"<p><item id='a' href='a' media-type='html'/><itemref idref='a'/></p>"),
            ("a", xml),
        ],
    };
    read(&zip(members), None);
});
