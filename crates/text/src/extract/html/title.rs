//! Which block of a page is its title, and what the title is without the site's name.

use super::blocks::{Block, Outline};

/// No title is longer, in bytes.
const LONGEST: usize = 600;

/// The block that is the page's title: the one that says what the page calls itself, headings first, or its only
/// heading of the first rank. It may stand in the head of the page, where other blocks are not the article's.
pub(super) fn find(outline: &Outline) -> Option<usize> {
    let names: Vec<String> =
        [&outline.headline, &outline.title].into_iter().flatten().map(|name| squeezed(name)).collect();
    let first_rank = |block: &Block| {
        block.heading && outline.nodes.get(block.node).is_some_and(|node| node.first_rank)
    };
    let find = |fits: &dyn Fn(&Block) -> bool| {
        let mut blocks = outline.blocks.iter();
        blocks.position(|block| block.text.len() <= LONGEST && fits(block))
    };
    let only = || {
        let mut headings = outline.blocks.iter().enumerate().filter(|(_, block)| first_rank(block));
        headings.next().filter(|_| headings.next().is_none()).map(|(at, _)| at)
    };
    let heads = |block: &Block| block.heading && !block.around && is_in(block, &names);
    find(&|block| heads(block) && !block.is_link())
        .or_else(|| find(&heads))
        .or_else(|| find(&|block| first_rank(block) && (is_in(block, &names) || holds(block, &names))))
        .or_else(|| find(&|block| !block.around && !block.is_link() && is_in(block, &names)))
        .or_else(only)
}

/// Whether a block is a good part of one of the page's names.
fn is_in(block: &Block, names: &[String]) -> bool {
    let text = squeezed(&block.bare());
    let is_part = |name: &String| text.len() * 5 >= name.len() * 2 && name.contains(&text);
    text.chars().count() >= 4 && names.iter().any(is_part)
}

/// Whether one of the page's names is a good part of a block.
fn holds(block: &Block, names: &[String]) -> bool {
    let text = squeezed(&block.bare());
    let is_part = |name: &String| {
        name.chars().count() >= 4 && name.len() * 5 >= text.len() * 2 && text.contains(name)
    };
    names.iter().any(is_part)
}

/// Letters and digits only, without case.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The title, without the site's name.
pub(super) fn name(outline: &Outline, block: Option<usize>) -> Option<String> {
    let heading = block.and_then(|at| outline.blocks.get(at));
    let of_heading =
        heading.filter(|_| outline.title.is_some()).and_then(|block| super::super::title(&block.bare()));
    outline.headline.clone().or(of_heading).or_else(|| outline.title.clone())
}
