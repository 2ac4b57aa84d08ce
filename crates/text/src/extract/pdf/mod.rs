//! The text layer of a PDF. Pages are not rendered and scans are not read.
//!
//! The parser trusts its input more than a hostile file deserves, so it only gets files that
//! [`guard`] has looked through, on a worker that catches its panics. Memory is bounded by what guard
//! lets through: object streams and each page's instructions up to [`Limits::stream_bytes`] unpacked,
//! pictures emptied before anything looks at them, no drawing that calls itself.
//!
//! All text of the page is read as if it were seen. Not noticed are text in the colour of its ground,
//! invisible or covered text, and text outside of the page.

mod guard;
mod layout;
mod lines;

use std::time::Instant;

use pdf_extract::{Dictionary, Document, Object, OutputError};

use super::{Text, worker};
use crate::{Error, ErrorKind, Limits};

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    guard::before_loading(bytes, limits)?;
    let (bytes, own) = (bytes.to_vec(), limits.clone());
    worker::run("the PDF", limits, move || {
        let mut document = load(&bytes)?;
        drop(bytes);
        guard::after_loading(&mut document, &own)?;
        text_of(&document, &own)
    })
}

fn load(bytes: &[u8]) -> Result<Document, Error> {
    let mut document = Document::load_mem(bytes).map_err(|error| refused(error, bytes))?;
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| encrypted())?;
    }
    Ok(document)
}

fn encrypted() -> Error {
    Error::new(ErrorKind::Encrypted, "encrypted PDF: a password is needed to read it")
}

fn refused(error: pdf_extract::Error, bytes: &[u8]) -> Error {
    use pdf_extract::Error as E;
    if matches!(error, E::InvalidPassword | E::Decryption(_) | E::UnsupportedSecurityHandler(_)) {
        return encrypted().because(error);
    }
    let ended = bytes.windows(5).rev().take(2048).any(|window| window == b"%%EOF");
    let what = if ended { "the PDF is damaged" } else { "the PDF is damaged: its end is missing" };
    Error::new(ErrorKind::Broken, what).because(error)
}

fn text_of(document: &Document, limits: &Limits) -> Result<Text, Error> {
    let mut output = lines::Lines::new(limits.text_bytes, Instant::now() + limits.time);
    if let Err(error) = pdf_extract::output_doc(document, &mut output) {
        return Err(output.stopped.take().unwrap_or_else(|| unreadable(error)));
    }
    let text = layout::paragraphs(&output.pages);
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::NoText, "the PDF has no text layer (a scan?)"));
    }
    let entry = |dictionary: Option<&Dictionary>, key: &[u8]| {
        let value = dictionary?.get_deref(key, document).ok()?.as_str().ok()?;
        super::title(&string(value))
    };
    let info = document.trailer.get_deref(b"Info", document).and_then(Object::as_dict).ok();
    Ok(Text { text, title: entry(info, b"Title"), lang: entry(document.catalog().ok(), b"Lang") })
}

fn unreadable(error: OutputError) -> Error {
    let message = match &error {
        OutputError::PdfError(error) => format!("the PDF is damaged: {error}"),
        OutputError::FormatError(_) | OutputError::IoError(_) => "the PDF is damaged".to_owned(),
    };
    match error {
        OutputError::PdfError(error) => Error::new(ErrorKind::Broken, message).because(error),
        OutputError::FormatError(error) => Error::new(ErrorKind::Broken, message).because(error),
        OutputError::IoError(error) => Error::new(ErrorKind::Broken, message).because(error),
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
