//! Grams of a search form: which there are, their hashes, and the grid of those that are indexed.
//!
//! A character weighs 1, an ideograph or kana 2 (by the fixed ranges of [`weight`]), so that a gram
//! carries about as much information in any script. The **gram** at a character is the fewest characters
//! from there on that weigh at least [`GRAM_WEIGHT`] together. The **grid** starts at the first character;
//! its next point is the first character before which at least [`GRID_WEIGHT`] have passed since the point
//! before. So any run of 23 characters of weight 1 that stands in an indexed text holds a whole gram of
//! the grid, whatever its offset; of ideographs 11; of both mixed 25 by weight.
//!
//! This module does not store anything, and does not know documents.

use std::str::Chars;

/// The least weight of a gram (k).
pub(crate) const GRAM_WEIGHT: u32 = 12;
/// The least weight between two points of the grid (s).
pub(crate) const GRID_WEIGHT: u32 = 12;
/// What the window's polynomial is taken at.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;
/// A window is never longer than this many characters, since each weighs at least 1.
const MOST_CHARS: usize = GRAM_WEIGHT as usize;
/// `BASE` to the power of the index.
const POWERS: [u64; MOST_CHARS] = powers();

const fn powers() -> [u64; MOST_CHARS] {
    let mut powers = [1_u64; MOST_CHARS];
    let mut i = 1;
    while i < MOST_CHARS {
        powers[i] = powers[i - 1].wrapping_mul(BASE);
        i += 1;
    }
    powers
}

/// One gram of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gram {
    /// Its hash.
    pub(crate) hash: u64,
    /// Byte offset in the form at which it starts.
    pub(crate) start: u32,
    /// Byte offset in the form at which it ends.
    pub(crate) end: u32,
    /// Weight of all that stands before it.
    pub(crate) at: u32,
}

/// What a character weighs: 2 for an ideograph, kana or Hangul syllable, else 1.
pub(crate) fn weight(c: char) -> u32 {
    let wide = matches!(u32::from(c),
        0x3040..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF);
    if wide { 2 } else { 1 }
}

/// The last mixing step: that of MurmurHash3 for 64 bits.
fn mix(mut h: u64) -> u64 {
    h ^= h >> 33;
    h = h.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    h ^= h >> 33;
    h = h.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    h ^ (h >> 33)
}

/// The grams at every character of `form` that has one.
pub(crate) fn grams(form: &str) -> Grams<'_> {
    Grams {
        head: form.chars(),
        tail: form.chars(),
        polynomial: 0,
        length: 0,
        weight: 0,
        start: 0,
        end: 0,
        at: 0,
    }
}

/// The grams at the points of the grid.
pub(crate) fn grid(form: &str) -> impl Iterator<Item = Gram> + '_ {
    let mut next = 0;
    grams(form).filter(move |gram| {
        let point = gram.at >= next;
        if point {
            next = gram.at.saturating_add(GRID_WEIGHT);
        }
        point
    })
}

/// Iterator of [`grams`]: a window moved over the form, its polynomial kept up to date.
pub(crate) struct Grams<'a> {
    head: Chars<'a>,
    tail: Chars<'a>,
    polynomial: u64,
    length: usize,
    weight: u32,
    start: u32,
    end: u32,
    at: u32,
}

impl Iterator for Grams<'_> {
    type Item = Gram;

    fn next(&mut self) -> Option<Gram> {
        while self.weight < GRAM_WEIGHT {
            let c = self.head.next()?;
            self.polynomial = self.polynomial.wrapping_mul(BASE).wrapping_add(u64::from(u32::from(c)));
            self.length += 1;
            self.weight += weight(c);
            self.end = self.end.saturating_add(utf8(c));
        }
        let gram = Gram { hash: mix(self.polynomial), start: self.start, end: self.end, at: self.at };
        let first = self.tail.next()?;
        let power = self.length.checked_sub(1).and_then(|n| POWERS.get(n)).copied().unwrap_or(0);
        self.polynomial = self.polynomial.wrapping_sub(u64::from(u32::from(first)).wrapping_mul(power));
        self.length = self.length.saturating_sub(1);
        self.weight = self.weight.saturating_sub(weight(first));
        self.start = self.start.saturating_add(utf8(first));
        self.at = self.at.saturating_add(weight(first));
        Some(gram)
    }
}

