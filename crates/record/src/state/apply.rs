//! Taking a valid statement in.

use crate::atoms::{DocumentName, Id, Name, Origin, Time};
use crate::authority::{Issuer, Place, Said, SaidBody, Signers};
use crate::facts::{Admitted, Count, EpochFact, File, Lineage, Notes, Text, Withheld};
use crate::log::LogError;
use crate::rule::{Weight, Word};
use crate::statement::{self, Act, Body, FirstWord, Statement};

use super::{Attached, Placed, Registered, Remarked, Rendered, State};

/// Where and when a statement was logged.
struct At {
    id: Id,
    entry: u64,
    logged: Time,
    signers: Signers,
    copied_from: Option<Origin>,
}

impl At {
    fn place(&self) -> Place {
        Place { entry: self.entry, time: self.logged }
    }

    fn said(self, body: SaidBody) -> Said {
        let place = self.place();
        Said { place, id: self.id, signers: self.signers, copied_from: self.copied_from, body }
    }
}

impl State {
    /// Takes in a statement that [`State::judge`] found valid as the next, with the keys that it said
    /// signed it.
    pub(crate) fn apply(&mut self, placed: Placed, signers: Signers) -> Result<(), LogError> {
        let Placed { entry, logged, id, statement, attached } = placed;
        let copied_from = self.copied_from(&statement.record).cloned();
        self.remember_issued(&statement, entry)?;
        self.last_time = Some(logged);
        let at = At { id, entry, logged, signers, copied_from };
        match statement.body {
            Body::Record(body) => self.apply_record(&at, statement.record, body, attached),
            Body::Keys(keys) => {
                let name = keys.name().clone();
                self.apply_said(&name, at.said(SaidBody::Keys(Box::new(keys))))
            }
            Body::Acceptance(acceptance) => {
                let name = acceptance.subordinate.clone();
                self.apply_said(&name, at.said(SaidBody::Acceptance(acceptance)))
            }
            Body::Revocation(revocation) => {
                let name = revocation.name().clone();
                self.apply_said(&name, at.said(SaidBody::Revocation(Box::new(revocation))))
            }
            // Refused when it was judged.
            Body::Commitment(body) => self.apply_commitment(id, entry, logged, body),
            Body::Document(document) => self.apply_document(at, document),
            Body::Rendition(rendition) => self.apply_rendition(at, rendition),
            Body::Standing(body) => self.apply_standing(at, body),
            Body::Comment(body) => self.apply_comment(at, body),
            Body::Note(body) => {
                let name = body.document.to_string();
                let note = Remarked::new(at.place(), None, at.signers, at.copied_from, body);
                let Self { notes, map, origin, .. } = self;
                notes.change(&name, map, origin.as_ref(), Notes::default, |notes| notes.0.push(note))
            }
        }
    }

    fn apply_comment(&mut self, at: At, body: statement::Remark) -> Result<(), LogError> {
        let rank = match self.document(&body.document)? {
            Some(document) => self.rank_at(&body.speaker, document.issuer(), at.place())?,
            None => None,
        };
        let id = body.document;
        let comment = Remarked::new(at.place(), rank, at.signers, at.copied_from, body);
        self.change_document(&id, |document| document.comments.push(comment))
    }

