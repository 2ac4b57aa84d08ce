//! The standing rule: which words are in force on a document, and which one leads.

use erratum_record::{Act, Body, Class, FirstWord, Id, Name, Origin, Standing, Time};

use super::{Fate, Light, Pass, Voice};

/// What is said of a document, by one voice.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// Its entry.
    pub(crate) entry: usize,
    /// The id of its statement.
    pub(crate) id: Id,
    /// Who says it.
    pub(crate) voice: Voice,
    /// The rank that it had.
    pub(crate) rank: usize,
    /// Whom it stood above.
    pub(crate) below: Vec<Name>,
    /// What it says.
    pub(crate) act: Act,
    /// From when on.
    pub(crate) binds: Time,
    /// The record it was copied from.
    pub(crate) copied: Option<Origin>,
    /// How many signatures its act took.
    pub(crate) takes: usize,
    /// How many signatures are left.
    pub(crate) signatures: usize,
    /// Whether these are those of all keys that its speaker had listed.
    pub(crate) all: bool,
    /// Whether it is a warning signed with a key since reported stolen.
    pub(crate) label: Label,
}

/// Whether a word is in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// It is.
    Good,
    /// A warning signed with a key since reported stolen.
    Stolen,
}

/// What holds of a document at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether the document is void, signed with a key reported stolen.
    pub(crate) void: bool,
    /// The words in force: their entries.
    pub(crate) in_force: Vec<(usize, Label)>,
    /// The word that leads.
    pub(crate) leads: Option<usize>,
    /// Words that have become notes.
    pub(crate) notes: Vec<usize>,
}

impl Word {
    /// Its class, unless it is a lift.
    pub(crate) fn class(&self) -> Option<Class> {
        self.act.standing().map(Standing::class)
    }

    /// Whether it is a warning.
    pub(crate) fn is_warning(&self) -> bool {
        self.class() == Some(Class::Warning)
    }

    /// Whether it is an affirmation.
    pub(crate) fn is_affirmation(&self) -> bool {
        self.class() == Some(Class::Affirmation)
    }

    /// Whether it is a lift.
    pub(crate) fn is_lift(&self) -> bool {
        self.class().is_none()
    }

    /// Whether it ends an earlier word or takes its place.
    fn ends(&self, earlier: &Self) -> bool {
        let enough = self.signatures >= earlier.takes || self.all;
        if self.entry <= earlier.entry || self.label == Label::Stolen || !enough {
            return false;
        }
        let own = self.voice == earlier.voice;
        let takes_its_place = own
            && self.class() == earlier.class()
            && (self.copied.is_none() || self.copied == earlier.copied);
        let over = own || self.below.contains(&earlier.voice.name);
        let ended = self.copied.is_none()
            && match self.act {
                Act::Issued => over && !earlier.is_affirmation(),
                Act::Lift(id) => id == earlier.id && over,
                _ => false,
            };
        takes_its_place || ended
    }
}

