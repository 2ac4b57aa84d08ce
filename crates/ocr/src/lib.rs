//! Pictures of text to text: scans, photos of a page, screenshots, and PDFs whose pages are pictures.
//!
//! [`erratum_text::open`] takes a file apart; [`read()`] completes the parts whose text is in pictures. Pages
//! are drawn by `hayro`, made ready here (the page on a photo laid flat, shadows evened out, lines made level,
//! letters brought to one height) and read by Tesseract, which runs as a process of its own for every page,
//! within [`Limits`] of time and memory. [`draw()`] shows a page as a person sees it.
//!
//! This room recognises no letters itself and knows nothing of documents, records or standings. Without
//! Tesseract it says so in each part that would need it; everything else is read as without this room.
//!
//! ```no_run
//! use erratum_ocr::{Limits, Tesseract, read};
//!
//! let scan = std::fs::read("scan.pdf")?;
//! let mut parts = erratum_text::open(&scan, Some("scan.pdf"), &erratum_text::Limits::default())?;
//! read(&mut parts, Tesseract::find(&["en", "de"]).as_ref(), &Limits::default());
//! for part in &parts {
//!     match &part.text {
//!         Ok(text) => println!("{}", text.text),
//!         Err(error) => println!("not read: {error}"),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![deny(missing_docs)]

mod assemble;
mod clean;
mod draw;
mod grey;
mod languages;
mod limits;
#[doc(hidden)]
pub mod noise;
mod pages;
mod picture;
mod plane;
mod read;
mod tesseract;
mod tiff;
mod tsv;

pub use draw::draw;
pub use limits::Limits;
pub use read::{is_wanted, read};
pub use tesseract::{Missing, Tesseract};
