//! Which blocks of a page are its article. Where it lies is decided in [`super::region`], by how the prose is spread
//! over the page's elements; here, what in it is not its own: what [`super::marks`] speaks against, lists of links,
//! labels. In doubt a block is read, so that a quoted paragraph or a lead is never lost to a rule about layout: an aside
//! between its paragraphs is if it reads like one, and a short block that stands in the middle of a sentence is whatever
//! it is called.

use std::ops::Range;

use super::blocks::{Block, Outline};
use super::marks::{Mark, marks, most_called};
use super::tree::{Kind, Tree, Weight, up};
use super::{hints, region, title};

/// With fewer letters in it, what was found is no article.
const LEAST: usize = 120;
/// Fewer letters than these are not enough to believe what elements are called.
const LITTLE: usize = 600;
/// So many elements at most are found to be called what they are not.
const MOST_LIES: usize = 8;
/// A sentence of as many letters is more than a label or a teaser.
const SENTENCE: usize = 60;
/// With fewer letters a block is hardly prose.
const PROSE: usize = 25;
/// A box with so many letters of prose in its paragraphs is one of an article.
const FLOW: usize = 300;
/// How far below a heading is looked for something that it stands above.
const BELOW: usize = 12;

/// The article's blocks by their places on the page, and its title.
pub(super) fn select(outline: &Outline) -> (Vec<usize>, Option<String>) {
    let blocks = outline.blocks.as_slice();
    let title = title::find(outline);
    let name = title::name(outline, title);
    let (mut marks, mut weights) = judge(outline, title);
    let homes: Vec<usize> = blocks.iter().map(|block| block.node).collect();
    let mut tree = Tree::new(&outline.nodes, &weights, &homes);
    if clear_entries(outline, &tree, title, &mut marks) {
        weights = weigh(outline, &marks);
        tree = Tree::new(&outline.nodes, &weights, &homes);
    }
    let at = title.and_then(|title| blocks.get(title).map(|block| (title, block.node)));
    let region = region::find(&tree, at);
    let flow = flow(outline, &weights);
    let chosen = Page { outline, tree: &tree, flow, marks: &marks, title, region }.chosen();
    let length = |at: &usize| blocks.get(*at).map_or(0, |block| block.letters);
    let found: usize = chosen.iter().map(length).sum();
    let prose = blocks.iter().filter(|block| !block.around && block.is_prose());
    let there: usize = prose.map(|block| block.letters).sum();
    if found < LEAST || found * 6 < there {
        return (all(blocks), name);
    }
    (chosen, name)
}

/// What tells against each block, and what each weighs; where little is left if elements are what they are called, the
/// first that hold much are not.
fn judge(outline: &Outline, title: Option<usize>) -> (Vec<Mark>, Vec<Weight>) {
    let mut lies = Vec::new();
    loop {
        let marks = marks(outline, title, &lies);
        let weights = weigh(outline, &marks);
        let believed: usize = weights.iter().map(|weight| weight.prose).sum();
        let called = most_called(outline, title, &lies).filter(|(_, held)| believed * 2 < *held);
        match called {
            Some((node, _)) if believed < LITTLE && lies.len() < MOST_LIES => lies.push(node),
            _ => return (marks, weights),
        }
    }
}

/// What looks like teasers, but makes up most of what stands with the title, are the entries of the page itself, such as
/// those of a live blog with links for headings. Says whether there were such.
fn clear_entries(outline: &Outline, tree: &Tree<'_>, title: Option<usize>, marks: &mut [Mark]) -> bool {
    let home = title.and_then(|title| outline.blocks.get(title)).map_or(0, |block| block.node);
    let story = up(tree.nodes, home).find(|&at| tree.sum(at).prose >= LEAST).unwrap_or(0);
    let sum = tree.sum(story);
    let blocks = outline.blocks.get(sum.first..sum.end).unwrap_or_default();
    let Some(marks) = marks.get_mut(sum.first..sum.end) else { return false };
    let teasers = blocks.iter().zip(&*marks).filter(|(_, mark)| mark.teaser);
    if teasers.map(|(block, _)| block.letters).sum::<usize>() <= sum.prose {
        return false;
    }
    for mark in marks {
        mark.teaser = false;
    }
    true
}

fn weigh(outline: &Outline, marks: &[Mark]) -> Vec<Weight> {
    let weight = |(block, mark): (&Block, &Mark)| {
        let letters = block.letters;
        let linked = letters * block.linked.min(block.text.len()) / block.text.len().max(1);
        if block.around || mark.is_any() {
            return Weight { prose: 0, plain: 0, linked: letters };
        }
        let is_prose = !block.heading && letters >= PROSE && !block.is_link();
        Weight { prose: if is_prose { letters } else { 0 }, plain: letters - linked, linked }
    };
    outline.blocks.iter().zip(marks).map(weight).collect()
}

/// A page of which everything is known but which blocks are the article.
struct Page<'a> {
    outline: &'a Outline,
    tree: &'a Tree<'a>,
    /// How much prose stands in each box not deeper than in a paragraph or a list.
    flow: Vec<usize>,
    marks: &'a [Mark],
    title: Option<usize>,
    region: Range<usize>,
}

