//! What follows from histories in the light of the revocations that count.
//!
//! One pass over all statements in log order says of each `keys` and `acceptance` whether it is void, when
//! it binds, what cancelled it; each rests on those before it alone. Which revocations count is found by
//! such passes, as `docs/authority.md` says.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Asked, CLAIM_NOTICE, Histories, Issuer, KEYS_DELAY, Place, Said, SaidBody};
use crate::atoms::{Name, Time};
use crate::log::LogError;
use crate::note::VerifierKey;
use crate::statement::Keys;

/// The history of a name, if it has one.
pub(crate) type HistoryOf<'a> = dyn Fn(&Name) -> Result<Option<Arc<Issuer>>, LogError> + 'a;

/// Where histories come from.
pub(crate) struct Source<'a> {
    /// The history of a name.
    pub(crate) history: &'a HistoryOf<'a>,
    /// The registrable domain of a name, by the suffix list in force.
    pub(crate) registrable: &'a dyn Fn(&Name) -> Option<Name>,
    /// Whether a name is a public suffix by that list, and so nobody's superior.
    pub(crate) is_suffix: &'a dyn Fn(&Name) -> bool,
}

/// Which revocations are known: those logged by a time, and before an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) by: Time,
    pub(crate) before: u64,
}

impl Known {
    /// All of them.
    pub(crate) const ALL: Self = Self { by: Time::MAX, before: u64::MAX };
}

/// What became of a `keys` statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Status {
    /// Whether it is not signed any more.
    pub(crate) void: bool,
    /// Whether it is a claim to a name that has keys.
    pub(crate) claim: bool,
    /// Whether a recovery key or a name above signed it.
    pub(crate) strong: bool,
    /// When it binds.
    pub(crate) binds: Time,
    /// The entry of the keys that cancelled it.
    pub(crate) cancelled: Option<u64>,
}

/// A key that a revocation takes away.
#[derive(Debug, Clone)]
pub(crate) struct TakenAway {
    pub(crate) name: Name,
    pub(crate) key: VerifierKey,
    /// Where the revocation was logged.
    pub(crate) place: Place,
    pub(crate) suspect: Option<Time>,
}

/// Some histories in the light of the revocations that count.
#[derive(Clone)]
pub(crate) struct Light {
    pub(super) names: Histories,
    pub(super) bounds: HashMap<Name, Option<Name>>,
    /// Of those that have accepted a name, the public suffixes.
    pub(super) suffixes: HashSet<Name>,
    /// All statements in log order: whose history, and which of it.
    order: Vec<(u64, Name, usize)>,
    status: HashMap<u64, Status>,
    /// Acceptances that are not signed any more.
    pub(super) void: HashSet<u64>,
    counting: Vec<TakenAway>,
}

impl Light {
    /// The light on these names: with all names that could matter to them if `above`, else on what follows
    /// from each history alone.
    pub(crate) fn of(
        names: &[&Name],
        source: &Source<'_>,
        known: Known,
        above: bool,
    ) -> Result<Self, LogError> {
        let mut light = Self {
            names: HashMap::new(),
            bounds: HashMap::new(),
            suffixes: HashSet::new(),
            order: Vec::new(),
            status: HashMap::new(),
            void: HashSet::new(),
            counting: Vec::new(),
        };
        light.load(names, source, above)?;
        light.settle(known);
        Ok(light)
    }

    fn load(&mut self, names: &[&Name], source: &Source<'_>, above: bool) -> Result<(), LogError> {
        let mut next: Vec<(Name, bool)> = names.iter().map(|name| ((*name).clone(), above)).collect();
        let mut seen: HashMap<Name, bool> = HashMap::new();
        while let Some((name, above)) = next.pop() {
            if seen.get(&name).is_some_and(|seen| *seen || !above) {
                continue;
            }
            let history = (source.history)(&name)?;
            // Whoever set keys from above stood there by the histories of all between.
            let above = above || history.as_ref().is_some_and(|history| !history.is_alone());
            seen.insert(name.clone(), above);
            if above {
                let named = history.iter().flat_map(|history| history.names().cloned());
                next.extend(name.ancestors().chain(named).map(|name| (name, true)));
            }
            if let Some(history) = history {
                self.names.insert(name, history);
            }
        }
        for (name, history) in &self.names {
            // The list is asked only here: most names have no ancestor in a record.
            if name.ancestors().any(|above| self.names.contains_key(&above)) {
                self.bounds.insert(name.clone(), (source.registrable)(name));
            }
            let accepted = history.acceptances().map(|(_, acceptance)| &acceptance.speaker);
            self.suffixes.extend(accepted.filter(|name| (source.is_suffix)(name)).cloned());
            let said = history.said.iter().enumerate();
            self.order.extend(said.map(|(index, said)| (said.place.entry, name.clone(), index)));
        }
        self.order.sort_unstable_by_key(|(entry, _, _)| *entry);
        Ok(())
    }

