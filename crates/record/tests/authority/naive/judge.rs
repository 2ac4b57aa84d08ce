//! Whether an entry is valid at its place, by the valid ones before it.

use erratum_record::{
    Acceptance, Act, Body, Document, FirstWord, Id, Keys, Name, RecordBody, Rendition, Revocation,
    RuleAct, StandingBody,
};

use super::words::succession_leads;
use super::{Fate, Judged, Light, NOTICE, Pass, Place, act_of, is_attributed};

/// Why an entry is void from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refused {
    /// Its time runs back.
    Time,
    /// It is validly logged already.
    Repeats,
    /// It is not signed.
    Signature,
    /// A signature of a usable key does not verify.
    Spoilt,
    /// A record statement that may not stand here.
    Record,
    /// Keys that do not follow from the last.
    Previous,
    /// Keys that list a revoked key.
    Revoked,
    /// Keys for somebody else.
    Speaker,
    /// Keys that name a superior who cannot be one.
    Superior,
    /// An acceptance of nothing, or by nobody.
    Acceptance,
    /// An acceptance that would close a circle.
    Circle,
    /// A revocation of a key that is none, or since too long ago.
    Revocation,
    /// A document that is not there.
    Document,
    /// Said by one who is no voice, or a note by one who is.
    Voice,
    /// Said by one who is new to the document.
    Tenure,
    /// A document name that is taken.
    Name,
    /// Not the speaker's last word.
    Stale,
    /// A replacement that cannot be one.
    Replacement,
    /// A text that is the speaker's own.
    Own,
    /// A word that cannot be lifted.
    Lift,
    /// A lift with fewer signatures than the word took.
    Weak,
    /// Copied, and of a kind that cannot be.
    Copied,
}

type Verdict = Result<(), Refused>;

fn unless(wrong: bool, refused: Refused) -> Verdict {
    if wrong { Err(refused) } else { Ok(()) }
}

impl Pass {
    /// Judges the last entry, which stands at the end of the list already.
    pub(super) fn judge(&self, entry: usize) -> Judged {
        let light = self.light(entry);
        let place = light.place(entry);
        let body = self.body(entry);
        let speaker = self.entries[entry].statement.speaker();
        let mut judged = Judged { refused: light.judge(entry).err(), ..Judged::default() };
        let Some(speaker) = speaker else { return judged };
        // A revocation is signed in its own light.
        let revokes = matches!(body, Body::Revocation(_)).then_some(&light.revocations);
        let own = revokes.and_then(|counting| self.with_revocation(counting, entry));
        let own = own.map(|counting| Light::new(self, entry, counting));
        judged.signers = Some(own.as_ref().unwrap_or(&light).signers(entry));
        judged.voice = Some(light.voice(speaker, place));
        if let (Some(keys), Some(act)) = (light.in_force(speaker, place), act_of(body)) {
            judged.listed = keys.keys.len();
            judged.takes = usize::from(keys.rule.takes(act));
        }
        if let Some(issuer) = super::document_of(body).and_then(|id| self.issuer(&id, entry)) {
            let voices = light.voices(&issuer, place);
            judged.rank = voices.iter().position(|voice| voice == speaker);
            judged.below = judged.rank.map_or(Vec::new(), |rank| light.below(&voices, rank, place));
        }
        judged
    }

    /// Documents that are there: their entries, those with a stolen signature too.
    pub(crate) fn documents(&self, id: &Id, before: usize) -> Vec<usize> {
        let valid = (0..before).filter(|entry| self.judged[*entry].refused.is_none());
        let documents = valid.filter(|entry| matches!(self.body(*entry), Body::Document(_)));
        documents.filter(|entry| self.id(*entry) == *id).collect()
    }

    /// The document with an id.
    pub(crate) fn document(&self, id: &Id, before: usize) -> Option<&Document> {
        let entry = *self.documents(id, before).first()?;
        match self.body(entry) {
            Body::Document(document) => Some(document),
            _ => None,
        }
    }

    /// The issuer of a document.
    pub(crate) fn issuer(&self, id: &Id, before: usize) -> Option<Name> {
        self.document(id, before).map(|document| document.speaker.clone())
    }

