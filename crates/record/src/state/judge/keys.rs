//! Who may set keys, accept and revoke.

use super::{Kind, Placed, State, Stop, Verdict, refuse};
use crate::atoms::{Name, Time};
use crate::authority::{Known, Light, MOST_SUSPECT, Place, Said, Signers, every_key};
use crate::statement::{Acceptance, Keys, Revocation};

impl State {
    pub(super) fn judge_keys(&self, keys: &Keys, placed: &Placed, native: bool) -> Verdict {
        let (name, place) = (keys.name(), placed.place());
        if let Some(superior) = &keys.superior {
            self.check_superior(name, superior)?;
        }
        let light = self.light(&[name], Known::ALL, true)?;
        check_unrevoked(keys, &light)?;
        if !native {
            return check_copied_keys(keys, &light, place);
        }
        match (&keys.previous, light.last_keys(name, place)) {
            (None, _) if keys.subordinate.is_some() => refuse(
                Kind::Unfit,
                format!("the first keys of {name} are its own to set, and so is a claim to it"),
            ),
            // First keys, or a claim.
            (None, _) => Ok(()),
            (Some(_), None) => refuse(
                Kind::Unknown,
                format!("{name} has no keys in this record that these could follow"),
            ),
            (Some(previous), Some(last)) if *previous != last.id => refuse(
                Kind::Stale,
                format!(
                    "stale: they follow {}, but the last keys of {name} are {} at entry {}",
                    previous.short(),
                    last.id.short(),
                    last.place.entry
                ),
            ),
            (Some(_), Some(_)) => Ok(()),
        }
    }

    fn check_superior(&self, name: &Name, superior: &Name) -> Verdict {
        if superior == name {
            return refuse(Kind::Circle, format!("{name} cannot be its own superior"));
        }
        let list = self.suffixes.as_ref();
        if list.is_some_and(|list| list.is_suffix(superior)) {
            return refuse(
                Kind::Unfit,
                format!("{superior} is a public suffix and cannot be a superior"),
            );
        }
        let proofs = self.proofs(name)?;
        let published = proofs.last().and_then(|(_, proof)| proof.superior.as_ref());
        match published {
            Some(other) if other != superior => refuse(
                Kind::Unfit,
                format!(
                    "these keys name {superior} as superior, and what {name} publishes names {other}"
                ),
            ),
            _ => Ok(()),
        }
    }

    /// First keys and claims: the record must let them in. What was admitted before the present tenure
    /// began lets nobody claim the name.
    pub(super) fn check_admitted(&self, keys: &Keys, placed: &Placed, signers: &Signers) -> Verdict {
        let (name, place) = (keys.name(), placed.place());
        let light = self.light(&[name], Known::ALL, false)?;
        let claims = light.has_keys(name, place) && self.copied_from(&placed.statement.record).is_none();
        let since = light.tenure(name, place).1.filter(|_| claims);
        let fresh = |entry: u64| since.is_none_or(|since| entry > since);
        let signing = signers.listed.iter().filter_map(|index| keys.keys.get(usize::from(*index)));
        let admitted = self.admissions(name)?;
        for listed in signing {
            if admitted.iter().any(|(key, entry)| *key == listed.key && fresh(*entry)) {
                return Ok(());
            }
        }
        let proven = |proofs: Vec<(Place, _)>| {
            proofs.iter().any(|(at, proof): &(Place, crate::statement::NameProof)| {
                proof.keys == placed.id && fresh(at.entry)
            })
        };
        if self.open.is_some() && proven(self.proofs(name)?) {
            return Ok(());
        }
        let what = if claims { "has keys, and a claim to it" } else { "" };
        let why = if claims {
            format!("{name} {what} must be admitted anew; ")
        } else {
            format!("{name} is not admitted with this key; ")
        };
        refuse(
            Kind::NotAdmitted,
            format!("{why}the operator runs: erratum record admit {name} {}", keys.first()),
        )
    }

