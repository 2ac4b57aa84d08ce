//! Lines to paragraphs, by the room between them, their indents, their type and how they end; footnotes after the
//! paragraph in which their page ends. A hyphen at a line's end stays: the forms join it.

use super::lines::median;
use super::page::{Page, PageLine};
use crate::{Place, Places};

/// A gap this much wider than the usual one parts paragraphs.
const WIDER: f32 = 1.3;
/// A gap of this much of the type's height parts them in any case.
const WIDEST: f32 = 2.5;
/// Type of notes is smaller than that of the text by this much.
const SMALLER: f32 = 0.93;

/// The text of all pages, and where it stands.
pub(super) fn paragraphs(pages: &[Page]) -> (String, Places) {
    let body = body_size(pages);
    let mut out = Out::default();
    let mut before: Option<Before<'_>> = None;
    // Notes wait until the paragraph ends that their page ends in.
    let mut waiting: Vec<(&Page, &PageLine)> = Vec::new();
    for page in pages {
        let notes = notes(page, body);
        let is_note = |at: usize| notes.contains(&at);
        let marks: Vec<&str> =
            notes.iter().filter_map(|&at| mark_of(&page.lines.get(at)?.text)).collect();
        let usual = usual_gap(page);
        for (_, line) in page.lines.iter().enumerate().filter(|(at, _)| !is_note(*at)) {
            let parted = before.as_ref().is_none_or(|before| before.parts(page, line, usual));
            if parted {
                out.notes(&mut waiting);
            }
            out.line(page.number, line, &marks, parted);
            before = Some(Before { page: page.number, line });
        }
        waiting.extend(notes.iter().filter_map(|&at| Some((page, page.lines.get(at)?))));
    }
    out.notes(&mut waiting);
    (out.text, out.places)
}

/// The line last written.
struct Before<'a> {
    page: u32,
    line: &'a PageLine,
}

impl Before<'_> {
    fn parts(&self, page: &Page, line: &PageLine, usual: Option<f32>) -> bool {
        let before = self.line;
        let size = before.size.max(line.size);
        let other_type = (before.size - line.size).abs() > 0.2 * size;
        if self.page != page.number || before.turn != line.turn || line.base < before.base - 0.5 * size {
            return other_type || !runs_on(&before.text, &line.text);
        }
        parts(before, line, usual)
    }
}

fn parts(before: &PageLine, line: &PageLine, usual: Option<f32>) -> bool {
    let gap = line.base - before.base;
    let size = before.size.max(line.size);
    let (left, right) = line.column;
    let wide = gap > WIDEST * size || usual.is_some_and(|usual| gap > WIDER * usual.max(0.9 * size));
    let other_type = (before.size - line.size).abs() > 0.15 * size;
    let ended = ends_sentence(&before.text);
    let width = right - left;
    let (indent, inset, rest) = if line.runs_left {
        (before.right - line.right, right - line.right, before.left - left)
    } else {
        (line.left - before.left, line.left - left, right - before.right)
    };
    let indented = indent > 0.8 * size && inset < 0.3 * width;
    let short = rest > 0.25 * width && !starts_small(&line.text);
    wide || gap > 0.5 * size && other_type
        || starts_item(&line.text, ended)
        || ended && (indented || short)
}

/// The gap between two lines of one paragraph: the lower quartile of the page's.
fn usual_gap(page: &Page) -> Option<f32> {
    let pairs = page.lines.iter().zip(page.lines.iter().skip(1));
    let mut gaps: Vec<f32> = pairs
        .map(|(before, line)| (line.base - before.base, before.size.max(line.size)))
        .filter(|&(gap, size)| gap > 0.5 * size && gap < 4.0 * size)
        .map(|(gap, _)| gap)
        .collect();
    gaps.sort_by(f32::total_cmp);
    gaps.get(gaps.len() / 4).copied()
}

/// The height of the type that most of the text is in.
fn body_size(pages: &[Page]) -> f32 {
    let lines = pages.iter().flat_map(|page| &page.lines);
    median(lines.flat_map(|line| vec![line.size; line.text.len().min(200) / 20 + 1]).collect())
        .unwrap_or(0.0)
}

