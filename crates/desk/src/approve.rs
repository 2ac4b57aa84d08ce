//! Acts that wait for signatures: kept in the desk, looked into, signed, handed in.

use std::fs::{self, DirBuilder, File};
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use erratum::record::{Body, Class, FirstWord, Id, Inbox, Receipt, Record, Statement, VerifierKey};

use crate::desk::Desk;
use crate::error::DeskError;
use crate::hand_in::HandedIn;
use crate::office::Need;
use crate::pending::{MOST_BYTES, Part, Pending};
use crate::rotate::last_of;
use crate::secret::replace_owner_only;
use crate::sign::Wanted;

/// The folder of acts that wait.
const PENDING: &str = "pending";

/// How far a pending act is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The keys whose signatures count, by name: of the statement that lacks most.
    pub signed: Vec<String>,
    /// How many it takes.
    pub needed: usize,
    /// Whether every statement has enough.
    pub enough: bool,
}

impl Desk {
    fn pending_folder(&self) -> PathBuf {
        self.place().join(PENDING)
    }

    /// The acts that wait in this desk, oldest first, each with its file.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn pending(&self) -> Result<Vec<(PathBuf, Pending)>, DeskError> {
        let folder = self.pending_folder();
        let failed = |error: std::io::Error| DeskError::file(&folder, error);
        let mut files = Vec::new();
        match fs::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => {
                for entry in entries.map_err(failed)? {
                    let path = entry.map_err(failed)?.path();
                    if path.extension().is_some_and(|extension| extension == PENDING) {
                        files.push(path);
                    }
                }
            }
        }
        files.sort_by_cached_key(|path| {
            (fs::metadata(path).and_then(|m| m.modified()).ok(), path.clone())
        });
        files.into_iter().map(|path| read(&path).map(|pending| (path, pending))).collect()
    }

    /// The act that somebody means: a file, or the id of one that waits here or its beginning. Of a file,
    /// the signatures are put together with those that this desk has of the same act.
    ///
    /// # Errors
    /// If there is none, or the file does not fit.
    pub fn find_pending(&self, text: &str) -> Result<Pending, DeskError> {
        let known = self.pending()?;
        let path = Path::new(text);
        if path.exists() {
            let mut pending = read(path)?;
            if let Some((_, same)) = known.iter().find(|(_, known)| known.id() == pending.id()) {
                pending.merge(same)?;
            }
            return Ok(pending);
        }
        let is_id = text.len() >= 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut meant =
            known.into_iter().filter(|(_, act)| is_id && act.id().to_string().starts_with(text));
        match (meant.next(), meant.next()) {
            (Some((_, pending)), None) => Ok(pending),
            (Some(_), Some(_)) => Err(DeskError::unfit(format!("{text}: several acts have such an id"))),
            (None, _) => {
                Err(DeskError::unfit(format!("no file {text}, and no such act waits in this desk")))
            }
        }
    }

    /// Keeps an act until it has its signatures, together with those that are here; gives its file.
    pub(crate) fn keep_pending(&self, pending: &Pending) -> Result<PathBuf, DeskError> {
        let folder = self.pending_folder();
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&folder)
            .map_err(|error| DeskError::file(&folder, error))?;
        let path = folder.join(format!("{}.{PENDING}", pending.id()));
        let mut all = pending.clone();
        if path.exists() {
            all.merge(&read(&path)?)?;
        }
        replace_owner_only(&path, all.text().as_bytes())?;
        Ok(path)
    }

    /// Forgets an act that waits no more.
    ///
    /// # Errors
    /// If its file cannot be removed.
    pub fn forget_pending(&self, id: &Id) -> Result<(), DeskError> {
        let path = self.pending_folder().join(format!("{id}.{PENDING}"));
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(DeskError::file(&path, error))
            }
            _ => Ok(()),
        }
    }

    /// Refuses an act that this desk cannot bring further: of another office, for another record, logged
    /// already, or one that the record would refuse as stale.
    ///
    /// # Errors
    /// Why, and what to do.
    pub fn check_pending(&self, record: &Record, pending: &Pending) -> Result<(), DeskError> {
        for part in pending.parts() {
            let statement = &part.statement;
            if statement.record.as_str() != record.origin() {
                return Err(DeskError::unfit(format!(
                    "the act is meant for the record {}; this desk speaks in {}",
                    statement.record,
                    record.origin()
                )));
            }
            if statement.speaker() != Some(self.name()) {
                let speaker = statement.speaker().map_or("the operator", |name| name.as_str());
                return Err(DeskError::unfit(format!(
                    "the act is one of {speaker}, not of {}",
                    self.name()
                )));
            }
            if let Some(why) = stale(record, statement)? {
                return Err(DeskError::unfit(why));
            }
        }
        Ok(())
    }

    /// The entry at which the act is logged, if it is.
    #[must_use]
    pub fn logged_pending(&self, pending: &Pending) -> Option<u64> {
        let inbox = Inbox::of(self.record_place());
        let receipts =
            pending.parts().iter().map(|part| inbox.receipt(&Id::of(part.note.text().as_bytes())));
        let entries = receipts.map(|receipt| match receipt {
            Some(Receipt::Logged { entry, .. }) => Some(entry),
            _ => None,
        });
        entries.collect::<Option<Vec<u64>>>()?.first().copied()
    }

    /// Signs an act as far as it takes it and this desk can; says with which keys.
    ///
    /// # Errors
    /// If a key cannot be used, or a signature under the act does not verify.
    pub fn approve(
        &mut self,
        record: &Record,
        pending: &mut Pending,
    ) -> Result<Vec<VerifierKey>, DeskError> {
        let mut wanted = Vec::new();
        for part in pending.parts() {
            let need = Need::of(record, &part.statement)?;
            wanted.push(Wanted {
                text: part.note.text().to_owned(),
                need,
                note: Some(part.note.clone()),
            });
        }
        let used = self.sign_wanted(&mut wanted)?;
        for (part, wanted) in pending.parts_mut().iter_mut().zip(wanted) {
            if let Some(note) = wanted.note {
                part.note = note;
            }
        }
        Ok(used)
    }

    /// Hands an act in if it has its signatures, else keeps it.
    ///
    /// # Errors
    /// As [`hand_in`](Self::hand_in).
    pub fn pass_on(&self, pending: &Pending) -> Result<Vec<HandedIn>, DeskError> {
        let done = self.hand_in(&pending.submissions())?;
        if !done.iter().any(|one| matches!(one, HandedIn::Pending { .. })) {
            self.forget_pending(&pending.id())?;
        }
        Ok(done)
    }
}

