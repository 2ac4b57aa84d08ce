//! What the valid statements of a log add up to: issuers, documents, words.
//!
//! [`State::push`] is the forward pass: statements go in once, in log order, and each is judged at its
//! own position by what stands before it (`docs/authority.md`). No I/O, no clock, no signature check:
//! the caller says which keys signed.

mod judge;
mod refusal;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::atoms::{BlobRef, DocumentName, Id, Lang, Name, Origin, Time};
use crate::note::{Signed, VerifierKey};
use crate::rule::{Moment, Standings, Word, standings};
use crate::statement::{self, Act, Body, FirstWord, Statement};
use crate::suffixes::Suffixes;
pub use refusal::{Refusal, RefusalKind};

/// An issuer: a name with a key in this record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// Its name.
    pub name: Name,
    /// Its key.
    pub key: VerifierKey,
    /// The id of its `keys` statement.
    pub keys: Id,
    /// The entry of that statement.
    pub entry: u64,
    /// When that was logged.
    pub logged: Time,
    /// The superior it names.
    pub names_superior: Option<Name>,
    /// The entry at which that superior accepted.
    pub accepted: Option<u64>,
    /// The record its `keys` were meant for, if another.
    pub copied_from: Option<Origin>,
}

/// A document in the record, with all that was validly said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The document's id, which is that of its registering statement.
    pub id: Id,
    /// The entry of that statement.
    pub entry: u64,
    /// When it was logged.
    pub logged: Time,
    /// The statement.
    pub document: statement::Document,
    /// The record it was meant for, if another.
    pub copied_from: Option<Origin>,
    /// The words of its voices, in log order. None on a text registered as seen.
    pub words: Vec<Word>,
    /// Its renditions, each with its entry.
    pub renditions: Vec<(u64, statement::Rendition)>,
    /// Remarks, in log order.
    pub remarks: Vec<Remarked>,
}

impl Registered {
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

    /// The words on it at `moment`, with the one that leads.
    #[must_use]
    pub fn standings(&self, moment: Moment) -> Standings<'_> {
        standings(&self.words, moment)
    }
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
    /// The rank of a commenting voice; none for a note by anyone else.
    pub rank: Option<u8>,
    /// Its language.
    pub lang: Lang,
    /// What it says.
    pub text: BlobRef,
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
    /// What it says.
    pub statement: Statement,
    /// The suffix list that it names, where it names one.
    pub suffixes: Option<Suffixes>,
}

/// The state of a record after some of its entries.
#[derive(Debug, Clone, Default)]
pub struct State {
    origin: Option<Origin>,
    log_key: Option<VerifierKey>,
    suffixes: Option<Suffixes>,
    suffix_version: Option<String>,
    admitted: BTreeSet<(Name, String)>,
    issuers: BTreeMap<Name, Issuer>,
    documents: Vec<Registered>,
    by_id: HashMap<Id, usize>,
    by_name: HashMap<DocumentName, Vec<usize>>,
    last_word: HashMap<(Name, Id), Id>,
    issued: HashMap<(Name, Id), u64>,
    logged: HashMap<Id, u64>,
    last_time: Option<Time>,
    void: Vec<Void>,
}

impl State {
    /// The record's origin, once entry 0 is in.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// The log key that entry 0 names.
    #[must_use]
    pub fn log_key(&self) -> Option<&VerifierKey> {
        self.log_key.as_ref()
    }

    /// The version of the suffix list in force.
    #[must_use]
    pub fn suffix_version(&self) -> Option<&str> {
        self.suffix_version.as_deref()
    }

    /// The issuer of this name.
    #[must_use]
    pub fn issuer(&self, name: &Name) -> Option<&Issuer> {
        self.issuers.get(name)
    }

