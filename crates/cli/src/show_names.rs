//! What is to be known of the names in a verdict: one line where a reader should look twice.

use std::io::{self, Write};

use erratum::verdict::{Like, Likeness, ShownName};

use crate::show::{DOUBT, inert, time};

/// One line on all names that are not what they seem, are proven only just now, or have changed hands.
pub(crate) fn warn(out: &mut impl Write, names: &[&ShownName]) -> io::Result<()> {
    let mut said: Vec<String> = Vec::new();
    for name in names {
        for sentence in sentences(name) {
            if !said.contains(&sentence) {
                said.push(sentence);
            }
        }
    }
    match said.is_empty() {
        true => Ok(()),
        false => writeln!(out, "  {DOUBT}{}{DOUBT:#}", said.join(" ")),
    }
}

fn sentences(shown: &ShownName) -> Vec<String> {
    let name = inert(&shown.name);
    let mut all = Vec::new();
    for like in &shown.like {
        all.push(alike(&name, like));
    }
    if let Some(unicode) = &shown.unicode {
        let but = match (shown.mixed_script, shown.looks_latin) {
            (true, _) => ", in letters of several scripts",
            (false, true) => ", in letters that only look Latin",
            (false, false) => "",
        };
        all.push(format!("{name} reads {}{but}.", inert(unicode)));
    }
    if shown.malformed {
        all.push(format!("{name} reads as nothing: its xn-- part is malformed."));
    }
    if let Some(proven) = shown.proven.as_ref().filter(|proven| proven.recent) {
        let when = time(&proven.logged);
        all.push(format!("{name} was proven less than 14 days ago, on {when}."));
    }
    for when in &shown.changed_hands {
        all.push(format!("{name} changed hands on {}.", time(when)));
    }
    all
}

fn alike(name: &str, like: &Like) -> String {
    let other = inert(&like.name);
    let whose = if like.trusted { "which your policy trusts" } else { "which also speaks here" };
    let how = match like.how {
        Likeness::SameLetters => "its letters only look the same",
        Likeness::OneLetter => "one letter differs",
        Likeness::AnotherEnding => "it has another ending",
        Likeness::OnlyBegins => "it only begins with it",
    };
    format!("LOOK-ALIKE: {name} is not {other}, {whose}: {how}.")
}

/// How the record came to take the name in.
pub(crate) fn proven(name: Option<&ShownName>) -> String {
    match name.and_then(|name| name.proven.as_ref()) {
        None => "was admitted by the operator".to_owned(),
        Some(proven) => {
            let by = match proven.method {
                "dnssec" => "signed DNS",
                "dns" => "DNS",
                _ => "HTTPS",
            };
            format!("was proven by {by} on {} (entry {})", time(&proven.logged), proven.entry)
        }
    }
}
