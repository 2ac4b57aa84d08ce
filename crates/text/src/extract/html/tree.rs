//! The elements that hold a page's blocks, as far as where an article begins and ends can be told by them: what
//! stands in what, what looks alike, and how much of it is prose. Not a document tree: no text, no attributes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::hints::{self, Called};
use super::tags::Attributes;

/// An element that holds blocks.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    /// The node it stands in; the page itself stands in itself.
    pub(super) parent: usize,
    pub(super) kind: Kind,
    /// A heading of the first rank.
    pub(super) first_rank: bool,
    /// A list or a row: what stands in it is of one kind.
    pub(super) is_row: bool,
    pub(super) called: Called,
    /// The same for nodes of the same element and classes.
    pub(super) look: u64,
}

/// What an element is to an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may hold anything: `div`, `section`, a table for layout.
    #[default]
    Box,
    /// It holds words: a paragraph, an item, a cell.
    Words,
    Heading,
    /// It holds such: a list, a table, a figure.
    Group,
}

impl Node {
    pub(super) fn new(parent: usize, name: &str, attributes: &Attributes<'_>) -> Self {
        let [class, id, role] = ["class", "id", "role"].map(|name| attributes.get(name));
        let mut look = DefaultHasher::new();
        (name, class).hash(&mut look);
        let called = hints::called(name, role, [class, id]);
        let is_row = matches!(name, "tr" | "ul" | "ol" | "dl");
        Self {
            parent,
            kind: Kind::of(name),
            first_rank: name == "h1",
            is_row,
            called,
            look: look.finish(),
        }
    }
}

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "p" | "li" | "dt" | "dd" | "td" | "th" | "pre" | "blockquote" | "caption" | "figcaption"
            | "listing" | "xmp" | "plaintext" => Self::Words,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "ul" | "ol" | "dl" | "figure" | "dir" => Self::Group,
            _ => Self::Box,
        }
    }
}

/// What lies in a node, in it and in all nodes in it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    /// Letters of prose that may be the article's.
    pub(super) prose: usize,
    /// Letters outside of links.
    pub(super) plain: usize,
    /// Letters of links.
    pub(super) linked: usize,
    /// The first of its blocks and the one behind the last; none if they are the same.
    pub(super) first: usize,
    pub(super) end: usize,
}

/// What is counted of one block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    pub(super) prose: usize,
    pub(super) plain: usize,
    pub(super) linked: usize,
}

/// The nodes with their sums and what they hold.
pub(super) struct Tree<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) sums: Vec<Sum>,
    /// How much prose stands before each block, and before the end.
    before: Vec<usize>,
    /// The nodes in each node, in order.
    pub(super) inside: Vec<Vec<usize>>,
}

impl<'a> Tree<'a> {
    /// `weights` are those of the blocks, `homes` the nodes they stand in.
    pub(super) fn new(nodes: &'a [Node], weights: &[Weight], homes: &[usize]) -> Self {
        let mut sums = vec![Sum::default(); nodes.len()];
        for (at, (weight, home)) in weights.iter().zip(homes).enumerate() {
            if let Some(sum) = sums.get_mut(*home) {
                let more = Sum {
                    prose: weight.prose,
                    plain: weight.plain,
                    linked: weight.linked,
                    first: at,
                    end: at + 1,
                };
                sum.add(more);
            }
        }
        let mut inside = vec![Vec::new(); nodes.len()];
        for (at, node) in nodes.iter().enumerate().skip(1).rev() {
            let sum = sums.get(at).copied().unwrap_or_default();
            if sum.first < sum.end {
                if let Some(parent) = sums.get_mut(node.parent) {
                    parent.add(sum);
                }
                if let Some(list) = inside.get_mut(node.parent) {
                    list.push(at);
                }
            }
        }
        for list in &mut inside {
            list.sort_by_key(|&node| sums.get(node).map_or(0, |sum| sum.first));
        }
        let mut before = vec![0];
        for weight in weights {
            before.push(before.last().copied().unwrap_or(0) + weight.prose);
        }
        Self { nodes, sums, before, inside }
    }

    pub(super) fn sum(&self, node: usize) -> Sum {
        self.sums.get(node).copied().unwrap_or_default()
    }

    /// How much prose stands in a stretch of blocks.
    pub(super) fn prose(&self, blocks: Range<usize>) -> usize {
        let before = |at: usize| self.before.get(at).copied().unwrap_or(0);
        before(blocks.end).saturating_sub(before(blocks.start))
    }

    pub(super) fn node(&self, node: usize) -> Node {
        self.nodes.get(node).cloned().unwrap_or_default()
    }

    pub(super) fn children(&self, node: usize) -> &[usize] {
        self.inside.get(node).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Sum {
    fn add(&mut self, more: Self) {
        let empty = self.first == self.end;
        self.first = if empty { more.first } else { self.first.min(more.first) };
        self.end = self.end.max(more.end);
        self.prose += more.prose;
        self.plain += more.plain;
        self.linked += more.linked;
    }
}

/// The node and all it stands in, the innermost first, without the page itself.
pub(super) fn up(nodes: &[Node], from: usize) -> impl Iterator<Item = usize> {
    let next = |at: &usize| nodes.get(*at).map(|node| node.parent).filter(|_| *at != 0);
    std::iter::successors(Some(from), next).take_while(|at| *at != 0)
}
