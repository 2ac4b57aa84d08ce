//! By how much lines of writing lean: the angle at which ink gathers most in rows.

use super::letters::threshold;
use crate::grey::Grey;

/// Lines that lean by more than this, in degrees, are not made level.
const MOST: f64 = 12.0;
/// The longer side of the picture that is looked at.
const LONG: usize = 1200;
/// Points of ink that are looked at.
const POINTS: usize = 60_000;

/// The angle of the lines in radians; clockwise is positive. 0 where there are none.
pub(super) fn angle(picture: &Grey) -> f64 {
    let small = picture.shrink(picture.width.max(picture.height).div_ceil(LONG));
    let points = ink(&small);
    if points.len() < 200 {
        return 0.0;
    }
    let best = |angles: &mut dyn Iterator<Item = f64>| -> f64 {
        let scored = angles.map(|angle| (gathers(&points, angle), angle));
        scored.max_by(|a, b| a.0.total_cmp(&b.0)).map_or(0.0, |(_, angle)| angle)
    };
    let around = |middle: f64, step: f64, steps: i32| {
        (-steps..=steps).map(move |i| (middle + f64::from(i) * step).to_radians())
    };
    let coarse = best(&mut around(0.0, 0.5, (MOST / 0.5) as i32)).to_degrees();
    let middle = best(&mut around(coarse, 0.1, 5)).to_degrees();
    let fine = best(&mut around(middle, 0.025, 4));
    // Leaning must be plainly better than standing, or it is chance.
    if gathers(&points, fine) > 1.02 * gathers(&points, 0.0) { fine } else { 0.0 }
}

/// The lower edges of ink: they gather where lines of writing stand.
fn ink(picture: &Grey) -> Vec<(f64, f64)> {
    let limit = threshold(picture);
    let rows: Vec<&[u8]> = picture.rows().collect();
    let mut points = Vec::new();
    for (y, pair) in rows.windows(2).enumerate() {
        let [upper, lower] = pair else { continue };
        for (x, (&above, &below)) in upper.iter().zip(*lower).enumerate() {
            if above < limit && below >= limit {
                points.push((x as f64, y as f64));
            }
        }
    }
    let every = points.len().div_ceil(POINTS).max(1);
    points.into_iter().step_by(every).collect()
}

/// How much points gather in rows that lean by `angle`: the sum of the squares of what each row holds.
fn gathers(points: &[(f64, f64)], angle: f64) -> f64 {
    let (sin, cos) = angle.sin_cos();
    let heights = points.iter().map(|&(x, y)| y * cos - x * sin);
    let lowest = heights.clone().fold(f64::MAX, f64::min);
    let highest = heights.clone().fold(f64::MIN, f64::max);
    let mut rows = vec![0.0_f64; (highest - lowest) as usize + 2];
    for height in heights {
        let place = height - lowest;
        let share = place - place.floor();
        for (row, part) in [(place as usize, 1.0 - share), (place as usize + 1, share)] {
            if let Some(row) = rows.get_mut(row) {
                *row += part;
            }
        }
    }
    rows.iter().map(|row| row * row).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of blocks that lean.
    fn lines(degrees: f64) -> Grey {
        let (width, height) = (800_usize, 1000_usize);
        let (sin, cos) = degrees.to_radians().sin_cos();
        let pixels = (0..width * height).map(|i| {
            let (x, y) = ((i % width) as f64 - 400.0, (i / width) as f64 - 500.0);
            let (along, down) = (x * cos + y * sin, y * cos - x * sin);
            let inside = along.abs() < 300.0 && down.abs() < 400.0;
            let inked = down.rem_euclid(30.0) < 10.0 && along.rem_euclid(14.0) < 9.0;
            if inside && inked { 20 } else { 240 }
        });
        Grey::new(width, height, pixels.collect()).unwrap()
    }

    #[test]
    fn leaning_lines_are_measured() {
        for degrees in [-7.0, -2.0, -0.3, 0.0, 1.1, 2.0, 9.5] {
            let measured = angle(&lines(degrees)).to_degrees();
            assert!((measured - degrees).abs() < 0.15, "{degrees} was measured as {measured}");
        }
    }

    #[test]
    fn an_empty_picture_does_not_lean() {
        assert_eq!(angle(&Grey::new(50, 50, vec![255; 2500]).unwrap()), 0.0);
    }
}
