//! What the record knows of a name's authority, as far as a desk needs it to know how many signatures an
//! act takes. What counts in the end is for the record to say.

use std::sync::Arc;

use erratum::record::{
    Act, Authority, Body, Id, Issuer, Keys, Moment, Name, Note, Record, RuleAct, Signed, Statement,
    Time, VerifierKey,
};

use crate::error::DeskError;

/// A name's keys in a record.
#[derive(Debug, Clone)]
pub struct Office {
    /// What it may do now.
    pub authority: Authority,
    /// The id of its last keys, which the next keys name as `previous`.
    pub last: Id,
    /// The last keys, which may not bind yet.
    pub last_keys: Keys,
    /// All that was said of its authority.
    pub history: Arc<Issuer>,
}

impl Office {
    /// What a record has of a name; none if it has no keys in force there.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn of(record: &Record, name: &Name) -> Result<Option<Self>, DeskError> {
        let failed = |error| record.failed(error);
        let state = record.state();
        let authority = state.authority(name, Time::now()).map_err(failed)?;
        let history = state.issuer(name).map_err(failed)?;
        let (Some(authority), Some(history)) = (authority, history) else { return Ok(None) };
        let last = authority.previous.unwrap_or(authority.in_force.id);
        let last_keys = history.keys().find(|(said, _)| said.id == last).map(|(_, keys)| keys.clone());
        let last_keys = last_keys.unwrap_or_else(|| authority.keys.clone());
        Ok(Some(Self { authority, last, last_keys, history }))
    }
}

/// What signatures a statement takes.
#[derive(Debug, Clone)]
pub struct Need {
    /// How many,
    pub count: usize,
    /// of these keys;
    pub keys: Vec<VerifierKey>,
    /// or one of these.
    pub recovery: Vec<VerifierKey>,
}

impl Need {
    /// What a statement takes by what the record holds; none if its speaker has no keys there yet.
    ///
    /// # Errors
    /// If the record cannot be read.
    pub fn of(record: &Record, statement: &Statement) -> Result<Option<Self>, DeskError> {
        if let Body::Keys(keys) = &statement.body
            && keys.previous.is_none()
        {
            return Ok(Some(Self {
                count: usize::from(keys.rule.takes(RuleAct::Keys)),
                keys: keys.keys.iter().map(|listed| listed.key.clone()).collect(),
                recovery: Vec::new(),
            }));
        }
        let Some((speaker, act)) = statement.speaker().zip(statement.rule_act()) else {
            return Ok(None);
        };
        let Some(office) = Office::of(record, speaker)? else { return Ok(None) };
        let Authority { usable: mut keys, recovery: to_recover, keys: in_force, .. } = office.authority;
        let mut recovery = Vec::new();
        let mut count = usize::from(in_force.rule.takes(act));
        match &statement.body {
            Body::Keys(body) if body.subordinate.is_none() => recovery = to_recover,
            Body::Revocation(body) if body.subordinate.is_none() => {
                // A key does not speak for itself, but against itself it may.
                keys.retain(|key| *key != body.key);
                recovery = to_recover;
                recovery.retain(|key| *key != body.key);
                if body.suspect.is_none() {
                    recovery.push(body.key.clone());
                }
            }
            // All keys that are left will do, too.
            Body::Standing(_) => count = count.max(ended(record, statement)?.min(keys.len())),
            _ => {}
        }
        Ok(Some(Self { count, keys, recovery }))
    }

    /// The keys whose signatures on a note count, and whether they are enough.
    ///
    /// # Errors
    /// If one of these keys' signatures does not verify.
    pub fn signers(&self, note: &Note) -> Result<(Vec<VerifierKey>, bool), DeskError> {
        let mut found = Vec::new();
        for key in self.keys.iter().chain(&self.recovery) {
            match note.signed_by(key) {
                Signed::Yes => found.push(key.clone()),
                Signed::No => {}
                Signed::Forged => {
                    return Err(DeskError::unfit(format!(
                        "the signature of {} does not verify",
                        key.name()
                    )));
                }
            }
        }
        let own = found.iter().filter(|key| self.keys.contains(key)).count();
        let recovered = found.iter().any(|key| self.recovery.contains(key));
        Ok((found, own >= self.count || recovered))
    }
}

/// The signatures that the words took which this one is meant to end: with fewer it would stand beside them.
fn ended(record: &Record, statement: &Statement) -> Result<usize, DeskError> {
    let Body::Standing(body) = &statement.body else { return Ok(0) };
    let Some(document) = record.document(&body.document)? else { return Ok(0) };
    let now = Moment::now(Time::now(), record.last_logged());
    let seen = record.state().seen(&document, now).map_err(|error| record.failed(error))?;
    let took = |word: &&erratum::record::Word| usize::from(word.weight.took);
    let words = seen.in_force().into_iter();
    Ok(match body.act {
        Act::Lift(id) => words.filter(|word| word.id == id).map(|word| took(&word)).max(),
        Act::Issued => words.filter(|word| word.voice == body.speaker).map(|word| took(&word)).max(),
        _ => None,
    }
    .unwrap_or(0))
}
