//! The words of a page to blocks in the order of reading. A page is cut where white space runs down between
//! columns of text; what stands over or under the columns is cut off first. Tables are read row by row: what
//! stands in short cells is no column.

use super::bidi;
use super::lines::{Block, block, median};
use super::words::{Word, is_ideograph};

/// Columns inside columns.
const DEEPEST: usize = 6;
/// More rows than any page has are not looked through for columns.
const MOST_BANDS: usize = 400;
/// The narrowest gutter, in heights of the type.
const NARROWEST: f32 = 0.5;
/// How many rows a gutter has to be long, by how wide it is.
const LONG: [(f32, usize); 3] = [(1.4, 3), (0.75, 5), (NARROWEST, 10)];

/// All words of a page that are turned the same way, in blocks.
pub(super) fn blocks(words: Vec<Word>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let runs_left = bidi::runs_left(&words);
    cut(words, runs_left, 0, &mut blocks);
    blocks
}

/// Rows that overlap in height: in one of them, or in columns that are not level.
struct Band {
    words: Vec<Word>,
    bottom: f32,
    /// Stretches without words, from far left to far right.
    gaps: Vec<(f32, f32)>,
}

fn cut(words: Vec<Word>, runs_left: bool, depth: usize, blocks: &mut Vec<Block>) {
    let size = median(words.iter().map(|word| word.size).collect()).unwrap_or(10.0);
    let mut bands = bands(words, size);
    let found = if depth < DEEPEST && bands.len() <= MOST_BANDS { best(&bands, size) } else { None };
    let Some(found) = found else {
        let words = bands.into_iter().flat_map(|band| band.words).collect();
        return blocks.extend(block(words, runs_left));
    };
    let after: Vec<Band> = bands.drain(found.end..).collect();
    let inside = bands.drain(found.start..).flat_map(|band| band.words);
    let mut columns: Vec<Vec<Word>> = vec![Vec::new(); found.gutters.len() + 1];
    for word in inside {
        let middle = f32::midpoint(word.left, word.right);
        let column =
            found.gutters.iter().filter(|gutter| f32::midpoint(gutter.0, gutter.1) < middle).count();
        if let Some(column) = columns.get_mut(column) {
            column.push(word);
        }
    }
    if runs_left {
        columns.reverse();
    }
    let words_of =
        |bands: Vec<Band>| bands.into_iter().flat_map(|band| band.words).collect::<Vec<Word>>();
    cut(words_of(bands), runs_left, depth + 1, blocks);
    for column in columns {
        cut(column, runs_left, depth + 1, blocks);
    }
    cut(words_of(after), runs_left, depth + 1, blocks);
}

fn bands(mut words: Vec<Word>, size: f32) -> Vec<Band> {
    words.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let mut bands: Vec<Band> = Vec::new();
    for word in words {
        match bands.last_mut().filter(|band| word.top() < band.bottom - 0.05 * size) {
            Some(band) => {
                band.bottom = band.bottom.max(word.bottom());
                band.words.push(word);
            }
            None => bands.push(Band { bottom: word.bottom(), words: vec![word], gaps: Vec::new() }),
        }
    }
    for band in &mut bands {
        band.gaps = gaps(&band.words, size);
    }
    bands
}

/// Where no word of these stands, wide enough for a gutter.
fn gaps(words: &[Word], size: f32) -> Vec<(f32, f32)> {
    let mut spans: Vec<(f32, f32)> = words.iter().map(|word| (word.left, word.right)).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut gaps = Vec::new();
    let mut at = f32::MIN;
    for (left, right) in spans {
        if left - at >= NARROWEST * size {
            gaps.push((at, left));
        }
        at = at.max(right);
    }
    gaps.push((at, f32::MAX));
    gaps
}

/// Rows from `start` to `end` stand in columns between these gutters.
struct Found {
    start: usize,
    end: usize,
    gutters: Vec<(f32, f32)>,
    rows: usize,
}

