//! Whose keys are in force, and who stands above whom, in the light of the revocations that count.

use erratum_record::{
    Acceptance, Act, Body, Class, FirstWord, Id, Keys, Name, RecordBody, RuleAct, StandingBody, Time,
    VerifierKey,
};

use super::{DELAY, NOTICE, Pass, Voice, act_of, document_of};

/// An entry with its logged time: what is asked there knows the entries before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// How many entries stand before it.
    pub(crate) entry: usize,
    /// Its time.
    pub(crate) time: Time,
}

/// Who signed keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Themselves, the first of their name.
    First,
    /// Themselves, as a claim to a name that has keys.
    Claim,
    /// The name, by its keys in force.
    Name,
    /// A recovery key, or a name above.
    Recovery,
}

/// What has become of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Void when it was logged.
    Refused,
    /// It counts.
    Counts,
    /// Keys that count: who signed them, and when they bind.
    Keys(By, Time),
    /// Void since a key was revoked.
    Void,
    /// A warning signed with a key since reported stolen: it stays, and ends nothing.
    Labelled,
    /// A word of a superior that is none any more, shown like a note.
    Note,
}

/// The first entries of a log, as they look when some revocations count.
pub(crate) struct Light<'a> {
    /// The log.
    pub(crate) pass: &'a Pass,
    /// The revocations that count, by entry.
    pub(crate) revocations: Vec<usize>,
    /// What has become of each of the entries.
    pub(crate) fates: Vec<Fate>,
}

impl Pass {
    /// The light after the first `n` entries.
    pub(crate) fn light(&self, n: usize) -> Light<'_> {
        Light::new(self, n, self.counting(n))
    }

    /// The revocations that count after the first `n` entries.
    pub(crate) fn counting(&self, n: usize) -> Vec<usize> {
        let mut counting = Vec::new();
        for added in 0..n {
            let valid = self.judged[added].refused.is_none();
            if valid && matches!(self.body(added), Body::Revocation(_)) {
                counting = self.with_revocation(&counting, added).unwrap_or(counting);
            }
        }
        counting
    }

    /// `counting` with one more: those that are not signed any more are dropped. None if it is itself not.
    pub(crate) fn with_revocation(&self, counting: &[usize], added: usize) -> Option<Vec<usize>> {
        let mut all = [counting, &[added]].concat();
        loop {
            let light = Light::new(self, added, all.clone());
            let unsigned = all.iter().copied().find(|entry| !light.revocation_is_signed(*entry));
            match unsigned {
                None => return Some(all),
                Some(entry) if entry == added => return None,
                Some(entry) => all.retain(|other| *other != entry),
            }
        }
    }
}

impl<'a> Light<'a> {
    /// The light after the first `n` entries, if these revocations count.
    pub(crate) fn new(pass: &'a Pass, n: usize, revocations: Vec<usize>) -> Self {
        let mut light = Self { pass, revocations, fates: Vec::new() };
        for entry in 0..n {
            let fate = light.fate_of(entry);
            light.fates.push(fate);
        }
        light
    }

    /// What becomes of the next entry, by those before it.
    fn fate_of(&self, entry: usize) -> Fate {
        if self.pass.judged[entry].refused.is_some() {
            return Fate::Refused;
        }
        let (signed, speaks) = (self.is_signed(entry), self.may_speak(entry));
        let speaks = speaks && !self.says_too_much(entry);
        match self.pass.body(entry) {
            // What was committed to is not asked again.
            Body::Record(_) | Body::Commitment(_) => Fate::Counts,
            Body::Revocation(_) => {
                if self.revocations.contains(&entry) {
                    Fate::Counts
                } else {
                    Fate::Void
                }
            }
            Body::Keys(keys) => match self.signed_by(entry) {
                Some(by) => Fate::Keys(by, self.binds(keys, by, self.place(entry))),
                None => Fate::Void,
            },
            Body::Standing(_) if !speaks => Fate::Note,
            _ if !speaks => Fate::Void,
            _ if signed => Fate::Counts,
            body if is_warning(body) => Fate::Labelled,
            _ => Fate::Void,
        }
    }

