//! Characters to words, by where they stand and not by the order in which they were drawn. Words are not yet
//! in the order of reading.

use unicode_normalization::UnicodeNormalization;

use super::sheet::{Glyph, Letters};

/// A gap of this much of the type's height parts words.
const GAP: f32 = 0.16;
/// A gap of this much parts a line, whatever the letters' own spacing is.
const FAR: f32 = 1.5;
/// Letters that stand this far apart throughout are spaced.
const SPACED: f32 = 0.1;

/// A character in its place, in its line's direction.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    pub(super) letters: Letters,
    pub(super) left: f32,
    pub(super) right: f32,
}

/// Characters that stand together, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) cells: Vec<Cell>,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) base: f32,
    pub(super) size: f32,
    /// Whether it was parted from the word before it by a gap too narrow to be a space: ideographs.
    pub(super) glued: bool,
}

impl Word {
    pub(super) fn top(&self) -> f32 {
        self.base - 0.72 * self.size
    }

    pub(super) fn bottom(&self) -> f32 {
        self.base + 0.12 * self.size
    }

    pub(super) fn push_to(&self, text: &mut String) {
        self.cells.iter().for_each(|cell| cell.letters.push_to(text));
    }

    pub(super) fn characters(&self) -> usize {
        self.cells.len()
    }
}

/// The words of glyphs that are all turned the same way.
pub(super) fn words(glyphs: Vec<Glyph>) -> Vec<Word> {
    let mut words = Vec::new();
    for row in rows(glyphs) {
        let mut start = 0;
        for at in 1..=row.len() {
            let far = match (row.get(at - 1), row.get(at)) {
                (Some(before), Some(next)) => {
                    next.left - before.right > FAR * before.size.max(next.size)
                }
                _ => true,
            };
            if far {
                stretch(row.get(start..at).unwrap_or_default(), &mut words);
                start = at;
            }
        }
    }
    words
}

/// The glyphs cut into rows of about one height, each from left to right, doubles left out.
fn rows(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut rows: Vec<Vec<Glyph>> = Vec::new();
    let mut base = f32::MIN;
    for glyph in glyphs {
        // The height of the row's last glyph, so that a slope is followed.
        if glyph.base - base > 0.2 * glyph.size.max(1.0) || rows.is_empty() {
            rows.push(Vec::new());
        }
        base = glyph.base;
        if let Some(row) = rows.last_mut() {
            row.push(glyph);
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left.total_cmp(&b.left));
        row.dedup_by(|next, before| is_double(before, next));
    }
    rows
}

/// Letters drawn twice, a little apart, to look bold or to cast a shadow.
fn is_double(before: &Glyph, next: &Glyph) -> bool {
    let size = before.size.max(next.size);
    before.letters == next.letters
        && (next.left - before.left).abs() < 0.12 * size
        && (next.right - before.right).abs() < 0.12 * size
        && next.right - next.left > 0.13 * size
}

/// Parts a stretch of a row without wide gaps into words.
fn stretch(glyphs: &[Glyph], words: &mut Vec<Word>) {
    let glyphs = composed(glyphs);
    let gap = space_of(&glyphs);
    let mut blank = true;
    let mut before: Option<&Glyph> = None;
    for glyph in &glyphs {
        if glyph.letters.is_blank() {
            blank = true;
            continue;
        }
        let width = before
            .map_or(0.0, |before| (glyph.left - before.right) / before.size.max(glyph.size).max(0.1));
        let raised = before.is_some_and(|before| (before.base - glyph.base).abs() > 0.2 * glyph.size);
        let wide = before.is_some_and(|before| both_ideographs(before, glyph));
        let parted = if wide { width > 0.8 } else { width > gap };
        let cell = Cell { letters: glyph.letters.clone(), left: glyph.left, right: glyph.right };
        let begins = before.is_none() || parted || raised || blank && !wide;
        match words.last_mut().filter(|_| !begins) {
            Some(word) => {
                word.right = word.right.max(cell.right);
                word.size = word.size.max(glyph.size);
                word.cells.push(cell);
            }
            None => words.push(Word {
                left: cell.left,
                right: cell.right,
                base: glyph.base,
                size: glyph.size,
                cells: vec![cell],
                glued: !blank && !parted && before.is_some(),
            }),
        }
        before = Some(glyph);
        blank = false;
    }
}

/// From what gap on, in heights of the type, letters are parted by a space.
fn space_of(glyphs: &[Glyph]) -> f32 {
    let mut gaps: Vec<f32> = Vec::new();
    let mut blanks = 0;
    for (before, next) in glyphs.iter().zip(glyphs.iter().skip(1)) {
        if next.letters.is_blank() {
            blanks += 1;
        } else if !before.letters.is_blank() {
            gaps.push((next.left - before.right) / before.size.max(next.size).max(0.1));
        }
    }
    gaps.sort_by(f32::total_cmp);
    // Below the median: a line of one-letter words has as many spaces as letters.
    let usual = gaps.get(gaps.len() * 2 / 5).copied().unwrap_or(0.0);
    if usual <= SPACED || gaps.len() < 3 {
        return if blanks > 0 { 1.5 * GAP } else { GAP };
    }
    let narrowest = gaps.get(gaps.len() / 10).copied().unwrap_or(usual);
    if blanks == 0 && usual > 2.0 * narrowest.max(0.02) && narrowest <= SPACED {
        return GAP;
    }
    usual + if blanks > 0 { usual.max(0.3) } else { 0.13 }
}

