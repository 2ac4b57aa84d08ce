//! The words of one block to lines, from top to bottom: raised and lowered type goes to the line it leans on.

use super::bidi;
use super::words::Word;

/// Words that are read one line after the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    pub(super) left: f32,
    pub(super) right: f32,
}

/// Words that stand side by side, in the order of reading.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) words: Vec<Word>,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) base: f32,
    /// Height of most of its type.
    pub(super) size: f32,
}

/// Lines of one block, from top to bottom.
pub(super) fn block(mut words: Vec<Word>, runs_left: bool) -> Option<Block> {
    words.sort_by(|a, b| a.base.total_cmp(&b.base));
    let left = words.iter().map(|word| word.left).fold(f32::MAX, f32::min);
    let right = words.iter().map(|word| word.right).fold(f32::MIN, f32::max);
    let mut rows: Vec<Vec<Word>> = Vec::new();
    let (mut small, mut base, mut height) = (Vec::new(), f32::MIN, 0.0f32);
    for word in words {
        if !rows.is_empty() && word.base - base <= 0.3 * word.size.max(0.5 * height) {
            base = word.base;
            height = height.max(word.size);
            if let Some(row) = rows.last_mut() {
                row.push(word);
            }
        } else {
            (base, height) = (word.base, word.size);
            rows.push(vec![word]);
        }
    }
    // A row of nothing but raised or lowered small type goes to the row that it overlaps.
    let mut kept: Vec<Vec<Word>> = Vec::new();
    for row in rows {
        let size = row.iter().map(|word| word.size).fold(0.0, f32::max);
        let letters: usize = row.iter().map(Word::characters).sum();
        if letters <= 6 && kept.last().is_some_and(|before| leans_on(&row, before, size)) {
            // Lowered: under the row before.
            kept.last_mut().into_iter().for_each(|before| before.extend(row.iter().cloned()));
        } else if small.is_empty() && letters <= 6 {
            small = row;
        } else {
            let raised = std::mem::take(&mut small);
            let mut row = row;
            if raised.is_empty() {
            } else if leans_on(&raised, &row, raised.iter().map(|word| word.size).fold(0.0, f32::max)) {
                row.extend(raised);
            } else {
                kept.push(raised);
            }
            kept.push(row);
        }
    }
    if !small.is_empty() {
        kept.push(small);
    }
    let lines: Vec<Line> = kept.into_iter().filter_map(|row| line(row, runs_left)).collect();
    (!lines.is_empty()).then_some(Block { lines, left, right })
}

/// Whether small type stands raised or lowered beside a row's type.
fn leans_on(small: &[Word], row: &[Word], size: f32) -> bool {
    small.iter().all(|word| {
        row.iter().any(|other| {
            other.size > 1.2 * size
                && word.bottom() > other.top() - 0.2 * other.size
                && word.top() < other.base + 0.1 * other.size
                && (word.left - other.right).abs().min((other.left - word.right).abs())
                    < 0.6 * other.size
        })
    })
}

fn line(mut words: Vec<Word>, runs_left: bool) -> Option<Line> {
    words.sort_by(|a, b| a.left.total_cmp(&b.left));
    let weighed =
        words.iter().flat_map(|word| std::iter::repeat_n(word.size, word.characters().min(64)));
    let size = median(weighed.collect())?;
    let near = |word: &&Word| (word.size - size).abs() < 0.1 * size;
    let base = words.iter().find(near).or(words.first())?.base;
    let left = words.first()?.left;
    let right = words.iter().map(|word| word.right).fold(f32::MIN, f32::max);
    Some(Line { words: bidi::logical(words, runs_left), left, right, base, size })
}

pub(super) fn median(mut values: Vec<f32>) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}
