//! Changing who may speak: the next keys of a name, and revocations.

use std::path::Path;

use erratum::record::{
    Body, Guard, Id, Keys, Lang, ListedKey, MOST_SUSPECT, Name, Origin, Record, Revocation, Rule,
    RuleAct, Submission, Time, VerifierKey,
};

use crate::desk::Desk;
use crate::error::DeskError;
use crate::keys::{check_label, create_key};
use crate::office::Office;

/// What is changed in the keys of a name.
#[derive(Debug, Clone, Default)]
pub struct KeyChange {
    /// Keys that come in.
    pub add: Vec<VerifierKey>,
    /// Labels of keys that go, among the recovery keys too.
    pub remove: Vec<String>,
    /// Numbers of signatures; none for the act stands for all acts without a number of their own.
    pub rule: Vec<(Option<RuleAct>, u8)>,
    /// Recovery keys that come in.
    pub recovery: Vec<VerifierKey>,
    /// Labels of keys that expire, each with when.
    pub expires: Vec<(String, Time)>,
    /// Another superior; an inner none for none.
    pub superior: Option<Option<Name>>,
    /// Another home record.
    pub home: Option<Origin>,
}

impl KeyChange {
    /// The keys after the change.
    fn apply(&self, mut keys: Keys) -> Result<Keys, DeskError> {
        for label in &self.remove {
            let known = keys.keys.len() + keys.recovery.len();
            keys.keys.retain(|listed| label_of(&listed.key) != label);
            keys.recovery.retain(|key| label_of(key) != label);
            if keys.keys.len() + keys.recovery.len() == known {
                return Err(no_label(keys.name(), label));
            }
        }
        keys.keys.extend(self.add.iter().map(|key| ListedKey { key: key.clone(), until: None }));
        keys.recovery.extend(self.recovery.iter().cloned());
        for (label, until) in &self.expires {
            let listed = keys.keys.iter_mut().find(|listed| label_of(&listed.key) == label);
            match listed {
                Some(listed) => listed.until = Some(*until),
                None => return Err(no_label(keys.name(), label)),
            }
        }
        keys.rule = self.changed_rule(&keys.rule, keys.keys.len())?;
        if let Some(superior) = &self.superior {
            keys.superior.clone_from(superior);
        }
        if let Some(home) = &self.home {
            keys.home = Some(home.clone());
        }
        Ok(keys)
    }

    fn changed_rule(&self, rule: &Rule, keys: usize) -> Result<Rule, DeskError> {
        let mut all = rule.all();
        let mut own = rule.own().to_vec();
        for (act, number) in &self.rule {
            match act {
                None => all = *number,
                Some(act) => {
                    own.retain(|(known, _)| known != act);
                    own.push((*act, *number));
                }
            }
        }
        own.retain(|(_, number)| *number != all);
        own.sort_unstable();
        Rule::new(all, own, keys).map_err(DeskError::unfit)
    }
}

/// The label in a key's name.
#[must_use]
pub fn label_of(key: &VerifierKey) -> &str {
    key.name().split_once('/').map_or("", |(_, label)| label)
}

fn no_label(name: &Name, label: &str) -> DeskError {
    DeskError::unfit(format!("{name} has no key {label}"))
}

/// Why keys bind only later than they are logged.
#[must_use]
pub fn delays(before: &Keys, after: &Keys) -> Vec<&'static str> {
    let why = |guard| match guard {
        Guard::Recovery => "the recovery keys change",
        Guard::KeysRule => "the number of signatures for keys changes",
        Guard::Superior => "the superior changes",
    };
    before.guards_changed(after).into_iter().map(why).collect()
}

/// The next keys of a name, signed as far as this desk can.
#[derive(Debug, Clone)]
pub struct Rotated {
    /// The statement.
    pub submission: Submission,
    /// What it says.
    pub keys: Keys,
    /// Why it binds 72 hours later than it is logged; at once if there is nothing.
    pub delayed: Vec<&'static str>,
    /// The entries of keys that do not bind yet, and that these cancel as far as they may.
    pub cancels: Vec<u64>,
}

impl Desk {
    /// The office's first keys: its own one, naming a superior or none.
    ///
    /// # Errors
    /// If the statement cannot be made.
    pub fn keys(&mut self, record: &Record, superior: Option<Name>) -> Result<Submission, DeskError> {
        self.first_keys(record, &KeyChange { superior: Some(superior), ..KeyChange::default() })
    }

    /// The office's first keys, or a claim to its name where it has keys: this desk's first key, with what
    /// the change brings.
    ///
    /// # Errors
    /// If the change makes no sense.
    pub fn first_keys(&mut self, record: &Record, change: &KeyChange) -> Result<Submission, DeskError> {
        let keys = change.apply(Keys::single(self.name().clone(), self.key(), None))?;
        let draft = self.composer(record)?.finish(Body::Keys(keys))?;
        self.sign_one(record, draft)
    }

