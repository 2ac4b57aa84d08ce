//! Which keys signed which statements: the one slow check, done before the forward pass on all cores.

use std::collections::HashMap;

use crate::atoms::Name;
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

/// The keys registered for each name, with the log keys: before some statements, or by one of them.
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
                    let known = state.issuer(speaker)?.map(|issuer| issuer.key.clone());
                    ring.keys.insert(speaker.clone(), known.into_iter().collect());
                }
                _ => {}
            }
        }
        for statement in statements {
            if let Body::Keys(keys) = &statement.body {
                let known = ring.keys.entry(keys.speaker.clone()).or_default();
                if !known.contains(&keys.key) {
                    known.push(keys.key.clone());
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
        candidates.iter().map(|key| (key.clone(), note.signed_by(key))).collect()
    }
}
