//! How much of an article's words were read, in their order: a longest common subsequence of words between what
//! was read and the page's words. Those that count neither way (the title, a byline, a pull quote that repeats a
//! sentence) neither miss nor disturb.

use std::fmt;

/// The words of an article in the order of its page.
#[derive(Default)]
pub(super) struct Truth {
    /// A word, and whether it is the article's own; else it counts neither way.
    words: Vec<(String, bool)>,
}

/// Shares, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Score {
    /// Of the article's words, those read.
    pub(super) recall: f64,
    /// Of the words read, those of the article.
    pub(super) precision: f64,
    /// The harmonic mean of the two.
    pub(super) f1: f64,
}

impl Score {
    /// The mean of each share.
    pub(super) fn mean(scores: &[Self]) -> Self {
        let mean =
            |share: fn(&Self) -> f64| scores.iter().map(share).sum::<f64>() / scores.len().max(1) as f64;
        Self { recall: mean(|s| s.recall), precision: mean(|s| s.precision), f1: mean(|s| s.f1) }
    }

    /// In one cell of a table.
    pub(super) fn in_cell(self) -> String {
        self.to_string().replace(" | ", " / ")
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| share * 100.0;
        write!(
            f,
            "{:.1} | {:.1} | {:.1}",
            percent(self.recall),
            percent(self.precision),
            percent(self.f1)
        )
    }
}

/// The words of a text: runs of letters and digits; of scripts without spaces each character is one.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let alone =
            matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
        if (alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if alone {
            words.push(c.to_string());
        } else if c.is_alphanumeric() {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

impl Truth {
    /// Adds a piece of the page.
    pub(super) fn push(&mut self, text: &str, own: bool) {
        self.words.extend(words(text).into_iter().map(|word| (word, own)));
    }

    /// Scores what a contender read.
    pub(super) fn score(&self, text: &str) -> Score {
        let read = words(text);
        let (own, either) = self.common(&read);
        let wanted = self.words.iter().filter(|(_, own)| *own).count();
        let counted = read.len() - either;
        let share = |of: usize| if of == 0 { 0.0 } else { own as f64 / of as f64 };
        let (recall, precision) = (share(wanted), share(counted));
        let sum = recall + precision;
        let f1 = if sum > 0.0 { 2.0 * recall * precision / sum } else { 0.0 };
        Score { recall, precision, f1 }
    }

    /// How many own words, and how many of the others, a longest common subsequence has; an own word counts for
    /// two, so that of two ways to read a word the one counts that the article has it by.
    fn common(&self, read: &[String]) -> (usize, usize) {
        let width = read.len() + 1;
        let mut best = vec![0u32; width * (self.words.len() + 1)];
        for (row, (word, own)) in self.words.iter().enumerate().rev() {
            for column in (0..read.len()).rev() {
                let here = row * width + column;
                let apart = best[here + 1].max(best[here + width]);
                best[here] = if read[column] == *word {
                    apart.max(best[here + width + 1] + 1 + u32::from(*own))
                } else {
                    apart
                };
            }
        }
        let (mut row, mut column, mut own_read, mut either_read) = (0, 0, 0, 0);
        while row < self.words.len() && column < read.len() {
            let here = row * width + column;
            let (word, own) = &self.words[row];
            if best[here] == best[here + 1] {
                column += 1;
            } else if best[here] == best[here + width] {
                row += 1;
            } else {
                debug_assert_eq!(read[column], *word);
                *(if *own { &mut own_read } else { &mut either_read }) += 1;
                row += 1;
                column += 1;
            }
        }
        (own_read, either_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(read: &str) -> Score {
        let mut truth = Truth::default();
        truth.push("The title", false);
        truth.push("We shall leave, on 6 January.", true);
        truth.score(read)
    }

    #[test]
    fn words_in_their_order() {
        let whole = Score { recall: 1.0, precision: 1.0, f1: 1.0 };
        assert_eq!(score("We shall leave on 6 January"), whole);
        assert_eq!(score("The title\n\nWe shall leave on 6 January"), whole);
        let half = score("We shall leave menu menu menu");
        assert_eq!((half.recall, half.precision, half.f1), (0.5, 0.5, 0.5));
        assert_eq!(score("January 6 on leave shall We").recall, 1.0 / 6.0);
        assert_eq!(score(""), Score::default());
    }

    #[test]
    fn ideographs_are_words() {
        assert_eq!(words("市議会は2026 years"), ["市", "議", "会", "は", "2026", "years"]);
    }
}
