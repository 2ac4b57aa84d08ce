//! What the state is made of: documents, remarks, and statements at their places.

use crate::atoms::{BlobRef, Id, Lang, Name, Origin, Time};
use crate::authority::{Place, Signers};
use crate::blob::Blob;
use crate::log::Checkpoint;
use crate::note::VerifierKey;
use crate::rule::Word;
use crate::statement::{self, Body, FirstWord, Statement};
use crate::suffixes::Suffixes;

use super::Refusal;

/// A document in the record, with all that its voices validly said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The document's id, which is that of its registering statement.
    pub id: Id,
    /// The entry of that statement.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// Which keys signed it.
    pub signers: Signers,
    /// The statement.
    pub document: statement::Document,
    /// The record it was meant for, if another.
    pub copied_from: Option<Origin>,
    /// The words of its voices, in log order. None on a text registered as seen.
    pub words: Vec<Word>,
    /// Its renditions, in log order.
    pub renditions: Vec<Rendered>,
    /// Remarks by its voices, in log order. Those of others: [`State::notes`](super::State::notes).
    pub comments: Vec<Remarked>,
}

impl Registered {
    /// A document of which nothing has been said yet, not even its first word.
    pub(crate) fn new(
        id: Id,
        entry: u64,
        logged: Time,
        signers: Signers,
        document: statement::Document,
        copied_from: Option<Origin>,
    ) -> Self {
        let (words, renditions, comments) = (Vec::new(), Vec::new(), Vec::new());
        Self { id, entry, logged, signers, document, copied_from, words, renditions, comments }
    }

    /// The issuer: who registered it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.document.speaker
    }

    /// For a text registered as seen, the office it is attributed to.
    #[must_use]
    pub fn attributed_to(&self) -> Option<&Name> {
        match &self.document.word {
            FirstWord::Attributed { to, .. } => Some(to),
            _ => None,
        }
    }

    /// Its place in the log.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { entry: self.entry, time: self.logged }
    }

    /// The entries at which all of this was said, ascending, each once.
    #[must_use]
    pub fn entries(&self) -> Vec<u64> {
        let words = self.words.iter().map(|word| word.entry);
        let renditions = self.renditions.iter().map(|rendered| rendered.entry);
        let comments = self.comments.iter().map(|comment| comment.entry);
        let mut all: Vec<u64> =
            std::iter::once(self.entry).chain(words).chain(renditions).chain(comments).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// A rendition at its place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Its entry.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// Which keys signed it.
    pub signers: Signers,
    /// The record it was meant for, if another.
    pub copied_from: Option<Origin>,
    /// What it says.
    pub rendition: statement::Rendition,
}

/// A comment or a note on a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remarked {
    /// Its entry.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// Who made it.
    pub speaker: Name,
    /// On which document.
    pub document: Id,
    /// The rank of a commenting voice; none for a note by anyone else.
    pub rank: Option<u8>,
    /// Its language.
    pub lang: Lang,
    /// What it says.
    pub text: BlobRef,
    /// Which keys signed it.
    pub signers: Signers,
    /// The record it was meant for, if another.
    pub copied_from: Option<Origin>,
}

impl Remarked {
    pub(crate) fn new(
        place: Place,
        rank: Option<u8>,
        signers: Signers,
        copied_from: Option<Origin>,
        body: statement::Remark,
    ) -> Self {
        let statement::Remark { speaker, document, lang, text } = body;
        let Place { entry, time: logged } = place;
        Self { entry, logged, speaker, document, rank, lang, text, signers, copied_from }
    }

    /// What the statement said.
    pub(crate) fn body(&self) -> statement::Remark {
        let Self { speaker, document, lang, text, .. } = self.clone();
        statement::Remark { speaker, document, lang, text }
    }
}

/// An entry that counts for nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Void {
    /// The entry.
    pub entry: u64,
    /// Why.
    pub refusal: Refusal,
}

/// A statement at its place in the log.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The entry.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// The statement's id.
    pub id: Id,
    /// What it says.
    pub statement: Statement,
    /// The blobs of a `record` statement, as far as it names any.
    pub attached: Attached,
}

impl Placed {
    /// Its place in the log.
    #[must_use]
    pub fn place(&self) -> Place {
        Place { entry: self.entry, time: self.logged }
    }

    /// A statement with no blobs that matter to its judging.
    #[must_use]
    pub fn new(entry: u64, logged: Time, statement: Statement) -> Self {
        Self { entry, logged, id: statement.id(), statement, attached: Attached::default() }
    }
}

/// What the blobs of a `record` statement hold.
#[derive(Debug, Clone, Default)]
pub struct Attached {
    /// The suffix list that it names.
    pub suffixes: Option<Suffixes>,
    /// The checkpoint of an epoch, if the log key signed it.
    pub checkpoint: Option<Checkpoint>,
}

impl Attached {
    /// Reads them from the statement's `blobs`, in order; `log_key` signs checkpoints.
    #[must_use]
    pub fn of(statement: &Statement, blobs: &[Blob], log_key: Option<&VerifierKey>) -> Self {
        let Body::Record(body) = &statement.body else { return Self::default() };
        let fields = statement.blobs();
        let named = |name: &str| {
            let mut named = fields.iter().zip(blobs).filter(|(field, _)| field.field == name);
            named.next().map(|(_, blob)| blob.text())
        };
        let open = |text: &str| Checkpoint::open(text.as_bytes(), log_key?).ok();
        Self {
            suffixes: body.suffixes.as_ref().and_then(|_| named("suffixes")).map(Suffixes::new),
            checkpoint: body.epoch.as_ref().and_then(|_| named("checkpoint")).and_then(open),
        }
    }
}
