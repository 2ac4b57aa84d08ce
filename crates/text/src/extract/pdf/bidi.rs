//! Lines in scripts that run from right to left: from the order in which characters stand on the page to the
//! order in which they are read. It undoes what a producer did when it set the line; it is not the Unicode
//! algorithm, which goes the other way.

use super::words::{Cell, Word};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Left,
    Right,
    Digit,
    /// Between digits of one number.
    Separator,
    Other,
}

fn kind(c: char) -> Kind {
    match c as u32 {
        // Arabic digits run from left to right as ours do.
        0x660..=0x669 | 0x6f0..=0x6f9 => Kind::Digit,
        0x590..=0x5ff
        | 0x608
        | 0x60b
        | 0x60d..=0x65f
        | 0x66d..=0x8ff
        | 0xfb1d..=0xfdff
        | 0xfe70..=0xfeff
        | 0x10800..=0x10fff
        | 0x1e800..=0x1efff => Kind::Right,
        0x2c | 0x2e | 0x2f | 0x3a | 0x66b | 0x66c => Kind::Separator,
        _ if c.is_ascii_digit() => Kind::Digit,
        _ if c.is_alphabetic() => Kind::Left,
        _ => Kind::Other,
    }
}

/// Whether most letters of some words run from right to left.
pub(super) fn runs_left<'a>(words: impl IntoIterator<Item = &'a Word>) -> bool {
    let (left, right) = letters(words);
    right > left
}

/// How many letters run from left to right, and from right to left.
fn letters<'a>(words: impl IntoIterator<Item = &'a Word>) -> (usize, usize) {
    let (mut left, mut right) = (0usize, 0usize);
    for cell in words.into_iter().flat_map(|word| &word.cells) {
        match kind(cell.letters.first()) {
            Kind::Left => left += 1,
            Kind::Right => right += 1,
            _ => {}
        }
    }
    (left, right)
}

/// Puts a line, given from left to right, into the order of reading. `page` says whether most of its page runs
/// from right to left.
pub(super) fn logical(line: Vec<Word>, page: bool) -> Vec<Word> {
    let has_right =
        |word: &Word| word.cells.iter().any(|cell| kind(cell.letters.first()) == Kind::Right);
    if !line.iter().any(has_right) {
        return line;
    }
    let (left, right) = letters(&line);
    let runs_left = if page { 4 * right >= left } else { right > left };
    // Words and the spaces between them in one row: `None` is a space.
    let mut row: Vec<Option<(usize, Cell)>> = Vec::new();
    for (number, word) in line.iter().enumerate() {
        if number > 0 && !word.glued {
            row.push(None);
        }
        row.extend(word.cells.iter().map(|cell| Some((number, cell.clone()))));
    }
    let kinds: Vec<Kind> = row
        .iter()
        .map(|cell| cell.as_ref().map_or(Kind::Other, |(_, cell)| kind(cell.letters.first())))
        .collect();
    let forward = forward_runs(&kinds, runs_left);
    let mut order = Vec::with_capacity(row.len());
    if runs_left {
        let mut at = row.len();
        while at > 0 {
            match forward.iter().find(|run| run.end == at) {
                Some(run) => {
                    order.extend(run.clone());
                    at = run.start;
                }
                None => {
                    at -= 1;
                    order.push(at);
                }
            }
        }
    } else {
        let mut at = 0;
        while at < row.len() {
            // Here the runs are those that go the other way.
            match forward.iter().find(|run| run.start == at) {
                Some(run) => {
                    reversed(run.clone(), &kinds, &mut order);
                    at = run.end;
                }
                None => {
                    order.push(at);
                    at += 1;
                }
            }
        }
    }
    words_of(&line, &row, &order)
}

