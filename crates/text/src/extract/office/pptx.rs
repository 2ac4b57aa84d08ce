//! PowerPoint presentations: the slides in their order, each with its notes behind.
//!
//! Read: paragraphs of shapes, cells of tables, texts of diagrams. Not read: slides that are hidden,
//! numbers, dates, headers and footers of slides, what only the layout or the master holds, texts of
//! charts, comments (counted).

use super::super::paragraphs::{Line, Paragraphs};
use super::super::xml::{Item, Items};
use super::super::zip::Package;
use super::{Text, core_properties, count, relations};
use crate::extract::Remark;
use crate::{Error, Limits};

/// Kinds of placeholders that are layout.
const LAYOUT: &[&str] = &["sldNum", "dt", "ftr", "hdr", "sldImg"];

pub(super) fn read(package: &mut Package, limits: &Limits) -> Result<Text, Error> {
    let main = relations::main(package, "ppt/presentation.xml")?;
    let beside = relations::of(package, &main)?;
    let mut out = Paragraphs::new(limits);
    let mut comments = 0;
    for (number, id) in slides(package, &main)?.into_iter().enumerate() {
        let Some(slide) = beside.iter().find(|r| r.id == id && r.kind == "slide") else { continue };
        let own = relations::of(package, &slide.target)?;
        let name = format!("slide {}", number + 1);
        out.section(Some(name.clone()));
        let xml = package.needed(&slide.target)?;
        if !shapes(&xml, package.what(), &mut out)? {
            continue;
        }
        for relation in own {
            match relation.kind.as_str() {
                "diagramData" => {
                    if let Some(xml) = package.xml(&relation.target)? {
                        shapes(&xml, package.what(), &mut out)?;
                    }
                }
                "notesSlide" => {
                    if let Some(xml) = package.xml(&relation.target)? {
                        out.section(Some(format!("{name} notes")));
                        shapes(&xml, package.what(), &mut out)?;
                    }
                }
                "comments" => comments += count(package, &relation.target, "cm")?,
                _ => {}
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

/// The slides in the order in which they are shown, by the names of their relationships.
fn slides(package: &mut Package, main: &str) -> Result<Vec<String>, Error> {
    let xml = package.needed(main)?;
    let mut items = Items::new(&xml, package.what());
    let mut found = Vec::new();
    while let Some(item) = items.next()? {
        if let Item::Start(tag) = item
            && tag.name() == "sldId"
        {
            // `id` without a prefix is something else.
            found.extend(tag.prefixed("id"));
        }
    }
    Ok(found)
}

/// Reads the shapes of a slide or its notes; whether the slide is shown.
fn shapes(xml: &str, what: &'static str, out: &mut Paragraphs) -> Result<bool, Error> {
    let mut items = Items::new(xml, what);
    let mut line = Line::default();
    let mut in_text = false;
    // A shape that is layout is passed over from where that shows to its end.
    let mut gone: Option<usize> = None;
    let mut shape = 0;
    while let Some(item) = items.next()? {
        match item {
            Item::Start(tag) => match tag.name() {
                "sld" if tag.attribute("show").is_some_and(|show| show == "0" || show == "false") => {
                    return Ok(false);
                }
                "sp" => shape = items.depth(),
                "ph" if tag.attribute("type").is_some_and(|kind| LAYOUT.contains(&kind.as_str())) => {
                    gone = Some(shape);
                }
                "cNvPr" if tag.attribute("hidden").is_some_and(|hidden| hidden == "1") => {
                    gone = Some(shape);
                }
                "Fallback" => items.skip()?,
                "fld" if tag.attribute("type").is_some_and(|kind| is_layout(&kind)) => items.skip()?,
                "t" => in_text = true,
                "br" => line.break_line(),
                "p" => line = Line::default(),
                _ => {}
            },
            Item::End(name) => match name.as_str() {
                "t" => in_text = false,
                "p" => {
                    let ended = std::mem::take(&mut line);
                    if gone.is_none() {
                        out.push(&ended.text)?;
                    }
                }
                "sp" if gone.is_some_and(|depth| items.depth() < depth) => gone = None,
                _ => {}
            },
            Item::Text(text) if in_text => line.words(&text),
            Item::Text(_) => {}
        }
    }
    Ok(true)
}

fn is_layout(field: &str) -> bool {
    field == "slidenum" || field.starts_with("datetime")
}
