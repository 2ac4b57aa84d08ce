//! Office documents: Word, PowerPoint and Excel files of the XML kind (ECMA-376), and OpenDocument. What is
//! read of each stands at the top of its module. Nothing is laid out: numbers of lists, pages and
//! headings that the program counts by itself are not in the file's text and not read; headers and footers
//! are layout too.

mod docx;
mod odf;
mod pptx;
mod relations;
mod xlsx;

pub(super) use relations::resolve;

use super::paragraphs::Line;
use super::xml::{Item, Items};
use super::zip::Package;
use super::{Media, Text, title, worker};
use crate::{Error, ErrorKind, Limits};

/// Reads a Word document.
pub(super) fn docx(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    inside(bytes, "the Word document", limits, docx::read)
}

/// Reads a presentation of PowerPoint.
pub(super) fn pptx(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    inside(bytes, "the PowerPoint presentation", limits, pptx::read)
}

/// Reads a workbook of Excel.
pub(super) fn xlsx(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    inside(bytes, "the Excel workbook", limits, xlsx::read)
}

/// Reads an OpenDocument text, presentation or spreadsheet.
pub(super) fn odf(bytes: &[u8], media: Media, limits: &Limits) -> Result<Text, Error> {
    let (what, kind) = match media {
        Media::Odp => ("the OpenDocument presentation", odf::Kind::Slides),
        Media::Ods => ("the OpenDocument spreadsheet", odf::Kind::Sheets),
        _ => ("the OpenDocument text", odf::Kind::Text),
    };
    inside(bytes, what, limits, move |package, limits| odf::read(package, kind, limits))
}

fn inside(
    bytes: &[u8],
    what: &'static str,
    limits: &Limits,
    read: impl FnOnce(&mut Package, &Limits) -> Result<Text, Error> + Send + 'static,
) -> Result<Text, Error> {
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run(what, limits, move || {
        let mut package = Package::open(bytes, what, &own)?;
        read(&mut package, &own)
    })
}

/// Title and language from the core properties of an XML office file.
fn core_properties(package: &mut Package) -> Result<(Option<String>, Option<String>), Error> {
    let what = package.what();
    let Some(xml) = package.xml("docProps/core.xml")? else { return Ok((None, None)) };
    dublin_core(&xml, what)
}

/// The first title and language among the Dublin Core elements of a file.
pub(super) fn dublin_core(
    xml: &str,
    what: &'static str,
) -> Result<(Option<String>, Option<String>), Error> {
    let mut items = Items::new(xml, what);
    let (mut found, mut lang) = (None, None);
    while let Some(item) = items.next()? {
        let Item::Start(tag) = item else { continue };
        let name = tag.name().to_owned();
        match name.as_str() {
            "title" if found.is_none() => found = title(&items.text()?),
            "language" if lang.is_none() => lang = title(&items.text()?),
            _ => {}
        }
    }
    Ok((found, lang))
}

/// How many elements of this name a member holds.
fn count(package: &mut Package, member: &str, element: &str) -> Result<usize, Error> {
    let what = package.what();
    let Some(xml) = package.xml(member)? else { return Ok(0) };
    let mut items = Items::new(&xml, what);
    let mut count = 0;
    while let Some(item) = items.next()? {
        count += usize::from(matches!(item, Item::Start(tag) if tag.name() == element));
    }
    Ok(count)
}

/// Paragraphs that are open at once: a text box lies in a paragraph and holds others. Those inside come
/// behind the one that they lie in.
#[derive(Default)]
struct Open {
    stack: Vec<Paragraph>,
}

#[derive(Default)]
struct Paragraph {
    line: Line,
    /// Paragraphs of text boxes in it.
    inside: Vec<String>,
    size: usize,
}

impl Open {
    fn begin(&mut self) {
        self.stack.push(Paragraph::default());
    }

    fn line(&mut self) -> Option<&mut Line> {
        self.stack.last_mut().map(|paragraph| &mut paragraph.line)
    }

    /// Ends the innermost paragraph; gives it, and what lay in it, if it lies in no other.
    fn end(&mut self, most: usize) -> Result<Vec<String>, Error> {
        let Some(ended) = self.stack.pop() else { return Ok(Vec::new()) };
        let size = ended.line.text.len() + ended.size;
        let mut whole = vec![ended.line.text];
        whole.extend(ended.inside);
        let Some(outer) = self.stack.last_mut() else { return Ok(whole) };
        outer.size += size;
        if outer.size > most {
            let message = format!("more text than the {most} bytes that are read");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        outer.inside.extend(whole);
        Ok(Vec::new())
    }
}
