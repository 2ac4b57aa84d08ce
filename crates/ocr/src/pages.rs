//! Pages of PDFs to grey pictures, drawn by `hayro`.

use std::sync::Arc;

use erratum_text::{Area, Error, ErrorKind};
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings};

use crate::grey::Grey;
use crate::limits::Limits;

/// Dots on an inch: what Tesseract wants of ordinary type.
const DPI: f64 = 300.0;
/// Points on an inch.
const POINTS: f64 = 72.0;
/// The most pixels a page is drawn with: A3 at 300 dpi.
const MOST_PIXELS: f64 = 18_000_000.0;
/// The longest side that the renderer can draw.
const LONGEST: f64 = 60_000.0;

/// How many pages a PDF has.
pub(crate) fn pages(bytes: &Arc<Vec<u8>>) -> Result<usize, Error> {
    Ok(open(bytes)?.pages().len())
}

/// Draws a page, from 0, without what stands in `own`.
pub(crate) fn draw(
    bytes: &Arc<Vec<u8>>,
    page: usize,
    own: &[Area],
    limits: &Limits,
) -> Result<Grey, Error> {
    let pdf = open(bytes)?;
    let pages = pdf.pages();
    let page = pages.get(page).ok_or_else(|| broken("a page is missing"))?;
    let (width, height) = page.render_dimensions();
    let (width, height) = (f64::from(width), f64::from(height));
    if !(width >= 1.0 && height >= 1.0 && (width * height).is_finite()) {
        return Err(broken("a page has no size"));
    }
    let most = MOST_PIXELS.min(limits.pixels as f64);
    let scale =
        (DPI / POINTS).min((most / (width * height)).sqrt()).min(LONGEST / width).min(LONGEST / height);
    let onto = PixmapSettings { x_scale: scale as f32, y_scale: scale as f32, bg_color: WHITE };
    let (cache, with) = (RenderCache::new(), RenderSettings::default());
    let drawn = hayro::render(page, &cache, &InterpreterSettings::default(), &with, &onto);
    let pixels = drawn.data_as_u8_slice().chunks_exact(4).map(|pixel| {
        let [red, green, blue, _] = pixel else { return 255 };
        let light = u32::from(*red) * 299 + u32::from(*green) * 587 + u32::from(*blue) * 114;
        u8::try_from(light / 1000).unwrap_or(255)
    });
    let (width, height) = (usize::from(drawn.width()), usize::from(drawn.height()));
    let mut grey =
        Grey::new(width, height, pixels.collect()).ok_or_else(|| broken("a page has no size"))?;
    for area in own {
        blank(&mut grey, area);
    }
    Ok(grey)
}

/// Makes an area white, with a little around it.
fn blank(picture: &mut Grey, area: &Area) {
    let (width, height) = (picture.width as f32, picture.height as f32);
    let margin = 0.15 * area.height * height;
    let (top, low) = (area.top * height - margin, (area.top + area.height) * height + margin);
    let (left, right) = (area.left * width - margin, (area.left + area.width) * width + margin);
    let (top, low) = (top.max(0.0) as usize, low.max(0.0) as usize);
    let (left, right) = (left.max(0.0) as usize, (right.max(0.0) as usize).min(picture.width));
    for row in picture.rows_mut().take(low).skip(top) {
        row.get_mut(left..right).unwrap_or_default().fill(255);
    }
}

fn open(bytes: &Arc<Vec<u8>>) -> Result<Pdf, Error> {
    Pdf::new(Arc::clone(bytes)).map_err(|error| broken(&format!("{error:?}")))
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Broken, format!("the PDF cannot be drawn: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_blanked() {
        let mut picture = Grey::new(10, 10, vec![0; 100]).unwrap();
        blank(&mut picture, &Area { left: 0.2, top: 0.5, width: 0.3, height: 0.2 });
        let white: Vec<usize> = (0..100).filter(|&at| picture.pixels()[at] == 255).collect();
        assert_eq!(
            white,
            [42, 43, 44, 52, 53, 54, 62, 63, 64, 41, 51, 61].iter().fold(Vec::new(), |mut all, &at| {
                all.push(at);
                all.sort_unstable();
                all
            })
        );
        // What lies outside does nothing.
        blank(&mut picture, &Area { left: -3.0, top: 2.0, width: 1.0, height: f32::NAN });
    }
}
