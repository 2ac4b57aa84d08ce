//! Whether a statement is signed: the one question, asked when it is logged and again after a revocation.

use super::{Light, Place, Said, SaidBody, Signers, every_key};
use crate::atoms::Name;
use crate::note::VerifierKey;
use crate::statement::{Keys, ListedKey, Revocation, RuleAct};

/// What is to be signed.
pub(crate) enum Asked<'a> {
    /// An act that takes so many signatures by the rule of its speaker.
    Act(RuleAct),
    /// Keys, logged at an entry.
    Keys(&'a Keys),
    /// A revocation.
    Revocation(&'a Revocation),
}

impl<'a> Asked<'a> {
    /// What a statement of a history is.
    pub(crate) fn of(said: &'a Said) -> Self {
        match &said.body {
            SaidBody::Keys(keys) => Self::Keys(keys),
            SaidBody::Acceptance(_) => Self::Act(RuleAct::Acceptance),
            SaidBody::Revocation(revocation) => Self::Revocation(revocation),
        }
    }
}

/// Why something is not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unsigned {
    /// The speaker has no keys in force there.
    NoKeys,
    /// The speaker does not stand above the name.
    NotAbove,
    /// The speaker stands above the name only since a change of hands that came after the name's present
    /// tenure began.
    New,
    /// Fewer usable keys signed than it takes.
    Few {
        /// How many it takes.
        takes: u8,
        /// The keys that could have signed.
        usable: Vec<VerifierKey>,
        /// Those that did.
        signed: Vec<VerifierKey>,
    },
}

/// Whether a key signed.
type SignedBy<'a> = dyn Fn(&VerifierKey) -> bool + 'a;

impl Light {
    /// Whether a statement of a history is still signed.
    pub(crate) fn is_signed(&self, said: &Said) -> bool {
        self.ask_again(said.speaker(), said.place, &said.signers, &Asked::of(said)).is_ok()
    }

    /// Whether the signatures that counted when something was logged suffice in this light; which do.
    pub(crate) fn ask_again(
        &self,
        speaker: &Name,
        place: Place,
        signers: &Signers,
        asked: &Asked<'_>,
    ) -> Result<Signers, Unsigned> {
        let history = self.history(speaker).ok_or(Unsigned::NoKeys)?;
        let keys = match asked {
            // They name themselves, and their indices may not be in the history yet.
            Asked::Keys(keys) if keys.previous.is_none() => signers
                .listed
                .iter()
                .filter_map(|i| keys.keys.get(usize::from(*i)))
                .map(|k| &k.key)
                .collect(),
            _ => history.resolve(signers),
        };
        self.ask(speaker, place, asked, &|key| keys.contains(&key))
    }

    /// Whether the keys that signed suffice, and which usable ones did.
    pub(crate) fn ask(
        &self,
        speaker: &Name,
        place: Place,
        asked: &Asked<'_>,
        signed: &SignedBy<'_>,
    ) -> Result<Signers, Unsigned> {
        let usable = |key: &VerifierKey, name: &Name| self.taken(name, key, place).is_none();
        if let Asked::Keys(keys) = asked
            && keys.previous.is_none()
        {
            let usable: Vec<_> =
                listed_until(keys, place).filter(|(_, key)| usable(key, speaker)).collect();
            let signers = Signers { keys: place.entry, ..Signers::default() };
            return enough(signers, keys.rule.takes(RuleAct::Keys), &usable, signed, None);
        }
        let (said, own) = self.in_force(speaker, place).ok_or(Unsigned::NoKeys)?;
        let listed: Vec<_> = listed_until(own, place).filter(|(_, key)| usable(key, speaker)).collect();
        let recovery = |except: Option<&VerifierKey>| -> Vec<u8> {
            let keys = own.recovery.iter().zip(0..);
            let may = |key: &VerifierKey| {
                usable(key, speaker) && signed(key) && except.is_none_or(|except| !except.same_key(key))
            };
            keys.filter(|(key, _)| may(key)).map(|(_, index)| index).collect()
        };
        let signers = Signers { keys: said.place.entry, ..Signers::default() };
        let takes = |act| own.rule.takes(act);
        match asked {
            Asked::Act(act) => enough(signers, takes(*act), &listed, signed, None),
            Asked::Keys(Keys { subordinate: Some(name), .. })
            | Asked::Revocation(Revocation { subordinate: Some(name), .. }) => {
                let since = self.since(speaker, name, place).ok_or(Unsigned::NotAbove)?;
                if !self.is_over_keys(since, name, place) {
                    return Err(Unsigned::New);
                }
                enough(signers, takes(RuleAct::Keys), &listed, signed, None)
            }
            Asked::Keys(_) => {
                let signers = Signers { recovery: recovery(None), ..signers };
                enough(signers, takes(RuleAct::Keys), &listed, signed, None)
            }
            Asked::Revocation(revocation) => {
                let key = &revocation.key;
                let by_itself = revocation.suspect.is_none()
                    && signed(key)
                    && usable(key, speaker)
                    && (listed.iter().any(|(_, one)| one.same_key(key))
                        || own.recovery.iter().any(|one| one.same_key(key)));
                if by_itself {
                    let recovery = recovery(None);
                    return Ok(Signers { recovery, listed: which(&listed, signed), ..signers });
                }
                let signers = Signers { recovery: recovery(Some(key)), ..signers };
                enough(signers, takes(RuleAct::Keys), &listed, signed, Some(key))
            }
        }
    }

