//! Picture files to grey pictures: PNG, JPEG, WebP, GIF (its first frame), BMP, and every page of a TIFF.

use std::io::Cursor;

use erratum_text::{Error, ErrorKind, Media};
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader};

use crate::grey::Grey;
use crate::limits::Limits;
use crate::tiff;

/// How many pages a picture has; more than `most` are not counted.
pub(crate) fn pages(bytes: &[u8], media: Media, most: usize) -> Result<usize, Error> {
    if media == Media::Tiff { tiff::pages(bytes, most) } else { Ok(1) }
}

/// A page of a picture, from 0, as it stands upright.
pub(crate) fn decode(bytes: &[u8], media: Media, page: usize, limits: &Limits) -> Result<Grey, Error> {
    let format = match media {
        Media::Png => ImageFormat::Png,
        Media::Jpeg => ImageFormat::Jpeg,
        Media::WebP => ImageFormat::WebP,
        Media::Gif => ImageFormat::Gif,
        Media::Bmp => ImageFormat::Bmp,
        Media::Tiff => return tiff::decode(bytes, page, limits),
        _ => return Err(Error::new(ErrorKind::Unsupported, "this kind of picture is not read")),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut own = image::Limits::default();
    // Four bytes for a pixel are what the largest may have; making it grey takes as much again.
    let most = limits.pixels.saturating_mul(4);
    own.max_alloc = Some(most);
    reader.limits(own);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    within(width.into(), height.into(), limits)?;
    if decoder.total_bytes() > most {
        return Err(Error::new(ErrorKind::TooLarge, "the picture unpacks to more than is read"));
    }
    let orientation = decoder.orientation().map_err(unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    grey(picture)
}

/// Whether a picture of this size is read.
pub(crate) fn within(width: u64, height: u64, limits: &Limits) -> Result<(), Error> {
    if width.saturating_mul(height) <= limits.pixels {
        return Ok(());
    }
    let message = format!(
        "a picture of {width} by {height} pixels, more than the {} million that are read",
        limits.pixels / 1_000_000
    );
    Err(Error::new(ErrorKind::TooLarge, message))
}

/// Grey, on white where it lets something through.
pub(crate) fn grey(picture: DynamicImage) -> Result<Grey, Error> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixels = if picture.color().has_alpha() {
        let both = picture.into_luma_alpha8();
        both.pixels()
            .map(|pixel| {
                let [shade, alpha] = pixel.0.map(u32::from);
                u8::try_from((shade * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
            })
            .collect()
    } else {
        picture.into_luma8().into_raw()
    };
    Grey::new(width, height, pixels)
        .ok_or_else(|| Error::new(ErrorKind::Empty, "a picture without pixels"))
}

fn unreadable(error: ImageError) -> Error {
    match error {
        ImageError::Limits(error) => {
            Error::new(ErrorKind::TooLarge, "the picture unpacks to more than is read").because(error)
        }
        ImageError::Unsupported(error) => {
            Error::new(ErrorKind::Unsupported, format!("the picture is not read: {error}"))
                .because(error)
        }
        error => {
            Error::new(ErrorKind::Broken, format!("the picture is damaged: {error}")).because(error)
        }
    }
}
