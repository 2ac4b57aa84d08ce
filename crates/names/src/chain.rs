//! Chains of DNSSEC signatures (RFC 4035 section 5): from an answer up to the root, followed by asking and
//! checked by nobody's word.
//!
//! Only what is there is proven. That a record is *not* there (NSEC) is never asked for: a name that
//! publishes nothing proves nothing.

use std::fmt;
use std::str::FromStr;

use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, RRSIG};
use hickory_proto::dnssec::{Algorithm, DigestType, PublicKey, TrustAnchors, Verifier};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordType};

use crate::dns::Answer;

/// A chain has at most so many zones.
const MOST_ZONES: usize = 12;
/// So many keys, and so many signatures, of one set of records are tried: more make work for nothing.
const MOST_TRIED: usize = 16;

/// What signs: nothing that rests on SHA-1.
const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::RSASHA256,
    Algorithm::RSASHA512,
    Algorithm::ECDSAP256SHA256,
    Algorithm::ECDSAP384SHA384,
    Algorithm::ED25519,
];

/// The keys that a chain must end at: those of the root zone.
#[derive(Clone)]
pub struct Anchors(TrustAnchors);

impl Default for Anchors {
    /// The root's keys of 2017 and 2024, as IANA publishes them.
    fn default() -> Self {
        Self(TrustAnchors::default())
    }
}

impl fmt::Debug for Anchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Anchors({} keys)", self.0.len())
    }
}

impl FromStr for Anchors {
    type Err = String;

    /// Reads the root zone's `DNSKEY` records, as in a zone file.
    fn from_str(text: &str) -> Result<Self, String> {
        let anchors: TrustAnchors = text.parse().map_err(|error| format!("{error}"))?;
        if anchors.is_empty() {
            return Err("holds no DNSKEY of the root".to_owned());
        }
        Ok(Self(anchors))
    }
}

/// What a chain is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Worth {
    /// Every signature holds, up to an anchor.
    Secure,
    /// It does not reach an anchor, or not by means that we know.
    Insecure(String),
    /// The zone's keys are proven, and what it is said to publish is not signed by them.
    Bogus(String),
}

/// Asks for what an answer's chain needs, from its zone up to the root. What cannot be had ends it.
pub(crate) fn follow(
    first: &Answer,
    (name, kind): (&Name, RecordType),
    mut ask: impl FnMut(&Name, RecordType) -> Result<Answer, String>,
) -> Vec<Answer> {
    let mut chain = Vec::new();
    let mut zone = Set::of(first, name, kind).signer();
    while let Some(at) = zone.filter(|_| chain.len() < 2 * MOST_ZONES) {
        let Ok(keys) = ask(&at, RecordType::DNSKEY) else { break };
        chain.push(keys);
        if at.is_root() {
            break;
        }
        let Ok(above) = ask(&at, RecordType::DS) else { break };
        let signer = Set::of(&above, &at, RecordType::DS).signer();
        chain.push(above);
        zone = signer.filter(|signer| is_above(signer, &at));
    }
    chain
}

/// Whether `above` is a proper ancestor of `below`.
fn is_above(above: &Name, below: &Name) -> bool {
    above != below && above.zone_of(below)
}

/// Judges an answer by the chain that came with it, at a time in seconds since 1970.
pub(crate) fn judge(
    first: &Answer,
    (name, kind): (&Name, RecordType),
    chain: &[Answer],
    anchors: &Anchors,
    seconds: i64,
) -> Worth {
    let set = Set::of(first, name, kind);
    let Some(zone) = set.signer() else {
        return Worth::Insecure(format!("{name} is not signed"));
    };
    // RRSIG times are counted modulo 2^32 (RFC 4034 section 3.1.5).
    let now = seconds.rem_euclid(1 << 32) as u32;
    let keys = match zone_keys(&zone, chain, anchors, now) {
        Ok(keys) => keys,
        Err(why) => return Worth::Insecure(why),
    };
    match set.verify(&zone, &keys, now) {
        Ok(()) => Worth::Secure,
        Err(why) => Worth::Bogus(why),
    }
}

/// The proven keys of a zone.
fn zone_keys(zone: &Name, chain: &[Answer], anchors: &Anchors, now: u32) -> Result<Vec<DNSKEY>, String> {
    // From the zone up: which zones there are, each with what says so.
    let mut zones: Vec<(Name, Option<Set<'_>>)> = Vec::new();
    let mut at = zone.clone();
    while !at.is_root() {
        if zones.len() >= MOST_ZONES {
            return Err(format!("more than {MOST_ZONES} zones"));
        }
        let delegation = find(chain, &at, RecordType::DS);
        let delegation = delegation.ok_or_else(|| format!("no signed delegation of {at}"))?;
        let signer = delegation.signer().filter(|signer| is_above(signer, &at));
        let above = signer.ok_or_else(|| format!("the delegation of {at} is not signed"))?;
        zones.push((at, Some(delegation)));
        at = above;
    }
    zones.push((at, None));
    // From the root down: each zone's keys by those of the zone above.
    let mut above: Option<(Name, Vec<DNSKEY>)> = None;
    for (zone, delegation) in zones.into_iter().rev() {
        let keys = find(chain, &zone, RecordType::DNSKEY);
        let keys = keys.ok_or_else(|| format!("no keys of {zone}"))?;
        let entry: Vec<DNSKEY> = match (&above, &delegation) {
            (Some((parent, proven)), Some(delegation)) => {
                delegation.verify(parent, proven, now)?;
                let covers = |key: &DNSKEY| {
                    delegation.delegations().any(|ds| ds.covers(&zone, key).unwrap_or(false))
                };
                keys.keys().filter(covers).collect()
            }
            _ => keys.keys().filter(|key| anchors.0.contains(key.public_key())).collect(),
        };
        if entry.is_empty() {
            return Err(format!("none of the keys of {zone} is vouched for"));
        }
        keys.verify(&zone, &entry, now)?;
        above = Some((zone, keys.keys().collect()));
    }
    above.map(|(_, keys)| keys).ok_or_else(|| "no zone".to_owned())
}

fn find<'a>(chain: &'a [Answer], name: &Name, kind: RecordType) -> Option<Set<'a>> {
    let answer = chain.iter().find(|answer| answer.is_to(name, kind))?;
    Some(Set::of(answer, name, kind))
}