/// The longest run of rows that stands in columns.
fn best(bands: &[Band], size: f32) -> Option<Found> {
    let mut best: Option<Found> = None;
    let mut reached = 0;
    for start in 0..bands.len() {
        // A run that began above and reached as far is the longer one.
        if best.is_some()
            && start < reached
            && start > 0
            && best.as_ref().is_some_and(|b| b.end == reached)
        {
            continue;
        }
        let Some(first) = bands.get(start) else { break };
        let mut shared = first.gaps.clone();
        let mut end = start + 1;
        for band in bands.get(start + 1..).unwrap_or_default() {
            let next = intersect(&shared, &band.gaps, size);
            // Without a gutter inside, or one to come, the run ends.
            if next.is_empty()
                || has_inner(&shared, bands.get(start..end)) && !has_inner(&next, bands.get(start..=end))
            {
                break;
            }
            shared = next;
            end += 1;
        }
        let run = bands.get(start..end).unwrap_or_default();
        let found =
            columns(run, &shared, size).map(|gutters| Found { start, end, gutters, rows: rows(run) });
        if let Some(found) =
            found.filter(|found| best.as_ref().is_none_or(|best| found.rows > best.rows))
        {
            reached = found.end;
            best = Some(found);
        }
    }
    best
}

fn intersect(a: &[(f32, f32)], b: &[(f32, f32)], size: f32) -> Vec<(f32, f32)> {
    let mut out = Vec::new();
    for left in a {
        for right in b {
            let gap = (left.0.max(right.0), left.1.min(right.1));
            if gap.1 - gap.0 >= NARROWEST * size {
                out.push(gap);
            }
        }
    }
    out
}

/// Whether words stand on both sides of one of the gaps.
fn has_inner(gaps: &[(f32, f32)], bands: Option<&[Band]>) -> bool {
    let words = || bands.unwrap_or_default().iter().flat_map(|band| &band.words);
    gaps.iter()
        .any(|gap| words().any(|word| word.right <= gap.0) && words().any(|word| word.left >= gap.1))
}

fn rows(bands: &[Band]) -> usize {
    bands.iter().map(|band| row_count(&band.words)).sum()
}

fn row_count(words: &[Word]) -> usize {
    let mut bases: Vec<(f32, f32)> = words.iter().map(|word| (word.base, word.size)).collect();
    bases.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut count = 0;
    let mut last = f32::MIN;
    for (base, size) in bases {
        if base - last > 0.5 * size {
            count += 1;
            last = base;
        }
    }
    count
}

/// The gaps that part columns of text; those beside what is too short for one are dropped.
fn columns(bands: &[Band], gaps: &[(f32, f32)], size: f32) -> Option<Vec<(f32, f32)>> {
    let words: Vec<&Word> = bands.iter().flat_map(|band| &band.words).collect();
    let inner = |gap: &&(f32, f32)| {
        words.iter().any(|word| word.right <= gap.0) && words.iter().any(|word| word.left >= gap.1)
    };
    let mut gutters: Vec<(f32, f32)> = gaps.iter().filter(inner).copied().collect();
    while !gutters.is_empty() {
        let mut parts: Vec<Vec<&Word>> = vec![Vec::new(); gutters.len() + 1];
        for word in &words {
            let column = gutters.iter().filter(|gutter| gutter.1 <= word.left + 0.01).count();
            if let Some(part) = parts.get_mut(column) {
                part.push(word);
            }
        }
        let narrowest = gutters.iter().map(|gutter| gutter.1 - gutter.0).fold(f32::MAX, f32::min);
        let long = LONG.iter().find(|(wide, _)| narrowest >= wide * size).map_or(10, |(_, long)| *long);
        let widest = parts.iter().map(|part| width_of(part)).fold(0.0, f32::max);
        let top = words.iter().map(|word| word.top()).fold(f32::MAX, f32::min);
        let bad = parts.iter().position(|part| {
            // The last column may end after a row or two, if it begins where the others do.
            let begins = part.iter().map(|word| word.top()).fold(f32::MAX, f32::min);
            let is_rest = width_of(part) > 0.6 * widest
                && begins < top + 1.5 * size
                && narrowest >= LONG[1].0 * size;
            let is_column = narrowest >= LONG[0].0 * size && is_apart(part, &words, long);
            !is_column && !is_text(part, if is_rest { 1 } else { long })
        });
        let is_tall = parts.iter().any(|part| is_text(part, long));
        let bad = if is_tall { bad } else { Some(bad.unwrap_or(0)) };
        match bad {
            None => return Some(gutters),
            // The narrower of the two gutters beside it goes.
            Some(bad) => {
                let width = |at: usize| gutters.get(at).map_or(f32::MAX, |gutter| gutter.1 - gutter.0);
                let before = if bad == 0 { f32::MAX } else { width(bad - 1) };
                let drop = if before < width(bad) { bad - 1 } else { bad.min(gutters.len() - 1) };
                gutters.remove(drop);
            }
        }
    }
    None
}

