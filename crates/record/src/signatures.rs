//! Which keys signed which statements: the one slow check, done before the forward pass on all cores.

use std::collections::HashMap;

use crate::atoms::Name;
use crate::authority::every_key;
use crate::log::LogError;
use crate::note::{Note, Signed, VerifierKey};
use crate::state::State;
use crate::statement::{Body, Statement};

/// What one note proves of the keys that could matter to it.
pub(crate) type Proven = Vec<(VerifierKey, Signed)>;

/// What `proven` says of `key`.
pub(crate) fn look_up(proven: &Proven, key: &VerifierKey) -> Signed {
    proven.iter().find(|(known, _)| known == key).map_or(Signed::No, |(_, signed)| *signed)
}

/// All keys that each name ever had, in force or not, with the log keys: before some statements, or by one
/// of them. Which of them count at a statement's place is for the forward pass to say.
pub(crate) struct Ring {
    keys: HashMap<Name, Vec<VerifierKey>>,
    log_keys: Vec<VerifierKey>,
}

impl Ring {
    /// The keys that could matter to these statements, which come next after `state`.
    pub(crate) fn of<'a>(
        state: &State,
        statements: impl Iterator<Item = &'a Statement> + Clone,
    ) -> Result<Self, LogError> {
        let mut ring = Self { keys: HashMap::new(), log_keys: Vec::new() };
        ring.log_keys.extend(state.log_key().cloned());
        for statement in statements.clone() {
            match (&statement.body, statement.speaker()) {
                (Body::Record(body), _) => ring.log_keys.extend(body.log_key.clone()),
                (_, Some(speaker)) if !ring.keys.contains_key(speaker) => {
                    let known = state.issuer(speaker)?;
                    let mut all: Vec<VerifierKey> = Vec::new();
                    for key in known.iter().flat_map(|issuer| issuer.all_keys()) {
                        if !all.contains(key) {
                            all.push(key.clone());
                        }
                    }
                    ring.keys.insert(speaker.clone(), all);
                }
                _ => {}
            }
        }
        for statement in statements {
            if let Body::Keys(keys) = &statement.body {
                let known = ring.keys.entry(keys.name().clone()).or_default();
                for key in every_key(keys) {
                    if !known.contains(key) {
                        known.push(key.clone());
                    }
                }
            }
        }
        ring.log_keys.dedup();
        Ok(ring)
    }

    /// Checks a note against every key of the ring that its speaker has, or against the log keys.
    pub(crate) fn verify(&self, note: &Note, statement: &Statement) -> Proven {
        let none = Vec::new();
        let candidates = match statement.speaker() {
            Some(speaker) => self.keys.get(speaker).unwrap_or(&none),
            None => &self.log_keys,
        };
        // A key that no signature line claims costs no check.
        let claimed = candidates.iter().map(|key| (key, note.signed_by(key)));
        claimed.filter(|(_, signed)| *signed != Signed::No).map(|(key, s)| (key.clone(), s)).collect()
    }
}
