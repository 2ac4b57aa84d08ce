//! Where the characters of a text stood in the file that it was read from: the way back from a match to
//! what a person sees. Kept beside the text by whoever reads a format; nothing is drawn here.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Where in a part something stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Place {
    /// On a page of a PDF, or on a picture.
    Page {
        /// The page, counted from 1; of a picture 1, or its frame.
        page: u32,
        /// Where on it.
        area: Area,
    },
    /// In plain text, such as a mail's body.
    Line {
        /// The line, counted from 1.
        line: u32,
        /// The bytes, in the part's content as UTF-8 with the line ends it came with.
        bytes: Range<usize>,
    },
    /// In a document of paragraphs.
    Paragraph {
        /// What the format calls the piece that it lies in, if it has such: `slide 2`, a sheet's name, a
        /// chapter's file, `footnotes`.
        section: Option<String>,
        /// The paragraph, counted from 1 in its section, in the order of the file.
        number: u32,
    },
}

/// A rectangle on a page that stands upright: shares of the page's width and height, 0 to 1, from its top
/// left corner, as the `percent` of a Media Fragment's `xywh` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Area {
    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self { left, top, width: right - left, height: bottom - top }
    }
}

/// The places of a text's characters. Stretches between them (line breaks, what the reader put in) stand
/// nowhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Places {
    /// Stretches of the text, in bytes, in order and apart from each other.
    spans: Vec<(Range<usize>, Place)>,
}

impl Places {
    /// Says where the next stretch of the text stands. An empty one, or one that begins before the last
    /// one ended, is not taken.
    pub fn push(&mut self, range: Range<usize>, place: Place) {
        let behind = self.spans.last().is_none_or(|(last, _)| last.end <= range.start);
        if behind && range.start < range.end {
            self.spans.push((range, place));
        }
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// All stretches, in bytes of the text, each with its place.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Range<usize>, &Place)> {
        self.spans.iter().map(|(range, place)| (range, place))
    }

    /// The places of `range`, bytes of the text, in order; neighbours on one line of a page, in one line or
    /// in one paragraph are one.
    #[must_use]
    pub fn of(&self, range: &Range<usize>) -> Vec<Place> {
        let first = self.spans.partition_point(|(span, _)| span.end <= range.start);
        let touched = self.spans.iter().skip(first).take_while(|(span, _)| span.start < range.end);
        let mut places: Vec<Place> = Vec::new();
        for (span, place) in touched {
            let place = cut(span, place, range);
            if !places.last_mut().is_some_and(|last| join(last, &place)) {
                places.push(place);
            }
        }
        places
    }
}

/// The part of a place that `range` touches: of a line its bytes, where they are those of the text.
fn cut(span: &Range<usize>, place: &Place, range: &Range<usize>) -> Place {
    match place {
        Place::Line { line, bytes } if bytes.len() == span.len() => {
            let skipped = range.start.saturating_sub(span.start);
            let left_out = span.end.saturating_sub(range.end);
            Place::Line { line: *line, bytes: bytes.start + skipped..bytes.end - left_out }
        }
        place => place.clone(),
    }
}

/// Takes `next` into `place` if the two are one to a reader.
fn join(place: &mut Place, next: &Place) -> bool {
    match (place, next) {
        (Place::Page { page, area }, Place::Page { page: other, area: more }) => {
            let lower = (area.top + area.height).min(more.top + more.height);
            let shared = lower - area.top.max(more.top);
            let near = (more.left - area.left - area.width).abs() < 2.0 * area.height.max(more.height);
            let one = page == other && shared > 0.5 * area.height.min(more.height) && near;
            if one {
                *area = area.with(*more);
            }
            one
        }
        (Place::Line { line, bytes }, Place::Line { line: other, bytes: more }) if line == other => {
            bytes.end = more.end;
            true
        }
        (place @ Place::Paragraph { .. }, next) => place == next,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(left: f32, top: f32, width: f32) -> Place {
        Place::Page { page: 1, area: Area { left, top, width, height: 0.01 } }
    }

    #[test]
    fn words_of_one_line_are_one_box() {
        let mut places = Places::default();
        places.push(0..3, word(0.1, 0.2, 0.05));
        places.push(4..8, word(0.16, 0.2, 0.05));
        places.push(9..12, word(0.1, 0.22, 0.05));
        let boxes = places.of(&(1..12));
        assert_eq!(boxes.len(), 2);
        let Place::Page { area, .. } = &boxes[0] else { panic!("{boxes:?}") };
        assert!((area.left - 0.1).abs() < 1e-6 && (area.width - 0.11).abs() < 1e-6, "{area:?}");
        assert_eq!(boxes[1], word(0.1, 0.22, 0.05));
        assert_eq!(places.of(&(3..4)), []);
    }

    #[test]
    fn columns_side_by_side_stay_two() {
        let mut places = Places::default();
        places.push(0..3, word(0.1, 0.2, 0.3));
        places.push(4..8, word(0.6, 0.2, 0.3));
        assert_eq!(places.of(&(0..8)).len(), 2);
    }

    #[test]
    fn bytes_of_a_line_are_cut_to_what_was_asked_for() {
        let mut places = Places::default();
        places.push(0..5, Place::Line { line: 1, bytes: 0..5 });
        places.push(6..9, Place::Line { line: 2, bytes: 7..10 });
        let line = |line, bytes| Place::Line { line, bytes };
        assert_eq!(places.of(&(2..8)), [line(1, 2..5), line(2, 7..9)]);
    }

    #[test]
    fn what_overlaps_is_not_taken() {
        let mut places = Places::default();
        let paragraph = |number| Place::Paragraph { section: None, number };
        places.push(0..5, paragraph(1));
        places.push(4..8, paragraph(2));
        places.push(5..5, paragraph(3));
        assert_eq!(places.iter().len(), 1);
    }
}