    pub(super) fn judge_acceptance(&self, body: &Acceptance, placed: &Placed, native: bool) -> Verdict {
        let Acceptance { speaker, subordinate, keys } = body;
        if !native {
            return refuse(Kind::Unfit, "an acceptance counts only in the record it was made for");
        }
        let place = placed.place();
        let light = self.light(&[subordinate, speaker], Known::ALL, true)?;
        let pending = light.pending(subordinate, place);
        let in_force = light.in_force(subordinate, place).map(|(said, _)| said);
        let mut current = pending.iter().map(|(said, _)| *said).chain(in_force);
        let named = current.find(|said: &&Said| said.id == *keys && said.copied_from.is_none());
        let superior = match named.and_then(Said::keys) {
            Some(keys) => keys.superior.as_ref(),
            None => {
                return refuse(
                    Kind::Unknown,
                    format!("these are not the keys of {subordinate} in this record"),
                );
            }
        };
        let consents =
            superior.is_some() && light.superior(subordinate, place).as_ref() == Some(speaker);
        if superior != Some(speaker) && !consents {
            return refuse(
                Kind::NoVoice,
                format!("{subordinate} does not name {speaker} as its superior"),
            );
        }
        let since = light.since(speaker, subordinate, place);
        let is_new = since.is_none_or(|since| !light.is_over_keys(since, subordinate, place));
        if superior != Some(speaker) && is_new {
            return refuse(
                Kind::NoVoice,
                format!(
                    "{speaker} stands above {subordinate} only since a name changed hands, and consents to no \
                     successor"
                ),
            );
        }
        if superior == Some(speaker) && light.superiors(speaker, place).contains(subordinate) {
            return refuse(Kind::Circle, format!("{subordinate} already stands above {speaker}"));
        }
        Ok(())
    }

    pub(super) fn judge_revocation(&self, body: &Revocation, placed: &Placed, native: bool) -> Verdict {
        if !native {
            return refuse(Kind::Unfit, "a revocation counts only in the record it was made for");
        }
        let name = body.name();
        let issuer = self.issuer(name)?;
        if !issuer.is_some_and(|issuer| issuer.all_keys().any(|key| key.same_key(&body.key))) {
            let why = format!("{} is no key that {name} has listed", body.key.name());
            return refuse(Kind::Unknown, why);
        }
        let Some(suspect) = body.suspect else { return Ok(()) };
        if suspect > placed.logged {
            return refuse(Kind::Unfit, "the time since when the key is suspect is yet to come");
        }
        let earliest = Time::from_millis(placed.logged.millis() - MOST_SUSPECT);
        if suspect < earliest {
            return refuse(
                Kind::Unfit,
                format!(
                    "a key can be suspect for 14 days at most, here since {earliest}; what was said before \
                     is taken back word by word"
                ),
            );
        }
        Ok(())
    }
}

/// What was revoked once is never listed again.
fn check_unrevoked(keys: &Keys, light: &Light) -> Verdict {
    let name = keys.name();
    for key in every_key(keys) {
        let revoked = light.counting().iter().find(|one| one.name == *name && one.key.same_key(key));
        if let Some(revoked) = revoked {
            return refuse(
                Kind::Unfit,
                format!(
                    "{} was revoked at entry {} and cannot come back",
                    key.name(),
                    revoked.place.entry
                ),
            );
        }
    }
    Ok(())
}

/// Keys made for another record are a name's first ones here, or none.
fn check_copied_keys(keys: &Keys, light: &Light, place: Place) -> Result<(), Stop> {
    let name = keys.name();
    if keys.previous.is_some() || keys.subordinate.is_some() {
        return refuse(Kind::Unfit, "of keys made for another record only the first count here");
    }
    match light.in_force(name, place) {
        None => Ok(()),
        Some((said, _)) => {
            refuse(Kind::Taken, format!("{name} already has keys at entry {}", said.place.entry))
        }
    }
}
