//! The folded letters of one word. Numbers and symbols are not folded at all.

use std::sync::OnceLock;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use super::tables::{Category, category, is_kept, prototype_of, skeleton};

/// Folds a word that NFKC has been applied to, and drops what is not a letter, digit or mark. May be
/// empty.
pub(super) fn fold(word: &str) -> Box<str> {
    if word.is_ascii() {
        let mut folded = word.to_owned();
        folded.retain(|c| c.is_ascii_alphanumeric());
        folded.make_ascii_lowercase();
        return folded.into();
    }
    let mut prototypes = String::with_capacity(word.len());
    for c in word.chars().default_case_fold().nfd() {
        prototypes.push_str(prototype_of(c));
    }
    let folded: String = prototypes.chars().default_case_fold().nfd().filter(|&c| is_kept(c)).collect();
    folded.into()
}

/// ASCII stays. Any other character goes to its UTS 39 prototype; where that is what an ASCII letter
/// looks like (`rn`, of `m`), to that letter. A letter that would vanish stays as it is, except a
/// modifier letter, which may be an apostrophe.
pub(super) fn push_prototype(c: char, out: &mut String) {
    if c.is_ascii() {
        out.push(c);
        return;
    }
    let before = out.len();
    out.extend(skeleton(c));
    let prototype = out.get(before..).unwrap_or_default();
    if let Some(letter) = ascii_twin(prototype) {
        out.truncate(before);
        out.push(letter);
    } else if !prototype.is_empty()
        && is_kept(c)
        && category(c) != Category::ModifierLetter
        && !prototype.chars().any(is_kept)
    {
        out.truncate(before);
        out.push(c);
    }
}

/// The small ASCII letter whose own skeleton is `prototype`.
fn ascii_twin(prototype: &str) -> Option<char> {
    static SKELETONS: OnceLock<Vec<(String, char)>> = OnceLock::new();
    SKELETONS
        .get_or_init(|| ('a'..='z').map(|letter| (skeleton(letter).collect(), letter)).collect())
        .iter()
        .find_map(|(skeleton, letter)| (skeleton == prototype).then_some(*letter))
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_look_alikes_but_not_ascii_to_ascii() {
        assert_eq!(&*fold("Modern"), "modern");
        assert_eq!(&*fold("ⅿodern"), "modern");
        assert_eq!(&*fold("раssроrt"), "passport");
        assert_eq!(&*fold("Straße"), "strasse");
        assert_eq!(&*fold("ѕе\u{301}"), &*fold("sé"));
        assert_eq!(&*fold("ノ"), "ノ");
        assert_eq!(&*fold("don't"), "dont");
        assert_eq!(&*fold("ʼ"), "");
        assert_eq!(&*fold("ı"), "i");
    }
}
