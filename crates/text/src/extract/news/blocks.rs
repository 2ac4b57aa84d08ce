//! The text of NewsML-G2 and NITF: which elements hold text that is published, and which of them part
//! paragraphs. The inline XML of NewsML-G2 is NITF or XHTML; all three share names where they share meanings.

use super::super::paragraphs::{Line, Paragraphs};
use super::super::title;
use super::super::xml::{Item, Items};
use crate::Error;

pub(super) const WHAT: &str = "the news item";

/// Elements of the item itself whose text is published.
const PUBLISHED: &[&str] = &["headline", "dateline", "by", "description", "creditline", "slugline"];
/// Of these only the first two stand in the text; a slug and a credit are for the desk.
const SHOWN: &[&str] = &["headline", "by", "dateline", "description"];
/// Elements that hold the text.
const BODIES: &[&str] = &["inlineXML", "inlineData", "body"];
/// Elements inside a body that hold none.
const UNREAD: &[&str] = &[
    "script",
    "style",
    "head",
    "docdata",
    "media-metadata",
    "media-object",
    "media-reference",
    "iframe",
    "object",
    "template",
    "tobject",
    "pubdata",
    "classifier",
    "alt-code",
    "virtloc",
];
/// Elements that stand in a line.
const INLINE: &[&str] = &[
    "a",
    "b",
    "i",
    "em",
    "strong",
    "span",
    "q",
    "sub",
    "sup",
    "u",
    "s",
    "small",
    "big",
    "code",
    "cite",
    "abbr",
    "acronym",
    "time",
    "chron",
    "classifier",
    "copyrite",
    "event",
    "frac",
    "frac-num",
    "frac-sep",
    "frac-den",
    "function",
    "lang",
    "location",
    "sublocation",
    "city",
    "state",
    "region",
    "country",
    "money",
    "num",
    "object.title",
    "org",
    "person",
    "postaddr",
    "pronounce",
    "virtloc",
    "name",
    "name.given",
    "name.family",
    "person.title",
    "kbd",
    "samp",
    "var",
    "ins",
    "bdo",
    "font",
    "wbr",
    "mark",
    "story.date",
    "nitf-col",
];

/// What the file says of itself.
#[derive(Default)]
pub(super) struct Head {
    pub(super) title: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) status: Option<String>,
}

/// Writes the text of a file.
pub(super) fn read(xml: &str, out: &mut Paragraphs) -> Result<Head, Error> {
    let mut items = Items::new(xml, WHAT);
    let mut head = Head::default();
    let (mut item_number, mut headline) = (0, false);
    while let Some(item) = items.next()? {
        let Item::Start(tag) = item else { continue };
        let name = tag.name().to_owned();
        match name.as_str() {
            "newsItem" | "packageItem" => {
                item_number += 1;
                if item_number > 1 {
                    out.section(Some(format!("item {item_number}")));
                }
                head.lang = head.lang.take().or_else(|| tag.attribute("lang"));
            }
            "nitf" => head.lang = head.lang.take().or_else(|| tag.attribute("lang")),
            "pubStatus" if head.status.is_none() => {
                let status = tag.attribute("qcode").or_else(|| tag.attribute("uri"));
                let last = status.map(|status| {
                    let last = status.rsplit([':', '/']).next().unwrap_or_default();
                    super::super::label(last)
                });
                head.status = last.filter(|status| !status.is_empty());
            }
            "language" => head.lang = head.lang.take().or_else(|| tag.attribute("tag")),
            "title" => head.title = head.title.take().or(title(&items.text()?)),
            "head" => nitf_head(&mut items, &mut head)?,
            "inlineData" => {
                let text = items.text()?;
                for paragraph in text.split("\n\n") {
                    let mut line = Line::default();
                    line.collapsed(paragraph);
                    out.push(&line.text)?;
                }
            }
            _ if SHOWN.contains(&name.as_str()) => {
                let text = items.text()?;
                let mut line = Line::default();
                line.collapsed(&text);
                // The first headline goes before a title, which is for the desk.
                if name == "headline" && !std::mem::replace(&mut headline, true) {
                    head.title = title(&line.text).or(head.title.take());
                }
                out.push(&line.text)?;
            }
            _ if PUBLISHED.contains(&name.as_str()) => items.skip()?,
            _ if BODIES.contains(&name.as_str()) => body(&mut items, &mut head, out)?,
            _ => {}
        }
    }
    Ok(head)
}

/// The title in the head of a NITF file.
fn nitf_head(items: &mut Items<'_>, head: &mut Head) -> Result<(), Error> {
    let outside = items.depth() - 1;
    while items.depth() > outside {
        match items.next()? {
            Some(Item::Start(tag)) if tag.name() == "title" => {
                head.title = head.title.take().or(title(&items.text()?));
            }
            Some(_) => {}
            None => break,
        }
    }
    Ok(())
}

/// The paragraphs of a body.
fn body(items: &mut Items<'_>, head: &mut Head, out: &mut Paragraphs) -> Result<(), Error> {
    let outside = items.depth() - 1;
    let mut line = Line::default();
    let mut flush = |line: &mut Line| out.push(&std::mem::take(line).text);
    while items.depth() > outside {
        let Some(item) = items.next()? else { break };
        match item {
            Item::Start(tag) => {
                let name = tag.name().to_owned();
                match name.as_str() {
                    "title" if head.title.is_none() => head.title = title(&items.text()?),
                    "title" => items.skip()?,
                    "html" => head.lang = head.lang.take().or_else(|| tag.attribute("lang")),
                    "br" => line.break_line(),
                    // Inside an item's XML the head of a page or of NITF.
                    _ if UNREAD.contains(&name.as_str()) => items.skip()?,
                    _ if INLINE.contains(&name.as_str()) => {}
                    _ if !line.text.trim().is_empty() => flush(&mut line)?,
                    _ => line = Line::default(),
                }
            }
            Item::End(name) if INLINE.contains(&name.as_str()) || name == "br" => {}
            Item::End(_) if !line.text.trim().is_empty() => flush(&mut line)?,
            Item::End(_) => line = Line::default(),
            Item::Text(text) => line.collapsed(&text),
        }
    }
    if line.text.trim().is_empty() { Ok(()) } else { flush(&mut line) }
}
