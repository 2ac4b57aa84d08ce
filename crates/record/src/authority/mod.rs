//! What a record knows of a name's authority, and what follows from it (`docs/authority.md`, "Names and
//! keys", "Revocation", "Voices").
//!
//! An [`Issuer`] is a history: the valid `keys`, `acceptance` and `revocation` statements of one name, each
//! with the keys that signed it. A [`Light`] answers what follows from some histories and the revocations
//! that count. No I/O and no signature check here: histories come through a closure, and which keys signed
//! is an input.

mod above;
mod ask;
mod light;
mod signers;

use std::collections::HashMap;

use crate::atoms::{Id, Name, Origin, Time};
use crate::note::VerifierKey;
use crate::statement::{Acceptance, Keys, Revocation};
pub use above::Beginning;
pub(crate) use ask::{Asked, Unsigned};
pub(crate) use light::{Known, Light, Source, TakenAway};
pub use signers::Signers;

/// Keys that change what guards the name ([`Guard`](crate::Guard)) bind so many milliseconds after they are
/// logged: 72 hours.
pub const KEYS_DELAY: i64 = 72 * 3_600_000;
/// A claim to a name binds so many milliseconds after it is logged: 14 days.
pub const CLAIM_NOTICE: i64 = 14 * 24 * 3_600_000;
/// A revocation may suspect a key since so many milliseconds before it is logged: 14 days.
pub const MOST_SUSPECT: i64 = 14 * 24 * 3_600_000;

/// An entry with its logged time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The entry.
    pub entry: u64,
    /// When it was logged.
    pub time: Time,
}

/// The history of a name's authority in this record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The name.
    pub name: Name,
    /// Its statements, in log order.
    pub said: Vec<Said>,
}

/// A statement of a history at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where it was logged.
    pub place: Place,
    /// Its id.
    pub id: Id,
    /// Which keys signed it.
    pub signers: Signers,
    /// The record it was meant for, if another.
    pub copied_from: Option<Origin>,
    /// What it says.
    pub body: SaidBody,
}

/// What a statement of a history says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaidBody {
    /// These are the keys.
    Keys(Box<Keys>),
    /// A superior accepts, or consents.
    Acceptance(Acceptance),
    /// A key counts no more.
    Revocation(Box<Revocation>),
}

impl Said {
    /// The keys that it lists, if it does.
    #[must_use]
    pub fn keys(&self) -> Option<&Keys> {
        match &self.body {
            SaidBody::Keys(keys) => Some(keys),
            _ => None,
        }
    }

    /// Who says it.
    #[must_use]
    pub fn speaker(&self) -> &Name {
        match &self.body {
            SaidBody::Keys(keys) => &keys.speaker,
            SaidBody::Acceptance(acceptance) => &acceptance.speaker,
            SaidBody::Revocation(revocation) => &revocation.speaker,
        }
    }
}

impl Issuer {
    /// A name of which nothing has been said yet.
    pub(crate) fn new(name: Name) -> Self {
        Self { name, said: Vec::new() }
    }

    /// Its `keys` statements, in log order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = (&Said, &Keys)> {
        self.said.iter().filter_map(|said| Some((said, said.keys()?)))
    }

    /// Its acceptances, in log order.
    pub fn acceptances(&self) -> impl Iterator<Item = (&Said, &Acceptance)> {
        self.said.iter().filter_map(|said| match &said.body {
            SaidBody::Acceptance(acceptance) => Some((said, acceptance)),
            _ => None,
        })
    }

    /// The revocations of its keys, in log order.
    pub fn revocations(&self) -> impl Iterator<Item = (&Said, &Revocation)> {
        self.said.iter().filter_map(|said| match &said.body {
            SaidBody::Revocation(revocation) => Some((said, &**revocation)),
            _ => None,
        })
    }

    /// The `keys` statement at an entry.
    #[must_use]
    pub fn keys_at(&self, entry: u64) -> Option<&Keys> {
        self.keys().find(|(said, _)| said.place.entry == entry).map(|(_, keys)| keys)
    }

    /// The statement with this id.
    pub(crate) fn with_id(&self, id: &Id) -> Option<&Said> {
        self.said.iter().find(|said| said.id == *id)
    }

    /// The keys that `signers` name.
    pub(crate) fn resolve(&self, signers: &Signers) -> Vec<&VerifierKey> {
        let Some(keys) = self.keys_at(signers.keys) else { return Vec::new() };
        let listed = signers.listed.iter().filter_map(|i| keys.keys.get(usize::from(*i)));
        let recovery = signers.recovery.iter().filter_map(|i| keys.recovery.get(usize::from(*i)));
        listed.map(|listed| &listed.key).chain(recovery).collect()
    }

    /// Whether which of its keys are in force follows from this history alone.
    pub(crate) fn is_alone(&self) -> bool {
        self.revocations().next().is_none() && self.keys().all(|(_, keys)| keys.subordinate.is_none())
    }

    /// Whether it is alone and has never had more than one key at a time, nor another holder: then a word
    /// of its takes one signature, has all there are, and stays signed.
    pub(crate) fn is_plain(&self) -> bool {
        let one = |keys: &Keys| keys.keys.len() == 1;
        let claims = self
            .keys()
            .skip(1)
            .any(|(said, keys)| keys.previous.is_none() && said.copied_from.is_none());
        self.is_alone() && !claims && self.keys().all(|(_, keys)| one(keys))
    }

    /// The one key of a plain name that has said keys once, with their place, where it may sign: nearly all
    /// names are so, and need no light.
    pub(crate) fn sole_key(&self, place: Place) -> Option<(Place, &VerifierKey)> {
        let mut all = self.keys();
        let (said, keys) = all.next()?;
        let is_sole = all.next().is_none() && self.is_plain() && said.place.entry < place.entry;
        let key = keys.keys.first().filter(|key| key.until.is_none_or(|until| place.time < until))?;
        is_sole.then_some((said.place, &key.key))
    }

    /// Every key that any of its statements list, also for recovery.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &VerifierKey> {
        self.keys().flat_map(|(_, keys)| every_key(keys))
    }

    /// All names that its statements speak of: speakers from above, superiors named.
    pub(crate) fn names(&self) -> impl Iterator<Item = &Name> {
        let speakers = self.said.iter().map(Said::speaker);
        speakers.chain(self.keys().filter_map(|(_, keys)| keys.superior.as_ref()))
    }
}

/// Every key of a `keys` statement, also for recovery.
pub(crate) fn every_key(keys: &Keys) -> impl Iterator<Item = &VerifierKey> {
    keys.keys.iter().map(|listed| &listed.key).chain(&keys.recovery)
}

/// Histories by name.
type Histories = HashMap<Name, std::sync::Arc<Issuer>>;
