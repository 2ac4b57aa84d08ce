//! Words and where they stand to a text: lines, paragraphs, places, and how sure each word is.

use std::ops::Range;

use erratum_text::{Area, Place, Places, Remark, Text};

use crate::plane::Plane;
use crate::tsv::{Word, mean};

/// Lines that are less sure than this, in the mean, are stains and pictures.
const LEAST_SURE: u64 = 30;

/// What was read of one page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    spans: Vec<(Range<usize>, Area)>,
    optical: Vec<(Range<usize>, u8)>,
}

impl Piece {
    /// From the words of a page in the order in which they are read. `back` leads from their boxes to the
    /// page, whose size is given in the same unit.
    pub(crate) fn new(words: &[Word], back: &Plane, size: (f64, f64)) -> Self {
        let mut piece = Self::default();
        let mut before: Option<&Word> = None;
        let same_line =
            |a: &Word, b: &Word| (a.block, a.paragraph, a.line) == (b.block, b.paragraph, b.line);
        let lines = words.chunk_by(same_line);
        for line in lines.filter(|line| mean(line).is_some_and(|sure| sure >= LEAST_SURE)) {
            for word in line {
                piece.text.push_str(before.map_or("", |before| between(before, word)));
                let start = piece.text.len();
                piece.text.push_str(&word.text);
                let range = start..piece.text.len();
                piece.spans.push((range.clone(), area(word, back, size)));
                piece.optical.push((range, word.sure));
                before = Some(word);
            }
        }
        piece
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// What stands between two words that follow each other.
fn between(before: &Word, word: &Word) -> &'static str {
    if (before.block, before.paragraph) != (word.block, word.paragraph) {
        return if runs_on(&before.text, &word.text) { "\n" } else { "\n\n" };
    }
    if before.line != word.line {
        return "\n";
    }
    let solid = |c: Option<char>| c.is_some_and(is_ideograph);
    if solid(before.text.chars().next_back()) && solid(word.text.chars().next()) { "" } else { " " }
}

/// Whether a sentence goes on from one block, or page, to the next.
fn runs_on(before: &str, next: &str) -> bool {
    let small = next.chars().next().is_some_and(char::is_lowercase);
    let end = before.trim_end_matches(['”', '"', '»', '’', ')', '“', ']']);
    small && !end.ends_with(['.', '!', '?', ':', ';', '…', '。', '！', '？'])
}

/// Scripts that put no blanks between words.
fn is_ideograph(c: char) -> bool {
    matches!(u32::from(c), 0x3000..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
}

/// The part of the page that a word's box covers.
fn area(word: &Word, back: &Plane, (wide, high): (f64, f64)) -> Area {
    let (left, top) = (f64::from(word.left), f64::from(word.top));
    let (right, low) = (left + f64::from(word.width), top + f64::from(word.height));
    let corners = [(left, top), (right, top), (right, low), (left, low)].map(|corner| back.at(corner));
    let across = corners.map(|(x, _)| (x / wide).clamp(0.0, 1.0));
    let down = corners.map(|(_, y)| (y / high).clamp(0.0, 1.0));
    let least = |all: [f64; 4]| all.into_iter().fold(1.0, f64::min);
    let most = |all: [f64; 4]| all.into_iter().fold(0.0, f64::max);
    let (left, top) = (least(across), least(down));
    Area {
        left: left as f32,
        top: top as f32,
        width: (most(across) - left) as f32,
        height: (most(down) - top) as f32,
    }
}

/// Puts pieces, each with its page, into a text: those of pages that have no text where their page would
/// stand, the others at its end.
pub(crate) fn join(text: &mut Text, mut pieces: Vec<(u32, Piece)>) {
    pieces.retain(|(_, piece)| !piece.is_empty());
    let read: Vec<u32> = pieces.iter().map(|(page, _)| *page).collect();
    let mut whole = Text { title: text.title.take(), lang: text.lang.take(), ..Text::default() };
    whole.remarks = std::mem::take(&mut text.remarks);
    let mut placed: Vec<(usize, u32, Piece)> =
        pieces.into_iter().map(|(page, piece)| (place_of(text, page), page, piece)).collect();
    placed.sort_by_key(|(at, page, _)| (*at, *page));
    let mut from = 0;
    for (at, page, piece) in placed {
        copy(text, from..at, &mut whole);
        from = at;
        append(&mut whole, page, &piece);
    }
    let rest = text.text.get(from..).unwrap_or_default();
    if !whole.text.is_empty() && !rest.is_empty() && !rest.starts_with("\n\n") {
        whole.text.push_str(if rest.starts_with('\n') { "\n" } else { "\n\n" });
    }
    copy(text, from..text.text.len(), &mut whole);
    if !read.is_empty() {
        whole.remarks.push(Remark::ReadFromPicture(read));
    }
    *text = whole;
}

/// Where the piece of a page belongs: behind all that stands on pages before it, if it has no text of its
/// own; else behind all.
fn place_of(text: &Text, page: u32) -> usize {
    let pages = text.places.iter().filter_map(|(range, place)| match place {
        Place::Page { page, .. } => Some((range.end, *page)),
        _ => None,
    });
    let pages: Vec<(usize, u32)> = pages.collect();
    if pages.is_empty() || pages.iter().any(|(_, own)| *own == page) {
        return text.text.len();
    }
    pages.iter().filter(|(_, own)| *own < page).map(|(end, _)| *end).max().unwrap_or(0)
}

/// Copies a stretch that no word is cut by.
fn copy(from: &Text, range: Range<usize>, to: &mut Text) {
    let start = to.text.len();
    to.text.push_str(from.text.get(range.clone()).unwrap_or_default());
    let inside = |span: &Range<usize>| range.start <= span.start && span.end <= range.end;
    let moved = |span: &Range<usize>| span.start - range.start + start..span.end - range.start + start;
    for (span, place) in from.places.iter().filter(|(span, _)| inside(span)) {
        to.places.push(moved(span), place.clone());
    }
    to.optical.extend(
        from.optical.iter().filter(|(span, _)| inside(span)).map(|(span, sure)| (moved(span), *sure)),
    );
}

/// Appends the piece of a page, after a blank line unless a sentence runs on.
fn append(whole: &mut Text, page: u32, piece: &Piece) {
    if !whole.text.is_empty() {
        let last = whole.text.split_whitespace().next_back().unwrap_or_default();
        whole.text.push_str(if runs_on(last, &piece.text) { "\n" } else { "\n\n" });
    }
    let start = whole.text.len();
    whole.text.push_str(&piece.text);
    for (span, area) in &piece.spans {
        whole.places.push(span.start + start..span.end + start, Place::Page { page, area: *area });
    }
    let moved = piece.optical.iter().map(|(span, sure)| (span.start + start..span.end + start, *sure));
    whole.optical.extend(moved);
}

/// The places of a page's own text, which its picture need not be read for.
pub(crate) fn own_areas(places: &Places, page: u32) -> Vec<Area> {
    let areas = places.iter().filter_map(|(_, place)| match place {
        Place::Page { page: own, area } if *own == page => Some(*area),
        _ => None,
    });
    areas.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, block: u32, line: u32, left: u32, sure: u8) -> Word {
        let (paragraph, top) = (1, line * 20);
        Word { text: text.to_owned(), block, paragraph, line, left, top, width: 40, height: 10, sure }
    }

    fn piece(words: &[Word]) -> Piece {
        Piece::new(words, &Plane::scale(2.0), (400.0, 200.0))
    }

    #[test]
    fn words_become_lines_and_paragraphs() {
        let read = piece(&[
            word("We", 1, 1, 0, 96),
            word("re-", 1, 1, 50, 91),
            word("main.", 1, 2, 0, 90),
            word("He", 2, 1, 0, 90),
            word("left", 2, 1, 50, 88),
            word("on", 3, 1, 0, 88),
            word("~~", 4, 1, 0, 12),
            word("中", 5, 1, 0, 90),
            word("文", 5, 1, 20, 90),
        ]);
        assert_eq!(read.text, "We re-\nmain.\n\nHe left\non\n\n中文");
        assert_eq!(read.optical[1], (3..6, 91));
        let area = Area { left: 0.25, top: 0.2, width: 0.2, height: 0.1 };
        assert_eq!(read.spans[1], (3..6, area));
    }

    #[test]
    fn a_picture_alone_is_all_of_the_text() {
        let mut text = Text::default();
        join(
            &mut text,
            vec![(1, piece(&[word("One.", 1, 1, 0, 90)])), (2, piece(&[word("Two", 1, 1, 0, 90)]))],
        );
        assert_eq!(text.text, "One.\n\nTwo");
        assert_eq!(text.optical, [(0..4, 90), (6..9, 90)]);
        assert_eq!(text.places.iter().len(), 2);
        assert_eq!(text.remarks, [Remark::ReadFromPicture(vec![1, 2])]);
    }

    #[test]
    fn a_scanned_page_stands_between_those_that_have_text() {
        let mut text = Text { text: "First page.\n\nThird page.".to_owned(), ..Text::default() };
        let place = |page| Place::Page { page, area: Area::default() };
        text.places.push(0..11, place(1));
        text.places.push(13..24, place(3));
        let stamp = piece(&[word("RECEIVED", 1, 1, 0, 90)]);
        join(&mut text, vec![(3, stamp), (2, piece(&[word("Second.", 1, 1, 0, 90)]))]);
        assert_eq!(text.text, "First page.\n\nSecond.\n\nThird page.\n\nRECEIVED");
        let pages: Vec<(&str, u32)> = text
            .places
            .iter()
            .filter_map(|(range, place)| match place {
                Place::Page { page, .. } => Some((&text.text[range.clone()], *page)),
                _ => None,
            })
            .collect();
        assert_eq!(pages, [("First page.", 1), ("Second.", 2), ("Third page.", 3), ("RECEIVED", 3)]);
        assert_eq!(text.optical, [(13..20, 90), (35..43, 90)]);
    }

    #[test]
    fn a_scanned_first_page_comes_first() {
        let mut text = Text { text: "Second page.".to_owned(), ..Text::default() };
        text.places.push(0..12, Place::Page { page: 2, area: Area::default() });
        join(&mut text, vec![(1, piece(&[word("First.", 1, 1, 0, 90)]))]);
        assert_eq!(text.text, "First.\n\nSecond page.");
    }
}
