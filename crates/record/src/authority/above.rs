//! Who stands above whom at a place, and since when.
//!
//! Which voice may say what is asked by the forward pass; here it is only found by which chain a name stands
//! above another, and how old the namings in it are.

use super::{Light, Place, Said};
use crate::atoms::{Id, Name, Time};
use crate::statement::{Acceptance, Keys};

/// A chain of superiors ends after so many names.
const MOST_SUPERIORS: usize = 8;

/// When a tenure of some name began: when the keys bound that claimed it, and their entry. The default is
/// that of a first tenure, as old as anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Beginning(Option<(Time, u64)>);

impl Beginning {
    /// Whether it lies before a place.
    #[must_use]
    pub fn is_before(self, place: Place) -> bool {
        self.0.is_none_or(|(binds, entry)| binds <= place.time && entry < place.entry)
    }
}

impl Light {
    /// The superior of a name at a place.
    pub(crate) fn superior(&self, name: &Name, place: Place) -> Option<Name> {
        let bound = self.bounds.get(name).cloned().flatten();
        let inside = |above: &Name| {
            bound
                .as_ref()
                .is_some_and(|bound| above == bound || above.as_str().ends_with(&format!(".{bound}")))
        };
        let native = |above: &Name| {
            self.in_force(above, place).is_some_and(|(said, _)| said.copied_from.is_none())
        };
        let nearest = name.ancestors().take_while(inside).find(native);
        let named = || self.named_superior(name, place).filter(|named| !self.suffixes.contains(named));
        nearest.or_else(named)
    }

    /// The superior that the keys in force name, if it has accepted.
    fn named_superior(&self, name: &Name, place: Place) -> Option<Name> {
        self.naming(name, place).map(|(superior, _)| superior)
    }

    /// The same with the beginning of the tenure in which it first accepted, of those since when it has been
    /// named without a break.
    fn naming(&self, name: &Name, place: Place) -> Option<(Name, Beginning)> {
        let bound = self.bound(name, place);
        let (_, keys, _) = bound.last()?;
        let superior = keys.superior.as_ref()?;
        // Copied keys name nobody.
        let names = |said: &Said, keys: &Keys| {
            said.copied_from.is_none() && keys.superior.as_ref() == Some(superior)
        };
        let run = bound.iter().rev().take_while(|(said, keys, _)| names(said, keys)).count();
        let accepted = self.accepted_before(name, place);
        let accepted = accepted.filter(|(_, acceptance)| acceptance.speaker == *superior);
        let accepted: Vec<Id> = accepted.map(|(_, acceptance)| acceptance.keys).collect();
        let first = bound
            .iter()
            .enumerate()
            .skip(bound.len() - run)
            .find(|(_, (said, _, _))| accepted.contains(&said.id));
        let (first, _) = first?;
        let claim = bound.iter().take(first + 1).rev().find(|(_, _, status)| status.claim);
        let begun = claim.map(|(said, _, status)| (status.binds, said.place.entry));
        Some((superior.clone(), Beginning(begun)))
    }

    /// When the tenure of a name at a place began.
    fn began(&self, name: &Name, place: Place) -> Beginning {
        let bound = self.bound(name, place);
        let claim = bound.iter().rev().find(|(_, _, status)| status.claim);
        Beginning(claim.map(|(said, _, status)| (status.binds, said.place.entry)))
    }