    /// Whether a text is a name's own: whether it ever issued or opened it, even where that was void.
    fn is_own_text(&self, name: &Name, comparison: &Id, before: usize) -> bool {
        (0..before).any(|entry| {
            let signed = self.judged[entry].signers.as_ref().is_some_and(|signers| !signers.is_empty());
            if !signed || self.entries[entry].statement.speaker() != Some(name) {
                return false;
            }
            let issued = |document: &Document| {
                matches!(document.word, FirstWord::Issued { .. } | FirstWord::Draft { .. })
            };
            match self.body(entry) {
                Body::Document(document) => issued(document) && document.forms.comparison == *comparison,
                Body::Rendition(rendition) => {
                    let document = self.document(&rendition.document, entry);
                    let own =
                        document.is_some_and(|document| document.speaker == *name && issued(document));
                    let translation = rendition.translation.as_ref();
                    let same = translation.is_some_and(|(forms, _)| forms.comparison == *comparison);
                    own && same && self.copied(entry).is_none()
                }
                Body::Standing(StandingBody { act: Act::Issued, document, .. }) => {
                    let document = self.document(document, entry);
                    document.is_some_and(|document| {
                        document.speaker == *name && document.forms.comparison == *comparison
                    })
                }
                _ => false,
            }
        })
    }
}

