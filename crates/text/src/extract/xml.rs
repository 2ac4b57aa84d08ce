//! XML as a row of tags and text, for the formats that are made of it.
//!
//! Nothing is fetched and nothing expands: the five entities of XML, character references and the named
//! characters of HTML are resolved; any other entity, and a document type that declares something of its
//! own, is an error. How deep elements lie in each other is bounded. No tree is built.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::QName;

use super::charset;
use crate::{Error, ErrorKind};

/// No document that people read comes near it.
const MOST_DEPTH: usize = 1_000;

/// What comes next.
pub(super) enum Item<'a> {
    /// An element begins. One without content is followed by its end.
    Start(Tag<'a>),
    /// An element ends: its name without a prefix.
    End(String),
    /// Text, entities resolved.
    Text(Cow<'a, str>),
}

/// The tag that begins an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// Its name without a prefix; prefixes are the document's own choice.
    pub(super) fn name(&self) -> &str {
        std::str::from_utf8(self.0.local_name().into_inner()).unwrap_or_default()
    }

    /// Whether its name has this prefix.
    pub(super) fn has_prefix(&self, prefix: &str) -> bool {
        self.0.name().prefix().is_some_and(|own| own.into_inner() == prefix.as_bytes())
    }

    /// The value of the first attribute with this name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.find(|key| key.local_name().into_inner() == name.as_bytes())
    }

    /// The value of the attribute with this name that has a prefix.
    pub(super) fn prefixed(&self, name: &str) -> Option<String> {
        self.find(|key| key.prefix().is_some() && key.local_name().into_inner() == name.as_bytes())
    }

    fn find(&self, wanted: impl Fn(QName<'_>) -> bool) -> Option<String> {
        let found = self.0.html_attributes().flatten().find(|attribute| wanted(attribute.key))?;
        Some(html_escape::decode_html_entities(&String::from_utf8_lossy(&found.value)).into_owned())
    }

    /// Whether an attribute that switches something is on: it is there and says nothing else.
    pub(super) fn is_on(&self) -> bool {
        self.attribute("val")
            .is_none_or(|value| !matches!(value.as_str(), "0" | "false" | "off" | "none"))
    }
}

/// The characters of an XML file: by its byte-order mark, else as its first line declares.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Error> {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let declared = head.starts_with("<?xml").then(|| {
        let line = head.split("?>").next().unwrap_or_default();
        let (_, after) = line.split_once("encoding")?;
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value.get(1..)?.split(quote).next().map(str::to_owned)
    });
    let declared = declared.flatten().filter(|name| !name.eq_ignore_ascii_case("utf-8"));
    charset::decode(bytes, declared.as_deref())
}

/// The items of a document, in order.
pub(super) struct Items<'a> {
    reader: Reader<&'a [u8]>,
    /// What it is to a person: "the document".
    what: &'static str,
    depth: usize,
}

impl<'a> Items<'a> {
    pub(super) fn new(xml: &'a str, what: &'static str) -> Self {
        let mut reader = Reader::from_str(xml);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self { reader, what, depth: 0 }
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// The next item, `None` behind the last.
    pub(super) fn next(&mut self) -> Result<Option<Item<'a>>, Error> {
        loop {
            let event = self.reader.read_event().map_err(|error| self.damaged(&error))?;
            return Ok(Some(match event {
                Event::Start(tag) => {
                    self.depth += 1;
                    if self.depth > MOST_DEPTH {
                        return Err(self.too_deep());
                    }
                    Item::Start(Tag(tag))
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    let name = tag.local_name();
                    Item::End(String::from_utf8_lossy(name.into_inner()).into_owned())
                }
                Event::Text(text) => {
                    Item::Text(text.xml10_content().map_err(|error| self.damaged(&error))?)
                }
                Event::CData(text) => {
                    Item::Text(text.xml10_content().map_err(|error| self.damaged(&error))?)
                }
                Event::GeneralRef(name) => {
                    let name = name.decode().map_err(|error| self.damaged(&error))?;
                    Item::Text(Cow::Owned(self.entity(&name)?))
                }
                Event::DocType(declared) if declared.contains(&b'[') => {
                    let message =
                        format!("{} declares entities of its own, which are not read", self.what);
                    return Err(Error::new(ErrorKind::Unsupported, message));
                }
                Event::Eof if self.depth > 0 => {
                    let message = format!("{} is damaged: its end is missing", self.what);
                    return Err(Error::new(ErrorKind::Broken, message));
                }
                Event::Eof => return Ok(None),
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => {
                    continue;
                }
            }));
        }
    }

