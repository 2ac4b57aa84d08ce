//! Files encrypted in the format of C2SP [age](https://c2sp.org/age), version 1: by a passphrase, or to an
//! X25519 recipient. What we write, `age -d` reads, and the other way round.
//!
//! The format and its cryptography are those of the crate `age`. Here is what it leaves to whoever calls it:
//! which files are taken, how much one may ask for, refusals in our words, and overwriting what it leaves in
//! memory. Other kinds of recipients and ASCII armour are neither written nor read.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::io::{Read, Write};
use std::iter;
use std::str::FromStr;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, EncryptError, Encryptor};
use zeroize::Zeroizing;

use crate::secret::wipe_freed;

/// The first line, with its end.
const VERSION: &[u8] = b"age-encryption.org/v1\n";
/// A header longer than this is not read: it is parsed again from its start for each of its lines. There is
/// room in it for some eighty recipients.
const MOST_HEADER: usize = 8 * 1024;
/// What the last line of a header begins with, and the end of the line before.
const LAST_LINE: &[u8] = b"\n--- ";
/// Work factor of what we write: 2¹⁸, that of the format's own tool; takes 256 MiB and about a second.
const WORK: u8 = 18;
/// The largest work factor that is read: it takes 1 GiB.
const MOST_WORK: u8 = 20;
/// Plain bytes of a chunk.
const CHUNK: usize = 64 * 1024;
/// The public keys with which X25519 gives zero whatever the secret, in every way to write them: what is
/// encrypted to one of them, everybody opens. The crate panics on them.
const OF_SMALL_ORDER: [&str; 14] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqk67yly",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz8ts72fzt7",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1anllllllllllllllllllllllllllllllllllllllllllllllllls3hcv9z",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
];

/// Whom a file is encrypted to.
#[derive(Clone)]
pub enum Recipient {
    /// Whoever knows the passphrase.
    Passphrase(Zeroizing<String>),
    /// Whoever holds the identity of this public key: `age1…`.
    X25519(age::x25519::Recipient),
}

/// By what a file is opened.
pub enum Identity {
    /// The passphrase.
    Passphrase(Zeroizing<String>),
    /// The secret key: `AGE-SECRET-KEY-1…`.
    X25519(age::x25519::Identity),
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
        let bad = || AgeError::new("not an age recipient: expected age1…");
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(bad());
        }
        let recipient: age::x25519::Recipient = text.parse().map_err(|_| bad())?;
        // As it is written out: some bits of the text that was given do not count.
        if OF_SMALL_ORDER.contains(&recipient.to_string().as_str()) {
            return Err(AgeError::new(
                "not an age recipient: everybody could open what is encrypted to it",
            ));
        }
        Ok(Self::X25519(recipient))
    }
}

impl Identity {
    /// The first secret key of an identity file, as `age-keygen` writes it: lines with `#` and empty ones
    /// are passed over.
    ///
    /// # Errors
    /// If there is none. The error never shows the text.
    pub fn from_file(text: &str) -> Result<Self, AgeError> {
        let missing = || AgeError::new("not an age identity file: expected a line AGE-SECRET-KEY-1…");
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let line = line.filter(|line| line.starts_with("AGE-SECRET-KEY-1")).ok_or_else(missing)?;
        line.parse().map(Self::X25519).map_err(|_: &str| missing())
    }
}

/// The passphrase as the crate takes it; that copy is overwritten too when it is dropped.
fn secret(passphrase: &str) -> SecretString {
    SecretString::from(passphrase)
}

/// Encrypts `plain`.
///
/// # Errors
/// None that is known of with these recipients.
pub(crate) fn encrypt(plain: &[u8], recipient: &Recipient) -> Result<Vec<u8>, EncryptError> {
    match recipient {
        Recipient::Passphrase(passphrase) => {
            let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
            // Not what this machine does in a second: another one shall open it too.
            recipient.set_work_factor(WORK);
            seal(plain, &recipient)
        }
        Recipient::X25519(recipient) => seal(plain, recipient),
    }
}

fn seal(plain: &[u8], recipient: &dyn age::Recipient) -> Result<Vec<u8>, EncryptError> {
    let encryptor = Encryptor::with_recipients(iter::once(recipient))?;
    let mut sealed = Vec::with_capacity(plain.len() + plain.len() / 1024 + 1024);
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(plain)?;
    writer.finish()?;
    // The writer frees the plain text of its last chunk as it is.
    wipe_freed(CHUNK);
    Ok(sealed)
}

/// Decrypts a file.
///
/// # Errors
/// If it is not an age file, was not encrypted to this identity, asks for too much work, or was changed.
pub fn decrypt(file: &[u8], identity: &Identity) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    let decryptor = read_header(file)?;
    let opened = match (identity, decryptor.is_scrypt()) {
        (Identity::Passphrase(passphrase), true) => {
            let mut identity = age::scrypt::Identity::new(secret(passphrase));
            identity.set_max_work_factor(MOST_WORK);
            decryptor.decrypt(iter::once(&identity as _))
        }
        (Identity::X25519(identity), false) => decryptor.decrypt(iter::once(identity as _)),
        (Identity::Passphrase(_), false) => {
            return Err(AgeError::new("it was not encrypted by a passphrase"));
        }
        (Identity::X25519(_), true) => {
            return Err(AgeError::new("it was encrypted by a passphrase, not to a recipient"));
        }
    };
    let mut reader = opened.map_err(refusal)?;
    // All at once, so that nothing secret stays behind in a buffer that was outgrown.
    let mut plain = Zeroizing::new(Vec::with_capacity(file.len()));
    let read = reader.read_to_end(&mut plain);
    read.map_err(|_| AgeError::new("it was changed or cut short"))?;
    Ok(plain)
}

/// Whether a file was encrypted by a passphrase.
///
/// # Errors
/// If it is not an age file.
pub(crate) fn takes_passphrase(file: &[u8]) -> Result<bool, AgeError> {
    read_header(file).map(|decryptor| decryptor.is_scrypt())
}

fn read_header(file: &[u8]) -> Result<Decryptor<&[u8]>, AgeError> {
    if !file.starts_with(VERSION) {
        return Err(AgeError::new("not an age file"));
    }
    let start = file.get(..MOST_HEADER).unwrap_or(file);
    if !start.windows(LAST_LINE.len()).any(|window| window == LAST_LINE) {
        return Err(AgeError::new("not an age file: no end of its header in its first 8 KiB"));
    }
    Decryptor::new_buffered(file).map_err(|error| match error {
        DecryptError::Io(_) => AgeError::new("it was changed or cut short"),
        _ => AgeError::new("not an age file: its header is malformed"),
    })
}

/// Why a file's key was not found. The crate's own words are not shown: some take several lines, and those
/// about work overflow where it was refused for less than this machine does in a second.
fn refusal(error: DecryptError) -> AgeError {
    match error {
        DecryptError::ExcessiveWork { required, .. } => AgeError(Cow::Owned(format!(
            "its passphrase takes 2^{required} steps of work, and more than 2^{MOST_WORK} are not done"
        ))),
        DecryptError::DecryptionFailed => AgeError::new("the passphrase is not the right one"),
        DecryptError::NoMatchingKeys => AgeError::new("it was encrypted to somebody else"),
        DecryptError::InvalidMac => AgeError::new("its header was changed"),
        _ => AgeError::new("not an age file: its header is malformed"),
    }
}

/// Why a file does not open; displays as the reason, never with anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeError(Cow<'static, str>);

impl AgeError {
    fn new(why: &'static str) -> Self {
        Self(Cow::Borrowed(why))
    }
}

impl fmt::Display for AgeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AgeError {}
