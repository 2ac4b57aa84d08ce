//! From a copy to the documents it has something in common with: candidates, compared one by one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use erratum_match::{Comparison, Forms, compare, phrases};
use erratum_record::{Id, Moment, Name, Registered, Time, Viewed};

use crate::check::When;
use crate::library::{About, Library, LibraryError};
use crate::policy::Policy;

/// At most this many candidates are compared in each record; the rest are counted.
const MOST_COMPARED: usize = 64;
/// Of each group that the reader does not trust, so many: nobody can hide others behind many of its own.
const MOST_OF_GROUP: usize = 8;
/// Phrases of so many candidates are told where nothing matches.
const MOST_PHRASES: usize = 3;

/// A document that a copy has something in common with.
pub(crate) struct Match<'a> {
    /// The record's place among those asked.
    pub(crate) record: usize,
    pub(crate) library: &'a Library,
    pub(crate) document: Viewed,
    /// The text that was compared: the document's own, or a translation's.
    pub(crate) text: Arc<Forms>,
    /// The entry that carries it.
    pub(crate) carried_by: u64,
    /// `None` where the bytes are the same and the text could not be read.
    pub(crate) comparison: Option<Comparison>,
    /// The entry of the rendition that has the same bytes as the copy.
    pub(crate) identical: Option<u64>,
}

/// A run of words that also stands in a registered text, too short to be a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: String,
    pub(crate) document: String,
}

/// What one record has for a copy.
#[derive(Default)]
pub(crate) struct Found<'a> {
    pub(crate) matches: Vec<Match<'a>>,
    pub(crate) phrases: Vec<Phrase>,
    /// The nearest document where nothing matched, by its name and issuer.
    pub(crate) nearest: Option<Arc<Registered>>,
    /// Candidates that were not compared.
    pub(crate) more: usize,
    /// The first candidates that did not match.
    looked_at: Vec<(Arc<Registered>, Arc<Forms>)>,
}

impl Match<'_> {
    /// Where it stands in the copy, as byte ranges; the whole copy where only bytes were compared.
    pub(crate) fn spans(&self) -> Vec<Range<usize>> {
        match &self.comparison {
            Some(comparison) => comparison.segments.iter().map(|segment| segment.copy.clone()).collect(),
            None => std::iter::once(0..usize::MAX).collect(),
        }
    }

    /// Whether all of it stands inside quotation marks in the document, which then only quotes it.
    pub(crate) fn is_quoted_there(&self) -> bool {
        let quoted = |range: &Range<usize>| {
            self.text.quoted().iter().any(|q| q.start <= range.start && range.end <= q.end + 4)
        };
        self.comparison.as_ref().is_some_and(|c| c.segments.iter().all(|s| quoted(&s.document)))
    }
}

/// Looks a text up in one record.
pub(crate) fn find<'a>(
    library: &'a Library,
    record: usize,
    copy: Option<&Forms>,
    digest: &Id,
    policy: &Policy,
    when: When,
) -> Result<Found<'a>, LibraryError> {
    let moment = when.moment(library.record());
    let (trusted, texts) = (RefCell::default(), RefCell::default());
    let search = Search { library, record, policy, moment, trusted, texts };
    let mut found = Found::default();
    if let Some(copy) = copy {
        search.compare_candidates(copy, &mut found)?;
        search.same_comparison_form(copy, &mut found)?;
    }
    search.same_bytes(digest, &mut found)?;
    Ok(found)
}

/// A look-up in one record.
struct Search<'a, 'p> {
    library: &'a Library,
    record: usize,
    policy: &'p Policy,
    moment: Moment,
    /// Issuers asked about so far, and whether the reader trusts them.
    trusted: RefCell<HashMap<Name, bool>>,
    /// Texts asked about so far: of those that count the group, and whether the reader trusts their issuer.
    texts: RefCell<HashMap<u64, Option<(u32, bool)>>>,
}

