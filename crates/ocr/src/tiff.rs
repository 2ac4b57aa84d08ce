//! The pages of TIFF files, which may be many: scans and faxes.

use std::io::Cursor;

use erratum_text::{Error, ErrorKind};
use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

use crate::grey::Grey;
use crate::limits::Limits;
use crate::picture::{grey, within};

type Open<'a> = Decoder<Cursor<&'a [u8]>>;

/// How many pages there are, at most one more than `most`.
pub(crate) fn pages(bytes: &[u8], most: usize) -> Result<usize, Error> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(broken)?;
    let mut count = 1;
    while count <= most && decoder.more_images() {
        decoder.next_image().map_err(broken)?;
        count += 1;
    }
    Ok(count)
}

/// One page, from 0.
pub(crate) fn decode(bytes: &[u8], page: usize, limits: &Limits) -> Result<Grey, Error> {
    let mut decoder = Decoder::new(Cursor::new(bytes)).map_err(broken)?;
    let mut own = tiff::decoder::Limits::default();
    let most = usize::try_from(limits.pixels.saturating_mul(4)).unwrap_or(usize::MAX);
    (own.decoding_buffer_size, own.intermediate_buffer_size) = (most, most);
    decoder = decoder.with_limits(own);
    for _ in 0..page {
        decoder.next_image().map_err(broken)?;
    }
    let (width, height) = decoder.dimensions().map_err(broken)?;
    within(width.into(), height.into(), limits)?;
    let colour = decoder.colortype().map_err(broken)?;
    let white_is_zero = is_white_zero(&mut decoder);
    let samples = match decoder.read_image().map_err(broken)? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(|sample| (sample >> 8) as u8).collect(),
        _ => return Err(unsupported(colour)),
    };
    let picture = match colour {
        ColorType::Gray(bits @ 1..=7) => {
            return packed(width as usize, height as usize, bits, &samples, white_is_zero)
                .ok_or_else(short);
        }
        ColorType::Gray(8 | 16) => {
            GrayImage::from_raw(width, height, samples).map(DynamicImage::ImageLuma8)
        }
        ColorType::RGB(8 | 16) => {
            RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8)
        }
        ColorType::RGBA(8 | 16) => {
            RgbaImage::from_raw(width, height, samples).map(DynamicImage::ImageRgba8)
        }
        ColorType::CMYK(8 | 16) => ink(width, height, &samples).map(DynamicImage::ImageLuma8),
        other => return Err(unsupported(other)),
    };
    grey(picture.ok_or_else(short)?)
}

/// Whether its 0 is white; the decoder turns such pictures round itself from eight bits on.
fn is_white_zero(decoder: &mut Open<'_>) -> bool {
    decoder.get_tag_u32(Tag::PhotometricInterpretation).is_ok_and(|value| value == 0)
}

/// Pixels of a few bits each, every row beginning with a byte of its own.
fn packed(width: usize, height: usize, bits: u8, samples: &[u8], white_is_zero: bool) -> Option<Grey> {
    let bits = usize::from(bits);
    let most = (1_u32 << bits) - 1;
    let row = (width * bits).div_ceil(8);
    if row == 0 || samples.len() < row.checked_mul(height)? {
        return None;
    }
    let shade = |line: &[u8], x: usize| {
        let first = x * bits;
        let value = (first..first + bits).fold(0_u32, |value, bit| {
            let byte = line.get(bit / 8).copied().unwrap_or(0);
            value << 1 | u32::from(byte >> (7 - bit % 8) & 1)
        });
        u8::try_from(value * 255 / most).unwrap_or(255)
    };
    let lines = samples.chunks_exact(row).take(height);
    let mut pixels: Vec<u8> = lines.flat_map(|line| (0..width).map(move |x| shade(line, x))).collect();
    if white_is_zero {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    Grey::new(width, height, pixels)
}

/// The light that four inks leave, near enough for reading.
fn ink(width: u32, height: u32, samples: &[u8]) -> Option<GrayImage> {
    let light = |inks: &[u8]| {
        let [cyan, magenta, yellow, black] = inks else { return 255 };
        let left = |ink: &u8| 255 - u32::from(*ink);
        let colours = (left(cyan) * 30 + left(magenta) * 59 + left(yellow) * 11) / 100;
        u8::try_from(colours * left(black) / 255).unwrap_or(255)
    };
    GrayImage::from_raw(width, height, samples.chunks_exact(4).map(light).collect())
}

fn short() -> Error {
    Error::new(ErrorKind::Broken, "the TIFF picture is damaged: pixels are missing")
}

fn unsupported(colour: ColorType) -> Error {
    Error::new(ErrorKind::Unsupported, format!("a TIFF picture in {colour:?}, which is not read"))
}

fn broken(error: TiffError) -> Error {
    match error {
        TiffError::LimitsExceeded => {
            Error::new(ErrorKind::TooLarge, "the TIFF picture unpacks to more than is read")
        }
        TiffError::UnsupportedError(error) => {
            Error::new(ErrorKind::Unsupported, format!("the TIFF picture is not read: {error}"))
                .because(error)
        }
        error => {
            Error::new(ErrorKind::Broken, format!("the TIFF picture is damaged: {error}")).because(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_become_shades() {
        let page = packed(3, 2, 1, &[0b1010_0000, 0b0100_0000], false).expect("all bytes are there");
        assert_eq!(page.pixels(), [255, 0, 255, 0, 255, 0]);
        let page = packed(2, 1, 4, &[0x0f], true).expect("all bytes are there");
        assert_eq!(page.pixels(), [255, 0]);
        assert_eq!(packed(9, 2, 1, &[0; 3], false), None);
    }

    #[test]
    fn inks_leave_light() {
        let picture = ink(2, 1, &[0, 0, 0, 0, 0, 0, 0, 255]).expect("two pixels");
        assert_eq!(picture.into_raw(), [255, 0]);
    }
}
