//! A page's text in blocks (paragraphs, headings, list items, cells), each with what tells an article
//! from what stands around it. Which blocks are the article is decided in [`super::article`], which
//! elements are open and seen in [`super::open`].
//!
//! Read is what a reader sees of the page as it comes, without scripts, and what stands ready to be
//! opened (`details`, `select`). Unread is what the page itself declares unseen: by the element (`script`,
//! `style`, `template`, the head, the fallback of films and frames), by the `hidden` attribute, by the
//! `style` attribute (`display`, `visibility`, `opacity` and type of no size), or by the simple rules that
//! [`super::style`] knows. Not noticed are external style sheets, longer selectors and `@` rules, what
//! stands outside of the window or under something else, and text in the colour of its ground. What
//! scripts, pictures, form values or style sheets (`content`) write is not there either.

use std::collections::HashMap;
use std::ops::Range;

use super::open::{BLOCKS, Element, HEADINGS, Open, Own};
use super::style::{Sheet, Style};
use super::tags::{Item, Items, attribute};

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
    /// How many bytes of the text are the text of links.
    pub(super) linked: usize,
    /// Where the text of controls and drawings lies in it, which is no part of an article by itself.
    pub(super) controls: Vec<Range<usize>>,
}

impl Block {
    /// Its letters without white space and without controls, by which it is known again.
    pub(super) fn bare(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut from = 0;
        for control in &self.controls {
            out.extend(self.text.get(from..control.start).unwrap_or_default().split_whitespace());
            from = control.end;
        }
        out.extend(self.text.get(from..).unwrap_or_default().split_whitespace());
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

/// Elements whose content browsers do not show.
const UNREAD: &[&str] = &[
    "script", "style", "template", "head", "title", "iframe", "canvas", "audio", "video", "noembed",
    "noframes", "datalist", "rp",
];
/// The same within drawings and formulas.
const UNREAD_FOREIGN: &[&str] = &["annotation", "annotation-xml", "defs", "desc", "metadata", "symbol"];
/// Controls and drawings.
const CONTROLS: &[&str] = &["button", "textarea", "select", "svg", "math", "object", "noscript"];
/// Elements that stand around an article, even inside of it.
const MENUS: &[&str] = &["nav", "menu"];
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr", "frame",
];
/// Elements that the next of their kind ends, so that leaving them open nests nothing.
const ENDED: &[&str] = &[
    "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "rp",
    "rt", "body", "html",
];
/// How deep pages in frames in pages are read.
const MOST_FRAMES: u8 = 2;

/// Reads a page into blocks.
pub(super) fn outline(page: &str) -> Outline {
    framed(page, 0)
}

fn framed(page: &str, frames: u8) -> Outline {
    let mut writer = Writer { sheet: sheet(page), frames, ..Writer::default() };
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

/// The rules of the page's own style sheets for the screen.
fn sheet(page: &str) -> Sheet {
    let mut sheet = Sheet::default();
    let mut inside = false;
    for item in Items::new(page) {
        match item {
            Item::Start(name, attributes) => {
                let media = |media: String| ["", "all", "screen"].contains(&media.trim());
                inside = name == "style" && attribute(attributes, "media").is_none_or(media);
            }
            Item::Text(css) if inside => sheet.add(css),
            _ => inside = false,
        }
    }
    sheet
}

#[derive(Default)]
struct Writer {
    out: Outline,
    sheet: Sheet,
    open: Open,
    /// How many of each element may be open in a tree of the page; see [`Outline::depth`].
    nested: HashMap<String, usize>,
    open_total: usize,
    in_title: bool,
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
    fn start(&mut self, name: String, attributes: &str) {
        self.count(&name);
        let ended = self.open.make_room(&name);
        self.ended(ended);
        match name.as_str() {
            "html" if self.out.lang.is_none() => {
                self.out.lang = attribute(attributes, "lang").filter(|lang| !lang.trim().is_empty());
            }
            "br" => return self.line_break(),
            "title" => self.in_title = self.out.title.is_none() && !self.open.foreign(),
            _ => {}
        }
        let empty =
            attributes.ends_with('/') && (name == "svg" || name == "math" || self.open.foreign());
        if VOID.contains(&name.as_str()) || empty {
            if BLOCKS.contains(&name.as_str()) && !self.open.state(&name).gone {
                self.flush();
            }
            return;
        }
        let own = self.own(&name, attributes);
        if name == "iframe" && self.frames < MOST_FRAMES && !own.hidden(self.open.state(&name).unseen())
        {
            self.frame(attributes);
        }
        let state = self.open.push(name.clone(), own.element);
        if state.is_none_or(|state| !state.gone) && BLOCKS.contains(&name.as_str()) {
            self.flush();
        }
        if state.is_some_and(|state| !state.unseen()) {
            self.opened(&name, attributes);
        }
    }

    /// What an element that was opened, and is seen, writes.
    fn opened(&mut self, name: &str, attributes: &str) {
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
    fn frame(&mut self, attributes: &str) {
        let Some(page) = attribute(attributes, "srcdoc") else { return };
        let mut blocks = framed(&page, self.frames + 1).blocks;
        if let [only] = blocks.as_slice() {
            self.gap = self.gap.max(Gap::Space);
            self.write(&only.text);
            self.gap = Gap::Space;
            return;
        }
        self.flush();
        self.out.blocks.append(&mut blocks);
    }

    fn own(&self, name: &str, attributes: &str) -> Seen {
        let shown = match name {
            "template" => attribute(attributes, "shadowrootmode").is_some(),
            "dialog" => attribute(attributes, "open").is_some(),
            _ => true,
        };
        let unread = UNREAD.contains(&name) && !(name == "template" && shown)
            || UNREAD_FOREIGN.contains(&name) && self.open.foreign();
        let (class, id) = (attribute(attributes, "class"), attribute(attributes, "id"));
        let style = self
            .sheet
            .style(name, class.as_deref(), id.as_deref())
            .and(attribute(attributes, "style").map(|css| Style::parse(&css)).unwrap_or_default());
        let hidden =
            !shown || attribute(attributes, "hidden").is_some_and(|value| value != "until-found");
        Seen { element: Own { gone: unread || style.gone(hidden), style }, hidden: style.gone(hidden) }
    }

    /// Counts what a tree of the page would hold open.
    fn count(&mut self, name: &str) {
        if VOID.contains(&name) {
            return;
        }
        let count = self.nested.entry(name.to_owned()).or_insert(0);
        if *count > 0 && ENDED.contains(&name) {
            return;
        }
        *count += 1;
        self.open_total += 1;
        self.out.depth = self.out.depth.max(self.open_total);
    }

    fn end(&mut self, name: &str) {
        self.in_title = false;
        let ended = self.open.end(name);
        self.ended(ended);
        if name == "br" {
            self.line_break();
        } else if BLOCKS.contains(&name) && !self.open.state(name).gone {
            self.flush();
        }
        if let Some(count) = self.nested.get_mut(name).filter(|count| **count > 0) {
            *count -= 1;
            self.open_total = self.open_total.saturating_sub(1);
        }
    }

    fn text(&mut self, raw: &str) {
        if self.in_title {
            self.out.title = super::super::title(&html_escape::decode_html_entities(raw));
            return;
        }
        if raw.contains(|c: char| !c.is_ascii_whitespace()) && self.open.in_head() {
            let ended = self.open.make_room("");
            self.ended(ended);
        }
        if self.open.state("").unseen() {
            return;
        }
        let text = html_escape::decode_html_entities(raw);
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
        let block = std::mem::take(&mut self.block);
        if !block.text.trim().is_empty() {
            self.out.blocks.push(block);
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

/// Whether raised text calls itself the mark of a footnote.
fn refers(attributes: &str) -> bool {
    ["class", "id"].iter().filter_map(|name| attribute(attributes, name)).any(|value| {
        let value = value.to_ascii_lowercase();
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| {
            word.contains("footnote")
                || word == "noteref"
                || word.starts_with("ref")
                || word.starts_with("cit")
        })
    })
}

/// A number, a letter or a sign, perhaps in brackets.
fn is_mark(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['[', '(']).trim_end_matches([']', ')']).trim();
    let number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut chars = text.chars();
    let sign =
        chars.next().is_none_or(|c| c.is_alphabetic() || "*†‡§¶#".contains(c)) && chars.next().is_none();
    number || sign
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
    fn hiding_ends_where_the_element_does() {
        for (page, shown) in [
            ("<p hidden>x<p>a", "a"),
            ("<ul><li hidden>x<li>a</ul>", "a"),
            ("<table><tr><td hidden>x<td>a<tr hidden><td>x<tr><td>b</table>", "a|b"),
            ("<dl><dt hidden>x<dd>a</dl>", "a"),
            ("<p hidden>x<div>a</div>", "a"),
            ("<div><p hidden>x</div>a", "a"),
            ("<div><span hidden>x</div>a", "a"),
            ("<select><option hidden>x<option>a</select>", "a"),
            ("<img hidden>a<br hidden>b", "a\nb"),
            ("<svg hidden/>a", "a"),
            ("<div hidden/>x", ""),
            ("<td hidden>a", "a"),
            ("<svg hidden><g><p>a", "a"),
            ("<table hidden><tr><td>x</td></tr><div>a</div></table>", "a"),
            ("<p><b hidden>x<p>x</b>a", "a"),
            ("<a hidden>x<a>a", "a"),
            ("<button hidden>x<button>a", "a"),
            ("<div hidden>x<p>x</p>x<div>x</div>x</span>x</div>a", "a"),
            ("<div style=visibility:hidden>x<b style=visibility:visible>a</b>x</div>", "a"),
            (
                "<div style=font-size:0>x<b style=font-size:12px>a</b><i style=font-size:2em>x</i></div>",
                "a",
            ),
            ("<div hidden style=display:block>a</div>", "a"),
            ("<style>.h, #h {display:none}</style><p class='g h'>x<p id=h>x<p id=g>a", "a"),
            (
                "a<b class=h>x</b><style media=print>.g{display:none}</style><b class=g>b</b><style>.h{display:none}</style>",
                "ab",
            ),
            ("<style>body{display:none}</style><body>a", "a"),
        ] {
            assert_eq!(texts(page).join("|"), shown, "{page}");
        }
    }

    #[test]
    fn what_is_shown_is_read() {
        for (page, shown) in [
            ("a<button>not</button>b", "a not b"),
            ("a <math><mtext>not</mtext><annotation>x</annotation></math>", "a not"),
            ("a <svg><title>x</title><text>not</text><desc>x</desc></svg>", "a not"),
            ("a <svg><text><![CDATA[not]]></text></svg>", "a not"),
            ("a <textarea>not &lt;b></textarea>", "a not <b>"),
            ("<dialog open>a</dialog><dialog>x</dialog>", "a"),
            ("a<select><option>b<option>c</select>d", "a b c d"),
            ("a <object>not</object>", "a not"),
            ("a <noscript>not</noscript>", "a not"),
            ("<body>a<head><p>b</head>", "a|b"),
            ("a <iframe srcdoc='<b>not</b>'>x</iframe> b", "a not b"),
            ("<iframe srcdoc='<p>a<p>b'></iframe><iframe hidden srcdoc=x></iframe>", "a|b"),
            ("a <audio>x</audio><video>x</video><ruby>b<rp>x</rp><rt>c</rt></ruby>", "a bc"),
            ("<p><template shadowrootmode=open>a</template><template>x</template></p>", "a"),
            ("<!-- x --!>a<!-- x -->", "a"),
        ] {
            assert_eq!(texts(page).join("|"), shown, "{page}");
        }
    }

    #[test]
    fn the_head_ends_where_it_must() {
        for page in [
            "<html><head><meta charset=utf-8><title>t</title><p>a",
            "<html><head><title>t</title>a",
            "<html><head><style>x</style><script>x</script><template><p>x</p></template><div>a</div>",
            "<title>t</title><p>a",
            "<html><head><noscript><style>x</style></noscript><link><body>a",
        ] {
            assert_eq!(texts(page), ["a"], "{page}");
        }
    }

    #[test]
    fn quotation_marks_and_marks_of_footnotes() {
        for (page, shown) in [
            ("He wrote <q>We <b>respect</b> it. </q> And left.", "He wrote “We respect it.” And left."),
            ("<p><q>a<p>b", "“a”|b"),
            ("a <q hidden>x</q>b", "a b"),
            ("left.<sup><a href=#1>[1]</a></sup> Then", "left. Then"),
            ("left<sup class=reference>12</sup>, then", "left, then"),
            ("left<sup id=cite-a>a</sup>", "left"),
            ("10<sup>6</sup> people, the 2<sup>nd</sup>", "106 people, the 2nd"),
            ("will<sup><a href=x>not</a></sup> go", "willnot go"),
            ("will <sup class=ref>not</sup> go", "will not go"),
        ] {
            assert_eq!(texts(page).join("|"), shown, "{page}");
        }
    }

    #[test]
    fn frames_in_frames_end() {
        let page = "<iframe/srcdoc=".repeat(100_000);
        assert_eq!(texts(&page), [""; 0]);
    }

    #[test]
    fn open_paragraphs_nest_nothing() {
        let page = "<p>x<li>y".repeat(1000);
        assert!(outline(&page).depth <= 2);
        assert_eq!(outline(&"<div>".repeat(1000)).depth, 1000);
    }
}
