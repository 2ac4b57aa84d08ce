//! The forward pass and the standing rule a second time, from `docs/authority.md` alone: slow and plain.
//!
//! Nothing is kept but the list of entries and what was said of each when it was logged. Every question
//! goes through the list from its beginning. It takes for granted which keys signed what, and neither
//! verifies a signature nor reads a blob.

mod above;
mod authority;
mod judge;
mod words;

pub(crate) use authority::{By, Fate, Light, Place};
pub(crate) use judge::Refused;
pub(crate) use words::{Answer, Label, Word};

use erratum_record::{
    Body, Document, FirstWord, Id, Name, Origin, RuleAct, Statement, Time, VerifierKey,
};

/// The 72 hours of a change of the recovery keys, the number for `keys`, or the superior.
pub(crate) const DELAY: i64 = 72 * HOUR;
/// The 14 days of notice of a claim, and the oldest that a suspect time may be.
pub(crate) const NOTICE: i64 = 14 * 24 * HOUR;
/// In milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;

/// One entry of the log, and who signed it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Its logged time.
    pub(crate) time: Time,
    /// What it says.
    pub(crate) statement: Statement,
    /// The id of that.
    pub(crate) id: Id,
    /// The keys whose signatures verify.
    pub(crate) signed: Vec<VerifierKey>,
    /// The keys in whose name it bears a signature that does not.
    pub(crate) spoilt: Vec<VerifierKey>,
}

/// A speaker of one tenure: words of two tenures are words of two voices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Voice {
    /// Its name.
    pub(crate) name: Name,
    /// Which of its tenures, from 1; 0 is none.
    pub(crate) tenure: usize,
}

/// What was found of an entry when it was logged, which nothing changes later.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged {
    /// Why it is void from the beginning.
    pub(crate) refused: Option<Refused>,
    /// The keys that signed it and counted. None while it is being judged.
    pub(crate) signers: Option<Vec<VerifierKey>>,
    /// The number of signatures that its act took.
    pub(crate) takes: usize,
    /// How many keys its speaker had listed.
    pub(crate) listed: usize,
    /// The speaker, of the tenure it had.
    pub(crate) voice: Option<Voice>,
    /// Of what is said on a document: the rank that the speaker had, if it was a voice.
    pub(crate) rank: Option<usize>,
    /// The names that it stood above: those of lower rank, and former superiors that consented.
    pub(crate) below: Vec<Name>,
}

/// The log as far as it was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pass {
    /// All entries, those that are void too.
    pub(crate) entries: Vec<Entry>,
    /// What was found of each.
    pub(crate) judged: Vec<Judged>,
}

impl Pass {
    /// The pass over a whole log.
    pub(crate) fn of(entries: &[Entry]) -> Self {
        let mut pass = Self::default();
        for entry in entries {
            pass.push(entry.clone());
        }
        pass
    }

    /// Reads one entry more, and says why it is void.
    pub(crate) fn push(&mut self, entry: Entry) -> Option<Refused> {
        let n = self.entries.len();
        self.entries.push(entry);
        self.judged.push(Judged::default());
        self.judged[n] = self.judge(n);
        self.judged[n].refused
    }

    /// The number of entries logged by `time`.
    pub(crate) fn logged_by(&self, time: Time) -> usize {
        self.entries.iter().take_while(|entry| entry.time <= time).count()
    }

    /// The statement of an entry.
    pub(crate) fn body(&self, entry: usize) -> &Body {
        &self.entries[entry].statement.body
    }

    /// The id of an entry's statement.
    pub(crate) fn id(&self, entry: usize) -> Id {
        self.entries[entry].id
    }

    /// The origin of this record.
    pub(crate) fn origin(&self) -> &Origin {
        &self.entries[0].statement.record
    }

    /// The record that a statement was copied from.
    pub(crate) fn copied(&self, entry: usize) -> Option<&Origin> {
        let record = &self.entries[entry].statement.record;
        (record != self.origin()).then_some(record)
    }
}

/// The act that a statement is, for the rule of its speaker.
pub(crate) fn act_of(body: &Body) -> Option<RuleAct> {
    Some(match body {
        Body::Record(_) => return None,
        Body::Keys(_) | Body::Revocation(_) => RuleAct::Keys,
        Body::Acceptance(_) => RuleAct::Acceptance,
        Body::Commitment(_) => RuleAct::Draft,
        Body::Document(document) => match document.word {
            FirstWord::Issued { .. } => RuleAct::Document,
            FirstWord::Disowned { .. } => RuleAct::Disowned,
            FirstWord::Draft { .. } => RuleAct::Draft,
            FirstWord::Attributed { .. } => RuleAct::Attributed,
        },
        Body::Rendition(_) => RuleAct::Rendition,
        Body::Standing(standing) => {
            let word = standing.act.standing().map_or("lift", erratum_record::Standing::as_str);
            RuleAct::ALL.into_iter().find(|act| act.as_str() == word)?
        }
        Body::Comment(_) => RuleAct::Comment,
        Body::Note(_) => RuleAct::Note,
    })
}

/// Whether a document is one that somebody else is said to have written.
pub(crate) fn is_attributed(document: &Document) -> bool {
    matches!(document.word, FirstWord::Attributed { .. })
}

/// The document that a statement speaks of.
pub(crate) fn document_of(body: &Body) -> Option<Id> {
    match body {
        Body::Standing(body) => Some(body.document),
        Body::Rendition(body) => Some(body.document),
        Body::Comment(body) | Body::Note(body) => Some(body.document),
        Body::Document(Document { word: FirstWord::Issued { replaces: Some(replaces) }, .. }) => {
            Some(replaces.document)
        }
        _ => None,
    }
}