    /// The place of an entry.
    pub(crate) fn place(&self, entry: usize) -> Place {
        Place { entry, time: self.pass.entries[entry].time }
    }

    /// Whether a name may still say what it says there: only a superior can have lost that.
    fn may_speak(&self, entry: usize) -> bool {
        let body = self.pass.body(entry);
        let place = self.place(entry);
        match body {
            Body::Acceptance(acceptance) => {
                let named = self.keys_with_id(&acceptance.keys, place);
                let Acceptance { speaker, subordinate, .. } = acceptance;
                let consents = || {
                    self.leads_up_to(subordinate, speaker, place, None)
                        && !self.is_new_to_name(speaker, subordinate, place)
                };
                named.is_some_and(|keys| keys.superior.as_ref() == Some(speaker) || consents())
            }
            Body::Standing(standing) if self.lifts_own(standing, place) => true,
            Body::Standing(_) | Body::Comment(_) | Body::Rendition(_) => {
                let speaker = self.pass.entries[entry].statement.speaker();
                let issuer = document_of(body).and_then(|id| self.pass.issuer(&id, entry));
                match (speaker, issuer) {
                    (Some(speaker), Some(issuer)) => self.leads_up_to(&issuer, speaker, place, None),
                    _ => false,
                }
            }
            _ => true,
        }
    }

    /// Whether it is said from above by one who is new to the document, and is more than such may say there:
    /// more than warn, comment, and lift its own words.
    fn says_too_much(&self, entry: usize) -> bool {
        let (body, place) = (self.pass.body(entry), self.place(entry));
        let (speaker, document) = match body {
            Body::Standing(standing) if is_warning(body) || self.lifts_own(standing, place) => {
                return false;
            }
            Body::Standing(standing) => (&standing.speaker, &standing.document),
            Body::Rendition(rendition) => (&rendition.speaker, &rendition.document),
            _ => return false,
        };
        self.pass.issuer(document, entry).as_ref() != Some(speaker)
            && self.is_new(speaker, document, place)
    }

    /// Whether it is a lift of a word that the same name said.
    fn lifts_own(&self, standing: &StandingBody, place: Place) -> bool {
        let Act::Lift(id) = standing.act else { return false };
        let mut before = self.pass.entries[..place.entry].iter();
        before.any(|entry| entry.id == id && entry.statement.speaker() == Some(&standing.speaker))
    }

    // ---- signatures

    /// Whether a statement that is neither keys nor revocation is signed at its place.
    pub(crate) fn is_signed(&self, entry: usize) -> bool {
        let logged = &self.pass.entries[entry];
        let (Some(speaker), Some(act)) = (logged.statement.speaker(), act_of(&logged.statement.body))
        else {
            return true;
        };
        self.signed_for(speaker, act, entry, None)
    }

    /// Whether m usable keys of `name` signed, m by its keys in force, one of them left aside.
    fn signed_for(
        &self,
        name: &Name,
        act: RuleAct,
        entry: usize,
        without: Option<&VerifierKey>,
    ) -> bool {
        let place = self.place(entry);
        let Some(keys) = self.in_force(name, place) else { return false };
        let mut signers = self.usable(name, place);
        signers.retain(|key| self.did_sign(entry, key));
        signers.retain(|key| without.is_none_or(|without| !same_key(key, without)));
        signers.len() >= usize::from(keys.rule.takes(act))
    }

    /// Whether a key signed an entry. When that is asked again, only what counted the first time does.
    fn did_sign(&self, entry: usize, key: &VerifierKey) -> bool {
        let signed = &self.pass.entries[entry].signed;
        self.pass.judged[entry].signers.as_ref().unwrap_or(signed).contains(key)
    }

    /// The keys that signed an entry and count.
    pub(crate) fn signers(&self, entry: usize) -> Vec<VerifierKey> {
        let mut keys = self.could_sign(entry);
        keys.retain(|key| self.did_sign(entry, key));
        keys
    }

    /// Whether a signature of a key that could sign an entry does not verify.
    pub(crate) fn is_spoilt(&self, entry: usize) -> bool {
        let spoilt = &self.pass.entries[entry].spoilt;
        self.could_sign(entry).iter().any(|key| spoilt.contains(key))
    }

