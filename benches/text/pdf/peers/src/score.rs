//! Words read against words known, in order.
//!
//! Words are compared in compatibility form and lower case, without marks, punctuation and hyphens, a word broken
//! at a line's end joined, each ideograph a word; all readers alike. What is printed around the text (running
//! lines, notes) is found in what was read by its exact words, counted by itself, and left out of the comparison,
//! so that it counts neither for nor against a reader wherever it puts it.

use unicode_normalization::UnicodeNormalization;

/// What a PDF was made from.
pub(crate) struct Truth {
    words: Vec<String>,
    /// Headers and footers; `#` stands for any number.
    running: Vec<Vec<String>>,
    notes: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub(crate) known: usize,
    pub(crate) read: usize,
    pub(crate) matched: usize,
    /// Running lines that were left in the text.
    pub(crate) running_left: usize,
    /// Whether there are running lines.
    pub(crate) running: usize,
    pub(crate) notes_found: usize,
    pub(crate) notes: usize,
}

impl Truth {
    pub(crate) fn new(text: &str, asides: &str) -> Self {
        let of = |kind: &str| {
            let lines = asides.lines().filter_map(|line| line.split_once('\t'));
            lines.filter(|(found, _)| *found == kind).map(|(_, text)| words(text)).collect()
        };
        Self { words: words(text), running: of("running"), notes: of("note") }
    }
}

impl Score {
    pub(crate) fn of(truth: &Truth, text: &str) -> Self {
        let mut read = words(text);
        let mut score = Self { known: truth.words.len(), notes: truth.notes.len(), ..Self::default() };
        for line in &truth.running {
            score.running_left += take(&mut read, line, usize::MAX);
        }
        score.running = truth.running.len();
        for note in &truth.notes {
            score.notes_found += take(&mut read, note, 1);
        }
        score.read = read.len();
        score.matched = common(&truth.words, &read);
        score
    }

    pub(crate) fn precision(&self) -> f64 {
        if self.read == 0 { 0.0 } else { self.matched as f64 / self.read as f64 }
    }

    pub(crate) fn recall(&self) -> f64 {
        if self.known == 0 { 1.0 } else { self.matched as f64 / self.known as f64 }
    }

    pub(crate) fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }
}

/// Takes a line's words out of what was read, at most so often; how often it was there.
fn take(read: &mut Vec<String>, line: &[String], most: usize) -> usize {
    let mut found = 0;
    let mut at = 0;
    while !line.is_empty() && at + line.len() <= read.len() && found < most {
        let is_here = line.iter().zip(&read[at..]).all(|(wanted, word)| {
            let is_number = wanted == "#" && word.chars().all(|c| c.is_ascii_digit());
            // A note's number may stand right before its first word.
            wanted == word || is_number || wanted == word.trim_start_matches(|c: char| c.is_ascii_digit())
        });
        if is_here {
            read.drain(at..at + line.len());
            found += 1;
        } else {
            at += 1;
        }
    }
    found
}

fn is_ideograph(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30ff | 0x3400..=0x9fff | 0xf900..=0xfaff)
}

pub(crate) fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| !is_mark(*c)).collect();
    let mut joined = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '-' | '\u{2010}' | '\u{2011}' | '\u{ad}' if joined.chars().last().is_some_and(char::is_alphanumeric) => {
                // A hyphen goes; at a line's end the line break goes with it.
                let rest: String = chars.clone().take_while(|c| c.is_whitespace()).collect();
                if rest.contains('\n') {
                    for _ in 0..rest.chars().count() {
                        chars.next();
                    }
                }
            }
            '\u{ad}' => {}
            c if is_ideograph(c) => joined.extend([' ', c, ' ']),
            c if c.is_alphanumeric() || c == '#' => joined.push(c),
            _ => joined.push(' '),
        }
    }
    joined.split_whitespace().map(str::to_owned).collect()
}

/// Marks, and characters that only join or turn others.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x591..=0x5c7 | 0x610..=0x61a | 0x640 | 0x64b..=0x65f | 0x670
        | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2069 | 0xfeff)
}

/// How many words two texts share in order.
fn common(a: &[String], b: &[String]) -> usize {
    let mut best = vec![0u32; b.len() + 1];
    for word in a {
        let mut corner = 0;
        for (at, other) in b.iter().enumerate() {
            let above = best[at + 1];
            best[at + 1] = if word == other { corner + 1 } else { above.max(best[at]) };
            corner = above;
        }
    }
    best.last().copied().unwrap_or(0) as usize
}
