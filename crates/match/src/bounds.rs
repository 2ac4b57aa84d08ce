//! What a copy says with quotation marks, ellipses and breaks about where its quotation of a document
//! ends. It looks at the copy only.

use std::ops::Range;

use crate::forms::Forms;

/// Marks that open or close a quotation on their own.
const QUOTES: &[char] = &['"', '“', '”', '„', '‟', '«', '»', '「', '」', '『', '』', '＂'];
/// Marks that do so only where the text is known to be quoted.
const SINGLE: &[char] = &['\'', '‘', '’', '‚', '‹', '›'];

/// Whether quotation marks close directly behind token `i`.
pub(crate) fn closes_quotes(forms: &Forms, i: usize) -> bool {
    let near: String = forms.after(i).chars().take_while(|&c| !is_break(c)).collect();
    near.contains(QUOTES) || (is_quoted(forms, i) && near.contains(SINGLE))
}

/// Whether quotation marks open directly before token `i`.
pub(crate) fn opens_quotes(forms: &Forms, i: usize) -> bool {
    let near: String = forms.before(i).chars().rev().take_while(|&c| !is_break(c)).collect();
    near.contains(QUOTES) || (is_quoted(forms, i) && near.contains(SINGLE))
}

/// Whether a quotation closes, or is cut by an ellipsis, directly behind token `i`.
pub(crate) fn closes(forms: &Forms, i: usize) -> bool {
    closes_quotes(forms, i) || has_ellipsis(forms.after(i))
}

/// Whether a quotation opens, after an ellipsis or a colon too, directly before token `i`.
pub(crate) fn opens(forms: &Forms, i: usize) -> bool {
    let before = forms.before(i);
    opens_quotes(forms, i) || has_ellipsis(before) || before.contains([':', '：'])
}

/// Whether token `i` stands inside quotation marks.
pub(crate) fn is_quoted(forms: &Forms, i: usize) -> bool {
    forms.place(i).is_some_and(|place| place.quoted)
}

/// Whether an ellipsis or square brackets stand in a text between two words.
pub(crate) fn has_ellipsis(between: &str) -> bool {
    between.contains('…')
        || between.contains("...")
        || between.contains(". . .")
        || between.contains('[')
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
    let left = closes(forms, before) || forms.starts_passage(own.start);
    let right = opens(forms, own.end) || forms.ends_passage(last);
    let quoted = |i: usize| is_quoted(forms, i);
    let unquoted = !own.clone().any(quoted);
    let near_quotes =
        quoted(before) || quoted(own.end) || closes(forms, before) || opens(forms, own.end);
    left && right && unquoted && near_quotes
}

/// White space that parts words; a no-break space stands inside some quotation marks.
fn is_break(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}
