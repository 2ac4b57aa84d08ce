//! Private drafts: committing to them without showing them, and opening what leaked.
//!
//! A commitment goes out only after its salts are kept for good: without them nobody can open it, this
//! office no more than anybody else.

mod leak;
mod open;
mod store;

use std::collections::BTreeSet;

use erratum::record::{Body, Commitment, Id, Inbox, Receipt, Record, Submission, Time};

use crate::compose::Composer;
use crate::desk::Desk;
use crate::error::DeskError;
use crate::hand_in::HandedIn;
use crate::{SourceFile, act};
pub use leak::Leak;
pub use open::Open;
use store::{Draft, Kept, KeptDraft, LEAVES, Store, tree};

/// What became of a commitment.
#[derive(Debug, Clone)]
pub struct Drafted {
    /// How many drafts it commits to; the rest of it is padding.
    pub drafts: usize,
    /// How many drafts did not fit and wait for the next.
    pub waiting: usize,
    /// What became of its statement.
    pub handed_in: HandedIn,
}

/// A draft at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftAtDesk {
    /// Its name at the desk: the digest of its text.
    pub id: Id,
    /// The file it was read from.
    pub file: String,
    /// How many paragraphs it has.
    pub paragraphs: usize,
    /// Where it is committed to in the record: the entry, and when that was logged.
    pub committed: Option<(u64, Time)>,
}

impl Desk {
    /// Lets a draft wait for the next commitment.
    ///
    /// # Errors
    /// If the file cannot be read, or its text could never be published or is too long.
    pub fn put_draft(&mut self, file: &SourceFile) -> Result<(), DeskError> {
        let text = act::read_text(file)?;
        let failed = |why: String| Err(DeskError::file(&file.path, why));
        if let Some(c) = text.chars().find(|c| erratum::record::is_unfit(*c)) {
            let c = u32::from(c);
            return failed(format!("U+{c:04X} may not stand in a published text; take it out"));
        }
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let draft = Draft::new(name, file.lang.to_string(), text);
        match draft.leaves() {
            0 => failed("it has no text".to_owned()),
            n if n > LEAVES as usize => failed(format!(
                "it has {n} paragraphs, and a commitment holds {LEAVES}; divide it into several files"
            )),
            _ => Store::of(self.place()).put(&draft),
        }
    }

    /// Commits to what waits, or to nothing but padding: from outside nobody can tell.
    ///
    /// # Errors
    /// If the salts cannot be kept, or the record refuses the commitment: then its drafts go on waiting.
    pub fn commit_drafts(&mut self, record: &Record) -> Result<Drafted, DeskError> {
        self.hand_in_again(record)?;
        let store = Store::of(self.place());
        let (mut fitting, mut room) = (Vec::new(), LEAVES as usize);
        let outstanding = self.outstanding(record)?;
        let all = outstanding.len();
        for draft in outstanding {
            if draft.leaves() <= room {
                room -= draft.leaves();
                fitting.push(draft);
            }
        }
        let taken: Vec<Id> = fitting.iter().map(Draft::id).collect();
        let (kept, submission) = self.commitment(record, fitting)?;
        store.keep(&kept)?;
        let handed_in = self.hand_in(std::slice::from_ref(&submission))?;
        for draft in &taken {
            store.take_out(draft)?;
        }
        let handed_in = handed_in
            .into_iter()
            .next()
            .unwrap_or(HandedIn::Queued { id: submission.id(), for_what: None });
        Ok(Drafted { drafts: taken.len(), waiting: all - taken.len(), handed_in })
    }

