//! Whether a statement is valid at its position: who may say what, when.

use std::sync::Arc;

use crate::atoms::{Id, Name, Origin, Time};
use crate::note::{Signed, VerifierKey};
use crate::rule::not_ended;
use crate::statement::{
    Acceptance, Act, Body, Document, FirstWord, Keys, RecordBody, Remark, Rendition, StandingBody,
};
use crate::words::{Class, Standing};

use super::refusal::{Refusal, RefusalKind as Kind, Stop};
use super::{Placed, Registered, State};

type Verdict = Result<(), Stop>;

/// At most this many successions are followed when looking for a circle.
const LONGEST_CHAIN: usize = 10_000;

fn refuse<T>(kind: Kind, why: impl Into<String>) -> Result<T, Stop> {
    Err(Refusal::new(kind, why).into())
}

impl State {
    /// Judges a statement as if it came next, and changes nothing.
    ///
    /// # Errors
    /// Why it would count for nothing.
    pub fn judge(&self, placed: &Placed, signed: &dyn Fn(&VerifierKey) -> Signed) -> Verdict {
        if self.last_time.is_some_and(|last| placed.logged < last) {
            return refuse(Kind::Time, "its logged time runs back");
        }
        let statement = &placed.statement;
        if let Some(entry) = self.entry_of(&placed.id, statement)? {
            return refuse(Kind::Replayed, format!("already logged at entry {entry}"));
        }
        let copied_from = self.copied_from(&statement.record);
        let native = copied_from.is_none();
        match &statement.body {
            Body::Record(body) => self.judge_record(placed, body, signed),
            _ if self.origin.is_none() => {
                refuse(Kind::Unfit, "the first entry must be a record statement with the log key")
            }
            Body::Keys(keys) => self.judge_keys(keys, native, signed),
            Body::Acceptance(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_acceptance(body, native)
            }
            Body::Document(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_document(body, native)
            }
            Body::Rendition(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_rendition(body, copied_from)
            }
            Body::Standing(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_standing(body, placed.logged, native)
            }
            Body::Comment(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_comment(body, copied_from)
            }
            Body::Note(body) => {
                self.signed_by(&body.speaker, signed)?;
                self.judge_note(body, copied_from)
            }
        }
    }

    fn signed_by(&self, speaker: &Name, signed: &dyn Fn(&VerifierKey) -> Signed) -> Verdict {
        let Some(issuer) = self.issuer(speaker)? else {
            return refuse(Kind::NoKeys, format!("{speaker} has no key in this record"));
        };
        check_signature(&issuer.key, signed)
    }