impl Light<'_> {
    /// All words on a document that count, in log order.
    pub(crate) fn words(&self, document: &Id) -> Vec<Word> {
        (0..self.fates.len()).filter_map(|entry| self.word(entry, document)).collect()
    }

    /// What an entry says of a document, if that counts as a word.
    fn word(&self, entry: usize, document: &Id) -> Option<Word> {
        let (act, effective) = match self.pass.body(entry) {
            Body::Standing(body) if body.document == *document => (body.act, body.effective),
            Body::Document(body) if self.pass.id(entry) == *document => match &body.word {
                FirstWord::Issued { .. } => (Act::Issued, body.effective),
                FirstWord::Disowned { .. } => (Act::Disowned, body.effective),
                FirstWord::Draft { .. } => (Act::Draft, body.effective),
                FirstWord::Attributed { .. } => return None,
            },
            Body::Document(body) => match &body.word {
                FirstWord::Issued { replaces: Some(replaces) } if replaces.document == *document => {
                    (Act::Superseded(self.pass.id(entry)), body.effective)
                }
                _ => return None,
            },
            _ => return None,
        };
        let label = match self.fates[entry] {
            Fate::Counts => Label::Good,
            Fate::Labelled => Label::Stolen,
            _ => return None,
        };
        let logged = self.pass.entries[entry].time;
        let judged = &self.pass.judged[entry];
        let signatures = self.signers(entry).len();
        let mut word = Word {
            entry,
            id: self.pass.id(entry),
            voice: self.voice(&judged.voice.as_ref()?.name, self.place(entry)),
            rank: judged.rank.unwrap_or(0),
            below: judged.below.clone(),
            act,
            binds: effective.unwrap_or(logged),
            copied: self.pass.copied(entry).cloned(),
            takes: judged.takes,
            signatures,
            all: signatures == judged.listed,
            label,
        };
        if word.is_warning() {
            word.binds = word.binds.min(logged);
        }
        (word.copied.is_none() || word.is_warning()).then_some(word)
    }

    /// What holds of a document, of what binds by a time.
    pub(crate) fn answer(&self, document: &Id, by: Time) -> Answer {
        let entries = self.pass.documents(document, self.fates.len());
        let mut in_force = in_force(self.words(document), by, false);
        in_force.retain(|word| !word.is_lift());
        let mut notes: Vec<usize> = (0..self.fates.len()).collect();
        notes.retain(|entry| {
            let of_it = super::document_of(self.pass.body(*entry)) == Some(*document);
            of_it && self.fates[*entry] == Fate::Note
        });
        Answer {
            // Of a disowned one that is void the warning stays.
            void: entries.iter().all(|entry| self.fates[*entry] != Fate::Counts),
            leads: leading(&in_force).map(|word| word.entry),
            in_force: in_force.iter().map(|word| (word.entry, word.label)).collect(),
            notes,
        }
    }
}

/// The words that nothing ended which binds by a time; and, unless `unbound`, that bind themselves.
pub(crate) fn in_force(words: Vec<Word>, by: Time, unbound: bool) -> Vec<Word> {
    let mut left = words.clone();
    left.retain(|word| unbound || word.binds <= by);
    left.retain(|word| !words.iter().any(|later| later.binds <= by && later.ends(word)));
    left
}

/// Warnings before successions before affirmations; within a class the highest rank; of one rank the
/// severest, and of these the latest.
pub(crate) fn leading(words: &[Word]) -> Option<&Word> {
    words.iter().max_by_key(|word| (word.class(), word.rank, word.act.standing(), word.entry))
}

/// Whether a chain of successions that have not ended by a time leads from one document to another.
pub(crate) fn succession_leads(light: &Light<'_>, from: Id, to: Id, by: Time) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(document) = reached.get(next).copied() {
        for word in in_force(light.words(&document), by, true) {
            if let Act::Corrected(target) | Act::Superseded(target) = word.act
                && !reached.contains(&target)
            {
                reached.push(target);
            }
        }
        next += 1;
    }
    reached.contains(&to)
}

impl Pass {
    /// The registrable domain of a name, by the suffix list in force before an entry.
    pub(crate) fn registrable(&self, name: &Name, before: usize) -> Option<Name> {
        let suffix = self.suffix(name, before)?;
        let all: Vec<Name> = std::iter::once(name.clone()).chain(name.ancestors()).collect();
        all.into_iter()
            .find(|domain| domain.as_str().split_once('.').is_some_and(|(_, rest)| rest == suffix))
    }

    /// Whether a name is a public suffix.
    pub(crate) fn is_suffix(&self, name: &Name, before: usize) -> bool {
        self.suffix(name, before).as_deref() == Some(name.as_str())
    }

    /// The public suffix of a name: the longest rule, or else the last label.
    fn suffix(&self, name: &Name, before: usize) -> Option<String> {
        let lists = (0..before).filter(|entry| self.judged[*entry].refused.is_none());
        let mut versions = lists.filter_map(|entry| match self.body(entry) {
            Body::Record(record) => record.suffixes.as_ref().map(|(version, _)| version.to_string()),
            _ => None,
        });
        let rules = crate::histories::suffixes(&versions.next_back()?);
        let mut matching: Vec<&str> = rules.to_vec();
        matching.retain(|rule| name.as_str() == *rule || name.as_str().ends_with(&format!(".{rule}")));
        let longest = matching.into_iter().max_by_key(|rule| rule.len());
        let last = name.as_str().rsplit('.').next().unwrap_or_default();
        (!rules.is_empty()).then(|| longest.unwrap_or(last).to_owned())
    }
}
