//! A page's text in blocks (paragraphs, headings, list items, cells), each with what tells an article
//! from what stands around it. Which blocks are the article is decided in [`super::article`].

use std::collections::HashMap;

use super::tags::{Item, Items, attribute};

/// One block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// Inside navigation, an aside, or the head or foot of the page.
    pub(super) around: bool,
    /// A heading.
    pub(super) heading: bool,
    /// Inside a block quotation.
    pub(super) quoted: bool,
    /// How many bytes of the text are the text of links.
    pub(super) linked: usize,
}

impl Block {
    /// Whether it reads like a paragraph, not like a menu.
    pub(super) fn is_prose(&self) -> bool {
        self.quoted || self.text.len() >= 40 && self.linked * 2 < self.text.len()
    }
}

/// What a page holds.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) blocks: Vec<Block>,
    pub(super) title: Option<String>,
    pub(super) lang: Option<String>,
    /// The greatest number of elements that may be open at once.
    pub(super) depth: usize,
    /// That number summed over all items: what building a tree of it may cost.
    pub(super) cost: usize,
}

/// Elements whose content nobody reads.
const UNREAD: &[&str] = &[
    "script", "style", "template", "noscript", "svg", "math", "select", "button", "textarea", "iframe",
    "object", "canvas", "audio", "video", "head", "noembed", "noframes", "datalist", "dialog",
];
/// Elements that stand around an article, the last two only outside of one.
const AROUND: &[&str] = &["nav", "aside", "menu", "header", "footer"];
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];
const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "frame",
];
/// Elements that the next of their kind ends, so that leaving them open nests nothing.
const ENDED: &[&str] = &[
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "rp",
    "rt", "body", "html",
];

/// Reads a page into blocks.
pub(super) fn outline(page: &str) -> Outline {
    let mut writer = Writer::default();
    for item in Items::new(page) {
        writer.out.cost = writer.out.cost.saturating_add(writer.open_total);
        match item {
            Item::Start(name, attributes) => writer.start(name, attributes),
            Item::End(name) => writer.end(&name),
            Item::Text(text) => writer.text(text),
        }
    }
    writer.flush();
    writer.out
}

#[derive(Default)]
struct Writer {
    out: Outline,
    /// How many of each element are open.
    open: HashMap<String, usize>,
    open_total: usize,
    /// The element that hides what is in it, and how many of its name are open inside.
    hidden: Option<(String, usize)>,
    in_title: bool,
    block: String,
    linked: usize,
    /// White space that is written only if text follows.
    gap: Gap,
}

