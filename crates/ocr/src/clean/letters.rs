//! How high the letters of a picture are, from its connected spots of ink.

use crate::grey::Grey;

/// Spots are looked for in so many pixels at most; larger pictures in their middle.
const LOOKED_AT: usize = 12_000_000;
/// Fewer spots than this say nothing.
const FEWEST: usize = 20;

/// The height of a small letter, in pixels. `None` where there are too few to tell.
pub(super) fn height(picture: &Grey) -> Option<f64> {
    let limit = threshold(picture);
    let rows = (LOOKED_AT / picture.width).clamp(1, picture.height);
    let skipped = (picture.height - rows) / 2;
    let mut spots = Spots::default();
    for (y, row) in picture.rows().skip(skipped).take(rows).enumerate() {
        spots.row(y, row, limit);
    }
    let mut heights = spots.heights();
    if heights.len() < FEWEST {
        return None;
    }
    heights.sort_unstable();
    heights.get(heights.len() / 2).map(|&height| height as f64)
}

/// The shade that parts ink from paper (Otsu).
pub(super) fn threshold(picture: &Grey) -> u8 {
    let counts = picture.histogram();
    let all: f64 = counts.iter().map(|&count| count as f64).sum();
    let sum: f64 = (0..).zip(&counts).map(|(shade, &count)| f64::from(shade) * count as f64).sum();
    let (mut below, mut sum_below) = (0.0, 0.0);
    let mut best = (0.0, 128);
    for (shade, &count) in (0_u8..=255).zip(&counts) {
        below += count as f64;
        sum_below += f64::from(shade) * count as f64;
        let above = all - below;
        if below == 0.0 || above == 0.0 {
            continue;
        }
        let apart = sum_below / below - (sum - sum_below) / above;
        let between = below * above * apart * apart;
        if between > best.0 {
            best = (between, shade.saturating_add(1));
        }
    }
    best.1
}

/// Spots of ink found row by row: runs that touch those of the row above are one spot.
#[derive(Default)]
struct Spots {
    /// Of each spot: its first and last row, its left and right edge, and the spot that took it in.
    list: Vec<Spot>,
    /// Runs of the row above, with their spots.
    above: Vec<(usize, usize, usize)>,
}

struct Spot {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
    taken_by: Option<usize>,
}

impl Spots {
    fn row(&mut self, y: usize, row: &[u8], limit: u8) {
        let mut runs = Vec::new();
        let mut x = 0;
        for run in row.chunk_by(|a, b| (*a < limit) == (*b < limit)) {
            let end = x + run.len();
            if run.first().is_some_and(|&pixel| pixel < limit) {
                runs.push((x, end));
            }
            x = end;
        }
        let above = std::mem::take(&mut self.above);
        let mut first = 0;
        for (start, end) in runs {
            while above.get(first).is_some_and(|run| run.1 < start) {
                first += 1;
            }
            let mut spot = None;
            for &(_, _, other) in above.iter().skip(first).take_while(|run| run.0 <= end) {
                let root = self.root(other);
                spot = Some(spot.map_or(root, |own| self.join(own, root)));
            }
            let spot = spot.unwrap_or_else(|| {
                self.list.push(Spot { top: y, bottom: y, left: start, right: end, taken_by: None });
                self.list.len() - 1
            });
            if let Some(spot) = self.list.get_mut(spot) {
                spot.bottom = y;
                (spot.left, spot.right) = (spot.left.min(start), spot.right.max(end));
            }
            self.above.push((start, end, spot));
        }
    }

    fn root(&mut self, mut spot: usize) -> usize {
        while let Some(next) = self.list.get(spot).and_then(|spot| spot.taken_by) {
            // Halving the way keeps it short, however the spots were drawn.
            let beyond = self.list.get(next).and_then(|next| next.taken_by);
            if let (Some(beyond), Some(spot)) = (beyond, self.list.get_mut(spot)) {
                spot.taken_by = Some(beyond);
            }
            spot = next;
        }
        spot
    }

    fn join(&mut self, one: usize, other: usize) -> usize {
        let (one, other) = (self.root(one), self.root(other));
        if one == other {
            return one;
        }
        let (keep, gone) = (one.min(other), one.max(other));
        let Some(taken) = self.list.get_mut(gone) else { return keep };
        taken.taken_by = Some(keep);
        let (top, bottom, left, right) = (taken.top, taken.bottom, taken.left, taken.right);
        if let Some(spot) = self.list.get_mut(keep) {
            (spot.top, spot.bottom) = (spot.top.min(top), spot.bottom.max(bottom));
            (spot.left, spot.right) = (spot.left.min(left), spot.right.max(right));
        }
        keep
    }

    /// The heights of those that may be letters: neither specks nor rules, pictures or whole lines.
    fn heights(&self) -> Vec<usize> {
        let letters = self.list.iter().filter(|spot| spot.taken_by.is_none()).filter_map(|spot| {
            let (width, height) = (spot.right - spot.left, spot.bottom - spot.top + 1);
            let like = (4..=200).contains(&height) && width >= 2 && width <= 4 * height;
            (like && height <= 8 * width).then_some(height)
        });
        letters.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize, inked: impl Fn(usize, usize) -> bool) -> Grey {
        let pixels =
            (0..width * height).map(|i| if inked(i % width, i / width) { 30 } else { 230 }).collect();
        Grey::new(width, height, pixels).unwrap()
    }

    #[test]
    fn the_height_of_blocks_is_measured() {
        let page = picture(400, 400, |x, y| y % 30 < 11 && x % 14 < 7 && x < 390 && y < 390);
        assert_eq!(height(&page), Some(11.0));
        assert_eq!(height(&picture(40, 40, |x, y| x < 5 && y < 9)), None);
    }

    #[test]
    fn a_ring_is_one_spot_and_so_is_a_fork() {
        let ring = picture(30, 30, |x, y| {
            let (dx, dy) = (x as f64 - 15.0, y as f64 - 15.0);
            (7.0..11.0).contains(&dx.hypot(dy))
        });
        let mut spots = Spots::default();
        for (y, row) in ring.rows().enumerate() {
            spots.row(y, row, 128);
        }
        assert_eq!(spots.heights(), [21]);
    }

    #[test]
    fn ink_and_paper_are_parted() {
        let limit = threshold(&picture(40, 40, |x, _| x < 5));
        assert!((31..=230).contains(&limit), "{limit}");
    }
}
