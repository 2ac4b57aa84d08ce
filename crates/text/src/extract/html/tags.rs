//! A page as a flat row of tags and text. It builds no tree, so that no nesting can cost anything; it
//! knows comments, attributes, and the elements whose content is not markup.

/// What comes next in a page.
pub(super) enum Item<'a> {
    /// A start tag: its name in small letters, and what stands between the name and the `>`.
    Start(String, &'a str),
    /// An end tag: its name in small letters.
    End(String),
    /// Text, character references not yet resolved.
    Text(&'a str),
}

/// The items of a page in order.
pub(super) struct Items<'a> {
    rest: &'a str,
    /// The element whose content, up to its end tag, is not markup.
    raw: Option<String>,
    /// In a drawing or a formula, where no content is raw and character data has a form of its own.
    foreign: bool,
}

impl<'a> Items<'a> {
    pub(super) fn new(page: &'a str) -> Self {
        Self { rest: page, raw: None, foreign: false }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// The content of a raw element: everything up to its end tag.
    fn raw_text(&mut self, element: &str) -> Item<'a> {
        let rest = self.rest;
        let mut from = 0;
        while let Some(place) =
            rest.get(from..).and_then(|rest| rest.find("</")).map(|place| from + place)
        {
            let end = place + 2 + element.len();
            let name = rest.as_bytes().get(place + 2..end);
            let over =
                rest.as_bytes().get(end).is_none_or(|b| b.is_ascii_whitespace() || b"/>".contains(b));
            if over && name.is_some_and(|name| name.eq_ignore_ascii_case(element.as_bytes())) {
                return Item::Text(self.take(place));
            }
            from = place + 2;
        }
        Item::Text(self.take(rest.len()))
    }

    fn markup(&mut self) -> Option<Item<'a>> {
        let rest = self.rest;
        let second = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        if rest.starts_with("<!--") {
            self.take(comment_length(rest));
            return None;
        }
        if self.foreign && rest.starts_with("<![CDATA[") {
            self.take("<![CDATA[".len());
            let end = self.rest.find("]]>").unwrap_or(self.rest.len());
            let text = self.take(end);
            self.take(3);
            return Some(Item::Text(text));
        }
        if second == b'!' || second == b'?' {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            self.take(end);
            return None;
        }
        let closes = second == b'/';
        let name_at = if closes { 2 } else { 1 };
        if !rest.as_bytes().get(name_at).is_some_and(u8::is_ascii_alphabetic) {
            return Some(Item::Text(self.take(1)));
        }
        let tag = self.take(tag_length(rest));
        let inside = tag.get(name_at..).unwrap_or_default();
        let inside = inside.strip_suffix('>').unwrap_or(inside);
        let name_end =
            inside.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(inside.len());
        let (name, attributes) = inside.split_at_checked(name_end).unwrap_or((inside, ""));
        let name = name.to_ascii_lowercase();
        self.cross_border(&name, closes, attributes.ends_with('/'));
        if closes {
            return Some(Item::End(name));
        }
        if !self.foreign
            && matches!(
                name.as_str(),
                "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes"
            )
        {
            self.raw = Some(name.clone());
        }
        Some(Item::Start(name, attributes))
    }

    /// Minds whether what follows stands in a drawing or a formula.
    fn cross_border(&mut self, name: &str, closes: bool, empty: bool) {
        self.foreign = match name {
            "svg" | "math" => !closes && !empty,
            "foreignobject" | "desc" | "mtext" | "annotation-xml" if self.foreign && !closes => false,
            "foreignobject" | "desc" | "mtext" | "annotation-xml" if closes => true,
            // These end a drawing that was left open.
            "p" | "div" | "span" | "ul" | "ol" | "li" | "table" | "img" | "br" | "blockquote"
            | "body" | "h1" | "h2" | "h3" => false,
            _ => self.foreign,
        };
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        if let Some(element) = self.raw.take() {
            return Some(self.raw_text(&element));
        }
        while !self.rest.is_empty() {
            if self.rest.starts_with('<') {
                if let Some(item) = self.markup() {
                    return Some(item);
                }
            } else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Item::Text(self.take(end)));
            }
        }
        None
    }
}

/// How long the comment at the start of `rest` is.
fn comment_length(rest: &str) -> usize {
    for (at, _) in rest.match_indices('>') {
        let before = |from: usize| rest.get(from..at).unwrap_or_default();
        if before(2).ends_with("--") || before(4).ends_with("--!") {
            return at + 1;
        }
    }
    rest.len()
}

/// How long the tag at the start of `rest` is, quoted attribute values minded.
fn tag_length(rest: &str) -> usize {
    let mut quote = None;
    let mut value = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if value => quote = Some(byte),
            (None, b'=') => value = true,
            (None, _) if !byte.is_ascii_whitespace() => value = false,
            (None, _) => {}
        }
    }
    rest.len()
}

/// The value of an attribute, character references resolved; empty if it has none.
pub(super) fn attribute(attributes: &str, wanted: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        let end =
            rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/').unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        let valued = after.trim_start().strip_prefix('=').map(str::trim_start);
        let (value, next) = match valued {
            None => ("", after),
            Some(value) => match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let inside = value.get(1..)?;
                    inside.split_once(quote).unwrap_or((inside, ""))
                }
                _ => {
                    let end = value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len());
                    value.split_at_checked(end)?
                }
            },
        };
        if name.eq_ignore_ascii_case(wanted) {
            return Some(html_escape::decode_html_entities(value).into_owned());
        }
        if next.is_empty() || next.len() >= rest.len() {
            return None;
        }
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(page: &str) -> String {
        Items::new(page)
            .map(|item| match item {
                Item::Start(name, attributes) => format!("<{name}|{attributes}>"),
                Item::End(name) => format!("</{name}>"),
                Item::Text(text) => format!("[{text}]"),
            })
            .collect()
    }

    #[test]
    fn tags_text_comments_and_raw_elements() {
        assert_eq!(show("a<P class='x>y'>b</p >c"), "[a]<p| class='x>y'>[b]</p>[c]");
        assert_eq!(show("<!doctype html><!-- <p> -->x<?y?>"), "[x]");
        assert_eq!(show("<script>if (a</b) '<p>'</script>z"), "<script|>[if (a</b) '<p>']</script>[z]");
        assert_eq!(show("<style></stylex>x</STYLE >y"), "<style|>[</stylex>x]</style>[y]");
        assert_eq!(show("<!-- > x --!>a<!-->b<!--->c<!--!>-->d<!-- e"), "[a][b][c][d]");
        assert_eq!(show("<svg><style>a<p>b"), "<svg|><style|>[a]<p|>[b]");
        assert_eq!(show("<svg><![CDATA[a<b]]></svg><![CDATA[c]]>d"), "<svg|>[a<b]</svg>[d]");
        assert_eq!(show("1 < 2<br/>"), "[1 ][<][ 2]<br|/>");
        assert_eq!(show("<script>x"), "<script|>[x]");
        assert_eq!(show("<p a=\"x"), "<p| a=\"x>");
    }

    #[test]
    fn attributes() {
        assert_eq!(
            attribute(" lang=en hidden data-x='a b' title=\"&lt;\"", "title").as_deref(),
            Some("<")
        );
        assert_eq!(attribute(" lang=en hidden", "LANG").as_deref(), Some("en"));
        assert_eq!(attribute(" lang=en hidden", "hidden").as_deref(), Some(""));
        assert_eq!(attribute(" lang=en", "id"), None);
        assert_eq!(attribute(" = =", "id"), None);
    }
}