    fn apply_record(
        &mut self,
        at: &At,
        record: Origin,
        body: statement::RecordBody,
        attached: Attached,
    ) -> Result<(), LogError> {
        if body.log_key.is_some() {
            self.origin = Some(record);
            self.log_key = body.log_key;
            self.open = body.open;
        }
        if let Some((version, _)) = body.suffixes {
            self.suffix_versions.push((version, at.entry));
            self.suffixes = attached.suffixes;
        }
        if let (Some(epoch), Some(checkpoint)) = (body.epoch, attached.checkpoint) {
            let (entry, logged) = (at.entry, at.logged);
            let manifest = epoch.manifest.or(self.manifest());
            self.epoch = Some(EpochFact { entry, logged, checkpoint: checkpoint.size(), manifest });
        }
        let Self { admitted, withheld, newly_withheld, map, origin, .. } = self;
        for (name, key) in body.admit {
            admitted.change(name.as_str(), map, origin.as_ref(), Admitted::default, |admitted| {
                if !admitted.keys.iter().any(|(known, _)| *known == key) {
                    admitted.keys.push((key, at.entry));
                }
            })?;
        }
        for (proof, _) in body.proofs {
            let name = proof.name.to_string();
            admitted.change(&name, map, origin.as_ref(), Admitted::default, |admitted| {
                admitted.proofs.push((at.place(), proof));
            })?;
        }
        for entry in body.withhold {
            let name = entry.to_string();
            newly_withheld.push(entry);
            withheld.change(&name, map, origin.as_ref(), Withheld::default, |by| {
                if by.0.is_empty() {
                    by.0.push(at.entry);
                }
            })?;
        }
        Ok(())
    }

    fn apply_said(&mut self, name: &Name, said: Said) -> Result<(), LogError> {
        let Self { issuers, map, origin, .. } = self;
        let new = || Issuer::new(name.clone());
        issuers.change(name.as_str(), map, origin.as_ref(), new, |issuer| issuer.said.push(said))
    }

    fn change_document(
        &mut self,
        id: &Id,
        change: impl FnOnce(&mut Registered),
    ) -> Result<(), LogError> {
        let Self { registered, map, origin, .. } = self;
        registered.change_known(&id.to_string(), map, origin.as_ref(), change)
    }

    fn apply_document(&mut self, at: At, document: statement::Document) -> Result<(), LogError> {
        let At { id, entry, logged, signers, copied_from } = at;
        let mut word = Word {
            id,
            entry,
            logged,
            effective: document.effective,
            voice: document.speaker.clone(),
            rank: 0,
            below: Vec::new(),
            signers: signers.clone(),
            weight: Weight::default(),
            act: Act::Issued,
            lang: document.lang.clone(),
            passages: Vec::new(),
            reason: None,
            translations: Vec::new(),
            copied_from: copied_from.clone(),
        };
        let mut words = Vec::new();
        match &document.word {
            FirstWord::Issued { replaces } => {
                if let Some(replaces) = replaces {
                    let succession = Word { act: Act::Superseded(id), ..word.clone() };
                    self.change_document(&replaces.document, |old| old.words.push(succession))?;
                }
                words.push(word);
            }
            FirstWord::Disowned { reason } => {
                word.act = Act::Disowned;
                word.reason = Some(*reason);
                words.push(word);
            }
            FirstWord::Draft { .. } => {
                word.act = Act::Draft;
                words.push(word);
            }
            FirstWord::Attributed { .. } => {}
        }
        self.name(&document.name, id, copied_from.is_some())?;
        self.count(&document.speaker)?;
        self.add_text(&document.forms.comparison, id)?;
        let mut registered = Registered::new(id, entry, logged, signers, document, copied_from);
        registered.words = words;
        let Self { registered: table, map, origin, .. } = self;
        table.change(&id.to_string(), map, origin.as_ref(), || registered, |_| {})
    }

    fn name(&mut self, name: &DocumentName, id: Id, copied: bool) -> Result<(), LogError> {
        let Self { lineages, map, origin, .. } = self;
        lineages.change(&name.to_string(), map, origin.as_ref(), Lineage::default, |lineage| {
            lineage.0.push((id, copied));
        })
    }

    fn count(&mut self, issuer: &Name) -> Result<(), LogError> {
        self.documents += 1;
        let Self { counts, map, origin, .. } = self;
        counts.change(
            issuer.as_str(),
            map,
            origin.as_ref(),
            || Count(vec![0]),
            |count| {
                count.0.iter_mut().for_each(|count| *count += 1);
            },
        )
    }

