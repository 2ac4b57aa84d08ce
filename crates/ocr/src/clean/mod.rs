//! A picture made ready for reading: the page found on a photo and laid flat, light on dark turned round,
//! shadows evened out, lines made level, letters brought to the height at which they are read best. Every
//! step leaves alone what does not need it, and says where each point came from.

mod frame;
mod letters;
mod shade;
mod skew;

use crate::grey::Grey;
use crate::plane::{Plane, Point};

/// Pictures are never made larger than this many pixels: two of A4 at 300 dpi.
const MOST_PIXELS: usize = 18_000_000;
/// Larger than this, a picture is shrunk before anything else.
const TOO_MANY_PIXELS: usize = 24_000_000;
/// The height of a small letter, in pixels, at which Tesseract reads best.
const LETTER: f64 = 20.0;
/// Letters may be so much smaller or larger before a picture is scaled for them.
const NEAR: (f64, f64) = (0.85, 1.6);
/// The least angle, in radians, that is worth another sampling.
const LEAST_SKEW: f64 = 0.002;
/// Of a picture that a program drew, at least one pixel in so many has the same shade.
const DRAWN: u64 = 3;

/// A picture that is ready, and the way back.
#[derive(Clone, Debug)]
pub(crate) struct Clean {
    pub(crate) picture: Grey,
    /// From points of it to points of the picture that it was made from.
    pub(crate) back: Plane,
}

/// Makes a picture ready.
pub(crate) fn clean(original: &Grey) -> Clean {
    let mut clean = shrunk(original);
    clean = flattened(clean);
    if is_dark(&clean.picture) {
        clean.picture.invert();
    }
    if !is_drawn(&clean.picture) {
        shade::even_out(&mut clean.picture);
    }
    let angle = skew::angle(&clean.picture);
    let factor = letters::height(&clean.picture).map_or(1.0, |height| LETTER / height);
    level(clean, angle, factor)
}

/// The same picture turned clockwise by quarters.
pub(crate) fn turned(clean: &Clean, quarters: u32) -> Clean {
    let (width, height) = (clean.picture.width as f64, clean.picture.height as f64);
    let (angle, corner, size) = match quarters % 4 {
        0 => return clean.clone(),
        1 => (1.0, (0.0, height), (clean.picture.height, clean.picture.width)),
        2 => (2.0, (width, height), (clean.picture.width, clean.picture.height)),
        _ => (3.0, (width, 0.0), (clean.picture.height, clean.picture.width)),
    };
    let back = Plane::rotation(-angle * std::f64::consts::FRAC_PI_2, (0.0, 0.0), corner);
    let picture = clean.picture.resample(&back, size.0, size.1);
    Clean { picture, back: back.then(&clean.back) }
}

fn shrunk(original: &Grey) -> Clean {
    let factor = (1..).find(|f| original.pixels().len() / (f * f) <= TOO_MANY_PIXELS).unwrap_or(1);
    Clean { picture: original.shrink(factor), back: Plane::scale(factor as f64) }
}

/// Cuts out the page where the picture is a photo of one, and lays it flat.
fn flattened(clean: Clean) -> Clean {
    let Some(corners) = frame::find(&clean.picture) else { return clean };
    let [a, b, c, d] = corners;
    let length = |p: Point, q: Point| (p.0 - q.0).hypot(p.1 - q.1);
    let (width, height) = (length(a, b).max(length(d, c)), length(a, d).max(length(b, c)));
    let Some(back) = Plane::to_corners(width, height, corners) else { return clean };
    let picture = clean.picture.resample(&back, width.ceil() as usize, height.ceil() as usize);
    Clean { picture, back: back.then(&clean.back) }
}

/// Whether most of it is darker than most of what is written on it.
fn is_dark(picture: &Grey) -> bool {
    shade::percentile(&picture.histogram(), 50) < 100
}

/// Whether a program drew it, as a screenshot: then its grounds are even already.
fn is_drawn(picture: &Grey) -> bool {
    let counts = picture.histogram();
    let all: u64 = counts.iter().sum();
    counts.iter().max().is_some_and(|most| most * DRAWN >= all)
}

/// Turns a picture by `angle`, so that its lines are level, and scales it.
fn level(clean: Clean, angle: f64, factor: f64) -> Clean {
    let picture = &clean.picture;
    let most = (MOST_PIXELS as f64 / picture.pixels().len() as f64).sqrt();
    let factor = if (NEAR.0..NEAR.1).contains(&factor) { 1.0 } else { factor.clamp(0.3, 4.0) };
    let factor = factor.min(most.max(0.3));
    if angle.abs() < LEAST_SKEW && (factor - 1.0).abs() < 1e-6 {
        return clean;
    }
    // Strong shrinking takes the mean of squares first, since sampling would leave out lines.
    let (picture, before) = match (1.0 / factor).floor() as usize {
        whole @ 2.. => (&picture.shrink(whole), Plane::scale(whole as f64)),
        _ => (picture, Plane::identity()),
    };
    let (shrunken_by, _) = before.at((1.0, 0.0));
    let factor = factor * shrunken_by;
    let (sin, cos) = (angle.abs().sin(), angle.abs().cos());
    let (width, height) = (picture.width as f64, picture.height as f64);
    let (wide, high) = ((width * cos + height * sin) * factor, (width * sin + height * cos) * factor);
    let middle = (wide / factor / 2.0, high / factor / 2.0);
    let turn = Plane::rotation(angle, middle, (width / 2.0, height / 2.0));
    let back = Plane::scale(1.0 / factor).then(&turn);
    let sampled = picture.resample(&back, wide.ceil() as usize, high.ceil() as usize);
    Clean { picture: sampled, back: back.then(&before).then(&clean.back) }
}