fn width_of(words: &[&Word]) -> f32 {
    let left = words.iter().map(|word| word.left).fold(f32::MAX, f32::min);
    words.iter().map(|word| word.right).fold(f32::MIN, f32::max) - left
}

/// Whether the lines of a part stand at heights of their own, as beside a column they do and in a table
/// they do not.
fn is_apart(part: &[&Word], all: &[&Word], least: usize) -> bool {
    let bases = |words: &mut dyn Iterator<Item = &&Word>| {
        let mut bases: Vec<(f32, f32)> = words.map(|word| (word.base, word.size)).collect();
        bases.sort_by(|a, b| a.0.total_cmp(&b.0));
        bases.dedup_by(|next, base| next.0 - base.0 <= 0.3 * base.1);
        bases
    };
    let (left, right) = part
        .iter()
        .fold((f32::MAX, f32::MIN), |(left, right), word| (left.min(word.left), right.max(word.right)));
    let own = bases(&mut part.iter());
    let beside = bases(&mut all.iter().filter(|word| word.right < left || word.left > right));
    let level = |(base, size): &&(f32, f32)| {
        let next = beside.partition_point(|(other, _)| other < base);
        let near = |at: usize| beside.get(at).is_some_and(|other| (other.0 - base).abs() <= 0.1 * size);
        near(next) || next > 0 && near(next - 1)
    };
    own.len() >= least.max(4) && own.iter().filter(level).count() * 3 <= own.len()
}

