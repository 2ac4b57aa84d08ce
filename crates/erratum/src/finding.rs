//! From a match to a finding: the standing, whose word it is, and all that stands beside it.

use std::ops::Range;

use erratum_match::{Forms, Relation};
use erratum_record::{Act, Class, Lang, Moment, Registered, Standing, Viewed};
use erratum_text::Places;

use crate::attest;
use crate::check::When;
use crate::find::{Match, is_trusted};
use crate::headline::{Subject, headline};
use crate::library::{Library, LibraryError};
use crate::nearest::touches;
use crate::policy::Policy;
use crate::says_so::says_so;
use crate::seen::Seen;
use crate::verdict::{
    Difference, Epoch, Finding, Minor, OwnWords, Paragraphs, Passage, Proof, Remark, Replacement,
    Translation,
};
use crate::view;
use crate::worth::{Judged, Touched, judge};

/// What a finding is made with besides the match.
pub(crate) struct Context<'a> {
    pub(crate) copy: Option<&'a Forms>,
    /// Where the copy's text stands in it.
    pub(crate) places: &'a Places,
    pub(crate) policy: &'a Policy,
    pub(crate) when: When,
}

/// The parts of the copy of which a document is the nearest of its issuer's, and of which others are.
pub(crate) struct Share<'a> {
    pub(crate) own: &'a [Range<usize>],
    pub(crate) others: &'a [Range<usize>],
}

impl Share<'_> {
    /// Whether a place in the copy is this document's to speak of: its own, or nobody's.
    pub(crate) fn has(&self, place: &Range<usize>) -> bool {
        let lies_in = |parts: &[Range<usize>]| parts.iter().any(|part| touches(place, part));
        lies_in(self.own) || !lies_in(self.others)
    }

    /// Whether it is the nearest of more of the copy than all others together.
    fn is_most(&self) -> bool {
        let size = |parts: &[Range<usize>]| {
            parts.iter().map(ExactSizeIterator::len).fold(0, usize::saturating_add)
        };
        size(self.own) > size(self.others)
    }
}

/// A finding with what is needed to weigh it against others.
pub(crate) struct Weighed {
    pub(crate) finding: Finding,
    pub(crate) headline: String,
    pub(crate) standing: Option<Standing>,
    /// Place of the record and entry of the document, or of the commitment that it opens: who was first.
    pub(crate) order: (usize, u64),
    pub(crate) spans: Vec<Range<usize>>,
    pub(crate) reported: bool,
    /// Whether the document holds it only inside quotation marks.
    pub(crate) quoted: bool,
}

impl Weighed {
    /// Whether its word warns.
    pub(crate) fn warns(&self) -> bool {
        self.standing.is_some_and(|standing| standing.class() == Class::Warning)
    }

    /// Whether it gives no cause for concern by itself.
    pub(crate) fn is_good(&self) -> bool {
        self.standing == Some(Standing::Issued)
            && self.finding.relation != "altered"
            && !self.finding.differences.iter().any(|difference| difference.certain)
            && !self.finding.stale
    }
}

