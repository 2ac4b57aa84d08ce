//! Excel workbooks: the sheets in their order, each cell that holds something a paragraph; the number of its
//! place is the row.
//!
//! Read: texts, numbers as they are stored (`1500.5`, not `$1,500.50`), in cells formatted as dates the date as
//! ISO 8601 writes it, results of formulas as they were when the file was saved. Not read: sheets, rows and
//! columns that are hidden, formulas, headers and footers, charts, drawings, comments (counted).

mod cells;

use super::super::paragraphs::Paragraphs;
use super::super::xml::{Item, Items};
use super::super::zip::Package;
use super::{Text, core_properties, count, relations};
use crate::extract::{Remark, label};
use crate::{Error, Limits};
use cells::{Book, Dates};

pub(super) fn read(package: &mut Package, limits: &Limits) -> Result<Text, Error> {
    let main = relations::main(package, "xl/workbook.xml")?;
    let beside = relations::of(package, &main)?;
    let member = |kind: &str| beside.iter().find(|r| r.kind == kind).map(|r| r.target.clone());
    let (sheets, later) = sheets(package, &main)?;
    let strings = match member("sharedStrings") {
        Some(name) => cells::strings(package, &name, limits)?,
        None => Vec::new(),
    };
    let dates = match member("styles") {
        Some(name) => cells::dates(package, &name)?,
        None => Dates::default(),
    };
    let book = Book { strings, dates, later };
    let mut out = Paragraphs::new(limits);
    let mut comments = 0;
    for sheet in sheets {
        let Some(relation) = beside.iter().find(|r| r.id == sheet.id && r.kind == "worksheet") else {
            continue;
        };
        out.section(Some(label(&sheet.name)));
        let xml = package.needed(&relation.target)?;
        cells::read(&xml, package.what(), &book, &mut out)?;
        for own in relations::of(package, &relation.target)? {
            if own.kind == "comments" {
                comments += count(package, &own.target, "comment")?;
            }
        }
    }
    let mut text = out.finish(package.what())?;
    if comments > 0 {
        text.remarks.push(Remark::Comments(comments));
    }
    (text.title, text.lang) = core_properties(package)?;
    Ok(text)
}

/// A sheet that is shown.
struct Sheet {
    name: String,
    /// The name of its relationship.
    id: String,
}

/// The sheets that are shown, and whether days are counted from 1904 on.
fn sheets(package: &mut Package, main: &str) -> Result<(Vec<Sheet>, bool), Error> {
    let xml = package.needed(main)?;
    let mut items = Items::new(&xml, package.what());
    let (mut found, mut later) = (Vec::new(), false);
    while let Some(item) = items.next()? {
        let Item::Start(tag) = item else { continue };
        match tag.name() {
            "sheet" if tag.attribute("state").is_none_or(|state| state == "visible") => {
                let name = tag.attribute("name").unwrap_or_default();
                found.push(Sheet { name, id: tag.prefixed("id").unwrap_or_default() });
            }
            "workbookPr" => {
                later = tag.attribute("date1904").is_some_and(|on| on == "1" || on == "true");
            }
            _ => {}
        }
    }
    Ok((found, later))
}
