//! A web page: its article, not its navigation. Pages are not rendered and no script is run.

mod article;
mod blocks;
mod hints;
mod marks;
mod names;
mod notes;
mod open;
mod region;
mod sheet;
mod style;
mod tags;
mod title;
mod tree;
mod writer;

use super::levels::{self, Line};
use super::{Hint, Text, charset, worker};
use crate::{Error, ErrorKind, Limits, Place, Places};

pub(super) fn read(bytes: &[u8], hint: &Hint<'_>, limits: &Limits) -> Result<Text, Error> {
    let charset = hint.charset.or_else(|| charset::declared_in_page(bytes));
    let page = charset::decode(bytes, charset)?;
    // What stands in a mail's body is the text, all of it.
    let whole = hint.body;
    worker::run("the page", limits, move || text_of(&page, whole))
}

/// The texts of the levels of a mail's body, each with its number; 0 is what the mail's writer wrote.
pub(super) fn levels(
    bytes: &[u8],
    hint: &Hint<'_>,
    limits: &Limits,
) -> Result<Vec<(usize, Text)>, Error> {
    let charset = hint.charset.or_else(|| charset::declared_in_page(bytes));
    let page = charset::decode(bytes, charset)?;
    worker::run("the page", limits, move || {
        let outline = blocks::outline(&page);
        let mut lines = Vec::new();
        let line = |depth, text| Line { depth, text, place: None, flows: false };
        for block in &outline.blocks {
            lines.extend(block.text.split('\n').map(|text| line(block.depth, text)));
            lines.push(line(block.depth, ""));
        }
        let mut levels = levels::cut(&lines);
        for (_, text) in &mut levels {
            (text.title, text.lang) = (outline.title.clone(), outline.lang.clone());
        }
        if levels.is_empty() {
            return Err(Error::new(ErrorKind::NoText, "the page has no text"));
        }
        Ok(levels)
    })
}

fn text_of(page: &str, whole: bool) -> Result<Text, Error> {
    let outline = blocks::outline(page);
    let (chosen, title) = if whole {
        ((0..outline.blocks.len()).collect(), outline.title.clone())
    } else {
        article::select(&outline)
    };
    let mut text = String::new();
    let mut places = Places::default();
    for at in chosen {
        let Some(block) = outline.blocks.get(at) else { continue };
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let start = text.len();
        text.push_str(&block.text);
        // As a reader of the whole page counts, so that what was left out does not shift it.
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        places.push(start..text.len(), Place::Paragraph { section: None, number });
    }
    if text.is_empty() {
        return Err(Error::new(ErrorKind::NoText, "the page has no text"));
    }
    Ok(Text { text, title, lang: outline.lang, places, ..Text::default() })
}
