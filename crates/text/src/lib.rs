//! Any file to text, and text to its search form and its comparison form, each with a map back to where
//! every character stood.
//!
//! [`extract`] reads plain text, web pages, PDFs with a text layer, office documents, books, news formats,
//! mails, and archives of all of these into [`Part`]s; `docs/text.md` says what is read of each.
//! [`SearchForm`] and [`ComparisonForm`] no longer depend on layout, type or file format; their precise
//! definitions stand with their types' modules and, as vectors, in `tests/data/vectors.txt`;
//! [`forms_version`] names the Unicode tables behind them. [`paragraphs`], [`passages`] and [`quoted`] cut
//! a text into what is judged apart.
//!
//! This room knows nothing of documents, records or standings, and compares nothing. It does not touch
//! disk, network or clock, except that reading a hostile file ends when its time is up.
//!
//! ```
//! use erratum_text::{ComparisonForm, Limits, SearchForm, extract};
//!
//! let page = b"<html lang=en><title>A letter</title><p>We respect your sove&shy;reign decision.";
//! let copy = &extract(page, Some("letter.html"), &Limits::default())?[0];
//! let text = copy.text.as_ref().unwrap();
//! assert_eq!(text.title.as_deref(), Some("A letter"));
//!
//! let original = "We respect your sovereign\ndecision.";
//! assert_eq!(SearchForm::new(&text.text).digest(), SearchForm::new(original).digest());
//! assert_eq!(ComparisonForm::new(&text.text).digest(), ComparisonForm::new(original).digest());
//! # Ok::<(), erratum_text::Error>(())
//! ```
#![deny(missing_docs)]

mod error;
mod extract;
mod form;
mod limits;
mod place;
mod quotes;
mod segments;

pub use error::{Error, ErrorKind};
pub use extract::{Media, Part, Remark, Text, apart, extract, media_of, open};
pub use form::{
    ComparisonForm, FormsVersion, SearchForm, Token, TokenKind, canonical_of, forms_version,
};
pub use limits::{Limits, PATIENCE};
pub use place::{Area, Place, Places};
pub use quotes::quoted;
pub use segments::{paragraphs, passages};
