//! Where a page has pictures, and whether they may hold text that its characters do not.

use super::sheet::{Glyph, Sheet};
use crate::Area;

/// Pictures that cover less of the page hold no text worth the time.
const LEAST_SHARE: f32 = 0.015;

/// Whether two pictures lie against each other.
pub(super) fn touches(one: &Area, other: &Area) -> bool {
    let near = 0.005;
    let across =
        one.left <= other.left + other.width + near && other.left <= one.left + one.width + near;
    let down = one.top <= other.top + other.height + near && other.top <= one.top + one.height + near;
    across && down
}

/// Whether a page's pictures hold text that its characters do not: pictures of some size that are not written
/// over, or no readable characters at all.
pub(super) fn has_unread(sheet: &Sheet) -> bool {
    let known = sheet.glyphs.len();
    if known == 0 && sheet.marked || sheet.unknown > known {
        return true;
    }
    sheet.pictures.iter().filter(|picture| picture.width * picture.height >= LEAST_SHARE).any(
        |picture| {
            let inside = |glyph: &&Glyph| {
                let area = sheet.area(
                    glyph.turn,
                    glyph.left,
                    glyph.right,
                    glyph.base - 0.5 * glyph.size,
                    glyph.base,
                );
                let (x, y) = (area.left + 0.5 * area.width, area.top + 0.5 * area.height);
                x >= picture.left
                    && x <= picture.left + picture.width
                    && y >= picture.top
                    && y <= picture.top + picture.height
            };
            // A page of text has some 3,000 characters; a quarter of that tells that a picture was read.
            let enough = (750.0 * picture.width * picture.height).max(3.0);
            (sheet.glyphs.iter().filter(inside).count() as f32) < enough
        },
    )
}
