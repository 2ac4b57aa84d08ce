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
    let mut claims: Vec<(Rank, Claim)> = Vec::new();
    let mut reported = Vec::new();
    for cluster in clusters(weighed) {
        if cluster.iter().all(|weighed| weighed.reported) {
            reported.extend(cluster);
        } else {
            claims.push(claim(cluster));
        }
    }
    if claims.is_empty() {
        return Err(reported);
    }
    claims.sort_by_key(|(rank, _)| *rank);
    let claims: Vec<Claim> = claims.into_iter().map(|(_, claim)| claim).collect();
    let headline = claims.first().map(|claim| claim.headline.clone()).unwrap_or_default();
    let good = claims.iter().all(|claim| claim.good);
    Ok(Found { headline, good, claims, not_compared })
}

/// Claims that the reader trusts come first, then those that are not good, then by order in the record.
type Rank = (bool, bool, (usize, u64));

/// Findings that speak, directly or through others, of the same stretch.
fn clusters(weighed: Vec<Weighed>) -> Vec<Vec<Weighed>> {
    let mut clusters: Vec<Vec<Weighed>> = Vec::new();
    for next in weighed {
        let (joined, mut apart): (Vec<_>, Vec<_>) =
            clusters.into_iter().partition(|cluster| cluster.iter().any(|other| overlaps(other, &next)));
        let mut cluster: Vec<Weighed> = joined.into_iter().flatten().collect();
        cluster.push(next);
        apart.push(cluster);
        clusters = apart;
    }
    clusters
}

fn overlaps(a: &Weighed, b: &Weighed) -> bool {
    let shared: usize = a.spans.iter().map(|span| overlap(&b.spans, span)).sum();
    let size = |spans: &[Range<usize>]| spans.iter().map(ExactSizeIterator::len).sum::<usize>();
    shared > 0 && shared >= SHARED.min(size(&a.spans)).min(size(&b.spans))
}

fn claim(mut cluster: Vec<Weighed>) -> (Rank, Claim) {
    // Trusted first; among equals who was first, what is only reported last; within an issuer the warning.
    let first: BTreeMap<String, (usize, u64)> = cluster.iter().fold(BTreeMap::new(), |mut first, w| {
        let order = first.entry(w.finding.document.issuer.clone()).or_insert(w.order);
        *order = w.order.min(*order);
        first
    });
    cluster.sort_by_key(|w| {
        let issuer = first.get(&w.finding.document.issuer).copied();
        (w.reported, !w.finding.trusted, issuer, !w.warns(), w.is_good(), w.order)
    });
    let contested = contested(&cluster);
    let lead = cluster.first();
    let issuer = lead.map(|lead| lead.finding.document.issuer.clone()).unwrap_or_default();
    // An issuer's findings stand together; what others say does not make them worse unless it contests.
    let own_good = cluster
        .iter()
        .filter(|w| !w.reported && w.finding.document.issuer == issuer)
        .all(Weighed::is_good);
    let good = own_good && contested.is_none();
    let headline = contested.clone().or(lead.map(|lead| lead.headline.clone())).unwrap_or_default();
    let trusted = lead.is_some_and(|lead| lead.finding.trusted);
    let order = lead.map_or((0, 0), |lead| lead.order);
    let findings = cluster.into_iter().map(|w| w.finding).collect();
    ((!trusted, good, order), Claim { headline, good, contested: contested.is_some(), findings })
}

/// The headline of a contest, where issuers of equal weight disagree on whether to warn.
fn contested(cluster: &[Weighed]) -> Option<String> {
    let lead = cluster.first()?;
    let issuer = |w: &Weighed| w.finding.document.issuer.clone();
    let mut warns: BTreeMap<String, bool> = BTreeMap::new();
    for w in cluster.iter().filter(|w| !w.reported && w.finding.trusted == lead.finding.trusted) {
        *warns.entry(issuer(w)).or_default() |= w.warns();
    }
    let lead_warns = warns.get(&issuer(lead)).copied()?;
    let other = cluster.iter().find(|w| {
        warns.get(&issuer(w)).is_some_and(|other| *other != lead_warns)
            && (w.warns() || lead_warns)
            && !w.reported
    })?;
    let says = |w: &Weighed| {
        format!("{} says {}", issuer(w), w.finding.standing.unwrap_or("nothing that is in force"))
    };
    Some(format!("CONTESTED: {}, {}", says(lead), says(other)))
}
