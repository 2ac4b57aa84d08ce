//! Shadows and uneven light: the shade of the paper around each place is made white.

use crate::grey::Grey;

/// Blocks along the longer side, whose paper is looked at apart.
const BLOCKS: usize = 48;
/// Of the pixels of a block, so many in a hundred are paper or darker.
const PAPER: u64 = 85;
/// Paper is not taken to be darker than this.
const DARKEST: u8 = 48;
/// The shade that paper gets.
const WHITE: f32 = 245.0;

/// Makes the paper of a picture evenly white.
pub(super) fn even_out(picture: &mut Grey) {
    let ground = Ground::of(picture);
    let lightest = ground.shades.iter().copied().fold(0.0, f32::max);
    let darkest = ground.shades.iter().copied().fold(255.0, f32::min);
    // An even ground that is nearly white has nothing to gain.
    if lightest - darkest < 12.0 && darkest > 225.0 {
        return;
    }
    let width = picture.width;
    for (y, row) in picture.rows_mut().enumerate() {
        let line = ground.line(y);
        for (x, pixel) in (0..width).zip(row) {
            let shade = f32::from(*pixel) * WHITE / line.at(x);
            *pixel = shade.min(255.0) as u8;
        }
    }
}

/// The shade below which so many in a hundred of the pixels are.
pub(super) fn percentile(counts: &[u64; 256], percent: u64) -> u8 {
    let wanted = counts.iter().sum::<u64>() * percent / 100;
    let mut sum = 0;
    let at = counts.iter().position(|count| {
        sum += count;
        sum > wanted
    });
    u8::try_from(at.unwrap_or(255)).unwrap_or(255)
}

/// The shade of the paper, block by block.
struct Ground {
    /// Pixels of a block's side.
    side: usize,
    across: usize,
    down: usize,
    shades: Vec<f32>,
}

impl Ground {
    fn of(picture: &Grey) -> Self {
        let side = picture.width.max(picture.height).div_ceil(BLOCKS).max(1);
        let (across, down) = (picture.width.div_ceil(side), picture.height.div_ceil(side));
        let mut counts = vec![[0_u64; 256]; across * down];
        for (y, row) in picture.rows().enumerate() {
            for (x, block) in row.chunks(side).enumerate() {
                let Some(counts) = counts.get_mut(y / side * across + x) else { continue };
                for &pixel in block {
                    if let Some(count) = counts.get_mut(usize::from(pixel)) {
                        *count += 1;
                    }
                }
            }
        }
        let shades =
            counts.iter().map(|counts| f32::from(percentile(counts, PAPER).max(DARKEST))).collect();
        let ground = Self { side, across, down, shades };
        ground.smooth()
    }

    /// Each block the median of itself and those around it, so that a dark picture or a bright spot counts
    /// for nothing.
    fn smooth(self) -> Self {
        let at = |x: usize, y: usize| self.shades.get(y * self.across + x).copied();
        let around = |x: usize, y: usize| {
            let near = |i: usize, end: usize| i.saturating_sub(1)..(i + 2).min(end);
            let mut all: Vec<f32> = near(y, self.down)
                .flat_map(|y| near(x, self.across).filter_map(move |x| at(x, y)))
                .collect();
            all.sort_by(f32::total_cmp);
            all.get(all.len() / 2).copied().unwrap_or(WHITE)
        };
        let shades = (0..self.down)
            .flat_map(|y| (0..self.across).map(move |x| (x, y)))
            .map(|(x, y)| around(x, y));
        let shades = shades.collect();
        Self { shades, ..self }
    }

    /// The ground of the row `y` of the picture, between the middles of the blocks.
    fn line(&self, y: usize) -> Line {
        let (upper, lower, down) = between(y, self.side, self.down);
        let at = |x: usize, y: usize| self.shades.get(y * self.across + x).copied().unwrap_or(WHITE);
        let shades =
            (0..self.across).map(|x| at(x, upper) * (1.0 - down) + at(x, lower) * down).collect();
        Line { side: self.side, shades }
    }
}

struct Line {
    side: usize,
    shades: Vec<f32>,
}

impl Line {
    fn at(&self, x: usize) -> f32 {
        let (left, right, across) = between(x, self.side, self.shades.len());
        let at = |i: usize| self.shades.get(i).copied().unwrap_or(WHITE);
        at(left) * (1.0 - across) + at(right) * across
    }
}

/// The two blocks between whose middles a pixel lies, and how far it is from the first to the second.
fn between(pixel: usize, side: usize, blocks: usize) -> (usize, usize, f32) {
    let place = (pixel as f32 + 0.5) / side as f32 - 0.5;
    let first = place.max(0.0).floor();
    let last = blocks.saturating_sub(1);
    let left = (first as usize).min(last);
    (left, (left + 1).min(last), (place - first).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shadow_goes_and_writing_stays() {
        let (width, height) = (480, 480);
        let shade = |x: usize, y: usize| {
            let paper = 90 + x * 150 / width;
            if y % 40 < 6 && x % 16 < 8 { paper / 4 } else { paper }
        };
        let pixels =
            (0..width * height).map(|i| u8::try_from(shade(i % width, i / width)).unwrap()).collect();
        let mut picture = Grey::new(width, height, pixels).unwrap();
        even_out(&mut picture);
        let row: Vec<u8> = picture.rows().nth(20).unwrap()[20..460].to_vec();
        assert!(row.iter().all(|&pixel| pixel > 225), "{row:?}");
        let written: Vec<u8> = picture.rows().nth(42).unwrap().iter().step_by(16).copied().collect();
        assert!(written[2..28].iter().all(|&pixel| pixel < 80), "{written:?}");
    }

    #[test]
    fn white_paper_stays_as_it_is() {
        let mut pixels = vec![250; 100 * 100];
        pixels[5050] = 0;
        let mut picture = Grey::new(100, 100, pixels).unwrap();
        let before = picture.clone();
        even_out(&mut picture);
        assert_eq!(picture, before);
    }

    #[test]
    fn percentiles() {
        let mut counts = [0; 256];
        (counts[10], counts[200]) = (30, 70);
        assert_eq!([0, 29, 30, 99].map(|percent| percentile(&counts, percent)), [10, 10, 200, 200]);
    }
}
