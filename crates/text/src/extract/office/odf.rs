//! OpenDocument texts, presentations and spreadsheets.
//!
//! Read: paragraphs and headings as they stand with all tracked changes accepted; each cell of a table as
//! paragraphs of its own, in spreadsheets as the cell shows them, a row for a place; text boxes behind the
//! paragraph that they hang on; fields as they were when the file was saved; footnotes and endnotes behind
//! the body; notes behind their slide. Not read: deleted text, hidden text, paragraphs and sections
//! (`text:display`), hidden slides and sheets, comments (counted), headers and footers, numbers of lists and notes,
//! readings above ideographs, cells covered by others, titles and descriptions of pictures, embedded objects.

use std::collections::HashSet;

use super::super::paragraphs::Paragraphs;
use super::super::xml::{Item, Items, Tag};
use super::super::zip::Package;
use super::{Open, Text, dublin_core};
use crate::extract::{Remark, label};
use crate::{Error, ErrorKind, Limits};

/// What kind of document it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Slides,
    Sheets,
}

/// Elements whose content is no text of the document as it stands.
const UNREAD: &[&str] = &[
    "note-citation",
    "ruby-text",
    "covered-table-cell",
    "binary-data",
    "forms",
    "event-listeners",
    "hidden-text",
    "hidden-paragraph",
    "scripts",
    "font-face-decls",
    "index-title-template",
    "header",
    "footer",
    "header-decl",
    "footer-decl",
    "date-time-decl",
    "database-ranges",
    "shapes",
    "content-validations",
    "label-ranges",
    "named-expressions",
    "number",
];

/// Notes, by what the format calls their class.
const NOTES: &[(&str, &str)] = &[("footnote", "footnotes"), ("endnote", "endnotes")];

pub(super) fn read(package: &mut Package, kind: Kind, limits: &Limits) -> Result<Text, Error> {
    let what = package.what();
    if let Some(list) = package.xml("META-INF/manifest.xml")?
        && list.contains("encryption-data")
    {
        let message = format!("{what} is encrypted: a password is needed to read it");
        return Err(Error::new(ErrorKind::Encrypted, message));
    }
    let body = package.needed("content.xml")?;
    let mut story = Story::new(kind, what, limits);
    if let Some(styles) = package.xml("styles.xml")? {
        story.hidden_styles(&styles)?;
    }
    story.hidden_styles(&body)?;
    story.read(&body)?;
    for (class, section) in NOTES {
        story.out.section(Some((*section).to_owned()));
        for (_, paragraph) in story.notes.iter().filter(|(own, _)| own == class) {
            story.out.push(paragraph)?;
        }
    }
    let Story { out, inserted, deleted, comments, .. } = story;
    let mut text = out.finish(what)?;
    if inserted + deleted > 0 {
        text.remarks.push(Remark::TrackedChanges { inserted, deleted });
    }
    if comments > 0 {
        text.remarks.push(Remark::Comments(comments));
    }
    if let Some(meta) = package.xml("meta.xml")? {
        (text.title, text.lang) = dublin_core(&meta, what)?;
    }
    Ok(text)
}

/// A document being read.
struct Story {
    kind: Kind,
    what: &'static str,
    out: Paragraphs,
    open: Open,
    /// Styles that hide their text, or slide, or sheet: family and name.
    hidden: HashSet<(String, String)>,
    /// Paragraphs of notes, each with the class of its note.
    notes: Vec<(String, String)>,
    /// The paragraphs that hold the open notes, and the class of each.
    inside: Vec<(Open, String)>,
    slide: usize,
    row: u32,
    inserted: usize,
    deleted: usize,
    comments: usize,
    written: usize,
    most: usize,
}

impl Story {
    fn new(kind: Kind, what: &'static str, limits: &Limits) -> Self {
        Self {
            kind,
            what,
            out: Paragraphs::new(limits),
            open: Open::default(),
            hidden: HashSet::new(),
            notes: Vec::new(),
            inside: Vec::new(),
            slide: 0,
            row: 0,
            inserted: 0,
            deleted: 0,
            comments: 0,
            written: 0,
            most: limits.text_bytes,
        }
    }

    /// Notes the styles that hide what has them.
    fn hidden_styles(&mut self, xml: &str) -> Result<(), Error> {
        let mut items = Items::new(xml, self.what);
        let mut style = None;
        while let Some(item) = items.next()? {
            let Item::Start(tag) = item else { continue };
            let says = |name: &str, value: &str| tag.attribute(name).is_some_and(|said| said == value);
            let hides = match tag.name() {
                "style" => {
                    let said = |name| tag.attribute(name).unwrap_or_default();
                    style = Some((said("family"), said("name")));
                    false
                }
                "text-properties" => says("display", "none"),
                "section-properties" | "table-properties" => {
                    says("display", "none") || says("display", "false")
                }
                "drawing-page-properties" => says("visibility", "hidden"),
                // The body: all styles are past.
                "body" => break,
                _ => false,
            };
            if hides {
                self.hidden.extend(style.clone());
            }
        }
        Ok(())
    }

