//! The state and the standing map: what an epoch saves, and a state begun on what one saved.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::atoms::{AtomError, DocumentName, Id, Name, Origin, Time};
use crate::facts::{self, EpochFact, Head, LogFact};
use crate::log::LogError;
use crate::map::Map;
use crate::suffixes::Suffixes;

use super::State;

/// Does the same with every table of a state.
macro_rules! each_table {
    ($state:ident, $method:ident $(, $argument:expr)*) => {
        $state.registered.$method($($argument),*);
        $state.issuers.$method($($argument),*);
        $state.admitted.$method($($argument),*);
        $state.lineages.$method($($argument),*);
        $state.texts.$method($($argument),*);
        $state.files.$method($($argument),*);
        $state.counts.$method($($argument),*);
        $state.notes.$method($($argument),*);
        $state.withheld.$method($($argument),*);
        $state.commitments.$method($($argument),*);
    };
}

/// The facts that changed since a map was made, and that map.
pub struct Changes {
    map: Map,
    changes: Vec<([u8; 32], Vec<u8>)>,
}

impl Changes {
    /// The map with these changes, which covers so many entries. With a `folder` it is written there, and
    /// not yet published.
    ///
    /// # Errors
    /// If it cannot be written, or the older map not be read.
    pub fn map(self, folder: Option<&Path>, covers: u64) -> Result<Map, LogError> {
        self.map.extend(folder, covers, &self.changes)
    }
}

/// The name of a fact that a slip may prove.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKey {
    /// `issuer <name>`: its authority.
    Issuer(Name),
    /// `name <document name>`: its lineage.
    Name(DocumentName),
    /// `document <id>`: all that its voices said.
    Document(Id),
    /// `text <digest>`: the documents with this comparison form, and who issued it.
    Text(Id),
    /// `admitted <name>`: the keys that it may register.
    Admitted(Name),
    /// `commitment <id>`: who committed to drafts, and when.
    Commitment(Id),
    /// `record`: the log key and the suffix list in force.
    Record,
}

impl fmt::Display for FactKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuer(name) => write!(f, "issuer {name}"),
            Self::Name(name) => write!(f, "name {name}"),
            Self::Document(id) => write!(f, "document {id}"),
            Self::Text(id) => write!(f, "text {id}"),
            Self::Admitted(name) => write!(f, "admitted {name}"),
            Self::Commitment(id) => write!(f, "commitment {id}"),
            Self::Record => f.write_str("record"),
        }
    }
}

impl FromStr for FactKey {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let unknown = || AtomError::new("fact", text, "expected the key of a fact of the map");
        if text == "record" {
            return Ok(Self::Record);
        }
        let (kind, name) = text.split_once(' ').ok_or_else(unknown)?;
        Ok(match kind {
            "issuer" => Self::Issuer(name.parse()?),
            "name" => Self::Name(name.parse()?),
            "document" => Self::Document(name.parse()?),
            "text" => Self::Text(name.parse()?),
            "admitted" => Self::Admitted(name.parse()?),
            "commitment" => Self::Commitment(name.parse()?),
            _ => return Err(unknown()),
        })
    }
}

impl FactKey {
    /// The key in the map: the SHA-256 of its text.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        Id::of(self.to_string().as_bytes()).0
    }
}

impl State {
    /// The state that an epoch saved, without its suffix list: see [`State::set_suffixes`].
    ///
    /// # Errors
    /// If the map does not hold the facts that every one holds.
    pub fn on(map: Map, origin: &Origin) -> Result<Self, LogError> {
        let mut state = Self { origin: Some(origin.clone()), map, ..Self::default() };
        let head: Head = state.single()?.ok_or_else(|| lacks("record"))?;
        let log: LogFact = state.single()?.ok_or_else(|| lacks("log"))?;
        state.epoch = state.single::<EpochFact>()?;
        state.log_key = Some(head.log_key);
        state.open = head.open;
        state.suffix_versions = head.suffixes;
        state.last_time = Some(log.time);
        state.documents = log.documents;
        Ok(state)
    }

    fn single<V: facts::Fact>(&self) -> Result<Option<V>, LogError> {
        let Some(origin) = &self.origin else { return Ok(None) };
        let Some(bytes) = self.map.get(&Id::of(V::KIND.as_bytes()).0)? else { return Ok(None) };
        facts::read(bytes, origin).map(Some)
    }

    /// Gives the state the suffix list that [`State::suffix_version`] names.
    pub fn set_suffixes(&mut self, list: Suffixes) {
        self.suffixes = Some(list);
    }

    /// The latest epoch: the entry that says it, and when that was logged.
    #[must_use]
    pub fn epoch(&self) -> Option<(u64, Time)> {
        self.epoch.as_ref().map(|epoch| (epoch.entry, epoch.logged))
    }

