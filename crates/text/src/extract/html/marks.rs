//! What tells against a block being the article's: that it stands in an element that is called by what stands around
//! articles, that it is the teaser of another story, or that it stands below a heading like `Comments`.

use super::blocks::{Block, Outline};
use super::hints::{self, Called};
use super::tree::{Kind, Node, up};

/// A sentence of as many letters is more than a label.
const SENTENCE: usize = 60;
/// More letters than these are no teaser.
const TEASER: usize = 400;

/// What tells against a block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// It stands in an element that is called by what stands around articles, or under a heading that says so.
    pub(super) called: bool,
    /// A teaser of another story.
    pub(super) teaser: bool,
}

impl Mark {
    pub(super) fn is_any(self) -> bool {
        self.called || self.teaser
    }
}

/// What tells against each block. What the nodes of `lies` are called is not believed, nor what those are that hold the
/// title.
pub(super) fn marks(outline: &Outline, title: Option<usize>, lies: &[usize]) -> Vec<Mark> {
    let (blocks, nodes) = (&outline.blocks, &outline.nodes);
    let mut called = vec![Called::Nothing; nodes.len()];
    let mut holds_title = vec![false; nodes.len()];
    if let Some(block) = title.and_then(|title| blocks.get(title)) {
        for node in up(nodes, block.node) {
            if let Some(holds) = holds_title.get_mut(node) {
                *holds = true;
            }
        }
    }
    for (at, node) in nodes.iter().enumerate() {
        let before = called.get(node.parent).copied().unwrap_or_default();
        let believed = !lies.contains(&at) && !holds_title.get(at).copied().unwrap_or(false);
        if let Some(called) = called.get_mut(at) {
            *called = if believed { before.max(node.called) } else { before };
        }
    }
    let is_called = |block: &Block| match called.get(block.node).copied().unwrap_or_default() {
        Called::Nothing => false,
        Called::Perhaps => !reads_like_prose(block),
        Called::Around => true,
    };
    let mut marks: Vec<Mark> =
        blocks.iter().map(|block| Mark { called: is_called(block), teaser: false }).collect();
    mark_teasers(outline, title, &mut marks);
    mark_others(outline, title, &mut marks);
    marks
}

/// Whether a block is a sentence of an article's length.
fn reads_like_prose(block: &Block) -> bool {
    block.is_prose() && block.is_sentence() && block.letters >= SENTENCE
}

/// Of the nodes that are called by what stands around articles and are in no other such, the first behind the title that
/// holds nearly as much prose as any of them, and how much that is.
pub(super) fn most_called(
    outline: &Outline,
    title: Option<usize>,
    lies: &[usize],
) -> Option<(usize, usize)> {
    let mut outermost: Vec<Option<usize>> = Vec::with_capacity(outline.nodes.len());
    for (at, node) in outline.nodes.iter().enumerate() {
        let own = (node.called == Called::Around && !lies.contains(&at)).then_some(at);
        outermost.push(outermost.get(node.parent).copied().flatten().or(own));
    }
    let mut held: Vec<(usize, usize)> = Vec::new();
    for block in outline.blocks.iter().skip(title.unwrap_or(0)) {
        if block.around || block.is_link() || block.heading {
            continue;
        }
        if let Some(node) = outermost.get(block.node).copied().flatten() {
            match held.last_mut().filter(|(last, _)| *last == node) {
                Some((_, sum)) => *sum += block.letters,
                None => held.push((node, block.letters)),
            }
        }
    }
    let most = held.iter().map(|(_, sum)| *sum).max()?;
    held.into_iter().find(|(_, sum)| *sum * 3 >= most)
}

/// A short block right under a heading that is a link, or in one box with a link before it, is a teaser.
fn mark_teasers(outline: &Outline, title: Option<usize>, marks: &mut [Mark]) {
    let blocks = outline.blocks.as_slice();
    for (at, pair) in blocks.windows(2).enumerate() {
        let [above, block] = pair else { continue };
        let fits = above.heading && above.is_link() && title != Some(at) && !block.heading;
        if fits
            && block.letters <= TEASER
            && is_within(&outline.nodes, block, box_of(&outline.nodes, above))
            && is_alone(outline, at + 1)
            && let Some(mark) = marks.get_mut(at + 1)
        {
            mark.teaser = true;
        }
    }
}

/// Whether a block stands in a node.
fn is_within(nodes: &[Node], block: &Block, node: usize) -> bool {
    node == 0 || up(nodes, block.node).any(|at| at == node)
}

/// Whether no other prose stands behind a block in its box.
fn is_alone(outline: &Outline, at: usize) -> bool {
    let home = outline.blocks.get(at).map(|block| box_of(&outline.nodes, block));
    let next = outline.blocks.get(at + 1);
    next.is_none_or(|next| {
        Some(box_of(&outline.nodes, next)) != home || next.heading || !next.is_prose()
    })
}

/// The node that holds a block's paragraph.
fn box_of(nodes: &[Node], block: &Block) -> usize {
    up(nodes, block.node)
        .find(|&at| nodes.get(at).is_some_and(|node| node.kind == Kind::Box))
        .unwrap_or(0)
}

/// What stands in boxes and lists behind a heading above comments or other stories.
fn mark_others(outline: &Outline, title: Option<usize>, marks: &mut [Mark]) {
    let (blocks, nodes) = (&outline.blocks, &outline.nodes);
    let mut at = 0;
    while let Some(block) = blocks.get(at) {
        at += 1;
        if block.letters > 100 || title == Some(at - 1) || !hints::is_above_others(&block.text) {
            continue;
        }
        let (heading, home) = (at - 1, box_of(nodes, block));
        while let Some(next) = blocks.get(at) {
            let loose = next.node == home
                || nodes
                    .get(next.node)
                    .is_some_and(|node| node.parent == home && node.kind != Kind::Box);
            if !is_within(nodes, next, home)
                || loose && !next.is_link()
                || title.is_some_and(|title| title >= at)
            {
                break;
            }
            for marked in [heading, at] {
                if let Some(mark) = marks.get_mut(marked) {
                    mark.called = true;
                }
            }
            at += 1;
        }
    }
}
