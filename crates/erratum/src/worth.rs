//! Which standing a match has: the document's own for a whole copy, and the severest of the passages that
//! the copy touches (rule 5).

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use erratum_match::{Forms, Held, Relation, holds_verbatim, passage_canonical};
use erratum_record::{Class, Moment, Registered, Standing, Viewed, Word};
use erratum_text::SearchForm;

use crate::find::{Match, brings};
use crate::finding::Share;
use crate::library::{About, Library, LibraryError};
use crate::passages::{Holder, Named, Worth, worth};

/// A passage of the document that the copy touches.
pub(crate) struct Touched {
    pub(crate) text: String,
    pub(crate) worth: Worth,
    /// Whether other documents of the issuer hold it too.
    pub(crate) shared: bool,
}

/// What a match is worth.
pub(crate) struct Judged {
    pub(crate) worth: Worth,
    pub(crate) touched: Vec<Touched>,
}

/// Judges a match by what the issuer's documents say of the passages in its share of the copy.
pub(crate) fn judge(m: &Match<'_>, share: &Share<'_>, moment: Moment) -> Result<Judged, LibraryError> {
    let family = Family::of(m, moment)?;
    let mut touched = Vec::new();
    for index in touched_passages(m, share) {
        let canonical = passage_canonical(&m.text, index);
        let range = m.text.passages().get(index).cloned().unwrap_or_default();
        let text = m.text.text().get(range).unwrap_or_default().to_owned();
        let holders = family.holders(&text, &canonical)?;
        if let Some(worth) = worth(&holders) {
            touched.push(Touched { text, worth, shared: holders.len() > 1 });
        }
    }
    let mut worths: Vec<Worth> = touched.iter().map(|touched| touched.worth).collect();
    if is_whole(m) || worths.is_empty() {
        worths.push(family.worth_of_whole(m)?);
    }
    // No word in force is worse than any word but a warning.
    let severity = |worth: &Worth| match worth.standing {
        Some(standing) if standing > Standing::Draft => (2, Some(standing)),
        None => (1, None),
        standing => (0, standing),
    };
    let severest = worths.into_iter().max_by_key(severity);
    let worth = severest.unwrap_or(Worth { standing: None, from: m.document.entry, word: None });
    Ok(Judged { worth, touched })
}

fn is_whole(m: &Match<'_>) -> bool {
    let relation = m.comparison.as_ref().map(|comparison| comparison.relation);
    m.identical.is_some() || matches!(relation, None | Some(Relation::SameText | Relation::Altered))
}

/// The passages that the copy touches in its share.
fn touched_passages(m: &Match<'_>, share: &Share<'_>) -> Vec<usize> {
    let Some(comparison) = &m.comparison else {
        return (0..m.text.passages().len()).collect();
    };
    let touched = comparison.touched.iter().filter(|touched| share.has(&touched.copy));
    touched.map(|touched| touched.passage).collect()
}

/// So many documents that share most words with a document are looked at for all its passages.
const KIN: usize = 16;
/// A passage of fewer letters is looked for among those only.
const SHORT_PASSAGE: usize = 36;

/// A document of an issuer, and those of the same issuer that may hold its passages.
struct Family<'a> {
    own: Member,
    kin: Vec<Member>,
    library: &'a Library,
    moment: Moment,
}

struct Member {
    document: Viewed,
    text: Arc<Forms>,
}

impl<'a> Family<'a> {
    fn of(m: &Match<'a>, moment: Moment) -> Result<Self, LibraryError> {
        let own = Member { document: m.document.clone(), text: Arc::clone(&m.text) };
        let mut family = Self { own, kin: Vec::new(), library: m.library, moment };
        family.kin = family.sharing(m.text.search(), KIN, 0)?;
        Ok(family)
    }

