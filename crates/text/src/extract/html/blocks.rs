//! A page's text in blocks (paragraphs, headings, list items, cells), each with what tells an article
//! from what stands around it. Which blocks are the article is decided in [`super::article`], which
//! elements are open and seen in [`super::open`].
//!
//! Read is what a reader sees of the page as it comes, without scripts, and what stands ready to be
//! opened (`details`, `select`). Unread is what the page itself declares unseen: by the element (`script`,
//! `style`, `template`, the head, the fallback of films and frames), by the `hidden` attribute, by the
//! `style` attribute (`display`, `visibility`, `opacity` and type of no size), or by the simple rules that
//! [`super::sheet`] knows. Not noticed are external style sheets, longer selectors and `@` rules, what
//! stands outside of the window or under something else, and text in the colour of its ground. What
//! scripts, pictures, form values or style sheets (`content`) write is not there either.

use std::ops::Range;

use super::sheet::Sheet;
use super::tags::{Attributes, Reader, walk};
use super::tree::Node;
use super::writer::Writer;

/// One block of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// Inside navigation, an aside, or the head or foot of the page.
    pub(super) around: bool,
    /// Inside an aside, and in nothing else that stands around.
    pub(super) aside: bool,
    /// A heading.
    pub(super) heading: bool,
    /// Inside a block quotation.
    pub(super) quoted: bool,
    /// The element that it stands in, among the page's nodes.
    pub(super) node: usize,
    /// About how many letters and digits it has, an ideograph counted as three.
    pub(super) letters: usize,
    /// Inside so many block quotations.
    pub(super) depth: usize,
    /// How many bytes of the text are the text of links.
    pub(super) linked: usize,
    /// Where the text of controls and drawings lies in it, which is no part of an article by itself.
    pub(super) controls: Vec<Range<usize>>,
}

impl Block {
    /// Its text without what controls and drawings write, by which a heading is known again as the title.
    pub(super) fn bare(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut from = 0;
        for control in &self.controls {
            out.push_str(self.text.get(from..control.start).unwrap_or_default());
            from = control.end;
        }
        out.push_str(self.text.get(from..).unwrap_or_default());
        out
    }

    /// Whether it reads like a paragraph, not like a menu.
    pub(super) fn is_prose(&self) -> bool {
        self.quoted || self.text.len() >= 40 && !self.is_link()
    }

    /// Whether at least half of it is the text of links.
    pub(super) fn is_link(&self) -> bool {
        self.linked * 2 >= self.text.len()
    }

    /// Whether it ends as a sentence does.
    pub(super) fn is_sentence(&self) -> bool {
        let end = self.text.trim_end_matches(|c: char| "”“\"'’»«」』)] \u{a0}".contains(c));
        end.ends_with(['.', '!', '?', '…', ':', '。', '！', '？', '؟', '।', '۔', ';'])
    }

    /// Whether it begins in the middle of a sentence.
    pub(super) fn begins_low(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() && !c.is_uppercase())
    }

    /// Whether it ends in the middle of a sentence.
    pub(super) fn is_open_ended(&self) -> bool {
        !self.heading && self.text.ends_with(|c: char| c.is_alphanumeric() || c == ',' || c == ';')
    }
}

/// About how many letters and digits a text has, an ideograph counted as three. Without the tables of what is a letter,
/// which would cost more than the rest of the reading.
pub(super) fn letters(text: &str) -> usize {
    let weight = |c: char| match c {
        '\0'..='\x7f' => usize::from(c.is_ascii_alphanumeric()),
        '\u{80}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' => 0,
        '\u{2e80}'.. => 3,
        _ => 1,
    };
    text.chars().map(weight).sum()
}

/// What a page holds.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) blocks: Vec<Block>,
    /// The elements that hold them, each behind the one it stands in; the first is the page itself.
    pub(super) nodes: Vec<Node>,
    pub(super) title: Option<String>,
    /// The title that it gives itself for being linked to, which has no site's name in it.
    pub(super) headline: Option<String>,
    pub(super) lang: Option<String>,
}

/// Reads a page into blocks.
pub(super) fn outline(page: &str) -> Outline {
    framed(page, 0)
}

/// The same, of a page in so many frames.
pub(super) fn framed(page: &str, frames: u8) -> Outline {
    let mut writer = Writer::new(sheet(page), frames);
    walk(page, &mut writer);
    writer.finish()
}

/// The rules of the page's own style sheets for the screen.
fn sheet(page: &str) -> Sheet {
    let mut rules = Rules::default();
    walk(page, &mut rules);
    rules.sheet
}

/// Reads the style sheets of a page.
#[derive(Default)]
struct Rules {
    sheet: Sheet,
    /// The one that is open.
    open: Option<String>,
}

impl Reader for Rules {
    fn start(&mut self, name: &str, attributes: &Attributes<'_>) {
        let for_screen = |media: &str| ["", "all", "screen"].contains(&media.trim());
        let is_sheet = name == "style" && attributes.get("media").is_none_or(for_screen);
        self.open = is_sheet.then(String::new);
    }

    fn end(&mut self, _: &str) {
        if let Some(css) = self.open.take() {
            self.sheet.add(&css);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(css) = &mut self.open {
            css.push_str(text);
        }
    }
}