    /// Passes over the element that has just begun, with all inside.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The text of the element that has just begun, with all inside.
    pub(super) fn text(&mut self) -> Result<String, Error> {
        let outside = self.depth.saturating_sub(1);
        let mut text = String::new();
        while self.depth > outside {
            match self.next()? {
                Some(Item::Text(more)) => text.push_str(&more),
                Some(_) => {}
                None => break,
            }
        }
        Ok(text)
    }

    fn entity(&self, name: &str) -> Result<String, Error> {
        let written = format!("&{name};");
        let resolved = html_escape::decode_html_entities(&written);
        if resolved == written {
            let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            let message = format!("{} names an entity that is not declared: &{name};", self.what);
            return Err(Error::new(ErrorKind::Broken, message));
        }
        Ok(resolved.into_owned())
    }

    fn damaged(&self, error: &dyn std::fmt::Display) -> Error {
        let place = self.reader.error_position();
        let reason: String = error.to_string().chars().filter(|c| !c.is_control()).take(120).collect();
        Error::new(ErrorKind::Broken, format!("{} is damaged at byte {place}: {reason}", self.what))
    }

    fn too_deep(&self) -> Error {
        let message = format!("{} has more than {MOST_DEPTH} elements inside each other", self.what);
        Error::new(ErrorKind::TooDeep, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(xml: &str) -> Result<String, Error> {
        let mut items = Items::new(xml, "the document");
        let mut out = String::new();
        while let Some(item) = items.next()? {
            match item {
                Item::Start(tag) => {
                    out.push_str(&format!(
                        "<{}|{}>",
                        tag.name(),
                        tag.attribute("a").unwrap_or_default()
                    ));
                }
                Item::End(name) => out.push_str(&format!("</{name}>")),
                Item::Text(text) => out.push_str(&text),
            }
        }
        Ok(out)
    }

    #[test]
    fn tags_text_and_entities() {
        assert_eq!(
            show("<?xml version='1.0'?><!DOCTYPE x SYSTEM 'x.dtd'><x:b y:a='1&amp;2'>a&lt;&#233;&#x2019;&nbsp;<c/><![CDATA[<d>]]></x:b>").unwrap(),
            "<b|1&2>a<é’\u{a0}<c|></c><d></b>"
        );
    }

    #[test]
    fn nothing_expands() {
        let error =
            show("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Unsupported, "the document declares entities of its own, which are not read")
        );
        let error = show("<x>&b;</x>").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Broken, "the document names an entity that is not declared: &b;")
        );
    }

    #[test]
    fn what_is_broken_says_where() {
        let error = show("<x><y>a</x>").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Broken);
        assert!(error.to_string().starts_with("the document is damaged at byte 7: "), "{error}");
        assert_eq!(
            show("<x><y>a").unwrap_err().to_string(),
            "the document is damaged: its end is missing"
        );
        let error = show(&"<x>".repeat(2_000)).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::TooDeep, "the document has more than 1000 elements inside each other")
        );
    }

    #[test]
    fn encodings_that_are_declared() {
        assert_eq!(
            decode(b"<?xml version='1.0' encoding='ISO-8859-1'?><x>\xe9</x>").unwrap().chars().nth(46),
            Some('é')
        );
        assert_eq!(decode(b"\xff\xfe<\0x\0/\0>\0").unwrap(), "<x/>");
        assert!(decode(b"<x>\xe9</x>").is_err());
    }
}
