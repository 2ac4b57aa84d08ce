//! Word documents.
//!
//! Read: the body as it stands with all tracked changes accepted, in the file's order; each cell of a
//! table as paragraphs of its own; text boxes behind the paragraph that they hang on; the results of
//! fields; the text of hyperlinks, content controls and formulas; footnotes and endnotes behind the body.
//! Not read: deleted and moved-away text, hidden text (`w:vanish`, also by a style), codes of fields,
//! placeholders that nobody filled in, comments (counted), headers and footers, numbers of lists, readings
//! above ideographs, symbols of symbol fonts, documents embedded in it, texts of pictures.

mod styles;

use super::super::paragraphs::Paragraphs;
use super::super::xml::{Item, Items, Tag};
use super::super::zip::Package;
use super::{Open, Text, core_properties, count, relations};
use crate::extract::Remark;
use crate::{Error, Limits};
use styles::Styles;

/// Elements whose content is no text of the document as it stands.
const UNREAD: &[&str] = &[
    "moveFrom",
    "delText",
    "delInstrText",
    "instrText",
    "Fallback",
    "sectPr",
    "tblPr",
    "tblGrid",
    "tblPrEx",
    "sdtEndPr",
    "rt",
    "txbxStyle",
    "pPrChange",
    "rPrChange",
];

pub(super) fn read(package: &mut Package, limits: &Limits) -> Result<Text, Error> {
    let main = relations::main(package, "word/document.xml")?;
    let beside = relations::of(package, &main)?;
    let member = |kind: &str| beside.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let styles = match member("styles") {
        Some(name) => styles::read(package, &name)?,
        None => Styles::default(),
    };
    let mut story = Story {
        styles: &styles,
        what: package.what(),
        out: Paragraphs::new(limits),
        ..Story::new(limits)
    };
    let body = package.needed(&main)?;
    story.read(&body)?;
    for kind in ["footnotes", "endnotes"] {
        if let Some(xml) = member(kind).map(|name| package.xml(&name)).transpose()?.flatten() {
            story.out.section(Some(kind.to_owned()));
            story.read(&xml)?;
        }
    }
    let (inserted, deleted) = (story.inserted, story.deleted);
    let mut text = story.out.finish(package.what())?;
    if inserted + deleted > 0 {
        text.remarks.push(Remark::TrackedChanges { inserted, deleted });
    }
    let comments = member("comments").map_or(Ok(0), |name| count(package, &name, "comment"))?;
    if comments > 0 {
        text.remarks.push(Remark::Comments(comments));
    }
    let (title, lang) = core_properties(package)?;
    (text.title, text.lang) = (title, lang.or(styles.lang));
    Ok(text)
}

/// A body, or its notes, being read.
struct Story<'a> {
    styles: &'a Styles,
    what: &'static str,
    out: Paragraphs,
    open: Open,
    /// For each open field, whether its result has begun.
    fields: Vec<bool>,
    run: Run,
    /// The paragraph's style hides its text.
    hidden: bool,
    /// The mark that ends the paragraph is deleted: it goes on in the next.
    joined: bool,
    /// Both of these, of the paragraphs that open text boxes hang on.
    outside: Vec<(bool, bool)>,
    /// The next content is only a placeholder.
    placeholder: bool,
    inserted: usize,
    deleted: usize,
    most: usize,
}

/// What a run says of itself.
#[derive(Default)]
struct Run {
    hidden: Option<bool>,
}