    /// The drafts at this desk: those committed to, by their entries, then those that wait.
    ///
    /// # Errors
    /// If a file of the desk, or the record, cannot be read.
    pub fn drafts(&self, record: &Record) -> Result<Vec<DraftAtDesk>, DeskError> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let at_desk = |draft: &Draft, committed| DraftAtDesk {
            id: draft.id(),
            file: draft.file.clone(),
            paragraphs: draft.leaves(),
            committed,
        };
        for (id, kept) in Store::of(self.place()).kept()? {
            let Some(known) = committed(record, &id)? else { continue };
            for KeptDraft { text, .. } in &kept.drafts {
                seen.insert(text.id());
                found.push(at_desk(text, Some(known)));
            }
        }
        found.sort_by_key(|draft| draft.committed);
        let store = Store::of(self.place());
        let queued = store.kept()?.into_iter().flat_map(|(_, kept)| kept.drafts).map(|draft| draft.text);
        for draft in store.waiting()?.into_iter().chain(queued) {
            if seen.insert(draft.id()) {
                found.push(at_desk(&draft, None));
            }
        }
        Ok(found)
    }

    /// What waits: what was put there, and the drafts of commitments that the record refused.
    fn outstanding(&self, record: &Record) -> Result<Vec<Draft>, DeskError> {
        let store = Store::of(self.place());
        let inbox = Inbox::of(self.record_place());
        let (mut held, mut refused) = (BTreeSet::new(), Vec::new());
        for (id, kept) in store.kept()? {
            let is_refused = committed(record, &id)?.is_none()
                && matches!(inbox.receipt(&id), Some(Receipt::Refused(_)));
            for KeptDraft { text, .. } in kept.drafts {
                match is_refused {
                    true => refused.push(text),
                    false => _ = held.insert(text.id()),
                }
            }
        }
        let mut found = store.waiting()?;
        // One that is put there again is committed to again: somebody asked for it.
        held.extend(found.iter().map(Draft::id));
        found.extend(refused.into_iter().filter(|draft| held.insert(draft.id())));
        Ok(found)
    }

    /// Hands in what got lost between the desk and the inbox.
    fn hand_in_again(&self, record: &Record) -> Result<(), DeskError> {
        let inbox = Inbox::of(self.record_place());
        for (id, kept) in Store::of(self.place()).kept()? {
            if committed(record, &id)?.is_none() && inbox.receipt(&id).is_none() {
                let note = kept.signed().map_err(DeskError::unfit)?;
                match self.hand_in(&[Submission { note, blobs: Vec::new() }]) {
                    // Its drafts wait again: see `outstanding`.
                    Ok(_) | Err(DeskError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// A commitment to these drafts: what the desk keeps of it, and what goes out.
    fn commitment(
        &mut self,
        record: &Record,
        drafts: Vec<Draft>,
    ) -> Result<(Kept, Submission), DeskError> {
        let (origin, speaker) = (Self::origin(record)?, self.name().clone());
        let salts = self.salts();
        let mut random = || salts().map(Id).map_err(DeskError::Unfit);
        let seed = random()?.to_string();
        let mut places = Places { seed: random()?, drawn: 0, taken: BTreeSet::new() };
        let mut kept = Vec::new();
        for text in drafts {
            let positions = text.paragraphs.iter().map(|_| places.draw()).collect();
            let salts = text.paragraphs.iter().map(|_| Ok(random()?.to_string()));
            let salts = salts.collect::<Result<_, DeskError>>()?;
            kept.push(KeptDraft { positions, salts, text });
        }
        let root = tree(&seed, &kept).map_err(DeskError::unfit)?.root();
        let body = Commitment { speaker, leaves: LEAVES, root };
        let composed = Composer::new(origin, salts).finish(Body::Commitment(body))?;
        let submission = self.sign_one(record, composed)?;
        Ok((Kept { note: submission.note.to_string(), seed, drafts: kept }, submission))
    }
}

/// The entry of a commitment in the record, and when it was logged.
fn committed(record: &Record, id: &Id) -> Result<Option<(u64, Time)>, DeskError> {
    let known = record.state().commitment(id).map_err(|error| record.failed(error))?;
    Ok(known.map(|known| (known.entry, known.logged)))
}

/// Places of leaves, drawn at random and each once, so that neither number nor order of paragraphs shows.
struct Places {
    seed: Id,
    drawn: u64,
    taken: BTreeSet<u32>,
}

impl Places {
    /// The next place. There must be one left: no more are drawn than a commitment has leaves.
    fn draw(&mut self) -> u32 {
        loop {
            let random = Id::of(&[&self.seed.0[..], &self.drawn.to_be_bytes()].concat());
            self.drawn += 1;
            let place =
                u32::from_be_bytes([random.0[0], random.0[1], random.0[2], random.0[3]]) % LEAVES;
            if self.taken.insert(place) {
                return place;
            }
        }
    }
}