/// Makes the finding of a match, for its share of the copy.
pub(crate) fn weigh(
    m: &Match<'_>,
    share: &Share<'_>,
    context: &Context<'_>,
) -> Result<Weighed, LibraryError> {
    let record = m.library.record();
    let moment = context.when.moment(record);
    let judged = judge(m, share, moment)?;
    let relation = match &m.comparison {
        _ if m.identical.is_some() => Relation::Identical,
        Some(comparison) => comparison.relation,
        None => Relation::SameText,
    };
    let reported = m.document.attributed_to().is_some();
    let spans = spans(m, share.own);
    let standing = judged.worth.standing.filter(|_| !reported);
    let source = match record.document_at(judged.worth.from)? {
        Some(source) => m.library.seen(&source, moment)?,
        None => m.document.clone(),
    };
    let languages = &context.policy.languages;
    // The word that gave the standing, which a named passage may have from one that does not lead.
    let giving = source.words.iter().find(|word| Some(word.entry) == judged.worth.word);
    let word = giving.map(|word| view::word(record, &source.id, word, languages)).transpose()?;
    let differences = differences(m, share, context);
    let warns = standing.is_some_and(|standing| standing.class() == Class::Warning);
    let reason = word.as_ref().and_then(|word| word.reason.as_deref());
    let said = match (&m.comparison, context.copy) {
        (Some(comparison), Some(copy)) if warns => says_so(copy, &comparison.own, reason),
        _ => None,
    };
    let elsewhere = source.entry != m.document.entry;
    // Its own standing is another: it must not read as if it were the one in error.
    let shares = elsewhere
        && standing != Some(Standing::Issued)
        && source.document.forms.comparison != m.document.document.forms.comparison;
    let subject = Subject {
        genre: m.document.document.genre,
        standing,
        relation,
        differs: differences.iter().any(|difference| difference.certain),
        says_so: said.is_some(),
        key_stolen: m.document.stolen().is_some(),
        shared_with: shares.then_some(source.document.genre),
    };
    let headline = if reported { reported_headline(&m.document) } else { headline(subject) };
    if let Some(entry) = m.identical {
        // As it was registered: of a document that is void its renditions are, too.
        let registered = record.document(&m.document.id)?;
        attest::rendition(record, registered.as_deref().unwrap_or(&m.document), entry)?;
    }
    let (notes, more_notes) = notes(m, moment, languages)?;
    let epoch = record.state().epoch();
    let seen = Seen::by_witnesses(context.policy, record.log().checkpoint_bytes(), context.when.now);
    let proven_by = epoch.map_or(record.last_logged(), |(_, logged)| logged);
    let finding = Finding {
        record: record.origin().to_owned(),
        trusted: is_trusted(m.library, &m.document, context.policy)?,
        document: view::document(record, &m.document)?,
        // Once all findings are there: a name is held against those beside it.
        names: Vec::new(),
        relation: view::relation(relation),
        copy_coverage: m.comparison.as_ref().map_or(1.0, |comparison| comparison.copy_coverage),
        document_coverage: m.comparison.as_ref().map_or(1.0, |comparison| comparison.document_coverage),
        paragraphs: paragraphs(m),
        standing: standing.map(Standing::as_str),
        word_of: elsewhere.then(|| view::document(record, &source)).transpose()?,
        document_standing: m.document.standings().standing().map(Standing::as_str),
        beside: beside(m, word.as_ref().map(|word| word.id.as_str()), languages)?,
        replacement: replacement(m.library, &m.document, moment)?,
        passages: passages(m.library, &judged)?,
        comments: comments(m, moment)?,
        notes,
        more_notes,
        spans: spans.iter().map(|range| view::span(range, context.places)).collect(),
        differences,
        own: own_words(m, context.copy),
        translation: translation(m)?,
        minor: m
            .comparison
            .as_ref()
            .filter(|_| m.identical.is_none())
            .map_or(Minor::default(), view::minor),
        says_so: said,
        stale: seen.is_stale(context.policy, proven_by, context.when.now),
        proof: Proof {
            document_entry: m.document.entry,
            word_entry: word.as_ref().map(|word| word.entry),
            size: record.log().size(),
            last_logged: record.last_logged().to_string(),
            epoch: epoch.map(|(entry, logged)| Epoch {
                entry,
                logged: logged.to_string(),
                covers: [&m.document, &source].iter().all(|d| d.entries().last() < Some(&entry)),
            }),
            witnesses: seen.view(),
            key_pinned: record.is_pinned(),
        },
        word,
    };
    // An opened draft counts from its commitment.
    let committed =
        record.state().commitment_of(&m.document).map_err(|error| m.library.failed(error))?;
    let order = (m.record, committed.map_or(m.document.entry, |committed| committed.entry));
    Ok(Weighed { finding, headline, standing, order, spans, reported, quoted: m.is_quoted_there() })
}

/// The parts of its spans of which it is the nearest.
fn spans(m: &Match<'_>, own: &[Range<usize>]) -> Vec<Range<usize>> {
    let spans = m.spans();
    let cut = |part: &Range<usize>| -> Vec<Range<usize>> {
        spans
            .iter()
            .map(|span| span.start.max(part.start)..span.end.min(part.end))
            .filter(|range| range.start < range.end)
            .collect()
    };
    own.iter().flat_map(cut).collect()
}

fn differences(m: &Match<'_>, share: &Share<'_>, context: &Context<'_>) -> Vec<Difference> {
    match (&m.comparison, context.copy) {
        (Some(comparison), _) => {
            // In a copy of the whole text, what stands in the place of its words is changed, whosever words
            // these are.
            let whole =
                m.identical.is_some() || comparison.relation == Relation::Altered && share.is_most();
            let is_own = |d: &&erratum_match::Difference| whole || share.has(&d.copy.range);
            let shown = |d| view::difference(d, context.places);
            comparison.differences.iter().filter(is_own).map(shown).collect()
        }
        // Registered bytes that read as another text than the registered one: somebody lied.
        (None, Some(copy)) if m.identical.is_some() && !m.text.text().is_empty() => {
            vec![view::another_text(&m.text, copy)]
        }
        _ => Vec::new(),
    }
}

/// So many of the copy's own words are shown.
const FIRST_WORDS: usize = 8;

/// A paragraph of fewer letters is a heading line or a greeting, which nobody counts.
const SHORT_PARAGRAPH: usize = 80;