    fn read(&mut self, xml: &str) -> Result<(), Error> {
        let mut items = Items::new(xml, self.what);
        let mut body = false;
        while let Some(item) = items.next()? {
            match item {
                Item::Start(tag) => {
                    let name = tag.name().to_owned();
                    body |= name == "body";
                    // A hidden slide has a number too.
                    self.slide += usize::from(name == "page");
                    match name.as_str() {
                        "tracked-changes" => self.changes(&mut items)?,
                        "annotation" => {
                            self.comments += 1;
                            items.skip()?;
                        }
                        _ if UNREAD.contains(&name.as_str()) || self.is_unread(&name, &tag) => {
                            items.skip()?
                        }
                        _ if body => self.start(&name, &tag),
                        _ => {}
                    }
                }
                Item::End(name) => self.end(&name)?,
                Item::Text(text) => {
                    if let Some(line) = self.open.line() {
                        line.collapsed(&text);
                    }
                }
            }
        }
        Ok(())
    }

    fn is_unread(&self, name: &str, tag: &Tag<'_>) -> bool {
        let by_style = |family: &str| {
            let style = tag.attribute("style-name");
            style.is_some_and(|style| self.hidden.contains(&(family.to_owned(), style)))
        };
        let says = |name: &str, value: &str| tag.attribute(name).is_some_and(|said| said == value);
        match name {
            // Of pictures; without the prefix a field.
            "title" | "desc" => tag.has_prefix("svg"),
            "p" | "h" => by_style("paragraph"),
            "span" => by_style("text"),
            "page" => by_style("drawing-page"),
            "table" => by_style("table"),
            "section" => by_style("section") || says("display", "none"),
            "table-row" | "table-column" => {
                says("visibility", "collapse") || says("visibility", "filter")
            }
            _ => false,
        }
    }

    fn start(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "p" | "h" => self.open.begin(),
            "s" => {
                let count = tag.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1usize);
                if let Some(line) = self.open.line() {
                    line.text.push_str(&" ".repeat(count.min(100)));
                }
            }
            "tab" => {
                if let Some(line) = self.open.line() {
                    line.text.push('\t');
                }
            }
            "line-break" => {
                if let Some(line) = self.open.line() {
                    line.break_line();
                }
            }
            "note" => {
                let class = tag.attribute("note-class").unwrap_or_else(|| "footnote".to_owned());
                self.inside.push((std::mem::take(&mut self.open), class));
            }
            "page" if self.kind == Kind::Slides => {
                self.out.section(Some(format!("slide {}", self.slide)));
            }
            "notes" if self.kind == Kind::Slides => {
                self.out.section(Some(format!("slide {} notes", self.slide)));
            }
            "table" if self.kind == Kind::Sheets => {
                self.row = 0;
                self.out.section(Some(label(&tag.attribute("name").unwrap_or_default())));
            }
            "table-row" if self.kind == Kind::Sheets => {
                let again = tag.attribute("number-rows-repeated").and_then(|n| n.parse::<u32>().ok());
                // What is repeated is written once, at the place of its last.
                self.row = self.row.saturating_add(again.unwrap_or(1).max(1));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Error> {
        match name {
            "p" | "h" => {
                for paragraph in self.open.end(self.most)? {
                    self.push(paragraph)?;
                }
            }
            "note" => {
                if let Some((outer, _)) = self.inside.pop() {
                    self.open = outer;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, paragraph: String) -> Result<(), Error> {
        if let Some((_, class)) = self.inside.last() {
            self.written += paragraph.len();
            if self.written > self.most {
                let message = format!("more text than the {} bytes that are read", self.most);
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            self.notes.push((class.clone(), paragraph));
            Ok(())
        } else if self.kind == Kind::Sheets {
            self.out.push_at(self.row, &paragraph)
        } else {
            self.out.push(&paragraph)
        }
    }

    /// Counts the tracked changes; what was deleted is kept in them and passed over.
    fn changes(&mut self, items: &mut Items<'_>) -> Result<(), Error> {
        let outside = items.depth() - 1;
        while items.depth() > outside {
            let Some(item) = items.next()? else { break };
            let Item::Start(tag) = item else { continue };
            match tag.name() {
                "insertion" => self.inserted += 1,
                "deletion" => {
                    self.deleted += 1;
                    items.skip()?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}
