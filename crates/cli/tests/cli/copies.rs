//! How a copy was read, where in it something stands, and the page that shows it.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::statuses::mail;
use crate::support::texts::letter;
use crate::support::{World, check_example, command, example, outcome_of};

/// The annotated page of a copy of the example.
fn annotated(copy: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    check_example(copy, &["--annotate", page.to_str().unwrap()]).exit(1).no_complaint();
    fs::read_to_string(page).unwrap()
}

/// A difference that leads: what stands there, and where.
fn places(copy: &str) -> Vec<Value> {
    let report = check_example(copy, &["--json"]).report();
    let finding = report.finding();
    let places =
        |spans: &Value| spans.as_array().unwrap().iter().map(|span| span["places"].clone()).collect();
    let differing: Vec<Value> = places(&finding["differences"]);
    if differing.is_empty() { places(&finding["spans"]) } else { differing }
}

#[test]
fn the_annotated_page_marks_what_differs() {
    let page = annotated("copies/news-doctored.html");
    assert!(page.contains("<span class=\"warning\">QUOTES A LETTER PUBLISHED IN ERROR</span>"));
    let marked = "<span class=\"difference\" id=\"difference-1-1\"><del>ordering</del><ins>requesting</ins></span>";
    assert!(page.contains(marked), "{page}");
    assert!(page.contains("<td dir=\"auto\">requesting</td><td>paragraph 10</td>"));
    assert!(page.contains("Preliminary draft, sent by mistake."));
    // It loads nothing and runs nothing.
    for absent in ["<script", "http://", "https://", "<link", "<img"] {
        assert!(!page.contains(absent), "{absent}");
    }
}

#[test]
fn the_annotated_page_shows_pages_with_boxes() {
    let page = annotated("copies/page-print.pdf");
    assert_eq!(page.matches("<img alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo").count(), 2);
    assert!(page.contains("<figcaption>page 1</figcaption>"));
    assert!(page.contains("<span class=\"box doubt\" style=\"left:9.7"));
}

#[test]
fn the_report_says_where_something_stands() {
    let paragraph = json!([{"paragraph": {"section": null, "number": 10}}]);
    assert_eq!(places("copies/news-doctored.html"), [paragraph]);
    let line = json!([{"line": {"line": 3, "bytes": {"start": 18, "end": 36}}}]);
    assert_eq!(places("copies/letter-retyped.txt")[1], line);
    let printed = &places("copies/page-print.pdf")[0][0]["page"];
    assert_eq!(printed["page"], 1);
    for (edge, least, most) in
        [("left", 0.05, 0.2), ("top", 0.2, 0.6), ("width", 0.3, 0.9), ("height", 0.005, 0.02)]
    {
        let share = printed["area"][edge].as_f64().unwrap();
        assert!((least..most).contains(&share), "{edge}: {share}");
    }
}

#[test]
fn one_file_is_annotated_at_a_time() {
    check_example("copies", &["--annotate", "page.html"])
        .refused("erratum: --annotate writes the page of one copy: name one file");
}

#[test]
fn many_files_are_counted_and_each_failure_is_a_line() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    let folder = world.folder().join("copies");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("a.txt"), letter()).unwrap();
    fs::write(folder.join("b.eml"), mail("See the attachment, please.", &[&letter()])).unwrap();
    fs::write(folder.join("c.pdf"), "%PDF-1.7 and nothing more").unwrap();
    fs::write(folder.join("d.txt"), letter().replace("$1.5", "$15")).unwrap();
    fs::write(folder.join("e.txt"), "Nothing that anybody ever registered anywhere.").unwrap();
    world
        .erratum(&["check", "copies", "--record", "record"])
        .exit(2)
        .says_in_order(&[
            "copies/a.txt\nTHIS LETTER STANDS AS ISSUED",
            "copies/d.txt\nALTERED COPY OF A LETTER THAT STANDS AS ISSUED",
            "copies/e.txt\nNOT IN THIS RECORD",
            "5 files\n      1 with a match that is not good\n      2 with good matches alone\n      1 of which no \
             record knows anything\n      1 that could not be read, or not wholly\n",
        ])
        .complains("erratum: copies/c.pdf: the PDF is damaged");
}

/// A copy of the example checked where no program is installed.
fn check_alone(copy: &Path) -> crate::support::Outcome {
    let copy = copy.to_str().unwrap();
    let args = ["check", copy, "--policy", "policy.toml"];
    let mut checked = command(&example(), &args);
    checked.env("PATH", "/nowhere").stdin(Stdio::null());
    outcome_of(&example(), &args, &mut checked)
}

#[test]
fn without_tesseract_pictures_are_named_with_what_to_install() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("photo.bmp");
    let mut file = b"BM".to_vec();
    let head = [54 + 60 * 30, 0, 54, 40, 20, 30, 0x0018_0001, 0, 60 * 30, 0, 0, 0, 0_u32];
    file.extend(head.iter().flat_map(|number| number.to_le_bytes()));
    file.resize(54 + 60 * 30, 255);
    fs::write(&picture, file).unwrap();
    check_alone(&picture).exit(2).complains("`apt-get install tesseract-ocr`");
    check_alone(&example().join("copies/letter.pdf"))
        .exit(1)
        .headline("THIS LETTER WAS PUBLISHED IN ERROR");
}

#[test]
fn what_a_mail_holds_without_any_text_says_nothing_against_the_rest() {
    let world = World::with_command_and_ministry();
    world.issue("command.example", "letters/1", &letter());
    fs::write(
        world.folder().join("mail.eml"),
        mail("See the attachment, please.", &[&letter(), " \n \n"]),
    )
    .unwrap();
    world.erratum(&["check", "mail.eml", "--record", "record"]).exit(0).says_in_order(&[
        "mail.eml: attachment 0.txt\nTHIS LETTER STANDS AS ISSUED",
        "mail.eml: attachment 1.txt\nNOT IN THIS RECORD",
        "How it was read: there is no text in it, only white space.",
    ]);
    // By itself it is a file that could not be read.
    fs::write(world.folder().join("blank.txt"), " \n \n").unwrap();
    world
        .erratum(&["check", "blank.txt", "--record", "record"])
        .refused("erratum: blank.txt: there is no text in it, only white space");
}
