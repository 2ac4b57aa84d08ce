//! Files with any bytes changed, and pieces of formats thrown together: read or refused, never a panic.

use erratum_text::{Limits, extract};
use proptest::prelude::*;
use proptest::sample::Index;

use super::archive::outlook;
use super::bombs::docx;

/// Reads a file with some bytes changed, and what is left of it where it is cut.
pub(crate) fn read_damaged(mut bytes: Vec<u8>, changes: &[(Index, u8)], cut: &Index) {
    for (place, byte) in changes {
        let place = place.index(bytes.len());
        bytes[place] = *byte;
    }
    let _ = extract(&bytes, None, &Limits::default());
    bytes.truncate(cut.index(bytes.len()));
    let _ = extract(&bytes, None, &Limits::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_file_with_any_bytes_changed(
        which in 0usize..7,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let files: [&[u8]; 6] = [
            include_bytes!("../data/office/letter.docx"),
            include_bytes!("../data/office/letter.odt"),
            include_bytes!("../data/office/letter.rtf"),
            include_bytes!("../data/office/budget.xlsx"),
            include_bytes!("../data/office/files.zip"),
            include_bytes!("../data/office/files.tar.gz"),
        ];
        read_damaged(files.get(which).map_or_else(outlook, |file| file.to_vec()), &changes, &cut);
    }

    #[test]
    fn rich_text_thrown_together(items in prop::collection::vec(prop::sample::select(vec!["{", "}", "\\par", "\\'e9", "\\u26085?", "\\u-10179", "\\uc2", "\\*", "\\footnote", "\\shp", "\\shptxt", "\\fonttbl", "\\f1", "\\fcharset128", "\\deleted", "\\v", "\\v0", "text", "\\bin5", "\\title", "\\info", " ", "\\plain", "\\row"]), 0..60)) {
        let _ = extract(format!("{{\\rtf1 {}}}", items.concat()).as_bytes(), None, &Limits::default());
    }

    #[test]
    fn elements_thrown_together(items in prop::collection::vec(prop::sample::select(vec!["<p>", "</p>", "<r>", "</r>", "<t>", "</t>", "text", "<pPr><rPr><del/></rPr></pPr>", "<txbxContent>", "</txbxContent>", "<fldChar fldCharType='begin'/>", "<fldChar fldCharType='end'/>", "<ins>", "</ins>", "<del>", "</del>", "<trPr><del/></trPr>", "<tr>", "</tr>", "<tc>", "</tc>", "&amp;", "<sdtPr><showingPlcHdr/></sdtPr>", "<sdtContent>", "</sdtContent>"]), 0..60)) {
        let file = docx(format!("<document>{}</document>", items.concat()).as_bytes());
        let _ = extract(&file, None, &Limits::default());
    }
}