    /// The next keys of the office, or of a name below it: those in force, changed; signed by the recovery key in the file, if one
    /// is given.
    ///
    /// # Errors
    /// If the name has no keys, or the change makes no sense.
    pub fn rotate(
        &mut self,
        record: &Record,
        subordinate: Option<&Name>,
        change: &KeyChange,
        recovery: Option<&Path>,
    ) -> Result<Rotated, DeskError> {
        let name = subordinate.unwrap_or(self.name()).clone();
        let office = known(record, &name)?;
        // Not with keys that are pending: those may be a thief's, and these cancel them.
        let mut keys = change.apply(office.authority.keys.clone())?;
        let cancels = office.authority.pending.iter().map(|pending| pending.said.place.entry).collect();
        keys.speaker = self.name().clone();
        keys.subordinate = subordinate.cloned();
        keys.previous = Some(office.last);
        let delayed = delays(&office.authority.keys, &keys);
        let draft = self.composer(record)?.finish(Body::Keys(keys.clone()))?;
        let submission = match recovery {
            Some(file) => self.sign_with_recovery(draft, file)?,
            None => self.sign_one(record, draft)?,
        };
        Ok(Rotated { submission, keys, delayed, cancels })
    }

    /// Takes a key away, named by its label or in full.
    ///
    /// # Errors
    /// If the name has no such key.
    pub fn revoke(
        &mut self,
        record: &Record,
        revoke: &Revoke,
        recovery: Option<&Path>,
    ) -> Result<(Submission, VerifierKey), DeskError> {
        let name = revoke.subordinate.as_ref().unwrap_or(self.name()).clone();
        let office = known(record, &name)?;
        let earliest = Time::from_millis(Time::now().millis() - MOST_SUSPECT);
        if revoke.since.is_some_and(|since| since < earliest) {
            return Err(DeskError::unfit(format!(
                "--since reaches back 14 days at most, not before {}",
                earliest.for_people()
            )));
        }
        let key = match revoke.key.parse::<VerifierKey>() {
            Ok(key) => key,
            Err(_) => {
                let listed = office.last_keys.keys.iter().map(|listed| &listed.key);
                let in_force = &office.authority.keys;
                let listed = listed.chain(in_force.keys.iter().map(|listed| &listed.key));
                let mut all = listed.chain(&office.last_keys.recovery).chain(&in_force.recovery);
                let found = all.find(|key| label_of(key) == revoke.key);
                found.cloned().ok_or_else(|| no_label(&name, &revoke.key))?
            }
        };
        let (speaker, subordinate) = (self.name().clone(), revoke.subordinate.clone());
        let mut composer = self.composer(record)?;
        let reason = composer.seal(&revoke.reason)?;
        let (suspect, lang) = (revoke.since, revoke.lang.clone());
        let body = Revocation { speaker, subordinate, key: key.clone(), suspect, lang, reason };
        let draft = composer.finish(Body::Revocation(body))?;
        let submission = match recovery {
            Some(file) => self.sign_with_recovery(draft, file)?,
            None => self.sign_one(record, draft)?,
        };
        Ok((submission, key))
    }

    /// Makes a recovery key in a file outside the desk: it signs nothing but keys and revocations.
    ///
    /// # Errors
    /// If there is a file, or it cannot be written.
    pub fn create_recovery(
        &mut self,
        file: &Path,
        label: &str,
        encrypted: bool,
    ) -> Result<VerifierKey, DeskError> {
        check_label(label)?;
        let name = format!("{}/{label}", self.name());
        create_key(file, &name, encrypted, self.signing().1)
    }
}

/// A key to take away.
#[derive(Debug, Clone)]
pub struct Revoke {
    /// The name below whose key it is; none for the office's own.
    pub subordinate: Option<Name>,
    /// Its label, or the whole key.
    pub key: String,
    /// Since when its signatures are suspect.
    pub since: Option<Time>,
    /// Why.
    pub reason: String,
    /// The language of the reason.
    pub lang: Lang,
}

fn known(record: &Record, name: &Name) -> Result<Office, DeskError> {
    let office = Office::of(record, name)?;
    office.ok_or_else(|| DeskError::unfit(format!("{name} has no keys in {}", record.origin())))
}

/// Whether the keys of a name have changed since these were made.
pub(crate) fn last_of(record: &Record, name: &Name) -> Result<Option<Id>, DeskError> {
    Ok(Office::of(record, name)?.map(|office| office.last))
}