impl Story<'_> {
    fn new(limits: &Limits) -> Self {
        static NONE: std::sync::LazyLock<Styles> = std::sync::LazyLock::new(Styles::default);
        Story {
            styles: &NONE,
            what: "the Word document",
            out: Paragraphs::new(limits),
            open: Open::default(),
            fields: Vec::new(),
            run: Run::default(),
            hidden: false,
            joined: false,
            outside: Vec::new(),
            placeholder: false,
            inserted: 0,
            deleted: 0,
            most: limits.text_bytes,
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), Error> {
        let mut items = Items::new(xml, self.what);
        // Where a row or cell began that is deleted: all of it is passed over.
        let mut gone: Option<usize> = None;
        let mut in_text = false;
        while let Some(item) = items.next()? {
            match item {
                Item::Start(tag) => {
                    let name = tag.name().to_owned();
                    if gone.is_some() || self.is_unread(&name, &tag) {
                        items.skip()?;
                        continue;
                    }
                    match name.as_str() {
                        "trPr" | "tcPr" => {
                            if self.row(&mut items)? {
                                gone = Some(items.depth());
                            }
                        }
                        "pPr" => self.paragraph_properties(&mut items)?,
                        "rPr" => self.run_properties(&mut items)?,
                        "sdtPr" => self.placeholder = holds(&mut items, "showingPlcHdr")?,
                        "t" => in_text = true,
                        _ => self.start(&name, &tag),
                    }
                }
                Item::End(name) => {
                    if gone.is_some_and(|depth| items.depth() < depth) {
                        gone = None;
                    }
                    match name.as_str() {
                        "t" => in_text = false,
                        _ => self.end(&name)?,
                    }
                }
                Item::Text(text) if in_text && gone.is_none() => {
                    self.write(|line| line.words(&text));
                }
                Item::Text(_) => {}
            }
        }
        // A paragraph whose end was deleted and that no other follows.
        self.joined = false;
        while !self.open.stack.is_empty() {
            self.end_paragraph()?;
        }
        Ok(())
    }

    fn is_unread(&mut self, name: &str, tag: &Tag<'_>) -> bool {
        match name {
            "del" | "moveFrom" => {
                self.deleted += 1;
                true
            }
            "footnote" | "endnote" => tag.attribute("type").is_some_and(|kind| kind != "normal"),
            "sdtContent" => std::mem::take(&mut self.placeholder),
            _ => UNREAD.contains(&name),
        }
    }

    fn start(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "ins" | "moveTo" => self.inserted += 1,
            "p" => {
                self.hidden = false;
                if !std::mem::take(&mut self.joined) || self.open.stack.is_empty() {
                    self.open.begin();
                }
            }
            "txbxContent" => {
                self.outside.push((self.hidden, std::mem::take(&mut self.joined)));
            }
            "r" => self.run = Run::default(),
            "fldChar" => match tag.attribute("fldCharType").as_deref() {
                Some("begin") => self.fields.push(false),
                Some("separate") => {
                    if let Some(result) = self.fields.last_mut() {
                        *result = true;
                    }
                }
                Some("end") => drop(self.fields.pop()),
                _ => {}
            },
            "tab" | "ptab" => self.write(|line| line.words("\t")),
            "br" | "cr" => self.write(super::super::paragraphs::Line::break_line),
            "noBreakHyphen" => self.write(|line| line.words("\u{2011}")),
            "softHyphen" => self.write(|line| line.words("\u{ad}")),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) -> Result<(), Error> {
        match name {
            "p" if !self.joined => self.end_paragraph()?,
            "r" => self.run = Run::default(),
            // What was joined goes no further than its cell, text box or note.
            "tc" | "footnote" | "endnote" | "body" if std::mem::take(&mut self.joined) => {
                self.end_paragraph()?;
            }
            "txbxContent" => {
                if self.joined {
                    self.end_paragraph()?;
                }
                (self.hidden, self.joined) = self.outside.pop().unwrap_or_default();
            }
            _ => {}
        }
        Ok(())
    }

    fn end_paragraph(&mut self) -> Result<(), Error> {
        for paragraph in self.open.end(self.most)? {
            self.out.push(&paragraph)?;
        }
        Ok(())
    }

    fn write(&mut self, write: impl FnOnce(&mut super::super::paragraphs::Line)) {
        let shown = !self.run.hidden.unwrap_or(self.hidden);
        if shown
            && self.fields.iter().all(|result| *result)
            && let Some(line) = self.open.line()
        {
            write(line);
        }
    }

    /// Whether a row or cell is deleted.
    fn row(&mut self, items: &mut Items<'_>) -> Result<bool, Error> {
        let outside = items.depth() - 1;
        let mut deleted = false;
        while items.depth() > outside {
            match items.next()? {
                Some(Item::Start(tag)) => match tag.name() {
                    "del" | "cellDel" => deleted = true,
                    "ins" | "cellIns" => self.inserted += 1,
                    _ => {}
                },
                Some(_) => {}
                None => break,
            }
        }
        self.deleted += usize::from(deleted);
        Ok(deleted)
    }

    fn paragraph_properties(&mut self, items: &mut Items<'_>) -> Result<(), Error> {
        let outside = items.depth() - 1;
        while items.depth() > outside {
            let Some(item) = items.next()? else { break };
            let Item::Start(tag) = item else { continue };
            match tag.name() {
                "pStyle" => {
                    self.hidden = tag.attribute("val").is_some_and(|style| self.styles.hides(&style));
                }
                // In the properties of the paragraph's mark.
                "ins" | "moveTo" => self.inserted += 1,
                "del" | "moveFrom" => {
                    self.deleted += 1;
                    self.joined = true;
                }
                "pPrChange" | "rPrChange" | "sectPr" => items.skip()?,
                _ => {}
            }
        }
        Ok(())
    }

    fn run_properties(&mut self, items: &mut Items<'_>) -> Result<(), Error> {
        let outside = items.depth() - 1;
        while items.depth() > outside {
            let Some(item) = items.next()? else { break };
            let Item::Start(tag) = item else { continue };
            match tag.name() {
                "vanish" => self.run.hidden = Some(tag.is_on()),
                "rStyle" if self.run.hidden.is_none() => {
                    let style = tag.attribute("val").unwrap_or_default();
                    self.run.hidden = self.styles.hides(&style).then_some(true);
                }
                "rPrChange" => items.skip()?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether the element that has just begun holds one of this name.
fn holds(items: &mut Items<'_>, wanted: &str) -> Result<bool, Error> {
    let outside = items.depth() - 1;
    let mut found = false;
    while items.depth() > outside {
        match items.next()? {
            Some(Item::Start(tag)) => found |= tag.name() == wanted && tag.is_on(),
            Some(_) => {}
            None => break,
        }
    }
    Ok(found)
}
