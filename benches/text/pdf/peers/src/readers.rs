//! The readers: ours, other libraries as they come, and `pdftotext` as a process.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

pub(crate) struct Reader {
    pub(crate) name: &'static str,
    read: fn(&Path, &[u8]) -> Option<String>,
}

impl Reader {
    /// What the file reads, nothing if it cannot be read; a panic is that.
    pub(crate) fn read(&self, path: &Path, bytes: &[u8]) -> Option<String> {
        catch_unwind(AssertUnwindSafe(|| (self.read)(path, bytes))).ok().flatten()
    }
}

pub(crate) const ALL: &[Reader] = &[
    Reader { name: "erratum", read: erratum },
    Reader { name: "pdftotext", read: pdftotext },
    Reader { name: "pdf_oxide", read: pdf_oxide },
    Reader { name: "pdf-extract", read: pdf_extract },
    Reader { name: "lopdf", read: lopdf },
];

fn erratum(_: &Path, bytes: &[u8]) -> Option<String> {
    let limits = erratum_text::Limits::default();
    let part = erratum_text::extract(bytes, Some("x.pdf"), &limits).ok()?.pop()?;
    Some(part.text.ok()?.text)
}

fn pdftotext(path: &Path, _: &[u8]) -> Option<String> {
    let out = Command::new("pdftotext").args(["-enc", "UTF-8"]).arg(path).arg("-").output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

fn pdf_oxide(_: &Path, bytes: &[u8]) -> Option<String> {
    let document = pdf_oxide::PdfDocument::from_bytes(bytes.to_vec()).ok()?;
    let pages = document.page_count().ok()?;
    let texts: Vec<String> = (0..pages).filter_map(|page| document.extract_text(page).ok()).collect();
    Some(texts.join("\n\n"))
}

fn pdf_extract(_: &Path, bytes: &[u8]) -> Option<String> {
    let mut document = pdf_extract::Document::load_mem(bytes).ok()?;
    if document.is_encrypted() {
        document.decrypt("").ok()?;
    }
    let mut text = String::new();
    let mut output = pdf_extract::PlainTextOutput::new(&mut text);
    pdf_extract::output_doc(&document, &mut output).ok()?;
    Some(text)
}

fn lopdf(_: &Path, bytes: &[u8]) -> Option<String> {
    let document = lopdf::Document::load_mem(bytes).ok()?;
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    document.extract_text(&pages).ok()
}
