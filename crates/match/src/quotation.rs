//! Which quotation a word stands in: quotations whose marks open and close, paragraphs that each open one
//! taken together, and one level of quotations inside them. A mark without a partner makes none.

use std::ops::Range;

use erratum_text::quoted;

/// The quotation of a word and the one inside that, by number; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quotation {
    pub(crate) outer: u32,
    pub(crate) inner: u32,
}

/// The quotations of a text.
pub(crate) struct Quotations {
    outer: Vec<(Range<usize>, u32)>,
    inner: Vec<(Range<usize>, u32)>,
}

impl Quotations {
    /// Those of a text, given what is inside quotation marks in it, marks without partners included.
    pub(crate) fn new(text: &str, all: &[Range<usize>], paragraphs: &[Range<usize>]) -> Self {
        let mut outer: Vec<(Range<usize>, u32)> = Vec::new();
        let mut after: Option<&(Range<usize>, u32)> = None;
        let mut next = 1;
        for range in all.iter().rev() {
            let number = if is_closed(text, range) {
                next += 1;
                Some(next - 1)
            } else {
                let goes_on = |(later, _): &&(Range<usize>, u32)| {
                    let at = paragraphs.partition_point(|paragraph| paragraph.end < range.end) + 1;
                    let start = paragraphs.get(at).map(|paragraph| paragraph.start);
                    start.is_some_and(|start| {
                        start <= later.start && !text.get(start..later.start).is_some_and(has_letters)
                    })
                };
                after.filter(goes_on).map(|&(_, number)| number)
            };
            if let Some(number) = number {
                outer.push((range.clone(), number));
                after = outer.last();
            } else {
                after = None;
            }
        }
        outer.reverse();
        let mut inner = Vec::new();
        for (range, _) in &outer {
            let part = text.get(range.clone()).unwrap_or_default();
            for nested in quoted(part).into_iter().filter(|nested| is_closed(part, nested)) {
                inner.push((range.start + nested.start..range.start + nested.end, next));
                next += 1;
            }
        }
        Self { outer, inner }
    }

    /// The quotation of a word, by its bytes.
    pub(crate) fn of(&self, span: &Range<usize>) -> Quotation {
        Quotation { outer: number(&self.outer, span), inner: number(&self.inner, span) }
    }
}

fn number(list: &[(Range<usize>, u32)], span: &Range<usize>) -> u32 {
    let after = list.partition_point(|(range, _)| range.start <= span.start);
    let range = after.checked_sub(1).and_then(|at| list.get(at));
    range.filter(|(range, _)| span.end <= range.end).map_or(0, |&(_, number)| number)
}

/// Whether a mark stands at the end of a quotation, and not only the end of its paragraph.
fn is_closed(text: &str, range: &Range<usize>) -> bool {
    text.get(range.end..)
        .and_then(|rest| rest.chars().next())
        .is_some_and(|c| !c.is_whitespace() && !c.is_control())
}

fn has_letters(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<(&str, Quotation)> {
        let quotations = Quotations::new(text, &quoted(text), &erratum_text::paragraphs(text));
        let words = text.match_indices(char::is_alphabetic);
        words.map(|(at, word)| (word, quotations.of(&(at..at + word.len())))).collect()
    }

    fn is(outer: u32, inner: u32) -> Quotation {
        Quotation { outer, inner }
    }

    #[test]
    fn only_marks_that_open_and_close_make_a_quotation() {
        let none = is(0, 0);
        assert_eq!(numbers("a “b” c"), [("a", none), ("b", is(1, 0)), ("c", none)]);
        assert_eq!(numbers("a “b c"), [("a", none), ("b", none), ("c", none)]);
        assert_eq!(numbers("a” b"), [("a", none), ("b", none)]);
        assert_eq!(numbers("“a ‘b’ c”"), [("a", is(1, 0)), ("b", is(1, 2)), ("c", is(1, 0))]);
    }

    #[test]
    fn paragraphs_that_each_open_one_are_one() {
        let none = is(0, 0);
        assert_eq!(
            numbers("“a\n\n“b\n\n“c” d “e”"),
            [("a", is(2, 0)), ("b", is(2, 0)), ("c", is(2, 0)), ("d", none), ("e", is(1, 0))]
        );
        assert_eq!(numbers("“a\n\nb “c”"), [("a", none), ("b", none), ("c", is(1, 0))]);
    }
}