    /// The keys whose signatures on an entry count.
    fn could_sign(&self, entry: usize) -> Vec<VerifierKey> {
        let place = self.place(entry);
        let Some(speaker) = self.pass.entries[entry].statement.speaker() else { return Vec::new() };
        match self.pass.body(entry) {
            Body::Keys(keys) if keys.previous.is_none() => self.listed(keys, place),
            Body::Keys(keys) if keys.name() == speaker => {
                [self.usable(speaker, place), self.recovery(speaker, place)].concat()
            }
            Body::Revocation(revocation) if revocation.name() == speaker => {
                [self.usable(speaker, place), self.recovery(speaker, place)].concat()
            }
            _ => self.usable(speaker, place),
        }
    }

    /// Who signed a `keys` statement, if it is signed.
    pub(crate) fn signed_by(&self, entry: usize) -> Option<By> {
        let Body::Keys(keys) = self.pass.body(entry) else { return None };
        let (name, place) = (keys.name(), self.place(entry));
        if keys.previous.is_none() {
            let known = self.history(name, entry);
            let first = known.iter().all(|known| self.pass.copied(*known).is_some());
            let signed = self.signers(entry);
            let enough = signed.len() >= usize::from(keys.rule.takes(RuleAct::Keys));
            let behind = self.tenure_began(name, place).filter(|_| !first);
            // Asked again are the signatures, not whether the record admits them.
            let again = self.pass.judged[entry].signers.is_some();
            let admitted = again || self.admits(entry, keys, &signed, behind);
            return (enough && admitted).then_some(if first { By::First } else { By::Claim });
        }
        if &keys.speaker != name {
            let above = self.is_over_keys(entry, &keys.speaker, name);
            let signed = self.signed_for(&keys.speaker, RuleAct::Keys, entry, None);
            return (above && signed).then_some(By::Recovery);
        }
        if self.recovery(name, place).iter().any(|key| self.did_sign(entry, key)) {
            return Some(By::Recovery);
        }
        self.signed_for(name, RuleAct::Keys, entry, None).then_some(By::Name)
    }

    /// Whether the record admits first keys: a key that signed is on the list, or the name is proven.
    /// For a claim only what stands behind the entry with which the present tenure began.
    fn admits(&self, entry: usize, keys: &Keys, signed: &[VerifierKey], behind: Option<usize>) -> bool {
        let id = self.pass.id(entry);
        let open = matches!(self.pass.body(0), Body::Record(record) if record.open.is_some());
        let from = behind.map_or(0, |behind| behind + 1);
        let listed = signed.iter().filter_map(|key| self.admitted_at(keys.name(), key, entry));
        let proven = self.records(from, entry).into_iter().any(|(_, record)| {
            record.proofs.iter().any(|(proof, _)| proof.name == *keys.name() && proof.keys == id)
        });
        listed.into_iter().any(|at| at >= from) || (open && proven)
    }

    /// The valid `record` statements among some entries.
    pub(crate) fn records(&self, from: usize, to: usize) -> Vec<(usize, &'a RecordBody)> {
        let counting = (from..to).filter(|entry| self.fates[*entry] == Fate::Counts);
        let records = counting.filter_map(|entry| match self.pass.body(entry) {
            Body::Record(record) => Some((entry, record)),
            _ => None,
        });
        records.collect()
    }

    /// The first entry that admits a key for a name: to admit it again changes nothing.
    pub(crate) fn admitted_at(&self, name: &Name, key: &VerifierKey, before: usize) -> Option<usize> {
        let mut records = self.records(0, before).into_iter();
        let first = records
            .find(|(_, record)| record.admit.iter().any(|(other, known)| other == name && known == key));
        first.map(|(entry, _)| entry)
    }

    /// Whether a revocation is signed at its place, with all that counts taken away.
    pub(crate) fn revocation_is_signed(&self, entry: usize) -> bool {
        let Body::Revocation(revocation) = self.pass.body(entry) else { return false };
        let (name, place) = (revocation.name(), self.place(entry));
        if &revocation.speaker != name {
            let above = self.is_over_keys(entry, &revocation.speaker, name);
            return above && self.signed_for(&revocation.speaker, RuleAct::Keys, entry, None);
        }
        let itself = |key: &VerifierKey| same_key(key, &revocation.key);
        let by_itself = revocation.suspect.is_none() && self.signers(entry).iter().any(itself);
        let mut recovery = self.recovery(name, place).into_iter();
        by_itself
            || self.signed_for(name, RuleAct::Keys, entry, Some(&revocation.key))
            || recovery.any(|key| !itself(&key) && self.did_sign(entry, &key))
    }

