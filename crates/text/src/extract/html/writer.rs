//! Writes a page's items into blocks: what is seen, one block for each paragraph, heading, item or cell.

use super::blocks::{Block, Outline, framed, letters};
use super::names::{BLOCKS, CONTROLS, HEADINGS, MENUS, UNREAD, UNREAD_FOREIGN, VOID};
use super::notes::{is_mark, refers};
use super::open::{Element, Open, Own};
use super::sheet::Sheet;
use super::style::Style;
use super::tags::{Attributes, Reader};
use super::tree::Node;

/// How deep pages in frames in pages are read.
const MOST_FRAMES: u8 = 2;

#[derive(Default)]
pub(super) struct Writer {
    out: Outline,
    sheet: Sheet,
    open: Open,
    /// The text of the title that is open.
    title: Option<String>,
    frames: u8,
    /// The block that is being written; its text is empty between blocks.
    block: Block,
    /// White space that is written only if text follows.
    gap: Gap,
    /// The raised text that is being written.
    raised: Option<Raised>,
}

/// Where raised text began, in case it is nothing but the mark of a footnote.
struct Raised {
    at: usize,
    gap: Gap,
    linked: usize,
    refers: bool,
}

#[derive(Default, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Writer {
    pub(super) fn new(sheet: Sheet, frames: u8) -> Self {
        let out = Outline { nodes: vec![Node::default()], ..Outline::default() };
        Self { out, sheet, frames, ..Self::default() }
    }

    pub(super) fn finish(mut self) -> Outline {
        self.end_title();
        self.flush();
        self.out
    }

    /// What an element that was opened, and is seen, writes.
    fn opened(&mut self, name: &str, attributes: &Attributes<'_>) {
        match name {
            "q" => self.write("“"),
            "option" | "textarea" | "button" | "select" => self.gap = self.gap.max(Gap::Space),
            "a" => {
                if let Some(raised) = &mut self.raised {
                    raised.refers = true;
                }
            }
            "sup" if self.raised.is_none() => {
                let (at, gap, linked) = (self.block.text.len(), self.gap, self.block.linked);
                self.raised = Some(Raised { at, gap, linked, refers: refers(attributes) });
            }
            _ => {}
        }
    }

    /// What elements write that have ended.
    fn ended(&mut self, elements: Vec<Element>) {
        for element in elements {
            let name = element.name.as_str();
            if BLOCKS.contains(&name) && !element.state.gone {
                self.flush();
            }
            if element.state.unseen() {
                continue;
            }
            match name {
                "q" => {
                    let gap = std::mem::take(&mut self.gap);
                    self.write("”");
                    self.gap = gap;
                }
                "option" | "textarea" | "button" | "select" => self.gap = self.gap.max(Gap::Space),
                "sup" => self.drop_mark(),
                _ => {}
            }
        }
    }

    /// Takes raised text back that is the mark of a footnote.
    fn drop_mark(&mut self) {
        let Some(raised) = self.raised.take().filter(|raised| raised.refers) else { return };
        if self.block.text.get(raised.at..).is_some_and(is_mark) {
            self.block.text.truncate(raised.at);
            self.block.linked = raised.linked;
            self.block.controls.retain(|control| control.end <= raised.at);
            self.gap = self.gap.max(raised.gap);
        }
    }

    /// The page that stands in a frame's attribute.
    fn frame(&mut self, attributes: &Attributes<'_>) {
        let Some(page) = attributes.get("srcdoc") else { return };
        let mut blocks = framed(page, self.frames + 1).blocks;
        let node = self.open.node();
        for block in &mut blocks {
            block.node = node;
        }
        if let [only] = blocks.as_slice() {
            self.gap = self.gap.max(Gap::Space);
            self.write(&only.text);
            self.gap = Gap::Space;
            return;
        }
        self.flush();
        self.out.blocks.append(&mut blocks);
    }

    fn own(&self, name: &str, attributes: &Attributes<'_>) -> Seen {
        let shown = match name {
            "template" => attributes.get("shadowrootmode").is_some(),
            "dialog" => attributes.get("open").is_some(),
            _ => true,
        };
        let unread = UNREAD.contains(&name) && !(name == "template" && shown)
            || UNREAD_FOREIGN.contains(&name) && self.open.foreign();
        let (class, id) = (attributes.get("class"), attributes.get("id"));
        let style = self
            .sheet
            .style(name, class, id)
            .and(attributes.get("style").map(Style::parse).unwrap_or_default());
        let hidden = !shown || attributes.get("hidden").is_some_and(|value| value != "until-found");
        Seen {
            element: Own { gone: unread || style.gone(hidden), style, node: None },
            hidden: style.gone(hidden),
        }
    }

    fn end_title(&mut self) {
        if let Some(title) = self.title.take() {
            self.out.title = super::super::title(&title);
        }
    }

    fn write(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.block.text.is_empty() {
            self.begin();
        } else {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.block.text.push(' '),
                Gap::Line => self.block.text.push('\n'),
            }
        }
        self.gap = Gap::None;
        self.block.text.push_str(word);
    }

    /// Notes where the block stands that begins here.
    fn begin(&mut self) {
        let open = &self.open;
        let inside = open.has(&["article", "main", "blockquote"]);
        let page = open.has(MENUS) || !inside && open.has(&["header", "footer"]);
        self.block = Block {
            around: page || open.has(&["aside"]),
            aside: !page && open.has(&["aside"]),
            heading: open.has(HEADINGS),
            quoted: open.has(&["blockquote"]),
            depth: open.count("blockquote"),
            node: open.node(),
            ..Block::default()
        };
    }

    /// One is a line's end, two in a row are a paragraph's.
    fn line_break(&mut self) {
        if self.open.state("").unseen() {
            return;
        }
        if self.gap == Gap::Line { self.flush() } else { self.gap = Gap::Line }
    }

    fn flush(&mut self) {
        self.gap = Gap::None;
        self.raised = None;
        let mut block = std::mem::take(&mut self.block);
        if !block.text.trim().is_empty() {
            block.letters = letters(&block.text);
            self.out.blocks.push(block);
        }
    }
}

