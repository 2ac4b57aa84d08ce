//! `erratum audit --online`: every proof of a name in a record, held against its evidence and against what
//! the name publishes now.

use std::io::Write;

use erratum::record::{Body, Entry, Name, NameProof, Record, RecordError, Signed, Time};
use erratum_names::{Found, Lookup, LookupError, check_evidence};

use crate::failure::Failure;
use crate::show::{BOLD, inert};

/// So many entries are read at once.
const CHUNK: u64 = 256;

/// A proof in the record.
struct Logged {
    entry: u64,
    logged: Time,
    proof: NameProof,
    /// Its evidence, or why there is none.
    evidence: Result<String, &'static str>,
}

/// Checks every proof; says what it finds. Whether the evidence of all of them holds: that a name publishes
/// something else today is no lie of the operator.
pub(crate) fn audit(out: &mut impl Write, record: &Record, lookup: &Lookup) -> Result<bool, Failure> {
    let proofs = proofs(record)?;
    if proofs.is_empty() {
        writeln!(out, "  No name in it was proven; all were admitted by the operator.")?;
    }
    let mut sound = true;
    let mut asked: Vec<(Name, Result<Found, LookupError>)> = Vec::new();
    for logged in &proofs {
        let Logged { entry, proof, .. } = logged;
        if let Ok(evidence) = &logged.evidence {
            let anchors = &lookup.settings().anchors;
            if let Err(why) = check_evidence(evidence, proof, logged.logged, anchors) {
                let why = inert(&why.to_string());
                writeln!(
                    out,
                    "{BOLD}FALSE{BOLD:#}   the evidence that {} was proven, entry {entry}: {why}",
                    proof.name
                )?;
                sound = false;
            }
        }
        if !asked.iter().any(|(name, _)| *name == proof.name) {
            asked.push((proof.name.clone(), lookup.find(&proof.name, Time::now())));
        }
        let now = asked.iter().find(|(name, _)| *name == proof.name).map(|(_, now)| now);
        let now = now.map(|now| compare(proof, now)).unwrap_or_default();
        let lacking = logged.evidence.as_ref().err().copied().unwrap_or_default();
        writeln!(
            out,
            "  {}, proven by {} {} (entry {entry}){lacking}: {}",
            proof.name,
            proof.method.as_str(),
            logged.logged.for_people(),
            inert(&now)
        )?;
    }
    Ok(sound)
}

/// What has become of a proof.
fn compare(proof: &NameProof, now: &Result<Found, LookupError>) -> String {
    let found = match now {
        Ok(Found { proof, .. }) => proof,
        Err(LookupError::Nothing(_)) => return "gone: the name publishes nothing now".to_owned(),
        Err(error @ LookupError::Unfit(..)) => return format!("gone: {error}"),
        Err(error) => return format!("not compared: {error}"),
    };
    let by = match found.method == proof.method {
        true => String::new(),
        false => format!(", found by {}", found.method.as_str()),
    };
    if found.keys != proof.keys {
        let (then, now) = (proof.keys.short(), found.keys.short());
        return format!("changed: it publishes the keys {now} now, and not {then}{by}");
    }
    let name = |name: &Option<Name>| name.as_ref().map_or_else(|| "none".to_owned(), Name::to_string);
    if found.superior != proof.superior {
        let (then, now) = (name(&proof.superior), name(&found.superior));
        return format!("other superior: {now} now, and not {then}{by}");
    }
    format!("still there{by}")
}

/// All proofs that the operator logged, in order.
fn proofs(record: &Record) -> Result<Vec<Logged>, Failure> {
    let size = record.log().size();
    let mut all = Vec::new();
    for begin in (0..size).step_by(CHUNK as usize) {
        let end = size.min(begin + CHUNK);
        let entries = record.log().entries(begin..end).map_err(|error| record.failed(error))?;
        for (entry, bytes) in (begin..end).zip(entries) {
            // What is void, the audit names.
            let Ok(read) = Entry::parse(&bytes) else { continue };
            let Body::Record(body) = &read.statement.body else { continue };
            if body.proofs.is_empty() || read.note.signed_by(record.log_key()) != Signed::Yes {
                continue;
            }
            let (evidence, why) = match record.blobs_of(entry, "evidence") {
                Ok(evidence) => (evidence, "; its evidence is withheld"),
                Err(RecordError::Blob(..)) => (Vec::new(), "; its evidence is missing"),
                Err(error) => return Err(error.into()),
            };
            let mut evidence = evidence.into_iter();
            for (proof, _) in &body.proofs {
                let (proof, logged) = (proof.clone(), read.logged);
                all.push(Logged { entry, logged, proof, evidence: evidence.next().ok_or(why) });
            }
        }
    }
    Ok(all)
}