impl<'a> Search<'a, '_> {
    /// Whether a document counts for this reader at the moment asked for.
    fn counts(&self, document: &Registered) -> bool {
        document.logged <= self.moment.logged_by && self.library.source().speaks_for(document.issuer())
    }

    /// Of a text that counts, its group and whether the reader trusts its issuer.
    fn counted(&self, text: u64) -> Result<Option<(u32, bool)>, LibraryError> {
        if let Some(known) = self.texts.borrow().get(&text) {
            return Ok(*known);
        }
        let counts = |about: &Arc<About>| {
            about.logged <= self.moment.logged_by && self.library.source().speaks_for(&about.issuer)
        };
        let counted = match self.library.about(text)?.filter(counts) {
            Some(about) => Some((about.group, !about.attributed && self.trusts(&about.issuer)?)),
            None => None,
        };
        self.texts.borrow_mut().insert(text, counted);
        Ok(counted)
    }

    fn trusts(&self, issuer: &Name) -> Result<bool, LibraryError> {
        if let Some(known) = self.trusted.borrow().get(issuer) {
            return Ok(*known);
        }
        let trusts = trusts(self.library, issuer, self.policy)?;
        self.trusted.borrow_mut().insert(issuer.clone(), trusts);
        Ok(trusts)
    }

    /// Compares the copy with the best candidates: first those whose issuers the reader trusts, which no
    /// number of others can push aside, then the others, of each group only a few.
    fn compare_candidates(&self, copy: &Forms, found: &mut Found<'a>) -> Result<(), LibraryError> {
        let mut left = MOST_COMPARED;
        for trusted in [true, false] {
            let failed = RefCell::new(None);
            let counts = |text: u32| match self.counted(text.into()) {
                Ok(counted) => counted.filter(|(_, is)| *is == trusted).map(|(group, _)| group),
                Err(error) => {
                    failed.borrow_mut().get_or_insert(error);
                    None
                }
            };
            let candidates = self.library.finder().candidates(copy.search(), usize::MAX, counts);
            if let Some(error) = failed.into_inner() {
                return Err(error);
            }
            let mut of_group: HashMap<u32, usize> = HashMap::new();
            for candidate in &candidates.list {
                let text = u64::from(candidate.doc);
                let Some((group, _)) = self.counted(text)? else { continue };
                let taken = of_group.entry(group).or_default();
                *taken += 1;
                if left == 0 || (!trusted && *taken > MOST_OF_GROUP) {
                    found.more += 1;
                    continue;
                }
                let document = self.library.document_of(text)?.filter(|d| self.counts(d));
                let Some(document) = document else { continue };
                left -= 1;
                found.nearest.get_or_insert_with(|| Arc::clone(&document));
                let forms = self.library.forms(text)?;
                match compare(copy, &forms, &candidates.common) {
                    Some(comparison) => {
                        found.matches.extend(self.matched(document, text, forms, Some(comparison))?)
                    }
                    None if found.looked_at.len() < MOST_PHRASES => {
                        found.looked_at.push((document, forms))
                    }
                    None => {}
                }
            }
        }
        keep_best_text(&mut found.matches);
        if found.matches.is_empty() {
            let looked_at = std::mem::take(&mut found.looked_at);
            let phrases = looked_at.iter().filter_map(|(document, text)| phrase(copy, text, document));
            found.phrases = phrases.collect();
        }
        Ok(())
    }

    /// A match, unless what carries the text counts no more.
    fn matched(
        &self,
        document: Arc<Registered>,
        carried_by: u64,
        text: Arc<Forms>,
        comparison: Option<Comparison>,
    ) -> Result<Option<Match<'a>>, LibraryError> {
        let Self { library, record, .. } = *self;
        let document = library.seen(&document, self.moment)?;
        let of = Match { record, library, document, text, carried_by, comparison, identical: None };
        Ok(Some(of).filter(|of| brings(&of.document, carried_by)))
    }

    /// A text too short for any gram, or withheld, is found by the digest of its comparison form.
    fn same_comparison_form(&self, copy: &Forms, found: &mut Found<'a>) -> Result<(), LibraryError> {
        if copy.letters() == 0 {
            return Ok(());
        }
        let digest = Id(copy.comparison().digest());
        let state = self.library.record().state();
        for document in state.with_text(&digest).map_err(|error| self.library.failed(error))? {
            let known = found.matches.iter().any(|m| m.document.id == document.id);
            let Some((carried_by, logged)) = carries(&document, &digest) else { continue };
            if self.counts(&document) && logged <= self.moment.logged_by && !known {
                let forms = self.library.forms(carried_by)?;
                found.matches.extend(self.matched(document, carried_by, forms, None)?);
            }
        }
        Ok(())
    }

    fn same_bytes(&self, digest: &Id, found: &mut Found<'a>) -> Result<(), LibraryError> {
        for (document, entry) in self.library.renditions_of(digest)? {
            let document = self.library.record().document(&document)?.filter(|d| self.counts(d));
            let Some(document) = document else { continue };
            let rendition = document.renditions.iter().find(|known| known.entry == entry);
            if rendition.is_none_or(|known| known.logged > self.moment.logged_by) {
                continue;
            }
            if !brings(&self.library.seen(&document, self.moment)?, entry) {
                continue;
            }
            match found.matches.iter_mut().find(|m| m.document.id == document.id) {
                Some(known) => known.identical = known.identical.or(Some(entry)),
                None => {
                    let carried_by = document.entry;
                    let forms = self.library.forms(carried_by)?;
                    let same = self.matched(document, carried_by, forms, None)?;
                    found.matches.extend(same.map(|same| Match { identical: Some(entry), ..same }));
                }
            }
        }
        Ok(())
    }
}

