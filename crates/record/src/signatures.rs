//! Which keys signed which entries: the one slow check, done before the forward pass on all cores.

use std::collections::HashMap;
use std::thread;

use crate::atoms::Name;
use crate::entry::Entry;
use crate::note::{Signed, VerifierKey};
use crate::statement::Body;

/// What one entry's note proves of the keys that could matter to it.
pub(crate) type Proven = Vec<(VerifierKey, Signed)>;

/// What `proven` says of `key`.
pub(crate) fn look_up(proven: &Proven, key: &VerifierKey) -> Signed {
    proven.iter().find(|(known, _)| known == key).map_or(Signed::No, |(_, signed)| *signed)
}

/// Checks every entry against every key that any entry registers for its speaker, and `record`
/// statements against every log key. What is not an entry proves nothing.
pub(crate) fn verify_all<E: Sync>(entries: &[Result<Entry, E>]) -> Vec<Proven> {
    let ring = Ring::of(entries.iter().filter_map(|entry| entry.as_ref().ok()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let share = entries.len().div_ceil(cores).max(64);
    let ring = &ring;
    let verify = |entry: &Result<Entry, E>| entry.as_ref().map_or(Vec::new(), |e| ring.verify(e));
    let verify = &verify;
    if entries.len() <= share {
        return entries.iter().map(verify).collect();
    }
    thread::scope(|scope| {
        let work: Vec<_> = entries
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(verify).collect::<Vec<_>>()))
            .collect();
        // A panic in a check is a bug of ours and must not pass for "not signed".
        work.into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|p| std::panic::resume_unwind(p)))
            .collect()
    })
}

/// The keys registered for each name, with the log keys.
struct Ring<'a> {
    keys: HashMap<&'a Name, Vec<&'a VerifierKey>>,
    log_keys: Vec<&'a VerifierKey>,
}

impl<'a> Ring<'a> {
    fn of(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut ring = Self { keys: HashMap::new(), log_keys: Vec::new() };
        for entry in entries {
            match &entry.statement.body {
                Body::Keys(keys) => ring.keys.entry(&keys.speaker).or_default().push(&keys.key),
                Body::Record(body) => ring.log_keys.extend(&body.log_key),
                _ => {}
            }
        }
        ring
    }

    fn verify(&self, entry: &Entry) -> Proven {
        let none = Vec::new();
        let candidates = match entry.statement.speaker() {
            Some(speaker) => self.keys.get(speaker).unwrap_or(&none),
            None => &self.log_keys,
        };
        candidates.iter().map(|key| ((*key).clone(), entry.note.signed_by(key))).collect()
    }
}
