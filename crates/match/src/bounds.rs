//! What a copy says with quotation marks, ellipses and breaks about where its quotation of a document
//! ends. It looks at the copy only, and at no mark that has no partner.

use std::ops::Range;

use crate::forms::Forms;

/// Whether a quotation, whose marks open and close, closes directly behind token `i`.
pub(crate) fn closes_quotes(forms: &Forms, i: usize) -> bool {
    is_end(forms, i, i + 1)
}

/// Whether such a quotation opens directly before token `i`.
pub(crate) fn opens_quotes(forms: &Forms, i: usize) -> bool {
    i.checked_sub(1).map_or_else(|| number(forms, i) != (0, 0), |before| is_end(forms, i, before))
}

/// Whether a quotation that token `i` stands in does not reach to its neighbour.
fn is_end(forms: &Forms, i: usize, neighbour: usize) -> bool {
    let ((outer, inner), (next_outer, next_inner)) = (number(forms, i), number(forms, neighbour));
    (outer != 0 && outer != next_outer) || (inner != 0 && inner != next_inner)
}

fn number(forms: &Forms, i: usize) -> (u32, u32) {
    forms.place(i).map_or((0, 0), |place| (place.quotation.outer, place.quotation.inner))
}

/// Whether a quotation closes, or is cut by an ellipsis, directly behind token `i`.
pub(crate) fn closes(forms: &Forms, i: usize) -> bool {
    closes_quotes(forms, i) || has_ellipsis(forms.after(i))
}

/// Whether a quotation opens, after an ellipsis or a colon too, directly before token `i`.
pub(crate) fn opens(forms: &Forms, i: usize) -> bool {
    let before = forms.before(i);
    opens_quotes(forms, i) || has_ellipsis(before) || has_colon(before)
}

fn has_colon(between: &str) -> bool {
    between.contains([':', '：'])
}

/// Whether token `i` stands inside quotation marks.
pub(crate) fn is_quoted(forms: &Forms, i: usize) -> bool {
    forms.place(i).is_some_and(|place| place.quoted)
}

/// Whether an ellipsis stands in a text between two words.
pub(crate) fn has_ellipsis(between: &str) -> bool {
    between.contains('…') || between.contains("...") || between.contains(". . .")
}

/// Whether a sentence ends in this text between two words.
pub(crate) fn has_full_stop(after: &str) -> bool {
    after.contains(['.', '!', '?', '。', '！', '？', '؟', '।'])
}

/// Whether words of the copy between two quoted words are the copy's own: whole paragraphs, or outside
/// quotation marks between quotations or whole sentences.
pub(crate) fn is_commentary(forms: &Forms, own: &Range<usize>) -> bool {
    let (Some(before), Some(last)) = (own.start.checked_sub(1), own.end.checked_sub(1)) else {
        return false;
    };
    if own.is_empty() {
        return false;
    }
    if forms.starts_paragraph(own.start) && forms.ends_paragraph(last) {
        return true;
    }
    let left = closes_quotes(forms, before) || forms.starts_passage(own.start);
    let right =
        opens_quotes(forms, own.end) || has_colon(forms.before(own.end)) || forms.ends_passage(last);
    let quoted = |i: usize| is_quoted(forms, i);
    let unquoted = !own.clone().any(quoted);
    let near_quotes =
        quoted(before) || quoted(own.end) || closes(forms, before) || opens(forms, own.end);
    left && right && unquoted && near_quotes
}
