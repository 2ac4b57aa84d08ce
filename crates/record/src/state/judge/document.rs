//! Who may register documents and speak of them.

use std::sync::Arc;

use super::{Kind, Placed, Refusal, State, Stop, Verdict, refuse};
use crate::atoms::{Id, Name, Origin, Time};
use crate::authority::{Known, Place, Signers};
use crate::rule::{Moment, not_ended};
use crate::state::Registered;
use crate::statement::{Act, Document, FirstWord, Remark, Rendition, StandingBody};
use crate::words::{Class, Standing};

/// At most this many successions are followed when looking for a circle.
const LONGEST_CHAIN: usize = 10_000;

impl State {
    pub(super) fn judge_document(&self, body: &Document, placed: &Placed, native: bool) -> Verdict {
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
                self.check_not_new(&body.speaker, &old, placed.place())?;
                self.check_previous(&body.speaker, &old, &replaces.previous, native)
            }
            FirstWord::Draft { commitment, .. } => self.judge_opening(&body.speaker, commitment, native),
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
        let mut newest = None;
        for document in lineage.iter().rev().filter(|document| document.copied_from.is_none()) {
            if self.seen(document, Moment::ALL)?.stolen().is_none() {
                newest = Some(document);
                break;
            }
        }
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

    pub(super) fn judge_rendition(
        &self,
        body: &Rendition,
        placed: &Placed,
        copied_from: Option<&Origin>,
    ) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "rendition")?;
        self.check_voice(&body.speaker, &document, placed.place())?;
        self.check_not_new(&body.speaker, &document, placed.place())
    }

    pub(super) fn judge_comment(
        &self,
        body: &Remark,
        placed: &Placed,
        copied_from: Option<&Origin>,
    ) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "comment")?;
        self.check_voice(&body.speaker, &document, placed.place())
    }

    pub(super) fn judge_note(
        &self,
        body: &Remark,
        placed: &Placed,
        copied_from: Option<&Origin>,
    ) -> Verdict {
        let document = self.known(&body.document)?;
        check_copied(&document, copied_from, "note")?;
        match self.rank_at(&body.speaker, document.issuer(), placed.place())? {
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

    pub(super) fn judge_standing(
        &self,
        body: &StandingBody,
        placed: &Placed,
        signers: &Signers,
        native: bool,
    ) -> Verdict {
        let document = self.known(&body.document)?;
        let place = placed.place();
        match body.act {
            // Its own word anyone may lift, even when it is a voice no longer.
            Act::Lift(id) if is_own_word(&document, &id, &body.speaker) => {}
            _ => self.check_voice(&body.speaker, &document, place)?,
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
            self.check_previous(&body.speaker, &document, &body.previous, native)?;
            if !matches!(body.act, Act::Lift(id) if is_own_word(&document, &id, &body.speaker)) {
                self.check_not_new(&body.speaker, &document, place)?;
            }
        }
        match body.act {
            Act::Corrected(by) | Act::Superseded(by) => {
                self.check_successor(&document, &body.speaker, by, placed.logged)
            }
            Act::Disowned => self.check_not_own(&body.speaker, &document.document.forms.comparison),
            Act::Lift(id) if native => self.check_lift(&document, &id, placed, &body.speaker, signers),
            Act::Draft | Act::Issued | Act::Held | Act::Withdrawn | Act::InError | Act::Lift(_) => {
                Ok(())
            }
        }
    }

    fn known(&self, id: &Id) -> Result<Arc<Registered>, Stop> {
        let why = || format!("this record holds no document {}", id.short());
        self.document(id)?.ok_or_else(|| Refusal::new(Kind::Unknown, why()).into())
    }

    fn check_voice(&self, speaker: &Name, document: &Registered, place: Place) -> Verdict {
        match self.rank_at(speaker, document.issuer(), place)? {
            Some(_) => Ok(()),
            None => refuse(
                Kind::NoVoice,
                format!(
                    "{speaker} is neither the issuer of {} nor its superior",
                    document.document.name
                ),
            ),
        }
    }

    /// Whoever is new to a document, by a change of hands of its own name or of one by whose naming it stands
    /// above, warns of it, comments, and lifts its own warnings.
    fn check_not_new(&self, speaker: &Name, document: &Registered, place: Place) -> Verdict {
        let issuer = document.issuer();
        if speaker == issuer && self.issuer(issuer)?.is_none_or(|issuer| issuer.is_plain()) {
            return Ok(());
        }
        let light = self.light(&[issuer], Known::ALL, speaker != issuer)?;
        let name = &document.document.name;
        if light.tenure(speaker, place).0 != light.tenure(speaker, document.place()).0 {
            let why = format!(
                "{name} was logged before {speaker} changed hands: its new holder may warn of it and comment, and lift its own warnings"
            );
            return refuse(Kind::NotYours, why);
        }
        let since = light.since(speaker, issuer, place);
        if since.is_some_and(|since| since.is_before(document.place())) {
            return Ok(());
        }
        let why = format!(
            "{name} was logged before the name changed hands by which {speaker} stands above it: {speaker} may warn of it and comment, and lift its own warnings"
        );
        refuse(Kind::NotYours, why)
    }

    fn check_previous(
        &self,
        speaker: &Name,
        document: &Arc<Registered>,
        previous: &Id,
        native: bool,
    ) -> Verdict {
        // A copied word follows its speaker's words in another record.
        if !native {
            return Ok(());
        }
        let expected = self.seen(document, Moment::ALL)?.previous(speaker);
        if *previous == expected {
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
                    "{speaker} {} this very text at entry {entry}; the way back is withdrawn or in-error",
                    if self.is_opening(comparison, *entry)? { "opened" } else { "issued" }
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
            let Some(document) = self.document(&at)? else { continue };
            let document = self.seen(&document, Moment::ALL)?;
            for word in not_ended(&document.words, now) {
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

    /// A lift names a word that nothing has ended yet, of its speaker or of a voice below it now, and takes
    /// the signatures that the word took.
    fn check_lift(
        &self,
        document: &Arc<Registered>,
        id: &Id,
        placed: &Placed,
        speaker: &Name,
        signers: &Signers,
    ) -> Verdict {
        let place = placed.place();
        let seen = self.seen(document, Moment::ALL)?;
        let live = not_ended(&seen.words, placed.logged);
        let Some(word) = live.into_iter().find(|word| word.id == *id) else {
            return refuse(
                Kind::Unknown,
                format!("no word {} is in force on this document", id.short()),
            );
        };
        if word.standing().map(Standing::class) == Some(Class::Affirmation) {
            return refuse(Kind::Unfit, "an affirmation is not lifted: withdraw the document instead");
        }
        let light = self.light(&[speaker, document.issuer()], Known::ALL, true)?;
        if word.voice == *speaker {
            if light.tenure(speaker, place).0 != word.weight.tenure {
                return refuse(
                    Kind::NotYours,
                    format!(
                        "{speaker} said this word before it changed hands; its new holder cannot lift it"
                    ),
                );
            }
        } else if !light.below(speaker, document.issuer(), place).contains(&word.voice) {
            return refuse(
                Kind::NotYours,
                format!("only {} or a voice above it can lift its word", word.voice),
            );
        }
        let Some((_, keys)) = light.in_force(speaker, place) else { return Ok(()) };
        let all = signers.listed.len() == keys.keys.len();
        let took = word.weight.took;
        if all || signers.listed.len() >= usize::from(took) {
            return Ok(());
        }
        let number = signers.listed.len();
        refuse(
            Kind::NotSigned,
            format!("the word to be lifted took {took} signatures; this lift has {number}"),
        )
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
