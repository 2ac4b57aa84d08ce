//! A web page: its article, not its navigation. Pages are not rendered and no script is run.

mod article;
mod blocks;
mod open;
mod style;
mod tags;

use super::{Hint, Text, charset, worker};
use crate::{Error, ErrorKind, Limits};

/// Beyond these a page gets no tree and is read whole, without its navigation: no page that people read
/// comes near them, and trees of hostile ones take time and memory without end.
const MOST_DEPTH: usize = 400;
const MOST_COST: usize = 20_000_000;
const MOST_BYTES: usize = 8 << 20;

pub(super) fn read(bytes: &[u8], hint: &Hint<'_>, limits: &Limits) -> Result<Text, Error> {
    let charset = hint.charset.or_else(|| charset::declared_in_page(bytes));
    let page = charset::decode(bytes, charset)?;
    // What stands in a mail's body is the text, all of it.
    let whole = hint.body;
    worker::run("the page", limits, move || text_of(&page, whole))
}

fn text_of(page: &str, whole: bool) -> Result<Text, Error> {
    let outline = blocks::outline(page);
    let tame = outline.depth <= MOST_DEPTH && outline.cost <= MOST_COST && page.len() <= MOST_BYTES;
    let (blocks, title) =
        if tame && !whole { article::select(page, outline.blocks) } else { (outline.blocks, None) };
    let mut text = String::new();
    for block in &blocks {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&block.text);
    }
    if text.is_empty() {
        return Err(Error::new(ErrorKind::NoText, "the page has no text"));
    }
    Ok(Text { text, title: title.or(outline.title), lang: outline.lang })
}