impl Reader for Writer {
    fn start(&mut self, name: &str, attributes: &Attributes<'_>) {
        let ended = self.open.make_room(name);
        self.ended(ended);
        match name {
            "html" if self.out.lang.is_none() => {
                let lang = attributes.get("lang").filter(|lang| !lang.trim().is_empty());
                self.out.lang = lang.map(str::to_owned);
            }
            "br" => return self.line_break(),
            "meta" if self.out.headline.is_none() && attributes.says("property", "og:title") => {
                let headline = attributes.get("content");
                self.out.headline = headline.and_then(super::super::title);
            }
            "title" if self.out.title.is_none() && !self.open.foreign() => {
                self.title = Some(String::new());
            }
            _ => {}
        }
        let empty = attributes.closes() && (name == "svg" || name == "math" || self.open.foreign());
        if VOID.contains(&name) || empty {
            if BLOCKS.contains(&name) && !self.open.state(name).gone {
                self.flush();
            }
            return;
        }
        let mut own = self.own(name, attributes);
        if name == "iframe" && self.frames < MOST_FRAMES && !own.hidden(self.open.state(name).unseen()) {
            self.frame(attributes);
        }
        let holds = BLOCKS.contains(&name) || name.contains('-');
        let node = holds.then(|| Node::new(self.open.node(), name, attributes));
        own.element.node = node.as_ref().map(|_| self.out.nodes.len());
        let state = self.open.push(name.to_owned(), own.element);
        if state.is_some() {
            self.out.nodes.extend(node);
        }
        if state.is_none_or(|state| !state.gone) && BLOCKS.contains(&name) {
            self.flush();
        }
        if state.is_some_and(|state| !state.unseen()) {
            self.opened(name, attributes);
        }
    }

    fn end(&mut self, name: &str) {
        self.end_title();
        let ended = self.open.end(name);
        self.ended(ended);
        if name == "br" {
            self.line_break();
        } else if BLOCKS.contains(&name) && !self.open.state(name).gone {
            self.flush();
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(title) = &mut self.title {
            title.push_str(text);
            return;
        }
        if text.contains(|c: char| !c.is_ascii_whitespace()) && self.open.in_head() {
            let ended = self.open.make_room("");
            self.ended(ended);
        }
        if self.open.state("").unseen() {
            return;
        }
        let before = self.block.text.len();
        if self.open.has(&["pre", "textarea", "listing", "xmp"]) {
            for line in text.split_inclusive('\n') {
                self.write(line.trim_end_matches(['\n', '\r']));
                if line.ends_with('\n') {
                    self.line_break();
                }
            }
        } else {
            for (number, word) in text.split([' ', '\t', '\n', '\r', '\u{c}']).enumerate() {
                if number > 0 {
                    self.gap = self.gap.max(Gap::Space);
                }
                self.write(word);
            }
        }
        if self.open.has(CONTROLS) && before < self.block.text.len() {
            self.block.controls.push(before..self.block.text.len());
        }
        if self.open.has(&["a"]) {
            self.block.linked += self.block.text.len().saturating_sub(before);
        }
    }
}

/// What an element says of being seen, and whether that is for another reason than its kind.
struct Seen {
    element: Own,
    hidden: bool,
}

impl Seen {
    fn hidden(&self, before: bool) -> bool {
        before || self.hidden || self.element.invisible()
    }
}

#[cfg(test)]
mod tests;
