//! A page as a flat row of tags and text, told apart by the tokenizer of `html5ever`. No tree is built, so that
//! no nesting can cost anything; which elements hold no markup, and when a drawing begins, is known here.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// What is done with the tags and the text of a page, in order.
pub(super) trait Reader {
    /// A start tag: its name in small letters.
    fn start(&mut self, name: &str, attributes: &Attributes<'_>);
    /// An end tag: its name in small letters.
    fn end(&mut self, name: &str);
    /// Text, or a piece of one, character references resolved but in scripts and style sheets.
    fn text(&mut self, text: &str);
}

/// The attributes of a start tag.
pub(super) struct Attributes<'a>(&'a Tag);

impl Attributes<'_> {
    /// The value of an attribute, whose name is given in small letters; empty if it has none.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.attrs.iter().find(|attribute| &*attribute.name.local == name);
        found.map(|attribute| &*attribute.value)
    }

    /// Whether it has a value, in whatever case.
    pub(super) fn says(&self, name: &str, value: &str) -> bool {
        self.get(name).is_some_and(|found| found.eq_ignore_ascii_case(value))
    }

    /// Whether the tag ends with `/>`.
    pub(super) fn closes(&self) -> bool {
        self.0.self_closing
    }
}

/// Gives a page to its reader.
pub(super) fn walk(page: &str, reader: &mut impl Reader) {
    let walk = Walk { reader: RefCell::new(reader), foreign: Cell::new(false) };
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(walk, TokenizerOpts::default());
    // It stops only for scripts, and no script is run here.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
}

struct Walk<'a, R> {
    reader: RefCell<&'a mut R>,
    /// In a drawing or a formula, where no content is raw and character data has a form of its own.
    foreign: Cell<bool>,
}

impl<R: Reader> TokenSink for Walk<'_, R> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => return self.tag(&tag),
            Token::CharacterTokens(text) => self.reader.borrow_mut().text(&text),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.foreign.get()
    }
}

impl<R: Reader> Walk<'_, R> {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let (name, closes) = (&*tag.name, tag.kind == TagKind::EndTag);
        self.cross_border(name, closes, tag.self_closing);
        if closes {
            self.reader.borrow_mut().end(name);
            return TokenSinkResult::Continue;
        }
        self.reader.borrow_mut().start(name, &Attributes(tag));
        match name {
            _ if self.foreign.get() => TokenSinkResult::Continue,
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }

    /// Minds whether what follows stands in a drawing or a formula.
    fn cross_border(&self, name: &str, closes: bool, empty: bool) {
        let foreign = self.foreign.get();
        self.foreign.set(match name {
            "svg" | "math" => !closes && !empty,
            "foreignobject" | "desc" | "mtext" | "annotation-xml" if foreign && !closes => false,
            "foreignobject" | "desc" | "mtext" | "annotation-xml" if closes => true,
            // These end a drawing that was left open.
            "p" | "div" | "span" | "ul" | "ol" | "li" | "table" | "img" | "br" | "blockquote"
            | "body" | "h1" | "h2" | "h3" => false,
            _ => foreign,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything as it comes, pieces of one text put together.
    #[derive(Default)]
    struct Shown(String);

    impl Reader for Shown {
        fn start(&mut self, name: &str, attributes: &Attributes<'_>) {
            let attributes =
                attributes.0.attrs.iter().map(|one| format!(" {}={}", &*one.name.local, one.value));
            self.0 += &format!("<{name}{}>", attributes.collect::<String>());
        }

        fn end(&mut self, name: &str) {
            self.0 += &format!("</{name}>");
        }

        fn text(&mut self, text: &str) {
            match self.0.strip_suffix(']') {
                Some(before) => self.0 = format!("{before}{text}]"),
                None => self.0 += &format!("[{text}]"),
            }
        }
    }

    fn show(page: &str) -> String {
        let mut shown = Shown::default();
        walk(page, &mut shown);
        shown.0
    }

    #[test]
    fn tags_text_comments_and_raw_elements() {
        assert_eq!(show("a<P class='x>y'>b</p >c"), "[a]<p class=x>y>[b]</p>[c]");
        assert_eq!(show("<!doctype html><!-- <p> -->x<?y?>"), "[x]");
        assert_eq!(
            show("<script>if (a</b) '<p>&lt;'</script>z"),
            "<script>[if (a</b) '<p>&lt;']</script>[z]"
        );
        assert_eq!(show("<style></stylex>x</STYLE >y"), "<style>[</stylex>x]</style>[y]");
        assert_eq!(show("<title>a &amp; <b></title>c"), "<title>[a & <b>]</title>[c]");
        assert_eq!(show("<!-- > x --!>a<!-->b<!--->c<!--!>-->d<!-- e"), "[abcd]");
        assert_eq!(show("<svg><style>a<p>b"), "<svg><style>[a]<p>[b]");
        assert_eq!(show("<svg><![CDATA[a<b]]></svg><![CDATA[c]]>d"), "<svg>[a<b]</svg>[d]");
        assert_eq!(show("1 < 2<br/>"), "[1 < 2]<br>");
        assert_eq!(show("<script>x"), "<script>[x]");
        assert_eq!(show("a<p b=\"x"), "[a]");
        assert_eq!(show("R&amp;D &euro;5 &ampx &nosuch;"), "[R&D €5 &x &nosuch;]");
    }

    #[test]
    fn attributes_are_found_by_name() {
        #[derive(Default)]
        struct Title(Vec<Option<String>>);
        impl Reader for Title {
            fn start(&mut self, _: &str, attributes: &Attributes<'_>) {
                self.0 = ["title", "lang", "hidden", "id"]
                    .map(|name| attributes.get(name).map(str::to_owned))
                    .into();
            }
            fn end(&mut self, _: &str) {}
            fn text(&mut self, _: &str) {}
        }
        let mut title = Title::default();
        walk("<p LANG=en hidden data-x='a b' title=\"&lt;\" title=second>", &mut title);
        assert_eq!(title.0, [Some("<".to_owned()), Some("en".to_owned()), Some(String::new()), None]);
    }
}