    /// Finds which of the known revocations count, and what follows.
    fn settle(&mut self, known: Known) {
        let all: Vec<TakenAway> = self
            .statements()
            .filter(|said| said.place.entry < known.before && said.place.time <= known.by)
            .filter_map(TakenAway::of)
            .collect();
        if all.is_empty() {
            return self.pass(Vec::new());
        }
        let mut counting = Vec::new();
        for next in all {
            let mut with = counting.clone();
            with.push(next);
            self.pass(with);
            if self.drop_unsigned(None) {
                counting = self.counting.clone();
            }
        }
        self.pass(counting);
    }

    /// Drops of the revocations that count those that are not signed any more, the earliest first. Of one
    /// that is about to be logged, at `last`, it is not asked. False if the latest itself is not signed.
    fn drop_unsigned(&mut self, last: Option<u64>) -> bool {
        loop {
            let unsigned = self.counting.iter().position(|one| {
                Some(one.place.entry) != last && !self.is_revocation_signed(one.place.entry)
            });
            let Some(unsigned) = unsigned else { return true };
            if unsigned + 1 == self.counting.len() {
                return false;
            }
            let mut left = self.counting.clone();
            left.remove(unsigned);
            self.pass(left);
        }
    }

    /// This light with one more revocation, taken to be signed.
    pub(crate) fn with(&self, revocation: TakenAway) -> Self {
        let mut light = self.clone();
        let last = revocation.place.entry;
        let mut counting = self.counting.clone();
        counting.push(revocation);
        light.pass(counting);
        light.drop_unsigned(Some(last));
        light
    }

    fn is_revocation_signed(&self, entry: u64) -> bool {
        self.statements().find(|said| said.place.entry == entry).is_some_and(|said| self.is_signed(said))
    }

    /// All statements in log order.
    fn statements(&self) -> impl Iterator<Item = &Said> {
        self.order.iter().filter_map(|(_, name, index)| self.names.get(name)?.said.get(*index))
    }

    /// One pass over all statements.
    fn pass(&mut self, counting: Vec<TakenAway>) {
        self.counting = counting;
        self.status.clear();
        self.void.clear();
        for at in 0..self.order.len() {
            let Some((entry, name, index)) = self.order.get(at).cloned() else { continue };
            let Some(history) = self.names.get(&name).cloned() else { continue };
            let Some(said) = history.said.get(index) else { continue };
            match &said.body {
                SaidBody::Keys(keys) => self.pass_keys(&history, said, keys),
                SaidBody::Acceptance(acceptance) => {
                    if !self.is_signed(said) || !self.may_accept(acceptance, said.place) {
                        self.void.insert(entry);
                    }
                }
                SaidBody::Revocation(_) => {}
            }
        }
    }

    fn pass_keys(&mut self, history: &Issuer, said: &Said, keys: &Keys) {
        let (place, name) = (said.place, &history.name);
        let signed = history_signers(self, said);
        let void = signed.is_none();
        let claim = keys.previous.is_none() && self.has_keys(name, place);
        let by_recovery = signed.is_some_and(|recovery| recovery);
        let strong = keys.subordinate.is_some() || by_recovery;
        let delay = match self.in_force(name, place) {
            _ if claim => CLAIM_NOTICE,
            Some((before, old))
                if before.copied_from.is_none() && !old.guards_changed(keys).is_empty() =>
            {
                KEYS_DELAY
            }
            _ => 0,
        };
        let binds = Time::from_millis(place.time.millis().saturating_add(delay));
        let status = Status { void, claim, strong, binds, cancelled: None };
        if !void {
            for (earlier, _) in history.keys().take_while(|(one, _)| one.place.entry < place.entry) {
                if let Some(other) = self.status.get_mut(&earlier.place.entry) {
                    let may = other.claim || !claim && (!other.strong || strong);
                    let pending = other.cancelled.is_none() && place.time < other.binds;
                    if may && pending && !other.void {
                        other.cancelled = Some(place.entry);
                    }
                }
            }
        }
        self.status.insert(place.entry, status);
    }

    /// What became of the `keys` statement at an entry.
    pub(crate) fn status(&self, entry: u64) -> Option<&Status> {
        self.status.get(&entry)
    }

