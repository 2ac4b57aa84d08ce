//! Between which blocks the article lies: from its title, or from where the prose begins, down the elements that hold
//! most of the prose, to the last that holds some. What in between is not the article's is decided in
//! [`super::article`].

use std::ops::Range;

use super::tree::{Kind, Tree, up};

/// So many letters of prose are a sentence: a correction at the end, say.
const SENTENCE: usize = 30;
/// No more than one part in so many of the prose around a title stands before it.
const BEFORE: usize = 6;

/// The blocks of the article. `title` is the block that is its title, if one is, and the node that it stands in.
pub(super) fn find(tree: &Tree<'_>, title: Option<(usize, usize)>) -> Range<usize> {
    let whole = tree.sum(0);
    let top = title.and_then(|(block, node)| Some((block, level_of(tree, block, node)?)));
    match top {
        Some((block, node)) => block..end(tree, node, block),
        None => {
            let node = heaviest(tree);
            let sum = if node == 0 { whole } else { tree.sum(node) };
            let first = first(tree, node);
            first..end(tree, node, sum.first).max(first)
        }
    }
}

/// The innermost node around the title that holds most of the prose, if hardly any of that stands before the title:
/// else it is a heading in an article, not above it.
fn level_of(tree: &Tree<'_>, block: usize, node: usize) -> Option<usize> {
    let whole = tree.sum(0).prose;
    let level = up(tree.nodes, node).find(|&at| tree.sum(at).prose * 2 >= whole).unwrap_or(0);
    let sum = tree.sum(level);
    (tree.prose(sum.first..block) * BEFORE <= sum.prose).then_some(level)
}

/// The innermost node that holds three quarters of what the one around it does.
fn heaviest(tree: &Tree<'_>) -> usize {
    let mut at = 0;
    loop {
        let most = tree.children(at).iter().copied().max_by_key(|&child| tree.sum(child).prose);
        match most {
            Some(child)
                if tree.sum(child).prose * 4 >= tree.sum(at).prose * 3
                    && tree.sum(child).prose > 0
                    && tree.node(child).kind != Kind::Words =>
            {
                at = child;
            }
            _ => return at,
        }
    }
}

/// Behind the last block of a node that belongs to the article, of those at `from` and behind it.
fn end(tree: &Tree<'_>, node: usize, from: usize) -> usize {
    let mut at = node;
    loop {
        let sum = tree.sum(at);
        let measure = Measure::of(tree, at);
        let mut children = tree.children(at).iter().copied();
        let last = children.rfind(|&child| tree.sum(child).end > from && measure.is_sure(tree, child));
        let Some(last) = last else { return sum.end };
        let end = tree.sum(last).end;
        // Words that stand in the node itself, behind that.
        let loose = loose_end(tree, at, end);
        if loose > end || tree.node(last).kind != Kind::Box {
            return loose;
        }
        at = last;
    }
}

/// The first block of a node that belongs to the article.
fn first(tree: &Tree<'_>, node: usize) -> usize {
    let children = tree.children(node);
    let begin = tree.sum(node).first;
    let measure = Measure::of(tree, node);
    match children.iter().copied().find(|&child| measure.is_sure(tree, child)) {
        // The words before it stand in the node itself.
        Some(child) if children.first() == Some(&child) => begin,
        Some(child) => tree.sum(child).first,
        None => begin,
    }
}

/// Where blocks end that stand in the node itself, right behind `from`.
fn loose_end(tree: &Tree<'_>, node: usize, from: usize) -> usize {
    let next =
        tree.children(node).iter().map(|&child| tree.sum(child).first).find(|&first| first >= from);
    next.unwrap_or(tree.sum(node).end).max(from)
}

/// What the things in a node are measured by: the one with the most prose.
struct Measure {
    prose: usize,
    look: Option<u64>,
}

impl Measure {
    fn of(tree: &Tree<'_>, node: usize) -> Self {
        let most = tree.children(node).iter().max_by_key(|&&child| tree.sum(child).prose);
        Self {
            prose: most.map_or(0, |&most| tree.sum(most).prose),
            look: most.map(|&most| tree.node(most).look),
        }
    }

    /// Whether something in the node is part of the article if the node is: words among words, what looks like the
    /// most of it, or a good part of the prose.
    fn is_sure(&self, tree: &Tree<'_>, child: usize) -> bool {
        let sum = tree.sum(child);
        let is_plain = sum.plain > sum.linked;
        match tree.node(child).kind {
            Kind::Heading => false,
            Kind::Words | Kind::Group => is_plain,
            Kind::Box => {
                is_plain && self.look == Some(tree.node(child).look)
                    || sum.prose > 0 && sum.prose >= SENTENCE.min(self.prose / 10)
            }
        }
    }
}
