//! Tokens from atoms. The rules are those of [`super::comparison`]'s definition, in the same words.

use super::atoms::{Atom, Class};
use super::comparison::{Token, TokenKind};
use super::fold::fold;

/// Appends the tokens of one paragraph's atoms.
pub(super) fn tokens(atoms: &[Atom], out: &mut Vec<Token>) {
    let mut at = 0;
    while let Some(atom) = atoms.get(at) {
        at = match atom.class {
            Class::Ideograph => ideograph(atoms, at, out),
            Class::Currency | Class::Unit | Class::Symbol => single(atom, at, out),
            Class::Letter | Class::Digit => run(atoms, at, String::new(), at, out),
            _ => punctuation(atoms, at, atom, out),
        };
    }
}

/// One letter of a script without spaces, with the marks behind it.
fn ideograph(atoms: &[Atom], at: usize, out: &mut Vec<Token>) -> usize {
    let mut text = String::new();
    let mut next = at;
    while let Some(atom) = atoms.get(next).filter(|atom| next == at || atom.class == Class::Mark) {
        text.push(atom.c);
        next += 1;
    }
    word(&text, atoms, at, next, out);
    next
}

fn single(atom: &Atom, at: usize, out: &mut Vec<Token>) -> usize {
    let mut text = [0; 4];
    let folded: &str = atom.c.encode_utf8(&mut text);
    out.push(Token { kind: TokenKind::Exact, folded: folded.into(), span: atom.start..atom.end });
    at + 1
}

/// A sign or a decimal point that begins a number; else nothing, except that a lone `+` or `±`, and a
/// sign before a currency sign, are symbols, and a `^` that raises.
fn punctuation(atoms: &[Atom], at: usize, atom: &Atom, out: &mut Vec<Token>) -> usize {
    let class = |at: usize| atoms.get(at).map(|atom| atom.class);
    let before = at.checked_sub(1).and_then(class);
    let is_dash = matches!(atom.class, Class::Hyphen | Class::EnDash | Class::EmDash);
    let signs = (is_dash || atom.class == Class::Plus) && may_be_signed(before);
    if signs {
        let mut number = at + 1;
        let mut text = String::from(atom.c);
        if atoms.get(number).is_some_and(|atom| atom.c == '.') && class(number + 1) == Some(Class::Digit)
        {
            text.push('.');
            number += 1;
        }
        if class(number) == Some(Class::Digit) {
            return run(atoms, number, text, at, out);
        }
        if class(at + 1) == Some(Class::Currency) && class(at + 2) == Some(Class::Digit) {
            return single(atom, at, out);
        }
    }
    let opens = matches!(before, None | Some(Class::Space | Class::Break | Class::Currency));
    if atom.c == '.' && opens && class(at + 1) == Some(Class::Digit) {
        return run(atoms, at + 1, String::from('.'), at, out);
    }
    if atom.class == Class::Plus || (atom.class == Class::Caret && raises(before, class(at + 1))) {
        return single(atom, at, out);
    }
    at + 1
}

/// Whether a `^` between these raises the one behind it: `10^3` is not `10 3`.
fn raises(before: Option<Class>, after: Option<Class>) -> bool {
    use Class::{Break, Close, Digit, Letter, Mark, Space};
    matches!(before, Some(Letter | Digit | Mark | Close)) && !matches!(after, None | Some(Space | Break))
}

fn may_be_signed(before: Option<Class>) -> bool {
    use Class::{Close, Digit, Letter, Mark, Unit};
    !matches!(before, Some(Letter | Digit | Mark | Unit | Close))
}

/// Letters and digits with what may stand between them: a word, or an exact token if there is a digit.
/// `text` is what already began the token, at atom `first`.
fn run(atoms: &[Atom], from: usize, mut text: String, first: usize, out: &mut Vec<Token>) -> usize {
    let mut at = from;
    let mut digits = false;
    let mut last = Class::Other;
    while let Some(atom) = atoms.get(at) {
        match atom.class {
            Class::Letter | Class::Digit => {
                if at > from && begins_anew(atoms, at) {
                    break;
                }
                digits |= atom.class == Class::Digit;
                last = atom.class;
                text.push(atom.c);
                at += 1;
            }
            Class::Mark => {
                text.push(atom.c);
                at += 1;
            }
            _ => match joint(atoms, at, atom, last) {
                Some(next) => {
                    text.push(atom.c);
                    at = next;
                }
                None => break,
            },
        }
    }
    if digits {
        out.push(Token { kind: TokenKind::Exact, folded: text.into(), span: span(atoms, first, at) });
    } else {
        word(&text, atoms, first, at, out);
    }
    at
}

/// A raised number behind anything but its own kind is a token of its own; so is what stands behind it,
/// if that is a digit.
fn begins_anew(atoms: &[Atom], at: usize) -> bool {
    let (Some(before), Some(atom)) =
        (at.checked_sub(1).and_then(|before| atoms.get(before)), atoms.get(at))
    else {
        return false;
    };
    before.raised != atom.raised && (atom.raised || atom.class == Class::Digit)
}

/// Whether the atom at `at` joins what stands before it (a letter or a digit: `last`) to what follows;
/// then where the run goes on.
fn joint(atoms: &[Atom], at: usize, atom: &Atom, last: Class) -> Option<usize> {
    let follows = |at: usize| {
        let next = atoms.get(at)?;
        (matches!(next.class, Class::Letter | Class::Digit) && (!next.raised || atom.raised))
            .then_some(next.class)
    };
    let next = follows(at + 1);
    let joins = match atom.class {
        Class::Apostrophe => next.is_some(),
        Class::Hyphen if next.is_none() => {
            let over = past_line_end(atoms, at + 1)?;
            return follows(over).map(|_| over);
        }
        Class::Hyphen => true,
        Class::EnDash => next.is_some() && (last == Class::Digit || next == Some(Class::Digit)),
        Class::EmDash | Class::Separator => last == Class::Digit && next == Some(Class::Digit),
        _ => false,
    };
    joins.then_some(at + 1)
}

/// Past one line break with its spaces, if that is what stands at `at`.
fn past_line_end(atoms: &[Atom], at: usize) -> Option<usize> {
    let mut breaks = 0;
    let mut next = at;
    while let Some(atom) =
        atoms.get(next).filter(|atom| matches!(atom.class, Class::Space | Class::Break))
    {
        let after_return =
            next.checked_sub(1).and_then(|before| atoms.get(before)).is_some_and(|atom| atom.c == '\r');
        if atom.class == Class::Break && !(atom.c == '\n' && after_return) {
            breaks += 1;
        }
        next += 1;
    }
    (breaks == 1).then_some(next)
}

fn word(text: &str, atoms: &[Atom], first: usize, end: usize, out: &mut Vec<Token>) {
    let folded = fold(text);
    if !folded.is_empty() {
        out.push(Token { kind: TokenKind::Word, folded, span: span(atoms, first, end) });
    }
}

fn span(atoms: &[Atom], first: usize, end: usize) -> std::ops::Range<u32> {
    let start = atoms.get(first).map_or(0, |atom| atom.start);
    let end = end.checked_sub(1).and_then(|last| atoms.get(last)).map_or(start, |atom| atom.end);
    start..end
}