#[derive(Default, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Writer {
    fn is_open(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.open.get(*name).is_some_and(|&count| count > 0))
    }

    fn start(&mut self, name: String, attributes: &str) {
        if let Some((hiding, depth)) = &mut self.hidden {
            *depth += usize::from(*hiding == name);
            self.in_title = name == "title" && hiding == "head" && self.out.title.is_none();
            self.count(name);
            return;
        }
        match name.as_str() {
            "html" => {
                self.out.lang = attribute(attributes, "lang").filter(|lang| !lang.trim().is_empty())
            }
            "br" => return self.line_break(),
            "title" => self.in_title = self.out.title.is_none() && !self.is_open(&["svg"]),
            _ => {}
        }
        if BLOCKS.contains(&name.as_str()) {
            self.flush();
        }
        if !VOID.contains(&name.as_str()) && (UNREAD.contains(&name.as_str()) || hides(attributes)) {
            self.hidden = Some((name.clone(), 1));
        }
        self.count(name);
    }

    fn count(&mut self, name: String) {
        // The body of a page ends its head, whether the head was closed or not.
        if name == "body" && self.hidden.as_ref().is_some_and(|(hiding, _)| hiding == "head") {
            self.hidden = None;
        }
        if VOID.contains(&name.as_str()) {
            return;
        }
        let ended = ENDED.contains(&name.as_str());
        let count = self.open.entry(name).or_insert(0);
        if ended && *count > 0 {
            return;
        }
        *count += 1;
        self.open_total += 1;
        self.out.depth = self.out.depth.max(self.open_total);
    }

    fn end(&mut self, name: &str) {
        self.in_title = false;
        if let Some((hiding, depth)) = &mut self.hidden
            && hiding == name
        {
            *depth -= 1;
            if *depth == 0 {
                self.hidden = None;
            }
        }
        if self.hidden.is_none() && BLOCKS.contains(&name) {
            self.flush();
        }
        if let Some(count) = self.open.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            self.open_total = self.open_total.saturating_sub(1);
        }
    }

    fn text(&mut self, raw: &str) {
        if self.in_title {
            self.out.title = super::super::title(&html_escape::decode_html_entities(raw));
            return;
        }
        if self.hidden.is_some() {
            return;
        }
        let text = html_escape::decode_html_entities(raw);
        let before = self.block.len();
        if self.is_open(&["pre"]) {
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
        if self.is_open(&["a"]) {
            self.linked += self.block.len().saturating_sub(before);
        }
    }

    fn write(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.block.is_empty() {
            match self.gap {
                Gap::None => {}
                Gap::Space => self.block.push(' '),
                Gap::Line => self.block.push('\n'),
            }
        }
        self.gap = Gap::None;
        self.block.push_str(word);
    }

    /// One is a line's end, two in a row are a paragraph's.
    fn line_break(&mut self) {
        if self.hidden.is_some() {
            return;
        }
        if self.gap == Gap::Line { self.flush() } else { self.gap = Gap::Line }
    }

    fn flush(&mut self) {
        self.gap = Gap::None;
        let text = std::mem::take(&mut self.block);
        let linked = std::mem::take(&mut self.linked);
        if text.trim().is_empty() {
            return;
        }
        let inside = self.is_open(&["article", "main", "blockquote"]);
        let around = if inside { AROUND.get(..3) } else { Some(AROUND) }.unwrap_or_default();
        self.out.blocks.push(Block {
            text,
            around: self.is_open(around),
            heading: self.is_open(HEADINGS),
            quoted: self.is_open(&["blockquote"]),
            linked,
        });
    }
}

/// Whether an element says that it is not shown.
fn hides(attributes: &str) -> bool {
    if attributes.len() < 6 {
        return false;
    }
    attribute(attributes, "hidden").is_some_and(|value| value != "until-found")
        || attribute(attributes, "style").is_some_and(|style| {
            let style: String = style.chars().filter(|c| !c.is_ascii_whitespace()).collect();
            style.to_ascii_lowercase().contains("display:none")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(page: &str) -> Vec<String> {
        outline(page).blocks.into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn blocks_lines_and_references() {
        assert_eq!(
            texts("<p>a <b>b</b>\n c<p>d&eacute;&nbsp;&#8220;e&rdquo;<br>f<br><br>g"),
            ["a b c", "dé\u{a0}“e”\nf", "g"]
        );
        assert_eq!(texts("<ul><li>one<li>two</ul><td>x</td>"), ["one", "two", "x"]);
        assert_eq!(texts("<pre>a\n  b\n\nc</pre>"), ["a\n  b", "c"]);
        assert_eq!(texts("con<wbr>tin&shy;gent"), ["contin\u{ad}gent"]);
    }

    #[test]
    fn what_is_not_shown_is_not_read() {
        let page = "<html lang=en><head><title>The\n title</title><style>p{}</style></head><body><script>x</script>\
            <p hidden>no</p><div style='display: none'>no<div>no</div>no</div><p>yes</p>";
        let outline = outline(page);
        assert_eq!(outline.title.as_deref(), Some("The title"));
        assert_eq!(outline.lang.as_deref(), Some("en"));
        assert_eq!(outline.blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>(), ["yes"]);
    }

    #[test]
    fn what_stands_around_is_marked() {
        let page = "<header>h</header><nav>n</nav><article><header>t</header><blockquote>q</blockquote></article>";
        let marks: Vec<_> =
            outline(page).blocks.iter().map(|b| (b.text.clone(), b.around, b.quoted)).collect();
        let expected = [("h", true, false), ("n", true, false), ("t", false, false), ("q", false, true)];
        assert_eq!(marks, expected.map(|(text, around, quoted)| (text.to_owned(), around, quoted)));
    }

    #[test]
    fn open_paragraphs_nest_nothing() {
        let page = "<p>x<li>y".repeat(1000);
        assert!(outline(&page).depth <= 2);
        assert_eq!(outline(&"<div>".repeat(1000)).depth, 1000);
    }
}
