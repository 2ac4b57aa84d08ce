//! Facts of one kind: those changed since the epoch over those that the map holds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Fact;
use crate::atoms::{Id, Origin};
use crate::log::LogError;
use crate::map::Map;

/// So many facts read from the map are kept before all of them are forgotten.
const MOST_KEPT: usize = 16_384;

/// Facts of one kind.
pub(crate) struct Table<V> {
    /// By their keys, which are short texts.
    changed: HashMap<String, Arc<V>>,
    /// Those changed before a map began to be made of them.
    frozen: Arc<HashMap<String, Arc<V>>>,
    kept: Mutex<HashMap<String, Option<Arc<V>>>>,
}

/// The key in the map: the digest of the key's text.
fn digest(key: &str) -> [u8; 32] {
    Id::of(key.as_bytes()).0
}

fn is_under(key: &str, bytes: &[u8]) -> bool {
    bytes.strip_prefix(key.as_bytes()).is_some_and(|rest| rest.starts_with(b"\n"))
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { changed: HashMap::new(), frozen: Arc::default(), kept: Mutex::default() }
    }
}

impl<V: Clone> Clone for Table<V> {
    fn clone(&self) -> Self {
        let (changed, frozen) = (self.changed.clone(), Arc::clone(&self.frozen));
        Self { changed, frozen, kept: Mutex::default() }
    }
}

impl<V: Fact> Table<V> {
    /// The fact with this name.
    pub(crate) fn get(
        &self,
        name: &str,
        map: &Map,
        origin: Option<&Origin>,
    ) -> Result<Option<Arc<V>>, LogError> {
        self.at(&super::key::<V>(name), map, origin)
    }

    fn at(&self, key: &str, map: &Map, origin: Option<&Origin>) -> Result<Option<Arc<V>>, LogError> {
        if let Some(changed) = self.changed.get(key).or_else(|| self.frozen.get(key)) {
            return Ok(Some(Arc::clone(changed)));
        }
        // A state without an origin has no map under it.
        let Some(origin) = origin else { return Ok(None) };
        if let Some(kept) = self.kept().get(key) {
            return Ok(kept.clone());
        }
        let read = match map.get(&digest(key))? {
            None => None,
            // A map that has under one key the fact of another would read as well.
            Some(bytes) if !is_under(key, bytes) => {
                let why = format!("under \"{key}\" it has another fact");
                return Err(LogError::damaged("map", why));
            }
            Some(bytes) => Some(Arc::new(super::read(bytes, origin)?)),
        };
        let mut kept = self.kept();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(key.to_owned(), read.clone());
        Ok(read)
    }

    /// Changes a fact, or makes it from `new`.
    pub(crate) fn change(
        &mut self,
        name: &str,
        map: &Map,
        origin: Option<&Origin>,
        new: impl FnOnce() -> V,
        change: impl FnOnce(&mut V),
    ) -> Result<(), LogError> {
        let key = super::key::<V>(name);
        if self.at(&key, map, origin)?.is_none() {
            self.changed.insert(key, Arc::new(new()));
        }
        self.change_known(name, map, origin, change)
    }

    /// Changes a fact that is there; without it nothing happens.
    pub(crate) fn change_known(
        &mut self,
        name: &str,
        map: &Map,
        origin: Option<&Origin>,
        change: impl FnOnce(&mut V),
    ) -> Result<(), LogError> {
        let key = super::key::<V>(name);
        if !self.changed.contains_key(&key) {
            let Some(found) = self.at(&key, map, origin)? else { return Ok(()) };
            self.kept().remove(&key);
            self.changed.insert(key.clone(), found);
        }
        if let Some(fact) = self.changed.get_mut(&key) {
            change(Arc::make_mut(fact));
        }
        Ok(())
    }

    /// Every fact of this kind: a walk through the whole map.
    pub(crate) fn all(&self, map: &Map, origin: &Origin) -> Result<Vec<Arc<V>>, LogError> {
        let frozen = self.frozen.iter().filter(|(key, _)| !self.changed.contains_key(*key));
        let mut found: Vec<Arc<V>> =
            self.changed.iter().chain(frozen).map(|(_, fact)| Arc::clone(fact)).collect();
        let is_newer = |key: &str| self.changed.contains_key(key) || self.frozen.contains_key(key);
        let begin = format!("{} ", V::KIND);
        for item in map.scan() {
            let (_, bytes) = item?;
            if !bytes.starts_with(begin.as_bytes()) {
                continue;
            }
            let key = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
            if !std::str::from_utf8(key).is_ok_and(is_newer) {
                found.push(Arc::new(super::read(bytes, origin)?));
            }
        }
        Ok(found)
    }

    /// How many facts have changed and are not set apart.
    pub(crate) fn len(&self) -> usize {
        self.changed.len()
    }

    /// The bytes of those set apart, by their keys.
    pub(crate) fn write(&self, origin: &Origin, into: &mut Vec<([u8; 32], Vec<u8>)>) {
        let bytes = |(key, fact): (&String, &Arc<V>)| {
            (digest(key), super::bytes(key, &**fact, origin).into_bytes())
        };
        into.extend(self.frozen.iter().map(bytes));
    }

    /// Sets apart what has changed so far, for a map to be made of it.
    pub(crate) fn freeze(&mut self) {
        let mut changed = std::mem::take(&mut self.changed);
        if !self.frozen.is_empty() {
            let older = self.frozen.iter().map(|(key, fact)| (key.clone(), Arc::clone(fact)));
            let mut all: HashMap<_, _> = older.collect();
            all.extend(changed);
            changed = all;
        }
        self.frozen = Arc::new(changed);
    }

    /// Forgets what was set apart: the map holds it now. It is still at hand.
    pub(crate) fn settle(&mut self) {
        let settled = std::mem::take(&mut self.frozen);
        let settled = Arc::try_unwrap(settled).unwrap_or_else(|shared| (*shared).clone());
        let mut kept = self.kept();
        if kept.len() + settled.len() > MOST_KEPT {
            kept.clear();
        }
        if settled.len() <= MOST_KEPT {
            let older = settled.into_iter().filter(|(key, _)| !self.changed.contains_key(key));
            kept.extend(older.map(|(key, fact)| (key, Some(fact))));
        }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Option<Arc<V>>>> {
        // Whoever panicked while holding it left nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