fn both_ideographs(before: &Glyph, next: &Glyph) -> bool {
    is_ideograph(before.letters.first()) && is_ideograph(next.letters.first())
}

/// Characters of scripts that are written without spaces, and their punctuation.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x2e80..=0x312f | 0x31a0..=0x9fff | 0xf900..=0xfaff | 0xfe30..=0xfe4f
        | 0xff00..=0xffef | 0x20000..=0x3ffff)
}

/// Accents that were drawn by themselves, put on the letter that they stand over.
fn composed(glyphs: &[Glyph]) -> Vec<Glyph> {
    let mut out = glyphs.to_vec();
    let mut taken = Vec::new();
    for (at, accent) in glyphs.iter().enumerate() {
        let Some(mark) = mark_of(&accent.letters) else { continue };
        let middle = f32::midpoint(accent.left, accent.right);
        let under = |glyph: &Glyph| {
            glyph.letters.first().is_alphabetic()
                && mark_of(&glyph.letters).is_none()
                && glyph.left - 0.05 * glyph.size <= middle
                && middle <= glyph.right + 0.05 * glyph.size
        };
        let near = [at.wrapping_add(1), at.wrapping_sub(1)];
        let letter = near.into_iter().find(|&near| glyphs.get(near).is_some_and(under));
        if let Some(letter) = letter.and_then(|letter| out.get_mut(letter)) {
            let mut text = String::new();
            letter.letters.push_to(&mut text);
            // TeX puts accents on a dotless i.
            let text: String = text.replace('ı', "i").chars().chain([mark]).nfc().collect();
            letter.letters = Letters::of(&text);
            taken.push(at);
        }
    }
    let mut at = 0;
    out.retain(|_| {
        at += 1;
        !taken.contains(&(at - 1))
    });
    out
}

/// The combining mark that a character stands for by itself.
fn mark_of(letters: &Letters) -> Option<char> {
    let Letters::One(c) = *letters else { return None };
    Some(match c {
        '\u{300}'..='\u{36f}' => c,
        '`' | 'ˋ' => '\u{300}',
        '´' | 'ˊ' => '\u{301}',
        'ˆ' | '^' => '\u{302}',
        '˜' | '~' => '\u{303}',
        '¯' | 'ˉ' => '\u{304}',
        '˘' => '\u{306}',
        '˙' => '\u{307}',
        '¨' => '\u{308}',
        '˚' => '\u{30a}',
        '˝' => '\u{30b}',
        'ˇ' => '\u{30c}',
        '¸' => '\u{327}',
        '˛' => '\u{328}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of 10-point letters, each half as wide as high; `_` is a gap of a third, `'` one of a tenth.
    fn line(text: &str, spacing: f32) -> Vec<Glyph> {
        let mut at = 0.0;
        let mut glyphs = Vec::new();
        for c in text.chars() {
            match c {
                '_' => at += 3.3,
                '\'' => at += 1.0,
                c => {
                    let (left, right) = (at, at + 5.0);
                    glyphs.push(Glyph {
                        letters: Letters::One(c),
                        turn: 0,
                        left,
                        right,
                        base: 100.0,
                        size: 10.0,
                    });
                    at = right + spacing;
                }
            }
        }
        glyphs
    }

    fn read(glyphs: Vec<Glyph>) -> Vec<String> {
        let text = |word: &Word| {
            let mut text = String::new();
            word.push_to(&mut text);
            text
        };
        words(glyphs).iter().map(text).collect()
    }

    #[test]
    fn gaps_and_spaces_part_words() {
        assert_eq!(read(line("we_respect_it", 0.0)), ["we", "respect", "it"]);
        assert_eq!(read(line("we respect it", 0.0)), ["we", "respect", "it"]);
        assert_eq!(read(line("A'V'A_we", 0.0)), ["AVA", "we"]);
    }

    #[test]
    fn spaced_letters_are_words() {
        assert_eq!(read(line("FINAL_NOTICE", 3.0)), ["FINAL", "NOTICE"]);
        assert_eq!(read(line("FINAL NOTICE", 3.0)), ["FINAL", "NOTICE"]);
    }

    #[test]
    fn the_order_of_drawing_does_not_matter() {
        let mut glyphs = line("we_respect_it", 0.0);
        glyphs.reverse();
        assert_eq!(read(glyphs), ["we", "respect", "it"]);
    }

    #[test]
    fn doubled_letters_are_one_and_real_ones_two() {
        let mut glyphs = line("all", 0.0);
        let mut again = glyphs.clone();
        again.iter_mut().for_each(|glyph| {
            glyph.left += 0.3;
            glyph.right += 0.3;
        });
        glyphs.extend(again);
        assert_eq!(read(glyphs), ["all"]);
    }

    #[test]
    fn accents_drawn_apart_go_on_their_letter() {
        let mut glyphs = line("uber", 0.0);
        let accent = Glyph { letters: Letters::One('¨'), left: 0.2, right: 4.8, ..glyphs[0].clone() };
        glyphs.insert(0, accent);
        assert_eq!(read(glyphs), ["über"]);
    }
}