    fn add_text(&mut self, comparison: &Id, document: Id) -> Result<(), LogError> {
        let Self { texts, map, origin, .. } = self;
        texts.change(&comparison.to_string(), map, origin.as_ref(), Text::default, |text| {
            if !text.documents.contains(&document) {
                text.documents.push(document);
            }
        })
    }

    fn apply_rendition(&mut self, at: At, rendition: statement::Rendition) -> Result<(), LogError> {
        let At { entry, logged, signers, copied_from, .. } = at;
        let document = rendition.document;
        let Self { files, map, origin, .. } = self;
        let file = rendition.sha256.to_string();
        files.change(&file, map, origin.as_ref(), File::default, |file| {
            file.0.push((document, entry));
        })?;
        if let Some((forms, _)) = &rendition.translation {
            self.add_text(&forms.comparison, document)?;
        }
        let rendered = Rendered { entry, logged, signers, copied_from, rendition };
        self.change_document(&document, |document| document.renditions.push(rendered))
    }

    fn apply_standing(&mut self, at: At, body: statement::StandingBody) -> Result<(), LogError> {
        let Some(document) = self.document(&body.document)? else { return Ok(()) };
        let rank = self.rank_at(&body.speaker, document.issuer(), at.place())?;
        let below = self.below_at(&body.speaker, document.issuer(), at.place())?;
        // Whoever is a voice no longer can still lift its own word, at the rank it had.
        let former = || {
            let own = document.words.iter().rev().find(|word| word.voice == body.speaker);
            own.map(|word| word.rank)
        };
        let rank = rank.or_else(former).unwrap_or(0);
        drop(document);
        let At { id, entry, logged, signers, copied_from } = at;
        let word = Word {
            id,
            entry,
            logged,
            effective: body.effective,
            voice: body.speaker,
            rank,
            below,
            signers,
            weight: Weight::default(),
            act: body.act,
            lang: body.lang,
            passages: body.passages,
            reason: body.reason,
            translations: body.translations,
            copied_from,
        };
        self.change_document(&body.document, |document| document.words.push(word))
    }

    /// Rule 4 looks at every text that a key of the speaker ever issued, void or not.
    pub(super) fn remember_issued(&mut self, statement: &Statement, entry: u64) -> Result<(), LogError> {
        let Some(comparison) = self.text_issued(statement)? else { return Ok(()) };
        let Some(speaker) = statement.speaker() else { return Ok(()) };
        let name = comparison.to_string();
        let known = self.texts.get(&name, &self.map, self.origin())?;
        if known.is_some_and(|text| text.issued.iter().any(|(known, _)| known == speaker)) {
            return Ok(());
        }
        let Self { texts, map, origin, .. } = self;
        texts.change(&name, map, origin.as_ref(), Text::default, |text| {
            text.issued.push((speaker.clone(), entry));
        })
    }

    /// The comparison form of the text that a statement of an issuer makes its own: a document issued or opened,
    /// a translation of one, an `issued` said on a document of its own.
    fn text_issued(&self, statement: &Statement) -> Result<Option<Id>, LogError> {
        let own = |id: &Id| {
            let document = self.document(id)?;
            Ok(document.filter(|document| Some(document.issuer()) == statement.speaker()))
        };
        Ok(match &statement.body {
            Body::Document(body) => makes_own(&body.word).then_some(body.forms.comparison),
            Body::Rendition(body) if self.copied_from(&statement.record).is_none() => {
                let issued = own(&body.document)?.filter(|own| makes_own(&own.document.word));
                let translation = body.translation.as_ref().filter(|_| issued.is_some());
                translation.map(|(forms, _)| forms.comparison)
            }
            Body::Standing(body) if body.act == Act::Issued => {
                own(&body.document)?.map(|document| document.document.forms.comparison)
            }
            _ => None,
        })
    }
}

/// Whether this first word says that a text is the speaker's.
fn makes_own(word: &FirstWord) -> bool {
    matches!(word, FirstWord::Issued { .. } | FirstWord::Draft { .. })
}