/// Whether words look like lines of running text: several, long, and mostly full.
fn is_text(words: &[&Word], least: usize) -> bool {
    let left = words.iter().map(|word| word.left).fold(f32::MAX, f32::min);
    let right = words.iter().map(|word| word.right).fold(f32::MIN, f32::max);
    let mut rows: Vec<(f32, f32, f32, usize)> = Vec::new();
    let mut sorted = words.to_vec();
    sorted.sort_by(|a, b| a.base.total_cmp(&b.base));
    for word in sorted {
        let weight = |cell: &super::words::Cell| if is_ideograph(cell.letters.first()) { 2 } else { 1 };
        let count = word.cells.iter().map(weight).sum::<usize>() + 1;
        match rows.last_mut().filter(|row| word.base - row.0 <= 0.5 * word.size) {
            Some(row) => {
                row.1 = row.1.min(word.left);
                row.2 = row.2.max(word.right);
                row.3 += count;
            }
            None => rows.push((word.base, word.left, word.right, count)),
        }
    }
    let letters: usize = rows.iter().map(|row| row.3).sum();
    let full = rows.iter().filter(|row| row.2 - row.1 > 0.6 * (right - left)).count();
    rows.len() >= least && letters >= 14 * rows.len() && full * 2 >= rows.len()
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Letters;
    use super::super::words::Cell;
    use super::*;

    /// A line of 10-point type whose letters are 5 wide.
    fn put(text: &str, left: f32, base: f32, words: &mut Vec<Word>) {
        let mut at = left;
        for word in text.split(' ') {
            let start = at;
            let cells: Vec<Cell> = word
                .chars()
                .map(|c| {
                    at += 5.0;
                    Cell { letters: Letters::One(c), left: at - 5.0, right: at }
                })
                .collect();
            words.push(Word { cells, left: start, right: at, base, size: 10.0, glued: false });
            at += 3.0;
        }
    }

    fn read(words: Vec<Word>) -> Vec<String> {
        let mut out = Vec::new();
        for line in blocks(words).into_iter().flat_map(|block| block.lines) {
            let words: Vec<String> = line
                .words
                .iter()
                .map(|word| {
                    let mut text = String::new();
                    word.push_to(&mut text);
                    text
                })
                .collect();
            out.push(words.join(" "));
        }
        out
    }

    #[test]
    fn columns_are_read_one_after_the_other() {
        let mut words = Vec::new();
        put("A heading that stands over both of the columns here", 50.0, 80.0, &mut words);
        for row in 0..6u8 {
            let base = 100.0 + 12.0 * f32::from(row);
            put(&format!("left column number {row} words"), 50.0, base, &mut words);
            // Not level with the other column.
            put(&format!("right column number {row} word"), 210.0, base + 5.0, &mut words);
        }
        put("A line under both of the columns, as wide as they are", 50.0, 190.0, &mut words);
        let read = read(words);
        assert_eq!(read[0], "A heading that stands over both of the columns here");
        assert_eq!(read[1], "left column number 0 words");
        assert_eq!(read[6], "left column number 5 words");
        assert_eq!(read[7], "right column number 0 word");
        assert_eq!(read[13], "A line under both of the columns, as wide as they are");
    }

    #[test]
    fn short_lines_beside_an_article_are_no_part_of_it() {
        let beside =
            ["Poll", "Will you go?", "Yes: 61%", "Prices", "Oil cheaper", "in a row", "Letters"];
        let side_by_side = |step: f32| {
            let mut words = Vec::new();
            for row in 0..8u8 {
                let base = 100.0 + 12.0 * f32::from(row);
                put(&format!("this is line {row} of the article"), 50.0, base, &mut words);
            }
            for (row, text) in (0..7u8).zip(beside) {
                put(text, 280.0, 100.0 + step * f32::from(row), &mut words);
            }
            read(words)
        };
        let read = side_by_side(13.7);
        assert_eq!(read[7], "this is line 7 of the article");
        assert_eq!(read[8..], beside);
        // Level with the lines, they are cells of a table.
        assert_eq!(side_by_side(12.0)[1], "this is line 1 of the article Will you go?");
    }

    #[test]
    fn a_last_column_of_two_rows_is_one() {
        let mut words = Vec::new();
        for row in 0..8u8 {
            let base = 100.0 + 12.0 * f32::from(row);
            put(&format!("left column number {row} words"), 50.0, base, &mut words);
            if row < 2 {
                put(&format!("right column number {row} word"), 210.0, base, &mut words);
            }
        }
        let read = read(words);
        assert_eq!(read.len(), 10);
        assert_eq!(read[8..], ["right column number 0 word", "right column number 1 word"]);
    }

    #[test]
    fn a_table_is_read_row_by_row() {
        let mut words = Vec::new();
        for row in 0..6u8 {
            let base = 100.0 + 14.0 * f32::from(row);
            put(&format!("Item{row}"), 50.0, base, &mut words);
            put(&format!("{row}00"), 150.0, base, &mut words);
            put(&format!("{row}50"), 250.0, base, &mut words);
        }
        assert_eq!(read(words)[..2], ["Item0 000 050", "Item1 100 150"]);
    }

    #[test]
    fn raised_type_stays_in_its_line() {
        let mut words = Vec::new();
        put("as was said", 50.0, 100.0, &mut words);
        put("1", 102.0, 96.0, &mut words);
        if let Some(note) = words.last_mut() {
            note.size = 6.0;
        }
        put("and the next line", 50.0, 112.0, &mut words);
        assert_eq!(read(words), ["as was said 1", "and the next line"]);
    }
}
