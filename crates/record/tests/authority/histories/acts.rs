//! What somebody might really do next, with names and keys above all.

use erratum_record::{
    Acceptance, Act, Body, Id, Keys, ListedKey, Name, NameProof, Origin, ProofMethod, RecordBody,
    Revocation, Rule, RuleAct, Statement, Time, VerifierKey,
};

use super::{EVIDENCE, Maker, ORIGIN, SUFFIXES, blob, key, suffix_list};
use crate::naive::{Fate, HOUR, NOTICE, Word};

/// What is said, and the keys that sign it.
pub(crate) type Said = (Body, Vec<VerifierKey>);

const LABELS: [&str; 6] = ["k0", "k1", "k2", "k3", "k4", "k5"];
const RECOVERY: [&str; 3] = ["r0", "r1", "r2"];

impl Maker {
    /// The next act, if it makes sense now.
    pub(super) fn next_act(&mut self) -> Option<Said> {
        let known = self.with_keys().len();
        if known < self.names.len() && self.random.percent(if known < 2 { 90 } else { 15 }) {
            return self.first_keys();
        }
        // Some histories are about keys, some about words, some about a theft; most about a bit of all.
        match (self.temper, self.random.below(100)) {
            (0, 0..22) => self.rotation(),
            (0, 22..30) => self.claim(),
            (0, 30..50) => self.acceptance(),
            (1, 0..50) => self.standing(),
            (1, 50..70) => self.lift(),
            (2..4, 0..14) => self.revocation(),
            (2..4, 14..50) => self.standing(),
            (2..4, 50..60) => self.document(),
            (6, 0..10) => self.takeover(),
            (6, 10..17) => self.acceptance(),
            (6, 17..35) => self.document(),
            (6, 35..60) => self.standing(),
            (_, 0..8) => self.rotation(),
            (_, 8..10) => self.claim(),
            (_, 10..17) => self.acceptance(),
            (_, 17..24) => self.revocation(),
            (_, 24..39) => self.document(),
            (_, 39..70) => self.standing(),
            (_, 70..80) => self.lift(),
            (_, 80..88) => self.remark(),
            (_, 88..90) => self.commitment(),
            (_, 90..94) => self.record(),
            _ => self.replay(),
        }
    }

    /// The names with keys in force.
    pub(super) fn with_keys(&self) -> Vec<Name> {
        let (light, place) = (self.light(), self.place());
        self.names.iter().filter(|name| light.in_force(name, place).is_some()).cloned().collect()
    }

    pub(super) fn name_with_keys(&mut self) -> Option<Name> {
        let names = self.with_keys();
        self.random.one(&names).cloned()
    }

    /// As many of the usable keys of a name as an act takes, and now and then more.
    pub(super) fn sign(&mut self, name: &Name, act: RuleAct) -> Vec<VerifierKey> {
        let (light, place) = (self.light(), self.place());
        let (usable, number) = (light.usable(name, place), light.number(name, act, place));
        let more = if self.random.percent(25) { self.random.below(3) } else { 0 };
        self.random.some(&usable, number + more)
    }

    /// Keys of a name: their labels, thresholds and recovery keys at random.
    fn new_keys(&mut self, name: &Name, previous: Option<Id>) -> Keys {
        let count = 1 + self.random.below(4);
        let revoked: Vec<VerifierKey> = {
            let (light, n) = (self.light(), self.pass.entries.len());
            let all = LABELS.iter().chain(&RECOVERY).map(|label| key(name.as_str(), label));
            all.filter(|key| light.was_revoked(name, key, n)).collect()
        };
        let usable = |labels: &[&str]| -> Vec<VerifierKey> {
            let keys = labels.iter().map(|label| key(name.as_str(), label));
            keys.filter(|key| !revoked.contains(key)).collect()
        };
        let mut listed = self.random.some(&usable(&LABELS), count);
        if listed.is_empty() {
            listed.push(key(name.as_str(), &format!("s{}", self.counter)));
        }
        let number = |maker: &mut Self| u8::try_from(1 + maker.random.below(listed.len())).unwrap();
        let all = number(self);
        let mut own = Vec::new();
        for act in [RuleAct::Document, RuleAct::Issued, RuleAct::Held, RuleAct::InError, RuleAct::Lift] {
            if self.random.percent(20) {
                own.push((act, number(self)));
            }
        }
        let keys_take = own.iter().map(|(_, number)| *number).chain([all]).max().unwrap_or(1);
        own.push((RuleAct::Keys, keys_take));
        let rule = Rule::new(all, own, listed.len()).unwrap();
        let keep = self.random.percent(60);
        let old = { self.light().in_force(name, self.place()).cloned() };
        let kept = |key: &&VerifierKey| !revoked.contains(key);
        let recovery = match &old {
            Some(old) if keep => old.recovery.iter().filter(kept).cloned().collect(),
            _ => {
                let n = self.random.below(3);
                self.random.some(&usable(&RECOVERY), n)
            }
        };
        let superior = match &old {
            Some(old) if self.random.percent(70) => old.superior.clone(),
            _ => self.some_superior(name),
        };
        let mut keys = Vec::new();
        for key in listed {
            let days = 1 + self.random.below(40) as i64;
            let until = Time::from_millis(self.time.millis() + days * 24 * HOUR);
            keys.push(ListedKey { key, until: self.random.percent(12).then_some(until) });
        }
        Keys {
            speaker: name.clone(),
            subordinate: None,
            previous,
            keys,
            rule,
            recovery,
            home: None,
            superior,
        }
    }

