use super::*;

fn text(rtf: &str) -> Text {
    text_of(rtf.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn characters_by_code_page_and_by_number() {
    let rtf = r"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset238 Arial;}{\f1\fcharset204 Times;}{\f2\fcharset128 Mincho;}{\f3\fcharset2 Wingdings;}}\f0 \'e8\par{\f1 \'cf\'f0\'e8}\par\f2 \'93\'fa\'96\'7b\par\f3 x\f0\u8217?s \uc2\u26085\'93\'fa\uc0\u-10179\u-8704 .\par}";
    assert_eq!(text(rtf).text, "č\n\nПри\n\n日本\n\n’s 日😀.");
    assert_eq!(text("{\\rtf1\\ansi caf\\'e9}").text, "café");
    assert_eq!(
        text("{\\rtf1 a\\~b\\-c\\_d\\\\\\{\\}\\emdash\\line e\\tab f}").text,
        "a\u{a0}b\u{ad}c\u{2011}d\\{}—\ne\tf"
    );
}

#[test]
fn destinations() {
    let rtf = r"{\rtf1{\info{\title The letter}{\author x}}{\stylesheet{\s1 x;}}{\*\unknown{\b x}}{\header x}We{\footnote A {\b note}.}{\v x} respect\v x\v0{\field{\*\fldinst HYPERLINK x}{\fldrslt  it}}.{\listtext x}\par{\shp{\*\shpinst{\sp{\sn x}{\sv x}}{\shptxt In a box\par}}{\shprslt x}}Second{\pict\bin3 }}}}\par{\*\annotation x}\trowd\intbl One\cell Two\cell\row}";
    let text = text(rtf);
    assert_eq!(text.text, "We respect it.\n\nSecond\n\nIn a box\n\nOne\n\nTwo\n\nA note.");
    assert_eq!(text.title.as_deref(), Some("The letter"));
    assert_eq!(text.remarks, [Remark::Comments(1)]);
}

#[test]
fn tracked_changes_are_accepted() {
    let rtf = r"{\rtf1 We {\deleted do }{\deleted not }{\revised fully }respect{\deleted\par}\par it}";
    let text = text(rtf);
    assert_eq!(text.text, "We fully respect\n\nit");
    assert_eq!(text.remarks, [Remark::TrackedChanges { inserted: 1, deleted: 1 }]);
}

#[test]
fn broken_ones_say_so() {
    let error = |rtf: &str| {
        let error = text_of(rtf.as_bytes(), &Limits::default()).unwrap_err();
        (error.kind(), error.to_string())
    };
    assert_eq!(
        error("{\\rtf1 a"),
        (ErrorKind::Broken, "the rich text is damaged: its end is missing".to_owned())
    );
    assert_eq!(error("{\\rtf1 {\\v a}}"), (ErrorKind::NoText, "the rich text has no text".to_owned()));
    assert_eq!(
        error(&"{".repeat(1_000_000)),
        (ErrorKind::TooDeep, "the rich text has more than 1000 groups inside each other".to_owned())
    );
}

#[test]
fn a_page_in_rich_text_comes_out() {
    let rtf = r"{\rtf1\ansi\fromhtml1 {\fonttbl{\f0 x;}}{\*\htmltag19 <html>}{\*\htmltag64 <p class=\{\}>}\htmlrtf {\htmlrtf0 We respect{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 it\u8217?\htmlrtf\par}\htmlrtf0 \par{\*\htmltag72 </p>}{\*\htmltag64 <p>}{\*\mhtmltag64 x}So.}";
    let page = page_of(rtf.as_bytes(), &Limits::default()).unwrap().unwrap();
    assert_eq!(page, "<html><p class={}>We respect&nbsp;it’\n</p><p>So.");
    assert_eq!(page_of(b"{\\rtf1 a}", &Limits::default()).unwrap(), None);
}
