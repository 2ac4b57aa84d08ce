//! Pages as a person sees them, for showing where something stands on them. Nothing is cleaned up here.

use std::io::Cursor;
use std::sync::Arc;

use erratum_text::{Error, ErrorKind, Part};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use crate::limits::Limits;
use crate::read::Source;

/// Pages are shrunk until they are no wider, in pixels: enough to read them on a screen.
const WIDEST: usize = 1600;

/// A page of a PDF, or of a picture, counted from 1 as in a [`Place`](erratum_text::Place): upright and grey,
/// as a PNG file.
///
/// # Errors
/// If the part is neither, has no such page, or is damaged or beyond the limits.
pub fn draw(part: &Part, page: u32, limits: &Limits) -> Result<Vec<u8>, Error> {
    let source = Source { bytes: Arc::new(part.bytes.clone()), media: part.media };
    let index = (page as usize).saturating_sub(1);
    let whole = source.page(index, Vec::new(), limits)?;
    let drawn = whole.shrink(whole.width.div_ceil(WIDEST));
    let (width, height) = (drawn.width as u32, drawn.height as u32);
    let mut png = Cursor::new(Vec::new());
    PngEncoder::new(&mut png)
        .write_image(drawn.pixels(), width, height, ExtendedColorType::L8)
        .map_err(|error| Error::new(ErrorKind::Broken, "the page cannot be drawn").because(error))?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use erratum_text::Media;

    use super::*;

    fn part(media: Media, bytes: Vec<u8>) -> Part {
        let text = Err(Error::new(ErrorKind::Picture, "a picture"));
        Part { path: Vec::new(), media, bytes, text }
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = Cursor::new(Vec::new());
        let pixels = vec![200; (width * height) as usize];
        PngEncoder::new(&mut png).write_image(&pixels, width, height, ExtendedColorType::L8).unwrap();
        png.into_inner()
    }

    #[test]
    fn a_picture_is_drawn_no_wider_than_a_screen() {
        let limits = Limits::default();
        let size = |width, height| {
            let drawn = draw(&part(Media::Png, png(width, height)), 1, &limits).unwrap();
            let drawn = image::load_from_memory(&drawn).unwrap();
            (drawn.width(), drawn.height())
        };
        assert_eq!(size(300, 20), (300, 20));
        assert_eq!(size(3201, 30), (1067, 10));
    }

    #[test]
    fn what_has_no_such_page_is_an_error() {
        let limits = Limits::default();
        let refused = |media, bytes: &[u8], page| {
            draw(&part(media, bytes.to_vec()), page, &limits).unwrap_err().kind()
        };
        assert_eq!(refused(Media::Plain, b"text", 1), ErrorKind::Unsupported);
        assert_eq!(refused(Media::Pdf, b"%PDF-1.7", 1), ErrorKind::Broken);
        assert_eq!(refused(Media::Png, b"\x89PNG", 1), ErrorKind::Broken);
    }
}
