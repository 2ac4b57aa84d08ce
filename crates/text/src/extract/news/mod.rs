//! News formats of the IPTC: NewsML-G2, NITF, ninjs.
//!
//! Read: headline, byline, dateline, description or caption, and the text; what the item says of its own
//! publication is a remark. Not read: content that is only named (`remoteContent`), metadata, associated items
//! of ninjs. Nothing is fetched.

mod blocks;
mod ninjs;

use super::paragraphs::Paragraphs;
use super::xml;
use super::{Remark, Text, worker};
use crate::{Error, Limits};

/// Reads a NewsML-G2 or NITF file.
pub(super) fn xml(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run(blocks::WHAT, limits, move || {
        let xml = xml::decode(&bytes)?;
        drop(bytes);
        let mut out = Paragraphs::new(&own);
        let head = blocks::read(&xml, &mut out)?;
        let mut text = out.finish(blocks::WHAT)?;
        (text.title, text.lang) = (head.title, head.lang);
        text.remarks.extend(head.status.map(Remark::PublicationStatus));
        Ok(text)
    })
}

pub(super) use ninjs::read as ninjs;
