//! Opening a leaked draft: publishing the paragraphs that leaked, with the proof that they were committed to.

use erratum::record::{Body, Document, DocumentName, FirstWord, Id, Record};
use erratum::record::{Date, Genre, OpenedParagraph, OpeningProof};

use super::leak::Leak;
use crate::act::{Issued, title};
use crate::desk::Desk;
use crate::error::DeskError;

/// What an opening says besides its text.
#[derive(Debug, Clone)]
pub struct Open {
    /// The path; without one `drafts/<digest prefix>`.
    pub path: Option<String>,
    /// Its title; without one, the first line of what is opened.
    pub title: Option<String>,
    /// The date it bears.
    pub date: Option<Date>,
    /// What it is called.
    pub genre: Genre,
}

impl Desk {
    /// Publishes the paragraphs of a draft that leaked, as a draft that was never issued.
    ///
    /// # Errors
    /// If this very text is opened already, or what the desk kept does not open the commitment.
    pub fn open_draft(
        &mut self,
        record: &Record,
        leak: &Leak,
        open: &Open,
    ) -> Result<Issued, DeskError> {
        let text = leak.text();
        let forms = erratum::forms_of(&text);
        let own = self.name().clone();
        let known = record.state().with_text(&forms.comparison).map_err(|error| record.failed(error))?;
        let opened = known.iter().find(|known| known.opens().is_some() && *known.issuer() == own);
        if let Some(known) = opened {
            let (name, entry) = (&known.document.name, known.entry);
            return Err(DeskError::unfit(format!("this is opened already, as {name} at entry {entry}")));
        }
        let path = open.path.clone().unwrap_or_else(|| format!("drafts/{}", forms.comparison.short()));
        let name: DocumentName = format!("{own}/{path}").parse().map_err(DeskError::unfit)?;
        let proof = proof(leak).ok_or_else(|| DeskError::unfit("this draft does not open"))?;
        // Rather here than by the record, where the text would have gone out for nothing.
        proof.check(&text).map_err(DeskError::unfit)?;
        let kept = leak.kept.drafts.get(leak.draft);
        let lang = kept.map(|kept| kept.text.lang.parse()).transpose().map_err(DeskError::unfit)?;
        let lang = lang.ok_or_else(|| DeskError::unfit("this draft does not open"))?;
        let mut composer = self.composer(record)?;
        let title = composer.seal(&title(open.title.as_deref(), &text))?;
        let text = composer.seal(&text)?;
        let proof = composer.seal(&proof.to_string())?;
        let composed = composer.finish(Body::Document(Document {
            speaker: own,
            name: name.clone(),
            word: FirstWord::Draft { commitment: leak.commitment, proof },
            genre: open.genre,
            lang,
            date: open.date.clone(),
            effective: None,
            forms,
            title,
            text,
        }))?;
        let submission = self.sign_one(record, composed)?;
        Ok(Issued { name, document: submission.id(), submissions: vec![submission] })
    }
}

/// The proof of the paragraphs that leaked.
fn proof(leak: &Leak) -> Option<OpeningProof> {
    let tree = leak.kept.tree().ok()?;
    let kept = leak.kept.drafts.get(leak.draft)?;
    let opened = |index: &usize| {
        let (position, salt) = (*kept.positions.get(*index)?, kept.salts.get(*index)?);
        let salt = salt.parse::<Id>().ok()?.0;
        let bytes = kept.text.paragraphs.get(*index)?.len();
        Some(OpenedParagraph { bytes, position, salt, path: tree.path(position) })
    };
    let paragraphs = leak.carried.iter().map(opened).collect::<Option<_>>()?;
    Some(OpeningProof { leaves: tree.leaves(), root: tree.root(), paragraphs })
}
