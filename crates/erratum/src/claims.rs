//! Whose word leads: findings on the same stretch of a copy are weighed against each other
//! (`docs/authority.md`, "Whose word leads").

use std::collections::BTreeMap;
use std::ops::Range;

use crate::finding::Weighed;
use crate::nearest::overlap;
use crate::verdict::{Claim, Found};

/// Findings that share so many bytes of the copy speak of the same stretch.
const SHARED: usize = 24;

/// Makes claims of findings. Texts that are only registered as seen never lead; the findings that consist
/// of nothing else are given back.
pub(crate) fn claims(weighed: Vec<Weighed>, not_compared: usize) -> Result<Found, Vec<Weighed>> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut reported = Vec::new();
    for next in by_weight(weighed) {
        match drafts.iter_mut().find(|draft| draft.takes(&next)) {
            Some(draft) => draft.beside.push(next),
            None if next.reported => reported.push(next),
            None => drafts.push(Draft { lead: next, beside: Vec::new(), against: None }),
        }
    }
    if drafts.is_empty() {
        return Err(reported);
    }
    contest(&mut drafts);
    drafts.sort_by_key(|draft| (!draft.lead.finding.trusted, draft.is_good(), draft.lead.order));
    let claims: Vec<Claim> = drafts.into_iter().map(Draft::into_claim).collect();
    let headline = claims.first().map(|claim| claim.headline.clone()).unwrap_or_default();
    let good = claims.iter().all(|claim| claim.good);
    Ok(Found { headline, good, claims, not_compared })
}

/// Trusted before others, own text before quoted text, then who was first; within an issuer the warning.
/// What is only reported comes last.
fn by_weight(mut weighed: Vec<Weighed>) -> Vec<Weighed> {
    let mut first: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for w in &weighed {
        let order = first.entry(w.finding.document.issuer.clone()).or_insert(w.order);
        *order = w.order.min(*order);
    }
    weighed.sort_by_key(|w| {
        let issuer = first.get(&w.finding.document.issuer).copied();
        (w.reported, !w.finding.trusted, w.quoted, issuer, !w.warns(), w.is_good(), w.order)
    });
    weighed
}

/// A claim in the making: the finding that leads on its stretch, and those that it covers.
struct Draft {
    lead: Weighed,
    beside: Vec<Weighed>,
    /// Who contests it, and with which standing.
    against: Option<String>,
}

impl Draft {
    /// Whether a finding of another issuer has nothing to say beyond the stretch of this claim.
    fn takes(&self, other: &Weighed) -> bool {
        let shared = shared(&self.lead, other);
        let beyond = size(&other.spans).saturating_sub(shared);
        other.finding.document.issuer != self.lead.finding.document.issuer
            && shared > 0
            && beyond < SHARED
    }

    fn is_good(&self) -> bool {
        self.lead.is_good() && self.against.is_none()
    }

    fn into_claim(self) -> Claim {
        let good = self.is_good();
        let contested = self.against.is_some();
        let headline = match &self.against {
            Some(other) => format!("CONTESTED: {}, {other}", says(&self.lead)),
            None => self.lead.headline.clone(),
        };
        let findings = std::iter::once(self.lead).chain(self.beside).map(|w| w.finding).collect();
        Claim { headline, good, contested, findings }
    }
}

/// Marks the claims that somebody of equal weight contradicts: one warns, the other does not.
fn contest(drafts: &mut [Draft]) {
    let against = |draft: &Draft| {
        let others = drafts.iter().flat_map(|other| std::iter::once(&other.lead).chain(&other.beside));
        others.into_iter().find(|other| contradicts(other, &draft.lead)).map(says)
    };
    let all: Vec<Option<String>> = drafts.iter().map(against).collect();
    for (draft, against) in drafts.iter_mut().zip(all) {
        draft.against = against;
    }
}

/// Whether a finding speaks against another on the same stretch. A text that stands only quotes what it
/// holds inside quotation marks, and does not vouch for it.
fn contradicts(other: &Weighed, lead: &Weighed) -> bool {
    let vouches = |w: &Weighed| !w.quoted || w.warns();
    other.finding.document.issuer != lead.finding.document.issuer
        && other.finding.trusted == lead.finding.trusted
        && !other.reported
        && other.warns() != lead.warns()
        && vouches(other)
        && vouches(lead)
        && shared(lead, other) >= SHARED.min(size(&lead.spans)).min(size(&other.spans)).max(1)
}

fn says(w: &Weighed) -> String {
    let standing = w.finding.standing.unwrap_or("nothing that is in force");
    format!("{} says {standing}", w.finding.document.issuer)
}

/// How many bytes of the copy two findings share.
fn shared(a: &Weighed, b: &Weighed) -> usize {
    a.spans.iter().map(|span| overlap(&b.spans, span)).sum()
}

fn size(spans: &[Range<usize>]) -> usize {
    spans.iter().map(ExactSizeIterator::len).fold(0, usize::saturating_add)
}
