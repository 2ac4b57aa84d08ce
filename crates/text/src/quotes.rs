//! What stands inside quotation marks. Who is quoted, and whether the words are theirs, is not looked at.

use std::ops::Range;

use crate::form::is_space;
use crate::segments::paragraphs;

/// The byte ranges of `text` inside quotation marks, the marks themselves left out, in order and not
/// overlapping; of nested quotations the outermost.
///
/// Known are `“ ”`, `" "`, `„ “`, `» «`, `« »`, `” ”`, `‘ ’` and `「 」`. An apostrophe is not a mark, nor is the
/// ASCII `'`, which cannot be told from one. A quotation ends with its paragraph, so that several
/// paragraphs that each open with a mark, of which the last closes, are all inside.
///
/// ```
/// let text = "He wrote: “We don’t agree” and left.";
/// assert_eq!(&text[erratum_text::quoted(text)[0].clone()], "We don’t agree");
/// ```
#[must_use]
pub fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for paragraph in paragraphs(text) {
        let at = paragraph.start;
        quoted_in(text.get(paragraph).unwrap_or_default(), at, &mut found);
    }
    found
}

fn quoted_in(paragraph: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let mut open: Option<(usize, &[char])> = None;
    let mut before = None;
    let mut chars = paragraph.char_indices().peekable();
    while let Some((place, c)) = chars.next() {
        let after = chars.peek().map(|&(_, c)| c);
        match open {
            None => {
                if let Some(closers) = closers(c).filter(|_| opens(c, before, after)) {
                    open = Some((place + c.len_utf8(), closers));
                }
            }
            Some((start, closers)) if closers.contains(&c) && closes(c, after) => {
                push(found, at + start..at + place);
                open = None;
            }
            Some(_) => {}
        }
        before = Some(c);
    }
    if let Some((start, _)) = open {
        push(found, at + start..at + paragraph.len());
    }
}

fn push(found: &mut Vec<Range<usize>>, range: Range<usize>) {
    if !range.is_empty() {
        found.push(range);
    }
}

/// The marks that close a quotation which `c` opens.
fn closers(c: char) -> Option<&'static [char]> {
    Some(match c {
        '“' | '‟' => &['”'],
        '„' => &['“', '”', '‟'],
        '”' => &['”'],
        '"' | '＂' => &['"', '＂'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '‘' => &['’'],
        '‚' => &['‘', '’'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}

/// Marks that may also close must look like opening ones: a space or an opening mark before, none behind.
fn opens(c: char, before: Option<char>, after: Option<char>) -> bool {
    let leans_right = after.is_some_and(|after| !is_space(after));
    let stands_free = before.is_none_or(|before| is_space(before) || "([{—–-/:".contains(before));
    match c {
        '"' | '＂' | '”' | '»' => leans_right && stands_free,
        '‘' | '‚' => leans_right && before.is_none_or(|before| !is_letter_or_digit(before)),
        _ => true,
    }
}

/// An apostrophe has a letter or digit behind it; a closing single mark has not.
fn closes(c: char, after: Option<char>) -> bool {
    !matches!(c, '’' | '‘') || after.is_none_or(|after| !is_letter_or_digit(after))
}

fn is_letter_or_digit(c: char) -> bool {
    crate::form::is_kept(c)
}

#[cfg(test)]
mod tests {
    use super::quoted;

    fn inside(text: &str) -> Vec<&str> {
        quoted(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn knows_the_marks_of_many_languages() {
        for text in [
            "x “a b” y",
            "x \"a b\" y",
            "x «a b» y",
            "x »a b« y",
            "x „a b“ y",
            "x „a b” y",
            "x ”a b” y",
            "x ‘a b’ y",
            "「a b」",
        ] {
            assert_eq!(inside(text), ["a b"], "{text}");
        }
    }

    #[test]
    fn an_apostrophe_is_not_a_mark() {
        assert_eq!(inside("the command’s letter, the soldiers’ wish, don't"), [""; 0]);
        assert_eq!(inside("‘we don’t agree’, it said"), ["we don’t agree"]);
        assert_eq!(inside("a 5\" pipe"), [""; 0]);
    }

    #[test]
    fn several_paragraphs_each_open_one_closes() {
        assert_eq!(inside("It said: “One.\n\n“Two.\n\n“Three.” End."), ["One.", "Two.", "Three."]);
    }

    #[test]
    fn an_unbalanced_mark_ends_with_its_paragraph() {
        assert_eq!(inside("a “b c.\n\nd e"), ["b c."]);
        assert_eq!(
            inside("of nested “one ‘two’ «three» ones” the outermost"),
            ["one ‘two’ «three» ones"]
        );
        assert_eq!(inside("“”"), [""; 0]);
    }
}
