//! Texts made up from a seed: news-like documents of a common vocabulary with stock phrases, and noise.
//! Shared by the tests and, by path, by the recall example.

/// A small generator of numbers (SplitMix64): the same seed gives the same texts everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const SYLLABLES: &[&str] = &[
    "ba", "con", "der", "ex", "for", "gre", "hal", "in", "ju", "kel", "lo", "mar", "ne", "or", "pre",
    "qui", "re", "sta", "ter", "un", "ver", "wal", "tion", "ment", "ing", "ed", "er", "al", "ous",
    "ity", "port", "land", "ship",
];

const COMMON: &[&str] = &[
    "the",
    "of",
    "to",
    "and",
    "a",
    "in",
    "that",
    "for",
    "is",
    "on",
    "was",
    "with",
    "said",
    "as",
    "by",
    "at",
    "from",
    "his",
    "it",
    "has",
    "an",
    "be",
    "were",
    "have",
    "are",
    "not",
    "will",
    "had",
    "its",
    "who",
    "their",
    "after",
    "this",
    "which",
    "would",
    "been",
    "they",
    "more",
    "about",
    "people",
    "government",
    "year",
    "two",
    "new",
    "minister",
    "country",
    "forces",
    "president",
    "week",
    "military",
    "officials",
    "state",
    "last",
    "security",
    "against",
    "former",
];

const STOCK: &[&str] = &[
    "told reporters on Tuesday that",
    "a spokesman for the ministry said",
    "declined to comment on the matter",
    "according to people familiar with the matter",
    "speaking on condition of anonymity",
    "did not immediately respond to a request for comment",
    "in a statement on Wednesday",
    "at a news conference in the capital",
    "one of the largest in the country",
    "for the first time in more than a decade",
    "the ministry of foreign affairs said in a statement",
    "the secretary general of the alliance said",
];

/// A vocabulary of some thousand words, the common ones first.
pub(crate) fn vocabulary() -> Vec<String> {
    let mut random = Random(7);
    let mut words: Vec<String> = COMMON.iter().map(|&word| word.to_owned()).collect();
    for _ in 0..6000 {
        let parts = 2 + random.below(3);
        words.push((0..parts).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect());
    }
    words
}

/// A news-like text of `sentences` sentences, in which one word in `stock` is a stock phrase.
pub(crate) fn document(words: &[String], seed: u64, sentences: usize, stock: usize) -> String {
    let mut random = Random(seed.wrapping_mul(0x5851_F42D_4C95_7F2D) ^ 99);
    let mut text = String::new();
    for n in 0..sentences {
        if n > 0 {
            text.push_str(if random.below(4) == 0 { "\n\n" } else { " " });
        }
        let mut sentence: Vec<String> = Vec::new();
        for _ in 0..8 + random.below(14) {
            if random.below(stock) == 0 && sentence.last().is_none_or(|last| !last.contains(' ')) {
                sentence.push(STOCK[random.below(STOCK.len())].to_owned());
                continue;
            }
            sentence.push(match random.below(40) {
                0 | 1 => format!("{}", random.below(2000)),
                2..=17 => COMMON[random.below(COMMON.len())].to_owned(),
                _ => {
                    // A few words are frequent, most are rare.
                    let spread = random.unit();
                    words[((spread * spread * spread) * words.len() as f64) as usize % words.len()]
                        .clone()
                }
            });
        }
        let mut sentence = sentence.join(" ");
        if let Some(first) = sentence.get(0..1) {
            sentence.replace_range(0..1, &first.to_uppercase());
        }
        text.push_str(&sentence);
        text.push('.');
    }
    text
}

/// `text` with a share of its characters inserted, deleted or substituted, a third each.
#[allow(dead_code)]
pub(crate) fn noise(text: &str, share: f64, random: &mut Random) -> String {
    let letter = |random: &mut Random| char::from(b'a' + random.below(26) as u8);
    let mut out = String::new();
    for c in text.chars() {
        if random.unit() >= share {
            out.push(c);
            continue;
        }
        match random.below(3) {
            0 => out.extend([letter(random), c]),
            1 => {}
            _ => out.push(letter(random)),
        }
    }
    out
}

/// A span of `length` characters of an ASCII text, at a place of the generator's choice.
#[allow(dead_code)]
pub(crate) fn span<'a>(text: &'a str, length: usize, random: &mut Random) -> &'a str {
    let start = random.below(text.len().saturating_sub(length).max(1));
    text.get(start..(start + length).min(text.len())).unwrap_or(text)
}
