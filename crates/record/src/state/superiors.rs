//! Who stands above whom.

use super::State;
use crate::atoms::Name;
use crate::log::LogError;

impl State {
    /// The superior of a name as of now: its nearest ancestor within the registrable domain that has
    /// keys here; else the name in its `keys` that has accepted.
    ///
    /// # Errors
    /// If a fact cannot be read.
    pub fn superior(&self, name: &Name) -> Result<Option<Name>, LogError> {
        if let Some(above) = self.nearest_ancestor(name)? {
            return Ok(Some(above));
        }
        let issuer = self.issuer(name)?;
        Ok(issuer.and_then(|issuer| issuer.accepted.and(issuer.names_superior.clone())))
    }

    fn nearest_ancestor(&self, name: &Name) -> Result<Option<Name>, LogError> {
        for above in name.ancestors() {
            let found = self.issuer(&above)?;
            if found.is_none_or(|issuer| issuer.copied_from.is_some()) {
                continue;
            }
            // The list is asked only now: most names have no ancestor here.
            let Some(bound) = self.suffixes.as_ref().and_then(|list| list.registrable(name)) else {
                return Ok(None);
            };
            let inside = above == bound || above.as_str().ends_with(&format!(".{bound}"));
            return Ok(inside.then_some(above));
        }
        Ok(None)
    }

    /// The superiors of a name, nearest first.
    ///
    /// # Errors
    /// If a fact cannot be read.
    pub fn superiors(&self, name: &Name) -> Result<Vec<Name>, LogError> {
        let mut chain: Vec<Name> = Vec::new();
        let mut at = name.clone();
        while let Some(above) = self.superior(&at)? {
            if above == *name || chain.contains(&above) || chain.len() == usize::from(u8::MAX) {
                break;
            }
            chain.push(above.clone());
            at = above;
        }
        Ok(chain)
    }

    /// The rank of `speaker` over documents of `issuer`: 0 for itself, 1 for its superior, and so on.
    ///
    /// # Errors
    /// If a fact cannot be read.
    pub fn rank(&self, speaker: &Name, issuer: &Name) -> Result<Option<u8>, LogError> {
        if speaker == issuer {
            return Ok(Some(0));
        }
        let place = self.superiors(issuer)?.iter().position(|name| name == speaker);
        Ok(place.and_then(|place| u8::try_from(place + 1).ok()))
    }

    /// The voices on documents of `issuer` that stand below `speaker`, the issuer first; none if it has no
    /// voice there, or is the issuer.
    pub(super) fn below(&self, speaker: &Name, issuer: &Name) -> Result<Vec<Name>, LogError> {
        let Some(rank) = self.rank(speaker, issuer)?.filter(|rank| *rank > 0) else {
            return Ok(Vec::new());
        };
        let above = self.superiors(issuer)?;
        Ok(std::iter::once(issuer.clone()).chain(above).take(usize::from(rank)).collect())
    }

    /// Every issuer: a walk through all facts.
    ///
    /// # Errors
    /// If one cannot be read.
    pub fn issuers(&self) -> Result<Vec<super::Issuer>, LogError> {
        let Some(origin) = &self.origin else { return Ok(Vec::new()) };
        let all = self.issuers.all(&self.map, origin)?;
        let mut all: Vec<_> = all.iter().map(|issuer| (**issuer).clone()).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }
}