    /// Whether a revocation that counts takes a key of this name away at a place.
    fn is_revoked(&self, name: &Name, key: &VerifierKey, place: Place) -> bool {
        self.revocations.iter().any(|entry| {
            let Body::Revocation(revocation) = self.pass.body(*entry) else { return false };
            revocation.name() == name
                && same_key(&revocation.key, key)
                && (place.entry > *entry || revocation.suspect.is_some_and(|time| place.time >= time))
        })
    }

    // ---- keys

    /// The valid `keys` statements of a name before an entry, in log order.
    pub(crate) fn history(&self, name: &Name, before: usize) -> Vec<usize> {
        (0..before)
            .filter(|entry| matches!(self.fates[*entry], Fate::Keys(..)))
            .filter(|entry| self.keys(*entry).name() == name)
            .collect()
    }

    /// The `keys` statement at an entry that is one.
    pub(crate) fn keys(&self, entry: usize) -> &'a Keys {
        match self.pass.body(entry) {
            Body::Keys(keys) => keys,
            _ => panic!("entry {entry} is no keys statement"),
        }
    }

    /// The valid `keys` statement with an id, before a place.
    pub(crate) fn keys_with_id(&self, id: &Id, place: Place) -> Option<&'a Keys> {
        let mut entries = (0..place.entry).filter(|entry| matches!(self.fates[*entry], Fate::Keys(..)));
        entries.find(|entry| self.pass.id(*entry) == *id).map(|entry| self.keys(entry))
    }

    /// When keys bind that are signed so.
    fn binds(&self, keys: &Keys, by: By, place: Place) -> Time {
        let later = |millis: i64| Time::from_millis(place.time.millis() + millis);
        let now = self.in_force_entry(keys.name(), place);
        let now = now.filter(|entry| self.pass.copied(*entry).is_none()).map(|entry| self.keys(entry));
        match (by, now) {
            (By::Claim, _) => later(NOTICE),
            (By::First, _) | (_, None) => place.time,
            (_, Some(now)) => {
                let number = |keys: &Keys| keys.rule.takes(RuleAct::Keys);
                let same_recovery = keys.recovery.iter().all(|key| now.recovery.contains(key))
                    && now.recovery.iter().all(|key| keys.recovery.contains(key));
                let same = same_recovery && number(keys) == number(now) && keys.superior == now.superior;
                if same { place.time } else { later(DELAY) }
            }
        }
    }

    /// Who signed these keys, and when they bind.
    pub(crate) fn status(&self, entry: usize) -> (By, Time) {
        match self.fates[entry] {
            Fate::Keys(by, binds) => (by, binds),
            _ => panic!("entry {entry} has no keys that count"),
        }
    }

    /// Whether keys are cancelled by later ones, logged before a place and before they bind.
    pub(crate) fn is_cancelled(&self, entry: usize, place: Place) -> bool {
        let (by, binds) = self.status(entry);
        let name = self.keys(entry).name();
        self.history(name, place.entry).into_iter().filter(|later| *later > entry).any(|later| {
            let before_it_binds = self.pass.entries[later].time < binds;
            let suffices = match by {
                By::First => false,
                By::Claim => true,
                By::Name => self.status(later).0 != By::Claim,
                By::Recovery => self.status(later).0 == By::Recovery,
            };
            before_it_binds && suffices
        })
    }

    /// The keys that were in force one after another by a place, in the order in which they bound.
    pub(crate) fn succession(&self, name: &Name, place: Place) -> Vec<usize> {
        let mut bound: Vec<usize> = self.history(name, place.entry);
        bound.retain(|entry| self.status(*entry).1 <= place.time && !self.is_cancelled(*entry, place));
        bound.sort_by_key(|entry| (self.status(*entry).1, *entry));
        bound
    }

    /// The keys in force, by entry.
    pub(crate) fn in_force_entry(&self, name: &Name, place: Place) -> Option<usize> {
        self.succession(name, place).last().copied()
    }

    /// The keys in force.
    pub(crate) fn in_force(&self, name: &Name, place: Place) -> Option<&'a Keys> {
        self.in_force_entry(name, place).map(|entry| self.keys(entry))
    }

    /// The keys that do not bind yet and are not cancelled.
    pub(crate) fn pending(&self, name: &Name, place: Place) -> Vec<usize> {
        let mut pending = self.history(name, place.entry);
        pending.retain(|entry| self.status(*entry).1 > place.time && !self.is_cancelled(*entry, place));
        pending
    }

    /// How often the name has changed hands.
    pub(crate) fn tenure(&self, name: &Name, place: Place) -> usize {
        self.succession(name, place)
            .into_iter()
            .filter(|entry| self.status(*entry).0 == By::Claim)
            .count()
    }

    /// The entry of the keys with which the present tenure began.
    pub(super) fn tenure_began(&self, name: &Name, place: Place) -> Option<usize> {
        // Where its first keys are void, with those that were in force first.
        let mut all = self.succession(name, place);
        let claim = |entry: usize| self.status(entry).0 == By::Claim;
        all.retain(|entry| self.pass.copied(*entry).is_none() || claim(*entry));
        let begins = |entry: &&usize| matches!(self.status(**entry).0, By::First | By::Claim);
        all.iter().rfind(begins).or(all.first()).copied()
    }

    /// The last keys of a name, which its next ones follow: native, and no claim that has not bound.
    pub(crate) fn last_keys(&self, name: &Name, place: Place) -> Option<usize> {
        let bound = self.succession(name, place);
        self.history(name, place.entry).into_iter().rev().find(|entry| {
            let native = self.pass.copied(*entry).is_none();
            native && (self.status(*entry).0 != By::Claim || bound.contains(entry))
        })
    }

    /// The keys of a statement that have neither expired nor been revoked.
    fn listed(&self, keys: &Keys, place: Place) -> Vec<VerifierKey> {
        let mut usable = keys.keys.clone();
        usable.retain(|listed| listed.until.is_none_or(|until| place.time < until));
        usable.retain(|listed| !self.is_revoked(keys.name(), &listed.key, place));
        usable.into_iter().map(|listed| listed.key).collect()
    }

    /// The usable keys of a name.
    pub(crate) fn usable(&self, name: &Name, place: Place) -> Vec<VerifierKey> {
        self.in_force(name, place).map_or(Vec::new(), |keys| self.listed(keys, place))
    }

    /// The usable recovery keys of a name.
    pub(crate) fn recovery(&self, name: &Name, place: Place) -> Vec<VerifierKey> {
        let mut recovery = self.in_force(name, place).map_or(Vec::new(), |keys| keys.recovery.clone());
        recovery.retain(|key| !self.is_revoked(name, key, place));
        recovery
    }

    /// Whether a revocation of this key counts before a place.
    pub(crate) fn was_revoked(&self, name: &Name, key: &VerifierKey, before: usize) -> bool {
        self.revocations.iter().filter(|entry| **entry < before).any(|entry| {
            let Body::Revocation(revocation) = self.pass.body(*entry) else { return false };
            revocation.name() == name && same_key(&revocation.key, key)
        })
    }

    /// A name with its tenure.
    pub(crate) fn voice(&self, name: &Name, place: Place) -> Voice {
        Voice { name: name.clone(), tenure: self.tenure(name, place) }
    }
}

/// Whether it says a warning.
pub(crate) fn is_warning(body: &Body) -> bool {
    match body {
        Body::Standing(body) => body.act.standing().is_some_and(|word| word.class() == Class::Warning),
        Body::Document(body) => matches!(body.word, FirstWord::Disowned { .. }),
        _ => false,
    }
}

/// Whether two are the same key, whatever their labels.
pub(crate) fn same_key(one: &VerifierKey, other: &VerifierKey) -> bool {
    let key = |key: &VerifierKey| key.to_string().splitn(3, '+').last().map(str::to_owned);
    key(one) == key(other)
}
