//! Direction overrides (UAX 9): characters that nobody sees and that make the text behind them read
//! backwards, so that `5.1` is seen as `1.5`. Embeddings, isolates and direction marks, which order no
//! letters anew within a word, are not looked at.

use std::ops::Range;

/// Forces what follows to be read from left to right.
const LEFT_TO_RIGHT: char = '\u{202d}';
/// Forces what follows to be read from right to left.
const RIGHT_TO_LEFT: char = '\u{202e}';
/// Ends the last override or embedding.
const POP: char = '\u{202c}';
/// Ends the last isolate and all that was opened in it.
const POP_ISOLATE: char = '\u{2069}';

/// Whether a character forces a direction on others.
pub(crate) fn is_override(c: char) -> bool {
    matches!(c, LEFT_TO_RIGHT | RIGHT_TO_LEFT)
}

/// Whether a character forces a direction on others or may end that.
pub(crate) fn is_override_or_pop(c: char) -> bool {
    is_override(c) || c == POP
}

/// What is open at a place: overrides, embeddings, and isolates, inside which no other can be ended.
#[derive(Default)]
struct Open {
    all: Vec<char>,
    /// Those of them that force a direction.
    forcing: Vec<char>,
    /// How many of them are isolates.
    isolates: usize,
}

impl Open {
    /// Reads a character; whether it was one of these.
    fn read(&mut self, c: char) -> bool {
        match c {
            LEFT_TO_RIGHT | RIGHT_TO_LEFT => {
                self.all.push(c);
                self.forcing.push(c);
            }
            '\u{202a}' | '\u{202b}' => self.all.push(c),
            '\u{2066}'..='\u{2068}' => {
                self.all.push(c);
                self.isolates += 1;
            }
            POP if !self.all.last().is_some_and(|&c| is_isolate(c)) => self.close(),
            POP_ISOLATE if self.isolates > 0 => {
                while self.all.last().is_some_and(|&c| !is_isolate(c)) {
                    self.close();
                }
                self.close();
            }
            POP | POP_ISOLATE => {}
            _ => return false,
        }
        true
    }

    fn close(&mut self) {
        match self.all.pop() {
            Some(c) if is_override(c) => drop(self.forcing.pop()),
            Some(c) if is_isolate(c) => self.isolates -= 1,
            _ => {}
        }
    }
}

fn is_isolate(c: char) -> bool {
    matches!(c, '\u{2066}'..='\u{2068}')
}

/// The byte ranges of a text under an override, and which, in order; each ends with its paragraph.
pub(crate) fn forced(text: &str, paragraphs: &[Range<usize>]) -> Vec<(Range<usize>, char)> {
    let mut found = Vec::new();
    if !text.contains(is_override) {
        return found;
    }
    let mut from = 0;
    for paragraph in paragraphs {
        // An override may stand before the first letter of the paragraph.
        let gap = text.get(from..paragraph.start).unwrap_or_default();
        let start = from + gap.rfind('\n').map_or(0, |at| at + 1);
        from = paragraph.end;
        let mut open = Open::default();
        let mut since = start;
        let inner = text.get(start..paragraph.end).unwrap_or_default();
        for (at, c) in inner.char_indices() {
            let before = open.forcing.last().copied();
            if open.read(c) {
                found.extend(before.map(|forced| (since..start + at, forced)));
                since = start + at;
            }
        }
        found.extend(open.forcing.last().map(|&forced| (since..paragraph.end, forced)));
    }
    found
}

/// What is forced on some bytes, if anything is.
pub(crate) fn overlapping(forced: &[(Range<usize>, char)], span: &Range<usize>) -> Option<char> {
    let first = forced.partition_point(|(range, _)| range.end <= span.start);
    forced.get(first).filter(|(range, _)| range.start < span.end).map(|&(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(text: &str) -> Vec<(&str, char)> {
        let paragraphs = erratum_text::paragraphs(text);
        forced(text, &paragraphs).into_iter().map(|(range, c)| (&text[range], c)).collect()
    }

    #[test]
    fn an_override_reaches_to_its_end_or_that_of_the_paragraph() {
        assert_eq!(inside("a \u{202e}b\u{202c} c"), [("\u{202e}b", RIGHT_TO_LEFT)]);
        assert_eq!(inside("a \u{202d}b\n\nc"), [("\u{202d}b", LEFT_TO_RIGHT)]);
        assert_eq!(
            inside("\u{202e}a\u{202a}b\u{202c}c"),
            [("\u{202e}a", RIGHT_TO_LEFT), ("\u{202a}b", RIGHT_TO_LEFT), ("\u{202c}c", RIGHT_TO_LEFT)]
        );
        // Within an isolate nothing ends what was opened before it; its end ends all that was opened in it.
        let kept = "\u{202e}\u{2066}\u{202c}\u{2069}a";
        assert_eq!(inside(kept).into_iter().map(|(part, _)| part).collect::<String>(), kept);
        assert_eq!(inside("\u{2066}\u{202e}a\u{2069}b"), [("\u{202e}a", RIGHT_TO_LEFT)]);
        assert_eq!(inside("\u{202c}a \u{200f}b \u{2067}c\u{2069}"), []);
    }

    #[test]
    fn a_word_is_under_an_override_around_it_or_inside() {
        let text = "one \u{202e}two\u{202c} th\u{202e}r\u{202c}ee four";
        let found = forced(text, &erratum_text::paragraphs(text));
        let of = |word: &str| {
            let at = text.find(word).expect("a word");
            overlapping(&found, &(at..at + word.len()))
        };
        assert_eq!((of("one"), of("two"), of("four")), (None, Some(RIGHT_TO_LEFT), None));
        assert_eq!(of("th\u{202e}r\u{202c}ee"), Some(RIGHT_TO_LEFT));
    }
}
