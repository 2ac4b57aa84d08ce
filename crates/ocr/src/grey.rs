//! A grey picture in memory, and how it is shrunk and resampled. No file formats, no judgement.

use crate::plane::Plane;

/// A grey picture: 0 is black. Reading beyond an edge gives what stands at the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Row by row, `width * height` of them.
    pixels: Vec<u8>,
}

impl Grey {
    /// `None` if there are not as many pixels as the size says, or none.
    pub(crate) fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        let fits = width.checked_mul(height) == Some(pixels.len());
        (fits && !pixels.is_empty()).then_some(Self { width, height, pixels })
    }

    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixels.chunks_exact(self.width)
    }

    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.pixels.chunks_exact_mut(self.width)
    }

    fn row(&self, y: isize) -> &[u8] {
        let y = usize::try_from(y).unwrap_or(0).min(self.height - 1);
        self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// How many pixels there are of each shade.
    pub(crate) fn histogram(&self) -> [u64; 256] {
        let mut counts = [0; 256];
        for &pixel in &self.pixels {
            if let Some(count) = counts.get_mut(usize::from(pixel)) {
                *count += 1;
            }
        }
        counts
    }

    pub(crate) fn invert(&mut self) {
        for pixel in &mut self.pixels {
            *pixel = 255 - *pixel;
        }
    }

    /// Every square of `factor` pixels made one, their mean. What is left over at the right and lower edge
    /// is cut off.
    pub(crate) fn shrink(&self, factor: usize) -> Self {
        let factor = factor.clamp(1, self.width.min(self.height));
        if factor == 1 {
            return self.clone();
        }
        let (width, height) = (self.width / factor, self.height / factor);
        let mut sums = vec![0_u32; width];
        let mut pixels = Vec::with_capacity(width * height);
        let area = u32::try_from(factor * factor).unwrap_or(u32::MAX);
        for band in self.pixels.chunks_exact(self.width * factor).take(height) {
            sums.fill(0);
            for row in band.chunks_exact(self.width) {
                for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                    *sum += square.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
                }
            }
            pixels.extend(sums.iter().map(|sum| u8::try_from(sum / area).unwrap_or(255)));
        }
        Self { width, height, pixels }
    }

    /// A picture of the given size, each pixel taken from where `plane` says, by bicubic interpolation;
    /// white where that is outside.
    pub(crate) fn resample(&self, plane: &Plane, width: usize, height: usize) -> Self {
        let mut pixels = Vec::with_capacity(width * height);
        let (right, low) = (self.width as f64 + 1.0, self.height as f64 + 1.0);
        for y in 0..height {
            let line = plane.line(y as f64 + 0.5);
            for x in 0..width {
                let (sx, sy) = line.at(x as f64 + 0.5);
                let inside = sx > -1.0 && sy > -1.0 && sx < right && sy < low;
                pixels.push(if inside { self.bicubic(sx - 0.5, sy - 0.5) } else { 255 });
            }
        }
        Self { width, height, pixels }
    }

    fn bicubic(&self, x: f64, y: f64) -> u8 {
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (weights((x - left) as f32), weights((y - top) as f32));
        let (left, top) = (left as isize - 1, top as isize - 1);
        let inside = left >= 0 && left + 4 <= self.width as isize;
        let mut sum = 0.0;
        for (dy, weight) in (0..).zip(down) {
            let row = self.row(top + dy);
            let four = usize::try_from(left).ok().filter(|_| inside).and_then(|at| row.get(at..at + 4));
            let mean: f32 = match four {
                Some(four) => four.iter().zip(across).map(|(&p, w)| f32::from(p) * w).sum(),
                None => (0..).zip(across).map(|(dx, w)| f32::from(at_edge(row, left + dx)) * w).sum(),
            };
            sum += mean * weight;
        }
        sum.clamp(0.0, 255.0).round() as u8
    }
}

fn at_edge(row: &[u8], x: isize) -> u8 {
    let x = usize::try_from(x).unwrap_or(0).min(row.len().saturating_sub(1));
    row.get(x).copied().unwrap_or(255)
}

/// The weights of four neighbours (Catmull and Rom) at `t` between the middle two.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slope() -> Grey {
        let pixels = (0..8 * 6).map(|i| ((i % 8) * 10 + (i / 8) * 20) as u8).collect();
        Grey::new(8, 6, pixels).expect("the size is right")
    }

    #[test]
    fn resampling_by_nothing_changes_nothing() {
        let picture = slope();
        assert_eq!(picture.resample(&Plane::identity(), 8, 6), picture);
    }

    #[test]
    fn a_slope_stays_one_when_enlarged() {
        let picture = slope();
        let twice = picture.resample(&Plane::scale(0.5), 16, 12);
        // Between the pixels 2 and 3 of row 2, a quarter of the way.
        assert_eq!(twice.pixels()[5 * 16 + 5], (22.5_f32 + 45.0).round() as u8);
    }

    #[test]
    fn outside_is_white() {
        let moved = slope().resample(&Plane::identity().moved(100.0, 0.0), 2, 2);
        assert_eq!(moved.pixels(), [255; 4]);
    }

    #[test]
    fn squares_become_their_mean() {
        let small = slope().shrink(2);
        assert_eq!((small.width, small.height), (4, 3));
        assert_eq!(small.pixels()[0], 15);
        assert_eq!(slope().shrink(100).pixels().len(), 1);
    }

    #[test]
    fn a_wrong_size_is_none() {
        assert_eq!(Grey::new(2, 2, vec![0; 3]), None);
        assert_eq!(Grey::new(0, 0, Vec::new()), None);
        assert_eq!(Grey::new(usize::MAX, 2, vec![0; 3]), None);
    }
}
