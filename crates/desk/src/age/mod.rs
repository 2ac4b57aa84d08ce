//! Files encrypted in the format of C2SP [age](https://c2sp.org/age), version 1: by a passphrase, or to an
//! X25519 recipient. What we write, `age -d` reads, and the other way round.
//!
//! Other kinds of recipients and ASCII armour are neither written nor read.

mod header;
mod seal;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use bech32::Hrp;
use curve25519_dalek::montgomery::MontgomeryPoint;
use zeroize::Zeroizing;

use header::{Header, Stanza};

/// Work factor of what we write: 2¹⁸, that of the format's own tool; takes 256 MiB and about a second.
const WORK: u8 = 18;
/// The largest work factor that is read: it takes 1 GiB.
const MOST_WORK: u8 = 20;
/// Human-readable part of a recipient.
const RECIPIENT: Hrp = Hrp::parse_unchecked("age");
/// Human-readable part of an identity.
const IDENTITY: Hrp = Hrp::parse_unchecked("age-secret-key-");

/// Whom a file is encrypted to.
#[derive(Clone)]
pub enum Recipient {
    /// Whoever knows the passphrase.
    Passphrase(Zeroizing<String>),
    /// Whoever holds the identity of this public key: `age1…`.
    X25519([u8; 32]),
}

/// By what a file is opened.
pub enum Identity {
    /// The passphrase.
    Passphrase(Zeroizing<String>),
    /// The secret key: `AGE-SECRET-KEY-1…`.
    X25519(Zeroizing<[u8; 32]>),
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(…)",
            Self::X25519(_) => "X25519",
        })
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl FromStr for Recipient {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(AgeError("not an age recipient: expected age1…"));
        }
        decode(text, RECIPIENT)
            .map(|key| Self::X25519(*key))
            .ok_or(AgeError("not an age recipient: expected age1…"))
    }
}

impl Identity {
    /// The first secret key of an identity file, as `age-keygen` writes it: lines with `#` and empty ones
    /// are passed over.
    ///
    /// # Errors
    /// If there is none. The error never shows the text.
    pub fn from_file(text: &str) -> Result<Self, AgeError> {
        let missing = AgeError("not an age identity file: expected a line AGE-SECRET-KEY-1…");
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let line = line.filter(|line| line.starts_with("AGE-SECRET-KEY-1")).ok_or(missing)?;
        decode(line, IDENTITY).map(Self::X25519).ok_or(missing)
    }
}

fn decode(text: &str, wanted: Hrp) -> Option<Zeroizing<[u8; 32]>> {
    let checked = bech32::primitives::decode::CheckedHrpstring::new::<bech32::Bech32>(text).ok()?;
    if checked.hrp() != wanted {
        return None;
    }
    let mut key = Zeroizing::new([0; 32]);
    let mut bytes = checked.byte_iter();
    for slot in key.iter_mut() {
        *slot = bytes.next()?;
    }
    bytes.next().is_none().then_some(key)
}

/// Encrypts `plain`; `random` gives 32 random bytes at each call.
///
/// # Errors
/// If there is no randomness.
pub(crate) fn encrypt<E>(
    plain: &[u8],
    recipient: &Recipient,
    mut random: impl FnMut() -> Result<[u8; 32], E>,
) -> Result<Vec<u8>, E> {
    let mut half = || -> Result<[u8; 16], E> {
        let all = Zeroizing::new(random()?);
        Ok(std::array::from_fn(|i| all[i]))
    };
    let file_key = Zeroizing::new(half()?);
    let stanza = match recipient {
        Recipient::Passphrase(passphrase) => {
            let salt = half()?;
            seal::wrap_by_passphrase(&file_key, passphrase, &salt, WORK)
        }
        Recipient::X25519(key) => {
            let secret = Zeroizing::new(random()?);
            seal::wrap_to_key(&file_key, &MontgomeryPoint(*key), &secret)
        }
    };
    let mut half = || -> Result<[u8; 16], E> {
        let all = random()?;
        Ok(std::array::from_fn(|i| all[i]))
    };
    let nonce = half()?;
    let mut out = Header::new(stanza).write(&file_key);
    out.extend(nonce);
    seal::write_payload(&mut out, plain, &file_key, &nonce);
    Ok(out)
}

/// Decrypts a file.
///
/// # Errors
/// If it is not an age file, was not encrypted to this identity, or was changed.
pub fn decrypt(file: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let (header, rest) = Header::parse(file)?;
    let file_key = match identity {
        Identity::Passphrase(passphrase) => {
            let [Stanza { kind, args, body }] = header.stanzas.as_slice() else {
                return Err(AgeError("it was not encrypted by a passphrase alone"));
            };
            if kind != "scrypt" {
                return Err(AgeError("it was not encrypted by a passphrase"));
            }
            seal::unwrap_by_passphrase(args, body, passphrase, MOST_WORK)?
        }
        Identity::X25519(secret) => {
            if header.stanzas.iter().any(|stanza| stanza.kind == "scrypt") {
                return Err(AgeError("it was encrypted by a passphrase, not to a recipient"));
            }
            let to_keys = header.stanzas.iter().filter(|stanza| stanza.kind == "X25519");
            let mut opened = None;
            for stanza in to_keys {
                opened = opened.or(seal::unwrap_by_key(&stanza.args, &stanza.body, secret)?);
            }
            opened.ok_or(AgeError("it was encrypted to somebody else"))?
        }
    };
    header.check(&file_key)?;
    seal::read_payload(rest, &file_key)
}

/// Whether a file was encrypted by a passphrase.
///
/// # Errors
/// If it is not an age file.
pub(crate) fn takes_passphrase(file: &[u8]) -> Result<bool, AgeError> {
    let (header, _) = Header::parse(file)?;
    Ok(header.stanzas.iter().any(|stanza| stanza.kind == "scrypt"))
}

/// Why a file does not open; displays as the reason, never with anything secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeError(&'static str);

impl fmt::Display for AgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for AgeError {}