impl Light<'_> {
    fn judge(&self, entry: usize) -> Verdict {
        let place = self.place(entry);
        let mut before = self.pass.entries[..entry].iter();
        unless(before.any(|before| before.time > place.time), Refused::Time)?;
        unless(self.repeats(entry), Refused::Repeats)?;
        match self.pass.body(entry) {
            Body::Record(body) => self.judge_record(body, place),
            Body::Keys(body) => self.judge_keys(body, entry),
            Body::Revocation(body) => self.judge_revocation(body, entry),
            _ if self.is_spoilt(entry) => Err(Refused::Spoilt),
            _ if !self.is_signed(entry) => Err(Refused::Signature),
            Body::Acceptance(body) => self.judge_acceptance(body, entry),
            Body::Commitment(_) => unless(self.pass.copied(entry).is_some(), Refused::Copied),
            Body::Document(body) => self.judge_document(body, entry),
            Body::Rendition(Rendition { speaker, document, .. }) => {
                self.judge_remark(speaker, document, entry)?;
                unless(self.is_new(speaker, document, place), Refused::Tenure)
            }
            Body::Comment(body) => self.judge_remark(&body.speaker, &body.document, entry),
            Body::Note(body) => match self.judge_remark(&body.speaker, &body.document, entry) {
                Ok(()) => Err(Refused::Voice),
                Err(Refused::Voice) => Ok(()),
                Err(other) => Err(other),
            },
            Body::Standing(body) => self.judge_standing(body, entry),
        }
    }

    /// Whether the same statement was validly logged already, whatever has become of it since; but an
    /// acceptance that is void by now may be said again. A `record` statement is asked for what is new.
    fn repeats(&self, entry: usize) -> bool {
        let again = match self.pass.body(entry) {
            Body::Record(_) => return false,
            Body::Acceptance(_) => self.fates.iter().map(|fate| *fate == Fate::Void).collect(),
            _ => vec![false; entry],
        };
        (0..entry).any(|before| {
            let same = self.pass.id(before) == self.pass.id(entry);
            same && self.fates[before] != Fate::Refused && !again[before]
        })
    }

    fn judge_record(&self, body: &RecordBody, place: Place) -> Verdict {
        let first = place.entry == 0;
        let Body::Record(zero) = self.pass.body(0) else { return Err(Refused::Record) };
        let signed = &self.pass.entries[place.entry].signed;
        let spoilt = &self.pass.entries[place.entry].spoilt;
        unless(zero.log_key.as_ref().is_some_and(|key| spoilt.contains(key)), Refused::Spoilt)?;
        unless(zero.log_key.as_ref().is_none_or(|key| !signed.contains(key)), Refused::Signature)?;
        unless(first != body.log_key.is_some(), Refused::Record)?;
        let only_admits = !first && body.suffixes.is_none() && body.proofs.is_empty();
        let mut admitted = body.admit.iter();
        let nothing_new = admitted.all(|(name, key)| self.admitted_at(name, key, place.entry).is_some());
        unless(only_admits && nothing_new, Refused::Repeats)
    }

    // ---- authority

    fn judge_keys(&self, body: &Keys, entry: usize) -> Verdict {
        let (place, name) = (self.place(entry), body.name());
        if self.pass.copied(entry).is_some() {
            let first = self.history(name, entry).is_empty() && body.previous.is_none();
            unless(!first || body.subordinate.is_some(), Refused::Copied)?;
        }
        if let Some(superior) = &body.superior {
            let other = self.proven_superior(name, entry).is_some_and(|proven| proven != *superior);
            let cannot = superior == name || self.pass.is_suffix(superior, entry) || other;
            unless(cannot, Refused::Superior)?;
        }
        let mut listed = body.keys.iter().map(|key| &key.key).chain(&body.recovery);
        unless(listed.any(|key| self.was_revoked(name, key, entry)), Refused::Revoked)?;
        match body.previous {
            None => unless(&body.speaker != name, Refused::Speaker)?,
            Some(previous) => {
                let last = self.last_keys(name, place);
                unless(last.is_none_or(|last| self.pass.id(last) != previous), Refused::Previous)?;
            }
        }
        if &body.speaker != name {
            unless(!self.superiors(name, place).contains(&body.speaker), Refused::Voice)?;
        }
        unless(self.is_spoilt(entry), Refused::Spoilt)?;
        unless(self.signed_by(entry).is_none(), Refused::Signature)
    }

    /// The superior that the latest proof of a name names.
    fn proven_superior(&self, name: &Name, before: usize) -> Option<Name> {
        let proofs = self.records(0, before).into_iter().flat_map(|(_, record)| &record.proofs);
        let last = { proofs }.rfind(|(proof, _)| proof.name == *name);
        last.and_then(|(proof, _)| proof.superior.clone())
    }

    fn judge_acceptance(&self, body: &Acceptance, entry: usize) -> Verdict {
        let place = self.place(entry);
        unless(self.pass.copied(entry).is_some(), Refused::Copied)?;
        let in_force = self.in_force_entry(&body.subordinate, place);
        let mut open = in_force.into_iter().chain(self.pending(&body.subordinate, place));
        let Some(keys) = open.find(|keys| self.pass.id(*keys) == body.keys) else {
            return Err(Refused::Acceptance);
        };
        unless(self.pass.copied(keys).is_some(), Refused::Acceptance)?;
        let keys = self.keys(keys);
        let Some(named) = &keys.superior else { return Err(Refused::Acceptance) };
        let present = self.superior(&body.subordinate, place);
        let may = named == &body.speaker || present.as_ref() == Some(&body.speaker);
        unless(!may, Refused::Acceptance)?;
        let new = self.is_new_to_name(&body.speaker, &body.subordinate, place);
        unless(named != &body.speaker && new, Refused::Acceptance)?;
        let above = self.superiors(&body.speaker, place);
        let closes = named == &body.speaker && above.contains(&body.subordinate);
        unless(closes, Refused::Circle)
    }

    fn judge_revocation(&self, body: &Revocation, entry: usize) -> Verdict {
        let (place, name) = (self.place(entry), body.name());
        unless(self.pass.copied(entry).is_some(), Refused::Copied)?;
        // By keys that have become void since, too.
        let listed = (0..entry).filter(|entry| self.fates[*entry] != Fate::Refused).any(|entry| {
            let Body::Keys(keys) = self.pass.body(entry) else { return false };
            let mut listed = keys.keys.iter().map(|key| &key.key).chain(&keys.recovery);
            keys.name() == name && listed.any(|key| *key == body.key)
        });
        unless(!listed, Refused::Revocation)?;
        if let Some(suspect) = body.suspect {
            let age = place.time.millis() - suspect.millis();
            unless(!(0..=NOTICE).contains(&age), Refused::Revocation)?;
        }
        let Some(counting) = self.pass.with_revocation(&self.revocations, entry) else {
            return Err(Refused::Signature);
        };
        unless(Light::new(self.pass, entry, counting).is_spoilt(entry), Refused::Spoilt)
    }

    // ---- documents

    fn judge_document(&self, body: &Document, entry: usize) -> Verdict {
        let place = self.place(entry);
        let native = self.pass.copied(entry).is_none();
        let replaces = match &body.word {
            FirstWord::Issued { replaces } => replaces.as_ref(),
            FirstWord::Disowned { .. } => {
                let own = self.pass.is_own_text(&body.speaker, &body.forms.comparison, entry);
                unless(own, Refused::Own)?;
                None
            }
            FirstWord::Draft { commitment, .. } => {
                unless(!native, Refused::Copied)?;
                let known = (0..entry).any(|before| {
                    self.fates[before] == Fate::Counts
                        && self.pass.id(before) == *commitment
                        && matches!(self.pass.body(before), Body::Commitment(commitment)
                            if commitment.speaker == body.speaker)
                });
                unless(!known, Refused::Document)?;
                None
            }
            FirstWord::Attributed { to, .. } => {
                unless(*to == body.speaker, Refused::Speaker)?;
                None
            }
        };
        if let Some(replaces) = replaces {
            let Some(old) = self.pass.document(&replaces.document, entry) else {
                return Err(Refused::Replacement);
            };
            unless(old.speaker != body.speaker || is_attributed(old), Refused::Replacement)?;
            unless(self.is_new(&body.speaker, &replaces.document, place), Refused::Tenure)?;
            let last = self.last_word(&body.speaker, &replaces.document, place);
            unless(native && replaces.previous != last, Refused::Stale)?;
        }
        if native {
            let newest = self.newest_named(body, entry);
            let follows = newest.is_none_or(|newest| replaces.map(|it| it.document) == Some(newest));
            unless(!follows, Refused::Name)?;
        }
        Ok(())
    }

    /// The newest native document under the same name that is not void.
    fn newest_named(&self, body: &Document, before: usize) -> Option<Id> {
        let mut entries = (0..before).rev();
        let newest = entries.find(|entry| {
            let counts = self.fates[*entry] == Fate::Counts;
            let same =
                matches!(self.pass.body(*entry), Body::Document(other) if other.name == body.name);
            counts && same && self.pass.copied(*entry).is_none()
        });
        newest.map(|entry| self.pass.id(entry))
    }

    /// What `comment`, `rendition` and `note` need: the document, and a voice on it.
    fn judge_remark(&self, speaker: &Name, document: &Id, entry: usize) -> Verdict {
        let registered = *self.pass.documents(document, entry).first().ok_or(Refused::Document)?;
        if let Some(origin) = self.pass.copied(entry) {
            unless(self.pass.copied(registered) != Some(origin), Refused::Copied)?;
        }
        let issuer = self.pass.issuer(document, entry).ok_or(Refused::Document)?;
        unless(!self.voices(&issuer, self.place(entry)).contains(speaker), Refused::Voice)
    }

    // ---- words

    fn judge_standing(&self, body: &StandingBody, entry: usize) -> Verdict {
        let place = self.place(entry);
        let native = self.pass.copied(entry).is_none();
        let document = self.pass.document(&body.document, entry).ok_or(Refused::Document)?;
        unless(is_attributed(document), Refused::Document)?;
        let me = self.voice(&body.speaker, place);
        let is_voice = self.voices(&document.speaker, place).contains(&body.speaker);
        let warns = super::authority::is_warning(self.pass.body(entry));
        let lifted = match body.act {
            Act::Lift(id) => self.words(&body.document).into_iter().find(|word| word.id == id),
            _ => None,
        };
        let own_name = lifted.as_ref().is_some_and(|word| word.voice.name == me.name);
        unless(!is_voice && !own_name, Refused::Voice)?;
        if self.is_new(&body.speaker, &body.document, place) {
            unless(!warns && !own_name, Refused::Tenure)?;
        }
        let last = self.last_word(&body.speaker, &body.document, place);
        unless(native && !warns && body.previous != last, Refused::Stale)?;
        match body.act {
            Act::Corrected(by) | Act::Superseded(by) => {
                let Some(new) = self.pass.document(&by, entry) else { return Err(Refused::Replacement) };
                let theirs = new.speaker == document.speaker || new.speaker == body.speaker;
                unless(!theirs || is_attributed(new), Refused::Replacement)?;
                let circle = succession_leads(self, by, body.document, place.time);
                unless(circle, Refused::Replacement)
            }
            Act::Disowned => {
                let own = self.pass.is_own_text(&body.speaker, &document.forms.comparison, entry);
                unless(own, Refused::Own)
            }
            Act::Lift(_) if native => {
                let Some(word) = lifted else { return Err(Refused::Lift) };
                let voices = self.voices(&document.speaker, place);
                let rank = voices.iter().position(|voice| voice == &body.speaker);
                let above = rank.map_or(Vec::new(), |rank| self.below(&voices, rank, place));
                let signers = self.signers(entry).len();
                let all =
                    Some(signers) == self.in_force(&body.speaker, place).map(|keys| keys.keys.len());
                let may = word.voice == me || above.contains(&word.voice.name);
                let lasting =
                    word.is_affirmation() || word.is_lift() || self.has_ended(&word, body, place);
                unless(signers < word.takes && !all, Refused::Weak)?;
                unless(!may || lasting, Refused::Lift)
            }
            _ => Ok(()),
        }
    }

    /// Whether a word on a document has ended by a time.
    fn has_ended(&self, word: &super::Word, body: &StandingBody, place: Place) -> bool {
        !super::words::in_force(self.words(&body.document), place.time, true)
            .iter()
            .any(|in_force| in_force.id == word.id)
    }

    /// The id of a speaker's own last native word on a document, or that of the document.
    pub(crate) fn last_word(&self, speaker: &Name, document: &Id, place: Place) -> Id {
        let before = self.words(document).into_iter().filter(|word| word.entry < place.entry);
        let mut own = before.filter(|word| word.copied.is_none() && word.voice.name == *speaker);
        own.next_back().map_or(*document, |word| word.id)
    }

    /// Whether the speaker's rule is satisfied for an act, for those who make histories.
    pub(crate) fn number(&self, name: &Name, act: RuleAct, place: Place) -> usize {
        self.in_force(name, place).map_or(0, |keys| usize::from(keys.rule.takes(act)))
    }
}
