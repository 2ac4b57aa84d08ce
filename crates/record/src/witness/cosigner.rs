//! Keys of witnesses, and what their cosignatures say (C2SP tlog-cosignature).
//!
//! Two types: Ed25519 (0x04), verified strictly as everywhere, and ML-DSA-44 (0x06). Whose keys count is
//! not decided here.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};
use ml_dsa::{EncodedSignature, EncodedVerifyingKey, MlDsa44};

use crate::atoms::{AtomError, Time};
use crate::log::Checkpoint;
use crate::note::{Note, NoteSignature, ed25519_key, key_id, parse_vkey, print_vkey};

const ED25519: u8 = 0x04;
const ML_DSA_44: u8 = 0x06;
/// Begins what an ML-DSA-44 cosigner signs.
const LABEL: &[u8; 12] = b"subtree/v1\n\0";

/// The public key of a witness with its name, in signed-note's `vkey` encoding.
#[derive(Clone)]
pub struct CosignerKey {
    name: String,
    id: u32,
    key: Key,
}

#[derive(Clone)]
enum Key {
    Ed25519(VerifyingKey),
    MlDsa44(Box<ml_dsa::VerifyingKey<MlDsa44>>),
}

/// What a checkpoint bears of one witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cosigned {
    /// It saw this checkpoint, the largest consistent one of the log, at this time. The first moment of
    /// 1970 stands for no time said, which ML-DSA-44 allows.
    At(Time),
    /// There is no cosignature by this key.
    No,
    /// There is a cosignature that claims this key and does not verify, or whose time is beyond
    /// [`Time::MAX`].
    Forged,
}

impl CosignerKey {
    /// The key's name, such as `witness.example/w1`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key id under which its cosignatures stand.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What the witness says of this checkpoint; `note` is the note that bears it. Of several cosignatures
    /// all must verify, and the latest counts.
    #[must_use]
    pub fn cosigned(&self, checkpoint: &Checkpoint, note: &Note) -> Cosigned {
        let mut found = Cosigned::No;
        for line in note.signatures_of(&self.name, self.id) {
            match (self.verify(checkpoint, note.text(), line), found) {
                (None, _) => return Cosigned::Forged,
                (Some(time), Cosigned::At(before)) => found = Cosigned::At(time.max(before)),
                (Some(time), _) => found = Cosigned::At(time),
            }
        }
        found
    }

    /// When this key signed the checkpoint in `text`, if `line` is its signature.
    pub(super) fn verify(
        &self,
        checkpoint: &Checkpoint,
        text: &str,
        line: &NoteSignature,
    ) -> Option<Time> {
        let (seconds, signature) = line.bytes.split_first_chunk::<8>()?;
        let seconds = u64::from_be_bytes(*seconds);
        let millis = i64::try_from(seconds.checked_mul(1000)?).ok()?;
        let time = Some(Time::from_millis(millis)).filter(|time| time.millis() == millis)?;
        let good = match &self.key {
            Key::Ed25519(key) => {
                let message = format!("cosignature/v1\ntime {seconds}\n{text}");
                let signature = Signature::from_bytes(signature.try_into().ok()?);
                key.verify_strict(message.as_bytes(), &signature).is_ok()
            }
            Key::MlDsa44(key) => {
                let message = cosigned_message(&self.name, seconds, checkpoint)?;
                let encoded = EncodedSignature::<MlDsa44>::try_from(signature).ok()?;
                let signature = ml_dsa::Signature::<MlDsa44>::decode(&encoded)?;
                key.verify_with_context(&message, &[], &signature)
            }
        };
        good.then_some(time)
    }

    fn kind(&self) -> u8 {
        match self.key {
            Key::Ed25519(_) => ED25519,
            Key::MlDsa44(_) => ML_DSA_44,
        }
    }

    /// The key itself, without its name.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match &self.key {
            Key::Ed25519(key) => key.as_bytes().to_vec(),
            Key::MlDsa44(key) => key.encode().to_vec(),
        }
    }
}

/// What an ML-DSA-44 cosigner signs: the structure `cosigned_message` for a whole tree. `None` where a name
/// does not fit into it.
fn cosigned_message(cosigner: &str, seconds: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let mut message = LABEL.to_vec();
    let put_name = |message: &mut Vec<u8>, name: &str| {
        message.push(u8::try_from(name.len()).ok()?);
        message.extend_from_slice(name.as_bytes());
        Some(())
    };
    put_name(&mut message, cosigner)?;
    message.extend_from_slice(&seconds.to_be_bytes());
    put_name(&mut message, checkpoint.origin())?;
    message.extend_from_slice(&0_u64.to_be_bytes());
    message.extend_from_slice(&checkpoint.size().to_be_bytes());
    message.extend_from_slice(&checkpoint.root());
    Some(message)
}

impl FromStr for CosignerKey {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let bad = |why| AtomError::new("witness key", text, why);
        let (name, kind, bytes) = parse_vkey(text)?;
        let key = match kind {
            ED25519 => Key::Ed25519(ed25519_key(&bytes).map_err(bad)?),
            ML_DSA_44 => {
                let encoded = EncodedVerifyingKey::<MlDsa44>::try_from(bytes.as_slice());
                let encoded = encoded.map_err(|_| bad("not 1312 bytes of key"))?;
                Key::MlDsa44(Box::new(ml_dsa::VerifyingKey::decode(&encoded)))
            }
            _ => return Err(bad("neither an Ed25519 nor an ML-DSA-44 cosigner (type 0x04 or 0x06)")),
        };
        Ok(Self { name: name.to_owned(), id: key_id(name, kind, &bytes), key })
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print_vkey(&self.name, self.kind(), &self.bytes()))
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PartialEq for CosignerKey {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, self.kind(), self.bytes()) == (&other.name, other.kind(), other.bytes())
    }
}

impl Eq for CosignerKey {}