impl Progress {
    /// How far an act is by what the record holds.
    ///
    /// # Errors
    /// If a signature of a key that counts does not verify.
    pub fn of(record: &Record, pending: &Pending) -> Result<Self, DeskError> {
        let mut least: Option<Self> = None;
        for Part { note, statement, .. } in pending.parts() {
            let Some(need) = Need::of(record, statement)? else { continue };
            let (signers, enough) = need.signers(note)?;
            let signed: Vec<String> = signers.iter().map(|key| key.name().to_owned()).collect();
            let this = Self { signed, needed: need.count, enough };
            let lacks =
                |one: &Self| if one.enough { 0 } else { one.needed.saturating_sub(one.signed.len()) };
            if least.as_ref().is_none_or(|least| lacks(&this) > lacks(least)) {
                least = Some(this);
            }
        }
        Ok(least.unwrap_or(Self { signed: Vec::new(), needed: 1, enough: true }))
    }
}

/// Why the record would refuse a statement as stale, if it would.
fn stale(record: &Record, statement: &Statement) -> Result<Option<String>, DeskError> {
    let (document, previous) = match &statement.body {
        Body::Keys(keys) => {
            let Some(previous) = keys.previous else { return Ok(None) };
            let stale = last_of(record, keys.name())? != Some(previous);
            return Ok(stale.then(|| {
                format!(
                    "{} has other keys since this act was made, and the record would refuse it; make it anew with: erratum keys rotate",
                    keys.name()
                )
            }));
        }
        Body::Standing(body) => {
            // A warning is never refused as stale.
            if body.act.standing().is_some_and(|standing| standing.class() == Class::Warning) {
                return Ok(None);
            }
            (body.document, body.previous)
        }
        Body::Document(body) => match body.word {
            FirstWord::Issued { replaces: Some(replaces) } => (replaces.document, replaces.previous),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    let Some(speaker) = statement.speaker() else { return Ok(None) };
    let last = record.state().previous(speaker, &document).map_err(|error| record.failed(error))?;
    if last == previous {
        return Ok(None);
    }
    let known = record.document(&document)?;
    let name = known.as_ref().map_or_else(|| document.short(), |known| known.document.name.to_string());
    let entry =
        known.and_then(|known| known.words.iter().find(|word| word.id == last).map(|word| word.entry));
    let entry = entry.map(|entry| format!(" (entry {entry})")).unwrap_or_default();
    let command = if matches!(statement.body, Body::Document(_)) { "issue" } else { "mark" };
    Ok(Some(format!(
        "{speaker} has said another word on {name} since this act was made{entry}, and the record would refuse it as stale; make it anew with: erratum {command}"
    )))
}

fn read(path: &Path) -> Result<Pending, DeskError> {
    let failed = |error: std::io::Error| DeskError::file(path, error);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
    let text = String::from_utf8(bytes).map_err(|_| DeskError::file(path, "not valid UTF-8"))?;
    Pending::parse(&text).map_err(|error| DeskError::file(path, error))
}