    /// Every key whose signature on such a statement would count: one that is claimed and does not verify
    /// spoils the note.
    pub(crate) fn candidates(
        &self,
        speaker: &Name,
        place: Place,
        asked: &Asked<'_>,
    ) -> Vec<VerifierKey> {
        let usable = |key: &&VerifierKey| self.taken(speaker, key, place).is_none();
        if let Asked::Keys(keys) = asked
            && keys.previous.is_none()
        {
            return listed_until(keys, place).map(|(_, key)| key).filter(usable).cloned().collect();
        }
        let Some((_, own)) = self.in_force(speaker, place) else { return Vec::new() };
        match asked {
            Asked::Act(_)
            | Asked::Keys(Keys { subordinate: Some(_), .. })
            | Asked::Revocation(Revocation { subordinate: Some(_), .. }) => {
                listed_until(own, place).map(|(_, key)| key).filter(usable).cloned().collect()
            }
            _ => {
                let expired = |key: &VerifierKey| {
                    own.keys
                        .iter()
                        .any(|one| one.key == *key && one.until.is_some_and(|t| t <= place.time))
                };
                every_key(own).filter(usable).filter(|key| !expired(key)).cloned().collect()
            }
        }
    }
}

/// The keys that have not expired at a place, each with its index.
fn listed_until(keys: &Keys, place: Place) -> impl Iterator<Item = (u8, &VerifierKey)> {
    let here = move |one: &ListedKey| one.until.is_none_or(|until| place.time < until);
    (0..).zip(&keys.keys).filter(move |(_, one)| here(one)).map(|(index, one)| (index, &one.key))
}

fn which(usable: &[(u8, &VerifierKey)], signed: &SignedBy<'_>) -> Vec<u8> {
    usable.iter().filter(|(_, key)| signed(key)).map(|(index, _)| *index).collect()
}

/// Whether enough of the usable keys signed, not counting `except`, or a recovery key among the signers.
fn enough(
    signers: Signers,
    takes: u8,
    usable: &[(u8, &VerifierKey)],
    signed: &SignedBy<'_>,
    except: Option<&VerifierKey>,
) -> Result<Signers, Unsigned> {
    let counts = |key: &VerifierKey| except.is_none_or(|except| !except.same_key(key));
    let signing = usable.iter().filter(|(_, key)| signed(key) && counts(key));
    if signing.clone().count() >= usize::from(takes) || !signers.recovery.is_empty() {
        return Ok(Signers { listed: which(usable, signed), ..signers });
    }
    let could = usable.iter().filter(|(_, key)| counts(key));
    Err(Unsigned::Few {
        takes,
        usable: could.map(|(_, key)| (*key).clone()).collect(),
        signed: signing.map(|(_, key)| (*key).clone()).collect(),
    })
}