/// In a line that runs left: what runs right in it. In a line that runs right: what runs left in it.
fn forward_runs(kinds: &[Kind], runs_left: bool) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < kinds.len() {
        let starts = match kinds.get(at) {
            Some(Kind::Left | Kind::Digit) => runs_left,
            Some(Kind::Right) => !runs_left,
            _ => false,
        };
        if !starts {
            at += 1;
            continue;
        }
        let (start, mut end, mut letters) = (at, at, false);
        while let Some(kind) = kinds.get(at) {
            match kind {
                Kind::Left if runs_left => (end, letters) = (at + 1, true),
                // A number after a space belongs to the run only if the run has letters.
                Kind::Digit if runs_left && (letters || at == end || is_inside(kinds, end, at)) => {
                    end = at + 1
                }
                Kind::Digit if runs_left => break,
                Kind::Right if !runs_left => end = at + 1,
                Kind::Digit if !runs_left && !later(kinds, at, Kind::Right) => break,
                Kind::Left | Kind::Right => break,
                Kind::Digit | Kind::Separator | Kind::Other => {}
            }
            at += 1;
        }
        at = end.max(start + 1);
        runs.push(start..at);
    }
    runs
}

/// Whether only one separator stands between two digits.
fn is_inside(kinds: &[Kind], end: usize, at: usize) -> bool {
    at == end + 1 && kinds.get(end) == Some(&Kind::Separator)
}

/// Whether a character of this kind comes before the next letter of the other direction.
fn later(kinds: &[Kind], from: usize, wanted: Kind) -> bool {
    let found = kinds.iter().skip(from).find(|&&kind| kind == wanted || kind == Kind::Left);
    found == Some(&wanted)
}

/// A stretch that runs left, numbers in it kept as they are.
fn reversed(run: std::ops::Range<usize>, kinds: &[Kind], order: &mut Vec<usize>) {
    let mut at = run.end;
    while at > run.start {
        let mut start = at;
        while start > run.start
            && (kinds.get(start - 1) == Some(&Kind::Digit)
                || start < at
                    && kinds.get(start - 1) == Some(&Kind::Separator)
                    && start - 1 > run.start
                    && kinds.get(start - 2) == Some(&Kind::Digit))
        {
            start -= 1;
        }
        if start < at {
            order.extend(start..at);
            at = start;
        } else {
            at -= 1;
            order.push(at);
        }
    }
}

/// The cells in their new order as words.
fn words_of(line: &[Word], row: &[Option<(usize, Cell)>], order: &[usize]) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut open = false;
    for &at in order {
        let Some(Some((number, cell))) = row.get(at) else {
            open = false;
            continue;
        };
        match words.last_mut().filter(|_| open) {
            Some(word) => {
                word.left = word.left.min(cell.left);
                word.right = word.right.max(cell.right);
                word.cells.push(cell.clone());
            }
            None => {
                let Some(from) = line.get(*number) else { continue };
                words.push(Word {
                    cells: vec![cell.clone()],
                    left: cell.left,
                    right: cell.right,
                    base: from.base,
                    size: from.size,
                    glued: false,
                });
            }
        }
        open = true;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Letters;
    use super::*;

    fn read(visual: &str) -> String {
        let mut words = Vec::new();
        let mut at = 0.0;
        for text in visual.split(' ') {
            let left = at;
            let cells: Vec<Cell> = text
                .chars()
                .map(|c| {
                    at += 5.0;
                    Cell { letters: Letters::One(c), left: at - 5.0, right: at }
                })
                .collect();
            words.push(Word { cells, left, right: at, base: 0.0, size: 10.0, glued: false });
            at += 3.0;
        }
        let mut out = Vec::new();
        let page = runs_left(&words) || visual.ends_with("לא");
        for word in logical(words, page) {
            let mut text = String::new();
            word.push_to(&mut text);
            out.push(text);
        }
        out.join(" ")
    }

    #[test]
    fn hebrew_with_numbers_and_latin() {
        assert_eq!(read("the letter"), "the letter");
        assert_eq!(read("םולש"), "שלום");
        assert_eq!(read(".תוריד 42 ורכמנ"), "נמכרו 42 דירות.");
        assert_eq!(read("56.7 12 ריחמ"), "מחיר 12 56.7");
        assert_eq!(read("םויה New York 7 לא"), "אל New York 7 היום");
        assert_eq!(read("the word םולש was read"), "the word שלום was read");
        assert_eq!(read("the words םולש 42 בוט were read"), "the words טוב 42 שלום were read");
    }
}
