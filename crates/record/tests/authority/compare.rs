//! The naive answers beside those of the real state.

use std::fmt::Debug;

use erratum_record::{
    Attached, Body, Id, Moment, Name, Placed, Refusal, Signed, State, Stop, Suffixes, Time, VerifierKey,
};

use crate::histories::{self, suffix_list};
use crate::invariants::{self, Ended};
use crate::naive::{Answer, Entry, Fate, Label, Light, Pass, Place};

/// Takes the next entry into a real state, and says why it is void.
pub(crate) fn push(state: &mut State, number: usize, entry: &Entry) -> Option<Refusal> {
    let placed = Placed {
        entry: number as u64,
        logged: entry.time,
        id: entry.id,
        statement: entry.statement.clone(),
        attached: Attached { suffixes: list_of(entry), checkpoint: None },
    };
    let signed = |key: &VerifierKey| match (entry.spoilt.contains(key), entry.signed.contains(key)) {
        (true, _) => Signed::Forged,
        (_, true) => Signed::Yes,
        (_, false) => Signed::No,
    };
    match state.push(placed, &signed) {
        Ok(()) => None,
        Err(Stop::Void(refusal)) => Some(refusal),
        Err(Stop::Fault(error)) => panic!("entry {number}: {error}"),
    }
}

/// The suffix list that a statement brings.
pub(crate) fn list_of(entry: &Entry) -> Option<Suffixes> {
    match &entry.statement.body {
        Body::Record(body) => {
            body.suffixes.as_ref().map(|(version, _)| Suffixes::new(&suffix_list(version.as_str())))
        }
        _ => None,
    }
}

/// Compares both over a history, at every entry and every as-of point, and checks what must always hold.
/// `reopened` between any two entries if asked.
///
/// # Errors
/// The first difference, for people.
pub(crate) fn compare(history: &[Entry], reopened: bool) -> Result<(), String> {
    let (mut pass, mut state) = (Pass::default(), State::default());
    let (names, mut ended) = (histories::names(history), Ended::default());
    for (number, entry) in history.iter().enumerate() {
        if reopened && number > 0 {
            state = reopen(state, &history[..number]);
        }
        let before = state.clone();
        let naive = pass.push(entry.clone());
        let real = push(&mut state, number, entry);
        if naive.is_some() != real.is_some() {
            let kind = entry.statement.kind();
            return Err(format!("entry {number}, {kind}: naive {naive:?}, real {real:?}"));
        }
        let step = (number, entry);
        let light = pass.light(number + 1);
        invariants::check((&before, &state), step, real.as_ref(), (&names, &light), &mut ended)
            .map_err(|why| format!("entry {number}: {why}"))?;
        let now = state.last_time();
        same_authority(&light, &state, &names, now)
            .map_err(|why| format!("after entry {number}: {why}"))?;
        let moment = Moment { logged_by: now, in_force_at: now };
        same_documents(&light, &state, moment).map_err(|why| format!("after entry {number}: {why}"))?;
    }
    as_of_points(&pass, &state, &names)
}

/// Compares what a record says of a whole history, as it was read.
///
/// # Errors
/// The first difference, for people.
pub(crate) fn compare_whole(history: &[Entry], state: &State) -> Result<(), String> {
    let pass = Pass::of(history);
    let refused = pass.judged.iter().map(|judged| judged.refused.is_some());
    let naive: Vec<usize> =
        refused.enumerate().filter(|(_, void)| *void).map(|(entry, _)| entry).collect();
    let real: Vec<usize> = state.void().iter().map(|void| void.entry as usize).collect();
    same(&format!("void entries {:?}", state.void()), naive, real)?;
    as_of_points(&pass, state, &histories::names(history))
}

/// The state as an epoch saves it, opened again.
fn reopen(mut state: State, history: &[Entry]) -> State {
    let map = state.next_map(None, history.len() as u64).unwrap();
    let mut state = State::on(map, &histories::ORIGIN.parse().unwrap()).unwrap();
    let version = state.suffix_version().map(|(_, entry)| entry as usize);
    let list = version.and_then(|entry| list_of(&history[entry]));
    list.into_iter().for_each(|list| state.set_suffixes(list));
    state
}