/// Which lines of a page are its footnotes: smaller than the text, at the end of a column in the page's lower
/// half, the first of them after a mark.
fn notes(page: &Page, body: f32) -> Vec<usize> {
    let mut notes = Vec::new();
    let middle = page.top + 0.5 * page.height;
    let is_small =
        |line: &PageLine| line.size <= SMALLER * body && line.turn == page.turn && line.base > middle;
    let mut start = 0;
    while start < page.lines.len() {
        let next = page.lines.iter().skip(start + 1).position(|line| line.opens);
        let end = next.map_or(page.lines.len(), |next| start + 1 + next);
        let small = page
            .lines
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|line| is_small(line));
        let first = end - small.count();
        // Small type that does not begin with a mark is a caption or a table.
        let marked =
            (first..end).find(|&at| page.lines.get(at).is_some_and(|line| is_marked(&line.text)));
        if let Some(marked) = marked {
            notes.extend(marked..end);
        }
        start = end;
    }
    let all = notes.len() == page.lines.len();
    if all { Vec::new() } else { notes }
}

/// Whether a line begins as a footnote does: `1 See`, `* See`.
fn is_marked(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let marks = ['*', '†', '‡', '§', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let letters =
        |rest: &str| rest.trim_start().chars().next().is_some_and(|c| c.is_alphabetic() || c == '“');
    (1..=3).contains(&digits) && letters(rest) || text.strip_prefix(marks).is_some_and(letters)
}

/// Whether a sentence goes on from one page or column to the next.
fn runs_on(before: &str, line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    // Scripts without small letters: all that did not end goes on.
    let caseless = first.is_alphabetic() && !first.is_uppercase();
    !before.is_empty()
        && !ends_sentence(before)
        && (caseless || first.is_ascii_digit() || before.ends_with(['-', '\u{ad}', ',']))
}

fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches(['”', '"', '»', '’', ')', '“', ']']);
    let line = line.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
    line.ends_with(['.', '!', '?', ':', ';', '…', '。', '！', '？', '؟', '۔']) || line.is_empty()
}

fn starts_small(line: &str) -> bool {
    line.chars().next().is_some_and(char::is_lowercase)
}