    /// The acceptances of a name's keys that were logged before a place and are not void.
    fn accepted_before<'a>(
        &'a self,
        name: &Name,
        place: Place,
    ) -> impl Iterator<Item = (&'a Said, &'a Acceptance)> + use<'a> {
        let history = self.names.get(name).map(|history| history.acceptances());
        let before =
            move |said: &Said| said.place.entry < place.entry && !self.void.contains(&said.place.entry);
        history.into_iter().flatten().filter(move |(said, _)| before(said))
    }

    /// The superiors of a name at a place, nearest first.
    pub(crate) fn superiors(&self, name: &Name, place: Place) -> Vec<Name> {
        let mut chain: Vec<Name> = Vec::new();
        let mut at = name.clone();
        while chain.len() < MOST_SUPERIORS {
            let Some(above) = self.superior(&at, place) else { break };
            if above == *name || chain.contains(&above) {
                break;
            }
            chain.push(above.clone());
            at = above;
        }
        chain
    }

    /// Of a name that stands above another, or is the same: since when. What was logged before the latest
    /// change of hands of its own, or of a name by whose later naming it stands there, it is new to. None if
    /// no chain leads up to it: of ancestors with keys in force and accepted superiors, whatever suffix list
    /// is in force now. Of several chains the oldest counts.
    pub(crate) fn since(&self, speaker: &Name, name: &Name, place: Place) -> Option<Beginning> {
        let mut reached = vec![(name.clone(), Beginning::default())];
        let mut next = reached.clone();
        while let Some((at, since)) = next.pop() {
            for (above, begun) in self.links(&at, place) {
                let begun = begun.max(since);
                match reached.iter_mut().find(|(known, _)| *known == above) {
                    Some((_, known)) if *known <= begun => continue,
                    Some((_, known)) => *known = begun,
                    None => reached.push((above.clone(), begun)),
                }
                next.push((above, begun));
            }
        }
        let (_, since) = reached.iter().find(|(known, _)| known == speaker)?;
        Some(self.began(speaker, place).max(*since))
    }

    /// All that could stand next above a name, by whatever suffix list.
    fn links(&self, name: &Name, place: Place) -> Vec<(Name, Beginning)> {
        let has_keys = |above: &Name| {
            self.in_force(above, place).is_some_and(|(said, _)| said.copied_from.is_none())
        };
        let ancestors = name.ancestors().filter(has_keys).map(|above| (above, Beginning::default()));
        ancestors.chain(self.naming(name, place)).collect()
    }

    /// Whether an acceptance that was in order still is: the keys are not void, and name its speaker or are
    /// those of a name that it stands above.
    pub(super) fn may_accept(&self, acceptance: &Acceptance, place: Place) -> bool {
        let Acceptance { speaker, subordinate, keys } = acceptance;
        let said = self.history(subordinate).and_then(|history| history.with_id(keys));
        let Some(keys) = said.filter(|said| !self.is_void(said)).and_then(Said::keys) else {
            return false;
        };
        let since = || self.since(speaker, subordinate, place);
        keys.superior.as_ref() == Some(speaker)
            || since().is_some_and(|since| self.is_over_keys(since, subordinate, place))
    }

    /// Whether a name that stands above another is not new to it, and so may set and revoke its keys and
    /// consent to a successor: whether it stood there when the present tenure of that one began, as far as
    /// tenures go.
    pub(crate) fn is_over_keys(&self, since: Beginning, name: &Name, place: Place) -> bool {
        let (_, began) = self.tenure(name, place);
        let status = began.and_then(|entry| self.status(entry));
        status.is_none_or(|status| since.is_before(Place { time: status.binds, ..place }))
    }

    /// The rank of `speaker` over documents of `issuer` at a place.
    pub(crate) fn rank(&self, speaker: &Name, issuer: &Name, place: Place) -> Option<u8> {
        if speaker == issuer {
            return Some(0);
        }
        let above = self.superiors(issuer, place).iter().position(|name| name == speaker)?;
        u8::try_from(above + 1).ok()
    }

    /// Whose words on documents of `issuer` a voice stands above at a place: the issuer and the chain
    /// between, then former superiors that consented to one of the chain, or to one of these.
    pub(crate) fn below(&self, speaker: &Name, issuer: &Name, place: Place) -> Vec<Name> {
        let mut chain = vec![issuer.clone()];
        let above = self.superiors(issuer, place);
        let Some(rank) = above.iter().position(|name| name == speaker) else { return Vec::new() };
        if speaker == issuer {
            return Vec::new();
        }
        chain.extend(above.iter().take(rank).cloned());
        let mut former = Vec::new();
        for (at, lower) in chain.iter().enumerate() {
            let upper = chain.get(at + 1).unwrap_or(speaker);
            self.consenting(lower, upper, place, &mut former);
        }
        // Of a voice nobody below it lifts a word, whatever it once consented to.
        former.retain(|name| *name != *issuer && !above.contains(name));
        chain.extend(former);
        chain
    }

    fn consenting(&self, lower: &Name, upper: &Name, place: Place, found: &mut Vec<Name>) {
        let Some(history) = self.history(lower) else { return };
        let mut successors = vec![upper.clone()];
        let mut next = 0;
        while let Some(successor) = successors.get(next).cloned() {
            next += 1;
            for (_, acceptance) in self.accepted_before(lower, place) {
                let keys = history.with_id(&acceptance.keys).and_then(Said::keys);
                let names = keys.and_then(|keys| keys.superior.as_ref()) == Some(&successor);
                if names && !successors.contains(&acceptance.speaker) {
                    successors.push(acceptance.speaker.clone());
                    if !found.contains(&acceptance.speaker) {
                        found.push(acceptance.speaker.clone());
                    }
                }
            }
        }
    }
}
