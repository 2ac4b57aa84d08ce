//! Which elements there are, by what they mean for the reading of a page: those that are blocks, those whose content
//! is not shown, those that end others.

pub(super) const BLOCKS: &[&str] = &[
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
    "listing",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "p",
    "plaintext",
    "pre",
    "search",
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
    "xmp",
];
pub(super) const HEADINGS: &[&str] = &["h1", "h2", "h3", "h4", "h5", "h6"];
/// Blocks that may stand in an open paragraph.
pub(super) const IN_PARAGRAPHS: &[&str] =
    &["body", "caption", "html", "legend", "optgroup", "tbody", "td", "tfoot", "th", "thead", "tr"];
/// Elements that open again behind the block whose end ended them.
pub(super) const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
/// As many of one name do, as in browsers, whatever else was open.
pub(super) const MOST_REOPENED: usize = 3;
/// What an end tag inside does not reach out of.
pub(super) const SCOPE: &[&str] =
    &["applet", "caption", "foreignobject", "marquee", "object", "table", "td", "template", "th"];
pub(super) const TABLE: &[&str] = &["table", "template"];
pub(super) const ROWS: &[&str] = &["tbody", "thead", "tfoot", "caption"];
/// Where only parts of a table may stand; anything else stands before the table instead.
pub(super) const TABLE_ONLY: &[&str] = &["table", "tbody", "thead", "tfoot", "tr"];
pub(super) const TABLE_PARTS: &[&str] =
    &["caption", "colgroup", "tbody", "thead", "tfoot", "tr", "td", "th", "style", "script", "template"];
/// What may stand in a page's head.
pub(super) const METADATA: &[&str] = &[
    "base", "basefont", "bgsound", "head", "html", "link", "meta", "noframes", "noscript", "script",
    "style", "template", "title",
];
/// Where page elements may stand in a drawing or a formula.
pub(super) const INTEGRATION: &[&str] =
    &["annotation-xml", "desc", "foreignobject", "mi", "mn", "mo", "ms", "mtext", "title"];
/// Besides blocks, what ends a drawing or a formula.
pub(super) const BREAKOUT: &[&str] = &[
    "b", "big", "br", "code", "em", "embed", "i", "img", "meta", "nobr", "ruby", "s", "small", "span",
    "strike", "strong", "sub", "sup", "tt", "u", "var",
];
/// Elements whose content browsers do not show.
pub(super) const UNREAD: &[&str] = &[
    "script", "style", "template", "head", "title", "iframe", "canvas", "audio", "video", "noembed",
    "noframes", "datalist", "rp",
];
/// The same within drawings and formulas.
pub(super) const UNREAD_FOREIGN: &[&str] =
    &["annotation", "annotation-xml", "defs", "desc", "metadata", "symbol"];
/// Controls and drawings.
pub(super) const CONTROLS: &[&str] =
    &["button", "textarea", "select", "svg", "math", "object", "noscript"];
/// Elements that stand around an article, even inside of it.
pub(super) const MENUS: &[&str] = &["nav", "menu"];
pub(super) const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "img", "input", "link", "meta",
    "param", "source", "track", "wbr", "frame",
];
