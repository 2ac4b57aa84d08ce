//! Paragraphs and passages of a text, as byte ranges. A paragraph ends at a blank line; a passage is a
//! sentence by UAX 29 inside one paragraph, whatever its line breaks. Nothing is copied or changed.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::form::{is_line_break, is_space};

/// The paragraphs of `text`: what stands between lines that are empty but for white space, trimmed of
/// white space and never empty. U+2029 parts paragraphs too.
///
/// ```
/// assert_eq!(erratum_text::paragraphs("one\ntwo\n \nthree\n"), [0..7, 10..15]);
/// ```
#[must_use]
pub fn paragraphs(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut blank = true;
    let mut close = |start: usize, end: usize| found.extend(trim(text, start..end));
    for line in lines(text) {
        blank = trim(text, line.clone()).is_none();
        if blank || ends_paragraph(text, &line) {
            close(start, line.end);
            start = line.end;
        }
    }
    if !blank {
        close(start, text.len());
    }
    found
}

/// The passages of `text`: the sentences of each paragraph, trimmed of white space. A line break inside a
/// paragraph is a space.
///
/// ```
/// let text = "We respect\nyour decision. It is final.";
/// assert_eq!(erratum_text::passages(text), [0..25, 26..38]);
/// ```
#[must_use]
pub fn passages(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut joined = String::new();
    for paragraph in paragraphs(text) {
        join_lines(text.get(paragraph.clone()).unwrap_or_default(), &mut joined);
        for (at, sentence) in joined.split_sentence_bound_indices() {
            let start = paragraph.start + at;
            found.extend(trim(text, start..start + sentence.len()));
        }
    }
    found
}

/// `paragraph` with every line break replaced by as many spaces as it has bytes, so that offsets stay.
fn join_lines(paragraph: &str, joined: &mut String) {
    joined.clear();
    for c in paragraph.chars() {
        if is_line_break(c) {
            joined.extend(std::iter::repeat_n(' ', c.len_utf8()));
        } else {
            joined.push(c);
        }
    }
}

/// The lines of `text`, each with the break that ends it; `\r\n` is one break.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let mut end = None;
        for (at, c) in chars.by_ref() {
            if is_line_break(c) {
                end = Some((at + c.len_utf8(), c));
                break;
            }
        }
        let end = match end {
            Some((end, '\r')) => chars.next_if(|&(_, c)| c == '\n').map_or(end, |(at, _)| at + 1),
            Some((end, _)) => end,
            None => text.len(),
        };
        let line = start..end;
        start = end;
        (!line.is_empty()).then_some(line)
    })
}

fn ends_paragraph(text: &str, line: &Range<usize>) -> bool {
    text.get(line.clone()).is_some_and(|line| line.ends_with('\u{2029}'))
}

/// `range` without white space at its ends; `None` if nothing else is in it.
fn trim(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let inside = text.get(range.clone())?;
    let left = inside.trim_start_matches(is_space);
    let start = range.end - left.len();
    let end = start + left.trim_end_matches(is_space).len();
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut<'a>(text: &'a str, ranges: &[Range<usize>]) -> Vec<&'a str> {
        ranges.iter().map(|range| &text[range.clone()]).collect()
    }

    #[test]
    fn paragraphs_end_at_blank_lines_of_every_kind() {
        for text in [
            "a b\nc\n\nd",
            "a b\r\nc\r\n\r\nd\r\n",
            "\u{feff}\n\na b\nc\n \t\u{a0}\n\n\nd\n\n",
            "a b\nc\u{2029}d",
        ] {
            let found: Vec<String> =
                cut(text, &paragraphs(text)).iter().map(|part| part.replace("\r\n", "\n")).collect();
            assert_eq!(found, ["a b\nc", "d"], "{text:?}");
        }
        assert_eq!(paragraphs(""), []);
        assert_eq!(paragraphs(" \n\n "), []);
    }

    #[test]
    fn a_line_break_does_not_split_a_sentence() {
        let text = "The contingent\nwill leave\r\nby 6.30 p.m. today. It said\u{2028}“so”, and no more.\n\nNew one";
        assert_eq!(
            cut(text, &passages(text)),
            [
                "The contingent\nwill leave\r\nby 6.30 p.m. today.",
                "It said\u{2028}“so”, and no more.",
                "New one"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn ranges_are_in_order_in_bounds_and_cover_all_but_white_space(text in "[a-z .?!\u{a0}\u{2028}\u{2029}\n\r\u{85}\u{c}\u{200b}é“”]{0,60}") {
            for ranges in [paragraphs(&text), passages(&text)] {
                let mut last = 0;
                for range in ranges {
                    assert!(text[last..range.start].chars().all(is_space));
                    assert!(!text[range.clone()].is_empty());
                    last = range.end;
                }
                assert!(text[last..].chars().all(is_space));
            }
        }
    }
}