/// Whether a document has the file or the text that an entry brought to it: its own, or that of a rendition
/// which is not void. Of a document that is void itself all stay known, so that its copies are recognised.
pub(crate) fn brings(document: &Viewed, entry: u64) -> bool {
    let is_rendition = || document.renditions.iter().any(|known| known.entry == entry);
    document.entry == entry || document.stolen().is_some() || is_rendition()
}

/// The entry by which a document has a text of this comparison form, itself or in translation, and when
/// that was logged.
fn carries(document: &Registered, comparison: &Id) -> Option<(u64, Time)> {
    if document.document.forms.comparison == *comparison {
        return Some((document.entry, document.logged));
    }
    let translated = document.renditions.iter().find(|known| {
        let forms = known.rendition.translation.as_ref().map(|(forms, _)| forms);
        forms.is_some_and(|forms| forms.comparison == *comparison)
    })?;
    Some((translated.entry, translated.logged))
}

/// Of a document matched by several of its texts, the one that the copy covers most.
fn keep_best_text(matches: &mut Vec<Match<'_>>) {
    let covered = |m: &Match<'_>| m.comparison.as_ref().map_or(0.0, |c| c.copy_coverage);
    matches.sort_by(|a, b| {
        (a.document.entry.cmp(&b.document.entry)).then(covered(b).total_cmp(&covered(a)))
    });
    matches.dedup_by_key(|m| m.document.entry);
}

fn phrase(copy: &Forms, text: &Forms, document: &Registered) -> Option<Phrase> {
    let longest = phrases(copy, text).into_iter().max_by_key(|phrase| phrase.copy.len())?;
    let words = copy.text().get(longest.copy)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Phrase { words, document: document.document.name.to_string() })
}

/// Whether the reader's policy trusts the issuer of a document or one of its superiors.
pub(crate) fn is_trusted(
    library: &Library,
    document: &Registered,
    policy: &Policy,
) -> Result<bool, LibraryError> {
    Ok(document.attributed_to().is_none() && trusts(library, document.issuer(), policy)?)
}

fn trusts(library: &Library, issuer: &Name, policy: &Policy) -> Result<bool, LibraryError> {
    // A record lends its names' trust only to names that it is asked about.
    let trusted = |name: &Name| policy.trust.contains(name) && library.source().speaks_for(name);
    if trusted(issuer) || policy.trust.is_empty() {
        return Ok(trusted(issuer));
    }
    let superiors = library.record().state().superiors(issuer);
    Ok(superiors.map_err(|error| library.failed(error))?.iter().any(trusted))
}
