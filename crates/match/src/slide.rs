//! Where the same words could be said to be missing, or added, at several places, chooses a place at
//! which whole sentences are: `A. The one. [The other.] B` rather than `A. The [one. The] other. B`.

use crate::forms::Forms;
use crate::words::Words;

/// How far a gap is moved.
const FARTHEST: usize = 64;

/// Moves one-sided gaps between pairs (in order of the copy) to sentence boundaries where they can be.
pub(crate) fn slide(words: &Words<'_>, pairs: &mut [(usize, usize)]) {
    for i in 0..pairs.len().saturating_sub(1) {
        let (Some(&a), Some(&b)) = (pairs.get(i), pairs.get(i + 1)) else { continue };
        if b.1 <= a.1 {
            continue;
        }
        let (copy, document) = (b.0 - a.0 - 1, b.1 - a.1 - 1);
        if copy == 0 && document > 0 && !is_whole(words.document, a.1 + 1, b.1) {
            let same = |x: usize, y: usize| words.same_in_document(x, y);
            let whole = |start: usize, end: usize| is_whole(words.document, start, end);
            shift(pairs, i, Gap { start: a.1 + 1, end: b.1 }, same, whole, |pair, to| pair.1 = to);
        } else if document == 0 && copy > 0 && !is_whole(words.copy, a.0 + 1, b.0) {
            let same = |x: usize, y: usize| words.same_in_copy(x, y);
            let whole = |start: usize, end: usize| is_whole(words.copy, start, end);
            shift(pairs, i, Gap { start: a.0 + 1, end: b.0 }, same, whole, |pair, to| pair.0 = to);
        }
    }
}

fn is_whole(forms: &Forms, start: usize, end: usize) -> bool {
    forms.starts_passage(start) && end.checked_sub(1).is_some_and(|last| forms.ends_passage(last))
}

#[derive(Clone, Copy)]
struct Gap {
    start: usize,
    end: usize,
}

/// Moves the gap behind pair `i` left, else right, until it is whole; `set` changes the side of a pair on
/// which the gap lies.
fn shift(
    pairs: &mut [(usize, usize)],
    i: usize,
    gap: Gap,
    same: impl Fn(usize, usize) -> bool,
    whole: impl Fn(usize, usize) -> bool,
    set: impl Fn(&mut (usize, usize), usize),
) {
    let neighbours = |a: Option<&(usize, usize)>, b: Option<&(usize, usize)>| {
        a.zip(b).is_some_and(|(a, b)| a.0 + 1 == b.0 && a.1 + 1 == b.1)
    };
    for k in 1..=FARTHEST.min(gap.start) {
        let linked =
            k == 1 || i.checked_sub(k - 1).is_some_and(|j| neighbours(pairs.get(j), pairs.get(j + 1)));
        if !linked || i + 1 < k || !same(gap.start - k, gap.end - k) {
            break;
        }
        if whole(gap.start - k, gap.end - k) {
            for step in 0..k {
                if let Some(pair) = pairs.get_mut(i - step) {
                    set(pair, gap.end - 1 - step);
                }
            }
            return;
        }
    }
    for k in 1..=FARTHEST {
        let linked = k == 1 || neighbours(pairs.get(i + k - 1), pairs.get(i + k));
        if !linked || i + k >= pairs.len() || !same(gap.start + k - 1, gap.end + k - 1) {
            break;
        }
        if whole(gap.start + k, gap.end + k) {
            for step in 0..k {
                if let Some(pair) = pairs.get_mut(i + 1 + step) {
                    set(pair, gap.start + step);
                }
            }
            return;
        }
    }
}
