//! Files in, parts out: what honest files read, in this file and its modules `archive`, `mail`, `news`,
//! `office`, `page` and `pdf`; what broken and hostile ones say, in `hostile`, `bombs` and `mutations`.

mod archive;
mod bombs;
mod hostile;
mod mail;
mod mutations;
mod news;
mod office;
mod packing;
mod page;
mod pdf;

use erratum_text::{
    ComparisonForm, Error, ErrorKind, Limits, Media, Part, SearchForm, Text, extract, paragraphs,
};

const LETTER: &[u8] = include_bytes!("../data/letter.html");
const LIBREOFFICE: &[u8] = include_bytes!("../data/libreoffice.pdf");
const CHROMIUM: &[u8] = include_bytes!("../data/chromium.pdf");
const ENCRYPTED: &[u8] = include_bytes!("../data/encrypted.pdf");

fn parts(bytes: &[u8], name: &str) -> Vec<Part> {
    extract(bytes, Some(name), &Limits::default()).unwrap()
}

/// The text of a file of one part.
fn only(bytes: &[u8], name: &str) -> (Media, Text) {
    let mut parts = parts(bytes, name);
    assert_eq!(parts.len(), 1);
    let part = parts.remove(0);
    assert_eq!(part.path, [""; 0]);
    assert_eq!(part.bytes, bytes);
    (part.media, part.text.unwrap())
}

fn refusal(bytes: &[u8], name: &str) -> (ErrorKind, String) {
    let error: Error = extract(bytes, Some(name), &Limits::default()).unwrap_err();
    (error.kind(), error.to_string())
}

#[test]
fn a_printed_letter_reads_as_the_page_it_was_printed_from() {
    let (media, page) = only(LETTER, "letter.html");
    assert_eq!(media, Media::Html);
    assert_eq!(page.title.as_deref(), Some("Repositioning of the northern contingent"));
    assert_eq!(page.lang.as_deref(), Some("en"));
    assert_eq!(paragraphs(&page.text).len(), 6);
    for (pdf, lang) in [(LIBREOFFICE, "en-US"), (CHROMIUM, "en")] {
        let (media, printed) = only(pdf, "letter");
        assert_eq!(media, Media::Pdf);
        assert_eq!(printed.title, page.title);
        assert_eq!(printed.lang.as_deref(), Some(lang));
        assert_eq!(paragraphs(&printed.text).len(), 6, "{}", printed.text);
        assert_eq!(SearchForm::new(&printed.text).digest(), SearchForm::new(&page.text).digest());
        assert_eq!(
            ComparisonForm::new(&printed.text).canonical(),
            ComparisonForm::new(&page.text).canonical()
        );
    }
}

#[test]
fn plain_text_of_every_encoding_that_says_what_it_is() {
    assert_eq!(only("Ein Brief, größer\r\n".as_bytes(), "a.txt").1.text, "Ein Brief, größer\n");
    assert_eq!(only(b"\xef\xbb\xbfText", "a.txt").1.text, "Text");
    assert_eq!(only(b"\xff\xfeT\0e\0", "a.txt").1.text, "Te");
    assert_eq!(only("Just text".as_bytes(), "lying.pdf").0, Media::Plain);
}

#[test]
fn a_name_is_not_needed() {
    let parts = extract(CHROMIUM, None, &Limits::default()).unwrap();
    assert_eq!(parts[0].media.as_str(), "application/pdf");
}

#[test]
fn extraction_is_deterministic() {
    for bytes in [LETTER, LIBREOFFICE, CHROMIUM] {
        assert_eq!(only(bytes, "x").1, only(bytes, "x").1);
    }
}