    fn some_superior(&mut self, name: &Name) -> Option<Name> {
        let others: Vec<Name> = self.names.iter().filter(|other| *other != name).cloned().collect();
        if self.random.percent(75) { self.random.one(&others).cloned() } else { None }
    }

    /// First keys or a claim, admitted by the list or, in an open record, by a proof.
    fn first_keys(&mut self) -> Option<Said> {
        let known = self.with_keys();
        let unknown: Vec<Name> =
            self.names.iter().filter(|name| !known.contains(name)).cloned().collect();
        let name = self.random.one(&unknown)?.clone();
        self.keys_without_previous(&name)
    }

    fn claim(&mut self) -> Option<Said> {
        let name = self.name_with_keys()?;
        if self.random.percent(85) {
            self.admit_again(&name);
        }
        self.keys_without_previous(&name)
    }

    /// Somebody buys a name, has an accomplice accept it, and waits until the claim binds.
    fn takeover(&mut self) -> Option<Said> {
        let name = self.name_with_keys()?;
        let mut others = self.with_keys();
        others.retain(|other| *other != name);
        let accomplice = self.random.one(&others)?.clone();
        let bought = self.admit_again(&name);
        let mut keys = self.new_keys(&name, None);
        keys.keys.insert(0, ListedKey { key: bought, until: None });
        keys.superior = Some(accomplice.clone());
        let signed = keys.keys.iter().map(|listed| listed.key.clone()).collect();
        let record: Origin = ORIGIN.parse().unwrap();
        let id = Statement { record, body: Body::Keys(keys.clone()) }.id();
        self.log(Body::Keys(keys), signed);
        self.pass_time();
        let signed = self.sign(&accomplice, RuleAct::Acceptance);
        let (speaker, subordinate) = (accomplice.clone(), name.clone());
        self.log(Body::Acceptance(Acceptance { speaker, subordinate, keys: id }), signed);
        self.time = Time::from_millis(self.time.millis() + NOTICE);
        for _ in 0..1 + self.random.below(4) {
            let speaker = if self.random.percent(70) { &accomplice } else { &name };
            if let Some((body, signed)) = self.try_from_above(&speaker.clone()) {
                self.log(body, signed);
                self.pass_time();
            }
        }
        self.standing()
    }

    /// What one who has come to stand above others would like: to end a word on what was there before, or to
    /// set or revoke the keys of a name below.
    fn try_from_above(&mut self, speaker: &Name) -> Option<Said> {
        let (light, place) = (self.light(), self.place());
        let is_below = |name: &Name| name != speaker && light.superiors(name, place).contains(speaker);
        let below: Vec<Name> = self.names.iter().filter(|name| is_below(name)).cloned().collect();
        if self.random.percent(20) {
            let name = self.random.one(&below)?.clone();
            return self.keys_from_above(speaker.clone(), name);
        }
        let mut documents = self.documents();
        documents
            .retain(|(_, document)| below.contains(&document.speaker) || document.speaker == *speaker);
        let (id, _) = self.random.one(&documents)?.clone();
        let words = self.light().words(&id);
        let warnings: Vec<&Word> = words.iter().filter(|word| word.is_warning()).collect();
        let act = match (self.random.below(10), self.random.one(&warnings)) {
            (0..5, Some(word)) => Act::Lift(word.id),
            (5, _) => Act::Held,
            _ => Act::Issued,
        };
        Some(self.say(speaker.clone(), id, act))
    }

    /// Keys of a name that one above it sets.
    fn keys_from_above(&mut self, speaker: Name, name: Name) -> Option<Said> {
        let last = self.light().last_keys(&name, self.place()).map(|entry| self.pass.id(entry));
        let mut keys = self.new_keys(&name, last);
        let signed = self.sign(&speaker, RuleAct::Keys);
        (keys.speaker, keys.subordinate) = (speaker, Some(name));
        Some((Body::Keys(keys), signed))
    }

