//! Pages spoilt as copiers, scanners and telephones spoil them.

use image::GrayImage;
use image::codecs::jpeg::JpegEncoder;

use crate::corpus::Numbers;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How much a scan is spoilt.
#[derive(Clone, Copy)]
pub(in crate::heavy) struct Scan {
    /// Degrees, clockwise.
    pub(in crate::heavy) skew: f64,
    /// Standard deviation of the noise, in shades.
    pub(in crate::heavy) noise: f64,
    /// Of the JPEG, 1 to 100.
    pub(in crate::heavy) quality: u8,
}

/// A page as a scanner gives it.
pub(in crate::heavy) fn scan(page: &GrayImage, how: Scan, numbers: &mut Numbers) -> Result<Vec<u8>> {
    let (width, height) = page.dimensions();
    let (sin, cos) = how.skew.to_radians().sin_cos();
    let (middle_x, middle_y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    let spoilt = GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let shade = at(page, middle_x + dx * cos + dy * sin, middle_y - dx * sin + dy * cos);
        noisy(0.9 * shade.unwrap_or(255.0) + 10.0, how.noise, numbers)
    });
    jpeg(&spoilt, how.quality)
}

/// A page as a telephone sees it: from the side, on a table, in the shadow of the hand that holds it.
pub(in crate::heavy) fn photo(page: &GrayImage, numbers: &mut Numbers) -> Result<Vec<u8>> {
    let (width, height) = (2448_u32, 3264_u32);
    let mut share = |least: f64, most: f64| {
        least + (most - least) * numbers.below(1 << 20) as f64 / f64::from(1 << 20)
    };
    // From a point of the photo to one of the page, both from their middles and in heights of the photo.
    let (turn, size) = (share(-3.0, 3.0).to_radians(), share(1.1, 1.2));
    let (lean_x, lean_y) = (share(-0.16, 0.16), share(-0.2, 0.2));
    let (shift_x, shift_y) = (share(-0.015, 0.015), share(-0.015, 0.015));
    let (shadow_turn, shadow) = (share(0.0, std::f64::consts::TAU), share(0.35, 0.6));
    let (sin, cos) = turn.sin_cos();
    let unit = f64::from(page.height());
    let seen = |x: f64, y: f64| -> Option<f64> {
        let (u, v) = (x - shift_x, y - shift_y);
        let depth = 1.0 + lean_x * u + lean_y * v;
        let (u, v) = ((u * cos - v * sin) * size / depth, (u * sin + v * cos) * size / depth);
        at(page, u * unit + f64::from(page.width()) / 2.0, v * unit + unit / 2.0)
    };
    let mut photo = vec![0.0_f64; (width * height) as usize];
    for (place, pixel) in (0_u32..).zip(photo.iter_mut()) {
        let (x, y) = (f64::from(place % width), f64::from(place / width));
        let (u, v) = ((x - f64::from(width) / 2.0) / f64::from(height), y / f64::from(height) - 0.5);
        let grain = (u * 90.0 + (v * 7.0).sin() * 4.0).sin() * 8.0;
        let shade = seen(u, v).map_or(75.0 + grain, |shade| 0.88 * shade + 8.0);
        let along = (u * shadow_turn.cos() + v * shadow_turn.sin()) * 1.2;
        *pixel = shade * (1.0 - shadow * (along + 0.5).clamp(0.0, 1.0));
    }
    let blurred = blurred(&photo, width as usize);
    let spoilt = GrayImage::from_fn(width, height, |x, y| {
        let shade = blurred.get((y * width + x) as usize).copied().unwrap_or(0.0);
        noisy(shade, 6.0, numbers)
    });
    jpeg(&spoilt, 75)
}

/// A JPEG of a picture.
pub(in crate::heavy) fn jpeg(picture: &GrayImage, quality: u8) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture)?;
    Ok(bytes)
}

/// The shade of a picture between its pixels; `None` outside.
fn at(picture: &GrayImage, x: f64, y: f64) -> Option<f64> {
    let (left, top) = (x.floor(), y.floor());
    let inside = left >= 0.0
        && top >= 0.0
        && left + 1.0 < f64::from(picture.width())
        && top + 1.0 < f64::from(picture.height());
    if !inside {
        return None;
    }
    let (across, down) = (x - left, y - top);
    let pixel = |dx: u32, dy: u32| f64::from(picture.get_pixel(left as u32 + dx, top as u32 + dy).0[0]);
    let upper = pixel(0, 0) * (1.0 - across) + pixel(1, 0) * across;
    let lower = pixel(0, 1) * (1.0 - across) + pixel(1, 1) * across;
    Some(upper * (1.0 - down) + lower * down)
}

/// A shade with noise of about the normal distribution.
fn noisy(shade: f64, deviation: f64, numbers: &mut Numbers) -> image::Luma<u8> {
    let random = numbers.next();
    let sum: u64 = (0..4).map(|i| random >> (i * 16) & 0xffff).sum();
    // Four even numbers of 0 to 1 have a mean of 2 and a deviation of 0.577.
    let normal = (sum as f64 / 65535.0 - 2.0) / 0.577;
    image::Luma([(shade + normal * deviation).clamp(0.0, 255.0) as u8])
}

/// Each pixel the weighted mean of nine, as a lens out of focus gives it.
fn blurred(pixels: &[f64], width: usize) -> Vec<f64> {
    let along = |pixels: &[f64], step: usize| -> Vec<f64> {
        let get = |i: Option<usize>, own: f64| i.and_then(|i| pixels.get(i)).copied().unwrap_or(own);
        let mean = |(i, &own): (usize, &f64)| {
            (get(i.checked_sub(step), own) + 2.0 * own + get(i.checked_add(step), own)) / 4.0
        };
        pixels.iter().enumerate().map(mean).collect()
    };
    along(&along(pixels, 1), width)
}