/// The records of one name and type in an answer, with their signatures.
struct Set<'a> {
    name: Name,
    records: Vec<&'a Record>,
    signatures: Vec<&'a RRSIG>,
}

impl<'a> Set<'a> {
    fn of(answer: &'a Answer, name: &Name, kind: RecordType) -> Self {
        let ours = |record: &&Record| record.name == *name && record.dns_class == DNSClass::IN;
        let all = answer.message.answers.iter().filter(ours);
        let mut records: Vec<&Record> = Vec::new();
        let mut signatures = Vec::new();
        for record in all {
            match &record.data {
                RData::DNSSEC(DNSSECRData::RRSIG(rrsig)) if rrsig.input().type_covered == kind => {
                    signatures.push(rrsig);
                }
                // A set has each record once; what repeats one would not be what was signed.
                data if record.record_type() == kind
                    && records.iter().all(|known| known.data != *data) =>
                {
                    records.push(record);
                }
                _ => {}
            }
        }
        Self { name: name.clone(), records, signatures }
    }

    /// The zone that signed it: that of its first signature, if the name lies in it.
    fn signer(&self) -> Option<Name> {
        let zone = &self.signatures.first()?.input().signer_name;
        (!self.records.is_empty() && zone.zone_of(&self.name)).then(|| zone.to_lowercase())
    }

    fn keys(&self) -> impl Iterator<Item = DNSKEY> + '_ {
        let keys = self.records.iter().filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::DNSKEY(key)) => Some(key.clone()),
            _ => None,
        });
        let fits = |key: &DNSKEY| {
            let algorithm = key.public_key().algorithm();
            key.zone_key() && !key.revoke() && ALGORITHMS.contains(&algorithm)
        };
        keys.filter(fits).take(MOST_TRIED)
    }

    fn delegations(&self) -> impl Iterator<Item = &DS> + '_ {
        let all = self.records.iter().filter_map(|record| match &record.data {
            RData::DNSSEC(DNSSECRData::DS(ds)) => Some(ds),
            _ => None,
        });
        let fits = |ds: &&DS| matches!(ds.digest_type(), DigestType::SHA256 | DigestType::SHA384);
        all.filter(fits).take(MOST_TRIED)
    }

    /// Whether one of these keys of the zone signed it, for this time, as it stands. What a wildcard gave
    /// is not taken: it would need proof that the name itself is not there.
    fn verify(&self, zone: &Name, keys: &[DNSKEY], now: u32) -> Result<(), String> {
        let kind = self.records.first().map(|record| record.record_type());
        let what = kind.map_or_else(|| "records".to_owned(), |kind| kind.to_string());
        let mut why = format!("no signature of {zone} on the {what} of {}", self.name);
        for rrsig in self.signatures.iter().take(MOST_TRIED) {
            let input = rrsig.input();
            if input.signer_name != *zone || input.num_labels != self.name.num_labels() {
                continue;
            }
            if !is_within(input.sig_inception.get(), input.sig_expiration.get(), now) {
                why = format!("the signature on the {what} of {} is not of this time", self.name);
                continue;
            }
            let fitting = keys.iter().filter(|key| {
                key.public_key().algorithm() == input.algorithm
                    && key.calculate_key_tag().is_ok_and(|tag| tag == input.key_tag)
            });
            for key in fitting {
                let records = self.records.iter().copied();
                if key.verify_rrsig(&self.name, DNSClass::IN, rrsig, records).is_ok() {
                    return Ok(());
                }
                why = format!("the signature on the {what} of {} is false", self.name);
            }
        }
        Err(why)
    }
}

/// Whether a time lies between two, in serial number arithmetic (RFC 1982).
fn is_within(inception: u32, expiration: u32, now: u32) -> bool {
    let not_before = |a: u32, b: u32| b.wrapping_sub(a) < 1 << 31;
    not_before(inception, now) && not_before(now, expiration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_wrap_around() {
        assert!(is_within(10, 20, 10) && is_within(10, 20, 20));
        assert!(!is_within(10, 20, 9) && !is_within(10, 20, 21));
        assert!(is_within(u32::MAX - 5, 5, 0) && !is_within(u32::MAX - 5, 5, 6));
    }

    #[test]
    fn anchors_are_the_roots_keys() {
        assert_eq!(format!("{:?}", Anchors::default()), "Anchors(2 keys)");
        assert_eq!("".parse::<Anchors>().unwrap_err(), "holds no DNSKEY of the root");
    }
}
