//! Maps between flat pictures of the same page: scaling, rotation, perspective, one after the other.

/// A map of points of one picture to points of another: a projective one, three by three, row by row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plane([f64; 9]);

/// A corner or other point: x to the right, y downwards, in pixels.
pub(crate) type Point = (f64, f64);

impl Plane {
    pub(crate) fn identity() -> Self {
        Self::scale(1.0)
    }

    pub(crate) fn scale(by: f64) -> Self {
        Self([by, 0.0, 0.0, 0.0, by, 0.0, 0.0, 0.0, 1.0])
    }

    /// Rotation by `angle`, in radians, that brings `from` to `to`.
    pub(crate) fn rotation(angle: f64, from: Point, to: Point) -> Self {
        let (sin, cos) = angle.sin_cos();
        let (dx, dy) = (to.0 - cos * from.0 + sin * from.1, to.1 - sin * from.0 - cos * from.1);
        Self([cos, -sin, dx, sin, cos, dy, 0.0, 0.0, 1.0])
    }

    /// The same, and then so far to the right and down.
    #[cfg(test)]
    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        self.then(&Self([1.0, 0.0, dx, 0.0, 1.0, dy, 0.0, 0.0, 1.0]))
    }

    /// The map of a rectangle of this size, from the origin, to four corners: upper left, upper right, lower
    /// right, lower left. `None` where three of them lie on a line.
    pub(crate) fn to_corners(width: f64, height: f64, corners: [Point; 4]) -> Option<Self> {
        let [a, b, c, d] = corners;
        // Heckbert's closed form for the unit square.
        let (sx, sy) = (a.0 - b.0 + c.0 - d.0, a.1 - b.1 + c.1 - d.1);
        let (ux, uy) = (b.0 - c.0, b.1 - c.1);
        let (vx, vy) = (d.0 - c.0, d.1 - c.1);
        let whole = ux * vy - uy * vx;
        if whole.abs() < 1e-9 || width <= 0.0 || height <= 0.0 {
            return None;
        }
        let (g, h) = ((sx * vy - sy * vx) / whole, (ux * sy - uy * sx) / whole);
        let unit = Self([
            b.0 - a.0 + g * b.0,
            d.0 - a.0 + h * d.0,
            a.0,
            b.1 - a.1 + g * b.1,
            d.1 - a.1 + h * d.1,
            a.1,
            g,
            h,
            1.0,
        ]);
        let shrink = Self([1.0 / width, 0.0, 0.0, 0.0, 1.0 / height, 0.0, 0.0, 0.0, 1.0]);
        Some(shrink.then(&unit))
    }

    /// This map, and then `next`.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let ([a, b, c, d, e, f, g, h, i], n) = (self.0, next.0);
        let row = |x: f64, y: f64, z: f64| {
            [x * a + y * d + z * g, x * b + y * e + z * h, x * c + y * f + z * i]
        };
        let [p, q, r] = [row(n[0], n[1], n[2]), row(n[3], n[4], n[5]), row(n[6], n[7], n[8])];
        Self([p[0], p[1], p[2], q[0], q[1], q[2], r[0], r[1], r[2]])
    }

    /// Where a point goes.
    pub(crate) fn at(&self, (x, y): Point) -> Point {
        self.line(y).at(x)
    }

    /// The map of all points of one height.
    pub(crate) fn line(&self, y: f64) -> Line {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        Line { x: (a, b * y + c), y: (d, e * y + f), z: (g, h * y + i) }
    }
}

/// A map of the points of a line: each coordinate a slope and what it starts with.
pub(crate) struct Line {
    x: (f64, f64),
    y: (f64, f64),
    z: (f64, f64),
}

impl Line {
    pub(crate) fn at(&self, x: f64) -> Point {
        let z = self.z.0 * x + self.z.1;
        ((self.x.0 * x + self.x.1) / z, (self.y.0 * x + self.y.1) / z)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Point, b: Point) -> bool {
        (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
    }

    #[test]
    fn a_rectangle_goes_to_its_corners() {
        let corners = [(10.0, 20.0), (200.0, 5.0), (230.0, 310.0), (-4.0, 280.0)];
        let plane = Plane::to_corners(100.0, 150.0, corners).expect("no three on a line");
        for (from, to) in
            [(0.0, 0.0), (100.0, 0.0), (100.0, 150.0), (0.0, 150.0)].into_iter().zip(corners)
        {
            assert!(near(plane.at(from), to), "{from:?} goes to {:?}", plane.at(from));
        }
        let flat = [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)];
        assert_eq!(Plane::to_corners(1.0, 1.0, flat), None);
    }

    #[test]
    fn one_after_the_other() {
        let quarter = Plane::rotation(std::f64::consts::FRAC_PI_2, (0.0, 0.0), (5.0, 0.0));
        let both = Plane::scale(2.0).then(&quarter);
        assert!(near(both.at((1.0, 0.0)), (5.0, 2.0)), "{:?}", both.at((1.0, 0.0)));
        assert!(near(both.at((0.0, 1.0)), (3.0, 0.0)), "{:?}", both.at((0.0, 1.0)));
    }
}
