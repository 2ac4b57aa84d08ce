//! Lines to paragraphs, by the room between them, their indents, their type and how they end. Columns are
//! taken in the order in which they are drawn. A hyphen at a line's end stays: the forms join it.

use super::lines::Line;

/// A gap this much wider than the usual one parts paragraphs.
const WIDER: f64 = 1.3;

/// The text of all pages.
pub(super) fn paragraphs(pages: &[Vec<Line>]) -> String {
    let mut text = String::new();
    for page in pages {
        let usual = usual_gap(page);
        let right = page.iter().map(|line| line.right).fold(f64::MIN, f64::max);
        let left = page.iter().map(|line| line.left).fold(f64::MAX, f64::min);
        let mut before: Option<&Line> = None;
        for line in page {
            let parted = match before {
                Some(before) => parts(before, line, usual, left, right),
                None => !runs_on(&text, &line.text),
            };
            if !text.is_empty() {
                text.push_str(if parted { "\n\n" } else { "\n" });
            }
            push_line(&line.text, &mut text);
            before = Some(line);
        }
    }
    text
}

/// A soft hyphen at the end of a drawn line is a hyphen that was seen.
fn push_line(line: &str, text: &mut String) {
    let line = line.trim_end();
    match line.strip_suffix('\u{ad}') {
        Some(rest) => text.extend([rest, "-"]),
        None => text.push_str(line),
    }
}

fn parts(before: &Line, line: &Line, usual: Option<f64>, left: f64, right: f64) -> bool {
    let gap = before.y - line.y;
    let size = before.size.max(line.size);
    if gap < -0.5 * size {
        return !runs_on(&before.text, &line.text);
    }
    let wide = usual.is_some_and(|usual| gap > WIDER * usual);
    let other_type = (before.size - line.size).abs() > 0.2 * size;
    let ended = ends_sentence(&before.text);
    let indented = line.left > before.left + 0.8 * size && line.left < left + 0.3 * (right - left);
    let short = before.right < right - 0.25 * (right - left) && !starts_small(&line.text);
    wide || gap > 0.5 * size && other_type || ended && (indented || short)
}

/// The gap between two lines of one paragraph: the lower quartile of the page's.
fn usual_gap(page: &[Line]) -> Option<f64> {
    let pairs = page.iter().zip(page.iter().skip(1));
    let mut gaps: Vec<f64> = pairs
        .map(|(before, line)| (before.y - line.y, before.size.max(line.size)))
        .filter(|&(gap, size)| gap > 0.5 * size && gap < 4.0 * size)
        .map(|(gap, _)| gap)
        .collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 4).copied()
}

/// Whether a sentence goes on from one page or column to the next.
fn runs_on(before: &str, line: &str) -> bool {
    !before.is_empty() && !ends_sentence(before) && (starts_small(line) || before.ends_with('-'))
}

fn ends_sentence(line: &str) -> bool {
    let line = line.trim_end().trim_end_matches(['”', '"', '»', '’', ')', '“', ']']);
    line.ends_with(['.', '!', '?', ':', ';', '…', '。', '！', '？']) || line.is_empty()
}

fn starts_small(line: &str) -> bool {
    line.chars().next().is_some_and(|c| c.is_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, left: f64, right: f64, y: f64) -> Line {
        Line { text: text.to_owned(), left, right, y, size: 10.0 }
    }

    #[test]
    fn a_wider_gap_parts() {
        let page = vec![
            line("A first line that is full", 50.0, 300.0, 700.0),
            line("and its end.", 50.0, 120.0, 688.0),
            line("A second para\u{ad}", 50.0, 300.0, 668.0),
            line("graph.", 50.0, 100.0, 656.0),
        ];
        assert_eq!(
            paragraphs(&[page]),
            "A first line that is full\nand its end.\n\nA second para-\ngraph."
        );
    }

    #[test]
    fn an_indent_or_a_short_last_line_parts() {
        let page = vec![
            line("A full line with an end here.", 50.0, 300.0, 700.0),
            line("Indented one that is full", 62.0, 300.0, 688.0),
            line("short end.", 50.0, 100.0, 676.0),
            line("Next and full of words, wide", 50.0, 300.0, 664.0),
        ];
        assert_eq!(
            paragraphs(&[page]),
            "A full line with an end here.\n\nIndented one that is full\nshort end.\n\nNext and full of words, wide"
        );
    }

    #[test]
    fn a_sentence_runs_on_over_pages() {
        let pages =
            [vec![line("It goes", 50.0, 300.0, 60.0)], vec![line("on here.", 50.0, 100.0, 700.0)]];
        assert_eq!(paragraphs(&pages), "It goes\non here.");
        let pages =
            [vec![line("It ends.", 50.0, 300.0, 60.0)], vec![line("Another.", 50.0, 100.0, 700.0)]];
        assert_eq!(paragraphs(&pages), "It ends.\n\nAnother.");
    }
}
