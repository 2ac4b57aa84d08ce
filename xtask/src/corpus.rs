//! Generated documents: plain prose from a made-up vocabulary, the same for the same number.

/// How many words the vocabulary has.
const WORDS: u64 = 6000;
/// Syllables that words are made of.
const SYLLABLES: [&str; 32] = [
    "ba", "ker", "lo", "min", "ta", "ver", "su", "dra", "pel", "no", "ri", "gan", "tho", "ce", "wil",
    "mo", "sta", "fen", "qui", "la", "bre", "tor", "na", "des", "pri", "ul", "hon", "ga", "ster", "io",
    "van", "ke",
];

/// A small generator of numbers (SplitMix64), so that nothing depends on a library's version.
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bf0_3635)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// A word, the common ones much more often than the rare ones.
fn word(numbers: &mut Numbers) -> String {
    // The square of the square of a fraction leans to small numbers, about as words of a language do.
    let fraction = numbers.below(1 << 20) as f64 / f64::from(1 << 20);
    let index = (fraction.powi(3) * WORDS as f64) as u64;
    let mut spelling = Numbers::new(index + 1_000_000);
    let syllables = 1 + spelling.below(3) + u64::from(index > 200);
    (0..syllables).map(|_| SYLLABLES[spelling.below(32) as usize]).collect()
}

/// A sentence of 8 to 24 words.
fn sentence(numbers: &mut Numbers) -> String {
    let count = 8 + numbers.below(17);
    let words: Vec<String> = (0..count).map(|_| word(numbers)).collect();
    let mut text = words.join(" ");
    if numbers.below(4) == 0 {
        text.push_str(&format!(" {}", 1 + numbers.below(999)));
    }
    let first = text.remove(0).to_ascii_uppercase();
    format!("{first}{text}.")
}

/// A paragraph of 3 to 6 sentences.
pub(crate) fn paragraph(numbers: &mut Numbers) -> String {
    let count = 3 + numbers.below(4);
    (0..count).map(|_| sentence(numbers)).collect::<Vec<_>>().join(" ")
}

/// The paragraphs of document `number`: about 3 KB.
pub(crate) fn document(number: u64) -> Vec<String> {
    let mut numbers = Numbers::new(number);
    (0..6).map(|_| paragraph(&mut numbers)).collect()
}
