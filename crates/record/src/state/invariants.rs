//! Properties of the forward pass and the standing rule over random histories.

use proptest::prelude::*;

use super::tests::{History, ISSUER, OUTSIDER, SUPERIOR, offices, time};
use crate::atoms::{Id, Time};
use crate::rule::{Moment, words_in_force};
use crate::statement::{Act, Body};
use crate::words::Class;

/// One thing that somebody tries to say on the letter.
#[derive(Debug, Clone)]
struct Try {
    speaker: &'static str,
    act: u8,
    /// Which earlier word a lift names.
    word: prop::sample::Index,
    /// Hours before or after its logged time that it claims to hold from.
    claim: Option<i8>,
    /// Whether it follows the speaker's last word as it should.
    fresh: bool,
    /// Whether somebody else signs it.
    forged: bool,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        prop_oneof![4 => Just(ISSUER), 3 => Just(SUPERIOR), 2 => Just(OUTSIDER)],
        0..8u8,
        any::<prop::sample::Index>(),
        proptest::option::weighted(0.3, -6..6i8),
        proptest::bool::weighted(0.85),
        proptest::bool::weighted(0.1),
    );
    let one = one.prop_map(|(speaker, act, word, claim, fresh, forged)| Try {
        speaker,
        act,
        word,
        claim,
        fresh,
        forged,
    });
    proptest::collection::vec(one, 0..25)
}

/// Tries all of it on a letter, with a second letter to be replaced by.
fn live(tries: &[Try]) -> (History, Id) {
    let mut history = offices();
    let letter = history.issue("command.example/l/1", "text");
    let other = history.issue("command.example/l/2", "other text");
    for one in tries {
        say(&mut history, letter, other, one);
    }
    (history, letter)
}

fn say(history: &mut History, letter: Id, other: Id, one: &Try) {
    let said: Vec<Id> =
        history.state.document(&letter).unwrap().unwrap().words.iter().map(|word| word.id).collect();
    let act = match one.act {
        0 | 1 => Act::Issued,
        2 => Act::Corrected(other),
        3 => Act::Held,
        4 => Act::Withdrawn,
        5 => Act::InError,
        _ => Act::Lift(*one.word.get(&said)),
    };
    let mut word = history.word(one.speaker, letter, act);
    if !one.fresh {
        word.previous = *one.word.get(&said);
    }
    let now = i64::try_from(history.next).unwrap();
    word.effective =
        one.claim.map(|hours| time(u64::try_from((now + i64::from(hours)).max(0)).unwrap()));
    let signer = if one.forged { OUTSIDER } else { one.speaker };
    // Refused or not: both are part of the history.
    let _ = history.put("record.example", Body::Standing(word), signer);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// An outsider never changes a standing: without its attempts every answer is the same.
    #[test]
    fn outsiders_change_nothing(tries in tries()) {
        let (with, letter) = live(&tries);
        let words = &with.state.document(&letter).unwrap().unwrap().words;
        prop_assert!(words.iter().all(|word| word.voice.as_str() != OUTSIDER));
        let forged = tries.iter().filter(|one| one.forged && one.speaker != OUTSIDER).count();
        prop_assert!(with.state.void().len() >= forged);
    }

    /// A warning in force goes only by a later word of its own voice or of one above it.
    #[test]
    fn a_warning_goes_only_by_its_voice_or_above(tries in tries()) {
        let (history, letter) = live(&tries);
        let words = &history.state.document(&letter).unwrap().unwrap().words;
        for cut in 1..words.len() {
            let before = words_in_force(&words[..cut], Moment::as_of(Time::MAX));
            let after = words_in_force(&words[..=cut], Moment::as_of(Time::MAX));
            let next = &words[cut];
            for word in before {
                let warns = word.standing().map(|s| s.class()) == Some(Class::Warning);
                if warns && !after.contains(&word) {
                    prop_assert!(next.voice == word.voice || next.below.contains(&word.voice), "{word:?} went by {next:?}");
                }
            }
        }
    }

    /// Asking for a past moment gives what would have been answered then: later entries change nothing.
    #[test]
    fn the_past_does_not_change(tries in tries()) {
        let (whole, letter) = live(&tries);
        for cut in 0..tries.len() {
            let (part, _) = live(&tries[..cut]);
            let then = Moment::as_of(time(part.next.saturating_sub(1)));
            prop_assert_eq!(part.at(letter, then), whole.at(letter, then));
        }
    }

    /// Of each voice at most one word of a class is in force, and the one that leads is in force.
    #[test]
    fn one_word_a_voice_and_class(tries in tries(), at in 0..40u64) {
        let (history, letter) = live(&tries);
        let document = history.state.document(&letter).unwrap().unwrap();
        let moment = Moment::in_force_at(time(at));
        let live = words_in_force(&document.words, moment);
        let mut kinds: Vec<_> = live.iter().map(|w| (w.voice.clone(), w.standing().map(|s| s.class()))).collect();
        let all = kinds.len();
        kinds.sort();
        kinds.dedup();
        prop_assert_eq!(kinds.len(), all);
        let seen = history.state.seen(&document, moment).unwrap();
        let leading = seen.standings().leading;
        prop_assert_eq!(leading.is_some(), !live.is_empty());
        prop_assert!(leading.is_none_or(|leading| live.contains(&leading)));
    }
}
