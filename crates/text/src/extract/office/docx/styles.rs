//! Which styles of a Word document hide their text, and the language that it is written in where nothing
//! else is said.

use std::collections::HashMap;

use super::super::super::xml::{Item, Items};
use super::super::super::zip::Package;
use crate::Error;

/// A style rests on another, which rests on another; further than so many are not followed.
const MOST_STEPS: usize = 20;

/// What is known of the styles.
#[derive(Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// The language of the document's defaults.
    pub(super) lang: Option<String>,
}

#[derive(Default)]
struct Style {
    hides: Option<bool>,
    rests_on: Option<String>,
}

impl Styles {
    /// Whether text of this style is hidden.
    pub(super) fn hides(&self, name: &str) -> bool {
        let mut name = name;
        for _ in 0..MOST_STEPS {
            let Some(style) = self.styles.get(name) else { return false };
            match (style.hides, &style.rests_on) {
                (Some(hides), _) => return hides,
                (None, Some(next)) => name = next,
                (None, None) => return false,
            }
        }
        false
    }
}

pub(super) fn read(package: &mut Package, member: &str) -> Result<Styles, Error> {
    let what = package.what();
    let mut found = Styles::default();
    let Some(xml) = package.xml(member)? else { return Ok(found) };
    let mut items = Items::new(&xml, what);
    let mut open: Option<(String, Style)> = None;
    while let Some(item) = items.next()? {
        match item {
            Item::Start(tag) => match (tag.name(), &mut open) {
                ("style", _) => {
                    open = Some((tag.attribute("styleId").unwrap_or_default(), Style::default()));
                }
                ("basedOn", Some((_, style))) => style.rests_on = tag.attribute("val"),
                ("vanish", Some((_, style))) => style.hides = Some(tag.is_on()),
                ("tblStylePr", _) => items.skip()?,
                ("lang", None) if found.lang.is_none() => {
                    found.lang = tag.attribute("val").filter(|lang| !lang.trim().is_empty());
                }
                _ => {}
            },
            Item::End(name) if name == "style" => {
                if let Some((name, style)) = open.take() {
                    found.styles.insert(name, style);
                }
            }
            _ => {}
        }
    }
    Ok(found)
}