fn utf8(c: char) -> u32 {
    u32::try_from(c.len_utf8()).unwrap_or(4)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn direct(gram: &str) -> u64 {
        mix(gram.chars().fold(0_u64, |h, c| h.wrapping_mul(BASE).wrapping_add(u64::from(u32::from(c)))))
    }

    #[test]
    fn vectors() {
        for (gram, hash) in [
            ("wehavedecide", 0xb817_f8ae_0fbd_a806_u64),
            ("aaaaaaaaaaaa", 0xad23_d888_0ea4_b39a),
            ("我们尊重你们", 0x4414_a9b0_86bd_bdab),
        ] {
            let all: Vec<_> = grams(gram).collect();
            assert_eq!(all.len(), 1, "{gram}");
            assert_eq!(all[0].hash, hash, "{gram}: {:#018x}", all[0].hash);
        }
    }

    #[test]
    fn a_text_lighter_than_a_gram_has_none() {
        assert_eq!(grams("").count(), 0);
        assert_eq!(grams("elevenchars").count(), 0);
        assert_eq!(grams("twelve chars").count(), 1);
        assert_eq!(grams("五个汉字吧").count(), 0);
    }

    #[test]
    fn the_grid_steps_by_twelve() {
        let form = "a".repeat(60);
        assert_eq!(grid(&form).map(|g| g.start).collect::<Vec<_>>(), [0, 12, 24, 36, 48]);
        let han = "汉".repeat(20);
        assert_eq!(grid(&han).map(|g| g.start / 3).collect::<Vec<_>>(), [0, 6, 12]);
    }

    proptest! {
        #[test]
        fn rolling_is_direct(form in "[a-z0-9é漢字かナ한]{0,60}") {
            for gram in grams(&form) {
                let text = &form[gram.start as usize..gram.end as usize];
                prop_assert_eq!(gram.hash, direct(text));
                let total: u32 = text.chars().map(weight).sum();
                prop_assert!((GRAM_WEIGHT..=GRAM_WEIGHT + 1).contains(&total));
            }
        }

        #[test]
        fn every_run_of_24_letters_holds_a_grid_gram(form in "[a-z]{24,120}", offset in 0_usize..120) {
            let start = offset % (form.len() - 23);
            let run = &form[start..start + 24];
            let wanted: Vec<u64> = grams(run).map(|g| g.hash).collect();
            prop_assert!(grid(&form).any(|g| wanted.contains(&g.hash)));
        }

        #[test]
        fn every_run_of_12_ideographs_holds_a_grid_gram(form in "[一-十]{12,60}", offset in 0_usize..60) {
            let chars: Vec<char> = form.chars().collect();
            let start = offset % (chars.len() - 11);
            let run: String = chars[start..start + 12].iter().collect();
            let wanted: Vec<u64> = grams(&run).map(|g| g.hash).collect();
            prop_assert!(grid(&form).any(|g| wanted.contains(&g.hash)));
        }

        #[test]
        fn every_mixed_run_of_weight_25_holds_a_grid_gram(form in "[a-d汉字]{26,80}", offset in 0_usize..80) {
            let chars: Vec<char> = form.chars().collect();
            let start = offset % chars.len();
            let mut total = 0;
            let run: String = chars[start..].iter().take_while(|&&c| { let go = total < 25; total += weight(c); go }).collect();
            prop_assume!(run.chars().map(weight).sum::<u32>() >= 25);
            let wanted: Vec<u64> = grams(&run).map(|g| g.hash).collect();
            prop_assert!(grid(&form).any(|g| wanted.contains(&g.hash)));
        }
    }
}
