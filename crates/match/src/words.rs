//! The two texts as words that can be told equal by number, and the small questions about letters that
//! aligning them asks. It aligns nothing itself.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use crate::forms::{Forms, is_word};

/// Words of more letters than this are not compared letter by letter.
const MOST_SIMILAR: usize = 64;
/// An ellipsis for no more words than this,
const FEW_WORDS: usize = 3;
/// or no more letters, hides them.
const FEW_LETTERS: u64 = 24;
/// The most cells of all tables of one comparison.
const MOST_CELLS: usize = 1 << 24;

/// A copy and a document, their tokens numbered alike.
pub(crate) struct Words<'a> {
    pub(crate) copy: &'a Forms,
    pub(crate) document: &'a Forms,
    copy_ids: Vec<u32>,
    document_ids: Vec<u32>,
    /// By number, what is quickly told of a word's letters.
    sketches: Vec<Sketch>,
    /// Cells of tables that may still be filled.
    cells: Cell<usize>,
}

impl<'a> Words<'a> {
    pub(crate) fn new(copy: &'a Forms, document: &'a Forms) -> Self {
        let mut numbers: HashMap<(bool, &str), u32> = HashMap::new();
        let mut ids = |forms: &'a Forms| -> Vec<u32> {
            let mut number = |key| {
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                *numbers.entry(key).or_insert(next)
            };
            forms.tokens().iter().map(|token| number((is_word(token), &*token.folded))).collect()
        };
        let document_ids = ids(document);
        let copy_ids = ids(copy);
        let mut sketches = vec![Sketch::default(); numbers.len()];
        for ((_, word), id) in numbers {
            if let Some(sketch) = sketches.get_mut(id as usize) {
                *sketch = Sketch::of(word);
            }
        }
        Self { copy, document, copy_ids, document_ids, sketches, cells: Cell::new(MOST_CELLS) }
    }

    /// Takes `cells` from what may still be spent on tables, if there are so many left.
    pub(crate) fn spend(&self, cells: usize) -> bool {
        let left = self.cells.get().checked_sub(cells);
        self.cells.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether a token of the copy is the same word as a token of the document.
    pub(crate) fn same(&self, copy: usize, document: usize) -> bool {
        match (self.copy_ids.get(copy), self.document_ids.get(document)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }

    /// Whether two tokens of the copy are the same word.
    pub(crate) fn same_in_copy(&self, a: usize, b: usize) -> bool {
        self.copy_ids.get(a).is_some_and(|id| self.copy_ids.get(b) == Some(id))
    }

    /// Whether two tokens of the document are the same word.
    pub(crate) fn same_in_document(&self, a: usize, b: usize) -> bool {
        self.document_ids.get(a).is_some_and(|id| self.document_ids.get(b) == Some(id))
    }

    /// How many letters two words share in order, if that is at least 60% of them; words only.
    pub(crate) fn similar(&self, copy: usize, document: usize) -> Option<u32> {
        let (a, b) = (self.copy.tokens().get(copy)?, self.document.tokens().get(document)?);
        let sketch = |ids: &[u32], at: usize| self.sketches.get(*ids.get(at)? as usize);
        let unlike = sketch(&self.copy_ids, copy)?.is_unlike(sketch(&self.document_ids, document)?);
        if unlike || !is_word(a) || !is_word(b) {
            return None;
        }
        similar_letters(&a.folded, &b.folded)
    }

    /// The same for two ranges of tokens, their words run together; `None` if a token of theirs must be
    /// compared exactly.
    pub(crate) fn similar_runs(&self, copy: Range<usize>, document: Range<usize>) -> Option<u32> {
        similar_letters(&joined(self.copy, copy)?, &joined(self.document, document)?)
    }

    /// Whether the copy's first word is the end of the document's word before `document`: a copy that was
    /// cut within a word.
    pub(crate) fn is_cut_before(&self, copy: usize, document: usize) -> bool {
        copy == 1
            && self.words_at(0, document.checked_sub(1)).is_some_and(|(own, word)| word.ends_with(own))
    }

    /// Whether the copy's last word is the beginning of the document's word behind `document`.
    pub(crate) fn is_cut_after(&self, copy: usize, document: usize) -> bool {
        copy + 2 == self.copy.tokens().len()
            && self
                .words_at(copy + 1, document.checked_add(1))
                .is_some_and(|(own, word)| word.starts_with(own))
    }

    fn words_at(&self, copy: usize, document: Option<usize>) -> Option<(&str, &str)> {
        let (own, word) = (self.copy.tokens().get(copy)?, self.document.tokens().get(document?)?);
        (is_word(own) && is_word(word)).then_some((&*own.folded, &*word.folded))
    }

    /// Whether words of the document must be told even if an ellipsis marks that they were left out: a few
    /// (a negation), or any with a number or sign.
    pub(crate) fn is_telling(&self, document: &Range<usize>) -> bool {
        let few =
            document.len() <= FEW_WORDS || self.document.letters_of(document.clone()) <= FEW_LETTERS;
        let tokens = self.document.tokens().get(document.clone()).unwrap_or_default();
        !document.is_empty() && (few || tokens.iter().any(|token| !is_word(token)))
    }

    /// Whether two ranges differ only in how their words are divided.
    pub(crate) fn same_letters(&self, copy: Range<usize>, document: Range<usize>) -> bool {
        if copy.is_empty() || document.is_empty() || copy.len().max(document.len()) > MOST_SIMILAR {
            return false;
        }
        matches!((joined(self.copy, copy), joined(self.document, document)), (Some(a), Some(b)) if a == b)
    }
}

fn joined(forms: &Forms, tokens: Range<usize>) -> Option<String> {
    let tokens = forms.tokens().get(tokens)?;
    if tokens.len() > MOST_SIMILAR {
        return None;
    }
    tokens.iter().map(|token| is_word(token).then_some(&*token.folded)).collect()
}

/// Which letters a word has and how many, enough to tell that most pairs of words are not alike.
#[derive(Clone, Copy, Debug, Default)]
struct Sketch {
    /// One bit for each letter, several letters to a bit.
    letters: u64,
    count: u32,
}

impl Sketch {
    fn of(word: &str) -> Self {
        let letters = word.chars().fold(0, |mask, c| mask | 1 << (u32::from(c) % 64));
        Self { letters, count: word.chars().count().try_into().unwrap_or(u32::MAX) }
    }

    /// Whether the words cannot be alike: each letter that only one of them has is missing from whatever
    /// they share, and that falls short of 60%.
    fn is_unlike(&self, other: &Self) -> bool {
        let own = u64::from(self.count.saturating_sub((self.letters & !other.letters).count_ones()));
        let others = u64::from(other.count.saturating_sub((other.letters & !self.letters).count_ones()));
        own.min(others) * 10 < (u64::from(self.count) + u64::from(other.count)) * 3
    }
}

/// Length of the longest common subsequence of two words of at most 64 letters, if they are alike:
/// twice that at least 60% of both lengths together.
pub(crate) fn similar_letters(a: &str, b: &str) -> Option<u32> {
    let shorter = a.len().min(b.len());
    if shorter * 4 < a.len().max(b.len()) || a.len() > 4 * MOST_SIMILAR || b.len() > 4 * MOST_SIMILAR {
        return None;
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    if a.len() > MOST_SIMILAR || b.len() > MOST_SIMILAR || a.is_empty() || b.is_empty() {
        return None;
    }
    // Hyyrö's bit-parallel recurrence: a zero bit of `v` is a step of the subsequence.
    let mut v = u64::MAX;
    for &c in &b {
        let mask =
            (0..).zip(&a).filter(|&(_, &letter)| letter == c).fold(0_u64, |mask, (i, _)| mask | 1 << i);
        let u = v & mask;
        v = v.wrapping_add(u) | (v - u);
    }
    let used = if a.len() == MOST_SIMILAR { u64::MAX } else { (1 << a.len()) - 1 };
    let common = (!v & used).count_ones();
    (common as usize * 10 >= (a.len() + b.len()) * 3).then_some(common)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn slow(a: &[char], b: &[char]) -> u32 {
        let mut row = vec![0; b.len() + 1];
        for &x in a {
            let mut corner = 0;
            for (j, &y) in b.iter().enumerate() {
                let above = row[j + 1];
                row[j + 1] = if x == y { corner + 1 } else { above.max(row[j]) };
                corner = above;
            }
        }
        row[b.len()]
    }

    proptest! {
        #[test]
        fn a_sketch_rules_out_only_what_is_unlike(a in "[a-h]{1,12}", b in "[a-h]{1,12}") {
            if similar_letters(&a, &b).is_some() {
                prop_assert!(!Sketch::of(&a).is_unlike(&Sketch::of(&b)));
            }
        }
    }

    #[test]
    fn alike_and_unlike() {
        assert_eq!(similar_letters("departure", "deparlure"), Some(8));
        assert_eq!(similar_letters("ordering", "requesting"), None);
        assert_eq!(similar_letters("the", "tbe"), Some(2));
        assert_eq!(similar_letters("", "a"), None);
    }

    proptest! {
        #[test]
        fn bits_agree_with_the_table(a in "[ab c]{1,64}", b in "[abc]{1,64}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let common = slow(&x, &y);
            let alike = common as usize * 10 >= (x.len() + y.len()) * 3 && x.len().min(y.len()) * 4 >= x.len().max(y.len());
            prop_assert_eq!(similar_letters(&a, &b), alike.then_some(common));
        }
    }
}
