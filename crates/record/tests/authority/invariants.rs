//! What must hold of the real state at every step of every history, whoever did what.

use std::collections::HashSet;

use erratum_record::{
    Act, Body, Class, Id, Moment, Name, Refusal, RefusalKind, Standing, State, Time, VerifierKey,
    Viewed, Word,
};

use crate::naive::{Entry, Light};

/// Warnings that somebody once ended who could: what made them stand again may be taken back.
#[derive(Default)]
pub(crate) struct Ended(HashSet<(Id, u64)>);

/// One document before and after a step.
struct Step<'a> {
    number: usize,
    entry: &'a Entry,
    refused: Option<&'a Refusal>,
    before: &'a Viewed,
    after: &'a Viewed,
    light: &'a Light<'a>,
}

/// Checks one step: what the state was before an entry, and is behind it.
///
/// # Errors
/// What does not hold, for people.
pub(crate) fn check(
    (before, after): (&State, &State),
    (number, entry): (usize, &Entry),
    refused: Option<&Refusal>,
    (names, light): (&[Name], &Light<'_>),
    ended: &mut Ended,
) -> Result<(), String> {
    for name in names {
        no_circle(after, name)?;
    }
    revoked_keys_say_nothing(before, entry, refused, names)?;
    warnings_are_taken(before, entry, refused)?;
    // Both are asked of the same time: what the clock alone changes is no step.
    let moment = Moment { logged_by: Time::MAX, in_force_at: after.last_time() };
    for document in before.documents().unwrap() {
        let later = after.document(&document.id).unwrap().ok_or("a document is gone")?;
        let (before, after) =
            (before.seen(&document, moment).unwrap(), after.seen(&later, moment).unwrap());
        let step = Step { number, entry, refused, before: &before, after: &after, light };
        step.only_voices_change_a_standing()?;
        step.warnings_end_only_by_those_who_can(ended)?;
        nothing_stolen_ends(&after)?;
    }
    Ok(())
}

/// No name stands above itself, and no chain is longer than 8.
fn no_circle(state: &State, name: &Name) -> Result<(), String> {
    let superiors = state.superiors(name).unwrap();
    let mut all: Vec<&Name> = superiors.iter().chain([name]).collect();
    all.sort_unstable();
    all.dedup();
    let good = all.len() == superiors.len() + 1 && superiors.len() <= 8;
    if good { Ok(()) } else { Err(format!("a circle above {name}: {superiors:?}")) }
}

/// Nothing goes in that only revoked keys signed, but a revocation that takes theirs away.
fn revoked_keys_say_nothing(
    before: &State,
    entry: &Entry,
    refused: Option<&Refusal>,
    names: &[Name],
) -> Result<(), String> {
    let free = matches!(entry.statement.body, Body::Record(_) | Body::Revocation(_));
    if refused.is_some() || free || entry.signed.is_empty() {
        return Ok(());
    }
    let mut revoked: Vec<VerifierKey> = Vec::new();
    for name in names {
        let authority = before.authority(name, before.last_time()).unwrap();
        revoked.extend(authority.iter().flat_map(|it| &it.revoked).map(|(key, _)| key.clone()));
    }
    let all = entry.signed.iter().all(|key| revoked.contains(key));
    if all { Err(format!("only revoked keys signed: {:?}", entry.signed)) } else { Ok(()) }
}

/// A voice's signed warning is never refused for what somebody else said.
fn warnings_are_taken(before: &State, entry: &Entry, refused: Option<&Refusal>) -> Result<(), String> {
    let (Some(refused), Body::Standing(body)) = (refused, &entry.statement.body) else { return Ok(()) };
    let warns = body.act.standing().is_some_and(|word| word.class() == Class::Warning);
    let Some(document) = before.document(&body.document).unwrap() else { return Ok(()) };
    let voice = before.rank(&body.speaker, document.issuer()).unwrap().is_some();
    let other = [RefusalKind::Stale, RefusalKind::Taken, RefusalKind::Circle, RefusalKind::NotYours];
    if warns && voice && other.contains(&refused.kind()) {
        return Err(format!("a warning of {} was refused: {refused}", body.speaker));
    }
    Ok(())
}

/// Of the words that are not signed any more only warnings are left, and the others stand without them.
fn nothing_stolen_ends(after: &Viewed) -> Result<(), String> {
    let stolen = |word: &&Word| word.weight.stolen.is_some();
    let ends = |word: &Word| matches!(word.act, Act::Lift(_) | Act::Issued);
    if after.registered().words.iter().filter(stolen).any(ends) {
        return Err("a lift or an issued of a stolen key counts".to_owned());
    }
    let mut without = (*after.registered()).clone();
    without.words.retain(|word| word.weight.stolen.is_none());
    let left = erratum_record::words_in_force(&without.words, after.moment());
    let left: HashSet<u64> = left.iter().map(|word| word.entry).collect();
    let good = after.in_force().into_iter().filter(|word| word.weight.stolen.is_none());
    let good: HashSet<u64> = good.map(|word| word.entry).collect();
    if left == good { Ok(()) } else { Err(format!("stolen words end others: {left:?}, {good:?}")) }
}

impl Step<'_> {
    /// The words in force change only by a voice, by one who lifts a word of its own, or by a revocation.
    fn only_voices_change_a_standing(&self) -> Result<(), String> {
        let words = |seen: &Viewed| {
            let words =
                seen.in_force().into_iter().map(|word| (word.entry, word.weight.stolen.is_some()));
            words.collect::<Vec<_>>()
        };
        if words(self.before) == words(self.after) {
            return Ok(());
        }
        let speaker = self.entry.statement.speaker();
        let issuer = self.after.issuer();
        let own = |id: &Id| {
            self.before.words.iter().any(|word| word.id == *id && Some(&word.voice) == speaker)
        };
        let may = match &self.entry.statement.body {
            Body::Revocation(_) => true,
            Body::Document(_) => speaker == Some(issuer),
            Body::Standing(body) => {
                let said = self.after.words.iter().find(|word| word.entry == self.number as u64);
                let voice = said.is_some_and(|said| {
                    said.rank == 0 && said.voice == *issuer || !said.below.is_empty()
                });
                voice || matches!(&body.act, Act::Lift(id) if own(id))
            }
            _ => false,
        };
        if may && self.refused.is_none() {
            return Ok(());
        }
        Err(format!("entry {} of {speaker:?} changes a standing of {issuer}", self.number))
    }

    /// A warning goes only by a word of its voice or of one above that is not new to the document, with the
    /// signatures that it took. A revocation clears none; it makes notes of those of a superior to whom no
    /// chain leads up any more.
    fn warnings_end_only_by_those_who_can(&self, ended: &mut Ended) -> Result<(), String> {
        let left: HashSet<u64> = self.after.in_force().iter().map(|word| word.entry).collect();
        let notes: HashSet<u64> = self.after.notes().iter().map(|word| word.entry).collect();
        let warns = |word: &&Word| word.standing().map(Standing::class) == Some(Class::Warning);
        for warning in self.before.in_force().into_iter().filter(warns) {
            let key = (self.after.id, warning.entry);
            let revoked = matches!(self.entry.statement.body, Body::Revocation(_));
            let shaken_off = || revoked && self.is_superior_no_more(warning);
            if left.contains(&warning.entry) || notes.contains(&warning.entry) && shaken_off() {
                continue;
            }
            let by = self.after.words.iter().find(|word| word.entry == self.number as u64);
            let can = by.is_some_and(|by| {
                let place = self.light.place(self.number);
                let new = || self.light.is_new(&by.voice, &self.after.id, place);
                let over = by.voice == warning.voice || by.below.contains(&warning.voice) && !new();
                over && by.weight.strength >= warning.weight.took && by.weight.stolen.is_none()
            });
            let again = revoked && ended.0.contains(&key);
            if !can && !again {
                let (number, voice) = (self.number, &warning.voice);
                return Err(format!("entry {number} clears the warning {} of {voice}", warning.entry));
            }
            ended.0.insert(key);
        }
        Ok(())
    }

    /// Whether the naive pass finds no chain any more that leads up to the voice of a word where it spoke.
    fn is_superior_no_more(&self, word: &Word) -> bool {
        let place = self.light.place(usize::try_from(word.entry).unwrap());
        !self.light.leads_up_to(self.after.issuer(), &word.voice, place, None)
    }
}