/// Whether a line begins as an item of a list does; with a number only after the end of a sentence.
fn starts_item(line: &str, ended: bool) -> bool {
    let Some((mark, rest)) = line.split_once(' ') else { return false };
    let number = mark.strip_suffix(['.', ')']).unwrap_or_default();
    let counted =
        ended && (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    !rest.is_empty() && (counted || ["•", "◦", "▪", "‣", "●", "○", "■", "–", "—"].contains(&mark))
}

/// The text as it grows.
#[derive(Default)]
struct Out {
    text: String,
    places: Places,
}

impl Out {
    /// Writes a line, without the raised signs that point to one of its page's notes.
    fn line(&mut self, page: u32, line: &PageLine, marks: &[&str], parted: bool) {
        if !self.text.is_empty() {
            self.text.push_str(if parted { "\n\n" } else { "\n" });
        }
        let start = self.text.len();
        let mut end = 0;
        for (number, &(from, to, area)) in line.places.iter().enumerate() {
            let word = line.text.get(from..to).unwrap_or_default();
            if line.raised.contains(&number) && marks.contains(&word) {
                end = to;
                continue;
            }
            if self.text.len() > start {
                self.text.push_str(line.text.get(end..from).unwrap_or_default());
            }
            end = to;
            let place = Place::Page { page, area };
            let at = self.text.len();
            // A soft hyphen at the end of a drawn line is a hyphen that was seen.
            match word.strip_suffix('\u{ad}').filter(|_| to == line.text.len()) {
                Some(rest) => self.text.extend([rest, "-"]),
                None => self.text.push_str(word),
            }
            self.places.push(at..self.text.len(), place);
        }
    }

    fn notes(&mut self, waiting: &mut Vec<(&Page, &PageLine)>) {
        for (page, line) in waiting.drain(..) {
            let parted = is_marked(&line.text);
            self.line(page.number, &spaced(line), &[], parted);
        }
    }
}

/// The sign that a footnote begins with.
fn mark_of(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let end =
        if rest.len() < text.len() { text.len() - rest.len() } else { text.chars().next()?.len_utf8() };
    text.get(..end).filter(|_| is_marked(text))
}

/// A note with a space behind its sign.
fn spaced(line: &PageLine) -> PageLine {
    let mut line = line.clone();
    let length = mark_of(&line.text).map_or(0, str::len);
    let Some(first) =
        line.places.first_mut().filter(|first| first.0 == 0 && length > 0 && length < first.1)
    else {
        return line;
    };
    let mut rest = *first;
    first.1 = length;
    rest.0 = length;
    line.places.insert(1, rest);
    line.text.insert(length, ' ');
    for (from, to, _) in line.places.iter_mut().skip(1) {
        (*from, *to) = (*from + 1, *to + 1);
    }
    line.raised.clear();
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, left: f32, right: f32, base: f32) -> PageLine {
        let column = (50.0, 300.0);
        let mut places = Vec::new();
        let mut at = 0;
        for word in text.split(' ') {
            places.push((at, at + word.len(), crate::Area::default()));
            at += word.len() + 1;
        }
        PageLine {
            text: text.to_owned(),
            places,
            left,
            right,
            base,
            size: 10.0,
            column,
            ..PageLine::default()
        }
    }

    fn page(number: u32, lines: Vec<PageLine>) -> Page {
        Page { number, lines, height: 800.0, ..Page::default() }
    }

    fn read(pages: &[Page]) -> String {
        paragraphs(pages).0
    }

    #[test]
    fn a_wider_gap_parts() {
        let lines = vec![
            line("A first line that is full", 50.0, 300.0, 100.0),
            line("and its end.", 50.0, 120.0, 112.0),
            line("A second para\u{ad}", 50.0, 300.0, 132.0),
            line("graph.", 50.0, 100.0, 144.0),
        ];
        assert_eq!(
            read(&[page(1, lines)]),
            "A first line that is full\nand its end.\n\nA second para-\ngraph."
        );
    }

    #[test]
    fn an_indent_or_a_short_last_line_parts() {
        let lines = vec![
            line("A full line with an end here.", 50.0, 300.0, 100.0),
            line("Indented one that is full", 62.0, 300.0, 112.0),
            line("short end.", 50.0, 100.0, 124.0),
            line("Next and full of words, wide", 50.0, 300.0, 136.0),
        ];
        assert_eq!(
            read(&[page(1, lines)]),
            "A full line with an end here.\n\nIndented one that is full\nshort end.\n\nNext and full of words, wide"
        );
    }

    #[test]
    fn a_sentence_runs_on_over_pages() {
        let over = |first: &str, second: &str| {
            let first = page(1, vec![line(first, 50.0, 300.0, 760.0)]);
            let second = page(2, vec![line(second, 50.0, 100.0, 100.0)]);
            read(&[first, second])
        };
        assert_eq!(over("It goes", "on here."), "It goes\non here.");
        assert_eq!(over("It ends.", "Another."), "It ends.\n\nAnother.");
        assert_eq!(over("הוא הולך", "הלאה."), "הוא הולך\nהלאה.");
    }

    #[test]
    fn a_sign_that_points_to_a_note_goes_and_the_note_is_parted_from_its_own() {
        let raised = |number: usize, text: &str| {
            let line = line(text, 50.0, 300.0, 700.0);
            PageLine { raised: vec![number], ..line }
        };
        let note = PageLine { size: 8.0, ..line("1See the minutes.", 50.0, 200.0, 760.0) };
        let first = raised(3, "The council met 1 to hear");
        let second = PageLine { base: 712.0, ..raised(2, "all 30 m 2 of it.") };
        let read = read(&[page(1, vec![first, second, note])]);
        assert_eq!(read, "The council met to hear\nall 30 m 2 of it.\n\n1 See the minutes.");
    }

    #[test]
    fn notes_follow_the_paragraph_that_their_page_ends_in() {
        let small = |text: &str, base: f32| PageLine { size: 8.0, ..line(text, 50.0, 200.0, base) };
        let first = vec![
            line("The council met to hear", 50.0, 300.0, 700.0),
            small("1 See the minutes.", 740.0),
            small("2 Not disclosed.", 750.0),
        ];
        let second = vec![
            line("what had been found.", 50.0, 150.0, 100.0),
            line("Then it rose.", 50.0, 150.0, 130.0),
        ];
        assert_eq!(
            read(&[page(1, first), page(2, second)]),
            "The council met to hear\nwhat had been found.\n\n1 See the minutes.\n\n2 Not disclosed.\n\nThen it rose."
        );
    }
}
