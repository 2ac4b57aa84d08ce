//! Doors for the fuzz targets: everything of this room that touches hostile bytes, without Tesseract.

use std::sync::Arc;

use erratum_text::{Media, Text};

use crate::assemble::{Piece, join};
use crate::clean::{clean, turned};
use crate::limits::Limits;
use crate::plane::Plane;
use crate::read::Source;
use crate::tsv;

/// Decodes every page of a picture, or draws those of a PDF, and makes them ready: in workers, as
/// [`read`](crate::read()) does.
pub fn prepare(bytes: Vec<u8>, media: Media, limits: &Limits) {
    let source = Source { bytes: Arc::new(bytes), media };
    for page in 0..source.pages(limits).unwrap_or(0).min(limits.pages) {
        if let Ok(original) = source.page(page, Vec::new(), limits) {
            let ready = turned(&clean(&original), 1);
            assert!(ready.picture.pixels().len() == ready.picture.width * ready.picture.height);
        }
    }
}

/// Makes a text of a table of words.
///
/// # Panics
/// If what comes out does not fit together: then there is a bug.
pub fn table(said: &str) {
    let piece = Piece::new(&tsv::words(said), &Plane::scale(0.5), (100.0, 100.0));
    let mut text = Text::default();
    join(&mut text, vec![(1, piece.clone()), (2, piece)]);
    for (range, sure) in &text.optical {
        assert!(text.text.get(range.clone()).is_some_and(|word| !word.is_empty()) && *sure <= 100);
    }
}