/// All the questions about the past and the future, asked of the whole log.
fn as_of_points(pass: &Pass, state: &State, names: &[Name]) -> Result<(), String> {
    let last = state.last_time();
    let mut times: Vec<Time> = pass.entries.iter().map(|entry| entry.time).collect();
    times.dedup();
    let whole = pass.light(pass.entries.len());
    for time in times {
        let then = pass.light(pass.logged_by(time));
        let moment = Moment { logged_by: time, in_force_at: time };
        same_documents(&then, state, moment).map_err(|why| format!("as of {time}: {why}"))?;
        let moment = Moment { logged_by: Time::MAX, in_force_at: time };
        same_documents(&whole, state, moment).map_err(|why| format!("in force at {time}: {why}"))?;
    }
    for days in [1, 3, 14, 60] {
        let time = Time::from_millis(last.millis() + days * 24 * crate::naive::HOUR);
        same_authority(&whole, state, names, time).map_err(|why| format!("{days} days later: {why}"))?;
        let moment = Moment { logged_by: Time::MAX, in_force_at: time };
        same_documents(&whole, state, moment).map_err(|why| format!("{days} days later: {why}"))?;
    }
    Ok(())
}

fn same<T: PartialEq + Debug>(what: &str, naive: T, real: T) -> Result<(), String> {
    if naive == real { Ok(()) } else { Err(format!("{what}: naive {naive:?}, real {real:?}")) }
}

/// Of every name: keys in force, usable ones, pending ones, tenure, superiors.
fn same_authority(light: &Light<'_>, state: &State, names: &[Name], time: Time) -> Result<(), String> {
    let place = Place { entry: light.fates.len(), time };
    for name in names {
        let real = state.authority(name, time).unwrap();
        let in_force = light.in_force_entry(name, place).map(|entry| entry as u64);
        same(&format!("keys of {name}"), in_force, real.as_ref().map(|real| real.in_force.place.entry))?;
        let Some(real) = real else { continue };
        same(&format!("usable keys of {name}"), light.usable(name, place), real.usable)?;
        same(&format!("recovery keys of {name}"), light.recovery(name, place), real.recovery)?;
        let last = light.last_keys(name, place).map(|entry| light.pass.id(entry));
        same(&format!("last keys of {name}"), last, real.previous)?;
        let pending = real.pending.iter().map(|it| (it.said.place.entry, it.binds, it.claim)).collect();
        let naive = light.pending(name, place).into_iter();
        let naive: Vec<_> = naive
            .map(|entry| {
                let (by, binds) = light.status(entry);
                (entry as u64, binds, by == crate::naive::By::Claim)
            })
            .collect();
        same(&format!("pending keys of {name}"), naive, pending)?;
        same(&format!("tenure of {name}"), light.tenure(name, place), real.tenure as usize)?;
        same(&format!("superior of {name}"), light.superior(name, place), real.superior)?;
        if time == state.last_time() {
            let real = state.superiors(name).unwrap();
            same(&format!("superiors of {name}"), light.superiors(name, place), real)?;
        }
    }
    Ok(())
}

/// Of every document that was logged by then: whether it is void, its words in force with their labels, the
/// one that leads, words that have become notes, its renditions and comments.
fn same_documents(light: &Light<'_>, state: &State, moment: Moment) -> Result<(), String> {
    for id in documents(light) {
        let document = state.document(&id).unwrap().ok_or("a document is missing")?;
        let real = state.seen(&document, moment).unwrap();
        let stolen = |word: &&erratum_record::Word| match word.weight.stolen {
            Some(_) => Label::Stolen,
            None => Label::Good,
        };
        let words = real.in_force();
        let answer = Answer {
            void: real.stolen().is_some(),
            in_force: words.iter().map(|word| (word.entry as usize, stolen(word))).collect(),
            leads: real.standings().leading.map(|word| word.entry as usize),
            notes: real.notes().iter().map(|word| word.entry as usize).collect(),
        };
        let what = format!("document {}", id.short());
        same(&what, light.answer(&id, moment.in_force_at), answer)?;
        let shown = real.registered();
        let renditions = shown.renditions.iter().map(|it| it.entry as usize);
        let comments = shown.comments.iter().map(|it| it.entry as usize);
        // Whoever shows these leaves out what was logged later.
        let known = renditions.chain(comments).filter(|entry| *entry < light.fates.len());
        let mut attached: Vec<usize> = known.collect();
        attached.sort_unstable();
        same(&format!("renditions and comments of {what}"), attached_to(light, &id), attached)?;
    }
    Ok(())
}

fn documents(light: &Light<'_>) -> Vec<Id> {
    let all = (0..light.fates.len()).filter(|entry| light.fates[*entry] != Fate::Refused);
    let ids = all.filter(|entry| matches!(light.pass.body(*entry), Body::Document(_)));
    let mut ids: Vec<Id> = ids.map(|entry| light.pass.id(entry)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn attached_to(light: &Light<'_>, document: &Id) -> Vec<usize> {
    let counting = (0..light.fates.len()).filter(|entry| light.fates[*entry] == Fate::Counts);
    let attached = counting.filter(|entry| match light.pass.body(*entry) {
        Body::Rendition(body) => body.document == *document,
        Body::Comment(body) => body.document == *document,
        _ => false,
    });
    attached.collect()
}