    /// All issuers, by name.
    pub fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.values()
    }

    /// All documents, in log order.
    #[must_use]
    pub fn documents(&self) -> &[Registered] {
        &self.documents
    }

    /// The document with this id.
    #[must_use]
    pub fn document(&self, id: &Id) -> Option<&Registered> {
        self.by_id.get(id).and_then(|at| self.documents.get(*at))
    }

    /// The document registered at this entry.
    #[must_use]
    pub fn document_at(&self, entry: u64) -> Option<&Registered> {
        let at = self.documents.binary_search_by_key(&entry, |document| document.entry).ok()?;
        self.documents.get(at)
    }

    /// What a document name resolves to: the newest of its lineage, one made for this record before a
    /// copied one.
    #[must_use]
    pub fn named(&self, name: &DocumentName) -> Option<&Registered> {
        let lineage = || self.lineage(name).rev();
        lineage().find(|document| document.copied_from.is_none()).or_else(|| lineage().next())
    }

    /// All documents of a name, oldest first.
    pub fn lineage(&self, name: &DocumentName) -> impl DoubleEndedIterator<Item = &Registered> {
        let places = self.by_name.get(name).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.documents.get(*at))
    }

    /// The entries that count for nothing.
    #[must_use]
    pub fn void(&self) -> &[Void] {
        &self.void
    }

    /// Whether this key may be registered for this name.
    #[must_use]
    pub fn admits(&self, name: &Name, key: &VerifierKey) -> bool {
        self.admitted.contains(&(name.clone(), key.to_string()))
    }

    /// The latest logged time so far; 1970 before the first entry.
    #[must_use]
    pub fn last_time(&self) -> Time {
        self.last_time.unwrap_or(Time::from_millis(0))
    }

    /// The registrable domain of a name by the list in force, or the name itself where there is none.
    #[must_use]
    pub fn registrable(&self, name: &Name) -> Name {
        self.suffixes.as_ref().and_then(|list| list.registrable(name)).unwrap_or_else(|| name.clone())
    }

    /// The entry of a statement that is validly logged.
    #[must_use]
    pub fn entry_of(&self, id: &Id) -> Option<u64> {
        self.logged.get(id).copied()
    }

    /// The `previous` that the speaker's next word on this document must carry.
    #[must_use]
    pub fn previous(&self, speaker: &Name, document: &Id) -> Id {
        self.last_word.get(&(speaker.clone(), *document)).copied().unwrap_or(*document)
    }

    /// The superior of a name as of now: its nearest ancestor within the registrable domain that has
    /// keys here; else the name in its `keys` that has accepted.
    #[must_use]
    pub fn superior(&self, name: &Name) -> Option<&Name> {
        if let Some(above) = self.nearest_ancestor(name) {
            return Some(above);
        }
        let issuer = self.issuers.get(name)?;
        issuer.accepted.and(issuer.names_superior.as_ref())
    }

    fn nearest_ancestor(&self, name: &Name) -> Option<&Name> {
        let native = |name: &Name| {
            let found = self.issuers.get(name)?;
            found.copied_from.is_none().then_some(&found.name)
        };
        let above = name.ancestors().find_map(|ancestor| native(&ancestor))?;
        // The list is asked only now: most names have no ancestor here.
        let bound = self.suffixes.as_ref()?.registrable(name)?;
        let inside = *above == bound || above.as_str().ends_with(&format!(".{bound}"));
        inside.then_some(above)
    }

    /// The superiors of a name, nearest first.
    #[must_use]
    pub fn superiors(&self, name: &Name) -> Vec<&Name> {
        let mut chain: Vec<&Name> = Vec::new();
        let mut at = name;
        while let Some(above) = self.superior(at) {
            if above == name || chain.contains(&above) || chain.len() == usize::from(u8::MAX) {
                break;
            }
            chain.push(above);
            at = above;
        }
        chain
    }

    /// The voices on documents of `issuer` that stand below `speaker`, the issuer first; none if it has no
    /// voice there, or is the issuer.
    fn below(&self, speaker: &Name, issuer: &Name) -> Vec<Name> {
        let Some(rank) = self.rank(speaker, issuer) else { return Vec::new() };
        let chain = std::iter::once(issuer).chain(self.superiors(issuer));
        chain.take(usize::from(rank)).cloned().collect()
    }

    /// The record that a statement was meant for, if another than this.
    fn copied_from<'a>(&self, record: &'a Origin) -> Option<&'a Origin> {
        self.origin.as_ref().is_some_and(|origin| origin != record).then_some(record)
    }

    /// The rank of `speaker` over documents of `issuer`: 0 for itself, 1 for its superior, and so on.
    #[must_use]
    pub fn rank(&self, speaker: &Name, issuer: &Name) -> Option<u8> {
        if speaker == issuer {
            return Some(0);
        }
        let place = self.superiors(issuer).iter().position(|name| *name == speaker)?;
        u8::try_from(place + 1).ok()
    }

    /// Judges the next statement and takes it in, or keeps it as void.
    ///
    /// `signed` says what the statement's note proves of a key.
    ///
    /// # Errors
    /// Why the statement counts for nothing.
    pub fn push(
        &mut self,
        placed: Placed,
        signed: &dyn Fn(&VerifierKey) -> Signed,
    ) -> Result<(), Refusal> {
        if let Err(refusal) = self.judge(&placed, signed) {
            if placed.statement.speaker().is_some_and(|speaker| self.is_own(speaker, signed)) {
                self.remember_issued(&placed.statement, placed.entry);
            }
            self.void.push(Void { entry: placed.entry, refusal: refusal.clone() });
            self.last_time = self.last_time.max(Some(placed.logged));
            return Err(refusal);
        }
        self.apply(placed);
        Ok(())
    }

    /// Notes that an entry could not be read as a statement at all.
    pub fn push_unreadable(&mut self, entry: u64, why: String) {
        self.void.push(Void { entry, refusal: Refusal::unreadable(why) });
    }

    fn is_own(&self, speaker: &Name, signed: &dyn Fn(&VerifierKey) -> Signed) -> bool {
        self.issuers.get(speaker).is_some_and(|issuer| signed(&issuer.key) == Signed::Yes)
    }

    /// Rule 4 looks at every text that a key of the speaker ever issued, void or not.
    fn remember_issued(&mut self, statement: &Statement, entry: u64) {
        let Some(text) = self.text_issued(statement) else { return };
        let Some(speaker) = statement.speaker() else { return };
        self.issued.entry((speaker.clone(), text)).or_insert(entry);
    }

    /// The comparison form of the text that a statement of an issuer makes its own: a document issued, a
    /// translation of one, an `issued` said on a document of its own.
    fn text_issued(&self, statement: &Statement) -> Option<Id> {
        let own = |id: &Id| {
            let document = self.document(id)?;
            (Some(document.issuer()) == statement.speaker()).then_some(&document.document)
        };
        match &statement.body {
            Body::Document(body) => {
                matches!(body.word, FirstWord::Issued { .. }).then_some(body.forms.comparison)
            }
            Body::Rendition(body) if self.copied_from(&statement.record).is_none() => {
                own(&body.document)
                    .filter(|document| matches!(document.word, FirstWord::Issued { .. }))?;
                body.translation.as_ref().map(|(forms, _)| forms.comparison)
            }
            Body::Standing(body) if body.act == Act::Issued => {
                own(&body.document).map(|document| document.forms.comparison)
            }
            _ => None,
        }
    }

    fn apply(&mut self, placed: Placed) {
        let id = placed.statement.id();
        let Placed { entry, logged, statement, suffixes } = placed;
        let copied_from = self.copied_from(&statement.record).cloned();
        self.remember_issued(&statement, entry);
        self.last_time = Some(logged);
        self.logged.insert(id, entry);
        match statement.body {
            Body::Record(body) => self.apply_record(statement.record, body, suffixes),
            Body::Keys(keys) => {
                let issuer = Issuer {
                    name: keys.speaker.clone(),
                    key: keys.key,
                    keys: id,
                    entry,
                    logged,
                    names_superior: keys.superior.filter(|_| copied_from.is_none()),
                    accepted: None,
                    copied_from,
                };
                self.issuers.insert(keys.speaker, issuer);
            }
            Body::Acceptance(acceptance) => {
                if let Some(issuer) = self.issuers.get_mut(&acceptance.subordinate) {
                    issuer.accepted = Some(entry);
                }
            }
            Body::Document(document) => self.apply_document(id, entry, logged, document, copied_from),
            Body::Rendition(rendition) => {
                if let Some(document) = self.document_mut(&rendition.document) {
                    document.renditions.push((entry, rendition));
                }
            }
            Body::Standing(body) => self.apply_standing(id, entry, logged, body, copied_from),
            Body::Comment(remark) | Body::Note(remark) => {
                let issuer = self.document(&remark.document).map(|d| d.issuer().clone());
                let rank = issuer.and_then(|issuer| self.rank(&remark.speaker, &issuer));
                if let Some(document) = self.document_mut(&remark.document) {
                    let statement::Remark { speaker, lang, text, .. } = remark;
                    document.remarks.push(Remarked { entry, logged, speaker, rank, lang, text });
                }
            }
        }
    }

    fn apply_record(&mut self, record: Origin, body: statement::RecordBody, suffixes: Option<Suffixes>) {
        if body.log_key.is_some() {
            self.origin = Some(record);
            self.log_key = body.log_key;
        }
        if let Some((version, _)) = body.suffixes {
            self.suffix_version = Some(version.to_string());
            self.suffixes = suffixes;
        }
        self.admitted.extend(body.admit.into_iter().map(|(name, key)| (name, key.to_string())));
    }

    fn apply_document(
        &mut self,
        id: Id,
        entry: u64,
        logged: Time,
        document: statement::Document,
        copied_from: Option<Origin>,
    ) {
        let mut word = Word {
            id,
            entry,
            logged,
            effective: document.effective,
            voice: document.speaker.clone(),
            rank: 0,
            below: Vec::new(),
            act: Act::Issued,
            lang: document.lang.clone(),
            passages: Vec::new(),
            reason: None,
            copied_from: copied_from.clone(),
        };
        let mut words = Vec::new();
        match &document.word {
            FirstWord::Issued { replaces } => {
                if let Some(replaces) = replaces {
                    let succession = Word { act: Act::Superseded(id), ..word.clone() };
                    self.add_word(replaces.document, succession);
                }
                words.push(word);
            }
            FirstWord::Disowned { reason } => {
                word.act = Act::Disowned;
                word.reason = Some(*reason);
                words.push(word);
            }
            FirstWord::Attributed { .. } => {}
        }
        let at = self.documents.len();
        self.by_id.insert(id, at);
        self.by_name.entry(document.name.clone()).or_default().push(at);
        let (renditions, remarks) = (Vec::new(), Vec::new());
        self.documents.push(Registered {
            id,
            entry,
            logged,
            document,
            copied_from,
            words,
            renditions,
            remarks,
        });
    }

    fn apply_standing(
        &mut self,
        id: Id,
        entry: u64,
        logged: Time,
        body: statement::StandingBody,
        copied_from: Option<Origin>,
    ) {
        let issuer = self.document(&body.document).map(|d| d.issuer().clone());
        let rank = issuer.as_ref().and_then(|issuer| self.rank(&body.speaker, issuer));
        let below = issuer.map(|issuer| self.below(&body.speaker, &issuer)).unwrap_or_default();
        // Whoever is a voice no longer can still lift its own word, at the rank it had.
        let rank = rank.or_else(|| self.former_rank(&body.speaker, &body.document)).unwrap_or(0);
        let word = Word {
            id,
            entry,
            logged,
            effective: body.effective,
            voice: body.speaker,
            rank,
            below,
            act: body.act,
            lang: body.lang,
            passages: body.passages,
            reason: body.reason,
            copied_from,
        };
        self.add_word(body.document, word);
    }

    fn former_rank(&self, speaker: &Name, document: &Id) -> Option<u8> {
        let words = &self.document(document)?.words;
        words.iter().rev().find(|word| word.voice == *speaker).map(|word| word.rank)
    }

    fn add_word(&mut self, document: Id, word: Word) {
        if word.copied_from.is_none() {
            self.last_word.insert((word.voice.clone(), document), word.id);
        }
        if let Some(found) = self.document_mut(&document) {
            found.words.push(word);
        }
    }

    fn document_mut(&mut self, id: &Id) -> Option<&mut Registered> {
        let at = *self.by_id.get(id)?;
        self.documents.get_mut(at)
    }
}

#[cfg(test)]
mod invariants;
#[cfg(test)]
mod tests;