    /// The operator admits keys for a name that has changed hands; one of them is quite new.
    fn admit_again(&mut self, name: &Name) -> VerifierKey {
        let mut body = RecordBody::default();
        for label in ["k2", "k3", "k4", "k5"] {
            if self.random.percent(50) {
                body.admit.push((name.clone(), key(name.as_str(), label)));
            }
        }
        let fresh = key(name.as_str(), &format!("s{}", self.counter));
        body.admit.push((name.clone(), fresh.clone()));
        self.log(Body::Record(body), vec![key(ORIGIN, "log")]);
        fresh
    }

    fn keys_without_previous(&mut self, name: &Name) -> Option<Said> {
        let mut keys = self.new_keys(name, None);
        for label in ["k0", "k1"] {
            let admitted = key(name.as_str(), label);
            let revoked = self.light().was_revoked(name, &admitted, self.pass.entries.len());
            let has = keys.keys.iter().any(|listed| listed.key == admitted);
            if !revoked && !has && self.random.percent(60) {
                keys.keys.insert(0, ListedKey { key: admitted, until: None });
            }
        }
        let number = usize::from(keys.rule.takes(RuleAct::Keys));
        let all: Vec<VerifierKey> = keys.keys.iter().map(|listed| listed.key.clone()).collect();
        let mut signed = self.random.some(&all, number);
        if self.random.percent(85) && !signed.contains(&all[0]) {
            signed.push(all[0].clone());
        }
        let superior = match self.random.below(10) {
            0..3 => keys.superior.clone(),
            3 => self.some_superior(name),
            _ => None,
        };
        let body = Body::Keys(keys);
        if self.random.percent(20) {
            self.prove(name, &body, superior);
        }
        Some((body, signed))
    }

    /// Logs that these keys were found published under the name.
    fn prove(&mut self, name: &Name, body: &Body, superior: Option<Name>) {
        let statement = Statement { record: ORIGIN.parse().unwrap(), body: body.clone() };
        let keys = statement.id();
        let proof = NameProof { name: name.clone(), keys, method: ProofMethod::Dns, superior };
        let proofs = vec![(proof, blob(EVIDENCE))];
        self.log(Body::Record(RecordBody { proofs, ..RecordBody::default() }), vec![key(ORIGIN, "log")]);
    }

    /// Later keys: signed by the name, by a recovery key, or from above.
    fn rotation(&mut self) -> Option<Said> {
        let name = self.name_with_keys()?;
        let (light, place) = (self.light(), self.place());
        let last = light.last_keys(&name, place).map(|entry| self.pass.id(entry));
        let (recovery, above) = (light.recovery(&name, place), light.superiors(&name, place));
        let keys = self.new_keys(&name, last);
        Some(match self.random.below(10) {
            0..3 if !recovery.is_empty() => {
                let signed = self.random.some(&recovery, 1);
                (Body::Keys(keys), signed)
            }
            3..5 if !above.is_empty() => {
                let speaker = self.random.one(&above)?.clone();
                return self.keys_from_above(speaker, name);
            }
            _ => (Body::Keys(keys), self.sign(&name, RuleAct::Keys)),
        })
    }

    /// Mostly by the name that some keys name and that has not accepted yet.
    fn acceptance(&mut self) -> Option<Said> {
        let (light, place) = (self.light(), self.place());
        let mut open = Vec::new();
        for name in &self.names {
            for entry in light.history(name, place.entry).into_iter().rev().take(2) {
                let keys = self.pass.id(entry);
                let Some(named) = &light.keys(entry).superior else { continue };
                let by = [Some(named.clone()), light.superior(name, place)];
                for speaker in by.into_iter().flatten() {
                    open.push(Acceptance { speaker, subordinate: name.clone(), keys });
                }
            }
        }
        open.retain(|acceptance| {
            let body = Body::Acceptance(acceptance.clone());
            !self.pass.entries.iter().any(|entry| entry.statement.body == body)
        });
        let acceptance = self.random.one(&open)?.clone();
        let signed = self.sign(&acceptance.speaker, RuleAct::Acceptance);
        Some((Body::Acceptance(acceptance), signed))
    }

