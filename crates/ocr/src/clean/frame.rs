//! The page on a photo: a bright quadrilateral on something darker. A scan or a screenshot has none.

use crate::grey::Grey;
use crate::plane::Point;

/// The longer side of the picture that is looked at.
const LONG: usize = 480;
/// Shades between which page and ground are tried to be parted, and the step between two tries.
const SHADES: (u8, u8, usize) = (48, 236, 8);
/// A page is at least this share of the picture.
const LEAST: f64 = 0.15;
/// A page fills at least this share of the quadrilateral of its corners; writing leaves holes.
const FILLED: f64 = 0.86;
/// How far beside its sides, in pixels, a page is compared with its surroundings, and by how much it must be
/// lighter.
const BESIDE: f64 = 4.0;
const STEP: f64 = 18.0;
/// A corner nearer than this to a corner of the picture, as a share of the longer side, is that corner.
const CORNER: f64 = 0.02;

/// The corners of the page, from the upper left clockwise, if there is one that is not the whole picture.
pub(super) fn find(picture: &Grey) -> Option<[Point; 4]> {
    let factor = picture.width.max(picture.height).div_ceil(LONG);
    let small = picture.shrink(factor);
    let (low, high, step) = SHADES;
    let tries = (low..=high).step_by(step).filter_map(|shade| try_at(&small, shade));
    let (_, corners) = tries.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(corners.map(|(x, y)| (x * factor as f64, y * factor as f64)))
}

/// The largest patch that is lighter than `shade`, if it is a page: how good it is, and its corners.
fn try_at(picture: &Grey, shade: u8) -> Option<(f64, [Point; 4])> {
    let patch = largest(picture, shade)?;
    let corners = corners(&patch, picture.width);
    let area = area(&corners);
    let all = (picture.width * picture.height) as f64;
    let filled = patch.len() as f64 / area;
    let is_page = area > LEAST * all
        && (FILLED..1.1).contains(&filled)
        && is_convex(&corners)
        && !is_whole(picture, &corners)
        && stands_out(picture, &corners);
    is_page.then_some((area.min(patch.len() as f64) * filled, corners))
}

/// The pixels of the largest patch lighter than `shade`.
fn largest(picture: &Grey, shade: u8) -> Option<Vec<usize>> {
    let (width, pixels) = (picture.width, picture.pixels());
    let mut seen: Vec<bool> = pixels.iter().map(|&pixel| pixel < shade).collect();
    let mut best: Vec<usize> = Vec::new();
    for start in 0..pixels.len() {
        if seen.get(start) != Some(&false) {
            continue;
        }
        let mut patch = vec![start];
        mark(&mut seen, start);
        let mut next = 0;
        while let Some(&at) = patch.get(next) {
            next += 1;
            let x = at % width;
            let beside = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then_some(at + 1),
                at.checked_sub(width),
                Some(at + width),
            ];
            for neighbour in beside.into_iter().flatten() {
                if seen.get(neighbour) == Some(&false) {
                    mark(&mut seen, neighbour);
                    patch.push(neighbour);
                }
            }
        }
        if patch.len() > best.len() {
            best = patch;
        }
    }
    (!best.is_empty()).then_some(best)
}

fn mark(seen: &mut [bool], at: usize) {
    if let Some(seen) = seen.get_mut(at) {
        *seen = true;
    }
}

/// The points of a patch that lie farthest to each corner of the picture, at the outer edge of their pixel.
fn corners(patch: &[usize], width: usize) -> [Point; 4] {
    let farthest = |across: f64, down: f64| {
        let points = patch.iter().map(|at| ((at % width) as f64, (at / width) as f64));
        let points = points.map(|(x, y)| (x + 0.5 + across / 2.0, y + 0.5 + down / 2.0));
        let score = |p: &Point| p.0 * across + p.1 * down;
        points.max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or_default()
    };
    [farthest(-1.0, -1.0), farthest(1.0, -1.0), farthest(1.0, 1.0), farthest(-1.0, 1.0)]
}

fn area(corners: &[Point; 4]) -> f64 {
    let [a, b, c, d] = *corners;
    ((c.0 - a.0) * (d.1 - b.1) - (d.0 - b.0) * (c.1 - a.1)).abs() / 2.0
}

