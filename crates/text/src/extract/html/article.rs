//! Which blocks of a page are its article. Readability says roughly where it is; what it dropped from the
//! middle, or just before and after, is taken back if it reads like a paragraph, so that a quoted
//! paragraph or a lead is never lost to a rule about layout.

use std::collections::HashSet;

use dom_smoothie::Readability;

use super::blocks::{Block, outline};

/// With less than this many bytes in it, what readability found is no article.
const LEAST: usize = 140;

/// The article's blocks, in the order of the page, and its title.
pub(super) fn select(page: &str, blocks: Vec<Block>) -> (Vec<Block>, Option<String>) {
    let Some((title, found)) = readable(page) else { return (all(blocks), None) };
    let marks: Vec<bool> = blocks.iter().map(|block| found.contains(&squeeze(&block.text))).collect();
    let length = |block: &Block| block.text.len();
    let marked: usize =
        blocks.iter().zip(&marks).filter(|(_, mark)| **mark).map(|(block, _)| length(block)).sum();
    let prose: usize = blocks.iter().filter(|block| !block.around && block.is_prose()).map(length).sum();
    if marked < LEAST || marked * 4 < prose {
        return (all(blocks), title);
    }
    let first = marks.iter().position(|&mark| mark).unwrap_or(0);
    let last = marks.iter().rposition(|&mark| mark).unwrap_or(0);
    let (first, last) = (reach_back(&blocks, first), reach_on(&blocks, last));
    let chosen = blocks
        .into_iter()
        .zip(marks)
        .enumerate()
        .filter(|(at, (block, mark))| {
            (first..=last).contains(at)
                && (*mark || !block.around && (block.is_prose() || block.heading))
        })
        .map(|(_, (block, _))| block)
        .collect();
    (chosen, title)
}

/// Everything that does not stand around: for short pages, and those that readability cannot read.
fn all(blocks: Vec<Block>) -> Vec<Block> {
    if blocks.iter().all(|block| block.around) {
        return blocks;
    }
    blocks.into_iter().filter(|block| !block.around).collect()
}

/// From the first block that was found back over the lead to the heading above it.
fn reach_back(blocks: &[Block], first: usize) -> usize {
    let mut reach = first;
    for (at, block) in blocks.iter().enumerate().take(first).rev() {
        if block.around {
            break;
        }
        if block.heading {
            return at;
        }
        if block.is_prose() {
            reach = at;
        }
    }
    reach
}

/// From the last block that was found on over the paragraphs right behind it.
fn reach_on(blocks: &[Block], last: usize) -> usize {
    let behind = blocks
        .iter()
        .skip(last + 1)
        .take_while(|block| !block.around && !block.heading && block.is_prose());
    last + behind.count()
}

/// The title and the blocks, squeezed, that readability takes for the article.
fn readable(page: &str) -> Option<(Option<String>, HashSet<String>)> {
    let article = Readability::new(page, None, None).ok()?.parse().ok()?;
    let found = outline(&article.content).blocks.iter().map(|block| squeeze(&block.text)).collect();
    Some((super::super::title(&article.title), found))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect()
}