impl Page<'_> {
    fn block(&self, at: usize) -> Option<(&Block, Mark)> {
        Some((self.outline.blocks.get(at)?, *self.marks.get(at)?))
    }

    /// The blocks of the region that are the article's own.
    fn chosen(&self) -> Vec<usize> {
        let mut chosen = Vec::new();
        let mut open_ended = false;
        for at in self.region.clone() {
            let Some((block, mark)) = self.block(at) else { continue };
            if self.title == Some(at) || self.is_own(at) || open_ended && self.goes_on(at) {
                open_ended = block.is_open_ended();
                chosen.push(at);
            } else if !block.around && !mark.is_any() {
                open_ended = false;
            }
        }
        chosen
    }

    /// Whether a block goes on with the sentence before it.
    fn goes_on(&self, at: usize) -> bool {
        let low = |at: usize| self.block(at).is_some_and(|(block, _)| block.begins_low());
        self.block(at).is_some_and(|(block, _)| !block.is_link()) && (low(at) || low(at + 1))
    }

    fn is_own(&self, at: usize) -> bool {
        let Some((block, mark)) = self.block(at) else { return false };
        if block.around || mark.is_any() {
            let between = self.region.start < at && at + 1 < self.region.end;
            return between && !mark.is_any() && is_prose_aside(block);
        }
        if block.heading { self.heads(at) } else { self.is_body(block) }
    }

    /// Whether a block that nothing tells against is of the article's text.
    fn is_body(&self, block: &Block) -> bool {
        if block.quoted {
            return true;
        }
        let in_words = self.tree.node(block.node).kind == Kind::Words;
        if block.is_link() {
            let said = block.letters >= SENTENCE || block.linked * 10 <= block.text.len() * 9;
            let of_article =
                block.is_sentence() && said || self.is_in_flow(block) || self.is_amid_words(block);
            return in_words && of_article;
        }
        !hints::is_label(&block.text) && (block.is_prose() || in_words || block.is_sentence())
    }

    /// Whether an item of links stands in a list amid paragraphs, as one in an article does and a list of other stories
    /// in a box of its own does not.
    fn is_in_flow(&self, block: &Block) -> bool {
        let parent = self.tree.node(block.node).parent;
        self.tree.node(parent).kind == Kind::Group
            && self.flow.get(list_of(self.outline, block)).is_some_and(|&prose| prose >= FLOW)
    }

    /// Whether an item or a cell of links stands among others that are none.
    fn is_amid_words(&self, block: &Block) -> bool {
        let parent = self.tree.node(block.node).parent;
        let sum = self.tree.sum(parent);
        parent != 0 && self.tree.node(parent).is_row && sum.plain > sum.linked
    }

    /// Whether a heading stands above something of the article.
    fn heads(&self, at: usize) -> bool {
        for below in at + 1..self.region.end.min(at + BELOW) {
            let Some((block, mark)) = self.block(below) else { continue };
            if mark.teaser {
                return false;
            }
            if block.heading || block.around || mark.called {
                continue;
            }
            if self.is_body(block) {
                return true;
            }
            if block.is_link() {
                return false;
            }
        }
        false
    }
}

/// How much prose stands in each box not deeper than in a paragraph or a list.
fn flow(outline: &Outline, weights: &[Weight]) -> Vec<usize> {
    let mut flow = vec![0; outline.nodes.len()];
    for (block, weight) in outline.blocks.iter().zip(weights) {
        if let Some(flow) = flow.get_mut(list_of(outline, block)) {
            *flow += weight.prose;
        }
    }
    flow
}

/// The node that holds a block's paragraph, or the list of its item.
fn list_of(outline: &Outline, block: &Block) -> usize {
    let parent = |at: usize| outline.nodes.get(at).map_or(0, |node| node.parent);
    let is = |at: usize, kind: Kind| outline.nodes.get(at).is_some_and(|node| node.kind == kind);
    let mut at = block.node;
    if is(at, Kind::Words) {
        at = parent(at);
    }
    if is(at, Kind::Group) { parent(at) } else { at }
}

/// Everything that does not stand around: for short pages, and those whose article was not found.
fn all(blocks: &[Block]) -> Vec<usize> {
    let (first, last) =
        (blocks.iter().position(|block| !block.around), blocks.iter().rposition(|block| !block.around));
    let (Some(first), Some(last)) = (first, last) else { return (0..blocks.len()).collect() };
    let stays = |(at, block): &(usize, &Block)| {
        !block.around || first < *at && *at < last && is_prose_aside(block)
    };
    blocks.iter().enumerate().filter(stays).map(|(at, _)| at).collect()
}

/// Whether a block in an aside reads like a paragraph of the article, not like a list of other stories.
fn is_prose_aside(block: &Block) -> bool {
    let alphabetic = || block.text.chars().filter(|c| c.is_alphabetic()).count();
    block.aside && (block.quoted || block.is_prose() && block.is_sentence() && alphabetic() >= SENTENCE)
}

#[cfg(test)]
mod tests {
    use super::super::blocks::outline;
    use super::*;

    fn read(page: &str) -> Vec<Block> {
        let outline = outline(page);
        select(&outline).0.into_iter().map(|at| outline.blocks[at].clone()).collect()
    }

    fn chosen(aside: &str) -> String {
        let paragraph = "The command told the ministry that its forces would be moved over the coming weeks, \
            according to a letter seen by this paper on Monday, and gave no reason for it.";
        let aside = format!("<aside>{aside}</aside>");
        let page = format!(
            "<html><body>{aside}<article><h1>Letter</h1><p>{paragraph} One.</p><p>{paragraph} Two.</p>{aside}\
            <p>{paragraph} Three.</p><p>{paragraph} Four.</p></article>{aside}</body></html>"
        );
        let blocks = read(&page);
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
        let texts: Vec<String> = {
            let blocks = outline(&page).blocks;
            all(&blocks).into_iter().map(|at| blocks[at].text.clone()).collect()
        };
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
        let blocks = read(&page);
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
        let blocks = read(&page);
        assert_eq!(blocks.get(3).unwrap().text, "run it copy");
    }
}