/// Whether the corners, in order, all turn the same way.
fn is_convex(corners: &[Point; 4]) -> bool {
    let [a, b, c, d] = *corners;
    let turn = |p: Point, q: Point, r: Point| (q.0 - p.0) * (r.1 - q.1) - (q.1 - p.1) * (r.0 - q.0);
    [turn(a, b, c), turn(b, c, d), turn(c, d, a), turn(d, a, b)].iter().all(|&turn| turn > 0.0)
}

/// Whether what lies inside of each side is plainly lighter than what lies outside: a shadow on a page has no
/// such edge. A side along the edge of the picture has no outside, but only two may be like that.
fn stands_out(picture: &Grey, corners: &[Point; 4]) -> bool {
    let [a, b, c, d] = *corners;
    let mut open = 0;
    for (p, q) in [(a, b), (b, c), (c, d), (d, a)] {
        let length = (q.0 - p.0).hypot(q.1 - p.1).max(1.0);
        // To the right of the way from corner to corner is the inside.
        let inwards = ((p.1 - q.1) / length * BESIDE, (q.0 - p.0) / length * BESIDE);
        let points = (2..=18).map(|i| f64::from(i) / 20.0);
        let points = points.map(|share| (p.0 + (q.0 - p.0) * share, p.1 + (q.1 - p.1) * share));
        let steps = points.filter_map(|(x, y)| {
            let inside = shade(picture, x + inwards.0, y + inwards.1)?;
            Some(inside - shade(picture, x - inwards.0, y - inwards.1)?)
        });
        let steps: Vec<f64> = steps.collect();
        if steps.len() < 8 {
            open += 1;
        } else if steps.iter().sum::<f64>() < STEP * steps.len() as f64 {
            return false;
        }
    }
    open <= 2
}

fn shade(picture: &Grey, x: f64, y: f64) -> Option<f64> {
    let inside = x >= 0.0 && y >= 0.0 && x < picture.width as f64;
    let at = inside.then(|| y as usize * picture.width + x as usize)?;
    picture.pixels().get(at).map(|&pixel| f64::from(pixel))
}

fn is_whole(picture: &Grey, corners: &[Point; 4]) -> bool {
    let (right, low) = (picture.width as f64, picture.height as f64);
    let near = CORNER * right.max(low);
    let own = [(0.0, 0.0), (right, 0.0), (right, low), (0.0, low)];
    own.iter().zip(corners).all(|(a, b)| (a.0 - b.0).hypot(a.1 - b.1) <= near)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with these corners, with a shadow from left to right and writing on it, on a brown table.
    fn photo(corners: [Point; 4]) -> Grey {
        let (width, height) = (960_usize, 720_usize);
        let inside = |x: f64, y: f64| {
            (0..4).all(|i| {
                let (p, q) = (corners[i], corners[(i + 1) % 4]);
                (q.0 - p.0) * (y - p.1) - (q.1 - p.1) * (x - p.0) >= 0.0
            })
        };
        let pixels = (0..width * height).map(|i| {
            let (x, y) = (i % width, i / width);
            let written = y % 24 < 7 && x % 20 < 9 && (200..700).contains(&x) && (150..550).contains(&y);
            match inside(x as f64 + 0.5, y as f64 + 0.5) {
                true if written => 50,
                true => 140 + (x * 90 / width) as u8,
                false => 60 + ((x * 7 + y * 13) % 30) as u8,
            }
        });
        Grey::new(width, height, pixels.collect()).unwrap()
    }

    #[test]
    fn the_corners_of_a_page_are_found() {
        let wanted = [(120.0, 80.0), (830.0, 50.0), (900.0, 660.0), (70.0, 610.0)];
        let found = find(&photo(wanted)).expect("there is a page");
        for (wanted, found) in wanted.into_iter().zip(found) {
            let off = (wanted.0 - found.0).hypot(wanted.1 - found.1);
            assert!(off < 4.0, "{wanted:?} was found at {found:?}");
        }
    }

    #[test]
    fn a_shadow_is_no_frame() {
        let (width, height) = (600_usize, 800_usize);
        let pixels = (0..width * height).map(|i| 90 + (i / width * 150 / height) as u8);
        assert_eq!(find(&Grey::new(width, height, pixels.collect()).unwrap()), None);
    }

    #[test]
    fn a_scan_has_no_frame() {
        let all = [(0.0, 0.0), (960.0, 0.0), (960.0, 720.0), (0.0, 720.0)];
        assert_eq!(find(&photo(all)), None);
        assert_eq!(find(&Grey::new(3, 3, vec![200; 9]).unwrap()), None);
    }
}
