//! Pages, rich text and plain text: nesting without end, false lengths, one endless line, and files that are two
//! kinds at once.

use super::packing::zip;
use super::{LETTER, Maker};

pub(super) const FILES: &[Maker] = &[
    ("deep.html", deep_html),
    ("deep-lists.html", deep_lists),
    ("deep.rtf", deep_rtf),
    ("long-bin.rtf", long_bin),
    ("numbers.rtf", numbers),
    ("deep.json", deep_json),
    ("one-line.txt", one_line),
    ("marks.txt", marks),
    ("page-and-picture.gif", page_and_picture),
    ("page-and-archive.html", page_and_archive),
];

fn paragraphs(start: &str, end: &str) -> String {
    LETTER.split("\n\n").map(|paragraph| format!("{start}{paragraph}{end}")).collect()
}

/// Two hundred thousand elements in each other, the letter in the last.
fn deep_html() -> Vec<u8> {
    let open = "<div><section><b><span>".repeat(50_000);
    format!("<!DOCTYPE html><html><body>{open}{}", paragraphs("<p>", "</p>")).into_bytes()
}

/// Lists and tables in each other, none of them closed.
fn deep_lists() -> Vec<u8> {
    let open = "<ul><li><table><tr><td><blockquote>".repeat(30_000);
    format!("<!DOCTYPE html><html><body>{}{open}", paragraphs("<p>", "</p>")).into_bytes()
}

fn rich(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(|paragraph| {
        let letters = paragraph.chars().map(|c| match c {
            '\\' | '{' | '}' => format!("\\{c}"),
            c if c.is_ascii() => c.to_string(),
            c => format!("\\u{}?", c as u32),
        });
        letters.collect::<String>() + "\\par\n"
    });
    paragraphs.collect()
}

fn deep_rtf() -> Vec<u8> {
    let (open, close) = ("{\\b ".repeat(100_000), "}".repeat(100_000));
    format!("{{\\rtf1\\ansi {}{open}deep{close}}}", rich(LETTER)).into_bytes()
}

/// The letter, and then binary data that says that it is longer than the file, and shorter than nothing.
fn long_bin() -> Vec<u8> {
    format!("{{\\rtf1\\ansi {}{{\\bin-1 a}}{{\\bin2147483647 b}}}}", rich(LETTER)).into_bytes()
}

/// Numbers that no count can be.
fn numbers() -> Vec<u8> {
    let words: String = ["uc", "li", "fs", "u", "trowd\\cellx", "deff", "levelnfc", "b", "bin-"]
        .iter()
        .flat_map(|word| {
            ["99999999999999999999", "-2147483648", "4294967296"].map(|n| format!("\\{word}{n} "))
        })
        .collect();
    let skip = "\\uc2147483647\\u8364 ";
    format!("{{\\rtf1\\ansi {}{{{words}{skip}}}}}", rich(LETTER)).into_bytes()
}

fn deep_json() -> Vec<u8> {
    format!(
        "{{\"uri\":\"x\",\"versioncreated\":\"x\",\"headline\":\"x\",\"body_text\":{}",
        "[{\"a\":".repeat(200_000)
    )
    .into_bytes()
}

/// Sixty million letters without a line end.
fn one_line() -> Vec<u8> {
    LETTER.replace('\n', " ").repeat(60_000_000 / LETTER.len()).into_bytes()
}

/// Four mebibytes of marks over one letter.
fn marks() -> Vec<u8> {
    format!("{LETTER}\na{}", "\u{301}".repeat(2 << 20)).into_bytes()
}

/// A picture by its first bytes, a page by all others.
fn page_and_picture() -> Vec<u8> {
    let head = b"GIF89a/*\0\x01\0\0\0\0;*/=1;\n".as_slice();
    [head, b"<html><body>", paragraphs("<p>", "</p>").as_bytes()].concat()
}

/// A page, behind which an archive lies in a comment.
fn page_and_archive() -> Vec<u8> {
    let archive = zip(&[("letter.txt", b"Another text")]);
    let page = format!("<!DOCTYPE html><html><body>{}<!--", paragraphs("<p>", "</p>"));
    [page.as_bytes(), &archive].concat()
}
