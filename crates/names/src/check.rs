//! Evidence checked again: does it say what the proof says, and for a chain, does every signature hold?
//!
//! Nobody is asked. Without a chain, the evidence is the operator's word on what it saw; with one, it is
//! that of the name's zone and all above it.

use std::fmt;

use erratum_record::{NameProof, ProofMethod, Time};
use hickory_proto::rr::{DNSClass, Name, RData, RecordType};

use crate::chain::{Anchors, Worth, judge};
use crate::dns::{Answer, dns_name};
use crate::evidence::{Came, Evidence};
use crate::https::Page;
use crate::published::{Published, among, in_file};

/// How long before it is logged a proof may have been fetched, in milliseconds: a day.
const FRESH: i64 = 86_400_000;

/// How evidence does not bear out its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceError(String);

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EvidenceError {}

/// Checks that `evidence` bears out `proof`, which was logged at `logged`.
///
/// # Errors
/// If it is malformed, is about something else, is older than a day or later than `logged`, or says
/// something else; or if the method is `dnssec` and its chain does not hold at the time it was fetched.
pub fn check_evidence(
    evidence: &str,
    proof: &NameProof,
    logged: Time,
    anchors: &Anchors,
) -> Result<(), EvidenceError> {
    check(evidence, proof, logged, anchors).map_err(EvidenceError)
}

fn check(text: &str, proof: &NameProof, logged: Time, anchors: &Anchors) -> Result<(), String> {
    let evidence: Evidence = text.parse()?;
    if evidence.name != proof.name {
        return Err(format!("it is about {}", evidence.name));
    }
    if evidence.method() != proof.method {
        return Err(format!("it was found by {}", evidence.method().as_str()));
    }
    let age = logged.millis() - evidence.fetched.millis();
    if !(0..=FRESH).contains(&age) {
        return Err(format!("it is of {}, not of the day before it was logged", evidence.fetched));
    }
    let published = published(&evidence, anchors)?;
    let proven = Published { keys: proof.keys, superior: proof.superior.clone() };
    match published {
        None => Err("nothing of ours is published in it".to_owned()),
        Some(found) if found == proven => Ok(()),
        Some(found) => Err(format!("published in it is: {found}")),
    }
}

/// What a piece of evidence shows to be published.
fn published(evidence: &Evidence, anchors: &Anchors) -> Result<Option<Published>, String> {
    match &evidence.came {
        Came::Https(page) => in_page(page),
        Came::Dns { messages, .. } => {
            let name = dns_name(Some("_erratum"), evidence.name.as_str())?;
            let answers: Option<Vec<Answer>> =
                messages.iter().map(|bytes| Answer::parse(bytes)).collect();
            let answers = answers.ok_or("a message of it is no DNS answer")?;
            let Some((first, chain)) = answers.split_first() else {
                return Err("it holds no message".to_owned());
            };
            if evidence.method() == ProofMethod::Dnssec {
                let seconds = evidence.fetched.millis().div_euclid(1000);
                match judge(first, (&name, RecordType::TXT), chain, anchors, seconds) {
                    Worth::Secure => {}
                    Worth::Insecure(why) | Worth::Bogus(why) => return Err(why),
                }
            }
            in_answer(first, &name)
        }
    }
}

/// What a DNS answer says: the strings of each TXT record of exactly this name, put together.
pub(crate) fn in_answer(answer: &Answer, name: &Name) -> Result<Option<Published>, String> {
    if !answer.is_to(name, RecordType::TXT) {
        return Err(format!("it does not answer the question for {name} TXT"));
    }
    let ours = answer.message.answers.iter().filter_map(|record| match &record.data {
        RData::TXT(txt) if record.name == *name && record.dns_class == DNSClass::IN => {
            Some(txt.txt_data.concat())
        }
        _ => None,
    });
    let lines: Vec<Vec<u8>> = ours.collect();
    among(lines.iter().map(Vec::as_slice))
}

/// What a page says, if it is there.
pub(crate) fn in_page(page: &Page) -> Result<Option<Published>, String> {
    match page.status {
        200 => in_file(&page.body),
        404 | 410 => Ok(None),
        status => Err(format!("HTTP status {status}")),
    }
}
