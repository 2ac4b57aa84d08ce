//! The forward pass and the standing rule against a second, naive implementation, over random histories.
//!
//! What belongs here: everything that holds of *every* history. Single attacks with their exact words are
//! in the tests of the command line.
//!
//! `cargo xtask heavy authority` runs [`many_histories`], which says in `ERRATUM_HISTORIES` how many.

mod compare;
mod histories;
mod invariants;
mod naive;
mod signed;

use std::collections::BTreeMap;

use naive::{Entry, Pass};

/// How often each act and each refusal was reached, and each fate.
type Counts = BTreeMap<String, usize>;

/// What a history reached.
fn count(history: &[Entry], counts: &mut Counts) {
    let pass = Pass::of(history);
    for (entry, judged) in history.iter().zip(&pass.judged) {
        let verdict = judged.refused.map_or("valid".to_owned(), |why| format!("{why:?}"));
        *counts.entry(format!("{} {verdict}", entry.statement.kind())).or_default() += 1;
        if let erratum_record::Body::Standing(body) = &entry.statement.body {
            let word = body.act.standing().map_or("lift", erratum_record::Standing::as_str);
            *counts.entry(format!("word {word} {verdict}")).or_default() += 1;
        }
    }
    for fate in &pass.light(history.len()).fates {
        let fate = format!("{fate:?}");
        *counts.entry(format!("in the end {}", fate.split('(').next().unwrap_or(&fate))).or_default() +=
            1;
    }
}

/// What the first difference is about, without the numbers in it.
fn about(why: &str) -> String {
    let words = why.split(": naive").next().unwrap_or(why).split(' ');
    let plain = |word: &&str| !word.contains(|c: char| c.is_ascii_digit() || c == '.');
    words.filter(plain).collect::<Vec<_>>().join(" ")
}

/// Compares the histories of these numbers on two threads.
fn run(from: u64, to: u64) -> Counts {
    let work = |offset: u64| {
        let mut counts = Counts::new();
        for number in (from + offset..to).step_by(2) {
            let history = histories::history(number);
            // Of some, every state in between is saved as that of an epoch and opened again.
            let reopened = number % 4 == 0;
            if let Err(why) = compare::compare(&history, reopened) {
                fail(number, history, &why, reopened);
            }
            count(&history, &mut counts);
        }
        counts
    };
    let mut all = Counts::new();
    std::thread::scope(|scope| {
        let threads = [0, 1].map(|offset| scope.spawn(move || work(offset)));
        for thread in threads {
            for (what, count) in thread.join().unwrap() {
                *all.entry(what).or_default() += count;
            }
        }
    });
    all
}

fn fail(number: u64, history: Vec<Entry>, why: &str, reopened: bool) -> ! {
    let same = |history: &[Entry]| {
        compare::compare(history, reopened).is_err_and(|other| about(&other) == about(why))
    };
    let short = histories::shrink(history, &same);
    let why = compare::compare(&short, reopened).unwrap_err();
    panic!("history {number}: {why}\n{}", histories::print(&short));
}

fn print(counts: &Counts) {
    for (what, count) in counts {
        println!("{count:8} {what}");
    }
}

/// So often at least each of these is reached in 2,000 histories: else the histories have become dull.
const LEAST: [(&str, usize); 53] = [
    ("acceptance Acceptance", 192),
    ("acceptance Circle", 114),
    ("acceptance Signature", 404),
    ("acceptance Spoilt", 15),
    ("acceptance valid", 675),
    ("comment valid", 209),
    ("commitment valid", 775),
    ("document Name", 3),
    ("document Own", 23),
    ("document Repeats", 48),
    ("document Replacement", 15),
    ("document Signature", 151),
    ("document Speaker", 25),
    ("document Spoilt", 22),
    ("document Tenure", 3),
    ("document valid", 1914),
    ("in the end Labelled", 57),
    ("in the end Void", 185),
    ("keys Previous", 25),
    ("keys Revoked", 3),
    ("keys Signature", 1102),
    ("keys Spoilt", 115),
    ("keys Superior", 502),
    ("keys valid", 5380),
    ("note Voice", 6),
    ("note valid", 270),
    ("opening Document", 5),
    ("opening valid", 28),
    ("record valid", 4466),
    ("rendition Tenure", 4),
    ("rendition valid", 211),
    ("revocation Revocation", 56),
    ("revocation Signature", 570),
    ("revocation Spoilt", 1),
    ("revocation valid", 837),
    ("standing Document", 115),
    ("standing Lift", 233),
    ("standing Own", 280),
    ("standing Repeats", 259),
    ("standing Replacement", 84),
    ("standing Signature", 435),
    ("standing Spoilt", 56),
    ("standing Stale", 44),
    ("standing Tenure", 111),
    ("standing Time", 47),
    ("standing Voice", 5),
    ("standing Weak", 47),
    ("standing valid", 3344),
    ("word held valid", 969),
    ("word in-error valid", 621),
    ("word issued Tenure", 90),
    ("word lift Tenure", 15),
    ("word lift valid", 281),
];

#[test]
fn the_naive_pass_gives_the_same_answers() {
    let counts = run(0, 2000);
    print(&counts);
    for (what, least) in LEAST {
        let count = counts.get(what).copied().unwrap_or(0);
        assert!(count >= least, "{what}: {count} times, expected {least}");
    }
}

#[test]
fn signed_histories_give_the_same_answers() {
    for number in 0..500_u64 {
        let history = histories::history(1_000_000 + number);
        let folder = tempfile::tempdir().unwrap();
        let record = signed::replayed(&history, folder.path());
        if let Err(why) = compare::compare_whole(&history, record.state()) {
            panic!("history {number}: {why}\n{}", histories::print(&history));
        }
    }
}

/// Histories in which a revocation from above is dropped later, its speaker's key being revoked in turn, so
/// that earlier keys are back which copied ones had followed as if they were the first.
#[test]
fn copied_first_keys_are_a_claim_once_earlier_keys_are_back() {
    for number in [23_466, 49_033] {
        let history = histories::history(number);
        if let Err(why) = compare::compare(&history, true) {
            fail(number, history, &why, true);
        }
    }
}

/// Run by `cargo xtask heavy authority`.
#[test]
#[ignore = "takes minutes"]
fn many_histories() {
    let count = std::env::var("ERRATUM_HISTORIES").map_or(100_000, |count| count.parse().unwrap());
    print(&run(2000, 2000 + count));
}
