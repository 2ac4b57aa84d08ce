//! Who stands above whom, and who is new.

use erratum_record::{Body, Id, Name};

use super::authority::By;
use super::{Fate, Light, Place};

impl Light<'_> {
    /// The superior of a name.
    pub(crate) fn superior(&self, name: &Name, place: Place) -> Option<Name> {
        let registrable = self.pass.registrable(name, place.entry);
        for ancestor in name.ancestors() {
            let Some(registrable) = &registrable else { break };
            let within =
                &ancestor == registrable || ancestor.ancestors().any(|above| above == *registrable);
            let native = self
                .in_force_entry(&ancestor, place)
                .is_some_and(|entry| self.pass.copied(entry).is_none());
            if within && native {
                return Some(ancestor);
            }
        }
        let entry = self.in_force_entry(name, place)?;
        let named = self.keys(entry).superior.clone().filter(|_| self.pass.copied(entry).is_none())?;
        (!self.pass.is_suffix(&named, place.entry) && self.has_accepted(&named, name, place, None))
            .then_some(named)
    }

    /// Whether `superior` accepted to stand above `name`, by the name's keys in force or by earlier ones
    /// since when they have named the same superior without a break.
    /// With `by` only keys of the tenure that the name has at that place, or of an earlier one, are asked.
    pub(super) fn has_accepted(
        &self,
        superior: &Name,
        name: &Name,
        place: Place,
        by: Option<Place>,
    ) -> bool {
        let keys = self.succession(name, place);
        let tenures = |entry: usize| {
            let before = keys.iter().take_while(|keys| **keys != entry).chain([&entry]);
            before.filter(|keys| self.status(**keys).0 == By::Claim).count()
        };
        let old_enough = |entry: &usize| by.is_none_or(|by| tenures(*entry) <= self.tenure(name, by));
        let unbroken = keys.iter().copied().rev();
        let unbroken: Vec<_> = unbroken
            .take_while(|entry| self.keys(*entry).superior.as_ref() == Some(superior))
            .filter(old_enough)
            .map(|entry| self.pass.id(entry))
            .collect();
        (0..place.entry).filter(|entry| self.fates[*entry] == Fate::Counts).any(|entry| {
            matches!(self.pass.body(entry), Body::Acceptance(acceptance)
                if acceptance.speaker == *superior
                    && acceptance.subordinate == *name
                    && unbroken.contains(&acceptance.keys))
        })
    }

    /// All names above one, the nearest first: at most 8, and none twice.
    pub(crate) fn superiors(&self, name: &Name, place: Place) -> Vec<Name> {
        let mut chain = vec![name.clone()];
        while chain.len() <= 8 {
            match self.superior(&chain[chain.len() - 1], place) {
                Some(above) if !chain.contains(&above) => chain.push(above),
                _ => break,
            }
        }
        chain.remove(0);
        chain
    }

    /// Whether the speaker of an entry stands above a name there. Asked again it is enough that a chain leads
    /// up to it, whatever suffix list has come into force.
    pub(super) fn is_above(&self, entry: usize, speaker: &Name, name: &Name) -> bool {
        let place = self.place(entry);
        match self.pass.judged[entry].signers {
            None => self.superiors(name, place).contains(speaker),
            Some(_) => self.leads_up_to(name, speaker, place, None),
        }
    }

    /// Whether the speaker of an entry may set and revoke the keys of a name below.
    pub(super) fn is_over_keys(&self, entry: usize, speaker: &Name, name: &Name) -> bool {
        self.is_above(entry, speaker, name) && !self.is_new_to_name(speaker, name, self.place(entry))
    }

    /// Whether one above is new to a name: whether it would be to what was logged when the present tenure of
    /// that name began.
    pub(crate) fn is_new_to_name(&self, speaker: &Name, name: &Name, place: Place) -> bool {
        let began = self.tenure_began(name, place).map(|began| self.status(began).1);
        began.is_some_and(|time| self.is_new_since(speaker, name, place, Place { time, ..place }))
    }

    /// Whether some ancestor with native keys in force, or a superior named and accepted, leads from one name
    /// up to another, link by link. Unlike `superiors` this does not hang on a suffix list. With `by` only
    /// namings count that are as old as what was logged there.
    pub(crate) fn leads_up_to(
        &self,
        name: &Name,
        above: &Name,
        place: Place,
        by: Option<Place>,
    ) -> bool {
        let mut reached = vec![name.clone()];
        let mut next = 0;
        while let Some(name) = reached.get(next).cloned() {
            let native = |entry: &usize| self.pass.copied(*entry).is_none();
            let ancestors = name.ancestors();
            let ancestors = ancestors
                .filter(|above| self.in_force_entry(above, place).is_some_and(|it| native(&it)));
            let in_force = self.in_force_entry(&name, place).filter(native);
            let named = in_force.and_then(|entry| self.keys(entry).superior.clone());
            let named = named.filter(|named| self.has_accepted(named, &name, place, by));
            for above in ancestors.chain(named) {
                if !reached.contains(&above) {
                    reached.push(above);
                }
            }
            next += 1;
        }
        reached.contains(above)
    }

    /// The voices on a document of this issuer, by rank.
    pub(crate) fn voices(&self, issuer: &Name, place: Place) -> Vec<Name> {
        [vec![issuer.clone()], self.superiors(issuer, place)].concat()
    }

    /// Former superiors of a name that consented to the present one: it, or one that consented to it.
    pub(crate) fn consenting(&self, name: &Name, superior: &Name, place: Place) -> Vec<Name> {
        let mut consents = Vec::new();
        for entry in (0..place.entry).filter(|entry| self.fates[*entry] == Fate::Counts) {
            let Body::Acceptance(acceptance) = self.pass.body(entry) else { continue };
            let keys = self.keys_with_id(&acceptance.keys, self.place(entry));
            let to = keys.and_then(|keys| keys.superior.clone()).filter(|to| *to != acceptance.speaker);
            if let (Some(to), true) = (to, acceptance.subordinate == *name) {
                consents.push((acceptance.speaker.clone(), to));
            }
        }
        let mut reached = vec![superior.clone()];
        while let Some((from, _)) =
            consents.iter().find(|(from, to)| reached.contains(to) && !reached.contains(from))
        {
            reached.push(from.clone());
        }
        reached.remove(0);
        reached
    }

    /// The names that the voice of this rank stands above, given all voices: those of lower rank, and the
    /// former superiors that consented to one of the chain and are no voices.
    pub(crate) fn below(&self, voices: &[Name], rank: usize, place: Place) -> Vec<Name> {
        let links = voices[..=rank].windows(2);
        let former = links.flat_map(|link| self.consenting(&link[0], &link[1], place));
        let former = former.filter(|name| !voices.contains(name));
        voices[..rank].iter().cloned().chain(former).collect()
    }

    // ---- who is new

    /// Whether a voice is new to a document: whether its name has changed hands since that was logged, or no
    /// chain of namings as old as the document leads up to it.
    pub(crate) fn is_new(&self, speaker: &Name, document: &Id, place: Place) -> bool {
        let documents = self.pass.documents(document, place.entry);
        let Some(registered) = documents.first() else { return false };
        let issuer = self.pass.issuer(document, place.entry);
        issuer.is_some_and(|issuer| self.is_new_since(speaker, &issuer, place, self.place(*registered)))
    }

    /// The same of what was logged at any place under the name `issuer`.
    pub(super) fn is_new_since(
        &self,
        speaker: &Name,
        issuer: &Name,
        place: Place,
        logged: Place,
    ) -> bool {
        self.tenure(speaker, logged) < self.tenure(speaker, place)
            || !self.leads_up_to(issuer, speaker, place, Some(logged))
    }
}
