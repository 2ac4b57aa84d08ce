//! The text layer of a PDF. Pages are not rendered and scans are not read; which pages would need that is said
//! in [`Remark::PicturesNotRead`].
//!
//! `draw` follows what a page draws, character by character; `words`, `columns`, `lines`, `running` and `layout` make of
//! the characters a text in the order of reading, by where they stand alone. The file's tags are not looked at:
//! they say what a producer meant, not what a reader sees.
//!
//! Memory is bounded by what is unpacked: object streams by `guard`, everything else by `unpack`, each up to
//! [`Limits::stream_bytes`]. The parser and the fonts are code that forbids `unsafe` where it reads the file; it
//! runs on a worker that catches its panics, and each page by itself, so that one bad page costs that page.

mod bidi;
mod columns;
mod draw;
mod faces;
mod guard;
mod layout;
mod lines;
mod page;
mod pictures;
mod running;
mod sheet;
mod unmapped;
mod unpack;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_syntax::object::{Dict, String as PdfString};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::{Remark, Text, worker};
use crate::{Error, ErrorKind, Limits};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    guard::before_loading(bytes, limits)?;
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run("the PDF", limits, move || {
        let ended = bytes.windows(5).rev().take(2048).any(|window| window == b"%%EOF");
        let pdf = Pdf::new(bytes).map_err(|error| refused(error, ended))?;
        text_of(&pdf, ended, &own)
    })
}

fn refused(error: LoadPdfError, ended: bool) -> Error {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            Error::new(ErrorKind::Encrypted, "encrypted PDF: a password is needed to read it")
        }
        LoadPdfError::Decryption(_) => {
            Error::new(ErrorKind::Encrypted, "encrypted PDF: encrypted in a way that is not known")
        }
        LoadPdfError::Invalid if ended => Error::new(ErrorKind::Broken, "the PDF is damaged"),
        LoadPdfError::Invalid => Error::new(ErrorKind::Broken, "the PDF is damaged: its end is missing"),
    }
}

fn text_of(pdf: &Pdf, ended: bool, limits: &Limits) -> Result<Text, Error> {
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let off = catalog.as_ref().map(draw::layers_off).unwrap_or_default();
    let mut drawer = draw::Drawer::new(off, limits);
    let (mut pages, mut pictures, mut damaged, mut failure) = (Vec::new(), Vec::new(), Vec::new(), None);
    for (number, page) in (1u32..).zip(pdf.pages().iter()) {
        let drawn = catch_unwind(AssertUnwindSafe(|| -> Result<_, Error> {
            let sheet = drawer.sheet(page)?;
            let has_pictures = pictures::has_unread(&sheet);
            Ok((page::page(number, sheet), has_pictures))
        }));
        match drawn {
            Ok(Ok((page, has_pictures))) => {
                pages.push(page);
                if has_pictures {
                    pictures.push(number);
                }
            }
            // There is no room or time for the other pages either.
            Ok(Err(error)) if error.kind() == ErrorKind::TooSlow => return Err(error),
            Ok(Err(error)) => {
                damaged.push(number);
                failure.get_or_insert(error);
            }
            Err(panic) => {
                damaged.push(number);
                failure.get_or_insert_with(|| worker::damaged("the PDF", &*panic));
            }
        }
    }
    running::drop_running(&mut pages);
    let (text, places) = layout::paragraphs(&pages);
    if text.trim().is_empty() {
        return Err(failure.unwrap_or_else(|| nothing(ended, &pages)));
    }
    let mut remarks = Vec::new();
    if !pictures.is_empty() {
        remarks.push(Remark::PicturesNotRead(pictures));
    }
    if !damaged.is_empty() {
        remarks.push(Remark::PagesNotRead(damaged));
    }
    let metadata = pdf.metadata();
    let title = metadata.title.as_deref().and_then(|title| super::title(&string(title)));
    let lang = catalog.and_then(|catalog| catalog.get::<PdfString<'_>>("Lang"));
    let lang = lang.and_then(|lang| super::title(&string(lang.as_bytes())));
    Ok(Text { text, title, lang, places, remarks, ..Text::default() })
}

fn nothing(ended: bool, pages: &[page::Page]) -> Error {
    match (pages.is_empty(), ended) {
        (true, true) => Error::new(ErrorKind::Broken, "the PDF is damaged: it has no pages"),
        (_, false) => Error::new(ErrorKind::Broken, "the PDF is damaged: its end is missing"),
        _ => Error::new(ErrorKind::NoText, "the PDF has no text layer (a scan?)"),
    }
}

/// A text string of a PDF: UTF-16BE or UTF-8 by its mark, else taken for Windows-1252, which
/// PDFDocEncoding is close to.
fn string(bytes: &[u8]) -> String {
    match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0.into_owned(),
        None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
