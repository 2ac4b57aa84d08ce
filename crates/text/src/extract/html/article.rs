//! Which blocks of a page are its article. Readability says roughly where it is; what it dropped from the
//! middle, or just before and after, is taken back if it reads like a paragraph, so that a quoted
//! paragraph or a lead is never lost to a rule about layout. So is an aside between its paragraphs that
//! reads like one, and a short block that stands in the middle of a sentence.

use std::collections::HashSet;

use dom_smoothie::Readability;

use super::blocks::{Block, outline};

/// With less than this many bytes in it, what readability found is no article.
const LEAST: usize = 140;
/// A sentence of as many letters is more than a label or a teaser.
const SENTENCE: usize = 60;

/// The article's blocks, in the order of the page, and its title.
pub(super) fn select(page: &str, blocks: Vec<Block>) -> (Vec<Block>, Option<String>) {
    let Some((title, found)) = readable(page) else { return (all(blocks), None) };
    let marks: Vec<bool> = blocks
        .iter()
        .map(|block| {
            let bare = block.bare();
            !bare.is_empty() && found.contains(&bare)
        })
        .collect();
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
    let mut open_ended = false;
    let mut chosen = Vec::new();
    for (at, (block, mark)) in blocks.into_iter().zip(marks).enumerate() {
        if !(first..=last).contains(&at) {
            continue;
        }
        let own = !block.around && (block.is_prose() || block.heading || open_ended && !block.is_link());
        let between = first < at && at < last && is_prose_aside(&block);
        if mark || own || between {
            open_ended = !block.heading && is_open_ended(&block.text);
            chosen.push(block);
        }
    }
    (chosen, title)
}

/// Everything that does not stand around: for short pages, and those that readability cannot read.
fn all(blocks: Vec<Block>) -> Vec<Block> {
    let (first, last) =
        (blocks.iter().position(|block| !block.around), blocks.iter().rposition(|block| !block.around));
    let (Some(first), Some(last)) = (first, last) else { return blocks };
    let stays = |(at, block): &(usize, Block)| {
        !block.around || first < *at && *at < last && is_prose_aside(block)
    };
    blocks.into_iter().enumerate().filter(stays).map(|(_, block)| block).collect()
}

/// Whether a block in an aside reads like a paragraph of the article, not like a list of other stories.
fn is_prose_aside(block: &Block) -> bool {
    let sentence = || {
        let end = block.text.trim_end_matches(|c: char| "”\"'’»)]".contains(c));
        end.ends_with(['.', '!', '?', '…', ':', '。'])
            && block.text.chars().filter(|c| c.is_alphabetic()).count() >= SENTENCE
    };
    block.aside && (block.quoted || block.is_prose() && sentence())
}

/// Whether a block ends in the middle of a sentence.
fn is_open_ended(text: &str) -> bool {
    text.ends_with(|c: char| c.is_alphanumeric() || c == ',' || c == ';')
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
    let found = outline(&article.content).blocks.iter().map(Block::bare).collect();
    Some((super::super::title(&article.title), found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(aside: &str) -> String {
        let paragraph = "The command told the ministry that its forces would be moved over the coming weeks, \
            according to a letter seen by this paper on Monday, and gave no reason for it.";
        let aside = format!("<aside>{aside}</aside>");
        let page = format!(
            "<html><body>{aside}<article><h1>Letter</h1><p>{paragraph} One.</p><p>{paragraph} Two.</p>{aside}\
            <p>{paragraph} Three.</p><p>{paragraph} Four.</p></article>{aside}</body></html>"
        );
        let blocks = select(&page, outline(&page).blocks).0;
        let own = |block: &&Block| !block.text.starts_with("The command") && !block.heading;
        blocks.iter().filter(own).map(|block| format!("{};", block.text)).collect()
    }

    #[test]
    fn prose_in_an_aside_between_paragraphs_is_read_once() {
        let prose =
            "We shall cross the river bridge at night, whatever the protocol says, on 12 January 2026.";
        assert_eq!(chosen(&format!("<p>{prose}</p>")), format!("{prose};"));
        assert_eq!(
            chosen("<blockquote>We respect your decision</blockquote>"),
            "We respect your decision;"
        );
        assert_eq!(chosen("<p>Read more about the contingent and its letters</p>"), "");
        assert_eq!(chosen(&format!("<p><a href=x>{prose}</a></p>")), "");
        assert_eq!(chosen(&format!("<nav><p>{prose}</p></nav>")), "");
    }

    #[test]
    fn short_pages_keep_an_aside_between_their_paragraphs() {
        let prose =
            "We shall cross the river bridge at night, whatever the protocol says, on 12 January 2026.";
        let page = format!(
            "<aside>{prose}</aside><p>One.</p><aside>{prose}</aside><p>Two.</p><aside>x</aside>"
        );
        let texts: Vec<String> =
            all(outline(&page).blocks).into_iter().map(|block| block.text).collect();
        assert_eq!(texts, ["One.", prose, "Two."]);
    }

    #[test]
    fn a_block_in_the_middle_of_a_sentence_is_read() {
        let paragraph = "The command told the ministry that its forces would be moved over the coming weeks, \
            according to a letter seen by this paper on Monday, and gave no reason for it.";
        let page = format!(
            "<html><body><article><h1>Letter</h1><p>{paragraph}</p><p>We respect your decision and we shall \
            <dialog open>not</dialog> carry it out in good order, as we have said.</p><p>{paragraph}</p></article>"
        );
        let blocks = select(&page, outline(&page).blocks).0;
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(
            texts.get(2..5).unwrap(),
            [
                "We respect your decision and we shall",
                "not",
                "carry it out in good order, as we have said.",
            ]
        );
    }

    #[test]
    fn a_button_in_a_block_does_not_lose_it() {
        let paragraph = "<p>The command told the ministry that its forces would be moved over the coming weeks, \
            according to a letter seen by this paper on Monday, and gave no reason for it.</p>";
        let page = format!(
            "<html><body><article><h1>Letter</h1>{paragraph}{paragraph}<pre>run it<button>copy</button></pre>\
            {paragraph}</article>"
        );
        let blocks = select(&page, outline(&page).blocks).0;
        assert_eq!(blocks.get(3).unwrap().text, "run it copy");
    }
}
