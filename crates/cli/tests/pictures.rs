//! Pictures of a letter, read by Tesseract. `scripts/test` installs it and asks for these tests, which are
//! ignored otherwise.

mod support;

use std::fs;
use std::path::Path;

use erratum_text::{Limits, open};
use support::{check_example, example_file};

/// The first page of a PDF of the example, as a picture in `folder`.
fn picture(folder: &Path, copy: &str) -> String {
    let parts = open(&fs::read(example_file(copy)).unwrap(), None, &Limits::default()).unwrap();
    let png = erratum_ocr::draw(&parts[0], 1, &erratum_ocr::Limits::default()).unwrap();
    let picture = folder.join("photo");
    fs::write(&picture, png).unwrap();
    picture.to_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs Tesseract"]
fn a_picture_of_the_letter_is_the_letter() {
    let folder = tempfile::tempdir().unwrap();
    let photo = picture(folder.path(), "copies/letter.pdf");
    check_example(&photo, &[])
        .exit(1)
        .no_complaint()
        .headline("THIS LETTER WAS PUBLISHED IN ERROR")
        .says("How it was read: read from the picture of page 1.");
    let report = check_example(&photo, &["--json"]).report();
    assert_eq!(report.at("/files/0/verdict/parts/0/media"), "image/png");
    assert!(report.differences().is_empty(), "{:?}", report.differences());
    assert_eq!(report.finding()["paragraphs"]["carried"], 5);
}

#[test]
#[ignore = "needs Tesseract"]
fn a_picture_is_annotated_where_the_words_stand() {
    let folder = tempfile::tempdir().unwrap();
    let photo = picture(folder.path(), "copies/page-print.pdf");
    let page = folder.path().join("page.html");
    check_example(&photo, &["--annotate", page.to_str().unwrap()]).exit(1);
    let page = fs::read_to_string(page).unwrap();
    assert_eq!(page.matches("<img alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo").count(), 1);
    assert!(page.matches("class=\"box doubt\"").count() >= 8, "a box for each line that is quoted");
}