    /// The index that the latest epoch which names one commits to: how many entries it covers, and the
    /// digest of its manifest.
    #[must_use]
    pub fn manifest(&self) -> Option<(u64, Id)> {
        self.epoch.as_ref().and_then(|epoch| epoch.manifest)
    }

    /// The map that the latest saved epoch made.
    #[must_use]
    pub fn map(&self) -> &Map {
        &self.map
    }

    /// How many facts have changed since that epoch, roughly: the operator makes a new one before they
    /// become many.
    #[must_use]
    pub fn changed(&self) -> usize {
        self.registered.len()
            + self.issuers.len()
            + self.admitted.len()
            + self.lineages.len()
            + self.texts.len()
            + self.files.len()
            + self.notes.len()
            + self.withheld.len()
            + self.commitments.len()
    }

    /// Sets apart all that has changed, for a map to be made of it, here or on another thread: see
    /// [`Changes::map`]. What changes from now on goes into the next.
    #[must_use]
    pub fn freeze(&mut self) -> Changes {
        each_table!(self, freeze);
        self.newly_withheld.clear();
        Changes { map: self.map.clone(), changes: self.changes() }
    }

    /// The map of this state, after `covers` entries. With a `folder` it is written there, and not yet
    /// published.
    ///
    /// # Errors
    /// If it cannot be written, or the map under the state not be read.
    pub fn next_map(&mut self, folder: Option<&Path>, covers: u64) -> Result<Map, LogError> {
        self.freeze().map(folder, covers)
    }

    /// Lets `map`, made of what was set apart last, lie under the state.
    pub fn settle(&mut self, map: Map) {
        self.map = map;
        each_table!(self, settle);
    }

    /// Takes the map under the state for one's own writing: see [`Map::trust`].
    pub(crate) fn trust_map(&mut self) {
        self.map.trust();
    }

    /// Puts in the place of the map under the state the same one, now published.
    pub(crate) fn lie_on(&mut self, map: Map) {
        self.map = map;
    }

    /// The facts set apart, by their keys in ascending order.
    fn changes(&self) -> Vec<([u8; 32], Vec<u8>)> {
        let mut changes = Vec::new();
        let Some(origin) = &self.origin else { return changes };
        each_table!(self, write, origin, &mut changes);
        changes.extend(self.head().map(|head| single(&head, origin)));
        let log = LogFact { time: self.last_time(), documents: self.documents };
        changes.push(single(&log, origin));
        changes.extend(self.epoch.as_ref().map(|epoch| single(epoch, origin)));
        changes.sort_unstable_by_key(|(key, _)| *key);
        changes
    }

    fn head(&self) -> Option<Head> {
        let log_key = self.log_key.clone()?;
        Some(Head { log_key, open: self.open, suffixes: self.suffix_versions.clone() })
    }

    /// The digest of a fact as this state has it; none if it has no such fact.
    ///
    /// # Errors
    /// If the map under the state cannot be read.
    pub fn digest_of(&self, key: &FactKey) -> Result<Option<Id>, LogError> {
        let Some(origin) = &self.origin else { return Ok(None) };
        let (map, some) = (&self.map, Some(origin));
        fn digest<V: facts::Fact>(key: &FactKey, fact: Option<&V>, origin: &Origin) -> Option<Id> {
            fact.map(|fact| Id::of(facts::bytes(&key.to_string(), fact, origin).as_bytes()))
        }
        Ok(match key {
            FactKey::Issuer(name) => {
                digest(key, self.issuers.get(name.as_str(), map, some)?.as_deref(), origin)
            }
            FactKey::Name(name) => {
                digest(key, self.lineages.get(&name.to_string(), map, some)?.as_deref(), origin)
            }
            FactKey::Document(id) => {
                digest(key, self.registered.get(&id.to_string(), map, some)?.as_deref(), origin)
            }
            FactKey::Text(id) => {
                digest(key, self.texts.get(&id.to_string(), map, some)?.as_deref(), origin)
            }
            FactKey::Admitted(name) => {
                digest(key, self.admitted.get(name.as_str(), map, some)?.as_deref(), origin)
            }
            FactKey::Commitment(id) => {
                digest(key, self.commitments.get(&id.to_string(), map, some)?.as_deref(), origin)
            }
            FactKey::Record => digest(key, self.head().as_ref(), origin),
        })
    }
}

/// The key and bytes of a fact of which there is one.
fn single<V: facts::Fact>(fact: &V, origin: &Origin) -> ([u8; 32], Vec<u8>) {
    let key = facts::key::<V>("");
    (Id::of(key.as_bytes()).0, facts::bytes(&key, fact, origin).into_bytes())
}

fn lacks(what: &str) -> LogError {
    LogError::damaged("map", format!("it lacks the fact \"{what}\""))
}
