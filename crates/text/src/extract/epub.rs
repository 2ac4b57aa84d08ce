//! Books (EPUB 2 and 3): the chapters in the order of the spine, each read whole as a page; its places are the
//! chapter's file and the paragraph in it. Not read: the table of contents where it is no chapter, the cover,
//! pictures, chapters that are encrypted.

use std::collections::HashMap;

use super::office::dublin_core;
use super::paragraphs::Paragraphs;
use super::xml::{Item, Items};
use super::zip::Package;
use super::{Hint, Text, html, label, worker};
use crate::{Error, ErrorKind, Limits, paragraphs};

const WHAT: &str = "the book";

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run(WHAT, limits, move || {
        let mut package = Package::open(bytes, WHAT, &own)?;
        let book = book(&mut package)?;
        let locked = package.xml("META-INF/encryption.xml")?.map(|xml| encrypted(&xml)).transpose()?;
        let mut out = Paragraphs::new(&own);
        for chapter in &book.chapters {
            if locked.as_ref().is_some_and(|locked| locked.contains(chapter)) {
                let message = "the book is encrypted: a key is needed to read it";
                return Err(Error::new(ErrorKind::Encrypted, message));
            }
            let Some(page) = package.bytes(chapter)? else {
                let message = format!("the book is damaged: {} is missing", label(chapter));
                return Err(Error::new(ErrorKind::Broken, message));
            };
            write(chapter, &page, &own, &mut out)?;
        }
        let mut text = out.finish(WHAT)?;
        (text.title, text.lang) = (book.title, book.lang);
        Ok(text)
    })
}

fn write(chapter: &str, page: &[u8], limits: &Limits, out: &mut Paragraphs) -> Result<(), Error> {
    // A page that declares entities is refused as everywhere; the page reader itself expands nothing.
    if page.windows(8).any(|window| window == b"<!ENTITY") {
        let message = format!("{} declares entities of its own, which are not read", label(chapter));
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let whole = Hint { body: true, declared: Some("text/html"), ..Hint::default() };
    let text = match html::read(page, &whole, limits) {
        Ok(text) => text.text,
        // A cover, a page of pictures.
        Err(error) if matches!(error.kind(), ErrorKind::NoText | ErrorKind::Empty) => return Ok(()),
        Err(error) => return Err(error),
    };
    out.section(Some(label(chapter)));
    for range in paragraphs(&text) {
        out.push(text.get(range).unwrap_or_default())?;
    }
    Ok(())
}

/// What the package document says.
struct Book {
    title: Option<String>,
    lang: Option<String>,
    /// The members that are chapters, in reading order.
    chapters: Vec<String>,
}

fn book(package: &mut Package) -> Result<Book, Error> {
    let container = package.needed("META-INF/container.xml")?;
    let mut items = Items::new(&container, WHAT);
    let mut root = None;
    while let Some(item) = items.next()? {
        if let Item::Start(tag) = item
            && tag.name() == "rootfile"
            && root.is_none()
        {
            root = tag.attribute("full-path");
        }
    }
    let root =
        root.ok_or_else(|| Error::new(ErrorKind::Broken, "the book is damaged: it names no contents"))?;
    let xml = package.needed(&root)?;
    let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (mut files, mut chapters) = (HashMap::new(), Vec::new());
    let mut items = Items::new(&xml, WHAT);
    while let Some(item) = items.next()? {
        let Item::Start(tag) = item else { continue };
        match tag.name() {
            "item" => {
                let kind = tag.attribute("media-type").unwrap_or_default();
                if kind.contains("html") || kind == "text/x-oeb1-document" {
                    let path = unescaped(&tag.attribute("href").unwrap_or_default());
                    let path = super::office::resolve(folder, &path);
                    files.insert(tag.attribute("id").unwrap_or_default(), path);
                }
            }
            "itemref" => {
                chapters.extend(files.get(&tag.attribute("idref").unwrap_or_default()).cloned());
            }
            _ => {}
        }
    }
    // A chapter that is listed again is the same chapter.
    let mut seen = std::collections::HashSet::new();
    chapters.retain(|chapter| seen.insert(chapter.clone()));
    let (title, lang) = dublin_core(&xml, WHAT)?;
    Ok(Book { title, lang, chapters })
}

/// The members that are listed as encrypted.
fn encrypted(xml: &str) -> Result<Vec<String>, Error> {
    let mut items = Items::new(xml, WHAT);
    let mut found = Vec::new();
    while let Some(item) = items.next()? {
        if let Item::Start(tag) = item
            && tag.name() == "CipherReference"
        {
            found.extend(tag.attribute("URI").map(|path| unescaped(&path)));
        }
    }
    Ok(found)
}

/// A path with its `%20` undone.
fn unescaped(path: &str) -> String {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let hex =
            after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
