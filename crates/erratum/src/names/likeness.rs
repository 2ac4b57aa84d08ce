//! In what two names resemble each other, so that one may be taken for the other.

use erratum_record::Name;
use serde::Serialize;

use super::unicode;

/// In what a name resembles another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Likeness {
    /// Its letters look the same: other letters of the same shape (UTS 39), or rn for m, 1 for l, 0 for o.
    SameLetters,
    /// One letter is another, is missing, is too much, or has changed places with the next.
    OneLetter,
    /// The same under another ending.
    AnotherEnding,
    /// It only begins with it, and belongs to somebody else.
    OnlyBegins,
}

/// A name as it is compared: what somebody registered, and under which ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    full: String,
    registered: String,
    /// What stands before the ending, as it is written and as it looks.
    written: String,
    label: String,
    ending: String,
}

/// Shorter labels differ by a letter from far too many others.
const LONG_ENOUGH_FOR_A_LETTER: usize = 5;
/// And shorter ones than this stand under many endings.
const LONG_ENOUGH_FOR_AN_ENDING: usize = 4;

impl Parts {
    pub(super) fn of(name: &Name, registrable: &Name) -> Self {
        let read = |name: &Name| unicode(name).unwrap_or_else(|| name.to_string());
        let (full, registered) = (read(name), read(registrable));
        let (label, ending) = registered.split_once('.').unwrap_or((&registered, ""));
        let (written, label, ending) = (label.to_owned(), skeleton(label), ending.to_owned());
        Self { full, registered, written, label, ending }
    }

    /// Whether both lie in one registered domain.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        self.registered == other.registered
    }
}

/// In what `own` resembles `other`; nothing where both are of one registered domain.
pub(super) fn likeness(own: &Parts, other: &Parts) -> Option<Likeness> {
    if own.is_of(other) {
        return None;
    }
    let length = other.label.chars().count();
    let same = own.label == other.label;
    if same && own.ending == other.ending {
        return Some(Likeness::SameLetters);
    }
    if same && length >= LONG_ENOUGH_FOR_AN_ENDING {
        return Some(Likeness::AnotherEnding);
    }
    if own.full.strip_prefix(&other.full).is_some_and(|rest| rest.starts_with(['.', '-'])) {
        return Some(Likeness::OnlyBegins);
    }
    let off =
        is_one_letter_off(&own.written, &other.written) || is_one_letter_off(&own.label, &other.label);
    (off && length >= LONG_ENOUGH_FOR_A_LETTER).then_some(Likeness::OneLetter)
}

/// What a text looks like: its UTS 39 skeleton, in small letters, with pairs of letters that pass for one.
pub(super) fn skeleton(text: &str) -> String {
    let shape: String = unicode_security::skeleton(&text.to_lowercase()).collect();
    shape.to_lowercase().replace("vv", "w").replace("cl", "d")
}

/// Whether one letter put in, left out, changed or swapped with the next makes one of the other.
fn is_one_letter_off(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let begin = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let rest = a.len().min(b.len()) - begin;
    let end = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[begin..a.len() - end], &b[begin..b.len() - end]);
    match (a, b) {
        ([_] | [], [_]) | ([_], []) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(own: &str, other: &str) -> Option<Likeness> {
        let parts = |text: &str| {
            let labels: Vec<&str> = text.rsplitn(3, '.').collect();
            let registrable = format!("{}.{}", labels[1], labels[0]);
            Parts::of(&text.parse().unwrap(), &registrable.parse().unwrap())
        };
        likeness(&parts(own), &parts(other))
    }

    #[test]
    fn a_table_of_names() {
        use Likeness::{AnotherEnding, OneLetter, OnlyBegins, SameLetters};
        let north = "northern-command.example";
        let table = [
            ("northern-command.example", north, None),
            ("press.northern-command.example", north, None),
            ("southern-command.example", north, None),
            ("paper.example", north, None),
            // Same shape.
            ("northem-command.example", north, Some(SameLetters)),
            ("n0rthern-command.example", north, Some(SameLetters)),
            ("xn--nrthern-command-8rm.example", north, Some(SameLetters)),
            ("1egal.example", "legal.example", Some(SameLetters)),
            ("vvest-post.example", "west-post.example", Some(SameLetters)),
            ("clefence.example", "defence.example", Some(SameLetters)),
            ("mail.northem-command.example", north, Some(SameLetters)),
            ("xn--80ak6aa92e.example", "apple.example", Some(SameLetters)),
            // One letter.
            ("northern-comand.example", north, Some(OneLetter)),
            ("northern-commands.example", north, Some(OneLetter)),
            ("northerncommand.example", north, Some(OneLetter)),
            ("norhtern-command.example", north, Some(OneLetter)),
            ("northern-commend.example", north, Some(OneLetter)),
            ("nothren-command.example", north, None),
            ("abd.example", "abc.example", None),
            // Another ending.
            ("northern-command.test", north, Some(AnotherEnding)),
            ("northem-command.test", north, Some(AnotherEnding)),
            ("abc.test", "abc.example", None),
            // Only begins with it.
            ("northern-command.example.login.test", north, Some(OnlyBegins)),
            ("northern-command.example-press.test", north, Some(OnlyBegins)),
        ];
        for (own, other, expected) in table {
            assert_eq!(compare(own, other), expected, "{own} beside {other}");
        }
    }

    #[test]
    fn one_letter() {
        for (a, b) in [("abc", "abd"), ("abc", "ab"), ("ab", "abc"), ("abc", "acb"), ("aab", "ab")] {
            assert!(is_one_letter_off(a, b) && is_one_letter_off(b, a), "{a} {b}");
        }
        for (a, b) in [("abc", "abc"), ("abc", "cba"), ("abcd", "ab"), ("abcd", "badc")] {
            assert!(!is_one_letter_off(a, b), "{a} {b}");
        }
    }
}