    fn revocation(&mut self) -> Option<Said> {
        let name = self.name_with_keys()?;
        let (light, place) = (self.light(), self.place());
        let keys: Vec<VerifierKey> = light.usable(&name, place);
        let (recovery, above) = (light.recovery(&name, place), light.superiors(&name, place));
        let ever = light.history(&name, place.entry).into_iter().flat_map(|entry| {
            let keys = light.keys(entry);
            keys.keys.iter().map(|listed| listed.key.clone()).chain(keys.recovery.clone())
        });
        let ever: Vec<VerifierKey> = ever.collect();
        let key = self.random.one(&keys)?.clone();
        let of_late = self.signed_of_late(&name);
        let mut suspect = self.suspect();
        let key = match (self.random.below(10), self.random.one(&of_late).cloned()) {
            (0..7, Some((key, time))) => {
                suspect = if self.random.percent(80) { Some(time) } else { suspect };
                key
            }
            (7, _) => self.random.one(&ever)?.clone(),
            _ => key,
        };
        let mut speaker = name.clone();
        let signed = match self.random.below(10) {
            0..3 if !recovery.is_empty() => self.random.some(&recovery, 1),
            3..5 if !above.is_empty() => {
                speaker = self.random.one(&above)?.clone();
                self.sign(&speaker.clone(), RuleAct::Keys)
            }
            5..6 => {
                suspect = None;
                vec![key.clone()]
            }
            _ => {
                let others = self.usable_without(&name, &key);
                let number = self.light().number(&name, RuleAct::Keys, self.place());
                self.random.some(&others, number)
            }
        };
        let subordinate = (speaker != name).then_some(name);
        let (lang, reason) = ("en".parse().unwrap(), blob("stolen"));
        Some((Body::Revocation(Revocation { speaker, subordinate, key, suspect, lang, reason }), signed))
    }

    /// None, or the time of an entry of the last 14 days, or nearly.
    fn suspect(&mut self) -> Option<Time> {
        if self.random.percent(25) {
            return None;
        }
        let after = self.time.millis() - NOTICE;
        let recent = self.pass.entries.iter().map(|entry| entry.time.millis());
        let recent: Vec<i64> =
            recent.filter(|time| *time >= after && *time <= self.time.millis()).collect();
        let time = self.random.one(&recent).copied().unwrap_or(self.time.millis());
        let off = [0, 0, 0, 1, -1][self.random.below(5)];
        Some(Time::from_millis((time + off).max(after)))
    }

    fn record(&mut self) -> Option<Said> {
        let name = self.random.one(&self.names)?.clone();
        let mut body = RecordBody::default();
        if self.random.percent(50) {
            let label = LABELS[self.random.below(LABELS.len())];
            body.admit.push((name.clone(), key(name.as_str(), label)));
        } else {
            let (version, _) = SUFFIXES[self.random.below(SUFFIXES.len())];
            body.suffixes = Some((version.parse().unwrap(), blob(&suffix_list(version))));
        }
        Some((Body::Record(body), vec![key(ORIGIN, "log")]))
    }

    /// An earlier statement once more, by whoever signed it then or could now.
    fn replay(&mut self) -> Option<Said> {
        let late = self.pass.entries.len().saturating_sub(12).max(1);
        let entries = self.pass.entries.get(late..)?.to_vec();
        let light = self.light();
        let dead: Vec<bool> = light.fates[late..].iter().map(|fate| *fate == Fate::Void).collect();
        let void: Vec<_> =
            entries.iter().zip(dead).filter(|(_, dead)| *dead).map(|(entry, _)| entry.clone()).collect();
        let words =
            entries.iter().filter(|entry| crate::naive::document_of(&entry.statement.body).is_some());
        let words: Vec<_> = words.cloned().collect();
        let from = match self.random.below(10) {
            0..5 if !void.is_empty() => void,
            0..8 if !words.is_empty() => words,
            _ => entries,
        };
        let entry = self.random.one(&from)?.clone();
        let act = crate::naive::act_of(&entry.statement.body);
        let speaker = entry.statement.speaker().cloned();
        Some(match (speaker, act) {
            (Some(speaker), Some(act)) if self.random.percent(60) => {
                (entry.statement.body, self.sign(&speaker, act))
            }
            _ => (entry.statement.body, entry.signed),
        })
    }

    /// The keys of a name that signed something lately, with the time: those that a thief may have used.
    fn signed_of_late(&self, name: &Name) -> Vec<(VerifierKey, Time)> {
        let after = self.time.millis() - NOTICE;
        let late = self.pass.entries.iter().filter(|entry| entry.time.millis() >= after);
        let late = late.filter(|entry| entry.statement.speaker() == Some(name));
        let own = format!("{name}/");
        let signed = late.flat_map(|entry| entry.signed.iter().map(|key| (key.clone(), entry.time)));
        signed.filter(|(key, time)| key.name().starts_with(&own) && *time <= self.time).collect()
    }

    fn usable_without(&self, name: &Name, without: &VerifierKey) -> Vec<VerifierKey> {
        let mut usable = self.light().usable(name, self.place());
        usable.retain(|key| key != without);
        usable
    }
}