    fn judge_record(
        &self,
        placed: &Placed,
        body: &RecordBody,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Verdict {
        let record = &placed.statement.record;
        let key = match (&self.log_key, &body.log_key) {
            (None, Some(key)) => key,
            (Some(key), None) => key,
            (None, None) => {
                return refuse(Kind::Unfit, "the first record statement must name the log key");
            }
            (Some(_), Some(_)) => return refuse(Kind::Unfit, "only entry 0 may name the log key"),
        };
        if self.log_key.is_none() && placed.entry != 0 {
            return refuse(Kind::Unfit, "the log key stands at entry 0 or nowhere");
        }
        if key.name() != record.as_str() || self.origin.as_ref().is_some_and(|o| o != record) {
            return refuse(
                Kind::Unfit,
                format!("a record statement for {record} counts only in that record"),
            );
        }
        if body.suffixes.is_some() && placed.attached.suffixes.is_none() {
            return refuse(Kind::Unfit, "its public suffix list is missing");
        }
        self.judge_epoch(placed, body)?;
        self.judge_withholding(placed, body)?;
        check_signature(key, signed)
    }

    /// What an epoch commits to is not judged here, only that it is one: whether it follows from the log,
    /// `audit` proves.
    fn judge_epoch(&self, placed: &Placed, body: &RecordBody) -> Verdict {
        let Some(epoch) = &body.epoch else { return Ok(()) };
        let Some(checkpoint) = &placed.attached.checkpoint else {
            return refuse(Kind::Unfit, "its checkpoint is missing, or not one of this log");
        };
        if checkpoint.size() > placed.entry {
            return refuse(Kind::Unfit, "its checkpoint has entries that come after it");
        }
        if self.epoch.as_ref().is_some_and(|last| checkpoint.size() <= last.checkpoint) {
            return refuse(Kind::Replayed, "its checkpoint is not newer than that of the epoch before");
        }
        if epoch.manifest.is_some_and(|(size, _)| size > placed.entry) {
            return refuse(Kind::Unfit, "its index covers entries that come after it");
        }
        Ok(())
    }

    fn judge_withholding(&self, placed: &Placed, body: &RecordBody) -> Verdict {
        match body.withhold.last() {
            Some(entry) if *entry >= placed.entry => {
                refuse(Kind::Unknown, format!("there is no entry {entry} to withhold yet"))
            }
            _ => Ok(()),
        }
    }

    fn judge_keys(&self, keys: &Keys, native: bool, signed: &dyn Fn(&VerifierKey) -> Signed) -> Verdict {
        let name = &keys.speaker;
        if let Some(known) = self.issuer(name)?
            && (known.copied_from.is_none() || !native)
        {
            return refuse(
                Kind::Taken,
                format!(
                    "{name} already has a key at entry {}; changing keys comes with a later version",
                    known.entry
                ),
            );
        }
        if !self.admits(name, &keys.key)? {
            return refuse(
                Kind::NotAdmitted,
                format!(
                    "{name} is not admitted with this key; the operator runs: erratum record admit {name} {}",
                    keys.key
                ),
            );
        }
        if let Some(superior) = &keys.superior {
            if superior == name {
                return refuse(Kind::Circle, format!("{name} cannot be its own superior"));
            }
            let list = self.suffixes.as_ref();
            if list.is_some_and(|list| list.has_rules() && list.registrable(superior).is_none()) {
                return refuse(
                    Kind::Unfit,
                    format!("{superior} is a public suffix and cannot be a superior"),
                );
            }
        }
        check_signature(&keys.key, signed)
    }

    fn judge_acceptance(&self, body: &Acceptance, native: bool) -> Verdict {
        let Acceptance { speaker, subordinate, keys } = body;
        if !native {
            return refuse(Kind::Unfit, "an acceptance counts only in the record it was made for");
        }
        let named = self.issuer(subordinate)?.filter(|issuer| issuer.keys == *keys);
        let Some(issuer) = named else {
            return refuse(
                Kind::Unknown,
                format!("these are not the keys of {subordinate} in this record"),
            );
        };
        if issuer.names_superior.as_ref() != Some(speaker) {
            return refuse(
                Kind::NoVoice,
                format!("{subordinate} does not name {speaker} as its superior"),
            );
        }
        if let Some(entry) = issuer.accepted {
            return refuse(
                Kind::Taken,
                format!("{speaker} has already accepted {subordinate} at entry {entry}"),
            );
        }
        if self.superiors(speaker)?.contains(subordinate) {
            return refuse(Kind::Circle, format!("{subordinate} already stands above {speaker}"));
        }
        Ok(())
    }

    fn judge_document(&self, body: &Document, native: bool) -> Verdict {
        if native {
            self.judge_name(body)?;
        }
        match &body.word {
            FirstWord::Issued { replaces: None } => Ok(()),
            FirstWord::Issued { replaces: Some(replaces) } => {
                let old = self.known(&replaces.document)?;
                if *old.issuer() != body.speaker || old.attributed_to().is_some() {
                    return refuse(
                        Kind::NotYours,
                        format!("{} is not a document of {}", old.document.name, body.speaker),
                    );
                }
                self.check_previous(&body.speaker, &replaces.document, &replaces.previous, native)
            }
            FirstWord::Disowned { .. } => self.check_not_own(&body.speaker, &body.forms.comparison),
            FirstWord::Attributed { to, .. } if *to == body.speaker => {
                refuse(Kind::Unfit, "a text of one's own is issued or disowned, not attributed")
            }
            FirstWord::Attributed { .. } => Ok(()),
        }
    }

    /// A path is given once; only a document that replaces the newest under it may use it again.
    fn judge_name(&self, body: &Document) -> Verdict {
        let lineage = self.lineage(&body.name)?;
        let newest = lineage.iter().rev().find(|d| d.copied_from.is_none());
        let Some(newest) = newest else { return Ok(()) };
        match &body.word {
            FirstWord::Issued { replaces: Some(replaces) } if replaces.document == newest.id => Ok(()),
            _ => refuse(
                Kind::Taken,
                format!(
                    "{} is taken by the document at entry {}; a new version must replace it",
                    body.name, newest.entry
                ),
            ),
        }
    }

    fn judge_rendition(&self, body: &Rendition, copied_from: Option<&Origin>) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "rendition")?;
        self.voice(&body.speaker, &document).map(|_| ())
    }

    fn judge_comment(&self, body: &Remark, copied_from: Option<&Origin>) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "comment")?;
        self.voice(&body.speaker, &document).map(|_| ())
    }

    fn judge_note(&self, body: &Remark, copied_from: Option<&Origin>) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "note")?;
        match self.rank(&body.speaker, document.issuer())? {
            None => Ok(()),
            Some(_) => refuse(
                Kind::Unfit,
                format!(
                    "{} has a voice on {}: it comments, others note",
                    body.speaker, document.document.name
                ),
            ),
        }
    }

    fn judge_standing(&self, body: &StandingBody, logged: Time, native: bool) -> Verdict {
        let document = self.known(&body.document)?;
        match body.act {
            // Its own word anyone may lift, even when it is a voice no longer.
            Act::Lift(id) if is_own_word(&document, &id, &body.speaker) => {}
            _ => _ = self.voice(&body.speaker, &document)?,
        }
        if document.attributed_to().is_some() {
            return refuse(
                Kind::Unfit,
                format!(
                    "{} is registered as seen and has no standing; only its office can give it one, by registering it",
                    document.document.name
                ),
            );
        }
        let warning = body.act.standing().is_some_and(|standing| standing.class() == Class::Warning);
        if !warning {
            self.check_previous(&body.speaker, &body.document, &body.previous, native)?;
        }
        match body.act {
            Act::Corrected(by) | Act::Superseded(by) => {
                self.check_successor(&document, &body.speaker, by, logged)
            }
            Act::Disowned => self.check_not_own(&body.speaker, &document.document.forms.comparison),
            Act::Lift(id) if native => self.check_lift(&document, &id, &body.speaker, logged),
            Act::Issued | Act::Held | Act::Withdrawn | Act::InError | Act::Lift(_) => Ok(()),
        }
    }

    fn known(&self, id: &Id) -> Result<Arc<Registered>, Stop> {
        let why = || format!("this record holds no document {}", id.short());
        self.document(id)?.ok_or_else(|| Refusal::new(Kind::Unknown, why()).into())
    }

    fn voice(&self, speaker: &Name, document: &Registered) -> Result<u8, Stop> {
        self.rank(speaker, document.issuer())?.ok_or_else(|| {
            Refusal::new(
                Kind::NoVoice,
                format!(
                    "{speaker} is neither the issuer of {} nor its superior",
                    document.document.name
                ),
            )
            .into()
        })
    }

    fn check_previous(&self, speaker: &Name, document: &Id, previous: &Id, native: bool) -> Verdict {
        let expected = self.previous(speaker, document)?;
        // A copied word follows its speaker's words in another record.
        if !native || *previous == expected {
            return Ok(());
        }
        refuse(
            Kind::Stale,
            format!(
                "stale: it follows {}, but the last word of {speaker} is {}",
                previous.short(),
                expected.short()
            ),
        )
    }

    fn check_not_own(&self, speaker: &Name, comparison: &Id) -> Verdict {
        let text = self.texts.get(&comparison.to_string(), &self.map, self.origin())?;
        let issued = text.as_ref().and_then(|text| text.issued.iter().find(|(by, _)| by == speaker));
        match issued {
            None => Ok(()),
            Some((_, entry)) => refuse(
                Kind::OwnText,
                format!(
                    "{speaker} issued this very text at entry {entry}; the way back is withdrawn or in-error"
                ),
            ),
        }
    }

    fn check_successor(&self, document: &Registered, speaker: &Name, by: Id, logged: Time) -> Verdict {
        let successor = self.known(&by)?;
        let fitting = [document.issuer(), speaker].contains(&successor.issuer());
        if !fitting || successor.attributed_to().is_some() {
            return refuse(
                Kind::NotYours,
                format!(
                    "{} is not a document of {} or {speaker}",
                    successor.document.name,
                    document.issuer()
                ),
            );
        }
        if self.leads_to(by, document.id, logged)? {
            return refuse(
                Kind::Circle,
                format!("{} is itself replaced by this document", successor.document.name),
            );
        }
        Ok(())
    }

    /// Whether successions lead from `from` to `to` that nothing has ended for certain at `now`.
    fn leads_to(&self, from: Id, to: Id, now: Time) -> Result<bool, Stop> {
        let mut seen = vec![from];
        let mut next = 0;
        while let Some(at) = seen.get(next).copied() {
            if at == to {
                return Ok(true);
            }
            next += 1;
            let document = self.document(&at)?;
            let words = document.as_ref().map(|d| d.words.as_slice()).unwrap_or_default();
            for word in not_ended(words, now) {
                if let Act::Corrected(by) | Act::Superseded(by) = word.act
                    && !seen.contains(&by)
                    && seen.len() < LONGEST_CHAIN
                {
                    seen.push(by);
                }
            }
        }
        Ok(false)
    }

    /// A lift names a word that nothing has ended yet, of its speaker or of a voice below it now.
    fn check_lift(&self, document: &Registered, id: &Id, speaker: &Name, logged: Time) -> Verdict {
        let Some(word) = not_ended(&document.words, logged).into_iter().find(|word| word.id == *id)
        else {
            return refuse(
                Kind::Unknown,
                format!("no word {} is in force on this document", id.short()),
            );
        };
        if word.standing().map(Standing::class) == Some(Class::Affirmation) {
            return refuse(Kind::Unfit, "an affirmation is not lifted: withdraw the document instead");
        }
        if word.voice == *speaker || self.below(speaker, document.issuer())?.contains(&word.voice) {
            return Ok(());
        }
        refuse(Kind::NotYours, format!("only {} or a voice above it can lift its word", word.voice))
    }
}

/// What was copied from another record and is no word counts only on a document copied from there too.
fn check_copied(document: &Registered, copied_from: Option<&Origin>, what: &str) -> Verdict {
    match copied_from {
        Some(origin) if document.copied_from.as_ref() != Some(origin) => refuse(
            Kind::Unfit,
            format!("a {what} copied from {origin} counts only in the record it was made for"),
        ),
        _ => Ok(()),
    }
}

fn is_own_word(document: &Registered, id: &Id, speaker: &Name) -> bool {
    document.words.iter().any(|word| word.id == *id && word.voice == *speaker)
}

fn check_signature(key: &VerifierKey, signed: &dyn Fn(&VerifierKey) -> Signed) -> Verdict {
    match signed(key) {
        Signed::Yes => Ok(()),
        Signed::No => refuse(Kind::NotSigned, format!("not signed by {}", key.name())),
        Signed::Forged => {
            refuse(Kind::NotSigned, format!("the signature of {} does not verify", key.name()))
        }
    }
}