    /// The other documents of the issuer that share at least `hits` places with a form; so many of the
    /// best.
    fn sharing(&self, form: &SearchForm, most: usize, hits: u32) -> Result<Vec<Member>, LibraryError> {
        let library = self.library;
        let own = &self.own.document;
        let mut seen = HashSet::from([own.entry]);
        let mut found = Vec::new();
        let related = |about: &About| {
            about.issuer == *own.issuer()
                && about.attributed == own.attributed_to().is_some()
                && about.logged <= self.moment.logged_by
        };
        let failed = RefCell::new(None);
        let group = |text: u32| match library.about(text.into()) {
            Ok(about) => about.map(|about| about.group),
            Err(error) => {
                failed.borrow_mut().get_or_insert(error);
                None
            }
        };
        let candidates = library.finder().candidates(form, usize::MAX, group).list;
        if let Some(error) = failed.into_inner() {
            return Err(error);
        }
        for candidate in candidates.iter().filter(|candidate| candidate.hits >= hits) {
            if !library.about(candidate.doc.into())?.is_some_and(|about| related(&about)) {
                continue;
            }
            let Some(document) = library.document_of(candidate.doc.into())? else { continue };
            if document.logged <= self.moment.logged_by && seen.insert(document.entry) {
                let document = library.seen(&document, self.moment)?;
                if !brings(&document, candidate.doc.into()) {
                    continue;
                }
                found.push(Member { document, text: library.forms(candidate.doc.into())? });
                if found.len() == most {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Those that hold a passage verbatim outside quotation marks. The document itself always does.
    fn holders(&self, passage: &str, canonical: &str) -> Result<Vec<Holder>, LibraryError> {
        let form = SearchForm::new(passage);
        let mut found = vec![self.holder(&self.own, canonical)?];
        // Whoever holds the passage has a grid gram in every twelve letters of it but for its ends; half
        // of that is asked, since ideographs weigh two.
        let more = match form.chars_len() {
            0..SHORT_PASSAGE => Vec::new(),
            letters => {
                let hits = u32::try_from((letters - 23) / 24).unwrap_or(u32::MAX).max(1);
                self.sharing(&form, usize::MAX, hits)?
            }
        };
        let mut seen = HashSet::from([self.own.document.entry]);
        for member in self.kin.iter().chain(&more) {
            let holds = || holds_verbatim(&member.text, canonical) == Some(Held::Outside);
            if seen.insert(member.document.entry) && holds() {
                found.push(self.holder(member, canonical)?);
            }
        }
        Ok(found)
    }

    /// The worth of the document as a whole: others clear it only where they are the same text.
    fn worth_of_whole(&self, m: &Match<'_>) -> Result<Worth, LibraryError> {
        let own = &m.document;
        let same = |other: &&Arc<Registered>| {
            other.document.forms.comparison == own.document.forms.comparison
                && other.issuer() == own.issuer()
                && other.attributed_to().is_none() == own.attributed_to().is_none()
                && other.logged <= self.moment.logged_by
        };
        let all = self.library.record().state().with_text(&own.document.forms.comparison);
        let all = all.map_err(|error| self.library.failed(error))?;
        let holders = all
            .iter()
            .filter(same)
            .map(|document| Ok(whole_holder(&self.library.seen(document, self.moment)?)));
        let holders = holders.collect::<Result<Vec<Holder>, LibraryError>>()?;
        Ok(worth(&holders).unwrap_or(Worth { standing: None, from: own.entry, word: None }))
    }

    fn holder(&self, member: &Member, canonical: &str) -> Result<Holder, LibraryError> {
        let mut holder = whole_holder(&member.document);
        let live = member.document.in_force();
        for word in live.into_iter().filter(|word| !word.passages.is_empty()) {
            let named = self.named(member, word, canonical)?;
            let leads = Some(word) == member.document.standings().leading;
            // A word that names the passage speaks for it, whether or not it leads on the whole.
            let severer = word.standing() >= holder.standing;
            if named == Named::This && (severer || holder.names != Named::This) {
                holder.standing = word.standing().max(holder.standing);
                if severer {
                    (holder.rank, holder.word) = (word.rank, Some(word.entry));
                }
                holder.names = Named::This;
            } else if leads && holder.names != Named::This {
                holder.names = named;
            }
        }
        Ok(holder)
    }

    /// Whether a word that names passages names this one. A selector that cannot be read, or that is not
    /// in the text, makes the word one about the whole.
    fn named(&self, member: &Member, word: &Word, canonical: &str) -> Result<Named, LibraryError> {
        let selectors = self.library.record().blobs_of(word.entry, "passage")?;
        // Withheld ones cannot be read either.
        let mut named = if selectors.is_empty() { Named::Whole } else { Named::Others };
        for selector in selectors {
            let exact = crate::selector::exact(&selector).unwrap_or_default();
            let form = erratum_text::ComparisonForm::new(&exact);
            let wanted = form.canonical().trim_matches('\u{1f}');
            if wanted.is_empty() || !member.text.comparison().canonical().contains(wanted) {
                named = Named::Whole;
            } else if canonical.contains(wanted) || wanted.contains(canonical.trim_matches('\u{1f}')) {
                return Ok(Named::This);
            }
        }
        Ok(named)
    }
}
/// What a document is worth as a whole.
fn whole_holder(document: &Viewed) -> Holder {
    let standings = document.standings();
    let live = document.in_force();
    let issued: Vec<Word> = live
        .iter()
        .filter(|word| word.standing() == Some(Standing::Issued))
        .map(|word| (*word).clone())
        .collect();
    let warns = |word: &&&Word| word.standing().map(Standing::class) == Some(Class::Warning);
    Holder {
        place: document.place(),
        standing: standings.standing(),
        word: standings.leading.map(|word| word.entry),
        rank: standings.leading.map_or(0, |word| word.rank),
        is_draft: document.opens().is_some() && issued.is_empty(),
        issued,
        warnings: live.iter().filter(warns).map(|word| (*word).clone()).collect(),
        names: Named::Whole,
    }
}
