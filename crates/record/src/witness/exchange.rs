//! What is said between a log and a witness (C2SP tlog-witness): the request `add-checkpoint`, the answers
//! to it, and the cosignatures taken over into the checkpoint.
//!
//! Bodies only; how they travel is not decided here.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::cosigner::CosignerKey;
use crate::atoms::{Time, number};
use crate::log::{Checkpoint, LogError, LogErrorKind};
use crate::note::{NoteSignature, VerifierKey, parse_signature};

/// The most bytes of an answer that are read, and the most lines of it.
const MOST_ANSWER: usize = 64 * 1024;
const MOST_LINES: usize = 32;

/// A verified cosignature, ready to be put under its checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    /// When the witness gave it.
    pub time: Time,
    line: NoteSignature,
}

impl Cosignature {
    /// The latest cosignature by `key` that a checkpoint bears already, if one verifies.
    ///
    /// # Errors
    /// If the bytes are not a checkpoint.
    pub fn on(checkpoint: &[u8], key: &CosignerKey) -> Result<Option<Self>, LogError> {
        let (checkpoint, note) = Checkpoint::parse(checkpoint)?;
        let lines = note.signatures_of(key.name(), key.id());
        let good = lines.filter_map(|line| {
            Some(Self { time: key.verify(&checkpoint, note.text(), line)?, line: line.clone() })
        });
        Ok(good.max_by_key(|cosignature| cosignature.time))
    }
}

impl fmt::Display for Cosignature {
    /// The signature line, with its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.line.fmt(f)
    }
}

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessAnswer {
    /// It cosigned; several cosignatures come from a witness with several keys.
    Cosigned(Vec<Cosignature>),
    /// It has cosigned this size last, and not the old size of the request.
    Conflict(u64),
    /// It refused; why, for people.
    Refused(String),
}

/// The body of an `add-checkpoint` request: `proof` shows that the log grew from `old` entries to those of
/// `checkpoint`, which is a signed checkpoint byte for byte.
#[must_use]
pub fn add_checkpoint(old: u64, proof: &[[u8; 32]], checkpoint: &[u8]) -> Vec<u8> {
    let mut body = format!("old {old}\n");
    for hash in proof {
        body.push_str(&BASE64.encode(hash));
        body.push('\n');
    }
    body.push('\n');
    [body.as_bytes(), checkpoint].concat()
}

impl WitnessAnswer {
    /// Reads an answer to the request for this checkpoint. Cosignatures of other keys than `key` are passed
    /// over, as the specification asks.
    ///
    /// # Errors
    /// If an answer of success holds no cosignature by `key`, or one that does not verify; if an answer of
    /// conflict names no size; or if it is too long.
    pub fn parse(
        status: u16,
        body: &[u8],
        checkpoint: &[u8],
        key: &CosignerKey,
    ) -> Result<Self, LogError> {
        let bad = |why: &str| LogError::new(LogErrorKind::Damaged, "the witness's answer", why);
        if body.len() > MOST_ANSWER {
            return Err(bad("longer than 64 KiB"));
        }
        match status {
            200 => cosignatures(body, checkpoint, key).map(Self::Cosigned),
            409 => {
                let size = std::str::from_utf8(body).ok().and_then(|body| body.strip_suffix('\n'));
                let size = size.and_then(|size| number(size).ok());
                Ok(Self::Conflict(size.ok_or_else(|| bad("a conflict that names no size"))?))
            }
            403 => Ok(Self::Refused("it does not trust the log key (403)".to_owned())),
            404 => Ok(Self::Refused("it does not know this log (404)".to_owned())),
            422 => Ok(Self::Refused("it says that the consistency proof is false (422)".to_owned())),
            status => Ok(Self::Refused(format!("HTTP status {status}"))),
        }
    }
}

fn cosignatures(
    body: &[u8],
    checkpoint: &[u8],
    key: &CosignerKey,
) -> Result<Vec<Cosignature>, LogError> {
    let bad = |kind, why: String| LogError::new(kind, "the witness's answer", why);
    let damaged = |why: &str| bad(LogErrorKind::Damaged, why.to_owned());
    let (checkpoint, note) = Checkpoint::parse(checkpoint)?;
    let body = std::str::from_utf8(body).map_err(|_| damaged("not valid UTF-8"))?;
    let lines = body.strip_suffix('\n').ok_or_else(|| damaged("its last line has no end"))?;
    let mut found = Vec::new();
    for (at, line) in lines.split('\n').enumerate() {
        if at == MOST_LINES {
            return Err(damaged("more than 32 lines"));
        }
        let line =
            parse_signature(line).map_err(|error| bad(LogErrorKind::Damaged, error.to_string()))?;
        if (line.name.as_str(), line.id) != (key.name(), key.id()) {
            continue;
        }
        let forged = || format!("the cosignature of {} does not verify", key.name());
        let time = key.verify(&checkpoint, note.text(), &line);
        let time = time.ok_or_else(|| bad(LogErrorKind::Unsigned, forged()))?;
        found.push(Cosignature { time, line });
    }
    if found.is_empty() {
        let why = format!("no cosignature by {} with the key expected", key.name());
        return Err(bad(LogErrorKind::Unsigned, why));
    }
    Ok(found)
}

/// The checkpoint with the log's own signature and these cosignatures under it, in their order. Signatures
/// of others that it had are left out.
///
/// # Errors
/// If it is not a checkpoint signed by `log_key`.
pub fn cosign(
    checkpoint: &[u8],
    log_key: &VerifierKey,
    cosignatures: &[Cosignature],
) -> Result<Vec<u8>, LogError> {
    Checkpoint::open(checkpoint, log_key)?;
    let (_, note) = Checkpoint::parse(checkpoint)?;
    let lines: Vec<_> = cosignatures.iter().map(|cosignature| cosignature.line.clone()).collect();
    Ok(note.with_signatures(log_key, &lines).to_string().into_bytes())
}
