//! One page read: its words as lines of text in the order of reading, each with its place. All that is kept of a
//! page while the others are read.

use std::collections::BTreeMap;

use super::columns;
use super::lines::Block;
use super::sheet::{Glyph, Sheet};
use super::{bidi, words};
use crate::Area;

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Counted from 1.
    pub(super) number: u32,
    pub(super) lines: Vec<PageLine>,
    /// Which way most of its lines run, in degrees clockwise.
    pub(super) turn: i16,
    /// Where the page begins and how far it goes across those lines, in points.
    pub(super) top: f32,
    pub(super) height: f32,
}

/// A line of text. Lengths are in points along the line, and across it downwards.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PageLine {
    pub(super) text: String,
    /// Where each of its words begins in the text and lies on the page.
    pub(super) places: Vec<(usize, usize, Area)>,
    /// Which of its words are raised small type.
    pub(super) raised: Vec<usize>,
    pub(super) turn: i16,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) base: f32,
    pub(super) size: f32,
    /// The column that it stands in.
    pub(super) column: (f32, f32),
    /// Whether it is the first of its block.
    pub(super) opens: bool,
    /// Whether it runs from right to left.
    pub(super) runs_left: bool,
}

/// Reads a page's sheet.
pub(super) fn page(number: u32, mut sheet: Sheet) -> Page {
    let mut turns: BTreeMap<i16, Vec<Glyph>> = BTreeMap::new();
    for glyph in std::mem::take(&mut sheet.glyphs) {
        turns.entry(glyph.turn).or_default().push(glyph);
    }
    let mut turns: Vec<(i16, Vec<Glyph>)> = turns.into_iter().collect();
    // What most is written in comes first; the sort is stable.
    turns.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    let turn = turns.first().map_or(0, |(turn, _)| *turn);
    let (top, height) = match turn {
        90 => (-sheet.width, sheet.width),
        180 | -180 => (-sheet.height, sheet.height),
        -90 => (0.0, sheet.width),
        _ => (0.0, sheet.height),
    };
    let mut lines = Vec::new();
    for (turn, glyphs) in turns {
        for block in columns::blocks(words::words(glyphs)) {
            lines_of(block, turn, &sheet, &mut lines);
        }
    }
    Page { number, lines, turn, top, height }
}

fn lines_of(block: Block, turn: i16, sheet: &Sheet, lines: &mut Vec<PageLine>) {
    let column = (block.left, block.right);
    for (at, line) in block.lines.into_iter().enumerate() {
        let mut text = String::new();
        let mut places = Vec::with_capacity(line.words.len());
        let mut raised = Vec::new();
        for (number, word) in line.words.iter().enumerate() {
            if word.size < 0.85 * line.size && word.base < line.base - 0.1 * line.size {
                raised.push(number);
            }
            if !text.is_empty() && !word.glued {
                text.push(' ');
            }
            let start = text.len();
            word.push_to(&mut text);
            let (top, bottom) = (word.base - 0.8 * word.size, word.base + 0.22 * word.size);
            places.push((start, text.len(), sheet.area(turn, word.left, word.right, top, bottom)));
        }
        let runs_left = bidi::runs_left(&line.words);
        let (left, right, base, size) = (line.left, line.right, line.base, line.size);
        let opens = at == 0;
        lines.push(PageLine {
            text,
            places,
            raised,
            turn,
            left,
            right,
            base,
            size,
            column,
            opens,
            runs_left,
        });
    }
}
