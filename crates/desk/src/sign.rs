//! Signing what was composed, with as many of the desk's keys as it takes and no more.

use std::path::Path;

use erratum::record::{Note, Record, Submission, VerifierKey};

use crate::compose::Draft;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::keys::read_signer;
use crate::office::Need;
use crate::secret::{Ask, wipe_stack};

impl Desk {
    /// Signs one statement.
    pub(crate) fn sign_one(&mut self, record: &Record, draft: Draft) -> Result<Submission, DeskError> {
        let mut signed = self.sign(record, vec![draft])?;
        signed.pop().ok_or_else(|| DeskError::unfit("nothing to sign"))
    }

    /// Signs statements. Fewer signatures than they take may be all that this desk has to give: then they
    /// wait for the others when they are handed in.
    pub(crate) fn sign(
        &mut self,
        record: &Record,
        drafts: Vec<Draft>,
    ) -> Result<Vec<Submission>, DeskError> {
        let mut wanted = Vec::new();
        for draft in &drafts {
            let need = Need::of(record, &draft.statement)?;
            wanted.push(Wanted { text: draft.statement.text(), need, note: None });
        }
        self.sign_wanted(&mut wanted)?;
        let blobs = drafts.into_iter().map(|draft| draft.blobs);
        wanted
            .into_iter()
            .zip(blobs)
            .map(|(wanted, blobs)| Ok(Submission { note: wanted.done()?, blobs }))
            .collect()
    }

    /// Adds to each note the signatures of this desk that it still takes; says with which keys.
    pub(crate) fn sign_wanted(&mut self, wanted: &mut [Wanted]) -> Result<Vec<VerifierKey>, DeskError> {
        let (keys, ask) = self.signing();
        let mut used = Vec::new();
        for key in keys {
            let mut mine = Vec::new();
            for one in wanted.iter_mut() {
                if one.takes(&key.verifier)? {
                    mine.push(one);
                }
            }
            let texts: Vec<&str> = mine.iter().map(|one| one.text.as_str()).collect();
            if texts.is_empty() {
                continue;
            }
            let notes = key.sign(&texts, ask)?;
            for (one, note) in mine.into_iter().zip(notes) {
                one.add(note)?;
            }
            used.push(key.verifier.clone());
        }
        Ok(used)
    }

    /// Signs a statement with the recovery key in a file alone.
    pub(crate) fn sign_with_recovery(
        &mut self,
        draft: Draft,
        file: &Path,
    ) -> Result<Submission, DeskError> {
        let (_, ask) = self.signing();
        let note = sign_with_file(&draft.statement.text(), file, ask);
        wipe_stack();
        Ok(Submission { note: note?, blobs: draft.blobs })
    }
}

#[inline(never)]
fn sign_with_file(text: &str, file: &Path, ask: &mut Ask) -> Result<Note, DeskError> {
    read_signer(file, ask)?.sign(text).map_err(DeskError::unfit)
}

/// A text that takes signatures.
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) need: Option<Need>,
    pub(crate) note: Option<Note>,
}

impl Wanted {
    /// Whether a signature of this key brings it further.
    fn takes(&self, key: &VerifierKey) -> Result<bool, DeskError> {
        let Some(need) = &self.need else {
            // Of a name that is not in the record yet, the first key at hand will do.
            return Ok(self.note.is_none());
        };
        if !need.keys.contains(key) && !need.recovery.contains(key) {
            return Ok(false);
        }
        let Some(note) = &self.note else { return Ok(true) };
        let (signers, enough) = need.signers(note)?;
        Ok(!enough && !signers.contains(key))
    }

    fn add(&mut self, note: Note) -> Result<(), DeskError> {
        match &mut self.note {
            Some(known) => known.merge(&note).map_err(DeskError::unfit),
            None => {
                self.note = Some(note);
                Ok(())
            }
        }
    }

    fn done(self) -> Result<Note, DeskError> {
        self.note.ok_or_else(|| {
            DeskError::unfit(
                "no key of this desk is among the office's keys in force (erratum keys show)",
            )
        })
    }
}