    /// Whether a `keys` statement or acceptance is void.
    pub(crate) fn is_void(&self, said: &Said) -> bool {
        let entry = said.place.entry;
        self.void.contains(&entry) || self.status.get(&entry).is_some_and(|status| status.void)
    }

    /// The history of a name.
    pub(crate) fn history(&self, name: &Name) -> Option<&Issuer> {
        self.names.get(name).map(|history| &**history)
    }

    /// The `keys` statements of a name logged before a place and not void, with their status.
    fn standing_keys<'a>(
        &'a self,
        name: &Name,
        place: Place,
    ) -> impl DoubleEndedIterator<Item = (&'a Said, &'a Keys, &'a Status)> + use<'a> {
        let history = self.names.get(name).map(|history| history.keys());
        history.into_iter().flatten().filter_map(move |(said, keys)| {
            let status = self.status.get(&said.place.entry)?;
            (said.place.entry < place.entry && !status.void).then_some((said, keys, status))
        })
    }

    /// Whether the name has keys made for this record before a place.
    pub(crate) fn has_keys(&self, name: &Name, place: Place) -> bool {
        self.standing_keys(name, place).any(|(said, _, _)| said.copied_from.is_none())
    }

    /// The keys of a name that bound by a place, in the order in which they bound.
    pub(super) fn bound(&self, name: &Name, place: Place) -> Vec<(&Said, &Keys, &Status)> {
        let mut bound: Vec<_> = self
            .standing_keys(name, place)
            .filter(|(_, _, status)| status.binds <= place.time && status.cancelled.is_none())
            .collect();
        bound.sort_by_key(|(said, _, status)| (status.binds, said.place.entry));
        bound
    }

    /// The keys in force at a place.
    pub(crate) fn in_force(&self, name: &Name, place: Place) -> Option<(&Said, &Keys)> {
        self.bound(name, place).last().map(|(said, keys, _)| (*said, *keys))
    }

    /// Keys that do not bind yet at a place and are not cancelled.
    pub(crate) fn pending(&self, name: &Name, place: Place) -> Vec<(&Said, &Status)> {
        let waits = |status: &Status| {
            status.binds > place.time && status.cancelled.is_none_or(|by| by >= place.entry)
        };
        let keys = self.standing_keys(name, place);
        keys.filter(|(_, _, status)| waits(status)).map(|(said, _, status)| (said, status)).collect()
    }

    /// The last keys of a name at a place, which the next must name: of those made for this record the last
    /// logged, but for claims that do not bind.
    pub(crate) fn last_keys(&self, name: &Name, place: Place) -> Option<&Said> {
        let counts =
            |status: &Status| !status.claim || status.binds <= place.time && status.cancelled.is_none();
        let mut keys = self.standing_keys(name, place).rev();
        keys.find(|(said, _, status)| said.copied_from.is_none() && counts(status))
            .map(|(said, _, _)| said)
    }

    /// The tenure of a name at a place, counted from 0, and the entry of the keys that it began with.
    pub(crate) fn tenure(&self, name: &Name, place: Place) -> (u32, Option<u64>) {
        let bound = self.bound(name, place);
        let own = |said: &Said| said.copied_from.is_none();
        let claims = || bound.iter().filter(|(_, _, status)| status.claim);
        let first = bound.iter().find(|(said, _, _)| own(said));
        let begun = claims().next_back().or(first).map(|(said, _, _)| said.place.entry);
        (u32::try_from(claims().count()).unwrap_or(u32::MAX), begun)
    }

    /// The revocation that takes a key of a name away at a place, the earliest that does.
    pub(crate) fn taken(&self, name: &Name, key: &VerifierKey, place: Place) -> Option<&TakenAway> {
        self.counting.iter().find(|one| {
            let from = one.place.entry < place.entry;
            let suspect = one.suspect.is_some_and(|suspect| suspect <= place.time);
            one.name == *name && one.key.same_key(key) && (from || suspect)
        })
    }

    /// The revocations that count, in log order.
    pub(crate) fn counting(&self) -> &[TakenAway] {
        &self.counting
    }
}

impl TakenAway {
    fn of(said: &Said) -> Option<Self> {
        let SaidBody::Revocation(revocation) = &said.body else { return None };
        let (name, key) = (revocation.name().clone(), revocation.key.clone());
        Some(Self { name, key, place: said.place, suspect: revocation.suspect })
    }
}

/// Whether a `keys` statement is still signed, and then whether a recovery key signed it.
fn history_signers(light: &Light, said: &Said) -> Option<bool> {
    let asked = Asked::of(said);
    let signers = light.ask_again(said.speaker(), said.place, &said.signers, &asked).ok()?;
    Some(!signers.recovery.is_empty())
}
