//! What is drawn on one page, as the other modules take it: characters and pictures with their places, free of
//! how the file says it.

use hayro_font::kurbo::{Affine, Point};

use crate::Area;

/// One drawn character, or several that one glyph stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) letters: Letters,
    /// How the line that it stands on is turned, in degrees clockwise; lengths are along that line.
    pub(super) turn: i16,
    pub(super) left: f32,
    pub(super) right: f32,
    /// Where the line runs that it stands on, growing downwards.
    pub(super) base: f32,
    /// Height of the type, in points.
    pub(super) size: f32,
}

/// What a glyph says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Letters {
    One(char),
    More(Box<str>),
}

impl Letters {
    pub(super) fn of(text: &str) -> Self {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(one), None) => Self::One(one),
            _ => Self::More(text.into()),
        }
    }

    pub(super) fn first(&self) -> char {
        match self {
            Self::One(one) => *one,
            Self::More(more) => more.chars().next().unwrap_or(' '),
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        match self {
            Self::One(one) => one.is_whitespace(),
            Self::More(more) => more.chars().all(char::is_whitespace),
        }
    }

    pub(super) fn push_to(&self, text: &mut String) {
        match self {
            Self::One(one) => text.push(*one),
            Self::More(more) => text.push_str(more),
        }
    }
}

/// One page as displayed: its box cut, turned upright.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// In points.
    pub(super) width: f32,
    /// In points.
    pub(super) height: f32,
    /// In the order of drawing.
    pub(super) glyphs: Vec<Glyph>,
    /// Where pictures lie that are large enough to hold text.
    pub(super) pictures: Vec<Area>,
    /// How many glyphs were drawn that nothing says the meaning of.
    pub(super) unknown: usize,
    /// Whether anything was drawn at all.
    pub(super) marked: bool,
}

impl Sheet {
    /// Puts a glyph on the sheet, whose unit of type `place` leads to the page; one that lies outside of it is
    /// not seen. `advance` is in thousandths of that unit.
    pub(super) fn put(&mut self, letters: &Letters, advance: f64, is_vertical: bool, place: Affine) {
        let [a, b, c, d, x, y] = place.as_coeffs();
        let size = c.hypot(d);
        if ![a, b, x, y, size, advance].iter().all(|number| number.is_finite()) || size < 0.2 {
            return;
        }
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let end = if is_vertical {
            place * Point::new(0.0, advance / 1000.0)
        } else {
            place * Point::new(advance / 1000.0, 0.0)
        };
        let margin = 0.3 * size;
        if x.max(end.x) < -margin
            || x.min(end.x) > width + margin
            || y.max(end.y) < -margin
            || y.min(end.y) - size > height + margin
        {
            return;
        }
        let along = if is_vertical { (-c, -d) } else { (a, b) };
        let degrees = along.1.atan2(along.0).to_degrees();
        let quarter = (degrees / 90.0).round() * 90.0;
        let turn = if (degrees - quarter).abs() < 10.0 { quarter } else { degrees.round() };
        let turn = if turn <= -180.0 { 180.0 } else { turn };
        let (sine, cosine) = turn.to_radians().sin_cos();
        let turned = |x: f64, y: f64| (x * cosine + y * sine, y * cosine - x * sine);
        let (start, stop) = (turned(x, y), turned(end.x, end.y));
        // Upright glyphs of a column hang from its middle.
        let base = if is_vertical { start.1 + 0.35 * size } else { start.1 };
        self.glyphs.push(Glyph {
            letters: letters.clone(),
            turn: turn as i16,
            left: start.0.min(stop.0) as f32,
            right: start.0.max(stop.0) as f32,
            base: base as f32,
            size: size as f32,
        });
    }

    /// The place on the page of a stretch of a line that is turned by `turn` degrees.
    pub(super) fn area(&self, turn: i16, left: f32, right: f32, top: f32, bottom: f32) -> Area {
        let (sine, cosine) = f32::from(turn).to_radians().sin_cos();
        let corners = [(left, top), (right, top), (left, bottom), (right, bottom)];
        let back = corners.map(|(x, y)| (x * cosine - y * sine, x * sine + y * cosine));
        let share = |value: f32, whole: f32| (value / whole.max(1.0)).clamp(0.0, 1.0);
        let least = |of: fn(&(f32, f32)) -> f32| back.iter().map(of).fold(f32::MAX, f32::min);
        let most = |of: fn(&(f32, f32)) -> f32| back.iter().map(of).fold(f32::MIN, f32::max);
        let (left, right) = (share(least(|p| p.0), self.width), share(most(|p| p.0), self.width));
        let (top, bottom) = (share(least(|p| p.1), self.height), share(most(|p| p.1), self.height));
        Area { left, top, width: right - left, height: bottom - top }
    }
}