/// How many of the document's paragraphs the copy carries; short ones count only where there are no others.
fn paragraphs(m: &Match<'_>) -> Paragraphs {
    let all = m.text.paragraphs();
    let letters = |index: &usize| {
        let text =
            all.get(*index).and_then(|range| m.text.text().get(range.clone())).unwrap_or_default();
        text.chars().filter(|c| c.is_alphanumeric()).count()
    };
    let long: Vec<usize> = (0..all.len()).filter(|index| letters(index) >= SHORT_PARAGRAPH).collect();
    let counted = if long.is_empty() { (0..all.len()).collect() } else { long };
    let carried = |index: &&usize| m.comparison.as_ref().is_none_or(|c| c.paragraphs.contains(index));
    Paragraphs { carried: counted.iter().filter(carried).count(), total: counted.len() }
}

/// The copy's own words, around and between what is the document's.
fn own_words(m: &Match<'_>, copy: Option<&Forms>) -> OwnWords {
    let (Some(comparison), Some(copy)) = (&m.comparison, copy) else { return OwnWords::default() };
    let all: Vec<&str> = comparison
        .own
        .iter()
        .filter_map(|range| copy.text().get(range.clone()))
        .flat_map(str::split_whitespace)
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    let begins = all.iter().take(FIRST_WORDS).copied().collect::<Vec<_>>().join(" ");
    OwnWords { count: all.len(), begins }
}

/// The rendition whose text the copy has, where that is a translation.
fn translation(m: &Match<'_>) -> Result<Option<Translation>, LibraryError> {
    let found = m.document.renditions.iter().find(|known| known.entry == m.carried_by);
    let Some(found) = found else { return Ok(None) };
    attest::rendition(m.library.record(), &m.document, found.entry)?;
    let (lang, speaker) = (&found.rendition.lang, &found.rendition.speaker);
    Ok(Some(Translation { lang: lang.to_string(), vouched_by: speaker.to_string() }))
}

fn beside(
    m: &Match<'_>,
    leading: Option<&str>,
    languages: &[Lang],
) -> Result<Vec<crate::verdict::Word>, LibraryError> {
    let standings = m.document.standings();
    // Where the word that leads for this copy is another document's, this one's own stands beside it.
    let all = standings.leading.into_iter().chain(standings.beside);
    let others = all.filter(|word| Some(word.id.to_string().as_str()) != leading);
    Ok(others
        .map(|word| view::word(m.library.record(), &m.document.id, word, languages))
        .collect::<Result<_, _>>()?)
}

fn replacement(
    library: &Library,
    document: &Viewed,
    moment: Moment,
) -> Result<Option<Replacement>, LibraryError> {
    let live = document.in_force();
    let by = live.iter().rev().find_map(|word| match word.act {
        Act::Corrected(by) | Act::Superseded(by) => Some(by),
        _ => None,
    });
    let record = library.record();
    let Some(by) = by else { return Ok(None) };
    let Some(found) = record.document(&by)? else { return Ok(None) };
    let found = library.seen(&found, moment)?;
    let leading = found.standings().leading;
    if let Some(leading) = leading {
        attest::word(record, &by, leading)?;
    }
    let standing = leading.and_then(|word| word.standing()).map(Standing::as_str);
    Ok(Some(Replacement { document: view::document(record, &found)?, standing }))
}

fn passages(library: &Library, judged: &Judged) -> Result<Vec<Passage>, LibraryError> {
    let shared = judged.touched.iter().filter(|touched| touched.shared);
    let passage = |touched: &Touched| {
        let from = library.record().document_at(touched.worth.from)?;
        Ok(Passage {
            text: touched.text.split_whitespace().collect::<Vec<_>>().join(" "),
            standing: touched.worth.standing.map(Standing::as_str),
            from: from.map(|document| document.document.name.to_string()).unwrap_or_default(),
        })
    };
    shared.map(passage).collect()
}

fn comments(m: &Match<'_>, moment: Moment) -> Result<Vec<Remark>, LibraryError> {
    let wanted = m.document.comments.iter().filter(|comment| comment.logged <= moment.logged_by);
    Ok(wanted.map(|comment| view::remark(m.library.record(), comment)).collect::<Result<_, _>>()?)
}

/// The first notes of others, words of such as have turned out to be no superiors before them, and how many
/// more there are.
fn notes(
    m: &Match<'_>,
    moment: Moment,
    languages: &[Lang],
) -> Result<(Vec<Remark>, usize), LibraryError> {
    let record = m.library.record();
    let demoted = m.document.notes().iter().filter(|word| word.logged <= moment.logged_by);
    let mut shown = demoted
        .map(|word| view::demoted(record, &m.document.id, word, languages))
        .collect::<Result<Vec<_>, _>>()?;
    let (others, more) = view::notes(record, &m.document.id, moment.logged_by)?;
    for note in &others {
        shown.push(view::remark(record, note)?);
    }
    Ok((shown, more))
}

fn reported_headline(document: &Registered) -> String {
    let noun = document.document.genre.as_str().to_uppercase();
    let to = document.attributed_to().map(ToString::to_string).unwrap_or_default();
    format!("REPORTED AS A {noun} OF {to} BY {}", document.issuer())
}
